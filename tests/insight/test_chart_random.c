/* SPDX-License-Identifier: MIT */
/* Random things for the users of a role tree: buckets add up to what the user
 * lists, each lists its own records, and a slow count agrees. */
#include "chart_steps.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    THINGS = 250,
    ACCOUNTS = 12,
    IDS_MOST = 512
};

typedef struct thing {
    crm4e_id id;
    int owner;
    int pick; /* -1: none, as below */
    int link;
    int number;
    int hours; /* after 2026-03-06T00:00:00Z */
} thing;

static const char *const emails[] = {"ana@x.example", "cid@x.example", "dan@x.example",
                                     "ben@x.example", ORG_ADMIN};
enum {
    USERS = 5
};
static const char *const picks[] = {"Red", "Green", "Blue"};
static const char *const words[] = {"Apple", "APPLE", "apple pie", "Äpple", "a; b"};
static thing things[THINGS];
static int account_owners[ACCOUNTS];
static crm4e_id account_ids[ACCOUNTS];
static uint64_t seed;

static unsigned roll(unsigned sides)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % sides;
}

/* Reps their own, the manager theirs too, the administrator everything. */
static bool sees(int user, int owner)
{
    return user == 4 || user == owner || (user == 3 && owner < 3);
}

static void add_account(steps *s, int i)
{
    char json[128];
    account_owners[i] = (int)roll(USERS);
    (void)snprintf(json, sizeof json, "{'Account_Name': 'Account %02d', 'Owner': '%s'}", i,
                   emails[account_owners[i]]);
    assert_ok(create(s, "Accounts", json, &account_ids[i]));
}

static void add_thing(steps *s, thing *t)
{
    char json[512];
    int used;
    *t = (thing){.owner = (int)roll(USERS),
                 .pick = (int)roll(4) - 1,
                 .link = (int)roll(ACCOUNTS + 1) - 1,
                 .number = (int)roll(2001) - 1000,
                 .hours = (int)roll(120)};
    used = snprintf(json, sizeof json,
                    "{'Name': 'a', 'Owner': '%s', 'Dec': %d.%02d,"
                    " 'Time': '2026-03-%02dT%02d:30:00Z', 'Word': '%s'",
                    emails[t->owner], t->number, (int)roll(100), 6 + t->hours / 24, t->hours % 24,
                    words[roll(5)]);
    if (t->pick >= 0)
        used += snprintf(json + used, sizeof json - (size_t)used, ", 'Pick': '%s', 'Picks': ['%s']",
                         picks[t->pick], roll(2) ? "A" : "C");
    if (t->link >= 0)
        used += snprintf(json + used, sizeof json - (size_t)used, ", 'Link': %lld",
                         (long long)account_ids[t->link]);
    (void)snprintf(json + used, sizeof json - (size_t)used, "}");
    t->id = add(s, json);
}

static int compare_ids(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Buckets of one-valued keys are disjoint and cover what the user lists, but
 * for those whose records nobody can ask for. */
static void check_cover(steps *s, int64_t listed)
{
    static int64_t ids[IDS_MOST];
    size_t used = 0;
    int64_t counted = 0;
    int64_t unlisted = 0;
    for (size_t i = 0; i < chart_result->bucket_count; i++) {
        int64_t count = ids_of(s, i, ids + used, IDS_MOST - used);
        counted += chart_result->buckets[i].count;
        if (count < 0)
            unlisted += chart_result->buckets[i].count;
        else
            used += (size_t)count;
    }
    assert_true(counted == listed && chart_result->total == listed);
    assert_true((int64_t)used + unlisted == listed);
    qsort(ids, used, sizeof *ids, compare_ids);
    for (size_t i = 1; i < used; i++)
        assert_true(ids[i - 1] != ids[i]);
}

/* Others never without criteria here but beside restricted records. */
static void check_shapes(steps *s)
{
    static const char *const keys[] = {"'Pick'",
                                       "'Owner'",
                                       "'Word'",
                                       "'Time:day'",
                                       "'Link'",
                                       "'Owner', 'Time:day'",
                                       "'Time:week', 'Pick'",
                                       "'Link', 'Pick'"};
    char json[256];
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        for (int top = 0; top < 4; top++) {
            int64_t listed = 0;
            char first[16] = "";
            assert_ok(count_of(s, "select id from Things where Dec > -500", &listed));
            if (top > 0)
                (void)snprintf(first, sizeof first, ", 'top': %d", top);
            (void)snprintf(json, sizeof json,
                           "{'module': 'Things', 'group_by': [%s], 'fill': true, 'measures':"
                           " ['sum:Dec', 'count_distinct:Dec'], 'where': 'Dec > -500'%s}",
                           keys[i], first);
            assert_ok(run_chart_unlisted(s, json));
            check_cover(s, listed);
        }
    }
}

