/* SPDX-License-Identifier: MIT */
/* Rows one by one, and the shape of tables. */
#include "contract/contract.h"

#include <stdlib.h>
#include <string.h>

static const uint32_t all_columns[COL_COUNT] = {COL_ID, COL_N, COL_D, COL_DAY,
                                                COL_AT, COL_B, COL_S, COL_X};

static void assert_row(c4_db *db, const crm4e_table *table, const crm4e_value *expected,
                       size_t count)
{
    crm4e_value values[COL_COUNT + 1];
    uint32_t columns[COL_COUNT + 1] = {0};
    for (size_t i = 0; i < count; i++)
        columns[i] = (uint32_t)i;
    assert_ok(c4_db_get(db, table, expected[0].integer, columns, values, count));
    for (size_t i = 0; i < count; i++)
        assert_true(c4_value_equal(&values[i], &expected[i]));
}

static void test_every_type_comes_back(void **state)
{
    contract_fixture *f = *state;
    crm4e_value row[COL_COUNT];
    contract_begin_with_table(f);
    contract_blank(row, 1);
    assert_ok(c4_db_insert(&f->db, &contract_table, row));
    assert_row(&f->db, &contract_table, row, COL_COUNT);
    row[COL_ID] = c4_integer((INT64_C(1) << 53) - 1);
    row[COL_N] = c4_integer(INT64_MIN);
    row[COL_D] = c4_integer(INT64_MAX);
    row[COL_DAY] = c4_integer(-719162);
    row[COL_AT] = c4_integer(INT64_C(-62135596800000000));
    row[COL_B] = c4_integer(1);
    row[COL_S] = c4_c_text("Zo\xc3\xab \xe6\x9d\x8e 'quoted\" \xf0\x9f\x98\x80");
    row[COL_X] = c4_blob("\0\xff\0x", 4);
    assert_ok(c4_db_insert(&f->db, &contract_table, row));
    assert_row(&f->db, &contract_table, row, COL_COUNT);
    assert_ok(c4_db_commit(&f->db));
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    assert_row(&f->db, &contract_table, row, COL_COUNT);
}

static void test_empty_is_not_null(void **state)
{
    contract_fixture *f = *state;
    crm4e_value row[COL_COUNT];
    crm4e_value read[2];
    const uint32_t columns[] = {COL_S, COL_X};
    contract_begin_with_table(f);
    contract_blank(row, 1);
    row[COL_S] = c4_text_value(NULL, 0);
    row[COL_X] = c4_blob(NULL, 0);
    assert_ok(c4_db_insert(&f->db, &contract_table, row));
    assert_ok(c4_db_get(&f->db, &contract_table, 1, columns, read, 2));
    assert_int_equal(read[0].type, CRM4E_VALUE_TEXT);
    assert_int_equal(read[0].length, 0);
    assert_int_equal(read[1].type, CRM4E_VALUE_BLOB);
    assert_int_equal(read[1].length, 0);
}

static void test_long_values(void **state)
{
    contract_fixture *f = *state;
    size_t length = 1024 * 1024 + 3;
    char *text = malloc(length);
    crm4e_value row[COL_COUNT];
    assert_non_null(text);
    memset(text, 'x', length);
    contract_begin_with_table(f);
    contract_blank(row, 1);
    row[COL_S] = c4_text_value(text, length);
    row[COL_X] = c4_blob(text, length);
    assert_ok(c4_db_insert(&f->db, &contract_table, row));
    assert_row(&f->db, &contract_table, row, COL_COUNT);
    free(text);
}

static void test_insert_copies(void **state)
{
    contract_fixture *f = *state;
    char text[] = "before";
    crm4e_value row[COL_COUNT];
    contract_begin_with_table(f);
    contract_blank(row, 1);
    row[COL_S] = c4_text_value(text, 6);
    assert_ok(c4_db_insert(&f->db, &contract_table, row));
    memcpy(text, "after!", 6);
    row[COL_S] = c4_c_text("before");
    assert_row(&f->db, &contract_table, row, COL_COUNT);
}

