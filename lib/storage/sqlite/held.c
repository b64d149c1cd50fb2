/* SPDX-License-Identifier: MIT */
/*
 * New rows held back to be written together. A statement that writes one row spends a third of
 * its time on beginning and ending; a long import is nothing but such statements. So once
 * HELD_AFTER rows in a row were written and nothing else happened on the connection, those that
 * follow are held and written C4_HELD_ROWS at a time, and all of them before anything else is done
 * there: nobody can tell, but that a failure comes a few rows late. The transaction is lost
 * then, whoever asks. Held is what cannot be refused for itself: of a table without unique
 * indexes, with an id above all others.
 */
#include "storage/sqlite/inside.h"

#include <string.h>

enum {
    HELD_AFTER = 64,
    HELD_BYTES = 64 * 1024, /* of a table's rows: so many that a long row is not held long */
    CALL_HIGHEST = 0x10,    /* keys of statements begin with it; rows.c has the lower ones */
    CALL_ONE,
    CALL_MANY
};

static void sql_of_highest(c4_sql *sql, const void *of)
{
    c4_sql_text(sql, "SELECT max(");
    c4_sql_column(sql, of, 0);
    c4_sql_text(sql, ") FROM ");
    c4_sql_table(sql, of);
}

static void sql_of_one(c4_sql *sql, const void *of)
{
    c4_sql_insert(sql, of);
}

/* No row of it is taken back alone, so that SQLite need not remember how. */
static void sql_of_many(c4_sql *sql, const void *of)
{
    c4_sql_insert_many(sql, of, C4_HELD_ROWS);
}

static int take(c4_connection *c, char call, const crm4e_table *table, c4_statement **out)
{
    static void (*const writers[])(c4_sql *, const void *) = {sql_of_highest, sql_of_one,
                                                              sql_of_many};
    c4_buffer *key = &c->key;
    c4_buffer_reset(key);
    c4_buffer_char(key, call);
    c4_buffer_put(key, &table->serial, sizeof(table->serial));
    return key->code != CRM4E_OK ? key->code
                                 : c4_statement_take(c, key->data, key->length,
                                                     writers[call - CALL_HIGHEST], table, out);
}

static void release(c4_connection *c, c4_held_rows *rows)
{
    c4_statement_done(c, rows->one);
    c4_statement_done(c, rows->many);
    c4_arena_free(&rows->arena);
    c4_free(c->mem, rows->bound);
    *rows = (c4_held_rows){0};
}

static int find_highest(c4_connection *c, const crm4e_table *table, crm4e_id *highest)
{
    c4_statement *s = NULL;
    int rc = take(c, CALL_HIGHEST, table, &s);
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, sqlite3_step(s->stmt));
    if (rc == CRM4E_OK)
        *highest = sqlite3_column_int64(s->stmt, 0);
    c4_statement_done(c, s);
    return rc;
}

static bool has_unique(const crm4e_table *table)
{
    bool unique = false;
    for (size_t i = 0; i < table->index_count && !unique; i++)
        unique = (table->indexes[i].flags & CRM4E_INDEX_UNIQUE) != 0;
    return unique;
}

/* Whether each value is one that its column takes. */
static bool fits(const crm4e_table *table, const crm4e_value *values)
{
    bool fit = true;
    for (size_t i = 0; i < table->column_count && fit; i++) {
        const crm4e_column *column = &table->columns[i];
        const crm4e_value_type wanted = column->type == CRM4E_COLUMN_TEXT   ? CRM4E_VALUE_TEXT
                                        : column->type == CRM4E_COLUMN_BLOB ? CRM4E_VALUE_BLOB
                                                                            : CRM4E_VALUE_INTEGER;
        fit = values[i].type == wanted ||
              (values[i].type == CRM4E_VALUE_NULL && (column->flags & CRM4E_COLUMN_REQUIRED) == 0);
    }
    return fit;
}

/* NULL: its rows are not held. */
static c4_held_rows *rows_of(c4_connection *c, const crm4e_table *table)
{
    c4_held *held = &c->held;
    c4_held_rows *rows = NULL;
    int rc;
    for (size_t i = 0; i < held->tables; i++) {
        if (held->rows[i].serial == table->serial)
            return &held->rows[i];
    }
    if (held->tables == C4_HELD_TABLES || has_unique(table))
        return NULL;
    rows = &held->rows[held->tables];
    *rows = (c4_held_rows){.serial = table->serial, .columns = table->column_count};
    c4_arena_init(&rows->arena, c->mem);
    rc = find_highest(c, table, &rows->highest);
    if (rc == CRM4E_OK)
        rc = take(c, CALL_ONE, table, &rows->one);
    if (rc == CRM4E_OK)
        rc = take(c, CALL_MANY, table, &rows->many);
    rows->bound = c4_alloc_array(c->mem, C4_HELD_ROWS * rows->columns, sizeof(*rows->bound));
    if (rc != CRM4E_OK || rows->bound == NULL) {
        release(c, rows);
        return NULL; /* whoever writes the row by itself will meet it */
    }
    held->tables++;
    return rows;
}

