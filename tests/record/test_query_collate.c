/* SPDX-License-Identifier: MIT */
/* Texts in the order of a language, against ICU's own comparison. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/ucol.h>
#include <unicode/ustring.h>

enum {
    NAMES = 300,
    UNITS = 64
};

static const char module[] =
    "{'modules': [{'api_name': 'Words', 'fields': ["
    " {'api_name': 'Code', 'type': 'text', 'length': 40, 'indexed': true},"
    " {'api_name': 'Kind', 'type': 'integer'}, {'api_name': 'Agent', 'type': 'text'}]}],"
    " 'users': [{'email': 'ben@acme.example', 'profile': 'Standard', 'role': 'Manager'}]}";

static crm4e_id add(crm4e_session *session, const char *name, const char *code, int64_t kind)
{
    crm4e_record *record = NULL;
    crm4e_id id;

    host_ok(session, crm4e_record_new(&record, session, "Words"));
    host_ok(session, crm4e_record_set_text(record, "Name", name, CRM4E_NUL_TERMINATED));
    if (code != NULL)
        host_ok(session, crm4e_record_set_text(record, "Code", code, CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_set_integer(record, "Kind", kind));
    host_ok(session, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    return id;
}

static int setup(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    host_apply(*state, module);
    return 0;
}

static void assert_order(host *h, const char *order, const char *expected)
{
    char text[256];
    char *rows;

    (void)snprintf(text, sizeof text, "select Name from Words order by %s", order);
    rows = host_query(h->admin, text);
    for (char *at = rows; *at != '\0'; at++)
        *at = *at == '\n' ? ' ' : *at;
    if (strcmp(rows, expected) != 0)
        fail_msg("%s: %s", order, rows);
    free(rows);
}

static void each_language_has_its_order(void **state)
{
    static const char *const names[] = {"Zett", "Ärger", "Arm",  "Arger", "ark 10",
                                        "张",   "ark 9", "王一", "李",    "丁"};
    host *h = *state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        (void)add(h->admin, names[i], NULL, 0);
    assert_order(h, "Name collate 'de'", "Arger Ärger ark 10 ark 9 Arm Zett 丁 张 李 王一 ");
    assert_order(h, "Name collate 'sv'", "Arger ark 10 ark 9 Arm Zett Ärger 丁 张 李 王一 ");
    assert_order(h, "Name collate 'de-u-kn'", "Arger Ärger ark 9 ark 10 Arm Zett 丁 张 李 王一 ");
    assert_order(h, "Name desc collate 'sv'", "王一 李 张 丁 Ärger Zett Arm ark 9 ark 10 Arger ");
    assert_order(h, "Name collate 'zh'", "丁 李 王一 张 Arger Ärger ark 10 ark 9 Arm Zett ");
    assert_order(h, "Name collate 'zh-u-co-stroke'",
                 "丁 王一 张 李 Arger Ärger ark 10 ark 9 Arm Zett ");
    assert_order(h, "Name collate 'und'", "Arger Ärger ark 10 ark 9 Arm Zett 丁 张 李 王一 ");
    /* Not of texts: nothing to be told apart. */
    assert_order(h, "id collate 'de'", "Zett Ärger Arm Arger ark 10 张 ark 9 王一 李 丁 ");
}

typedef struct word {
    char name[32];
    char code[32]; /* "": none */
    int64_t kind;
    crm4e_id id;
} word;

static word words[NAMES];
static UCollator *collator;

static int compare(const char *a, const char *b)
{
    UChar left[UNITS];
    UChar right[UNITS];
    UErrorCode status = U_ZERO_ERROR;
    int32_t left_length = 0;
    int32_t right_length = 0;

    (void)u_strFromUTF8(left, UNITS, &left_length, a, -1, &status);
    (void)u_strFromUTF8(right, UNITS, &right_length, b, -1, &status);
    assert_true(U_SUCCESS(status));
    return ucol_strcoll(collator, left, left_length, right, right_length);
}

