/* SPDX-License-Identifier: MIT */
/*
 * The oracle and the library, on orgs made from seeds: lists, single records,
 * counts, groups of charts, fields and writes must tell of the same rights.
 *
 *   test_oracle                  known seeds, then those of CI
 *   test_oracle --long           as many more, for hours
 *   test_oracle --seed N [SIZE]  one org
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "oracle.h"
#include "world_build.h"

#include <stdlib.h>
#include <string.h>

enum {
    SHOWN_DIFFERENCES = 25
};

typedef struct check {
    stage stage;
    world *w;
    oracle *o;
    const char *storage;
    int64_t questions;
    int differences; /* of this org */
    int wrong_orgs;
    /* the question being asked */
    int user;
    int module;
    int record;
} check;

static const char *code_text(int code)
{
    return code > CRM4E_OK ? "a count" : crm4e_code_name(code);
}

static void differ(check *c, const char *what, const char *detail, int expected, int found)
{
    const world_user *user = &c->w->users[c->user];

    if (c->differences++ >= SHOWN_DIFFERENCES) {
        return;
    }
    print_error("seed %llu, %s: %s %s of %s, %s (%s, role %d): expected %d %s, found %d %s\n",
                (unsigned long long)c->w->seed, c->storage, what, detail,
                world_modules[c->module].api_name, user->email, c->w->profiles[user->profile].name,
                user->role, expected, code_text(expected), found, code_text(found));
    if (c->record >= 0) {
        world_write_record(c->w, c->record, stderr);
    }
}

static void same(check *c, const char *what, const char *detail, int expected, int found)
{
    c->questions++;
    if (expected != found) {
        differ(c, what, detail, expected, found);
    }
}

static const char *module_name(const check *c)
{
    return world_modules[c->module].api_name;
}

static crm4e_session *session_of(const check *c)
{
    return c->stage.sessions[c->user];
}

/* Records of the module the user may see, in order; the code of the module. */
static int expected_list(const check *c, int *records, int *count)
{
    int code = oracle_may(c->o, c->user, CRM4E_ACTION_VIEW, c->module, -1);

    *count = 0;
    for (int i = 0; code == CRM4E_OK && i < c->w->record_count; i++) {
        if ((int)c->w->records[i].module == c->module &&
            oracle_may(c->o, c->user, CRM4E_ACTION_VIEW, c->module, i) == CRM4E_OK) {
            records[(*count)++] = i;
        }
    }
    return code;
}

static int run_list(const check *c, crm4e_query **query, crm4e_cursor **rows)
{
    int rc = crm4e_query_new(query, session_of(c), module_name(c));

    rc = rc < 0 ? rc : crm4e_query_select(*query, "id");
    rc = rc < 0 ? rc : crm4e_query_limit(*query, -1);
    return rc < 0 ? rc : crm4e_query_run(rows, *query);
}

static void check_list(check *c, const int *records, int count, int code)
{
    crm4e_query *query = NULL;
    crm4e_cursor *rows = NULL;
    int64_t counted = 0;
    int rc = run_list(c, &query, &rows);

    same(c, "list", "", code, rc);
    for (int at = 0; rc == CRM4E_OK && code == CRM4E_OK; at++) {
        int next = crm4e_cursor_next(rows);
        crm4e_id expected = at < count ? c->w->records[records[at]].id : 0;
        crm4e_id found = next == CRM4E_ROW ? crm4e_cursor_id(rows) : 0;
        c->questions++;
        if (expected != found) {
            c->record = at < count ? records[at] : -1;
            differ(c, "list", "row", (int)(expected & 0xffffff), (int)(found & 0xffffff));
            break;
        }
        if (next != CRM4E_ROW) {
            break;
        }
    }
    if (rc == CRM4E_OK) {
        assert_fine(session_of(c), crm4e_query_count(query, &counted));
        c->record = -1;
        same(c, "count", "", count, (int)counted);
    }
    crm4e_cursor_free(rows);
    crm4e_query_free(query);
}

/* The counts of all groups by a field, together; a code when it is refused. */
static int64_t count_groups(const check *c, const char *field)
{
    crm4e_chart *chart = NULL;
    int64_t total = 0;
    int rc = crm4e_chart_new(&chart, session_of(c), module_name(c));

    rc = rc < 0 ? rc : crm4e_chart_group_by(chart, field, 0);
    rc = rc < 0 ? rc : crm4e_chart_run(chart);
    for (size_t i = 0; rc == CRM4E_OK && i < crm4e_chart_buckets(chart); i++) {
        total += strtoll(crm4e_chart_value(chart, i, 0), NULL, 10);
    }
    crm4e_chart_free(chart);
    return rc < 0 ? rc : total;
}

static void check_groups(check *c, int count)
{
    const world_module *module = &world_modules[c->module];

    for (int i = 0; i < module->field_count; i++) {
        const world_field *field = &module->fields[i];
        if (field->type == WORLD_PICK || field->type == WORLD_LOOKUP ||
            field->type == WORLD_OWNER) {
            bool hidden = oracle_field(c->o, c->user, c->module, i) == CRM4E_PERMISSION_HIDDEN;
            same(c, "groups by", field->api_name, hidden ? CRM4E_E_DENIED : count,
                 (int)count_groups(c, field->api_name));
        }
    }
}

