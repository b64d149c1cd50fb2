/* SPDX-License-Identifier: MIT */
/*
 * Formulas: an expression over the fields of one record, taken apart and checked
 * when the field is saved, and again when a snapshot is made. What it is worth is
 * computed by the layer of records. docs/formula.md is the language.
 */
#ifndef C4_FORMULA_H
#define C4_FORMULA_H

#include "model/unit.h"

enum {
    C4_FORMULA_MAX = 3000, /* characters of an expression */
    C4_FORMULA_NODES = 500,
    C4_FORMULA_DEPTH = 60
};

/* What an expression is worth. */
typedef enum c4_formula_type {
    C4_FORMULA_NONE, /* null: of any type */
    C4_FORMULA_TEXT,
    C4_FORMULA_NUMBER,
    C4_FORMULA_DATE,
    C4_FORMULA_TIME,
    C4_FORMULA_BOOLEAN
} c4_formula_type;

/* Operators and functions. X(NAME, "name", least and most operands, signature): the
 * result, then each operand, the last for all that follow. n number, t text, d date,
 * z datetime, b boolean; D date or datetime, o those and numbers, e all of these,
 * a any: such operands have one type, and a result so written has it; ? any by
 * itself. Operators have no name that can be called. */
#define C4_FORMULA_OPS(X)                                                                          \
    X(LITERAL, NULL, 0, 0, "a")                                                                    \
    X(FIELD, NULL, 0, 0, "a")                                                                      \
    X(ADD, NULL, 2, 2, "nn")                                                                       \
    X(SUBTRACT, NULL, 2, 2, "nn")                                                                  \
    X(MULTIPLY, NULL, 2, 2, "nn")                                                                  \
    X(DIVIDE, NULL, 2, 2, "nn")                                                                    \
    X(NEGATE, NULL, 1, 1, "nn")                                                                    \
    X(EQUAL, NULL, 2, 2, "ba")                                                                     \
    X(UNEQUAL, NULL, 2, 2, "ba")                                                                   \
    X(LESS, NULL, 2, 2, "be")                                                                      \
    X(LESS_EQUAL, NULL, 2, 2, "be")                                                                \
    X(GREATER, NULL, 2, 2, "be")                                                                   \
    X(GREATER_EQUAL, NULL, 2, 2, "be")                                                             \
    X(AND, "and", 1, 100, "bb")                                                                    \
    X(OR, "or", 1, 100, "bb")                                                                      \
    X(NOT, "not", 1, 1, "bb")                                                                      \
    X(IF, "if", 3, 3, "abaa")                                                                      \
    X(ISBLANK, "isblank", 1, 1, "b?")                                                              \
    X(COALESCE, "coalesce", 2, 100, "aa")                                                          \
    X(ABS, "abs", 1, 1, "nn")                                                                      \
    X(CEIL, "ceil", 1, 1, "nn")                                                                    \
    X(FLOOR, "floor", 1, 1, "nn")                                                                  \
    X(ROUND, "round", 1, 2, "nn")                                                                  \
    X(MOD, "mod", 2, 2, "nn")                                                                      \
    X(MIN, "min", 2, 100, "oo")                                                                    \
    X(MAX, "max", 2, 100, "oo")                                                                    \
    X(CONCAT, "concat", 1, 100, "tt")                                                              \
    X(LEN, "len", 1, 1, "nt")                                                                      \
    X(LOWER, "lower", 1, 1, "tt")                                                                  \
    X(UPPER, "upper", 1, 1, "tt")                                                                  \
    X(TRIM, "trim", 1, 1, "tt")                                                                    \
    X(LEFT, "left", 2, 2, "ttn")                                                                   \
    X(RIGHT, "right", 2, 2, "ttn")                                                                 \
    X(MID, "mid", 3, 3, "ttn")                                                                     \
    X(CONTAINS, "contains", 2, 2, "bt")                                                            \
    X(STARTS_WITH, "starts_with", 2, 2, "bt")                                                      \
    X(ENDS_WITH, "ends_with", 2, 2, "bt")                                                          \
    X(REPLACE, "replace", 3, 3, "tt")                                                              \
    X(TEXT, "text", 1, 2, "t?n")                                                                   \
    X(DATE, "date", 3, 3, "dn")                                                                    \
    X(DAY, "day", 1, 1, "nd")                                                                      \
    X(MONTH, "month", 1, 1, "nd")                                                                  \
    X(YEAR, "year", 1, 1, "nd")                                                                    \
    X(WEEKDAY, "weekday", 1, 1, "nd")                                                              \
    X(ADD_DAYS, "add_days", 2, 2, "DDn")                                                           \
    X(ADD_MONTHS, "add_months", 2, 2, "ddn")                                                       \
    X(DAYS_BETWEEN, "days_between", 2, 2, "nd")                                                    \
    X(HOURS_BETWEEN, "hours_between", 2, 2, "nz")                                                  \
    X(UTC_DATE, "utc_date", 1, 1, "dz")

typedef enum c4_formula_op {
#define C4_FORMULA_ENUM(name, text, least, most, signature) C4_FORMULA_OP_##name,
    C4_FORMULA_OPS(C4_FORMULA_ENUM)
#undef C4_FORMULA_ENUM
    C4_FORMULA_OP_COUNT
} c4_formula_op;

typedef struct c4_formula_node {
    c4_formula_op op;
    c4_formula_type type;
    size_t count; /* of operands */
    const struct c4_formula_node *const *operands;
    const c4_field *field; /* FIELD */
    crm4e_value literal;   /* LITERAL: NULL, INTEGER, TEXT */
    unsigned scale;        /* of a literal number */
} c4_formula_node;

typedef struct c4_formula {
    const c4_formula_node *root;
    const c4_field *const *inputs; /* that it names, each once */
    size_t input_count;
    const int32_t *sources; /* those, and what formulas among them come from; of a snapshot */
    size_t source_count;
} c4_formula;

/* Where an expression is taken apart. */
typedef struct c4_formula_source {
    c4_arena *arena;
    const c4_module *module;
    const char *text;
    c4_field_type result; /* of the field */
    c4_unit *unit;        /* whose actor must be able to read the fields it names; NULL: nobody's */
    char problem[160];    /* after INVALID: "expression at character 7: ..." */
} c4_formula_source;

/* CRM4E_OK, INVALID, TOO_BIG (beyond the bounds above), NO_MEMORY, or what the unit says of
 * a field. */
int c4_formula_compile(c4_formula_source *source, c4_formula **formula);

/* The type of the values of a field in a formula; NONE: it cannot stand there. */
c4_formula_type c4_formula_type_of(const c4_field *field);
/* By the type the result of a formula is declared with. */
bool c4_formula_result(c4_field_type type);

/* Every formula of the module, in an order in which each comes after those it names:
 * `order` has room for all. The sources of each are found on the way. `stuck` is one that
 * stands in a circle; NULL: none. */
int c4_formula_order(c4_arena *arena, c4_field *fields, size_t count, const c4_field **order,
                     size_t *ordered, const c4_field **stuck);
/* Whether computing `field` needs `input`, by however many steps. */
bool c4_formula_needs(const c4_field *field, int32_t input);

#endif
