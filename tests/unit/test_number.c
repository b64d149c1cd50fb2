/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/number.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* A number as "12.5"; its places are its scale. */
static c4_number number_of(const char *text)
{
    const char *point = strchr(text, '.');
    c4_number number = {0, point != NULL ? (unsigned)strlen(point + 1) : 0};

    assert_int_equal(c4_decimal_parse(text, strlen(text), number.scale, &number.value), 0);
    return number;
}

/* NULL: it does not fit, or is not defined. */
static void assert_number(bool fits, c4_number found, const char *text, const char *a,
                          const char *b)
{
    char shown[C4_DECIMAL_TEXT] = "nothing";

    if (fits)
        (void)c4_decimal_format(found.value, found.scale, shown);
    if (strcmp(shown, text != NULL ? text : "nothing") != 0)
        fail_msg("%s, %s: %s", a, b, shown);
}

#define MOST  "9223372036854775807"
#define LEAST "-9223372036854775808"
#define M9    "9223372036.854775807"
#define L9    "-9223372036.854775808"
#define SMALL "0.000000001"

typedef bool (*of_two)(c4_number a, c4_number b, c4_number *result);

static const struct {
    of_two of;
    const char *a;
    const char *b;
    const char *result;
} pairs[] = {
    {c4_number_add, "1.5", "2.25", "3.75"},
    {c4_number_add, "0.1", "0.20", "0.30"},
    {c4_number_add, MOST, "1", NULL},
    {c4_number_add, MOST, "-1", "9223372036854775806"},
    {c4_number_add, MOST, LEAST, "-1"},
    {c4_number_add, LEAST, "-1", NULL},
    {c4_number_add, LEAST, LEAST, NULL},
    {c4_number_add, MOST, "0.4", MOST}, /* rounded to what fits */
    {c4_number_add, MOST, "0.5", NULL}, /* half to even is up */
    {c4_number_add, LEAST, "-0.5", LEAST},
    {c4_number_add, M9, SMALL, "9223372036.85477581"},
    {c4_number_add, L9, "-" SMALL, "-9223372036.85477581"},
    {c4_number_subtract, "1", "0.000000001", "0.999999999"},
    {c4_number_subtract, "0", LEAST, NULL},
    {c4_number_subtract, "-1", LEAST, MOST},
    {c4_number_subtract, "0.0", L9, "9223372036.85477581"},
    {c4_number_subtract, MOST, MOST, "0"},
    {c4_number_multiply, "1.5", "1.5", "2.25"},
    {c4_number_multiply, SMALL, "0.5", "0.000000000"}, /* half to even */
    {c4_number_multiply, SMALL, "1.5", "0.000000002"},
    {c4_number_multiply, "-" SMALL, "1.5", "-0.000000002"},
    {c4_number_multiply, SMALL, SMALL, "0.000000000"},
    {c4_number_multiply, MOST, MOST, NULL},
    {c4_number_multiply, LEAST, LEAST, NULL},
    {c4_number_multiply, LEAST, "-1", NULL},
    {c4_number_multiply, LEAST, "1", LEAST},
    {c4_number_multiply, M9, M9, NULL},
    {c4_number_multiply, M9, "1.000000000", M9},
    {c4_number_multiply, "3037000500", "3037000500", NULL},
    {c4_number_multiply, "3037000499", "3037000499", "9223372030926249001"},
    {c4_number_divide, "1", "0", NULL},
    {c4_number_divide, "0", "0.00", NULL},
    {c4_number_divide, "1", "3", "0.333333333"},
    {c4_number_divide, "-2", "3", "-0.666666667"},
    {c4_number_divide, "1", "2000000000", "0.000000000"}, /* half to even */
    {c4_number_divide, "3", "2000000000", "0.000000002"},
    {c4_number_divide, "1", MOST, "0.000000000"},
    {c4_number_divide, MOST, "1", MOST},
    {c4_number_divide, MOST, "0.1", NULL},
    {c4_number_divide, MOST, SMALL, NULL},
    {c4_number_divide, MOST, "2", "4611686018427387904"},
    {c4_number_divide, LEAST, "1", LEAST},
    {c4_number_divide, LEAST, "-1", NULL},
    {c4_number_divide, LEAST, LEAST, "1.000000000"},
    {c4_number_divide, "1", LEAST, "0.000000000"},
    {c4_number_divide, MOST, LEAST, "-1.000000000"},
    {c4_number_divide, L9, "-1", "9223372036.85477581"},
    {c4_number_divide, L9, "-1.000000000", "9223372036.85477581"},
    {c4_number_divide, "-922337203685477580.8", "-0.1", NULL},
    {c4_number_modulo, "7", "3", "1"},
    {c4_number_modulo, "-7", "3", "2"},
    {c4_number_modulo, "7", "-3", "-2"},
    {c4_number_modulo, "-7", "-3", "-1"},
    {c4_number_modulo, "6", "-3", "0"},
    {c4_number_modulo, "7", "0.0", NULL},
    {c4_number_modulo, "7.55", "0.5", "0.05"},
    {c4_number_modulo, LEAST, "-1", "0"},
    {c4_number_modulo, LEAST, "10", "2"},
    {c4_number_modulo, MOST, "0.5", "0.0"},
    {c4_number_modulo, MOST, "0.000000007", "0.000000000"},
    {c4_number_modulo, MOST, "0.000000004", "0.000000000"},
    {c4_number_modulo, MOST, "0.000000011", "0.000000004"},
    {c4_number_modulo, MOST, "-9223372036.854775808", "-1.000000000"},
    {c4_number_modulo, SMALL, MOST, SMALL},
    {c4_number_modulo, "-" SMALL, LEAST, "-" SMALL},
    {c4_number_modulo, "-" SMALL, "9000000000000000000", "9000000000000000000"},
    {c4_number_modulo, "-0.5", MOST, "9223372036854775806"},
    {c4_number_modulo, "-0.4", MOST, "9223372036854775807"},
    {c4_number_modulo, "0.000000000", MOST, "0.000000000"},
};

