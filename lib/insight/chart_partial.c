/* SPDX-License-Identifier: MIT */
/* Adding up under pairs of places: integers in plain arrays, which the groups get once. */
#include "insight/chart_counting.h"

#include <string.h>

enum {
    LEAST_WIDTH = 16
};

c4_keeping c4_partial_keeping(const c4_counting *c, size_t measure)
{
    const crm4e_measure function = c->r->chart->gauges[measure].function;

    if (c->r->gauge_at[measure] == C4_NOWHERE)
        return C4_KEEP_NOTHING;
    if (function == CRM4E_COUNT_DISTINCT)
        return C4_KEEP_VALUES;
    return function == CRM4E_MIN || function == CRM4E_MAX ? C4_KEEP_ENDS : C4_KEEP_SUM;
}

const c4_strip *c4_partial_strip(const c4_counting *c, size_t measure)
{
    const uint32_t column = c->r->columns[c->r->gauge_at[measure]];

    return &c->sheet->columns[c4_sheet_place(c->sheet, column)];
}

/* ------------------------------------------------------------------- room */

void c4_partial_free(c4_counting *c)
{
    const c4_mem *mem = c->r->chart->mem;
    c4_partial *p = &c->partial;

    c4_free(mem, p->counts);
    c4_free(mem, p->groups);
    for (size_t i = 0; i < C4_CHART_MEASURES; i++) {
        c4_free(mem, p->numbers[i][0]);
        c4_free(mem, p->numbers[i][1]);
    }
    c4_packed_free(c);
    *p = (c4_partial){0};
}

static void clear(c4_counting *c, size_t measure)
{
    c4_partial *p = &c->partial;
    const bool ends = c4_partial_keeping(c, measure) == C4_KEEP_ENDS;

    p->reach[measure] = 0;
    for (size_t i = 0; i < p->pairs && p->numbers[measure][0] != NULL; i++) {
        p->numbers[measure][0][i] = ends ? INT64_MAX : 0;
        p->numbers[measure][1][i] = ends ? INT64_MIN : 0;
    }
}

static int make_room(c4_counting *c)
{
    const c4_mem *mem = c->r->chart->mem;
    c4_partial *p = &c->partial;
    bool enough;

    p->pairs = p->width[0] * p->width[1];
    p->counts = c4_alloc_array(mem, p->pairs, sizeof *p->counts);
    p->groups = c4_alloc_array(mem, p->pairs, sizeof *p->groups);
    enough = p->counts != NULL && p->groups != NULL;
    for (size_t i = 0; i < c->r->chart->measure_count && enough; i++) {
        const c4_keeping kept = c4_partial_keeping(c, i);
        if (kept != C4_KEEP_SUM && kept != C4_KEEP_ENDS)
            continue;
        for (size_t k = 0; k < 2 && enough; k++) {
            p->numbers[i][k] = c4_alloc_array(mem, p->pairs, sizeof(int64_t));
            enough = p->numbers[i][k] != NULL;
        }
        if (enough)
            clear(c, i);
    }
    return enough ? c4_packed_room(c) : CRM4E_E_NO_MEMORY;
}

int c4_partial_fit(c4_counting *c)
{
    size_t width[C4_CHART_KEYS] = {1, 1};
    bool fits = c->partial.counts != NULL;
    int rc;

    for (size_t i = 0; i < c->r->chart->key_count; i++) {
        width[i] = LEAST_WIDTH;
        while (width[i] <= c->lanes[i].known.count)
            width[i] *= 2;
        fits = fits && width[i] <= c->partial.width[i];
    }
    if (fits)
        return CRM4E_OK;
    rc = c4_partial_flush(c);
    c4_partial_free(c);
    memcpy(c->partial.width, width, sizeof width);
    return rc == CRM4E_OK ? make_room(c) : rc;
}

/* ----------------------------------------------------------------- groups */

