/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_ASSIGNMENT_H
#define CRM4E_ASSIGNMENT_H

#include <crm4e/module.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Assignment rules: whom a record goes to, by what it says. A rule has entries in order, each
 * with criteria and with whom to choose among in turn; the first entry whose criteria the record
 * meets decides. Requester settings (crm4e_module_set_assignment_rule()), an import
 * (#crm4e_import_options) and the action that assigns an owner (#CRM4E_ASSIGN_RULE) use them.
 *
 * A rule does what its author may do, when it is saved and whenever it is used, as a workflow
 * rule does. Who sets up the automation of a module sets up its assignment rules.
 */

/**
 * Creates an assignment rule of a module, or replaces the one of its name. It is a JSON object
 * as in the apply document: {"name", "entries": [{"when", "to"}]}. `when` are criteria as of
 * crm4e_query_where(); an entry without them holds for all records and is the last. `to` is
 * {"target", "online_only"} with "team_module_users" (and "profiles"), "users" (and "users"),
 * "role" (and "role") or "group" (and "group"). At most 50 entries, and 100 rules of a module.
 *
 * @param module the module; "module" in the JSON is not looked at
 * @param json   the rule
 * @param length bytes, or #CRM4E_NUL_TERMINATED; at most 1 MiB
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_INVALID; #CRM4E_E_NOT_FOUND for a user, a role or a group, and
 *         when the module is gone; #CRM4E_E_TOO_BIG; #CRM4E_E_LIMIT; #CRM4E_E_MISUSE; what the storage
 *         answers
 */
CRM4E_API int crm4e_assignment_put(crm4e_module *module, const char *json, size_t length);

/**
 * Removes an assignment rule. An action that names it fails from then on.
 *
 * @param module the module
 * @param name   of the rule
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_CONFLICT (rule "in_use") while the
 *         requester settings of the module name it; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_assignment_remove(crm4e_module *module, const char *name);

/**
 * The assignment rules of a module as a JSON array, in order of their names, for who may set up
 * its automation.
 *
 * @param out    receives the text; free it with crm4e_text_free()
 * @param module the module
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND when it is gone, and for a rule that names a role or
 *         a group that is; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_assignments_json(crm4e_text **out, crm4e_module *module);

#ifdef __cplusplus
}
#endif

#endif
