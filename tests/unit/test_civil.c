/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <crm4e/errors.h>

#include "base/civil.h"

static int32_t date(const char *text)
{
    int32_t days = 0;

    assert_int_equal(c4_date_parse(text, strlen(text), &days), CRM4E_OK);
    return days;
}

/* A calendar that only knows how to go one day further. */
typedef struct walk {
    c4_civil civil;
    int weekday;
} walk;

static int naive_month_length(int year, int month)
{
    switch (month) {
    case 2: return (year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)) ? 29 : 28;
    case 4:
    case 6:
    case 9:
    case 11: return 30;
    default: return 31;
    }
}

static void next_day(walk *at)
{
    at->weekday = at->weekday % 7 + 1;
    if (++at->civil.day <= naive_month_length(at->civil.year, at->civil.month))
        return;
    at->civil.day = 1;
    if (++at->civil.month <= 12)
        return;
    at->civil.month = 1;
    at->civil.year++;
}

static void check_day(int32_t days, const walk *at, int32_t month_start, int32_t year_start)
{
    c4_civil civil = c4_civil_of_days(days);
    bool same = civil.year == at->civil.year && civil.month == at->civil.month &&
                civil.day == at->civil.day;

    if (!same || c4_civil_days(civil.year, civil.month, civil.day) != days ||
        c4_weekday(days) != at->weekday || c4_month_start(days) != month_start ||
        c4_year_start(days) != year_start || c4_week_start(days) != days - at->weekday + 1)
        fail_msg("day %d is %d-%d-%d", days, civil.year, civil.month, civil.day);
}

static void test_every_day(void **state)
{
    walk at = {{1, 1, 1}, 1};
    int32_t month_start = C4_DATE_MIN, year_start = C4_DATE_MIN, quarter_start = C4_DATE_MIN;

    (void)state;
    for (int32_t days = C4_DATE_MIN; days <= C4_DATE_MAX; days++) {
        if (at.civil.day == 1)
            month_start = days;
        if (at.civil.day == 1 && at.civil.month % 3 == 1)
            quarter_start = days;
        if (at.civil.day == 1 && at.civil.month == 1)
            year_start = days;
        check_day(days, &at, month_start, year_start);
        assert_true(c4_quarter_start(days) == quarter_start);
        next_day(&at);
    }
    assert_int_equal(at.civil.year, 10000);
}

static void test_anchors(void **state)
{
    (void)state;
    assert_int_equal(c4_civil_days(1970, 1, 1), 0);
    assert_int_equal(c4_civil_days(1, 1, 1), C4_DATE_MIN);
    assert_int_equal(c4_civil_days(9999, 12, 31), C4_DATE_MAX);
    assert_int_equal(c4_civil_days(2000, 3, 1), 11017);
    assert_int_equal(c4_weekday(0), 4);
    assert_int_equal(c4_weekday(date("2024-02-29")), 4);
}

static void test_validity(void **state)
{
    (void)state;
    assert_true(c4_civil_valid(2024, 2, 29));
    assert_true(c4_civil_valid(2000, 2, 29));
    assert_false(c4_civil_valid(1900, 2, 29));
    assert_false(c4_civil_valid(2023, 2, 29));
    assert_false(c4_civil_valid(2023, 4, 31));
    assert_false(c4_civil_valid(0, 1, 1));
    assert_false(c4_civil_valid(10000, 1, 1));
    assert_false(c4_civil_valid(2023, 0, 1));
    assert_false(c4_civil_valid(2023, 13, 1));
    assert_false(c4_civil_valid(2023, 1, 0));
    assert_false(c4_civil_valid(-1, -1, -1));
}

static void test_iso_weeks(void **state)
{
    static const struct {
        const char *date;
        int year, week;
    } rows[] = {{"2005-01-01", 2004, 53}, {"2005-01-02", 2004, 53}, {"2005-01-03", 2005, 1},
                {"2005-12-31", 2005, 52}, {"2007-01-01", 2007, 1},  {"2007-12-31", 2008, 1},
                {"2008-12-28", 2008, 52}, {"2008-12-29", 2009, 1},  {"2009-12-31", 2009, 53},
                {"2010-01-03", 2009, 53}, {"2020-12-31", 2020, 53}, {"2021-01-01", 2020, 53},
                {"2021-01-04", 2021, 1},  {"0001-01-01", 1, 1},     {"9999-12-31", 9999, 52}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int year, week;
        c4_iso_week(date(rows[i].date), &year, &week);
        if (year != rows[i].year || week != rows[i].week)
            fail_msg("%s: %d week %d", rows[i].date, year, week);
    }
}

