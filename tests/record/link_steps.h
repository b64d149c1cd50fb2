/* SPDX-License-Identifier: MIT */
/* Steps of tests about lookups to several records: papers that lead to firms, of which sue sees
 * her own. */
#ifndef TEST_LINK_STEPS_H
#define TEST_LINK_STEPS_H

#include "file_steps.h"
#include "life_steps.h"

/* cmocka's setup: the org with its modules, users and rights. */
int links_setup(void **state);
crm4e_id firm(crm4e_session *session, const char *name);
/* A paper that leads to so many firms. */
crm4e_id paper(crm4e_session *session, const char *name, const crm4e_id *firms, size_t count);
/* Sets all of them: the code. */
int relink(crm4e_session *session, crm4e_id id, const crm4e_id *firms, size_t count);
/* Asserts the names, or ids, that the user reads of a paper, parted by ';'; "-": none. */
void leads_to(crm4e_session *session, crm4e_id id, const char *names);
/* Asserts the names of the papers that meet a condition, in order of their names. */
void papers_where(crm4e_session *session, const char *where, const char *names);

#endif
