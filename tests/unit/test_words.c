/* SPDX-License-Identifier: MIT */
/* How a folded text falls into words, runs and telephone numbers. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/words.h"

/* "word|<run>|..." */
static const char *pieces(const char *text)
{
    static char out[1024];
    c4_words words;
    c4_word word;
    size_t used = 0;

    out[0] = '\0';
    c4_words_start(&words, text, strlen(text));
    while (c4_words_next(&words, &word)) {
        used += (size_t)snprintf(out + used, sizeof out - used, word.run ? "%s<%.*s>" : "%s%.*s",
                                 used > 0 ? "|" : "", (int)word.length, word.text);
    }
    return out;
}

static void texts(void **state)
{
    (void)state;
    assert_string_equal(pieces(""), "");
    assert_string_equal(pieces(" -- \xE3\x80\x80 !"), "");
    assert_string_equal(pieces("o'neil & co. 3.14"), "o|neil|co|3|14");
    assert_string_equal(pieces("ana@acme.example"), "ana|acme|example");
    assert_string_equal(pieces("łódź_größe"), "łódź|größe");
    assert_string_equal(pieces("北京3楼"), "<北京>|3|<楼>");
    assert_string_equal(pieces("zhang伟x"), "zhang|<伟>|x");
    assert_string_equal(pieces("ラーメン です"), "<ラーメン>|<です>");
    assert_string_equal(pieces("김민수、서울"), "<김민수>|<서울>");
    assert_string_equal(pieces("สวัสดี"), "<สวัสดี>");
    assert_string_equal(pieces("𠀀𠀁"), "<𠀀𠀁>");
    assert_string_equal(pieces("नमस्ते"), "नमस्ते");
}

static void long_words(void **state)
{
    char text[400];
    c4_words words;
    c4_word word;

    (void)state;
    memset(text, 'y', sizeof text);
    text[200] = ' ';
    c4_words_start(&words, text, sizeof text);
    assert_true(c4_words_next(&words, &word));
    assert_int_equal(word.length, C4_WORD_BYTES);
    assert_true(c4_words_next(&words, &word));
    assert_ptr_equal(word.text, text + 201);
    assert_false(c4_words_next(&words, &word));
    /* never within a character */
    for (size_t i = 0; i + 1 < sizeof text; i += 2) {
        memcpy(text + i, "ж", 2);
    }
    text[0] = ' ';
    text[1] = 'y';
    c4_words_start(&words, text, sizeof text);
    assert_true(c4_words_next(&words, &word));
    assert_int_equal(word.length, C4_WORD_BYTES - 1);
}

static void many_words(void **state)
{
    static char text[3 * (C4_VALUE_WORDS + 9)];
    c4_words words;
    c4_word word;
    int count = 0;

    (void)state;
    memset(text, ' ', sizeof text);
    for (size_t i = 0; i < sizeof text; i += 2) {
        text[i] = 'w';
    }
    c4_words_start(&words, text, sizeof text);
    while (c4_words_next(&words, &word)) {
        count++;
    }
    assert_int_equal(count, C4_VALUE_WORDS);
    for (size_t i = 0; i < sizeof text; i += 3) {
        memcpy(text + i, "京", 3);
    }
    c4_words_start(&words, text, sizeof text);
    assert_true(c4_words_next(&words, &word));
    assert_int_equal(word.length, 3 * C4_VALUE_WORDS);
    assert_false(c4_words_next(&words, &word));
}

static void phones(void **state)
{
    static const char number[] = "+1 (555) 010-9999";
    c4_phone phone;

    (void)state;
    c4_phone_read(&phone, number, strlen(number));
    assert_int_equal(phone.length, 11);
    assert_memory_equal(phone.digits, "15550109999", 11);
    assert_int_equal(phone.group_count, 4);
    assert_int_equal(phone.groups[1], 1);
    assert_int_equal(phone.groups[3], 7);
    assert_true(phone.plain);
    c4_phone_read(&phone, "12 x 3", 6);
    assert_false(phone.plain);
    assert_int_equal(phone.length, 3);
    c4_phone_read(&phone, "", 0);
    assert_int_equal(phone.group_count, 0);
    c4_phone_read(&phone, "111111111111111111111111111111111", 33);
    assert_int_equal(phone.length, C4_PHONE_DIGITS);
    assert_false(phone.plain);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts),
        cmocka_unit_test(long_words),
        cmocka_unit_test(many_words),
        cmocka_unit_test(phones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
