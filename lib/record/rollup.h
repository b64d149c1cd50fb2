/* SPDX-License-Identifier: MIT */
/* Roll-ups kept right: see docs/rollup.md. */
#ifndef C4_RECORD_ROLLUP_H
#define C4_RECORD_ROLLUP_H

#include "model/money.h"
#include "model/rollup.h"
#include "record/inside.h"

/* Notes the parents that a change of a record concerns. */
int c4_rollups_note(const c4_write *write);
/* Of a new record, below which there is nothing; and of one out of the bin, in `after`. */
int c4_rollups_start(c4_write *write);
int c4_rollups_restore(c4_write *write);
/* Adds up what was noted, before the call ends, and where criteria mean something else than in
 * the snapshot the call began with, all. INVALID (rule "range") when a number does not fit: then
 * the call has failed. */
int c4_rollups_settle(c4_unit *unit, c4_meta *before);

/* What a roll-up adds up to, of all parents that have something below them. */
typedef struct c4_rollup_total {
    crm4e_id parent;
    c4_tally tally;
    bool over; /* an amount does not fit in the currency of the parent */
} c4_rollup_total;
/* A parent in another currency than the home currency. */
typedef struct c4_rollup_place {
    crm4e_id parent;
    c4_money_place place;
} c4_rollup_place;
typedef struct c4_rollup_totals {
    const c4_mem *mem;
    const c4_field *field;
    c4_rollup_total *items; /* sorted by parent */
    size_t count;
    size_t room;
    c4_rollup_place *places; /* sorted by parent */
    size_t place_count;
    size_t place_room;
} c4_rollup_totals;
/* In one pass. INVALID without a message: the criteria no longer fit the module. Free it in any
 * case. */
int c4_rollup_totals_read(c4_rollup_totals *totals, c4_unit *unit, const c4_field *field);
void c4_rollup_totals_free(c4_rollup_totals *totals);
int c4_rollup_totals_worth(const c4_rollup_totals *totals, c4_unit *unit, crm4e_id parent,
                           crm4e_value *value);

/* For c4_computing. */
int c4_rollup_fill(c4_unit *unit, const c4_field *field);
int c4_rollup_check(c4_unit *unit, const c4_module *module, const char *when,
                    const int32_t **fields, size_t *count);

#endif
