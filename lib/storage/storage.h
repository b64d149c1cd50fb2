/* SPDX-License-Identifier: MIT */
/*
 * The inside of the storage contract: calls a host's methods, maps and checks
 * what they answer, does what a back end does not. Everything above knows only
 * this header. Failures are codes; the caller writes the message.
 */
#ifndef C4_STORAGE_H
#define C4_STORAGE_H

#include "base/arena.h"
#include "base/decimal.h"
#include <crm4e/sys/storage.h>

#include <stdatomic.h>

typedef struct c4_store {
    const c4_mem *mem;
    const crm4e_storage_methods *methods;
    void *instance;
    crm4e_storage_host host;
    void *room;          /* what `instance` points to when we made it */
    atomic_bool writing; /* of a storage that leaves keeping writers apart to us */
} c4_store;

/* MISUSE when a required method is missing, a group of optional ones is there
 * in part, or the struct is too small. Opens
 * the instance; `store` must not move afterwards. */
int c4_store_open(c4_store *store, const c4_mem *mem, const crm4e_storage *storage,
                  int64_t busy_timeout);
void c4_store_close(c4_store *store);
int c4_store_org_create(c4_store *store, crm4e_id org);
int c4_store_org_publish(c4_store *store, crm4e_id org, const char *name);
int c4_store_org_find(c4_store *store, const char *name, crm4e_id *org);
int c4_store_org_list(c4_store *store, crm4e_org_visitor visit, void *user);

/* Many rows for one table, see bulk.c. */
typedef struct c4_bulk {
    const crm4e_table *table; /* NULL: no such thing */
    uint32_t depth;           /* of marks when it began: it ends with that one */
    uint32_t made_in;         /* depth of the mark in which indexes were made again, else 0 */
    size_t rows;              /* written since it began */
    size_t look_at;           /* so many of them, next */
    bool dropped;             /* the indexes that are not unique */
    bool over;                /* they were needed: they stay */
} c4_bulk;

/* A row that the storage is yet to be told of, see waiting.c. */
typedef struct c4_waiting {
    const crm4e_table *table; /* NULL: none */
    const crm4e_value *row;   /* of the caller until it is changed */
    int failed;               /* why the storage refused it */
    c4_arena arena;           /* of what it was changed to */
} c4_waiting;

/* One connection and its transaction. */
typedef struct c4_db {
    c4_store *store;
    void *connection;
    uint32_t mode;  /* 0: no transaction */
    uint32_t depth; /* savepoints open */
    bool poisoned;  /* commit unknown or rollback failed: only closing is left */
    uint32_t flags;
    int32_t (*interrupted)(void *user);
    void *interrupted_user;
    void *room; /* what `connection` points to when we made it */
    c4_bulk bulk;
    c4_waiting waiting;
    c4_arena got; /* the values of the last c4_db_get() when the storage has no get() */
} c4_db;

int c4_db_connect(c4_db *db, c4_store *store, crm4e_id org, uint32_t flags,
                  int32_t (*interrupted)(void *user), void *interrupted_user);
void c4_db_disconnect(c4_db *db); /* rolls back what is open */
int c4_db_begin(c4_db *db, uint32_t mode);
/* Equal for two transactions of one connection between which nothing was
 * committed; 0: not known. Before anything is written. */
uint64_t c4_db_stamp(c4_db *db);
int c4_db_commit(c4_db *db);    /* on failure: rolled back, or poisoned when unknown */
void c4_db_rollback(c4_db *db); /* a failure poisons */
int c4_db_savepoint(c4_db *db);
int c4_db_release(c4_db *db);
void c4_db_rollback_to(c4_db *db); /* undoes and forgets the innermost mark */

int c4_db_get_version(c4_db *db, int64_t *version);
int c4_db_set_version(c4_db *db, int64_t version);
int c4_db_table_create(c4_db *db, const crm4e_table *table);
int c4_db_column_add(c4_db *db, const crm4e_table *table);
int c4_db_table_drop(c4_db *db, const crm4e_table *table);
int c4_db_index_create(c4_db *db, const crm4e_table *table, size_t index);
int c4_db_index_drop(c4_db *db, const crm4e_table *table, size_t index);

int c4_db_insert(c4_db *db, const crm4e_table *table, const crm4e_value *values);
/* The same as far as anybody can see, for a row that is likely to be updated at once: those
 * updates go into it before the storage has it. The values and the table stay until
 * c4_db_settle() has written what waits, or it is dropped: then what was done since
 * c4_db_insert_soon() is to be undone. Both are for who gave it; the answer of either is why the
 * storage refused it, which every call in between answered as well. */
int c4_db_insert_soon(c4_db *db, const crm4e_table *table, const crm4e_value *values);
int c4_db_settle(c4_db *db);
int c4_waiting_drop(c4_db *db);
int c4_db_update(c4_db *db, const crm4e_table *table, crm4e_id id, const uint32_t *columns,
                 const crm4e_value *values, size_t count);
