/* SPDX-License-Identifier: MIT */
/* The reader of CSV: what is a row, what is refused, and that pieces of the
 * file make no difference. */
#include "csv_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/fail_alloc.h"

#define MARK "\xef\xbb\xbf"

static const struct {
    const char *text;
    const char *rows;
} cases[] = {
    /* RFC 4180, section 2, in its order */
    {"aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", "[aaa|bbb|ccc][zzz|yyy|xxx]"},
    {"aaa,bbb,ccc\r\nzzz,yyy,xxx", "[aaa|bbb|ccc][zzz|yyy|xxx]"},
    {" a , b ", "[ a | b ]"},
    {"\"aaa\",\"bbb\",ccc", "[aaa|bbb|ccc]"},
    {"\"aaa\",\"b\nbb\",\"c,c\"", "[aaa|b;bb|c,c]"},
    {"\"aaa\",\"b\"\"bb\",ccc", "[aaa|b\"bb|ccc]"},
    /* line ends */
    {"a\nb\n", "[a][b]"},
    {"a,b\n\n\r\nc,d\n", "[a|b][c|d]"},
    {"\"a\"\r\n\"b\"\n", "[a][b]"},
    {"\"a\r\nb\"\r\n", "[a\r;b]"},
    {"a\r", "[a]"},
    {"a,\r\n", "[a|]"},
    {"a\rb\n", "E: line 1: a carriage return in the wrong place"},
    {"a\n\"b\"\r\"c\"\n", "E: line 2: a carriage return in the wrong place"},
    {"a\r\r\n", "E: line 1: a carriage return in the wrong place"},
    {"a\r,b\n", "E: line 1: a carriage return in the wrong place"},
    /* empty things */
    {"", ""},
    {"\n\n\n", ""},
    {"\r\n", ""},
    {",", "[|]"},
    {",\n,", "[|][|]"},
    {"\"\"", "[]"},
    {"\"\"\r\n\"\",\"\"\n", "[][|]"},
    {"\"\"\"\"", "[\"]"},
    {"a\n\"\"\n\nb", "[a][][b]"},
    {" \n", "[ ]"},
    /* byte order mark */
    {MARK "a,b\n", "[a|b]"},
    {MARK "\"a\"\n", "[a]"},
    {MARK, ""},
    {"a\n" MARK "b\n", "[a][" MARK "b]"},
    {MARK MARK "a\n", "[" MARK "a]"},
    {"\xef\xbb", "E: line 1: cell 1 is no UTF-8 text"},
    /* other characters begin like it */
    {"\xef\xbc\xa1,b\n", "[\xef\xbc\xa1|b]"},
    {"\xef\xbb\xbe"
     "a",
     "[\xef\xbb\xbe"
     "a]"},
    {"\xef,b\n", "E: line 1: cell 1 is no UTF-8 text"},
    /* quotes in the wrong place */
    {"a\"b\n", "E: line 1: a quote in the wrong place"},
    {"a\n b,\"c\"d\n", "E: line 2: a quote in the wrong place"},
    {"\"a\" ,b\n", "E: line 1: a quote in the wrong place"},
    {" \"a\"\n", "E: line 1: a quote in the wrong place"},
    {"\"a", "E: line 1: a quoted cell does not end"},
    {"x\n\"a\nb\n", "E: line 2: a quoted cell does not end"},
    {"\"", "E: line 1: a quoted cell does not end"},
    {"\"a\"\"", "E: line 1: a quoted cell does not end"},
    {"\"a\nb\"\nc\"\n", "E: line 3: a quote in the wrong place"},
    /* text */
    {"\xe9\xa9\xac,S\xc3\xa3o\n", "[\xe9\xa9\xac|S\xc3\xa3o]"},
    {"a,\xff\n", "E: line 1: cell 2 is no UTF-8 text"},
    {"a\n\xc3\n", "E: line 2: cell 1 is no UTF-8 text"},
    {"\xed\xa0\x80\n", "E: line 1: cell 1 is no UTF-8 text"},
    {"\xf0\x9f\x92\xa9\n", "[\xf0\x9f\x92\xa9]"},
};
enum {
    CASES = sizeof cases / sizeof *cases
};

static void rows_are_what_the_format_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        csv_source source = {.text = cases[i].text, .length = strlen(cases[i].text)};
        char *rows = csv_rows(&source);

        if (strcmp(rows, cases[i].rows) != 0)
            print_error("case %zu: %s\n", i, cases[i].text);
        assert_string_equal(rows, cases[i].rows);
        free(rows);
    }
}

static void pieces_make_no_difference(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        size_t length = strlen(cases[i].text);

        for (size_t cut = 0; cut <= length; cut++) {
            csv_source source = {.text = cases[i].text, .length = length, .cut = cut};
            char *rows;

            source.piece = cut == 0 ? 1 : 0;
            rows = csv_rows(&source);
            assert_string_equal(rows, cases[i].rows);
            free(rows);
        }
    }
}

static void a_nul_is_no_text(void **state)
{
    csv_source source = {.text = "a,b\nc\0d,e\n", .length = 10};
    char *rows = csv_rows(&source);

    (void)state;
    assert_string_equal(rows, "E: line 2: cell 1 is no UTF-8 text");
    free(rows);
}

