/* SPDX-License-Identifier: MIT */
/* Order, limit, walks of an index, ranges, keep, columns and scans. */
#include "contract/contract.h"

#include <stdio.h>
#include <string.h>

typedef struct sample {
    int64_t n; /* -1: NULL */
    const char *s;
} sample;

static const sample samples[] = {
    {5, "b"}, {3, "A"}, {-1, NULL}, {5, "a"}, {1, "\xc3\x81"}, {3, "B"}, {9, ""}, {-1, "c"},
};
enum {
    SAMPLES = 8
};

static void fill(contract_fixture *f)
{
    contract_begin_with_table(f);
    for (size_t i = 0; i < SAMPLES; i++) {
        crm4e_value row[COL_COUNT];
        contract_blank(row, (int64_t)i + 1);
        row[COL_N] = samples[i].n < 0 ? c4_null() : c4_integer(samples[i].n);
        row[COL_S] = c4_c_text(samples[i].s);
        row[COL_D] = c4_integer((int64_t)i % 2);
        assert_ok(c4_db_insert(&f->db, &contract_table, row));
    }
}

static void assert_plan(contract_fixture *f, crm4e_plan *plan, const char *expected)
{
    char ids[CONTRACT_IDS];
    assert_string_equal(contract_ids(&f->db, plan, ids, sizeof(ids)), expected);
}

typedef struct order_case {
    crm4e_order terms[3];
    size_t count;
    const char *ids;
} order_case;

static const order_case order_cases[] = {
    {{{COL_ID, 0, 0}}, 0, "1 2 3 4 5 6 7 8"},
    {{{COL_ID, 0, 1}}, 1, "8 7 6 5 4 3 2 1"},
    {{{COL_N, 0, 0}, {COL_ID, 0, 0}}, 2, "3 8 5 2 6 1 4 7"},
    {{{COL_N, 0, 1}, {COL_ID, 0, 0}}, 2, "7 1 4 2 6 5 3 8"},
    {{{COL_N, 0, 1}, {COL_ID, 0, 1}}, 2, "7 4 1 6 2 5 8 3"},
    {{{COL_S, 0, 0}, {COL_ID, 0, 0}}, 2, "3 7 2 6 4 1 8 5"},
    {{{COL_S, CRM4E_FOLD, 0}, {COL_ID, 0, 0}}, 2, "3 7 2 4 5 1 6 8"},
    {{{COL_S, CRM4E_FOLD, 1}, {COL_ID, 0, 1}}, 2, "8 6 1 5 4 2 7 3"},
    {{{COL_D, 0, 0}, {COL_N, 0, 1}, {COL_ID, 0, 0}}, 3, "7 1 5 3 4 2 6 8"},
};

static void test_orders(void **state)
{
    contract_fixture *f = *state;
    fill(f);
    for (size_t i = 0; i < sizeof(order_cases) / sizeof(order_cases[0]); i++) {
        crm4e_plan plan;
        c4_plan_init(&plan, &contract_table);
        plan.order = order_cases[i].terms;
        plan.order_count = order_cases[i].count;
        assert_plan(f, &plan, order_cases[i].ids);
    }
}

static void test_limit_and_offset(void **state)
{
    contract_fixture *f = *state;
    static const struct {
        int64_t limit;
        int64_t offset;
        const char *ids;
        const char *descending;
    } cases[] = {
        {0, 0, "", ""},           {1, 0, "1", "8"},
        {3, 2, "3 4 5", "6 5 4"}, {-1, 6, "7 8", "2 1"},
        {5, 8, "", ""},           {INT64_MAX, 7, "8", "1"},
        {2, INT64_MAX, "", ""},   {100, 5, "6 7 8", "3 2 1"},
    };
    const crm4e_order order = {COL_ID, 0, 1};
    fill(f);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        crm4e_plan plan;
        c4_plan_init(&plan, &contract_table);
        plan.limit = cases[i].limit;
        plan.offset = cases[i].offset;
        assert_plan(f, &plan, cases[i].ids);
        plan.order = &order;
        plan.order_count = 1;
        assert_plan(f, &plan, cases[i].descending);
    }
}

static void test_limit_counts_what_matches(void **state)
{
    contract_fixture *f = *state;
    crm4e_value five = c4_integer(5);
    crm4e_predicate where = c4_where(CRM4E_OP_LT, COL_N, &five, 1);
    crm4e_plan plan;
    fill(f);
    c4_plan_init(&plan, &contract_table);
    plan.where = &where;
    plan.limit = 2;
    assert_plan(f, &plan, "2 5");
    plan.offset = 1;
    assert_plan(f, &plan, "5 6");
}

