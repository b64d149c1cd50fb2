/* SPDX-License-Identifier: MIT */
/* Connections: opened, hardened and checked before anything is written. */
#include "storage/sqlite/inside.h"

#include <string.h>

enum {
    PROGRESS_STEPS = 2000, /* of SQLite's machine between two looks at interrupted() */
    KEY_CEILING = 1 << 16,
    HEADER_BYTES = 100,
    LAYOUT = 1,               /* of our files; kept as SQLite's user version */
    ORG_ID = 0x43523445,      /* "CR4E", SQLite's application id of our files */
    CATALOGUE_ID = 0x43523443 /* "CR4C" */
};

/* Places in the file's header, see https://www.sqlite.org/fileformat.html */
enum {
    AT_WRITE_FORMAT = 18, /* 2: write-ahead log */
    AT_ENCODING = 56,     /* 1: UTF-8 */
    AT_USER_VERSION = 60,
    AT_APPLICATION_ID = 68
};

typedef struct setting {
    int name;
    int value;
} setting;

static const setting switches[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
    {SQLITE_DBCONFIG_DQS_DML, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},
    {SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
    {SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
    {SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
};

/* What our statements need and not much more. */
static const setting limits[] = {
    {SQLITE_LIMIT_LENGTH, 64 << 20},
    {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
    {SQLITE_LIMIT_COLUMN, 2000},
    {SQLITE_LIMIT_EXPR_DEPTH, 1000},
    {SQLITE_LIMIT_COMPOUND_SELECT, 2},
    {SQLITE_LIMIT_VDBE_OP, 250000},
    {SQLITE_LIMIT_FUNCTION_ARG, 127},
    {SQLITE_LIMIT_ATTACHED, 0},
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 32766},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 1},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
};

static const char *const pragmas[] = {
    "PRAGMA cell_size_check = ON",
    "PRAGMA mmap_size = 0",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA secure_delete = ON",
};

/* Prepares, steps once and forgets. SQLITE_ROW or SQLITE_DONE, or a failure. */
static int once(c4_connection *c, const char *text, int64_t *number, int *stepped)
{
    sqlite3_stmt *stmt = NULL;
    int rc = c4_sqlite_code(c, sqlite3_prepare_v2(c->db, text, -1, &stmt, NULL));
    if (rc == CRM4E_OK) {
        *stepped = sqlite3_step(stmt);
        rc = c4_sqlite_code(c, *stepped);
    }
    if (rc == CRM4E_OK && *stepped == SQLITE_ROW && number != NULL)
        *number = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt);
    return rc;
}

int c4_sqlite_once(c4_connection *connection, const char *text)
{
    int stepped;
    return once(connection, text, NULL, &stepped);
}

int c4_sqlite_integer(c4_connection *connection, const char *text, int64_t *number)
{
    int stepped = SQLITE_DONE;
    int rc = once(connection, text, number, &stepped);
    return rc == CRM4E_OK && stepped != SQLITE_ROW ? CRM4E_E_NOT_FOUND : rc;
}

/* Undoing must not need the host's memory: without it the text is prepared for
 * this once, in SQLite's own. */
int c4_sqlite_run(c4_connection *connection, const char *text)
{
    c4_statement *s = NULL;
    int rc = c4_statement_of_text(connection, text, strlen(text), &s);
    int stepped = SQLITE_DONE;
    if (rc == CRM4E_E_NO_MEMORY)
        return once(connection, text, NULL, &stepped);
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(connection, sqlite3_step(s->stmt));
    c4_statement_done(connection, s);
    return rc;
}

void c4_connection_enter(c4_connection *connection)
{
    c4_statement *pending = connection->pending;
    (void)c4_held_settle(connection); /* c4_transaction_check() tells */
    connection->pending = NULL;
    c4_statement_done(connection, pending);
}

static c4_connection *make(c4_sqlite *storage, const crm4e_connect_request *request)
{
    c4_connection *c = c4_alloc_array(&storage->mem, 1, sizeof(*c));
    if (c == NULL)
        return NULL;
    c->storage = storage;
    c->mem = &storage->mem;
    c->read_only = (storage->flags & CRM4E_SQLITE_READ_ONLY) != 0;
    if (request != NULL) {
        c->read_only = c->read_only || (request->flags & CRM4E_CONNECT_READ_ONLY) != 0;
        c->ask_interrupted = request->interrupted;
        c->interrupted_user = request->interrupted_user;
    }
    c4_statements_init(&c->statements, c->mem);
    c4_sql_init(&c->sql, c->mem, &c4_sqlite_dialect);
    c4_buffer_init(&c->key, c->mem, KEY_CEILING);
    c4_arena_init(&c->mark.arena, c->mem);
    return c;
}

static int progress(void *connection)
{
    c4_connection *c = connection;
    if (c->ask_interrupted(c->interrupted_user) != 0)
        c->interrupted = true;
    return c->interrupted;
}

static int harden(c4_connection *c)
{
    int rc = SQLITE_OK;
    for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]) && rc == SQLITE_OK; i++)
        rc = sqlite3_db_config(c->db, switches[i].name, switches[i].value, NULL);
    for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
        (void)sqlite3_limit(c->db, limits[i].name, limits[i].value);
    if (rc == SQLITE_OK)
        rc = sqlite3_busy_handler(c->db, c4_sqlite_wait, c);
    if (c->ask_interrupted != NULL)
        sqlite3_progress_handler(c->db, PROGRESS_STEPS, progress, c);
    return c4_sqlite_code(c, rc);
}

