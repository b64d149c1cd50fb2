/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_DRY_RUN_H
#define CRM4E_DRY_RUN_H

#include <crm4e/workflow.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * What workflow rules would do with a record: tried, told and taken back.
 */

/** What is tried. */
typedef struct crm4e_dry_run_options {
    size_t struct_size; /**< sizeof(crm4e_dry_run_options) */
    const char *rule;   /**< only this rule of the module, even when it is not active; NULL: all */
    const char *values; /**< with CRM4E_ON_EDIT: JSON object of what is written; may be NULL */
    crm4e_trigger on;   /**< any but CRM4E_ON_CREATE_OR_EDIT; 0: as created */
    uint32_t reserved;  /**< 0 */
} crm4e_dry_run_options;

/** Initialiser of #crm4e_dry_run_options. */
#define CRM4E_DRY_RUN_OPTIONS_INIT                                                                 \
    {                                                                                              \
        sizeof(crm4e_dry_run_options), NULL, NULL, 0, 0                                            \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_dry_run_options_init(crm4e_dry_run_options *options);

/**
 * What the rules of a module would do if a record that is there had just been created, or
 * deleted, as it is, or were edited with values, by the user of the session; an interaction that
 * such an edit brings to the record wakes the rules that wait for it. With a trigger on
 * fields, tags, notes or interactions: as if what its rules wait for had just happened. Nothing is
 * written, no message is put into the outbox, no rotation moves on.
 *
 * A JSON object {"module", "record", "on", "rules": [..]}, the rules in their order: {"rule",
 * "result", "condition", "when", "actions", "message"}. The result is "done", "skipped" (an
 * action had nothing to work on), "failed" (then "failed_action" says where, and
 * "stops_change" that the change would be refused with it, before later rules), "no_match" (no
 * condition holds), "not_triggered", "scheduled" (a rule by the clock would act, "due" says
 * when), "inactive", or "closed". "condition" is the number of the
 * one that held, from 1, "when" its criteria; "message" what is skipped and why, or the error.
 * An action is {"action", ..} with what it would do: "field", "old" and "new", with "through" when
 * it is of the record behind that lookup; "owner", whose
 * "old" and "new" are emails, and "activities", how many would go along; "kind", "recipient"
 * and "payload" of a message as it would stand in the outbox, with texts as the recipient would
 * read them; "module" and "record" of what is created, null where the user of the session would
 * not see it, without what rules of that module make of it; "due" and "actions", the
 * names of those that a scheduled group would do then; or "skipped". A rule that fails has none: all of it would be undone.
 *
 * For who may set up the automation of the module, about records that he sees; an edit with
 * values needs the rights to it. A rule does what its author may: those of others are
 * "closed" and not tried, but for system administrators - unless the host has an authorise
 * callback, whom they are bound by as well. A message whose recipient would read what the
 * user of the session may not has a null "payload"; and "activities" is null to all
 * but administrators.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param module  whose rules
 * @param record  the record
 * @param options what is tried; NULL: all rules, as created
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND for the record, the rule, and when the module
 *         is gone; #CRM4E_E_INVALID for a trigger that is none of these and values that are no
 *         object; what an edit with the values answers; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_dry_run_json(crm4e_text **out, crm4e_module *module, crm4e_id record,
                                 const crm4e_dry_run_options *options);

#ifdef __cplusplus
}
#endif

#endif