static void test_index_walk(void **state)
{
    contract_fixture *f = *state;
    const crm4e_order down[] = {{COL_N, 0, 1}, {COL_ID, 0, 1}};
    const crm4e_order other[] = {{COL_D, 0, 0}, {COL_ID, 0, 0}};
    crm4e_plan plan;
    const crm4e_value *values;
    const uint32_t columns[] = {COL_N};
    c4_rows *rows;
    crm4e_value previous = c4_null();
    int count = 0;
    fill(f);
    c4_plan_init(&plan, &contract_table);
    plan.index = INDEX_N;
    plan.columns = columns;
    plan.column_count = 1;
    assert_ok(c4_rows_open(&rows, &f->db, &plan));
    while (c4_rows_next(rows, &values) == CRM4E_ROW) {
        assert_true(c4_value_order(&previous, &values[0]) <= 0);
        previous = values[0];
        count++;
    }
    c4_rows_close(rows);
    assert_int_equal(count, SAMPLES);
    plan.order = down;
    plan.order_count = 2;
    assert_plan(f, &plan, "7 4 1 6 2 5 8 3");
    plan.limit = 3;
    assert_plan(f, &plan, "7 4 1");
    plan.order = other;
    plan.limit = -1;
    assert_plan(f, &plan, "1 3 5 7 2 4 6 8");
}

static void test_ranges(void **state)
{
    contract_fixture *f = *state;
    const int64_t ranges[] = {-7, 3, 5, 6};
    const crm4e_order up[] = {{COL_N, 0, 0}, {COL_ID, 0, 0}};
    const crm4e_order down[] = {{COL_ID, 0, 1}};
    crm4e_value b = c4_c_text("b");
    crm4e_predicate where = c4_where(CRM4E_OP_LT, COL_S, &b, 1);
    crm4e_plan plan;
    fill(f);
    c4_plan_init(&plan, &contract_table);
    plan.index = INDEX_N;
    plan.ranges = ranges;
    plan.range_count = 4;
    plan.order = up;
    plan.order_count = 2;
    assert_plan(f, &plan, "2 6 1 4");
    plan.order = down;
    plan.order_count = 1;
    assert_plan(f, &plan, "6 4 2 1");
    plan.where = &where;
    assert_plan(f, &plan, "6 4 2");
    plan.limit = 1;
    plan.offset = 1;
    assert_plan(f, &plan, "4");
    plan.range_count = 1;
    assert_plan(f, &plan, "");
    plan.range_count = 0;
    assert_plan(f, &plan, "");
}

typedef struct keeper {
    int64_t stop_at; /* id at which `code` is answered */
    int32_t code;
} keeper;

/* Keeps rows with an odd id whose text is not NULL. */
static int32_t keep_odd(void *user, const crm4e_value *values, size_t count)
{
    const keeper *k = user;
    int32_t answer = CRM4E_PASSTHROUGH;
    assert_int_equal(count, 2);
    assert_int_equal(values[1].type, CRM4E_VALUE_INTEGER);
    if (values[1].integer == k->stop_at)
        answer = k->code;
    else if (values[1].integer % 2 == 1 && values[0].type == CRM4E_VALUE_TEXT)
        answer = CRM4E_CONTINUE;
    return answer;
}

static void plan_keep(crm4e_plan *plan, keeper *k)
{
    static const uint32_t columns[] = {COL_S, COL_ID};
    c4_plan_init(plan, &contract_table);
    plan->keep = keep_odd;
    plan->keep_user = k;
    plan->keep_columns = columns;
    plan->keep_column_count = 2;
}

static void test_keep(void **state)
{
    contract_fixture *f = *state;
    const crm4e_order down[] = {{COL_N, 0, 1}};
    const int64_t ranges[] = {5, 9};
    crm4e_value five = c4_integer(5);
    crm4e_predicate where = c4_where(CRM4E_OP_GE, COL_N, &five, 1);
    keeper k = {0, 0};
    crm4e_plan plan;
    fill(f);
    plan_keep(&plan, &k);
    assert_plan(f, &plan, "1 5 7");
    plan.limit = 1;
    plan.offset = 1;
    assert_plan(f, &plan, "5");
    plan.order = down;
    plan.order_count = 1;
    assert_plan(f, &plan, "1");
    plan.limit = -1;
    plan.offset = 0;
    plan.where = &where;
    assert_plan(f, &plan, "7 1");
    plan.index = INDEX_N;
    plan.ranges = ranges;
    plan.range_count = 1;
    assert_plan(f, &plan, "1");
}

