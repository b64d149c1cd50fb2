/* SPDX-License-Identifier: MIT */
/*
 * Requests: records of team modules whose requesters created or own them. A
 * table beside the modules' says of each record of a team module whose it is,
 * so that a list over all modules reads those of one user and no others. What
 * it says opens nothing: each record is read through the gate.
 */
#ifndef C4_REQUEST_H
#define C4_REQUEST_H

#include "record/record.h"

/* After a change of a record: keeps the table. */
int c4_request_note(c4_unit *unit, const c4_change *change);
/* The table's row of a record, for who checks it. */
void c4_request_row(const c4_module *module, const crm4e_value *record, crm4e_value *row);

enum {
    C4_REQUEST_LIMIT = 50, /* of a page, unless the caller says otherwise */
    C4_REQUEST_MOST = 1000
};

typedef struct c4_request_page {
    const char *module; /* NULL: all */
    const char *after;  /* page token; NULL: from the newest */
    size_t limit;
} c4_request_page;

/* {"requests": [{"module", "label", "label_zh", "id", "name", "owner",
 * "created_time", "modified_time", "status"}], "after": token or null}: of
 * the actor, newest first. What he may not read is null. */
int c4_requests_to_json(c4_unit *unit, const c4_request_page *page, c4_buffer *out);

#endif