static int group_of(c4_counting *c, size_t pair, c4_group **group)
{
    c4_chart *chart = c->r->chart;
    c4_code codes[C4_CHART_KEYS] = {{0, C4_CODE_EMPTY}};
    const size_t places[C4_CHART_KEYS] = {pair / c->partial.width[1], pair % c->partial.width[1]};
    uint32_t *at = &c->partial.groups[pair];
    int rc = CRM4E_OK;

    for (size_t i = 0; i < chart->key_count; i++)
        codes[i] = c->lanes[i].known.items[places[i] - 1].codes[0];
    if (*at == 0) {
        rc = c4_groups_find(&chart->groups, codes, group);
        if (rc == CRM4E_OK)
            *at = (uint32_t)(*group - chart->groups.items) + 1;
    }
    if (rc == CRM4E_OK)
        *group = &chart->groups.items[*at - 1];
    return rc;
}

static void give(const c4_counting *c, size_t pair, c4_group *group)
{
    const c4_partial *p = &c->partial;

    group->count += p->counts[pair];
    c->r->chart->total += p->counts[pair];
    for (size_t i = 0; i < c->r->chart->measure_count; i++) {
        const bool ends = c4_partial_keeping(c, i) == C4_KEEP_ENDS;
        c4_tally tally = {0};
        if (p->numbers[i][0] == NULL)
            continue;
        if (ends) {
            tally.least = p->numbers[i][0][pair];
            tally.most = p->numbers[i][1][pair];
            tally.count = tally.least <= tally.most ? 1 : 0;
        } else {
            c4_sum_add(&tally.sum, p->numbers[i][0][pair]);
            tally.count = p->counts[pair] - p->numbers[i][1][pair];
        }
        c4_tally_merge(&group->tallies[i], &tally);
    }
}

int c4_partial_flush(c4_counting *c)
{
    c4_partial *p = &c->partial;
    int rc = CRM4E_OK;

    c4_packed_drain(c);
    for (size_t pair = 0; pair < p->pairs && p->counts != NULL && rc == CRM4E_OK; pair++) {
        c4_group *group = NULL;
        if (p->counts[pair] == 0)
            continue;
        rc = group_of(c, pair, &group);
        if (rc == CRM4E_OK)
            give(c, pair, group);
        p->counts[pair] = 0;
    }
    for (size_t i = 0; i < c->r->chart->measure_count; i++)
        clear(c, i);
    return rc;
}

/* ----------------------------------------------------------------- adding */

static void add_counts(c4_counting *c)
{
    const uint32_t *pair = c->pair;
    int64_t *counts = c->partial.counts;

    for (size_t i = 0; i < c->count; i++)
        counts[pair[i]]++;
}

static void add_sums(c4_counting *c, size_t measure, size_t block)
{
    const c4_strip *column = c4_partial_strip(c, measure);
    const int64_t *values = c4_strip_numbers(column, block, c->room.numbers);
    const uint8_t *nulls = c4_strip_nulls(column, block, c->room.nulls);
    int64_t *sums = c->partial.numbers[measure][0];
    int64_t *missing = c->partial.numbers[measure][1];
    const uint32_t *pair = c->pair;
    const uint16_t *rows = c->rows;
    const size_t count = c->count;

    for (size_t i = 0; i < count; i++) /* NULL stands as 0 */
        sums[pair[i]] += values[rows[i]];
    for (size_t i = 0; i < count && column->pieces.items[block]->has_null; i++)
        missing[pair[i]] += nulls[rows[i]];
}

static void add_ends(c4_counting *c, size_t measure, size_t block)
{
    const c4_strip *column = c4_partial_strip(c, measure);
    const int64_t *values = c4_strip_numbers(column, block, c->room.numbers);
    const uint8_t *nulls = c4_strip_nulls(column, block, c->room.nulls);
    int64_t *least = c->partial.numbers[measure][0];
    int64_t *most = c->partial.numbers[measure][1];

    for (size_t i = 0; i < c->count; i++) {
        const size_t row = c->rows[i];
        const size_t pair = c->pair[i];
        const int64_t low = nulls[row] != 0 ? INT64_MAX : values[row];
        const int64_t high = nulls[row] != 0 ? INT64_MIN : values[row];
        least[pair] = low < least[pair] ? low : least[pair];
        most[pair] = high > most[pair] ? high : most[pair];
    }
}

