/* SPDX-License-Identifier: MIT */
/* An org of its own, in memory, with a unit of work ready to use. */
#ifndef TEST_ORG_FIXTURE_H
#define TEST_ORG_FIXTURE_H

#include "model/manage.h"
#include "support/fail_alloc.h"

#define ORG_ADMIN "admin@example.com"

typedef struct org_fixture {
    fail_alloc alloc; /* counts; armed by the test */
    c4_env env;       /* a test may set callbacks between transactions */
    crm4e_storage storage;
    int64_t clock;   /* what the host's clock says; -1: it fails */
    uint64_t random; /* seed */
    c4_store store;
    c4_db db;
    c4_arena arena;
    crm4e_error error;
    c4_unit unit; /* valid between org_begin and org_commit or org_rollback */
    crm4e_id org;
    crm4e_id actor;
    bool opened;
    bool connected;
} org_fixture;

/* Sets everything up, allocator and callbacks too, without touching storage. */
void org_fixture_init(org_fixture *f);
/* As above, then opens the storage (memory unless `f->storage` was set),
 * creates an org and acts as its administrator. NULL members of the spec, or a
 * NULL spec: "Acme", enterprise, 50 + 50 licences. Returns a code; close it in
 * any case. The fixture must not move afterwards. */
int org_fixture_create(org_fixture *f, const c4_org_spec *spec);
int org_fixture_open(org_fixture *f, const c4_org_spec *spec);
void org_fixture_close(org_fixture *f);

/* cmocka's setup and teardown of an org_fixture in *state. */
int org_setup(void **state);
int org_teardown(void **state); /* fails when memory was leaked */

/* A transaction, with the metadata up to date and the actor found. */
int org_begin(org_fixture *f, uint32_t mode);
int org_commit(org_fixture *f);
void org_rollback(org_fixture *f);

/* Who acts from the next org_begin on; inside of a transaction at once. False
 * when there is no such user. */
bool org_act_as(org_fixture *f, const char *email);
/* Adds an active user with a CRM licence, or a Team User licence for the profile
 * "Team User"; role NULL: "CEO". Inside of a transaction. */
int org_add_user(org_fixture *f, const char *email, const char *role, const char *profile,
                 crm4e_id *id);
/* A team module made by the actor. Inside of a transaction; the module is
 * found again after the next change of metadata. */
int org_add_team_module(org_fixture *f, const char *api_name, const c4_module **module);

#endif
