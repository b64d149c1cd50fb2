/* SPDX-License-Identifier: MIT */
/* What is told of amounts in several currencies. */
#include "currency_steps.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sums_are_those_of_a_slow_count),           TEST(each_record_is_rounded_by_itself),
        TEST(groups_are_in_the_home_currency),          TEST(who_cannot_read_the_rate_gets_no_sum),
        TEST(a_line_takes_a_price_in_its_own_currency),
    };

    return host_run("currency sums", tests, sizeof tests / sizeof tests[0]);
}
