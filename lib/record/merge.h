/* SPDX-License-Identifier: MIT */
/* Several records of a module become one. */
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

/* All or nothing, when the caller's transaction or savepoint is. */
int c4_records_merge(c4_unit *unit, const c4_merge *merge);

#endif