static void test_update_sets_only_what_is_named(void **state)
{
    contract_fixture *f = *state;
    const uint32_t columns[] = {COL_S, COL_N};
    crm4e_value changed[] = {c4_c_text("new"), c4_integer(9)};
    crm4e_value row[COL_COUNT];
    contract_begin_with_table(f);
    contract_blank(row, 4);
    row[COL_D] = c4_integer(5);
    row[COL_S] = c4_c_text("old");
    assert_ok(c4_db_insert(&f->db, &contract_table, row));
    assert_ok(c4_db_update(&f->db, &contract_table, 4, columns, changed, 2));
    row[COL_S] = changed[0];
    row[COL_N] = changed[1];
    assert_row(&f->db, &contract_table, row, COL_COUNT);
    changed[0] = c4_null();
    assert_ok(c4_db_update(&f->db, &contract_table, 4, columns, changed, 1));
    row[COL_S] = c4_null();
    assert_row(&f->db, &contract_table, row, COL_COUNT);
    assert_code(c4_db_update(&f->db, &contract_table, 5, columns, changed, 2), CRM4E_E_NOT_FOUND);
}

static void test_remove(void **state)
{
    contract_fixture *f = *state;
    crm4e_value row[COL_COUNT];
    crm4e_value read[COL_COUNT];
    contract_begin_with_table(f);
    contract_blank(row, 1);
    assert_code(c4_db_remove(&f->db, &contract_table, 1), CRM4E_E_NOT_FOUND);
    assert_ok(c4_db_insert(&f->db, &contract_table, row));
    assert_ok(c4_db_remove(&f->db, &contract_table, 1));
    assert_code(c4_db_get(&f->db, &contract_table, 1, all_columns, read, COL_COUNT),
                CRM4E_E_NOT_FOUND);
    assert_code(c4_db_remove(&f->db, &contract_table, 1), CRM4E_E_NOT_FOUND);
    assert_ok(c4_db_insert(&f->db, &contract_table, row));
}

static void insert_key(contract_fixture *f, crm4e_id id, crm4e_value day, const char *s, int code)
{
    crm4e_value row[COL_COUNT];
    contract_blank(row, id);
    row[COL_DAY] = day;
    row[COL_S] = c4_c_text(s);
    assert_code(c4_db_insert(&f->db, &contract_table, row), code);
}

static void test_conflicts_change_nothing(void **state)
{
    contract_fixture *f = *state;
    const uint32_t day[] = {COL_DAY};
    crm4e_value ten = c4_integer(10);
    crm4e_value eleven = c4_integer(11);
    crm4e_plan plan;
    char ids[CONTRACT_IDS];
    contract_begin_with_table(f);
    insert_key(f, 1, ten, "a", CRM4E_OK);
    insert_key(f, 1, eleven, "b", CRM4E_E_CONFLICT);
    insert_key(f, 2, ten, "a", CRM4E_E_CONFLICT);
    insert_key(f, 2, ten, "A", CRM4E_OK);
    insert_key(f, 3, eleven, "a", CRM4E_OK);
    assert_code(c4_db_update(&f->db, &contract_table, 3, day, &ten, 1), CRM4E_E_CONFLICT);
    assert_ok(c4_db_update(&f->db, &contract_table, 3, day, &eleven, 1));
    c4_plan_init(&plan, &contract_table);
    assert_string_equal(contract_ids(&f->db, &plan, ids, sizeof(ids)), "1 2 3");
    assert_ok(c4_db_remove(&f->db, &contract_table, 1));
    assert_ok(c4_db_update(&f->db, &contract_table, 3, day, &ten, 1));
    assert_ok(c4_db_commit(&f->db));
}

static void test_null_keys_do_not_conflict(void **state)
{
    contract_fixture *f = *state;
    contract_begin_with_table(f);
    insert_key(f, 1, c4_null(), "a", CRM4E_OK);
    insert_key(f, 2, c4_null(), "a", CRM4E_OK);
    insert_key(f, 3, c4_integer(1), NULL, CRM4E_OK);
    insert_key(f, 4, c4_integer(1), NULL, CRM4E_OK);
    insert_key(f, 5, c4_null(), NULL, CRM4E_OK);
    insert_key(f, 6, c4_null(), NULL, CRM4E_OK);
}

