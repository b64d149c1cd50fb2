/* SPDX-License-Identifier: MIT */
#include "surface_inside.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX "max@acme.example"
/* What is in hidden fields and in hidden records, in any spelling: texts, amounts (the
 * second is computed from the first), dates and times. */
static const char *const secrets[] = {"zq7zecret", "91827364", "2031-07-19"};

static const char document[] =
    "{'crm4e': 1, 'org': {'crm4e': true},"
    " 'roles': [{'name': 'Low', 'parent': 'Manager'}],"
    " 'modules': ["
    "  {'api_name': 'Leads', 'org_default': 'private', 'fields': ["
    "   {'api_name': 'Due', 'type': 'date'}, {'api_name': 'Met', 'type': 'datetime'},"
    "   {'api_name': 'Papers', 'type': 'fileupload'}, " SCANS "]},"
    "  {'api_name': 'Accounts', 'org_default': 'private', 'fields': [" SCANS "]},"
    "  {'api_name': 'Contacts', 'org_default': 'private', 'fields': [" SCANS "]},"
    "  {'api_name': 'Deals', 'org_default': 'private', 'fields': [" SCANS "]},"
    "  {'api_name': 'Tasks', 'org_default': 'private', 'fields': [" SCANS "]},"
    "  {'api_name': 'Vault', 'team': true, 'fields': [" TEXT ", " SCANS "]},"
    "  {'api_name': 'Desk', 'team': true, 'fields': [" TEXT ", " SCANS "],"
    "   'members': [{'user': 'ana@acme.example', 'profile': 'admin'},"
    "               {'user': 'max@acme.example', 'profile': 'participant'}],"
    "   'permissions': {'participant': {'fields': {'Text': 'hidden'}}}}],"
    " 'profiles': [{'name': 'Blind', 'clone_of': 'Standard', 'admin': ['import', 'export'],"
    "  'modules': {'*': ['view', 'create', 'edit', 'delete', 'import', 'export',"
    "          'change_owner', 'convert', 'mass_update', 'mass_delete', 'manage_views']},"
    "  'fields': {"
    "  'Leads': {'Phone': 'hidden', 'First_Name': 'hidden', 'Annual_Revenue': 'hidden',"
    "            'Due': 'hidden', 'Met': 'hidden', 'Papers': 'hidden'},"
    "  'Accounts': {'Phone': 'hidden'}, 'Deals': {'Amount': 'hidden'}}}],"
    " 'users': [{'email': 'max@acme.example', 'role': 'Low', 'profile': 'Blind'}],"
    " 'spaces': [{'name': 'Floor', 'modules': ['Vault', 'Desk'],"
    "   'members': [{'user': 'ana@acme.example'}, {'user': 'max@acme.example', 'admin': true}]}],"
    " 'workflows': [{'name': 'Tell', 'module': 'Leads', 'on': 'edit', 'conditions': [{'then': ["
    "  {'notify': {'to': 'owner', 'subject': '" SECRET "', 'body': '" SECRET "'}}]}]}],"
    " 'charts': [{'name': 'Hidden', 'module': 'Leads', 'group_by': ['Phone'],"
    "  'measures': ['sum:Annual_Revenue'], 'where': 'Phone = `" SECRET "`'}],"
    " 'views': [{'name': 'Hidden', 'module': 'Leads', 'sharing': 'public',"
    "  'where': 'Phone = `" SECRET "`'},"
    "  {'name': 'All', 'module': 'Leads', 'sharing': 'public'},"
    "  {'name': 'Boss', 'module': 'Leads', 'where': 'Phone = `" SECRET "`'}]}";

