/* SPDX-License-Identifier: MIT */
/* The org of a world, made through the library. */
#ifndef TEST_WORLD_BUILD_H
#define TEST_WORLD_BUILD_H

#include "../api/fixture.h"
#include "model/unit.h"
#include "world.h"

typedef struct stage {
    fixture f;
    crm4e_org *org;
    crm4e_session *admin;     /* of the first user */
    crm4e_session **sessions; /* by user; NULL where none can be opened */
    int session_count;
} stage;

/* Creates the org and sets the ids of `w`. Asserts that the library takes all
 * of it. The stage must not move afterwards. */
void stage_open(stage *s, world *w, fixture_storage kind);
void stage_close(stage *s);

/* A write beside the interface, for what has none. */
typedef struct raw_unit {
    c4_env env;
    c4_db db;
    c4_arena arena;
    crm4e_error error;
    c4_unit unit;
} raw_unit;
void raw_begin(raw_unit *raw, stage *s);
void raw_commit(raw_unit *raw);

/* Fails the test with the session's message unless the code is CRM4E_OK. */
void assert_fine(crm4e_session *session, int rc);
/* Sets one field of a record in hand; what is refused by name or type fails the test. */
void put_value(const world *w, crm4e_session *session, crm4e_record *record,
               const world_field *field, int value);

/* A subject of a share by its email or name. */
int world_find(crm4e_session *session, crm4e_subject kind, const char *name, crm4e_id *id);

#endif
