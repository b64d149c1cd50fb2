/* SPDX-License-Identifier: MIT */
/* Roll-ups: what they are worth by every way that writes records, what is refused, and a long
 * random walk after which each is what its records add up to. */
#include "computed_steps.h"
#include "mass_steps.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOM "tom@x.example"

/* Firms have orders. */
static const char start[] =
    "{'users': [{'email': '" TOM "'}],"
    " 'modules': [{'api_name': 'Firms', 'fields': [{'api_name': 'Up', 'type': 'lookup', 'target':"
    "  'Firms', 'indexed': true}]},"
    " {'api_name': 'Orders', 'fields': ["
    "  {'api_name': 'Firm', 'type': 'lookup', 'target': 'Firms', 'indexed': true},"
    "  {'api_name': 'Worth', 'type': 'currency'}, {'api_name': 'Large', 'type': 'bigint'},"
    "  {'api_name': 'Small', 'type': 'integer'}, {'api_name': 'Day', 'type': 'date'},"
    "  {'api_name': 'Fine', 'type': 'double', 'scale': 5}, {'api_name': 'Note', 'type': 'text'},"
    "  {'api_name': 'Code', 'type': 'text', 'unique': 'case_sensitive'},"
    "  {'api_name': 'State', 'type': 'picklist', 'options': ['Open', 'Won', 'Lost']},"
    "  {'api_name': 'Tax', 'type': 'formula', 'settings': {'result': 'currency', 'expression':"
    "   'Worth / 10'}}]}]}";

static int apply(host *h, const char *document)
{
    char *real = host_json(document);
    int rc = crm4e_org_apply(NULL, h->admin, real, CRM4E_NUL_TERMINATED);

    free(real);
    return rc;
}

/* What adding, or changing, a roll-up of Firms answers. */
static int put(host *h, const char *field, const char *settings)
{
    char document[1024];

    (void)snprintf(document, sizeof document,
                   "{'modules': [{'api_name': 'Firms', 'fields': [{'api_name': '%s', 'type':"
                   " 'rollup_summary', 'settings': {%s}}]}]}",
                   field, settings);
    return apply(h, document);
}

static void roll(host *h, const char *field, const char *rest)
{
    char settings[512];

    (void)snprintf(settings, sizeof settings, "'module': 'Orders', 'lookup': 'Firm', %s", rest);
    host_ok(h->admin, put(h, field, settings));
}

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

static void roll_all(host *h)
{
    roll(h, "Orders", "'function': 'count'");
    roll(h, "Sum", "'function': 'sum', 'field': 'Worth'");
    roll(h, "Avg", "'function': 'avg', 'field': 'Worth'");
    roll(h, "Least", "'function': 'min', 'field': 'Worth'");
    roll(h, "Most", "'function': 'max', 'field': 'Worth'");
    roll(h, "Won", "'function': 'sum', 'field': 'Worth', 'when': 'State = `Won`'");
}

#define ALL "select Orders, Sum, Avg, Least, Most, Won from Firms"

