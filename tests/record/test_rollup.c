/* SPDX-License-Identifier: MIT */
/* Roll-ups: what they are worth by every way that writes records, and what is refused. */
#include "rollup_steps.h"
#include "mass_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void says(host *h, int rc, int code, const char *words)
{
    const char *message = crm4e_error_message(crm4e_session_error(h->admin));

    assert_string_equal(crm4e_code_name(rc), crm4e_code_name(code));
    if (strstr(message, words) == NULL)
        fail_msg("%s: no %s", message, words);
}

static crm4e_id add_order(host *h, crm4e_id firm, const char *rest)
{
    char json[512];

    (void)snprintf(json, sizeof json, "{'Name': 'o', 'Firm': %lld%s%s}", (long long)firm,
                   rest[0] != '\0' ? ", " : "", rest);
    return computed_add(h->admin, "Orders", json);
}

#define ALL "select Orders, Sum, Avg, Least, Most, Won from Firms"

static void each_function_has_its_worth(void **state)
{
    host *h = *state;
    crm4e_id firm;

    host_apply(h, rollup_start);
    rollup_add_all(h);
    firm = computed_add(h->admin, "Firms", "{'Name': 'f'}");
    computed_rows(h, ALL, "0|0.00|-|-|-|0.00\n");
    add_order(h, firm, "'Worth': 10, 'State': 'Won'");
    add_order(h, firm, "'Worth': 20.01, 'State': 'Lost'");
    add_order(h, firm, "'State': 'Won'");
    add_order(h, firm, "'Worth': 0.50, 'State': 'Won'");
    computed_rows(h, ALL, "4|30.51|10.17|0.50|20.01|10.50\n");
    rollup_add(h, "Small", "'function': 'avg', 'field': 'Small'");
    rollup_add(h, "Smalls", "'function': 'sum', 'field': 'Small'");
    rollup_add(h, "Smallest", "'function': 'min', 'field': 'Small'");
    rollup_add(h, "First", "'function': 'min', 'field': 'Day'");
    rollup_add(h, "Fine", "'function': 'avg', 'field': 'Fine'");
    rollup_add(h, "Noted", "'function': 'count', 'field': 'Note'");
    rollup_add(h, "Taxes", "'function': 'sum', 'field': 'Tax'");
    rollup_add(h, "Newest",
               "'function': 'max', 'field': 'Created_Time', 'when': 'Note is not null'");
    computed_rows(h, "select Small, Smalls, Smallest, First, Fine, Noted, Taxes, Newest from Firms",
                  "-|0|-|-|-|0|3.05|-\n");
    add_order(h, firm, "'Small': 2147483647, 'Day': '2024-05-05', 'Fine': 0.00001, 'Note': 'x'");
    add_order(h, firm, "'Small': 2147483646, 'Day': '2024-02-29', 'Fine': 0.00002");
    computed_rows(h, "select Small, Smalls, Smallest, First, Fine, Noted from Firms",
                  "2147483646.50|4294967293|2147483646|2024-02-29|0.00002|1\n"); /* half to even */
    computed_sound(h);
}