static uint32_t big_endian(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
           (uint32_t)bytes[3];
}

/* Reads the header through SQLite's own descriptor and without a lock: neither a
 * log nor a journal beside a file that is not ours is touched. What is looked
 * at was written before the file got its name and never changes. */
static int check_header(c4_connection *c, c4_file_kind kind, bool *wal)
{
    static const char magic[] = "SQLite format 3";
    unsigned char header[HEADER_BYTES] = {0};
    sqlite3_file *file = NULL;
    int rc = sqlite3_file_control(c->db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (rc != SQLITE_OK || file == NULL || file->pMethods == NULL)
        return CRM4E_E_IO;
    rc = file->pMethods->xRead(file, header, HEADER_BYTES, 0);
    if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ)
        return CRM4E_E_IO;
    rc = CRM4E_OK;
    if (memcmp(header, magic, sizeof(magic)) != 0 || big_endian(header + AT_ENCODING) != 1 ||
        big_endian(header + AT_APPLICATION_ID) !=
            (uint32_t)(kind == C4_FILE_ORG ? ORG_ID : CATALOGUE_ID))
        rc = CRM4E_E_CORRUPT;
    else if (big_endian(header + AT_USER_VERSION) != LAYOUT)
        rc = CRM4E_E_UNSUPPORTED;
    *wal = header[AT_WRITE_FORMAT] == 2;
    return rc;
}

/* The mode belongs to the file. Others who use it now can keep it as it is: to
 * stay without a log is fine, to stay with one is not what was asked for. */
static int set_journal(c4_connection *c, bool wal)
{
    bool wanted = (c->storage->flags & CRM4E_SQLITE_ROLLBACK_JOURNAL) == 0;
    bool normal = (c->storage->flags & CRM4E_SQLITE_NORMAL_SYNC) != 0;
    int stepped;
    int rc = CRM4E_OK;
    if (wanted && !wal && !c->read_only) {
        rc = once(c, "PRAGMA journal_mode = WAL", NULL, &stepped);
        rc = rc == CRM4E_E_BUSY ? CRM4E_OK : rc;
    } else if (!wanted && wal && !c->read_only) {
        rc = once(c, "PRAGMA journal_mode = DELETE", NULL, &stepped);
    }
    if (rc == CRM4E_OK && wanted)
        rc = once(c, normal ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL", NULL,
                  &stepped);
    else if (rc == CRM4E_OK)
        rc = once(c, normal ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = EXTRA", NULL,
                  &stepped);
    return rc;
}

static int open_file(c4_connection *c, const char *path)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW;
    int rc = c4_file_check(path);
    if (rc != CRM4E_OK)
        return rc;
    flags |= c->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    rc = sqlite3_open_v2(path, &c->db, flags, NULL);
    if (c->db == NULL)
        return CRM4E_E_NO_MEMORY;
    if (rc != SQLITE_OK)
        return c4_sqlite_code(c, rc);
    c->read_only = c->read_only || sqlite3_db_readonly(c->db, "main") == 1;
    return harden(c);
}