static const struct {
    const char *module, *fields;
} contents[RECORDS] = {
    [LEAD] = {"Leads", "{'Last_Name': 'Plain', 'Company': 'Tower', 'First_Name': '" SECRET
                       "', 'Phone': '" SECRET "', 'Annual_Revenue': 918273645.25,"
                       " 'Due': '2031-07-19', 'Met': '2031-07-19T10:00:00Z'}"},
    [CONTACT] = {"Contacts", "{'Last_Name': 'Reader', 'Account_Name': %lld}"},
    [DEAL] = {"Deals", "{'Deal_Name': 'House', 'Account_Name': %lld, 'Amount': 918273645.25,"
                       " 'Stage': 'Qualification', 'Closing_Date': '2030-01-01'}"},
    [TASK] = {"Tasks", "{'Subject': 'Phone', 'What_Id': 'Accounts:%lld'}"},
    [PAPER] = {"Desk", "{'Name': 'Mine', 'Text': '" SECRET "'}"},
    [SHUT_LEAD] = {"Leads", "{'Last_Name': '" SECRET "', 'Company': '" SECRET "', 'City': '" SECRET
                            "', 'Annual_Revenue': 918273645.25, 'Due': '2031-07-19'}"},
    [SHUT_TASK] = {"Tasks", "{'Subject': '" SECRET "', 'Description': '" SECRET "',"
                            " 'What_Id': 'Accounts:%lld'}"},
    [SHUT_ENTRY] = {"Vault", "{'Name': '" SECRET "', 'Text': '" SECRET "'}"},
    [SHUT_PAPER] = {"Desk", "{'Name': '" SECRET "', 'Text': '" SECRET "'}"},
    [BINNED_LEAD] = {"Leads", "{'Last_Name': '" SECRET "', 'Company': '" SECRET "'}"},
    [ACCOUNT] = {"Accounts", "{'Account_Name': '" SECRET "', 'Phone': '" SECRET
                             "', 'Website': 'https://" SECRET ".example'}"},
};

static host *h;
static crm4e_session *ana, *max;
static crm4e_id ids[RECORDS];

crm4e_session *surface_reader(void)
{
    return max;
}

crm4e_session *surface_admin(void)
{
    return ana;
}

crm4e_id surface_id(size_t place)
{
    return ids[place];
}

const char *surface_module(size_t place)
{
    return contents[place].module;
}

/* ------------------------------------------------------------- listening */

static bool holds_secret(const char *text)
{
    for (const char *at = text; *at; at++)
        for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
            size_t k = 0;

            while (secrets[i][k] && tolower((unsigned char)at[k]) == secrets[i][k])
                k++;
            if (!secrets[i][k])
                return true;
        }
    return false;
}

void surface_heard(const char *text)
{
    if (text && holds_secret(text))
        fail_msg("a secret shows: %s", text);
}

/* Hears the error, too. */
int surface_said(int rc)
{
    const crm4e_error *error = crm4e_session_error(max);

    surface_heard(crm4e_error_message(error));
    surface_heard(crm4e_error_module(error));
    surface_heard(crm4e_error_field(error));
    surface_heard(crm4e_error_rule(error));
    return rc;
}

void surface_allowed(int rc)
{
    host_ok(max, surface_said(rc));
}

void surface_refused(int rc, int code)
{
    assert_string_equal(crm4e_code_name(surface_said(rc)), crm4e_code_name(code));
}

int surface_said_text(int rc, crm4e_text *text)
{
    surface_heard(crm4e_text_data(text));
    crm4e_text_free(text);
    return surface_said(rc);
}

static void denied(int rc, crm4e_text *text)
{
    assert_string_equal(crm4e_code_name(surface_said_text(rc, text)), "CRM4E_E_DENIED");
}

void surface_like_missing(by_id call, const char *module, crm4e_id id, int code)
{
    char message[512];
    int hidden = surface_said(call(module, id));

    (void)snprintf(message, sizeof message, "%s", crm4e_error_message(crm4e_session_error(max)));
    assert_int_equal(surface_said(call(module, id + (1 << 20))), hidden);
    assert_string_equal(crm4e_error_message(crm4e_session_error(max)), message);
    assert_string_equal(crm4e_code_name(hidden), crm4e_code_name(code));
}

