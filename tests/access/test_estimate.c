/* SPDX-License-Identifier: MIT */
/* What chooses the way to the rows: a table of ids, and the count of rows that
 * are open by owner, which may be stale. */
#include "../record/record_steps.h"
#include "access/access.h"
#include "access/idtable.h"

#include <string.h>

static int setup(void **state)
{
    return steps_setup(state);
}

static int teardown(void **state)
{
    return steps_teardown(state);
}

static void test_table(void **state)
{
    steps *s = *state;
    int64_t ids[700];
    c4_id_table table;
    c4_arena arena;

    c4_arena_init(&arena, &s->org.env.mem);
    assert_true(c4_id_table_make(&arena, NULL, 0, &table));
    assert_false(c4_id_table_has(&table, 1));
    assert_false(c4_id_table_has(&table, 0));
    for (size_t i = 0; i < 700; i++)
        ids[i] = INT64_C(1000000007) * (int64_t)(i + 1);
    for (size_t count = 1; count <= 700; count += 233) {
        assert_true(c4_id_table_make(&arena, ids, count, &table));
        for (size_t i = 0; i < 700; i++) {
            assert_int_equal(c4_id_table_has(&table, ids[i]), i < count);
            assert_false(c4_id_table_has(&table, ids[i] + 1));
        }
        assert_false(c4_id_table_has(&table, 0));
        assert_false(c4_id_table_has(&table, INT64_MAX));
        assert_false(c4_id_table_has(&table, -1));
    }
    c4_arena_free(&arena);
    fail_alloc_arm(&s->org.alloc, 1, false);
    assert_false(c4_id_table_make(&arena, ids, 10, &table));
    fail_alloc_arm(&s->org.alloc, 0, false);
    assert_false(c4_id_table_has(&table, ids[0]));
    c4_arena_free(&arena);
}

static int64_t owned_rows(steps *s, int64_t most)
{
    c4_scope scope;
    int64_t rows = -1;

    assert_ok(c4_access_module(&s->org.unit, "Accounts", CRM4E_ACTION_VIEW, &scope));
    assert_int_equal(strcmp(scope.module->table.indexes[0].name, "owner_m3"), 0);
    assert_ok(c4_access_owned_rows(&scope, 0, most, &rows));
    return rows;
}

static void make_accounts(steps *s, int count)
{
    for (int i = 0; i < count; i++) {
        crm4e_id id;

        assert_ok(create(s, "Accounts", "{'Account_Name': 'A'}", &id));
    }
}

static void test_count(void **state)
{
    steps *s = *state;
    c4_meta_part *reach = NULL;

    assert_ok(put_module(s, "{'api_name': 'Accounts', 'org_default': 'private'}"));
    assert_ok(put_user(s, "{'email': 'ben@x.example', 'name': 'Ben', 'role': 'Manager',"
                          " 'profile': 'Standard'}"));
    assert_ok(put_user(s, "{'email': 'cid@x.example', 'name': 'Cid', 'role': 'Manager',"
                          " 'profile': 'Standard'}"));
    act_as(s, "cid@x.example");
    make_accounts(s, 3);
    act_as(s, "ben@x.example");
    make_accounts(s, 5);
    assert_int_equal(owned_rows(s, 100), 5); /* worked out anew: nothing keeps it */
    assert_int_equal(owned_rows(s, 4), 4);
    s->org.unit.reach = &reach;
    assert_int_equal(owned_rows(s, 100), 5);
    make_accounts(s, 1);
    assert_int_equal(owned_rows(s, 100), 5); /* kept */
    make_accounts(s, 60);
    assert_int_equal(owned_rows(s, 100), 66); /* the org has grown */
    c4_unit_forget_reach(&s->org.unit);
    s->org.unit.reach = NULL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_table), TEST(test_count)};

    return steps_run("estimate", tests, sizeof tests / sizeof tests[0]);
}
