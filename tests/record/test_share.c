/* SPDX-License-Identifier: MIT */
/* Giving shares, taking them back, listing them; the lock. */
#include "record_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/schema.h"
#include "model/standard.h"

typedef struct share_call {
    const char *module;
    crm4e_id record;
    c4_share share;
    bool locked;
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
    return c4_record_set_locked(unit, c->module, c->record, c->locked);
}

static int share_with(steps *s, crm4e_id lead, c4_subject_kind kind, crm4e_id subject,
                      c4_level level, bool related)
{
    share_call call = {"Leads", lead, {{kind, subject}, level, related, 0, 0}, false};
    return run_step(s, do_share, &call);
}

static int share(steps *s, crm4e_id lead, const char *email, c4_level level)
{
    return share_with(s, lead, CRM4E_SUBJECT_USER, user_of(s, email)->id, level, false);
}

static int unshare(steps *s, crm4e_id lead, const char *email)
{
    share_call call = {
        "Leads", lead, {.subject = {CRM4E_SUBJECT_USER, user_of(s, email)->id}}, false};
    return run_step(s, do_unshare, &call);
}

static int set_locked(steps *s, const char *module, crm4e_id record, bool locked)
{
    share_call call = {.module = module, .record = record, .locked = locked};
    return run_step(s, do_lock, &call);
}

static char listed[16384];

static int list_shares(steps *s, const char *module, crm4e_id record)
{
    c4_mem mem;
    c4_buffer out;
    c4_mem_default(&mem);
    c4_buffer_init(&out, &mem, sizeof listed - 1);
    c4_failure_clear(&s->org.error);
    int rc = c4_record_shares(&s->org.unit, module, record, &out);
    memcpy(listed, c4_buffer_c_str(&out), out.length + 1);
    c4_buffer_free(&out);
    return rc;
}

static int64_t count_of(steps *s, c4_table_id table)
{
    crm4e_plan plan;
    int64_t count = 0;
    c4_plan_init(&plan, &c4_tables[table]);
    assert_ok(c4_rows_count(s->org.unit.db, &plan, &count));
    return count;
}

/* Ana owns a lead; Bob, Cy and Di have roles of their own beside hers. */
static crm4e_id make_lead(steps *s)
{
    static const char *const others[] = {"ana", "bob", "cy", "di"};
    char json[128];
    crm4e_id lead = 0;
    for (size_t i = 0; i < 4; i++) {
        (void)snprintf(json, sizeof json, "{'name': 'R %s', 'parent': 'CEO'}", others[i]);
        assert_ok(put_role(s, json));
        (void)snprintf(json, sizeof json, "{'email': '%s@x.example', 'role': 'R %s'}", others[i],
                       others[i]);
        assert_ok(put_user(s, json));
    }
    act_as(s, "ana@x.example");
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &lead));
    return lead;
}

