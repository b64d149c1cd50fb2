/* SPDX-License-Identifier: MIT */
/*
 * Bad values, sizes without end, and what must not come out: the classes, and where each is
 * tested. Here is what no other test has.
 *
 * Values
 *   ill-formed UTF-8 and NUL in text          test_text tells_well_formed_text; test_values
 *                                             text_of_every_type; here ill_formed_text_everywhere
 *   lengths at, and one beyond, the bound     test_api_value_table; test_text measures_text
 *   invisible, bidi, accents, Turkish i       test_text folds_text; here invisible_differences
 *   API names                                 test_text tells_api_names; test_manage_field
 *   NaN, infinities, texts of numbers         test_values text_of_every_type (no call takes a double)
 *   ends of integers, sums beyond them        test_decimal; test_number; test_chart_measures
 *   rounding                                  test_decimal, test_number; test_formula_random
 *   dates and leap years, times, zones        test_civil; test_zone; test_api_value_table
 *   periods by the reader's clock             test_query_period
 *   types that do not fit, lookups elsewhere  test_api_value_table; test_values lookups_point_to_records
 *   mandatory                                 test_api_value_table; test_write
 *   addresses with line ends, javascript:     test_api_value_table; test_values text_of_every_type
 *   defaults that do not fit                  test_api_value_table; test_manage_field
 *   the same value once more                  here nothing_new_is_no_change
 *   currencies, rates, parts of a sum         there are none in this release
 * Graphs, depth, size
 *   circles of roles and of reporting lines   test_manage_role, test_manage_user; fault/hostile
 *   circles of lookups, long chains           here circles_and_chains_of_lookups
 *   nested groups                             test_manage_group; test_oracle
 *   criteria too wide or deep                 test_query_parse test_bounds
 *   lists of ids of any length                test_query_run test_ids; here a_million_ids
 *   65537 shares, members, records            test_many (suite access)
 *   fields beyond the limit                   test_limits; test_api_limit_matrix
 *   batches: none, too many, one twice        test_mass what_is_refused_whole, more_than_there_may_be
 *   patterns and searches without end         here patterns_that_wander
 *   interruption, budgets                     test_api_handle, test_api_threads
 *   long results in constant memory           test_import a_long_file_needs_...; test_export_records page_by_page
 * Out and in
 *   cells that a spreadsheet would run        test_export_records formulas_are_guarded
 *   quotes, commas, line ends                 test_csv cells_are_quoted_when_needed;
 *                                             test_export_records files_go_back_through_an_import
 *   hidden fields and rows                    test_export_records an_export_is_the_list; test_surfaces
 *   columns nobody may write                  test_import headers_and_maps_are_checked;
 *                                             test_computed_ways imports_refuse_computed_values
 *   broken files, sizes, headers              test_csv; test_import; here files_of_other_encodings
 *   reports of others                         none is kept
 *   values in messages                        here messages_tell_no_values
 *   passwords of a storage                    this release takes none
 */
#include "computed_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char start[] =
    "{'modules': [{'api_name': 'Things', 'fields': ["
    "  {'api_name': 'Text', 'type': 'text'}, {'api_name': 'Mail', 'type': 'email'},"
    "  {'api_name': 'Number', 'type': 'integer'}, {'api_name': 'Day', 'type': 'date'},"
    "  {'api_name': 'Pick', 'type': 'picklist', 'options': ['A']},"
    "  {'api_name': 'Key', 'type': 'text', 'unique': 'folded'},"
    "  {'api_name': 'Next', 'type': 'lookup', 'target': 'Things'}]}]}";

/* Calls that take a text, each with what is no UTF-8; the code. */
static int take_query(host *h, const char *text)
{
    crm4e_cursor *cursor = NULL;
    return crm4e_query_text(&cursor, h->admin, text);
}

static int take_where(host *h, const char *text)
{
    crm4e_query *query = NULL;
    int64_t count;
    int rc = crm4e_query_new(&query, h->admin, "Things");

    if (rc == CRM4E_OK)
        rc = crm4e_query_where(query, text);
    if (rc == CRM4E_OK)
        rc = crm4e_query_count(query, &count);
    crm4e_query_free(query);
    return rc;
}

