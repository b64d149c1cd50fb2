/* SPDX-License-Identifier: MIT */
/* Records in tests, on top of the steps that change an org: JSON with ' for ". */
#ifndef TEST_RECORD_STEPS_H
#define TEST_RECORD_STEPS_H

#include "../model/manage_steps.h"
#include "record/record.h"

/* What one step does; a refused one must not have changed a record, the
 * history or the bin, unless s->late is set, and is undone. */
typedef int (*record_step)(c4_unit *unit, void *context);
int run_step(steps *s, record_step step, void *context);

int create(steps *s, const char *module, const char *json, crm4e_id *id);
int update(steps *s, const char *module, crm4e_id id, int64_t version, const char *json);
int set_text(steps *s, const char *module, crm4e_id id, const char *field, const char *text,
             size_t length);
int change_owner(steps *s, const char *module, crm4e_id id, const char *email);
int remove_record(steps *s, const char *module, crm4e_id id, int64_t version);
int restore(steps *s, const char *module, crm4e_id id);
int purge(steps *s, const char *module, crm4e_id id);

/* A file of so many bytes, all of them 'x'. */
int put_file(steps *s, const char *module, crm4e_id id, int64_t size, crm4e_id *attachment);
int put_in_field(steps *s, const char *module, crm4e_id record, const char *field, int64_t size,
                 crm4e_id *id);

/* As the actor sees it. The code of reading; text stays until the next call. */
int read_json(steps *s, const char *module, crm4e_id id, const char **json);
int read_text(steps *s, const char *module, crm4e_id id, const char *field, const char **text);
/* Asserts the canonical text of a field; NULL: empty. */
void assert_field(steps *s, const char *module, crm4e_id id, const char *field, const char *text);

/* Rows in the actor's scope as the predicate finds them; -1: no module for the
 * action. Asserts that each row checked by itself says the same. */
int64_t count_rows(steps *s, const char *module, crm4e_action action);
/* Whether one row is in the actor's scope of an action: CRM4E_OK, NOT_FOUND, DENIED. */
int may(steps *s, const char *module, crm4e_action action, crm4e_id id);

/* "action version field=old>new field=..." of each line of the record's
 * history, joined by '\n'. */
const char *history_of(steps *s, crm4e_id id);

#endif
