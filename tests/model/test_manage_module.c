/* SPDX-License-Identifier: MIT */
#include "manage_steps.h"

#include <stdio.h>

#include "model/definition.h"

#define BIT(action) (1u << CRM4E_ACTION_##action)

static void make_people(steps *s)
{
    assert_ok(put_profile(s, "{'name': 'Founder', 'clone_of': 'Team User',"
                             " 'admin': ['create_team_module']}"));
    assert_ok(put_user(s, "{'email': 'f@x.example', 'licence': 'team', 'profile': 'Founder'}"));
    assert_ok(put_user(s, "{'email': 'a@x.example'}"));
    assert_ok(put_space(s, "{'name': 'Legal', 'members': ['f@x.example']}"));
    assert_ok(put_space(s, "{'name': 'Finance'}"));
}

static void the_creator_becomes_admin(void **state)
{
    steps *s = *state;
    make_people(s);
    act_as(s, "f@x.example");
    assert_ok(put_module(s, "{'api_name': 'Documents', 'singular': 'Document',"
                            " 'plural_zh': '文件', 'team': true, 'space': 'legal'}"));
    const c4_module *module = module_of(s, "documents");
    assert_int_equal(module->kind, C4_MODULE_TEAM);
    assert_true(module->number >= 1000);
    assert_string_equal(module->singular.en, "Document");
    assert_string_equal(module->plural.en, "Document");
    assert_string_equal(module->plural.zh, "文件");
    assert_true(module->creator == user_of(s, "f@x.example")->id);
    assert_int_equal(module->member_count, 1);
    assert_int_equal(module->members[0].profile, CRM4E_TEAM_ADMIN);
    assert_int_equal(space_of(s, "Legal")->items[0].module, module->number);
    assert_non_null(c4_module_field_named(module, "Name"));
    for (c4_team_profile i = 1; i <= C4_TEAM_PROFILE_COUNT; i++) {
        assert_int_equal(module->team[i].actions, c4_team_actions(i));
    }
    assert_ok(put_module(s, "{'api_name': 'Documents', 'plural': 'Papers'}"));
    assert_string_equal(module_of(s, "Documents")->plural.en, "Papers");
}

static void rights(void **state)
{
    steps *s = *state;
    make_people(s);
    act_as(s, "a@x.example");
    assert_refused(s, put_module(s, "{'api_name': 'Docs', 'team': true}"), CRM4E_E_DENIED,
                   "create_team_module");
    assert_refused(s, put_module(s, "{'api_name': 'Docs'}"), CRM4E_E_DENIED, "customise");
    assert_refused(s, put_module(s, "{'api_name': 'Leads', 'hidden': true}"), CRM4E_E_DENIED,
                   "customise");
    act_as(s, "f@x.example");
    assert_refused(s, put_module(s, "{'api_name': 'Docs', 'team': true, 'space': 'Finance'}"),
                   CRM4E_E_NOT_FOUND, "space");
    assert_refused(s, put_module(s, "{'api_name': 'Docs', 'team': true, 'space': 'None'}"),
                   CRM4E_E_NOT_FOUND, "space");
    assert_refused(s, put_module(s, "{'api_name': 'Docs'}"), CRM4E_E_DENIED, "customise");
    act_as_admin(s);
    assert_ok(put_module(s, "{'api_name': 'Docs', 'team': true, 'space': 'Finance'}"));
    act_as(s, "f@x.example");
    assert_refused(s, put_module(s, "{'api_name': 'Docs', 'team': true}"), CRM4E_E_CONFLICT,
                   "unique");
    assert_refused(s, put_module(s, "{'api_name': 'Docs', 'plural': 'Mine'}"), CRM4E_E_DENIED,
                   "customise");
    act_as(s, "a@x.example");
    assert_refused(s, put_module(s, "{'api_name': 'Docs', 'team': true}"), CRM4E_E_DENIED,
                   "create_team_module");
    act_as_admin(s);
    assert_ok(put_member(s, "Docs", "f@x.example", CRM4E_TEAM_MANAGER));
    act_as(s, "f@x.example");
    assert_refused(s, put_module(s, "{'api_name': 'Docs', 'plural': 'Mine'}"), CRM4E_E_DENIED,
                   "team_admin");
}

