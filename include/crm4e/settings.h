/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_SETTINGS_H
#define CRM4E_SETTINGS_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Settings of an org, its edition, licences and trial.
 */

/** Settings of an org. NULL and 0 keep what is there. */
typedef struct crm4e_org_update_options {
    size_t struct_size;        /**< sizeof(crm4e_org_update_options) */
    crm4e_edition edition;     /**< up or down: what is over a smaller limit stays */
    crm4e_ui_mode ui_mode;     /**< default of users made from now on */
    int64_t crm_licences;      /**< bought CRM user licences; -1: none */
    int64_t team_licences;     /**< bought Team User licences; -1: none */
    const char *locale;        /**< "en", "zh-CN" */
    const char *time_zone;     /**< IANA */
    const char *currency;      /**< ISO 4217 home currency, while there are no amounts in it */
    crm4e_hierarchy hierarchy; /**< which tree lets superiors see records */
    int32_t fiscal_month;      /**< first month of the fiscal year, 1 to 12 */
    int32_t crm4e;     /**< 1: team modules and spaces are in use, 2: not, and stay as they are */
    uint32_t reserved; /**< 0 */
    int32_t history_days; /**< days after which crm4e_history_purge() takes lines; -1: never */
    uint32_t reserved2;   /**< 0 */
} crm4e_org_update_options;

/** Initialiser of #crm4e_org_update_options. */
#define CRM4E_ORG_UPDATE_OPTIONS_INIT                                                              \
    {                                                                                              \
        sizeof(crm4e_org_update_options), 0, 0, 0, 0, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0           \
    }

/**
 * Sets all options to "keep".
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_org_update_options_init(crm4e_org_update_options *options);

/**
 * Changes settings of the org. A smaller edition or fewer licences take nothing
 * away and lock nobody out: only more of what is over its limit is refused.
 *
 * @param session a system administrator's
 * @param options what to change
 * @return #CRM4E_OK, also when all was so already; #CRM4E_E_DENIED; #CRM4E_E_CONFLICT for another
 *         currency once there are amounts; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage
 *         answers
 */
CRM4E_API int crm4e_org_update(crm4e_session *session, const crm4e_org_update_options *options);

/**
 * Starts the org's trial of a larger edition. While it lasts the limits of that
 * edition count, at the end those of the one bought, as after any downgrade; the
 * licences are those bought all the time. An org has one trial.
 *
 * The trial ends by the host's clock. The latest time that any write has seen
 * is kept in the database: a clock set back prolongs nothing once it was seen at the
 * end, and one that ran ahead past the end by mistake has ended the trial.
 *
 * @param session a system administrator's
 * @param edition what to try; more than the edition that was bought
 * @param days    how long, 1 to 365; 0: 15
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_CONFLICT when there was a trial, or when it would be
 *         over already because the clock is behind a time that was seen; #CRM4E_E_INVALID;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_org_start_trial(crm4e_session *session, crm4e_edition edition, int32_t days);

/**
 * The settings as a JSON object: those of a document (docs/apply.md), with the
 * "name", the "edition_now" that counts, and a "trial" with "edition", "until"
 * and whether it "runs", when there was one.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks; any user of the org
 * @return #CRM4E_OK; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_org_json(crm4e_text **out, crm4e_session *session);

#ifdef __cplusplus
}
#endif

#endif
