/* SPDX-License-Identifier: MIT */
/*
 * What rules do later. An entry waits for a record: of a rule by the clock (part 0) there is one
 * for its next moment, made and moved with every change of the date, in its transaction; of a
 * scheduled group one since the rule met the record, which a later meeting puts off. All
 * moments are of the time zone of the org. Who runs what is due finds the record, the rule and
 * its author as they are then.
 */
#ifndef C4_SCHEDULE_H
#define C4_SCHEDULE_H

#include "automation/run.h"

typedef struct c4_pending {
    crm4e_id id;
    int64_t due;
    crm4e_id workflow;
    int32_t module;
    crm4e_id record;
    int32_t part;  /* 0: the date trigger */
    int64_t since; /* when the time to wait began */
} c4_pending;

/* Follows a change of a record; before its rules are asked. */
int c4_schedule_note(c4_unit *unit, const c4_change *change);
/* Of a condition that a record met: its groups wait from now on. */
int c4_schedule_groups(c4_run *run, const c4_rule_condition *condition);
/* The next moment of a rule by the clock for a row, not before a time. */
int c4_schedule_moment(c4_unit *unit, const c4_rule *rule, const crm4e_value *row,
                       int64_t not_before, int64_t *moment);
/* Of a condition that holds what is due: the condition itself or a group of it; NULL: the entry
 * was for another condition, or for a group that is no more. */
const c4_rule_condition *c4_schedule_part(const c4_run *run, const c4_rule_condition *condition);
/* The place of a part in its rule: of a condition, from 0, and its group, from 0. */
void c4_schedule_place(int32_t part, size_t *condition, size_t *group);
/* Puts the entry of a rule by the clock in place of the one there is; C4_NEVER: there is none. */
int c4_schedule_date(c4_unit *unit, const c4_pending *entry);

/* Follows a rule that was saved; `old` is what it was, NULL: new or not active. */
int c4_schedule_rule(c4_unit *unit, crm4e_id id, const c4_rule *rule, const c4_rule *old);
/* The same of one that is gone or not active any more. */
int c4_schedule_leave(c4_unit *unit, crm4e_id rule);

/* For system administrators, all that follow. */
/* Runs the first entry that is due: CRM4E_ROW, or CRM4E_OK when there is none. */
int c4_due_run(c4_unit *unit, int64_t now);
/* When the first entry is due; C4_NEVER: there is none. */
int c4_due_next(c4_unit *unit, int64_t *time);
/* Entries behind an id, of one record or (0) of all, as a JSON array. */
int c4_due_write(c4_unit *unit, const char *module, crm4e_id record, crm4e_id after, size_t limit,
                 c4_buffer *out);

#endif
