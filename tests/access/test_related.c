/* SPDX-License-Identifier: MIT */
/* Notes and related lists: who writes and reads them, what is in them, page by page. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUE "sue@x.example"
#define TEA "tea@x.example"
#define DIM "dim@x.example"

static const char start[] =
    "{'roles': [{'name': 'Sales', 'parent': 'Manager'}],"
    " 'modules': [{'api_name': 'Accounts', 'org_default': 'private'},"
    "  {'api_name': 'Contacts', 'org_default': 'private'},"
    "  {'api_name': 'Tasks', 'org_default': 'private'},"
    "  {'api_name': 'Plots', 'org_default': 'public_read_only'},"
    "  {'api_name': 'Desk', 'team': true, 'fields': [{'api_name': 'Firm', 'type': 'lookup',"
    "   'target': 'Accounts'}], 'members': [{'user': 'ana@acme.example', 'profile': 'admin'},"
    "   {'user': 'tea@x.example', 'profile': 'member'}]}],"
    " 'profiles': [{'name': 'Dim', 'clone_of': 'Standard', 'fields': {'Contacts':"
    "  {'Account_Name': 'hidden'}}}],"
    " 'users': [{'email': 'sue@x.example', 'role': 'Sales'},"
    "  {'email': 'dim@x.example', 'role': 'Manager', 'profile': 'Dim'},"
    "  {'email': 'tea@x.example', 'licence': 'team', 'profile': 'Team User', 'role': 'Sales'}]}";

static int add_to(crm4e_session *session, const char *module, const char *json, crm4e_id *id)
{
    char *real = host_json(json);
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, session, module);

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_json(record, real, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    *id = rc == CRM4E_OK ? crm4e_record_id(record) : 0;
    crm4e_record_free(record);
    free(real);
    return rc;
}

static crm4e_id add(crm4e_session *session, const char *module, const char *json)
{
    crm4e_id id = 0;

    host_ok(session, add_to(session, module, json, &id));
    return id;
}

static int note(crm4e_session *session, const char *module, crm4e_id record, const char *text,
                crm4e_id *id)
{
    char json[256];

    (void)snprintf(json, sizeof json, "{'Note_Content': '%s', 'Parent_Id': '%s:%lld'}", text,
                   module, (long long)record);
    return add_to(session, "Notes", json, id);
}

static void refused(crm4e_session *session, int rc, int code, const char *part)
{
    const char *message = crm4e_error_message(crm4e_session_error(session));

    if (rc != code || strstr(message, part) == NULL)
        fail_msg("%s, %s", crm4e_code_name(rc), message);
}

static char *related(crm4e_session *session, const char *module, crm4e_id record,
                     const char *relation, int32_t limit, const char *after)
{
    crm4e_text *text = NULL;
    char *copy;

    host_ok(session, crm4e_related_json(&text, session, module, record, relation, limit, after));
    copy = strdup(crm4e_text_data(text));
    crm4e_text_free(text);
    return copy;
}

static int count_of(const char *json, const char *part)
{
    int count = 0;

    for (const char *at = json; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

/* How many records the whole list has. */
static int listed(crm4e_session *session, const char *module, crm4e_id record, const char *relation)
{
    char *page = related(session, module, record, relation, 200, NULL);
    int count = count_of(page, "\"Version__s\":");

    free(page);
    return count;
}

static int list_code(crm4e_session *session, const char *module, crm4e_id record,
                     const char *relation)
{
    crm4e_text *text = NULL;

    return crm4e_related_json(&text, session, module, record, relation, 10, NULL);
}

