/* SPDX-License-Identifier: MIT */
/* Owners in rotation, requester settings, what goes to a new owner. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rule_steps.h"

#define RULE(name, on, then)                                                                       \
    "{'name': '" name "', 'module': 'Documents', 'on': '" on "',"                                  \
    " 'conditions': [{'then': [" then "]}]}"
#define ASSIGN(members) "{'assign_owner': {" members "}}"
#define TEAM            "'target': 'team_module_users'"

static int document(steps *s, crm4e_id id, c4_scope *scope)
{
    const crm4e_value *row = NULL;
    const bool *readable = NULL;
    int rc = c4_access_module(&s->org.unit, "Documents", CRM4E_ACTION_VIEW, scope);

    rc = rc == CRM4E_OK ? c4_record_read(&s->org.unit, scope, id, &row, &readable) : rc;
    c4_arena_reset(&s->org.arena);
    return rc;
}

/* Model, section 6. */
static void test_walk_through(void **state)
{
    steps *s = *state;
    crm4e_id owners[3];
    c4_outbox_entry entry;
    c4_scope scope;
    crm4e_id id;

    assert_ok(
        put_rule(s, "{'name': 'Assign requests', 'module': 'Documents', 'on': 'create',"
                    " 'conditions': [{'when': 'Created_By = `p@acme.example`', 'then': [" ASSIGN(
                        TEAM ", 'notify': true, 'transfer': ['tasks', 'events', 'calls']") "]}]}"));
    act_as(s, MAIL("q"));
    id = add(s, "Documents", "{'Name': 'From another'}");
    assert_int_equal(owner_of(s, "Documents", id), id_of(s, MAIL("q")));
    for (size_t i = 0; i < 3; i++) {
        act_as(s, MAIL("p"));
        id = add(s, "Documents", "{'Name': 'Contract'}");
        owners[i] = owner_of(s, "Documents", id);
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(owners[i], owners[j]);
        }
    }
    assert_int_equal(next_message(s, s->org.unit.now, &entry), CRM4E_ROW);
    assert_string_equal(entry.kind, "notify");
    assert_int_equal(entry.recipient, owners[0]);
    assert_non_null(strstr(entry.payload, "\"name\":\"Contract\""));
    c4_arena_reset(&s->org.arena);
    /* He follows his request; another requester and who is outside find nothing. */
    assert_ok(document(s, id, &scope));
    act_as(s, MAIL("u1"));
    assert_ok(document(s, id, &scope));
    act_as(s, MAIL("q"));
    assert_int_equal(document(s, id, &scope), CRM4E_E_NOT_FOUND);
    assert_int_equal(edit(s, "Documents", id, "{'Name': 'Mine'}"), CRM4E_E_NOT_FOUND);
    act_as(s, MAIL("s"));
    assert_int_equal(document(s, id, &scope), CRM4E_E_NOT_FOUND);
}

static void test_rotation_is_even(void **state)
{
    steps *s = *state;
    int count[LEGAL_USERS] = {0};

    assert_ok(put_rule(s, RULE("R", "create", ASSIGN(TEAM ", 'profiles': ['member', 'manager']"))));
    act_as(s, MAIL("p"));
    for (int i = 0; i < 1000; i++) {
        crm4e_id owner = owner_of(s, "Documents", add(s, "Documents", "{'Name': 'Contract'}"));
        for (size_t j = 0; j < LEGAL_USERS; j++) {
            count[j] += owner == legal_user(s, j + 1);
        }
    }
    for (size_t j = 0; j < LEGAL_USERS; j++) {
        assert_in_range(count[j], 142, 143);
    }
    assert_int_equal(rows_of(s, C4_TABLE_ROTATION), 1);
}

/* Who leaves is passed over, who comes waits for his turn; requesters never. */
static void test_people_come_and_go(void **state)
{
    steps *s = *state;

    assert_ok(put_rule(s, RULE("R", "create", ASSIGN(TEAM ", 'profiles': ['member']"))));
    assert_int_equal(owner_of(s, "Documents", add(s, "Documents", "{'Name': 'A'}")),
                     legal_user(s, 1));
    assert_ok(put_user(s, "{'email': 'u2@acme.example', 'status': 'inactive'}"));
    assert_ok(remove_member(s, "Documents", MAIL("u3")));
    assert_ok(put_member(s, "Documents", MAIL("u4"), CRM4E_TEAM_REQUESTER));
    assert_int_equal(owner_of(s, "Documents", add(s, "Documents", "{'Name': 'B'}")),
                     legal_user(s, 5));
    assert_int_equal(owner_of(s, "Documents", add(s, "Documents", "{'Name': 'C'}")),
                     legal_user(s, 6));
    assert_ok(put_user(s, "{'email': 'u2@acme.example', 'status': 'active'}"));
    assert_int_equal(owner_of(s, "Documents", add(s, "Documents", "{'Name': 'D'}")),
                     legal_user(s, 1));
    assert_int_equal(owner_of(s, "Documents", add(s, "Documents", "{'Name': 'E'}")),
                     legal_user(s, 2));
}

