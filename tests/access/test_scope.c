/* SPDX-License-Identifier: MIT */
/* Which records of org modules: hierarchy, peers, org-wide defaults, licences. */
#include "../record/record_steps.h"

#include <stdio.h>
#include <string.h>

#define VIEW   CRM4E_ACTION_VIEW
#define EDIT   CRM4E_ACTION_EDIT
#define DELETE CRM4E_ACTION_DELETE
#define OWNER  CRM4E_ACTION_CHANGE_OWNER

static const char *const people[] = {"boss@x.example",  "north@x.example", "south@x.example",
                                     "clerk@x.example", "peer@x.example",  "other@x.example"};
enum {
    PEOPLE = 6
};

/* CEO > Manager (boss) > North (north) > Clerk (clerk, peer); Manager > South (south). */
static void make_tree(steps *s, crm4e_id ids[PEOPLE])
{
    assert_ok(put_role(s, "{'name': 'North', 'parent': 'Manager'}"));
    assert_ok(put_role(s, "{'name': 'South', 'parent': 'Manager'}"));
    assert_ok(put_role(s, "{'name': 'Clerk', 'parent': 'North'}"));
    assert_ok(put_user(s, "{'email': 'boss@x.example', 'role': 'Manager'}"));
    assert_ok(put_user(s, "{'email': 'north@x.example', 'role': 'North'}"));
    assert_ok(put_user(s, "{'email': 'south@x.example', 'role': 'South',"
                          " 'reporting_to': 'north@x.example'}"));
    assert_ok(put_user(s, "{'email': 'clerk@x.example', 'role': 'Clerk',"
                          " 'reporting_to': 'south@x.example'}"));
    assert_ok(put_user(s, "{'email': 'peer@x.example', 'role': 'Clerk'}"));
    assert_ok(put_user(s, "{'email': 'other@x.example', 'role': 'South'}"));
    for (size_t i = 0; i < PEOPLE; i++) {
        act_as(s, people[i]);
        assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &ids[i]));
    }
    act_as_admin(s);
}

/* Each row of `expected` says whose records one of the people sees. */
static void assert_seen(steps *s, const crm4e_id ids[PEOPLE], const char *const expected[PEOPLE])
{
    for (size_t i = 0; i < PEOPLE; i++) {
        int64_t count = 0;
        act_as(s, people[i]);
        for (size_t j = 0; j < PEOPLE; j++) {
            bool seen = expected[i][j] == 'x';
            const char *json = NULL;
            int rc = read_json(s, "Leads", ids[j], &json);
            assert_int_equal(rc, seen ? CRM4E_OK : CRM4E_E_NOT_FOUND);
            if (!seen) {
                assert_string_equal(s->org.error.message, "no such record");
            }
            assert_int_equal(may(s, "Leads", EDIT, ids[j]), seen ? CRM4E_OK : CRM4E_E_DENIED);
            count += seen ? 1 : 0;
        }
        assert_int_equal(count_rows(s, "Leads", VIEW), count);
        assert_int_equal(count_rows(s, "Leads", DELETE), count);
    }
    act_as_admin(s);
}

static void the_role_tree(void **state)
{
    steps *s = *state;
    crm4e_id ids[PEOPLE];
    make_tree(s, ids);
    assert_seen(s, ids,
                (const char *const[]){"xxxxxx", ".x.xx.", "..x...", "...x..", "....x.", ".....x"});
    assert_ok(put_role(s, "{'name': 'Clerk', 'share_with_peers': true}"));
    assert_seen(s, ids,
                (const char *const[]){"xxxxxx", ".x.xx.", "..x...", "...xx.", "...xx.", ".....x"});
    assert_int_equal(count_rows(s, "Leads", VIEW), PEOPLE);
}

static void the_reporting_tree(void **state)
{
    steps *s = *state;
    crm4e_id ids[PEOPLE];
    make_tree(s, ids);
    assert_ok(put_org(s, "{'hierarchy': 'reporting_to'}"));
    assert_seen(s, ids,
                (const char *const[]){"x.....", ".xxx..", "..xx..", "...x..", "....x.", ".....x"});
}