static void check_keys(steps *s)
{
    static const char *const keys[] = {
        "'Pick'",         "'Owner'",         "'Link'",         "'Word'",
        "'Dec'",          "'Time:day'",      "'Time:week'",    "'Pick', 'Time:day'",
        "'Link', 'Pick'", "'Link', 'Owner'", "'Word', 'Pick'", "'Time:month', 'Link'"};
    static const char *const wheres[] = {"", ", 'where': 'Dec > 0 or Pick = `Red`'"};
    char json[256];
    char text[256];
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        for (size_t j = 0; j < 2; j++) {
            int64_t listed = 0;
            (void)snprintf(text, sizeof text, "select id from Things%s",
                           j == 0 ? "" : " where Dec > 0 or Pick = 'Red'");
            assert_ok(count_of(s, text, &listed));
            (void)snprintf(json, sizeof json,
                           "{'module': 'Things', 'group_by': [%s], 'measures': ['sum:Dec',"
                           " 'avg:Dec', 'min:Dec', 'max:Dec', 'count']%s}",
                           keys[i], wheres[j]);
            assert_ok(run_chart(s, json));
            check_cover(s, listed);
        }
    }
}

/* Counted by hand: things of each stage and account. */
static void check_by_hand(steps *s, int user)
{
    int64_t by_pick[4] = {0};
    int64_t by_link[ACCOUNTS + 2] = {0}; /* none, each, restricted */
    for (int i = 0; i < THINGS; i++) {
        const thing *t = &things[i];
        if (!sees(user, t->owner))
            continue;
        by_pick[t->pick + 1]++;
        if (t->link >= 0 && !sees(user, account_owners[t->link]))
            by_link[ACCOUNTS + 1]++;
        else
            by_link[t->link + 1]++;
    }
    assert_ok(run_chart(s, "{'module': 'Things', 'group_by': ['Pick']}"));
    size_t at = 0;
    for (size_t i = 0; i < 4; i++) {
        if (by_pick[i] > 0)
            assert_true(chart_result->buckets[at++].count == by_pick[i]);
    }
    assert_int_equal(chart_result->bucket_count, at);
    assert_ok(run_chart(s, "{'module': 'Things', 'group_by': ['Link']}"));
    at = 0;
    for (size_t i = 0; i < ACCOUNTS + 2; i++) {
        if (by_link[i] == 0)
            continue;
        assert_int_equal(chart_result->buckets[at].restricted[0], i == ACCOUNTS + 1);
        assert_true(chart_result->buckets[at++].count == by_link[i]);
    }
    assert_int_equal(chart_result->bucket_count, at);
}

static void random_things(void **state)
{
    steps *s = *state;
    seed = 20260308;
    assert_ok(put_user(s, "{'email': 'ben@x.example', 'time_zone': 'America/New_York'}"));
    for (int i = 0; i < ACCOUNTS; i++)
        add_account(s, i);
    for (int i = 0; i < THINGS; i++)
        add_thing(s, &things[i]);
    for (int user = 0; user < USERS; user++) {
        act_as(s, emails[user]);
        check_by_hand(s, user);
        check_keys(s);
        check_shapes(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(random_things, chart_setup, chart_teardown),
    };
    return steps_run("random charts", tests, sizeof tests / sizeof tests[0]);
}
