/* SPDX-License-Identifier: MIT */
/* Queries as surfaces. */
#include "surface_inside.h"

#include <stdlib.h>
#include <string.h>

static int hear_rows(crm4e_cursor *rows)
{
    int rc;

    while ((rc = surface_said(crm4e_cursor_next(rows))) == CRM4E_ROW) {
        surface_heard(crm4e_cursor_token(rows));
        for (size_t i = 0; i < crm4e_cursor_columns(rows); i++) {
            int64_t number = 0;

            surface_heard(crm4e_cursor_name(rows, i));
            surface_heard(crm4e_cursor_text(rows, i));
            (void)surface_said(crm4e_cursor_integer(rows, i, &number, NULL));
            assert_int_not_equal(number, INT64_C(91827364525));
        }
        for (size_t i = HIDDEN; i < RECORDS; i++)
            assert_int_not_equal(crm4e_cursor_id(rows), surface_id(i));
    }
    return rc;
}

static int hear_query(const char *text)
{
    crm4e_cursor *rows = NULL;
    crm4e_text *json = NULL;
    int rc = surface_said(crm4e_query_text(&rows, surface_reader(), text));

    if (rc == CRM4E_OK)
        rc = hear_rows(rows);
    crm4e_cursor_free(rows);
    if (rc < 0)
        return rc;
    surface_allowed(crm4e_query_text(&rows, surface_reader(), text));
    rc = crm4e_cursor_json(&json, rows);
    rc = surface_said_text(rc, json);
    crm4e_cursor_free(rows);
    return rc;
}

/* Refused as the query is, and with nothing of its rows. */
static void probe_plan(const char *text, int code)
{
    crm4e_text *json = NULL;
    int rc = crm4e_query_plan(&json, surface_reader(), text);

    assert_string_equal(crm4e_code_name(surface_said_text(rc, json)), crm4e_code_name(code));
}

static int64_t count(const char *module, const char *criteria)
{
    crm4e_query *query = NULL;
    int64_t found = 0;
    int rc;

    surface_allowed(crm4e_query_new(&query, surface_reader(), module));
    surface_allowed(crm4e_query_where(query, criteria));
    rc = surface_said(crm4e_query_count(query, &found));
    crm4e_query_free(query);
    return rc < 0 ? rc : found;
}

static void probe_query_texts(void)
{
    static const char *const closed[] = {
        "select Phone from Leads",
        "select Full_Name from Leads",
        "select Last_Name from Leads where Phone = '1'",
        "select Last_Name from Leads where not Phone is null",
        "select Last_Name from Leads where City = 'A' or Annual_Revenue > 5",
        "select Last_Name from Leads where Due between '2031-01-01' and '2031-12-31'",
        "select Last_Name from Leads order by Phone",
        "select Last_Name from Leads order by Annual_Revenue desc",
        "select Deal_Name from Deals where Expected_Revenue > 5",
        "select Account_Name.Phone from Contacts",
        "select Last_Name from Contacts where Account_Name.Phone like '%a'",
        "select Text from Desk",
        "select count(Phone) from Leads",
        "select count(id) from Leads group by Phone",
        "select Company from Leads group by Company order by max(Annual_Revenue)",
        "select month(Due), count(id) from Leads group by month(Due)",
        "select count(distinct Account_Name.Phone) from Contacts",
        "select count(id) from Contacts group by Account_Name.Phone",
    };
    static const char *const open[] = {
        "select Last_Name, Company, Owner, City from Leads order by Company limit 1",
        "select Last_Name, Account_Name, Account_Name.Website from Contacts",
        "select Account_Name.Account_Name from Contacts",
        "select Deal_Name, Account_Name, Stage from Deals order by Account_Name",
        "select Subject, What_Id from Tasks",
        "select Account_Name, Website from Accounts",
        "select Name from Desk",
        "select Company, count(id), count(distinct City) from Leads group by Company",
        "select Account_Name, count(id) from Contacts group by Account_Name",
        "select Account_Name.Website, Account_Name.Account_Name, count(Account_Name.Website) from "
        "Contacts group by Account_Name.Website, Account_Name.Account_Name",
        "select What_Id, count(id) from Tasks group by What_Id",
        "select Owner, month(Created_Time), count(id) from Deals group by Owner, "
        "month(Created_Time)",
    };

    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        surface_refused(hear_query(closed[i]), CRM4E_E_DENIED);
        probe_plan(closed[i], CRM4E_E_DENIED);
    }
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++) {
        surface_allowed(hear_query(open[i]));
        probe_plan(open[i], CRM4E_OK);
    }
    surface_refused(hear_query("select Name from Vault"), CRM4E_E_NOT_FOUND);
    probe_plan("select Name from Vault", CRM4E_E_NOT_FOUND);
}

