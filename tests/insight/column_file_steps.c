/* SPDX-License-Identifier: MIT */
#include "column_file_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char steps_model[] =
    "{'users': [{'email': 'bob@acme.example', 'profile': 'Standard', 'role': 'Manager'}],"
    " 'modules': [{'api_name': 'Things', 'org_default': 'private', 'fields': ["
    "   {'api_name': 'Price', 'type': 'currency', 'scale': 2},"
    "   {'api_name': 'Size', 'type': 'integer'},"
    "   {'api_name': 'Hue', 'type': 'picklist', 'options': ['Red', 'Blue', 'Green']},"
    "   {'api_name': 'Day', 'type': 'date'}, {'api_name': 'At', 'type': 'datetime'},"
    "   {'api_name': 'Good', 'type': 'boolean'}, {'api_name': 'Who', 'type': 'userlookup'}]}]}";

int steps_scans;

void steps_path(const host *h, const char *name, char path[128])
{
    (void)snprintf(path, 128, "%s/%s", h->directory, name);
}

file_bytes steps_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    file_bytes bytes = {0};
    long size;

    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    assert_true(size > 0);
    rewind(file);
    bytes.size = (size_t)size;
    bytes.data = malloc(bytes.size);
    assert_non_null(bytes.data);
    assert_int_equal(fread(bytes.data, 1, bytes.size, file), bytes.size);
    (void)fclose(file);
    return bytes;
}

void steps_write(const char *path, const unsigned char *data, size_t size)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

bool steps_exists(const char *path)
{
    struct stat found;

    return lstat(path, &found) == 0;
}

