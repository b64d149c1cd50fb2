/* SPDX-License-Identifier: MIT */
/* Days counted from today: against a calendar that counts one day after the other, at the
 * moments where today changes, over pages; and users by their role. */
#include "query_calendar.h"
#include "query_steps.h"

#include "base/civil.h"
#include "record/query_inside.h"

#include <stdio.h>
#include <string.h>

static void check_period(const char *text, int32_t start, int today, int kind, int step, int fiscal)
{
    c4_interval days;
    int wanted = calendar_number(kind, today, fiscal) + step;

    c4_period_days(text, strlen(text), start + today, fiscal, &days);
    assert_int_equal(days.beyond, 0);
    for (int i = 0; i < CALENDAR_DAYS; i++) {
        bool inside = start + i >= days.low && start + i <= days.high;
        if (inside != (calendar_number(kind, i, fiscal) == wanted))
            fail_msg("%s on %d-%d-%d, fiscal %d: %d-%d-%d", text, calendar[today].year,
                     calendar[today].month, calendar[today].day, fiscal, calendar[i].year,
                     calendar[i].month, calendar[i].day);
    }
}

static void periods(void **state)
{
    static const char *const kinds[] = {"WEEK", "MONTH",         "QUARTER",
                                        "YEAR", "FiscalQuarter", "fiscalyear"};
    static const char *const before[] = {"LAST", "This", "next"};
    const int32_t start = c4_civil_days(CALENDAR_FIRST_YEAR, 1, 1);
    uint32_t roll = 7;

    (void)state;
    for (int round = 0; round < 1500; round++) {
        int today;
        int kind = round % 6;
        int fiscal = round / 6 % 12 + 1;
        char text[32];

        roll = roll * 1664525 + 1013904223;
        today = 366 * 3 + (int)(roll >> 8) % (366 * 6);
        for (int step = -1; step <= 1; step++) {
            (void)snprintf(text, sizeof text, "%s%s", before[step + 1], kinds[kind]);
            check_period(text, start, today, kind, step, fiscal);
        }
    }
}

static void numbers(void **state)
{
    static const struct {
        const char *text;
        int low, high;
    } cases[] = {
        {"today", 0, 0},          {"YESTERDAY", -1, -1},
        {"Tomorrow", 1, 1},       {"LASTDAYS:1", 0, 0},
        {"LASTDAYS:7", -6, 0},    {"nextdays:30", 0, 29},
        {"DAYSAGO:0", 0, 0},      {"DAYSAGO:9", -9, -9},
        {"DAYSAHEAD:14", 14, 14}, {"DAYSAGO:36600", -36600, -36600},
    };
    static const char *const unknown[] = {"",           "DAY",
                                          "TODAY:1",    "LASTDAYS",
                                          "LASTDAYS:",  "LASTDAYS:0",
                                          "NEXTDAYS:0", "DAYSAGO:36601",
                                          "THISDAY",    "LASTDAYS:99999999999"};
    c4_interval days;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_true(c4_period_known(cases[i].text, strlen(cases[i].text)));
        c4_period_days(cases[i].text, strlen(cases[i].text), 20000, 1, &days);
        assert_int_equal(days.low, 20000 + cases[i].low);
        assert_int_equal(days.high, 20000 + cases[i].high);
    }
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        assert_false(c4_period_known(unknown[i], strlen(unknown[i])));
}

static void ends_of_the_calendar(void **state)
{
    c4_interval days;

    (void)state;
    c4_period_days("TOMORROW", 8, C4_DATE_MAX, 1, &days);
    assert_int_equal(days.beyond, 1);
    c4_period_days("YESTERDAY", 9, C4_DATE_MIN, 1, &days);
    assert_int_equal(days.beyond, -1);
    c4_period_days("NEXTYEAR", 8, C4_DATE_MAX, 4, &days);
    assert_int_equal(days.beyond, 1);
    c4_period_days("LASTYEAR", 8, C4_DATE_MIN + 3, 1, &days);
    assert_int_equal(days.beyond, -1);
    c4_period_days("THISFISCALYEAR", 14, C4_DATE_MAX, 4, &days);
    assert_int_equal(days.high, C4_DATE_MAX);
    c4_period_days("LASTDAYS:100", 12, C4_DATE_MIN + 3, 1, &days);
    assert_int_equal(days.low, C4_DATE_MIN);
}

/* ------------------------------------------------------------- in queries */

static int setup(void **state)
{
    int rc = steps_setup(state);
    if (rc == 0)
        make_query_world(*state);
    return rc;
}

static int teardown(void **state)
{
    free_page(*state);
    return steps_teardown(state);
}

