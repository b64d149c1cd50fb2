/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_WORKFLOW_H
#define CRM4E_WORKFLOW_H

#include <crm4e/module.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Workflow rules, built step by step and checked when saved.
 */

/** When a rule looks at a record. */
typedef uint32_t crm4e_trigger;
enum {
    CRM4E_ON_CREATE = 1,
    CRM4E_ON_EDIT = 2,
    CRM4E_ON_CREATE_OR_EDIT = 3,
    CRM4E_ON_DELETE = 4
};

/** Among whom an owner is chosen. */
typedef uint32_t crm4e_assign_target;
enum {
    CRM4E_ASSIGN_TEAM_MODULE_USERS = 1, /**< the team module's users, requesters excluded */
    CRM4E_ASSIGN_USERS = 2,             /**< those listed */
    CRM4E_ASSIGN_ROLE = 3,              /**< users of one role */
    CRM4E_ASSIGN_GROUP = 4,             /**< users of one group, with those it includes */
    CRM4E_ASSIGN_RULE = 5               /**< whom an assignment rule of the module says */
};

/** Which open activities go to the new owner. */
enum {
    CRM4E_TRANSFER_TASKS = 1,
    CRM4E_TRANSFER_EVENTS = 2,
    CRM4E_TRANSFER_CALLS = 4,
    CRM4E_TRANSFER_OPEN_ACTIVITIES = 7
};

/** The action that assigns an owner in rotation. */
typedef struct crm4e_assign_options {
    size_t struct_size;         /**< sizeof(crm4e_assign_options) */
    crm4e_assign_target target; /**< CRM4E_ASSIGN_* */
    uint32_t transfer;          /**< CRM4E_TRANSFER_* bits */
    const crm4e_id *users;      /**< for #CRM4E_ASSIGN_USERS */
    size_t user_count;          /**< their number */
    const char *role;           /**< for #CRM4E_ASSIGN_ROLE */
    int32_t online_only; /**< 1: only users that are online; nobody online: owner unchanged */
    int32_t notify;      /**< 1: tell the new owner */
    const char *group;   /**< for #CRM4E_ASSIGN_GROUP */
    const char *assignment_rule; /**< for #CRM4E_ASSIGN_RULE */
} crm4e_assign_options;

/** Initialiser of #crm4e_assign_options. */
#define CRM4E_ASSIGN_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(crm4e_assign_options), 0, 0, NULL, 0, NULL, 0, 0, NULL, NULL                        \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_assign_options_init(crm4e_assign_options *options);

/**
 * A new rule, not saved. It starts with one condition: all records.
 *
 * @param out    receives the rule; free it with crm4e_workflow_free()
 * @param module the module it is for
 * @param name   unique in the module; 1 to 100 characters
 * @return #CRM4E_OK; #CRM4E_E_DENIED for who may not set up automation there; #CRM4E_E_INVALID;
 *         #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY; what the storage answers
 */
CRM4E_API int crm4e_workflow_new(crm4e_workflow **out, crm4e_module *module, const char *name);

/**
 * Frees a rule in hand; a saved one stays.
 *
 * @param workflow may be NULL
 */
CRM4E_API void crm4e_workflow_free(crm4e_workflow *workflow);

/**
 * Sets the trigger.
 *
 * @param workflow the rule
 * @param trigger  CRM4E_ON_*
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_MISUSE
 */
CRM4E_API int crm4e_workflow_on(crm4e_workflow *workflow, crm4e_trigger trigger);

/**
 * Starts the next condition; actions that follow belong to it. The first
 * condition a record meets wins.
 *
 * @param workflow the rule
 * @param criteria as crm4e_query_where(); NULL: all records
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_DEPTH; #CRM4E_E_TOO_BIG beyond ten; #CRM4E_E_MISUSE;
 *         #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_workflow_when(crm4e_workflow *workflow, const char *criteria);

/**
 * Adds the action that assigns an owner.
 *
 * @param workflow the rule
 * @param options  among whom and how
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_TOO_BIG beyond fifty actions; #CRM4E_E_MISUSE;
 *         #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_workflow_then_assign_owner(crm4e_workflow *workflow,
                                               const crm4e_assign_options *options);

/**
 * Adds the action that sets a field.
 *
 * @param workflow the rule
 * @param field    API name
 * @param value    text in its canonical form; NULL clears the field
 * @return as crm4e_workflow_then_assign_owner()
 */
CRM4E_API int crm4e_workflow_then_update_field(crm4e_workflow *workflow, const char *field,
                                               const char *value);

/**
 * Adds the action that notifies somebody through the outbox.
 *
 * @param workflow the rule
 * @param to       "owner", "creator" or a user's email
 * @param subject  text
 * @param body     text; may be NULL
 * @return as crm4e_workflow_then_assign_owner()
 */
CRM4E_API int crm4e_workflow_then_notify(crm4e_workflow *workflow, const char *to,
                                         const char *subject, const char *body);

/**
 * Checks and stores the rule; it is active from then on.
 *
 * @param workflow the rule
 * @return #CRM4E_OK; #CRM4E_E_CONFLICT when the name is taken; #CRM4E_E_INVALID for unknown fields and
 *         values, a missing trigger or no action; #CRM4E_E_DENIED; #CRM4E_E_LIMIT; #CRM4E_E_MISUSE; what
 *         the storage answers
 */
CRM4E_API int crm4e_workflow_save(crm4e_workflow *workflow);

#ifdef __cplusplus
}
#endif

#endif
