/* SPDX-License-Identifier: MIT */
/* The run log: what became of rules, told to whom it concerns, page by page, and cut. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* bo and cy see what they own. bo sets up automation, and does not see titles. */
static const char document[] =
    "{'crm4e': 1,"
    " 'modules': [{'api_name': 'Leads', 'org_default': 'private'}],"
    " 'profiles': ["
    "  {'name': 'Builder', 'clone_of': 'Standard', 'admin': ['manage_automation'],"
    "   'fields': {'Leads': {'Designation': 'hidden'}}},"
    "  {'name': 'Maker', 'clone_of': 'Standard', 'admin': ['manage_automation']},"
    "  {'name': 'Blind', 'clone_of': 'Standard', 'admin': ['manage_automation'],"
    "   'modules': {'*': ['view'], 'Leads': []}}],"
    " 'roles': [{'name': 'Left', 'parent': 'CEO'}, {'name': 'Right', 'parent': 'CEO'}],"
    " 'users': ["
    "  {'email': 'bo@acme.example', 'profile': 'Builder', 'role': 'Left'},"
    "  {'email': 'cy@acme.example', 'profile': 'Standard', 'role': 'Right'},"
    "  {'email': 'di@acme.example', 'profile': 'Blind', 'role': 'Right'},"
    "  {'email': 'ed@acme.example', 'profile': 'Maker', 'role': 'Left'},"
    "  {'email': 'em@acme.example', 'profile': 'Standard', 'status': 'inactive'}],"
    " 'workflows': ["
    "  {'name': 'Done', 'module': 'Leads', 'on': 'create', 'conditions': ["
    "   {'when': 'Company = `D`', 'then': [{'notify': {'to': 'owner', 'subject': 'S'}}]}]},"
    "  {'name': 'Skipped', 'module': 'Leads', 'on': 'create', 'conditions': ["
    "   {'when': 'Company = `S`', 'then': [{'notify': {'to': 'em@acme.example',"
    "    'subject': 'S'}}]}]},"
    "  {'name': 'Gone', 'module': 'Leads', 'on': 'delete', 'conditions': ["
    "   {'then': [{'notify': {'to': 'creator', 'subject': 'S'}}]}]}]}";

/* Saved by ed, who may not do it any more. */
static const char failing[] =
    "{'crm4e': 1, 'workflows': ["
    "  {'name': 'Failed', 'module': 'Leads', 'on': 'create', 'conditions': ["
    "   {'when': 'Company = `F`', 'then': [{'update_field': {'field': 'Designation',"
    "    'value': 'Boss'}}]}]}]}";
static const char narrowed[] = "{'crm4e': 1, 'profiles': [{'name': 'Maker',"
                               "  'fields': {'Leads': {'Designation': 'read_only'}}}]}";

static host *h;
static crm4e_session *bo, *cy, *di, *ed;

static void apply_as(crm4e_session *session, const char *change)
{
    char *json = host_json(change);
    crm4e_text *text = NULL;

    host_ok(session, crm4e_org_apply(&text, session, json, CRM4E_NUL_TERMINATED));
    crm4e_text_free(text);
    free(json);
}

static int setup(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, document);
    bo = host_session(h, "bo@acme.example");
    cy = host_session(h, "cy@acme.example");
    di = host_session(h, "di@acme.example");
    ed = host_session(h, "ed@acme.example");
    apply_as(ed, failing);
    host_apply(h, narrowed);
    return 0;
}

