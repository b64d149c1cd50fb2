/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <crm4e/errors.h>
#include "base/text.h"
#include "support/fail_alloc.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

typedef struct bytes {
    const char *text;
    size_t length;
} bytes;
#define BYTES(literal)                                                                             \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

static const bytes ill_formed[] = {
    /* lone continuation byte */
    BYTES("\x80"),
    BYTES("\xBF"),
    BYTES("a\x80z"),
    /* cut short */
    BYTES("\xC3"),
    BYTES("\xE2\x82"),
    BYTES("\xF0"),
    BYTES("\xF0\x9F"),
    BYTES("\xF0\x9F\x98"),
    /* broken off */
    BYTES("\xC3x"),
    BYTES("\xE2x\x82"),
    BYTES("\xE2\x82x"),
    BYTES("\xF0\x9F\x98x"),
    /* overlong */
    BYTES("\xC0\x80"),
    BYTES("\xC0\xAF"),
    BYTES("\xC1\xBF"),
    BYTES("\xE0\x80\xAF"),
    BYTES("\xE0\x9F\xBF"),
    BYTES("\xF0\x80\x80\xAF"),
    BYTES("\xF0\x8F\xBF\xBF"),
    /* surrogates, alone and as a pair */
    BYTES("\xED\xA0\x80"),
    BYTES("\xED\xBF\xBF"),
    BYTES("\xED\xA0\xBD\xED\xB8\x80"),
    /* beyond U+10FFFF, five and six bytes */
    BYTES("\xF4\x90\x80\x80"),
    BYTES("\xF5\x80\x80\x80"),
    BYTES("\xF8\x88\x80\x80\x80"),
    BYTES("\xFC\x84\x80\x80\x80\x80"),
    /* never in UTF-8 */
    BYTES("\xFE"),
    BYTES("\xFF"),
    BYTES("\xFE\xFF"),
    /* after a good one */
    BYTES("\xC3\xA4\xC3("),
    BYTES("\xC3\xC3\xA4"),
    /* NUL */
    BYTES("\0"),
    BYTES("ab\0cd"),
    BYTES("ab\0"),
};

static const bytes well_formed[] = {
    BYTES(""),
    BYTES("a\x7F\x01"),
    BYTES("\xC2\x80\xDF\xBF"),
    BYTES("\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"),
    BYTES("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"),
    BYTES("\xEF\xBB\xBF\xEF\xBF\xBE"),
};

/* In a block of its own, so that a sanitizer sees each byte read too many. */
static int check_exactly(bytes text)
{
    char *block = malloc(text.length + (text.length == 0));
    int rc;

    assert_non_null(block);
    memcpy(block, text.text, text.length);
    rc = c4_text_check(block, text.length);
    free(block);
    return rc;
}

static void tells_well_formed_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(ill_formed); i++) {
        if (check_exactly(ill_formed[i]) != CRM4E_E_INVALID) {
            fail_msg("ill-formed text %zu was accepted", i);
        }
    }
    for (size_t i = 0; i < COUNT(well_formed); i++) {
        if (check_exactly(well_formed[i]) != CRM4E_OK) {
            fail_msg("well-formed text %zu was refused", i);
        }
    }
}

static void refuses_every_cut_inside_a_code_point(void **state)
{
    const bytes text = BYTES("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80z");

    (void)state;
    for (size_t length = 0; length <= text.length; length++) {
        int expected = length == text.length || (text.text[length] & 0xC0) != 0x80
                           ? CRM4E_OK
                           : CRM4E_E_INVALID;
        assert_int_equal(check_exactly((bytes){text.text, length}), expected);
    }
}

static size_t encode(uint32_t point, char text[4])
{
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

    for (size_t i = length; i-- > 1; point >>= 6) {
        text[i] = (char)(0x80 | (point & 0x3F));
    }
    text[0] = (char)(leads[length] | point);
    return length;
}

static void accepts_each_code_point_but_surrogates(void **state)
{
    char text[4];

    (void)state;
    for (uint32_t point = 1; point < 0x110000; point++) {
        int expected = point >= 0xD800 && point < 0xE000 ? CRM4E_E_INVALID : CRM4E_OK;
        if (c4_text_check(text, encode(point, text)) != expected) {
            fail_msg("U+%04X", (unsigned)point);
        }
    }
}

