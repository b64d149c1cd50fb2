/* SPDX-License-Identifier: MIT */
/* Many rows for one table: when indexes go and come back, and that nobody notices. */
#include "contract/sqlite_place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A storage whose indexes are watched. */
typedef struct watched {
    const crm4e_storage_methods *inner;
    size_t drops, creates;
    size_t fails_at; /* the change of an index, from 1, that fails; 0: none */
} watched;
static watched watch;

static bool fails(void)
{
    return watch.fails_at > 0 && watch.drops + watch.creates == watch.fails_at;
}

static int32_t drop(void *connection, const crm4e_table *table, size_t index)
{
    watch.drops++;
    return fails() ? CRM4E_E_IO : watch.inner->index_drop(connection, table, index);
}

static int32_t create(void *connection, const crm4e_table *table, size_t index)
{
    watch.creates++;
    return fails() ? CRM4E_E_IO : watch.inner->index_create(connection, table, index);
}

typedef watched_storage fixture;

enum {
    BULK_ROWS = 4
};

static void put_watch(crm4e_storage_methods *methods)
{
    methods->index_drop = drop;
    methods->index_create = create;
    methods->bulk_rows = BULK_ROWS;
}

static int setup_on(void **state, const crm4e_storage_methods *inner)
{
    fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    watch = (watched){.inner = inner};
    watched_open(f, inner, put_watch);
    watch.creates = 0;
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
    int rc = watched_close(f);
    free(f);
    return rc;
}

static int put(c4_db *db, int64_t id)
{
    crm4e_value row[COL_COUNT];
    contract_blank(row, id);
    row[COL_N] = c4_integer(id % 3);
    row[COL_DAY] = c4_integer(id);
    row[COL_S] = c4_c_text("s");
    return c4_db_insert(db, &contract_table, row);
}

static void put_rows(c4_db *db, int64_t first, int64_t last)
{
    for (int64_t id = first; id <= last; id++) {
        assert_ok(put(db, id));
        assert_ok(c4_db_bulk_rest(db));
    }
}

static void assert_changes(size_t drops, size_t creates)
{
    assert_int_equal(watch.drops, drops);
    assert_int_equal(watch.creates, creates);
}

static void assert_found(c4_db *db, uint32_t column, int64_t value, const char *expected)
{
    const crm4e_value is = c4_integer(value);
    const crm4e_predicate where = c4_where(CRM4E_OP_EQ, column, &is, 1);
    char ids[CONTRACT_IDS];
    crm4e_plan plan;
    c4_plan_init(&plan, &contract_table);
    plan.where = &where;
    assert_string_equal(contract_ids(db, &plan, ids, sizeof(ids)), expected);
}

/* In order of the index that may be gone. */
static void assert_walked(c4_db *db, const char *expected)
{
    char ids[CONTRACT_IDS];
    crm4e_plan plan;
    c4_plan_init(&plan, &contract_table);
    plan.index = INDEX_N;
    plan.limit = 2;
    assert_string_equal(contract_ids(db, &plan, ids, sizeof(ids)), expected);
}

static void indexes_go_when_more_rows_come_than_were_there(void **state)
{
    fixture *f = *state;
    c4_db *db = &f->contract.db;
    put_rows(db, 1, 20);
    assert_ok(c4_db_bulk_end(db)); /* of nothing */
    assert_ok(c4_db_bulk_begin(db, &contract_table));
    put_rows(db, 21, 35);
    assert_changes(0, 0); /* looked at after 4, 8 */
    put_rows(db, 36, 60);
    assert_changes(1, 0); /* and 16, 32 */
    assert_code(put(db, 60), CRM4E_E_CONFLICT);
    assert_ok(c4_db_bulk_end(db));
    assert_changes(1, 1);
    assert_ok(c4_db_bulk_end(db));
    assert_walked(db, "3 6");
    assert_ok(c4_db_commit(db));
    assert_changes(1, 1);
}

static void few_rows_change_nothing(void **state)
{
    fixture *f = *state;
    c4_db *db = &f->contract.db;
    assert_ok(c4_db_bulk_begin(db, &contract_table));
    put_rows(db, 1, BULK_ROWS - 1);
    assert_ok(c4_db_commit(db));
    assert_changes(0, 0);
    assert_code(c4_db_bulk_begin(db, &contract_table), CRM4E_E_MISUSE);
}

