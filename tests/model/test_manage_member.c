/* SPDX-License-Identifier: MIT */
#include "manage_steps.h"

#include <stdio.h>
#include <string.h>

/* Module Docs of team admin f; a, b, c are ordinary users. */
static void make_team(steps *s)
{
    assert_ok(put_profile(s, "{'name': 'Founder', 'clone_of': 'Team User',"
                             " 'admin': ['create_team_module']}"));
    assert_ok(put_user(s, "{'email': 'f@x.example', 'licence': 'team', 'profile': 'Founder'}"));
    assert_ok(put_user(s, "{'email': 'a@x.example'}"));
    assert_ok(put_user(s, "{'email': 'b@x.example', 'licence': 'team'}"));
    assert_ok(put_user(s, "{'email': 'c@x.example'}"));
    act_as(s, "f@x.example");
    assert_ok(put_module(s, "{'api_name': 'Docs', 'team': true}"));
}

static c4_team_profile profile_in(steps *s, const char *email)
{
    const c4_member *member = c4_module_member(module_of(s, "Docs"), user_of(s, email)->id);
    return member != NULL ? member->profile : 0;
}

static void members_come_and_go(void **state)
{
    steps *s = *state;
    make_team(s);
    int32_t docs = module_of(s, "Docs")->number;
    assert_ok(put_member(s, "Docs", "a@x.example", CRM4E_TEAM_MANAGER));
    assert_ok(put_member(s, "Docs", "b@x.example", CRM4E_TEAM_ADMIN));
    assert_ok(put_member(s, "Docs", "a@x.example", CRM4E_TEAM_REQUESTER));
    assert_ok(put_member(s, "Docs", "a@x.example", CRM4E_TEAM_REQUESTER));
    assert_int_equal(profile_in(s, "a@x.example"), CRM4E_TEAM_REQUESTER);
    assert_true(used(s, C4_LIMIT_MODULE_USERS, docs) == 3);
    assert_true(used(s, C4_LIMIT_MODULE_ADMINS, docs) == 2);
    assert_ok(remove_member(s, "Docs", "b@x.example"));
    assert_ok(remove_member(s, "Docs", "a@x.example"));
    assert_true(used(s, C4_LIMIT_MODULE_USERS, docs) == 1);
    assert_true(used(s, C4_LIMIT_MODULE_ADMINS, docs) == 1);
    assert_refused(s, remove_member(s, "Docs", "a@x.example"), CRM4E_E_NOT_FOUND, "member");
}

static void only_admins_change_members(void **state)
{
    steps *s = *state;
    make_team(s);
    assert_ok(put_member(s, "Docs", "a@x.example", CRM4E_TEAM_MANAGER));
    act_as(s, "a@x.example");
    assert_refused(s, put_member(s, "Docs", "a@x.example", CRM4E_TEAM_ADMIN), CRM4E_E_DENIED,
                   "team_admin");
    assert_refused(s, remove_member(s, "Docs", "f@x.example"), CRM4E_E_DENIED, "team_admin");
    act_as(s, "c@x.example");
    assert_refused(s, put_member(s, "Docs", "c@x.example", CRM4E_TEAM_REQUESTER), CRM4E_E_DENIED,
                   "team_admin");
    act_as_admin(s);
    assert_ok(put_member(s, "Docs", "c@x.example", CRM4E_TEAM_REQUESTER));
}

static void who_may_be_a_member(void **state)
{
    steps *s = *state;
    make_team(s);
    act_as_admin(s);
    assert_ok(put_user(s, "{'email': 'a@x.example', 'status': 'inactive'}"));
    assert_ok(put_user(s, "{'email': 'b@x.example', 'licence': 'none'}"));
    assert_refused(s, put_member(s, "Docs", "a@x.example", CRM4E_TEAM_MEMBER), CRM4E_E_INVALID,
                   "active");
    assert_refused(s, put_member(s, "Docs", "b@x.example", CRM4E_TEAM_MEMBER), CRM4E_E_INVALID,
                   "active");
    assert_refused(s, put_member(s, "Docs", "c@x.example", 6), CRM4E_E_INVALID, "word");
    assert_refused(s, put_member(s, "Docs", "c@x.example", 0), CRM4E_E_INVALID, "word");
    assert_refused(s, put_member(s, "Leads", "c@x.example", CRM4E_TEAM_MEMBER), CRM4E_E_UNSUPPORTED,
                   "team");
    assert_refused(s, c4_member_put(&s->org.unit, module_of(s, "Docs"), 4711, CRM4E_TEAM_MEMBER),
                   CRM4E_E_NOT_FOUND, "user");
}