/* Code descending, no code last; then Kind, then Name, then the id. */
static int by_all(const void *a, const void *b)
{
    const word *x = a;
    const word *y = b;
    int order = (x->code[0] == '\0') - (y->code[0] == '\0');

    if (order == 0)
        order = -compare(x->code, y->code);
    if (order == 0)
        order = (x->kind > y->kind) - (x->kind < y->kind);
    if (order == 0)
        order = compare(x->name, y->name);
    return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

static void make_text(char *out, unsigned *seed, size_t most)
{
    static const char *const letters[] = {"a", "A", "ä", "á", "b", "ß", "ss",        "z",  "Z", "o",
                                          "ø", "1", "2", "-", " ", "é", "e\xcc\x81", "中", "文"};
    size_t count = 1;

    *seed = *seed * 1103515245u + 12345u;
    count += *seed >> 16 & 3;
    count = count < most ? count : most;
    out[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        *seed = *seed * 1103515245u + 12345u;
        (void)strcat(out, letters[(*seed >> 16) % (sizeof letters / sizeof *letters)]); /* NOLINT */
    }
    if (strspn(out, " ") == strlen(out))
        (void)strcpy(out, "x"); /* NOLINT */
}

static void fill(host *h)
{
    unsigned seed = 4711;

    host_ok(h->admin, crm4e_session_begin(h->admin));
    for (size_t i = 0; i < NAMES; i++) {
        word *w = &words[i];

        make_text(w->name, &seed, 3);
        w->code[0] = '\0';
        if (i % 7 != 0)
            make_text(w->code, &seed, 1);
        w->kind = (int64_t)(seed >> 20 & 1);
        w->id = add(h->admin, w->name, w->code[0] != '\0' ? w->code : NULL, w->kind);
    }
    host_ok(h->admin, crm4e_session_commit(h->admin));
}

/* The rows from `at` on are the next of the words; the token of what follows them. */
static size_t check_page(crm4e_cursor *rows, size_t at, char *token, size_t size)
{
    while (crm4e_cursor_next(rows) == CRM4E_ROW) {
        int64_t id = 0;
        uint32_t scale = 0;

        assert_int_equal(crm4e_cursor_integer(rows, 0, &id, &scale), CRM4E_ROW);
        assert_true(at < NAMES);
        assert_int_equal(id, words[at].id);
        at++;
    }
    (void)snprintf(token, size, "%s", crm4e_cursor_token(rows) ? crm4e_cursor_token(rows) : "");
    return at;
}

static size_t read_page(host *h, const char *locale, size_t at, char *token, size_t size)
{
    crm4e_query *query = NULL;
    crm4e_cursor *rows = NULL;

    host_ok(h->admin, crm4e_query_new(&query, h->admin, "Words"));
    host_ok(h->admin, crm4e_query_select(query, "id"));
    host_ok(h->admin, crm4e_query_order(query, "Code", 1));
    host_ok(h->admin, crm4e_query_order(query, "Kind", 0));
    host_ok(h->admin, crm4e_query_order(query, "Name", 0));
    host_ok(h->admin, crm4e_query_collate(query, locale));
    host_ok(h->admin, crm4e_query_limit(query, 17));
    if (token[0] != '\0')
        host_ok(h->admin, crm4e_query_after(query, token));
    host_ok(h->admin, crm4e_query_run(&rows, query));
    at = check_page(rows, at, token, size);
    crm4e_cursor_free(rows);
    crm4e_query_free(query);
    return at;
}

static void pages_are_those_of_icu(void **state)
{
    static const char *const locales[] = {"de", "sv", "da", "zh", "und"};
    host *h = *state;
    char token[4096];

    fill(h);
    for (size_t i = 0; i < sizeof locales / sizeof *locales; i++) {
        UErrorCode status = U_ZERO_ERROR;
        size_t at = 0;

        collator = ucol_open(strcmp(locales[i], "und") == 0 ? "" : locales[i], &status);
        assert_true(U_SUCCESS(status));
        ucol_setAttribute(collator, UCOL_NORMALIZATION_MODE, UCOL_ON, &status);
        qsort(words, NAMES, sizeof *words, by_all);
        token[0] = '\0';
        do
            at = read_page(h, locales[i], at, token, sizeof token);
        while (token[0] != '\0');
        assert_int_equal(at, NAMES);
        ucol_close(collator);
    }
}

static void offsets_and_filters_hold(void **state)
{
    host *h = *state;
    char *rows;

    (void)add(h->admin, "c", NULL, 1);
    (void)add(h->admin, "ä", NULL, 1);
    (void)add(h->admin, "b", NULL, 2);
    (void)add(h->admin, "a", NULL, 1);
    rows = host_query(h->admin, "select Name from Words where Kind = 1 order by Name collate 'de'"
                                " limit 2 offset 1");
    assert_string_equal(rows, "ä\nc\n");
    free(rows);
    rows = host_query(h->admin, "select Name from Words order by Name collate 'de' limit 0");
    assert_string_equal(rows, "");
    free(rows);
    rows = host_query(h->admin, "select Name from Words order by Name collate 'de' offset 9");
    assert_string_equal(rows, "");
    free(rows);
    assert_int_equal(host_count(h->admin, "Words", "Kind = 1"), 3);
}

/* Each sees his own, whoever sorts. */
static void rights_hold(void **state)
{
    host *h = *state;
    crm4e_session *ben = host_session(h, "ben@acme.example");
    char *rows;

    (void)add(h->admin, "hers", NULL, 1);
    (void)add(ben, "öl", NULL, 1);
    (void)add(ben, "oz", NULL, 1);
    rows = host_query(ben, "select Name from Words order by Name collate 'de'");
    assert_string_equal(rows, "öl\noz\n");
    free(rows);
    crm4e_session_close(ben);
}

static void bad_ones_are_refused(void **state)
{
    static const struct {
        const char *text;
        int code;
        const char *rule;
    } cases[] = {
        {"select id from Words order by Name collate 'xq'", CRM4E_E_INVALID, "locale"},
        {"select id from Words order by Name collate 'de_'", CRM4E_E_INVALID, "locale"},
        {"select id from Words order by Name collate ''", CRM4E_E_INVALID, "locale"},
        {"select id from Words order by id collate 'xq'", CRM4E_E_INVALID, "locale"},
        {"select id from Words order by Name collate de", CRM4E_E_INVALID, "syntax"},
        {"select id from Words collate 'de'", CRM4E_E_INVALID, "syntax"},
        {"select Name, count(id) from Words group by Name order by Name collate 'de'",
         CRM4E_E_UNSUPPORTED, ""},
    };
    host *h = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm4e_cursor *rows = NULL;
        const int rc = crm4e_query_text(&rows, h->admin, cases[i].text);

        if (rc != cases[i].code ||
            strcmp(crm4e_error_rule(crm4e_session_error(h->admin)), cases[i].rule) != 0)
            fail_msg("%s: %d %s", cases[i].text, rc,
                     crm4e_error_rule(crm4e_session_error(h->admin)));
        assert_null(rows);
    }
}

