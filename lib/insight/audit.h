/* SPDX-License-Identifier: MIT */
/* Reading the log of what was changed of the org, its people and its rights. */
#ifndef C4_AUDIT_H
#define C4_AUDIT_H

#include "access/access.h"

/* Which lines; NULL and 0 do not narrow, but for the limit. */
typedef struct c4_audit_request {
    const char *kind;
    crm4e_id user;
    int64_t from;
    int64_t until;
    crm4e_id before;
    int64_t limit;
} c4_audit_request;

/* The newest lines first, as a JSON array; for system administrators. */
int c4_audit_to_json(c4_unit *unit, const c4_audit_request *request, c4_buffer *out);

#endif
