/* SPDX-License-Identifier: MIT */
/* Requests between teams: Pat asks legal, finance and marketing for something. Legal
 * hands requests to all its users in turn, finance to those who are online, marketing
 * to its default owners. Pat follows his requests, and nobody else learns of them. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <crm4e.h>

enum {
    TEAMS = 3,
    MEMBERS = 2,
    PEOPLE = 9
};

typedef enum person {
    PAT,  /* asks all three teams */
    QUIN, /* asks legal too */
    OTTO, /* is in no team and asks nobody */
    LEA,  /* legal */
    LEO,
    FAY, /* finance */
    FINN,
    MAY, /* marketing */
    MOE
} person;

static const char *const emails[PEOPLE] = {
    "pat@acme.example",  "quin@acme.example", "otto@acme.example",
    "lea@acme.example",  "leo@acme.example",  "fay@acme.example",
    "finn@acme.example", "may@acme.example",  "moe@acme.example",
};

typedef struct team {
    const char *space;
    const char *module;
    const char *singular;
    person first; /* of its members, who follow on one another */
} team;

static const team teams[TEAMS] = {
    {"Legal", "Documents", "Document", LEA},
    {"Finance", "Payments", "Payment", FAY},
    {"Marketing", "Designs", "Design", MAY},
};
enum {
    LEGAL,
    FINANCE,
    MARKETING
};

typedef struct firm {
    crm4e_engine *engine;
    crm4e_org *org;
    crm4e_session *admin;
    crm4e_id ids[PEOPLE];
    crm4e_session *sessions[PEOPLE];
} firm;

static int fail(const crm4e_error *error)
{
    fprintf(stderr, "%s: %s\n", crm4e_code_name(crm4e_error_code(error)),
            crm4e_error_message(error));
    return 1;
}

static int expect(int got, int wanted, const char *what)
{
    if (got == wanted)
        return 0;
    fprintf(stderr, "%s: %s instead of %s\n", what, crm4e_code_name(got), crm4e_code_name(wanted));
    return 1;
}

static int open_firm(firm *f, const char *path)
{
    crm4e_engine_options engine_options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_org_options org_options = CRM4E_ORG_OPTIONS_INIT;
    int rc;

    engine_options.path = path;
    org_options.name = "Acme";
    org_options.edition = CRM4E_EDITION_ENTERPRISE;
    org_options.time_zone = "Asia/Shanghai";
    org_options.admin_email = "ana@acme.example";
    org_options.crm_licences = 10;
    rc = crm4e_engine_open(&f->engine, &engine_options);
    if (rc == CRM4E_OK)
        rc = crm4e_org_create(&f->org, f->engine, &org_options);
    if (rc == CRM4E_OK)
        rc = crm4e_session_open(&f->admin, f->org, "ana@acme.example");
    return rc < 0 ? fail(crm4e_engine_error(f->engine)) : 0;
}

static int hire(firm *f)
{
    int rc = CRM4E_OK;

    for (int i = 0; rc == CRM4E_OK && i < PEOPLE; i++) {
        crm4e_user_options options = CRM4E_USER_OPTIONS_INIT;

        options.email = emails[i];
        options.licence = CRM4E_LICENCE_CRM;
        rc = crm4e_user_create(&f->ids[i], f->admin, &options);
    }
    if (rc < 0)
        return fail(crm4e_session_error(f->admin));
    for (int i = 0; rc == CRM4E_OK && i < PEOPLE; i++)
        rc = crm4e_session_open(&f->sessions[i], f->org, emails[i]);
    return rc < 0 ? fail(crm4e_engine_error(f->engine)) : 0;
}

/* On create; created by Pat: to the team's users in turn, told to the new owner, who takes
 * open tasks, meetings and calls along. */
