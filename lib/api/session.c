/* SPDX-License-Identifier: MIT */
/* Sessions: opening, closing, transactions that span calls. */
#include <string.h>

#include "api/inside.h"
#include "access/access.h"
#include "automation/automation.h"
#include "base/civil.h"
#include "model/manage.h"

enum {
    TEXT_CEILING = 256 * 1024 * 1024
};

static int32_t was_interrupted(void *user)
{
    c4_session *session = user;

    return atomic_load_explicit(&session->interrupted, memory_order_relaxed);
}

/* A struct for a new session: a closed one of the org whose connection rests, else
 * one that has none, or fresh memory. */
static c4_session *take_session(c4_engine *engine, const c4_org *org)
{
    c4_session **chosen = NULL;
    c4_session *session = NULL;

    pthread_mutex_lock(&engine->lock);
    for (c4_session **link = &engine->spare; *link; link = &(*link)->next) {
        bool rests = (*link)->db.connection != NULL;

        if (rests ? (*link)->org == org : !chosen)
            chosen = link;
        if (rests && chosen == link)
            break;
    }
    if (chosen) {
        session = *chosen;
        *chosen = session->next;
        engine->resting -= session->db.connection != NULL;
    }
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
    int rc = session->db.connection
                 ? CRM4E_OK
                 : c4_db_connect(&session->db, &session->engine->store, session->org->id, flags,
                                 was_interrupted, session);

    if (rc < 0)
        return rc;
    rc = c4_db_begin(&session->db, CRM4E_TRANSACTION_READ);
    if (rc == CRM4E_OK) {
        rc = c4_unit_open(session);
        if (rc == CRM4E_OK)
            rc = find_user(session, email, &session->error);
        c4_db_rollback(&session->db);
    }
    if (rc == CRM4E_OK)
        c4_publish_meta(session);
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

/* Makes the session one of its org's, unless that was closed meanwhile. From
 * then on somebody else may close it. */
static int enlist(c4_session *session, crm4e_session **out)
{
    c4_org *org = session->org;
    void *token = session->token;
    bool open;

    atomic_store(&session->state, C4_SESSION_IDLE);
    pthread_mutex_lock(&org->engine->lock);
    open = org->open;
    if (open) {
        session->next = org->sessions;
        org->sessions = session;
    }
    pthread_mutex_unlock(&org->engine->lock);
    if (!open) {
        (void)c4_handle_kill(token, C4_KIND_SESSION);
        return c4_fail(&session->error, CRM4E_E_MISUSE, "the org was closed");
    }
    *out = token;
    return CRM4E_OK;
}

static int open_session(crm4e_session **out, c4_engine_call *call, const char *email)
{
    c4_engine *engine = call->engine;
    c4_session *session = take_session(engine, call->org);
    int rc;

    if (!session)
        return CRM4E_E_NO_MEMORY;
    session->engine = engine;
    session->org = call->org;
    session->user = 0;
    session->transaction = false;
    memset(&session->unit, 0, sizeof session->unit);
    session->kept.stamp = 0;
    c4_failure_clear(&session->error);
    atomic_store(&session->interrupted, 0);
    c4_arena_init(&session->arena, &engine->env.mem);
    pthread_mutex_lock(&engine->lock);
    call->org->users++; /* the session's, on top of the call's */
    pthread_mutex_unlock(&engine->lock);
    rc = start_session(session, email);
    if (rc == CRM4E_OK)
        rc = c4_handle_new(engine->token, C4_KIND_SESSION, session, session, &session->token);
    if (rc == CRM4E_OK)
        rc = enlist(session, out);
    if (rc < 0) {
        call->error = session->error;
        discard_session(session);
    }
    return rc;
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
            if (c4_session_acquire(session)) {
                c4_session_destroy(session);
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
        c4_forget_reach(session);
        c4_meta_release(session->meta);
        session->meta = session->tx_meta;
    } else {
        c4_meta_release(session->tx_meta);
        if (!session->unit.meta_dirty)
            c4_publish_meta(session);
    }
    session->tx_meta = NULL;
    if (session->unit.meta != session->meta)
        session->unit.actor = NULL; /* he was of the snapshot that went */
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
    c4_keep_trial_end(session);
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

static int set_ui_mode(c4_unit *unit, void *object, void *arguments)
{
    const crm4e_ui_mode *mode = arguments;

    (void)object;
    return c4_user_set_ui_mode(unit, *mode);
}

int crm4e_session_set_ui_mode(crm4e_session *token, crm4e_ui_mode mode)
{
    return c4_call(token, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, set_ui_mode, &mode);
}
