/* SPDX-License-Identifier: MIT */
#include "formula_worth.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    TEXT_ROOM = 64 * MODEL_TEXT
};

/* Texts. */

static char text_room[TEXT_ROOM];
static size_t text_used;

void worth_forget(void)
{
    text_used = 0;
}
char *worth_text_of(size_t length)
{
    char *text = text_room + text_used;

    assert_true(text_used + length + 1 <= TEXT_ROOM);
    text_used += length + 1;
    text[length] = '\0';
    return text;
}

model_value worth_text_value(const char *text, size_t length)
{
    return length <= MODEL_TEXT ? (model_value){.kind = 't', .text = text, .length = length}
                                : (model_value){0};
}

const character worth_characters[MODEL_CHARACTERS] = {
    {"Ä", "ä", "Ä", "a", false},
    {"ä", "ä", "Ä", "a", false},
    {"É", "é", "É", "e", false},
    {"é", "é", "É", "e", false},
    {"ß", "ß", "SS", "ss", false},
    {"王", "王", "王", "王", false},
    {"😀", "😀", "😀", "😀", false},
    {"Ж", "ж", "Ж", "ж", false},
    {"ж", "ж", "Ж", "ж", false},
    {"ﬁ", "ﬁ", "FI", "fi", false},
    {"²", "²", "²", "2", false},
    {"\xC2\xA0", "\xC2\xA0", "\xC2\xA0", " ", true},
    {"\xE3\x80\x80", "\xE3\x80\x80", "\xE3\x80\x80", " ", true},
};

/* What stands at `text`: a character of the table, or one of ASCII. */
static character character_at(const char *text, size_t *length)
{
    static char ascii[3][2];
    char c = text[0];
    bool capital = c >= 'A' && c <= 'Z', small = c >= 'a' && c <= 'z';

    for (size_t i = 0; i < MODEL_CHARACTERS; i++) {
        *length = strlen(worth_characters[i].text);
        if (strncmp(text, worth_characters[i].text, *length) == 0)
            return worth_characters[i];
    }
    assert_true((unsigned char)c < 0x80);
    *length = 1;
    ascii[0][0] = c;
    ascii[1][0] = (char)(capital ? c + 32 : c);
    ascii[2][0] = (char)(small ? c - 32 : c);
    return (character){ascii[0], ascii[1], ascii[2], ascii[1], strchr(" \t\r\n", c) != NULL};
}

typedef const char *(*shape)(const character *c);

static const char *small_of(const character *c)
{
    return c->small;
}

static const char *capital_of(const character *c)
{
    return c->capital;
}

static const char *folded_of(const character *c)
{
    return c->folded;
}

static model_value shaped(const model_value *value, shape of)
{
    char *text = worth_text_of(value->length * 3);
    size_t length = 0, step;

    for (size_t at = 0; at < value->length; at += step) {
        character c = character_at(value->text + at, &step);
        const char *put = of(&c);
        memcpy(text + length, put, strlen(put));
        length += strlen(put);
    }
    text[length] = '\0';
    return worth_text_value(text, length);
}

/* From the character `first` on at most `count`, counted from 0. */
static model_value part_of(const model_value *value, int64_t first, int64_t count)
{
    size_t start = value->length, end = value->length, step, at = 0;

    for (int64_t i = 0; at < value->length; i++, at += step) {
        (void)character_at(value->text + at, &step);
        if (i == first)
            start = at;
        if (i >= first && i - first == count) {
            end = at;
            break;
        }
    }
    return worth_text_value(value->text + start, end > start ? end - start : 0);
}

int64_t worth_characters_of(const model_value *value)
{
    int64_t count = 0;
    size_t step;

    for (size_t at = 0; at < value->length; at += step, count++)
        (void)character_at(value->text + at, &step);
    return count;
}

/* Numbers: exact as fractions, then with as many places as fit. */

wide worth_ten_to(unsigned power)
{
    wide result = 1;

    while (power-- > 0)
        result *= 10;
    return result;
}

static wide size_of(wide number)
{
    return number < 0 ? -number : number;
}

/* The nearest whole number, of two as near the even one. */
static wide nearest(wide above, wide under)
{
    wide whole = size_of(above) / under, rest = size_of(above) % under;

    if (rest * 2 > under || (rest * 2 == under && whole % 2 == 1))
        whole++;
    return above < 0 ? -whole : whole;
}

