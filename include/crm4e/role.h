/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_ROLE_H
#define CRM4E_ROLE_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Roles: a tree. Who holds one sees the records of those below.
 */

/** A role to create or change. NULL and 0 keep what is there, or take the
 *  default of a new role. */
typedef struct crm4e_role_options {
    size_t struct_size;       /**< sizeof(crm4e_role_options) */
    const char *name;         /**< unique in the org; names the role; 1 to 100 characters */
    const char *new_name;     /**< changing: what it is called from now on */
    const char *parent;       /**< name of the role above; new role: the root */
    int32_t share_with_peers; /**< 1: those with the role see each other's records, 2: not; new
                                   role: not */
    uint32_t reserved;        /**< 0 */
} crm4e_role_options;

/** Initialiser of #crm4e_role_options. */
#define CRM4E_ROLE_OPTIONS_INIT                                                                    \
    {                                                                                              \
        sizeof(crm4e_role_options), NULL, NULL, NULL, 0, 0                                         \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_role_options_init(crm4e_role_options *options);

/**
 * Creates a role. Needs the permission to manage roles.
 *
 * @param id      receives the new role's id; may be NULL
 * @param session who creates
 * @param options the role
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_CONFLICT when the name is taken; #CRM4E_E_NOT_FOUND for the
 *         parent; #CRM4E_E_DEPTH below 32 levels; #CRM4E_E_TOO_BIG for a 501st role below one;
 *         #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_role_create(crm4e_id *id, crm4e_session *session,
                                const crm4e_role_options *options);

/**
 * Renames a role, hangs it elsewhere, or changes whether its holders share. The root keeps its name.
 * Nobody but a system administrator changes his own role or brings others under it.
 *
 * @param session who changes
 * @param options what to change
 * @return as crm4e_role_create(); #CRM4E_E_NOT_FOUND for an unknown role; #CRM4E_E_CYCLE for a parent
 *         below the role itself
 */
CRM4E_API int crm4e_role_update(crm4e_session *session, const crm4e_role_options *options);

/**
 * Removes a role that nobody holds and nothing names.
 *
 * @param session who removes; needs the permission to manage roles
 * @param name    the role's
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_CONFLICT for the root, and while a
 *         user, a role below, a group, a sharing rule or a share uses it: the message says which;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_role_remove(crm4e_session *session, const char *name);

/**
 * Id of a role by name, for groups, sharing rules and shares.
 *
 * @param session who asks
 * @param name    the role's
 * @param id      receives the id
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_role_find(crm4e_session *session, const char *name, crm4e_id *id);

/**
 * A role as a JSON object, as in the apply document.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param name    the role's
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_role_json(crm4e_text **out, crm4e_session *session, const char *name);

/**
 * All roles as a JSON array, parents before those below them.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @return #CRM4E_OK; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_roles_json(crm4e_text **out, crm4e_session *session);

#ifdef __cplusplus
}
#endif

#endif
