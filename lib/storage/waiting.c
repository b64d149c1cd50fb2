/* SPDX-License-Identifier: MIT */
/*
 * A new row that is likely to be changed before anybody looks at its table: it waits here, the
 * changes go into it, and the storage is told of it once, as it is then. Whatever else is asked of
 * the connection but rows of other tables, one by one, tells the storage first; so does a mark,
 * so that the row always lies within the innermost one. A row that the storage refuses stays,
 * and every call fails as it did, until it is dropped or undone.
 */
#include "storage/inside.h"

static bool has_unique_index(const crm4e_table *table)
{
    bool found = false;

    for (size_t i = 0; i < table->index_count && !found; i++)
        found = c4_index_unique(&table->indexes[i]);
    return found;
}

int c4_db_insert_soon(c4_db *db, const crm4e_table *table, const crm4e_value *values)
{
    int rc = c4_db_ready(db, CRM4E_TRANSACTION_WRITE);

    if (rc != CRM4E_OK || has_unique_index(table))
        return rc == CRM4E_OK ? c4_db_insert(db, table, values) : rc;
    if (values[0].type != CRM4E_VALUE_INTEGER || values[0].integer <= 0)
        return CRM4E_E_MISUSE;
    db->waiting.table = table;
    db->waiting.row = values;
    return CRM4E_OK;
}

/* Without it while it is written: what that takes is asked of the storage as it is. */
int c4_db_settle(c4_db *db)
{
    c4_waiting *waiting = &db->waiting;
    const crm4e_table *table = waiting->table;

    if (table == NULL || waiting->failed != CRM4E_OK)
        return waiting->failed;
    waiting->table = NULL;
    waiting->failed = c4_db_insert(db, table, waiting->row);
    if (waiting->failed == CRM4E_OK)
        (void)c4_waiting_drop(db);
    return waiting->failed;
}

int c4_waiting_drop(c4_db *db)
{
    c4_waiting *waiting = &db->waiting;
    const int failed = waiting->failed;

    waiting->table = NULL;
    waiting->row = NULL;
    waiting->failed = CRM4E_OK;
    c4_arena_reset(&waiting->arena);
    return failed;
}

bool c4_waiting_touches(const c4_db *db, const crm4e_table *table)
{
    return c4_table_same(db->waiting.table, table);
}

bool c4_waiting_holds(const c4_db *db, const crm4e_table *table, crm4e_id id)
{
    return c4_waiting_touches(db, table) && db->waiting.row[0].integer == id;
}

/* The row is made anew: that of the caller stays as it is, and so does this one without memory. */
int c4_waiting_update(c4_db *db, const uint32_t *columns, const crm4e_value *values, size_t count)
{
    c4_waiting *waiting = &db->waiting;
    c4_arena *arena = &waiting->arena;
    crm4e_value *row =
        c4_arena_copy(arena, waiting->row, waiting->table->column_count * sizeof *row);
    bool enough = row != NULL;

    for (size_t i = 0; i < count && enough; i++) {
        row[columns[i]] = values[i];
        enough = c4_value_copy(arena, &row[columns[i]]);
    }
    if (enough)
        waiting->row = row;
    return enough ? CRM4E_OK : CRM4E_E_NO_MEMORY;
}
