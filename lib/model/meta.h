/* SPDX-License-Identifier: MIT */
/*
 * The metadata snapshot: what an org is made of, immutable, shared by
 * reference count between sessions, valid for one generation. Everything in it
 * lives in its arena; pointers into it are borrowed.
 */
#ifndef C4_META_H
#define C4_META_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/failure.h"
#include "model/types.h"
#include "storage/storage.h"
#include <crm4e/types.h>

typedef struct c4_label {
    const char *en;
    const char *zh; /* never NULL: the English text when there is none */
} c4_label;

/* A picklist value; records keep the code. */
typedef struct c4_option {
    int32_t code; /* positive, never reused within the field */
    const char *actual;
    c4_label display;
    bool active;          /* false: retired, valid on records that hold it */
    int32_t probability;  /* Stage values: 0..100; else -1 */
    const char *forecast; /* Stage values: forecast type; else NULL */
    const char *colour;   /* "#rrggbb" or NULL */
} c4_option;

/* What a lead becomes: account, contact, deal. */
enum {
    C4_CONVERT_PARTS = 3
};

typedef struct c4_field {
    int32_t number; /* unique in the org, never reused; the standard's are fixed */
    const struct c4_module *module;
    const char *api_name;
    c4_label label;
    c4_field_type type;     /* of its values */
    c4_field_type computed; /* how the library makes them, CRM4E_TYPE_AUTONUMBER,
                               CRM4E_TYPE_FORMULA or CRM4E_TYPE_ROLLUP_SUMMARY; 0: they are given */
    uint32_t flags;         /* C4_FIELD_* */
    int32_t length;         /* text: code points; 0 where it means nothing */
    uint32_t scale;         /* decimals of double, currency, percent */
    const c4_option *options;
    size_t option_count;
    const int32_t *targets; /* lookup: module numbers it may point to */
    size_t target_count;
    const char *default_value;            /* as JSON text, NULL: none */
    const char *tooltip;                  /* or NULL */
    uint32_t column;                      /* in module->table */
    uint32_t key_column;                  /* beside it: the folded text, or the module of a
                            multi-module lookup; 0: none */
    const struct c4_numbering *numbering; /* of an autonumber, see computed.h */
    const char *expression;               /* of a formula */
    struct c4_formula *formula;           /* the same taken apart; nothing changes in a snapshot */
    struct c4_rollup *rollup;             /* of a roll-up, see rollup.h; nor does that */
    const struct c4_field *columns;       /* of a subform; `column` of each is its place in a row
                            of it, from 1, and `api_name` is "Items.Quantity" */
    size_t column_count;
    int32_t converts[C4_CONVERT_PARTS]; /* of leads: fields that its values go to, see
                            convert_mapping.h; 0: none */
} c4_field;

typedef struct c4_member {
    crm4e_id user;
    c4_team_profile profile;
} c4_member;

/* What a profile or team profile may do with a field, by field number. */
typedef struct c4_field_permission {
    int32_t field;
    c4_permission permission;
} c4_field_permission;

/* Every action, as bits 1 << CRM4E_ACTION_*. */
enum {
    C4_ACTIONS_ALL = (1u << (CRM4E_ACTION_SEND_MAIL + 1)) - 2u
};

typedef struct c4_team_permissions {
    uint32_t actions; /* bits 1 << CRM4E_ACTION_*: those allowed */
    const c4_field_permission *fields;
    size_t field_count; /* sorted by field; absent: read_write */
} c4_team_permissions;

/* Beside the home currency. */
typedef struct c4_currency {
    crm4e_id id;
    const char *iso_code; /* "EUR" */
    const char *name;
    const char *symbol;    /* "" for none */
    int32_t decimal_place; /* digits that people write */
    bool active;
} c4_currency;

