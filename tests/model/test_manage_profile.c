/* SPDX-License-Identifier: MIT */
#include "manage_steps.h"

#include "model/manage_rules.h"

#define BIT(action) (1u << CRM4E_ACTION_##action)

static void a_clone_starts_as_its_original(void **state)
{
    steps *s = *state;
    assert_ok(put_profile(s, "{'name': 'Clerk', 'clone_of': 'Standard'}"));
    const c4_profile *clerk = profile_of(s, "clerk");
    assert_int_equal(clerk->kind, C4_PROFILE_CUSTOM);
    assert_int_equal(clerk->actions, profile_of(s, "Standard")->actions);
    assert_int_equal(clerk->admin, 0);
    assert_refused(s, put_profile(s, "{'name': 'X'}"), CRM4E_E_INVALID, "mandatory");
    assert_refused(s, put_profile(s, "{'name': 'X', 'clone_of': 'Y'}"), CRM4E_E_NOT_FOUND,
                   "profile");
}

static void lists_replace(void **state)
{
    steps *s = *state;
    assert_ok(put_profile(s, "{'name': 'Clerk', 'clone_of': 'Standard', 'admin': ['import'],"
                             " 'modules': {'*': ['view'], 'Leads': ['view', 'create'],"
                             " 'Accounts': []},"
                             " 'fields': {'Leads': {'Email': 'hidden', 'Phone': 'read_only',"
                             " 'Company': 'read_write'}}}"));
    const c4_profile *clerk = profile_of(s, "Clerk");
    assert_int_equal(clerk->admin, C4_ADMIN_IMPORT);
    assert_int_equal(clerk->actions, BIT(VIEW));
    assert_int_equal(c4_profile_actions(clerk, module_of(s, "Leads")), BIT(VIEW) | BIT(CREATE));
    assert_int_equal(c4_profile_actions(clerk, module_of(s, "Accounts")), 0);
    assert_int_equal(c4_profile_actions(clerk, module_of(s, "Deals")), BIT(VIEW));
    assert_int_equal(clerk->field_count, 2);
    assert_int_equal(c4_field_permission_of(clerk->fields, clerk->field_count,
                                            field_of(s, "Leads", "Email")->number),
                     CRM4E_PERMISSION_HIDDEN);
    assert_ok(put_profile(s, "{'name': 'Clerk', 'modules': {'Deals': ['view', 'edit']}}"));
    clerk = profile_of(s, "Clerk");
    assert_int_equal(clerk->module_count, 1);
    assert_int_equal(clerk->actions, BIT(VIEW));
    assert_int_equal(clerk->field_count, 2);
    assert_ok(put_profile(s, "{'name': 'Clerk', 'fields': {}, 'admin': []}"));
    assert_int_equal(profile_of(s, "Clerk")->field_count, 0);
    assert_int_equal(profile_of(s, "Clerk")->admin, 0);
}

static void nothing_changes_nothing(void **state)
{
    steps *s = *state;
    assert_ok(put_profile(s, "{'name': 'Clerk', 'clone_of': 'Standard'}"));
    int64_t generation = s->org.unit.state.generation;
    assert_ok(put_profile(s, "{'name': 'Clerk', 'admin': []}"));
    assert_ok(put_profile(s, "{'name': 'Administrator'}"));
    assert_true(s->org.unit.state.generation == generation);
}

