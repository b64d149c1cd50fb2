/* SPDX-License-Identifier: MIT */
/* Groups, sharing rules and manual shares in tests, written as rows, on top of
 * the steps for records. Subjects are text: "user:EMAIL", "role:NAME",
 * "below:NAME" (a role with its subordinates), "group:NAME", joined by ','. */
#ifndef TEST_SHARING_STEPS_H
#define TEST_SHARING_STEPS_H

#include "../record/record_steps.h"

typedef struct rule_text {
    const char *module;
    const char *name;
    const char *from; /* subjects; NULL in a rule with criteria */
    const char *when; /* criteria; NULL in a rule by owner */
    const char *to;
    c4_level level;
    bool superiors;
    bool inactive;
} rule_text;

/* Each replaces what has the name. */
void store_group(steps *s, const char *name, const char *sources);
void store_rule(steps *s, const rule_text *rule);
void drop_rule(steps *s, const char *module, const char *name);
/* Returns the id of the share. */
crm4e_id store_share(steps *s, const char *module, crm4e_id record, const char *with,
                     c4_level level, bool related);
void drop_share(steps *s, crm4e_id share);

/* Whether the gate shows the field; its answer must be one. */
bool can_read(const c4_scope *scope, const c4_field *field);

/*
 * Asserts how far each record of the module is open to a user, one letter each:
 * '-' not at all, 'r' to view, 'w' to edit, 'd' to delete, 'f' to share. The
 * list, its count, the check of one row, of one id and the full question must all
 * say so, and the explanation must name a reason. `ids` are all records there are.
 */
void assert_reach(steps *s, const char *email, const char *module, const crm4e_id *ids,
                  const char *letters);

#endif
