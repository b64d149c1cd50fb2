/* SPDX-License-Identifier: MIT */
/* New rows that SQLite's storage writes together: nobody can tell. */
#include "contract/sqlite_place.h"
#include "storage/sqlite/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    N = 1,
    S,
    LINE_COLUMNS,
    MANY = 200,
    LONG = 20000
};

static const crm4e_column line_columns[LINE_COLUMNS] = {
    {"id", CRM4E_COLUMN_INTEGER, CRM4E_COLUMN_REQUIRED},
    {"n", CRM4E_COLUMN_INTEGER, CRM4E_COLUMN_REQUIRED},
    {"s", CRM4E_COLUMN_TEXT, 0},
};
static const uint32_t columns_n[] = {N};
static const crm4e_index line_indexes[] = {{"lines_n", columns_n, 1, 0}};
static const crm4e_table lines = {"lines", line_columns, LINE_COLUMNS, line_indexes, 1, 2001};
static const crm4e_table others = {"others", line_columns, LINE_COLUMNS, NULL, 0, 2002};

static c4_held *held_of(const place *p)
{
    return &((c4_connection *)p->db.connection)->held;
}

/* Each second text is NULL. */
static int add(place *p, const crm4e_table *table, crm4e_id id)
{
    char text[32];
    crm4e_value row[LINE_COLUMNS] = {c4_integer(id), c4_integer(id * 3)};
    (void)snprintf(text, sizeof(text), "line %lld", (long long)id);
    if (id % 2 == 0)
        row[S] = c4_c_text(text);
    return c4_db_insert(&p->db, table, row);
}

static void add_many(place *p, crm4e_id first, crm4e_id last)
{
    for (crm4e_id id = first; id <= last; id++) {
        assert_ok(add(p, &lines, id));
        assert_ok(add(p, &others, id));
    }
}

static size_t held_rows(const place *p)
{
    const c4_held *held = held_of(p);
    size_t count = 0;
    for (size_t i = 0; i < held->tables; i++)
        count += held->rows[i].count;
    return count;
}

static void begin(place *p)
{
    assert_ok(c4_db_begin(&p->db, CRM4E_TRANSACTION_WRITE));
}

/* A transaction with rows of two tables, some of them held. */
static void start(place *p)
{
    begin(p);
    add_many(p, 1, MANY - 1);
    assert_int_equal(held_of(p)->tables, 2);
    assert_true(held_rows(p) > 0);
}

static void create(place *p)
{
    place_create(p, CRM4E_SQLITE_NORMAL_SYNC);
    begin(p);
    assert_ok(c4_db_table_create(&p->db, &contract_table));
    assert_ok(c4_db_table_create(&p->db, &lines));
    assert_ok(c4_db_table_create(&p->db, &others));
    assert_ok(c4_db_commit(&p->db));
}

static void assert_row(place *p, const crm4e_table *table, crm4e_id id)
{
    static const uint32_t columns[] = {N, S};
    char text[32];
    crm4e_value got[2];
    (void)snprintf(text, sizeof(text), "line %lld", (long long)id);
    assert_ok(c4_db_get(&p->db, table, id, columns, got, 2));
    assert_int_equal(got[0].integer, id * 3);
    assert_int_equal(got[1].type, id % 2 == 0 ? CRM4E_VALUE_TEXT : CRM4E_VALUE_NULL);
    assert_int_equal(got[1].length, id % 2 == 0 ? strlen(text) : 0);
    assert_true(id % 2 != 0 || memcmp(got[1].data, text, got[1].length) == 0);
}

static int count_of(place *p, const crm4e_table *table, int64_t *count)
{
    crm4e_plan plan;
    c4_plan_init(&plan, table);
    return c4_rows_count(&p->db, &plan, count);
}

static void assert_counts(place *p, int64_t expected)
{
    int64_t count = -1;
    assert_ok(count_of(p, &lines, &count));
    assert_int_equal(count, expected);
    assert_ok(count_of(p, &others, &count));
    assert_int_equal(count, expected);
}

