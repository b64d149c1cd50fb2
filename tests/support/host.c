/* SPDX-License-Identifier: MIT */
#include "host.h"

#include "support/columns.h"

#include <crm4e/sys/sqlite.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

crm4e_edition host_edition = CRM4E_EDITION_ENTERPRISE;
bool host_on_sqlite;
size_t host_bulk_rows;
const crm4e_clock *host_clock;
const crm4e_random *host_random;
const crm4e_delivery *host_delivery;

enum {
    HEAD = 16
};

static void *host_allocate(void *user, size_t size)
{
    host_bytes *bytes = user;
    bool starving = bytes->fails_at > 0 && ++bytes->calls >= bytes->fails_at;
    char *block = starving ? NULL : malloc(size + HEAD);

    if (!block)
        return NULL;
    memcpy(block, &size, sizeof size);
    bytes->live += size;
    bytes->peak = bytes->live > bytes->peak ? bytes->live : bytes->peak;
    return block + HEAD;
}

static void host_release(void *user, void *block)
{
    host_bytes *bytes = user;
    size_t size;

    if (!block)
        return;
    memcpy(&size, (char *)block - HEAD, sizeof size);
    bytes->live -= size;
    free((char *)block - HEAD);
}

static void *host_reallocate(void *user, void *block, size_t size)
{
    size_t old;
    void *fresh = host_allocate(user, size);

    if (!fresh || !block)
        return fresh;
    memcpy(&old, (char *)block - HEAD, sizeof old);
    memcpy(fresh, block, old < size ? old : size);
    host_release(user, block);
    return fresh;
}

static void choose_bulk(crm4e_storage_methods *methods)
{
    if (host_bulk_rows > 0)
        methods->bulk_rows = host_bulk_rows;
}

static int open_engine(host *h)
{
    const bool own = host_on_sqlite && host_bulk_rows == 0;
    crm4e_sqlite_options file = {.struct_size = sizeof file,
                                 .flags = CRM4E_SQLITE_ROLLBACK_JOURNAL | CRM4E_SQLITE_NORMAL_SYNC};
    const crm4e_storage storage = {sizeof storage, &h->methods, host_on_sqlite ? &file : NULL};
    crm4e_allocator allocator = {.struct_size = sizeof allocator,
                                 .user = &h->bytes,
                                 .allocate = host_allocate,
                                 .reallocate = host_reallocate,
                                 .release = host_release};
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    char path[96];

    options.allocator = &allocator;
    options.clock = host_clock;
    options.random = host_random;
    options.delivery = host_delivery;
    options.column_bytes = test_column_bytes(0);
    if (host_on_sqlite) {
        (void)snprintf(h->directory, sizeof h->directory, "/tmp/crm4e-host-XXXXXX");
        if (!mkdtemp(h->directory))
            return -1;
        (void)snprintf(path, sizeof path, "%s/acme.crm4e", h->directory);
    }
    file.path = path;
    if (own) {
        options.path = path;
        options.flags = CRM4E_ENGINE_ROLLBACK_JOURNAL | CRM4E_ENGINE_NORMAL_SYNC;
    } else {
        h->methods = host_on_sqlite ? *crm4e_storage_sqlite() : *crm4e_storage_memory();
        choose_bulk(&h->methods);
        options.storage = &storage;
    }
    return crm4e_engine_open(&h->engine, &options);
}

int host_setup(void **state)
{
    host *h = calloc(1, sizeof *h);
    crm4e_org_options options = CRM4E_ORG_OPTIONS_INIT;
    int rc;

    *state = h;
    if (!h)
        return -1;
    rc = open_engine(h);
    options.name = "Acme";
    options.edition = host_edition;
    options.admin_email = HOST_ADMIN;
    options.crm_licences = 50;
    options.team_licences = 50;
    if (rc == CRM4E_OK)
        rc = crm4e_org_create(&h->org, h->engine, &options);
    if (rc == CRM4E_OK)
        rc = crm4e_session_open(&h->admin, h->org, HOST_ADMIN);
    if (rc < 0)
        print_error("%s\n", crm4e_error_message(crm4e_engine_error(h->engine)));
    return rc < 0 ? -1 : 0;
}

int host_teardown(void **state)
{
    host *h = *state;
    size_t live;
    char path[96];

    crm4e_engine_close(h->engine);
    live = h->bytes.live;
    if (h->directory[0]) {
        (void)snprintf(path, sizeof path, "%s/acme.crm4e", h->directory);
        (void)unlink(path);
        (void)snprintf(path, sizeof path, "%s/acme.crm4e-columns", h->directory);
        (void)unlink(path);
        (void)rmdir(h->directory);
    }
    free(h);
    if (live > 0)
        print_error("%zu bytes leaked\n", live);
    return live > 0 ? -1 : 0;
}

