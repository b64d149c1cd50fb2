/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_USER_H
#define CRM4E_USER_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Users of an org.
 */

/** A user to create or change. NULL and 0 keep what is there, or take the
 *  default of a new user. */
typedef struct crm4e_user_options {
    size_t struct_size;       /**< sizeof(crm4e_user_options) */
    const char *email;        /**< unique in the org; names the user */
    const char *name;         /**< new user: the email */
    const char *role;         /**< name of a role; new user: the lowest "Manager" */
    const char *profile;      /**< name of a profile; new user: "Standard", or "Team User" */
    const char *locale;       /**< new user: the org's */
    const char *time_zone;    /**< new user: the org's */
    const char *reporting_to; /**< email of his superior; "" for nobody */
    crm4e_licence licence;    /**< new user: CRM */
    crm4e_user_status status; /**< new user: active */
    crm4e_ui_mode ui_mode;    /**< new user: the org's */
    uint32_t reserved;        /**< 0 */
} crm4e_user_options;

/** Initialiser of #crm4e_user_options. */
#define CRM4E_USER_OPTIONS_INIT                                                                    \
    {                                                                                              \
        sizeof(crm4e_user_options), NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0           \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_user_options_init(crm4e_user_options *options);

/**
 * Creates a user. Needs the permission to manage users; nobody gives a profile
 * with more rights than he holds.
 *
 * @param id      receives the new user's id; may be NULL
 * @param session who creates
 * @param options the user
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_CONFLICT when the email is taken; #CRM4E_E_LIMIT
 *         without a free licence; #CRM4E_E_INVALID; #CRM4E_E_NOT_FOUND for role, profile or superior;
 *         #CRM4E_E_UNSUPPORTED for #CRM4E_LICENCE_PORTAL; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_user_create(crm4e_id *id, crm4e_session *session,
                                const crm4e_user_options *options);

/**
 * Changes the user named by `options->email`. Nobody changes his own role,
 * profile, licence or status; the last active administrator stays. Who is
 * deleted leaves team modules, spaces and groups, and what was shared with him
 * alone is taken back. A team module whose last working admin he was is left to system
 * administrators; the audit log says so.
 *
 * @param session who changes
 * @param options what to change
 * @return as crm4e_user_create(); #CRM4E_E_NOT_FOUND for an unknown user; #CRM4E_E_CYCLE for a
 *         reporting line that closes
 */
CRM4E_API int crm4e_user_update(crm4e_session *session, const crm4e_user_options *options);

/**
 * Id of a user by email.
 *
 * @param session who asks
 * @param email   the user's
 * @param id      receives the id
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_user_find(crm4e_session *session, const char *email, crm4e_id *id);

/**
 * A user as a JSON object, as in the apply document, with his id.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param id      the user
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_user_json(crm4e_text **out, crm4e_session *session, crm4e_id id);

#ifdef __cplusplus
}
#endif

#endif
