/* SPDX-License-Identifier: MIT */
/* Rules that change what is behind a lookup, and owners found by fields and by criteria. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char people[] =
    "{'crm4e': 1, 'roles': [{'name': 'Senior', 'parent': 'CEO'}, {'name': 'Low', 'parent':"
    " 'Senior'}],"
    " 'profiles': [{'name': 'Builder', 'clone_of': 'Standard', 'admin': ['manage_automation'],"
    "   'fields': {'Accounts': {'Industry': 'read_only', 'Website': 'hidden'},"
    "    'Contacts': {'Second': 'hidden', 'Secret': 'hidden'}}}],"
    " 'users': [{'email': 'bo@acme.example', 'name': 'Bo', 'profile': 'Builder', 'role': 'Low'},"
    "  {'email': 'cy@acme.example', 'name': 'Cy', 'profile': 'Standard', 'role': 'Senior'},"
    "  {'email': 'di@acme.example', 'name': 'Di', 'profile': 'Standard', 'role': 'Senior'},"
    "  {'email': 'ex@acme.example', 'name': 'Ex', 'profile': 'Standard', 'role': 'Senior',"
    "   'status': 'inactive'}],"
    " 'modules': [{'api_name': 'Accounts', 'org_default': 'private'},"
    "  {'api_name': 'Contacts', 'fields': ["
    "   {'api_name': 'Helper', 'type': 'userlookup'},"
    "   {'api_name': 'Helpers', 'type': 'multiuserlookup'},"
    "   {'api_name': 'Secret', 'type': 'userlookup'},"
    "   {'api_name': 'Second', 'type': 'lookup', 'target': 'Accounts'}]}]}";

#define CY "Cy\n"
#define DI "Di\n"
#define BO "Bo\n"

static host *h;
static crm4e_id account;

static int setup(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, people);
    account = host_create(h->admin, "Accounts", "{'Account_Name': 'Tower'}");
    return 0;
}

static int put_as(crm4e_session *session, const char *action)
{
    char document[2000];
    crm4e_text *text = NULL;
    char *json;
    int rc;

    (void)snprintf(document, sizeof document,
                   "{'workflows': [{'name': 'Do', 'module': 'Contacts', 'on': 'create',"
                   " 'conditions': [{'then': [%s]}]}]}",
                   action);
    json = host_json(document);
    rc = crm4e_org_apply(&text, session, json, CRM4E_NUL_TERMINATED);
    crm4e_text_free(text);
    free(json);
    return rc;
}

static void put(const char *action)
{
    host_ok(h->admin, put_as(h->admin, action));
}

/* A contact of the account, with more. */
static crm4e_id add_contact(bool linked, const char *more)
{
    char values[400];
    char link[64] = "";

    if (linked)
        (void)snprintf(link, sizeof link, ", 'Account_Name': %lld", (long long)account);
    (void)snprintf(values, sizeof values, "{'Last_Name': 'Li'%s%s}", link, more);
    return host_create(h->admin, "Contacts", values);
}

static void give_account(const char *email)
{
    crm4e_record *record = NULL;
    crm4e_id owner = 0;

    host_ok(h->admin, crm4e_user_find(h->admin, email, &owner));
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Accounts", account));
    host_ok(h->admin, crm4e_record_set_owner(record, owner));
    host_ok(h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
}

#define SET_PHONE "{'update_field': {'field': 'Account_Name.Phone', 'value': '+44'}}"

/* ------------------------------------------------------------- behind a lookup */

static void test_behind(void **state)
{
    (void)state;
    host_apply(h,
               "{'workflows': [{'name': 'Never', 'module': 'Accounts', 'on': 'edit',"
               " 'conditions': [{'then': [{'update_field': {'field': 'Fax', 'value': '1'}}]}]}]}");
    put(SET_PHONE);
    (void)add_contact(true, "");
    host_runs(h, "Contacts", 1, "'result':'done'");
    host_rows(h->admin, "select Phone, Fax from Accounts", "+44|-\n");
    (void)add_contact(false, "");
    host_runs(h, "Contacts", 1, "'result':'skipped','message':'update_field: the lookup is empty'");
}

static void test_behind_refused(void **state)
{
    static const char *const fields[] = {
        "No.Phone",
        "Last_Name.Phone",
        "Account_Name.No",
        "Account_Name.Parent_Account.Phone",
        "Account_Name.",
        ".Phone",
        "Account_Name.Created_Time",
    };
    crm4e_session *bo = host_session(h, "bo@acme.example");
    char action[200];

    (void)state;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        (void)snprintf(action, sizeof action, "{'update_field': {'field': '%s', 'value': '1'}}",
                       fields[i]);
        host_refused(h->admin, put_as(h->admin, action), CRM4E_E_INVALID, NULL);
    }
    host_refused(h->admin,
                 put_as(h->admin, "{'update_field': {'field': 'Account_Name.Industry', 'value':"
                                  " 'No'}}"),
                 CRM4E_E_INVALID, NULL);
    host_refused(h->admin,
                 put_as(h->admin, "{'update_field': {'field': 'Phone', 'value': '1', 'through':"
                                  " 1}}"),
                 CRM4E_E_INVALID, "workflows[0]: through is no member that is known");
    host_refused(bo,
                 put_as(bo, "{'update_field': {'field': 'Account_Name.Industry', 'value': 'No'}}"),
                 CRM4E_E_DENIED, NULL);
    host_refused(bo, put_as(bo, "{'update_field': {'field': 'Account_Name.Website', 'value': 1}}"),
                 CRM4E_E_DENIED, NULL);
    host_refused(bo, put_as(bo, "{'update_field': {'field': 'Second.Phone', 'value': '1'}}"),
                 CRM4E_E_DENIED, NULL);
}

