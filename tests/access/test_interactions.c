/* SPDX-License-Identifier: MIT */
/* Who reads interactions and adds them, what of them is hidden, and in which editions they are. */
#include "../insight/interaction_steps.h"

/* Tom sees what everybody owns, with fields closed to him; Sue sees what she owns. */
static void staff(host *h, const char *hidden)
{
    char document[1024];

    (void)snprintf(
        document, sizeof document,
        "{'roles': [{'name': 'Sales', 'parent': 'Manager'}],"
        " 'profiles': [{'name': 'Half', 'clone_of': 'Standard', 'fields': {%s}}],"
        " 'users': [{'email': '" TOM "', 'name': 'Tom', 'role': 'CEO', 'profile': 'Half'},"
        "  {'email': '" SUE "', 'name': 'Sue', 'role': 'Sales', 'profile': 'Standard'}]}",
        hidden);
    host_apply(h, document);
}

static crm4e_id call_with(host *h, crm4e_id who)
{
    char json[256];

    (void)snprintf(json, sizeof json,
                   "{'Subject': 'Talk', 'Call_Type': 'Inbound', 'Description': 'Long',"
                   " 'Call_Start_Time': '2026-01-02T10:00:00Z', 'Who_Id': %lld}",
                   (long long)who);
    return make(h->admin, "Calls", json);
}

/* Without any of these nobody may know that there is such a call. */
static void deciding_fields(void **state)
{
    static const char *const fields[] = {"Who_Id", "Call_Start_Time", "Call_Type",
                                         "Outgoing_Call_Status"};

    host *h = *state;
    crm4e_id who = make(h->admin, "Contacts", "{'Last_Name': 'Li'}");
    crm4e_session *tom;

    (void)call_with(h, who);
    host_ok(h->admin, say(h->admin, "Contacts", who, "visit", 1, "a"));
    staff(h, "");
    tom = host_session(h, TOM);
    assert_string_equal(listed(tom, "Contacts", who, NULL, "kind"), "visit call_in");
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        char hide[128];
        char *sum;
        (void)snprintf(hide, sizeof hide, "'Calls': {'%s': 'hidden'}", fields[i]);
        staff(h, hide);
        assert_string_equal(listed(tom, "Contacts", who, NULL, "kind"), "visit");
        sum = summed(tom, "Contacts", who, NULL);
        assert_holds(sum, "{'count':1,");
        free(sum);
        (void)snprintf(hide, sizeof hide, "'Calls': {'%s': 'read_write'}", fields[i]);
        staff(h, hide);
    }
    assert_string_equal(listed(tom, "Contacts", who, NULL, "kind"), "visit call_in");
    crm4e_session_close(tom);
}

static void hidden_fields_are_null(void **state)
{
    host *h = *state;
    crm4e_id who = make(h->admin, "Contacts", "{'Last_Name': 'Li'}");
    crm4e_id user = 0;
    crm4e_session *tom;
    char *page;

    (void)call_with(h, who);
    staff(h, "'Calls': {'Subject': 'hidden', 'Description': 'hidden', 'Owner': 'hidden'}");
    tom = host_session(h, TOM);
    page = paged(tom, "Contacts", who, NULL);
    assert_holds(page, "'user':null,'subject':null,'body':null,");
    free(page);
    /* nor is the owner told by looking for him */
    host_ok(h->admin, crm4e_user_find(h->admin, HOST_ADMIN, &user));
    assert_string_equal(listed(tom, "Contacts", who, WHICH(.user = user), "kind"), "");
    assert_string_equal(listed(h->admin, "Contacts", who, WHICH(.user = user), "kind"), "call_in");
    crm4e_session_close(tom);
}

