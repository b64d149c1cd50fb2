/* SPDX-License-Identifier: MIT */
/* Shared by the files of this directory only. */
#ifndef C4_STORAGE_INSIDE_H
#define C4_STORAGE_INSIDE_H

#include "storage/storage.h"

enum {
    C4_PREDICATE_DEPTH = 60,  /* of what callers hand in; we put a few nodes around it */
    C4_EVALUATION_DEPTH = 64, /* what the public header promises to back ends */
    C4_VALUE_LENGTH_MAX = 16 * 1024 * 1024 /* bytes of one text or blob */
};
/* Flag of CRM4E_OP_IN inside this directory: `values` are sorted. */
#define C4_SORTED_VALUES UINT32_C(0x80000000)

/* Whether the host's struct is new enough for an optional method and has it. */
#define C4_PROVIDES(methods, member)                                                               \
    ((methods)->struct_size >=                                                                     \
         offsetof(crm4e_storage_methods, member) + sizeof((methods)->member) &&                    \
     (methods)->member != NULL)

/* A size that the host's struct names, 0 in an older one. */
#define C4_ROOM(methods, member)                                                                   \
    ((methods)->struct_size >= offsetof(crm4e_storage_methods, member) + sizeof((methods)->member) \
         ? (methods)->member                                                                       \
         : 0)

/* What a method of the host answered, as a code: CONTINUE is OK, 0 and
 * anything undocumented is CALLBACK. */
int c4_storage_answer(int32_t answer);
/* The same for crm4e_storage_methods::next: DONE becomes OK, CONTINUE ROW. */
int c4_storage_next_answer(int32_t answer);

/* IO when the connection is poisoned, MISUSE without a transaction of at least
 * `mode`, else OK. What waits is written first, or why it was refused is answered: all that
 * reaches the storage begins with one of the two. */
int c4_db_ready(c4_db *db, uint32_t mode);
/* For what touches rows of one table alone. */
int c4_db_ready_for(c4_db *db, uint32_t mode, const crm4e_table *table);

/* waiting.c: whether a row of the table waits, or that one; a change of it. */
bool c4_waiting_touches(const c4_db *db, const crm4e_table *table);
bool c4_waiting_holds(const c4_db *db, const crm4e_table *table, crm4e_id id);
int c4_waiting_update(c4_db *db, const uint32_t *columns, const crm4e_value *values, size_t count);

/* bulk.c: by what they are, not where they stand. */
bool c4_table_same(const crm4e_table *a, const crm4e_table *b);
bool c4_index_unique(const crm4e_index *index);

bool c4_column_is_integer(const crm4e_table *table, uint32_t column);
/* OK or CALLBACK. */
int c4_values_accept(const crm4e_table *table, const uint32_t *columns, crm4e_value *values,
                     size_t count);

/* Folds text into the arena. */
int c4_value_fold(const crm4e_storage_host *host, c4_arena *arena, crm4e_value *value);

/* MISUSE for a malformed tree, DEPTH when nested beyond C4_PREDICATE_DEPTH. */
int c4_predicate_check(const crm4e_predicate *where, const crm4e_table *table);
bool c4_predicate_has_select(const crm4e_predicate *where);
/* Copies a tree whose sub-selects are replaced by what they give. `*pushable`
 * becomes false when the result is for crm4e_plan_matches() alone. */
int c4_predicate_resolve(c4_db *db, c4_arena *arena, const crm4e_predicate *where,
                         crm4e_predicate **out, bool *pushable);

/* bulk.c: after a row came; before rows of a plan are asked for; before the innermost mark is
 * released, and when it is about to be rolled back. */
void c4_bulk_count(c4_db *db, const crm4e_table *table);
int c4_bulk_read(c4_db *db, const crm4e_plan *plan);
int c4_bulk_release(c4_db *db);
void c4_bulk_rolled_back(c4_db *db);

/* What a storage leaves out. */
int c4_simple_get(c4_db *db, const crm4e_table *table, crm4e_id id, const uint32_t *columns,
                  crm4e_value *values, size_t count);
int c4_simple_update(c4_db *db, const crm4e_table *table, crm4e_id id, const uint32_t *columns,
                     const crm4e_value *values, size_t count);
/* What the storage does not see for itself: CONFLICT when the id or a unique key
 * exists, NOT_FOUND for a row that does not. */
int c4_simple_may_insert(c4_db *db, const crm4e_table *table, const crm4e_value *values);
int c4_simple_may_remove(c4_db *db, const crm4e_table *table, crm4e_id id);
int c4_simple_table_drop(c4_db *db, const crm4e_table *table); /* removes all rows */
/* CONFLICT when rows have equal keys and the index is unique. */
int c4_simple_index_create(c4_db *db, const crm4e_table *table, size_t index);
int c4_simple_get_version(c4_db *db, int64_t *version);
int c4_simple_set_version(c4_db *db, int64_t version);

/* True for a storage that leaves the orgs to the core: it holds one. */
bool c4_single(const c4_store *store);
int c4_single_org_create(c4_store *store, crm4e_id org);
int c4_single_org_publish(c4_store *store, crm4e_id org, const char *name);
int c4_single_org_find(c4_store *store, const char *name, crm4e_id *org);
int c4_single_org_list(c4_store *store, crm4e_org_visitor visit, void *user);
int c4_single_check_org(c4_db *db, crm4e_id org); /* NOT_FOUND when it holds another */
int c4_single_begin(c4_db *db, uint32_t mode);    /* waits for the engine's other writers */
int c4_single_table_made(c4_db *db, const crm4e_table *table);
int c4_single_table_gone(c4_db *db, const crm4e_table *table);

/* Rows held in memory to be sorted. A key follows the values of each row. */
typedef struct c4_sorter {
    const crm4e_storage_host *host;
    const c4_mem *mem;
    const crm4e_order *order;
    size_t order_count;
    size_t value_count;
    crm4e_value **rows;
    size_t count;
    size_t capacity;
} c4_sorter;

/* `keys`: the values of the order's columns; everything is copied into the arena. */
int c4_sorter_add(c4_sorter *sorter, c4_arena *arena, const crm4e_value *values,
                  const crm4e_value *const *keys);
int c4_sorter_sort(c4_sorter *sorter); /* stable */
void c4_sorter_free(c4_sorter *sorter);

#endif
