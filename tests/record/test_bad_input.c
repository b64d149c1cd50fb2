/* SPDX-License-Identifier: MIT */
/*
 * Bad values, sizes without end, and what must not come out: case by case, with the test that has
 * it. Functions without a program are here, where what no other test has is.
 *
 * Values
 *   F-01 ill-formed UTF-8, wherever text goes  ill_formed_text_everywhere; test_values
 *                                              text_of_every_type; test_text tells_well_formed_text,
 *                                              refuses_every_cut_inside_a_code_point
 *   F-02 NUL and control characters            test_api_value_table; test_values text_of_every_type;
 *                                              test_json test_nul_bytes_are_refused
 *   F-03 text without its NUL                  every function: tests/api/test_unterminated.c
 *   F-04 lengths                               at and beyond the bound: test_api_value_table,
 *                                              test_text measures_text; beyond any text:
 *                                              lengths_beyond_any_text
 *   F-05 what looks alike                      invisible_differences; test_text folds_text
 *   F-08 API names                             names_that_mean_something_elsewhere; test_text
 *                                              tells_api_names
 *   F-09 numbers that are none, minus zero     numbers_as_text (no call takes a double)
 *   F-10 ends of integers, strict reading      test_api_value_table; numbers_as_text; sums:
 *                                              test_query_group test_large_numbers, test_rollup
 *                                              nothing_wraps_around, test_decimal test_sums_are_wide
 *   F-11 rounding                              test_number rounds_half_to_even; test_decimal
 *                                              test_average_rounds_half_to_even
 *   F-12 currencies and rates                  test_currency currencies_that_are_none_are_refused,
 *                                              rates_that_are_none_are_refused,
 *                                              what_does_not_fit_keeps_it_off; mixed sums:
 *                                              test_currency_sums
 *   F-13 parts of a sum                        nothing is split; test_line_item three_rules_round;
 *                                              test_currency_sums sums_are_those_of_a_slow_count
 *   F-14 dates and times of day                test_api_value_table; test_civil test_validity,
 *                                              test_dates_refused
 *   F-15 zones, hours left out or twice        test_zone test_names, test_local_times
 *   F-16 days counted from today               test_query_period midnight, the_orgs_year;
 *                                              test_query_random test_random
 *   F-19 booleans that are none                test_api_value_table; test_values text_of_every_type
 *   F-20 mandatory: empty, blank, invisible    test_api_value_table
 *   F-21 values of another type                test_api_value_table; test_values
 *                                              json_of_every_type, lookups_point_to_records
 *   F-22 addresses                             addresses_of_every_sort; test_values
 *                                              text_of_every_type
 *   F-23 defaults that do not fit              test_api_value_table (its way "default");
 *                                              test_manage_field values_are_checked
 *   F-25 the same value once more              nothing_new_is_no_change
 * Graphs, depth, size
 *   G-01 circles of roles and reporting lines  test_manage_role no_cycle; test_manage_user
 *                                              nobody_reports_to_himself
 *   G-02 such a circle in the file             fault/hostile forged_rows
 *   G-03 circles and chains of lookups         circles_and_chains_of_lookups
 *   G-04 groups in groups                      test_manage_group circles; test_oracle
 *   G-05 depth of criteria                     test_query_parse test_bounds; test_json test_depth
 *   G-06 width of criteria                     test_query_parse test_bounds
 *   G-07 lists of ids                          test_query_run test_ids; a_million_ids;
 *                                              half_of_the_ids_are_not_his; test_mass
 *                                              more_than_there_may_be
 *   G-08 65537 shares, members, records        test_many shares_in_memory, owners_in_memory and
 *                                              the same on SQLite
 *   G-09 fields beyond the limit               test_manage_field limits; test_api_limit_matrix
 *   G-11 batches: none, too many, one twice    test_mass what_is_refused_whole,
 *                                              more_than_there_may_be
 *   G-12 patterns and searches without end     patterns_that_wander
 *   G-13 a query that takes too long           test_api_handle interrupting_stops_a_query_in_memory,
 *                                              interrupting_stops_a_query_in_sqlite
 *   G-14 long results in constant memory       test_export_records page_by_page; test_import
 *                                              a_long_file_needs_no_more_memory_than_a_short_one
 * Out and in
 *   M-01 cells that a spreadsheet would run    test_export_records formulas_are_guarded,
 *                                              files_go_back_through_an_import
 *   M-02 quotes, commas, line ends, NUL        test_csv cells_are_quoted_when_needed,
 *                                              a_nul_is_no_text; test_export_records
 *                                              files_go_back_through_an_import
 *   M-03 hidden fields and rows                test_export_records an_export_is_the_list,
 *                                              who_may_export_what
 *   M-04 columns nobody, or not he, may write  test_import headers_and_maps_are_checked,
 *                                              rights_are_the_users_own,
 *                                              lookups_find_what_the_user_may_see;
 *                                              test_computed_ways imports_refuse_computed_values
 *   M-05 broken files, sizes, headers          a late error: test_import one_bad_row_refuses_the_file,
 *                                              the_good_rows_are_kept_when_asked; a stop:
 *                                              progress_is_told_and_may_stop; headers:
 *                                              headers_and_maps_are_checked; cells and lines:
 *                                              test_csv rows_have_a_greatest_size; encodings:
 *                                              files_of_other_encodings; no limit counts records
 *   M-06 reports of others                     none is kept: refused rows go to who imports
 *   M-07 values in messages                    messages_tell_no_values
 *   M-08 passwords of a storage                none is taken
 *   M-09 how long comparing a seal takes       does not depend on where it differs (lib/base/seal.c);
 *                                              not measured
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

/* A length is looked at before what it is the length of: there is one byte here. */
static void lengths_beyond_any_text(void **state)
{
    static const size_t lengths[] = {(size_t)INT32_MAX,  (size_t)INT32_MAX + 1,
                                     (size_t)UINT32_MAX, (size_t)UINT32_MAX + 2,
                                     SIZE_MAX / 2,       SIZE_MAX - 1};
    host *h = *state;

    host_apply(h, start);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        char *one = malloc(1); /* a sanitizer sees a second byte being read */
        crm4e_record *record = NULL;
        crm4e_text *text = NULL;
        assert_non_null(one);
        *one = 'x';
        host_ok(h->admin, crm4e_record_new(&record, h->admin, "Things"));
        assert_int_equal(crm4e_record_set_text(record, "Text", one, lengths[i]), CRM4E_E_TOO_BIG);
        assert_int_equal(crm4e_record_set_json(record, one, lengths[i]), CRM4E_E_TOO_BIG);
        assert_int_equal(crm4e_org_apply(NULL, h->admin, one, lengths[i]), CRM4E_E_TOO_BIG);
        assert_int_equal(crm4e_search_json(&text, h->admin, one, lengths[i], NULL),
                         CRM4E_E_TOO_BIG);
        assert_int_equal(crm4e_mass_create(NULL, h->admin, "Things", one, lengths[i], 0),
                         CRM4E_E_TOO_BIG);
        assert_int_equal(crm4e_record_upsert(NULL, NULL, h->admin, "Things", NULL, one, lengths[i]),
                         CRM4E_E_TOO_BIG);
        crm4e_record_free(record);
        free(one);
    }
    computed_rows(h, "select Name from Things", "");
    computed_sound(h);
}

