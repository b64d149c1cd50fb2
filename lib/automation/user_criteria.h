/* SPDX-License-Identifier: MIT */
/*
 * Criteria over users, for rules that choose an owner: written like those of a query, over
 * Name, Email, Role, Profile and Status (=, !=, in, like and their opposites, in folded
 * order as everywhere) and Online (= or != true or false).
 */
#ifndef C4_USER_CRITERIA_H
#define C4_USER_CRITERIA_H

#include "automation/rule.h"

/* NULL, and the reader's failure, for what is none. */
const c4_criteria *c4_user_criteria_read(c4_rule_reader *reader, const char *text);
int c4_user_criteria_match(c4_unit *unit, const c4_criteria *criteria, const c4_user *user,
                           bool *matches);

#endif