/* above / under with exactly `places`; false when that leaves 64 bits. The whole part and what
 * is behind the point each by itself, so that 128 bits are enough. */
bool worth_with_places(wide above, wide under, unsigned places, int64_t *number)
{
    wide whole = above / under, result;

    if (whole > INT64_MAX || whole < INT64_MIN)
        return false;
    result = places == 0 ? nearest(above, under)
                         : whole * worth_ten_to(places) +
                               nearest((above - whole * under) * worth_ten_to(places), under);
    *number = (int64_t)result;
    return result <= INT64_MAX && result >= INT64_MIN;
}

static model_value settled(wide above, wide under)
{
    model_value value = {.kind = 'n', .scale = 9};

    if (under < 0) {
        above = -above;
        under = -under;
    }
    while (!worth_with_places(above, under, value.scale, &value.number)) {
        if (value.scale-- == 0)
            return (model_value){0};
    }
    while (value.scale > 0 && value.number % 10 == 0) {
        value.number /= 10;
        value.scale--;
    }
    return value;
}

static bool whole_number(const model_value *value, int64_t *number)
{
    *number = value->number / (int64_t)worth_ten_to(value->scale);
    return value->number % (int64_t)worth_ten_to(value->scale) == 0;
}

model_value worth_whole_value(char kind, int64_t number)
{
    return (model_value){.kind = kind, .number = number};
}

/* Both as whole numbers of the same tiny unit. */
static unsigned same_unit(const model_value *a, const model_value *b, wide *x, wide *y)
{
    unsigned scale = a->scale > b->scale ? a->scale : b->scale;

    *x = a->number * worth_ten_to(scale - a->scale);
    *y = b->number * worth_ten_to(scale - b->scale);
    return scale;
}

static model_value add(operands_of of, size_t count)
{
    wide x, y;
    unsigned scale = same_unit(&of[0], &of[1], &x, &y);

    (void)count;
    return settled(x + y, worth_ten_to(scale));
}

static model_value subtract(operands_of of, size_t count)
{
    wide x, y;
    unsigned scale = same_unit(&of[0], &of[1], &x, &y);

    (void)count;
    return settled(x - y, worth_ten_to(scale));
}

static model_value multiply(operands_of of, size_t count)
{
    (void)count;
    return settled((wide)of[0].number * of[1].number, worth_ten_to(of[0].scale + of[1].scale));
}

static model_value divide(operands_of of, size_t count)
{
    wide x, y;

    (void)count;
    (void)same_unit(&of[0], &of[1], &x, &y);
    return y == 0 ? (model_value){0} : settled(x, y);
}

static model_value modulo(operands_of of, size_t count)
{
    wide x, y, rest;
    unsigned scale = same_unit(&of[0], &of[1], &x, &y);

    (void)count;
    if (y == 0)
        return (model_value){0};
    rest = x % y;
    return settled(rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest, worth_ten_to(scale));
}

static model_value negate(operands_of of, size_t count)
{
    (void)count;
    return settled(-(wide)of[0].number, worth_ten_to(of[0].scale));
}

static model_value absolute(operands_of of, size_t count)
{
    (void)count;
    return settled(size_of(of[0].number), worth_ten_to(of[0].scale));
}

/* The greatest whole number that is not above. */
static wide floor_of(const model_value *value)
{
    wide unit = worth_ten_to(value->scale), rest = value->number % unit;

    return (value->number - rest) / unit - (rest < 0 ? 1 : 0);
}

static model_value round_down(operands_of of, size_t count)
{
    (void)count;
    return settled(floor_of(&of[0]), 1);
}

static model_value round_up(operands_of of, size_t count)
{
    bool whole = of[0].number % (int64_t)worth_ten_to(of[0].scale) == 0;

    (void)count;
    return settled(floor_of(&of[0]) + (whole ? 0 : 1), 1);
}

static model_value round_off(operands_of of, size_t count)
{
    int64_t places = 0;
    wide unit;

    if (count == 2 && (!whole_number(&of[1], &places) || places < -9 || places > 9))
        return (model_value){0};
    if (places >= (int64_t)of[0].scale)
        return of[0];
    unit = worth_ten_to(of[0].scale - (unsigned)(places > 0 ? places : 0));
    if (places >= 0)
        return settled(nearest(of[0].number, unit), worth_ten_to((unsigned)places));
    unit *= worth_ten_to((unsigned)-places);
    return settled(nearest(of[0].number, unit) * worth_ten_to((unsigned)-places), 1);
}

