/* SPDX-License-Identifier: MIT */
/* Days of a zone and buckets of days. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <crm4e/errors.h>

#include "record/calendar.h"

static int32_t day_of(const char *text)
{
    int32_t days = 0;
    assert_int_equal(c4_date_parse(text, 10, &days), CRM4E_OK);
    return days;
}

static void labels(void **state)
{
    static const struct {
        const char *day;
        crm4e_granularity by;
        int32_t fiscal_month;
        const char *label;
        const char *start;
        const char *next; /* NULL: none */
    } cases[] = {
        {"1996-07-04", CRM4E_BY_DAY, 1, "1996-07-04", "1996-07-04", "1996-07-05"},
        {"1996-02-29", CRM4E_BY_DAY, 1, "1996-02-29", "1996-02-29", "1996-03-01"},
        {"1996-02-29", CRM4E_BY_MONTH, 1, "1996-02", "1996-02-01", "1996-03-01"},
        {"1996-07-04", CRM4E_BY_WEEK, 1, "1996-W27", "1996-07-01", "1996-07-08"},
        {"1996-12-30", CRM4E_BY_WEEK, 1, "1997-W01", "1996-12-30", "1997-01-06"},
        {"2021-01-03", CRM4E_BY_WEEK, 1, "2020-W53", "2020-12-28", "2021-01-04"},
        {"1996-12-31", CRM4E_BY_MONTH, 1, "1996-12", "1996-12-01", "1997-01-01"},
        {"1996-09-30", CRM4E_BY_QUARTER, 1, "1996-Q3", "1996-07-01", "1996-10-01"},
        {"1996-09-30", CRM4E_BY_QUARTER, 4, "1996-Q3", "1996-07-01", "1996-10-01"},
        {"1996-09-30", CRM4E_BY_YEAR, 4, "1996", "1996-01-01", "1997-01-01"},
        {"1996-03-31", CRM4E_BY_FISCAL_QUARTER, 1, "FY1996-Q1", "1996-01-01", "1996-04-01"},
        {"1996-03-31", CRM4E_BY_FISCAL_QUARTER, 4, "FY1995-Q4", "1996-01-01", "1996-04-01"},
        {"1996-04-01", CRM4E_BY_FISCAL_QUARTER, 4, "FY1996-Q1", "1996-04-01", "1996-07-01"},
        {"1996-01-31", CRM4E_BY_FISCAL_QUARTER, 2, "FY1995-Q4", "1995-11-01", "1996-02-01"},
        {"1996-11-30", CRM4E_BY_FISCAL_QUARTER, 12, "FY1995-Q4", "1996-09-01", "1996-12-01"},
        {"1996-12-01", CRM4E_BY_FISCAL_YEAR, 12, "FY1996", "1996-12-01", "1997-12-01"},
        {"1996-03-31", CRM4E_BY_FISCAL_YEAR, 4, "FY1995", "1995-04-01", "1996-04-01"},
        {"1996-02-29", CRM4E_BY_FISCAL_YEAR, 1, "FY1996", "1996-01-01", "1997-01-01"},
        {"0001-01-31", CRM4E_BY_FISCAL_QUARTER, 2, "FY0000-Q4", "0001-01-01", "0001-02-01"},
        {"0001-01-01", CRM4E_BY_FISCAL_YEAR, 4, "FY0000", "0001-01-01", "0001-04-01"},
        {"0001-01-01", CRM4E_BY_WEEK, 1, "0001-W01", "0001-01-01", "0001-01-08"},
        {"9999-12-31", CRM4E_BY_DAY, 1, "9999-12-31", "9999-12-31", NULL},
        {"9999-12-31", CRM4E_BY_WEEK, 1, "9999-W52", "9999-12-27", NULL},
        {"9999-12-31", CRM4E_BY_YEAR, 1, "9999", "9999-01-01", NULL},
        {"9999-03-31", CRM4E_BY_FISCAL_YEAR, 4, "FY9998", "9998-04-01", "9999-04-01"},
        {"9999-04-01", CRM4E_BY_FISCAL_YEAR, 4, "FY9999", "9999-04-01", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const c4_cut cut = {cases[i].by, cases[i].fiscal_month};
        int32_t day = day_of(cases[i].day);
        char text[C4_CUT_TEXT];
        int32_t next = 0;
        c4_cut_label(&cut, day, text);
        assert_string_equal(text, cases[i].label);
        assert_int_equal(c4_cut_start(&cut, day), day_of(cases[i].start));
        c4_cut_label(&cut, c4_cut_start(&cut, day), text);
        assert_string_equal(text, cases[i].label);
        assert_int_equal(c4_cut_next(&cut, day, &next), cases[i].next != NULL);
        if (cases[i].next != NULL)
            assert_int_equal(next, day_of(cases[i].next));
    }
}

