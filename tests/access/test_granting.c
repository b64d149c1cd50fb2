/* SPDX-License-Identifier: MIT */
/* Nobody grants more than he holds: each way to give, one at a time. */
#include <stdio.h>

#include "access/grant.h"
#include "sharing_steps.h"

#define BOSS  "boss@x.example"
#define NORTH "north@x.example"
#define SOUTH "south@x.example"
#define WEST  "west@x.example"
#define EAST  "east@x.example"

#define READ CRM4E_LEVEL_READ_ONLY

/* CEO > Manager (boss) > North (north), South (south); CEO > West (west, east).
 * boss and north hold less than Standard, each his own profile. */
static void make_people(steps *s)
{
    static const char little[] = "'modules': {'Leads': ['view']}, 'fields': {'Accounts':"
                                 " {'Industry': 'hidden'}}}";
    char json[192];

    assert_ok(put_role(s, "{'name': 'North', 'parent': 'Manager'}"));
    assert_ok(put_role(s, "{'name': 'South', 'parent': 'Manager'}"));
    assert_ok(put_role(s, "{'name': 'West', 'parent': 'CEO'}"));
    (void)snprintf(json, sizeof json, "{'name': 'Bosses', 'clone_of': 'Standard', %s", little);
    assert_ok(put_profile(s, json));
    (void)snprintf(json, sizeof json, "{'name': 'Little', 'clone_of': 'Standard', %s", little);
    assert_ok(put_profile(s, json));
    assert_ok(put_user(s, "{'email': 'boss@x.example', 'role': 'Manager', 'profile': 'Bosses'}"));
    assert_ok(put_user(s, "{'email': 'north@x.example', 'role': 'North', 'profile': 'Little'}"));
    assert_ok(put_user(s, "{'email': 'south@x.example', 'role': 'South', 'profile': 'Little'}"));
    assert_ok(put_user(s, "{'email': 'west@x.example', 'role': 'West', 'profile': 'Little'}"));
    assert_ok(put_user(s, "{'email': 'east@x.example', 'role': 'West', 'profile': 'Little'}"));
}

static c4_meta *start(steps *s)
{
    return c4_meta_hold(s->org.unit.meta);
}

/* What was changed since, had he changed it. */
static void assert_granted(steps *s, c4_meta *before, const char *email, int code)
{
    act_as(s, email);
    c4_failure_clear(&s->org.error);
    int rc = c4_access_check_grants(&s->org.unit, before);
    if (code == CRM4E_E_DENIED) {
        assert_refused(s, rc, code, "grant");
    } else {
        assert_int_equal(rc, code);
    }
    c4_failure_clear(&s->org.error);
    c4_arena_reset(&s->org.arena);
    act_as_admin(s);
}

/* The boss may not; a system administrator may. */
static void assert_too_much(steps *s, c4_meta *before)
{
    assert_granted(s, before, BOSS, CRM4E_E_DENIED);
    assert_granted(s, before, ORG_ADMIN, CRM4E_OK);
    c4_meta_release(before);
}

static void assert_within(steps *s, c4_meta *before)
{
    assert_granted(s, before, BOSS, CRM4E_OK);
    c4_meta_release(before);
}

static void admin_permissions(void **state)
{
    steps *s = *state;
    make_people(s);
    assert_ok(put_profile(s, "{'name': 'More', 'clone_of': 'Little', 'admin': ['import']}"));
    c4_meta *before = start(s);
    assert_ok(put_user(s, "{'email': 'north@x.example', 'profile': 'More'}"));
    assert_too_much(s, before);
    before = start(s);
    assert_ok(put_user(s, "{'email': 'north@x.example', 'profile': 'Little'}"));
    assert_within(s, before);
}

static void actions_of_another_profile(void **state)
{
    steps *s = *state;
    make_people(s);
    assert_ok(put_profile(s, "{'name': 'More', 'clone_of': 'Little', 'modules':"
                             " {'Leads': ['view', 'edit']}}"));
    assert_ok(put_profile(s, "{'name': 'Less', 'clone_of': 'Little', 'modules':"
                             " {'Leads': []}}"));
    c4_meta *before = start(s);
    assert_ok(put_user(s, "{'email': 'north@x.example', 'profile': 'More'}"));
    assert_too_much(s, before);
    before = start(s);
    assert_ok(put_user(s, "{'email': 'north@x.example', 'profile': 'Less'}"));
    assert_within(s, before);
    before = start(s); /* as much as the boss has */
    assert_ok(put_user(s, "{'email': 'north@x.example', 'profile': 'Little'}"));
    assert_within(s, before);
}

static void actions_of_a_changed_profile(void **state)
{
    steps *s = *state;
    make_people(s);
    c4_meta *before = start(s);
    assert_ok(put_profile(s, "{'name': 'Little', 'modules': {'Leads': ['view', 'edit']}}"));
    assert_too_much(s, before);
    before = start(s);
    assert_ok(put_profile(s, "{'name': 'Little', 'modules': {'Leads': []}}"));
    assert_within(s, before);
}

