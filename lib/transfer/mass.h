/* SPDX-License-Identifier: MIT */
/*
 * One change of many records in one call: each row goes the way of a call about
 * one record, with its checks, rules and history; the right to change many comes
 * before.
 */
#ifndef C4_MASS_H
#define C4_MASS_H

#include "automation/automation.h"

enum {
    C4_MASS_MOST = 50000 /* records of one call */
};

typedef enum c4_mass_kind {
    C4_MASS_CREATE,
    C4_MASS_UPDATE,
    C4_MASS_DELETE,
    C4_MASS_RESTORE,
    C4_MASS_CHANGE_OWNER,
    C4_MASS_KINDS
} c4_mass_kind;

typedef struct c4_mass {
    c4_mass_kind kind;
    const char *module;
    const crm4e_id *ids; /* which records; not to create */
    size_t count;
    const char *criteria;  /* instead of ids: of all that a query gives those he may change */
    bool partial;          /* else all or nothing */
    const c4_json *values; /* to create an array of objects, to update one object */
    crm4e_id owner;        /* the new one */
    uint32_t transfer;     /* CRM4E_TRANSFER_*: open activities that go to the new owner */
} c4_mass;

/* {"changed": n, "rows": [{"id", "code", ..}]} in the order of what was given. Not
 * partial: the code of the first row that is refused, its number in the message. */
int c4_mass_run(c4_unit *unit, const c4_mass *mass, c4_buffer *out);

#endif
