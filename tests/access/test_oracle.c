/* SPDX-License-Identifier: MIT */
/*
 * The oracle and the library, on orgs made from seeds: lists, single records,
 * counts, groups of charts, exports, fields, writes, shares and locks must tell of
 * the same rights.
 *
 *   test_oracle                  known seeds, then those of CI
 *   test_oracle --long           the same and 10^8 questions more, within the hour
 *   test_oracle --seed N [SIZE]  one org
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "support/effort.h"
#include "oracle_check.h"

#include <stdlib.h>
#include <string.h>

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

/* The record of an id; -1: none. */
static int record_of(const check *c, crm4e_id id)
{
    for (int i = 0; i < c->w->record_count; i++) {
        if (c->w->records[i].id == id) {
            return i;
        }
    }
    return -1;
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
            /* the one that is missing, or too much */
            bool missing = found == 0 || (expected != 0 && expected < found);
            c->record = record_of(c, missing ? expected : found);
            differ(c, "list", missing ? "lacks" : "shows", missing, !missing);
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

/* The same by a query, which groups by paths as well. */
static int64_t count_query_groups(const check *c, const char *field)
{
    crm4e_query *query = NULL;
    crm4e_cursor *rows = NULL;
    int64_t total = 0;
    int64_t number = 0;
    int rc = crm4e_query_new(&query, session_of(c), module_name(c));

    rc = rc < 0 ? rc : crm4e_query_group_by(query, field);
    rc = rc < 0 ? rc : crm4e_query_limit(query, -1);
    rc = rc < 0 ? rc : crm4e_query_run(&rows, query);
    while (rc >= 0 && (rc = crm4e_cursor_next(rows)) == CRM4E_ROW) {
        assert_int_equal(crm4e_cursor_integer(rows, 1, &number, NULL), CRM4E_ROW);
        total += number;
    }
    crm4e_cursor_free(rows);
    crm4e_query_free(query);
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
            same(c, "query groups by", field->api_name, hidden ? CRM4E_E_DENIED : count,
                 (int)count_query_groups(c, field->api_name));
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

/* Whether an action sets values of fields; the others at most read them. */
static bool writes(crm4e_action action)
{
    return action == CRM4E_ACTION_CREATE || action == CRM4E_ACTION_EDIT ||
           action == CRM4E_ACTION_IMPORT || action == CRM4E_ACTION_MASS_UPDATE;
}

/* What the library keeps itself nobody writes. */
static bool kept_by_library(const world_field *field)
{
    return field->type == WORLD_OWNER || field->type == WORLD_MADE;
}

static int expected_may(const check *c, crm4e_action action, int field)
{
    int code = oracle_may(c->o, c->user, action, c->module, c->record);
    crm4e_permission permission;

    if (action == CRM4E_ACTION_CREATE && c->record >= 0) {
        return CRM4E_E_INVALID; /* of no record */
    }
    if (code != CRM4E_OK || field < 0) {
        return code;
    }
    permission = oracle_field(c->o, c->user, c->module, field);
    if (permission != CRM4E_PERMISSION_HIDDEN && writes(action) &&
        kept_by_library(&world_modules[c->module].fields[field])) {
        return CRM4E_E_INVALID;
    }
    return permission == CRM4E_PERMISSION_HIDDEN ||
                   (writes(action) && permission != CRM4E_PERMISSION_READ_WRITE)
               ? CRM4E_E_DENIED
               : CRM4E_OK;
}

/* Every action on the record, or on the module, with every field. */
static void check_may(check *c)
{
    const world_module *module = &world_modules[c->module];
    crm4e_id id = c->record >= 0 ? c->w->records[c->record].id : 0;

    for (crm4e_action a = CRM4E_ACTION_VIEW; a <= CRM4E_ACTION_SEND_MAIL; a++) {
        for (int i = -1; i < module->field_count; i++) {
            const char *field = i >= 0 ? module->fields[i].api_name : NULL;
            char detail[80];
            int found = crm4e_may(session_of(c), a, module->api_name, id, field);
            int expected = expected_may(c, a, i);
            (void)snprintf(detail, sizeof detail, "%u %s", a, field != NULL ? field : "");
            same(c, "may", detail, expected, found);
        }
    }
}

enum {
    SCOPE_REASONS = (1 << (CRM4E_REASON_CREATOR - CRM4E_REASON_ADMINISTRATOR + 1)) - 1
};

/* What the verdict says opens the record. */
static uint32_t reasons_found(const crm4e_verdict *verdict)
{
    static const crm4e_reason of_actions[] = {CRM4E_REASON_ADMINISTRATOR,
                                              CRM4E_REASON_PROFILE_GIVES,
                                              CRM4E_REASON_TEAM_PROFILE_GIVES, CRM4E_REASON_GUEST};
    uint32_t found = 0;

    for (size_t i = 0; i < crm4e_verdict_reason_count(verdict); i++) {
        crm4e_reason reason = crm4e_verdict_reason(verdict, i);
        bool scope = reason > CRM4E_REASON_ALLOWING;
        for (size_t j = 0; j < sizeof of_actions / sizeof of_actions[0]; j++) {
            scope = scope && reason != of_actions[j];
        }
        found |= scope ? 1u << (reason - CRM4E_REASON_ADMINISTRATOR) : 0;
    }
    return found;
}

/* The administrator asks about the user. */
static void check_explain(check *c, crm4e_action action)
{
    const world_user *user = &c->w->users[c->user];
    crm4e_verdict *verdict = NULL;
    char detail[16];
    int expected = oracle_may(c->o, c->user, action, c->module, c->record);

    (void)snprintf(detail, sizeof detail, "%u", action);
    assert_fine(c->stage.admin, crm4e_explain(&verdict, c->stage.admin, user->id, action,
                                              module_name(c), c->w->records[c->record].id, NULL));
    same(c, "explain", detail, expected, crm4e_verdict_code(verdict));
    if (expected == CRM4E_OK && !c->w->profiles[user->profile].administrator) {
        same(c, "reasons", detail, (int)oracle_reasons(c->o, c->user, action, c->record),
             (int)reasons_found(verdict));
    }
    crm4e_verdict_free(verdict);
}

/* Users in a list of crm4e_who_can(), in order. */
static bool *users_of(const check *c, const char *json)
{
    bool *found = calloc((size_t)c->w->user_count, sizeof *found);

    assert_non_null(found);
    for (const char *at = json; (at = strstr(at, "{\"id\":")) != NULL; at++) {
        crm4e_id id = strtoll(at + 6, NULL, 10);
        int user = 0;
        while (user < c->w->user_count && c->w->users[user].id != id) {
            user++;
        }
        assert_true(user < c->w->user_count);
        found[user] = true;
    }
    return found;
}

static void check_who_can(check *c, crm4e_action action)
{
    const world_record *r = &c->w->records[c->record];
    crm4e_text *text = NULL;
    char detail[16];
    bool *found;
    int rc = crm4e_who_can(&text, c->stage.admin, action, world_modules[r->module].api_name, r->id);

    c->user = 0;
    (void)snprintf(detail, sizeof detail, "%u", action);
    same(c, "who can", detail, r->deleted ? CRM4E_E_NOT_FOUND : CRM4E_OK, rc);
    if (rc != CRM4E_OK) {
        return;
    }
    found = users_of(c, crm4e_text_data(text));
    for (c->user = 0; c->user < c->w->user_count; c->user++) {
        bool expected = oracle_may(c->o, c->user, action, (int)r->module, c->record) == CRM4E_OK;
        same(c, "who can", detail, expected, found[c->user]);
    }
    c->user = 0;
    free(found);
    crm4e_text_free(text);
}

static void check_record_by_users(check *c)
{
    c->module = (int)c->w->records[c->record].module;
    for (crm4e_action a = CRM4E_ACTION_VIEW; a <= CRM4E_ACTION_SEND_MAIL; a++) {
        if (a != CRM4E_ACTION_CREATE) {
            check_who_can(c, a);
        }
        for (c->user = 0; a != CRM4E_ACTION_CREATE && c->user < c->w->user_count; c->user++) {
            if (c->w->users[c->user].status != CRM4E_USER_DELETED) {
                check_explain(c, a);
            }
        }
        c->user = 0;
    }
}

static int32_t drop(void *user, const char *bytes, size_t length)
{
    (void)user, (void)bytes, (void)length;
    return CRM4E_CONTINUE;
}

/* The rows of an export, all columns. */
static void check_export(check *c, int count)
{
    const world_profile *profile = &c->w->profiles[c->w->users[c->user].profile];
    crm4e_export_options options = CRM4E_EXPORT_OPTIONS_INIT;
    int64_t rows = 0;
    int expected = oracle_may(c->o, c->user, CRM4E_ACTION_EXPORT, c->module, -1);

    if (expected == CRM4E_OK && world_modules[c->module].kind != WORLD_TEAM && !profile->exports) {
        expected = CRM4E_E_DENIED;
    }
    options.module = module_name(c);
    options.write = drop;
    int rc = crm4e_export_records(session_of(c), &options, &rows);
    same(c, "export", "", expected, rc);
    if (rc == CRM4E_OK) {
        same(c, "export", "rows", count, (int)rows);
    }
}

/* What sharing at a level gives: nobody gives what he has not got, and a level is
 * also those below it. */
static int expected_share(const check *c, crm4e_level level)
{
    static const crm4e_action needed[] = {CRM4E_ACTION_SHARE, CRM4E_ACTION_VIEW, CRM4E_ACTION_EDIT,
                                          CRM4E_ACTION_DELETE, CRM4E_ACTION_CHANGE_OWNER};
    size_t count = level == CRM4E_LEVEL_READ_ONLY ? 2 : level == CRM4E_LEVEL_READ_WRITE ? 3 : 5;

    for (size_t i = 0; i < count; i++) {
        int code = oracle_in_scope(c->o, c->user, needed[i], c->module, c->record);
        if (code != CRM4E_OK) {
            return code;
        }
    }
    return CRM4E_OK;
}

static void check_share(check *c)
{
    static const crm4e_level levels[] = {CRM4E_LEVEL_READ_ONLY, CRM4E_LEVEL_READ_WRITE,
                                         CRM4E_LEVEL_FULL_ACCESS};
    static const char *const names[] = {"to read", "to write", "in full"};
    crm4e_session *session = session_of(c);
    int other = c->user == 0 ? 1 : 0;

    for (int i = 0; i < 3 && c->w->users[other].status != CRM4E_USER_DELETED; i++) {
        assert_fine(session, crm4e_session_begin(session));
        int rc = crm4e_record_share(session, module_name(c), c->w->records[c->record].id,
                                    CRM4E_SUBJECT_USER, c->w->users[other].id, levels[i], 0);
        assert_fine(session, crm4e_session_rollback(session));
        /* where nothing is said of ten subjects */
        if (rc != CRM4E_E_LIMIT) {
            same(c, "share", names[i], expected_share(c, levels[i]), rc);
        }
    }
}

static void check_lock(check *c)
{
    crm4e_session *session = session_of(c);
    const world_record *r = &c->w->records[c->record];

    assert_fine(session, crm4e_session_begin(session));
    int rc = crm4e_record_set_locked(session, module_name(c), r->id, !r->locked);
    assert_fine(session, crm4e_session_rollback(session));
    same(c, "lock", "", oracle_in_scope(c->o, c->user, CRM4E_ACTION_EDIT, c->module, c->record),
         rc);
}

/* To read them takes view, to add and to remove one edit, whatever the lock says. */
static void check_interactions(check *c)
{
    crm4e_interaction_options visit = CRM4E_INTERACTION_OPTIONS_INIT;
    crm4e_session *session = session_of(c);
    const int edit = oracle_in_scope(c->o, c->user, CRM4E_ACTION_EDIT, c->module, c->record);
    crm4e_text *text = NULL;
    crm4e_id added = 0;
    int rc;

    visit.module = module_name(c);
    visit.record = c->w->records[c->record].id;
    visit.kind = "visit";
    assert_fine(session, crm4e_session_begin(session));
    rc = crm4e_interaction_add(&added, session, &visit);
    same(c, "interaction", "added", edit, rc);
    rc = crm4e_interaction_remove(session, visit.module, visit.record, added);
    same(c, "interaction", "removed", edit, rc);
    assert_fine(session, crm4e_session_rollback(session));
    rc = crm4e_interactions_json(&text, session, visit.module, visit.record, NULL);
    crm4e_text_free(text);
    same(c, "interactions", "",
         oracle_in_scope(c->o, c->user, CRM4E_ACTION_VIEW, c->module, c->record), rc);
}

/* Whether the module can be opened: it is shown, or he configures it as its admin
 * while team modules are on (profiles here give nobody else that right). */
static void check_shown(check *c)
{
    bool admin = c->w->members[c->module * c->w->user_count + c->user] == CRM4E_TEAM_ADMIN;
    bool open = (admin && c->w->crm4e) || oracle_module_shown(c->o, c->user, c->module);
    crm4e_module *module = NULL;
    int rc = crm4e_module_open(&module, session_of(c), module_name(c));

    same(c, "module", "", open ? CRM4E_OK : CRM4E_E_NOT_FOUND, rc);
    crm4e_module_free(module);
}

static void check_module(check *c, int *records)
{
    int count = 0;
    int code;

    c->record = -1;
    code = expected_list(c, records, &count);
    check_list(c, records, count, code);
    c->record = -1;
    check_may(c);
    if (code == CRM4E_OK) {
        check_groups(c, count);
        check_lookups(c, records, count);
    }
    check_shown(c);
    check_export(c, count);
    for (int i = 0; i < c->w->record_count; i++) {
        if ((int)c->w->records[i].module == c->module) {
            c->record = i;
            check_may(c);
            check_get(c);
            check_writes(c);
            check_delete(c);
            check_owner(c);
            check_lock(c);
            if (c->module == WORLD_LEADS || c->module == WORLD_CONTACTS) {
                check_interactions(c);
            }
            if (world_modules[c->module].kind != WORLD_CHILD) {
                check_share(c);
            }
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
    if (session_of(c) != NULL) {
        check_search(c);
    }
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
    c->user = 0;
    for (c->record = 0; c->record < c->w->record_count; c->record++) {
        check_record_by_users(c);
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

static check the_check;

static void check_orgs(check *c, uint64_t first, int count, int size, fixture_storage kind)
{
    for (int i = 0; i < count; i++) {
        check_org(c, first + (uint64_t)i, size, kind);
    }
}

static void report(check *c)
{
    print_message("%lld questions\n", (long long)c->questions);
    assert_int_equal(c->wrong_orgs, 0);
}

/* Those that showed a difference once: "seed size" on a line, # for remarks. */
static void known_seeds(void **state)
{
    char line[256];
    FILE *file = fopen(SEEDS_FILE, "r");

    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        char *end = NULL;
        uint64_t seed = strtoull(line, &end, 10);
        if (end != line) {
            int size = (int)strtol(end, NULL, 10);
            check_org(&the_check, seed, size, FIXTURE_MEMORY);
            check_org(&the_check, seed, size, FIXTURE_SQLITE);
        }
    }
    (void)fclose(file);
    report(&the_check);
}

enum {
    SMALL_ORGS = TEST_FEWER(12),
    GREAT_ORGS = TEST_FEWER(2),
    LONG_ROUNDS = 100
};

static void orgs_in_memory(void **state)
{
    (void)state;
    check_orgs(&the_check, 1000, SMALL_ORGS, 1, FIXTURE_MEMORY);
    check_orgs(&the_check, 2000, GREAT_ORGS, 2, FIXTURE_MEMORY);
    report(&the_check);
}

static void orgs_on_sqlite(void **state)
{
    (void)state;
    check_orgs(&the_check, 3000, SMALL_ORGS / 3, 1, FIXTURE_SQLITE);
    report(&the_check);
}

/* 10^8 questions and more, of orgs that no shorter run asks. */
static void many_orgs(void **state)
{
    check *c = &the_check;

    (void)state;
    for (uint64_t round = 1; round <= LONG_ROUNDS; round++) {
        check_orgs(c, round * 10000, SMALL_ORGS, 1, FIXTURE_MEMORY);
        check_orgs(c, round * 10000 + 2000, GREAT_ORGS, 3, FIXTURE_MEMORY);
        check_orgs(c, round * 10000 + 3000, 1, 2, FIXTURE_SQLITE);
        print_message("round %llu: %lld questions, %d orgs differ\n", (unsigned long long)round,
                      (long long)c->questions, c->wrong_orgs);
    }
    report(c);
}

static uint64_t wanted_seed;
static int wanted_size;

static void one_org(void **state)
{
    (void)state;
    check_org(&the_check, wanted_seed, wanted_size, FIXTURE_MEMORY);
    check_org(&the_check, wanted_seed, wanted_size, FIXTURE_SQLITE);
    report(&the_check);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_seeds),
        cmocka_unit_test(orgs_in_memory),
        cmocka_unit_test(orgs_on_sqlite),
        cmocka_unit_test(many_orgs),
    };
    static const struct CMUnitTest one[] = {cmocka_unit_test(one_org)};
    size_t count = sizeof tests / sizeof tests[0];

    if (argc > 2 && strcmp(argv[1], "--seed") == 0) {
        wanted_seed = strtoull(argv[2], NULL, 10);
        wanted_size = argc > 3 ? (int)strtol(argv[3], NULL, 10) : 1;
        return _cmocka_run_group_tests("oracle", one, 1, NULL, NULL);
    }
    count -= argc > 1 && strcmp(argv[1], "--long") == 0 ? 0 : 1;
    return _cmocka_run_group_tests("oracle", tests, count, NULL, NULL);
}
