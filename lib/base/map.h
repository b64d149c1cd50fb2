/* SPDX-License-Identifier: MIT */
/* Hash map from bytes (copied) or an int64 to a pointer (borrowed). One map
 * holds keys of one kind: an int64 is eight bytes like any others. */
#ifndef C4_MAP_H
#define C4_MAP_H

#include "base/mem.h"

typedef struct c4_map_slot c4_map_slot;

typedef struct c4_map {
    const c4_mem *mem;
    c4_map_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
} c4_map;

void c4_map_init(c4_map *map, const c4_mem *mem);
/* NULL when absent. */
void *c4_map_get(const c4_map *map, const void *key, size_t key_length);
/* Replaces what stood there; NO_MEMORY leaves the map as it was. */
int c4_map_put(c4_map *map, const void *key, size_t key_length, void *value);
/* The removed value, NULL when absent. */
void *c4_map_remove(c4_map *map, const void *key, size_t key_length);
/* Walks all entries in no order: start with *position = 0; false at the end.
 * A key lives until the next put or remove; neither may happen on the way. */
bool c4_map_next(const c4_map *map, size_t *position, const void **key, size_t *key_length,
                 void **value);
void c4_map_free(c4_map *map);

void *c4_map_get_i64(const c4_map *map, int64_t key);
int c4_map_put_i64(c4_map *map, int64_t key, void *value);

#endif
