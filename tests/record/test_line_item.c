/* SPDX-License-Identifier: MIT */
/* Line items of quotes, orders and invoices: prices, discounts, taxes, and totals by each rule
 * of rounding. */
#include "file_steps.h"
#include "life_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char start[] =
    "{'modules': [{'api_name': 'Products', 'org_default': 'public_read_only'},"
    "  {'api_name': 'Quotes', 'org_default': 'public_read_write'}],"
    " 'profiles': [{'name': 'Blind', 'clone_of': 'Standard',"
    "   'fields': {'Products': {'Unit_Price': 'hidden'}}}],"
    " 'users': [{'email': 'sue@x.example', 'profile': 'Blind'}]}";

static const char totals[] = "Sub_Total, Discount, Tax, Adjustment, Grand_Total";
static crm4e_id tea, oil;

/* # stands for the tea, @ for the oil. */
static void fill(const char *pattern, char json[1024])
{
    char *out = json;

    for (; *pattern; pattern++) {
        if (*pattern == '#' || *pattern == '@')
            out += sprintf(out, "%lld", (long long)(*pattern == '#' ? tea : oil));
        else
            *out++ = *pattern;
    }
    *out = '\0';
}

static crm4e_id quote(host *h, const char *values)
{
    char json[1024];

    fill(values, json);
    return life_add(h->admin, "Quotes", json);
}

static int change(crm4e_session *session, crm4e_id id, const char *values)
{
    char json[1024];

    fill(values, json);
    return life_change(session, "Quotes", id, json);
}

/* What the columns behind List_Price say, without the names of lookups. */
static void assert_items(host *h, crm4e_id id, const char *part)
{
    char text[96], *rows, *json = host_json(part);

    (void)snprintf(text, sizeof text, "select Quoted_Items from Quotes where id = %lld",
                   (long long)id);
    rows = host_query(h->admin, text);
    if (!strstr(rows, json))
        fail_msg("%s has no %s", rows, json);
    free(json);
    free(rows);
}

static void lines_add_up(void **state)
{
    host *h = *state;
    crm4e_id id =
        quote(h, "{'Subject': 'Q', 'Discount': 0.5, 'Adjustment': -0.01, 'Quoted_Items': ["
                 "{'Product_Name': #, 'Quantity': 3, 'Discount_Percent': 10,"
                 " 'Tax_Percent': 19}, {'Product_Name': @, 'Quantity': 0.25,"
                 " 'List_Price': 8, 'Discount': 0.40}]}");

    assert_items(h, id,
                 "'Quantity':3.00,'List_Price':1.25,'Total':3.7500,'Discount':null,"
                 "'Discount_Percent':10.00,'Total_After_Discount':3.3750,'Tax_Percent':19.00,"
                 "'Tax':0.6412,'Net_Total':4.0162,'Book':null,'Book_Discount':null}");
    assert_items(h, id,
                 "'Quantity':0.25,'List_Price':8.00,'Total':2.0000,'Discount':0.40,"
                 "'Discount_Percent':null,'Total_After_Discount':1.6000,'Tax_Percent':null,"
                 "'Tax':0.0000,'Net_Total':1.6000,'Book':null,'Book_Discount':null}");
    /* 4.975, 0.64125, and 4.975 - 0.5 + 0.64125 - 0.01 = 5.10625 */
    life_row(h->admin, totals, "Quotes", id, "4.98|0.50|0.64|-0.01|5.11\n");
    host_ok(h->admin, life_change(h->admin, "Quotes", id, "{'Discount': 1}"));
    life_row(h->admin, totals, "Quotes", id, "4.98|1.00|0.64|-0.01|4.61\n");
    /* what the library computes is not what somebody says */
    host_ok(h->admin, life_change(h->admin, "Quotes", id, "{'Grand_Total': 99, 'Tax': 7}"));
    life_row(h->admin, totals, "Quotes", id, "4.98|1.00|0.64|-0.01|4.61\n");
    assert_sound(h);
}