typedef struct c4_module {
    int32_t number; /* standard: fixed, below 1000; custom from 1000 */
    const char *api_name;
    c4_label singular;
    c4_label plural;
    c4_module_kind kind;
    uint32_t flags; /* C4_MODULE_* */
    const c4_field *fields;
    size_t field_count;             /* in order of display; removed ones left out */
    const c4_field *const *by_name; /* placed by the hash of the folded api_name, see below */
    size_t name_places;             /* a power of two, always some of them NULL */
    const c4_field *name_field;     /* what a lookup shows; NULL: none */
    const c4_field *currency;       /* which its amounts are in, and the rate to the home */
    const c4_field *exchange_rate;  /* currency; NULL: all are in that one, see money.h */
    const c4_field **formulas;      /* each after those it names */
    size_t formula_count;
    const c4_field **rollups; /* its own */
    size_t rollup_count;
    const c4_field **rolled; /* those, of whatever module, that go over its records */
    size_t rolled_count;
    crm4e_table table;
    c4_org_default org_default; /* org modules */
    crm4e_id creator;           /* custom and team modules; 0 for standard */
    const c4_member *members;   /* team modules; sorted by user */
    size_t member_count;
    c4_team_permissions team[C4_TEAM_PROFILE_COUNT + 1]; /* by c4_team_profile */
    const crm4e_id *default_owners;                      /* requester settings, at most 5 */
    size_t default_owner_count;
    crm4e_id assignment; /* requester settings: the assignment rule; 0: none */
} c4_module;

typedef struct c4_role {
    crm4e_id id;
    const char *name;
    crm4e_id parent; /* 0: the root */
    bool share_with_peers;
    uint32_t first; /* place in a walk of the tree: subordinates of a role are */
    uint32_t last;  /* those with first < their.first <= last */
} c4_role;

typedef struct c4_module_permission {
    int32_t module;
    uint32_t actions; /* bits 1 << CRM4E_ACTION_* */
} c4_module_permission;

typedef struct c4_profile {
    crm4e_id id;
    const char *name;
    c4_profile_kind kind;
    uint32_t admin;                      /* bits C4_ADMIN_* */
    uint32_t actions;                    /* on org modules without an entry below */
    const c4_module_permission *modules; /* sorted by module */
    size_t module_count;
    const c4_field_permission *fields; /* sorted by field */
    size_t field_count;
} c4_profile;

typedef struct c4_user {
    crm4e_id id;
    const char *name;
    const char *email;
    const char *email_key; /* folded */
    const c4_role *role;
    const c4_profile *profile;
    c4_licence licence;
    c4_user_status status;
    const char *locale;
    const char *zone; /* IANA */
    crm4e_id reporting_to;
} c4_user;

typedef struct c4_space_item {
    int32_t module;
    uint32_t folder; /* index + 1 into folders, 0: directly in the space */
} c4_space_item;

typedef struct c4_space_member {
    crm4e_id user;
    bool admin;
} c4_space_member;

typedef struct c4_space {
    crm4e_id id;
    const char *name;
    const char *const *folders; /* names, in order */
    size_t folder_count;
    const c4_space_item *items; /* in order */
    size_t item_count;
    const c4_space_member *members; /* sorted by user */
    size_t member_count;
} c4_space;

/* Modules under one title in the classic interface. */
typedef struct c4_tab_group {
    crm4e_id id;
    const char *name;
    c4_label label;
    const c4_space_item *items; /* in order, in no folder; a module may be gone */
    size_t item_count;
    const crm4e_id *profiles; /* whom it is shown to; with no roles either: everybody */
    size_t profile_count;
    const crm4e_id *roles;
    size_t role_count;
} c4_tab_group;

/* Somebody a group, a sharing rule or a share speaks of. */
typedef struct c4_subject {
    c4_subject_kind kind;
    crm4e_id id; /* of a user, a role or a group */
} c4_subject;

typedef struct c4_user_group {
    crm4e_id id;
    const char *name;
    const char *description; /* or NULL */
    const c4_subject *sources;
    size_t source_count;
} c4_user_group;

/* Opens records of an org module to others: those somebody owns, or those that
 * meet criteria. */
typedef struct c4_sharing_rule {
    crm4e_id id;
    int32_t module;
    const char *name;
    bool active;
    const c4_subject *from; /* whose records; none in a rule with criteria */
    size_t from_count;
    const char *when;      /* criteria; NULL: by owner */
    const int32_t *fields; /* that the criteria name, sorted */
    size_t field_count;
    const c4_subject *to;
    size_t to_count;
    c4_level level;
    bool superiors; /* those above `to` as well */
} c4_sharing_rule;

