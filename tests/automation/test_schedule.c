/* SPDX-License-Identifier: MIT */
/* What rules do later: groups of actions, and triggers by a date. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND INT64_C(1000000)
#define DAY    (86400 * SECOND)

static const char document[] =
    "{'crm4e': 1,"
    " 'profiles': [{'name': 'Builder', 'clone_of': 'Standard', 'admin': ['manage_automation'],"
    "  'fields': {'Leads': {'Due': 'hidden'}}}],"
    " 'users': [{'email': 'bo@acme.example', 'profile': 'Builder'}],"
    " 'modules': [{'api_name': 'Leads', 'fields': ["
    "  {'api_name': 'Due', 'label': 'Due', 'type': 'date'},"
    "  {'api_name': 'Meet', 'label': 'Meet', 'type': 'datetime'}]}]}";

#define SET(field, value) "{'update_field': {'field': '" field "', 'value': '" value "'}}"
/* Two days later a lead that is still a tower's goes to Rome, after five to Oslo. */
static const char groups[] =
    "{'workflows': [{'name': 'Later', 'module': 'Leads', 'on': 'create_or_edit', 'conditions': ["
    " {'when': 'Company = `Tower`', 'then': [" SET(
        "State",
        "S") "], 'scheduled': ["
             "  {'after': {'days': 2}, 'then': [" SET(
                 "City",
                 "Rome") "]},"
                         "  {'after': {'days': 5}, 'then': [" SET(
                             "City",
                             "Oslo") "]}]},"
                                     " {'when': 'Company = `Bank`', 'then': [], 'scheduled': ["
                                     "  {'after': {'minutes': 1}, 'then': [" SET("City",
                                                                                 "Bonn") "]}]}]}]}";
#define BY_DATE(more, city)                                                                        \
    "{'workflows': [{'name': 'Dated', 'module': 'Leads', 'on': 'date_or_datetime', 'date': {"      \
    "'field': 'Due'" more                                                                          \
    "}, 'conditions': [{'when': 'Company = `Tower`', 'then': [" SET("City", city) "]}]}]}"

static host *h;

static int setup(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, document);
    return 0;
}

static void open_or_new(crm4e_record **record, crm4e_id id)
{
    if (id == 0)
        host_ok(h->admin, crm4e_record_new(record, h->admin, "Leads"));
    else
        host_ok(h->admin, crm4e_record_open(record, h->admin, "Leads", id));
}

