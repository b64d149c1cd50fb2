/* SPDX-License-Identifier: MIT */
/* How a call enters a session, works in a transaction, and leaves. */
#include <string.h>

#include "access/grant.h"
#include "api/inside.h"
#include "automation/automation.h"
#include "model/manage.h"
#include "record/query.h"
#include "record/rollup.h"

enum {
    TEXT_CEILING = 256 * 1024 * 1024
};

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
    c4_object *object = NULL;

    /* Mostly there are none, and to look is cheaper than to take. */
    if (atomic_load(&session->deferred))
        object = atomic_exchange(&session->deferred, NULL);
    while (object) {
        c4_object *next = object->deferred;

        drop_object(session, object);
        object = next;
    }
}

/* Children whose handle somebody else killed a moment ago are his to free:
 * they only leave the list. */
void c4_drop_children(c4_session *session)
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

enum {
    RESTING_MOST = 8 /* connections of an engine; each has its files open */
};

/* With the engine locked: from now on somebody else may use the struct. */
static void unlink_session(c4_session *session)
{
    c4_session **link = &session->org->sessions;

    while (*link && *link != session)
        link = &(*link)->next;
    if (*link)
        *link = session->next;
    session->next = session->engine->spare;
    session->engine->spare = session;
    atomic_store(&session->state, C4_SESSION_CLOSED);
}

static void disconnect(c4_session *session)
{
    if (session->db.connection && session->engine->fork_epoch == c4_fork_epoch())
        c4_db_disconnect(&session->db);
    memset(&session->db, 0, sizeof session->db);
}

/* A connection costs the more, the more tables there are. While the org is open,
 * one that is in order rests with its session's struct for whoever comes next. */
static bool unlink_resting(c4_session *session)
{
    c4_engine *engine = session->engine;
    bool rests = engine->keeps && engine->fork_epoch == c4_fork_epoch();

    if (!rests || !session->db.connection)
        return false;
    if (session->db.mode != 0)
        c4_db_rollback(&session->db);
    pthread_mutex_lock(&engine->lock);
    rests = !session->db.poisoned && session->db.mode == 0 && session->org->open &&
            !engine->closing && engine->resting < RESTING_MOST;
    if (rests) {
        engine->resting++;
        unlink_session(session);
    }
    pthread_mutex_unlock(&engine->lock);
    return rests;
}

/* Out of the list of spare ones; NULL when none rests. */
static c4_session *take_resting(c4_engine *engine, const c4_org *org)
{
    c4_session *found;

    pthread_mutex_lock(&engine->lock);
    c4_session **link = &engine->spare;
    while (*link && (!(*link)->db.connection || (org && (*link)->org != org)))
        link = &(*link)->next;
    found = *link;
    if (found) {
        *link = found->next;
        engine->resting--;
    }
    pthread_mutex_unlock(&engine->lock);
    return found;
}

void c4_close_resting(c4_engine *engine, const c4_org *org)
{
    c4_session *session;

    while ((session = take_resting(engine, org)) != NULL) {
        disconnect(session);
        pthread_mutex_lock(&engine->lock);
        session->next = engine->spare;
        engine->spare = session;
        pthread_mutex_unlock(&engine->lock);
    }
}

/* The session is ours and its handle is dead. */
void c4_session_destroy(c4_session *session)
{
    c4_org *org = session->org;

    c4_drop_children(session);
    c4_forget_reach(session);
    c4_meta_release(session->saved_meta);
    c4_meta_release(session->tx_meta);
    c4_meta_release(session->meta);
    session->saved_meta = NULL;
    session->tx_meta = NULL;
    session->meta = NULL;
    c4_arena_free(&session->arena);
    drop_deferred(session);
    if (!unlink_resting(session)) {
        disconnect(session);
        pthread_mutex_lock(&session->engine->lock);
        unlink_session(session);
        pthread_mutex_unlock(&org->engine->lock);
    }
    c4_org_release(org);
}

