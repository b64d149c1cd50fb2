/* SPDX-License-Identifier: MIT */
/* The history of a record under the rights of its reader. */
#include "chart_steps.h"

#include "insight/timeline.h"
#include "model/standard.h"

#include <stdio.h>
#include <string.h>

static c4_timeline_entry *entries;
static size_t entry_count;

static int history(steps *s, crm4e_id id, int64_t after, bool descending, size_t limit)
{
    s->org.unit.asked = NULL;
    c4_arena_reset(s->org.unit.arena);
    c4_failure_clear(&s->org.error);
    int rc = c4_timeline_read(&s->org.unit, s->org.unit.arena, "Things", id, after, descending,
                              limit, &entries, &entry_count);
    assert_int_equal(rc < 0, s->org.error.message[0] != '\0');
    return rc;
}

/* "added Name Word|updated Word" */
static const char *joined(steps *s)
{
    static const char *const words[] = {"", "added", "updated", "deleted", "restored", "owner"};
    static char text[4096];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < entry_count; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? "|" : "",
                                 words[entries[i].action]);
        for (size_t j = 0; j < entries[i].change_count; j++) {
            const c4_field *field =
                c4_module_field(module_of(s, "Things"), entries[i].changes[j].field);
            if (field->column >= C4_SYSTEM_COLUMNS || field->column == C4_COLUMN_OWNER)
                used += (size_t)snprintf(text + used, sizeof text - used, " %s", field->api_name);
        }
    }
    return text;
}

static crm4e_id make_history(steps *s)
{
    crm4e_id id = add(s, "{'Name': 'a', 'Secret': 'x', 'Owner': 'dan@x.example'}");
    assert_ok(update(s, "Things", id, 0, "{'Secret': 'y'}"));
    assert_ok(update(s, "Things", id, 0, "{'Secret': 'z', 'Word': 'w'}"));
    assert_ok(update(s, "Things", id, 0, "{'Secret': 'zz'}"));
    assert_ok(update(s, "Things", id, 0, "{'Int': 5}"));
    (void)add(s, "{'Name': 'other'}");
    return id;
}

static void in_both_directions(void **state)
{
    steps *s = *state;
    crm4e_id id = make_history(s);
    assert_ok(history(s, id, 0, false, 100));
    assert_string_equal(joined(s), "added Owner Name Secret|updated Secret|updated Word Secret|"
                                   "updated Secret|updated Int");
    for (size_t i = 1; i < entry_count; i++)
        assert_true(entries[i - 1].sequence < entries[i].sequence);
    assert_true(entries[0].user == s->org.actor);
    assert_ok(history(s, id, 0, true, 2));
    assert_string_equal(joined(s), "updated Int|updated Secret");
    assert_ok(history(s, id, entries[1].sequence, true, 2));
    assert_string_equal(joined(s), "updated Word Secret|updated Secret");
    assert_ok(history(s, id, entries[0].sequence, false, 2));
    assert_string_equal(joined(s), "updated Secret|updated Int");
    assert_ok(history(s, id, entries[1].sequence, false, 2));
    assert_int_equal(entry_count, 0);
    assert_ok(history(s, id, 1, true, 2));
    assert_int_equal(entry_count, 0);
}

/* Dan may not read Secret: entries of it alone do not exist for him, and do
 * not use up his limit. */
static void hidden_fields(void **state)
{
    steps *s = *state;
    crm4e_id id = make_history(s);
    act_as(s, "dan@x.example");
    assert_ok(history(s, id, 0, false, 3));
    assert_string_equal(joined(s), "added Owner Name|updated Word|updated Int");
    assert_ok(history(s, id, 0, true, 2));
    assert_string_equal(joined(s), "updated Int|updated Word");
    /* rights count at the time of reading */
    act_as_admin(s);
    assert_ok(put_profile(s, "{'name': 'Blind', 'fields': {'Things': {'Secret': 'read_only'}}}"));
    act_as(s, "dan@x.example");
    assert_ok(history(s, id, 0, false, 100));
    assert_int_equal(entry_count, 5);
}

