/* SPDX-License-Identifier: MIT */
/* Taking back what a host added: what goes, what stays, and what is refused. */
#include "interaction_steps.h"

#include <time.h>

static crm4e_id contact_of(host *h)
{
    return make(h->admin, "Contacts", "{'Last_Name': 'Li'}");
}

static crm4e_id told(host *h, crm4e_id who, const char *external, const char *subject)
{
    crm4e_id id = 0;

    host_ok(h->admin, crm4e_interaction_add(&id, h->admin,
                                            EVENT(.module = "Contacts", .record = who,
                                                  .kind = "email_in", .occurred = START,
                                                  .subject = subject, .external_id = external)));
    return id;
}

static void refused(host *h, const char *module, crm4e_id record, crm4e_id id, int code,
                    const char *rule)
{
    assert_int_equal(crm4e_interaction_remove(h->admin, module, record, id), code);
    assert_string_equal(crm4e_error_rule(crm4e_session_error(h->admin)), rule);
}

/* The first entry of the page. */
static crm4e_id first_of(host *h, crm4e_id who, const char *kind)
{
    char *page = paged(h->admin, "Contacts", who, WHICH(.kind = kind));
    const char *at = strstr(page, "{\"id\":");
    const crm4e_id id = at ? strtoll(at + 6, NULL, 10) : 0;

    free(page);
    assert_true(id != 0);
    return id;
}

static void one_goes(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h), first = told(h, who, NULL, "a");
    char *sum;

    (void)told(h, who, NULL, "b");
    host_ok(h->admin, crm4e_interaction_remove(h->admin, "Contacts", who, first));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "subject"), "b");
    sum = summed(h->admin, "Contacts", who, NULL);
    assert_holds(sum, "{'count':1,");
    free(sum);
    refused(h, "Contacts", who, first, CRM4E_E_NOT_FOUND, "interaction");
    assert_sound(h);
}

/* Kinds of the org's own too, and those that are in use no more. */
static void of_any_kind_that_hosts_add(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h), id = 0;

    host_ok(h->admin, crm4e_interaction_kind_create(NULL, h->admin, KIND(.name = "fax")));
    host_ok(h->admin,
            crm4e_interaction_add(&id, h->admin,
                                  EVENT(.module = "Contacts", .record = who, .kind = "fax")));
    host_ok(h->admin, crm4e_interaction_kind_update(h->admin, KIND(.name = "fax", .is_active = 2)));
    host_ok(h->admin, crm4e_interaction_remove(h->admin, "Contacts", who, id));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"), "");
}

static void wrong_places(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h), other = contact_of(h), id = told(h, who, NULL, "a");

    refused(h, "Contacts", other, id, CRM4E_E_NOT_FOUND, "interaction");
    refused(h, "Contacts", who, 0, CRM4E_E_NOT_FOUND, "interaction");
    refused(h, "Contacts", who, -1, CRM4E_E_NOT_FOUND, "interaction");
    refused(h, "Contacts", who, INT64_MAX, CRM4E_E_NOT_FOUND, "interaction");
    refused(h, "Contacts", who, who, CRM4E_E_NOT_FOUND, "interaction");
    refused(h, "Contacts", 999, id, CRM4E_E_NOT_FOUND, "");
    refused(h, "Leads", who, id, CRM4E_E_NOT_FOUND, "");
    refused(h, "Deals", who, id, CRM4E_E_INVALID, "module");
    refused(h, "Nothing", who, id, CRM4E_E_INVALID, "module");
    assert_int_equal(crm4e_interaction_remove(h->admin, NULL, who, id), CRM4E_E_MISUSE);
    assert_int_equal(crm4e_interaction_remove(NULL, "Contacts", who, id), CRM4E_E_MISUSE);
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "subject"), "a");
    host_ok(h->admin, crm4e_record_delete(h->admin, "Contacts", who, 0));
    refused(h, "Contacts", who, id, CRM4E_E_NOT_FOUND, "");
    host_ok(h->admin, crm4e_record_restore(h->admin, "Contacts", who));
    host_ok(h->admin, crm4e_interaction_remove(h->admin, "Contacts", who, id));
}

