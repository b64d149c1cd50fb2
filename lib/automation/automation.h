/* SPDX-License-Identifier: MIT */
/*
 * Workflow rules, owner assignment, outbox. The first floor: create and edit
 * triggers, criteria, assign owner in rotation, field update, notify. A new
 * trigger or action is a line in a table and a function beside it.
 *
 * A rule is stored as JSON, the same as in the apply document:
 * {"name": "Assign requests", "module": "Documents", "active": true,
 *  "on": "create" | "edit" | "create_or_edit" | "delete" | "field_update" | "tag_added" |
 *        "tag_removed" | "note_added" | "interaction_added" | "date_or_datetime",
 *  "fields": ["Stage", {"field": "Status", "value": ..}], "match": "any" | "all",
 *  "tags": [names], "kinds": [names], "channels": ["email"], "repeat": true,
 *  "date": {"field": name, "before": {"days": 3}, "at": "09:00", "repeat": "yearly"},
 *  "conditions": [
 *    {"when": "Created_By = 'peer@acme.example'",          (absent: all records)
 *     "was": "Stage = 'Open'",                 (the record as it was before the change)
 *     "then": [
 *       {"assign_owner": {"target": "team_module_users" | "users" | "role" | "group"
 *                                  | "assignment_rule" | "user_field" | "matching_users",
 *                         "users": [emails], "role": name, "field": name,
 *                         "criteria": text,
                         "profiles": ["admin", "manager", "member", "participant"],
 *                         "online_only": true, "notify": true,
 *                         "transfer": ["tasks", "events", "calls"]}},
 *       {"update_field": {"field": "Status" | "Lookup.Field", "value": ..}},
 *       {"create_record": ..}, {"create_task": ..}, {"create_meeting": ..},
 *       {"create_call": ..},      (automation/action_create.c)
 *       {"convert_lead": {"deal": {..}, "owner": email}},
 *       {"add_tags": {"tags": [names]}}, {"remove_tags": {"tags": [names]}},
 *       {"notify": {"to": "owner" | "creator" | email, "subject": text, "body": text}},
 *       {"webhook": {"method": "POST", "url": text, "headers": {name: text},
 *                    "body": JSON | "form": {name: text} | "text": text}},
 *       {"function": {"name": text, "arguments": {..}}}],
 *     "scheduled": [{"after": {"business_days": 2}, "then": [..]}]}],
 *  "on_failure": "log" | "fail"}
 *
 * The first condition that holds wins; one for all records comes last. A refused
 * action undoes all of its rule; then the change goes on and the run log tells,
 * or with "fail" the change is refused too. Rules see the change, not what other
 * rules made of it. What they set on the record is written once, see c4_hand in
 * run.h. On delete there is only notify and webhook.
 */
#ifndef C4_AUTOMATION_H
#define C4_AUTOMATION_H

#include "model/manage.h"
#include "record/query.h"

typedef enum c4_trigger {
    C4_ON_CREATE = 1,
    C4_ON_EDIT = 2,
    C4_ON_CREATE_OR_EDIT = 3,
    C4_ON_DELETE = 4,
    C4_ON_FIELD_UPDATE = 5,
    C4_ON_TAG_ADDED = 6,
    C4_ON_TAG_REMOVED = 7,
    C4_ON_NOTE_ADDED = 8,
    C4_ON_INTERACTION_ADDED = 9,
    C4_ON_DATE = 10
} c4_trigger;

enum {
    C4_RULE_CONDITIONS = 10,
    C4_RULE_GROUPS = 5, /* of a condition */
    C4_RULE_ACTIONS = 50
};

/* Checks a rule's JSON wholly (names, criteria, values, author's rights, limits)
 * and stores it, in place of the one with the same name in the module unless
 * `create_only`. Stored form: names resolved to numbers and ids. */
int c4_workflow_put(c4_unit *unit, const c4_json *rule, bool create_only, crm4e_id *id);
int c4_workflow_remove(c4_unit *unit, const c4_module *module, const char *name);
int c4_workflow_activate(c4_unit *unit, const c4_module *module, const char *name, bool active);
/* The rules of a module in their order: names, what they wait for, whether they are active. */
int c4_workflows_write(c4_unit *unit, const c4_module *module, c4_buffer *out);
/* c4_org_change_put(), after which what waits is due by the clock of the zone that the org has. */
int c4_schedule_org_change(c4_unit *unit, const c4_org_change *change);
/* NULL when the module has none of the name. */
int c4_workflow_named(c4_unit *unit, const c4_module *module, const char *name,
                      const c4_definition **found);
