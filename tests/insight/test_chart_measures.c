/* SPDX-License-Identifier: MIT */
/* Measures: exact, or nothing. */
#include "chart_steps.h"

#include <stdio.h>

static const char *of(const char *measures)
{
    static char json[256];
    (void)snprintf(json, sizeof json,
                   "{'module': 'Things', 'group_by': ['Pick'], 'measures': [%s]}", measures);
    return json;
}

static void all_of_them(void **state)
{
    steps *s = *state;
    add(s, "{'Name': 'a', 'Pick': 'Red', 'Dec': 0.10, 'Int': 1}");
    add(s, "{'Name': 'b', 'Pick': 'Red', 'Dec': 0.20, 'Int': 2}");
    add(s, "{'Name': 'c', 'Pick': 'Red', 'Int': 2}");
    add(s, "{'Name': 'd', 'Pick': 'Blue'}");
    assert_string_equal(chart(s, of("'count', 'sum:Dec', 'avg:Dec', 'min:Dec', 'max:Dec'")),
                        "Red=3,0.30,0.150000,0.10,0.20|Blue=1,0.00,-,-,-");
    assert_string_equal(chart(s, of("'sum:Int', 'avg:Int', 'min:Int', 'max:Int'")),
                        "Red=5,1.6667,1,2|Blue=0,-,-,-");
    assert_true(chart_result->buckets[0].values[1].number == 16667);
    assert_int_equal(chart_result->buckets[0].values[1].scale, 4);
    assert_string_equal(chart(s, of("")), "Red=3|Blue=1");
    assert_true(chart_result->buckets[0].values[0].whole);
}

static void negative_halves(void **state)
{
    steps *s = *state;
    for (int i = 0; i < 20; i++)
        add(s, i == 0 ? "{'Name': 'a', 'Pick': 'Red', 'Int': -3}"
                      : "{'Name': 'a', 'Pick': 'Red', 'Int': 0}");
    assert_string_equal(chart(s, of("'avg:Int'")), "Red=-0.1500");
    for (int i = 0; i < 64 - 20; i++)
        add(s, "{'Name': 'a', 'Pick': 'Red', 'Int': 0}");
    /* -3 / 64 = -0.046875 */
    assert_string_equal(chart(s, of("'avg:Int'")), "Red=-0.0469");
    add(s, "{'Name': 'b', 'Pick': 'Blue', 'Int': 1}");
    for (int i = 0; i < 31; i++)
        add(s, "{'Name': 'a', 'Pick': 'Blue', 'Int': 0}");
    /* 1 / 32 = 0.03125: to the even 0.0312 */
    assert_string_equal(chart(s, of("'avg:Int'")), "Red=-0.0469|Blue=0.0312");
}

static void beyond_64_bits(void **state)
{
    steps *s = *state;
    for (int i = 0; i < 3; i++) {
        add(s, "{'Name': 'a', 'Pick': 'Red', 'Big': 9223372036854775807}");
        add(s, "{'Name': 'a', 'Pick': 'Blue', 'Big': -9223372036854775807}");
    }
    add(s, "{'Name': 'a', 'Pick': 'Blue', 'Big': 1}");
    assert_string_equal(chart(s, of("'sum:Big', 'max:Big', 'min:Big'")),
                        "Red=27670116110564327421,9223372036854775807,9223372036854775807|"
                        "Blue=-27670116110564327420,1,-9223372036854775807");
    /* an average is never beyond its extremes; places give way */
    assert_string_equal(chart(s, of("'avg:Big'")),
                        "Red=9223372036854775807|Blue=-6917529027641081855");
    assert_string_equal(chart(s, "{'module': 'Things', 'measures': ['sum:Big', 'count']}"), "=1,7");
}

static void places(void **state)
{
    steps *s = *state;
    assert_ok(put_field(s, "Things", "{'api_name': 'Fine', 'type': 'double', 'scale': 9}"));
    assert_ok(put_field(s, "Things", "{'api_name': 'Six', 'type': 'double', 'scale': 6}"));
    assert_ok(put_field(s, "Things", "{'api_name': 'Rate', 'type': 'percent'}"));
    assert_ok(put_field(s, "Things", "{'api_name': 'Price', 'type': 'currency'}"));
    add(s, "{'Name': 'a', 'Fine': 0.000000001, 'Six': 0.000001, 'Rate': 50, 'Price': 1.01}");
    add(s, "{'Name': 'b', 'Fine': 0.000000002, 'Six': 0.000002, 'Rate': 25, 'Price': 1.02}");
    assert_string_equal(chart(s, "{'module': 'Things', 'measures': ['avg:Fine', 'avg:Six',"
                                 " 'sum:Fine', 'sum:Price', 'avg:Price']}"),
                        "=0.000000002,0.000001500,0.000000003,2.03,1.015000");
    (void)chart(s, "{'module': 'Things', 'measures': ['sum:Rate', 'avg:Rate']}");
}

static void only_numbers(void **state)
{
    static const char *const refused[] = {"'sum:Word'", "'avg:Pick'", "'min:Day'",   "'max:Time'",
                                          "'sum:Flag'", "'sum:Link'", "'sum:Owner'", "'sum:Picks'"};
    steps *s = *state;
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_int_equal(run_chart(s, of(refused[i])), CRM4E_E_INVALID);
        assert_string_equal(s->org.error.rule, "measure");
    }
    assert_int_equal(run_chart(s, of("'sum'")), CRM4E_E_INVALID);
    assert_int_equal(run_chart(s, of("'count:Int'")), CRM4E_E_INVALID);
    assert_int_equal(run_chart(s, of("'median:Int'")), CRM4E_E_INVALID);
    assert_int_equal(run_chart(s, of("'sum:Nope'")), CRM4E_E_INVALID);
    assert_int_equal(run_chart(s, of("'count', 'count', 'count', 'count', 'count', 'count'")),
                     CRM4E_E_INVALID);
}

static int too_many(c4_groups *groups, c4_mem *mem, size_t count)
{
    c4_group *group = NULL;
    int rc = CRM4E_OK;
    c4_groups_init(groups, mem, 2, 7);
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        const c4_code codes[] = {{(int64_t)(i / 317), C4_CODE_VALUE},
                                 {(int64_t)(i % 317), C4_CODE_VALUE}};
        rc = c4_groups_find(groups, codes, &group);
        if (rc == CRM4E_OK)
            group->count++;
    }
    return rc;
}

static void at_most_100000_buckets(void **state)
{
    c4_groups groups;
    c4_mem mem;
    (void)state;
    c4_mem_default(&mem);
    assert_ok(too_many(&groups, &mem, C4_CHART_BUCKETS));
    assert_int_equal(groups.count, C4_CHART_BUCKETS);
    for (size_t i = 0; i < groups.count; i++)
        assert_int_equal(groups.items[i].count, 1);
    c4_groups_free(&groups);
    assert_int_equal(too_many(&groups, &mem, C4_CHART_BUCKETS + 1), CRM4E_E_TOO_BIG);
    c4_groups_free(&groups);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_of_them, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(negative_halves, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(beyond_64_bits, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(places, chart_setup, chart_teardown),
        cmocka_unit_test_setup_teardown(only_numbers, chart_setup, chart_teardown),
        cmocka_unit_test(at_most_100000_buckets),
    };
    return steps_run("chart measures", tests, sizeof tests / sizeof tests[0]);
}
