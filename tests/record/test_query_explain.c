/* SPDX-License-Identifier: MIT */
/* The plan of a query: which way, and nothing of values or of records that are closed. */
#include "query_steps.h"

#include "columns/cache.h"

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

typedef struct column_case {
    const char *query;
    const char *way; /* with the index and who counts */
} column_case;

static const column_case column_cases[] = {
    {"select id from Things order by Dec", "\"way\":\"columns\",\"count\":\"storage\""},
    {"select id from Things where Dec > 7 order by Day desc",
     "\"way\":\"columns\",\"count\":\"columns\""},
    {"select id from Things where Dec > 7 order by Day limit 4096",
     "\"way\":\"storage\",\"count\":\"columns\""},
    {"select id from Things where Dec > 7", "\"way\":\"storage\",\"count\":\"columns\""},
    {"select id from Things where Dec > 7 order by Int",
     "\"way\":\"order\",\"index\":\"Int\",\"count\":\"columns\""},
    {"select id from Things where Word = 'a' order by Dec",
     "\"way\":\"storage\",\"count\":\"storage\""},
    {"select id from Things where Dec > 7 order by Word",
     "\"way\":\"storage\",\"count\":\"columns\""},
    {"select id from Things where Code = 'a' and Dec > 7 order by Dec",
     "\"way\":\"criteria\",\"count\":\"storage\""},
    {"select Dec, count(id) from Things group by Dec", "\"way\":\"storage\",\"walked\""},
};

static void check_columns(steps *s, bool there)
{
    c4_buffer out;

    c4_buffer_init(&out, &s->org.env.mem, 4096);
    for (size_t i = 0; i < sizeof column_cases / sizeof column_cases[0]; i++) {
        const column_case *c = &column_cases[i];
        assert_ok(plan_of(s, c->query, &out));
        if (there && strstr(c4_buffer_c_str(&out), c->way) == NULL)
            fail_msg("%s: %s", c->query, c4_buffer_c_str(&out));
        if (!there)
            assert_null(strstr(c4_buffer_c_str(&out), "columns"));
    }
    c4_buffer_free(&out);
}

/* Where columns are asked, and only there; what is in them already does not show. */
static void test_columns(void **state)
{
    steps *s = *state;
    crm4e_id id;

    assert_ok(create(s, "Things", "{'Name': 'a', 'Dec': 9}", &id));
    assert_ok(org_commit(&s->org));
    assert_ok(org_begin(&s->org, CRM4E_TRANSACTION_READ));
    check_columns(s, false);
    assert_ok(c4_cache_new(&s->org.env.mem, -1, &s->org.env.columns));
    check_columns(s, true);
    assert_int_equal(c4_cache_used(s->org.env.columns), 0);
    assert_ok(query(s, column_cases[1].query));
    assert_int_equal(page->row_count, 1);
    assert_true(c4_cache_used(s->org.env.columns) > 0);
    check_columns(s, true);
    free_page(s);
    org_rollback(&s->org);
    assert_ok(org_begin(&s->org, CRM4E_TRANSACTION_WRITE));
    check_columns(s, false);
    c4_cache_free(s->org.env.columns);
    s->org.env.columns = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_columns, setup, steps_teardown),
        cmocka_unit_test_setup_teardown(test_plans, setup, steps_teardown),
        cmocka_unit_test_setup_teardown(test_closed, setup, steps_teardown),
    };
    return steps_run("query_explain", tests, sizeof tests / sizeof tests[0]);
}
