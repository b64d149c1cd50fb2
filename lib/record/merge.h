/* SPDX-License-Identifier: MIT */
/* Records of a module that have the same values, and how several become one. */
#ifndef C4_MERGE_H
#define C4_MERGE_H

#include "record/record.h"

enum {
    C4_MERGE_MOST = 2 /* records besides the master */
};

typedef struct c4_merge {
    const char *module;
    crm4e_id master;
    const crm4e_id *others;
    size_t count;
    const c4_json *values; /* an object that overrides; NULL: none */
} c4_merge;

enum {
    C4_DUPLICATES_LIMIT = 50, /* groups of a page, unless the caller says otherwise */
    C4_DUPLICATES_MOST = 200,
    C4_DUPLICATES_FIELDS = 5,  /* compared at once */
    C4_DUPLICATES_SHOWN = 20,  /* records of a group */
    C4_DUPLICATES_READ = 20000 /* records read for a page, and those of its last group */
};

typedef struct c4_duplicates_page {
    const char *module;
    const c4_json *fields; /* an array of names; NULL: what the records are named by */
    crm4e_id record;       /* only duplicates of this one; 0: of all */
    const char *after;     /* page token or NULL */
    size_t limit;
} c4_duplicates_page;

/* {"groups": [{"count", "records"}], "after"}, of one record {"records", "after"}: out of what a
 * query of the actor gives. */
int c4_duplicates_to_json(c4_unit *unit, const c4_duplicates_page *page, c4_buffer *out);

/* All or nothing, when the caller's transaction or savepoint is. */
int c4_records_merge(c4_unit *unit, const c4_merge *merge);

/* Whether values of the field, of which each is a record, lead to records of the module. */
bool c4_merge_may_point(const c4_field *field, const c4_module *module);
/* merge_rows.c: lookups in rows of a subform that lead to one record of the module lead to another
 * from then on. */
int c4_merge_turn_rows(c4_unit *unit, const c4_field *subform, const c4_module *module,
                       crm4e_id from, crm4e_id to);

#endif
