/* SPDX-License-Identifier: MIT */
/*
 * Rules tried on a record. They run as they would, on the record as it is or as an edit
 * leaves it, and say here what they do; whoever calls takes all of it back. What could not
 * be taken back or would collide with what is there - lines of the run log, messages - is
 * said instead of written.
 */
#ifndef C4_DRY_RUN_H
#define C4_DRY_RUN_H

#include "automation/run.h"

/* Of a rule: where it stands in what is told. */
typedef struct c4_dry_line {
    size_t from;
    size_t length; /* 0: nothing is told of the rule */
} c4_dry_line;

typedef struct c4_dry_run {
    const char *rule;      /* only this one, even when it is not active; NULL: all */
    crm4e_trigger on;      /* CRM4E_ON_CREATE, _EDIT or _DELETE */
    const c4_json *values; /* of an edit; NULL: as it is */
    crm4e_id record;
    /* at work */
    crm4e_id only;      /* the rule's id */
    c4_buffer out;      /* lines of rules, as they are tried */
    c4_dry_line *lines; /* the last of each rule of the module, in their order */
    c4_buffer actions;  /* of the rule that is tried */
    const char *doing;  /* the action that is tried; NULL: none yet */
    size_t action_count;
    int64_t due;  /* when the rule would act by the clock; C4_NEVER: not */
    bool all;     /* everything is told, whoever wrote the rules */
    bool beyond;  /* the message holds what the asker may not read */
    bool met;     /* rules were asked */
    bool again;   /* they are asked about what came of the edit */
    bool stopped; /* a rule refused the change */
} c4_dry_run;

/* In a transaction that is taken back. */
int c4_dry_run_json(c4_unit *unit, const c4_module *module, c4_dry_run *dry, c4_buffer *out);

/* For run.c. Whether rules are to be asked about what happened to the record: at first, and once more
 * about an interaction that the edit itself has brought. */
bool c4_dry_run_asks(c4_unit *unit, const c4_change *change);
/* Whether the rule is to be tried; one that is not has its line. */
bool c4_dry_run_takes(c4_run *run, bool woken);
/* The line of a rule that was tried. */
int c4_dry_run_result(c4_run *run, const char *result, const char *message);
/* What an action would do. `through` is the lookup to what it changes, or NULL. */
void c4_dry_run_skip(c4_run *run, const char *why);
void c4_dry_run_owner(c4_run *run, crm4e_id before, crm4e_id after, int64_t activities);
int c4_dry_run_field(c4_run *run, const c4_field *through, const c4_field *field,
                     const crm4e_value *before, const crm4e_value *after);
/* A record that was created, as who asks would see it. */
int c4_dry_run_created(c4_run *run, const c4_module *module, crm4e_id record);
/* A group would wait until then. */
void c4_dry_run_scheduled(c4_run *run, const c4_rule_group *group, int64_t due);
void c4_dry_run_message(c4_run *run, const c4_outbox_message *message);

#endif
