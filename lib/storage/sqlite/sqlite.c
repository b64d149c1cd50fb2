/* SPDX-License-Identifier: MIT */
/* The storage: where its files are, which orgs they hold. */
#include "storage/sqlite/inside.h"

#include <stdio.h>
#include <string.h>

enum {
    FLAGS_KNOWN = CRM4E_SQLITE_ROLLBACK_JOURNAL | CRM4E_SQLITE_READ_ONLY | CRM4E_SQLITE_NORMAL_SYNC,
    NAME_ROOM = 64,  /* for the name of a file in the directory */
    BULK_ROWS = 1000 /* below, making indexes takes longer than a row in each of them */
};

static int resolve(c4_sqlite *storage, const char *path)
{
    int rc = c4_file_resolve(&storage->mem, path, &storage->path, &storage->directory);
    if (rc == CRM4E_OK && !storage->directory) {
        rc = c4_file_check(storage->path);
        if (rc == CRM4E_E_NOT_FOUND && (storage->flags & CRM4E_SQLITE_READ_ONLY) == 0)
            rc = CRM4E_OK; /* org_create() makes it */
    }
    return rc;
}

static bool well_formed(const crm4e_sqlite_options *options)
{
    return options != NULL && options->struct_size >= sizeof(*options) &&
           (options->path != NULL) != (options->database != NULL) &&
           (options->flags & ~(uint32_t)FLAGS_KNOWN) == 0;
}

static int32_t sqlite_close(void *instance)
{
    c4_sqlite *storage = instance;
    c4_mem mem = storage->mem;
    c4_free(&mem, storage->path);
    c4_free(&mem, storage);
    return CRM4E_CONTINUE;
}

static int32_t sqlite_open(void **out, void *user, const crm4e_storage_host *host)
{
    const crm4e_sqlite_options *options = user;
    c4_mem mem = {*host->allocator};
    c4_sqlite *storage;
    int rc = CRM4E_OK;
    if (!well_formed(options))
        return CRM4E_E_UNSUPPORTED;
    if (sqlite3_threadsafe() == 0)
        return CRM4E_E_ENVIRONMENT;
    storage = c4_alloc_array(&mem, 1, sizeof(*storage));
    if (storage == NULL)
        return CRM4E_E_NO_MEMORY;
    storage->mem = mem;
    storage->host = host;
    storage->flags = options->flags;
    storage->hosted = options->database;
    atomic_flag_clear(&storage->taken);
    if (options->path != NULL)
        rc = resolve(storage, options->path);
    if (rc == CRM4E_OK)
        *out = storage;
    else
        (void)sqlite_close(storage);
    return c4_sqlite_answer(rc);
}

static char *path_in(const c4_sqlite *storage, const char *name)
{
    size_t size = strlen(storage->path) + NAME_ROOM;
    char *path = c4_alloc(&storage->mem, size);
    if (path != NULL)
        (void)snprintf(path, size, "%s/%s", storage->path, name);
    return path;
}

static char *org_path(const c4_sqlite *storage, crm4e_id org)
{
    char name[NAME_ROOM];
    if (!storage->directory)
        return c4_copy_text(&storage->mem, storage->path, strlen(storage->path));
    (void)snprintf(name, sizeof(name), "org-%lld.crm4e", (long long)org);
    return path_in(storage, name);
}

/* A connection to the file of an org, whatever org is in it. */
static int open_org_file(c4_connection **out, c4_sqlite *storage, crm4e_id org,
                         const crm4e_connect_request *request)
{
    char *path;
    int rc = CRM4E_E_NO_MEMORY;
    if (storage->hosted != NULL)
        return c4_connection_host(out, storage, request);
    path = org_path(storage, org);
    if (path != NULL)
        rc = c4_connection_open(out, storage, path, C4_FILE_ORG, request);
    c4_free(&storage->mem, path);
    return rc;
}

