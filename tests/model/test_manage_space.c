/* SPDX-License-Identifier: MIT */
#include "manage_steps.h"

#include <stdio.h>

static bool is_admin(steps *s, const char *space, const char *email)
{
    const c4_space_member *member = c4_space_member_of(space_of(s, space), user_of(s, email)->id);
    assert_non_null(member);
    return member->admin;
}

static void make_people(steps *s)
{
    assert_ok(put_profile(s, "{'name': 'Organiser', 'clone_of': 'Standard',"
                             " 'admin': ['manage_team_spaces']}"));
    assert_ok(put_user(s, "{'email': 'o@x.example', 'profile': 'Organiser'}"));
    assert_ok(put_user(s, "{'email': 'a@x.example'}"));
    assert_ok(put_user(s, "{'email': 't@x.example', 'licence': 'team'}"));
}

static void a_space_is_made_whole(void **state)
{
    steps *s = *state;
    make_people(s);
    act_as(s, "o@x.example");
    assert_ok(put_space(s, "{'name': 'Legal', 'folders': ['Contracts', 'Cases'],"
                           " 'modules': ['Deals', {'module': 'Cases', 'folder': 'cases'},"
                           " {'module': 'Leads'}],"
                           " 'members': ['a@x.example', {'user': 't@x.example', 'admin': true}]}"));
    const c4_space *legal = space_of(s, "legal");
    assert_int_equal(legal->folder_count, 2);
    assert_int_equal(legal->item_count, 3);
    assert_int_equal(legal->items[0].module, module_of(s, "Deals")->number);
    assert_int_equal(legal->items[1].folder, 2);
    assert_int_equal(legal->items[2].folder, 0);
    assert_int_equal(legal->member_count, 3);
    assert_true(is_admin(s, "Legal", "o@x.example"));
    assert_true(is_admin(s, "Legal", "t@x.example"));
    assert_false(is_admin(s, "Legal", "a@x.example"));
    assert_true(used(s, C4_LIMIT_TEAM_SPACES, 0) == 1);
    assert_true(used(s, C4_LIMIT_SPACE_FOLDERS, legal->id) == 2);
}

static void lists_replace(void **state)
{
    steps *s = *state;
    make_people(s);
    assert_ok(put_space(s, "{'name': 'Legal', 'folders': ['A', 'B'],"
                           " 'modules': [{'module': 'Deals', 'folder': 'A'},"
                           " {'module': 'Leads', 'folder': 'B'}]}"));
    assert_ok(put_space(s, "{'name': 'Legal', 'folders': ['b']}"));
    const c4_space *legal = space_of(s, "Legal");
    assert_int_equal(legal->folder_count, 1);
    assert_int_equal(legal->items[0].folder, 0);
    assert_int_equal(legal->items[1].folder, 1);
    assert_true(used(s, C4_LIMIT_SPACE_FOLDERS, legal->id) == 1);
    assert_ok(put_space(s, "{'name': 'Legal', 'modules': [], 'members': ['a@x.example']}"));
    legal = space_of(s, "Legal");
    assert_int_equal(legal->item_count, 0);
    assert_int_equal(legal->member_count, 1);
    assert_ok(rename_space(s, "Legal", "Law"));
    assert_null(c4_meta_space_named(meta_of(s), "Legal"));
    assert_int_equal(space_of(s, "Law")->member_count, 1);
}

