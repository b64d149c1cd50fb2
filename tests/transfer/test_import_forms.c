/* SPDX-License-Identifier: MIT */
/* Files of other forms, rows of records that are there, names of other systems, and imports
 * in pieces. */
#include "import_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static file lines_of(const char *text)
{
    file f = file_of("Things", text);

    f.options.format = CRM4E_IMPORT_JSON_LINES;
    return f;
}

static void report_is(host *h, file *f, int created, int updated, int skipped, int rejected)
{
    char report[128];

    (void)snprintf(report, sizeof report,
                   "{\"rows\":%d,\"created\":%d,\"updated\":%d,\"skipped\":%d,\"rejected\":%d}",
                   created + updated + skipped + rejected, created, updated, skipped, rejected);
    imported(h, f, report);
}

static void objects_are_rows(void **state)
{
    host *h = *state;
    file boxes = file_of("Boxes", "Name\nBig\n");
    file f = lines_of(
        "\xef\xbb\xbf{\"Name\": \"A\", \"Price\": 12.50, \"Good\": true, \"Box\": \"big\"}\r\n"
        "\n"
        "{\"Uses\": [\"In\", \"Out\"], \"Name\": \"B\", \"Day\": \"2026-02-28\","
        " \"Price\": null}\n"
        "{\"Name\": \"C\", \"Tester\": \"tom@acme.example\", \"Hue\": \"Red\"}");

    report_is(h, &boxes, 1, 0, 0, 0);
    report_is(h, &f, 3, 0, 0, 0);
    query_is(h, "select Name, Price, Good, Box, Uses, Day, Tester, Hue from Things order by Name",
             "A|12.50|true|Big|-|-|-|-\nB|-|-|-|In;Out|2026-02-28|-|-\n"
             "C|-|-|-|-|-|Tom|Red\n");
    finish(&boxes);
    finish(&f);
}

static void members_go_where_the_map_says(void **state)
{
    host *h = *state;
    file f = lines_of("{\"title\": \"A\", \"note\": 7}\n{\"colour\": \"Red\", \"title\": \"B\"}\n");

    f.options.map = "{\"title\": \"Name\", \"colour\": \"Hue\"}";
    report_is(h, &f, 2, 0, 0, 0);
    finish(&f);
    query_is(h, "select Name, Hue from Things order by Name", "A|-\nB|Red\n");
    f = lines_of("{\"Name\": \"C\"}\n{\"Name\": \"D\", \"Colour\": 1}\n");
    refused(h, h->admin, &f, CRM4E_E_INVALID, "column Colour: module Things has no field Colour");
    f = lines_of("{\"Name\": \"C\", \"Created_Time\": \"2026-01-01T00:00:00Z\"}\n");
    refused(h, h->admin, &f, CRM4E_E_INVALID, NULL);
}

static void bad_lines_are_rows_that_are_refused(void **state)
{
    host *h = *state;
    file f = lines_of("{\"Name\": \"A\"}\n{\"Name\": \n[1]\n{\"Name\": \"B\", \"Price\": 1.005}\n"
                      "{\"Name\": \"C\"}\n");

    f.options.partial = 1;
    report_is(h, &f, 2, 0, 0, 3);
    assert_non_null(
        strstr(f.rejects, "{\"row\":2,\"code\":\"CRM4E_E_INVALID\",\"message\":\"row 2: "));
    assert_non_null(
        strstr(f.rejects, "\"message\":\"row 3: a record is a JSON object\",\"record\":[1]}\n"));
    assert_non_null(strstr(f.rejects, ",\"record\":{\"Name\": \"B\", \"Price\": 1.005}}\n"));
    finish(&f);
    f = lines_of("{\"Name\": \"A\"}\n{\"Name\": \n");
    refused(h, h->admin, &f, CRM4E_E_INVALID, NULL);
    f = lines_of("");
    report_is(h, &f, 0, 0, 0, 0);
    finish(&f);
}

