/* SPDX-License-Identifier: MIT */
/* Subforms: rows that come, change and go with their record, what a row may hold, who reads
 * and writes which column, and columns that come and go. */
#include "subform_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void rows_come_change_and_go(void **state)
{
    host *h = *state;
    crm4e_id trip = two_stops(h);
    char json[256];
    long long first = id_of(h->admin, trip, 0), second = id_of(h->admin, trip, 1);

    assert_true(first > 0 && second > first);
    assert_stops(h->admin, trip,
                 "[{'City':'Bonn','Cost':1.50" EMPTY_STOP ",{'City':'Ulm','Cost':10.00" EMPTY_STOP
                 "]");
    (void)snprintf(json, sizeof json,
                   "{'Stops': [{'City': 'Hof', 'Cost': null}, {'id': %lld, 'Guests': 3},"
                   " {'id': %lld, 'City': 'Köln'}]}",
                   second, first);
    host_ok(h->admin, life_change(h->admin, "Trips", trip, json));
    assert_stops(
        h->admin, trip,
        "[{'City':'Hof','Cost':null" EMPTY_STOP ",{'City':'Ulm','Cost':10.00,'Kind':null,"
        "'Tags':null,'Day':null,'At':null,'Paid':null,'Guests':3,'Good':null,'Guide':null},"
        "{'City':'Köln','Cost':1.50" EMPTY_STOP "]");
    assert_true(id_of(h->admin, trip, 1) == second && id_of(h->admin, trip, 2) == first);
    assert_int_equal(version_of(h->admin, trip), 2);
    (void)snprintf(json, sizeof json, "{'Stops': [{'id': %lld}]}", first);
    host_ok(h->admin, life_change(h->admin, "Trips", trip, json));
    assert_stops(h->admin, trip, "[{'City':'Köln','Cost':1.50" EMPTY_STOP "]");
    host_ok(h->admin, life_change(h->admin, "Trips", trip, json));
    assert_int_equal(version_of(h->admin, trip), 3);
    host_ok(h->admin, life_change(h->admin, "Trips", trip, "{'Seen': 'yes'}"));
    assert_true(id_of(h->admin, trip, 0) == first);
    assert_int_equal(host_count(h->admin, "Trips", "Stops is not null"), 1);
    host_ok(h->admin, life_change(h->admin, "Trips", trip, "{'Stops': []}"));
    assert_stops(h->admin, trip, "-");
    assert_int_equal(host_count(h->admin, "Trips", "Stops is null"), 1);
    assert_sound(h);
}

