/* SPDX-License-Identifier: MIT */
/* Shared by the files of this directory only. */
#ifndef C4_ACCESS_INSIDE_H
#define C4_ACCESS_INSIDE_H

#include "access/access.h"
#include "access/reach.h"
#include "model/gates.h"
#include "model/manage_rules.h"
#include "model/standard.h"

/* The level an action needs; 0: there is no such action. */
c4_level c4_action_level(crm4e_action action);
/* Bits of the actions that need a level of rows; creating needs none. */
uint32_t c4_level_actions(c4_level level);
/* Opens a scope by the library's own rules, without a message for NOT_FOUND and
 * DENIED and without asking the host. */
int c4_scope_open(c4_unit *unit, const c4_module *module, crm4e_action action, c4_scope *scope);

/* What the level opens of the module to the actor, kept with his reach. */
int c4_access_extent(c4_unit *unit, const c4_module *module, c4_level level, c4_reach **reach,
                     const c4_extent **out);
/* Whether a field ties a record to the records it is related to. */
bool c4_field_relates(const c4_field *field);
/* Whether a team profile opens all records at a level. */
bool c4_team_opens_all(c4_team_profile profile, c4_level level);
/* The rows a rule with criteria opens; NULL when its criteria no longer fit the
 * module, which opens nothing. */
int c4_access_rule_rows(c4_unit *unit, c4_arena *arena, const c4_sharing_rule *rule,
                        const crm4e_predicate **rows);

/* Rows that are open besides because what they hang on is: added to the scope. */
int c4_scope_follow(c4_scope *scope);
/* The same for one whole row. */
int c4_access_followed(const c4_scope *scope, const crm4e_value *row, bool *inside);
/* By one field that says what the row hangs on. */
bool c4_field_ties(const c4_field *field);
int c4_access_followed_by(const c4_scope *scope, const c4_field *field, const crm4e_value *row,
                          bool *inside);

/* The whole row of a record into the unit's arena; NOT_FOUND. */
int c4_access_read_row(const c4_scope *scope, crm4e_id id, crm4e_value **row);

/* The unit of somebody else, in the same transaction: the gate answers as if he
 * acted, and keeps what it works out apart from the asker's. */
typedef struct c4_other {
    c4_unit unit;
    crm4e_error error;
    c4_arena arena;
    c4_meta_part *reach;
} c4_other;
void c4_other_start(c4_other *other, const c4_unit *unit, c4_meta *meta, const c4_user *user);
void c4_other_end(c4_other *other);
/* Bits of his actions on a module; none for nobody. */
int c4_other_actions(c4_other *other, const c4_module *module, uint32_t *actions);

/* Bits of the actions the unit's actor may perform on a module; 0: it is not
 * there for him. */
int c4_access_actions(c4_unit *unit, const c4_module *module, uint32_t *actions);

/* "column = id"; NULL: no memory. */
crm4e_predicate *c4_access_is(c4_arena *arena, uint32_t column, int64_t id);

#endif
