/* SPDX-License-Identifier: MIT */
/*
 * Leads written straight into a file by SQL, many times faster than through the library:
 * a thousand that the library made are its samples, and a few columns say which lead it is.
 * The file has no history of them.
 */
#ifndef BENCH_BULK_H
#define BENCH_BULK_H

#include "native.h"

enum {
    BULK_INDEXES_MOST = 16,
    BULK_FIRST_LEAD = 1000000 /* from the base on; the ids before are the caller's */
};

typedef struct bulk {
    sqlite3 *db;
    int64_t base; /* the first number that the org had not given out */
    char *indexes[BULK_INDEXES_MOST];
    size_t index_count;
} bulk;

/* What a column is taken from: SQL over i from 0, ?2 the base, ?3 a number, and a sample's row. */
typedef struct bulk_source {
    const char *column;
    const char *sql;
} bulk_source;

/* A new file with the samples, in an org of so many licences. */
void bulk_sample(const char *path, int64_t licences);
/* Between these two the file has no indexes of leads, and all is one transaction. Ids from
 * `next_id` on stay free; `shares`: there are some. */
void bulk_begin(bulk *f, const char *path);
void bulk_end(bulk *f, int64_t next_id, bool shares);
/* The rows of n(i), i = 0 up to below `count`; ?2 is the base, ?3 a number. */
void bulk_insert(const bulk *f, const char *what, int64_t count, int64_t number);
/* Leads instead of the samples; `number_of` says in SQL which sample lead i is like. */
void bulk_leads(const bulk *f, const bulk_source *sources, size_t source_count,
                const char *number_of, int64_t count, int64_t number);
/* The first column of the first row. */
int64_t bulk_integer(sqlite3 *db, const char *sql);

#endif