/* What is read can be written back as it is. */
static void every_type_keeps_what_it_is_given(void **state)
{
    static const char stop[] =
        "{'Name': 'Tour', 'Stops': [{'City': 'a \\\"b\\\" 城', 'Cost': '-0.01', 'Kind': 'Train',"
        " 'Tags': ['B', 'A'], 'Day': '2026-02-28', 'At': '2026-02-28T10:00:00+01:00', 'Paid': true,"
        " 'Guests': -7, 'Good': %lld, 'Guide': 'tom@x.example'}]}";
    static const char shown[] =
        "'City':'a \\'b\\' 城','Cost':-0.01,'Kind':'Train','Tags':['A','B'],'Day':'2026-02-28',"
        "'At':'2026-02-28T09:00:00Z','Paid':true,'Guests':-7";
    host *h = *state;
    crm4e_id good = life_add(h->admin, "Goods", "{'Name': 'Tea'}"), trip;
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;
    char json[512], *part = host_json(shown);
    const char *rows;

    (void)snprintf(json, sizeof json, stop, (long long)good);
    trip = life_add(h->admin, "Trips", json);
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Trips", trip));
    host_ok(h->admin, crm4e_record_json(&text, record));
    assert_non_null(strstr(crm4e_text_data(text), part));
    assert_non_null(strstr(crm4e_text_data(text), "\"name\":\"Tea\""));
    assert_non_null(strstr(crm4e_text_data(text), "\"email\":\"tom@x.example\""));
    rows = strstr(crm4e_text_data(text), "\"Stops\":");
    (void)snprintf(json, sizeof json, "{%.*s}", (int)(strstr(rows, "}]") + 2 - rows), rows);
    host_ok(h->admin, crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    assert_int_equal(crm4e_record_version(record), 1);
    crm4e_text_free(text);
    crm4e_record_free(record);
    free(part);
    assert_sound(h);
}

static void what_is_refused_changes_nothing(void **state)
{
    static const struct {
        const char *stops;
        int code;
        const char *field;
        const char *rule;
    } cases[] = {
        {"[{'City': 'Bonn', 'Town': 1}]", CRM4E_E_INVALID, "Stops", "member"},
        {"[{'City': 'Bonn', 'Stops.Cost': 1}]", CRM4E_E_INVALID, "Stops", "member"},
        {"[{'Cost': 1}]", CRM4E_E_INVALID, "Stops.City", "mandatory"},
        {"[{'City': null}]", CRM4E_E_INVALID, "Stops.City", "mandatory"},
        {"[{'City': 'Bonn', 'Cost': 1.234}]", CRM4E_E_INVALID, "Stops.Cost", "decimal"},
        {"[{'City': 'Bonn', 'Cost': true}]", CRM4E_E_INVALID, "Stops.Cost", "type"},
        {"[{'City': 'Bonn', 'Kind': 'Ship'}]", CRM4E_E_INVALID, "Stops.Kind", "picklist"},
        {"[{'City': 'Bonn', 'Day': '2026-02-29'}]", CRM4E_E_INVALID, "Stops.Day", "type"},
        {"[{'City': 'Bonn', 'Good': 4711}]", CRM4E_E_INVALID, "Stops.Good", "lookup"},
        {"[{'City': 'Bonn', 'Guide': 'no@x.example'}]", CRM4E_E_INVALID, "Stops.Guide", "user"},
        {"[{'City': '012345678901234567890'}]", CRM4E_E_TOO_BIG, "Stops.City", "length"},
        {"[{'id': 1, 'City': 'Bonn'}]", CRM4E_E_INVALID, "Stops", "row"},
        {"[{'id': 0, 'City': 'Bonn'}]", CRM4E_E_INVALID, "Stops", "row"},
        {"[{'id': 'x', 'City': 'Bonn'}]", CRM4E_E_INVALID, "Stops", "row"},
        {"['Bonn']", CRM4E_E_INVALID, "Stops", "type"},
        {"{'City': 'Bonn'}", CRM4E_E_INVALID, "Stops", "type"},
        {"'Bonn'", CRM4E_E_INVALID, "Stops", "type"},
        {"17", CRM4E_E_INVALID, "Stops", "type"},
    };
    host *h = *state;
    crm4e_id trip = two_stops(h);
    char json[256], before[33], after[33];
    long long first = id_of(h->admin, trip, 0);

    digest_of(h, before);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(json, sizeof json, "{'Stops': %s}", cases[i].stops);
        life_refused(h->admin, life_change(h->admin, "Trips", trip, json), cases[i].code,
                     cases[i].field, cases[i].rule);
    }
    (void)snprintf(json, sizeof json, "{'Stops': [{'id': %lld}, {'id': %lld}]}", first, first);
    life_refused(h->admin, life_change(h->admin, "Trips", trip, json), CRM4E_E_INVALID, "Stops",
                 "row");
    digest_of(h, after);
    assert_string_equal(before, after);
    assert_sound(h);
}

static char *many(size_t rows)
{
    static const char row[] = "{'City':'x'},";
    char *text = malloc(rows * strlen(row) + 32);

    assert_non_null(text);
    (void)snprintf(text, 32, "{'Stops': [");
    for (size_t i = 0; i < rows; i++)
        memcpy(text + 11 + i * strlen(row), row, strlen(row));
    memcpy(text + 11 + rows * strlen(row) - 1, "]}", 3);
    return text;
}

