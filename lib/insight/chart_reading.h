/* SPDX-License-Identifier: MIT */
/* One reading of a chart's records; shared by the files that read them. */
#ifndef C4_CHART_READING_H
#define C4_CHART_READING_H

#include "columns/mask.h"
#include "insight/chart_inside.h"

enum {
    C4_READING_CRITERIA = 16, /* columns of criteria */
    C4_READING_COLUMNS = C4_CHART_KEYS * 2 + C4_CHART_MEASURES + 3 + C4_READING_CRITERIA,
    C4_NOWHERE = C4_READING_COLUMNS
};

/* The codes of one record in one key: several in lists. */
typedef struct c4_code_list {
    c4_code *items;
    size_t count;
    size_t capacity;
} c4_code_list;

typedef struct c4_reading {
    c4_chart *chart;
    uint32_t columns[C4_READING_COLUMNS];
    size_t count;
    size_t axis_at[C4_CHART_KEYS];
    size_t beside_at[C4_CHART_KEYS];
    size_t gauge_at[C4_CHART_MEASURES];
    size_t currency_at; /* of amounts in several currencies */
    size_t rate_at;
    size_t owner_at;
    c4_code_list codes[C4_CHART_KEYS];
    const uint8_t *owner_map; /* by id - first owner; NULL: search */
} c4_reading;

/* The place of a column among those that are read. */
size_t c4_reading_place(c4_reading *r, uint32_t column);
/* Scope and criteria as one condition; `*where` is NULL for every row. */
int c4_reading_where(const c4_reading *r, const crm4e_predicate **where);
/* Counts all records of a chunk. */
int c4_reading_count(c4_reading *r, const c4_chunk *chunk);
/* From columns in memory; `*done` stays false where the storage is to be read. */
int c4_chart_read_cached(c4_reading *r, bool *done);
/* The short way for that: whether it goes for the chart and the forms of its columns. */
bool c4_counting_fits(const c4_reading *r, const c4_sheet *sheet);
int c4_count_sheet(c4_reading *r, const c4_sheet *sheet, c4_mask *mask);

#endif
