/* SPDX-License-Identifier: MIT */
#include "storage/inside.h"

#include "base/text.h"

#include <string.h>

enum {
    SAVEPOINT_DEPTH_MAX = 64
};

int c4_storage_answer(int32_t answer)
{
    int rc = CRM4E_E_CALLBACK;
    switch (answer) {
    case CRM4E_CONTINUE: rc = CRM4E_OK; break;
    case CRM4E_E_NOT_FOUND:
    case CRM4E_E_CONFLICT:
    case CRM4E_E_BUSY:
    case CRM4E_E_NO_MEMORY:
    case CRM4E_E_FULL:
    case CRM4E_E_READ_ONLY:
    case CRM4E_E_ABORTED:
    case CRM4E_E_UNSUPPORTED:
    case CRM4E_E_IO:
    case CRM4E_E_CORRUPT:
    case CRM4E_E_ENVIRONMENT:
    case CRM4E_E_USER: rc = answer; break;
    default: break;
    }
    return rc;
}

int c4_storage_next_answer(int32_t answer)
{
    int rc;
    if (answer == CRM4E_DONE)
        rc = CRM4E_OK;
    else if (answer == CRM4E_CONTINUE)
        rc = CRM4E_ROW;
    else
        rc = c4_storage_answer(answer);
    return rc;
}

static bool fold_ascii(const char *text, size_t length, char *out, size_t capacity)
{
    size_t at = 0;
    while (at < length && (unsigned char)text[at] < 0x80) {
        char c = text[at];
        if (at < capacity)
            out[at] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        at++;
    }
    return at == length;
}

static int32_t fold_text(void *user, const char *text, size_t length, char *out, size_t capacity,
                         size_t *needed)
{
    const c4_mem *mem = user;
    int32_t answer = CRM4E_CONTINUE;
    *needed = length;
    if (!fold_ascii(text, length, out, capacity)) {
        char *folded = c4_text_folded(mem, text, length, needed);
        if (folded == NULL)
            answer = CRM4E_E_NO_MEMORY;
        else if (capacity > 0 && *needed > 0)
            memcpy(out, folded, *needed < capacity ? *needed : capacity);
        c4_free(mem, folded);
    }
    return answer;
}

#define AT(member) offsetof(crm4e_storage_methods, member)

static bool has_method(const crm4e_storage_methods *methods, size_t at)
{
    int32_t (*method)(void *);
    memcpy(&method, (const char *)methods + at, sizeof(method));
    return method != NULL;
}

/* Methods of which a storage has all or none; 0 ends a group. */
enum {
    GROUP_SIZE = 4
};
static const size_t groups[][GROUP_SIZE] = {
    {AT(org_create), AT(org_publish), AT(org_find), AT(org_list)},
    {AT(get_version), AT(set_version)},
    {AT(table_create), AT(column_add), AT(table_drop)},
    {AT(index_create), AT(index_drop)},
};

static bool methods_complete(const crm4e_storage_methods *methods)
{
    static const size_t required[] = {
        AT(open),        AT(connect), AT(begin),  AT(commit), AT(savepoint),
        AT(rollback_to), AT(insert),  AT(remove), AT(select), AT(next),
    };
    bool complete = methods != NULL && methods->struct_size >= AT(scan);
    for (size_t i = 0; complete && i < sizeof(required) / sizeof(required[0]); i++)
        complete = has_method(methods, required[i]);
    for (size_t i = 0; complete && i < sizeof(groups) / sizeof(groups[0]); i++) {
        bool first = has_method(methods, groups[i][0]);
        for (size_t j = 1; complete && j < GROUP_SIZE && groups[i][j] != 0; j++)
            complete = has_method(methods, groups[i][j]) == first;
    }
    return complete && (methods->index_create == NULL || methods->table_create != NULL);
}

/* Room for a handle whose size the storage names, else nothing. */
static int make_room(const c4_mem *mem, size_t size, void **room, void **handle)
{
    *room = size > 0 ? c4_alloc_array(mem, 1, size) : NULL;
    *handle = *room;
    return size > 0 && *room == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
}

