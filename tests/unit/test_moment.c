/* SPDX-License-Identifier: MIT */
/* When rules act by the clock. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "automation/moment.h"

static c4_mem mem;

static c4_zone *open_zone(const char *name)
{
    c4_zone *zone = NULL;

    c4_mem_default(&mem);
    assert_int_equal(c4_zone_open(&zone, &mem, name), CRM4E_OK);
    return zone;
}

static int64_t time_of(const char *text)
{
    int64_t time = 0;

    assert_int_equal(c4_time_parse(text, strlen(text), &time), CRM4E_OK);
    return time;
}

static void assert_moment(int64_t found, const char *wanted, size_t line)
{
    char text[C4_TIME_TEXT] = "never";

    if (found != C4_NEVER)
        c4_time_format(found, text);
    if (strcmp(text, wanted) != 0)
        fail_msg("case %zu: %s, not %s", line, text, wanted);
}

#define BERLIN "Europe/Berlin"
#define NY     "America/New_York"

/* Clocks go forward in Berlin on 2026-03-29 at 02:00, back on 2026-10-25 at 03:00. */
static void test_after(void **state)
{
    static const struct {
        const char *zone;
        const char *from;
        c4_span span;
        const char *to;
    } cases[] = {
        {"UTC", "2026-01-31T10:00:00Z", {CRM4E_MINUTES, 5}, "2026-01-31T10:05:00Z"},
        {BERLIN, "2026-03-29T00:30:00Z", {CRM4E_HOURS, 1}, "2026-03-29T01:30:00Z"},
        {BERLIN, "2026-03-28T11:00:00Z", {CRM4E_DAYS, 1}, "2026-03-29T10:00:00Z"},
        {BERLIN, "2026-03-28T01:30:00Z", {CRM4E_DAYS, 1}, "2026-03-29T01:30:00Z"},
        {BERLIN, "2026-10-24T00:30:00Z", {CRM4E_DAYS, 1}, "2026-10-25T00:30:00Z"},
        {BERLIN, "2026-10-24T11:00:00Z", {CRM4E_WEEKS, 1}, "2026-10-31T12:00:00Z"},
        {"UTC", "2026-01-31T10:00:00Z", {CRM4E_MONTHS, 1}, "2026-02-28T10:00:00Z"},
        {"UTC", "2028-02-29T10:00:00Z", {CRM4E_YEARS, 1}, "2029-02-28T10:00:00Z"},
        {"UTC", "2028-02-29T10:00:00Z", {CRM4E_YEARS, 4}, "2032-02-29T10:00:00Z"},
        {"UTC", "2026-07-03T10:00:00Z", {CRM4E_BUSINESS_DAYS, 1}, "2026-07-06T10:00:00Z"},
        {"UTC", "2026-07-04T10:00:00Z", {CRM4E_BUSINESS_DAYS, 1}, "2026-07-06T10:00:00Z"},
        {"UTC", "2026-07-05T10:00:00Z", {CRM4E_BUSINESS_DAYS, 5}, "2026-07-10T10:00:00Z"},
        {"UTC", "2026-07-01T10:00:00Z", {CRM4E_BUSINESS_DAYS, 13}, "2026-07-20T10:00:00Z"},
        /* a Friday evening in New York is Saturday in UTC */
        {NY, "2026-07-04T01:00:00Z", {CRM4E_BUSINESS_DAYS, 1}, "2026-07-07T01:00:00Z"},
        {"UTC", "9999-12-31T10:00:00Z", {CRM4E_DAYS, 1}, "never"},
        {"UTC", "9999-12-31T10:00:00Z", {CRM4E_MONTHS, 1}, "never"},
        {"UTC", "9999-12-31T23:59:00Z", {CRM4E_MINUTES, 1}, "never"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        c4_zone *zone = open_zone(cases[i].zone);

        assert_moment(c4_moment_after(zone, time_of(cases[i].from), &cases[i].span), cases[i].to,
                      i);
        c4_zone_close(zone);
    }
}

#define ANY "0001-01-02T00:00:00Z"

static const struct {
    const char *zone;
    const char *value; /* with 'T': a datetime */
    c4_span offset;
    int32_t at;
    crm4e_repeat repeat;
    const char *from;
    const char *moment;
} moments[] = {
    /* a date without a time of day is its midnight in the zone */
    {BERLIN, "2026-06-10", {0, 0}, -1, CRM4E_ONCE, ANY, "2026-06-09T22:00:00Z"},
    {BERLIN, "2026-06-10", {CRM4E_DAYS, -3}, 540, CRM4E_ONCE, ANY, "2026-06-07T07:00:00Z"},
    {BERLIN, "2026-06-10", {CRM4E_HOURS, -2}, -1, CRM4E_ONCE, ANY, "2026-06-09T20:00:00Z"},
    {BERLIN, "2026-06-10", {0, 0}, -1, CRM4E_ONCE, "2026-06-09T22:00:00Z", "2026-06-09T22:00:00Z"},
    {BERLIN, "2026-06-10", {0, 0}, -1, CRM4E_ONCE, "2026-06-09T22:00:01Z", "never"},
    /* 02:30 does not exist, then exists twice */
    {BERLIN, "2026-03-29", {0, 0}, 150, CRM4E_ONCE, ANY, "2026-03-29T01:30:00Z"},
    {BERLIN, "2026-10-25", {0, 0}, 150, CRM4E_ONCE, ANY, "2026-10-25T00:30:00Z"},
    /* a datetime is itself, the second 02:30 too */
    {BERLIN, "2026-10-25T01:30:00Z", {0, 0}, -1, CRM4E_ONCE, ANY, "2026-10-25T01:30:00Z"},
    {BERLIN,
     "2026-10-25T01:30:00Z",
     {CRM4E_MINUTES, 15},
     -1,
     CRM4E_ONCE,
     ANY,
     "2026-10-25T01:45:00Z"},
    {BERLIN, "2026-10-25T01:30:00Z", {CRM4E_DAYS, 1}, -1, CRM4E_ONCE, ANY, "2026-10-26T01:30:00Z"},
    {NY, "2026-07-04T01:00:00Z", {0, 0}, 600, CRM4E_ONCE, ANY, "2026-07-03T14:00:00Z"},
    {"UTC", "2026-07-06", {CRM4E_BUSINESS_DAYS, -1}, 0, CRM4E_ONCE, ANY, "2026-07-03T00:00:00Z"},
    {"UTC", "2026-07-05", {CRM4E_BUSINESS_DAYS, -1}, 0, CRM4E_ONCE, ANY, "2026-07-03T00:00:00Z"},
    {"UTC", "2026-07-05", {CRM4E_BUSINESS_DAYS, -7}, 0, CRM4E_ONCE, ANY, "2026-06-25T00:00:00Z"},
    /* months without the day, leap days; the day comes back */
    {"UTC",
     "2026-01-31",
     {0, 0},
     -1,
     CRM4E_MONTHLY,
     "2026-02-01T00:00:00Z",
     "2026-02-28T00:00:00Z"},
    {"UTC",
     "2026-01-31",
     {0, 0},
     -1,
     CRM4E_MONTHLY,
     "2026-02-28T00:00:01Z",
     "2026-03-31T00:00:00Z"},
    {"UTC",
     "1996-02-29",
     {0, 0},
     480,
     CRM4E_YEARLY,
     "2026-01-01T00:00:00Z",
     "2026-02-28T08:00:00Z"},
    {"UTC",
     "1996-02-29",
     {0, 0},
     480,
     CRM4E_YEARLY,
     "2028-01-01T00:00:00Z",
     "2028-02-29T08:00:00Z"},
    {"UTC",
     "1996-02-29",
     {CRM4E_DAYS, -7},
     -1,
     CRM4E_YEARLY,
     "2027-03-01T00:00:00Z",
     "2028-02-22T00:00:00Z"},
    /* nothing before the date itself */
    {"UTC", "2030-05-05", {0, 0}, -1, CRM4E_YEARLY, "2026-01-01T00:00:00Z", "2030-05-05T00:00:00Z"},
    /* a time of day stays one over the year */
    {BERLIN,
     "2026-01-15T11:00:00Z",
     {0, 0},
     -1,
     CRM4E_MONTHLY,
     "2026-07-01T00:00:00Z",
     "2026-07-15T10:00:00Z"},
    {"UTC", "9999-12-31", {CRM4E_YEARS, 1}, -1, CRM4E_ONCE, ANY, "never"},
    {"UTC", "9990-12-31", {0, 0}, -1, CRM4E_YEARLY, "9999-12-31T12:00:00Z", "never"},
    {"UTC", "0001-01-03", {CRM4E_YEARS, -1}, -1, CRM4E_ONCE, ANY, "never"},
};

static void test_next(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        const bool time = strchr(moments[i].value, 'T') != NULL;
        const c4_field field = {.type = time ? CRM4E_TYPE_DATETIME : CRM4E_TYPE_DATE};
        const c4_date_trigger trigger = {&field, moments[i].offset, moments[i].at,
                                         moments[i].repeat};
        c4_zone *zone = open_zone(moments[i].zone);
        crm4e_value value = {.type = CRM4E_VALUE_INTEGER};
        int32_t days = 0;

        if (time) {
            value.integer = time_of(moments[i].value);
        } else {
            assert_int_equal(c4_date_parse(moments[i].value, 10, &days), CRM4E_OK);
            value.integer = days;
        }
        assert_moment(c4_moment_next(zone, &trigger, &value, time_of(moments[i].from)),
                      moments[i].moment, i);
        value.type = CRM4E_VALUE_NULL;
        assert_moment(c4_moment_next(zone, &trigger, &value, time_of(moments[i].from)), "never", i);
        c4_zone_close(zone);
    }
}

/* Business days against counting them one by one. */
static void test_business_days(void **state)
{
    c4_zone *zone = open_zone("UTC");

    (void)state;
    for (int32_t start = 0; start < 7; start++) {
        for (int32_t count = -24; count <= 24; count++) {
            const c4_field field = {.type = CRM4E_TYPE_DATE};
            const c4_date_trigger trigger = {&field, {CRM4E_BUSINESS_DAYS, count}, 0, CRM4E_ONCE};
            const crm4e_value value = {.type = CRM4E_VALUE_INTEGER, .integer = 20000 + start};
            int32_t day = 20000 + start;

            for (int32_t left = count < 0 ? -count : count; left > 0;) {
                day += count < 0 ? -1 : 1;
                left -= c4_weekday(day) <= 5;
            }
            assert_int_equal(c4_moment_next(zone, &trigger, &value, 0), day * C4_DAY_MICROSECONDS);
        }
    }
    c4_zone_close(zone);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_after),
        cmocka_unit_test(test_next),
        cmocka_unit_test(test_business_days),
    };

    return cmocka_run_group_tests_name("moments", tests, NULL, NULL);
}
