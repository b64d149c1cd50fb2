/* SPDX-License-Identifier: MIT */
/* Shared by the files of charts, and by their tests. */
#ifndef C4_CHART_INSIDE_H
#define C4_CHART_INSIDE_H

#include "base/map.h"
#include "base/mix.h"
#include "model/money.h"
#include "record/calendar.h"
#include "insight/chart.h"

/* How the records are read; the result is the same. Columns and owners only
 * where nothing but the owner decides and all is integers, else rows. */
typedef enum c4_chart_way {
    C4_CHART_ANY_WAY,
    C4_CHART_BY_COLUMNS, /* all records, in chunks of columns */
    C4_CHART_BY_OWNERS,  /* the owners' records, by their index */
    C4_CHART_BY_ROWS,
    C4_CHART_BY_CACHE /* columns in memory, with criteria of such; where there are none, as above */
} c4_chart_way;
int c4_chart_compute(c4_unit *unit, const c4_chart_spec *spec, const c4_mem *mem, c4_chart_way way,
                     c4_chart_result **out);

/* What a record is counted under in one key. */
typedef enum c4_code_state {
    C4_CODE_EMPTY,
    C4_CODE_VALUE,
    C4_CODE_RESTRICTED,
    C4_CODE_OTHERS
} c4_code_state;
typedef struct c4_code {
    int64_t value; /* option code, id, number, first day, place of a text; else 0 */
    c4_code_state state;
} c4_code;

/* A text or a record among the values of a key. */
typedef struct c4_known {
    int64_t place;
    const char *label;
    size_t length;
    const char *folded; /* what labels are sorted by */
    size_t folded_length;
} c4_known;

/* A module behind a lookup, as the actor sees it. */
typedef struct c4_behind {
    int32_t module;
    bool open;
    const c4_field *name; /* NULL: hidden from him, or none */
    c4_scope scope;
    crm4e_value *row; /* room for a row */
} c4_behind;

/* A key while records are counted. */
typedef struct c4_axis {
    c4_unit *unit;
    c4_arena *arena;
    const c4_field *field;
    c4_storage_class stored;
    bool user;     /* ids of users */
    bool record;   /* ids of records */
    bool list;     /* several values in one field */
    c4_code empty; /* of a record that has nothing there */
    c4_cut cut;
    c4_calendar calendar; /* of times */
    c4_map known;         /* folded text or id -> c4_known */
    c4_known restricted;  /* what is known of records he may not see */
    c4_known **texts;     /* by place */
    size_t text_count;
    size_t text_capacity;
    c4_behind *behind; /* one for each target */
    c4_buffer buffer;
} c4_axis;

int c4_axis_open(c4_axis *axis, c4_unit *unit, c4_arena *arena, const c4_field *field,
                 crm4e_granularity by);
void c4_axis_close(c4_axis *axis); /* also of a zeroed one */
/* The column beside the field's that counting needs; 0: none. */
uint32_t c4_axis_second_column(const c4_axis *axis);
/* Whether the field and what stands beside it are integers. */
bool c4_axis_is_number(const c4_axis *axis);
/* The code of a value that is stored as one integer; `beside` is the module of
 * a multi-module lookup. */
int c4_axis_number(c4_axis *axis, int64_t value, int64_t beside, c4_code *code);
int c4_axis_text(c4_axis *axis, const crm4e_value *value, const crm4e_value *beside, c4_code *code);
/* The next id or option of a stored list: `*at` starts as 0; false at the end. */
bool c4_axis_next(const crm4e_value *list, size_t *at, int64_t *item);

/* What people see of a code, and what buckets are sorted by. Lives in the arenas. */
typedef struct c4_face {
    c4_label names;
    int64_t number;
    const char *text;
    size_t length;
} c4_face;
int c4_axis_face(const c4_axis *axis, const c4_code *code, c4_arena *arena, c4_face *face);
/* By what buckets are sorted. */
int c4_face_order(const c4_code *code, const c4_face *face, const c4_code *other_code,
                  const c4_face *other);
/* Appends the criteria of a code that is a value or empty; false: there are none. */
bool c4_axis_criteria(c4_axis *axis, const c4_code *code, c4_buffer *out);

typedef struct c4_group {
    c4_code codes[C4_CHART_KEYS];
    int64_t count;
    c4_tally tallies[C4_CHART_MEASURES];
} c4_group;

