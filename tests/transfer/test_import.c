/* SPDX-License-Identifier: MIT */
/* Records out of CSV: columns, values, lookups, what is refused and when. */
#include "import_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void every_type_of_field_is_read(void **state)
{
    host *h = *state;
    file f =
        file_of("Things", "Name,Day,At,Price,Pieces,Good,Zip,Code,Hue,Uses,Tester,Owner\r\n"
                          "One,2026-02-28,2026-02-28T12:00:00Z,-12.50,7,true,01742,a,Red,In;Out,"
                          "tom@acme.example,tom@acme.example\r\n"
                          "Two,,,,,,,,,,,\r\n"
                          "\"T\"\"hr,ee\"\r\n");

    imported(h, &f, "{\"rows\":3,\"created\":3,\"updated\":0,\"skipped\":0,\"rejected\":0}");
    query_is(h,
             "select Name, Day, At, Price, Pieces, Good, Zip, Code, Hue, Uses, Tester, Owner "
             "from Things where Name = 'One'",
             "One|2026-02-28|2026-02-28T12:00:00Z|-12.50|7|true|01742|a|Red|In;Out|Tom|Tom\n");
    query_is(h, "select Name, Price, Owner from Things where Price is null order by Name",
             "T\"hr,ee|-|ana@acme.example\nTwo|-|ana@acme.example\n");
    finish(&f);
}

static void columns_go_where_the_map_says(void **state)
{
    host *h = *state;
    file f = file_of("Things", "\xef\xbb\xbf"
                               "Title,Colour,Note\nA,Red,x\nB,Blue,\n");

    f.options.map = "{\"Title\": \"Name\", \"Colour\": \"Hue\", \"Note\": null}";
    imported(h, &f, "{\"rows\":2,\"created\":2,\"updated\":0,\"skipped\":0,\"rejected\":0}");
    finish(&f);
    f = file_of("Things", "Title,Hue,Note\nC,Red,x\n");
    f.options.map = "{\"Title\": \"Name\"}"; /* what it does not name is left out */
    imported(h, &f, "{\"rows\":1,\"created\":1,\"updated\":0,\"skipped\":0,\"rejected\":0}");
    finish(&f);
    query_is(h, "select Name, Hue from Things order by Name", "A|Red\nB|Blue\nC|-\n");
}

static void headers_and_maps_are_checked(void **state)
{
    static const struct {
        const char *text;
        const char *map;
        int code;
        const char *message;
    } cases[] = {
        {"", NULL, CRM4E_E_INVALID, "the file has no header line"},
        {"Name,Colour\nA,B\n", NULL, CRM4E_E_INVALID,
         "column Colour: module Things has no field Colour"},
        {"Name,Name\n", NULL, CRM4E_E_INVALID, "column Name: the field Name comes twice"},
        {"A,B\n", "{\"A\": \"Name\", \"B\": \"Name\"}", CRM4E_E_INVALID,
         "column B: the field Name comes twice"},
        {"A\n", "{\"A\": \"Colour\"}", CRM4E_E_INVALID,
         "column A: module Things has no field Colour"},
        {"A\n", "{\"B\": \"Name\"}", CRM4E_E_INVALID,
         "the map names a column that the file does not have: B"},
        {"A\n", "{\"A\": 7}", CRM4E_E_INVALID, "the map sends A to no field"},
        {"A\n", "[]", CRM4E_E_INVALID, "the map is no JSON object"},
        {"A\n", "{", CRM4E_E_INVALID, NULL},
        {"A\n", "{\"A\": \"Name\", \"A\": \"Hue\"}", CRM4E_E_INVALID, NULL},
        {"Name,Created_Time\nA,2026-01-01T00:00:00Z\n", NULL, CRM4E_E_INVALID,
         "column Created_Time: Things.Created_Time is written by the library alone"},
        {"id\n1\n", NULL, CRM4E_E_INVALID, NULL},
        {"Name,Modified_By\n", NULL, CRM4E_E_INVALID, NULL},
        {"Name,Created_By\n", NULL, CRM4E_E_INVALID, NULL},
        {"Name,\xff\n", NULL, CRM4E_E_INVALID, "line 1: cell 2 is no UTF-8 text"},
        {"Na\"me\n", NULL, CRM4E_E_INVALID, "line 1: a quote in the wrong place"},
    };
    host *h = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        file f = file_of("Things", cases[i].text);

        f.options.map = cases[i].map;
        f.options.partial = i % 2 == 0; /* neither way keeps anything */
        refused(h, h->admin, &f, cases[i].code, cases[i].message);
    }
}