static void given_changed_and_taken_back(void **state)
{
    steps *s = *state;
    crm4e_id lead = make_lead(s);
    int64_t stamp = s->org.unit.state.shares;
    int64_t audits = count_of(s, C4_TABLE_AUDIT);
    assert_ok(share(s, lead, "bob@x.example", CRM4E_LEVEL_READ_ONLY));
    assert_int_equal(s->org.unit.state.shares, stamp + 1);
    assert_int_equal(count_of(s, C4_TABLE_AUDIT), audits + 1);
    act_as(s, "bob@x.example");
    assert_int_equal(count_rows(s, "Leads", CRM4E_ACTION_VIEW), 1);
    assert_int_equal(count_rows(s, "Leads", CRM4E_ACTION_EDIT), 0);
    assert_int_equal(update(s, "Leads", lead, 0, "{'City': 'A'}"), CRM4E_E_DENIED);
    act_as(s, "ana@x.example");
    assert_ok(share(s, lead, "bob@x.example", CRM4E_LEVEL_READ_WRITE));
    assert_ok(share(s, lead, "bob@x.example", CRM4E_LEVEL_READ_WRITE)); /* as it is */
    assert_int_equal(s->org.unit.state.shares, stamp + 2);
    assert_int_equal(count_of(s, C4_TABLE_SHARE), 1);
    act_as(s, "bob@x.example");
    assert_ok(update(s, "Leads", lead, 0, "{'City': 'A'}"));
    act_as(s, "ana@x.example");
    assert_ok(list_shares(s, "Leads", lead));
    assert_non_null(strstr(listed, "[{\"subject\":\"user\",\"id\":"));
    assert_non_null(strstr(listed, "\"name\":\"bob@x.example\",\"level\":\"read_write\","
                                   "\"related\":false,\"by\":"));
    assert_non_null(strstr(listed, "\"by_name\":\"ana@x.example\",\"time\":\""));
    assert_ok(unshare(s, lead, "bob@x.example"));
    assert_int_equal(s->org.unit.state.shares, stamp + 3);
    assert_refused(s, unshare(s, lead, "bob@x.example"), CRM4E_E_NOT_FOUND, "subject");
    assert_ok(list_shares(s, "Leads", lead));
    assert_string_equal(listed, "[]");
    assert_string_equal(strchr(history_of(s, lead), '\n'), "\n6 1\n6 1\n2 2 City=>A\n7 2");
    act_as(s, "bob@x.example");
    assert_int_equal(count_rows(s, "Leads", CRM4E_ACTION_VIEW), 0);
}

static void who_may_share(void **state)
{
    steps *s = *state;
    crm4e_id lead = make_lead(s);
    act_as(s, "bob@x.example"); /* does not see it */
    assert_int_equal(share(s, lead, "cy@x.example", 1), CRM4E_E_NOT_FOUND);
    assert_string_equal(s->org.error.message, "no such record");
    assert_int_equal(unshare(s, lead, "cy@x.example"), CRM4E_E_NOT_FOUND);
    assert_string_equal(s->org.error.message, "no such record");
    assert_int_equal(list_shares(s, "Leads", lead), CRM4E_E_NOT_FOUND);
    act_as(s, "ana@x.example");
    assert_ok(share(s, lead, "bob@x.example", CRM4E_LEVEL_READ_WRITE));
    act_as(s, "bob@x.example"); /* sees and edits it */
    assert_refused(s, share(s, lead, "cy@x.example", 1), CRM4E_E_DENIED, "record_scope");
    assert_refused(s, unshare(s, lead, "bob@x.example"), CRM4E_E_DENIED, "record_scope");
    assert_int_equal(list_shares(s, "Leads", lead), CRM4E_E_DENIED);
    act_as(s, "ana@x.example");
    assert_ok(share(s, lead, "bob@x.example", CRM4E_LEVEL_FULL_ACCESS));
    act_as(s, "bob@x.example"); /* shares it on */
    assert_ok(share(s, lead, "cy@x.example", CRM4E_LEVEL_FULL_ACCESS));
    assert_ok(list_shares(s, "Leads", lead));
    act_as(s, "cy@x.example");
    assert_ok(unshare(s, lead, "bob@x.example"));
    act_as_admin(s);
    assert_ok(share(s, lead, "di@x.example", CRM4E_LEVEL_READ_ONLY));
    assert_int_equal(share_with(s, 17, CRM4E_SUBJECT_USER, 1, 1, false), CRM4E_E_NOT_FOUND);
    assert_int_equal(list_shares(s, "Nothing", lead), CRM4E_E_NOT_FOUND);
}