/* -1, 0, 1 */
static int order_of(const model_value *a, const model_value *b)
{
    wide x, y;

    if (a->kind == 't') {
        model_value left = shaped(a, folded_of), right = shaped(b, folded_of);
        size_t least = left.length < right.length ? left.length : right.length;
        int order = memcmp(left.text, right.text, least);
        if (order == 0)
            order = left.length < right.length ? -1 : left.length > right.length;
        return order < 0 ? -1 : order > 0;
    }
    (void)same_unit(a, b, &x, &y);
    return x < y ? -1 : x > y;
}

static model_value extreme(operands_of of, size_t count, int wanted)
{
    size_t best = 0;

    for (size_t i = 1; i < count; i++)
        best = order_of(&of[i], &of[best]) == wanted ? i : best;
    return of[best];
}

static model_value least_of(operands_of of, size_t count)
{
    return extreme(of, count, -1);
}

static model_value most_of(operands_of of, size_t count)
{
    return extreme(of, count, 1);
}

#define COMPARISON(name, condition)                                                                \
    static model_value name(operands_of of, size_t count)                                          \
    {                                                                                              \
        int order = order_of(&of[0], &of[1]);                                                      \
        (void)count;                                                                               \
        return worth_whole_value('b', order condition);                                            \
    }
COMPARISON(is_equal, == 0)
COMPARISON(is_other, != 0)
COMPARISON(is_below, < 0)
COMPARISON(is_at_most, <= 0)
COMPARISON(is_above, > 0)
COMPARISON(is_at_least, >= 0)

/* Logic. */

/* False decides `and`, true `or`; else one that is empty leaves it open. */
static model_value decided(operands_of of, size_t count, int64_t by)
{
    bool open = false;

    for (size_t i = 0; i < count; i++) {
        if (of[i].kind != 0 && of[i].number == by)
            return worth_whole_value('b', by);
        open = open || of[i].kind == 0;
    }
    return open ? (model_value){0} : worth_whole_value('b', !by);
}

static model_value all_of(operands_of of, size_t count)
{
    return decided(of, count, 0);
}

static model_value any_of(operands_of of, size_t count)
{
    return decided(of, count, 1);
}

static model_value negated(operands_of of, size_t count)
{
    (void)count;
    return worth_whole_value('b', !of[0].number);
}

static model_value chosen(operands_of of, size_t count)
{
    (void)count;
    return of[0].kind != 0 && of[0].number != 0 ? of[1] : of[2];
}

static model_value first_there(operands_of of, size_t count)
{
    size_t i = 0;

    while (i + 1 < count && of[i].kind == 0)
        i++;
    return of[i];
}

static model_value is_blank(operands_of of, size_t count)
{
    bool blank = of[0].kind == 0 || of[0].kind == 't';
    size_t step;

    (void)count;
    for (size_t at = 0; at < of[0].length; at += step)
        blank = blank && character_at(of[0].text + at, &step).space;
    return worth_whole_value('b', blank);
}

/* Text. */

static model_value joined(operands_of of, size_t count)
{
    size_t length = 0;
    char *text;

    for (size_t i = 0; i < count; i++)
        length += of[i].length;
    text = worth_text_of(length);
    length = 0;
    for (size_t i = 0; i < count; i++) {
        if (of[i].length > 0)
            memcpy(text + length, of[i].text, of[i].length);
        length += of[i].length;
    }
    return worth_text_value(text, length);
}

static model_value length_of(operands_of of, size_t count)
{
    (void)count;
    return worth_whole_value('n', worth_characters_of(&of[0]));
}

static model_value lower(operands_of of, size_t count)
{
    (void)count;
    return shaped(&of[0], small_of);
}

static model_value upper(operands_of of, size_t count)
{
    (void)count;
    return shaped(&of[0], capital_of);
}

static model_value trimmed(operands_of of, size_t count)
{
    int64_t first = -1, end = 0, i = 0;
    size_t step;

    (void)count;
    for (size_t at = 0; at < of[0].length; at += step, i++) {
        if (!character_at(of[0].text + at, &step).space) {
            first = first < 0 ? i : first;
            end = i + 1;
        }
    }
    return part_of(&of[0], first < 0 ? 0 : first, first < 0 ? 0 : end - first);
}