static void notes_hang_on_every_record(void **state)
{
    host *h = *state;
    crm4e_session *a = h->admin, *sue = host_session(h, SUE), *tea = host_session(h, TEA);
    crm4e_id of_sue = add(sue, "Accounts", "{'Account_Name': 'Tower'}");
    crm4e_id of_ana = add(a, "Accounts", "{'Account_Name': 'Mill'}");
    crm4e_id plot = add(a, "Plots", "{'Name': 'One'}"), desk = add(a, "Desk", "{'Name': 'Paper'}");
    crm4e_id id = 0, of_tea = 0;
    crm4e_record *record = NULL;

    host_ok(sue, note(sue, "Accounts", of_sue, "one", &id));
    host_ok(a, note(a, "Accounts", of_sue, "two", &id));
    refused(sue, note(sue, "Accounts", of_ana, "no", &id), CRM4E_E_INVALID, "names no record");
    refused(sue, note(sue, "Desk", desk, "no", &id), CRM4E_E_INVALID, "");
    host_ok(sue, note(sue, "Plots", plot, "seen", &id));
    assert_int_equal(listed(sue, "Accounts", of_sue, "Notes.Parent_Id"), 2);
    assert_int_equal(listed(a, "Plots", plot, "Notes.Parent_Id"), 1);
    /* with a Team User licence: on what he sees; his own he changes and deletes */
    host_ok(tea, note(tea, "Desk", desk, "mine", &of_tea));
    assert_int_equal(listed(tea, "Desk", desk, "Notes.Parent_Id"), 1);
    refused(tea, note(tea, "Accounts", of_sue, "no", &id), CRM4E_E_INVALID, "names no record");
    host_ok(a, crm4e_record_share(a, "Accounts", of_sue, CRM4E_SUBJECT_USER,
                                  crm4e_session_user(tea), CRM4E_LEVEL_READ_ONLY, 0));
    host_ok(tea, note(tea, "Accounts", of_sue, "three", &of_tea));
    assert_int_equal(listed(sue, "Accounts", of_sue, "Notes.Parent_Id"), 3);
    host_ok(tea, crm4e_record_open(&record, tea, "Notes", of_tea));
    host_ok(tea, crm4e_record_set_text(record, "Note_Content", "four", CRM4E_NUL_TERMINATED));
    host_ok(tea, crm4e_record_save(record));
    crm4e_record_free(record);
    host_ok(tea, crm4e_record_delete(tea, "Notes", of_tea, 0));
    assert_int_equal(listed(sue, "Accounts", of_sue, "Notes.Parent_Id"), 2);
    crm4e_session_close(sue);
    crm4e_session_close(tea);
}

static void lists_hold_what_one_sees(void **state)
{
    host *h = *state;
    crm4e_session *a = h->admin, *sue = host_session(h, SUE), *dim = host_session(h, DIM);
    crm4e_id firm = add(sue, "Accounts", "{'Account_Name': 'Tower'}");
    crm4e_id closed = add(a, "Accounts", "{'Account_Name': 'Mill'}");
    char json[160];

    (void)snprintf(json, sizeof json, "{'Last_Name': 'Li', 'Account_Name': %lld}", (long long)firm);
    (void)add(sue, "Contacts", json);
    (void)add(a, "Contacts", json); /* Sue does not see it */
    (void)snprintf(json, sizeof json, "{'Subject': 'Call', 'What_Id': 'Accounts:%lld'}",
                   (long long)firm);
    (void)add(a, "Tasks", json); /* open with the account */
    (void)snprintf(json, sizeof json, "{'Name': 'Deed', 'Firm': %lld}", (long long)firm);
    (void)add(a, "Desk", json);
    assert_int_equal(listed(a, "Accounts", firm, "Contacts.Account_Name"), 2);
    assert_int_equal(listed(sue, "Accounts", firm, "Contacts.Account_Name"), 1);
    assert_int_equal(listed(sue, "Accounts", firm, "contacts.account_name"), 1);
    assert_int_equal(listed(sue, "Accounts", firm, "Tasks.What_Id"), 1);
    assert_int_equal(listed(sue, "Accounts", firm, "Notes.Parent_Id"), 0);
    assert_int_equal(listed(a, "Accounts", firm, "Desk.Firm"), 1);
    /* closed is like missing */
    refused(sue, list_code(sue, "Accounts", closed, "Tasks.What_Id"), CRM4E_E_NOT_FOUND,
            "no such record");
    refused(sue, list_code(sue, "Desk", firm, "Tasks.What_Id"), CRM4E_E_NOT_FOUND,
            "no such module");
    refused(sue, list_code(sue, "Accounts", firm, "Desk.Firm"), CRM4E_E_NOT_FOUND,
            "no such related list");
    refused(dim, list_code(dim, "Accounts", firm, "Contacts.Account_Name"), CRM4E_E_NOT_FOUND,
            "no such related list");
    refused(a, list_code(a, "Accounts", firm, "Nothing.Firm"), CRM4E_E_NOT_FOUND,
            "no such related list");
    refused(a, list_code(a, "Accounts", firm, "Contacts"), CRM4E_E_NOT_FOUND,
            "no such related list");
    refused(a, list_code(a, "Accounts", firm, "Contacts.Last_Name"), CRM4E_E_NOT_FOUND,
            "no such related list");
    refused(a, list_code(a, "Accounts", firm, "Contacts.Reporting_To"), CRM4E_E_NOT_FOUND,
            "no such related list");
    crm4e_session_close(sue);
    crm4e_session_close(dim);
}