static void what_is_kept_is_read_meanwhile(void **state)
{
    fixture *f = *state;
    c4_db *db = &f->contract.db;
    crm4e_value row[COL_COUNT];
    const crm4e_value id = c4_integer(3);
    const crm4e_predicate where[] = {c4_where(CRM4E_OP_IS_NOT_NULL, COL_N, NULL, 0),
                                     c4_where(CRM4E_OP_EQ, COL_DAY, &id, 1)};
    const crm4e_predicate both = c4_where_all(where, 2);
    char ids[CONTRACT_IDS];
    crm4e_plan plan;
    assert_ok(c4_db_bulk_begin(db, &contract_table));
    put_rows(db, 1, 9);
    assert_changes(1, 0);
    assert_found(db, COL_ID, 3, "3");
    assert_found(db, COL_DAY, 5, "5");
    c4_plan_init(&plan, &contract_table);
    assert_string_equal(contract_ids(db, &plan, ids, sizeof(ids)), "1 2 3 4 5 6 7 8 9");
    plan.where = &both;
    assert_string_equal(contract_ids(db, &plan, ids, sizeof(ids)), "3");
    plan.where = NULL;
    plan.index = INDEX_DAY_S;
    assert_string_equal(contract_ids(db, &plan, ids, sizeof(ids)), "1 2 3 4 5 6 7 8 9");
    contract_blank(row, 10);
    row[COL_DAY] = c4_integer(4);
    row[COL_S] = c4_c_text("s");
    assert_code(c4_db_insert(db, &contract_table, row), CRM4E_E_CONFLICT);
    assert_changes(1, 0);
}

static void what_is_dropped_comes_back_when_it_is_read(void **state)
{
    static const crm4e_order by_n = {COL_N, 0, 0};
    const crm4e_predicate all = {.op = CRM4E_OP_TRUE};
    const crm4e_predicate within = {.op = CRM4E_OP_IN_SELECT,
                                    .column = COL_ID,
                                    .select_column = COL_ID,
                                    .select_table = &contract_table,
                                    .children = &all,
                                    .child_count = 1};
    fixture *f = *state;
    c4_db *db = &f->contract.db;
    char ids[CONTRACT_IDS];
    for (int way = 0; way < 4; way++) {
        crm4e_plan plan;
        watch.drops = watch.creates = 0;
        assert_ok(c4_db_bulk_begin(db, &contract_table));
        put_rows(db, 1, 9);
        assert_changes(1, 0);
        c4_plan_init(&plan, &contract_table);
        plan.limit = 1;
        if (way == 0)
            assert_found(db, COL_N, 0, "3 6 9");
        if (way == 1)
            assert_walked(db, "3 6");
        plan.order = way == 2 ? &by_n : NULL;
        plan.order_count = way == 2 ? 1 : 0;
        plan.where = way == 3 ? &within : NULL;
        assert_string_equal(contract_ids(db, &plan, ids, sizeof(ids)), way == 2 ? "3" : "1");
        assert_changes(1, 1);
        put_rows(db, 10, 40); /* once is enough */
        assert_changes(1, 1);
        assert_ok(c4_db_bulk_end(db));
        assert_changes(1, 1);
        for (int64_t id = 1; id <= 40; id++)
            assert_ok(c4_db_remove(db, &contract_table, id));
    }
}

/* They came back for a row that was undone: then they are made once more. */
static void a_mark_takes_back_what_was_made_in_it(void **state)
{
    fixture *f = *state;
    c4_db *db = &f->contract.db;
    assert_ok(c4_db_savepoint(db));
    assert_ok(c4_db_bulk_begin(db, &contract_table));
    put_rows(db, 1, 9);
    assert_ok(c4_db_savepoint(db));
    assert_ok(c4_db_savepoint(db));
    assert_ok(put(db, 10));
    assert_found(db, COL_N, 0, "3 6 9");
    assert_ok(c4_db_bulk_rest(db)); /* not the place */
    assert_ok(c4_db_release(db));
    assert_changes(1, 1);
    c4_db_rollback_to(db);
    assert_ok(c4_db_bulk_rest(db));
    assert_changes(1, 2);
    assert_ok(c4_db_savepoint(db));
    assert_walked(db, "3 6");
    c4_db_rollback_to(db);
    assert_ok(c4_db_release(db));
    assert_changes(1, 2);
    assert_walked(db, "3 6");
    assert_ok(c4_db_commit(db));
}

static void a_mark_keeps_what_was_made_in_it(void **state)
{
    fixture *f = *state;
    c4_db *db = &f->contract.db;
    assert_ok(c4_db_bulk_begin(db, &contract_table));
    put_rows(db, 1, 9);
    assert_ok(c4_db_savepoint(db));
    assert_walked(db, "3 6");
    assert_ok(c4_db_release(db));
    assert_ok(c4_db_savepoint(db));
    c4_db_rollback_to(db);
    assert_walked(db, "3 6");
    assert_changes(1, 1);
    assert_ok(c4_db_commit(db));
}