static void a_superior_sees_what_those_who_left_own(void **state)
{
    steps *s = *state;
    crm4e_id ids[PEOPLE];
    make_tree(s, ids);
    assert_ok(put_user(s, "{'email': 'clerk@x.example', 'status': 'inactive'}"));
    act_as(s, "north@x.example");
    assert_int_equal(count_rows(s, "Leads", VIEW), 3);
    act_as(s, "clerk@x.example");
    assert_int_equal(count_rows(s, "Leads", VIEW), -1);
    c4_scope scope;
    c4_failure_clear(&s->org.error);
    assert_int_equal(c4_access_module(&s->org.unit, "Leads", VIEW, &scope), CRM4E_E_INACTIVE);
    assert_int_equal(c4_access_actor(&s->org.unit), CRM4E_E_INACTIVE);
    s->org.unit.actor = NULL;
    assert_int_equal(c4_access_actor(&s->org.unit), CRM4E_E_INACTIVE);
    assert_int_equal(c4_access_module_number(&s->org.unit, 1, VIEW, &scope), CRM4E_E_INACTIVE);
    assert_false(c4_access_module_visible(&s->org.unit, module_of(s, "Leads")));
}

static void org_wide_defaults(void **state)
{
    static const struct {
        const char *json;
        int view, edit, remove, owner;
    } cases[] = {
        {"{'api_name': 'Leads', 'org_default': 'private'}", 0, 0, 0, 0},
        {"{'api_name': 'Leads', 'org_default': 'public_read_only'}", 1, 0, 0, 0},
        {"{'api_name': 'Leads', 'org_default': 'public_read_write'}", 1, 1, 0, 0},
        {"{'api_name': 'Leads', 'org_default': 'public_read_write_delete'}", 1, 1, 1, 1},
    };
    steps *s = *state;
    crm4e_id ids[PEOPLE];
    make_tree(s, ids);
    for (size_t i = 0; i < 4; i++) {
        act_as_admin(s);
        assert_ok(put_module(s, cases[i].json));
        act_as(s, "other@x.example");
        assert_int_equal(may(s, "Leads", VIEW, ids[0]) == CRM4E_OK, cases[i].view);
        assert_int_equal(may(s, "Leads", EDIT, ids[0]) == CRM4E_OK, cases[i].edit);
        assert_int_equal(may(s, "Leads", DELETE, ids[0]) == CRM4E_OK, cases[i].remove);
        assert_int_equal(may(s, "Leads", OWNER, ids[0]) == CRM4E_OK, cases[i].owner);
        assert_int_equal(may(s, "Leads", CRM4E_ACTION_SHARE, ids[0]), CRM4E_E_DENIED);
        assert_int_equal(count_rows(s, "Leads", VIEW), cases[i].view ? PEOPLE : 1);
        assert_int_equal(count_rows(s, "Leads", EDIT), cases[i].edit ? PEOPLE : 1);
        int expected = cases[i].edit   ? CRM4E_OK
                       : cases[i].view ? CRM4E_E_DENIED
                                       : CRM4E_E_NOT_FOUND;
        assert_int_equal(update(s, "Leads", ids[0], 0, i % 2 ? "{'City': 'A'}" : "{'City': 'B'}"),
                         expected);
        if (expected == CRM4E_E_DENIED) {
            assert_string_equal(s->org.error.rule, "record_scope");
        }
    }
}

static void profiles_limit_actions(void **state)
{
    steps *s = *state;
    crm4e_id ids[PEOPLE];
    make_tree(s, ids);
    assert_ok(put_profile(s, "{'name': 'Reader', 'clone_of': 'Standard',"
                             " 'modules': {'Leads': ['view'], 'Deals': []}}"));
    assert_ok(put_user(s, "{'email': 'boss@x.example', 'profile': 'Reader'}"));
    act_as(s, "boss@x.example");
    assert_int_equal(count_rows(s, "Leads", VIEW), PEOPLE);
    assert_int_equal(count_rows(s, "Leads", EDIT), -1);
    assert_refused(s, update(s, "Leads", ids[0], 0, "{'City': 'A'}"), CRM4E_E_DENIED,
                   "module_permission");
    /* the same for a record that is not there: nothing is learnt */
    assert_refused(s, update(s, "Leads", 17, 0, "{'City': 'A'}"), CRM4E_E_DENIED,
                   "module_permission");
    assert_refused(s, create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", NULL),
                   CRM4E_E_DENIED, "module_permission");
    c4_scope scope;
    char message[320];
    assert_int_equal(c4_access_module(&s->org.unit, "Deals", VIEW, &scope), CRM4E_E_NOT_FOUND);
    strcpy(message, s->org.error.message);
    assert_int_equal(c4_access_module(&s->org.unit, "Nothing", VIEW, &scope), CRM4E_E_NOT_FOUND);
    assert_string_equal(message, s->org.error.message);
    assert_string_equal(s->org.error.module, "");
    assert_int_equal(c4_access_module(&s->org.unit, "Leads", 99, &scope), CRM4E_E_INTERNAL);
    assert_int_equal(c4_access_module(&s->org.unit, "Leads", 0, &scope), CRM4E_E_INTERNAL);
    c4_failure_clear(&s->org.error);
}

