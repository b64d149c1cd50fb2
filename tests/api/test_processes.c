/* SPDX-License-Identifier: MIT */
/* Forked children, and two processes on one file. */
#define _XOPEN_SOURCE 700

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture.h"

/* Exit status of a child; its checks are numbered by the exit code. */
static int status_of(pid_t child)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

/* What holds of the parent's handles in a child; the number of the first check
 * that fails. */
static int check_child(fixture *f)
{
    crm4e_text *text = NULL;
    crm4e_session *session = NULL;
    crm4e_org *org = NULL;
    crm4e_workflow *rule = NULL;
    int64_t count = 0;

    if (crm4e_org_list(&text, f->engine) != CRM4E_E_ENVIRONMENT)
        return 1;
    if (crm4e_org_open(&org, f->engine, "Acme") != CRM4E_E_ENVIRONMENT)
        return 2;
    if (crm4e_session_open(&session, f->own.org, ANA) != CRM4E_E_ENVIRONMENT)
        return 3;
    if (fixture_lead(f->own.session, "Child", NULL) != CRM4E_E_ENVIRONMENT)
        return 4;
    if (crm4e_record_save(f->own.record) != CRM4E_E_ENVIRONMENT)
        return 5;
    if (crm4e_query_count(f->own.query, &count) != CRM4E_E_ENVIRONMENT)
        return 6;
    if (crm4e_chart_run(f->own.chart) != CRM4E_E_ENVIRONMENT)
        return 7;
    if (crm4e_workflow_new(&rule, f->own.module, "Mine") != CRM4E_E_ENVIRONMENT)
        return 8;
    if (crm4e_session_commit(f->own.session) != CRM4E_E_ENVIRONMENT)
        return 9;
    crm4e_record_free(f->own.record);
    crm4e_text_free(f->own.text);
    crm4e_session_close(f->own.session);
    crm4e_org_close(f->own.org);
    crm4e_engine_close(f->engine);
    return crm4e_session_user(f->own.session) == 0 ? 0 : 10;
}

/* The child opens an engine of its own. */
static int check_own_engine(fixture *f)
{
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    crm4e_session *session = NULL;

    if (crm4e_engine_open(&engine, &f->engine_options) < 0)
        return 20;
    if (crm4e_org_open(&org, engine, "Acme") < 0)
        return 21;
    if (crm4e_session_open(&session, org, ANA) < 0)
        return 22;
    if (fixture_lead(session, "Child", NULL) < 0)
        return 23;
    crm4e_engine_close(engine);
    return 0;
}

static void child_with_open_transaction(bool in_transaction)
{
    fixture f;
    pid_t child;

    assert_int_equal(fixture_open(&f, FIXTURE_SQLITE), CRM4E_OK);
    if (in_transaction) {
        assert_int_equal(crm4e_session_begin(f.own.session), CRM4E_OK);
        assert_int_equal(fixture_lead(f.own.session, "Parent", NULL), CRM4E_OK);
    }
    child = fork();
    if (child == 0) {
        int code = check_child(&f);

        if (code == 0 && !in_transaction)
            code = check_own_engine(&f);
        _exit(code);
    }
    assert_int_equal(status_of(child), 0);
    if (in_transaction)
        assert_int_equal(crm4e_session_commit(f.own.session), CRM4E_OK);
    assert_int_equal(fixture_count(f.own.session, "select Company from Leads"), 3);
    assert_int_equal(fixture_lead(f.own.session, "Later", NULL), CRM4E_OK);
    assert_true(fixture_close(&f));
}

static void a_child_may_only_close(void **state)
{
    (void)state;
    child_with_open_transaction(false);
}

static void a_child_leaves_the_transaction_alone(void **state)
{
    (void)state;
    child_with_open_transaction(true);
}

static int32_t fork_in_callback(void *user, const crm4e_message *message)
{
    fixture *f = user;
    pid_t child = fork();

    (void)message;
    if (child == 0)
        _exit(check_child(f));
    return status_of(child) == 0 ? CRM4E_CONTINUE : CRM4E_DENY;
}

/* Also in the middle of a call. */
static void a_callback_forks(void **state)
{
    crm4e_engine_options options;
    int32_t done = 0;
    fixture f;

    (void)state;
    assert_int_equal(fixture_open(&f, FIXTURE_SQLITE), CRM4E_OK);
    crm4e_engine_close(f.engine);
    options = f.engine_options;
    f.delivery.deliver = fork_in_callback;
    assert_int_equal(crm4e_engine_open(&f.engine, &options), CRM4E_OK);
    assert_int_equal(crm4e_org_open(&f.own.org, f.engine, "Acme"), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&f.own.session, f.own.org, ANA), CRM4E_OK);
    assert_int_equal(crm4e_record_new(&f.own.record, f.own.session, "Leads"), CRM4E_OK);
    assert_int_equal(crm4e_query_new(&f.own.query, f.own.session, "Leads"), CRM4E_OK);
    assert_int_equal(crm4e_chart_new(&f.own.chart, f.own.session, "Leads"), CRM4E_OK);
    assert_int_equal(crm4e_module_open(&f.own.module, f.own.session, "Documents"), CRM4E_OK);
    assert_int_equal(crm4e_run_due(f.own.session, 0, 1, &done), CRM4E_OK);
    assert_int_equal(done, 1);
    assert_int_equal(fixture_lead(f.own.session, "Later", NULL), CRM4E_OK);
    assert_true(fixture_close(&f));
}