static void words_are_checked(void **state)
{
    steps *s = *state;
    static const struct {
        const char *json;
        int code;
        const char *rule;
    } cases[] = {
        {"{'name': 'P', 'clone_of': 'Standard', 'admin': ['fly']}", CRM4E_E_INVALID, "word"},
        {"{'name': 'P', 'clone_of': 'Standard', 'admin': [1]}", CRM4E_E_INVALID, "word"},
        {"{'name': 'P', 'clone_of': 'Standard', 'admin': {}}", CRM4E_E_INVALID, "type"},
        {"{'name': 'P', 'clone_of': 'Standard', 'modules': []}", CRM4E_E_INVALID, "type"},
        {"{'name': 'P', 'clone_of': 'Standard', 'modules': {'Nope': []}}", CRM4E_E_NOT_FOUND,
         "module"},
        {"{'name': 'P', 'clone_of': 'Standard', 'modules': {'Leads': ['peek']}}", CRM4E_E_INVALID,
         "word"},
        {"{'name': 'P', 'clone_of': 'Standard', 'modules': {'Leads': 'view'}}", CRM4E_E_INVALID,
         "type"},
        {"{'name': 'P', 'clone_of': 'Standard', 'modules': {'Leads': [], 'leads': []}}",
         CRM4E_E_INVALID, "duplicate"},
        {"{'name': 'P', 'clone_of': 'Standard', 'fields': {'Leads': {'Nope': 'hidden'}}}",
         CRM4E_E_NOT_FOUND, "field"},
        {"{'name': 'P', 'clone_of': 'Standard', 'fields': {'Leads': {'Email': 'gone'}}}",
         CRM4E_E_INVALID, "word"},
        {"{'name': 'P', 'clone_of': 'Standard', 'fields': {'Leads': []}}", CRM4E_E_INVALID, "type"},
        {"{'name': 'P', 'clone_of': 'Standard', 'fields': {'Nope': {}}}", CRM4E_E_NOT_FOUND,
         "module"},
        {"{'name': '', 'clone_of': 'Standard'}", CRM4E_E_INVALID, "mandatory"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(s, put_profile(s, cases[i].json), cases[i].code, cases[i].rule);
    }
}

static void built_in_ones_are_fixed(void **state)
{
    steps *s = *state;
    assert_refused(s, put_profile(s, "{'name': 'Administrator', 'admin': []}"), CRM4E_E_DENIED,
                   "built_in");
    assert_refused(s, put_profile(s, "{'name': 'Standard', 'modules': {}}"), CRM4E_E_DENIED,
                   "built_in");
    assert_refused(s, put_profile(s, "{'name': 'Team User', 'admin': []}"), CRM4E_E_DENIED,
                   "built_in");
    assert_refused(s, put_profile(s, "{'name': 'Team User', 'fields': {}}"), CRM4E_E_DENIED,
                   "built_in");
}

static void team_user_looks_at_ten_modules(void **state)
{
    steps *s = *state;
    assert_ok(put_profile(s, "{'name': 'Team User', 'modules': {'Leads': ['view'],"
                             " 'Contacts': ['view'], 'Accounts': ['view'], 'Deals': ['view'],"
                             " 'Tasks': ['view'], 'Events': ['view'], 'Calls': ['view'],"
                             " 'Products': ['view'], 'Quotes': ['view'], 'Cases': ['view']}}"));
    assert_int_equal(profile_of(s, "Team User")->module_count, 10);
    assert_refused(s,
                   put_profile(s, "{'name': 'Team User', 'modules': {'Leads': ['view'],"
                                  " 'Contacts': ['view'], 'Accounts': ['view'], 'Deals': ['view'],"
                                  " 'Tasks': ['view'], 'Events': ['view'], 'Calls': ['view'],"
                                  " 'Products': ['view'], 'Quotes': ['view'], 'Cases': ['view'],"
                                  " 'Vendors': ['view']}}"),
                   CRM4E_E_LIMIT, "team_user_modules");
    assert_int_equal(s->org.error.limit, 10);
    assert_refused(s,
                   put_profile(s, "{'name': 'Team User', 'modules': {'Leads': ['view', 'edit']}}"),
                   CRM4E_E_INVALID, "team_user");
    assert_refused(s, put_profile(s, "{'name': 'Team User', 'modules': {'*': ['view']}}"),
                   CRM4E_E_INVALID, "team_user");
}

static void make_keeper(steps *s)
{
    assert_ok(put_profile(s, "{'name': 'Keeper', 'clone_of': 'Standard',"
                             " 'admin': ['manage_profiles', 'manage_users', 'import'],"
                             " 'modules': {'Deals': ['view']},"
                             " 'fields': {'Leads': {'Email': 'hidden', 'Phone': 'read_only'}}}"));
    assert_ok(put_user(s, "{'email': 'k@x.example', 'role': 'CEO', 'profile': 'Keeper'}"));
}

static void nobody_grants_more_than_he_holds(void **state)
{
    steps *s = *state;
    make_keeper(s);
    assert_ok(put_profile(s, "{'name': 'High', 'clone_of': 'Administrator'}"));
    act_as(s, "k@x.example");
    static const char *const more[] = {
        "{'name': 'P', 'clone_of': 'Administrator'}",
        "{'name': 'P', 'clone_of': 'Standard'}",
        "{'name': 'P', 'clone_of': 'Keeper', 'admin': ['export']}",
        "{'name': 'P', 'clone_of': 'Keeper', 'admin': ['system_administrator']}",
        "{'name': 'P', 'clone_of': 'Keeper', 'modules': {}}",
        "{'name': 'P', 'clone_of': 'Keeper', 'modules': {'Deals': ['view', 'edit']}}",
        "{'name': 'P', 'clone_of': 'Keeper', 'modules': {'Deals': ['view'],"
        " 'Leads': ['mass_delete']}}",
        "{'name': 'P', 'clone_of': 'Keeper', 'fields': {}}",
        "{'name': 'P', 'clone_of': 'Keeper', 'fields': {'Leads': {'Email': 'read_only',"
        " 'Phone': 'read_only'}}}",
        "{'name': 'High', 'admin': []}",
    };
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        assert_refused(s, put_profile(s, more[i]), CRM4E_E_DENIED, "grant");
    }
    assert_refused(s, put_profile(s, "{'name': 'Keeper', 'admin': []}"), CRM4E_E_DENIED,
                   "own_profile");
    assert_ok(put_profile(s, "{'name': 'P', 'clone_of': 'Keeper', 'admin': ['import'],"
                             " 'modules': {'*': ['view']}}"));
    assert_ok(put_profile(s, "{'name': 'P', 'admin': []}"));
}

