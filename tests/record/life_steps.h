/* SPDX-License-Identifier: MIT */
/* Steps of tests about the life of records, through the public interface: JSON with ' for ". */
#ifndef TEST_LIFE_STEPS_H
#define TEST_LIFE_STEPS_H

#include "host.h"

#define SUE "sue@x.example"
#define TOM "tom@x.example"

/* Creates a record, which must be allowed. */
crm4e_id life_add(crm4e_session *session, const char *module, const char *json);
/* Sets a JSON object on a record in hand and saves it: the code. */
int life_save(crm4e_record *record, const char *json);
/* The same on a stored record. */
int life_change(crm4e_session *session, const char *module, crm4e_id id, const char *json);
/* Asserts the canonical text of a field of a record in hand; NULL: empty. */
void life_field(crm4e_session *session, crm4e_record *record, const char *field, const char *text);
/* Asserts the lines of "select FIELDS from MODULE where id = ID". */
void life_row(crm4e_session *session, const char *fields, const char *module, crm4e_id id,
              const char *row);
/* Asserts code and, where they are not NULL, field and rule of a refusal. */
void life_refused(crm4e_session *session, int rc, int code, const char *field, const char *rule);
/* Asserts the text, and frees it; by address, as the call may stand beside it. */
void life_text(crm4e_session *session, int rc, crm4e_text **text, const char *expected);

#endif
