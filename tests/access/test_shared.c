/* SPDX-License-Identifier: MIT */
/* What manual shares open: each level, each kind of subject, in lists, counts,
 * exports and single records alike; related records; guests of team modules. */
#include "../record/record_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/definition.h"
#include "model/schema.h"
#include "model/standard.h"
#include "record/query.h"
#include "transfer/transfer.h"

#define VIEW   CRM4E_ACTION_VIEW
#define EDIT   CRM4E_ACTION_EDIT
#define DELETE CRM4E_ACTION_DELETE
#define OWNER  CRM4E_ACTION_CHANGE_OWNER
#define SHARE  CRM4E_ACTION_SHARE

typedef struct share_call {
    const char *module;
    crm4e_id record;
    c4_share share;
} share_call;

static int do_share(c4_unit *unit, void *context)
{
    const share_call *c = context;
    return c4_record_share(unit, c->module, c->record, &c->share);
}

static int do_unshare(c4_unit *unit, void *context)
{
    const share_call *c = context;
    return c4_record_unshare(unit, c->module, c->record, c->share.subject);
}

static int do_lock(c4_unit *unit, void *context)
{
    const share_call *c = context;
    return c4_record_set_locked(unit, c->module, c->record, true);
}

static int share(steps *s, const char *module, crm4e_id record, c4_subject subject, c4_level level,
                 bool related)
{
    share_call call = {module, record, {subject, level, related, 0, 0}};
    return run_step(s, do_share, &call);
}

static int unshare(steps *s, const char *module, crm4e_id record, c4_subject subject)
{
    share_call call = {module, record, {.subject = subject}};
    return run_step(s, do_unshare, &call);
}

static c4_subject user(steps *s, const char *email)
{
    return (c4_subject){CRM4E_SUBJECT_USER, user_of(s, email)->id};
}

static c4_subject role(steps *s, c4_subject_kind kind, const char *name)
{
    return (c4_subject){kind, c4_meta_role_named(meta_of(s), name)->id};
}

static c4_subject add_group(steps *s, const char *name, c4_subject source)
{
    const c4_user_group group = {.name = name, .sources = &source, .source_count = 1};
    c4_unit *unit = &s->org.unit;
    c4_mem mem;
    c4_buffer definition;
    crm4e_value row[C4_GROUP_COLUMNS];
    c4_mem_default(&mem);
    c4_buffer_init(&definition, &mem, 4096);
    c4_definition_write_group(&definition, &group);
    row[0] = c4_integer(c4_unit_new_id(unit));
    row[C4_GROUP_NAME] = c4_c_text(name);
    row[C4_GROUP_DEFINITION] = c4_text_value(definition.data, definition.length);
    assert_ok(c4_db_insert(unit->db, &c4_tables[C4_TABLE_GROUP], row));
    c4_buffer_free(&definition);
    c4_unit_meta_changed(unit);
    assert_ok(c4_unit_refresh(unit));
    return (c4_subject){CRM4E_SUBJECT_GROUP, row[0].integer};
}

/* Lines of an export. */
typedef struct lines {
    char text[8192];
    size_t length;
} lines;

static int32_t keep(void *user, const char *bytes, size_t length)
{
    lines *out = user;
    assert_true(out->length + length < sizeof out->text);
    memcpy(out->text + out->length, bytes, length);
    out->length += length;
    out->text[out->length] = '\0';
    return CRM4E_CONTINUE;
}

static void assert_exported(steps *s, const char *module, const c4_result *list)
{
    static lines out;
    crm4e_export_options options = CRM4E_EXPORT_OPTIONS_INIT;
    const char *at = out.text;
    int64_t rows = 0;
    out.length = 0;
    out.text[0] = '\0';
    options.module = module;
    options.columns = "[\"id\"]";
    options.format = CRM4E_EXPORT_JSON_LINES;
    options.write = keep;
    options.write_user = &out;
    assert_ok(c4_export_records(&s->org.unit, &options, &rows));
    assert_int_equal(rows, list->row_count);
    for (size_t i = 0; i < list->row_count; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "{\"id\":%lld}\n", (long long)list->ids[i]);
        assert_memory_equal(at, line, strlen(line));
        at += strlen(line);
    }
    assert_string_equal(at, "");
}

