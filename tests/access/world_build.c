/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "world_build.h"

#include <stdlib.h>
#include <string.h>

#include "model/schema.h"
#include "model/standard.h"
#include "record/query.h"

static const char *const action_names[] = {
    NULL,          "view",        "create",       "edit",  "delete",  "import",       "export",
    "mass_update", "mass_delete", "change_owner", "share", "convert", "manage_views", "send_mail"};
static const char *const permission_names[] = {NULL, "read_write", "read_only", "hidden"};
static const char *const team_names[] = {NULL,     "admin",       "manager",
                                         "member", "participant", "requester"};

void assert_fine(crm4e_session *session, int rc)
{
    if (rc != CRM4E_OK) {
        const crm4e_error *error = crm4e_session_error(session);
        print_error("%s: %s (%s.%s)\n", crm4e_code_name(rc), crm4e_error_message(error),
                    crm4e_error_module(error), crm4e_error_field(error));
    }
    assert_int_equal(rc, CRM4E_OK);
}

/* A document being written. */
typedef struct paper {
    FILE *out;
    char *text;
    size_t length;
} paper;

static void paper_open(paper *p)
{
    p->out = open_memstream(&p->text, &p->length);
    assert_non_null(p->out);
}

static void paper_apply(paper *p, crm4e_session *session)
{
    (void)fclose(p->out);
    int rc = crm4e_org_apply(NULL, session, p->text, p->length);
    if (rc != CRM4E_OK) {
        print_error("%s\n", p->text);
    }
    assert_fine(session, rc);
    free(p->text);
}

static void write_actions(FILE *out, uint32_t actions)
{
    const char *comma = "";

    (void)fputs("[", out);
    for (int a = CRM4E_ACTION_VIEW; a <= CRM4E_ACTION_SEND_MAIL; a++) {
        if ((actions & 1u << a) != 0) {
            (void)fprintf(out, "%s\"%s\"", comma, action_names[a]);
            comma = ",";
        }
    }
    (void)fputs("]", out);
}

/* The entries there are; whether there were any. */
static void write_fields(FILE *out, const world_module *module, const uint8_t *permissions)
{
    const char *comma = "";

    (void)fputs("{", out);
    for (int i = 0; i < module->field_count; i++) {
        if (permissions[i] != 0) {
            (void)fprintf(out, "%s\"%s\":\"%s\"", comma, module->fields[i].api_name,
                          permission_names[permissions[i]]);
            comma = ",";
        }
    }
    (void)fputs("}", out);
}

static void write_field(const world_field *field, FILE *out)
{
    static const char *const types[] = {
        [WORLD_NUMBER] = "integer", [WORLD_PICK] = "picklist", [WORLD_LOOKUP] = "lookup"};
    (void)fprintf(out, "{\"api_name\":\"%s\",\"type\":\"%s\"", field->api_name, types[field->type]);
    if (field->type == WORLD_PICK) {
        (void)fprintf(out, ",\"options\":[\"%s\",\"%s\",\"%s\"]", field->options[0],
                      field->options[1], field->options[2]);
    }
    for (int m = 0; field->type == WORLD_LOOKUP && m < WORLD_MODULES; m++) {
        if (field->targets == 1u << m) {
            (void)fprintf(out, ",\"target\":\"%s\"", world_modules[m].api_name);
        }
    }
    (void)fputs("}", out);
}

static void write_module(const world *w, int m, FILE *out)
{
    const world_module *module = &world_modules[m];
    const char *comma = "";

    (void)fprintf(out, "{\"api_name\":\"%s\",\"team\":%s,\"fields\":[", module->api_name,
                  module->kind == WORLD_TEAM ? "true" : "false");
    for (int i = 0; i < module->field_count; i++) {
        if (module->fields[i].custom) {
            (void)fputs(comma, out);
            write_field(&module->fields[i], out);
            comma = ",";
        }
    }
    (void)fputs("]", out);
    comma = ",\"members\":[";
    for (int u = 0; u < w->user_count; u++) {
        int profile = w->joined[m * w->user_count + u];
        if (profile != 0) {
            (void)fprintf(out, "%s{\"user\":\"%s\",\"profile\":\"%s\"}", comma, w->users[u].email,
                          team_names[profile]);
            comma = ",";
        }
    }
    (void)fputs(module->kind == WORLD_TEAM ? "]}" : "}", out);
}

