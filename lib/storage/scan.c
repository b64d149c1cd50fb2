/* SPDX-License-Identifier: MIT */
/* Columns of integers in chunks, by the back end's scan() or from rows. */
#include "storage/inside.h"

#include <string.h>

enum {
    CHUNK_ROWS = 4096
};

typedef struct scan_state {
    c4_db *db;
    const crm4e_table *table;
    const uint32_t *columns;
    size_t count;
    c4_arena arena;
    int64_t *ids;
    int64_t **values;
    uint8_t **nulls;
    c4_chunk_visitor visit;
    void *user;
} scan_state;

static int prepare(scan_state *s)
{
    s->ids = c4_arena_array(&s->arena, CHUNK_ROWS, sizeof(*s->ids));
    s->values = c4_arena_array(&s->arena, s->count, sizeof(*s->values));
    s->nulls = c4_arena_array(&s->arena, s->count, sizeof(*s->nulls));
    bool enough = s->ids != NULL && s->values != NULL && s->nulls != NULL;
    for (size_t i = 0; i < s->count && enough; i++) {
        s->values[i] = c4_arena_array(&s->arena, CHUNK_ROWS, sizeof(**s->values));
        s->nulls[i] = c4_arena_array(&s->arena, CHUNK_ROWS, sizeof(**s->nulls));
        enough = s->values[i] != NULL && s->nulls[i] != NULL;
    }
    return enough ? CRM4E_OK : CRM4E_E_NO_MEMORY;
}

static int deliver(const scan_state *s, size_t rows)
{
    c4_chunk chunk = {rows, s->ids, (const int64_t *const *)s->values,
                      (const uint8_t *const *)s->nulls};
    return rows == 0 ? CRM4E_OK : s->visit(s->user, &chunk);
}

static bool cell_fits(const scan_state *s, size_t column, size_t row)
{
    crm4e_value value = c4_integer(s->values[column][row]);
    bool fits = s->nulls[column][row] <= 1;
    if (fits && s->nulls[column][row] == 1) {
        fits = value.integer == 0;
        value = c4_null();
    }
    return fits && c4_value_accept(s->table, s->columns[column], &value);
}

static int check_chunk(const scan_state *s, crm4e_id after, size_t rows)
{
    bool fits = rows <= CHUNK_ROWS;
    for (size_t row = 0; row < rows && fits; row++) {
        crm4e_value id = c4_integer(s->ids[row]);
        fits = s->ids[row] > after && c4_value_accept(s->table, 0, &id);
        after = s->ids[row];
    }
    for (size_t column = 0; column < s->count && fits; column++) {
        for (size_t row = 0; row < rows && fits; row++)
            fits = cell_fits(s, column, row);
    }
    return fits ? CRM4E_OK : CRM4E_E_CALLBACK;
}

static int scan_native(const scan_state *s)
{
    crm4e_id after = 0;
    size_t rows = CHUNK_ROWS;
    int rc = CRM4E_OK;
    while (rc == CRM4E_OK && rows == CHUNK_ROWS) {
        rows = 0;
        rc = c4_storage_answer(s->db->store->methods->scan(s->db->connection, s->table, after,
                                                           s->columns, s->count, CHUNK_ROWS, s->ids,
                                                           s->values, s->nulls, &rows));
        if (rc == CRM4E_OK)
            rc = check_chunk(s, after, rows);
        if (rc == CRM4E_OK && rows > 0) {
            after = s->ids[rows - 1];
            rc = deliver(s, rows);
        }
        if (rc == CRM4E_OK && s->db->interrupted != NULL &&
            s->db->interrupted(s->db->interrupted_user) != 0)
            rc = CRM4E_E_ABORTED;
    }
    return rc;
}

static void put_row(const scan_state *s, size_t at, const crm4e_value *values)
{
    s->ids[at] = values[0].integer;
    for (size_t i = 0; i < s->count; i++) {
        const crm4e_value *value = &values[i + 1];
        s->nulls[i][at] = value->type == CRM4E_VALUE_NULL;
        s->values[i][at] = value->type == CRM4E_VALUE_NULL ? 0 : value->integer;
    }
}

static int scan_rows(scan_state *s)
{
    crm4e_plan plan;
    c4_rows *rows = NULL;
    const crm4e_value *values = NULL;
    size_t filled = 0;
    uint32_t *columns = c4_arena_array(&s->arena, s->count + 1, sizeof(*columns));
    int rc = CRM4E_E_NO_MEMORY;
    if (columns == NULL)
        goto done;
    for (size_t i = 0; i < s->count; i++)
        columns[i + 1] = s->columns[i];
    c4_plan_init(&plan, s->table);
    plan.columns = columns;
    plan.column_count = s->count + 1;
    rc = c4_rows_open(&rows, s->db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &values)) == CRM4E_ROW) {
        put_row(s, filled++, values);
        rc = CRM4E_OK;
        if (filled == CHUNK_ROWS) {
            rc = deliver(s, filled);
            filled = 0;
        }
    }
    if (rc == CRM4E_OK)
        rc = deliver(s, filled);
done:
    c4_rows_close(rows);
    return rc;
}

int c4_db_scan(c4_db *db, const crm4e_table *table, const uint32_t *columns, size_t count,
               c4_chunk_visitor visit, void *user)
{
    scan_state s = {
        .db = db, .table = table, .columns = columns, .count = count, .visit = visit, .user = user};
    int rc = c4_db_ready(db, CRM4E_TRANSACTION_READ);
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        if (columns[i] >= table->column_count || !c4_column_is_integer(table, columns[i]))
            rc = CRM4E_E_MISUSE;
    }
    if (rc != CRM4E_OK)
        return rc;
    c4_arena_init(&s.arena, db->store->mem);
    rc = prepare(&s);
    if (rc == CRM4E_OK)
        rc = C4_PROVIDES(db->store->methods, scan) ? scan_native(&s) : scan_rows(&s);
    c4_arena_free(&s.arena);
    return rc;
}
