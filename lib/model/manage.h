/* SPDX-License-Identifier: MIT */
/*
 * Changes of what an org is made of. Each function checks the actor's right
 * and the limits, writes rows and an audit line, and marks the metadata
 * changed; it changes nothing when it fails early, and the caller's savepoint
 * undoes the rest. `put` creates, or changes what has the same name unless
 * `create_only` is set (then CONFLICT). A spec member that is NULL or 0 keeps
 * what is there, or takes the default of a new thing.
 */
#ifndef C4_MANAGE_H
#define C4_MANAGE_H

#include "base/json.h"
#include "model/limits.h"
#include "model/unit.h"

/* Org: only before there is an actor; in place of c4_unit_start() and
 * c4_unit_finish(). Creates all tables, the roles CEO and Manager, the three
 * built-in profiles and the first administrator. What is above C4_ID_BITS in
 * `org_id` becomes the tag of its ids. CRM4E is on in an org that starts with
 * nextgen. unit->meta holds the new metadata, which the caller releases, also
 * after a failure. */
typedef struct c4_org_spec {
    const char *name;
    c4_edition edition;   /* 0: free */
    int64_t crm_licences; /* 0: 1, free: 3 */
    int64_t team_licences;
    const char *locale;   /* NULL: "en" */
    const char *zone;     /* NULL: "UTC" */
    const char *currency; /* NULL: "USD" */
    int32_t fiscal_month; /* 0: 1 */
    c4_ui_mode ui_mode;   /* 0: nextgen */
    const char *admin_email;
    const char *admin_name; /* NULL: the email */
} c4_org_spec;
/* INVALID, as bootstrap would say, before anything is created. */
int c4_org_spec_check(c4_unit *unit, const c4_org_spec *spec);
/* The library's own tables, empty, and the version of the schema. */
int c4_tables_create(c4_unit *unit);
int c4_org_bootstrap(c4_unit *unit, crm4e_id org_id, const c4_org_spec *spec);

/* Settings of an org that exists; the system administrator only. */
typedef struct c4_org_change {
    c4_edition edition;
    int64_t crm_licences;  /* -1 keeps */
    int64_t team_licences; /* -1 keeps */
    const char *locale;
    const char *zone;
    const char *currency;
    int32_t fiscal_month;
    c4_ui_mode ui_mode;
    c4_hierarchy hierarchy;
    int crm4e;            /* 0 keeps, 1 on, 2 off */
    int multi_currency;   /* 0 keeps, 1 on; 2: CONFLICT once it is on */
    int32_t history_days; /* 0 keeps, -1: history stays */
} c4_org_change;
int c4_org_change_put(c4_unit *unit, const c4_org_change *change);
enum {
    C4_MOST_LICENCES = 1000000000,
    C4_TRIAL_DAYS = 15, /* unless the host says otherwise */
    C4_MOST_TRIAL_DAYS = 365
};
/* The org's only trial; `days` 0: C4_TRIAL_DAYS. */
int c4_trial_start(c4_unit *unit, c4_edition edition, int32_t days);
/* Whether a trial is over and no transaction that committed has said so yet: a clock that is set
 * back would give it back. To be asked where the state row can still be written. */
bool c4_trial_ends(const c4_unit *unit);

/* A currency beside the home currency, by its code; needs the permission to customise. */
typedef struct c4_currency_spec {
    const char *iso_code;
    const char *name;      /* NULL for a new one: the code */
    const char *symbol;    /* "" for none */
    int32_t decimal_place; /* -1 keeps; new: 2 */
    int is_active;         /* 0 keeps, 1 yes, 2 no; new: yes */
    const c4_json *rates;  /* [{"valid_from": "2026-01-31", "exchange_rate": "7.12"}] */
    bool create_only;
    bool change_only; /* NOT_FOUND when there is none */
} c4_currency_spec;
int c4_currency_put(c4_unit *unit, const c4_currency_spec *spec, crm4e_id *id);
/* The rate from a day on, in place of one of that day. Texts as people write them. */
int c4_currency_rate_put(c4_unit *unit, const char *iso_code, const char *valid_from,
                         const char *exchange_rate);