static void measures_text(void **state)
{
    const char unterminated[4] = {'a', 'b', 'c', 'd'};
    size_t length = 99;

    (void)state;
    assert_int_equal(c4_text_length("abc", CRM4E_NUL_TERMINATED, 3, &length), CRM4E_OK);
    assert_int_equal(length, 3);
    assert_int_equal(c4_text_length("", CRM4E_NUL_TERMINATED, 0, &length), CRM4E_OK);
    assert_int_equal(length, 0);
    assert_int_equal(c4_text_length("abc", 2, 3, &length), CRM4E_OK);
    assert_int_equal(length, 2);
    assert_int_equal(c4_text_length(NULL, 0, 3, &length), CRM4E_OK);
    assert_int_equal(length, 0);
    length = 99;
    assert_int_equal(c4_text_length(unterminated, CRM4E_NUL_TERMINATED, 3, &length),
                     CRM4E_E_TOO_BIG);
    assert_int_equal(c4_text_length("abcd", CRM4E_NUL_TERMINATED, 3, &length), CRM4E_E_TOO_BIG);
    assert_int_equal(c4_text_length("a", 4, 3, &length), CRM4E_E_TOO_BIG);
    assert_int_equal(c4_text_length("a", SIZE_MAX - 1, 3, &length), CRM4E_E_TOO_BIG);
    assert_int_equal(c4_text_length(NULL, CRM4E_NUL_TERMINATED, 3, &length), CRM4E_E_MISUSE);
    assert_int_equal(c4_text_length(NULL, 1, 3, &length), CRM4E_E_MISUSE);
    assert_int_equal(length, 99);
    assert_int_equal(c4_text_points("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", 10), 4);
}

static bool blank(const char *text)
{
    return c4_text_blank(text, strlen(text));
}

static bool control(const char *text)
{
    return c4_text_has_control(text, strlen(text));
}

static void tells_blank_and_control(void **state)
{
    (void)state;
    assert_true(blank(""));
    assert_true(blank(" \t\r\n\xC2\xA0\xE3\x80\x80"));                      /* NBSP, wide space */
    assert_true(blank("\xE2\x80\x8B\xE2\x80\x8D\xEF\xBB\xBF\xE2\x80\xAE")); /* ZWSP ZWJ BOM RLO */
    assert_true(blank("\xE3\x85\xA4\xE2\xA0\x80\xC2\xAD")); /* fillers, soft hyphen */
    assert_false(blank(" \xE2\x80\x8B."));
    assert_false(blank("\xE4\xB8\xAD"));
    assert_true(control("a\tb"));
    assert_true(control("a\r\nb"));
    assert_true(control("\x7F"));
    assert_true(control("\xC2\x80"));
    assert_true(control("\xC2\x9F"));
    assert_false(control("\xC2\xA0 \xE4\xB8\xAD"));
    assert_false(control(""));
}

static void tells_api_names(void **state)
{
    static const char *const good[] = {"a", "Z", "Deal_Name", "a1_2b", "abcdefgh12"};
    static const char *const bad[] = {"",    "_a",  "a_",   "a__b",      "1a",
                                      "a b", "a-b", "a\"b", "\xC3\xA4x", "abcdefgh123"};

    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        assert_true(c4_text_is_api_name(good[i], strlen(good[i]), 10));
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_false(c4_text_is_api_name(bad[i], strlen(bad[i]), 10));
    }
    assert_false(c4_text_is_api_name("a\0b", 3, 10));
}

static const char *const folds[][2] = {
    {"", ""},
    {"AZ az @[`{ 09", "az az @[`{ 09"},
    {"México D.F.", "mexico d.f."},
    {"Straße", "strasse"},
    {"STRASSE", "strasse"},
    {"STRAẞE", "strasse"},
    {"ＡＢＣ１２３", "abc123"},
    {"İstanbul", "istanbul"},
    {"ISTANBUL", "istanbul"},
    {"ısı", "ısı"},
    {"caf\xC3\xA9", "cafe"},
    {"cafe\xCC\x81", "cafe"},
    {"Å\xE2\x84\xAB", "aa"},
    {"中文客户", "中文客户"},
    {"한국어", "한국어"},
    {"ガギ", "ガギ"},
    {"ｶﾞ", "ガ"},
    {"ΌΣΟΣ όσος", "οσοσ οσοσ"},
    {"ﬁn", "fin"},
    {"a\xE2\x80\x8B\xE2\x80\x8D\xEF\xBB\xBF"
     "b",
     "ab"},
    {"\xE2\x80\x8D", ""},
    {"𐐀", "𐐨"},
    {"😀", "😀"},
};

static void folds_text(void **state)
{
    c4_mem mem;

    (void)state;
    c4_mem_default(&mem);
    for (size_t i = 0; i < COUNT(folds); i++) {
        size_t length = 99;
        char *folded = c4_text_folded(&mem, folds[i][0], strlen(folds[i][0]), &length);
        assert_non_null(folded);
        assert_string_equal(folded, folds[i][1]);
        assert_int_equal(length, strlen(folded));
        c4_free(&mem, folded);
    }
}

