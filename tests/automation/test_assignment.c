/* SPDX-License-Identifier: MIT */
/* Assignment rules: whom records go to by what they say; for requests, imports and rules. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char document[] =
    "{'crm4e': 1, 'org': {'crm4e': true},"
    " 'roles': [{'name': 'Senior', 'parent': 'CEO'}],"
    " 'users': ["
    "  {'email': 'pat@acme.example', 'profile': 'Standard'},"
    "  {'email': 'lee@acme.example', 'profile': 'Standard'},"
    "  {'email': 'u1@acme.example', 'profile': 'Standard'},"
    "  {'email': 'u2@acme.example', 'profile': 'Standard', 'role': 'Senior'},"
    "  {'email': 'u3@acme.example', 'profile': 'Standard', 'role': 'Senior'}],"
    " 'groups': [{'name': 'Experts', 'sources': [{'user': 'u1@acme.example'},"
    "  {'role': 'Senior'}]}],"
    " 'modules': ["
    "  {'api_name': 'Papers', 'team': true,"
    "   'fields': [{'api_name': 'Fee', 'type': 'integer'}, {'api_name': 'Kind', 'type': 'text'}],"
    "   'members': [{'user': 'lee@acme.example', 'profile': 'admin'},"
    "               {'user': 'u1@acme.example', 'profile': 'member'},"
    "               {'user': 'u2@acme.example', 'profile': 'member'},"
    "               {'user': 'u3@acme.example', 'profile': 'participant'},"
    "               {'user': 'pat@acme.example', 'profile': 'requester'}]}],"
    " 'assignment_rules': [{'name': 'Incoming', 'module': 'Papers', 'entries': ["
    "  {'when': 'Fee > 1000', 'to': {'target': 'role', 'role': 'Senior'}},"
    "  {'when': 'Kind = `expert`', 'to': {'target': 'group', 'group': 'Experts'}},"
    "  {'when': 'Kind = `online`', 'to': {'target': 'team_module_users', 'online_only': true}},"
    "  {'when': 'Kind = `none`', 'to': {'target': 'users', 'users': ['pat@acme.example']}},"
    "  {'to': {'target': 'users', 'users': ['u3@acme.example', 'u1@acme.example']}}]}]}";

static crm4e_session *pat, *lee;

static int setup(void **state)
{
    host *h;

    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, document);
    pat = host_session(h, "pat@acme.example");
    lee = host_session(h, "lee@acme.example");
    return 0;
}

static crm4e_module *papers_of(crm4e_session *session)
{
    crm4e_module *module = NULL;

    host_ok(session, crm4e_module_open(&module, session, "Papers"));
    return module;
}

/* "u1": who gets a record that says this. */
static const char *goes_to(crm4e_session *session, const char *fields)
{
    static char owner[64];
    char *json = host_json(fields);
    crm4e_record *record = NULL;
    const char *text = NULL;

    host_ok(session, crm4e_record_new(&record, session, "Papers"));
    host_ok(session, crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_save(record));
    host_ok(session, crm4e_record_get_text(record, "Owner", &text, NULL));
    (void)snprintf(owner, sizeof owner, "%.*s", (int)strcspn(text, "@"), text);
    crm4e_record_free(record);
    free(json);
    return owner;
}

static void use_for_requests(void)
{
    crm4e_module *papers = papers_of(lee);

    host_ok(lee, crm4e_module_set_assignment_rule(papers, "incoming"));
    crm4e_module_free(papers);
}

static int put(crm4e_session *session, const char *rule)
{
    crm4e_module *papers = papers_of(session);
    char *json = host_json(rule);
    int rc = crm4e_assignment_put(papers, json, CRM4E_NUL_TERMINATED);

    free(json);
    crm4e_module_free(papers);
    return rc;
}

#define SMALL "{'Name': 'A', 'Fee': 1}"
#define LARGE "{'Name': 'A', 'Fee': 5000, 'Kind': 'expert'}"