static int add_values(c4_counting *c, size_t measure, size_t block)
{
    const c4_strip *column = c4_partial_strip(c, measure);
    const int64_t *values = c4_strip_numbers(column, block, c->room.numbers);
    const uint8_t *nulls = c4_strip_nulls(column, block, c->room.nulls);
    int rc = CRM4E_OK;

    for (size_t i = 0; i < c->count && rc == CRM4E_OK; i++) {
        c4_group *group = NULL;
        if (nulls[c->rows[i]] != 0)
            continue;
        rc = group_of(c, c->pair[i], &group);
        if (rc == CRM4E_OK)
            rc = c4_chart_tally(c->r->chart, group, measure, values[c->rows[i]]);
    }
    return rc;
}

/* The furthest a block can move a sum; `*wide`: beyond int64 by itself. */
static uint64_t reach_of(const c4_piece *piece, bool *wide)
{
    const uint64_t below = piece->least < 0 ? 0 - (uint64_t)piece->least : 0;
    const uint64_t above = piece->most > 0 ? (uint64_t)piece->most : 0;
    const uint64_t far = below > above ? below : above;

    *wide = far > (uint64_t)INT64_MAX / C4_BLOCK_ROWS;
    return *wide ? 0 : far * C4_BLOCK_ROWS;
}

bool c4_partial_is_wide(const c4_counting *c, size_t measure, size_t block)
{
    bool wide = false;

    (void)reach_of(c4_partial_strip(c, measure)->pieces.items[block], &wide);
    return wide;
}

/* Numbers so large that a block of them may leave int64: straight into the exact sums. The
 * records count as those without a value, which the groups are told here. */
static int add_wide(c4_counting *c, size_t measure, size_t block)
{
    int64_t *missing = c->partial.numbers[measure][1];
    int rc = add_values(c, measure, block);

    for (size_t i = 0; i < c->count; i++)
        missing[c->pair[i]]++;
    return rc;
}

/* Whatever could leave int64 with this block goes to the groups before. */
static int keep_narrow(c4_counting *c, size_t block, bool wide[C4_CHART_MEASURES])
{
    c4_partial *p = &c->partial;
    uint64_t reach[C4_CHART_MEASURES] = {0};
    bool full = false;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < c->r->chart->measure_count; i++) {
        if (c4_partial_keeping(c, i) == C4_KEEP_SUM)
            reach[i] = reach_of(c4_partial_strip(c, i)->pieces.items[block], &wide[i]);
        full = full || p->reach[i] + reach[i] > (uint64_t)INT64_MAX;
    }
    if (full)
        rc = c4_partial_flush(c);
    for (size_t i = 0; i < C4_CHART_MEASURES; i++)
        p->reach[i] += reach[i];
    return rc;
}

int c4_partial_add(c4_counting *c, size_t block)
{
    bool wide[C4_CHART_MEASURES] = {false};
    int rc = keep_narrow(c, block, wide);

    add_counts(c);
    for (size_t i = 0; i < c->r->chart->measure_count && rc == CRM4E_OK; i++) {
        const c4_keeping kept = c4_partial_keeping(c, i);
        if (kept == C4_KEEP_ENDS)
            add_ends(c, i, block);
        else if (kept == C4_KEEP_SUM && !wide[i])
            add_sums(c, i, block);
        else if (kept == C4_KEEP_SUM)
            rc = add_wide(c, i, block);
        else if (kept == C4_KEEP_VALUES)
            rc = add_values(c, i, block);
    }
    return rc;
}

int c4_partial_add_all(c4_counting *c, size_t block, size_t rows)
{
    bool wide[C4_CHART_MEASURES] = {false};
    int rc = keep_narrow(c, block, wide);

    if (rc == CRM4E_OK)
        c4_packed_add(c, block, rows);
    return rc;
}
