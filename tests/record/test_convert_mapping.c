/* SPDX-License-Identifier: MIT */
/* Where an org sends values of leads that the standard leaves with the lead. */
#include "currency_steps.h"
#include "life_steps.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char start[] =
    "{'users': [{'email': 'sue@x.example', 'profile': 'Standard'}],"
    " 'modules': ["
    "  {'api_name': 'Leads', 'fields': [{'api_name': 'Budget', 'type': 'currency'},"
    "   {'api_name': 'Wish', 'type': 'text', 'length': 100},"
    "   {'api_name': 'Long', 'type': 'text', 'length': 200},"
    "   {'api_name': 'Twice', 'type': 'formula', 'settings': {'result': 'currency',"
    "    'expression': 'Budget * 2'}},"
    "   {'api_name': 'Size', 'type': 'picklist', 'options': ['S', 'M']},"
    "   {'api_name': 'Partner', 'type': 'lookup', 'target': 'Vendors'},"
    "   {'api_name': 'Helper', 'type': 'userlookup'}, {'api_name': 'Seats', 'type': 'integer'},"
    "   {'api_name': 'Weight', 'type': 'double', 'scale': 3},"
    "   {'api_name': 'Papers', 'type': 'fileupload'}]},"
    "  {'api_name': 'Accounts', 'fields': [{'api_name': 'Budget', 'type': 'currency'},"
    "   {'api_name': 'Size', 'type': 'picklist', 'options': ['M', 'S', 'L']},"
    "   {'api_name': 'Small', 'type': 'picklist', 'options': ['S']},"
    "   {'api_name': 'Weight', 'type': 'double'}, {'api_name': 'Papers', 'type': 'fileupload'},"
    "   {'api_name': 'Whole', 'type': 'formula', 'settings': {'result': 'currency',"
    "    'expression': 'Budget'}}]},"
    "  {'api_name': 'Contacts', 'fields': [{'api_name': 'Wish', 'type': 'textarea'},"
    "   {'api_name': 'Partner', 'type': 'lookup', 'target': 'Vendors'},"
    "   {'api_name': 'Other', 'type': 'lookup', 'target': 'Products'},"
    "   {'api_name': 'Helper', 'type': 'userlookup'}, {'api_name': 'Seats', 'type': 'bigint'}]},"
    "  {'api_name': 'Deals', 'fields': [{'api_name': 'Planned', 'type': 'currency'},"
    "   {'api_name': 'Wish', 'type': 'text', 'length': 100}]}]}";

static const char mapping[] =
    "{'convert_mapping': [{'lead': 'Budget', 'Accounts': 'Budget'},"
    " {'lead': 'Wish', 'Contacts': 'Wish', 'Deals': 'Wish'}, {'lead': 'Size', 'Accounts': 'Size'},"
    " {'lead': 'Twice', 'Deals': 'Planned'}, {'lead': 'Partner', 'Contacts': 'Partner'},"
    " {'lead': 'Helper', 'Contacts': 'Helper'}, {'lead': 'Seats', 'Contacts': 'Seats'},"
    " {'lead': 'Rating', 'Accounts': 'Rating'}]}";

static crm4e_id vendor;

static crm4e_id add_lead(host *h)
{
    char json[400];

    (void)snprintf(json, sizeof json,
                   "{'Last_Name': 'Li', 'Company': 'Tower', 'Budget': 12.50, 'Wish': 'blue',"
                   " 'Size': 'M', 'Partner': %" PRId64 ", 'Helper': 'sue@x.example', 'Seats': 7,"
                   " 'Rating': 'Active'}",
                   vendor);
    return life_add(h->admin, "Leads", json);
}

typedef struct made {
    crm4e_id account;
    crm4e_id contact;
    crm4e_id deal;
} made;

static int convert_with(crm4e_session *session, crm4e_id lead, const char *deal, made *ids)
{
    crm4e_convert_options how = CRM4E_CONVERT_OPTIONS_INIT;
    char *json = host_json(deal);
    int rc;

    how.deal = json;
    how.account = ids->account;
    rc = crm4e_convert_lead(&ids->account, &ids->contact, &ids->deal, session, lead, &how);
    free(json);
    return rc;
}

