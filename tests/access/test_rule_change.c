/* SPDX-License-Identifier: MIT */
/* What changes of groups, sharing rules and defaults do to what others see:
 * at once, within the transaction. */
#include "../record/record_steps.h"

#define VIEW CRM4E_ACTION_VIEW
#define EDIT CRM4E_ACTION_EDIT

/* Below CEO: Manager (m), North (n), South (s). Two leads of north, one of south. */
static void make_org(steps *s)
{
    assert_ok(put_role(s, "{'name': 'North'}"));
    assert_ok(put_role(s, "{'name': 'South'}"));
    assert_ok(put_user(s, "{'email': 'm@x.example', 'role': 'Manager'}"));
    assert_ok(put_user(s, "{'email': 'n@x.example', 'role': 'North'}"));
    assert_ok(put_user(s, "{'email': 's@x.example', 'role': 'South'}"));
    act_as(s, "n@x.example");
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'A', 'City': 'Bern'}", NULL));
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'B'}", NULL));
    act_as(s, "s@x.example");
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'C', 'City': 'Bern'}", NULL));
    act_as_admin(s);
}

static void assert_counts(steps *s, const char *email, int64_t view, int64_t edit)
{
    act_as(s, email);
    assert_int_equal(count_rows(s, "Leads", VIEW), view);
    assert_int_equal(count_rows(s, "Leads", EDIT), edit);
    act_as_admin(s);
}

static void a_rule_opens_and_closes_at_once(void **state)
{
    steps *s = *state;
    make_org(s);
    assert_counts(s, "s@x.example", 1, 1);
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'from': [{'role': 'North'}],"
                                  " 'to': [{'role': 'South'}]}"));
    assert_counts(s, "s@x.example", 3, 1);
    assert_counts(s, "m@x.example", 0, 0);
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'level': 'read_write'}"));
    assert_counts(s, "s@x.example", 3, 3);
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'active': false}"));
    assert_counts(s, "s@x.example", 1, 1);
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'active': true}"));
    assert_counts(s, "s@x.example", 3, 3);
    assert_ok(remove_sharing_rule(s, "Leads", "R"));
    assert_counts(s, "s@x.example", 1, 1);
}

static void criteria_and_owners_take_turns(void **state)
{
    steps *s = *state;
    make_org(s);
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'when': 'City is not null',"
                                  " 'to': [{'user': 'm@x.example'}]}"));
    assert_counts(s, "m@x.example", 2, 0);
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'when': 'City is null'}"));
    assert_counts(s, "m@x.example", 1, 0);
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R',"
                                  " 'from': [{'user': 's@x.example'}]}"));
    assert_counts(s, "m@x.example", 1, 0);
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R',"
                                  " 'from': [{'role_and_subordinates': 'CEO'}]}"));
    assert_counts(s, "m@x.example", 3, 0);
}

/* Groups in groups, in a circle, and what their members gain and lose. */
static void groups_reach_through_groups(void **state)
{
    steps *s = *state;
    make_org(s);
    assert_ok(put_group(s, "{'name': 'Inner'}"));
    assert_ok(put_group(s, "{'name': 'Outer', 'sources': [{'group': 'Inner'}]}"));
    assert_ok(put_group(s, "{'name': 'Inner', 'sources': [{'group': 'Outer'}]}"));
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'from': [{'role': 'North'}],"
                                  " 'to': [{'group': 'Outer'}]}"));
    assert_counts(s, "s@x.example", 1, 1);
    crm4e_id south = user_of(s, "s@x.example")->id;
    crm4e_id role = c4_meta_role_named(meta_of(s), "South")->id;
    assert_ok(add_source(s, "Inner", CRM4E_SUBJECT_USER, south));
    assert_counts(s, "s@x.example", 3, 1);
    assert_ok(take_source(s, "Inner", CRM4E_SUBJECT_USER, south));
    assert_counts(s, "s@x.example", 1, 1);
    assert_ok(add_source(s, "Inner", CRM4E_SUBJECT_ROLE, role));
    assert_counts(s, "s@x.example", 3, 1);
    assert_ok(rename_group(s, "Inner", "Within"));
    assert_ok(rename_role(s, "South", "Down"));
    assert_counts(s, "s@x.example", 3, 1);
}

static void superiors_come_along(void **state)
{
    steps *s = *state;
    make_org(s);
    assert_ok(put_role(s, "{'name': 'Deep South', 'parent': 'South'}"));
    assert_ok(put_user(s, "{'email': 'd@x.example', 'role': 'Deep South'}"));
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'from': [{'role': 'North'}],"
                                  " 'to': [{'role': 'Deep South'}]}"));
    assert_counts(s, "s@x.example", 1, 1);
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'superiors': true}"));
    assert_counts(s, "s@x.example", 3, 1);
    assert_counts(s, "d@x.example", 2, 0);
}

static void a_refused_change_opens_nothing(void **state)
{
    steps *s = *state;
    make_org(s);
    assert_refused(s,
                   put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'to': [{'role': 'South'}],"
                                       " 'from': [{'role': 'North'}, {'role': 'Nowhere'}]}"),
                   CRM4E_E_NOT_FOUND, "subject");
    assert_counts(s, "s@x.example", 1, 1);
    act_as(s, "s@x.example");
    assert_refused(s,
                   put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'to': [{'role': 'South'}],"
                                       " 'from': [{'role': 'North'}]}"),
                   CRM4E_E_DENIED, "manage_data_sharing");
    assert_int_equal(count_rows(s, "Leads", VIEW), 1);
}

static void one_permission_of_a_profile(void **state)
{
    steps *s = *state;
    c4_profile_grant given = {
        .profile = "Clerk", .module = "Leads", .action = CRM4E_ACTION_EDIT, .allow = false};
    make_org(s);
    assert_ok(put_profile(s, "{'name': 'Clerk', 'clone_of': 'Standard'}"));
    assert_ok(put_user(s, "{'email': 's@x.example', 'profile': 'Clerk'}"));
    assert_counts(s, "s@x.example", 1, 1);
    assert_ok(grant(s, &given));
    assert_counts(s, "s@x.example", 1, -1);
    given.action = VIEW;
    assert_ok(grant(s, &given));
    assert_counts(s, "s@x.example", -1, -1);
    given.allow = true;
    assert_ok(grant(s, &given));
    assert_counts(s, "s@x.example", 1, -1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_rule_opens_and_closes_at_once), TEST(criteria_and_owners_take_turns),
        TEST(groups_reach_through_groups),     TEST(superiors_come_along),
        TEST(a_refused_change_opens_nothing),  TEST(one_permission_of_a_profile),
    };
    return steps_run("changes of sharing", tests, sizeof tests / sizeof tests[0]);
}
