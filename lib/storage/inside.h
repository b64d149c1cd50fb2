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

/* What a method of the host answered, as a code: CONTINUE is OK, 0 and
 * anything undocumented is CALLBACK. */
int c4_storage_answer(int32_t answer);
/* The same for crm4e_storage_methods::next: DONE becomes OK, CONTINUE ROW. */
int c4_storage_next_answer(int32_t answer);

/* IO when the connection is poisoned, MISUSE without a transaction of at least
 * `mode`, else OK. */
int c4_db_ready(const c4_db *db, uint32_t mode);

/* True when a value from the host fits its column. Gives empty text and blobs
 * a pointer that is not NULL. */
bool c4_value_accept(const crm4e_table *table, uint32_t column, crm4e_value *value);
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
