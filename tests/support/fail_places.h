/* SPDX-License-Identifier: MIT */
/*
 * Where allocations come from. A loop allocates at one place a thousand times;
 * to see every branch that follows a failure it is enough that each place fails
 * once. A place is a whole chain of callers.
 */
#ifndef TEST_FAIL_PLACES_H
#define TEST_FAIL_PLACES_H

#include <stddef.h>
#include <stdint.h>

typedef struct fail_places {
    size_t *first; /* numbers of the calls that came from a new place, rising */
    size_t count;
    uint64_t *seen; /* hashes of places, open addressing; 0: free */
    size_t capacity;
} fail_places;

/* Notes who is calling, as the call with that number. */
void fail_places_note(fail_places *places, size_t call);
/* The first call after `n` from a new place; 0: there is none. */
size_t fail_places_next(const fail_places *places, size_t n);
void fail_places_free(fail_places *places);

#endif
