/* SPDX-License-Identifier: MIT */
/* Nobody grants more than he holds, whichever way; and what a change would do. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* CEO > Manager > North (nora, nick), South (sam). The delegate rules users and
 * roles, and sees the north. */
static const char people[] =
    "{'profiles': ["
    "  {'name': 'Delegate', 'clone_of': 'Standard',"
    "   'admin': ['manage_users', 'manage_roles', 'manage_profiles', 'manage_data_sharing',"
    "             'customise'],"
    "   'modules': {'Deals': ['view']}, 'fields': {'Leads': {'Phone': 'hidden'}}},"
    "  {'name': 'Reader', 'clone_of': 'Standard', 'modules': {'Deals': ['view'],"
    "   'Leads': ['view']}, 'fields': {'Leads': {'Phone': 'hidden', 'City': 'read_only'}}}],"
    " 'roles': [{'name': 'North', 'parent': 'Manager'}, {'name': 'South', 'parent': 'Manager'},"
    "  {'name': 'Clerk', 'parent': 'North'}, {'name': 'Aide', 'parent': 'North'}],"
    " 'users': ["
    "  {'email': 'boss@x.example', 'role': 'Manager'},"
    "  {'email': 'nora@x.example', 'role': 'North', 'profile': 'Delegate'},"
    "  {'email': 'nick@x.example', 'role': 'Clerk', 'profile': 'Reader'},"
    "  {'email': 'sam@x.example', 'role': 'South', 'profile': 'Reader'},"
    "  {'email': 'sue@x.example', 'role': 'South', 'profile': 'Reader'}],"
    " 'modules': [{'api_name': 'Vendors', 'hidden': true},"
    "  {'api_name': 'Contacts', 'org_default': 'public_read_only'},"
    "  {'api_name': 'Desk', 'team': true, 'members': [{'user': 'ana@acme.example',"
    "   'profile': 'admin'}, {'user': 'nora@x.example', 'profile': 'admin'}]},"
    "  {'api_name': 'Vault', 'team': true}],"
    " 'groups': [{'name': 'G', 'sources': [{'user': 'sam@x.example'}]}],"
    " 'sharing_rules': [{'module': 'Leads', 'name': 'R', 'from': [{'role': 'Clerk'}],"
    "   'to': [{'group': 'G'}], 'level': 'read_only'},"
    "  {'module': 'Leads', 'name': 'W', 'when': 'City = `A`', 'to': [{'group': 'G'}],"
    "   'level': 'read_only'}]}";

static int apply_as(crm4e_session *session, const char *document)
{
    char *json = host_json(document);
    int rc = crm4e_org_apply(NULL, session, json, CRM4E_NUL_TERMINATED);

    free(json);
    return rc;
}

