/* SPDX-License-Identifier: MIT */
/* Several currencies: rates by their days, what records keep, what sums say. */
#include "host.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUE "sue@x.example"

static const char start[] =
    "{'profiles': [{'name': 'Seller', 'clone_of': 'Standard',"
    "  'fields': {'Accounts': {'Exchange_Rate': 'hidden'}}}],"
    " 'users': [{'email': 'sue@x.example', 'profile': 'Seller'}],"
    " 'modules': [{'api_name': 'Works', 'fields': [{'api_name': 'Fee', 'type': 'currency'},"
    "  {'api_name': 'Tip', 'type': 'currency'}, {'api_name': 'Size', 'type': 'double'},"
    "  {'api_name': 'Both', 'type': 'formula', 'settings': {'result': 'currency',"
    "   'expression': 'Fee + Tip'}}]}, {'api_name': 'Plain'}]}";

static const char currencies[] =
    "{'currencies': [{'iso_code': 'EUR', 'name': 'Euro', 'symbol': '€', 'rates':"
    "  [{'valid_from': '2020-01-01', 'exchange_rate': '0.5'}]},"
    " {'iso_code': 'PLN', 'rates': [{'valid_from': '2020-01-01', 'exchange_rate': '3'}]},"
    " {'iso_code': 'KWD', 'decimal_place': 3, 'rates': []}]}";

static void begin(host *h)
{
    host_apply(h, start);
    host_apply(h, currencies);
    host_ok(h->admin, crm4e_currency_enable(h->admin));
}

static void fails(crm4e_session *session, int rc, int code, const char *words)
{
    const char *message = crm4e_error_message(crm4e_session_error(session));

    assert_string_equal(crm4e_code_name(rc), crm4e_code_name(code));
    if (strstr(message, words) == NULL)
        fail_msg("%s: no %s", message, words);
}

static int write_as(crm4e_session *session, const char *module, crm4e_id *id, const char *json)
{
    char *real = host_json(json);
    crm4e_record *record = NULL;
    int rc;

    host_ok(session, *id == 0 ? crm4e_record_new(&record, session, module)
                              : crm4e_record_open(&record, session, module, *id));
    rc = crm4e_record_set_json(record, real, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    if (rc == CRM4E_OK)
        *id = crm4e_record_id(record);
    crm4e_record_free(record);
    free(real);
    return rc;
}

static crm4e_id add(host *h, const char *module, const char *json)
{
    crm4e_id id = 0;

    host_ok(h->admin, write_as(h->admin, module, &id, json));
    return id;
}

static void change(host *h, const char *module, crm4e_id id, const char *json)
{
    host_ok(h->admin, write_as(h->admin, module, &id, json));
}

static void refuses(host *h, crm4e_id id, const char *json, const char *message)
{
    fails(h->admin, write_as(h->admin, "Works", &id, json), CRM4E_E_INVALID, message);
}

static void holds(host *h, const char *query, const char *lines)
{
    char *real = host_json(query); /* ` for ' */
    char *got = host_query(h->admin, real);

    assert_string_equal(got, lines);
    free(got);
    free(real);
}

/* "label=value,value|..." of a chart by one key or none. */
static void charts(crm4e_session *session, const char *module, const char *key,
                   const crm4e_measure *measures, const char *const *fields, size_t count,
                   const char *wanted)
{
    crm4e_chart *chart = NULL;
    char text[512] = "";
    size_t used = 0;

    host_ok(session, crm4e_chart_new(&chart, session, module));
    if (key)
        host_ok(session, crm4e_chart_group_by(chart, key, 0));
    for (size_t i = 0; i < count; i++)
        host_ok(session, crm4e_chart_measure(chart, measures[i], fields[i]));
    host_ok(session, crm4e_chart_run(chart));
    for (size_t b = 0; b < crm4e_chart_buckets(chart); b++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s=", b > 0 ? "|" : "",
                                 key ? crm4e_chart_label(chart, b, 0) : "");
        for (size_t i = 0; i < count; i++) {
            const char *value = crm4e_chart_value(chart, b, i);
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? "," : "",
                                     value ? value : "-");
        }
    }
    assert_string_equal(text, wanted);
    crm4e_chart_free(chart);
}

