/* SPDX-License-Identifier: MIT */
/* Connections of closed sessions rest for the next ones: nobody may notice. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture.h"

enum {
    MANY = 12 /* more than rest */
};

static void ok(crm4e_session *session, int rc)
{
    if (rc < 0)
        fail_msg("%s", crm4e_error_message(crm4e_session_error(session)));
}

static int64_t leads(crm4e_session *session)
{
    return fixture_count(session, "select Last_Name from Leads");
}

static void whoever_comes_next_is_himself(void **state)
{
    fixture *f = *state;
    crm4e_session *sessions[MANY] = {NULL};

    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < MANY; i++) {
            const char *email = (i + round) % 2 == 0 ? BOB : "ana@acme.example";

            assert_int_equal(crm4e_session_open(&sessions[i], f->own.org, email), CRM4E_OK);
            assert_int_equal(crm4e_session_user(sessions[i]) == f->own.user, (i + round) % 2 == 0);
        }
        for (int i = 0; i < MANY; i++)
            crm4e_session_close(sessions[i]);
    }
}

/* What was not committed is gone with the session that began it. */
static void nothing_is_left_over(void **state)
{
    fixture *f = *state;
    crm4e_session *session = NULL;
    int64_t before = leads(f->own.session);

    for (int round = 0; round < 3; round++) {
        assert_int_equal(crm4e_session_open(&session, f->own.org, "ana@acme.example"), CRM4E_OK);
        ok(session, crm4e_session_begin(session));
        ok(session, fixture_lead(session, "Late", NULL));
        crm4e_session_close(session);
        assert_int_equal(crm4e_session_open(&session, f->own.org, "ana@acme.example"), CRM4E_OK);
        assert_int_equal(leads(session), before);
        ok(session, fixture_lead(session, "Kept", NULL));
        assert_int_equal(leads(f->own.session), ++before);
        crm4e_session_close(session);
    }
}

static void each_org_has_its_own(void **state)
{
    fixture *f = *state;
    crm4e_session *session = NULL;
    crm4e_org *again = NULL;
    int64_t here = leads(f->own.session);

    for (int round = 0; round < 3; round++) {
        assert_int_equal(crm4e_session_open(&session, f->own.org, BOB), CRM4E_OK);
        crm4e_session_close(session);
        assert_int_equal(crm4e_session_open(&session, f->other.org, "eve@other.example"), CRM4E_OK);
        assert_true(crm4e_session_user(session) != f->own.user);
        crm4e_session_close(session);
        /* one that is closed takes nothing along */
        assert_int_equal(crm4e_org_open(&again, f->engine, "Acme"), CRM4E_OK);
        assert_int_equal(crm4e_session_open(&session, again, "ana@acme.example"), CRM4E_OK);
        assert_int_equal(leads(session), here);
        crm4e_session_close(session);
        crm4e_org_close(again);
    }
}

static int setup(void **state)
{
    static fixture f;

    *state = &f;
    return fixture_open(&f, FIXTURE_SQLITE) == CRM4E_OK ? 0 : -1;
}

static int teardown(void **state)
{
    return fixture_close(*state) ? 0 : -1;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {TEST(whoever_comes_next_is_himself),
                                       TEST(nothing_is_left_over), TEST(each_org_has_its_own)};

    return _cmocka_run_group_tests("resting", tests, 3, NULL, NULL);
}
