/* SPDX-License-Identifier: MIT */
/*
 * A heap of the best records so far, the worst on top. Of each block only those go
 * further whose first key is not worse than that; with the id as the only other term
 * and blocks taken in its order, only those that are better.
 */
#include "columns/pick.h"

#include "columns/inside.h"
#include "model/standard.h"

#include <string.h>

typedef struct pick {
    uint32_t block;
    uint32_t row;
} pick;

typedef struct term {
    const c4_strip *column; /* NULL: the id */
    const int64_t *meanings;
    bool descending;
} term;

typedef struct picking {
    const c4_picking *what;
    term *terms;
    pick *heap;
    size_t count;
    int64_t *by_code; /* first keys by code; NULL: it has none */
    bool strict;      /* later records lose against equal ones */
    uint8_t open[C4_BLOCK_ROWS];
    uint8_t better[C4_BLOCK_ROWS];
    uint16_t rows[C4_BLOCK_ROWS];
    int32_t codes[C4_BLOCK_ROWS];
    int64_t keys[C4_BLOCK_ROWS];
} picking;

/* ---------------------------------------------------------------- comparing */

static int64_t value_at(const picking *p, const term *t, const pick *at, bool *null)
{
    *null = false;
    if (t->column == NULL)
        return c4_sheet_ids(p->what->sheet, at->block)[at->row];
    if (t->column->form == C4_FORM_CODES) {
        const int64_t code = c4_strip_at(t->column, at->block, at->row, null);
        return *null ? 0 : t->meanings[code - 1];
    }
    return c4_strip_at(t->column, at->block, at->row, null);
}

/* NULL comes before everything. */
static int order_of(const picking *p, const pick *a, const pick *b)
{
    int order = 0;

    for (size_t i = 0; i < p->what->order_count && order == 0; i++) {
        const term *t = &p->terms[i];
        bool none = false;
        bool other_none = false;
        const int64_t value = value_at(p, t, a, &none);
        const int64_t other = value_at(p, t, b, &other_none);
        if (none || other_none)
            order = (int)other_none - (int)none;
        else
            order = value < other ? -1 : value > other;
        order = t->descending ? -order : order;
    }
    return order;
}

/* Rises with the order, or stays: NULL and the value next to it may be level. */
static int64_t key_of(const term *t, int64_t value, bool null)
{
    const int64_t key = null ? INT64_MIN : value;

    return t->descending ? ~key : key;
}

/* --------------------------------------------------------------------- heap */

static void sink(picking *p, size_t at, size_t count)
{
    for (size_t child = 2 * at + 1; child < count; child = 2 * at + 1) {
        const pick held = p->heap[at];
        if (child + 1 < count && order_of(p, &p->heap[child], &p->heap[child + 1]) < 0)
            child++;
        if (order_of(p, &held, &p->heap[child]) >= 0)
            return;
        p->heap[at] = p->heap[child];
        p->heap[child] = held;
        at = child;
    }
}

static void rise(picking *p, size_t at)
{
    while (at > 0 && order_of(p, &p->heap[(at - 1) / 2], &p->heap[at]) < 0) {
        const pick held = p->heap[at];
        p->heap[at] = p->heap[(at - 1) / 2];
        p->heap[(at - 1) / 2] = held;
        at = (at - 1) / 2;
    }
}

static void offer(picking *p, const pick *fresh)
{
    if (p->count < p->what->most) {
        p->heap[p->count] = *fresh;
        rise(p, p->count++);
    } else if (order_of(p, fresh, &p->heap[0]) < 0) {
        p->heap[0] = *fresh;
        sink(p, 0, p->count);
    }
}

/* ------------------------------------------------------------------- blocks */