static void all_rows_are_there(void **state)
{
    place *p = *state;
    create(p);
    start(p);
    assert_ok(c4_db_commit(&p->db));
    assert_int_equal(held_of(p)->tables, 0);
    begin(p);
    assert_counts(p, MANY - 1);
    for (crm4e_id id = 1; id < MANY; id++) {
        assert_row(p, &lines, id);
        assert_row(p, &others, id);
    }
    c4_db_rollback(&p->db);
    place_close(p);
}

static int get_last(place *p)
{
    assert_row(p, &lines, MANY - 1);
    assert_row(p, &others, MANY - 1);
    return CRM4E_OK;
}

static int update_last(place *p)
{
    const uint32_t column = N;
    const crm4e_value value = c4_integer(1);
    return c4_db_update(&p->db, &others, MANY - 1, &column, &value, 1);
}

static int remove_last(place *p)
{
    return c4_db_remove(&p->db, &lines, MANY - 1);
}

static int count_lines(place *p)
{
    assert_counts(p, MANY - 1);
    return CRM4E_OK;
}

static int read_through(place *p)
{
    crm4e_plan plan;
    c4_rows *rows = NULL;
    const crm4e_value *row;
    int64_t count = 0;
    c4_plan_init(&plan, &others);
    assert_ok(c4_rows_open(&rows, &p->db, &plan));
    while (c4_rows_next(rows, &row) == CRM4E_ROW)
        count++;
    c4_rows_close(rows);
    assert_int_equal(count, MANY - 1);
    return CRM4E_OK;
}

static int mark_and_go_back(place *p)
{
    assert_ok(c4_db_savepoint(&p->db));
    assert_int_equal(held_of(p)->tables, 0);
    add_many(p, MANY, 2 * MANY);
    assert_int_equal(held_of(p)->tables, 0); /* in a mark each is written by itself */
    c4_db_rollback_to(&p->db);
    assert_counts(p, MANY - 1);
    return CRM4E_OK;
}

static int make_index(place *p)
{
    assert_ok(c4_db_index_drop(&p->db, &lines, 0));
    return c4_db_index_create(&p->db, &lines, 0);
}

static int take_an_id_again(place *p)
{
    assert_code(add(p, &lines, MANY - 1), CRM4E_E_CONFLICT);
    assert_counts(p, MANY - 1);
    return CRM4E_OK;
}

static int commit_and_begin(place *p)
{
    assert_ok(c4_db_commit(&p->db));
    begin(p);
    assert_counts(p, MANY - 1);
    return CRM4E_OK;
}

static int roll_back_and_begin(place *p)
{
    c4_db_rollback(&p->db);
    begin(p);
    assert_counts(p, 0);
    return CRM4E_OK;
}

static void whatever_comes_next_finds_them(void **state)
{
    static int (*const steps[])(place *) = {
        get_last,   update_last,      remove_last,      count_lines,         read_through,
        make_index, mark_and_go_back, take_an_id_again, roll_back_and_begin, commit_and_begin};
    place *p = *state;
    create(p);
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        start(p);
        assert_ok(steps[i](p));
        assert_int_equal(held_of(p)->tables, 0);
        c4_db_rollback(&p->db);
    }
    place_close(p);
}

/* Nor a row that could be refused for itself. */
static void what_may_fail_alone_is_not_held(void **state)
{
    crm4e_value row[COL_COUNT];
    crm4e_value incomplete[LINE_COLUMNS] = {c4_integer(MANY)};
    place *p = *state;
    create(p);
    start(p);
    assert_int_not_equal(c4_db_insert(&p->db, &lines, incomplete), CRM4E_OK);
    assert_int_equal(held_of(p)->tables, 0);
    add_many(p, MANY, 2 * MANY);
    assert_true(held_rows(p) > 0);
    incomplete[0] = c4_integer(3 * MANY);
    incomplete[N] = c4_c_text("no number");
    assert_int_not_equal(c4_db_insert(&p->db, &lines, incomplete), CRM4E_OK);
    for (crm4e_id id = 1; id < MANY; id++) {
        contract_blank(row, id);
        row[COL_DAY] = c4_integer(id / 2);
        row[COL_S] = c4_c_text("same");
        assert_code(c4_db_insert(&p->db, &contract_table, row),
                    id > 1 && id % 2 == 1 ? CRM4E_E_CONFLICT : CRM4E_OK);
    }
    assert_int_equal(held_of(p)->tables, 0);
    assert_counts(p, 2 * MANY);
    c4_db_rollback(&p->db);
    place_close(p);
}