static void two_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(pairs); i++) {
        c4_number result;
        bool fits = pairs[i].of(number_of(pairs[i].a), number_of(pairs[i].b), &result);
        assert_number(fits, result, pairs[i].result, pairs[i].a, pairs[i].b);
    }
}

typedef bool (*of_one)(c4_number a, c4_number *result);

static const struct {
    of_one of;
    const char *a;
    const char *result;
} singles[] = {
    {c4_number_negate, "1.50", "-1.50"},
    {c4_number_negate, "0", "0"},
    {c4_number_negate, MOST, "-9223372036854775807"},
    {c4_number_negate, LEAST, NULL},
    {c4_number_negate, L9, "9223372036.85477581"},
    {c4_number_floor, "1.5", "1"},
    {c4_number_floor, "-1.5", "-2"},
    {c4_number_floor, "-1.0", "-1"},
    {c4_number_floor, L9, "-9223372037"},
    {c4_number_floor, LEAST, LEAST},
    {c4_number_ceil, "1.5", "2"},
    {c4_number_ceil, "-1.5", "-1"},
    {c4_number_ceil, M9, "9223372037"},
    {c4_number_ceil, MOST, MOST},
    {c4_number_ceil, "2.000", "2"},
};

static void one_number(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(singles); i++) {
        c4_number result;
        bool fits = singles[i].of(number_of(singles[i].a), &result);
        assert_number(fits, result, singles[i].result, singles[i].a, "");
    }
}

