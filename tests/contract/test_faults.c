/* SPDX-License-Identifier: MIT */
/* What the core makes of a storage that fails, lies, or has no memory. */
#include "contract/contract.h"

#include "support/fault_storage.h"
#include "support/simple_storage.h"

#include <stdlib.h>
#include <string.h>

extern const crm4e_storage_methods own_storage; /* examples/own_storage.c */

typedef struct fault_fixture {
    fault_storage fault;
    fail_alloc allocations;
    c4_mem mem;
    c4_store store;
    c4_db db;
} fault_fixture;

static int insert_row(c4_db *db, crm4e_id id)
{
    crm4e_value row[COL_COUNT];
    contract_blank(row, id);
    row[COL_N] = c4_integer(-id);
    row[COL_S] = c4_c_text("text");
    return c4_db_insert(db, &contract_table, row);
}

static int start(fault_fixture *f)
{
    crm4e_storage storage = fault_storage_host(&f->fault);
    int rc = c4_store_open(&f->store, &f->mem, &storage, 0);
    if (rc == CRM4E_OK)
        rc = c4_store_org_create(&f->store, 1);
    if (rc == CRM4E_OK)
        rc = c4_store_org_publish(&f->store, 1, "one");
    if (rc == CRM4E_OK)
        rc = c4_db_connect(&f->db, &f->store, 1, 0, NULL, NULL);
    if (rc == CRM4E_OK)
        rc = c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK)
        rc = c4_db_table_create(&f->db, &contract_table);
    for (crm4e_id id = 2; id <= 5 && rc == CRM4E_OK; id++)
        rc = insert_row(&f->db, id);
    if (rc == CRM4E_OK)
        rc = c4_db_commit(&f->db);
    return rc;
}

static int setup_with(void **state, const crm4e_storage_methods *methods)
{
    fault_fixture *f = calloc(1, sizeof(*f));
    if (f == NULL)
        return -1;
    fault_storage_init(&f->fault, methods, NULL);
    fail_alloc_init(&f->allocations);
    f->mem.host = fail_alloc_host(&f->allocations);
    *state = f;
    return start(f) == CRM4E_OK ? 0 : -1;
}

static int setup(void **state)
{
    return setup_with(state, crm4e_storage_memory());
}

static int setup_simple(void **state)
{
    static crm4e_storage_methods simple;
    simple_storage_init(&simple, SIMPLE_ALL);
    return setup_with(state, &simple);
}

static int teardown(void **state)
{
    fault_fixture *f = *state;
    size_t live;
    fault_storage_disarm(&f->fault);
    c4_db_disconnect(&f->db);
    c4_store_close(&f->store);
    live = f->allocations.live;
    free(f);
    return live == 0 ? 0 : -1;
}

static int read_all(c4_db *db, const crm4e_plan *plan)
{
    const crm4e_value *values;
    c4_rows *rows;
    int rc = c4_rows_open(&rows, db, plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &values)) == CRM4E_ROW)
        rc = CRM4E_OK;
    c4_rows_close(rows);
    return rc;
}

