/* SPDX-License-Identifier: MIT */
/* A chart shows what its reader may see, and nothing besides. */
#include "chart_steps.h"

#include <stdio.h>
#include <string.h>

static void hidden_fields(void **state)
{
    static const char *const denied[] = {
        "{'module': 'Things', 'group_by': ['Secret']}",
        "{'module': 'Things', 'group_by': ['Pick', 'Secret']}",
        "{'module': 'Things', 'measures': ['sum:Hush']}",
        "{'module': 'Things', 'where': 'Secret = `x`'}",
        "{'module': 'Things', 'where': 'Pick = `Red` or not (Secret is null)'}",
        "{'module': 'Things', 'where': 'Link.Industry = `Banking`'}",
    };
    steps *s = *state;
    assert_ok(put_field(s, "Things", "{'api_name': 'Hush', 'type': 'integer'}"));
    assert_ok(put_profile(s, "{'name': 'Blind', 'fields': {'Things': {'Secret': 'hidden',"
                             " 'Hush': 'hidden'}, 'Accounts': {'Industry': 'hidden'}}}"));
    for (int rows = 0; rows < 2; rows++) {
        act_as(s, "dan@x.example");
        for (size_t i = 0; i < sizeof denied / sizeof denied[0]; i++)
            assert_int_equal(run_chart(s, denied[i]), CRM4E_E_DENIED);
        assert_ok(run_chart(s, "{'module': 'Things', 'group_by': ['Pick']}"));
        act_as_admin(s);
        add(s, "{'Name': 'a', 'Secret': 'x', 'Hush': 4, 'Owner': 'dan@x.example'}");
    }
    assert_string_equal(
        chart(s, "{'module': 'Things', 'group_by': ['Secret'], 'measures': ['sum:Hush']}"), "x=8");
    act_as(s, "dan@x.example");
    assert_int_equal(run_chart(s, "{'module': 'Contacts', 'group_by': ['Title']}"),
                     CRM4E_E_NOT_FOUND);
}

static crm4e_id account(steps *s, const char *name, const char *owner)
{
    crm4e_id id = 0;
    char json[128];
    (void)snprintf(json, sizeof json, "{'Account_Name': '%s', 'Owner': '%s'}", name, owner);
    assert_ok(create(s, "Accounts", json, &id));
    return id;
}

static void thing(steps *s, const char *owner, crm4e_id link, int number)
{
    char json[256];
    (void)snprintf(json, sizeof json,
                   "{'Name': 'a', 'Owner': '%s', 'Link': %lld, 'Links': [%lld], 'Int': %d,"
                   " 'Pick': '%s'}",
                   owner, (long long)link, (long long)link, number, number % 2 ? "Red" : "Blue");
    add(s, json);
}

/* Ana owns the things and one account of four. */
static void restricted_lookups(void **state)
{
    steps *s = *state;
    const char *ana = "ana@x.example";
    const char *cid = "cid@x.example";
    crm4e_id own = account(s, "Own", ana);
    crm4e_id first = account(s, "First", cid);
    crm4e_id second = account(s, "Second", cid);
    char json[256];
    thing(s, ana, own, 1);
    thing(s, ana, first, 10);
    thing(s, ana, second, 101);
    thing(s, ana, second, 1000);
    thing(s, cid, second, 7);
    add(s, "{'Name': 'b', 'Owner': 'ana@x.example'}");
    (void)snprintf(json, sizeof json,
                   "{'Name': 'm', 'Owner': 'ana@x.example', 'Links': [%lld,"
                   " %lld, %lld], 'Int': 5}",
                   (long long)own, (long long)first, (long long)second);
    add(s, json);
    act_as(s, ana);
    assert_string_equal(
        chart(s, "{'module': 'Things', 'group_by': ['Link'], 'measures': ['count', 'sum:Int']}"),
        "-=2,5|Own=1,1|*=3,1111");
    assert_null(criteria_of(2));
    assert_string_equal(chart_result->buckets[2].labels[0], "restricted");
    assert_string_equal(chart(s, "{'module': 'Things', 'group_by': ['Link', 'Pick']}"),
                        "-:-=2|Own:Red=1|*:Red=1|*:Blue=2");
    /* a list with two of them counts once */
    assert_string_equal(
        chart(s, "{'module': 'Things', 'group_by': ['Links'], 'measures': ['count', 'sum:Int']}"),
        "-=1,0|Own=2,6|*=4,1116");
    act_as(s, "ben@x.example");
    assert_string_equal(
        chart(s, "{'module': 'Things', 'group_by': ['Link'], 'measures': ['count', 'sum:Int']}"),
        "-=2,5|First=1,10|Own=1,1|Second=3,1108");
    act_as(s, cid);
    assert_string_equal(chart(s, "{'module': 'Things', 'group_by': ['Link']}"), "Second=1");
}

