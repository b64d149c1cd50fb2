/* SPDX-License-Identifier: MIT */
/*
 * Tables and indexes. Beside those of the library each file has one of ours,
 * whose name no generated name can take: crm4e_0storage with the org, its name
 * once it is published, and the version; or crm4e_0catalogue, the orgs of a
 * directory.
 */
#include "storage/sqlite/inside.h"

#include <string.h>

static const char *const own_tables[][2] = {
    [C4_FILE_ORG] =
        {"CREATE TABLE IF NOT EXISTS \"crm4e_0storage\" (\"id\" INTEGER PRIMARY KEY, "
         "\"org\" INTEGER NOT NULL, \"name\" TEXT, \"version\" INTEGER NOT NULL) STRICT",
         NULL},
    [C4_FILE_CATALOGUE] =
        {"CREATE TABLE \"crm4e_0catalogue\" (\"id\" INTEGER PRIMARY KEY, "
         "\"name\" TEXT NOT NULL) STRICT",
         "CREATE UNIQUE INDEX \"crm4e__0catalogue\" ON \"crm4e_0catalogue\" (\"name\")"},
};

int c4_schema_create(c4_connection *connection, c4_file_kind kind)
{
    int rc = CRM4E_OK;
    for (size_t i = 0; i < 2 && rc == CRM4E_OK && own_tables[kind][i] != NULL; i++)
        rc = c4_sqlite_run(connection, own_tables[kind][i]);
    return rc;
}

static bool take(const char **text, const char *expected)
{
    size_t length = strlen(expected);
    bool found = strncmp(*text, expected, length) == 0;
    if (found)
        *text += length;
    return found;
}

/* "name" in double quotes. */
static bool take_name(const char **text, const char *prefix)
{
    const char *at = *text;
    bool found = *at++ == '"' && take(&at, prefix);
    size_t length = 0;
    while (found && ((at[length] >= 'a' && at[length] <= 'z') ||
                     (at[length] >= '0' && at[length] <= '9') || at[length] == '_'))
        length++;
    found = found && length > 0 && at[length] == '"';
    if (found)
        *text = at + length + 1;
    return found;
}

static bool is_our_table(const char *text)
{
    bool well = take(&text, "CREATE TABLE ") && take_name(&text, C4_SQL_PREFIX) &&
                take(&text, " (\"id\" INTEGER PRIMARY KEY");
    while (well && take(&text, ", ")) {
        well = take_name(&text, "") &&
               (take(&text, " INTEGER") || take(&text, " TEXT") || take(&text, " BLOB"));
        (void)(well && take(&text, " NOT NULL"));
    }
    return well && strcmp(text, ") STRICT") == 0;
}

static bool is_our_index(const char *text)
{
    bool well = (take(&text, "CREATE INDEX ") || take(&text, "CREATE UNIQUE INDEX ")) &&
                take_name(&text, C4_SQL_PREFIX "_") && take(&text, " ON ") &&
                take_name(&text, C4_SQL_PREFIX) && take(&text, " (") && take_name(&text, "");
    while (well && take(&text, ", "))
        well = take_name(&text, "");
    return well && strcmp(text, ")") == 0;
}

/* Whoever analyzed the file for us does no harm. */
static bool is_statistics(const char *name)
{
    return strcmp(name, "sqlite_stat1") == 0 || strcmp(name, "sqlite_stat4") == 0;
}

static bool is_ours(const char *type, const char *name, const char *text)
{
    bool ours = false;
    if (type != NULL && name != NULL && strcmp(type, "table") == 0)
        ours = is_statistics(name) || (text != NULL && is_our_table(text));
    else if (type != NULL && strcmp(type, "index") == 0)
        ours = text != NULL && is_our_index(text);
    return ours;
}

/* Triggers, views, virtual tables, generated columns, defaults, expressions in
 * indexes would all run what others wrote: anything but our own text is refused. */
int c4_schema_check(c4_connection *connection)
{
    static const char text[] = "SELECT type, name, sql FROM sqlite_schema";
    sqlite3_stmt *stmt = NULL;
    int step = SQLITE_DONE;
    int rc = c4_sqlite_code(connection, sqlite3_prepare_v2(connection->db, text, -1, &stmt, NULL));
    while (rc == CRM4E_OK && (step = sqlite3_step(stmt)) == SQLITE_ROW) {
        if (!is_ours((const char *)sqlite3_column_text(stmt, 0),
                     (const char *)sqlite3_column_text(stmt, 1),
                     (const char *)sqlite3_column_text(stmt, 2)))
            rc = sqlite3_errcode(connection->db) == SQLITE_NOMEM ? CRM4E_E_NO_MEMORY
                                                                 : CRM4E_E_CORRUPT;
    }
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(connection, step);
    (void)sqlite3_finalize(stmt);
    return rc;
}

typedef struct subject {
    const crm4e_table *table;
    size_t index;
} subject;

static void write_table_create(c4_sql *sql, const void *of)
{
    c4_sql_create_table(sql, ((const subject *)of)->table);
}

static void write_column_add(c4_sql *sql, const void *of)
{
    c4_sql_add_column(sql, ((const subject *)of)->table);
}

static void write_table_drop(c4_sql *sql, const void *of)
{
    c4_sql_drop_table(sql, ((const subject *)of)->table);
}

static void write_index_create(c4_sql *sql, const void *of)
{
    const subject *s = of;
    c4_sql_create_index(sql, s->table, s->index);
}

