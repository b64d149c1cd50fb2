/* SPDX-License-Identifier: MIT */
/* What lies in the bin: lists of it, and emptying it. */
#ifndef C4_BIN_H
#define C4_BIN_H

#include "record/record.h"

enum {
    C4_BIN_LIMIT = 50, /* of a page, unless the caller says otherwise */
    C4_BIN_MOST = 1000,
    C4_BIN_LINES = 200 /* read at a time */
};

typedef struct c4_bin_page {
    const char *module; /* NULL: all */
    const char *after;  /* page token; NULL: from what was deleted last */
    size_t limit;
} c4_bin_page;

/* {"records": [{"module", "id", "name", "deleted_by", "deleted_time", "days_left"}], "after":
 * token or null}: what the actor could restore, what was deleted last first. */
int c4_bin_to_json(c4_unit *unit, const c4_bin_page *page, c4_buffer *out);
/* Purges what was deleted `age` microseconds ago or earlier, the oldest first, at most `budget`
 * records. Administrators. */
int c4_bin_empty(c4_unit *unit, const char *module, int64_t age, size_t budget, size_t *done);

/* ------------------------------------------------------------- between the two files */

/* A record in the bin, without what is in it. */
typedef struct c4_bin_line {
    crm4e_id id;
    int32_t module;
    crm4e_id owner;
    crm4e_id by;
    int64_t time;
} c4_bin_line;

/* A way through the bin by the time of deletion. */
typedef struct c4_bin_walk {
    c4_unit *unit;
    const c4_module *only; /* NULL: all */
    bool newest_first;
    int64_t time; /* the last line read */
    crm4e_id id;
} c4_bin_walk;
void c4_bin_walk_start(c4_bin_walk *walk, c4_unit *unit, const c4_module *only, bool newest_first);
/* The next lines, `most` of them unless these are the last. Whoever asks: the caller judges. */
int c4_bin_read(c4_bin_walk *walk, size_t most, c4_bin_line *lines, size_t *count);

#endif