static made convert(host *h, crm4e_id lead)
{
    made ids = {0, 0, 0};

    host_ok(h->admin, convert_with(h->admin, lead, "{'Stage': 'Qualification'}", &ids));
    return ids;
}

static int map(crm4e_session *session, const char *lead, const char *module, const char *field)
{
    return crm4e_convert_mapping_put(session, lead, module, field);
}

static void assert_mapping(host *h, const char *expected)
{
    crm4e_text *text = NULL;
    char *json = host_json(expected);

    host_ok(h->admin, crm4e_convert_mapping_json(&text, h->admin));
    assert_string_equal(crm4e_text_data(text), json);
    crm4e_text_free(text);
    free(json);
}

static void values_go_where_the_org_says(void **state)
{
    host *h = *state;
    crm4e_id lead = add_lead(h);
    made ids;

    host_apply(h, mapping);
    ids = convert(h, lead);
    life_row(h->admin, "Budget, Size, Whole, Rating", "Accounts", ids.account,
             "12.50|M|12.50|Active\n");
    life_row(h->admin, "Wish, Partner.Vendor_Name, Helper, Seats", "Contacts", ids.contact,
             "blue|V|sue@x.example|7\n");
    life_row(h->admin, "Wish, Planned", "Deals", ids.deal, "blue|25.00\n");
    assert_int_equal(host_count(h->admin, "Leads", "Converted__s = true and Wish = 'blue'"), 1);
}

static void what_is_given_or_there_comes_first(void **state)
{
    host *h = *state;
    made ids = {0, 0, 0};

    host_apply(h, mapping);
    ids.account = life_add(h->admin, "Accounts", "{'Account_Name': 'A', 'Size': 'L'}");
    host_ok(h->admin,
            convert_with(h->admin, add_lead(h),
                         "{'Stage': 'Qualification', 'Wish': 'red', 'Planned': null}", &ids));
    life_row(h->admin, "Account_Name, Budget, Size", "Accounts", ids.account, "A|12.50|L\n");
    life_row(h->admin, "Wish, Planned", "Deals", ids.deal, "red|-\n");
}

static void it_is_said_by_call_and_changed(void **state)
{
    host *h = *state;
    made ids;

    assert_mapping(h, "[]");
    host_ok(h->admin, map(h->admin, "wish", "contacts", "wish"));
    host_ok(h->admin, map(h->admin, "Budget", "Deals", "Planned"));
    assert_mapping(h, "[{'lead':'Budget','Deals':'Planned'},{'lead':'Wish','Contacts':'Wish'}]");
    /* what another has is free once it goes elsewhere */
    life_refused(h->admin, map(h->admin, "Twice", "Deals", "Planned"), CRM4E_E_CONFLICT, "Deals",
                 "unique");
    host_ok(h->admin, map(h->admin, "Budget", "Deals", NULL));
    host_ok(h->admin, map(h->admin, "Twice", "Deals", "Planned"));
    host_ok(h->admin, map(h->admin, "Wish", "Deals", "Wish"));
    assert_mapping(h, "[{'lead':'Wish','Contacts':'Wish','Deals':'Wish'},"
                      "{'lead':'Twice','Deals':'Planned'}]");
    host_ok(h->admin, map(h->admin, "Wish", "Contacts", ""));
    ids = convert(h, add_lead(h));
    life_row(h->admin, "Wish", "Contacts", ids.contact, "-\n");
    life_row(h->admin, "Wish, Planned", "Deals", ids.deal, "blue|25.00\n");
}