void surface_like_missing_everywhere(by_id call)
{
    for (size_t i = HIDDEN; i < RECORDS; i++)
        surface_like_missing(call, contents[i].module, ids[i], CRM4E_E_NOT_FOUND);
}

/* ------------------------------------------------------------- the org */

static crm4e_id create(size_t place)
{
    char fields[512];
    char *json;
    crm4e_record *record = NULL;
    crm4e_id id, owner = 0;

    /* the account is the only record that others name */
    const char *gap = strstr(contents[place].fields, "%lld");

    if (gap)
        (void)snprintf(fields, sizeof fields, "%.*s%lld%s", (int)(gap - contents[place].fields),
                       contents[place].fields, (long long)ids[ACCOUNT], gap + 4);
    json = host_json(gap ? fields : contents[place].fields);
    host_ok(ana, crm4e_record_new(&record, ana, contents[place].module));
    host_ok(ana, crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED));
    host_ok(ana, crm4e_user_find(ana, place < HIDDEN ? MAX : HOST_ADMIN, &owner));
    host_ok(ana, crm4e_record_set_owner(record, owner));
    host_ok(ana, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    free(json);
    return id;
}

int surfaces_setup(void **state)
{
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;

    if (host_setup(state) != 0)
        return -1;
    h = *state;
    ana = h->admin;
    host_apply(h, document);
    max = host_session(h, MAX);
    for (size_t i = RECORDS; i-- > 0;)
        ids[i] = create(i);
    surface_put_files();
    host_ok(ana, crm4e_record_delete(ana, "Leads", ids[BINNED_LEAD], 0));
    host_ok(ana, crm4e_record_open(&record, ana, "Leads", ids[LEAD]));
    host_ok(ana, crm4e_record_set_text(record, "Phone", SECRET "2", CRM4E_NUL_TERMINATED));
    host_ok(ana, crm4e_record_save(record));
    host_ok(ana, crm4e_record_json(&text, record));
    assert_true(holds_secret(crm4e_text_data(text)));
    crm4e_text_free(text);
    crm4e_record_free(record);
    return 0;
}

/* ------------------------------------------------------------- records */

static int open_by_id(const char *module, crm4e_id id)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, max, module, id);

    crm4e_record_free(record);
    return rc;
}

static crm4e_record *opened(size_t place)
{
    crm4e_record *record = NULL;

    surface_allowed(crm4e_record_open(&record, max, contents[place].module, ids[place]));
    return record;
}

void probe_reading(void)
{
    static const struct {
        size_t place;
        const char *field;
    } closed[] = {
        {LEAD, "Phone"}, {LEAD, "First_Name"},     {LEAD, "Full_Name"}, {LEAD, "Due"},
        {LEAD, "Met"},   {LEAD, "Annual_Revenue"}, {DEAL, "Amount"},    {DEAL, "Expected_Revenue"},
        {PAPER, "Text"}};

    for (size_t i = 0; i < HIDDEN; i++) {
        crm4e_record *record = opened(i);
        crm4e_text *text = NULL;
        int rc = crm4e_record_json(&text, record);

        surface_allowed(surface_said_text(rc, text));
        assert_int_equal(crm4e_record_id(record), ids[i]);
        assert_true(crm4e_record_version(record) < 4);
        crm4e_record_free(record);
    }
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        crm4e_record *record = opened(closed[i].place);
        const char *text = NULL;
        int64_t number = 0;

        surface_refused(crm4e_record_get_text(record, closed[i].field, &text, NULL),
                        CRM4E_E_DENIED);
        surface_heard(text);
        surface_refused(crm4e_record_get_integer(record, closed[i].field, &number, NULL),
                        CRM4E_E_DENIED);
        assert_int_equal(number, 0);
        crm4e_record_free(record);
    }
    surface_like_missing_everywhere(open_by_id);
}

/* ------------------------------------------------------------- writing */

