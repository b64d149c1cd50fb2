/* SPDX-License-Identifier: MIT */
/*
 * A host's own storage in its simplest form: one org, kept as a log of row
 * versions, newest first. A snapshot, a mark and a transaction are each a
 * pointer into the log; undoing is going back to an older one. Finding, sorting
 * and limiting is left to the library. A real one would forget old versions,
 * and find a row without walking past all others.
 */
#include <crm4e.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

typedef struct entry {
    const struct entry *older; /* what the log held before */
    struct entry *made_before; /* every entry there is, to free them */
    char table[32];
    crm4e_id id; /* 0: the table is empty from here on */
    bool removed;
    size_t count;
    crm4e_value *values;
} entry;

typedef struct store {
    const crm4e_storage_host *host;
    pthread_mutex_t lock; /* guards what follows */
    entry *made;
    const entry *committed;
    bool writing;
    crm4e_id org;
    char name[512]; /* "" until published */
} store;

typedef struct connection {
    store *store;
    bool read_only, writing;
    const entry *log; /* as this transaction sees it */
    const entry *marks[64];
} connection;

typedef struct cursor {
    connection *connection;
    const crm4e_plan *plan;
    const entry *log;
    crm4e_id after;
} cursor;

static const crm4e_table version_table = {"", NULL, 2, NULL, 0, 0}; /* one row: 1, the version */

static void *take(store *s, size_t size)
{
    return s->host->allocator->allocate(s->host->allocator->user, size);
}

static void give(store *s, void *block)
{
    s->host->allocator->release(s->host->allocator->user, block);
}

/* The newest version of the row; NULL when there is none. */
static const entry *find(const entry *e, const crm4e_table *table, crm4e_id id)
{
    while (e != NULL && ((e->id != id && e->id != 0) || strcmp(e->table, table->name) != 0))
        e = e->older;
    return e == NULL || e->id == 0 || e->removed ? NULL : e;
}

static const entry *find_after(const entry *log, const crm4e_table *table, crm4e_id after)
{
    const entry *best;
    do {
        best = NULL;
        for (const entry *e = log; e != NULL; e = e->older) {
            if ((best != NULL && e->id >= best->id) || strcmp(e->table, table->name) != 0)
                continue;
            if (e->id == 0)
                break;
            best = e->id > after ? e : best;
        }
        after = best == NULL ? 0 : best->id;
    } while (best != NULL && best->removed);
    return best;
}

static bool same(const crm4e_value *a, const crm4e_value *b)
{
    return a->type == b->type && a->type != CRM4E_VALUE_NULL &&
           (a->type == CRM4E_VALUE_INTEGER
                ? a->integer == b->integer
                : a->length == b->length && memcmp(a->data, b->data, a->length) == 0);
}

/* Whether another row has the same unique key; a key with a NULL has no equal. */
static bool taken(const entry *log, const crm4e_table *table, size_t index, const entry *row)
{
    const crm4e_index *key = &table->indexes[index];
    for (const entry *e = log; e != NULL && (key->flags & CRM4E_INDEX_UNIQUE) != 0; e = e->older) {
        bool equal = e->id != row->id && strcmp(e->table, table->name) == 0;
        if (equal && e->id == 0)
            break;
        for (size_t i = 0; i < key->column_count && equal; i++)
            equal = key->columns[i] < e->count && key->columns[i] < row->count &&
                    same(&e->values[key->columns[i]], &row->values[key->columns[i]]);
        if (equal && find(log, table, e->id) == e)
            return true;
    }
    return false;
}