/* While records are made everybody may do everything. */
static void write_users(const world *w, FILE *out)
{
    (void)fputs("],\"users\":[", out);
    for (int u = 0; u < w->user_count; u++) {
        const world_user *user = &w->users[u];
        bool team = user->licence == CRM4E_LICENCE_TEAM;
        (void)fprintf(out, "%s{\"email\":\"%s\"", u > 0 ? "," : "", user->email);
        if (u > 0) {
            (void)fprintf(out, ",\"role\":\"%s\",\"licence\":\"%s\",\"profile\":\"%s\"",
                          w->roles[user->role].name, team ? "team" : "crm",
                          team ? "Team User" : "Standard");
        }
        if (user->reports_to >= 0) {
            (void)fprintf(out, ",\"reporting_to\":\"%s\"", w->users[user->reports_to].email);
        }
        (void)fputs("}", out);
    }
}

static void apply_people(const world *w, crm4e_session *session)
{
    paper p;
    const char *comma = "";

    paper_open(&p);
    (void)fprintf(p.out,
                  "{\"crm4e\":1,\"org\":{\"edition\":\"ultimate\",\"crm_licences\":200000,"
                  "\"team_licences\":1000,\"hierarchy\":\"%s\",\"crm4e\":true},\"roles\":[",
                  w->hierarchy == CRM4E_HIERARCHY_ROLE ? "role" : "reporting_to");
    for (int i = 1; i < w->role_count; i++) {
        const world_role *role = &w->roles[i];
        (void)fprintf(p.out, "%s{\"name\":\"%s\",\"parent\":\"%s\",\"share_with_peers\":%s}", comma,
                      role->name, w->roles[role->parent].name, role->peers ? "true" : "false");
        comma = ",";
    }
    write_users(w, p.out);
    (void)fputs("],\"spaces\":[{\"name\":\"Office\"}],\"modules\":[", p.out);
    comma = "";
    for (int m = 0; m < WORLD_MODULES; m++) {
        if (world_modules[m].custom) {
            (void)fputs(comma, p.out);
            write_module(w, m, p.out);
            comma = ",";
        }
    }
    (void)fputs("]}", p.out);
    paper_apply(&p, session);
}

static void write_profile(const world_profile *profile, FILE *out)
{
    (void)fprintf(out, "{\"name\":\"%s\",\"clone_of\":\"%s\"%s,\"modules\":{\"*\":", profile->name,
                  profile->for_team ? "Team User" : "Standard",
                  profile->for_team  ? ""
                  : profile->exports ? ",\"admin\":[\"import\",\"export\"]"
                                     : ",\"admin\":[\"import\"]");
    write_actions(out, profile->everything);
    for (int m = 0; m < WORLD_MODULES; m++) {
        if (profile->listed[m]) {
            (void)fprintf(out, ",\"%s\":", world_modules[m].api_name);
            write_actions(out, profile->actions[m]);
        }
    }
    (void)fputs("},\"fields\":", out);
    const char *comma = "{";
    for (int m = 0; m < WORLD_MODULES; m++) {
        if (world_modules[m].kind != WORLD_TEAM) {
            (void)fprintf(out, "%s\"%s\":", comma, world_modules[m].api_name);
            write_fields(out, &world_modules[m], profile->fields[m]);
            comma = ",";
        }
    }
    (void)fputs("}}", out);
}

static void write_team(const world *w, int m, FILE *out)
{
    (void)fputs(",\"permissions\":", out);
    for (int p = CRM4E_TEAM_ADMIN; p <= CRM4E_TEAM_REQUESTER; p++) {
        (void)fprintf(out, "%s\"%s\":{\"actions\":", p == CRM4E_TEAM_ADMIN ? "{" : ",",
                      team_names[p]);
        write_actions(out, w->teams[m].actions[p]);
        (void)fputs(",\"fields\":", out);
        write_fields(out, &world_modules[m], w->teams[m].fields[p]);
        (void)fputs("}", out);
    }
    (void)fputs("}", out);
}

static void write_restrictions(const world *w, FILE *out)
{
    static const char *const defaults[] = {NULL, "private", "public_read_only", "public_read_write",
                                           "public_read_write_delete"};
    for (int m = 0; m < WORLD_MODULES; m++) {
        (void)fprintf(out, "%s{\"api_name\":\"%s\"", m > 0 ? "," : "", world_modules[m].api_name);
        if (world_modules[m].kind == WORLD_TEAM) {
            write_team(w, m, out);
        } else {
            (void)fprintf(out, ",\"org_default\":\"%s\"", defaults[w->defaults[m]]);
        }
        (void)fputs(m == WORLD_VAULT && w->hidden[m] ? ",\"hidden\":true}" : "}", out);
    }
}