static void so_many_rows_fit(void **state)
{
    host *h = *state;
    crm4e_id trip = two_stops(h);
    char *fits = many(CRM4E_SUBFORM_ROWS_MAX), *more = many(CRM4E_SUBFORM_ROWS_MAX + 1);
    crm4e_record *record = NULL;
    char *lines = malloc(2000 * 201), *at = lines;

    host_ok(h->admin, life_change(h->admin, "Trips", trip, fits));
    life_refused(h->admin, life_change(h->admin, "Trips", trip, more), CRM4E_E_TOO_BIG, "Stops",
                 "subform_rows");
    assert_int_equal(crm4e_error_limit(crm4e_session_error(h->admin)), CRM4E_SUBFORM_ROWS_MAX);
    free(more);
    free(fits);
    assert_non_null(lines);
    at += sprintf(at, "[");
    for (size_t i = 0; i < 200; i++)
        at += sprintf(at, "%s{\"Line\":\"%01500d\"}", i ? "," : "", 0);
    (void)sprintf(at, "]");
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Trips", trip));
    life_refused(h->admin, crm4e_record_set_text(record, "Notes_of", lines, CRM4E_NUL_TERMINATED),
                 CRM4E_E_TOO_BIG, "Notes_of", "length");
    crm4e_record_free(record);
    free(lines);
    assert_sound(h);
}

static void columns_have_permissions(void **state)
{
    host *h = *state;
    crm4e_id trip = two_stops(h);
    crm4e_session *sue = host_session(h, SUE);
    crm4e_text *text = NULL;
    char json[256];
    long long first = id_of(h->admin, trip, 0);

    assert_stops(sue, trip, "[{'City':'Bonn'" EMPTY_STOP ",{'City':'Ulm'" EMPTY_STOP "]");
    life_refused(sue, life_change(sue, "Trips", trip, "{'Stops': [{'City': 'Hof', 'Cost': 1}]}"),
                 CRM4E_E_DENIED, "Stops.Cost", "field_permission");
    life_refused(sue,
                 life_change(sue, "Trips", trip, "{'Stops': [{'City': 'Hof', 'Kind': 'Bus'}]}"),
                 CRM4E_E_DENIED, "Stops.Kind", "field_permission");
    life_refused(sue, life_change(sue, "Trips", trip, "{'Notes_of': [{'Line': 'x'}]}"),
                 CRM4E_E_DENIED, "Notes_of", "field_permission");
    (void)snprintf(json, sizeof json, "{'Stops': [{'id': %lld, 'City': 'Hof'}, {'City': 'Rom'}]}",
                   first);
    host_ok(sue, life_change(sue, "Trips", trip, json));
    assert_stops(h->admin, trip,
                 "[{'City':'Hof','Cost':1.50" EMPTY_STOP ",{'City':'Rom','Cost':10.00" EMPTY_STOP
                 "]");
    host_ok(sue, crm4e_record_history_json(&text, sue, "Trips", trip, NULL));
    assert_null(strstr(crm4e_text_data(text), "Cost"));
    assert_non_null(strstr(crm4e_text_data(text), "Hof"));
    crm4e_text_free(text);
    host_ok(h->admin, crm4e_record_history_json(&text, h->admin, "Trips", trip, NULL));
    assert_non_null(strstr(crm4e_text_data(text), "\"Cost\\\":1.50"));
    crm4e_text_free(text);
    crm4e_session_close(sue);
}

static void the_module_shows_the_columns_one_reads(void **state)
{
    host *h = *state;
    crm4e_session *sue = host_session(h, SUE);
    crm4e_module *trips = NULL;
    crm4e_text *text = NULL;

    host_ok(sue, crm4e_module_open(&trips, sue, "Trips"));
    host_ok(sue, crm4e_module_json(&text, trips));
    assert_non_null(
        strstr(crm4e_text_data(text), "\"settings\":{\"columns\":[{\"api_name\":\"City\""));
    assert_null(strstr(crm4e_text_data(text), "\"Cost\""));
    crm4e_text_free(text);
    crm4e_module_free(trips);
    host_ok(h->admin, crm4e_module_open(&trips, h->admin, "Trips"));
    host_ok(h->admin, crm4e_module_json(&text, trips));
    assert_non_null(strstr(crm4e_text_data(text), "\"Cost\""));
    crm4e_text_free(text);
    crm4e_module_free(trips);
    crm4e_session_close(sue);
}

