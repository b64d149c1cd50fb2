/* SPDX-License-Identifier: MIT */
#include "manage_steps.h"

#include <stdio.h>
#include <string.h>

#include "model/schema.h"

static const c4_user_group *group_of(steps *s, const char *name)
{
    const c4_user_group *group = c4_meta_group_named(meta_of(s), name);
    assert_non_null(group);
    return group;
}

static void assert_source(const c4_user_group *group, size_t i, c4_subject_kind kind, crm4e_id id)
{
    assert_true(i < group->source_count);
    assert_int_equal(group->sources[i].kind, kind);
    assert_true(group->sources[i].id == id);
}

static void sources_are_users_roles_and_groups(void **state)
{
    steps *s = *state;
    crm4e_id manager = c4_meta_role_named(meta_of(s), "Manager")->id;
    assert_ok(put_user(s, "{'email': 'a@x.example'}"));
    assert_ok(put_group(s, "{'name': 'Inner', 'description': 'All of us'}"));
    assert_string_equal(group_of(s, "inner")->description, "All of us");
    assert_int_equal(group_of(s, "Inner")->source_count, 0);
    assert_ok(put_group(s, "{'name': 'Outer', 'sources': [{'user': 'A@x.example'},"
                           " {'role': 'manager'}, {'role_and_subordinates': 'Manager'},"
                           " {'group': 'Inner'}]}"));
    const c4_user_group *outer = group_of(s, "Outer");
    assert_int_equal(outer->source_count, 4);
    assert_source(outer, 0, CRM4E_SUBJECT_USER, user_of(s, "a@x.example")->id);
    assert_source(outer, 1, CRM4E_SUBJECT_ROLE, manager);
    assert_source(outer, 2, CRM4E_SUBJECT_ROLE_AND_SUBORDINATES, manager);
    assert_source(outer, 3, CRM4E_SUBJECT_GROUP, group_of(s, "Inner")->id);
    assert_ok(put_group(s, "{'name': 'Inner', 'description': ''}"));
    assert_null(group_of(s, "Inner")->description);
    assert_int_equal(used(s, C4_LIMIT_USER_GROUPS, 0), 2);
}

static void sources_are_checked(void **state)
{
    steps *s = *state;
    assert_refused(s, put_group(s, "{'name': 'G', 'sources': [{'role': 'X'}]}"), CRM4E_E_NOT_FOUND,
                   "subject");
    assert_refused(s, put_group(s, "{'name': 'G', 'sources': [{'clan': 'X'}]}"), CRM4E_E_INVALID,
                   "subject");
    assert_refused(s, put_group(s, "{'name': 'G', 'sources': [{'role': 7}]}"), CRM4E_E_INVALID,
                   "subject");
    assert_refused(s, put_group(s, "{'name': 'G', 'sources': [{}]}"), CRM4E_E_INVALID, "subject");
    assert_refused(s, put_group(s, "{'name': 'G', 'sources': ['CEO']}"), CRM4E_E_INVALID,
                   "subject");
    assert_refused(s, put_group(s, "{'name': 'G', 'sources': {}}"), CRM4E_E_INVALID, "type");
    assert_refused(s, put_group(s, "{'name': 'G', 'sources': [{'role': 'CEO'}, {'role': 'ceo'}]}"),
                   CRM4E_E_CONFLICT, "unique");
    assert_refused(s, put_group(s, "{'sources': []}"), CRM4E_E_INVALID, "mandatory");
    assert_refused(s, put_group(s, "{'name': ''}"), CRM4E_E_INVALID, "mandatory");
    assert_refused(s, put_group(s, "{'name': 'G', 'size': 1}"), CRM4E_E_INVALID, "unknown_member");
    assert_int_equal(meta_of(s)->group_count, 0);
}

static void at_most_200_sources(void **state)
{
    steps *s = *state;
    char json[16384];
    size_t length = (size_t)snprintf(json, sizeof json, "{'name': 'G', 'sources': [");
    for (int i = 0; i < 201; i++) {
        length += (size_t)snprintf(json + length, sizeof json - length, "%s{'user': '%s'}",
                                   i > 0 ? ", " : "", ORG_ADMIN);
    }
    (void)snprintf(json + length, sizeof json - length, "]}");
    assert_refused(s, put_group(s, json), CRM4E_E_TOO_BIG, "subjects");
    assert_int_equal(s->org.error.limit, 200);
    assert_int_equal(s->org.error.current, 201);
}

