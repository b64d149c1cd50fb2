/* SPDX-License-Identifier: MIT */
/*
 * The quickest way over a block: the keys in a byte or two for each record are looked up for
 * all records at once, open or not; who is not open gets pair 0, which nobody reads. So no
 * loop here has a branch.
 */
#include "insight/chart_counting.h"

#include <string.h>

enum {
    CHUNK = 64,
    FEW = 8
};

static bool is_short(const c4_lane *l)
{
    return l->narrow != NULL && l->narrow->width <= sizeof(uint16_t);
}

bool c4_pairs_fit(const c4_counting *c)
{
    const size_t keys = c->r->chart->key_count;

    return keys > 0 && is_short(&c->lanes[0]) && (keys == 1 || is_short(&c->lanes[1]));
}

/* A closed record's pair is masked out. */
#define PAIR_ONE(name, type)                                                                       \
    static void name(const void *codes, const uint16_t *restrict places, const uint8_t *open,      \
                     size_t rows, uint32_t *restrict pair)                                         \
    {                                                                                              \
        const type *restrict code = codes;                                                         \
        for (size_t i = 0; i < rows; i++)                                                          \
            pair[i] = places[code[i]] & (0 - (uint32_t)open[i]);                                   \
    }
PAIR_ONE(pair_bytes, uint8_t)
PAIR_ONE(pair_shorts, uint16_t)

/* The same for both keys, the first as many bits to the left. */
#define PAIR_TWO(name, first_type, second_type)                                                    \
    static void name(const c4_counting *c, const uint16_t *restrict first,                         \
                     const uint16_t *restrict second, unsigned bits, size_t rows,                  \
                     uint32_t *restrict pair)                                                      \
    {                                                                                              \
        const first_type *code = (const first_type *)(const void *)c->lanes[0].narrow->data;       \
        const second_type *other = (const second_type *)(const void *)c->lanes[1].narrow->data;    \
        const uint8_t *open = c->open;                                                             \
        for (size_t i = 0; i < rows; i++)                                                          \
            pair[i] =                                                                              \
                ((uint32_t)first[code[i]] << bits | second[other[i]]) & (0 - (uint32_t)open[i]);   \
    }
PAIR_TWO(pair_bytes_bytes, uint8_t, uint8_t)
PAIR_TWO(pair_bytes_shorts, uint8_t, uint16_t)
PAIR_TWO(pair_shorts_bytes, uint16_t, uint8_t)
PAIR_TWO(pair_shorts_shorts, uint16_t, uint16_t)

static unsigned bits_of(size_t width)
{
    unsigned bits = 0;

    while ((size_t)1 << bits < width)
        bits++;
    return bits;
}

static void look_up(c4_counting *c, size_t rows, const uint16_t *first, const uint16_t *second)
{
    const bool bytes = c->lanes[0].narrow->width == sizeof(uint8_t);
    const unsigned bits = bits_of(c->partial.width[1]);
    bool other_bytes;

    if (c->r->chart->key_count == 1) {
        (bytes ? pair_bytes : pair_shorts)(c->lanes[0].narrow->data, first, c->open, rows, c->pair);
        return;
    }
    other_bytes = c->lanes[1].narrow->width == sizeof(uint8_t);
    if (bytes)
        (other_bytes ? pair_bytes_bytes : pair_bytes_shorts)(c, first, second, bits, rows, c->pair);
    else
        (other_bytes ? pair_shorts_bytes : pair_shorts_shorts)(c, first, second, bits, rows,
                                                               c->pair);
}

/* NULL is 0 in a lane: for the time being its place stands where 0 leads. */
static uint16_t *enter(c4_lane *l, uint16_t *saved)
{
    uint16_t *from = l->places + l->narrow_at;

    *saved = from[0];
    if (l->narrow->has_null)
        from[0] = l->places[0];
    return from;
}

static void make_pairs(c4_counting *c, size_t rows)
{
    const size_t keys = c->r->chart->key_count;
    uint16_t *from[C4_CHART_KEYS] = {NULL};
    uint16_t saved[C4_CHART_KEYS] = {0};

    for (size_t i = 0; i < keys; i++)
        from[i] = enter(&c->lanes[i], &saved[i]);
    look_up(c, rows, from[0], from[1]);
    for (size_t i = 0; i < keys; i++)
        from[i][0] = saved[i];
}

/* The next record from `row` on whose pair is none: a place is not known, or is DIRECT. */
static size_t next_beyond(const c4_counting *c, size_t row, size_t rows)
{
    const uint32_t pairs = (uint32_t)c->partial.pairs;

    while (row < rows) {
        const size_t end = rows - row < CHUNK ? rows : row + CHUNK;
        uint32_t any = 0;
        for (size_t i = row; i < end; i++)
            any |= c->pair[i];
        while (any >= pairs && row < end) {
            if (c->pair[row] >= pairs)
                return row;
            row++;
        }
        row = end;
    }
    return rows;
}

/* Puts aside the records without a pair, and makes their places known: `*again` where some
 * were not, of which a few are enough to know most. */
static int put_beyond(c4_counting *c, size_t rows, bool *again)
{
    size_t learned = 0;
    int rc = CRM4E_OK;

    c->direct_count = 0;
    for (size_t row = next_beyond(c, 0, rows); row < rows && rc == CRM4E_OK && learned < FEW;
         row = next_beyond(c, row + 1, rows)) {
        bool unknown = false;
        for (size_t i = 0; i < c->r->chart->key_count && rc == CRM4E_OK; i++)
            rc = c4_lane_learn(&c->lanes[i], row, &unknown);
        learned += unknown ? 1 : 0;
        c->direct[c->direct_count++] = (uint16_t)row;
    }
    *again = learned > 0;
    return rc;
}

int c4_pairs_make(c4_counting *c, size_t rows)
{
    bool again = true;
    int rc = CRM4E_OK;

    while (again && rc == CRM4E_OK) {
        rc = c4_partial_fit(c);
        if (rc == CRM4E_OK) {
            make_pairs(c, rows);
            rc = put_beyond(c, rows, &again);
        }
    }
    for (size_t i = 0; i < c->direct_count && rc == CRM4E_OK; i++)
        c->pair[c->direct[i]] = 0;
    return rc;
}

void c4_pairs_gather(c4_counting *c, size_t rows)
{
    size_t kept = 0;

    for (size_t i = 0; i < rows; i++) {
        const uint32_t pair = c->pair[i];
        c->rows[kept] = (uint16_t)i;
        c->pair[kept] = pair;
        kept += pair != 0;
    }
    c->count = kept;
}