static void records_he_may_not_see(void **state)
{
    steps *s = *state;
    crm4e_id id = make_history(s);
    act_as(s, "ana@x.example");
    assert_int_equal(history(s, id, 0, false, 10), CRM4E_E_NOT_FOUND);
    char first[320];
    (void)snprintf(first, sizeof first, "%s", s->org.error.message);
    assert_int_equal(history(s, id + 100000, 0, false, 10), CRM4E_E_NOT_FOUND);
    assert_string_equal(first, s->org.error.message);
    act_as_admin(s);
    assert_ok(remove_record(s, "Things", id, 0));
    assert_int_equal(history(s, id, 0, false, 10), CRM4E_E_NOT_FOUND);
    assert_ok(restore(s, "Things", id));
    assert_ok(history(s, id, 0, true, 2));
    assert_int_equal(entries[0].action, C4_RECORD_RESTORED);
    assert_int_equal(entries[1].action, C4_RECORD_DELETED);
}

static void removed_fields(void **state)
{
    steps *s = *state;
    crm4e_id id = make_history(s);
    assert_ok(remove_field(s, "Things", "Secret"));
    assert_ok(history(s, id, 0, false, 10));
    assert_string_equal(joined(s), "added Owner Name|updated Word|updated Int");
}

static void as_json(void **state)
{
    steps *s = *state;
    c4_buffer out;
    crm4e_id id = add(s, "{'Name': 'a'}");
    char expected[1024];
    assert_ok(update(s, "Things", id, 0,
                     "{'Pick': 'Red', 'Dec': 1.5, 'Agent': 'ana@x.example', 'Day': '2026-02-03',"
                     " 'Picks': ['A', 'C']}"));
    assert_ok(change_owner(s, "Things", id, "cid@x.example"));
    assert_ok(update(s, "Things", id, 0, "{'Pick': null, 'Word': '\\'q\\''}"));
    assert_ok(history(s, id, 0, true, 3));
    c4_buffer_init(&out, &s->org.env.mem, 65536);
    assert_ok(
        c4_timeline_to_json(&s->org.unit, module_of(s, "Things"), entries, entry_count, &out));
    (void)snprintf(
        expected, sizeof expected,
        "[{\"sequence\":%lld,\"time\":\"2024-01-15T10:00:00Z\",\"user\":\"admin@example.com\","
        "\"action\":\"updated\",\"source\":\"api\",\"changes\":["
        "{\"field\":\"Word\",\"old\":null,\"new\":\"\\\"q\\\"\"},"
        "{\"field\":\"Pick\",\"old\":\"Red\",\"new\":null}]},"
        "{\"sequence\":%lld,\"time\":\"2024-01-15T10:00:00Z\",\"user\":\"admin@example.com\","
        "\"action\":\"owner_changed\",\"source\":\"api\",\"changes\":["
        "{\"field\":\"Owner\",\"old\":\"admin@example.com\",\"new\":\"cid@x.example\"}]},",
        (long long)entries[0].sequence, (long long)entries[1].sequence);
    if (strncmp(c4_buffer_c_str(&out), expected, strlen(expected)) != 0)
        fail_msg("%s", c4_buffer_c_str(&out));
    assert_non_null(
        strstr(c4_buffer_c_str(&out), "{\"field\":\"Dec\",\"old\":null,\"new\":\"1.50\"}"));
    assert_non_null(
        strstr(c4_buffer_c_str(&out), "{\"field\":\"Picks\",\"old\":null,\"new\":\"A;C\"}"));
    assert_non_null(strstr(c4_buffer_c_str(&out),
                           "{\"field\":\"Agent\",\"old\":null,\"new\":\"ana@x.example\"}"));
    c4_buffer_reset(&out);
    assert_ok(c4_timeline_to_json(&s->org.unit, module_of(s, "Things"), NULL, 0, &out));
    assert_string_equal(c4_buffer_c_str(&out), "[]");
    c4_buffer_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(in_both_directions, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(hidden_fields, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(records_he_may_not_see, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(removed_fields, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(as_json, chart_setup, chart_teardown),
    };
    return steps_run("timeline", tests, sizeof tests / sizeof tests[0]);
}
