/* SPDX-License-Identifier: MIT */
/* The same chart by other databases, where they are installed. */
#ifndef BENCH_RIVALS_H
#define BENCH_RIVALS_H

#include "measure.h"

/*
 * Prints a line for each rival: `work` by the clock beside its query over the same rows.
 * `rows` is a statement with the columns owner, status, created_time (text) and revenue;
 * `seen` the owner whose rows the query counts. `line` says id and work.
 */
void rivals_compare(bench *b, const bench_line *line, sqlite3_stmt *rows, crm4e_id seen,
                    void (*work)(void *user), void *user);

#endif
