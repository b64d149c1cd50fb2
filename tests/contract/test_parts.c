/* SPDX-License-Identifier: MIT */
/* A plan gives the same rows whichever parts of it the back end does: memory,
 * made to do any of them with the help of the core. */
#include "contract/contract.h"

#include <stdlib.h>

static struct {
    c4_mem mem;
    c4_store store; /* methods of the memory storage, for the core inside */
    uint32_t parts;
} parts;

typedef struct cursor {
    c4_db db;
    c4_rows *rows;
} cursor;

static int32_t parts_open(void **storage, void *user, const crm4e_storage_host *host)
{
    parts.mem.host = *host->allocator;
    parts.store.mem = &parts.mem;
    parts.store.methods = crm4e_storage_memory();
    parts.store.host = *host;
    return parts.store.methods->open(storage, user, host);
}

static int32_t parts_handles(void *connection, const crm4e_plan *plan, uint32_t *handled)
{
    (void)connection;
    (void)plan;
    *handled = parts.parts;
    return CRM4E_CONTINUE;
}

static int32_t answer_of(int rc)
{
    return rc == CRM4E_OK ? CRM4E_CONTINUE : rc;
}

static int32_t parts_select(void **out, void *connection, const crm4e_plan *plan)
{
    cursor *c = calloc(1, sizeof(*c));
    int32_t answer = CRM4E_E_NO_MEMORY;
    if (c != NULL) {
        c->db = (c4_db){
            .store = &parts.store, .connection = connection, .mode = CRM4E_TRANSACTION_READ};
        answer = answer_of(c4_rows_open(&c->rows, &c->db, plan));
    }
    if (answer == CRM4E_CONTINUE)
        *out = c;
    else
        free(c);
    return answer;
}

static int32_t parts_next(void *instance, crm4e_value *values, size_t count)
{
    cursor *c = instance;
    const crm4e_value *row;
    int rc = c4_rows_next(c->rows, &row);
    for (size_t i = 0; i < count && rc == CRM4E_ROW; i++)
        values[i] = row[i];
    return rc == CRM4E_ROW ? CRM4E_CONTINUE : rc == CRM4E_OK ? CRM4E_DONE : rc;
}

static int32_t parts_finish(void *instance)
{
    cursor *c = instance;
    c4_rows_close(c->rows);
    free(c);
    return CRM4E_CONTINUE;
}

static crm4e_storage_methods methods;

static void test_all_combinations(void **state)
{
    const contract_target memory = {.name = "memory", .methods = crm4e_storage_memory()};
    const contract_target target = {.name = "parts", .methods = &methods};
    (void)state;
    for (parts.parts = 0; parts.parts < 64; parts.parts++)
        contract_walk(&memory, &target, 100 + parts.parts, 400);
}

int main(void)
{
    const contract_target target = {.name = "all parts", .methods = &methods, .many_orgs = true};
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_combinations)};
    int failures;
    methods = *crm4e_storage_memory();
    methods.open = parts_open;
    methods.handles = parts_handles;
    methods.select = parts_select;
    methods.next = parts_next;
    methods.finish = parts_finish;
    parts.parts = 63;
    failures = contract_run(&target);
    return failures + cmocka_run_group_tests_name("parts", tests, NULL, NULL);
}
