/* SPDX-License-Identifier: MIT */
/* May he, why, and who can: what the gate says of itself. */
#include "sharing_steps.h"
#include "access/explain.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"

#define LISTED(name, number, en, zh) {number, #name},
static const struct {
    crm4e_reason kind;
    const char *name;
} words[] = {CRM4E_REASONS(LISTED)};

/* "PROFILE_GIVES(Standard) OWNER", and the code. */
typedef struct answer {
    int code;
    char reasons[1024];
    char sentence[2048];
    char sentence_zh[2048];
} answer;

static const char *word_of(crm4e_reason kind)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].kind == kind) {
            return words[i].name;
        }
    }
    return "?";
}

static void keep(answer *a, const c4_verdict *verdict)
{
    a->code = verdict->code;
    a->reasons[0] = '\0';
    for (size_t i = 0; i < verdict->count; i++) {
        const c4_reason *reason = &verdict->reasons[i];
        size_t used = strlen(a->reasons);
        (void)snprintf(a->reasons + used, sizeof a->reasons - used, "%s%s%s%s%s", i > 0 ? " " : "",
                       word_of(reason->kind), reason->name[0] ? "(" : "", reason->name,
                       reason->name[0] ? ")" : "");
    }
    (void)snprintf(a->sentence, sizeof a->sentence, "%s", verdict->sentence);
    (void)snprintf(a->sentence_zh, sizeof a->sentence_zh, "%s", verdict->sentence_zh);
}

/* The asker is the actor; about NULL: himself. The code of asking. */
static int explain_id(steps *s, crm4e_id user, const c4_question *question, answer *a)
{
    c4_verdict verdict;
    c4_arena arena;
    int rc;

    c4_failure_clear(&s->org.error);
    c4_arena_init(&arena, s->org.unit.arena->mem);
    rc = c4_access_explain(&s->org.unit, &arena, user, question, &verdict);
    if (rc == CRM4E_OK) {
        keep(a, &verdict);
    }
    c4_arena_free(&arena);
    return rc;
}

static int explain(steps *s, const char *about, const c4_question *question, answer *a)
{
    return explain_id(s, about != NULL ? user_of(s, about)->id : 0, question, a);
}

/* What he hears of himself is what the check says; an administrator hears the
 * same verdict, with reasons that may say more. */
static void assert_verdict(steps *s, const char *about, c4_question question, int code,
                           const char *reasons)
{
    answer a;
    answer own;

    act_as_admin(s);
    assert_ok(explain(s, about, &question, &a));
    if (a.code != code || strcmp(a.reasons, reasons) != 0) {
        print_error("%s: %s, not %s\n", a.reasons, crm4e_code_name(a.code), reasons);
    }
    assert_int_equal(a.code, code);
    assert_string_equal(a.reasons, reasons);
    act_as(s, about);
    assert_int_equal(c4_access_check(&s->org.unit, &question, NULL), code);
    assert_ok(explain(s, NULL, &question, &own));
    assert_int_equal(own.code, code);
    if (code == CRM4E_OK) {
        assert_string_equal(own.reasons, reasons);
    }
    act_as_admin(s);
}

/* Manager (boss) > Sales (seller, peer); other in a branch of his own. */
static void make_people(steps *s)
{
    assert_ok(put_profile(s, "{'name': 'Reader', 'clone_of': 'Standard', 'modules':"
                             " {'Leads': ['view', 'edit']},"
                             " 'fields': {'Leads': {'Phone': 'hidden', 'City': 'read_only'}}}"));
    assert_ok(put_role(s, "{'name': 'Sales', 'parent': 'Manager'}"));
    assert_ok(put_role(s, "{'name': 'Elsewhere', 'parent': 'CEO'}"));
    assert_ok(put_user(s, "{'email': 'boss@x.example', 'name': 'Bo Ss', 'role': 'Manager'}"));
    assert_ok(put_user(s, "{'email': 'seller@x.example', 'name': 'Sel Ler', 'role': 'Sales'}"));
    assert_ok(put_user(s, "{'email': 'peer@x.example', 'role': 'Sales', 'profile': 'Reader'}"));
    assert_ok(put_user(s, "{'email': 'other@x.example', 'role': 'Elsewhere'}"));
}