/* The setters of fields that are hidden. */
static int set_hidden(crm4e_record *record, size_t which)
{
    switch (which) {
    case 0: return crm4e_record_set_text(record, "Phone", "1", CRM4E_NUL_TERMINATED);
    case 1: return crm4e_record_set_decimal(record, "Annual_Revenue", "5.00");
    case 2: return crm4e_record_set_date(record, "Due", 1);
    case 3: return crm4e_record_set_time(record, "Met", 1);
    case 4: return crm4e_record_set_null(record, "Phone");
    case 5: return crm4e_record_set_json(record, "{\"Phone\": null}", CRM4E_NUL_TERMINATED);
    default: return crm4e_record_set_text(record, "Annual_Revenue", "", 0);
    }
}

static int point_to(const char *module, crm4e_id id)
{
    crm4e_record *record = NULL;
    int rc;

    (void)module;
    surface_allowed(crm4e_record_new(&record, max, "Contacts"));
    surface_allowed(crm4e_record_set_text(record, "Last_Name", "New", CRM4E_NUL_TERMINATED));
    rc = crm4e_record_set_integer(record, "Account_Name", id);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

static int delete_by_id(const char *module, crm4e_id id)
{
    return crm4e_record_delete(max, module, id, 0);
}

static int restore_by_id(const char *module, crm4e_id id)
{
    return crm4e_record_restore(max, module, id);
}

static void hear_saved(crm4e_record *record)
{
    crm4e_text *text = NULL;
    int rc;

    surface_allowed(crm4e_record_save(record));
    rc = crm4e_record_json(&text, record);
    surface_allowed(surface_said_text(rc, text));
}

static int convert_by_id(const char *module, crm4e_id id)
{
    (void)module;
    return crm4e_convert_lead(NULL, NULL, NULL, max, id, NULL);
}

void probe_writing(void)
{
    crm4e_record *record;

    for (size_t i = 0; i <= 6; i++) {
        int rc;

        record = opened(LEAD);
        rc = surface_said(set_hidden(record, i));
        surface_refused(rc == CRM4E_OK ? crm4e_record_save(record) : rc, CRM4E_E_DENIED);
        crm4e_record_free(record);
    }
    record = opened(LEAD);
    surface_allowed(crm4e_record_expect(record, 77));
    surface_allowed(crm4e_record_set_text(record, "City", "A", CRM4E_NUL_TERMINATED));
    surface_refused(crm4e_record_save(record), CRM4E_E_CONFLICT);
    crm4e_record_free(record);
    record = opened(DEAL);
    surface_allowed(crm4e_record_set_text(record, "Stage", "Closed Won", CRM4E_NUL_TERMINATED));
    hear_saved(record);
    surface_allowed(crm4e_record_set_owner(record, crm4e_session_user(max)));
    hear_saved(record);
    crm4e_record_free(record);
    surface_allowed(crm4e_record_new(&record, max, "Leads"));
    surface_refused(crm4e_record_save(record), CRM4E_E_INVALID);
    crm4e_record_free(record);
    surface_like_missing(point_to, "Accounts", ids[ACCOUNT], CRM4E_E_INVALID);
    surface_like_missing_everywhere(delete_by_id);
    surface_like_missing_everywhere(restore_by_id);
    /* a field of the lead is hidden: nothing leaves it, whatever the lead */
    surface_refused(crm4e_convert_lead(NULL, NULL, NULL, max, ids[LEAD], NULL), CRM4E_E_DENIED);
    surface_like_missing(convert_by_id, "Leads", ids[SHUT_LEAD], CRM4E_E_NOT_FOUND);
}

/* ------------------------------------------------------------- history */

static int timeline_by_id(const char *module, crm4e_id id)
{
    crm4e_text *text = NULL;
    int rc = crm4e_timeline_json(&text, max, module, id, 0, 1, 100);

    return surface_said_text(rc, text);
}

/* All that ever happened names no hidden field, and tells of no hidden record. */
static void follow_feed(void)
{
    static const char *const hidden[] = {"Phone", "First_Name", "Annual_Revenue", "Due", "Vault"};
    int64_t position = 0, end = 0;

    surface_allowed(crm4e_feed_position(max, &end));
    while (position < end) {
        crm4e_text *text = NULL;
        const char *told, *at;
        char id[32];

        surface_allowed(crm4e_feed_json(&text, max, position, NULL));
        told = crm4e_text_data(text);
        surface_heard(told);
        for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
            (void)snprintf(id, sizeof id, "\"%s\"", hidden[i]);
            assert_null(strstr(told, id));
        }
        for (size_t i = HIDDEN; i < RECORDS; i++) {
            (void)snprintf(id, sizeof id, "\"record\":%lld,", (long long)ids[i]);
            assert_null(strstr(told, id));
        }
        for (at = told; (told = strstr(at, "\"position\":")) != NULL; at = told + 1)
            position = strtoll(told + strlen("\"position\":"), NULL, 10);
        crm4e_text_free(text);
    }
}

