/* SPDX-License-Identifier: MIT */
#define _XOPEN_SOURCE 700 /* mkdtemp */

#include "acts.h"

#include "support/columns.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char world_document[] =
    "{'crm4e': 1, 'org': {'crm4e': true},"
    " 'roles': [{'name': 'Lead Rep', 'parent': 'Manager'}, {'name': 'Rep', 'parent': 'Lead Rep'}],"
    " 'profiles': ["
    "  {'name': 'Seller', 'clone_of': 'Standard'},"
    "  {'name': 'Keeper', 'clone_of': 'Standard',"
    "   'admin': ['manage_users', 'manage_profiles', 'manage_roles', 'manage_data_sharing']}],"
    " 'users': ["
    "  {'email': 'zoe@acme.example', 'role': 'CEO', 'profile': 'Administrator'},"
    "  {'email': 'eva@acme.example', 'role': 'CEO', 'profile': 'Keeper'},"
    "  {'email': 'dan@acme.example', 'role': 'Lead Rep', 'profile': 'Seller'},"
    "  {'email': 'bob@acme.example', 'role': 'Rep', 'profile': 'Seller'},"
    "  {'email': 'cid@acme.example', 'role': 'Rep', 'profile': 'Seller'}],"
    " 'modules': ["
    "  {'api_name': 'Leads', 'org_default': 'private'},"
    "  {'api_name': 'Documents', 'team': true,"
    "   'fields': [{'api_name': 'Title', 'type': 'text'}],"
    "   'members': [{'user': 'ana@acme.example', 'profile': 'admin'},"
    "               {'user': 'bob@acme.example', 'profile': 'member'}]}]}";

static const struct {
    const char *key, *module, *owner, *fields;
} world_records[WORLD_RECORDS] = {
    {"bob", "Leads", BOB, "{'Last_Name': 'Of Bob', 'Company': 'Tower', 'Phone': '11'}"},
    {"cid", "Leads", CID, "{'Last_Name': 'Of Cid', 'Company': 'Bridge', 'Phone': '22'}"},
    {"page", "Documents", BOB, "{'Name': 'Page', 'Title': 'First'}"},
};

/* The record's place in the table, WORLD_RECORDS for what names none. */
static size_t record_place(const char *key)
{
    size_t place = 0;

    while (place < WORLD_RECORDS && strcmp(world_records[place].key, key) != 0)
        place++;
    return place;
}

static int set_fields(crm4e_record *record, const char *fields)
{
    char *json = host_json(fields);
    int rc = crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);

    free(json);
    return rc;
}

static int create(crm4e_session *session, const char *module, const char *fields, crm4e_id owner,
                  crm4e_id *id)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, session, module);

    if (rc == CRM4E_OK)
        rc = set_fields(record, fields);
    if (rc == CRM4E_OK && owner > 0)
        rc = crm4e_record_set_owner(record, owner);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    if (rc == CRM4E_OK && id)
        *id = crm4e_record_id(record);
    crm4e_record_free(record);
    return rc;
}

static void fill(world *w)
{
    char *json = host_json(world_document);
    visitor ana;

    visitor_open(&ana, w, ANA, false);
    assert_int_equal(ana.opened, CRM4E_OK);
    host_ok(ana.session, crm4e_org_apply(NULL, ana.session, json, CRM4E_NUL_TERMINATED));
    free(json);
    for (size_t i = 0; i < WORLD_RECORDS; i++) {
        crm4e_id owner = 0;

        host_ok(ana.session, crm4e_user_find(ana.session, world_records[i].owner, &owner));
        host_ok(ana.session, create(ana.session, world_records[i].module, world_records[i].fields,
                                    owner, &w->records[i]));
    }
    visitor_close(&ana);
}

static crm4e_engine_options engine_options(const world *w)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;

    options.column_bytes = test_column_bytes(0);
    options.busy_timeout = -1; /* the one who would be waited for is this thread */
    if (w->path[0]) {
        options.path = w->path;
        options.flags = w->flags;
    }
    return options;
}

