/* SPDX-License-Identifier: MIT */
/* Counting blocks of columns; shared by the files that do it. */
#ifndef C4_CHART_COUNTING_H
#define C4_CHART_COUNTING_H

#include "insight/chart_reading.h"

enum {
    C4_PLACE_UNKNOWN = 1 << 15, /* above all places */
    C4_PLACE_DIRECT             /* worked out for the record by itself */
};

/*
 * A key of a chart: the place of each value is worked out once. A value is found by an
 * index: its code, its day, or a slot of time of some 72 minutes; 0 is NULL. A
 * slot that is not of one bucket, and what lies outside of all indexes, is DIRECT.
 */
typedef struct c4_lane {
    c4_axis *axis;
    const c4_strip *column;
    size_t block;
    int64_t first;    /* the day, or the instant, of index 1 */
    uint32_t span;    /* indexes; one more, that is DIRECT, stands behind them */
    bool covers;      /* no value lies outside */
    uint16_t *places; /* by index: from 1 on, UNKNOWN or DIRECT */
    /* The block in fewer bytes, NULL where it is not so; its 0 has the index `narrow_at`,
     * or is NULL. */
    const c4_narrow *narrow;
    size_t narrow_at;
    c4_groups known; /* codes by place - 1 */
    size_t known_most;
} c4_lane;

/* For the values of a block where it has them in fewer bytes alone. */
typedef struct c4_block_room {
    int64_t numbers[C4_BLOCK_ROWS];
    int32_t codes[C4_BLOCK_ROWS];
    uint8_t nulls[C4_BLOCK_ROWS];
} c4_block_room;

/* NO_MEMORY. Close it in any case. */
int c4_lane_open(c4_lane *lane, c4_chart *chart, c4_axis *axis, const c4_strip *column,
                 size_t known_most);
void c4_lane_close(c4_lane *lane);
void c4_lane_enter(c4_lane *lane, size_t block);
/* The places of so many records of the block, all of them known; `*direct` is set when
 * one is DIRECT. */
int c4_lane_places(c4_lane *lane, const uint16_t *rows, size_t count, c4_block_room *room,
                   uint16_t *places, bool *direct);
/* Makes the place of a record known where it is not; `*learned` is set then. */
int c4_lane_learn(c4_lane *lane, size_t row, bool *learned);
/* What the record itself is counted under. */
int c4_lane_code(const c4_lane *lane, size_t row, c4_code *code);

/* What is added up under each pair of places, until it is given to the chart's groups.
 * A measure has two numbers: sum and how many were NULL, or least and most. */
typedef struct c4_partial {
    size_t width[C4_CHART_KEYS]; /* places of each key, with the 0 */
    size_t pairs;
    int64_t *counts;
    int64_t *numbers[C4_CHART_MEASURES][2]; /* NULL: not needed */
    uint32_t *groups;                       /* place of its group + 1; 0: not known */
    uint64_t reach[C4_CHART_MEASURES];      /* no sum is further from 0 */
    /* What is not in the counts and sums yet, see chart_packed.c: by measure, and behind them
     * one for counts alone. */
    uint64_t *packed[C4_CHART_MEASURES + 1][2];
    int64_t origin[C4_CHART_MEASURES + 1];
    size_t pending; /* records */
} c4_partial;

/* What is kept of a measure. */
typedef enum c4_keeping {
    C4_KEEP_NOTHING,
    C4_KEEP_SUM,
    C4_KEEP_ENDS,
    C4_KEEP_VALUES /* in the chart's own table, one by one */
} c4_keeping;

typedef struct c4_counting {
    c4_reading *r;
    const c4_sheet *sheet;
    c4_mask *mask;
    c4_lane lanes[C4_CHART_KEYS];
    c4_partial partial;
    /* of one block: */
    size_t count;
    size_t direct_count;
    uint8_t open[C4_BLOCK_ROWS];
    uint16_t rows[C4_BLOCK_ROWS];
    uint16_t direct[C4_BLOCK_ROWS];
    uint16_t places[C4_CHART_KEYS][C4_BLOCK_ROWS];
    uint32_t pair[C4_BLOCK_ROWS];
    c4_block_room room;
} c4_counting;

/* Room for the places that the lanes know by now; what was added goes to the groups first. */
int c4_partial_fit(c4_counting *c);
/* Adds the records of the block in `rows`, which `pair` has the pairs of. */
int c4_partial_add(c4_counting *c, size_t block);
/* The same where `pair` has one for each record of the block, with 0 for those that do not
 * count, and c4_packed_fits(). */
int c4_partial_add_all(c4_counting *c, size_t block, size_t rows);
c4_keeping c4_partial_keeping(const c4_counting *c, size_t measure);
const c4_strip *c4_partial_strip(const c4_counting *c, size_t measure);
/* Whether the sum of a block may leave int64 by itself. */
bool c4_partial_is_wide(const c4_counting *c, size_t measure, size_t block);
int c4_partial_flush(c4_counting *c);
void c4_partial_free(c4_counting *c);

/* Whether the lanes have all keys of the block in a byte or two. Then pairs are made of all
 * its records, `open` or not, and those without are put aside into `direct`. */
bool c4_pairs_fit(const c4_counting *c);
int c4_pairs_make(c4_counting *c, size_t rows);
/* Moves those that count together, as c4_partial_add() takes them. */
void c4_pairs_gather(c4_counting *c, size_t rows);

/* Sums and counts in one number; only for the parts of a partial. */
bool c4_packed_fits(const c4_counting *c, size_t block);
int c4_packed_room(c4_counting *c);
void c4_packed_free(c4_counting *c);
void c4_packed_add(c4_counting *c, size_t block, size_t rows);
void c4_packed_drain(c4_counting *c);

#endif
