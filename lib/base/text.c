/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <crm4e/errors.h>

enum {
    WIDE_STACK = 256,       /* UTF-16 units kept off the heap */
    FOLD_MAXIMUM = 1 << 26, /* bytes; NFKC grows text up to 18-fold, ICU counts in int32 */
    FIRST_MARK = 0x0300,
    LAST_MARK = 0x036F,
    BRAILLE_BLANK = 0x2800 /* a symbol to Unicode, yet it shows nothing */
};

/* Well-formed byte sequences beyond ASCII: Unicode, table 3-7. */
typedef struct lead_range {
    unsigned char first, last;             /* of the lead byte */
    unsigned char second_low, second_high; /* of the byte after it */
    unsigned char tail;                    /* bytes after the lead */
} lead_range;

static const lead_range lead_ranges[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 1}, {0xE0, 0xE0, 0xA0, 0xBF, 2}, {0xE1, 0xEC, 0x80, 0xBF, 2},
    {0xED, 0xED, 0x80, 0x9F, 2}, {0xEE, 0xEF, 0x80, 0xBF, 2}, {0xF0, 0xF0, 0x90, 0xBF, 3},
    {0xF1, 0xF3, 0x80, 0xBF, 3}, {0xF4, 0xF4, 0x80, 0x8F, 3},
};

static const lead_range *find_lead(unsigned char byte)
{
    for (size_t i = 0; i < sizeof lead_ranges / sizeof lead_ranges[0]; i++) {
        if (byte >= lead_ranges[i].first && byte <= lead_ranges[i].last) {
            return &lead_ranges[i];
        }
    }
    return NULL;
}

/* The code point at *at, which moves past it; -1 when ill-formed. */
static UChar32 next_point(const char *text, size_t length, size_t *at)
{
    const unsigned char *bytes = (const unsigned char *)text + *at;
    size_t left = length - *at;
    const lead_range *range;
    UChar32 point = bytes[0];

    *at += 1;
    if (point < 0x80) {
        return point;
    }
    range = find_lead(bytes[0]);
    if (range == NULL || left <= range->tail || bytes[1] < range->second_low ||
        bytes[1] > range->second_high) {
        return -1;
    }
    point &= 0x3F >> range->tail;
    for (size_t i = 1; i <= range->tail; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return -1;
        }
        point = point << 6 | (bytes[i] & 0x3F);
    }
    *at += range->tail;
    return point;
}

size_t c4_text_within(const char *text, size_t most)
{
    const char *end = memchr(text, '\0', most + 1);

    return end != NULL ? (size_t)(end - text) : most + 1;
}

int c4_text_length(const char *text, size_t length, size_t maximum, size_t *result)
{
    if (text == NULL && length != 0) {
        return CRM4E_E_MISUSE;
    }
    if (length == CRM4E_NUL_TERMINATED) {
        size_t window = maximum < SIZE_MAX ? maximum + 1 : SIZE_MAX;
        const char *end = memchr(text, '\0', window);
        if (end == NULL) {
            return CRM4E_E_TOO_BIG;
        }
        length = (size_t)(end - text);
    }
    if (length > maximum) {
        return CRM4E_E_TOO_BIG;
    }
    *result = length;
    return CRM4E_OK;
}

/* Whether one of the word's bytes is a control character or not ASCII: then a
 * high bit is set, here or by what the subtractions borrow. */
static bool has_unusual(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t high = ones * 0x80;
    uint64_t deleted = word ^ (ones * 0x7F);

    return (((word - ones * 0x20) | (deleted - ones) | word) & high) != 0;
}

/* Length of the plain beginning of a text, in words of eight bytes: most text
 * is nothing else. */
static size_t plain_words(const char *text, size_t length)
{
    size_t at = 0;
    uint64_t word;

    while (length - at >= sizeof word) {
        memcpy(&word, text + at, sizeof word);
        if (has_unusual(word)) {
            break;
        }
        at += sizeof word;
    }
    return at;
}

int c4_text_check(const char *text, size_t length)
{
    size_t at = plain_words(text, length);

    while (at < length) {
        if (next_point(text, length, &at) <= 0) {
            return CRM4E_E_INVALID;
        }
    }
    return CRM4E_OK;
}

size_t c4_text_points(const char *text, size_t length)
{
    size_t points = 0;

    for (size_t i = 0; i < length; i++) {
        points += ((unsigned char)text[i] & 0xC0) != 0x80;
    }
    return points;
}

