/* SPDX-License-Identifier: MIT */
/* Postings put in order: by the bytes of their heads first, which takes no comparison. */
#include "record/search_block.h"

#include <stdlib.h>
#include <string.h>

#include <crm4e/errors.h>

enum {
    DIGITS = 256,
    FEW = 128 /* postings that are compared at once */
};

/* How often each byte of the heads has each value. */
typedef size_t counts[sizeof(uint64_t)][DIGITS];

static unsigned digit_of(const c4_posting *posting, size_t byte)
{
    return (unsigned)(posting->head >> (8 * byte)) & (DIGITS - 1);
}

static void count_digits(const c4_posting *items, size_t count, counts found)
{
    memset(found, 0, sizeof(counts));
    for (size_t i = 0; i < count; i++) {
        for (size_t byte = 0; byte < sizeof(uint64_t); byte++) {
            found[byte][digit_of(&items[i], byte)]++;
        }
    }
}

/* By one byte; those that are equal in it stay in their order. */
static void distribute(const c4_posting *const *from, const c4_posting **to, size_t count,
                       size_t byte, const size_t *found)
{
    size_t places[DIGITS];
    size_t place = 0;

    for (size_t i = 0; i < DIGITS; i++) {
        places[i] = place;
        place += found[i];
    }
    for (size_t i = 0; i < count; i++) {
        to[places[digit_of(from[i], byte)]++] = from[i];
    }
}

static int compare(const void *a, const void *b)
{
    const c4_posting *x, *y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return c4_posting_order(x, y);
}

/* Those of one head, unless they came in order. */
static void order_equal(const c4_posting **items, size_t count)
{
    bool ordered = true;

    for (size_t i = 1; i < count && ordered; i++) {
        ordered = c4_posting_order(items[i - 1], items[i]) <= 0;
    }
    if (!ordered) {
        qsort(items, count, sizeof *items, compare);
    }
}

static void order_groups(const c4_posting **items, size_t count)
{
    size_t from = 0;

    for (size_t i = 1; i <= count; i++) {
        if (i == count || items[i]->head != items[from]->head) {
            order_equal(items + from, i - from);
            from = i;
        }
    }
}

/* Records come mostly in order of their ids, and postings go the newest first. */
int c4_postings_order(c4_posting *items, size_t count, const c4_mem *mem,
                      const c4_posting ***ordered)
{
    const c4_posting **now = c4_alloc_array(mem, count, sizeof(*now));
    const c4_posting **next = c4_alloc_array(mem, count, sizeof(*next));
    counts *found = c4_alloc_array(mem, 1, sizeof *found);
    int rc = now == NULL || next == NULL || found == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        now[i] = &items[count - 1 - i];
    }
    if (rc == CRM4E_OK && count > FEW) {
        count_digits(items, count, *found);
        for (size_t byte = 0; byte < sizeof(uint64_t); byte++) {
            const c4_posting **last = now;
            if ((*found)[byte][digit_of(items, byte)] == count) {
                continue;
            }
            distribute(now, next, count, byte, (*found)[byte]);
            now = next;
            next = last;
        }
        order_groups(now, count);
    } else if (rc == CRM4E_OK) {
        order_equal(now, count);
    }
    c4_free(mem, found);
    c4_free(mem, next);
    if (rc != CRM4E_OK) {
        c4_free(mem, now);
        now = NULL;
    }
    *ordered = now;
    return rc;
}