/* Adds a version: `old` with `count` values changed, all of them when `columns` is NULL. */
static int32_t add(connection *c, const crm4e_table *table, crm4e_id id, bool removed,
                   const entry *old, const uint32_t *columns, const crm4e_value *values,
                   size_t count)
{
    size_t size = sizeof(entry) + table->column_count * sizeof(crm4e_value), at = size;
    for (size_t i = 0; i < count; i++)
        size += values[i].type >= CRM4E_VALUE_TEXT ? values[i].length : 0;
    entry *e = take(c->store, size);
    if (e == NULL)
        return CRM4E_E_NO_MEMORY;
    memset(e, 0, at);
    *e = (entry){.older = c->log, .id = id, .removed = removed, .count = table->column_count};
    e->values = (crm4e_value *)(e + 1);
    memcpy(e->table, table->name, strlen(table->name) + 1);
    for (size_t i = 0; old != NULL && i < old->count; i++)
        e->values[i] = old->values[i]; /* older versions stay, and so does what they point to */
    for (size_t i = 0; i < count; i++) {
        crm4e_value *value = &e->values[columns == NULL ? i : columns[i]];
        *value = values[i];
        if (value->type >= CRM4E_VALUE_TEXT) {
            value->data = (char *)e + at;
            if (value->length > 0)
                memcpy((char *)e + at, values[i].data, value->length);
            at += value->length;
        }
    }
    pthread_mutex_lock(&c->store->lock);
    e->made_before = c->store->made;
    c->store->made = e;
    pthread_mutex_unlock(&c->store->lock);
    for (size_t i = 0; i < table->index_count && id != 0 && !removed; i++) {
        if (taken(c->log, table, i, e))
            return CRM4E_E_CONFLICT; /* `e` is not part of any log */
    }
    c->log = e;
    return CRM4E_CONTINUE;
}

static int32_t own_open(void **out, void *user, const crm4e_storage_host *host)
{
    store *s = host->allocator->allocate(host->allocator->user, sizeof(*s));
    (void)user;
    if (s == NULL)
        return CRM4E_E_NO_MEMORY;
    *s = (store){.host = host};
    pthread_mutex_init(&s->lock, NULL); /* cannot fail with default attributes */
    *out = s;
    return CRM4E_CONTINUE;
}

static int32_t own_close(void *storage)
{
    store *s = storage;
    for (entry *e = s->made, *next; e != NULL; e = next) {
        next = e->made_before;
        give(s, e);
    }
    pthread_mutex_destroy(&s->lock);
    give(s, s);
    return CRM4E_CONTINUE;
}

static int32_t own_org_create(void *storage, crm4e_id org)
{
    store *s = storage;
    if (s->name[0] != '\0')
        return CRM4E_E_CONFLICT;
    s->org = org;
    s->committed = NULL;
    return CRM4E_CONTINUE;
}

static int32_t own_org_publish(void *storage, crm4e_id org, const char *name)
{
    store *s = storage;
    if (s->name[0] != '\0' || strlen(name) >= sizeof(s->name))
        return CRM4E_E_CONFLICT;
    if (s->org != org)
        return CRM4E_E_NOT_FOUND;
    memcpy(s->name, name, strlen(name) + 1);
    return CRM4E_CONTINUE;
}

static int32_t own_org_find(void *storage, const char *name, crm4e_id *org)
{
    const store *s = storage;
    *org = s->org;
    return s->name[0] != '\0' && (name == NULL || strcmp(s->name, name) == 0) ? CRM4E_CONTINUE
                                                                              : CRM4E_E_NOT_FOUND;
}

static int32_t own_org_list(void *storage, crm4e_org_visitor visit, void *user)
{
    const store *s = storage;
    return s->name[0] == '\0' ? CRM4E_CONTINUE : visit(user, s->org, s->name);
}

static int32_t own_connect(void **out, void *storage, const crm4e_connect_request *request)
{
    store *s = storage;
    connection *c = s->org == request->org ? take(s, sizeof(*c)) : NULL;
    if (c == NULL)
        return s->org == request->org ? CRM4E_E_NO_MEMORY : CRM4E_E_NOT_FOUND;
    *c = (connection){.store = s, .read_only = (request->flags & CRM4E_CONNECT_READ_ONLY) != 0};
    *out = c;
    return CRM4E_CONTINUE;
}

static int32_t own_disconnect(void *connection_)
{
    connection *c = connection_;
    give(c->store, c);
    return CRM4E_CONTINUE;
}

