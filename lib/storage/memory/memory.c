/* SPDX-License-Identifier: MIT */
/*
 * The storage in memory: each database is a chain of states. A reader holds the
 * state it began with; the one writer works on a copy and puts it in place when
 * it commits. It leaves every part of a plan to the core.
 */
#include "storage/memory/state.h"

#include <crm4e/errors.h>

#include <pthread.h>
#include <string.h>
#include <time.h>

typedef struct memory_database {
    crm4e_id org;
    char *name; /* NULL: not published */
    c4_memory_state *committed;
    bool writing;
    struct memory_database *next;
} memory_database;

typedef struct memory_storage {
    c4_mem mem;
    const crm4e_storage_host *host;
    pthread_mutex_t lock; /* guards the list and the members of each database */
    memory_database *databases;
} memory_storage;

typedef struct memory_connection {
    memory_storage *storage;
    memory_database *database;
    crm4e_connect_request request;
    uint32_t mode;
    c4_memory_state *state; /* NULL outside of a transaction */
    c4_memory_state **marks;
    size_t mark_count;
    size_t mark_capacity;
} memory_connection;

typedef struct memory_cursor {
    const c4_mem *mem;
    c4_memory_tree *rows;
    c4_memory_walk walk;
    const uint32_t *columns;
} memory_cursor;

/* Codes inside, answers outside: CRM4E_OK would say "failed". */
static int32_t answer(int rc)
{
    return rc == CRM4E_OK ? CRM4E_CONTINUE : rc;
}

static int32_t memory_open(void **out, void *user, const crm4e_storage_host *host)
{
    c4_mem mem = {*host->allocator};
    memory_storage *storage = c4_alloc_array(&mem, 1, sizeof(*storage));
    (void)user;
    if (storage == NULL)
        return CRM4E_E_NO_MEMORY;
    storage->mem = mem;
    storage->host = host;
    if (pthread_mutex_init(&storage->lock, NULL) != 0) {
        c4_free(&mem, storage);
        return CRM4E_E_ENVIRONMENT;
    }
    *out = storage;
    return CRM4E_CONTINUE;
}

static int32_t memory_close(void *instance)
{
    memory_storage *storage = instance;
    c4_mem mem = storage->mem;
    while (storage->databases != NULL) {
        memory_database *database = storage->databases;
        storage->databases = database->next;
        c4_memory_state_free(&mem, database->committed);
        c4_free(&mem, database->name);
        c4_free(&mem, database);
    }
    (void)pthread_mutex_destroy(&storage->lock);
    c4_free(&mem, storage);
    return CRM4E_CONTINUE;
}

static memory_database *database_of(const memory_storage *storage, crm4e_id org)
{
    memory_database *database = storage->databases;
    while (database != NULL && database->org != org)
        database = database->next;
    return database;
}

static int make_database(memory_storage *storage, crm4e_id org)
{
    memory_database *database = database_of(storage, org);
    c4_memory_state *empty = c4_memory_state_create(&storage->mem);
    int rc = empty == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
    if (rc == CRM4E_OK && database != NULL && (database->name != NULL || database->writing))
        rc = CRM4E_E_CONFLICT;
    if (rc == CRM4E_OK && database == NULL) {
        database = c4_alloc_array(&storage->mem, 1, sizeof(*database));
        rc = database == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
        if (rc == CRM4E_OK) {
            database->org = org;
            database->next = storage->databases;
            storage->databases = database;
        }
    }
    if (rc == CRM4E_OK) {
        c4_memory_state *old = database->committed;
        database->committed = empty;
        empty = old;
    }
    c4_memory_state_free(&storage->mem, empty);
    return rc;
}

static int32_t memory_org_create(void *instance, crm4e_id org)
{
    memory_storage *storage = instance;
    int rc;
    (void)pthread_mutex_lock(&storage->lock);
    rc = make_database(storage, org);
    (void)pthread_mutex_unlock(&storage->lock);
    return answer(rc);
}

static memory_database *published(const memory_storage *storage, const char *name)
{
    memory_database *database = storage->databases;
    while (database != NULL && (database->name == NULL || strcmp(database->name, name) != 0))
        database = database->next;
    return database;
}

static int32_t memory_org_publish(void *instance, crm4e_id org, const char *name)
{
    memory_storage *storage = instance;
    memory_database *database;
    int rc = CRM4E_OK;
    (void)pthread_mutex_lock(&storage->lock);
    database = database_of(storage, org);
    if (database == NULL)
        rc = CRM4E_E_NOT_FOUND;
    else if (database->name != NULL || published(storage, name) != NULL)
        rc = CRM4E_E_CONFLICT;
    if (rc == CRM4E_OK) {
        database->name = c4_copy_text(&storage->mem, name, strlen(name));
        rc = database->name == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
    }
    (void)pthread_mutex_unlock(&storage->lock);
    return answer(rc);
}

