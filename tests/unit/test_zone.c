/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <crm4e/errors.h>

#include "base/zone.h"
#include "support/fail_alloc.h"

#define HOUR (INT64_C(3600) * C4_MICROSECONDS)

static c4_mem mem;

static int set_up(void **state)
{
    (void)state;
    c4_mem_default(&mem);
    return 0;
}

static c4_zone *open_zone(const char *name)
{
    c4_zone *zone = NULL;

    assert_int_equal(c4_zone_open(&zone, &mem, name), CRM4E_OK);
    assert_non_null(zone);
    return zone;
}

static void close_zone(c4_zone *zone)
{
    assert_int_equal(c4_zone_code(zone), CRM4E_OK);
    c4_zone_close(zone);
}

static int64_t utc_time(const char *text)
{
    int64_t time = 0;

    assert_int_equal(c4_time_parse(text, strlen(text), &time), CRM4E_OK);
    return time;
}

static int64_t local_time(const char *text)
{
    int64_t time = 0;

    assert_int_equal(c4_local_time_parse(text, strlen(text), &time), CRM4E_OK);
    return time;
}

static void test_names(void **state)
{
    static const char *const known[] = {
        "UTC",           "Etc/UTC",      "GMT",
        "Etc/GMT+5",     "US/Pacific",   "America/New_York",
        "Asia/Shanghai", "Asia/Kolkata", "America/Argentina/Ushuaia",
        "EST5EDT",       "Europe/Kyiv",  "Pacific/Apia"};
    static const char *const unknown[] = {"",
                                          "Z",
                                          "utc",
                                          "+01:00",
                                          "GMT+1",
                                          "GMT+01:00",
                                          "UTC+1",
                                          "PST",
                                          "IST",
                                          "CST",
                                          "SystemV/EST5",
                                          "Etc/Unknown",
                                          "Mars/Sea",
                                          "america/new_york",
                                          "America/New_York ",
                                          " UTC",
                                          "America/",
                                          "Europe/K\xC3\xAFv"};
    char long_name[300];
    c4_zone *zone;

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (!c4_zone_known(known[i]))
            fail_msg("unknown: %s", known[i]);
    }
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        if (c4_zone_known(unknown[i]))
            fail_msg("known: %s", unknown[i]);
        assert_int_equal(c4_zone_open(&zone, &mem, unknown[i]), CRM4E_E_INVALID);
        assert_null(zone);
    }
    memset(long_name, 'A', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    assert_false(c4_zone_known(long_name));
    assert_false(c4_zone_known(NULL));
    c4_zone_close(NULL);
}

typedef struct offset_row {
    const char *zone;
    const char *utc;
    int64_t minutes;
} offset_row;

static const offset_row offset_table[] = {
    {"UTC", "2024-07-01T00:00Z", 0},
    {"UTC", "0001-01-01T00:00Z", 0},
    {"UTC", "9999-12-31T23:59Z", 0},
    {"America/New_York", "2024-01-15T12:00Z", -300},
    {"America/New_York", "2024-07-15T12:00Z", -240},
    {"America/New_York", "2024-03-10T06:59:59.999999Z", -300},
    {"America/New_York", "2024-03-10T07:00Z", -240},
    {"America/New_York", "2024-11-03T05:59:59.999999Z", -240},
    {"America/New_York", "2024-11-03T06:00Z", -300},
    {"America/New_York", "2424-07-15T12:00Z", -240},
    {"America/New_York", "9999-12-31T12:00Z", -300},
    {"Asia/Shanghai", "2024-07-15T12:00Z", 480},
    {"Asia/Shanghai", "1988-07-15T12:00Z", 540},
    {"Asia/Kolkata", "2024-07-15T12:00Z", 330},
    {"Asia/Kathmandu", "2024-07-15T12:00Z", 345},
    {"Australia/Lord_Howe", "2024-07-15T12:00Z", 630},
    {"Australia/Lord_Howe", "2024-01-15T12:00Z", 660},
    {"Pacific/Apia", "2011-12-30T09:59:59Z", -600},
    {"Pacific/Apia", "2011-12-30T10:00Z", 840},
    {"Etc/GMT+5", "2024-07-15T12:00Z", -300},
};

