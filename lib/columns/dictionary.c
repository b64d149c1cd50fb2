/* SPDX-License-Identifier: MIT */
/* Different values of a column and their codes, in the order they came. */
#include "columns/inside.h"

#include "base/mix.h"

#include <string.h>

enum {
    FIRST_SLOTS = 16
};

struct c4_dictionary {
    c4_room *room;
    atomic_size_t references;
    int64_t *values;
    size_t count;
    size_t capacity;
    int32_t *slots;    /* codes, by open addressing; 0: free */
    size_t slot_count; /* a power of two */
};

static int make(c4_room *room, size_t slot_count, c4_dictionary **out)
{
    void *block = NULL;
    void *slots = NULL;
    int rc = c4_room_take(room, sizeof(c4_dictionary), &block);

    *out = NULL;
    if (rc == CRM4E_OK)
        rc = c4_room_take(room, slot_count * sizeof(int32_t), &slots);
    if (rc != CRM4E_OK) {
        c4_room_give(room, block, sizeof(c4_dictionary));
        return rc;
    }
    memset(block, 0, sizeof(c4_dictionary));
    memset(slots, 0, slot_count * sizeof(int32_t));
    *out = block;
    (*out)->room = room;
    (*out)->slots = slots;
    (*out)->slot_count = slot_count;
    atomic_init(&(*out)->references, 1);
    return CRM4E_OK;
}

int c4_dictionary_new(c4_room *room, c4_dictionary **out)
{
    return make(room, FIRST_SLOTS, out);
}

c4_dictionary *c4_dictionary_hold(c4_dictionary *dictionary)
{
    if (dictionary != NULL)
        atomic_fetch_add(&dictionary->references, 1);
    return dictionary;
}

void c4_dictionary_release(c4_dictionary *dictionary)
{
    c4_room *room;

    if (dictionary == NULL || atomic_fetch_sub(&dictionary->references, 1) != 1)
        return;
    room = dictionary->room;
    c4_room_give(room, dictionary->values, dictionary->capacity * sizeof(int64_t));
    c4_room_give(room, dictionary->slots, dictionary->slot_count * sizeof(int32_t));
    c4_room_give(room, dictionary, sizeof *dictionary);
}

size_t c4_dictionary_bytes(const c4_dictionary *dictionary)
{
    return dictionary == NULL ? 0
                              : sizeof *dictionary + dictionary->capacity * sizeof(int64_t) +
                                    dictionary->slot_count * sizeof(int32_t);
}

const int64_t *c4_dictionary_values(const c4_dictionary *dictionary, size_t *count)
{
    *count = dictionary->count;
    return dictionary->values;
}

/* The slot of the value, or the free one where it belongs. */
static size_t slot_of(const c4_dictionary *dictionary, int64_t value)
{
    size_t slot = (size_t)c4_mix((uint64_t)value) & (dictionary->slot_count - 1);

    while (dictionary->slots[slot] != 0 && dictionary->values[dictionary->slots[slot] - 1] != value)
        slot = (slot + 1) & (dictionary->slot_count - 1);
    return slot;
}

int32_t c4_dictionary_find(const c4_dictionary *dictionary, int64_t value)
{
    return dictionary->slots[slot_of(dictionary, value)];
}

/* At most half of the slots are taken. */
static int widen(c4_dictionary *dictionary)
{
    const size_t before = dictionary->slot_count;
    void *slots = NULL;
    int rc;

    if ((dictionary->count + 1) * 2 <= before)
        return CRM4E_OK;
    rc = c4_room_take(dictionary->room, before * 2 * sizeof(int32_t), &slots);
    if (rc != CRM4E_OK)
        return rc;
    memset(slots, 0, before * 2 * sizeof(int32_t));
    c4_room_give(dictionary->room, dictionary->slots, before * sizeof(int32_t));
    dictionary->slots = slots;
    dictionary->slot_count = before * 2;
    for (size_t i = 0; i < dictionary->count; i++)
        dictionary->slots[slot_of(dictionary, dictionary->values[i])] = (int32_t)i + 1;
    return CRM4E_OK;
}

static int grow(c4_dictionary *dictionary)
{
    void *values = dictionary->values;
    int rc = widen(dictionary);

    if (rc == CRM4E_OK)
        rc = c4_room_grow(dictionary->room, &values, &dictionary->capacity, dictionary->count + 1,
                          sizeof(int64_t));
    dictionary->values = values;
    return rc;
}

/* A copy of our own, with the codes as they are. */
static int part_with(c4_dictionary **dictionary)
{
    const c4_dictionary *old = *dictionary;
    c4_dictionary *fresh = NULL;
    void *values = NULL;
    int rc;

    if (atomic_load(&old->references) == 1)
        return CRM4E_OK;
    rc = make(old->room, old->slot_count, &fresh);
    if (rc != CRM4E_OK)
        return rc;
    rc = c4_room_grow(old->room, &values, &fresh->capacity, old->count + 1, sizeof(int64_t));
    if (rc != CRM4E_OK) {
        c4_dictionary_release(fresh);
        return rc;
    }
    fresh->values = values;
    fresh->count = old->count;
    if (old->count > 0)
        memcpy(fresh->values, old->values, old->count * sizeof(int64_t));
    memcpy(fresh->slots, old->slots, old->slot_count * sizeof(int32_t));
    c4_dictionary_release(*dictionary);
    *dictionary = fresh;
    return CRM4E_OK;
}

int c4_dictionary_code(c4_dictionary **dictionary, int64_t value, int32_t *code)
{
    c4_dictionary *own;
    int rc;

    *code = c4_dictionary_find(*dictionary, value);
    if (*code != 0)
        return CRM4E_OK;
    if ((*dictionary)->count >= C4_CODES_MOST)
        return CRM4E_E_TOO_BIG;
    rc = part_with(dictionary);
    if (rc == CRM4E_OK)
        rc = grow(*dictionary);
    if (rc != CRM4E_OK)
        return rc;
    own = *dictionary;
    own->values[own->count] = value;
    *code = (int32_t)own->count + 1;
    own->slots[slot_of(own, value)] = *code;
    own->count++;
    return CRM4E_OK;
}