static crm4e_id add(crm4e_session *session, const char *company)
{
    crm4e_record *record = NULL;
    crm4e_id id;

    host_ok(session, crm4e_record_new(&record, session, "Leads"));
    host_ok(session, crm4e_record_set_text(record, "Last_Name", "L", CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_set_text(record, "Company", company, CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    return id;
}

/* What one reads, in *text. */
static int read_as(crm4e_session *session, const crm4e_runs_options *options, crm4e_text **text)
{
    crm4e_module *leads = NULL;
    int rc = crm4e_module_open(&leads, session, "Leads");

    if (rc == CRM4E_OK)
        rc = crm4e_runs_json(text, leads, options);
    crm4e_module_free(leads);
    return rc;
}

/* How often a piece of text is told to him. */
static int told(crm4e_session *session, const crm4e_runs_options *options, const char *piece)
{
    crm4e_text *text = NULL;
    char *json = host_json(piece);
    int count = 0;

    host_ok(session, read_as(session, options, &text));
    for (const char *at = crm4e_text_data(text); (at = strstr(at, json)); at++)
        count++;
    crm4e_text_free(text);
    free(json);
    return count;
}

static void test_outcomes(void **state)
{
    crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
    char line[256];
    crm4e_id done = add(h->admin, "D");
    crm4e_id skipped = add(h->admin, "S");

    (void)state;
    (void)add(h->admin, "N");
    (void)snprintf(line, sizeof line,
                   "'rule':'Done','record':%lld,'version':1,'result':'done','message':null",
                   (long long)done);
    assert_int_equal(told(h->admin, NULL, line), 1);
    (void)snprintf(line, sizeof line,
                   "'rule':'Skipped','record':%lld,'version':1,'result':'skipped',"
                   "'message':'notify: the recipient is not active'",
                   (long long)skipped);
    assert_int_equal(told(h->admin, NULL, line), 1);
    assert_int_equal(told(h->admin, NULL, "'rule':"), 2);
    assert_int_equal(told(h->admin, NULL, "'before':null"), 1);
    options.record = done;
    assert_int_equal(told(h->admin, &options, "'rule':"), 1);
    assert_int_equal(told(h->admin, &options, "'Done'"), 1);
    options.record = 0;
    options.rule = "Skipped";
    assert_int_equal(told(h->admin, &options, "'rule':'Skipped'"), 1);
    options.rule = NULL;
    options.result = CRM4E_RUN_DONE;
    assert_int_equal(told(h->admin, &options, "'rule':'Done'"), 1);
    options.result = CRM4E_RUN_FAILED;
    assert_int_equal(told(h->admin, &options, "{'runs':[],'before':null}"), 1);
}

/* Lines about records that he does not see are not there for him. */
static void test_whose_records(void **state)
{
    crm4e_id his = add(bo, "D");
    char line[64];

    (void)state;
    (void)add(h->admin, "D");
    (void)add(cy, "D");
    assert_int_equal(told(h->admin, NULL, "'rule':'Done'"), 3);
    assert_int_equal(told(bo, NULL, "'rule':'Done'"), 1);
    (void)snprintf(line, sizeof line, "'record':%lld,", (long long)his);
    assert_int_equal(told(bo, NULL, line), 1);
    host_ok(bo, crm4e_record_delete(bo, "Leads", his, 0));
    assert_int_equal(told(bo, NULL, "'rule':"), 0);
    assert_int_equal(told(h->admin, NULL, line), 2);
    assert_int_equal(told(h->admin, NULL, "'rule':'Gone'"), 1);
}

/* What the error speaks of is closed to bo; ed could not save it any more himself. */
static void test_whose_errors(void **state)
{
    static const char error[] = "Designation";

    (void)state;
    (void)add(bo, "F");
    (void)add(ed, "F");
    assert_int_equal(told(bo, NULL, "'result':'failed','message':null"), 1);
    assert_int_equal(told(ed, NULL, "'result':'failed','message':null"), 1);
    assert_int_equal(told(bo, NULL, error), 0);
    assert_int_equal(told(h->admin, NULL, "'result':'failed'"), 2);
    assert_int_equal(told(h->admin, NULL, error), 2);
    host_apply(h, "{'profiles': [{'name': 'Maker',"
                  " 'fields': {'Leads': {'Designation': 'read_write'}}}]}");
    assert_int_equal(told(ed, NULL, error), 1);
    assert_int_equal(told(bo, NULL, error), 0);
}

/* Rules of requester settings fail before there is a record. */
static void test_assignment_rules(void **state)
{
    crm4e_module *papers = NULL;
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;

    (void)state;
    host_apply(h, "{'org': {'crm4e': true},"
                  " 'modules': [{'api_name': 'Papers', 'team': true, 'members': ["
                  "   {'user': 'bo@acme.example', 'profile': 'admin'},"
                  "   {'user': 'cy@acme.example', 'profile': 'requester'}]}]}");
    apply_as(bo, "{'crm4e': 1, 'assignment_rules': [{'name': 'In', 'module': 'Papers', 'entries': ["
                 "   {'to': {'target': 'team_module_users'}}]}],"
                 " 'modules': [{'api_name': 'Papers', 'team': true, 'assignment_rule': 'In'}]}");
    host_apply(h, "{'users': [{'email': 'bo@acme.example', 'status': 'inactive'}]}");
    host_ok(cy, crm4e_record_new(&record, cy, "Papers"));
    host_ok(cy, crm4e_record_set_text(record, "Name", "P", CRM4E_NUL_TERMINATED));
    host_ok(cy, crm4e_record_save(record));
    crm4e_record_free(record);
    host_ok(h->admin, crm4e_module_open(&papers, h->admin, "Papers"));
    host_ok(h->admin, crm4e_runs_json(&text, papers, NULL));
    assert_non_null(strstr(crm4e_text_data(text),
                           "\"assignment_rule\":\"In\",\"record\":null,\"version\":null,"
                           "\"result\":\"failed\",\"message\":\"the author of the rule is not"));
    crm4e_text_free(text);
    crm4e_module_free(papers);
}

static int64_t page(const crm4e_runs_options *options, int *lines)
{
    static const char mark[] = "\"before\":";
    crm4e_text *text = NULL;
    int64_t before;

    host_ok(h->admin, read_as(h->admin, options, &text));
    for (const char *at = crm4e_text_data(text); (at = strstr(at, "\"rule\":")); at++)
        (*lines)++;
    before = strtoll(strstr(crm4e_text_data(text), mark) + strlen(mark), NULL, 10);
    crm4e_text_free(text);
    return before;
}

/* No line is lost or told twice; more than one reading of the storage. */
static void test_pages(void **state)
{
    enum {
        LEADS = 130
    };
    static const int32_t limits[] = {1, 7, 100, LEADS, 1000};

    (void)state;
    for (int i = 0; i < LEADS; i++)
        (void)add(h->admin, "D");
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
        int lines = 0, pages = 0;
        options.limit = limits[i];
        do {
            options.before = page(&options, &lines);
            pages++;
        } while (options.before != 0);
        assert_int_equal(lines, LEADS);
        assert_int_equal(pages, (LEADS + limits[i] - 1) / limits[i]);
    }
}

/* A rule that is gone leaves its lines, whose error only administrators know. */
static void test_rule_that_is_gone(void **state)
{
    crm4e_module *leads = NULL;

    (void)state;
    (void)add(bo, "F");
    host_ok(h->admin, crm4e_module_open(&leads, h->admin, "Leads"));
    host_refused(h->admin, crm4e_runs_json(NULL, leads, NULL), CRM4E_E_MISUSE, NULL);
    host_apply(h, "{'roles': [{'name': 'Short', 'parent': 'CEO'}],"
                  " 'workflows': [{'name': 'Failed', 'module': 'Leads', 'on': 'create',"
                  "  'conditions': [{'then': [{'assign_owner': {'target': 'role',"
                  "   'role': 'Short'}}]}]}]}");
    host_ok(h->admin, crm4e_role_remove(h->admin, "Short"));
    (void)add(bo, "X");
    assert_int_equal(told(bo, NULL, "'rule':'Failed'"), 2);
    assert_int_equal(told(bo, NULL, "role names no role"), 0);
    assert_int_equal(told(h->admin, NULL, "role names no role"), 1);
    crm4e_module_free(leads);
}

static void test_refused(void **state)
{
    crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int32_t done = 7;

    (void)state;
    assert_int_equal(crm4e_runs_options_init(NULL), CRM4E_E_MISUSE);
    assert_int_equal(crm4e_runs_options_init(&options), CRM4E_OK);
    host_refused(cy, read_as(cy, NULL, &text), CRM4E_E_DENIED, NULL);
    host_refused(di, read_as(di, NULL, &text), CRM4E_E_NOT_FOUND, NULL);
    options.rule = "No";
    host_refused(h->admin, read_as(h->admin, &options, &text), CRM4E_E_NOT_FOUND,
                 "rule names no rule of the module");
    options.rule = "";
    host_refused(h->admin, read_as(h->admin, &options, &text), CRM4E_E_INVALID, NULL);
    options = (crm4e_runs_options)CRM4E_RUNS_OPTIONS_INIT;
    options.limit = 1001;
    host_refused(h->admin, read_as(h->admin, &options, &text), CRM4E_E_INVALID, NULL);
    options.limit = -1;
    host_refused(h->admin, read_as(h->admin, &options, &text), CRM4E_E_INVALID, NULL);
    options.limit = 0;
    options.result = 4;
    host_refused(h->admin, read_as(h->admin, &options, &text), CRM4E_E_INVALID, NULL);
    options.result = 0;
    options.record = -1;
    host_refused(h->admin, read_as(h->admin, &options, &text), CRM4E_E_INVALID, NULL);
    options.record = 0;
    options.before = -1;
    host_refused(h->admin, read_as(h->admin, &options, &text), CRM4E_E_INVALID, NULL);
    assert_null(text);
    host_refused(bo, crm4e_runs_purge(bo, 1, 1, &done), CRM4E_E_DENIED, NULL);
    host_refused(h->admin, crm4e_runs_purge(h->admin, -1, 1, &done), CRM4E_E_INVALID, NULL);
    host_refused(h->admin, crm4e_runs_purge(h->admin, 1, 0, &done), CRM4E_E_INVALID, NULL);
    host_refused(h->admin, crm4e_runs_purge(h->admin, 1, 100001, &done), CRM4E_E_INVALID, NULL);
    assert_int_equal(done, 7);
}

static void test_purge(void **state)
{
    const crm4e_time ever = INT64_C(4102444800000000); /* 2100 */
    crm4e_text *text = NULL;
    int32_t done = 0;

    (void)state;
    for (int i = 0; i < 5; i++)
        (void)add(h->admin, "D");
    host_ok(h->admin, crm4e_runs_purge(h->admin, 1, 10, &done));
    assert_int_equal(done, 0);
    host_ok(h->admin, crm4e_runs_purge(h->admin, ever, 3, &done));
    assert_int_equal(done, 3);
    assert_int_equal(told(h->admin, NULL, "'rule':"), 2);
    host_ok(h->admin, crm4e_runs_purge(h->admin, ever, 3, &done));
    assert_int_equal(done, 2);
    host_ok(h->admin, crm4e_runs_purge(h->admin, ever, 3, NULL));
    assert_int_equal(told(h->admin, NULL, "{'runs':[],'before':null}"), 1);
    host_ok(h->admin, crm4e_check(&text, h->org));
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
}

static crm4e_module *starved;

static int read_starved(host *of)
{
    crm4e_text *text = NULL;
    int rc = crm4e_runs_json(&text, starved, NULL);

    (void)of;
    crm4e_text_free(text);
    return rc;
}

static int purge_starved(host *of)
{
    return crm4e_runs_purge(of->admin, INT64_C(4102444800000000), 10, NULL);
}

static void all_there(host *of)
{
    (void)of;
    assert_int_equal(told(h->admin, NULL, "'rule':"), 2);
}

static void test_without_memory(void **state)
{
    (void)state;
    (void)add(bo, "F");
    (void)add(bo, "D");
    host_ok(bo, crm4e_module_open(&starved, bo, "Leads"));
    host_starve(h, read_starved, all_there);
    host_starve(h, purge_starved, all_there);
    crm4e_module_free(starved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_outcomes, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_whose_records, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_whose_errors, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_assignment_rules, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_pages, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_rule_that_is_gone, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_purge, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_without_memory, setup, host_teardown),
    };

    return host_run("run log", tests, sizeof tests / sizeof tests[0]);
}