static void sharing_needs_its_own_right(void **state)
{
    steps *s = *state;
    assert_ok(put_profile(s, "{'name': 'Builder', 'clone_of': 'Standard',"
                             " 'admin': ['customise']}"));
    assert_ok(put_user(s, "{'email': 'b@x.example', 'profile': 'Builder'}"));
    act_as(s, "b@x.example");
    assert_ok(put_module(s, "{'api_name': 'Projects', 'org_default': 'public_read_only'}"));
    assert_int_equal(module_of(s, "Projects")->org_default, CRM4E_SHARE_READ_ONLY);
    assert_int_equal(module_of(s, "Projects")->kind, C4_MODULE_CUSTOM);
    assert_refused(s, put_module(s, "{'api_name': 'Leads', 'org_default': 'public_read_write'}"),
                   CRM4E_E_DENIED, "manage_data_sharing");
    assert_ok(put_module(s, "{'api_name': 'Leads', 'hidden': true, 'org_default': 'private'}"));
    assert_true((module_of(s, "Leads")->flags & C4_MODULE_HIDDEN) != 0);
    assert_ok(put_module(s, "{'api_name': 'Leads', 'hidden': false}"));
    assert_true((module_of(s, "Leads")->flags & C4_MODULE_HIDDEN) == 0);
    act_as_admin(s);
    assert_ok(put_module(s, "{'api_name': 'Leads', 'org_default': 'public_read_write'}"));
    assert_int_equal(module_of(s, "Leads")->org_default, CRM4E_SHARE_READ_WRITE);
    assert_refused(s, put_module(s, "{'api_name': 'Notes', 'org_default': 'public_read_only'}"),
                   CRM4E_E_INVALID, "child");
}

