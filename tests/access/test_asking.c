/* SPDX-License-Identifier: MIT */
/* Who may ask what, and what an answer gives away. */
#include <string.h>

#include "access/compare.h"
#include "access/explain.h"
#include "model/standard.h"
#include "sharing_steps.h"

#define CLERK "clerk@x.example"
#define PEER  "peer@x.example"

#define VIEW CRM4E_ACTION_VIEW
#define EDIT CRM4E_ACTION_EDIT
#define READ CRM4E_LEVEL_READ_ONLY

/* clerk owns the first lead, peer the second; Documents has clerk as its admin. */
static void make_world(steps *s, crm4e_id leads[2], crm4e_id *document)
{
    assert_ok(put_role(s, "{'name': 'Clerk', 'parent': 'Manager'}"));
    assert_ok(put_user(s, "{'email': 'clerk@x.example', 'role': 'Clerk'}"));
    assert_ok(put_user(s, "{'email': 'peer@x.example', 'role': 'Clerk'}"));
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    assert_ok(put_member(s, "Documents", CLERK, CRM4E_TEAM_ADMIN));
    assert_ok(create(s, "Documents", "{'Name': 'Doc'}", document));
    act_as(s, CLERK);
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &leads[0]));
    act_as(s, PEER);
    assert_ok(create(s, "Leads", "{'Last_Name': 'Wu', 'Company': 'X', 'City': 'Rome'}", &leads[1]));
    act_as_admin(s);
}

/* What the question gives, asked by one about another; `reasons` by number, in
 * their order, 0 at the end. */
static void assert_told(steps *s, const char *asker, const char *about, const c4_question *question,
                        int code, const crm4e_reason *reasons)
{
    c4_unit *unit = &s->org.unit;
    c4_verdict verdict;
    size_t count = 0;

    act_as(s, asker);
    assert_ok(c4_access_explain(unit, unit->arena, user_of(s, about)->id, question, &verdict));
    assert_int_equal(verdict.code, code);
    for (; reasons[count] != 0; count++) {
        assert_true(count < verdict.count);
        assert_int_equal(verdict.reasons[count].kind, reasons[count]);
    }
    assert_int_equal(verdict.count, count);
    c4_failure_clear(unit->error);
    unit->asked = NULL;
    c4_arena_reset(unit->arena);
    act_as_admin(s);
}

static void assert_not_told(steps *s, const char *asker, const char *about,
                            const c4_question *question)
{
    c4_unit *unit = &s->org.unit;
    c4_verdict verdict;

    act_as(s, asker);
    c4_failure_clear(unit->error);
    assert_refused(s,
                   c4_access_explain(unit, unit->arena, user_of(s, about)->id, question, &verdict),
                   CRM4E_E_DENIED, "explain");
    c4_failure_clear(unit->error);
    act_as_admin(s);
}

static int who_can(steps *s, const char *asker, const c4_question *question, c4_buffer *out)
{
    act_as(s, asker);
    c4_failure_clear(&s->org.error);
    c4_buffer_init(out, &s->org.env.mem, 1 << 16);
    int rc = c4_access_who_can(&s->org.unit, question, out);
    s->org.unit.asked = NULL;
    c4_arena_reset(&s->org.arena);
    act_as_admin(s);
    return rc;
}

static void about_others(void **state)
{
    steps *s = *state;
    crm4e_id leads[2];
    crm4e_id document = 0;
    make_world(s, leads, &document);
    const c4_question lead = {VIEW, "Leads", leads[1], NULL};
    const c4_question doc = {VIEW, "Documents", document, NULL};
    assert_not_told(s, CLERK, PEER, &lead);
    assert_told(s, ORG_ADMIN, CLERK, &lead, CRM4E_E_NOT_FOUND,
                (crm4e_reason[]){CRM4E_REASON_RECORD_CLOSED, 0});
    assert_told(s, CLERK, CLERK, &lead, CRM4E_E_NOT_FOUND,
                (crm4e_reason[]){CRM4E_REASON_NO_RECORD, 0});
    assert_told(s, CLERK, PEER, &doc, CRM4E_E_NOT_FOUND,
                (crm4e_reason[]){CRM4E_REASON_NOT_A_MEMBER, 0});
    assert_told(s, PEER, PEER, &doc, CRM4E_E_NOT_FOUND,
                (crm4e_reason[]){CRM4E_REASON_NO_MODULE, 0});
    assert_not_told(s, PEER, CLERK, &doc);
}

static void who_can_and_what_if(void **state)
{
    steps *s = *state;
    crm4e_id leads[2];
    crm4e_id document = 0;
    c4_buffer out;
    make_world(s, leads, &document);
    const c4_question lead = {VIEW, "Leads", leads[0], NULL};
    const c4_question doc = {VIEW, "Documents", document, NULL};
    assert_refused(s, who_can(s, CLERK, &lead, &out), CRM4E_E_DENIED, "who_can");
    c4_buffer_free(&out);
    assert_ok(who_can(s, ORG_ADMIN, &lead, &out));
    assert_non_null(strstr(c4_buffer_c_str(&out), CLERK));
    assert_null(strstr(c4_buffer_c_str(&out), PEER));
    c4_buffer_free(&out);
    assert_ok(who_can(s, CLERK, &doc, &out));
    assert_non_null(strstr(c4_buffer_c_str(&out), CLERK));
    c4_buffer_free(&out);
    assert_ok(put_member(s, "Documents", PEER, CRM4E_TEAM_MANAGER));
    assert_refused(s, who_can(s, PEER, &doc, &out), CRM4E_E_DENIED, "who_can");
    c4_buffer_free(&out);
    assert_ok(c4_access_ask_compare(&s->org.unit));
    act_as(s, CLERK);
    assert_int_equal(c4_access_ask_compare(&s->org.unit), CRM4E_E_DENIED);
    c4_failure_clear(&s->org.error);
}