/* A call, a note, a milestone of a deal, and a conversion, which has no source. */
static void what_comes_by_itself_stays(void **state)
{
    static const char *const kinds[] = {"call_in", "note", "stage_changed", "converted"};
    static const char *const parts[][3] = {
        {"Calls",
         "{'Subject': 'Talk', 'Call_Type': 'Inbound', 'Call_Start_Time':"
         " '2026-01-02T10:00:00Z', 'Who_Id': ",
         "}"},
        {"Notes",
         "{'Note_Content': 'Yes', 'Customer_Contact': true,"
         " 'Parent_Id': {'module': 'Contacts', 'id': ",
         "}}"},
    };
    host *h = *state;
    crm4e_id lead = make(h->admin, "Leads", "{'Last_Name': 'Wu', 'Company': 'W'}");
    crm4e_id account = 0, who = 0, deal = 0;
    crm4e_convert_options options = CRM4E_CONVERT_OPTIONS_INIT;
    const size_t count = sizeof kinds / sizeof kinds[0];
    char json[256];

    options.deal = "{\"Stage\": \"Qualification\"}";
    host_ok(h->admin, crm4e_convert_lead(&account, &who, &deal, h->admin, lead, &options));
    host_ok(h->admin, change(h->admin, "Deals", deal, "{'Stage': 'Closed Won'}"));
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        (void)snprintf(json, sizeof json, "%s%lld%s", parts[i][1], (long long)who, parts[i][2]);
        (void)make(h->admin, parts[i][0], json);
    }
    for (size_t i = 0; i < count; i++) {
        crm4e_id id = first_of(h, who, kinds[i]);
        refused(h, "Contacts", who, id, CRM4E_E_CONFLICT, "recorded");
        assert_true(first_of(h, who, kinds[i]) == id);
    }
    assert_sound(h);
}

/* They are the contact's then. */
static void after_a_conversion(void **state)
{
    host *h = *state;
    crm4e_id lead = make(h->admin, "Leads", "{'Last_Name': 'Wu', 'Company': 'W'}");
    crm4e_id account = 0, who = 0, id = 0;

    host_ok(h->admin, crm4e_interaction_add(
                          &id, h->admin, EVENT(.module = "Leads", .record = lead, .kind = "form")));
    host_ok(h->admin, crm4e_convert_lead(&account, &who, NULL, h->admin, lead, NULL));
    refused(h, "Leads", lead, id, CRM4E_E_NOT_FOUND, "interaction");
    host_ok(h->admin, crm4e_interaction_remove(h->admin, "Contacts", who, id));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "kind"), "converted");
    assert_sound(h);
}

/* ------------------------------------------------------------- what is left of it */

static char *taken(int rc, crm4e_text *text)
{
    char *copy = rc == CRM4E_OK ? strdup(crm4e_text_data(text)) : NULL;

    crm4e_text_free(text);
    assert_non_null(copy);
    return copy;
}

static char *history_of(host *h, crm4e_id who)
{
    crm4e_text *text = NULL;
    int rc = crm4e_record_history_json(&text, h->admin, "Contacts", who, NULL);

    return taken(rc, text);
}

/* The audit log alone says that there was one, and nothing of what it said. */
static void it_leaves_a_trace(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h), id = told(h, who, "<7@mail>", "Secret");
    crm4e_audit_options which = CRM4E_AUDIT_OPTIONS_INIT;
    char *before = history_of(h, who), *after, *lines;
    crm4e_text *text = NULL;
    int64_t position = 0, now = 0;
    char expected[256];
    int rc;

    host_ok(h->admin, crm4e_feed_position(h->admin, &position));
    host_ok(h->admin, crm4e_interaction_remove(h->admin, "Contacts", who, id));
    host_ok(h->admin, crm4e_feed_position(h->admin, &now));
    assert_true(now == position);
    after = history_of(h, who);
    assert_string_equal(before, after);
    which.kind = "interaction_removed";
    rc = crm4e_audit_json(&text, h->admin, &which);
    lines = taken(rc, text);
    (void)snprintf(expected, sizeof expected,
                   "'user':'" HOST_ADMIN "','kind':'interaction_removed','object':%lld,"
                   "'detail':'Contacts: email_in %lld of 2023-11-14T22:13:20Z'}]",
                   (long long)who, (long long)id);
    assert_holds(lines, expected);
    assert_null(strstr(lines, "Secret"));
    assert_null(strstr(lines, "7@mail"));
    free(before);
    free(after);
    free(lines);
    assert_sound(h);
}

/* A refusal leaves none, nor does a transaction that is taken back. */
static void nothing_removed_leaves_none(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h), id = told(h, who, NULL, "a");
    crm4e_audit_options which = CRM4E_AUDIT_OPTIONS_INIT;
    crm4e_text *text = NULL;
    char *lines;
    int rc;

    host_ok(h->admin, crm4e_session_begin(h->admin));
    host_ok(h->admin, crm4e_interaction_remove(h->admin, "Contacts", who, id));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "subject"), "");
    host_ok(h->admin, crm4e_session_rollback(h->admin));
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "subject"), "a");
    refused(h, "Contacts", who, who, CRM4E_E_NOT_FOUND, "interaction");
    which.kind = "interaction_removed";
    rc = crm4e_audit_json(&text, h->admin, &which);
    lines = taken(rc, text);
    assert_string_equal(lines, "[]");
    free(lines);
}

