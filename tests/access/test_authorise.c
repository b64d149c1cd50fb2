/* SPDX-License-Identifier: MIT */
/* The host's authorise callback: it narrows, it is asked once, it may fail. */
#include "../record/record_steps.h"

#include <stdio.h>
#include <string.h>

#include "record/request.h"
#include "transfer/transfer.h"

/* What the host was asked, and what it says to one question. */
static struct {
    int calls;
    int repeated;
    struct {
        crm4e_action action;
        const char *module;
        const char *field;
        crm4e_id record;
    } seen[600];
    crm4e_action action; /* 0: any */
    const char *module;
    const char *field; /* NULL: none; "*": any */
    bool about_record;
    int32_t answer;
    crm4e_id user;
} host;

static bool same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static int32_t authorise(void *user, const crm4e_question *q)
{
    (void)user;
    assert_int_equal(q->struct_size, sizeof *q);
    assert_true(q->user == host.user);
    assert_int_equal(q->reserved, 0);
    for (int i = 0; i < host.calls; i++) {
        host.repeated += host.seen[i].action == q->action && same(host.seen[i].field, q->field) &&
                         same(host.seen[i].module, q->module) && host.seen[i].record == q->record;
    }
    assert_true(host.calls < 600);
    host.seen[host.calls].action = q->action;
    host.seen[host.calls].module = q->module;
    host.seen[host.calls].field = q->field;
    host.seen[host.calls++].record = q->record;
    bool meant = host.answer != 0 && (host.action == 0 || host.action == q->action) &&
                 same(host.module, q->module) && same(host.field, q->field) &&
                 host.about_record == (q->record != 0);
    return meant ? host.answer : CRM4E_PASSTHROUGH;
}

static void listen(steps *s, crm4e_action action, const char *module, const char *field,
                   bool about_record, int32_t answer)
{
    memset(&host, 0, sizeof host);
    host.action = action;
    host.module = module;
    host.field = field;
    host.about_record = about_record;
    host.answer = answer;
    host.user = s->org.actor;
    s->org.env.auth = (crm4e_auth){.struct_size = sizeof(crm4e_auth), .authorise = authorise};
}

static void asked_once_per_question(void **state)
{
    steps *s = *state;
    crm4e_id account = 0;
    crm4e_id id = 0;
    const char *json = NULL;
    char text[128];
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A'}", &account));
    listen(s, 0, NULL, NULL, false, 0);
    (void)snprintf(text, sizeof text, "{'Last_Name': 'Li', 'Account_Name': %lld}",
                   (long long)account);
    assert_ok(create(s, "Contacts", text, &id));
    assert_true(host.calls >= 4);
    assert_int_equal(host.repeated, 0);
    listen(s, 0, NULL, NULL, false, 0);
    assert_ok(read_json(s, "Contacts", id, &json));
    assert_true(host.calls > 40);
    assert_int_equal(host.repeated, 0);
    listen(s, 0, NULL, NULL, false, 0);
    assert_ok(update(s, "Contacts", id, 0, "{'First_Name': 'Wei'}"));
    assert_int_equal(host.repeated, 0);
    assert_int_equal(host.seen[0].action, CRM4E_ACTION_EDIT);
    assert_string_equal(host.seen[0].module, "Contacts");
}

