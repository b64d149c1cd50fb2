/* SPDX-License-Identifier: MIT */
/* Which rules run when, what they may, and what is left of a refused one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rule_steps.h"

enum {
    OPEN = 1,
    CHECKED = 2,
    CLOSED = 3
};

#define RULE(name, on, conditions)                                                                 \
    "{'name': '" name "', 'module': 'Documents', 'on': '" on "', 'conditions': " conditions "}"
#define SET(status)    "{'update_field': {'field': 'Status', 'value': '" status "'}}"
#define NOTE           "{'notify': {'to': 'owner', 'subject': 'S'}}"
#define ALWAYS(action) "[{'then': [" action "]}]"

static int64_t status(steps *s, crm4e_id id)
{
    return option_of(s, "Documents", id, "Status");
}

static void test_triggers(void **state)
{
    static const struct {
        const char *on;
        int64_t created, edited, deleted; /* runs so far */
    } expected[] = {
        {"create", 1, 1, 1}, {"edit", 0, 1, 1}, {"create_or_edit", 1, 2, 2}, {"delete", 0, 0, 1}};
    steps *s = *state;

    for (size_t i = 0; i < 4; i++) {
        char json[256];
        (void)snprintf(json, sizeof json, RULE("R", "%s", ALWAYS(NOTE)), expected[i].on);
        assert_ok(put_rule(s, json));
        int64_t before = lines_of(s);
        crm4e_id id = add(s, "Documents", "{'Name': 'Contract'}");
        assert_int_equal(lines_of(s) - before, expected[i].created);
        assert_ok(edit(s, "Documents", id, "{'Name': 'Agreement'}"));
        assert_int_equal(lines_of(s) - before, expected[i].edited);
        assert_ok(drop(s, "Documents", id));
        assert_int_equal(lines_of(s) - before, expected[i].deleted);
    }
}

/* A change of nothing but the owner is an edit; an edit that changes nothing is none. */
static void test_what_is_an_edit(void **state)
{
    steps *s = *state;
    crm4e_id id = add(s, "Documents", "{'Name': 'Contract'}");

    assert_ok(put_rule(s, RULE("R", "edit", ALWAYS(NOTE))));
    assert_ok(edit(s, "Documents", id, "{'Name': 'Contract'}"));
    assert_int_equal(lines_of(s), 0);
    assert_ok(edit(s, "Documents", id, "{'Owner': 'u1@acme.example'}"));
    assert_int_equal(lines_of(s), 1);
}

static void test_first_condition_wins(void **state)
{
    steps *s = *state;

    assert_ok(put_rule(s, RULE("R", "create",
                               "[{'when': 'Amount > 1000', 'then': [" SET(
                                   "Checked") "]},"
                                              " {'when': 'Amount > 10', 'then': [" SET(
                                                  "Closed") "]},"
                                                            " {'then': [" SET("Open") "]}]")));
    assert_int_equal(status(s, add(s, "Documents", "{'Name': 'A', 'Amount': 2000}")), CHECKED);
    assert_int_equal(status(s, add(s, "Documents", "{'Name': 'B', 'Amount': 20}")), CLOSED);
    assert_int_equal(status(s, add(s, "Documents", "{'Name': 'C'}")), OPEN);
    assert_int_equal(lines_of(s), 3);
}

static void test_no_condition_holds(void **state)
{
    steps *s = *state;

    assert_ok(
        put_rule(s, RULE("R", "create", "[{'when': 'Amount > 5', 'then': [" SET("Open") "]}]")));
    assert_int_equal(status(s, add(s, "Documents", "{'Name': 'A'}")), -1);
    assert_int_equal(lines_of(s), 0);
}

/* What a rule changes wakes no rule, neither itself nor one on edit, and makes
 * no later condition hold. */