static const struct {
    const char *a;
    int places;
    const char *result;
} rounds[] = {
    {"2.5", 0, "2"},
    {"3.5", 0, "4"},
    {"-2.5", 0, "-2"},
    {"-3.5", 0, "-4"},
    {"2.51", 0, "3"},
    {"1.005", 2, "1.00"},
    {"1.015", 2, "1.02"},
    {"1.5", 1, "1.5"},
    {"1.5", 9, "1.5"},
    {"1.5", 10, NULL},
    {"25", -1, "20"},
    {"35", -1, "40"},
    {"5", -1, "0"},
    {"-15", -1, "-20"},
    {"25.1", -1, "30"},
    {"1500000000", -9, "2000000000"},
    {"500000000", -9, "0"},
    {"1", -10, NULL},
    {MOST, -1, NULL},
    {LEAST, -1, NULL},
    {MOST, -2, "9223372036854775800"},
    {M9, -9, "9000000000"},
    {"0.999999999", 8, "1.00000000"},
};

static void rounds_half_to_even(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rounds); i++) {
        c4_number result;
        bool fits = c4_number_round(number_of(rounds[i].a), rounds[i].places, &result);
        assert_number(fits, result, rounds[i].result, rounds[i].a, "rounded");
    }
}

static const struct {
    const char *a;
    const char *b;
    int order;
} orders[] = {
    {"1", "1.000000000", 0}, {"1", "1.000000001", -1}, {"-1", "-1.1", 1},
    {MOST, M9, 1},           {LEAST, MOST, -1},        {LEAST, L9, -1},
    {L9, LEAST, 1},          {"0", "-0.000000001", 1}, {MOST, MOST, 0},
};

static void compares(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(orders); i++) {
        c4_number a = number_of(orders[i].a), b = number_of(orders[i].b);
        assert_int_equal(c4_number_compare(a, b), orders[i].order);
        assert_int_equal(c4_number_compare(b, a), -orders[i].order);
    }
}

static const struct {
    const char *a;
    unsigned scale;
    bool fits;
    int64_t value;
} scales[] = {
    {"1.5", 2, true, 150},
    {"1.5", 0, true, 2},
    {"2.5", 0, true, 2},
    {"-0.5", 0, true, 0},
    {MOST, 0, true, INT64_MAX},
    {MOST, 1, false, 0},
    {"9223372036", 9, true, INT64_C(9223372036000000000)},
    {"9223372037", 9, false, 0},
    {L9, 9, true, INT64_MIN},
    {L9, 0, true, -9223372037},
};

static void takes_a_scale(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(scales); i++) {
        int64_t value = 0;
        assert_int_equal(c4_number_at_scale(number_of(scales[i].a), scales[i].scale, &value),
                         scales[i].fits);
        assert_int_equal(value, scales[i].value);
    }
}

static void trims_and_tells_whole_numbers(void **state)
{
    static const struct {
        const char *a;
        const char *trimmed;
        bool whole;
    } rows[] = {{"1.500", "1.5", false},    {"100", "100", true}, {"100.00", "100", true},
                {"0.000000000", "0", true}, {"-2.0", "-2", true}, {L9, L9, false}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int64_t whole;
        assert_number(true, c4_number_trimmed(number_of(rows[i].a)), rows[i].trimmed, rows[i].a,
                      "trimmed");
        assert_int_equal(c4_number_whole(number_of(rows[i].a), &whole), rows[i].whole);
        if (rows[i].whole)
            assert_int_equal(whole, number_of(rows[i].trimmed).value);
    }
}

static void quotients_of_whole_numbers(void **state)
{
    c4_number result;

    (void)state;
    assert_true(c4_number_of_quotient(5400, 3600, &result));
    assert_number(true, result, "1.500000000", "5400", "3600");
    assert_false(c4_number_of_quotient(1, 0, &result));
    assert_false(c4_number_of_quotient(INT64_MIN, -1, &result));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_numbers),
        cmocka_unit_test(one_number),
        cmocka_unit_test(rounds_half_to_even),
        cmocka_unit_test(compares),
        cmocka_unit_test(takes_a_scale),
        cmocka_unit_test(trims_and_tells_whole_numbers),
        cmocka_unit_test(quotients_of_whole_numbers),
    };

    return cmocka_run_group_tests_name("numbers", tests, NULL, NULL);
}