static int open_catalogue(c4_connection **out, c4_sqlite *storage)
{
    char *path = path_in(storage, "catalogue.crm4e");
    int rc = path == NULL ? CRM4E_E_NO_MEMORY
                          : c4_connection_open(out, storage, path, C4_FILE_CATALOGUE, NULL);
    c4_free(&storage->mem, path);
    return rc;
}

/* What a row of ours tells about an org; `name` is c4_free()d, NULL: unpublished. */
typedef struct org_row {
    crm4e_id org;
    char *name;
} org_row;

static int read_org_row(c4_connection *c, c4_statement *s, org_row *row)
{
    int step = sqlite3_step(s->stmt);
    int rc = c4_sqlite_code(c, step);
    crm4e_value name = {0};
    row->name = NULL;
    if (rc == CRM4E_OK && step != SQLITE_ROW)
        return CRM4E_E_NOT_FOUND;
    if (rc == CRM4E_OK)
        rc = c4_read_value(c, s->stmt, 1, &name);
    if (rc == CRM4E_OK && name.type != CRM4E_VALUE_NULL) {
        row->name = c4_copy_text(c->mem, name.data, name.length);
        rc = row->name == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
    }
    row->org = rc == CRM4E_OK ? sqlite3_column_int64(s->stmt, 0) : 0;
    return rc;
}

static int64_t count_own_tables(c4_connection *c, int *rc)
{
    int64_t count = 0;
    *rc = c4_sqlite_integer(
        c, "SELECT count(*) FROM sqlite_schema WHERE name = 'crm4e_0storage' AND type = 'table'",
        &count);
    return count;
}

/* The one org of a file. */
static int read_org(c4_connection *c, org_row *row)
{
    static const char text[] = "SELECT org, name FROM \"crm4e_0storage\" WHERE id = 1";
    c4_statement *s = NULL;
    int rc = CRM4E_OK;
    *row = (org_row){0};
    if (c->hosted && count_own_tables(c, &rc) == 0 && rc == CRM4E_OK)
        rc = CRM4E_E_NOT_FOUND;
    if (rc == CRM4E_OK)
        rc = c4_statement_of_text(c, text, strlen(text), &s);
    if (rc == CRM4E_OK)
        rc = read_org_row(c, s, row);
    c4_statement_done(c, s);
    return rc;
}

/* Runs a statement about an org and perhaps a name (NULL binds NULL). */
static int run_about(c4_connection *c, const char *text, crm4e_id org, const char *name)
{
    c4_statement *s = NULL;
    int rc = c4_statement_of_text(c, text, strlen(text), &s);
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, sqlite3_bind_int64(s->stmt, 1, org));
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, sqlite3_bind_text(s->stmt, 2, name, -1, SQLITE_STATIC));
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, sqlite3_step(s->stmt));
    c4_statement_done(c, s);
    return rc;
}

static int code_of(int32_t answer)
{
    int code = answer == 0 ? C4_SQLITE_UNKNOWN : answer;
    return answer == CRM4E_CONTINUE ? CRM4E_OK : code;
}

static int end(c4_connection *c, int rc)
{
    if (rc == CRM4E_OK)
        rc = code_of(c4_sqlite_commit(c));
    if (c->mode != 0)
        (void)c4_sqlite_rollback(c);
    return rc;
}

/* Makes the database empty, if nobody counts on what is in it. */
static int empty(c4_connection *c, crm4e_id org, bool published)
{
    org_row row = {0};
    bool ours = true; /* what is named as we name tables */
    int rc = code_of(c4_sqlite_begin(c, CRM4E_TRANSACTION_WRITE));
    if (rc != CRM4E_OK)
        return rc;
    if (c->hosted)
        ours = count_own_tables(c, &rc) > 0;
    if (rc == CRM4E_OK && !ours)
        rc = c4_schema_create(c, C4_FILE_ORG);
    if (rc == CRM4E_OK) {
        rc = read_org(c, &row);
        rc = rc == CRM4E_E_NOT_FOUND ? CRM4E_OK : rc;
    }
    if (rc == CRM4E_OK && (published || (row.name != NULL && !c->storage->directory)))
        rc = CRM4E_E_CONFLICT;
    if (rc == CRM4E_OK && ours)
        rc = c4_schema_drop_all(c);
    if (rc == CRM4E_OK)
        rc = run_about(c,
                       "INSERT OR REPLACE INTO \"crm4e_0storage\" (id, org, name, version) "
                       "VALUES (1, ?, ?, 0)",
                       org, NULL);
    c4_free(c->mem, row.name);
    return end(c, rc);
}