static void test_no_loops(void **state)
{
    steps *s = *state;
    crm4e_id id;

    assert_ok(put_rule(s, RULE("A", "create_or_edit", ALWAYS(SET("Checked")))));
    assert_ok(put_rule(s, RULE("B", "edit", ALWAYS(SET("Closed")))));
    assert_ok(put_rule(
        s, RULE("C", "create", "[{'when': 'Status = `Checked`', 'then': [" SET("Closed") "]}]")));
    id = add(s, "Documents", "{'Name': 'A'}");
    assert_int_equal(status(s, id), CHECKED);
    assert_int_equal(lines_of(s), 1);
    assert_ok(edit(s, "Documents", id, "{'Name': 'B'}"));
    assert_int_equal(status(s, id), CLOSED);
    assert_int_equal(lines_of(s), 3);
}

static void test_only_active_rules(void **state)
{
    steps *s = *state;

    assert_ok(put_rule(s, "{'name': 'R', 'module': 'Documents', 'on': 'create', 'active': false,"
                          " 'conditions': [{'then': [" NOTE "]}]}"));
    (void)add(s, "Documents", "{'Name': 'A'}");
    assert_int_equal(lines_of(s), 0);
    assert_ok(put_rule(s, "{'name': 'R', 'module': 'Documents', 'on': 'create', 'active': true,"
                          " 'conditions': [{'then': [" NOTE "]}]}"));
    (void)add(s, "Documents", "{'Name': 'B'}");
    assert_int_equal(lines_of(s), 1);
}

static void test_values_of_every_kind(void **state)
{
    steps *s = *state;
    crm4e_id id;

    assert_ok(put_field(s, "Documents", "{'api_name': 'Counsel', 'type': 'userlookup'}"));
    assert_ok(put_rule(s, RULE("R", "create",
                               ALWAYS("{'update_field': {'field': 'Counsel', 'value': "
                                      "'u2@acme.example'}},"
                                      "{'update_field': {'field': 'Amount', 'value': '12.50'}},"
                                      "{'update_field': {'field': 'Email', 'value': null}}"))));
    act_as(s, MAIL("p"));
    id = add(s, "Documents", "{'Name': 'A', 'Email': 'a@b.example'}");
    assert_int_equal(option_of(s, "Documents", id, "Counsel"), id_of(s, MAIL("u2")));
    assert_int_equal(option_of(s, "Documents", id, "Amount"), 1250);
    assert_int_equal(option_of(s, "Documents", id, "Email"), -1);
}

/* History says that it was a rule, in the name of who set it off. */
static void test_source(void **state)
{
    static const uint32_t columns[] = {C4_HISTORY_SOURCE, C4_HISTORY_USER};
    static const crm4e_order by_id[] = {{0, 0, 0}};
    steps *s = *state;
    crm4e_plan plan;
    c4_rows *rows = NULL;
    const crm4e_value *row = NULL;

    assert_ok(put_rule(s, RULE("R", "create", ALWAYS(SET("Open")))));
    act_as(s, MAIL("p"));
    (void)add(s, "Documents", "{'Name': 'A'}");
    c4_plan_init(&plan, &c4_tables[C4_TABLE_HISTORY]);
    plan.columns = columns;
    plan.column_count = 2;
    plan.order = by_id;
    plan.order_count = 1;
    assert_ok(c4_rows_open(&rows, &s->org.db, &plan));
    assert_int_equal(c4_rows_next(rows, &row), CRM4E_ROW);
    assert_int_equal(row[0].integer, C4_SOURCE_API);
    assert_int_equal(c4_rows_next(rows, &row), CRM4E_ROW);
    assert_int_equal(row[0].integer, C4_SOURCE_WORKFLOW);
    assert_int_equal(row[1].integer, id_of(s, MAIL("p")));
    assert_int_equal(c4_rows_next(rows, &row), CRM4E_OK);
    c4_rows_close(rows);
    assert_int_equal(s->org.unit.source, C4_SOURCE_API);
    assert_int_equal(s->org.unit.rule_depth, 0);
}

/* The value was good when the rule was saved, and is not any more. */
static void retire_checked(steps *s)
{
    assert_ok(put_field(s, "Documents",
                        "{'api_name': 'Status', 'options': ['Open',"
                        " {'value': 'Checked', 'active': false}, 'Closed']}"));
}

