/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <crm4e/errors.h>

#include "base/decimal.h"

static uint64_t random_state = 20240229;

/* xorshift: the same numbers in every run. */
static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* Any magnitude, both signs, the extremes now and then. */
static int64_t random_value(void)
{
    uint64_t bits = next_random();
    int64_t value = (int64_t)(bits >> 1 >> (next_random() % 63));

    if (bits % 50 == 0)
        return bits % 100 == 0 ? INT64_MIN : INT64_MAX;
    return (bits & 1) != 0 ? -value : value;
}

typedef struct parse_row {
    const char *text;
    unsigned scale;
    int code;
    int64_t value;
} parse_row;

static const parse_row parse_table[] = {
    {"0", 0, CRM4E_OK, 0},
    {"-0", 2, CRM4E_OK, 0},
    {"-12.50", 2, CRM4E_OK, -1250},
    {"+3", 1, CRM4E_OK, 30},
    {"007.5", 1, CRM4E_OK, 75},
    {"12.500", 1, CRM4E_OK, 125},
    {"12.501", 2, CRM4E_E_INVALID, 0},
    {"0.000000001", 9, CRM4E_OK, 1},
    {"0.0000000001", 9, CRM4E_E_INVALID, 0},
    {"0.0000000000", 9, CRM4E_OK, 0},
    {"1e3", 0, CRM4E_OK, 1000},
    {"1E+3", 2, CRM4E_OK, 100000},
    {"1.25e1", 1, CRM4E_OK, 125},
    {"1250e-2", 1, CRM4E_OK, 125},
    {"1250e-2", 0, CRM4E_E_INVALID, 0},
    {"100e-2", 0, CRM4E_OK, 1},
    {"0e99999999999999999999", 9, CRM4E_OK, 0},
    {"0.0e-99999999999999999999", 0, CRM4E_OK, 0},
    {"1e99999999999999999999", 0, CRM4E_E_TOO_BIG, 0},
    {"1e-99999999999999999999", 0, CRM4E_E_INVALID, 0},
    {"9223372036854775807", 0, CRM4E_OK, INT64_MAX},
    {"-9223372036854775808", 0, CRM4E_OK, INT64_MIN},
    {"9223372036854775808", 0, CRM4E_E_TOO_BIG, 0},
    {"-9223372036854775809", 0, CRM4E_E_TOO_BIG, 0},
    {"-9223372036.854775808", 9, CRM4E_OK, INT64_MIN},
    {"9223372036.854775808", 9, CRM4E_E_TOO_BIG, 0},
    {"9223372036854775807000e-3", 0, CRM4E_OK, INT64_MAX},
    {"9223372036854775807", 1, CRM4E_E_TOO_BIG, 0},
    {"99999999999999999999.001", 2, CRM4E_E_INVALID, 0},
    {"", 0, CRM4E_E_INVALID, 0},
    {"-", 0, CRM4E_E_INVALID, 0},
    {"+-1", 0, CRM4E_E_INVALID, 0},
    {".5", 1, CRM4E_E_INVALID, 0},
    {"5.", 1, CRM4E_E_INVALID, 0},
    {"1.2.3", 2, CRM4E_E_INVALID, 0},
    {"1,5", 1, CRM4E_E_INVALID, 0},
    {" 1", 0, CRM4E_E_INVALID, 0},
    {"1 ", 0, CRM4E_E_INVALID, 0},
    {"1e", 0, CRM4E_E_INVALID, 0},
    {"1e+", 0, CRM4E_E_INVALID, 0},
    {"1e1.0", 0, CRM4E_E_INVALID, 0},
    {"e1", 0, CRM4E_E_INVALID, 0},
    {"0x1", 0, CRM4E_E_INVALID, 0},
    {"NaN", 0, CRM4E_E_INVALID, 0},
    {"1", 10, CRM4E_E_INVALID, 0},
};

static void test_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof parse_table / sizeof parse_table[0]; i++) {
        const parse_row *row = &parse_table[i];
        int64_t value = 77;
        int rc = c4_decimal_parse(row->text, strlen(row->text), row->scale, &value);
        if (rc != row->code || value != (rc == CRM4E_OK ? row->value : 77))
            fail_msg("%s at %u: code %d, value %lld", row->text, row->scale, rc, (long long)value);
    }
}