void probe_timeline(void)
{
    int (*const asked[])(const char *, crm4e_id) = {timeline_by_id, surface_history, surface_as_of};

    for (size_t k = 0; k < sizeof asked / sizeof asked[0]; k++) {
        for (size_t i = 0; i < HIDDEN; i++)
            surface_allowed(asked[k](contents[i].module, ids[i]));
        surface_like_missing_everywhere(asked[k]);
    }
    follow_feed();
}

/* ------------------------------------------------------------- search */

static void search_for(const char *text, const char *modules, int code)
{
    crm4e_search_options options = CRM4E_SEARCH_OPTIONS_INIT;
    crm4e_text *out = NULL;

    options.modules = modules;
    assert_string_equal(crm4e_code_name(surface_said(
                            crm4e_search_json(&out, max, text, CRM4E_NUL_TERMINATED, &options))),
                        crm4e_code_name(code));
    if (code == CRM4E_OK) {
        surface_heard(crm4e_text_data(out));
        if (holds_secret(text))
            assert_string_equal(crm4e_text_data(out), "[]");
    }
    crm4e_text_free(out);
}

/* A word of hidden records and fields is found as little as none. */
void probe_search(void)
{
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        search_for(secrets[i], NULL, CRM4E_OK);
        search_for(secrets[i], "[\"Leads\"]", CRM4E_OK);
        search_for(secrets[i], "[\"Vault\"]", CRM4E_E_NOT_FOUND);
    }
    search_for("plain", NULL, CRM4E_OK);
    search_for("reader", NULL, CRM4E_OK);
    search_for("mine", NULL, CRM4E_OK);
}

/* ------------------------------------------------------------- asking the gate */

static void hear_verdict(crm4e_verdict *verdict)
{
    crm4e_text *text = NULL;
    int rc;

    (void)crm4e_verdict_code(verdict);
    for (size_t i = 0; i < crm4e_verdict_reason_count(verdict); i++) {
        (void)crm4e_verdict_reason(verdict, i);
        surface_heard(crm4e_verdict_reason_name(verdict, i));
    }
    surface_heard(crm4e_verdict_sentence(verdict, NULL));
    surface_heard(crm4e_verdict_sentence(verdict, "zh"));
    rc = crm4e_verdict_json(&text, verdict);
    surface_allowed(surface_said_text(rc, text));
}

static int may_by_id(const char *module, crm4e_id id)
{
    return crm4e_may(max, CRM4E_ACTION_EDIT, module, id, NULL);
}

/* What explain() says of a record, in one text; malloc'd. */
static char *explained(const char *module, crm4e_id id)
{
    crm4e_verdict *verdict = NULL;
    crm4e_text *text = NULL;
    char *copy;
    int rc = surface_said(crm4e_explain(&verdict, max, 0, CRM4E_ACTION_VIEW, module, id, NULL));

    if (rc == CRM4E_OK) {
        hear_verdict(verdict);
        surface_allowed(crm4e_verdict_json(&text, verdict));
    }
    copy = strdup(rc == CRM4E_OK ? crm4e_text_data(text) : crm4e_code_name(rc));
    assert_non_null(copy);
    crm4e_text_free(text);
    crm4e_verdict_free(verdict);
    return copy;
}