static void dates_are_read_in_the_format_that_is_named(void **state)
{
    static const struct {
        const char *format;
        const char *text;
        const char *day; /* NULL: refused */
    } cases[] = {
        {NULL, "2026-02-03", "2026-02-03"},
        {"yyyy-mm-dd", "2026-2-3", "2026-02-03"},
        {"mm/dd/yyyy", "2/3/2026", "2026-02-03"},
        {"dd/mm/yyyy", "3/02/2026", "2026-02-03"},
        {"dd.mm.yyyy", "03.02.2026", "2026-02-03"},
        {"mm/dd/yyyy", "02/29/2024", "2024-02-29"},
        {"mm/dd/yyyy", "02/29/2023", NULL},
        {"mm/dd/yyyy", "13/01/2023", NULL},
        {"mm/dd/yyyy", "2026-02-03", NULL},
        {"mm/dd/yyyy", "7/4/96", NULL},
        {"mm/dd/yyyy", "7/4/01996", NULL},
        {"mm/dd/yyyy", "7/4/1996 ", NULL},
        {"mm/dd/yyyy", "007/4/1996", NULL},
        {"mm/dd/yyyy", "7/4", NULL},
        {"dd.mm.yyyy", "1.1.0000", NULL},
        {"yyyy-mm-dd", "2026-00-01", NULL},
        {NULL, "tomorrow", NULL},
    };
    host *h = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        file f;
        char text[64];

        (void)snprintf(text, sizeof text, "Name,Day\nX%zu,%s\n", i, cases[i].text);
        f = file_of("Things", text);
        f.options.date_format = cases[i].format;
        if (!cases[i].day) {
            refused(h, h->admin, &f, CRM4E_E_INVALID, NULL);
            continue;
        }
        imported(h, &f, "{\"rows\":1,\"created\":1,\"updated\":0,\"skipped\":0,\"rejected\":0}");
        finish(&f);
    }
    query_is(h, "select Name, Day from Things order by Name",
             "X0|2026-02-03\nX1|2026-02-03\nX2|2026-02-03\nX3|2026-02-03\nX4|2026-02-03\n"
             "X5|2024-02-29\n");
    {
        file f = file_of("Things", "Name,Day\nA,2026-01-01\n");

        f.options.date_format = "yy-mm-dd";
        refused(h, h->admin, &f, CRM4E_E_INVALID, "no such date format");
    }
}

/* A day in a column of times begins where the user is. */
static void a_day_is_a_time_in_the_users_zone(void **state)
{
    host *h = *state;
    file f = file_of("Things", "Name,At\nA,3/7/2026\nB,2026-03-07T10:00:00Z\n");
    crm4e_session *tom;

    host_apply(h, "{'profiles': [{'name': 'Full', 'clone_of': 'Standard', 'admin': ['import']}],"
                  " 'users': [{'email': 'tom@acme.example', 'profile': 'Full',"
                  " 'time_zone': 'Asia/Shanghai'}]}");
    tom = host_session(h, "tom@acme.example");
    f.options.date_format = "dd/mm/yyyy";
    host_ok(tom, import(tom, &f));
    query_is(h, "select Name, At from Things order by Name",
             "A|2026-07-02T16:00:00Z\nB|2026-03-07T10:00:00Z\n");
    finish(&f);
    crm4e_session_close(tom);
}

static void lookups_are_found_by_name_or_id(void **state)
{
    host *h = *state;
    char text[200];
    file f = file_of("Boxes", "Name\nS\xc3\xa3o Paulo\nTwin\nTwin\n12345\n9781234567897\n");
    char *id;

    imported(h, &f, "{\"rows\":5,\"created\":5,\"updated\":0,\"skipped\":0,\"rejected\":0}");
    finish(&f);
    id = host_query(h->admin, "select id from Boxes where Name = '12345'");
    (void)snprintf(
        text, sizeof text,
        "Name,Box\nA,S\xc3\xa3o Paulo\nB,sao paulo\nC,12345\nD,%.*s\nE,\nF,9781234567897\n",
        (int)strcspn(id, "\n"), id);
    f = file_of("Things", text);
    imported(h, &f, "{\"rows\":6,\"created\":6,\"updated\":0,\"skipped\":0,\"rejected\":0}");
    finish(&f);
    free(id);
    query_is(h, "select Name, Box from Things order by Name",
             "A|S\xc3\xa3o Paulo\nB|S\xc3\xa3o Paulo\nC|12345\nD|12345\nE|-\nF|9781234567897\n");
    f = file_of("Things", "Name,Box\nF,Twin\n");
    refused(h, h->admin, &f, CRM4E_E_INVALID, "row 1, column Box: several records have this name");
    f = file_of("Things", "Name,Box\nF,S\xc3\xa3o Paulo\nG,Nowhere\n");
    refused(h, h->admin, &f, CRM4E_E_INVALID, "row 2, column Box: no such record");
    f = file_of("Things", "Name,Box\nF,9999999999999\n");
    refused(h, h->admin, &f, CRM4E_E_INVALID, NULL);
}