/* Every day belongs to the bucket that starts at or before it, up to the next. */
static void buckets_tile_the_days(void **state)
{
    (void)state;
    for (crm4e_granularity by = CRM4E_BY_DAY; by <= CRM4E_BY_FISCAL_YEAR; by++) {
        for (int32_t month = 1; month <= 12; month++) {
            const c4_cut cut = {by, month};
            int32_t next = day_of("1995-01-01");
            int32_t start = c4_cut_start(&cut, next);
            for (int32_t day = next; day < day_of("2001-01-01"); day++) {
                if (day == next || day == day_of("1995-01-01")) {
                    start = c4_cut_start(&cut, day);
                    assert_true(day == start || day == day_of("1995-01-01"));
                    assert_true(c4_cut_next(&cut, day, &next));
                }
                assert_int_equal(c4_cut_start(&cut, day), start);
                assert_true(day < next);
            }
        }
    }
}

static void days_of_zones(void **state)
{
    static const char *const zones[] = {
        "UTC",          "America/New_York",   "Asia/Shanghai", "America/St_Johns",
        "Asia/Beirut",  "America/Sao_Paulo",  "Pacific/Apia",  "Pacific/Kiritimati",
        "Asia/Kolkata", "Australia/Lord_Howe"};
    c4_mem mem;
    (void)state;
    c4_mem_default(&mem);
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        c4_calendar calendar;
        assert_int_equal(c4_calendar_open(&calendar, &mem, zones[i]), CRM4E_OK);
        /* 2006 to 2012, every 47 minutes */
        for (int64_t time = INT64_C(1136073600) * C4_MICROSECONDS;
             time < INT64_C(1356998400) * C4_MICROSECONDS; time += 2820 * C4_MICROSECONDS) {
            int32_t day = 0;
            int64_t start = 0;
            int64_t next = 0;
            assert_int_equal(c4_calendar_day_of(&calendar, time, &day), CRM4E_OK);
            assert_int_equal(c4_calendar_day_start(&calendar, day, &start), CRM4E_OK);
            assert_int_equal(c4_calendar_day_start(&calendar, day + 1, &next), CRM4E_OK);
            assert_true(start <= time && time < next);
        }
        c4_calendar_close(&calendar);
    }
}

static void ends_of_time(void **state)
{
    static const char *const zones[] = {"UTC", "America/New_York", "Pacific/Kiritimati"};
    c4_mem mem;
    (void)state;
    c4_mem_default(&mem);
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        c4_calendar calendar;
        int32_t day = 0;
        assert_int_equal(c4_calendar_open(&calendar, &mem, zones[i]), CRM4E_OK);
        assert_int_equal(c4_calendar_day_of(&calendar, C4_TIME_MIN, &day), CRM4E_OK);
        assert_int_equal(day, C4_DATE_MIN);
        assert_int_equal(c4_calendar_day_of(&calendar, C4_TIME_MAX, &day), CRM4E_OK);
        assert_int_equal(day, C4_DATE_MAX);
        c4_calendar_close(&calendar);
    }
    c4_calendar_close(&(c4_calendar){0});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(labels),
        cmocka_unit_test(buckets_tile_the_days),
        cmocka_unit_test(days_of_zones),
        cmocka_unit_test(ends_of_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
