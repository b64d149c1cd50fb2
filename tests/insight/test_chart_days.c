/* SPDX-License-Identifier: MIT */
/* Dates and times as keys: every granularity, clocks that move, the ends. */
#include "chart_steps.h"

#include <stdio.h>

static const char *by(const char *field, const char *granularity)
{
    static char json[256];
    (void)snprintf(json, sizeof json, "{'module': 'Things', 'group_by': ['%s:%s']}", field,
                   granularity);
    return json;
}

static void dates(void **state)
{
    steps *s = *state;
    add(s, "{'Name': 'a', 'Day': '1996-07-04'}");
    add(s, "{'Name': 'b', 'Day': '1996-07-05'}");
    add(s, "{'Name': 'c', 'Day': '1996-02-29'}");
    add(s, "{'Name': 'd', 'Day': '1997-01-01'}");
    add(s, "{'Name': 'e'}");
    assert_string_equal(chart(s, by("Day", "day")),
                        "-=1|1996-02-29=1|1996-07-04=1|1996-07-05=1|1997-01-01=1");
    assert_string_equal(criteria_of(0), "Day is null");
    assert_string_equal(criteria_of(1), "Day >= '1996-02-29' and Day < '1996-03-01'");
    assert_string_equal(chart(s, by("Day", "week")), "-=1|1996-W09=1|1996-W27=2|1997-W01=1");
    assert_string_equal(chart(s, by("Day", "month")), "-=1|1996-02=1|1996-07=2|1997-01=1");
    assert_string_equal(criteria_of(1), "Day >= '1996-02-01' and Day < '1996-03-01'");
    assert_string_equal(chart(s, by("Day", "quarter")), "-=1|1996-Q1=1|1996-Q3=2|1997-Q1=1");
    assert_string_equal(chart(s, by("Day", "year")), "-=1|1996=3|1997=1");
    assert_string_equal(chart(s, by("Day", "fiscal_year")), "-=1|FY1996=3|FY1997=1");
    assert_ok(put_org(s, "{'fiscal_month': 4}"));
    assert_string_equal(chart(s, by("Day", "fiscal_quarter")),
                        "-=1|FY1995-Q4=1|FY1996-Q2=2|FY1996-Q4=1");
    assert_string_equal(criteria_of(2), "Day >= '1996-07-01' and Day < '1996-10-01'");
    assert_string_equal(chart(s, by("Day", "fiscal_year")), "-=1|FY1995=1|FY1996=3");
    assert_string_equal(chart(s, "{'module': 'Things', 'group_by': ['Day']}"),
                        "-=1|1996-02-29=1|1996-07-04=1|1996-07-05=1|1997-01-01=1");
    assert_string_equal(chart(s, "{'module': 'Things', 'group_by': ['Day:year', 'Day:month']}"),
                        "-:-=1|1996:1996-02=1|1996:1996-07=2|1997:1997-01=1");
}