static void test_answers_become_codes(void **state)
{
    fault_fixture *f = *state;
    static const struct {
        int32_t answer;
        int code;
    } cases[] = {
        {CRM4E_E_NOT_FOUND, CRM4E_E_NOT_FOUND},
        {CRM4E_E_CONFLICT, CRM4E_E_CONFLICT},
        {CRM4E_E_BUSY, CRM4E_E_BUSY},
        {CRM4E_E_NO_MEMORY, CRM4E_E_NO_MEMORY},
        {CRM4E_E_FULL, CRM4E_E_FULL},
        {CRM4E_E_READ_ONLY, CRM4E_E_READ_ONLY},
        {CRM4E_E_ABORTED, CRM4E_E_ABORTED},
        {CRM4E_E_UNSUPPORTED, CRM4E_E_UNSUPPORTED},
        {CRM4E_E_IO, CRM4E_E_IO},
        {CRM4E_E_CORRUPT, CRM4E_E_CORRUPT},
        {CRM4E_E_ENVIRONMENT, CRM4E_E_ENVIRONMENT},
        {CRM4E_E_USER, CRM4E_E_USER},
        {0, CRM4E_E_CALLBACK},
        {CRM4E_DONE, CRM4E_E_CALLBACK},
        {CRM4E_PASSTHROUGH, CRM4E_E_CALLBACK},
        {CRM4E_DENY, CRM4E_E_CALLBACK},
        {INT32_MAX, CRM4E_E_CALLBACK},
        {INT32_MIN, CRM4E_E_CALLBACK},
        {-999, CRM4E_E_CALLBACK},
        {CRM4E_E_COMMIT_UNKNOWN, CRM4E_E_CALLBACK},
        {CRM4E_E_INTERNAL, CRM4E_E_CALLBACK},
        {CRM4E_E_DENIED, CRM4E_E_CALLBACK},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fault_storage_disarm(&f->fault);
        assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
        fault_storage_arm(&f->fault, FAULT_INSERT, 1, false, cases[i].answer);
        assert_code(insert_row(&f->db, 100), cases[i].code);
        assert_ok(insert_row(&f->db, 100));
        c4_db_rollback(&f->db);
        assert_false(f->db.poisoned);
    }
}

static void test_commit_outcomes(void **state)
{
    fault_fixture *f = *state;
    int64_t count = 0;
    crm4e_plan plan;
    c4_plan_init(&plan, &contract_table);
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(insert_row(&f->db, 100));
    fault_storage_arm(&f->fault, FAULT_COMMIT, 1, false, CRM4E_E_FULL);
    assert_code(c4_db_commit(&f->db), CRM4E_E_FULL);
    assert_int_equal(f->db.mode, 0);
    assert_false(f->db.poisoned);
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_rows_count(&f->db, &plan, &count));
    assert_int_equal(count, 4);
    assert_ok(insert_row(&f->db, 100));
    fault_storage_arm(&f->fault, FAULT_COMMIT, 1, false, CRM4E_E_COMMIT_UNKNOWN);
    f->fault.done_first = true;
    assert_code(c4_db_commit(&f->db), CRM4E_E_COMMIT_UNKNOWN);
    assert_true(f->db.poisoned);
    assert_code(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ), CRM4E_E_IO);
    c4_db_disconnect(&f->db);
    assert_ok(c4_db_connect(&f->db, &f->store, 1, 0, NULL, NULL));
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    assert_ok(c4_rows_count(&f->db, &plan, &count));
    assert_int_equal(count, 5);
}

/* The core publishes the org of a storage that leaves orgs to it. */
static void test_publishing_with_an_unknown_commit(void **state)
{
    fault_fixture *f = *state;
    crm4e_id org = 0;
    for (int done = 0; done < 2; done++) {
        crm4e_storage storage = fault_storage_host(&f->fault);
        c4_store store;
        fault_storage_disarm(&f->fault);
        assert_ok(c4_store_open(&store, &f->mem, &storage, 0));
        assert_ok(c4_store_org_create(&store, 1));
        fault_storage_arm(&f->fault, FAULT_COMMIT, 1, false, CRM4E_E_COMMIT_UNKNOWN);
        f->fault.done_first = done == 1;
        assert_code(c4_store_org_publish(&store, 1, "one"), done == 1 ? CRM4E_OK : CRM4E_E_IO);
        assert_code(c4_store_org_find(&store, "one", &org),
                    done == 1 ? CRM4E_OK : CRM4E_E_NOT_FOUND);
        c4_store_close(&store);
    }
}

static void test_failed_rollback_poisons(void **state)
{
    fault_fixture *f = *state;
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(insert_row(&f->db, 100));
    fault_storage_arm(&f->fault, FAULT_ROLLBACK, 1, false, CRM4E_E_IO);
    c4_db_rollback(&f->db);
    assert_true(f->db.poisoned);
    assert_code(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ), CRM4E_E_IO);
    assert_code(insert_row(&f->db, 101), CRM4E_E_IO);
}