/* Of the records the actor sees those that `expected` marks with an x, however
 * he asks; with "" the module does not exist for him. */
static void assert_seen(steps *s, const char *module, const crm4e_id *ids, const char *expected)
{
    const char *const column = "id";
    const c4_query_order by_id = {"id", false};
    const c4_query_tree tree = {.module = module,
                                .columns = &column,
                                .column_count = 1,
                                .order = &by_id,
                                .order_count = 1,
                                .limit = -1};
    c4_result *list = NULL;
    int64_t count = 0;
    size_t seen = 0;
    int rc = c4_query_run(&s->org.unit, &tree, &list, s->org.arena.mem);
    if (expected[0] == '\0') {
        assert_int_equal(rc, CRM4E_E_NOT_FOUND);
        assert_string_equal(s->org.error.message, "no such module");
        c4_failure_clear(&s->org.error);
        return;
    }
    assert_ok(rc);
    for (size_t i = 0; expected[i] != '\0'; i++) {
        const char *json = NULL;
        rc = read_json(s, module, ids[i], &json);
        assert_int_equal(rc, expected[i] == 'x' ? CRM4E_OK : CRM4E_E_NOT_FOUND);
        if (expected[i] == 'x') {
            assert_true(seen < list->row_count);
            assert_int_equal(list->ids[seen++], ids[i]);
        }
    }
    assert_int_equal(list->row_count, seen);
    assert_ok(c4_query_count(&s->org.unit, &tree, &count));
    assert_int_equal(count, seen);
    assert_int_equal(count_rows(s, module, VIEW), seen);
    assert_int_equal(count_rows(s, module, CRM4E_ACTION_EXPORT), seen);
    assert_exported(s, module, list);
    c4_result_free(list, s->org.arena.mem);
    s->org.unit.asked = NULL;
    c4_arena_reset(&s->org.arena);
}

/* CEO > North > Low, CEO > South; ana is South and owns what is shared. */
static void make_people(steps *s)
{
    static const char *const people[][2] = {
        {"ana", "South"}, {"north", "North"}, {"low", "Low"}, {"peer", "North"}};
    assert_ok(put_role(s, "{'name': 'North', 'parent': 'CEO'}"));
    assert_ok(put_role(s, "{'name': 'South', 'parent': 'CEO'}"));
    assert_ok(put_role(s, "{'name': 'Low', 'parent': 'North'}"));
    assert_ok(put_profile(s, "{'name': 'Seller', 'clone_of': 'Standard', 'admin': ['export']}"));
    for (size_t i = 0; i < 4; i++) {
        char json[128];
        (void)snprintf(json, sizeof json,
                       "{'email': '%s@x.example', 'role': '%s', 'profile': 'Seller'}", people[i][0],
                       people[i][1]);
        assert_ok(put_user(s, json));
    }
}

static void make_accounts(steps *s, crm4e_id ids[3])
{
    act_as(s, "ana@x.example");
    for (size_t i = 0; i < 3; i++) {
        assert_ok(create(s, "Accounts", "{'Account_Name': 'A'}", &ids[i]));
    }
}

enum {
    SUBJECTS = 8
};

/* Whom each reaches: north, low, peer. */
static const char *const reached[SUBJECTS] = {"x..", "x.x", "xxx", ".x.",
                                              "x..", "x..", "xxx", "x.x"};

static void make_subjects(steps *s, c4_subject subjects[SUBJECTS])
{
    act_as_admin(s);
    subjects[0] = user(s, "north@x.example");
    subjects[1] = role(s, CRM4E_SUBJECT_ROLE, "North");
    subjects[2] = role(s, CRM4E_SUBJECT_ROLE_AND_SUBORDINATES, "North");
    subjects[3] = role(s, CRM4E_SUBJECT_ROLE_AND_SUBORDINATES, "Low");
    subjects[4] = add_group(s, "One", subjects[0]);
    subjects[5] = add_group(s, "Nested", subjects[4]);
    subjects[6] = add_group(s, "Tree", subjects[2]);
    subjects[7] = add_group(s, "Role", subjects[1]);
}

