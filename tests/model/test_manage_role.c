/* SPDX-License-Identifier: MIT */
#include "manage_steps.h"

#include <stdio.h>
#include <string.h>

static const c4_role *role_of(steps *s, const char *name)
{
    const c4_role *role = c4_meta_role_named(meta_of(s), name);
    assert_non_null(role);
    return role;
}

static void a_new_role_hangs_below_the_root(void **state)
{
    steps *s = *state;
    assert_ok(put_role(s, "{'name': 'Sales'}"));
    assert_true(role_of(s, "Sales")->parent == role_of(s, "CEO")->id);
    assert_false(role_of(s, "Sales")->share_with_peers);
    assert_ok(put_role(s, "{'name': 'North', 'parent': 'sales', 'share_with_peers': true}"));
    assert_true(c4_role_below(role_of(s, "North"), role_of(s, "Sales")));
    assert_true(role_of(s, "North")->share_with_peers);
    assert_ok(put_role(s, "{'name': 'North'}"));
    assert_true(role_of(s, "North")->share_with_peers);
    assert_ok(put_role(s, "{'name': 'North', 'parent': 'Manager', 'share_with_peers': false}"));
    assert_true(role_of(s, "North")->parent == role_of(s, "Manager")->id);
    assert_false(role_of(s, "North")->share_with_peers);
}

static void names_are_checked(void **state)
{
    steps *s = *state;
    char json[512];
    char name[256];
    memset(name, 'n', 101);
    name[101] = '\0';
    (void)snprintf(json, sizeof json, "{'name': '%s'}", name);
    assert_refused(s, put_role(s, json), CRM4E_E_TOO_BIG, "max_length");
    name[100] = '\0';
    (void)snprintf(json, sizeof json, "{'name': '%s'}", name);
    assert_ok(put_role(s, json));
    assert_refused(s, put_role(s, "{'name': ''}"), CRM4E_E_INVALID, "mandatory");
    assert_refused(s, put_role(s, "{'name': ' \xc2\xa0 '}"), CRM4E_E_INVALID, "mandatory");
    assert_refused(s, put_role(s, "{'name': 'a\\u0007b'}"), CRM4E_E_INVALID, "control");
    assert_refused(s, put_role(s, "{'name': 'A', 'parent': 'B'}"), CRM4E_E_NOT_FOUND, "role");
    assert_refused(s, put_role(s, "{'parent': 'CEO'}"), CRM4E_E_INVALID, "mandatory");
}

static void create_only_refuses_what_is_there(void **state)
{
    steps *s = *state;
    const c4_role_spec spec = {.name = "MANAGER", .create_only = true};
    crm4e_id id = 77;
    int rc = c4_role_put(&s->org.unit, &spec, &id);
    assert_refused(s, rc, CRM4E_E_CONFLICT, "unique");
    assert_true(id == 77);
}

static void bad_utf8_is_refused(void **state)
{
    steps *s = *state;
    const c4_role_spec spec = {.name = "\xff\xfe"};
    crm4e_id id = 0;
    assert_refused(s, c4_role_put(&s->org.unit, &spec, &id), CRM4E_E_INVALID, "utf8");
}

static void no_cycle(void **state)
{
    steps *s = *state;
    assert_ok(put_role(s, "{'name': 'A'}"));
    assert_ok(put_role(s, "{'name': 'B', 'parent': 'A'}"));
    assert_ok(put_role(s, "{'name': 'C', 'parent': 'B'}"));
    assert_refused(s, put_role(s, "{'name': 'A', 'parent': 'C'}"), CRM4E_E_CYCLE, "cycle");
    assert_refused(s, put_role(s, "{'name': 'A', 'parent': 'A'}"), CRM4E_E_CYCLE, "cycle");
    assert_refused(s, put_role(s, "{'name': 'CEO', 'parent': 'C'}"), CRM4E_E_CYCLE, "cycle");
}

/* CEO is level 1: a chain of 31 more fits, the next does not, and a subtree
 * counts with its height. */
static void no_deeper_than_32(void **state)
{
    steps *s = *state;
    char json[128];
    assert_ok(put_role(s, "{'name': 'L2'}"));
    for (int level = 3; level <= 32; level++) {
        (void)snprintf(json, sizeof json, "{'name': 'L%d', 'parent': 'L%d'}", level, level - 1);
        assert_ok(put_role(s, json));
    }
    assert_refused(s, put_role(s, "{'name': 'L33', 'parent': 'L32'}"), CRM4E_E_DEPTH, "role_depth");
    assert_int_equal(s->org.error.limit, 32);
    assert_ok(put_role(s, "{'name': 'Top'}"));
    assert_refused(s, put_role(s, "{'name': 'L2', 'parent': 'Top'}"), CRM4E_E_DEPTH, "role_depth");
    assert_ok(put_role(s, "{'name': 'L3', 'parent': 'Top'}"));
}