/* Somebody else's records are nobody's to be found by name. */
static void lookups_find_what_the_user_may_see(void **state)
{
    host *h = *state;
    file f = file_of("Boxes", "Name\nHidden\n");
    crm4e_session *uma;

    imported(h, &f, "{\"rows\":1,\"created\":1,\"updated\":0,\"skipped\":0,\"rejected\":0}");
    finish(&f);
    uma = host_session(h, "uma@acme.example");
    f = file_of("Things", "Name,Box\nA,Hidden\n");
    refused(h, uma, &f, CRM4E_E_INVALID, "row 1, column Box: no such record");
    crm4e_session_close(uma);
}

static void one_bad_row_refuses_the_file(void **state)
{
    host *h = *state;
    file f = file_of("Things", "Name,Price,Hue\nA,1.00,Red\nB,1.005,Red\nC,x,Red\n");

    host_refused(h->admin, import(h->admin, &f), CRM4E_E_INVALID, NULL);
    assert_int_equal(
        strncmp(crm4e_error_message(crm4e_session_error(h->admin)), "row 2, column Price: ", 21),
        0);
    assert_string_equal(crm4e_error_field(crm4e_session_error(h->admin)), "Price");
    assert_string_equal(crm4e_error_module(crm4e_session_error(h->admin)), "Things");
    assert_null(f.rejects);
    finish(&f);
    assert_int_equal(host_count(h->admin, "Things", NULL), 0);
}

static const char mixed[] = "Name,Price,Hue,Code\n"
                            "A,1.00,Red,one\n"
                            "B,1.005,Red,\n"
                            "C,2.00,Green,\n"
                            "D,3.00,Blue,ONE\n"
                            ",4.00,Red,\n"
                            "\"F, \"\"f\"\"\",5.00,Blue,two,more\n"
                            "G,6.00,Red,three\n";

static void the_good_rows_are_kept_when_asked(void **state)
{
    host *h = *state;
    file f = file_of("Things", mixed);
    char *line;

    f.options.partial = 1;
    imported(h, &f, "{\"rows\":7,\"created\":2,\"updated\":0,\"skipped\":0,\"rejected\":5}");
    query_is(h, "select Name, Price, Code from Things order by Name", "A|1.00|one\nG|6.00|three\n");
    line = strtok(f.rejects, "\r\n");
    assert_string_equal(line, "row,code,message,Name,Price,Hue,Code");
    line = strtok(NULL, "\r\n");
    assert_int_equal(strncmp(line, "2,CRM4E_E_INVALID,", 18), 0);
    assert_non_null(strstr(line, ",B,1.005,Red,"));
    line = strtok(NULL, "\r\n");
    assert_int_equal(strncmp(line, "3,CRM4E_E_INVALID,", 18), 0);
    line = strtok(NULL, "\r\n");
    assert_int_equal(strncmp(line, "4,CRM4E_E_CONFLICT,", 19), 0);
    line = strtok(NULL, "\r\n");
    assert_int_equal(strncmp(line, "5,CRM4E_E_INVALID,", 18), 0);
    line = strtok(NULL, "\r\n");
    assert_string_equal(line, "6,CRM4E_E_INVALID,\"row 6: 5 cells, the header has 4\","
                              "\"F, \"\"f\"\"\",5.00,Blue,two,more");
    assert_null(strtok(NULL, "\r\n"));
    finish(&f);
    assert_string_equal(crm4e_error_message(crm4e_session_error(h->admin)), "");
}

static void a_dry_run_keeps_nothing(void **state)
{
    host *h = *state;

    for (int partial = 0; partial < 2; partial++) {
        file f = file_of("Things", partial ? mixed : "Name\nA\nB\n");

        f.options.partial = partial;
        f.options.dry_run = 1;
        imported(h, &f,
                 partial ? "{\"rows\":7,\"created\":2,\"updated\":0,\"skipped\":0,\"rejected\":5}"
                         : "{\"rows\":2,\"created\":2,\"updated\":0,\"skipped\":0,\"rejected\":0}");
        assert_int_equal(f.rejects != NULL, partial);
        finish(&f);
        assert_int_equal(host_count(h->admin, "Things", NULL), 0);
    }
}