static void a_refusal_refuses(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    const char *json = NULL;
    bool visible = true;
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A', 'Phone': '1'}", &id));
    listen(s, CRM4E_ACTION_CREATE, "Accounts", NULL, false, CRM4E_DENY);
    assert_refused(s, create(s, "Accounts", "{'Account_Name': 'B'}", NULL), CRM4E_E_DENIED,
                   "authorise");
    listen(s, CRM4E_ACTION_EDIT, "Accounts", NULL, true, CRM4E_DENY);
    assert_refused(s, update(s, "Accounts", id, 0, "{'Phone': '2'}"), CRM4E_E_DENIED, "authorise");
    listen(s, CRM4E_ACTION_EDIT, "Accounts", "Phone", false, CRM4E_DENY);
    assert_refused(s, update(s, "Accounts", id, 0, "{'Phone': '2'}"), CRM4E_E_DENIED, "authorise");
    assert_string_equal(s->org.error.field, "Phone");
    assert_ok(update(s, "Accounts", id, 0, "{'Account_Name': 'C'}"));
    listen(s, CRM4E_ACTION_DELETE, "Accounts", NULL, true, CRM4E_DENY);
    assert_refused(s, remove_record(s, "Accounts", id, 0), CRM4E_E_DENIED, "authorise");
    listen(s, CRM4E_ACTION_VIEW, "Accounts", "Phone", false, CRM4E_DENY);
    assert_ok(read_json(s, "Accounts", id, &json));
    assert_null(strstr(json, "Phone"));
    assert_int_equal(read_text(s, "Accounts", id, "Phone", &json), CRM4E_E_DENIED);
    listen(s, CRM4E_ACTION_VIEW, "Accounts", NULL, true, CRM4E_DENY);
    assert_int_equal(read_json(s, "Accounts", id, &json), CRM4E_E_DENIED);
    listen(s, CRM4E_ACTION_VIEW, "Accounts", NULL, false, CRM4E_DENY);
    assert_int_equal(count_rows(s, "Accounts", CRM4E_ACTION_VIEW), -1);
    assert_ok(c4_record_visible(&s->org.unit, 3, id, &visible));
    assert_false(visible);
}

static void answers_that_are_none(void **state)
{
    static const struct {
        int32_t answer;
        int code;
    } cases[] = {
        {0x7fffffff, CRM4E_E_CALLBACK}, {CRM4E_CONTINUE, CRM4E_E_CALLBACK},
        {CRM4E_DONE, CRM4E_E_CALLBACK}, {CRM4E_E_NO_MEMORY, CRM4E_E_CALLBACK},
        {CRM4E_E_USER, CRM4E_E_USER},
    };
    steps *s = *state;
    crm4e_id id = 0;
    const char *json = NULL;
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A'}", &id));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        listen(s, 0, "Accounts", NULL, true, cases[i].answer);
        assert_int_equal(read_json(s, "Accounts", id, &json), cases[i].code);
        listen(s, 0, "Accounts", "Phone", false, cases[i].answer);
        assert_int_equal(read_json(s, "Accounts", id, &json), cases[i].code);
        listen(s, 0, "Accounts", NULL, false, cases[i].answer);
        assert_int_equal(create(s, "Accounts", "{'Account_Name': 'B'}", NULL), cases[i].code);
    }
}

/* The host cannot widen: what the library refuses is not asked. */
static void not_asked_about_what_is_refused(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    const char *json = NULL;
    assert_ok(put_user(s, "{'email': 'a@x.example', 'role': 'Manager'}"));
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &id));
    act_as(s, "a@x.example");
    listen(s, 0, NULL, NULL, false, 0);
    assert_int_equal(read_json(s, "Leads", id, &json), CRM4E_E_NOT_FOUND);
    assert_int_equal(host.calls, 1);
    assert_int_equal(host.seen[0].record, 0);
}

/* Whether the column is there. */
static int32_t look_for_phone(void *user, const char *bytes, size_t length)
{
    for (size_t i = 0; i + 5 <= length; i++) {
        *(bool *)user = *(bool *)user || memcmp(bytes + i, "Phone", 5) == 0;
    }
    return CRM4E_CONTINUE;
}

static int export_accounts(steps *s, const char *columns, bool *phone)
{
    crm4e_export_options options = CRM4E_EXPORT_OPTIONS_INIT;
    int64_t rows = 0;
    options.module = "Accounts";
    options.columns = columns;
    options.write = look_for_phone;
    options.write_user = phone;
    *phone = false;
    c4_failure_clear(&s->org.error);
    int rc = c4_export_records(&s->org.unit, &options, &rows);
    s->org.unit.asked = NULL;
    c4_arena_reset(&s->org.arena);
    return rc;
}

