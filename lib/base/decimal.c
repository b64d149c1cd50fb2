/* SPDX-License-Identifier: MIT */
#include "base/decimal.h"

#include <crm4e/errors.h>

/* A number's text taken apart; the exponent counts from the last digit. */
typedef struct decimal_text {
    bool negative;
    const char *digits; /* digits with at most one point among them */
    size_t length;
    int64_t exponent;
} decimal_text;

/* Exponents are held within this bound: beyond it only "too big", "digits
 * lost" and zero remain, and sums with a text's length cannot overflow. */
static const int64_t EXPONENT_BOUND = INT64_C(1) << 60;

static const int64_t powers_of_ten[C4_DECIMAL_PLACES_MAX + 1] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t skip_digits(const char *text, size_t length, size_t at)
{
    while (at < length && is_digit(text[at]))
        at++;
    return at;
}

/* Reads "e+12" from `at` to the end of the text. */
static bool read_exponent(const char *text, size_t length, size_t at, int64_t *exponent)
{
    int64_t number = 0;
    bool negative = false;

    at++;
    if (at < length && (text[at] == '+' || text[at] == '-')) {
        negative = text[at] == '-';
        at++;
    }
    if (at == length || skip_digits(text, length, at) != length)
        return false;
    for (; at < length; at++) {
        if (number < EXPONENT_BOUND / 16)
            number = number * 10 + (text[at] - '0');
    }
    *exponent = negative ? -number : number;
    return true;
}

static bool take_apart(const char *text, size_t length, decimal_text *parts)
{
    size_t at = 0, end;

    parts->negative = length > 0 && text[0] == '-';
    parts->exponent = 0;
    if (length > 0 && (text[0] == '-' || text[0] == '+'))
        at = 1;
    end = skip_digits(text, length, at);
    if (end == at)
        return false;
    parts->digits = text + at;
    if (end < length && text[end] == '.') {
        size_t point = end;
        end = skip_digits(text, length, point + 1);
        if (end == point + 1)
            return false;
        parts->exponent = -(int64_t)(end - point - 1);
    }
    parts->length = (size_t)(text + end - parts->digits);
    if (end < length) {
        int64_t exponent;
        if ((text[end] != 'e' && text[end] != 'E') || !read_exponent(text, length, end, &exponent))
            return false;
        parts->exponent += exponent;
    }
    return true;
}

/* Counts downwards from zero, so that INT64_MIN can be reached. */
static bool push_digit(int64_t *value, int digit)
{
    int64_t next;

    if (!c4_mul_i64(*value, 10, &next) || !c4_sub_i64(next, digit, &next))
        return false;
    *value = next;
    return true;
}

/* Digits below the scale must be zero; that is looked at before the size. */
static int collect(const decimal_text *parts, unsigned scale, int64_t *negated)
{
    int64_t power = parts->exponent + (int64_t)scale; /* of the last digit */
    int64_t value = 0;
    size_t kept = parts->length;
    bool fits = true;

    for (; power < 0 && kept > 0; kept--) {
        char c = parts->digits[kept - 1];
        if (c == '.')
            continue;
        if (c != '0')
            return CRM4E_E_INVALID;
        power++;
    }
    for (size_t i = 0; i < kept && fits; i++) {
        if (parts->digits[i] != '.')
            fits = push_digit(&value, parts->digits[i] - '0');
    }
    for (; power > 0 && value != 0 && fits; power--)
        fits = push_digit(&value, 0);
    *negated = value;
    return fits ? CRM4E_OK : CRM4E_E_TOO_BIG;
}

bool c4_decimal_is_number(const char *text, size_t length)
{
    decimal_text parts;

    return take_apart(text, length, &parts);
}

int c4_decimal_parse(const char *text, size_t length, unsigned scale, int64_t *value)
{
    decimal_text parts;
    int64_t result;
    int rc;

    if (scale > C4_DECIMAL_PLACES_MAX || !take_apart(text, length, &parts))
        return CRM4E_E_INVALID;
    rc = collect(&parts, scale, &result);
    if (rc == CRM4E_OK && !parts.negative && !c4_sub_i64(0, result, &result))
        rc = CRM4E_E_TOO_BIG;
    if (rc == CRM4E_OK)
        *value = result;
    return rc;
}

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? UINT64_C(0) - (uint64_t)value : (uint64_t)value;
}