static void team_profiles_have_columns_too(void **state)
{
    host *h = *state;
    crm4e_session *sue = host_session(h, SUE), *tom = host_session(h, TOM),
                  *ron = host_session(h, RON);
    static const char part[] = "{'Name': 'P', 'Owner': '%s', 'Parts': [{'What': 'x', 'Price': 2}]}";
    crm4e_id ids[3];
    const char *const owners[] = {SUE, TOM, RON};
    char json[160];

    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(json, sizeof json, part, owners[i]);
        ids[i] = life_add(h->admin, "Desk", json);
    }
    assert_in(sue, "Desk", ids[0], "Parts", "[{'What':'x','Price':2.00}]");
    life_refused(sue, life_change(sue, "Desk", ids[0], "{'Parts': [{'Price': 1}]}"), CRM4E_E_DENIED,
                 "Parts.Price", "field_permission");
    assert_in(tom, "Desk", ids[1], "Parts", "[{'What':'x'}]");
    life_refused(ron, life_change(ron, "Desk", ids[2], "{'Parts': []}"), CRM4E_E_DENIED, "Parts",
                 "field_permission");
    crm4e_session_close(sue);
    crm4e_session_close(tom);
    crm4e_session_close(ron);
}

/* A reader without access to a target gets its id, and cannot point to it. */
static void lookups_open_nothing(void **state)
{
    host *h = *state;
    crm4e_session *sue = host_session(h, SUE);
    crm4e_id good = life_add(h->admin, "Goods", "{'Name': 'Secret'}"), trip;
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;
    char json[160];

    (void)snprintf(json, sizeof json, "{'Name': 'T', 'Stops': [{'City': 'a', 'Good': %lld}]}",
                   (long long)good);
    trip = life_add(h->admin, "Trips", json);
    host_ok(sue, crm4e_record_open(&record, sue, "Trips", trip));
    host_ok(sue, crm4e_record_json(&text, record));
    assert_null(strstr(crm4e_text_data(text), "Secret"));
    (void)snprintf(json, sizeof json, "\"Good\":{\"id\":%lld}", (long long)good);
    assert_non_null(strstr(crm4e_text_data(text), json));
    crm4e_text_free(text);
    crm4e_record_free(record);
    (void)snprintf(json, sizeof json, "{'Stops': [{'City': 'b', 'Good': %lld}]}", (long long)good);
    life_refused(sue, life_change(sue, "Trips", trip, json), CRM4E_E_INVALID, "Stops.Good",
                 "lookup");
    /* what stands there stays, also when it is gone */
    host_ok(h->admin, crm4e_record_delete(h->admin, "Goods", good, 0));
    host_ok(h->admin, crm4e_record_purge(h->admin, "Goods", good));
    (void)snprintf(json, sizeof json, "{'Stops': [{'id': %lld, 'City': 'b', 'Good': %lld}]}",
                   id_of(h->admin, trip, 0), (long long)good);
    host_ok(sue, life_change(sue, "Trips", trip, json));
    assert_sound(h);
    crm4e_session_close(sue);
}

#define STOPS(settings)                                                                            \
    "{'modules': [{'api_name': 'Trips', 'fields': [{'api_name': 'Stops', 'settings': {" settings   \
    "}}]}]}"
#define FRESH(settings)                                                                            \
    "{'modules': [{'api_name': 'Trips', 'fields': [{'api_name': 'Fresh', 'type': "                 \
    "'subform'" settings "}]}]}"

