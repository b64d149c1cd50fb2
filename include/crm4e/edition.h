/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_EDITION_H
#define CRM4E_EDITION_H

#include <crm4e/engine.h>
#include <crm4e/text.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Which edition or bundle a firm needs.
 */

/** What a firm needs. 0: nothing of the kind. Numbers are at most 1,000,000,000. */
typedef struct crm4e_edition_needs {
    size_t struct_size;                    /**< sizeof(crm4e_edition_needs) */
    int64_t users;                         /**< with a CRM user licence; 0: one */
    int64_t team_users;                    /**< with a Team User licence */
    int64_t team_modules;                  /**< of all teams */
    int64_t custom_modules;                /**< org modules beside the standard ones */
    int64_t fields_per_team_module;        /**< in the largest */
    int64_t fields_per_org_module;         /**< custom fields in the largest */
    int64_t lookup_fields_per_team_module; /**< in the largest */
    int64_t users_per_team_module;         /**< in the largest */
    int64_t admins_per_team_module;        /**< in the largest */
    int64_t team_spaces;                   /**< of all teams */
    int64_t folders_per_team_space;        /**< in the largest */
    int64_t departments;                   /**< that work with customers; two and more need a team
                                                   space each */
    int64_t workflow_rules;                /**< of all modules */
    int64_t workflow_rules_per_module;     /**< in the largest */
    int64_t active_workflow_rules_per_module; /**< in the largest */
    int32_t interactions;                     /**< 1: the interactions view */
    int32_t desk;                             /**< 1: customer service, beside CRM */
    int32_t projects;                         /**< 1: projects, beside CRM */
    int32_t campaigns;                        /**< 1: campaigns, beside CRM */
    int32_t whole_company;                    /**< 1: also for departments without customers */
    uint32_t reserved;                        /**< 0 */
} crm4e_edition_needs;

/** Initialiser of #crm4e_edition_needs. */
#define CRM4E_EDITION_NEEDS_INIT                                                                   \
    {                                                                                              \
        sizeof(crm4e_edition_needs), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 \
    }

/**
 * Sets all needs to none.
 *
 * @param needs to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_edition_needs_init(crm4e_edition_needs *needs);

/**
 * The smallest edition or bundle that fits, and what rules each smaller one out,
 * by the same limits that orgs are held to (docs/limits.md; what a licence
 * callback would say is left aside). As a JSON object: `{"edition": "standard",
 * "ruled_out": [{"edition": "free", "reasons": [{"need": "users", "limit": "crm_licences",
 * "allowed": 3, "needed": 12}]}], "sentence": {"en": "...", "zh": "..."}}`. A reason that is no
 * number has "need" alone. When nothing fits the edition is null and all are ruled out.
 *
 * CRM alone is for firms that live on sales, CRM Plus for several departments that
 * need service, projects or campaigns as well, Zoho One for the whole company.
 *
 * @param out    receives the text; free it with crm4e_text_free()
 * @param engine any; no org is needed
 * @param needs  what the firm needs
 * @return #CRM4E_OK, also when nothing fits; #CRM4E_E_INVALID for a number out of range;
 *         #CRM4E_E_MISUSE; #CRM4E_E_NO_MEMORY
 */
CRM4E_API int crm4e_edition_advise(crm4e_text **out, crm4e_engine *engine,
                                   const crm4e_edition_needs *needs);

#ifdef __cplusplus
}
#endif

#endif