static void apply_rights(const world *w, crm4e_session *session)
{
    static const char *const statuses[] = {NULL, "active", "inactive", "deleted"};
    paper p;

    paper_open(&p);
    (void)fprintf(p.out, "{\"crm4e\":1,\"org\":{\"crm4e\":%s},\"profiles\":[",
                  w->crm4e ? "true" : "false");
    for (int i = 3; i < w->profile_count; i++) {
        (void)fputs(i > 3 ? "," : "", p.out);
        write_profile(&w->profiles[i], p.out);
    }
    (void)fputs("],\"modules\":[", p.out);
    write_restrictions(w, p.out);
    (void)fputs("],\"users\":[", p.out);
    for (int u = 1; u < w->user_count; u++) {
        const world_user *user = &w->users[u];
        (void)fprintf(p.out, "%s{\"email\":\"%s\",\"profile\":\"%s\",\"status\":\"%s\"%s}",
                      u > 1 ? "," : "", user->email, w->profiles[user->profile].name,
                      statuses[user->status],
                      user->licence == CRM4E_LICENCE_NONE ? ",\"licence\":\"none\"" : "");
    }
    (void)fputs("]}", p.out);
    paper_apply(&p, session);
}

static void find_users(world *w, stage *s)
{
    w->users[0].id = crm4e_session_user(s->admin);
    for (int u = 1; u < w->user_count; u++) {
        assert_fine(s->admin, crm4e_user_find(s->admin, w->users[u].email, &w->users[u].id));
    }
}

void put_value(const world *w, crm4e_session *session, crm4e_record *record,
               const world_field *field, int value)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    assert_non_null(out);
    if (value >= 0) {
        world_write_value(w, field, value, out);
    }
    (void)fclose(out);
    assert_fine(session, crm4e_record_set_text(record, field->api_name, text, length));
    free(text);
}

/* What somebody else creates gets its lookups from the administrator: the creator
 * may not see where they point. */
static void create_record(world *w, stage *s, world_record *r, crm4e_session *session)
{
    const world_module *module = &world_modules[r->module];
    crm4e_record *record = NULL;

    assert_fine(session, crm4e_record_new(&record, session, module->api_name));
    for (int i = 0; i < module->field_count; i++) {
        const world_field *field = &module->fields[i];
        bool later = session != s->admin && field->type == WORLD_LOOKUP && !field->must;
        if (field->type != WORLD_OWNER && r->values[i] >= 0 && !later) {
            put_value(w, session, record, field, r->values[i]);
        }
    }
    if (session == s->admin) {
        assert_fine(session, crm4e_record_set_owner(record, w->users[r->owner].id));
    }
    assert_fine(session, crm4e_record_save(record));
    r->id = crm4e_record_id(record);
    crm4e_record_free(record);
}

static void complete_record(const world *w, stage *s, const world_record *r)
{
    const world_module *module = &world_modules[r->module];
    crm4e_record *record = NULL;

    assert_fine(s->admin, crm4e_record_open(&record, s->admin, module->api_name, r->id));
    for (int i = 0; i < module->field_count; i++) {
        const world_field *field = &module->fields[i];
        if (field->type == WORLD_LOOKUP && r->values[i] >= 0) {
            put_value(w, s->admin, record, field, r->values[i]);
        }
    }
    assert_fine(s->admin, crm4e_record_save(record));
    assert_fine(s->admin, crm4e_record_set_owner(record, w->users[r->owner].id));
    assert_fine(s->admin, crm4e_record_save(record));
    crm4e_record_free(record);
}

static void create_records(world *w, stage *s)
{
    for (int i = 0; i < w->record_count; i++) {
        world_record *r = &w->records[i];
        crm4e_session *session = s->admin;
        /* what hangs on a record can only be made by who sees it */
        if (world_modules[r->module].kind == WORLD_CHILD) {
            r->creator = 0;
        }
        if (r->creator != 0) {
            const char *email = w->users[r->creator].email;
            assert_int_equal(crm4e_session_open(&session, s->org, email), CRM4E_OK);
        }
        create_record(w, s, r, session);
        if (session != s->admin) {
            complete_record(w, s, r);
            crm4e_session_close(session);
        }
    }
}