/* As when it is stored: a refusal where it names what is gone, or is closed to the actor. */
int c4_workflow_check(c4_unit *unit, const c4_definition *definition);
/* The stored rule as the apply document has it. */
int c4_workflow_write(c4_unit *unit, const c4_definition *definition, c4_buffer *out);

/* The hooks a session's units carry. */
extern const c4_hooks c4_automation_hooks;

/* Who is next in a rotation over `users` (ids in order): the first eligible one
 * after the last chosen; advances the stored cursor in the transaction. NOT
 * eligible: inactive, no licence, and when `online_only` not online. *chosen is
 * 0 when nobody is. */
int c4_rotation_next(c4_unit *unit, int64_t owner, int64_t action, const int64_t *users,
                     size_t count, bool online_only, crm4e_id *chosen);

/* How open activities go with a record to its new owner. */
typedef struct c4_handing {
    /* Gives one away. LOCKED: it keeps its owner. */
    int (*give)(c4_unit *unit, const c4_module *module, crm4e_id activity, crm4e_id owner);
    bool rights; /* so it does after DENIED and NOT_FOUND */
    /* Told of each one that is kept; may be NULL. */
    void (*kept)(void *context, const char *why);
    void *context;
} c4_handing;
/* Gives the open activities of a record, of the kinds CRM4E_TRANSFER_*, to somebody, whoever
 * owns them; those who may not own activities get none. `*given`: how many. */
int c4_hand_activities(c4_unit *unit, const c4_module *module, crm4e_id record, uint32_t kinds,
                       crm4e_id to, const c4_handing *how, int64_t *given);

/* Outbox. States are stored. */
typedef enum c4_outbox_state {
    C4_OUTBOX_WAITING = 1,
    C4_OUTBOX_DELIVERED = 2,
    C4_OUTBOX_DEAD = 3,
    C4_OUTBOX_BEHIND = 4 /* waits until the one before it about its record is settled */
} c4_outbox_state;

typedef struct c4_outbox_entry {
    crm4e_id id;
    c4_outbox_state state;
    const char *kind;
    const char *key;
    const c4_module *module;
    crm4e_id record;
    crm4e_id recipient;
    int64_t created;
    int64_t due;
    int32_t tries; /* so far */
    int64_t lease; /* 0: nobody has it */
    const char *payload;
    size_t payload_length;
    const char *reason; /* why the last try failed; or NULL */
} c4_outbox_entry;

typedef struct c4_outbox_message {
    const char *kind;
    const char *key; /* unique for ever */
    const c4_module *module;
    crm4e_id record;
    crm4e_id workflow;
    crm4e_id recipient;
    const char *payload;
    size_t length;
} c4_outbox_message;

/* What became of a try. */
typedef struct c4_outbox_answer {
    c4_outbox_state state; /* WAITING: failed, later again with back-off; dead after 10 */
    int64_t lease;         /* of who took it; 0: for a message that nobody has */
    const char *reason;    /* cut after 500 bytes; or NULL */
} c4_outbox_answer;

int c4_outbox_put(c4_unit *unit, const c4_outbox_message *message);
/* All that follow are for system administrators. */
/* The next entry that is due at `now` and that nobody has, in order; in the unit's arena.
 * CRM4E_ROW, or CRM4E_OK when there is none. */
int c4_outbox_next(c4_unit *unit, int64_t now, c4_outbox_entry *entry);
/* When there is next one to deliver, also one that somebody has until then: CRM4E_ROW, or
 * CRM4E_OK when none waits. */
int c4_outbox_due(c4_unit *unit, int64_t *due);
/* As c4_outbox_next(), and it is the caller's until its lease ends, by the unit's clock. Counts as a
 * try; the entry tells how it was before, but for its lease: what ends a lease so often
 * without an answer is dead. */
int c4_outbox_take(c4_unit *unit, int64_t now, int64_t microseconds, c4_outbox_entry *entry);
/* NOT_FOUND when it is not waiting any more, CONFLICT when somebody else has it. */
int c4_outbox_settle(c4_unit *unit, crm4e_id id, const c4_outbox_answer *answer);
/* As if it had not been taken. */
int c4_outbox_give_back(c4_unit *unit, const c4_outbox_entry *taken);
/* Dead letters: NOT_FOUND for others. */
int c4_outbox_retry(c4_unit *unit, crm4e_id id);
int c4_outbox_discard(c4_unit *unit, crm4e_id id);
/* Of a state, behind an id, in the arena. */
int c4_outbox_list(c4_unit *unit, c4_outbox_state state, crm4e_id after, size_t limit,
                   c4_outbox_entry **entries, size_t *count);
/* Removes what was delivered before a time. */
int c4_outbox_purge(c4_unit *unit, int64_t before, size_t budget, size_t *done);

#endif
