/* SPDX-License-Identifier: MIT */
/* Transactions, marks, the version, orgs, what outlives a connection. */
#include "contract/contract.h"

#include <string.h>

static void insert(c4_db *db, crm4e_id id)
{
    crm4e_value row[COL_COUNT];
    contract_blank(row, id);
    assert_ok(c4_db_insert(db, &contract_table, row));
}

static void assert_ids(c4_db *db, const char *expected)
{
    crm4e_plan plan;
    char ids[CONTRACT_IDS];
    c4_plan_init(&plan, &contract_table);
    assert_string_equal(contract_ids(db, &plan, ids, sizeof(ids)), expected);
}

static void test_rollback_undoes_rows(void **state)
{
    contract_fixture *f = *state;
    const uint32_t n[] = {COL_N};
    crm4e_value five = c4_integer(5);
    crm4e_value read;
    contract_begin_with_table(f);
    insert(&f->db, 1);
    insert(&f->db, 2);
    assert_ok(c4_db_commit(&f->db));
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    insert(&f->db, 3);
    assert_ok(c4_db_remove(&f->db, &contract_table, 1));
    assert_ok(c4_db_update(&f->db, &contract_table, 2, n, &five, 1));
    assert_ids(&f->db, "2 3");
    c4_db_rollback(&f->db);
    assert_false(f->db.poisoned);
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    assert_ids(&f->db, "1 2");
    assert_ok(c4_db_get(&f->db, &contract_table, 2, n, &read, 1));
    assert_int_equal(read.type, CRM4E_VALUE_NULL);
}

static void test_rollback_undoes_shape(void **state)
{
    contract_fixture *f = *state;
    contract_begin_with_table(f);
    insert(&f->db, 1);
    c4_db_rollback(&f->db);
    contract_begin_with_table(f);
    assert_ids(&f->db, "");
    insert(&f->db, 2);
    assert_ok(c4_db_commit(&f->db));
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_table_drop(&f->db, &contract_table));
    c4_db_rollback(&f->db);
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    assert_ids(&f->db, "2");
}

static void test_marks_nest(void **state)
{
    contract_fixture *f = *state;
    contract_begin_with_table(f);
    insert(&f->db, 1);
    assert_ok(c4_db_savepoint(&f->db));
    insert(&f->db, 2);
    assert_ok(c4_db_savepoint(&f->db));
    insert(&f->db, 3);
    c4_db_rollback_to(&f->db);
    assert_int_equal(f->db.depth, 1);
    assert_ids(&f->db, "1 2");
    assert_ok(c4_db_savepoint(&f->db));
    insert(&f->db, 4);
    assert_ok(c4_db_release(&f->db));
    assert_ids(&f->db, "1 2 4");
    c4_db_rollback_to(&f->db);
    assert_ids(&f->db, "1");
    assert_ok(c4_db_savepoint(&f->db));
    insert(&f->db, 5);
    assert_ok(c4_db_release(&f->db));
    assert_ok(c4_db_commit(&f->db));
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    assert_ids(&f->db, "1 5");
}

static void set_n(c4_db *db, crm4e_id id, int64_t number)
{
    const uint32_t column = COL_N;
    crm4e_value value = c4_integer(number);
    assert_ok(c4_db_update(db, &contract_table, id, &column, &value, 1));
}

static int64_t get_n(c4_db *db, crm4e_id id)
{
    const uint32_t column = COL_N;
    crm4e_value value;
    assert_ok(c4_db_get(db, &contract_table, id, &column, &value, 1));
    return value.integer;
}

/* Writes of every kind: whatever the back end does for the first few of a mark,
 * it undoes any number of them, and goes on with another mark of that depth. */
static void write_some(c4_db *db, int writes)
{
    for (int i = 0; i < writes; i++) {
        switch (i % 5) {
        case 0: set_n(db, 1, 100 + i); break;
        case 1: insert(db, 10 + i); break;
        case 2: set_n(db, 10 + i - 1, i); break;
        case 3: assert_ok(c4_db_remove(db, &contract_table, 10 + i - 2)); break;
        default: set_n(db, 2, 200 + i); break;
        }
    }
}

static void test_mark_undoes_any_number_of_writes(void **state)
{
    contract_fixture *f = *state;
    contract_begin_with_table(f);
    insert(&f->db, 1);
    insert(&f->db, 2);
    set_n(&f->db, 1, 7);
    for (int writes = 0; writes <= 10; writes++) {
        assert_ok(c4_db_savepoint(&f->db));
        write_some(&f->db, writes);
        c4_db_rollback_to(&f->db);
        assert_false(f->db.poisoned);
        assert_ids(&f->db, "1 2");
        assert_int_equal(get_n(&f->db, 1), 7);
        assert_int_equal(get_n(&f->db, 2), 0);
    }
    assert_ok(c4_db_savepoint(&f->db));
    write_some(&f->db, 2);
    assert_ok(c4_db_release(&f->db));
    assert_ok(c4_db_savepoint(&f->db));
    set_n(&f->db, 1, 8);
    assert_ok(c4_db_savepoint(&f->db));
    set_n(&f->db, 1, 9);
    c4_db_rollback_to(&f->db);
    assert_int_equal(get_n(&f->db, 1), 8);
    c4_db_rollback_to(&f->db);
    assert_int_equal(get_n(&f->db, 1), 100);
    assert_ok(c4_db_commit(&f->db));
}

