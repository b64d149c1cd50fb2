/* SPDX-License-Identifier: MIT */
/* What a rule may be, and that it comes back as it was given. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rule_steps.h"

static const char full_rule[] =
    "{'name': 'Assign requests', 'module': 'Documents', 'active': true, 'on': 'create_or_edit',"
    " 'on_failure': 'fail', 'conditions': ["
    "{'when': 'Created_By = `p@acme.example` and Status = `Open`', 'then': ["
    "{'assign_owner': {'target': 'team_module_users', 'profiles': ['manager', 'member'],"
    " 'online_only': true, 'notify': true, 'transfer': ['tasks', 'calls']}},"
    "{'update_field': {'field': 'Status', 'value': 'Checked'}}]},"
    "{'when': 'Amount > 1000', 'then': ["
    "{'assign_owner': {'target': 'users', 'users': ['u1@acme.example', 'u2@acme.example']}},"
    "{'notify': {'to': 'u3@acme.example', 'subject': 'Large', 'body': 'Have a look'}}]},"
    "{'then': [{'assign_owner': {'target': 'role', 'role': 'CEO'}},"
    "{'notify': {'to': 'owner', 'subject': 'Yours'}},"
    "{'webhook': {'url': 'https://example.com/hook'}}]}]}";

static void assert_text(const char *found, const char *expected)
{
    char text[4096];
    size_t length = 0;
    bool quoted = false;

    for (; *expected != '\0'; expected++) {
        quoted = *expected == '\'' ? !quoted : quoted;
        if (*expected != ' ' || quoted) {
            text[length] = *expected == '\'' ? '"' : *expected;
            text[length] = *expected == '`' ? '\'' : text[length];
            length++;
        }
    }
    text[length] = '\0';
    assert_string_equal(found, text);
}

static void test_comes_back(void **state)
{
    steps *s = *state;
    char *text;

    assert_ok(put_rule(s, full_rule));
    text = rule_text(s, "Assign requests");
    assert_text(text, full_rule);
    free_text(text);
}

/* Names are looked up when a rule is saved; who is named may leave. */
static void test_kept_by_id(void **state)
{
    steps *s = *state;
    char *text;

    assert_ok(put_rule(s, full_rule));
    assert_null(strstr(meta_of(s)->workflows[0].json, "u1@acme"));
    assert_ok(put_user(s, "{'email': 'u3@acme.example', 'status': 'inactive'}"));
    text = rule_text(s, "Assign requests");
    assert_text(text, full_rule);
    free_text(text);
}

#define RULE(on, conditions)                                                                       \
    "{'name': 'R', 'module': 'Documents', 'on': '" on "', 'conditions': " conditions "}"
#define ALL(actions)         RULE("create", "[{'then': [" actions "]}]")
#define NOTE                 "{'notify': {'to': 'owner', 'subject': 'S'}}"
#define ASSIGN(members)      "{'assign_owner': {" members "}}"
#define UPDATE(field, value) "{'update_field': {'field': '" field "', 'value': " value "}}"
#define WHEN(criteria)       RULE("create", "[{'when': '" criteria "', 'then': [" NOTE "]}]")