static crm4e_id save(crm4e_id id, const char *company, const char *due)
{
    crm4e_record *record = NULL;

    open_or_new(&record, id);
    host_ok(h->admin, crm4e_record_set_text(record, "Last_Name", "L", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_set_text(record, "Company", company, CRM4E_NUL_TERMINATED));
    if (due != NULL)
        host_ok(h->admin, crm4e_record_set_text(record, "Due", due, CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    return id;
}

static void drop(crm4e_id id)
{
    host_ok(h->admin, crm4e_record_delete(h->admin, "Leads", id, 0));
}

/* The due times of all entries, in order of ids. */
static char *pending(void)
{
    static char due[2048];
    crm4e_text *text = NULL;
    const char *at;

    due[0] = '\0';
    host_ok(h->admin, crm4e_schedule_json(&text, h->admin, NULL, 0, 0, 1000));
    for (at = crm4e_text_data(text); (at = strstr(at, "\"due\":\"")) != NULL; at++)
        (void)snprintf(due + strlen(due), sizeof due - strlen(due), "%.*s\n", 20, at + 7);
    crm4e_text_free(text);
    return due;
}

static size_t waiting(void)
{
    size_t count = 0;

    for (const char *at = pending(); *at != '\0'; at++)
        count += *at == '\n';
    return count;
}

static int32_t run(int64_t now, int32_t budget)
{
    int32_t done = -1;

    host_ok(h->admin, crm4e_schedule_run(h->admin, now, budget, &done));
    return done;
}

static int64_t next_due(void)
{
    int64_t next = -1;
    int rc = crm4e_next_due(h->admin, &next);

    host_ok(h->admin, rc < 0 ? rc : CRM4E_OK);
    assert_int_equal(rc == CRM4E_ROW, next != 0);
    return next;
}

static int64_t time_of(const char *text)
{
    int year = atoi(text);
    int64_t days = (int64_t)(year - 1970) * 365 + (year - 1969) / 4; /* 1 January, until 2099 */

    return days * DAY;
}

static void assert_rows(const char *columns, const char *rows)
{
    char select[64];
    char *found;

    (void)snprintf(select, sizeof select, "select %s from Leads order by id", columns);
    found = host_query(h->admin, select);
    assert_string_equal(found, rows);
    free(found);
}

/* Lines of the run log hold each piece, the newest first. */
static void assert_runs(const char *const *pieces, size_t count)
{
    crm4e_module *leads = NULL;
    crm4e_text *text = NULL;
    const char *at;

    host_ok(h->admin, crm4e_module_open(&leads, h->admin, "Leads"));
    host_ok(h->admin, crm4e_runs_json(&text, leads, NULL));
    at = crm4e_text_data(text);
    for (size_t i = 0; i < count; i++) {
        char *json = host_json(pieces[i]);

        at = strstr(at, json);
        if (at == NULL)
            print_message("no %s in %s\n", json, crm4e_text_data(text));
        assert_non_null(at);
        at += strlen(json);
        free(json);
    }
    assert_null(strstr(at, "\"id\""));
    crm4e_text_free(text);
    crm4e_module_free(leads);
}

static void refused(const char *change, const char *message)
{
    char *json = host_json(change);
    crm4e_text *text = NULL;

    assert_int_equal(crm4e_org_apply(&text, h->admin, json, CRM4E_NUL_TERMINATED), CRM4E_E_INVALID);
    if (strstr(crm4e_error_message(crm4e_session_error(h->admin)), message) == NULL)
        print_message("no %s in %s\n", message, crm4e_error_message(crm4e_session_error(h->admin)));
    assert_non_null(strstr(crm4e_error_message(crm4e_session_error(h->admin)), message));
    crm4e_text_free(text);
    free(json);
}

static void test_groups_when_due(void **state)
{
    static const char *const runs[] = {"'version':null,'result':'done'",
                                       "'version':null,'result':'done'",
                                       "'version':1,'result':'done'"};
    int64_t first;

    (void)state;
    host_apply(h, groups);
    assert_int_equal(next_due(), 0);
    (void)save(0, "Tower", NULL);
    assert_rows("City, State", "-|S\n");
    first = next_due();
    assert_true(first > 0);
    assert_int_equal(waiting(), 2);
    assert_int_equal(run(0, 10), 0);
    assert_int_equal(run(first - 1, 10), 0);
    assert_int_equal(run(first, 10), 1);
    assert_rows("City", "Rome\n");
    assert_int_equal(next_due(), first + 3 * DAY);
    assert_int_equal(run(first + 9 * DAY, 10), 1);
    assert_rows("City", "Oslo\n");
    assert_int_equal(waiting(), 0);
    assert_int_equal(run(first + 9 * DAY, 10), 0);
    assert_runs(runs, 3);
}

/* Who meets another condition when it is due, none, or is gone, is left alone. */
static void test_groups_cancelled(void **state)
{
    crm4e_id id[3];
    int64_t first;

    (void)state;
    host_apply(h, groups);
    for (size_t i = 0; i < 3; i++)
        id[i] = save(0, "Tower", NULL);
    assert_int_equal(waiting(), 6);
    first = next_due();
    drop(id[2]);
    assert_int_equal(waiting(), 4);
    (void)save(id[0], "Bank", NULL);
    assert_int_equal(waiting(), 5);
    (void)save(id[1], "Else", NULL);
    assert_int_equal(run(first + 9 * DAY, 100), 5);
    assert_rows("City", "Bonn\n-\n");
}

/* Meeting the rule again puts its groups off. */
static void test_groups_put_off(void **state)
{
    crm4e_id id;
    int64_t first;

    (void)state;
    host_apply(h, groups);
    id = save(0, "Tower", NULL);
    first = next_due();
    (void)save(id, "Bank", NULL);
    (void)save(id, "Tower", NULL);
    assert_int_equal(waiting(), 3);
    assert_int_equal(run(0, 10), 0);
    assert_int_equal(run(first - DAY, 10), 1); /* Bank's, whose condition is not met */
    assert_true(next_due() > first);
}

static void test_budget(void **state)
{
    (void)state;
    host_apply(h, groups);
    for (size_t i = 0; i < 3; i++)
        (void)save(0, "Tower", NULL);
    assert_int_equal(run(time_of("2090"), 0), 0);
    assert_int_equal(run(time_of("2090"), 4), 4);
    assert_rows("City", "Oslo\nRome\nRome\n");
    assert_int_equal(run(time_of("2090"), 4), 2);
}

/* What waits does what the rule says by then, and when it says. */
static void test_rule_changed(void **state)
{
    static const char changed[] =
        "{'workflows': [{'name': 'Later', 'module': 'Leads', 'on': 'create_or_edit', 'conditions':"
        " [{'when': 'Company = `Tower`', 'then': [], 'scheduled': ["
        "  {'after': {'days': 3}, 'then': [" SET("City", "Kiel") "]}]}]}]}";
    int64_t first;

    (void)state;
    host_apply(h, groups);
    (void)save(0, "Tower", NULL);
    (void)save(0, "Bank", NULL);
    assert_int_equal(waiting(), 3);
    first = next_due() - 60 * SECOND;
    host_apply(h, changed);
    assert_int_equal(waiting(), 1);
    assert_true(next_due() > first + 2 * DAY && next_due() < first + 4 * DAY);
    assert_int_equal(run(time_of("2090"), 10), 1);
    assert_rows("City", "Kiel\n-\n");
}

static void test_rule_off_and_on(void **state)
{
    (void)state;
    host_apply(h, groups);
    host_apply(h, BY_DATE("", "Bern"));
    (void)save(0, "Tower", "2090-01-01");
    assert_int_equal(waiting(), 3);
    host_apply(h, "{'workflows': [{'name': 'Later', 'module': 'Leads', 'active': false, 'on': "
                  "'create', 'conditions': [{'then': [" SET("City", "X") "]}]}]}");
    assert_int_equal(waiting(), 1);
    host_apply(h, "{'workflows': [{'name': 'Dated', 'module': 'Leads', 'active': false, 'on': "
                  "'date_or_datetime', 'date': {'field': 'Due'}, 'conditions': [{'then': [" SET(
                      "City", "X") "]}]}]}");
    assert_int_equal(waiting(), 0);
    (void)save(0, "Tower", "2090-01-02");
    assert_int_equal(waiting(), 0);
    /* on again: for those that are there, too */
    host_apply(h, "{'workflows': [{'name': 'Dated', 'module': 'Leads', 'active': true, 'on': "
                  "'date_or_datetime', 'date': {'field': 'Due'}, 'conditions': [{'then': [" SET(
                      "City", "X") "]}]}]}");
    assert_string_equal(pending(), "2090-01-01T00:00:00Z\n2090-01-02T00:00:00Z\n");
}

static void test_date_made_and_moved(void **state)
{
    crm4e_id id;

    (void)state;
    host_apply(h, BY_DATE(", 'before': {'days': 3}, 'at': '09:00'", "Bern"));
    id = save(0, "Tower", NULL);
    assert_string_equal(pending(), "");
    (void)save(id, "Tower", "2090-01-10");
    assert_string_equal(pending(), "2090-01-07T09:00:00Z\n");
    (void)save(id, "Tower", "2090-01-20");
    assert_string_equal(pending(), "2090-01-17T09:00:00Z\n");
    drop(id);
    assert_string_equal(pending(), "");
    host_ok(h->admin, crm4e_record_restore(h->admin, "Leads", id));
    assert_string_equal(pending(), "2090-01-17T09:00:00Z\n");
    (void)save(id, "Tower", "2001-01-01");
    assert_string_equal(pending(), "");
    (void)save(id, "Tower", "2090-01-10");
    (void)save(0, "Else", "2090-01-10");
    assert_int_equal(run(time_of("2090") + 6 * DAY, 10), 0);
    assert_int_equal(run(time_of("2090") + 7 * DAY, 10), 2);
    assert_rows("City", "Bern\n-\n");
    assert_string_equal(pending(), "");
}

/* Records that were there before their rule wait too. */
static void test_date_of_those_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++)
        (void)save(0, "Tower", i < 2 ? "2090-01-10" : "2001-01-10");
    (void)save(0, "Tower", NULL);
    host_apply(h, BY_DATE(", 'after': {'weeks': 1}", "Bern"));
    assert_string_equal(pending(), "2090-01-17T00:00:00Z\n2090-01-17T00:00:00Z\n");
    assert_int_equal(run(time_of("2090") + 15 * DAY, 10), 0);
    host_apply(h, BY_DATE(", 'after': {'weeks': 1}", "Bonn")); /* the same moments */
    assert_int_equal(waiting(), 2);
    host_apply(h, BY_DATE(", 'after': {'days': 1}", "Bonn"));
    assert_string_equal(pending(), "2090-01-11T00:00:00Z\n2090-01-11T00:00:00Z\n");
    assert_int_equal(run(time_of("2090") + 15 * DAY, 10), 2);
    assert_rows("City", "Bonn\nBonn\n-\n-\n");
}

static void test_date_repeats(void **state)
{
    (void)state;
    host_apply(h, BY_DATE(", 'repeat': 'yearly'", "Bern"));
    (void)save(0, "Tower", "2080-02-29");
    assert_string_equal(pending(), "2080-02-29T00:00:00Z\n");
    assert_int_equal(run(time_of("2081"), 10), 1);
    assert_string_equal(pending(), "2081-02-28T00:00:00Z\n");
    /* what was missed is made up for once */
    assert_int_equal(run(time_of("2084"), 10), 1);
    assert_string_equal(pending(), "2084-02-29T00:00:00Z\n");
}

/* Groups behind a date wait from it on, and go when it moves. */
static void test_date_and_groups(void **state)
{
    static const char rule[] =
        "{'workflows': [{'name': 'Dated', 'module': 'Leads', 'on': 'date_or_datetime',"
        " 'date': {'field': 'Due'}, 'conditions': [{'then': [" SET(
            "City", "Bern") "],"
                            " 'scheduled': [{'after': {'days': 2}, 'then': [" SET(
                                "City", "Rome") "]}]}]}]}";
    crm4e_id id;

    (void)state;
    host_apply(h, rule);
    id = save(0, "Tower", "2090-01-10");
    assert_int_equal(run(time_of("2090") + 10 * DAY, 10), 1);
    assert_string_equal(pending(), "2090-01-12T00:00:00Z\n");
    (void)save(id, "Tower", "2090-02-10");
    assert_string_equal(pending(), "2090-02-10T00:00:00Z\n");
    assert_int_equal(run(time_of("2091"), 10), 2);
    assert_rows("City", "Rome\n");
}

/* A rule that moves its own date waits for the new one. */
static void test_date_moves_itself(void **state)
{
    static const char rule[] =
        "{'workflows': [{'name': 'Dated', 'module': 'Leads', 'on': 'date_or_datetime',"
        " 'date': {'field': 'Due'}, 'conditions': [{'when': 'Company = `Tower`',"
        " 'then': [" SET("Due", "2095-05-05") "]}]}]}";

    (void)state;
    host_apply(h, rule);
    (void)save(0, "Tower", "2090-01-10");
    assert_int_equal(run(time_of("2091"), 10), 1);
    assert_string_equal(pending(), "2095-05-05T00:00:00Z\n");
}

/* What fails is told, and is over; it stops nothing behind it, whatever the policy. */
static void test_failure_goes_on(void **state)
{
    static const char rule[] =
        "{'workflows': [{'name': 'Later', 'module': 'Leads', 'on': 'create', 'on_failure': 'fail',"
        " 'conditions': [{'then': [], 'scheduled': ["
        "  {'after': {'days': 1}, 'then': [" SET(
            "City", "Rome") ","
                            "   {'add_tags': {'tags': ['A', 'B', 'C', 'D', 'E', 'F']}}]},"
                            "  {'after': {'days': 2}, 'then': [" SET("City", "Oslo") "]}]}]}]}";
    static const char *const runs[] = {"'result':'done'", "'result':'failed','message':'",
                                       "'version':1"};
    crm4e_text *text = NULL;
    crm4e_id id;

    (void)state;
    host_apply(h, "{'modules': [{'api_name': 'Leads', 'tags': [{'name': 'A'}, {'name': 'B'},"
                  " {'name': 'C'}, {'name': 'D'}, {'name': 'E'}, {'name': 'F'}, {'name': 'G'},"
                  " {'name': 'H'}, {'name': 'I'}, {'name': 'J'}, {'name': 'K'}]}]}");
    host_apply(h, rule);
    id = save(0, "Tower", NULL);
    for (const char *tag = "G\0H\0I\0J\0K\0"; *tag != '\0'; tag += 2)
        host_ok(h->admin, crm4e_record_tag(h->admin, "Leads", id, tag));
    host_ok(h->admin, crm4e_check(&text, h->org));
    crm4e_text_free(text);
    assert_int_equal(run(time_of("2090"), 10), 2);
    assert_int_equal(waiting(), 0);
    assert_rows("City", "Oslo\n");
    assert_runs(runs, 3);
}

static void test_list(void **state)
{
    crm4e_id first;
    crm4e_id second;
    crm4e_text *text = NULL;
    char piece[200];
    char *json;

    (void)state;
    host_apply(h, groups);
    host_apply(h, BY_DATE("", "Bern"));
    first = save(0, "Else", "2090-01-10");
    second = save(0, "Bank", NULL);
    host_ok(h->admin, crm4e_schedule_json(&text, h->admin, "Leads", first, 0, 10));
    (void)snprintf(piece, sizeof piece,
                   ",'due':'2090-01-10T00:00:00Z','module':'Leads','record':%lld,'rule':'Dated'}]",
                   (long long)first);
    json = host_json(piece);
    assert_non_null(strstr(crm4e_text_data(text), json));
    free(json);
    crm4e_text_free(text);
    host_ok(h->admin, crm4e_schedule_json(&text, h->admin, "Leads", second, 0, 10));
    assert_non_null(
        strstr(crm4e_text_data(text), "\"rule\":\"Later\",\"condition\":2,\"group\":1}]"));
    crm4e_text_free(text);
    host_ok(h->admin, crm4e_schedule_json(&text, h->admin, NULL, 0, INT64_MAX, 10));
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
    text = NULL;
    host_ok(h->admin, crm4e_schedule_json(&text, h->admin, "Deals", 0, 0, 10));
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
    text = NULL;
    host_refused(h->admin, crm4e_schedule_json(&text, h->admin, NULL, first, 0, 10),
                 CRM4E_E_INVALID, NULL);
    host_refused(h->admin, crm4e_schedule_json(&text, h->admin, "Deals", first, 0, 10),
                 CRM4E_E_NOT_FOUND, NULL);
    host_refused(h->admin, crm4e_schedule_json(&text, h->admin, "Dials", 0, 0, 10),
                 CRM4E_E_NOT_FOUND, NULL);
    host_refused(h->admin, crm4e_schedule_json(&text, h->admin, NULL, -1, 0, 10), CRM4E_E_INVALID,
                 NULL);
    host_refused(h->admin, crm4e_schedule_json(&text, h->admin, NULL, 0, -1, 10), CRM4E_E_INVALID,
                 NULL);
    host_refused(h->admin, crm4e_schedule_json(&text, h->admin, NULL, 0, 0, 0), CRM4E_E_INVALID,
                 NULL);
    host_refused(h->admin, crm4e_schedule_json(&text, h->admin, NULL, 0, 0, 1001), CRM4E_E_INVALID,
                 NULL);
    assert_null(text);
}

static void test_calls(void **state)
{
    crm4e_session *bo = host_session(h, "bo@acme.example");
    int32_t done = 7;
    crm4e_time next = 7;

    (void)state;
    host_refused(bo, crm4e_schedule_run(bo, 0, 1, &done), CRM4E_E_DENIED, NULL);
    host_refused(bo, crm4e_next_due(bo, &next), CRM4E_E_DENIED, NULL);
    host_refused(h->admin, crm4e_schedule_run(h->admin, -1, 1, &done), CRM4E_E_INVALID, NULL);
    host_refused(h->admin, crm4e_schedule_run(h->admin, 0, -1, &done), CRM4E_E_INVALID, NULL);
    assert_int_equal(crm4e_next_due(h->admin, NULL), CRM4E_E_MISUSE);
    host_ok(h->admin, crm4e_session_begin(h->admin));
    host_refused(h->admin, crm4e_schedule_run(h->admin, 0, 1, &done), CRM4E_E_MISUSE, NULL);
    host_ok(h->admin, crm4e_session_rollback(h->admin));
    host_ok(h->admin, crm4e_schedule_run(h->admin, 0, 1, NULL));
    assert_int_equal(done, 7);
    assert_int_equal(next, 7);
}

#define DATED(date)                                                                                \
    "{'workflows': [{'name': 'D', 'module': 'Leads', 'on': 'date_or_datetime', 'date': " date      \
    ", 'conditions': [{'then': [" SET("City", "X") "]}]}]}"
#define AFTER(span)                                                                                \
    "{'workflows': [{'name': 'D', 'module': 'Leads', 'on': 'create', 'conditions': [{'then': [], " \
    "'scheduled': [{'after': " span ", 'then': [" SET("City", "X") "]}]}]}]}"

static void test_refused_rules(void **state)
{
    (void)state;
    refused(DATED("{'field': 'No'}"), "names no field");
    refused(DATED("{'field': 'City'}"), "names no date or datetime");
    refused(DATED("{'field': 1}"), "names no field");
    refused(DATED("7"), "must be an object");
    refused(DATED("{'field': 'Due', 'x': 1}"), "no member that is known");
    refused(DATED("{'field': 'Due', 'at': '9:00'}"), "like \"09:00\"");
    refused(DATED("{'field': 'Due', 'at': '24:00'}"), "is no time of day");
    refused(DATED("{'field': 'Due', 'repeat': 'daily'}"), "not a word that is known");
    refused(DATED("{'field': 'Due', 'before': {'hours': 1}, 'at': '09:00'}"), "does not go with");
    refused(DATED("{'field': 'Due', 'before': {'days': 1}, 'after': {'days': 1}}"), "exclude");
    refused(AFTER("{'days': 0}"), "must count at least one");
    refused(AFTER("{'years': 101}"), "a hundred years at most");
    refused(AFTER("{'fortnights': 1}"), "names no unit of time");
    refused(AFTER("{}"), "one unit of time");
    refused("{'workflows': [{'name': 'D', 'module': 'Leads', 'on': 'create', 'date': {'field': "
            "'Due'}, 'conditions': [{'then': [" SET("City", "X") "]}]}]}",
            "date_or_datetime only");
    refused("{'workflows': [{'name': 'D', 'module': 'Leads', 'on': 'delete', 'conditions': [{"
            "'then': [{'notify': {'to': 'owner', 'subject': 'S'}}], 'scheduled': [{'after': {"
            "'days': 1}, 'then': [{'notify': {'to': 'owner', 'subject': 'S'}}]}]}]}]}",
            "on delete");
    refused(
        "{'workflows': [{'name': 'D', 'module': 'Leads', 'on': 'create', 'conditions': [{"
        "'then': [" SET("City", "X") "], 'scheduled': [{'after': {'days': 1}, 'then': []}]}]}]}",
        "names no action");
    refused("{'workflows': [{'name': 'D', 'module': 'Leads', 'on': 'create', 'conditions': [{"
            "'then': [" SET("City", "X") "], 'scheduled': 7}]}]}",
            "array of groups");
}

static crm4e_workflow *built;

static int build(crm4e_session *session, const crm4e_date_trigger_options *date, int32_t later)
{
    crm4e_module *leads = NULL;
    int rc = crm4e_module_open(&leads, session, "Leads");

    rc = rc < 0 ? rc : crm4e_workflow_new(&built, leads, "Built");
    rc = rc < 0 ? rc
         : date ? crm4e_workflow_on_date(built, date)
                : crm4e_workflow_on(built, CRM4E_ON_CREATE);
    for (int32_t i = 0; i < later && rc == CRM4E_OK; i++) {
        rc = crm4e_workflow_later(built, i + 1, CRM4E_DAYS);
        rc = rc < 0 ? rc : crm4e_workflow_then_update_field(built, "City", "Rome");
    }
    if (rc == CRM4E_OK && later == 0)
        rc = crm4e_workflow_then_update_field(built, "City", "Bern");
    rc = rc < 0 ? rc : crm4e_workflow_save(built);
    crm4e_workflow_free(built);
    crm4e_module_free(leads);
    built = NULL;
    return rc;
}

static void assert_exported(const char *piece)
{
    crm4e_text *text = NULL;
    char *json = host_json(piece);

    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    if (strstr(crm4e_text_data(text), json) == NULL)
        print_message("no %s\n", json);
    assert_non_null(strstr(crm4e_text_data(text), json));
    crm4e_text_free(text);
    free(json);
}

static void test_builder(void **state)
{
    crm4e_date_trigger_options date = CRM4E_DATE_TRIGGER_OPTIONS_INIT;
    crm4e_session *bo = host_session(h, "bo@acme.example");

    (void)state;
    assert_int_equal(crm4e_date_trigger_options_init(NULL), CRM4E_E_MISUSE);
    host_ok(h->admin, crm4e_date_trigger_options_init(&date));
    host_refused(h->admin, build(h->admin, &date, 0), CRM4E_E_MISUSE, NULL);
    date.field = "Due";
    date.repeat = 4;
    host_refused(h->admin, build(h->admin, &date, 0), CRM4E_E_INVALID, NULL);
    date.repeat = CRM4E_YEARLY;
    date.count = -3;
    host_refused(h->admin, build(h->admin, &date, 0), CRM4E_E_INVALID, NULL);
    date.unit = CRM4E_BUSINESS_DAYS;
    date.count = INT32_MIN;
    host_refused(h->admin, build(h->admin, &date, 0), CRM4E_E_INVALID, NULL);
    date.count = -3;
    date.at = "x";
    host_refused(h->admin, build(h->admin, &date, 0), CRM4E_E_INVALID, NULL);
    date.at = "08:30";
    host_refused(bo, build(bo, &date, 0), CRM4E_E_DENIED, NULL);
    host_refused(h->admin, build(h->admin, &date, 6), CRM4E_E_TOO_BIG, NULL);
    host_ok(h->admin, build(h->admin, &date, 2));
    assert_exported("'on':'date_or_datetime','date':{'field':'Due','before':{'business_days':3},"
                    "'at':'08:30','repeat':'yearly'},'conditions':[{'then':[],'scheduled':[{"
                    "'after':{'days':1},'then':[{'update_field':{'field':'City','value':'Rome'}}]},"
                    "{'after':{'days':2},");
    (void)save(0, "Tower", "2090-01-09"); /* a Monday */
    assert_string_equal(pending(), "2090-01-04T08:30:00Z\n");
}

static void test_dry_run(void **state)
{
    crm4e_module *leads = NULL;
    crm4e_text *text = NULL;
    crm4e_id id;

    (void)state;
    id = save(0, "Tower", "2090-01-10");
    host_apply(h, groups);
    host_apply(h, BY_DATE("", "Bern"));
    host_ok(h->admin, crm4e_module_open(&leads, h->admin, "Leads"));
    host_ok(h->admin, crm4e_dry_run_json(&text, leads, id, NULL));
    assert_non_null(strstr(crm4e_text_data(text), "{\"action\":\"schedule\",\"due\":\"20"));
    assert_non_null(strstr(crm4e_text_data(text), "Z\",\"actions\":[\"update_field\"]}"));
    assert_non_null(strstr(crm4e_text_data(text), "\"rule\":\"Dated\",\"result\":\"scheduled\""));
    assert_non_null(strstr(crm4e_text_data(text), "\"due\":\"2090-01-10T00:00:00Z\""));
    assert_int_equal(waiting(), 1);
    crm4e_text_free(text);
    crm4e_module_free(leads);
}

/* When a rule would act tells a date: not to its author when it is hidden from him since. */
static void test_dry_run_hides_dates(void **state)
{
    static const char *const hides[] = {
        "{'profiles': [{'name': 'Builder', 'fields': {'Leads': {'Meet': 'hidden'}}}]}",
        "{'profiles': [{'name': 'Builder', 'fields': {'Leads': {'Meet': 'read_write'}}}]}"};
    crm4e_session *bo = host_session(h, "bo@acme.example");
    crm4e_date_trigger_options date = CRM4E_DATE_TRIGGER_OPTIONS_INIT;
    crm4e_module *leads = NULL;
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;
    crm4e_id id;

    (void)state;
    date.field = "Meet";
    host_ok(bo, build(bo, &date, 0));
    host_ok(bo, crm4e_record_new(&record, bo, "Leads"));
    host_ok(bo, crm4e_record_set_text(record, "Last_Name", "L", CRM4E_NUL_TERMINATED));
    host_ok(bo, crm4e_record_set_text(record, "Company", "C", CRM4E_NUL_TERMINATED));
    host_ok(bo,
            crm4e_record_set_text(record, "Meet", "2090-01-10T09:00:00Z", CRM4E_NUL_TERMINATED));
    host_ok(bo, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    host_ok(bo, crm4e_module_open(&leads, bo, "Leads"));
    for (size_t i = 0; i < 2; i++) {
        host_apply(h, hides[i]);
        host_ok(bo, crm4e_dry_run_json(&text, leads, id, NULL));
        assert_int_equal(strstr(crm4e_text_data(text), "2090") != NULL, i == 1);
        crm4e_text_free(text);
        text = NULL;
    }
    crm4e_module_free(leads);
}

/* ------------------------------------------------------------- without memory */

static crm4e_record *starved;

static int save_starved(host *of)
{
    (void)of;
    return crm4e_record_save(starved);
}

static void none_waits(host *of)
{
    (void)of;
    assert_int_equal(waiting(), 0);
}

static int run_starved(host *of)
{
    return crm4e_schedule_run(of->admin, time_of("2099"), 1, NULL);
}

static void all_wait(host *of)
{
    (void)of;
    assert_int_equal(waiting(), 2);
    assert_rows("City", "-\n");
}

static void test_without_memory(void **state)
{
    (void)state;
    host_apply(h, BY_DATE("", "Bern"));
    host_apply(h, "{'workflows': [{'name': 'L', 'module': 'Leads', 'on': 'create', 'conditions': ["
                  "{'then': [], 'scheduled': [{'after': {'years': 90}, 'then': [" SET(
                      "City", "R") "]}]}]}]}");
    open_or_new(&starved, 0);
    host_ok(h->admin, crm4e_record_set_text(starved, "Last_Name", "L", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_set_text(starved, "Company", "Tower", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_set_text(starved, "Due", "2090-01-10", CRM4E_NUL_TERMINATED));
    host_starve(h, save_starved, none_waits);
    crm4e_record_free(starved);
    host_starve(h, run_starved, all_wait);
    assert_int_equal(waiting(), 1);
    assert_rows("City", "Bern\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_groups_when_due, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_groups_cancelled, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_groups_put_off, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_budget, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_rule_changed, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_rule_off_and_on, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_date_made_and_moved, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_date_of_those_there, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_date_repeats, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_date_and_groups, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_date_moves_itself, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_failure_goes_on, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_list, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_calls, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_refused_rules, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_builder, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_dry_run, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_dry_run_hides_dates, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_without_memory, setup, host_teardown),
    };

    return host_run("schedule", tests, sizeof tests / sizeof tests[0]);
}