int c4_db_remove(c4_db *db, const crm4e_table *table, crm4e_id id);
/* Many rows are to come: a hint, which changes how long it takes and nothing else. It lasts
 * until the end, given at the same depth of marks, or that of the mark or the transaction it began in. The table must stay until
 * then. */
int c4_db_bulk_begin(c4_db *db, const crm4e_table *table);
/* Between two rows, outside of marks that are the row's own and with no rows open. */
int c4_db_bulk_rest(c4_db *db);
int c4_db_bulk_end(c4_db *db);
/* Checked values, borrowed until the next call on `db`. */
int c4_db_get(c4_db *db, const crm4e_table *table, crm4e_id id, const uint32_t *columns,
              crm4e_value *values, size_t count);
int c4_db_backup(c4_db *db, const char *path);
/* Where a file of ours is beside the database: NOT_FOUND where there is no such place. The
 * other is the one that is made before it takes the first one's place. */
enum {
    C4_BESIDE_ROOM = 4096
};
typedef struct c4_beside {
    char path[C4_BESIDE_ROOM];
    char fresh[C4_BESIDE_ROOM];
} c4_beside;
int c4_db_beside(c4_db *db, c4_beside *out);
/* Removes both where they are. IO: what is there stays. */
int c4_db_drop_beside(c4_db *db);
int c4_db_check(c4_db *db, crm4e_problem_visitor report, void *user);
int c4_db_explain(c4_db *db, const crm4e_plan *plan, char *text, size_t size);

/* Rows of a plan, whatever the back end leaves to us: filter, sub-selects,
 * order (sorted in memory), limit, index ranges, keep. */
typedef struct c4_rows c4_rows;

void c4_plan_init(crm4e_plan *plan, const crm4e_table *table); /* all rows, no columns */
/* Which parts of the plan, CRM4E_HANDLES_*, the back end does, and which stay here. */
int c4_plan_parts(c4_db *db, const crm4e_plan *plan, uint32_t *there, uint32_t *here);
/* Whether the back end does the plan by itself, the index walked in order: then
 * rows come as they are read, and whoever stops early saves the rest. */
int c4_plan_walks(c4_db *db, const crm4e_plan *plan, bool *walks);
int c4_rows_open(c4_rows **out, c4_db *db, const crm4e_plan *plan);
/* CRM4E_ROW, CRM4E_OK at the end, or a code; values borrowed until the next
 * call on `rows`. The plan must outlive the rows. */
int c4_rows_next(c4_rows *rows, const crm4e_value **values);
void c4_rows_close(c4_rows *rows);
/* The first column, an integer, of the first row of the plan: CRM4E_ROW. CRM4E_OK: there is none,
 * and 0. Sets the limit. */
int c4_rows_first(c4_db *db, crm4e_plan *plan, int64_t *number);
/* Number of rows the plan gives (its columns and order do not matter). */
int c4_rows_count(c4_db *db, const crm4e_plan *plan, int64_t *count);

/* Columns of integers in chunks; used by aggregates. Falls back to rows. Calls
 * `chunk` with up to 4096 rows at a time; a code from it stops the scan. */
typedef struct c4_chunk {
    size_t rows;
    const int64_t *ids;
    const int64_t *const *values; /* [column][row] */
    const uint8_t *const *nulls;
} c4_chunk;
typedef int (*c4_chunk_visitor)(void *user, const c4_chunk *chunk);
int c4_db_scan(c4_db *db, const crm4e_table *table, const uint32_t *columns, size_t count,
               c4_chunk_visitor visit, void *user);

/* Values and predicates: constructors keep what they are given by reference. */
crm4e_value c4_null(void);
crm4e_value c4_integer(int64_t number);
crm4e_value c4_text_value(const char *text, size_t length);
crm4e_value c4_c_text(const char *text); /* NULL gives the NULL value */
crm4e_value c4_blob(const void *bytes, size_t length);
bool c4_value_equal(const crm4e_value *a, const crm4e_value *b);
int c4_value_order(const crm4e_value *a, const crm4e_value *b); /* NULL first */
/* Copies what it points to into the arena, with a NUL behind it; false: no memory. */
bool c4_value_copy(c4_arena *arena, crm4e_value *value);
/* True when a value from outside fits its column. Gives empty text and blobs a
 * pointer that is not NULL. */
bool c4_value_accept(const crm4e_table *table, uint32_t column, crm4e_value *value);

crm4e_predicate c4_where(crm4e_operator op, uint32_t column, const crm4e_value *values,
                         size_t count);
crm4e_predicate c4_where_set(uint32_t column, const int64_t *set, size_t count);
crm4e_predicate c4_where_all(const crm4e_predicate *children, size_t count); /* AND */
crm4e_predicate c4_where_any(const crm4e_predicate *children, size_t count); /* OR */
/* The same tree with the same values; tables of sub-selects by name. NULL
 * equals NULL alone. */
bool c4_predicate_equal(const crm4e_predicate *a, const crm4e_predicate *b);

#endif