static int make_missing(c4_sqlite *storage, const char *path, c4_file_kind kind)
{
    int rc = path == NULL ? CRM4E_E_NO_MEMORY : c4_file_check(path);
    if (rc == CRM4E_E_NOT_FOUND)
        rc = c4_file_create(storage, path, kind);
    return rc == CRM4E_E_CONFLICT ? CRM4E_OK : rc; /* another was quicker */
}

static int make_files(c4_sqlite *storage, crm4e_id org)
{
    char *path = NULL;
    int rc = CRM4E_OK;
    if (storage->directory) {
        rc = c4_directory_make(storage->path);
        path = path_in(storage, "catalogue.crm4e");
        if (rc == CRM4E_OK)
            rc = make_missing(storage, path, C4_FILE_CATALOGUE);
        c4_free(&storage->mem, path);
    }
    if (rc == CRM4E_OK) {
        path = org_path(storage, org);
        rc = make_missing(storage, path, C4_FILE_ORG);
        c4_free(&storage->mem, path);
    }
    return rc;
}

static int catalogue_has(c4_sqlite *storage, crm4e_id org, bool *has)
{
    static const char text[] = "SELECT id, name FROM \"crm4e_0catalogue\" WHERE id = ?";
    c4_connection *c = NULL;
    c4_statement *s = NULL;
    org_row row = {0};
    int rc = open_catalogue(&c, storage);
    if (rc != CRM4E_OK)
        return rc;
    rc = c4_statement_of_text(c, text, strlen(text), &s);
    if (rc == CRM4E_OK)
        rc = c4_sqlite_code(c, sqlite3_bind_int64(s->stmt, 1, org));
    if (rc == CRM4E_OK)
        rc = read_org_row(c, s, &row);
    *has = rc == CRM4E_OK;
    c4_statement_done(c, s);
    c4_free(&storage->mem, row.name);
    c4_connection_close(c);
    return rc == CRM4E_E_NOT_FOUND ? CRM4E_OK : rc;
}

static int32_t sqlite_org_create(void *instance, crm4e_id org)
{
    c4_sqlite *storage = instance;
    c4_connection *c = NULL;
    bool published = false;
    int rc = CRM4E_OK;
    if ((storage->flags & CRM4E_SQLITE_READ_ONLY) != 0)
        rc = CRM4E_E_READ_ONLY;
    if (rc == CRM4E_OK && storage->hosted == NULL)
        rc = make_files(storage, org);
    if (rc == CRM4E_OK && storage->directory)
        rc = catalogue_has(storage, org, &published);
    if (rc == CRM4E_OK)
        rc = open_org_file(&c, storage, org, NULL);
    if (rc == CRM4E_OK)
        rc = empty(c, org, published);
    c4_connection_close(c);
    return c4_sqlite_answer(rc);
}

/* Writes the name into the file of the org. In a directory that only keeps file
 * and catalogue alike; elsewhere it is what publishes. */
static int name_file(c4_sqlite *storage, crm4e_id org, const char *name)
{
    c4_connection *c = NULL;
    org_row row = {0};
    int rc = open_org_file(&c, storage, org, NULL);
    if (rc == CRM4E_OK)
        rc = code_of(c4_sqlite_begin(c, CRM4E_TRANSACTION_WRITE));
    if (rc != CRM4E_OK)
        goto done;
    rc = read_org(c, &row);
    if (rc == CRM4E_OK && row.name != NULL && !storage->directory)
        rc = CRM4E_E_CONFLICT;
    else if (rc == CRM4E_OK && row.org != org)
        rc = CRM4E_E_NOT_FOUND;
    if (rc == CRM4E_OK)
        rc = run_about(c, "UPDATE \"crm4e_0storage\" SET name = ?2 WHERE org = ?1", org, name);
    rc = end(c, rc);
done:
    c4_free(&storage->mem, row.name);
    c4_connection_close(c);
    return rc;
}

