/* SPDX-License-Identifier: MIT */
/* Types of charts: what they do to the buckets, the top, those without a record,
 * and a bucket against the one before. */
#include "chart_steps.h"

#include <stdio.h>
#include <string.h>

static const char *of(const char *rest)
{
    static char json[512];
    (void)snprintf(json, sizeof json, "{'module': 'Things', %s}", rest);
    return json;
}

static void add_picks(steps *s)
{
    add(s, "{'Name': 'a', 'Pick': 'Red', 'Word': 'x', 'Int': 10, 'Dec': 1.50}");
    add(s, "{'Name': 'b', 'Pick': 'Red', 'Word': 'y', 'Int': 10, 'Dec': 2.50}");
    add(s, "{'Name': 'c', 'Pick': 'Red', 'Word': 'z', 'Int': 7, 'Dec': -1.00}");
    add(s, "{'Name': 'd', 'Pick': 'Blue', 'Word': 'X', 'Int': 10, 'Dec': 4.00}");
    add(s, "{'Name': 'e', 'Word': 'w'}");
}

static void different_values(void **state)
{
    steps *s = *state;
    add_picks(s);
    assert_string_equal(chart(s, of("'group_by': ['Pick'], 'measures': ['count_distinct:Int']")),
                        "-=0|Red=2|Blue=1");
    assert_string_equal(chart(s, of("'measures': ['count_distinct:Int', 'count_distinct:Dec']")),
                        "=2,4");
    assert_true(chart_result->buckets[0].values[0].whole);
    assert_int_equal(run_chart(s, of("'measures': ['count_distinct:Word']")), CRM4E_E_INVALID);
    assert_int_equal(run_chart(s, of("'measures': ['count_distinct']")), CRM4E_E_INVALID);
    act_as(s, "dan@x.example");
    assert_int_equal(run_chart(s, of("'measures': ['count_distinct:Secret']")), CRM4E_E_DENIED);
    act_as_admin(s);
}

/* One that is in two buckets which become others counts once there. */
static void top_and_others(void **state)
{
    steps *s = *state;
    add_picks(s);
    assert_string_equal(chart(s, of("'group_by': ['Word'], 'top': 1")), "x=2|others=3");
    assert_true(chart_result->buckets[1].others[0]);
    assert_string_equal(chart_result->buckets[1].names[0].zh, "其他");
    assert_string_equal(criteria_of(1), "Word is not null and not (Word = 'x')");
    assert_string_equal(
        chart(s, of("'group_by': ['Word'], 'top': 1, 'measures': ['sum:Dec', 'count',"
                    " 'count_distinct:Int', 'min:Int', 'avg:Dec']")),
        "x=5.50,2,1,10,2.750000|others=1.50,3,2,7,0.750000");
    assert_string_equal(chart(s, of("'group_by': ['Word'], 'top': 2, 'measures': ['max:Int'],"
                                    " 'where': 'Dec < 3 or Int = 7'")),
                        "x=10|y=10|others=7");
    assert_string_equal(chart(s, of("'group_by': ['Word'], 'top': 4")), "w=1|x=2|y=1|z=1");
    assert_string_equal(chart(s, of("'group_by': ['Word', 'Pick'], 'top': 1")),
                        "x:Red=1|x:Blue=1|others:-=1|others:Red=2");
    assert_string_equal(chart(s, of("'group_by': ['Pick'], 'top': 1")), "-=1|Red=3|others=1");
}

static void others_of_lists_and_beside_restricted(void **state)
{
    steps *s = *state;
    crm4e_id mine = 0;
    crm4e_id hers = 0;
    char json[128];
    add(s, "{'Name': 'a', 'Picks': ['A', 'B']}");
    add(s, "{'Name': 'b', 'Picks': ['A', 'C']}");
    add(s, "{'Name': 'c', 'Picks': ['B']}");
    assert_ok(run_chart_unlisted(s, of("'group_by': ['Picks'], 'top': 1")));
    assert_int_equal(chart_result->bucket_count, 2);
    assert_true(chart_result->buckets[1].count == 3);
    assert_null(chart_result->buckets[1].criteria);
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A', 'Owner': 'ana@x.example'}", &mine));
    assert_ok(create(s, "Accounts", "{'Account_Name': 'B', 'Owner': 'cid@x.example'}", &hers));
    for (int i = 0; i < 3; i++) {
        crm4e_id other = mine;
        if (i == 1)
            other = hers;
        if (i == 2)
            assert_ok(
                create(s, "Accounts", "{'Account_Name': 'C', 'Owner': 'ana@x.example'}", &other));
        (void)snprintf(json, sizeof json, "{'Name': 'd', 'Owner': 'ana@x.example', 'Link': %lld}",
                       (long long)other);
        add(s, json);
    }
    act_as(s, "ana@x.example");
    assert_ok(run_chart_unlisted(s, of("'group_by': ['Link'], 'top': 1")));
    assert_int_equal(chart_result->bucket_count, 3);
    assert_true(chart_result->buckets[1].restricted[0] && chart_result->buckets[2].others[0]);
    assert_null(chart_result->buckets[2].criteria);
    act_as_admin(s);
}

