/* SPDX-License-Identifier: MIT */
/* Prepared statements, kept while they are used often. */
#include "storage/sqlite/inside.h"

/* Work on ten modules has some hundred statements of 4 to 5 KB each. */
enum {
    CACHED_MOST = 128
};

void c4_statements_init(c4_statements *statements, const c4_mem *mem)
{
    *statements = (c4_statements){0};
    c4_map_init(&statements->map, mem);
}

static void unlink_statement(c4_statements *all, c4_statement *s)
{
    if (s->newer != NULL)
        s->newer->older = s->older;
    else if (all->newest == s)
        all->newest = s->older;
    if (s->older != NULL)
        s->older->newer = s->newer;
    else if (all->oldest == s)
        all->oldest = s->newer;
    s->newer = NULL;
    s->older = NULL;
}

static void link_newest(c4_statements *all, c4_statement *s)
{
    s->older = all->newest;
    if (all->newest != NULL)
        all->newest->newer = s;
    else
        all->oldest = s;
    all->newest = s;
}

static void free_statement(c4_connection *c, c4_statement *s)
{
    (void)sqlite3_finalize(s->stmt);
    c4_free(c->mem, s->key);
    c4_free(c->mem, s);
}

static void forget(c4_connection *c, c4_statement *s)
{
    (void)c4_map_remove(&c->statements.map, s->key, s->key_length);
    unlink_statement(&c->statements, s);
    free_statement(c, s);
}

void c4_statements_free(c4_connection *connection)
{
    while (connection->statements.oldest != NULL)
        forget(connection, connection->statements.oldest);
    c4_map_free(&connection->statements.map);
}

static void forget_oldest(c4_connection *c)
{
    c4_statement *s = c->statements.oldest;
    while (s != NULL && s->busy)
        s = s->newer;
    if (s != NULL)
        forget(c, s);
}

/* Puts it in the cache; without memory it is simply not cached. */
static void remember(c4_connection *c, c4_statement *s, const void *key, size_t key_length)
{
    void *copy = c4_copy_text(c->mem, key, key_length);
    if (copy == NULL)
        return;
    if (c->statements.map.count >= CACHED_MOST)
        forget_oldest(c);
    if (c4_map_put(&c->statements.map, key, key_length, s) == CRM4E_OK) {
        s->key = copy;
        s->key_length = key_length;
        link_newest(&c->statements, s);
    } else {
        c4_free(c->mem, copy);
    }
}

static c4_statement *find(c4_connection *c, const void *key, size_t key_length, bool *taken)
{
    c4_statement *s = key_length == 0 ? NULL : c4_map_get(&c->statements.map, key, key_length);
    *taken = s != NULL && s->busy;
    if (*taken)
        s = NULL;
    if (s != NULL && c->statements.newest != s) {
        unlink_statement(&c->statements, s);
        link_newest(&c->statements, s);
    }
    if (s != NULL)
        s->busy = true;
    return s;
}

static int prepare(c4_connection *c, const char *text, size_t length, bool lasting,
                   c4_statement **out)
{
    unsigned flags = lasting ? SQLITE_PREPARE_PERSISTENT : 0U;
    c4_statement *s = c4_alloc_array(c->mem, 1, sizeof(*s));
    int rc = s == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, sqlite3_prepare_v3(c->db, text, (int)length + 1,
                                                  flags | SQLITE_PREPARE_NO_VTAB, &s->stmt, NULL));
    if (rc == CRM4E_OK) {
        s->busy = true;
        *out = s;
    } else if (s != NULL) {
        free_statement(c, s);
    }
    return rc;
}

int c4_statement_of_text(c4_connection *connection, const char *text, size_t length,
                         c4_statement **out)
{
    bool taken;
    int rc = CRM4E_OK;
    *out = find(connection, text, length, &taken);
    if (*out == NULL) {
        rc = prepare(connection, text, length, !taken, out);
        if (rc == CRM4E_OK && !taken)
            remember(connection, *out, text, length);
    }
    return rc;
}