static void delete_records(const world *w, stage *s)
{
    /* what hangs on a record goes first, lest it goes with it */
    for (int i = w->record_count - 1; i >= 0; i--) {
        const world_record *r = &w->records[i];
        if (r->deleted) {
            assert_fine(s->admin,
                        crm4e_record_delete(s->admin, world_modules[r->module].api_name, r->id, 0));
        }
    }
}

static void dismiss_members(const world *w, stage *s)
{
    for (int m = 0; m < WORLD_MODULES; m++) {
        crm4e_module *module = NULL;
        if (world_modules[m].kind != WORLD_TEAM) {
            continue;
        }
        assert_fine(s->admin, crm4e_module_open(&module, s->admin, world_modules[m].api_name));
        for (int u = 0; u < w->user_count; u++) {
            int at = m * w->user_count + u;
            if (w->joined[at] != w->members[at] && w->users[u].status != CRM4E_USER_DELETED) {
                assert_fine(s->admin, crm4e_module_remove_member(module, w->users[u].id));
            }
        }
        crm4e_module_free(module);
    }
}

void raw_begin(raw_unit *raw, stage *s)
{
    memset(raw, 0, sizeof *raw);
    raw->env.mem = s->f.mem;
    raw->env.clock = s->f.clock;
    raw->env.random = s->f.random_source;
    c4_arena_init(&raw->arena, &raw->env.mem);
    raw->unit = (c4_unit){.env = &raw->env,
                          .db = &raw->db,
                          .error = &raw->error,
                          .arena = &raw->arena,
                          .source = C4_SOURCE_SYSTEM,
                          .criteria = &c4_sharing_criteria,
                          .shows = c4_access_module_shown};
    assert_int_equal(c4_db_connect(&raw->db, &s->f.raw, crm4e_org_id(s->org), 0, NULL, NULL),
                     CRM4E_OK);
    assert_int_equal(c4_db_begin(&raw->db, CRM4E_TRANSACTION_WRITE), CRM4E_OK);
    assert_int_equal(c4_unit_start(&raw->unit), CRM4E_OK);
    assert_int_equal(c4_meta_load(&raw->unit.meta, &raw->env.mem, &raw->db, &raw->error), CRM4E_OK);
}

void raw_commit(raw_unit *raw)
{
    assert_int_equal(c4_unit_finish(&raw->unit), CRM4E_OK);
    assert_int_equal(c4_db_commit(&raw->db), CRM4E_OK);
    c4_meta_release(raw->unit.meta);
    c4_db_disconnect(&raw->db);
    c4_arena_free(&raw->arena);
}

int world_find(crm4e_session *session, crm4e_subject kind, const char *name, crm4e_id *id)
{
    switch (kind) {
    case CRM4E_SUBJECT_USER: return crm4e_user_find(session, name, id);
    case CRM4E_SUBJECT_GROUP: return crm4e_group_find(session, name, id);
    default: return crm4e_role_find(session, name, id);
    }
}

static crm4e_id subject_id(const world *w, crm4e_session *session, const world_subject *subject)
{
    const char *name = subject->kind == CRM4E_SUBJECT_USER    ? w->users[subject->index].email
                       : subject->kind == CRM4E_SUBJECT_GROUP ? w->groups[subject->index].name
                                                              : w->roles[subject->index].name;
    crm4e_id id = 0;

    if (subject->kind == CRM4E_SUBJECT_USER) {
        return w->users[subject->index].id;
    }
    assert_fine(session, world_find(session, subject->kind, name, &id));
    return id;
}

/* All of them first: they name one another. */
static void make_groups(const world *w, crm4e_session *session)
{
    for (int i = 0; i < w->group_count; i++) {
        crm4e_group_options options = CRM4E_GROUP_OPTIONS_INIT;
        options.name = w->groups[i].name;
        assert_fine(session, crm4e_group_create(NULL, session, &options));
    }
    for (int i = 0; i < w->group_count; i++) {
        const world_group *g = &w->groups[i];
        for (int k = 0; k < g->source_count; k++) {
            assert_fine(session, crm4e_group_add(session, g->name, g->sources[k].kind,
                                                 subject_id(w, session, &g->sources[k])));
        }
    }
}

static void say_which(const world *w, const world_rule *r, crm4e_session *session,
                      crm4e_sharing_rule *rule)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    assert_non_null(out);
    world_write_criteria(w, r, out);
    (void)fclose(out);
    assert_fine(session, crm4e_sharing_rule_when(rule, text));
    free(text);
}

