/* SPDX-License-Identifier: MIT */
/* Transactions that span calls: what commits, what rolls back, and that a call
 * that fails inside takes nothing with it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"

static const char all[] = "select Last_Name from Leads";

static void committing_and_rolling_back(void **state)
{
    fixture *f = *state;
    crm4e_session *ana = f->own.session;

    assert_int_equal(crm4e_session_commit(ana), CRM4E_E_MISUSE);
    assert_int_equal(crm4e_session_rollback(ana), CRM4E_E_MISUSE);
    assert_int_equal(crm4e_session_begin(ana), CRM4E_OK);
    assert_int_equal(crm4e_session_begin(ana), CRM4E_E_MISUSE);
    assert_int_equal(fixture_lead(ana, "Three", NULL), CRM4E_OK);
    assert_int_equal(fixture_count(ana, all), 3);
    assert_int_equal(crm4e_session_rollback(ana), CRM4E_OK);
    assert_int_equal(fixture_count(ana, all), 2);
    assert_int_equal(crm4e_session_begin(ana), CRM4E_OK);
    assert_int_equal(fixture_lead(ana, "Three", NULL), CRM4E_OK);
    assert_int_equal(crm4e_session_commit(ana), CRM4E_OK);
    assert_int_equal(fixture_count(ana, all), 3);
}

/* Nobody else sees what is not committed, and nobody else writes meanwhile. */
static void others_see_it_when_it_is_committed(void **state)
{
    fixture *f = *state;
    crm4e_session *bob = NULL;

    assert_int_equal(crm4e_session_open(&bob, f->own.org, BOB), CRM4E_OK);
    assert_int_equal(crm4e_session_begin(f->own.session), CRM4E_OK);
    assert_int_equal(fixture_lead(f->own.session, "Three", &f->own.lead), CRM4E_OK);
    assert_int_equal(fixture_lead(bob, "Mine", NULL), CRM4E_E_BUSY);
    assert_int_equal(crm4e_session_begin(bob), CRM4E_E_BUSY);
    assert_int_equal(crm4e_session_commit(f->own.session), CRM4E_OK);
    assert_int_equal(fixture_lead(bob, "Mine", NULL), CRM4E_OK);
    assert_int_equal(fixture_count(f->own.session, all), 4);
    crm4e_session_close(bob);
}

static int save_refused(crm4e_session *session)
{
    crm4e_record *lead = NULL;
    int rc = crm4e_record_new(&lead, session, "Leads");

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(lead, "Last_Name", "No company", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(lead);
    crm4e_record_free(lead);
    return rc;
}

static void a_call_that_fails_inside_takes_nothing_with_it(void **state)
{
    fixture *f = *state;
    crm4e_session *ana = f->own.session;

    assert_int_equal(crm4e_session_begin(ana), CRM4E_OK);
    assert_int_equal(fixture_lead(ana, "Three", NULL), CRM4E_OK);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(save_refused(ana), CRM4E_E_INVALID);
        assert_int_equal(crm4e_record_delete(ana, "Leads", 1, 0), CRM4E_E_NOT_FOUND);
        assert_int_equal(fixture_user(ana, BOB, NULL, NULL), CRM4E_E_CONFLICT);
        assert_int_equal(crm4e_org_apply(NULL, ana,
                                         "{\"roles\": [{\"name\": \"A\", \"parent\": \"CEO\"}, "
                                         "{\"name\": \"B\", \"parent\": \"Nobody\"}]}",
                                         CRM4E_NUL_TERMINATED) < 0,
                         1);
    }
    assert_int_equal(fixture_lead(ana, "Four", NULL), CRM4E_OK);
    assert_int_equal(crm4e_session_commit(ana), CRM4E_OK);
    assert_int_equal(fixture_count(ana, all), 4);
    assert_int_equal(
        fixture_count(ana, "select Last_Name from Leads where Last_Name = 'No company'"), 0);
}

static int add_module(crm4e_session *session, const char *name)
{
    crm4e_module_options options = CRM4E_MODULE_OPTIONS_INIT;
    crm4e_module *module = NULL;
    int rc;

    options.api_name = name;
    rc = crm4e_module_create(&module, session, &options);
    crm4e_module_free(module);
    return rc;
}

static int add_field(crm4e_session *session, const char *name)
{
    crm4e_field_options options = CRM4E_FIELD_OPTIONS_INIT;
    crm4e_module *leads = NULL;
    int rc = crm4e_module_open(&leads, session, "Leads");

    options.api_name = name;
    options.type = CRM4E_TYPE_TEXT;
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_field(leads, &options);
    crm4e_module_free(leads);
    return rc;
}

