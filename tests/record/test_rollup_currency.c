/* SPDX-License-Identifier: MIT */
/* Roll-ups of amounts in several currencies: each is told in the currency of its record, whatever
 * changes and however. */
#include "currency_steps.h"
#include "life_steps.h"
#include "mass_steps.h"
#include "rollup_steps.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRMS = 4,
    ORDERS = 40,
    STEPS = 250
};

static const char *const codes[] = {"USD", "EUR", "PLN", "KWD"};
static crm4e_id firms[FIRMS];
static uint64_t seed = 88172645463325252u;

static int64_t roll(int64_t sides)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (int64_t)((seed >> 33) % (uint64_t)sides);
}

static crm4e_id firm(host *h, const char *currency)
{
    char json[128];

    (void)snprintf(json, sizeof json, "{'Name': 'F', 'Currency': '%s'}", currency);
    return life_add(h->admin, "Firms", json);
}

static crm4e_id order(host *h, crm4e_id of, const char *rest)
{
    char json[256];

    (void)snprintf(json, sizeof json, "{'Name': 'O', 'Firm': %" PRId64 ", %s}", of, rest);
    return life_add(h->admin, "Orders", json);
}

static void told(host *h, crm4e_id of, const char *row)
{
    life_row(h->admin, "Sum, Avg, Least, Most, Won, Orders", "Firms", of, row);
}

static void three_orders(host *h, crm4e_id of)
{
    order(h, of, "'Worth': 10, 'State': 'Won'");
    order(h, of, "'Worth': 1, 'Currency': 'EUR'");
    order(h, of, "'Worth': 1, 'Currency': 'PLN', 'State': 'Won'");
}

static void amounts_come_in_the_currency_of_the_record(void **state)
{
    /* a dollar is half a euro, or three zloty */
    static const char *const rows[] = {"12.33|4.11|0.33|10.00|10.33|3\n",
                                       "6.17|2.06|0.17|5.00|5.17|3\n",
                                       "37.00|12.33|1.00|30.00|31.00|3\n"};
    host *h = *state;

    for (size_t i = 0; i < 3; i++) {
        crm4e_id one = firm(h, codes[i]);
        three_orders(h, one);
        told(h, one, rows[i]);
    }
    told(h, firm(h, "EUR"), "0.00|-|-|-|0.00|0\n");
    /* charts tell the totals in the home currency, as any amount of a firm */
    host_rows(h->admin, "select sum(Sum) from Firms", "37.00\n");
    sound(h);
}

static void whatever_changes_they_follow(void **state)
{
    host *h = *state;
    crm4e_id one = firm(h, "USD");
    crm4e_id mine = order(h, one, "'Worth': 3");

    order(h, one, "'Worth': 1, 'Currency': 'EUR'");
    host_ok(h->admin, life_change(h->admin, "Orders", mine, "{'Currency': 'PLN'}"));
    life_row(h->admin, "Sum", "Firms", one, "3.00\n");
    host_ok(h->admin, life_change(h->admin, "Orders", mine, "{'Exchange_Rate': 6}"));
    life_row(h->admin, "Sum", "Firms", one, "2.50\n");
    host_ok(h->admin, life_change(h->admin, "Firms", one, "{'Currency': 'EUR'}"));
    life_row(h->admin, "Sum, Exchange_Rate", "Firms", one, "1.25|0.500000000\n");
    /* those in its own currency stay as they are */
    host_ok(h->admin, life_change(h->admin, "Firms", one, "{'Exchange_Rate': 0.8}"));
    life_row(h->admin, "Sum", "Firms", one, "1.40\n");
    host_ok(h->admin, life_change(h->admin, "Firms", one, "{'Currency': null}"));
    life_row(h->admin, "Sum, Currency", "Firms", one, "2.50|USD\n");
    /* a new rate of the day changes nothing that is there */
    host_apply(h, "{'currencies': [{'iso_code': 'PLN', 'rates':"
                  " [{'valid_from': '2020-01-01', 'exchange_rate': '9'}]}]}");
    life_row(h->admin, "Sum", "Firms", one, "2.50\n");
    sound(h);
}