/* The author changes by the rule no more than by hand. */
static void test_behind_rights(void **state)
{
    crm4e_session *bo = host_session(h, "bo@acme.example");

    (void)state;
    host_ok(bo, put_as(bo, SET_PHONE));
    (void)add_contact(true, "");
    host_runs(h, "Contacts", 1, "'result':'failed'");
    host_rows(h->admin, "select Phone from Accounts", "-\n");
    give_account("bo@acme.example");
    (void)add_contact(true, "");
    host_runs(h, "Contacts", 1, "'result':'done'");
    host_rows(h->admin, "select Phone from Accounts", "+44\n");
    host_ok(h->admin, crm4e_profile_set_field(h->admin, "Builder", "Accounts", "Phone",
                                              CRM4E_PERMISSION_READ_ONLY));
    (void)add_contact(true, "");
    host_runs(h, "Contacts", 1, "'result':'failed'");
    host_ok(h->admin, crm4e_profile_set_field(h->admin, "Builder", "Accounts", "Phone",
                                              CRM4E_PERMISSION_READ_WRITE));
    host_ok(h->admin, crm4e_record_set_locked(h->admin, "Accounts", account, 1));
    put("{'update_field': {'field': 'Account_Name.Phone', 'value': '+1'}}");
    (void)add_contact(true, "");
    host_runs(h, "Contacts", 1, "'result':'failed'");
    host_rows(h->admin, "select Phone from Accounts", "+44\n");
}

static void test_dry_run(void **state)
{
    crm4e_dry_run_options options = CRM4E_DRY_RUN_OPTIONS_INIT;
    crm4e_id id = add_contact(true, "");
    crm4e_module *contacts = NULL;
    crm4e_text *text = NULL;

    (void)state;
    put(SET_PHONE);
    host_ok(h->admin, crm4e_module_open(&contacts, h->admin, "Contacts"));
    host_ok(h->admin, crm4e_dry_run_json(&text, contacts, id, &options));
    assert_non_null(strstr(crm4e_text_data(text),
                           "{\"action\":\"update_field\",\"through\":\"Account_Name\",\"field\":"
                           "\"Phone\",\"old\":null,\"new\":\"+44\"}"));
    host_rows(h->admin, "select Phone from Accounts", "-\n");
    crm4e_text_free(text);
    crm4e_module_free(contacts);
}

/* ------------------------------------------------------------- owners */

static void test_user_field(void **state)
{
    (void)state;
    put("{'assign_owner': {'target': 'user_field', 'field': 'Helper'}}");
    (void)add_contact(false, ", 'Helper': 'di@acme.example'");
    host_rows(h->admin, "select Owner from Contacts", DI);
    (void)add_contact(false, "");
    host_runs(h, "Contacts", 1, "'result':'skipped','message':'assign_owner: nobody is eligible'");
    host_ok(h->admin, put_as(h->admin, "{'assign_owner': {'target': 'user_field', 'field':"
                                       " 'Helper', 'online_only': true}}"));
    (void)add_contact(false, ", 'Helper': 'di@acme.example'");
    host_runs(h, "Contacts", 1, "'result':'skipped'");
}

/* Several go round. */
static void test_users_field(void **state)
{
    (void)state;
    put("{'assign_owner': {'target': 'user_field', 'field': 'Helpers'}}");
    for (int i = 0; i < 4; i++)
        (void)add_contact(false, ", 'Helpers': ['di@acme.example', 'cy@acme.example']");
    assert_int_equal(host_count(h->admin, "Contacts", "Owner = 'di@acme.example'"), 2);
    assert_int_equal(host_count(h->admin, "Contacts", "Owner = 'cy@acme.example'"), 2);
}