static crm4e_id lead_of(steps *s, const char *email)
{
    crm4e_id id = 0;

    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X', 'City': 'A'}", &id));
    assert_ok(change_owner(s, "Leads", id, email));
    return id;
}

static void org_modules(void **state)
{
    steps *s = *state;
    crm4e_id lead;

    make_people(s);
    lead = lead_of(s, "seller@x.example");
    const c4_question view = {CRM4E_ACTION_VIEW, "Leads", lead, NULL};
    const c4_question edit = {CRM4E_ACTION_EDIT, "Leads", lead, NULL};
    assert_verdict(s, ORG_ADMIN, edit, CRM4E_OK, "ADMINISTRATOR");
    assert_verdict(s, "seller@x.example", edit, CRM4E_OK, "PROFILE_GIVES(Standard) OWNER");
    assert_verdict(s, "boss@x.example", edit, CRM4E_OK,
                   "PROFILE_GIVES(Standard) HIERARCHY(Sel Ler)");
    assert_verdict(s, "peer@x.example", edit, CRM4E_E_NOT_FOUND, "RECORD_CLOSED");
    assert_ok(put_role(s, "{'name': 'Sales', 'share_with_peers': true}"));
    assert_verdict(s, "peer@x.example", edit, CRM4E_OK, "PROFILE_GIVES(Reader) PEER(Sales)");
    assert_ok(put_module(s, "{'api_name': 'Leads', 'org_default': 'public_read_only'}"));
    assert_verdict(s, "other@x.example", view, CRM4E_OK,
                   "PROFILE_GIVES(Standard) ORG_DEFAULT(public_read_only)");
    assert_verdict(s, "other@x.example", edit, CRM4E_E_DENIED, "RECORD_CLOSED");
    assert_verdict(s, "boss@x.example", view, CRM4E_OK,
                   "PROFILE_GIVES(Standard) HIERARCHY(Sel Ler) ORG_DEFAULT(public_read_only)");
}

static void actions_and_fields(void **state)
{
    steps *s = *state;
    crm4e_id lead;

    make_people(s);
    lead = lead_of(s, "peer@x.example");
    const char *peer = "peer@x.example";
    const crm4e_action view = CRM4E_ACTION_VIEW;
    const crm4e_action edit = CRM4E_ACTION_EDIT;
    assert_verdict(s, peer, (c4_question){CRM4E_ACTION_DELETE, "Leads", lead, NULL}, CRM4E_E_DENIED,
                   "PROFILE_DENIES(Reader)");
    assert_verdict(s, peer, (c4_question){view, "Leads", lead, "Phone"}, CRM4E_E_DENIED,
                   "FIELD_HIDDEN(Phone)");
    assert_verdict(s, peer, (c4_question){view, "Leads", lead, "City"}, CRM4E_OK,
                   "PROFILE_GIVES(Reader) OWNER");
    assert_verdict(s, peer, (c4_question){edit, "Leads", 0, "City"}, CRM4E_E_DENIED,
                   "FIELD_READ_ONLY(City)");
    assert_verdict(s, peer, (c4_question){edit, "Leads", lead, "Nothing"}, CRM4E_E_INVALID,
                   "NO_FIELD");
    assert_verdict(s, peer, (c4_question){edit, "Leads", 0, "Company"}, CRM4E_OK,
                   "PROFILE_GIVES(Reader)");
    assert_verdict(s, peer, (c4_question){view, "Leads", lead + 1000, NULL}, CRM4E_E_NOT_FOUND,
                   "NO_RECORD");
    assert_verdict(s, peer, (c4_question){view, "Nothing", lead, NULL}, CRM4E_E_NOT_FOUND,
                   "NO_MODULE");
}

static void modules_out_of_use(void **state)
{
    steps *s = *state;

    make_people(s);
    assert_ok(put_module(s, "{'api_name': 'Leads', 'hidden': true}"));
    assert_verdict(s, "seller@x.example", (c4_question){CRM4E_ACTION_VIEW, "Leads", 0, NULL},
                   CRM4E_E_NOT_FOUND, "MODULE_UNUSED");
    assert_verdict(s, ORG_ADMIN, (c4_question){CRM4E_ACTION_EDIT, "Leads", 0, NULL}, CRM4E_OK,
                   "ADMINISTRATOR");
}