static void folding_appends_within_the_ceiling(void **state)
{
    c4_mem mem;
    c4_buffer out;

    (void)state;
    c4_mem_default(&mem);
    c4_buffer_init(&out, &mem, 5);
    c4_text_fold(&out, "AB", 2);
    c4_text_fold(&out, "\xC3\x9F", 2);
    assert_string_equal(c4_buffer_c_str(&out), "abss");
    c4_text_fold(&out, "\xC3\x9F", 2);
    assert_int_equal(out.code, CRM4E_E_TOO_BIG);
    c4_text_fold(&out, "\xC3\x9F", 2);
    assert_int_equal(out.code, CRM4E_E_TOO_BIG);
    c4_buffer_reset(&out);
    c4_text_fold(&out, "\xFF", 1); /* a broken promise is noticed, not repaired */
    assert_int_equal(out.code, CRM4E_E_INTERNAL);
    c4_buffer_free(&out);
}

/* A stored folded key must not change when it is folded once more. */
static void folding_twice_changes_nothing(void **state)
{
    c4_mem mem;
    c4_buffer once;
    c4_buffer twice;

    (void)state;
    c4_mem_default(&mem);
    c4_buffer_init(&once, &mem, SIZE_MAX);
    c4_buffer_init(&twice, &mem, SIZE_MAX);
    for (uint32_t point = 1; point < 0x20000; point++) {
        char text[4];
        if (point >= 0xD800 && point < 0xE000) {
            continue;
        }
        c4_buffer_reset(&once);
        c4_buffer_reset(&twice);
        c4_text_fold(&once, text, encode(point, text));
        c4_text_fold(&twice, c4_buffer_c_str(&once), once.length);
        if (!c4_text_equal(c4_buffer_c_str(&once), c4_buffer_c_str(&twice))) {
            fail_msg("U+%04X", (unsigned)point);
        }
    }
    c4_buffer_free(&once);
    c4_buffer_free(&twice);
}

/* U+FDFA becomes eighteen letters: far beyond any first guess of the room. */
static int fold_long(const crm4e_allocator *host, void *context)
{
    enum {
        TIMES = 400
    };
    c4_mem mem = {*host};
    char text[TIMES * 3];
    size_t length = 0;
    char *folded;
    int rc = CRM4E_OK;

    (void)context;
    for (size_t i = 0; i < TIMES; i++) {
        memcpy(text + 3 * i, "\xEF\xB7\xBA", 3);
    }
    folded = c4_text_folded(&mem, text, sizeof text, &length);
    if (folded == NULL) {
        rc = CRM4E_E_NO_MEMORY;
    } else if (length != TIMES * 33 || c4_text_check(folded, length) != CRM4E_OK) {
        rc = CRM4E_E_INTERNAL;
    }
    c4_free(&mem, folded);
    return rc;
}

static int fold_short(const crm4e_allocator *host, void *context)
{
    c4_mem mem = {*host};
    char *folded = c4_text_folded(&mem, context, strlen(context), NULL);
    int rc = folded != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;

    c4_free(&mem, folded);
    return rc;
}

static void folding_survives_every_failing_allocation(void **state)
{
    char ascii[] = "ASCII";
    char accented[] = "M\xC3\xA9xico";

    (void)state;
    assert_in_range(fail_alloc_sweep(fold_long, NULL), 4, 7);
    /* Short text needs no memory but its own. */
    assert_int_equal(fail_alloc_sweep(fold_short, ascii), 1);
    assert_int_equal(fail_alloc_sweep(fold_short, accented), 1);
}

typedef void (*case_map)(c4_buffer *out, const char *text, size_t length);

static const struct {
    const char *text;
    const char *lower;
    const char *upper;
} cases[] = {
    {"", "", ""},
    {"aB1-", "ab1-", "AB1-"},
    {"stra\xC3\x9F"
     "e",
     "stra\xC3\x9F"
     "e",
     "STRASSE"},
    {"\xE1\xBA\x9E", "\xC3\x9F", "\xE1\xBA\x9E"},                 /* capital sharp s */
    {"I\xC4\xB0\xC4\xB1", "ii\xCC\x87\xC4\xB1", "I\xC4\xB0I"},    /* no Turkish */
    {"\xCE\x9F\xCE\xA3", "\xCE\xBF\xCF\x82", "\xCE\x9F\xCE\xA3"}, /* sigma at the end */
    {"\xEF\xAC\x83", "\xEF\xAC\x83", "FFI"},
    {"\xE7\x8E\x8B\xF0\x9F\x98\x80", "\xE7\x8E\x8B\xF0\x9F\x98\x80",
     "\xE7\x8E\x8B\xF0\x9F\x98\x80"},
};

