/* SPDX-License-Identifier: MIT */
/* Settings of an org by call: what they say, what they refuse, editions up and
 * down, and trials with clocks that go wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"

#define assert_ok(rc) assert_int_equal(rc, CRM4E_OK)
#define DAY           (INT64_C(86400) * 1000000)

static void assert_has(fixture *f, const char *part, bool wanted)
{
    crm4e_text *text = NULL;

    assert_ok(crm4e_org_json(&text, f->own.session));
    if ((strstr(crm4e_text_data(text), part) != NULL) != wanted)
        fail_msg("%s %s", crm4e_text_data(text), part);
    crm4e_text_free(text);
}

static void assert_clean(fixture *f)
{
    crm4e_text *text = NULL;

    assert_ok(crm4e_check(&text, f->own.org));
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
}

static int buy(fixture *f, crm4e_edition edition, int64_t crm, int64_t team)
{
    crm4e_org_update_options change = CRM4E_ORG_UPDATE_OPTIONS_INIT;

    change.edition = edition;
    change.crm_licences = crm;
    change.team_licences = team;
    return crm4e_org_update(f->own.session, &change);
}

static int make_space(fixture *f, int number)
{
    crm4e_space_options options = CRM4E_SPACE_OPTIONS_INIT;
    crm4e_space *space = NULL;
    char name[16];
    int rc;

    (void)snprintf(name, sizeof name, "Room %d", number);
    options.name = name;
    rc = crm4e_space_create(&space, f->own.session, &options);
    crm4e_space_free(space);
    return rc;
}

static void everything_changes(void **state)
{
    fixture *f = *state;
    crm4e_org_update_options change = CRM4E_ORG_UPDATE_OPTIONS_INIT;

    change.edition = CRM4E_EDITION_CRM_PLUS;
    change.ui_mode = CRM4E_UI_CLASSIC;
    change.crm_licences = 70;
    change.team_licences = -1;
    change.locale = "zh-CN";
    change.time_zone = "Asia/Shanghai";
    change.hierarchy = CRM4E_HIERARCHY_REPORTING_TO;
    change.fiscal_month = 4;
    change.crm4e = 2;
    assert_ok(crm4e_org_update(f->own.session, &change));
    assert_has(f,
               "{\"name\":\"Acme\",\"edition\":\"crm_plus\",\"crm_licences\":70,"
               "\"team_licences\":0,\"locale\":\"zh-CN\",\"time_zone\":\"Asia/Shanghai\","
               "\"currency\":\"USD\",\"fiscal_month\":4,\"ui_mode\":\"classic\","
               "\"hierarchy\":\"reporting_to\",\"crm4e\":false,\"edition_now\":\"crm_plus\"}",
               true);
    change = (crm4e_org_update_options)CRM4E_ORG_UPDATE_OPTIONS_INIT;
    unchanged_mark(&f->watch);
    assert_ok(crm4e_org_update(f->own.session, &change));
    assert_ok(buy(f, CRM4E_EDITION_CRM_PLUS, 70, -1));
    assert_null(unchanged_rows_problem(&f->watch));
    change.crm4e = 1;
    assert_ok(crm4e_org_update(f->own.session, &change));
    assert_has(f, "\"crm4e\":true", true);
    assert_clean(f);
}

static void nonsense_is_refused(void **state)
{
    static const crm4e_org_update_options cases[] = {
        {.edition = 99},       {.ui_mode = 9},          {.crm_licences = -2},
        {.team_licences = -2}, {.hierarchy = 7},        {.crm_licences = INT64_MAX},
        {.locale = "english"}, {.time_zone = "+08:00"}, {.currency = "yen"},
        {.fiscal_month = 13},  {.fiscal_month = -1},    {.crm4e = 3},
        {.crm4e = -1},         {.reserved = 1},         {.team_licences = INT64_MIN},
        {.locale = "\xff"},    {.currency = ""},
    };
    fixture *f = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm4e_org_update_options change = cases[i];

        change.struct_size = sizeof change;
        unchanged_mark(&f->watch);
        if (crm4e_org_update(f->own.session, &change) != CRM4E_E_INVALID)
            fail_msg("case %zu", i);
        assert_null(unchanged_problem(&f->watch));
    }
}

static void others_are_denied(void **state)
{
    fixture *f = *state;
    crm4e_org_update_options change = CRM4E_ORG_UPDATE_OPTIONS_INIT;
    crm4e_session *bob = NULL;
    crm4e_text *text = NULL;

    assert_ok(crm4e_session_open(&bob, f->own.org, BOB));
    assert_int_equal(crm4e_org_update(bob, &change), CRM4E_E_DENIED);
    assert_int_equal(crm4e_org_start_trial(bob, CRM4E_EDITION_ULTIMATE, 0), CRM4E_E_DENIED);
    assert_ok(crm4e_org_json(&text, bob));
    crm4e_text_free(text);
    crm4e_session_close(bob);
}

static void the_currency_stays_once_there_are_amounts(void **state)
{
    fixture *f = *state;
    crm4e_org_update_options change = CRM4E_ORG_UPDATE_OPTIONS_INIT;
    handle_set fresh = {0};
    crm4e_record *lead = NULL;
    crm4e_id id = 0;

    change.currency = "JPY";
    assert_ok(fixture_org(f, "Fresh", ANA, &fresh));
    assert_ok(crm4e_org_update(fresh.session, &change));
    assert_ok(crm4e_record_delete(f->own.session, "Leads", f->own.lead, 0));
    assert_int_equal(crm4e_org_update(f->own.session, &change), CRM4E_E_CONFLICT); /* in the bin */
    change.currency = "EUR";
    assert_ok(fixture_lead(fresh.session, "Rich", &id));
    assert_ok(crm4e_record_open(&lead, fresh.session, "Leads", id));
    assert_ok(crm4e_record_set_decimal(lead, "Annual_Revenue", "12.50"));
    assert_ok(crm4e_record_save(lead));
    unchanged_mark(&f->watch);
    assert_int_equal(crm4e_org_update(fresh.session, &change), CRM4E_E_CONFLICT);
    assert_null(unchanged_rows_problem(&f->watch));
    assert_string_equal(crm4e_error_rule(crm4e_session_error(fresh.session)), "amounts");
    change.currency = "JPY"; /* as it is */
    assert_ok(crm4e_org_update(fresh.session, &change));
    crm4e_record_free(lead);
}

