/* SPDX-License-Identifier: MIT */
/* Records as files: what is in them, for whom, and the way back through an import. */
#define _XOPEN_SOURCE 700 /* mkdtemp */

#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file being written, and how its callbacks answer. */
typedef struct file {
    crm4e_export_options options;
    char *text; /* malloc'd; NULL: nothing came */
    size_t length;
    size_t pieces;
    size_t longest;
    int32_t write_answer;
    int32_t progress_answer;
    int64_t progress;
    int64_t rows;
    crm4e_session *writer; /* adds a record at the first piece */
} file;

static int add_thing(crm4e_session *session, const char *json, crm4e_id *id)
{
    crm4e_record *record = NULL;
    char *text = host_json(json);
    int rc = crm4e_record_new(&record, session, "Things");

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_json(record, text, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    if (rc == CRM4E_OK && id)
        *id = crm4e_record_id(record);
    crm4e_record_free(record);
    free(text);
    return rc;
}

static int32_t keep_piece(void *user, const char *bytes, size_t length)
{
    file *f = user;
    char *larger = realloc(f->text, f->length + length + 1);

    if (!larger)
        return 0;
    memcpy(larger + f->length, bytes, length);
    f->text = larger;
    f->length += length;
    larger[f->length] = '\0';
    f->longest = length > f->longest ? length : f->longest;
    if (f->pieces++ == 0 && f->writer)
        host_ok(f->writer, add_thing(f->writer, "{'Name': 'Late'}", NULL));
    return f->write_answer;
}

static int32_t keep_progress(void *user, int64_t rows)
{
    file *f = user;

    f->progress = rows;
    return f->progress_answer;
}

static file file_of(const char *columns)
{
    file f = {.write_answer = CRM4E_CONTINUE, .progress_answer = CRM4E_CONTINUE, .rows = -1};

    assert_int_equal(crm4e_export_options_init(&f.options), CRM4E_OK);
    f.options.module = "Things";
    f.options.columns = columns;
    return f;
}

static int export(crm4e_session *session, file *f)
{
    f->options.write = keep_piece;
    f->options.write_user = f;
    f->options.progress = keep_progress;
    f->options.progress_user = f;
    return crm4e_export_records(session, &f->options, &f->rows);
}

static void finish(file *f)
{
    free(f->text);
    f->text = NULL;
    f->length = 0;
    f->pieces = 0;
}

static void exported(crm4e_session *session, file *f, const char *text)
{
    host_ok(session, export(session, f));
    assert_string_equal(f->text ? f->text : "", text);
    finish(f);
}

static void refused(crm4e_session *session, file *f, int code, const char *message)
{
    host_refused(session, export(session, f), code, message);
    assert_int_equal(f->rows, -1);
    assert_null(f->text);
}

static const char things[] =
    "{'users': [{'email': 'tom@acme.example', 'name': 'Tom'},"
    "  {'email': 'uma@acme.example', 'role': 'Manager', 'profile': 'Clerk'},"
    "  {'email': 'vic@acme.example', 'profile': 'Reader'},"
    "  {'email': 'wes@acme.example', 'profile': 'Nobody'}],"
    " 'profiles': [{'name': 'Clerk', 'clone_of': 'Standard', 'admin': ['export'],"
    "   'fields': {'Things': {'Price': 'hidden'}}},"
    "  {'name': 'Reader', 'clone_of': 'Standard', 'admin': ['export'],"
    "   'modules': {'Things': ['view', 'create']}},"
    "  {'name': 'Nobody', 'clone_of': 'Standard', 'admin': []}],"
    " 'modules': [{'api_name': 'Boxes'},"
    "  {'api_name': 'Things', 'fields': ["
    "   {'api_name': 'Day', 'type': 'date'}, {'api_name': 'At', 'type': 'datetime'},"
    "   {'api_name': 'Price', 'type': 'currency', 'scale': 2},"
    "   {'api_name': 'Pieces', 'type': 'integer'}, {'api_name': 'Good', 'type': 'boolean'},"
    "   {'api_name': 'Line', 'type': 'text', 'length': 100},"
    "   {'api_name': 'Long', 'type': 'textarea', 'length': 2000},"
    "   {'api_name': 'Hue', 'type': 'picklist', 'options': ['Red', 'Blue']},"
    "   {'api_name': 'Uses', 'type': 'multiselectpicklist', 'options': ['In', 'Out']},"
    "   {'api_name': 'Box', 'type': 'lookup', 'target': 'Boxes'},"
    "   {'api_name': 'Tester', 'type': 'userlookup'}]}]}";

static int things_setup(void **state)
{
    int rc = host_setup(state);

    if (rc == 0)
        host_apply(*state, things);
    return rc;
}

#define PLAIN                                                                                      \
    "[\"Name\", \"Day\", \"At\", \"Price\", \"Pieces\", \"Good\", \"Line\", \"Long\", \"Hue\", "   \
    "\"Uses\", \"Tester\"]"

static void every_type_of_field_is_written(void **state)
{
    host *h = *state;
    file f = file_of(PLAIN);

    exported(h->admin, &f, "Name,Day,At,Price,Pieces,Good,Line,Long,Hue,Uses,Tester\r\n");
    assert_int_equal(f.rows, 0);
    host_ok(h->admin, add_thing(h->admin,
                                "{'Name': 'One', 'Day': '2026-02-28', 'At': "
                                "'2026-02-28T12:00:00Z', 'Price': -12.50, 'Pieces': -7, 'Good': "
                                "true, 'Line': 'a,b', 'Long': 'x\\r\\ny', 'Hue': 'Red', 'Uses': "
                                "['In', 'Out'], 'Tester': 'tom@acme.example'}",
                                NULL));
    host_ok(h->admin, add_thing(h->admin, "{'Name': 'Two'}", NULL));
    f = file_of(PLAIN);
    exported(h->admin, &f,
             "Name,Day,At,Price,Pieces,Good,Line,Long,Hue,Uses,Tester\r\n"
             "One,2026-02-28,2026-02-28T12:00:00Z,-12.50,-7,true,\"a,b\",\"x\r\ny\",Red,In;Out,"
             "tom@acme.example\r\n"
             "Two,,,,,,,,,,\r\n");
    assert_int_equal(f.rows, 2);
    assert_int_equal(f.progress, 2);
    f = file_of("[\"Day\"]"); /* an empty line would be no row */
    exported(h->admin, &f, "Day\r\n2026-02-28\r\n\"\"\r\n");
    f = file_of("[\"Name\", \"Day\", \"Price\", \"Good\", \"Uses\", \"Hue\"]");
    f.options.format = CRM4E_EXPORT_JSON_LINES;
    exported(h->admin, &f,
             "{\"Name\":\"One\",\"Day\":\"2026-02-28\",\"Price\":-12.50,\"Good\":true,\"Uses\":"
             "[\"In\",\"Out\"],\"Hue\":\"Red\"}\n"
             "{\"Name\":\"Two\",\"Day\":null,\"Price\":null,\"Good\":null,\"Uses\":null,"
             "\"Hue\":null}\n");
    f = file_of("[\"Name\"]");
    f.options.criteria = "Price < 0";
    exported(h->admin, &f, "Name\r\nOne\r\n");
}

static void formulas_are_guarded(void **state)
{
    static const struct {
        const char *text;
        bool guarded;
    } cases[] = {
        {"=1+1", true},
        {"+49 30 1", true},
        {"-x", true},
        {"@a", true},
        {"'=1", true},
        {"''@", true},
        {"\xef\xbc\x9d"
         "1",
         true},                               /* full-width = */
        {"\xef\xbb\xbf=1", true},             /* behind a BOM */
        {"\xe2\x80\x8b\xe2\x80\x8b-1", true}, /* behind zero-width spaces */
        {"\xc2\xa0=1", true},                 /* behind a no-break space */
        {" =1", true},
        {"\t=1", true},
        {" \t\xef\xbb\xbf@a", true},
        {"\xef\xbc\x8b"
         "1",
         true}, /* full-width + */
        {"\xef\xbc\xa0"
         "1",
         true}, /* full-width @ */
        {"'tis", false},
        {"a=1", false},
        {"\xe6\x9d\x8e=1", false},
        {"1-1", false},
    };
    host *h = *state;
    file f;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm4e_record *record = NULL;
        char expected[64];

        host_ok(h->admin, crm4e_record_new(&record, h->admin, "Things"));
        host_ok(h->admin, crm4e_record_set_text(record, "Name", "x", 1));
        host_ok(h->admin,
                crm4e_record_set_text(record, "Long", cases[i].text, CRM4E_NUL_TERMINATED));
        host_ok(h->admin, crm4e_record_save(record));
        f = file_of("[\"Long\"]");
        (void)snprintf(expected, sizeof expected, "Long\r\n%s%s\r\n", cases[i].guarded ? "'" : "",
                       cases[i].text);
        exported(h->admin, &f, expected);
        f = file_of("[\"Long\"]");
        f.options.flags = CRM4E_EXPORT_RAW;
        (void)snprintf(expected, sizeof expected, "Long\r\n%s\r\n", cases[i].text);
        exported(h->admin, &f, expected);
        host_ok(h->admin, crm4e_record_delete(h->admin, "Things", crm4e_record_id(record), 0));
        crm4e_record_free(record);
    }
}