static void it_ends_with_what_it_began_in(void **state)
{
    fixture *f = *state;
    c4_db *db = &f->contract.db;
    assert_ok(c4_db_savepoint(db));
    assert_ok(c4_db_bulk_begin(db, &contract_table));
    put_rows(db, 1, 9);
    assert_ok(c4_db_release(db));
    assert_changes(1, 1);
    assert_ok(c4_db_savepoint(db));
    assert_ok(c4_db_bulk_begin(db, &contract_table));
    put_rows(db, 10, 30);
    assert_changes(2, 1);
    c4_db_rollback_to(db);
    assert_walked(db, "3 6");
    assert_ok(c4_db_commit(db));
    assert_ok(c4_db_begin(db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_bulk_begin(db, &contract_table));
    put_rows(db, 10, 30);
    assert_changes(3, 1);
    c4_db_rollback(db);
    assert_ok(c4_db_begin(db, CRM4E_TRANSACTION_WRITE));
    assert_walked(db, "3 6");
    assert_ok(c4_db_bulk_begin(db, &contract_table));
    put_rows(db, 10, 30);
    assert_ok(c4_db_commit(db));
    assert_changes(4, 2);
    assert_ok(c4_db_begin(db, CRM4E_TRANSACTION_READ));
    assert_walked(db, "3 6");
}

static int story(c4_db *db)
{
    int rc = c4_db_begin(db, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK)
        rc = c4_db_bulk_begin(db, &contract_table);
    for (int64_t id = 100; id < 120 && rc == CRM4E_OK; id++) {
        rc = put(db, id);
        if (rc == CRM4E_OK)
            rc = c4_db_bulk_rest(db);
    }
    if (rc == CRM4E_OK)
        rc = c4_db_commit(db);
    if (rc != CRM4E_OK)
        c4_db_rollback(db);
    return rc;
}

static void changes_of_indexes_may_fail(void **state)
{
    fixture *f = *state;
    c4_db *db = &f->contract.db;
    put_rows(db, 1, 3);
    assert_ok(c4_db_commit(db));
    for (size_t n = 1; n <= 2; n++) {
        watch.drops = watch.creates = 0;
        watch.fails_at = n;
        assert_code(story(db), CRM4E_E_IO);
        assert_false(db->poisoned);
        watch.fails_at = 0;
        assert_ok(c4_db_begin(db, CRM4E_TRANSACTION_READ));
        assert_found(db, COL_N, 0, "3");
        assert_walked(db, "3 1");
        assert_ok(c4_db_commit(db));
    }
    assert_ok(story(db));
    assert_ok(c4_db_begin(db, CRM4E_TRANSACTION_READ));
    assert_walked(db, "3 102");
}

/* One that failed to come back for a read may come back later. */
static void a_read_that_failed_may_be_tried_again(void **state)
{
    fixture *f = *state;
    c4_db *db = &f->contract.db;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    assert_ok(c4_db_bulk_begin(db, &contract_table));
    put_rows(db, 1, 9);
    c4_plan_init(&plan, &contract_table);
    plan.index = INDEX_N;
    watch.fails_at = 2;
    assert_code(c4_rows_open(&rows, db, &plan), CRM4E_E_IO);
    assert_walked(db, "3 6");
    assert_ok(c4_db_commit(db));
}

static void a_storage_says_whether_it_pays(void **state)
{
    fixture *f = *state;
    c4_db *db = &f->contract.db;
    crm4e_storage_methods older = f->methods;
    older.struct_size = offsetof(crm4e_storage_methods, bulk_rows);
    f->contract.store.methods = &older;
    assert_ok(c4_db_bulk_begin(db, &contract_table));
    put_rows(db, 1, 40);
    older.struct_size = sizeof(older);
    older.bulk_rows = 0;
    assert_ok(c4_db_bulk_begin(db, &contract_table));
    put_rows(db, 41, 80);
    assert_ok(c4_db_bulk_end(db));
    assert_changes(0, 0);
    f->contract.store.methods = &f->methods;
}

/* The same seeded steps with and without; every answer must be the same. */
typedef struct walk {
    uint64_t random;
    int64_t next_id;
    uint32_t depth;
} walk;

static unsigned below(walk *w, unsigned most)
{
    w->random = w->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(w->random >> 33) % most;
}

/* Else there are soon too many rows for as many to come. */
static void remove_rows(c4_db *db, const walk *w)
{
    for (int64_t id = 1; id < w->next_id; id++)
        (void)c4_db_remove(db, &contract_table, id);
}

static void begin_anew(c4_db *db, walk *w)
{
    w->depth = 0;
    if (below(w, 3) > 0)
        assert_ok(c4_db_commit(db));
    else
        c4_db_rollback(db);
    assert_ok(c4_db_begin(db, CRM4E_TRANSACTION_WRITE));
    if (below(w, 3) > 0)
        remove_rows(db, w);
    if (below(w, 2) > 0)
        assert_ok(c4_db_bulk_begin(db, &contract_table));
}

static void step(c4_db *db, walk *w, char *said, size_t size)
{
    const unsigned drawn = below(w, 30);
    const unsigned what = drawn < 16 ? drawn : 0;
    const crm4e_value n = c4_integer(below(w, 3));
    const crm4e_predicate where = c4_where(CRM4E_OP_EQ, below(w, 2) ? COL_N : COL_DAY, &n, 1);
    const uint32_t column = COL_N;
    int64_t id = drawn == 0 ? below(w, 40) + 1 : w->next_id++;
    crm4e_plan plan;
    int rc = CRM4E_OK;
    char ids[CONTRACT_IDS] = "";
    c4_plan_init(&plan, &contract_table);
    plan.limit = 5;
    if (what < 7) {
        rc = put(db, id);
        if (rc == CRM4E_OK)
            rc = c4_db_bulk_rest(db);
    } else if (what == 7) {
        plan.index = below(w, 2) ? INDEX_N : INDEX_DAY_S;
        (void)contract_ids(db, &plan, ids, sizeof(ids));
    } else if (what == 8) {
        plan.where = &where;
        (void)contract_ids(db, &plan, ids, sizeof(ids));
    } else if (what == 9) {
        rc = c4_db_update(db, &contract_table, below(w, 40) + 1, &column, &n, 1);
    } else if (what == 10 && w->depth < 3) {
        w->depth++;
        rc = c4_db_savepoint(db);
    } else if (what == 11 && w->depth > 0) {
        w->depth--;
        rc = c4_db_release(db);
    } else if (what == 12 && w->depth > 0) {
        w->depth--;
        c4_db_rollback_to(db);
    } else if (what == 13 && below(w, 4) == 0) {
        rc = c4_db_bulk_begin(db, &contract_table);
    } else if (what == 14 && below(w, 4) == 0) {
        rc = c4_db_bulk_end(db);
    } else if (what == 15 && below(w, 4) == 0) {
        begin_anew(db, w);
    }
    snprintf(said, size, "%u: %d %s", what, rc, ids);
}

static void nobody_notices(void **state)
{
    fixture *f = *state;
    c4_db *db = &f->contract.db;
    contract_fixture plain = {0};
    const contract_target target = {.methods = crm4e_storage_memory()};
    walk here = {.random = 77, .next_id = 1}, there = here;
    assert_ok(contract_open(&plain, &target));
    assert_ok(c4_store_org_create(&plain.store, CONTRACT_ORG));
    assert_ok(contract_connect(&plain, &plain.db));
    contract_begin_with_table(&plain);
    assert_ok(c4_db_commit(&plain.db));
    assert_ok(c4_db_begin(&plain.db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_commit(db));
    assert_ok(c4_db_begin(db, CRM4E_TRANSACTION_WRITE));
    for (unsigned i = 0; i < 6000; i++) {
        char said[CONTRACT_IDS + 32], expected[CONTRACT_IDS + 32];
        step(db, &here, said, sizeof(said));
        step(&plain.db, &there, expected, sizeof(expected));
        assert_string_equal(said, expected);
    }
    assert_in_range(watch.drops, 10, 1000);
    c4_db_disconnect(&plain.db);
    contract_close(&plain);
}

int main(void)
{
#define BOTH(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, setup_memory, teardown),                                 \
        cmocka_unit_test_setup_teardown(name, setup_sqlite, teardown)
    const struct CMUnitTest tests[] = {
        BOTH(indexes_go_when_more_rows_come_than_were_there),
        BOTH(few_rows_change_nothing),
        BOTH(what_is_kept_is_read_meanwhile),
        BOTH(what_is_dropped_comes_back_when_it_is_read),
        BOTH(a_mark_takes_back_what_was_made_in_it),
        BOTH(a_mark_keeps_what_was_made_in_it),
        BOTH(it_ends_with_what_it_began_in),
        BOTH(changes_of_indexes_may_fail),
        BOTH(a_read_that_failed_may_be_tried_again),
        BOTH(a_storage_says_whether_it_pays),
        BOTH(nobody_notices),
    };
    return cmocka_run_group_tests_name("bulk", tests, NULL, NULL);
}