static void they_follow_through_the_bin(void **state)
{
    host *h = *state;
    crm4e_id one = firm(h, "EUR");
    crm4e_id mine = order(h, one, "'Worth': 8");

    order(h, one, "'Worth': 3, 'Currency': 'PLN'");
    life_row(h->admin, "Sum", "Firms", one, "4.50\n");
    host_ok(h->admin, crm4e_record_delete(h->admin, "Orders", mine, 0));
    life_row(h->admin, "Sum", "Firms", one, "0.50\n");
    host_ok(h->admin, crm4e_record_delete(h->admin, "Firms", one, 0));
    host_ok(h->admin, crm4e_record_restore(h->admin, "Orders", mine));
    host_ok(h->admin, crm4e_record_restore(h->admin, "Firms", one));
    life_row(h->admin, "Sum", "Firms", one, "4.50\n");
    sound(h);
}

/* Of firms above firms: in two steps. */
static void totals_of_totals_are_converted_again(void **state)
{
    host *h = *state;
    crm4e_id top = firm(h, "PLN"), one = firm(h, "EUR");
    char json[64];

    host_ok(h->admin, rollup_put(h, "Below",
                                 "'function': 'sum', 'module': 'Firms', 'lookup': 'Up',"
                                 " 'field': 'Sum'"));
    (void)snprintf(json, sizeof json, "{'Up': %" PRId64 "}", top);
    host_ok(h->admin, life_change(h->admin, "Firms", one, json));
    three_orders(h, one);
    life_row(h->admin, "Below", "Firms", top, "37.02\n"); /* 6.17 euro */
    host_ok(h->admin, life_change(h->admin, "Firms", top, "{'Currency': 'USD'}"));
    life_row(h->admin, "Below", "Firms", top, "12.34\n");
    sound(h);
}

/* amount * to / from, half to even, in whole numbers. */
static int64_t moved(int64_t amount, int64_t from, int64_t to)
{
    const int64_t size = (amount < 0 ? -amount : amount) * (to / 1000);
    const int64_t by = from / 1000;
    int64_t whole = size / by;
    const int64_t rest = size % by;

    if (rest * 2 > by || (rest * 2 == by && whole % 2 == 1))
        whole++;
    return amount < 0 ? -whole : whole;
}

static int64_t number_of(const char *text)
{
    int64_t number = 0;
    bool negative = *text == '-';

    for (; *text; text++)
        number = *text >= '0' && *text <= '9' ? number * 10 + (*text - '0') : number;
    return negative ? -number : number;
}

/* One line "a|b|c" in its cells. */
static size_t cells_of(char *line, char **cells, size_t most)
{
    size_t count = 0;

    for (char *rest = line, *cell; count < most && (cell = strtok_r(NULL, "|", &rest)) != NULL;)
        cells[count++] = cell;
    return count;
}

/* Every firm against every order, by the numbers that both tell. */
static void compare_all(host *h)
{
    char *found = host_query(h->admin, "select id, Currency, Exchange_Rate, Sum from Firms"), *rest;

    rest = found;
    for (char *line; (line = strtok_r(NULL, "\n", &rest)) != NULL;) {
        char *of[4], text[160], *orders, *more;
        int64_t sum = 0;

        assert_int_equal(cells_of(line, of, 4), 4);
        (void)snprintf(text, sizeof text,
                       "select Currency, Exchange_Rate, Worth from Orders where Firm = %s", of[0]);
        orders = more = host_query(h->admin, text);
        for (char *row; (row = strtok_r(NULL, "\n", &more)) != NULL;) {
            char *cell[3];
            int64_t worth;
            assert_int_equal(cells_of(row, cell, 3), 3);
            worth = strcmp(cell[2], "-") == 0 ? 0 : number_of(cell[2]);
            sum += strcmp(cell[0], of[1]) == 0 ? worth
                                               : moved(worth, number_of(cell[1]), number_of(of[2]));
        }
        free(orders);
        if (sum != number_of(of[3]))
            fail_msg("firm %s in %s at %s has %s, not %" PRId64, of[0], of[1], of[2], of[3], sum);
    }
    free(found);
}

