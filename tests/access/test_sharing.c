/* SPDX-License-Identifier: MIT */
/* What opens records beyond hierarchy and org-wide defaults: sharing rules,
 * groups, manual shares, related records, and what hangs on them. */
#include "sharing_steps.h"

#include "model/schema.h"

#include <stdio.h>
#include <string.h>

#define READ  CRM4E_LEVEL_READ_ONLY
#define WRITE CRM4E_LEVEL_READ_WRITE
#define DROP  CRM4E_LEVEL_READ_WRITE_DELETE
#define FULL  CRM4E_LEVEL_FULL_ACCESS

#define BOSS  "boss@x.example"
#define NORTH "north@x.example"
#define SOUTH "south@x.example"
#define CLERK "clerk@x.example"
#define PEER  "peer@x.example"
#define OTHER "other@x.example"

/* Owners of the records, in their order. */
static const char *const people[] = {BOSS, NORTH, SOUTH, CLERK, PEER, OTHER, ORG_ADMIN};
enum {
    PEOPLE = 7
};

/* CEO > Manager (boss) > North (north) > Clerk (clerk, peer);
 *       Manager > South (south, other) > Trainee (nobody).
 * clerk reports to south, south to north. */
static void make_people(steps *s)
{
    assert_ok(put_role(s, "{'name': 'North', 'parent': 'Manager'}"));
    assert_ok(put_role(s, "{'name': 'South', 'parent': 'Manager'}"));
    assert_ok(put_role(s, "{'name': 'Clerk', 'parent': 'North'}"));
    assert_ok(put_role(s, "{'name': 'Trainee', 'parent': 'South'}"));
    assert_ok(put_user(s, "{'email': 'boss@x.example', 'role': 'Manager'}"));
    assert_ok(put_user(s, "{'email': 'north@x.example', 'role': 'North'}"));
    assert_ok(put_user(s, "{'email': 'south@x.example', 'role': 'South',"
                          " 'reporting_to': 'north@x.example'}"));
    assert_ok(put_user(s, "{'email': 'clerk@x.example', 'role': 'Clerk',"
                          " 'reporting_to': 'south@x.example'}"));
    assert_ok(put_user(s, "{'email': 'peer@x.example', 'role': 'Clerk'}"));
    assert_ok(put_user(s, "{'email': 'other@x.example', 'role': 'South'}"));
}

/* A lead of each; the boss's is in Rome, north's in Oslo, the others nowhere. */
static void make_leads(steps *s, crm4e_id ids[PEOPLE])
{
    make_people(s);
    for (size_t i = 0; i < PEOPLE; i++) {
        static const char *const cities[PEOPLE] = {", 'City': 'Rome'", ", 'City': 'Oslo'"};
        char json[96];
        act_as(s, people[i]);
        (void)snprintf(json, sizeof json, "{'Last_Name': 'Li', 'Company': 'X'%s}",
                       cities[i] != NULL ? cities[i] : "");
        assert_ok(create(s, "Leads", json, &ids[i]));
    }
    act_as_admin(s);
}

/* With the id in the place of '#'. */
static crm4e_id make(steps *s, const char *module, const char *text, crm4e_id id)
{
    const char *gap = strchr(text, '#');
    char json[160];
    crm4e_id made = 0;

    if (gap == NULL) {
        (void)snprintf(json, sizeof json, "%s", text);
    } else {
        (void)snprintf(json, sizeof json, "%.*s%lld%s", (int)(gap - text), text, (long long)id,
                       gap + 1);
    }
    assert_ok(create(s, module, json, &made));
    return made;
}