static void rights(void **state)
{
    steps *s = *state;
    assert_ok(put_user(s, "{'email': 'p@x.example'}"));
    act_as(s, "p@x.example");
    assert_refused(s, put_profile(s, "{'name': 'P', 'clone_of': 'Standard'}"), CRM4E_E_DENIED,
                   "manage_profiles");
}

static void holders_stay_within_their_licence(void **state)
{
    steps *s = *state;
    assert_ok(put_profile(s, "{'name': 'Helper', 'clone_of': 'Team User',"
                             " 'admin': ['create_team_module']}"));
    assert_ok(put_user(s, "{'email': 't@x.example', 'licence': 'team', 'profile': 'Helper'}"));
    assert_refused(s, put_profile(s, "{'name': 'Helper', 'modules': {'*': ['view']}}"),
                   CRM4E_E_CONFLICT, "team_user");
    assert_refused(s, put_profile(s, "{'name': 'Helper', 'admin': ['customise']}"),
                   CRM4E_E_CONFLICT, "team_user");
    assert_ok(put_profile(s, "{'name': 'Helper', 'modules': {'Leads': ['view']}}"));
}

static void create_only_refuses_what_is_there(void **state)
{
    steps *s = *state;
    const c4_profile_spec spec = {.name = "standard", .clone_of = "Standard", .create_only = true};
    crm4e_id id = 0;
    assert_refused(s, c4_profile_put(&s->org.unit, &spec, &id), CRM4E_E_CONFLICT, "unique");
}

static void renaming_and_removal(void **state)
{
    steps *s = *state;
    assert_ok(put_profile(s, "{'name': 'Clerk', 'clone_of': 'Standard'}"));
    assert_ok(put_profile(s, "{'name': 'Other', 'clone_of': 'Standard'}"));
    assert_refused(s, rename_profile(s, "Clerk", "other"), CRM4E_E_CONFLICT, "unique");
    assert_refused(s, rename_profile(s, "Clerk", ""), CRM4E_E_INVALID, "mandatory");
    assert_refused(s, rename_profile(s, "Standard", "Plain"), CRM4E_E_DENIED, "built_in");
    assert_ok(rename_profile(s, "Clerk", "CLERK"));
    assert_ok(rename_profile(s, "Clerk", "Helper"));
    assert_null(c4_meta_profile_named(meta_of(s), "Clerk"));
    assert_ok(put_user(s, "{'email': 'h@x.example', 'profile': 'Helper'}"));
    assert_refused(s, remove_profile(s, "Helper"), CRM4E_E_CONFLICT, "in_use");
    assert_refused(s, remove_profile(s, "Team User"), CRM4E_E_DENIED, "built_in");
    assert_refused(s, remove_profile(s, "Nobody"), CRM4E_E_NOT_FOUND, "profile");
    crm4e_id gone = user_of(s, "h@x.example")->id;
    assert_ok(put_user(s, "{'email': 'h@x.example', 'status': 'deleted'}"));
    assert_ok(remove_profile(s, "Helper"));
    assert_ptr_equal(c4_meta_user(meta_of(s), gone)->profile, profile_of(s, "Standard"));
}

