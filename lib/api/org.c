/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "api/inside.h"
#include "base/json.h"
#include "columns/cache.h"
#include "columns/kept.h"
#include "record/integrity.h"
#include "model/manage.h"
#include "model/migrate.h"

enum {
    LIST_CEILING = 64 * 1024 * 1024,
    RANDOM_TRIES = 16 /* of 24 bits each */
};

int crm4e_org_options_init(crm4e_org_options *options)
{
    static const crm4e_org_options initial = CRM4E_ORG_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

int c4_org_enter(c4_engine_call *call, const crm4e_org *token)
{
    void *parent = NULL;
    c4_org *org;

    memset(call, 0, sizeof *call);
    org = c4_handle_enter(token, C4_KIND_ORG, &parent);
    if (!org)
        return CRM4E_E_MISUSE;
    call->engine = parent;
    call->token = token;
    if (call->engine->fork_epoch != c4_fork_epoch()) {
        c4_handle_leave(token);
        return CRM4E_E_ENVIRONMENT;
    }
    pthread_mutex_lock(&call->engine->lock);
    if (org->open && org->token == token) {
        org->users++;
        call->org = org;
    }
    pthread_mutex_unlock(&call->engine->lock);
    if (!call->org) {
        c4_handle_leave(token);
        return CRM4E_E_MISUSE;
    }
    return CRM4E_OK;
}

void c4_org_release(c4_org *org)
{
    const bool ours = org->engine->fork_epoch == c4_fork_epoch();
    const crm4e_id id = org->id;
    c4_meta *meta = NULL;
    bool last;

    pthread_mutex_lock(&org->engine->lock);
    org->users--;
    last = org->users == 0 && !org->open;
    if (last) {
        meta = org->meta;
        org->meta = NULL;
    }
    pthread_mutex_unlock(&org->engine->lock);
    if (last && ours)
        c4_cache_forget(org->engine->env.columns, id);
    c4_meta_release(meta);
}

/* A struct for an org: one that was closed, or fresh memory. */
static c4_org *take_org(c4_engine *engine)
{
    c4_org *org;

    pthread_mutex_lock(&engine->lock);
    for (org = engine->orgs; org; org = org->next) {
        if (!org->open && org->users == 0)
            break;
    }
    if (org)
        org->users = 1;
    pthread_mutex_unlock(&engine->lock);
    if (org)
        return org;
    org = c4_alloc_array(&engine->env.mem, 1, sizeof *org);
    if (!org)
        return NULL;
    org->engine = engine;
    org->users = 1;
    pthread_mutex_lock(&engine->lock);
    org->next = engine->orgs;
    engine->orgs = org;
    pthread_mutex_unlock(&engine->lock);
    return org;
}

static int open_handle(crm4e_org **out, c4_engine *engine, crm4e_id id)
{
    c4_org *org = take_org(engine);
    void *token = NULL;
    int rc;

    if (!org)
        return CRM4E_E_NO_MEMORY;
    rc = c4_handle_new(engine->token, C4_KIND_ORG, org, engine, &token);
    pthread_mutex_lock(&engine->lock);
    org->users--;
    if (rc == CRM4E_OK && engine->closing)
        rc = CRM4E_E_MISUSE;
    if (rc == CRM4E_OK) {
        org->id = id;
        org->token = token;
        org->open = true;
    }
    pthread_mutex_unlock(&engine->lock);
    if (rc == CRM4E_OK)
        *out = token;
    else
        (void)c4_handle_kill(token, C4_KIND_ORG);
    return rc;
}

/* A unit without an actor, for creating, migrating and checking. */
static void plain_unit(c4_unit *unit, c4_engine_call *call, c4_db *db, c4_arena *arena)
{
    memset(unit, 0, sizeof *unit);
    unit->env = &call->engine->env;
    unit->db = db;
    unit->error = &call->error;
    unit->arena = arena;
    unit->source = C4_SOURCE_SYSTEM;
}

/* Tags of orgs are random: two orgs have the same ids once in a million, and
 * never in one storage, where an id that exists is drawn again. */
static int new_org_id(c4_engine_call *call, crm4e_id *id)
{
    const crm4e_random *random = &call->engine->env.random;
    uint32_t tag = 0;

    for (int tries = 0; tag == 0; tries++) {
        unsigned char bytes[4] = {0};

        if (tries == RANDOM_TRIES)
            return c4_fail(&call->error, CRM4E_E_CALLBACK, "the random callback gives zeros");

        if (random->fill(random->user, bytes, sizeof bytes) != CRM4E_CONTINUE)
            return c4_fail(&call->error, CRM4E_E_CALLBACK, "the random callback failed");
        tag = ((uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2]) & 0xfffffu;
        tag += tag == 0 ? bytes[3] : 0u;
    }
    *id = ((crm4e_id)tag << C4_ID_BITS) + 1;
    return CRM4E_OK;
}

/* The id of a creation that failed is used again, so that what it left behind
 * is replaced and not joined by more of it. */
static int take_org_id(c4_engine_call *call, crm4e_id *id)
{
    c4_engine *engine = call->engine;

    pthread_mutex_lock(&engine->lock);
    *id = engine->unfinished;
    engine->unfinished = 0;
    pthread_mutex_unlock(&engine->lock);
    return *id ? CRM4E_OK : new_org_id(call, id);
}

static void keep_org_id(c4_engine *engine, crm4e_id id)
{
    pthread_mutex_lock(&engine->lock);
    engine->unfinished = id;
    pthread_mutex_unlock(&engine->lock);
}

static int build_org(c4_engine_call *call, crm4e_id id, c4_org_build build, void *arguments)
{
    c4_engine *engine = call->engine;
    c4_arena arena;
    c4_unit unit;
    c4_db db;
    int rc = c4_db_connect(&db, &engine->store, id, 0, NULL, NULL);

    if (rc < 0)
        return rc;
    c4_arena_init(&arena, &engine->env.mem);
    plain_unit(&unit, call, &db, &arena);
    rc = c4_db_begin(&db, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK) {
        (void)c4_db_drop_beside(&db); /* of an org that was here before */
        rc = build(&unit, id, arguments);
        if (rc == CRM4E_OK)
            rc = c4_db_commit(&db);
        else
            c4_db_rollback(&db);
    }
    c4_meta_release(unit.meta);
    c4_arena_free(&arena);
    c4_db_disconnect(&db);
    return rc;
}

static void spec_of(const crm4e_org_options *options, c4_org_spec *spec)
{
    memset(spec, 0, sizeof *spec);
    spec->name = options->name;
    spec->edition = options->edition;
    spec->ui_mode = options->ui_mode;
    spec->crm_licences = options->crm_licences;
    spec->team_licences = options->team_licences;
    spec->locale = options->locale;
    spec->zone = options->time_zone;
    spec->currency = options->currency;
    spec->admin_email = options->admin_email;
    spec->admin_name = options->admin_name;
    spec->fiscal_month = options->fiscal_month;
}

static int name_is_free(c4_engine_call *call, const char *name)
{
    crm4e_id found = 0;
    int rc = c4_store_org_find(&call->engine->store, name, &found);

    if (rc == CRM4E_E_NOT_FOUND)
        return CRM4E_OK;
    if (rc == CRM4E_OK)
        return c4_fail(&call->error, CRM4E_E_CONFLICT, "an org of this name exists");
    return rc;
}

/* An empty database under an id of its own. One that exists is drawn again; a
 * storage of one org that has it says CONFLICT to every id. */
static int make_database(c4_engine_call *call, crm4e_id *id)
{
    int rc = take_org_id(call, id);

    for (int tries = 0; rc == CRM4E_OK && tries < 3; tries++) {
        rc = c4_store_org_create(&call->engine->store, *id);
        if (rc != CRM4E_E_CONFLICT)
            return rc;
        rc = new_org_id(call, id);
    }
    return rc < 0 ? rc
                  : c4_fail(&call->error, CRM4E_E_CONFLICT, "the storage holds an org already");
}

/* The database of an org that has its id already. */
static int make_given_database(c4_engine_call *call, crm4e_id id)
{
    int rc = c4_store_org_create(&call->engine->store, id);

    return rc == CRM4E_E_CONFLICT
               ? c4_fail(&call->error, rc, "the storage holds an org of this id already")
               : rc;
}

/* Build first, publish last: an interrupted creation leaves nothing that can
 * be opened, and may be repeated. The handle comes before publishing, which
 * nothing may fail after. */
int c4_org_make(crm4e_org **out, c4_engine_call *call, const c4_new_org *org)
{
    crm4e_org *made = NULL;
    crm4e_id id = org->id;
    int rc = name_is_free(call, org->name);

    if (rc == CRM4E_OK)
        rc = id != 0 ? make_given_database(call, id) : make_database(call, &id);
    if (rc < 0)
        return rc;
    rc = build_org(call, id, org->build, org->arguments);
    if (rc == CRM4E_OK)
        rc = open_handle(&made, call->engine, id);
    if (rc == CRM4E_OK)
        rc = c4_store_org_publish(&call->engine->store, id, org->name);
    if (rc == CRM4E_OK) {
        *out = made;
    } else {
        if (org->id == 0)
            keep_org_id(call->engine, id);
        crm4e_org_close(made);
    }
    return rc;
}

static int bootstrap(c4_unit *unit, crm4e_id id, void *arguments)
{
    return c4_org_bootstrap(unit, id, arguments);
}

static int create_org(crm4e_org **out, c4_engine_call *call, c4_org_spec *spec)
{
    const c4_new_org org = {.name = spec->name, .build = bootstrap, .arguments = spec};
    c4_unit unit;
    int rc;

    plain_unit(&unit, call, NULL, NULL);
    rc = c4_org_spec_check(&unit, spec);
    return rc == CRM4E_OK ? c4_org_make(out, call, &org) : rc;
}

int c4_need_writable(c4_engine_call *call)
{
    return (call->engine->flags & CRM4E_ENGINE_READ_ONLY) != 0
               ? c4_fail(&call->error, CRM4E_E_READ_ONLY, "the engine is read-only")
               : CRM4E_OK;
}

int crm4e_org_create(crm4e_org **out, crm4e_engine *engine, const crm4e_org_options *options)
{
    crm4e_org_options copy;
    c4_org_spec spec;
    c4_engine_call call;
    int rc = c4_engine_enter(&call, engine);

    if (rc < 0)
        return rc;
    rc = c4_need(&call.error, out, "out");
    if (rc == CRM4E_OK)
        rc = c4_options_read(&call.error, &copy, sizeof copy, sizeof copy, options);
    if (rc == CRM4E_OK)
        rc = c4_need_writable(&call);
    if (rc == CRM4E_OK) {
        spec_of(&copy, &spec);
        rc = create_org(out, &call, &spec);
    }
    return c4_engine_leave(&call, rc);
}

/* The version of the database against this release's. */
static int check_version(c4_engine_call *call, crm4e_id id)
{
    bool migrate = (call->engine->flags & CRM4E_ENGINE_MIGRATE) != 0;
    uint32_t read_only =
        call->engine->flags & CRM4E_ENGINE_READ_ONLY ? CRM4E_CONNECT_READ_ONLY : 0u;
    c4_arena arena;
    c4_unit unit;
    c4_db db;
    int rc = c4_db_connect(&db, &call->engine->store, id, read_only, NULL, NULL);

    if (rc < 0)
        return rc;
    c4_arena_init(&arena, &call->engine->env.mem);
    plain_unit(&unit, call, &db, &arena);
    rc = c4_schema_open(&unit, migrate);
    c4_meta_release(unit.meta);
    c4_arena_free(&arena);
    c4_db_disconnect(&db);
    return rc;
}

int crm4e_org_open(crm4e_org **out, crm4e_engine *engine, const char *name)
{
    c4_engine_call call;
    crm4e_id id = 0;
    int rc = c4_engine_enter(&call, engine);

    if (rc < 0)
        return rc;
    rc = c4_need(&call.error, out, "out");
    if (rc == CRM4E_OK)
        rc = c4_store_org_find(&call.engine->store, name, &id);
    if (rc == CRM4E_E_NOT_FOUND)
        rc = c4_fail(&call.error, rc, "no such org");
    if (rc == CRM4E_E_CONFLICT)
        rc = c4_fail(&call.error, rc, "the storage holds several orgs: name one");
    if (rc == CRM4E_OK)
        rc = check_version(&call, id);
    if (rc == CRM4E_OK)
        rc = open_handle(out, call.engine, id);
    return c4_engine_leave(&call, rc);
}

/* Whether a write transaction is asked for that nobody waits for. */
static int32_t in_hurry(void *user)
{
    return *(bool *)user;
}

static void hurry(void *user)
{
    *(bool *)user = true;
}

static void take_time(void *user)
{
    (void)user;
}

static bool has_columns(c4_engine *engine, crm4e_id id)
{
    c4_sheet *sheet = NULL;
    int32_t module = 0;
    bool has = c4_cache_next(engine->env.columns, id, &module, &sheet);

    c4_sheet_release(sheet);
    return has;
}

static int save_columns(c4_engine_call *call, crm4e_id id, bool closing)
{
    bool hurries = false;
    c4_arena arena;
    c4_unit unit;
    c4_db db;
    int rc = c4_db_connect(&db, &call->engine->store, id, 0, in_hurry, &hurries);

    if (rc < 0)
        return rc;
    c4_arena_init(&arena, &call->engine->env.mem);
    plain_unit(&unit, call, &db, &arena);
    rc = c4_kept_save(&unit, id, closing ? hurry : take_time, &hurries);
    c4_arena_free(&arena);
    c4_db_disconnect(&db);
    return rc;
}

/* Whether the engine has a file of columns at all. */
static bool keeps_columns(const c4_engine *engine)
{
    return engine->env.columns != NULL && engine->env.keeps_columns;
}

int crm4e_org_save_columns(crm4e_org *org)
{
    c4_engine_call call;
    int rc = c4_org_enter(&call, org);

    if (rc < 0)
        return rc;
    if (!keeps_columns(call.engine))
        rc = c4_fail(&call.error, CRM4E_E_UNSUPPORTED, "the engine keeps no columns in a file");
    if (rc == CRM4E_OK)
        rc = c4_need_writable(&call);
    if (rc == CRM4E_OK)
        rc = save_columns(&call, call.org->id, false);
    if (rc == CRM4E_E_NOT_FOUND)
        rc = c4_fail(&call.error, CRM4E_E_UNSUPPORTED, "the storage has no place for a file");
    return c4_engine_leave(&call, rc);
}

/* Failing is no failure: the next one reads the database. */
static void save_closing(c4_engine *engine, crm4e_id id)
{
    c4_engine_call call = {.engine = engine};

    if (keeps_columns(engine) && (engine->flags & CRM4E_ENGINE_READ_ONLY) == 0 &&
        engine->fork_epoch == c4_fork_epoch() && has_columns(engine, id))
        (void)save_columns(&call, id, true);
}

/* A session of the org whose handle is alive. One that was closed while a call
 * is in it stays in the list until that call leaves. */
static void *living_session(c4_org *org)
{
    void *token = NULL;

    pthread_mutex_lock(&org->engine->lock);
    for (const c4_session *session = org->sessions; session && !token; session = session->next) {
        if (c4_handle_look(session->token, C4_KIND_SESSION))
            token = session->token;
    }
    pthread_mutex_unlock(&org->engine->lock);
    return token;
}

/* Closing is killing the handle, then the sessions; the rest goes when the
 * last of them has left. */
void crm4e_org_close(crm4e_org *token)
{
    void *parent = NULL;
    c4_org *org = c4_handle_enter(token, C4_KIND_ORG, &parent);
    c4_engine *engine = parent;

    if (!org)
        return;
    if (c4_handle_kill(token, C4_KIND_ORG)) {
        void *session;

        pthread_mutex_lock(&engine->lock);
        org->open = false; /* no session comes from now on */
        org->users++;
        pthread_mutex_unlock(&engine->lock);
        while ((session = living_session(org)) != NULL)
            crm4e_session_close(session);
        c4_close_resting(engine, org);
        save_closing(engine, org->id);
        c4_org_release(org);
    }
    c4_handle_leave(token);
}

crm4e_id crm4e_org_id(const crm4e_org *token)
{
    c4_org *org = c4_handle_enter(token, C4_KIND_ORG, NULL);
    crm4e_id id;

    if (!org)
        return 0;
    id = org->id;
    c4_handle_leave(token);
    return id;
}

typedef struct name_list {
    c4_buffer out;
    bool first;
} name_list;

static int32_t add_name(void *user, crm4e_id org, const char *name)
{
    name_list *list = user;

    (void)org;
    if (!list->first)
        c4_buffer_char(&list->out, ',');
    list->first = false;
    c4_json_put_text(&list->out, name, strlen(name));
    return CRM4E_CONTINUE;
}

int crm4e_org_list(crm4e_text **out, crm4e_engine *engine)
{
    c4_engine_call call;
    name_list list;
    int rc = c4_engine_enter(&call, engine);

    if (rc < 0)
        return rc;
    c4_buffer_init(&list.out, &call.engine->env.mem, LIST_CEILING);
    list.first = true;
    rc = c4_need(&call.error, out, "out");
    if (rc == CRM4E_OK) {
        c4_buffer_char(&list.out, '[');
        rc = c4_store_org_list(&call.engine->store, add_name, &list);
        c4_buffer_char(&list.out, ']');
    }
    if (rc == CRM4E_OK)
        rc = c4_text_new(out, call.engine, &list.out);
    c4_buffer_free(&list.out);
    return c4_engine_leave(&call, rc);
}

int crm4e_org_backup(crm4e_org *org, const char *path)
{
    c4_engine_call call;
    c4_db db;
    int rc = c4_org_enter(&call, org);

    if (rc < 0)
        return rc;
    rc = c4_need(&call.error, path, "path");
    if (rc == CRM4E_OK)
        rc = c4_db_connect(&db, &call.engine->store, call.org->id, CRM4E_CONNECT_READ_ONLY, NULL,
                           NULL);
    if (rc == CRM4E_OK) {
        rc = c4_db_backup(&db, path);
        c4_db_disconnect(&db);
    }
    if (rc == CRM4E_E_CONFLICT)
        rc = c4_fail(&call.error, rc, "the file exists");
    return c4_engine_leave(&call, rc);
}

static int check_org(crm4e_text **out, c4_engine_call *call)
{
    c4_mem *mem = &call->engine->env.mem;
    c4_buffer report;
    c4_arena arena;
    c4_unit unit;
    c4_db db;
    int rc = c4_db_connect(&db, &call->engine->store, call->org->id, CRM4E_CONNECT_READ_ONLY, NULL,
                           NULL);

    if (rc < 0)
        return rc;
    c4_buffer_init(&report, mem, LIST_CEILING);
    c4_arena_init(&arena, mem);
    plain_unit(&unit, call, &db, &arena);
    rc = c4_check_org(&unit, &report);
    if (rc == CRM4E_OK)
        rc = c4_text_new(out, call->engine, &report);
    c4_meta_release(unit.meta);
    c4_arena_free(&arena);
    c4_buffer_free(&report);
    c4_db_disconnect(&db);
    return rc;
}

int crm4e_check(crm4e_text **out, crm4e_org *org)
{
    c4_engine_call call;
    int rc = c4_org_enter(&call, org);

    if (rc < 0)
        return rc;
    rc = c4_need(&call.error, out, "out");
    if (rc == CRM4E_OK)
        rc = check_org(out, &call);
    return c4_engine_leave(&call, rc);
}
