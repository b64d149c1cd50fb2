/* SPDX-License-Identifier: MIT */
/* What a connection does inside its transaction: shape, rows one by one, upkeep. */
#include "storage/inside.h"

#include <string.h>

uint64_t c4_db_stamp(c4_db *db)
{
    const crm4e_storage_methods *methods = db->store->methods;
    uint64_t stamp = 0;
    if (!C4_PROVIDES(methods, stamp) || c4_db_ready(db, CRM4E_TRANSACTION_READ) != CRM4E_OK ||
        methods->stamp(db->connection, &stamp) != CRM4E_CONTINUE)
        stamp = 0;
    return stamp;
}

int c4_db_get_version(c4_db *db, int64_t *version)
{
    int rc = c4_db_ready(db, CRM4E_TRANSACTION_READ);
    *version = 0;
    if (rc == CRM4E_OK && db->store->methods->get_version == NULL)
        rc = c4_simple_get_version(db, version);
    else if (rc == CRM4E_OK)
        rc = c4_storage_answer(db->store->methods->get_version(db->connection, version));
    return rc;
}

int c4_db_set_version(c4_db *db, int64_t version)
{
    int rc = c4_db_ready(db, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK && db->store->methods->set_version == NULL)
        rc = c4_simple_set_version(db, version);
    else if (rc == CRM4E_OK)
        rc = c4_storage_answer(db->store->methods->set_version(db->connection, version));
    return rc;
}

int c4_db_table_create(c4_db *db, const crm4e_table *table)
{
    int rc = c4_db_ready(db, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK && c4_single(db->store))
        rc = c4_single_table_made(db, table);
    if (rc == CRM4E_OK && db->store->methods->table_create != NULL)
        rc = c4_storage_answer(db->store->methods->table_create(db->connection, table));
    return rc;
}

int c4_db_column_add(c4_db *db, const crm4e_table *table)
{
    int rc = c4_db_ready(db, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK && db->store->methods->column_add != NULL)
        rc = c4_storage_answer(db->store->methods->column_add(db->connection, table));
    return rc;
}

int c4_db_table_drop(c4_db *db, const crm4e_table *table)
{
    int rc = c4_db_ready(db, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK && db->store->methods->table_drop == NULL)
        rc = c4_simple_table_drop(db, table);
    else if (rc == CRM4E_OK)
        rc = c4_storage_answer(db->store->methods->table_drop(db->connection, table));
    if (c4_single(db->store) && (rc == CRM4E_OK || rc == CRM4E_E_NOT_FOUND)) {
        int gone = c4_single_table_gone(db, table);
        rc = gone == CRM4E_OK ? rc : gone;
    }
    return rc;
}

int c4_db_index_create(c4_db *db, const crm4e_table *table, size_t index)
{
    int rc = c4_db_ready(db, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK && index >= table->index_count)
        rc = CRM4E_E_MISUSE;
    if (rc == CRM4E_OK && db->store->methods->index_create == NULL)
        rc = c4_simple_index_create(db, table, index);
    else if (rc == CRM4E_OK)
        rc = c4_storage_answer(db->store->methods->index_create(db->connection, table, index));
    return rc;
}

int c4_db_index_drop(c4_db *db, const crm4e_table *table, size_t index)
{
    int rc = c4_db_ready(db, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK && index >= table->index_count)
        rc = CRM4E_E_MISUSE;
    if (rc == CRM4E_OK && db->store->methods->index_drop != NULL)
        rc = c4_storage_answer(db->store->methods->index_drop(db->connection, table, index));
    return rc;
}

static bool columns_exist(const crm4e_table *table, const uint32_t *columns, size_t count)
{
    bool exist = true;
    for (size_t i = 0; i < count && exist; i++)
        exist = columns[i] < table->column_count;
    return exist;
}

int c4_db_insert(c4_db *db, const crm4e_table *table, const crm4e_value *values)
{
    int rc = c4_db_ready_for(db, CRM4E_TRANSACTION_WRITE, table);
    if (rc == CRM4E_OK && (values[0].type != CRM4E_VALUE_INTEGER || values[0].integer <= 0))
        rc = CRM4E_E_MISUSE;
    if (rc == CRM4E_OK)
        rc = c4_simple_may_insert(db, table, values);
    if (rc == CRM4E_OK)
        rc = c4_storage_answer(
            db->store->methods->insert(db->connection, table, values, table->column_count));
    if (rc == CRM4E_OK)
        c4_bulk_count(db, table);
    return rc;
}

