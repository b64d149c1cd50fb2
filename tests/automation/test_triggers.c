/* SPDX-License-Identifier: MIT */
/* What wakes rules beside a change as such: fields, the values they get, tags, notes; what a
 * record was; and rules that run once for a record. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BO "bo@acme.example"

static const char document[] =
    "{'crm4e': 1,"
    " 'profiles': [{'name': 'Builder', 'clone_of': 'Standard', 'admin': ['manage_automation'],"
    "  'fields': {'Leads': {'Tag': 'hidden', 'Phone': 'hidden'}}}],"
    " 'users': [{'email': '" BO "', 'profile': 'Builder'}],"
    " 'modules': [{'api_name': 'Leads', 'tags': [{'name': 'Hot'}, {'name': 'New'}],"
    "  'fields': [{'api_name': 'Fee', 'type': 'currency', 'scale': 2},"
    "   {'api_name': 'Rows', 'type': 'subform', 'settings': {'columns': ["
    "     {'api_name': 'Line', 'type': 'text'}]}}]}]}";

static host *h;
static crm4e_id lead;

static int setup(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, document);
    lead = host_create(h->admin, "Leads", "{'Last_Name': 'Li', 'Company': 'Tower'}");
    return 0;
}

static int change(const char *fields)
{
    crm4e_record *record = NULL;
    char *json = host_json(fields);
    int rc = crm4e_record_open(&record, h->admin, "Leads", lead);

    rc = rc < 0 ? rc : crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);
    rc = rc < 0 ? rc : crm4e_record_save(record);
    crm4e_record_free(record);
    free(json);
    return rc;
}

/* A rule that notes with a message that it ran; `how`: its trigger and more. */
static void put_rule(const char *how, const char *when)
{
    char rule[1000];

    (void)snprintf(rule, sizeof rule,
                   "{'crm4e': 1, 'workflows': [{'name': 'Look', 'module': 'Leads', %s,"
                   " 'conditions': [{%s'then': [{'notify': {'to': 'owner', 'subject': 'S'}}]}]}]}",
                   how, when);
    host_apply(h, rule);
}

static int refuse_rule(crm4e_session *session, const char *how, const char *when)
{
    crm4e_text *text = NULL;
    char rule[2000];
    char *json;
    int rc;

    (void)snprintf(rule, sizeof rule,
                   "{'crm4e': 1, 'workflows': [{'name': 'Look', 'module': 'Leads', %s,"
                   " 'conditions': [{%s'then': [{'notify': {'to': 'owner', 'subject': 'S'}}]}]}]}",
                   how, when);
    json = host_json(rule);
    rc = crm4e_org_apply(&text, session, json, CRM4E_NUL_TERMINATED);
    crm4e_text_free(text);
    free(json);
    return rc;
}

static size_t how_often(const char *text, const char *part)
{
    size_t count = 0;

    for (; (text = strstr(text, part)) != NULL; text++)
        count++;
    return count;
}

/* Lines of the run log, and messages, each with a key of its own. */
static size_t runs(void)
{
    crm4e_module *leads = NULL;
    crm4e_text *text = NULL, *messages = NULL;
    size_t count;

    host_ok(h->admin, crm4e_module_open(&leads, h->admin, "Leads"));
    host_ok(h->admin, crm4e_runs_json(&text, leads, NULL));
    host_ok(h->admin, crm4e_outbox_json(&messages, h->admin, CRM4E_OUTBOX_IS_WAITING, 0, 100));
    count = how_often(crm4e_text_data(text), "\"result\":\"done\"");
    assert_int_equal(how_often(crm4e_text_data(text), "\"result\":"), count);
    assert_int_equal(how_often(crm4e_text_data(messages), "\"kind\":\"notify\""), count);
    crm4e_text_free(text);
    crm4e_text_free(messages);
    crm4e_module_free(leads);
    return count;
}

/* How often the rule runs when that is done. */
static void assert_runs(const char *fields, size_t times)
{
    size_t before = runs();

    host_ok(h->admin, change(fields));
    assert_int_equal(runs() - before, times);
}

/* ------------------------------------------------------------- fields */

static void any_of_the_fields(void **state)
{
    (void)state;
    put_rule("'on': 'field_update', 'fields': ['City', 'Fee', 'Owner', 'Rows']", "");
    assert_runs("{'Company': 'Bank'}", 0);
    assert_runs("{'City': 'Rome'}", 1);
    assert_runs("{'City': 'Rome'}", 0);
    assert_runs("{'Fee': 10}", 1);
    assert_runs("{'Fee': '10.00'}", 0);
    assert_runs("{'Rows': [{'Line': 'a'}]}", 1);
    assert_runs("{'City': null, 'Fee': 11}", 1);
    (void)host_create(h->admin, "Leads",
                      "{'Last_Name': 'New', 'Company': 'Tower', 'City': 'Oslo'}");
    assert_int_equal(runs(), 4);
}

