/* SPDX-License-Identifier: MIT */
/* Limits by edition: one table, one guard. */
#ifndef C4_LIMITS_H
#define C4_LIMITS_H

#include "model/unit.h"

/* X(NAME, number, "text"); numbers are stored in the counter table. */
#define C4_LIMITS(X)                                                                               \
    X(TEAM_MODULES, 1, "team_modules")                                                             \
    X(CUSTOM_MODULES, 2, "custom_modules")                                                         \
    X(TEAM_MODULE_FIELDS, 3, "fields_per_team_module")                                             \
    X(ORG_MODULE_FIELDS, 4, "fields_per_org_module")                                               \
    X(TEAM_MODULE_LOOKUPS, 5, "lookup_fields_per_team_module")                                     \
    X(TEAM_MODULE_FILES, 6, "file_fields_per_team_module")                                         \
    X(TEAM_SPACES, 7, "team_spaces")                                                               \
    X(SPACE_FOLDERS, 8, "folders_per_team_space")                                                  \
    X(MODULE_USERS, 9, "users_per_team_module")                                                    \
    X(MODULE_ADMINS, 10, "admins_per_team_module")                                                 \
    X(WORKFLOWS, 11, "workflow_rules")                                                             \
    X(MODULE_WORKFLOWS, 12, "workflow_rules_per_module")                                           \
    X(ACTIVE_WORKFLOWS, 13, "active_workflow_rules_per_module")                                    \
    X(CRM_USERS, 14, "crm_licences")                                                               \
    X(TEAM_USERS, 15, "team_user_licences")                                                        \
    X(MODULE_POOL, 16, "modules_in_pool")                                                          \
    X(USER_GROUPS, 17, "user_groups")                                                              \
    X(SHARING_RULES, 18, "sharing_rules_per_module")                                               \
    X(CURRENCIES, 19, "currencies")

typedef enum c4_limit {
#define C4_LIMIT_ENUM(name, number, text) C4_LIMIT_##name = number,
    C4_LIMITS(C4_LIMIT_ENUM)
#undef C4_LIMIT_ENUM
    C4_LIMIT_END
} c4_limit;

/* What an edition has or has not. X(NAME, number, "text"). */
#define C4_FEATURES(X) X(INTERACTIONS, 1, "interactions")

typedef enum c4_feature {
#define C4_FEATURE_ENUM(name, number, text) C4_FEATURE_##name = number,
    C4_FEATURES(C4_FEATURE_ENUM)
#undef C4_FEATURE_ENUM
    C4_FEATURE_END
} c4_feature;

/* The edition that counts now: the one bought, or that of a trial while it runs
 * and gives more. Everything that depends on the edition asks here. */
c4_edition c4_edition_now(const c4_unit *unit);
bool c4_trial_runs(const c4_unit *unit);
/* Whether `other` gives more than `edition`. */
bool c4_edition_above(c4_edition other, c4_edition edition);

const char *c4_limit_name(c4_limit limit);
const char *c4_feature_name(c4_feature feature);
/* What an edition alone says, for so many licences of each kind. */
typedef struct c4_bought {
    c4_edition edition;
    int64_t crm_licences;
    int64_t team_licences;
} c4_bought;
int64_t c4_limit_bought(const c4_bought *bought, c4_limit limit);
bool c4_feature_bought(c4_edition edition, c4_feature feature);
/* Whether the org has the feature now, after the host's licence callback. */
int c4_feature_of(c4_unit *unit, c4_feature feature, bool *granted);
/* Of what there is one counter. */
typedef enum c4_limit_scope {
    C4_LIMIT_OF_ORG,
    C4_LIMIT_OF_MODULE, /* any */
    C4_LIMIT_OF_ORG_MODULE,
    C4_LIMIT_OF_TEAM_MODULE,
    C4_LIMIT_OF_SPACE
} c4_limit_scope;
c4_limit_scope c4_limit_scope_of(c4_limit limit);
/* Whether there is a counter of the limit for each such module. */
bool c4_limit_counts_in(c4_limit limit, const c4_module *module);
/* The limit of fields of a type in team modules, beside that of all fields;
 * C4_LIMIT_END: there is none. */
c4_limit c4_limit_of_type(c4_field_type type);
/* What the counter says; 0 without one. */
int c4_limit_used(c4_unit *unit, c4_limit limit, int64_t scope, int64_t *used);
/* The edition's limit, after the host's licence callback; INT64_MAX: none. */
int c4_limit_of(c4_unit *unit, c4_limit limit, int64_t *value);
/* Uses `amount` (negative: gives back) of a limit within `scope` (module
 * number, space id, or 0), against the counter row, inside the write
 * transaction. LIMIT with the detail set; giving back never fails for it. */
int c4_limit_take(c4_unit *unit, c4_limit limit, int64_t scope, int64_t amount);
/* The same for modules: by kind, and by the pool that team modules and custom
 * org modules share in the larger editions. */
int c4_limit_take_module(c4_unit *unit, bool team, int64_t amount);
/* Forgets what was used of a limit within a scope that is no more. */
int c4_limit_forget(c4_unit *unit, c4_limit limit, int64_t scope);
/* The same for all limits within a module, by its number. */
int c4_limit_forget_module(c4_unit *unit, int32_t module);
/* Writes the counter row of a limit whose use is known, in a new org. */
int c4_limit_start(c4_unit *unit, c4_limit limit, int64_t scope, int64_t used);

#endif
