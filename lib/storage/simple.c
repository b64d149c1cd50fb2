/* SPDX-License-Identifier: MIT */
/* Rows and shapes of a storage that leaves out methods, by those it has. */
#include "storage/inside.h"

/* Room for all columns of a table. */
typedef struct whole_row {
    c4_arena arena;
    uint32_t *columns;
    crm4e_value *values;
} whole_row;

static int whole_row_init(whole_row *row, const c4_db *db, const crm4e_table *table)
{
    c4_arena_init(&row->arena, db->store->mem);
    row->columns = c4_arena_array(&row->arena, table->column_count, sizeof(*row->columns));
    row->values = c4_arena_array(&row->arena, table->column_count, sizeof(*row->values));
    for (size_t i = 0; row->columns != NULL && i < table->column_count; i++)
        row->columns[i] = (uint32_t)i;
    return row->columns == NULL || row->values == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
}

int c4_simple_get(c4_db *db, const crm4e_table *table, crm4e_id id, const uint32_t *columns,
                  crm4e_value *values, size_t count)
{
    const crm4e_value key = c4_integer(id);
    const crm4e_predicate where = c4_where(CRM4E_OP_EQ, 0, &key, 1);
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;
    c4_plan_init(&plan, table);
    plan.where = &where;
    plan.columns = columns;
    plan.column_count = count;
    plan.first = id;
    c4_arena_reset(&db->got);
    rc = c4_rows_open(&rows, db, &plan);
    if (rc == CRM4E_OK) {
        rc = c4_rows_next(rows, &row);
        rc = rc == CRM4E_OK ? CRM4E_E_NOT_FOUND : rc;
    }
    for (size_t i = 0; i < count && rc == CRM4E_ROW; i++) {
        values[i] = row[i];
        rc = c4_value_copy(&db->got, &values[i]) ? CRM4E_ROW : CRM4E_E_NO_MEMORY;
    }
    c4_rows_close(rows);
    return rc == CRM4E_ROW ? CRM4E_OK : rc;
}

/* OK, NOT_FOUND or a failure. */
static int find(c4_db *db, const crm4e_table *table, crm4e_id id)
{
    const uint32_t column = 0;
    crm4e_value value;
    return c4_db_get(db, table, id, &column, &value, 1);
}

/* CONFLICT when another row has the row's key; a key with a NULL has no equal. */
static int key_is_free(c4_db *db, const crm4e_table *table, const crm4e_index *index,
                       const crm4e_value *row)
{
    const crm4e_value *values;
    crm4e_predicate where;
    crm4e_predicate *terms;
    c4_rows *rows = NULL;
    c4_arena arena;
    crm4e_plan plan;
    bool whole = true;
    int rc = CRM4E_E_NO_MEMORY;
    c4_arena_init(&arena, db->store->mem);
    terms = c4_arena_array(&arena, index->column_count + 1, sizeof(*terms));
    if (terms == NULL)
        goto done;
    terms[0] = c4_where(CRM4E_OP_NE, 0, row, 1);
    for (size_t i = 0; i < index->column_count; i++) {
        uint32_t column = index->columns[i];
        terms[i + 1] = c4_where(CRM4E_OP_EQ, column, &row[column], 1);
        whole = whole && row[column].type != CRM4E_VALUE_NULL;
    }
    where = c4_where_all(terms, index->column_count + 1);
    c4_plan_init(&plan, table);
    plan.where = &where;
    rc = whole ? c4_rows_open(&rows, db, &plan) : CRM4E_OK;
    if (rc == CRM4E_OK && whole)
        rc = c4_rows_next(rows, &values);
done:
    c4_rows_close(rows);
    c4_arena_free(&arena);
    return rc == CRM4E_ROW ? CRM4E_E_CONFLICT : rc;
}

/* Whether one of the columns is part of the key; NULL: all of them are there. */
static bool touches(const crm4e_index *index, const uint32_t *columns, size_t count)
{
    bool found = columns == NULL;
    for (size_t i = 0; i < count && !found; i++) {
        for (size_t j = 0; j < index->column_count && !found; j++)
            found = columns[i] == index->columns[j];
    }
    return found;
}

static int keys_are_free(c4_db *db, const crm4e_table *table, const crm4e_value *row,
                         const uint32_t *columns, size_t count)
{
    int rc = CRM4E_OK;
    for (size_t i = 0; i < table->index_count && rc == CRM4E_OK; i++) {
        const crm4e_index *index = &table->indexes[i];
        if ((index->flags & CRM4E_INDEX_UNIQUE) != 0 && touches(index, columns, count))
            rc = key_is_free(db, table, index, row);
    }
    return rc;
}

int c4_simple_may_insert(c4_db *db, const crm4e_table *table, const crm4e_value *values)
{
    const crm4e_storage_methods *methods = db->store->methods;
    int rc = CRM4E_OK;
    if (methods->update == NULL) {
        rc = find(db, table, values[0].integer);
        if (rc == CRM4E_OK || rc == CRM4E_E_NOT_FOUND)
            rc = rc == CRM4E_OK ? CRM4E_E_CONFLICT : CRM4E_OK;
    }
    if (rc == CRM4E_OK && methods->index_create == NULL)
        rc = keys_are_free(db, table, values, NULL, 0);
    return rc;
}

