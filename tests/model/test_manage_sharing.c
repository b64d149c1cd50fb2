/* SPDX-License-Identifier: MIT */
#include "manage_steps.h"

#include <stdio.h>
#include <string.h>

static const c4_sharing_rule *rule_of(steps *s, const char *name)
{
    const c4_sharing_rule *rule =
        c4_meta_sharing_rule_named(meta_of(s), module_of(s, "Leads")->number, name);
    assert_non_null(rule);
    return rule;
}

#define BY_OWNER                                                                                   \
    "{'module': 'Leads', 'name': 'R', 'from': [{'role': 'Manager'}], 'to': [{'role': 'CEO'}]"

static void a_rule_by_owner(void **state)
{
    steps *s = *state;
    assert_ok(put_sharing_rule(s, BY_OWNER "}"));
    const c4_sharing_rule *rule = rule_of(s, "r");
    assert_true(rule->active);
    assert_false(rule->superiors);
    assert_int_equal(rule->level, CRM4E_LEVEL_READ_ONLY);
    assert_int_equal(rule->from_count, 1);
    assert_int_equal(rule->to_count, 1);
    assert_null(rule->when);
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'level': 'read_write_delete',"
                                  " 'superiors': true, 'active': false}"));
    rule = rule_of(s, "R");
    assert_false(rule->active);
    assert_true(rule->superiors);
    assert_int_equal(rule->level, CRM4E_LEVEL_READ_WRITE_DELETE);
    assert_int_equal(rule->from_count, 1);
    int64_t generation = s->org.unit.state.generation;
    assert_ok(put_sharing_rule(s, BY_OWNER ", 'superiors': true}"));
    assert_true(s->org.unit.state.generation == generation);
    assert_int_equal(used(s, C4_LIMIT_SHARING_RULES, module_of(s, "Leads")->number), 1);
}

static void a_rule_by_criteria(void **state)
{
    steps *s = *state;
    assert_ok(put_sharing_rule(s,
                               "{'module': 'Leads', 'name': 'C', 'to': [{'role': 'CEO'}],"
                               " 'when': 'City is not null and (Email is null or City is null)'}"));
    const c4_sharing_rule *rule = rule_of(s, "C");
    assert_int_equal(rule->from_count, 0);
    assert_int_equal(rule->field_count, 2);
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'C', 'from': [{'role': 'CEO'}]}"));
    rule = rule_of(s, "C");
    assert_null(rule->when);
    assert_int_equal(rule->field_count, 0);
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'C', 'when': 'Email is null'}"));
    assert_int_equal(rule_of(s, "C")->from_count, 0);
    assert_int_equal(rule_of(s, "C")->field_count, 1);
}

static void what_is_refused(void **state)
{
    static const struct {
        const char *json;
        int code;
        const char *rule;
    } cases[] = {
        {"{'module': 'Nothing', 'name': 'R', 'from': [{'role': 'CEO'}], 'to': [{'role': 'CEO'}]}",
         CRM4E_E_NOT_FOUND, "module"},
        {"{'module': 'Docs', 'name': 'R', 'from': [{'role': 'CEO'}], 'to': [{'role': 'CEO'}]}",
         CRM4E_E_UNSUPPORTED, "kind"},
        {"{'module': 'Notes', 'name': 'R', 'from': [{'role': 'CEO'}], 'to': [{'role': 'CEO'}]}",
         CRM4E_E_UNSUPPORTED, "kind"},
        {"{'module': 'Leads', 'name': '', 'from': [{'role': 'CEO'}], 'to': [{'role': 'CEO'}]}",
         CRM4E_E_INVALID, "mandatory"},
        {"{'module': 'Leads', 'name': 'R', 'to': [{'role': 'CEO'}]}", CRM4E_E_INVALID, "mandatory"},
        {"{'module': 'Leads', 'name': 'R', 'from': [{'role': 'CEO'}]}", CRM4E_E_INVALID,
         "mandatory"},
        {"{'module': 'Leads', 'name': 'R', 'from': [{'role': 'CEO'}], 'to': []}", CRM4E_E_INVALID,
         "mandatory"},
        {"{'module': 'Leads', 'name': 'R', 'from': [{'role': 'CEO'}], 'to': [{'role': 'CEO'}],"
         " 'when': 'City is null'}",
         CRM4E_E_INVALID, "kind"},
        {"{'module': 'Leads', 'name': 'R', 'from': [{'role': 'CEO'}], 'to': [{'role': 'CEO'}],"
         " 'level': 'full_access'}",
         CRM4E_E_INVALID, "word"},
        {"{'module': 'Leads', 'name': 'R', 'from': [{'role': 'CEO'}], 'to': [{'role': 'CEO'}],"
         " 'level': 'all'}",
         CRM4E_E_INVALID, "word"},
        {"{'module': 'Leads', 'name': 'R', 'from': [{'role': 'CEO'}], 'to': [{'role': 'Who'}]}",
         CRM4E_E_NOT_FOUND, "subject"},
        {"{'module': 'Leads', 'name': 'R', 'when': 'Owner.name is null', 'to': [{'role': 'CEO'}]}",
         CRM4E_E_INVALID, "path"},
        {"{'name': 'R', 'when': 'City is null', 'to': [{'role': 'CEO'}]}", CRM4E_E_INVALID,
         "mandatory"},
        {"{'module': 'Leads', 'when': 'City is null', 'to': [{'role': 'CEO'}]}", CRM4E_E_INVALID,
         "mandatory"},
    };
    steps *s = *state;
    assert_ok(put_module(s, "{'api_name': 'Docs', 'team': true}"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(s, put_sharing_rule(s, cases[i].json), cases[i].code, cases[i].rule);
    }
    assert_int_equal(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'when': 'City =',"
                                         " 'to': [{'role': 'CEO'}]}"),
                     CRM4E_E_INVALID);
    assert_int_equal(put_sharing_rule(s, "{'module': 'Leads', 'name': 'R', 'when': 'Nix is null',"
                                         " 'to': [{'role': 'CEO'}]}"),
                     CRM4E_E_INVALID);
    assert_int_equal(meta_of(s)->sharing_rule_count, 0);
}