static int32_t read_back(void *user, char *bytes, size_t size, size_t *read)
{
    file *f = user;
    size_t left = f->length - f->pieces;

    *read = left < size ? left : size;
    memcpy(bytes, f->text + f->pieces, *read);
    f->pieces += *read;
    return CRM4E_CONTINUE;
}

/* What was exported is imported: every row is there twice. */
static void the_way_back(host *h, uint32_t flags)
{
    crm4e_import_options import = CRM4E_IMPORT_OPTIONS_INIT;
    file f = file_of("[\"Name\", \"Day\", \"At\", \"Price\", \"Pieces\", \"Good\", \"Line\", "
                     "\"Long\", \"Hue\", \"Uses\", \"Tester\", \"Box\", \"Owner\"]");
    file again = f;

    f.options.flags = flags | CRM4E_EXPORT_IDS_ONLY;
    host_ok(h->admin, export(h->admin, &f));
    f.pieces = 0;
    import.module = "Things";
    import.read = read_back;
    import.read_user = &f;
    import.guarded = 2;
    host_refused(h->admin, crm4e_import_records(NULL, h->admin, &import), CRM4E_E_INVALID,
                 "'guarded' is 0 or 1");
    import.guarded = (flags & CRM4E_EXPORT_RAW) == 0;
    host_ok(h->admin, crm4e_import_records(NULL, h->admin, &import));
    again.options.flags = f.options.flags;
    host_ok(h->admin, export(h->admin, &again));
    assert_int_equal(again.rows, 2 * f.rows);
    assert_memory_equal(again.text, f.text, f.length);
    assert_string_equal(again.text + f.length, strchr(f.text, '\n') + 1);
    finish(&f);
    finish(&again);
}

