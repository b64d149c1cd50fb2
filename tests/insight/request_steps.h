/* SPDX-License-Identifier: MIT */
/*
 * Requests in tests: Pat is a requester of the team modules Papers and Bills and a member
 * of Ads, Quin is a requester of Papers. Lee manages Papers, is a member of Bills and a
 * requester of Ads. All at acme.example.
 */
#ifndef TEST_REQUEST_STEPS_H
#define TEST_REQUEST_STEPS_H

#include "host.h"

extern crm4e_session *pat, *quin, *lee;

int requests_setup(void **state);

/* Each must succeed. */
crm4e_id user_id(crm4e_session *session, const char *email);
crm4e_id add(crm4e_session *session, const char *module, const char *name);
void set_owner(crm4e_session *session, const char *module, crm4e_id id, const char *email);

#endif
