/* SPDX-License-Identifier: MIT */
/* Requests between teams: a colleague asks the legal team for a document. A
 * rule hands each request to the next lawyer, the requester keeps following
 * his, and nobody else learns that it exists. */
#include <stdio.h>
#include <string.h>

#include <crm4e.h>

enum {
    LAWYERS = 3
};

typedef struct firm {
    crm4e_engine *engine;
    crm4e_org *org;
    crm4e_session *admin;
    crm4e_session *peer;     /* the requester */
    crm4e_session *other;    /* another requester */
    crm4e_session *outsider; /* in no team */
    crm4e_session *lawyer;
    crm4e_id peer_id;
    crm4e_id other_id;
    crm4e_id lawyers[LAWYERS];
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

static int add_user(firm *f, const char *email, crm4e_id *id)
{
    crm4e_user_options options = CRM4E_USER_OPTIONS_INIT;

    options.email = email;
    options.licence = CRM4E_LICENCE_CRM;
    return crm4e_user_create(id, f->admin, &options);
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
    static const char *const lawyers[LAWYERS] = {"li@acme.example", "mei@acme.example",
                                                 "jos@acme.example"};
    crm4e_id outsider;
    int rc = add_user(f, "peer@acme.example", &f->peer_id);

    if (rc == CRM4E_OK)
        rc = add_user(f, "other@acme.example", &f->other_id);
    if (rc == CRM4E_OK)
        rc = add_user(f, "outsider@acme.example", &outsider);
    for (int i = 0; rc == CRM4E_OK && i < LAWYERS; i++)
        rc = add_user(f, lawyers[i], &f->lawyers[i]);
    if (rc < 0)
        return fail(crm4e_session_error(f->admin));
    rc = crm4e_session_open(&f->peer, f->org, "peer@acme.example");
    if (rc == CRM4E_OK)
        rc = crm4e_session_open(&f->other, f->org, "other@acme.example");
    if (rc == CRM4E_OK)
        rc = crm4e_session_open(&f->outsider, f->org, "outsider@acme.example");
    if (rc == CRM4E_OK)
        rc = crm4e_session_open(&f->lawyer, f->org, "li@acme.example");
    return rc < 0 ? fail(crm4e_engine_error(f->engine)) : 0;
}

static int add_rule(crm4e_module *documents)
{
    crm4e_assign_options assign = CRM4E_ASSIGN_OPTIONS_INIT;
    crm4e_workflow *rule = NULL;
    int rc = crm4e_workflow_new(&rule, documents, "Assign requests");

    assign.target = CRM4E_ASSIGN_TEAM_MODULE_USERS;
    assign.notify = 1;
    assign.transfer = CRM4E_TRANSFER_OPEN_ACTIVITIES;
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_on(rule, CRM4E_ON_CREATE);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_when(rule, "Created_By = 'peer@acme.example'");
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_then_assign_owner(rule, &assign);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    return rc;
}

static int build_team(firm *f)
{
    crm4e_space_options space_options = CRM4E_SPACE_OPTIONS_INIT;
    crm4e_module_options module_options = CRM4E_MODULE_OPTIONS_INIT;
    crm4e_field_options fee = CRM4E_FIELD_OPTIONS_INIT;
    crm4e_space *legal = NULL;
    crm4e_module *documents = NULL;
    int rc;

    space_options.name = "Legal";
    rc = crm4e_space_create(&legal, f->admin, &space_options);
    module_options.api_name = "Documents";
    module_options.singular = "Document";
    module_options.access = CRM4E_ACCESS_TEAM;
    module_options.space = "Legal";
    if (rc == CRM4E_OK)
        rc = crm4e_module_create(&documents, f->admin, &module_options);
    fee.api_name = "Fee";
    fee.type = CRM4E_TYPE_CURRENCY;
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_field(documents, &fee);
    for (int i = 0; rc == CRM4E_OK && i < LAWYERS; i++)
        rc = crm4e_module_add_member(documents, f->lawyers[i], CRM4E_TEAM_MEMBER);
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_member(documents, f->peer_id, CRM4E_TEAM_REQUESTER);
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_member(documents, f->other_id, CRM4E_TEAM_REQUESTER);
    if (rc == CRM4E_OK)
        rc = add_rule(documents);
    crm4e_module_free(documents);
    crm4e_space_free(legal);
    return rc < 0 ? fail(crm4e_session_error(f->admin)) : 0;
}

static int request(firm *f, const char *name, crm4e_id *id)
{
    crm4e_record *record = NULL;
    const char *owner = NULL;
    int rc = crm4e_record_new(&record, f->peer, "Documents");

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, "Name", name, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_decimal(record, "Fee", "1200.00");
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    if (rc == CRM4E_OK)
        rc = crm4e_record_get_text(record, "Owner", &owner, NULL);
    if (rc < 0)
        return fail(crm4e_session_error(f->peer));
    printf("%s is with %s\n", name, owner);
    *id = crm4e_record_id(record);
    crm4e_record_free(record);
    return 0;
}

/* Who learns of the request, and who does not. */
static int check_eyes(firm *f, crm4e_id id)
{
    crm4e_record *record = NULL;
    crm4e_cursor *rows = NULL;
    int wrong = 0;

    wrong |= expect(crm4e_record_open(&record, f->peer, "Documents", id), CRM4E_OK,
                    "the requester follows his request");
    crm4e_record_free(record);
    wrong |= expect(crm4e_record_open(&record, f->lawyer, "Documents", id), CRM4E_OK,
                    "the team sees it");
    crm4e_record_free(record);
    wrong |= expect(crm4e_record_open(&record, f->other, "Documents", id), CRM4E_E_NOT_FOUND,
                    "another requester does not");
    wrong |= expect(crm4e_record_open(&record, f->outsider, "Documents", id), CRM4E_E_NOT_FOUND,
                    "an outsider does not");
    wrong |= expect(crm4e_query_text(&rows, f->outsider, "select Name from Documents"),
                    CRM4E_E_NOT_FOUND, "nor by a question");
    return wrong;
}

static int show_chart(firm *f)
{
    crm4e_chart *chart = NULL;
    int rc = crm4e_chart_new(&chart, f->lawyer, "Documents");

    if (rc == CRM4E_OK)
        rc = crm4e_chart_group_by(chart, "Owner", 0);
    if (rc == CRM4E_OK)
        rc = crm4e_chart_measure(chart, CRM4E_SUM, "Fee");
    if (rc == CRM4E_OK)
        rc = crm4e_chart_run(chart);
    if (rc < 0)
        return fail(crm4e_session_error(f->lawyer));
    for (size_t i = 0; i < crm4e_chart_buckets(chart); i++)
        printf("%s\t%s\n", crm4e_chart_label(chart, i, 0), crm4e_chart_value(chart, i, 0));
    crm4e_chart_free(chart);
    return 0;
}

int main(int argc, char **argv)
{
    static const char *const names[] = {"NDA for the tower", "Lease, ground floor",
                                        "\xe8\xa7\x84\xe5\x88\x92\xe8\xae\xb8\xe5\x8f\xaf",
                                        "Power of attorney"};
    firm f;
    crm4e_id id = 0;
    int result;

    memset(&f, 0, sizeof f);
    result = open_firm(&f, argc > 1 ? argv[1] : "requests.crm4e");
    if (result == 0)
        result = hire(&f);
    if (result == 0)
        result = build_team(&f);
    for (size_t i = 0; result == 0 && i < sizeof names / sizeof *names; i++)
        result = request(&f, names[i], &id);
    if (result == 0)
        result = check_eyes(&f, id);
    if (result == 0)
        result = show_chart(&f);
    crm4e_engine_close(f.engine);
    return result;
}
