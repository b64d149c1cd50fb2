/* SPDX-License-Identifier: MIT */
/* What the changes of manage.h have in common: refusals, names, who holds what. */
#ifndef C4_MANAGE_RULES_H
#define C4_MANAGE_RULES_H

#include "model/gates.h"
#include "model/manage.h"
#include "model/schema.h"

/* Greatest lengths in code points. */
enum {
    C4_NAME_MAX = 100, /* roles, profiles, spaces, folders, labels */
    C4_USER_NAME_MAX = 200,
    C4_EMAIL_MAX = 100,
    C4_OPTION_MAX = 120,
    C4_TOOLTIP_MAX = 255,
    C4_API_NAME_MAX = 50,
    C4_TEAM_USER_MODULES = 10 /* org modules a Team User licence opens */
};

/* Starts every change: the snapshot as the transaction shows it. */
int c4_change_start(c4_unit *unit);
/* Ends every change that wrote: the generation moves, the audit gets a line. */
int c4_change_done(c4_unit *unit, const char *kind, int64_t object, const char *detail);
/* The same of a member of a whole: "Documents: wei@acme.example manager"; `word` may be NULL. */
int c4_member_done(c4_unit *unit, const char *kind, int64_t object, const char *whole,
                   crm4e_id user, const char *word);

/* Each writes the failure and returns its code. `text` follows the member's
 * name: "is missing". */
int c4_refuse(c4_unit *unit, int code, const char *member, const char *rule, const char *text);
int c4_refuse_denied(c4_unit *unit, const char *rule, const char *text);
int c4_need_permission(c4_unit *unit, uint32_t admin_bit);
/* `text` says what is for system administrators alone. */
int c4_need_administrator(c4_unit *unit, const char *text);
/* A code of storage gets its plain message. */
int c4_stored(c4_unit *unit, int code);

/* INVALID unless 1..maximum visible characters on one line; NULL text too. */
int c4_check_name(c4_unit *unit, const char *member, const char *text, size_t maximum);
/* The same for text that may be empty. */
int c4_check_note(c4_unit *unit, const char *member, const char *text, size_t maximum);
int c4_check_email(c4_unit *unit, const char *member, const char *text);
int c4_check_locale(c4_unit *unit, const char *text);
int c4_check_zone(c4_unit *unit, const char *text);
int c4_check_currency(c4_unit *unit, const char *text);
/* Also refuses the words of queries and of every record. */
int c4_check_api_name(c4_unit *unit, const char *text);
/* NO_MEMORY, else whether both fold to the same. */
int c4_same_name(c4_unit *unit, const char *a, const char *b, bool *same);
/* A word of an enumeration where a spec came from a program. */
int c4_check_word(c4_unit *unit, const char *member, c4_names names, uint32_t number);

/* Active and with a licence. */
bool c4_user_works(const c4_user *user);
/* NOT_FOUND naming `member` when there is none by that email. */
int c4_find_user(c4_unit *unit, const char *member, const char *email, const c4_user **out);
int c4_find_working_user(c4_unit *unit, const char *member, const char *email, const c4_user **out);

uint32_t c4_profile_actions(const c4_profile *profile, const c4_module *module);
c4_permission c4_field_permission_of(const c4_field_permission *fields, size_t count,
                                     int32_t field);
/* Nothing in `inner` that `outer` does not give. */
bool c4_profile_within(const c4_meta *meta, const c4_profile *inner, const c4_profile *outer);
/* May be held with a Team User licence: ten org modules at most, view only. */
bool c4_profile_fits_team(const c4_meta *meta, const c4_profile *profile);
/* The actor holds all of `profile`; while an org is created, always. */
bool c4_actor_covers(const c4_unit *unit, const c4_profile *profile);

/* The text of a TEXT value; NULL for all others. */
const char *c4_spec_text(const c4_json *value);
/* ["view", "edit"] to bits. INVALID naming `member`. */
int c4_actions_read(c4_unit *unit, const char *member, const c4_json *json, uint32_t *actions);
/* {"Email": "hidden"} of one module, appended to `out` (room for every member);
 * read_write leaves no entry. */
int c4_field_permissions_read(c4_unit *unit, const c4_module *module, const c4_json *json,
                              c4_field_permission *out, size_t *count);