static void rules_by_owner(void **state)
{
    steps *s = *state;
    crm4e_id ids[PEOPLE];
    rule_text rule = {"Leads", "South", "role:South", NULL, "user:" CLERK, READ, false, false};
    make_leads(s, ids);
    assert_reach(s, CLERK, "Leads", ids, "---f---");
    store_rule(s, &rule);
    assert_reach(s, CLERK, "Leads", ids, "--rf-r-");
    assert_reach(s, PEER, "Leads", ids, "----f--");
    rule.level = WRITE;
    store_rule(s, &rule);
    assert_reach(s, CLERK, "Leads", ids, "--wf-w-");
    rule.level = DROP;
    store_rule(s, &rule);
    assert_reach(s, CLERK, "Leads", ids, "--df-d-");
    rule.inactive = true;
    store_rule(s, &rule);
    assert_reach(s, CLERK, "Leads", ids, "---f---");
    drop_rule(s, "Leads", "South");
    assert_reach(s, CLERK, "Leads", ids, "---f---");
}

/* Each opens to the level it has; together they open what either does. */
static void rules_add_up(void **state)
{
    steps *s = *state;
    crm4e_id ids[PEOPLE];
    const rule_text rules[] = {
        {"Leads", "1", "below:North", NULL, "role:Clerk", READ, false, false},
        {"Leads", "2", "user:" SOUTH ",user:" PEER, NULL, "below:Clerk", WRITE, false, false},
        {"Leads", "3", NULL, "City = 'Rome'", "user:" CLERK, DROP, false, false},
    };
    make_leads(s, ids);
    store_rule(s, &rules[0]);
    assert_reach(s, CLERK, "Leads", ids, "-r-fr--");
    assert_reach(s, PEER, "Leads", ids, "-r-rf--");
    store_rule(s, &rules[1]);
    assert_reach(s, CLERK, "Leads", ids, "-rwfw--");
    assert_reach(s, PEER, "Leads", ids, "-rwrf--");
    store_rule(s, &rules[2]);
    assert_reach(s, CLERK, "Leads", ids, "drwfw--");
    assert_ok(put_module(s, "{'api_name': 'Leads', 'org_default': 'public_read_only'}"));
    assert_reach(s, CLERK, "Leads", ids, "drwfwrr");
    assert_ok(put_user(s, "{'email': 'south@x.example', 'status': 'inactive'}"));
    assert_reach(s, CLERK, "Leads", ids, "drwfwrr");
}

static void rules_by_criteria(void **state)
{
    static const struct {
        const char *when;
        const char *reach;
    } cases[] = {
        {"City = 'Rome'", "r----f-"},
        {"City != 'Rome'", "-r---f-"},
        {"not (City = 'Rome')", "-r---f-"},
        {"City in ('Rome', 'Oslo')", "rr---f-"},
        {"City not in ('Rome', 'Paris')", "-r---f-"},
        {"City is null", "--rrrfr"},
        {"City is not null", "rr---f-"},
        {"City = 'Oslo' or City is null", "-rrrrfr"},
        {"City = 'Oslo' and Company = 'X'", "-r---f-"},
        {"City = 'Paris'", "-----f-"},
    };
    steps *s = *state;
    crm4e_id ids[PEOPLE];
    make_leads(s, ids);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const rule_text rule = {"Leads",       "R",  NULL,  cases[i].when,
                                "user:" OTHER, READ, false, false};
        store_rule(s, &rule);
        assert_reach(s, OTHER, "Leads", ids, cases[i].reach);
    }
    /* what a record says now */
    act_as_admin(s);
    assert_ok(update(s, "Leads", ids[3], 0, "{'City': 'Paris'}"));
    assert_reach(s, OTHER, "Leads", ids, "---r-f-");
}

/* As a damaged file would have it: what a rule names is not removed by a call. */
static void lose_field(steps *s, const char *module, const char *name)
{
    const uint32_t column = C4_FIELD_REMOVED;
    const crm4e_value removed = c4_integer(1);
    assert_ok(c4_db_update(&s->org.db, &c4_tables[C4_TABLE_FIELD],
                           field_of(s, module, name)->number, &column, &removed, 1));
    c4_unit_meta_changed(&s->org.unit);
    assert_ok(c4_unit_refresh(&s->org.unit));
}

