/* SPDX-License-Identifier: MIT */
/* Rows one by one, and columns of integers in bulk. */
#include "storage/sqlite/inside.h"

#include "storage/storage.h"

typedef enum row_call {
    ROW_INSERT = 1,
    ROW_UPDATE,
    ROW_REMOVE,
    ROW_GET,
    ROW_SCAN
} row_call;

typedef struct subject {
    row_call call;
    const crm4e_table *table;
    const uint32_t *columns;
    size_t count;
    bool remembered; /* a write that the mark takes back without a savepoint */
} subject;

static void write_call(c4_sql *sql, const void *of)
{
    const subject *s = of;
    switch (s->call) {
    case ROW_INSERT: c4_sql_insert(sql, s->table); break;
    case ROW_UPDATE: c4_sql_update(sql, s->table, s->columns, s->count); break;
    case ROW_REMOVE: c4_sql_remove(sql, s->table); break;
    case ROW_GET: c4_sql_get(sql, s->table, s->columns, s->count); break;
    case ROW_SCAN: c4_sql_scan(sql, s->table, s->columns, s->count); break;
    }
}

/* Keys begin with a byte that no text of a statement begins with. */
static int take(c4_connection *c, const subject *s, c4_statement **out)
{
    c4_buffer *key = &c->key;
    c4_buffer_reset(key);
    c4_buffer_char(key, (char)s->call);
    c4_buffer_put(key, &s->table->serial, sizeof(s->table->serial));
    if (s->count > 0)
        c4_buffer_put(key, s->columns, s->count * sizeof(*s->columns));
    return key->code != CRM4E_OK ? key->code
                                 : c4_statement_take(c, key->data, key->length, write_call, s, out);
}

/* Enters the connection and finds the statement, unless there is one, when the transaction
 * allows it. */
static int start(c4_connection *c, const subject *s, c4_statement **out)
{
    bool reads = s->call == ROW_GET || s->call == ROW_SCAN;
    int rc = c4_transaction_check(c, reads ? CRM4E_TRANSACTION_READ : CRM4E_TRANSACTION_WRITE);
    c4_connection_enter(c);
    if (rc == CRM4E_OK && !reads && !s->remembered)
        rc = c4_mark_settle(c);
    return rc == CRM4E_OK && out != NULL ? take(c, s, out) : rc;
}

/* What is not bound is NULL: most columns of a row. */
static int bind_all(c4_connection *c, c4_statement *s, const crm4e_value *values, size_t count)
{
    int rc = CRM4E_OK;
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        if (values[i].type != CRM4E_VALUE_NULL)
            rc = c4_bind_value(c, s->stmt, (int)i + 1, &values[i]);
    }
    return rc;
}

/* The statement that the mark keeps to remove new rows of the table; NULL: none. */
static c4_statement *kept_remover(const c4_connection *c, const crm4e_table *table)
{
    const c4_mark *mark = &c->mark;
    c4_statement *found = NULL;
    for (size_t i = 0; i < mark->count && found == NULL; i++)
        found = mark->writes[i].table == table->serial ? mark->writes[i].undo : NULL;
    return found;
}

/* Before a new row: the statement that removes it, one for all of a table. */
static int remember_insert(c4_connection *c, const subject *of, c4_mark_write *write)
{
    const subject remove = {.call = ROW_REMOVE, .table = of->table};
    write->table = of->table->serial;
    write->undo = kept_remover(c, of->table);
    write->shared = write->undo != NULL;
    return write->shared ? CRM4E_OK : take(c, &remove, &write->undo);
}

/* Before an update: what it writes over. */
static int remember_update(c4_connection *c, const subject *of, c4_mark_write *write)
{
    c4_arena *arena = &c->mark.arena;
    int32_t answer;
    write->count = of->count;
    write->values = c4_arena_array(arena, of->count, sizeof(*write->values));
    if (write->values == NULL)
        return CRM4E_E_NO_MEMORY;
    answer = c4_sqlite_get(c, of->table, write->id, of->columns, write->values, of->count);
    for (size_t i = 0; i < of->count && answer == CRM4E_CONTINUE; i++)
        answer = c4_value_copy(arena, &write->values[i]) ? answer : CRM4E_E_NO_MEMORY;
    if (answer == CRM4E_CONTINUE)
        return CRM4E_OK;
    return answer == 0 ? C4_SQLITE_UNKNOWN : answer;
}

static int bind_id(c4_connection *c, c4_statement *s, size_t before, crm4e_id id)
{
    return c4_sqlite_code(c, sqlite3_bind_int64(s->stmt, (int)before + 1, id));
}

int32_t c4_sqlite_insert(void *connection, const crm4e_table *table, const crm4e_value *values,
                         size_t count)
{
    c4_connection *c = connection;
    subject of = {
        .call = ROW_INSERT, .table = table, .remembered = c4_mark_has_room(c, C4_MARK_WRITES)};
    c4_mark_write write = {.id = values[0].integer};
    const uint32_t quiet = c->held.quiet + 1;
    c4_statement *s = NULL;
    int rc = count == table->column_count ? CRM4E_OK : C4_SQLITE_UNKNOWN;
    if (rc == CRM4E_OK && c4_held_take(c, table, values, &rc))
        return c4_sqlite_answer(rc);
    if (rc == CRM4E_OK)
        rc = start(c, &of, &s);
    if (rc == CRM4E_OK && of.remembered)
        rc = remember_insert(c, &of, &write);
    if (rc == CRM4E_OK)
        rc = bind_all(c, s, values, count);
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, sqlite3_step(s->stmt));
    c4_statement_done(c, s);
    if (rc == CRM4E_OK && of.remembered)
        c4_mark_add(c, &write);
    else if (!write.shared)
        c4_statement_done(c, write.undo);
    c->held.quiet = quiet;
    return c4_sqlite_answer(rc);
}

