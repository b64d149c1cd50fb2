/* SPDX-License-Identifier: MIT */
/*
 * Rows in order of a key, as balanced trees that never change: adding or
 * removing gives a new tree that shares what it can with the old one. A
 * snapshot is a pointer, an undone change is a forgotten pointer.
 */
#ifndef C4_MEMORY_TREE_H
#define C4_MEMORY_TREE_H

#include "base/mem.h"
#include <crm4e/sys/storage.h>

typedef struct c4_memory_row c4_memory_row;   /* counted, never changes */
typedef struct c4_memory_tree c4_memory_tree; /* counted; NULL is the empty tree */

/* Columns of a key; the id follows as the last. */
typedef struct c4_memory_key {
    const uint32_t *columns;
    size_t count;
} c4_memory_key;

/* Copies the values and what they point to; NULL: no memory. */
c4_memory_row *c4_memory_row_create(const c4_mem *mem, const crm4e_value *values, size_t count);
void c4_memory_row_free(const c4_mem *mem, c4_memory_row *row);
/* NULL for a column added after the row was written. */
const crm4e_value *c4_memory_row_value(const c4_memory_row *row, uint32_t column);
crm4e_id c4_memory_row_id(const c4_memory_row *row);

c4_memory_tree *c4_memory_tree_share(c4_memory_tree *tree);
void c4_memory_tree_free(const c4_mem *mem, c4_memory_tree *tree);
/* Put a changed tree in the place of `*tree`; CRM4E_OK or NO_MEMORY. */
int c4_memory_tree_add(const c4_mem *mem, c4_memory_tree **tree, const c4_memory_key *key,
                       c4_memory_row *row);
int c4_memory_tree_remove(const c4_mem *mem, c4_memory_tree **tree, const c4_memory_key *key,
                          const c4_memory_row *row);

/* Borrowed. By id, in a tree without key columns. */
c4_memory_row *c4_memory_tree_find(const c4_memory_tree *tree, crm4e_id id);
/* Whether a row has the same key, ids aside; a key with a NULL has no equal. */
bool c4_memory_tree_has_key(const c4_memory_tree *tree, const c4_memory_key *key,
                            const c4_memory_row *row);

enum {
    C4_MEMORY_TREE_HEIGHT = 96
}; /* more than a tree of 2^53 rows has */

/* A walk in order of the key. */
typedef struct c4_memory_walk {
    const c4_memory_tree *path[C4_MEMORY_TREE_HEIGHT];
    size_t depth;
} c4_memory_walk;

void c4_memory_walk_start(c4_memory_walk *walk, const c4_memory_tree *tree);
const c4_memory_row *c4_memory_walk_next(c4_memory_walk *walk); /* NULL at the end */

#endif