/* The list with one permission changed, in the arena of the unit. */
int c4_field_permissions_set(c4_unit *unit, const c4_module *module, const char *name,
                             c4_permission permission, const c4_field_permission **fields,
                             size_t *count);
void c4_field_permissions_sort(c4_field_permission *fields, size_t count);

/* The row with these two values; `*id` is 0 when there is none. Further integer
 * columns of it go to `values` (NULL reads as 0). */
int c4_pair_find(c4_unit *unit, const crm4e_table *table, const uint32_t keys[2],
                 const int64_t wanted[2], crm4e_id *id, const uint32_t *columns, int64_t *values,
                 size_t count);
/* Ids of all rows that meet the predicate, found by the index, in the arena of the unit. */
int c4_rows_where(c4_unit *unit, const crm4e_table *table, const crm4e_predicate *where,
                  uint32_t index, crm4e_id **ids, size_t *count);
/* The same of one value. */
int c4_rows_with(c4_unit *unit, const crm4e_table *table, uint32_t column, int64_t wanted,
                 crm4e_id **ids, size_t *count);
/* Removes them. */
int c4_rows_drop(c4_unit *unit, const crm4e_table *table, uint32_t column, int64_t wanted);

/* A row of a table that is an id, a name and a definition: spaces, groups, tab groups. */
typedef struct c4_named_row {
    crm4e_id id;
    const char *name;
    c4_buffer *definition;
} c4_named_row;
/* Writes it and frees the definition. */
int c4_named_store(c4_unit *unit, c4_table_id table, const c4_named_row *row, bool fresh);

/* Writes the row of a module that exists, or of a standard one that had none. */
int c4_module_store(c4_unit *unit, const c4_module *module);

/* Writes the row of a profile, where it differs from `old` (NULL: a new one). */
int c4_profile_store(c4_unit *unit, const c4_profile *profile, const c4_profile *old);

/* Modules in an order that is kept (manage_places.c), in the arena of the unit. */
typedef struct c4_places {
    c4_space_item *items;
    size_t count;
} c4_places;
/* Whether the actor may open or configure the module: no other is told to him. */
bool c4_actor_sees(c4_unit *unit, const c4_module *module);
/* The module of that name: NOT_FOUND, with one text, for one that does not exist
 * and one he does not see; INVALID for one that lives inside of records. */
int c4_place_module(c4_unit *unit, const char *name, const c4_module **module);
/* Those the actor sees. */
int c4_places_seen(c4_unit *unit, const c4_space_item *items, size_t count, c4_places *out);
/* `list` in the place of what he sees of `old`; the others keep their places. */
int c4_places_merge(c4_unit *unit, const c4_space_item *old, size_t count, const c4_places *list,
                    c4_places *out);
/* The item at a position among those of its folder that he sees, from 0; -1, and
 * any past the last: the end. It stands there once. */
int c4_places_put(c4_unit *unit, const c4_space_item *items, size_t count, c4_space_item item,
                  int32_t position, c4_places *out);
/* All but this module. */
int c4_places_drop(c4_unit *unit, const c4_space_item *items, size_t count, int32_t module,
                   c4_places *out);
bool c4_places_same(const c4_space_item *items, size_t count, const c4_places *list);
/* INVALID below -1. */
int c4_check_position(c4_unit *unit, int32_t position);

/* A member of the space, or he manages all. To others it is like one that is not there. */
bool c4_actor_in_space(const c4_unit *unit, const c4_space *space);
/* Puts a module into a space, rights aside, where it does not stand in it already. */
int c4_space_add_item(c4_unit *unit, const c4_space *space, int32_t module);
/* Takes it out of the space, rights aside. */
int c4_space_drop_item(c4_unit *unit, const c4_space *space, int32_t module);

/* The module in the fresh snapshot, for one who may change its fields. */
int c4_fields_open(c4_unit *unit, int32_t number, const c4_module **module);
/* Writes the row of a field, rights aside: `old` is NULL for a new one; one that
 * stays the same is not written. `kind` and `detail` are for the audit log. */
int c4_field_store(c4_unit *unit, const c4_module *module, const c4_field *old,
                   const c4_field *field, const char *kind, const char *detail);
/* Writes the row of a new field alone: table and snapshot are the caller's. */
int c4_field_insert(c4_unit *unit, const c4_module *module, const c4_field *field,
                    const c4_buffer *text);
