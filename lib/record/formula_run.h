/* SPDX-License-Identifier: MIT */
/* What formulas are worth; for formula_*.c only. */
#ifndef C4_FORMULA_RUN_H
#define C4_FORMULA_RUN_H

#include "base/number.h"
#include "model/formula.h"
#include "record/inside.h"

enum {
    C4_WORTH_TEXT = 65536 /* bytes of a text on the way; a longer one is nothing */
};

/* A value on the way. Without a type it is empty: what has no value, does not
 * fit or is not defined. */
typedef struct c4_worth {
    c4_formula_type type;
    c4_number number; /* dates, times and booleans are its value */
    const char *text;
    size_t length;
} c4_worth;

typedef struct c4_formula_run {
    c4_unit *unit;
    const crm4e_value *row;
    int rc; /* NO_MEMORY, once */
} c4_formula_run;

/* Operands that are all there; `out` is empty before. */
typedef void (*c4_formula_function)(c4_formula_run *run, const c4_worth *operands, size_t count,
                                    c4_worth *out);
/* Of the functions of text and of comparing text; NULL for others. */
c4_formula_function c4_formula_text_function(c4_formula_op op);

void c4_worth_text(c4_formula_run *run, const char *text, size_t length, c4_worth *out);
/* What the buffer holds, which is freed. */
void c4_worth_buffer(c4_formula_run *run, c4_buffer *text, c4_worth *out);
/* -1, 0, 1 without regard to case and accents; false when it cannot be told. */
bool c4_worth_order(c4_formula_run *run, const c4_worth *a, const c4_worth *b, int *order);

#endif