/* The transaction is lost, whoever asks first. */
static void a_late_failure_loses_the_transaction(void **state)
{
    char *text = calloc(LONG, 1);
    place *p = *state;
    crm4e_value row[LINE_COLUMNS] = {[N] = c4_integer(1)};
    sqlite3 *db;
    int64_t count;
    int rc = CRM4E_OK;
    assert_non_null(text);
    memset(text, 'x', LONG);
    create(p);
    db = ((c4_connection *)p->db.connection)->db;
    for (int round = 0; round < 3; round++) {
        start(p);
        place_run(db, "PRAGMA max_page_count = 100");
        row[S] = c4_text_value(text, LONG);
        for (crm4e_id id = MANY; id < 2 * MANY && rc == CRM4E_OK; id++) {
            row[0] = c4_integer(id);
            rc = c4_db_insert(&p->db, &lines, row);
            assert_true(held_rows(p) < C4_HELD_ROWS + 4);
        }
        assert_code(rc, CRM4E_E_FULL);
        assert_int_not_equal(count_of(p, &lines, &count), CRM4E_OK);
        assert_int_not_equal(add(p, &others, 2 * MANY), CRM4E_OK);
        if (round == 0)
            assert_int_not_equal(c4_db_commit(&p->db), CRM4E_OK);
        else
            c4_db_rollback(&p->db);
        place_run(db, "PRAGMA max_page_count = 100000");
        begin(p);
        assert_counts(p, 0);
        c4_db_rollback(&p->db);
        rc = CRM4E_OK;
    }
    place_close(p);
    free(text);
}

static int write_some(place *p)
{
    int64_t count = 0;
    int rc = c4_db_begin(&p->db, CRM4E_TRANSACTION_WRITE);
    for (crm4e_id id = 1; id <= MANY && rc == CRM4E_OK; id++) {
        rc = add(p, &lines, id);
        if (rc == CRM4E_OK)
            rc = add(p, &others, id);
    }
    if (rc == CRM4E_OK)
        rc = count_of(p, &others, &count);
    assert_true(rc != CRM4E_OK || count == MANY);
    c4_db_rollback(&p->db);
    return rc;
}

/* All rows or a failure, whichever allocation fails; what cannot be held is written by itself. */
static void memory_may_run_out(void **state)
{
    place *p = *state;
    bool hit = true;
    create(p);
    place_close(p);
    for (size_t n = 1; hit; n++) {
        int rc;
        fail_alloc_init(&p->allocations);
        assert_ok(place_connect(p, CRM4E_SQLITE_NORMAL_SYNC));
        fail_alloc_arm(&p->allocations, n, false);
        rc = write_some(p);
        hit = fail_alloc_hit(&p->allocations);
        assert_true(rc == CRM4E_OK || (hit && rc == CRM4E_E_NO_MEMORY));
        fail_alloc_arm(&p->allocations, 0, false);
        place_close(p);
        assert_int_equal(p->allocations.live, 0);
        assert_true(n < 1000);
    }
}

#define in_place(test) cmocka_unit_test_setup_teardown(test, place_setup, place_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_place(all_rows_are_there),
        in_place(whatever_comes_next_finds_them),
        in_place(what_may_fail_alone_is_not_held),
        in_place(a_late_failure_loses_the_transaction),
        in_place(memory_may_run_out),
    };
    return cmocka_run_group_tests_name("rows held by SQLite's storage", tests, NULL, NULL);
}
