/* SPDX-License-Identifier: MIT */
#include "contract/contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const crm4e_column columns[COL_COUNT] = {
    {"id", CRM4E_COLUMN_INTEGER, CRM4E_COLUMN_REQUIRED},
    {"n", CRM4E_COLUMN_INTEGER, 0},
    {"d", CRM4E_COLUMN_DECIMAL, 0},
    {"day", CRM4E_COLUMN_DATE, 0},
    {"at", CRM4E_COLUMN_TIME, 0},
    {"b", CRM4E_COLUMN_BOOLEAN, 0},
    {"s", CRM4E_COLUMN_TEXT, 0},
    {"x", CRM4E_COLUMN_BLOB, 0},
};
static const uint32_t columns_n[] = {COL_N};
static const uint32_t columns_day_s[] = {COL_DAY, COL_S};
static const crm4e_index indexes[INDEX_COUNT] = {
    {"everything_n", columns_n, 1, 0},
    {"everything_day_s", columns_day_s, 2, CRM4E_INDEX_UNIQUE},
};
const crm4e_table contract_table = {
    "everything", columns, COL_COUNT, indexes, INDEX_COUNT, 1001,
};

int contract_open(contract_fixture *f, const contract_target *target)
{
    crm4e_storage storage = {sizeof(storage), target->methods, target->user};
    f->target = target;
    fail_alloc_init(&f->allocations);
    f->host = fail_alloc_host(&f->allocations);
    f->mem.host = f->host;
    return c4_store_open(&f->store, &f->mem, &storage, CONTRACT_BUSY_TIMEOUT);
}

void contract_close(contract_fixture *f)
{
    c4_store_close(&f->store);
    assert_int_equal(f->allocations.live, 0);
}

int contract_connect(contract_fixture *f, c4_db *db)
{
    return c4_db_connect(db, &f->store, CONTRACT_ORG, 0, NULL, NULL);
}

static int setup(void **state)
{
    const contract_target *target = *state;
    contract_fixture *f = calloc(1, sizeof(*f));
    if (f == NULL)
        return -1;
    if (target->reset != NULL)
        target->reset(target->user);
    if (contract_open(f, target) != CRM4E_OK ||
        c4_store_org_create(&f->store, CONTRACT_ORG) != CRM4E_OK ||
        c4_store_org_publish(&f->store, CONTRACT_ORG, "one") != CRM4E_OK ||
        contract_connect(f, &f->db) != CRM4E_OK) {
        fprintf(stderr, "%s: no org to test with\n", target->name);
        free(f);
        return -1;
    }
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    contract_fixture *f = *state;
    size_t live;
    c4_db_disconnect(&f->db);
    c4_store_close(&f->store);
    live = f->allocations.live;
    if (live != 0)
        fprintf(stderr, "%s: %zu blocks left\n", f->target->name, live);
    free(f);
    return live == 0 ? 0 : -1;
}

int contract_run(const contract_target *target)
{
    const contract_checks groups[] = {
        contract_row_checks(),       contract_transaction_checks(), contract_sharing_checks(),
        contract_predicate_checks(), contract_query_checks(),
    };
    int failures = 0;
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        size_t count = groups[i].count;
        struct CMUnitTest *tests = calloc(count, sizeof(*tests));
        if (tests == NULL)
            return 1;
        memcpy(tests, groups[i].tests, count * sizeof(*tests));
        for (size_t j = 0; j < count; j++) {
            tests[j].setup_func = setup;
            tests[j].teardown_func = teardown;
            tests[j].initial_state = (void *)(uintptr_t)target;
        }
        failures += _cmocka_run_group_tests(target->name, tests, count, NULL, NULL);
        free(tests);
    }
    return failures;
}

void contract_blank(crm4e_value values[COL_COUNT], crm4e_id id)
{
    for (size_t i = 0; i < COL_COUNT; i++)
        values[i] = c4_null();
    values[COL_ID] = c4_integer(id);
}

void contract_begin_with_table(contract_fixture *f)
{
    assert_ok(c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE));
    assert_ok(c4_db_table_create(&f->db, &contract_table));
}

const char *contract_ids(c4_db *db, crm4e_plan *plan, char *text, size_t size)
{
    static const uint32_t id[] = {COL_ID};
    const crm4e_value *values;
    c4_rows *rows;
    size_t used = 0;
    int64_t count = 0;
    int64_t counted = -1;
    int rc;
    plan->columns = id;
    plan->column_count = 1;
    text[0] = '\0';
    assert_ok(c4_rows_open(&rows, db, plan));
    while ((rc = c4_rows_next(rows, &values)) == CRM4E_ROW) {
        int length = snprintf(text + used, size - used, "%s%lld", count == 0 ? "" : " ",
                              (long long)values[0].integer);
        assert_true(length > 0 && (size_t)length < size - used);
        used += (size_t)length;
        count++;
    }
    assert_ok(rc);
    assert_code(c4_rows_next(rows, &values), CRM4E_OK);
    c4_rows_close(rows);
    assert_ok(c4_rows_count(db, plan, &counted));
    assert_int_equal(counted, count);
    return text;
}
