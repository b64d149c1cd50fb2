/* SPDX-License-Identifier: MIT */
#include "formula_model.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide;

enum {
    NODES = 2048,
    OPERANDS = 4,
    TEXT_MOST = 65536, /* bytes of a text on the way */
    TEXT_ROOM = 64 * TEXT_MOST,
    KEPT_ROOM = 1 << 16,
    LONGEST = 3000 /* bytes of an expression */
};

struct model_node {
    const struct production *made_by; /* NULL: a leaf */
    const struct model_node *operands[OPERANDS];
    size_t count;
    int field; /* a leaf: -1 for a literal */
    model_value literal;
};

const model_field model_fields[MODEL_FIELDS] = {
    {"Amount", 'n', 2, "{'api_name': 'Amount', 'type': 'currency'}"},
    {"Rate", 'n', 4, "{'api_name': 'Rate', 'type': 'double', 'scale': 4}"},
    {"Fine", 'n', 9, "{'api_name': 'Fine', 'type': 'double', 'scale': 9}"},
    {"Share", 'n', 2, "{'api_name': 'Share', 'type': 'percent'}"},
    {"Big", 'n', 0, "{'api_name': 'Big', 'type': 'bigint'}"},
    {"Little", 'n', 0, "{'api_name': 'Little', 'type': 'integer'}"},
    {"Title", 't', 0, "{'api_name': 'Title', 'type': 'text'}"},
    {"Story", 't', 0, "{'api_name': 'Story', 'type': 'textarea'}"},
    {"State", 't', 0, "{'api_name': 'State', 'type': 'picklist', 'options': ['Open', 'Shut']}"},
    {"Begin", 'd', 0, "{'api_name': 'Begin', 'type': 'date'}"},
    {"Finish", 'd', 0, "{'api_name': 'Finish', 'type': 'date'}"},
    {"Seen", 'z', 0, "{'api_name': 'Seen', 'type': 'datetime'}"},
    {"Left_At", 'z', 0, "{'api_name': 'Left_At', 'type': 'datetime'}"},
    {"Sure", 'b', 0, "{'api_name': 'Sure', 'type': 'boolean'}"},
    {"Done", 'b', 0, "{'api_name': 'Done', 'type': 'boolean'}"},
};

/* Chance. */

static uint64_t chance = 1;

void model_seed(uint64_t seed)
{
    chance = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
}

uint64_t model_random(void)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return chance;
}

static size_t below(size_t most)
{
    return (size_t)(model_random() >> 11) % most;
}

/* Texts. */

static char text_room[TEXT_ROOM];
static size_t text_used;
static char kept_room[KEPT_ROOM];
static size_t kept_used;
static size_t kept_records; /* of it: what records need */

void model_forget(void)
{
    kept_used = 0;
    kept_records = 0;
}

static char *text_of(size_t length)
{
    char *text = text_room + text_used;

    assert_true(text_used + length + 1 <= TEXT_ROOM);
    text_used += length + 1;
    text[length] = '\0';
    return text;
}