static void first_entry_that_holds(void **state)
{
    host *h = *state;
    crm4e_session *u2;

    assert_string_equal(goes_to(pat, SMALL), "pat");
    use_for_requests();
    for (int i = 0; i < 3; i++) {
        assert_string_equal(goes_to(pat, SMALL), "u1");
        assert_string_equal(goes_to(pat, LARGE), "u2");
        assert_string_equal(goes_to(pat, SMALL), "u3");
        assert_string_equal(goes_to(pat, LARGE), "u3");
    }
    assert_string_equal(goes_to(pat, "{'Name': 'A', 'Kind': 'expert'}"), "u1");
    assert_string_equal(goes_to(pat, "{'Name': 'A', 'Kind': 'expert'}"), "u2");
    assert_string_equal(goes_to(pat, "{'Name': 'A', 'Kind': 'expert'}"), "u3");
    /* an entry that holds decides, also when it has nobody: then the request is his */
    assert_string_equal(goes_to(pat, "{'Name': 'A', 'Kind': 'none'}"), "pat");
    assert_string_equal(goes_to(pat, "{'Name': 'A', 'Kind': 'online'}"), "pat");
    u2 = host_session(h, "u2@acme.example");
    host_ok(u2, crm4e_session_set_online(u2, INT64_C(4102444800000000)));
    crm4e_session_close(u2);
    assert_string_equal(goes_to(pat, "{'Name': 'A', 'Kind': 'online'}"), "u2");
    /* what members add is theirs */
    assert_string_equal(goes_to(lee, SMALL), "lee");
}

/* The rule's answer stays when a workflow rule has none, and gives way to one. */
static void before_workflow_rules(void **state)
{
    host *h = *state;

    use_for_requests();
    host_apply(h, "{'workflows': [{'name': 'R', 'module': 'Papers', 'on': 'create', 'conditions': ["
                  " {'when': 'Owner = `u3@acme.example`', 'then': [{'assign_owner': {"
                  "  'target': 'users', 'users': ['u2@acme.example']}}]}]}]}");
    assert_string_equal(goes_to(pat, SMALL), "u1");
    assert_string_equal(goes_to(pat, SMALL), "u2");
}

static void as_target_of_a_rule(void **state)
{
    host *h = *state;
    crm4e_assign_options assign = CRM4E_ASSIGN_OPTIONS_INIT;
    crm4e_module *papers = papers_of(lee);
    crm4e_workflow *rule = NULL;

    host_ok(lee, crm4e_workflow_new(&rule, papers, "Assign"));
    host_ok(lee, crm4e_workflow_on(rule, CRM4E_ON_CREATE));
    assign.target = CRM4E_ASSIGN_RULE;
    host_refused(lee, crm4e_workflow_then_assign_owner(rule, &assign), CRM4E_E_MISUSE, NULL);
    assign.target = CRM4E_ASSIGN_GROUP;
    host_refused(lee, crm4e_workflow_then_assign_owner(rule, &assign), CRM4E_E_MISUSE, NULL);
    assign.target = CRM4E_ASSIGN_RULE;
    assign.assignment_rule = "Incoming";
    host_ok(lee, crm4e_workflow_then_assign_owner(rule, &assign));
    host_ok(lee, crm4e_workflow_save(rule));
    crm4e_workflow_free(rule);
    assert_string_equal(goes_to(lee, SMALL), "u1");
    assert_string_equal(goes_to(lee, LARGE), "u2");
    assert_string_equal(goes_to(pat, SMALL), "u3");
    /* the one it names is gone: the rule fails, the record is there */
    host_ok(lee, crm4e_assignment_remove(papers, "Incoming"));
    assert_string_equal(goes_to(lee, SMALL), "lee");
    crm4e_module_free(papers);
    host_apply(h,
               "{'workflows': [{'name': 'Assign', 'module': 'Papers', 'on': 'create', 'conditions':"
               " [{'then': [{'assign_owner': {'target': 'group', 'group': 'Experts'}}]}]}]}");
    assert_string_equal(goes_to(lee, SMALL), "u1");
}