static void each_level_for_each_subject(void **state)
{
    static const struct {
        c4_level level;
        bool edit, full;
    } levels[] = {
        {CRM4E_LEVEL_READ_ONLY, false, false},
        {CRM4E_LEVEL_READ_WRITE, true, false},
        {CRM4E_LEVEL_FULL_ACCESS, true, true},
    };
    static const char *const people[] = {"north@x.example", "low@x.example", "peer@x.example"};
    steps *s = *state;
    c4_subject subjects[SUBJECTS];
    crm4e_id ids[3];
    make_people(s);
    make_subjects(s, subjects);
    make_accounts(s, ids);
    for (size_t i = 0; i < SUBJECTS; i++) {
        for (size_t l = 0; l < 3; l++) {
            act_as(s, "ana@x.example");
            assert_ok(share(s, "Accounts", ids[1], subjects[i], levels[l].level, false));
            for (size_t p = 0; p < 3; p++) {
                bool open = reached[i][p] == 'x';
                act_as(s, people[p]);
                assert_seen(s, "Accounts", ids, open ? ".x." : "...");
                assert_int_equal(may(s, "Accounts", EDIT, ids[1]) == CRM4E_OK,
                                 open && levels[l].edit);
                assert_int_equal(may(s, "Accounts", DELETE, ids[1]) == CRM4E_OK,
                                 open && levels[l].full);
                assert_int_equal(may(s, "Accounts", OWNER, ids[1]) == CRM4E_OK,
                                 open && levels[l].full);
                assert_int_equal(may(s, "Accounts", SHARE, ids[1]) == CRM4E_OK,
                                 open && levels[l].full);
                assert_int_equal(may(s, "Accounts", EDIT, ids[0]), CRM4E_E_DENIED);
            }
        }
        act_as(s, "ana@x.example");
        assert_seen(s, "Accounts", ids, "xxx");
        assert_ok(unshare(s, "Accounts", ids[1], subjects[i]));
        act_as(s, "north@x.example");
        assert_seen(s, "Accounts", ids, "...");
    }
}

/* The widest of several shares counts; the profile still limits. */
static void shares_add_up(void **state)
{
    steps *s = *state;
    crm4e_id ids[3];
    make_people(s);
    make_accounts(s, ids);
    assert_ok(share(s, "Accounts", ids[0], user(s, "north@x.example"), 1, false));
    assert_ok(share(s, "Accounts", ids[0], role(s, CRM4E_SUBJECT_ROLE, "North"), 4, false));
    assert_ok(share(s, "Accounts", ids[2], user(s, "north@x.example"), 2, false));
    act_as(s, "north@x.example");
    assert_seen(s, "Accounts", ids, "x.x");
    assert_ok(update(s, "Accounts", ids[2], 0, "{'Phone': '1'}"));
    assert_int_equal(remove_record(s, "Accounts", ids[2], 0), CRM4E_E_DENIED);
    assert_ok(remove_record(s, "Accounts", ids[0], 0));
    act_as_admin(s);
    assert_ok(put_profile(s, "{'name': 'Seller', 'modules': {'Accounts': ['view', 'export']}}"));
    act_as(s, "north@x.example");
    assert_seen(s, "Accounts", (crm4e_id[]){ids[1], ids[2]}, ".x");
    assert_refused(s, update(s, "Accounts", ids[2], 0, "{'Phone': '2'}"), CRM4E_E_DENIED,
                   "module_permission");
}

/* `fields` ends with the name of the lookup. */
static void point_to(steps *s, const char *module, const char *fields, crm4e_id id, crm4e_id *made)
{
    char text[160];
    (void)snprintf(text, sizeof text, "{%s: %lld}", fields, (long long)id);
    assert_ok(create(s, module, text, made));
}

/* Contacts and deals of the account, not what hangs on those; nothing that was
 * shared alone. */
