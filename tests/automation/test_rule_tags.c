/* SPDX-License-Identifier: MIT */
/* Rules that put tags on records and take them off. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char document[] =
    "{'crm4e': 1,"
    " 'profiles': [{'name': 'Builder', 'clone_of': 'Standard', 'admin': ['manage_automation'],"
    "  'fields': {'Leads': {'Tag': 'hidden'}}}],"
    " 'users': [{'email': 'bo@acme.example', 'profile': 'Builder'}],"
    " 'modules': [{'api_name': 'Leads', 'tags': [{'name': 'Hot'}, {'name': 'New'},"
    "  {'name': 'Old'}]}],"
    " 'workflows': ["
    "  {'name': 'Sort', 'module': 'Leads', 'on': 'create_or_edit', 'conditions': ["
    "   {'when': 'Company = `Tower`', 'then': [{'add_tags': {'tags': ['hot', 'New']}},"
    "    {'remove_tags': {'tags': ['Old']}}]},"
    "   {'when': 'Company = `Bank`', 'then': [{'remove_tags': {'tags': ['New', 'Old']}}]}]}]}";

static host *h;

static int setup(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, document);
    return 0;
}

static crm4e_id save(crm4e_id id, const char *company)
{
    crm4e_record *record = NULL;

    if (id == 0)
        host_ok(h->admin, crm4e_record_new(&record, h->admin, "Leads"));
    else
        host_ok(h->admin, crm4e_record_open(&record, h->admin, "Leads", id));
    host_ok(h->admin, crm4e_record_set_text(record, "Last_Name", "L", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_set_text(record, "Company", company, CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    return id;
}

static void assert_tags(const char *tags)
{
    char *rows = host_query(h->admin, "select Tag from Leads");

    assert_string_equal(rows, tags);
    free(rows);
}

static void test_put_on_and_taken_off(void **state)
{
    crm4e_id id = save(0, "Tower");

    (void)state;
    assert_tags("Hot;New\n");
    host_ok(h->admin, crm4e_record_tag(h->admin, "Leads", id, "Old"));
    assert_tags("Hot;New\n"); /* tagging is an edit */
    host_ok(h->admin, crm4e_record_tag(h->admin, "Leads", id, "Own"));
    assert_tags("Hot;New;Own\n");
    (void)save(id, "Bank");
    assert_tags("Hot;Own\n");
    host_runs(h, "Leads", 1, "'result':'done'");
    (void)save(id, "Else");
    (void)save(id, "Bank"); /* has none of them */
    assert_tags("Hot;Own\n");
    host_runs(h, "Leads", 1, "'result':'done'");
}

static void test_too_many(void **state)
{
    crm4e_id id = save(0, "Else");
    char name[8];

    (void)state;
    for (int i = 0; i < 9; i++) {
        (void)snprintf(name, sizeof name, "T%d", i);
        host_ok(h->admin, crm4e_record_tag(h->admin, "Leads", id, name));
    }
    (void)save(id, "Tower");
    assert_tags("T0;T1;T2;T3;T4;T5;T6;T7;T8\n");
    host_runs(h, "Leads", 1, "'result':'failed','message':'tags of a record are at most 10'");
}

static void test_tag_that_is_gone(void **state)
{
    crm4e_text *text = NULL;

    (void)state;
    host_ok(h->admin, crm4e_tag_remove(h->admin, "Leads", "Old"));
    (void)save(0, "Tower");
    assert_tags("-\n");
    host_runs(h, "Leads", 1, "'result':'failed','message':'tags names no tag of the module'");
    host_ok(h->admin, crm4e_check(&text, h->org));
    crm4e_text_free(text);
}

static void test_dry_run(void **state)
{
    crm4e_id id = save(0, "Else");
    crm4e_dry_run_options options = CRM4E_DRY_RUN_OPTIONS_INIT;
    crm4e_module *leads = NULL;
    crm4e_text *text = NULL;

    (void)state;
    options.on = CRM4E_ON_EDIT;
    options.values = "{\"Company\": \"Tower\"}";
    host_ok(h->admin, crm4e_module_open(&leads, h->admin, "Leads"));
    host_ok(h->admin, crm4e_dry_run_json(&text, leads, id, &options));
    assert_non_null(strstr(crm4e_text_data(text),
                           "{\"action\":\"add_tags\",\"field\":\"Tag\",\"old\":null,"
                           "\"new\":[\"Hot\",\"New\"]},{\"action\":\"remove_tags\","));
    assert_tags("-\n");
    crm4e_text_free(text);
    crm4e_module_free(leads);
}