static void sound(host *h)
{
    crm4e_text *text = NULL;

    assert_int_equal(crm4e_check(&text, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
}

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

    host_apply(h, currencies);
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

    host_apply(h, currencies);
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

    host_apply(h, currencies);
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

    host_apply(h, start);
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

    host_apply(h, start);
    host_apply(h, currencies);
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

    host_apply(h, start);
    host_apply(h, currencies);
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
    host_apply(h, currencies);
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

/* From before there were several currencies. */
static void what_comes_back_from_the_bin_has_a_rate(void **state)
{
    static const char *const records[] = {
        "{'Account_Name': 'A', 'Currency': 'EUR'}", "{'Account_Name': 'A', 'Exchange_Rate': 5}",
        "{'Account_Name': 'A', 'Currency': 'USD', 'Exchange_Rate': 5}",
        "{'Account_Name': 'A', 'Currency': 'GBP', 'Exchange_Rate': 5}"};
    host *h = *state;
    crm4e_id ids[4];

    host_apply(h, currencies);
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

/* ---------------------------------------------------------------- sums */

static uint64_t seed = 88172645463325252u;

static int64_t roll(int64_t sides)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int64_t)((seed >> 33) % (uint64_t)sides);
}

/* By doubling what is left, not as the library does it. */
static int64_t to_home(int64_t amount, int64_t rate)
{
    int64_t size = (amount < 0 ? -amount : amount) * 1000000000;
    int64_t whole = 0;
    int64_t rest;

    for (int64_t bit = INT64_C(1) << 40; bit > 0; bit /= 2) {
        if (bit <= size / rate && (whole + bit) <= size / rate)
            whole += bit;
    }
    rest = size - whole * rate;
    if (rest > rate - rest || (rest == rate - rest && whole % 2 == 1))
        whole++;
    return amount < 0 ? -whole : whole;
}

static void decimal(char text[32], int64_t number)
{
    (void)snprintf(text, 32, "%s%" PRId64 ".%02" PRId64, number < 0 ? "-" : "",
                   (number < 0 ? -number : number) / 100, (number < 0 ? -number : number) % 100);
}

static void sums_are_those_of_a_slow_count(void **state)
{
    static const char *const codes[] = {"USD", "EUR", "PLN", "KWD"};
    static const crm4e_measure measures[] = {CRM4E_SUM, CRM4E_MIN, CRM4E_MAX};
    static const char *const fees[] = {"Fee", "Fee", "Fee"};
    static const int64_t rates[] = {125000000, 999999999, 1000000001, 7100000000};
    host *h = *state;
    int64_t sum[4] = {0};
    int64_t least[4] = {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX};
    int64_t most[4] = {INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN};
    char wanted[512] = "";
    size_t used = 0;

    begin(h);
    host_ok(h->admin, crm4e_session_begin(h->admin));
    for (int i = 0; i < 200; i++) {
        const size_t code = (size_t)roll(4);
        const int64_t rate = code == 0 ? 1000000000 : rates[roll(4)] + roll(50);
        const int64_t fee = roll(20001) - 10000;
        const int64_t home = code == 0 ? fee : to_home(fee, rate);
        char json[256];
        char text[32];

        decimal(text, fee);
        (void)snprintf(json, sizeof json,
                       "{'Name': 'a', 'Fee': '%s', 'Currency': '%s', 'Exchange_Rate':"
                       " '%" PRId64 ".%09" PRId64 "'}",
                       text, codes[code], rate / 1000000000, rate % 1000000000);
        add(h, "Works", json);
        sum[code] += home;
        least[code] = home < least[code] ? home : least[code];
        most[code] = home > most[code] ? home : most[code];
    }
    host_ok(h->admin, crm4e_session_commit(h->admin));
    for (size_t i = 0; i < 4; i++) {
        char a[32], b[32], c[32];
        decimal(a, sum[i]);
        decimal(b, least[i]);
        decimal(c, most[i]);
        used += (size_t)snprintf(wanted + used, sizeof wanted - used, "%s%s=%s,%s,%s",
                                 i > 0 ? "|" : "", i == 1 ? "Euro" : codes[i], a, b, c);
    }
    charts(h->admin, "Works", "Currency", measures, fees, 3, wanted);
}

/* Halves go to the even neighbour, each record by itself; numbers that are no amounts are
 * added as they are. */
static void each_record_is_rounded_by_itself(void **state)
{
    static const crm4e_measure measures[] = {CRM4E_SUM, CRM4E_AVG, CRM4E_MIN, CRM4E_MAX, CRM4E_SUM};
    static const char *const fields[] = {"Fee", "Fee", "Fee", "Both", "Size"};
    static const struct {
        const char *fee;
        const char *rate;
        const char *home;
    } table[] = {
        {"0.01", "2", "0.00"},       {"0.03", "2", "0.02"},
        {"0.05", "2", "0.02"},       {"-0.01", "2", "0.00"},
        {"-0.03", "2", "-0.02"},     {"1", "3", "0.33"},
        {"2", "3", "0.67"},          {"1", "0.000000001", "1000000000.00"},
        {"1", "9000000000", "0.00"}, {"100", "0.5", "200.00"},
    };
    host *h = *state;
    crm4e_id id = 0;

    begin(h);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        static const crm4e_measure one[] = {CRM4E_SUM};
        char json[128];
        char wanted[64];
        (void)snprintf(json, sizeof json,
                       "{'Name': 'a', 'Fee': '%s', 'Currency': 'EUR', 'Exchange_Rate': '%s'}",
                       table[i].fee, table[i].rate);
        host_ok(h->admin, write_as(h->admin, "Works", &id, json));
        (void)snprintf(wanted, sizeof wanted, "=%s", table[i].home);
        charts(h->admin, "Works", NULL, one, fields, 1, wanted);
    }
    change(h, "Works", id, "{'Fee': '0.03', 'Exchange_Rate': 2, 'Size': 5, 'Tip': '0.02'}");
    add(h, "Works",
        "{'Name': 'b', 'Fee': '0.03', 'Currency': 'EUR', 'Exchange_Rate': 2, 'Size': 5}");
    add(h, "Works", "{'Name': 'c', 'Fee': '0.08', 'Size': 5}");
    charts(h->admin, "Works", NULL, measures, fields, 5, "=0.12,0.040000,0.02,0.02,15.00");
    charts(h->admin, "Works", "Name", measures, fields, 3,
           "a=0.02,0.020000,0.02|b=0.02,0.020000,0.02|c=0.08,0.080000,0.08");
    /* criteria ask for the number the record holds, in its own currency */
    holds(h, "select Name from Works where Fee > 0.05", "c\n");
    holds(h, "select Name from Works where Fee = 0.03 and Currency = `EUR` order by Name",
          "a\nb\n");
}