static void the_last_admin_stays(void **state)
{
    steps *s = *state;
    make_team(s);
    assert_refused(s, remove_member(s, "Docs", "f@x.example"), CRM4E_E_DENIED, "last_admin");
    assert_refused(s, put_member(s, "Docs", "f@x.example", CRM4E_TEAM_MANAGER), CRM4E_E_DENIED,
                   "last_admin");
    assert_ok(put_member(s, "Docs", "a@x.example", CRM4E_TEAM_ADMIN));
    act_as_admin(s);
    assert_ok(put_user(s, "{'email': 'a@x.example', 'status': 'inactive'}"));
    act_as(s, "f@x.example");
    assert_refused(s, remove_member(s, "Docs", "f@x.example"), CRM4E_E_DENIED, "last_admin");
    assert_ok(put_member(s, "Docs", "c@x.example", CRM4E_TEAM_ADMIN));
    assert_ok(put_member(s, "Docs", "f@x.example", CRM4E_TEAM_MANAGER));
    act_as_admin(s);
    assert_ok(remove_member(s, "Docs", "c@x.example"));
    assert_ok(remove_member(s, "Docs", "a@x.example"));
}

static void appointments_stand(void **state)
{
    steps *s = *state;
    make_team(s);
    act_as_admin(s);
    assert_ok(put_member(s, "Docs", "a@x.example", CRM4E_TEAM_ADMIN));
    act_as(s, "f@x.example");
    assert_refused(s, remove_member(s, "Docs", "a@x.example"), CRM4E_E_DENIED, "appointed");
    assert_refused(s, put_member(s, "Docs", "a@x.example", CRM4E_TEAM_MEMBER), CRM4E_E_DENIED,
                   "appointed");
    assert_ok(put_member(s, "Docs", "c@x.example", CRM4E_TEAM_ADMIN));
    act_as_admin(s);
    assert_ok(put_member(s, "Docs", "c@x.example", CRM4E_TEAM_ADMIN));
    act_as(s, "f@x.example");
    assert_refused(s, remove_member(s, "Docs", "c@x.example"), CRM4E_E_DENIED, "appointed");
    act_as(s, "a@x.example");
    assert_ok(remove_member(s, "Docs", "a@x.example"));
}

/* Removing the module would undo the appointment. */
static void appointments_stand_against_removal(void **state)
{
    steps *s = *state;
    const c4_module *module = NULL;
    make_team(s);
    int32_t docs = module_of(s, "Docs")->number;
    assert_ok(c4_module_check_removal(&s->org.unit, docs, &module));
    act_as_admin(s);
    assert_ok(put_member(s, "Docs", "a@x.example", CRM4E_TEAM_ADMIN));
    assert_ok(c4_module_check_removal(&s->org.unit, docs, &module));
    act_as(s, "f@x.example");
    assert_refused(s, c4_module_check_removal(&s->org.unit, docs, &module), CRM4E_E_DENIED,
                   "appointed");
    act_as(s, "a@x.example");
    assert_ok(c4_module_check_removal(&s->org.unit, docs, &module));
    act_as(s, "c@x.example");
    assert_refused(s, c4_module_check_removal(&s->org.unit, docs, &module), CRM4E_E_DENIED,
                   "team_admin");
}

static void dismissals_stand(void **state)
{
    steps *s = *state;
    make_team(s);
    assert_ok(put_member(s, "Docs", "a@x.example", CRM4E_TEAM_ADMIN));
    assert_ok(put_member(s, "Docs", "b@x.example", CRM4E_TEAM_ADMIN));
    act_as_admin(s);
    assert_ok(remove_member(s, "Docs", "a@x.example"));
    assert_ok(put_member(s, "Docs", "b@x.example", CRM4E_TEAM_MANAGER));
    act_as(s, "f@x.example");
    assert_refused(s, put_member(s, "Docs", "a@x.example", CRM4E_TEAM_ADMIN), CRM4E_E_DENIED,
                   "dismissed");
    assert_ok(put_member(s, "Docs", "a@x.example", CRM4E_TEAM_MEMBER));
    assert_ok(remove_member(s, "Docs", "b@x.example"));
    assert_refused(s, put_member(s, "Docs", "b@x.example", CRM4E_TEAM_ADMIN), CRM4E_E_DENIED,
                   "dismissed");
    act_as_admin(s);
    assert_ok(put_member(s, "Docs", "a@x.example", CRM4E_TEAM_ADMIN));
    assert_int_equal(profile_in(s, "a@x.example"), CRM4E_TEAM_ADMIN);
}