/* A profile without an action does not give it to others either. */
static void nobody_gives_more_than_he_has(void **state)
{
    static const struct {
        const char *actions;
        int codes[CRM4E_LEVEL_FULL_ACCESS + 1];
    } cases[] = {
        {"['view', 'create', 'share']", {0, CRM4E_OK, CRM4E_E_DENIED, 0, CRM4E_E_DENIED}},
        {"['view', 'create', 'share', 'edit']", {0, CRM4E_OK, CRM4E_OK, 0, CRM4E_E_DENIED}},
        {"['view', 'create', 'share', 'edit', 'delete']",
         {0, CRM4E_OK, CRM4E_OK, 0, CRM4E_E_DENIED}},
        {"['view', 'create', 'share', 'edit', 'delete', 'change_owner']",
         {0, CRM4E_OK, CRM4E_OK, 0, CRM4E_OK}},
        {"['view', 'create', 'edit', 'delete', 'change_owner']",
         {0, CRM4E_E_DENIED, CRM4E_E_DENIED, 0, CRM4E_E_DENIED}},
    };
    steps *s = *state;
    crm4e_id lead = make_lead(s);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char json[256];
        act_as_admin(s);
        (void)snprintf(json, sizeof json,
                       "{'name': 'P %zu', 'clone_of': 'Standard', 'modules': "
                       "{'Leads': %s}}",
                       i, cases[i].actions);
        assert_ok(put_profile(s, json));
        (void)snprintf(json, sizeof json, "{'email': 'ana@x.example', 'profile': 'P %zu'}", i);
        assert_ok(put_user(s, json));
        act_as(s, "ana@x.example");
        for (c4_level level = 1; level <= CRM4E_LEVEL_FULL_ACCESS; level++) {
            if (level != CRM4E_LEVEL_READ_WRITE_DELETE) {
                assert_int_equal(share(s, lead, "cy@x.example", level), cases[i].codes[level]);
                assert_ok(share(s, lead, "cy@x.example", level) == CRM4E_OK
                              ? unshare(s, lead, "cy@x.example")
                              : CRM4E_OK);
            }
        }
    }
}

static void what_is_no_share(void **state)
{
    steps *s = *state;
    crm4e_id lead = make_lead(s);
    crm4e_id bob = user_of(s, "bob@x.example")->id;
    assert_refused(s, share(s, lead, "bob@x.example", 0), CRM4E_E_INVALID, "level");
    assert_refused(s, share(s, lead, "bob@x.example", CRM4E_LEVEL_READ_WRITE_DELETE),
                   CRM4E_E_INVALID, "level");
    assert_refused(s, share(s, lead, "bob@x.example", 5), CRM4E_E_INVALID, "level");
    assert_refused(s, share_with(s, lead, 0, bob, 1, false), CRM4E_E_INVALID, "subject");
    assert_refused(s, share_with(s, lead, 5, bob, 1, false), CRM4E_E_INVALID, "subject");
    for (c4_subject_kind kind = CRM4E_SUBJECT_USER; kind <= CRM4E_SUBJECT_GROUP; kind++) {
        assert_refused(s, share_with(s, lead, kind, 17, 1, false), CRM4E_E_NOT_FOUND, "subject");
        assert_refused(s, share_with(s, lead, kind, lead, 1, false), CRM4E_E_NOT_FOUND, "subject");
    }
    assert_refused(s, share_with(s, lead, CRM4E_SUBJECT_ROLE, bob, 1, false), CRM4E_E_NOT_FOUND,
                   "subject");
    act_as_admin(s);
    assert_ok(put_user(s, "{'email': 'bob@x.example', 'status': 'inactive'}"));
    assert_ok(put_user(s, "{'email': 'cy@x.example', 'status': 'deleted'}"));
    act_as(s, "ana@x.example");
    assert_ok(share_with(s, lead, CRM4E_SUBJECT_USER, bob, 1, false)); /* may come back */
}

static int share_note(steps *s, crm4e_id note, crm4e_id user)
{
    share_call call = {"Notes", note, {{CRM4E_SUBJECT_USER, user}, 1, false, 0, 0}, false};
    return run_step(s, do_share, &call);
}