/* What a rule opens is the same whoever asks, and when: refused wherever in the criteria. */
static void criteria_speak_of_records_alone(void **state)
{
    static const struct {
        const char *criteria, *rule;
    } words[] = {{"Owner = ${CURRENTUSER}", "current_user"},
                 {"Owner != ${CurrentUser}", "current_user"},
                 {"Created_By in ('" ORG_ADMIN "', ${CURRENTUSER})", "current_user"},
                 {"Owner = ${ROLE:'CEO'}", "role"},
                 {"Owner != ${role:'Manager'}", "role"},
                 {"Owner in ('" ORG_ADMIN "', ${ROLE:'CEO'})", "role"},
                 {"Created_By not in (${ROLE:'CEO'}, ${ROLE:'Manager'})", "role"},
                 {"Created_Time = ${TODAY}", "today"},
                 {"Created_Time > ${LASTDAYS:3}", "today"},
                 {"Modified_Time in ('2024-01-01', ${THISFISCALYEAR})", "today"},
                 {"Created_Time between '2024-01-01' and ${DAYSAHEAD:1}", "today"},
                 {"Created_Time not between ${YESTERDAY} and '2024-01-01'", "today"}};
    static const struct {
        const char *before, *after;
    } places[] = {{"", ""},
                  {"not ", ""},
                  {"City is null and ", ""},
                  {"", " or City is null"},
                  {"City = 'x' or (Company = 'y' and not (City = 'z' or ", "))"}};
    steps *s = *state;
    const c4_subject to = {CRM4E_SUBJECT_USER, user_of(s, ORG_ADMIN)->id};
    char text[256];

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        for (size_t j = 0; j < sizeof places / sizeof places[0]; j++) {
            const c4_sharing_rule_spec spec = {
                .module = "Leads", .name = "R", .when = text, .to = {&to, 1}};
            crm4e_id id = 77;
            (void)snprintf(text, sizeof text, "%s%s%s", places[j].before, words[i].criteria,
                           places[j].after);
            assert_refused(s, c4_sharing_rule_put(&s->org.unit, &spec, &id), CRM4E_E_INVALID,
                           words[i].rule);
            assert_string_equal(s->org.error.field, "when");
            assert_true(id == 77);
        }
    }
    assert_int_equal(meta_of(s)->sharing_rule_count, 0);
}

static void creating_and_changing_alone(void **state)
{
    steps *s = *state;
    const c4_sharing_rule_spec change = {
        .module = "Leads", .name = "R", .active = 2, .change_only = true};
    crm4e_id id = 77;
    assert_refused(s, c4_sharing_rule_put(&s->org.unit, &change, &id), CRM4E_E_NOT_FOUND,
                   "sharing_rule");
    assert_ok(put_sharing_rule(s, BY_OWNER "}"));
    const c4_sharing_rule_spec create = {.module = "Leads", .name = "r", .create_only = true};
    assert_refused(s, c4_sharing_rule_put(&s->org.unit, &create, &id), CRM4E_E_CONFLICT, "unique");
    assert_true(id == 77);
}