/* Each line ends in half a cent; a credit rounds away from zero too. */
static void three_rules_round(void **state)
{
    static const struct {
        const char *rule;
        const char *two;
        const char *credit;
    } rules[] = {
        {"'Exact'", "0.25|-|0.00|-|0.25\n", "-0.12|-|0.00|-|-0.12\n"},
        {"'Half Up per Line'", "0.26|-|0.00|-|0.26\n", "-0.13|-|0.00|-|-0.13\n"},
        {"'Half Even per Line'", "0.24|-|0.00|-|0.24\n", "-0.12|-|0.00|-|-0.12\n"},
        {"null", "0.25|-|0.00|-|0.25\n", "-0.12|-|0.00|-|-0.12\n"},
    };
    host *h = *state;
    char json[64];
    crm4e_id two = quote(h, "{'Subject': 'Q', 'Quoted_Items': ["
                            "{'Product_Name': #, 'Quantity': 0.10},"
                            "{'Product_Name': #, 'Quantity': 0.10}]}");
    crm4e_id credit = quote(h, "{'Subject': 'R', 'Quoted_Items': ["
                               "{'Product_Name': #, 'Quantity': -0.10}]}");

    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        (void)snprintf(json, sizeof json, "{'Rounding': %s}", rules[i].rule);
        host_ok(h->admin, life_change(h->admin, "Quotes", two, json));
        life_row(h->admin, totals, "Quotes", two, rules[i].two);
        host_ok(h->admin, life_change(h->admin, "Quotes", credit, json));
        life_row(h->admin, totals, "Quotes", credit, rules[i].credit);
    }
    assert_sound(h);
}

static void a_line_takes_the_price_of_its_product(void **state)
{
    host *h = *state;
    crm4e_session *sue = host_session(h, SUE);
    crm4e_id id = quote(h, "{'Subject': 'Q', 'Quoted_Items': [{'Product_Name': #,"
                           " 'Quantity': 2}]}");
    char json[256], text[96], *rows;
    long long row;

    (void)snprintf(text, sizeof text, "select Quoted_Items from Quotes where id = %lld",
                   (long long)id);
    rows = host_query(h->admin, text);
    assert_int_equal(sscanf(rows, "[{\"id\":%lld", &row), 1);
    free(rows);
    /* the price of the day stays, until there is another product */
    host_ok(h->admin, life_change(h->admin, "Products", tea, "{'Unit_Price': 7}"));
    (void)snprintf(json, sizeof json, "{'Quoted_Items': [{'id': %lld, 'Quantity': 4}]}", row);
    host_ok(h->admin, life_change(h->admin, "Quotes", id, json));
    life_row(h->admin, "Grand_Total", "Quotes", id, "5.00\n");
    (void)snprintf(json, sizeof json, "{'Quoted_Items': [{'id': %lld, 'Product_Name': %lld}]}", row,
                   (long long)oil);
    life_refused(h->admin, life_change(h->admin, "Quotes", id, json), CRM4E_E_INVALID,
                 "Quoted_Items.List_Price", "mandatory"); /* oil has none */
    host_ok(h->admin, life_change(h->admin, "Products", oil, "{'Unit_Price': 2.5}"));
    host_ok(h->admin, life_change(h->admin, "Quotes", id, json));
    life_row(h->admin, "Grand_Total", "Quotes", id, "10.00\n");
    /* a price that somebody may not read is none for him */
    life_refused(sue, change(sue, id, "{'Quoted_Items': [{'Product_Name': #, 'Quantity': 1}]}"),
                 CRM4E_E_INVALID, "Quoted_Items.List_Price", "mandatory");
    host_ok(sue, change(sue, id,
                        "{'Quoted_Items': [{'Product_Name': #, 'Quantity': 1,"
                        " 'List_Price': 3}]}"));
    life_row(h->admin, "Grand_Total", "Quotes", id, "3.00\n");
    crm4e_session_close(sue);
    assert_sound(h);
}

static void without_lines_totals_are_given(void **state)
{
    host *h = *state;
    crm4e_id id = quote(h, "{'Subject': 'Q', 'Grand_Total': 12}");

    life_row(h->admin, totals, "Quotes", id, "-|-|-|-|12.00\n");
    host_ok(h->admin,
            change(h->admin, id, "{'Quoted_Items': [{'Product_Name': #, 'Quantity': 4}]}"));
    life_row(h->admin, totals, "Quotes", id, "5.00|-|0.00|-|5.00\n");
    host_ok(h->admin, life_change(h->admin, "Quotes", id, "{'Quoted_Items': [], 'Tax': 1}"));
    life_row(h->admin, totals, "Quotes", id, "5.00|-|1.00|-|5.00\n");
}