static void make_rule(const world *w, const world_rule *r, crm4e_session *session)
{
    crm4e_module *module = NULL;
    crm4e_sharing_rule *rule = NULL;

    assert_fine(session, crm4e_module_open(&module, session, world_modules[r->module].api_name));
    assert_fine(session, crm4e_sharing_rule_new(&rule, module, r->name));
    if (r->from_count == 0) {
        say_which(w, r, session, rule);
    }
    for (int i = 0; i < r->from_count; i++) {
        assert_fine(session, crm4e_sharing_rule_from(rule, r->from[i].kind,
                                                     subject_id(w, session, &r->from[i])));
    }
    for (int i = 0; i < r->to_count; i++) {
        assert_fine(session,
                    crm4e_sharing_rule_to(rule, r->to[i].kind, subject_id(w, session, &r->to[i])));
    }
    assert_fine(session, crm4e_sharing_rule_permission(rule, r->level));
    assert_fine(session, crm4e_sharing_rule_superiors(rule, r->superiors));
    assert_fine(session, crm4e_sharing_rule_save(rule));
    if (!r->active) {
        assert_fine(session, crm4e_sharing_rule_activate(module, r->name, 0));
    }
    crm4e_sharing_rule_free(rule);
    crm4e_module_free(module);
}

/* By the administrator, who may share with anybody. */
static void share_records(const world *w, stage *s)
{
    for (int i = 0; i < w->share_count; i++) {
        const world_share *share = &w->shares[i];
        const world_record *record = &w->records[share->record];
        const world_subject *subject = &share->subject;
        assert_fine(s->admin,
                    crm4e_record_share(s->admin, world_modules[record->module].api_name, record->id,
                                       subject->kind, subject_id(w, s->admin, subject),
                                       share->level, share->related));
    }
}

/* Locks come after all other changes of records, and the archive after them. */
static void set_flags(const world *w, stage *s)
{
    for (int i = 0; i < w->record_count; i++) {
        const world_record *r = &w->records[i];
        if (r->locked && !r->deleted) {
            assert_fine(s->admin, crm4e_record_set_locked(
                                      s->admin, world_modules[r->module].api_name, r->id, 1));
        }
    }
    for (int m = 0; m < WORLD_MODULES; m++) {
        crm4e_module *module = NULL;
        if (!w->archived[m] && !w->hidden[m]) {
            continue;
        }
        assert_fine(s->admin, crm4e_module_open(&module, s->admin, world_modules[m].api_name));
        assert_fine(s->admin, crm4e_module_set_hidden(module, w->hidden[m]));
        if (w->archived[m]) {
            assert_fine(s->admin, crm4e_module_set_archived(module, 1));
        }
        crm4e_module_free(module);
    }
}

static void make_rules(const world *w, crm4e_session *session)
{
    for (int i = 0; i < w->rule_count; i++) {
        make_rule(w, &w->rules[i], session);
    }
}

void stage_open(stage *s, world *w, fixture_storage kind)
{
    handle_set set = {.org = NULL};

    memset(s, 0, sizeof *s);
    assert_int_equal(fixture_start(&s->f, kind), CRM4E_OK);
    assert_int_equal(fixture_org(&s->f, "World", w->users[0].email, &set), CRM4E_OK);
    s->org = set.org;
    s->admin = set.session;
    apply_people(w, s->admin);
    find_users(w, s);
    create_records(w, s);
    assert_fine(s->admin, crm4e_session_begin(s->admin));
    make_groups(w, s->admin);
    make_rules(w, s->admin);
    assert_fine(s->admin, crm4e_session_commit(s->admin));
    share_records(w, s);
    apply_rights(w, s->admin);
    delete_records(w, s);
    dismiss_members(w, s);
    set_flags(w, s);
    s->session_count = w->user_count;
    s->sessions = calloc((size_t)w->user_count, sizeof(crm4e_session *));
    assert_non_null(s->sessions);
    for (int u = 0; u < w->user_count; u++) {
        if (w->users[u].status != CRM4E_USER_DELETED) {
            (void)crm4e_session_open(&s->sessions[u], s->org, w->users[u].email);
        }
    }
}

void stage_close(stage *s)
{
    for (int u = 0; u < s->session_count; u++) {
        crm4e_session_close(s->sessions[u]);
    }
    free(s->sessions);
    crm4e_session_close(s->admin);
    crm4e_org_close(s->org);
    assert_true(fixture_close(&s->f));
}
