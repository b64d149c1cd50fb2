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
    X(SHARING_RULES, 18, "sharing_rules_per_module")

typedef enum c4_limit {
#define C4_LIMIT_ENUM(name, number, text) C4_LIMIT_##name = number,
    C4_LIMITS(C4_LIMIT_ENUM)
#undef C4_LIMIT_ENUM
    C4_LIMIT_END
} c4_limit;

const char *c4_limit_name(c4_limit limit);
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
