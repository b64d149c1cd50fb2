/* SPDX-License-Identifier: MIT */
#include "manage_steps.h"

#include <stdio.h>
#include <string.h>

static void a_new_user_has_defaults(void **state)
{
    steps *s = *state;
    assert_ok(put_user(s, "{'email': 'Ana@X.example'}"));
    const c4_user *ana = user_of(s, "ana@x.EXAMPLE");
    assert_string_equal(ana->name, "Ana@X.example");
    assert_string_equal(ana->role->name, "Manager");
    assert_string_equal(ana->profile->name, "Standard");
    assert_int_equal(ana->licence, CRM4E_LICENCE_CRM);
    assert_int_equal(ana->status, CRM4E_USER_ACTIVE);
    assert_string_equal(ana->zone, "UTC");
    assert_ok(put_user(s, "{'email': 't@x.example', 'licence': 'team'}"));
    assert_string_equal(user_of(s, "t@x.example")->profile->name, "Team User");
}

static void all_members_are_kept(void **state)
{
    steps *s = *state;
    assert_ok(put_user(s, "{'email': 'a@x.example', 'name': '安娜', 'role': 'CEO',"
                          " 'profile': 'Administrator', 'licence': 'crm', 'status': 'inactive',"
                          " 'locale': 'zh-CN', 'time_zone': 'Asia/Shanghai',"
                          " 'reporting_to': 'admin@example.com', 'ui_mode': 'classic'}"));
    const c4_user *a = user_of(s, "a@x.example");
    assert_string_equal(a->name, "安娜");
    assert_string_equal(a->role->name, "CEO");
    assert_string_equal(a->profile->name, "Administrator");
    assert_int_equal(a->status, CRM4E_USER_INACTIVE);
    assert_string_equal(a->locale, "zh-CN");
    assert_string_equal(a->zone, "Asia/Shanghai");
    assert_true(a->reporting_to == user_of(s, ORG_ADMIN)->id);
    c4_ui_mode mode;
    assert_ok(c4_user_ui_mode(&s->org.unit, a->id, &mode));
    assert_int_equal(mode, CRM4E_UI_CLASSIC);
    int64_t generation = s->org.unit.state.generation;
    assert_ok(put_user(s, "{'email': 'A@x.example', 'locale': 'zh-CN'}"));
    assert_true(s->org.unit.state.generation == generation);
    /* what interface somebody works in is no metadata: nobody reads it anew */
    assert_ok(put_user(s, "{'email': 'a@x.example', 'ui_mode': 'nextgen'}"));
    assert_ok(c4_user_ui_mode(&s->org.unit, a->id, &mode));
    assert_int_equal(mode, CRM4E_UI_NEXTGEN);
    assert_true(s->org.unit.state.generation == generation);
    assert_ok(put_user(s, "{'email': 'a@x.example', 'reporting_to': ''}"));
    assert_true(user_of(s, "a@x.example")->reporting_to == 0);
}

