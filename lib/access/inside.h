/* SPDX-License-Identifier: MIT */
/* Shared by the files of this directory only. */
#ifndef C4_ACCESS_INSIDE_H
#define C4_ACCESS_INSIDE_H

#include "access/access.h"
#include "model/manage_rules.h"
#include "model/standard.h"

/* Whether an action only looks at records; all others change them. */
bool c4_action_reads(crm4e_action action);
/* Opens a scope by the library's own rules, without a message for NOT_FOUND and
 * DENIED and without asking the host. */
int c4_scope_open(c4_unit *unit, const c4_module *module, crm4e_action action, c4_scope *scope);
/* The rows of a module that follows its parents, for everybody but
 * administrators. */
int c4_scope_open_child(c4_scope *scope);
int c4_access_child_row(const c4_scope *scope, const crm4e_value *row, bool *inside);
/* "column = id" in the unit's arena; NULL: no memory. */
crm4e_predicate *c4_access_is(c4_unit *unit, uint32_t column, int64_t id);

#endif