static int32_t own_begin(void *connection_, uint32_t mode)
{
    connection *c = connection_;
    bool write = mode == CRM4E_TRANSACTION_WRITE, busy = true;
    if (write && c->read_only)
        return CRM4E_E_READ_ONLY;
    for (int64_t waited = 0; busy && waited <= c->store->host->busy_timeout; waited++) {
        const struct timespec millisecond = {0, 1000000};
        if (waited > 0)
            nanosleep(&millisecond, NULL);
        pthread_mutex_lock(&c->store->lock);
        busy = write && c->store->writing;
        c->store->writing = c->store->writing || write;
        c->log = c->store->committed;
        pthread_mutex_unlock(&c->store->lock);
    }
    c->writing = write && !busy;
    return busy ? CRM4E_E_BUSY : CRM4E_CONTINUE;
}

static int32_t end(connection *c, bool commit)
{
    pthread_mutex_lock(&c->store->lock);
    if (c->writing && commit)
        c->store->committed = c->log;
    if (c->writing)
        c->store->writing = false;
    c->writing = false;
    pthread_mutex_unlock(&c->store->lock);
    return CRM4E_CONTINUE;
}

static int32_t own_commit(void *c)
{
    return end(c, true);
}

static int32_t own_rollback(void *c)
{
    return end(c, false);
}

static int32_t own_savepoint(void *connection_, uint32_t depth)
{
    connection *c = connection_;
    c->marks[depth - 1] = c->log; /* the library nests 64 at most */
    return CRM4E_CONTINUE;
}

static int32_t own_release(void *c, uint32_t depth)
{
    (void)c, (void)depth;
    return CRM4E_CONTINUE;
}

static int32_t own_rollback_to(void *connection_, uint32_t depth)
{
    connection *c = connection_;
    c->log = c->marks[depth - 1];
    return CRM4E_CONTINUE;
}

static int32_t own_get_version(void *c, int64_t *version)
{
    const entry *e = find(((connection *)c)->log, &version_table, 1);
    *version = e == NULL ? 0 : e->values[1].integer;
    return CRM4E_CONTINUE;
}

static int32_t own_set_version(void *c, int64_t version)
{
    const crm4e_value values[2] = {{.type = CRM4E_VALUE_INTEGER, .integer = 1},
                                   {.type = CRM4E_VALUE_INTEGER, .integer = version}};
    return add(c, &version_table, 1, false, NULL, NULL, values, 2);
}

/* Creates and drops alike. */
static int32_t own_table_empty(void *c, const crm4e_table *table)
{
    return add(c, table, 0, false, NULL, NULL, NULL, 0);
}

static int32_t own_column_add(void *c, const crm4e_table *table)
{
    (void)c, (void)table; /* what an older row lacks is NULL */
    return CRM4E_CONTINUE;
}

static int32_t own_index_create(void *connection_, const crm4e_table *table, size_t index)
{
    const connection *c = connection_;
    const entry *e = find_after(c->log, table, 0);
    while (e != NULL && !taken(c->log, table, index, e))
        e = find_after(c->log, table, e->id);
    return e == NULL ? CRM4E_CONTINUE : CRM4E_E_CONFLICT;
}

static int32_t own_index_drop(void *c, const crm4e_table *table, size_t index)
{
    (void)c, (void)table, (void)index;
    return CRM4E_CONTINUE;
}

static int32_t own_insert(void *c, const crm4e_table *table, const crm4e_value *values,
                          size_t count)
{
    crm4e_id id = values[0].integer;
    if (find(((connection *)c)->log, table, id) != NULL)
        return CRM4E_E_CONFLICT;
    return add(c, table, id, false, NULL, NULL, values, count);
}

static int32_t own_update(void *c, const crm4e_table *table, crm4e_id id, const uint32_t *columns,
                          const crm4e_value *values, size_t count)
{
    const entry *old = find(((connection *)c)->log, table, id);
    return old == NULL ? CRM4E_E_NOT_FOUND : add(c, table, id, false, old, columns, values, count);
}

