/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_GROUP_H
#define CRM4E_GROUP_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * User groups: users, roles and other groups under one name, to share with. To
 * change one needs the permission to manage data sharing. Everybody sees which
 * groups there are and who is in them.
 */

/** A group to create or change. NULL keeps what is there, or is the default of
 *  a new group. */
typedef struct crm4e_group_options {
    size_t struct_size;      /**< sizeof(crm4e_group_options) */
    const char *name;        /**< unique in the org; names the group; 1 to 100 characters */
    const char *new_name;    /**< changing: what it is called from now on */
    const char *description; /**< at most 250 characters; "" for none */
} crm4e_group_options;

/** Initialiser of #crm4e_group_options. */
#define CRM4E_GROUP_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(crm4e_group_options), NULL, NULL, NULL                                              \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_group_options_init(crm4e_group_options *options);

/**
 * Creates a group with nobody in it.
 *
 * @param id      receives the new group's id; may be NULL
 * @param session who creates
 * @param options the group
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_CONFLICT when the name is taken; #CRM4E_E_LIMIT;
 *         #CRM4E_E_INVALID; #CRM4E_E_TOO_BIG; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_group_create(crm4e_id *id, crm4e_session *session,
                                 const crm4e_group_options *options);

/**
 * Renames or describes a group. What names it goes on to.
 *
 * @param session who changes
 * @param options what to change
 * @return as crm4e_group_create(); #CRM4E_E_NOT_FOUND for an unknown group
 */
CRM4E_API int crm4e_group_update(crm4e_session *session, const crm4e_group_options *options);

/**
 * Adds a source to a group: from now on everybody it stands for is in the group, also who
 * comes to it later. A group may be a source; groups in a circle belong to one another.
 *
 * @param session who changes
 * @param group   the group's name
 * @param kind    CRM4E_SUBJECT_*
 * @param subject id of the user, role or group
 * @return #CRM4E_OK, also when it is one already; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND for group or
 *         subject; #CRM4E_E_TOO_BIG for a 201st source; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what
 *         the storage answers
 */
CRM4E_API int crm4e_group_add(crm4e_session *session, const char *group, crm4e_subject kind,
                              crm4e_id subject);

/**
 * Takes a source out of a group.
 *
 * @param session who changes
 * @param group   the group's name
 * @param kind    CRM4E_SUBJECT_*
 * @param subject id of the user, role or group
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND for the group, and for what is no source of it;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_group_take(crm4e_session *session, const char *group, crm4e_subject kind,
                               crm4e_id subject);

/**
 * Removes a group that nothing names.
 *
 * @param session who removes
 * @param name    the group's
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_CONFLICT while another group, a sharing
 *         rule or a share uses it: the message says which; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_group_remove(crm4e_session *session, const char *name);

/**
 * Id of a group by name, for other groups, sharing rules and shares.
 *
 * @param session who asks
 * @param name    the group's
 * @param id      receives the id
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_group_find(crm4e_session *session, const char *name, crm4e_id *id);

/**
 * A group with its sources as a JSON object, as in the apply document.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param name    the group's
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_group_json(crm4e_text **out, crm4e_session *session, const char *name);

/**
 * All groups as a JSON array, in the order they were made.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @return #CRM4E_OK; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_groups_json(crm4e_text **out, crm4e_session *session);

#ifdef __cplusplus
}
#endif

#endif