/* A kind of interaction of the org's own; needs the permission to customise. */
typedef struct c4_interaction_kind_spec {
    const char *name;
    const char *label;    /* NULL for a new one: the name */
    const char *label_zh; /* NULL for a new one: the label */
    uint32_t channel;     /* 0 keeps; new: other */
    uint32_t direction;   /* 0 keeps; new: none */
    int contact;          /* 0 keeps, 1 yes, 2 no; new: yes */
    int is_active;        /* the same */
    bool create_only;
    bool change_only; /* NOT_FOUND when there is none */
} c4_interaction_kind_spec;
int c4_interaction_kind_put(c4_unit *unit, const c4_interaction_kind_spec *spec, crm4e_id *id);

/* An interaction to add, as a host or a document says it (record/interaction.h). */
typedef struct c4_interaction_spec {
    const char *module;
    int64_t record;
    const char *kind;
    const char *occurred_at; /* of a document */
    int64_t occurred;        /* 0: now */
    uint32_t channel;        /* 0: the kind's */
    uint32_t direction;
    const char *subject;
    const char *body;
    const c4_json *participant_list; /* of a document */
    const char *const *participants;
    size_t participant_count;
    int64_t user;
    const char *external_id;
} c4_interaction_spec;

typedef struct c4_role_spec {
    const char *name;
    const char *new_name; /* of a role that exists; the root keeps its name */
    const char *parent;   /* name; NULL for a new one: the root */
    int share_with_peers; /* 0 keeps, 1 yes, 2 no */
    bool create_only;
} c4_role_spec;
/* Levels of the tree, and roles directly below one. */
enum {
    C4_ROLE_DEPTH = 32,
    C4_ROLE_WIDTH = 500
};
int c4_role_put(c4_unit *unit, const c4_role_spec *spec, crm4e_id *id); /* CYCLE, DEPTH */
int c4_role_remove(c4_unit *unit, const char *name);                    /* CONFLICT while used */

typedef struct c4_profile_spec {
    const char *name;
    const char *new_name;   /* of a profile that exists and is not built in */
    const char *clone_of;   /* name; a new one must name it */
    const c4_json *admin;   /* ["manage_users", ...] replaces; NULL keeps */
    const c4_json *modules; /* {"Leads": ["view", "create"]} */
    const c4_json *fields;  /* {"Leads": {"Email": "hidden"}} */
    bool create_only;
} c4_profile_spec;
int c4_profile_put(c4_unit *unit, const c4_profile_spec *spec, crm4e_id *id);
/* One thing a profile gives or takes: an admin permission, or an action in a
 * module, or the permission on a field of it. */
typedef struct c4_profile_grant {
    const char *profile;
    uint32_t admin;           /* one of C4_ADMIN_*; 0: not this */
    const char *module;       /* an org module */
    crm4e_action action;      /* 0: not this */
    const char *field;        /* NULL: not this */
    c4_permission permission; /* on the field */
    bool allow;
} c4_profile_grant;
int c4_profile_allow(c4_unit *unit, const c4_profile_grant *grant);
int c4_profile_remove(c4_unit *unit, const char *name); /* CONFLICT while held */

typedef struct c4_user_spec {
    const char *email; /* the key */
    const char *name;
    const char *role;
    const char *profile;
    c4_licence licence;
    c4_user_status status;
    const char *locale;
    const char *zone;
    const char *reporting_to; /* email; "" for nobody */
    c4_ui_mode ui_mode;
    bool create_only;
} c4_user_spec;
/* Nobody changes his own role, profile, licence or status; nobody gives a
 * profile with more than he holds; the last active administrator stays. */
int c4_user_put(c4_unit *unit, const c4_user_spec *spec, crm4e_id *id);
/* The interface a user works in. It is no metadata: a user changes it as he likes, and
 * nobody else reads anything anew for it. */
