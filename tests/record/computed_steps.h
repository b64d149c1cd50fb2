/* SPDX-License-Identifier: MIT */
/* Records of a host with fields the library writes. JSON with ' for ". */
#ifndef TEST_COMPUTED_STEPS_H
#define TEST_COMPUTED_STEPS_H

#include "host.h"

crm4e_id computed_add(crm4e_session *session, const char *module, const char *json);
/* What saving these values over the record answers. */
int computed_set(crm4e_session *session, const char *module, crm4e_id id, const char *json);
/* What adding the field answers; `settings` may be NULL. */
int computed_field(crm4e_session *session, const char *module, const char *name, crm4e_type type,
                   const char *settings);
/* What the administrator finds, as host_query() tells it. */
void computed_rows(host *h, const char *query, const char *rows);
/* What importing the CSV into the module answers. */
int computed_import(crm4e_session *session, const char *module, const char *csv, int32_t dry_run);
/* Nothing is wrong with what is kept. */
void computed_sound(host *h);

#endif
