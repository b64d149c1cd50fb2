/* SPDX-License-Identifier: MIT */
/*
 * A host's own storage in its simplest form: a log of row versions, newest first. A snapshot, a
 * mark and a transaction are each a pointer into the log; undoing is going back to an older one.
 * All else is left to the library. A real one would forget old versions and find rows faster.
 */
#include <crm4e.h>

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

typedef struct entry {
    const struct entry *older;      /* what the log held before */
    const struct entry *older_here; /* the same, of this table only */
    struct entry *made_before;      /* every entry there is, to free them */
    char table[32];
    crm4e_id id;
    size_t count; /* 0: the row is gone */
    crm4e_value values[];
} entry;

typedef struct store {
    const crm4e_allocator *memory;
    _Atomic(const entry *) committed;
    entry *made; /* touched by the one writer only */
} store;

typedef struct connection {
    store *store;
    uint32_t mode;
    const entry *log;       /* as its transaction sees it */
    const entry *marks[65]; /* the first: where it began */
} connection;

typedef struct cursor {
    const crm4e_plan *plan;
    const entry *newest; /* of the table */
    crm4e_id after;
} cursor;

static const entry *newest(const entry *log, const crm4e_table *table)
{
    while (log != NULL && strcmp(log->table, table->name) != 0)
        log = log->older;
    return log;
}

static int32_t own_open(void **out, void *user, const crm4e_storage_host *host)
{
    store *s = *out; /* room for it, as `storage_size` asks */
    (void)user;
    s->memory = host->allocator;
    return CRM4E_CONTINUE;
}

static int32_t own_close(void *storage)
{
    store *s = storage;
    for (entry *e = s->made, *next; e != NULL; e = next) {
        next = e->made_before;
        s->memory->release(s->memory->user, e);
    }
    return CRM4E_CONTINUE;
}

static int32_t own_connect(void **out, void *storage, const crm4e_connect_request *request)
{
    connection *c = *out;
    (void)request; /* there is one org */
    c->store = storage;
    return CRM4E_CONTINUE;
}

static int32_t own_begin(void *connection_, uint32_t mode)
{
    connection *c = connection_;
    c->mode = mode; /* the library lets in one writer at a time */
    c->log = c->marks[0] = c->store->committed;
    return CRM4E_CONTINUE;
}

static int32_t own_commit(void *connection_)
{
    const connection *c = connection_;
    if (c->mode == CRM4E_TRANSACTION_WRITE)
        c->store->committed = c->log;
    return CRM4E_CONTINUE;
}

static int32_t own_savepoint(void *connection_, uint32_t depth)
{
    connection *c = connection_;
    c->marks[depth] = c->log;
    return CRM4E_CONTINUE;
}

static int32_t own_rollback_to(void *connection_, uint32_t depth)
{
    connection *c = connection_;
    c->log = c->marks[depth]; /* depth 0: all of it, there is no rollback() */
    return CRM4E_CONTINUE;
}

static int32_t own_insert(void *connection_, const crm4e_table *table, const crm4e_value *values,
                          size_t count)
{
    connection *c = connection_;
    size_t at = sizeof(entry) + count * sizeof(*values), size = at;
    for (size_t i = 0; i < count; i++)
        size += values[i].type >= CRM4E_VALUE_TEXT ? values[i].length : 0;
    entry *e = c->store->memory->allocate(c->store->memory->user, size);
    if (e == NULL)
        return CRM4E_E_NO_MEMORY;
    *e = (entry){c->log, newest(c->log, table), c->store->made, "", values[0].integer, count};
    memcpy(e->table, table->name, strlen(table->name) + 1);
    for (size_t i = 0; i < count; i++) {
        e->values[i] = values[i];
        if (values[i].type >= CRM4E_VALUE_TEXT && values[i].length > 0) {
            e->values[i].data = memcpy((char *)e + at, values[i].data, values[i].length);
            at += values[i].length;
        }
    }
    c->log = c->store->made = e;
    return CRM4E_CONTINUE;
}

static int32_t own_remove(void *connection_, const crm4e_table *table, crm4e_id id)
{
    const crm4e_value gone = {.type = CRM4E_VALUE_INTEGER, .integer = id};
    return own_insert(connection_, table, &gone, 0);
}

static int32_t own_select(void **out, void *connection_, const crm4e_plan *plan)
{
    const connection *c = connection_;
    cursor *cur = *out;
    *cur = (cursor){plan, newest(c->log, plan->table), plan->first - 1};
    return CRM4E_CONTINUE;
}

static int32_t own_next(void *cursor_, crm4e_value *values, size_t count)
{
    cursor *cur = cursor_;
    const entry *row;
    do {
        row = NULL; /* the newest version of the next id */
        for (const entry *e = cur->newest; e != NULL; e = e->older_here) {
            if (e->id > cur->after && (row == NULL || e->id < row->id))
                row = e;
        }
        if (row == NULL)
            return CRM4E_DONE;
        cur->after = row->id;
    } while (row->count == 0);
    for (size_t i = 0; i < count; i++) {
        if (cur->plan->columns[i] < row->count) /* a column added since is NULL */
            values[i] = row->values[cur->plan->columns[i]];
    }
    return CRM4E_CONTINUE;
}

const crm4e_storage_methods own_storage = {
    .struct_size = sizeof(own_storage),
    .storage_size = sizeof(store),
    .connection_size = sizeof(connection),
    .cursor_size = sizeof(cursor),
    .open = own_open,
    .close = own_close,
    .connect = own_connect,
    .begin = own_begin,
    .commit = own_commit,
    .savepoint = own_savepoint,
    .rollback_to = own_rollback_to,
    .insert = own_insert,
    .remove = own_remove,
    .select = own_select,
    .next = own_next,
};

int main(void)
{
    const crm4e_storage storage = {sizeof(storage), &own_storage, NULL};
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_org_options about = CRM4E_ORG_OPTIONS_INIT;
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    options.storage = &storage;
    about.name = "Brightwater Homes";
    about.admin_email = "ana@brightwater.example";
    int rc = crm4e_engine_open(&engine, &options);
    if (rc == CRM4E_OK)
        rc = crm4e_org_create(&org, engine, &about);
    printf("%s\n", rc == CRM4E_OK ? "the org is kept in a storage of our own"
                                  : crm4e_error_message(crm4e_engine_error(engine)));
    crm4e_engine_close(engine);
    return rc == CRM4E_OK ? 0 : 1;
}