static int take_token(host *h, const char *text)
{
    crm4e_query *query = NULL;
    crm4e_cursor *cursor = NULL;
    int rc = crm4e_query_new(&query, h->admin, "Things");

    if (rc == CRM4E_OK)
        rc = crm4e_query_after(query, text);
    if (rc == CRM4E_OK)
        rc = crm4e_query_run(&cursor, query);
    crm4e_query_free(query);
    return rc;
}

static int take_search(host *h, const char *text)
{
    crm4e_text *found = NULL;
    return crm4e_search_json(&found, h->admin, text, CRM4E_NUL_TERMINATED, NULL);
}

static int take_document(host *h, const char *text)
{
    return crm4e_org_apply(NULL, h->admin, text, CRM4E_NUL_TERMINATED);
}

static int take_module(host *h, const char *text)
{
    crm4e_module *module = NULL;
    return crm4e_module_open(&module, h->admin, text);
}

static int take_user(host *h, const char *text)
{
    crm4e_id id;
    return crm4e_user_find(h->admin, text, &id);
}

static int take_session(host *h, const char *text)
{
    crm4e_session *session = NULL;
    return crm4e_session_open(&session, h->org, text);
}

static int take_org(host *h, const char *text)
{
    crm4e_org *org = NULL;
    return crm4e_org_open(&org, h->engine, text);
}

static int take_value(host *h, const char *text)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, h->admin, "Things");

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, "Text", text, CRM4E_NUL_TERMINATED);
    crm4e_record_free(record);
    return rc;
}

static int take_field(host *h, const char *text)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, h->admin, "Things");

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, text, "x", 1);
    crm4e_record_free(record);
    return rc;
}

static int take_role(host *h, const char *text)
{
    crm4e_role_options options = CRM4E_ROLE_OPTIONS_INIT;

    options.name = text;
    return crm4e_role_create(NULL, h->admin, &options);
}

static void ill_formed_text_everywhere(void **state)
{
    static const struct {
        const char *name;
        int (*take)(host *h, const char *text);
        int code;
    } calls[] = {
        {"query", take_query, CRM4E_E_INVALID},       {"where", take_where, CRM4E_E_INVALID},
        {"token", take_token, CRM4E_E_INVALID},       {"search", take_search, CRM4E_E_INVALID},
        {"document", take_document, CRM4E_E_INVALID}, {"module", take_module, CRM4E_E_NOT_FOUND},
        {"user", take_user, CRM4E_E_NOT_FOUND},       {"session", take_session, CRM4E_E_NOT_FOUND},
        {"org", take_org, CRM4E_E_NOT_FOUND},         {"value", take_value, CRM4E_E_INVALID},
        {"field", take_field, CRM4E_E_INVALID},       {"role", take_role, CRM4E_E_INVALID}};
    static const char *const texts[] = {
        "\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFE", "a\xC3"};
    host *h = *state;

    host_apply(h, start);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        for (size_t j = 0; j < sizeof texts / sizeof texts[0]; j++) {
            int rc = calls[i].take(h, texts[j]);
            if (rc != calls[i].code && rc != CRM4E_E_INVALID)
                fail_msg("%s, text %zu: %s", calls[i].name, j, crm4e_code_name(rc));
        }
    }
    computed_sound(h);
}

static int add_key(host *h, const char *key)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, h->admin, "Things");

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, "Name", "x", 1);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, "Key", key, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

/* What looks alike to folding is the same unique value; what only looks alike to people is
 * another. */