static int32_t own_remove(void *c, const crm4e_table *table, crm4e_id id)
{
    if (find(((connection *)c)->log, table, id) == NULL)
        return CRM4E_E_NOT_FOUND;
    return add(c, table, id, true, NULL, NULL, NULL, 0);
}

static void read(const entry *e, const uint32_t *columns, crm4e_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = columns[i] < e->count ? e->values[columns[i]] : (crm4e_value){0};
}

static int32_t own_get(void *c, const crm4e_table *table, crm4e_id id, const uint32_t *columns,
                       crm4e_value *values, size_t count)
{
    const entry *e = find(((connection *)c)->log, table, id);
    if (e == NULL)
        return CRM4E_E_NOT_FOUND;
    read(e, columns, values, count);
    return CRM4E_CONTINUE;
}

static int32_t own_select(void **out, void *connection_, const crm4e_plan *plan)
{
    connection *c = connection_;
    cursor *cur = take(c->store, sizeof(*cur));
    if (cur == NULL)
        return CRM4E_E_NO_MEMORY;
    *cur = (cursor){.connection = c, .plan = plan, .log = c->log};
    *out = cur;
    return CRM4E_CONTINUE;
}

static int32_t own_next(void *cursor_, crm4e_value *values, size_t count)
{
    cursor *cur = cursor_;
    const entry *e = find_after(cur->log, cur->plan->table, cur->after);
    if (e == NULL)
        return CRM4E_DONE;
    cur->after = e->id;
    read(e, cur->plan->columns, values, count);
    return CRM4E_CONTINUE;
}

static int32_t own_finish(void *cursor_)
{
    cursor *cur = cursor_;
    give(cur->connection->store, cur);
    return CRM4E_CONTINUE;
}

const crm4e_storage_methods *own_storage(void);

const crm4e_storage_methods *own_storage(void)
{
    static const crm4e_storage_methods methods = {
        .struct_size = sizeof(methods),
        .open = own_open,
        .close = own_close,
        .org_create = own_org_create,
        .org_publish = own_org_publish,
        .org_find = own_org_find,
        .org_list = own_org_list,
        .connect = own_connect,
        .disconnect = own_disconnect,
        .begin = own_begin,
        .commit = own_commit,
        .rollback = own_rollback,
        .savepoint = own_savepoint,
        .release = own_release,
        .rollback_to = own_rollback_to,
        .get_version = own_get_version,
        .set_version = own_set_version,
        .table_create = own_table_empty,
        .column_add = own_column_add,
        .table_drop = own_table_empty,
        .index_create = own_index_create,
        .index_drop = own_index_drop,
        .insert = own_insert,
        .update = own_update,
        .remove = own_remove,
        .get = own_get,
        .select = own_select,
        .next = own_next,
        .finish = own_finish,
    };
    return &methods;
}

#ifndef OWN_STORAGE_NO_MAIN
int main(void)
{
    const crm4e_storage storage = {sizeof(storage), own_storage(), NULL};
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_org_options about = CRM4E_ORG_OPTIONS_INIT;
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    crm4e_session *session = NULL;
    crm4e_record *lead = NULL;
    options.storage = &storage;
    about.name = "Brightwater Homes";
    about.admin_email = "ana@brightwater.example";
    int rc = crm4e_engine_open(&engine, &options);
    if (rc == CRM4E_OK)
        rc = crm4e_org_create(&org, engine, &about);
    if (rc == CRM4E_OK)
        rc = crm4e_session_open(&session, org, about.admin_email);
    if (rc == CRM4E_OK)
        rc = crm4e_record_new(&lead, session, "Leads");
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_json(lead, "{\"Last_Name\": \"Okafor\", \"Company\": \"Harbour\"}",
                                   CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(lead);
    if (rc == CRM4E_OK)
        printf("saved as record %lld\n", (long long)crm4e_record_id(lead));
    else
        fprintf(stderr, "%s\n",
                crm4e_error_message(session ? crm4e_session_error(session)
                                            : crm4e_engine_error(engine)));
    crm4e_record_free(lead);
    crm4e_engine_close(engine);
    return rc == CRM4E_OK ? 0 : 1;
}
#endif