/* The plain digits of the C library with a point put in by hand. */
static void naive_format(int64_t value, unsigned scale, char *text, size_t size)
{
    char digits[64];
    const char *shown = digits;
    size_t whole;

    (void)snprintf(digits, sizeof digits, "%0*lld", (int)scale + (value < 0 ? 2 : 1),
                   (long long)value);
    whole = strlen(digits) - scale;
    (void)snprintf(text, size, "%.*s%s%s", (int)whole, shown, scale > 0 ? "." : "", shown + whole);
}

static void test_format(void **state)
{
    char text[C4_DECIMAL_TEXT];

    (void)state;
    assert_int_equal(c4_decimal_format(-1250, 2, text), 6);
    assert_string_equal(text, "-12.50");
    c4_decimal_format(-5, 2, text);
    assert_string_equal(text, "-0.05");
    c4_decimal_format(0, 9, text);
    assert_string_equal(text, "0.000000000");
    c4_decimal_format(INT64_MIN, 0, text);
    assert_string_equal(text, "-9223372036854775808");
    c4_decimal_format(INT64_MIN, 9, text);
    assert_string_equal(text, "-9223372036.854775808");
}

static void test_round_trip(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        int64_t value = random_value(), read = 0;
        unsigned scale = (unsigned)(next_random() % (C4_DECIMAL_PLACES_MAX + 1));
        char text[C4_DECIMAL_TEXT], naive[C4_DECIMAL_TEXT];
        size_t length = c4_decimal_format(value, scale, text);
        naive_format(value, scale, naive, sizeof naive);
        assert_string_equal(text, naive);
        assert_int_equal(length, strlen(text));
        assert_int_equal(c4_decimal_parse(text, length, scale, &read), CRM4E_OK);
        assert_true(read == value);
    }
}

static void test_rescale(void **state)
{
    int64_t value = 3;

    (void)state;
    assert_true(c4_decimal_rescale(125, 2, 4, &value) && value == 12500);
    assert_true(c4_decimal_rescale(-12500, 4, 2, &value) && value == -125);
    assert_true(c4_decimal_rescale(INT64_MIN, 9, 9, &value) && value == INT64_MIN);
    value = 3;
    assert_false(c4_decimal_rescale(125, 2, 1, &value));
    assert_false(c4_decimal_rescale(INT64_MAX, 0, 1, &value));
    assert_false(c4_decimal_rescale(INT64_MIN, 0, 9, &value));
    assert_false(c4_decimal_rescale(1, 0, 10, &value));
    assert_false(c4_decimal_rescale(1, 10, 0, &value));
    assert_int_equal(value, 3);
}

/* A sum of small values against int64, in random order and in two halves. */
static void test_sums_agree(void **state)
{
    (void)state;
    for (int round = 0; round < 500; round++) {
        c4_sum first = {0, 0}, second = {0, 0};
        int64_t plain = 0, value = 0;
        for (int i = 0; i < 20; i++) {
            int64_t addend = random_value() / 64;
            plain += addend;
            c4_sum_add(i % 3 == 0 ? &first : &second, addend);
        }
        c4_sum_merge(&first, &second);
        assert_true(c4_sum_value(&first, &value));
        assert_true(value == plain);
    }
}