static void values_are_checked(void **state)
{
    steps *s = *state;
    static const struct {
        const char *json;
        int code;
        const char *rule;
    } cases[] = {
        {"{'name': 'A'}", CRM4E_E_INVALID, "mandatory"},
        {"{'email': ''}", CRM4E_E_INVALID, "mandatory"},
        {"{'email': 'x.example'}", CRM4E_E_INVALID, "email"},
        {"{'email': '@x.example'}", CRM4E_E_INVALID, "email"},
        {"{'email': 'a@'}", CRM4E_E_INVALID, "email"},
        {"{'email': 'a@b@c'}", CRM4E_E_INVALID, "email"},
        {"{'email': 'a b@c'}", CRM4E_E_INVALID, "email"},
        {"{'email': 'a\\n@c'}", CRM4E_E_INVALID, "control"},
        {"{'email': 'n@x.example', 'name': ' '}", CRM4E_E_INVALID, "mandatory"},
        {"{'email': 'n@x.example', 'role': 'None'}", CRM4E_E_NOT_FOUND, "role"},
        {"{'email': 'n@x.example', 'profile': 'None'}", CRM4E_E_NOT_FOUND, "profile"},
        {"{'email': 'n@x.example', 'licence': 'gold'}", CRM4E_E_INVALID, "word"},
        {"{'email': 'n@x.example', 'status': 'gone'}", CRM4E_E_INVALID, "word"},
        {"{'email': 'n@x.example', 'status': 'deleted'}", CRM4E_E_NOT_FOUND, "user"},
        {"{'email': 'n@x.example', 'locale': 'EN'}", CRM4E_E_INVALID, "locale"},
        {"{'email': 'n@x.example', 'locale': 'en_US'}", CRM4E_E_INVALID, "locale"},
        {"{'email': 'n@x.example', 'time_zone': 'Mars/Base'}", CRM4E_E_INVALID, "time_zone"},
        {"{'email': 'n@x.example', 'reporting_to': 'z@x.example'}", CRM4E_E_NOT_FOUND, "user"},
        {"{'email': 'n@x.example', 'zone': 'UTC'}", CRM4E_E_INVALID, "unknown_member"},
        {"{'email': 'n@x.example', 'licence': 'team', 'profile': 'Standard'}", CRM4E_E_INVALID,
         "team_user"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(s, put_user(s, cases[i].json), cases[i].code, cases[i].rule);
    }
}

static void emails_have_100_characters(void **state)
{
    steps *s = *state;
    char email[160];
    char json[256];
    memset(email, 'e', sizeof email);
    (void)snprintf(email + 90, sizeof email - 90, "@x.example");
    (void)snprintf(json, sizeof json, "{'email': '%s'}", email);
    assert_ok(put_user(s, json));
    memset(email, 'f', 91);
    (void)snprintf(email + 91, sizeof email - 91, "@x.example");
    (void)snprintf(json, sizeof json, "{'email': '%s'}", email);
    assert_refused(s, put_user(s, json), CRM4E_E_TOO_BIG, "max_length");
}

static void create_only_refuses_what_is_there(void **state)
{
    steps *s = *state;
    const c4_user_spec spec = {.email = "ADMIN@example.com", .create_only = true};
    crm4e_id id = 0;
    assert_refused(s, c4_user_put(&s->org.unit, &spec, &id), CRM4E_E_CONFLICT, "unique");
}

/* The address is free again, the id is not. */
static void a_deleted_user_leaves_everything(void **state)
{
    steps *s = *state;
    assert_ok(put_org(s, "{'crm4e': true}"));
    assert_ok(put_user(s, "{'email': 'a@x.example'}"));
    assert_ok(put_module(s, "{'api_name': 'Docs', 'team': true}"));
    assert_ok(put_space(s, "{'name': 'Legal'}"));
    assert_ok(put_member(s, "Docs", "a@x.example", CRM4E_TEAM_ADMIN));
    assert_ok(put_space_member(s, "Legal", "a@x.example", false));
    assert_ok(put_module(s, "{'api_name': 'Docs', 'default_owners': ['a@x.example']}"));
    crm4e_id id = user_of(s, "a@x.example")->id;
    assert_true(used(s, C4_LIMIT_CRM_USERS, 0) == 2);
    assert_ok(put_user(s, "{'email': 'a@x.example', 'status': 'deleted'}"));
    assert_null(c4_meta_user_by_email(meta_of(s), "a@x.example"));
    assert_int_equal(c4_meta_user(meta_of(s), id)->status, CRM4E_USER_DELETED);
    assert_null(c4_module_member(module_of(s, "Docs"), id));
    assert_int_equal(module_of(s, "Docs")->default_owner_count, 0);
    assert_null(c4_space_member_of(space_of(s, "Legal"), id));
    assert_true(used(s, C4_LIMIT_CRM_USERS, 0) == 1);
    assert_true(used(s, C4_LIMIT_MODULE_ADMINS, module_of(s, "Docs")->number) == 1);
    assert_ok(put_user(s, "{'email': 'a@x.example'}"));
    assert_true(user_of(s, "a@x.example")->id > id);
}

static void nobody_reports_to_himself(void **state)
{
    steps *s = *state;
    assert_ok(put_user(s, "{'email': 'a@x.example'}"));
    assert_ok(put_user(s, "{'email': 'b@x.example', 'reporting_to': 'a@x.example'}"));
    assert_refused(s, put_user(s, "{'email': 'a@x.example', 'reporting_to': 'b@x.example'}"),
                   CRM4E_E_CYCLE, "cycle");
    assert_refused(s, put_user(s, "{'email': 'a@x.example', 'reporting_to': 'a@x.example'}"),
                   CRM4E_E_CYCLE, "cycle");
}

static void nobody_changes_his_own_rights(void **state)
{
    steps *s = *state;
    static const char *const own[] = {
        "{'email': 'admin@example.com', 'role': 'Manager'}",
        "{'email': 'admin@example.com', 'profile': 'Standard'}",
        "{'email': 'admin@example.com', 'licence': 'none'}",
        "{'email': 'admin@example.com', 'status': 'inactive'}",
        "{'email': 'admin@example.com', 'status': 'deleted'}",
    };
    assert_ok(put_user(s, "{'email': 'b@x.example', 'profile': 'Administrator'}"));
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        assert_refused(s, put_user(s, own[i]), CRM4E_E_DENIED, "own_rights");
    }
    assert_ok(put_user(s, "{'email': 'admin@example.com', 'name': 'Boss', 'ui_mode': 'classic',"
                          " 'role': 'CEO', 'status': 'active'}"));
    assert_ok(put_user(s, "{'email': 'c@x.example'}"));
    act_as(s, "c@x.example");
    assert_ok(put_user(s, "{'email': 'c@x.example', 'name': 'Cy', 'locale': 'fr',"
                          " 'time_zone': 'Europe/Paris', 'ui_mode': 'classic'}"));
    assert_refused(s, put_user(s, "{'email': 'c@x.example', 'reporting_to': 'b@x.example'}"),
                   CRM4E_E_DENIED, "manage_users");
    assert_refused(s, put_user(s, "{'email': 'b@x.example', 'name': 'Ben'}"), CRM4E_E_DENIED,
                   "manage_users");
    assert_refused(s, put_user(s, "{'email': 'new@x.example'}"), CRM4E_E_DENIED, "manage_users");
}