static void people_who_do_not_work(void **state)
{
    steps *s = *state;
    const c4_question view = {CRM4E_ACTION_VIEW, "Leads", 0, NULL};
    answer a;
    crm4e_id other;

    make_people(s);
    other = user_of(s, "other@x.example")->id;
    assert_ok(put_user(s, "{'email': 'free@x.example', 'licence': 'none'}"));
    assert_ok(put_user(s, "{'email': 'seller@x.example', 'status': 'inactive'}"));
    assert_ok(put_user(s, "{'email': 'other@x.example', 'status': 'deleted'}"));
    assert_verdict(s, "free@x.example", view, CRM4E_E_INACTIVE, "NO_LICENCE");
    assert_verdict(s, "seller@x.example", view, CRM4E_E_INACTIVE, "USER_INACTIVE");
    assert_int_equal(explain_id(s, other, &view, &a), CRM4E_E_NOT_FOUND);
    assert_string_equal(s->org.error.message, "no such user");
    assert_int_equal(explain_id(s, 1 << 30, &view, &a), CRM4E_E_NOT_FOUND);
}

/* A member of each team profile, and a requester's record. */
static void team_modules(void **state)
{
    static const char *const emails[] = {NULL,          "a@t.example", "m@t.example",
                                         "e@t.example", "p@t.example", "r@t.example"};
    steps *s = *state;
    const char *module = "Documents";
    crm4e_id id = 0;
    crm4e_id given = 0;

    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    assert_ok(put_user(s, "{'email': 'out@t.example'}"));
    for (c4_team_profile p = 1; p <= C4_TEAM_PROFILE_COUNT; p++) {
        char json[128];
        (void)snprintf(json, sizeof json,
                       "{'email': '%s', 'licence': 'team', 'profile': 'Team User'}", emails[p]);
        assert_ok(put_user(s, json));
        assert_ok(put_member(s, module, emails[p], p));
    }
    act_as(s, emails[CRM4E_TEAM_REQUESTER]);
    assert_ok(create(s, module, "{'Name': 'Doc'}", &id));
    act_as_admin(s);
    assert_ok(change_owner(s, module, id, emails[CRM4E_TEAM_MEMBER]));
    const c4_question view = {CRM4E_ACTION_VIEW, module, id, NULL};
    const c4_question edit = {CRM4E_ACTION_EDIT, module, id, NULL};
    assert_verdict(s, emails[1], edit, CRM4E_OK, "TEAM_PROFILE_GIVES(admin) ALL_RECORDS(admin)");
    assert_verdict(s, emails[3], edit, CRM4E_OK, "TEAM_PROFILE_GIVES(member) OWNER");
    assert_verdict(s, emails[3], view, CRM4E_OK,
                   "TEAM_PROFILE_GIVES(member) ALL_RECORDS(member) OWNER");
    assert_verdict(s, emails[4], edit, CRM4E_E_NOT_FOUND, "RECORD_CLOSED");
    assert_verdict(s, emails[5], edit, CRM4E_OK, "TEAM_PROFILE_GIVES(requester) CREATOR");
    assert_ok(create(s, module, "{'Name': 'Given'}", &given));
    assert_ok(change_owner(s, module, given, emails[CRM4E_TEAM_REQUESTER]));
    assert_verdict(s, emails[5], (c4_question){CRM4E_ACTION_VIEW, module, given, NULL}, CRM4E_OK,
                   "TEAM_PROFILE_GIVES(requester) OWNER");
    assert_verdict(s, emails[1], (c4_question){CRM4E_ACTION_CONVERT, module, id, NULL},
                   CRM4E_E_DENIED, "TEAM_PROFILE_DENIES(admin)");
    assert_verdict(s, "out@t.example", view, CRM4E_E_NOT_FOUND, "NOT_A_MEMBER(Documents)");
    assert_verdict(s, emails[1], (c4_question){CRM4E_ACTION_EDIT, "Leads", 0, NULL}, CRM4E_E_DENIED,
                   "LICENCE_DENIES");
    assert_verdict(s, emails[1], (c4_question){CRM4E_ACTION_VIEW, "Quotes", 0, NULL},
                   CRM4E_E_NOT_FOUND, "PROFILE_DENIES(Team User)");
    assert_ok(put_org(s, "{'crm4e': false}"));
    assert_verdict(s, emails[1], view, CRM4E_E_NOT_FOUND, "NOT_SWITCHED_ON");
}

