/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_PROFILE_H
#define CRM4E_PROFILE_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Profiles: what their holders may do in org modules, and with the org. Team
 * modules have their team profiles. To change one needs the permission to
 * manage profiles; nobody gives or takes more than he holds, or changes the
 * profile he has. "Administrator" and "Standard" are fixed, "Team User" but for
 * the ten modules it opens to look at.
 */

/**
 * Creates a profile that starts as another one.
 *
 * @param session  who creates
 * @param name     unique in the org; 1 to 100 characters
 * @param clone_of name of the profile it starts as
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_CONFLICT when the name is taken; #CRM4E_E_NOT_FOUND for
 *         the other profile; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_profile_create(crm4e_session *session, const char *name, const char *clone_of);

/**
 * Renames a profile that is not built in.
 *
 * @param session  who renames
 * @param name     the profile's
 * @param new_name what it is called from now on
 * @return #CRM4E_OK; #CRM4E_E_DENIED, also for a built-in one; #CRM4E_E_CONFLICT when the name is taken;
 *         #CRM4E_E_NOT_FOUND; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_profile_rename(crm4e_session *session, const char *name, const char *new_name);

/**
 * Gives a profile an admin permission, or takes it. The last active system administrator stays.
 *
 * @param session    who changes
 * @param profile    the profile's name
 * @param permission CRM4E_ADMIN_*
 * @param allowed    1: give; 0: take
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_CONFLICT when users with a Team User
 *         licence hold the profile and may not have it; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what
 *         the storage answers
 */
CRM4E_API int crm4e_profile_allow(crm4e_session *session, const char *profile,
                                  crm4e_admin permission, int32_t allowed);

/**
 * Allows an action in an org module, or takes it. Without CRM4E_ACTION_VIEW the
 * module does not exist for those who hold the profile.
 *
 * @param session who changes
 * @param profile the profile's name
 * @param module  API name of an org module
 * @param action  CRM4E_ACTION_*
 * @param allowed 1: give; 0: take
 * @return as crm4e_profile_allow(); #CRM4E_E_NOT_FOUND for the module
 */
CRM4E_API int crm4e_profile_allow_action(crm4e_session *session, const char *profile,
                                         const char *module, crm4e_action action, int32_t allowed);

/**
 * Sets what those who hold the profile may do with a field of an org module.
 *
 * @param session    who changes
 * @param profile    the profile's name
 * @param module     API name of an org module
 * @param field      API name of the field
 * @param permission CRM4E_PERMISSION_*
 * @return as crm4e_profile_allow(); #CRM4E_E_NOT_FOUND for module or field
 */
CRM4E_API int crm4e_profile_set_field(crm4e_session *session, const char *profile,
                                      const char *module, const char *field,
                                      crm4e_permission permission);

/**
 * Removes a profile that nobody holds and that is not built in.
 *
 * @param session who removes
 * @param name    the profile's
 * @return #CRM4E_OK; #CRM4E_E_DENIED, also for a built-in one; #CRM4E_E_NOT_FOUND; #CRM4E_E_CONFLICT
 *         while users hold it; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_profile_remove(crm4e_session *session, const char *name);

/**
 * A profile as a JSON object, as in the apply document: one's own, or any to who
 * manages profiles.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param name    the profile's
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_profile_json(crm4e_text **out, crm4e_session *session, const char *name);

/**
 * All profiles as a JSON array, to who manages profiles.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_profiles_json(crm4e_text **out, crm4e_session *session);

#ifdef __cplusplus
}
#endif

#endif
