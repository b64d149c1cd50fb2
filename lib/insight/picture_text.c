/* SPDX-License-Identifier: MIT */
/* Texts of pictures: how wide they are, cut to what fits, numbers in short. */
#include "insight/picture_data.h"

#include <string.h>

enum {
    FULL_DIGITS = 6, /* before the point, of numbers that are not shortened */
    FULL_PLACES = 2,
    SHORT_DIGITS = 3,
    UNIT_DIGITS = 16, /* beyond them powers of ten */
    ELLIPSIS_POINT = 0x2026
};

const char *c4_picture_join(c4_picture_data *data, const char *const *pieces)
{
    size_t length = 0;
    size_t used = 0;
    char *joined;

    for (size_t i = 0; pieces[i] != NULL; i++)
        length += strlen(pieces[i]);
    joined = c4_arena_alloc(data->arena, length + 1);
    if (joined == NULL) {
        data->code = CRM4E_E_NO_MEMORY;
        return "";
    }
    for (size_t i = 0; pieces[i] != NULL; i++) {
        memcpy(joined + used, pieces[i], strlen(pieces[i]));
        used += strlen(pieces[i]);
    }
    joined[used] = '\0';
    return joined;
}

/* --------------------------------------------------------------- width */

uint32_t c4_picture_point(const char **text)
{
    const unsigned char *c = (const unsigned char *)*text;
    int more = *c < 0x80 ? 0 : *c < 0xe0 ? 1 : *c < 0xf0 ? 2 : 3;
    uint32_t point = more > 0 ? *c & (0x3fU >> more) : *c;

    if (*c == '\0')
        return 0;
    for (c++; more > 0 && *c != '\0'; more--, c++)
        point = point << 6 | (*c & 0x3fU);
    *text = (const char *)c;
    return point;
}

typedef struct range {
    uint32_t first;
    uint32_t last;
} range;

static bool in_ranges(const range *ranges, size_t count, uint32_t point)
{
    bool found = false;

    for (size_t i = 0; i < count && !found; i++)
        found = point >= ranges[i].first && point <= ranges[i].last;
    return found;
}

/* Two cells in terminals. */
static bool is_wide(uint32_t point)
{
    static const range wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},
                                 {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
                                 {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
                                 {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff}, {0x20000, 0x3fffd}};

    return in_ranges(wide, sizeof wide / sizeof wide[0], point);
}

static bool is_mark(uint32_t point)
{
    static const range marks[] = {
        {0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},   {0x64b, 0x65f},
        {0x200b, 0x200f}, {0x202a, 0x202e}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};

    return in_ranges(marks, sizeof marks / sizeof marks[0], point);
}

/* Percent of the size of the font, of a usual sans serif. */
static int32_t point_width(uint32_t point)
{
    static const struct {
        const char *points;
        int32_t width;
    } widths[] = {
        {" fijlrtI.,:;'|!()[]/\\-`", 33},
        {"mwMWGOQ%@—…", 88},
        {"ABCDEHKNPRSTUVXYZ&", 67},
        {"0123456789LFJ+<>=#$_", 57},
    };

    if (is_mark(point))
        return 0;
    if (is_wide(point))
        return 100;
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        const char *c = widths[i].points;
        for (uint32_t other = c4_picture_point(&c); other != 0; other = c4_picture_point(&c)) {
            if (other == point)
                return widths[i].width;
        }
    }
    return point < 0x250 ? 56 : 62;
}

int32_t c4_picture_width(const char *text, int32_t font)
{
    int64_t width = 0;

    for (uint32_t point = c4_picture_point(&text); point != 0; point = c4_picture_point(&text))
        width += point_width(point);
    return (int32_t)(width * font / 10);
}

static int32_t point_cells(uint32_t point)
{
    return is_mark(point) ? 0 : is_wide(point) ? 2 : 1;
}

int32_t c4_picture_cells(const char *text)
{
    int32_t cells = 0;

    for (uint32_t point = c4_picture_point(&text); point != 0; point = c4_picture_point(&text))
        cells += point_cells(point);
    return cells;
}