static void a_reader_that_fails_is_a_broken_callback(void **state)
{
    (void)state;
    for (size_t call = 1; call <= 3; call++) {
        csv_source source = {.text = "a\nb\n", .length = 4, .cut = 2, .fails_at = call};
        char *rows = csv_rows(&source);

        assert_string_equal(rows, "CRM4E_E_CALLBACKE: the reader of the file failed");
        free(rows);
    }
}

static int32_t says_too_much(void *user, char *bytes, size_t size, size_t *read)
{
    (void)user;
    (void)bytes;
    *read = size + 1;
    return CRM4E_CONTINUE;
}

static void a_reader_that_claims_too_much_is_a_broken_callback(void **state)
{
    const char *const *cells = NULL;
    const size_t *lengths = NULL;
    size_t count = 0;
    crm4e_error error = {0};
    c4_csv *csv = NULL;
    c4_mem mem;

    (void)state;
    c4_mem_default(&mem);
    assert_int_equal(c4_csv_open(&csv, &mem, says_too_much, NULL), CRM4E_OK);
    assert_int_equal(c4_csv_next(csv, &error, &cells, &lengths, &count), CRM4E_E_CALLBACK);
    c4_csv_close(csv);
}

/* A text of `count` times `unit`, then `end`. */
static char *repeated(const char *unit, size_t count, const char *end, size_t *length)
{
    size_t size = strlen(unit);
    char *text = malloc(size * count + strlen(end) + 1);

    assert_non_null(text);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * size, unit, size);
    strcpy(text + size * count, end);
    *length = size * count + strlen(end);
    return text;
}

static void assert_refused_size(const char *unit, size_t count, const char *end,
                                const char *expected)
{
    csv_source source = {0};
    char *text = repeated(unit, count, end, &source.length);
    char *rows;

    source.text = text;
    rows = csv_rows(&source);
    if (expected)
        assert_string_equal(rows, expected);
    else
        assert_int_equal(rows[0], '[');
    free(rows);
    free(text);
}

static void rows_have_a_greatest_size(void **state)
{
    (void)state;
    assert_refused_size("abcdefghijklmnop", (1 << 20) - 1, "\n", NULL);
    assert_refused_size("abcdefghijklmnop", (1 << 20) + 1, "\n",
                        "CRM4E_E_TOO_BIGE: line 1: the row is longer than 16777216 bytes");
    assert_refused_size(",", 9999, "\n", NULL);
    assert_refused_size(",", 10000, "\n", "CRM4E_E_TOO_BIGE: line 1: more than 10000 cells");
}

static void a_row_knows_its_line(void **state)
{
    static const int64_t lines[] = {1, 2, 5, 8};
    csv_source source = {.text = "a\n\"b\n\nb\"\nc\n\n\nd"};
    const char *const *cells = NULL;
    const size_t *lengths = NULL;
    size_t count = 0;
    crm4e_error error = {0};
    c4_csv *csv = NULL;
    c4_mem mem;

    (void)state;
    source.length = strlen(source.text);
    c4_mem_default(&mem);
    assert_int_equal(c4_csv_open(&csv, &mem, csv_source_read, &source), CRM4E_OK);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(c4_csv_next(csv, &error, &cells, &lengths, &count), CRM4E_ROW);
        assert_int_equal(c4_csv_line(csv), lines[i]);
    }
    assert_int_equal(c4_csv_next(csv, &error, &cells, &lengths, &count), CRM4E_OK);
    c4_csv_close(csv);
}

/* What is written reads back. */
static void cells_are_quoted_when_needed(void **state)
{
    static const char *const texts[][2] = {
        {"", ""},
        {"a b", "a b"},
        {"a,b", "\"a,b\""},
        {"a\"b", "\"a\"\"b\""},
        {"a\nb", "\"a\nb\""},
        {"a\rb", "\"a\rb\""},
    };
    c4_buffer out;
    c4_mem mem;

    (void)state;
    c4_mem_default(&mem);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        c4_buffer_init(&out, &mem, 1000);
        c4_csv_put(&out, texts[i][0], strlen(texts[i][0]));
        assert_string_equal(c4_buffer_c_str(&out), texts[i][1]);
        c4_buffer_free(&out);
    }
}

static int read_all(const crm4e_allocator *host, void *context)
{
    csv_source source = {.text = "a,\"b\nc\"\nd,e,f,g,h,i,j,k,l,m,n,o,p,q,r\n", .piece = 7};
    const c4_mem mem = {*host};
    const char *const *cells = NULL;
    const size_t *lengths = NULL;
    size_t count = 0;
    crm4e_error error = {0};
    c4_csv *csv = NULL;
    int rc;

    (void)context;
    source.length = strlen(source.text);
    rc = c4_csv_open(&csv, &mem, csv_source_read, &source);
    while (rc >= 0 && (rc = c4_csv_next(csv, &error, &cells, &lengths, &count)) == CRM4E_ROW)
        assert_true(count > 0);
    c4_csv_close(csv);
    return rc;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    assert_true(fail_alloc_sweep(read_all, NULL) > 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_what_the_format_says),
        cmocka_unit_test(pieces_make_no_difference),
        cmocka_unit_test(a_nul_is_no_text),
        cmocka_unit_test(a_reader_that_fails_is_a_broken_callback),
        cmocka_unit_test(a_reader_that_claims_too_much_is_a_broken_callback),
        cmocka_unit_test(rows_have_a_greatest_size),
        cmocka_unit_test(a_row_knows_its_line),
        cmocka_unit_test(cells_are_quoted_when_needed),
        cmocka_unit_test(memory_may_run_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