static void update_where(host *h, const char *where, const char *json)
{
    const crm4e_mass_options which = mass_where("Orders", where, false);
    crm4e_text *text = NULL;

    host_ok(h->admin, mass_update(&text, h->admin, &which, json));
    crm4e_text_free(text);
}

static void step(host *h, const crm4e_id *orders)
{
    const crm4e_id one = orders[roll(ORDERS)], of = firms[roll(FIRMS)];
    char json[160], where[96];

    switch (roll(7)) {
    case 0: (void)snprintf(json, sizeof json, "{'Firm': %" PRId64 "}", of); break;
    case 1: (void)snprintf(json, sizeof json, "{'Currency': '%s'}", codes[roll(4)]); break;
    case 2: (void)snprintf(json, sizeof json, "{'Worth': %s}", roll(2) ? "null" : "-17.31"); break;
    case 3:
        (void)snprintf(json, sizeof json, "{'Currency': 'PLN', 'Exchange_Rate': %d.%06d}",
                       (int)roll(8), 1 + (int)roll(999999));
        break;
    case 4:
        (void)snprintf(json, sizeof json, "{'Currency': '%s'}", codes[roll(4)]);
        host_ok(h->admin, life_change(h->admin, "Firms", of, json));
        return;
    case 5: /* many at once */
        (void)snprintf(where, sizeof where, "Firm = %" PRId64, of);
        (void)snprintf(json, sizeof json, "{'Currency': 'EUR', 'Exchange_Rate': 0.%06d}",
                       1 + (int)roll(999999));
        update_where(h, where, json);
        return;
    default:
        (void)snprintf(json, sizeof json, "{'Worth': %d.%02d}", (int)roll(5000), (int)roll(100));
        break;
    }
    host_ok(h->admin, life_change(h->admin, "Orders", one, json));
}

static void after_a_random_walk_all_are_right(void **state)
{
    host *h = *state;
    crm4e_id orders[ORDERS];

    for (size_t i = 0; i < FIRMS; i++)
        firms[i] = firm(h, codes[i]);
    for (size_t i = 0; i < ORDERS; i++)
        orders[i] = order(h, firms[i % FIRMS], "'Worth': 12.34");
    for (int i = 1; i <= STEPS; i++) {
        step(h, orders);
        if (i % 50 == 0)
            compare_all(h);
    }
    sound(h);
}

static void out_of_range_is_refused(void **state)
{
    host *h = *state;
    crm4e_id one = firm(h, "USD");

    order(h, one, "'Worth': 90000000000000000");
    life_refused(h->admin, life_change(h->admin, "Firms", one, "{'Currency': 'PLN'}"),
                 CRM4E_E_INVALID, "Sum", "range");
    life_row(h->admin, "Sum, Currency", "Firms", one, "90000000000000000.00|USD\n");
    sound(h);
}

/* Who may not read what amounts are in gets none of their totals. */
static void it_takes_the_currency_to_read_one(void **state)
{
    host *h = *state;
    crm4e_session *sue;
    crm4e_cursor *rows = NULL;
    crm4e_id one = firm(h, "EUR");

    three_orders(h, one);
    host_apply(h, "{'profiles': [{'name': 'Half', 'clone_of': 'Standard',"
                  " 'fields': {'Orders': {'Exchange_Rate': 'hidden'}}}], 'users': [{'email':"
                  " 'sue@x.example', 'profile': 'Half'}],"
                  " 'modules': [{'api_name': 'Firms', 'org_default': 'public_read_only'}]}");
    sue = host_session(h, SUE);
    fails(sue, crm4e_query_text(&rows, sue, "select Sum from Firms"), CRM4E_E_DENIED, "Sum");
    life_row(sue, "Orders", "Firms", one, "3\n"); /* nothing of it is an amount */
    crm4e_session_close(sue);
    host_apply(h, "{'profiles': [{'name': 'Half', 'fields': {'Orders': {'Exchange_Rate':"
                  " 'read_only'}}}]}");
    sue = host_session(h, SUE);
    life_row(sue, "Sum", "Firms", one, "6.17\n");
    crm4e_session_close(sue);
}

