/* SPDX-License-Identifier: MIT */
/* Several currencies: rates by their days, what records keep, what documents say. */
#include "currency_steps.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void rate_is(host *h, const char *iso_code, const char *day, const char *wanted)
{
    crm4e_text *text = NULL;
    int rc = crm4e_currency_rate(&text, h->admin, iso_code, day);

    if (!wanted) {
        fails(h->admin, rc, CRM4E_E_NOT_FOUND, "rate");
        return;
    }
    host_ok(h->admin, rc);
    assert_string_equal(crm4e_text_data(text), wanted);
    crm4e_text_free(text);
}

/* ---------------------------------------------------------------- rates */

static void the_latest_rate_up_to_a_day_holds(void **state)
{
    host *h = *state;
    crm4e_text *text = NULL;

    host_apply(h, currency_list);
    rate_is(h, "USD", "1900-01-01", "1.000000000");
    rate_is(h, "EUR", "2019-12-31", NULL);
    rate_is(h, "EUR", "2020-01-01", "0.500000000");
    rate_is(h, "KWD", "2026-01-01", NULL);
    host_ok(h->admin, crm4e_currency_set_rate(h->admin, "EUR", "2021-03-01", "0.123456789"));
    host_ok(h->admin, crm4e_currency_set_rate(h->admin, "EUR", "2018-03-01", "9000000000"));
    rate_is(h, "EUR", "2021-02-28", "0.500000000");
    rate_is(h, "EUR", "2021-03-01", "0.123456789");
    rate_is(h, "EUR", NULL, "0.123456789");
    rate_is(h, "EUR", "2019-12-31", "9000000000.000000000");
    host_ok(h->admin, crm4e_currency_set_rate(h->admin, "EUR", "2021-03-01", "0.2"));
    rate_is(h, "EUR", "2021-03-01", "0.200000000");
    host_ok(h->admin, crm4e_currency_json(&text, h->admin, "EUR"));
    assert_string_equal(
        crm4e_text_data(text),
        "{\"iso_code\":\"EUR\",\"name\":\"Euro\",\"symbol\":\"€\",\"decimal_place\":2,"
        "\"is_active\":true,\"rates\":["
        "{\"valid_from\":\"2018-03-01\",\"exchange_rate\":\"9000000000.000000000\"},"
        "{\"valid_from\":\"2020-01-01\",\"exchange_rate\":\"0.500000000\"},"
        "{\"valid_from\":\"2021-03-01\",\"exchange_rate\":\"0.200000000\"}]}");
    crm4e_text_free(text);
    sound(h);
}

static void rates_that_are_none_are_refused(void **state)
{
    static const struct {
        const char *iso_code;
        const char *day;
        const char *rate;
        int code;
        const char *message;
    } table[] = {
        {"EUR", "2020-01-01", "0", CRM4E_E_INVALID, "above 0"},
        {"EUR", "2020-01-01", "-1", CRM4E_E_INVALID, "above 0"},
        {"EUR", "2020-01-01", "0.0000000001", CRM4E_E_INVALID, "nine digits"},
        {"EUR", "2020-01-01", "9223372037", CRM4E_E_INVALID, "above 0"},
        {"EUR", "2020-01-01", "", CRM4E_E_INVALID, "above 0"},
        {"EUR", "2020-01-01", "1,5", CRM4E_E_INVALID, "above 0"},
        {"EUR", "2020-02-30", "1", CRM4E_E_INVALID, "no date"},
        {"EUR", "1.2.2020", "1", CRM4E_E_INVALID, "no date"},
        {"eur", "2020-01-01", "1", CRM4E_E_NOT_FOUND, "no currency"},
        {"USD", "2020-01-01", "1", CRM4E_E_NOT_FOUND, "no currency"},
    };
    host *h = *state;

    host_apply(h, currency_list);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        fails(h->admin,
              crm4e_currency_set_rate(h->admin, table[i].iso_code, table[i].day, table[i].rate),
              table[i].code, table[i].message);
    rate_is(h, "EUR", "2020-01-01", "0.500000000");
}