static void where_shares_do_not_go(void **state)
{
    steps *s = *state;
    crm4e_id lead = make_lead(s);
    crm4e_id note = 0;
    crm4e_id document = 0;
    crm4e_id bob = user_of(s, "bob@x.example")->id;
    char json[128];
    (void)snprintf(json, sizeof json, "{'Note_Content': 'a', 'Parent_Id': 'Leads:%lld'}",
                   (long long)lead);
    assert_ok(create(s, "Notes", json, &note));
    assert_refused(s, share_note(s, note, bob), CRM4E_E_UNSUPPORTED, "module");
    act_as_admin(s);
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    assert_ok(create(s, "Documents", "{'Name': 'Doc'}", &document));
    share_call call = {"Documents", document, {{CRM4E_SUBJECT_USER, bob}, 1, true, 0, 0}, false};
    assert_refused(s, run_step(s, do_share, &call), CRM4E_E_INVALID, "related");
    call.share.related = false;
    assert_ok(run_step(s, do_share, &call));
}

static void nobody_shares_with_himself(void **state)
{
    steps *s = *state;
    crm4e_id lead = make_lead(s);
    const crm4e_id role = c4_meta_role_named(meta_of(s), "R ana")->id;
    const crm4e_id ceo = c4_meta_role_named(meta_of(s), "CEO")->id;
    assert_refused(s, share(s, lead, "ana@x.example", 1), CRM4E_E_DENIED, "own_reach");
    assert_ok(share_with(s, lead, CRM4E_SUBJECT_ROLE, role, 1, false));
    assert_refused(s, share_with(s, lead, CRM4E_SUBJECT_ROLE, role, 1, true), CRM4E_E_DENIED,
                   "own_reach");
    assert_refused(s, share_with(s, lead, CRM4E_SUBJECT_ROLE_AND_SUBORDINATES, ceo, 1, true),
                   CRM4E_E_DENIED, "own_reach");
    assert_ok(share_with(s, lead, CRM4E_SUBJECT_ROLE, ceo, 1, true));
    act_as_admin(s);
    assert_ok(share(s, lead, ORG_ADMIN, 1));
}

static void ten_subjects(void **state)
{
    steps *s = *state;
    crm4e_id lead = make_lead(s);
    char email[32];
    char json[96];
    act_as_admin(s);
    for (int i = 0; i <= C4_SHARES_MAX; i++) {
        (void)snprintf(json, sizeof json, "{'email': 'u%d@x.example'}", i);
        assert_ok(put_user(s, json));
    }
    act_as(s, "ana@x.example");
    for (int i = 0; i < C4_SHARES_MAX; i++) {
        (void)snprintf(email, sizeof email, "u%d@x.example", i);
        assert_ok(share(s, lead, email, 1));
    }
    assert_refused(s, share(s, lead, "u10@x.example", 1), CRM4E_E_LIMIT, "shares_per_record");
    assert_int_equal(s->org.error.limit, C4_SHARES_MAX);
    assert_ok(share(s, lead, "u3@x.example", 2)); /* one of the ten */
    act_as_admin(s);
    assert_ok(put_user(s, "{'email': 'u4@x.example', 'status': 'deleted'}"));
    act_as(s, "ana@x.example");
    assert_ok(share(s, lead, "u10@x.example", 1)); /* in the place of who is gone */
    assert_int_equal(count_of(s, C4_TABLE_SHARE), C4_SHARES_MAX);
    assert_ok(list_shares(s, "Leads", lead));
    assert_null(strstr(listed, "u4@"));
}

