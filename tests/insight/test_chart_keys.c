/* SPDX-License-Identifier: MIT */
/* Keys that are no days. */
#include "chart_steps.h"

#include <stdio.h>

static const char *by(const char *keys)
{
    static char json[256];
    (void)snprintf(json, sizeof json, "{'module': 'Things', 'group_by': [%s]}", keys);
    return json;
}

static void nothing(void **state)
{
    static const char *const fields[] = {
        "Word",  "Code", "Int",   "Big",   "Dec",    "Day",   "Time", "Flag",        "Pick",
        "Picks", "Link", "Links", "Agent", "Agents", "Owner", "id",   "Created_Time"};
    steps *s = *state;
    char key[32];
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        (void)snprintf(key, sizeof key, "'%s'", fields[i]);
        assert_string_equal(chart(s, by(key)), "");
        assert_int_equal(chart_result->total, 0);
    }
    assert_string_equal(chart(s, by("")), "=0");
    /* all of them without a value */
    add(s, "{'Name': 'a'}");
    add(s, "{'Name': 'b'}");
    for (size_t i = 0; i < sizeof fields / sizeof fields[0] - 3; i++) {
        (void)snprintf(key, sizeof key, "'%s'", fields[i]);
        assert_string_equal(chart(s, by(key)), "-=2");
        assert_string_equal(chart_result->buckets[0].labels[0], "");
    }
}

static void picklists(void **state)
{
    steps *s = *state;
    add(s, "{'Name': 'a', 'Pick': 'Blue'}");
    add(s, "{'Name': 'b', 'Pick': 'Green'}");
    add(s, "{'Name': 'c', 'Pick': 'Red'}");
    add(s, "{'Name': 'd', 'Pick': 'Blue'}");
    add(s, "{'Name': 'e'}");
    assert_string_equal(chart(s, by("'Pick'")), "-=1|Red=1|Green=1|Blue=2");
    assert_string_equal(criteria_of(3), "Pick = 'Blue'");
    assert_int_equal(chart_result->buckets[3].sort[0], 2);
    /* a value that was named again comes first */
    assert_ok(put_field(s, "Things",
                        "{'api_name': 'Pick', 'options': [{'value': 'Blue', 'active': false}]}"));
    assert_string_equal(chart(s, by("'Pick'")), "-=1|Blue=2|Red=1|Green=1");
    assert_ok(put_user(s, "{'email': 'admin@example.com', 'locale': 'zh-CN'}"));
    assert_string_equal(chart(s, by("'Pick'")), "-=1|Blue=2|Red=1|绿=1");
    assert_string_equal(criteria_of(3), "Pick = 'Green'");
}

static void several_options(void **state)
{
    steps *s = *state;
    add(s, "{'Name': 'a', 'Picks': ['C', 'A'], 'Pick': 'Red'}");
    add(s, "{'Name': 'b', 'Picks': ['A'], 'Pick': 'Blue'}");
    add(s, "{'Name': 'c'}");
    assert_string_equal(chart(s, by("'Picks'")), "-=1|A=2|C=1");
    assert_int_equal(chart_result->total, 3);
    assert_string_equal(chart(s, by("'Picks', 'Pick'")), "-:-=1|A:Red=1|A:Blue=1|C:Red=1");
    assert_string_equal(chart(s, by("'Picks', 'Picks'")), "-:-=1|A:A=2|A:C=1|C:A=1|C:C=1");
}

static void texts(void **state)
{
    steps *s = *state;
    add(s, "{'Name': 'a', 'Word': 'Zoë'}");
    add(s, "{'Name': 'b', 'Word': 'ZOE'}");
    add(s, "{'Name': 'c', 'Word': 'apple'}");
    add(s, "{'Name': 'd', 'Word': 'Äpfel', 'Code': 'x1'}");
    add(s, "{'Name': 'e', 'Word': 'zoe', 'Code': 'X1'}");
    add(s, "{'Name': 'f', 'Code': 'X2'}");
    assert_string_equal(chart(s, by("'Word'")), "-=1|Äpfel=1|apple=1|Zoë=3");
    assert_string_equal(chart(s, by("'Code'")), "-=3|x1=2|X2=1");
    assert_string_equal(criteria_of(1), "Code = 'x1'");
    set_text(s, "Things", add(s, "{'Name': 'g'}"), "Word", "O'Neil''s \"%\"", 13);
    assert_string_equal(chart(s, by("'Word'")), "-=1|Äpfel=1|apple=1|O'Neil''s \"%\"=1|Zoë=3");
    assert_string_equal(criteria_of(3), "Word = 'O''Neil''''s \"%\"'");
    assert_int_equal(run_chart(s, by("'Area'")), CRM4E_E_INVALID);
    assert_string_equal(s->org.error.rule, "group_by");
}

