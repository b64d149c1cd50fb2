/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_MODULE_H
#define CRM4E_MODULE_H

#include <crm4e/session.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @file
 * Modules and their fields.
 */

/** A new module. */
typedef struct crm4e_module_options {
    size_t struct_size;      /**< sizeof(crm4e_module_options) */
    const char *api_name;    /**< letter, then letters, digits, single underscores; at most 50 */
    const char *singular;    /**< label of one record; NULL: the api_name */
    const char *plural;      /**< label of several; NULL: the singular */
    const char *singular_zh; /**< Chinese labels; NULL: the English ones */
    const char *plural_zh;   /**< Chinese labels; NULL: the English ones */
    const char *space;       /**< team modules: the space it is placed in; NULL: none */
    crm4e_access access;     /**< 0: org module */
    crm4e_share org_default; /**< org modules; 0: private */
} crm4e_module_options;

/** Initialiser of #crm4e_module_options. */
#define CRM4E_MODULE_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(crm4e_module_options), NULL, NULL, NULL, NULL, NULL, NULL, 0, 0                     \
    }

/** Rows of one subform of one record, at most. */
#define CRM4E_SUBFORM_ROWS_MAX 200
/** Products that one price book lists, at most. */
#define CRM4E_PRICE_BOOK_PRODUCTS_MAX 2000
/** Columns of a subform, at most. */
#define CRM4E_SUBFORM_COLUMNS_MAX 30
/** Subforms that a module has besides those of the standard, at most. */
#define CRM4E_MODULE_SUBFORMS_MAX 5

/** A new field. */
typedef struct crm4e_field_options {
    size_t struct_size;        /**< sizeof(crm4e_field_options) */
    const char *api_name;      /**< as for modules; unique in the module */
    const char *label;         /**< NULL: the api_name */
    const char *label_zh;      /**< NULL: the label */
    const char *target;        /**< lookups: API name of the module they point to */
    const char *options;       /**< picklists: JSON array of values, see docs/apply.md */
    const char *default_value; /**< JSON value, or NULL */
    const char *tooltip;       /**< or NULL */
    crm4e_type type;           /**< CRM4E_TYPE_* */
    int32_t length;            /**< text: greatest number of characters; 0: the type's */
    int32_t decimals;          /**< 0 to 9; -1: the type's (2) */
    int32_t mandatory;         /**< 1: a record needs a value */
    int32_t unique;            /**< 1: exactly, 2: without regard to case and accents */
    int32_t indexed;           /**< 1: lists sorted or filtered by it are fast */
    const char *settings;      /**< autonumbers, formulas, roll-ups, subforms: JSON object, see
                               docs/apply.md; or NULL */
} crm4e_field_options;

/** Initialiser of #crm4e_field_options. */
#define CRM4E_FIELD_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(crm4e_field_options), NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, -1, 0, 0, 0,  \
            NULL                                                                                   \
    }

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_module_options_init(crm4e_module_options *options);

/**
 * Sets all options to their defaults.
 *
 * @param options to fill
 * @return #CRM4E_OK, or #CRM4E_E_MISUSE for NULL
 */
CRM4E_API int crm4e_field_options_init(crm4e_field_options *options);

/**
 * Creates a module. An org module needs the permission to customise; a team
 * module the permission to create team modules, and membership of its space:
 * the creator becomes its admin.
 *
 * @param out     receives the module; free it with crm4e_module_free()
 * @param session who creates
 * @param options the module
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_CONFLICT when the name is taken; #CRM4E_E_LIMIT;
 *         #CRM4E_E_INVALID; #CRM4E_E_NOT_FOUND for the space, also for one he is not in; #CRM4E_E_MISUSE;
 *         what the storage answers
 */
CRM4E_API int crm4e_module_create(crm4e_module **out, crm4e_session *session,
                                  const crm4e_module_options *options);

/**
 * A module the user may open, configure, or share records of.
 *
 * @param out      receives the module; free it with crm4e_module_free()
 * @param session  who asks
 * @param api_name the module's
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND, also for a module he may not see; #CRM4E_E_MISUSE; what
 *         the storage answers
 */
