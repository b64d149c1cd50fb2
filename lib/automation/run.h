/* SPDX-License-Identifier: MIT */
/* One rule at work on one change. */
#ifndef C4_RUN_H
#define C4_RUN_H

#include "automation/rule.h"
#include "model/outcome.h"

/* The record while rules set fields of it: all they set is written as one change, at the end
 * or before anything else looks at the record or changes it. */
typedef struct c4_hand {
    crm4e_value *stored; /* as the store has it; NULL: to be read */
    crm4e_value *row;    /* as it will be; where nothing waits, the same */
    size_t bytes;        /* of the texts that wait */
    bool known;          /* until then it is as the change left it */
} c4_hand;

/* What rules did of a change, until it is a row of the run log. Where a rule is undone, so is
 * what was stored meanwhile: then it waits again. */
typedef struct c4_noted {
    c4_outcome *list;
    size_t count;
    size_t stored; /* so many are in rows */
} c4_noted;

typedef struct c4_run {
    c4_unit *unit;
    const c4_change *change;
    const crm4e_value *row; /* as the change left it, or as it was when deleted */
    const c4_definition *definition;
    const c4_rule *rule;
    const c4_rule_condition *condition; /* that holds; NULL: not known yet */
    struct c4_dry_run *dry;             /* NULL: it is real */
    const struct c4_pending *pending;   /* what was due; NULL: the rule met a change */
    c4_hand hand;
    c4_noted noted;
    bool marked;    /* the rule at work wrote something that can be undone */
    crm4e_id owner; /* as the rules so far left it */
    bool assigned;  /* one of them chose the owner */
    bool skipped;   /* an action of this rule did nothing */
    char notes[1024];
} c4_run;

/* The unit as somebody else sees it: to read and to ask for rights, never to
 * write with. */
c4_unit c4_unit_as(const c4_unit *unit, const c4_user *user);

/* The version of the record that the change made; one that is deleted would have had the
 * next. No rule runs twice for one. */
int64_t c4_run_version(const c4_run *run);

/* The record in hand. */
int c4_run_take(c4_run *run);
/* Sets in it what the draft says of one field, checked; it waits to be written. */
int c4_run_gather(c4_run *run, c4_draft *draft, const c4_field *field);
/* Writes what waits. */
int c4_run_flush(c4_run *run);
/* The same, and the record is read anew afterwards: for what the rule does in the store, all of
 * which is undone if it is refused. */
int c4_run_leave(c4_run *run);

/* The rule with what it met; after a refusal by its policy. */
int c4_run_rule(c4_run *run);
/* A line of the run log, stored when all rules of the change are through. */
int c4_run_log(c4_run *run, c4_run_result result, const char *text);
/* Stores the lines so far. What the clock did has no version. */
int c4_run_store(c4_run *run);
/* A line about the assignment rule of the requester settings, which failed. */
int c4_run_log_assignment(c4_unit *unit, const c4_module *module, const char *text);
/* Whether the rule did something for the record before. */
int c4_run_find(c4_unit *unit, crm4e_id record, crm4e_id workflow, bool *found);
/* The first rule of the module in the snapshot, or where it would stand. */
size_t c4_rules_start(const c4_meta *meta, int32_t module);

/* A line of the run log about an action that did nothing. */
void c4_run_skip(c4_run *run, const c4_rule_action *action, const char *why);

