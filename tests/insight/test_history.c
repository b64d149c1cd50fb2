/* SPDX-License-Identifier: MIT */
/* What a record was, at every moment of its life, and for whom. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char people[] =
    "{'users': [{'email': 'bob@acme.example', 'profile': 'Clerk', 'role': 'Manager'},"
    "  {'email': 'cy@acme.example', 'profile': 'Closed'}],"
    " 'profiles': [{'name': 'Clerk', 'clone_of': 'Standard',"
    "   'fields': {'Things': {'Secret': 'hidden'}}},"
    "  {'name': 'Closed', 'clone_of': 'Standard', 'modules': {'Things': []}}],"
    " 'modules': [{'api_name': 'Things', 'org_default': 'public_read_only', 'fields': ["
    "   {'api_name': 'Secret', 'type': 'text'}, {'api_name': 'Price', 'type': 'currency', 'scale': "
    "2},"
    "   {'api_name': 'Hue', 'type': 'picklist', 'options': ['Red', 'Blue']},"
    "   {'api_name': 'Uses', 'type': 'multiselectpicklist', 'options': ['In', 'Out']},"
    "   {'api_name': 'At', 'type': 'datetime'}, {'api_name': 'Good', 'type': 'boolean'},"
    "   {'api_name': 'Twin', 'type': 'lookup', 'target': 'Things'}]}]}";

static int history_setup(void **state)
{
    int rc = host_setup(state);

    if (rc == 0)
        host_apply(*state, people);
    return rc;
}

/* The record as its reader has it now; malloc'd. */
static char *now(crm4e_session *session, crm4e_id id, crm4e_time *time)
{
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;
    char *copy;

    host_ok(session, crm4e_record_open(&record, session, "Things", id));
    if (time)
        assert_int_equal(crm4e_record_get_integer(record, "Modified_Time", time, NULL), CRM4E_ROW);
    host_ok(session, crm4e_record_json(&text, record));
    copy = strdup(crm4e_text_data(text));
    crm4e_text_free(text);
    crm4e_record_free(record);
    return copy;
}