static int set_pragmas(c4_connection *c)
{
    int rc = CRM4E_OK;
    for (size_t i = 0; i < sizeof(pragmas) / sizeof(pragmas[0]) && rc == CRM4E_OK; i++)
        rc = c4_sqlite_once(c, pragmas[i]);
    return rc;
}

int c4_connection_open(c4_connection **out, c4_sqlite *storage, const char *path, c4_file_kind kind,
                       const crm4e_connect_request *request)
{
    c4_connection *c = make(storage, request);
    bool wal = false;
    int rc = c == NULL ? CRM4E_E_NO_MEMORY : open_file(c, path);
    if (rc == CRM4E_OK)
        rc = check_header(c, kind, &wal);
    if (rc == CRM4E_OK)
        rc = set_pragmas(c);
    if (rc == CRM4E_OK)
        rc = set_journal(c, wal);
    if (rc == CRM4E_OK)
        rc = c4_schema_check(c);
    if (rc == CRM4E_OK) {
        c4_wal_attach(c);
        *out = c;
    } else {
        c4_connection_close(c);
    }
    return rc;
}

int c4_connection_host(c4_connection **out, c4_sqlite *storage,
                       const crm4e_connect_request *request)
{
    c4_connection *c = make(storage, request);
    if (c == NULL)
        return CRM4E_E_NO_MEMORY;
    c->hosted = true;
    c->db = storage->hosted;
    c->read_only = c->read_only || sqlite3_db_readonly(c->db, "main") == 1;
    *out = c;
    return CRM4E_OK;
}

void c4_connection_close(c4_connection *connection)
{
    c4_connection *c = connection;
    if (c == NULL)
        return;
    c4_held_forget(c);
    c4_connection_enter(c);
    c4_cursors_stop(c);
    c4_mark_forget(c);
    c4_statements_free(c);
    if (c->functions)
        c4_functions_remove(c);
    if (!c->hosted)
        (void)sqlite3_close_v2(c->db);
    c4_sql_free(&c->sql);
    c4_buffer_free(&c->key);
    c4_arena_free(&c->mark.arena);
    c4_free(c->mem, c);
}

static int fill(c4_connection *c, c4_file_kind kind)
{
    static const char *const marks[] = {
        "PRAGMA application_id = 1129460805", /* ORG_ID */
        "PRAGMA application_id = 1129460803", /* CATALOGUE_ID */
    };
    int rc = c4_sqlite_run(c, "PRAGMA encoding = 'UTF-8'");
    if (rc == CRM4E_OK)
        rc = c4_sqlite_run(c, "PRAGMA synchronous = FULL");
    if (rc == CRM4E_OK)
        rc = c4_sqlite_run(c, "BEGIN IMMEDIATE");
    if (rc == CRM4E_OK)
        rc = c4_sqlite_run(c, marks[kind]);
    if (rc == CRM4E_OK)
        rc = c4_sqlite_run(c, "PRAGMA user_version = 1"); /* LAYOUT */
    if (rc == CRM4E_OK)
        rc = c4_schema_create(c, kind);
    if (rc == CRM4E_OK)
        rc = c4_sqlite_run(c, "COMMIT");
    if (rc == CRM4E_OK && (c->storage->flags & CRM4E_SQLITE_ROLLBACK_JOURNAL) == 0)
        rc = c4_sqlite_run(c, "PRAGMA journal_mode = WAL");
    return rc;
}

/* Under a name of its own first: a file of ours is there whole or not at all. */
int c4_file_create(c4_sqlite *storage, const char *path, c4_file_kind kind)
{
    c4_connection *c = NULL;
    char *beside = c4_file_beside(&storage->mem, path);
    int rc = beside == NULL ? CRM4E_E_NO_MEMORY : c4_file_make(beside);
    if (rc != CRM4E_OK)
        goto done;
    c = make(storage, NULL);
    rc = c == NULL ? CRM4E_E_NO_MEMORY : open_file(c, beside);
    if (rc == CRM4E_OK)
        rc = fill(c, kind);
    c4_connection_close(c);
    if (rc == CRM4E_OK)
        rc = c4_file_publish(beside, path);
    if (rc != CRM4E_OK)
        c4_file_forget(beside);
done:
    c4_free(&storage->mem, beside);
    return rc;
}