static void rules_and_shares(void **state)
{
    steps *s = *state;
    const char *other = "other@x.example";
    crm4e_id lead;

    make_people(s);
    lead = lead_of(s, "seller@x.example");
    const c4_question view = {CRM4E_ACTION_VIEW, "Leads", lead, NULL};
    const c4_question share = {CRM4E_ACTION_SHARE, "Leads", lead, NULL};
    store_group(s, "Friends", "user:other@x.example");
    store_rule(s, &(rule_text){.module = "Leads",
                               .name = "Of sales",
                               .from = "role:Sales",
                               .to = "group:Friends",
                               .level = CRM4E_LEVEL_READ_ONLY});
    store_rule(s, &(rule_text){.module = "Leads",
                               .name = "In A",
                               .when = "City = 'A'",
                               .to = "role:Elsewhere",
                               .level = CRM4E_LEVEL_READ_WRITE});
    store_rule(s, &(rule_text){.module = "Leads",
                               .name = "In B",
                               .when = "City = 'B'",
                               .to = "role:Elsewhere",
                               .level = CRM4E_LEVEL_READ_WRITE});
    store_rule(s, &(rule_text){.module = "Leads",
                               .name = "Of others",
                               .from = "role:Elsewhere",
                               .to = "role:Elsewhere",
                               .level = CRM4E_LEVEL_READ_WRITE});
    assert_verdict(s, other, view, CRM4E_OK,
                   "PROFILE_GIVES(Standard) SHARING_RULE(Of sales) SHARING_RULE(In A)");
    assert_verdict(s, other, share, CRM4E_E_DENIED, "RECORD_CLOSED");
    (void)store_share(s, "Leads", lead, "user:other@x.example", CRM4E_LEVEL_FULL_ACCESS, false);
    (void)store_share(s, "Leads", lead, "group:Friends", CRM4E_LEVEL_FULL_ACCESS, false);
    (void)store_share(s, "Leads", lead, "below:Elsewhere", CRM4E_LEVEL_READ_WRITE, false);
    (void)store_share(s, "Leads", lead, "role:Sales", CRM4E_LEVEL_FULL_ACCESS, false);
    assert_verdict(s, other, share, CRM4E_OK,
                   "PROFILE_GIVES(Standard) SHARE(other@x.example) SHARE(Friends)");
    assert_verdict(s, other, (c4_question){CRM4E_ACTION_EDIT, "Leads", lead, NULL}, CRM4E_OK,
                   "PROFILE_GIVES(Standard) SHARING_RULE(In A) SHARE(other@x.example)"
                   " SHARE(Elsewhere) SHARE(Friends)");
}

/* A rule by a field that is hidden from him is not named to him when something
 * else does; an administrator hears all. */
static void rules_by_hidden_fields(void **state)
{
    steps *s = *state;
    crm4e_id lead;
    answer a;

    make_people(s);
    lead = lead_of(s, "other@x.example");
    const c4_question view = {CRM4E_ACTION_VIEW, "Leads", lead, NULL};
    store_rule(s, &(rule_text){.module = "Leads",
                               .name = "No phone",
                               .when = "Phone is null",
                               .to = "role:Sales",
                               .level = CRM4E_LEVEL_READ_ONLY});
    act_as(s, "peer@x.example");
    assert_ok(explain(s, NULL, &view, &a));
    assert_string_equal(a.reasons, "PROFILE_GIVES(Reader) SHARING_RULE(No phone)");
    act_as_admin(s);
    store_rule(s, &(rule_text){.module = "Leads",
                               .name = "In A",
                               .when = "City = 'A'",
                               .to = "role:Sales",
                               .level = CRM4E_LEVEL_READ_ONLY});
    act_as(s, "peer@x.example");
    assert_ok(explain(s, NULL, &view, &a));
    assert_string_equal(a.reasons, "PROFILE_GIVES(Reader) SHARING_RULE(In A)");
    act_as_admin(s);
    assert_ok(explain(s, "peer@x.example", &view, &a));
    assert_string_equal(a.reasons,
                        "PROFILE_GIVES(Reader) SHARING_RULE(No phone) SHARING_RULE(In A)");
}