static void make_keeper(steps *s)
{
    assert_ok(put_profile(s, "{'name': 'Keeper', 'clone_of': 'Standard',"
                             " 'admin': ['manage_users']}"));
    assert_ok(put_role(s, "{'name': 'Sales'}"));
    assert_ok(put_role(s, "{'name': 'North', 'parent': 'Sales'}"));
    assert_ok(put_user(s, "{'email': 'k@x.example', 'role': 'Sales', 'profile': 'Keeper'}"));
    assert_ok(put_user(s, "{'email': 'n@x.example', 'role': 'North'}"));
    assert_ok(put_user(s, "{'email': 'm@x.example', 'role': 'Manager'}"));
    assert_ok(put_user(s, "{'email': 's@x.example', 'role': 'Sales'}"));
    act_as(s, "k@x.example");
}

static void nobody_grants_more_than_he_holds(void **state)
{
    steps *s = *state;
    make_keeper(s);
    static const char *const more[] = {
        "{'email': 'new@x.example', 'role': 'North', 'profile': 'Administrator'}",
        "{'email': 'new@x.example', 'role': 'CEO'}",
        "{'email': 'new@x.example', 'role': 'Manager'}",
        "{'email': 'n@x.example', 'profile': 'Administrator'}",
        "{'email': 'n@x.example', 'role': 'CEO'}",
        "{'email': 'm@x.example', 'role': 'North'}",
        "{'email': 's@x.example', 'role': 'North'}",
        "{'email': 'm@x.example', 'reporting_to': 'k@x.example'}",
        "{'email': 'admin@example.com', 'name': 'Fool'}",
        "{'email': 'admin@example.com', 'status': 'inactive'}",
    };
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        assert_refused(s, put_user(s, more[i]), CRM4E_E_DENIED, "grant");
    }
    assert_ok(put_user(s, "{'email': 'new@x.example', 'role': 'North',"
                          " 'reporting_to': 'k@x.example'}"));
    assert_refused(s, put_user(s, "{'email': 'm@x.example', 'reporting_to': 'new@x.example'}"),
                   CRM4E_E_DENIED, "grant");
    assert_ok(put_user(s, "{'email': 'm@x.example', 'status': 'inactive'}"));
    assert_ok(put_user(s, "{'email': 'n@x.example', 'role': 'Sales', 'profile': 'Keeper'}"));
}

/* The actor cannot remove himself, so only a change without one gets there. */
static void the_last_administrator_stays(void **state)
{
    steps *s = *state;
    assert_ok(put_user(s, "{'email': 'b@x.example', 'profile': 'Administrator',"
                          " 'status': 'inactive'}"));
    s->org.unit.actor = NULL;
    assert_refused(s, put_user(s, "{'email': 'admin@example.com', 'status': 'inactive'}"),
                   CRM4E_E_DENIED, "last_administrator");
    assert_refused(s, put_user(s, "{'email': 'admin@example.com', 'licence': 'none'}"),
                   CRM4E_E_DENIED, "last_administrator");
    assert_refused(s, put_user(s, "{'email': 'admin@example.com', 'profile': 'Standard'}"),
                   CRM4E_E_DENIED, "last_administrator");
    assert_ok(put_user(s, "{'email': 'b@x.example', 'status': 'active'}"));
    assert_ok(put_user(s, "{'email': 'admin@example.com', 'status': 'inactive'}"));
}