int c4_user_ui_mode(c4_unit *unit, crm4e_id user, c4_ui_mode *mode);
int c4_user_set_ui_mode(c4_unit *unit, c4_ui_mode mode); /* the actor's own */
/* Online until then; needs no metadata change. */
int c4_user_presence(c4_unit *unit, crm4e_id user, int64_t until);
int c4_user_online(c4_unit *unit, crm4e_id user, bool *online);

/* Whom a group, a sharing rule or a share may speak of: NULL `items` keep what is there. */
typedef struct c4_subject_list {
    const c4_subject *items;
    size_t count;
} c4_subject_list;

/* TOO_BIG, INVALID, NOT_FOUND or CONFLICT for a list that a program gave: too many, twice
 * the same, somebody who is not there. Those in `kept` may be deleted users. */
int c4_subjects_check(c4_unit *unit, const char *member, const c4_subject_list *list,
                      const c4_subject_list *kept);
/* UNSUPPORTED for a module whose records no sharing rule opens; NOT_FOUND for NULL. */
int c4_sharing_check_module(c4_unit *unit, const c4_module *module);

/* Groups, sharing rules and org-wide defaults need manage_data_sharing. */
typedef struct c4_group_spec {
    const char *name;
    const char *new_name;    /* of a group that exists */
    const char *description; /* "" for none */
    c4_subject_list sources;
    const c4_json *source_list; /* of a document, in place of `sources` */
    bool create_only;
} c4_group_spec;
int c4_group_put(c4_unit *unit, const c4_group_spec *spec, crm4e_id *id);
/* Adds one source, or takes it out; NOT_FOUND when it was none. */
int c4_group_add(c4_unit *unit, const char *name, c4_subject source);
int c4_group_take(c4_unit *unit, const char *name, c4_subject source);
int c4_group_remove(c4_unit *unit, const char *name); /* CONFLICT while used */

/* A rule has `from` or `when`; giving one drops the other. */
typedef struct c4_sharing_rule_spec {
    const char *module; /* an org module with records of its own scope */
    const char *name;   /* unique in the module */
    c4_subject_list from;
    const char *when; /* criteria, as of a query */
    c4_subject_list to;
    c4_level level;           /* not full_access; 0 for a new one: read_only */
    int superiors;            /* 0 keeps, 1 yes, 2 no */
    int active;               /* 0 keeps, 1 yes, 2 no; new: yes */
    const c4_json *from_list; /* of a document: become `from` and `to` */
    const c4_json *to_list;
    bool create_only;
    bool change_only; /* NOT_FOUND when there is none */
} c4_sharing_rule_spec;
int c4_sharing_rule_put(c4_unit *unit, const c4_sharing_rule_spec *spec, crm4e_id *id);
int c4_sharing_rule_remove(c4_unit *unit, const char *module, const char *name);

/* Every user's space of all he may open; the name is nobody else's. */
#define C4_DEFAULT_SPACE "CRM Teamspace"
typedef struct c4_space_spec {
    const char *name;
    const char *new_name;
    const c4_json *folders; /* ["Contracts", ...] replaces */
    const c4_json *modules; /* ["Deals", {"module": "Documents", "folder": "Contracts"}] replaces */
    const c4_json *members; /* ["a@x", {"user": "b@x", "admin": true}] replaces */
    bool create_only;
} c4_space_spec;
/* The creator of a space becomes its admin. */
int c4_space_put(c4_unit *unit, const c4_space_spec *spec, crm4e_id *id);
int c4_space_remove(c4_unit *unit, const char *name);
int c4_space_member_put(c4_unit *unit, const c4_space *space, crm4e_id user, bool admin);
int c4_space_member_remove(c4_unit *unit, const c4_space *space, crm4e_id user);
/* Whether the actor may know of the space: he is a member, or manages spaces. */
bool c4_space_known(const c4_unit *unit, const c4_space *space);
/* The space without the modules that the actor does not see. */
int c4_space_seen(c4_unit *unit, const c4_space *space, c4_space *seen);
/* At a position among the modules beside it that he sees, -1: at the end; in no
 * folder with NULL. Moves one that stands there. */