static void test_failed_rollback_to_poisons(void **state)
{
    fault_fixture *f = *state;
    crm4e_plan plan;
    int64_t count = -1;
    c4_plan_init(&plan, &contract_table);
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_savepoint(&f->db));
    assert_ok(insert_row(&f->db, 100));
    fault_storage_arm(&f->fault, FAULT_ROLLBACK_TO, 1, false, 0);
    c4_db_rollback_to(&f->db);
    assert_true(f->db.poisoned);
    assert_code(c4_db_commit(&f->db), CRM4E_E_IO);
    c4_db_disconnect(&f->db);
    assert_ok(c4_db_connect(&f->db, &f->store, 1, 0, NULL, NULL));
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    assert_ok(c4_rows_count(&f->db, &plan, &count));
    assert_int_equal(count, 4);
}

static const fault_garbage breaches[] = {
    FAULT_WRONG_TYPE, FAULT_UNKNOWN_TYPE, FAULT_NULL_ID,     FAULT_NEGATIVE_ID, FAULT_HUGE_ID,
    FAULT_NULL_DATA,  FAULT_BAD_UTF8,     FAULT_NUL_IN_TEXT, FAULT_TOO_LONG,
};
enum {
    BREACHES = sizeof(breaches) / sizeof(breaches[0])
};

static void test_garbage_rows(void **state)
{
    fault_fixture *f = *state;
    const uint32_t columns[] = {COL_S, COL_ID};
    const crm4e_order order = {COL_S, CRM4E_FOLD, 0};
    crm4e_plan plan;
    int64_t count;
    c4_plan_init(&plan, &contract_table);
    plan.columns = columns;
    plan.column_count = 2;
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    for (size_t i = 0; i < BREACHES; i++) {
        for (size_t row = 1; row <= 4; row++) {
            plan.order = &order;
            plan.order_count = row % 2;
            fault_storage_arm_garbage(&f->fault, FAULT_NEXT, row, breaches[i]);
            assert_code(read_all(&f->db, &plan), CRM4E_E_CALLBACK);
        }
    }
    fault_storage_arm_garbage(&f->fault, FAULT_NEXT, 2, FAULT_SMALL_ID);
    plan.order_count = 0;
    assert_code(read_all(&f->db, &plan), CRM4E_E_CALLBACK);
    fault_storage_arm_garbage(&f->fault, FAULT_NEXT, 1, FAULT_ONE_MORE);
    plan.columns = columns + 1;
    plan.column_count = 1;
    assert_code(read_all(&f->db, &plan), CRM4E_E_CALLBACK);
    fault_storage_arm_garbage(&f->fault, FAULT_NEXT, 1, FAULT_ONE_MORE);
    assert_code(c4_rows_count(&f->db, &plan, &count), CRM4E_E_CALLBACK);
    assert_int_equal(count, 0);
}

static void test_garbage_in_get(void **state)
{
    fault_fixture *f = *state;
    const uint32_t columns[] = {COL_S, COL_ID};
    crm4e_value values[2];
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    for (size_t i = 0; i < BREACHES; i++) {
        fault_storage_arm_garbage(&f->fault, FAULT_GET, 1, breaches[i]);
        assert_code(c4_db_get(&f->db, &contract_table, 3, columns, values, 2), CRM4E_E_CALLBACK);
    }
    fault_storage_arm_garbage(&f->fault, FAULT_GET, 1, FAULT_SMALL_ID);
    assert_code(c4_db_get(&f->db, &contract_table, 3, columns, values, 2), CRM4E_E_CALLBACK);
}

/* A storage that claims to do every part and does none. */
static int32_t claims_all(void *connection, const crm4e_plan *plan, uint32_t *parts)
{
    (void)connection;
    (void)plan;
    *parts = UINT32_MAX;
    return CRM4E_CONTINUE;
}