bool c4_session_acquire(c4_session *session)
{
    int idle = C4_SESSION_IDLE;

    return atomic_compare_exchange_strong(&session->state, &idle, C4_SESSION_BUSY);
}

/* Hands the session back; destroys it when it was closed meanwhile. Objects
 * freed by others in the last moment are ours to drop. */
void c4_session_release(c4_session *session)
{
    int busy;

    do {
        drop_deferred(session);
        busy = C4_SESSION_BUSY;
        if (!atomic_compare_exchange_strong(&session->state, &busy, C4_SESSION_IDLE)) {
            c4_session_destroy(session);
            return;
        }
    } while (atomic_load(&session->deferred) && c4_session_acquire(session));
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
    if (!c4_session_acquire(session)) {
        c4_handle_leave(token);
        return CRM4E_E_MISUSE;
    }
    entry->object = c4_handle_look(token, kind);
    entry->session = session;
    entry->token = token;
    if (!entry->object) {
        c4_session_release(session);
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
    c4_session_release(entry->session);
    c4_handle_leave(entry->token);
    return rc;
}

void *c4_peek(c4_entry *entry, const void *token, c4_kind kind)
{
    void *parent = NULL;

    if (!c4_handle_enter(token, kind, &parent))
        return NULL;
    entry->session = parent;
    entry->token = token;
    entry->object = NULL;
    if (entry->session->engine->fork_epoch == c4_fork_epoch() &&
        c4_session_acquire(entry->session)) {
        entry->object = c4_handle_look(token, kind);
        if (!entry->object)
            c4_session_release(entry->session);
    }
    if (!entry->object)
        c4_handle_leave(token);
    return entry->object;
}

void c4_unpeek(c4_entry *entry)
{
    c4_session_release(entry->session);
    c4_handle_leave(entry->token);
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
void c4_publish_meta(c4_session *session)
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

/* The actor stays as long as the snapshot he was found in is the session's. */
static void reset_unit(c4_session *session)
{
    c4_unit *unit = &session->unit;
    const c4_user *actor = unit->meta == session->meta ? unit->actor : NULL;

    memset(unit, 0, sizeof *unit);
    unit->actor = actor;
    unit->env = &session->engine->env;
    unit->db = &session->db;
    unit->error = &session->error;
    unit->arena = &session->arena;
    unit->source = C4_SOURCE_API;
    unit->hooks = &c4_automation_hooks;
    unit->criteria = &c4_sharing_criteria;
    unit->computing = &c4_computing;
    unit->shows = c4_access_module_shown;
    unit->may_read = c4_access_may_read;
    unit->reach = &session->reach;
    unit->kept = &session->kept;
    unit->touched = &session->touched;
}

c4_unit *c4_idle_unit(c4_session *session)
{
    if (!session->transaction) {
        reset_unit(session);
        session->unit.meta = session->meta;
        if (!session->unit.actor)
            session->unit.actor = c4_meta_user(session->meta, session->user);
    }
    session->unit.asked = NULL; /* went with the call that asked */
    return &session->unit;
}

int c4_unit_open(c4_session *session)
{
    const c4_meta *known = session->meta;
    c4_unit *unit = &session->unit;
    int rc;

    reset_unit(session);
    rc = c4_unit_start(unit);
    if (rc == CRM4E_OK)
        rc = sync_meta(session);
    if (rc == CRM4E_OK && (!unit->actor || unit->meta != known))
        unit->actor = c4_meta_user(unit->meta, session->user);
    return rc;
}

/* What was worked out from shares that were taken back is not to be believed. */
void c4_forget_reach(c4_session *session)
{
    if (session->reach)
        session->reach->free(session->reach);
    session->reach = NULL;
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

    if (unit->state.shares != session->saved_state.shares)
        c4_forget_reach(session);
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

/* A call inside of a transaction goes by what the calls before it changed. */
static int enter_transaction(c4_session *session, uint32_t mode)
{
    int rc = c4_unit_refresh(&session->unit);

    session->meta = session->unit.meta;
    session->unit.asked = NULL;
    if (rc == CRM4E_OK && mode == CRM4E_TRANSACTION_WRITE)
        rc = c4_db_savepoint(&session->db);
    return rc;
}

/* A commit writes the time that was seen. */
static void look_at_trial(c4_session *session, uint32_t mode)
{
    c4_unit *unit = &session->unit;

    session->trial_ends = mode == CRM4E_TRANSACTION_WRITE && c4_trial_ends(unit);
    if (session->trial_ends)
        unit->state_dirty = true;
}

/* Best effort, in a transaction of its own: the next call tries again. */
void c4_keep_trial_end(c4_session *session)
{
    crm4e_error ignored = {0};
    c4_unit unit = {.env = &session->engine->env, .db = &session->db, .error = &ignored};
    int rc;

    if (!session->trial_ends)
        return;
    session->trial_ends = false;
    if (c4_db_begin(&session->db, CRM4E_TRANSACTION_WRITE) < 0)
        return;
    rc = c4_unit_start(&unit);
    unit.state_dirty = true;
    if (rc == CRM4E_OK)
        rc = c4_unit_finish(&unit);
    if (rc == CRM4E_OK)
        (void)c4_db_commit(&session->db);
    else
        c4_db_rollback(&session->db);
}

int c4_work_begin(c4_session *session, uint32_t mode)
{
    int rc = CRM4E_OK;

    session->work_mode = 0;
    if (session->transaction) {
        rc = enter_transaction(session, mode);
    } else {
        rc = c4_db_begin(&session->db, mode);
        if (rc == CRM4E_OK) {
            rc = c4_unit_open(session);
            if (rc < 0)
                c4_db_rollback(&session->db);
        }
    }
    if (rc < 0)
        return rc;
    session->work_mode = mode;
    c4_touched_init(&session->touched, &session->engine->env.mem);
    if (!session->transaction)
        look_at_trial(session, mode);
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
    if (session->work_mode == CRM4E_TRANSACTION_WRITE)
        c4_keep_trial_end(session);
    return done;
}

/* A change of metadata by anybody but a system administrator gives nobody more
 * than he holds. */
static int check_grants(c4_session *session)
{
    c4_unit *unit = &session->unit;
    const c4_user *actor;
    int rc;

    if (unit->state.generation == session->saved_state.generation)
        return CRM4E_OK;
    actor = c4_meta_user(session->saved_meta, session->user);
    if (!actor)
        return CRM4E_OK;
    rc = c4_unit_refresh(unit);
    return rc == CRM4E_OK ? c4_access_check_grants(unit, session->saved_meta) : rc;
}

int c4_work_end(c4_session *session, int rc)
{
    int settled, granted;

    if (session->work_mode == 0)
        return rc;
    settled = rc < 0 ? rc : c4_rollups_settle(&session->unit, session->saved_meta);
    c4_touched_free(&session->touched);
    granted = settled < 0 ? settled : check_grants(session);
    if (granted < 0)
        rc = granted;
    rc = session->transaction ? end_inside_transaction(session, rc)
                              : end_own_transaction(session, rc);
    if (rc < 0)
        restore(session);
    session->meta = session->unit.meta;
    c4_meta_release(session->saved_meta);
    session->saved_meta = NULL;
    session->work_mode = 0;
    if (rc >= 0 && !session->transaction && !session->unit.meta_dirty)
        c4_publish_meta(session);
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

int c4_call_put(crm4e_id *id, crm4e_session *session, c4_work work, const void *options)
{
    c4_put_arguments arguments = {.options = options};
    int rc = c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, work, &arguments);

    if (rc == CRM4E_OK && id)
        *id = arguments.id;
    return rc;
}

typedef struct remove_arguments {
    c4_named_work remove;
    const char *name;
} remove_arguments;

static int remove_named(c4_unit *unit, void *object, void *arguments)
{
    const remove_arguments *a = arguments;
    int rc = c4_need(unit->error, a->name, "name");

    (void)object;
    return rc < 0 ? rc : a->remove(unit, a->name);
}

int c4_call_remove(crm4e_session *session, c4_named_work remove, const char *name)
{
    remove_arguments arguments = {remove, name};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, remove_named, &arguments);
}

typedef struct find_arguments {
    c4_subject_kind kind;
    const char *parameter;
    const char *name;
    const crm4e_id *result;
    crm4e_id id;
} find_arguments;

static int find_named(c4_unit *unit, void *object, void *arguments)
{
    find_arguments *a = arguments;
    int rc = c4_need(unit->error, a->name, a->parameter);

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->result, "id");
    if (rc < 0)
        return rc;
    a->id = c4_meta_subject_named(unit->meta, a->kind, a->name);
    return a->id != 0 ? CRM4E_OK
                      : c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such %s",
                                c4_text_of(C4_NAMES_SUBJECT, a->kind));
}