static void removal(void **state)
{
    steps *s = *state;
    assert_ok(put_role(s, "{'name': 'A'}"));
    assert_ok(put_role(s, "{'name': 'B', 'parent': 'A'}"));
    assert_ok(put_user(s, "{'email': 'b@x.example', 'role': 'B'}"));
    assert_refused(s, remove_role(s, "CEO"), CRM4E_E_CONFLICT, "root");
    assert_refused(s, remove_role(s, "A"), CRM4E_E_CONFLICT, "in_use");
    assert_refused(s, remove_role(s, "B"), CRM4E_E_CONFLICT, "in_use");
    assert_refused(s, remove_role(s, "Z"), CRM4E_E_NOT_FOUND, "role");
    assert_ok(put_user(s, "{'email': 'b@x.example', 'status': 'deleted'}"));
    assert_ok(remove_role(s, "B"));
    assert_ok(remove_role(s, "A"));
    assert_null(c4_meta_role_named(meta_of(s), "A"));
}

static void renaming(void **state)
{
    steps *s = *state;
    assert_ok(put_role(s, "{'name': 'A', 'share_with_peers': true}"));
    crm4e_id id = role_of(s, "A")->id;
    assert_refused(s, rename_role(s, "A", "manager"), CRM4E_E_CONFLICT, "unique");
    assert_refused(s, rename_role(s, "A", " "), CRM4E_E_INVALID, "mandatory");
    assert_refused(s, rename_role(s, "CEO", "Chief"), CRM4E_E_CONFLICT, "root");
    assert_ok(rename_role(s, "A", "B"));
    assert_null(c4_meta_role_named(meta_of(s), "A"));
    assert_true(role_of(s, "B")->id == id);
    assert_true(role_of(s, "B")->share_with_peers);
    assert_ok(rename_role(s, "B", "b"));
    assert_string_equal(role_of(s, "B")->name, "b");
}

static void what_is_shared_with_stays(void **state)
{
    steps *s = *state;
    assert_ok(put_role(s, "{'name': 'A'}"));
    assert_ok(put_group(s, "{'name': 'G', 'sources': [{'role': 'A'}]}"));
    assert_refused(s, remove_role(s, "A"), CRM4E_E_CONFLICT, "in_use");
    assert_string_equal(s->org.error.message, "name is a source of groups");
    assert_ok(put_group(s, "{'name': 'G', 'sources': []}"));
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'to': [{'group': 'G'}],"
                                  " 'from': [{'role_and_subordinates': 'A'}]}"));
    assert_refused(s, remove_role(s, "A"), CRM4E_E_CONFLICT, "in_use");
    assert_string_equal(s->org.error.message, "name is used by sharing rules");
    assert_ok(remove_sharing_rule(s, "Leads", "R"));
    assert_ok(remove_role(s, "A"));
}

static void rights(void **state)
{
    steps *s = *state;
    assert_ok(put_profile(
        s, "{'name': 'Role keeper', 'clone_of': 'Standard', 'admin': ['manage_roles']}"));
    assert_ok(put_role(s, "{'name': 'Sales'}"));
    assert_ok(put_role(s, "{'name': 'North', 'parent': 'Sales'}"));
    assert_ok(put_role(s, "{'name': 'Legal'}"));
    assert_ok(put_user(s, "{'email': 'k@x.example', 'role': 'Sales', 'profile': 'Role keeper'}"));
    assert_ok(put_user(s, "{'email': 'p@x.example'}"));
    act_as(s, "p@x.example");
    assert_refused(s, put_role(s, "{'name': 'New'}"), CRM4E_E_DENIED, "manage_roles");
    assert_refused(s, remove_role(s, "Legal"), CRM4E_E_DENIED, "manage_roles");
    act_as(s, "k@x.example");
    assert_ok(put_role(s, "{'name': 'New'}"));
    assert_ok(put_role(s, "{'name': 'North', 'share_with_peers': true}"));
    assert_refused(s, put_role(s, "{'name': 'Sales', 'share_with_peers': true}"), CRM4E_E_DENIED,
                   "own_role");
    assert_refused(s, put_role(s, "{'name': 'Legal', 'parent': 'Sales'}"), CRM4E_E_DENIED,
                   "own_role");
    assert_refused(s, put_role(s, "{'name': 'Legal', 'parent': 'North'}"), CRM4E_E_DENIED,
                   "own_role");
    assert_ok(put_role(s, "{'name': 'South', 'parent': 'Sales'}"));
}

static void reads_unknown_members(void **state)
{
    steps *s = *state;
    assert_refused(s, put_role(s, "{'name': 'A', 'nmae': 'B'}"), CRM4E_E_INVALID, "unknown_member");
    assert_string_equal(s->org.error.field, "nmae");
    assert_refused(s, put_role(s, "{'name': 7}"), CRM4E_E_INVALID, "type");
    assert_refused(s, put_role(s, "{'name': 'A', 'share_with_peers': 1}"), CRM4E_E_INVALID, "type");
    assert_int_equal(put_role(s, "[]"), CRM4E_E_INVALID);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_new_role_hangs_below_the_root),
        TEST(names_are_checked),
        TEST(create_only_refuses_what_is_there),
        TEST(bad_utf8_is_refused),
        TEST(no_cycle),
        TEST(no_deeper_than_32),
        TEST(removal),
        TEST(renaming),
        TEST(what_is_shared_with_stays),
        TEST(rights),
        TEST(reads_unknown_members),
    };
    return steps_run("roles", tests, sizeof tests / sizeof tests[0]);
}