static const struct {
    const char *json;
    int code;
    const char *rule; /* NULL: whatever a lower layer says */
} refused[] = {
    {"{'module': 'Documents', 'on': 'create', 'conditions': [{'then': [" NOTE "]}]}",
     CRM4E_E_INVALID, "mandatory"},
    {"{'name': ' ', 'module': 'Documents', 'on': 'create', 'conditions': [{'then': [" NOTE "]}]}",
     CRM4E_E_INVALID, "mandatory"},
    {"{'name': 'R', 'on': 'create', 'conditions': [{'then': [" NOTE "]}]}", CRM4E_E_INVALID,
     "mandatory"},
    {"{'name': 'R', 'module': 'Nothing', 'on': 'create', 'conditions': [{'then': [" NOTE "]}]}",
     CRM4E_E_NOT_FOUND, "module"},
    {"{'name': 'R', 'module': 'Documents', 'conditions': [{'then': [" NOTE "]}]}", CRM4E_E_INVALID,
     "word"},
    {"{'name': 'R', 'module': 'Documents', 'on': 'create', 'colour': 1, 'conditions': "
     "[{'then': [" NOTE "]}]}",
     CRM4E_E_INVALID, "unknown"},
    {"{'name': 'R', 'module': 'Documents', 'on': 'create', 'active': 1, 'conditions': "
     "[{'then': [" NOTE "]}]}",
     CRM4E_E_INVALID, "type"},
    {RULE("never", "[{'then': [" NOTE "]}]"), CRM4E_E_INVALID, "word"},
    {RULE("create", "[]"), CRM4E_E_INVALID, "mandatory"},
    {RULE("create", "{}"), CRM4E_E_INVALID, "mandatory"},
    {RULE("create", "[7]"), CRM4E_E_INVALID, "type"},
    {RULE("create", "[{'then': []}]"), CRM4E_E_INVALID, "mandatory"},
    {RULE("create", "[{'then': {}}]"), CRM4E_E_INVALID, "type"},
    {RULE("create", "[{'then': [" NOTE "]}, {'when': 'Amount > 1', 'then': [" NOTE "]}]"),
     CRM4E_E_INVALID, "unreachable"},
    {ALL("{}"), CRM4E_E_INVALID, "type"},
    {ALL("{'dance': {}}"), CRM4E_E_INVALID, "action"},
    {ALL("{'notify': 1}"), CRM4E_E_INVALID, "type"},
    {ALL("{'notify': {'to': 'owner'}}"), CRM4E_E_INVALID, "mandatory"},
    {ALL("{'notify': {'to': 'nobody', 'subject': 'S'}}"), CRM4E_E_NOT_FOUND, "user"},
    {ALL("{'notify': {'to': 'owner', 'subject': 'a\\nb'}}"), CRM4E_E_INVALID, "control"},
    {ALL("{'webhook': {'url': 'file:///etc/passwd'}}"), CRM4E_E_INVALID, "url"},
    {ALL("{'webhook': {'url': 'https://a b'}}"), CRM4E_E_INVALID, "url"},
    {ALL(ASSIGN("'target': 'everybody'")), CRM4E_E_INVALID, "word"},
    {ALL(ASSIGN("'target': 'users'")), CRM4E_E_INVALID, "type"},
    {ALL(ASSIGN("'target': 'users', 'users': ['x@y.example']")), CRM4E_E_NOT_FOUND, "user"},
    {ALL(ASSIGN("'target': 'role', 'role': 'Pope'")), CRM4E_E_NOT_FOUND, "role"},
    {ALL(ASSIGN("'target': 'team_module_users', 'role': 'CEO'")), CRM4E_E_INVALID, "target"},
    {ALL(ASSIGN("'target': 'team_module_users', 'profiles': ['requester']")), CRM4E_E_INVALID,
     "word"},
    {ALL(ASSIGN("'target': 'team_module_users', 'transfer': ['notes']")), CRM4E_E_INVALID, "word"},
    {ALL(ASSIGN("'target': 'team_module_users', 'notify': 'yes'")), CRM4E_E_INVALID, "type"},
    {ALL(UPDATE("Nothing", "1")), CRM4E_E_INVALID, "field"},
    {ALL(UPDATE("Owner", "'u1@acme.example'")), CRM4E_E_INVALID, "read_only"},
    {ALL(UPDATE("Created_By", "'u1@acme.example'")), CRM4E_E_INVALID, "read_only"},
    {ALL(UPDATE("Status", "'Unheard of'")), CRM4E_E_INVALID, NULL},
    {ALL(UPDATE("Amount", "'12.345'")), CRM4E_E_INVALID, NULL},
    {ALL("{'update_field': {'field': 'Status'}}"), CRM4E_E_INVALID, "mandatory"},
    {ALL("{'update_field': {'field': 'Status', 'value': 'Open', 'user': 1}}"), CRM4E_E_INVALID,
     "unknown"},
    {WHEN("Amount >"), CRM4E_E_INVALID, NULL},
    {WHEN("Nothing = 1"), CRM4E_E_INVALID, NULL},
    {RULE("delete", "[{'then': [" UPDATE("Status", "'Open'") "]}]"), CRM4E_E_INVALID, "trigger"},
    {RULE("delete", "[{'then': [{'assign_owner': {'target': 'team_module_users'}}]}]"),
     CRM4E_E_INVALID, "trigger"},
};

static void test_refused(void **state)
{
    steps *s = *state;

    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        int rc = put_rule(s, refused[i].json);
        if (rc != refused[i].code) {
            print_error("%s\n%s\n", refused[i].json, s->org.error.message);
        }
        assert_int_equal(rc, refused[i].code);
        if (refused[i].rule != NULL) {
            assert_refused(s, rc, refused[i].code, refused[i].rule);
        }
        assert_int_equal(meta_of(s)->workflow_count, 0);
        assert_int_equal(used(s, C4_LIMIT_WORKFLOWS, 0), 0);
    }
}

