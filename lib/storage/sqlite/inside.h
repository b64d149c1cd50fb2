/* SPDX-License-Identifier: MIT */
/* What the parts of the SQLite back end share. */
#ifndef C4_SQLITE_INSIDE_H
#define C4_SQLITE_INSIDE_H

#include "base/arena.h"
#include "base/map.h"
#include "storage/sql/sql.h"
#include <crm4e/sys/sqlite.h>

#include <sqlite3.h>

#include <stdatomic.h>

typedef struct c4_sqlite {
    c4_mem mem;
    const crm4e_storage_host *host;
    char *path;      /* absolute: the file, or the directory; NULL with a host's handle */
    sqlite3 *hosted; /* the host's handle, or NULL */
    uint32_t flags;  /* CRM4E_SQLITE_* */
    bool directory;
    atomic_flag taken; /* the host's handle has its one connection */
} c4_sqlite;

/* A prepared statement. Cached ones are found by their key and reset when done;
 * a second use at the same time gets one of its own. */
typedef struct c4_statement {
    sqlite3_stmt *stmt;
    struct c4_statement *newer, *older;
    void *key;
    size_t key_length; /* 0: not cached */
    bool busy;
} c4_statement;

typedef struct c4_statements {
    c4_map map;
    c4_statement *newest, *oldest;
} c4_statements;

typedef struct c4_cursor c4_cursor;

/* How to take back a row written since the outermost mark: a statement that
 * takes the values written over, none for a new row, and the id. */
typedef struct c4_mark_write {
    c4_statement *undo;
    bool shared; /* with an earlier row, which lets it go */
    uint64_t table;
    crm4e_id id;
    crm4e_value *values;
    size_t count;
} c4_mark_write;

enum {
    C4_MARK_WRITES = 8, /* new rows: a record, its line of history, its place in a queue, and
                         * what a few rules do */
    C4_MARK_UPDATES = 2 /* with what came before: each is read first */
};

/* The outermost mark of the transaction. */
typedef struct c4_mark {
    uint32_t depth; /* 0: none */
    bool settled;   /* it has a savepoint by now, which covers what is not in `writes` */
    size_t count;
    c4_mark_write writes[C4_MARK_WRITES];
    c4_arena arena; /* of the old values */
} c4_mark;

/* New rows of a table, held back, see held.c. */
enum {
    C4_HELD_TABLES = 4,
    C4_HELD_ROWS = 16
};
typedef struct c4_held_rows {
    uint64_t serial; /* of the table */
    size_t columns;
    crm4e_id highest; /* of those written and held */
    c4_statement *one, *many;
    crm4e_value *bound; /* what `many` has, row by row; texts may be gone */
    crm4e_value *values[C4_HELD_ROWS];
    size_t count;
    c4_arena arena;
} c4_held_rows;

typedef struct c4_held {
    c4_held_rows rows[C4_HELD_TABLES];
    size_t tables;
    uint32_t quiet; /* rows inserted since anything else happened */
    int failed;     /* what was held is lost: there is no way but rolling back */
} c4_held;

typedef struct c4_connection {
    c4_sqlite *storage;
    const c4_mem *mem;
    sqlite3 *db;
    bool hosted;
    bool read_only;
    bool nested;         /* the transaction is a savepoint in the host's */
    bool functions;      /* ours are registered */
    bool guarded;        /* we checkpoint ourselves, see wal.c */
    bool interrupted;    /* the host asked to stop */
    bool sorts_in_files; /* for now, see sorting.c */
    uint32_t mode;       /* of the transaction; 0: none */
    int failed;          /* code of a function of ours that failed inside a statement */
    void *interrupted_user;
    int32_t (*ask_interrupted)(void *user);
    int64_t waiting_since; /* milliseconds, of the busy handler */
    bool checkpointing;
    int wal_pages;       /* in the log after the last commit */
    int next_checkpoint; /* pages */
    c4_statements statements;
    c4_statement *pending; /* get() lends its row until the next call */
    c4_cursor *cursors;    /* open ones */
    c4_mark mark;
    c4_held held;
    c4_sql sql;    /* scratch */
    c4_buffer key; /* scratch */
} c4_connection;

/* error.c */
enum {
    C4_SQLITE_UNKNOWN = INT32_MIN /* failed, not known why: becomes the answer 0 */
};
/* Codes inside, answers outside: CRM4E_OK would say "failed". */
int32_t c4_sqlite_answer(int rc);
/* The code of the last failure on the connection; `rc` is what SQLite gave. */
int c4_sqlite_code(c4_connection *connection, int rc);
int c4_sqlite_code_of(int extended);