/* Buckets by their codes: open addressing, places + 1 in the slots. */
typedef struct c4_groups {
    const c4_mem *mem;
    size_t key_count;
    uint64_t seed;
    c4_group *items;
    size_t count;
    size_t capacity;
    uint32_t *slots;
    size_t slot_count; /* a power of two, or 0 */
} c4_groups;

void c4_groups_init(c4_groups *groups, const c4_mem *mem, size_t key_count, uint64_t seed);
void c4_groups_free(c4_groups *groups);
/* The bucket of the codes, made when there is none: TOO_BIG, NO_MEMORY. */
int c4_groups_find(c4_groups *groups, const c4_code *codes, c4_group **group);

/* What was seen in which bucket, for measures that count different values. */
typedef struct c4_seen {
    size_t group; /* its place, + 1; 0: a free slot */
    size_t gauge;
    int64_t number;
} c4_seen;
typedef struct c4_distinct {
    const c4_mem *mem;
    uint64_t seed;
    c4_seen *slots;
    size_t slot_count; /* a power of two, or 0 */
    size_t count;
} c4_distinct;

void c4_distinct_init(c4_distinct *distinct, const c4_mem *mem, uint64_t seed);
void c4_distinct_free(c4_distinct *distinct);
/* `fresh`: the number was not there before. */
int c4_distinct_add(c4_distinct *distinct, size_t group, size_t gauge, int64_t number, bool *fresh);

/* A measure with its field found. */
typedef struct c4_gauge {
    crm4e_measure function;
    const c4_field *field; /* NULL for count */
    bool converts;         /* amounts of several currencies */
    c4_money money;
} c4_gauge;

/* One run of a chart. */
typedef struct c4_chart {
    c4_unit *unit;
    const c4_mem *mem;
    const c4_chart_spec *spec;
    c4_scope scope;
    const crm4e_predicate *criteria; /* compiled; NULL: none */
    c4_arena arena;                  /* of this run */
    c4_axis axes[C4_CHART_KEYS];
    size_t key_count;
    c4_gauge gauges[C4_CHART_MEASURES];
    size_t measure_count;
    c4_groups groups;
    c4_distinct distinct;
    const c4_code *top; /* of the first key, what "others" are not; NULL: no others */
    size_t top_count;
    bool hidden; /* there are records under the first key that he may not see */
    int64_t total;
} c4_chart;

/* Finds and checks everything the spec names; reads no record. Close it in any case. */
int c4_chart_open(c4_chart *chart, c4_unit *unit, const c4_chart_spec *spec, const c4_mem *mem);
void c4_chart_close(c4_chart *chart);
int c4_chart_read(c4_chart *chart, c4_chart_way way);
/* Counts a number for one measure of a bucket. */
int c4_chart_tally(c4_chart *chart, c4_group *group, size_t gauge, int64_t number);
/* What is done with the buckets before they are handed out: the periods of a KPI,
 * those without a record, the top and the others. */
int c4_chart_shape(c4_chart *chart);
/* TOO_BIG, with the limit. */
int c4_chart_too_big(c4_unit *unit);
/* Whether the type goes with the keys. */
int c4_chart_check_type(const c4_chart *chart);
/* Criteria of the others; false: there are none. */
bool c4_chart_others(c4_chart *chart, c4_buffer *out);
int c4_chart_finish(c4_chart *chart, c4_chart_result *result);
/* Sets what a bucket is against the one before. */
int c4_chart_compare(c4_arena *arena, const c4_chart_bucket *before, const c4_chart_bucket *bucket,
                     size_t measure_count, c4_chart_value *values);

/* The measures of charts: those of queries, and "count_distinct". */
crm4e_measure c4_chart_measure_of(const char *text, size_t length);
const char *c4_chart_measure_text(crm4e_measure function);
/* Whether it is a measure, and has a field where it needs one. */
bool c4_measure_fits(crm4e_measure function, bool field);
crm4e_chart_type c4_chart_type_of(const char *text, size_t length);
const char *c4_chart_type_text(crm4e_chart_type type);
/* "Closing_Date:month", "sum:Amount" as JSON texts. */
void c4_chart_put_key(c4_buffer *out, const char *field, crm4e_granularity by);
void c4_chart_put_measure(c4_buffer *out, crm4e_measure function, const char *field);

#endif