static void changes_of_the_model_roll_back(void **state)
{
    fixture *f = *state;
    crm4e_session *ana = f->own.session;
    crm4e_record *held = NULL;
    crm4e_id id = 0;

    assert_int_equal(crm4e_session_begin(ana), CRM4E_OK);
    assert_int_equal(add_module(ana, "Ships"), CRM4E_OK);
    assert_int_equal(add_field(ana, "Harbour"), CRM4E_OK);
    assert_int_equal(fixture_user(ana, "cem@acme.example", NULL, &id), CRM4E_OK);
    assert_int_equal(crm4e_record_new(&held, ana, "Ships"), CRM4E_OK);
    assert_int_equal(fixture_count(ana, "select Harbour from Leads"), 2);
    assert_int_equal(crm4e_session_rollback(ana), CRM4E_OK);
    assert_int_equal(fixture_count(ana, "select Harbour from Leads"), CRM4E_E_INVALID);
    assert_int_equal(fixture_count(ana, "select Name from Ships"), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_user_find(ana, "cem@acme.example", &id), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_record_save(held), CRM4E_E_NOT_FOUND);
    crm4e_record_free(held);
    assert_int_equal(add_module(ana, "Ships"), CRM4E_OK);
    assert_int_equal(add_field(ana, "Harbour"), CRM4E_OK);
    assert_int_equal(fixture_count(ana, "select Harbour from Leads"), 2);
}

/* Handles made inside outlive the transaction; what they show is checked again. */
static void a_copy_in_hand_survives_rolling_back(void **state)
{
    fixture *f = *state;
    crm4e_session *ana = f->own.session;
    crm4e_record *lead = NULL;

    assert_int_equal(crm4e_session_begin(ana), CRM4E_OK);
    assert_int_equal(add_field(ana, "Harbour"), CRM4E_OK);
    assert_int_equal(crm4e_record_new(&lead, ana, "Leads"), CRM4E_OK);
    assert_int_equal(crm4e_record_set_json(lead,
                                           "{\"Last_Name\": \"Li\", \"Company\": \"Tower\", "
                                           "\"Harbour\": \"Bremen\"}",
                                           CRM4E_NUL_TERMINATED),
                     CRM4E_OK);
    assert_int_equal(crm4e_session_rollback(ana), CRM4E_OK);
    assert_int_equal(crm4e_record_set_text(lead, "Harbour", "Kiel", CRM4E_NUL_TERMINATED),
                     CRM4E_E_INVALID);
    assert_int_equal(crm4e_record_save(lead), CRM4E_OK);
    assert_int_equal(fixture_count(ana, all), 3);
    crm4e_record_free(lead);
}

static void closing_rolls_back(void **state)
{
    fixture *f = *state;

    assert_int_equal(crm4e_session_begin(f->own.session), CRM4E_OK);
    assert_int_equal(fixture_lead(f->own.session, "Three", NULL), CRM4E_OK);
    crm4e_session_close(f->own.session);
    assert_int_equal(crm4e_session_open(&f->own.session, f->own.org, ANA), CRM4E_OK);
    assert_int_equal(fixture_count(f->own.session, all), 2);
    assert_int_equal(fixture_lead(f->own.session, "Three", NULL), CRM4E_OK);
}

/* A commit that fails is over; one that is not known ends the session. */
static void a_commit_fails(void **state)
{
    fixture *f = *state;
    crm4e_session *ana = f->own.session;

    f->watch.memory = NULL;
    unchanged_mark(&f->watch);
    assert_int_equal(crm4e_session_begin(ana), CRM4E_OK);
    assert_int_equal(add_module(ana, "Ships"), CRM4E_OK);
    fault_storage_arm(&f->fault, FAULT_COMMIT, 1, false, CRM4E_E_FULL);
    assert_int_equal(crm4e_session_commit(ana), CRM4E_E_FULL);
    fault_storage_disarm(&f->fault);
    assert_int_equal(crm4e_session_rollback(ana), CRM4E_E_MISUSE);
    assert_null(unchanged_problem(&f->watch));
    assert_int_equal(crm4e_session_begin(ana), CRM4E_OK);
    assert_int_equal(fixture_lead(ana, "Three", NULL), CRM4E_OK);
    fault_storage_arm(&f->fault, FAULT_COMMIT, 1, false, CRM4E_E_COMMIT_UNKNOWN);
    assert_int_equal(crm4e_session_commit(ana), CRM4E_E_COMMIT_UNKNOWN);
    fault_storage_disarm(&f->fault);
    assert_int_equal(fixture_lead(ana, "Four", NULL), CRM4E_E_IO);
}

