/* SPDX-License-Identifier: MIT */
/*
 * Workflow rules, owner assignment, outbox. The first floor: create and edit
 * triggers, criteria, assign owner in rotation, field update, notify. A new
 * trigger or action is a line in a table and a function beside it.
 *
 * A rule is stored as JSON, the same as in the apply document:
 * {"name": "Assign requests", "module": "Documents", "active": true,
 *  "on": "create" | "edit" | "create_or_edit" | "delete",
 *  "conditions": [
 *    {"when": "Created_By = 'peer@acme.example'",          (absent: all records)
 *     "then": [
 *       {"assign_owner": {"target": "team_module_users" | "users" | "role",
 *                         "users": [emails], "role": name,
                         "profiles": ["admin", "manager", "member", "participant"],
 *                         "online_only": true, "notify": true,
 *                         "transfer": ["tasks", "events", "calls"]}},
 *       {"update_field": {"field": "Status", "value": ..}},
 *       {"notify": {"to": "owner" | "creator" | email, "subject": text, "body": text}},
 *       {"webhook": {"url": text}}]}],
 *  "on_failure": "log" | "fail"}
 *
 * The first condition that holds wins; one for all records comes last. A refused
 * action undoes all of its rule; then the change goes on and the run log tells,
 * or with "fail" the change is refused too. Rules see the change, not what other
 * rules made of it. On delete there is only notify and webhook.
 */
#ifndef C4_AUTOMATION_H
#define C4_AUTOMATION_H

#include "record/query.h"

typedef enum c4_trigger {
    C4_ON_CREATE = 1,
    C4_ON_EDIT = 2,
    C4_ON_CREATE_OR_EDIT = 3,
    C4_ON_DELETE = 4
} c4_trigger;

enum {
    C4_RULE_CONDITIONS = 10,
    C4_RULE_ACTIONS = 50
};

/* Checks a rule's JSON wholly (names, criteria, values, author's rights, limits)
 * and stores it, in place of the one with the same name in the module unless
 * `create_only`. Stored form: names resolved to numbers and ids. */
int c4_workflow_put(c4_unit *unit, const c4_json *rule, bool create_only, crm4e_id *id);
int c4_workflow_remove(c4_unit *unit, const c4_module *module, const char *name);
int c4_workflow_activate(c4_unit *unit, const c4_module *module, const char *name, bool active);
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
    C4_OUTBOX_DEAD = 3
} c4_outbox_state;

typedef struct c4_outbox_entry {
    crm4e_id id;
    const char *kind;
    const char *key;
    const c4_module *module;
    crm4e_id record;
    crm4e_id recipient;
    int64_t created;
    int32_t attempt; /* the coming one, from 1 */
    const char *payload;
    size_t payload_length;
} c4_outbox_entry;

int c4_outbox_put(c4_unit *unit, const char *kind, const c4_module *module, crm4e_id record,
                  crm4e_id workflow, crm4e_id recipient, const char *payload, size_t length);
/* The next entry that is due at `now`, in order; in the unit's arena. CRM4E_ROW, or
 * CRM4E_OK when there is none. System administrators only. */
int c4_outbox_next(c4_unit *unit, int64_t now, c4_outbox_entry *entry);
/* After a try: delivered, failed (later again with back-off; dead after 10), or
 * given up. NOT_FOUND when it is not waiting any more. */
int c4_outbox_settle(c4_unit *unit, crm4e_id id, c4_outbox_state state);
int c4_outbox_retry(c4_unit *unit, crm4e_id id); /* a dead letter waits again */

#endif
