/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_TAB_GROUP_H
#define CRM4E_TAB_GROUP_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Tab groups: the menu of the classic interface. Each has modules in an order and
 * is shown to the profiles and roles that it names, or to everybody when it names
 * none. A tab group opens nothing: whoever is shown one finds in it the modules he
 * may open. To read or change tab groups needs the permission to customise; of
 * modules that are closed to whoever does they tell nothing. "All Tabs", which holds
 * everything the user may open, is always there and belongs to nobody.
 */

/** A tab group to create or change. NULL keeps what is there, or is the default
 *  of a new one. */
typedef struct crm4e_tab_group_options {
    size_t struct_size;   /**< sizeof(crm4e_tab_group_options) */
    const char *name;     /**< unique in the org; names the tab group; 1 to 100 characters */
    const char *new_name; /**< changing: what it is called from now on */
    const char *label;    /**< its title in English; a new one's: the name; 1 to 100 characters */
    const char *label_zh; /**< in Chinese; a new one's: the English one */
} crm4e_tab_group_options;

/** Initialiser of #crm4e_tab_group_options. */
#define CRM4E_TAB_GROUP_OPTIONS_INIT                                                               \
    {                                                                                              \
        sizeof(crm4e_tab_group_options), NULL, NULL, NULL, NULL                                    \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_tab_group_options_init(crm4e_tab_group_options *options);

/**
 * Creates a tab group with nothing in it, shown to everybody.
 *
 * @param id      receives the new tab group's id; may be NULL
 * @param session who creates
 * @param options the tab group
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_CONFLICT when the name is taken; #CRM4E_E_INVALID;
 *         #CRM4E_E_TOO_BIG, also for a 201st; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_tab_group_create(crm4e_id *id, crm4e_session *session,
                                     const crm4e_tab_group_options *options);

/**
 * Renames a tab group or gives it other labels.
 *
 * @param session who changes
 * @param options what to change
 * @return as crm4e_tab_group_create(); #CRM4E_E_NOT_FOUND for an unknown one
 */
CRM4E_API int crm4e_tab_group_update(crm4e_session *session,
                                     const crm4e_tab_group_options *options);

/**
 * Removes a tab group. Its modules stay.
 *
 * @param session who removes
 * @param name    the tab group's
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_tab_group_remove(crm4e_session *session, const char *name);

/**
 * Puts a module into a tab group, or moves it there. It may stand in several.
 *
 * @param session  who changes
 * @param group    the tab group's name
 * @param module   API name of an org or team module that the user may open or configure
 * @param position among the other modules there that the user sees, from 0; -1, and any past the
 *                 last: at the end
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND for the tab group, and the module;
 *         #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_tab_group_place(crm4e_session *session, const char *group, const char *module,
                                    int32_t position);

/**
 * Takes a module out of a tab group.
 *
 * @param session who changes
 * @param group   the tab group's name
 * @param module  its API name
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND, also when it does not stand there;
 *         #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_tab_group_take(crm4e_session *session, const char *group, const char *module);

/**
 * Shows a tab group to who has a profile, or no longer does.
 *
 * @param session who changes
 * @param group   the tab group's name
 * @param profile the profile's; it is not removed while a tab group names it
 * @param shown   1: shown; 0: not, unless his role is named
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND for tab group or profile; #CRM4E_E_INVALID;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_tab_group_show_profile(crm4e_session *session, const char *group,
                                           const char *profile, int32_t shown);

/**
 * Shows a tab group to who has a role, or no longer does. Roles below it are not meant.
 *
 * @param session who changes
 * @param group   the tab group's name
 * @param role    the role's; it is not removed while a tab group names it
 * @param shown   1: shown; 0: not, unless his profile is named
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND for tab group or role; #CRM4E_E_INVALID;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_tab_group_show_role(crm4e_session *session, const char *group, const char *role,
                                        int32_t shown);

/**
 * A tab group as a JSON object, as in the apply document.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @param name    the tab group's
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_tab_group_json(crm4e_text **out, crm4e_session *session, const char *name);

/**
 * All tab groups as a JSON array, in the order they were made, which is that of the menu.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_tab_groups_json(crm4e_text **out, crm4e_session *session);

#ifdef __cplusplus
}
#endif

#endif