static int32_t sqlite_org_publish(void *instance, crm4e_id org, const char *name)
{
    c4_sqlite *storage = instance;
    c4_connection *c = NULL;
    bool published = false;
    int rc = CRM4E_OK;
    if (storage->directory)
        rc = catalogue_has(storage, org, &published);
    if (rc == CRM4E_OK && published)
        rc = CRM4E_E_CONFLICT;
    if (rc == CRM4E_OK)
        rc = name_file(storage, org, name);
    if (rc == CRM4E_OK && storage->directory) {
        rc = open_catalogue(&c, storage);
        if (rc == CRM4E_OK)
            rc = code_of(c4_sqlite_begin(c, CRM4E_TRANSACTION_WRITE));
        if (rc == CRM4E_OK)
            rc = end(c, run_about(c, "INSERT INTO \"crm4e_0catalogue\" (id, name) VALUES (?, ?)",
                                  org, name));
        c4_connection_close(c);
    }
    return c4_sqlite_answer(rc);
}

/* Calls `visit` for each published org of the directory, in order of names. */
static int32_t visit_catalogue(c4_sqlite *storage, crm4e_org_visitor visit, void *user)
{
    static const char text[] = "SELECT id, name FROM \"crm4e_0catalogue\" ORDER BY name";
    c4_connection *c = NULL;
    c4_statement *s = NULL;
    org_row row = {0};
    int32_t answer = CRM4E_CONTINUE;
    int rc = open_catalogue(&c, storage);
    if (rc == CRM4E_E_NOT_FOUND)
        return CRM4E_CONTINUE;
    if (rc == CRM4E_OK)
        rc = c4_statement_of_text(c, text, strlen(text), &s);
    while (rc == CRM4E_OK && answer == CRM4E_CONTINUE &&
           (rc = read_org_row(c, s, &row)) == CRM4E_OK) {
        if (row.name != NULL)
            answer = visit(user, row.org, row.name);
        c4_free(&storage->mem, row.name);
    }
    if (c != NULL)
        c4_statement_done(c, s);
    c4_connection_close(c);
    return rc == CRM4E_OK || rc == CRM4E_E_NOT_FOUND ? answer : c4_sqlite_answer(rc);
}

static int32_t visit_only(c4_sqlite *storage, crm4e_org_visitor visit, void *user)
{
    c4_connection *c = NULL;
    org_row row = {0};
    int32_t answer = CRM4E_CONTINUE;
    int rc = open_org_file(&c, storage, 0, NULL);
    if (rc == CRM4E_OK)
        rc = read_org(c, &row);
    c4_connection_close(c);
    if (rc == CRM4E_OK && row.name != NULL)
        answer = visit(user, row.org, row.name);
    c4_free(&storage->mem, row.name);
    return rc == CRM4E_OK || rc == CRM4E_E_NOT_FOUND ? answer : c4_sqlite_answer(rc);
}

static int32_t sqlite_org_list(void *instance, crm4e_org_visitor visit, void *user)
{
    c4_sqlite *storage = instance;
    return storage->directory ? visit_catalogue(storage, visit, user)
                              : visit_only(storage, visit, user);
}

typedef struct search {
    const char *name; /* NULL: the only one */
    crm4e_id org;
    size_t found;
} search;

static int32_t compare_org(void *user, crm4e_id org, const char *name)
{
    search *s = user;
    if (s->name == NULL || strcmp(s->name, name) == 0) {
        s->org = org;
        s->found++;
    }
    return CRM4E_CONTINUE;
}