static void records_that_are_there_are_skipped_or_changed(void **state)
{
    static const char again[] = "Name,Code,Price\nAA,ONE,\nBB,two,2.00\nNo code,,3.00\n";
    host *h = *state;
    file f = file_of("Things", "Name,Code,Price\nA,one,1.00\n");

    report_is(h, &f, 1, 0, 0, 0);
    finish(&f);
    f = file_of("Things", again);
    refused(h, h->admin, &f, CRM4E_E_CONFLICT, NULL);
    f = file_of("Things", again);
    f.options.match = CRM4E_MATCH_SKIP;
    report_is(h, &f, 2, 0, 1, 0);
    finish(&f);
    query_is(h, "select Name, Code, Price from Things order by Name",
             "A|one|1.00\nBB|two|2.00\nNo code|-|3.00\n");
    f = file_of("Things", again);
    f.options.match = CRM4E_MATCH_UPDATE;
    f.options.match_fields = "[\"Code\"]";
    report_is(h, &f, 1, 2, 0, 0);
    finish(&f);
    /* an empty cell says nothing */
    query_is(h, "select Name, Code, Price from Things order by Name",
             "AA|ONE|1.00\nBB|two|2.00\nNo code|-|3.00\nNo code|-|3.00\n");
    f = lines_of("{\"Code\": \"two\", \"Price\": null}\n");
    f.options.match = CRM4E_MATCH_UPDATE;
    report_is(h, &f, 0, 1, 0, 0);
    finish(&f);
    query_is(h, "select Name, Price from Things where Code = 'two'", "BB|-\n");
}

static void what_matches_is_what_the_user_sees(void **state)
{
    host *h = *state;
    file f = file_of("Things", "Name,Code\nA,one\n");
    crm4e_session *uma = host_session(h, "uma@acme.example");

    report_is(h, &f, 1, 0, 0, 0);
    finish(&f);
    for (crm4e_import_match match = CRM4E_MATCH_SKIP; match <= CRM4E_MATCH_UPDATE; match++) {
        f = file_of("Things", "Name,Code\nB,one\n");
        f.options.match = match;
        refused(h, uma, &f, CRM4E_E_CONFLICT, NULL);
    }
    f = file_of("Things", "Name,Code\nB,one\n");
    f.options.match = CRM4E_MATCH_UPDATE;
    f.options.match_fields = "[\"Zip\"]";
    refused(h, h->admin, &f, CRM4E_E_INVALID, NULL);
    crm4e_session_close(uma);
}

static void lookups_are_found_by_a_key(void **state)
{
    host *h = *state;
    file f = file_of("Things", "Name,Code\nA,k1\nB,k2\n");

    host_apply(h, "{'modules': [{'api_name': 'Parts', 'fields': ["
                  " {'api_name': 'Of', 'type': 'lookup', 'target': 'Things'},"
                  " {'api_name': 'Who', 'type': 'userlookup'}]}]}");
    report_is(h, &f, 2, 0, 0, 0);
    finish(&f);
    f = file_of("Parts", "Name,Of.Code\nP,K1\nQ,k2\nR,\nS,k1\n");
    report_is(h, &f, 4, 0, 0, 0);
    finish(&f);
    query_is(h, "select Name, Of from Parts order by Name", "P|A\nQ|B\nR|-\nS|A\n");
    f = file_of("Parts", "Name,Thing code\nT,k3\n");
    f.options.map = "{\"Name\": \"Name\", \"Thing code\": \"Of.Code\"}";
    refused(h, h->admin, &f, CRM4E_E_INVALID, "row 1, column Thing code: no such record");
    f = file_of("Parts", "Name,Of.Zip\n");
    refused(h, h->admin, &f, CRM4E_E_INVALID, "column Of.Zip: Things.Zip is not unique");
    f = file_of("Parts", "Name,Who.Code\n");
    refused(h, h->admin, &f, CRM4E_E_INVALID, "column Who.Code: Who is no lookup to one module");
    f = file_of("Parts", "Name,Of.Nothing\n");
    refused(h, h->admin, &f, CRM4E_E_INVALID, NULL);
}