bool c4_is_colour(const char *text); /* "#rrggbb" */

/* Currencies (manage_currency.c). The org gets several, rights aside: CONFLICT while a record
 * holds what would not hold then. */
int c4_currency_start(c4_unit *unit);
/* A module with amounts gets the fields Currency and Exchange_Rate it lacks, where there are
 * several currencies. Modules have to be found again then. */
int c4_currency_follow(c4_unit *unit, int32_t module);
/* The same of any module. */
int c4_currency_give(c4_unit *unit, int32_t module);

/* Tags of a module (manage_tag.c): the values of its field Tag. */
enum {
    C4_TAG_NAME_MAX = 25, /* code points */
    C4_TAGS_OF_MODULE = 100,
    C4_TAGS_OF_RECORD = 10
};
const c4_field *c4_tag_field(const c4_module *module);
/* The tag of that name, not one that was removed; NULL: none. */
const c4_option *c4_tag_named(const c4_module *module, const char *name);
/* Makes a tag, brings a removed one back, or gives one another colour (NULL: as it
 * is), rights aside. Modules have to be found again then. */
int c4_tag_put(c4_unit *unit, const c4_module *module, const char *name, const char *colour);
/* The tag is removed, rights and records aside. */
int c4_tag_retire(c4_unit *unit, const c4_module *module, const c4_option *tag);

/* Reads a list of picklist values over those of `field` (manage_option.c). */
int c4_options_merge(c4_unit *unit, const c4_json *json, c4_field *field);

/* Subjects (manage_subject.c). [{"role": "Sales"}] to a list in the arena of the
 * unit: INVALID, NOT_FOUND, naming `member`. */
int c4_subjects_read(c4_unit *unit, const char *member, const c4_json *json, c4_subject_list *list);
bool c4_subjects_hold(const c4_subject_list *list, c4_subject subject);
/* Role or group: CONFLICT while a group, a sharing rule or a share speaks of it. */
int c4_subject_check_unused(c4_unit *unit, bool group, crm4e_id id);
/* What spoke of a deleted user: his place in groups, his shares. */
int c4_subject_forget(c4_unit *unit, crm4e_id user);
/* Writes the row of a group. */
int c4_group_store(c4_unit *unit, const c4_user_group *group, bool fresh);

/* Role or profile: CONFLICT while a tab group is shown to it. */
int c4_tab_group_check_unused(c4_unit *unit, crm4e_id viewer);
/* Takes a module out of the tab group, rights aside, if it stands there. */
int c4_tab_group_drop_item(c4_unit *unit, const c4_tab_group *group, int32_t module);

/* Membership of team modules, for those that also touch it (manage_member.c). */
int c4_member_create(c4_unit *unit, int32_t module, crm4e_id user, c4_team_profile profile);
/* DENIED when a system administrator appointed an admin of the module who is not the actor. */
int c4_member_check_appointed(c4_unit *unit, const c4_module *module);
/* A line of audit for each team module that has no other admin who works than a user
 * who stops to: system administrators rule it from then on. */
int c4_member_inherit(c4_unit *unit, const c4_user *user);
/* Everything a deleted user belonged to; spaces, also when he is no longer active. */
int c4_member_forget(c4_unit *unit, crm4e_id user);
/* The users whom requests go to in turn, checked and put into `module`: LIMIT beyond five,
 * NOT_FOUND, CONFLICT for one twice, INVALID for who is not active or could not own records
 * there. Of a document they are emails (manage_request.c). */
int c4_default_owners_set(c4_unit *unit, const crm4e_id *users, size_t count, c4_module *module);
int c4_default_owners_read(c4_unit *unit, const c4_json *json, c4_module *module);
/* The assignment rule by name, "" for none; giving one drops the default owners, and
 * the other way round. */
int c4_requester_rule_set(c4_unit *unit, const char *name, c4_module *module);
/* The assignment rule of that name; NULL: none. */
int c4_assignment_named(c4_unit *unit, const c4_module *module, const char *name,
                        const c4_definition **found);
/* He becomes a requester of the module, or stops to be one: what he created and owns
 * there are requests of his, or are not (manage_request.c). */
int c4_request_turn(c4_unit *unit, int32_t module, crm4e_id user, bool asks);
int c4_space_forget(c4_unit *unit, crm4e_id user);

#endif