int c4_store_open(c4_store *store, const c4_mem *mem, const crm4e_storage *storage,
                  int64_t busy_timeout)
{
    int rc;
    *store = (c4_store){.mem = mem};
    if (storage == NULL || storage->struct_size < sizeof(*storage) ||
        !methods_complete(storage->methods))
        return CRM4E_E_MISUSE;
    store->methods = storage->methods;
    store->host = (crm4e_storage_host){
        .struct_size = sizeof(crm4e_storage_host),
        .allocator = &mem->host,
        .busy_timeout = busy_timeout,
        .fold_user = (void *)(uintptr_t)mem,
        .fold = fold_text,
    };
    rc = make_room(mem, C4_ROOM(store->methods, storage_size), &store->room, &store->instance);
    if (rc == CRM4E_OK)
        rc = c4_storage_answer(store->methods->open(&store->instance, storage->user, &store->host));
    if (rc == CRM4E_OK && store->instance == NULL)
        rc = CRM4E_E_CALLBACK;
    if (rc != CRM4E_OK) {
        c4_free(mem, store->room);
        *store = (c4_store){.mem = mem};
    }
    return rc;
}

void c4_store_close(c4_store *store)
{
    if (store->instance != NULL && store->methods->close != NULL)
        (void)store->methods->close(store->instance);
    c4_free(store->mem, store->room);
    store->room = NULL;
    store->instance = NULL;
}

int c4_store_org_create(c4_store *store, crm4e_id org)
{
    return c4_single(store) ? c4_single_org_create(store, org)
                            : c4_storage_answer(store->methods->org_create(store->instance, org));
}

int c4_store_org_publish(c4_store *store, crm4e_id org, const char *name)
{
    return c4_single(store)
               ? c4_single_org_publish(store, org, name)
               : c4_storage_answer(store->methods->org_publish(store->instance, org, name));
}

int c4_store_org_find(c4_store *store, const char *name, crm4e_id *org)
{
    crm4e_id found = 0;
    int rc = c4_single(store)
                 ? c4_single_org_find(store, name, &found)
                 : c4_storage_answer(store->methods->org_find(store->instance, name, &found));
    if (rc == CRM4E_OK && found <= 0)
        rc = CRM4E_E_CALLBACK;
    *org = rc == CRM4E_OK ? found : 0;
    return rc;
}

typedef struct org_listing {
    crm4e_org_visitor visit;
    void *user;
    int code; /* why the visitor stopped, or a breach of the storage */
} org_listing;

static int32_t pass_org(void *user, crm4e_id org, const char *name)
{
    org_listing *listing = user;
    if (org <= 0 || name == NULL || c4_text_check(name, strlen(name)) != CRM4E_OK)
        listing->code = CRM4E_E_CALLBACK;
    else
        listing->code = c4_storage_answer(listing->visit(listing->user, org, name));
    return listing->code == CRM4E_OK ? CRM4E_CONTINUE : listing->code;
}

int c4_store_org_list(c4_store *store, crm4e_org_visitor visit, void *user)
{
    org_listing listing = {visit, user, CRM4E_OK};
    int rc = c4_single(store)
                 ? c4_single_org_list(store, pass_org, &listing)
                 : c4_storage_answer(store->methods->org_list(store->instance, pass_org, &listing));
    return listing.code != CRM4E_OK ? listing.code : rc;
}

int c4_db_connect(c4_db *db, c4_store *store, crm4e_id org, uint32_t flags,
                  int32_t (*interrupted)(void *user), void *interrupted_user)
{
    crm4e_connect_request request = {
        .struct_size = sizeof(request),
        .org = org,
        .flags = flags,
        .interrupted_user = interrupted_user,
        .interrupted = interrupted,
    };
    int rc;
    *db = (c4_db){
        .store = store,
        .flags = flags,
        .interrupted = interrupted,
        .interrupted_user = interrupted_user,
    };
    c4_arena_init(&db->got, store->mem);
    c4_arena_init(&db->waiting.arena, store->mem);
    rc =
        make_room(store->mem, C4_ROOM(store->methods, connection_size), &db->room, &db->connection);
    if (rc == CRM4E_OK)
        rc = c4_storage_answer(store->methods->connect(&db->connection, store->instance, &request));
    if (rc == CRM4E_OK && db->connection == NULL)
        rc = CRM4E_E_CALLBACK;
    if (rc != CRM4E_OK) {
        db->connection = NULL;
        c4_free(store->mem, db->room);
        db->room = NULL;
    } else if (c4_single(store) && org != 0) {
        rc = c4_single_check_org(db, org);
        if (rc != CRM4E_OK)
            c4_db_disconnect(db);
    }
    return rc;
}

void c4_db_disconnect(c4_db *db)
{
    if (db->connection != NULL) {
        c4_db_rollback(db);
        if (db->store->methods->disconnect != NULL)
            (void)db->store->methods->disconnect(db->connection);
        c4_free(db->store->mem, db->room);
        c4_arena_free(&db->got);
        c4_arena_free(&db->waiting.arena);
    }
    db->room = NULL;
    db->connection = NULL;
}