/* A field that is gone is mapped no more, and one of its name is another. */
static void removed_fields_are_not_mapped(void **state)
{
    static const char again[] = "{'modules': [{'api_name': 'Deals', 'fields': [{'api_name':"
                                " 'Wish', 'type': 'text', 'length': 100}]}]}";
    host *h = *state;
    crm4e_module *deals = NULL;

    host_apply(h, mapping);
    host_ok(h->admin, crm4e_module_open(&deals, h->admin, "Deals"));
    host_ok(h->admin, crm4e_module_remove_field(deals, "Wish"));
    crm4e_module_free(deals);
    life_refused(h->admin, map(h->admin, "Wish", "Deals", "Wish"), CRM4E_E_NOT_FOUND, "Deals",
                 "field");
    host_apply(h, again);
    assert_mapping(h,
                   "[{'lead':'Rating','Accounts':'Rating'},{'lead':'Budget','Accounts':'Budget'},"
                   "{'lead':'Wish','Contacts':'Wish'},{'lead':'Twice','Deals':'Planned'},"
                   "{'lead':'Size','Accounts':'Size'},{'lead':'Partner','Contacts':'Partner'},"
                   "{'lead':'Helper','Contacts':'Helper'},{'lead':'Seats','Contacts':'Seats'}]");
    life_row(h->admin, "Wish", "Deals", convert(h, add_lead(h)).deal, "-\n");
    sound(h);
}

static void what_does_not_fit_is_refused(void **state)
{
    static const struct {
        const char *lead;
        const char *module;
        const char *field;
        int code;
        const char *member;
        const char *rule;
    } cases[] = {
        {"Budget", "Accounts", "Size", CRM4E_E_INVALID, "Accounts", "type"},
        {"Long", "Deals", "Wish", CRM4E_E_INVALID, "Deals", "type"},
        {"Weight", "Accounts", "Weight", CRM4E_E_INVALID, "Accounts", "type"},
        {"Size", "Accounts", "Small", CRM4E_E_INVALID, "Accounts", "type"},
        {"Partner", "Contacts", "Other", CRM4E_E_INVALID, "Contacts", "type"},
        {"Partner", "Contacts", "Wish", CRM4E_E_INVALID, "Contacts", "type"},
        {"Papers", "Accounts", "Papers", CRM4E_E_INVALID, "Accounts", "type"},
        {"Budget", "Accounts", "Whole", CRM4E_E_INVALID, "Accounts", "read_only"},
        {"Wish", "Deals", "Version__s", CRM4E_E_INVALID, "Deals", "read_only"},
        {"Partner", "Deals", "Account_Name", CRM4E_E_INVALID, "Deals", "read_only"},
        {"Wish", "Contacts", "Last_Name", CRM4E_E_CONFLICT, "Contacts", "standard"},
        {"Phone", "Accounts", "Fax", CRM4E_E_CONFLICT, "Accounts", "standard"},
        {"Owner", "Accounts", "Budget", CRM4E_E_INVALID, "lead", "read_only"},
        {"Converted__s", "Accounts", "Budget", CRM4E_E_INVALID, "lead", "read_only"},
        {"None", "Accounts", "Budget", CRM4E_E_NOT_FOUND, "lead", "field"},
        {"Budget", "Accounts", "None", CRM4E_E_NOT_FOUND, "Accounts", "field"},
        {"Budget", "Products", "Unit_Price", CRM4E_E_INVALID, NULL, NULL},
    };
    host *h = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        life_refused(h->admin, map(h->admin, cases[i].lead, cases[i].module, cases[i].field),
                     cases[i].code, cases[i].member, cases[i].rule);
    assert_mapping(h, "[]");
    assert_int_equal(map(h->admin, NULL, "Accounts", "Budget"), CRM4E_E_MISUSE);
    assert_int_equal(map(NULL, "Budget", "Accounts", "Budget"), CRM4E_E_MISUSE);
}