static void currencies_that_are_none_are_refused(void **state)
{
    static const struct {
        const char *iso_code;
        const char *name;
        int32_t decimal_place;
        int32_t is_active;
        int code;
    } table[] = {
        {"EUR", NULL, -1, 0, CRM4E_E_CONFLICT},  {"USD", NULL, -1, 0, CRM4E_E_CONFLICT},
        {"chf", NULL, -1, 0, CRM4E_E_INVALID},   {"CHFF", NULL, -1, 0, CRM4E_E_INVALID},
        {"", NULL, -1, 0, CRM4E_E_INVALID},      {"CHF", "", -1, 0, CRM4E_E_INVALID},
        {"CHF", "a\nb", -1, 0, CRM4E_E_INVALID}, {"CHF", NULL, 10, 0, CRM4E_E_INVALID},
        {"CHF", NULL, -2, 0, CRM4E_E_INVALID},   {"CHF", NULL, -1, 3, CRM4E_E_INVALID},
    };
    host *h = *state;

    host_apply(h, currency_list);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        crm4e_currency_options options = CRM4E_CURRENCY_OPTIONS_INIT;
        options.iso_code = table[i].iso_code;
        options.name = table[i].name;
        options.decimal_place = table[i].decimal_place;
        options.is_active = table[i].is_active;
        fails(h->admin, crm4e_currency_create(NULL, h->admin, &options), table[i].code, "");
    }
}

static void who_may_not_customise_reads_only(void **state)
{
    crm4e_currency_options options = CRM4E_CURRENCY_OPTIONS_INIT;
    host *h = *state;
    crm4e_text *text = NULL;
    crm4e_session *sue;

    begin(h);
    sue = host_session(h, SUE);
    options.iso_code = "CHF";
    fails(sue, crm4e_currency_create(NULL, sue, &options), CRM4E_E_DENIED, "");
    options.iso_code = "EUR";
    fails(sue, crm4e_currency_update(sue, &options), CRM4E_E_DENIED, "");
    fails(sue, crm4e_currency_set_rate(sue, "EUR", "2020-01-01", "1"), CRM4E_E_DENIED, "");
    fails(sue, crm4e_currency_enable(sue), CRM4E_E_DENIED, "");
    host_ok(sue, crm4e_currency_rate(&text, sue, "EUR", "2020-01-01"));
    crm4e_text_free(text);
    crm4e_session_close(sue);
}

/* ------------------------------------------------------------ enabling */

static void before_it_is_enabled_nothing_is_there(void **state)
{
    host *h = *state;
    crm4e_id id;

    host_apply(h, currency_start);
    id = add(h, "Works", "{'Name': 'a', 'Fee': 1.5}");
    fails(h->admin, write_as(h->admin, "Works", &id, "{'Currency': 'USD'}"), CRM4E_E_INVALID,
          "no such field");
    id = add(h, "Accounts", "{'Account_Name': 'A', 'Annual_Revenue': 5}");
    holds(h, "select Currency, Exchange_Rate from Accounts", "-|-\n");
    holds(h, "select Account_Name from Accounts where Currency is null", "A\n");
}

static void records_from_before_are_in_the_home_currency(void **state)
{
    static const crm4e_measure sum[] = {CRM4E_SUM};
    static const char *const fee[] = {"Fee"};
    host *h = *state;
    crm4e_id id;

    host_apply(h, currency_start);
    host_apply(h, currency_list);
    id = add(h, "Works", "{'Name': 'a', 'Fee': 1.5}");
    host_ok(h->admin, crm4e_currency_enable(h->admin));
    host_ok(h->admin, crm4e_currency_enable(h->admin));
    holds(h, "select Currency, Exchange_Rate, Version__s from Works", "USD|1.000000000|1\n");
    add(h, "Works", "{'Name': 'b', 'Fee': 1, 'Currency': 'EUR'}");
    holds(h, "select Name from Works where Currency = `USD`", "a\n");
    holds(h, "select Name from Works where Currency != `EUR`", "a\n");
    holds(h, "select Name from Works where Currency != `USD`", "b\n");
    holds(h, "select Name from Works where Currency in (`USD`, `EUR`) order by Name", "a\nb\n");
    holds(h, "select Name from Works where Currency not in (`PLN`) order by Name", "a\nb\n");
    holds(h, "select Name from Works where Currency is null", "");
    holds(h, "select Name from Works where Currency is not null order by Name", "a\nb\n");
    charts(h->admin, "Works", "Currency", sum, fee, 1, "USD=1.50|Euro=2.00");
    change(h, "Works", id, "{'Name': 'c'}");
    holds(h, "select Currency, Exchange_Rate from Works where Name = `c`", "USD|1.000000000\n");
    sound(h);
}