static void related_records_one_step(void **state)
{
    steps *s = *state;
    crm4e_id ids[3];
    crm4e_id contacts[2];
    crm4e_id deals[2];
    make_people(s);
    make_accounts(s, ids);
    point_to(s, "Contacts", "'Last_Name': 'Li', 'Account_Name'", ids[0], &contacts[0]);
    point_to(s, "Contacts", "'Last_Name': 'Li', 'Account_Name'", ids[1], &contacts[1]);
    point_to(s, "Deals", "'Deal_Name': 'D', 'Stage': 'Qualification', 'Account_Name'", ids[0],
             &deals[0]);
    point_to(s, "Deals", "'Deal_Name': 'D', 'Stage': 'Qualification', 'Contact_Name'", contacts[0],
             &deals[1]);
    assert_ok(share(s, "Accounts", ids[0], user(s, "north@x.example"), 2, true));
    assert_ok(share(s, "Accounts", ids[1], user(s, "north@x.example"), 4, false));
    act_as(s, "north@x.example");
    assert_seen(s, "Accounts", ids, "xx.");
    assert_seen(s, "Contacts", contacts, "x.");
    assert_seen(s, "Deals", deals, "x.");
    assert_ok(update(s, "Contacts", contacts[0], 0, "{'Phone': '1'}"));
    assert_int_equal(remove_record(s, "Contacts", contacts[0], 0), CRM4E_E_DENIED);
    act_as(s, "ana@x.example"); /* what comes later is open too */
    point_to(s, "Contacts", "'Last_Name': 'Wu', 'Account_Name'", ids[0], &contacts[1]);
    act_as(s, "north@x.example");
    assert_seen(s, "Contacts", contacts, "xx");
    act_as(s, "ana@x.example");
    assert_ok(share(s, "Accounts", ids[0], user(s, "north@x.example"), 2, false));
    act_as(s, "north@x.example");
    assert_seen(s, "Contacts", contacts, "..");
}

static void nobody_opens_related_records_to_himself(void **state)
{
    steps *s = *state;
    crm4e_id ids[3];
    crm4e_id deal = 0;
    c4_subject group;
    make_people(s);
    group = add_group(s, "Ana", user(s, "ana@x.example"));
    make_accounts(s, ids);
    act_as_admin(s);
    point_to(s, "Deals", "'Deal_Name': 'D', 'Stage': 'Qualification', 'Account_Name'", ids[0],
             &deal);
    act_as(s, "ana@x.example");
    assert_refused(s, share(s, "Accounts", ids[0], group, 1, true), CRM4E_E_DENIED, "own_reach");
    assert_refused(s, share(s, "Accounts", ids[0], role(s, CRM4E_SUBJECT_ROLE, "South"), 1, true),
                   CRM4E_E_DENIED, "own_reach");
    assert_seen(s, "Deals", &deal, ".");
}

/* What the share gives to who is no member, and no more. */
static void guests_of_team_modules(void **state)
{
    static const struct {
        c4_level level;
        uint32_t actions;
    } cases[] = {
        {CRM4E_LEVEL_READ_ONLY, 1u << VIEW | 1u << CRM4E_ACTION_EXPORT},
        {CRM4E_LEVEL_READ_WRITE,
         1u << VIEW | 1u << CRM4E_ACTION_EXPORT | 1u << EDIT | 1u << CRM4E_ACTION_MASS_UPDATE},
        {CRM4E_LEVEL_FULL_ACCESS, 1u << VIEW | 1u << CRM4E_ACTION_EXPORT | 1u << EDIT |
                                      1u << CRM4E_ACTION_MASS_UPDATE | 1u << DELETE |
                                      1u << CRM4E_ACTION_MASS_DELETE | 1u << OWNER | 1u << SHARE},
    };
    steps *s = *state;
    crm4e_id ids[3];
    make_people(s);
    assert_ok(put_user(s, "{'email': 't@x.example', 'licence': 'team', 'profile': 'Team User'}"));
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    for (size_t i = 0; i < 3; i++) {
        assert_ok(create(s, "Documents", "{'Name': 'Doc'}", &ids[i]));
    }
    for (size_t i = 0; i < 6; i++) {
        const char *guest = i % 2 == 0 ? "north@x.example" : "t@x.example";
        act_as(s, guest);
        assert_seen(s, "Documents", ids, "");
        act_as_admin(s);
        assert_ok(share(s, "Documents", ids[1], user(s, guest), cases[i / 2].level, false));
        act_as(s, guest);
        assert_seen(s, "Documents", ids, ".x.");
        assert_false(c4_access_module_visible(&s->org.unit, module_of(s, "Documents")));
        for (crm4e_action action = VIEW; action <= CRM4E_ACTION_SEND_MAIL; action++) {
            assert_int_equal(may(s, "Documents", action, ids[1]) == CRM4E_OK,
                             cases[i / 2].actions >> action & 1u);
        }
        assert_refused(s, create(s, "Documents", "{'Name': 'D'}", NULL), CRM4E_E_DENIED,
                       "module_permission");
        act_as_admin(s);
        assert_ok(unshare(s, "Documents", ids[1], user(s, guest)));
    }
}