/* number / 10, giving the remainder: four 32-bit steps of long division. */
static unsigned divide_by_ten(uint64_t *high, uint64_t *low)
{
    uint64_t words[4] = {*high >> 32, *high & UINT32_MAX, *low >> 32, *low & UINT32_MAX};
    uint64_t rest = 0;

    for (int i = 0; i < 4; i++) {
        uint64_t part = (rest << 32) | words[i];
        words[i] = part / 10;
        rest = part % 10;
    }
    *high = (words[0] << 32) | words[1];
    *low = (words[2] << 32) | words[3];
    return (unsigned)rest;
}

static size_t format_magnitude(bool negative, uint64_t high, uint64_t low, unsigned scale,
                               char text[C4_DECIMAL_TEXT])
{
    char reversed[C4_DECIMAL_TEXT];
    size_t count = 0, length = 0;
    unsigned digits = 0;

    while (high != 0 || low != 0 || digits <= scale) {
        if (digits == scale && scale > 0)
            reversed[count++] = '.';
        reversed[count++] = (char)('0' + divide_by_ten(&high, &low));
        digits++;
    }
    if (negative)
        reversed[count++] = '-';
    while (count > 0)
        text[length++] = reversed[--count];
    text[length] = '\0';
    return length;
}

static unsigned bounded_scale(unsigned scale)
{
    return scale > C4_DECIMAL_PLACES_MAX ? C4_DECIMAL_PLACES_MAX : scale;
}

size_t c4_decimal_format(int64_t value, unsigned scale, char text[C4_DECIMAL_TEXT])
{
    return format_magnitude(value < 0, 0, magnitude(value), bounded_scale(scale), text);
}

bool c4_decimal_rescale(int64_t value, unsigned from, unsigned to, int64_t *result)
{
    int64_t factor;

    if (from > C4_DECIMAL_PLACES_MAX || to > C4_DECIMAL_PLACES_MAX)
        return false;
    if (to >= from)
        return c4_mul_i64(value, powers_of_ten[to - from], result);
    factor = powers_of_ten[from - to];
    if (value % factor != 0)
        return false;
    *result = value / factor;
    return true;
}

/* The halves are added as unsigned words, where wrapping is defined. */
static void add_words(c4_sum *sum, uint64_t high, uint64_t low)
{
    uint64_t total = sum->low + low;
    uint64_t carry = total < low ? 1 : 0;
    uint64_t top = (uint64_t)sum->high + high + carry;

    sum->low = total;
    sum->high = top > INT64_MAX ? -(int64_t)(UINT64_MAX - top) - 1 : (int64_t)top;
}

void c4_sum_add(c4_sum *sum, int64_t value)
{
    add_words(sum, value < 0 ? UINT64_MAX : 0, (uint64_t)value);
}

void c4_sum_merge(c4_sum *sum, const c4_sum *other)
{
    add_words(sum, (uint64_t)other->high, other->low);
}

void c4_sum_negate(c4_sum *sum)
{
    uint64_t high = ~(uint64_t)sum->high + (sum->low == 0 ? 1 : 0);

    sum->low = ~sum->low + 1;
    sum->high = high <= INT64_MAX ? (int64_t)high : -(int64_t)(~high) - 1;
}

/* All 128 bits of a product, in four of 32 by 32. */
c4_sum c4_sum_product(int64_t a, int64_t b)
{
    uint64_t x = magnitude(a), y = magnitude(b);
    uint64_t low = (x & UINT32_MAX) * (y & UINT32_MAX);
    uint64_t left = (x >> 32) * (y & UINT32_MAX);
    uint64_t right = (x & UINT32_MAX) * (y >> 32);
    uint64_t middle = (low >> 32) + (left & UINT32_MAX) + (right & UINT32_MAX);
    c4_sum sum = {(middle << 32) | (low & UINT32_MAX), 0};

    sum.high = (int64_t)((x >> 32) * (y >> 32) + (left >> 32) + (right >> 32) + (middle >> 32));
    if ((a < 0) != (b < 0))
        c4_sum_negate(&sum);
    return sum;
}

