/* SPDX-License-Identifier: MIT */
/* Exact decimals: int64 scaled by a power of ten (0 to 9 decimal places), and
 * 128-bit sums of them. Nothing here rounds unless its name says so. */
#ifndef C4_DECIMAL_H
#define C4_DECIMAL_H

#include "base/buffer.h"

enum {
    C4_DECIMAL_PLACES_MAX = 9
};

/* "-12.50" -> -1250 at scale 2. Optional sign, digits, optional point and
 * digits, optional exponent (e+3) as JSON writes it. INVALID for anything else
 * or for digits beyond the scale that are not zero; TOO_BIG beyond int64. */
int c4_decimal_parse(const char *text, size_t length, unsigned scale, int64_t *value);
/* Whether it is such a number at all, however large or long. */
bool c4_decimal_is_number(const char *text, size_t length);
/* Writes "-12.50" (all places of the scale). Needs C4_DECIMAL_TEXT bytes. */
enum {
    C4_DECIMAL_TEXT = 48
};
size_t c4_decimal_format(int64_t value, unsigned scale, char text[C4_DECIMAL_TEXT]);
/* Changes the scale; false when digits would be lost or it overflows. */
bool c4_decimal_rescale(int64_t value, unsigned from, unsigned to, int64_t *result);

/* A sum that cannot overflow for 2^63 addends: sign-extended 128 bits. */
typedef struct c4_sum {
    uint64_t low;
    int64_t high;
} c4_sum;

void c4_sum_add(c4_sum *sum, int64_t value);
void c4_sum_merge(c4_sum *sum, const c4_sum *other);
/* -2^127 stays. */
void c4_sum_negate(c4_sum *sum);
c4_sum c4_sum_product(int64_t a, int64_t b);
/* False when it does not fit int64. */
bool c4_sum_value(const c4_sum *sum, int64_t *value);
/* Full width, up to 40 digits. */
size_t c4_sum_format(const c4_sum *sum, unsigned scale, char text[C4_DECIMAL_TEXT]);
/* sum / divisor rounded half to even to `places` more decimal places than the
 * sum has; false for division by zero or when the result leaves int64. */
bool c4_sum_divide(const c4_sum *sum, int64_t divisor, unsigned places, int64_t *result);
/* The same with a count, which is above 0: false when it is not. */
bool c4_sum_average(const c4_sum *sum, int64_t count, unsigned places, int64_t *result);

/* What is kept of many numbers of one scale; all zero at first. */
typedef struct c4_tally {
    int64_t count;
    c4_sum sum;
    int64_t least;
    int64_t most;
} c4_tally;

void c4_tally_add(c4_tally *tally, int64_t number);
/* What the other counted, too. */
void c4_tally_merge(c4_tally *tally, const c4_tally *other);

#endif