/* Members beyond their team profile, and whoever shares on. */
static void members_have_shares_too(void **state)
{
    steps *s = *state;
    crm4e_id ids[3];
    make_people(s);
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    assert_ok(put_member(s, "Documents", "north@x.example", CRM4E_TEAM_PARTICIPANT));
    assert_ok(put_member(s, "Documents", "ana@x.example", CRM4E_TEAM_MEMBER));
    act_as(s, "ana@x.example");
    for (size_t i = 0; i < 3; i++) {
        assert_ok(create(s, "Documents", "{'Name': 'Doc'}", &ids[i]));
    }
    act_as(s, "north@x.example");
    assert_seen(s, "Documents", ids, "...");
    act_as(s, "ana@x.example");
    assert_ok(share(s, "Documents", ids[0], user(s, "north@x.example"), 4, false));
    assert_ok(share(s, "Documents", ids[2], user(s, "north@x.example"), 1, false));
    act_as(s, "north@x.example");
    assert_seen(s, "Documents", ids, "x.x");
    assert_ok(share(s, "Documents", ids[0], user(s, "low@x.example"), 4, false));
    assert_int_equal(share(s, "Documents", ids[2], user(s, "low@x.example"), 1, false),
                     CRM4E_E_DENIED);
    act_as(s, "low@x.example"); /* a guest who shares on, and takes back */
    assert_seen(s, "Documents", ids, "x..");
    assert_ok(share(s, "Documents", ids[0], user(s, "peer@x.example"), 2, false));
    act_as(s, "peer@x.example");
    assert_ok(update(s, "Documents", ids[0], 0, "{'Name': 'Peer'}"));
    assert_int_equal(share(s, "Documents", ids[0], user(s, "low@x.example"), 1, false),
                     CRM4E_E_DENIED);
}

/* A share opens, the lock closes: to change, not to see. */
static void locked_and_shared(void **state)
{
    steps *s = *state;
    crm4e_id ids[3];
    make_people(s);
    make_accounts(s, ids);
    assert_ok(share(s, "Accounts", ids[0], user(s, "north@x.example"), 4, false));
    share_call call = {.module = "Accounts", .record = ids[0]};
    act_as(s, "north@x.example");
    assert_ok(run_step(s, do_lock, &call));
    assert_seen(s, "Accounts", ids, "x..");
    assert_refused(s, update(s, "Accounts", ids[0], 0, "{'Phone': '1'}"), CRM4E_E_LOCKED, "locked");
    assert_refused(s, remove_record(s, "Accounts", ids[0], 0), CRM4E_E_LOCKED, "locked");
    assert_refused(s, change_owner(s, "Accounts", ids[0], "north@x.example"), CRM4E_E_LOCKED,
                   "locked");
    assert_ok(share(s, "Accounts", ids[0], user(s, "low@x.example"), 1, false));
    act_as(s, "low@x.example");
    assert_seen(s, "Accounts", ids, "x..");
}

/* A share with a role follows who holds it. */
static void shares_follow_roles(void **state)
{
    steps *s = *state;
    crm4e_id ids[3];
    make_people(s);
    make_accounts(s, ids);
    assert_ok(share(s, "Accounts", ids[0], role(s, CRM4E_SUBJECT_ROLE, "North"), 1, false));
    act_as_admin(s);
    assert_ok(put_user(s, "{'email': 'north@x.example', 'role': 'Low'}"));
    act_as(s, "north@x.example");
    assert_seen(s, "Accounts", ids, "...");
    act_as(s, "peer@x.example");
    assert_seen(s, "Accounts", ids, "x..");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_level_for_each_subject, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(shares_add_up, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(related_records_one_step, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(nobody_opens_related_records_to_himself, steps_setup,
                                        steps_teardown),
        cmocka_unit_test_setup_teardown(guests_of_team_modules, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(members_have_shares_too, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(locked_and_shared, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(shares_follow_roles, steps_setup, steps_teardown),
    };
    return steps_run("shared", tests, sizeof tests / sizeof tests[0]);
}