/* Groups of a query say what charts say, over a lookup too. */
static void groups_are_in_the_home_currency(void **state)
{
    host *h = *state;
    crm4e_id works[2];

    begin(h);
    host_apply(h, "{'modules': [{'api_name': 'Bits', 'fields': ["
                  " {'api_name': 'Of', 'type': 'lookup', 'target': 'Works'}]}]}");
    works[0] =
        add(h, "Works", "{'Name': 'a', 'Fee': '0.03', 'Currency': 'EUR', 'Exchange_Rate': 2}");
    works[1] = add(h, "Works", "{'Name': 'b', 'Fee': '3', 'Currency': 'PLN'}");
    add(h, "Works", "{'Name': 'c', 'Fee': '0.08', 'Size': 5}");
    add(h, "Works", "{'Name': 'd', 'Currency': 'PLN'}");
    for (size_t i = 0; i < 3; i++) {
        char json[96];

        (void)snprintf(json, sizeof json, "{'Name': 'bit', 'Of': %" PRId64 "}", works[i > 0]);
        add(h, "Bits", json);
    }
    holds(h, "select count(id), sum(Fee), min(Fee), max(Fee), avg(Fee), sum(Size) from Works",
          "4|1.10|0.02|1.00|0.366667|5.00\n");
    holds(h, "select Currency, count(id), sum(Fee) from Works group by Currency order by Currency",
          "USD|1|0.08\nEUR|1|0.02\nPLN|2|1.00\n");
    holds(h, "select count(distinct Currency), max(Exchange_Rate) from Works", "3|3.000000000\n");
    holds(h, "select sum(Of.Fee), count(Of.Currency) from Bits", "2.02|3\n");
}

