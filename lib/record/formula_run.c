/* SPDX-License-Identifier: MIT */
/* Formulas are computed where a record is written, all of them, in their order:
 * the same inputs always give the same values. */
#include "record/formula_run.h"

#include <string.h>

#include "base/civil.h"
#include "base/text.h"

static void work_out(c4_formula_run *run, const c4_formula_node *node, c4_worth *out);

static void put(c4_formula_type type, int64_t value, c4_worth *out)
{
    *out = (c4_worth){.type = type, .number = {value, 0}};
}

static void put_number(bool fits, c4_number number, c4_worth *out)
{
    if (fits) {
        *out = (c4_worth){.type = C4_FORMULA_NUMBER, .number = number};
    }
}

/* A picklist counts as the value it has, in no language. */
static void field_worth(c4_formula_run *run, const c4_field *field, c4_worth *out)
{
    const crm4e_value *value = &run->row[field->column];
    const c4_option *option;

    if (value->type == CRM4E_VALUE_TEXT) {
        *out = (c4_worth){.type = C4_FORMULA_TEXT, .text = value->data, .length = value->length};
    } else if (c4_type_info_of(field->type)->stored == C4_STORED_OPTION) {
        option = value->type == CRM4E_VALUE_INTEGER
                     ? c4_field_option(field, (int32_t)value->integer)
                     : NULL;
        if (option != NULL) {
            *out = (c4_worth){
                .type = C4_FORMULA_TEXT, .text = option->actual, .length = strlen(option->actual)};
        }
    } else if (value->type == CRM4E_VALUE_INTEGER) {
        bool decimal = c4_type_info_of(field->type)->stored == C4_STORED_DECIMAL;
        *out = (c4_worth){.type = c4_formula_type_of(field),
                          .number = {value->integer, decimal ? field->scale : 0}};
    }
}

static void literal_worth(const c4_formula_node *node, c4_worth *out)
{
    if (node->literal.type == CRM4E_VALUE_TEXT) {
        *out = (c4_worth){
            .type = C4_FORMULA_TEXT, .text = node->literal.data, .length = node->literal.length};
    } else if (node->literal.type == CRM4E_VALUE_INTEGER) {
        *out = (c4_worth){.type = node->type, .number = {node->literal.integer, node->scale}};
    }
}

typedef bool (*two_numbers)(c4_number a, c4_number b, c4_number *result);
typedef bool (*one_number)(c4_number a, c4_number *result);

static const two_numbers of_two[C4_FORMULA_OP_COUNT] = {
    [C4_FORMULA_OP_ADD] = c4_number_add,           [C4_FORMULA_OP_SUBTRACT] = c4_number_subtract,
    [C4_FORMULA_OP_MULTIPLY] = c4_number_multiply, [C4_FORMULA_OP_DIVIDE] = c4_number_divide,
    [C4_FORMULA_OP_MOD] = c4_number_modulo,
};

static bool absolute(c4_number a, c4_number *result)
{
    *result = a;
    return a.value >= 0 || c4_number_negate(a, result);
}

static const one_number of_one[C4_FORMULA_OP_COUNT] = {
    [C4_FORMULA_OP_NEGATE] = c4_number_negate,
    [C4_FORMULA_OP_ABS] = absolute,
    [C4_FORMULA_OP_CEIL] = c4_number_ceil,
    [C4_FORMULA_OP_FLOOR] = c4_number_floor,
};

static bool order_of(c4_formula_run *run, const c4_worth *a, const c4_worth *b, int *order)
{
    if (a->type == C4_FORMULA_TEXT) {
        return c4_worth_order(run, a, b, order);
    }
    *order = c4_number_compare(a->number, b->number);
    return true;
}