static void criteria_that_no_longer_fit_open_nothing(void **state)
{
    steps *s = *state;
    crm4e_id ids[PEOPLE];
    const rule_text rule = {"Leads", "R", NULL, "Extra is null", "user:" OTHER, READ, false, false};
    make_leads(s, ids);
    assert_ok(put_field(s, "Leads", "{'api_name': 'Extra', 'type': 'text'}"));
    store_rule(s, &rule);
    assert_reach(s, OTHER, "Leads", ids, "rrrrrfr");
    lose_field(s, "Leads", "Extra");
    assert_reach(s, OTHER, "Leads", ids, "-----f-");
}

static void superiors_in_the_role_tree(void **state)
{
    steps *s = *state;
    crm4e_id ids[PEOPLE];
    rule_text rule = {"Leads", "R", "user:" ORG_ADMIN, NULL, "role:Clerk", READ, false, false};
    make_leads(s, ids);
    store_rule(s, &rule);
    assert_reach(s, CLERK, "Leads", ids, "---f--r");
    assert_reach(s, NORTH, "Leads", ids, "-f-ff--");
    rule.superiors = true;
    store_rule(s, &rule);
    assert_reach(s, CLERK, "Leads", ids, "---f--r");
    assert_reach(s, NORTH, "Leads", ids, "-f-ff-r");
    assert_reach(s, BOSS, "Leads", ids, "ffffffr");
    assert_reach(s, SOUTH, "Leads", ids, "--f----");
    rule.to = "role:Trainee"; /* that nobody holds */
    store_rule(s, &rule);
    assert_reach(s, SOUTH, "Leads", ids, "--f---r");
    assert_reach(s, NORTH, "Leads", ids, "-f-ff--");
    rule.to = "below:North";
    store_rule(s, &rule);
    assert_reach(s, BOSS, "Leads", ids, "ffffffr");
    assert_reach(s, PEER, "Leads", ids, "----f-r");
    rule.to = "user:" PEER;
    store_rule(s, &rule);
    assert_reach(s, NORTH, "Leads", ids, "-f-ff-r");
    assert_reach(s, CLERK, "Leads", ids, "---f---");
    store_group(s, "G", "user:" PEER);
    rule.to = "group:G";
    store_rule(s, &rule);
    assert_reach(s, NORTH, "Leads", ids, "-f-ff-r");
    assert_reach(s, CLERK, "Leads", ids, "---f---");
}

static void superiors_in_the_reporting_tree(void **state)
{
    steps *s = *state;
    crm4e_id ids[PEOPLE];
    rule_text rule = {"Leads", "R", "user:" ORG_ADMIN, NULL, "role:Clerk", READ, true, false};
    make_leads(s, ids);
    assert_ok(put_org(s, "{'hierarchy': 'reporting_to'}"));
    store_rule(s, &rule);
    assert_reach(s, CLERK, "Leads", ids, "---f--r");
    assert_reach(s, SOUTH, "Leads", ids, "--ff--r");
    assert_reach(s, NORTH, "Leads", ids, "-fff--r");
    assert_reach(s, BOSS, "Leads", ids, "f------");
    rule.to = "role:Trainee";
    store_rule(s, &rule);
    assert_reach(s, SOUTH, "Leads", ids, "--ff---");
    store_group(s, "G", "below:North"); /* clerk is one of them */
    rule.to = "group:G";
    store_rule(s, &rule);
    assert_reach(s, SOUTH, "Leads", ids, "--ff--r");
    assert_ok(put_user(s, "{'email': 'clerk@x.example', 'status': 'inactive'}"));
    assert_reach(s, SOUTH, "Leads", ids, "--ff--r");
    rule.superiors = false;
    store_rule(s, &rule);
    assert_reach(s, SOUTH, "Leads", ids, "--ff---");
    assert_reach(s, NORTH, "Leads", ids, "-fff--r");
}