static const char *csv;
static int32_t read_csv(void *user, char *bytes, size_t size, size_t *read)
{
    size_t length = strlen(csv) < size ? strlen(csv) : size;

    (void)user;
    memcpy(bytes, csv, length);
    csv += length;
    *read = length;
    return CRM4E_CONTINUE;
}

static void by_import(void **state)
{
    host *h = *state;
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;
    char *rows;

    options.module = "Papers";
    options.read = read_csv;
    options.assignment_rule = "Incoming";
    csv = "Name,Fee,Owner\nA,1,\nB,1,\nC,2000,\nD,1,u2@acme.example\nE,1,\n";
    host_ok(lee, crm4e_import_records(NULL, lee, &options));
    rows = host_query(h->admin, "select Name, Owner from Papers order by Name");
    assert_string_equal(rows, "A|u1@acme.example\nB|u3@acme.example\nC|u2@acme.example\n"
                              "D|u2@acme.example\nE|u1@acme.example\n");
    free(rows);
    options.assignment_rule = "Nowhere";
    csv = "Name\nA\n";
    host_refused(lee, crm4e_import_records(NULL, lee, &options), CRM4E_E_NOT_FOUND,
                 "assignment_rule names no assignment rule of the module");
    options.assignment_rule = NULL;
    csv = "Name\nF\n";
    host_ok(lee, crm4e_import_records(NULL, lee, &options));
    assert_int_equal(host_count(h->admin, "Papers", "Owner = 'lee@acme.example'"), 1);
}

static void refusals(void **state)
{
    static const struct {
        const char *rule;
        int code;
        const char *message;
    } wrong[] = {
        {"{'name': 'X'}", CRM4E_E_INVALID, "entries must be an array with at least one entry"},
        {"{'name': 'X', 'entries': []}", CRM4E_E_INVALID, NULL},
        {"{'name': ' ', 'entries': [{'to': {'target': 'team_module_users'}}]}", CRM4E_E_INVALID,
         "name is blank"},
        {"{'name': 'X', 'entries': [{}]}", CRM4E_E_INVALID, "to must be an object"},
        {"{'name': 'X', 'entries': [{'to': {}}]}", CRM4E_E_INVALID, NULL},
        {"{'name': 'X', 'entries': [{'to': {'target': 'all'}}]}", CRM4E_E_INVALID, NULL},
        {"{'name': 'X', 'entries': [{'to': {'target': 'assignment_rule'}}]}", CRM4E_E_INVALID,
         NULL},
        {"{'name': 'X', 'entries': [{'to': {'target': 'team_module_users', 'notify': true}}]}",
         CRM4E_E_INVALID, "notify is no member that is known"},
        {"{'name': 'X', 'entries': [{'to': {'target': 'users', 'users': ['no@acme.example']}}]}",
         CRM4E_E_NOT_FOUND, "users names no user"},
        {"{'name': 'X', 'entries': [{'to': {'target': 'role', 'role': 'No'}}]}", CRM4E_E_NOT_FOUND,
         "role names no role"},
        {"{'name': 'X', 'entries': [{'to': {'target': 'group', 'group': 'No'}}]}",
         CRM4E_E_NOT_FOUND, "group names no group"},
        {"{'name': 'X', 'entries': [{'when': 'No = 1', 'to': {'target': 'team_module_users'}}]}",
         CRM4E_E_INVALID, NULL},
        {"{'name': 'X', 'entries': [{'when': 'Fee >', 'to': {'target': 'team_module_users'}}]}",
         CRM4E_E_INVALID, NULL},
        {"{'name': 'X', 'entries': [{'to': {'target': 'team_module_users'}},"
         " {'to': {'target': 'team_module_users'}}]}",
         CRM4E_E_INVALID, "entries holds an entry for all records before the last"},
        {"[]", CRM4E_E_INVALID, NULL},
        {"{", CRM4E_E_INVALID, NULL},
    };
    host *h = *state;
    crm4e_module *papers = papers_of(lee), *leads = NULL;
    crm4e_session *u1 = host_session(h, "u1@acme.example");
    crm4e_module *his = papers_of(u1);
    crm4e_text *text = NULL;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        host_refused(lee, put(lee, wrong[i].rule), wrong[i].code, wrong[i].message);
    host_refused(u1, put(u1, "{'name': 'X', 'entries': [{'to': {'target': 'team_module_users'}}]}"),
                 CRM4E_E_DENIED, NULL);
    host_refused(u1, crm4e_assignments_json(&text, his), CRM4E_E_DENIED, NULL);
    host_refused(u1, crm4e_assignment_remove(his, "Incoming"), CRM4E_E_DENIED, NULL);
    host_refused(u1, crm4e_module_set_assignment_rule(his, "Incoming"), CRM4E_E_DENIED, NULL);
    host_refused(lee, crm4e_assignment_remove(papers, "No"), CRM4E_E_NOT_FOUND, NULL);
    host_refused(lee, crm4e_assignment_remove(papers, NULL), CRM4E_E_MISUSE, NULL);
    host_refused(lee, crm4e_assignment_put(papers, NULL, 0), CRM4E_E_MISUSE, NULL);
    host_refused(lee, crm4e_module_set_assignment_rule(papers, "No"), CRM4E_E_NOT_FOUND, NULL);
    host_ok(h->admin, crm4e_module_open(&leads, h->admin, "Leads"));
    host_refused(h->admin, crm4e_module_set_assignment_rule(leads, "No"), CRM4E_E_UNSUPPORTED,
                 NULL);
    use_for_requests();
    host_refused(lee, crm4e_assignment_remove(papers, "Incoming"), CRM4E_E_CONFLICT,
                 "name names the rule of the requester settings");
    host_ok(lee, crm4e_module_set_assignment_rule(papers, NULL));
    assert_string_equal(goes_to(pat, SMALL), "pat");
    host_ok(lee, crm4e_assignment_remove(papers, "Incoming"));
    host_ok(lee, crm4e_assignments_json(&text, papers));
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
    crm4e_module_free(papers);
    crm4e_module_free(leads);
    crm4e_module_free(his);
}

