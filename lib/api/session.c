/* SPDX-License-Identifier: MIT */
/* Sessions: entering, units of work, children, opening and closing. */
#include <string.h>

#include "api/inside.h"
#include "access/access.h"
#include "automation/automation.h"
#include "base/civil.h"
#include "model/manage.h"

static int32_t was_interrupted(void *user)
{
    c4_session *session = user;

    return atomic_load_explicit(&session->interrupted, memory_order_relaxed);
}

/* Frees a child whose handle is dead; the session is ours. */
static void drop_object(c4_session *session, c4_object *object)
{
    if (!object->orphan) {
        if (object->next)
            object->next->previous = object->previous;
        if (object->previous)
            object->previous->next = object->next;
        else
            session->children = object->next;
    }
    object->destroy(object);
    c4_free(&session->engine->env.mem, object);
}

static void drop_deferred(c4_session *session)
{
    c4_object *object = atomic_exchange(&session->deferred, NULL);

    while (object) {
        c4_object *next = object->deferred;

        drop_object(session, object);
        object = next;
    }
}

/* Children whose handle somebody else killed a moment ago are his to free:
 * they only leave the list. */
static void drop_children(c4_session *session)
{
    drop_deferred(session);
    while (session->children) {
        c4_object *object = session->children;

        if (c4_handle_kill(object->token, object->kind)) {
            drop_object(session, object);
        } else {
            session->children = object->next;
            if (object->next)
                object->next->previous = NULL;
            object->orphan = true;
        }
    }
}

static void unlink_session(c4_session *session)
{
    c4_session **link = &session->org->sessions;

    pthread_mutex_lock(&session->engine->lock);
    while (*link && *link != session)
        link = &(*link)->next;
    if (*link)
        *link = session->next;
    session->next = session->engine->spare;
    session->engine->spare = session;
    atomic_store(&session->state, C4_SESSION_CLOSED);
    pthread_mutex_unlock(&session->engine->lock);
}

/* The session is ours and its handle is dead. */
static void destroy_session(c4_session *session)
{
    c4_org *org = session->org;

    drop_children(session);
    if (session->db.connection && session->engine->fork_epoch == c4_fork_epoch())
        c4_db_disconnect(&session->db);
    memset(&session->db, 0, sizeof session->db);
    c4_meta_release(session->saved_meta);
    c4_meta_release(session->tx_meta);
    c4_meta_release(session->meta);
    session->saved_meta = NULL;
    session->tx_meta = NULL;
    session->meta = NULL;
    c4_arena_free(&session->arena);
    drop_deferred(session);
    unlink_session(session);
    c4_org_release(org);
}

static bool acquire(c4_session *session)
{
    int idle = C4_SESSION_IDLE;

    return atomic_compare_exchange_strong(&session->state, &idle, C4_SESSION_BUSY);
}

/* Hands the session back; destroys it when it was closed meanwhile. Objects
 * freed by others in the last moment are ours to drop. */
static void release(c4_session *session)
{
    int busy;

    do {
        drop_deferred(session);
        busy = C4_SESSION_BUSY;
        if (!atomic_compare_exchange_strong(&session->state, &busy, C4_SESSION_IDLE)) {
            destroy_session(session);
            return;
        }
    } while (atomic_load(&session->deferred) && acquire(session));
}

int c4_enter(c4_entry *entry, const void *token, c4_kind kind)
{
    void *parent = NULL;
    c4_session *session;

    memset(entry, 0, sizeof *entry);
    if (!c4_handle_enter(token, kind, &parent))
        return CRM4E_E_MISUSE;
    session = parent;
    if (session->engine->fork_epoch != c4_fork_epoch()) {
        c4_handle_leave(token);
        return CRM4E_E_ENVIRONMENT;
    }
    if (!acquire(session)) {
        c4_handle_leave(token);
        return CRM4E_E_MISUSE;
    }
    entry->object = c4_handle_look(token, kind);
    entry->session = session;
    entry->token = token;
    if (!entry->object) {
        release(session);
        c4_handle_leave(token);
        return CRM4E_E_MISUSE;
    }
    c4_failure_clear(&session->error);
    c4_arena_reset(&session->arena);
    atomic_store_explicit(&session->interrupted, 0, memory_order_relaxed);
    return CRM4E_OK;
}