/* What records hold already must fit: their currency is one, and has a rate. */
static void what_does_not_fit_keeps_it_off(void **state)
{
    host *h = *state;
    crm4e_id id = 0;

    host_apply(h, currency_start);
    host_apply(h, currency_list);
    id = add(h, "Accounts", "{'Account_Name': 'A', 'Currency': 'GBP', 'Exchange_Rate': 2}");
    fails(h->admin, crm4e_currency_enable(h->admin), CRM4E_E_CONFLICT, "Accounts");
    change(h, "Accounts", id, "{'Currency': 'EUR', 'Exchange_Rate': null}");
    fails(h->admin, crm4e_currency_enable(h->admin), CRM4E_E_CONFLICT, "Accounts");
    change(h, "Accounts", id, "{'Exchange_Rate': 0}");
    fails(h->admin, crm4e_currency_enable(h->admin), CRM4E_E_CONFLICT, "Accounts");
    change(h, "Accounts", id, "{'Currency': 'USD', 'Exchange_Rate': 2}");
    fails(h->admin, crm4e_currency_enable(h->admin), CRM4E_E_CONFLICT, "Accounts");
    change(h, "Accounts", id, "{'Currency': null}");
    fails(h->admin, crm4e_currency_enable(h->admin), CRM4E_E_CONFLICT, "Accounts");
    host_apply(h, "{'modules': [{'api_name': 'Works', 'fields': [{'api_name': 'Currency', 'type':"
                  " 'text'}]}]}");
    change(h, "Accounts", id, "{'Currency': 'EUR', 'Exchange_Rate': 2}");
    fails(h->admin, crm4e_currency_enable(h->admin), CRM4E_E_CONFLICT, "Works");
    {
        crm4e_module *works = NULL;
        host_ok(h->admin, crm4e_module_open(&works, h->admin, "Works"));
        host_ok(h->admin, crm4e_module_remove_field(works, "Currency"));
        crm4e_module_free(works);
    }
    host_ok(h->admin, crm4e_currency_enable(h->admin));
    sound(h);
}

static void the_home_currency_stays(void **state)
{
    crm4e_org_update_options options = CRM4E_ORG_UPDATE_OPTIONS_INIT;
    host *h = *state;

    options.currency = "JPY";
    host_ok(h->admin, crm4e_org_update(h->admin, &options));
    options.currency = "USD";
    host_ok(h->admin, crm4e_org_update(h->admin, &options));
    host_apply(h, currency_list);
    options.currency = "JPY";
    fails(h->admin, crm4e_org_update(h->admin, &options), CRM4E_E_CONFLICT, "currency");
}

static void fields_of_the_currency_stay(void **state)
{
    host *h = *state;
    crm4e_module *works = NULL;
    crm4e_id id;

    begin(h);
    host_ok(h->admin, crm4e_module_open(&works, h->admin, "Works"));
    fails(h->admin, crm4e_module_remove_field(works, "Currency"), CRM4E_E_CONFLICT, "");
    fails(h->admin, crm4e_module_remove_field(works, "Exchange_Rate"), CRM4E_E_CONFLICT, "");
    crm4e_module_free(works);
    /* a module gets them with its first amount, or when it is asked for them */
    id = add(h, "Plain", "{'Name': 'a'}");
    fails(h->admin, write_as(h->admin, "Plain", &id, "{'Currency': 'EUR'}"), CRM4E_E_INVALID,
          "no such field");
    host_apply(h, "{'modules': [{'api_name': 'Plain', 'fields': [{'api_name': 'Price', 'type':"
                  " 'currency'}]}]}");
    change(h, "Plain", id, "{'Currency': 'EUR', 'Price': 3}");
    host_apply(h, "{'modules': [{'api_name': 'Other', 'fields': [{'api_name': 'Exchange_Rate',"
                  " 'type': 'double', 'scale': 9}]}]}");
    add(h, "Other", "{'Name': 'a', 'Currency': 'PLN'}");
    holds(h, "select Currency, Exchange_Rate from Other", "PLN|3.000000000\n");
    sound(h);
}