CRM4E_API int crm4e_module_open(crm4e_module **out, crm4e_session *session, const char *api_name);

/**
 * Frees the handle; the module itself stays.
 *
 * @param module may be NULL
 */
CRM4E_API void crm4e_module_free(crm4e_module *module);

/**
 * Adds a field. No other data is rewritten. A formula or a roll-up is computed for the records that
 * are there.
 *
 * @param module  the module; who customises, or its admin, may
 * @param options the field
 * @return #CRM4E_OK; #CRM4E_E_DENIED, also when a formula or a roll-up names a field that is closed
 *         to the user, and for a roll-up over a module that he does not configure or see all of;
 *         #CRM4E_E_CONFLICT when the name is taken; #CRM4E_E_LIMIT; #CRM4E_E_INVALID; #CRM4E_E_TOO_BIG;
 *         #CRM4E_E_NOT_FOUND for a target, also for one he may not see; #CRM4E_E_UNSUPPORTED for a
 *         type this release does not make; #CRM4E_E_FULL when an autonumber has no numbers left for
 *         the records that are there; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_module_add_field(crm4e_module *module, const crm4e_field_options *options);

/**
 * Removes a custom field with its values. A later field of the same name is
 * another field.
 *
 * @param module   the module
 * @param api_name the field's
 * @return #CRM4E_OK; #CRM4E_E_DENIED, also for a standard field; #CRM4E_E_NOT_FOUND; #CRM4E_E_CONFLICT
 *         (rule "in_use") while a formula, a roll-up or criteria of a sharing rule name it; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_module_remove_field(crm4e_module *module, const char *api_name);

/**
 * Adds a user to a team module, or changes his team profile. The last admin stays
 * admin (#CRM4E_E_DENIED, rule "last_admin") unless a system administrator acts.
 *
 * @param module  a team module; its admins and system administrators may
 * @param user    an active user
 * @param profile CRM4E_TEAM_*
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_NOT_FOUND for the user; #CRM4E_E_LIMIT;
 *         #CRM4E_E_UNSUPPORTED for an org module; #CRM4E_E_INVALID; #CRM4E_E_MISUSE; what the
 *         storage answers
 */
CRM4E_API int crm4e_module_add_member(crm4e_module *module, crm4e_id user,
                                      crm4e_team_profile profile);

/**
 * Removes a user from a team module; the last admin as said above.
 *
 * @param module a team module
 * @param user   the member
 * @return as crm4e_module_add_member()
 */
CRM4E_API int crm4e_module_remove_member(crm4e_module *module, crm4e_id user);

