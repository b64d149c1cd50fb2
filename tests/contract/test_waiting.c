/* SPDX-License-Identifier: MIT */
/* A row that waits to be written: when the storage is told, and that nobody notices. */
#include "contract/sqlite_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A storage whose rows are watched. */
typedef struct watched {
    const crm4e_storage_methods *inner;
    size_t inserts, updates;
    int32_t refuses; /* what new rows are answered; 0: they are taken */
} watched;
static watched watch;

static int32_t insert(void *connection, const crm4e_table *table, const crm4e_value *values,
                      size_t count)
{
    watch.inserts++;
    return watch.refuses != 0 ? watch.refuses
                              : watch.inner->insert(connection, table, values, count);
}

static int32_t update(void *connection, const crm4e_table *table, crm4e_id id,
                      const uint32_t *columns, const crm4e_value *values, size_t count)
{
    watch.updates++;
    return watch.inner->update(connection, table, id, columns, values, count);
}

/* Two that have no unique index. */
enum {
    PLAIN,
    OTHER,
    TABLES
};
static const uint32_t column_n[] = {COL_N};
static const crm4e_index indexes[TABLES] = {{"plain_n", column_n, 1, 0},
                                            {"other_n", column_n, 1, 0}};
static crm4e_table tables[TABLES];

typedef struct fixture {
    watched_storage storage;
    c4_db *db;
    crm4e_value row[COL_COUNT]; /* the one that waits */
} fixture;

static void put_watch(crm4e_storage_methods *methods)
{
    methods->insert = insert;
    methods->update = update;
}

static int setup_on(void **state, const crm4e_storage_methods *inner)
{
    static const char *const names[TABLES] = {"plain", "other"};
    fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    watch = (watched){.inner = inner};
    watched_open(&f->storage, inner, put_watch);
    f->db = &f->storage.contract.db;
    for (size_t i = 0; i < TABLES; i++) {
        tables[i] = contract_table;
        tables[i].name = names[i];
        tables[i].serial = contract_table.serial + 1 + i;
        tables[i].indexes = &indexes[i];
        tables[i].index_count = 1;
        assert_ok(c4_db_table_create(f->db, &tables[i]));
    }
    *state = f;
    return 0;
}

static int setup_memory(void **state)
{
    return setup_on(state, crm4e_storage_memory());
}

static int setup_sqlite(void **state)
{
    return setup_on(state, crm4e_storage_sqlite());
}

static int teardown(void **state)
{
    fixture *f = *state;
    int rc = watched_close(&f->storage);

    free(f);
    return rc;
}

static int set(c4_db *db, crm4e_id id, int64_t n, const char *s)
{
    static const uint32_t columns[] = {COL_N, COL_S};
    const crm4e_value values[] = {c4_integer(n), c4_c_text(s)};

    return c4_db_update(db, &tables[PLAIN], id, columns, values, 2);
}

static int get(c4_db *db, crm4e_id id, int64_t *n)
{
    crm4e_value value;
    int rc = c4_db_get(db, &tables[PLAIN], id, column_n, &value, 1);

    *n = value.integer;
    return rc;
}

static int put(c4_db *db, const crm4e_table *table, crm4e_id id)
{
    crm4e_value row[COL_COUNT];

    contract_blank(row, id);
    return c4_db_insert(db, table, row);
}

/* The row waits, with 1 in `n`. */
static void give(fixture *f, crm4e_id id)
{
    contract_blank(f->row, id);
    f->row[COL_N] = c4_integer(1);
    watch.inserts = 0;
    watch.updates = 0;
    assert_ok(c4_db_insert_soon(f->db, &tables[PLAIN], f->row));
    assert_int_equal(watch.inserts, 0);
}

static void assert_written(size_t inserts, size_t updates)
{
    assert_int_equal(watch.inserts, inserts);
    assert_int_equal(watch.updates, updates);
}

static void changes_go_into_the_row(void **state)
{
    static const uint32_t columns[] = {COL_N, COL_S};
    fixture *f = *state;
    char text[] = "second";
    crm4e_value values[2];

    give(f, 1);
    assert_ok(set(f->db, 1, 2, "first"));
    assert_ok(set(f->db, 1, 3, text));
    memset(text, '-', strlen(text)); /* it was copied */
    assert_int_equal(f->row[COL_N].integer, 1);
    assert_written(0, 0);
    assert_ok(c4_db_settle(f->db));
    assert_written(1, 0);
    assert_ok(c4_db_settle(f->db));
    assert_ok(c4_waiting_drop(f->db));
    assert_ok(c4_db_get(f->db, &tables[PLAIN], 1, columns, values, 2));
    assert_int_equal(values[0].integer, 3);
    assert_int_equal(values[1].length, 6);
    assert_memory_equal(values[1].data, "second", 6);
    assert_ok(set(f->db, 1, 4, "later"));
    assert_written(1, 1);
}

