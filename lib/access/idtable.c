/* SPDX-License-Identifier: MIT */
#include "access/idtable.h"

/* Ids are counted: what tells them apart is in the low bits, so those spread by
 * themselves; the product takes in the rest. */
static size_t start_of(const c4_id_table *table, int64_t id)
{
    uint64_t mixed = (uint64_t)id * UINT64_C(0x9e3779b97f4a7c15);

    return (size_t)(mixed >> 32) & table->mask;
}

bool c4_id_table_make(c4_arena *arena, const int64_t *ids, size_t count, c4_id_table *out)
{
    int64_t *slots;
    size_t size = 4;

    *out = (c4_id_table){0};
    if (count == 0) {
        return true;
    }
    while (size / 2 < count) { /* ends: there are 8 bytes for each id */
        size *= 2;
    }
    slots = c4_arena_array(arena, size, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    *out = (c4_id_table){slots, size - 1};
    for (size_t i = 0; i < count; i++) {
        size_t at = start_of(out, ids[i]);
        while (slots[at] != 0) {
            at = (at + 1) & out->mask;
        }
        slots[at] = ids[i];
    }
    return true;
}

bool c4_id_table_has(const c4_id_table *table, int64_t id)
{
    size_t at;

    if (table->slots == NULL) {
        return false;
    }
    at = start_of(table, id);
    while (table->slots[at] != 0 && table->slots[at] != id) {
        at = (at + 1) & table->mask;
    }
    return table->slots[at] != 0;
}