static void assert_case(case_map map, const char *text, const char *wanted)
{
    c4_mem mem;
    c4_buffer out;

    c4_mem_default(&mem);
    c4_buffer_init(&out, &mem, SIZE_MAX);
    c4_buffer_put(&out, "x", 1);
    map(&out, text, strlen(text));
    assert_int_equal(out.code, CRM4E_OK);
    assert_string_equal(c4_buffer_c_str(&out) + 1, wanted);
    c4_buffer_free(&out);
}

static void small_and_capital_letters(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_case(c4_text_lower, cases[i].text, cases[i].lower);
        assert_case(c4_text_upper, cases[i].text, cases[i].upper);
    }
}

/* Growing threefold, on the heap, and stopping at the ceiling. */
static void long_text_in_capitals(void **state)
{
    enum {
        LETTERS = 5000
    };
    char *text = malloc(3 * LETTERS);
    c4_mem mem;
    c4_buffer out;

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < LETTERS; i++)
        memcpy(text + 3 * i, "\xEF\xAC\x83", 3);
    c4_mem_default(&mem);
    c4_buffer_init(&out, &mem, 3 * LETTERS);
    c4_text_upper(&out, text, 3 * LETTERS);
    assert_int_equal(out.code, CRM4E_OK);
    assert_int_equal(out.length, 3 * LETTERS);
    c4_text_upper(&out, "a", 1);
    assert_int_equal(out.code, CRM4E_E_TOO_BIG);
    c4_text_lower(&out, "a", 1);
    assert_int_equal(out.code, CRM4E_E_TOO_BIG);
    c4_buffer_free(&out);
    c4_buffer_init(&out, &mem, 16);
    c4_text_lower(&out, "\xFF", 1); /* a broken promise is noticed, not repaired */
    assert_int_equal(out.code, CRM4E_E_INTERNAL);
    c4_buffer_free(&out);
    free(text);
}

static int upper_long(const crm4e_allocator *host, void *context)
{
    enum {
        LETTERS = 400
    };
    c4_mem mem = {*host};
    char text[LETTERS * 3];
    c4_buffer out;
    int rc;

    (void)context;
    for (size_t i = 0; i < LETTERS; i++)
        memcpy(text + 3 * i, "\xEF\xAC\x83", 3);
    c4_buffer_init(&out, &mem, SIZE_MAX);
    c4_text_upper(&out, text, sizeof text);
    rc = out.code;
    c4_buffer_free(&out);
    return rc;
}

static void letters_survive_every_failing_allocation(void **state)
{
    (void)state;
    assert_in_range(fail_alloc_sweep(upper_long, NULL), 2, 6);
}

static void orders_bytewise(void **state)
{
    (void)state;
    assert_int_equal(c4_text_order("a", 1, "b", 1), -1);
    assert_int_equal(c4_text_order("b", 1, "abc", 3), 1);
    assert_int_equal(c4_text_order("ab", 2, "abc", 3), -1);
    assert_int_equal(c4_text_order("abc", 3, "ab", 2), 1);
    assert_int_equal(c4_text_order("abc", 3, "abc", 3), 0);
    assert_int_equal(c4_text_order("\xC3\xA4", 2, "z", 1), 1);
    assert_int_equal(c4_text_order(NULL, 0, "", 0), 0);
    assert_int_equal(c4_text_order(NULL, 0, "a", 1), -1);
    assert_true(c4_text_equal("abc", "abc"));
    assert_false(c4_text_equal("abc", "ab"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_well_formed_text),
        cmocka_unit_test(refuses_every_cut_inside_a_code_point),
        cmocka_unit_test(accepts_each_code_point_but_surrogates),
        cmocka_unit_test(measures_text),
        cmocka_unit_test(tells_blank_and_control),
        cmocka_unit_test(tells_api_names),
        cmocka_unit_test(folds_text),
        cmocka_unit_test(folding_appends_within_the_ceiling),
        cmocka_unit_test(folding_twice_changes_nothing),
        cmocka_unit_test(folding_survives_every_failing_allocation),
        cmocka_unit_test(small_and_capital_letters),
        cmocka_unit_test(long_text_in_capitals),
        cmocka_unit_test(letters_survive_every_failing_allocation),
        cmocka_unit_test(orders_bytewise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
