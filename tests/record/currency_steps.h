/* SPDX-License-Identifier: MIT */
/* An org with several currencies, and what its records hold and its sums say. */
#ifndef TEST_CURRENCY_STEPS_H
#define TEST_CURRENCY_STEPS_H

#include "host.h"

#define SUE "sue@x.example"

/* Documents: modules with amounts, and currencies of an org whose home currency is USD. */
extern const char currency_start[];
extern const char currency_list[];

void begin(host *h);
void fails(crm4e_session *session, int rc, int code, const char *words);
int write_as(crm4e_session *session, const char *module, crm4e_id *id, const char *json);
crm4e_id add(host *h, const char *module, const char *json);
void change(host *h, const char *module, crm4e_id id, const char *json);
void refuses(host *h, crm4e_id id, const char *json, const char *message);
void holds(host *h, const char *query, const char *lines);
void charts(crm4e_session *session, const char *module, const char *key,
            const crm4e_measure *measures, const char *const *fields, size_t count,
            const char *wanted);
void sound(host *h);

#endif
