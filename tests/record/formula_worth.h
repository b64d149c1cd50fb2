/* SPDX-License-Identifier: MIT */
/* What the operators and functions of formulas are worth; for formula_model.c only. */
#ifndef TEST_FORMULA_WORTH_H
#define TEST_FORMULA_WORTH_H

#include "formula_model.h"

__extension__ typedef __int128 wide;

#define DAY_MICROSECONDS INT64_C(86400000000)

enum {
    MODEL_OPERANDS = 4,
    MODEL_TEXT = 65536, /* bytes of a text on the way */
    MODEL_CHARACTERS = 13
};

/* Every character there is here, what it is in small and capital letters and folded. */
typedef struct character {
    const char *text;
    const char *small;
    const char *capital;
    const char *folded;
    bool space;
} character;

extern const character worth_characters[MODEL_CHARACTERS];

typedef const model_value *operands_of;

enum {
    OR = 1,
    AND,
    NOT,
    COMPARE,
    ADD,
    MULTIPLY,
    NEGATE,
    OPERAND
};

/* The operands: kinds as in model_value; 's' a number that is often small and whole, 'c' one
 * character or so, '=' what the whole is worth, 'a' any, 'e' any with an order, 'x' such
 * as the operand before. The last stands for all that follow. */
typedef struct production {
    char kind;
    int level; /* of an operator; OPERAND: a function */
    const char *name;
    const char *operands;
    size_t least;
    size_t most;
    bool strict; /* empty when an operand is */
    model_value (*worth)(operands_of of, size_t count);
} production;
extern const production worth_productions[];
extern const size_t worth_production_count;

/* Drops the texts that were made on the way. */
void worth_forget(void);
char *worth_text_of(size_t length);
model_value worth_text_value(const char *text, size_t length);
int64_t worth_characters_of(const model_value *value);
wide worth_ten_to(unsigned power);
bool worth_with_places(wide above, wide under, unsigned places, int64_t *number);
model_value worth_whole_value(char kind, int64_t number);
const char *worth_number_text(int64_t number, unsigned scale);
const char *worth_plain_text(const model_value *value);

/* Days of the calendar; 1970-01-01 is day 0. */
enum {
    LAST_YEAR = 9999
};
typedef struct civil {
    int year, month, day;
} civil;

extern int64_t worth_first_days[LAST_YEAR + 2]; /* once counted */
void worth_count_days(void);
int worth_month_length(int year, int month);
civil worth_civil_of(int64_t days);
model_value worth_date_value(int64_t year, int64_t month, int64_t day);
int64_t worth_floor_divide(int64_t number, int64_t by);

#endif
