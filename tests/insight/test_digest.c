/* SPDX-License-Identifier: MIT */
/* A classic org is switched to CRM4E and back: every record is as it was. */
#include "../api/fixture.h"
#include "host.h"

#include <stdlib.h>
#include <string.h>

static char last[2][33]; /* by storage */

static void tell(crm4e_session *session, char digest[33])
{
    crm4e_text *text = NULL;

    host_ok(session, crm4e_org_digest(&text, session));
    assert_int_equal(crm4e_text_length(text), 32);
    memcpy(digest, crm4e_text_data(text), 33);
    crm4e_text_free(text);
}

static void apply(crm4e_session *session, const char *document)
{
    char *json = host_json(document);

    host_ok(session, crm4e_org_apply(NULL, session, json, CRM4E_NUL_TERMINATED));
    free(json);
}

static crm4e_id lead(crm4e_session *session, const char *name)
{
    crm4e_id id = 0;

    host_ok(session, fixture_lead(session, name, &id));
    return id;
}

static void there_and_back(fixture *f, char end[33])
{
    char before[33], after[33];
    handle_set set = {.session = NULL};
    crm4e_session *s;
    crm4e_id gone;

    assert_int_equal(fixture_org(f, "Old", "ana@acme.example", &set), CRM4E_OK);
    s = set.session;
    apply(s, "{'org': {'crm4e': false, 'ui_mode': 'classic'}}");
    tell(s, before);
    (void)lead(s, "Li");
    gone = lead(s, "王");
    tell(s, after);
    assert_string_not_equal(after, before);
    tell(s, before);
    host_ok(s, crm4e_record_delete(s, "Leads", gone, 0));
    tell(s, after); /* it moved to the bin */
    assert_string_not_equal(after, before);
    tell(s, before);
    apply(s, "{'org': {'crm4e': true, 'ui_mode': 'nextgen'}}");
    tell(s, after);
    assert_string_equal(after, before);
    apply(s, "{'spaces': [{'name': 'Legal', 'modules': ['Leads']}],"
             " 'modules': [{'api_name': 'Papers', 'team': true},"
             " {'api_name': 'Leads', 'fields': [{'api_name': 'Late', 'type': 'text'}]}],"
             " 'tab_groups': [{'name': 'A', 'modules': ['Leads']}]}");
    host_ok(s, crm4e_session_set_ui_mode(s, CRM4E_UI_CLASSIC));
    host_ok(s, crm4e_feedback_send(s, "Fine", NULL));
    tell(s, after);
    assert_string_equal(after, before);
    apply(s, "{'org': {'crm4e': false}}");
    tell(s, after);
    assert_string_equal(after, before);
    host_ok(s, crm4e_record_restore(s, "Leads", gone));
    tell(s, after);
    assert_string_not_equal(after, before);
    memcpy(end, after, 33);
    crm4e_session_close(s);
}

static void run_on(fixture_storage kind, char end[33])
{
    fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    assert_int_equal(fixture_start(f, kind), CRM4E_OK);
    there_and_back(f, end);
    assert_true(fixture_close(f));
    free(f);
}

static void the_same_on_both(void **state)
{
    (void)state;
    run_on(FIXTURE_MEMORY, last[0]);
    run_on(FIXTURE_SQLITE, last[1]);
    assert_string_equal(last[0], last[1]);
}

static void only_administrators(void **state)
{
    host *h = *state;
    crm4e_session *user;
    crm4e_text *text = NULL;

    host_apply(h, "{'users': [{'email': 'sue@acme.example', 'profile': 'Standard'}]}");
    user = host_session(h, "sue@acme.example");
    host_refused(user, crm4e_org_digest(&text, user), CRM4E_E_DENIED,
                 "the digest is for system administrators");
    crm4e_session_close(user);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_on_both),
        cmocka_unit_test_setup_teardown(only_administrators, host_setup, host_teardown),
    };
    return _cmocka_run_group_tests("digest", tests, 2, NULL, NULL);
}