/* ------------------------------------------------------------- records */

static void a_record_takes_the_rate_of_the_day_and_keeps_it(void **state)
{
    static const char query[] = "select Currency, Exchange_Rate from Works";
    host *h = *state;
    crm4e_id id;

    begin(h);
    id = add(h, "Works", "{'Name': 'a', 'Fee': 1}");
    holds(h, query, "USD|1.000000000\n");
    change(h, "Works", id, "{'Currency': 'EUR'}");
    holds(h, query, "EUR|0.500000000\n");
    host_ok(h->admin, crm4e_currency_set_rate(h->admin, "EUR", "2020-01-01", "0.25"));
    change(h, "Works", id, "{'Fee': 2}");
    holds(h, query, "EUR|0.500000000\n");
    change(h, "Works", id, "{'Exchange_Rate': null}");
    holds(h, query, "EUR|0.250000000\n");
    change(h, "Works", id, "{'Exchange_Rate': '7.000000001'}");
    holds(h, query, "EUR|7.000000001\n");
    change(h, "Works", id, "{'Currency': 'EUR'}");
    holds(h, query, "EUR|7.000000001\n");
    change(h, "Works", id, "{'Currency': 'PLN', 'Exchange_Rate': 4}");
    holds(h, query, "PLN|4.000000000\n");
    refuses(h, id, "{'Exchange_Rate': 0}", "above 0");
    refuses(h, id, "{'Exchange_Rate': -1}", "above 0");
    refuses(h, id, "{'Currency': 'USD', 'Exchange_Rate': 2}", "is 1");
    refuses(h, id, "{'Currency': 'KWD'}", "no rate");
    refuses(h, id, "{'Currency': 'GBP'}", "");
    change(h, "Works", id, "{'Currency': 'KWD', 'Exchange_Rate': '0.3'}");
    change(h, "Works", id, "{'Currency': null}");
    holds(h, query, "USD|1.000000000\n");
    sound(h);
}

static void no_amount_leaves_the_range(void **state)
{
    host *h = *state;
    crm4e_id id;

    begin(h);
    id = add(h, "Works", "{'Name': 'a', 'Fee': '92233720368547758.07'}");
    refuses(h, id, "{'Currency': 'EUR'}", "out of range");
    refuses(h, id, "{'Currency': 'EUR', 'Exchange_Rate': '0.999999999'}", "out of range");
    change(h, "Works", id, "{'Currency': 'EUR', 'Exchange_Rate': 1}");
    change(h, "Works", id, "{'Fee': '92233720.36', 'Exchange_Rate': '0.000000001'}");
    refuses(h, id, "{'Fee': '92233720.37'}", "out of range");
    refuses(h, id, "{'Tip': '0.01'}", "Both");
}

static void says(crm4e_record *record, const char *piece)
{
    crm4e_text *text = NULL;
    char *wanted = host_json(piece);

    assert_int_equal(crm4e_record_json(&text, record), CRM4E_OK);
    if (strstr(crm4e_text_data(text), wanted) == NULL)
        fail_msg("%s has no %s", crm4e_text_data(text), wanted);
    crm4e_text_free(text);
    free(wanted);
}