int c4_leave(c4_entry *entry, int rc)
{
    crm4e_error *error = &entry->session->error;

    if (rc < 0 && error->code != rc)
        (void)c4_fail_plain(error, rc);
    if (rc >= 0)
        c4_failure_clear(error);
    release(entry->session);
    c4_handle_leave(entry->token);
    return rc;
}

/* Puts the snapshot in place that the open transaction's generation names:
 * ours, the org's newest, or read anew. */
static int sync_meta(c4_session *session)
{
    c4_unit *unit = &session->unit;
    c4_org *org = session->org;
    c4_meta *fresh = NULL;
    int rc;

    if (session->meta && session->meta->generation == unit->state.generation) {
        unit->meta = session->meta;
        return CRM4E_OK;
    }
    pthread_mutex_lock(&org->engine->lock);
    if (org->meta && org->meta->generation == unit->state.generation)
        fresh = c4_meta_hold(org->meta);
    pthread_mutex_unlock(&org->engine->lock);
    if (!fresh) {
        rc = c4_meta_load(&fresh, &session->engine->env.mem, &session->db, &session->error);
        if (rc < 0)
            return rc;
    }
    c4_meta_release(session->meta);
    session->meta = fresh;
    unit->meta = fresh;
    return CRM4E_OK;
}

/* Makes a committed snapshot the org's, for the other sessions. */
static void publish_meta(c4_session *session)
{
    c4_org *org = session->org;
    c4_meta *old = NULL;

    pthread_mutex_lock(&org->engine->lock);
    if (session->meta && (!org->meta || org->meta->generation < session->meta->generation)) {
        old = org->meta;
        org->meta = c4_meta_hold(session->meta);
    }
    pthread_mutex_unlock(&org->engine->lock);
    c4_meta_release(old);
}

static int start_unit(c4_session *session)
{
    c4_unit *unit = &session->unit;
    int rc;

    memset(unit, 0, sizeof *unit);
    unit->env = &session->engine->env;
    unit->db = &session->db;
    unit->error = &session->error;
    unit->arena = &session->arena;
    unit->source = C4_SOURCE_API;
    unit->hooks = &c4_automation_hooks;
    rc = c4_unit_start(unit);
    if (rc == CRM4E_OK)
        rc = sync_meta(session);
    if (rc == CRM4E_OK)
        unit->actor = c4_meta_user(unit->meta, session->user);
    return rc;
}

static void save(c4_session *session)
{
    session->saved_meta = c4_meta_hold(session->unit.meta);
    session->saved_state = session->unit.state;
    session->saved_dirty = session->unit.state_dirty;
    session->saved_meta_dirty = session->unit.meta_dirty;
}

static void restore(c4_session *session)
{
    c4_unit *unit = &session->unit;

    if (unit->meta != session->saved_meta) {
        c4_meta_release(unit->meta);
        unit->meta = c4_meta_hold(session->saved_meta);
        unit->actor = c4_meta_user(unit->meta, session->user);
    }
    session->meta = unit->meta;
    unit->state = session->saved_state;
    unit->state_dirty = session->saved_dirty;
    unit->meta_dirty = session->saved_meta_dirty;
    unit->rule_depth = 0;
    unit->source = C4_SOURCE_API;
}

int c4_work_begin(c4_session *session, uint32_t mode)
{
    int rc = CRM4E_OK;

    session->work_mode = 0;
    if (session->transaction) {
        session->unit.asked = NULL;
        if (mode == CRM4E_TRANSACTION_WRITE)
            rc = c4_db_savepoint(&session->db);
    } else {
        rc = c4_db_begin(&session->db, mode);
        if (rc == CRM4E_OK) {
            rc = start_unit(session);
            if (rc < 0)
                c4_db_rollback(&session->db);
        }
    }
    if (rc < 0)
        return rc;
    session->work_mode = mode;
    save(session);
    rc = c4_access_actor(&session->unit);
    return rc < 0 ? c4_work_end(session, rc) : CRM4E_OK;
}

static int end_inside_transaction(c4_session *session, int rc)
{
    int released = CRM4E_OK;

    if (session->work_mode == CRM4E_TRANSACTION_WRITE) {
        if (rc < 0)
            c4_db_rollback_to(&session->db);
        else
            released = c4_db_release(&session->db);
    }
    return released < 0 ? released : rc;
}