static char *many_rows(size_t count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    (void)fputs("Name,Price,Hue\n", out);
    for (size_t i = 0; i < count; i++)
        (void)fprintf(out, "Thing %zu,%zu.25,Red\n", i, i);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void progress_is_told_and_may_stop(void **state)
{
    static const struct {
        int32_t answer;
        int code;
    } cases[] = {{CRM4E_DENY, CRM4E_E_ABORTED}, {0, CRM4E_E_CALLBACK}, {77, CRM4E_E_CALLBACK}};
    host *h = *state;
    char *text = many_rows(2500);
    file f;

    for (size_t i = 0; i < 3; i++) {
        f = file_of("Things", text);
        f.progress_answer = cases[i].answer;
        f.options.partial = i % 2 == 0;
        host_refused(h->admin, import(h->admin, &f), cases[i].code, NULL);
        assert_int_equal(f.progress, 1000);
        assert_int_equal(host_count(h->admin, "Things", NULL), 0);
        finish(&f);
    }
    f = file_of("Things", text);
    imported(h, &f, "{\"rows\":2500,\"created\":2500,\"updated\":0,\"skipped\":0,\"rejected\":0}");
    assert_int_equal(f.progress, 2000);
    assert_int_equal(f.progress_calls, 2);
    finish(&f);
    free(text);
}

static void callbacks_that_fail_end_it(void **state)
{
    host *h = *state;
    file f = file_of("Things", mixed);

    f.read_answer = 0;
    refused(h, h->admin, &f, CRM4E_E_CALLBACK, "the reader of the file failed");
    f = file_of("Things", mixed);
    f.options.partial = 1;
    f.reject_answer = 0;
    refused(h, h->admin, &f, CRM4E_E_CALLBACK, NULL);
    f = file_of("Things", "Name\nA\nB\"\n");
    f.options.partial = 1; /* what follows a broken row is no row */
    refused(h, h->admin, &f, CRM4E_E_INVALID, "line 3: a quote in the wrong place");
}

static int32_t call_back(void *user, char *bytes, size_t size, size_t *read)
{
    crm4e_record *record = NULL;

    (void)bytes;
    (void)size;
    *read = 0;
    assert_int_equal(crm4e_record_new(&record, user, "Things"), CRM4E_E_MISUSE);
    assert_null(record);
    return CRM4E_CONTINUE;
}

static void a_callback_cannot_use_the_session(void **state)
{
    host *h = *state;
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;

    options.module = "Things";
    options.read = call_back;
    options.read_user = h->admin;
    host_refused(h->admin, crm4e_import_records(NULL, h->admin, &options), CRM4E_E_INVALID,
                 "the file has no header line");
}

static void rights_are_the_users_own(void **state)
{
    host *h = *state;
    crm4e_session *tom = host_session(h, "tom@acme.example");
    crm4e_session *uma = host_session(h, "uma@acme.example");
    crm4e_session *vic = host_session(h, "vic@acme.example");
    file f = file_of("Things", "Name\nA\n");

    host_apply(h, "{'profiles': [{'name': 'No', 'clone_of': 'Standard', 'modules':"
                  " {'Things': ['view', 'create']}}], 'users': [{'email': 'tom@acme.example',"
                  " 'profile': 'No'}]}");
    refused(h, tom, &f, CRM4E_E_DENIED, NULL);
    f = file_of("Things", "Name\nA\n");
    refused(h, vic, &f, CRM4E_E_DENIED, NULL);
    f = file_of("Things", "Name,Price\nA,1.00\n");
    refused(h, uma, &f, CRM4E_E_DENIED, NULL);
    f = file_of("Nothing", "Name\nA\n");
    refused(h, uma, &f, CRM4E_E_NOT_FOUND, NULL);
    f = file_of("Things", "Name\nA\n");
    host_ok(uma, import(uma, &f));
    finish(&f);
    query_is(h, "select Name, Created_By, Owner from Things",
             "A|uma@acme.example|uma@acme.example\n");
    crm4e_session_close(tom);
    crm4e_session_close(uma);
    crm4e_session_close(vic);
}

static int import_mixed(host *h)
{
    file f = file_of("Things", mixed);
    int rc;

    f.options.partial = 1;
    f.options.map = "{\"Name\": \"Name\", \"Price\": \"Price\", \"Hue\": \"Hue\","
                    " \"Code\": \"Code\"}";
    rc = import(h->admin, &f);
    finish(&f);
    return rc;
}

static void memory_may_run_out(void **state)
{
    host *h = *state;

    host_starve(h, import_mixed, nothing_came_in);
    assert_int_equal(host_count(h->admin, "Things", NULL), 2);
}

static void arguments_are_checked(void **state)
{
    host *h = *state;
    file f = file_of("Things", "Name\nA\n");
    crm4e_import_options options;

    assert_int_equal(crm4e_import_options_init(NULL), CRM4E_E_MISUSE);
    host_refused(h->admin, crm4e_import_records(NULL, h->admin, NULL), CRM4E_E_MISUSE, NULL);
    options = f.options;
    options.read = read_file;
    options.read_user = &f;
    options.module = NULL;
    host_refused(h->admin, crm4e_import_records(NULL, h->admin, &options), CRM4E_E_MISUSE, NULL);
    options = f.options;
    host_refused(h->admin, crm4e_import_records(NULL, h->admin, &options), CRM4E_E_MISUSE, NULL);
    options.struct_size = 3;
    host_refused(h->admin, crm4e_import_records(NULL, h->admin, &options), CRM4E_E_MISUSE, NULL);
    assert_int_equal(crm4e_import_records(NULL, NULL, &f.options), CRM4E_E_MISUSE);
}

/* Rows that are made as they are read, so that the file takes no memory. */
typedef struct stream {
    size_t row;
    size_t rows;
} stream;

static int32_t read_stream(void *user, char *bytes, size_t size, size_t *read)
{
    stream *s = user;
    int length = 0;

    if (s->row == 0)
        length = snprintf(bytes, size, "Name,Price,Hue,Zip,Box,Tester\n");
    else if (s->row <= s->rows)
        length = snprintf(bytes, size, "Thing %zu,%zu.25,Red,%zu,Big box,tom@acme.example\n",
                          s->row, s->row, s->row % 90000);
    s->row++;
    *read = (size_t)length;
    return CRM4E_CONTINUE;
}

static size_t peak_of(host *h, size_t rows)
{
    stream s = {0, rows};
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;

    options.module = "Things";
    options.read = read_stream;
    options.read_user = &s;
    h->bytes.peak = h->bytes.live;
    host_ok(h->admin, crm4e_import_records(NULL, h->admin, &options));
    return h->bytes.peak - h->bytes.live;
}

/* Only where the rows themselves are not kept in memory. Words are gathered, as many as 16384
 * rows have; those that begin alike are put in order together, and of the numbers of 35000 rows
 * as many do as of any. */
static void a_long_file_needs_no_more_memory_than_a_short_one(void **state)
{
    host *h = *state;
    file f = file_of("Boxes", "Name\nBig box\n");
    size_t few, many;

    if (!host_on_sqlite)
        skip();
    imported(h, &f, "{\"rows\":1,\"created\":1,\"updated\":0,\"skipped\":0,\"rejected\":0}");
    finish(&f);
    few = peak_of(h, 35000);
    many = peak_of(h, 60000);
    assert_int_equal(host_count(h->admin, "Things", NULL), 95000);
    if (many > few + 64 * 1024)
        fail_msg("35000 rows took %zu bytes, 60000 took %zu", few, many);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, things_setup, host_teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_type_of_field_is_read),
        TEST(columns_go_where_the_map_says),
        TEST(headers_and_maps_are_checked),
        TEST(dates_are_read_in_the_format_that_is_named),
        TEST(a_day_is_a_time_in_the_users_zone),
        TEST(lookups_are_found_by_name_or_id),
        TEST(lookups_find_what_the_user_may_see),
        TEST(one_bad_row_refuses_the_file),
        TEST(the_good_rows_are_kept_when_asked),
        TEST(a_dry_run_keeps_nothing),
        TEST(progress_is_told_and_may_stop),
        TEST(callbacks_that_fail_end_it),
        TEST(a_callback_cannot_use_the_session),
        TEST(rights_are_the_users_own),
        TEST(memory_may_run_out),
        TEST(arguments_are_checked),
        TEST(a_long_file_needs_no_more_memory_than_a_short_one),
    };

    const size_t count = sizeof tests / sizeof *tests;
    const int failed = host_run("import", tests, count);

    host_bulk_rows = 2;
    return failed + host_run("import in bulk", tests, count - 1);
}
