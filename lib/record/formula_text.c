/* SPDX-License-Identifier: MIT */
/* The functions of formulas on text. */
#include "record/formula_run.h"

#include <string.h>

#include "base/civil.h"
#include "base/text.h"

static void fail(c4_formula_run *run, int code)
{
    if (code != CRM4E_OK && code != CRM4E_E_TOO_BIG && run->rc == CRM4E_OK) {
        run->rc = c4_fail_plain(run->unit->error, code);
    }
}

void c4_worth_text(c4_formula_run *run, const char *text, size_t length, c4_worth *out)
{
    const char *copy;

    if (length > C4_WORTH_TEXT) {
        return;
    }
    copy = c4_arena_text(run->unit->arena, text, length);
    if (copy == NULL) {
        fail(run, CRM4E_E_NO_MEMORY);
        return;
    }
    *out = (c4_worth){.type = C4_FORMULA_TEXT, .text = copy, .length = length};
}

void c4_worth_buffer(c4_formula_run *run, c4_buffer *text, c4_worth *out)
{
    fail(run, text->code);
    if (text->code == CRM4E_OK) {
        c4_worth_text(run, c4_buffer_c_str(text), text->length, out);
    }
    c4_buffer_free(text);
}

static void start(c4_formula_run *run, c4_buffer *text)
{
    c4_buffer_init(text, run->unit->arena->mem, C4_TEXT_MAX);
}

bool c4_worth_order(c4_formula_run *run, const c4_worth *a, const c4_worth *b, int *order)
{
    c4_buffer x, y;
    bool told;

    start(run, &x);
    start(run, &y);
    c4_text_fold(&x, a->text, a->length);
    c4_text_fold(&y, b->text, b->length);
    fail(run, x.code);
    fail(run, y.code);
    told = x.code == CRM4E_OK && y.code == CRM4E_OK;
    if (told) {
        *order = c4_text_order(c4_buffer_c_str(&x), x.length, c4_buffer_c_str(&y), y.length);
    }
    c4_buffer_free(&x);
    c4_buffer_free(&y);
    return told;
}

static void put_boolean(bool value, c4_worth *out)
{
    *out = (c4_worth){.type = C4_FORMULA_BOOLEAN, .number = {value, 0}};
}

static void put_number(int64_t value, c4_worth *out)
{
    *out = (c4_worth){.type = C4_FORMULA_NUMBER, .number = {value, 0}};
}

/* Where `part` stands in `whole` from `at` on; beyond the end: nowhere. */
static size_t find(const char *whole, size_t length, const char *part, size_t part_length,
                   size_t at)
{
    for (; at + part_length <= length; at++) {
        if (memcmp(whole + at, part, part_length) == 0) {
            return at;
        }
    }
    return length + 1;
}

typedef bool (*text_test)(const c4_buffer *whole, const c4_buffer *part);

static bool is_inside(const c4_buffer *whole, const c4_buffer *part)
{
    return find(c4_buffer_c_str(whole), whole->length, c4_buffer_c_str(part), part->length, 0) <=
           whole->length;
}

static bool is_start(const c4_buffer *whole, const c4_buffer *part)
{
    return part->length <= whole->length &&
           memcmp(c4_buffer_c_str(whole), c4_buffer_c_str(part), part->length) == 0;
}

static bool is_end(const c4_buffer *whole, const c4_buffer *part)
{
    return part->length <= whole->length &&
           memcmp(c4_buffer_c_str(whole) + whole->length - part->length, c4_buffer_c_str(part),
                  part->length) == 0;
}

static void test_text(c4_formula_run *run, const c4_worth *operands, text_test test, c4_worth *out)
{
    c4_buffer whole, part;

    start(run, &whole);
    start(run, &part);
    c4_text_fold(&whole, operands[0].text, operands[0].length);
    c4_text_fold(&part, operands[1].text, operands[1].length);
    fail(run, whole.code);
    fail(run, part.code);
    if (whole.code == CRM4E_OK && part.code == CRM4E_OK) {
        put_boolean(test(&whole, &part), out);
    }
    c4_buffer_free(&whole);
    c4_buffer_free(&part);
}

static void contains(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    (void)count;
    test_text(run, operands, is_inside, out);
}

static void starts_with(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    (void)count;
    test_text(run, operands, is_start, out);
}

static void ends_with(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    (void)count;
    test_text(run, operands, is_end, out);
}

static void length(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    (void)run;
    (void)count;
    put_number((int64_t)c4_text_points(operands[0].text, operands[0].length), out);
}

static void lower(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    c4_buffer text;

    (void)count;
    start(run, &text);
    c4_text_lower(&text, operands[0].text, operands[0].length);
    c4_worth_buffer(run, &text, out);
}

static void upper(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    c4_buffer text;

    (void)count;
    start(run, &text);
    c4_text_upper(&text, operands[0].text, operands[0].length);
    c4_worth_buffer(run, &text, out);
}

/* Bytes of white space at `text`: of ASCII, no-break or ideographic. */
static size_t space_at(const char *text, size_t left)
{
    static const struct {
        const char *bytes;
        size_t length;
    } spaces[] = {{" ", 1}, {"\t", 1}, {"\n", 1}, {"\r", 1}, {"\xC2\xA0", 2}, {"\xE3\x80\x80", 3}};

    for (size_t i = 0; i < sizeof spaces / sizeof spaces[0]; i++) {
        if (left >= spaces[i].length && memcmp(text, spaces[i].bytes, spaces[i].length) == 0) {
            return spaces[i].length;
        }
    }
    return 0;
}