crm4e_id steps_save(crm4e_session *session, crm4e_id id, unsigned number)
{
    static const char *const hues[] = {"'Red'", "'Blue'", "'Green'", "null"};
    char json[320];
    crm4e_record *record = NULL;
    char *text;
    const unsigned n = number * 2654435761u >> 7;

    (void)snprintf(json, sizeof json,
                   "{'Name': 'a', 'Price': %d.%02u, 'Size': %s%u, 'Hue': %s, 'Good': %s,"
                   " 'Day': '2026-%02u-%02u', 'At': '2026-03-%02uT%02u:00:00Z', 'Who': '%s'}",
                   (int)(n % 20) - 5, n % 100, n % 5 == 0 ? "-" : "", n % 12, hues[n % 4],
                   n % 3 == 0 ? "true" : "false", 1 + n % 12, 1 + n % 28, 1 + n % 31, n % 24,
                   n % 2 == 0 ? HOST_ADMIN : "bob@acme.example");
    if (n % 7 == 0)
        (void)snprintf(json, sizeof json, "{'Name': 'a', 'Size': %u}", n % 12);
    text = host_json(json);
    host_ok(session, id == 0 ? crm4e_record_new(&record, session, "Things")
                             : crm4e_record_open(&record, session, "Things", id));
    host_ok(session, crm4e_record_set_json(record, text, CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    free(text);
    return id;
}

void steps_fill(host *h)
{
    host_apply(h, steps_model);
    host_ok(h->admin, crm4e_session_begin(h->admin));
    for (unsigned i = 0; i < STEP_RECORDS; i++)
        (void)steps_save(h->admin, 0, i);
    host_ok(h->admin, crm4e_session_commit(h->admin));
}

static int32_t scan(void *connection, const crm4e_table *table, crm4e_id after,
                    const uint32_t *columns, size_t count, size_t capacity, int64_t *ids,
                    int64_t *const *values, uint8_t *const *nulls, size_t *rows)
{
    steps_scans++;
    return crm4e_storage_sqlite()->scan(connection, table, after, columns, count, capacity, ids,
                                        values, nulls, rows);
}

int steps_open_with(cold *c, const host *h, int64_t bytes, uint32_t flags,
                    const crm4e_allocator *allocator)
{
    const crm4e_storage storage = {sizeof storage, &c->methods, &c->sqlite};
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    char path[128];
    int rc;

    *c = (cold){.methods = *crm4e_storage_sqlite()};
    c->methods.scan = scan;
    steps_path(h, "acme.crm4e", path);
    c->sqlite = (crm4e_sqlite_options){
        .struct_size = sizeof c->sqlite,
        .path = path,
        .flags = CRM4E_SQLITE_ROLLBACK_JOURNAL | CRM4E_SQLITE_NORMAL_SYNC |
                 ((flags & CRM4E_ENGINE_READ_ONLY) != 0 ? CRM4E_SQLITE_READ_ONLY : 0u)};
    options.storage = &storage;
    options.flags = flags;
    options.column_bytes = bytes;
    options.allocator = allocator;
    options.busy_timeout = -1;
    rc = crm4e_engine_open(&c->engine, &options);
    if (rc == CRM4E_OK)
        rc = crm4e_org_open(&c->org, c->engine, NULL);
    if (rc == CRM4E_OK)
        rc = crm4e_session_open(&c->session, c->org, HOST_ADMIN);
    return rc;
}

void steps_open(cold *c, const host *h)
{
    assert_int_equal(steps_open_with(c, h, -1, 0, NULL), CRM4E_OK);
}

void steps_close(cold *c)
{
    crm4e_engine_close(c->engine);
    c->engine = NULL;
}

char *steps_chart(crm4e_session *session, int which, int *code)
{
    static const struct {
        const char *first;
        crm4e_granularity by;
        const char *second;
        crm4e_measure function;
        const char *field;
        const char *where;
    } charts[STEP_CHARTS] = {
        {"Hue", 0, "Good", CRM4E_SUM, "Price", NULL},
        {"Day", CRM4E_BY_MONTH, "Hue", CRM4E_MAX, "Size", NULL},
        {"Owner", 0, "Who", CRM4E_MIN, "Size", "Hue in ('Red', 'Blue') or Day is null"},
        {"At", CRM4E_BY_WEEK, NULL, CRM4E_COUNT, NULL, "not (Size between 3 and 7)"},
        {"Day", 0, "Good", CRM4E_COUNT_DISTINCT, "Price", NULL},
        {"Good", 0, NULL, CRM4E_AVG, "Price", "Day > '2026-06-30' or Hue is not null"},
    };
    crm4e_chart *chart = NULL;
    crm4e_text *text = NULL;
    char *copy = NULL;

    *code = crm4e_chart_new(&chart, session, "Things");
    if (*code == CRM4E_OK)
        *code = crm4e_chart_group_by(chart, charts[which].first, charts[which].by);
    if (*code == CRM4E_OK && charts[which].second != NULL)
        *code = crm4e_chart_group_by(chart, charts[which].second, 0);
    if (*code == CRM4E_OK)
        *code = crm4e_chart_measure(chart, charts[which].function, charts[which].field);
    if (*code == CRM4E_OK && charts[which].where != NULL)
        *code = crm4e_chart_where(chart, charts[which].where);
    if (*code == CRM4E_OK)
        *code = crm4e_chart_run(chart);
    if (*code == CRM4E_OK)
        *code = crm4e_chart_json(&text, chart);
    if (*code == CRM4E_OK)
        copy = strdup(crm4e_text_data(text));
    crm4e_text_free(text);
    crm4e_chart_free(chart);
    return copy;
}

void steps_compare(const host *h, const cold *c)
{
    for (int i = 0; i < STEP_CHARTS; i++) {
        int code;
        char *expected = steps_chart(h->admin, i, &code);
        char *told;
        host_ok(h->admin, code);
        told = steps_chart(c->session, i, &code);
        host_ok(c->session, code);
        assert_string_equal(told, expected);
        free(told);
        free(expected);
    }
}

int steps_look(const host *h)
{
    cold c;

    steps_scans = 0;
    assert_int_equal(steps_open_with(&c, h, -1, CRM4E_ENGINE_READ_ONLY, NULL), CRM4E_OK);
    steps_compare(h, &c);
    steps_close(&c);
    return steps_scans;
}