/* Deals may have had a currency before it meant anything. */
static void enabling_adds_them_up_again(void **state)
{
    host *h = *state;
    crm4e_id account, version;
    char json[256];

    host_apply(h, "{'modules': [{'api_name': 'Accounts', 'fields': [{'api_name': 'Won', 'type':"
                  " 'rollup_summary', 'settings': {'function': 'sum', 'module': 'Deals',"
                  " 'lookup': 'Account_Name', 'field': 'Amount'}}]}]}");
    account = life_add(h->admin, "Accounts", "{'Account_Name': 'A'}");
    for (int i = 0; i < 2; i++) {
        (void)snprintf(json, sizeof json,
                       "{'Deal_Name': 'D', 'Stage': 'Qualification', 'Amount': 10,"
                       " 'Account_Name': %" PRId64 "%s}",
                       account, i == 0 ? "" : ", 'Currency': 'EUR', 'Exchange_Rate': 0.5");
        life_add(h->admin, "Deals", json);
    }
    version = life_add(h->admin, "Accounts", "{'Account_Name': 'B'}");
    life_row(h->admin, "Won", "Accounts", account, "20.00\n");
    host_apply(h, currency_list);
    host_ok(h->admin, crm4e_currency_enable(h->admin));
    life_row(h->admin, "Won", "Accounts", account, "30.00\n");
    life_row(h->admin, "Won, Version__s", "Accounts", version, "0.00|1\n");
    sound(h);
}

static crm4e_id starved;

static int turn(host *h)
{
    return life_change(h->admin, "Firms", starved, "{'Currency': 'EUR'}");
}

static void check_turned(host *h)
{
    life_row(h->admin, "Sum, Currency", "Firms", starved, "12.33|USD\n");
}

static int add_another(host *h)
{
    return rollup_put(h, "Another",
                      "'function': 'sum', 'module': 'Orders', 'lookup': 'Firm',"
                      " 'field': 'Worth'");
}

static void check_none(host *h)
{
    crm4e_cursor *rows = NULL;

    assert_int_equal(crm4e_query_text(&rows, h->admin, "select Another from Firms"),
                     CRM4E_E_INVALID);
}

static void memory_may_run_out(void **state)
{
    host *h = *state;

    starved = firm(h, "USD");
    three_orders(h, starved);
    host_starve(h, turn, check_turned);
    host_starve(h, add_another, check_none);
    life_row(h->admin, "Sum, Another", "Firms", starved, "6.17|6.17\n");
    sound(h);
}

static int set_up(void **state)
{
    host *h;

    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, rollup_start);
    host_apply(h, currency_list);
    host_apply(h, "{'currencies': [{'iso_code': 'KWD', 'rates':"
                  " [{'valid_from': '2020-01-01', 'exchange_rate': '0.306997'}]}]}");
    host_ok(h->admin, crm4e_currency_enable(h->admin));
    rollup_add_all(h);
    return 0;
}

#define TEST(name)  cmocka_unit_test_setup_teardown(name, set_up, host_teardown)
#define PLAIN(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(amounts_come_in_the_currency_of_the_record),
        TEST(whatever_changes_they_follow),
        TEST(they_follow_through_the_bin),
        TEST(totals_of_totals_are_converted_again),
        TEST(after_a_random_walk_all_are_right),
        TEST(out_of_range_is_refused),
        TEST(it_takes_the_currency_to_read_one),
        PLAIN(enabling_adds_them_up_again),
        TEST(memory_may_run_out),
    };

    return host_run("roll-ups of several currencies", tests, sizeof tests / sizeof tests[0]);
}
