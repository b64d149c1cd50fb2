/* SPDX-License-Identifier: MIT */
/*
 * Charts over exactly the records the actor may see: groups by one or two
 * fields, exact measures. The result is data; picture.h draws it.
 */
#ifndef C4_CHART_H
#define C4_CHART_H

#include "record/query.h"

enum {
    C4_CHART_KEYS = 2,
    C4_CHART_MEASURES = 5,
    C4_CHART_BUCKETS = 100000,
    C4_CHART_TOP = 100 /* most that are kept beside "others" */
};

typedef struct c4_chart_key {
    const char *field;
    crm4e_granularity by; /* dates and times only; 0: day there, nothing elsewhere */
} c4_chart_key;

typedef struct c4_chart_measure {
    crm4e_measure function;
    const char *field; /* NULL for count */
} c4_chart_measure;

typedef struct c4_chart_spec {
    const char *module;
    c4_chart_key keys[C4_CHART_KEYS];
    size_t key_count;
    c4_chart_measure measures[C4_CHART_MEASURES];
    size_t measure_count;
    const c4_criteria *where;
    const char *where_text; /* for drill-down and storing; NULL: none */
    crm4e_chart_type type;  /* 0: not said */
    uint32_t top;           /* values of the first key that stay, the rest "others"; 0: all */
    bool fill;              /* also periods, options and truths without a record */
} c4_chart_spec;

/* One value of a measure in a bucket. */
typedef struct c4_chart_value {
    bool null;  /* avg, min, max of nothing */
    bool whole; /* a count: `number` alone */
    int64_t number;
    uint32_t scale;
    const char *text; /* exact decimal text, also of sums beyond int64 */
    c4_sum exact;     /* scaled as well, of any size */
    /* Against the bucket before, in charts of one key; NULL where there is none. */
    const char *change; /* the difference, exact */
    const char *rate;   /* percent of it with two places, rounded half to even */
} c4_chart_value;

typedef struct c4_chart_bucket {
    const char *labels[C4_CHART_KEYS]; /* "Closed Won", "1996-07", "" for empty */
    c4_label names[C4_CHART_KEYS];     /* the same in both languages */
    bool empty[C4_CHART_KEYS];         /* the field is NULL */
    bool restricted[C4_CHART_KEYS];    /* lookups to what the actor may not see */
    bool others[C4_CHART_KEYS];        /* what is not among the top */
    int64_t sort[C4_CHART_KEYS];       /* date start, option order, number; 0 for names */
    const c4_chart_value *values;      /* measure_count */
    int64_t count;
    const char *criteria; /* lists exactly the bucket's records; NULL when restricted,
                             or deeper or longer than criteria may be */
} c4_chart_bucket;

typedef struct c4_chart_result {
    c4_arena arena;
    size_t key_count;
    size_t measure_count;
    c4_label key_names[C4_CHART_KEYS]; /* of the fields */
    c4_label measure_names[C4_CHART_MEASURES];
    const c4_chart_bucket *buckets; /* by the keys: empty first, restricted and others last */
    size_t bucket_count;
    int64_t total; /* records counted, each once */
} c4_chart_result;

/* DENIED for a hidden key, measure or criteria field; INVALID for a field that
 * cannot be grouped or measured so; TOO_BIG beyond the bucket limit. Time buckets
 * use the actor's time zone; a fiscal year has the name of the year it starts in.
 * A record counts under each value of a list. Without a key: one bucket. */
int c4_chart_run(c4_unit *unit, const c4_chart_spec *spec, const c4_mem *mem,
                 c4_chart_result **out);
void c4_chart_result_free(c4_chart_result *result, const c4_mem *mem);
/* {"type": "funnel", "keys": [..], "measures": [..], "total": 5, "buckets": [{"keys": [..],
 * "labels": {"en": [..], "zh": [..]}, "values": [..], "change": [..], "rate": [..],
 * "criteria": text}]}: no type where none is said, change and rate with one key. */
void c4_chart_to_json(const c4_chart_spec *spec, const c4_chart_result *result, c4_buffer *out);

/* Saved charts: {"name", "module", "group_by": ["Stage", "Closing_Date:month"],
 * "measures": ["count", "sum:Amount"], "where": text, "type": "column", "top": 5, "fill": true}. A chart is changed by its author
 * and by those who configure the module; the same chart again writes nothing. */
int c4_chart_spec_read(c4_unit *unit, c4_arena *arena, const c4_json *json, c4_chart_spec *spec);
int c4_chart_put(c4_unit *unit, const c4_json *chart, bool create_only, crm4e_id *id);
/* As when it is stored: a refusal where it names what is gone, or is closed to the actor. */
int c4_chart_check(c4_unit *unit, const c4_definition *definition);
int c4_chart_write(c4_unit *unit, const c4_definition *definition, c4_buffer *out);

#endif
