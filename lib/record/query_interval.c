/* SPDX-License-Identifier: MIT */
/* Numbers of the query text against columns of a fixed scale, exactly. */
#include "record/query_inside.h"

enum {
    /* Digits of a number: beyond it every number is beyond int64. */
    EXPONENT_MOST = 100000
};

/* A number as its digits, with the place of the point among them. */
typedef struct number {
    const char *text;
    size_t length; /* of digits and point */
    int64_t point; /* digits before it, the exponent included */
    bool negative;
} number;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits(const char *text, size_t length, size_t at)
{
    while (at < length && is_digit(text[at]))
        at++;
    return at;
}

static bool read_exponent(const char *text, size_t length, size_t at, int64_t *exponent)
{
    bool negative = at < length && text[at] == '-';
    size_t end;
    int64_t value = 0;
    if (at < length && (text[at] == '-' || text[at] == '+'))
        at++;
    end = digits(text, length, at);
    for (size_t i = at; i < end; i++)
        value = value < EXPONENT_MOST ? value * 10 + (text[i] - '0') : EXPONENT_MOST;
    *exponent = negative ? -value : value;
    return end > at && end == length;
}

static bool read_number(const char *text, size_t length, number *out)
{
    int64_t exponent = 0;
    size_t start = length > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    size_t point = digits(text, length, start);
    size_t end = point;
    bool well = point > start;
    if (well && point < length && text[point] == '.') {
        end = digits(text, length, point + 1);
        well = end > point + 1;
    }
    if (well && end < length)
        well = (text[end] == 'e' || text[end] == 'E') &&
               read_exponent(text, length, end + 1, &exponent);
    out->negative = start == 1 && text[0] == '-';
    out->text = text + start;
    out->length = end - start;
    out->point = (int64_t)(point - start) + exponent;
    return well;
}

/* The digits before the scaled point as a number; those behind it only show
 * whether something is left. False beyond uint64. */
static bool cut_at(const number *n, int64_t places, uint64_t *whole, bool *rest)
{
    int64_t seen = 0;
    bool fits = true;
    *whole = 0;
    *rest = false;
    for (size_t i = 0; i < n->length && fits; i++) {
        unsigned digit;
        if (n->text[i] == '.')
            continue;
        digit = (unsigned)(n->text[i] - '0');
        if (seen++ >= places) {
            *rest = *rest || digit != 0;
        } else {
            fits = *whole <= (UINT64_MAX - digit) / 10;
            *whole = fits ? *whole * 10 + digit : 0;
        }
    }
    for (; seen < places && *whole != 0 && fits; seen++) {
        fits = *whole <= UINT64_MAX / 10;
        *whole = fits ? *whole * 10 : 0;
    }
    return fits;
}

bool c4_interval_of_number(const char *text, size_t length, unsigned scale, c4_interval *interval)
{
    const uint64_t most = INT64_MAX;
    number n = {0};
    uint64_t whole = 0;
    bool rest = false;
    *interval = (c4_interval){0};
    if (!read_number(text, length, &n))
        return false;
    if (!cut_at(&n, n.point + (int64_t)scale, &whole, &rest) || whole > most + n.negative ||
        (whole == most + n.negative && rest)) {
        interval->beyond = n.negative ? -1 : 1;
    } else if (n.negative) {
        /* between whole + 1 and whole below zero when something is left */
        interval->high = whole > most ? INT64_MIN : -(int64_t)whole;
        interval->low = interval->high;
        if (rest)
            interval->high--;
    } else {
        interval->high = (int64_t)whole;
        interval->low = interval->high + (rest ? 1 : 0);
    }
    return true;
}