static int end_own_transaction(c4_session *session, int rc)
{
    int done = rc;

    if (rc >= 0 && session->work_mode == CRM4E_TRANSACTION_WRITE) {
        done = c4_unit_finish(&session->unit);
        if (done >= 0)
            return (done = c4_db_commit(&session->db)) < 0 ? done : rc;
    }
    c4_db_rollback(&session->db);
    return done;
}

int c4_work_end(c4_session *session, int rc)
{
    if (session->work_mode == 0)
        return rc;
    rc = session->transaction ? end_inside_transaction(session, rc)
                              : end_own_transaction(session, rc);
    if (rc < 0)
        restore(session);
    session->meta = session->unit.meta;
    c4_meta_release(session->saved_meta);
    session->saved_meta = NULL;
    session->work_mode = 0;
    if (rc >= 0 && !session->transaction && !session->unit.meta_dirty)
        publish_meta(session);
    return rc;
}

int c4_call(const void *token, c4_kind kind, uint32_t mode, c4_work work, void *arguments)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, kind);

    if (rc < 0)
        return rc;
    rc = c4_work_begin(entry.session, mode);
    if (rc == CRM4E_OK) {
        rc = work(&entry.session->unit, entry.object, arguments);
        rc = c4_work_end(entry.session, rc);
    }
    return c4_leave(&entry, rc);
}

int c4_object_new(c4_session *session, c4_kind kind, size_t size, void (*destroy)(c4_object *),
                  c4_object **out)
{
    c4_object *object = c4_alloc_array(&session->engine->env.mem, 1, size);
    int rc;

    if (!object)
        return CRM4E_E_NO_MEMORY;
    object->session = session;
    object->kind = kind;
    object->destroy = destroy;
    rc = c4_handle_new(session->token, kind, object, session, &object->token);
    if (rc < 0) {
        c4_free(&session->engine->env.mem, object);
        return rc;
    }
    object->next = session->children;
    if (object->next)
        object->next->previous = object;
    session->children = object;
    *out = object;
    return CRM4E_OK;
}

void c4_object_free(const void *token, c4_kind kind)
{
    void *parent = NULL;
    c4_session *session;
    c4_object *object;

    if (!c4_handle_enter(token, kind, &parent))
        return;
    session = parent;
    object = c4_handle_kill(token, kind);
    if (object) {
        c4_object *top = atomic_load(&session->deferred);

        do
            object->deferred = top;
        while (!atomic_compare_exchange_weak(&session->deferred, &top, object));
        if (acquire(session))
            release(session);
        else if (atomic_load(&session->state) == C4_SESSION_CLOSED)
            drop_deferred(session);
    }
    c4_handle_leave(token);
}

/* A struct for a new session: a closed one, or fresh memory. */
static c4_session *take_session(c4_engine *engine)
{
    c4_session *session;

    pthread_mutex_lock(&engine->lock);
    session = engine->spare;
    if (session)
        engine->spare = session->next;
    pthread_mutex_unlock(&engine->lock);
    return session ? session : c4_alloc_array(&engine->env.mem, 1, sizeof *session);
}

static void spare_session(c4_session *session)
{
    pthread_mutex_lock(&session->engine->lock);
    atomic_store(&session->state, C4_SESSION_CLOSED);
    session->next = session->engine->spare;
    session->engine->spare = session;
    pthread_mutex_unlock(&session->engine->lock);
}

static int find_user(c4_session *session, const char *email, crm4e_error *error)
{
    const c4_user *user = c4_meta_user_by_email(session->unit.meta, email);

    if (!user)
        return c4_fail(error, CRM4E_E_NOT_FOUND, "no such user");
    session->user = user->id;
    session->unit.actor = user;
    return c4_access_actor(&session->unit);
}