/* The actions: reading, writing, rights of the author, doing. */
void c4_assign_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action);
int c4_assign_check(const c4_scope *author, const c4_rule_action *action);
void c4_assign_write(c4_rule_writer *writer, const c4_rule_action *action);
void c4_update_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action);
void c4_update_write(c4_rule_writer *writer, const c4_rule_action *action);
int c4_update_check(const c4_scope *author, const c4_rule_action *action);
void c4_create_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action);
void c4_create_write(c4_rule_writer *writer, const c4_rule_action *action);
int c4_create_check(const c4_scope *author, const c4_rule_action *action);
int c4_create_resolve(c4_unit *unit, const c4_module *module, const c4_rule_action *action);
/* The module whose rules look at what the action creates; NULL: none do. */
const c4_module *c4_create_wakes(const c4_rule_action *action);
int c4_create_run(c4_run *run, const c4_rule_action *action);
void c4_convert_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action);
void c4_convert_write(c4_rule_writer *writer, const c4_rule_action *action);
int c4_convert_check(const c4_scope *author, const c4_rule_action *action);
int c4_convert_resolve(c4_unit *unit, const c4_module *module, const c4_rule_action *action);
int c4_convert_run(c4_run *run, const c4_rule_action *action);
void c4_tags_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action);
void c4_tags_rule_write(c4_rule_writer *writer, const c4_rule_action *action);
int c4_tags_check(const c4_scope *author, const c4_rule_action *action);
int c4_tags_run_add(c4_run *run, const c4_rule_action *action);
int c4_tags_run_remove(c4_run *run, const c4_rule_action *action);
void c4_notify_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action);
void c4_notify_write(c4_rule_writer *writer, const c4_rule_action *action);
int c4_notify_check(const c4_scope *author, const c4_rule_action *action);
int c4_notify_resolve(c4_unit *unit, const c4_module *module, const c4_rule_action *action);
void c4_webhook_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action);
void c4_webhook_write(c4_rule_writer *writer, const c4_rule_action *action);
int c4_webhook_check(const c4_scope *author, const c4_rule_action *action);
int c4_webhook_resolve(c4_unit *unit, const c4_module *module, const c4_rule_action *action);
void c4_function_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action);
void c4_function_write(c4_rule_writer *writer, const c4_rule_action *action);
int c4_function_check(const c4_scope *author, const c4_rule_action *action);
int c4_function_resolve(c4_unit *unit, const c4_module *module, const c4_rule_action *action);
int c4_assign_run(c4_run *run, const c4_rule_action *action);
int c4_update_run(c4_run *run, const c4_rule_action *action);
int c4_notify_run(c4_run *run, const c4_rule_action *action);
int c4_webhook_run(c4_run *run, const c4_rule_action *action);
int c4_function_run(c4_run *run, const c4_rule_action *action);

/* Whether what happened wakes the rule. */
bool c4_rule_is_woken(const c4_rule *rule, c4_record_action action);
/* What a rule may be refused without the write it hangs on failing as well. */
bool c4_is_refusal(int code);
/* The condition that holds: CRM4E_ROW, or CRM4E_OK when none does. Behind a lookup it
 * meets what the author may see. */
int c4_rule_find_condition(c4_unit *unit, const c4_definition *definition, const c4_rule *rule,
                           const crm4e_value *row, const c4_rule_condition **found);
/* A rule never does more than its author could set up today. */
int c4_rule_check_author(c4_unit *unit, const c4_definition *definition, const c4_rule *rule);

/* Reads and writes whom to choose among, without what is done then. */
void c4_assign_read_target(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action);
/* Who of the target is next, by the place of its rotation; 0: nobody is eligible. */
int c4_assign_choose(c4_unit *unit, const c4_module *module, const crm4e_value *row,
                     const c4_assign *assign, crm4e_id rotation, int32_t number, crm4e_id *chosen);
/* The hook: requester settings, and the rule that an import names. */
int c4_choose_owner(c4_unit *unit, const struct c4_draft *draft, const crm4e_value *row,
                    crm4e_id *owner);

/* Whether a user could own records of the module: active, licensed for it, and
 * in a team module one of its users who is no requester, or an administrator. */
bool c4_owner_eligible(const c4_unit *unit, const c4_module *module, crm4e_id user);
/* Tells a user about the record. */
int c4_notice_send(c4_run *run, const c4_rule_action *action, const c4_user *to,
                   const c4_notice *notice);
/* A message: opened with what all say, closed and put into the outbox under the key of
 * rule, record, version and action. The buffer is freed by the caller. */
void c4_payload_open(const c4_run *run, c4_buffer *out, bool *first);
/* What all say, into a buffer that is there. */
void c4_payload_say(const c4_run *run, c4_buffer *out, bool *first);
int c4_payload_put(c4_run *run, const c4_rule_action *action, const char *kind, crm4e_id recipient,
                   c4_buffer *out);
/* Changes the owner of any record, in the name of a rule. */
int c4_rule_set_owner(c4_unit *unit, const c4_module *module, crm4e_id record, crm4e_id owner);
#endif