static void test_offsets(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof offset_table / sizeof offset_table[0]; i++) {
        const offset_row *row = &offset_table[i];
        c4_zone *zone = open_zone(row->zone);
        int64_t utc = utc_time(row->utc);
        int64_t offset = c4_zone_offset(zone, utc);
        if (offset != row->minutes * 60 * C4_MICROSECONDS)
            fail_msg("%s %s: %lld", row->zone, row->utc, (long long)(offset / C4_MICROSECONDS));
        assert_true(c4_zone_to_local(zone, utc) == utc + offset);
        close_zone(zone);
    }
}

typedef struct local_row {
    const char *zone;
    const char *local;
    const char *utc;
} local_row;

static const local_row local_table[] = {
    {"UTC", "2024-03-10T02:30", "2024-03-10T02:30:00Z"},
    {"America/New_York", "2024-03-10T01:59:59.999999", "2024-03-10T06:59:59.999999Z"},
    /* the gap: 02:30 standard time is 03:30 daylight time */
    {"America/New_York", "2024-03-10T02:00", "2024-03-10T07:00:00Z"},
    {"America/New_York", "2024-03-10T02:30", "2024-03-10T07:30:00Z"},
    {"America/New_York", "2024-03-10T03:00", "2024-03-10T07:00:00Z"},
    {"America/New_York", "2024-03-10T03:30", "2024-03-10T07:30:00Z"},
    /* the overlap: the first 01:30 */
    {"America/New_York", "2024-11-03T00:59", "2024-11-03T04:59:00Z"},
    {"America/New_York", "2024-11-03T01:00", "2024-11-03T05:00:00Z"},
    {"America/New_York", "2024-11-03T01:30", "2024-11-03T05:30:00Z"},
    {"America/New_York", "2024-11-03T02:00", "2024-11-03T07:00:00Z"},
    {"Asia/Shanghai", "2024-03-10T02:30", "2024-03-09T18:30:00Z"},
    /* half an hour: 02:00 to 02:30 on 6 October, 02:00 to 01:30 on 7 April */
    {"Australia/Lord_Howe", "2024-10-06T01:59", "2024-10-05T15:29:00Z"},
    {"Australia/Lord_Howe", "2024-10-06T02:15", "2024-10-05T15:45:00Z"},
    {"Australia/Lord_Howe", "2024-10-06T02:30", "2024-10-05T15:30:00Z"},
    {"Australia/Lord_Howe", "2024-04-07T01:30", "2024-04-06T14:30:00Z"},
    {"Australia/Lord_Howe", "2024-04-07T01:59", "2024-04-06T14:59:00Z"},
    {"Australia/Lord_Howe", "2024-04-07T02:00", "2024-04-06T15:30:00Z"},
    /* 30 December 2011 did not take place */
    {"Pacific/Apia", "2011-12-29T23:59", "2011-12-30T09:59:00Z"},
    {"Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00:00Z"},
    {"Pacific/Apia", "2011-12-31T00:00", "2011-12-30T10:00:00Z"},
};

static void test_local_times(void **state)
{
    char text[C4_TIME_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof local_table / sizeof local_table[0]; i++) {
        const local_row *row = &local_table[i];
        c4_zone *zone = open_zone(row->zone);
        c4_time_format(c4_zone_to_utc(zone, local_time(row->local)), text);
        if (strcmp(text, row->utc) != 0)
            fail_msg("%s %s: %s", row->zone, row->local, text);
        /* The same when a nearby or a far interval is remembered. */
        (void)c4_zone_offset(zone, utc_time(row->utc));
        c4_time_format(c4_zone_to_utc(zone, local_time(row->local)), text);
        assert_string_equal(text, row->utc);
        (void)c4_zone_offset(zone, utc_time("1900-06-01T00:00Z"));
        c4_time_format(c4_zone_to_utc(zone, local_time(row->local)), text);
        assert_string_equal(text, row->utc);
        close_zone(zone);
    }
}