/* Weeks go up by one each Monday and start again in the week of 4 January. */
static void test_iso_weeks_are_steady(void **state)
{
    int year, week, last_year = 1, last_week = 1;

    (void)state;
    for (int32_t days = C4_DATE_MIN + 7; days <= C4_DATE_MAX; days += 7) {
        c4_iso_week(days, &year, &week);
        if (year == last_year) {
            assert_int_equal(week, last_week + 1);
        } else {
            int32_t fourth = c4_civil_days(year, 1, 4);
            assert_int_equal(year, last_year + 1);
            assert_int_equal(week, 1);
            assert_true(fourth >= days && fourth < days + 7);
        }
        last_year = year;
        last_week = week;
    }
}

static void test_add_months(void **state)
{
    static const struct {
        const char *from;
        int months;
        const char *to; /* NULL: out of range */
    } rows[] = {{"2023-01-31", 1, "2023-02-28"},
                {"2024-01-31", 1, "2024-02-29"},
                {"2024-03-31", -1, "2024-02-29"},
                {"2024-02-29", 12, "2025-02-28"},
                {"2024-02-29", 48, "2028-02-29"},
                {"2024-05-31", 1, "2024-06-30"},
                {"2024-12-15", 1, "2025-01-15"},
                {"2024-01-15", -1, "2023-12-15"},
                {"2024-01-15", 0, "2024-01-15"},
                {"2024-01-31", -11, "2023-02-28"},
                {"9999-12-31", 1, NULL},
                {"9999-11-30", 1, "9999-12-30"},
                {"0001-01-01", -1, NULL},
                {"0001-02-01", -1, "0001-01-01"},
                {"0001-01-31", 119987, "9999-12-31"},
                {"2024-01-01", INT32_MAX, NULL},
                {"2024-01-01", INT32_MIN, NULL}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int32_t result = -5;
        bool inside = c4_add_months(date(rows[i].from), rows[i].months, &result);
        int32_t expected = rows[i].to != NULL ? date(rows[i].to) : -5;
        if (inside != (rows[i].to != NULL) || result != expected)
            fail_msg("%s %+d months: %d", rows[i].from, rows[i].months, result);
    }
}

static void test_dates_refused(void **state)
{
    static const char *const texts[] = {
        "",           "2024",       "2024-1-01",  "2024-01-1",  "2024-01-011", "2024/01/01",
        "2024-13-01", "2024-00-01", "2024-02-30", "2023-02-29", "0000-01-01",  "-001-01-01",
        "+024-01-01", " 024-01-01", "2024-01-0a", "20240101",   "2024-01-01 ", "2024-+1-01",
        "10000-01-0", "2024-01-00", "24-01-01  ", "2024-W01-1",
    };
    int32_t days = -5;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (c4_date_parse(texts[i], strlen(texts[i]), &days) != CRM4E_E_INVALID)
            fail_msg("accepted: %s", texts[i]);
    }
    assert_int_equal(days, -5);
}

static void test_date_round_trip(void **state)
{
    char text[C4_DATE_TEXT];

    (void)state;
    for (int32_t days = C4_DATE_MIN; days <= C4_DATE_MAX; days += 11) {
        c4_date_format(days, text);
        assert_true(date(text) == days);
    }
    c4_date_format(C4_DATE_MIN, text);
    assert_string_equal(text, "0001-01-01");
    c4_date_format(C4_DATE_MAX, text);
    assert_string_equal(text, "9999-12-31");
}

typedef struct time_row {
    const char *text;
    const char *written; /* NULL: refused */
} time_row;