/**
 * Hides a module, or shows it again. A hidden module and its records are there for system
 * administrators only; who may configure it still opens its settings.
 *
 * @param module the module; who customises, or its admin, may
 * @param hidden 1: hide; 0: show
 * @return #CRM4E_OK, also when it is so already; #CRM4E_E_DENIED; #CRM4E_E_INVALID; #CRM4E_E_NOT_FOUND
 *         when it is gone; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_module_set_hidden(crm4e_module *module, int32_t hidden);

/**
 * Archives a team module or a custom org module, or brings it back. The records of an archived
 * module are there for system administrators only, to view and to export; nobody changes
 * them. It counts towards the limits all the same.
 *
 * @param module   the module; who customises, or its admin, may
 * @param archived 1: archive; 0: bring back
 * @return #CRM4E_OK, also when it is so already; #CRM4E_E_DENIED; #CRM4E_E_UNSUPPORTED for a module of
 *         the standard, which is hidden instead; #CRM4E_E_INVALID; #CRM4E_E_NOT_FOUND when it is
 *         gone; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_module_set_archived(crm4e_module *module, int32_t archived);

/**
 * Removes a team module or a custom org module for good: its records with their history, the bin,
 * notes, shares and messages that wait; its fields, members, permissions, rules, sharing rules
 * and charts; its places in team spaces. Activities that pointed to its records stay and point
 * to nothing. The limits get back what it used. A later module of the same name is another
 * module. The handle stays to be freed.
 *
 * @param module the module; who customises, or its admin, may
 * @return #CRM4E_OK; #CRM4E_E_DENIED, also for a module of the standard, and to an admin of a team module
 *         when a system administrator appointed another one (rule "appointed");
 *         #CRM4E_E_CONFLICT (rule "in_use") while a lookup of another module points to it, or a roll-up of
 *         another goes over its records: the error names that field; #CRM4E_E_LOCKED while a record of it is locked; #CRM4E_E_NOT_FOUND when it is gone;
 *         #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_module_remove(crm4e_module *module);

/**
 * Sets what everybody may do with all records of an org module. Needs the
 * permission to manage data sharing.
 *
 * @param module      an org module
 * @param org_default CRM4E_SHARE_*
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_INVALID, also for a team module and for Notes and
 *         Attachments, which go by what they hang on; #CRM4E_E_NOT_FOUND when it is gone; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_module_set_org_default(crm4e_module *module, crm4e_share org_default);

/**
 * Allows an action to a team profile of a team module, or takes it.
 *
 * @param module  a team module; its admins and system administrators may
 * @param profile CRM4E_TEAM_*
 * @param action  CRM4E_ACTION_*
 * @param allowed 1: give; 0: take
 * @return #CRM4E_OK; #CRM4E_E_DENIED; #CRM4E_E_INVALID, also for an action the team profile cannot have;
 *         #CRM4E_E_UNSUPPORTED for an org module, where profiles decide; #CRM4E_E_NOT_FOUND when it
 *         is gone; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_module_allow_action(crm4e_module *module, crm4e_team_profile profile,
                                        crm4e_action action, int32_t allowed);

/**
 * Sets what a team profile may do with a field of a team module.
 *
 * @param module     a team module; its admins and system administrators may
 * @param profile    CRM4E_TEAM_*
 * @param field      API name of the field
 * @param permission CRM4E_PERMISSION_*
 * @return as crm4e_module_allow_action(); #CRM4E_E_NOT_FOUND for the field
 */
CRM4E_API int crm4e_module_set_field(crm4e_module *module, crm4e_team_profile profile,
                                     const char *field, crm4e_permission permission);

/**
 * The members of a team module as a JSON array of objects {"id", "user", "name", "profile",
 * "active"}, in order of id: `user` is the email, `profile` the team profile, `active` false for who
 * is inactive or has no licence. Its members but requesters see them, and system administrators.
 *
 * @param out    receives the text; free it with crm4e_text_free()
 * @param module a team module
 * @return #CRM4E_OK; #CRM4E_E_UNSUPPORTED for an org module; #CRM4E_E_NOT_FOUND when it is gone or
 *         closed to the user; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_module_members_json(crm4e_text **out, crm4e_module *module);

/**
 * The modules the user may open, as crm4e_module_open() does, as a JSON array of objects {"api_name",
 * "singular", "plural", "singular_zh", "plural_zh", "kind", "hidden", "archived", "configures"} in the order they
 * were made. `kind` is "standard", "custom" or "team". A team module has besides "profile", the
 * user's team profile, or null, and "admins", how many of its admins are active: 0 leaves it to
 * system administrators.
 *
 * @param out     receives the text; free it with crm4e_text_free()
 * @param session who asks
 * @return #CRM4E_OK; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_modules_json(crm4e_text **out, crm4e_session *session);

/**
 * The module and the fields the user may read, {"module": {..}, "fields": [..]}, both as in the
 * apply document. Permissions of a team module name fields that are closed to him only to who
 * configures it.
 *
 * @param out    receives the text; free it with crm4e_text_free()
 * @param module the module
 * @return #CRM4E_OK; #CRM4E_E_NOT_FOUND when it is gone; #CRM4E_E_MISUSE; what the storage answers
 */
CRM4E_API int crm4e_module_json(crm4e_text **out, crm4e_module *module);

#ifdef __cplusplus
}
#endif

#endif