/* Values behind each other, and behind them what they point to. */
static crm4e_value *copy_row(c4_arena *arena, const crm4e_value *values, size_t count)
{
    size_t bytes = count * sizeof(*values);
    crm4e_value *copy;
    char *at;
    for (size_t i = 0; i < count; i++)
        bytes += values[i].type >= CRM4E_VALUE_TEXT ? values[i].length : 0;
    copy = c4_arena_alloc(arena, bytes);
    if (copy == NULL)
        return NULL;
    memcpy(copy, values, count * sizeof(*values));
    at = (char *)(copy + count);
    for (size_t i = 0; i < count; i++) {
        if (values[i].type >= CRM4E_VALUE_TEXT && values[i].length > 0) {
            memcpy(at, values[i].data, values[i].length);
            copy[i].data = at;
            at += values[i].length;
        }
    }
    return copy;
}

static bool is_bound(const crm4e_value *bound, const crm4e_value *value)
{
    return bound->type == value->type &&
           (value->type == CRM4E_VALUE_NULL ||
            (value->type == CRM4E_VALUE_INTEGER && bound->integer == value->integer));
}

/* Who, when and many a choice are as in the rows before: what is bound stays bound. */
static int write_many(c4_connection *c, const c4_held_rows *rows)
{
    crm4e_value *bound = rows->bound;
    int at = 0;
    int rc = CRM4E_OK;
    for (size_t row = 0; row < C4_HELD_ROWS && rc == CRM4E_OK; row++) {
        for (size_t i = 0; i < rows->columns && rc == CRM4E_OK; i++, bound++) {
            const crm4e_value *value = &rows->values[row][i];
            at++;
            if (!is_bound(bound, value)) {
                rc = c4_bind_value(c, rows->many->stmt, at, value);
                *bound = *value;
            }
        }
    }
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, sqlite3_step(rows->many->stmt));
    (void)sqlite3_reset(rows->many->stmt);
    return rc;
}

static int write_one(c4_connection *c, const c4_held_rows *rows, size_t row)
{
    sqlite3_stmt *stmt = rows->one->stmt;
    int rc = CRM4E_OK;
    for (size_t i = 0; i < rows->columns && rc == CRM4E_OK; i++)
        rc = c4_bind_value(c, stmt, (int)i + 1, &rows->values[row][i]);
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, sqlite3_step(stmt));
    (void)sqlite3_reset(stmt);
    return rc;
}

static int write_rows(c4_connection *c, c4_held_rows *rows)
{
    /* after some failures what follows would be a transaction each */
    int rc = sqlite3_get_autocommit(c->db) != 0 ? CRM4E_E_IO : CRM4E_OK;
    if (rc == CRM4E_OK && rows->count == C4_HELD_ROWS)
        rc = write_many(c, rows);
    for (size_t i = 0; rows->count < C4_HELD_ROWS && i < rows->count && rc == CRM4E_OK; i++)
        rc = write_one(c, rows, i);
    rows->count = 0;
    c4_arena_reset(&rows->arena);
    if (rc != CRM4E_OK)
        c->held.failed = rc;
    return rc;
}

static bool may_hold(const c4_connection *c)
{
    const c4_held *held = &c->held;
    return held->quiet >= HELD_AFTER && held->failed == CRM4E_OK && !c->hosted &&
           c->mode == CRM4E_TRANSACTION_WRITE && c->mark.depth == 0 && c->cursors == NULL &&
           c->pending == NULL;
}

bool c4_held_take(c4_connection *connection, const crm4e_table *table, const crm4e_value *values,
                  int *rc)
{
    c4_connection *c = connection;
    c4_held_rows *rows = may_hold(c) ? rows_of(c, table) : NULL;
    crm4e_value *copy = NULL;
    *rc = CRM4E_OK;
    if (rows != NULL && values[0].integer > rows->highest && fits(table, values))
        copy = copy_row(&rows->arena, values, rows->columns);
    if (copy == NULL)
        return false;
    rows->highest = values[0].integer;
    rows->values[rows->count++] = copy;
    if (rows->count == C4_HELD_ROWS || rows->arena.used > HELD_BYTES)
        *rc = write_rows(c, rows);
    return true;
}

int c4_held_settle(c4_connection *connection)
{
    c4_held *held = &connection->held;
    int rc = held->failed;
    held->quiet = 0;
    for (size_t i = 0; i < held->tables; i++) {
        if (rc == CRM4E_OK)
            rc = write_rows(connection, &held->rows[i]);
        release(connection, &held->rows[i]);
    }
    held->tables = 0;
    return rc;
}

void c4_held_forget(c4_connection *connection)
{
    c4_held *held = &connection->held;
    for (size_t i = 0; i < held->tables; i++)
        release(connection, &held->rows[i]);
    *held = (c4_held){0};
}