static void groups_hold_groups(void **state)
{
    steps *s = *state;
    crm4e_id ids[PEOPLE];
    rule_text rule = {"Leads", "R", "user:" ORG_ADMIN, NULL, "group:A", READ, false, false};
    make_leads(s, ids);
    store_group(s, "A", "user:" NORTH);
    store_rule(s, &rule);
    assert_reach(s, NORTH, "Leads", ids, "-f-ff-r");
    assert_reach(s, CLERK, "Leads", ids, "---f---");
    store_group(s, "B", "role:Clerk,group:A");
    store_group(s, "C", "group:B");
    store_group(s, "A", "user:" NORTH ",group:C"); /* a circle of three */
    assert_reach(s, NORTH, "Leads", ids, "-f-ff-r");
    assert_reach(s, CLERK, "Leads", ids, "---f--r");
    assert_reach(s, PEER, "Leads", ids, "----f-r");
    assert_reach(s, SOUTH, "Leads", ids, "--f----");
    store_group(s, "B", "below:South,group:A");
    assert_reach(s, SOUTH, "Leads", ids, "--f---r");
    assert_reach(s, OTHER, "Leads", ids, "-----fr");
    assert_reach(s, CLERK, "Leads", ids, "---f---");
    rule.from = "group:C"; /* the other way: north, south, other */
    rule.to = "user:" CLERK;
    store_rule(s, &rule);
    assert_reach(s, CLERK, "Leads", ids, "-rrf-r-");
}

static void shares_with_every_kind_of_subject(void **state)
{
    steps *s = *state;
    crm4e_id ids[PEOPLE];
    make_leads(s, ids);
    crm4e_id share = store_share(s, "Leads", ids[0], "user:" CLERK, READ, false);
    assert_reach(s, CLERK, "Leads", ids, "r--f---");
    assert_reach(s, PEER, "Leads", ids, "----f--");
    (void)store_share(s, "Leads", ids[1], "role:North", FULL, false);
    assert_reach(s, CLERK, "Leads", ids, "r--f---");
    (void)store_share(s, "Leads", ids[2], "below:North", WRITE, false);
    assert_reach(s, CLERK, "Leads", ids, "r-wf---");
    assert_reach(s, NORTH, "Leads", ids, "-fwff--");
    assert_reach(s, OTHER, "Leads", ids, "-----f-");
    store_group(s, "G", "role:Clerk");
    (void)store_share(s, "Leads", ids[6], "group:G", FULL, false);
    assert_reach(s, CLERK, "Leads", ids, "r-wf--f");
    assert_reach(s, PEER, "Leads", ids, "--w-f-f");
    store_group(s, "G", "user:" OTHER);
    assert_reach(s, CLERK, "Leads", ids, "r-wf---");
    assert_reach(s, OTHER, "Leads", ids, "-----ff");
    /* the higher of two counts */
    (void)store_share(s, "Leads", ids[0], "role:Clerk", FULL, false);
    assert_reach(s, CLERK, "Leads", ids, "f-wf---");
    drop_share(s, share);
    assert_reach(s, CLERK, "Leads", ids, "f-wf---");
    /* not for those above */
    assert_reach(s, NORTH, "Leads", ids, "-fwff--");
}

/* The session keeps what it worked out, until something changes. */
static void what_is_kept_is_forgotten(void **state)
{
    steps *s = *state;
    crm4e_id ids[PEOPLE];
    c4_meta_part *kept = NULL;
    make_leads(s, ids);
    s->org.unit.reach = &kept;
    assert_reach(s, CLERK, "Leads", ids, "---f---");
    crm4e_id share = store_share(s, "Leads", ids[0], "user:" CLERK, READ, false);
    assert_reach(s, CLERK, "Leads", ids, "r--f---");
    act_as(s, CLERK);
    assert_int_equal(count_rows(s, "Leads", CRM4E_ACTION_VIEW), 2);
    drop_share(s, share);
    assert_int_equal(count_rows(s, "Leads", CRM4E_ACTION_VIEW), 1);
    store_rule(s,
               &(rule_text){"Leads", "R", "user:" BOSS, NULL, "user:" CLERK, READ, false, false});
    assert_int_equal(count_rows(s, "Leads", CRM4E_ACTION_VIEW), 2);
    act_as(s, PEER);
    assert_int_equal(count_rows(s, "Leads", CRM4E_ACTION_VIEW), 1);
    c4_unit_forget_reach(&s->org.unit);
    s->org.unit.reach = NULL;
}