static int find_only(const memory_storage *storage, crm4e_id *org)
{
    int rc = CRM4E_E_NOT_FOUND;
    for (const memory_database *d = storage->databases; d != NULL; d = d->next) {
        if (d->name != NULL) {
            rc = rc == CRM4E_E_NOT_FOUND ? CRM4E_OK : CRM4E_E_CONFLICT;
            *org = d->org;
        }
    }
    return rc;
}

static int32_t memory_org_find(void *instance, const char *name, crm4e_id *org)
{
    memory_storage *storage = instance;
    int rc = CRM4E_E_NOT_FOUND;
    (void)pthread_mutex_lock(&storage->lock);
    if (name == NULL) {
        rc = find_only(storage, org);
    } else {
        const memory_database *database = published(storage, name);
        if (database != NULL) {
            *org = database->org;
            rc = CRM4E_OK;
        }
    }
    (void)pthread_mutex_unlock(&storage->lock);
    return answer(rc);
}

/* The published database whose name follows `after`; names never change, so
 * the result may be used without the lock. */
static const memory_database *next_published(memory_storage *storage, const char *after)
{
    const memory_database *best = NULL;
    (void)pthread_mutex_lock(&storage->lock);
    for (const memory_database *d = storage->databases; d != NULL; d = d->next) {
        if (d->name != NULL && (after == NULL || strcmp(d->name, after) > 0) &&
            (best == NULL || strcmp(d->name, best->name) < 0))
            best = d;
    }
    (void)pthread_mutex_unlock(&storage->lock);
    return best;
}

static int32_t memory_org_list(void *instance, crm4e_org_visitor visit, void *user)
{
    memory_storage *storage = instance;
    const memory_database *database = next_published(storage, NULL);
    int32_t rc = CRM4E_CONTINUE;
    while (database != NULL && rc == CRM4E_CONTINUE) {
        rc = visit(user, database->org, database->name);
        database = next_published(storage, database->name);
    }
    return rc;
}

static int32_t memory_connect(void **out, void *instance, const crm4e_connect_request *request)
{
    memory_storage *storage = instance;
    memory_connection *connection;
    memory_database *database;
    (void)pthread_mutex_lock(&storage->lock);
    database = database_of(storage, request->org);
    (void)pthread_mutex_unlock(&storage->lock);
    if (database == NULL)
        return CRM4E_E_NOT_FOUND;
    connection = c4_alloc_array(&storage->mem, 1, sizeof(*connection));
    if (connection == NULL)
        return CRM4E_E_NO_MEMORY;
    connection->storage = storage;
    connection->database = database;
    connection->request = *request;
    *out = connection;
    return CRM4E_CONTINUE;
}

static bool interrupted(const memory_connection *c)
{
    return c->request.interrupted != NULL &&
           c->request.interrupted(c->request.interrupted_user) != 0;
}