/* Each is found as one would be, in the order of the cell. */
static void several_records_are_found(void **state)
{
    host *h = *state;
    file f = file_of("Things", "Name,Code\nA,k1\nB;b,k2\nC,k3\nC,k4\n");

    host_apply(h, "{'modules': [{'api_name': 'Parts', 'fields': ["
                  " {'api_name': 'All', 'type': 'multiselectlookup', 'target': 'Things'}]}]}");
    report_is(h, &f, 4, 0, 0, 0);
    finish(&f);
    f = file_of("Parts", "Name,All.Code\nP,k2 ; K1;k2\nQ,\nR,;k4;\n");
    report_is(h, &f, 3, 0, 0, 0);
    finish(&f);
    f = file_of("Parts", "Name,All\nS,A\nT,a;A\n");
    report_is(h, &f, 2, 0, 0, 0);
    finish(&f);
    f = file_of("Parts",
                "{\"Name\":\"U\",\"All\":[\"B;b\",\"a\"]}\n{\"Name\":\"V\",\"All\":\"A\"}\n"
                "{\"Name\":\"W\",\"All\":[]}\n{\"Name\":\"X\",\"All\":null}\n");
    f.options.format = CRM4E_IMPORT_JSON_LINES;
    report_is(h, &f, 4, 0, 0, 0);
    finish(&f);
    query_is(h, "select Name, All from Parts order by Name",
             "P|B;b;A\nQ|-\nR|C\nS|A\nT|A\nU|B;b;A\nV|A\nW|-\nX|-\n");
    f = file_of("Parts", "Name,All\nY,A;C\n");
    refused(h, h->admin, &f, CRM4E_E_INVALID, "row 1, column All: several records have this name");
    f = file_of("Parts", "Name,All.Code\nY,k1;k9\n");
    refused(h, h->admin, &f, CRM4E_E_INVALID, "row 1, column All.Code: no such record");
    f = file_of("Parts", "{\"Name\":\"Y\",\"All\":[17]}\n");
    f.options.format = CRM4E_IMPORT_JSON_LINES;
    refused(h, h->admin, &f, CRM4E_E_INVALID, NULL);
}

static void users_have_other_names_elsewhere(void **state)
{
    host *h = *state;
    file f = file_of("Things", "Name,Owner,Tester\nA,T. Smith,uma@acme.example\nB,,T. Smith\n");

    f.options.users = "{\"T. Smith\": \"tom@acme.example\"}";
    report_is(h, &f, 2, 0, 0, 0);
    finish(&f);
    query_is(h, "select Name, Owner, Tester from Things order by Name",
             "A|Tom|uma@acme.example\nB|ana@acme.example|Tom\n");
    f = file_of("Things", "Name,Owner\nC,T. Smith\n");
    f.options.users = "{\"T. Smith\": \"nobody@acme.example\"}";
    refused(h, h->admin, &f, CRM4E_E_INVALID, NULL);
    f = file_of("Things", "Name,Owner\nC,T. Smith\n");
    f.options.users = "{\"T. Smith\": 7}";
    refused(h, h->admin, &f, CRM4E_E_INVALID, "the list of users sends T. Smith to no user");
    f = file_of("Things", "Name\nC\n");
    f.options.users = "[]";
    refused(h, h->admin, &f, CRM4E_E_INVALID, "the list of users is no JSON object");
}