static void an_inactive_currency_is_kept_and_not_taken(void **state)
{
    crm4e_currency_options options = CRM4E_CURRENCY_OPTIONS_INIT;
    crm4e_record *copy = NULL;
    host *h = *state;
    crm4e_id kept;
    crm4e_id other = 0;

    begin(h);
    kept = add(h, "Works", "{'Name': 'a', 'Fee': 3, 'Size': 1, 'Currency': 'EUR'}");
    host_ok(h->admin, crm4e_record_clone(&copy, h->admin, "Works", kept));
    host_ok(h->admin, crm4e_currency_set_rate(h->admin, "EUR", "2020-01-01", "0.25"));
    host_ok(h->admin, crm4e_record_save(copy));
    crm4e_record_free(copy);
    holds(h, "select Currency, Exchange_Rate, Fee from Works order by id",
          "EUR|0.500000000|3.00\nEUR|0.250000000|3.00\n");
    options.iso_code = "EUR";
    options.is_active = 2;
    host_ok(h->admin, crm4e_currency_update(h->admin, &options));
    change(h, "Works", kept, "{'Fee': 4}");
    refuses(h, other, "{'Name': 'b', 'Currency': 'EUR'}", "");
    /* without its currency a copy has no amounts */
    host_ok(h->admin, crm4e_record_clone(&copy, h->admin, "Works", kept));
    host_ok(h->admin, crm4e_record_save(copy));
    kept = crm4e_record_id(copy);
    crm4e_record_free(copy);
    holds(h, "select Currency, Fee, Size from Works where Currency = `USD`", "USD|-|1.00\n");
    host_ok(h->admin, crm4e_record_delete(h->admin, "Works", kept, 0));
    host_ok(h->admin, crm4e_record_restore(h->admin, "Works", kept));
    sound(h);
}

/* Sue does not see currencies. */
static crm4e_session *begin_with_sue(host *h)
{
    begin(h);
    host_apply(h, "{'profiles': [{'name': 'Seller', 'fields': {'Works': {'Currency': 'hidden'},"
                  " 'Quotes': {'Currency': 'hidden'}}}],"
                  " 'modules': [{'api_name': 'Works', 'org_default': 'public_read_write', 'fields':"
                  " [{'api_name': 'Steps', 'type': 'subform', 'settings': {'columns': ["
                  "{'api_name': 'Pay', 'type': 'currency'}, {'api_name': 'Hours', 'type':"
                  " 'integer'}]}}]}, {'api_name': 'Quotes', 'org_default': 'public_read_write'},"
                  " {'api_name': 'Accounts', 'org_default': 'public_read_write'},"
                  " {'api_name': 'Products', 'org_default': 'public_read_write'}]}");
    return host_session(h, SUE);
}

/* Nor those in rows, whatever the currency is. */
static void a_copy_without_its_currency_has_no_amounts(void **state)
{
    static const char *const currencies[] = {"EUR", "USD"};
    crm4e_record *copy = NULL;
    host *h = *state;
    crm4e_session *sue = begin_with_sue(h);

    for (size_t i = 0; i < 2; i++) {
        char json[200];
        crm4e_id id;

        (void)snprintf(json, sizeof json,
                       "{'Name': 'a', 'Fee': 3, 'Size': 1, 'Currency': '%s', 'Steps':"
                       " [{'Pay': 7, 'Hours': 5}, {'Pay': 8}]}",
                       currencies[i]);
        id = add(h, "Works", json);
        host_ok(sue, crm4e_record_clone(&copy, sue, "Works", id));
        says(copy, "'Fee':null");
        says(copy, "'Size':1.00");
        says(copy, "'Steps':[{'Pay':null,'Hours':5},{'Pay':null,'Hours':null}]");
        crm4e_record_free(copy);
        host_ok(h->admin, crm4e_record_clone(&copy, h->admin, "Works", id));
        says(copy, "'Fee':3.00");
        says(copy, "'Steps':[{'Pay':7.00,'Hours':5},{'Pay':8.00,'Hours':null}]");
        crm4e_record_free(copy);
    }
    crm4e_session_close(sue);
    sound(h);
}