static void related_records_and_guests(void **state)
{
    steps *s = *state;
    const char *other = "other@x.example";
    crm4e_id account = 0;
    crm4e_id contact = 0;
    crm4e_id document = 0;
    char json[96];

    make_people(s);
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A'}", &account));
    (void)snprintf(json, sizeof json, "{'Last_Name': 'Li', 'Account_Name': %lld}",
                   (long long)account);
    assert_ok(create(s, "Contacts", json, &contact));
    (void)store_share(s, "Accounts", account, "user:other@x.example", CRM4E_LEVEL_READ_ONLY, true);
    assert_verdict(s, other, (c4_question){CRM4E_ACTION_VIEW, "Contacts", contact, NULL}, CRM4E_OK,
                   "PROFILE_GIVES(Standard) RELATED_SHARE(Account_Name)");
    assert_ok(change_owner(s, "Contacts", contact, other));
    assert_verdict(s, other, (c4_question){CRM4E_ACTION_EDIT, "Contacts", contact, NULL}, CRM4E_OK,
                   "PROFILE_GIVES(Standard) OWNER");
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    assert_ok(create(s, "Documents", "{'Name': 'D'}", &document));
    (void)store_share(s, "Documents", document, "role:Elsewhere", CRM4E_LEVEL_READ_ONLY, false);
    assert_verdict(s, other, (c4_question){CRM4E_ACTION_VIEW, "Documents", document, NULL},
                   CRM4E_OK, "GUEST(Documents) SHARE(Elsewhere)");
    assert_verdict(s, other, (c4_question){CRM4E_ACTION_EDIT, "Documents", document, NULL},
                   CRM4E_E_DENIED, "NOT_A_MEMBER(Documents)");
}

static int32_t refuse_deletion(void *user, const crm4e_question *question)
{
    (void)user;
    return question->action == CRM4E_ACTION_DELETE ? CRM4E_DENY : CRM4E_PASSTHROUGH;
}

static void locks_and_the_host(void **state)
{
    steps *s = *state;
    crm4e_id lead;

    make_people(s);
    lead = lead_of(s, "seller@x.example");
    s->org.env.auth = (crm4e_auth){.struct_size = sizeof(crm4e_auth), .authorise = refuse_deletion};
    assert_verdict(s, "boss@x.example", (c4_question){CRM4E_ACTION_DELETE, "Leads", lead, NULL},
                   CRM4E_E_DENIED, "HOST_DENIES");
    s->org.env.auth = (crm4e_auth){0};
    assert_ok(c4_record_set_locked(&s->org.unit, "Leads", lead, true));
    assert_verdict(s, "boss@x.example", (c4_question){CRM4E_ACTION_DELETE, "Leads", lead, NULL},
                   CRM4E_E_LOCKED, "RECORD_LOCKED");
}

/* A note on an account is open where the account is. */
static void what_follows(void **state)
{
    steps *s = *state;
    crm4e_id account = 0;
    crm4e_id note = 0;
    char json[128];

    make_people(s);
    act_as(s, "seller@x.example");
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A'}", &account));
    act_as_admin(s);
    (void)snprintf(json, sizeof json, "{'Note_Content': 'n', 'Parent_Id': 'Accounts:%lld'}",
                   (long long)account);
    assert_ok(create(s, "Notes", json, &note));
    assert_verdict(s, "boss@x.example", (c4_question){CRM4E_ACTION_EDIT, "Notes", note, NULL},
                   CRM4E_OK, "PROFILE_GIVES(Standard) FOLLOWS(Accounts)");
    assert_verdict(s, "other@x.example", (c4_question){CRM4E_ACTION_VIEW, "Notes", note, NULL},
                   CRM4E_E_NOT_FOUND, "RECORD_CLOSED");
}

/* About himself he learns no more than a call would tell him; about others only
 * administrators ask. */
static void who_may_ask(void **state)
{
    steps *s = *state;
    answer a;
    crm4e_id lead;

    make_people(s);
    lead = lead_of(s, "seller@x.example");
    const c4_question view = {CRM4E_ACTION_VIEW, "Leads", lead, NULL};
    const c4_question none = {999, "Leads", lead, NULL};
    act_as(s, "peer@x.example");
    assert_int_equal(explain(s, "seller@x.example", &view, &a), CRM4E_E_DENIED);
    assert_string_equal(s->org.error.rule, "explain");
    assert_ok(explain(s, "peer@x.example", &view, &a));
    assert_int_equal(a.code, CRM4E_E_NOT_FOUND);
    assert_string_equal(a.reasons, "NO_RECORD");
    assert_int_equal(explain(s, NULL, &none, &a), CRM4E_E_INVALID);
    assert_int_equal(c4_access_check(&s->org.unit, &none, NULL), CRM4E_E_INVALID);
    const c4_question create_one = {CRM4E_ACTION_CREATE, "Leads", lead, NULL};
    assert_int_equal(explain(s, NULL, &create_one, &a), CRM4E_E_INVALID);
}