/* Which orders make a comparison true: below, equal, above. */
static const struct {
    c4_formula_op op;
    bool holds[3];
} comparisons[] = {
    {C4_FORMULA_OP_EQUAL, {false, true, false}},
    {C4_FORMULA_OP_UNEQUAL, {true, false, true}},
    {C4_FORMULA_OP_LESS, {true, false, false}},
    {C4_FORMULA_OP_LESS_EQUAL, {true, true, false}},
    {C4_FORMULA_OP_GREATER, {false, false, true}},
    {C4_FORMULA_OP_GREATER_EQUAL, {false, true, true}},
};

static void compare(c4_formula_run *run, c4_formula_op op, const c4_worth *operands, c4_worth *out)
{
    int order = 0;

    for (size_t i = 0; i < sizeof comparisons / sizeof comparisons[0]; i++) {
        if (comparisons[i].op == op && order_of(run, &operands[0], &operands[1], &order)) {
            put(C4_FORMULA_BOOLEAN, comparisons[i].holds[order + 1], out);
        }
    }
}

static void round_to(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    int64_t places = 0;
    c4_number rounded;

    (void)run;
    if (count == 1 || (c4_number_whole(operands[1].number, &places) &&
                       places >= -C4_DECIMAL_PLACES_MAX && places <= C4_DECIMAL_PLACES_MAX)) {
        bool fits = c4_number_round(operands[0].number, (int)places, &rounded);
        put_number(fits, rounded, out);
    }
}

static void negate_truth(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    (void)run;
    (void)count;
    put(C4_FORMULA_BOOLEAN, operands[0].number.value == 0, out);
}

static void make_date(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    int64_t parts[3];
    bool fine = true;

    (void)run;
    for (size_t i = 0; i < count; i++) {
        fine = fine && c4_number_whole(operands[i].number, &parts[i]) && parts[i] > 0 &&
               parts[i] <= 9999;
    }
    if (fine && c4_civil_valid((int)parts[0], (int)parts[1], (int)parts[2])) {
        put(C4_FORMULA_DATE, c4_civil_days((int)parts[0], (int)parts[1], (int)parts[2]), out);
    }
}

static void day(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    (void)run;
    (void)count;
    put(C4_FORMULA_NUMBER, c4_civil_of_days((int32_t)operands[0].number.value).day, out);
}

static void month(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    (void)run;
    (void)count;
    put(C4_FORMULA_NUMBER, c4_civil_of_days((int32_t)operands[0].number.value).month, out);
}

static void year(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    (void)run;
    (void)count;
    put(C4_FORMULA_NUMBER, c4_civil_of_days((int32_t)operands[0].number.value).year, out);
}

static void weekday(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    (void)run;
    (void)count;
    put(C4_FORMULA_NUMBER, c4_weekday((int32_t)operands[0].number.value), out);
}

/* Days of a date, or of 24 hours of a time. */
static void add_days(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    bool time = operands[0].type == C4_FORMULA_TIME;
    int64_t least = time ? C4_TIME_MIN : C4_DATE_MIN;
    int64_t most = time ? C4_TIME_MAX : C4_DATE_MAX;
    int64_t days;

    (void)run;
    (void)count;
    if (c4_number_whole(operands[1].number, &days) &&
        c4_mul_i64(days, time ? C4_DAY_MICROSECONDS : 1, &days) &&
        c4_add_i64(operands[0].number.value, days, &days) && days >= least && days <= most) {
        put(operands[0].type, days, out);
    }
}

static void add_months(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    int64_t months;
    int32_t moved;

    (void)run;
    (void)count;
    if (c4_number_whole(operands[1].number, &months) && months >= -120000 && months <= 120000 &&
        c4_add_months((int32_t)operands[0].number.value, (int)months, &moved)) {
        put(C4_FORMULA_DATE, moved, out);
    }
}

static void days_between(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    (void)run;
    (void)count;
    put(C4_FORMULA_NUMBER, operands[1].number.value - operands[0].number.value, out);
}

static void hours_between(c4_formula_run *run, const c4_worth *operands, size_t count,
                          c4_worth *out)
{
    int64_t between = operands[1].number.value - operands[0].number.value;
    c4_number hours;
    bool fits = c4_number_of_quotient(between, C4_DAY_MICROSECONDS / 24, &hours);

    (void)run;
    (void)count;
    put_number(fits, hours, out);
}

