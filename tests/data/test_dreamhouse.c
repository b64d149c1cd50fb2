/* SPDX-License-Identifier: MIT */
/* An estate agency: properties of brokers, lookups written as "@reference". */
#include "data.h"

#include <stdio.h>
#include <stdlib.h>

static const char org[] =
    "{'modules': ["
    " {'api_name': 'Brokers', 'fields': ["
    "  {'api_name': 'Title', 'type': 'text', 'length': 60},"
    "  {'api_name': 'Phone', 'type': 'phone'}, {'api_name': 'Mobile', 'type': 'phone'},"
    "  {'api_name': 'Picture', 'type': 'website'}]},"
    " {'api_name': 'Properties', 'fields': ["
    "  {'api_name': 'Address', 'type': 'text', 'length': 80},"
    "  {'api_name': 'City', 'type': 'text', 'length': 40},"
    "  {'api_name': 'State', 'type': 'text', 'length': 10},"
    "  {'api_name': 'Zip', 'type': 'text', 'length': 10},"
    "  {'api_name': 'Price', 'type': 'currency', 'scale': 2},"
    "  {'api_name': 'Beds', 'type': 'integer'}, {'api_name': 'Baths', 'type': 'integer'},"
    "  {'api_name': 'Longitude', 'type': 'double', 'scale': 6},"
    "  {'api_name': 'Latitude', 'type': 'double', 'scale': 6},"
    "  {'api_name': 'Picture', 'type': 'website'},"
    "  {'api_name': 'Tags', 'type': 'text', 'length': 100},"
    "  {'api_name': 'Description', 'type': 'textarea', 'length': 2000},"
    "  {'api_name': 'Broker', 'type': 'lookup', 'target': 'Brokers'},"
    "  {'api_name': 'Status', 'type': 'picklist', 'options':"
    "   ['Contracted', 'Pre Market', 'Available', 'Under Agreement', 'Closed']}]}]}";

static const data_member brokers[] = {
    {"Name", "Name"},      {"Title__c", "Title"},
    {"Phone__c", "Phone"}, {"Mobile_Phone__c", "Mobile"},
    {"Email__c", "Email"}, {"Picture__c", "Picture"},
    {NULL, NULL},
};
static const data_member properties[] = {
    {"Name", "Name"},          {"Address__c", "Address"},
    {"City__c", "City"},       {"State__c", "State"},
    {"Zip__c", "Zip"},         {"Price__c", "Price"},
    {"Beds__c", "Beds"},       {"Baths__c", "Baths"},
    {"Tags__c", "Tags"},       {"Location__Longitude__s", "Longitude"},
    {"Broker__c", "Broker"},   {"Location__Latitude__s", "Latitude"},
    {"Status__c", "Status"},   {"Description__c", "Description"},
    {"Picture__c", "Picture"}, {NULL, NULL},
};
static const data_member contacts[] = {
    {"FirstName", "First_Name"},
    {"LastName", "Last_Name"},
    {"Phone", "Phone"},
    {"Email", "Email"},
    {NULL, NULL},
};

static data_references references;

static int setup(void **state)
{
    host *h;

    if (host_setup(state) != 0)
        return -1;
    h = *state;
    references.count = 0;
    host_apply(h, org);
    data_load(h, "dreamhouse/brokers-data.json", "Brokers", brokers, &references);
    data_load(h, "dreamhouse/properties-data.json", "Properties", properties, &references);
    data_load(h, "dreamhouse/contacts-data.json", "Contacts", contacts, &references);
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
    data_answers answers = data_open("dreamhouse");

    assert_int_equal(host_count(h->admin, "Brokers", NULL) * 1000000000,
                     data_number(&answers, "rows.Broker__c"));
    assert_int_equal(host_count(h->admin, "Properties", NULL) * 1000000000,
                     data_number(&answers, "rows.Property__c"));
    assert_int_equal(host_count(h->admin, "Contacts", NULL) * 1000000000,
                     data_number(&answers, "rows.Contact"));
    assert_int_equal(data_sum(h->admin, "Properties", "Price", NULL),
                     data_number(&answers, "Price_total"));
    data_close(&answers);
}

static void the_charts_are_right(void **state)
{
    static const struct {
        const char *answers;
        data_chart chart;
    } charts[] = {
        {"count_by_Status", {.module = "Properties", .field = "Status"}},
        {"Price_by_City", {.module = "Properties", .field = "City", .measure = "Price"}},
        {"Price_by_Beds", {.module = "Properties", .field = "Beds", .measure = "Price"}},
        {"Price_by_Broker",
         {.module = "Properties",
          .field = "Broker",
          .measure = "Price",
          .label = label_of,
          .context = &references}},
    };
    host *h = *state;
    data_answers answers = data_open("dreamhouse");

    for (size_t i = 0; i < sizeof charts / sizeof *charts; i++)
        data_check_chart(h->admin, &charts[i].chart,
                         c4_json_member(answers.root, charts[i].answers));
    data_close(&answers);
}

/* Zip codes start with 0, places have six decimals. */
static void values_come_back_as_they_were(void **state)
{
    host *h = *state;
    char *rows = host_query(h->admin, "select Zip, Longitude, Latitude, Broker, Broker.Email from "
                                      "Properties where Address = '18 Henry St'");

    assert_string_equal(rows, "01742|-71.110950|42.356630|Caroline Kingsley|"
                              "caroline@dreamhouse.demo\n");
    free(rows);
}

static void a_lookup_leads_to_the_same_records(void **state)
{
    host *h = *state;
    data_answers answers = data_open("dreamhouse");
    const c4_json *by_broker = c4_json_member(answers.root, "Price_by_Broker");

    for (size_t i = 0; i < c4_json_count(by_broker); i++) {
        const char *key = NULL;
        const c4_json *numbers = c4_json_member_at(by_broker, i, &key);
        char where[128];

        (void)snprintf(where, sizeof where, "Broker.Name = '%s'", label_of(&references, key));
        assert_int_equal(data_sum(h->admin, "Properties", "Price", where),
                         data_decimal(c4_json_text(c4_json_member(numbers, "sum"), NULL)));
    }
    data_close(&answers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_is_there),
        cmocka_unit_test(the_charts_are_right),
        cmocka_unit_test(values_come_back_as_they_were),
        cmocka_unit_test(a_lookup_leads_to_the_same_records),
    };

    if (!data_present())
        return DATA_SKIPPED;
    return host_run_group("dreamhouse", tests, sizeof tests / sizeof *tests, setup);
}