static void columns_come_change_and_go(void **state)
{
    host *h = *state;
    crm4e_id trip = two_stops(h);

    host_ok(h->admin,
            apply(h, STOPS("'remove': ['Tags', 'day', 'At', 'Paid', 'Good', 'Guide', 'Cost'],"
                           "'columns': [{'api_name': 'Cost', 'type': 'integer'},"
                           " {'api_name': 'kind', 'options': ['Train', 'Ship']},"
                           " {'api_name': 'City', 'label': 'Town', 'length': 25}]")));
    /* a column that comes again is another one */
    assert_stops(h->admin, trip,
                 "[{'City':'Bonn','Kind':null,'Guests':null,'Cost':null},"
                 "{'City':'Ulm','Kind':null,'Guests':null,'Cost':null}]");
    host_ok(h->admin, life_change(h->admin, "Trips", trip,
                                  "{'Stops': [{'City': 'x', 'Kind': 'Ship', 'Cost': 3}]}"));
    life_refused(h->admin,
                 life_change(h->admin, "Trips", trip, "{'Stops': [{'City': 'x', 'Kind': 'Bus'}]}"),
                 CRM4E_E_INVALID, "Stops.Kind", "picklist");
    assert_sound(h);
}

static void what_no_column_may_be(void **state)
{
    static const struct {
        const char *document;
        int code;
        const char *rule;
    } cases[] = {
        {FRESH(""), CRM4E_E_INVALID, "mandatory"},
        {FRESH(", 'settings': {'columns': []}"), CRM4E_E_INVALID, "mandatory"},
        {FRESH(", 'settings': {'columns': {}}"), CRM4E_E_INVALID, "type"},
        {FRESH(", 'settings': {'rows': []}"), CRM4E_E_INVALID, "unknown"},
        {FRESH(", 'settings': {'columns': [{'api_name': 'A'}]}"), CRM4E_E_INVALID, "mandatory"},
        {FRESH(", 'settings': {'columns': [{'type': 'text'}]}"), CRM4E_E_INVALID, NULL},
        {FRESH(", 'settings': {'columns': [{'api_name': 'A.B', 'type': 'text'}]}"), CRM4E_E_INVALID,
         NULL},
        {FRESH(", 'settings': {'columns': [{'api_name': 'id', 'type': 'text'}]}"), CRM4E_E_INVALID,
         NULL},
        {FRESH(", 'settings': {'columns': [{'api_name': 'A', 'type': 'subform'}]}"),
         CRM4E_E_UNSUPPORTED, "type"},
        {FRESH(", 'settings': {'columns': [{'api_name': 'A', 'type': 'fileupload'}]}"),
         CRM4E_E_UNSUPPORTED, "type"},
        {FRESH(", 'settings': {'columns': [{'api_name': 'A', 'type': 'formula'}]}"),
         CRM4E_E_UNSUPPORTED, "type"},
        {FRESH(
             ", 'settings': {'columns': [{'api_name': 'A', 'type': 'text', 'unique': 'folded'}]}"),
         CRM4E_E_INVALID, "type"},
        {FRESH(", 'settings': {'columns': [{'api_name': 'A', 'type': 'text', 'indexed': true}]}"),
         CRM4E_E_INVALID, "type"},
        {FRESH(", 'settings': {'columns': [{'api_name': 'A', 'type': 'text', 'settings': {}}]}"),
         CRM4E_E_INVALID, "type"},
        {FRESH(", 'settings': {'columns': [{'api_name': 'A', 'type': 'text'},"
               " {'api_name': 'a', 'type': 'text'}]}"),
         CRM4E_E_CONFLICT, "unique"},
        {FRESH(
             ", 'default_value': [], 'settings': {'columns': [{'api_name': 'A', 'type': 'text'}]}"),
         CRM4E_E_INVALID, "type"},
        {FRESH(", 'unique': true, 'settings': {'columns': [{'api_name': 'A', 'type': 'text'}]}"),
         CRM4E_E_INVALID, NULL},
        {STOPS("'columns': [{'api_name': 'City', 'type': 'email'}]"), CRM4E_E_CONFLICT, "fixed"},
        {STOPS("'remove': ['Town']"), CRM4E_E_NOT_FOUND, "field"},
        {STOPS("'remove': [1]"), CRM4E_E_NOT_FOUND, "field"},
        {STOPS("'remove': ['City', 'Cost', 'Kind', 'Tags', 'Day', 'At', 'Paid', 'Guests', 'Good',"
               " 'Guide']"),
         CRM4E_E_INVALID, "mandatory"},
    };
    host *h = *state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        life_refused(h->admin, apply(h, cases[i].document), cases[i].code, NULL, cases[i].rule);
    host_ok(h->admin, apply(h, STOPS("'columns': []")));
}

