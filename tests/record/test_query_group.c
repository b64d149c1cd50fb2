/* SPDX-License-Identifier: MIT */
/* Grouped queries: what they answer, what they refuse, and whose records they count. */
#include "query_steps.h"

#include <stdio.h>
#include <string.h>

static crm4e_id tower; /* Ana's account, of industry Insurance */

static void make_things(steps *s)
{
    static const char *const rows[] = {
        "{'Name': 'a', 'Word': 'north', 'Pick': 'Red', 'Int': 1, 'Dec': '1.25', 'Big': '10',"
        " 'Day': '2024-03-31', 'Time': '2024-03-31T15:59:59Z', 'Owner': 'ana@x.example'}",
        "{'Name': 'b', 'Word': 'North', 'Pick': 'Blue', 'Int': 2, 'Dec': '0.50',"
        " 'Day': '2024-04-01', 'Time': '2024-03-31T16:00:00Z', 'Owner': 'ana@x.example'}",
        "{'Name': 'c', 'Word': 'south', 'Pick': 'Red', 'Int': 4, 'Picks': ['A', 'B'],"
        " 'Day': '2024-04-02', 'Owner': 'cid@x.example', 'Secret': 'x'}",
        "{'Name': 'd', 'Dec': '-3.00', 'Big': '-4', 'Owner': 'cid@x.example'}",
    };
    char json[512];
    crm4e_id id;
    assert_ok(create(s, "Accounts",
                     "{'Account_Name': 'Tower', 'Industry': 'Insurance', 'Owner': 'ana@x.example'}",
                     &tower));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)snprintf(json, sizeof json, "%s", rows[i]);
        if (i != 1)
            (void)snprintf(json + strlen(json) - 1, 64, ", 'Link': %lld}", (long long)tower);
        assert_ok(create(s, "Things", json, &id));
    }
}

static int setup(void **state)
{
    int rc = steps_setup(state);
    if (rc == 0) {
        make_query_world(*state);
        make_things(*state);
    }
    return rc;
}

static int teardown(void **state)
{
    free_page(*state);
    return steps_teardown(state);
}

/* Rows joined by '/', their values by '|'. */
static const char *rows_of(steps *s, const char *text)
{
    static char joined[4096];
    size_t used = 0;
    joined[0] = '\0';
    if (query(s, text) != CRM4E_OK)
        fail_msg("%s: %s", text, s->org.error.message);
    for (size_t i = 0; i < page->row_count * page->column_count; i++) {
        const char *before = i == 0 ? "" : i % page->column_count == 0 ? "/" : "|";
        used += (size_t)snprintf(joined + used, sizeof joined - used, "%s%s", before,
                                 page->texts[i] != NULL ? page->texts[i] : "-");
        assert_true(used < sizeof joined);
    }
    return joined;
}

typedef struct group_case {
    const char *who;
    const char *query;
    const char *rows;
} group_case;