static void test_online_only(void **state)
{
    steps *s = *state;
    crm4e_id id;
    run_line line;

    assert_ok(put_rule(s, RULE("R", "create", ASSIGN(TEAM ", 'online_only': true"))));
    act_as(s, MAIL("p"));
    id = add(s, "Documents", "{'Name': 'A'}");
    assert_int_equal(owner_of(s, "Documents", id), id_of(s, MAIL("p")));
    line = last_run(s);
    assert_int_equal(line.result, C4_RUN_PARTLY);
    assert_string_equal(line.text, "assign_owner: nobody is eligible");
    assert_int_equal(rows_of(s, C4_TABLE_ROTATION), 0);
    set_online(s, MAIL("u3"));
    set_online(s, MAIL("u5"));
    for (size_t i = 0; i < 4; i++) {
        id = add(s, "Documents", "{'Name': 'B'}");
        assert_int_equal(owner_of(s, "Documents", id), legal_user(s, i % 2 == 0 ? 3 : 5));
    }
    s->org.unit.now += INT64_C(61) * 1000000;
    id = add(s, "Documents", "{'Name': 'C'}");
    assert_int_equal(owner_of(s, "Documents", id), id_of(s, MAIL("p")));
}

static void test_only_the_first_rule_assigns(void **state)
{
    steps *s = *state;
    crm4e_id id;

    assert_ok(put_rule(
        s, RULE("A", "create", ASSIGN("'target': 'users', 'users': ['u2@acme.example']"))));
    assert_ok(put_rule(
        s,
        RULE(
            "B", "create",
            ASSIGN(
                "'target': 'users', 'users': ['u4@acme.example']") ",{'update_field': {'field': "
                                                                   "'Status', 'value': 'Open'}}")));
    id = add(s, "Documents", "{'Name': 'A'}");
    assert_int_equal(owner_of(s, "Documents", id), legal_user(s, 2));
    assert_int_equal(option_of(s, "Documents", id, "Status"), 1);
    assert_string_equal(last_run(s).text, "assign_owner: the owner was assigned already");
}

/* A rule that found nobody leaves the choice to the next. */
static void test_next_rule_when_nobody(void **state)
{
    steps *s = *state;

    assert_ok(put_rule(s, RULE("A", "create", ASSIGN(TEAM ", 'online_only': true"))));
    assert_ok(put_rule(
        s, RULE("B", "create", ASSIGN("'target': 'users', 'users': ['u4@acme.example']"))));
    assert_int_equal(owner_of(s, "Documents", add(s, "Documents", "{'Name': 'A'}")),
                     legal_user(s, 4));
}

static void test_role(void **state)
{
    steps *s = *state;
    const crm4e_id sales[] = {id_of(s, MAIL("s")), id_of(s, MAIL("t"))};

    assert_ok(put_role(s, "{'name': 'Sales', 'parent': 'CEO'}"));
    assert_ok(put_user(s, "{'email': 's@acme.example', 'role': 'Sales'}"));
    assert_ok(put_user(s, "{'email': 't@acme.example', 'role': 'Sales'}"));
    assert_ok(put_user(s, "{'email': 'u1@acme.example', 'role': 'Sales'}"));
    assert_ok(put_rule(s, "{'name': 'R', 'module': 'Leads', 'on': 'create', 'conditions': [{'then':"
                          " [" ASSIGN("'target': 'role', 'role': 'Sales'") "]}]}"));
    for (size_t i = 0; i < 4; i++) {
        crm4e_id id = add(s, "Leads", "{'Last_Name': 'A', 'Company': 'C'}");
        assert_int_equal(owner_of(s, "Leads", id), sales[i % 2]);
    }
}

/* Outside of the team nobody owns its records. */
static void test_users_outside(void **state)
{
    steps *s = *state;

    assert_ok(put_rule(s, RULE("R", "create",
                               ASSIGN("'target': 'users', 'users': ['s@acme.example', "
                                      "'q@acme.example', 'u6@acme.example']"))));
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(owner_of(s, "Documents", add(s, "Documents", "{'Name': 'A'}")),
                         legal_user(s, 6));
    }
}