int c4_statement_take(c4_connection *connection, const void *key, size_t key_length,
                      c4_sql_writer write, const void *subject, c4_statement **out)
{
    c4_sql *sql = &connection->sql;
    bool taken;
    bool lasting;
    int rc = CRM4E_OK;
    *out = find(connection, key, key_length, &taken);
    if (*out != NULL)
        return CRM4E_OK;
    lasting = key_length > 0 && !taken;
    c4_sql_reset(sql);
    write(sql, subject);
    rc = c4_sql_code(sql);
    if (rc == CRM4E_OK)
        rc = prepare(connection, sql->text.data, sql->text.length, lasting, out);
    if (rc == CRM4E_OK && lasting)
        remember(connection, *out, key, key_length);
    return rc;
}

void c4_statement_done(c4_connection *connection, c4_statement *statement)
{
    if (statement == NULL)
        return;
    if (statement->key_length == 0) {
        free_statement(connection, statement);
    } else {
        (void)sqlite3_reset(statement->stmt);
        (void)sqlite3_clear_bindings(statement->stmt); /* what they point to goes away */
        statement->busy = false;
    }
}

int c4_bind_value(c4_connection *connection, sqlite3_stmt *stmt, int at, const crm4e_value *value)
{
    const char *data = value->length == 0 ? "" : value->data; /* NULL would bind NULL */
    int rc = SQLITE_MISUSE;
    switch (value->type) {
    case CRM4E_VALUE_NULL: rc = sqlite3_bind_null(stmt, at); break;
    case CRM4E_VALUE_INTEGER: rc = sqlite3_bind_int64(stmt, at, value->integer); break;
    case CRM4E_VALUE_TEXT:
        rc = sqlite3_bind_text64(stmt, at, data, value->length, SQLITE_STATIC, SQLITE_UTF8);
        break;
    case CRM4E_VALUE_BLOB:
        rc = sqlite3_bind_blob64(stmt, at, data, value->length, SQLITE_STATIC);
        break;
    default: break;
    }
    return c4_sqlite_code(connection, rc);
}

int c4_value_of(sqlite3_value *from, crm4e_value *to)
{
    const void *data = NULL;
    *to = (crm4e_value){0};
    switch (sqlite3_value_type(from)) {
    case SQLITE_NULL: return CRM4E_OK;
    case SQLITE_INTEGER:
        to->type = CRM4E_VALUE_INTEGER;
        to->integer = sqlite3_value_int64(from);
        return CRM4E_OK;
    case SQLITE_TEXT:
        to->type = CRM4E_VALUE_TEXT;
        data = sqlite3_value_text(from);
        break;
    case SQLITE_BLOB:
        to->type = CRM4E_VALUE_BLOB;
        data = sqlite3_value_blob(from);
        break;
    default: return CRM4E_E_CORRUPT; /* no column of ours holds floating numbers */
    }
    to->length = (size_t)sqlite3_value_bytes(from);
    to->data = data == NULL ? "" : data;
    return data == NULL && (to->length > 0 || to->type == CRM4E_VALUE_TEXT) ? CRM4E_E_NO_MEMORY
                                                                            : CRM4E_OK;
}

/* The same column by column: a host's connection may be busy on another thread. */
static int read_guarded(c4_connection *connection, sqlite3_stmt *stmt, int at, crm4e_value *value)
{
    const void *data = "";
    *value = (crm4e_value){0};
    switch (sqlite3_column_type(stmt, at)) {
    case SQLITE_NULL: return CRM4E_OK;
    case SQLITE_INTEGER:
        value->type = CRM4E_VALUE_INTEGER;
        value->integer = sqlite3_column_int64(stmt, at);
        return CRM4E_OK;
    case SQLITE_TEXT:
        value->type = CRM4E_VALUE_TEXT;
        data = sqlite3_column_text(stmt, at);
        break;
    case SQLITE_BLOB:
        value->type = CRM4E_VALUE_BLOB;
        data = sqlite3_column_blob(stmt, at);
        break;
    default: return CRM4E_E_CORRUPT; /* no column of ours holds floating numbers */
    }
    value->length = (size_t)sqlite3_column_bytes(stmt, at);
    value->data = data == NULL ? "" : data;
    if (data == NULL && sqlite3_extended_errcode(connection->db) == SQLITE_NOMEM)
        return CRM4E_E_NO_MEMORY;
    return CRM4E_OK;
}

int c4_read_value(c4_connection *connection, sqlite3_stmt *stmt, int at, crm4e_value *value)
{
    return connection->hosted ? read_guarded(connection, stmt, at, value)
                              : c4_value_of(sqlite3_column_value(stmt, at), value);
}