void probe_asking(void)
{
    static const char change[] = "{\"crm4e\": 1, \"roles\": [{\"name\": \"Spy\"}]}";
    crm4e_verdict *verdict = NULL;
    crm4e_text *text = NULL;

    surface_like_missing_everywhere(may_by_id);
    surface_refused(crm4e_may(max, CRM4E_ACTION_VIEW, "Leads", ids[LEAD], "Phone"), CRM4E_E_DENIED);
    for (size_t i = HIDDEN; i < RECORDS; i++) {
        char *hidden = explained(contents[i].module, ids[i]);
        char *missing = explained(contents[i].module, ids[i] + (1 << 20));

        assert_string_equal(hidden, missing);
        free(hidden);
        free(missing);
    }
    for (size_t i = 0; i < HIDDEN; i++)
        free(explained(contents[i].module, ids[i]));
    surface_allowed(
        crm4e_explain(&verdict, max, 0, CRM4E_ACTION_VIEW, "Leads", ids[LEAD], "Phone"));
    assert_int_equal(crm4e_verdict_code(verdict), CRM4E_E_DENIED);
    hear_verdict(verdict);
    crm4e_verdict_free(verdict);
    surface_refused(crm4e_explain(&verdict, max, crm4e_session_user(ana), CRM4E_ACTION_VIEW,
                                  "Leads", ids[SHUT_LEAD], NULL),
                    CRM4E_E_DENIED);
    for (size_t i = 0; i < RECORDS; i++)
        assert_true(surface_said_text(
                        crm4e_who_can(&text, max, CRM4E_ACTION_VIEW, contents[i].module, ids[i]),
                        NULL) < 0);
    denied(crm4e_what_if(&text, max, change, CRM4E_NUL_TERMINATED), NULL);
    denied(crm4e_audit_json(&text, max, NULL), NULL);
}

/* ------------------------------------------------------------- the org's settings */

/* Of a space he is an admin of he hears nothing about the module in it that is
 * closed to him, and moves it no more than one that is not there. */
static void probe_space(void)
{
    char absent[256];
    crm4e_space *space = NULL;
    crm4e_text *text = NULL;
    int rc;

    surface_allowed(crm4e_space_open(&space, max, "Floor"));
    rc = crm4e_space_json(&text, space);
    assert_non_null(strstr(crm4e_text_data(text), "Desk"));
    assert_null(strstr(crm4e_text_data(text), "Vault"));
    surface_allowed(surface_said_text(rc, text));
    text = NULL;
    rc = crm4e_spaces_json(&text, max);
    assert_null(strstr(crm4e_text_data(text), "Vault"));
    surface_allowed(surface_said_text(rc, text));
    surface_refused(crm4e_space_place(space, "Absent", NULL, 0), CRM4E_E_NOT_FOUND);
    (void)snprintf(absent, sizeof absent, "%s", crm4e_error_message(crm4e_session_error(max)));
    surface_refused(crm4e_space_place(space, "Vault", NULL, 0), CRM4E_E_NOT_FOUND);
    assert_string_equal(crm4e_error_message(crm4e_session_error(max)), absent);
    surface_refused(crm4e_space_take(space, "Vault"), CRM4E_E_NOT_FOUND);
    assert_string_equal(crm4e_error_message(crm4e_session_error(max)), absent);
    crm4e_space_free(space);
}

