/* SPDX-License-Identifier: MIT */
/* Rows of subforms wherever records go: clones, the bin, the past, queries, files, documents,
 * dumps, rules. */
#include "../transfer/dump_steps.h"
#include "subform_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"

static void a_clone_takes_what_one_reads_and_writes(void **state)
{
    host *h = *state;
    crm4e_session *sue = host_session(h, SUE);
    crm4e_id trip = two_stops(h);
    crm4e_record *record = NULL;

    host_ok(h->admin,
            life_change(h->admin, "Trips", trip,
                        "{'Stops': [{'City': 'a', 'Cost': 3, 'Kind': 'Bus', 'Guests': 1}],"
                        " 'Notes_of': [{'Line': 'x'}]}"));
    host_ok(h->admin, crm4e_record_clone(&record, h->admin, "Trips", trip));
    host_ok(h->admin, crm4e_record_save(record));
    assert_stops(h->admin, crm4e_record_id(record),
                 "[{'City':'a','Cost':3.00,'Kind':'Bus','Tags':null,'Day':null,'At':null,"
                 "'Paid':null,'Guests':1,'Good':null,'Guide':null}]");
    assert_true(id_of(h->admin, trip, 0) != id_of(h->admin, crm4e_record_id(record), 0));
    crm4e_record_free(record);
    host_ok(sue, crm4e_record_clone(&record, sue, "Trips", trip));
    host_ok(sue, crm4e_record_save(record));
    assert_stops(h->admin, crm4e_record_id(record),
                 "[{'City':'a','Cost':10.00,'Kind':null,'Tags':null,'Day':null,'At':null,"
                 "'Paid':null,'Guests':1,'Good':null,'Guide':null}]");
    assert_in(h->admin, "Trips", crm4e_record_id(record), "Notes_of", "-");
    crm4e_record_free(record);
    assert_sound(h);
    crm4e_session_close(sue);
}

static size_t how_often(const char *text, const char *part)
{
    size_t count = 0;

    for (; (text = strstr(text, part)) != NULL; text++)
        count++;
    return count;
}

/* A change of hidden columns alone is no line, neither of the history nor of the feed. */
static void a_hidden_difference_is_no_change(void **state)
{
    host *h = *state;
    crm4e_session *sue = host_session(h, SUE);
    crm4e_id trip = two_stops(h);
    crm4e_text *text = NULL;
    int64_t position = 0;
    char json[200];

    host_ok(sue, crm4e_feed_position(sue, &position));
    (void)snprintf(json, sizeof json,
                   "{'Stops': [{'id': %lld, 'Cost': 77}, {'id': %lld, 'Cost': 78}]}",
                   id_of(h->admin, trip, 0), id_of(h->admin, trip, 1));
    host_ok(h->admin, life_change(h->admin, "Trips", trip, json));
    host_ok(sue, crm4e_timeline_json(&text, sue, "Trips", trip, position, 0, 10));
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
    host_ok(sue, crm4e_feed_json(&text, sue, position, NULL));
    assert_non_null(strstr(crm4e_text_data(text), "{\"changes\":[],"));
    crm4e_text_free(text);
    host_ok(h->admin, crm4e_timeline_json(&text, h->admin, "Trips", trip, position, 0, 10));
    assert_int_equal(how_often(crm4e_text_data(text), "\"Stops\""), 1);
    crm4e_text_free(text);
    (void)snprintf(json, sizeof json, "{'Stops': [{'id': %lld, 'Guests': 3}]}",
                   id_of(h->admin, trip, 0));
    host_ok(h->admin, life_change(h->admin, "Trips", trip, json));
    host_ok(sue, crm4e_feed_json(&text, sue, position, NULL));
    assert_int_equal(how_often(crm4e_text_data(text), "\"fields\":[\"Stops\"]"), 1);
    crm4e_text_free(text);
    crm4e_session_close(sue);
}

