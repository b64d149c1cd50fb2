/* SPDX-License-Identifier: MIT */
#include "base/number.h"

enum {
    PLACES = C4_DECIMAL_PLACES_MAX
};

static const int64_t powers[2 * PLACES + 1] = {
    INT64_C(1),
    INT64_C(10),
    INT64_C(100),
    INT64_C(1000),
    INT64_C(10000),
    INT64_C(100000),
    INT64_C(1000000),
    INT64_C(10000000),
    INT64_C(100000000),
    INT64_C(1000000000),
    INT64_C(10000000000),
    INT64_C(100000000000),
    INT64_C(1000000000000),
    INT64_C(10000000000000),
    INT64_C(100000000000000),
    INT64_C(1000000000000000),
    INT64_C(10000000000000000),
    INT64_C(100000000000000000),
    INT64_C(1000000000000000000),
};

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? UINT64_C(0) - (uint64_t)value : (uint64_t)value;
}

static c4_sum negated(c4_sum sum)
{
    c4_sum result = {~sum.low + 1, 0};
    uint64_t high = ~(uint64_t)sum.high + (result.low == 0 ? 1 : 0);

    result.high = high > INT64_MAX ? -(int64_t)(UINT64_MAX - high) - 1 : (int64_t)high;
    return result;
}

/* The most places that fit, nine at most. */
static bool fit(c4_sum sum, unsigned scale, c4_number *result)
{
    unsigned places = scale < PLACES ? scale : PLACES;

    for (;; places--) {
        bool fits = places == scale
                        ? c4_sum_value(&sum, &result->value)
                        : c4_sum_average(&sum, powers[scale - places], 0, &result->value);
        if (fits || places == 0) {
            result->scale = places;
            return fits;
        }
    }
}

/* The sum with all places of both. */
static c4_sum exact_sum(c4_number a, c4_number b, bool subtract, unsigned *scale)
{
    c4_sum x, y;

    *scale = a.scale > b.scale ? a.scale : b.scale;
    x = c4_sum_product(a.value, powers[*scale - a.scale]);
    y = c4_sum_product(b.value, powers[*scale - b.scale]);
    if (subtract) {
        y = negated(y);
    }
    c4_sum_merge(&x, &y);
    return x;
}

bool c4_number_add(c4_number a, c4_number b, c4_number *result)
{
    unsigned scale;
    c4_sum sum = exact_sum(a, b, false, &scale);

    return fit(sum, scale, result);
}

bool c4_number_subtract(c4_number a, c4_number b, c4_number *result)
{
    unsigned scale;
    c4_sum sum = exact_sum(a, b, true, &scale);

    return fit(sum, scale, result);
}

bool c4_number_multiply(c4_number a, c4_number b, c4_number *result)
{
    return fit(c4_sum_product(a.value, b.value), a.scale + b.scale, result);
}

/* a / b with `places`: a * 10^(places - a.scale + b.scale) / b, the power in two parts. */
static bool quotient(c4_number a, c4_number b, unsigned places, int64_t *value)
{
    unsigned power = places + b.scale - a.scale;
    unsigned second = power < PLACES ? power : PLACES;
    c4_sum sum = c4_sum_product(a.value, powers[power - second]);

    return c4_sum_divide(&sum, b.value, second, value);
}

/* Where no power is left, all that does not fit is the least number divided by -1. */
bool c4_number_divide(c4_number a, c4_number b, c4_number *result)
{
    if (b.value == 0) {
        return false;
    }
    for (unsigned places = PLACES;; places--) {
        if (quotient(a, b, places, &result->value)) {
            result->scale = places;
            return true;
        }
        if (places + b.scale == a.scale) {
            return fit(c4_sum_product(a.value, b.value), places, result);
        }
        if (places == 0) {
            return false;
        }
    }
}