static void values_are_checked(void **state)
{
    steps *s = *state;
    static const struct {
        const char *json;
        int code;
        const char *rule;
    } cases[] = {
        {"{'name': ''}", CRM4E_E_INVALID, "mandatory"},
        {"{'name': 'CRM TEAMSPACE'}", CRM4E_E_CONFLICT, "unique"},
        {"{'name': 'New', 'folders': ['A', 'a']}", CRM4E_E_CONFLICT, "unique"},
        {"{'name': 'New', 'folders': [' ']}", CRM4E_E_INVALID, "mandatory"},
        {"{'name': 'New', 'folders': [1]}", CRM4E_E_INVALID, "mandatory"},
        {"{'name': 'New', 'folders': 'A'}", CRM4E_E_INVALID, "type"},
        {"{'name': 'New', 'modules': ['Nope']}", CRM4E_E_NOT_FOUND, "module"},
        {"{'name': 'New', 'modules': ['Notes']}", CRM4E_E_INVALID, "module"},
        {"{'name': 'New', 'modules': ['Deals', 'deals']}", CRM4E_E_CONFLICT, "unique"},
        {"{'name': 'New', 'modules': [{'module': 'Deals', 'folder': 'X'}]}", CRM4E_E_NOT_FOUND,
         "folder"},
        {"{'name': 'New', 'modules': [{'module': 'Deals', 'fold': 'X'}]}", CRM4E_E_INVALID,
         "unknown_member"},
        {"{'name': 'New', 'modules': [{'folder': 'X'}]}", CRM4E_E_INVALID, "type"},
        {"{'name': 'New', 'modules': [{'module': 'Deals', 'folder': 1}]}", CRM4E_E_INVALID, "type"},
        {"{'name': 'New', 'modules': [7]}", CRM4E_E_INVALID, "type"},
        {"{'name': 'New', 'members': ['z@x.example']}", CRM4E_E_NOT_FOUND, "user"},
        {"{'name': 'New', 'members': ['gone@x.example']}", CRM4E_E_INVALID, "active"},
        {"{'name': 'New', 'members': [{'user': 'a@x.example', 'admin': 1}]}", CRM4E_E_INVALID,
         "type"},
        {"{'name': 'New', 'members': ['a@x.example', {'user': 'A@x.example'}]}", CRM4E_E_CONFLICT,
         "unique"},
    };
    make_people(s);
    assert_ok(put_user(s, "{'email': 'gone@x.example', 'status': 'inactive'}"));
    assert_ok(put_space(s, "{'name': 'Old'}"));
    assert_ok(put_space(s, "{'name': 'Other'}"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(s, put_space(s, cases[i].json), cases[i].code, cases[i].rule);
    }
    assert_refused(s, rename_space(s, "Old", "Other"), CRM4E_E_CONFLICT, "unique");
    assert_refused(s, rename_space(s, "Old", "CRM Teamspace"), CRM4E_E_CONFLICT, "unique");
    assert_refused(s, rename_space(s, "Old", ""), CRM4E_E_INVALID, "mandatory");
    assert_ok(rename_space(s, "Old", "OLD"));
    assert_refused(s, put_space(s, "{'name': 'Old', 'new_name': 'New'}"), CRM4E_E_INVALID,
                   "unknown_member");
}

static void rights(void **state)
{
    steps *s = *state;
    make_people(s);
    assert_ok(put_space(s, "{'name': 'Legal', 'members': ['o@x.example', 't@x.example']}"));
    act_as(s, "a@x.example");
    assert_refused(s, put_space(s, "{'name': 'Mine'}"), CRM4E_E_DENIED, "manage_team_spaces");
    /* to who is not in it, the space is like one that is not there */
    assert_refused(s, put_space(s, "{'name': 'Legal', 'folders': []}"), CRM4E_E_DENIED,
                   "manage_team_spaces");
    assert_false(c4_space_known(&s->org.unit, space_of(s, "Legal")));
    assert_refused(s, remove_space(s, "Legal"), CRM4E_E_DENIED, "manage_team_spaces");
    act_as(s, "t@x.example");
    assert_refused(s, put_space_member(s, "Legal", "t@x.example", true), CRM4E_E_DENIED,
                   "space_admin");
    assert_refused(s, place(s, "Legal", "Deals", NULL), CRM4E_E_DENIED, "space_admin");
    assert_true(c4_space_known(&s->org.unit, space_of(s, "Legal")));
    act_as_admin(s);
    assert_ok(put_space_member(s, "Legal", "t@x.example", true));
    act_as(s, "t@x.example");
    assert_ok(put_space(s, "{'name': 'Legal', 'folders': ['F']}"));
    assert_ok(put_space_member(s, "Legal", "a@x.example", false));
    assert_ok(place(s, "Legal", "Deals", "f"));
    assert_refused(s, rename_space(s, "Legal", "Law"), CRM4E_E_DENIED, "manage_team_spaces");
    assert_refused(s, remove_space(s, "Legal"), CRM4E_E_DENIED, "manage_team_spaces");
    act_as(s, "o@x.example");
    assert_ok(remove_space(s, "Legal"));
}

static void switched_off(void **state)
{
    steps *s = *state;
    assert_ok(put_space(s, "{'name': 'Legal'}"));
    assert_ok(put_org(s, "{'crm4e': false}"));
    assert_refused(s, put_space(s, "{'name': 'New'}"), CRM4E_E_DENIED, "crm4e");
    assert_ok(put_org(s, "{'crm4e': true}"));
    assert_ok(put_space(s, "{'name': 'New'}"));
    assert_non_null(space_of(s, "Legal"));
}

static void members_come_and_go(void **state)
{
    steps *s = *state;
    make_people(s);
    assert_ok(put_space(s, "{'name': 'Legal'}"));
    assert_ok(put_space_member(s, "Legal", "a@x.example", false));
    assert_ok(put_space_member(s, "Legal", "a@x.example", true));
    assert_ok(put_space_member(s, "Legal", "a@x.example", true));
    assert_true(is_admin(s, "Legal", "a@x.example"));
    assert_ok(remove_space_member(s, "Legal", "a@x.example"));
    assert_refused(s, remove_space_member(s, "Legal", "a@x.example"), CRM4E_E_NOT_FOUND, "member");
    assert_ok(put_user(s, "{'email': 'a@x.example', 'licence': 'none'}"));
    assert_refused(s, put_space_member(s, "Legal", "a@x.example", false), CRM4E_E_INVALID,
                   "active");
}

static void a_module_stands_once(void **state)
{
    steps *s = *state;
    assert_ok(put_space(s, "{'name': 'Legal', 'folders': ['A'], 'modules': ['Deals', 'Leads']}"));
    assert_ok(place(s, "Legal", "Deals", "A"));
    const c4_space *legal = space_of(s, "Legal");
    assert_int_equal(legal->item_count, 2);
    assert_int_equal(legal->items[1].module, module_of(s, "Deals")->number);
    assert_int_equal(legal->items[1].folder, 1);
    assert_refused(s, place(s, "Legal", "Deals", "B"), CRM4E_E_NOT_FOUND, "folder");
    assert_refused(s, place(s, "Legal", "Attachments", NULL), CRM4E_E_INVALID, "module");
}

/* Standard edition: five spaces of fifty folders. */
static void limits(void **state)
{
    steps *s = *state;
    char json[2048];
    for (int i = 1; i <= 5; i++) {
        (void)snprintf(json, sizeof json, "{'name': 'S%d'}", i);
        assert_ok(put_space(s, json));
    }
    assert_refused(s, put_space(s, "{'name': 'S6'}"), CRM4E_E_LIMIT, "team_spaces");
    assert_int_equal(s->org.error.limit, 5);
    assert_ok(remove_space(s, "S5"));
    assert_ok(put_space(s, "{'name': 'S6'}"));
    size_t length = (size_t)snprintf(json, sizeof json, "{'name': 'S1', 'folders': ['F1'");
    for (int i = 2; i <= 50; i++) {
        length += (size_t)snprintf(json + length, sizeof json - length, ", 'F%d'", i);
    }
    size_t fifty = length;
    (void)snprintf(json + length, sizeof json - length, ", 'F51']}");
    assert_refused(s, put_space(s, json), CRM4E_E_LIMIT, "folders_per_team_space");
    (void)snprintf(json + fifty, sizeof json - fifty, "]}");
    assert_ok(put_space(s, json));
    assert_ok(put_space(s, "{'name': 'S1', 'folders': ['F1']}"));
    assert_true(used(s, C4_LIMIT_SPACE_FOLDERS, space_of(s, "S1")->id) == 1);
}

/* An admin of a space who may not open what stands there. */
static void what_is_closed_stays_in_place(void **state)
{
    steps *s = *state;
    c4_space seen;
    make_people(s);
    assert_ok(put_user(s, "{'email': 'a@x.example', 'profile': 'Standard'}"));
    assert_ok(put_module(s, "{'api_name': 'Papers', 'team': true}"));
    assert_ok(put_module(s, "{'api_name': 'Secrets', 'team': true}"));
    assert_ok(put_member(s, "Papers", "a@x.example", CRM4E_TEAM_MEMBER));
    assert_ok(put_space(s, "{'name': 'Legal', 'folders': ['A', 'B'], 'modules': ['Deals', "
                           "{'module': 'Secrets', 'folder': 'A'}, 'Papers', 'Leads'],"
                           " 'members': [{'user': 'a@x.example', 'admin': true}]}"));
    act_as(s, "a@x.example");
    assert_ok(c4_space_seen(&s->org.unit, space_of(s, "Legal"), &seen));
    assert_int_equal(seen.item_count, 3);
    assert_ok(put_space(s, "{'name': 'Legal', 'modules': ['Papers', 'Deals']}"));
    const c4_space *legal = space_of(s, "Legal");
    int32_t secrets = module_of(s, "Secrets")->number;
    assert_int_equal(legal->item_count, 3);
    assert_int_equal(legal->items[0].module, module_of(s, "Papers")->number);
    assert_int_equal(legal->items[1].module, secrets);
    assert_int_equal(legal->items[1].folder, 1);
    assert_ok(put_space(s, "{'name': 'Legal', 'modules': []}"));
    assert_int_equal(space_of(s, "Legal")->item_count, 1);
    assert_int_equal(space_of(s, "Legal")->items[0].module, secrets);
    assert_refused(s, put_space(s, "{'name': 'Legal', 'modules': ['Secrets']}"), CRM4E_E_NOT_FOUND,
                   "module");
    assert_refused(s, place(s, "Legal", "Secrets", NULL), CRM4E_E_NOT_FOUND, "module");
    act_as_admin(s);
    assert_ok(put_org(s, "{'crm4e': false}"));
    assert_false(c4_space_known(&s->org.unit, space_of(s, "Legal")));
}

static void create_only_refuses_what_is_there(void **state)
{
    steps *s = *state;
    const c4_space_spec spec = {.name = "legal", .create_only = true};
    crm4e_id id = 0;
    assert_ok(put_space(s, "{'name': 'Legal'}"));
    assert_refused(s, c4_space_put(&s->org.unit, &spec, &id), CRM4E_E_CONFLICT, "unique");
    assert_refused(s, remove_space(s, "Nope"), CRM4E_E_NOT_FOUND, "space");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_space_is_made_whole),
        TEST(lists_replace),
        TEST(values_are_checked),
        TEST(rights),
        TEST(switched_off),
        TEST(members_come_and_go),
        TEST(a_module_stands_once),
        cmocka_unit_test_setup_teardown(limits, steps_standard, steps_teardown),
        TEST(what_is_closed_stays_in_place),
        TEST(create_only_refuses_what_is_there),
    };
    return steps_run("spaces", tests, sizeof tests / sizeof tests[0]);
}