static void test_refused_action_undoes_its_rule(void **state)
{
    steps *s = *state;
    crm4e_id id;
    run_line line;

    assert_ok(put_rule(
        s,
        RULE("A", "create",
             ALWAYS(NOTE ",{'assign_owner': {'target': 'team_module_users'}}," SET("Checked")))));
    assert_ok(put_rule(s, RULE("B", "create", ALWAYS(SET("Closed")))));
    retire_checked(s);
    act_as(s, MAIL("p"));
    id = add(s, "Documents", "{'Name': 'A'}");
    assert_int_equal(owner_of(s, "Documents", id), id_of(s, MAIL("p")));
    assert_int_equal(rows_of(s, C4_TABLE_OUTBOX), 0);
    assert_int_equal(rows_of(s, C4_TABLE_ROTATION), 0);
    assert_int_equal(lines_of(s), 2);
    assert_int_equal(status(s, id), CLOSED);
    line = last_run(s);
    assert_int_equal(line.result, C4_RUN_DONE);
}

static void test_failure_is_logged(void **state)
{
    steps *s = *state;
    crm4e_id id;
    run_line line;

    assert_ok(put_rule(s, RULE("A", "create", ALWAYS(SET("Checked")))));
    retire_checked(s);
    id = add(s, "Documents", "{'Name': 'A'}");
    line = last_run(s);
    assert_int_equal(line.record, id);
    assert_int_equal(line.result, C4_RUN_FAILED);
    assert_non_null(strstr(line.text, "Status"));
}

static void test_failure_stops_the_change(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;

    assert_ok(put_rule(s, "{'name': 'A', 'module': 'Documents', 'on': 'create', 'on_failure':"
                          " 'fail', 'conditions': [{'then': [" NOTE "," SET("Checked") "]}]}"));
    retire_checked(s);
    assert_refused(s, try_add(s, "Documents", "{'Name': 'A'}", &id), CRM4E_E_INVALID, "workflow");
    assert_non_null(strstr(s->org.error.message, "\"A\""));
    assert_int_equal(id, 0);
    assert_int_equal(lines_of(s), 0);
}

/* A field the rule needs is gone: it says so at every change. */
static void test_rule_that_lost_its_field(void **state)
{
    steps *s = *state;

    assert_ok(put_field(s, "Documents", "{'api_name': 'Extra', 'type': 'text'}"));
    assert_ok(put_rule(
        s, RULE("A", "create", ALWAYS("{'update_field': {'field': 'Extra', 'value': 'x'}}"))));
    assert_ok(put_rule(s, RULE("B", "create", "[{'when': 'Extra = `x`', 'then': [" NOTE "]}]")));
    assert_ok(remove_field(s, "Documents", "Extra"));
    (void)add(s, "Documents", "{'Name': 'A'}");
    assert_int_equal(lines_of(s), 2);
    assert_int_equal(last_run(s).result, C4_RUN_FAILED);
    assert_int_equal(rows_of(s, C4_TABLE_OUTBOX), 0);
}

static void store_definition(steps *s, const char *json)
{
    static const uint32_t column[] = {C4_WORKFLOW_DEFINITION};
    const crm4e_value value = c4_c_text(json);

    assert_ok(c4_db_update(&s->org.db, &c4_tables[C4_TABLE_WORKFLOW], meta_of(s)->workflows[0].id,
                           column, &value, 1));
    c4_unit_meta_changed(&s->org.unit);
    assert_ok(c4_unit_refresh(&s->org.unit));
}

