/* SPDX-License-Identifier: MIT */
/* The plan of a query: which way, and nothing of values or of records that are closed. */
#include "query_steps.h"

#include <string.h>

static int setup(void **state)
{
    int rc = steps_setup(state);
    if (rc == 0)
        make_query_world(*state);
    return rc;
}

static int plan_of(steps *s, const char *text, c4_buffer *out)
{
    c4_query_tree tree;
    parse_query(s, text, &tree);
    c4_buffer_reset(out);
    c4_failure_clear(&s->org.error);
    return c4_query_plan_to_json(&s->org.unit, &tree, out);
}

typedef struct plan_case {
    const char *who;
    const char *query;
    const char *parts[3];
} plan_case;

static void test_plans(void **state)
{
    static const plan_case cases[] = {
        {ORG_ADMIN,
         "select id from Things",
         {"{\"module\":\"Things\",\"rows\":\"records\",\"scope\":\"all\",\"way\":\"storage\",",
          "\"walked\":false", "\"estimated_rows\":null}"}},
        {ORG_ADMIN,
         "select id from Things where Code = 'zq' order by Int limit 5",
         {"\"way\":\"criteria\"", "\"where\"", "\"order\""}},
        {ORG_ADMIN,
         "select id from Things order by Int",
         {"\"way\":\"order\",\"index\":\"Int\"", "\"walked\"", "\"index\"]"}},
        {ORG_ADMIN,
         "select Word, sum(Int) from Things group by Word order by sum(Int)",
         {"\"rows\":\"groups\"", "\"way\":\"storage\"", "\"shared_apart\":false"}},
        {"ana@x.example",
         "select id from Things",
         {"\"scope\":\"by_owner\",\"way\":\"owners\",\"index\":\"Owner\"", "\"ranges\"",
          "\"estimated_rows\":0}"}},
        {"ana@x.example",
         "select id from Things where Word = 'zq' group by id",
         {"\"rows\":\"groups\"", "\"scope\":\"by_owner\"", "\"estimated_rows\":"}},
    };
    steps *s = *state;
    c4_buffer out;
    c4_buffer_init(&out, &s->org.env.mem, 4096);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        act_as(s, cases[i].who);
        assert_ok(plan_of(s, cases[i].query, &out));
        for (size_t j = 0; j < 3; j++) {
            if (strstr(c4_buffer_c_str(&out), cases[i].parts[j]) == NULL)
                fail_msg("%s: %s", cases[i].query, c4_buffer_c_str(&out));
        }
        assert_null(strstr(c4_buffer_c_str(&out), "zq"));
    }
    c4_buffer_free(&out);
}

/* A plan is refused as its query is, and is the same whatever others have. */
static void test_closed(void **state)
{
    static const char text[] = "select id from Things order by Int";
    steps *s = *state;
    c4_buffer before;
    c4_buffer after;
    crm4e_id id;
    c4_buffer_init(&before, &s->org.env.mem, 4096);
    c4_buffer_init(&after, &s->org.env.mem, 4096);
    act_as(s, "dan@x.example");
    assert_int_equal(plan_of(s, "select Secret from Things", &before), CRM4E_E_DENIED);
    assert_int_equal(plan_of(s, "select Nothing from Things", &before), CRM4E_E_INVALID);
    assert_int_equal(plan_of(s, "select id from Contacts", &before), CRM4E_E_NOT_FOUND);
    assert_int_equal(before.length, 0);
    assert_ok(plan_of(s, text, &before));
    act_as(s, ORG_ADMIN);
    for (int i = 0; i < 3; i++)
        assert_ok(create(s, "Things", "{'Name': 'a', 'Int': 1, 'Owner': 'ana@x.example'}", &id));
    act_as(s, "dan@x.example");
    assert_ok(plan_of(s, text, &after));
    assert_string_equal(c4_buffer_c_str(&before), c4_buffer_c_str(&after));
    act_as(s, ORG_ADMIN);
    assert_ok(create(s, "Things", "{'Name': 'd', 'Owner': 'dan@x.example'}", &id));
    act_as(s, "dan@x.example");
    assert_ok(plan_of(s, text, &after));
    assert_non_null(strstr(c4_buffer_c_str(&after), "\"estimated_rows\":1}"));
    c4_buffer_free(&before);
    c4_buffer_free(&after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_plans, setup, steps_teardown),
        cmocka_unit_test_setup_teardown(test_closed, setup, steps_teardown),
    };
    return steps_run("query_explain", tests, sizeof tests / sizeof tests[0]);
}