static void create_org(world *w, const crm4e_engine_options *engine)
{
    crm4e_org_options options = CRM4E_ORG_OPTIONS_INIT;

    options.name = "Acme";
    options.edition = CRM4E_EDITION_ENTERPRISE;
    options.admin_email = ANA;
    options.crm_licences = 20;
    options.team_licences = 20;
    assert_int_equal(crm4e_engine_open(&w->engine, engine), CRM4E_OK);
    assert_int_equal(crm4e_org_create(&w->org, w->engine, &options), CRM4E_OK);
    fill(w);
}

static void make_place(world *w, uint32_t flags)
{
    bool in_memory = access("/dev/shm", W_OK | X_OK) == 0;

    memset(w, 0, sizeof *w);
    w->flags = flags | CRM4E_ENGINE_NORMAL_SYNC; /* power stays on */
    (void)snprintf(w->directory, sizeof w->directory, "%s/crm4e-world-XXXXXX",
                   in_memory ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(w->directory));
    (void)snprintf(w->path, sizeof w->path, "%s/acme.crm4e", w->directory);
}

void world_open_memory(world *w)
{
    const crm4e_storage memory = {sizeof memory, crm4e_storage_memory(), NULL};
    crm4e_engine_options options;

    memset(w, 0, sizeof *w);
    options = engine_options(w);
    options.storage = &memory;
    create_org(w, &options);
}

static void open_org(world *w)
{
    crm4e_engine_options options = engine_options(w);

    assert_int_equal(crm4e_engine_open(&w->engine, &options), CRM4E_OK);
    assert_int_equal(crm4e_org_open(&w->org, w->engine, NULL), CRM4E_OK);
}

void world_open_file(world *w, uint32_t flags)
{
    crm4e_engine_options options;

    make_place(w, flags);
    options = engine_options(w);
    create_org(w, &options);
}

static void copy_file(const char *from, const char *to)
{
    static char bytes[1 << 16];
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    size_t count;

    assert_non_null(in);
    assert_non_null(out);
    while ((count = fread(bytes, 1, sizeof bytes, in)) > 0)
        assert_int_equal(fwrite(bytes, 1, count, out), count);
    assert_int_equal(fclose(in), 0);
    assert_int_equal(fclose(out), 0);
}

void world_copy(world *w, const world *from, uint32_t flags)
{
    make_place(w, flags);
    memcpy(w->records, from->records, sizeof w->records);
    copy_file(from->path, w->path);
    open_org(w);
}

void world_enter(world *w, const world *from)
{
    *w = *from;
    open_org(w);
}

void world_leave(world *w)
{
    crm4e_engine_close(w->engine);
    w->engine = NULL;
    w->org = NULL;
}

void world_close(world *w)
{
    static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
    char path[sizeof w->path + 10];

    world_leave(w);
    if (!w->path[0])
        return;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        (void)snprintf(path, sizeof path, "%s%s", w->path, endings[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(w->directory), 0);
}

void visitor_open(visitor *v, const world *w, const char *email, bool own_engine)
{
    crm4e_org *org = w->org;

    memset(v, 0, sizeof *v);
    if (own_engine) {
        crm4e_engine_options options = engine_options(w);

        assert_int_equal(crm4e_engine_open(&v->engine, &options), CRM4E_OK);
        assert_int_equal(crm4e_org_open(&org, v->engine, NULL), CRM4E_OK);
    }
    v->opened = crm4e_session_open(&v->session, org, email);
}

void visitor_close(visitor *v)
{
    crm4e_session_close(v->session);
    crm4e_engine_close(v->engine);
    memset(v, 0, sizeof *v);
}

char *visitor_act(visitor *v, const world *w, const act *what, int *code)
{
    char *detail = NULL, *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&detail, &size);
    const crm4e_error *error = crm4e_session_error(v->session);

    assert_non_null(out);
    *code = v->opened < 0 ? v->opened : what->call(w, v, what, out);
    assert_int_equal(fclose(out), 0);
    out = open_memstream(&text, &size);
    assert_non_null(out);
    if (*code < 0)
        (void)fprintf(out, "%s %s %s", crm4e_code_name(*code), crm4e_error_rule(error),
                      crm4e_error_field(error));
    else
        (void)fprintf(out, "ok %s", detail);
    assert_int_equal(fclose(out), 0);
    free(detail);
    return text;
}

int act_begin(const world *w, visitor *by, const act *what, FILE *out)
{
    (void)w, (void)what, (void)out;
    return crm4e_session_begin(by->session);
}