static int add_rule(crm4e_module *module, int online_only)
{
    crm4e_assign_options assign = CRM4E_ASSIGN_OPTIONS_INIT;
    crm4e_workflow *rule = NULL;
    int rc = crm4e_workflow_new(&rule, module, "Assign requests");

    assign.target = CRM4E_ASSIGN_TEAM_MODULE_USERS;
    assign.online_only = online_only;
    assign.notify = 1;
    assign.transfer = CRM4E_TRANSFER_OPEN_ACTIVITIES;
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_on(rule, CRM4E_ON_CREATE);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_when(rule, "Created_By = 'pat@acme.example'");
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_then_assign_owner(rule, &assign);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    return rc;
}

/* The first team hands requests to all, the second to who is online, the third by its
 * requester settings. */
static int add_people(firm *f, int which, crm4e_module *module)
{
    const person first = teams[which].first;
    int rc = crm4e_module_add_member(module, f->ids[PAT], CRM4E_TEAM_REQUESTER);

    if (rc == CRM4E_OK && which == LEGAL)
        rc = crm4e_module_add_member(module, f->ids[QUIN], CRM4E_TEAM_REQUESTER);
    for (int i = 0; rc == CRM4E_OK && i < MEMBERS; i++)
        rc = crm4e_module_add_member(module, f->ids[(int)first + i], CRM4E_TEAM_MEMBER);
    /* who set the module up does not work in it */
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_member(module, f->ids[first], CRM4E_TEAM_ADMIN);
    if (rc == CRM4E_OK)
        rc = crm4e_module_remove_member(module, crm4e_session_user(f->admin));
    if (rc == CRM4E_OK && which == MARKETING)
        return crm4e_module_set_default_owners(module, &f->ids[first], MEMBERS);
    return rc == CRM4E_OK ? add_rule(module, which == FINANCE) : rc;
}

static int build_team(firm *f, int which)
{
    crm4e_space_options space_options = CRM4E_SPACE_OPTIONS_INIT;
    crm4e_module_options module_options = CRM4E_MODULE_OPTIONS_INIT;
    crm4e_field_options status = CRM4E_FIELD_OPTIONS_INIT;
    crm4e_space *space = NULL;
    crm4e_module *module = NULL;
    int rc;

    space_options.name = teams[which].space;
    rc = crm4e_space_create(&space, f->admin, &space_options);
    module_options.api_name = teams[which].module;
    module_options.singular = teams[which].singular;
    module_options.access = CRM4E_ACCESS_TEAM;
    module_options.space = teams[which].space;
    if (rc == CRM4E_OK)
        rc = crm4e_module_create(&module, f->admin, &module_options);
    status.api_name = "Status";
    status.type = CRM4E_TYPE_PICKLIST;
    status.options = "[\"New\", \"Done\"]";
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_field(module, &status);
    if (rc == CRM4E_OK)
        rc = add_people(f, which, module);
    crm4e_module_free(module);
    crm4e_space_free(space);
    return rc < 0 ? fail(crm4e_session_error(f->admin)) : 0;
}

/* Somebody asks a team; `owner` is who gets it, -1: whoever is next. */
static int request(firm *f, person who, int which, const char *name, int owner, crm4e_id *id)
{
    crm4e_session *session = f->sessions[who];
    crm4e_record *record = NULL;
    const char *got = "";
    int wrong = 0;
    int rc = crm4e_record_new(&record, session, teams[which].module);

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, "Name", name, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    if (rc == CRM4E_OK)
        rc = crm4e_record_get_text(record, "Owner", &got, NULL);
    if (rc < 0) {
        crm4e_record_free(record);
        return fail(crm4e_session_error(session));
    }
    printf("%s: %s is with %s\n", teams[which].space, name, got);
    if (owner >= 0 && strcmp(got, emails[owner]) != 0) {
        fprintf(stderr, "it should be with %s\n", emails[owner]);
        wrong = 1;
    }
    *id = crm4e_record_id(record);
    crm4e_record_free(record);
    return wrong;
}