/* Twenty spaces under a limit of five: all work on, none is added. */
static void a_smaller_edition_takes_nothing_away(void **state)
{
    fixture *f = *state;
    crm4e_user_options user = CRM4E_USER_OPTIONS_INIT;
    crm4e_space *space = NULL;

    for (int i = 1; i < 20; i++) /* one is there */
        assert_ok(make_space(f, i));
    assert_ok(buy(f, CRM4E_EDITION_STANDARD, 1, -1)); /* two users in one licence */
    assert_int_equal(make_space(f, 20), CRM4E_E_LIMIT);
    assert_int_equal(crm4e_error_limit(crm4e_session_error(f->own.session)), 5);
    assert_int_equal(crm4e_error_current(crm4e_session_error(f->own.session)), 20);
    assert_ok(crm4e_space_open(&space, f->own.session, "Room 19"));
    assert_ok(crm4e_space_add_member(space, f->own.user, 1));
    crm4e_space_free(space);
    user.email = BOB;
    user.name = "Robert";
    assert_ok(crm4e_user_update(f->own.session, &user));
    assert_ok(fixture_lead(f->own.session, "Still", NULL));
    user.status = CRM4E_USER_INACTIVE;
    assert_ok(crm4e_user_update(f->own.session, &user));
    user.status = CRM4E_USER_ACTIVE;
    assert_int_equal(crm4e_user_update(f->own.session, &user), CRM4E_E_LIMIT);
    assert_ok(buy(f, CRM4E_EDITION_FREE, 0, 0));
    assert_ok(crm4e_user_update(f->own.session, &user)); /* three there */
    assert_int_equal(make_space(f, 20), CRM4E_E_LIMIT);
    assert_ok(buy(f, CRM4E_EDITION_ENTERPRISE, 10, 0));
    assert_ok(make_space(f, 20));
    assert_clean(f);
}