static void numbers(void **state)
{
    steps *s = *state;
    add(s, "{'Name': 'a', 'Int': -5, 'Big': 9223372036854775807, 'Dec': 12.50}");
    add(s, "{'Name': 'b', 'Int': 10, 'Big': -9223372036854775807, 'Dec': -0.01}");
    add(s, "{'Name': 'c', 'Int': 10, 'Dec': 12.5}");
    assert_string_equal(chart(s, by("'Int'")), "-5=1|10=2");
    assert_string_equal(chart(s, by("'Big'")), "-=1|-9223372036854775807=1|9223372036854775807=1");
    assert_string_equal(chart(s, by("'Dec'")), "-0.01=1|12.50=2");
    assert_string_equal(criteria_of(0), "Dec = -0.01");
    assert_string_equal(chart(s, by("'Version__s'")), "1=3");
}

static void booleans(void **state)
{
    steps *s = *state;
    add(s, "{'Name': 'a', 'Flag': true}");
    add(s, "{'Name': 'b', 'Flag': false}");
    add(s, "{'Name': 'c', 'Flag': true}");
    assert_string_equal(chart(s, by("'Flag'")), "false=1|true=2");
    assert_string_equal(criteria_of(1), "Flag = true");
}

static void users(void **state)
{
    steps *s = *state;
    add(s, "{'Name': 'a', 'Owner': 'ana@x.example', 'Agent': 'cid@x.example',"
           " 'Agents': ['ben@x.example', 'cid@x.example']}");
    add(s, "{'Name': 'b', 'Owner': 'ben@x.example', 'Agents': ['cid@x.example']}");
    add(s, "{'Name': 'c', 'Owner': 'ana@x.example'}");
    assert_string_equal(chart(s, by("'Owner'")), "Ana=2|Ben=1");
    assert_string_equal(chart(s, by("'Agent'")), "-=2|Cid=1");
    assert_string_equal(chart(s, by("'Agents'")), "-=1|Ben=1|Cid=2");
    assert_string_equal(chart(s, by("'Owner', 'Agents'")), "Ana:-=1|Ana:Ben=1|Ana:Cid=1|Ben:Cid=1");
    assert_string_equal(chart(s, by("'Created_By'")), "admin@example.com=3");
    /* whoever leaves keeps his name here */
    assert_ok(put_user(s, "{'email': 'cid@x.example', 'status': 'deleted'}"));
    assert_string_equal(chart(s, by("'Agent'")), "-=2|Cid=1");
}

static void lookups(void **state)
{
    steps *s = *state;
    crm4e_id acme = 0;
    crm4e_id zeta = 0;
    char json[256];
    assert_ok(create(s, "Accounts", "{'Account_Name': 'Zeta'}", &zeta));
    assert_ok(create(s, "Accounts", "{'Account_Name': 'Acme'}", &acme));
    (void)snprintf(json, sizeof json, "{'Name': 'a', 'Link': %lld, 'Links': [%lld, %lld]}",
                   (long long)zeta, (long long)acme, (long long)zeta);
    add(s, json);
    (void)snprintf(json, sizeof json, "{'Name': 'b', 'Link': %lld}", (long long)acme);
    add(s, json);
    add(s, "{'Name': 'c'}");
    assert_string_equal(chart(s, by("'Link'")), "-=1|Acme=1|Zeta=1");
    (void)snprintf(json, sizeof json, "Link = %lld", (long long)acme);
    assert_string_equal(criteria_of(1), json);
    assert_string_equal(chart(s, by("'Links'")), "-=2|Acme=1|Zeta=1");
    /* what it pointed to is gone */
    assert_ok(remove_record(s, "Accounts", acme, 0));
    (void)chart(s, by("'Link'"));
}