/* What the delegate tries; a rule of "" is accepted. */
static const struct {
    const char *document;
    const char *rule;
} attempts[] = {
    /* below himself, with what he holds */
    {"{'users': [{'email': 'new@x.example', 'role': 'Clerk', 'profile': 'Reader'}]}", ""},
    {"{'users': [{'email': 'nick@x.example', 'role': 'Aide'}]}", ""},
    {"{'roles': [{'name': 'Aide', 'parent': 'Clerk'}]}", ""},
    {"{'users': [{'email': 'nick@x.example', 'status': 'inactive'}]}", ""},
    {"{'roles': [{'name': 'Clerk', 'share_with_peers': true}]}", ""},
    {"{'profiles': [{'name': 'Less', 'clone_of': 'Reader',"
     " 'modules': {'Deals': ['view'], 'Leads': []}}]}",
     ""},
    {"{'profiles': [{'name': 'Reader', 'modules': {'Deals': ['view'], 'Leads': ['view', "
     "'edit']}}]}",
     ""},
    /* more than he holds */
    {"{'profiles': [{'name': 'Reader', 'modules': {'Deals': ['view', 'edit'], 'Leads': "
     "['view']}}]}",
     "grant"},
    {"{'profiles': [{'name': 'Reader', 'fields': {'Leads': {'Phone': 'read_only'}}}]}", "grant"},
    {"{'profiles': [{'name': 'Reader', 'admin': ['export']}]}", "grant"},
    {"{'profiles': [{'name': 'Delegate', 'modules': {'Deals': ['view', 'edit']}}]}", "own_profile"},
    {"{'users': [{'email': 'nick@x.example', 'profile': 'Standard'}]}", "grant"},
    {"{'users': [{'email': 'new@x.example', 'role': 'Clerk', 'profile': 'Standard'}]}", "grant"},
    {"{'users': [{'email': 'new@x.example', 'role': 'CEO', 'profile': 'Reader'}]}", "grant"},
    /* himself */
    {"{'users': [{'email': 'nora@x.example', 'role': 'Manager'}]}", "own_rights"},
    {"{'users': [{'email': 'nora@x.example', 'profile': 'Reader'}]}", "own_rights"},
    /* others' records by way of a role */
    {"{'roles': [{'name': 'South', 'parent': 'Clerk'}]}", "own_role"},
    {"{'roles': [{'name': 'South', 'share_with_peers': true}]}", "grant"},
    {"{'users': [{'email': 'nick@x.example', 'role': 'South'}]}", "grant"},
    {"{'modules': [{'api_name': 'Leads', 'org_default': 'public_read_only'}]}", "grant"},
    {"{'modules': [{'api_name': 'Leads', 'org_default': 'private'}]}", ""},
    {"{'modules': [{'api_name': 'Leads', 'hidden': true}]}", ""},
    /* with something new beside it */
    {"{'roles': [{'name': 'Aide', 'parent': 'Clerk'}],"
     " 'users': [{'email': 'new@x.example', 'role': 'Clerk', 'profile': 'Reader'}]}",
     ""},
    {"{'roles': [{'name': 'Aide', 'parent': 'Clerk'}], 'modules': [{'api_name': 'Leads',"
     " 'fields': [{'api_name': 'Extra', 'type': 'text'}]}]}",
     ""},
    {"{'users': [{'email': 'nick@x.example', 'licence': 'none'}]}", ""},
    {"{'roles': [{'name': 'Aide', 'parent': 'Clerk'}], 'modules': [{'api_name': 'Fresh',"
     " 'singular': 'Fresh', 'plural': 'Fresh'}]}",
     ""},
    /* rules and groups, one thing changed at a time */
    {"{'sharing_rules': [{'module': 'Leads', 'name': 'R', 'to': [{'role': 'South'}]}]}", ""},
    {"{'sharing_rules': [{'module': 'Leads', 'name': 'R', 'to': [{'role': 'Clerk'}]}]}", ""},
    {"{'sharing_rules': [{'module': 'Leads', 'name': 'R', 'from': [{'role': 'South'}]}]}", "grant"},
    {"{'sharing_rules': [{'module': 'Leads', 'name': 'R', 'level': 'read_write'}]}", ""},
    {"{'sharing_rules': [{'module': 'Leads', 'name': 'R', 'superiors': true}]}", ""},
    {"{'sharing_rules': [{'module': 'Leads', 'name': 'R', 'active': false}]}", ""},
    {"{'sharing_rules': [{'module': 'Leads', 'name': 'R', 'when': 'City is null'}]}", "grant"},
    {"{'sharing_rules': [{'module': 'Leads', 'name': 'W', 'when': 'City is null'}]}", "grant"},
    {"{'groups': [{'name': 'H', 'sources': [{'role': 'Clerk'}]}]}", ""},
    {"{'groups': [{'name': 'G', 'sources': [{'user': 'boss@x.example'}]}]}", "grant"},
    {"{'groups': [{'name': 'G', 'sources': [{'role': 'Clerk'}]}]}", "grant"},
};
enum {
    ATTEMPTS = sizeof attempts / sizeof *attempts
};

/* Each in an org of its own; a refused one leaves it as it was. */
static void a_delegate(void **state)
{
    host *h = *state;
    crm4e_session *nora;

    host_apply(h, people);
    nora = host_session(h, "nora@x.example");
    for (size_t i = 0; i < ATTEMPTS; i++) {
        const crm4e_error *error;
        int rc;
        host_ok(nora, crm4e_session_begin(nora));
        rc = apply_as(nora, attempts[i].document);
        error = crm4e_session_error(nora);
        if (rc != (attempts[i].rule[0] ? CRM4E_E_DENIED : CRM4E_OK) ||
            strcmp(attempts[i].rule, crm4e_error_rule(error)) != 0) {
            print_error("%s: %s, %s, %s\n", attempts[i].document, crm4e_code_name(rc),
                        crm4e_error_rule(error), crm4e_error_message(error));
            fail();
        }
        host_ok(nora, crm4e_session_rollback(nora));
    }
    crm4e_session_close(nora);
}

/* The same steps by a system administrator, who holds everything. */
static void an_administrator(void **state)
{
    host *h = *state;

    host_apply(h, people);
    for (size_t i = 0; i < ATTEMPTS; i++) {
        host_ok(h->admin, crm4e_session_begin(h->admin));
        host_ok(h->admin, apply_as(h->admin, attempts[i].document));
        host_ok(h->admin, crm4e_session_rollback(h->admin));
    }
}

/* Somebody who worked before the delegate had his rights comes back with more
 * than the delegate holds: refused. */
static void who_comes_back(void **state)
{
    host *h = *state;
    crm4e_session *nora;

    host_apply(h, people);
    host_apply(h, "{'users': [{'email': 'boss@x.example', 'status': 'inactive'},"
                  " {'email': 'nick@x.example', 'status': 'inactive'}]}");
    nora = host_session(h, "nora@x.example");
    host_refused(nora,
                 apply_as(nora, "{'users': [{'email': 'boss@x.example', 'status': 'active'}]}"),
                 CRM4E_E_DENIED, NULL);
    assert_string_equal(crm4e_error_rule(crm4e_session_error(nora)), "grant");
    host_ok(nora, apply_as(nora, "{'users': [{'email': 'nick@x.example', 'status': 'active'}]}"));
    crm4e_session_close(nora);
}