static void hidden_stages(void **state)
{
    host *h = *state;
    crm4e_id who = make(h->admin, "Contacts", "{'Last_Name': 'Li'}");
    crm4e_session *tom;
    crm4e_id deal;
    char json[256];

    (void)snprintf(json, sizeof json,
                   "{'Deal_Name': 'D', 'Stage': 'Qualification', 'Contact_Name': %lld}",
                   (long long)who);
    deal = make(h->admin, "Deals", json);
    host_ok(h->admin, change(h->admin, "Deals", deal, "{'Stage': 'Closed Won'}"));
    staff(h, "");
    tom = host_session(h, TOM);
    assert_string_equal(listed(tom, "Contacts", who, NULL, "kind"), "stage_changed");
    staff(h, "'Deals': {'Stage': 'hidden'}");
    assert_string_equal(listed(tom, "Contacts", who, NULL, "kind"), "");
    staff(h, "'Deals': {'Stage': 'read_only', 'Contact_Name': 'hidden'}");
    assert_string_equal(listed(tom, "Contacts", who, NULL, "kind"), "");
    crm4e_session_close(tom);
}

/* Sue sees the contact, which is hers; the deal is the administrator's, and what only it tells
 * with it. */
static void sources_one_may_not_see(void **state)
{
    host *h = *state;
    crm4e_session *sue;
    crm4e_id who, deal;
    char json[256];

    staff(h, "");
    sue = host_session(h, SUE);
    who = make(sue, "Contacts", "{'Last_Name': 'Li'}");
    (void)snprintf(json, sizeof json,
                   "{'Deal_Name': 'D', 'Stage': 'Qualification', 'Contact_Name': %lld}",
                   (long long)who);
    deal = make(h->admin, "Deals", json);
    host_ok(h->admin, change(h->admin, "Deals", deal, "{'Stage': 'Closed Won'}"));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"), "stage_changed");
    assert_string_equal(listed(sue, "Contacts", who, NULL, "kind"), "");
    /* a page is full of what is seen */
    host_ok(sue, say(sue, "Contacts", who, "visit", 1, "a"));
    host_ok(sue, crm4e_interaction_add(
                     NULL, sue,
                     EVENT(.module = "Contacts", .record = who, .kind = "visit", .subject = "b")));
    assert_string_equal(listed(sue, "Contacts", who, WHICH(.limit = 2), "subject"), "a b");
    assert_string_equal(listed(sue, "Contacts", who, WHICH(.limit = 2), "after"), "null");
    crm4e_session_close(sue);
}

static void records_of_others(void **state)
{
    host *h = *state;
    crm4e_id who = make(h->admin, "Contacts", "{'Last_Name': 'Li'}");
    crm4e_text *text = NULL;
    crm4e_session *sue;

    staff(h, "");
    sue = host_session(h, SUE);
    assert_int_equal(crm4e_interactions_json(&text, sue, "Contacts", who, NULL), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_interactions_summary_json(&text, sue, "Contacts", who, NULL),
                     CRM4E_E_NOT_FOUND);
    assert_int_equal(say(sue, "Contacts", who, "visit", 1, NULL), CRM4E_E_NOT_FOUND);
    /* who may only view adds none */
    host_apply(h, "{'modules': [{'api_name': 'Contacts', 'org_default': 'public_read_only'}]}");
    assert_string_equal(listed(sue, "Contacts", who, NULL, "kind"), "");
    assert_int_equal(say(sue, "Contacts", who, "visit", 1, NULL), CRM4E_E_DENIED);
    crm4e_session_close(sue);
}

static crm4e_id visit_to(crm4e_session *session, crm4e_id who)
{
    crm4e_id id = 0;

    host_ok(session,
            crm4e_interaction_add(&id, session,
                                  EVENT(.module = "Contacts", .record = who, .kind = "visit")));
    return id;
}

/* The code and all that is said with it; malloc'd. */
static char *said_of(crm4e_session *session, crm4e_id record, crm4e_id id)
{
    const int rc = crm4e_interaction_remove(session, "Contacts", record, id);
    const crm4e_error *error = crm4e_session_error(session);
    char text[512];

    (void)snprintf(text, sizeof text, "%s %s %s", crm4e_code_name(rc), crm4e_error_rule(error),
                   crm4e_error_message(error));
    return strdup(text);
}