static void what_is_refused(void **state)
{
    static const struct {
        const char *items;
        const char *field;
        const char *rule;
    } cases[] = {
        {"{'Quoted_Items': [{'Quantity': 1, 'List_Price': 1}]}", "Quoted_Items.Product_Name",
         "mandatory"},
        {"{'Quoted_Items': [{'Product_Name': #}]}", "Quoted_Items.Quantity", "mandatory"},
        {"{'Quoted_Items': [{'Product_Name': #, 'Quantity': 1, 'Net_Total': 1}]}",
         "Quoted_Items.Net_Total", "read_only"},
        {"{'Quoted_Items': [{'Product_Name': #, 'Quantity': 90000000000000000,"
         " 'List_Price': 90000000000000000}]}",
         "Quoted_Items", "range"},
        {"{'Quoted_Items': [{'Product_Name': #, 'Quantity': 1, 'List_Price':"
         " 90000000000000000}]}",
         "Quoted_Items", "range"},
    };
    host *h = *state;
    crm4e_id id = quote(h, "{'Subject': 'Q'}");

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        life_refused(h->admin, change(h->admin, id, cases[i].items), CRM4E_E_INVALID,
                     cases[i].field, cases[i].rule);
    life_row(h->admin, "Quoted_Items, Grand_Total, Version__s", "Quotes", id, "-|-|1\n");
    host_refused(h->admin,
                 crm4e_org_apply(NULL, h->admin,
                                 "{\"modules\":[{\"api_name\":\"Quotes\",\"fields\":[{\"api_name\":"
                                 "\"Quoted_Items\",\"settings\":{\"remove\":[\"Tax\"]}}]}]}",
                                 CRM4E_NUL_TERMINATED),
                 CRM4E_E_DENIED, NULL);
}

/* Each module has its own, and takes columns of users. */
static void every_module_has_them(void **state)
{
    static const struct {
        const char *module;
        const char *items;
        const char *more;
    } modules[] = {{"Sales_Orders", "Ordered_Items", "'Account_Name'"},
                   {"Purchase_Orders", "Purchase_Items", "'Vendor_Name'"},
                   {"Invoices", "Invoiced_Items", "'Account_Name'"}};
    host *h = *state;
    crm4e_id account = life_add(h->admin, "Accounts", "{'Account_Name': 'A'}");
    crm4e_id vendor = life_add(h->admin, "Vendors", "{'Vendor_Name': 'V'}");

    for (size_t i = 0; i < sizeof modules / sizeof modules[0]; i++) {
        char json[512];
        crm4e_record *copy = NULL;
        crm4e_id id;

        (void)snprintf(json, sizeof json,
                       "{'modules': [{'api_name': '%s', 'fields': [{'api_name': '%s', 'settings': "
                       "{'columns': [{'api_name': 'Bin', 'type': 'text'}]}}]}]}",
                       modules[i].module, modules[i].items);
        host_apply(h, json);
        (void)snprintf(json, sizeof json,
                       "{'Subject': 'S', %s: %lld, 'Adjustment': 1, '%s': [{'Product_Name': %lld,"
                       " 'Quantity': 4, 'Tax_Percent': 10, 'Bin': 'B7'}]}",
                       modules[i].more, (long long)(i == 1 ? vendor : account), modules[i].items,
                       (long long)tea);
        id = life_add(h->admin, modules[i].module, json);
        life_row(h->admin, totals, modules[i].module, id, "5.00|-|0.50|1.00|6.50\n");
        host_ok(h->admin, crm4e_record_clone(&copy, h->admin, modules[i].module, id));
        host_ok(h->admin, crm4e_record_save(copy));
        life_row(h->admin, totals, modules[i].module, crm4e_record_id(copy),
                 "5.00|-|0.50|1.00|6.50\n");
        crm4e_record_free(copy);
    }
    assert_sound(h);
}

static crm4e_id starved;

static int price_once(host *h)
{
    return change(h->admin, starved, "{'Quoted_Items': [{'Product_Name': #, 'Quantity': 2}]}");
}

static void check_none(host *h)
{
    assert_int_equal(host_count(h->admin, "Quotes", "Quoted_Items is not null"), 0);
}

static void memory_may_run_out(void **state)
{
    host *h = *state;

    starved = quote(h, "{'Subject': 'Q'}");
    host_starve(h, price_once, check_none);
    assert_sound(h);
}

static int set_up(void **state)
{
    host *h;

    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, start);
    tea = life_add(h->admin, "Products", "{'Product_Name': 'Tea', 'Unit_Price': 1.25}");
    oil = life_add(h->admin, "Products", "{'Product_Name': 'Oil'}");
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, host_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(lines_add_up),
        TEST(three_rules_round),
        TEST(a_line_takes_the_price_of_its_product),
        TEST(without_lines_totals_are_given),
        TEST(what_is_refused),
        TEST(every_module_has_them),
        TEST(memory_may_run_out),
    };

    return host_run("line items", tests, sizeof tests / sizeof tests[0]);
}