/* ------------------------------------------------------------- cutting */

/* The beginning that leaves room for the ellipsis, without blanks at its end. */
static const char *cut_at(c4_picture_data *data, const char *text, const char *end,
                          const char *ellipsis)
{
    const char *begin;

    while (end > text && end[-1] == ' ')
        end--;
    begin = c4_arena_text(data->arena, text, (size_t)(end - text));
    if (begin == NULL) {
        data->code = CRM4E_E_NO_MEMORY;
        return "";
    }
    return c4_picture_join(data, (const char *const[]){begin, ellipsis, NULL});
}

const char *c4_picture_cut(c4_picture_data *data, const char *text, int32_t font, int32_t most)
{
    int32_t room = most - point_width(ELLIPSIS_POINT) * font / 10;
    const char *at = text;
    const char *end = text;
    int64_t width = 0;

    if (c4_picture_width(text, font) <= most)
        return text;
    for (uint32_t point = c4_picture_point(&at); point != 0; point = c4_picture_point(&at)) {
        width += point_width(point);
        if (width * font / 10 > room)
            break;
        end = at;
    }
    return cut_at(data, text, end, "…");
}

const char *c4_picture_cut_cells(c4_picture_data *data, const char *text, int32_t most,
                                 const char *ellipsis)
{
    int32_t room = most - c4_picture_cells(ellipsis);
    const char *at = text;
    const char *end = text;
    int32_t cells = 0;

    if (c4_picture_cells(text) <= most)
        return text;
    for (uint32_t point = c4_picture_point(&at); point != 0; point = c4_picture_point(&at)) {
        cells += point_cells(point);
        if (cells > room)
            break;
        end = at;
    }
    return cut_at(data, text, end, ellipsis);
}

/* ------------------------------------------------------------- numbers */

/* A decimal while it is shortened: digits without the point, how many are before it. */
typedef struct number {
    bool negative;
    char digits[C4_DECIMAL_TEXT * 2];
    int32_t count;
    int32_t before;
} number;

static void read_number(const char *text, number *n)
{
    *n = (number){.negative = *text == '-', .before = -1};
    for (const char *c = text + (*text == '-' ? 1 : 0);
         *c != '\0' && n->count < (int32_t)sizeof n->digits - 1; c++) {
        if (*c == '.')
            n->before = n->count;
        else
            n->digits[n->count++] = *c;
    }
    if (n->before < 0)
        n->before = n->count;
}

/* Half away from zero; 9.96 may become 10.0. */
static void keep_places(number *n, int32_t places)
{
    int32_t kept = n->before + places;

    if (kept < n->count && n->digits[kept] >= '5') {
        int32_t at = kept - 1;
        while (at >= 0 && n->digits[at] == '9')
            n->digits[at--] = '0';
        if (at >= 0) {
            n->digits[at]++;
        } else {
            memmove(n->digits + 1, n->digits, sizeof n->digits - 1);
            n->digits[0] = '1';
            n->before++;
            kept++;
            n->count++;
        }
    }
    if (kept < n->count)
        n->count = kept;
    while (n->count > n->before && n->digits[n->count - 1] == '0')
        n->count--;
}

static bool is_zero(const number *n)
{
    bool zero = true;

    for (int32_t i = 0; i < n->count && zero; i++)
        zero = n->digits[i] == '0';
    return zero;
}

static const char *write_number(c4_picture_data *data, const number *n, const char *unit)
{
    char text[C4_DECIMAL_TEXT * 3];
    size_t used = 0;

    if (n->negative && !is_zero(n))
        text[used++] = '-';
    for (int32_t i = 0; i < n->count; i++) {
        if (i == n->before)
            text[used++] = '.';
        else if (i > 0 && i < n->before && (n->before - i) % 3 == 0)
            text[used++] = ',';
        text[used++] = n->digits[i];
    }
    text[used] = '\0';
    return c4_picture_join(data, (const char *const[]){text, unit, NULL});
}

