/* SPDX-License-Identifier: MIT */
/* An org whose trips have stops, and what is asked of the rows: JSON with ' for ". */
#ifndef TEST_SUBFORM_STEPS_H
#define TEST_SUBFORM_STEPS_H

#include "file_steps.h"
#include "life_steps.h"

#define RON "ron@x.example"

#define EMPTY_STOP                                                                                 \
    ",'Kind':null,'Tags':null,'Day':null,'At':null,'Paid':null,'Guests':null,'Good':null,"         \
    "'Guide':null}"

int subform_setup(void **state);
/* A trip with a row for Bonn and one for Ulm. */
crm4e_id two_stops(host *h);
/* As a query gives it: malloc'd. */
char *field_of(crm4e_session *session, const char *module, crm4e_id id, const char *field);
/* The rows, without their ids; "-" for none. */
void assert_in(crm4e_session *session, const char *module, crm4e_id id, const char *field,
               const char *wanted);
void assert_stops(crm4e_session *session, crm4e_id id, const char *wanted);
/* The id of a row of a trip, from 0. */
long long id_of(crm4e_session *session, crm4e_id trip, size_t at_row);
int64_t version_of(crm4e_session *session, crm4e_id trip);
int apply(host *h, const char *document);

#endif