/* The module behind the lookup is closed to Dan altogether. */
static void closed_modules(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    char json[128];
    assert_ok(put_field(s, "Things",
                        "{'api_name': 'Person', 'type': 'lookup',"
                        " 'target': 'Contacts'}"));
    assert_ok(create(s, "Contacts", "{'Last_Name': 'X', 'Owner': 'dan@x.example'}", &id));
    (void)snprintf(json, sizeof json, "{'Name': 'a', 'Owner': 'dan@x.example', 'Person': %lld}",
                   (long long)id);
    add(s, json);
    add(s, json);
    assert_string_equal(chart(s, "{'module': 'Things', 'group_by': ['Person']}"), "X=2");
    act_as(s, "dan@x.example");
    assert_string_equal(chart(s, "{'module': 'Things', 'group_by': ['Person']}"), "*=2");
}

/* A name he may not read is not shown as a label. */
static void hidden_names(void **state)
{
    steps *s = *state;
    crm4e_id id = account(s, "Acme", "dan@x.example");
    char label[32];
    thing(s, "dan@x.example", id, 1);
    assert_ok(put_profile(s, "{'name': 'Blind', 'fields': {'Accounts':"
                             " {'Account_Name': 'hidden'}}}"));
    act_as(s, "dan@x.example");
    (void)snprintf(label, sizeof label, "%lld=1", (long long)id);
    assert_string_equal(chart(s, "{'module': 'Things', 'group_by': ['Link']}"), label);
}

static void requesters(void **state)
{
    steps *s = *state;
    c4_chart_result *result = NULL;
    const c4_chart_spec spec = {.module = "Helpdesk",
                                .keys = {{"Owner", 0}},
                                .key_count = 1,
                                .measures = {{CRM4E_COUNT, NULL}},
                                .measure_count = 1};
    assert_ok(put_module(s, "{'api_name': 'Helpdesk', 'team': true}"));
    assert_ok(put_member(s, "Helpdesk", "ana@x.example", CRM4E_TEAM_REQUESTER));
    assert_ok(put_member(s, "Helpdesk", "cid@x.example", CRM4E_TEAM_MEMBER));
    act_as(s, "ana@x.example");
    crm4e_id id = 0;
    assert_ok(create(s, "Helpdesk", "{'Name': 'Mine'}", &id));
    act_as(s, "cid@x.example");
    assert_ok(create(s, "Helpdesk", "{'Name': 'Other'}", &id));
    assert_ok(c4_chart_run(&s->org.unit, &spec, &s->org.env.mem, &result));
    assert_int_equal(result->total, 2);
    c4_chart_result_free(result, &s->org.env.mem);
    act_as(s, "ana@x.example");
    assert_ok(c4_chart_run(&s->org.unit, &spec, &s->org.env.mem, &result));
    assert_int_equal(result->total, 1);
    c4_chart_result_free(result, &s->org.env.mem);
    act_as(s, "ben@x.example");
    assert_int_equal(c4_chart_run(&s->org.unit, &spec, &s->org.env.mem, &result),
                     CRM4E_E_NOT_FOUND);
    assert_null(result);
}

static int32_t refuse_secret(void *user, const crm4e_question *question)
{
    int *asked = user;
    *asked += 1;
    return question->field != NULL && strcmp(question->field, "Pick") == 0 ? CRM4E_DENY
                                                                           : CRM4E_PASSTHROUGH;
}

static void the_host_refuses(void **state)
{
    steps *s = *state;
    int asked = 0;
    add(s, "{'Name': 'a', 'Pick': 'Red'}");
    s->org.env.auth =
        (crm4e_auth){.struct_size = sizeof(crm4e_auth), .user = &asked, .authorise = refuse_secret};
    assert_int_equal(run_chart(s, "{'module': 'Things', 'group_by': ['Pick']}"), CRM4E_E_DENIED);
    assert_int_equal(run_chart(s, "{'module': 'Things', 'where': 'Pick = `Red`'}"), CRM4E_E_DENIED);
    assert_string_equal(chart(s, "{'module': 'Things', 'group_by': ['Flag']}"), "-=1");
    assert_true(asked > 0);
    s->org.env.auth = (crm4e_auth){0};
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hidden_fields, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(restricted_lookups, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(closed_modules, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(hidden_names, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(requesters, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(the_host_refuses, chart_setup, chart_teardown),
    };
    return steps_run("chart access", tests, sizeof tests / sizeof tests[0]);
}
