/* SPDX-License-Identifier: MIT */
/* A fixed set of ids, asked for one at a time and often: whose rows are open,
 * which rows are shared. */
#ifndef C4_ACCESS_IDTABLE_H
#define C4_ACCESS_IDTABLE_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct c4_id_table {
    const int64_t *slots; /* a power of two of them, half empty (0) at least; NULL: no ids */
    size_t mask;
} c4_id_table;

/* `ids` are distinct and positive. False: no memory. */
bool c4_id_table_make(c4_arena *arena, const int64_t *ids, size_t count, c4_id_table *out);
bool c4_id_table_has(const c4_id_table *table, int64_t id);

#endif