static void test_field_refused(void **state)
{
    crm4e_session *bo = host_session(h, "bo@acme.example");

    (void)state;
    host_refused(h->admin,
                 put_as(h->admin, "{'assign_owner': {'target': 'user_field', 'field': 'Phone'}}"),
                 CRM4E_E_INVALID, "workflows[0]: field names no field with users");
    host_refused(h->admin,
                 put_as(h->admin, "{'assign_owner': {'target': 'user_field', 'field': 'No'}}"),
                 CRM4E_E_INVALID, NULL);
    host_refused(h->admin, put_as(h->admin, "{'assign_owner': {'target': 'user_field'}}"),
                 CRM4E_E_INVALID, NULL);
    host_refused(h->admin,
                 put_as(h->admin, "{'assign_owner': {'target': 'users', 'users': [], 'field':"
                                  " 'Helper'}}"),
                 CRM4E_E_INVALID, NULL);
    host_refused(bo, put_as(bo, "{'assign_owner': {'target': 'user_field', 'field': 'Secret'}}"),
                 CRM4E_E_DENIED, NULL);
    host_ok(bo, put_as(bo, "{'assign_owner': {'target': 'user_field', 'field': 'Helper'}}"));
    host_ok(h->admin, crm4e_profile_set_field(h->admin, "Builder", "Contacts", "Helper",
                                              CRM4E_PERMISSION_HIDDEN));
    (void)add_contact(false, ", 'Helper': 'di@acme.example'");
    host_runs(h, "Contacts", 1, "'result':'failed'");
    host_rows(h->admin, "select Owner from Contacts", "ana@acme.example\n");
}

static void assert_matching(const char *criteria, const char *owners)
{
    char action[400];
    char *json = NULL;

    (void)snprintf(action, sizeof action,
                   "{'assign_owner': {'target': 'matching_users', 'criteria': '%s'}}", criteria);
    put(action);
    (void)json;
    for (int i = 0; i < 3; i++)
        (void)add_contact(false, "");
    json = host_query(h->admin, "select Owner from Contacts order by id desc limit 3");
    if (strcmp(json, owners) != 0)
        print_message("%s\n", criteria);
    assert_string_equal(json, owners);
    free(json);
}

#define ANA3 "ana@acme.example\nana@acme.example\nana@acme.example\n"

static void test_matching(void **state)
{
    crm4e_session *di = host_session(h, "di@acme.example");

    (void)state;
    assert_matching("Role = `senior`", CY DI CY);
    assert_matching("Role = `Senior` and Email != `cy@acme.example`", DI DI DI);
    assert_matching("Name in (`Bo`, `Nobody`)", BO BO BO);
    assert_matching("Name not in (`Bo`, `Di`, `Ana`) and Profile like `%and%` or Name = `x`",
                    CY CY CY);
    assert_matching("Email like `d%`", DI DI DI);
    assert_matching("Email like `%acme.example` and not (Role = `Senior` or Profile ="
                    " `Administrator`)",
                    BO BO BO);
    assert_matching("Name not like `%` or Profile like `Builder`", BO BO BO);
    assert_matching("Status = `inactive`", ANA3);
    assert_matching("Online = true", ANA3);
    host_ok(di, crm4e_session_set_online(di, INT64_C(4102444800000000)));
    assert_matching("Online = true and Role = `Senior`", DI DI DI);
    assert_matching("Online != true and Role = `Senior`", CY CY CY);
}

static void test_matching_refused(void **state)
{
    static const char *const criteria[] = {
        "",
        "Phone = `x`",
        "Role > `a`",
        "Role is null",
        "Role = 1",
        "Online = `true`",
        "Online in (true)",
        "Role = ",
        "Owner.Role = `x`",
        "Name = ${TODAY}",
    };
    char action[300];

    (void)state;
    for (size_t i = 0; i < sizeof criteria / sizeof criteria[0]; i++) {
        (void)snprintf(action, sizeof action,
                       "{'assign_owner': {'target': 'matching_users', 'criteria': '%s'}}",
                       criteria[i]);
        if (put_as(h->admin, action) != CRM4E_E_INVALID)
            fail_msg("%s", criteria[i]);
    }
    host_refused(h->admin, put_as(h->admin, "{'assign_owner': {'target': 'matching_users'}}"),
                 CRM4E_E_INVALID, NULL);
}