static int drain(contract_fixture *f, const crm4e_plan *plan)
{
    const crm4e_value *values;
    c4_rows *rows;
    int rc = c4_rows_open(&rows, &f->db, plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &values)) == CRM4E_ROW)
        rc = CRM4E_OK;
    if (rows != NULL && rc < 0)
        assert_code(c4_rows_next(rows, &values), rc);
    c4_rows_close(rows);
    return rc;
}

static void test_keep_stops(void **state)
{
    contract_fixture *f = *state;
    static const struct {
        int32_t answer;
        int code;
    } cases[] = {
        {CRM4E_E_ABORTED, CRM4E_E_ABORTED},
        {CRM4E_E_NO_MEMORY, CRM4E_E_NO_MEMORY},
        {0, CRM4E_E_CALLBACK},
        {99, CRM4E_E_CALLBACK},
        {-999, CRM4E_E_CALLBACK},
    };
    const crm4e_order order = {COL_N, 0, 0};
    fill(f);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        keeper k = {4, cases[i].answer};
        crm4e_plan plan;
        plan_keep(&plan, &k);
        assert_code(drain(f, &plan), cases[i].code);
        plan.order = &order;
        plan.order_count = 1;
        assert_code(drain(f, &plan), cases[i].code);
    }
}

static void test_columns_in_any_order(void **state)
{
    contract_fixture *f = *state;
    const uint32_t columns[] = {COL_S, COL_N, COL_S, COL_X};
    const crm4e_order order[] = {{COL_N, 0, 1}, {COL_ID, 0, 0}};
    crm4e_value zero = c4_integer(0);
    crm4e_predicate where = c4_where(CRM4E_OP_EQ, COL_D, &zero, 1);
    const crm4e_value *values;
    crm4e_plan plan;
    c4_rows *rows;
    fill(f);
    c4_plan_init(&plan, &contract_table);
    plan.columns = columns;
    plan.column_count = 4;
    plan.where = &where;
    for (int sorted = 0; sorted < 2; sorted++) {
        crm4e_value b = c4_c_text("b");
        plan.order = order;
        plan.order_count = sorted == 0 ? 0 : 2;
        assert_ok(c4_rows_open(&rows, &f->db, &plan));
        assert_code(c4_rows_next(rows, &values), CRM4E_ROW);
        if (sorted == 1) {
            assert_int_equal(values[1].integer, 9);
            assert_int_equal(values[0].length, 0);
            assert_code(c4_rows_next(rows, &values), CRM4E_ROW);
        }
        assert_true(c4_value_equal(&values[0], &b));
        assert_int_equal(values[1].integer, 5);
        assert_true(c4_value_equal(&values[2], &b));
        assert_int_equal(values[3].type, CRM4E_VALUE_NULL);
        c4_rows_close(rows);
    }
}

static void test_bad_plans(void **state)
{
    contract_fixture *f = *state;
    const uint32_t beyond[] = {COL_COUNT};
    const crm4e_order order = {COL_COUNT, 0, 0};
    const int64_t ranges[] = {1};
    crm4e_predicate where = c4_where(CRM4E_OP_EQ, COL_N, NULL, 0);
    crm4e_plan good;
    crm4e_plan plan;
    fill(f);
    c4_plan_init(&good, &contract_table);
    plan = good;
    plan.columns = beyond;
    plan.column_count = 1;
    assert_code(drain(f, &plan), CRM4E_E_MISUSE);
    plan = good;
    plan.order = &order;
    plan.order_count = 1;
    assert_code(drain(f, &plan), CRM4E_E_MISUSE);
    plan = good;
    plan.ranges = ranges;
    plan.range_count = 1;
    assert_code(drain(f, &plan), CRM4E_E_MISUSE);
    plan = good;
    plan.index = INDEX_COUNT;
    assert_code(drain(f, &plan), CRM4E_E_MISUSE);
    plan = good;
    plan.offset = -1;
    assert_code(drain(f, &plan), CRM4E_E_MISUSE);
    plan = good;
    plan.where = &where;
    assert_code(drain(f, &plan), CRM4E_E_MISUSE);
    where = c4_where(99, COL_N, NULL, 0);
    assert_code(drain(f, &plan), CRM4E_E_MISUSE);
    where = c4_where(CRM4E_OP_IS_NULL, COL_COUNT, NULL, 0);
    assert_code(drain(f, &plan), CRM4E_E_MISUSE);
}

enum {
    SCANNED = 9000
};