static char *what_if(crm4e_session *session, const char *document)
{
    char *json = host_json(document);
    char *copy;
    crm4e_text *text = NULL;

    host_ok(session, crm4e_what_if(&text, session, json, CRM4E_NUL_TERMINATED));
    copy = strdup(crm4e_text_data(text));
    crm4e_text_free(text);
    free(json);
    return copy;
}

static void assert_what_if(host *h, const char *document, const char *expected)
{
    host_apply(h, "{'users': [{'email': 'root@x.example', 'profile': 'Administrator'}]}");
    char *demoted = what_if(h->admin, "{'users': [{'email': 'root@x.example', 'role': 'Aide',"
                                      " 'profile': 'Reader'}]}");
    assert_non_null(strstr(demoted, "{\"user\":\"root@x.example\",\"module\":\"Leads\",\"action\":"
                                    "\"view\",\"records_gained\":0,\"records_lost\":2}"));
    free(demoted);
    char *answer = what_if(h->admin, document);
    char *json = host_json(expected);

    assert_string_equal(answer, json);
    free(answer);
    free(json);
}

static void add_lead(host *h, const char *email)
{
    crm4e_session *owner = host_session(h, email);
    crm4e_record *lead = NULL;
    char *json = host_json("{'Last_Name': 'Li', 'Company': 'X'}");

    host_ok(h->admin, crm4e_record_new(&lead, h->admin, "Leads"));
    host_ok(h->admin, crm4e_record_set_json(lead, json, CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_set_owner(lead, crm4e_session_user(owner)));
    host_ok(h->admin, crm4e_record_save(lead));
    crm4e_record_free(lead);
    crm4e_session_close(owner);
    free(json);
}

static void what_a_change_would_do(void **state)
{
    host *h = *state;

    host_apply(h, people);
    add_lead(h, "nick@x.example");
    add_lead(h, "sam@x.example");
    host_apply(h, "{'users': [{'email': 'sam@x.example', 'status': 'inactive'}]}");
    assert_what_if(h, "{}", "[]");
    assert_what_if(h, "{'roles': [{'name': 'South', 'share_with_peers': true}]}",
                   "[{'user':'sue@x.example','module':'Leads','action':'view',"
                   "'records_gained':1,'records_lost':0}]");
    assert_what_if(h,
                   "{'profiles': [{'name': 'Reader',"
                   " 'modules': {'Deals': ['view'], 'Leads': ['view', 'delete']},"
                   " 'fields': {'Leads': {'Phone': 'hidden', 'City': 'hidden'}}}]}",
                   "[{'user':'nick@x.example','module':'Leads','actions_gained':['delete'],"
                   "'actions_lost':[]},"
                   "{'user':'nick@x.example','module':'Leads','field':'City',"
                   "'before':'read_only','after':'hidden'},"
                   "{'user':'nick@x.example','module':'Leads','action':'delete',"
                   "'records_gained':1,'records_lost':0},"
                   "{'user':'sue@x.example','module':'Leads','actions_gained':['delete'],"
                   "'actions_lost':[]},"
                   "{'user':'sue@x.example','module':'Leads','field':'City',"
                   "'before':'read_only','after':'hidden'}]");
    char *answer = what_if(h->admin, "{'modules': [{'api_name': 'Leads', 'hidden': true}]}");
    assert_non_null(strstr(answer, "{\"user\":\"boss@x.example\",\"module\":\"Leads\",\"action\":"
                                   "\"view\",\"records_gained\":0,\"records_lost\":2}"));
    assert_null(strstr(answer, HOST_ADMIN));
    free(answer);
    assert_int_equal(host_count(h->admin, "Leads", NULL), 2);
}

/* Only a system administrator asks, and not about other modules and fields. */
static void what_cannot_be_asked(void **state)
{
    host *h = *state;
    crm4e_session *nora;
    crm4e_text *text = NULL;
    char *json = host_json("{'modules': [{'api_name': 'Leads', 'fields': ["
                           "{'api_name': 'Extra', 'type': 'text'}]}]}");

    host_apply(h, people);
    nora = host_session(h, "nora@x.example");
    host_refused(nora, crm4e_what_if(&text, nora, "{}", 2), CRM4E_E_DENIED,
                 "only a system administrator asks what if");
    host_refused(h->admin, crm4e_what_if(&text, h->admin, json, CRM4E_NUL_TERMINATED),
                 CRM4E_E_UNSUPPORTED, "the document adds or removes modules or fields");
    host_refused(h->admin, crm4e_what_if(&text, h->admin, "{", 1), CRM4E_E_INVALID, NULL);
    assert_null(text);
    crm4e_session_close(nora);
    free(json);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_delegate, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(an_administrator, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(who_comes_back, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(what_a_change_would_do, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_asked, host_setup, host_teardown),
    };
    return host_run("grant", tests, sizeof tests / sizeof tests[0]);
}