static void each_function_has_its_worth(void **state)
{
    host *h = *state;
    crm4e_id firm;

    host_apply(h, start);
    roll_all(h);
    firm = computed_add(h->admin, "Firms", "{'Name': 'f'}");
    computed_rows(h, ALL, "0|0.00|-|-|-|0.00\n");
    add_order(h, firm, "'Worth': 10, 'State': 'Won'");
    add_order(h, firm, "'Worth': 20.01, 'State': 'Lost'");
    add_order(h, firm, "'State': 'Won'");
    add_order(h, firm, "'Worth': 0.50, 'State': 'Won'");
    computed_rows(h, ALL, "4|30.51|10.17|0.50|20.01|10.50\n");
    roll(h, "Small", "'function': 'avg', 'field': 'Small'");
    roll(h, "Smalls", "'function': 'sum', 'field': 'Small'");
    roll(h, "Smallest", "'function': 'min', 'field': 'Small'");
    roll(h, "First", "'function': 'min', 'field': 'Day'");
    roll(h, "Fine", "'function': 'avg', 'field': 'Fine'");
    roll(h, "Noted", "'function': 'count', 'field': 'Note'");
    roll(h, "Taxes", "'function': 'sum', 'field': 'Tax'");
    roll(h, "Newest", "'function': 'max', 'field': 'Created_Time', 'when': 'Note is not null'");
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

    host_apply(h, start);
    a = computed_add(h->admin, "Firms", "{'Name': 'a'}");
    b = computed_add(h->admin, "Firms", "{'Name': 'b'}");
    first = add_order(h, a, "'Worth': 1");
    second = add_order(h, a, "'Worth': 2");
    roll(h, "Sum", "'function': 'sum', 'field': 'Worth'");
    roll(h, "Own", "'function': 'count', 'when': 'Owner = `" TOM "`'");
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

    host_apply(h, start);
    firm = computed_add(h->admin, "Firms", "{'Name': 'a'}");
    order = add_order(h, firm, "'Worth': 1, 'State': 'Won'");
    roll(h, "Won", "'function': 'sum', 'field': 'Worth', 'when': 'State = `Won`'");
    roll(h, "Toms", "'function': 'count', 'when': 'Owner = `" TOM "`'");
    computed_rows(h, "select Version__s, Won, Toms from Firms", "3|1.00|0\n");
    host_ok(h->admin, computed_set(h->admin, "Orders", order, "{'Note': 'x'}"));
    computed_rows(h, "select Version__s from Firms", "3\n");
    host_ok(h->admin, computed_set(h->admin, "Orders", order, "{'State': 'Lost'}"));
    computed_rows(h, "select Version__s, Won from Firms", "4|0.00\n");
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Orders", order));
    host_ok(h->admin, crm4e_record_set_text(record, "Owner", TOM, CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
    computed_rows(h, "select Version__s, Toms from Firms", "5|1\n");
    host_refused(h->admin, computed_set(h->admin, "Firms", firm, "{'Won': 5}"), CRM4E_E_INVALID,
                 "Firms.Won is written by the library alone");
    /* other criteria */
    host_ok(h->admin, put(h, "Won", "'when': 'State = `Lost`'"));
    computed_rows(h, "select Won from Firms", "1.00\n");
    host_ok(h->admin, put(h, "Won", "'when': 'Worth between 2 and 3'"));
    computed_rows(h, "select Won from Firms", "0.00\n");
    host_ok(h->admin, put(h, "Won", "'when': ''"));
    computed_rows(h, "select Won from Firms", "1.00\n");
    /* a locked parent follows too */
    host_ok(h->admin, crm4e_record_set_locked(h->admin, "Firms", firm, 1));
    host_ok(h->admin, computed_set(h->admin, "Orders", order, "{'Worth': 8}"));
    computed_rows(h, "select Won from Firms", "8.00\n");
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

    host_apply(h, start);
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        says(h, put(h, "R", refusals[i].settings), refusals[i].code, refusals[i].words);
    roll(h, "R", "'function': 'sum', 'field': 'Worth'");
    says(h, put(h, "R", "'function': 'avg'"), CRM4E_E_INVALID, "function cannot change");
    says(h, put(h, "R", "'field': 'Large'"), CRM4E_E_INVALID, "field cannot change");
    says(h, put(h, "R", "'module': 'Deals'"), CRM4E_E_INVALID, "module cannot change");
    says(h, put(h, "R", "'lookup': 'X'"), CRM4E_E_INVALID, "lookup cannot change");
    host_ok(h->admin, put(h, "R", "'function': 'sum', 'field': 'Worth'"));
    says(h,
         apply(h, "{'modules': [{'api_name': 'Firms', 'fields': [{'api_name': 'S', 'type':"
                  " 'rollup_summary', 'scale': 3, 'settings': {'function': 'sum', 'module':"
                  " 'Orders', 'lookup': 'Firm', 'field': 'Worth'}}]}]}"),
         CRM4E_E_INVALID, "scale is not that of the field it comes from");
    says(h,
         apply(h, "{'modules': [{'api_name': 'Firms', 'fields': [{'api_name': 'S', 'type':"
                  " 'rollup_summary', 'scale': 1, 'settings': {'function': 'avg', 'module':"
                  " 'Orders', 'lookup': 'Firm', 'field': 'Worth'}}]}]}"),
         CRM4E_E_INVALID, "scale is less than that of the field it comes from");
    says(h,
         apply(h, "{'modules': [{'api_name': 'Firms', 'fields': [{'api_name': 'S', 'type':"
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

    host_apply(h, start);
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
    says(h, apply(h, EXPRESSION("R + 1")), CRM4E_E_CYCLE, "come from itself by a roll-up");
    says(h, apply(h, EXPRESSION("Q + 1")), CRM4E_E_CYCLE, "come from itself by a roll-up");
    says(h, apply(h, EXPRESSION("G + 1")), CRM4E_E_CYCLE, "come from itself by a roll-up");
    says(h, put(h, "R", "'when': 'R > 1'"), CRM4E_E_CYCLE, "come from itself by a roll-up");
    says(h, put(h, "R", "'when': 'Q > 1'"), CRM4E_E_CYCLE, "come from itself by a roll-up");
    host_apply(h, EXPRESSION("2"));
    computed_sound(h);
}

static void what_is_named_stays(void **state)
{
    static const char *const named[] = {"Firm", "Worth", "State"};
    host *h = *state;
    crm4e_module *orders = NULL;
    crm4e_module *firms = NULL;

    host_apply(h, start);
    roll(h, "Won", "'function': 'sum', 'field': 'Worth', 'when': 'State = `Won`'");
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

    host_apply(h, start);
    roll(h, "Sum", "'function': 'sum', 'field': 'Large'");
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

    host_apply(h, start);
    roll(h, "Orders", "'function': 'count'");
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

    host_apply(h, start);
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

    host_apply(h, "{'modules': [{'api_name': 'Accounts', 'fields': [{'api_name': 'Deals', 'type':"
                  " 'rollup_summary', 'settings': {'function': 'sum', 'module': 'Deals',"
                  " 'lookup': 'Account_Name', 'field': 'Amount'}}, {'api_name': 'People', 'type':"
                  " 'rollup_summary', 'settings': {'function': 'count', 'module': 'Contacts',"
                  " 'lookup': 'Account_Name'}}]}]}");
    lead = computed_add(h->admin, "Leads", "{'Last_Name': 'Li', 'Company': 'T'}");
    options.deal = "{\"Stage\": \"Qualification\", \"Amount\": 500}";
    host_ok(h->admin, crm4e_convert_lead(NULL, NULL, NULL, h->admin, lead, &options));
    computed_rows(h, "select Deals, People from Accounts", "500.00|1\n");
    computed_sound(h);
}

/* What an org is made of comes out so that it can go in, however it hangs together. */
static void documents_keep_the_order(void **state)
{
    host *h = *state;
    crm4e_text *text = NULL;
    crm4e_text *again = NULL;

    host_apply(h, start);
    roll_all(h);
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
    crm4e_text_free(text);
    crm4e_text_free(again);
}

/* --- a random walk, and what it should come to --- */

enum {
    MOST = 400,
    STEPS = 600
};

typedef struct order_row {
    char firm[24];
    bool valued;
    long long cents;
    bool won;
    bool toms;
} order_row;

static long long cents_of(const char *text)
{
    long long whole = 0, part = 0;
    bool negative = text[0] == '-';
    const char *point = strchr(text, '.');

    whole = strtoll(negative ? text + 1 : text, NULL, 10);
    part = point != NULL ? strtoll(point + 1, NULL, 10) : 0;
    return (negative ? -1 : 1) * (whole * 100 + part);
}

static size_t read_orders(host *h, order_row *orders)
{
    char *found = host_query(h->admin, "select Firm, Worth, State, Owner from Orders limit 2000");
    char *rest = NULL;
    size_t count = 0;

    for (char *line = strtok_r(found, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char *cell = NULL;
        order_row *row = &orders[count++];
        const char *firm = strtok_r(line, "|", &cell);
        const char *worth = strtok_r(NULL, "|", &cell);
        const char *state = strtok_r(NULL, "|", &cell);
        const char *owner = strtok_r(NULL, "|", &cell);

        assert_true(count <= MOST && owner != NULL);
        (void)snprintf(row->firm, sizeof row->firm, "%s", firm);
        row->valued = strcmp(worth, "-") != 0;
        row->cents = row->valued ? cents_of(worth) : 0;
        row->won = strcmp(state, "Won") == 0;
        row->toms = strstr(owner, "tom") != NULL;
    }
    free(found);
    return count;
}

static void put_cents(char *out, size_t size, bool there, long long cents)
{
    long long size_of = cents < 0 ? -cents : cents;

    if (there)
        (void)snprintf(out, size, "%s%lld.%02lld", cents < 0 ? "-" : "", size_of / 100,
                       size_of % 100);
    else
        (void)snprintf(out, size, "-");
}

/* Rounded half to even. */
static long long average(long long sum, long long count)
{
    long long size = sum < 0 ? -sum : sum;
    long long quotient = count > 0 ? size / count : 0;
    long long rest = count > 0 ? size % count : 0;

    if (rest * 2 > count || (rest * 2 == count && quotient % 2 != 0))
        quotient++;
    return sum < 0 ? -quotient : quotient;
}

static void expect(const char *firm, const order_row *orders, size_t count, char *line, size_t size)
{
    long long all = 0, valued = 0, sum = 0, least = 0, most = 0, won = 0, toms = 0;
    char cells[5][32];

    for (size_t i = 0; i < count; i++) {
        const order_row *row = &orders[i];
        if (strcmp(row->firm, firm) != 0)
            continue;
        all++;
        toms += row->toms;
        won += row->won ? row->cents : 0;
        sum += row->cents;
        if (row->valued) {
            least = valued == 0 || row->cents < least ? row->cents : least;
            most = valued == 0 || row->cents > most ? row->cents : most;
            valued++;
        }
    }
    put_cents(cells[0], sizeof cells[0], true, sum);
    put_cents(cells[1], sizeof cells[1], valued > 0, average(sum, valued));
    put_cents(cells[2], sizeof cells[2], valued > 0, least);
    put_cents(cells[3], sizeof cells[3], valued > 0, most);
    put_cents(cells[4], sizeof cells[4], true, won);
    (void)snprintf(line, size, "%s|%lld|%s|%s|%s|%s|%s|%lld", firm, all, cells[0], cells[1],
                   cells[2], cells[3], cells[4], toms);
}

/* Of each firm, and of what lies below it by the lookup Up. */
static void compare_all(host *h)
{
    static order_row orders[MOST];
    size_t count = read_orders(h, orders);
    char *found = host_query(h->admin, "select Name, Orders, Sum, Avg, Least, Most, Won, Toms from"
                                       " Firms limit 2000");
    char *rest = NULL;
    char line[256], firm[24];

    for (char *row = strtok_r(found, "\n", &rest); row != NULL; row = strtok_r(NULL, "\n", &rest)) {
        (void)snprintf(firm, sizeof firm, "%.*s", (int)strcspn(row, "|"), row);
        expect(firm, orders, count, line, sizeof line);
        assert_string_equal(row, line);
    }
    free(found);
}

typedef struct walk {
    host *h;
    crm4e_id tom;
    crm4e_id firms[MOST];
    crm4e_id orders[MOST];
    size_t firm_count;
    size_t order_count;
    uint32_t seed;
} walk;

static uint32_t below(walk *w, uint32_t most)
{
    w->seed = w->seed * 1664525u + 1013904223u;
    return (w->seed >> 8) % most;
}

static void some_values(walk *w, char *json, size_t size)
{
    static const char *const states[] = {"'Won'", "'Lost'", "'Open'", "null"};
    char worth[24];

    put_cents(worth, sizeof worth, true, (long long)below(w, 20000) - 10000);
    (void)snprintf(json, size, "'Worth': %s, 'State': %s", below(w, 6) == 0 ? "null" : worth,
                   states[below(w, 4)]);
}

static void some_change(walk *w, char *json, size_t size)
{
    char values[96];
    char firm[32] = "null";

    some_values(w, values, sizeof values);
    if (below(w, 5) != 0)
        (void)snprintf(firm, sizeof firm, "%lld",
                       (long long)w->firms[below(w, (uint32_t)w->firm_count)]);
    if (below(w, 2) == 0)
        (void)snprintf(json, size, "{%s}", values);
    else
        (void)snprintf(json, size, "{'Firm': %s, %s}", firm, values);
}

static void step_add(walk *w)
{
    char json[192], name[32];

    if (w->firm_count < 3 || (below(w, 10) == 0 && w->firm_count < MOST)) {
        (void)snprintf(name, sizeof name, "{'Name': 'f%zu'}", w->firm_count);
        w->firms[w->firm_count++] = computed_add(w->h->admin, "Firms", name);
    } else if (w->order_count < MOST) {
        crm4e_record *record = NULL;
        char *real;
        some_change(w, json, sizeof json);
        real = host_json(json);
        host_ok(w->h->admin, crm4e_record_new(&record, w->h->admin, "Orders"));
        if (crm4e_record_set_json(record, real, CRM4E_NUL_TERMINATED) == CRM4E_OK) {
            host_ok(w->h->admin, crm4e_record_set_text(record, "Name", "o", 1));
            /* a firm may be in the bin */
            if (crm4e_record_save(record) == CRM4E_OK)
                w->orders[w->order_count++] = crm4e_record_id(record);
        }
        crm4e_record_free(record);
        free(real);
    }
}

/* What is in the bin, or gone, answers with a refusal, which changes nothing. */
static void step_one(walk *w, crm4e_id id)
{
    crm4e_session *admin = w->h->admin;
    crm4e_id firm = w->firms[below(w, (uint32_t)w->firm_count)];
    crm4e_record *record = NULL;
    char json[192];

    switch (below(w, 8)) {
    case 0: (void)crm4e_record_delete(admin, "Orders", id, 0); break;
    case 1: (void)crm4e_record_restore(admin, "Orders", id); break;
    case 2: (void)crm4e_record_delete(admin, "Firms", firm, 0); break;
    case 3:
    case 4: (void)crm4e_record_restore(admin, "Firms", firm); break;
    case 5:
        if (below(w, 4) == 0)
            (void)crm4e_record_purge(admin, "Orders", id);
        break;
    default:
        if (crm4e_record_open(&record, admin, "Orders", id) == CRM4E_OK) {
            char *real;
            some_change(w, json, sizeof json);
            real = host_json(json);
            (void)crm4e_record_set_json(record, real, CRM4E_NUL_TERMINATED);
            if (below(w, 3) == 0)
                (void)crm4e_record_set_owner(record, w->tom);
            (void)crm4e_record_save(record);
            free(real);
        }
        crm4e_record_free(record);
        break;
    }
}

static void step_many(walk *w)
{
    crm4e_id ids[6];
    size_t count = 0;
    crm4e_mass_options options;
    char json[192];

    for (size_t i = 0; i < 6; i++) {
        crm4e_id id = w->orders[below(w, (uint32_t)w->order_count)];
        bool twice = false;
        for (size_t k = 0; k < count; k++)
            twice = twice || ids[k] == id;
        if (!twice)
            ids[count++] = id;
    }
    options = mass_of("Orders", ids, count, below(w, 3) != 0);
    some_change(w, json, sizeof json);
    switch (below(w, 4)) {
    case 0: (void)crm4e_mass_delete(NULL, w->h->admin, &options); break;
    case 1: (void)crm4e_mass_restore(NULL, w->h->admin, &options); break;
    case 2: (void)crm4e_mass_change_owner(NULL, w->h->admin, &options, w->tom); break;
    default: (void)mass_update(NULL, w->h->admin, &options, json); break;
    }
}

static void step(walk *w)
{
    uint32_t kind = below(w, 10);
    bool undone = below(w, 12) == 0;

    if (w->order_count < 5 || kind < 3) {
        step_add(w);
        return;
    }
    if (undone)
        host_ok(w->h->admin, crm4e_session_begin(w->h->admin));
    if (kind < 8)
        step_one(w, w->orders[below(w, (uint32_t)w->order_count)]);
    else
        step_many(w);
    if (undone)
        host_ok(w->h->admin, crm4e_session_rollback(w->h->admin));
}

static void a_random_walk(void **state)
{
    host *h = *state;
    walk *w = calloc(1, sizeof *w);

    assert_non_null(w);
    w->h = h;
    host_apply(h, start);
    roll_all(h);
    roll(h, "Toms", "'function': 'count', 'when': 'Owner = `" TOM "`'");
    host_apply(h, "{'modules': [{'api_name': 'Firms', 'fields': [{'api_name': 'Deep', 'type':"
                  " 'rollup_summary', 'settings': {'function': 'sum', 'module': 'Firms', 'lookup':"
                  " 'Up', 'field': 'Sum'}}]}]}");
    host_ok(h->admin, crm4e_user_find(h->admin, TOM, &w->tom));
    w->seed = 20240229;
    for (int i = 0; i < STEPS; i++) {
        step(w);
        if (i % 20 == 19)
            compare_all(h);
    }
    compare_all(h);
    computed_sound(h);
    free(w);
}

/* --- at once, and many --- */

enum {
    THREADS = 4,
    EACH = 12,
    CHILDREN = 2000
};

typedef struct adder {
    pthread_t thread;
    host *h;
    crm4e_id firm;
    int made;
    int failed;
} adder;

/* BUSY is an answer, after which nothing was added. */
static void *add_some(void *argument)
{
    adder *a = argument;
    crm4e_session *session = NULL;
    int rc = crm4e_session_open(&session, a->h->org, HOST_ADMIN);

    for (int i = 0; i < EACH && rc == CRM4E_OK; i++) {
        crm4e_record *record = NULL;
        rc = crm4e_record_new(&record, session, "Orders");
        if (rc == CRM4E_OK)
            rc = crm4e_record_set_text(record, "Name", "o", 1);
        if (rc == CRM4E_OK)
            rc = crm4e_record_set_integer(record, "Firm", a->firm);
        if (rc == CRM4E_OK)
            rc = crm4e_record_set_decimal(record, "Worth", "1.25");
        if (rc == CRM4E_OK)
            rc = crm4e_record_save(record);
        a->made += rc == CRM4E_OK;
        rc = rc == CRM4E_E_BUSY ? CRM4E_OK : rc;
        crm4e_record_free(record);
    }
    a->failed = rc;
    crm4e_session_close(session);
    return NULL;
}

static void no_addition_is_lost(void **state)
{
    host *h = *state;
    adder adders[THREADS];
    crm4e_id firm;
    int made = 0;
    char row[64], sum[32];

    host_apply(h, start);
    roll_all(h);
    firm = computed_add(h->admin, "Firms", "{'Name': 'a'}");
    for (int i = 0; i < THREADS; i++) {
        adders[i] = (adder){.h = h, .firm = firm};
        assert_int_equal(pthread_create(&adders[i].thread, NULL, add_some, &adders[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(adders[i].thread, NULL), 0);
        assert_int_equal(adders[i].failed, CRM4E_OK);
        made += adders[i].made;
    }
    assert_true(made > 0);
    put_cents(sum, sizeof sum, true, made * 125LL);
    (void)snprintf(row, sizeof row, "%d|%s\n", made, sum);
    computed_rows(h, "select Orders, Sum from Firms", row);
    computed_sound(h);
}

/* One pass for all of them: the parent changes once. */
static void many_cost_one_pass(void **state)
{
    host *h = *state;
    size_t size = (size_t)CHILDREN * 64;
    char *json = malloc(size);
    size_t used = 0;
    crm4e_id firm;

    assert_non_null(json);
    host_apply(h, start);
    roll_all(h);
    firm = computed_add(h->admin, "Firms", "{'Name': 'a'}");
    json[used++] = '[';
    for (int i = 0; i < CHILDREN; i++)
        used += (size_t)snprintf(json + used, size - used,
                                 "%s{'Name': 'o', 'Firm': %lld, 'Worth':"
                                 " %d}",
                                 i > 0 ? "," : "", (long long)firm, i);
    (void)snprintf(json + used, size - used, "]");
    host_ok(h->admin, mass_create(NULL, h->admin, "Orders", json, false));
    computed_rows(h, "select Orders, Sum, Avg, Version__s from Firms",
                  "2000|1999000.00|999.50|2\n");
    free(json);
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

    host_apply(h, start);
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
        TEST(mistakes_are_named),
        TEST(circles_are_refused),
        TEST(what_is_named_stays),
        TEST(nothing_wraps_around),
        TEST(transactions_see_and_forget),
        TEST(activities_count_where_they_point),
        TEST(a_lead_leaves_its_source),
        TEST(documents_keep_the_order),
        TEST(a_random_walk),
        TEST(no_addition_is_lost),
        TEST(many_cost_one_pass),
        TEST(without_memory),
#undef TEST
    };

    return host_run("roll-ups", tests, sizeof tests / sizeof tests[0]);
}
