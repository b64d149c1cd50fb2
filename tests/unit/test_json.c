/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <crm4e/errors.h>

#include "base/json.h"
#include "support/fail_alloc.h"

enum {
    CEILING = 1 << 20
};

static c4_mem mem;

static int set_up(void **state)
{
    (void)state;
    c4_mem_default(&mem);
    return 0;
}

/* Written again as compact JSON; NULL when refused. */
static char *rewrite(const char *text, size_t length)
{
    c4_json_document document;
    c4_buffer out;
    char *result = NULL;

    c4_buffer_init(&out, &mem, CEILING);
    if (c4_json_parse(&document, &mem, text, length, CEILING) == CRM4E_OK) {
        c4_json_put_value(&out, document.root);
        result = c4_buffer_take(&out, &length);
        assert_non_null(result);
        assert_int_equal(strlen(result), length);
    } else {
        assert_null(document.root);
        assert_null(document.inside);
    }
    c4_json_free(&document);
    c4_buffer_free(&out);
    return result;
}

typedef struct accepted {
    const char *text;
    const char *written;
} accepted;

static const accepted accept_table[] = {
    {"null", "null"},
    {"true", "true"},
    {"false", "false"},
    {" \t\r\n1 \t\r\n", "1"},
    {"\"\"", "\"\""},
    {"[]", "[]"},
    {"{}", "{}"},
    {"[ ]", "[]"},
    {"{ }", "{}"},
    {"0", "0"},
    {"-0", "-0"},
    {"-0.0", "-0.0"},
    {"1E3", "1E3"},
    {"1e+3", "1e+3"},
    {"1.50", "1.50"},
    {"1.005", "1.005"},
    {"0.1e-7", "0.1e-7"},
    {"1e999", "1e999"},
    {"9007199254740993", "9007199254740993"},
    {"9223372036854775807", "9223372036854775807"},
    {"-9223372036854775808", "-9223372036854775808"},
    {"9223372036854775808", "9223372036854775808"},
    {"123456789012345678901234567890.10", "123456789012345678901234567890.10"},
    {"[1,2 , 3]", "[1,2,3]"},
    {"[null,true,false,\"x\",[],{}]", "[null,true,false,\"x\",[],{}]"},
    {"{\"b\":1,\"a\":2}", "{\"b\":1,\"a\":2}"},
    {"{\"\":0}", "{\"\":0}"},
    {"{\"a\":{\"a\":{\"a\":null}}}", "{\"a\":{\"a\":{\"a\":null}}}"},
    {"{\"a\":1,\"A\":1}", "{\"a\":1,\"A\":1}"},
    {"[{\"a\":1},{\"a\":1}]", "[{\"a\":1},{\"a\":1}]"},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
    {"\"\\u0041\\u00e9\\u4E2d\\uD83D\\ude00\"", "\"A\xC3\xA9\xE4\xB8\xAD\xF0\x9F\x98\x80\""},
    {"\"\\u0001\\u001F\\u007f\"", "\"\\u0001\\u001f\x7F\""},
    {"\"\\u0022\\u005c\\u002f\"", "\"\\\"\\\\/\""},
    {"\"\\uFFFF\\uD800\\uDC00\\uDBFF\\uDFFF\"", "\"\xEF\xBF\xBF\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\""},
    {"\"\\u0080\\u07ff\\u0800\"", "\"\xC2\x80\xDF\xBF\xE0\xA0\x80\""},
    {"\"\xE6\xB1\x89\xF0\x9F\x98\x80\x7F\"", "\"\xE6\xB1\x89\xF0\x9F\x98\x80\x7F\""},
    {"{\"\\u0061\":1}", "{\"a\":1}"},
    {"\"/* no comment */ NaN\"", "\"/* no comment */ NaN\""},
    {"\"\\\\u0000\"", "\"\\\\u0000\""},
};

static void test_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accept_table / sizeof accept_table[0]; i++) {
        const accepted *row = &accept_table[i];
        char *once = rewrite(row->text, strlen(row->text));
        char *twice;
        if (once == NULL)
            fail_msg("refused: %s", row->text);
        assert_string_equal(once, row->written);
        twice = rewrite(once, strlen(once));
        assert_string_equal(twice, once);
        c4_free(&mem, once);
        c4_free(&mem, twice);
    }
}