static model_value from_left(operands_of of, size_t count)
{
    int64_t wanted;

    (void)count;
    return whole_number(&of[1], &wanted) && wanted >= 0 ? part_of(&of[0], 0, wanted)
                                                        : (model_value){0};
}

static model_value from_right(operands_of of, size_t count)
{
    int64_t wanted, all = worth_characters_of(&of[0]);

    (void)count;
    if (!whole_number(&of[1], &wanted) || wanted < 0)
        return (model_value){0};
    return part_of(&of[0], wanted < all ? all - wanted : 0, all);
}

static model_value from_within(operands_of of, size_t count)
{
    int64_t first, wanted;

    (void)count;
    return whole_number(&of[1], &first) && whole_number(&of[2], &wanted) && first >= 1 &&
                   wanted >= 0
               ? part_of(&of[0], first - 1, wanted)
               : (model_value){0};
}

static model_value replaced(operands_of of, size_t count)
{
    char *text = worth_text_of(0);
    size_t length = 0;

    (void)count;
    if (of[1].length == 0)
        return of[0];
    for (size_t at = 0; at < of[0].length;) {
        bool here = at + of[1].length <= of[0].length &&
                    memcmp(of[0].text + at, of[1].text, of[1].length) == 0;
        const model_value *put = here ? &of[2] : &of[0];
        size_t size = here ? put->length : 1;
        if (length + size > MODEL_TEXT)
            return (model_value){0};
        if (size > 0)
            memcpy(text + length, here ? put->text : put->text + at, size);
        length += size;
        at += here ? of[1].length : 1;
    }
    text_used--;
    (void)worth_text_of(length);
    return worth_text_value(text, length);
}

static bool stands_at(const model_value *whole, const model_value *part, size_t at)
{
    return at + part->length <= whole->length &&
           memcmp(whole->text + at, part->text, part->length) == 0;
}

static model_value has_part(operands_of of, size_t count)
{
    model_value whole = shaped(&of[0], folded_of), part = shaped(&of[1], folded_of);
    bool found = false;

    (void)count;
    for (size_t at = 0; at <= whole.length; at++)
        found = found || stands_at(&whole, &part, at);
    return worth_whole_value('b', found);
}

static model_value has_start(operands_of of, size_t count)
{
    model_value whole = shaped(&of[0], folded_of), part = shaped(&of[1], folded_of);

    (void)count;
    return worth_whole_value('b', stands_at(&whole, &part, 0));
}

static model_value has_end(operands_of of, size_t count)
{
    model_value whole = shaped(&of[0], folded_of), part = shaped(&of[1], folded_of);

    (void)count;
    return worth_whole_value('b', part.length <= whole.length &&
                                      stands_at(&whole, &part, whole.length - part.length));
}

/* Dates. */

static model_value make_date(operands_of of, size_t count)
{
    int64_t year, month, day;

    (void)count;
    return whole_number(&of[0], &year) && whole_number(&of[1], &month) && whole_number(&of[2], &day)
               ? worth_date_value(year, month, day)
               : (model_value){0};
}

static model_value day_of(operands_of of, size_t count)
{
    (void)count;
    return worth_whole_value('n', worth_civil_of(of[0].number).day);
}

static model_value month_of(operands_of of, size_t count)
{
    (void)count;
    return worth_whole_value('n', worth_civil_of(of[0].number).month);
}

static model_value year_of(operands_of of, size_t count)
{
    (void)count;
    return worth_whole_value('n', worth_civil_of(of[0].number).year);
}

/* 1970-01-05 was a Monday. */
static model_value weekday_of(operands_of of, size_t count)
{
    int64_t days = of[0].number - 4;

    (void)count;
    return worth_whole_value('n', days - worth_floor_divide(days, 7) * 7 + 1);
}

static model_value days_later(operands_of of, size_t count)
{
    int64_t days;
    wide unit = of[0].kind == 'z' ? DAY_MICROSECONDS : 1, moved;

    (void)count;
    worth_count_days();
    if (!whole_number(&of[1], &days))
        return (model_value){0};
    moved = of[0].number + days * unit;
    return moved >= worth_first_days[1] * unit && moved < worth_first_days[LAST_YEAR + 1] * unit
               ? worth_whole_value(of[0].kind, (int64_t)moved)
               : (model_value){0};
}