static void impossible_changes_are_refused_as_always(void **state)
{
    static const uint32_t impossible[] = {COL_ID, COL_COUNT};
    fixture *f = *state;
    const crm4e_value value = c4_integer(7);
    crm4e_value none[COL_COUNT];

    contract_blank(none, 0);
    assert_code(c4_db_insert_soon(f->db, &tables[PLAIN], none), CRM4E_E_MISUSE);
    give(f, 1);
    for (size_t i = 0; i < 2; i++)
        assert_code(c4_db_update(f->db, &tables[PLAIN], 1, &impossible[i], &value, 1),
                    CRM4E_E_MISUSE);
    assert_written(0, 0);
    assert_ok(c4_db_settle(f->db));
    assert_code(c4_db_insert_soon(f->db, &tables[PLAIN], f->row), CRM4E_OK);
    assert_code(c4_db_settle(f->db), CRM4E_E_CONFLICT);
    assert_code(c4_waiting_drop(f->db), CRM4E_E_CONFLICT);
    assert_ok(c4_db_commit(f->db));
    assert_ok(c4_db_begin(f->db, CRM4E_TRANSACTION_READ));
    assert_code(c4_db_insert_soon(f->db, &tables[PLAIN], f->row), CRM4E_E_MISUSE);
}

static void a_table_with_unique_values_does_not_wait(void **state)
{
    fixture *f = *state;

    contract_blank(f->row, 1);
    assert_ok(c4_db_insert_soon(f->db, &contract_table, f->row));
    assert_written(1, 0);
}

/* ------------------------------------------------------------- who looks */

static int read_one(c4_db *db)
{
    int64_t n = 0;
    int rc = get(db, 1, &n);

    return rc == CRM4E_OK && n != 2 ? CRM4E_E_CORRUPT : rc;
}

static int read_other_row(c4_db *db)
{
    int64_t n = 0;

    return get(db, 9, &n) == CRM4E_E_NOT_FOUND ? CRM4E_OK : CRM4E_E_CORRUPT;
}

static int count_rows(c4_db *db)
{
    int64_t count = 0;
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, &tables[PLAIN]);
    rc = c4_rows_count(db, &plan, &count);
    return rc == CRM4E_OK && count != 1 ? CRM4E_E_CORRUPT : rc;
}

/* By way of another table. */
static int select_rows(c4_db *db)
{
    const crm4e_value two = c4_integer(2);
    const crm4e_predicate is = c4_where(CRM4E_OP_EQ, COL_N, &two, 1);
    const crm4e_predicate where = {.op = CRM4E_OP_IN_SELECT,
                                   .column = COL_ID,
                                   .select_table = &tables[PLAIN],
                                   .select_column = COL_ID,
                                   .children = &is,
                                   .child_count = 1};
    static const uint32_t id = COL_ID;
    int64_t found = 0;
    crm4e_plan plan;
    int rc = put(db, &tables[OTHER], 1);

    if (rc != CRM4E_OK)
        return rc;
    c4_plan_init(&plan, &tables[OTHER]);
    plan.where = &where;
    plan.columns = &id;
    plan.column_count = 1;
    rc = c4_rows_first(db, &plan, &found);
    rc = rc == CRM4E_ROW && found == 1 ? CRM4E_OK : CRM4E_E_CORRUPT;
    return rc == CRM4E_OK ? c4_db_remove(db, &tables[OTHER], 1) : rc;
}

static int take_chunk(void *user, const c4_chunk *chunk)
{
    size_t *rows = user;

    *rows += chunk->rows;
    return CRM4E_OK;
}

static int scan_rows(c4_db *db)
{
    size_t rows = 0;
    int rc = c4_db_scan(db, &tables[PLAIN], column_n, 1, take_chunk, &rows);

    return rc == CRM4E_OK && rows != 1 ? CRM4E_E_CORRUPT : rc;
}

static int write_another(c4_db *db)
{
    int rc = put(db, &tables[PLAIN], 2);

    return rc == CRM4E_OK ? c4_db_remove(db, &tables[PLAIN], 2) : rc;
}

static int write_the_same(c4_db *db)
{
    return put(db, &tables[PLAIN], 1) == CRM4E_E_CONFLICT ? CRM4E_OK : CRM4E_E_CORRUPT;
}

static int change_another(c4_db *db)
{
    return set(db, 9, 1, "s") == CRM4E_E_NOT_FOUND ? CRM4E_OK : CRM4E_E_CORRUPT;
}

static int remove_it(c4_db *db)
{
    int rc = c4_db_remove(db, &tables[PLAIN], 1);

    return rc == CRM4E_OK ? put(db, &tables[PLAIN], 1) : rc;
}

