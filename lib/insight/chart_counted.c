/* SPDX-License-Identifier: MIT */
/*
 * Counting records from columns in memory, the short way: for each block a byte for each record
 * says whether it is open and meant, the places of those in each key are looked up, and
 * what is measured is added up under pairs of places. Whatever has no place is
 * worked out for the record by itself, with the same outcome.
 */
#include "insight/chart_counting.h"

enum {
    KNOWN_OF_TWO = 254, /* places that a key remembers beside another */
    KNOWN_OF_ONE = 1 << 14
};

static const c4_strip *column_at(const c4_reading *r, const c4_sheet *sheet, size_t at)
{
    return &sheet->columns[c4_sheet_place(sheet, r->columns[at])];
}

bool c4_counting_fits(const c4_reading *r, const c4_sheet *sheet)
{
    const c4_chart *chart = r->chart;
    bool fits = true;

    for (size_t i = 0; i < chart->key_count && fits; i++)
        fits = r->beside_at[i] == C4_NOWHERE &&
               (column_at(r, sheet, r->axis_at[i])->form != C4_FORM_NUMBERS ||
                chart->axes[i].stored == C4_STORED_TIME);
    for (size_t i = 0; i < chart->measure_count && fits; i++)
        fits = !chart->gauges[i].converts &&
               (r->gauge_at[i] == C4_NOWHERE ||
                column_at(r, sheet, r->gauge_at[i])->form == C4_FORM_NUMBERS);
    return fits;
}

static int open_lanes(c4_counting *c)
{
    c4_chart *chart = c->r->chart;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < chart->key_count && rc == CRM4E_OK; i++)
        rc = c4_lane_open(&c->lanes[i], chart, &chart->axes[i],
                          column_at(c->r, c->sheet, c->r->axis_at[i]),
                          chart->key_count > 1 ? KNOWN_OF_TWO : KNOWN_OF_ONE);
    return rc;
}

/* The records of the block that count; all of them where nothing is asked. */
static void choose_rows(c4_counting *c, size_t block)
{
    const size_t rows = c->sheet->ids.items[block]->rows;

    if (!c4_mask_is_all(c->mask)) {
        c4_mask_block(c->mask, block, c->open);
        c->count = c4_mask_rows(c->open, rows, c->rows);
        return;
    }
    for (size_t i = 0; i < rows; i++)
        c->rows[i] = (uint16_t)i;
    c->count = rows;
}

/* Those without a place in one of the keys are put aside. */
static void put_aside(c4_counting *c)
{
    const size_t keys = c->r->chart->key_count;
    size_t kept = 0;

    c->direct_count = 0;
    for (size_t i = 0; i < c->count; i++) {
        const uint16_t row = c->rows[i];
        bool direct = false;
        for (size_t k = 0; k < keys; k++) {
            direct = direct || c->places[k][i] == C4_PLACE_DIRECT;
            c->places[k][kept] = c->places[k][i];
        }
        c->rows[kept] = row;
        c->direct[c->direct_count] = row;
        kept += direct ? 0 : 1;
        c->direct_count += direct ? 1 : 0;
    }
    c->count = kept;
}

static void pair_places(c4_counting *c)
{
    const uint32_t width = (uint32_t)c->partial.width[1];
    const size_t keys = c->r->chart->key_count;

    for (size_t i = 0; i < c->count; i++)
        c->pair[i] = keys > 0 ? c->places[0][i] * width : 0;
    for (size_t i = 0; i < c->count && keys > 1; i++)
        c->pair[i] += c->places[1][i];
}

static int count_direct(c4_counting *c, size_t block, size_t row)
{
    c4_chart *chart = c->r->chart;
    c4_code codes[C4_CHART_KEYS] = {{0, C4_CODE_EMPTY}};
    c4_group *group = NULL;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < chart->key_count && rc == CRM4E_OK; i++)
        rc = c4_lane_code(&c->lanes[i], row, &codes[i]);
    if (rc == CRM4E_OK)
        rc = c4_groups_find(&chart->groups, codes, &group);
    if (rc != CRM4E_OK)
        return rc;
    chart->total++;
    group->count++;
    for (size_t i = 0; i < chart->measure_count && rc == CRM4E_OK; i++) {
        const size_t at = c->r->gauge_at[i];
        const c4_strip *column = at != C4_NOWHERE ? column_at(c->r, c->sheet, at) : NULL;
        bool null = true;
        const int64_t value = column != NULL ? c4_strip_at(column, block, row, &null) : 0;
        if (!null)
            rc = c4_chart_tally(chart, group, i, value);
    }
    return rc;
}

/* Where all keys of the block are in a byte or two. */
static int count_all(c4_counting *c, size_t block)
{
    const size_t rows = c->sheet->ids.items[block]->rows;
    int rc;

    c4_mask_block(c->mask, block, c->open);
    rc = c4_pairs_make(c, rows);
    if (rc == CRM4E_OK && c4_packed_fits(c, block)) {
        rc = c4_partial_add_all(c, block, rows);
    } else if (rc == CRM4E_OK) {
        c4_pairs_gather(c, rows);
        rc = c4_partial_add(c, block);
    }
    return rc;
}

static int count_chosen(c4_counting *c, size_t block)
{
    bool direct = false;
    int rc = CRM4E_OK;

    choose_rows(c, block);
    for (size_t i = 0; i < c->r->chart->key_count && rc == CRM4E_OK; i++)
        rc = c4_lane_places(&c->lanes[i], c->rows, c->count, &c->room, c->places[i], &direct);
    c->direct_count = 0;
    if (rc == CRM4E_OK && direct)
        put_aside(c);
    if (rc == CRM4E_OK)
        rc = c4_partial_fit(c);
    if (rc != CRM4E_OK)
        return rc;
    pair_places(c);
    return c4_partial_add(c, block);
}

static int count_block(c4_counting *c, size_t block)
{
    const c4_db *db = c->r->chart->unit->db;
    int rc;

    if (db->interrupted != NULL && db->interrupted(db->interrupted_user) != 0)
        return CRM4E_E_ABORTED;
    for (size_t i = 0; i < c->r->chart->key_count; i++)
        c4_lane_enter(&c->lanes[i], block);
    rc = c4_pairs_fit(c) ? count_all(c, block) : count_chosen(c, block);
    for (size_t i = 0; i < c->direct_count && rc == CRM4E_OK; i++)
        rc = count_direct(c, block, c->direct[i]);
    return rc;
}

static int count_blocks(c4_counting *c)
{
    int rc = open_lanes(c);

    for (size_t block = 0; block < c->sheet->ids.count && rc == CRM4E_OK; block++)
        rc = count_block(c, block);
    if (rc == CRM4E_OK)
        rc = c4_partial_flush(c);
    for (size_t i = 0; i < c->r->chart->key_count; i++)
        c4_lane_close(&c->lanes[i]);
    c4_partial_free(c);
    return rc;
}

int c4_count_sheet(c4_reading *r, const c4_sheet *sheet, c4_mask *mask)
{
    c4_counting *c = c4_alloc_array(r->chart->mem, 1, sizeof *c);
    int rc = CRM4E_E_NO_MEMORY;

    if (c == NULL)
        return rc;
    c->r = r;
    c->sheet = sheet;
    c->mask = mask;
    rc = count_blocks(c);
    c4_free(r->chart->mem, c);
    return rc;
}