static const char *keep(const char *text, size_t length)
{
    char *copy = kept_room + kept_used;

    assert_true(kept_used + length + 1 <= KEPT_ROOM);
    kept_used += length + 1;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

static model_value text_value(const char *text, size_t length)
{
    return length <= TEXT_MOST ? (model_value){.kind = 't', .text = text, .length = length}
                               : (model_value){0};
}

/* Every character there is here, what it is in small and capital letters and folded. */
typedef struct character {
    const char *text;
    const char *small;
    const char *capital;
    const char *folded;
    bool space;
} character;

static const character characters[] = {
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

    for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++) {
        *length = strlen(characters[i].text);
        if (strncmp(text, characters[i].text, *length) == 0)
            return characters[i];
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
    char *text = text_of(value->length * 3);
    size_t length = 0, step;

    for (size_t at = 0; at < value->length; at += step) {
        character c = character_at(value->text + at, &step);
        const char *put = of(&c);
        memcpy(text + length, put, strlen(put));
        length += strlen(put);
    }
    text[length] = '\0';
    return text_value(text, length);
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
    return text_value(value->text + start, end > start ? end - start : 0);
}

static int64_t characters_of(const model_value *value)
{
    int64_t count = 0;
    size_t step;

    for (size_t at = 0; at < value->length; at += step, count++)
        (void)character_at(value->text + at, &step);
    return count;
}

/* Numbers: exact as fractions, then with as many places as fit. */

static wide ten_to(unsigned power)
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
static bool with_places(wide above, wide under, unsigned places, int64_t *number)
{
    wide whole = above / under, result;

    if (whole > INT64_MAX || whole < INT64_MIN)
        return false;
    result = places == 0 ? nearest(above, under)
                         : whole * ten_to(places) +
                               nearest((above - whole * under) * ten_to(places), under);
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
    while (!with_places(above, under, value.scale, &value.number)) {
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
    *number = value->number / (int64_t)ten_to(value->scale);
    return value->number % (int64_t)ten_to(value->scale) == 0;
}

static model_value whole_value(char kind, int64_t number)
{
    return (model_value){.kind = kind, .number = number};
}

/* Both as whole numbers of the same tiny unit. */
static unsigned same_unit(const model_value *a, const model_value *b, wide *x, wide *y)
{
    unsigned scale = a->scale > b->scale ? a->scale : b->scale;

    *x = a->number * ten_to(scale - a->scale);
    *y = b->number * ten_to(scale - b->scale);
    return scale;
}

typedef const model_value *operands_of;

static model_value add(operands_of of, size_t count)
{
    wide x, y;
    unsigned scale = same_unit(&of[0], &of[1], &x, &y);

    (void)count;
    return settled(x + y, ten_to(scale));
}

static model_value subtract(operands_of of, size_t count)
{
    wide x, y;
    unsigned scale = same_unit(&of[0], &of[1], &x, &y);

    (void)count;
    return settled(x - y, ten_to(scale));
}

static model_value multiply(operands_of of, size_t count)
{
    (void)count;
    return settled((wide)of[0].number * of[1].number, ten_to(of[0].scale + of[1].scale));
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
    return settled(rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest, ten_to(scale));
}

static model_value negate(operands_of of, size_t count)
{
    (void)count;
    return settled(-(wide)of[0].number, ten_to(of[0].scale));
}

static model_value absolute(operands_of of, size_t count)
{
    (void)count;
    return settled(size_of(of[0].number), ten_to(of[0].scale));
}

/* The greatest whole number that is not above. */
static wide floor_of(const model_value *value)
{
    wide unit = ten_to(value->scale), rest = value->number % unit;

    return (value->number - rest) / unit - (rest < 0 ? 1 : 0);
}

static model_value round_down(operands_of of, size_t count)
{
    (void)count;
    return settled(floor_of(&of[0]), 1);
}

static model_value round_up(operands_of of, size_t count)
{
    bool whole = of[0].number % (int64_t)ten_to(of[0].scale) == 0;

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
    unit = ten_to(of[0].scale - (unsigned)(places > 0 ? places : 0));
    if (places >= 0)
        return settled(nearest(of[0].number, unit), ten_to((unsigned)places));
    unit *= ten_to((unsigned)-places);
    return settled(nearest(of[0].number, unit) * ten_to((unsigned)-places), 1);
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
        return whole_value('b', order condition);                                                  \
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
            return whole_value('b', by);
        open = open || of[i].kind == 0;
    }
    return open ? (model_value){0} : whole_value('b', !by);
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
    return whole_value('b', !of[0].number);
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
    return whole_value('b', blank);
}

/* Text. */

static model_value joined(operands_of of, size_t count)
{
    size_t length = 0;
    char *text;

    for (size_t i = 0; i < count; i++)
        length += of[i].length;
    text = text_of(length);
    length = 0;
    for (size_t i = 0; i < count; i++) {
        if (of[i].length > 0)
            memcpy(text + length, of[i].text, of[i].length);
        length += of[i].length;
    }
    return text_value(text, length);
}

static model_value length_of(operands_of of, size_t count)
{
    (void)count;
    return whole_value('n', characters_of(&of[0]));
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
    int64_t wanted, all = characters_of(&of[0]);

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
    char *text = text_of(0);
    size_t length = 0;

    (void)count;
    if (of[1].length == 0)
        return of[0];
    for (size_t at = 0; at < of[0].length;) {
        bool here = at + of[1].length <= of[0].length &&
                    memcmp(of[0].text + at, of[1].text, of[1].length) == 0;
        const model_value *put = here ? &of[2] : &of[0];
        size_t size = here ? put->length : 1;
        if (length + size > TEXT_MOST)
            return (model_value){0};
        if (size > 0)
            memcpy(text + length, here ? put->text : put->text + at, size);
        length += size;
        at += here ? of[1].length : 1;
    }
    text_used--;
    (void)text_of(length);
    return text_value(text, length);
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
    return whole_value('b', found);
}

static model_value has_start(operands_of of, size_t count)
{
    model_value whole = shaped(&of[0], folded_of), part = shaped(&of[1], folded_of);

    (void)count;
    return whole_value('b', stands_at(&whole, &part, 0));
}

static model_value has_end(operands_of of, size_t count)
{
    model_value whole = shaped(&of[0], folded_of), part = shaped(&of[1], folded_of);

    (void)count;
    return whole_value('b', part.length <= whole.length &&
                                stands_at(&whole, &part, whole.length - part.length));
}

/* Dates: days are counted from a table of the first day of each year. */

#define DAY_MICROSECONDS INT64_C(86400000000)

enum {
    LAST_YEAR = 9999
};
static int64_t first_days[LAST_YEAR + 2];

static int year_length(int year)
{
    return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 366 : 365;
}

static int month_length(int year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return lengths[month - 1] + (month == 2 ? year_length(year) - 365 : 0);
}

/* 1970-01-01 is day 0. */
static void count_days(void)
{
    int64_t shift;

    if (first_days[1] != 0)
        return;
    for (int year = 1; year <= LAST_YEAR; year++)
        first_days[year + 1] = first_days[year] + year_length(year);
    shift = first_days[1970];
    for (int year = 1; year <= LAST_YEAR + 1; year++)
        first_days[year] -= shift;
}

typedef struct civil {
    int year, month, day;
} civil;

static civil civil_of(int64_t days)
{
    civil date = {(int)(1970 + days / 366 - 1), 1, 0};

    count_days();
    date.year = date.year < 1 ? 1 : date.year;
    while (date.year > 1 && first_days[date.year] > days)
        date.year--;
    while (first_days[date.year + 1] <= days)
        date.year++;
    days -= first_days[date.year];
    while (days >= month_length(date.year, date.month))
        days -= month_length(date.year, date.month++);
    date.day = (int)days + 1;
    return date;
}

static model_value date_value(int64_t year, int64_t month, int64_t day)
{
    int64_t days;

    count_days();
    if (year < 1 || year > LAST_YEAR || month < 1 || month > 12 || day < 1 ||
        day > month_length((int)year, (int)month))
        return (model_value){0};
    days = first_days[year] + day - 1;
    for (int m = 1; m < month; m++)
        days += month_length((int)year, m);
    return whole_value('d', days);
}

static int64_t floor_divide(int64_t number, int64_t by)
{
    return number / by - (number % by < 0 ? 1 : 0);
}

static model_value make_date(operands_of of, size_t count)
{
    int64_t year, month, day;

    (void)count;
    return whole_number(&of[0], &year) && whole_number(&of[1], &month) && whole_number(&of[2], &day)
               ? date_value(year, month, day)
               : (model_value){0};
}

static model_value day_of(operands_of of, size_t count)
{
    (void)count;
    return whole_value('n', civil_of(of[0].number).day);
}

static model_value month_of(operands_of of, size_t count)
{
    (void)count;
    return whole_value('n', civil_of(of[0].number).month);
}

static model_value year_of(operands_of of, size_t count)
{
    (void)count;
    return whole_value('n', civil_of(of[0].number).year);
}

/* 1970-01-05 was a Monday. */
static model_value weekday_of(operands_of of, size_t count)
{
    int64_t days = of[0].number - 4;

    (void)count;
    return whole_value('n', days - floor_divide(days, 7) * 7 + 1);
}

static model_value days_later(operands_of of, size_t count)
{
    int64_t days;
    wide unit = of[0].kind == 'z' ? DAY_MICROSECONDS : 1, moved;

    (void)count;
    count_days();
    if (!whole_number(&of[1], &days))
        return (model_value){0};
    moved = of[0].number + days * unit;
    return moved >= first_days[1] * unit && moved < first_days[LAST_YEAR + 1] * unit
               ? whole_value(of[0].kind, (int64_t)moved)
               : (model_value){0};
}

static model_value months_later(operands_of of, size_t count)
{
    civil date = civil_of(of[0].number);
    int64_t months, all;

    (void)count;
    if (!whole_number(&of[1], &months) || months > 200000 || months < -200000)
        return (model_value){0};
    all = (int64_t)date.year * 12 + date.month - 1 + months;
    if (all < 12 || all / 12 > LAST_YEAR)
        return (model_value){0};
    date = (civil){(int)(all / 12), (int)(all % 12) + 1, date.day};
    if (date.day > month_length(date.year, date.month))
        date.day = month_length(date.year, date.month);
    return date_value(date.year, date.month, date.day);
}

static model_value days_apart(operands_of of, size_t count)
{
    (void)count;
    return whole_value('n', of[1].number - of[0].number);
}

static model_value hours_apart(operands_of of, size_t count)
{
    (void)count;
    return settled(of[1].number - of[0].number, DAY_MICROSECONDS / 24);
}

static model_value date_of(operands_of of, size_t count)
{
    (void)count;
    return whole_value('d', floor_divide(of[0].number, DAY_MICROSECONDS));
}

/* Values as text. */

static const char *number_text(int64_t number, unsigned scale)
{
    char *text = text_of(48), digits[48];
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
    int64_t days = time ? floor_divide(value->number, DAY_MICROSECONDS) : value->number;
    int64_t rest = time ? value->number - days * DAY_MICROSECONDS : 0;
    int64_t seconds = rest / 1000000, tiny = rest % 1000000;
    char *text = text_of(48), fraction[16] = "";
    civil date = civil_of(days);
    int length = snprintf(text, 48, "%04d-%02d-%02d", date.year, date.month, date.day);

    if (tiny > 0)
        (void)snprintf(fraction, sizeof fraction, ".%06d", (int)tiny);
    if (time)
        (void)snprintf(text + length, (size_t)(48 - length), "T%02d:%02d:%02d%sZ",
                       (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60),
                       fraction);
    return text;
}

static const char *plain_text(const model_value *value)
{
    switch (value->kind) {
    case 'n': return number_text(value->number, value->scale);
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
            !with_places(value.number, ten_to(value.scale), (unsigned)places, &number))
            return (model_value){0};
        value.number = number;
        value.scale = (unsigned)places;
    }
    if (value.kind == 't')
        return value;
    text = plain_text(&value);
    return text_value(text, strlen(text));
}

