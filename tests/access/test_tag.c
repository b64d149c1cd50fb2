/* SPDX-License-Identifier: MIT */
/* Tags: of modules and of records, who may have them, where they are found. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUE "sue@x.example"
#define TEA "tea@x.example"
#define DIM "dim@x.example"
#define REQ "req@x.example"

static const char start[] =
    "{'roles': [{'name': 'Sales', 'parent': 'Manager'}],"
    " 'modules': [{'api_name': 'Leads', 'org_default': 'public_read_only'},"
    "  {'api_name': 'Contacts', 'org_default': 'private'},"
    "  {'api_name': 'Desk', 'team': true, 'members': ["
    "   {'user': 'ana@acme.example', 'profile': 'admin'},"
    "   {'user': 'req@x.example', 'profile': 'requester'},"
    "   {'user': 'tea@x.example', 'profile': 'member'}]}],"
    " 'profiles': [{'name': 'Dim', 'clone_of': 'Standard', 'fields': {'Leads': {'Tag': 'hidden'},"
    "  'Contacts': {'Tag': 'read_only'}}}],"
    " 'users': [{'email': 'sue@x.example', 'role': 'Sales'},"
    "  {'email': 'dim@x.example', 'role': 'Sales', 'profile': 'Dim'},"
    "  {'email': 'req@x.example', 'role': 'Sales'},"
    "  {'email': 'tea@x.example', 'licence': 'team', 'profile': 'Team User', 'role': 'Sales'}]}";

static crm4e_id add(crm4e_session *session, const char *module, const char *json)
{
    char *real = host_json(json);
    crm4e_record *record = NULL;
    crm4e_id id;

    host_ok(session, crm4e_record_new(&record, session, module));
    host_ok(session, crm4e_record_set_json(record, real, CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    free(real);
    return id;
}

static crm4e_id lead(crm4e_session *session)
{
    return add(session, "Leads", "{'Last_Name': 'Li', 'Company': 'Tower'}");
}

static void refused(crm4e_session *session, int rc, int code, const char *part)
{
    const char *message = crm4e_error_message(crm4e_session_error(session));

    if (rc != code || strstr(message, part) == NULL)
        fail_msg("%s, %s", crm4e_code_name(rc), message);
}

static void assert_tags(crm4e_session *session, const char *module, const char *json)
{
    char *real = host_json(json);
    crm4e_text *text = NULL;

    host_ok(session, crm4e_tags_json(&text, session, module));
    assert_string_equal(crm4e_text_data(text), real);
    crm4e_text_free(text);
    free(real);
}

/* "Tag":... in the JSON of a record. */
static void assert_tagged(crm4e_session *session, const char *module, crm4e_id id, const char *part)
{
    char *real = host_json(part);
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;

    host_ok(session, crm4e_record_open(&record, session, module, id));
    host_ok(session, crm4e_record_json(&text, record));
    if (strstr(crm4e_text_data(text), real) == NULL)
        fail_msg("%s: %s", real, crm4e_text_data(text));
    crm4e_text_free(text);
    crm4e_record_free(record);
    free(real);
}