/* A parent has a currency of its own: amounts of several are not rolled up. */
static void amounts_are_not_rolled_up(void **state)
{
    static const char rolled[] =
        "{'modules': [{'api_name': 'Works', 'fields': [{'api_name': 'Total',"
        "  'type': 'rollup_summary', 'settings': {'function': '%s', 'module': 'Bits',"
        "  'lookup': 'Of'%s}}]}]}";
    host *h = *state;
    crm4e_module *module = NULL;
    char document[512];
    char *real;

    host_apply(h, start);
    host_apply(h, "{'modules': [{'api_name': 'Bits', 'fields': ["
                  " {'api_name': 'Of', 'type': 'lookup', 'target': 'Works'},"
                  " {'api_name': 'Cost', 'type': 'currency'}]}]}");
    (void)snprintf(document, sizeof document, rolled, "sum", ", 'field': 'Cost'");
    host_apply(h, document);
    real = host_json(document);
    fails(h->admin, crm4e_currency_enable(h->admin), CRM4E_E_CONFLICT, "Works.Total");
    host_ok(h->admin, crm4e_module_open(&module, h->admin, "Works"));
    host_ok(h->admin, crm4e_module_remove_field(module, "Total"));
    crm4e_module_free(module);
    host_ok(h->admin, crm4e_currency_enable(h->admin));
    fails(h->admin, crm4e_org_apply(NULL, h->admin, real, CRM4E_NUL_TERMINATED),
          CRM4E_E_UNSUPPORTED, "several currencies");
    free(real);
    (void)snprintf(document, sizeof document, rolled, "count", "");
    host_apply(h, document);
}

static void who_cannot_read_the_rate_gets_no_sum(void **state)
{
    crm4e_cursor *cursor = NULL;
    crm4e_chart *chart = NULL;
    host *h = *state;
    crm4e_session *sue;
    crm4e_id id = 0;

    begin(h);
    sue = host_session(h, SUE);
    host_ok(sue, write_as(sue, "Accounts", &id,
                          "{'Account_Name': 'A', 'Annual_Revenue': 5, 'Currency': 'EUR'}"));
    host_ok(sue, crm4e_chart_new(&chart, sue, "Accounts"));
    host_ok(sue, crm4e_chart_measure(chart, CRM4E_SUM, "Annual_Revenue"));
    fails(sue, crm4e_chart_run(chart), CRM4E_E_DENIED, "");
    crm4e_chart_free(chart);
    fails(sue, crm4e_query_text(&cursor, sue, "select max(Annual_Revenue) from Accounts"),
          CRM4E_E_DENIED, "Exchange_Rate");
    holds(h, "select Currency, Exchange_Rate from Accounts", "EUR|0.500000000\n");
    crm4e_session_close(sue);
}

/* A product's price is no price in another currency. */
static void a_line_takes_a_price_in_its_own_currency(void **state)
{
    host *h = *state;
    crm4e_id euro, home, quote = 0;
    char json[160];

    begin(h);
    euro = add(h, "Products", "{'Product_Name': 'E', 'Unit_Price': 7, 'Currency': 'EUR'}");
    home = add(h, "Products", "{'Product_Name': 'H', 'Unit_Price': 5}");
    (void)snprintf(
        json, sizeof json,
        "{'Subject': 'a', 'Quoted_Items': [{'Product_Name': %" PRId64 ", 'Quantity': 2}]}", euro);
    fails(h->admin, write_as(h->admin, "Quotes", &quote, json), CRM4E_E_INVALID, "mandatory");
    (void)snprintf(json, sizeof json,
                   "{'Subject': 'b', 'Currency': 'EUR', 'Quoted_Items': [{'Product_Name': %" PRId64
                   ", 'Quantity': 2}]}",
                   euro);
    add(h, "Quotes", json);
    (void)snprintf(
        json, sizeof json,
        "{'Subject': 'c', 'Quoted_Items': [{'Product_Name': %" PRId64 ", 'Quantity': 3}]}", home);
    add(h, "Quotes", json);
    holds(h, "select Subject, Grand_Total, Currency from Quotes order by Subject",
          "b|14.00|EUR\nc|15.00|USD\n");
    holds(h, "select sum(Grand_Total) from Quotes", "43.00\n");
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
        TEST(what_comes_back_from_the_bin_has_a_rate),
        TEST(a_lead_gives_its_currency_to_what_it_becomes),
        TEST(sums_are_those_of_a_slow_count),
        TEST(each_record_is_rounded_by_itself),
        TEST(groups_are_in_the_home_currency),
        TEST(amounts_are_not_rolled_up),
        TEST(who_cannot_read_the_rate_gets_no_sum),
        TEST(a_line_takes_a_price_in_its_own_currency),
        TEST(a_document_makes_the_same),
    };

    return host_run("currency", tests, sizeof tests / sizeof tests[0]);
}