static crm4e_id put(crm4e_session *session, crm4e_id id, const char *json)
{
    crm4e_record *record = NULL;
    char *text = host_json(json);

    if (id)
        host_ok(session, crm4e_record_open(&record, session, "Things", id));
    else
        host_ok(session, crm4e_record_new(&record, session, "Things"));
    host_ok(session, crm4e_record_set_json(record, text, CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    free(text);
    return id;
}

static void was(crm4e_session *session, crm4e_id id, crm4e_time time, const char *json)
{
    crm4e_text *text = NULL;

    host_ok(session, crm4e_record_as_of(&text, session, "Things", id, time));
    assert_string_equal(crm4e_text_data(text), json);
    crm4e_text_free(text);
}

static void was_not(crm4e_session *session, crm4e_id id, crm4e_time time)
{
    crm4e_text *text = NULL;

    host_refused(session, crm4e_record_as_of(&text, session, "Things", id, time), CRM4E_E_NOT_FOUND,
                 "no such record");
    assert_null(text);
}

static char *history(crm4e_session *session, crm4e_id id, int64_t before, int32_t limit)
{
    crm4e_history_options options;
    crm4e_text *text = NULL;
    char *copy;

    assert_int_equal(crm4e_history_options_init(&options), CRM4E_OK);
    options.before = before;
    options.limit = limit;
    host_ok(session, crm4e_record_history_json(&text, session, "Things", id, &options));
    copy = strdup(crm4e_text_data(text));
    crm4e_text_free(text);
    return copy;
}

static size_t lines(const char *json)
{
    size_t count = 0;

    for (; (json = strstr(json, "\"sequence\"")) != NULL; json++)
        count++;
    return count;
}

enum {
    STATES = 12
};

/* One life: what it was after each change, and when. */
typedef struct life {
    crm4e_id id;
    char *states[STATES];
    crm4e_time times[STATES];
    size_t count;
} life;

static void keep(life *l, crm4e_session *session)
{
    assert_true(l->count < STATES);
    l->states[l->count] = now(session, l->id, &l->times[l->count]);
    l->count++;
}

static void free_life(life *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->states[i]);
}

static life live(host *h)
{
    crm4e_session *ana = h->admin;
    crm4e_id bob = 0;
    char twin[80];
    life l = {0};

    host_ok(ana, crm4e_user_find(ana, "bob@acme.example", &bob));
    l.id = put(ana, 0, "{'Name': 'One', 'Price': '12.50', 'Hue': 'Red', 'Secret': 's'}");
    keep(&l, ana);
    (void)put(ana, l.id, "{'Name': 'Two', 'Uses': ['In', 'Out'], 'Price': null}");
    keep(&l, ana);
    (void)put(ana, l.id, "{'Secret': 't'}");
    keep(&l, ana);
    (void)snprintf(twin, sizeof twin, "{'Twin': %lld, 'At': '2026-01-05T09:00:00Z', 'Good': true}",
                   (long long)put(ana, 0, "{'Name': 'Twin'}"));
    (void)put(ana, l.id, twin);
    keep(&l, ana);
    (void)snprintf(twin, sizeof twin, "{'Owner': %lld, 'Hue': 'Blue'}", (long long)bob);
    (void)put(ana, l.id, twin);
    keep(&l, ana);
    host_ok(ana, crm4e_record_share(ana, "Things", l.id, CRM4E_SUBJECT_USER, bob,
                                    CRM4E_LEVEL_READ_ONLY, 0));
    host_ok(ana, crm4e_record_set_locked(ana, "Things", l.id, 1));
    keep(&l, ana);
    host_ok(ana, crm4e_record_set_locked(ana, "Things", l.id, 0));
    keep(&l, ana);
    return l;
}

static void test_every_moment(void **state)
{
    host *h = *state;
    crm4e_session *ana = h->admin;
    life l = live(h);
    size_t deleted = l.count;

    host_ok(ana, crm4e_record_delete(ana, "Things", l.id, 0));
    was_not(ana, l.id, l.times[0] + INT64_C(3600000000));
    for (size_t i = 0; i < l.count; i++)
        was(ana, l.id, l.times[i], l.states[i]);
    host_ok(ana, crm4e_record_restore(ana, "Things", l.id));
    keep(&l, ana);
    (void)put(ana, l.id, "{'Name': 'Last', 'Twin': null, 'Uses': ['Out']}");
    keep(&l, ana);
    was_not(ana, l.id, l.times[0] - 1);
    was_not(ana, l.id, INT64_MIN);
    was_not(ana, l.id, l.times[deleted] - 1);
    was(ana, l.id, INT64_MAX, l.states[l.count - 1]);
    for (size_t i = 0; i < l.count; i++) {
        was(ana, l.id, l.times[i], l.states[i]);
        if (i > 0 && i != deleted)
            was(ana, l.id, l.times[i] - 1, l.states[i - 1]);
    }
    free_life(&l);
}

/* Fields that are hidden now are hidden then, and a line of them is none. */
static void test_hidden(void **state)
{
    host *h = *state;
    crm4e_session *bob = host_session(h, "bob@acme.example");
    life l = live(h);
    char *mine = now(bob, l.id, NULL), *all, *few;
    crm4e_text *text = NULL;

    was(bob, l.id, INT64_MAX, mine);
    host_ok(bob, crm4e_record_as_of(&text, bob, "Things", l.id, l.times[2]));
    assert_null(strstr(crm4e_text_data(text), "Secret"));
    assert_non_null(strstr(crm4e_text_data(text), "\"Name\":\"Two\""));
    crm4e_text_free(text);
    all = history(h->admin, l.id, 0, 0);
    few = history(bob, l.id, 0, 0);
    assert_non_null(strstr(all, "\"Secret\""));
    assert_null(strstr(few, "\"Secret\""));
    assert_int_equal(lines(all), lines(few) + 1);
    free(all);
    free(few);
    free(mine);
    free_life(&l);
}

static void test_closed(void **state)
{
    host *h = *state;
    crm4e_session *cy = host_session(h, "cy@acme.example");
    crm4e_text *text = NULL;
    life l = live(h);

    host_refused(cy, crm4e_record_history_json(&text, cy, "Things", l.id, NULL), CRM4E_E_NOT_FOUND,
                 "no such module");
    host_refused(cy, crm4e_record_as_of(&text, cy, "Things", l.id, INT64_MAX), CRM4E_E_NOT_FOUND,
                 "no such module");
    assert_null(text);
    free_life(&l);
}

/* Of a private module: not its owner's superior, not its owner, nothing to be seen. */
static void test_bin(void **state)
{
    host *h = *state;
    crm4e_session *bob, *cy;
    crm4e_text *text = NULL;
    life l = live(h);
    char *lines_of;

    host_ok(h->admin, crm4e_record_delete(h->admin, "Things", l.id, 0));
    lines_of = history(h->admin, l.id, 0, 1);
    assert_non_null(strstr(lines_of, "\"action\":\"deleted\""));
    assert_non_null(strstr(lines_of, "\"user\":\"" HOST_ADMIN "\""));
    free(lines_of);
    host_apply(h, "{'modules': [{'api_name': 'Things', 'org_default': 'private'}],"
                  " 'users': [{'email': 'dee@acme.example', 'profile': 'Standard',"
                  "   'role': 'Manager'}]}");
    bob = host_session(h, "bob@acme.example");
    cy = host_session(h, "dee@acme.example");
    lines_of = history(bob, l.id, 0, 1);
    assert_int_equal(lines(lines_of), 1);
    free(lines_of);
    host_refused(cy, crm4e_record_history_json(&text, cy, "Things", l.id, NULL), CRM4E_E_NOT_FOUND,
                 "no such record");
    was_not(cy, l.id, l.times[2]);
    was_not(bob, l.id, INT64_MAX);
    free_life(&l);
}

static void test_pages(void **state)
{
    host *h = *state;
    life l = live(h);
    char *whole = history(h->admin, l.id, 0, 1000);
    size_t found = 0;
    int64_t before = 0;

    for (;;) {
        char *page = history(h->admin, l.id, before, 2);
        const char *last = NULL;
        long long sequence = 0;

        for (const char *at = page; (at = strstr(at, "\"sequence\"")) != NULL; at++, found++)
            last = at;
        if (last)
            assert_int_equal(sscanf(last, "\"sequence\":%lld", &sequence), 1);
        assert_true(before == 0 || sequence < before);
        before = sequence;
        free(page);
        if (!last)
            break;
    }
    assert_int_equal(found, lines(whole));
    free(whole);
    free_life(&l);
}

static void test_refused(void **state)
{
    host *h = *state;
    crm4e_session *ana = h->admin;
    crm4e_history_options bad = CRM4E_HISTORY_OPTIONS_INIT;
    crm4e_text *text = NULL;
    crm4e_id id = put(ana, 0, "{'Name': 'One'}");

    was_not(ana, id + 1, INT64_MAX);
    was_not(ana, 0, INT64_MAX);
    was_not(ana, -1, INT64_MAX);
    host_refused(ana, crm4e_record_history_json(&text, ana, "Things", id + 1, NULL),
                 CRM4E_E_NOT_FOUND, "no such record");
    host_refused(ana, crm4e_record_history_json(&text, ana, "Leads", id, NULL), CRM4E_E_NOT_FOUND,
                 "no such record");
    bad.limit = 1001;
    host_refused(ana, crm4e_record_history_json(&text, ana, "Things", id, &bad), CRM4E_E_INVALID,
                 "'limit' is 0 to 1000, nothing is negative");
    bad.limit = 0;
    bad.before = -1;
    host_refused(ana, crm4e_record_history_json(&text, ana, "Things", id, &bad), CRM4E_E_INVALID,
                 "'limit' is 0 to 1000, nothing is negative");
    assert_null(text);
}

/* Tags are those of then; one that the module dropped since was taken from its records first. */
static void test_tags(void **state)
{
    host *h = *state;
    crm4e_id id = put(h->admin, 0, "{'Name': 'A'}");
    char *versions[6];
    crm4e_time times[6];
    size_t count = 0;

    versions[count] = now(h->admin, id, &times[count]);
    count++;
    for (int step = 0; step < 4; step++) {
        (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
        if (step < 2)
            host_ok(h->admin, crm4e_record_tag(h->admin, "Things", id, step == 0 ? "VIP" : "Late"));
        else if (step == 2)
            host_ok(h->admin, crm4e_record_untag(h->admin, "Things", id, "VIP"));
        else
            (void)put(h->admin, id, "{'Price': 5}");
        versions[count] = now(h->admin, id, &times[count]);
        count++;
    }
    assert_non_null(strstr(versions[2], "VIP"));
    assert_null(strstr(versions[4], "VIP"));
    for (size_t i = 0; i < count; i++) {
        was(h->admin, id, times[i], versions[i]);
        free(versions[i]);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, history_setup, host_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_every_moment), TEST(test_hidden),  TEST(test_closed), TEST(test_bin),
        TEST(test_pages),        TEST(test_refused), TEST(test_tags),
    };

    return host_run("history", tests, sizeof tests / sizeof tests[0]);
}