/* A stored rule or chart: its definition is parsed by the layer that runs it. */
typedef struct c4_definition {
    crm4e_id id;
    int32_t module;
    const char *name;
    bool active;
    int32_t position;
    crm4e_id author;
    const char *json; /* NUL-terminated */
    size_t json_length;
} c4_definition;

enum {
    C4_MOST_HISTORY_DAYS = 36500
};
/* A saved query of a module. Roles and groups that are gone stay in `shared_to`. */
typedef struct c4_view {
    crm4e_id id;
    int32_t module;
    const char *name; /* unique among the owner's in the module */
    crm4e_id owner;
    c4_view_sharing sharing;
    const c4_subject *shared_to;
    size_t shared_count;
    const char *const *columns; /* paths; none: id and name */
    size_t column_count;
    const char *where;        /* criteria; NULL: all */
    const char *const *order; /* "Amount desc" */
    size_t order_count;
} c4_view;

/* A kind of interaction: of the org's own, or built in (model/interaction.h). */
typedef struct c4_interaction_kind {
    crm4e_id id; /* of a built-in one its number */
    const char *name;
    c4_label label;
    uint32_t channel;
    uint32_t direction;
    bool contact; /* counts as contact with the customer */
    bool active;
    bool recorded; /* by the library: hosts add none */
} c4_interaction_kind;

typedef struct c4_org_info {
    crm4e_id id;
    const char *name;
    c4_edition edition;
    int64_t crm_licences;
    int64_t team_licences;
    const char *locale;
    const char *zone;
    const char *currency;
    int32_t fiscal_month; /* 1..12, first month of the fiscal year */
    c4_ui_mode ui_mode;
    bool crm4e_enabled;
    c4_hierarchy hierarchy;
    int64_t trial_until;  /* also of a trial that is over; 0: there was none */
    int32_t history_days; /* after which history may be purged; 0: never */
    bool multi_currency;
    c4_edition trial_edition; /* ask c4_edition_now() for the one that counts */
    unsigned char key[16];    /* secret of page tokens */
} c4_org_info;

/* What a layer above makes of a snapshot, once, and keeps with it. */
typedef struct c4_meta_part {
    void (*free)(struct c4_meta_part *part);
} c4_meta_part;

typedef struct c4_meta {
    c4_arena arena;
    const c4_mem *mem;
    int64_t generation;
    atomic_uint references; /* touched only by c4_meta_hold / _release */
    c4_org_info org;
    const c4_module *const *modules; /* sorted by number */
    size_t module_count;
    const c4_module *const *modules_by_name; /* sorted by folded api_name */
    const c4_user *users;                    /* sorted by id; deleted ones included */
    size_t user_count;
    const c4_user *const *users_by_email; /* sorted by email_key; not the deleted */
    size_t users_by_email_count;
    const c4_role *roles; /* sorted by id */
    size_t role_count;
    const c4_profile *profiles; /* sorted by id */
    size_t profile_count;
    const c4_space *spaces; /* sorted by id */
    size_t space_count;
    const c4_tab_group *tab_groups; /* sorted by id */
    size_t tab_group_count;
    const c4_user_group *groups; /* sorted by id */
    size_t group_count;
    const c4_sharing_rule *sharing_rules; /* sorted by module, id */
    size_t sharing_rule_count;
    const c4_definition *workflows; /* sorted by module, position, id */
    size_t workflow_count;
    const c4_definition *assignments; /* sorted by module, name */
    size_t assignment_count;
    const c4_definition *charts; /* sorted by module, name */
    size_t chart_count;
    const c4_view *views; /* sorted by id */
    size_t view_count;
    const c4_interaction_kind *interaction_kinds; /* of its own, sorted by id */
    size_t interaction_kind_count;
    const c4_currency *currencies; /* sorted by id */
    size_t currency_count;
    const c4_option *currency_options; /* of fields Currency in an org of several: the home */
    size_t currency_option_count;      /* currency, then the others */
    _Atomic(c4_meta_part *) rules;     /* the automation's; NULL until it is made */
} c4_meta;

