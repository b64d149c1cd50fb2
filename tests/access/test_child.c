/* SPDX-License-Identifier: MIT */
/* Notes follow the record they are about. */
#include "../record/record_steps.h"

#include <stdio.h>

static int add_note(steps *s, const char *module, crm4e_id parent, crm4e_id *id)
{
    char json[128];
    (void)snprintf(json, sizeof json, "{'Note_Content': 'c', 'Parent_Id': '%s:%lld'}", module,
                   (long long)parent);
    return create(s, "Notes", json, id);
}

static void notes_follow_their_record(void **state)
{
    steps *s = *state;
    crm4e_id lead = 0;
    crm4e_id deal = 0;
    crm4e_id on_lead = 0;
    crm4e_id on_deal = 0;
    const char *json = NULL;
    assert_ok(put_user(s, "{'email': 'a@x.example', 'role': 'Manager'}"));
    assert_ok(put_user(s, "{'email': 'b@x.example', 'role': 'Manager'}"));
    assert_ok(put_module(s, "{'api_name': 'Deals', 'org_default': 'public_read_only'}"));
    act_as(s, "a@x.example");
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &lead));
    act_as_admin(s);
    assert_ok(create(s, "Deals", "{'Deal_Name': 'D', 'Stage': 'Closed Won'}", &deal));
    assert_ok(add_note(s, "Leads", lead, &on_lead));
    assert_ok(add_note(s, "Deals", deal, &on_deal));
    assert_int_equal(count_rows(s, "Notes", CRM4E_ACTION_VIEW), 2);
    act_as(s, "a@x.example"); /* owns the lead, reads the deal */
    assert_int_equal(count_rows(s, "Notes", CRM4E_ACTION_VIEW), 2);
    assert_int_equal(count_rows(s, "Notes", CRM4E_ACTION_EDIT), 1);
    assert_ok(update(s, "Notes", on_lead, 0, "{'Note_Content': 'd'}"));
    assert_refused(s, update(s, "Notes", on_deal, 0, "{'Note_Content': 'd'}"), CRM4E_E_DENIED,
                   "record_scope");
    act_as(s, "b@x.example"); /* reads the deal alone */
    assert_int_equal(count_rows(s, "Notes", CRM4E_ACTION_VIEW), 1);
    assert_int_equal(read_json(s, "Notes", on_lead, &json), CRM4E_E_NOT_FOUND);
    assert_ok(read_json(s, "Notes", on_deal, &json));
    assert_refused(s, add_note(s, "Leads", lead, NULL), CRM4E_E_INVALID, "lookup");
    assert_ok(add_note(s, "Deals", deal, &on_deal));
    assert_ok(update(s, "Notes", on_deal, 0, "{'Note_Content': 'own'}"));
    assert_ok(remove_record(s, "Notes", on_deal, 0));
    assert_ok(restore(s, "Notes", on_deal));
    act_as_admin(s);
    assert_ok(remove_record(s, "Leads", lead, 0));
    act_as(s, "a@x.example");
    assert_int_equal(count_rows(s, "Notes", CRM4E_ACTION_VIEW), 2);
    assert_int_equal(read_json(s, "Notes", on_lead, &json), CRM4E_E_NOT_FOUND);
    act_as_admin(s);
    assert_ok(remove_record(s, "Deals", deal, 0)); /* of a module that is open to all */
    act_as(s, "a@x.example");
    assert_int_equal(count_rows(s, "Notes", CRM4E_ACTION_VIEW), 0);
}

static void notes_of_team_records(void **state)
{
    steps *s = *state;
    crm4e_id document = 0;
    crm4e_id lead = 0;
    crm4e_id note = 0;
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    assert_ok(put_module(s, "{'api_name': 'Leads', 'org_default': 'public_read_only'}"));
    assert_ok(put_user(s, "{'email': 't@x.example', 'licence': 'team', 'profile': 'Team User'}"));
    assert_ok(put_user(s, "{'email': 'u@x.example'}"));
    assert_ok(put_member(s, "Documents", "t@x.example", CRM4E_TEAM_PARTICIPANT));
    assert_ok(create(s, "Documents", "{'Name': 'Doc', 'Owner': 't@x.example'}", &document));
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &lead));
    assert_ok(add_note(s, "Documents", document, &note));
    act_as(s, "u@x.example"); /* outside of the team */
    assert_int_equal(count_rows(s, "Notes", CRM4E_ACTION_VIEW), 0);
    assert_refused(s, add_note(s, "Documents", document, NULL), CRM4E_E_INVALID, "lookup");
    act_as(s, "t@x.example");
    assert_int_equal(count_rows(s, "Notes", CRM4E_ACTION_VIEW), 1);
    assert_int_equal(count_rows(s, "Notes", CRM4E_ACTION_EDIT), 1);
    /* with a Team User licence: notes where he may only look */
    assert_ok(add_note(s, "Leads", lead, &note));
    assert_field(s, "Notes", note, "Owner", "t@x.example");
    assert_ok(update(s, "Notes", note, 0, "{'Note_Content': 'd'}"));
    assert_int_equal(count_rows(s, "Notes", CRM4E_ACTION_EXPORT), -1);
    act_as_admin(s);
    assert_ok(put_org(s, "{'crm4e': false}"));
    act_as(s, "t@x.example");
    assert_int_equal(count_rows(s, "Notes", CRM4E_ACTION_VIEW), 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(notes_follow_their_record, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(notes_of_team_records, steps_setup, steps_teardown),
    };
    return steps_run("child", tests, sizeof tests / sizeof tests[0]);
}