int act_commit(const world *w, visitor *by, const act *what, FILE *out)
{
    (void)w, (void)what, (void)out;
    return crm4e_session_commit(by->session);
}

int act_rollback(const world *w, visitor *by, const act *what, FILE *out)
{
    (void)w, (void)what, (void)out;
    return crm4e_session_rollback(by->session);
}

int act_apply(const world *w, visitor *by, const act *what, FILE *out)
{
    char *json = host_json(what->a);
    int rc = crm4e_org_apply(NULL, by->session, json, CRM4E_NUL_TERMINATED);

    (void)w, (void)out;
    free(json);
    return rc;
}

int act_list(const world *w, visitor *by, const act *what, FILE *out)
{
    crm4e_cursor *rows = NULL;
    int rc = crm4e_query_text(&rows, by->session, what->a);

    (void)w;
    while (rc >= 0 && (rc = crm4e_cursor_next(rows)) == CRM4E_ROW) {
        for (size_t i = 0; i < crm4e_cursor_columns(rows); i++) {
            const char *cell = crm4e_cursor_text(rows, i);

            (void)fprintf(out, "%s%s", i > 0 ? "|" : "", cell ? cell : "-");
        }
        (void)fputc(';', out);
    }
    crm4e_cursor_free(rows);
    return rc;
}

int act_count(const world *w, visitor *by, const act *what, FILE *out)
{
    crm4e_query *query = NULL;
    int64_t count = 0;
    int rc = crm4e_query_new(&query, by->session, what->a);

    (void)w;
    if (rc == CRM4E_OK && what->b)
        rc = crm4e_query_where(query, what->b);
    if (rc == CRM4E_OK)
        rc = crm4e_query_count(query, &count);
    crm4e_query_free(query);
    (void)fprintf(out, "%lld", (long long)count);
    return rc;
}

int act_chart(const world *w, visitor *by, const act *what, FILE *out)
{
    crm4e_chart *chart = NULL;
    int rc = crm4e_chart_new(&chart, by->session, what->a);

    (void)w;
    if (rc == CRM4E_OK)
        rc = crm4e_chart_group_by(chart, what->b, 0);
    if (rc == CRM4E_OK)
        rc = crm4e_chart_run(chart);
    for (size_t i = 0; rc == CRM4E_OK && i < crm4e_chart_buckets(chart); i++)
        (void)fprintf(out, "%s=%s;", crm4e_chart_label(chart, i, 0),
                      crm4e_chart_value(chart, i, 0));
    crm4e_chart_free(chart);
    return rc;
}

static int open_record(const world *w, visitor *by, const char *key, crm4e_record **record)
{
    size_t place = record_place(key);

    assert_true(place < WORLD_RECORDS);
    return crm4e_record_open(record, by->session, world_records[place].module, w->records[place]);
}

int act_get(const world *w, visitor *by, const act *what, FILE *out)
{
    crm4e_record *record = NULL;
    const char *value = NULL;
    int rc = open_record(w, by, what->a, &record);

    if (rc == CRM4E_OK)
        rc = crm4e_record_get_text(record, what->b, &value, NULL);
    if (rc >= 0)
        (void)fputs(value ? value : "-", out);
    crm4e_record_free(record);
    return rc;
}