static void adding_and_taking(void **state)
{
    steps *s = *state;
    crm4e_id admin = user_of(s, ORG_ADMIN)->id;
    assert_ok(put_group(s, "{'name': 'G'}"));
    assert_ok(add_source(s, "G", CRM4E_SUBJECT_USER, admin));
    int64_t generation = s->org.unit.state.generation;
    assert_ok(add_source(s, "g", CRM4E_SUBJECT_USER, admin));
    assert_true(s->org.unit.state.generation == generation);
    assert_int_equal(group_of(s, "G")->source_count, 1);
    assert_refused(s, add_source(s, "G", CRM4E_SUBJECT_ROLE, admin), CRM4E_E_NOT_FOUND, "subject");
    assert_refused(s, add_source(s, "G", 9, admin), CRM4E_E_INVALID, "subject");
    assert_refused(s, add_source(s, "G", 0, admin), CRM4E_E_INVALID, "subject");
    assert_refused(s, add_source(s, "H", CRM4E_SUBJECT_USER, admin), CRM4E_E_NOT_FOUND, "group");
    assert_refused(s, take_source(s, "G", CRM4E_SUBJECT_GROUP, admin), CRM4E_E_NOT_FOUND, "source");
    assert_ok(take_source(s, "G", CRM4E_SUBJECT_USER, admin));
    assert_int_equal(group_of(s, "G")->source_count, 0);
    assert_refused(s, take_source(s, "G", CRM4E_SUBJECT_USER, admin), CRM4E_E_NOT_FOUND, "source");
}

static void names_are_unique(void **state)
{
    steps *s = *state;
    const c4_group_spec again = {.name = "g", .create_only = true};
    crm4e_id id = 77;
    assert_ok(put_group(s, "{'name': 'G'}"));
    assert_ok(put_group(s, "{'name': 'H'}"));
    assert_refused(s, c4_group_put(&s->org.unit, &again, &id), CRM4E_E_CONFLICT, "unique");
    assert_true(id == 77);
    assert_refused(s, rename_group(s, "G", "h"), CRM4E_E_CONFLICT, "unique");
    assert_refused(s, rename_group(s, "G", ""), CRM4E_E_INVALID, "mandatory");
    assert_ok(rename_group(s, "G", "I"));
    assert_null(c4_meta_group_named(meta_of(s), "G"));
    assert_int_equal(meta_of(s)->group_count, 2);
}

static void removal(void **state)
{
    steps *s = *state;
    assert_ok(put_group(s, "{'name': 'Inner'}"));
    assert_ok(put_group(s, "{'name': 'Outer', 'sources': [{'group': 'Inner'}]}"));
    assert_refused(s, remove_group(s, "Inner"), CRM4E_E_CONFLICT, "in_use");
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'when': 'City is null',"
                                  " 'to': [{'group': 'Outer'}]}"));
    assert_refused(s, remove_group(s, "Outer"), CRM4E_E_CONFLICT, "in_use");
    assert_refused(s, remove_group(s, "None"), CRM4E_E_NOT_FOUND, "group");
    assert_ok(remove_sharing_rule(s, "Leads", "R"));
    assert_ok(remove_group(s, "Outer"));
    assert_ok(remove_group(s, "Inner"));
    assert_int_equal(used(s, C4_LIMIT_USER_GROUPS, 0), 0);
}

/* A group may name itself through others, and goes when only it does. */
static void circles(void **state)
{
    steps *s = *state;
    assert_ok(put_group(s, "{'name': 'A'}"));
    assert_ok(put_group(s, "{'name': 'B', 'sources': [{'group': 'A'}]}"));
    assert_ok(add_source(s, "A", CRM4E_SUBJECT_GROUP, group_of(s, "B")->id));
    assert_ok(add_source(s, "A", CRM4E_SUBJECT_GROUP, group_of(s, "A")->id));
    assert_refused(s, remove_group(s, "A"), CRM4E_E_CONFLICT, "in_use");
    assert_ok(put_group(s, "{'name': 'B', 'sources': []}"));
    assert_ok(remove_group(s, "A"));
}

static void add_share(steps *s, c4_subject_kind kind, crm4e_id subject)
{
    const crm4e_value values[C4_SHARE_COLUMNS] = {
        [0] = c4_integer(c4_unit_new_id(&s->org.unit)),
        [C4_SHARE_MODULE] = c4_integer(module_of(s, "Leads")->number),
        [C4_SHARE_RECORD] = c4_integer(17),
        [C4_SHARE_KIND] = c4_integer(kind),
        [C4_SHARE_SUBJECT] = c4_integer(subject),
        [C4_SHARE_LEVEL] = c4_integer(CRM4E_LEVEL_READ_ONLY),
        [C4_SHARE_RELATED] = c4_integer(0),
        [C4_SHARE_RESTING] = c4_integer(0),
        [C4_SHARE_BY] = c4_integer(s->org.unit.actor->id),
        [C4_SHARE_TIME] = c4_integer(s->org.unit.now),
    };
    assert_ok(c4_db_insert(s->org.unit.db, &c4_tables[C4_TABLE_SHARE], values));
}

static int64_t shares(steps *s)
{
    crm4e_plan plan;
    int64_t count = 0;
    c4_plan_init(&plan, &c4_tables[C4_TABLE_SHARE]);
    assert_ok(c4_rows_count(s->org.unit.db, &plan, &count));
    return count;
}