static const time_row time_table[] = {
    {"2024-02-29T12:34Z", "2024-02-29T12:34:00Z"},
    {"2024-02-29T12:34:56Z", "2024-02-29T12:34:56Z"},
    {"2024-02-29T12:34:56.5Z", "2024-02-29T12:34:56.500000Z"},
    {"2024-02-29T12:34:56.000001Z", "2024-02-29T12:34:56.000001Z"},
    {"2024-02-29T12:34:56.000000Z", "2024-02-29T12:34:56Z"},
    {"2024-02-29T00:30:00+01:00", "2024-02-28T23:30:00Z"},
    {"2024-02-29T23:30:00-05:30", "2024-03-01T05:00:00Z"},
    {"2024-02-29T12:00+14:00", "2024-02-28T22:00:00Z"},
    {"2024-02-29T12:00-00:00", "2024-02-29T12:00:00Z"},
    {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
    {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
    {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
    {"0001-01-01T00:00:00+00:01", NULL},
    {"9999-12-31T23:59:59-00:01", NULL},
    {"2024-02-29", NULL},
    {"2024-02-29T12:34:56", NULL},
    {"2024-02-29T12Z", NULL},
    {"2024-02-29T1:34Z", NULL},
    {"2024-02-29 12:34Z", NULL},
    {"2024-02-29t12:34Z", NULL},
    {"2024-02-29T12:34z", NULL},
    {"2024-02-29T24:00Z", NULL},
    {"2024-02-29T12:60Z", NULL},
    {"2024-02-29T23:59:60Z", NULL},
    {"2024-02-29T12:34:56.Z", NULL},
    {"2024-02-29T12:34:56.1234567Z", NULL},
    {"2024-02-29T12:34.5Z", NULL},
    {"2024-02-29T12:34:56,5Z", NULL},
    {"2024-02-29T12:34:56+14:01", NULL},
    {"2024-02-29T12:34:56+15:00", NULL},
    {"2024-02-29T12:34:56+01:60", NULL},
    {"2024-02-29T12:34:56+0100", NULL},
    {"2024-02-29T12:34:56+01", NULL},
    {"2024-02-29T12:34:56 01:00", NULL},
    {"2024-02-29T12:34:56ZZ", NULL},
    {"2024-02-29T12:34:Z", NULL},
    {"2024-02-29T", NULL},
    {"2023-02-29T12:34Z", NULL},
    {"", NULL},
};

static void test_times(void **state)
{
    char text[C4_TIME_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof time_table / sizeof time_table[0]; i++) {
        const time_row *row = &time_table[i];
        int64_t time = -5;
        int rc = c4_time_parse(row->text, strlen(row->text), &time);
        if (rc != (row->written != NULL ? CRM4E_OK : CRM4E_E_INVALID))
            fail_msg("%s: code %d", row->text, rc);
        if (row->written == NULL) {
            assert_int_equal(time, -5);
            continue;
        }
        c4_time_format(time, text);
        assert_string_equal(text, row->written);
    }
}

static void test_times_cut_short(void **state)
{
    static const char text[] = "2024-02-29T12:34:56.123456+01:00";
    int64_t time;

    (void)state;
    for (size_t length = 0; length < strlen(text); length++)
        assert_int_equal(c4_time_parse(text, length, &time), CRM4E_E_INVALID);
    assert_int_equal(c4_time_parse(text, strlen(text), &time), CRM4E_OK);
}

static void test_local_times(void **state)
{
    int64_t local = 0, utc = 0;

    (void)state;
    assert_int_equal(c4_local_time_parse("2024-02-29T12:34:56.25", 22, &local), CRM4E_OK);
    assert_int_equal(c4_time_parse("2024-02-29T12:34:56.25Z", 23, &utc), CRM4E_OK);
    assert_true(local == utc);
    assert_int_equal(c4_local_time_parse("2024-02-29T12:34", 16, &local), CRM4E_OK);
    assert_int_equal(c4_local_time_parse("2024-02-29T12:34Z", 17, &local), CRM4E_E_INVALID);
    assert_int_equal(c4_local_time_parse("2024-02-29T12:34+01:00", 22, &local), CRM4E_E_INVALID);
    assert_int_equal(c4_local_time_parse("2024-02-29", 10, &local), CRM4E_E_INVALID);
}

static void test_time_round_trip(void **state)
{
    const int64_t step = 37 * C4_DAY_MICROSECONDS + 12345678907;
    char text[C4_TIME_TEXT];

    (void)state;
    for (int64_t time = C4_TIME_MIN; time <= C4_TIME_MAX; time += step) {
        int64_t read = 0;
        c4_time_format(time, text);
        assert_int_equal(c4_time_parse(text, strlen(text), &read), CRM4E_OK);
        assert_true(read == time);
    }
}

static void test_days_of_times(void **state)
{
    (void)state;
    assert_int_equal(c4_time_days(0), 0);
    assert_int_equal(c4_time_days(-1), -1);
    assert_int_equal(c4_time_days(C4_DAY_MICROSECONDS - 1), 0);
    assert_int_equal(c4_time_days(C4_DAY_MICROSECONDS), 1);
    assert_int_equal(c4_time_days(-C4_DAY_MICROSECONDS), -1);
    assert_int_equal(c4_time_days(C4_TIME_MIN), C4_DATE_MIN);
    assert_int_equal(c4_time_days(C4_TIME_MAX), C4_DATE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_day),
        cmocka_unit_test(test_anchors),
        cmocka_unit_test(test_validity),
        cmocka_unit_test(test_iso_weeks),
        cmocka_unit_test(test_iso_weeks_are_steady),
        cmocka_unit_test(test_add_months),
        cmocka_unit_test(test_dates_refused),
        cmocka_unit_test(test_date_round_trip),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_times_cut_short),
        cmocka_unit_test(test_local_times),
        cmocka_unit_test(test_time_round_trip),
        cmocka_unit_test(test_days_of_times),
    };

    return cmocka_run_group_tests_name("civil", tests, NULL, NULL);
}