static int run(const char *name, const struct CMUnitTest *tests, size_t count,
               CMFixtureFunction setup, CMFixtureFunction teardown)
{
    int failed;

    host_on_sqlite = false;
    failed = _cmocka_run_group_tests(name, tests, count, setup, teardown);
    host_on_sqlite = true;
    return failed + _cmocka_run_group_tests(name, tests, count, setup, teardown);
}

int host_run(const char *name, const struct CMUnitTest *tests, size_t count)
{
    return run(name, tests, count, NULL, NULL);
}

int host_run_group(const char *name, const struct CMUnitTest *tests, size_t count,
                   CMFixtureFunction setup)
{
    return run(name, tests, count, setup, host_teardown);
}

void host_starve(host *h, int (*action)(host *h), void (*check)(host *h))
{
    int rc = CRM4E_E_NO_MEMORY;

    for (size_t n = 1; rc != CRM4E_OK; n += 1 + n / 8) {
        h->bytes.calls = 0;
        h->bytes.fails_at = n;
        rc = action(h);
        h->bytes.fails_at = 0;
        if (rc == CRM4E_OK)
            return;
        assert_string_equal(crm4e_code_name(rc), "CRM4E_E_NO_MEMORY");
        check(h);
    }
}

crm4e_session *host_session(host *h, const char *email)
{
    crm4e_session *session = NULL;
    int rc = crm4e_session_open(&session, h->org, email);

    if (rc < 0)
        print_error("%s: %s\n", email, crm4e_error_message(crm4e_engine_error(h->engine)));
    assert_int_equal(rc, CRM4E_OK);
    return session;
}

char *host_json(const char *text)
{
    size_t size = strlen(text) + 1;
    char *json = malloc(size);

    assert_non_null(json);
    memcpy(json, text, size);
    for (char *c = json; *c; c++)
        *c = *c == '\'' ? '"' : *c == '`' ? '\'' : *c;
    return json;
}

void host_ok(crm4e_session *session, int rc)
{
    if (rc < 0)
        print_error("%s: %s\n", crm4e_code_name(rc),
                    crm4e_error_message(crm4e_session_error(session)));
    assert_true(rc >= 0);
}

void host_refused(crm4e_session *session, int rc, int code, const char *message)
{
    const crm4e_error *error = crm4e_session_error(session);

    assert_string_equal(crm4e_code_name(rc), crm4e_code_name(code));
    assert_int_equal(crm4e_error_code(error), code);
    if (message)
        assert_string_equal(crm4e_error_message(error), message);
}

void host_apply(host *h, const char *document)
{
    char *json = host_json(document);

    host_ok(h->admin, crm4e_org_apply(NULL, h->admin, json, CRM4E_NUL_TERMINATED));
    free(json);
}

char *host_query(crm4e_session *session, const char *text)
{
    crm4e_cursor *rows = NULL;
    char *lines = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&lines, &size);
    int rc;

    assert_non_null(out);
    host_ok(session, crm4e_query_text(&rows, session, text));
    while ((rc = crm4e_cursor_next(rows)) == CRM4E_ROW) {
        for (size_t i = 0; i < crm4e_cursor_columns(rows); i++) {
            const char *cell = crm4e_cursor_text(rows, i);

            (void)fprintf(out, "%s%s", i > 0 ? "|" : "", cell ? cell : "-");
        }
        (void)fputc('\n', out);
    }
    host_ok(session, rc);
    crm4e_cursor_free(rows);
    assert_int_equal(fclose(out), 0);
    return lines;
}

void host_rows(crm4e_session *session, const char *text, const char *rows)
{
    char *found = host_query(session, text);

    assert_string_equal(found, rows);
    free(found);
}

crm4e_id host_create(crm4e_session *session, const char *module, const char *values)
{
    crm4e_record *record = NULL;
    char *json = host_json(values);
    crm4e_id id;

    host_ok(session, crm4e_record_new(&record, session, module));
    host_ok(session, crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    free(json);
    return id;
}

void host_runs(host *h, const char *module, int32_t limit, const char *piece)
{
    crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
    crm4e_module *opened = NULL;
    crm4e_text *text = NULL;
    char *json = host_json(piece);

    options.limit = limit;
    host_ok(h->admin, crm4e_module_open(&opened, h->admin, module));
    host_ok(h->admin, crm4e_runs_json(&text, opened, &options));
    if (strstr(crm4e_text_data(text), json) == NULL)
        print_message("%s\n", crm4e_text_data(text));
    assert_non_null(strstr(crm4e_text_data(text), json));
    crm4e_text_free(text);
    crm4e_module_free(opened);
    free(json);
}

int64_t host_count(crm4e_session *session, const char *module, const char *where)
{
    crm4e_query *query = NULL;
    int64_t count = -1;

    host_ok(session, crm4e_query_new(&query, session, module));
    if (where)
        host_ok(session, crm4e_query_where(query, where));
    host_ok(session, crm4e_query_count(query, &count));
    crm4e_query_free(query);
    return count;
}
