/* SPDX-License-Identifier: MIT */
/* Bookings of rooms: standard modules beside linked custom ones. */
#include "data.h"

#include <stdio.h>
#include <stdlib.h>

static const char org[] =
    "{'modules': ["
    " {'api_name': 'Contacts', 'fields': [{'api_name': 'Reservation_Status', 'type': 'picklist',"
    "  'options': ['Not Started', 'Draft', 'Submitted']}]},"
    " {'api_name': 'Markets', 'fields': ["
    "  {'api_name': 'City', 'type': 'text', 'length': 40},"
    "  {'api_name': 'State', 'type': 'text', 'length': 10},"
    "  {'api_name': 'Country', 'type': 'text', 'length': 40}]},"
    " {'api_name': 'Spaces', 'fields': ["
    "  {'api_name': 'Rate', 'type': 'currency', 'scale': 2},"
    "  {'api_name': 'Market', 'type': 'lookup', 'target': 'Markets'},"
    "  {'api_name': 'Most', 'type': 'integer'}, {'api_name': 'Least', 'type': 'integer'},"
    "  {'api_name': 'Category', 'type': 'text', 'length': 60},"
    "  {'api_name': 'Type', 'type': 'text', 'length': 120},"
    "  {'api_name': 'Kinds', 'type': 'multiselectpicklist', 'options': ['Large Groups',"
    "   'Scheduled Activity', 'Come-and-Go', 'Individuals or Small Groups', 'Indoor',"
    "   'Outdoor', 'Quiet', 'Conversation Starter', 'Energizing', 'Relaxing']},"
    "  {'api_name': 'Picture', 'type': 'website'}]},"
    " {'api_name': 'Reservations', 'fields': ["
    "  {'api_name': 'Contact', 'type': 'lookup', 'target': 'Contacts'},"
    "  {'api_name': 'Market', 'type': 'lookup', 'target': 'Markets'},"
    "  {'api_name': 'Start', 'type': 'date'}, {'api_name': 'Until', 'type': 'date'},"
    "  {'api_name': 'Status', 'type': 'picklist', 'options': ['Draft', 'Submitted']},"
    "  {'api_name': 'Guests', 'type': 'integer'}]}]}";

static const data_member leads[] = {
    {"City", "City"},
    {"Company", "Company"},
    {"Country", "Country"},
    {"Email", "Email"},
    {"FirstName", "First_Name"},
    {"LastName", "Last_Name"},
    {"MobilePhone", "Mobile"},
    {"PostalCode", "Zip_Code"},
    {"State", "State"},
    {"Street", "Street"},
    {"Title", "Designation"},
    {"NumberOfEmployees", "No_of_Employees"},
    {NULL, NULL},
};
static const data_member accounts[] = {{"Name", "Account_Name"}, {NULL, NULL}};
static const data_member contacts[] = {
    {"Email", "Email"},
    {"FirstName", "First_Name"},
    {"LastName", "Last_Name"},
    {"MailingCity", "Mailing_City"},
    {"MailingCountry", "Mailing_Country"},
    {"MailingPostalCode", "Mailing_Zip"},
    {"MailingState", "Mailing_State"},
    {"MailingStreet", "Mailing_Street"},
    {"MobilePhone", "Mobile"},
    {"AccountId", "Account_Name"},
    {"Reservation_Status__c", "Reservation_Status"},
    {NULL, NULL},
};
static const data_member markets[] = {
    {"Name", "Name"},          {"City__c", "City"}, {"State__c", "State"},
    {"Country__c", "Country"}, {NULL, NULL},
};
static const data_member spaces[] = {
    {"Name", "Name"},
    {"Daily_Booking_Rate__c", "Rate"},
    {"Market__c", "Market"},
    {"Maximum_Capacity__c", "Most"},
    {"Minimum_Capacity__c", "Least"},
    {"Category__c", "Category"},
    {"Type__c", "Type"},
    {"Type__c", "Kinds"},
    {"Picture_URL__c", "Picture"},
    {NULL, NULL},
};
static const data_member reservations[] = {
    {"Start_Date__c", "Name"},
    {"Contact__c", "Contact"},
    {"Market__c", "Market"},
    {"Start_Date__c", "Start"},
    {"End_Date__c", "Until"},
    {"Status__c", "Status"},
    {"Total_Number_of_Guests__c", "Guests"},
    {NULL, NULL},
};

static data_references references;

static const struct {
    const char *file;
    const char *module;
    const data_member *members;
    const char *answers;
} files[] = {
    {"easy_spaces/Leads.json", "Leads", leads, "rows.Leads"},
    {"easy_spaces/Accounts.json", "Accounts", accounts, "rows.Accounts"},
    {"easy_spaces/Contacts.json", "Contacts", contacts, "rows.Contacts"},
    {"easy_spaces/Market__cs.json", "Markets", markets, "rows.Market__cs"},
    {"easy_spaces/Space__cs.json", "Spaces", spaces, "rows.Space__cs"},
    {"easy_spaces/Reservation__cs.json", "Reservations", reservations, "rows.Reservation__cs"},
};
enum {
    FILES = sizeof files / sizeof *files
};