static void relations_are_told(void **state)
{
    host *h = *state;
    crm4e_session *sue = host_session(h, SUE), *dim = host_session(h, DIM);
    crm4e_text *text = NULL;
    const char *json;

    host_ok(h->admin, crm4e_relations_json(&text, h->admin, "Accounts"));
    json = crm4e_text_data(text);
    assert_non_null(strstr(json, "{\"relation\":\"Notes.Parent_Id\",\"module\":\"Notes\",\"field\":"
                                 "\"Parent_Id\",\"label\":\"Notes\",\"label_zh\":\"备注\"}"));
    assert_non_null(strstr(json, "\"Attachments.Parent_Id\""));
    assert_non_null(strstr(json, "\"Contacts.Account_Name\""));
    assert_non_null(strstr(json, "\"Accounts.Parent_Account\""));
    assert_non_null(strstr(json, "\"Desk.Firm\""));
    assert_null(strstr(json, "Who_Id"));
    crm4e_text_free(text);
    host_ok(sue, crm4e_relations_json(&text, sue, "Accounts"));
    assert_null(strstr(crm4e_text_data(text), "Desk"));
    assert_non_null(strstr(crm4e_text_data(text), "\"Contacts.Account_Name\""));
    crm4e_text_free(text);
    host_ok(dim, crm4e_relations_json(&text, dim, "Accounts"));
    assert_null(strstr(crm4e_text_data(text), "\"Contacts.Account_Name\""));
    crm4e_text_free(text);
    refused(sue, crm4e_relations_json(&text, sue, "Desk"), CRM4E_E_NOT_FOUND, "no such module");
    crm4e_session_close(sue);
    crm4e_session_close(dim);
}

static void lists_come_page_by_page(void **state)
{
    host *h = *state;
    crm4e_session *a = h->admin;
    crm4e_id firm = add(a, "Accounts", "{'Account_Name': 'Tower'}"), id = 0;
    crm4e_id other = add(a, "Accounts", "{'Account_Name': 'Mill'}");
    char *page, *token = NULL;
    crm4e_text *text = NULL;
    int pages = 0, seen = 0;

    for (int i = 0; i < 5; i++) {
        host_ok(a, note(a, "Accounts", firm, "n", &id));
        host_ok(a, note(a, "Accounts", other, "n", &id));
    }
    do {
        const char *at;

        page = related(a, "Accounts", firm, "Notes.Parent_Id", 2, token);
        free(token);
        token = NULL;
        seen += count_of(page, "\"Version__s\":");
        pages++;
        at = strstr(page, "\"after\":\"");
        if (at != NULL) {
            token = strdup(at + 9);
            *strchr(token, '"') = '\0';
        }
        if (pages == 1)
            refused(a, crm4e_related_json(&text, a, "Accounts", other, "Notes.Parent_Id", 2, token),
                    CRM4E_E_INVALID, "token");
        free(page);
    } while (token != NULL && pages < 9);
    assert_int_equal(pages, 3);
    assert_int_equal(seen, 5);
    for (int32_t limit = -1; limit <= 201; limit += limit == 0 ? 201 : 1)
        refused(a, crm4e_related_json(&text, a, "Accounts", firm, "Notes.Parent_Id", limit, NULL),
                CRM4E_E_INVALID, "limit");
}

static int set_up(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    host_apply(*state, start);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, host_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(notes_hang_on_every_record),
        TEST(lists_hold_what_one_sees),
        TEST(relations_are_told),
        TEST(lists_come_page_by_page),
    };

    return host_run("related", tests, sizeof tests / sizeof tests[0]);
}