static void removal(void **state)
{
    steps *s = *state;
    assert_ok(put_sharing_rule(s, BY_OWNER "}"));
    assert_refused(s, remove_sharing_rule(s, "Deals", "R"), CRM4E_E_NOT_FOUND, "sharing_rule");
    assert_refused(s, remove_sharing_rule(s, "Nothing", "R"), CRM4E_E_NOT_FOUND, "module");
    assert_ok(remove_sharing_rule(s, "leads", "r"));
    assert_refused(s, remove_sharing_rule(s, "Leads", "R"), CRM4E_E_NOT_FOUND, "sharing_rule");
    assert_int_equal(used(s, C4_LIMIT_SHARING_RULES, module_of(s, "Leads")->number), 0);
}

static void fields_of_criteria_stay(void **state)
{
    steps *s = *state;
    assert_ok(put_field(s, "Leads", "{'api_name': 'Region', 'type': 'text'}"));
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'C', 'to': [{'role': 'CEO'}],"
                                  " 'active': false, 'when': 'Region is not null'}"));
    assert_refused(s, remove_field(s, "Leads", "Region"), CRM4E_E_CONFLICT, "in_use");
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'C', 'when': 'City is not null'}"));
    assert_ok(remove_field(s, "Leads", "Region"));
}

static void rights(void **state)
{
    steps *s = *state;
    assert_ok(put_profile(s, "{'name': 'Sharer', 'clone_of': 'Standard',"
                             " 'admin': ['manage_data_sharing'],"
                             " 'fields': {'Leads': {'Email': 'hidden'}}}"));
    assert_ok(put_user(s, "{'email': 's@x.example', 'profile': 'Sharer'}"));
    assert_ok(put_user(s, "{'email': 'p@x.example'}"));
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'C', 'to': [{'role': 'CEO'}],"
                                  " 'when': 'Email is not null'}"));
    act_as(s, "p@x.example");
    assert_refused(s, put_sharing_rule(s, BY_OWNER "}"), CRM4E_E_DENIED, "manage_data_sharing");
    assert_refused(s, remove_sharing_rule(s, "Leads", "C"), CRM4E_E_DENIED, "manage_data_sharing");
    assert_refused(s, put_module(s, "{'api_name': 'Leads', 'org_default': 'public_read_only'}"),
                   CRM4E_E_DENIED, "manage_data_sharing");
    act_as(s, "s@x.example");
    assert_ok(put_sharing_rule(s, BY_OWNER "}"));
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'C', 'active': false}"));
    assert_int_equal(put_sharing_rule(s, "{'module': 'Leads', 'name': 'C',"
                                         " 'when': 'Email is null'}"),
                     CRM4E_E_DENIED);
    /* the default needs this permission and no other */
    assert_ok(put_module(s, "{'api_name': 'Leads', 'org_default': 'public_read_only'}"));
    assert_refused(s, put_module(s, "{'api_name': 'Leads', 'plural': 'Prospects'}"), CRM4E_E_DENIED,
                   "customise");
    act_as_admin(s);
    assert_ok(put_profile(s, "{'name': 'Sharer', 'admin': ['customise']}"));
    act_as(s, "s@x.example");
    assert_refused(s,
                   put_module(s, "{'api_name': 'Leads', 'plural': 'Prospects',"
                                 " 'org_default': 'private'}"),
                   CRM4E_E_DENIED, "manage_data_sharing");
}

static int32_t one(void *user, crm4e_id org, const char *name, int64_t *limit)
{
    (void)user;
    (void)org;
    if (strcmp(name, "sharing_rules_per_module") != 0) {
        return CRM4E_PASSTHROUGH;
    }
    assert_int_equal(*limit, 1000);
    *limit = 1;
    return CRM4E_CONTINUE;
}

static void limit(void **state)
{
    steps *s = *state;
    s->org.env.license.limit = one;
    assert_ok(put_sharing_rule(s, BY_OWNER "}"));
    assert_refused(s,
                   put_sharing_rule(s, "{'module': 'Leads', 'name': 'S', 'to': [{'role': 'CEO'}],"
                                       " 'from': [{'role': 'CEO'}]}"),
                   CRM4E_E_LIMIT, "sharing_rules_per_module");
    assert_ok(put_sharing_rule(s, "{'module': 'Deals', 'name': 'S', 'to': [{'role': 'CEO'}],"
                                  " 'from': [{'role': 'CEO'}]}"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_rule_by_owner),
        TEST(a_rule_by_criteria),
        TEST(what_is_refused),
        TEST(criteria_speak_of_records_alone),
        TEST(creating_and_changing_alone),
        TEST(removal),
        TEST(fields_of_criteria_stay),
        TEST(rights),
        TEST(limit),
    };
    return steps_run("sharing rules", tests, sizeof tests / sizeof tests[0]);
}