typedef struct scan_total {
    size_t rows;
    size_t chunks;
    size_t nulls;
    int64_t sum;
    int64_t last_id;
    int code;
} scan_total;

static int total_chunk(void *user, const c4_chunk *chunk)
{
    scan_total *total = user;
    assert_true(chunk->rows > 0 && chunk->rows <= 4096);
    for (size_t i = 0; i < chunk->rows; i++) {
        assert_true(chunk->ids[i] > total->last_id);
        total->last_id = chunk->ids[i];
        total->sum += chunk->values[1][i];
        total->nulls += chunk->nulls[1][i];
        assert_int_equal(chunk->values[0][i], chunk->ids[i] % 2);
        assert_int_equal(chunk->nulls[0][i], 0);
    }
    total->rows += chunk->rows;
    total->chunks++;
    return total->code;
}

static void test_scan(void **state)
{
    contract_fixture *f = *state;
    const uint32_t columns[] = {COL_B, COL_N};
    const uint32_t text[] = {COL_S};
    scan_total total = {0};
    contract_begin_with_table(f);
    assert_ok(c4_db_scan(&f->db, &contract_table, columns, 2, total_chunk, &total));
    assert_int_equal(total.rows, 0);
    for (int64_t id = 1; id <= SCANNED; id++) {
        crm4e_value row[COL_COUNT];
        contract_blank(row, id * 3);
        row[COL_B] = c4_integer(id * 3 % 2);
        row[COL_N] = id % 5 == 0 ? c4_null() : c4_integer(id - 100);
        assert_ok(c4_db_insert(&f->db, &contract_table, row));
    }
    assert_ok(c4_db_scan(&f->db, &contract_table, columns, 2, total_chunk, &total));
    assert_int_equal(total.rows, SCANNED);
    assert_int_equal(total.nulls, SCANNED / 5);
    assert_int_equal(total.last_id, SCANNED * 3);
    /* all ids less every fifth: each holds id - 100 */
    assert_int_equal(total.sum, (int64_t)SCANNED * (SCANNED + 1) / 2 -
                                    (int64_t)5 * (SCANNED / 5) * (SCANNED / 5 + 1) / 2 -
                                    100 * (int64_t)(SCANNED - SCANNED / 5));
    total = (scan_total){.code = CRM4E_E_LIMIT};
    assert_code(c4_db_scan(&f->db, &contract_table, columns, 2, total_chunk, &total),
                CRM4E_E_LIMIT);
    assert_int_equal(total.chunks, 1);
    assert_code(c4_db_scan(&f->db, &contract_table, text, 1, total_chunk, &total), CRM4E_E_MISUSE);
    total = (scan_total){0};
}

static void test_sort_is_complete(void **state)
{
    contract_fixture *f = *state;
    const crm4e_order order[] = {{COL_N, 0, 0}, {COL_ID, 0, 1}};
    const uint32_t columns[] = {COL_N, COL_ID};
    const crm4e_value *values;
    crm4e_plan plan;
    c4_rows *rows;
    int64_t n = -1;
    int64_t id = 0;
    int count = 0;
    contract_begin_with_table(f);
    for (int64_t i = 1; i <= 1000; i++) {
        crm4e_value row[COL_COUNT];
        contract_blank(row, i);
        row[COL_N] = c4_integer(i * 7919 % 101);
        assert_ok(c4_db_insert(&f->db, &contract_table, row));
    }
    c4_plan_init(&plan, &contract_table);
    plan.columns = columns;
    plan.column_count = 2;
    plan.order = order;
    plan.order_count = 2;
    assert_ok(c4_rows_open(&rows, &f->db, &plan));
    while (c4_rows_next(rows, &values) == CRM4E_ROW) {
        assert_true(values[0].integer > n || (values[0].integer == n && values[1].integer < id));
        n = values[0].integer;
        id = values[1].integer;
        count++;
    }
    c4_rows_close(rows);
    assert_int_equal(count, 1000);
}

contract_checks contract_query_checks(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders),
        cmocka_unit_test(test_limit_and_offset),
        cmocka_unit_test(test_limit_counts_what_matches),
        cmocka_unit_test(test_index_walk),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_keep),
        cmocka_unit_test(test_keep_stops),
        cmocka_unit_test(test_columns_in_any_order),
        cmocka_unit_test(test_bad_plans),
        cmocka_unit_test(test_scan),
        cmocka_unit_test(test_sort_is_complete),
    };
    contract_checks checks = {tests, sizeof(tests) / sizeof(tests[0])};
    return checks;
}