static void related_records_one_step(void **state)
{
    steps *s = *state;
    make_people(s);
    crm4e_id account = make(s, "Accounts", "{'Account_Name': 'A'}", 0);
    crm4e_id contacts[] = {make(s, "Contacts", "{'Last_Name': 'Li', 'Account_Name': #}", account),
                           make(s, "Contacts", "{'Last_Name': 'Wu'}", 0)};
    crm4e_id deals[] = {
        make(s, "Deals", "{'Deal_Name': 'D', 'Stage': 'Closed Won', 'Account_Name': #}", account),
        make(s, "Deals", "{'Deal_Name': 'D', 'Stage': 'Closed Won', 'Contact_Name': #}",
             contacts[0])};
    crm4e_id share = store_share(s, "Accounts", account, "user:" CLERK, WRITE, false);
    assert_reach(s, CLERK, "Accounts", &account, "w");
    assert_reach(s, CLERK, "Contacts", contacts, "--");
    drop_share(s, share);
    (void)store_share(s, "Accounts", account, "user:" CLERK, WRITE, true);
    assert_reach(s, CLERK, "Accounts", &account, "w");
    assert_reach(s, CLERK, "Contacts", contacts, "w-");
    assert_reach(s, CLERK, "Deals", deals, "w-");
    assert_reach(s, NORTH, "Deals", deals, "--");
    /* a share of the contact takes its own step */
    (void)store_share(s, "Contacts", contacts[0], "role:Clerk", READ, true);
    assert_reach(s, CLERK, "Deals", deals, "wr");
    assert_reach(s, PEER, "Deals", deals, "-r");
    assert_reach(s, PEER, "Contacts", contacts, "r-");
    assert_reach(s, PEER, "Accounts", &account, "-");
}