/* A word from the other process. */
static char wait_for(int pipe)
{
    char word = 0;

    return read(pipe, &word, 1) == 1 ? word : '\0';
}

static void say(int pipe, char word)
{
    assert_int_equal(write(pipe, &word, 1), 1);
}

/* The other process: Bob's session stays open while Ana takes his rights. */
static int bob_at_work(const char *directory, int in, int out)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    crm4e_session *bob = NULL;
    char ready = 'r';
    int rc;

    if (wait_for(in) != 'o')
        return 40;
    options.path = directory;
    if (crm4e_engine_open(&engine, &options) < 0 || crm4e_org_open(&org, engine, "Acme") < 0 ||
        crm4e_session_open(&bob, org, BOB) < 0)
        return 41;
    if (fixture_count(bob, "select Company from Leads") < 0)
        return 42;
    if (fixture_lead(bob, "Bob's", NULL) < 0)
        return 43;
    if (write(out, &ready, 1) != 1 || wait_for(in) != 'd')
        return 44;
    rc = fixture_lead(bob, "No more", NULL);
    if (rc != CRM4E_E_INACTIVE)
        return 45;
    if (write(out, &ready, 1) != 1 || wait_for(in) != 'a')
        return 46;
    if (fixture_lead(bob, "Back", NULL) < 0)
        return 47;
    if (fixture_count(bob, "select Fresh from Leads") < 0)
        return 48;
    crm4e_engine_close(engine);
    return 0;
}

static int set_status(crm4e_session *ana, crm4e_user_status status)
{
    crm4e_user_options options = CRM4E_USER_OPTIONS_INIT;

    options.email = BOB;
    options.status = status;
    return crm4e_user_update(ana, &options);
}

static void another_process_sees_changed_rights(void **state)
{
    int to_child[2], to_parent[2];
    crm4e_field_options field = CRM4E_FIELD_OPTIONS_INIT;
    crm4e_module *leads = NULL;
    fixture f;
    pid_t child;

    (void)state;
    assert_int_equal(fixture_open(&f, FIXTURE_SQLITE), CRM4E_OK);
    assert_int_equal(pipe(to_child), 0);
    assert_int_equal(pipe(to_parent), 0);
    child = fork();
    if (child == 0)
        _exit(bob_at_work(f.directory, to_child[0], to_parent[1]));
    say(to_child[1], 'o');
    assert_int_equal(wait_for(to_parent[0]), 'r');
    assert_int_equal(fixture_count(f.own.session, "select Company from Leads"), 3);
    assert_int_equal(set_status(f.own.session, CRM4E_USER_INACTIVE), CRM4E_OK);
    say(to_child[1], 'd');
    assert_int_equal(wait_for(to_parent[0]), 'r');
    assert_int_equal(set_status(f.own.session, CRM4E_USER_ACTIVE), CRM4E_OK);
    field.api_name = "Fresh";
    field.type = CRM4E_TYPE_TEXT;
    assert_int_equal(crm4e_module_open(&leads, f.own.session, "Leads"), CRM4E_OK);
    assert_int_equal(crm4e_module_add_field(leads, &field), CRM4E_OK);
    say(to_child[1], 'a');
    assert_int_equal(status_of(child), 0);
    assert_int_equal(fixture_count(f.own.session, "select Company from Leads"), 4);
    for (int i = 0; i < 2; i++) {
        (void)close(to_child[i]);
        (void)close(to_parent[i]);
    }
    assert_true(fixture_close(&f));
}

/* The same between two sessions. */
static void another_session_sees_changed_rights(void **state)
{
    crm4e_session *bob = NULL;
    crm4e_record *lead = NULL;
    fixture f;

    (void)state;
    assert_int_equal(fixture_open(&f, FIXTURE_MEMORY), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&bob, f.own.org, BOB), CRM4E_OK);
    assert_int_equal(crm4e_record_new(&lead, bob, "Leads"), CRM4E_OK);
    assert_int_equal(crm4e_record_set_json(lead, "{\"Last_Name\": \"Li\", \"Company\": \"Tower\"}",
                                           CRM4E_NUL_TERMINATED),
                     CRM4E_OK);
    assert_int_equal(crm4e_module_add_member(f.own.module, f.own.user, CRM4E_TEAM_MEMBER),
                     CRM4E_OK);
    assert_true(fixture_count(bob, "select Title from Documents") >= 0);
    assert_int_equal(crm4e_module_remove_member(f.own.module, f.own.user), CRM4E_OK);
    assert_int_equal(fixture_count(bob, "select Title from Documents"), CRM4E_E_NOT_FOUND);
    assert_int_equal(set_status(f.own.session, CRM4E_USER_INACTIVE), CRM4E_OK);
    assert_int_equal(crm4e_record_save(lead), CRM4E_E_INACTIVE);
    assert_int_equal(fixture_count(bob, "select Company from Leads"), CRM4E_E_INACTIVE);
    assert_int_equal(set_status(f.own.session, CRM4E_USER_ACTIVE), CRM4E_OK);
    assert_int_equal(crm4e_record_save(lead), CRM4E_OK);
    crm4e_session_close(bob);
    assert_true(fixture_close(&f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_may_only_close),
        cmocka_unit_test(a_child_leaves_the_transaction_alone),
        cmocka_unit_test(a_callback_forks),
        cmocka_unit_test(another_process_sees_changed_rights),
        cmocka_unit_test(another_session_sees_changed_rights),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