static void test_claims_are_checked(void **state)
{
    fault_fixture *f = *state;
    const crm4e_order by_id = {COL_ID, 0, 1};
    const crm4e_order by_n = {COL_N, 0, 0};
    crm4e_plan plan;
    f->fault.methods.handles = claims_all;
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    c4_plan_init(&plan, &contract_table);
    plan.limit = 3; /* and it gives four */
    assert_code(read_all(&f->db, &plan), CRM4E_E_CALLBACK);
    plan.limit = 4;
    assert_ok(read_all(&f->db, &plan));
    plan.order = &by_id;
    plan.order_count = 1;
    assert_code(read_all(&f->db, &plan), CRM4E_E_CALLBACK);
    plan.order = &by_n;
    assert_code(read_all(&f->db, &plan), CRM4E_E_CALLBACK);
    plan.order_count = 0;
    plan.index = INDEX_N;
    assert_code(read_all(&f->db, &plan), CRM4E_E_CALLBACK);
}

static void test_no_handle_made(void **state)
{
    fault_fixture *f = *state;
    crm4e_plan plan;
    c4_db other;
    c4_rows *rows;
    int32_t made = CRM4E_CONTINUE;
    c4_plan_init(&plan, &contract_table);
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    fault_storage_arm(&f->fault, FAULT_CONNECT, 1, false, made);
    assert_code(c4_db_connect(&other, &f->store, 1, 0, NULL, NULL), CRM4E_E_CALLBACK);
    fault_storage_arm(&f->fault, FAULT_SELECT, 1, false, made);
    assert_code(c4_rows_open(&rows, &f->db, &plan), CRM4E_E_CALLBACK);
    assert_null(rows);
}

static void test_incomplete_methods(void **state)
{
    fault_fixture *f = *state;
    crm4e_storage storage = fault_storage_host(&f->fault);
    crm4e_storage_methods methods = f->fault.methods;
    c4_store store;
    storage.methods = &methods;
    methods.next = NULL;
    assert_code(c4_store_open(&store, &f->mem, &storage, 0), CRM4E_E_MISUSE);
    methods = f->fault.methods;
    methods.struct_size = offsetof(crm4e_storage_methods, finish);
    assert_code(c4_store_open(&store, &f->mem, &storage, 0), CRM4E_E_MISUSE);
    methods.struct_size = sizeof(methods);
    storage.struct_size = 4;
    assert_code(c4_store_open(&store, &f->mem, &storage, 0), CRM4E_E_MISUSE);
    c4_store_close(&store);
    assert_code(c4_store_open(&store, &f->mem, NULL, 0), CRM4E_E_MISUSE);
}

static void test_matches_checks_its_arguments(void **state)
{
    fault_fixture *f = *state;
    crm4e_value row[] = {c4_integer(1)};
    crm4e_predicate where = c4_where(CRM4E_OP_IS_NOT_NULL, 0, NULL, 0);
    const crm4e_storage_host *host = &f->store.host;
    assert_int_equal(crm4e_plan_matches(host, NULL, row, 1), 1);
    assert_int_equal(crm4e_plan_matches(host, &where, row, 1), 1);
    assert_int_equal(crm4e_plan_matches(NULL, &where, row, 1), CRM4E_E_MISUSE);
    assert_int_equal(crm4e_plan_matches(host, &where, NULL, 1), CRM4E_E_MISUSE);
    where.column = 1;
    assert_int_equal(crm4e_plan_matches(host, &where, row, 1), CRM4E_E_MISUSE);
    where.column = 0;
    where.op = CRM4E_OP_IN_SELECT;
    assert_int_equal(crm4e_plan_matches(host, &where, row, 1), CRM4E_E_MISUSE);
    where.op = CRM4E_OP_EQ;
    assert_int_equal(crm4e_plan_matches(host, &where, row, 1), CRM4E_E_MISUSE);
    where.op = 0;
    assert_int_equal(crm4e_plan_matches(host, &where, row, 1), CRM4E_E_MISUSE);
}

static int sum_chunk(void *user, const c4_chunk *chunk)
{
    int64_t *sum = user;
    for (size_t i = 0; i < chunk->rows; i++)
        *sum += chunk->values[0][i];
    return CRM4E_OK;
}

