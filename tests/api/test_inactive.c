/* SPDX-License-Identifier: MIT */
/*
 * Who is deactivated, deleted or without a licence is refused at once, in every call of the
 * session he still holds and of all that he has in hand.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "interface.h"

#define BOSS "boss@acme.example"

/* They touch no storage: what is in hand is read or built, to be refused when it is used. */
static const char *const in_hand[] = {
    "crm4e_chart_group_by",
    "crm4e_chart_measure",
    "crm4e_chart_set_fill",
    "crm4e_chart_set_top",
    "crm4e_chart_set_type",
    "crm4e_chart_where",
    "crm4e_cursor_integer",
    "crm4e_cursor_json",
    "crm4e_cursor_next",
    "crm4e_query_after",
    "crm4e_query_collate",
    "crm4e_query_group_by",
    "crm4e_query_limit",
    "crm4e_query_order",
    "crm4e_query_select",
    "crm4e_query_where",
    "crm4e_query_where_ids",
    "crm4e_record_expect",
    "crm4e_record_get_integer",
    "crm4e_record_get_text",
    "crm4e_record_set_date",
    "crm4e_record_set_decimal",
    "crm4e_record_set_integer",
    "crm4e_record_set_json",
    "crm4e_record_set_null",
    "crm4e_record_set_owner",
    "crm4e_record_set_text",
    "crm4e_record_set_time",
    "crm4e_sharing_rule_permission",
    "crm4e_sharing_rule_superiors",
    "crm4e_verdict_code",
    "crm4e_workflow_later",
    "crm4e_workflow_on",
    "crm4e_workflow_on_date",
    "crm4e_workflow_on_fields",
    "crm4e_workflow_on_interactions",
    "crm4e_workflow_on_tags",
    "crm4e_workflow_repeat",
    "crm4e_workflow_then_assign_owner",
    "crm4e_workflow_then_notify",
    "crm4e_workflow_then_webhook",
    "crm4e_workflow_then_add_tags",
    "crm4e_workflow_then_call_function",
    "crm4e_workflow_then_convert_lead",
    "crm4e_workflow_then_create_activity",
    "crm4e_workflow_then_create_record",
    "crm4e_workflow_then_remove_tags",
    "crm4e_workflow_then_update_field",
    "crm4e_workflow_when",
    "crm4e_workflow_when_was",
    /* there is no transaction */
    "crm4e_session_commit",
    "crm4e_session_rollback",
};

static bool only_in_hand(const function *called)
{
    for (size_t i = 0; i < sizeof in_hand / sizeof in_hand[0]; i++)
        if (strcmp(called->name, in_hand[i]) == 0)
            return true;
    return false;
}

/* Another administrator ends what Ana may do. */
static void end(fixture *f, crm4e_user_status status, crm4e_licence licence)
{
    crm4e_user_options options = CRM4E_USER_OPTIONS_INIT;
    crm4e_session *boss = NULL;

    assert_int_equal(fixture_user(f->own.session, BOSS, "Administrator", NULL), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&boss, f->own.org, BOSS), CRM4E_OK);
    options.email = ANA;
    options.status = status;
    options.licence = licence;
    assert_int_equal(crm4e_user_update(boss, &options), CRM4E_OK);
    crm4e_session_close(boss);
}

static void refused(const function *called, crm4e_user_status status, crm4e_licence licence)
{
    const char *problem = NULL;
    fixture f;
    probe p;

    assert_int_equal(fixture_open(&f, FIXTURE_MEMORY), CRM4E_OK);
    end(&f, status, licence);
    probe_init(&p, &f);
    f.watch.session = NULL; /* who creates nothing any more */
    unchanged_mark(&f.watch);
    probe_run(called, &p);
    if (p.code != CRM4E_E_INACTIVE)
        problem = crm4e_code_name(p.code);
    if (!problem)
        problem = out_problem(&p.outs);
    if (!problem)
        problem = unchanged_rows_problem(&f.watch);
    if (!problem)
        problem = unchanged_error_problem(owner_error(called, &f), p.code);
    if (problem)
        interface_fail(called, "no longer active", problem);
    assert_true(fixture_close(&f));
}

static void check(void **state)
{
    const function *called = *state;
    int at = find_parameter(called, PARAMETER_HANDLE);
    handle_kind kind = at < 0 ? HANDLE_NONE : called->parameters[at].handle;

    if (called->result != RESULT_CODE || only_in_hand(called) || kind == HANDLE_NONE ||
        kind == HANDLE_ENGINE || kind == HANDLE_ORG || kind == HANDLE_TEXT)
        return;
    refused(called, CRM4E_USER_INACTIVE, 0);
    refused(called, CRM4E_USER_DELETED, 0);
    refused(called, 0, CRM4E_LICENCE_NONE);
}

/* A list that is read in pages ends where he does. */
static void lists_end(void **state)
{
    enum {
        LEADS = 3000
    };
    crm4e_query *query = NULL;
    crm4e_cursor *rows = NULL;
    fixture f;
    int read = 0, rc;

    (void)state;
    assert_int_equal(fixture_open(&f, FIXTURE_MEMORY), CRM4E_OK);
    assert_int_equal(crm4e_session_begin(f.own.session), CRM4E_OK);
    for (int i = 0; i < LEADS; i++)
        assert_int_equal(fixture_lead(f.own.session, "Lead", NULL), CRM4E_OK);
    assert_int_equal(crm4e_session_commit(f.own.session), CRM4E_OK);
    assert_int_equal(crm4e_query_new(&query, f.own.session, "Leads"), CRM4E_OK);
    assert_int_equal(crm4e_query_limit(query, -1), CRM4E_OK);
    assert_int_equal(crm4e_query_run(&rows, query), CRM4E_OK);
    assert_int_equal(crm4e_cursor_next(rows), CRM4E_ROW);
    end(&f, CRM4E_USER_INACTIVE, 0);
    while ((rc = crm4e_cursor_next(rows)) == CRM4E_ROW)
        read++;
    assert_int_equal(rc, CRM4E_E_INACTIVE);
    assert_true(read < LEADS);
    crm4e_cursor_free(rows);
    crm4e_query_free(query);
    assert_true(fixture_close(&f));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(lists_end)};

    return interface_run("inactive", check) + cmocka_run_group_tests(tests, NULL, NULL);
}
