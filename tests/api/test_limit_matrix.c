/* SPDX-License-Identifier: MIT */
/*
 * Every limit by every way to use it up: the last one fits, the next does not and
 * changes nothing, what is given back can be taken again, after a downgrade what is
 * there works on, and the counters are exact all along. Once with three more than there
 * are, by the licence callback, and once with the numbers of an edition.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"

enum {
    MORE = 3,
    DOCUMENT = 1024
};

/* A way to use a limit up. Documents have ' for " and the number for #. */
typedef struct limit_way {
    const char *limit;
    const char *place;                          /* in the report, of a limit that counts apart */
    const char *name;                           /* of the way */
    const char *before;                         /* applied for each of them first; or NULL */
    const char *document;                       /* that uses one; or */
    int (*use)(fixture *f, const char *number); /* a call that does */
    const char *edit;                           /* changes one that is there, without using any */
    const char *back;                           /* gives one back; or */
    int (*give_back)(fixture *f, const char *number);
} limit_way;

#define OF_DOCUMENTS "\",\"module\":\"Documents\""
#define OF_LEADS     "\",\"module\":\"Leads\""
#define OF_OFFICE    "\",\"space\":\"Office\""
#define OF_ORG       "\",\"limit\""

static int apply(fixture *f, const char *text, const char *number)
{
    char document[DOCUMENT];
    size_t at = 0;

    for (; *text && at < DOCUMENT - 8; text++) {
        if (*text == '#')
            at += (size_t)snprintf(document + at, DOCUMENT - at, "%s", number);
        else
            document[at++] = *text == '\'' ? '"' : *text;
    }
    document[at] = '\0';
    return crm4e_org_apply(NULL, f->own.session, document, CRM4E_NUL_TERMINATED);
}

static const char *named(char room[32], const char *before, const char *number)
{
    (void)snprintf(room, 32, "%s%s", before, number);
    return room;
}

static int create_module(fixture *f, const char *number, crm4e_access access)
{
    crm4e_module_options options = CRM4E_MODULE_OPTIONS_INIT;
    crm4e_module *module = NULL;
    char name[32];
    int rc;

    options.api_name = named(name, "M", number);
    options.access = access;
    rc = crm4e_module_create(&module, f->own.session, &options);
    crm4e_module_free(module);
    return rc;
}

static int team_module(fixture *f, const char *number)
{
    return create_module(f, number, CRM4E_ACCESS_TEAM);
}

static int org_module(fixture *f, const char *number)
{
    return create_module(f, number, 0);
}

static int either_module(fixture *f, const char *number)
{
    return create_module(f, number, atoi(number) % 2 ? CRM4E_ACCESS_TEAM : 0);
}

static int add_field(crm4e_module *module, const char *number, crm4e_type type)
{
    crm4e_field_options options = CRM4E_FIELD_OPTIONS_INIT;
    char name[32];

    options.api_name = named(name, "F", number);
    options.type = type;
    options.target = type == CRM4E_TYPE_LOOKUP ? "Leads" : NULL;
    return crm4e_module_add_field(module, &options);
}

static int team_field(fixture *f, const char *number)
{
    return add_field(f->own.module, number, CRM4E_TYPE_TEXT);
}

static int team_lookup(fixture *f, const char *number)
{
    return add_field(f->own.module, number, CRM4E_TYPE_LOOKUP);
}

static int team_file(fixture *f, const char *number)
{
    return add_field(f->own.module, number, CRM4E_TYPE_FILEUPLOAD);
}

static int org_field(fixture *f, const char *number)
{
    return add_field(f->own.leads, number, CRM4E_TYPE_TEXT);
}

static int remove_team_field(fixture *f, const char *number)
{
    char name[32];

    return crm4e_module_remove_field(f->own.module, named(name, "F", number));
}

static int remove_org_field(fixture *f, const char *number)
{
    char name[32];

    return crm4e_module_remove_field(f->own.leads, named(name, "F", number));
}