static void utc_date(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    (void)run;
    (void)count;
    put(C4_FORMULA_DATE, c4_time_days(operands[0].number.value), out);
}

static const c4_formula_function functions[C4_FORMULA_OP_COUNT] = {
    [C4_FORMULA_OP_NOT] = negate_truth,
    [C4_FORMULA_OP_ROUND] = round_to,
    [C4_FORMULA_OP_DATE] = make_date,
    [C4_FORMULA_OP_DAY] = day,
    [C4_FORMULA_OP_MONTH] = month,
    [C4_FORMULA_OP_YEAR] = year,
    [C4_FORMULA_OP_WEEKDAY] = weekday,
    [C4_FORMULA_OP_ADD_DAYS] = add_days,
    [C4_FORMULA_OP_ADD_MONTHS] = add_months,
    [C4_FORMULA_OP_DAYS_BETWEEN] = days_between,
    [C4_FORMULA_OP_HOURS_BETWEEN] = hours_between,
    [C4_FORMULA_OP_UTC_DATE] = utc_date,
};

enum {
    STRICT_OPERANDS = 3 /* at most, of what wants all of them */
};

/* Whatever lacks an operand is empty itself. */
static void strict(c4_formula_run *run, const c4_formula_node *node, c4_worth *out)
{
    c4_worth operands[STRICT_OPERANDS] = {{0}};
    c4_formula_function function = functions[node->op];
    c4_number number;
    bool fits;

    for (size_t i = 0; i < node->count; i++) {
        work_out(run, node->operands[i], &operands[i]);
        if (operands[i].type == C4_FORMULA_NONE) {
            return;
        }
    }
    if (function == NULL) {
        function = c4_formula_text_function(node->op);
    }
    if (function != NULL) {
        function(run, operands, node->count, out);
    } else if (of_two[node->op] != NULL) {
        fits = of_two[node->op](operands[0].number, operands[1].number, &number);
        put_number(fits, number, out);
    } else if (of_one[node->op] != NULL) {
        fits = of_one[node->op](operands[0].number, &number);
        put_number(fits, number, out);
    } else {
        compare(run, node->op, operands, out);
    }
}

/* Three-valued: one operand that decides is enough, else an empty one leaves all empty. */
static void decide(c4_formula_run *run, const c4_formula_node *node, c4_worth *out)
{
    bool decisive = node->op == C4_FORMULA_OP_OR;
    bool open = false;

    for (size_t i = 0; i < node->count; i++) {
        c4_worth operand = {0};
        work_out(run, node->operands[i], &operand);
        if (operand.type != C4_FORMULA_NONE && (operand.number.value != 0) == decisive) {
            put(C4_FORMULA_BOOLEAN, decisive, out);
            return;
        }
        open = open || operand.type == C4_FORMULA_NONE;
    }
    if (!open) {
        put(C4_FORMULA_BOOLEAN, !decisive, out);
    }
}

static void choose(c4_formula_run *run, const c4_formula_node *node, c4_worth *out)
{
    c4_worth condition = {0};
    bool holds;

    work_out(run, node->operands[0], &condition);
    holds = condition.type != C4_FORMULA_NONE && condition.number.value != 0;
    work_out(run, node->operands[holds ? 1 : 2], out);
}

static void first_there(c4_formula_run *run, const c4_formula_node *node, c4_worth *out)
{
    for (size_t i = 0; i < node->count && out->type == C4_FORMULA_NONE; i++) {
        work_out(run, node->operands[i], out);
    }
}

static void is_blank(c4_formula_run *run, const c4_formula_node *node, c4_worth *out)
{
    c4_worth operand = {0};
    bool blank;

    work_out(run, node->operands[0], &operand);
    blank = operand.type == C4_FORMULA_NONE ||
            (operand.type == C4_FORMULA_TEXT && c4_text_blank(operand.text, operand.length));
    put(C4_FORMULA_BOOLEAN, blank, out);
}