/* connection.c */
typedef enum c4_file_kind {
    C4_FILE_ORG,
    C4_FILE_CATALOGUE
} c4_file_kind;
/* Opens a file that exists, checks that it is ours and of this kind. */
int c4_connection_open(c4_connection **out, c4_sqlite *storage, const char *path, c4_file_kind kind,
                       const crm4e_connect_request *request);
/* A connection over the host's handle. */
int c4_connection_host(c4_connection **out, c4_sqlite *storage,
                       const crm4e_connect_request *request);
void c4_connection_close(c4_connection *connection);
/* Makes a new file of that kind; CONFLICT when one is there. */
int c4_file_create(c4_sqlite *storage, const char *path, c4_file_kind kind);
/* Runs a statement without parameters and results. */
int c4_sqlite_run(c4_connection *connection, const char *text);
/* The first integer a statement gives; NOT_FOUND without a row. */
int c4_sqlite_integer(c4_connection *connection, const char *text, int64_t *number);
/* The same for what takes effect while it is prepared, so a kept one would do nothing. */
int c4_sqlite_once(c4_connection *connection, const char *text);
/* Every call on a connection starts with it: gives back the row get() lent. */
void c4_connection_enter(c4_connection *connection);

/* file.c */
/* What is at `path`: CRM4E_OK for a regular file, NOT_FOUND, CORRUPT for
 * anything else, ENVIRONMENT for a symbolic link. */
int c4_file_check(const char *path);
/* An empty file, 0600, that was not there before. */
int c4_file_make(const char *path);
/* Gives a finished file its name; CONFLICT when the name is taken. */
int c4_file_publish(const char *from, const char *to);
void c4_file_forget(const char *path);
/* A name beside `path` that no other file has; c4_free(). */
char *c4_file_beside(const c4_mem *mem, const char *path);
/* CRM4E_OK with an absolute path without symbolic links; `directory` is set
 * when the path is one, or ends in '/' and is not there. */
int c4_file_resolve(const c4_mem *mem, const char *path, char **out, bool *directory);
int c4_directory_make(const char *path);

/* schema.c */
int c4_schema_create(c4_connection *connection, c4_file_kind kind);
/* CORRUPT unless everything in the file is what we make. */
int c4_schema_check(c4_connection *connection);
int c4_schema_drop_all(c4_connection *connection);
int32_t c4_sqlite_table_create(void *connection, const crm4e_table *table);
int32_t c4_sqlite_column_add(void *connection, const crm4e_table *table);
int32_t c4_sqlite_table_drop(void *connection, const crm4e_table *table);
int32_t c4_sqlite_index_create(void *connection, const crm4e_table *table, size_t index);
int32_t c4_sqlite_index_drop(void *connection, const crm4e_table *table, size_t index);
int32_t c4_sqlite_get_version(void *connection, int64_t *version);
int32_t c4_sqlite_set_version(void *connection, int64_t version);

/* sorting.c: around making an index of a table that may have many rows */
int c4_sorting_begin(c4_connection *connection);
void c4_sorting_end(c4_connection *connection);

/* transaction.c */
int32_t c4_sqlite_begin(void *connection, uint32_t mode);
int32_t c4_sqlite_commit(void *connection);
int32_t c4_sqlite_rollback(void *connection);
int32_t c4_sqlite_stamp(void *connection, uint64_t *stamp);
/* CRM4E_OK inside a transaction of that mode that SQLite has not ended by itself. */
int c4_transaction_check(c4_connection *connection, uint32_t mode);

/* mark.c */
int32_t c4_sqlite_savepoint(void *connection, uint32_t depth);
int32_t c4_sqlite_release(void *connection, uint32_t depth);
int32_t c4_sqlite_rollback_to(void *connection, uint32_t depth);
/* Before every write that c4_mark_add() is not told of. */
int c4_mark_settle(c4_connection *connection);
/* Whether the next write of a row can be remembered. */
bool c4_mark_has_room(const c4_connection *connection, size_t most);
/* After a write that took place, when there was room: the statement is the mark's. */
void c4_mark_add(c4_connection *connection, const c4_mark_write *write);
void c4_mark_forget(c4_connection *connection); /* with the transaction */