static void test_damaged_definition(void **state)
{
    static const char *const damaged[] = {
        "",
        "{",
        "[]",
        "{}",
        "{\"on\":7}",
        "{\"name\":\"A\",\"on\":\"create\",\"conditions\":[{}]}",
        "{\"name\":\"A\",\"on\":\"create\",\"conditions\":[{\"then\":[{\"update_field\":"
        "{\"field\":\"Status\",\"value\":\"Open\"}}]}]}",
        "{\"name\":\"A\",\"on\":\"create\",\"conditions\":[{\"then\":[{\"assign_owner\":"
        "{\"target\":\"users\",\"users\":[12]}}]}]}",
        "{\"name\":\"A\",\"on\":\"create\",\"conditions\":[{\"when\":\"((\",\"then\":[]}]}",
    };
    steps *s = *state;
    c4_buffer out;

    assert_ok(put_rule(s, RULE("A", "create", ALWAYS(NOTE))));
    for (size_t i = 0; i < sizeof damaged / sizeof damaged[0]; i++) {
        store_definition(s, damaged[i]);
        (void)add(s, "Documents", "{'Name': 'A'}");
        assert_int_equal(lines_of(s), (int64_t)i + 1);
        assert_int_equal(last_run(s).result, C4_RUN_FAILED);
        c4_buffer_init(&out, &s->org.env.mem, 1000);
        assert_true(c4_workflow_write(&s->org.unit, &meta_of(s)->workflows[0], &out) < 0);
        c4_buffer_free(&out);
    }
}

static void test_author_who_left(void **state)
{
    steps *s = *state;

    assert_ok(put_member(s, "Documents", MAIL("u1"), CRM4E_TEAM_ADMIN));
    act_as(s, MAIL("u1"));
    assert_ok(put_rule(s, RULE("A", "create", ALWAYS(SET("Open")))));
    act_as_admin(s);
    assert_int_equal(status(s, add(s, "Documents", "{'Name': 'A'}")), OPEN);
    assert_ok(put_user(s, "{'email': 'u1@acme.example', 'status': 'inactive'}"));
    assert_int_equal(status(s, add(s, "Documents", "{'Name': 'B'}")), -1);
    assert_int_equal(last_run(s).result, C4_RUN_FAILED);
    assert_non_null(strstr(last_run(s).text, "author"));
    assert_ok(put_user(s, "{'email': 'u1@acme.example', 'status': 'active'}"));
    assert_int_equal(status(s, add(s, "Documents", "{'Name': 'C'}")), OPEN);
    assert_ok(put_member(s, "Documents", MAIL("u1"), CRM4E_TEAM_MEMBER));
    assert_int_equal(status(s, add(s, "Documents", "{'Name': 'D'}")), -1);
    assert_int_equal(last_run(s).result, C4_RUN_FAILED);
}

/* An author of an org module is bound by what he may do today. */
static void test_author_who_lost_a_right(void **state)
{
    steps *s = *state;
    crm4e_id id;

    assert_ok(put_profile(s, "{'name': 'Operator', 'clone_of': 'Standard',"
                             " 'admin': ['manage_automation']}"));
    assert_ok(put_user(s, "{'email': 's@acme.example', 'profile': 'Operator'}"));
    act_as(s, MAIL("s"));
    assert_ok(put_rule(s, "{'name': 'A', 'module': 'Leads', 'on': 'create', 'conditions': [{'then':"
                          " [{'update_field': {'field': 'City', 'value': 'Oslo'}}]}]}"));
    act_as_admin(s);
    id = add(s, "Leads", "{'Last_Name': 'A', 'Company': 'C'}");
    assert_int_equal(last_run(s).record, id);
    assert_int_equal(last_run(s).result, C4_RUN_DONE);
    assert_ok(put_profile(s, "{'name': 'Operator', 'fields': {'Leads': {'City': 'read_only'}}}"));
    (void)add(s, "Leads", "{'Last_Name': 'B', 'Company': 'C'}");
    assert_int_equal(last_run(s).result, C4_RUN_FAILED);
}

/* Whether the rule saw a contact of that account. */
static bool meets_account(steps *s, crm4e_id account)
{
    char json[96];
    crm4e_id contact;

    (void)snprintf(json, sizeof json, "{'Last_Name': 'A', 'Account_Name': %lld}",
                   (long long)account);
    contact = add(s, "Contacts", json);
    return last_run(s).record == contact;
}