/* One setting drops the other; a document says the same as the calls. */
static void one_setting_or_the_other(void **state)
{
    host *h = *state;
    crm4e_module *papers = papers_of(lee);
    crm4e_id u2 = 0;
    crm4e_text *text = NULL;

    host_ok(lee, crm4e_user_find(lee, "u2@acme.example", &u2));
    use_for_requests();
    host_ok(lee, crm4e_module_json(&text, papers));
    assert_non_null(strstr(crm4e_text_data(text), "\"default_owners\":[],"
                                                  "\"assignment_rule\":\"Incoming\""));
    crm4e_text_free(text);
    host_ok(lee, crm4e_module_set_default_owners(papers, &u2, 1));
    assert_string_equal(goes_to(pat, SMALL), "u2");
    host_apply(h, "{'modules': [{'api_name': 'Papers', 'assignment_rule': 'Incoming'}]}");
    assert_string_equal(goes_to(pat, SMALL), "u1");
    host_apply(h, "{'modules': [{'api_name': 'Papers', 'assignment_rule': ''}]}");
    assert_string_equal(goes_to(pat, SMALL), "pat");
    host_ok(lee, crm4e_assignments_json(&text, papers));
    assert_non_null(strstr(crm4e_text_data(text),
                           "{\"when\":\"Kind = 'expert'\",\"to\":{\"target\":\"group\",\"group\":"
                           "\"Experts\"}}"));
    crm4e_text_free(text);
    crm4e_module_free(papers);
}