/* Five licences of each kind; the administrator has the first. */
static void licences_are_counted(void **state)
{
    steps *s = *state;
    char json[128];
    for (int i = 2; i <= 5; i++) {
        (void)snprintf(json, sizeof json, "{'email': 'u%d@x.example'}", i);
        assert_ok(put_user(s, json));
    }
    assert_refused(s, put_user(s, "{'email': 'u6@x.example'}"), CRM4E_E_LIMIT, "crm_licences");
    assert_int_equal(s->org.error.limit, 5);
    assert_int_equal(s->org.error.current, 5);
    assert_ok(put_user(s, "{'email': 'u6@x.example', 'status': 'inactive'}"));
    assert_ok(put_user(s, "{'email': 'u7@x.example', 'licence': 'none'}"));
    assert_refused(s, put_user(s, "{'email': 'u6@x.example', 'status': 'active'}"), CRM4E_E_LIMIT,
                   "crm_licences");
    assert_refused(s, put_user(s, "{'email': 'u7@x.example', 'licence': 'crm'}"), CRM4E_E_LIMIT,
                   "crm_licences");
    assert_ok(put_user(s, "{'email': 'u2@x.example', 'licence': 'team', 'profile': 'Team User'}"));
    assert_true(used(s, C4_LIMIT_TEAM_USERS, 0) == 1);
    assert_ok(put_user(s, "{'email': 'u6@x.example', 'status': 'active'}"));
    assert_refused(s,
                   put_user(s, "{'email': 'u2@x.example', 'licence': 'crm',"
                               " 'profile': 'Standard'}"),
                   CRM4E_E_LIMIT, "crm_licences");
    assert_ok(put_org(s, "{'crm_licences': 1}"));
    assert_ok(put_user(s, "{'email': 'u3@x.example', 'status': 'inactive'}"));
    assert_ok(put_user(s, "{'email': 'u4@x.example', 'name': 'Still works'}"));
    assert_true(used(s, C4_LIMIT_CRM_USERS, 0) == 4);
    assert_ok(put_user(s, "{'email': 'u4@x.example', 'status': 'deleted'}"));
    assert_true(used(s, C4_LIMIT_CRM_USERS, 0) == 3);
}

static void presence_ends(void **state)
{
    steps *s = *state;
    c4_unit *unit = &s->org.unit;
    bool online = true;
    assert_ok(put_user(s, "{'email': 'a@x.example'}"));
    crm4e_id a = user_of(s, "a@x.example")->id;
    assert_ok(c4_user_online(unit, a, &online));
    assert_false(online);
    assert_ok(c4_user_presence(unit, a, unit->now + 10));
    assert_ok(c4_user_online(unit, a, &online));
    assert_true(online);
    unit->now += 10;
    assert_ok(c4_user_online(unit, a, &online));
    assert_false(online);
    act_as(s, "a@x.example");
    assert_ok(c4_user_presence(unit, a, unit->now + 10));
    assert_refused(s, c4_user_presence(unit, user_of(s, ORG_ADMIN)->id, 1), CRM4E_E_DENIED,
                   "manage_users");
    assert_refused(s, c4_user_presence(unit, 12345, 1), CRM4E_E_NOT_FOUND, "user");
    assert_refused(s, c4_user_presence(unit, a, -1), CRM4E_E_INVALID, "range");
    act_as_admin(s);
    assert_ok(put_user(s, "{'email': 'a@x.example', 'status': 'inactive'}"));
    assert_ok(c4_user_online(unit, a, &online));
    assert_false(online);
}

static void no_portal_users(void **state)
{
    steps *s = *state;
    assert_ok(put_user(s, "{'email': 'a@x.example'}"));
    assert_refused(s, put_user(s, "{'email': 'p@x.example', 'licence': 'portal'}"),
                   CRM4E_E_UNSUPPORTED, "portal");
    assert_refused(s, put_user(s, "{'email': 'a@x.example', 'licence': 'portal'}"),
                   CRM4E_E_UNSUPPORTED, "portal");
    assert_non_null(strstr(s->org.error.message, "portal users"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_new_user_has_defaults),
        TEST(all_members_are_kept),
        TEST(values_are_checked),
        TEST(emails_have_100_characters),
        TEST(create_only_refuses_what_is_there),
        TEST(a_deleted_user_leaves_everything),
        TEST(nobody_reports_to_himself),
        TEST(nobody_changes_his_own_rights),
        TEST(nobody_grants_more_than_he_holds),
        TEST(the_last_administrator_stays),
        cmocka_unit_test_setup_teardown(licences_are_counted, steps_standard, steps_teardown),
        TEST(presence_ends),
        TEST(no_portal_users),
    };
    return steps_run("users", tests, sizeof tests / sizeof tests[0]);
}