typedef struct refused {
    const char *text;
    const char *problem;
} refused;

static const refused refuse_table[] = {
    {"", "line 1: text ends early"},
    {" \n ", "line 2: text ends early"},
    {"nul", "line 1: value expected"},
    {"nulll", "line 1: more text after the value"},
    {"True", "line 1: value expected"},
    {"NaN", "line 1: value expected"},
    {"-NaN", "line 1: not a number"},
    {"Infinity", "line 1: value expected"},
    {"-Infinity", "line 1: not a number"},
    {"undefined", "line 1: value expected"},
    {"'a'", "line 1: value expected"},
    {"a", "line 1: value expected"},
    {"1 2", "line 1: more text after the value"},
    {"{} {}", "line 1: more text after the value"},
    {"[1]]", "line 1: more text after the value"},
    {"1\n,", "line 2: more text after the value"},
    {"+1", "line 1: value expected"},
    {".5", "line 1: value expected"},
    {"5.", "line 1: not a number"},
    {"-", "line 1: not a number"},
    {"01", "line 1: more text after the value"},
    {"-01", "line 1: more text after the value"},
    {"00", "line 1: more text after the value"},
    {"1e", "line 1: not a number"},
    {"1e+", "line 1: not a number"},
    {"1e+-1", "line 1: not a number"},
    {"1.e1", "line 1: not a number"},
    {"0x10", "line 1: more text after the value"},
    {"1_000", "line 1: more text after the value"},
    {"[", "line 1: text ends early"},
    {"[1", "line 1: text ends early"},
    {"[1,", "line 1: text ends early"},
    {"[1,]", "line 1: value expected"},
    {"[,1]", "line 1: value expected"},
    {"[1 2]", "line 1: ',' or closing bracket expected"},
    {"[1}", "line 1: ',' or closing bracket expected"},
    {"]", "line 1: value expected"},
    {"{", "line 1: text in quotes expected"},
    {"{\"a\"", "line 1: ':' expected"},
    {"{\"a\":", "line 1: text ends early"},
    {"{\"a\":1", "line 1: text ends early"},
    {"{\"a\":1,}", "line 1: text in quotes expected"},
    {"{a:1}", "line 1: text in quotes expected"},
    {"{1:1}", "line 1: text in quotes expected"},
    {"{\"a\" 1}", "line 1: ':' expected"},
    {"{\"a\"::1}", "line 1: value expected"},
    {"{\"a\":1]", "line 1: ',' or closing bracket expected"},
    {"{\"a\":1,\n\"b\":2,\n\"a\":3}", "line 3: duplicate key"},
    {"{\"a\":1,\"\\u0061\":1}", "line 1: duplicate key"},
    {"[{\"x\":{\"a\":null,\n\"a\":null}}]", "line 2: duplicate key"},
    {"{\"\":1,\"\":1}", "line 1: duplicate key"},
    {"\"", "line 1: text ends early"},
    {"\"abc", "line 1: text ends early"},
    {"\"abc\\", "line 1: text ends early"},
    {"\"abc\\\"", "line 1: text ends early"},
    {"\"\\x\"", "line 1: bad escape in text"},
    {"\"\\U0041\"", "line 1: bad escape in text"},
    {"\"\\'\"", "line 1: bad escape in text"},
    {"\"\\u\"", "line 1: bad escape in text"},
    {"\"\\u12\"", "line 1: bad escape in text"},
    {"\"\\u00g0\"", "line 1: bad escape in text"},
    {"\"\\u-001\"", "line 1: bad escape in text"},
    {"\"\\u0000\"", "line 1: bad escape in text"},
    {"\"\\ud800\"", "line 1: bad escape in text"},
    {"\"\\udc00\"", "line 1: bad escape in text"},
    {"\"\\ud800\\ud800\"", "line 1: bad escape in text"},
    {"\"\\ud800\\u0041\"", "line 1: bad escape in text"},
    {"\"\\ud800x\"", "line 1: bad escape in text"},
    {"\"\\ud83d\\\\ude00\"", "line 1: bad escape in text"},
    {"{\"\\u0000\":1}", "line 1: bad escape in text"},
    {"\"a\nb\"", "line 1: control character in text"},
    {"\"a\tb\"", "line 1: control character in text"},
    {"\"\x1F\"", "line 1: control character in text"},
    {"\"\\\n\"", "line 1: control character in text"},
    {"\"\x80\"", "line 1: not UTF-8"},
    {"\"\xC0\xAF\"", "line 1: not UTF-8"},
    {"\"\xE0\x80\x80\"", "line 1: not UTF-8"},
    {"\"\xED\xA0\x80\"", "line 1: not UTF-8"},
    {"\"\xF4\x90\x80\x80\"", "line 1: not UTF-8"},
    {"\"\xE4\xB8\"", "line 1: not UTF-8"},
    {"{\"\xFF\":1}", "line 1: not UTF-8"},
    {"\xEF\xBB\xBF{}", "line 1: value expected"},
    {"\xC2\xA0{}", "line 1: value expected"},
    {"/* c */ 1", "line 1: value expected"},
    {"1 // c", "line 1: more text after the value"},
    {"[1] # c", "line 1: more text after the value"},
    {"\f1", "line 1: value expected"},
};