static void related_records_of_org_modules_alone(void **state)
{
    steps *s = *state;
    make_people(s);
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    assert_ok(
        put_field(s, "Leads", "{'api_name': 'Document', 'type': 'lookup', 'target': 'Documents'}"));
    assert_ok(put_field(s, "Documents",
                        "{'api_name': 'Account', 'type': 'lookup', 'target': 'Accounts'}"));
    crm4e_id account = make(s, "Accounts", "{'Account_Name': 'A'}", 0);
    crm4e_id document = make(s, "Documents", "{'Name': 'Doc', 'Account': #}", account);
    crm4e_id lead =
        make(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X', 'Document': #}", document);
    (void)store_share(s, "Documents", document, "user:" CLERK, READ, true);
    assert_reach(s, CLERK, "Documents", &document, "r");
    assert_reach(s, CLERK, "Leads", &lead, "-");
    (void)store_share(s, "Accounts", account, "user:" PEER, READ, true);
    assert_reach(s, PEER, "Accounts", &account, "r");
    assert_reach(s, PEER, "Documents", &document, "-");
}

/* Notes and activities are open where the record is: to look or to change. */
static void what_hangs_on_shared_records(void **state)
{
    steps *s = *state;
    make_people(s);
    crm4e_id account = make(s, "Accounts", "{'Account_Name': 'A'}", 0);
    crm4e_id tasks[] = {make(s, "Tasks", "{'Subject': 'T', 'What_Id': 'Accounts:#'}", account),
                        make(s, "Tasks", "{'Subject': 'T'}", 0)};
    crm4e_id notes[] = {
        make(s, "Notes", "{'Note_Content': 'c', 'Parent_Id': 'Accounts:#'}", account),
        make(s, "Notes", "{'Note_Content': 'c', 'Parent_Id': 'Tasks:#'}", tasks[0]),
        make(s, "Notes", "{'Note_Content': 'c', 'Parent_Id': 'Tasks:#'}", tasks[1])};
    assert_reach(s, CLERK, "Tasks", tasks, "--");
    assert_reach(s, CLERK, "Notes", notes, "---");
    crm4e_id share = store_share(s, "Accounts", account, "user:" CLERK, READ, false);
    assert_reach(s, CLERK, "Tasks", tasks, "r-");
    assert_reach(s, CLERK, "Notes", notes, "rr-");
    drop_share(s, share);
    share = store_share(s, "Accounts", account, "user:" CLERK, WRITE, false);
    assert_reach(s, CLERK, "Tasks", tasks, "f-");
    assert_reach(s, CLERK, "Notes", notes, "ff-");
    (void)store_share(s, "Tasks", tasks[1], "user:" CLERK, READ, false);
    assert_reach(s, CLERK, "Tasks", tasks, "fr");
    assert_reach(s, CLERK, "Notes", notes, "ffr");
    /* on a module that is closed to him */
    assert_ok(put_profile(s, "{'name': 'Blind', 'clone_of': 'Standard', 'modules':"
                             " {'Accounts': []}}"));
    assert_ok(put_user(s, "{'email': 'clerk@x.example', 'profile': 'Blind'}"));
    assert_reach(s, CLERK, "Tasks", tasks, "-r");
    assert_reach(s, CLERK, "Notes", notes, "--r");
}

/* One of another's notes is not opened by where its owner stands, nor by rules
 * or defaults of Notes themselves. */
static void notes_have_no_scope_of_their_own(void **state)
{
    steps *s = *state;
    crm4e_id note = 0;
    make_people(s);
    assert_ok(put_module(s, "{'api_name': 'Accounts', 'org_default': 'public_read_only'}"));
    crm4e_id account = make(s, "Accounts", "{'Account_Name': 'A'}", 0);
    act_as(s, CLERK);
    note = make(s, "Notes", "{'Note_Content': 'c', 'Parent_Id': 'Accounts:#'}", account);
    act_as_admin(s);
    assert_reach(s, CLERK, "Notes", &note, "f");
    assert_reach(s, NORTH, "Notes", &note, "r");
    assert_ok(put_module(s, "{'api_name': 'Accounts', 'org_default': 'private'}"));
    assert_reach(s, CLERK, "Notes", &note, "f");
    assert_reach(s, NORTH, "Notes", &note, "-");
}

static void assert_guest(steps *s, const crm4e_id *ids, const char *letters, bool exports)
{
    assert_reach(s, CLERK, "Documents", ids, letters);
    act_as(s, CLERK);
    assert_int_equal(count_rows(s, "Documents", CRM4E_ACTION_EXPORT) >= 0, exports);
    assert_int_equal(count_rows(s, "Documents", CRM4E_ACTION_CREATE), -1);
    assert_int_equal(count_rows(s, "Documents", CRM4E_ACTION_MANAGE_VIEWS), -1);
    assert_false(c4_access_module_visible(&s->org.unit, module_of(s, "Documents")));
    act_as_admin(s);
}

static void guests_of_team_modules(void **state)
{
    steps *s = *state;
    const char *text = NULL;
    make_people(s);
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true, 'permissions': {"
                            "'requester': {'fields': {'Email': 'hidden'}}}}"));
    crm4e_id ids[] = {make(s, "Documents", "{'Name': 'Doc'}", 0),
                      make(s, "Documents", "{'Name': 'Doc'}", 0)};
    assert_guest(s, ids, "--", false);
    crm4e_id share = store_share(s, "Documents", ids[0], "user:" CLERK, READ, false);
    assert_guest(s, ids, "r-", true);
    drop_share(s, share);
    share = store_share(s, "Documents", ids[0], "role:Clerk", WRITE, false);
    assert_guest(s, ids, "w-", true);
    drop_share(s, share);
    share = store_share(s, "Documents", ids[0], "below:North", FULL, false);
    assert_guest(s, ids, "f-", true);
    /* the most that any share gives is asked of every record */
    (void)store_share(s, "Documents", ids[1], "user:" CLERK, READ, false);
    assert_guest(s, ids, "fr", true);
    act_as(s, CLERK);
    assert_int_equal(read_text(s, "Documents", ids[0], "Email", &text), CRM4E_E_DENIED);
    act_as_admin(s);
    assert_ok(put_user(s, "{'email': 'clerk@x.example', 'licence': 'team',"
                          " 'profile': 'Team User'}"));
    assert_guest(s, ids, "fr", true);
    assert_ok(put_org(s, "{'crm4e': false}"));
    assert_guest(s, ids, "--", false);
}

