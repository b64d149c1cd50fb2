/* SPDX-License-Identifier: MIT */
/* What the measurements share: one thing done by the library and by
 * hand-written SQLite in turn, and the medians of both. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "fault/world.h"

#include <sqlite3.h>

typedef struct bench_line {
    const char *id;   /* "W1" */
    const char *work; /* "create" */
    double goal;      /* ratio; 0: none set for this */
    double most;      /* microseconds, where the goal is a time; 0: it is not */
    int64_t records;  /* in the file, where it matters; 0: it does not */
    double crm4e;     /* microseconds, median */
    double sqlite;
    double ratio;      /* median of the ratios of neighbouring runs */
    const char *other; /* what it is compared with; NULL: "sqlite" */
    const char *unit;  /* of both; NULL: "us" */
} bench_line;

typedef struct bench {
    char directory[64];
    int64_t records; /* for what is measured on a file of some size */
    bool keep;       /* the directory is the caller's: what is there is used, what is made stays */
    bool json;
    bool large; /* ten times as many records where it is growth that is measured */
    size_t printed;
} bench;

enum {
    BENCH_RUNS_MOST = 64
};

typedef struct bench_runs {
    double crm4e[BENCH_RUNS_MOST];
    double sqlite[BENCH_RUNS_MOST];
    size_t count;
} bench_runs;

double bench_wall(void); /* microseconds */
double bench_cpu(void);  /* of this thread */
/* Times of one run each, for `each` equal pieces of work. */
void bench_add(bench_runs *runs, double crm4e, double sqlite, double each);
void bench_print(bench *b, const bench_line *line, const bench_runs *runs);

/* The lead all measurements write: 20 fields, different for each number. */
int bench_lead_new(crm4e_record **out, world *w, int64_t number);
int bench_lead_change(crm4e_record *lead, int64_t number);

void bench_w1(bench *b);
void bench_w2(bench *b);
void bench_r1(bench *b);
void bench_l1(bench *b);
void bench_a1(bench *b);
void bench_c1(bench *b);
void bench_c2(bench *b);
void bench_c4(bench *b);
void bench_g1(bench *b);
void bench_c3(bench *b);
void bench_m1(bench *b);
void bench_l2(bench *b);
void bench_s1(bench *b);
void bench_n1(bench *b);
void bench_i1(bench *b);
void bench_o1(bench *b);
void bench_f1(bench *b);
void bench_f2(bench *b);
void bench_t1(bench *b);

#endif