static void test_refused(void **state)
{
    c4_json_document document;

    (void)state;
    for (size_t i = 0; i < sizeof refuse_table / sizeof refuse_table[0]; i++) {
        const refused *row = &refuse_table[i];
        int rc = c4_json_parse(&document, &mem, row->text, strlen(row->text), CEILING);
        if (rc != CRM4E_E_INVALID || strcmp(document.problem, row->problem) != 0)
            fail_msg("%s: code %d, %s", row->text, rc, document.problem);
        assert_null(document.root);
        c4_json_free(&document);
    }
}

static void test_nul_bytes_are_refused(void **state)
{
    static const char *const texts[] = {"1", "\"ab\"", "[1,2]"};
    char text[16];

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t length = strlen(texts[i]);
        for (size_t at = 0; at <= length; at++) {
            memcpy(text, texts[i], at);
            text[at] = '\0';
            memcpy(text + at + 1, texts[i] + at, length - at);
            assert_null(rewrite(text, length + 1));
        }
    }
}

static int parse_nested(size_t depth, const char *open, const char *close, const char *inner)
{
    char text[512] = "";
    c4_json_document document;
    int rc;
    size_t length = 0;

    for (size_t i = 0; i < depth; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s", open);
    length += (size_t)snprintf(text + length, sizeof text - length, "%s", inner);
    for (size_t i = 0; i < depth; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s", close);
    rc = c4_json_parse(&document, &mem, text, length, CEILING);
    if (rc == CRM4E_E_DEPTH)
        assert_string_equal(document.problem, "line 1: nested too deep");
    c4_json_free(&document);
    return rc;
}

static void test_depth(void **state)
{
    (void)state;
    assert_int_equal(parse_nested(C4_JSON_DEPTH, "[", "]", ""), CRM4E_OK);
    assert_int_equal(parse_nested(C4_JSON_DEPTH, "[", "]", "1"), CRM4E_OK);
    assert_int_equal(parse_nested(C4_JSON_DEPTH + 1, "[", "]", ""), CRM4E_E_DEPTH);
    assert_int_equal(parse_nested(C4_JSON_DEPTH, "{\"a\":", "}", "1"), CRM4E_OK);
    assert_int_equal(parse_nested(C4_JSON_DEPTH, "{\"a\":", "}", "{}"), CRM4E_E_DEPTH);
    assert_int_equal(parse_nested(200, "[", "", ""), CRM4E_E_DEPTH);
    assert_int_equal(parse_nested(40, "[],", "", "1"), CRM4E_E_INVALID);
}

static void test_ceiling(void **state)
{
    c4_json_document document;

    (void)state;
    assert_int_equal(c4_json_parse(&document, &mem, "[1]", 3, 2), CRM4E_E_TOO_BIG);
    assert_null(document.root);
    c4_json_free(&document);
    assert_int_equal(c4_json_parse(&document, &mem, "[1]", 3, 3), CRM4E_OK);
    c4_json_free(&document);
    /* The length counts, not a NUL. */
    assert_int_equal(c4_json_parse(&document, &mem, "[1]x", 3, 3), CRM4E_OK);
    c4_json_free(&document);
}

static void test_access(void **state)
{
    static const char text[] =
        "{\"t\":\"a\\u00e9\",\"n\":-0,\"b\":true,\"z\":null,\"l\":[1,\"2\",[]]}";
    c4_json_document document;
    const c4_json *root, *list;
    const char *key;
    size_t length = 0;

    (void)state;
    assert_int_equal(c4_json_parse(&document, &mem, text, strlen(text), CEILING), CRM4E_OK);
    root = document.root;
    assert_int_equal(c4_json_kind(root), C4_JSON_OBJECT);
    assert_int_equal(c4_json_count(root), 5);
    assert_string_equal(c4_json_text(c4_json_member(root, "t"), &length), "a\xC3\xA9");
    assert_int_equal(length, 3);
    assert_string_equal(c4_json_text(c4_json_member(root, "n"), &length), "-0");
    assert_int_equal(length, 2);
    assert_true(c4_json_boolean(c4_json_member(root, "b"), false));
    assert_true(c4_json_boolean(c4_json_member(root, "t"), true));
    assert_false(c4_json_boolean(NULL, false));
    /* A null that is there is not the same as none. */
    assert_non_null(c4_json_member(root, "z"));
    assert_int_equal(c4_json_kind(c4_json_member(root, "z")), C4_JSON_NULL);
    assert_null(c4_json_member(root, "absent"));
    assert_int_equal(c4_json_kind(NULL), C4_JSON_NULL);
    list = c4_json_member_at(root, 4, &key);
    assert_string_equal(key, "l");
    assert_null(c4_json_member_at(root, 5, &key));
    assert_null(c4_json_member_at(list, 0, &key));
    assert_int_equal(c4_json_count(list), 3);
    assert_int_equal(c4_json_kind(c4_json_item(list, 1)), C4_JSON_TEXT);
    assert_null(c4_json_item(list, 3));
    assert_null(c4_json_item(root, 0));
    assert_null(c4_json_item(NULL, 0));
    assert_null(c4_json_member(list, "t"));
    assert_null(c4_json_member(NULL, "t"));
    assert_null(c4_json_text(root, &length));
    assert_null(c4_json_text(NULL, &length));
    assert_int_equal(c4_json_count(c4_json_member(root, "t")), 0);
    assert_int_equal(c4_json_count(NULL), 0);
    c4_json_free(&document);
    c4_json_free(&document);
}

static void test_whole_numbers(void **state)
{
    static const struct {
        const char *text;
        bool whole;
        int64_t number;
    } rows[] = {{"0", true, 0},
                {"-0", true, 0},
                {"42", true, 42},
                {"-7", true, -7},
                {"9223372036854775807", true, INT64_MAX},
                {"-9223372036854775808", true, INT64_MIN},
                {"9223372036854775808", false, 0},
                {"-9223372036854775809", false, 0},
                {"1.0", false, 0},
                {"1e3", false, 0},
                {"1E3", false, 0},
                {"\"1\"", false, 0},
                {"true", false, 0},
                {"null", false, 0},
                {"[1]", false, 0}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        c4_json_document document;
        int64_t number = 5;
        assert_int_equal(
            c4_json_parse(&document, &mem, rows[i].text, strlen(rows[i].text), CEILING), CRM4E_OK);
        assert_int_equal(c4_json_i64(document.root, &number), rows[i].whole);
        assert_true(number == (rows[i].whole ? rows[i].number : 5));
        c4_json_free(&document);
    }
}

/* An object of `count` members k0, k1, ... with value = number, one per line;
 * the last one may repeat a key. */
static size_t large_object(char *text, size_t size, int count, int repeated)
{
    size_t length = (size_t)snprintf(text, size, "{");

    for (int i = 0; i < count; i++) {
        int key = i == count - 1 && repeated >= 0 ? repeated : i;
        length += (size_t)snprintf(text + length, size - length, "%s\"k%d\":%d", i > 0 ? ",\n" : "",
                                   key, i);
    }
    length += (size_t)snprintf(text + length, size - length, "}");
    return length;
}

static void test_large_objects(void **state)
{
    static char text[40000];

    (void)state;
    for (int count = 1; count < 2000; count = count * 3 / 2 + 1) {
        c4_json_document document;
        size_t length = large_object(text, sizeof text, count, -1);
        char problem[64], key_text[16];
        assert_int_equal(c4_json_parse(&document, &mem, text, length, CEILING), CRM4E_OK);
        assert_int_equal(c4_json_count(document.root), count);
        for (int i = 0; i < count; i++) {
            const char *key;
            int64_t number = -1;
            (void)snprintf(key_text, sizeof key_text, "k%d", i);
            assert_true(c4_json_i64(c4_json_member(document.root, key_text), &number));
            assert_int_equal(number, i);
            assert_ptr_equal(c4_json_member_at(document.root, (size_t)i, &key),
                             c4_json_member(document.root, key_text));
            assert_string_equal(key, key_text);
        }
        assert_null(c4_json_member(document.root, "k"));
        assert_null(c4_json_member(document.root, "zz"));
        c4_json_free(&document);
        if (count == 1)
            continue;
        length = large_object(text, sizeof text, count, count / 2 - 1);
        assert_int_equal(c4_json_parse(&document, &mem, text, length, CEILING), CRM4E_E_INVALID);
        (void)snprintf(problem, sizeof problem, "line %d: duplicate key", count);
        assert_string_equal(document.problem, problem);
        c4_json_free(&document);
    }
}

static const char sample[] =
    "{\"name\":\"Ren\\u00e9 \xE6\xB1\x89\",\"n\":[1,-2.50,1e3,{\"x\":null}],"
    "\"t\":true,\"e\":\"\\ud83d\\ude00\\n\",\"o\":{\"p\":[[],{}]}}";

/* No part of a text that is cut short is taken for a whole. */
static void test_every_prefix_is_refused(void **state)
{
    char text[sizeof sample];

    (void)state;
    for (size_t length = 0; length < strlen(sample); length++) {
        memcpy(text, sample, length);
        assert_null(rewrite(text, length));
    }
}

/* Any byte at any place: refused, or read and written the same for ever. */
static void test_every_byte_changed(void **state)
{
    char text[sizeof sample];

    (void)state;
    for (size_t at = 0; at < strlen(sample); at++) {
        memcpy(text, sample, sizeof sample);
        for (int byte = 0; byte < 256; byte += 3) {
            char *once, *twice;
            text[at] = (char)(unsigned char)byte;
            once = rewrite(text, strlen(sample));
            if (once == NULL)
                continue;
            twice = rewrite(once, strlen(once));
            assert_non_null(twice);
            assert_string_equal(once, twice);
            c4_free(&mem, once);
            c4_free(&mem, twice);
        }
    }
}

static void test_writing(void **state)
{
    c4_buffer out;
    bool first = true;

    (void)state;
    c4_buffer_init(&out, &mem, CEILING);
    c4_buffer_char(&out, '{');
    c4_json_put_key(&out, &first, "a\"b");
    c4_json_put_text(&out, "\x01\x08\x0B\x1F\x7F\\/\xE6\xB1\x89", 10);
    c4_json_put_key(&out, &first, "");
    c4_json_put_text(&out, "", 0);
    c4_buffer_char(&out, '}');
    assert_string_equal(c4_buffer_c_str(&out),
                        "{\"a\\\"b\":\"\\u0001\\b\\u000b\\u001f\x7F\\\\/\xE6\xB1\x89\",\"\":\"\"}");
    c4_buffer_reset(&out);
    c4_json_put_value(&out, NULL);
    assert_string_equal(c4_buffer_c_str(&out), "null");
    c4_buffer_free(&out);
}

static int parse_and_write(const crm4e_allocator *host, void *context)
{
    const c4_mem failing = {.host = *host};
    c4_json_document document;
    c4_buffer out;
    int rc;

    (void)context;
    c4_buffer_init(&out, &failing, CEILING);
    rc = c4_json_parse(&document, &failing, sample, strlen(sample), CEILING);
    if (rc == CRM4E_OK) {
        c4_json_put_value(&out, document.root);
        rc = out.code;
    }
    c4_buffer_free(&out);
    c4_json_free(&document);
    return rc;
}

static void test_no_memory(void **state)
{
    (void)state;
    assert_true(fail_alloc_sweep(parse_and_write, NULL) > 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_nul_bytes_are_refused),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_access),
        cmocka_unit_test(test_whole_numbers),
        cmocka_unit_test(test_large_objects),
        cmocka_unit_test(test_every_prefix_is_refused),
        cmocka_unit_test(test_every_byte_changed),
        cmocka_unit_test(test_writing),
        cmocka_unit_test(test_no_memory),
    };

    return cmocka_run_group_tests_name("json", tests, set_up, NULL);
}