static void test_requester_settings(void **state)
{
    steps *s = *state;
    crm4e_id id;

    assert_ok(put_module(s, "{'api_name': 'Documents', 'default_owners': ['u5@acme.example',"
                            " 'u3@acme.example']}"));
    act_as(s, MAIL("p"));
    for (size_t i = 0; i < 4; i++) {
        id = add(s, "Documents", "{'Name': 'A'}");
        assert_int_equal(owner_of(s, "Documents", id), legal_user(s, i % 2 == 0 ? 3 : 5));
    }
    act_as(s, MAIL("u1"));
    id = add(s, "Documents", "{'Name': 'A'}");
    assert_int_equal(owner_of(s, "Documents", id), legal_user(s, 1));
    act_as_admin(s);
    assert_ok(put_user(s, "{'email': 'u3@acme.example', 'status': 'inactive'}"));
    act_as(s, MAIL("p"));
    for (size_t i = 0; i < 2; i++) {
        id = add(s, "Documents", "{'Name': 'A'}");
        assert_int_equal(owner_of(s, "Documents", id), legal_user(s, 5));
    }
    /* Rules come after the settings, and look at what those chose. */
    act_as_admin(s);
    assert_ok(put_rule(s, "{'name': 'R', 'module': 'Documents', 'on': 'create', 'conditions': ["
                          "{'when': 'Owner = `u5@acme.example`', 'then': [" ASSIGN(
                              "'target': 'users', 'users': ['u7@acme.example']") "]}]}"));
    act_as(s, MAIL("p"));
    id = add(s, "Documents", "{'Name': 'A'}");
    assert_int_equal(owner_of(s, "Documents", id), legal_user(s, 7));
}

/* Activities about a record of sales: which go along and which stay. */
static const struct {
    const char *module;
    const char *json; /* @: the record, where there is one */
    bool goes;
} activities[] = {
    {"Tasks", "{'Subject': 'A', 'What_Id': 'Accounts:@'}", true},
    {"Tasks", "{'Subject': 'A', 'Status': 'In Progress', 'What_Id': 'Accounts:@'}", true},
    {"Tasks", "{'Subject': 'A', 'Status': 'Completed', 'What_Id': 'Accounts:@'}", false},
    {"Tasks", "{'Subject': 'A', 'What_Id': 'Accounts:@', 'Owner': 't@acme.example'}", false},
    {"Tasks", "{'Subject': 'A', 'What_Id': 'Accounts:@', 'Owner': 'admin@example.com'}", true},
    {"Tasks", "{'Subject': 'A'}", false},
    {"Events",
     "{'Event_Title': 'A', 'Start_DateTime': '2024-01-15T09:00:00Z', 'End_DateTime':"
     " '2024-01-15T11:00:00Z', 'What_Id': 'Accounts:@'}",
     true},
    {"Events",
     "{'Event_Title': 'A', 'Start_DateTime': '2024-01-14T09:00:00Z', 'End_DateTime':"
     " '2024-01-14T11:00:00Z', 'What_Id': 'Accounts:@'}",
     false},
    {"Calls",
     "{'Subject': 'A', 'Call_Type': 'Outbound', 'Call_Start_Time': '2024-01-16T09:00:00Z',"
     " 'Outgoing_Call_Status': 'Scheduled', 'What_Id': 'Accounts:@'}",
     true},
    {"Calls",
     "{'Subject': 'A', 'Call_Type': 'Outbound', 'Call_Start_Time': '2024-01-16T09:00:00Z',"
     " 'Outgoing_Call_Status': 'Cancelled', 'What_Id': 'Accounts:@'}",
     false},
    {"Calls",
     "{'Subject': 'A', 'Call_Type': 'Outbound', 'Call_Start_Time': '2024-01-14T09:00:00Z',"
     " 'Outgoing_Call_Status': 'Overdue', 'What_Id': 'Accounts:@'}",
     true},
    {"Calls",
     "{'Subject': 'A', 'Call_Type': 'Outbound', 'Call_Start_Time': '2024-01-16T09:00:00Z',"
     " 'Outgoing_Call_Status': 'Completed', 'What_Id': 'Accounts:@'}",
     false},
    {"Calls",
     "{'Subject': 'A', 'Call_Type': 'Inbound', 'Call_Start_Time': '2024-01-14T09:00:00Z',"
     " 'What_Id': 'Accounts:@'}",
     false},
};
enum {
    ACTIVITIES = sizeof activities / sizeof activities[0]
};

static void add_activities(steps *s, crm4e_id record, crm4e_id *ids)
{
    char json[512];

    for (size_t i = 0; i < ACTIVITIES; i++) {
        const char *text = activities[i].json;
        const char *at = strstr(text, ":@");
        (void)snprintf(json, sizeof json, "%s", text);
        if (at != NULL) {
            (void)snprintf(json, sizeof json, "%.*s:%lld%s", (int)(at - text), text,
                           (long long)record, at + 2);
        }
        ids[i] = add(s, activities[i].module, json);
    }
}