static void make(steps *s, const char *owner, const char *name, const char *day, const char *time)
{
    char json[256];

    act_as_admin(s);
    (void)snprintf(json, sizeof json, "{'Owner': '%s', 'Name': '%s', 'Day': '%s', 'Time': '%s'}",
                   owner, name, day, time);
    assert_ok(create(s, "Things", json, NULL));
}

static void at(steps *s, const char *who, const char *time)
{
    int64_t now = 0;

    act_as(s, who);
    assert_ok(c4_time_parse(time, strlen(time), &now));
    s->org.unit.now = now;
}

static void midnight(void **state)
{
    steps *s = *state;

    /* Ana's day begins at 16:00 UTC, Ben's with it */
    make(s, "ana@x.example", "a", "2024-02-28", "2024-02-28T15:59:59.999999Z");
    make(s, "ana@x.example", "b", "2024-02-29", "2024-02-28T16:00:00Z");
    make(s, "ana@x.example", "c", "2024-03-01", "2024-02-29T15:59:59.999999Z");
    make(s, "ana@x.example", "d", "2024-03-02", "2024-02-29T16:00:00Z");
    at(s, "ana@x.example", "2024-02-28T15:59:59.999999Z");
    assert_string_equal(names_where(s, "Day = ${TODAY}"), "a");
    assert_string_equal(names_where(s, "Time = ${today}"), "a");
    assert_string_equal(names_where(s, "Time = ${TOMORROW}"), "b|c");
    assert_string_equal(names_where(s, "Day = ${THISMONTH}"), "a|b");
    at(s, "ana@x.example", "2024-02-28T16:00:00Z");
    assert_string_equal(names_where(s, "Day = ${TODAY}"), "b");
    assert_string_equal(names_where(s, "Time = ${TODAY}"), "b|c");
    assert_string_equal(names_where(s, "Time != ${TODAY}"), "a|d");
    assert_string_equal(names_where(s, "not Time = ${TODAY}"), "a|d");
    assert_string_equal(names_where(s, "Time < ${TODAY}"), "a");
    assert_string_equal(names_where(s, "Time <= ${TODAY}"), "a|b|c");
    assert_string_equal(names_where(s, "Time > ${TODAY}"), "d");
    assert_string_equal(names_where(s, "Time in (${YESTERDAY}, ${TOMORROW})"), "a|d");
    assert_string_equal(names_where(s, "Day between ${TODAY} and ${DAYSAHEAD:1}"), "b|c");
    assert_string_equal(names_where(s, "Day not between ${TODAY} and '2024-03-01'"), "a|d");
    assert_string_equal(names_where(s, "Day = ${LASTDAYS:2}"), "a|b");
    assert_string_equal(names_where(s, "Day = ${NEXTDAYS:2}"), "b|c");
    assert_string_equal(names_where(s, "Day = ${NEXTMONTH}"), "c|d");
    assert_string_equal(names_where(s, "Day <= ${DAYSAGO:1}"), "a");
    /* leap day and a year later */
    at(s, "ana@x.example", "2025-02-28T12:00:00Z");
    assert_string_equal(names_where(s, "Day = ${LASTYEAR}"), "a|b|c|d");
    assert_string_equal(names_where(s, "Day = ${THISYEAR}"), "");
    at(s, "ben@x.example", "2024-02-28T16:00:00Z");
    assert_string_equal(names_where(s, "Time = ${TODAY}"), "a|b");
}

static void the_orgs_year(void **state)
{
    steps *s = *state;

    assert_ok(put_org(s, "{'fiscal_month': 4}"));
    make(s, "ana@x.example", "a", "2024-03-31", "2024-03-31T00:00:00Z");
    make(s, "ana@x.example", "b", "2024-04-01", "2024-04-01T00:00:00Z");
    at(s, "ana@x.example", "2024-03-31T12:00:00Z");
    assert_string_equal(names_where(s, "Day = ${THISFISCALYEAR}"), "a");
    assert_string_equal(names_where(s, "Day = ${NEXTFISCALQUARTER}"), "b");
    at(s, "ana@x.example", "2024-03-31T16:00:00Z");
    assert_string_equal(names_where(s, "Day = ${THISFISCALYEAR}"), "b");
    assert_string_equal(names_where(s, "Day = ${LASTFISCALYEAR}"), "a");
}