static void test_rows(void **state)
{
    static const group_case cases[] = {
        {ORG_ADMIN, "select count(id) from Things", "4"},
        {ORG_ADMIN,
         "select count(id), sum(Int), avg(Int), min(Int), max(Int), sum(Dec), avg(Dec) from Things "
         "where Name = 'none'",
         "0|0|-|-|-|0.00|-"},
        {ORG_ADMIN, "select Word, count(id) from Things where Name = 'none' group by Word", ""},
        {ORG_ADMIN, "select Word, count(id) from Things group by Word", "-|1/North|2/south|1"},
        {ORG_ADMIN, "select count(id), Word from Things group by Word order by Word desc",
         "1|south/2|North/1|-"},
        {ORG_ADMIN, "select Pick, sum(Dec), avg(Dec), min(Day) from Things group by Pick",
         "-|-3.00|-3.000000|-/Red|1.25|1.250000|2024-03-31/Blue|0.50|0.500000|2024-04-01"},
        {ORG_ADMIN, "select avg(Int), max(Time), min(Big) from Things",
         "2.3333|2024-03-31T16:00:00Z|-4"},
        {ORG_ADMIN, "select month(Day), count(Day) from Things group by month(Day)",
         "-|0/2024-03|1/2024-04|2"},
        {ORG_ADMIN,
         "select week(Day), quarter(Day), year(Day) from Things where Day is not null "
         "group by week(Day), quarter(Day), year(Day)",
         "2024-W13|2024-Q1|2024/2024-W14|2024-Q2|2024"},
        {ORG_ADMIN,
         "select fiscal_quarter(Day) from Things where Int = 1 "
         "group by fiscal_quarter(Day), fiscal_year(Day)",
         "FY2024-Q1"},
        {ORG_ADMIN,
         "select day(Time), count(Time) from Things where Time is not null "
         "group by day(Time)",
         "2024-03-31|2"},
        {"ana@x.example",
         "select day(Time), count(Time) from Things where Time is not null "
         "group by day(Time)",
         "2024-03-31|1/2024-04-01|1"},
        {ORG_ADMIN, "select count(distinct Word), count(Word), count(distinct Owner) from Things",
         "2|3|2"},
        {ORG_ADMIN, "select count(Picks), count(Area), count(Agents) from Things", "1|0|0"},
        {ORG_ADMIN, "select Link, count(id) from Things group by Link", "-|1/Tower|3"},
        {ORG_ADMIN,
         "select Link.Industry, Link.Owner, sum(Int) from Things group by Link.Industry, "
         "Link.Owner order by sum(Int) desc",
         "Insurance|Ana|5/-|-|2"},
        {ORG_ADMIN, "select Owner, count(id) from Things group by Owner order by count(id), Owner",
         "Ana|2/Cid|2"},
        {ORG_ADMIN,
         "select count(id) from Things group by Word, Flag order by sum(Int) desc limit 1", "1"},
        {ORG_ADMIN, "select Word from Things group by Word limit 1 offset 1", "North"},
        {ORG_ADMIN, "select Word from Things group by Word limit 5 offset 9", ""},
        {ORG_ADMIN, "select Word from Things group by Word limit 0", ""},
        {ORG_ADMIN, "select Word, Word from Things group by Word, Word limit 2", "-|-/North|North"},
        /* each counts his own: the manager both, Cid sees nothing of Ana's account but its id */
        {"ben@x.example", "select count(id), sum(Int) from Things", "4|7"},
        {"ana@x.example", "select count(id), sum(Int) from Things", "2|3"},
        {"ana@x.example", "select Owner, count(id) from Things group by Owner", "Ana|2"},
        {"cid@x.example",
         "select Link.Industry, count(id), count(Link), count(Link.Industry) from Things "
         "group by Link.Industry",
         "-|2|2|0"},
        {"cid@x.example",
         "select Link.Industry from Things where Link.Industry = 'Insurance' "
         "group by Link.Industry",
         ""},
        {"dan@x.example", "select count(id), count(Word) from Things", "0|0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const group_case *c = &cases[i];
        act_as(*state, c->who);
        if (strcmp(rows_of(*state, c->query), c->rows) != 0)
            fail_msg("%s: %s", c->query, rows_of(*state, c->query));
    }
}

/* The id is shown where the name may not be read. */
static void test_closed_lookup(void **state)
{
    char expected[64];
    act_as(*state, "cid@x.example");
    (void)snprintf(expected, sizeof expected, "%lld|2", (long long)tower);
    assert_string_equal(rows_of(*state, "select Link, count(id) from Things group by Link"),
                        expected);
}

typedef struct refusal {
    const char *query;
    int code;
    const char *rule;
} refusal;

static void test_refused(void **state)
{
    static const refusal cases[] = {
        {"select Word, count(id) from Things", CRM4E_E_INVALID, "group_by"},
        {"select Word from Things group by Int", CRM4E_E_INVALID, "group_by"},
        {"select day(Day) from Things group by month(Day)", CRM4E_E_INVALID, "group_by"},
        {"select Link.id from Things group by Link", CRM4E_E_INVALID, "group_by"},
        {"select Name from Things order by sum(Int)", CRM4E_E_INVALID, "group_by"},
        {"select count(id) from Things order by Word", CRM4E_E_INVALID, "group_by"},
        {"select count(id) from Things group by Picks", CRM4E_E_INVALID, "group_by"},
        {"select count(id) from Things group by Links", CRM4E_E_INVALID, "group_by"},
        {"select count(id) from Things group by Area", CRM4E_E_INVALID, "group_by"},
        {"select count(id) from Things group by sum(Int)", CRM4E_E_INVALID, "group_by"},
        {"select count(distinct Picks) from Things", CRM4E_E_INVALID, "group_by"},
        {"select month(Word) from Things group by month(Word)", CRM4E_E_INVALID, "granularity"},
        {"select sum(Word) from Things", CRM4E_E_INVALID, "measure"},
        {"select sum(Day) from Things", CRM4E_E_INVALID, "measure"},
        {"select min(Word) from Things", CRM4E_E_INVALID, "measure"},
        {"select min(Pick) from Things", CRM4E_E_INVALID, "measure"},
        {"select sum(Nothing) from Things", CRM4E_E_INVALID, "field"},
        {"select count(id) from Things group by Nothing", CRM4E_E_INVALID, "field"},
        {"select count(id) from Things group by Link.Nothing", CRM4E_E_INVALID, "field"},
        {"select count(id) from Things group by Agents.id", CRM4E_E_INVALID, "path"},
        /* hidden from Dan, who sees no record */
        {"select count(Secret) from Things", CRM4E_E_DENIED, NULL},
        {"select count(distinct Secret) from Things", CRM4E_E_DENIED, NULL},
        {"select count(id) from Things group by Secret", CRM4E_E_DENIED, NULL},
        {"select count(id) from Things order by max(Secret)", CRM4E_E_DENIED, NULL},
        {"select count(id) from Things where Secret = 'x'", CRM4E_E_DENIED, NULL},
        {"select count(id) from Things group by Link.Industry", CRM4E_E_DENIED, NULL},
        {"select count(Link.Parent_Account.Industry) from Things", CRM4E_E_DENIED, NULL},
        {"select count(id) from Contacts", CRM4E_E_NOT_FOUND, NULL},
    };
    steps *s = *state;
    act_as(s, "dan@x.example");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int rc = query(s, cases[i].query);
        if (rc != cases[i].code ||
            (cases[i].rule != NULL && strcmp(s->org.error.rule, cases[i].rule) != 0))
            fail_msg("%s: %d %s %s", cases[i].query, rc, s->org.error.rule, s->org.error.message);
    }
}

