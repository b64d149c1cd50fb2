/* SPDX-License-Identifier: MIT */
/*
 * Adding up sums and counts at once: a number of 64 bits for each pair has a sum in its lower
 * 48 bits and a count in the upper 16, and takes the records of some blocks before it is
 * drained. There are two of each, taken in turn, so that a record seldom waits for
 * the one before.
 */
#include "insight/chart_counting.h"

enum {
    COUNT_BIT = 48,
    PENDING_MOST = 1 << 15 /* records: as many values of 32 bits are below 1 << COUNT_BIT */
};
#define ONE ((uint64_t)1 << COUNT_BIT)

static bool is_sum(const c4_counting *c, size_t measure)
{
    return c4_partial_keeping(c, measure) == C4_KEEP_SUM;
}

static const c4_narrow *narrow_of(const c4_counting *c, size_t measure, size_t block)
{
    return c4_strip_narrow(c4_partial_strip(c, measure), block);
}

bool c4_packed_fits(const c4_counting *c, size_t block)
{
    bool fits = true;

    for (size_t i = 0; i < c->r->chart->measure_count && fits; i++) {
        const c4_keeping kept = c4_partial_keeping(c, i);
        fits =
            kept == C4_KEEP_NOTHING || (kept == C4_KEEP_SUM && !c4_partial_is_wide(c, i, block) &&
                                        narrow_of(c, i, block) != NULL);
    }
    return fits;
}

int c4_packed_room(c4_counting *c)
{
    c4_partial *p = &c->partial;
    bool any = false;
    bool enough = true;

    for (size_t i = 0; i <= c->r->chart->measure_count && enough; i++) {
        const bool last = i == c->r->chart->measure_count;
        if (last ? any : !is_sum(c, i))
            continue;
        any = true;
        for (size_t k = 0; k < 2 && enough; k++) {
            p->packed[i][k] = c4_alloc_array(c->r->chart->mem, p->pairs, sizeof(uint64_t));
            enough = p->packed[i][k] != NULL;
        }
    }
    return enough ? CRM4E_OK : CRM4E_E_NO_MEMORY;
}

void c4_packed_free(c4_counting *c)
{
    for (size_t i = 0; i <= C4_CHART_MEASURES; i++) {
        for (size_t k = 0; k < 2; k++)
            c4_free(c->r->chart->mem, c->partial.packed[i][k]);
    }
}

/* What wraps around on the way comes back: the sum itself is within its reach. */
static void drain(c4_partial *p, size_t at, bool counts)
{
    uint64_t *first = p->packed[at][0];
    uint64_t *second = p->packed[at][1];
    int64_t *sums = at < C4_CHART_MEASURES ? p->numbers[at][0] : NULL;

    first[0] = 0;
    second[0] = 0;
    for (size_t pair = 1; pair < p->pairs; pair++) {
        const uint64_t count = (first[pair] >> COUNT_BIT) + (second[pair] >> COUNT_BIT);
        const uint64_t sum = (first[pair] & (ONE - 1)) + (second[pair] & (ONE - 1));
        if (counts)
            p->counts[pair] += (int64_t)count;
        if (sums != NULL)
            sums[pair] = (int64_t)((uint64_t)sums[pair] + sum + (uint64_t)p->origin[at] * count);
        first[pair] = 0;
        second[pair] = 0;
    }
}

void c4_packed_drain(c4_counting *c)
{
    c4_partial *p = &c->partial;
    bool counts = true;

    for (size_t i = 0; i <= C4_CHART_MEASURES && p->pending > 0; i++) {
        if (p->packed[i][0] == NULL)
            continue;
        drain(p, i, counts);
        counts = false;
    }
    p->pending = 0;
}

#define ADD(name, type)                                                                            \
    static void name(const void *narrow, const uint32_t *restrict pair, size_t rows,               \
                     uint64_t *restrict first, uint64_t *restrict second)                          \
    {                                                                                              \
        const type *values = narrow;                                                               \
        for (size_t i = 0; i + 1 < rows; i += 2) {                                                 \
            first[pair[i]] += ONE + values[i];                                                     \
            second[pair[i + 1]] += ONE + values[i + 1];                                            \
        }                                                                                          \
        if (rows % 2 != 0)                                                                         \
            first[pair[rows - 1]] += ONE + values[rows - 1];                                       \
    }
ADD(add_bytes, uint8_t)
ADD(add_shorts, uint16_t)
ADD(add_words, uint32_t)

static void add(c4_partial *p, size_t at, const void *values, unsigned width, const uint32_t *pair,
                size_t rows)
{
    uint64_t *first = p->packed[at][0];
    uint64_t *second = p->packed[at][1];

    if (width == sizeof(uint8_t))
        add_bytes(values, pair, rows, first, second);
    else if (width == sizeof(uint16_t))
        add_shorts(values, pair, rows, first, second);
    else
        add_words(values, pair, rows, first, second);
}

/* A NULL adds nothing, so that the origin, which each record adds, is taken away again. */
static void add_missing(c4_counting *c, size_t measure, size_t block, size_t rows)
{
    const uint8_t *nulls = c4_strip_nulls(c4_partial_strip(c, measure), block, c->room.nulls);
    const uint64_t origin = (uint64_t)c->partial.origin[measure];
    int64_t *sums = c->partial.numbers[measure][0];
    int64_t *missing = c->partial.numbers[measure][1];

    for (size_t i = 0; i < rows; i++) {
        const uint64_t is = nulls[i];
        missing[c->pair[i]] += (int64_t)is;
        sums[c->pair[i]] = (int64_t)((uint64_t)sums[c->pair[i]] - origin * is);
    }
    missing[0] = 0;
    sums[0] = 0;
}

static bool same_origins(const c4_counting *c, size_t block)
{
    bool same = true;

    for (size_t i = 0; i < c->r->chart->measure_count && same; i++)
        same = !is_sum(c, i) || c->partial.origin[i] == narrow_of(c, i, block)->origin;
    return same;
}

void c4_packed_add(c4_counting *c, size_t block, size_t rows)
{
    static const uint8_t nothing[C4_BLOCK_ROWS];
    c4_partial *p = &c->partial;
    const size_t measures = c->r->chart->measure_count;

    if (p->pending + rows > PENDING_MOST || !same_origins(c, block))
        c4_packed_drain(c);
    p->pending += rows;
    for (size_t i = 0; i < measures; i++) {
        const c4_narrow *narrow = is_sum(c, i) ? narrow_of(c, i, block) : NULL;
        if (narrow == NULL)
            continue;
        p->origin[i] = narrow->origin;
        add(p, i, narrow->data, narrow->width, c->pair, rows);
        if (narrow->has_null)
            add_missing(c, i, block, rows);
    }
    if (p->packed[measures][0] != NULL)
        add(p, measures, nothing, sizeof(uint8_t), c->pair, rows);
}