static void write_index_drop(c4_sql *sql, const void *of)
{
    const subject *s = of;
    c4_sql_drop_index(sql, s->table, s->index);
}

static int change(c4_connection *c, c4_sql_writer write, const crm4e_table *table, size_t index)
{
    subject of = {table, index};
    c4_statement *s = NULL;
    int rc = c4_transaction_check(c, CRM4E_TRANSACTION_WRITE);
    c4_connection_enter(c);
    if (rc == CRM4E_OK)
        rc = c4_mark_settle(c);
    if (rc == CRM4E_OK)
        rc = c4_statement_take(c, NULL, 0, write, &of, &s);
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, sqlite3_step(s->stmt));
    c4_statement_done(c, s);
    return rc;
}

/* In one piece, as every method: a failure inside leaves no table behind. */
int32_t c4_sqlite_table_create(void *connection, const crm4e_table *table)
{
    c4_connection *c = connection;
    int rc = change(c, write_table_create, table, 0);
    bool made = rc == CRM4E_OK;
    for (size_t i = 0; i < table->index_count && rc == CRM4E_OK; i++)
        rc = change(c, write_index_create, table, i);
    if (made && rc != CRM4E_OK)
        (void)change(c, write_table_drop, table, 0);
    return c4_sqlite_answer(rc);
}

int32_t c4_sqlite_column_add(void *connection, const crm4e_table *table)
{
    return c4_sqlite_answer(change(connection, write_column_add, table, 0));
}

int32_t c4_sqlite_table_drop(void *connection, const crm4e_table *table)
{
    return c4_sqlite_answer(change(connection, write_table_drop, table, 0));
}

int32_t c4_sqlite_index_create(void *connection, const crm4e_table *table, size_t index)
{
    c4_connection *c = connection;
    int rc = c4_sorting_begin(c);
    if (rc == CRM4E_OK)
        rc = change(c, write_index_create, table, index);
    c4_sorting_end(c);
    return c4_sqlite_answer(rc);
}

int32_t c4_sqlite_index_drop(void *connection, const crm4e_table *table, size_t index)
{
    return c4_sqlite_answer(change(connection, write_index_drop, table, index));
}

/* The name of some table of the library, without its prefix; NOT_FOUND. */
static int some_table(c4_connection *c, char *name, size_t size)
{
    static const char text[] =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'crm4e_[a-z]*' LIMIT 1";
    c4_statement *s = NULL;
    size_t prefix = strlen(C4_SQL_PREFIX);
    int step = SQLITE_DONE;
    int rc = c4_statement_of_text(c, text, strlen(text), &s);
    if (rc == CRM4E_OK) {
        step = sqlite3_step(s->stmt);
        rc = c4_sqlite_code(c, step);
    }
    if (rc == CRM4E_OK && step == SQLITE_ROW) {
        const char *found = (const char *)sqlite3_column_text(s->stmt, 0);
        size_t length = found == NULL ? 0 : strlen(found);
        if (found == NULL || length - prefix >= size)
            rc = CRM4E_E_CORRUPT;
        else
            memcpy(name, found + prefix, length - prefix + 1);
    } else if (rc == CRM4E_OK) {
        rc = CRM4E_E_NOT_FOUND;
    }
    c4_statement_done(c, s);
    return rc;
}

int c4_schema_drop_all(c4_connection *connection)
{
    char name[128];
    int rc = CRM4E_OK;
    while (rc == CRM4E_OK && (rc = some_table(connection, name, sizeof(name))) == CRM4E_OK) {
        crm4e_table table = {.name = name};
        rc = change(connection, write_table_drop, &table, 0);
    }
    return rc == CRM4E_E_NOT_FOUND ? CRM4E_OK : rc;
}

int32_t c4_sqlite_get_version(void *connection, int64_t *version)
{
    static const char text[] = "SELECT version FROM \"crm4e_0storage\" WHERE id = 1";
    c4_connection *c = connection;
    c4_statement *s = NULL;
    int rc = c4_transaction_check(c, CRM4E_TRANSACTION_READ);
    c4_connection_enter(c);
    if (rc == CRM4E_OK)
        rc = c4_statement_of_text(c, text, strlen(text), &s);
    if (rc == CRM4E_OK) {
        int step = sqlite3_step(s->stmt);
        rc = c4_sqlite_code(c, step);
        if (rc == CRM4E_OK && step == SQLITE_ROW)
            *version = sqlite3_column_int64(s->stmt, 0);
        else if (rc == CRM4E_OK)
            rc = CRM4E_E_CORRUPT;
    }
    c4_statement_done(c, s);
    return c4_sqlite_answer(rc);
}

int32_t c4_sqlite_set_version(void *connection, int64_t version)
{
    static const char text[] = "UPDATE \"crm4e_0storage\" SET version = ? WHERE id = 1";
    c4_connection *c = connection;
    c4_statement *s = NULL;
    int rc = c4_transaction_check(c, CRM4E_TRANSACTION_WRITE);
    c4_connection_enter(c);
    if (rc == CRM4E_OK)
        rc = c4_mark_settle(c);
    if (rc == CRM4E_OK)
        rc = c4_statement_of_text(c, text, strlen(text), &s);
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, sqlite3_bind_int64(s->stmt, 1, version));
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, sqlite3_step(s->stmt));
    if (rc == CRM4E_OK && sqlite3_changes(c->db) != 1)
        rc = CRM4E_E_CORRUPT;
    c4_statement_done(c, s);
    return c4_sqlite_answer(rc);
}