static void test_too_many_parts(void **state)
{
    steps *s = *state;
    char text[8192];
    size_t length = 0;

    for (int parts = 10; parts <= 51; parts += 1) {
        bool conditions = parts <= 11;
        length = (size_t)snprintf(text, sizeof text,
                                  "{'name': 'R', 'module': 'Documents', 'on': 'create',"
                                  " 'conditions': [%s",
                                  conditions ? "" : "{'then': [");
        for (int i = 0; i < parts; i++) {
            length +=
                (size_t)snprintf(text + length, sizeof text - length, "%s%s", i > 0 ? "," : "",
                                 conditions ? "{'when': 'Amount > 1', 'then': [" NOTE "]}" : NOTE);
        }
        (void)snprintf(text + length, sizeof text - length, "%s]}", conditions ? "" : "]}");
        assert_int_equal(put_rule(s, text),
                         parts == 11 || parts == 51 ? CRM4E_E_TOO_BIG : CRM4E_OK);
    }
}

static void test_team_target_needs_team_module(void **state)
{
    assert_refused(*state,
                   put_rule(*state, "{'name': 'R', 'module': 'Deals', 'on': 'create', 'conditions':"
                                    " [{'then': [{'assign_owner': {'target': 'team_module_users'}}]"
                                    "}]}"),
                   CRM4E_E_INVALID, "target");
}

static void test_who_may(void **state)
{
    steps *s = *state;

    act_as(s, MAIL("u1"));
    assert_refused(s, put_rule(s, ALL(NOTE)), CRM4E_E_DENIED, "manage_automation");
    act_as(s, MAIL("s"));
    assert_refused(s, put_rule(s, ALL(NOTE)), CRM4E_E_NOT_FOUND, "module");
    act_as(s, MAIL("p"));
    assert_refused(s, put_rule(s, ALL(NOTE)), CRM4E_E_NOT_FOUND, "module");
    act_as_admin(s);
    assert_ok(put_member(s, "Documents", MAIL("u1"), CRM4E_TEAM_ADMIN));
    act_as(s, MAIL("u1"));
    assert_ok(put_rule(s, ALL(NOTE)));
    assert_int_equal(meta_of(s)->workflows[0].author, id_of(s, MAIL("u1")));
}

/* The author sets no field and asks for none that is closed to him. */
static void test_bounded_by_author(void **state)
{
    static const char update[] = "{'name': 'A', 'module': 'Deals', 'on': 'create', 'conditions': "
                                 "[{'then': [{'update_field': {'field': 'Description', 'value': "
                                 "'x'}}]}]}";
    static const char look[] = "{'name': 'B', 'module': 'Deals', 'on': 'create', 'conditions': "
                               "[{'when': 'Next_Step = `x`', 'then': [" NOTE "]}]}";
    steps *s = *state;

    assert_ok(put_profile(s, "{'name': 'Operator', 'clone_of': 'Standard',"
                             " 'admin': ['manage_automation'], 'fields': {'Deals':"
                             " {'Description': 'read_only', 'Next_Step': 'hidden'}}}"));
    assert_ok(put_user(s, "{'email': 's@acme.example', 'profile': 'Operator'}"));
    act_as(s, MAIL("s"));
    assert_int_equal(put_rule(s, update), CRM4E_E_DENIED);
    assert_int_equal(put_rule(s, look), CRM4E_E_DENIED);
    act_as_admin(s);
    assert_ok(put_rule(s, update));
    assert_ok(put_rule(s, look));
}

static void test_replace_keeps_place(void **state)
{
    steps *s = *state;
    crm4e_id first;

    assert_ok(put_rule(s, ALL(NOTE)));
    assert_ok(put_rule(s, "{'name': 'Later', 'module': 'Documents', 'on': 'edit', 'active': false,"
                          " 'conditions': [{'then': [" NOTE "]}]}"));
    first = meta_of(s)->workflows[0].id;
    assert_int_equal(used(s, C4_LIMIT_ACTIVE_WORKFLOWS, module_of(s, "Documents")->number), 1);
    assert_ok(put_rule(s, "{'name': 'r', 'module': 'Documents', 'on': 'edit', 'active': false,"
                          " 'conditions': [{'then': [" NOTE "]}]}"));
    assert_int_equal(meta_of(s)->workflow_count, 2);
    assert_int_equal(meta_of(s)->workflows[0].id, first);
    assert_int_equal(used(s, C4_LIMIT_WORKFLOWS, 0), 2);
    assert_int_equal(used(s, C4_LIMIT_ACTIVE_WORKFLOWS, module_of(s, "Documents")->number), 0);
}