/* Reads everything inside the open transaction of `db`. CORRUPT with a message
 * when rows contradict each other. */
int c4_meta_load(c4_meta **out, const c4_mem *mem, c4_db *db, crm4e_error *error);
c4_meta *c4_meta_hold(c4_meta *meta);
void c4_meta_release(c4_meta *meta); /* NULL is fine */

/* Look-ups; NULL when absent. Names compare folded. */
const c4_module *c4_meta_module(const c4_meta *meta, int32_t number);
const c4_module *c4_meta_module_named(const c4_meta *meta, const char *api_name);
const c4_field *c4_module_field(const c4_module *module, int32_t number);
const c4_field *c4_module_field_named(const c4_module *module, const char *api_name);
/* A part of a module is a field or a column of a subform: what a permission speaks of. */
typedef struct c4_part_walk {
    size_t field;
    size_t column; /* 0: the field itself is next */
} c4_part_walk;
/* Each field, behind a subform its columns; from {0, 0}. NULL at the end. */
const c4_field *c4_module_next_part(const c4_module *module, c4_part_walk *walk);
const c4_field *c4_module_part(const c4_module *module, int32_t number);
/* "Email" or "Items.Quantity". */
const c4_field *c4_module_part_named(const c4_module *module, const char *name);
/* The name of a column within its subform; of a field its own. */
const char *c4_part_name(const c4_field *part);
const c4_field *c4_subform_column(const c4_field *subform, const char *name);
const c4_user *c4_meta_user(const c4_meta *meta, crm4e_id id);
const c4_user *c4_meta_user_by_email(const c4_meta *meta, const char *email);
const c4_role *c4_meta_role(const c4_meta *meta, crm4e_id id);
const c4_role *c4_meta_role_named(const c4_meta *meta, const char *name);
const c4_profile *c4_meta_profile(const c4_meta *meta, crm4e_id id);
const c4_profile *c4_meta_profile_named(const c4_meta *meta, const char *name);
const c4_space *c4_meta_space(const c4_meta *meta, crm4e_id id);
const c4_space *c4_meta_space_named(const c4_meta *meta, const char *name);
const c4_tab_group *c4_meta_tab_group_named(const c4_meta *meta, const char *name);
const c4_user_group *c4_meta_group(const c4_meta *meta, crm4e_id id);
const c4_user_group *c4_meta_group_named(const c4_meta *meta, const char *name);
/* Whom a subject names; NULL: nobody there is. Users who were deleted are there,
 * with what they own, but nothing new is made with them: they do not stay. */
const char *c4_meta_subject_name(const c4_meta *meta, const c4_subject *subject);
/* A user by email, a role or a group by name; 0: none. */
crm4e_id c4_meta_subject_named(const c4_meta *meta, c4_subject_kind kind, const char *name);
bool c4_meta_subject_stays(const c4_meta *meta, const c4_subject *subject);
/* The rules of a module: the first, and how many follow on one another. */
const c4_sharing_rule *c4_meta_sharing_rules(const c4_meta *meta, int32_t module, size_t *count);
const c4_sharing_rule *c4_meta_sharing_rule_named(const c4_meta *meta, int32_t module,
                                                  const char *name);
const c4_currency *c4_meta_currency_named(const c4_meta *meta, const char *iso_code);
const c4_view *c4_meta_view(const c4_meta *meta, crm4e_id id);
const c4_member *c4_module_member(const c4_module *module, crm4e_id user);
const c4_space_member *c4_space_member_of(const c4_space *space, crm4e_id user);
/* True when `role` lies strictly below `above` in the tree. */
bool c4_role_below(const c4_role *role, const c4_role *above);
const c4_option *c4_field_option(const c4_field *field, int32_t code);
/* By actual value or a display text, folded; also retired ones. */
const c4_option *c4_field_option_named(const c4_field *field, const char *text, size_t length);

#endif