/* While the record is in the bin they open nothing: not what is related to it,
 * nor the team module. They come back with it. */
static void shares_rest_in_the_bin(void **state)
{
    steps *s = *state;
    make_people(s);
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    crm4e_id account = make(s, "Accounts", "{'Account_Name': 'A'}", 0);
    crm4e_id contacts[] = {make(s, "Contacts", "{'Last_Name': 'Li', 'Account_Name': #}", account)};
    crm4e_id documents[] = {make(s, "Documents", "{'Name': 'Doc'}", 0)};
    (void)store_share(s, "Accounts", account, "user:" CLERK, READ, true);
    (void)store_share(s, "Documents", documents[0], "role:Clerk", FULL, false);
    c4_unit_shares_changed(&s->org.unit);
    assert_reach(s, CLERK, "Contacts", contacts, "r");
    assert_guest(s, documents, "f", true);
    assert_ok(remove_record(s, "Accounts", account, 0));
    assert_ok(remove_record(s, "Documents", documents[0], 0));
    assert_reach(s, CLERK, "Contacts", contacts, "-");
    act_as(s, CLERK);
    assert_int_equal(count_rows(s, "Documents", CRM4E_ACTION_VIEW), -1);
    act_as_admin(s);
    assert_ok(restore(s, "Accounts", account));
    assert_ok(restore(s, "Documents", documents[0]));
    assert_reach(s, CLERK, "Contacts", contacts, "r");
    assert_guest(s, documents, "f", true);
}

static void members_have_shares_besides(void **state)
{
    steps *s = *state;
    make_people(s);
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    assert_ok(put_member(s, "Documents", CLERK, CRM4E_TEAM_PARTICIPANT));
    assert_ok(put_member(s, "Documents", PEER, CRM4E_TEAM_MEMBER));
    crm4e_id ids[] = {make(s, "Documents", "{'Name': 'Doc', 'Owner': 'clerk@x.example'}", 0),
                      make(s, "Documents", "{'Name': 'Doc'}", 0),
                      make(s, "Documents", "{'Name': 'Doc'}", 0)};
    assert_reach(s, CLERK, "Documents", ids, "f--");
    assert_reach(s, PEER, "Documents", ids, "rrr");
    (void)store_share(s, "Documents", ids[1], "role:Clerk", WRITE, false);
    assert_reach(s, CLERK, "Documents", ids, "fw-");
    assert_reach(s, PEER, "Documents", ids, "rwr");
    /* neither hierarchy nor defaults reach in */
    assert_reach(s, NORTH, "Documents", ids, "---");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define SHARING_TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
        SHARING_TEST(rules_by_owner),
        SHARING_TEST(rules_add_up),
        SHARING_TEST(rules_by_criteria),
        SHARING_TEST(criteria_that_no_longer_fit_open_nothing),
        SHARING_TEST(superiors_in_the_role_tree),
        SHARING_TEST(superiors_in_the_reporting_tree),
        SHARING_TEST(groups_hold_groups),
        SHARING_TEST(shares_with_every_kind_of_subject),
        SHARING_TEST(what_is_kept_is_forgotten),
        SHARING_TEST(related_records_one_step),
        SHARING_TEST(related_records_of_org_modules_alone),
        SHARING_TEST(what_hangs_on_shared_records),
        SHARING_TEST(notes_have_no_scope_of_their_own),
        SHARING_TEST(guests_of_team_modules),
        SHARING_TEST(shares_rest_in_the_bin),
        SHARING_TEST(members_have_shares_besides),
    };
    return steps_run("sharing", tests, sizeof tests / sizeof tests[0]);
}