/* Whoever may edit the record, whoever told of it. */
static void who_removes(void **state)
{
    host *h = *state;
    crm4e_id who = make(h->admin, "Contacts", "{'Last_Name': 'Li'}"), id = visit_to(h->admin, who);
    crm4e_id own;
    char *hidden, *missing;
    crm4e_session *sue;

    staff(h, "");
    sue = host_session(h, SUE);
    hidden = said_of(sue, who, id);
    missing = said_of(sue, 999, id);
    assert_string_equal(hidden, missing);
    free(hidden);
    free(missing);
    /* who edits no contact at all hears nothing of any */
    host_apply(h, "{'profiles': [{'name': 'Half', 'modules': {'Contacts': ['view']}}],"
                  " 'users': [{'email': '" SUE "', 'profile': 'Half'}]}");
    assert_int_equal(crm4e_interaction_remove(sue, "Contacts", who, id), CRM4E_E_DENIED);
    assert_int_equal(crm4e_interaction_remove(sue, "Contacts", 999, id), CRM4E_E_DENIED);
    host_apply(h, "{'users': [{'email': '" SUE "', 'profile': 'Standard'}],"
                  " 'modules': [{'api_name': 'Contacts', 'org_default': 'public_read_only'}]}");
    hidden = said_of(sue, who, id);
    missing = said_of(sue, who, 999);
    assert_memory_equal(hidden, "CRM4E_E_DENIED", 14);
    assert_string_equal(hidden, missing);
    free(hidden);
    free(missing);
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"), "visit");
    own = make(sue, "Contacts", "{'Last_Name': 'Wu'}");
    host_ok(sue, crm4e_interaction_remove(sue, "Contacts", own, visit_to(h->admin, own)));
    assert_int_equal(crm4e_interaction_remove(sue, "Contacts", own, id), CRM4E_E_NOT_FOUND);
    assert_string_equal(listed(sue, "Contacts", own, NULL, "kind"), "");
    crm4e_session_close(sue);
}

/* What comes by itself is refused to who sees it; to others it is not there. */
static void sources_decide_what_is_said(void **state)
{
    host *h = *state;
    crm4e_id who = make(h->admin, "Contacts", "{'Last_Name': 'Li'}");
    crm4e_id call = call_with(h, who);
    char *hidden, *missing;
    crm4e_session *tom;

    staff(h, "");
    tom = host_session(h, TOM);
    assert_int_equal(crm4e_interaction_remove(tom, "Contacts", who, call), CRM4E_E_CONFLICT);
    staff(h, "'Calls': {'Call_Type': 'hidden'}");
    hidden = said_of(tom, who, call);
    missing = said_of(tom, who, 999);
    assert_memory_equal(hidden, "CRM4E_E_NOT_FOUND", 17);
    assert_string_equal(hidden, missing);
    free(hidden);
    free(missing);
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"), "call_in");
    crm4e_session_close(tom);
}

static void locked_records_take_more(void **state)
{
    host *h = *state;
    crm4e_id who = make(h->admin, "Contacts", "{'Last_Name': 'Li'}");

    host_ok(h->admin, crm4e_record_set_locked(h->admin, "Contacts", who, 1));
    host_ok(h->admin, say(h->admin, "Contacts", who, "visit", 1, "a"));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "subject"), "a");
    host_ok(h->admin, crm4e_interaction_remove(h->admin, "Contacts", who, visit_to(h->admin, who)));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "subject"), "a");
}

static void who_manages_kinds(void **state)
{
    host *h = *state;
    crm4e_session *sue;
    crm4e_text *text = NULL;

    staff(h, "");
    sue = host_session(h, SUE);
    assert_int_equal(crm4e_interaction_kind_create(NULL, sue, KIND(.name = "fax")), CRM4E_E_DENIED);
    host_ok(sue, crm4e_interaction_kinds_json(&text, sue));
    crm4e_text_free(text);
    crm4e_session_close(sue);
}

static void set_edition(host *h, crm4e_edition edition)
{
    char document[64];

    (void)snprintf(document, sizeof document, "{'org': {'edition': '%s'}}",
                   edition == CRM4E_EDITION_PROFESSIONAL ? "professional" : "enterprise");
    host_apply(h, document);
}