static int32_t sqlite_org_find(void *instance, const char *name, crm4e_id *org)
{
    search s = {.name = name};
    int32_t answer = sqlite_org_list(instance, compare_org, &s);
    if (answer == CRM4E_CONTINUE && s.found != 1)
        answer = s.found == 0 ? CRM4E_E_NOT_FOUND : CRM4E_E_CONFLICT;
    if (answer == CRM4E_CONTINUE)
        *org = s.org;
    return answer;
}

static int check_org(c4_connection *c, crm4e_id org)
{
    org_row row;
    int rc = read_org(c, &row);
    c4_free(c->mem, row.name);
    return rc == CRM4E_OK && row.org != org ? CRM4E_E_NOT_FOUND : rc;
}

static int check_encoding(c4_connection *c)
{
    int64_t utf8 = 0;
    int rc = c4_sqlite_integer(c, "SELECT encoding = 'UTF-8' FROM pragma_encoding", &utf8);
    return rc == CRM4E_OK && utf8 == 0 ? CRM4E_E_UNSUPPORTED : rc;
}

static int32_t sqlite_connect(void **out, void *instance, const crm4e_connect_request *request)
{
    c4_sqlite *storage = instance;
    c4_connection *c = NULL;
    int rc;
    if (storage->hosted != NULL && atomic_flag_test_and_set(&storage->taken))
        return CRM4E_E_BUSY;
    rc = open_org_file(&c, storage, request->org, request);
    if (rc == CRM4E_OK && c->hosted)
        rc = check_encoding(c);
    if (rc == CRM4E_OK)
        rc = check_org(c, request->org);
    if (rc == CRM4E_OK)
        rc = c4_functions_register(c);
    if (rc == CRM4E_OK) {
        c->functions = true;
        *out = c;
    } else {
        c4_connection_close(c);
        atomic_flag_clear(&storage->taken);
    }
    return c4_sqlite_answer(rc);
}

static int32_t sqlite_disconnect(void *connection)
{
    c4_connection *c = connection;
    c4_sqlite *storage = c->storage;
    (void)c4_sqlite_rollback(c);
    c4_connection_close(c);
    atomic_flag_clear(&storage->taken);
    return CRM4E_CONTINUE;
}

const crm4e_storage_methods *crm4e_storage_sqlite(void)
{
    static const crm4e_storage_methods methods = {
        .struct_size = sizeof(methods),
        .open = sqlite_open,
        .close = sqlite_close,
        .org_create = sqlite_org_create,
        .org_publish = sqlite_org_publish,
        .org_find = sqlite_org_find,
        .org_list = sqlite_org_list,
        .connect = sqlite_connect,
        .disconnect = sqlite_disconnect,
        .begin = c4_sqlite_begin,
        .commit = c4_sqlite_commit,
        .rollback = c4_sqlite_rollback,
        .savepoint = c4_sqlite_savepoint,
        .release = c4_sqlite_release,
        .rollback_to = c4_sqlite_rollback_to,
        .get_version = c4_sqlite_get_version,
        .set_version = c4_sqlite_set_version,
        .table_create = c4_sqlite_table_create,
        .column_add = c4_sqlite_column_add,
        .table_drop = c4_sqlite_table_drop,
        .index_create = c4_sqlite_index_create,
        .index_drop = c4_sqlite_index_drop,
        .insert = c4_sqlite_insert,
        .update = c4_sqlite_update,
        .remove = c4_sqlite_remove,
        .get = c4_sqlite_get,
        .handles = c4_sqlite_handles,
        .select = c4_sqlite_select,
        .next = c4_sqlite_next,
        .finish = c4_sqlite_finish,
        .scan = c4_sqlite_scan,
        .backup = c4_sqlite_backup,
        .check = c4_sqlite_check,
        .explain = c4_sqlite_explain,
        .stamp = c4_sqlite_stamp,
        .bulk_rows = BULK_ROWS,
        .beside = c4_sqlite_beside,
    };
    return &methods;
}
