/* SPDX-License-Identifier: MIT */
/* History that is old enough goes, bit by bit, and nothing pretends it is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "api/fixture.h"

#define DAY (INT64_C(86400) * 1000000)

static void ok(fixture *f, int rc)
{
    if (rc < 0)
        fail_msg("%s", crm4e_error_message(crm4e_session_error(f->own.session)));
}

static void put(fixture *f, const char *field, const char *value)
{
    crm4e_record *record = NULL;

    ok(f, crm4e_record_open(&record, f->own.session, "Leads", f->own.lead));
    ok(f, crm4e_record_set_text(record, field, value, CRM4E_NUL_TERMINATED));
    ok(f, crm4e_record_save(record));
    crm4e_record_free(record);
}

static void keep_days(fixture *f, int32_t days)
{
    crm4e_org_update_options options = CRM4E_ORG_UPDATE_OPTIONS_INIT;

    options.history_days = days;
    ok(f, crm4e_org_update(f->own.session, &options));
}

/* A round in calls of one budget; the number of lines it looked at. */
static int32_t purge(fixture *f, int32_t budget)
{
    int32_t done = budget, all = 0;

    while (done == budget) {
        ok(f, crm4e_history_purge(f->own.session, budget, &done));
        all += done;
    }
    return all;
}

static bool history_has(fixture *f, const char *text)
{
    crm4e_text *lines = NULL;
    bool has;

    ok(f, crm4e_record_history_json(&lines, f->own.session, "Leads", f->own.lead, NULL));
    has = strstr(crm4e_text_data(lines), text) != NULL;
    crm4e_text_free(lines);
    return has;
}

static void assert_clean(fixture *f)
{
    crm4e_text *problems = NULL;

    assert_int_equal(crm4e_check(&problems, f->own.org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(problems), "[]");
    crm4e_text_free(problems);
}

static int as_of(fixture *f, crm4e_time time)
{
    crm4e_text *text = NULL;
    int rc = crm4e_record_as_of(&text, f->own.session, "Leads", f->own.lead, time);

    crm4e_text_free(text);
    return rc;
}

static int feed(fixture *f, int64_t position)
{
    crm4e_text *text = NULL;
    int rc = crm4e_feed_json(&text, f->own.session, position, NULL);

    crm4e_text_free(text);
    return rc;
}

/* Who stood before what is gone hears that it is; who had heard of it goes on. */
static void assert_feed_cut(fixture *f, int64_t heard)
{
    const char *message;

    assert_int_equal(feed(f, heard), CRM4E_OK);
    assert_int_equal(feed(f, heard - 1), CRM4E_E_INVALID);
    message = crm4e_error_message(crm4e_session_error(f->own.session));
    assert_string_equal(message,
                        "changes behind this position were purged with the history: start anew");
    assert_string_equal(crm4e_error_rule(crm4e_session_error(f->own.session)), "start_anew");
    assert_int_equal(feed(f, 0), CRM4E_E_INVALID);
}

static void rounds(fixture *f, int32_t budget)
{
    crm4e_time start = f->time;
    int64_t heard = 0;

    put(f, "City", "Rome");
    put(f, "City", "Oslo");
    assert_int_equal(purge(f, budget), 0); /* history stays unless told otherwise */
    keep_days(f, 30);
    ok(f, crm4e_feed_position(f->own.session, &heard));
    f->time = start + 20 * DAY;
    put(f, "City", "Bern");
    assert_int_equal(purge(f, budget), 0);
    assert_int_equal(as_of(f, start - DAY), CRM4E_E_NOT_FOUND);
    assert_int_equal(feed(f, 0), CRM4E_OK);
    assert_true(history_has(f, "\"Rome\""));
    f->time = start + 40 * DAY;
    assert_true(purge(f, budget) > 4);
    assert_feed_cut(f, heard);
    assert_false(history_has(f, "\"Rome\""));
    assert_true(history_has(f, "\"Bern\""));
    assert_int_equal(as_of(f, start + 5 * DAY), CRM4E_E_INVALID);
    assert_non_null(strstr(crm4e_error_message(crm4e_session_error(f->own.session)),
                           "the history goes back to 2027-01-"));
    assert_int_equal(as_of(f, start + 30 * DAY), CRM4E_OK);
    assert_clean(f);
    f->time = start + 80 * DAY;
    assert_true(purge(f, budget) > 1);
    assert_false(history_has(f, "\"Bern\""));
    assert_true(history_has(f, "\"action\":\"updated\""));
    assert_clean(f);
    put(f, "City", "Riga");
    keep_days(f, -1);
    assert_int_equal(purge(f, budget), 0);
    assert_int_equal(as_of(f, start + 20 * DAY), CRM4E_E_INVALID);
    assert_int_equal(as_of(f, f->time), CRM4E_OK);
    assert_clean(f);
}

static void test_all_at_once(void **state)
{
    rounds(*state, 1000);
}

static void test_one_by_one(void **state)
{
    rounds(*state, 1);
}

static void test_refused(void **state)
{
    fixture *f = *state;
    crm4e_session *bob = NULL;
    int32_t done = -1;

    ok(f, crm4e_session_open(&bob, f->own.org, "bob@acme.example"));
    assert_int_equal(crm4e_history_purge(bob, 10, &done), CRM4E_E_DENIED);
    assert_int_equal(crm4e_history_purge(f->own.session, 0, &done), CRM4E_E_INVALID);
    assert_int_equal(crm4e_history_purge(f->own.session, 100001, &done), CRM4E_E_INVALID);
    assert_int_equal(done, -1);
    ok(f, crm4e_history_purge(f->own.session, 10, NULL));
    crm4e_session_close(bob);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_at_once, fixture_in_memory, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_all_at_once, fixture_in_sqlite, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_one_by_one, fixture_in_memory, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_refused, fixture_in_memory, fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