static void shares_hold_roles_and_groups(void **state)
{
    steps *s = *state;
    assert_ok(put_role(s, "{'name': 'A'}"));
    assert_ok(put_group(s, "{'name': 'G'}"));
    add_share(s, CRM4E_SUBJECT_ROLE, c4_meta_role_named(meta_of(s), "A")->id);
    add_share(s, CRM4E_SUBJECT_GROUP, group_of(s, "G")->id);
    assert_refused(s, remove_role(s, "A"), CRM4E_E_CONFLICT, "in_use");
    assert_string_equal(s->org.error.message, "name is used by shares of records");
    assert_refused(s, remove_group(s, "G"), CRM4E_E_CONFLICT, "in_use");
}

static void a_deleted_user_leaves_groups_and_shares(void **state)
{
    steps *s = *state;
    assert_ok(put_user(s, "{'email': 'a@x.example'}"));
    assert_ok(put_user(s, "{'email': 'b@x.example'}"));
    assert_ok(put_group(s, "{'name': 'G', 'sources': [{'user': 'a@x.example'}, {'role': 'CEO'},"
                           " {'user': 'b@x.example'}]}"));
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'to': [{'group': 'G'}],"
                                  " 'from': [{'user': 'a@x.example'}]}"));
    add_share(s, CRM4E_SUBJECT_USER, user_of(s, "a@x.example")->id);
    add_share(s, CRM4E_SUBJECT_USER, user_of(s, "b@x.example")->id);
    int64_t before = s->org.unit.state.shares;
    assert_ok(put_user(s, "{'email': 'a@x.example', 'status': 'inactive'}"));
    assert_int_equal(shares(s), 2);
    assert_ok(put_user(s, "{'email': 'a@x.example', 'status': 'deleted'}"));
    assert_int_equal(shares(s), 1);
    assert_true(s->org.unit.state.shares > before);
    assert_int_equal(group_of(s, "G")->source_count, 2);
    assert_source(group_of(s, "G"), 1, CRM4E_SUBJECT_USER, user_of(s, "b@x.example")->id);
    /* his records are there still, and the rule goes on to open them */
    assert_int_equal(meta_of(s)->sharing_rules[0].from_count, 1);
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'level': 'read_write'}"));
    assert_refused(s, remove_group(s, "G"), CRM4E_E_CONFLICT, "in_use");
}

static void rights(void **state)
{
    steps *s = *state;
    assert_ok(put_group(s, "{'name': 'G'}"));
    assert_ok(put_user(s, "{'email': 'p@x.example'}"));
    assert_ok(put_profile(s, "{'name': 'Sharer', 'clone_of': 'Standard',"
                             " 'admin': ['manage_data_sharing']}"));
    assert_ok(put_user(s, "{'email': 's@x.example', 'profile': 'Sharer'}"));
    act_as(s, "p@x.example");
    crm4e_id me = user_of(s, "p@x.example")->id;
    assert_refused(s, put_group(s, "{'name': 'H'}"), CRM4E_E_DENIED, "manage_data_sharing");
    assert_refused(s, add_source(s, "G", CRM4E_SUBJECT_USER, me), CRM4E_E_DENIED,
                   "manage_data_sharing");
    assert_refused(s, remove_group(s, "G"), CRM4E_E_DENIED, "manage_data_sharing");
    act_as(s, "s@x.example");
    assert_ok(put_group(s, "{'name': 'H'}"));
    assert_ok(add_source(s, "G", CRM4E_SUBJECT_USER, me));
    assert_ok(remove_group(s, "G"));
}

/* The host lowers the limit: a thousand would be slow to make. */
static int32_t two(void *user, crm4e_id org, const char *name, int64_t *limit)
{
    (void)user;
    (void)org;
    if (strcmp(name, "user_groups") != 0) {
        return CRM4E_PASSTHROUGH;
    }
    assert_int_equal(*limit, 1000);
    *limit = 2;
    return CRM4E_CONTINUE;
}

static void limit(void **state)
{
    steps *s = *state;
    s->org.env.license.limit = two;
    assert_ok(put_group(s, "{'name': 'A'}"));
    assert_ok(put_group(s, "{'name': 'B'}"));
    assert_refused(s, put_group(s, "{'name': 'C'}"), CRM4E_E_LIMIT, "user_groups");
    assert_ok(put_group(s, "{'name': 'B', 'sources': [{'role': 'CEO'}]}"));
    assert_ok(remove_group(s, "A"));
    assert_ok(put_group(s, "{'name': 'C'}"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
    const struct CMUnitTest tests[] = {
        TEST(sources_are_users_roles_and_groups),
        TEST(sources_are_checked),
        TEST(at_most_200_sources),
        TEST(adding_and_taking),
        TEST(names_are_unique),
        TEST(removal),
        TEST(circles),
        TEST(shares_hold_roles_and_groups),
        TEST(a_deleted_user_leaves_groups_and_shares),
        TEST(rights),
        TEST(limit),
    };
    return steps_run("groups", tests, sizeof tests / sizeof tests[0]);
}
