/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_SPACE_H
#define CRM4E_SPACE_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Team spaces: navigation and membership. A space grants no access to data and
 * tells of none: whoever reads or changes one finds in it the modules he may
 * open or configure, and no others. Who manages team spaces (a permission of the
 * profile) creates, renames and removes them; an admin of a space manages its
 * members, folders and modules. While CRM4E is switched off in the org there are
 * no team spaces; they come back unchanged.
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
 * A space the user is a member of or may manage. To anybody else, also to who
 * leaves while he has it in hand, it is #CRM4E_E_NOT_FOUND.
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
 * Gives the space another name. Needs the permission to manage team spaces.
 *
 * @param space the space
 * @param name  unique in the org; 1 to 100 characters
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_CONFLICT when the name is taken;
 *         #CRM4E_E_INVALID; #CRM4E_E_TOO_BIG; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_space_rename(crm4e_space *space, const char *name);

/**
 * Removes the space; its modules and their records stay. Needs the permission to
 * manage team spaces. Free the handle as ever.
 *
 * @param space the space
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_space_remove(crm4e_space *space);

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
 * Removes a member. Also the last admin may go: who manages team spaces can
 * still do everything. A user who is no longer active leaves all spaces.
 *
 * @param space the space
 * @param user  the member
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_space_remove_member(crm4e_space *space, crm4e_id user);

/**
 * Adds a folder. Folders do not nest.
 *
 * @param space    the space; its admins and who manages team spaces may
 * @param name     unique in the space; 1 to 100 characters
 * @param position among the folders, from 0; -1, and any past the last: at the end
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_CONFLICT when the name is taken;
 *         #CRM4E_E_LIMIT; #CRM4E_E_INVALID; #CRM4E_E_TOO_BIG; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_space_add_folder(crm4e_space *space, const char *name, int32_t position);

/**
 * Gives a folder another name; what is in it stays there.
 *
 * @param space    the space
 * @param name     the folder's
 * @param new_name as in crm4e_space_add_folder()
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_CONFLICT when the name is taken;
 *         #CRM4E_E_INVALID; #CRM4E_E_TOO_BIG; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_space_rename_folder(crm4e_space *space, const char *name, const char *new_name);

/**
 * Moves a folder to another place among the folders.
 *
 * @param space    the space
 * @param name     the folder's
 * @param position as in crm4e_space_add_folder(), among the other folders
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what
 *         the storage answers
 */
CRM4E_API int crm4e_space_move_folder(crm4e_space *space, const char *name, int32_t position);

/**
 * Removes a folder. What is in it moves up into the space.
 *
 * @param space the space
 * @param name  the folder's
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_space_remove_folder(crm4e_space *space, const char *name);

/**
 * Places a module in the space, or moves it when it stands there. A module
 * stands once in a space, and may stand in several.
 *
 * @param space    the space; its admins and who manages team spaces may
 * @param module   API name of an org or team module that the user may open or configure
 * @param folder   a folder of the space; NULL: directly in the space
 * @param position among the other modules there that the user sees, from 0; -1, and any past the
 *                 last: at the end
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND for the module, and for a folder that is
 *         not there: none is made; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_space_place(crm4e_space *space, const char *module, const char *folder,
                                int32_t position);

/**
 * Takes a module out of the space. The module itself stays.
 *
 * @param space  the space
 * @param module its API name
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND, also when it does not stand there;
 *         #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_space_take(crm4e_space *space, const char *module);

/**
 * The space as a JSON object, as in the apply document, with those of its modules
 * that the user may open or configure. Given back in a document, that list leaves
 * the others where they are.
 *
 * @param out   receives the text; free it with crm4e_text_free()
 * @param space the space
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_space_json(crm4e_text **out, crm4e_space *space);

/**
 * The spaces the user is a member of, or with the permission to manage team
 * spaces all, as a JSON array in the order they were made.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @return #CRM4E_OK; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_spaces_json(crm4e_text **out, crm4e_session *session);

#ifdef __cplusplus
}
#endif

#endif