static void sentences(void **state)
{
    steps *s = *state;
    answer a;
    crm4e_id lead;

    make_people(s);
    lead = lead_of(s, "seller@x.example");
    const c4_question view = {CRM4E_ACTION_VIEW, "Leads", lead, NULL};
    assert_ok(explain(s, "boss@x.example", &view, &a));
    assert_string_equal(a.sentence,
                        "Allowed: the profile Standard gives it; superior of the owner Sel Ler.");
    assert_string_equal(a.sentence_zh, "允许：角色 Standard 有此权限；所有者 Sel Ler 的上级。");
    assert_ok(explain(s, "other@x.example", &view, &a));
    assert_string_equal(a.sentence, "Refused: nothing opens the record to this user.");
    assert_string_equal(a.sentence_zh, "拒绝：没有任何规则向该用户开放此记录。");
}

static bool in_list(const char *json, const steps *s, const char *email)
{
    char pattern[96];

    (void)s;
    (void)snprintf(pattern, sizeof pattern, "\"email\":\"%s\"", email);
    return strstr(json, pattern) != NULL;
}

/* Everybody for whom the check says yes, and nobody else. */
static void who_can(void **state)
{
    static const char *const all[] = {ORG_ADMIN, "boss@x.example", "seller@x.example",
                                      "peer@x.example", "other@x.example"};
    steps *s = *state;
    crm4e_id lead;

    make_people(s);
    lead = lead_of(s, "seller@x.example");
    assert_ok(put_user(s, "{'email': 'gone@x.example', 'role': 'CEO', 'status': 'inactive'}"));
    for (crm4e_action action = CRM4E_ACTION_VIEW; action <= CRM4E_ACTION_SEND_MAIL; action++) {
        const c4_question question = {action, "Leads", lead, NULL};
        c4_buffer out;
        if (action == CRM4E_ACTION_CREATE) {
            continue;
        }
        act_as_admin(s);
        c4_buffer_init(&out, s->org.unit.arena->mem, 1024 * 1024);
        assert_ok(c4_access_who_can(&s->org.unit, &question, &out));
        for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
            act_as(s, all[i]);
            assert_int_equal(in_list(out.data, s, all[i]),
                             c4_access_check(&s->org.unit, &question, NULL) == CRM4E_OK);
        }
        c4_buffer_free(&out);
    }
}

static void who_may_ask_who_can(void **state)
{
    steps *s = *state;
    c4_buffer out;
    crm4e_id lead;

    make_people(s);
    lead = lead_of(s, "seller@x.example");
    const c4_question view = {CRM4E_ACTION_VIEW, "Leads", lead, NULL};
    c4_buffer_init(&out, s->org.unit.arena->mem, 1024 * 1024);
    act_as(s, "seller@x.example");
    assert_int_equal(c4_access_who_can(&s->org.unit, &view, &out), CRM4E_E_DENIED);
    assert_string_equal(s->org.error.rule, "who_can");
    act_as(s, "other@x.example");
    assert_int_equal(c4_access_who_can(&s->org.unit, &view, &out), CRM4E_E_NOT_FOUND);
    assert_int_equal(out.length, 0);
    c4_buffer_free(&out);
}

int main(void)
{
#define STEP(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
    const struct CMUnitTest tests[] = {
        STEP(org_modules),
        STEP(actions_and_fields),
        STEP(modules_out_of_use),
        STEP(people_who_do_not_work),
        STEP(team_modules),
        STEP(what_follows),
        STEP(rules_and_shares),
        STEP(rules_by_hidden_fields),
        STEP(related_records_and_guests),
        STEP(locks_and_the_host),
        STEP(who_may_ask),
        STEP(sentences),
        STEP(who_can),
        STEP(who_may_ask_who_can),
    };
    return steps_run("explain", tests, sizeof tests / sizeof tests[0]);
}