int c4_db_update(c4_db *db, const crm4e_table *table, crm4e_id id, const uint32_t *columns,
                 const crm4e_value *values, size_t count)
{
    const crm4e_storage_methods *methods = db->store->methods;
    const bool waits = c4_waiting_holds(db, table, id);
    int rc = waits ? CRM4E_OK : c4_db_ready_for(db, CRM4E_TRANSACTION_WRITE, table);
    if (rc == CRM4E_OK && !columns_exist(table, columns, count))
        rc = CRM4E_E_MISUSE;
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++)
        rc = columns[i] == 0 ? CRM4E_E_MISUSE : CRM4E_OK; /* an id never changes */
    if (rc == CRM4E_OK && waits)
        rc = c4_waiting_update(db, columns, values, count);
    else if (rc == CRM4E_OK && (methods->update == NULL || methods->index_create == NULL))
        rc = c4_simple_update(db, table, id, columns, values, count);
    else if (rc == CRM4E_OK)
        rc = c4_storage_answer(methods->update(db->connection, table, id, columns, values, count));
    return rc;
}

int c4_db_remove(c4_db *db, const crm4e_table *table, crm4e_id id)
{
    int rc = c4_db_ready_for(db, CRM4E_TRANSACTION_WRITE, table);
    if (rc == CRM4E_OK)
        rc = c4_simple_may_remove(db, table, id);
    if (rc == CRM4E_OK)
        rc = c4_storage_answer(db->store->methods->remove(db->connection, table, id));
    return rc;
}

int c4_db_get(c4_db *db, const crm4e_table *table, crm4e_id id, const uint32_t *columns,
              crm4e_value *values, size_t count)
{
    int rc = c4_db_ready_for(db, CRM4E_TRANSACTION_READ, table);
    if (rc == CRM4E_OK && !columns_exist(table, columns, count))
        rc = CRM4E_E_MISUSE;
    for (size_t i = 0; i < count; i++)
        values[i] = c4_null();
    if (rc == CRM4E_OK && db->store->methods->get == NULL)
        rc = c4_simple_get(db, table, id, columns, values, count);
    else if (rc == CRM4E_OK)
        rc = c4_storage_answer(
            db->store->methods->get(db->connection, table, id, columns, values, count));
    if (rc == CRM4E_OK)
        rc = c4_values_accept(table, columns, values, count);
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++)
        rc = columns[i] == 0 && values[i].integer != id ? CRM4E_E_CALLBACK : CRM4E_OK;
    return rc;
}

int c4_db_backup(c4_db *db, const char *path)
{
    const crm4e_storage_methods *methods = db->store->methods;
    int rc = c4_db_ready(db, 0);
    if (rc == CRM4E_OK && !C4_PROVIDES(methods, backup))
        rc = CRM4E_E_UNSUPPORTED;
    if (rc == CRM4E_OK)
        rc = c4_storage_answer(methods->backup(db->connection, path));
    return rc;
}

int c4_db_check(c4_db *db, crm4e_problem_visitor report, void *user)
{
    const crm4e_storage_methods *methods = db->store->methods;
    int rc = c4_db_ready(db, 0);
    if (rc == CRM4E_OK && C4_PROVIDES(methods, check))
        rc = c4_storage_answer(methods->check(db->connection, report, user));
    return rc;
}

int c4_db_explain(c4_db *db, const crm4e_plan *plan, char *text, size_t size)
{
    const crm4e_storage_methods *methods = db->store->methods;
    int rc = c4_db_ready(db, 0);
    if (size > 0)
        text[0] = '\0';
    if (rc == CRM4E_OK && !C4_PROVIDES(methods, explain))
        rc = CRM4E_E_UNSUPPORTED;
    if (rc == CRM4E_OK)
        rc = c4_storage_answer(methods->explain(db->connection, plan, text, size));
    if (size > 0)
        text[size - 1] = '\0';
    return rc;
}