/* Who may not see may not export, and the other way about. */
static void exports_ask_for_both_actions(void **state)
{
    static const crm4e_action actions[] = {CRM4E_ACTION_VIEW, CRM4E_ACTION_EXPORT};
    steps *s = *state;
    bool phone = false;
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A', 'Phone': '1'}", NULL));
    assert_ok(export_accounts(s, NULL, &phone));
    assert_true(phone);
    for (size_t i = 0; i < 2; i++) {
        listen(s, actions[i], "Accounts", NULL, false, CRM4E_DENY);
        assert_refused(s, export_accounts(s, NULL, &phone), CRM4E_E_DENIED, "authorise");
        listen(s, actions[i], "Accounts", "Phone", false, CRM4E_DENY);
        assert_refused(s, export_accounts(s, "[\"Phone\"]", &phone), CRM4E_E_DENIED, "authorise");
        assert_ok(export_accounts(s, NULL, &phone));
        assert_false(phone);
        listen(s, actions[i], "Accounts", "Phone", false, CRM4E_E_USER);
        assert_refused(s, export_accounts(s, NULL, &phone), CRM4E_E_USER, "authorise");
    }
}

static int share_account(c4_unit *unit, void *context)
{
    const c4_share share = {.subject = {CRM4E_SUBJECT_USER, unit->actor->id},
                            .level = CRM4E_LEVEL_FULL_ACCESS};
    return c4_record_share(unit, "Accounts", *(crm4e_id *)context, &share);
}

static int lock_account(c4_unit *unit, void *context)
{
    return c4_record_set_locked(unit, "Accounts", *(crm4e_id *)context, true);
}

/* To give full access takes each of its actions on the record. */
static void shares_and_locks_ask(void **state)
{
    static const crm4e_action actions[] = {CRM4E_ACTION_VIEW, CRM4E_ACTION_EDIT,
                                           CRM4E_ACTION_DELETE, CRM4E_ACTION_CHANGE_OWNER};
    steps *s = *state;
    crm4e_id id = 0;
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A'}", &id));
    for (size_t i = 0; i < 4; i++) {
        listen(s, actions[i], "Accounts", NULL, true, CRM4E_DENY);
        assert_refused(s, run_step(s, share_account, &id), CRM4E_E_DENIED, "level");
    }
    listen(s, CRM4E_ACTION_SHARE, "Accounts", NULL, true, CRM4E_DENY);
    assert_refused(s, run_step(s, share_account, &id), CRM4E_E_DENIED, "authorise");
    listen(s, CRM4E_ACTION_EDIT, "Accounts", NULL, true, CRM4E_DENY);
    assert_refused(s, run_step(s, lock_account, &id), CRM4E_E_DENIED, "authorise");
    listen(s, CRM4E_ACTION_EDIT, "Accounts", "Locked__s", false, CRM4E_DENY);
    assert_refused(s, run_step(s, lock_account, &id), CRM4E_E_DENIED, "authorise");
}

/* A module that the host refuses, or about which it gives no clear answer, is not
 * in a menu; nothing is left of the refusal. */
static void menus_ask(void **state)
{
    static const int32_t answers[] = {CRM4E_E_DENIED, -99, CRM4E_E_USER};
    steps *s = *state;
    const c4_module *accounts = c4_meta_module_named(s->org.unit.meta, "Accounts");
    const c4_module *leads = c4_meta_module_named(s->org.unit.meta, "Leads");
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        s->org.unit.asked = NULL;
        listen(s, CRM4E_ACTION_VIEW, "Accounts", NULL, false, answers[i]);
        assert_false(c4_access_module_shown(&s->org.unit, accounts));
        assert_int_equal(s->org.error.code, CRM4E_OK);
        assert_true(c4_access_module_shown(&s->org.unit, leads));
    }
    s->org.unit.asked = NULL;
    s->org.env.auth = (crm4e_auth){0};
}

/* The answer to a user's question for his requests, in a fresh operation; NULL: refused. */
static const char *requests_of(steps *s)
{
    static char text[2048];
    const c4_request_page page = {.limit = 10};
    c4_buffer out;
    int rc;
    s->org.unit.asked = NULL;
    c4_buffer_init(&out, &s->org.env.mem, sizeof text - 1);
    rc = c4_requests_to_json(&s->org.unit, &page, &out);
    (void)snprintf(text, sizeof text, "%s", c4_buffer_c_str(&out));
    c4_buffer_free(&out);
    s->org.unit.asked = NULL;
    return rc == CRM4E_OK ? text : NULL;
}

/* A module, a record and a field that the host refuses are not in the list; where it gives
 * no clear answer about a record the list is refused. */