typedef struct unit {
    int32_t digits; /* power of ten */
    const char *name;
} unit;
static const unit english[] = {{12, "T"}, {9, "B"}, {6, "M"}};
static const unit chinese[] = {{12, "万亿"}, {8, "亿"}, {4, "万"}};

/* "×10²³" */
static const char *power_of_ten(c4_picture_data *data, int32_t power)
{
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};

    return c4_picture_join(
        data, (const char *const[]){"×10", digits[power / 10 % 10], digits[power % 10], NULL});
}

/* Of numbers below one as many as show three digits. */
static int32_t places_of(const number *n)
{
    int32_t places = FULL_PLACES;

    if (n->before > 1 || n->digits[0] != '0')
        return places;
    for (int32_t i = 1; i < n->count && n->digits[i] == '0'; i++)
        places = i + SHORT_DIGITS;
    return places;
}

const char *c4_picture_short(c4_picture_data *data, const char *decimal)
{
    const unit *units = data->options->chinese ? chinese : english;
    size_t count = data->options->chinese ? sizeof chinese / sizeof chinese[0]
                                          : sizeof english / sizeof english[0];
    number n;

    read_number(decimal, &n);
    if (n.before > UNIT_DIGITS) {
        int32_t power = n.before - 1;
        n.before = 1;
        keep_places(&n, FULL_PLACES);
        return write_number(data, &n, power_of_ten(data, power));
    }
    if (n.before > FULL_DIGITS) {
        for (size_t i = 0; i < count; i++) {
            if (n.before <= units[i].digits)
                continue;
            n.before -= units[i].digits;
            keep_places(&n, n.before < SHORT_DIGITS ? SHORT_DIGITS - n.before : 0);
            return write_number(data, &n, units[i].name);
        }
    }
    keep_places(&n, places_of(&n));
    return write_number(data, &n, "");
}

const char *c4_picture_short_size(c4_picture_data *data, int64_t size, int32_t exponent)
{
    char text[C4_DECIMAL_TEXT * 2];
    size_t used;

    if (exponent <= 0 && exponent >= -C4_DECIMAL_PLACES_MAX) {
        (void)c4_decimal_format(size, (unsigned)-exponent, text);
        return c4_picture_short(data, text);
    }
    used = c4_decimal_format(size, 0, text);
    for (int32_t i = 0; i < exponent && used < sizeof text - 1 && size != 0; i++)
        text[used++] = '0';
    text[used] = '\0';
    return c4_picture_short(data, text);
}

const char *c4_picture_percent(c4_picture_data *data, int64_t part, int64_t whole)
{
    char text[C4_DECIMAL_TEXT];

    (void)c4_decimal_format(whole > 0 ? c4_picture_ratio(part, 1000, whole) : 0, 1, text);
    return c4_picture_join(data, (const char *const[]){text, "%", NULL});
}

/* --------------------------------------------------------------- scale */

int64_t c4_picture_ratio(int64_t a, int64_t b, int64_t c)
{
    int64_t product = a * b;
    int64_t half = c / 2;

    return product >= 0 ? (product + half) / c : -((-product + half) / c);
}

static int64_t round_down(int64_t size, int64_t step)
{
    int64_t rest = size % step;

    return size - (rest < 0 ? rest + step : rest);
}

/* Steps of 1, 2 or 5 times a power of ten, at most `steps` of them and one. */
void c4_scale_make(c4_scale *scale, int64_t least, int64_t most, int32_t steps)
{
    static const int64_t factors[] = {1, 2, 5};
    int64_t low = least < 0 ? least : 0;
    int64_t high = most > 0 ? most : 0;
    int64_t power = 1;
    int64_t step = 1;

    if (low == high)
        high = low + 1;
    for (size_t i = 0; high - low > step * steps; i++) {
        power *= i > 0 && i % 3 == 0 ? 10 : 1;
        step = power * factors[i % 3];
    }
    scale->step = step;
    scale->low = round_down(low, step);
    scale->high = round_down(high + step - 1, step);
}

int32_t c4_scale_at(const c4_scale *scale, int64_t size, int32_t length)
{
    return (int32_t)c4_picture_ratio(size - scale->low, length, scale->high - scale->low);
}