static void test_column_added_is_null(void **state)
{
    contract_fixture *f = *state;
    crm4e_column columns[COL_COUNT + 1];
    crm4e_table wider = contract_table;
    crm4e_value row[COL_COUNT + 1];
    const uint32_t added[] = {COL_COUNT};
    crm4e_value value = c4_c_text("here");
    contract_begin_with_table(f);
    contract_blank(row, 1);
    assert_ok(c4_db_insert(&f->db, &contract_table, row));
    memcpy(columns, contract_table.columns, sizeof(columns) - sizeof(columns[0]));
    columns[COL_COUNT] = (crm4e_column){"added", CRM4E_COLUMN_TEXT, 0};
    wider.columns = columns;
    wider.column_count = COL_COUNT + 1;
    wider.serial = 1002;
    assert_ok(c4_db_column_add(&f->db, &wider));
    row[COL_COUNT] = c4_null();
    assert_row(&f->db, &wider, row, COL_COUNT + 1);
    assert_ok(c4_db_update(&f->db, &wider, 1, added, &value, 1));
    row[COL_COUNT] = value;
    assert_row(&f->db, &wider, row, COL_COUNT + 1);
    row[0] = c4_integer(2);
    assert_ok(c4_db_insert(&f->db, &wider, row));
    assert_ok(c4_db_commit(&f->db));
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    assert_row(&f->db, &wider, row, COL_COUNT + 1);
}

static void test_index_create_and_drop(void **state)
{
    contract_fixture *f = *state;
    const uint32_t n[] = {COL_N};
    crm4e_index indexes[INDEX_COUNT + 1];
    crm4e_table wider = contract_table;
    crm4e_value row[COL_COUNT];
    memcpy(indexes, contract_table.indexes, sizeof(indexes) - sizeof(indexes[0]));
    indexes[INDEX_COUNT] = (crm4e_index){"everything_n_once", n, 1, CRM4E_INDEX_UNIQUE};
    wider.indexes = indexes;
    wider.index_count = INDEX_COUNT + 1;
    wider.serial = 1003;
    contract_begin_with_table(f);
    for (int64_t id = 1; id <= 3; id++) {
        contract_blank(row, id);
        row[COL_N] = c4_integer(id / 2);
        assert_ok(c4_db_insert(&f->db, &contract_table, row));
    }
    row[COL_N] = c4_integer(7);
    assert_ok(c4_db_remove(&f->db, &contract_table, 3));
    assert_ok(c4_db_insert(&f->db, &contract_table, row));
    assert_ok(c4_db_index_create(&f->db, &wider, INDEX_COUNT));
    row[COL_ID] = c4_integer(4);
    assert_code(c4_db_insert(&f->db, &wider, row), CRM4E_E_CONFLICT);
    assert_ok(c4_db_index_drop(&f->db, &wider, INDEX_COUNT));
    assert_ok(c4_db_insert(&f->db, &contract_table, row));
    assert_code(c4_db_index_create(&f->db, &wider, INDEX_COUNT), CRM4E_E_CONFLICT);
    assert_row(&f->db, &contract_table, row, COL_COUNT);
    assert_ok(c4_db_commit(&f->db));
}

static void test_table_dropped_and_made_anew(void **state)
{
    contract_fixture *f = *state;
    crm4e_table again = contract_table;
    crm4e_value row[COL_COUNT];
    crm4e_value read[COL_COUNT];
    again.serial = 1004;
    contract_begin_with_table(f);
    contract_blank(row, 1);
    assert_ok(c4_db_insert(&f->db, &contract_table, row));
    assert_ok(c4_db_table_drop(&f->db, &contract_table));
    assert_ok(c4_db_table_create(&f->db, &again));
    assert_code(c4_db_get(&f->db, &again, 1, all_columns, read, COL_COUNT), CRM4E_E_NOT_FOUND);
    assert_ok(c4_db_insert(&f->db, &again, row));
}

static int32_t no_problem(void *user, const char *text)
{
    (void)user;
    fail_msg("%s", text);
    return CRM4E_CONTINUE;
}

static void test_check_finds_no_problem(void **state)
{
    contract_fixture *f = *state;
    contract_begin_with_table(f);
    insert_key(f, 1, c4_integer(1), "a", CRM4E_OK);
    assert_ok(c4_db_commit(&f->db));
    assert_ok(c4_db_check(&f->db, no_problem, NULL));
}

contract_checks contract_row_checks(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_type_comes_back),
        cmocka_unit_test(test_empty_is_not_null),
        cmocka_unit_test(test_long_values),
        cmocka_unit_test(test_insert_copies),
        cmocka_unit_test(test_update_sets_only_what_is_named),
        cmocka_unit_test(test_remove),
        cmocka_unit_test(test_conflicts_change_nothing),
        cmocka_unit_test(test_null_keys_do_not_conflict),
        cmocka_unit_test(test_column_added_is_null),
        cmocka_unit_test(test_index_create_and_drop),
        cmocka_unit_test(test_table_dropped_and_made_anew),
        cmocka_unit_test(test_check_finds_no_problem),
    };
    contract_checks checks = {tests, sizeof(tests) / sizeof(tests[0])};
    return checks;
}
