/* SPDX-License-Identifier: MIT */
/* What rules have scheduled, when the org gets another time zone: days on which clocks move, what is
 * past there, what was done. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SECOND INT64_C(1000000)

static host *h;

static int setup(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, "{'org': {'time_zone': 'UTC'}, 'modules': [{'api_name': 'Leads', 'fields': ["
                  "  {'api_name': 'Due', 'label': 'Due', 'type': 'date'},"
                  "  {'api_name': 'Meet', 'label': 'Meet', 'type': 'datetime'}]}]}");
    return 0;
}

static int try_zone(host *self, const char *zone)
{
    crm4e_org_update_options options = CRM4E_ORG_UPDATE_OPTIONS_INIT;

    options.time_zone = zone;
    return crm4e_org_update(self->admin, &options);
}

static void set_zone(const char *zone)
{
    host_ok(h->admin, try_zone(h, zone));
}

static void by_date(const char *field, const char *more)
{
    char rule[1000];

    (void)snprintf(rule, sizeof rule,
                   "{'workflows': [{'name': 'Dated', 'module': 'Leads', 'on': 'date_or_datetime',"
                   " 'date': {'field': '%s'%s}, 'conditions': [{'then': [{'notify': {'to': 'owner',"
                   " 'subject': 'D'}}]}]}]}",
                   field, more);
    host_apply(h, rule);
}

static void add(const char *fields)
{
    char json[500];

    (void)snprintf(json, sizeof json, "{'Last_Name': 'L', 'Company': 'C', %s}", fields);
    (void)host_create(h->admin, "Leads", json);
}

/* The due times of all entries, in order of ids. */
static const char *pending(void)
{
    static char due[1000];
    crm4e_text *text = NULL;

    due[0] = '\0';
    host_ok(h->admin, crm4e_schedule_json(&text, h->admin, NULL, 0, 0, 1000));
    for (const char *at = crm4e_text_data(text); (at = strstr(at, "\"due\":\"")) != NULL; at++)
        (void)snprintf(due + strlen(due), sizeof due - strlen(due), "%s%.*s", due[0] ? " " : "", 16,
                       at + 7);
    crm4e_text_free(text);
    return due;
}

static int64_t done(void)
{
    int64_t count = 0;
    crm4e_text *text = NULL;

    host_ok(h->admin, crm4e_outbox_json(&text, h->admin, CRM4E_OUTBOX_IS_WAITING, 0, 1000));
    for (const char *at = crm4e_text_data(text); (at = strstr(at, "\"key\":")) != NULL; at++)
        count++;
    crm4e_text_free(text);
    return count;
}

static void assert_sound(void)
{
    crm4e_text *problems = NULL;

    assert_int_equal(crm4e_check(&problems, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(problems), "[]");
    crm4e_text_free(problems);
}

/* The 30th of March 2031 has no half past two in Berlin; on the 26th of October it has two. */
static void by_the_other_clock(void **state)
{
    static const struct {
        const char *zone, *due;
    } cases[] = {
        {"UTC", "2031-03-30T02:30 2031-10-26T02:30 2031-07-01T02:30"},
        {"Europe/Berlin", "2031-03-30T01:30 2031-10-26T00:30 2031-07-01T00:30"},
        {"America/New_York", "2031-03-30T06:30 2031-10-26T06:30 2031-07-01T06:30"},
        {"Asia/Tokyo", "2031-03-29T17:30 2031-10-25T17:30 2031-06-30T17:30"},
        {"Pacific/Kiritimati", "2031-03-29T12:30 2031-10-25T12:30 2031-06-30T12:30"},
        {"UTC", "2031-03-30T02:30 2031-10-26T02:30 2031-07-01T02:30"},
    };

    (void)state;
    by_date("Due", ", 'at': '02:30'");
    add("'Due': '2031-03-30'");
    add("'Due': '2031-10-26'");
    add("'Due': '2031-07-01'");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set_zone(cases[i].zone);
        assert_string_equal(pending(), cases[i].due);
    }
    host_apply(h, "{'org': {'time_zone': 'Asia/Tokyo'}}");
    assert_string_equal(pending(), cases[3].due);
    assert_sound();
}

