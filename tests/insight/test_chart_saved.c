/* SPDX-License-Identifier: MIT */
/* Charts that are kept. */
#include "chart_steps.h"

#include <string.h>

#define BY_PICK "{'name': 'By pick', 'module': 'Things', 'group_by': ['Pick']}"

static const c4_definition *saved(steps *s, const char *name)
{
    const c4_meta *meta = meta_of(s);
    const c4_definition *found = NULL;
    for (size_t i = 0; i < meta->chart_count; i++) {
        if (strcmp(meta->charts[i].name, name) == 0)
            found = &meta->charts[i];
    }
    return found;
}

static void kept_as_given(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    assert_ok(save_chart(s,
                         "{'where': 'Pick = `Red` or Int > 3', 'name': 'Pipeline', 'module':"
                         " 'things', 'group_by': ['pick', 'Day:fiscal_quarter'],"
                         " 'measures': ['count', 'sum:dec']}",
                         true, &id));
    const c4_definition *chart = saved(s, "Pipeline");
    c4_buffer out;
    assert_non_null(chart);
    assert_true(chart->id == id && chart->author == s->org.actor);
    c4_buffer_init(&out, &s->org.env.mem, 4096);
    assert_ok(c4_chart_write(&s->org.unit, chart, &out));
    assert_string_equal(c4_buffer_c_str(&out),
                        "{\"name\":\"Pipeline\",\"module\":\"Things\",\"group_by\":[\"Pick\","
                        "\"Day:fiscal_quarter\"],\"measures\":[\"count\",\"sum:Dec\"],"
                        "\"where\":\"Pick = 'Red' or Int > 3\"}");
    c4_buffer_free(&out);
}

static void twice_changes_nothing(void **state)
{
    steps *s = *state;
    crm4e_id first = 0;
    crm4e_id second = 0;
    assert_ok(save_chart(s, BY_PICK, false, &first));
    c4_state before = s->org.unit.state;
    assert_ok(save_chart(s, BY_PICK, false, &second));
    assert_true(first == second);
    assert_memory_equal(&before, &s->org.unit.state, sizeof before);
    assert_int_equal(save_chart(s, BY_PICK, true, &second), CRM4E_E_CONFLICT);
    assert_ok(save_chart(s, "{'name': 'BY PICK', 'module': 'Things', 'group_by': ['Flag']}", false,
                         &second));
    assert_true(first == second);
    assert_int_equal(meta_of(s)->chart_count, 1);
    assert_non_null(saved(s, "BY PICK"));
}

static void the_author_reads_what_it_shows(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    act_as(s, "dan@x.example");
    assert_int_equal(
        save_chart(s, "{'name': 'A', 'module': 'Things', 'group_by': ['Secret']}", false, &id),
        CRM4E_E_DENIED);
    assert_int_equal(
        save_chart(s, "{'name': 'A', 'module': 'Things', 'where': 'Secret is null'}", false, &id),
        CRM4E_E_DENIED);
    assert_int_equal(save_chart(s, "{'name': 'A', 'module': 'Contacts'}", false, &id),
                     CRM4E_E_NOT_FOUND);
    assert_ok(save_chart(s, BY_PICK, false, &id));
    /* another's is his, and the administrator's */
    act_as(s, "ana@x.example");
    assert_ok(save_chart(s, BY_PICK, false, &id));
    assert_int_equal(save_chart(s, "{'name': 'By pick', 'module': 'Things'}", false, &id),
                     CRM4E_E_DENIED);
    assert_true(saved(s, "By pick")->author == user_of(s, "dan@x.example")->id);
    act_as_admin(s);
    assert_ok(save_chart(s, "{'name': 'By pick', 'module': 'Things'}", false, &id));
    assert_true(saved(s, "By pick")->author == user_of(s, ORG_ADMIN)->id);
}

static void damaged_specs(void **state)
{
    static const char *const bad[] = {
        "{'module': 'Things'}",
        "{'name': ' ', 'module': 'Things'}",
        "{'name': 'A'}",
        "{'name': 'A', 'module': 5}",
        "{'name': 'A', 'module': 'Things', 'colour': 'red'}",
        "{'name': 'A', 'module': 'Things', 'group_by': 'Pick'}",
        "{'name': 'A', 'module': 'Things', 'group_by': [7]}",
        "{'name': 'A', 'module': 'Things', 'group_by': ['Pick', 'Flag', 'Int']}",
        "{'name': 'A', 'module': 'Things', 'group_by': ['']}",
        "{'name': 'A', 'module': 'Things', 'measures': 'count'}",
        "{'name': 'A', 'module': 'Things', 'measures': [null]}",
        "{'name': 'A', 'module': 'Things', 'where': 5}",
        "{'name': 'A', 'module': 'Things', 'where': ''}",
        "[]",
    };
    steps *s = *state;
    crm4e_id id = 0;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(save_chart(s, bad[i], false, &id), CRM4E_E_INVALID);
    assert_int_equal(meta_of(s)->chart_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(kept_as_given, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(twice_changes_nothing, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(the_author_reads_what_it_shows, chart_setup,
                                        chart_teardown),
        cmocka_unit_test_setup_teardown(damaged_specs, chart_setup, chart_teardown),
    };
    return steps_run("saved charts", tests, sizeof tests / sizeof tests[0]);
}