bool c4_number_half_up(c4_number a, unsigned scale, int64_t *value)
{
    int64_t unit, rest;

    if (a.scale <= scale) {
        return c4_decimal_rescale(a.value, a.scale, scale, value);
    }
    unit = powers[a.scale - scale];
    rest = a.value % unit;
    *value = a.value / unit;
    if (rest >= unit - rest && rest > 0) {
        *value += 1;
    } else if (-rest >= unit + rest && rest < 0) {
        *value -= 1;
    }
    return true;
}

bool c4_number_of_quotient(int64_t a, int64_t b, c4_number *result)
{
    return c4_number_divide((c4_number){a, 0}, (c4_number){b, 0}, result);
}

/* Ten times the rest of a division by at most 2^63, in doublings that fit. */
static uint64_t ten_times(uint64_t rest, uint64_t divisor)
{
    uint64_t two = (rest + rest) % divisor;
    uint64_t four = (two + two) % divisor;
    uint64_t eight = (four + four) % divisor;

    return (eight + two) % divisor;
}

bool c4_number_modulo(c4_number a, c4_number b, c4_number *result)
{
    int64_t y = b.value;
    uint64_t rest;

    if (b.value == 0) {
        return false;
    }
    if (a.scale > b.scale && !c4_decimal_rescale(b.value, b.scale, a.scale, &y)) {
        /* b is beyond all numbers of that scale: nothing of a goes */
        *result = a;
        return a.value == 0 || (a.value < 0) == (b.value < 0) || c4_number_add(a, b, result);
    }
    rest = magnitude(a.value) % magnitude(y);
    for (unsigned scale = a.scale; scale < b.scale; scale++) {
        rest = ten_times(rest, magnitude(y));
    }
    if (rest != 0 && (a.value < 0) != (y < 0)) {
        rest = magnitude(y) - rest;
    }
    result->scale = a.scale > b.scale ? a.scale : b.scale;
    result->value = y < 0 ? -(int64_t)rest : (int64_t)rest;
    return true;
}

bool c4_number_negate(c4_number a, c4_number *result)
{
    return fit(negated(c4_sum_product(a.value, 1)), a.scale, result);
}

int c4_number_compare(c4_number a, c4_number b)
{
    unsigned scale;
    c4_sum difference = exact_sum(a, b, true, &scale);

    return difference.high < 0 ? -1 : difference.high > 0 || difference.low > 0;
}

bool c4_number_at_scale(c4_number a, unsigned scale, int64_t *value)
{
    c4_sum sum = {0, 0};

    if (scale >= a.scale) {
        return c4_decimal_rescale(a.value, a.scale, scale, value);
    }
    c4_sum_add(&sum, a.value);
    return c4_sum_average(&sum, powers[a.scale - scale], 0, value);
}

bool c4_number_round(c4_number a, int places, c4_number *result)
{
    c4_sum sum = {0, 0};
    int64_t tens;

    if (places >= (int)a.scale) {
        *result = a;
        return places <= PLACES;
    }
    if (places >= 0) {
        result->scale = (unsigned)places;
        return c4_number_at_scale(a, result->scale, &result->value);
    }
    c4_sum_add(&sum, a.value);
    result->scale = 0;
    return places >= -PLACES && c4_sum_average(&sum, powers[(int)a.scale - places], 0, &tens) &&
           c4_mul_i64(tens, powers[-places], &result->value);
}

bool c4_number_floor(c4_number a, c4_number *result)
{
    int64_t power = powers[a.scale];

    result->scale = 0;
    result->value = a.value / power - (a.value % power < 0 ? 1 : 0);
    return true;
}

bool c4_number_ceil(c4_number a, c4_number *result)
{
    int64_t power = powers[a.scale];

    result->scale = 0;
    result->value = a.value / power + (a.value % power > 0 ? 1 : 0);
    return true;
}

c4_number c4_number_trimmed(c4_number a)
{
    while (a.scale > 0 && a.value % 10 == 0) {
        a.value /= 10;
        a.scale--;
    }
    return a;
}

bool c4_number_whole(c4_number a, int64_t *value)
{
    c4_number whole = c4_number_trimmed(a);

    *value = whole.value;
    return whole.scale == 0;
}