/* held.c */
/* Instead of writing a new row: false, and it is to be written by itself. */
bool c4_held_take(c4_connection *connection, const crm4e_table *table, const crm4e_value *values,
                  int *rc);
/* Writes what is held. A failure lasts until the transaction is gone. */
int c4_held_settle(c4_connection *connection);
void c4_held_forget(c4_connection *connection);

/* wal.c */
bool c4_wal_needs_guard(int version); /* as sqlite3_libversion_number() */
void c4_wal_attach(c4_connection *connection);
void c4_wal_after_commit(c4_connection *connection);
int c4_sqlite_wait(void *connection, int count); /* the busy handler */

/* statements.c */
void c4_statements_init(c4_statements *statements, const c4_mem *mem);
void c4_statements_free(c4_connection *connection);
/* The statement with this key, made from c4_sql text by `write` when there is
 * none. An empty key: not cached. */
typedef void (*c4_sql_writer)(c4_sql *sql, const void *subject);
int c4_statement_take(c4_connection *connection, const void *key, size_t key_length,
                      c4_sql_writer write, const void *subject, c4_statement **out);
int c4_statement_of_text(c4_connection *connection, const char *text, size_t length,
                         c4_statement **out);
/* NULL is fine. */
void c4_statement_done(c4_connection *connection, c4_statement *statement);
int c4_bind_value(c4_connection *connection, sqlite3_stmt *stmt, int at, const crm4e_value *value);
int c4_read_value(c4_connection *connection, sqlite3_stmt *stmt, int at, crm4e_value *value);
/* CORRUPT for what none of our columns holds, NO_MEMORY. */
int c4_value_of(sqlite3_value *from, crm4e_value *to);

/* functions.c */
extern const c4_sql_dialect c4_sqlite_dialect;
int c4_functions_register(c4_connection *connection);
void c4_functions_remove(c4_connection *connection);
/* Binds one parameter; what it needs besides lives in the arena. */
int c4_bind_binding(c4_connection *connection, sqlite3_stmt *stmt, int at,
                    const c4_sql_binding *binding, const crm4e_plan *plan, c4_arena *arena);

/* rows.c */
int32_t c4_sqlite_insert(void *connection, const crm4e_table *table, const crm4e_value *values,
                         size_t count);
int32_t c4_sqlite_update(void *connection, const crm4e_table *table, crm4e_id id,
                         const uint32_t *columns, const crm4e_value *values, size_t count);
int32_t c4_sqlite_remove(void *connection, const crm4e_table *table, crm4e_id id);
int32_t c4_sqlite_get(void *connection, const crm4e_table *table, crm4e_id id,
                      const uint32_t *columns, crm4e_value *values, size_t count);
int32_t c4_sqlite_scan(void *connection, const crm4e_table *table, crm4e_id after,
                       const uint32_t *columns, size_t count, size_t capacity, int64_t *ids,
                       int64_t *const *values, uint8_t *const *nulls, size_t *rows);

/* cursor.c */
int32_t c4_sqlite_handles(void *connection, const crm4e_plan *plan, uint32_t *parts);
int32_t c4_sqlite_select(void **cursor, void *connection, const crm4e_plan *plan);
int32_t c4_sqlite_next(void *cursor, crm4e_value *values, size_t count);
int32_t c4_sqlite_finish(void *cursor);
void c4_cursors_stop(c4_connection *connection); /* at the end of a transaction */
/* A prepared statement for the plan. `bind` only when it is to run. */
int c4_select_prepare(c4_connection *connection, const crm4e_plan *plan, unsigned flags,
                      c4_arena *arena, c4_statement **out);

/* merge.c: the first rows of many ranges */
typedef struct c4_merge c4_merge;
bool c4_merge_fits(const crm4e_plan *plan);
int c4_merge_open(c4_merge **out, c4_connection *connection, const crm4e_plan *plan,
                  c4_arena *arena);
/* CRM4E_ROW or CRM4E_OK at the end. */
int c4_merge_next(c4_merge *merge, crm4e_value *values, size_t count);
void c4_merge_close(c4_merge *merge);

/* tools.c */
int32_t c4_sqlite_backup(void *connection, const char *path);
int32_t c4_sqlite_beside(void *connection, char *path, size_t size);
int32_t c4_sqlite_check(void *connection, crm4e_problem_visitor report, void *user);
int32_t c4_sqlite_explain(void *connection, const crm4e_plan *plan, char *text, size_t size);

#endif