static void invisible_differences(void **state)
{
    static const char *const same[] = {"Ab",
                                       "a\xE2\x80\x8B"
                                       "b" /* zero width space */,
                                       "a\xE2\x80\x8D"
                                       "b" /* joiner */,
                                       "\xEF\xBB\xBF"
                                       "ab" /* BOM */,
                                       "\xEF\xBD\x81"
                                       "b" /* full width */,
                                       "a\xCC\x81"
                                       "b" /* combining accent */,
                                       "\xC3\xA1"
                                       "b"};
    static const char *const other[] = {"\xD0\xB0"
                                        "b" /* Cyrillic */,
                                        "a b",
                                        "\xC4\xB1"
                                        "b" /* dotless i */,
                                        "ib"};
    host *h = *state;

    host_apply(h, start);
    host_ok(h->admin, add_key(h, "ab"));
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        assert_string_equal(crm4e_code_name(add_key(h, same[i])), "CRM4E_E_CONFLICT");
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++)
        host_ok(h->admin, add_key(h, other[i]));
}

static void nothing_new_is_no_change(void **state)
{
    host *h = *state;
    crm4e_id id;

    host_apply(h, start);
    id = computed_add(h->admin, "Things", "{'Name': 'A', 'Text': 'x', 'Number': 5}");
    host_ok(h->admin, computed_set(h->admin, "Things", id, "{'Text': 'x', 'Number': 5}"));
    computed_rows(h, "select Version__s from Things", "1\n");
    host_ok(h->admin, computed_set(h->admin, "Things", id, "{'Text': 'X'}"));
    computed_rows(h, "select Version__s from Things", "2\n");
}

static void circles_and_chains_of_lookups(void **state)
{
    enum {
        LONG = 3000
    };
    host *h = *state;
    crm4e_id first, last, next;
    char json[64];

    host_apply(h, start);
    first = last = computed_add(h->admin, "Things", "{'Name': 'A'}");
    host_ok(h->admin, crm4e_session_begin(h->admin));
    for (int i = 0; i < LONG; i++) {
        (void)snprintf(json, sizeof json, "{'Name': 'B', 'Next': %lld}", (long long)last);
        next = computed_add(h->admin, "Things", json);
        last = next;
    }
    host_ok(h->admin, crm4e_session_commit(h->admin));
    (void)snprintf(json, sizeof json, "{'Next': %lld}", (long long)last);
    host_ok(h->admin, computed_set(h->admin, "Things", first, json)); /* a circle */
    (void)snprintf(json, sizeof json, "{'Next': %lld}", (long long)first);
    host_ok(h->admin, computed_set(h->admin, "Things", first, json)); /* itself */
    assert_int_equal(host_count(h->admin, "Things", "Next.Next.Name = 'A'"), 3);
    assert_int_equal(take_where(h, "Next.Next.Next.Name = 'A'"), CRM4E_E_INVALID);
    host_ok(h->admin, crm4e_record_delete(h->admin, "Things", first, 0));
    host_ok(h->admin, crm4e_record_restore(h->admin, "Things", first));
    computed_sound(h);
}

/* Sorted, backwards, all the same; most of them no record's. */
static void a_million_ids(void **state)
{
    enum {
        MOST = 1000000
    };
    host *h = *state;
    crm4e_id *ids = malloc((MOST + 1) * sizeof *ids);
    crm4e_query *query = NULL;
    crm4e_id id;
    int64_t count = 0;

    assert_non_null(ids);
    host_apply(h, start);
    id = computed_add(h->admin, "Things", "{'Name': 'A'}");
    for (int form = 0; form < 3; form++) {
        for (size_t i = 0; i < MOST; i++)
            ids[i] = form == 0 ? id + (crm4e_id)i : form == 1 ? id + (crm4e_id)(MOST - 1 - i) : id;
        host_ok(h->admin, crm4e_query_new(&query, h->admin, "Things"));
        host_ok(h->admin, crm4e_query_where_ids(query, ids, MOST));
        host_ok(h->admin, crm4e_query_count(query, &count));
        assert_int_equal(count, 1);
        crm4e_query_free(query);
    }
    host_ok(h->admin, crm4e_query_new(&query, h->admin, "Things"));
    ids[MOST] = id;
    assert_int_equal(crm4e_query_where_ids(query, ids, MOST + 1), CRM4E_E_TOO_BIG);
    crm4e_query_free(query);
    free(ids);
}