/* One of everything. */
static int whole_story(c4_db *db)
{
    const uint32_t columns[] = {COL_S, COL_N};
    const uint32_t ids[] = {COL_ID};
    const crm4e_order order = {COL_S, CRM4E_FOLD, 1};
    crm4e_predicate all = {.op = CRM4E_OP_TRUE};
    crm4e_predicate where = {
        .op = CRM4E_OP_IN_SELECT,
        .column = COL_S,
        .select_column = COL_S,
        .select_table = &contract_table,
        .children = &all,
        .child_count = 1,
    };
    crm4e_value changed[] = {c4_c_text("\xc3\x89t\xc3\xa9"), c4_null()};
    crm4e_value read[2];
    int64_t version;
    int64_t sum = 0;
    crm4e_plan plan;
    int rc = c4_db_begin(db, CRM4E_TRANSACTION_WRITE);
    c4_plan_init(&plan, &contract_table);
    plan.columns = columns;
    plan.column_count = 2;
    plan.where = &where;
    plan.order = &order;
    plan.order_count = 1;
    if (rc == CRM4E_OK)
        rc = c4_db_get_version(db, &version);
    if (rc == CRM4E_OK)
        rc = c4_db_set_version(db, version + 1);
    if (rc == CRM4E_OK)
        rc = c4_db_savepoint(db);
    if (rc == CRM4E_OK)
        rc = insert_row(db, 50);
    if (rc == CRM4E_OK)
        rc = c4_db_update(db, &contract_table, 50, columns, changed, 2);
    if (rc == CRM4E_OK)
        rc = c4_db_release(db);
    if (rc == CRM4E_OK)
        rc = c4_db_get(db, &contract_table, 50, columns, read, 2);
    if (rc == CRM4E_OK)
        rc = read_all(db, &plan);
    if (rc == CRM4E_OK)
        rc = c4_db_scan(db, &contract_table, ids, 1, sum_chunk, &sum);
    if (rc == CRM4E_OK)
        rc = c4_db_index_drop(db, &contract_table, INDEX_N);
    if (rc == CRM4E_OK)
        rc = c4_db_index_create(db, &contract_table, INDEX_N);
    if (rc == CRM4E_OK)
        rc = c4_db_remove(db, &contract_table, 50);
    if (rc == CRM4E_OK)
        rc = c4_db_commit(db);
    c4_db_rollback(db);
    return rc;
}

static void assert_unchanged(fault_fixture *f, int64_t version)
{
    crm4e_plan plan;
    char ids[CONTRACT_IDS];
    int64_t now = -1;
    c4_plan_init(&plan, &contract_table);
    assert_false(f->db.poisoned);
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
    assert_string_equal(contract_ids(&f->db, &plan, ids, sizeof(ids)), "2 3 4 5");
    assert_ok(c4_db_get_version(&f->db, &now));
    assert_int_equal(now, version);
    assert_ok(c4_db_commit(&f->db));
}

/* Every method call of the story fails in turn; nothing of it remains. */
static void test_every_call_fails(void **state)
{
    fault_fixture *f = *state;
    int64_t version = 0;
    for (int from_there_on = 0; from_there_on < 2; from_there_on++) {
        size_t n = 0;
        int rc = CRM4E_E_USER;
        while (rc != CRM4E_OK) {
            n++;
            fault_storage_arm(&f->fault, FAULT_ANY, n, from_there_on == 1, CRM4E_E_USER);
            rc = whole_story(&f->db);
            if (rc == CRM4E_OK && f->fault.hit)
                rc = CRM4E_E_USER; /* finish() failed, which nobody can help */
            else if (rc != CRM4E_OK)
                assert_int_equal(rc,
                                 f->db.poisoned && rc == CRM4E_E_IO ? CRM4E_E_IO : CRM4E_E_USER);
            fault_storage_disarm(&f->fault);
            if (f->db.poisoned) {
                c4_db_disconnect(&f->db);
                assert_ok(c4_db_connect(&f->db, &f->store, 1, 0, NULL, NULL));
            }
            assert_true(n < 5000);
            assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_READ));
            assert_ok(c4_db_get_version(&f->db, &version));
            assert_ok(c4_db_commit(&f->db));
            assert_unchanged(f, version);
        }
        assert_true(n > 30);
    }
}