static int setup(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    references.count = 0;
    host_apply(*state, org);
    for (size_t i = 0; i < FILES; i++)
        data_load(*state, files[i].file, files[i].module, files[i].members, &references);
    return 0;
}

static const char *label_of(void *context, const char *key)
{
    const data_reference *found = data_find(context, key);

    assert_non_null(found);
    return found->label;
}

static void every_record_is_there(void **state)
{
    host *h = *state;
    data_answers answers = data_open("easy_spaces");

    for (size_t i = 0; i < FILES; i++)
        assert_int_equal(host_count(h->admin, files[i].module, NULL) * 1000000000,
                         data_number(&answers, files[i].answers));
    data_close(&answers);
}

static void the_charts_are_right(void **state)
{
    static const struct {
        const char *answers;
        data_chart chart;
    } charts[] = {
        {"Rate_by_Category", {.module = "Spaces", .field = "Category", .measure = "Rate"}},
        {"count_by_Type", {.module = "Spaces", .field = "Type"}},
        {"count_by_Market",
         {.module = "Spaces", .field = "Market", .label = label_of, .context = &references}},
    };
    host *h = *state;
    data_answers answers = data_open("easy_spaces");

    for (size_t i = 0; i < sizeof charts / sizeof *charts; i++)
        data_check_chart(h->admin, &charts[i].chart,
                         c4_json_member(answers.root, charts[i].answers));
    data_close(&answers);
}

/* Over a reservation's contact to his account. */
static void lookups_lead_on(void **state)
{
    host *h = *state;
    char *rows = host_query(
        h->admin,
        "select Contact.Full_Name, Contact.Account_Name, Contact.Account_Name.Account_Name,"
        " Market, Start, Guests from Reservations order by Start");

    assert_string_equal(rows, "Phaidra Rayer|Thompson, Skidmore and Smith|"
                              "Thompson, Skidmore and Smith|Denver - CO|2018-08-30|14\n"
                              "Peg Vedenichev|Chen & Semerci Holdings|Chen & Semerci Holdings|"
                              "Chicago - IL|2018-11-01|150\n");
    free(rows);
}

/* The same spaces out of the CSV file, which begins with a BOM. */
typedef struct source {
    char *text;
    size_t place;
} source;

static int32_t read_source(void *user, char *bytes, size_t size, size_t *read)
{
    source *s = user;

    for (*read = 0; *read < size && s->text[s->place]; (*read)++)
        bytes[*read] = s->text[s->place++];
    return CRM4E_CONTINUE;
}

static void the_csv_file_holds_the_same(void **state)
{
    host *h = *state;
    source s = {data_file("easy_spaces/Space_Data.csv"), 0};
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;
    crm4e_text *report = NULL;
    char *before, *after;

    before = host_query(h->admin, "select Name, Category, Rate, Market, Most, Least, Type from "
                                  "Spaces order by Name limit 200");
    host_ok(h->admin, crm4e_session_begin(h->admin));
    host_apply(h, "{'modules': [{'api_name': 'Copies', 'fields': ["
                  "{'api_name': 'Rate', 'type': 'currency', 'scale': 2},"
                  "{'api_name': 'Market', 'type': 'lookup', 'target': 'Markets'},"
                  "{'api_name': 'Most', 'type': 'integer'},"
                  "{'api_name': 'Least', 'type': 'integer'},"
                  "{'api_name': 'Category', 'type': 'text', 'length': 60},"
                  "{'api_name': 'Type', 'type': 'text', 'length': 120}]}]}");
    options.module = "Copies";
    options.map = "{\"Category\": \"Category\", \"Daily_Booking_Rate\": \"Rate\","
                  " \"Market\": \"Market\", \"Maximum_Capacity\": \"Most\","
                  " \"Minimum_Capacity\": \"Least\", \"Name\": \"Name\", \"Type\": \"Type\"}";
    options.read = read_source;
    options.read_user = &s;
    host_ok(h->admin, crm4e_import_records(&report, h->admin, &options));
    assert_string_equal(
        crm4e_text_data(report),
        "{\"rows\":132,\"created\":132,\"updated\":0,\"skipped\":0,\"rejected\":0}");
    after = host_query(h->admin, "select Name, Category, Rate, Market, Most, Least, Type from "
                                 "Copies order by Name limit 200");
    assert_string_equal(after, before);
    host_ok(h->admin, crm4e_session_rollback(h->admin));
    crm4e_text_free(report);
    free(before);
    free(after);
    free(s.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_is_there),
        cmocka_unit_test(the_charts_are_right),
        cmocka_unit_test(lookups_lead_on),
        cmocka_unit_test(the_csv_file_holds_the_same),
    };

    if (!data_present())
        return DATA_SKIPPED;
    return host_run_group("easy spaces", tests, sizeof tests / sizeof *tests, setup);
}