/* What is written, by the ways that there are. */
static void each_way_of_writing_counts(void **state)
{
    host *h = *state;
    crm4e_id a, b, first, second;
    crm4e_id ids[2];
    crm4e_mass_options many;

    host_apply(h, rollup_start);
    a = computed_add(h->admin, "Firms", "{'Name': 'a'}");
    b = computed_add(h->admin, "Firms", "{'Name': 'b'}");
    first = add_order(h, a, "'Worth': 1");
    second = add_order(h, a, "'Worth': 2");
    rollup_add(h, "Sum", "'function': 'sum', 'field': 'Worth'");
    rollup_add(h, "Own", "'function': 'count', 'when': 'Owner = `" ROLLUP_TOM "`'");
    host_apply(h, "{'modules': [{'api_name': 'Firms', 'fields': [{'api_name': 'Twice', 'type':"
                  " 'formula', 'settings': {'result': 'currency', 'expression': 'Sum * 2'}}]}]}");
#define SUMS "select Sum, Twice, Own from Firms order by Name"
    computed_rows(h, SUMS, "3.00|6.00|0\n0.00|0.00|0\n");
    host_ok(h->admin, computed_set(h->admin, "Orders", first, "{'Worth': 5}"));
    computed_rows(h, SUMS, "7.00|14.00|0\n0.00|0.00|0\n");
    {
        char json[64];
        (void)snprintf(json, sizeof json, "{'Firm': %lld}", (long long)b);
        host_ok(h->admin, computed_set(h->admin, "Orders", first, json));
    }
    computed_rows(h, SUMS, "2.00|4.00|0\n5.00|10.00|0\n");
    host_ok(h->admin, crm4e_record_delete(h->admin, "Orders", second, 0));
    computed_rows(h, SUMS, "0.00|0.00|0\n5.00|10.00|0\n");
    host_ok(h->admin, crm4e_record_restore(h->admin, "Orders", second));
    computed_rows(h, SUMS, "2.00|4.00|0\n5.00|10.00|0\n");
    /* a parent that was away */
    host_ok(h->admin, crm4e_record_delete(h->admin, "Firms", a, 0));
    host_ok(h->admin, computed_set(h->admin, "Orders", second, "{'Worth': 9}"));
    host_ok(h->admin, crm4e_record_restore(h->admin, "Firms", a));
    computed_rows(h, SUMS, "9.00|18.00|0\n5.00|10.00|0\n");
    /* many at once */
    ids[0] = first;
    ids[1] = second;
    many = mass_of("Orders", ids, 2, true);
    host_ok(h->admin, mass_update(NULL, h->admin, &many, "{'Worth': 4}"));
    computed_rows(h, SUMS, "4.00|8.00|0\n4.00|8.00|0\n");
    {
    }
    host_ok(h->admin, crm4e_mass_delete(NULL, h->admin, &many));
    computed_rows(h, SUMS, "0.00|0.00|0\n0.00|0.00|0\n");
    host_ok(h->admin, crm4e_mass_restore(NULL, h->admin, &many));
    computed_rows(h, SUMS, "4.00|8.00|0\n4.00|8.00|0\n");
    /* by import, upsert and rule */
    {
        char csv[128];
        (void)snprintf(csv, sizeof csv, "Name,Firm,Worth\r\nx,%lld,7\r\ny,%lld,8\r\n", (long long)b,
                       (long long)b);
        assert_int_equal(computed_import(h->admin, "Orders", csv, 1), CRM4E_OK);
        computed_rows(h, SUMS, "4.00|8.00|0\n4.00|8.00|0\n");
        assert_int_equal(computed_import(h->admin, "Orders", csv, 0), CRM4E_OK);
    }
    computed_rows(h, SUMS, "4.00|8.00|0\n19.00|38.00|0\n");
    host_apply(h, "{'workflows': [{'module': 'Orders', 'name': 'R', 'on': 'edit', 'conditions':"
                  " [{'when': 'Worth = 50', 'then': [{'update_field': {'field': 'Worth', 'value':"
                  " 100}}]}]}]}");
    host_ok(h->admin, computed_set(h->admin, "Orders", first, "{'Worth': 50}"));
    computed_rows(h, SUMS, "4.00|8.00|0\n115.00|230.00|0\n");
    computed_sound(h);
}