static void test_sums_are_wide(void **state)
{
    c4_sum sum = {0, 0}, least = {0, INT64_MIN}, most = {UINT64_MAX, INT64_MAX};
    int64_t value = 9;
    char text[C4_DECIMAL_TEXT];

    (void)state;
    c4_sum_add(&sum, INT64_MAX);
    c4_sum_add(&sum, 1);
    assert_false(c4_sum_value(&sum, &value));
    assert_int_equal(c4_sum_format(&sum, 2, text), 20);
    assert_string_equal(text, "92233720368547758.08");
    for (int i = 0; i < 3; i++)
        c4_sum_add(&sum, INT64_MIN);
    c4_sum_format(&sum, 0, text);
    assert_string_equal(text, "-18446744073709551616");
    assert_false(c4_sum_value(&sum, &value));
    assert_int_equal(value, 9);
    c4_sum_add(&sum, INT64_MAX);
    c4_sum_add(&sum, 1);
    assert_true(c4_sum_value(&sum, &value));
    assert_true(value == INT64_MIN);
    c4_sum_format(&least, 9, text);
    assert_string_equal(text, "-170141183460469231731687303715.884105728");
    c4_sum_format(&most, 0, text);
    assert_string_equal(text, "170141183460469231731687303715884105727");
    c4_sum_merge(&least, &most);
    assert_true(c4_sum_value(&least, &value));
    assert_int_equal(value, -1);
}

static bool average_of(const int64_t *values, size_t count, int64_t divisor, unsigned places,
                       int64_t *result)
{
    c4_sum sum = {0, 0};

    for (size_t i = 0; i < count; i++)
        c4_sum_add(&sum, values[i]);
    return c4_sum_average(&sum, divisor, places, result);
}

static void test_average_rounds_half_to_even(void **state)
{
    static const struct {
        int64_t sum, count;
        unsigned places;
        int64_t average;
    } rows[] = {{1, 2, 0, 0},
                {3, 2, 0, 2},
                {5, 2, 0, 2},
                {-1, 2, 0, 0},
                {-3, 2, 0, -2},
                {-5, 2, 0, -2},
                {10, 3, 0, 3},
                {11, 3, 0, 4},
                {-11, 3, 0, -4},
                {1, 3, 4, 3333},
                {2, 3, 4, 6667},
                {1, 8, 2, 12},
                {3, 8, 2, 38},
                {1, 1, 9, 1000000000},
                {0, 7, 9, 0},
                {7, 7, 0, 1},
                {INT64_MAX, INT64_MAX, 9, 1000000000},
                {1, INT64_MAX, 9, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t result = -99;
        assert_true(average_of(&rows[i].sum, 1, rows[i].count, rows[i].places, &result));
        if (result != rows[i].average)
            fail_msg("row %zu: %lld", i, (long long)result);
    }
}

static void test_average_limits(void **state)
{
    const int64_t high[] = {INT64_MAX, INT64_MAX}, low[] = {INT64_MIN, INT64_MIN};
    const c4_sum most = {UINT64_MAX, INT64_MAX};
    int64_t result = 5;

    (void)state;
    assert_false(average_of(high, 2, 0, 0, &result));
    assert_false(average_of(high, 2, -1, 0, &result));
    assert_false(average_of(high, 2, 2, 10, &result));
    assert_false(average_of(high, 2, 1, 0, &result));
    assert_false(average_of(low, 2, 1, 0, &result));
    assert_false(average_of(high, 2, 2, 1, &result));
    assert_false(c4_sum_average(&most, 1, 9, &result));
    assert_false(c4_sum_average(&most, INT64_MAX, 9, &result));
    assert_int_equal(result, 5);
    assert_true(average_of(high, 2, 2, 0, &result) && result == INT64_MAX);
    assert_true(average_of(low, 2, 2, 0, &result) && result == INT64_MIN);
}

/* Within int64 the rounding is the one of plain integers. */
static void test_average_agrees(void **state)
{
    (void)state;
    for (int i = 0; i < 5000; i++) {
        int64_t sum = random_value() / 1000000, count = (int64_t)(next_random() % 1000) + 1;
        int64_t scaled = sum * 1000, expected = scaled / count, rest = scaled % count, result = 0;
        int64_t twice = rest < 0 ? -rest * 2 : rest * 2;
        if (twice > count || (twice == count && expected % 2 != 0))
            expected += sum < 0 ? -1 : 1;
        assert_true(average_of(&sum, 1, count, 3, &result));
        assert_true(result == expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_rescale),
        cmocka_unit_test(test_sums_agree),
        cmocka_unit_test(test_sums_are_wide),
        cmocka_unit_test(test_average_rounds_half_to_even),
        cmocka_unit_test(test_average_limits),
        cmocka_unit_test(test_average_agrees),
    };

    return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