static void without_a_record(void **state)
{
    steps *s = *state;
    add(s, "{'Name': 'a', 'Pick': 'Blue', 'Day': '2026-01-31', 'Flag': true}");
    add(s, "{'Name': 'b', 'Day': '2026-04-01', 'Flag': true}");
    assert_string_equal(chart(s, of("'group_by': ['Day:month'], 'fill': true")),
                        "2026-01=1|2026-02=0|2026-03=0|2026-04=1");
    assert_string_equal(chart(s, of("'group_by': ['Day:fiscal_quarter'], 'fill': true")),
                        "FY2026-Q1=1|FY2026-Q2=1");
    assert_string_equal(chart(s, of("'group_by': ['Pick'], 'fill': true, 'measures': ['sum:Dec',"
                                    " 'avg:Dec', 'count_distinct:Int']")),
                        "-=0.00,-,0|Red=0.00,-,0|Green=0.00,-,0|Blue=0.00,-,0");
    assert_string_equal(chart(s, of("'group_by': ['Flag'], 'fill': true")), "false=0|true=2");
    assert_string_equal(chart(s, of("'group_by': ['Flag', 'Day:quarter'], 'fill': true")),
                        "false:2026-Q1=0|false:2026-Q2=0|true:2026-Q1=1|true:2026-Q2=1");
    assert_string_equal(chart(s, of("'group_by': ['Word'], 'fill': true")), "-=2");
    assert_string_equal(chart(s, of("'group_by': ['Day:month'], 'fill': true, 'where': 'Int > 5'")),
                        "");
    add(s, "{'Name': 'c', 'Day': '0001-01-01'}");
    add(s, "{'Name': 'd', 'Day': '9999-12-31'}");
    assert_int_equal(run_chart(s, of("'group_by': ['Day:day'], 'fill': true")), CRM4E_E_TOO_BIG);
    assert_string_equal(s->org.error.rule, "chart_buckets");
}

static void stages_of_a_funnel(void **state)
{
    steps *s = *state;
    add_picks(s);
    add(s, "{'Name': 'f', 'Pick': 'Green', 'Dec': 1.00}");
    assert_string_equal(
        chart(s, of("'type': 'funnel', 'group_by': ['Pick'], 'measures': ['count', 'sum:Dec']")),
        "-=1,0.00|Red=3,3.00|Green=1,1.00|Blue=1,4.00");
    const c4_chart_bucket *b = chart_result->buckets;
    assert_null(b[0].values[0].rate);
    assert_null(b[1].values[0].rate); /* what has no stage is not before the first */
    assert_string_equal(b[2].values[0].rate, "33.33");
    assert_string_equal(b[2].values[0].change, "-2");
    assert_string_equal(b[2].values[1].rate, "33.33");
    assert_string_equal(b[3].values[1].rate, "400.00");
    assert_string_equal(b[3].values[1].change, "3.00");
    assert_string_equal(b[2].names[0].en, "Green");
    assert_string_equal(b[2].names[0].zh, "绿");
    /* of nothing there is no share, the difference is exact */
    assert_string_equal(chart(s, of("'type': 'funnel', 'group_by': ['Pick'],"
                                    " 'where': 'Pick = `Blue`'")),
                        "Red=0|Green=0|Blue=1");
    assert_null(chart_result->buckets[2].values[0].rate);
    assert_string_equal(chart_result->buckets[2].values[0].change, "1");
}

static void beyond_64_bits(void **state)
{
    steps *s = *state;
    for (int i = 0; i < 2; i++) {
        add(s, "{'Name': 'a', 'Pick': 'Red', 'Big': 9223372036854775807}");
        add(s, "{'Name': 'a', 'Pick': 'Green', 'Big': -9223372036854775807}");
    }
    assert_ok(run_chart(s, of("'group_by': ['Pick'], 'measures': ['sum:Big', 'avg:Big']")));
    assert_string_equal(chart_result->buckets[1].values[0].change, "-36893488147419103228");
    assert_null(chart_result->buckets[1].values[0].rate);
    assert_string_equal(chart_result->buckets[1].values[1].rate, "-100.00");
}