static bool is_invisible(UChar32 point)
{
    return u_isUWhiteSpace(point) || u_iscntrl(point) || point == BRAILLE_BLANK ||
           u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

bool c4_text_blank(const char *text, size_t length)
{
    size_t at = 0;

    while (at < length) {
        if (!is_invisible(next_point(text, length, &at))) {
            return false;
        }
    }
    return true;
}

bool c4_text_has_control(const char *text, size_t length)
{
    size_t at = plain_words(text, length);

    while (at < length) {
        UChar32 point = next_point(text, length, &at);
        if (point < 0x20 || (point >= 0x7F && point < 0xA0)) {
            return true;
        }
    }
    return false;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_letter_or_digit(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

bool c4_text_is_api_name(const char *text, size_t length, size_t maximum)
{
    if (length == 0 || length > maximum || !is_letter(text[0]) ||
        !is_letter_or_digit(text[length - 1])) {
        return false;
    }
    for (size_t i = 1; i < length; i++) {
        bool joins = text[i] == '_' && text[i - 1] != '_';
        if (!joins && !is_letter_or_digit(text[i])) {
            return false;
        }
    }
    return true;
}

/* UTF-16 text on the stack while it is short. */
typedef struct wide {
    const c4_mem *mem;
    UChar *text;
    int32_t length;
    int32_t capacity;
    UChar stack[WIDE_STACK];
} wide;

static void wide_init(wide *text, const c4_mem *mem)
{
    text->mem = mem;
    text->text = text->stack;
    text->length = 0;
    text->capacity = WIDE_STACK;
}

static void wide_free(wide *text)
{
    if (text->text != text->stack) {
        c4_free(text->mem, text->text);
    }
}

/* Makes room; what was in it is lost. */
static int wide_reserve(wide *text, int32_t need)
{
    UChar *block = NULL;
    size_t size;

    if (need <= text->capacity) {
        return CRM4E_OK;
    }
    if (c4_mul_size((size_t)need, sizeof *block, &size)) {
        block = c4_alloc(text->mem, size);
    }
    if (block == NULL) {
        return CRM4E_E_NO_MEMORY;
    }
    wide_free(text);
    text->text = block;
    text->capacity = need;
    return CRM4E_OK;
}

static int icu_code(UErrorCode status)
{
    if (U_SUCCESS(status)) {
        return CRM4E_OK;
    }
    return status == U_MEMORY_ALLOCATION_ERROR ? CRM4E_E_NO_MEMORY : CRM4E_E_INTERNAL;
}

/* A byte never gives more than one UTF-16 unit. */
static int widen(wide *to, const char *text, size_t length)
{
    UErrorCode status = U_ZERO_ERROR;
    int rc = wide_reserve(to, (int32_t)length);

    if (rc == CRM4E_OK) {
        u_strFromUTF8(to->text, to->capacity, &to->length, text, (int32_t)length, &status);
        rc = icu_code(status);
    }
    return rc;
}

static int normalise(const UNormalizer2 *form, const wide *from, wide *to)
{
    UErrorCode status = U_ZERO_ERROR;
    int rc = wide_reserve(to, from->length);

    if (rc != CRM4E_OK) {
        goto done;
    }
    to->length = unorm2_normalize(form, from->text, from->length, to->text, to->capacity, &status);
    if (status == U_BUFFER_OVERFLOW_ERROR) {
        rc = wide_reserve(to, to->length);
        if (rc != CRM4E_OK) {
            goto done;
        }
        status = U_ZERO_ERROR;
        to->length =
            unorm2_normalize(form, from->text, from->length, to->text, to->capacity, &status);
    }
    rc = icu_code(status);
done:
    return rc;
}

static void drop_marks(wide *text)
{
    int32_t kept = 0;

    for (int32_t i = 0; i < text->length; i++) {
        if (text->text[i] < FIRST_MARK || text->text[i] > LAST_MARK) {
            text->text[kept++] = text->text[i];
        }
    }
    text->length = kept;
}

/* Folds `a` by way of `b`; the result is in `b`. */
static int fold_wide(wide *a, wide *b)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *casefold = unorm2_getNFKCCasefoldInstance(&status);
    const UNormalizer2 *decompose = unorm2_getNFDInstance(&status);
    const UNormalizer2 *compose = unorm2_getNFCInstance(&status);
    int rc = icu_code(status);

    if (rc == CRM4E_OK) {
        rc = normalise(casefold, a, b);
    }
    if (rc == CRM4E_OK) {
        rc = normalise(decompose, b, a);
    }
    if (rc == CRM4E_OK) {
        drop_marks(a);
        rc = normalise(compose, a, b);
    }
    return rc;
}

static int append_wide(c4_buffer *out, const wide *from)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t length = 0;
    char *added;

    u_strToUTF8(NULL, 0, &length, from->text, from->length, &status);
    if (status != U_BUFFER_OVERFLOW_ERROR && U_FAILURE(status)) {
        return icu_code(status);
    }
    added = c4_buffer_extend(out, (size_t)length);
    if (added == NULL) {
        return out->code;
    }
    status = U_ZERO_ERROR;
    u_strToUTF8(added, length, &length, from->text, from->length, &status);
    return icu_code(status);
}

static void fold_unicode(c4_buffer *out, const char *text, size_t length)
{
    wide a;
    wide b;
    int rc = CRM4E_E_TOO_BIG;

    wide_init(&a, out->mem);
    wide_init(&b, out->mem);
    if (length <= FOLD_MAXIMUM) {
        rc = widen(&a, text, length);
    }
    if (rc == CRM4E_OK) {
        rc = fold_wide(&a, &b);
    }
    if (rc == CRM4E_OK) {
        rc = append_wide(out, &b);
    }
    wide_free(&a);
    wide_free(&b);
    out->code = rc;
}

typedef int32_t (*case_mapping)(UChar *, int32_t, const UChar *, int32_t, const char *,
                                UErrorCode *);

static int map_case(case_mapping map, const wide *from, wide *to)
{
    UErrorCode status = U_ZERO_ERROR;
    int rc = wide_reserve(to, from->length);

    if (rc == CRM4E_OK) {
        to->length = map(to->text, to->capacity, from->text, from->length, "", &status);
    }
    if (rc == CRM4E_OK && status == U_BUFFER_OVERFLOW_ERROR) {
        status = U_ZERO_ERROR;
        rc = wide_reserve(to, to->length);
        if (rc == CRM4E_OK) {
            to->length = map(to->text, to->capacity, from->text, from->length, "", &status);
        }
    }
    return rc == CRM4E_OK ? icu_code(status) : rc;
}

static void put_case(c4_buffer *out, case_mapping map, const char *text, size_t length)
{
    wide a;
    wide b;
    int rc = CRM4E_E_TOO_BIG;

    if (out->code != CRM4E_OK) {
        return;
    }
    wide_init(&a, out->mem);
    wide_init(&b, out->mem);
    if (length <= FOLD_MAXIMUM) {
        rc = widen(&a, text, length);
    }
    if (rc == CRM4E_OK) {
        rc = map_case(map, &a, &b);
    }
    if (rc == CRM4E_OK) {
        rc = append_wide(out, &b);
    }
    wide_free(&a);
    wide_free(&b);
    out->code = rc;
}

void c4_text_lower(c4_buffer *out, const char *text, size_t length)
{
    put_case(out, u_strToLower, text, length);
}

void c4_text_upper(c4_buffer *out, const char *text, size_t length)
{
    put_case(out, u_strToUpper, text, length);
}

static bool is_ascii(const char *text, size_t length)
{
    unsigned char seen = 0;

    for (size_t i = 0; i < length; i++) {
        seen |= (unsigned char)text[i];
    }
    return seen < 0x80;
}

static void fold_ascii(c4_buffer *out, const char *text, size_t length)
{
    char *added = c4_buffer_extend(out, length);

    for (size_t i = 0; added != NULL && i < length; i++) {
        bool capital = text[i] >= 'A' && text[i] <= 'Z';
        added[i] = (char)(capital ? text[i] + ('a' - 'A') : text[i]);
    }
}

void c4_text_fold(c4_buffer *out, const char *text, size_t length)
{
    if (out->code != CRM4E_OK) {
        return;
    }
    if (is_ascii(text, length)) {
        fold_ascii(out, text, length);
    } else {
        fold_unicode(out, text, length);
    }
}

char *c4_text_folded(const c4_mem *mem, const char *text, size_t length, size_t *folded_length)
{
    c4_buffer out;
    char *folded;

    c4_buffer_init(&out, mem, SIZE_MAX);
    c4_text_fold(&out, text, length);
    folded = c4_buffer_take(&out, folded_length);
    c4_buffer_free(&out);
    return folded;
}

int c4_text_order(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t shared = a_length < b_length ? a_length : b_length;
    int order = shared > 0 ? memcmp(a, b, shared) : 0;

    if (order == 0) {
        order = (a_length > b_length) - (a_length < b_length);
    }
    return (order > 0) - (order < 0);
}

bool c4_text_equal(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}