/* Its lookup, its source, its criteria, its owner: what is not named is not touched. */
static void parents_change_when_they_have_to(void **state)
{
    host *h = *state;
    crm4e_id firm, order;
    crm4e_record *record = NULL;

    host_apply(h, rollup_start);
    firm = computed_add(h->admin, "Firms", "{'Name': 'a'}");
    order = add_order(h, firm, "'Worth': 1, 'State': 'Won'");
    rollup_add(h, "Won", "'function': 'sum', 'field': 'Worth', 'when': 'State = `Won`'");
    rollup_add(h, "Toms", "'function': 'count', 'when': 'Owner = `" ROLLUP_TOM "`'");
    computed_rows(h, "select Version__s, Won, Toms from Firms", "3|1.00|0\n");
    host_ok(h->admin, computed_set(h->admin, "Orders", order, "{'Note': 'x'}"));
    computed_rows(h, "select Version__s from Firms", "3\n");
    host_ok(h->admin, computed_set(h->admin, "Orders", order, "{'State': 'Lost'}"));
    computed_rows(h, "select Version__s, Won from Firms", "4|0.00\n");
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Orders", order));
    host_ok(h->admin, crm4e_record_set_text(record, "Owner", ROLLUP_TOM, CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
    computed_rows(h, "select Version__s, Toms from Firms", "5|1\n");
    host_refused(h->admin, computed_set(h->admin, "Firms", firm, "{'Won': 5}"), CRM4E_E_INVALID,
                 "Firms.Won is written by the library alone");
    /* other criteria */
    host_ok(h->admin, rollup_put(h, "Won", "'when': 'State = `Lost`'"));
    computed_rows(h, "select Won from Firms", "1.00\n");
    host_ok(h->admin, rollup_put(h, "Won", "'when': 'Worth between 2 and 3'"));
    computed_rows(h, "select Won from Firms", "0.00\n");
    host_ok(h->admin, rollup_put(h, "Won", "'when': ''"));
    computed_rows(h, "select Won from Firms", "1.00\n");
    /* a locked parent follows too */
    host_ok(h->admin, crm4e_record_set_locked(h->admin, "Firms", firm, 1));
    host_ok(h->admin, computed_set(h->admin, "Orders", order, "{'Worth': 8}"));
    computed_rows(h, "select Won from Firms", "8.00\n");
    computed_sound(h);
}

/* A label, and an address, go from one to another. */
static void words_change_their_meaning(void **state)
{
    host *h = *state;
    crm4e_id firm;

    host_apply(h, rollup_start);
    host_apply(h, "{'modules': [{'api_name': 'Orders', 'fields': [{'api_name': 'State', 'options':"
                  " ['Open', {'value': 'Won', 'label': 'Done'}, 'Lost']}]}]}");
    firm = computed_add(h->admin, "Firms", "{'Name': 'a'}");
    add_order(h, firm, "'State': 'Won'");
    add_order(h, firm, "'State': 'Lost'");
    add_order(h, firm, "'State': 'Lost'");
    rollup_add(h, "Done", "'function': 'count', 'when': 'State = `Done`'");
    rollup_add(h, "Mine", "'function': 'count', 'when': 'Owner = `" HOST_ADMIN "`'");
    computed_rows(h, "select Done, Mine from Firms", "1|3\n");
    host_apply(h, "{'modules': [{'api_name': 'Orders', 'fields': [{'api_name': 'State', 'options':"
                  " ['Open', {'value': 'Won', 'label': 'Good'}, {'value': 'Lost', 'label':"
                  " 'Done'}]}]}]}");
    computed_rows(h, "select Done from Firms", "2\n");
    host_apply(h, "{'modules': [{'api_name': 'Orders', 'fields': [{'api_name': 'State', 'options':"
                  " ['Open', {'value': 'Won', 'label': 'Good'}, {'value': 'Lost', 'label':"
                  " 'Bad'}]}]}]}");
    computed_rows(h, "select Done from Firms", "2\n"); /* it means nothing now */
    add_order(h, firm, "'State': 'Won'");
    computed_rows(h, "select Done, Mine from Firms", "2|4\n");
    computed_sound(h);
}

static void mistakes_are_named(void **state)
{
    static const struct {
        const char *settings;
        int code;
        const char *words;
    } refusals[] = {
        {"", CRM4E_E_INVALID, "function is missing"},
        {"'function': 'median'", CRM4E_E_INVALID, "function is none that a roll-up knows"},
        {"'function': 5", CRM4E_E_INVALID, "function must be a text"},
        {"'function': 'count'", CRM4E_E_INVALID, "module is missing"},
        {"'function': 'count', 'module': 'Orders'", CRM4E_E_INVALID, "lookup is missing"},
        {"'function': 'count', 'module': 'None', 'lookup': 'Firm'", CRM4E_E_NOT_FOUND,
         "module names no module"},
        {"'function': 'count', 'module': 'Orders', 'lookup': 'None'", CRM4E_E_INVALID,
         "lookup names no lookup to the module"},
        {"'function': 'count', 'module': 'Orders', 'lookup': 'Worth'", CRM4E_E_INVALID,
         "lookup names no lookup to the module"},
        {"'function': 'count', 'module': 'Deals', 'lookup': 'Account_Name'", CRM4E_E_INVALID,
         "lookup names no lookup to the module"},
        {"'function': 'sum', 'module': 'Orders', 'lookup': 'Firm'", CRM4E_E_INVALID,
         "field is missing"},
        {"'function': 'sum', 'module': 'Orders', 'lookup': 'Firm', 'field': 'None'",
         CRM4E_E_INVALID, "field names no field"},
        {"'function': 'sum', 'module': 'Orders', 'lookup': 'Firm', 'field': 'Day'", CRM4E_E_INVALID,
         "field is of a type the function does not take"},
        {"'function': 'max', 'module': 'Orders', 'lookup': 'Firm', 'field': 'Note'",
         CRM4E_E_INVALID, "field is of a type the function does not take"},
        {"'function': 'count', 'module': 'Orders', 'lookup': 'Firm', 'when': 'None = 1'",
         CRM4E_E_INVALID, "no such field"},
        {"'function': 'count', 'module': 'Orders', 'lookup': 'Firm', 'when': 'Firm.Name = `x`'",
         CRM4E_E_INVALID, "names a field behind a lookup"},
        {"'function': 'count', 'module': 'Orders', 'lookup': 'Firm', 'when': 'Day = ${TODAY}'",
         CRM4E_E_INVALID, "speaks of today"},
        {"'function': 'count', 'module': 'Orders', 'lookup': 'Firm', 'when': 'Worth in (1) or"
         " Worth in (1) or Worth in (1) or Worth in (1) or Worth in (1) or Worth in (1) or Worth in"
         " (1) or Worth in (1) or Worth in (1) or Worth in (1) or Worth in (1)'",
         CRM4E_E_TOO_BIG, "more comparisons than a roll-up takes"},
        {"'function': 'count', 'module': 'Orders', 'lookup': 'Firm', 'x': 1", CRM4E_E_INVALID,
         "x is no member of the settings"},
    };
    host *h = *state;

    host_apply(h, rollup_start);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        says(h, rollup_put(h, "R", refusals[i].settings), refusals[i].code, refusals[i].words);
    rollup_add(h, "R", "'function': 'sum', 'field': 'Worth'");
    says(h, rollup_put(h, "R", "'function': 'avg'"), CRM4E_E_INVALID, "function cannot change");
    says(h, rollup_put(h, "R", "'field': 'Large'"), CRM4E_E_INVALID, "field cannot change");
    says(h, rollup_put(h, "R", "'module': 'Deals'"), CRM4E_E_INVALID, "module cannot change");
    says(h, rollup_put(h, "R", "'lookup': 'X'"), CRM4E_E_INVALID, "lookup cannot change");
    host_ok(h->admin, rollup_put(h, "R", "'function': 'sum', 'field': 'Worth'"));
    says(h,
         rollup_apply(h, "{'modules': [{'api_name': 'Firms', 'fields': [{'api_name': 'S', 'type':"
                         " 'rollup_summary', 'scale': 3, 'settings': {'function': 'sum', 'module':"
                         " 'Orders', 'lookup': 'Firm', 'field': 'Worth'}}]}]}"),
         CRM4E_E_INVALID, "scale is not that of the field it comes from");
    says(h,
         rollup_apply(h, "{'modules': [{'api_name': 'Firms', 'fields': [{'api_name': 'S', 'type':"
                         " 'rollup_summary', 'scale': 1, 'settings': {'function': 'avg', 'module':"
                         " 'Orders', 'lookup': 'Firm', 'field': 'Worth'}}]}]}"),
         CRM4E_E_INVALID, "scale is less than that of the field it comes from");
    says(h,
         rollup_apply(h, "{'modules': [{'api_name': 'Firms', 'fields': [{'api_name': 'S', 'type':"
                         " 'rollup_summary', 'mandatory': true, 'settings': {'function': 'count',"
                         " 'module': 'Orders', 'lookup': 'Firm'}}]}]}"),
         CRM4E_E_INVALID, "mandatory does not apply");
    host_apply(h, "{'modules': [{'api_name': 'Firms', 'fields': [{'api_name': 'S', 'type':"
                  " 'rollup_summary', 'scale': 4, 'settings': {'function': 'avg', 'module':"
                  " 'Orders', 'lookup': 'Firm', 'field': 'Worth'}}]}]}");
}

/* A roll-up over itself, by formulas and other roll-ups, has no end. */
static void circles_are_refused(void **state)
{
    host *h = *state;

    host_apply(h, rollup_start);
    host_apply(h, "{'modules': [{'api_name': 'Firms', 'fields': [{'api_name': 'F', 'type':"
                  " 'formula', 'settings': {'result': 'double', 'expression': '1'}}, {'api_name':"
                  " 'R', 'type': 'rollup_summary', 'settings': {'function': 'sum', 'module':"
                  " 'Firms', 'lookup': 'Up', 'field': 'F'}}, {'api_name': 'G', 'type': 'formula',"
                  " 'settings': {'result': 'double', 'expression': 'R + 1'}}, {'api_name': 'Q',"
                  " 'type': 'rollup_summary', 'settings': {'function': 'max', 'module': 'Firms',"
                  " 'lookup': 'Up', 'field': 'G'}}]}]}");
#define EXPRESSION(text)                                                                           \
    "{'modules': [{'api_name': 'Firms', 'fields': [{'api_name': 'F', 'settings': {'expression':"   \
    " '" text "'}}]}]}"
    says(h, rollup_apply(h, EXPRESSION("R + 1")), CRM4E_E_CYCLE, "come from itself by a roll-up");
    says(h, rollup_apply(h, EXPRESSION("Q + 1")), CRM4E_E_CYCLE, "come from itself by a roll-up");
    says(h, rollup_apply(h, EXPRESSION("G + 1")), CRM4E_E_CYCLE, "come from itself by a roll-up");
    says(h, rollup_put(h, "R", "'when': 'R > 1'"), CRM4E_E_CYCLE, "come from itself by a roll-up");
    says(h, rollup_put(h, "R", "'when': 'Q > 1'"), CRM4E_E_CYCLE, "come from itself by a roll-up");
    host_apply(h, EXPRESSION("2"));
    computed_sound(h);
}

static void what_is_named_stays(void **state)
{
    static const char *const named[] = {"Firm", "Worth", "State"};
    host *h = *state;
    crm4e_module *orders = NULL;
    crm4e_module *firms = NULL;

    host_apply(h, rollup_start);
    rollup_add(h, "Won", "'function': 'sum', 'field': 'Worth', 'when': 'State = `Won`'");
    host_ok(h->admin, crm4e_module_open(&orders, h->admin, "Orders"));
    host_ok(h->admin, crm4e_module_open(&firms, h->admin, "Firms"));
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        says(h, crm4e_module_remove_field(orders, named[i]), CRM4E_E_CONFLICT,
             strcmp(named[i], "Worth") == 0 ? "is named by" : "named by the roll-up Firms.Won");
    says(h, crm4e_module_remove(orders), CRM4E_E_CONFLICT,
         "the roll-up Firms.Won goes over the module");
    says(h, crm4e_module_remove(firms), CRM4E_E_CONFLICT, "the lookup Orders.Firm");
    host_ok(h->admin, crm4e_module_remove_field(firms, "Won"));
    host_ok(h->admin, crm4e_module_remove_field(orders, "State"));
    host_ok(h->admin, crm4e_module_remove_field(orders, "Firm"));
    crm4e_module_free(orders);
    crm4e_module_free(firms);
    computed_sound(h);
}

/* What does not fit a number fails the call that would make it, whole. */
static void nothing_wraps_around(void **state)
{
    host *h = *state;
    crm4e_id firm;
    char json[256];

    host_apply(h, rollup_start);
    rollup_add(h, "Sum", "'function': 'sum', 'field': 'Large'");
    firm = computed_add(h->admin, "Firms", "{'Name': 'a'}");
    add_order(h, firm, "'Large': 9223372036854775806");
    (void)snprintf(json, sizeof json,
                   "[{'Name': 'n', 'Firm': %lld, 'Large': 1}, {'Name': 'm', 'Firm': %lld,"
                   " 'Large': 1}]",
                   (long long)firm, (long long)firm);
    says(h, mass_create(NULL, h->admin, "Orders", json, true), CRM4E_E_INVALID,
         "Firms.Sum would be out of the range of its numbers");
    computed_rows(h, "select Sum from Firms", "9223372036854775806\n");
    assert_int_equal(host_count(h->admin, "Orders", NULL), 1);
    add_order(h, firm, "'Large': 1");
    computed_rows(h, "select Sum from Firms", "9223372036854775807\n");
    add_order(h, firm, "'Large': -9223372036854775807");
    computed_rows(h, "select Sum from Firms", "0\n");
    computed_sound(h);
}

/* In a transaction each call sees what the calls before it made. */
static void transactions_see_and_forget(void **state)
{
    host *h = *state;
    crm4e_id firm;

    host_apply(h, rollup_start);
    rollup_add(h, "Orders", "'function': 'count'");
    firm = computed_add(h->admin, "Firms", "{'Name': 'a'}");
    host_ok(h->admin, crm4e_session_begin(h->admin));
    add_order(h, firm, "");
    add_order(h, firm, "");
    computed_rows(h, "select Orders from Firms", "2\n");
    host_ok(h->admin, crm4e_session_rollback(h->admin));
    computed_rows(h, "select Orders from Firms", "0\n");
    host_ok(h->admin, crm4e_session_begin(h->admin));
    add_order(h, firm, "");
    host_ok(h->admin, crm4e_session_commit(h->admin));
    computed_rows(h, "select Orders from Firms", "1\n");
    computed_sound(h);
}

/* Tasks point to records of many modules. */
static void activities_count_where_they_point(void **state)
{
    host *h = *state;
    crm4e_id account, firm;
    char json[128];

    host_apply(h, rollup_start);
    host_apply(h,
               "{'modules': [{'api_name': 'Accounts', 'fields': [{'api_name': 'Open', 'type':"
               " 'rollup_summary', 'settings': {'function': 'count', 'module': 'Tasks',"
               " 'lookup': 'What_Id', 'when': 'Status != `Completed`'}}]}, {'api_name':"
               " 'Firms', 'fields': [{'api_name': 'Tasks', 'type': 'rollup_summary',"
               " 'settings': {'function': 'count', 'module': 'Tasks', 'lookup': 'What_Id'}}]}]}");
    account = computed_add(h->admin, "Accounts", "{'Account_Name': 'a'}");
    firm = computed_add(h->admin, "Firms", "{'Name': 'f'}");
    (void)snprintf(json, sizeof json, "{'Subject': 's', 'Status': 'Not Started', 'What_Id': %lld}",
                   (long long)account);
    computed_add(h->admin, "Tasks", json);
    (void)snprintf(json, sizeof json, "{'Subject': 's', 'Status': 'Completed', 'What_Id': %lld}",
                   (long long)firm);
    computed_add(h->admin, "Tasks", json);
    computed_rows(h, "select Open from Accounts", "1\n");
    computed_rows(h, "select Tasks from Firms", "1\n");
    computed_sound(h);
}

static void a_lead_leaves_its_source(void **state)
{
    host *h = *state;
    crm4e_convert_options options = CRM4E_CONVERT_OPTIONS_INIT;
    crm4e_id lead;
    char json[96];

    host_apply(h, "{'modules': [{'api_name': 'Accounts', 'fields': [{'api_name': 'Deals', 'type':"
                  " 'rollup_summary', 'settings': {'function': 'sum', 'module': 'Deals',"
                  " 'lookup': 'Account_Name', 'field': 'Amount'}}, {'api_name': 'People', 'type':"
                  " 'rollup_summary', 'settings': {'function': 'count', 'module': 'Contacts',"
                  " 'lookup': 'Account_Name'}}]}, {'api_name': 'Leads', 'fields': [{'api_name':"
                  " 'Campaign', 'type': 'lookup', 'target': 'Campaigns'}]}, {'api_name':"
                  " 'Campaigns', 'fields': [{'api_name': 'Leads', 'type': 'rollup_summary',"
                  " 'settings': {'function': 'count', 'module': 'Leads', 'lookup': 'Campaign'}},"
                  " {'api_name': 'Gone', 'type': 'rollup_summary', 'settings': {'function':"
                  " 'count', 'module': 'Leads', 'lookup': 'Campaign', 'when': 'Converted__s ="
                  " true'}}]}]}");
    (void)snprintf(json, sizeof json, "{'Last_Name': 'Li', 'Company': 'T', 'Campaign': %lld}",
                   (long long)computed_add(h->admin, "Campaigns", "{'Campaign_Name': 'C'}"));
    lead = computed_add(h->admin, "Leads", json);
    computed_rows(h, "select Leads, Gone from Campaigns", "1|0\n");
    options.deal = "{\"Stage\": \"Qualification\", \"Amount\": 500}";
    host_ok(h->admin, crm4e_convert_lead(NULL, NULL, NULL, h->admin, lead, &options));
    computed_rows(h, "select Deals, People from Accounts", "500.00|1\n");
    computed_rows(h, "select Leads, Gone from Campaigns", "0|1\n");
    computed_sound(h);
}

/* What an org is made of comes out so that it can go in, however it hangs together. */
static void documents_keep_the_order(void **state)
{
    host *h = *state;
    crm4e_text *text = NULL;
    crm4e_text *again = NULL;
    void *other = NULL;
    host *fresh;

    host_apply(h, rollup_start);
    rollup_add_all(h);
    host_apply(h, "{'modules': [{'api_name': 'Firms', 'fields': [{'api_name': 'A_Plus', 'type':"
                  " 'formula', 'settings': {'result': 'currency', 'expression': 'Sum + 1'}},"
                  " {'api_name': 'A_All', 'type': 'rollup_summary', 'settings': {'function':"
                  " 'sum', 'module': 'Firms', 'lookup': 'Up', 'field': 'A_Plus'}}]}]}");
    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    host_ok(h->admin, crm4e_org_apply(NULL, h->admin, crm4e_text_data(text), CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_org_export(&again, h->admin));
    assert_string_equal(crm4e_text_data(text), crm4e_text_data(again));
    assert_non_null(strstr(crm4e_text_data(text),
                           "{\"function\":\"sum\",\"module\":\"Orders\",\"lookup\":\"Firm\","
                           "\"field\":\"Worth\",\"when\":\"State = 'Won'\"}"));
    crm4e_text_free(again);
    /* into an org that has nothing of it */
    assert_int_equal(host_setup(&other), 0);
    fresh = other;
    host_ok(fresh->admin,
            crm4e_org_apply(NULL, fresh->admin, crm4e_text_data(text), CRM4E_NUL_TERMINATED));
    host_ok(fresh->admin, crm4e_org_export(&again, fresh->admin));
    assert_string_equal(strstr(crm4e_text_data(text), "\"modules\":[{"),
                        strstr(crm4e_text_data(again), "\"modules\":[{"));
    crm4e_text_free(again);
    crm4e_text_free(text);
    assert_int_equal(host_teardown(&other), 0);
}

static int add_field(host *h)
{
    return computed_field(h->admin, "Firms", "Won", CRM4E_TYPE_ROLLUP_SUMMARY,
                          "{'function': 'sum', 'module': 'Orders', 'lookup': 'Firm', 'field':"
                          " 'Worth', 'when': 'State = `Won`'}");
}

static int add_one(host *h)
{
    return computed_import(h->admin, "Orders", "Name,Firm,Worth,State\r\nn,f,2,Won\r\n", 0);
}

static void no_field(host *h)
{
    computed_rows(h, "select Version__s from Firms", "1\n");
}

static void still_one(host *h)
{
    computed_rows(h, "select Version__s, Won from Firms", "2|1.00\n");
}

static void without_memory(void **state)
{
    host *h = *state;

    host_apply(h, rollup_start);
    add_order(h, computed_add(h->admin, "Firms", "{'Name': 'f'}"), "'Worth': 1, 'State': 'Won'");
    host_starve(h, add_field, no_field);
    computed_rows(h, "select Version__s, Won from Firms", "2|1.00\n");
    host_starve(h, add_one, still_one);
    computed_rows(h, "select Version__s, Won from Firms", "3|3.00\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        TEST(each_function_has_its_worth),
        TEST(each_way_of_writing_counts),
        TEST(parents_change_when_they_have_to),
        TEST(words_change_their_meaning),
        TEST(mistakes_are_named),
        TEST(circles_are_refused),
        TEST(what_is_named_stays),
        TEST(nothing_wraps_around),
        TEST(transactions_see_and_forget),
        TEST(activities_count_where_they_point),
        TEST(a_lead_leaves_its_source),
        TEST(documents_keep_the_order),
        TEST(without_memory),
#undef TEST
    };

    return host_run("roll-ups", tests, sizeof tests / sizeof tests[0]);
}
