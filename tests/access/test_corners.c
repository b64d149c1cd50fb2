/* SPDX-License-Identifier: MIT */
/* Rows that no call writes - a damaged file, somebody else's hand - open nothing;
 * and what comes rarely. */
#include "sharing_steps.h"

#include "access/explain.h"
#include "access/inside.h"
#include "model/schema.h"

#include <stdio.h>
#include <string.h>

#define CLERK "clerk@x.example"
#define OTHER "other@x.example"
#define READ  CRM4E_LEVEL_READ_ONLY

static void make_people(steps *s)
{
    assert_ok(put_role(s, "{'name': 'Clerk', 'parent': 'Manager'}"));
    assert_ok(put_role(s, "{'name': 'Other', 'parent': 'Manager'}"));
    assert_ok(put_user(s, "{'email': '" CLERK "', 'role': 'Clerk'}"));
    assert_ok(put_user(s, "{'email': '" OTHER "', 'role': 'Other'}"));
}

static crm4e_id make(steps *s, const char *module, const char *json, const char *owner)
{
    crm4e_id id = 0;

    assert_ok(create(s, module, json, &id));
    if (owner != NULL) {
        assert_ok(change_owner(s, module, id, owner));
    }
    return id;
}

static void damage(steps *s, const crm4e_table *table, crm4e_id id, uint32_t column, int64_t value)
{
    crm4e_value damaged = c4_integer(value);

    assert_ok(c4_db_update(&s->org.db, table, id, &column, &damaged, 1));
    c4_unit_shares_changed(&s->org.unit);
}

static void damage_share(steps *s, crm4e_id share, uint32_t column, int64_t value)
{
    damage(s, &c4_tables[C4_TABLE_SHARE], share, column, value);
}

/* The number of reasons why a record is open to a user; -1 when it is not. */
static int reasons(steps *s, const char *email, const char *module, crm4e_id id)
{
    const c4_question question = {CRM4E_ACTION_VIEW, module, id, NULL};
    c4_verdict verdict;
    int count;

    act_as(s, email);
    c4_failure_clear(&s->org.error);
    assert_ok(c4_access_explain(&s->org.unit, s->org.unit.arena, 0, &question, &verdict));
    count = verdict.code == CRM4E_OK ? (int)verdict.count : -1;
    act_as_admin(s);
    return count;
}

static void levels_there_are_none_of(void **state)
{
    static const int64_t levels[] = {0, -1, 5, 9, INT64_MAX};
    steps *s = *state;
    crm4e_id share;

    make_people(s);
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    crm4e_id lead = make(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", CLERK);
    crm4e_id document = make(s, "Documents", "{'Name': 'D'}", NULL);
    crm4e_id of_document = store_share(s, "Documents", document, "user:" OTHER, READ, false);
    share = store_share(s, "Leads", lead, "user:" OTHER, READ, false);
    assert_reach(s, OTHER, "Leads", &lead, "r");
    (void)store_share(s, "Leads", lead, "user:" CLERK, READ, false);
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        damage_share(s, share, C4_SHARE_LEVEL, levels[i]);
        damage_share(s, of_document, C4_SHARE_LEVEL, levels[i]);
        assert_reach(s, OTHER, "Leads", &lead, "-");
        act_as(s, OTHER);
        assert_int_equal(count_rows(s, "Documents", CRM4E_ACTION_VIEW), -1);
        act_as_admin(s);
        assert_int_equal(reasons(s, CLERK, "Leads", lead), 3); /* profile, owner, share */
    }
}