static model_value months_later(operands_of of, size_t count)
{
    civil date = worth_civil_of(of[0].number);
    int64_t months, all;

    (void)count;
    if (!whole_number(&of[1], &months) || months > 200000 || months < -200000)
        return (model_value){0};
    all = (int64_t)date.year * 12 + date.month - 1 + months;
    if (all < 12 || all / 12 > LAST_YEAR)
        return (model_value){0};
    date = (civil){(int)(all / 12), (int)(all % 12) + 1, date.day};
    if (date.day > worth_month_length(date.year, date.month))
        date.day = worth_month_length(date.year, date.month);
    return worth_date_value(date.year, date.month, date.day);
}

static model_value days_apart(operands_of of, size_t count)
{
    (void)count;
    return worth_whole_value('n', of[1].number - of[0].number);
}

static model_value hours_apart(operands_of of, size_t count)
{
    (void)count;
    return settled(of[1].number - of[0].number, DAY_MICROSECONDS / 24);
}

static model_value date_of(operands_of of, size_t count)
{
    (void)count;
    return worth_whole_value('d', worth_floor_divide(of[0].number, DAY_MICROSECONDS));
}

/* Values as text. */

const char *worth_number_text(int64_t number, unsigned scale)
{
    char *text = worth_text_of(48), digits[48];
    uint64_t size = number < 0 ? UINT64_C(0) - (uint64_t)number : (uint64_t)number;
    int length = snprintf(digits, sizeof digits, "%0*" PRIu64, (int)scale + 1, size);
    int whole = length - (int)scale;

    (void)snprintf(text, 48, "%s%.*s%s%s", number < 0 ? "-" : "", whole, digits,
                   scale > 0 ? "." : "", digits + whole);
    return text;
}

static const char *moment_text(const model_value *value)
{
    bool time = value->kind == 'z';
    int64_t days = time ? worth_floor_divide(value->number, DAY_MICROSECONDS) : value->number;
    int64_t rest = time ? value->number - days * DAY_MICROSECONDS : 0;
    int64_t seconds = rest / 1000000, tiny = rest % 1000000;
    char *text = worth_text_of(48), fraction[16] = "";
    civil date = worth_civil_of(days);
    int length = snprintf(text, 48, "%04d-%02d-%02d", date.year, date.month, date.day);

    if (tiny > 0)
        (void)snprintf(fraction, sizeof fraction, ".%06d", (int)tiny);
    if (time)
        (void)snprintf(text + length, (size_t)(48 - length), "T%02d:%02d:%02d%sZ",
                       (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60),
                       fraction);
    return text;
}

const char *worth_plain_text(const model_value *value)
{
    switch (value->kind) {
    case 'n': return worth_number_text(value->number, value->scale);
    case 'd':
    case 'z': return moment_text(value);
    case 'b': return value->number != 0 ? "true" : "false";
    default: return value->text;
    }
}

static model_value as_text(operands_of of, size_t count)
{
    model_value value = of[0];
    int64_t places, number;
    const char *text;

    while (value.kind == 'n' && value.scale > 0 && value.number % 10 == 0) {
        value.number /= 10;
        value.scale--;
    }
    if (count == 2) {
        if (!whole_number(&of[1], &places) || places < 0 || places > 9 ||
            !worth_with_places(value.number, worth_ten_to(value.scale), (unsigned)places, &number))
            return (model_value){0};
        value.number = number;
        value.scale = (unsigned)places;
    }
    if (value.kind == 't')
        return value;
    text = worth_plain_text(&value);
    return worth_text_value(text, strlen(text));
}

/* What expressions are made of. */