int c4_call_find(crm4e_session *session, c4_subject_kind kind, const char *parameter,
                 const char *name, crm4e_id *id)
{
    find_arguments arguments = {kind, parameter, name, id, 0};
    int rc = c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_READ, find_named, &arguments);

    if (rc == CRM4E_OK)
        *id = arguments.id;
    return rc;
}

int c4_call_text(crm4e_text **out, const void *token, c4_kind kind, c4_text_work work,
                 void *arguments)
{
    c4_buffer buffer;
    c4_entry entry;
    int rc = c4_enter(&entry, token, kind);

    if (rc < 0)
        return rc;
    c4_buffer_init(&buffer, &entry.session->engine->env.mem, TEXT_CEILING);
    rc = c4_need(&entry.session->error, out, "out");
    if (rc == CRM4E_OK)
        rc = c4_work_begin(entry.session, CRM4E_TRANSACTION_READ);
    if (rc == CRM4E_OK)
        rc = c4_work_end(entry.session,
                         work(&entry.session->unit, entry.object, arguments, &buffer));
    if (rc == CRM4E_OK)
        rc = c4_text_new(out, entry.session->engine, &buffer);
    c4_buffer_free(&buffer);
    return c4_leave(&entry, rc);
}

int c4_call_object(void *out, const void *session, c4_kind kind, size_t size,
                   void (*destroy)(c4_object *), uint32_t mode, c4_work work, void *arguments)
{
    c4_object *object = NULL;
    c4_entry entry;
    int rc = c4_enter(&entry, session, C4_KIND_SESSION);

    if (rc < 0)
        return rc;
    rc = c4_need(&entry.session->error, out, "out");
    if (rc == CRM4E_OK)
        rc = c4_object_new(entry.session, kind, size, destroy, &object);
    if (rc == CRM4E_OK) {
        rc = c4_work_begin(entry.session, mode);
        if (rc == CRM4E_OK)
            rc = c4_work_end(entry.session, work(&entry.session->unit, object, arguments));
        if (rc == CRM4E_OK)
            memcpy(out, &object->token, sizeof object->token);
        else
            c4_object_drop(object);
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

void c4_object_drop(c4_object *object)
{
    (void)c4_handle_kill(object->token, object->kind);
    drop_object(object->session, object);
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
        if (c4_session_acquire(session))
            c4_session_release(session);
        else if (atomic_load(&session->state) == C4_SESSION_CLOSED)
            drop_deferred(session);
    }
    c4_handle_leave(token);
}

int c4_call_module_object(void *out, crm4e_module *module, int32_t *number, c4_kind kind,
                          size_t size, void (*destroy)(c4_object *object), c4_work work,
                          void *arguments)
{
    c4_entry entry;
    int rc = c4_enter(&entry, module, C4_KIND_MODULE);
    void *session;

    if (rc < 0)
        return rc;
    *number = ((const c4_held_module_object *)entry.object)->number;
    session = entry.session->token;
    (void)c4_leave(&entry, CRM4E_OK);
    return c4_call_object(out, session, kind, size, destroy, CRM4E_TRANSACTION_READ, work,
                          arguments);
}