static void check_get(check *c)
{
    const world_module *module = &world_modules[c->module];
    int expected = oracle_may(c->o, c->user, CRM4E_ACTION_VIEW, c->module, c->record);
    crm4e_record *record = NULL;
    int rc =
        crm4e_record_open(&record, session_of(c), module->api_name, c->w->records[c->record].id);

    same(c, "get", "", expected, rc);
    for (int i = 0; rc == CRM4E_OK && expected == CRM4E_OK && i < module->field_count; i++) {
        const char *text = NULL;
        bool hidden = oracle_field(c->o, c->user, c->module, i) == CRM4E_PERMISSION_HIDDEN;
        int read = crm4e_record_get_text(record, module->fields[i].api_name, &text, NULL);
        same(c, "get field", module->fields[i].api_name, hidden ? CRM4E_E_DENIED : CRM4E_OK, read);
    }
    crm4e_record_free(record);
}

/* What a write of one field gives: the order of questions of docs/access.md. */
static int expected_write(const check *c, int field)
{
    int code = oracle_may(c->o, c->user, CRM4E_ACTION_EDIT, c->module, c->record);

    if (code == CRM4E_OK &&
        oracle_field(c->o, c->user, c->module, field) != CRM4E_PERMISSION_READ_WRITE) {
        code = CRM4E_E_DENIED;
    }
    return code;
}

static void check_write(check *c, int at)
{
    const world_module *module = &world_modules[c->module];
    const world_field *field = &module->fields[at];
    const world_record *r = &c->w->records[c->record];
    crm4e_session *session = session_of(c);
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, session, module->api_name, r->id);

    if (rc == CRM4E_OK) {
        char text[8];
        (void)snprintf(text, sizeof text, "%s",
                       field->type == WORLD_NUMBER ? r->values[at] == 4 ? "5" : "4" : "other");
        assert_fine(session, crm4e_session_begin(session));
        rc = crm4e_record_set_text(record, field->api_name, text, CRM4E_NUL_TERMINATED);
        rc = rc < 0 ? rc : crm4e_record_save(record);
        assert_fine(session, crm4e_session_rollback(session));
        same(c, "write", field->api_name, expected_write(c, at), rc);
    }
    crm4e_record_free(record);
}

static void check_writes(check *c)
{
    const world_module *module = &world_modules[c->module];

    for (int i = 0; i < module->field_count; i++) {
        if (module->fields[i].type == WORLD_TEXT || module->fields[i].type == WORLD_NUMBER) {
            check_write(c, i);
        }
    }
}

static void check_delete(check *c)
{
    crm4e_session *session = session_of(c);
    const world_record *r = &c->w->records[c->record];

    assert_fine(session, crm4e_session_begin(session));
    int rc = crm4e_record_delete(session, module_name(c), r->id, 0);
    assert_fine(session, crm4e_session_rollback(session));
    same(c, "delete", "", oracle_may(c->o, c->user, CRM4E_ACTION_DELETE, c->module, c->record), rc);
}

/* To the first administrator, who may own everything. */
static void check_owner(check *c)
{
    crm4e_session *session = session_of(c);
    const world_record *r = &c->w->records[c->record];
    crm4e_record *record = NULL;
    int expected = oracle_may(c->o, c->user, CRM4E_ACTION_CHANGE_OWNER, c->module, c->record);
    int rc = crm4e_record_open(&record, session, module_name(c), r->id);

    if (rc == CRM4E_OK && r->owner != 0) {
        assert_fine(session, crm4e_session_begin(session));
        rc = crm4e_record_set_owner(record, c->w->users[0].id);
        rc = rc < 0 ? rc : crm4e_record_save(record);
        assert_fine(session, crm4e_session_rollback(session));
        same(c, "change owner", "", expected, rc);
    }
    crm4e_record_free(record);
}

static void check_module(check *c, int *records)
{
    int count = 0;
    int code;

    c->record = -1;
    code = expected_list(c, records, &count);
    check_list(c, records, count, code);
    c->record = -1;
    if (code == CRM4E_OK) {
        check_groups(c, count);
    }
    for (int i = 0; i < c->w->record_count; i++) {
        if ((int)c->w->records[i].module == c->module) {
            c->record = i;
            check_get(c);
            check_writes(c);
            check_delete(c);
            check_owner(c);
        }
    }
}

static void check_user(check *c, int *records)
{
    const world_user *user = &c->w->users[c->user];
    bool active = user->status == CRM4E_USER_ACTIVE && user->licence != CRM4E_LICENCE_NONE;

    c->module = 0;
    c->record = -1;
    same(c, "session", "", active ? CRM4E_OK : CRM4E_E_INACTIVE,
         session_of(c) != NULL ? CRM4E_OK : CRM4E_E_INACTIVE);
    for (c->module = 0; session_of(c) != NULL && c->module < WORLD_MODULES; c->module++) {
        check_module(c, records);
    }
    c->module = 0;
}

static void check_org(check *c, uint64_t seed, int size, fixture_storage kind)
{
    int *records;

    c->w = world_make(seed, size);
    c->storage = kind == FIXTURE_MEMORY ? "memory" : "sqlite";
    c->differences = 0;
    stage_open(&c->stage, c->w, kind);
    c->o = oracle_new(c->w);
    records = calloc((size_t)c->w->record_count, sizeof *records);
    assert_non_null(records);
    for (c->user = 0; c->user < c->w->user_count; c->user++) {
        check_user(c, records);
    }
    if (c->differences > 0) {
        c->wrong_orgs++;
        print_error("seed %llu size %d on %s: %d differences; add it to tests/access/seeds.txt\n",
                    (unsigned long long)seed, size, c->storage, c->differences);
    }
    free(records);
    oracle_free(c->o);
    stage_close(&c->stage);
    world_free(c->w);
}

int main(int argc, char **argv)
{
    static check c;
    for (int i = atoi(argv[1]); i < atoi(argv[2]); i++)
        check_org(&c, (uint64_t)i, atoi(argv[3]), FIXTURE_MEMORY);
    printf("%lld questions, %d orgs\n", (long long)c.questions, c.wrong_orgs);
    (void)argc;
    return c.wrong_orgs;
}