static void assert_sound(host *h)
{
    crm4e_text *text = NULL;

    assert_int_equal(crm4e_check(&text, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
}

static void records_have_tags(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id id = lead(s), other = lead(s);
    crm4e_text *text = NULL;

    assert_tags(s, "Leads", "[]");
    host_ok(s, crm4e_record_tag(s, "Leads", id, "VIP"));
    host_ok(s, crm4e_record_tag(s, "Leads", id, "vip")); /* it has it */
    host_ok(s, crm4e_record_tag(s, "Leads", id, "晚了"));
    host_ok(s, crm4e_record_tag(s, "Leads", other, "晚了"));
    assert_tagged(s, "Leads", id, "'Version__s':3,'Locked__s':false,'Tag':['VIP','晚了']");
    assert_tags(s, "Leads", "[{'name':'VIP'},{'name':'晚了'}]");
    assert_tags(s, "Contacts", "[]");
    assert_int_equal(host_count(s, "Leads", "Tag in ('VIP')"), 1);
    assert_int_equal(host_count(s, "Leads", "Tag = '晚了'"), 2);
    assert_int_equal(host_count(s, "Leads", "Tag in ('VIP', '晚了')"), 2);
    assert_int_equal(host_count(s, "Leads", "not (Tag in ('VIP'))"), 1);
    host_ok(s, crm4e_record_untag(s, "Leads", id, "vIp"));
    refused(s, crm4e_record_untag(s, "Leads", id, "VIP"), CRM4E_E_NOT_FOUND, "no tag");
    refused(s, crm4e_record_untag(s, "Leads", id, "None"), CRM4E_E_NOT_FOUND, "no tag");
    assert_int_equal(host_count(s, "Leads", "Tag in ('VIP')"), 0);
    host_ok(s, crm4e_record_untag(s, "Leads", other, "晚了"));
    assert_tagged(s, "Leads", other, "'Tag':null");
    host_ok(s, crm4e_timeline_json(&text, s, "Leads", id, 0, 0, 10));
    assert_non_null(strstr(crm4e_text_data(text), "\"Tag\""));
    crm4e_text_free(text);
    assert_sound(h);
}

static void names_are_checked(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id id = lead(s);

    refused(s, crm4e_record_tag(s, "Leads", id, ""), CRM4E_E_INVALID, "blank");
    refused(s, crm4e_record_tag(s, "Leads", id, "a;b"), CRM4E_E_INVALID, "';'");
    refused(s, crm4e_record_tag(s, "Leads", id, "a\nb"), CRM4E_E_INVALID, "control");
    refused(s, crm4e_record_tag(s, "Leads", id, "a\xff"), CRM4E_E_INVALID, "UTF-8");
    refused(s, crm4e_record_tag(s, "Leads", id, "12345678901234567890123456"), CRM4E_E_TOO_BIG,
            "25");
    host_ok(s, crm4e_record_tag(s, "Leads", id, "1234567890123456789012345"));
    refused(s, crm4e_tag_put(s, "Leads", "X", "red"), CRM4E_E_INVALID, "#rrggbb");
    refused(s, crm4e_record_tag(s, "Leads", id + 1000, "VIP"), CRM4E_E_NOT_FOUND, "no such record");
    refused(s, crm4e_record_tag(s, "Nothing", id, "VIP"), CRM4E_E_NOT_FOUND, "no such module");
    assert_tags(s, "Leads", "[{'name':'1234567890123456789012345'}]");
}

static void there_are_ten_and_a_hundred(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id id = lead(s);
    char name[16];

    for (int i = 0; i < 100; i++) {
        (void)snprintf(name, sizeof name, "T%d", i);
        if (i < 10)
            host_ok(s, crm4e_record_tag(s, "Leads", id, name));
        else
            host_ok(s, crm4e_tag_put(s, "Leads", name, NULL));
    }
    refused(s, crm4e_record_tag(s, "Leads", id, "T10"), CRM4E_E_LIMIT, "10");
    host_ok(s, crm4e_record_untag(s, "Leads", id, "T3"));
    refused(s, crm4e_record_tag(s, "Leads", id, "T100"), CRM4E_E_LIMIT, "100");
    refused(s, crm4e_tag_put(s, "Leads", "T100", NULL), CRM4E_E_LIMIT, "100");
    host_ok(s, crm4e_tag_put(s, "Leads", "T99", "#00ff00"));
    host_ok(s, crm4e_record_tag(s, "Leads", id, "T10"));
    host_ok(s, crm4e_tag_remove(s, "Leads", "T50"));
    host_ok(s, crm4e_tag_put(s, "Leads", "T100", NULL));
    refused(s, crm4e_tag_put(s, "Leads", "T50", NULL), CRM4E_E_LIMIT, "100");
    assert_sound(h);
}

static void tags_are_set_up(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id id = lead(s), binned = lead(s);

    host_ok(s, crm4e_tag_put(s, "Leads", "VIP", "#ff0000"));
    host_ok(s, crm4e_tag_put(s, "Leads", "Late", NULL));
    host_ok(s, crm4e_record_tag(s, "Leads", id, "VIP"));
    host_ok(s, crm4e_record_tag(s, "Leads", id, "Late"));
    host_ok(s, crm4e_record_tag(s, "Leads", binned, "VIP"));
    host_ok(s, crm4e_tag_rename(s, "Leads", "vip", "Gold"));
    host_ok(s, crm4e_tag_put(s, "Leads", "Gold", NULL)); /* keeps its colour */
    assert_tags(s, "Leads", "[{'name':'Gold','colour':'#ff0000'},{'name':'Late'}]");
    assert_tagged(s, "Leads", id, "'Tag':['Gold','Late']");
    refused(s, crm4e_tag_rename(s, "Leads", "Gold", "LATE"), CRM4E_E_CONFLICT, "another tag");
    host_ok(s, crm4e_tag_rename(s, "Leads", "Late", "LATE"));
    refused(s, crm4e_tag_rename(s, "Leads", "VIP", "X"), CRM4E_E_NOT_FOUND, "no tag");
    refused(s, crm4e_tag_rename(s, "Leads", "Gold", "a;b"), CRM4E_E_INVALID, "';'");
    host_ok(s, crm4e_record_delete(s, "Leads", binned, 0));
    host_ok(s, crm4e_record_set_locked(s, "Leads", id, 1));
    refused(s, crm4e_tag_remove(s, "Leads", "Gold"), CRM4E_E_LOCKED, "locked");
    refused(s, crm4e_record_untag(s, "Leads", id, "Gold"), CRM4E_E_LOCKED, "locked");
    host_ok(s, crm4e_record_set_locked(s, "Leads", id, 0));
    host_ok(s, crm4e_tag_remove(s, "Leads", "Gold"));
    refused(s, crm4e_tag_remove(s, "Leads", "Gold"), CRM4E_E_NOT_FOUND, "no tag");
    assert_tagged(s, "Leads", id, "'Tag':['LATE']");
    host_ok(s, crm4e_record_restore(s, "Leads", binned));
    assert_tagged(s, "Leads", binned, "'Tag':null");
    host_ok(s, crm4e_record_tag(s, "Leads", binned, "gold"));
    assert_tags(s, "Leads", "[{'name':'gold'},{'name':'LATE'}]");
    assert_int_equal(host_count(s, "Leads", "Tag in ('gold')"), 1);
    assert_sound(h);
}

static void who_may_tag(void **state)
{
    host *h = *state;
    crm4e_session *a = h->admin, *sue = host_session(h, SUE), *tea = host_session(h, TEA);
    crm4e_session *dim = host_session(h, DIM), *req = host_session(h, REQ);
    crm4e_text *text = NULL;
    crm4e_id of_ana = lead(a), of_sue = lead(sue), of_dim = lead(dim);
    crm4e_id closed = add(a, "Contacts", "{'Last_Name': 'Wu'}"), desk, asked;

    /* who may edit it; to see it is not enough */
    host_ok(sue, crm4e_record_tag(sue, "Leads", of_sue, "Own"));
    refused(sue, crm4e_record_tag(sue, "Leads", of_ana, "Own"), CRM4E_E_DENIED, "may not edit");
    refused(sue, crm4e_record_tag(sue, "Leads", of_ana, "New"), CRM4E_E_DENIED, "may not edit");
    refused(sue, crm4e_record_tag(sue, "Contacts", closed, "Own"), CRM4E_E_NOT_FOUND,
            "no such record");
    refused(sue, crm4e_tag_put(sue, "Leads", "New", NULL), CRM4E_E_DENIED, "");
    refused(sue, crm4e_tag_rename(sue, "Leads", "Own", "New"), CRM4E_E_DENIED, "");
    refused(sue, crm4e_tag_remove(sue, "Leads", "Own"), CRM4E_E_DENIED, "");
    refused(sue, crm4e_tag_put(sue, "Desk", "New", NULL), CRM4E_E_NOT_FOUND, "no such module");
    refused(sue, crm4e_tags_json(&text, sue, "Desk"), CRM4E_E_NOT_FOUND, "no such module");
    assert_tags(sue, "Leads", "[{'name':'Own'}]");
    /* with a Team User licence: who may view it */
    host_ok(tea, crm4e_record_tag(tea, "Leads", of_ana, "Seen"));
    host_ok(tea, crm4e_record_untag(tea, "Leads", of_ana, "Seen"));
    refused(tea, crm4e_record_tag(tea, "Contacts", closed, "Seen"), CRM4E_E_NOT_FOUND,
            "no such record");
    host_ok(a, crm4e_record_set_locked(a, "Leads", of_ana, 1));
    refused(tea, crm4e_record_tag(tea, "Leads", of_ana, "Seen"), CRM4E_E_LOCKED, "locked");
    /* in a team module as everybody */
    desk = add(a, "Desk", "{'Name': 'One'}");
    refused(tea, crm4e_record_tag(tea, "Desk", desk, "Seen"), CRM4E_E_DENIED, "may not edit");
    host_ok(a, crm4e_tag_put(a, "Desk", "Ours", NULL));
    assert_tags(tea, "Desk", "[{'name':'Ours'}]");
    /* a requester is not shown the module, nor its tags */
    asked = add(req, "Desk", "{'Name': 'Please'}");
    refused(req, crm4e_record_tag(req, "Desk", asked, "Ours"), CRM4E_E_DENIED, "open the module");
    refused(req, crm4e_tags_json(&text, req, "Desk"), CRM4E_E_DENIED, "open the module");
    /* the field is hidden, or read only */
    refused(dim, crm4e_record_tag(dim, "Leads", of_dim, "Own"), CRM4E_E_DENIED, "Leads.Tag");
    refused(dim, crm4e_tags_json(&text, dim, "Leads"), CRM4E_E_DENIED, "Tag");
    refused(dim, crm4e_record_tag(dim, "Contacts", add(dim, "Contacts", "{'Last_Name': 'X'}"), "X"),
            CRM4E_E_DENIED, "Contacts.Tag");
    assert_tags(dim, "Contacts", "[]");
    crm4e_session_close(sue);
    crm4e_session_close(tea);
    crm4e_session_close(dim);
    crm4e_session_close(req);
    assert_sound(h);
}

/* Tags are set by their own calls alone, and survive all others. */
static void nothing_else_changes_them(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id id = lead(s);
    crm4e_record *record = NULL;

    host_ok(s, crm4e_record_tag(s, "Leads", id, "VIP"));
    host_ok(s, crm4e_record_open(&record, s, "Leads", id));
    refused(s, crm4e_record_set_text(record, "Tag", "VIP", CRM4E_NUL_TERMINATED), CRM4E_E_INVALID,
            "by the library");
    host_ok(s, crm4e_record_set_text(record, "Phone", "1", CRM4E_NUL_TERMINATED));
    host_ok(s, crm4e_record_save(record));
    crm4e_record_free(record);
    assert_tagged(s, "Leads", id, "'Tag':['VIP']");
    host_ok(s, crm4e_record_delete(s, "Leads", id, 0));
    host_ok(s, crm4e_record_restore(s, "Leads", id));
    assert_tagged(s, "Leads", id, "'Tag':['VIP']");
}

static void rules_and_charts_go_by_them(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_chart *chart = NULL;
    crm4e_text *text = NULL;
    crm4e_id id = lead(s);

    (void)lead(s);
    host_ok(s, crm4e_tag_put(s, "Leads", "VIP", NULL));
    host_apply(h, "{'workflows': [{'name': 'Mark', 'module': 'Leads', 'on': 'edit', 'conditions':"
                  " [{'when': 'Tag in (`VIP`)', 'then': [{'update_field': {'field': 'Phone',"
                  " 'value': 'seen'}}]}]}]}");
    host_ok(s, crm4e_record_tag(s, "Leads", id, "VIP"));
    assert_int_equal(host_count(s, "Leads", "Phone = 'seen'"), 1);
    host_ok(s, crm4e_chart_new(&chart, s, "Leads"));
    host_ok(s, crm4e_chart_measure(chart, CRM4E_COUNT, NULL));
    host_ok(s, crm4e_chart_where(chart, "Tag = 'VIP'"));
    host_ok(s, crm4e_chart_run(chart));
    host_ok(s, crm4e_chart_json(&text, chart));
    crm4e_text_free(text);
    crm4e_chart_free(chart);
}

static void documents_hold_them(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_text *text = NULL;
    char *json = host_json("{'modules': [{'api_name': 'Leads', 'tags': [{'name': 'Late'}]}]}");

    host_apply(h, "{'modules': [{'api_name': 'Leads', 'tags': [{'name': 'VIP', 'colour':"
                  " '#ff0000'}, {'name': 'Late'}]}]}");
    host_ok(s, crm4e_org_apply(&text, s, json, CRM4E_NUL_TERMINATED));
    assert_non_null(strstr(crm4e_text_data(text), "\"tags\":{\"created\":0,\"changed\":0,"
                                                  "\"unchanged\":1}"));
    crm4e_text_free(text);
    free(json);
    assert_tags(s, "Leads", "[{'name':'VIP','colour':'#ff0000'},{'name':'Late'}]");
    json = host_json("{'modules': [{'api_name': 'Leads', 'fields': [{'api_name': 'Tag',"
                     " 'options': ['X']}]}]}");
    refused(s, crm4e_org_apply(NULL, s, json, CRM4E_NUL_TERMINATED), CRM4E_E_INVALID,
            "the library writes");
    free(json);
    host_ok(s, crm4e_org_export(&text, s));
    json = host_json("'tags':[{'name':'VIP','colour':'#ff0000'},{'name':'Late'}]");
    assert_non_null(strstr(crm4e_text_data(text), json));
    crm4e_text_free(text);
    free(json);
}

static crm4e_id starved;

static int tag_once(host *h)
{
    return crm4e_record_tag(h->admin, "Leads", starved, "VIP");
}

static void check_none(host *h)
{
    assert_tags(h->admin, "Leads", "[]");
    assert_tagged(h->admin, "Leads", starved, "'Tag':null");
}

static void memory_may_run_out(void **state)
{
    host *h = *state;

    starved = lead(h->admin);
    host_starve(h, tag_once, check_none);
    assert_sound(h);
}

static int set_up(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    host_apply(*state, start);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, host_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(records_have_tags),
        TEST(names_are_checked),
        TEST(there_are_ten_and_a_hundred),
        TEST(tags_are_set_up),
        TEST(who_may_tag),
        TEST(nothing_else_changes_them),
        TEST(rules_and_charts_go_by_them),
        TEST(documents_hold_them),
        TEST(memory_may_run_out),
    };

    return host_run("tags", tests, sizeof tests / sizeof tests[0]);
}
