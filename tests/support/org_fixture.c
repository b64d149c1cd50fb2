/* SPDX-License-Identifier: MIT */
#include "support/org_fixture.h"

#include "record/query.h"

#include <stdlib.h>
#include <string.h>

/* 2024-01-15T10:00:00Z */
#define FIRST_TIME (INT64_C(1705312800) * 1000000)
/* Tag 5, sequence 1. */
#define FIRST_ORG ((INT64_C(5) << C4_ID_BITS) + 1)

static int32_t tell_time(void *user, int64_t *microseconds)
{
    const org_fixture *f = user;

    *microseconds = f->clock;
    return f->clock == -1 ? 0 : CRM4E_CONTINUE;
}

/* SplitMix64: the same bytes in every run. */
static int32_t fill(void *user, void *bytes, size_t size)
{
    org_fixture *f = user;
    unsigned char *out = bytes;

    for (size_t i = 0; i < size; i++) {
        f->random += UINT64_C(0x9e3779b97f4a7c15);
        uint64_t z = (f->random ^ f->random >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        out[i] = (unsigned char)(z >> 33);
    }
    return CRM4E_CONTINUE;
}

void org_fixture_init(org_fixture *f)
{
    memset(f, 0, sizeof *f);
    fail_alloc_init(&f->alloc);
    f->env.mem.host = fail_alloc_host(&f->alloc);
    f->env.clock = (crm4e_clock){sizeof f->env.clock, f, tell_time};
    f->env.random = (crm4e_random){sizeof f->env.random, f, fill};
    f->clock = FIRST_TIME;
    f->org = FIRST_ORG;
    f->storage = (crm4e_storage){sizeof f->storage, crm4e_storage_memory(), NULL};
}

static c4_org_spec full_spec(const c4_org_spec *spec)
{
    c4_org_spec full = {0};

    if (spec != NULL) {
        full = *spec;
    }
    full.name = full.name != NULL ? full.name : "Acme";
    full.admin_email = full.admin_email != NULL ? full.admin_email : ORG_ADMIN;
    if (full.edition == 0) {
        full.edition = CRM4E_EDITION_ENTERPRISE;
        full.crm_licences = 50;
        full.team_licences = 50;
    }
    return full;
}

static int bootstrap(org_fixture *f, const c4_org_spec *spec)
{
    c4_org_spec full = full_spec(spec);
    int rc = c4_db_begin(&f->db, CRM4E_TRANSACTION_WRITE);

    if (rc == CRM4E_OK) {
        rc = c4_org_bootstrap(&f->unit, f->org, &full);
    }
    if (rc != CRM4E_OK) {
        org_rollback(f);
        return rc;
    }
    rc = org_commit(f);
    if (rc == CRM4E_OK) {
        const c4_user *user = c4_meta_user_by_email(f->unit.meta, full.admin_email);
        f->actor = user != NULL ? user->id : 0;
    }
    return rc;
}

int org_fixture_create(org_fixture *f, const c4_org_spec *spec)
{
    int rc = c4_store_open(&f->store, &f->env.mem, &f->storage, 0);

    f->opened = rc == CRM4E_OK;
    c4_arena_init(&f->arena, &f->env.mem);
    f->unit = (c4_unit){.env = &f->env,
                        .db = &f->db,
                        .error = &f->error,
                        .arena = &f->arena,
                        .source = C4_SOURCE_API,
                        .criteria = &c4_sharing_criteria,
                        .shows = c4_access_module_shown};
    if (rc == CRM4E_OK) {
        rc = c4_store_org_create(&f->store, f->org);
    }
    if (rc == CRM4E_OK) {
        rc = c4_db_connect(&f->db, &f->store, f->org, 0, NULL, NULL);
        f->connected = rc == CRM4E_OK;
    }
    return rc == CRM4E_OK ? bootstrap(f, spec) : rc;
}

int org_fixture_open(org_fixture *f, const c4_org_spec *spec)
{
    org_fixture_init(f);
    return org_fixture_create(f, spec);
}

void org_fixture_close(org_fixture *f)
{
    c4_meta_release(f->unit.meta);
    f->unit.meta = NULL;
    c4_arena_free(&f->arena);
    if (f->connected) {
        c4_db_disconnect(&f->db);
    }
    if (f->opened) {
        c4_store_close(&f->store);
    }
    f->connected = false;
    f->opened = false;
}

int org_setup(void **state)
{
    org_fixture *f = malloc(sizeof *f);

    *state = f;
    return f != NULL && org_fixture_open(f, NULL) == CRM4E_OK ? 0 : -1;
}

int org_teardown(void **state)
{
    org_fixture *f = *state;
    size_t live;

    org_fixture_close(f);
    live = atomic_load(&f->alloc.live);
    free(f);
    return live == 0 ? 0 : -1;
}

static int sync_meta(org_fixture *f)
{
    c4_meta *fresh = NULL;
    int rc;

    if (f->unit.meta != NULL && f->unit.meta->generation == f->unit.state.generation) {
        return CRM4E_OK;
    }
    rc = c4_meta_load(&fresh, &f->env.mem, &f->db, &f->error);
    if (rc == CRM4E_OK) {
        c4_meta_release(f->unit.meta);
        f->unit.meta = fresh;
    }
    return rc;
}

int org_begin(org_fixture *f, uint32_t mode)
{
    int rc;

    c4_failure_clear(&f->error);
    f->unit.actor = NULL;
    f->unit.rule_depth = 0;
    rc = c4_db_begin(&f->db, mode);
    if (rc != CRM4E_OK) {
        return rc;
    }
    rc = c4_unit_start(&f->unit);
    if (rc == CRM4E_OK) {
        rc = sync_meta(f);
    }
    if (rc != CRM4E_OK) {
        org_rollback(f);
        return rc;
    }
    f->unit.actor = c4_meta_user(f->unit.meta, f->actor);
    return CRM4E_OK;
}

/* A snapshot of before the last change would look current: it is dropped. */
static void forget_stale(org_fixture *f)
{
    if (f->unit.meta_dirty) {
        c4_meta_release(f->unit.meta);
        f->unit.meta = NULL;
        f->unit.meta_dirty = false;
    }
    f->unit.actor = NULL;
    f->unit.asked = NULL; /* answers of the host are in the arena */
    c4_arena_reset(&f->arena);
}

int org_commit(org_fixture *f)
{
    int rc = c4_unit_finish(&f->unit);

    if (rc == CRM4E_OK) {
        rc = c4_db_commit(&f->db);
        forget_stale(f);
    } else {
        org_rollback(f);
    }
    return rc;
}

void org_rollback(org_fixture *f)
{
    c4_db_rollback(&f->db);
    f->unit.meta_dirty = true;
    forget_stale(f);
}

bool org_act_as(org_fixture *f, const char *email)
{
    const c4_user *user = f->unit.meta != NULL ? c4_meta_user_by_email(f->unit.meta, email) : NULL;

    if (user != NULL) {
        f->actor = user->id;
        f->unit.actor = user;
    }
    return user != NULL;
}

int org_add_user(org_fixture *f, const char *email, const char *role, const char *profile,
                 crm4e_id *id)
{
    const c4_user_spec spec = {
        .email = email,
        .name = email,
        .role = role != NULL ? role : "CEO",
        .profile = profile,
        .licence = strcmp(profile, "Team User") == 0 ? CRM4E_LICENCE_TEAM : CRM4E_LICENCE_CRM,
        .status = CRM4E_USER_ACTIVE,
        .create_only = true,
    };
    crm4e_id made = 0;
    int rc = c4_user_put(&f->unit, &spec, id != NULL ? id : &made);

    return rc == CRM4E_OK ? c4_unit_refresh(&f->unit) : rc;
}

int org_add_team_module(org_fixture *f, const char *api_name, const c4_module **module)
{
    const c4_module_spec spec = {.api_name = api_name, .team = true, .create_only = true};
    int32_t number = 0;
    int rc = c4_module_put(&f->unit, &spec, &number);

    if (rc == CRM4E_OK) {
        rc = c4_unit_refresh(&f->unit);
    }
    if (rc == CRM4E_OK) {
        *module = c4_meta_module(f->unit.meta, number);
    }
    return rc;
}