/* New York: 2026-03-08 has 23 hours, 2026-11-01 25. */
static void clocks_move(void **state)
{
    steps *s = *state;
    assert_ok(put_user(s, "{'email': 'admin@example.com', 'time_zone': 'America/New_York'}"));
    add(s, "{'Name': 'a', 'Time': '2026-03-08T04:59:59Z'}");
    add(s, "{'Name': 'b', 'Time': '2026-03-08T05:00:00Z'}");
    add(s, "{'Name': 'c', 'Time': '2026-03-08T06:59:59Z'}");
    add(s, "{'Name': 'd', 'Time': '2026-03-08T07:00:00Z'}");
    add(s, "{'Name': 'e', 'Time': '2026-03-09T03:59:59Z'}");
    add(s, "{'Name': 'f', 'Time': '2026-03-09T04:00:00Z'}");
    add(s, "{'Name': 'g', 'Time': '2026-11-01T03:59:59Z'}");
    add(s, "{'Name': 'h', 'Time': '2026-11-01T04:00:00Z'}");
    add(s, "{'Name': 'i', 'Time': '2026-11-02T04:59:59Z'}");
    add(s, "{'Name': 'j', 'Time': '2026-11-02T05:00:00Z'}");
    assert_string_equal(chart(s, by("Time", "day")),
                        "2026-03-07=1|2026-03-08=4|2026-03-09=1|2026-10-31=1|2026-11-01=2|"
                        "2026-11-02=1");
    assert_string_equal(criteria_of(1),
                        "Time >= '2026-03-08T05:00:00Z' and Time < '2026-03-09T04:00:00Z'");
    assert_string_equal(criteria_of(4),
                        "Time >= '2026-11-01T04:00:00Z' and Time < '2026-11-02T05:00:00Z'");
    assert_string_equal(chart(s, by("Time", "week")),
                        "2026-W10=5|2026-W11=1|2026-W44=3|2026-W45=1");
    assert_string_equal(chart(s, by("Time", "month")), "2026-03=6|2026-10=1|2026-11=3");
    assert_string_equal(chart(s, by("Time", "quarter")), "2026-Q1=6|2026-Q4=4");
    assert_string_equal(chart(s, by("Time", "year")), "2026=10");
    assert_ok(put_org(s, "{'fiscal_month': 11}"));
    assert_string_equal(chart(s, by("Time", "fiscal_year")), "FY2025=7|FY2026=3");
    assert_string_equal(chart(s, by("Time", "fiscal_quarter")),
                        "FY2025-Q2=6|FY2025-Q4=1|FY2026-Q1=3");
    /* the same instants elsewhere */
    assert_ok(put_user(s, "{'email': 'admin@example.com', 'time_zone': 'UTC'}"));
    assert_string_equal(chart(s, by("Time", "day")),
                        "2026-03-08=4|2026-03-09=2|2026-11-01=2|2026-11-02=2");
}

static void ends(void **state)
{
    steps *s = *state;
    add(s, "{'Name': 'a', 'Day': '0001-01-01', 'Time': '0001-01-01T00:00:00Z'}");
    add(s, "{'Name': 'b', 'Day': '9999-12-31', 'Time': '9999-12-31T23:59:59.999999Z'}");
    assert_ok(put_org(s, "{'fiscal_month': 2}"));
    for (int zone = 0; zone < 3; zone++) {
        static const char *const zones[] = {"UTC", "Asia/Tokyo", "America/New_York"};
        char json[128];
        (void)snprintf(json, sizeof json, "{'email': 'admin@example.com', 'time_zone': '%s'}",
                       zones[zone]);
        assert_ok(put_user(s, json));
        for (crm4e_granularity cut = CRM4E_BY_DAY; cut <= CRM4E_BY_FISCAL_YEAR; cut++) {
            (void)chart(s, by("Day", c4_granularity_text(cut)));
            assert_int_equal(chart_result->bucket_count, 2);
            (void)chart(s, by("Time", c4_granularity_text(cut)));
            assert_int_equal(chart_result->bucket_count, 2);
        }
    }
    assert_string_equal(chart(s, by("Day", "fiscal_quarter")), "FY0000-Q4=1|FY9999-Q4=1");
    assert_string_equal(criteria_of(0), "Day < '0001-02-01'");
    assert_string_equal(criteria_of(1), "Day >= '9999-11-01'");
}

static void created(void **state)
{
    steps *s = *state;
    add(s, "{'Name': 'a'}");
    assert_string_equal(chart(s, by("Created_Time", "month")), "2024-01=1");
    assert_string_equal(criteria_of(0), "Created_Time >= '2024-01-01T00:00:00Z' and Created_Time "
                                        "< '2024-02-01T00:00:00Z'");
}

static void only_days_are_cut(void **state)
{
    steps *s = *state;
    assert_int_equal(run_chart(s, by("Pick", "month")), CRM4E_E_INVALID);
    assert_string_equal(s->org.error.rule, "granularity");
    assert_int_equal(run_chart(s, by("Day", "decade")), CRM4E_E_INVALID);
    assert_int_equal(run_chart(s, by("Day", "")), CRM4E_E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(dates, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(clocks_move, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(ends, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(created, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(only_days_are_cut, chart_setup, chart_teardown),
    };
    return steps_run("chart days", tests, sizeof tests / sizeof tests[0]);
}