bool c4_sum_value(const c4_sum *sum, int64_t *value)
{
    if (sum->high == 0 && sum->low <= INT64_MAX) {
        *value = (int64_t)sum->low;
        return true;
    }
    if (sum->high == -1 && sum->low > INT64_MAX) {
        *value = -(int64_t)(UINT64_MAX - sum->low) - 1;
        return true;
    }
    return false;
}

static void sum_magnitude(const c4_sum *sum, uint64_t *high, uint64_t *low)
{
    *high = (uint64_t)sum->high;
    *low = sum->low;
    if (sum->high < 0) {
        *low = ~*low + 1;
        *high = ~*high + (*low == 0 ? 1 : 0);
    }
}

size_t c4_sum_format(const c4_sum *sum, unsigned scale, char text[C4_DECIMAL_TEXT])
{
    uint64_t high, low;

    sum_magnitude(sum, &high, &low);
    return format_magnitude(sum->high < 0, high, low, bounded_scale(scale), text);
}

enum {
    WIDE_WORDS = 5
}; /* 128 bits times 10^9 < 2^30 need 158 bits */

/* words (most significant first) = magnitude * factor */
static void multiply_wide(uint64_t high, uint64_t low, uint64_t factor, uint32_t words[WIDE_WORDS])
{
    const uint64_t parts[4] = {high >> 32, high & UINT32_MAX, low >> 32, low & UINT32_MAX};
    uint64_t carry = 0;

    for (int i = 3; i >= 0; i--) {
        carry += parts[i] * factor;
        words[i + 1] = (uint32_t)(carry & UINT32_MAX);
        carry >>= 32;
    }
    words[0] = (uint32_t)carry;
}

/* Bit by bit; the divisor is at most 2^63, so the remainder never overflows.
 * False when the quotient is beyond 2^63 + 1. */
static bool divide_wide(const uint32_t words[WIDE_WORDS], uint64_t divisor, uint64_t *quotient,
                        uint64_t *remainder)
{
    uint64_t result = 0, rest = 0;

    for (int bit = WIDE_WORDS * 32 - 1; bit >= 0; bit--) {
        uint32_t word = words[WIDE_WORDS - 1 - bit / 32];
        rest = (rest << 1) | ((word >> (bit % 32)) & 1U);
        if (result > INT64_MAX / 2 + 1)
            return false;
        result <<= 1;
        if (rest >= divisor) {
            rest -= divisor;
            result |= 1;
        }
    }
    *quotient = result;
    *remainder = rest;
    return true;
}

bool c4_sum_divide(const c4_sum *sum, int64_t divisor, unsigned places, int64_t *result)
{
    uint32_t words[WIDE_WORDS];
    uint64_t high, low, quotient, rest, other;
    bool negative = (sum->high < 0) != (divisor < 0);

    if (divisor == 0 || places > C4_DECIMAL_PLACES_MAX)
        return false;
    sum_magnitude(sum, &high, &low);
    multiply_wide(high, low, (uint64_t)powers_of_ten[places], words);
    if (!divide_wide(words, magnitude(divisor), &quotient, &rest))
        return false;
    other = magnitude(divisor) - rest;
    if (rest > other || (rest == other && (quotient & 1) != 0))
        quotient++;
    if (!negative && quotient <= INT64_MAX)
        *result = (int64_t)quotient;
    else if (negative && quotient <= (uint64_t)INT64_MAX + 1)
        *result = quotient == 0 ? 0 : -(int64_t)(quotient - 1) - 1;
    else
        return false;
    return true;
}

bool c4_sum_average(const c4_sum *sum, int64_t count, unsigned places, int64_t *result)
{
    return count > 0 && c4_sum_divide(sum, count, places, result);
}

void c4_tally_add(c4_tally *tally, int64_t number)
{
    if (tally->count == 0 || number < tally->least)
        tally->least = number;
    if (tally->count == 0 || number > tally->most)
        tally->most = number;
    tally->count++;
    c4_sum_add(&tally->sum, number);
}

void c4_tally_merge(c4_tally *tally, const c4_tally *other)
{
    if (other->count > 0 && (tally->count == 0 || other->least < tally->least)) {
        tally->least = other->least;
    }
    if (other->count > 0 && (tally->count == 0 || other->most > tally->most)) {
        tally->most = other->most;
    }
    tally->count += other->count;
    c4_sum_merge(&tally->sum, &other->sum);
}