int c4_simple_may_remove(c4_db *db, const crm4e_table *table, crm4e_id id)
{
    return db->store->methods->update == NULL ? find(db, table, id) : CRM4E_OK;
}

static int replace(c4_db *db, const crm4e_table *table, const crm4e_value *row)
{
    const crm4e_storage_methods *methods = db->store->methods;
    int rc = c4_db_savepoint(db);
    if (rc != CRM4E_OK)
        return rc;
    rc = c4_storage_answer(methods->remove(db->connection, table, row[0].integer));
    if (rc == CRM4E_OK)
        rc = c4_storage_answer(methods->insert(db->connection, table, row, table->column_count));
    if (rc == CRM4E_OK)
        rc = c4_db_release(db);
    else
        c4_db_rollback_to(db);
    return rc;
}

int c4_simple_update(c4_db *db, const crm4e_table *table, crm4e_id id, const uint32_t *columns,
                     const crm4e_value *values, size_t count)
{
    const crm4e_storage_methods *methods = db->store->methods;
    whole_row row;
    int rc = whole_row_init(&row, db, table);
    if (rc == CRM4E_OK)
        rc = c4_db_get(db, table, id, row.columns, row.values, table->column_count);
    for (size_t i = 0; i < table->column_count && rc == CRM4E_OK; i++)
        rc = c4_value_copy(&row.arena, &row.values[i]) ? CRM4E_OK : CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++)
        row.values[columns[i]] = values[i];
    if (rc == CRM4E_OK && methods->index_create == NULL)
        rc = keys_are_free(db, table, row.values, columns, count);
    if (rc == CRM4E_OK && methods->update == NULL)
        rc = replace(db, table, row.values);
    else if (rc == CRM4E_OK)
        rc = c4_storage_answer(methods->update(db->connection, table, id, columns, values, count));
    c4_arena_free(&row.arena);
    return rc;
}

static int remove_all(c4_db *db, const crm4e_table *table)
{
    const uint32_t column = 0;
    const crm4e_value *values;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;
    c4_plan_init(&plan, table);
    plan.columns = &column;
    plan.column_count = 1;
    rc = c4_rows_open(&rows, db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &values)) == CRM4E_ROW)
        rc =
            c4_storage_answer(db->store->methods->remove(db->connection, table, values[0].integer));
    c4_rows_close(rows);
    return rc;
}

int c4_simple_table_drop(c4_db *db, const crm4e_table *table)
{
    int rc = c4_db_savepoint(db);
    if (rc != CRM4E_OK)
        return rc;
    rc = remove_all(db, table);
    if (rc == CRM4E_OK)
        rc = c4_db_release(db);
    else
        c4_db_rollback_to(db);
    return rc;
}

/* Two rows next to each other in order of the key; keeps the later one. */
static int compare_keys(whole_row *key, const crm4e_value *row, size_t count)
{
    bool same = true;
    int rc = CRM4E_OK;
    for (size_t i = 0; i < count; i++)
        same = same && row[i].type != CRM4E_VALUE_NULL && c4_value_equal(&key->values[i], &row[i]);
    if (same)
        rc = CRM4E_E_CONFLICT;
    c4_arena_reset(&key->arena);
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        key->values[i] = row[i];
        rc = c4_value_copy(&key->arena, &key->values[i]) ? CRM4E_OK : CRM4E_E_NO_MEMORY;
    }
    return rc;
}

int c4_simple_index_create(c4_db *db, const crm4e_table *table, size_t at)
{
    const crm4e_index *index = &table->indexes[at];
    const crm4e_value *values;
    c4_arena arena;
    crm4e_order *order;
    whole_row key = {.columns = NULL};
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc = CRM4E_E_NO_MEMORY;
    if ((index->flags & CRM4E_INDEX_UNIQUE) == 0)
        return CRM4E_OK;
    c4_arena_init(&arena, db->store->mem);
    c4_arena_init(&key.arena, db->store->mem);
    order = c4_arena_array(&arena, index->column_count, sizeof(*order));
    key.values = c4_arena_array(&arena, index->column_count, sizeof(*key.values));
    if (order == NULL || key.values == NULL)
        goto done;
    for (size_t i = 0; i < index->column_count; i++)
        order[i].column = index->columns[i];
    c4_plan_init(&plan, table);
    plan.columns = index->columns;
    plan.column_count = index->column_count;
    plan.order = order;
    plan.order_count = index->column_count;
    rc = c4_rows_open(&rows, db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &values)) == CRM4E_ROW)
        rc = compare_keys(&key, values, index->column_count);
done:
    c4_rows_close(rows);
    c4_arena_free(&key.arena);
    c4_arena_free(&arena);
    return rc;
}