/* All pages of a list speak of the day of the first. */
static void pages_over_midnight(void **state)
{
    static const char text[] = "select Name from Things where Day = ${TODAY} order by Name limit 1";
    c4_query_tree tree;
    steps *s = *state;
    char token[512];

    make(s, "ana@x.example", "a", "2024-03-31", "2024-03-31T00:00:00Z");
    make(s, "ana@x.example", "b", "2024-03-31", "2024-03-31T00:00:00Z");
    make(s, "ana@x.example", "c", "2024-04-01", "2024-03-31T00:00:00Z");
    make(s, "ana@x.example", "d", "2024-04-01", "2024-03-31T00:00:00Z");
    at(s, "ana@x.example", "2024-03-31T15:59:00Z");
    assert_ok(query(s, text));
    assert_string_equal(column_text(0), "a");
    (void)snprintf(token, sizeof token, "%s", page->token);
    at(s, "ana@x.example", "2024-03-31T16:01:00Z");
    parse_query(s, text, &tree);
    tree.after = token;
    tree.after_length = strlen(token);
    assert_ok(run_tree(s, &tree));
    assert_string_equal(column_text(0), "b");
    assert_false(page->more);
    assert_ok(query(s, text));
    assert_string_equal(column_text(0), "c");
    /* of another's list it is none, whatever time it holds */
    act_as(s, "ben@x.example");
    parse_query(s, text, &tree);
    tree.after = token;
    tree.after_length = strlen(token);
    assert_int_equal(run_tree(s, &tree), CRM4E_E_INVALID);
    assert_string_equal(s->org.error.rule, "token");
    /* nor is what is no token */
    tree.after = "abc";
    tree.after_length = 3;
    assert_int_equal(run_tree(s, &tree), CRM4E_E_INVALID);
}

static void roles(void **state)
{
    steps *s = *state;

    make(s, "ana@x.example", "a", "2024-03-31", "2024-03-31T00:00:00Z");
    make(s, "ben@x.example", "b", "2024-03-31", "2024-03-31T00:00:00Z");
    make(s, "cid@x.example", "c", "2024-03-31", "2024-03-31T00:00:00Z");
    act_as_admin(s);
    assert_string_equal(names_where(s, "Owner = ${ROLE:'Rep'}"), "a|c");
    assert_string_equal(names_where(s, "Owner != ${role:'rep'}"), "b");
    assert_string_equal(names_where(s, "not Owner in (${ROLE:'Rep'}, 'ben@x.example')"), "");
    assert_string_equal(names_where(s, "Owner in (${ROLE:'Manager'}, 'ana@x.example')"), "a|b");
    assert_ok(put_role(s, "{'name': 'Empty'}"));
    act_as_admin(s);
    assert_string_equal(names_where(s, "Owner = ${ROLE:'Empty'}"), "");
    assert_string_equal(names_where(s, "Owner != ${ROLE:'Empty'}"), "a|b|c");
    assert_string_equal(names_where(s, "Agents = ${ROLE:'Empty'}"), "");
    /* who comes to the role is met from then on, and what is seen is what may be seen */
    assert_ok(put_user(s, "{'email': 'ben@x.example', 'role': 'Rep'}"));
    act_as(s, "ana@x.example");
    assert_string_equal(names_where(s, "Owner = ${ROLE:'Rep'}"), "a");
    act_as_admin(s);
    assert_string_equal(names_where(s, "Owner = ${ROLE:'Rep'}"), "a|b|c");
}

static void refused(void **state)
{
    static const struct {
        const char *criteria, *rule;
    } cases[] = {
        {"Owner = ${ROLE:'Nobody'}", "role"}, {"Link = ${ROLE:'Rep'}", "role"},
        {"Word = ${TODAY}", "type"},          {"Int = ${TODAY}", "type"},
        {"Owner = ${TODAY}", "user"},         {"Flag = ${TODAY}", "type"},
        {"Link = ${TODAY}", "type"},          {"Pick = ${TODAY}", "type"},
        {"Day = ${CURRENTUSER}", "type"},     {"Day = ${ROLE:'Rep'}", "role"},
    };
    static const char *const sharing[] = {"Day = ${TODAY}", "Time > ${LASTDAYS:3}"};
    steps *s = *state;
    char text[256];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(text, sizeof text, "select Name from Things where %s", cases[i].criteria);
        assert_int_equal(query(s, text), CRM4E_E_INVALID);
        assert_string_equal(s->org.error.rule, cases[i].rule);
    }
    /* what a sharing rule opens does not change with the day */
    for (size_t i = 0; i < sizeof sharing / sizeof sharing[0]; i++) {
        (void)snprintf(text, sizeof text,
                       "{'module': 'Things', 'name': 'R', 'when': '%s', 'to': [{'role': 'Rep'}]}",
                       sharing[i]);
        assert_int_equal(put_sharing_rule(s, text), CRM4E_E_INVALID);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest plain[] = {
        cmocka_unit_test(periods),
        cmocka_unit_test(numbers),
        cmocka_unit_test(ends_of_the_calendar),
    };
    const struct CMUnitTest tests[] = {
        TEST(midnight), TEST(the_orgs_year), TEST(pages_over_midnight), TEST(roles), TEST(refused),
    };
    int failed;

    calendar_count();
    failed = cmocka_run_group_tests_name("periods", plain, NULL, NULL);
    return failed + steps_run("query_period", tests, sizeof tests / sizeof tests[0]);
}