static void the_bin_and_the_past_have_them(void **state)
{
    host *h = *state;
    crm4e_id trip = two_stops(h);
    long long first = id_of(h->admin, trip, 0);
    char *rows = field_of(h->admin, "Trips", trip, "Stops"), *same;
    crm4e_text *text = NULL;
    crm4e_time made = 0;

    host_ok(h->admin, crm4e_record_delete(h->admin, "Trips", trip, 0));
    assert_sound(h);
    host_ok(h->admin, crm4e_record_restore(h->admin, "Trips", trip));
    same = field_of(h->admin, "Trips", trip, "Stops");
    assert_string_equal(rows, same);
    assert_int_equal(id_of(h->admin, trip, 0), first);
    free(same);
    free(rows);
    rows = field_of(h->admin, "Trips", trip, "Modified_Time");
    assert_int_equal(c4_time_parse(rows, strlen(rows) - 1, &made), CRM4E_OK);
    free(rows);
    host_ok(h->admin, life_change(h->admin, "Trips", trip, "{'Stops': []}"));
    host_ok(h->admin, crm4e_record_as_of(&text, h->admin, "Trips", trip, made));
    assert_non_null(strstr(crm4e_text_data(text), "Bonn"));
    crm4e_text_free(text);
    host_ok(h->admin, crm4e_record_delete(h->admin, "Trips", trip, 0));
    host_ok(h->admin, crm4e_record_purge(h->admin, "Trips", trip));
    assert_sound(h);
}

static void a_query_asks_whether_there_are_any(void **state)
{
    host *h = *state;
    crm4e_cursor *cursor = NULL;
    static const char *const queries[] = {
        "select id from Trips where Stops = 'x'",
        "select id from Trips where Stops like '%x%'",
        "select id from Trips order by Stops",
        "select Stops.City from Trips",
        "select id from Trips where Stops.City = 'Bonn'",
        "select count(id) from Trips group by Stops",
    };

    two_stops(h);
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
        host_refused(h->admin, crm4e_query_text(&cursor, h->admin, queries[i]), CRM4E_E_INVALID,
                     NULL);
}

static int32_t give_text(void *user, char *bytes, size_t size, size_t *read)
{
    const char **text = user;

    *read = strlen(*text) < size ? strlen(*text) : size;
    memcpy(bytes, *text, *read);
    *text += *read;
    return CRM4E_CONTINUE;
}

static int32_t keep_text(void *user, const char *bytes, size_t length)
{
    char *text = user;

    assert_true(strlen(text) + length < 4096);
    strncat(text, bytes, length);
    return CRM4E_CONTINUE;
}

static int import(crm4e_session *session, const char *csv)
{
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;

    options.module = "Trips";
    options.read = give_text;
    options.read_user = &csv;
    return crm4e_import_records(NULL, session, &options);
}

static void export_all(crm4e_session *session, crm4e_export_format format, char text[4096])
{
    crm4e_export_options options = CRM4E_EXPORT_OPTIONS_INIT;

    text[0] = '\0';
    options.module = "Trips";
    options.columns = "[\"Name\",\"Stops\"]";
    options.format = format;
    options.write = keep_text;
    options.write_user = text;
    host_ok(session, crm4e_export_records(session, &options, NULL));
}