static void a_page_belongs_to_its_language(void **state)
{
    host *h = *state;
    crm4e_query *query = NULL;
    crm4e_cursor *rows = NULL;
    char token[4096] = "";

    fill(h);
    host_ok(h->admin, crm4e_query_new(&query, h->admin, "Words"));
    host_ok(h->admin, crm4e_query_order(query, "Name", 0));
    host_ok(h->admin, crm4e_query_collate(query, "de"));
    host_ok(h->admin, crm4e_query_limit(query, 5));
    host_ok(h->admin, crm4e_query_run(&rows, query));
    while (crm4e_cursor_next(rows) == CRM4E_ROW)
        continue;
    (void)snprintf(token, sizeof token, "%s", crm4e_cursor_token(rows));
    crm4e_cursor_free(rows);
    rows = NULL;
    host_ok(h->admin, crm4e_query_after(query, token));
    host_ok(h->admin, crm4e_query_collate(query, "sv"));
    assert_int_equal(crm4e_query_run(&rows, query), CRM4E_E_INVALID);
    assert_string_equal(crm4e_error_rule(crm4e_session_error(h->admin)), "token");
    crm4e_query_free(query);
}

static int ask(host *h)
{
    crm4e_cursor *rows = NULL;
    int rc = crm4e_query_text(&rows, h->admin,
                              "select Name from Words order by Code, Name desc collate 'de'"
                              " limit 40 offset 10");

    crm4e_cursor_free(rows);
    return rc;
}

static void nothing_happens(host *h)
{
    (void)h;
}

static void memory_runs_out(void **state)
{
    host *h = *state;

    fill(h);
    host_starve(h, ask, nothing_happens);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_language_has_its_order, setup, host_teardown),
        cmocka_unit_test_setup_teardown(pages_are_those_of_icu, setup, host_teardown),
        cmocka_unit_test_setup_teardown(offsets_and_filters_hold, setup, host_teardown),
        cmocka_unit_test_setup_teardown(rights_hold, setup, host_teardown),
        cmocka_unit_test_setup_teardown(bad_ones_are_refused, setup, host_teardown),
        cmocka_unit_test_setup_teardown(a_page_belongs_to_its_language, setup, host_teardown),
        cmocka_unit_test_setup_teardown(memory_runs_out, setup, host_teardown),
    };

    return host_run("query collate", tests, sizeof tests / sizeof tests[0]);
}