static void a_trial_lasts_and_ends(void **state)
{
    fixture *f = *state;

    assert_ok(buy(f, CRM4E_EDITION_STANDARD, 0, 0));
    for (int i = 1; i < 5; i++)
        assert_ok(make_space(f, i));
    assert_int_equal(make_space(f, 5), CRM4E_E_LIMIT);
    assert_ok(crm4e_org_start_trial(f->own.session, CRM4E_EDITION_ULTIMATE, 0));
    assert_has(f, "\"edition\":\"standard\"", true);
    assert_has(f, "\"edition_now\":\"ultimate\",\"trial\":{\"edition\":\"ultimate\"", true);
    f->time += 15 * DAY - DAY / 2;
    assert_ok(make_space(f, 5));
    assert_ok(make_space(f, 6));
    f->time += DAY;
    assert_has(f, "\"edition_now\":\"standard\"", true);
    assert_has(f, "\"runs\":false}", true);
    assert_int_equal(make_space(f, 7), CRM4E_E_LIMIT);
    assert_int_equal(crm4e_error_limit(crm4e_session_error(f->own.session)), 5);
    assert_int_equal(crm4e_error_current(crm4e_session_error(f->own.session)), 7);
    assert_int_equal(crm4e_org_start_trial(f->own.session, CRM4E_EDITION_ULTIMATE, 0),
                     CRM4E_E_CONFLICT);
    assert_clean(f);
}

/* The last moment counts, the end itself does not. */
static void a_trial_ends_to_the_moment(void **state)
{
    fixture *f = *state;
    int64_t start = f->time;

    assert_ok(buy(f, CRM4E_EDITION_FREE, 0, 0));
    assert_ok(crm4e_org_start_trial(f->own.session, CRM4E_EDITION_STANDARD, 1));
    f->time = start + DAY - 1000000; /* each question takes a millisecond */
    assert_has(f, "\"runs\":true", true);
    f->time = start + DAY + 1000000;
    assert_has(f, "\"runs\":false", true);
}

static void what_a_trial_refuses(void **state)
{
    static const struct {
        crm4e_edition edition;
        int32_t days;
    } cases[] = {{0, 0},
                 {99, 0},
                 {CRM4E_EDITION_FREE, 0},
                 {CRM4E_EDITION_ENTERPRISE, 0},
                 {CRM4E_EDITION_ZOHO_ONE, 0}, /* no more than enterprise */
                 {CRM4E_EDITION_ULTIMATE, -1},
                 {CRM4E_EDITION_ULTIMATE, 366}};
    fixture *f = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        unchanged_mark(&f->watch);
        assert_int_equal(crm4e_org_start_trial(f->own.session, cases[i].edition, cases[i].days),
                         CRM4E_E_INVALID);
        assert_null(unchanged_problem(&f->watch));
    }
    assert_ok(crm4e_org_start_trial(f->own.session, CRM4E_EDITION_CRM_PLUS, 365));
    assert_int_equal(crm4e_org_start_trial(f->own.session, CRM4E_EDITION_ULTIMATE, 1),
                     CRM4E_E_CONFLICT);
}

/* Buying during a trial: the larger of the two counts. */
static void a_trial_takes_nothing_away(void **state)
{
    fixture *f = *state;

    assert_ok(buy(f, CRM4E_EDITION_STANDARD, 0, 0));
    assert_ok(crm4e_org_start_trial(f->own.session, CRM4E_EDITION_PROFESSIONAL, 0));
    assert_ok(buy(f, CRM4E_EDITION_ULTIMATE, 0, 0));
    assert_has(f, "\"edition_now\":\"ultimate\"", true);
    assert_ok(buy(f, CRM4E_EDITION_FREE, 0, 0));
    assert_has(f, "\"edition_now\":\"professional\"", true);
}

/* How the end was seen before the clock went back. */
enum {
    BY_A_WRITE,
    BY_A_REFUSAL,
    BY_A_NO_OP,
    BY_A_ROLLBACK,
    BY_A_READ
};

static void see_the_end(fixture *f, int how)
{
    crm4e_org_update_options change = CRM4E_ORG_UPDATE_OPTIONS_INIT;

    switch (how) {
    case BY_A_WRITE: assert_ok(fixture_lead(f->own.session, "Late", NULL)); break;
    case BY_A_REFUSAL: assert_int_equal(make_space(f, 9), CRM4E_E_LIMIT); break;
    case BY_A_NO_OP: assert_ok(crm4e_org_update(f->own.session, &change)); break;
    case BY_A_ROLLBACK:
        assert_ok(crm4e_session_begin(f->own.session));
        assert_int_equal(make_space(f, 9), CRM4E_E_LIMIT);
        assert_ok(crm4e_session_rollback(f->own.session));
        break;
    default: assert_has(f, "\"runs\":false", true); break;
    }
}

