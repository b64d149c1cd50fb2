/* SPDX-License-Identifier: MIT */
/* A second implementation of docs/formula.md: expressions made at random as trees, written
 * down, and worked out without the library: numbers as fractions of 128 bits, dates from
 * a table of years, text from a table of characters. */
#ifndef TEST_FORMULA_MODEL_H
#define TEST_FORMULA_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MODEL_FIELDS = 15,
    MODEL_EXPRESSION = 8192, /* bytes; longer ones are not made */
    MODEL_LINE = 255         /* characters of a result of text */
};

/* 'n' number, 't' text, 'd' date, 'z' datetime, 'b' boolean, 0: empty. */
typedef struct model_value {
    char kind;
    int64_t number; /* with `scale` places; days, microseconds, 0 and 1 */
    unsigned scale;
    const char *text;
    size_t length;
} model_value;

typedef struct model_field {
    const char *name;
    char kind;
    unsigned scale;
    const char *json; /* how it is declared, with ' for " */
} model_field;
extern const model_field model_fields[MODEL_FIELDS];

typedef struct model_node model_node;

void model_seed(uint64_t seed);
uint64_t model_random(void);
/* Random values of every field, some of them empty; the extremes more often than not. The
 * texts last until model_forget(). */
void model_record(model_value *values);
/* As the text of a JSON value, malloc'd; NULL for what is empty. */
char *model_json(const model_value *value);
/* An expression worth `kind`, and how it may be written; both last until the next. */
const model_node *model_make(char kind, const char **expression);
/* What it is worth for these values; texts last until the next call. */
model_value model_worth(const model_node *node, const model_value *values);
/* What of that a field holds: rounded to `scale`, text in one line. */
model_value model_stored(model_value worth, unsigned scale);
bool model_same(const model_value *a, const model_value *b);
/* As a list shows it, "-" for empty; the text lasts until the next model_worth(). */
const char *model_shown(const model_value *value, unsigned scale);
void model_forget(void);

#endif