static void it_takes_rights(void **state)
{
    static const char closed[] = "{'profiles': [{'name': 'Half', 'clone_of': 'Standard',"
                                 " 'fields': {'%s': {'%s': '%s'}}}],"
                                 " 'users': [{'email': 'sue@x.example', 'profile': 'Half'}]}";
    host *h = *state;
    crm4e_session *sue = host_session(h, SUE);
    crm4e_text *text = NULL;
    crm4e_id lead;
    made ids = {0, 0, 0};
    char json[300];

    assert_int_equal(map(sue, "Budget", "Accounts", "Budget"), CRM4E_E_DENIED);
    assert_int_equal(crm4e_convert_mapping_json(&text, sue), CRM4E_E_DENIED);
    host_apply(h, mapping);
    lead = life_add(sue, "Leads", "{'Last_Name': 'Wu', 'Company': 'W', 'Budget': 3}");
    (void)snprintf(json, sizeof json, closed, "Leads", "Wish", "hidden");
    host_apply(h, json);
    life_refused(sue, convert_with(sue, lead, "{'Stage': 'Qualification'}", &ids), CRM4E_E_DENIED,
                 "Wish", "field_permission");
    host_apply(h, "{'profiles': [{'name': 'Half', 'fields': {'Leads': {'Wish': 'read_write'}}}]}");
    host_apply(h,
               "{'profiles': [{'name': 'Half', 'fields': {'Accounts': {'Budget': 'read_only'}}}]}");
    life_refused(sue, convert_with(sue, lead, "{'Stage': 'Qualification'}", &ids), CRM4E_E_DENIED,
                 "Budget", "field_permission");
    host_apply(
        h, "{'profiles': [{'name': 'Half', 'fields': {'Accounts': {'Budget': 'read_write'}}}]}");
    host_ok(sue, convert_with(sue, lead, "{'Stage': 'Qualification'}", &ids));
    life_row(h->admin, "Budget", "Accounts", ids.account, "3.00\n");
    crm4e_session_close(sue);
}

/* Whoever maps what he may not read would see it in what others convert. */
static void a_hidden_field_is_not_mapped(void **state)
{
    host *h = *state;
    crm4e_session *sue;

    host_apply(h, "{'profiles': [{'name': 'Shaper', 'clone_of': 'Standard', 'admin': ['customise'],"
                  " 'fields': {'Leads': {'Wish': 'hidden'}}}],"
                  " 'users': [{'email': 'sue@x.example', 'profile': 'Shaper'}]}");
    sue = host_session(h, SUE);
    life_refused(sue, map(sue, "Wish", "Contacts", "Wish"), CRM4E_E_DENIED, "Wish",
                 "field_permission");
    host_ok(sue, map(sue, "Budget", "Accounts", "Budget"));
    crm4e_session_close(sue);
}

/* A lookup to what is gone, or closed to who converts, stays behind. */
static void lookups_that_lead_nowhere_stay_behind(void **state)
{
    host *h = *state;
    crm4e_session *sue;
    crm4e_id lead;
    made ids = {0, 0, 0};

    host_apply(h, mapping);
    host_apply(h, "{'modules': [{'api_name': 'Vendors', 'org_default': 'private'},"
                  " {'api_name': 'Leads', 'org_default': 'public_read_write_delete'}]}");
    lead = add_lead(h);
    sue = host_session(h, SUE);
    host_ok(sue, convert_with(sue, lead, "{'Stage': 'Qualification'}", &ids));
    life_row(h->admin, "Partner, Helper", "Contacts", ids.contact, "-|sue@x.example\n");
    crm4e_session_close(sue);
    lead = add_lead(h);
    host_ok(h->admin, crm4e_record_delete(h->admin, "Vendors", vendor, 0));
    host_apply(h, "{'users': [{'email': 'sue@x.example', 'status': 'inactive'}]}");
    ids = convert(h, lead);
    life_row(h->admin, "Partner, Helper, Wish", "Contacts", ids.contact, "-|-|blue\n");
}

static void rules_convert_with_it(void **state)
{
    host *h = *state;

    host_apply(h, mapping);
    host_apply(h, "{'workflows': [{'module': 'Leads', 'name': 'Won', 'on': 'edit',"
                  " 'conditions': [{'when': 'Seats = 8', 'then': [{'convert_lead':"
                  " {'deal': {'Stage': 'Qualification'}}}]}]}]}");
    host_ok(h->admin, life_change(h->admin, "Leads", add_lead(h), "{'Seats': 8}"));
    host_rows(h->admin, "select Wish, Planned from Deals", "blue|25.00\n");
    host_rows(h->admin, "select Budget, Size from Accounts", "12.50|M\n");
}