/* Nothing is wrapped or rounded: a sum that is no number any more is refused. */
static void test_large_numbers(void **state)
{
    steps *s = *state;
    crm4e_id id;
    act_as(s, ORG_ADMIN);
    for (int i = 0; i < 2; i++)
        assert_ok(create(s, "Things", "{'Name': 'e', 'Big': '9223372036854775807'}", &id));
    assert_int_equal(query(s, "select sum(Big) from Things"), CRM4E_E_TOO_BIG);
    assert_string_equal(s->org.error.rule, "sum");
    assert_int_equal(query(s, "select Name from Things group by Name order by sum(Big) limit 1"),
                     CRM4E_E_TOO_BIG);
    assert_string_equal(rows_of(s, "select avg(Big), max(Big) from Things where Name = 'e'"),
                        "9223372036854775807|9223372036854775807");
    assert_string_equal(rows_of(s, "select sum(Big) from Things where Name != 'e'"), "6");
}

/* A token is of one query, grouping and measures included, and of one user. */
static void test_token(void **state)
{
    static const char text[] =
        "select Word, sum(Int) from Things group by Word order by sum(Int) limit 1";
    static const char *const others[] = {
        "select Word, sum(Int) from Things group by Word order by sum(Int) desc limit 1",
        "select Word, sum(Int) from Things group by Word, Pick order by sum(Int) limit 1",
        "select Word, max(Int) from Things group by Word order by max(Int) limit 1",
        "select Word, sum(Big) from Things group by Word order by sum(Big) limit 1",
        "select sum(Int), Word from Things group by Word order by sum(Int) limit 1",
        "select Word from Things order by Int limit 1",
    };
    steps *s = *state;
    char token[512];
    act_as(s, ORG_ADMIN);
    assert_string_equal(rows_of(s, text), "-|0");
    (void)snprintf(token, sizeof token, "%s", page->token);
    assert_ok(run_after(s, text, token));
    assert_string_equal(page->texts[0], "North");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_int_equal(run_after(s, others[i], token), CRM4E_E_INVALID);
        assert_string_equal(s->org.error.rule, "token");
    }
    act_as(s, "ben@x.example");
    assert_int_equal(run_after(s, text, token), CRM4E_E_INVALID);
}