static void an_owner_is_a_field(void **state)
{
    crm4e_record *record = NULL;
    crm4e_session *bo = host_session(h, BO);

    (void)state;
    put_rule("'on': 'field_update', 'fields': ['Owner']", "");
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Leads", lead));
    host_ok(h->admin, crm4e_record_set_owner(record, crm4e_session_user(bo)));
    host_ok(h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
    assert_int_equal(runs(), 1);
}

static void all_of_the_fields(void **state)
{
    (void)state;
    put_rule("'on': 'field_update', 'fields': ['City', 'Fee'], 'match': 'all'", "");
    assert_runs("{'City': 'Rome'}", 0);
    assert_runs("{'City': 'Oslo', 'Fee': 10}", 1);
    assert_runs("{'City': 'Oslo', 'Fee': 11}", 0);
}

static void values_that_are_waited_for(void **state)
{
    (void)state;
    put_rule("'on': 'field_update', 'fields': [{'field': 'Fee', 'value': 10},"
             " {'field': 'City', 'value': null}, {'field': 'Lead_Status', 'value': 'Contacted'}]",
             "");
    assert_runs("{'Fee': 9}", 0);
    assert_runs("{'Fee': 10}", 1);
    assert_runs("{'City': 'Rome'}", 0);
    assert_runs("{'City': null}", 1);
    assert_runs("{'Lead_Status': 'Contacted'}", 1);
    assert_runs("{'Lead_Status': null}", 0);
    put_rule("'on': 'field_update', 'match': 'all',"
             " 'fields': [{'field': 'City', 'value': 'Rome'}, 'Fee']",
             "");
    assert_runs("{'City': 'Rome'}", 0);
    assert_runs("{'City': 'Oslo', 'Fee': 4}", 0);
    assert_runs("{'City': 'Rome', 'Fee': 5}", 1);
}

/* ------------------------------------------------------------- tags, notes */

static void tag(const char *name, bool on)
{
    host_ok(h->admin, on ? crm4e_record_tag(h->admin, "Leads", lead, name)
                         : crm4e_record_untag(h->admin, "Leads", lead, name));
}

static void tags_come_and_go(void **state)
{
    (void)state;
    put_rule("'on': 'tag_added'", "");
    tag("Hot", true);
    assert_int_equal(runs(), 1);
    tag("Hot", true);
    tag("Hot", false);
    assert_int_equal(runs(), 1);
    put_rule("'on': 'tag_added', 'tags': ['New']", "");
    tag("Hot", true);
    assert_int_equal(runs(), 1);
    tag("New", true);
    assert_int_equal(runs(), 2);
    put_rule("'on': 'tag_removed', 'tags': ['New', 'Hot']", "");
    tag("Hot", false);
    tag("New", false);
    assert_int_equal(runs(), 4);
    put_rule("'on': 'tag_removed'", "");
    tag("Hot", true);
    assert_int_equal(runs(), 4);
    tag("Hot", false);
    assert_int_equal(runs(), 5);
    assert_runs("{'City': 'Rome'}", 0);
}

static crm4e_id note_on(const char *module, crm4e_id id)
{
    char note[100];

    (void)snprintf(note, sizeof note, "{'Note_Content': 'c', 'Parent_Id': '%s:%lld'}", module,
                   (long long)id);
    return host_create(h->admin, "Notes", note);
}

/* Each note once, also those of one version of the record. */
static void notes_are_added(void **state)
{
    crm4e_text *problems = NULL;

    (void)state;
    put_rule("'on': 'note_added'", "'when': 'Company = `Tower`', ");
    (void)note_on("Leads", lead);
    (void)note_on("Leads", lead);
    (void)note_on("Accounts", host_create(h->admin, "Accounts", "{'Account_Name': 'A'}"));
    assert_int_equal(runs(), 2);
    assert_runs("{'Company': 'Bank'}", 0);
    (void)note_on("Leads", lead);
    assert_int_equal(runs(), 2);
    assert_int_equal(crm4e_check(&problems, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(problems), "[]");
    crm4e_text_free(problems);
}

/* The rule works on the record; when it may stop the change, no note comes. */
static void a_note_changes_its_record(void **state)
{
    crm4e_record *note = NULL;
    char *rows, text[50];

    (void)state;
    host_apply(h, "{'crm4e': 1, 'workflows': [{'name': 'Mark', 'module': 'Leads',"
                  " 'on': 'note_added', 'on_failure': 'fail', 'conditions': [{'then': ["
                  "  {'update_field': {'field': 'City', 'value': 'Noted'}}]}]}]}");
    (void)note_on("Leads", lead);
    rows = host_query(h->admin, "select City from Leads");
    assert_string_equal(rows, "Noted\n");
    free(rows);
    host_ok(h->admin, crm4e_record_set_locked(h->admin, "Leads", lead, 1));
    (void)snprintf(text, sizeof text, "Leads:%lld", (long long)lead);
    host_ok(h->admin, crm4e_record_new(&note, h->admin, "Notes"));
    host_ok(h->admin, crm4e_record_set_text(note, "Parent_Id", text, CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_set_text(note, "Note_Content", "n", CRM4E_NUL_TERMINATED));
    assert_int_equal(crm4e_record_save(note), CRM4E_E_LOCKED);
    crm4e_record_free(note);
    assert_int_equal(host_count(h->admin, "Notes", NULL), 1);
}

/* ------------------------------------------------------------- what was; once */

static void what_a_record_was(void **state)
{
    (void)state;
    put_rule("'on': 'create_or_edit'", "'when': 'City = `Rome`', 'was': 'City = `Oslo`', ");
    (void)host_create(h->admin, "Leads",
                      "{'Last_Name': 'New', 'Company': 'Tower', 'City': 'Rome'}");
    assert_int_equal(runs(), 0);
    assert_runs("{'City': 'Bern'}", 0);
    assert_runs("{'City': 'Rome'}", 0);
    assert_runs("{'City': 'Oslo'}", 0);
    assert_runs("{'City': 'Rome'}", 1);
    put_rule("'on': 'field_update', 'fields': ['City']", "'was': 'City = `Rome`', ");
    assert_runs("{'City': 'Ulm'}", 1);
    assert_runs("{'City': 'Rome'}", 0);
}

static void once_for_a_record(void **state)
{
    int32_t done = 0;

    (void)state;
    put_rule("'on': 'edit', 'repeat': false", "'when': 'City = `Rome`', ");
    assert_runs("{'City': 'Oslo'}", 0);
    assert_runs("{'City': 'Rome'}", 1);
    assert_runs("{'Company': 'Bank'}", 0);
    /* also when old lines are purged */
    host_ok(h->admin, crm4e_runs_purge(h->admin, INT64_C(250000000000000000), 100, &done));
    assert_int_equal(done, 0);
    assert_runs("{'Company': 'Tower'}", 0);
    lead = host_create(h->admin, "Leads", "{'Last_Name': 'Two', 'Company': 'Tower'}");
    assert_runs("{'City': 'Rome'}", 1);
    put_rule("'on': 'edit', 'repeat': true", "'when': 'City = `Rome`', ");
    assert_runs("{'Company': 'Bank'}", 1);
}

/* ------------------------------------------------------------- reading and writing */

static void the_document_comes_back(void **state)
{
    static const char *const rules[] = {
        ("'on':'field_update','fields':['City',{'field':'Fee','value':10}],'match':'all',"
         "'repeat':false"),
        "'on':'tag_added','tags':['Hot','New']",
        "'on':'note_added'",
        "'on':'edit'",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        crm4e_text *text = NULL, *told = NULL;
        char *wanted = host_json(rules[i]);

        put_rule(rules[i], i == 3 ? "'was': 'City = `Rome`', " : "");
        host_ok(h->admin, crm4e_org_export(&text, h->admin));
        assert_non_null(strstr(crm4e_text_data(text), wanted));
        if (i == 3)
            assert_non_null(strstr(crm4e_text_data(text), "\"was\":\"City = 'Rome'\""));
        host_ok(h->admin,
                crm4e_org_apply(&told, h->admin, crm4e_text_data(text), CRM4E_NUL_TERMINATED));
        crm4e_text_free(told);
        crm4e_text_free(text);
        free(wanted);
    }
}

static void rules_that_are_refused(void **state)
{
    static const struct {
        const char *how, *when;
        int code;
    } cases[] = {
        {"'on': 'field_update'", "", CRM4E_E_INVALID},
        {"'on': 'field_update', 'fields': []", "", CRM4E_E_INVALID},
        {"'on': 'field_update', 'fields': 'City'", "", CRM4E_E_INVALID},
        {"'on': 'field_update', 'fields': ['None']", "", CRM4E_E_INVALID},
        {"'on': 'field_update', 'fields': [1]", "", CRM4E_E_INVALID},
        {"'on': 'field_update', 'fields': ['Tag']", "", CRM4E_E_INVALID},
        {"'on': 'field_update', 'fields': ['Modified_Time']", "", CRM4E_E_INVALID},
        {"'on': 'field_update', 'fields': [{'field': 'Fee'}]", "", CRM4E_E_INVALID},
        {"'on': 'field_update', 'fields': [{'field': 'Fee', 'value': 'x'}]", "", CRM4E_E_INVALID},
        {"'on': 'field_update', 'fields': [{'field': 'Rows', 'value': []}]", "", CRM4E_E_INVALID},
        {"'on': 'field_update', 'fields': ['City'], 'match': 'some'", "", CRM4E_E_INVALID},
        {"'on': 'field_update', 'fields': ['City'], 'tags': ['Hot']", "", CRM4E_E_INVALID},
        {"'on': 'edit', 'fields': ['City']", "", CRM4E_E_INVALID},
        {"'on': 'edit', 'match': 'all'", "", CRM4E_E_INVALID},
        {"'on': 'edit', 'tags': ['Hot']", "", CRM4E_E_INVALID},
        {"'on': 'tag_added', 'tags': []", "", CRM4E_E_INVALID},
        {"'on': 'tag_added', 'tags': ['Cold']", "", CRM4E_E_NOT_FOUND},
        {"'on': 'edit', 'repeat': 1", "", CRM4E_E_INVALID},
        {"'on': 'create'", "'was': 'City = `Rome`', ", CRM4E_E_INVALID},
        {"'on': 'delete'", "'was': 'City = `Rome`', ", CRM4E_E_INVALID},
        {"'on': 'note_added'", "'was': 'City = `Rome`', ", CRM4E_E_INVALID},
        {"'on': 'edit'", "'was': 'City = ', ", CRM4E_E_INVALID},
        {"'on': 'edit'", "'was': 1, ", CRM4E_E_INVALID},
    };
    char fields[1000] = "'on': 'field_update', 'fields': ['City'";
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int rc = refuse_rule(h->admin, cases[i].how, cases[i].when);

        if (rc != cases[i].code)
            fail_msg("%s %s: %s", cases[i].how, cases[i].when, crm4e_code_name(rc));
    }
    for (int i = 0; i < 50; i++)
        (void)strcat(fields, ", 'City'");
    assert_int_equal(refuse_rule(h->admin, strcat(fields, "]"), ""), CRM4E_E_TOO_BIG);
}

/* An author waits for what he may read, today as when the rule was saved. */
static void rights_of_the_author(void **state)
{
    crm4e_session *bo = host_session(h, BO);

    (void)state;
    assert_int_equal(refuse_rule(bo, "'on': 'field_update', 'fields': ['Phone']", ""),
                     CRM4E_E_DENIED);
    assert_int_equal(refuse_rule(bo, "'on': 'tag_added'", ""), CRM4E_E_DENIED);
    assert_int_equal(refuse_rule(bo, "'on': 'edit'", "'was': 'Phone = `1`', "), CRM4E_E_DENIED);
    host_ok(bo, refuse_rule(bo, "'on': 'field_update', 'fields': ['City']", ""));
    host_apply(h, "{'crm4e': 1, 'profiles': [{'name': 'Builder', 'clone_of': 'Standard',"
                  " 'fields': {'Leads': {'City': 'hidden'}}}]}");
    host_ok(h->admin, change("{'City': 'Rome'}"));
    {
        crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
        crm4e_module *leads = NULL;
        crm4e_text *text = NULL;

        options.result = CRM4E_RUN_FAILED;
        host_ok(h->admin, crm4e_module_open(&leads, h->admin, "Leads"));
        host_ok(h->admin, crm4e_runs_json(&text, leads, &options));
        assert_int_equal(how_often(crm4e_text_data(text), "\"failed\""), 1);
        crm4e_text_free(text);
        crm4e_module_free(leads);
    }
}

/* ------------------------------------------------------------- builder, dry run */

static void the_builder(void **state)
{
    crm4e_workflow *rule = NULL;
    crm4e_module *leads = NULL;
    crm4e_text *text = NULL;

    (void)state;
    host_ok(h->admin, crm4e_module_open(&leads, h->admin, "Leads"));
    host_ok(h->admin, crm4e_workflow_new(&rule, leads, "Built"));
    assert_int_equal(crm4e_workflow_on(rule, CRM4E_ON_INTERACTION_ADDED + 1), CRM4E_E_INVALID);
    assert_int_equal(crm4e_workflow_on_fields(rule, "[", 0), CRM4E_E_INVALID);
    assert_int_equal(crm4e_workflow_on_fields(rule, "[]", 2), CRM4E_E_INVALID);
    assert_int_equal(crm4e_workflow_on_tags(rule, CRM4E_ON_EDIT, NULL), CRM4E_E_INVALID);
    assert_int_equal(crm4e_workflow_on_tags(rule, CRM4E_ON_TAG_ADDED, "x"), CRM4E_E_INVALID);
    assert_int_equal(crm4e_workflow_repeat(rule, 2), CRM4E_E_INVALID);
    assert_int_equal(crm4e_workflow_when_was(rule, NULL, "City ="), CRM4E_E_INVALID);
    assert_int_equal(crm4e_workflow_when_was(rule, NULL, NULL), CRM4E_E_MISUSE);
    host_ok(h->admin, crm4e_workflow_on_tags(rule, CRM4E_ON_TAG_ADDED, "[\"Hot\"]"));
    host_ok(h->admin, crm4e_workflow_on_tags(rule, CRM4E_ON_TAG_REMOVED, NULL));
    host_ok(h->admin, crm4e_workflow_on_fields(rule, "[\"City\"]", 1));
    host_ok(h->admin, crm4e_workflow_repeat(rule, 0));
    host_ok(h->admin, crm4e_workflow_when_was(rule, "Fee > 1", "City = 'Rome'"));
    host_ok(h->admin, crm4e_workflow_then_notify(rule, "owner", "S", NULL));
    host_ok(h->admin, crm4e_workflow_save(rule));
    crm4e_workflow_free(rule);
    crm4e_module_free(leads);
    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    assert_non_null(strstr(crm4e_text_data(text),
                           "\"on\":\"field_update\",\"fields\":[\"City\"],\"match\":\"all\","
                           "\"repeat\":false"));
    assert_non_null(strstr(crm4e_text_data(text), "\"was\":\"City = 'Rome'\""));
    crm4e_text_free(text);
}

static void assert_tried(crm4e_trigger on, const char *values, const char *result)
{
    crm4e_dry_run_options options = CRM4E_DRY_RUN_OPTIONS_INIT;
    crm4e_module *leads = NULL;
    crm4e_text *text = NULL;
    char wanted[50];

    options.on = on;
    options.values = values;
    host_ok(h->admin, crm4e_module_open(&leads, h->admin, "Leads"));
    host_ok(h->admin, crm4e_dry_run_json(&text, leads, lead, &options));
    (void)snprintf(wanted, sizeof wanted, "\"result\":\"%s\"", result);
    if (strstr(crm4e_text_data(text), wanted) == NULL)
        print_message("%s\n", crm4e_text_data(text));
    assert_non_null(strstr(crm4e_text_data(text), wanted));
    crm4e_text_free(text);
    crm4e_module_free(leads);
}

static void tried_dry(void **state)
{
    (void)state;
    put_rule("'on': 'field_update', 'fields': ['City']", "");
    assert_tried(CRM4E_ON_EDIT, "{\"City\": \"Rome\"}", "done");
    assert_tried(CRM4E_ON_EDIT, "{\"Company\": \"Bank\"}", "not_triggered");
    assert_tried(CRM4E_ON_EDIT, NULL, "not_triggered");
    assert_tried(CRM4E_ON_FIELD_UPDATE, NULL, "done");
    assert_tried(CRM4E_ON_NOTE_ADDED, NULL, "not_triggered");
    put_rule("'on': 'note_added', 'repeat': false", "");
    assert_tried(CRM4E_ON_NOTE_ADDED, NULL, "done");
    assert_tried(CRM4E_ON_TAG_REMOVED, NULL, "not_triggered");
    assert_int_equal(runs(), 0);
    (void)note_on("Leads", lead);
    assert_int_equal(runs(), 1);
    assert_tried(CRM4E_ON_NOTE_ADDED, NULL, "no_match");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, host_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(any_of_the_fields),
        TEST(an_owner_is_a_field),
        TEST(all_of_the_fields),
        TEST(values_that_are_waited_for),
        TEST(tags_come_and_go),
        TEST(notes_are_added),
        TEST(a_note_changes_its_record),
        TEST(what_a_record_was),
        TEST(once_for_a_record),
        TEST(the_document_comes_back),
        TEST(rules_that_are_refused),
        TEST(rights_of_the_author),
        TEST(the_builder),
        TEST(tried_dry),
    };

    return host_run("triggers", tests, sizeof tests / sizeof tests[0]);
}