static void documents_have_it(void **state)
{
    host *h = *state;
    crm4e_text *text = NULL;

    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    assert_null(strstr(crm4e_text_data(text), "convert_mapping"));
    crm4e_text_free(text);
    host_apply(h, mapping);
    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    assert_non_null(strstr(crm4e_text_data(text), "\"convert_mapping\":[{\"lead\":\"Rating\","));
    host_ok(h->admin, crm4e_org_apply(NULL, h->admin, crm4e_text_data(text), CRM4E_NUL_TERMINATED));
    crm4e_text_free(text);
    host_apply(h, "{'convert_mapping': [{'lead': 'Wish', 'Deals': ''}]}");
    host_apply(h, "{'convert_mapping': [{'lead': 'Wish', 'Contacts': ''}]}");
    host_ok(h->admin, crm4e_convert_mapping_json(&text, h->admin));
    assert_null(strstr(crm4e_text_data(text), "Wish"));
    crm4e_text_free(text);
}

/* Amounts go where they mean the same. */
static void amounts_keep_their_currency(void **state)
{
    host *h = *state;
    made ids = {0, 0, 0};
    crm4e_id lead;

    host_apply(h, mapping);
    host_apply(h,
               "{'modules': [{'api_name': 'Contacts', 'fields': [{'api_name': 'Budget', 'type':"
               " 'currency'}]}], 'convert_mapping': [{'lead': 'Budget', 'Contacts': 'Budget'}]}");
    host_apply(h, currency_list);
    host_ok(h->admin, crm4e_currency_enable(h->admin));
    lead = add_lead(h);
    host_ok(h->admin, life_change(h->admin, "Leads", lead, "{'Currency': 'EUR'}"));
    host_ok(h->admin,
            convert_with(h->admin, lead, "{'Stage': 'Qualification', 'Currency': 'PLN'}", &ids));
    life_row(h->admin, "Budget, Currency", "Accounts", ids.account, "12.50|EUR\n");
    life_row(h->admin, "Budget, Currency", "Contacts", ids.contact, "12.50|EUR\n");
    life_row(h->admin, "Planned, Currency, Wish", "Deals", ids.deal, "-|PLN|blue\n");
}

static crm4e_id starved;

static int map_once(host *h)
{
    return map(h->admin, "Budget", "Accounts", "Budget");
}

static void check_unmapped(host *h)
{
    assert_mapping(h, "[]");
}

static int convert_once(host *h)
{
    made ids = {0, 0, 0};

    return convert_with(h->admin, starved, "{'Stage': 'Qualification'}", &ids);
}

static void check_unconverted(host *h)
{
    assert_int_equal(host_count(h->admin, "Accounts", NULL), 0);
}

static void memory_may_run_out(void **state)
{
    host *h = *state;

    host_starve(h, map_once, check_unmapped);
    assert_mapping(h, "[{'lead':'Budget','Accounts':'Budget'}]");
    host_apply(h, mapping);
    starved = add_lead(h);
    host_starve(h, convert_once, check_unconverted);
    assert_int_equal(host_count(h->admin, "Accounts", "Budget = 12.50"), 1);
}

static int set_up(void **state)
{
    host *h;

    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, start);
    vendor = life_add(h->admin, "Vendors", "{'Vendor_Name': 'V'}");
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, host_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(values_go_where_the_org_says),   TEST(what_is_given_or_there_comes_first),
        TEST(it_is_said_by_call_and_changed), TEST(removed_fields_are_not_mapped),
        TEST(what_does_not_fit_is_refused),   TEST(it_takes_rights),
        TEST(a_hidden_field_is_not_mapped),   TEST(lookups_that_lead_nowhere_stay_behind),
        TEST(rules_convert_with_it),          TEST(documents_have_it),
        TEST(amounts_keep_their_currency),    TEST(memory_may_run_out),
    };

    return host_run("convert mapping", tests, sizeof tests / sizeof tests[0]);
}