static void a_clock_set_back(fixture *f, int how)
{
    assert_ok(buy(f, CRM4E_EDITION_FREE, 0, 0));
    assert_ok(crm4e_org_start_trial(f->own.session, CRM4E_EDITION_ULTIMATE, 2));
    assert_ok(make_space(f, 1));
    f->time += 3 * DAY;
    see_the_end(f, how);
    f->time -= 2 * DAY;
    assert_has(f, "\"runs\":false", how != BY_A_READ);
    assert_int_equal(make_space(f, 2), how == BY_A_READ ? CRM4E_OK : CRM4E_E_LIMIT);
    f->time += 2 * DAY;
    assert_int_equal(make_space(f, 3), CRM4E_E_LIMIT);
    assert_clean(f);
}

#define SET_BACK(name, how)                                                                        \
    static void name(void **state)                                                                 \
    {                                                                                              \
        a_clock_set_back(*state, how);                                                             \
    }
SET_BACK(a_clock_set_back_after_a_write, BY_A_WRITE)
SET_BACK(a_clock_set_back_after_a_refusal, BY_A_REFUSAL)
SET_BACK(a_clock_set_back_after_a_no_op, BY_A_NO_OP)
SET_BACK(a_clock_set_back_after_a_rollback, BY_A_ROLLBACK)
SET_BACK(a_clock_set_back_after_a_read, BY_A_READ)

/* Also for who opens the database anew. */
static void the_end_is_kept(void **state)
{
    fixture *f = *state;

    assert_ok(buy(f, CRM4E_EDITION_FREE, 0, 0));
    assert_ok(crm4e_org_start_trial(f->own.session, CRM4E_EDITION_ULTIMATE, 2));
    f->time += 3 * DAY;
    assert_int_equal(make_space(f, 1), CRM4E_E_LIMIT);
    crm4e_engine_close(f->engine);
    f->time -= 3 * DAY;
    assert_ok(crm4e_engine_open(&f->engine, &f->engine_options));
    assert_ok(crm4e_org_open(&f->own.org, f->engine, "Acme"));
    assert_ok(crm4e_session_open(&f->own.session, f->own.org, ANA));
    assert_has(f, "\"runs\":false", true);
    assert_int_equal(make_space(f, 1), CRM4E_E_LIMIT);
}

/* Ahead by mistake and back: within the trial it goes on to its end, past it the trial is over;
 * and none can be started that would last until the clock is there again. */
static void a_clock_that_ran_ahead(void **state)
{
    fixture *f = *state;
    int64_t start = f->time;

    assert_ok(buy(f, CRM4E_EDITION_FREE, 0, 0));
    f->time = start + 1000 * DAY;
    assert_ok(fixture_lead(f->own.session, "Ahead", NULL));
    f->time = start;
    unchanged_mark(&f->watch);
    assert_int_equal(crm4e_org_start_trial(f->own.session, CRM4E_EDITION_ULTIMATE, 15),
                     CRM4E_E_CONFLICT);
    assert_string_equal(crm4e_error_rule(crm4e_session_error(f->own.session)), "clock");
    assert_null(unchanged_rows_problem(&f->watch));
    f->time = start + 990 * DAY;
    assert_ok(crm4e_org_start_trial(f->own.session, CRM4E_EDITION_ULTIMATE, 15));
    f->time = start + 1004 * DAY;
    assert_ok(make_space(f, 1));
    f->time = start + 991 * DAY;
    assert_ok(make_space(f, 2));
    f->time = start + 1005 * DAY;
    assert_int_equal(make_space(f, 3), CRM4E_E_LIMIT);
}

#define ON_BOTH(test)                                                                              \
    cmocka_unit_test_setup_teardown(test, fixture_in_memory, fixture_teardown),                    \
        cmocka_unit_test_setup_teardown(test, fixture_in_sqlite, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(everything_changes),
        ON_BOTH(nonsense_is_refused),
        ON_BOTH(others_are_denied),
        ON_BOTH(the_currency_stays_once_there_are_amounts),
        ON_BOTH(a_smaller_edition_takes_nothing_away),
        ON_BOTH(a_trial_lasts_and_ends),
        ON_BOTH(a_trial_ends_to_the_moment),
        ON_BOTH(what_a_trial_refuses),
        ON_BOTH(a_trial_takes_nothing_away),
        ON_BOTH(a_clock_set_back_after_a_write),
        ON_BOTH(a_clock_set_back_after_a_refusal),
        ON_BOTH(a_clock_set_back_after_a_no_op),
        ON_BOTH(a_clock_set_back_after_a_rollback),
        ON_BOTH(a_clock_set_back_after_a_read),
        ON_BOTH(the_end_is_kept),
        ON_BOTH(a_clock_that_ran_ahead),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
