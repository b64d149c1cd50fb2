/* SPDX-License-Identifier: MIT */
/* Postings put in order: by the bytes of their heads first, which takes no comparison. */
#include "record/search_block.h"

#include <stdlib.h>
#include <string.h>

#include <crm4e/errors.h>

enum {
    DIGITS = 256,
    FEW = 128,   /* postings that are compared at once */
    HANDFUL = 24 /* that are put in their places one by one */
};

/* How often each byte of the heads has each value. */
typedef size_t counts[sizeof(uint64_t)][DIGITS];

/* Beside its head: postings themselves are far from each other once they are in order. */
typedef struct headed {
    uint64_t head;
    const c4_posting *posting;
} headed;

static unsigned digit_of(uint64_t head, size_t byte)
{
    return (unsigned)(head >> (8 * byte)) & (DIGITS - 1);
}

static void count_digits(const headed *items, size_t count, counts found)
{
    memset(found, 0, sizeof(counts));
    for (size_t i = 0; i < count; i++) {
        for (size_t byte = 0; byte < sizeof(uint64_t); byte++) {
            found[byte][digit_of(items[i].head, byte)]++;
        }
    }
}

/* By one byte; those that are equal in it stay in their order. */
static void distribute(const headed *from, headed *to, size_t count, size_t byte,
                       const size_t *found)
{
    size_t places[DIGITS];
    size_t place = 0;

    for (size_t i = 0; i < DIGITS; i++) {
        places[i] = place;
        place += found[i];
    }
    for (size_t i = 0; i < count; i++) {
        to[places[digit_of(from[i].head, byte)]++] = from[i];
    }
}

static int compare(const void *a, const void *b)
{
    const c4_posting *x, *y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return c4_posting_order(x, y);
}

static void insert_each(const c4_posting **items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const c4_posting *item = items[i];
        size_t at = i;
        for (; at > 0 && c4_posting_order(items[at - 1], item) > 0; at--) {
            items[at] = items[at - 1];
        }
        items[at] = item;
    }
}

/* Those of one head, unless they came in order. */
static void order_equal(const c4_posting **items, size_t count)
{
    bool ordered = true;

    for (size_t i = 1; i < count && ordered; i++) {
        ordered = c4_posting_order(items[i - 1], items[i]) <= 0;
    }
    if (!ordered && count <= HANDFUL) {
        insert_each(items, count);
    } else if (!ordered) {
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

/* By their heads, those of one head in the order in which they are. `other` is as large. */
static void order_heads(headed *items, headed *other, size_t count, counts found,
                        const c4_posting **ordered)
{
    count_digits(items, count, found);
    for (size_t byte = 0; byte < sizeof(uint64_t); byte++) {
        headed *last = items;
        if (found[byte][digit_of(items[0].head, byte)] == count) {
            continue;
        }
        distribute(items, other, count, byte, found[byte]);
        items = other;
        other = last;
    }
    for (size_t i = 0; i < count; i++) {
        ordered[i] = items[i].posting;
    }
}

static int order_many(const c4_posting **ordered, size_t count, const c4_mem *mem)
{
    headed *items = c4_alloc_array(mem, count, sizeof(*items));
    headed *other = c4_alloc_array(mem, count, sizeof(*other));
    counts *found = c4_alloc_array(mem, 1, sizeof *found);
    int rc = items == NULL || other == NULL || found == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;

    if (rc == CRM4E_OK) {
        for (size_t i = 0; i < count; i++) {
            items[i] = (headed){ordered[i]->head, ordered[i]};
        }
        order_heads(items, other, count, *found, ordered);
        order_groups(ordered, count);
    }
    c4_free(mem, found);
    c4_free(mem, other);
    c4_free(mem, items);
    return rc;
}

/* Records come mostly in order of their ids, and postings go the newest first. */
int c4_postings_order(c4_posting *items, size_t count, const c4_mem *mem,
                      const c4_posting ***ordered)
{
    const c4_posting **all = c4_alloc_array(mem, count, sizeof(*all));
    int rc = all == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        all[i] = &items[count - 1 - i];
    }
    if (rc == CRM4E_OK && count > FEW) {
        rc = order_many(all, count, mem);
    } else if (rc == CRM4E_OK) {
        order_equal(all, count);
    }
    if (rc != CRM4E_OK) {
        c4_free(mem, all);
        all = NULL;
    }
    *ordered = all;
    return rc;
}
