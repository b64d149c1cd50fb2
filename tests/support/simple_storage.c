/* SPDX-License-Identifier: MIT */
#include "support/simple_storage.h"

#include <crm4e/errors.h>

enum {
    THE_ORG = 1 /* what the one database is to the memory storage */
};

static const crm4e_storage_methods *inner(void)
{
    return crm4e_storage_memory();
}

static int32_t open_one(void **storage, void *user, const crm4e_storage_host *host)
{
    int32_t answer = inner()->open(storage, user, host);
    if (answer == CRM4E_CONTINUE) {
        answer = inner()->org_create(*storage, THE_ORG);
        if (answer != CRM4E_CONTINUE)
            (void)inner()->close(*storage);
    }
    return answer;
}

static int32_t connect_one(void **connection, void *storage, const crm4e_connect_request *request)
{
    crm4e_connect_request same = *request;
    same.org = THE_ORG;
    return inner()->connect(connection, storage, &same);
}

static int32_t create_without_indexes(void *connection, const crm4e_table *table)
{
    crm4e_table plain = *table;
    plain.index_count = 0;
    return inner()->table_create(connection, &plain);
}

/* Into a table that may not have been made. */
static int32_t insert_anywhere(void *connection, const crm4e_table *table,
                               const crm4e_value *values, size_t count)
{
    int32_t answer = inner()->insert(connection, table, values, count);
    if (answer == CRM4E_E_NOT_FOUND) {
        answer = create_without_indexes(connection, table);
        if (answer == CRM4E_CONTINUE)
            answer = inner()->insert(connection, table, values, count);
    }
    return answer;
}

static int32_t insert_free(void *connection, const crm4e_table *table, const crm4e_value *values,
                           size_t count)
{
    int32_t answer = inner()->insert(connection, table, values, count);
    return answer == CRM4E_E_CONFLICT ? 0 : answer;
}

static int32_t insert_free_anywhere(void *connection, const crm4e_table *table,
                                    const crm4e_value *values, size_t count)
{
    int32_t answer = insert_anywhere(connection, table, values, count);
    return answer == CRM4E_E_CONFLICT ? 0 : answer;
}

static int32_t remove_existing(void *connection, const crm4e_table *table, crm4e_id id)
{
    int32_t answer = inner()->remove(connection, table, id);
    return answer == CRM4E_E_NOT_FOUND ? 0 : answer;
}

/* Rows are as wide as what is written to them. */
static int32_t update_wide(void *connection, const crm4e_table *table, crm4e_id id,
                           const uint32_t *columns, const crm4e_value *values, size_t count)
{
    int32_t answer = inner()->column_add(connection, table);
    if (answer == CRM4E_CONTINUE)
        answer = inner()->update(connection, table, id, columns, values, count);
    return answer;
}

static int no_rows; /* its address is the cursor over a table that was never made */

static int32_t select_anywhere(void **cursor, void *connection, const crm4e_plan *plan)
{
    int32_t answer = inner()->select(cursor, connection, plan);
    if (answer == CRM4E_E_NOT_FOUND) {
        *cursor = &no_rows;
        answer = CRM4E_CONTINUE;
    }
    return answer;
}

static int32_t next_anywhere(void *cursor, crm4e_value *values, size_t count)
{
    return cursor == &no_rows ? CRM4E_DONE : inner()->next(cursor, values, count);
}

static int32_t finish_anywhere(void *cursor)
{
    return cursor == &no_rows ? CRM4E_CONTINUE : inner()->finish(cursor);
}

static int32_t savepoint_again(void *connection, uint32_t depth)
{
    (void)inner()->release(connection, depth); /* a mark of before, if there is one */
    return inner()->savepoint(connection, depth);
}

static int32_t rollback_all(void *connection, uint32_t depth)
{
    return depth == 0 ? inner()->rollback(connection) : inner()->rollback_to(connection, depth);
}

static void leave_out_tables(crm4e_storage_methods *methods)
{
    methods->table_create = NULL;
    methods->column_add = NULL;
    methods->table_drop = NULL;
    methods->insert = insert_anywhere;
    methods->update = update_wide;
    methods->select = select_anywhere;
    methods->next = next_anywhere;
    methods->finish = finish_anywhere;
}

static void leave_out_orgs(crm4e_storage_methods *methods)
{
    methods->org_create = NULL;
    methods->org_publish = NULL;
    methods->org_find = NULL;
    methods->org_list = NULL;
    methods->open = open_one;
    methods->connect = connect_one;
}

void simple_storage_init(crm4e_storage_methods *methods, unsigned without)
{
    *methods = *inner();
    if ((without & SIMPLE_ORGS) != 0)
        leave_out_orgs(methods);
    if ((without & SIMPLE_VERSION) != 0) {
        methods->get_version = NULL;
        methods->set_version = NULL;
    }
    if ((without & (SIMPLE_INDEXES | SIMPLE_TABLES)) != 0) {
        methods->index_create = NULL;
        methods->index_drop = NULL;
        methods->table_create = create_without_indexes;
    }
    if ((without & SIMPLE_TABLES) != 0)
        leave_out_tables(methods);
    if ((without & SIMPLE_UPDATE) != 0) {
        methods->update = NULL;
        if ((without & SIMPLE_TABLES) != 0)
            methods->insert = insert_free_anywhere;
        else if ((without & SIMPLE_INDEXES) != 0)
            methods->insert = insert_free; /* with indexes a key may be taken */
        methods->remove = remove_existing;
    }
    if ((without & SIMPLE_GET) != 0)
        methods->get = NULL;
    if ((without & SIMPLE_RELEASE) != 0) {
        methods->release = NULL;
        methods->savepoint = savepoint_again;
    }
    if ((without & SIMPLE_ROLLBACK) != 0) {
        methods->rollback = NULL;
        methods->rollback_to = rollback_all;
    }
}