static int start_session(c4_session *session, const char *email)
{
    uint32_t flags = session->engine->flags & CRM4E_ENGINE_READ_ONLY ? CRM4E_CONNECT_READ_ONLY : 0u;
    int rc = c4_db_connect(&session->db, &session->engine->store, session->org->id, flags,
                           was_interrupted, session);

    if (rc < 0)
        return rc;
    rc = c4_db_begin(&session->db, CRM4E_TRANSACTION_READ);
    if (rc == CRM4E_OK) {
        rc = start_unit(session);
        if (rc == CRM4E_OK)
            rc = find_user(session, email, &session->error);
        c4_db_rollback(&session->db);
    }
    if (rc == CRM4E_OK)
        publish_meta(session);
    return rc;
}

/* What is not a session yet goes back without a trace. */
static void discard_session(c4_session *session)
{
    c4_org *org = session->org;

    if (session->db.connection)
        c4_db_disconnect(&session->db);
    memset(&session->db, 0, sizeof session->db);
    c4_meta_release(session->meta);
    session->meta = NULL;
    c4_arena_free(&session->arena);
    spare_session(session);
    c4_org_release(org);
}

static int open_session(crm4e_session **out, c4_engine_call *call, const char *email)
{
    c4_engine *engine = call->engine;
    c4_session *session = take_session(engine);
    int rc;

    if (!session)
        return CRM4E_E_NO_MEMORY;
    session->engine = engine;
    session->org = call->org;
    session->user = 0;
    session->transaction = false;
    c4_failure_clear(&session->error);
    atomic_store(&session->interrupted, 0);
    c4_arena_init(&session->arena, &engine->env.mem);
    pthread_mutex_lock(&engine->lock);
    call->org->users++; /* the session's, on top of the call's */
    pthread_mutex_unlock(&engine->lock);
    rc = start_session(session, email);
    if (rc == CRM4E_OK)
        rc = c4_handle_new(engine->token, C4_KIND_SESSION, session, session, &session->token);
    if (rc < 0) {
        call->error = session->error;
        discard_session(session);
        return rc;
    }
    pthread_mutex_lock(&engine->lock);
    session->next = call->org->sessions;
    call->org->sessions = session;
    pthread_mutex_unlock(&engine->lock);
    atomic_store(&session->state, C4_SESSION_IDLE);
    *out = session->token;
    return CRM4E_OK;
}

int crm4e_session_open(crm4e_session **out, crm4e_org *org, const char *email)
{
    c4_engine_call call;
    int rc = c4_org_enter(&call, org);

    if (rc < 0)
        return rc;
    rc = c4_need(&call.error, out, "out");
    if (rc == CRM4E_OK)
        rc = c4_need(&call.error, email, "email");
    if (rc == CRM4E_OK)
        rc = open_session(out, &call, email);
    return c4_engine_leave(&call, rc);
}

/* The callback's answer comes first, and a refusal says nothing about whether
 * the user exists. */
static int authenticate(c4_engine_call *call, const char *email, const void *credentials,
                        size_t length)
{
    const crm4e_auth *auth = &call->engine->env.auth;
    int32_t answer;

    if (!auth->authenticate)
        return c4_fail(&call->error, CRM4E_E_UNSUPPORTED, "the host gave no authenticate callback");
    answer = auth->authenticate(auth->user, call->org->id, email, credentials, length);
    if (answer == CRM4E_CONTINUE)
        return CRM4E_OK;
    if (answer == CRM4E_DENY)
        return c4_fail(&call->error, CRM4E_E_DENIED, "the credentials were refused");
    return c4_fail(&call->error, CRM4E_E_CALLBACK, "the authenticate callback failed");
}

int crm4e_session_authenticate(crm4e_session **out, crm4e_org *org, const char *email,
                               const void *credentials, size_t length)
{
    c4_engine_call call;
    int rc = c4_org_enter(&call, org);

    if (rc < 0)
        return rc;
    rc = c4_need(&call.error, out, "out");
    if (rc == CRM4E_OK)
        rc = c4_need(&call.error, email, "email");
    if (rc == CRM4E_OK && length > 0)
        rc = c4_need(&call.error, credentials, "credentials");
    if (rc == CRM4E_OK)
        rc = authenticate(&call, email, credentials, length);
    if (rc == CRM4E_OK) {
        rc = open_session(out, &call, email);
        if (rc == CRM4E_E_NOT_FOUND)
            rc = c4_fail(&call.error, CRM4E_E_DENIED, "the credentials were refused");
    }
    return c4_engine_leave(&call, rc);
}

