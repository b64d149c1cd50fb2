/* SPDX-License-Identifier: MIT */
/* Open addressing with linear probing; removal moves followers back, so there
 * are no tombstones and a long-lived map does not slow down. */
#include "base/map.h"

#include <string.h>

#include <crm4e/errors.h>

enum {
    FIRST_SLOTS = 16,
    SMALL_KEY = 16 /* bytes kept in the slot itself: ids and most API names */
};

struct c4_map_slot {
    uint64_t hash; /* 0: empty */
    size_t key_length;
    void *value;
    union {
        char small[SMALL_KEY];
        char *large;
    } key;
};

void c4_map_init(c4_map *map, const c4_mem *mem)
{
    *map = (c4_map){.mem = mem};
}

/* The next eight bytes of a key, or the last few and their number. */
static uint64_t take_word(const unsigned char *bytes, size_t left)
{
    uint64_t word = 0;

    if (left >= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        return word;
    }
    for (size_t i = 0; i < left; i++) {
        word = word << 8 | bytes[i];
    }
    return word << 8 | left;
}

/* FNV-1a over words, their high bits brought down as it goes, then a mixer
 * because the low bits choose the slot. Never 0. */
static uint64_t hash_of(const void *key, size_t length)
{
    const unsigned char *bytes = key;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t at = 0; at < length; at += sizeof hash) {
        hash = (hash ^ take_word(bytes + at, length - at)) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    hash = (hash ^ (hash >> 33)) * UINT64_C(0xff51afd7ed558ccd);
    hash ^= hash >> 33;
    return hash == 0 ? 1 : hash;
}

static const char *slot_key(const c4_map_slot *slot)
{
    return slot->key_length <= SMALL_KEY ? slot->key.small : slot->key.large;
}

static bool slot_holds(const c4_map_slot *slot, uint64_t hash, const void *key, size_t length)
{
    return slot->hash == hash && slot->key_length == length &&
           (length == 0 || memcmp(slot_key(slot), key, length) == 0);
}

/* The slot of the key, or the empty one where it belongs. The map has slots,
 * and never all of them taken. */
static size_t probe(const c4_map *map, uint64_t hash, const void *key, size_t length)
{
    size_t mask = map->capacity - 1;
    size_t at = (size_t)hash & mask;

    while (map->slots[at].hash != 0 && !slot_holds(&map->slots[at], hash, key, length)) {
        at = (at + 1) & mask;
    }
    return at;
}

static c4_map_slot *find(const c4_map *map, uint64_t hash, const void *key, size_t length)
{
    c4_map_slot *slot = NULL;

    if (map->count > 0) {
        slot = &map->slots[probe(map, hash, key, length)];
    }
    return slot != NULL && slot->hash != 0 ? slot : NULL;
}

void *c4_map_get(const c4_map *map, const void *key, size_t key_length)
{
    const c4_map_slot *slot = find(map, hash_of(key, key_length), key, key_length);

    return slot != NULL ? slot->value : NULL;
}

static int grow(c4_map *map)
{
    size_t old = map->slots != NULL ? map->capacity : 0;
    size_t capacity = FIRST_SLOTS;
    c4_map_slot *slots = NULL;

    if (old == 0 || c4_mul_size(old, 2, &capacity)) {
        slots = c4_alloc_array(map->mem, capacity, sizeof *slots);
    }
    if (slots == NULL) {
        return CRM4E_E_NO_MEMORY;
    }
    for (size_t i = 0; i < old; i++) {
        size_t at = (size_t)map->slots[i].hash & (capacity - 1);
        if (map->slots[i].hash == 0) {
            continue;
        }
        while (slots[at].hash != 0) {
            at = (at + 1) & (capacity - 1);
        }
        slots[at] = map->slots[i];
    }
    c4_free(map->mem, map->slots);
    map->slots = slots;
    map->capacity = capacity;
    return CRM4E_OK;
}

static int fill(c4_map *map, c4_map_slot *slot, const void *key, size_t length)
{
    if (length > SMALL_KEY) {
        slot->key.large = c4_copy_text(map->mem, key, length);
        if (slot->key.large == NULL) {
            return CRM4E_E_NO_MEMORY;
        }
    } else if (length > 0) {
        memcpy(slot->key.small, key, length);
    }
    slot->key_length = length;
    return CRM4E_OK;
}

int c4_map_put(c4_map *map, const void *key, size_t key_length, void *value)
{
    uint64_t hash = hash_of(key, key_length);
    c4_map_slot *slot = find(map, hash, key, key_length);
    int rc = CRM4E_OK;

    if (slot != NULL) {
        slot->value = value;
        goto done;
    }
    /* At most three quarters full. */
    if (map->slots == NULL || map->count >= map->capacity / 4 * 3) {
        rc = grow(map);
        if (rc != CRM4E_OK) {
            goto done;
        }
    }
    slot = &map->slots[probe(map, hash, key, key_length)];
    rc = fill(map, slot, key, key_length);
    if (rc == CRM4E_OK) {
        slot->hash = hash;
        slot->value = value;
        map->count++;
    }
done:
    return rc;
}

static void free_key(const c4_map *map, c4_map_slot *slot)
{
    if (slot->key_length > SMALL_KEY) {
        c4_free(map->mem, slot->key.large);
    }
}

/* Moves followers into the hole while that keeps them reachable from where
 * their hash sends a search. */
static void close_hole(c4_map *map, size_t hole)
{
    size_t mask = map->capacity - 1;

    for (size_t at = (hole + 1) & mask; map->slots[at].hash != 0; at = (at + 1) & mask) {
        size_t home = (size_t)map->slots[at].hash & mask;
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            map->slots[hole] = map->slots[at];
            hole = at;
        }
    }
    map->slots[hole] = (c4_map_slot){0};
}

void *c4_map_remove(c4_map *map, const void *key, size_t key_length)
{
    c4_map_slot *slot = find(map, hash_of(key, key_length), key, key_length);
    void *value = NULL;

    if (slot != NULL) {
        value = slot->value;
        free_key(map, slot);
        close_hole(map, (size_t)(slot - map->slots));
        map->count--;
    }
    return value;
}

bool c4_map_next(const c4_map *map, size_t *position, const void **key, size_t *key_length,
                 void **value)
{
    while (*position < map->capacity) {
        const c4_map_slot *slot = &map->slots[(*position)++];
        if (slot->hash != 0) {
            *key = slot_key(slot);
            *key_length = slot->key_length;
            *value = slot->value;
            return true;
        }
    }
    return false;
}

void c4_map_free(c4_map *map)
{
    for (size_t i = 0; i < map->capacity; i++) {
        free_key(map, &map->slots[i]);
    }
    c4_free(map->mem, map->slots);
    c4_map_init(map, map->mem);
}

void *c4_map_get_i64(const c4_map *map, int64_t key)
{
    return c4_map_get(map, &key, sizeof key);
}

int c4_map_put_i64(c4_map *map, int64_t key, void *value)
{
    return c4_map_put(map, &key, sizeof key, value);
}