/* Legal and marketing go round; of finance only Finn is online, and first nobody. */
static int ask_all(firm *f, crm4e_id *id)
{
    crm4e_id other;
    crm4e_time soon = (crm4e_time)(time(NULL) + 3600) * 1000000;
    int wrong = request(f, PAT, FINANCE, "Deposit", PAT, &other);

    if (crm4e_session_set_online(f->sessions[FINN], soon) < 0)
        return fail(crm4e_session_error(f->sessions[FINN]));
    wrong |= request(f, PAT, FINANCE, "Fee of the broker", FINN, &other);
    wrong |= request(f, PAT, FINANCE, "Fee of the notary", FINN, &other);
    wrong |= request(f, PAT, MARKETING, "Poster", MAY, &other);
    wrong |= request(f, PAT, MARKETING, "Flyer", MOE, &other);
    wrong |= request(f, QUIN, LEGAL, "Power of attorney", QUIN, &other);
    wrong |= request(f, PAT, LEGAL, "Lease, ground floor", LEA, &other);
    wrong |= request(f, PAT, LEGAL, "\xe8\xa7\x84\xe5\x88\x92\xe8\xae\xb8\xe5\x8f\xaf", LEO, id);
    return wrong;
}

/* The new owners are told, each once. */
static int deliver(firm *f)
{
    crm4e_text *message = NULL;
    int rc = crm4e_outbox_next(&message, f->admin);

    if (rc != CRM4E_ROW) {
        fprintf(stderr, "nobody was told\n");
        return 1;
    }
    crm4e_text_free(message);
    return 0;
}

/* Whether the list of a user's requests says something. */
static int lists(firm *f, person who, const char *what)
{
    crm4e_text *text = NULL;
    int found;

    if (crm4e_requests_json(&text, f->sessions[who], NULL) < 0)
        return -1;
    found = strstr(crm4e_text_data(text), what) != NULL;
    crm4e_text_free(text);
    return found;
}

static int finish(firm *f, crm4e_id id)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, f->sessions[LEO], "Documents", id);

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, "Status", "Done", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc < 0 ? fail(crm4e_session_error(f->sessions[LEO])) : 0;
}

/* Pat follows his request to the end; Quin, who asks legal as well, and Otto do not. */
static int check_eyes(firm *f, crm4e_id id)
{
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;
    crm4e_cursor *rows = NULL;
    int wrong = finish(f, id);

    wrong |= expect(lists(f, PAT, "\"status\":\"Done\""), 1, "the requester follows his request");
    wrong |= expect(lists(f, PAT, "Power of attorney"), 0, "and no other's");
    wrong |= expect(lists(f, QUIN, "Power of attorney"), 1, "another requester has his own");
    wrong |= expect(lists(f, QUIN, "Lease"), 0, "and no other");
    wrong |= expect(lists(f, OTTO, "\"requests\":[]"), 1, "an outsider has none");
    wrong |= expect(crm4e_timeline_json(&text, f->sessions[PAT], "Documents", id, 0, 0, 10),
                    CRM4E_OK, "the requester sees what became of it");
    crm4e_text_free(text);
    wrong |= expect(crm4e_record_open(&record, f->sessions[LEA], "Documents", id), CRM4E_OK,
                    "the team sees it");
    crm4e_record_free(record);
    wrong |= expect(crm4e_record_open(&record, f->sessions[QUIN], "Documents", id),
                    CRM4E_E_NOT_FOUND, "another requester does not");
    wrong |= expect(crm4e_record_open(&record, f->sessions[OTTO], "Documents", id),
                    CRM4E_E_NOT_FOUND, "an outsider does not");
    wrong |= expect(crm4e_query_text(&rows, f->sessions[OTTO], "select Name from Documents"),
                    CRM4E_E_NOT_FOUND, "nor by a question");
    return wrong;
}

int main(int argc, char **argv)
{
    firm f;
    crm4e_id id = 0;
    int result;

    memset(&f, 0, sizeof f);
    result = open_firm(&f, argc > 1 ? argv[1] : "requests.crm4e");
    if (result == 0)
        result = hire(&f);
    for (int i = 0; result == 0 && i < TEAMS; i++)
        result = build_team(&f, i);
    if (result == 0)
        result = ask_all(&f, &id);
    if (result == 0)
        result = deliver(&f);
    if (result == 0)
        result = check_eyes(&f, id);
    crm4e_engine_close(f.engine);
    return result;
}