static int32_t exists(c4_connection *c, const crm4e_table *table, crm4e_id id)
{
    crm4e_value nothing;
    return c4_sqlite_get(c, table, id, NULL, &nothing, 0);
}

static int step_one(c4_connection *c, c4_statement *s)
{
    int rc = c4_sqlite_code(c, sqlite3_step(s->stmt));
    return rc == CRM4E_OK && sqlite3_changes(c->db) == 0 ? CRM4E_E_NOT_FOUND : rc;
}

int32_t c4_sqlite_update(void *connection, const crm4e_table *table, crm4e_id id,
                         const uint32_t *columns, const crm4e_value *values, size_t count)
{
    c4_connection *c = connection;
    subject of = {ROW_UPDATE, table, columns, count, c4_mark_has_room(c, C4_MARK_UPDATES)};
    c4_mark_write write = {.id = id};
    c4_statement *s = NULL;
    int rc = CRM4E_OK;
    if (count == 0)
        return exists(c, table, id);
    if (of.remembered)
        rc = remember_update(c, &of, &write);
    if (rc == CRM4E_OK)
        rc = start(c, &of, &s);
    if (rc == CRM4E_OK)
        rc = bind_all(c, s, values, count);
    if (rc == CRM4E_OK)
        rc = bind_id(c, s, count, id);
    if (rc == CRM4E_OK)
        rc = step_one(c, s);
    if (rc == CRM4E_OK && of.remembered) {
        (void)sqlite3_reset(s->stmt);
        write.undo = s; /* with the old values it undoes itself */
        c4_mark_add(c, &write);
    } else {
        c4_statement_done(c, s);
    }
    return c4_sqlite_answer(rc);
}

int32_t c4_sqlite_remove(void *connection, const crm4e_table *table, crm4e_id id)
{
    c4_connection *c = connection;
    subject of = {.call = ROW_REMOVE, .table = table};
    c4_statement *kept = kept_remover(c, table);
    c4_statement *s = NULL;
    int rc = start(c, &of, kept == NULL ? &s : NULL);
    if (kept != NULL)
        s = kept; /* it is at rest until the mark is undone */
    if (rc == CRM4E_OK)
        rc = bind_id(c, s, 0, id);
    if (rc == CRM4E_OK)
        rc = step_one(c, s);
    if (kept == NULL)
        c4_statement_done(c, s);
    else
        (void)sqlite3_reset(kept->stmt);
    return c4_sqlite_answer(rc);
}

int32_t c4_sqlite_get(void *connection, const crm4e_table *table, crm4e_id id,
                      const uint32_t *columns, crm4e_value *values, size_t count)
{
    c4_connection *c = connection;
    subject of = {.call = ROW_GET, .table = table, .columns = columns, .count = count};
    c4_statement *s = NULL;
    int step = SQLITE_DONE;
    int rc = start(c, &of, &s);
    if (rc == CRM4E_OK)
        rc = bind_id(c, s, 0, id);
    if (rc == CRM4E_OK) {
        step = sqlite3_step(s->stmt);
        rc = c4_sqlite_code(c, step);
    }
    if (rc == CRM4E_OK && step != SQLITE_ROW)
        rc = CRM4E_E_NOT_FOUND;
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++)
        rc = c4_read_value(c, s->stmt, (int)i, &values[i]);
    if (rc == CRM4E_OK)
        c->pending = s; /* the values are its own */
    else
        c4_statement_done(c, s);
    return c4_sqlite_answer(rc);
}

static int read_integer(sqlite3_stmt *stmt, int at, int64_t *value, uint8_t *null)
{
    int type = sqlite3_column_type(stmt, at);
    *null = type == SQLITE_NULL;
    *value = type == SQLITE_NULL ? 0 : sqlite3_column_int64(stmt, at);
    return type == SQLITE_NULL || type == SQLITE_INTEGER ? CRM4E_OK : CRM4E_E_CORRUPT;
}

int32_t c4_sqlite_scan(void *connection, const crm4e_table *table, crm4e_id after,
                       const uint32_t *columns, size_t count, size_t capacity, int64_t *ids,
                       int64_t *const *values, uint8_t *const *nulls, size_t *rows)
{
    c4_connection *c = connection;
    subject of = {.call = ROW_SCAN, .table = table, .columns = columns, .count = count};
    c4_statement *s = NULL;
    size_t row = 0;
    int step = SQLITE_DONE;
    int rc = start(c, &of, &s);
    if (rc == CRM4E_OK)
        rc = bind_id(c, s, 0, after);
    if (rc == CRM4E_OK)
        rc = bind_id(c, s, 1, capacity > INT64_MAX ? INT64_MAX : (int64_t)capacity);
    while (rc == CRM4E_OK && row < capacity && (step = sqlite3_step(s->stmt)) == SQLITE_ROW) {
        ids[row] = sqlite3_column_int64(s->stmt, 0);
        for (size_t i = 0; i < count && rc == CRM4E_OK; i++)
            rc = read_integer(s->stmt, (int)i + 1, &values[i][row], &nulls[i][row]);
        row++;
    }
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, step);
    c4_statement_done(c, s);
    *rows = row;
    return c4_sqlite_answer(rc);
}