static void team_user_licences(void **state)
{
    steps *s = *state;
    crm4e_id ids[PEOPLE];
    make_tree(s, ids);
    assert_ok(put_user(s, "{'email': 't@x.example', 'licence': 'team', 'profile': 'Team User',"
                          " 'role': 'Manager'}"));
    act_as(s, "t@x.example");
    assert_int_equal(count_rows(s, "Leads", VIEW), PEOPLE - 1);
    for (crm4e_action action = CRM4E_ACTION_CREATE; action <= CRM4E_ACTION_SEND_MAIL; action++) {
        assert_int_equal(count_rows(s, "Leads", action), -1);
    }
    assert_int_equal(count_rows(s, "Quotes", VIEW), -1);
    assert_true(c4_access_module_visible(&s->org.unit, module_of(s, "Leads")));
    assert_false(c4_access_module_visible(&s->org.unit, module_of(s, "Quotes")));
    assert_refused(s, create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", NULL),
                   CRM4E_E_DENIED, "module_permission");
}

static void hidden_modules(void **state)
{
    steps *s = *state;
    crm4e_id ids[PEOPLE];
    make_tree(s, ids);
    assert_ok(put_module(s, "{'api_name': 'Leads', 'hidden': true}"));
    assert_int_equal(count_rows(s, "Leads", VIEW), PEOPLE);
    assert_false(c4_access_module_visible(&s->org.unit, module_of(s, "Leads")));
    assert_true(c4_access_module_visible(&s->org.unit, module_of(s, "Deals")));
    act_as(s, "boss@x.example");
    assert_int_equal(count_rows(s, "Leads", VIEW), -1);
    assert_int_equal(update(s, "Leads", ids[0], 0, "{'City': 'A'}"), CRM4E_E_NOT_FOUND);
    act_as_admin(s);
    assert_ok(put_module(s, "{'api_name': 'Leads', 'hidden': false}"));
    act_as(s, "boss@x.example");
    assert_int_equal(count_rows(s, "Leads", VIEW), PEOPLE);
}

/* A lookup to what the actor cannot see is the same as to nothing. */
static void lookups_and_names(void **state)
{
    steps *s = *state;
    crm4e_id account = 0;
    crm4e_id contact = 0;
    char json[96];
    bool visible = true;
    assert_ok(put_user(s, "{'email': 'a@x.example', 'role': 'Manager'}"));
    assert_ok(create(s, "Accounts", "{'Account_Name': 'Secret'}", &account));
    act_as(s, "a@x.example");
    (void)snprintf(json, sizeof json, "{'Last_Name': 'Li', 'Account_Name': %lld}",
                   (long long)account);
    assert_refused(s, create(s, "Contacts", json, NULL), CRM4E_E_INVALID, "lookup");
    assert_ok(c4_record_visible(&s->org.unit, 3, account, &visible));
    assert_false(visible);
    act_as_admin(s);
    assert_ok(create(s, "Contacts", json, &contact));
    assert_ok(change_owner(s, "Contacts", contact, "a@x.example"));
    const char *text = NULL;
    assert_ok(read_json(s, "Contacts", contact, &text));
    assert_non_null(strstr(text, "\"name\":\"Secret\""));
    act_as(s, "a@x.example");
    assert_ok(read_json(s, "Contacts", contact, &text));
    assert_null(strstr(text, "Secret"));
    (void)snprintf(json, sizeof json, "\"Account_Name\":{\"id\":%lld}", (long long)account);
    assert_non_null(strstr(text, json));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_role_tree, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(the_reporting_tree, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(a_superior_sees_what_those_who_left_own, steps_setup,
                                        steps_teardown),
        cmocka_unit_test_setup_teardown(org_wide_defaults, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(profiles_limit_actions, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(team_user_licences, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(hidden_modules, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(lookups_and_names, steps_setup, steps_teardown),
    };
    return steps_run("scope", tests, sizeof tests / sizeof tests[0]);
}