int act_set(const world *w, visitor *by, const act *what, FILE *out)
{
    crm4e_record *record = NULL;
    int rc = open_record(w, by, what->a, &record);

    (void)out;
    if (rc == CRM4E_OK)
        rc = set_fields(record, what->b);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

int act_create(const world *w, visitor *by, const act *what, FILE *out)
{
    (void)w, (void)out;
    return create(by->session, what->a, what->b, 0, NULL);
}

int act_delete(const world *w, visitor *by, const act *what, FILE *out)
{
    size_t place = record_place(what->a);

    (void)out;
    assert_true(place < WORLD_RECORDS);
    return crm4e_record_delete(by->session, world_records[place].module, w->records[place], 0);
}

int act_give(const world *w, visitor *by, const act *what, FILE *out)
{
    crm4e_record *record = NULL;
    crm4e_id owner = 0;
    int rc = crm4e_user_find(by->session, what->b, &owner);

    (void)out;
    if (rc == CRM4E_OK)
        rc = open_record(w, by, what->a, &record);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_owner(record, owner);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

int act_keep(const world *w, visitor *by, const act *what, FILE *out)
{
    int rc;

    (void)out;
    crm4e_record_free(by->kept);
    by->kept = NULL;
    rc = open_record(w, by, what->a, &by->kept);
    by->version = rc == CRM4E_OK ? crm4e_record_version(by->kept) : 0;
    return rc;
}

int act_put(const world *w, visitor *by, const act *what, FILE *out)
{
    int rc = by->kept ? CRM4E_OK : open_record(w, by, what->a, &by->kept);

    (void)out;
    if (rc == CRM4E_OK)
        rc = crm4e_record_expect(by->kept, by->version);
    if (rc == CRM4E_OK)
        rc = set_fields(by->kept, what->b);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(by->kept);
    if (rc == CRM4E_OK) {
        /* it grows by one with every change: nobody else's was written over */
        assert_true(crm4e_record_version(by->kept) <= by->version + 1);
        by->version = crm4e_record_version(by->kept);
    }
    return rc;
}

int act_may(const world *w, visitor *by, const act *what, FILE *out)
{
    static const struct {
        const char *name;
        crm4e_action action;
    } actions[] = {
        {"view", CRM4E_ACTION_VIEW}, {"edit", CRM4E_ACTION_EDIT}, {"create", CRM4E_ACTION_CREATE}};
    const char *space = strchr(what->b, ' ');
    size_t length = space ? (size_t)(space - what->b) : strlen(what->b);
    size_t place = record_place(what->a);
    bool record = place < WORLD_RECORDS;

    (void)out;
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
        if (strncmp(actions[i].name, what->b, length) == 0)
            return crm4e_may(by->session, actions[i].action,
                             record ? world_records[place].module : what->a,
                             record ? w->records[place] : 0, space ? space + 1 : NULL);
    fail_msg("%s: no action of the world", what->b);
    return CRM4E_E_INVALID;
}

static int member(visitor *by, const act *what, crm4e_team_profile profile)
{
    crm4e_module *module = NULL;
    crm4e_id user = 0;
    int rc = crm4e_user_find(by->session, what->b, &user);

    if (rc == CRM4E_OK)
        rc = crm4e_module_open(&module, by->session, what->a);
    if (rc == CRM4E_OK)
        rc = profile ? crm4e_module_add_member(module, user, profile)
                     : crm4e_module_remove_member(module, user);
    crm4e_module_free(module);
    return rc;
}

int act_join(const world *w, visitor *by, const act *what, FILE *out)
{
    (void)w, (void)out;
    return member(by, what, CRM4E_TEAM_MEMBER);
}

int act_dismiss(const world *w, visitor *by, const act *what, FILE *out)
{
    (void)w, (void)out;
    return member(by, what, 0);
}

static void tell(visitor *v, const world *w, const act *what, FILE *out)
{
    int code;
    char *text = visitor_act(v, w, what, &code);

    host_ok(v->session, code);
    (void)fprintf(out, "%s\n", text);
    free(text);
}

char *world_state(const world *w)
{
    static const act looks[] = {
        {act_list, "select Last_Name, Company, Phone, City, Owner from Leads", NULL},
        {act_list, "select Name, Title, Owner from Documents", NULL},
    };
    static const char *const administrators[] = {ANA, ZOE};
    char *state = NULL;
    size_t size = 0, found = 0;
    FILE *out = open_memstream(&state, &size);

    assert_non_null(out);
    for (size_t i = 0; i < sizeof administrators / sizeof administrators[0]; i++) {
        crm4e_text *text = NULL;
        visitor v;

        visitor_open(&v, w, administrators[i], w->path[0] != '\0');
        if (v.opened == CRM4E_OK && crm4e_org_export(&text, v.session) == CRM4E_OK) {
            for (size_t k = 0; found == 0 && k < sizeof looks / sizeof looks[0]; k++)
                tell(&v, w, &looks[k], out);
            (void)fprintf(out, "%s: %s\n", administrators[i], crm4e_text_data(text));
            found++;
        }
        crm4e_text_free(text);
        visitor_close(&v);
    }
    assert_int_equal(fclose(out), 0);
    assert_true(found > 0);
    return state;
}