/* An instant is an instant; its day and the same time of another day are the zone's. */
static void times_of_fields(void **state)
{
    (void)state;
    by_date("Meet", "");
    add("'Meet': '2031-03-29T22:00:00Z'");
    set_zone("Europe/Berlin");
    assert_string_equal(pending(), "2031-03-29T22:00");
    by_date("Meet", ", 'after': {'hours': 3}");
    set_zone("Asia/Tokyo");
    assert_string_equal(pending(), "2031-03-30T01:00");
    set_zone("Europe/Berlin");
    by_date("Meet", ", 'after': {'days': 1}");
    assert_string_equal(pending(), "2031-03-30T21:00");
    set_zone("UTC");
    assert_string_equal(pending(), "2031-03-30T22:00");
    by_date("Meet", ", 'at': '09:00'");
    assert_string_equal(pending(), "2031-03-29T09:00");
    set_zone("Asia/Tokyo");
    assert_string_equal(pending(), "2031-03-30T00:00");
}

/* Each year is the year it was. */
static void repetitions(void **state)
{
    int32_t ran = 0;

    (void)state;
    by_date("Due", ", 'at': '00:30', 'repeat': 'yearly'");
    add("'Due': '2031-03-30'");
    assert_string_equal(pending(), "2031-03-30T00:30");
    host_ok(h->admin, crm4e_schedule_run(h->admin, INT64_C(1932597000) * SECOND, 10, &ran));
    assert_int_equal(ran, 1); /* 2031-03-30T00:30 */
    assert_string_equal(pending(), "2032-03-30T00:30");
    set_zone("America/New_York");
    assert_string_equal(pending(), "2032-03-30T04:30");
    set_zone("Pacific/Kiritimati");
    assert_string_equal(pending(), "2032-03-29T10:30");
    assert_int_equal(done(), 1);
    assert_sound();
}

/* Due in five hours by one clock, past by the other: done, and once. What was missed stays so. */
static void what_is_past_there(void **state)
{
    const time_t due = time(NULL) + 5 * 3600;
    struct tm parts;
    char at[50], day[50];
    int32_t ran = 0;

    (void)state;
    assert_non_null(gmtime_r(&due, &parts));
    assert_int_not_equal(strftime(at, sizeof at, ", 'at': '%H:%M'", &parts), 0);
    assert_int_not_equal(strftime(day, sizeof day, "'Due': '%Y-%m-%d'", &parts), 0);
    by_date("Due", at);
    add(day);
    host_ok(h->admin, crm4e_schedule_run(h->admin, 0, 10, &ran));
    assert_int_equal(ran, 0);
    set_zone("Pacific/Kiritimati");
    add(day);
    assert_int_equal(strlen(pending()), 16);
    host_ok(h->admin, crm4e_schedule_run(h->admin, 0, 10, &ran));
    assert_int_equal(ran, 1);
    assert_int_equal(done(), 1);
    set_zone("America/New_York");
    assert_string_equal(pending(), "");
    assert_sound();
}

/* The same span since it began; minutes are the same everywhere. */
static void groups(void **state)
{
    char before[100];

    (void)state;
    host_apply(h, "{'workflows': [{'name': 'G', 'module': 'Leads', 'on': 'create', 'conditions': ["
                  " {'then': [], 'scheduled': [{'after': {'minutes': 600}, 'then': [{'notify':"
                  "  {'to': 'owner', 'subject': 'S'}}]}, {'after': {'months': 6}, 'then': [{"
                  "  'notify': {'to': 'owner', 'subject': 'S'}}]}]}]}]}");
    add("'City': 'Rome'");
    (void)snprintf(before, sizeof before, "%s", pending());
    set_zone("America/New_York");
    assert_memory_equal(pending(), before, 16);
    /* perhaps an hour earlier or later, at the same minute */
    assert_memory_equal(pending() + 30, before + 30, 3);
    set_zone("UTC");
    assert_string_equal(pending(), before);
    assert_sound();
}

static int to_tokyo(host *self)
{
    return try_zone(self, "Asia/Tokyo");
}

static void still_here(host *self)
{
    (void)self;
    assert_string_equal(pending(), "2031-03-30T02:30 2031-10-26T02:30");
}

static void no_memory(void **state)
{
    (void)state;
    by_date("Due", ", 'at': '02:30'");
    add("'Due': '2031-03-30'");
    add("'Due': '2031-10-26'");
    host_starve(h, to_tokyo, still_here);
    assert_string_equal(pending(), "2031-03-29T17:30 2031-10-25T17:30");
    assert_int_equal(try_zone(h, "Nowhere/None"), CRM4E_E_INVALID);
    assert_string_equal(pending(), "2031-03-29T17:30 2031-10-25T17:30");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, host_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(by_the_other_clock), TEST(times_of_fields), TEST(repetitions),
        TEST(what_is_past_there), TEST(groups),          TEST(no_memory),
    };

    return host_run("schedule zone", tests, sizeof tests / sizeof tests[0]);
}