static void patterns_that_wander(void **state)
{
    host *h = *state;
    char *text = malloc(70000);

    assert_non_null(text);
    host_apply(h, start);
    memset(text, 'a', 255);
    text[255] = '\0';
    host_ok(h->admin, add_key(h, text));
    assert_int_equal(take_where(h, "Key like '%a%a%a%b%'"), CRM4E_E_INVALID); /* at the ends only */
    (void)strcpy(text, "Key like '%");
    for (int i = 0; i < 100; i++)
        (void)strcat(text, "a");
    (void)strcat(text, "b%'");
    assert_int_equal(host_count(h->admin, "Things", text), 0);
    (void)strcpy(text, "w");
    for (int i = 0; i < 16; i++)
        (void)strcat(text, " w");
    assert_int_equal(take_search(h, text), CRM4E_E_TOO_BIG);
    memset(text, 'w', 69999);
    text[69999] = '\0';
    assert_int_equal(take_search(h, text), CRM4E_E_TOO_BIG);
    assert_int_equal(take_query(h, text), CRM4E_E_TOO_BIG);
    free(text);
}

static void files_of_other_encodings(void **state)
{
    host *h = *state;

    host_apply(h, start);
    assert_int_equal(computed_import(h->admin, "Things", "\xFF\xFEN", 0), CRM4E_E_INVALID);
    assert_int_equal(computed_import(h->admin, "Things", "\xFE\xFF", 0), CRM4E_E_INVALID);
    assert_int_equal(computed_import(h->admin, "Things", "Name\r\nA\xE4\r\n", 0), CRM4E_E_INVALID);
    computed_rows(h, "select Name from Things", "");
    host_ok(h->admin, computed_import(h->admin, "Things", "\xEF\xBB\xBFName\r\nA\r\n", 0));
    computed_rows(h, "select Name from Things", "A\n");
}

#define MARK "pii7f3a"

/* A message names codes, fields and sizes, never what somebody typed as a value. */
static void messages_tell_no_values(void **state)
{
    static const char *const values[] = {
        "{'Name': 'x', 'Mail': 'pii7f3a'}",        "{'Name': 'x', 'Number': 'pii7f3a'}",
        "{'Name': 'x', 'Day': 'pii7f3a'}",         "{'Name': 'x', 'Pick': 'pii7f3a'}",
        "{'Name': 'x', 'Text': 'pii7f3a\\u0007'}", "{'Name': 'x', 'Owner': 'pii7f3a@x.example'}",
        "{'Name': 'x', 'Key': 'PII7f3a'}",         "{'Name': 'x', 'Next': 'pii7f3a'}",
    };
    host *h = *state;

    host_apply(h, start);
    host_ok(h->admin, add_key(h, MARK));
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char *json = host_json(values[i]);
        crm4e_record *record = NULL;
        const char *message;
        int rc;
        host_ok(h->admin, crm4e_record_new(&record, h->admin, "Things"));
        rc = crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);
        if (rc == CRM4E_OK)
            rc = crm4e_record_save(record);
        message = crm4e_error_message(crm4e_session_error(h->admin));
        if (rc == CRM4E_OK || strstr(message, MARK) != NULL || strstr(message, "PII") != NULL)
            fail_msg("%s: %s", values[i], message);
        crm4e_record_free(record);
        free(json);
    }
    assert_true(computed_import(h->admin, "Things", "Name,Mail\r\nx,pii7f3a\r\n", 0) < 0);
    assert_null(strstr(crm4e_error_message(crm4e_session_error(h->admin)), MARK));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        TEST(ill_formed_text_everywhere),
        TEST(invisible_differences),
        TEST(nothing_new_is_no_change),
        TEST(circles_and_chains_of_lookups),
        TEST(a_million_ids),
        TEST(patterns_that_wander),
        TEST(files_of_other_encodings),
        TEST(messages_tell_no_values),
#undef TEST
    };

    return host_run("bad input", tests, sizeof tests / sizeof tests[0]);
}