/* A write that is refused inside a mark leaves what came before it. */
static void test_mark_after_a_refused_write(void **state)
{
    contract_fixture *f = *state;
    crm4e_value row[COL_COUNT];
    contract_begin_with_table(f);
    insert(&f->db, 1);
    assert_ok(c4_db_savepoint(&f->db));
    insert(&f->db, 2);
    contract_blank(row, 1);
    assert_code(c4_db_insert(&f->db, &contract_table, row), CRM4E_E_CONFLICT);
    assert_code(c4_db_remove(&f->db, &contract_table, 9), CRM4E_E_NOT_FOUND);
    assert_ids(&f->db, "1 2");
    c4_db_rollback_to(&f->db);
    assert_ids(&f->db, "1");
    assert_ok(c4_db_commit(&f->db));
}

static void test_mark_undoes_shape_and_version(void **state)
{
    contract_fixture *f = *state;
    int64_t version = -1;
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_set_version(&f->db, 3));
    assert_ok(c4_db_savepoint(&f->db));
    assert_ok(c4_db_table_create(&f->db, &contract_table));
    insert(&f->db, 1);
    assert_ok(c4_db_set_version(&f->db, 4));
    c4_db_rollback_to(&f->db);
    assert_false(f->db.poisoned);
    assert_ok(c4_db_get_version(&f->db, &version));
    assert_int_equal(version, 3);
    assert_ok(c4_db_table_create(&f->db, &contract_table));
    assert_ids(&f->db, "");
    assert_ok(c4_db_commit(&f->db));
}

static void test_marks_left_open_commit(void **state)
{
    contract_fixture *f = *state;
    contract_begin_with_table(f);
    assert_ok(c4_db_savepoint(&f->db));
    insert(&f->db, 1);
    assert_ok(c4_db_savepoint(&f->db));
    insert(&f->db, 2);
    assert_ok(c4_db_commit(&f->db));
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_savepoint(&f->db));
    insert(&f->db, 3);
    c4_db_rollback(&f->db);
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    assert_ids(&f->db, "1 2");
}

static void test_version(void **state)
{
    contract_fixture *f = *state;
    int64_t version = -1;
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_get_version(&f->db, &version));
    assert_int_equal(version, 0);
    assert_ok(c4_db_set_version(&f->db, 7));
    assert_ok(c4_db_get_version(&f->db, &version));
    assert_int_equal(version, 7);
    c4_db_rollback(&f->db);
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_get_version(&f->db, &version));
    assert_int_equal(version, 0);
    assert_ok(c4_db_set_version(&f->db, 8));
    assert_ok(c4_db_commit(&f->db));
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    assert_ok(c4_db_get_version(&f->db, &version));
    assert_int_equal(version, 8);
}

static void test_misuse_is_refused(void **state)
{
    contract_fixture *f = *state;
    crm4e_value row[COL_COUNT];
    crm4e_plan plan;
    c4_rows *rows;
    contract_blank(row, 1);
    c4_plan_init(&plan, &contract_table);
    assert_code(c4_db_insert(&f->db, &contract_table, row), CRM4E_E_MISUSE);
    assert_code(c4_rows_open(&rows, &f->db, &plan), CRM4E_E_MISUSE);
    assert_null(rows);
    assert_code(c4_db_commit(&f->db), CRM4E_E_MISUSE);
    assert_code(c4_db_begin(&f->db, 3), CRM4E_E_MISUSE);
    contract_begin_with_table(f);
    assert_code(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ), CRM4E_E_MISUSE);
    assert_code(c4_db_release(&f->db), CRM4E_E_MISUSE);
    assert_ok(c4_db_commit(&f->db));
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    assert_code(c4_db_insert(&f->db, &contract_table, row), CRM4E_E_MISUSE);
    assert_code(c4_db_savepoint(&f->db), CRM4E_E_MISUSE);
}

static void test_disconnect_rolls_back(void **state)
{
    contract_fixture *f = *state;
    contract_begin_with_table(f);
    insert(&f->db, 1);
    assert_ok(c4_db_commit(&f->db));
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    insert(&f->db, 2);
    c4_db_disconnect(&f->db);
    assert_ok(contract_connect(f, &f->db));
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ids(&f->db, "1");
}