static void period_against_period(void **state)
{
    steps *s = *state;
    int64_t now = s->org.unit.now;
    s->org.unit.now = INT64_C(1772323199) * 1000000; /* 2026-02-28T23:59:59Z */
    add(s, "{'Name': 'a', 'Day': '2026-02-01', 'Dec': 3.00, 'Int': 4}");
    add(s, "{'Name': 'b', 'Day': '2026-01-31', 'Dec': 2.00, 'Int': 4}");
    add(s, "{'Name': 'c', 'Day': '2025-12-31', 'Dec': 9.00, 'Int': 1}");
    add(s, "{'Name': 'd', 'Dec': 9.00}");
    assert_string_equal(chart(s, of("'type': 'kpi', 'group_by': ['Day:month'], 'measures':"
                                    " ['sum:Dec', 'count_distinct:Int']")),
                        "2026-01=2.00,1|2026-02=3.00,1");
    assert_string_equal(chart_result->buckets[1].values[0].change, "1.00");
    assert_string_equal(chart_result->buckets[1].values[0].rate, "150.00");
    assert_true(chart_result->total == 2);
    assert_string_equal(chart(s, of("'type': 'kpi', 'group_by': ['Day:year'], 'where': 'Dec > 5'")),
                        "2025=1|2026=0");
    assert_string_equal(chart_result->buckets[1].values[0].change, "-1");
    assert_string_equal(chart(s, of("'type': 'kpi'")), "=4");
    assert_string_equal(chart(s, of("'type': 'kpi', 'group_by': ['Time:week']")),
                        "2026-W08=0|2026-W09=0");
    s->org.unit.now = now;
}

static void types_and_keys(void **state)
{
    static const struct {
        const char *type;
        int none, one, two;
    } cases[] = {
        {"column", 0, 0, 0},   {"bar", 0, 0, 0},   {"stacked_bar", 1, 1, 0}, {"line", 0, 0, 0},
        {"area", 0, 0, 0},     {"pie", 1, 0, 1},   {"donut", 1, 0, 1},       {"funnel", 1, 0, 1},
        {"heat_map", 1, 1, 0}, {"table", 0, 0, 0}, {"kpi", 0, 1, 1},
    };
    static const char *const keys[] = {"", "'Pick'", "'Pick', 'Flag'"};
    steps *s = *state;
    char json[256];
    add_picks(s);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const int bad[] = {cases[i].none, cases[i].one, cases[i].two};
        for (size_t k = 0; k < 3; k++) {
            (void)snprintf(json, sizeof json,
                           "{'module': 'Things', 'type': '%s', 'group_by': [%s]}", cases[i].type,
                           keys[k]);
            assert_int_equal(run_chart(s, json), bad[k] ? CRM4E_E_INVALID : CRM4E_OK);
        }
    }
    assert_int_equal(run_chart(s, of("'type': 'pyramid'")), CRM4E_E_INVALID);
    assert_int_equal(run_chart(s, of("'type': 1")), CRM4E_E_INVALID);
    assert_int_equal(run_chart(s, of("'top': 0")), CRM4E_E_INVALID);
    assert_int_equal(run_chart(s, of("'top': 101")), CRM4E_E_INVALID);
    assert_int_equal(run_chart(s, of("'fill': 1")), CRM4E_E_INVALID);
    assert_int_equal(run_chart(s, of("'top': 3")), CRM4E_E_INVALID);
    assert_int_equal(run_chart(s, of("'top': 3, 'type': 'funnel', 'group_by': ['Pick']")),
                     CRM4E_E_INVALID);
}

static void kept_and_read_again(void **state)
{
    static const char text[] = "{'name': 'Best', 'module': 'Things', 'group_by': ['Word'],"
                               " 'measures': ['count_distinct:Int'], 'type': 'donut', 'top': 5,"
                               " 'fill': true}";
    steps *s = *state;
    crm4e_id id = 0;
    c4_buffer out;
    assert_ok(save_chart(s, text, true, &id));
    c4_buffer_init(&out, &s->org.env.mem, 4096);
    assert_ok(c4_chart_write(&s->org.unit, &meta_of(s)->charts[0], &out));
    assert_string_equal(c4_buffer_c_str(&out),
                        "{\"name\":\"Best\",\"module\":\"Things\",\"group_by\":[\"Word\"],"
                        "\"measures\":[\"count_distinct:Int\"],\"type\":\"donut\",\"top\":5,"
                        "\"fill\":true}");
    c4_buffer_free(&out);
    assert_int_equal(save_chart(s, "{'name': 'Bad', 'module': 'Things', 'type': 'pie'}", true, &id),
                     CRM4E_E_INVALID);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(different_values, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(top_and_others, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(others_of_lists_and_beside_restricted, chart_setup,
                                        chart_teardown),
        cmocka_unit_test_setup_teardown(without_a_record, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(stages_of_a_funnel, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(beyond_64_bits, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(period_against_period, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(types_and_keys, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(kept_and_read_again, chart_setup, chart_teardown),
    };
    return steps_run("chart shapes", tests, sizeof tests / sizeof tests[0]);
}