static int take_mark(c4_db *db)
{
    int rc = c4_db_savepoint(db);

    c4_db_rollback_to(db);
    return rc == CRM4E_OK ? count_rows(db) : rc;
}

static int make_index(c4_db *db)
{
    int rc = c4_db_index_drop(db, &tables[PLAIN], 0);

    return rc == CRM4E_OK ? c4_db_index_create(db, &tables[PLAIN], 0) : rc;
}

static int ask_version(c4_db *db)
{
    int64_t version = 0;

    return c4_db_get_version(db, &version);
}

static int begin_many(c4_db *db)
{
    return c4_db_bulk_begin(db, &tables[PLAIN]);
}

/* Each finds the row as it was changed last, written once. */
static void whoever_looks_finds_the_row(void **state)
{
    static int (*const looks[])(c4_db * db) = {
        read_one,      read_other_row, count_rows,     select_rows, scan_rows,
        write_another, write_the_same, change_another, remove_it,   take_mark,
        make_index,    ask_version,    begin_many,
    };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++) {
        give(f, 1);
        assert_ok(set(f->db, 1, 2, "s"));
        assert_ok(looks[i](f->db));
        assert_true(watch.inserts > 0);
        assert_ok(c4_waiting_drop(f->db)); /* nothing waits */
        assert_ok(c4_db_remove(f->db, &tables[PLAIN], 1));
    }
}

static void rows_of_other_tables_are_nobody_who_looks(void **state)
{
    fixture *f = *state;
    crm4e_value value = c4_integer(1);

    give(f, 1);
    assert_ok(put(f->db, &tables[OTHER], 1));
    assert_ok(c4_db_update(f->db, &tables[OTHER], 1, column_n, &value, 1));
    assert_ok(c4_db_get(f->db, &tables[OTHER], 1, column_n, &value, 1));
    assert_ok(c4_db_remove(f->db, &tables[OTHER], 1));
    assert_written(1, 1); /* those of the other table */
    assert_ok(set(f->db, 1, 2, "s"));
    assert_ok(c4_db_settle(f->db));
    assert_written(2, 1);
}

static void one_waits_at_a_time(void **state)
{
    fixture *f = *state;
    crm4e_value second[COL_COUNT];

    give(f, 1);
    contract_blank(second, 2);
    assert_ok(c4_db_insert_soon(f->db, &tables[OTHER], second));
    assert_written(1, 0);
    assert_ok(c4_db_commit(f->db));
    assert_written(2, 0);
}

/* ------------------------------------------------------------- what fails */

static void marks_take_back_what_waits(void **state)
{
    fixture *f = *state;
    int64_t n = 0;

    assert_ok(c4_db_savepoint(f->db));
    give(f, 1);
    assert_ok(set(f->db, 1, 2, "s"));
    c4_db_rollback_to(f->db);
    assert_written(0, 0);
    assert_code(get(f->db, 1, &n), CRM4E_E_NOT_FOUND);
    assert_ok(c4_db_savepoint(f->db));
    give(f, 1);
    assert_ok(c4_db_release(f->db));
    assert_written(1, 0);
    assert_ok(c4_db_commit(f->db));
    assert_ok(c4_db_begin(f->db, CRM4E_TRANSACTION_WRITE));
    give(f, 2);
    c4_db_rollback(f->db);
    assert_ok(c4_db_begin(f->db, CRM4E_TRANSACTION_WRITE));
    assert_code(get(f->db, 2, &n), CRM4E_E_NOT_FOUND);
    assert_ok(get(f->db, 1, &n));
    assert_int_equal(n, 1);
}

/* Whoever comes first hears it, and so does everybody until it is undone. */
static void a_row_that_is_refused_fails_all(void **state)
{
    fixture *f = *state;
    int64_t n = 0;

    assert_ok(c4_db_savepoint(f->db));
    give(f, 1);
    watch.refuses = CRM4E_E_FULL;
    assert_code(c4_db_savepoint(f->db), CRM4E_E_FULL);
    watch.refuses = 0;
    assert_code(set(f->db, 1, 2, "s"), CRM4E_E_FULL);
    assert_code(put(f->db, &tables[OTHER], 1), CRM4E_E_FULL);
    assert_code(c4_db_insert_soon(f->db, &tables[OTHER], f->row), CRM4E_E_FULL);
    assert_code(count_rows(f->db), CRM4E_E_FULL);
    assert_code(c4_db_release(f->db), CRM4E_E_FULL);
    assert_written(1, 0);
    c4_db_rollback_to(f->db);
    assert_code(get(f->db, 1, &n), CRM4E_E_NOT_FOUND);
    assert_ok(put(f->db, &tables[OTHER], 1));
    give(f, 1);
    watch.refuses = CRM4E_E_IO;
    assert_code(c4_db_commit(f->db), CRM4E_E_IO);
    assert_ok(c4_db_begin(f->db, CRM4E_TRANSACTION_WRITE)); /* it was rolled back */
    assert_code(put(f->db, &tables[OTHER], 1), CRM4E_E_IO);
    assert_false(f->db->poisoned);
}