/* Behind a lookup a rule meets what its author may see, whoever makes the change;
 * were it more, what the rule does would tell him. */
static void test_author_sees_behind_a_lookup(void **state)
{
    static const char *const criteria[] = {
        "Account_Name.Account_Name = `Deep`", "Account_Name.Account_Name != `Shallow`",
        "Account_Name = `Deep`", "Account_Name.Parent_Account.Account_Name = `Top`"};
    steps *s = *state;
    crm4e_id top = add(s, "Accounts", "{'Account_Name': 'Top'}");
    char json[320];
    crm4e_id deep;

    (void)snprintf(json, sizeof json, "{'Account_Name': 'Deep', 'Parent_Account': %lld}",
                   (long long)top);
    deep = add(s, "Accounts", json);
    assert_ok(put_profile(s, "{'name': 'Operator', 'clone_of': 'Standard',"
                             " 'admin': ['manage_automation']}"));
    assert_ok(put_user(s, "{'email': 's@acme.example', 'profile': 'Operator',"
                          " 'role': 'Manager'}"));
    for (size_t i = 0; i < sizeof criteria / sizeof criteria[0]; i++) {
        (void)snprintf(json, sizeof json,
                       "{'name': 'A', 'module': 'Contacts', 'on': 'create', 'conditions':"
                       " [{'when': '%s', 'then': [" NOTE "]}]}",
                       criteria[i]);
        act_as(s, MAIL("s"));
        assert_ok(put_rule(s, json));
        act_as_admin(s);
        assert_false(meets_account(s, deep));
        assert_ok(edit(s, "Accounts", top, "{'Owner': 's@acme.example'}"));
        assert_ok(edit(s, "Accounts", deep, "{'Owner': 's@acme.example'}"));
        assert_true(meets_account(s, deep));
        assert_ok(edit(s, "Accounts", top, "{'Owner': '" ORG_ADMIN "'}"));
        assert_int_equal(meets_account(s, deep), i < 3);
        assert_ok(edit(s, "Accounts", deep, "{'Owner': '" ORG_ADMIN "'}"));
        assert_ok(put_rule(s, json)); /* an administrator's now */
        assert_true(meets_account(s, deep));
    }
}

/* Nothing is kept of a change that fails after its rules ran. */
static void test_rollback_leaves_nothing(void **state)
{
    steps *s = *state;

    assert_ok(put_rule(s, RULE("A", "create",
                               ALWAYS("{'assign_owner': {'target': 'team_module_users', 'notify':"
                                      " true}}"))));
    assert_ok(c4_db_savepoint(&s->org.db));
    (void)add(s, "Documents", "{'Name': 'A'}");
    assert_int_equal(rows_of(s, C4_TABLE_OUTBOX), 1);
    assert_int_equal(rows_of(s, C4_TABLE_ROTATION), 1);
    assert_int_equal(lines_of(s), 1);
    c4_db_rollback_to(&s->org.db);
    assert_int_equal(rows_of(s, C4_TABLE_OUTBOX), 0);
    assert_int_equal(rows_of(s, C4_TABLE_ROTATION), 0);
    assert_int_equal(lines_of(s), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, legal_setup, steps_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_triggers),
        TEST(test_what_is_an_edit),
        TEST(test_first_condition_wins),
        TEST(test_no_condition_holds),
        TEST(test_no_loops),
        TEST(test_only_active_rules),
        TEST(test_values_of_every_kind),
        TEST(test_source),
        TEST(test_refused_action_undoes_its_rule),
        TEST(test_failure_is_logged),
        TEST(test_failure_stops_the_change),
        TEST(test_rule_that_lost_its_field),
        TEST(test_damaged_definition),
        TEST(test_author_who_left),
        TEST(test_author_who_lost_a_right),
        TEST(test_author_sees_behind_a_lookup),
        TEST(test_rollback_leaves_nothing),
    };

    return steps_run("rules at work", tests, sizeof tests / sizeof tests[0]);
}