static void fields(void **state)
{
    steps *s = *state;
    make_people(s);
    assert_ok(put_profile(s, "{'name': 'More', 'clone_of': 'Little', 'fields': {'Accounts':"
                             " {'Industry': 'read_only'}}}"));
    c4_meta *before = start(s);
    assert_ok(put_user(s, "{'email': 'north@x.example', 'profile': 'More'}"));
    assert_too_much(s, before);
}

static void defaults_of_modules(void **state)
{
    steps *s = *state;
    make_people(s);
    c4_meta *before = start(s);
    assert_ok(put_module(s, "{'api_name': 'Leads', 'org_default': 'public_read_only'}"));
    assert_too_much(s, before);
    before = start(s);
    assert_ok(put_module(s, "{'api_name': 'Leads', 'org_default': 'private'}"));
    assert_within(s, before);
}

static void rules_by_owner(void **state)
{
    steps *s = *state;
    make_people(s);
    c4_meta *before = start(s);
    store_rule(s,
               &(rule_text){"Leads", "R", "user:" WEST, NULL, "user:" NORTH, READ, false, false});
    assert_too_much(s, before);
    before = start(s); /* whom the boss sees himself */
    store_rule(s,
               &(rule_text){"Leads", "R", "user:" SOUTH, NULL, "user:" NORTH, READ, false, false});
    assert_within(s, before);
    before = start(s);
    store_rule(s, &(rule_text){"Leads", "S", "user:" WEST, NULL, "user:" BOSS, READ, false, false});
    assert_too_much(s, before);
}

static void rules_by_criteria(void **state)
{
    const rule_text wide = {"Leads", "R", NULL, "City = 'Rome'", "role:North", READ, false, false};
    const rule_text wider = {"Leads", "R",  NULL, "City is null", "role:North,role:South",
                             READ,    true, false};
    const rule_text superior = {"Leads", "R",  NULL, "City = 'Rome'", "role:North,role:South",
                                READ,    true, false};
    rule_text raised = superior;
    steps *s = *state;
    make_people(s);
    c4_meta *before = start(s);
    store_rule(s, &wide);
    assert_too_much(s, before);
    before = start(s);
    store_rule(s, &wider);
    assert_too_much(s, before);
    store_rule(s, &superior); /* now the boss has it too */
    before = start(s);
    raised.to = "role:North,role:South,user:" WEST;
    store_rule(s, &raised);
    assert_within(s, before);
    before = start(s);
    raised.level = CRM4E_LEVEL_READ_WRITE; /* of what nobody may do in Leads anyway */
    store_rule(s, &raised);
    assert_within(s, before);
    raised = (rule_text){"Contacts", "R", NULL, "Title is null", "role:North", READ, true, false};
    store_rule(s, &raised);
    before = start(s);
    raised.level = CRM4E_LEVEL_READ_WRITE;
    store_rule(s, &raised);
    assert_too_much(s, before);
}

static void groups(void **state)
{
    steps *s = *state;
    crm4e_id lead = 0;
    make_people(s);
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &lead));
    store_group(s, "G", "user:" WEST);
    (void)store_share(s, "Leads", lead, "group:G", READ, false);
    c4_meta *before = start(s);
    store_group(s, "G", "user:" WEST ",user:" NORTH);
    assert_too_much(s, before);
    store_group(s, "G", "user:" BOSS); /* he sees it: so he may let others in */
    before = start(s);
    store_group(s, "G", "user:" BOSS ",user:" NORTH);
    assert_within(s, before);
}

/* The boss sees the account by a share of his own, but nothing related to it. */
static void related_records(void **state)
{
    steps *s = *state;
    crm4e_id account = 0;
    make_people(s);
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A'}", &account));
    store_group(s, "G", "user:" WEST);
    (void)store_share(s, "Accounts", account, "group:G", READ, true);
    (void)store_share(s, "Accounts", account, "user:" BOSS, READ, false);
    c4_meta *before = start(s);
    store_group(s, "G", "user:" WEST ",user:" NORTH);
    assert_too_much(s, before);
    store_group(s, "G", "user:" WEST);
    (void)store_share(s, "Accounts", account, "role:Manager", READ, true);
    before = start(s);
    store_group(s, "G", "user:" WEST ",user:" NORTH);
    assert_within(s, before);
}

/* Of several shares one is enough to be too much, whichever comes after it. */
static void related_records_of_two(void **state)
{
    steps *s = *state;
    crm4e_id accounts[2] = {0};
    make_people(s);
    store_group(s, "G", "user:" WEST);
    for (size_t i = 0; i < 2; i++) {
        assert_ok(create(s, "Accounts", "{'Account_Name': 'A'}", &accounts[i]));
        (void)store_share(s, "Accounts", accounts[i], "group:G", READ, true);
        (void)store_share(s, "Accounts", accounts[i], "user:" BOSS, READ, false);
    }
    c4_meta *before = start(s);
    store_group(s, "G", "user:" WEST ",user:" NORTH);
    assert_too_much(s, before);
}

