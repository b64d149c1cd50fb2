/* SPDX-License-Identifier: MIT */
/* Grouped queries by builder and text: what the cursor says of their rows. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"

#define assert_ok(rc) assert_int_equal(rc, CRM4E_OK)
#define assert_said(s, part)                                                                       \
    assert_non_null(strstr(crm4e_error_message(crm4e_session_error(s)), part))

static void make_leads(fixture *f)
{
    static const char *const leads[] = {
        "{\"Last_Name\": \"a\", \"Company\": \"Quay\", \"No_of_Employees\": 3}",
        "{\"Last_Name\": \"b\", \"Company\": \"quay\", \"No_of_Employees\": 4}",
        "{\"Last_Name\": \"c\", \"Company\": \"Zoo\", \"Annual_Revenue\": \"10.05\"}",
    };
    crm4e_record *record = NULL;

    for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++) {
        assert_ok(crm4e_record_new(&record, f->own.session, "Leads"));
        assert_ok(crm4e_record_set_json(record, leads[i], CRM4E_NUL_TERMINATED));
        assert_ok(crm4e_record_save(record));
        crm4e_record_free(record);
    }
}

static crm4e_query *new_query(fixture *f)
{
    crm4e_query *query = NULL;

    assert_ok(crm4e_query_new(&query, f->own.session, "Leads"));
    assert_ok(crm4e_query_where(query, "Last_Name in ('a', 'b', 'c')"));
    return query;
}

static void built(void **state)
{
    fixture *f = *state;
    crm4e_query *query;
    crm4e_cursor *rows = NULL;
    crm4e_text *json = NULL;
    int64_t number = 0;
    uint32_t scale = 0;

    make_leads(f);
    query = new_query(f);
    assert_ok(crm4e_query_select(query, "Company"));
    assert_ok(crm4e_query_select(query, "AVG( No_of_Employees )"));
    assert_ok(crm4e_query_select(query, "sum(Annual_Revenue)"));
    assert_ok(crm4e_query_select(query, "count(distinct Owner)"));
    assert_ok(crm4e_query_group_by(query, "Company"));
    assert_ok(crm4e_query_order(query, "count(id)", 1));
    assert_ok(crm4e_query_count(query, &number));
    assert_int_equal(number, 2);
    assert_ok(crm4e_query_run(&rows, query));
    assert_int_equal(crm4e_cursor_columns(rows), 4);
    assert_string_equal(crm4e_cursor_name(rows, 1), "avg(No_of_Employees)");
    assert_int_equal(crm4e_cursor_next(rows), CRM4E_ROW);
    assert_int_equal(crm4e_cursor_id(rows), 0);
    assert_string_equal(crm4e_cursor_text(rows, 0), "Quay");
    assert_int_equal(crm4e_cursor_integer(rows, 1, &number, &scale), CRM4E_ROW);
    assert_true(number == 35000 && scale == 4);
    assert_int_equal(crm4e_cursor_integer(rows, 0, &number, NULL), CRM4E_E_INVALID);
    assert_int_equal(crm4e_cursor_next(rows), CRM4E_ROW);
    assert_int_equal(crm4e_cursor_integer(rows, 1, &number, &scale), CRM4E_OK);
    assert_null(crm4e_cursor_text(rows, 1));
    assert_int_equal(crm4e_cursor_next(rows), CRM4E_OK);
    crm4e_cursor_free(rows);
    assert_ok(crm4e_query_run(&rows, query));
    assert_ok(crm4e_cursor_json(&json, rows));
    assert_string_equal(
        crm4e_text_data(json),
        "{\"columns\":[\"Company\",\"avg(No_of_Employees)\",\"sum(Annual_Revenue)\","
        "\"count(distinct Owner)\"],\"rows\":[[\"Quay\",3.5000,0.00,1],"
        "[\"Zoo\",null,10.05,1]],\"next\":null}");
    crm4e_text_free(json);
    crm4e_cursor_free(rows);
    crm4e_query_free(query);
}

/* A page, and the next by its token; the whole is one page, however long. */
static void paged(void **state)
{
    fixture *f = *state;
    crm4e_query *query;
    crm4e_cursor *rows = NULL;

    make_leads(f);
    query = new_query(f);
    assert_ok(crm4e_query_group_by(query, "Company"));
    assert_ok(crm4e_query_limit(query, 1));
    assert_ok(crm4e_query_run(&rows, query));
    assert_int_equal(crm4e_cursor_next(rows), CRM4E_ROW);
    assert_string_equal(crm4e_cursor_text(rows, 0), "Quay");
    assert_string_equal(crm4e_cursor_name(rows, 1), "count(id)");
    assert_string_equal(crm4e_cursor_text(rows, 1), "2");
    assert_ok(crm4e_query_after(query, crm4e_cursor_token(rows)));
    assert_int_equal(crm4e_cursor_next(rows), CRM4E_OK);
    crm4e_cursor_free(rows);
    assert_ok(crm4e_query_run(&rows, query));
    assert_int_equal(crm4e_cursor_next(rows), CRM4E_ROW);
    assert_string_equal(crm4e_cursor_text(rows, 0), "Zoo");
    assert_null(crm4e_cursor_token(rows));
    crm4e_cursor_free(rows);
    assert_ok(crm4e_query_limit(query, -1));
    assert_ok(crm4e_query_run(&rows, query));
    assert_int_equal(crm4e_cursor_next(rows), CRM4E_ROW);
    assert_int_equal(crm4e_cursor_next(rows), CRM4E_OK);
    crm4e_cursor_free(rows);
    crm4e_query_free(query);
}