static void values_are_checked(void **state)
{
    steps *s = *state;
    static const struct {
        const char *json;
        int code;
        const char *rule;
    } cases[] = {
        {"{'plural': 'X'}", CRM4E_E_INVALID, "mandatory"},
        {"{'api_name': '1st', 'team': true}", CRM4E_E_INVALID, "api_name"},
        {"{'api_name': 'A__b', 'team': true}", CRM4E_E_INVALID, "api_name"},
        {"{'api_name': 'A b', 'team': true}", CRM4E_E_INVALID, "api_name"},
        {"{'api_name': 'Users', 'team': true}", CRM4E_E_INVALID, "reserved"},
        {"{'api_name': 'SELECT', 'team': true}", CRM4E_E_INVALID, "reserved"},
        {"{'api_name': 'Leads', 'team': true}", CRM4E_E_CONFLICT, "kind"},
        {"{'api_name': 'New', 'singular': ' '}", CRM4E_E_INVALID, "mandatory"},
        {"{'api_name': 'New', 'team': true, 'org_default': 'private'}", CRM4E_E_INVALID, "kind"},
        {"{'api_name': 'New', 'space': 'Legal'}", CRM4E_E_INVALID, "kind"},
        {"{'api_name': 'New', 'permissions': {}}", CRM4E_E_INVALID, "kind"},
        {"{'api_name': 'New', 'team': 'yes'}", CRM4E_E_INVALID, "type"},
        {"{'api_name': 'New', 'org_default': 'open'}", CRM4E_E_INVALID, "word"},
        {"{'api_name': 'Docs', 'permissions': {'boss': {}}}", CRM4E_E_INVALID, "team_profile"},
        {"{'api_name': 'Docs', 'permissions': {'member': []}}", CRM4E_E_INVALID, "team_profile"},
        {"{'api_name': 'Docs', 'permissions': {'member': {'action': []}}}", CRM4E_E_INVALID,
         "unknown_member"},
        {"{'api_name': 'Docs', 'permissions': {'member': {'actions': ['fly']}}}", CRM4E_E_INVALID,
         "word"},
        {"{'api_name': 'Docs', 'permissions': {'requester': {'actions': ['export']}}}",
         CRM4E_E_INVALID, "team_profile"},
        {"{'api_name': 'Docs', 'permissions': {'member': {'fields': {'Nope': 'hidden'}}}}",
         CRM4E_E_NOT_FOUND, "field"},
        {"{'api_name': 'Docs', 'permissions': {'member': {'fields': {'Email': 'no'}}}}",
         CRM4E_E_INVALID, "word"},
        {"{'api_name': 'Docs', 'default_owners': ['z@x.example']}", CRM4E_E_NOT_FOUND, "user"},
        {"{'api_name': 'Docs', 'default_owners': ['a@x.example']}", CRM4E_E_INVALID, "member"},
        {"{'api_name': 'Docs', 'default_owners': [1]}", CRM4E_E_INVALID, "type"},
        {"{'api_name': 'Docs', 'default_owners': ['admin@example.com', 'ADMIN@example.com']}",
         CRM4E_E_CONFLICT, "unique"},
        {"{'api_name': 'Docs', 'default_owners': ['a', 'b', 'c', 'd', 'e', 'f']}", CRM4E_E_LIMIT,
         "default_owners"},
    };
    make_people(s);
    assert_ok(put_module(s, "{'api_name': 'Docs', 'team': true}"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(s, put_module(s, cases[i].json), cases[i].code, cases[i].rule);
    }
}

static void team_profiles_are_narrowed(void **state)
{
    steps *s = *state;
    assert_ok(put_module(s, "{'api_name': 'Docs', 'team': true, 'permissions': {"
                            "'member': {'actions': ['view'], 'fields': {'Email': 'hidden'}},"
                            "'requester': {'fields': {'Name': 'read_only'}}},"
                            " 'default_owners': ['admin@example.com']}"));
    const c4_module *docs = module_of(s, "Docs");
    assert_int_equal(docs->team[CRM4E_TEAM_MEMBER].actions, BIT(VIEW));
    assert_int_equal(docs->team[CRM4E_TEAM_MEMBER].field_count, 1);
    assert_int_equal(docs->team[CRM4E_TEAM_REQUESTER].actions,
                     c4_team_actions(CRM4E_TEAM_REQUESTER));
    assert_int_equal(docs->default_owner_count, 1);
    assert_ok(put_module(s, "{'api_name': 'Docs', 'permissions':"
                            " {'member': {'fields': {}, 'actions': ['view', 'edit']}},"
                            " 'default_owners': []}"));
    docs = module_of(s, "Docs");
    assert_int_equal(docs->team[CRM4E_TEAM_MEMBER].actions, BIT(VIEW) | BIT(EDIT));
    assert_int_equal(docs->team[CRM4E_TEAM_MEMBER].field_count, 0);
    assert_int_equal(docs->team[CRM4E_TEAM_REQUESTER].field_count, 1);
    assert_int_equal(docs->default_owner_count, 0);
}

static void switched_off(void **state)
{
    steps *s = *state;
    assert_ok(put_org(s, "{'crm4e': false}"));
    assert_refused(s, put_module(s, "{'api_name': 'Docs', 'team': true}"), CRM4E_E_DENIED, "crm4e");
    assert_ok(put_module(s, "{'api_name': 'Projects'}"));
}

/* Standard edition: ten team modules and ten custom ones. */
static void limits(void **state)
{
    steps *s = *state;
    char json[64];
    for (int i = 1; i <= 10; i++) {
        (void)snprintf(json, sizeof json, "{'api_name': 'T%d', 'team': true}", i);
        assert_ok(put_module(s, json));
        (void)snprintf(json, sizeof json, "{'api_name': 'C%d'}", i);
        assert_ok(put_module(s, json));
    }
    int64_t next = s->org.unit.state.next_module;
    assert_refused(s, put_module(s, "{'api_name': 'T11', 'team': true}"), CRM4E_E_LIMIT,
                   "team_modules");
    assert_refused(s, put_module(s, "{'api_name': 'C11'}"), CRM4E_E_LIMIT, "custom_modules");
    assert_true(s->org.unit.state.next_module == next);
    assert_ok(put_module(s, "{'api_name': 'T1', 'plural': 'Still works'}"));
}

static void none_in_the_free_edition(void **state)
{
    steps *s = *state;
    assert_refused(s, put_module(s, "{'api_name': 'T', 'team': true}"), CRM4E_E_LIMIT,
                   "team_modules");
    assert_refused(s, put_module(s, "{'api_name': 'C'}"), CRM4E_E_LIMIT, "custom_modules");
    assert_refused(s, put_space(s, "{'name': 'S'}"), CRM4E_E_LIMIT, "team_spaces");
}

static void create_only_refuses_what_is_there(void **state)
{
    steps *s = *state;
    const c4_module_spec spec = {.api_name = "LEADS", .create_only = true};
    int32_t number = 0;
    assert_refused(s, c4_module_put(&s->org.unit, &spec, &number), CRM4E_E_CONFLICT, "unique");
}

/* The table is there and takes rows. */
static void records_fit_the_new_table(void **state)
{
    steps *s = *state;
    int64_t count = -1;
    crm4e_plan plan;
    assert_ok(put_module(s, "{'api_name': 'Docs', 'team': true}"));
    c4_plan_init(&plan, &module_of(s, "Docs")->table);
    assert_ok(c4_rows_count(&s->org.db, &plan, &count));
    assert_true(count == 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_creator_becomes_admin),
        TEST(rights),
        TEST(sharing_needs_its_own_right),
        TEST(values_are_checked),
        TEST(team_profiles_are_narrowed),
        TEST(switched_off),
        cmocka_unit_test_setup_teardown(limits, steps_standard, steps_teardown),
        cmocka_unit_test_setup_teardown(none_in_the_free_edition, steps_free, steps_teardown),
        TEST(create_only_refuses_what_is_there),
        TEST(records_fit_the_new_table),
    };
    return steps_run("modules", tests, sizeof tests / sizeof tests[0]);
}