/* Of ids, codes, and what is not held in fewer bytes. */
static void read_keys(picking *p, size_t block, size_t rows)
{
    const term *t = &p->terms[0];
    const int64_t flip = t->descending ? -1 : 0;
    const int64_t null = key_of(t, 0, true);
    const int32_t *codes;
    const uint8_t *nulls;

    if (t->column == NULL) {
        for (size_t i = 0; i < rows; i++)
            p->keys[i] = c4_sheet_ids(p->what->sheet, block)[i] ^ flip;
        return;
    }
    if (p->by_code != NULL) {
        codes = c4_strip_codes(t->column, block, p->codes);
        for (size_t i = 0; i < rows; i++)
            p->keys[i] = p->by_code[codes[i]];
        return;
    }
    nulls = c4_strip_nulls(t->column, block, NULL);
    if (t->column->form == C4_FORM_DAYS) {
        codes = c4_strip_codes(t->column, block, NULL);
        for (size_t i = 0; i < rows; i++)
            p->keys[i] = nulls[i] != 0 ? null : codes[i] ^ flip;
    } else {
        const int64_t *values = c4_strip_numbers(t->column, block, NULL);
        for (size_t i = 0; i < rows; i++)
            p->keys[i] = nulls[i] != 0 ? null : values[i] ^ flip;
    }
}

#define BETTER(name, type)                                                                         \
    static void name(const c4_narrow *narrow, uint32_t first, bool below, size_t rows,             \
                     uint8_t *restrict open)                                                       \
    {                                                                                              \
        const type *values = (const type *)(const void *)narrow->data;                             \
        const type from = (type)first;                                                             \
        for (size_t i = 0; i < rows; i++)                                                          \
            open[i] = (uint8_t)(values[i] >= from) ^ (uint8_t)below;                               \
    }
BETTER(better_bytes, uint8_t)
BETTER(better_shorts, uint16_t)
BETTER(better_words, uint32_t)

/* A 1 for keys not above `most`, of values in fewer bytes: those from some value on, or when
 * they ascend those below it. NULL, the least of all, is 0. */
static void compare_narrow(const picking *p, const c4_narrow *narrow, int64_t most, size_t rows,
                           uint8_t *open)
{
    const bool below = !p->terms[0].descending;
    const int64_t value = below ? most : ~most;
    const bool ends = below && value == INT64_MAX;
    const int64_t from = below && !ends ? value + 1 : value;
    const int64_t least = narrow->origin + (narrow->has_null ? 1 : 0);
    uint64_t n = 0; /* all of them are from there on, NULL too */

    if (!ends && from > least)
        n = (uint64_t)from - (uint64_t)narrow->origin;
    else if (narrow->has_null && (below || from > INT64_MIN))
        n = 1;
    if (ends || n > (narrow->width == sizeof(uint8_t)    ? UINT8_MAX
                     : narrow->width == sizeof(uint16_t) ? UINT16_MAX
                                                         : UINT32_MAX))
        memset(open, below, rows);
    else if (narrow->width == sizeof(uint8_t))
        better_bytes(narrow, (uint32_t)n, below, rows, open);
    else if (narrow->width == sizeof(uint16_t))
        better_shorts(narrow, (uint32_t)n, below, rows, open);
    else
        better_words(narrow, (uint32_t)n, below, rows, open);
}

/* Into `better` a 1 for what is not worse than the worst of a full heap; whether any is. */
static bool compare_keys(picking *p, size_t block, size_t rows)
{
    const term *t = &p->terms[0];
    const c4_narrow *narrow = NULL;
    bool null = false;
    int64_t worst = value_at(p, t, &p->heap[0], &null);

    worst = key_of(t, worst, null);
    if (p->strict && worst == INT64_MIN) /* nothing comes before */
        return false;
    worst -= p->strict ? 1 : 0;
    if (t->column != NULL && p->by_code == NULL)
        narrow = c4_strip_narrow(t->column, block);
    if (narrow != NULL) {
        compare_narrow(p, narrow, worst, rows, p->better);
    } else {
        read_keys(p, block, rows);
        for (size_t i = 0; i < rows; i++)
            p->better[i] = p->keys[i] <= worst;
    }
    return memchr(p->better, 1, rows) != NULL;
}

static void take_block(picking *p, size_t block, bool down)
{
    const size_t rows = p->what->sheet->ids.items[block]->rows;
    const bool full = p->count == p->what->most;
    size_t count;

    if (full && !compare_keys(p, block, rows))
        return;
    c4_mask_block(p->what->mask, block, p->open);
    for (size_t i = 0; i < rows && full; i++)
        p->open[i] &= p->better[i];
    count = c4_mask_rows(p->open, rows, p->rows);
    for (size_t i = 0; i < count; i++) {
        const pick fresh = {(uint32_t)block, p->rows[down ? count - 1 - i : i]};
        offer(p, &fresh);
    }
}