/* A rule whose criteria name a field that is hidden from him says what is in it. */
static void rules_on_hidden_fields(void **state)
{
    steps *s = *state;
    crm4e_id leads[2];
    crm4e_id document = 0;
    make_world(s, leads, &document);
    const c4_question lead = {VIEW, "Leads", leads[1], NULL};
    store_rule(
        s, &(rule_text){"Leads", "R", NULL, "City = 'Rome'", "user:" CLERK, READ, false, false});
    crm4e_id share = store_share(s, "Leads", leads[1], "user:" CLERK, READ, false);
    assert_told(s, CLERK, CLERK, &lead, CRM4E_OK,
                (crm4e_reason[]){CRM4E_REASON_PROFILE_GIVES, CRM4E_REASON_SHARING_RULE,
                                 CRM4E_REASON_SHARE, 0});
    assert_ok(put_profile(s, "{'name': 'Blind', 'clone_of': 'Standard', 'fields': {'Leads':"
                             " {'City': 'hidden'}}}"));
    assert_ok(put_user(s, "{'email': 'clerk@x.example', 'profile': 'Blind'}"));
    assert_told(s, CLERK, CLERK, &lead, CRM4E_OK,
                (crm4e_reason[]){CRM4E_REASON_PROFILE_GIVES, CRM4E_REASON_SHARE, 0});
    assert_told(s, ORG_ADMIN, CLERK, &lead, CRM4E_OK,
                (crm4e_reason[]){CRM4E_REASON_PROFILE_GIVES, CRM4E_REASON_SHARING_RULE,
                                 CRM4E_REASON_SHARE, 0});
    drop_share(s, share);
    assert_told(s, CLERK, CLERK, &lead, CRM4E_OK,
                (crm4e_reason[]){CRM4E_REASON_PROFILE_GIVES, CRM4E_REASON_SHARING_RULE, 0});
}

static int ask(steps *s, crm4e_action action, crm4e_id record, const char *field)
{
    const c4_question question = {action, "Leads", record, field};

    c4_failure_clear(&s->org.error);
    int rc = c4_access_check(&s->org.unit, &question, NULL);
    s->org.unit.asked = NULL;
    c4_arena_reset(&s->org.arena);
    return rc;
}

static void locks_and_fields(void **state)
{
    static const uint32_t column = C4_COLUMN_LOCKED;
    const crm4e_value locked = c4_integer(1);
    steps *s = *state;
    crm4e_id leads[2];
    crm4e_id document = 0;
    make_world(s, leads, &document);
    assert_ok(put_profile(s, "{'name': 'Blind', 'clone_of': 'Standard', 'fields': {'Leads':"
                             " {'City': 'read_only', 'Company': 'hidden'}}}"));
    assert_ok(put_user(s, "{'email': 'clerk@x.example', 'profile': 'Blind'}"));
    act_as(s, CLERK);
    assert_ok(ask(s, VIEW, leads[0], "City"));
    assert_ok(ask(s, EDIT, leads[0], "Email"));
    assert_int_equal(ask(s, EDIT, leads[0], "City"), CRM4E_E_DENIED);
    assert_int_equal(ask(s, CRM4E_ACTION_CREATE, 0, "City"), CRM4E_E_DENIED);
    assert_int_equal(ask(s, VIEW, leads[0], "Company"), CRM4E_E_DENIED);
    assert_ok(
        c4_db_update(&s->org.db, &module_of(s, "Leads")->table, leads[0], &column, &locked, 1));
    for (int i = 0; i < 2; i++) { /* an administrator is no better */
        assert_ok(ask(s, VIEW, leads[0], NULL));
        assert_int_equal(ask(s, EDIT, leads[0], NULL), CRM4E_E_LOCKED);
        assert_int_equal(ask(s, CRM4E_ACTION_DELETE, leads[0], NULL), CRM4E_E_LOCKED);
        assert_int_equal(ask(s, CRM4E_ACTION_CHANGE_OWNER, leads[0], NULL), CRM4E_E_LOCKED);
        act_as_admin(s);
    }
}

static int32_t authorise(void *user, const crm4e_question *question)
{
    const crm4e_id *record = user;

    return question->record == *record ? CRM4E_DENY : CRM4E_PASSTHROUGH;
}

static void the_host_is_asked_about_the_record(void **state)
{
    steps *s = *state;
    crm4e_id leads[2];
    crm4e_id document = 0;
    make_world(s, leads, &document);
    s->org.env.auth =
        (crm4e_auth){.struct_size = sizeof(crm4e_auth), .user = &leads[0], .authorise = authorise};
    assert_int_equal(ask(s, VIEW, leads[0], NULL), CRM4E_E_DENIED);
    assert_ok(ask(s, VIEW, leads[1], NULL));
    assert_ok(ask(s, VIEW, 0, NULL));
    s->org.env.auth = (crm4e_auth){0};
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define ASKING_TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
        ASKING_TEST(about_others),
        ASKING_TEST(who_can_and_what_if),
        ASKING_TEST(rules_on_hidden_fields),
        ASKING_TEST(locks_and_fields),
        ASKING_TEST(the_host_is_asked_about_the_record),
    };
    return steps_run("asking", tests, sizeof tests / sizeof tests[0]);
}