/* What expressions are made of. */

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

static const production productions[] = {
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

/* Making them. */

static model_node nodes[NODES];
static size_t node_count;

static int64_t any_number(void)
{
    int64_t number = (int64_t)(model_random() >> 1 >> below(63));

    switch (below(12)) {
    case 0: return INT64_MAX;
    case 1: return INT64_MIN;
    case 2: return 0;
    case 3: return (int64_t)ten_to((unsigned)below(19)) + (int64_t)below(3) - 1;
    default: return below(2) == 0 ? number : -number;
    }
}

static const char *any_text(size_t most)
{
    static const char *const ascii[] = {"a", "A", "b", "s", "S", "x", " ", "-", "'", "1", "\\"};
    char text[128] = "";
    size_t count = below(most + 1);

    for (size_t i = 0; i < count; i++)
        (void)strcat(text, below(2) == 0 ? ascii[below(sizeof ascii / sizeof ascii[0])]
                                         : characters[below(13)].text);
    return keep(text, strlen(text));
}

static model_value any_moment(bool time)
{
    static const int64_t edges[] = {-719162, 2932896, 0, -1, 19782, 19783, 10957, -25509};
    int64_t days = below(2) == 0 ? edges[below(8)] : (int64_t)below(3652059) - 719162;
    int64_t tiny = below(2) == 0 ? (int64_t)below(86400) * 1000000
                                 : (int64_t)(model_random() % (uint64_t)DAY_MICROSECONDS);

    return time ? whole_value('z', days * DAY_MICROSECONDS + tiny) : whole_value('d', days);
}

static model_value literal_number(bool small)
{
    model_value value = whole_value('n', (int64_t)below(small ? 13 : 200));

    if (small)
        return value;
    value.number = below(2) == 0 ? value.number : any_number();
    if (value.number < 0) /* a minus is an operator */
        value.number = value.number == INT64_MIN ? INT64_MAX : -value.number;
    value.scale = below(2) == 0 ? 0 : (unsigned)below(10);
    return value;
}

static void make_leaf(model_node *node, char kind)
{
    bool small = kind == 's', piece = kind == 'c';

    kind = small ? 'n' : piece ? 't' : kind;
    node->field = -1;
    if (!small && !piece && (below(4) != 0 || kind == 'd' || kind == 'z')) {
        do {
            node->field = (int)below(MODEL_FIELDS);
        } while (model_fields[node->field].kind != kind);
    } else if (below(20) == 0) {
        node->literal = (model_value){0};
    } else if (kind == 'n') {
        node->literal = literal_number(small);
    } else if (kind == 't') {
        const char *text = any_text(piece ? 2 : 8);
        node->literal = text_value(text, strlen(text));
    } else {
        node->literal = whole_value('b', (int64_t)below(2));
    }
}

static const production *any_production(char kind)
{
    const production *found;

    do {
        found = &productions[below(sizeof productions / sizeof productions[0])];
    } while (found->kind != kind);
    return found;
}

static const model_node *make_node(char kind, int depth)
{
    static const char kinds[] = "ntdzb";
    model_node *node = &nodes[node_count++];
    char last = 0;

    assert_true(node_count < NODES);
    *node = (model_node){0};
    if (kind == 's' && below(4) == 0)
        kind = 'n';
    if (depth == 0 || kind == 's' || kind == 'c' || below(5) == 0) {
        make_leaf(node, kind);
        return node;
    }
    node->made_by = any_production(kind);
    node->count = node->made_by->least + below(node->made_by->most - node->made_by->least + 1);
    for (size_t i = 0; i < node->count; i++) {
        size_t length = strlen(node->made_by->operands);
        char wanted = node->made_by->operands[i < length ? i : length - 1];
        if (wanted == 'a' || wanted == 'e')
            wanted = kinds[below(wanted == 'a' ? 5 : 4)];
        last = wanted == 'x' ? last : wanted;
        node->operands[i] = make_node(last, depth - 1);
    }
    return node;
}

/* Writing them down. */

static char written[MODEL_EXPRESSION];
static size_t written_length;

static void put(const char *text, size_t length)
{
    if (written_length + length < sizeof written)
        memcpy(written + written_length, text, length);
    written_length += length;
}

static void put_text(const char *text)
{
    put(text, strlen(text));
}

static void put_space(bool needed)
{
    put_text(needed || below(3) != 0 ? below(9) == 0 ? " \t" : " " : "");
}

/* Letters in any case. */
static void put_word(const char *word)
{
    bool as_is = below(2) == 0;

    for (; *word != '\0'; word++) {
        bool letter = (*word >= 'a' && *word <= 'z') || (*word >= 'A' && *word <= 'Z');
        char c = letter && !as_is && below(2) == 0 ? (char)(*word ^ 0x20) : *word;
        put(&c, 1);
    }
}

static void put_literal(const model_value *literal)
{
    if (literal->kind == 't') {
        put_text("'");
        for (size_t i = 0; i < literal->length; i++)
            put(literal->text[i] == '\'' ? "''" : literal->text + i,
                literal->text[i] == '\'' ? 2 : 1);
        put_text("'");
    } else if (literal->kind == 'n') {
        put_text(number_text(literal->number, literal->scale));
    } else {
        put_word(literal->kind == 0 ? "null" : literal->number != 0 ? "true" : "false");
    }
}

static void put_node(const model_node *node, int least);

static void put_call(const model_node *node)
{
    put_word(node->made_by->name);
    put_space(false);
    put_text("(");
    for (size_t i = 0; i < node->count; i++) {
        put_text(i > 0 ? "," : "");
        put_space(false);
        put_node(node->operands[i], OR);
    }
    put_text(")");
}

/* Chains go to the left; comparisons make none. */
static void put_operator(const model_node *node)
{
    int level = node->made_by->level;
    bool word = node->made_by->name[0] >= 'a';

    if (node->count == 1) {
        put_word(node->made_by->name);
        put_space(word);
        put_node(node->operands[0], level);
        return;
    }
    put_node(node->operands[0], level == COMPARE ? level + 1 : level);
    put_space(word);
    put_word(node->made_by->name);
    put_space(word);
    put_node(node->operands[1], level + 1);
}

static void put_node(const model_node *node, int least)
{
    bool operator= node->made_by != NULL && node->made_by->level != OPERAND;
    bool brackets = (operator&& node->made_by->level<least) || below(9) == 0;

    put_text(brackets ? "(" : "");
    if (operator)
        put_operator(node);
    else if (node->made_by != NULL)
        put_call(node);
    else if (node->field >= 0)
        put_word(model_fields[node->field].name);
    else
        put_literal(&node->literal);
    put_text(brackets ? ")" : "");
}

const model_node *model_make(char kind, const char **expression)
{
    const model_node *node;

    do {
        kept_used = kept_records;
        node_count = 0;
        text_used = 0;
        node = make_node(kind, 1 + (int)below(4));
        written_length = 0;
        put_node(node, OR);
    } while (written_length >= LONGEST);
    written[written_length] = '\0';
    *expression = written;
    return node;
}

/* Working them out. */

static model_value worth_of(const model_node *node, const model_value *values)
{
    model_value of[OPERANDS] = {{0}};
    bool complete = true;

    if (node->made_by == NULL)
        return node->field >= 0 ? values[node->field] : node->literal;
    for (size_t i = 0; i < node->count; i++) {
        of[i] = worth_of(node->operands[i], values);
        complete = complete && of[i].kind != 0;
    }
    return complete || !node->made_by->strict ? node->made_by->worth(of, node->count)
                                              : (model_value){0};
}

model_value model_worth(const model_node *node, const model_value *values)
{
    text_used = 0;
    return worth_of(node, values);
}

model_value model_stored(model_value worth, unsigned scale)
{
    char *text;

    if (worth.kind == 'n') {
        bool fits = with_places(worth.number, ten_to(worth.scale), scale, &worth.number);
        worth.scale = scale;
        return fits ? worth : (model_value){0};
    }
    if (worth.kind != 't')
        return worth;
    if (worth.length == 0 || characters_of(&worth) > MODEL_LINE)
        return (model_value){0};
    text = text_of(worth.length);
    for (size_t i = 0; i < worth.length; i++)
        text[i] = worth.text[i] == '\n' || worth.text[i] == '\t' ? ' ' : worth.text[i];
    return text_value(text, worth.length);
}

bool model_same(const model_value *a, const model_value *b)
{
    return a->kind == b->kind &&
           (a->kind != 't' ? a->number == b->number
                           : a->length == b->length && memcmp(a->text, b->text, a->length) == 0);
}

const char *model_shown(const model_value *value, unsigned scale)
{
    return value->kind == 0     ? "-"
           : value->kind == 'n' ? number_text(value->number, scale)
                                : plain_text(value);
}

/* Records. */

static model_value any_value(const model_field *field)
{
    model_value value = {0};

    switch (field->kind) {
    case 'n':
        value = whole_value('n', any_number());
        if (strcmp(field->name, "Little") == 0)
            value.number %= 1000000000;
        value.scale = field->scale;
        return value;
    case 't':
        value.text = strcmp(field->name, "State") == 0 ? below(2) == 0 ? "Open" : "Shut"
                     : strcmp(field->name, "Story") == 0 && below(2) == 0 ? "a\nb\n\xC2\xA0x"
                                                                          : any_text(8);
        value.length = strlen(value.text);
        value.kind = value.length > 0 ? 't' : 0;
        return value;
    case 'b': return whole_value('b', (int64_t)below(2));
    default: return any_moment(field->kind == 'z');
    }
}

void model_record(model_value *values)
{
    for (size_t i = 0; i < MODEL_FIELDS; i++) {
        values[i] = below(6) == 0 && model_fields[i].kind != 'b' ? (model_value){0}
                                                                 : any_value(&model_fields[i]);
    }
    kept_records = kept_used;
}

char *model_json(const model_value *value)
{
    const char *text = plain_text(value);
    char *json = malloc(6 * strlen(text) + 3), *at = json;

    assert_non_null(json);
    if (value->kind == 'n' || value->kind == 'b')
        return strcpy(json, text);
    *at++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '\n' || *text == '\\' || *text == '\'')
            at += sprintf(at, "\\u%04x", (unsigned)*text);
        else
            *at++ = *text;
    }
    *at++ = '"';
    *at = '\0';
    return json;
}
