/* SPDX-License-Identifier: MIT */
/* Changes of an org in tests: one transaction, a savepoint around each change,
 * specs as JSON with ' for ". */
#ifndef TEST_MANAGE_STEPS_H
#define TEST_MANAGE_STEPS_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/manage.h"
#include "support/org_fixture.h"

typedef struct steps {
    org_fixture org;
    bool late; /* the next refusal comes after a first write */
    char directory[64];
} steps;

/* Setup and teardown of a test. */
int steps_setup(void **state);
int steps_standard(void **state); /* edition standard, 5 + 5 licences */
int steps_free(void **state);
int steps_other(void **state);                     /* a second org, in memory, beside the first */
int steps_on(void **state, crm4e_storage storage); /* as steps_setup, in there */
int steps_teardown(void **state);
/* Runs the tests on each storage there is; the number of failures. */
int steps_run(const char *name, const struct CMUnitTest *tests, size_t count);

/* The code of the change. A refused one is undone, and must not have written
 * anything unless `late` is set. */
int put_org(steps *s, const char *json);
int put_role(steps *s, const char *json);
int put_profile(steps *s, const char *json);
int put_user(steps *s, const char *json);
int put_group(steps *s, const char *json);
int put_sharing_rule(steps *s, const char *json);
int add_source(steps *s, const char *group, c4_subject_kind kind, crm4e_id id);
int take_source(steps *s, const char *group, c4_subject_kind kind, crm4e_id id);
int grant(steps *s, const c4_profile_grant *given);
int remove_profile(steps *s, const char *name);
int remove_group(steps *s, const char *name);
int remove_sharing_rule(steps *s, const char *module, const char *name);
int rename_role(steps *s, const char *name, const char *new_name);
int rename_profile(steps *s, const char *name, const char *new_name);
int rename_group(steps *s, const char *name, const char *new_name);
int put_space(steps *s, const char *json);
int put_tab_group(steps *s, const char *json);
int rename_space(steps *s, const char *name, const char *new_name);
int put_module(steps *s, const char *json);
int put_field(steps *s, const char *module, const char *json);
int put_member(steps *s, const char *module, const char *email, c4_team_profile profile);
int remove_role(steps *s, const char *name);
int remove_space(steps *s, const char *name);
int remove_field(steps *s, const char *module, const char *name);
int remove_member(steps *s, const char *module, const char *email);
int put_space_member(steps *s, const char *space, const char *email, bool admin);
int remove_space_member(steps *s, const char *space, const char *email);
int place(steps *s, const char *space, const char *module, const char *folder);

void act_as(steps *s, const char *email);
void act_as_admin(steps *s);
const c4_meta *meta_of(steps *s);
const c4_user *user_of(steps *s, const char *email);
const c4_module *module_of(steps *s, const char *name);
const c4_field *field_of(steps *s, const char *module, const char *name);
const c4_space *space_of(steps *s, const char *name);
const c4_profile *profile_of(steps *s, const char *name);
int64_t used(steps *s, c4_limit limit, int64_t scope);

/* Asserts the code and the rule of the last refusal. */
void assert_refused(steps *s, int rc, int code, const char *rule);
#define assert_ok(rc) assert_int_equal(rc, CRM4E_OK)

/* All of the org as one JSON text; free with free_text. */
char *dump_org(steps *s);
void free_text(char *text);

/* What the integrity check says of what is stored, between transactions; it stays in
 * `steps_found`. */
extern char steps_found[65536];
const char *steps_check(steps *s);

#endif