static void test_remove_and_activate(void **state)
{
    steps *s = *state;
    c4_unit *unit = &s->org.unit;
    int32_t number = module_of(s, "Documents")->number;

    assert_ok(put_rule(s, ALL(NOTE)));
    assert_ok(c4_workflow_activate(unit, module_of(s, "Documents"), "R", false));
    assert_ok(c4_unit_refresh(unit));
    assert_false(meta_of(s)->workflows[0].active);
    assert_int_equal(used(s, C4_LIMIT_ACTIVE_WORKFLOWS, number), 0);
    assert_ok(c4_workflow_activate(unit, module_of(s, "Documents"), "R", true));
    assert_ok(c4_workflow_remove(unit, module_of(s, "Documents"), "R"));
    assert_ok(c4_unit_refresh(unit));
    assert_int_equal(meta_of(s)->workflow_count, 0);
    assert_int_equal(used(s, C4_LIMIT_WORKFLOWS, 0), 0);
    assert_int_equal(used(s, C4_LIMIT_MODULE_WORKFLOWS, number), 0);
    assert_int_equal(used(s, C4_LIMIT_ACTIVE_WORKFLOWS, number), 0);
    assert_refused(s, c4_workflow_remove(unit, module_of(s, "Documents"), "R"), CRM4E_E_NOT_FOUND,
                   "workflow");
}

/* What waits goes with its rule, and comes back with it. */
static void test_entries_follow(void **state)
{
    steps *s = *state;
    c4_unit *unit = &s->org.unit;

    (void)add(s, "Documents", "{'Name': 'A'}");
    assert_ok(put_rule(s, "{'name': 'R', 'module': 'Documents', 'on': 'date_or_datetime', 'date':"
                          " {'field': 'Created_Time', 'after': {'days': 3}}, 'conditions':"
                          " [{'then': [" NOTE "]}]}"));
    assert_int_equal(rows_of(s, C4_TABLE_PENDING), 1);
    (void)add(s, "Documents", "{'Name': 'B'}");
    assert_int_equal(rows_of(s, C4_TABLE_PENDING), 2);
    assert_ok(c4_workflow_activate(unit, module_of(s, "Documents"), "R", false));
    assert_ok(c4_unit_refresh(unit));
    assert_int_equal(rows_of(s, C4_TABLE_PENDING), 0);
    assert_ok(c4_workflow_activate(unit, module_of(s, "Documents"), "R", true));
    assert_ok(c4_unit_refresh(unit));
    assert_int_equal(rows_of(s, C4_TABLE_PENDING), 2);
    assert_ok(c4_workflow_remove(unit, module_of(s, "Documents"), "R"));
    assert_int_equal(rows_of(s, C4_TABLE_PENDING), 0);
}

static void test_limit_of_active_rules(void **state)
{
    steps *s = *state;
    char text[512];
    int rc = CRM4E_OK;

    for (int i = 0; i <= 75; i++) {
        (void)snprintf(text, sizeof text,
                       "{'name': 'R%d', 'module': 'Documents', 'on': 'create', 'conditions':"
                       " [{'then': [" NOTE "]}]}",
                       i);
        rc = put_rule(s, text);
        assert_int_equal(rc, i < 75 ? CRM4E_OK : CRM4E_E_LIMIT);
    }
    assert_refused(s, rc, CRM4E_E_LIMIT, "active_workflow_rules_per_module");
    assert_int_equal(meta_of(s)->workflow_count, 75);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_comes_back, legal_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(test_kept_by_id, legal_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(test_refused, legal_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(test_too_many_parts, legal_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(test_team_target_needs_team_module, legal_setup,
                                        steps_teardown),
        cmocka_unit_test_setup_teardown(test_who_may, legal_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(test_bounded_by_author, legal_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(test_replace_keeps_place, legal_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(test_remove_and_activate, legal_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(test_limit_of_active_rules, legal_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(test_entries_follow, legal_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(test_limit_of_active_rules, legal_setup, steps_teardown),
    };

    return steps_run("rules", tests, sizeof tests / sizeof tests[0]);
}