static void one_permission_at_a_time(void **state)
{
    steps *s = *state;
    c4_profile_grant given = {.profile = "Clerk", .admin = C4_ADMIN_IMPORT, .allow = true};
    assert_refused(s, grant(s, &given), CRM4E_E_NOT_FOUND, "profile");
    assert_ok(put_profile(s, "{'name': 'Clerk', 'clone_of': 'Standard'}"));
    assert_ok(grant(s, &given));
    assert_int_equal(profile_of(s, "Clerk")->admin, C4_ADMIN_IMPORT);
    given.allow = false;
    assert_ok(grant(s, &given));
    assert_int_equal(profile_of(s, "Clerk")->admin, 0);
    given = (c4_profile_grant){
        .profile = "Clerk", .module = "Leads", .action = CRM4E_ACTION_DELETE, .allow = false};
    assert_ok(grant(s, &given));
    const uint32_t all = profile_of(s, "Clerk")->actions;
    assert_int_equal(c4_profile_actions(profile_of(s, "Clerk"), module_of(s, "Leads")),
                     all & ~BIT(DELETE));
    assert_int_equal(c4_profile_actions(profile_of(s, "Clerk"), module_of(s, "Deals")), all);
    given.module = "Nothing";
    assert_refused(s, grant(s, &given), CRM4E_E_NOT_FOUND, "module");
    given = (c4_profile_grant){.profile = "Clerk",
                               .module = "Leads",
                               .field = "Email",
                               .permission = CRM4E_PERMISSION_HIDDEN};
    assert_ok(grant(s, &given));
    assert_int_equal(profile_of(s, "Clerk")->field_count, 1);
    given.permission = CRM4E_PERMISSION_READ_WRITE;
    assert_ok(grant(s, &given));
    assert_int_equal(profile_of(s, "Clerk")->field_count, 0);
    given.field = "Nothing";
    assert_refused(s, grant(s, &given), CRM4E_E_NOT_FOUND, "field");
    given = (c4_profile_grant){.profile = "Standard", .admin = C4_ADMIN_IMPORT, .allow = true};
    assert_refused(s, grant(s, &given), CRM4E_E_DENIED, "built_in");
}

static void one_permission_needs_the_same_rights(void **state)
{
    steps *s = *state;
    c4_profile_grant given = {.profile = "Clerk", .admin = C4_ADMIN_IMPORT, .allow = true};
    assert_ok(put_profile(s, "{'name': 'Keeper', 'clone_of': 'Standard',"
                             " 'admin': ['manage_profiles']}"));
    assert_ok(put_profile(s, "{'name': 'Clerk', 'clone_of': 'Standard'}"));
    assert_ok(put_user(s, "{'email': 'k@x.example', 'profile': 'Keeper'}"));
    assert_ok(put_user(s, "{'email': 'p@x.example'}"));
    act_as(s, "p@x.example");
    assert_refused(s, grant(s, &given), CRM4E_E_DENIED, "manage_profiles");
    assert_refused(s, remove_profile(s, "Clerk"), CRM4E_E_DENIED, "manage_profiles");
    act_as(s, "k@x.example");
    assert_refused(s, grant(s, &given), CRM4E_E_DENIED, "grant");
    given.profile = "Keeper";
    assert_refused(s, grant(s, &given), CRM4E_E_DENIED, "own_profile");
    given = (c4_profile_grant){
        .profile = "Clerk", .module = "Leads", .action = CRM4E_ACTION_VIEW, .allow = false};
    assert_ok(grant(s, &given));
    act_as_admin(s);
    assert_ok(put_profile(s, "{'name': 'Boss', 'clone_of': 'Administrator'}"));
    act_as(s, "k@x.example");
    assert_refused(s, remove_profile(s, "Boss"), CRM4E_E_DENIED, "grant");
    assert_refused(s, rename_profile(s, "Boss", "Nobody"), CRM4E_E_DENIED, "grant");
    assert_ok(remove_profile(s, "Clerk"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
    const struct CMUnitTest tests[] = {
        TEST(renaming_and_removal),
        TEST(one_permission_at_a_time),
        TEST(one_permission_needs_the_same_rights),
        TEST(a_clone_starts_as_its_original),
        TEST(lists_replace),
        TEST(nothing_changes_nothing),
        TEST(words_are_checked),
        TEST(built_in_ones_are_fixed),
        TEST(team_user_looks_at_ten_modules),
        TEST(nobody_grants_more_than_he_holds),
        TEST(rights),
        TEST(holders_stay_within_their_licence),
        TEST(create_only_refuses_what_is_there),
    };
    return steps_run("profiles", tests, sizeof tests / sizeof tests[0]);
}