static int take_blocks(picking *p)
{
    const c4_picking *what = p->what;
    const bool down = what->order[what->order_count - 1].descending != 0;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < what->sheet->ids.count && rc == CRM4E_OK; i++) {
        rc = what->goes_on(what->user);
        if (rc == CRM4E_OK)
            take_block(p, down ? what->sheet->ids.count - 1 - i : i, down);
    }
    return rc;
}

/* ----------------------------------------------------------------- outside */

/* Whether a value may be level with NULL. */
static bool has_smallest(const term *t)
{
    size_t count = 0;
    bool has = false;

    if (t->meanings != NULL)
        (void)c4_strip_meanings(t->column, &count);
    for (size_t i = 0; i < count && !has; i++)
        has = t->meanings[i] == INT64_MIN;
    for (size_t i = 0; t->column != NULL && i < t->column->pieces.count && !has; i++)
        has = t->column->form == C4_FORM_NUMBERS && t->column->pieces.items[i]->least == INT64_MIN;
    return has;
}

static int open_terms(picking *p)
{
    const c4_picking *what = p->what;
    size_t count = 0;

    p->terms = c4_arena_array(what->arena, what->order_count, sizeof *p->terms);
    p->heap = c4_arena_array(what->arena, what->most, sizeof *p->heap);
    if (p->terms == NULL || p->heap == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < what->order_count; i++) {
        term *t = &p->terms[i];
        t->descending = what->order[i].descending != 0;
        if (what->order[i].column == C4_COLUMN_ID)
            continue;
        t->column = &what->sheet->columns[c4_sheet_place(what->sheet, what->order[i].column)];
        if (t->column->form == C4_FORM_CODES)
            t->meanings = c4_strip_meanings(t->column, &count);
    }
    p->strict = what->order_count <= 2 && !has_smallest(&p->terms[0]);
    if (p->terms[0].meanings == NULL)
        return CRM4E_OK;
    (void)c4_strip_meanings(p->terms[0].column, &count);
    p->by_code = c4_arena_array(what->arena, count + 1, sizeof *p->by_code);
    for (size_t i = 0; i <= count && p->by_code != NULL; i++)
        p->by_code[i] = key_of(&p->terms[0], i > 0 ? p->terms[0].meanings[i - 1] : 0, i == 0);
    return p->by_code != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
}

/* The worst goes behind the others, again and again. */
static int hand_out(picking *p, int64_t **ids, size_t *count)
{
    *ids = c4_arena_array(p->what->arena, p->count + 1, sizeof **ids);
    if (*ids == NULL)
        return CRM4E_E_NO_MEMORY;
    *count = p->count;
    for (size_t left = p->count; left > 0; left--) {
        const pick *worst = &p->heap[0];
        (*ids)[left - 1] = c4_sheet_ids(p->what->sheet, worst->block)[worst->row];
        p->heap[0] = p->heap[left - 1];
        sink(p, 0, left - 1);
    }
    return CRM4E_OK;
}

int c4_pick(const c4_picking *what, int64_t **ids, size_t *count)
{
    picking *p = c4_arena_array(what->arena, 1, sizeof *p);
    int rc = CRM4E_E_NO_MEMORY;

    *count = 0;
    if (p == NULL)
        return rc;
    p->what = what;
    rc = open_terms(p);
    if (rc == CRM4E_OK)
        rc = take_blocks(p);
    return rc == CRM4E_OK ? hand_out(p, ids, count) : rc;
}

int c4_pick_count(const c4_picking *what, int64_t *count)
{
    uint8_t *open = c4_arena_array(what->arena, C4_BLOCK_ROWS, 1);
    int rc = open != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;

    *count = 0;
    for (size_t block = 0; block < what->sheet->ids.count && rc == CRM4E_OK; block++) {
        const size_t rows = what->sheet->ids.items[block]->rows;
        uint32_t found = 0;
        rc = what->goes_on(what->user);
        c4_mask_block(what->mask, block, open);
        for (size_t i = 0; i < rows; i++)
            found += open[i];
        *count += found;
    }
    return rc;
}