int c4_space_place(c4_unit *unit, const c4_space *space, const char *module, const char *folder,
                   int32_t position);
int c4_space_take(c4_unit *unit, const c4_space *space, const char *module);
/* Modules of a folder that is removed move up into the space. */
int c4_space_add_folder(c4_unit *unit, const c4_space *space, const char *name, int32_t position);
int c4_space_rename_folder(c4_unit *unit, const c4_space *space, const char *name,
                           const char *new_name);
int c4_space_move_folder(c4_unit *unit, const c4_space *space, const char *name, int32_t position);
int c4_space_remove_folder(c4_unit *unit, const c4_space *space, const char *name);

/* The tab group of all he may open; the name is no other's. */
#define C4_ALL_TABS "All Tabs"
enum {
    C4_TAB_GROUPS_MAX = 200
};
/* Tab groups need customise. */
typedef struct c4_tab_group_spec {
    const char *name;
    const char *new_name; /* of one that exists */
    const char *label;    /* NULL for a new one: the name */
    const char *label_zh;
    const c4_json *modules;  /* ["Deals", ...] replaces what the actor sees of it */
    const c4_json *profiles; /* ["Standard", ...] replaces */
    const c4_json *roles;
    bool create_only;
} c4_tab_group_spec;
int c4_tab_group_put(c4_unit *unit, const c4_tab_group_spec *spec, crm4e_id *id);
int c4_tab_group_remove(c4_unit *unit, const char *name);
int c4_tab_group_place(c4_unit *unit, const char *name, const char *module, int32_t position);
int c4_tab_group_take(c4_unit *unit, const char *name, const char *module);
/* To a profile, or a role, by name. */
int c4_tab_group_show(c4_unit *unit, const char *name, bool profile, const char *viewer,
                      bool shown);
/* Whether the actor finds it in his menu. */
bool c4_tab_group_shown(const c4_unit *unit, const c4_tab_group *group);
/* Without the modules he does not see. */
int c4_tab_group_seen(c4_unit *unit, const c4_tab_group *group, c4_tab_group *seen);

typedef struct c4_module_spec {
    const char *api_name;
    const char *singular; /* NULL for a new one: the api_name */
    const char *plural;
    const char *singular_zh;
    const char *plural_zh;
    bool team;
    const char *space; /* team modules: where it is placed; NULL: nowhere */
    c4_org_default org_default;
    int hidden;                    /* 0 keeps, 1 yes, 2 no */
    int archived;                  /* 0 keeps, 1 yes, 2 no; not of the standard */
    const c4_json *permissions;    /* team: {"member": {"actions": [...], "fields": {...}}} */
    const c4_json *default_owners; /* team: emails of members, at most 5 */
    const char *assignment_rule;   /* team: its name in the module, "" for none */
    bool create_only;
} c4_module_spec;
/* Team modules: needs create_team_module and membership of the space; the
 * creator becomes its admin. Org modules: needs customise. Changing: customise,
 * or admin of the team module. What names fields or members of a new module
 * comes in a second put, once these are there. */
int c4_module_put(c4_unit *unit, const c4_module_spec *spec, int32_t *number);
/* Whether the actor may remove a module: who configures it may, but for the
 * standard's, and where a system administrator appointed somebody else. */
int c4_module_check_removal(c4_unit *unit, int32_t number, const c4_module **module);
/* The module without its records: what belongs to it goes, and the limits get back
 * what it used. Numbers of modules and fields never come back. */
int c4_module_drop(c4_unit *unit, const c4_module *module);
/* Whom requests go to, in turn; none: to who sent them. */
int c4_module_set_default_owners(c4_unit *unit, const c4_module *module, const crm4e_id *users,
                                 size_t count);