static void criteria(void **state)
{
    steps *s = *state;
    add(s, "{'Name': 'a', 'Pick': 'Red', 'Int': 1}");
    add(s, "{'Name': 'b', 'Pick': 'Red', 'Int': 2}");
    add(s, "{'Name': 'c', 'Pick': 'Blue', 'Int': 3}");
    assert_string_equal(chart(s, "{'module': 'Things', 'group_by': ['Pick'],"
                                 " 'where': 'Int = 1 or Int = 3'}"),
                        "Red=1|Blue=1");
    assert_string_equal(criteria_of(0), "(Int = 1 or Int = 3) and Pick = 'Red'");
    assert_int_equal(chart_result->total, 2);
    assert_string_equal(chart(s, "{'module': 'Things', 'where': 'Int > 1'}"), "=2");
    assert_string_equal(criteria_of(0), "(Int > 1)");
    assert_string_equal(chart(s, "{'module': 'Things'}"), "=3");
    assert_string_equal(criteria_of(0), "id is not null");
    assert_int_equal(run_chart(s, "{'module': 'Things', 'where': 'Int >'}"), CRM4E_E_INVALID);
    assert_int_equal(run_chart(s, "{'module': 'Things', 'where': 'Nope = 1'}"), CRM4E_E_INVALID);
    assert_int_equal(run_chart(s, by("'Nope'")), CRM4E_E_INVALID);
    assert_int_equal(run_chart(s, "{'module': 'Nope'}"), CRM4E_E_NOT_FOUND);
}

/* Criteria as deep as they may be leave no room for more. */
static void criteria_without_room(void **state)
{
    steps *s = *state;
    static char json[65536];
    size_t used;
    add(s, "{'Name': 'a', 'Pick': 'Red', 'Int': 1}");
    for (int depth = C4_CRITERIA_DEPTH - 1; depth <= C4_CRITERIA_DEPTH; depth++) {
        (void)snprintf(json, sizeof json,
                       "{'module': 'Things', 'group_by': ['Pick'], 'where': '%.*sInt = 1%.*s'}",
                       depth, "((((((((((((((((((((", depth, "))))))))))))))))))))");
        assert_int_equal(run_chart_unlisted(s, json), CRM4E_OK);
        assert_int_equal(criteria_of(0) != NULL, depth < C4_CRITERIA_DEPTH);
    }
    used = (size_t)snprintf(json, sizeof json,
                            "{'module': 'Things', 'group_by': ['Pick'], 'where': 'Int = 1");
    for (int i = 1; i < C4_CRITERIA_WIDTH - 1; i++)
        used += (size_t)snprintf(json + used, sizeof json - used, " or Int = 1");
    (void)snprintf(json + used, sizeof json - used, "'}");
    assert_int_equal(run_chart_unlisted(s, json), CRM4E_OK);
    assert_null(criteria_of(0));
}

static void as_json(void **state)
{
    steps *s = *state;
    const c4_chart_spec spec = {
        .module = "Things",
        .keys = {{"Pick", 0}, {"Day", CRM4E_BY_MONTH}},
        .key_count = 2,
        .measures = {{CRM4E_COUNT, NULL}, {CRM4E_SUM, "Dec"}, {CRM4E_AVG, "Int"}},
        .measure_count = 3,
    };
    c4_chart_result *result = NULL;
    c4_buffer out;
    add(s, "{'Name': 'a', 'Pick': 'Red', 'Dec': 1.5, 'Day': '2026-02-03'}");
    add(s, "{'Name': 'b', 'Int': 3}");
    c4_buffer_init(&out, &s->org.env.mem, 4096);
    assert_ok(c4_chart_run(&s->org.unit, &spec, &s->org.env.mem, &result));
    c4_chart_to_json(&spec, result, &out);
    assert_string_equal(c4_buffer_c_str(&out),
                        "{\"keys\":[\"Pick\",\"Day:month\"],"
                        "\"measures\":[\"count\",\"sum:Dec\",\"avg:Int\"],\"total\":2,"
                        "\"buckets\":[{\"keys\":[null,null],\"labels\":{\"en\":[\"\",\"\"],"
                        "\"zh\":[\"\",\"\"]},\"values\":[1,0.00,3.0000],\"criteria\":"
                        "\"Pick is null and Day is null\"},"
                        "{\"keys\":[\"Red\",\"2026-02\"],\"labels\":{\"en\":[\"Red\",\"2026-02\"],"
                        "\"zh\":[\"Red\",\"2026-02\"]},\"values\":[1,1.50,null],\"criteria\":"
                        "\"Pick = 'Red' and Day >= '2026-02-01' and Day < '2026-03-01'\"}]}");
    c4_buffer_free(&out);
    c4_chart_result_free(result, &s->org.env.mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(picklists, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(several_options, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(texts, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(numbers, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(booleans, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(users, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(lookups, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(criteria, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(criteria_without_room, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(as_json, chart_setup, chart_teardown),
    };
    return steps_run("chart keys", tests, sizeof tests / sizeof tests[0]);
}