static void trim(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    const char *text = operands[0].text;
    size_t first = 0, end = operands[0].length, at, step = 1;

    (void)count;
    while (first < end && (step = space_at(text + first, end - first)) > 0) {
        first += step;
    }
    for (at = end; at > first; at--) {
        step = space_at(text + at - 1, end - at + 1);
        if (step > 0 && step == end - at + 1) {
            end = at - 1;
        } else if (end - at + 1 >= 3) {
            break;
        }
    }
    c4_worth_text(run, text + first, end - first, out);
}

/* Bytes of the first `points` characters. */
static size_t bytes_of(const c4_worth *text, int64_t points)
{
    size_t at = 0;

    while (at < text->length && points > 0) {
        at++;
        while (at < text->length && ((unsigned char)text->text[at] & 0xC0) == 0x80) {
            at++;
        }
        points--;
    }
    return at;
}

/* A whole number of at least `least`; false for others. */
static bool whole(const c4_worth *operand, int64_t least, int64_t *value)
{
    return c4_number_whole(operand->number, value) && *value >= least;
}

static void left(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    int64_t points;

    (void)count;
    if (whole(&operands[1], 0, &points)) {
        c4_worth_text(run, operands[0].text, bytes_of(&operands[0], points), out);
    }
}

static void right(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    int64_t all = (int64_t)c4_text_points(operands[0].text, operands[0].length);
    int64_t points;
    size_t skipped;

    (void)count;
    if (whole(&operands[1], 0, &points)) {
        skipped = points < all ? bytes_of(&operands[0], all - points) : 0;
        c4_worth_text(run, operands[0].text + skipped, operands[0].length - skipped, out);
    }
}

static void mid(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    int64_t first, points;
    size_t skipped;
    c4_worth rest;

    (void)count;
    if (whole(&operands[1], 1, &first) && whole(&operands[2], 0, &points)) {
        skipped = bytes_of(&operands[0], first - 1);
        rest =
            (c4_worth){.text = operands[0].text + skipped, .length = operands[0].length - skipped};
        c4_worth_text(run, rest.text, bytes_of(&rest, points), out);
    }
}

static void replace(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    const c4_worth *text = &operands[0];
    size_t at = 0, found = text->length + 1;
    c4_buffer made;

    (void)count;
    start(run, &made);
    if (operands[1].length > 0) {
        found = find(text->text, text->length, operands[1].text, operands[1].length, 0);
    }
    while (found <= text->length && made.length <= C4_WORTH_TEXT) {
        c4_buffer_put(&made, text->text + at, found - at);
        c4_buffer_put(&made, operands[2].text, operands[2].length);
        at = found + operands[1].length;
        found = find(text->text, text->length, operands[1].text, operands[1].length, at);
    }
    c4_buffer_put(&made, text->text + at, text->length - at);
    c4_worth_buffer(run, &made, out);
}

static void number_text(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    char text[C4_DECIMAL_TEXT];
    c4_number number = c4_number_trimmed(operands[0].number);
    int64_t places = number.scale;
    int64_t value = number.value;

    if (count > 1 && (!whole(&operands[1], 0, &places) || places > C4_DECIMAL_PLACES_MAX ||
                      !c4_number_at_scale(number, (unsigned)places, &value))) {
        return;
    }
    c4_worth_text(run, text, c4_decimal_format(value, (unsigned)places, text), out);
}

static void to_text(c4_formula_run *run, const c4_worth *operands, size_t count, c4_worth *out)
{
    char text[C4_DECIMAL_TEXT];
    int64_t value = operands[0].number.value;

    switch (operands[0].type) {
    case C4_FORMULA_NUMBER: number_text(run, operands, count, out); break;
    case C4_FORMULA_DATE:
        c4_date_format((int32_t)value, text);
        c4_worth_text(run, text, strlen(text), out);
        break;
    case C4_FORMULA_TIME:
        c4_time_format(value, text);
        c4_worth_text(run, text, strlen(text), out);
        break;
    case C4_FORMULA_BOOLEAN:
        c4_worth_text(run, value != 0 ? "true" : "false", value != 0 ? 4 : 5, out);
        break;
    default: *out = operands[0]; break;
    }
}

static const c4_formula_function functions[C4_FORMULA_OP_COUNT] = {
    [C4_FORMULA_OP_LEN] = length,
    [C4_FORMULA_OP_LOWER] = lower,
    [C4_FORMULA_OP_UPPER] = upper,
    [C4_FORMULA_OP_TRIM] = trim,
    [C4_FORMULA_OP_LEFT] = left,
    [C4_FORMULA_OP_RIGHT] = right,
    [C4_FORMULA_OP_MID] = mid,
    [C4_FORMULA_OP_CONTAINS] = contains,
    [C4_FORMULA_OP_STARTS_WITH] = starts_with,
    [C4_FORMULA_OP_ENDS_WITH] = ends_with,
    [C4_FORMULA_OP_REPLACE] = replace,
    [C4_FORMULA_OP_TEXT] = to_text,
};

c4_formula_function c4_formula_text_function(c4_formula_op op)
{
    return functions[op];
}