/* The assignment rule that says whom requests go to, in place of default owners; "": none. */
int c4_module_set_assignment_rule(c4_unit *unit, const c4_module *module, const char *name);
/* One action or field of a team profile; of neither: the permission on the field. */
int c4_module_allow_action(c4_unit *unit, const c4_module *module, c4_team_profile profile,
                           crm4e_action action, bool allow);
int c4_module_set_field(c4_unit *unit, const c4_module *module, c4_team_profile profile,
                        const char *field, c4_permission permission);

typedef struct c4_field_spec {
    const char *api_name;
    const char *label;
    const char *label_zh;
    c4_field_type type;
    int mandatory; /* 0 keeps, 1 yes, 2 no */
    int unique;    /* 0 keeps, 1 case-sensitive, 2 folded, 3 no */
    int indexed;   /* 0 keeps, 1 yes (at creation only) */
    int32_t length;
    int32_t scale; /* -1: the type's default (2) */
    const c4_json
        *options;       /* ["A", {"value": "B", "label": .., "label_zh": .., "active": false}] */
    const char *target; /* lookup: module api name */
    const c4_json *default_value;
    const char *tooltip;
    const c4_json *settings; /* of a computed field or a subform, see computed.h, subform.h */
    bool create_only;
} c4_field_spec;
int c4_field_put(c4_unit *unit, const c4_module *module, const c4_field_spec *spec,
                 int32_t *number);
int c4_field_remove(c4_unit *unit, const c4_module *module, const char *api_name);

/* Tags of a module, for who may change its fields. */
int c4_tag_set(c4_unit *unit, int32_t module, const char *name, const char *colour);
int c4_tag_rename(c4_unit *unit, int32_t module, const char *name, const char *new_name);

/* Team modules only. Admin of the module or system administrator. */
int c4_member_put(c4_unit *unit, const c4_module *module, crm4e_id user, c4_team_profile profile);
int c4_member_remove(c4_unit *unit, const c4_module *module, crm4e_id user);

/* A saved query; what is left out of one that exists stays. */
typedef struct c4_view_spec {
    const char *module;
    const char *name;
    const char *owner; /* email; NULL: the actor */
    uint32_t sharing;  /* a c4_view_sharing; 0 for a new one: only to me */
    const c4_json *shared_to;
    const c4_json *columns;
    const char *where; /* "" for none */
    const c4_json *order;
} c4_view_spec;

/* Reading specs out of JSON objects: unknown members, wrong types and unknown
 * words are INVALID and name the member. Texts are borrowed from the document. */
int c4_org_change_read(c4_unit *unit, const c4_json *json, c4_org_change *change);
int c4_role_spec_read(c4_unit *unit, const c4_json *json, c4_role_spec *spec);
int c4_profile_spec_read(c4_unit *unit, const c4_json *json, c4_profile_spec *spec);
int c4_user_spec_read(c4_unit *unit, const c4_json *json, c4_user_spec *spec);
int c4_currency_spec_read(c4_unit *unit, const c4_json *json, c4_currency_spec *spec);
int c4_interaction_kind_spec_read(c4_unit *unit, const c4_json *json,
                                  c4_interaction_kind_spec *spec);
int c4_interaction_spec_read(c4_unit *unit, const c4_json *json, c4_interaction_spec *spec);
int c4_group_spec_read(c4_unit *unit, const c4_json *json, c4_group_spec *spec);
int c4_sharing_rule_spec_read(c4_unit *unit, const c4_json *json, c4_sharing_rule_spec *spec);
int c4_space_spec_read(c4_unit *unit, const c4_json *json, c4_space_spec *spec);
int c4_tab_group_spec_read(c4_unit *unit, const c4_json *json, c4_tab_group_spec *spec);
int c4_view_spec_read(c4_unit *unit, const c4_json *json, c4_view_spec *spec);
/* "fields" and "members" of a module object are left to the caller. */
int c4_module_spec_read(c4_unit *unit, const c4_json *json, c4_module_spec *spec);
int c4_field_spec_read(c4_unit *unit, const c4_json *json, c4_field_spec *spec);
/* An entry of "options" of a field, where it is an object. A value that the
 * field has keeps its code and what is left out here. */
