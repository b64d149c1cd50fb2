/* SPDX-License-Identifier: MIT */
/* Leads become accounts, contacts and deals: what goes where, who may, what a
 * refusal leaves, and where a converted lead is still found. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUE "sue@x.example"
#define TOM "tom@x.example"

/* CEO (ana) > Manager (tom) > Sales (sue). */
static const char start[] =
    "{'roles': [{'name': 'Sales', 'parent': 'Manager'}],"
    " 'profiles': [{'name': 'Seller', 'clone_of': 'Standard'}],"
    " 'users': [{'email': 'tom@x.example', 'role': 'Manager'},"
    "  {'email': 'sue@x.example', 'name': 'Sue', 'role': 'Sales', 'profile': 'Seller'}]}";

static const char full_lead[] =
    "{'Last_Name': 'Li', 'First_Name': 'Wei', 'Salutation': 'Ms.', 'Company': 'Tower',"
    " 'Designation': 'Head', 'Email': 'wei@tower.example', 'Phone': '1', 'Mobile': '2',"
    " 'Fax': '3', 'Website': 'tower.example', 'Industry': 'Retail', 'Annual_Revenue': 1000.50,"
    " 'No_of_Employees': 12, 'Lead_Source': 'Partner', 'Street': 'S', 'City': 'C', 'State': 'T',"
    " 'Zip_Code': 'Z', 'Country': 'D', 'Description': 'Text', 'Email_Opt_Out': true}";

