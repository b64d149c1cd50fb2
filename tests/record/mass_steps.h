/* SPDX-License-Identifier: MIT */
/* Calls about many records, and what they answer. JSON with ' for ". */
#ifndef TEST_MASS_STEPS_H
#define TEST_MASS_STEPS_H

#include "life_steps.h"

/* What of an answer says: "id:code.rule" of each row and the number changed, ids as places in
 * the list of ids, or "+" for others: "0:OK 1:NOT_FOUND | 1". malloc'd. */
char *mass_summary(const crm4e_text *text, const crm4e_id *ids, size_t count);

/* Asserts the summary of a call that must be accepted, and frees the text, which is given by
 * address: the call may stand beside it among the arguments. */
void mass_answer(crm4e_session *session, int rc, crm4e_text **text, const crm4e_id *ids,
                 size_t count, const char *summary);

crm4e_mass_options mass_of(const char *module, const crm4e_id *ids, size_t count, bool partial);
crm4e_mass_options mass_where(const char *module, const char *criteria, bool partial);

/* The calls with JSON as tests write it. */
int mass_create(crm4e_text **out, crm4e_session *session, const char *module, const char *json,
                bool partial);
int mass_update(crm4e_text **out, crm4e_session *session, const crm4e_mass_options *options,
                const char *json);

#endif
