/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_SPACE_H
#define CRM4E_SPACE_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Team spaces: navigation and membership. A space grants no access to data.
 */

/** A new team space. */
typedef struct crm4e_space_options {
    size_t struct_size; /**< sizeof(crm4e_space_options) */
    const char *name;   /**< unique in the org; 1 to 100 characters */
} crm4e_space_options;

/** Initialiser of #crm4e_space_options. */
#define CRM4E_SPACE_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(crm4e_space_options), NULL                                                          \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_space_options_init(crm4e_space_options *options);

/**
 * Creates a team space; its creator becomes its admin. Needs the permission to
 * manage team spaces.
 *
 * @param out     receives the space; free it with crm4e_space_free()
 * @param session who creates
 * @param options the space
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_CONFLICT when the name is taken; #CRM4E_E_LIMIT;
 *         #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_space_create(crm4e_space **out, crm4e_session *session,
                                 const crm4e_space_options *options);

/**
 * A space the user is a member of or may manage.
 *
 * @param out     receives the space; free it with crm4e_space_free()
 * @param session who asks
 * @param name    the space's
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_space_open(crm4e_space **out, crm4e_session *session, const char *name);

/**
 * Frees the handle; the space itself stays.
 *
 * @param space may be NULL
 */
CRM4E_API void crm4e_space_free(crm4e_space *space);

/**
 * The space's id.
 *
 * @param space the space
 * @return the id; 0 for a dead handle
 */
CRM4E_API crm4e_id crm4e_space_id(const crm4e_space *space);

/**
 * Adds a member, or changes whether he is an admin of the space.
 *
 * @param space the space; its admins and who manages team spaces may
 * @param user  an active user
 * @param admin 1: he manages members and modules of the space; 0: not
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what
 *         the storage answers
 */
CRM4E_API int crm4e_space_add_member(crm4e_space *space, crm4e_id user, int32_t admin);

/**
 * Removes a member.
 *
 * @param space the space
 * @param user  the member
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_space_remove_member(crm4e_space *space, crm4e_id user);

/**
 * Places a module in the space, or moves it when it stands there.
 *
 * @param space  the space
 * @param module API name of an org or team module
 * @param folder a folder of the space, made when it is missing; NULL: directly in the space
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_LIMIT; #CRM4E_E_INVALID;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_space_place(crm4e_space *space, const char *module, const char *folder);

#ifdef __cplusplus
}
#endif

#endif
