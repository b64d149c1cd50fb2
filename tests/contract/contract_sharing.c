/* SPDX-License-Identifier: MIT */
/* Several connections, on one thread and on several. */
#include "contract/contract.h"

#include <pthread.h>

static int insert_n(c4_db *db, crm4e_id id, int64_t n)
{
    crm4e_value row[COL_COUNT];
    contract_blank(row, id);
    row[COL_N] = c4_integer(n);
    return c4_db_insert(db, &contract_table, row);
}

static int64_t count_rows(c4_db *db)
{
    crm4e_plan plan;
    int64_t count = -1;
    c4_plan_init(&plan, &contract_table);
    assert_ok(c4_rows_count(db, &plan, &count));
    return count;
}

static void test_reader_keeps_its_snapshot(void **state)
{
    contract_fixture *f = *state;
    c4_db reader;
    contract_begin_with_table(f);
    assert_ok(insert_n(&f->db, 1, 0));
    assert_ok(c4_db_commit(&f->db));
    assert_ok(contract_connect(f, &reader));
    assert_ok(c4_db_begin(&reader, CRM4E_TRANSACTION_READ));
    assert_int_equal(count_rows(&reader), 1);
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(insert_n(&f->db, 2, 0));
    assert_int_equal(count_rows(&reader), 1);
    assert_ok(c4_db_commit(&f->db));
    assert_int_equal(count_rows(&reader), 1);
    assert_ok(c4_db_commit(&reader));
    assert_ok(c4_db_begin(&reader, CRM4E_TRANSACTION_READ));
    assert_int_equal(count_rows(&reader), 2);
    c4_db_disconnect(&reader);
}

static void test_one_writer(void **state)
{
    contract_fixture *f = *state;
    c4_db other;
    contract_begin_with_table(f);
    assert_ok(contract_connect(f, &other));
    assert_code(c4_db_begin(&other, CRM4E_TRANSACTION_WRITE), CRM4E_E_BUSY);
    assert_ok(insert_n(&f->db, 1, 0));
    assert_ok(c4_db_commit(&f->db));
    assert_ok(c4_db_begin(&other, CRM4E_TRANSACTION_WRITE));
    assert_ok(insert_n(&other, 2, 0));
    assert_code(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE), CRM4E_E_BUSY);
    c4_db_rollback(&other);
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_int_equal(count_rows(&f->db), 1);
    c4_db_disconnect(&other);
}

static void test_read_only_connection(void **state)
{
    contract_fixture *f = *state;
    c4_db reader;
    int rc;
    contract_begin_with_table(f);
    assert_ok(insert_n(&f->db, 1, 0));
    assert_ok(c4_db_commit(&f->db));
    assert_ok(c4_db_connect(&reader, &f->store, CONTRACT_ORG, CRM4E_CONNECT_READ_ONLY, NULL, NULL));
    assert_ok(c4_db_begin(&reader, CRM4E_TRANSACTION_READ));
    assert_int_equal(count_rows(&reader), 1);
    assert_ok(c4_db_commit(&reader));
    rc = c4_db_begin(&reader, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK)
        rc = insert_n(&reader, 2, 0);
    assert_code(rc, CRM4E_E_READ_ONLY);
    c4_db_disconnect(&reader);
}

static void test_cursor_survives_writes(void **state)
{
    contract_fixture *f = *state;
    const uint32_t id[] = {COL_ID};
    const crm4e_value *values;
    crm4e_plan plan;
    c4_rows *outer;
    int64_t previous = 0;
    int rows = 0;
    int rc;
    contract_begin_with_table(f);
    for (int64_t i = 1; i <= 20; i++)
        assert_ok(insert_n(&f->db, i * 10, i));
    c4_plan_init(&plan, &contract_table);
    plan.columns = id;
    plan.column_count = 1;
    assert_ok(c4_rows_open(&outer, &f->db, &plan));
    while ((rc = c4_rows_next(outer, &values)) == CRM4E_ROW) {
        int64_t at = values[0].integer;
        assert_true(at > previous);
        previous = at;
        rows++;
        if (at % 10 == 0) {
            assert_ok(insert_n(&f->db, at - 5, at));
            assert_ok(c4_db_remove(&f->db, &contract_table, at));
            assert_int_equal(count_rows(&f->db), 20);
        }
    }
    assert_ok(rc);
    assert_int_equal(rows, 20);
    c4_rows_close(outer);
    assert_ok(c4_db_commit(&f->db));
}