/* What is refused leaves the query as it was. */
static void refused(void **state)
{
    fixture *f = *state;
    crm4e_query *query = new_query(f);
    crm4e_cursor *rows = NULL;
    char large[300];

    memset(large, 'A', sizeof large);
    large[sizeof large - 1] = '\0';
    assert_int_equal(crm4e_query_group_by(query, "month(Created_Time"), CRM4E_E_INVALID);
    assert_said(f->own.session, "expected )");
    assert_int_equal(crm4e_query_group_by(query, large), CRM4E_E_TOO_BIG);
    assert_int_equal(crm4e_query_group_by(query, NULL), CRM4E_E_MISUSE);
    assert_int_equal(crm4e_query_select(query, "total(id)"), CRM4E_E_INVALID);
    assert_int_equal(crm4e_query_order(query, "sum(id) desc", 0), CRM4E_E_INVALID);
    assert_ok(crm4e_query_run(&rows, query));
    assert_string_equal(crm4e_cursor_name(rows, 0), "id");
    crm4e_cursor_free(rows);
    for (int i = 0; i < 4; i++)
        assert_ok(crm4e_query_group_by(query, "Company"));
    assert_int_equal(crm4e_query_group_by(query, "Owner"), CRM4E_E_TOO_BIG);
    assert_ok(crm4e_query_run(&rows, query));
    crm4e_cursor_free(rows);
    assert_ok(crm4e_query_select(query, "Owner"));
    assert_int_equal(crm4e_query_run(&rows, query), CRM4E_E_INVALID);
    assert_string_equal(crm4e_error_rule(crm4e_session_error(f->own.session)), "group_by");
    crm4e_query_free(query);
}

/* A view and an export have records for rows. */
static void records_alone(void **state)
{
    fixture *f = *state;
    crm4e_id id = 0;

    assert_int_equal(
        crm4e_view_put(&id, f->own.session,
                       "{\"module\": \"Leads\", \"name\": \"Sums\", \"sharing\": \"private\","
                       " \"columns\": [\"count(id)\"]}",
                       CRM4E_NUL_TERMINATED),
        CRM4E_E_INVALID);
    f->export_options.columns = "[\"count(id)\"]";
    assert_int_equal(crm4e_export_records(f->own.session, &f->export_options, NULL),
                     CRM4E_E_INVALID);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define GROUP_TEST(name, storage)                                                                  \
    {#name " " #storage, name, fixture_in_##storage, fixture_teardown, NULL}
        GROUP_TEST(built, memory), GROUP_TEST(built, sqlite),   GROUP_TEST(paged, memory),
        GROUP_TEST(paged, sqlite), GROUP_TEST(refused, memory), GROUP_TEST(records_alone, memory),
    };

    return cmocka_run_group_tests_name("groups", tests, NULL, NULL);
}
