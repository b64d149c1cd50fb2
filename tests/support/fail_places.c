/* SPDX-License-Identifier: MIT */
#include "support/fail_places.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#if __has_include(<execinfo.h>)
#include <execinfo.h>
#else
static int backtrace(void **frames, int most) /* one place, then */
{
    (void)most;
    frames[0] = NULL;
    return 1;
}
#endif

enum {
    MOST_FRAMES = 48,
    FIRST_CAPACITY = 1024
};

static void *must(void *block)
{
    if (block == NULL) {
        abort();
    }
    return block;
}

/* True when the hash is new. */
static bool put(uint64_t *seen, size_t capacity, uint64_t hash)
{
    size_t at = (size_t)hash & (capacity - 1);

    while (seen[at] != 0 && seen[at] != hash) {
        at = (at + 1) & (capacity - 1);
    }
    if (seen[at] == hash) {
        return false;
    }
    seen[at] = hash;
    return true;
}

/* At most half full. */
static void make_room(fail_places *places)
{
    size_t wanted = places->capacity == 0 ? FIRST_CAPACITY : 2 * places->capacity;
    uint64_t *seen;

    if (2 * places->count < places->capacity) {
        return;
    }
    seen = must(calloc(wanted, sizeof *seen));
    for (size_t i = 0; i < places->capacity; i++) {
        if (places->seen[i] != 0) {
            (void)put(seen, wanted, places->seen[i]);
        }
    }
    free(places->seen);
    places->seen = seen;
    places->capacity = wanted;
    places->first = must(realloc(places->first, wanted * sizeof *places->first));
}

void fail_places_note(fail_places *places, size_t call)
{
    void *frames[MOST_FRAMES];
    int count = backtrace(frames, MOST_FRAMES);
    uint64_t hash = 14695981039346656037u; /* FNV-1a, a frame at a time */

    for (int i = 0; i < count; i++) {
        hash = (hash ^ (uintptr_t)frames[i]) * 1099511628211u;
        hash ^= hash >> 29;
    }
    make_room(places);
    if (put(places->seen, places->capacity, hash | 1)) {
        places->first[places->count++] = call;
    }
}

size_t fail_places_next(const fail_places *places, size_t n)
{
    for (size_t i = 0; i < places->count; i++) {
        if (places->first[i] > n) {
            return places->first[i];
        }
    }
    return 0;
}

void fail_places_free(fail_places *places)
{
    free(places->first);
    free(places->seen);
    *places = (fail_places){.first = NULL};
}