/* A cell holds the JSON of the rows. */
static void files_carry_rows_as_json(void **state)
{
    host *h = *state;
    crm4e_session *sue = host_session(h, SUE);
    char text[4096], *bare;

    host_ok(h->admin,
            import(h->admin, "Name,Stops\r\n"
                             "A,\"[{\"\"City\"\":\"\"Bonn\"\",\"\"Cost\"\":2}]\"\r\nB,\r\n"));
    assert_int_equal(host_count(h->admin, "Trips", "Stops is null"), 1);
    life_refused(h->admin, import(h->admin, "Name,Stops\r\nC,Bonn\r\n"), CRM4E_E_INVALID, "Stops",
                 "type");
    life_refused(h->admin, import(h->admin, "Name,Stops\r\nC,[{}]\r\n"), CRM4E_E_INVALID,
                 "Stops.City", "mandatory");
    assert_int_equal(host_count(h->admin, "Trips", NULL), 2);
    export_all(h->admin, CRM4E_EXPORT_CSV, text);
    assert_non_null(strstr(text, "\"\"City\"\":\"\"Bonn\"\",\"\"Cost\"\":2.00,"));
    export_all(h->admin, CRM4E_EXPORT_JSON_LINES, text);
    bare = strstr(text, "\"City\":\"Bonn\",\"Cost\":2.00,\"Kind\":null");
    assert_non_null(bare);
    assert_non_null(strstr(text, "\"Stops\":[{\"id\":"));
    assert_non_null(strstr(text, "\"Name\":\"B\",\"Stops\":null}"));
    export_all(sue, CRM4E_EXPORT_JSON_LINES, text);
    assert_null(strstr(text, "Cost"));
    assert_non_null(strstr(text, "\"City\":\"Bonn\""));
    crm4e_session_close(sue);
    assert_sound(h);
}

static char *exported(crm4e_session *session)
{
    crm4e_text *text = NULL;
    char *copy;

    host_ok(session, crm4e_org_export(&text, session));
    copy = strdup(crm4e_text_data(text));
    assert_non_null(copy);
    crm4e_text_free(text);
    return copy;
}

static void a_document_makes_the_same_columns(void **state)
{
    host *h = *state;
    char *document = exported(h->admin), *again;
    void *made = NULL;

    assert_non_null(strstr(document, "\"Stops.Cost\":\"hidden\""));
    assert_non_null(strstr(document, "\"Parts.Price\":\"read_only\""));
    host_ok(h->admin, crm4e_org_apply(NULL, h->admin, document, CRM4E_NUL_TERMINATED));
    again = exported(h->admin);
    assert_string_equal(document, again);
    free(again);
    assert_int_equal(host_setup(&made), 0);
    host_ok(((host *)made)->admin,
            crm4e_org_apply(NULL, ((host *)made)->admin, document, CRM4E_NUL_TERMINATED));
    again = exported(((host *)made)->admin);
    assert_string_equal(document, again);
    free(again);
    free(document);
    assert_int_equal(host_teardown(&made), 0);
}

static void a_dump_has_them(void **state)
{
    host *h = *state;
    crm4e_id trip = two_stops(h);
    crm4e_org *org = NULL;
    crm4e_session *ana = NULL;
    char *rows = field_of(h->admin, "Trips", trip, "Stops"), *same;
    stream s = dumped(h->admin);
    place p;

    open_memory(&p, 0);
    assert_int_equal(load(&org, p.engine, &s, NULL, 0), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&ana, org, "ana@acme.example"), CRM4E_OK);
    assert_clean(org);
    same = field_of(ana, "Trips", trip, "Stops");
    assert_string_equal(rows, same);
    free(same);
    free(rows);
    crm4e_session_close(ana);
    crm4e_org_close(org);
    close_place(&p);
    free(s.text);
}

static void rules_write_rows(void **state)
{
    host *h = *state;
    crm4e_id trip;

    host_apply(h, "{'workflows': [{'module': 'Trips', 'name': 'Fill', 'on': 'create',"
                  " 'conditions': [{'when': 'Stops is null', 'then': [{'update_field':"
                  " {'field': 'Stops', 'value': [{'City': 'Home'}]}}]}]}]}");
    trip = life_add(h->admin, "Trips", "{'Name': 'A'}");
    assert_stops(h->admin, trip, "[{'City':'Home','Cost':10.00" EMPTY_STOP "]");
    assert_sound(h);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, subform_setup, host_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_clone_takes_what_one_reads_and_writes),
        TEST(a_hidden_difference_is_no_change),
        TEST(the_bin_and_the_past_have_them),
        TEST(a_query_asks_whether_there_are_any),
        TEST(files_carry_rows_as_json),
        TEST(a_document_makes_the_same_columns),
        TEST(a_dump_has_them),
        TEST(rules_write_rows),
    };

    return host_run("rows elsewhere", tests, sizeof tests / sizeof tests[0]);
}