static crm4e_id add(crm4e_session *session, const char *module, const char *json)
{
    char *real = host_json(json);
    crm4e_record *record = NULL;
    crm4e_id id;

    host_ok(session, crm4e_record_new(&record, session, module));
    host_ok(session, crm4e_record_set_json(record, real, CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    free(real);
    return id;
}

/* The rows of "select FIELDS from MODULE where id = ID". */
static void assert_row(crm4e_session *session, const char *fields, const char *module, crm4e_id id,
                       const char *row)
{
    char text[512];
    char *rows;

    (void)snprintf(text, sizeof text, "select %s from %s where id = %lld", fields, module,
                   (long long)id);
    rows = host_query(session, text);
    if (strcmp(rows, row) != 0)
        fail_msg("%s: %s instead of %s", text, rows, row);
    free(rows);
}

static int convert(crm4e_session *session, crm4e_id lead, crm4e_convert_options options,
                   crm4e_id *account, crm4e_id *contact, crm4e_id *deal)
{
    char *json = options.deal != NULL ? host_json(options.deal) : NULL;
    int rc;

    options.struct_size = sizeof options;
    options.deal = json;
    rc = crm4e_convert_lead(account, contact, deal, session, lead, &options);
    free(json);
    return rc;
}

/* Everything there is, as the administrator sees it. */
static void count_all(host *h, int64_t *counts)
{
    static const char *const modules[] = {"Leads", "Accounts", "Contacts", "Deals", "Notes"};

    for (size_t i = 0; i < 5; i++)
        counts[i] = host_count(h->admin, modules[i], NULL);
}

/* A refusal keeps nothing. */
static void refused(host *h, crm4e_session *session, crm4e_id lead, crm4e_convert_options options,
                    int code, const char *message)
{
    int64_t before[5];
    int64_t after[5];

    count_all(h, before);
    assert_int_equal(convert(session, lead, options, NULL, NULL, NULL), code);
    if (strstr(crm4e_error_message(crm4e_session_error(session)), message) == NULL)
        fail_msg("%s: no %s", crm4e_error_message(crm4e_session_error(session)), message);
    count_all(h, after);
    assert_memory_equal(before, after, sizeof before);
}

#define OPTIONS(...)                                                                               \
    (crm4e_convert_options)                                                                        \
    {                                                                                              \
        .struct_size = 0, __VA_ARGS__                                                              \
    }

static void everything_goes_where_it_belongs(void **state)
{
    host *h = *state;
    crm4e_session *sue;
    crm4e_id lead, account = 0, contact = 0, deal = 0;

    host_apply(h, start);
    sue = host_session(h, SUE);
    lead = add(sue, "Leads", full_lead);
    host_ok(sue, convert(sue, lead, OPTIONS(.deal = "{'Stage': 'Qualification', 'Amount': 5.00}"),
                         &account, &contact, &deal));
    assert_row(sue,
               "Account_Name, Phone, Fax, Website, Industry, Annual_Revenue, Employees, "
               "Billing_Street, Billing_City, Billing_State, Billing_Code, Billing_Country, Owner",
               "Accounts", account, "Tower|1|3|tower.example|Retail|1000.50|12|S|C|T|Z|D|Sue\n");
    assert_row(sue,
               "Full_Name, Salutation, Title, Email, Phone, Mobile, Fax, Lead_Source, "
               "Mailing_Street, Mailing_City, Mailing_State, Mailing_Zip, Mailing_Country, "
               "Description, Email_Opt_Out, Account_Name, Owner",
               "Contacts", contact,
               "Wei Li|Ms.|Head|wei@tower.example|1|2|3|Partner|S|C|T|Z|D|Text|true|Tower|Sue\n");
    assert_row(sue, "Deal_Name, Stage, Amount, Lead_Source, Account_Name, Contact_Name", "Deals",
               deal, "Tower|Qualification|5.00|Partner|Tower|Li\n");
}

/* Lists, counts, charts and searches go without it; a question that names the
 * conversion, and whoever has its id, find it. */
static void a_converted_lead_leaves(void **state)
{
    host *h = *state;
    crm4e_session *sue;
    crm4e_record *record = NULL;
    crm4e_chart *chart = NULL;
    crm4e_text *text = NULL;
    crm4e_id lead, other;
    size_t buckets = 0;

    host_apply(h, start);
    sue = host_session(h, SUE);
    lead = add(sue, "Leads", full_lead);
    other = add(sue, "Leads", "{'Last_Name': 'Zhou', 'Company': 'Stays'}");
    assert_int_equal(host_count(sue, "Leads", NULL), 2);
    host_ok(sue, convert(sue, lead, OPTIONS(.owner = 0), NULL, NULL, NULL));
    assert_int_equal(host_count(sue, "Leads", NULL), 1);
    assert_int_equal(host_count(sue, "Leads", "Company = 'Tower'"), 0);
    assert_int_equal(host_count(sue, "Leads", "Converted__s = true"), 1);
    assert_int_equal(host_count(sue, "Leads", "Company = 'Tower' and converted__s = true"), 1);
    assert_int_equal(host_count(sue, "Leads", "Converted_Contact is not null or id > 0"), 2);
    host_ok(sue, crm4e_search_json(&text, sue, "tower", CRM4E_NUL_TERMINATED, NULL));
    assert_null(strstr(crm4e_text_data(text), "\"Leads\""));
    assert_non_null(strstr(crm4e_text_data(text), "\"Accounts\""));
    crm4e_text_free(text);
    host_ok(sue, crm4e_chart_new(&chart, sue, "Leads"));
    host_ok(sue, crm4e_chart_group_by(chart, "Company", 0));
    host_ok(sue, crm4e_chart_run(chart));
    buckets = crm4e_chart_buckets(chart);
    assert_int_equal(buckets, 1);
    crm4e_chart_free(chart);
    host_ok(sue, crm4e_record_open(&record, sue, "Leads", lead));
    crm4e_record_free(record);
    refused(h, sue, lead, OPTIONS(.owner = 0), CRM4E_E_CONFLICT, "converted already");
    host_ok(sue, convert(sue, other, OPTIONS(.owner = 0), NULL, NULL, NULL));
    assert_int_equal(host_count(sue, "Leads", NULL), 0);
}

static void without_a_company(void **state)
{
    host *h = *state;
    crm4e_id lead, account = 7, contact = 0, deal = 0;
    crm4e_session *sue;

    host_apply(h, start);
    /* the company is mandatory as the standard has it */
    host_apply(h, "{'modules': [{'api_name': 'Leads', 'fields': [{'api_name': 'Company',"
                  " 'mandatory': false}]}]}");
    sue = host_session(h, SUE);
    lead = add(sue, "Leads", "{'Last_Name': 'Li'}");
    host_ok(sue, convert(sue, lead, OPTIONS(.deal = "{'Stage': 'Qualification'}"), &account,
                         &contact, &deal));
    assert_int_equal(account, 0);
    assert_row(sue, "Last_Name, Account_Name", "Contacts", contact, "Li|-\n");
    assert_row(sue, "Deal_Name, Account_Name, Contact_Name", "Deals", deal, "Li|-|Li\n");
}

static void into_what_is_there(void **state)
{
    host *h = *state;
    crm4e_id leads[3], account, contact, got = 0;
    crm4e_session *sue;

    host_apply(h, start);
    sue = host_session(h, SUE);
    account = add(sue, "Accounts", "{'Account_Name': 'Old', 'Phone': '9'}");
    contact = add(sue, "Contacts", "{'Last_Name': 'Old', 'Email': 'old@x.example'}");
    for (size_t i = 0; i < 3; i++)
        leads[i] = add(sue, "Leads", full_lead);
    host_ok(sue, convert(sue, leads[0], OPTIONS(.account = account, .contact = contact), &got, NULL,
                         NULL));
    assert_int_equal(got, account);
    assert_row(sue, "Account_Name, Phone, Fax", "Accounts", account, "Old|9|3\n");
    assert_row(sue, "Last_Name, Email, Title", "Contacts", contact, "Old|old@x.example|Head\n");
    host_ok(sue,
            convert(sue, leads[1], OPTIONS(.account = account, .contact = contact, .overwrite = 1),
                    NULL, NULL, NULL));
    assert_row(sue, "Account_Name, Phone", "Accounts", account, "Tower|1\n");
    /* seen, but not to edit: left alone */
    host_apply(h, "{'modules': [{'api_name': 'Accounts', 'org_default': 'public_read_only'}]}");
    account = add(h->admin, "Accounts", "{'Account_Name': 'Theirs'}");
    host_ok(sue, convert(sue, leads[2], OPTIONS(.account = account, .overwrite = 1), NULL, &contact,
                         NULL));
    assert_row(sue, "Account_Name, Fax", "Accounts", account, "Theirs|-\n");
    assert_row(sue, "Account_Name", "Contacts", contact, "Theirs\n");
}

static void what_hangs_on_it_moves(void **state)
{
    host *h = *state;
    crm4e_id lead, note, task, contact = 0;
    crm4e_session *sue;
    char json[128];

    host_apply(h, start);
    sue = host_session(h, SUE);
    lead = add(sue, "Leads", full_lead);
    (void)snprintf(json, sizeof json, "{'Note_Content': 'n', 'Parent_Id': 'Leads:%lld'}",
                   (long long)lead);
    note = add(h->admin, "Notes", json);
    (void)snprintf(json, sizeof json, "{'Subject': 't', 'Who_Id': 'Leads:%lld'}", (long long)lead);
    task = add(h->admin, "Tasks", json);
    host_ok(sue, convert(sue, lead, OPTIONS(.owner = 0), NULL, &contact, NULL));
    assert_row(sue, "Parent_Id", "Notes", note, "Li\n");
    assert_row(sue, "Who_Id", "Tasks", task, "Li\n");
}

static void who_may(void **state)
{
    host *h = *state;
    crm4e_id lead, theirs, account;
    crm4e_session *sue;
    crm4e_id tom = 0;

    host_apply(h, start);
    sue = host_session(h, SUE);
    host_ok(h->admin, crm4e_user_find(h->admin, TOM, &tom));
    lead = add(sue, "Leads", full_lead);
    theirs = add(h->admin, "Leads", full_lead);
    account = add(h->admin, "Accounts", "{'Account_Name': 'Secret'}");
    refused(h, sue, theirs, OPTIONS(.owner = 0), CRM4E_E_NOT_FOUND, "no such record");
    refused(h, sue, lead, OPTIONS(.account = account), CRM4E_E_NOT_FOUND, "no such record");
    refused(h, sue, lead, OPTIONS(.contact = account), CRM4E_E_NOT_FOUND, "no such record");
    refused(h, sue, lead, OPTIONS(.expected_version = 5), CRM4E_E_CONFLICT, "changed since");
    refused(h, sue, lead, OPTIONS(.deal = "{'Stage': 'Nowhere'}"), CRM4E_E_INVALID, "Stage");
    refused(h, sue, lead, OPTIONS(.deal = "{'Stage': 'Qualification', 'No': 1}"), CRM4E_E_INVALID,
            "no such field");
    refused(h, sue, lead, OPTIONS(.deal = "{}"), CRM4E_E_INVALID, "Stage");
    refused(h, sue, lead, OPTIONS(.deal = "[1"), CRM4E_E_INVALID, "JSON");
    refused(h, sue, lead, OPTIONS(.overwrite = 2), CRM4E_E_INVALID, "overwrite");
    refused(h, sue, lead, OPTIONS(.owner = 12345), CRM4E_E_INVALID, "Owner");
    host_apply(h,
               "{'profiles': [{'name': 'Seller', 'modules': {'Contacts': ['view', 'create']}}]}");
    refused(h, sue, lead, OPTIONS(.owner = tom), CRM4E_E_DENIED, "change_owner");
    host_apply(h, "{'profiles': [{'name': 'Seller', 'modules': {'Contacts': ['view']}}]}");
    refused(h, sue, lead, OPTIONS(.owner = 0), CRM4E_E_DENIED, "create");
    host_apply(h, "{'profiles': [{'name': 'Seller', 'modules': {'Contacts': ['view', 'create'],"
                  " 'Leads': ['view', 'edit', 'delete']}}]}");
    refused(h, sue, lead, OPTIONS(.owner = 0), CRM4E_E_DENIED, "convert");
}

static void fields_that_are_closed(void **state)
{
    host *h = *state;
    crm4e_id lead, poor;
    crm4e_session *sue;

    host_apply(h, start);
    sue = host_session(h, SUE);
    lead = add(sue, "Leads", full_lead);
    poor = add(sue, "Leads", "{'Last_Name': 'Li', 'Company': 'Tower'}");
    host_apply(h, "{'profiles': [{'name': 'Seller', 'fields': {'Leads': {'Fax': 'hidden'}}}]}");
    refused(h, sue, lead, OPTIONS(.owner = 0), CRM4E_E_DENIED, "Leads.Fax");
    refused(h, sue, poor, OPTIONS(.owner = 0), CRM4E_E_DENIED, "Leads.Fax");
    host_apply(h, "{'profiles': [{'name': 'Seller', 'fields': {'Leads': {'Fax': 'read_write'},"
                  " 'Deals': {'Amount': 'hidden', 'Stage': 'read_write'}}}]}");
    refused(h, sue, lead, OPTIONS(.deal = "{'Stage': 'Qualification', 'Amount': 1}"),
            CRM4E_E_DENIED, "Deals.Amount");
    host_apply(h, "{'profiles': [{'name': 'Seller', 'fields': {'Leads': {'Fax': 'read_write'},"
                  " 'Contacts': {'Fax': 'read_only'}}}]}");
    refused(h, sue, lead, OPTIONS(.owner = 0), CRM4E_E_DENIED, "Contacts.Fax");
    host_ok(sue, convert(sue, poor, OPTIONS(.owner = 0), NULL, NULL, NULL));
}

static void locked_and_gone(void **state)
{
    host *h = *state;
    crm4e_id lead, account;
    crm4e_session *sue;

    host_apply(h, start);
    sue = host_session(h, SUE);
    lead = add(sue, "Leads", full_lead);
    account = add(sue, "Accounts", "{'Account_Name': 'Old'}");
    host_ok(sue, crm4e_record_set_locked(sue, "Leads", lead, 1));
    refused(h, sue, lead, OPTIONS(.owner = 0), CRM4E_E_LOCKED, "locked");
    host_ok(sue, crm4e_record_set_locked(sue, "Leads", lead, 0));
    host_ok(sue, crm4e_record_set_locked(sue, "Accounts", account, 1));
    host_ok(sue, convert(sue, lead, OPTIONS(.account = account), NULL, NULL, NULL));
    assert_row(sue, "Account_Name, Fax", "Accounts", account, "Old|-\n");
}

/* The owner stays the lead's, whoever converts; where he may own nothing any more
 * it is who converts. */
static void owners(void **state)
{
    host *h = *state;
    crm4e_id leads[2], contact = 0;
    crm4e_session *tom;

    host_apply(h, start);
    tom = host_session(h, TOM);
    for (size_t i = 0; i < 2; i++)
        leads[i] = add(host_session(h, SUE), "Leads", full_lead);
    host_ok(tom, convert(tom, leads[0], OPTIONS(.owner = 0), NULL, &contact, NULL));
    assert_row(tom, "Owner, Created_By", "Contacts", contact, "Sue|tom@x.example\n");
    host_apply(h, "{'users': [{'email': 'sue@x.example', 'status': 'inactive'}]}");
    host_ok(tom, convert(tom, leads[1], OPTIONS(.owner = 0), NULL, &contact, NULL));
    assert_row(tom, "Owner", "Contacts", contact, "tom@x.example\n");
}

static crm4e_id starved_lead;

static int convert_starved(host *h)
{
    return convert(h->admin, starved_lead, OPTIONS(.deal = "{'Stage': 'Qualification'}"), NULL,
                   NULL, NULL);
}

static void nothing_came_of_it(host *h)
{
    assert_int_equal(host_count(h->admin, "Leads", NULL), 1);
    assert_int_equal(host_count(h->admin, "Accounts", NULL), 0);
    assert_int_equal(host_count(h->admin, "Contacts", NULL), 0);
    assert_int_equal(host_count(h->admin, "Deals", NULL), 0);
}

static void memory_runs_out(void **state)
{
    host *h = *state;
    crm4e_text *problems = NULL;

    starved_lead = add(h->admin, "Leads", full_lead);
    host_starve(h, convert_starved, nothing_came_of_it);
    assert_int_equal(host_count(h->admin, "Leads", NULL), 0);
    assert_int_equal(crm4e_check(&problems, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(problems), "[]");
    crm4e_text_free(problems);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define CONVERT_TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        CONVERT_TEST(everything_goes_where_it_belongs),
        CONVERT_TEST(a_converted_lead_leaves),
        CONVERT_TEST(without_a_company),
        CONVERT_TEST(into_what_is_there),
        CONVERT_TEST(what_hangs_on_it_moves),
        CONVERT_TEST(who_may),
        CONVERT_TEST(fields_that_are_closed),
        CONVERT_TEST(locked_and_gone),
        CONVERT_TEST(owners),
        CONVERT_TEST(memory_runs_out),
    };
    return host_run("convert", tests, sizeof tests / sizeof tests[0]);
}