void probe_settings(void)
{
    static const char change[] = "{\"crm4e\": 1, \"roles\": [{\"name\": \"Spy\"}]}";
    static const char *const modules[] = {"Leads", "Contacts", "Deals", "Desk"};
    crm4e_module *module = NULL;
    crm4e_text *text = NULL;
    int rc = crm4e_navigation_json(&text, max);

    assert_null(strstr(crm4e_text_data(text), "Vault"));
    surface_allowed(surface_said_text(rc, text));
    rc = crm4e_requests_json(&text, max, NULL);
    assert_string_equal(crm4e_text_data(text), "{\"requests\":[],\"after\":null}");
    surface_allowed(surface_said_text(rc, text));
    rc = crm4e_limits_json(&text, max);
    assert_null(strstr(crm4e_text_data(text), "Vault"));
    surface_allowed(surface_said_text(rc, text));
    for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++) {
        rc = surface_said(crm4e_module_open(&module, max, modules[i]));
        if (rc == CRM4E_OK) {
            rc = crm4e_module_json(&text, module);
            (void)surface_said_text(rc, text);
            text = NULL;
            rc = crm4e_sharing_rules_json(&text, module);
            (void)surface_said_text(rc, text);
            text = NULL;
            rc = crm4e_module_members_json(&text, module);
            (void)surface_said_text(rc, text);
            text = NULL;
        }
        crm4e_module_free(module);
        module = NULL;
    }
    rc = crm4e_modules_json(&text, max);
    assert_null(strstr(crm4e_text_data(text), "Vault"));
    surface_allowed(surface_said_text(rc, text));
    text = NULL;
    rc = crm4e_user_json(&text, max, crm4e_session_user(ana));
    (void)surface_said_text(rc, text);
    text = NULL;
    probe_space();
    denied(crm4e_org_apply(&text, max, change, CRM4E_NUL_TERMINATED), NULL);
    denied(crm4e_org_export(&text, max), NULL);
    denied(crm4e_org_digest(&text, max), NULL);
    denied(crm4e_feedback_json(&text, max, 0, 10), NULL);
    denied(crm4e_tab_groups_json(&text, max), NULL);
    denied(crm4e_convert_mapping_json(&text, max), NULL);
    denied(crm4e_convert_mapping_put(max, "Rating", "Accounts", "Rating"), NULL);
    assert_null(text);
}

void probe_automation(void)
{
    crm4e_module *leads = NULL;
    crm4e_workflow *rule = NULL;
    crm4e_text *text = NULL;
    crm4e_time next = 0;
    int32_t done = 0;

    host_ok(ana, crm4e_outbox_next(&text, ana));
    assert_true(holds_secret(crm4e_text_data(text)));
    crm4e_text_free(text);
    text = NULL;
    denied(crm4e_outbox_next(&text, max), NULL);
    assert_null(text);
    surface_refused(crm4e_outbox_settle(max, 1, CRM4E_OUTBOX_DELIVERED), CRM4E_E_DENIED);
    assert_true(surface_said(crm4e_run_due(max, 0, 10, &done)) < 0);
    surface_refused(crm4e_schedule_run(max, 0, 10, &done), CRM4E_E_DENIED);
    surface_refused(crm4e_next_due(max, &next), CRM4E_E_DENIED);
    surface_refused(crm4e_schedule_json(&text, max, NULL, 0, 0, 10), CRM4E_E_DENIED);
    assert_int_equal(done, 0);
    assert_int_equal(next, 0);
    /* a rule acts on all records: who may not set it up gets none in hand */
    if (surface_said(crm4e_module_open(&leads, max, "Leads")) == CRM4E_OK) {
        surface_refused(crm4e_workflow_new(&rule, leads, "Mine"), CRM4E_E_DENIED);
        surface_refused(crm4e_workflow_activate(leads, "Mine", 0), CRM4E_E_DENIED);
        surface_refused(crm4e_workflow_remove(leads, "Mine"), CRM4E_E_DENIED);
        surface_refused(crm4e_workflows_json(&text, leads), CRM4E_E_DENIED);
        surface_refused(crm4e_runs_json(&text, leads, NULL), CRM4E_E_DENIED);
        surface_refused(crm4e_dry_run_json(&text, leads, ids[LEAD], NULL), CRM4E_E_DENIED);
    }
    assert_null(rule);
    crm4e_module_free(leads);
}

/* The host's own calls act for nobody: what they tell is about shapes. */
void probe_host(void)
{
    crm4e_text *text = NULL;
    int rc = crm4e_check(&text, h->org);

    (void)surface_said_text(rc, text);
}
