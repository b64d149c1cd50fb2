/* SPDX-License-Identifier: MIT */
/*
 * Assignment rules: ordered entries of a module, each with criteria and whom to
 * choose among in turn. Requester settings, imports and the action assign_owner
 * use them. In a document and, with ids for names, in storage:
 * {"name": "Incoming", "module": "Documents", "entries": [
 *    {"when": "Fee > 1000", "to": {"target": "users", "users": [emails]}},
 *    {"to": {"target": "team_module_users", "online_only": true}}]}
 * The first entry that holds decides; one without `when` holds for all and is the
 * last. A rule does what its author may: he answers for it as for a workflow rule.
 */
#ifndef C4_ASSIGNMENT_H
#define C4_ASSIGNMENT_H

#include "automation/automation.h"

enum {
    C4_ASSIGNMENT_ENTRIES = 50,
    C4_ASSIGNMENTS_MAX = 100 /* of a module */
};

/* Checks and stores a rule, in place of the one of its name. `module` NULL: the one that
 * the JSON names. */
int c4_assignment_put(c4_unit *unit, const c4_module *module, const c4_json *json, crm4e_id *id);
/* CONFLICT while requester settings name it. */
int c4_assignment_remove(c4_unit *unit, const c4_module *module, const char *name);
/* As when it is stored: a refusal where it names what is gone, or is closed to the actor. */
int c4_assignment_check(c4_unit *unit, const c4_definition *definition);
/* As the document has it. */
int c4_assignment_write(c4_unit *unit, const c4_definition *definition, c4_buffer *out);
/* Those of a module as an array, for who may set up its automation. */
int c4_assignments_write(c4_unit *unit, const c4_module *module, c4_buffer *out);
const c4_definition *c4_assignment_of(const c4_meta *meta, crm4e_id id);
/* Whom the rule chooses for a row of the module; 0: nobody, when no entry holds or
 * nobody of it is eligible. NOT_FOUND when it is gone, DENIED when its author may no
 * longer do it. */
int c4_assignment_choose(c4_unit *unit, const c4_module *module, crm4e_id id,
                         const crm4e_value *row, crm4e_id *chosen);

#endif