/* What a tree may say that no text does. */
static void test_trees(void **state)
{
    static const char *const five[] = {"Word", "Int", "Dec", "Day", "Pick"};
    static const char *const sum[] = {"sum(Int)"};
    c4_query_tree tree = {.module = "Things", .limit = -1, .grouped = true, .groups = five};
    steps *s = *state;
    act_as(s, ORG_ADMIN);
    tree.group_count = 1;
    assert_ok(run_tree(s, &tree));
    assert_int_equal(page->column_count, 2);
    assert_string_equal(page->columns[1].path, "count(id)");
    assert_string_equal(column_text(1), "1|2|1");
    tree.group_count = 5;
    assert_int_equal(run_tree(s, &tree), CRM4E_E_TOO_BIG);
    /* a measure is none where rows are records */
    assert_int_equal(
        run_tree(
            s,
            &(c4_query_tree){.module = "Things", .limit = -1, .columns = sum, .column_count = 1}),
        CRM4E_E_INVALID);
    assert_ok(c4_query_check(
        &s->org.unit,
        &(c4_query_tree){
            .module = "Things", .limit = -1, .grouped = true, .columns = sum, .column_count = 1}));
}

static void test_measures(void **state)
{
    char text[1024] = "select count(id)";
    static const char *const fields[] = {"Int", "Big", "Dec", "Day", "Time"};
    static const char *const functions[] = {"sum", "avg", "min", "max", "count"};
    steps *s = *state;
    int measures = 1;
    for (int i = 0; i < 5; i++) {
        for (int f = i < 3 ? 0 : 2; f < 5; f++) {
            (void)snprintf(text + strlen(text), 64, ", %s(%s)", functions[f], fields[i]);
            if (++measures == C4_QUERY_MEASURES) {
                (void)strcat(text, ", sum(Int), count(id) from Things");
                assert_ok(query(s, text));
                text[strlen(text) - strlen(" from Things")] = '\0';
            }
        }
    }
    (void)strcat(text, " from Things");
    assert_int_equal(query(s, text), CRM4E_E_TOO_BIG);
}

/* Over more records than are read at once, and over what one lookup shows to many. */
static void test_many(void **state)
{
    steps *s = *state;
    crm4e_id id;
    char json[128];
    act_as(s, ORG_ADMIN);
    for (int i = 0; i < 1200; i++) {
        (void)snprintf(json, sizeof json, "{'Name': 'm', 'Int': %d, 'Link': %lld}", i % 3,
                       (long long)tower);
        assert_ok(create(s, "Things", json, &id));
        c4_arena_reset(s->org.unit.arena);
        s->org.unit.asked = NULL;
    }
    assert_string_equal(rows_of(s, "select Int, Link.Industry, count(id), sum(Int) from Things "
                                   "where Name = 'm' group by Int, Link.Industry"),
                        "0|Insurance|400|0/1|Insurance|400|400/2|Insurance|400|800");
    assert_string_equal(rows_of(s, "select count(distinct id) from Things where Name = 'm'"),
                        "1200");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_closed_lookup, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_large_numbers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_token, setup, teardown),
        cmocka_unit_test_setup_teardown(test_trees, setup, teardown),
        cmocka_unit_test_setup_teardown(test_measures, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many, setup, teardown),
    };
    return steps_run("query_group", tests, sizeof tests / sizeof tests[0]);
}