enum {
    ROUNDS = 40,
    READERS = 2
};

typedef struct worker {
    contract_fixture *f;
    int rc;
    bool torn; /* a reader saw half of a transaction */
} worker;

/* Each transaction adds a pair of rows whose numbers cancel out. */
static void *write_pairs(void *user)
{
    worker *w = user;
    c4_db db;
    w->rc = contract_connect(w->f, &db);
    for (int64_t i = 0; i < ROUNDS && w->rc == CRM4E_OK; i++) {
        w->rc = c4_db_begin(&db, CRM4E_TRANSACTION_WRITE);
        if (w->rc == CRM4E_OK)
            w->rc = insert_n(&db, 2 * i + 1, i + 1);
        if (w->rc == CRM4E_OK)
            w->rc = insert_n(&db, 2 * i + 2, -i - 1);
        if (w->rc == CRM4E_OK)
            w->rc = c4_db_commit(&db);
    }
    c4_db_disconnect(&db);
    return NULL;
}

static int sum_chunk(void *user, const c4_chunk *chunk)
{
    int64_t *sum = user;
    for (size_t i = 0; i < chunk->rows; i++)
        *sum += chunk->values[0][i];
    return CRM4E_OK;
}

static void *read_pairs(void *user)
{
    worker *w = user;
    const uint32_t n[] = {COL_N};
    c4_db db;
    w->rc = contract_connect(w->f, &db);
    for (int i = 0; i < ROUNDS && w->rc == CRM4E_OK; i++) {
        crm4e_plan plan;
        int64_t sum = 0;
        int64_t count = 0;
        c4_plan_init(&plan, &contract_table);
        w->rc = c4_db_begin(&db, CRM4E_TRANSACTION_READ);
        if (w->rc == CRM4E_OK)
            w->rc = c4_db_scan(&db, &contract_table, n, 1, sum_chunk, &sum);
        if (w->rc == CRM4E_OK)
            w->rc = c4_rows_count(&db, &plan, &count);
        w->torn = w->torn || sum != 0 || count % 2 != 0;
        c4_db_rollback(&db);
    }
    c4_db_disconnect(&db);
    return NULL;
}