static int space(fixture *f, const char *number)
{
    crm4e_space_options options = CRM4E_SPACE_OPTIONS_INIT;
    crm4e_space *made = NULL;
    char name[32];
    int rc;

    options.name = named(name, "S", number);
    rc = crm4e_space_create(&made, f->own.session, &options);
    crm4e_space_free(made);
    return rc;
}

/* A document has the whole list: those of the fixture first. */
static int put_folders(fixture *f, int64_t count)
{
    char document[2 * DOCUMENT] = "{'spaces': [{'name': 'Office', 'folders': ['Sales', 'Other'";
    size_t at = strlen(document);

    for (int64_t i = 0; i < count; i++)
        at += (size_t)snprintf(document + at, sizeof document - at, ", 'D%lld'", (long long)i);
    (void)snprintf(document + at, sizeof document - at, "]}]}");
    for (char *c = document; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    return crm4e_org_apply(NULL, f->own.session, document, CRM4E_NUL_TERMINATED);
}

static int folder(fixture *f, const char *number)
{
    return put_folders(f, atoll(number) + 1);
}

static int member(fixture *f, const char *number, crm4e_team_profile profile)
{
    char email[32];
    crm4e_id id = 0;
    int rc;

    (void)snprintf(email, sizeof email, "u%s@acme.example", number);
    rc = crm4e_user_find(f->own.session, email, &id);
    if (rc < 0)
        return rc;
    return profile ? crm4e_module_add_member(f->own.module, id, profile)
                   : crm4e_module_remove_member(f->own.module, id);
}

static int participant(fixture *f, const char *number)
{
    return member(f, number, CRM4E_TEAM_PARTICIPANT);
}

static int admin(fixture *f, const char *number)
{
    return member(f, number, CRM4E_TEAM_ADMIN);
}

static int no_member(fixture *f, const char *number)
{
    return member(f, number, 0);
}

static int rule(fixture *f, const char *number)
{
    crm4e_workflow *made = NULL;
    char name[32];
    int rc = crm4e_workflow_new(&made, f->own.leads, named(name, "R", number));

    if (rc == CRM4E_OK)
        rc = crm4e_workflow_on(made, CRM4E_ON_CREATE);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_then_notify(made, "owner", "Look", "Here");
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_save(made);
    crm4e_workflow_free(made);
    return rc;
}

static int group(fixture *f, const char *number)
{
    crm4e_group_options options = CRM4E_GROUP_OPTIONS_INIT;
    char name[32];

    options.name = named(name, "G", number);
    return crm4e_group_create(NULL, f->own.session, &options);
}

static int remove_group(fixture *f, const char *number)
{
    char name[32];

    return crm4e_group_remove(f->own.session, named(name, "G", number));
}

/* Codes of three letters, of which the fixture has none. */
static int put_currency(fixture *f, const char *number, int32_t is_active)
{
    crm4e_currency_options options = CRM4E_CURRENCY_OPTIONS_INIT;
    const int value = atoi(number);
    char code[4] = {'X', (char)('A' + value / 26), (char)('A' + value % 26), '\0'};
    int rc;

    options.iso_code = code;
    options.is_active = is_active;
    rc = crm4e_currency_create(NULL, f->own.session, &options);
    return rc == CRM4E_E_CONFLICT ? crm4e_currency_update(f->own.session, &options) : rc;
}

static int currency(fixture *f, const char *number)
{
    return put_currency(f, number, 1);
}

static int rest_currency(fixture *f, const char *number)
{
    return put_currency(f, number, 2);
}

static int sharing_rule(fixture *f, const char *number)
{
    crm4e_sharing_rule *made = NULL;
    char name[32];
    int rc = crm4e_sharing_rule_new(&made, f->own.leads, named(name, "H", number));

    if (rc == CRM4E_OK)
        rc = crm4e_sharing_rule_from(made, CRM4E_SUBJECT_USER, f->own.user);
    if (rc == CRM4E_OK)
        rc = crm4e_sharing_rule_to(made, CRM4E_SUBJECT_ROLE, f->own.role);
    if (rc == CRM4E_OK)
        rc = crm4e_sharing_rule_save(made);
    crm4e_sharing_rule_free(made);
    return rc;
}

static int remove_sharing_rule(fixture *f, const char *number)
{
    char name[32];

    return crm4e_sharing_rule_remove(f->own.leads, named(name, "H", number));
}

static int put_user(fixture *f, const char *number, crm4e_licence licence, crm4e_user_status status)
{
    crm4e_user_options options = CRM4E_USER_OPTIONS_INIT;
    char email[32];
    int rc;

    (void)snprintf(email, sizeof email, "u%s@acme.example", number);
    options.email = email;
    options.licence = licence;
    options.status = status;
    rc = crm4e_user_create(NULL, f->own.session, &options);
    return rc == CRM4E_E_CONFLICT ? crm4e_user_update(f->own.session, &options) : rc;
}

static int crm_user(fixture *f, const char *number)
{
    return put_user(f, number, CRM4E_LICENCE_CRM, CRM4E_USER_ACTIVE);
}

static int team_user(fixture *f, const char *number)
{
    return put_user(f, number, CRM4E_LICENCE_TEAM, CRM4E_USER_ACTIVE);
}

static int active_user(fixture *f, const char *number)
{
    return put_user(f, number, 0, CRM4E_USER_ACTIVE);
}

static int inactive_user(fixture *f, const char *number)
{
    return put_user(f, number, 0, CRM4E_USER_INACTIVE);
}

static int no_licence(fixture *f, const char *number)
{
    return put_user(f, number, CRM4E_LICENCE_NONE, 0);
}

static int deleted_user(fixture *f, const char *number)
{
    return put_user(f, number, 0, CRM4E_USER_DELETED);
}

#define USER(more)   "{'users': [{'email': 'u#@acme.example'" more "}]}"
#define TEAM         ", 'licence': 'team', 'profile': 'Team User'"
#define MODULE(more) "{'modules': [{'api_name': 'M#'" more "}]}"
#define FIELD(m, f)  "{'modules': [{'api_name': '" m "', 'fields': [{'api_name': 'F#'" f "}]}]}"
#define MEMBER(p)                                                                                  \
    "{'modules': [{'api_name': 'Documents', 'members': [{'user':"                                  \
    " 'u#@acme.example', 'profile': '" p "'}]}]}"
#define RULE(m, more)                                                                              \
    "{'workflows': [{'name': 'R#', 'module': '" m "', 'on': 'create'" more ","                     \
    " 'conditions': [{'then': [{'notify': {'to': 'owner', 'subject': 'Look',"                      \
    " 'body': 'Here'}}]}]}]}"
#define INACTIVE ", 'active': false"
#define SHARING                                                                                    \
    "{'sharing_rules': [{'name': 'H#', 'module': 'Leads', 'from': [{'user':"                       \
    " 'bob@acme.example'}], 'to': [{'role': 'CEO'}]}]}"
#define EDIT_USER   USER(", 'name': 'Other'")
#define EDIT_MODULE MODULE(", 'plural': 'Others'")
#define EDIT_DOC    FIELD("Documents", ", 'label': 'Other'")
#define EDIT_LEADS  FIELD("Leads", ", 'label': 'Other'")

static const limit_way ways[] = {
    {"team_modules", OF_ORG, "call", NULL, NULL, team_module, EDIT_MODULE, NULL, NULL},
    {"team_modules", OF_ORG, "document", NULL, MODULE(", 'team': true"), NULL, EDIT_MODULE, NULL,
     NULL},
    {"custom_modules", OF_ORG, "call", NULL, NULL, org_module, EDIT_MODULE, NULL, NULL},
    {"custom_modules", OF_ORG, "document", NULL, MODULE(""), NULL, EDIT_MODULE, NULL, NULL},
    {"modules_in_pool", OF_ORG, "call", NULL, NULL, either_module, EDIT_MODULE, NULL, NULL},
    {"modules_in_pool", OF_ORG, "document", NULL, MODULE(", 'team': true"), NULL, EDIT_MODULE, NULL,
     NULL},
    {"fields_per_team_module", OF_DOCUMENTS, "call", NULL, NULL, team_field, EDIT_DOC, NULL,
     remove_team_field},
    {"fields_per_team_module", OF_DOCUMENTS, "document", NULL,
     FIELD("Documents", ", 'type': 'date'"), NULL, EDIT_DOC, NULL, remove_team_field},
    {"fields_per_org_module", OF_LEADS, "call", NULL, NULL, org_field, EDIT_LEADS, NULL,
     remove_org_field},
    {"fields_per_org_module", OF_LEADS, "document", NULL,
     FIELD("Leads", ", 'type': 'lookup', 'target': 'Deals'"), NULL, EDIT_LEADS, NULL,
     remove_org_field},
    {"lookup_fields_per_team_module", OF_DOCUMENTS, "call", NULL, NULL, team_lookup, EDIT_DOC, NULL,
     remove_team_field},
    {"lookup_fields_per_team_module", OF_DOCUMENTS, "document", NULL,
     FIELD("Documents", ", 'type': 'multiselectlookup', 'target': 'Deals'"), NULL, EDIT_DOC, NULL,
     remove_team_field},
    {"file_fields_per_team_module", OF_DOCUMENTS, "call", NULL, NULL, team_file, EDIT_DOC, NULL,
     remove_team_field},
    {"file_fields_per_team_module", OF_DOCUMENTS, "document", NULL,
     FIELD("Documents", ", 'type': 'fileupload'"), NULL, EDIT_DOC, NULL, remove_team_field},
    {"team_spaces", OF_ORG, "call", NULL, NULL, space,
     "{'spaces': [{'name': 'S#', 'modules': []}]}", NULL, NULL},
    {"team_spaces", OF_ORG, "document", NULL, "{'spaces': [{'name': 'S#'}]}", NULL,
     "{'spaces': [{'name': 'S#', 'modules': ['Leads']}]}", NULL, NULL},
    {"folders_per_team_space", OF_OFFICE, "document", NULL, NULL, folder,
     "{'spaces': [{'name': 'Office', 'members': []}]}", NULL, NULL},
    {"users_per_team_module", OF_DOCUMENTS, "call", USER(""), NULL, participant, MEMBER("manager"),
     NULL, no_member},
    {"users_per_team_module", OF_DOCUMENTS, "document", USER(""), MEMBER("requester"), NULL,
     MEMBER("member"), NULL, no_member},
    {"admins_per_team_module", OF_DOCUMENTS, "call", USER(""), NULL, admin, NULL, MEMBER("member"),
     NULL},
    {"admins_per_team_module", OF_DOCUMENTS, "document", USER(""), MEMBER("admin"), NULL, NULL,
     NULL, no_member},
    {"workflow_rules", OF_ORG, "call", NULL, NULL, rule, RULE("Leads", INACTIVE), NULL, NULL},
    {"workflow_rules", OF_ORG, "document, inactive", NULL, RULE("Documents", INACTIVE), NULL,
     RULE("Documents", ""), NULL, NULL},
    {"workflow_rules_per_module", OF_LEADS, "call", NULL, NULL, rule, RULE("Leads", INACTIVE), NULL,
     NULL},
    {"workflow_rules_per_module", OF_DOCUMENTS, "document, inactive", NULL,
     RULE("Documents", INACTIVE), NULL, NULL, NULL, NULL},
    {"active_workflow_rules_per_module", OF_LEADS, "call", NULL, NULL, rule, NULL,
     RULE("Leads", INACTIVE), NULL},
    {"active_workflow_rules_per_module", OF_DOCUMENTS, "activated", RULE("Documents", INACTIVE),
     RULE("Documents", ", 'active': true"), NULL, NULL, RULE("Documents", INACTIVE), NULL},
    {"user_groups", OF_ORG, "call", NULL, NULL, group,
     "{'groups': [{'name': 'G#', 'description': 'Other'}]}", NULL, remove_group},
    {"user_groups", OF_ORG, "document", NULL, "{'groups': [{'name': 'G#'}]}", NULL,
     "{'groups': [{'name': 'G#', 'description': 'Other'}]}", NULL, remove_group},
    {"currencies", OF_ORG, "call", NULL, NULL, currency, NULL, NULL, rest_currency},
    {"sharing_rules_per_module", OF_LEADS, "call", NULL, NULL, sharing_rule,
     "{'sharing_rules': [{'name': 'H#', 'module': 'Leads', 'active': false}]}", NULL,
     remove_sharing_rule},
    {"sharing_rules_per_module", OF_LEADS, "document", NULL, SHARING, NULL, NULL, NULL,
     remove_sharing_rule},
    {"crm_licences", OF_ORG, "call", NULL, NULL, crm_user, EDIT_USER, NULL, inactive_user},
    {"crm_licences", OF_ORG, "document", NULL, USER(""), NULL, EDIT_USER, NULL, deleted_user},
    {"crm_licences", OF_ORG, "activated", USER(", 'status': 'inactive'"), NULL, active_user,
     EDIT_USER, NULL, inactive_user},
    {"crm_licences", OF_ORG, "from none", USER(", 'licence': 'none'"), NULL, crm_user, EDIT_USER,
     NULL, no_licence},
    {"crm_licences", OF_ORG, "from team", USER(TEAM), NULL, crm_user, EDIT_USER, USER(TEAM), NULL},
    {"team_user_licences", OF_ORG, "call", NULL, NULL, team_user, EDIT_USER, NULL, inactive_user},
    {"team_user_licences", OF_ORG, "document", NULL, USER(TEAM), NULL, EDIT_USER, NULL,
     deleted_user},
    {"team_user_licences", OF_ORG, "activated", USER(TEAM ", 'status': 'inactive'"),
     USER(", 'status': 'active'"), NULL, EDIT_USER, NULL, inactive_user},
    {"team_user_licences", OF_ORG, "from CRM", USER(", 'profile': 'Team User'"), NULL, team_user,
     EDIT_USER, USER(", 'licence': 'crm'"), NULL},
};
enum {
    WAYS = sizeof ways / sizeof *ways
};

/* ------------------------------------------------------------- a run */

typedef struct run {
    fixture f;
    const limit_way *way;
    int64_t most; /* that the licence allows of the limit; -1: the edition decides */
    crm4e_license license;
} run;

static int32_t allow(void *user, crm4e_id org, const char *name, int64_t *limit)
{
    const run *r = user;

    (void)org;
    if (r->most < 0 || strcmp(name, r->way->limit) != 0)
        return CRM4E_PASSTHROUGH;
    *limit = r->most;
    return CRM4E_CONTINUE;
}

static void told_wrong(const run *r, const char *what, int64_t number, int rc)
{
    fail_msg("%s by %s: %s at %lld: %s, %s", r->way->limit, r->way->name, what, (long long)number,
             rc < 0 ? crm4e_code_name(rc) : "OK",
             crm4e_error_message(crm4e_session_error(r->f.own.session)));
}

/* A number of the report, of the limit under test. */
static int64_t reported(run *r, const char *key)
{
    char start[128], wanted[16];
    crm4e_text *text = NULL;
    const char *at;
    int64_t number = -1;
    int rc = crm4e_limits_json(&text, r->f.own.session);

    (void)snprintf(start, sizeof start, "{\"name\":\"%s%s", r->way->limit, r->way->place);
    (void)snprintf(wanted, sizeof wanted, "\"%s\":", key);
    at = rc < 0 ? NULL : strstr(crm4e_text_data(text), start);
    at = at ? strstr(at, wanted) : NULL;
    if (at)
        number =
            strncmp(at + strlen(wanted), "null", 4) == 0 ? INT64_MAX : atoll(at + strlen(wanted));
    else
        told_wrong(r, start, rc, rc);
    crm4e_text_free(text);
    return number;
}

static int use(run *r, int64_t number)
{
    char text[24];

    (void)snprintf(text, sizeof text, "%lld", (long long)number);
    return r->way->use ? r->way->use(&r->f, text) : apply(&r->f, r->way->document, text);
}

static void must(run *r, const char *document, int (*call)(fixture *, const char *), int64_t number,
                 const char *what)
{
    char text[24];
    int rc;

    (void)snprintf(text, sizeof text, "%lld", (long long)number);
    rc = call ? call(&r->f, text) : document ? apply(&r->f, document, text) : CRM4E_OK;
    if (rc < 0)
        told_wrong(r, what, number, rc);
}

static void must_use(run *r, int64_t number)
{
    int rc = use(r, number);

    if (rc < 0)
        told_wrong(r, "use", number, rc);
}

/* Refused with the numbers, and nothing changed. */
static void must_not_use(run *r, int64_t number, int64_t most, int64_t used)
{
    const crm4e_error *error = crm4e_session_error(r->f.own.session);
    int rc;

    unchanged_mark(&r->f.watch);
    rc = use(r, number);
    if (rc != CRM4E_E_LIMIT || crm4e_error_limit(error) != most ||
        crm4e_error_current(error) != used || strcmp(crm4e_error_rule(error), r->way->limit) != 0)
        told_wrong(r, "no refusal", number, rc);
    assert_null(unchanged_rows_problem(&r->f.watch));
}

static void counts(run *r, int64_t used)
{
    int64_t counted = reported(r, "used");
    crm4e_text *text = NULL;

    if (counted != used)
        told_wrong(r, "used", counted, CRM4E_OK);
    assert_int_equal(crm4e_check(&text, r->f.own.org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
}

static void reopen(run *r)
{
    fixture *f = &r->f;

    crm4e_engine_close(f->engine);
    r->license = (crm4e_license){sizeof r->license, r, allow, NULL};
    f->engine_options.license = &r->license;
    assert_int_equal(crm4e_engine_open(&f->engine, &f->engine_options), CRM4E_OK);
    assert_int_equal(crm4e_org_open(&f->own.org, f->engine, "Acme"), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&f->own.session, f->own.org, ANA), CRM4E_OK);
    assert_int_equal(crm4e_module_open(&f->own.module, f->own.session, "Documents"), CRM4E_OK);
    assert_int_equal(crm4e_module_open(&f->own.leads, f->own.session, "Leads"), CRM4E_OK);
    assert_int_equal(crm4e_space_open(&f->own.space, f->own.session, "Office"), CRM4E_OK);
    f->watch.engine = f->engine;
    f->watch.session = f->own.session;
}

static void start(run *r, fixture_storage kind, const limit_way *way)
{
    r->way = way;
    r->most = -1;
    assert_int_equal(fixture_open(&r->f, kind), CRM4E_OK);
    reopen(r);
}

static void buy(run *r, crm4e_edition edition, int64_t crm, int64_t team)
{
    crm4e_org_update_options change = CRM4E_ORG_UPDATE_OPTIONS_INIT;

    change.edition = edition;
    change.crm_licences = crm;
    change.team_licences = team;
    assert_int_equal(crm4e_org_update(r->f.own.session, &change), CRM4E_OK);
}

/* What is over the limit works on and can be given back; more is refused. */
static void after_a_downgrade(run *r, int64_t most, int64_t used, int64_t next)
{
    bool back = r->way->back || r->way->give_back;

    must(r, r->way->edit, NULL, next - 1, "edit");
    counts(r, used);
    must_not_use(r, next, most, used);
    if (back) {
        must(r, r->way->back, r->way->give_back, next - 1, "give back");
        counts(r, used - 1);
        if (used - 1 >= most)
            must_not_use(r, next, most, used - 1);
    }
}

/* From n - 1 over n to n + 1, back and again. */
static void fill(run *r, int64_t first, int64_t most, int64_t used)
{
    bool back = r->way->back || r->way->give_back;
    int64_t last = first + most - used - 1;

    for (int64_t i = first; i <= last + 1; i++)
        must(r, r->way->before, NULL, i, "before");
    for (int64_t i = first; i <= last; i++)
        must_use(r, i);
    must_not_use(r, last + 1, most, most);
    counts(r, most);
    if (back) {
        must(r, r->way->back, r->way->give_back, last, "give back");
        counts(r, most - 1);
        must_use(r, last + 1);
        must(r, r->way->before, NULL, last + 2, "before");
        must_not_use(r, last + 2, most, most);
        counts(r, most);
    }
}

static void three_more(const limit_way *way, fixture_storage kind)
{
    static run r;
    bool back = way->back || way->give_back;
    int64_t used;

    start(&r, kind, way);
    used = reported(&r, "used");
    r.most = used + MORE;
    fill(&r, 0, r.most, used);
    r.most = used + 1;
    after_a_downgrade(&r, r.most, used + MORE, back ? MORE + 1 : MORE);
    assert_true(fixture_close(&r.f));
}

static void in_memory(void **state)
{
    three_more(*state, FIXTURE_MEMORY);
}

static void in_sqlite(void **state)
{
    three_more(*state, FIXTURE_SQLITE);
}

/* The numbers of editions that are small enough to be reached. */
static const struct {
    const char *limit;
    crm4e_edition edition;
    int64_t most;
    int64_t below; /* in the free edition; -1: not looked at, or another refuses first */
} numbers[] = {
    {"team_modules", CRM4E_EDITION_STANDARD, 10, 0},
    {"custom_modules", CRM4E_EDITION_STANDARD, 10, 0},
    {"modules_in_pool", CRM4E_EDITION_ZOHO_ONE, 25 + 2 * 7, -1},
    {"fields_per_team_module", CRM4E_EDITION_STANDARD, 25, 0},
    {"fields_per_org_module", CRM4E_EDITION_STANDARD, 10, 0},
    {"lookup_fields_per_team_module", CRM4E_EDITION_STANDARD, 1, -1},
    {"file_fields_per_team_module", CRM4E_EDITION_STANDARD, 1, -1},
    {"team_spaces", CRM4E_EDITION_STANDARD, 5, 0},
    {"folders_per_team_space", CRM4E_EDITION_STANDARD, 50, 0},
    {"admins_per_team_module", CRM4E_EDITION_STANDARD, 5, -1},
    {"workflow_rules_per_module", CRM4E_EDITION_STANDARD, 25, -1},
    {"active_workflow_rules_per_module", CRM4E_EDITION_STANDARD, 15, -1},
    {"crm_licences", CRM4E_EDITION_STANDARD, 7, 3},
    {"team_user_licences", CRM4E_EDITION_STANDARD, 4, 0},
};

static void by_the_edition(void **state)
{
    static run r;
    const limit_way *way = *state;
    size_t i = 0;
    bool back = way->back || way->give_back;
    bool users = strstr(way->limit, "licences") != NULL;
    int64_t used;

    while (i < sizeof numbers / sizeof *numbers && strcmp(numbers[i].limit, way->limit) != 0)
        i++;
    if (i == sizeof numbers / sizeof *numbers || (users && way->before))
        return; /* too large; users who are there first need other licences */
    if (strcmp(way->limit, "workflow_rules_per_module") == 0 && way->use)
        return; /* those that are active come to their limit first */
    start(&r, FIXTURE_MEMORY, way);
    buy(&r, numbers[i].edition, strcmp(way->limit, "admins_per_team_module") == 0 ? 50 : 7, 4);
    used = reported(&r, "used");
    assert_true(reported(&r, "limit") == numbers[i].most);
    if (used < numbers[i].most)
        fill(&r, 0, numbers[i].most, used);
    if (numbers[i].below >= 0 && used < numbers[i].most) {
        buy(&r, CRM4E_EDITION_FREE, 0, 0);
        after_a_downgrade(&r, numbers[i].below, numbers[i].most,
                          numbers[i].most - used + (back ? 1 : 0));
    }
    assert_true(fixture_close(&r.f));
}

int main(void)
{
    static const struct {
        const char *name;
        void (*run)(void **state);
    } runs[] = {{"memory", in_memory}, {"sqlite", in_sqlite}, {"edition", by_the_edition}};
    static char names[3 * WAYS][96];
    struct CMUnitTest tests[3 * WAYS];

    for (size_t i = 0; i < 3 * WAYS; i++) {
        const limit_way *way = &ways[i / 3];

        (void)snprintf(names[i], sizeof names[i], "%s by %s, %s", way->limit, way->name,
                       runs[i % 3].name);
        tests[i] = (struct CMUnitTest){names[i], runs[i % 3].run, NULL, NULL, (void *)way};
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
