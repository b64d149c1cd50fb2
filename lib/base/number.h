/* SPDX-License-Identifier: MIT */
/* Decimals that carry their own scale, for arithmetic: up to nine places, rounded
 * half to even where a result has more of them or does not fit with them. A
 * function is false when the whole part does not fit. */
#ifndef C4_NUMBER_H
#define C4_NUMBER_H

#include "base/decimal.h"

typedef struct c4_number {
    int64_t value;
    unsigned scale; /* 0 to C4_DECIMAL_PLACES_MAX */
} c4_number;

bool c4_number_add(c4_number a, c4_number b, c4_number *result);
bool c4_number_subtract(c4_number a, c4_number b, c4_number *result);
bool c4_number_multiply(c4_number a, c4_number b, c4_number *result);
/* False also for division by zero. */
bool c4_number_divide(c4_number a, c4_number b, c4_number *result);
/* a - b * floor(a / b): the sign of b. False also for division by zero. */
bool c4_number_modulo(c4_number a, c4_number b, c4_number *result);
bool c4_number_negate(c4_number a, c4_number *result);
int c4_number_compare(c4_number a, c4_number b); /* -1, 0, 1 */
/* To so many places, or with fewer than none to tens, hundreds: -9 to 9. */
bool c4_number_round(c4_number a, int places, c4_number *result);
bool c4_number_floor(c4_number a, c4_number *result);
bool c4_number_ceil(c4_number a, c4_number *result);
/* The value with exactly that scale, rounded half to even. */
bool c4_number_at_scale(c4_number a, unsigned scale, int64_t *value);
/* The same, rounded half up: away from zero. */
bool c4_number_half_up(c4_number a, unsigned scale, int64_t *value);
/* A quotient of whole numbers. */
bool c4_number_of_quotient(int64_t a, int64_t b, c4_number *result);
/* Without zeros at the end of its places. */
c4_number c4_number_trimmed(c4_number a);
/* The whole number it is; false when it has places. */
bool c4_number_whole(c4_number a, int64_t *value);

#endif