typedef struct c4_option_spec {
    const char *value;
    const char *label; /* NULL for a new one: the value */
    const char *label_zh;
    int active;          /* 0 and 1: yes, 2 no */
    int32_t probability; /* -1 keeps */
    const char *forecast;
    const char *colour; /* "#rrggbb" */
} c4_option_spec;
int c4_option_spec_read(c4_unit *unit, const c4_json *json, c4_option_spec *spec);
/* An entry of "members" of a module: {"user": "a@x", "profile": "manager"}. */
typedef struct c4_member_spec {
    const char *user;        /* email */
    c4_team_profile profile; /* 0: participant */
} c4_member_spec;
/* An entry of "tags": {"name": "VIP", "colour": "#ff0000"}. */
typedef struct c4_tag_spec {
    const char *name;
    const char *colour;
} c4_tag_spec;
int c4_tag_spec_read(c4_unit *unit, const c4_json *json, c4_tag_spec *spec);
int c4_member_spec_read(c4_unit *unit, const c4_json *json, c4_member_spec *spec);

/* The same objects out of the snapshot, for export; what reads back to the
 * same org. */
void c4_org_write(c4_buffer *out, const c4_meta *meta);
/* The same with what a document does not have: the name, and how it stands with
 * the trial. */
void c4_org_describe(c4_buffer *out, const c4_unit *unit);
void c4_role_write(c4_buffer *out, const c4_meta *meta, const c4_role *role);
/* All of them as an array, parents before those below. */
void c4_roles_write(c4_buffer *out, const c4_meta *meta);
void c4_profile_write(c4_buffer *out, const c4_meta *meta, const c4_profile *profile);
int c4_user_write(c4_buffer *out, c4_unit *unit, const c4_user *user);
/* With its rates, in order of their days: read from the store. */
int c4_currency_write(c4_unit *unit, c4_buffer *out, const c4_currency *currency);
/* All of them as an array, in the order they were made. */
int c4_currencies_write(c4_unit *unit, c4_buffer *out);
void c4_interaction_kind_write(c4_buffer *out, const c4_interaction_kind *kind);
void c4_group_write(c4_buffer *out, const c4_meta *meta, const c4_user_group *group);
void c4_sharing_rule_write(c4_buffer *out, const c4_meta *meta, const c4_sharing_rule *rule);
void c4_view_write(c4_buffer *out, const c4_meta *meta, const c4_view *view);
void c4_space_write(c4_buffer *out, const c4_meta *meta, const c4_space *space);
void c4_tab_group_write(c4_buffer *out, const c4_meta *meta, const c4_tab_group *group);
void c4_module_write(c4_buffer *out, const c4_meta *meta, const c4_module *module);
/* The same without its fields, which are not everybody's to know: of permissions those
 * that are `shown`, in the order of the module's fields and their columns; NULL: all. */
void c4_module_write_head(c4_buffer *out, const c4_meta *meta, const c4_module *module,
                          const bool *shown);
/* With its tags, which are for who may read them; without roll-ups, and what comes from them. */
void c4_module_export(c4_buffer *out, const c4_meta *meta, const c4_module *module);
void c4_tag_write(c4_buffer *out, const c4_option *tag);
/* The values of a field Tag that are in use. */
void c4_tags_write(c4_buffer *out, const c4_field *field);
void c4_field_write(c4_buffer *out, const c4_meta *meta, const c4_field *field);
/* For people: who is in a team module; a module in a list, as the actor finds it. */
void c4_module_write_members(c4_buffer *out, const c4_meta *meta, const c4_module *module);
void c4_module_write_line(c4_buffer *out, const c4_unit *unit, const c4_module *module);

#endif