static void test_every_allocation_fails(void **state)
{
    fault_fixture *f = *state;
    size_t live;
    assert_ok(whole_story(&f->db)); /* the connection keeps some room it has grown to */
    live = f->allocations.live;
    for (int from_there_on = 0; from_there_on < 2; from_there_on++) {
        int64_t version = 1 + from_there_on;
        size_t n = 0;
        int rc = CRM4E_E_NO_MEMORY;
        while (rc != CRM4E_OK) {
            n++;
            fail_alloc_arm(&f->allocations, n, from_there_on == 1);
            rc = whole_story(&f->db);
            assert_int_equal(rc, fail_alloc_hit(&f->allocations) ? CRM4E_E_NO_MEMORY : CRM4E_OK);
            fail_alloc_arm(&f->allocations, 0, false);
            assert_unchanged(f, rc == CRM4E_OK ? version + 1 : version);
            assert_int_equal(f->allocations.live, live);
        }
        assert_true(n > 50);
    }
}

static int open_and_close(const crm4e_allocator *host, void *context)
{
    crm4e_storage storage = {sizeof(storage), context, NULL};
    c4_mem mem = {*host};
    c4_store store;
    c4_db db = {0};
    int rc = c4_store_open(&store, &mem, &storage, 0);
    if (rc == CRM4E_OK)
        rc = c4_store_org_create(&store, 1);
    if (rc == CRM4E_OK)
        rc = c4_store_org_publish(&store, 1, "one");
    if (rc == CRM4E_OK)
        rc = c4_db_connect(&db, &store, 1, 0, NULL, NULL);
    if (rc == CRM4E_OK)
        rc = c4_db_begin(&db, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK)
        rc = c4_db_table_create(&db, &contract_table);
    for (crm4e_id id = 1; id <= 20 && rc == CRM4E_OK; id++)
        rc = insert_row(&db, id * 7 % 23);
    for (crm4e_id id = 1; id <= 20 && rc == CRM4E_OK; id += 3)
        rc = c4_db_remove(&db, &contract_table, id * 7 % 23);
    if (rc == CRM4E_OK)
        rc = c4_db_commit(&db);
    c4_db_disconnect(&db);
    c4_store_close(&store);
    return rc;
}

static void test_allocations_of_a_storage(void **state)
{
    crm4e_storage_methods simple;
    (void)state;
    simple_storage_init(&simple, SIMPLE_ALL);
    assert_true(fail_alloc_sweep(open_and_close, (void *)(uintptr_t)crm4e_storage_memory()) > 100);
    assert_true(fail_alloc_sweep(open_and_close, &simple) > 200);
    assert_true(fail_alloc_sweep(open_and_close, (void *)(uintptr_t)&own_storage) > 100);
}

int main(void)
{
#define CHECK(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define CHECK_SIMPLE(test)                                                                         \
    {                                                                                              \
#test " of a simple storage", test, setup_simple, teardown, NULL                           \
    }
    const struct CMUnitTest tests[] = {
        CHECK(test_answers_become_codes),
        CHECK(test_commit_outcomes),
        CHECK(test_failed_rollback_poisons),
        CHECK(test_failed_rollback_to_poisons),
        CHECK(test_garbage_rows),
        CHECK(test_garbage_in_get),
        CHECK(test_claims_are_checked),
        CHECK(test_no_handle_made),
        CHECK(test_incomplete_methods),
        CHECK(test_matches_checks_its_arguments),
        CHECK(test_every_call_fails),
        CHECK(test_every_allocation_fails),
        CHECK_SIMPLE(test_commit_outcomes),
        CHECK_SIMPLE(test_publishing_with_an_unknown_commit),
        CHECK_SIMPLE(test_every_call_fails),
        CHECK_SIMPLE(test_every_allocation_fails),
        cmocka_unit_test(test_allocations_of_a_storage),
    };
    return cmocka_run_group_tests_name("storage faults", tests, NULL, NULL);
}