static void files_go_back_through_an_import(void **state)
{
    host *h = *state;
    crm4e_record *box = NULL;
    char json[256];

    host_ok(h->admin, crm4e_record_new(&box, h->admin, "Boxes"));
    host_ok(h->admin, crm4e_record_set_text(box, "Name", "=Box", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(box));
    (void)snprintf(json, sizeof json,
                   "{'Name': '=One', 'Day': '2026-02-28', 'At': '2026-02-28T12:00:00.000001Z',"
                   " 'Price': -12.50, 'Pieces': -7, 'Good': false, 'Hue': 'Blue', 'Box': %lld,"
                   " 'Uses': ['Out'], 'Tester': 'tom@acme.example', 'Line': '+\\\"a\\\",b'}",
                   (long long)crm4e_record_id(box));
    crm4e_record_free(box);
    host_ok(h->admin, add_thing(h->admin, json, NULL));
    host_ok(h->admin, add_thing(h->admin, "{'Name': '@', 'Long': '\\n=a\\r\\nb\\tc'}", NULL));
    host_ok(h->admin, add_thing(h->admin, "{'Name': 'A', 'Long': '\\ra\\rb\\r'}", NULL));
    host_ok(h->admin, add_thing(h->admin, "{'Name': 'B', 'Long': '\\\"=1\\\",\\\"\\\"'}", NULL));
    host_ok(h->admin, add_thing(h->admin, "{'Name': '\\u674e', 'Line': '-'}", NULL));
    the_way_back(h, 0);
    the_way_back(h, CRM4E_EXPORT_RAW);
}

static void lookups_have_names_for_who_sees_them(void **state)
{
    host *h = *state;
    crm4e_session *uma = host_session(h, "uma@acme.example");
    crm4e_record *box = NULL;
    crm4e_id thing = 0;
    long long id;
    char json[256];
    char expected[256];
    file f;

    host_ok(h->admin, crm4e_record_new(&box, h->admin, "Boxes"));
    host_ok(h->admin, crm4e_record_set_text(box, "Name", "Secret", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(box));
    id = (long long)crm4e_record_id(box);
    crm4e_record_free(box);
    (void)snprintf(json, sizeof json, "{'Name': 'One', 'Box': %lld, 'Owner': 'uma@acme.example'}",
                   id);
    host_ok(h->admin, add_thing(h->admin, json, &thing));
    f = file_of("[\"Name\", \"Box\", \"Box.Name\"]");
    (void)snprintf(expected, sizeof expected,
                   "Name,Box,Box.name,Box.Name\r\nOne,%lld,Secret,Secret\r\n", id);
    exported(h->admin, &f, expected);
    f = file_of("[\"Name\", \"Box\", \"Box.Name\"]");
    (void)snprintf(expected, sizeof expected, "Name,Box,Box.name,Box.Name\r\nOne,%lld,,\r\n", id);
    exported(uma, &f, expected);
    f = file_of("[\"Box\"]");
    f.options.flags = CRM4E_EXPORT_IDS_ONLY;
    (void)snprintf(expected, sizeof expected, "Box\r\n%lld\r\n", id);
    exported(h->admin, &f, expected);
    f = file_of("[\"Box\", \"Box.Name\"]");
    f.options.format = CRM4E_EXPORT_JSON_LINES;
    (void)snprintf(expected, sizeof expected,
                   "{\"Box\":{\"id\":%lld,\"name\":\"Secret\"},\"Box.Name\":\"Secret\"}\n", id);
    exported(h->admin, &f, expected);
    f = file_of("[\"Box\", \"Box.Name\"]");
    f.options.format = CRM4E_EXPORT_JSON_LINES;
    (void)snprintf(expected, sizeof expected, "{\"Box\":{\"id\":%lld},\"Box.Name\":null}\n", id);
    exported(uma, &f, expected);
    f = file_of("[\"Box\"]");
    f.options.format = CRM4E_EXPORT_JSON_LINES;
    f.options.flags = CRM4E_EXPORT_IDS_ONLY;
    (void)snprintf(expected, sizeof expected, "{\"Box\":%lld}\n", id);
    exported(uma, &f, expected);
}

static void activities_point_to_records_of_several_modules(void **state)
{
    host *h = *state;
    crm4e_record *task = NULL;
    crm4e_record *account = NULL;
    long long id;
    char text[64];
    char expected[256];
    file f = file_of("[\"Subject\", \"What_Id\"]");

    host_ok(h->admin, crm4e_record_new(&account, h->admin, "Accounts"));
    host_ok(h->admin, crm4e_record_set_text(account, "Account_Name", "A", 1));
    host_ok(h->admin, crm4e_record_save(account));
    id = (long long)crm4e_record_id(account);
    host_ok(h->admin, crm4e_record_new(&task, h->admin, "Tasks"));
    host_ok(h->admin, crm4e_record_set_text(task, "Subject", "S", 1));
    (void)snprintf(text, sizeof text, "Accounts:%lld", id);
    host_ok(h->admin, crm4e_record_set_text(task, "What_Id", text, CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(task));
    crm4e_record_free(task);
    crm4e_record_free(account);
    f.options.module = "Tasks";
    (void)snprintf(expected, sizeof expected,
                   "Subject,What_Id,What_Id.name\r\nS,Accounts:%lld,A\r\n", id);
    exported(h->admin, &f, expected);
    f.options.format = CRM4E_EXPORT_JSON_LINES;
    (void)snprintf(expected, sizeof expected,
                   "{\"Subject\":\"S\",\"What_Id\":{\"module\":\"Accounts\",\"id\":%lld,\"name\":"
                   "\"A\"}}\n",
                   id);
    exported(h->admin, &f, expected);
}

static void who_may_export_what(void **state)
{
    host *h = *state;
    crm4e_session *uma = host_session(h, "uma@acme.example");
    crm4e_session *vic = host_session(h, "vic@acme.example");
    crm4e_session *wes = host_session(h, "wes@acme.example");
    file f = file_of("[\"Name\", \"Price\"]");

    refused(uma, &f, CRM4E_E_DENIED, "this user may not read Things.Price");
    f = file_of("[\"Name\"]");
    f.options.criteria = "Price > 1";
    refused(uma, &f, CRM4E_E_DENIED, "this user may not read Things.Price");
    f = file_of(NULL);
    host_ok(uma, export(uma, &f));
    assert_non_null(strstr(f.text, ",Day,"));
    assert_null(strstr(f.text, "Price"));
    finish(&f);
    f = file_of(NULL);
    host_ok(h->admin, export(h->admin, &f));
    assert_non_null(strstr(f.text, ",Price,"));
    finish(&f);
    f = file_of(NULL);
    refused(vic, &f, CRM4E_E_DENIED, "this user may not export records of Things");
    refused(wes, &f, CRM4E_E_DENIED, "the profile does not permit to export");
    f.options.module = "Nothing";
    refused(vic, &f, CRM4E_E_NOT_FOUND, "no such module");
}

/* Each sees and exports the same. */
static void an_export_is_the_list(void **state)
{
    host *h = *state;
    static const char *const emails[] = {HOST_ADMIN, "tom@acme.example", "uma@acme.example"};

    host_apply(h, "{'users': [{'email': 'tom@acme.example', 'profile': 'Clerk'}]}");
    for (int i = 0; i < 30; i++) {
        char json[96];

        (void)snprintf(json, sizeof json, "{'Name': 'T%02d', 'Owner': '%s'}", i, emails[i % 3]);
        host_ok(h->admin, add_thing(h->admin, json, NULL));
    }
    for (size_t i = 0; i < 3; i++) {
        crm4e_session *session = host_session(h, emails[i]);
        char *list = host_query(session, "select Name from Things order by id");
        file f = file_of("[\"Name\"]");
        char *line = list;

        host_ok(session, export(session, &f));
        assert_int_equal(f.rows, host_count(session, "Things", NULL));
        for (const char *row = strchr(f.text, '\n') + 1; *row; row = strchr(row, '\n') + 1) {
            assert_memory_equal(row, line, 3);
            line = strchr(line, '\n') + 1;
        }
        assert_string_equal(line, "");
        free(list);
        finish(&f);
    }
}

static void what_is_no_export(void **state)
{
    static const struct {
        const char *columns;
        const char *criteria;
        uint32_t format;
        uint32_t flags;
        const char *message;
    } cases[] = {
        {"[]", NULL, 0, 0, "the list of columns is refused: it is no array of 1 to 1000 fields"},
        {"{}", NULL, 0, 0, "the list of columns is refused: it is no array of 1 to 1000 fields"},
        {"[[]]", NULL, 0, 0, "the list of columns is refused: an item is no text"},
        {"[\"Name\", \"Name\"]", NULL, 0, 0,
         "the list of columns is refused: a column comes twice"},
        {"[", NULL, 0, 0, NULL},
        {"[\"Colour\"]", NULL, 0, 0, "module Things has no such field"},
        {NULL, "Name = ", 0, 0, NULL},
        {NULL, "Colour = 'a'", 0, 0, "module Things has no such field"},
        {NULL, "Name = '\xff'", 0, 0, "the criteria are too long or no UTF-8"},
        {NULL, NULL, 3, 0, "no such format of a file"},
        {NULL, NULL, 0, 4, "flags that do not exist"},
    };
    host *h = *state;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        file f = file_of(cases[i].columns);

        f.options.criteria = cases[i].criteria;
        f.options.format = cases[i].format;
        f.options.flags = cases[i].flags;
        refused(h->admin, &f, CRM4E_E_INVALID, cases[i].message);
    }
}

static void fill(host *h, int count)
{
    host_ok(h->admin, crm4e_session_begin(h->admin));
    for (int i = 0; i < count; i++) {
        char json[300];

        (void)snprintf(json, sizeof json, "{'Name': 'T%d', 'Long': '%0200d'}", i, i);
        host_ok(h->admin, add_thing(h->admin, json, NULL));
    }
    host_ok(h->admin, crm4e_session_commit(h->admin));
}

/* However many records there are, one page of them is in memory. */
static void page_by_page(void **state)
{
    host *h = *state;
    size_t peaks[2];
    file f;

    for (int i = 0; i < 2; i++) {
        fill(h, i == 0 ? 1000 : 3000);
        f = file_of("[\"Name\", \"Long\"]");
        h->bytes.peak = h->bytes.live;
        peaks[i] = h->bytes.live;
        host_ok(h->admin, export(h->admin, &f));
        peaks[i] = h->bytes.peak - peaks[i];
        assert_int_equal(f.rows, i == 0 ? 1000 : 4000);
        assert_true(f.pieces > 1);
        finish(&f);
    }
    if (h->directory[0]) /* the storage in memory sorts copies of its own */
        assert_true(peaks[1] < peaks[0] + peaks[0] / 4);
    f = file_of("[\"Name\"]");
    f.progress_answer = CRM4E_DENY;
    host_refused(h->admin, export(h->admin, &f), CRM4E_E_ABORTED, "the export was stopped");
    assert_int_equal(f.progress, 500);
    finish(&f);
    f.progress_answer = 17;
    host_refused(h->admin, export(h->admin, &f), CRM4E_E_CALLBACK, "the progress callback failed");
    finish(&f);
    f = file_of("[\"Name\"]");
    f.write_answer = 0;
    host_refused(h->admin, export(h->admin, &f), CRM4E_E_CALLBACK, "the writer of the file failed");
    assert_int_equal(f.pieces, 1);
    finish(&f);
}

/* Records that come while it runs do not count. A writer need not wait where
 * there is a write-ahead log. */
static void one_snapshot(void **state)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_org_options org = CRM4E_ORG_OPTIONS_INIT;
    char directory[] = "/tmp/crm4e-export-XXXXXX";
    char path[96];
    host h = {0};
    file f = file_of("[\"Name\"]");

    (void)state;
    assert_non_null(mkdtemp(directory));
    (void)snprintf(path, sizeof path, "%s/acme.crm4e", directory);
    options.path = path;
    options.flags = CRM4E_ENGINE_NORMAL_SYNC;
    org.name = "Acme";
    org.edition = CRM4E_EDITION_ENTERPRISE;
    org.crm_licences = 50;
    org.admin_email = HOST_ADMIN;
    assert_int_equal(crm4e_engine_open(&h.engine, &options), CRM4E_OK);
    assert_int_equal(crm4e_org_create(&h.org, h.engine, &org), CRM4E_OK);
    h.admin = host_session(&h, HOST_ADMIN);
    host_apply(&h, things);
    fill(&h, 1200);
    f.writer = host_session(&h, HOST_ADMIN);
    host_ok(h.admin, export(h.admin, &f));
    assert_int_equal(f.rows, 1200);
    assert_null(strstr(f.text, "Late"));
    assert_int_equal(host_count(h.admin, "Things", NULL), 1201);
    finish(&f);
    crm4e_engine_close(h.engine);
    (void)unlink(path);
    assert_int_equal(rmdir(directory), 0);
}

static int export_quietly(host *h)
{
    file f = file_of(NULL);
    int rc;

    f.options.criteria = "Name like 'T%'";
    rc = export(h->admin, &f);
    assert_int_equal(f.rows, rc == CRM4E_OK ? 3 : -1);
    finish(&f);
    return rc;
}

static void nothing_is_left(host *h)
{
    assert_int_equal(host_count(h->admin, "Things", NULL), 3);
}

static void memory_runs_out(void **state)
{
    host *h = *state;

    fill(h, 3);
    host_starve(h, export_quietly, nothing_is_left);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, things_setup, host_teardown)
    static const struct CMUnitTest tests[] = {
        TEST(every_type_of_field_is_written),
        TEST(formulas_are_guarded),
        TEST(files_go_back_through_an_import),
        TEST(lookups_have_names_for_who_sees_them),
        TEST(activities_point_to_records_of_several_modules),
        TEST(who_may_export_what),
        TEST(an_export_is_the_list),
        TEST(what_is_no_export),
        TEST(page_by_page),
        cmocka_unit_test(one_snapshot),
        TEST(memory_runs_out),
    };
#undef TEST
    return host_run("export records", tests, sizeof tests / sizeof tests[0]);
}