static void five_admins(void **state)
{
    steps *s = *state;
    char json[64];
    char email[32];
    make_team(s);
    act_as_admin(s);
    for (int i = 1; i <= 5; i++) {
        (void)snprintf(json, sizeof json, "{'email': 'u%d@x.example'}", i);
        assert_ok(put_user(s, json));
        (void)snprintf(email, sizeof email, "u%d@x.example", i);
        if (i < 5) {
            assert_ok(put_member(s, "Docs", email, CRM4E_TEAM_ADMIN));
        }
    }
    s->late = true; /* the user had been counted */
    assert_refused(s, put_member(s, "Docs", "u5@x.example", CRM4E_TEAM_ADMIN), CRM4E_E_LIMIT,
                   "admins_per_team_module");
    assert_int_equal(s->org.error.limit, 5);
    assert_ok(put_member(s, "Docs", "u1@x.example", CRM4E_TEAM_MANAGER));
    assert_ok(put_member(s, "Docs", "u5@x.example", CRM4E_TEAM_ADMIN));
}

static int32_t three_users(void *user, crm4e_id org, const char *name, int64_t *limit)
{
    (void)user;
    (void)org;
    if (strcmp(name, "users_per_team_module") != 0) {
        return CRM4E_PASSTHROUGH;
    }
    *limit = 3;
    return CRM4E_CONTINUE;
}

static void users_are_limited(void **state)
{
    steps *s = *state;
    make_team(s);
    s->org.env.license = (crm4e_license){sizeof(crm4e_license), NULL, three_users, NULL};
    assert_ok(put_member(s, "Docs", "a@x.example", CRM4E_TEAM_MEMBER));
    assert_ok(put_member(s, "Docs", "b@x.example", CRM4E_TEAM_MEMBER));
    assert_refused(s, put_member(s, "Docs", "c@x.example", CRM4E_TEAM_MEMBER), CRM4E_E_LIMIT,
                   "users_per_team_module");
    assert_ok(put_member(s, "Docs", "a@x.example", CRM4E_TEAM_REQUESTER));
    assert_ok(remove_member(s, "Docs", "a@x.example"));
    assert_ok(put_member(s, "Docs", "c@x.example", CRM4E_TEAM_MEMBER));
}

static void default_owners_are_in_the_team(void **state)
{
    steps *s = *state;
    make_team(s);
    assert_ok(put_member(s, "Docs", "a@x.example", CRM4E_TEAM_MEMBER));
    assert_ok(put_member(s, "Docs", "b@x.example", CRM4E_TEAM_MEMBER));
    assert_ok(put_module(s, "{'api_name': 'Docs',"
                            " 'default_owners': ['a@x.example', 'b@x.example']}"));
    assert_ok(put_member(s, "Docs", "a@x.example", CRM4E_TEAM_REQUESTER));
    assert_int_equal(module_of(s, "Docs")->default_owner_count, 1);
    assert_ok(remove_member(s, "Docs", "b@x.example"));
    assert_int_equal(module_of(s, "Docs")->default_owner_count, 0);
    assert_refused(s, put_module(s, "{'api_name': 'Docs', 'default_owners': ['a@x.example']}"),
                   CRM4E_E_INVALID, "member");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
    const struct CMUnitTest tests[] = {
        TEST(members_come_and_go), TEST(only_admins_change_members),
        TEST(who_may_be_a_member), TEST(the_last_admin_stays),
        TEST(appointments_stand),  TEST(appointments_stand_against_removal),
        TEST(dismissals_stand),    TEST(five_admins),
        TEST(users_are_limited),   TEST(default_owners_are_in_the_team),
    };
    return steps_run("members", tests, sizeof tests / sizeof tests[0]);
}