static void test_commits_outlive_the_storage(void **state)
{
    contract_fixture *f = *state;
    crm4e_id org = 0;
    contract_begin_with_table(f);
    insert(&f->db, 1);
    assert_ok(c4_db_set_version(&f->db, 5));
    assert_ok(c4_db_commit(&f->db));
    c4_db_disconnect(&f->db);
    if (f->target->persistent) {
        contract_close(f);
        assert_ok(contract_open(f, f->target));
    }
    assert_ok(c4_store_org_find(&f->store, "one", &org));
    assert_int_equal(org, CONTRACT_ORG);
    assert_ok(contract_connect(f, &f->db));
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ids(&f->db, "1");
    insert(&f->db, 2);
    assert_ok(c4_db_commit(&f->db));
}

typedef struct name_list {
    char names[128];
    int32_t answer;
} name_list;

static int32_t append_name(void *user, crm4e_id org, const char *name)
{
    name_list *list = user;
    assert_true(org > 0);
    if (list->names[0] != '\0')
        strncat(list->names, " ", sizeof(list->names) - strlen(list->names) - 1);
    strncat(list->names, name, sizeof(list->names) - strlen(list->names) - 1);
    return list->answer;
}

static void test_one_org(void **state)
{
    contract_fixture *f = *state;
    c4_db other;
    crm4e_id org = -1;
    name_list list = {"", CRM4E_CONTINUE};
    assert_ok(c4_store_org_find(&f->store, NULL, &org));
    assert_int_equal(org, CONTRACT_ORG);
    assert_code(c4_store_org_find(&f->store, "none", &org), CRM4E_E_NOT_FOUND);
    assert_int_equal(org, 0);
    assert_code(c4_db_connect(&other, &f->store, 77, 0, NULL, NULL), CRM4E_E_NOT_FOUND);
    assert_ok(c4_store_org_list(&f->store, append_name, &list));
    assert_string_equal(list.names, "one");
}

static void test_many_orgs(void **state)
{
    contract_fixture *f = *state;
    c4_db other;
    crm4e_id org = -1;
    name_list list = {"", CRM4E_CONTINUE};
    if (!f->target->many_orgs)
        skip();
    assert_ok(c4_store_org_create(&f->store, 2));
    assert_ok(c4_store_org_find(&f->store, NULL, &org)); /* not published yet */
    assert_ok(c4_store_org_create(&f->store, 2));        /* an interrupted creation */
    assert_code(c4_store_org_publish(&f->store, 2, "one"), CRM4E_E_CONFLICT);
    assert_ok(c4_store_org_publish(&f->store, 2, "another \xc3\xa9"));
    assert_code(c4_store_org_find(&f->store, NULL, &org), CRM4E_E_CONFLICT);
    assert_ok(c4_store_org_find(&f->store, "another \xc3\xa9", &org));
    assert_int_equal(org, 2);
    assert_ok(c4_store_org_list(&f->store, append_name, &list));
    assert_string_equal(list.names, "another \xc3\xa9 one");
    list = (name_list){"", CRM4E_E_USER};
    assert_code(c4_store_org_list(&f->store, append_name, &list), CRM4E_E_USER);
    assert_string_equal(list.names, "another \xc3\xa9");

    contract_begin_with_table(f);
    insert(&f->db, 1);
    assert_ok(c4_db_commit(&f->db));
    assert_ok(c4_db_connect(&other, &f->store, 2, 0, NULL, NULL));
    assert_ok(c4_db_begin(&other, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_table_create(&other, &contract_table));
    assert_ids(&other, "");
    c4_db_disconnect(&other);
}

static void test_second_org_of_a_single_storage(void **state)
{
    contract_fixture *f = *state;
    int rc;
    if (f->target->many_orgs)
        skip();
    rc = c4_store_org_create(&f->store, 2);
    if (rc == CRM4E_OK)
        rc = c4_store_org_publish(&f->store, 2, "two");
    assert_code(rc, CRM4E_E_CONFLICT);
}

contract_checks contract_transaction_checks(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rollback_undoes_rows),
        cmocka_unit_test(test_rollback_undoes_shape),
        cmocka_unit_test(test_marks_nest),
        cmocka_unit_test(test_mark_undoes_any_number_of_writes),
        cmocka_unit_test(test_mark_after_a_refused_write),
        cmocka_unit_test(test_mark_undoes_shape_and_version),
        cmocka_unit_test(test_marks_left_open_commit),
        cmocka_unit_test(test_version),
        cmocka_unit_test(test_misuse_is_refused),
        cmocka_unit_test(test_disconnect_rolls_back),
        cmocka_unit_test(test_commits_outlive_the_storage),
        cmocka_unit_test(test_one_org),
        cmocka_unit_test(test_many_orgs),
        cmocka_unit_test(test_second_org_of_a_single_storage),
    };
    contract_checks checks = {tests, sizeof(tests) / sizeof(tests[0])};
    return checks;
}