static void test_transfer(void **state)
{
    steps *s = *state;
    crm4e_id ids[ACTIVITIES];
    crm4e_id before[ACTIVITIES];
    crm4e_id account;

    assert_ok(put_rule(s, "{'name': 'R', 'module': 'Accounts', 'on': 'edit', 'conditions': ["
                          "{'when': 'Phone = `1`', 'then': [" ASSIGN(
                              "'target': 'users', 'users': ['t@acme.example'],"
                              " 'transfer': ['tasks', 'events', 'calls']") "]}]}"));
    account = add(s, "Accounts", "{'Account_Name': 'A', 'Owner': 's@acme.example'}");
    act_as(s, MAIL("s"));
    add_activities(s, account, ids);
    for (size_t i = 0; i < ACTIVITIES; i++) {
        before[i] = owner_of(s, activities[i].module, ids[i]);
    }
    assert_ok(edit(s, "Accounts", account, "{'Phone': '1'}"));
    assert_int_equal(owner_of(s, "Accounts", account), id_of(s, MAIL("t")));
    for (size_t i = 0; i < ACTIVITIES; i++) {
        assert_int_equal(owner_of(s, activities[i].module, ids[i]),
                         activities[i].goes ? id_of(s, MAIL("t")) : before[i]);
    }
    assert_int_equal(last_run(s).result, C4_RUN_DONE);
}

/* A locked task stays where it is, and the log says so. */
static void test_transfer_of_a_locked_task(void **state)
{
    steps *s = *state;
    crm4e_id record = add(s, "Accounts", "{'Account_Name': 'A', 'Owner': 's@acme.example'}");
    crm4e_id tasks[2];
    char json[128];

    (void)snprintf(json, sizeof json, "{'Subject': 'A', 'What_Id': 'Accounts:%lld'}",
                   (long long)record);
    tasks[0] = add(s, "Tasks", json);
    tasks[1] = add(s, "Tasks", json);
    assert_ok(put_rule(s, "{'name': 'R', 'module': 'Accounts', 'on': 'edit', 'conditions': ["
                          "{'when': 'Phone = `1`', 'then': [" ASSIGN(
                              "'target': 'users', 'users': ['t@acme.example'],"
                              " 'transfer': ['tasks']") "]}]}"));
    assert_ok(c4_record_set_locked(&s->org.unit, "Tasks", tasks[0], true));
    assert_ok(edit(s, "Accounts", record, "{'Phone': '1'}"));
    assert_int_equal(owner_of(s, "Accounts", record), id_of(s, MAIL("t")));
    assert_int_equal(owner_of(s, "Tasks", tasks[0]), id_of(s, ORG_ADMIN));
    assert_int_equal(owner_of(s, "Tasks", tasks[1]), id_of(s, MAIL("t")));
    assert_int_equal(last_run(s).result, C4_RUN_PARTLY);
    assert_non_null(strstr(last_run(s).text, "a locked activity keeps its owner"));
}

/* Who holds a Team User licence owns no task: they stay, and the log says so. */
static void test_transfer_to_team_user(void **state)
{
    steps *s = *state;
    crm4e_id record = add(s, "Documents", "{'Name': 'A'}");
    char json[128];
    crm4e_id task;

    (void)snprintf(json, sizeof json, "{'Subject': 'A', 'What_Id': 'Documents:%lld'}",
                   (long long)record);
    task = add(s, "Tasks", json);
    assert_ok(put_rule(s, RULE("R", "edit",
                               ASSIGN(TEAM ", 'profiles': ['member'],"
                                           " 'transfer': ['tasks']"))));
    assert_ok(edit(s, "Documents", record, "{'Name': 'B'}"));
    assert_int_equal(owner_of(s, "Documents", record), legal_user(s, 1));
    assert_int_equal(owner_of(s, "Tasks", task), id_of(s, ORG_ADMIN));
    assert_int_equal(last_run(s).result, C4_RUN_PARTLY);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, legal_setup, steps_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_walk_through),
        TEST(test_rotation_is_even),
        TEST(test_people_come_and_go),
        TEST(test_online_only),
        TEST(test_only_the_first_rule_assigns),
        TEST(test_next_rule_when_nobody),
        TEST(test_role),
        TEST(test_users_outside),
        TEST(test_requester_settings),
        TEST(test_transfer),
        TEST(test_transfer_of_a_locked_task),
        TEST(test_transfer_to_team_user),
    };

    return steps_run("owners", tests, sizeof tests / sizeof tests[0]);
}