static void a_copied_line_has_the_price_of_its_product(void **state)
{
    crm4e_record *copy = NULL;
    host *h = *state;
    crm4e_session *sue = begin_with_sue(h);
    crm4e_id account = add(h, "Accounts", "{'Account_Name': 'A'}");
    crm4e_id product = add(h, "Products", "{'Product_Name': 'Tea', 'Unit_Price': 2}");
    crm4e_id id;
    char json[300];

    (void)snprintf(json, sizeof json,
                   "{'Subject': 'Q', 'Account_Name': %lld, 'Currency': 'EUR', 'Adjustment': 5,"
                   " 'Quoted_Items': [{'Product_Name': %lld, 'Quantity': 4, 'List_Price': 9,"
                   " 'Discount': 1}]}",
                   (long long)account, (long long)product);
    id = add(h, "Quotes", json);
    host_ok(sue, crm4e_record_clone(&copy, sue, "Quotes", id));
    host_ok(sue, crm4e_record_save(copy));
    crm4e_record_free(copy);
    holds(h, "select Currency, Adjustment, Grand_Total from Quotes order by id",
          "EUR|5.00|40.00\nUSD|-|8.00\n");
    crm4e_session_close(sue);
    sound(h);
}

static void merge(crm4e_session *session, crm4e_id master, crm4e_id other)
{
    host_ok(session, crm4e_records_merge(session, "Works", master, &other, 1, NULL));
}

static void a_master_takes_amounts_of_its_currency(void **state)
{
    static const char query[] = "select Currency, Fee, Size, Steps from Works";
    host *h = *state;
    crm4e_session *sue = begin_with_sue(h);
    crm4e_id master = add(h, "Works", "{'Name': 'a', 'Owner': 'sue@x.example'}");

    host_apply(h, "{'profiles': [{'name': 'Seller', 'modules': {'Works': ['view', 'create',"
                  " 'edit', 'delete', 'mass_delete']}}]}");
    merge(h->admin, master,
          add(h, "Works",
              "{'Name': 'b', 'Fee': 3, 'Size': 1, 'Currency': 'EUR',"
              " 'Steps': [{'Pay': 7}]}"));
    holds(h, query, "USD|-|1.00|-\n");
    merge(sue, master, add(h, "Works", "{'Name': 'c', 'Fee': 4, 'Owner': 'sue@x.example'}"));
    holds(h, query, "USD|-|1.00|-\n");
    merge(h->admin, master, add(h, "Works", "{'Name': 'd', 'Fee': 5}"));
    holds(h, query, "USD|5.00|1.00|-\n");
    crm4e_session_close(sue);
    sound(h);
}

/* From before there were several currencies. */
static void what_comes_back_from_the_bin_has_a_rate(void **state)
{
    static const char *const records[] = {
        "{'Account_Name': 'A', 'Currency': 'EUR'}", "{'Account_Name': 'A', 'Exchange_Rate': 5}",
        "{'Account_Name': 'A', 'Currency': 'USD', 'Exchange_Rate': 5}",
        "{'Account_Name': 'A', 'Currency': 'GBP', 'Exchange_Rate': 5}"};
    host *h = *state;
    crm4e_id ids[4];

    host_apply(h, currency_list);
    for (size_t i = 0; i < 4; i++) {
        ids[i] = add(h, "Accounts", records[i]);
        host_ok(h->admin, crm4e_record_delete(h->admin, "Accounts", ids[i], 0));
    }
    host_ok(h->admin, crm4e_currency_enable(h->admin));
    for (size_t i = 0; i < 3; i++)
        host_ok(h->admin, crm4e_record_restore(h->admin, "Accounts", ids[i]));
    fails(h->admin, crm4e_record_restore(h->admin, "Accounts", ids[3]), CRM4E_E_INVALID,
          "none of the currencies");
    holds(h, "select Currency, Exchange_Rate from Accounts order by id",
          "EUR|0.500000000\nUSD|1.000000000\nUSD|1.000000000\n");
    sound(h);
}