/* Entries of assignment rules choose by the same targets. */
static void test_assignment_rule(void **state)
{
    crm4e_module *contacts = NULL;
    char *json = host_json("{'name': 'Find', 'entries': [{'when': 'Helper is not null', 'to':"
                           " {'target': 'user_field', 'field': 'Helper'}}, {'to': {'target':"
                           " 'matching_users', 'criteria': 'Role = `Low`'}}]}");

    (void)state;
    host_ok(h->admin, crm4e_module_open(&contacts, h->admin, "Contacts"));
    host_ok(h->admin, crm4e_assignment_put(contacts, json, CRM4E_NUL_TERMINATED));
    put("{'assign_owner': {'target': 'assignment_rule', 'assignment_rule': 'Find'}}");
    (void)add_contact(false, ", 'Helper': 'di@acme.example'");
    host_rows(h->admin, "select Owner from Contacts", DI);
    (void)add_contact(false, "");
    assert_int_equal(host_count(h->admin, "Contacts", "Owner = 'bo@acme.example'"), 1);
    crm4e_module_free(contacts);
    free(json);
}

static void test_round_trip(void **state)
{
    static const char all[] =
        "{'assign_owner':{'target':'user_field','field':'Helpers','online_only':true}},"
        "{'assign_owner':{'target':'matching_users','criteria':'Role = `Senior`'}},"
        "{'update_field':{'field':'Account_Name.Phone','value':'+44'}}";
    char *json = host_json(all);
    crm4e_text *text = NULL;
    crm4e_text *again = NULL;

    (void)state;
    put(all);
    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    assert_non_null(strstr(crm4e_text_data(text), json));
    host_ok(h->admin,
            crm4e_org_apply(&again, h->admin, crm4e_text_data(text), CRM4E_NUL_TERMINATED));
    crm4e_text_free(again);
    crm4e_text_free(text);
    free(json);
}

static void test_builder(void **state)
{
    crm4e_assign_options field = CRM4E_ASSIGN_OPTIONS_INIT;
    crm4e_assign_options matching = CRM4E_ASSIGN_OPTIONS_INIT;
    crm4e_module *contacts = NULL;
    crm4e_workflow *rule = NULL;

    (void)state;
    field.target = CRM4E_ASSIGN_USER_FIELD;
    matching.target = CRM4E_ASSIGN_MATCHING_USERS;
    host_ok(h->admin, crm4e_module_open(&contacts, h->admin, "Contacts"));
    host_ok(h->admin, crm4e_workflow_new(&rule, contacts, "Built"));
    host_ok(h->admin, crm4e_workflow_on(rule, CRM4E_ON_CREATE));
    host_refused(h->admin, crm4e_workflow_then_assign_owner(rule, &field), CRM4E_E_MISUSE, NULL);
    host_refused(h->admin, crm4e_workflow_then_assign_owner(rule, &matching), CRM4E_E_MISUSE, NULL);
    field.field = "Helper";
    matching.criteria = "Role = 'Senior' and Name = 'Di'";
    host_ok(h->admin, crm4e_workflow_then_assign_owner(rule, &field));
    host_ok(h->admin, crm4e_workflow_then_assign_owner(rule, &matching));
    host_ok(h->admin, crm4e_workflow_then_update_field(rule, "Account_Name.Phone", "+33"));
    host_ok(h->admin, crm4e_workflow_save(rule));
    crm4e_workflow_free(rule);
    crm4e_module_free(contacts);
    (void)add_contact(true, "");
    host_rows(h->admin, "select Owner, Account_Name.Phone from Contacts", "Di|+33\n");
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
    assert_int_equal(host_count(h->admin, "Contacts", NULL), 0);
    host_rows(h->admin, "select Phone from Accounts", "-\n");
}

static void test_without_memory(void **state)
{
    (void)state;
    put(SET_PHONE ",{'assign_owner': {'target': 'matching_users', 'criteria': 'Role = `Senior`"
                  " and Online = false'}}");
    host_ok(h->admin, crm4e_record_new(&starved, h->admin, "Contacts"));
    host_ok(h->admin, crm4e_record_set_text(starved, "Last_Name", "L", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_set_integer(starved, "Account_Name", account));
    host_starve(h, save_starved, none_there);
    host_rows(h->admin, "select Owner, Account_Name.Phone from Contacts", "Cy|+44\n");
    crm4e_record_free(starved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_behind, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_behind_refused, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_behind_rights, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_dry_run, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_user_field, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_users_field, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_field_refused, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_matching, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_matching_refused, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_assignment_rule, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_round_trip, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_builder, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_without_memory, setup, host_teardown),
    };

    return host_run("behind lookups", tests, sizeof tests / sizeof tests[0]);
}