static void subjects_there_are_none_of(void **state)
{
    steps *s = *state;

    make_people(s);
    crm4e_id lead = make(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", CLERK);
    crm4e_id share = store_share(s, "Leads", lead, "role:Other", READ, false);
    assert_reach(s, OTHER, "Leads", &lead, "r");
    for (c4_subject_kind kind = CRM4E_SUBJECT_USER; kind <= CRM4E_SUBJECT_GROUP; kind++) {
        damage_share(s, share, C4_SHARE_KIND, kind);
        damage_share(s, share, C4_SHARE_SUBJECT, 77);
        assert_reach(s, OTHER, "Leads", &lead, "-");
        assert_int_equal(reasons(s, CLERK, "Leads", lead), 2);
    }
}

/* Nobody owns it: rules by owner and the hierarchy do not open it, shares do. */
static void owners_there_are_none_of(void **state)
{
    steps *s = *state;

    make_people(s);
    crm4e_id lead = make(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", CLERK);
    store_rule(s, &(rule_text){.module = "Leads",
                               .name = "R",
                               .from = "role:Clerk",
                               .to = "role:Other",
                               .level = READ});
    assert_int_equal(reasons(s, OTHER, "Leads", lead), 2);
    damage(s, &module_of(s, "Leads")->table, lead, C4_COLUMN_OWNER, 77);
    assert_int_equal(reasons(s, OTHER, "Leads", lead), -1);
    (void)store_share(s, "Leads", lead, "user:" OTHER, READ, false);
    assert_int_equal(reasons(s, OTHER, "Leads", lead), 2);
}

static void modules_there_are_none_of(void **state)
{
    static const int64_t numbers[] = {99, 0, -1, INT64_C(1) << 40};
    steps *s = *state;
    char json[96];

    make_people(s);
    crm4e_id lead = make(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", OTHER);
    (void)snprintf(json, sizeof json, "{'Note_Content': 'n', 'Parent_Id': 'Leads:%lld'}",
                   (long long)lead);
    crm4e_id note = make(s, "Notes", json, NULL);
    assert_int_equal(reasons(s, OTHER, "Notes", note), 2);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        damage(s, &module_of(s, "Notes")->table, note,
               field_of(s, "Notes", "Parent_Id")->key_column, numbers[i]);
        assert_int_equal(reasons(s, OTHER, "Notes", note), -1);
        act_as(s, OTHER);
        assert_int_equal(count_rows(s, "Notes", CRM4E_ACTION_VIEW), 0);
        act_as_admin(s);
    }
}

/* A share with related records of a team module opens none: it is no reason. */
static void related_to_a_team_module(void **state)
{
    steps *s = *state;
    char json[96];

    make_people(s);
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    assert_ok(
        put_field(s, "Leads", "{'api_name': 'Document', 'type': 'lookup', 'target': 'Documents'}"));
    crm4e_id document = make(s, "Documents", "{'Name': 'D'}", NULL);
    (void)store_share(s, "Documents", document, "user:" CLERK, READ, true);
    (void)snprintf(json, sizeof json, "{'Last_Name': 'Li', 'Company': 'X', 'Document': %lld}",
                   (long long)document);
    crm4e_id lead = make(s, "Leads", json, CLERK);
    assert_int_equal(reasons(s, CLERK, "Leads", lead), 2); /* profile, owner */
}

static void a_rule_by_two_fields(void **state)
{
    steps *s = *state;

    assert_ok(put_profile(s, "{'name': 'Reader', 'clone_of': 'Standard',"
                             " 'fields': {'Leads': {'Phone': 'hidden'}}}"));
    make_people(s);
    assert_ok(put_user(s, "{'email': '" OTHER "', 'profile': 'Reader'}"));
    crm4e_id lead = make(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X', 'City': 'A'}", OTHER);
    store_rule(s, &(rule_text){.module = "Leads",
                               .name = "Two",
                               .to = "role:Other",
                               .level = READ,
                               .when = "Phone is null and City = 'A'"});
    assert_int_equal(reasons(s, OTHER, "Leads", lead), 2); /* not by the hidden field */
    assert_ok(put_user(s, "{'email': '" OTHER "', 'profile': 'Standard'}"));
    assert_int_equal(reasons(s, OTHER, "Leads", lead), 3);
}

static void administrators_read_all_fields(void **state)
{
    steps *s = *state;
    c4_scope scope;

    assert_ok(put_profile(s, "{'name': 'Root', 'clone_of': 'Administrator',"
                             " 'fields': {'Leads': {'Phone': 'hidden'}}}"));
    assert_ok(put_user(s, "{'email': 'root@x.example', 'role': 'CEO', 'profile': 'Root'}"));
    act_as(s, "root@x.example");
    assert_ok(c4_access_module(&s->org.unit, "Leads", CRM4E_ACTION_VIEW, &scope));
    assert_true(c4_access_all_fields(&scope));
    act_as_admin(s);
}

/* More modules and levels than there are buckets to keep what was worked out. */
static void every_module_and_level(void **state)
{
    steps *s = *state;
    c4_meta_part *reach = NULL;
    const c4_meta *meta;

    make_people(s);
    (void)make(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", CLERK);
    meta = meta_of(s);
    act_as(s, CLERK);
    s->org.unit.reach = &reach;
    for (int again = 0; again < 2; again++) {
        for (size_t i = 0; i < meta->module_count; i++) {
            for (c4_level level = READ; level <= CRM4E_LEVEL_FULL_ACCESS; level++) {
                const c4_extent *extent = NULL;
                c4_reach *found = NULL;
                assert_ok(c4_access_extent(&s->org.unit, meta->modules[i], level, &found, &extent));
                assert_int_equal(extent->level, level);
                assert_int_equal(extent->module, meta->modules[i]->number);
            }
        }
    }
    c4_unit_forget_reach(&s->org.unit);
    s->org.unit.reach = NULL;
    act_as_admin(s);
}

static int asked;

static int32_t count_question(void *user, const crm4e_question *question)
{
    (void)user;
    (void)question;
    asked++;
    return CRM4E_PASSTHROUGH;
}

/* Each question once, however many there are. */
static void many_questions_to_the_host(void **state)
{
    steps *s = *state;
    const c4_meta *meta = meta_of(s);
    int expected = 0;

    asked = 0;
    s->org.env.auth = (crm4e_auth){.struct_size = sizeof(crm4e_auth), .authorise = count_question};
    for (int again = 0; again < 2; again++) {
        for (size_t i = 0; i < meta->module_count; i++) {
            for (crm4e_action action = CRM4E_ACTION_VIEW; action < CRM4E_ACTION_IMPORT; action++) {
                c4_scope scope = {
                    .unit = &s->org.unit, .module = meta->modules[i], .action = action};
                for (size_t k = 0; k < scope.module->field_count; k++) {
                    assert_ok(c4_access_authorise(&scope, NULL, (crm4e_id)k));
                    assert_ok(c4_access_authorise(&scope, &scope.module->fields[k], 0));
                    expected += again == 0 ? 2 : 0;
                }
            }
        }
    }
    assert_int_equal(asked, expected);
    s->org.env.auth = (crm4e_auth){0};
}

static void no_such_record(void **state)
{
    steps *s = *state;
    const c4_question question = {CRM4E_ACTION_VIEW, "Leads", -1, NULL};

    assert_int_equal(c4_access_check(&s->org.unit, &question, NULL), CRM4E_E_NOT_FOUND);
    c4_failure_clear(&s->org.error);
}

int main(void)
{
#define STEP(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
    const struct CMUnitTest tests[] = {
        STEP(levels_there_are_none_of),       STEP(subjects_there_are_none_of),
        STEP(owners_there_are_none_of),       STEP(modules_there_are_none_of),
        STEP(related_to_a_team_module),       STEP(a_rule_by_two_fields),
        STEP(administrators_read_all_fields), STEP(every_module_and_level),
        STEP(many_questions_to_the_host),     STEP(no_such_record),
    };
    return steps_run("corners", tests, sizeof tests / sizeof tests[0]);
}
