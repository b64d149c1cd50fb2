/* SPDX-License-Identifier: MIT */
/* The first records of a sheet in some order, as a storage would give them. */
#ifndef C4_PICK_H
#define C4_PICK_H

#include "columns/mask.h"

/* Columns are of the sheet, or the id; the last term is the id. */
typedef struct c4_picking {
    const c4_sheet *sheet;
    const c4_mask *mask;
    const crm4e_order *order;
    size_t order_count;
    size_t most; /* above 0 */
    c4_arena *arena;
    int (*goes_on)(void *user); /* asked once for each block: OK, or what ends it */
    void *user;
} c4_picking;

/* At most `most` ids in order, in the arena. NO_MEMORY, and what `goes_on` answers. */
int c4_pick(const c4_picking *picking, int64_t **ids, size_t *count);
/* How many there are. */
int c4_pick_count(const c4_picking *picking, int64_t *count);

#endif