static void numbers_are_read_in_the_format_that_is_named(void **state)
{
    static const struct {
        const char *format;
        const char *text;
        const char *price; /* NULL: refused */
    } cases[] = {
        {NULL, "1234.5", "1234.50"},
        {"1234.56", "-1234.56", "-1234.56"},
        {"1,234.56", "1,234.56", "1234.56"},
        {"1,234.56", "1234.56", "1234.56"},
        {"1,234.56", "-1,234,567.5", "-1234567.50"},
        {"1.234,56", "1.234,56", "1234.56"},
        {"1234,56", "1234,5", "1234.50"},
        {"1 234,56", "1 234,56", "1234.56"},
        {"1 234,56",
         "1\xc2\xa0"
         "234,56",
         "1234.56"},
        {"1 234,56",
         "1\xe2\x80\xaf"
         "234\xe2\x80\xaf"
         "567",
         "1234567.00"},
        {"1'234.56", "1'234.56", "1234.56"},
        {NULL, "1,234.56", NULL},
        {"1234,56", "1234.56", NULL},
        {"1,234.56", "12,34.56", NULL},
        {"1,234.56", "1,23", NULL},
        {"1,234.56", ",123", NULL},
        {"1,234.56", "1234,567", NULL},
        {"1,234.56", "1,234.5,6", NULL},
        {"1,234.56", "1,,234", NULL},
        {"1.234,56", "1.234.56", NULL},
        {"1.234,56", "1,2,3", NULL},
        {"1,234.56", "1,234.567", NULL}, /* more decimals than the field has */
        {"1,234.56", "1,2e4", NULL},
        {"1,234.56", "twelve", NULL},
    };
    host *h = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[80], query[80], row[80];
        file f;

        (void)snprintf(text, sizeof text, "Name,Price\nX%zu,\"%s\"\n", i, cases[i].text);
        f = file_of("Things", text);
        f.options.number_format = cases[i].format;
        if (!cases[i].price) {
            refused(h, h->admin, &f, CRM4E_E_INVALID, NULL);
            continue;
        }
        report_is(h, &f, 1, 0, 0, 0);
        (void)snprintf(query, sizeof query, "select Price from Things where Name = 'X%zu'", i);
        (void)snprintf(row, sizeof row, "%s\n", cases[i].price);
        query_is(h, query, row);
        finish(&f);
    }
    {
        file f = file_of("Things", "Name\nA\n");
        f.options.number_format = "1_234";
        refused(h, h->admin, &f, CRM4E_E_INVALID, "no such number format");
    }
}

static const char ten[] = "Name\nA\nB\nC\nD\nE\nF\nG\nH\nI\nJ\n";

/* What was committed stays, and the import goes on behind it. */
static void an_import_in_batches_goes_on(void **state)
{
    host *h = *state;
    file f = file_of("Things", "Name,Price\nA,1\nB,1\nC,1\nD,1\nE,1\nF,x\nG,1\nH,1\n");
    file rest = file_of("Things", "Name,Price\nA,1\nB,1\nC,1\nD,1\nE,1\nF,1\nG,1\nH,1\n");

    f.options.batch = 2;
    host_refused(h->admin, import(h->admin, &f), CRM4E_E_INVALID, NULL);
    assert_int_equal(f.progress, 4);
    assert_int_equal(host_count(h->admin, "Things", NULL), 4);
    rest.options.batch = 2;
    rest.options.skip = f.progress;
    report_is(h, &rest, 4, 0, 0, 0);
    query_is(h, "select Name from Things order by Name", "A\nB\nC\nD\nE\nF\nG\nH\n");
    finish(&f);
    finish(&rest);
}

static void a_stopped_batch_keeps_what_was_told(void **state)
{
    host *h = *state;
    file f = file_of("Things", ten);

    f.options.batch = 3;
    f.progress_answer = CRM4E_DENY;
    host_refused(h->admin, import(h->admin, &f), CRM4E_E_ABORTED, NULL);
    assert_int_equal(f.progress, 3);
    assert_int_equal(host_count(h->admin, "Things", NULL), 3);
    finish(&f);
    f = file_of("Things", ten);
    f.options.batch = 3;
    f.options.skip = 3;
    report_is(h, &f, 7, 0, 0, 0);
    assert_int_equal(f.progress, 9);
    finish(&f);
    f = file_of("Things", ten); /* more than there are */
    f.options.skip = 11;
    report_is(h, &f, 0, 0, 0, 0);
    finish(&f);
    f = file_of("Things", ten);
    f.options.batch = 3;
    f.options.dry_run = 1;
    report_is(h, &f, 10, 0, 0, 0);
    finish(&f);
    assert_int_equal(host_count(h->admin, "Things", NULL), 10);
}

/* Between two batches somebody else may change what the columns go to. */
typedef struct meddling {
    host *h;
    const char *document;
    file *file;
} meddling;

static int32_t meddle(void *user, int64_t rows)
{
    meddling *m = user;

    m->file->progress = rows;
    if (rows == 2)
        host_apply(m->h, m->document);
    return CRM4E_CONTINUE;
}

static int import_meddled(host *h, crm4e_session *session, file *f, const char *document)
{
    meddling m = {h, document, f};

    f->options.read = read_file;
    f->options.read_user = f;
    f->options.progress = meddle;
    f->options.progress_user = &m;
    f->options.batch = 2;
    return crm4e_import_records(NULL, session, &f->options);
}