/* Inside of a transaction each storage call may fail too. */
static void a_storage_call_fails_inside(void **state)
{
    fixture *f = *state;
    size_t calls = 1;

    for (size_t n = 1; n <= calls; n++) {
        int rc;

        assert_int_equal(crm4e_session_begin(f->own.session), CRM4E_OK);
        assert_int_equal(fixture_lead(f->own.session, "Before", NULL), CRM4E_OK);
        fault_storage_arm(&f->fault, FAULT_ANY, n, false, CRM4E_E_BUSY);
        rc = fixture_lead(f->own.session, "Within", NULL);
        calls = atomic_load(&f->fault.calls) >= n ? n + 1 : n;
        fault_storage_disarm(&f->fault);
        if (calls > n)
            assert_true(rc == CRM4E_E_BUSY || rc == CRM4E_OK);
        if (rc < 0 && fixture_lead(f->own.session, "After", NULL) == CRM4E_OK) {
            assert_int_equal(fixture_count(f->own.session, all), 4);
            assert_int_equal(crm4e_session_rollback(f->own.session), CRM4E_OK);
        } else {
            crm4e_session_close(f->own.session);
            assert_int_equal(crm4e_session_open(&f->own.session, f->own.org, ANA), CRM4E_OK);
        }
        assert_int_equal(fixture_count(f->own.session, all), 2);
    }
    assert_true(calls > 5);
}

static int share_lead(crm4e_session *session, crm4e_id lead, crm4e_id user, crm4e_level level)
{
    return crm4e_record_share(session, "Leads", lead, CRM4E_SUBJECT_USER, user, level, 0);
}

/* What a session worked out from shares that were rolled back is not taken for
 * what later shares made of the same count. */
static void shares_roll_back(void **state)
{
    fixture *f = *state;
    crm4e_session *ana = f->own.session;
    crm4e_session *bob = NULL;
    crm4e_id other = 0;
    int64_t before;

    assert_int_equal(crm4e_session_open(&bob, f->own.org, BOB), CRM4E_OK);
    assert_int_equal(fixture_lead(ana, "Other", &other), CRM4E_OK);
    assert_int_equal(share_lead(ana, f->own.lead, f->own.user, CRM4E_LEVEL_FULL_ACCESS), CRM4E_OK);
    before = fixture_count(bob, all);
    assert_int_equal(crm4e_session_begin(bob), CRM4E_OK);
    assert_int_equal(
        crm4e_record_unshare(bob, "Leads", f->own.lead, CRM4E_SUBJECT_ROLE, f->own.role), CRM4E_OK);
    assert_int_equal(
        crm4e_record_unshare(bob, "Leads", f->own.lead, CRM4E_SUBJECT_USER, f->own.user), CRM4E_OK);
    assert_int_equal(fixture_count(bob, all), before - 1);
    assert_int_equal(crm4e_session_rollback(bob), CRM4E_OK);
    assert_int_equal(share_lead(ana, other, f->own.user, CRM4E_LEVEL_READ_ONLY), CRM4E_OK);
    assert_int_equal(share_lead(ana, other, f->own.user, CRM4E_LEVEL_READ_WRITE), CRM4E_OK);
    assert_int_equal(fixture_count(bob, all), before + 1);
    crm4e_session_close(bob);
}

int main(void)
{
#define MEMORY(name)                                                                               \
    {                                                                                              \
#name " in memory", name, fixture_in_memory, fixture_teardown, NULL                        \
    }
#define SQLITE(name)                                                                               \
    {                                                                                              \
#name " in SQLite", name, fixture_in_sqlite, fixture_teardown, NULL                        \
    }
#define BOTH(name) MEMORY(name), SQLITE(name)
    const struct CMUnitTest tests[] = {
        BOTH(committing_and_rolling_back),
        BOTH(others_see_it_when_it_is_committed),
        BOTH(a_call_that_fails_inside_takes_nothing_with_it),
        BOTH(changes_of_the_model_roll_back),
        BOTH(a_copy_in_hand_survives_rolling_back),
        BOTH(closing_rolls_back),
        BOTH(shares_roll_back),
        MEMORY(a_commit_fails),
        MEMORY(a_storage_call_fails_inside),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
