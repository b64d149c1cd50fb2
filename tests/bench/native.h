/* SPDX-License-Identifier: MIT */
/*
 * The yardstick: hand-written C over SQLite that writes the same rows into a
 * copy of the library's file: record, history, recycle bin, state, with the
 * same indexes and settings. It knows nothing of users, fields or rules and
 * gets every value ready to bind, so it is what cannot be beaten.
 */
#ifndef BENCH_NATIVE_H
#define BENCH_NATIVE_H

#include "measure.h"

enum {
    NATIVE_BATCH = 1000,
    NATIVE_COLUMNS_MOST = 80
};

typedef struct native_cell {
    int type; /* SQLITE_... */
    int64_t integer;
    void *bytes;
    int length;
} native_cell;

typedef struct native_row {
    native_cell cells[NATIVE_COLUMNS_MOST];
    int count;
} native_row;

/* What the library wrote for one batch, read back from its file. */
typedef struct native_samples {
    native_row created[NATIVE_BATCH];
    native_row changed[NATIVE_BATCH];
    native_row bins[NATIVE_BATCH];
    native_cell created_history[NATIVE_BATCH];
    native_cell changed_history[NATIVE_BATCH];
    native_cell deleted_history[NATIVE_BATCH];
    int changed_columns[8]; /* positions of what a change sets */
    int changed_count;
} native_samples;

/* `path`: a copy of the file that may be changed. */
native_samples *native_sample(const char *path);
void native_samples_free(native_samples *samples);

typedef struct native native;
native *native_open(const char *path, const native_samples *samples);
void native_close(native *n);
void native_begin(native *n);
void native_commit(native *n);
int64_t native_create(native *n, int sample); /* its id */
void native_change(native *n, int64_t id, int sample);
void native_delete(native *n, int64_t id, int sample);

/* Statements of other measurements. */
sqlite3 *native_handle(const char *path);
sqlite3_stmt *native_prepare(sqlite3 *db, const char *sql);

#endif