void crm4e_session_close(crm4e_session *token)
{
    c4_session *session = c4_handle_enter(token, C4_KIND_SESSION, NULL);
    int busy = C4_SESSION_BUSY;

    if (!session)
        return;
    if (c4_handle_kill(token, C4_KIND_SESSION)) {
        for (;;) {
            if (acquire(session)) {
                destroy_session(session);
                break;
            }
            busy = C4_SESSION_BUSY;
            atomic_store_explicit(&session->interrupted, 1, memory_order_relaxed);
            if (atomic_compare_exchange_strong(&session->state, &busy, C4_SESSION_CLOSING))
                break;
        }
    }
    c4_handle_leave(token);
}

const crm4e_error *crm4e_session_error(const crm4e_session *token)
{
    c4_session *session = c4_handle_enter(token, C4_KIND_SESSION, NULL);

    if (!session)
        return NULL;
    c4_handle_leave(token);
    return &session->error;
}

crm4e_id crm4e_session_user(const crm4e_session *token)
{
    c4_session *session = c4_handle_enter(token, C4_KIND_SESSION, NULL);
    crm4e_id user;

    if (!session)
        return 0;
    user = session->user;
    c4_handle_leave(token);
    return user;
}

void crm4e_interrupt(crm4e_session *token)
{
    c4_session *session = c4_handle_enter(token, C4_KIND_SESSION, NULL);

    if (!session)
        return;
    atomic_store_explicit(&session->interrupted, 1, memory_order_relaxed);
    c4_handle_leave(token);
}

static int begin(c4_session *session)
{
    int rc;

    if (session->transaction)
        return c4_fail(&session->error, CRM4E_E_MISUSE, "a transaction is open already");
    rc = c4_work_begin(session, CRM4E_TRANSACTION_WRITE);
    if (rc < 0)
        return rc;
    session->tx_meta = session->saved_meta;
    session->saved_meta = NULL;
    session->work_mode = 0;
    session->transaction = true;
    return CRM4E_OK;
}

int crm4e_session_begin(crm4e_session *token)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);

    return rc < 0 ? rc : c4_leave(&entry, begin(entry.session));
}

/* Ends the transaction: as committed when `rc` is OK, else as it began. */
static int end_transaction(c4_session *session, int rc)
{
    session->transaction = false;
    if (rc < 0) {
        c4_meta_release(session->meta);
        session->meta = session->tx_meta;
    } else {
        c4_meta_release(session->tx_meta);
        if (!session->unit.meta_dirty)
            publish_meta(session);
    }
    session->tx_meta = NULL;
    session->unit.meta = session->meta;
    return rc;
}

static int commit(c4_session *session)
{
    int rc;

    if (!session->transaction)
        return c4_fail(&session->error, CRM4E_E_MISUSE, "no transaction is open");
    rc = c4_unit_finish(&session->unit);
    if (rc < 0)
        c4_db_rollback(&session->db);
    else
        rc = c4_db_commit(&session->db);
    return end_transaction(session, rc);
}

int crm4e_session_commit(crm4e_session *token)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);

    return rc < 0 ? rc : c4_leave(&entry, commit(entry.session));
}

static int rollback(c4_session *session)
{
    if (!session->transaction)
        return c4_fail(&session->error, CRM4E_E_MISUSE, "no transaction is open");
    c4_db_rollback(&session->db);
    (void)end_transaction(session, CRM4E_E_ABORTED);
    if (session->db.poisoned)
        return c4_fail(&session->error, CRM4E_E_IO, "the transaction could not be undone");
    return CRM4E_OK;
}

int crm4e_session_rollback(crm4e_session *token)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);

    return rc < 0 ? rc : c4_leave(&entry, rollback(entry.session));
}

static int set_online(c4_unit *unit, void *object, void *arguments)
{
    const crm4e_time *until = arguments;

    (void)object;
    if (*until < 0 || *until > C4_TIME_MAX)
        return c4_fail(unit->error, CRM4E_E_INVALID, "the time is out of range");
    return c4_user_presence(unit, unit->actor->id, *until);
}

int crm4e_session_set_online(crm4e_session *token, crm4e_time until)
{
    return c4_call(token, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, set_online, &until);
}
