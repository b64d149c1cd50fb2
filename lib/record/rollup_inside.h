/* SPDX-License-Identifier: MIT */
/* What the files of roll-ups share. */
#ifndef C4_RECORD_ROLLUP_INSIDE_H
#define C4_RECORD_ROLLUP_INSIDE_H

#include "model/money.h"
#include "record/rollup.h"
#include "record/touched.h"

/* A roll-up of one parent that waits; the key of c4_touched. */
typedef struct c4_rollup_key {
    int64_t module;
    int64_t parent;
    int64_t field;
} c4_rollup_key;

/* Which rows of the other module count, as a predicate of its parts. */
typedef struct c4_rolled_rows {
    crm4e_value constants[2];
    crm4e_predicate parts[4];
    crm4e_predicate where;
    size_t count;
} c4_rolled_rows;
/* Of one parent, or of all (0). INVALID, without a message, when the criteria no longer fit
 * the module. */
int c4_rolled_rows_choose(c4_unit *unit, const c4_field *field, crm4e_id parent,
                          c4_rolled_rows *rows);
/* What is read of each row: its worth, whom it belongs to, and what its amounts are in. */
enum {
    C4_ROLLED_WORTH,
    C4_ROLLED_PARENT,
    C4_ROLLED_CURRENCY,
    C4_ROLLED_RATE,
    C4_ROLLED_COLUMNS
};

/* How rows below a parent are added up. */
typedef struct c4_rollup_adding {
    c4_money money; /* of the rows */
    bool converts;
    c4_money_place to; /* the parent's */
} c4_rollup_adding;
/* In the home currency, until a parent says another. */
c4_rollup_adding c4_rollup_adding_start(const c4_unit *unit, const c4_field *field);
void c4_rollup_adding_into(c4_rollup_adding *how, const c4_field *field, const crm4e_value *parent);
/* Where the fields' worth is not a number, that there is one is all that counts. False: an
 * amount does not fit in the currency of the parent. */
bool c4_rollup_count(c4_tally *tally, const c4_rollup_adding *how, const crm4e_value *row);
int c4_rollup_refuse_range(c4_unit *unit, const c4_field *field);

/* rollup_step.c: the records below a parent that a call touched. */
typedef struct c4_rollup_steps c4_rollup_steps;
/* Notes that the roll-up waits, and, before `child` is written for the first time, what it was:
 * NULL when it was not below the parent. */
int c4_rollup_steps_note(c4_unit *unit, const c4_rollup_key *key, const c4_field *field,
                         crm4e_id child, const crm4e_value *was);
/* Notes that it waits, to be added up whole. */
int c4_rollup_steps_note_whole(c4_unit *unit, const c4_rollup_key *key);
/* What waits for this field of this parent (0: any) has to be added up whole: the
 * value is no longer that of before the call. */
void c4_rollup_steps_drop(c4_unit *unit, const c4_field *field, crm4e_id parent);
/* Takes the value in the parent's row from that of before the steps to that after them:
 * CRM4E_ROW. CRM4E_OK: it has to be added up whole. */
int c4_rollup_steps_take(c4_unit *unit, const c4_field *field, const c4_rollup_steps *steps,
                         crm4e_value *row);

#endif