static int64_t milliseconds(void)
{
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool try_to_write(memory_connection *c)
{
    bool available;
    (void)pthread_mutex_lock(&c->storage->lock);
    available = !c->database->writing;
    c->database->writing = true;
    (void)pthread_mutex_unlock(&c->storage->lock);
    return available;
}

static int wait_to_write(memory_connection *c)
{
    const struct timespec pause = {0, 1000000};
    int64_t start = milliseconds();
    int rc = try_to_write(c) ? CRM4E_OK : CRM4E_E_BUSY;
    while (rc == CRM4E_E_BUSY && milliseconds() - start < c->storage->host->busy_timeout) {
        if (interrupted(c))
            rc = CRM4E_E_ABORTED;
        else if (try_to_write(c))
            rc = CRM4E_OK;
        else
            (void)nanosleep(&pause, NULL);
    }
    return rc;
}

/* Ends the transaction; `committed` (may be NULL) takes the database's place. */
static void end(memory_connection *c, c4_memory_state *committed)
{
    const c4_mem *mem = &c->storage->mem;
    c4_memory_state *old = committed;
    (void)pthread_mutex_lock(&c->storage->lock);
    if (committed != NULL) {
        old = c->database->committed;
        c->database->committed = committed;
    }
    if (c->mode == CRM4E_TRANSACTION_WRITE)
        c->database->writing = false;
    (void)pthread_mutex_unlock(&c->storage->lock);
    c4_memory_state_free(mem, old);
    while (c->mark_count > 0)
        c4_memory_state_free(mem, c->marks[--c->mark_count]);
    c->state = NULL;
    c->mode = 0;
}

static int32_t memory_rollback(void *connection)
{
    memory_connection *c = connection;
    c4_memory_state_free(&c->storage->mem, c->state);
    end(c, NULL);
    return CRM4E_CONTINUE;
}

static int32_t memory_disconnect(void *connection)
{
    memory_connection *c = connection;
    (void)memory_rollback(c);
    c4_free(&c->storage->mem, c->marks);
    c4_free(&c->storage->mem, c);
    return CRM4E_CONTINUE;
}

static int32_t memory_begin(void *connection, uint32_t mode)
{
    memory_connection *c = connection;
    bool write = mode == CRM4E_TRANSACTION_WRITE;
    int rc = CRM4E_OK;
    c4_memory_state *seen;
    if (write && (c->request.flags & CRM4E_CONNECT_READ_ONLY) != 0)
        rc = CRM4E_E_READ_ONLY;
    else if (write)
        rc = wait_to_write(c);
    if (rc != CRM4E_OK)
        return rc;
    (void)pthread_mutex_lock(&c->storage->lock);
    seen = c4_memory_state_share(c->database->committed);
    (void)pthread_mutex_unlock(&c->storage->lock);
    c->mode = mode;
    c->state = seen;
    if (write) {
        c->state = c4_memory_state_copy(&c->storage->mem, seen);
        c4_memory_state_free(&c->storage->mem, seen);
        if (c->state == NULL) {
            (void)memory_rollback(c);
            rc = CRM4E_E_NO_MEMORY;
        }
    }
    return answer(rc);
}

static int32_t memory_commit(void *connection)
{
    memory_connection *c = connection;
    if (c->mode == CRM4E_TRANSACTION_WRITE)
        end(c, c->state);
    else
        (void)memory_rollback(c);
    return CRM4E_CONTINUE;
}

static int32_t memory_savepoint(void *connection, uint32_t depth)
{
    memory_connection *c = connection;
    const c4_mem *mem = &c->storage->mem;
    c4_memory_state *mark;
    void *marks = c->marks;
    int rc;
    if (c->mode != CRM4E_TRANSACTION_WRITE || depth != c->mark_count + 1)
        return 0;
    rc = c4_grow(mem, &marks, &c->mark_capacity, c->mark_count + 1, sizeof(*c->marks));
    c->marks = marks;
    if (rc != CRM4E_OK)
        return rc;
    mark = c4_memory_state_copy(mem, c->state);
    if (mark == NULL)
        return CRM4E_E_NO_MEMORY;
    c->marks[c->mark_count++] = mark;
    return CRM4E_CONTINUE;
}

static int32_t memory_release(void *connection, uint32_t depth)
{
    memory_connection *c = connection;
    if (depth == 0 || depth > c->mark_count)
        return 0;
    while (c->mark_count >= depth)
        c4_memory_state_free(&c->storage->mem, c->marks[--c->mark_count]);
    return CRM4E_CONTINUE;
}

static int32_t memory_rollback_to(void *connection, uint32_t depth)
{
    memory_connection *c = connection;
    c4_memory_state *undone = c->state;
    if (depth == 0 || depth > c->mark_count)
        return 0;
    c->state = c->marks[depth - 1];
    c->marks[depth - 1] = undone;
    return memory_release(connection, depth);
}

static int32_t memory_get_version(void *connection, int64_t *version)
{
    const memory_connection *c = connection;
    if (c->state == NULL)
        return 0;
    *version = c->state->version;
    return CRM4E_CONTINUE;
}

/* The state a change may touch; NULL in a read transaction or outside of one. */
static c4_memory_state *writable(const memory_connection *c)
{
    return c->mode == CRM4E_TRANSACTION_WRITE ? c->state : NULL;
}

static int32_t memory_set_version(void *connection, int64_t version)
{
    c4_memory_state *state = writable(connection);
    if (state == NULL)
        return 0;
    state->version = version;
    return CRM4E_CONTINUE;
}

static int32_t memory_table_create(void *connection, const crm4e_table *table)
{
    memory_connection *c = connection;
    c4_memory_state *state = writable(c);
    return state == NULL ? 0 : answer(c4_memory_table_create(&c->storage->mem, state, table));
}

static int32_t memory_column_add(void *connection, const crm4e_table *table)
{
    memory_connection *c = connection;
    c4_memory_state *state = writable(c);
    return state == NULL ? 0 : answer(c4_memory_column_add(&c->storage->mem, state, table));
}

static int32_t memory_table_drop(void *connection, const crm4e_table *table)
{
    memory_connection *c = connection;
    c4_memory_state *state = writable(c);
    return state == NULL ? 0 : answer(c4_memory_table_drop(&c->storage->mem, state, table));
}

static int32_t memory_index_create(void *connection, const crm4e_table *table, size_t index)
{
    memory_connection *c = connection;
    c4_memory_state *state = writable(c);
    return state == NULL ? 0
                         : answer(c4_memory_index_create(&c->storage->mem, state, table, index));
}

static int32_t memory_index_drop(void *connection, const crm4e_table *table, size_t index)
{
    memory_connection *c = connection;
    c4_memory_state *state = writable(c);
    return state == NULL ? 0 : answer(c4_memory_index_drop(&c->storage->mem, state, table, index));
}

static int32_t memory_insert(void *connection, const crm4e_table *table, const crm4e_value *values,
                             size_t count)
{
    memory_connection *c = connection;
    c4_memory_state *state = writable(c);
    return state == NULL ? 0
                         : answer(c4_memory_insert(&c->storage->mem, state, table, values, count));
}

static int32_t memory_update(void *connection, const crm4e_table *table, crm4e_id id,
                             const uint32_t *columns, const crm4e_value *values, size_t count)
{
    memory_connection *c = connection;
    c4_memory_state *state = writable(c);
    return state == NULL ? 0
                         : answer(c4_memory_update(&c->storage->mem, state, table, id, columns,
                                                   values, count));
}

static int32_t memory_remove(void *connection, const crm4e_table *table, crm4e_id id)
{
    memory_connection *c = connection;
    c4_memory_state *state = writable(c);
    return state == NULL ? 0 : answer(c4_memory_remove(&c->storage->mem, state, table, id));
}

static void put_values(const c4_memory_row *row, const uint32_t *columns, crm4e_value *values,
                       size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = *c4_memory_row_value(row, columns[i]);
}

static int32_t memory_get(void *connection, const crm4e_table *table, crm4e_id id,
                          const uint32_t *columns, crm4e_value *values, size_t count)
{
    const memory_connection *c = connection;
    const c4_memory_table *own =
        c->state == NULL ? NULL : c4_memory_state_table(c->state, table->name);
    const c4_memory_row *row = own == NULL ? NULL : c4_memory_tree_find(own->rows, id);
    if (row == NULL)
        return CRM4E_E_NOT_FOUND;
    put_values(row, columns, values, count);
    return CRM4E_CONTINUE;
}

static int32_t memory_select(void **out, void *connection, const crm4e_plan *plan)
{
    memory_connection *c = connection;
    const c4_memory_table *own =
        c->state == NULL ? NULL : c4_memory_state_table(c->state, plan->table->name);
    memory_cursor *cursor;
    if (own == NULL)
        return CRM4E_E_NOT_FOUND;
    cursor = c4_alloc_array(&c->storage->mem, 1, sizeof(*cursor));
    if (cursor == NULL)
        return CRM4E_E_NO_MEMORY;
    cursor->mem = &c->storage->mem;
    cursor->rows = c4_memory_tree_share(own->rows);
    cursor->columns = plan->columns;
    c4_memory_walk_start(&cursor->walk, cursor->rows);
    *out = cursor;
    return CRM4E_CONTINUE;
}

static int32_t memory_next(void *instance, crm4e_value *values, size_t count)
{
    memory_cursor *cursor = instance;
    const c4_memory_row *row = c4_memory_walk_next(&cursor->walk);
    if (row == NULL)
        return CRM4E_DONE;
    put_values(row, cursor->columns, values, count);
    return CRM4E_CONTINUE;
}

static int32_t memory_finish(void *instance)
{
    memory_cursor *cursor = instance;
    c4_memory_tree_free(cursor->mem, cursor->rows);
    c4_free(cursor->mem, cursor);
    return CRM4E_CONTINUE;
}

const crm4e_storage_methods *crm4e_storage_memory(void)
{
    static const crm4e_storage_methods methods = {
        .struct_size = sizeof(methods),
        .open = memory_open,
        .close = memory_close,
        .org_create = memory_org_create,
        .org_publish = memory_org_publish,
        .org_find = memory_org_find,
        .org_list = memory_org_list,
        .connect = memory_connect,
        .disconnect = memory_disconnect,
        .begin = memory_begin,
        .commit = memory_commit,
        .rollback = memory_rollback,
        .savepoint = memory_savepoint,
        .release = memory_release,
        .rollback_to = memory_rollback_to,
        .get_version = memory_get_version,
        .set_version = memory_set_version,
        .table_create = memory_table_create,
        .column_add = memory_column_add,
        .table_drop = memory_table_drop,
        .index_create = memory_index_create,
        .index_drop = memory_index_drop,
        .insert = memory_insert,
        .update = memory_update,
        .remove = memory_remove,
        .get = memory_get,
        .select = memory_select,
        .next = memory_next,
        .finish = memory_finish,
    };
    return &methods;
}