static void a_change_without_memory_changes_nothing(void **state)
{
    fixture *f = *state;
    size_t failures = 0;
    int rc = CRM4E_E_NO_MEMORY;
    char text[4096];
    int64_t n = 0;

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    give(f, 1);
    for (size_t at = 1; rc == CRM4E_E_NO_MEMORY; at++) {
        fail_alloc_arm(&f->storage.contract.allocations, at, false);
        rc = set(f->db, 1, 2, text);
        fail_alloc_arm(&f->storage.contract.allocations, 0, false);
        failures += rc == CRM4E_OK ? 0 : 1;
        assert_int_equal(f->db->waiting.row[COL_N].integer, rc == CRM4E_OK ? 2 : 1);
    }
    assert_ok(rc);
    assert_true(failures > 0);
    assert_ok(get(f->db, 1, &n));
    assert_int_equal(n, 2);
}

/* ------------------------------------------------------------- by chance */

enum {
    STEPS = 3000,
    LATELY = 4, /* rows that steps are about */
    MOST_MARKS = 3
};

typedef struct walker {
    c4_db *db;
    bool soon; /* rows may wait */
    uint32_t seed;
    crm4e_id last;
    crm4e_value rows[2][COL_COUNT]; /* one waits while the next one is made */
} walker;

static uint32_t chance(walker *w, uint32_t below)
{
    w->seed = w->seed * 1664525u + 1013904223u;
    return (w->seed >> 8) % below;
}

static int put_next(walker *w)
{
    crm4e_value *row = w->rows[++w->last % 2];

    contract_blank(row, w->last);
    row[COL_N] = c4_integer(chance(w, 100));
    return w->soon ? c4_db_insert_soon(w->db, &tables[PLAIN], row)
                   : c4_db_insert(w->db, &tables[PLAIN], row);
}

/* What a step answered. */
static int64_t step(walker *w)
{
    const crm4e_id id = w->last - chance(w, LATELY);
    c4_db *db = w->db;
    int64_t n = 0;
    int rc = CRM4E_OK;

    switch (chance(w, 10)) {
    case 0:
    case 1: rc = put_next(w); break;
    case 2:
    case 3:
    case 4: rc = set(db, id, chance(w, 100), "s"); break;
    case 5: rc = get(db, id, &n); break;
    case 6: rc = c4_db_remove(db, &tables[PLAIN], id); break;
    case 7: rc = put(db, &tables[OTHER], w->last * STEPS + id); break;
    case 8: rc = db->depth <= MOST_MARKS ? c4_db_savepoint(db) : c4_db_release(db); break;
    default:
        if (db->depth > 1)
            c4_db_rollback_to(db);
        break;
    }
    return rc == CRM4E_OK ? n : rc;
}

/* With rows that wait all answers are the same, and so is what is left. */
static void a_walk_by_chance(void **state)
{
    static int64_t answers[2][STEPS + LATELY];
    static walker w;
    fixture *f = *state;

    for (int soon = 0; soon < 2; soon++) {
        w = (walker){.db = f->db, .soon = soon == 1, .seed = 20, .last = LATELY};
        assert_ok(c4_db_savepoint(f->db));
        for (int i = 0; i < STEPS; i++)
            answers[soon][i] = step(&w);
        for (int i = 0; i < LATELY; i++)
            (void)get(f->db, w.last - i, &answers[soon][STEPS + i]);
        while (f->db->depth > 0)
            c4_db_rollback_to(f->db);
    }
    assert_memory_equal(answers[0], answers[1], sizeof answers[0]);
}

#define ON(storage, test) cmocka_unit_test_setup_teardown(test, setup_##storage, teardown)
#define BOTH(test)        ON(memory, test), ON(sqlite, test)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(changes_go_into_the_row),
        BOTH(impossible_changes_are_refused_as_always),
        BOTH(a_table_with_unique_values_does_not_wait),
        BOTH(whoever_looks_finds_the_row),
        BOTH(rows_of_other_tables_are_nobody_who_looks),
        BOTH(one_waits_at_a_time),
        BOTH(marks_take_back_what_waits),
        BOTH(a_row_that_is_refused_fails_all),
        BOTH(a_change_without_memory_changes_nothing),
        BOTH(a_walk_by_chance),
    };

    return cmocka_run_group_tests_name("rows that wait", tests, NULL, NULL);
}