/* Words of databases and languages are names like any other: no name becomes one of a column. */
static void names_that_mean_something_elsewhere(void **state)
{
    static const char *const good[] = {"rowid", "oid",      "table", "sqlite_x",    "pg_x",
                                       "proto", "drop",     "union", "constructor", "Column",
                                       "c1033", "toString", "count", "month",       "distinct"};
    static const char *const bad[] = {"",
                                      "__proto__",
                                      "1a",
                                      "a b",
                                      "a'b",
                                      "a\"b",
                                      "a--b",
                                      "a;b",
                                      "\xC3\xA9",
                                      "a.b",
                                      "a_",
                                      "_a",
                                      "a__b",
                                      "a\nb",
                                      "ROWID",
                                      "name",
                                      "owner",
                                      "id",
                                      "ORDER" /* those of queries */,
                                      "select",
                                      "null"};
    host *h = *state;
    char *longest = malloc(10001);
    char query[192];

    assert_non_null(longest);
    memset(longest, 'a', 10000);
    longest[10000] = '\0';
    host_apply(h, start);
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        host_ok(h->admin, computed_field(h->admin, "Things", good[i], CRM4E_TYPE_TEXT, NULL));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int rc = computed_field(h->admin, "Things", bad[i], CRM4E_TYPE_TEXT, NULL);
        if (rc != CRM4E_E_INVALID && rc != CRM4E_E_CONFLICT)
            fail_msg("%s: %s", bad[i], crm4e_code_name(rc));
    }
    assert_true(computed_field(h->admin, "Things", longest, CRM4E_TYPE_TEXT, NULL) < 0);
    (void)computed_add(h->admin, "Things",
                       "{'Name': 'A', 'rowid': 'x', 'drop': 'y', 'c1033': 'z'}");
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        (void)snprintf(query, sizeof query,
                       "select Name, rowid, c1033, drop, oid from Things where"
                       " %s is null or %s is not null order by %s",
                       good[i], good[i], good[i]);
        computed_rows(h, query, "A|x|z|y|-\n");
    }
    free(longest);
    computed_sound(h);
}