/* Who wrote the rule leaves: it chooses nobody, and no request is lost. */
static void author_leaves(void **state)
{
    host *h = *state;
    crm4e_text *text = NULL;

    assert_int_equal(put(lee, "{'name': 'Incoming', 'entries': [{'to': {'target': 'users',"
                              " 'users': ['u1@acme.example']}}]}"),
                     CRM4E_OK);
    use_for_requests();
    assert_string_equal(goes_to(pat, SMALL), "u1");
    host_apply(h, "{'users': [{'email': 'lee@acme.example', 'status': 'inactive'}]}");
    assert_string_equal(goes_to(pat, SMALL), "pat");
    host_apply(h, "{'users': [{'email': 'lee@acme.example', 'status': 'active'},"
                  "  {'email': 'u1@acme.example', 'status': 'deleted'}]}");
    assert_string_equal(goes_to(pat, SMALL), "pat");
    host_apply(h, "{'assignment_rules': [{'name': 'Incoming', 'module': 'Papers', 'entries': ["
                  " {'to': {'target': 'role', 'role': 'Senior'}}]}]}");
    assert_string_equal(goes_to(pat, SMALL), "u2");
    assert_int_equal(crm4e_check(&text, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
}

static void goes_with_its_module(void **state)
{
    host *h = *state;
    crm4e_module *papers = papers_of(h->admin);
    crm4e_text *text = NULL;

    use_for_requests();
    assert_string_equal(goes_to(pat, SMALL), "u1");
    host_ok(h->admin, crm4e_module_remove(papers));
    crm4e_module_free(papers);
    assert_int_equal(crm4e_check(&text, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    assert_non_null(strstr(crm4e_text_data(text), "\"assignment_rules\":[]"));
    crm4e_text_free(text);
}

static void many(void **state)
{
    char rule[256];

    (void)state;
    for (int i = 1; i < 100; i++) {
        (void)snprintf(rule, sizeof rule,
                       "{'name': 'R%d', 'entries': [{'to': {'target': 'team_module_users'}}]}", i);
        assert_int_equal(put(lee, rule), CRM4E_OK);
    }
    host_refused(lee,
                 put(lee, "{'name': 'More', 'entries': [{'to': {'target':"
                          " 'team_module_users'}}]}"),
                 CRM4E_E_LIMIT, "the module has 100 assignment rules");
    assert_int_equal(
        put(lee, "{'name': 'R7', 'entries': [{'to': {'target': 'team_module_users'}}]}"), CRM4E_OK);
}

static crm4e_module *starved;

static int put_one(host *h)
{
    static const char rule[] = "{\"name\": \"New\", \"entries\": [{\"when\": \"Fee = 1\","
                               " \"to\": {\"target\": \"group\", \"group\": \"Experts\"}}]}";

    (void)h;
    return crm4e_assignment_put(starved, rule, CRM4E_NUL_TERMINATED);
}

static void not_there(host *h)
{
    (void)h;
    host_refused(lee, crm4e_assignment_remove(starved, "New"), CRM4E_E_NOT_FOUND, NULL);
}

static int add_one(host *h)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, pat, "Papers");

    (void)h;
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, "Name", "A", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, "Kind", "expert", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

static void none_added(host *h)
{
    assert_int_equal(host_count(h->admin, "Papers", NULL), 0);
}

static void without_memory(void **state)
{
    use_for_requests();
    host_starve(*state, add_one, none_added);
}

static void put_without_memory(void **state)
{
    starved = papers_of(lee);
    host_starve(*state, put_one, not_there);
    host_ok(lee, crm4e_assignment_remove(starved, "New"));
    crm4e_module_free(starved);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, host_teardown)
    const struct CMUnitTest tests[] = {
        TEST(first_entry_that_holds),
        TEST(before_workflow_rules),
        TEST(as_target_of_a_rule),
        TEST(by_import),
        TEST(refusals),
        TEST(one_setting_or_the_other),
        TEST(author_leaves),
        TEST(goes_with_its_module),
        TEST(many),
        TEST(without_memory),
        TEST(put_without_memory),
    };
    return host_run("assignment rules", tests, sizeof tests / sizeof tests[0]);
}