static void the_bin_keeps_shares(void **state)
{
    steps *s = *state;
    crm4e_id lead = make_lead(s);
    int64_t stamp;
    assert_ok(share(s, lead, "bob@x.example", CRM4E_LEVEL_FULL_ACCESS));
    assert_ok(remove_record(s, "Leads", lead, 0));
    assert_int_equal(count_of(s, C4_TABLE_SHARE), 1);
    assert_int_equal(share(s, lead, "cy@x.example", 1), CRM4E_E_NOT_FOUND);
    act_as(s, "bob@x.example");
    assert_int_equal(count_rows(s, "Leads", CRM4E_ACTION_VIEW), 0);
    assert_int_equal(restore(s, "Leads", lead), CRM4E_E_NOT_FOUND); /* they rest there */
    act_as(s, "ana@x.example");
    assert_ok(restore(s, "Leads", lead));
    act_as(s, "bob@x.example");
    assert_int_equal(count_rows(s, "Leads", CRM4E_ACTION_VIEW), 1);
    assert_ok(remove_record(s, "Leads", lead, 0));
    act_as_admin(s);
    stamp = s->org.unit.state.shares;
    assert_ok(purge(s, "Leads", lead));
    assert_int_equal(count_of(s, C4_TABLE_SHARE), 0);
    assert_true(s->org.unit.state.shares > stamp);
}

static void a_locked_record(void **state)
{
    steps *s = *state;
    crm4e_id lead = make_lead(s);
    assert_ok(set_locked(s, "Leads", lead, true));
    assert_ok(set_locked(s, "Leads", lead, true)); /* as it is */
    assert_field(s, "Leads", lead, "Locked__s", "true");
    for (int administrator = 0; administrator < 2; administrator++) {
        assert_refused(s, update(s, "Leads", lead, 0, "{'City': 'A'}"), CRM4E_E_LOCKED, "locked");
        assert_refused(s, remove_record(s, "Leads", lead, 0), CRM4E_E_LOCKED, "locked");
        assert_refused(s, change_owner(s, "Leads", lead, "bob@x.example"), CRM4E_E_LOCKED,
                       "locked");
        act_as_admin(s);
    }
    act_as(s, "ana@x.example");
    assert_ok(share(s, lead, "bob@x.example", CRM4E_LEVEL_READ_ONLY));
    act_as(s, "bob@x.example");
    assert_refused(s, set_locked(s, "Leads", lead, false), CRM4E_E_DENIED, "record_scope");
    assert_refused(s, update(s, "Leads", lead, 0, "{'City': 'A'}"), CRM4E_E_DENIED, "record_scope");
    act_as(s, "cy@x.example");
    assert_int_equal(set_locked(s, "Leads", lead, false), CRM4E_E_NOT_FOUND);
    act_as(s, "ana@x.example");
    assert_ok(share(s, lead, "bob@x.example", CRM4E_LEVEL_READ_WRITE));
    act_as(s, "bob@x.example");
    assert_ok(set_locked(s, "Leads", lead, false));
    assert_ok(update(s, "Leads", lead, 0, "{'City': 'A'}"));
    assert_string_equal(strchr(history_of(s, lead), '\n'),
                        "\n8 2 Locked__s=false>true\n6 2\n6 2\n9 3 Locked__s=true>false\n"
                        "2 4 City=>A");
}

/* Rules have rights of their own; the lock binds them too. */
static int write_by_rule(c4_unit *unit, void *context)
{
    return c4_record_write_as_rule(unit, context);
}

static void the_lock_binds_rules(void **state)
{
    steps *s = *state;
    crm4e_id lead = make_lead(s);
    c4_draft draft;
    assert_ok(set_locked(s, "Leads", lead, true));
    assert_ok(c4_draft_init(&draft, &s->org.arena, module_of(s, "Leads")));
    draft.id = lead;
    draft.owner = user_of(s, "bob@x.example")->id;
    assert_refused(s, run_step(s, write_by_rule, &draft), CRM4E_E_LOCKED, "locked");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(given_changed_and_taken_back, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(who_may_share, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(nobody_gives_more_than_he_has, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(what_is_no_share, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(where_shares_do_not_go, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(nobody_shares_with_himself, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(ten_subjects, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(the_bin_keeps_shares, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(a_locked_record, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(the_lock_binds_rules, steps_setup, steps_teardown),
    };
    return steps_run("share", tests, sizeof tests / sizeof tests[0]);
}