/* Whether a guess is right does not show either. */
static void probe_guesses(void)
{
    static const char *const forms[][2] = {
        {"Account_Name = '" SECRET "'", "Account_Name = 'no such'"},
        {"Account_Name != '" SECRET "'", "Account_Name != 'no such'"},
        {"Account_Name like 'zq7%'", "Account_Name like 'xx%'"},
        {"not Account_Name like 'zq7%'", "not Account_Name like 'xx%'"},
        {"Account_Name in ('" SECRET "', 'a')", "Account_Name in ('b', 'a')"},
        {"Account_Name.Website like '%zq7%'", "Account_Name.Website like '%xx%'"},
        {"Account_Name.Website is not null", "Account_Name.Website is null"},
    };

    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        assert_int_equal(count("Contacts", forms[i][0]), count("Contacts", forms[i][1]));
    assert_int_equal(count("Leads", "Company = '" SECRET "'"), 0);
    assert_int_equal(count("Tasks", "Subject like '%ecret'"), 0);
    assert_int_equal(count("Leads", "Phone like '%'"), CRM4E_E_DENIED);
}

static void probe_built_query(void)
{
    crm4e_query *query = NULL;
    crm4e_cursor *rows = NULL;
    crm4e_id all[RECORDS];
    char *token;

    for (size_t i = 0; i < RECORDS; i++)
        all[i] = surface_id(i);
    surface_allowed(crm4e_query_new(&query, surface_reader(), "Leads"));
    surface_allowed(crm4e_query_where_ids(query, all, RECORDS));
    surface_allowed(crm4e_query_select(query, "Last_Name"));
    surface_allowed(crm4e_query_limit(query, -1));
    surface_allowed(crm4e_query_run(&rows, query));
    surface_allowed(hear_rows(rows));
    crm4e_cursor_free(rows);
    surface_allowed(crm4e_query_order(query, "Phone", 0));
    surface_refused(crm4e_query_run(&rows, query), CRM4E_E_DENIED);
    crm4e_query_free(query);
    surface_allowed(crm4e_query_new(&query, surface_reader(), "Leads"));
    surface_allowed(crm4e_query_group_by(query, "Company"));
    surface_allowed(crm4e_query_run(&rows, query));
    surface_allowed(hear_rows(rows));
    crm4e_cursor_free(rows);
    surface_allowed(crm4e_query_group_by(query, "Phone"));
    surface_refused(crm4e_query_run(&rows, query), CRM4E_E_DENIED);
    crm4e_query_free(query);
    /* a page of somebody who sees more */
    host_ok(surface_admin(),
            crm4e_query_text(&rows, surface_admin(),
                             "select Last_Name from Leads order by Phone limit 1"));
    assert_int_equal(crm4e_cursor_next(rows), CRM4E_ROW);
    token = strdup(crm4e_cursor_token(rows));
    assert_non_null(token);
    crm4e_cursor_free(rows);
    surface_allowed(crm4e_query_new(&query, surface_reader(), "Leads"));
    surface_allowed(crm4e_query_order(query, "Company", 0));
    surface_allowed(crm4e_query_collate(query, "de"));
    surface_allowed(crm4e_query_after(query, token));
    surface_refused(crm4e_query_run(&rows, query), CRM4E_E_INVALID);
    crm4e_query_free(query);
    free(token);
    surface_refused(crm4e_query_new(&query, surface_reader(), "Vault"), CRM4E_E_NOT_FOUND);
}

void probe_query(void)
{
    probe_query_texts();
    probe_guesses();
    probe_built_query();
}
