/* SPDX-License-Identifier: MIT */
/* Lists of what hangs on a record and what points to it. */
#ifndef C4_RELATED_H
#define C4_RELATED_H

#include "record/record.h"

typedef struct c4_related_page {
    const char *module;
    crm4e_id record;
    const char *relation; /* "Notes.Parent_Id" */
    int32_t limit;
    const char *after; /* page token; NULL: the first page */
} c4_related_page;

/* [{"relation", "module", "field", "label", "label_zh"}] of the lists that the actor has. */
int c4_relations_to_json(c4_unit *unit, const char *module, c4_buffer *out);
/* {"records": [..], "after": token or null}, newest first. */
int c4_related_to_json(c4_unit *unit, const c4_related_page *page, c4_buffer *out);

#endif