static void test_readers_beside_a_writer(void **state)
{
    contract_fixture *f = *state;
    pthread_t threads[READERS + 1];
    worker workers[READERS + 1];
    contract_begin_with_table(f);
    assert_ok(c4_db_commit(&f->db));
    for (size_t i = 0; i <= READERS; i++) {
        workers[i] = (worker){f, CRM4E_OK, false};
        assert_int_equal(
            pthread_create(&threads[i], NULL, i == 0 ? write_pairs : read_pairs, &workers[i]), 0);
    }
    for (size_t i = 0; i <= READERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (size_t i = 0; i <= READERS; i++) {
        assert_ok(workers[i].rc);
        assert_false(workers[i].torn);
    }
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    assert_int_equal(count_rows(&f->db), 2 * ROUNDS);
}

/* Read, add one, write: nothing is lost when writers take turns. */
static void *add_one(void *user)
{
    worker *w = user;
    const uint32_t n[] = {COL_N};
    c4_db db;
    w->rc = contract_connect(w->f, &db);
    for (int done = 0; done < ROUNDS && w->rc == CRM4E_OK;) {
        crm4e_value value;
        w->rc = c4_db_begin(&db, CRM4E_TRANSACTION_WRITE);
        if (w->rc == CRM4E_E_BUSY) {
            w->rc = CRM4E_OK;
            continue;
        }
        if (w->rc == CRM4E_OK)
            w->rc = c4_db_get(&db, &contract_table, 1, n, &value, 1);
        if (w->rc == CRM4E_OK) {
            value.integer++;
            w->rc = c4_db_update(&db, &contract_table, 1, n, &value, 1);
        }
        if (w->rc == CRM4E_OK)
            w->rc = c4_db_commit(&db);
        done++;
    }
    c4_db_disconnect(&db);
    return NULL;
}

static void test_writers_take_turns(void **state)
{
    contract_fixture *f = *state;
    pthread_t threads[READERS];
    worker workers[READERS];
    const uint32_t n[] = {COL_N};
    crm4e_value value;
    contract_begin_with_table(f);
    assert_ok(insert_n(&f->db, 1, 0));
    assert_ok(c4_db_commit(&f->db));
    for (size_t i = 0; i < READERS; i++) {
        workers[i] = (worker){f, CRM4E_OK, false};
        assert_int_equal(pthread_create(&threads[i], NULL, add_one, &workers[i]), 0);
    }
    for (size_t i = 0; i < READERS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (size_t i = 0; i < READERS; i++)
        assert_ok(workers[i].rc);
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    assert_ok(c4_db_get(&f->db, &contract_table, 1, n, &value, 1));
    assert_int_equal(value.integer, READERS * ROUNDS);
}

static uint64_t stamp_now(c4_db *db)
{
    uint64_t stamp;
    assert_ok(c4_db_begin(db, CRM4E_TRANSACTION_READ));
    stamp = c4_db_stamp(db);
    c4_db_rollback(db);
    return stamp;
}

static void commit_n(c4_db *db, crm4e_id id)
{
    assert_ok(c4_db_begin(db, CRM4E_TRANSACTION_WRITE));
    assert_ok(insert_n(db, id, 0));
    assert_ok(c4_db_commit(db));
}

/* The same while nothing is committed, never the same afterwards; 0 where a
 * storage does not know. */
static void test_stamp_moves_with_commits(void **state)
{
    contract_fixture *f = *state;
    uint64_t seen[4];
    c4_db other;
    assert_int_equal(c4_db_stamp(&f->db), 0); /* outside of a transaction */
    contract_begin_with_table(f);
    assert_ok(c4_db_commit(&f->db));
    assert_ok(contract_connect(f, &other));
    seen[0] = stamp_now(&f->db);
    assert_int_equal(stamp_now(&f->db), seen[0]);
    commit_n(&other, 1);
    seen[1] = stamp_now(&f->db);
    assert_int_equal(stamp_now(&f->db), seen[1]);
    commit_n(&f->db, 2);
    seen[2] = stamp_now(&f->db);
    commit_n(&other, 3);
    commit_n(&f->db, 4);
    seen[3] = stamp_now(&f->db);
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < i; j++)
            assert_true(seen[i] == 0 || seen[i] != seen[j]);
    }
    c4_db_disconnect(&other);
}

/* A write transaction, too, knows what others committed before it. */
static void test_stamp_of_a_writer(void **state)
{
    contract_fixture *f = *state;
    uint64_t before, after;
    c4_db other;
    contract_begin_with_table(f);
    assert_ok(c4_db_commit(&f->db));
    assert_ok(contract_connect(f, &other));
    before = stamp_now(&f->db);
    commit_n(&other, 1);
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    after = c4_db_stamp(&f->db);
    assert_true(after == 0 || after != before);
    c4_db_rollback(&f->db);
    assert_int_equal(stamp_now(&f->db), after); /* what is rolled back was nothing */
    c4_db_disconnect(&other);
}

contract_checks contract_sharing_checks(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reader_keeps_its_snapshot),
        cmocka_unit_test(test_one_writer),
        cmocka_unit_test(test_read_only_connection),
        cmocka_unit_test(test_cursor_survives_writes),
        cmocka_unit_test(test_readers_beside_a_writer),
        cmocka_unit_test(test_writers_take_turns),
        cmocka_unit_test(test_stamp_moves_with_commits),
        cmocka_unit_test(test_stamp_of_a_writer),
    };
    contract_checks checks = {tests, sizeof(tests) / sizeof(tests[0])};
    return checks;
}