/* The same event once more is a new one, whatever it says. */
static void its_external_id_is_free(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h), first = told(h, who, "m1", "a"), second;

    host_ok(h->admin, crm4e_interaction_remove(h->admin, "Contacts", who, first));
    second = told(h, who, "m1", "b");
    assert_true(second != first);
    assert_string_equal(listed(h->admin, "Contacts", who, NULL, "subject"), "b");
    refused(h, "Contacts", who, first, CRM4E_E_NOT_FOUND, "interaction");
    assert_sound(h);
}

/* Behind an entry that is gone, the page goes on where it was. */
static void pages_go_on(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h), ids[3];
    char *page, *token;

    for (int i = 0; i < 3; i++)
        ids[i] = told(h, who, NULL, (const char *const[]){"a", "b", "c"}[i]);
    page = paged(h->admin, "Contacts", who, WHICH(.limit = 2));
    token = strstr(page, "\"after\":\"") + 9;
    *strchr(token, '"') = '\0';
    host_ok(h->admin, crm4e_interaction_remove(h->admin, "Contacts", who, ids[1]));
    assert_string_equal(listed(h->admin, "Contacts", who, WHICH(.after = token), "subject"), "c");
    host_ok(h->admin, crm4e_interaction_remove(h->admin, "Contacts", who, ids[2]));
    assert_string_equal(listed(h->admin, "Contacts", who, WHICH(.after = token), "subject"), "");
    free(page);
}

/* ------------------------------------------------------------- rules */

static size_t messages(host *h)
{
    crm4e_text *text = NULL;
    size_t count = 0;

    host_ok(h->admin, crm4e_outbox_json(&text, h->admin, CRM4E_OUTBOX_IS_WAITING, 0, 1000));
    for (const char *at = crm4e_text_data(text); (at = strstr(at, "\"kind\":\"notify\"")); at++)
        count++;
    crm4e_text_free(text);
    return count;
}

/* None runs, and what waits for its time comes all the same; the event once more is a new one. */
static void rules_hear_nothing(void **state)
{
    host *h = *state;
    crm4e_id who = contact_of(h), id;
    const crm4e_time later = (crm4e_time)time(NULL) * SECOND + 2 * DAY;
    int32_t done = 0;

    host_apply(h, "{'workflows': [{'name': 'Later', 'module': 'Contacts', 'on':"
                  " 'interaction_added', 'conditions': [{'then': [{'notify': {'to': 'owner',"
                  " 'subject': 'Now'}}], 'scheduled': [{'after': {'days': 1}, 'then':"
                  " [{'notify': {'to': 'owner', 'subject': 'Then'}}]}]}]},"
                  " {'name': 'Edits', 'module': 'Contacts', 'on': 'edit', 'conditions': [{'then':"
                  " [{'notify': {'to': 'owner', 'subject': 'Edited'}}]}]},"
                  " {'name': 'Deletes', 'module': 'Contacts', 'on': 'delete', 'conditions':"
                  " [{'then': [{'notify': {'to': 'owner', 'subject': 'Deleted'}}]}]}]}");
    id = told(h, who, "m1", "a");
    assert_int_equal(messages(h), 1);
    host_ok(h->admin, crm4e_interaction_remove(h->admin, "Contacts", who, id));
    assert_int_equal(messages(h), 1);
    assert_sound(h);
    host_ok(h->admin, crm4e_schedule_run(h->admin, later, 100, &done));
    assert_int_equal(done, 1);
    assert_int_equal(messages(h), 2);
    (void)told(h, who, "m1", "a");
    assert_int_equal(messages(h), 3);
    assert_sound(h);
}

/* ------------------------------------------------------------- failures */

static crm4e_id starving;
static crm4e_id hungry;

static int take_out(host *h)
{
    return crm4e_interaction_remove(h->admin, "Contacts", starving, hungry);
}

static void still_there(host *h)
{
    assert_string_equal(listed(h->admin, "Contacts", starving, NULL, "subject"), "a");
}

static void out_of_memory(void **state)
{
    host *h = *state;

    starving = contact_of(h);
    hungry = told(h, starving, NULL, "a");
    host_starve(h, take_out, still_there);
    assert_string_equal(listed(h->admin, "Contacts", starving, NULL, "subject"), "");
    assert_sound(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        TEST(one_goes),
        TEST(of_any_kind_that_hosts_add),
        TEST(wrong_places),
        TEST(what_comes_by_itself_stays),
        TEST(after_a_conversion),
        TEST(it_leaves_a_trace),
        TEST(nothing_removed_leaves_none),
        TEST(its_external_id_is_free),
        TEST(pages_go_on),
        TEST(rules_hear_nothing),
        TEST(out_of_memory),
    };

    return host_run("interactions removed", tests, sizeof tests / sizeof tests[0]);
}
