/* SPDX-License-Identifier: MIT */
/* What the files of roll-ups share. */
#ifndef C4_RECORD_ROLLUP_INSIDE_H
#define C4_RECORD_ROLLUP_INSIDE_H

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
/* Where the fields' worth is not a number, that there is one is all that counts. */
void c4_rollup_count(c4_tally *tally, const crm4e_value *value);
int c4_rollup_refuse_range(c4_unit *unit, const c4_field *field);

/* rollup_step.c: the records below a parent that a call touched. */
typedef struct c4_rollup_steps c4_rollup_steps;
/* Notes that the roll-up waits, and, before `child` is written for the first time, what it was:
 * NULL when it was not below the parent. */
int c4_rollup_steps_note(c4_unit *unit, const c4_rollup_key *key, const c4_field *field,
                         crm4e_id child, const crm4e_value *was);
/* What waits for this field (NULL: any) of this parent (0: any) has to be added up whole: the
 * value is no longer that of before the call. */
void c4_rollup_steps_drop(c4_unit *unit, const c4_field *field, crm4e_id parent);
/* Takes the value of before the steps to that after them: CRM4E_ROW. CRM4E_OK: it has to be added
 * up whole. */
int c4_rollup_steps_take(c4_unit *unit, const c4_field *field, crm4e_id parent,
                         const c4_rollup_steps *steps, crm4e_value *value);

#endif
