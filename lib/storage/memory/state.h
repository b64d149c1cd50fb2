/* SPDX-License-Identifier: MIT */
/* One state of a database: its tables at a moment. Shared states never change;
 * a writer works on a state of its own. */
#ifndef C4_MEMORY_STATE_H
#define C4_MEMORY_STATE_H

#include "storage/memory/tree.h"

#include <stdatomic.h>

typedef struct c4_memory_index {
    char *name;
    uint32_t *columns;
    size_t column_count;
    bool unique;
    c4_memory_tree *tree;
} c4_memory_index;

typedef struct c4_memory_table {
    atomic_size_t shares;
    char *name;
    size_t column_count;
    c4_memory_tree *rows; /* by id */
    c4_memory_index *indexes;
    size_t index_count;
    size_t index_capacity;
} c4_memory_table;

typedef struct c4_memory_state {
    atomic_size_t shares;
    int64_t version;
    c4_memory_table **tables; /* in order of names */
    size_t count;
    size_t capacity;
} c4_memory_state;

c4_memory_state *c4_memory_state_create(const c4_mem *mem);
c4_memory_state *c4_memory_state_copy(const c4_mem *mem, const c4_memory_state *state);
c4_memory_state *c4_memory_state_share(c4_memory_state *state);
void c4_memory_state_free(const c4_mem *mem, c4_memory_state *state); /* NULL is fine */

/* NULL: no such table. */
const c4_memory_table *c4_memory_state_table(const c4_memory_state *state, const char *name);

/* Changes of a state that is not shared. OK, NO_MEMORY, NOT_FOUND, CONFLICT;
 * a failure leaves the state as it was. */
int c4_memory_table_create(const c4_mem *mem, c4_memory_state *state, const crm4e_table *table);
int c4_memory_table_drop(const c4_mem *mem, c4_memory_state *state, const crm4e_table *table);
int c4_memory_column_add(const c4_mem *mem, c4_memory_state *state, const crm4e_table *table);
int c4_memory_index_create(const c4_mem *mem, c4_memory_state *state, const crm4e_table *table,
                           size_t index);
int c4_memory_index_drop(const c4_mem *mem, c4_memory_state *state, const crm4e_table *table,
                         size_t index);
int c4_memory_insert(const c4_mem *mem, c4_memory_state *state, const crm4e_table *table,
                     const crm4e_value *values, size_t count);
int c4_memory_update(const c4_mem *mem, c4_memory_state *state, const crm4e_table *table,
                     crm4e_id id, const uint32_t *columns, const crm4e_value *values, size_t count);
int c4_memory_remove(const c4_mem *mem, c4_memory_state *state, const crm4e_table *table,
                     crm4e_id id);

#endif