/* A document with so many columns, or so many subforms of one. */
static int add_columns(host *h, size_t subforms, size_t columns)
{
    char text[4096], *at = text;
    int rc;

    at += sprintf(at, "{'modules': [{'api_name': 'Trips', 'fields': [");
    for (size_t i = 0; i < subforms; i++) {
        at += sprintf(at, "%s{'api_name': 'Sub%d', 'type': 'subform', 'settings': {'columns': [",
                      i ? "," : "", (int)i);
        for (size_t j = 0; j < columns; j++)
            at += sprintf(at, "%s{'api_name': 'C%d', 'type': 'text'}", j ? "," : "", (int)j);
        at += sprintf(at, "]}}");
    }
    (void)sprintf(at, "]}]}");
    rc = apply(h, text);
    return rc;
}

static void so_many_columns_and_subforms_fit(void **state)
{
    host *h = *state;

    host_ok(h->admin, add_columns(h, 1, CRM4E_SUBFORM_COLUMNS_MAX));
    life_refused(h->admin, add_columns(h, 2, CRM4E_SUBFORM_COLUMNS_MAX + 1), CRM4E_E_TOO_BIG, NULL,
                 "subform_columns");
    /* two are there besides */
    host_ok(h->admin, add_columns(h, CRM4E_MODULE_SUBFORMS_MAX - 2, 1));
    life_refused(h->admin, add_columns(h, CRM4E_MODULE_SUBFORMS_MAX - 1, 1), CRM4E_E_LIMIT, NULL,
                 "subforms");
    host_ok(h->admin, apply(h, "{'modules': [{'api_name': 'Trips', 'fields': ["
                               "{'api_name': 'Sub0', 'label': 'Still here'}]}]}"));
}

static void a_target_of_a_column_stays(void **state)
{
    host *h = *state;
    crm4e_module *module = NULL;

    host_ok(h->admin, crm4e_module_open(&module, h->admin, "Goods"));
    life_refused(h->admin, crm4e_module_remove(module), CRM4E_E_CONFLICT, "Stops.Good", "in_use");
    host_ok(h->admin, apply(h, STOPS("'remove': ['Good']")));
    host_ok(h->admin, crm4e_module_remove(module));
    crm4e_module_free(module);
    assert_sound(h);
}

static crm4e_id starved;

static int change_once(host *h)
{
    return life_change(h->admin, "Trips", starved,
                       "{'Stops': [{'City': 'Hof', 'Kind': 'Bus', 'Tags': ['A']}]}");
}

static void check_old(host *h)
{
    assert_int_equal(version_of(h->admin, starved), 1);
}

static void memory_may_run_out(void **state)
{
    host *h = *state;

    starved = two_stops(h);
    host_starve(h, change_once, check_old);
    assert_sound(h);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, subform_setup, host_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(rows_come_change_and_go),
        TEST(every_type_keeps_what_it_is_given),
        TEST(what_is_refused_changes_nothing),
        TEST(so_many_rows_fit),
        TEST(columns_have_permissions),
        TEST(the_module_shows_the_columns_one_reads),
        TEST(team_profiles_have_columns_too),
        TEST(lookups_open_nothing),
        TEST(columns_come_change_and_go),
        TEST(what_no_column_may_be),
        TEST(so_many_columns_and_subforms_fit),
        TEST(a_target_of_a_column_stays),
        TEST(memory_may_run_out),
    };

    return host_run("subforms", tests, sizeof tests / sizeof tests[0]);
}