static void test_day_starts(void **state)
{
    static const local_row rows[] = {
        {"UTC", "2024-03-10", "2024-03-10T00:00:00Z"},
        {"America/New_York", "2024-03-10", "2024-03-10T05:00:00Z"},
        {"America/New_York", "2024-03-11", "2024-03-11T04:00:00Z"},
        {"Asia/Shanghai", "2024-03-10", "2024-03-09T16:00:00Z"},
        /* clocks went from 00:00 to 01:00 */
        {"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"},
        /* clocks went from 24:00 back to 23:00, so midnight came once */
        {"America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"},
        /* clocks went from 01:00 back to 00:00, so midnight came twice */
        {"America/Havana", "2024-11-03", "2024-11-03T04:00:00Z"},
        /* clocks went from 23:30 to 00:30 on 30 March 1919 */
        {"America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z"},
        {"Pacific/Apia", "2011-12-29", "2011-12-29T10:00:00Z"},
        {"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},
        {"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},
    };
    char text[C4_TIME_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        c4_zone *zone = open_zone(rows[i].zone);
        int32_t days = 0;
        assert_int_equal(c4_date_parse(rows[i].local, 10, &days), CRM4E_OK);
        c4_time_format(c4_zone_day_start(zone, days), text);
        if (strcmp(text, rows[i].utc) != 0)
            fail_msg("%s %s: %s", rows[i].zone, rows[i].local, text);
        close_zone(zone);
    }
}

/* There and back over some years: the same instant, or the earlier one of an
 * overlap that shows the same local time. */
static void walk_zone(const char *name)
{
    c4_zone *zone = open_zone(name), *fresh = open_zone(name);
    int64_t last = utc_time("2012-06-01T00:00Z");

    for (int64_t utc = utc_time("2010-01-01T00:00Z"); utc < last; utc += HOUR / 2 + 1) {
        int64_t local = c4_zone_to_local(zone, utc);
        int64_t back = c4_zone_to_utc(zone, local);
        assert_true(back == utc || (back < utc && utc - back <= HOUR));
        assert_true(c4_zone_to_local(fresh, back) == local);
    }
    for (int32_t days = c4_time_days(last) - 900; days < c4_time_days(last); days++) {
        int64_t start = c4_zone_day_start(zone, days);
        assert_true(c4_time_days(c4_zone_to_local(fresh, start)) >= days);
        assert_true(c4_time_days(c4_zone_to_local(fresh, start - 1)) < days);
    }
    close_zone(zone);
    close_zone(fresh);
}

static void test_there_and_back(void **state)
{
    (void)state;
    walk_zone("UTC");
    walk_zone("America/New_York");
    walk_zone("Australia/Lord_Howe");
    walk_zone("Pacific/Apia");
    walk_zone("America/Sao_Paulo");
}

static void test_ends_of_time(void **state)
{
    static const char *const names[] = {"UTC", "America/New_York", "Pacific/Apia"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        c4_zone *zone = open_zone(names[i]);
        const int64_t times[] = {C4_TIME_MIN, C4_TIME_MIN + 1, C4_TIME_MAX - 1, C4_TIME_MAX};
        for (size_t t = 0; t < sizeof times / sizeof times[0]; t++) {
            int64_t local = c4_zone_to_local(zone, times[t]);
            assert_true(c4_zone_to_utc(zone, local) == times[t]);
        }
        (void)c4_zone_day_start(zone, C4_DATE_MIN);
        (void)c4_zone_day_start(zone, C4_DATE_MAX);
        close_zone(zone);
    }
}

static int open_and_close(const crm4e_allocator *host, void *context)
{
    const c4_mem failing = {.host = *host};
    c4_zone *zone;
    int rc = c4_zone_open(&zone, &failing, "Asia/Shanghai");

    (void)context;
    assert_true((zone != NULL) == (rc == CRM4E_OK));
    c4_zone_close(zone);
    return rc;
}

static void test_no_memory(void **state)
{
    (void)state;
    assert_int_equal(fail_alloc_sweep(open_and_close, NULL), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),          cmocka_unit_test(test_offsets),
        cmocka_unit_test(test_local_times),    cmocka_unit_test(test_day_starts),
        cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_ends_of_time),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests_name("zone", tests, set_up, NULL);
}