static void rights_are_asked_in_each_batch(void **state)
{
    host *h = *state;
    crm4e_session *uma = host_session(h, "uma@acme.example");
    file f = file_of("Things", "Name,Zip\nA,1\nB,2\nC,3\n");

    host_refused(uma,
                 import_meddled(h, uma, &f,
                                "{'profiles': [{'name': 'Clerk', 'fields': {'Things':"
                                " {'Zip': 'read_only'}}}]}"),
                 CRM4E_E_DENIED, NULL);
    assert_int_equal(host_count(h->admin, "Things", NULL), 2);
    f = file_of("Things", "Name,Hue\nA,Red\nB,Red\nC,Green\n");
    host_ok(uma, import_meddled(h, uma, &f,
                                "{'modules': [{'api_name': 'Things', 'fields': [{'api_name':"
                                " 'Hue', 'options': ['Red', 'Blue', 'Green']}]}]}"));
    assert_int_equal(host_count(h->admin, "Things", "Hue = 'Green'"), 1);
    crm4e_session_close(uma);
}

static void options_are_checked(void **state)
{
    static const struct {
        int32_t batch;
        int64_t skip;
        crm4e_import_format format;
        crm4e_import_match match;
        const char *fields;
    } cases[] = {
        {-1, 0, 0, 0, NULL},      {1000001, 0, 0, 0, NULL}, {0, -1, 0, 0, NULL},
        {0, 0, 2, 0, NULL},       {0, 0, 0, 3, NULL},       {0, 0, 0, CRM4E_MATCH_SKIP, "{"},
        {0, 0, 0, 1, "[\"No\"]"},
    };
    host *h = *state;
    file f;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        f = file_of("Things", "Name\nA\n");
        f.options.batch = cases[i].batch;
        f.options.skip = cases[i].skip;
        f.options.format = cases[i].format;
        f.options.match = cases[i].match;
        f.options.match_fields = cases[i].fields;
        refused(h, h->admin, &f, CRM4E_E_INVALID, NULL);
    }
    host_ok(h->admin, crm4e_session_begin(h->admin));
    f = file_of("Things", "Name\nA\n");
    f.options.batch = 1;
    refused(h, h->admin, &f, CRM4E_E_INVALID, "there are no batches inside of a transaction");
    host_ok(h->admin, crm4e_session_rollback(h->admin));
}

static int import_all_ways(host *h)
{
    file f = lines_of("{\"Name\": \"A\", \"Code\": \"one\", \"Tester\": \"Tom\"}\n"
                      "{\"Name\": \"B\", \"Code\": \"ONE\"}\n{\"Name\": 7}\n");
    int rc;

    f.options.partial = 1;
    f.options.match = CRM4E_MATCH_UPDATE;
    f.options.users = "{\"Tom\": \"tom@acme.example\"}";
    rc = import(h->admin, &f);
    finish(&f);
    return rc;
}

static void memory_may_run_out(void **state)
{
    host *h = *state;

    host_starve(h, import_all_ways, nothing_came_in);
    query_is(h, "select Name, Code from Things", "B|ONE\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, things_setup, host_teardown)
    const struct CMUnitTest tests[] = {
        TEST(objects_are_rows),
        TEST(members_go_where_the_map_says),
        TEST(bad_lines_are_rows_that_are_refused),
        TEST(records_that_are_there_are_skipped_or_changed),
        TEST(what_matches_is_what_the_user_sees),
        TEST(lookups_are_found_by_a_key),
        TEST(several_records_are_found),
        TEST(users_have_other_names_elsewhere),
        TEST(numbers_are_read_in_the_format_that_is_named),
        TEST(an_import_in_batches_goes_on),
        TEST(a_stopped_batch_keeps_what_was_told),
        TEST(rights_are_asked_in_each_batch),
        TEST(options_are_checked),
        TEST(memory_may_run_out),
    };

    const size_t count = sizeof tests / sizeof *tests;
    const int failed = host_run("import forms", tests, count);

    host_bulk_rows = 2;
    return failed + host_run("import forms in bulk", tests, count);
}