static void requests_ask(void **state)
{
    static const char none[] = "{\"requests\":[],\"after\":null}";
    steps *s = *state;
    crm4e_id id = 0;
    assert_ok(put_user(s, "{'email': 'a@x.example', 'profile': 'Standard'}"));
    assert_ok(put_module(s, "{'api_name': 'Papers', 'team': true}"));
    assert_ok(put_member(s, "Papers", "a@x.example", CRM4E_TEAM_REQUESTER));
    act_as(s, "a@x.example");
    assert_ok(create(s, "Papers", "{'Name': 'Mine'}", &id));
    listen(s, CRM4E_ACTION_VIEW, "Papers", NULL, false, 0);
    assert_non_null(strstr(requests_of(s), "\"name\":\"Mine\""));
    assert_true(host.calls > 3);
    assert_int_equal(host.repeated, 0);
    listen(s, CRM4E_ACTION_VIEW, "Papers", NULL, false, CRM4E_DENY);
    assert_string_equal(requests_of(s), none);
    listen(s, CRM4E_ACTION_VIEW, "Papers", NULL, true, CRM4E_DENY);
    assert_string_equal(requests_of(s), none);
    listen(s, CRM4E_ACTION_VIEW, "Papers", "Name", false, CRM4E_DENY);
    assert_non_null(strstr(requests_of(s), "\"name\":null,\"owner\":{"));
    listen(s, CRM4E_ACTION_VIEW, "Papers", "Owner", false, CRM4E_DENY);
    assert_non_null(strstr(requests_of(s), "\"name\":\"Mine\",\"owner\":null"));
    listen(s, CRM4E_ACTION_VIEW, "Papers", NULL, true, CRM4E_E_USER);
    assert_null(requests_of(s));
    assert_int_equal(s->org.error.code, CRM4E_E_USER);
    s->org.env.auth = (crm4e_auth){0};
    act_as_admin(s);
}

/* A column goes by the name of its subform and its own. */
static void columns_ask(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    const char *json = NULL;
    assert_ok(put_field(s, "Accounts",
                        "{'api_name': 'Items', 'type': 'subform', 'settings': {"
                        "'columns': [{'api_name': 'What', 'type': 'text'},"
                        " {'api_name': 'Cost', 'type': 'integer'}]}}"));
    assert_ok(
        create(s, "Accounts", "{'Account_Name': 'A', 'Items': [{'What': 'x', 'Cost': 7}]}", &id));
    listen(s, CRM4E_ACTION_VIEW, "Accounts", "Items.Cost", false, CRM4E_DENY);
    assert_ok(read_json(s, "Accounts", id, &json));
    assert_null(strstr(json, "Cost"));
    assert_non_null(strstr(json, "\"What\":\"x\""));
    assert_int_equal(host.repeated, 0);
    listen(s, CRM4E_ACTION_EDIT, "Accounts", "Items.Cost", false, CRM4E_DENY);
    assert_refused(s, update(s, "Accounts", id, 0, "{'Items': [{'Cost': 8}]}"), CRM4E_E_DENIED,
                   "authorise");
    assert_string_equal(s->org.error.field, "Items.Cost");
    assert_ok(update(s, "Accounts", id, 0, "{'Items': [{'What': 'y'}]}"));
    listen(s, CRM4E_ACTION_CREATE, "Accounts", "Items.Cost", false, CRM4E_DENY);
    assert_refused(s, create(s, "Accounts", "{'Account_Name': 'B', 'Items': [{'Cost': 8}]}", NULL),
                   CRM4E_E_DENIED, "authorise");
    listen(s, CRM4E_ACTION_VIEW, "Accounts", "Items.Cost", false, CRM4E_E_USER);
    assert_ok(read_json(s, "Accounts", id, &json));
    assert_null(strstr(json, "Cost"));
    s->org.env.auth = (crm4e_auth){0};
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(asked_once_per_question, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(a_refusal_refuses, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(menus_ask, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(requests_ask, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(answers_that_are_none, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(not_asked_about_what_is_refused, steps_setup,
                                        steps_teardown),
        cmocka_unit_test_setup_teardown(exports_ask_for_both_actions, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(columns_ask, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(shares_and_locks_ask, steps_setup, steps_teardown),
    };
    return steps_run("authorise", tests, sizeof tests / sizeof tests[0]);
}