/* What comes by itself comes in every edition; nothing is lost. */
static void editions(void **state)
{
    host *h = *state;
    crm4e_id who = make(h->admin, "Contacts", "{'Last_Name': 'Li'}");
    crm4e_text *text = NULL;
    crm4e_id visit = visit_to(h->admin, who);

    host_ok(h->admin, crm4e_interaction_kind_create(NULL, h->admin, KIND(.name = "fax")));
    set_edition(h, CRM4E_EDITION_PROFESSIONAL);
    assert_int_equal(crm4e_interactions_json(&text, h->admin, "Contacts", who, NULL),
                     CRM4E_E_LIMIT);
    assert_int_equal(crm4e_interactions_summary_json(&text, h->admin, "Contacts", who, NULL),
                     CRM4E_E_LIMIT);
    assert_int_equal(say(h->admin, "Contacts", who, "visit", 1, "b"), CRM4E_E_LIMIT);
    assert_int_equal(crm4e_interaction_remove(h->admin, "Contacts", who, visit), CRM4E_E_LIMIT);
    assert_int_equal(crm4e_interactions_add_json(&text, h->admin, "[]"), CRM4E_E_LIMIT);
    assert_int_equal(crm4e_interaction_kind_create(NULL, h->admin, KIND(.name = "telex")),
                     CRM4E_E_LIMIT);
    host_ok(h->admin, crm4e_interaction_kind_update(h->admin, KIND(.name = "fax", .label = "Fax")));
    (void)call_with(h, who);
    assert_sound(h);
    set_edition(h, CRM4E_EDITION_ENTERPRISE);
    assert_string_equal(listed(h->admin, "Contacts", who, WHICH(.descending = 1), "kind"),
                        "visit call_in");
}

/* The name of who is gone stays. */
static void users_who_left(void **state)
{
    host *h = *state;
    crm4e_id who = make(h->admin, "Contacts", "{'Last_Name': 'Li'}");
    crm4e_id sue = 0;

    staff(h, "");
    host_ok(h->admin, crm4e_user_find(h->admin, SUE, &sue));
    host_ok(h->admin, crm4e_interaction_add(NULL, h->admin,
                                            EVENT(.module = "Contacts", .record = who,
                                                  .kind = "visit", .user = sue)));
    host_apply(h, "{'users': [{'email': '" SUE "', 'status': 'deleted'}]}");
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "name"), "Sue");
    assert_sound(h);
}

/* An org of another tenant knows nothing of them. */
static void two_worlds(void **state)
{
    host *h = *state;
    crm4e_id who = make(h->admin, "Contacts", "{'Last_Name': 'Li'}");
    crm4e_org_options options = CRM4E_ORG_OPTIONS_INIT;
    crm4e_session *other = NULL;
    crm4e_org *org = NULL;
    crm4e_text *text = NULL;

    crm4e_id id = visit_to(h->admin, who);

    options.name = "Other";
    options.edition = CRM4E_EDITION_ULTIMATE;
    options.admin_email = TOM;
    if (crm4e_org_create(&org, h->engine, &options) != CRM4E_OK)
        return; /* a storage of one org */
    assert_int_equal(crm4e_session_open(&other, org, TOM), CRM4E_OK);
    assert_int_equal(crm4e_interactions_json(&text, other, "Contacts", who, NULL),
                     CRM4E_E_NOT_FOUND);
    assert_int_equal(say(other, "Contacts", who, "visit", 1, NULL), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_interaction_remove(other, "Contacts", who, id), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_interaction_remove(other, "Contacts",
                                              make(other, "Contacts", "{'Last_Name': 'X'}"), id),
                     CRM4E_E_NOT_FOUND);
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"), "visit");
    crm4e_session_close(other);
    crm4e_org_close(org);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        TEST(deciding_fields),   TEST(hidden_fields_are_null),
        TEST(hidden_stages),     TEST(sources_one_may_not_see),
        TEST(records_of_others), TEST(locked_records_take_more),
        TEST(who_manages_kinds), TEST(editions),
        TEST(users_who_left),    TEST(two_worlds),
        TEST(who_removes),       TEST(sources_decide_what_is_said),
    };

    return host_run("rights on interactions", tests, sizeof tests / sizeof tests[0]);
}