/* Texts of numbers are read strictly, whatever a language takes for one. */
static void numbers_as_text(void **state)
{
    static const char *const none[] = {
        "NaN", "-nan", "nan(1)", "Infinity", "inf", "-INF", "0x1", "\xEF\xBC\x91" /* a wide 1 */,
        "1 ",  " 1",   "1_000",  "1,000",    "--1", "1e",   "e1",  "1e999999999",
        ".",   "1.2.3"};
    host *h = *state;
    crm4e_record *record = NULL;

    host_apply(h, start);
    host_ok(h->admin, computed_field(h->admin, "Things", "Dec", CRM4E_TYPE_DOUBLE, NULL));
    host_ok(h->admin, crm4e_record_new(&record, h->admin, "Things"));
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        if (crm4e_record_set_text(record, "Dec", none[i], CRM4E_NUL_TERMINATED) !=
                CRM4E_E_INVALID ||
            crm4e_record_set_decimal(record, "Dec", none[i]) != CRM4E_E_INVALID ||
            crm4e_record_set_text(record, "Number", none[i], CRM4E_NUL_TERMINATED) !=
                CRM4E_E_INVALID)
            fail_msg("%s is a number", none[i]);
    }
    crm4e_record_free(record);
    (void)computed_add(h->admin, "Things", "{'Name': 'A', 'Dec': -0.0, 'Number': -0}");
    (void)computed_add(h->admin, "Things", "{'Name': 'B', 'Dec': '-0', 'Number': '-0'}");
    assert_int_equal(host_count(h->admin, "Things", "Dec = 0 and Number = 0"), 2);
    assert_int_equal(host_count(h->admin, "Things", "Dec < 0 or Number < 0"), 0);
    computed_rows(h, "select count(distinct Dec), sum(Number) from Things", "1|0\n");
}

/* Kept as they are, or refused; never with a line end. */
static void addresses_of_every_sort(void **state)
{
    static const struct {
        const char *json;
        bool good;
    } cases[] = {{"'li@b\u00fccher.example'", true},
                 {"'\u674e@x.example'", true},
                 {"'a@xn--bcher-kva.example'", true},
                 {"'\"<a@b>\"@x'", false},
                 {"'<a@b.example>'", false},
                 {"'a@b.example, c@d.example'", false},
                 {"'a@b.example\\r\\nBcc: c@d'", false},
                 {"'a@b\\u0000.example'", false},
                 {"'@'", false},
                 {"'a@'", false}};
    host *h = *state;
    char *longest = malloc(10100);
    char json[128];
    crm4e_id id;

    assert_non_null(longest);
    host_apply(h, start);
    id = computed_add(h->admin, "Things", "{'Name': 'A'}");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(json, sizeof json, "{'Mail': %s}", cases[i].json);
        if ((computed_set(h->admin, "Things", id, json) == CRM4E_OK) != cases[i].good)
            fail_msg("%s", cases[i].json);
    }
    (void)strcpy(longest, "{'Mail': '");
    memset(longest + 10, 'a', 10000);
    (void)strcpy(longest + 10010, "@x.example'}");
    assert_int_equal(computed_set(h->admin, "Things", id, longest), CRM4E_E_TOO_BIG);
    computed_rows(h, "select Mail from Things", "a@xn--bcher-kva.example\n");
    free(longest);
}

/* A list of ids tells nothing of those that are not for him. */
static void half_of_the_ids_are_not_his(void **state)
{
    enum {
        MANY = 400
    };
    host *h = *state;
    crm4e_session *tom;
    crm4e_id ids[MANY];
    crm4e_query *query = NULL;
    int64_t count = 0;

    host_apply(h, start);
    host_apply(h, "{'modules': [{'api_name': 'Things', 'org_default': 'private'}],"
                  " 'users': [{'email': 'tom@x.example'}]}");
    tom = host_session(h, "tom@x.example");
    host_ok(h->admin, crm4e_session_begin(h->admin));
    for (int i = 0; i < MANY; i++)
        ids[i] =
            computed_add(h->admin, "Things",
                         i % 2 == 0 ? "{'Name': 'A', 'Owner': 'tom@x.example'}" : "{'Name': 'B'}");
    host_ok(h->admin, crm4e_session_commit(h->admin));
    host_ok(tom, crm4e_query_new(&query, tom, "Things"));
    host_ok(tom, crm4e_query_where_ids(query, ids, MANY));
    host_ok(tom, crm4e_query_count(query, &count));
    assert_int_equal(count, MANY / 2);
    crm4e_query_free(query);
    host_ok(tom, crm4e_query_new(&query, tom, "Things"));
    host_ok(tom, crm4e_query_where_ids(query, ids + 1, 1));
    host_ok(tom, crm4e_query_count(query, &count));
    assert_int_equal(count, 0);
    crm4e_query_free(query);
    crm4e_session_close(tom);
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
        TEST(lengths_beyond_any_text),
        TEST(names_that_mean_something_elsewhere),
        TEST(numbers_as_text),
        TEST(addresses_of_every_sort),
        TEST(half_of_the_ids_are_not_his),
#undef TEST
    };

    return host_run("bad input", tests, sizeof tests / sizeof tests[0]);
}