static void test_round_trip(void **state)
{
    static const char actions[] = "[{\"add_tags\":{\"tags\":[\"Hot\",\"New\"]}},"
                                  "{\"remove_tags\":{\"tags\":[\"Old\"]}}]";
    crm4e_text *text = NULL;

    (void)state;
    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    assert_non_null(strstr(crm4e_text_data(text), actions));
    crm4e_text_free(text);
}

static int make(crm4e_session *session, crm4e_trigger on, const char *tags)
{
    crm4e_module *leads = NULL;
    crm4e_workflow *rule = NULL;
    int rc = crm4e_module_open(&leads, session, "Leads");

    if (rc == CRM4E_OK)
        rc = crm4e_workflow_new(&rule, leads, "Made");
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_on(rule, on);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_then_add_tags(rule, tags);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_then_remove_tags(rule, "[\"Old\"]");
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    crm4e_module_free(leads);
    return rc;
}

static void test_builder(void **state)
{
    crm4e_session *bo = host_session(h, "bo@acme.example");

    (void)state;
    host_ok(h->admin, make(h->admin, CRM4E_ON_CREATE, "[\"New\"]"));
    (void)save(0, "Else");
    assert_tags("New\n");
    host_refused(h->admin, make(h->admin, CRM4E_ON_CREATE, "[\"No\"]"), CRM4E_E_NOT_FOUND,
                 "tags names no tag of the module");
    host_refused(h->admin, make(h->admin, CRM4E_ON_CREATE, "[1]"), CRM4E_E_NOT_FOUND, NULL);
    host_refused(h->admin, make(h->admin, CRM4E_ON_CREATE, "[]"), CRM4E_E_INVALID,
                 "tags must be an array of 1 to 10 tags");
    host_refused(h->admin,
                 make(h->admin, CRM4E_ON_CREATE,
                      "[\"Hot\",\"Hot\",\"Hot\",\"Hot\",\"Hot\",\"Hot\",\"Hot\",\"Hot\",\"Hot\","
                      "\"Hot\",\"Hot\"]"),
                 CRM4E_E_INVALID, NULL);
    host_refused(h->admin, make(h->admin, CRM4E_ON_CREATE, "\"Hot\""), CRM4E_E_INVALID, NULL);
    host_refused(h->admin, make(h->admin, CRM4E_ON_CREATE, "["), CRM4E_E_INVALID, NULL);
    host_refused(h->admin, make(h->admin, CRM4E_ON_CREATE, NULL), CRM4E_E_MISUSE, NULL);
    host_refused(h->admin, make(h->admin, CRM4E_ON_DELETE, "[\"Hot\"]"), CRM4E_E_INVALID, NULL);
    host_refused(bo, make(bo, CRM4E_ON_CREATE, "[\"Hot\"]"), CRM4E_E_DENIED, NULL);
}

static crm4e_record *starved;

static int save_starved(host *of)
{
    (void)of;
    return crm4e_record_save(starved);
}

static void none_there(host *of)
{
    (void)of;
    assert_tags("");
}

static void test_without_memory(void **state)
{
    (void)state;
    host_ok(h->admin, crm4e_record_new(&starved, h->admin, "Leads"));
    host_ok(h->admin, crm4e_record_set_text(starved, "Last_Name", "L", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_set_text(starved, "Company", "Tower", CRM4E_NUL_TERMINATED));
    host_starve(h, save_starved, none_there);
    assert_tags("Hot;New\n");
    crm4e_record_free(starved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_put_on_and_taken_off, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_too_many, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_tag_that_is_gone, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_dry_run, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_round_trip, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_builder, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_without_memory, setup, host_teardown),
    };

    return host_run("tags by rules", tests, sizeof tests / sizeof tests[0]);
}