const production worth_productions[] = {
    {'n', ADD, "+", "nn", 2, 2, true, add},
    {'n', ADD, "-", "nn", 2, 2, true, subtract},
    {'n', MULTIPLY, "*", "nn", 2, 2, true, multiply},
    {'n', MULTIPLY, "/", "nn", 2, 2, true, divide},
    {'n', MULTIPLY, "%", "nn", 2, 2, true, modulo},
    {'n', NEGATE, "-", "n", 1, 1, true, negate},
    {'n', OPERAND, "mod", "nn", 2, 2, true, modulo},
    {'n', OPERAND, "abs", "n", 1, 1, true, absolute},
    {'n', OPERAND, "ceil", "n", 1, 1, true, round_up},
    {'n', OPERAND, "floor", "n", 1, 1, true, round_down},
    {'n', OPERAND, "round", "ns", 1, 2, true, round_off},
    {'n', OPERAND, "min", "n", 2, 4, true, least_of},
    {'n', OPERAND, "max", "n", 2, 4, true, most_of},
    {'n', OPERAND, "len", "t", 1, 1, true, length_of},
    {'n', OPERAND, "day", "d", 1, 1, true, day_of},
    {'n', OPERAND, "month", "d", 1, 1, true, month_of},
    {'n', OPERAND, "year", "d", 1, 1, true, year_of},
    {'n', OPERAND, "weekday", "d", 1, 1, true, weekday_of},
    {'n', OPERAND, "days_between", "dd", 2, 2, true, days_apart},
    {'n', OPERAND, "hours_between", "zz", 2, 2, true, hours_apart},
    {'n', OPERAND, "if", "bnn", 3, 3, false, chosen},
    {'n', OPERAND, "coalesce", "nn", 2, 4, false, first_there},
    {'t', OPERAND, "concat", "t", 1, 4, false, joined},
    {'t', OPERAND, "lower", "t", 1, 1, true, lower},
    {'t', OPERAND, "upper", "t", 1, 1, true, upper},
    {'t', OPERAND, "trim", "t", 1, 1, true, trimmed},
    {'t', OPERAND, "left", "ts", 2, 2, true, from_left},
    {'t', OPERAND, "right", "ts", 2, 2, true, from_right},
    {'t', OPERAND, "mid", "tss", 3, 3, true, from_within},
    {'t', OPERAND, "replace", "tct", 3, 3, true, replaced},
    {'t', OPERAND, "text", "a", 1, 1, true, as_text},
    {'t', OPERAND, "text", "ns", 2, 2, true, as_text},
    {'t', OPERAND, "if", "btt", 3, 3, false, chosen},
    {'t', OPERAND, "coalesce", "tt", 2, 4, false, first_there},
    {'d', OPERAND, "date", "sss", 3, 3, true, make_date},
    {'d', OPERAND, "add_days", "ds", 2, 2, true, days_later},
    {'d', OPERAND, "add_months", "ds", 2, 2, true, months_later},
    {'d', OPERAND, "utc_date", "z", 1, 1, true, date_of},
    {'d', OPERAND, "min", "d", 2, 4, true, least_of},
    {'d', OPERAND, "max", "d", 2, 4, true, most_of},
    {'d', OPERAND, "if", "bdd", 3, 3, false, chosen},
    {'d', OPERAND, "coalesce", "dd", 2, 4, false, first_there},
    {'z', OPERAND, "add_days", "zs", 2, 2, true, days_later},
    {'z', OPERAND, "min", "z", 2, 4, true, least_of},
    {'z', OPERAND, "max", "z", 2, 4, true, most_of},
    {'z', OPERAND, "if", "bzz", 3, 3, false, chosen},
    {'z', OPERAND, "coalesce", "zz", 2, 4, false, first_there},
    {'b', OR, "or", "bb", 2, 2, false, any_of},
    {'b', AND, "and", "bb", 2, 2, false, all_of},
    {'b', NOT, "not", "b", 1, 1, true, negated},
    {'b', COMPARE, "=", "ax", 2, 2, true, is_equal},
    {'b', COMPARE, "!=", "ax", 2, 2, true, is_other},
    {'b', COMPARE, "<>", "ax", 2, 2, true, is_other},
    {'b', COMPARE, "<", "ex", 2, 2, true, is_below},
    {'b', COMPARE, "<=", "ex", 2, 2, true, is_at_most},
    {'b', COMPARE, ">", "ex", 2, 2, true, is_above},
    {'b', COMPARE, ">=", "ex", 2, 2, true, is_at_least},
    {'b', OPERAND, "or", "b", 1, 4, false, any_of},
    {'b', OPERAND, "and", "b", 1, 4, false, all_of},
    {'b', OPERAND, "not", "b", 1, 1, true, negated},
    {'b', OPERAND, "isblank", "a", 1, 1, false, is_blank},
    {'b', OPERAND, "contains", "tc", 2, 2, true, has_part},
    {'b', OPERAND, "starts_with", "tc", 2, 2, true, has_start},
    {'b', OPERAND, "ends_with", "tc", 2, 2, true, has_end},
    {'b', OPERAND, "if", "bbb", 3, 3, false, chosen},
    {'b', OPERAND, "coalesce", "bb", 2, 4, false, first_there},
};
const size_t worth_production_count = sizeof worth_productions / sizeof worth_productions[0];
