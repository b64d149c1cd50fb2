/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_SHARING_H
#define CRM4E_SHARING_H

#include <crm4e/module.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Sharing rules: they open records of an org module to others, either those
 * that somebody owns or those that meet criteria. Built step by step, checked
 * when saved, in force at once. All of it needs the permission to manage data
 * sharing.
 */

/**
 * A new rule, not saved: to read only, without superiors.
 *
 * @param out    receives the rule; free it with crm4e_sharing_rule_free()
 * @param module an org module other than Notes and Attachments, which follow their records
 * @param name   unique in the module; 1 to 100 characters
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_UNSUPPORTED for such a module; #CRM4E_E_INVALID;
 *         #CRM4E_E_NOT_FOUND when the module is gone; #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY; what the
 *         storage answers
 */
CRM4E_API int crm4e_sharing_rule_new(crm4e_sharing_rule **out, crm4e_module *module,
                                     const char *name);

/**
 * Frees a rule in hand; a saved one stays.
 *
 * @param rule may be NULL
 */
CRM4E_API void crm4e_sharing_rule_free(crm4e_sharing_rule *rule);

/**
 * Adds somebody whose records the rule opens, in a rule by owner.
 *
 * @param rule    the rule
 * @param kind    CRM4E_SUBJECT_*
 * @param subject id of the user, role or group
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_CONFLICT when he is named already; #CRM4E_E_TOO_BIG for the
 *         201st; #CRM4E_E_INVALID, also in a rule with criteria; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_sharing_rule_from(crm4e_sharing_rule *rule, crm4e_subject kind,
                                      crm4e_id subject);

/**
 * Makes it a rule by criteria, or replaces them: it opens the records that meet them. They name
 * fields of the module itself and neither the current user nor days counted from today nor who
 * holds a role; days are those of the org's time zone.
 *
 * @param rule     the rule
 * @param criteria as in a query, docs/query.md; no field that is hidden from who saves the rule
 * @return #CRM4E_OK; #CRM4E_E_INVALID, also in a rule by owner; #CRM4E_E_TOO_BIG; #CRM4E_E_MISUSE;
 *         #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_sharing_rule_when(crm4e_sharing_rule *rule, const char *criteria);

/**
 * Adds somebody the records are opened to.
 *
 * @param rule    the rule
 * @param kind    CRM4E_SUBJECT_*
 * @param subject id of the user, role or group
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_CONFLICT when he is named already; #CRM4E_E_TOO_BIG for the
 *         201st; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_sharing_rule_to(crm4e_sharing_rule *rule, crm4e_subject kind, crm4e_id subject);

/**
 * Sets what is opened. Profiles go on to say which actions there are at all.
 *
 * @param rule  the rule
 * @param level CRM4E_LEVEL_* but for CRM4E_LEVEL_FULL_ACCESS
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_MISUSE
 */
CRM4E_API int crm4e_sharing_rule_permission(crm4e_sharing_rule *rule, crm4e_level level);

/**
 * Sets whether the rule also reaches those above its recipients.
 *
 * @param rule    the rule
 * @param allowed 1: yes; 0: no
 * @return #CRM4E_OK; #CRM4E_E_INVALID; #CRM4E_E_MISUSE
 */
CRM4E_API int crm4e_sharing_rule_superiors(crm4e_sharing_rule *rule, int32_t allowed);

/**
 * Checks and stores the rule as a new one, in force at once.
 *
 * @param rule the rule; somebody it is from, or criteria, and somebody it is to
 * @return #CRM4E_OK; #CRM4E_E_DENIED, also for criteria with a hidden field; #CRM4E_E_CONFLICT when the
 *         module has a rule of this name; #CRM4E_E_LIMIT; #CRM4E_E_INVALID; #CRM4E_E_NOT_FOUND for somebody
 *         who is gone; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_sharing_rule_save(crm4e_sharing_rule *rule);

/**
 * Checks the rule and stores it in the place of the one of its name, which stays
 * active or inactive.
 *
 * @param rule the rule
 * @return as crm4e_sharing_rule_save(); #CRM4E_E_NOT_FOUND when the module has no rule of this name
 */
CRM4E_API int crm4e_sharing_rule_replace(crm4e_sharing_rule *rule);

/**
 * Makes a rule open records, or stop.
 *
 * @param module the module
 * @param name   the rule's
 * @param active 1: it opens; 0: it does not
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_UNSUPPORTED for a module that has no rules;
 *         #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_sharing_rule_activate(crm4e_module *module, const char *name, int32_t active);

/**
 * Removes a rule.
 *
 * @param module the module
 * @param name   the rule's
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_UNSUPPORTED for a module that has no rules;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_sharing_rule_remove(crm4e_module *module, const char *name);

/**
 * The rules of a module as a JSON array, as in the apply document, in the order
 * they were made.
 *
 * @param out    receives the text; free it with crm4e_text_free()
 * @param module the module
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND when the module is gone; #CRM4E_E_MISUSE; what the
 *         storage answers
 */
CRM4E_API int crm4e_sharing_rules_json(crm4e_text **out, crm4e_module *module);

#ifdef __cplusplus
}
#endif

#endif