/* He had the records already, but not at that level. */
static void related_records_at_a_higher_level(void **state)
{
    steps *s = *state;
    crm4e_id account = 0;
    make_people(s);
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A'}", &account));
    store_group(s, "G", "user:" SOUTH);
    (void)store_share(s, "Accounts", account, "user:" NORTH, READ, true);
    (void)store_share(s, "Accounts", account, "group:G", CRM4E_LEVEL_READ_WRITE, true);
    c4_meta *before = start(s);
    store_group(s, "G", "user:" SOUTH ",user:" NORTH);
    assert_too_much(s, before);
    store_group(s, "G", "user:" SOUTH);
    (void)store_share(s, "Accounts", account, "user:" BOSS, CRM4E_LEVEL_READ_WRITE, true);
    before = start(s);
    store_group(s, "G", "user:" SOUTH ",user:" NORTH);
    assert_within(s, before);
}

/* North gets the modules of his profile back. */
static c4_meta *open_modules(steps *s)
{
    assert_ok(put_user(s, "{'email': 'north@x.example', 'profile': 'None'}"));
    c4_meta *before = start(s);
    assert_ok(put_user(s, "{'email': 'north@x.example', 'profile': 'Little'}"));
    return before;
}

/* What was shared with somebody opens with the module: it is granted by whoever
 * opens that. */
static void shares_that_waited_for_the_module(void **state)
{
    steps *s = *state;
    crm4e_id account = 0;
    crm4e_id lead = 0;
    make_people(s);
    assert_ok(put_profile(s, "{'name': 'None', 'clone_of': 'Standard',"
                             " 'modules': {'Leads': [], 'Contacts': []}}"));
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &lead));
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A'}", &account));
    (void)store_share(s, "Leads", lead, "user:" NORTH, READ, false);
    (void)store_share(s, "Accounts", account, "user:" NORTH, READ, true);
    assert_too_much(s, open_modules(s));
    (void)store_share(s, "Leads", lead, "user:" BOSS, READ, false);
    assert_too_much(s, open_modules(s)); /* the contacts of the account */
    (void)store_share(s, "Accounts", account, "user:" BOSS, READ, true);
    assert_within(s, open_modules(s));
}

static void the_role_tree(void **state)
{
    steps *s = *state;
    make_people(s);
    c4_meta *before = start(s);
    assert_ok(put_role(s, "{'name': 'West', 'share_with_peers': true}"));
    assert_too_much(s, before);
    before = start(s);
    assert_ok(put_role(s, "{'name': 'South', 'parent': 'North'}"));
    assert_within(s, before);
}

static void places_of_users(void **state)
{
    steps *s = *state;
    make_people(s);
    c4_meta *before = start(s);
    assert_ok(put_user(s, "{'email': 'west@x.example', 'role': 'CEO'}"));
    assert_too_much(s, before);
    before = start(s);
    assert_ok(put_user(s, "{'email': 'south@x.example', 'role': 'Manager'}"));
    assert_within(s, before);
    assert_ok(put_org(s, "{'hierarchy': 'reporting_to'}"));
    before = start(s);
    assert_ok(put_user(s, "{'email': 'west@x.example', 'reporting_to': 'north@x.example'}"));
    assert_too_much(s, before);
}

static void who_comes_to_work(void **state)
{
    steps *s = *state;
    make_people(s);
    assert_ok(put_profile(s, "{'name': 'More', 'clone_of': 'Standard', 'admin': ['import']}"));
    assert_ok(put_user(s, "{'email': 'west@x.example', 'status': 'inactive', 'profile': 'More'}"));
    c4_meta *before = start(s);
    assert_ok(put_user(s, "{'email': 'west@x.example', 'status': 'active'}"));
    assert_too_much(s, before);
    before = start(s);
    assert_ok(put_user(s, "{'email': 'north@x.example', 'status': 'inactive'}"));
    assert_within(s, before);
    before = start(s);
    assert_ok(put_user(s, "{'email': 'new@x.example', 'role': 'North', 'profile': 'More'}"));
    assert_too_much(s, before);
    before = start(s); /* the records of who is new are nobody's yet */
    assert_ok(put_user(s, "{'email': 'newer@x.example', 'role': 'North', 'profile': 'Little'}"));
    assert_within(s, before);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define GRANT_TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
        GRANT_TEST(admin_permissions),
        GRANT_TEST(actions_of_another_profile),
        GRANT_TEST(actions_of_a_changed_profile),
        GRANT_TEST(fields),
        GRANT_TEST(defaults_of_modules),
        GRANT_TEST(rules_by_owner),
        GRANT_TEST(rules_by_criteria),
        GRANT_TEST(groups),
        GRANT_TEST(related_records),
        GRANT_TEST(related_records_of_two),
        GRANT_TEST(related_records_at_a_higher_level),
        GRANT_TEST(shares_that_waited_for_the_module),
        GRANT_TEST(the_role_tree),
        GRANT_TEST(places_of_users),
        GRANT_TEST(who_comes_to_work),
    };
    return steps_run("granting", tests, sizeof tests / sizeof tests[0]);
}
