/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* getentropy */

#include <crm4e/sys/sqlite.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api/inside.h"
#include "base/civil.h"
#include "columns/cache.h"

static int32_t system_now(void *user, int64_t *microseconds)
{
    struct timespec now;

    (void)user;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0)
        return 0;
    *microseconds = (int64_t)now.tv_sec * C4_MICROSECONDS + now.tv_nsec / 1000;
    return CRM4E_CONTINUE;
}

/* getentropy() gives at most 256 bytes a call. */
static int32_t system_random(void *user, void *bytes, size_t size)
{
    unsigned char *place = bytes;

    (void)user;
    while (size > 0) {
        size_t piece = size < 256 ? size : 256;

        if (getentropy(place, piece) != 0)
            return 0;
        place += piece;
        size -= piece;
    }
    return CRM4E_CONTINUE;
}

int crm4e_engine_options_init(crm4e_engine_options *options)
{
    static const crm4e_engine_options initial = CRM4E_ENGINE_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

int c4_need(crm4e_error *error, const void *pointer, const char *name)
{
    if (pointer)
        return CRM4E_OK;
    return c4_fail(error, CRM4E_E_MISUSE, "argument '%s' is NULL", name);
}

int c4_need_truth(crm4e_error *error, int32_t value, const char *name)
{
    if (value == 0 || value == 1)
        return CRM4E_OK;
    return c4_fail(error, CRM4E_E_INVALID, "'%s' is 0 or 1", name);
}

int c4_need_action(crm4e_error *error, crm4e_action action)
{
    if (action >= CRM4E_ACTION_VIEW && action <= CRM4E_ACTION_SEND_MAIL)
        return CRM4E_OK;
    return c4_fail(error, CRM4E_E_INVALID, "no such action");
}

int c4_need_field_permission(crm4e_error *error, crm4e_permission permission)
{
    if (permission >= CRM4E_PERMISSION_READ_WRITE && permission <= CRM4E_PERMISSION_HIDDEN)
        return CRM4E_OK;
    return c4_fail(error, CRM4E_E_INVALID, "no such permission");
}

int c4_options_read(crm4e_error *error, void *copy, size_t known, size_t least, const void *options)
{
    const unsigned char *bytes = options;
    size_t size;

    if (!options)
        return c4_fail(error, CRM4E_E_MISUSE, "the options are NULL");
    memcpy(&size, options, sizeof size);
    if (size < least)
        return c4_fail(error, CRM4E_E_MISUSE, "struct_size of the options is %zu, at least %zu",
                       size, least);
    for (size_t i = known; i < size && i < 4096; i++) {
        if (bytes[i] != 0)
            return c4_fail(error, CRM4E_E_INVALID,
                           "the options have a member this release does "
                           "not know");
    }
    memset(copy, 0, known);
    memcpy(copy, options, size < known ? size : known);
    return CRM4E_OK;
}

/* Copies an interface of the host. One that an older release had may be shorter:
 * then the methods that came later are NULL. Any other size is refused, so that no
 * method is ever missed. */
static int take_older_interface(crm4e_error *error, void *copy, size_t size, size_t older,
                                const void *given, const char *name)
{
    size_t given_size;

    if (!given)
        return CRM4E_OK;
    memcpy(&given_size, given, sizeof given_size);
    if (given_size != size && given_size != older)
        return c4_fail(error, CRM4E_E_MISUSE, "struct_size of '%s' is %zu, not %zu", name,
                       given_size, size);
    memset(copy, 0, size);
    memcpy(copy, given, given_size);
    return CRM4E_OK;
}

static int take_interface(crm4e_error *error, void *copy, size_t size, const void *given,
                          const char *name)
{
    return take_older_interface(error, copy, size, size, given, name);
}

static int take_host(c4_engine *engine, const crm4e_engine_options *options)
{
    crm4e_error *error = &engine->error;
    c4_env *env = &engine->env;
    int rc = take_interface(error, &env->clock, sizeof env->clock, options->clock, "clock");

    if (rc == CRM4E_OK)
        rc = take_interface(error, &env->random, sizeof env->random, options->random, "random");
    if (rc == CRM4E_OK)
        rc = take_interface(error, &env->auth, sizeof env->auth, options->auth, "auth");
    if (rc == CRM4E_OK)
        rc = take_older_interface(error, &env->license, sizeof env->license,
                                  offsetof(crm4e_license, feature), options->license, "license");
    if (rc == CRM4E_OK)
        rc = take_interface(error, &env->delivery, sizeof env->delivery, options->delivery,
                            "delivery");
    if (rc == CRM4E_OK &&
        ((options->clock && !env->clock.now) || (options->random && !env->random.fill)))
        rc = c4_fail(error, CRM4E_E_MISUSE, "the clock or random interface lacks its method");
    if (!options->clock)
        env->clock.now = system_now;
    if (!options->random)
        env->random.fill = system_random;
    return rc;
}

static uint32_t sqlite_flags(uint32_t flags)
{
    uint32_t result = 0;

    if (flags & CRM4E_ENGINE_READ_ONLY)
        result |= CRM4E_SQLITE_READ_ONLY;
    if (flags & CRM4E_ENGINE_ROLLBACK_JOURNAL)
        result |= CRM4E_SQLITE_ROLLBACK_JOURNAL;
    if (flags & CRM4E_ENGINE_NORMAL_SYNC)
        result |= CRM4E_SQLITE_NORMAL_SYNC;
    return result;
}

static int open_storage(c4_engine *engine, const crm4e_engine_options *options)
{
    crm4e_sqlite_options sqlite = {sizeof sqlite, options->path, options->sqlite, 0, 0};
    crm4e_storage own = {sizeof own, crm4e_storage_sqlite(), &sqlite};
    const crm4e_storage *storage = options->storage ? options->storage : &own;
    int64_t timeout = options->busy_timeout == 0 ? 5000 : options->busy_timeout;
    int rc;

    sqlite.flags = sqlite_flags(options->flags);
    if (storage->struct_size != sizeof *storage)
        return c4_fail(&engine->error, CRM4E_E_MISUSE, "struct_size of 'storage' is wrong");
    rc = c4_store_open(&engine->store, &engine->env.mem, storage, timeout < 0 ? 0 : timeout);
    if (rc < 0)
        return c4_fail(&engine->error, rc, "the storage cannot be opened: %s", crm4e_code_text(rc));
    return CRM4E_OK;
}

static int open_engine(c4_engine *engine, const crm4e_engine_options *options)
{
    const uint32_t known = CRM4E_ENGINE_READ_ONLY | CRM4E_ENGINE_ROLLBACK_JOURNAL |
                           CRM4E_ENGINE_NORMAL_SYNC | CRM4E_ENGINE_MIGRATE |
                           CRM4E_ENGINE_NO_COLUMN_FILE;
    int places = (options->path != NULL) + (options->storage != NULL) + (options->sqlite != NULL);
    int rc;

    if (places != 1)
        return c4_fail(&engine->error, CRM4E_E_MISUSE,
                       "give exactly one of path, storage and sqlite");
    if ((options->flags & ~known) || options->reserved != 0 || options->busy_timeout < -1)
        return c4_fail(&engine->error, CRM4E_E_INVALID, "unknown flags or a negative timeout");
    if (options->column_bytes < -1)
        return c4_fail(&engine->error, CRM4E_E_INVALID, "'column_bytes' is -1 or more");
    if (options->path && !options->path[0])
        return c4_fail(&engine->error, CRM4E_E_INVALID, "the path is empty");
    rc = take_host(engine, options);
    if (rc == CRM4E_OK && options->column_bytes != 0)
        rc = c4_cache_new(&engine->env.mem, options->column_bytes, &engine->env.columns);
    if (rc == CRM4E_OK)
        rc = open_storage(engine, options);
    engine->flags = options->flags;
    engine->keeps = options->path != NULL;
    engine->env.keeps_columns = (options->flags & CRM4E_ENGINE_NO_COLUMN_FILE) == 0;
    engine->opened = rc == CRM4E_OK;
    return rc;
}

/* Runs when the engine is closed and nobody is inside any more. In a forked
 * child the storage is the parent's: it is not touched. */
static void drop_engine(void *object)
{
    c4_engine *engine = object;
    c4_mem mem = engine->env.mem;
    bool forked = engine->fork_epoch != c4_fork_epoch();

    for (c4_object *text = engine->texts, *next; text; text = next) {
        next = text->next;
        text->destroy(text);
        c4_free(&mem, text);
    }
    if (!forked)
        c4_close_resting(engine, NULL);
    for (c4_session *session = engine->spare, *next; session; session = next) {
        next = session->next;
        c4_free(&mem, session);
    }
    for (c4_org *org = engine->orgs, *next; org; org = next) {
        next = org->next;
        for (c4_session *left = org->sessions, *after; left; left = after) {
            after = left->next;
            c4_free(&mem, left);
        }
        c4_meta_release(org->meta);
        c4_free(&mem, org);
    }
    if (engine->opened && !forked)
        c4_store_close(&engine->store);
    c4_cache_free(engine->env.columns);
    (void)pthread_mutex_destroy(&engine->lock);
    c4_free(&mem, engine);
}

static int new_engine(c4_engine **out, const crm4e_allocator *allocator)
{
    c4_mem mem;
    c4_engine *engine;
    int rc;

    c4_mem_default(&mem);
    if (allocator) {
        if (allocator->struct_size != sizeof *allocator || !allocator->allocate ||
            !allocator->reallocate || !allocator->release)
            return CRM4E_E_MISUSE;
        mem.host = *allocator;
    }
    engine = c4_alloc_array(&mem, 1, sizeof *engine);
    if (!engine)
        return CRM4E_E_NO_MEMORY;
    engine->env.mem = mem;
    engine->fork_epoch = c4_fork_epoch();
    if (pthread_mutex_init(&engine->lock, NULL) != 0) {
        c4_free(&mem, engine);
        return CRM4E_E_NO_MEMORY;
    }
    rc = c4_handle_new_engine(&engine->env.mem, &engine->lock, engine, drop_engine, &engine->token);
    if (rc < 0) {
        (void)pthread_mutex_destroy(&engine->lock);
        c4_free(&mem, engine);
        return rc;
    }
    *out = engine;
    return CRM4E_OK;
}

int crm4e_engine_open(crm4e_engine **out, const crm4e_engine_options *options)
{
    crm4e_engine_options copy;
    c4_engine *engine = NULL;
    int rc;

    if (!out)
        return CRM4E_E_MISUSE;
    *out = NULL;
    rc = c4_options_read(NULL, &copy, sizeof copy, offsetof(crm4e_engine_options, column_bytes),
                         options);
    if (rc == CRM4E_OK)
        rc = new_engine(&engine, copy.allocator);
    if (rc < 0)
        return rc;
    *out = engine->token;
    rc = open_engine(engine, &copy);
    return rc;
}

int c4_engine_enter(c4_engine_call *call, const crm4e_engine *token)
{
    memset(call, 0, sizeof *call);
    call->engine = c4_handle_enter(token, C4_KIND_ENGINE, NULL);
    call->token = token;
    if (!call->engine)
        return CRM4E_E_MISUSE;
    if (call->engine->fork_epoch != c4_fork_epoch()) {
        c4_handle_leave(token);
        return CRM4E_E_ENVIRONMENT;
    }
    if (!call->engine->opened) {
        c4_handle_leave(token);
        return CRM4E_E_MISUSE;
    }
    return CRM4E_OK;
}

int c4_engine_leave(c4_engine_call *call, int rc)
{
    c4_engine *engine = call->engine;

    if (rc < 0 && call->error.code != rc)
        (void)c4_fail_plain(&call->error, rc);
    if (rc >= 0)
        c4_failure_clear(&call->error);
    pthread_mutex_lock(&engine->lock);
    engine->error = call->error;
    pthread_mutex_unlock(&engine->lock);
    if (call->org)
        c4_org_release(call->org);
    c4_handle_leave(call->token);
    return rc;
}

const crm4e_error *crm4e_engine_error(const crm4e_engine *token)
{
    c4_engine *engine = c4_handle_enter(token, C4_KIND_ENGINE, NULL);

    if (!engine)
        return NULL;
    c4_handle_leave(token);
    return &engine->error;
}

/* An org whose handle is alive. */
static void *living_org(c4_engine *engine)
{
    void *token = NULL;

    pthread_mutex_lock(&engine->lock);
    for (const c4_org *org = engine->orgs; org && !token; org = org->next) {
        if (org->open && c4_handle_look(org->token, C4_KIND_ORG))
            token = org->token;
    }
    pthread_mutex_unlock(&engine->lock);
    return token;
}

void crm4e_engine_close(crm4e_engine *token)
{
    c4_engine *engine = c4_handle_enter(token, C4_KIND_ENGINE, NULL);

    void *org;

    if (!engine)
        return;
    c4_handle_close_engine(token); /* what is inside, we too, keeps the memory */
    pthread_mutex_lock(&engine->lock);
    engine->closing = true;
    pthread_mutex_unlock(&engine->lock);
    while ((org = living_org(engine)) != NULL)
        crm4e_org_close(org);
    c4_handle_leave(token);
}