static void extreme(c4_formula_run *run, const c4_formula_node *node, c4_worth *out)
{
    int wanted = node->op == C4_FORMULA_OP_MIN ? -1 : 1;
    c4_worth best = {0};

    for (size_t i = 0; i < node->count; i++) {
        c4_worth operand = {0};
        work_out(run, node->operands[i], &operand);
        if (operand.type == C4_FORMULA_NONE) {
            return;
        }
        if (i == 0 || c4_number_compare(operand.number, best.number) == wanted) {
            best = operand;
        }
    }
    *out = best;
}

/* What is empty adds nothing. */
static void concatenate(c4_formula_run *run, const c4_formula_node *node, c4_worth *out)
{
    c4_buffer text;

    c4_buffer_init(&text, run->unit->arena->mem, C4_WORTH_TEXT);
    for (size_t i = 0; i < node->count && run->rc == CRM4E_OK; i++) {
        c4_worth operand = {0};
        work_out(run, node->operands[i], &operand);
        c4_buffer_put(&text, operand.text != NULL ? operand.text : "", operand.length);
    }
    c4_worth_buffer(run, &text, out);
}

static void work_out(c4_formula_run *run, const c4_formula_node *node, c4_worth *out)
{
    *out = (c4_worth){0};
    if (run->rc != CRM4E_OK) {
        return;
    }
    switch (node->op) {
    case C4_FORMULA_OP_LITERAL: literal_worth(node, out); break;
    case C4_FORMULA_OP_FIELD: field_worth(run, node->field, out); break;
    case C4_FORMULA_OP_AND:
    case C4_FORMULA_OP_OR: decide(run, node, out); break;
    case C4_FORMULA_OP_IF: choose(run, node, out); break;
    case C4_FORMULA_OP_COALESCE: first_there(run, node, out); break;
    case C4_FORMULA_OP_ISBLANK: is_blank(run, node, out); break;
    case C4_FORMULA_OP_MIN:
    case C4_FORMULA_OP_MAX: extreme(run, node, out); break;
    case C4_FORMULA_OP_CONCAT: concatenate(run, node, out); break;
    default: strict(run, node, out); break;
    }
}

/* A single line: line ends and tabs of the inputs become spaces. */
static void put_line(c4_formula_run *run, const c4_worth *worth, crm4e_value *value)
{
    char *copy = c4_arena_text(run->unit->arena, worth->text, worth->length);

    if (copy == NULL) {
        run->rc = c4_record_no_memory(run->unit);
        return;
    }
    for (size_t i = 0; i < worth->length; i++) {
        copy[i] = (unsigned char)copy[i] < 0x20 ? ' ' : copy[i];
    }
    *value = c4_text_value(copy, worth->length);
}

/* What does not fit the field is empty. */
static void store(c4_formula_run *run, const c4_field *field, const c4_worth *worth,
                  crm4e_value *value)
{
    int64_t number = worth->number.value;

    *value = c4_null();
    if (worth->type == C4_FORMULA_TEXT) {
        if (worth->length > 0 &&
            c4_text_points(worth->text, worth->length) <= (size_t)field->length) {
            put_line(run, worth, value);
        }
    } else if (worth->type == C4_FORMULA_NUMBER) {
        if (c4_number_at_scale(worth->number, field->scale, &number)) {
            *value = c4_integer(number);
        }
    } else if (worth->type != C4_FORMULA_NONE) {
        *value = c4_integer(number);
    }
}

int c4_write_compute(c4_write *write)
{
    const c4_module *module = write->module;
    c4_formula_run run = {write->unit, write->after, CRM4E_OK};

    for (size_t i = 0; i < module->formula_count && run.rc == CRM4E_OK; i++) {
        const c4_field *field = module->formulas[i];
        c4_worth worth;
        work_out(&run, field->formula->root, &worth);
        if (run.rc == CRM4E_OK) {
            store(&run, field, &worth, &write->after[field->column]);
        }
    }
    return run.rc;
}