static int allows(const c4_db *db, uint32_t mode)
{
    int rc = CRM4E_OK;
    if (db->poisoned)
        rc = CRM4E_E_IO;
    else if (db->connection == NULL || db->mode < mode)
        rc = CRM4E_E_MISUSE;
    return rc;
}

int c4_db_ready(c4_db *db, uint32_t mode)
{
    int rc = allows(db, mode);
    return rc == CRM4E_OK ? c4_db_settle(db) : rc;
}

int c4_db_ready_for(c4_db *db, uint32_t mode, const crm4e_table *table)
{
    int rc = allows(db, mode);
    if (rc == CRM4E_OK)
        rc = c4_waiting_touches(db, table) ? c4_db_settle(db) : db->waiting.failed;
    return rc;
}

int c4_db_begin(c4_db *db, uint32_t mode)
{
    int rc = c4_db_ready(db, 0);
    if (rc == CRM4E_OK &&
        (db->mode != 0 || (mode != CRM4E_TRANSACTION_READ && mode != CRM4E_TRANSACTION_WRITE)))
        rc = CRM4E_E_MISUSE;
    if (rc == CRM4E_OK && mode == CRM4E_TRANSACTION_WRITE &&
        (db->flags & CRM4E_CONNECT_READ_ONLY) != 0)
        rc = CRM4E_E_READ_ONLY;
    if (rc == CRM4E_OK && c4_single(db->store))
        rc = c4_single_begin(db, mode);
    else if (rc == CRM4E_OK)
        rc = c4_storage_answer(db->store->methods->begin(db->connection, mode));
    if (rc == CRM4E_OK)
        db->mode = mode;
    return rc;
}

static void ended(c4_db *db)
{
    if (db->mode == CRM4E_TRANSACTION_WRITE && c4_single(db->store))
        atomic_store(&db->store->writing, false);
    db->mode = 0;
    db->depth = 0;
    db->bulk = (c4_bulk){0};
    (void)c4_waiting_drop(db);
}

int c4_db_commit(c4_db *db)
{
    int rc = allows(db, CRM4E_TRANSACTION_READ);
    int32_t answer;
    if (rc != CRM4E_OK)
        return rc;
    rc = c4_db_settle(db);
    if (rc == CRM4E_OK)
        rc = c4_db_bulk_end(db);
    answer = rc == CRM4E_OK ? db->store->methods->commit(db->connection) : rc;
    if (answer == CRM4E_E_COMMIT_UNKNOWN) {
        rc = CRM4E_E_COMMIT_UNKNOWN;
        db->poisoned = true;
    } else {
        rc = c4_storage_answer(answer);
        if (rc != CRM4E_OK)
            c4_db_rollback(db);
    }
    ended(db);
    return rc;
}

static int32_t roll_back(const c4_db *db)
{
    const crm4e_storage_methods *methods = db->store->methods;
    return methods->rollback != NULL ? methods->rollback(db->connection)
                                     : methods->rollback_to(db->connection, 0);
}

void c4_db_rollback(c4_db *db)
{
    if (db->mode != 0 && roll_back(db) != CRM4E_CONTINUE)
        db->poisoned = true;
    ended(db);
}

int c4_db_savepoint(c4_db *db)
{
    int rc = c4_db_ready(db, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK && db->depth >= SAVEPOINT_DEPTH_MAX)
        rc = CRM4E_E_DEPTH;
    if (rc == CRM4E_OK)
        rc = c4_storage_answer(db->store->methods->savepoint(db->connection, db->depth + 1));
    if (rc == CRM4E_OK)
        db->depth++;
    return rc;
}

int c4_db_release(c4_db *db)
{
    int rc = c4_db_ready(db, CRM4E_TRANSACTION_WRITE);
    if (rc == CRM4E_OK && db->depth == 0)
        rc = CRM4E_E_MISUSE;
    if (rc == CRM4E_OK)
        rc = c4_bulk_release(db);
    if (rc == CRM4E_OK && db->store->methods->release != NULL)
        rc = c4_storage_answer(db->store->methods->release(db->connection, db->depth));
    if (rc == CRM4E_OK)
        db->depth--;
    return rc;
}

void c4_db_rollback_to(c4_db *db)
{
    if (db->poisoned || db->mode == 0 || db->depth == 0)
        return;
    (void)c4_waiting_drop(db);
    if (db->store->methods->rollback_to(db->connection, db->depth) != CRM4E_CONTINUE)
        db->poisoned = true;
    c4_bulk_rolled_back(db);
    db->depth--;
}