static void a_lead_gives_its_currency_to_what_it_becomes(void **state)
{
    crm4e_convert_options options = CRM4E_CONVERT_OPTIONS_INIT;
    static const char lead[] = "{'Last_Name': 'Li', 'Company': 'Tower', 'Annual_Revenue': 10,"
                               " 'Currency': 'EUR', 'Exchange_Rate': 9}";
    host *h = *state;
    crm4e_id account = 0;
    crm4e_id id;

    begin(h);
    id = add(h, "Leads", lead);
    options.deal = "{\"Deal_Name\": \"D\", \"Stage\": \"Qualification\", \"Amount\": 7}";
    host_ok(h->admin, crm4e_convert_lead(&account, NULL, NULL, h->admin, id, &options));
    holds(h, "select Currency, Exchange_Rate, Amount from Deals", "EUR|0.500000000|7.00\n");
    holds(h, "select Currency, Exchange_Rate, Annual_Revenue from Accounts",
          "EUR|0.500000000|10.00\n");
    /* one that is there keeps its own, and takes no amounts in another */
    account = add(h, "Accounts", "{'Account_Name': 'Old'}");
    id = add(h, "Leads", lead);
    options.deal = NULL;
    options.account = account;
    host_ok(h->admin, crm4e_convert_lead(NULL, NULL, NULL, h->admin, id, &options));
    holds(h, "select Currency, Annual_Revenue from Accounts where Account_Name = `Old`", "USD|-\n");
    change(h, "Accounts", account, "{'Currency': 'EUR'}");
    id = add(h, "Leads", lead);
    host_ok(h->admin, crm4e_convert_lead(NULL, NULL, NULL, h->admin, id, &options));
    holds(h, "select Currency, Annual_Revenue from Accounts where Account_Name = `Old`",
          "EUR|10.00\n");
}

/* ------------------------------------------------------------ documents */

/* What the org says of itself makes the same of another one. */
static void a_document_makes_the_same(void **state)
{
    host *h = *state;
    crm4e_org_options options = CRM4E_ORG_OPTIONS_INIT;
    crm4e_session *session = NULL;
    crm4e_text *first = NULL;
    crm4e_text *second = NULL;
    const crm4e_storage storage = {sizeof storage, crm4e_storage_memory(), NULL};
    crm4e_engine_options memory = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    size_t same = 0;

    begin(h);
    memory.storage = &storage;
    assert_int_equal(crm4e_engine_open(&engine, &memory), CRM4E_OK);
    options.name = "Copy";
    options.edition = CRM4E_EDITION_ENTERPRISE;
    options.crm_licences = 10;
    options.admin_email = HOST_ADMIN;
    host_ok(h->admin, crm4e_org_export(&first, h->admin));
    assert_int_equal(crm4e_org_create(&org, engine, &options), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&session, org, HOST_ADMIN), CRM4E_OK);
    host_ok(session, crm4e_org_apply(NULL, session, crm4e_text_data(first), CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_org_export(&second, session));
    /* the fields of a module may stand in another order */
    assert_int_equal(strlen(crm4e_text_data(first)), strlen(crm4e_text_data(second)));
    same = (size_t)(strstr(crm4e_text_data(first), "\"roles\"") - crm4e_text_data(first));
    assert_memory_equal(crm4e_text_data(first), crm4e_text_data(second), same);
    host_ok(h->admin,
            crm4e_org_apply(NULL, h->admin, crm4e_text_data(first), CRM4E_NUL_TERMINATED));
    crm4e_text_free(first);
    crm4e_text_free(second);
    crm4e_session_close(session);
    crm4e_org_close(org);
    crm4e_engine_close(engine);
    sound(h);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_latest_rate_up_to_a_day_holds),
        TEST(rates_that_are_none_are_refused),
        TEST(currencies_that_are_none_are_refused),
        TEST(who_may_not_customise_reads_only),
        TEST(before_it_is_enabled_nothing_is_there),
        TEST(records_from_before_are_in_the_home_currency),
        TEST(what_does_not_fit_keeps_it_off),
        TEST(the_home_currency_stays),
        TEST(fields_of_the_currency_stay),
        TEST(a_record_takes_the_rate_of_the_day_and_keeps_it),
        TEST(no_amount_leaves_the_range),
        TEST(an_inactive_currency_is_kept_and_not_taken),
        TEST(a_copy_without_its_currency_has_no_amounts),
        TEST(a_master_takes_amounts_of_its_currency),
        TEST(a_copied_line_has_the_price_of_its_product),
        TEST(what_comes_back_from_the_bin_has_a_rate),
        TEST(a_lead_gives_its_currency_to_what_it_becomes),
        TEST(a_document_makes_the_same),
    };

    return host_run("currency", tests, sizeof tests / sizeof tests[0]);
}
