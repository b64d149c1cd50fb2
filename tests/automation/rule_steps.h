/* SPDX-License-Identifier: MIT */
/*
 * Rules at work in tests: the legal team's module Documents, with field Status
 * (Open, Checked, Closed) and Amount. JSON has ' for " and ` for '.
 *
 * p@ and q@ are its requesters, u1@ .. u7@ its members (u7@ is its manager), all
 * with Team User licences; s@ and t@ are of sales, with CRM licences and the
 * profile Standard. All at acme.example; ORG_ADMIN made everything.
 */
#ifndef TEST_RULE_STEPS_H
#define TEST_RULE_STEPS_H

#include "../model/manage_steps.h"

#include "automation/automation.h"
#include "automation/run.h"
#include "model/schema.h"
#include "model/standard.h"

#define MAIL(name) name "@acme.example"
enum {
    LEGAL_USERS = 7
};

int legal_setup(void **state);

/* Free it with c4_json_free(). */
c4_json_document rule_json(const char *json);

/* The code; a refused step leaves nothing behind. */
int put_rule(steps *s, const char *json);
int try_add(steps *s, const char *module, const char *json, crm4e_id *id);
int edit(steps *s, const char *module, crm4e_id id, const char *json);
int drop(steps *s, const char *module, crm4e_id id);
crm4e_id add(steps *s, const char *module, const char *json); /* must succeed */

crm4e_id id_of(steps *s, const char *email);
crm4e_id legal_user(steps *s, size_t number); /* u1@ is 1 */
void set_online(steps *s, const char *email);
/* As the row has them, rights aside. */
crm4e_id owner_of(steps *s, const char *module, crm4e_id id);
int64_t option_of(steps *s, const char *module, crm4e_id id, const char *field);
int64_t rows_of(steps *s, c4_table_id table);

/* The newest line of the run log. */
typedef struct run_line {
    crm4e_id record;
    int64_t result;
    char text[512];
} run_line;
run_line last_run(steps *s);
/* Lines of the run log. */
int64_t lines_of(steps *s);

/* The exported form of a rule; free with free_text. */
char *rule_text(steps *s, const char *name);

/* The next message due, as the administrator sees it: its code. */
int next_message(steps *s, int64_t now, c4_outbox_entry *entry);

#endif
