/* SPDX-License-Identifier: MIT */
/* Fields of files: what they hold, who changes and reads them, what a refusal leaves, and
 * when contents end. */
#include "file_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUE "sue@x.example"
#define RON "ron@x.example"
#define MAX "max@x.example"

static const char start[] =
    "{'roles': [{'name': 'Sales', 'parent': 'Manager'}],"
    " 'modules': [{'api_name': 'Leads', 'org_default': 'private', 'fields': ["
    "   {'api_name': 'Papers', 'type': 'fileupload'}, {'api_name': 'More', 'type': 'fileupload'},"
    "   {'api_name': 'Seen', 'type': 'text'}]},"
    "  {'api_name': 'Plots', 'plural': 'Plots', 'fields': ["
    "   {'api_name': 'Maps', 'type': 'fileupload'}]},"
    "  {'api_name': 'Desk', 'team': true, 'fields': ["
    "   {'api_name': 'Proofs', 'type': 'fileupload'}],"
    "   'permissions': {'member': {'fields': {'Proofs': 'read_only'}},"
    "    'participant': {'fields': {'Proofs': 'hidden'}}},"
    "   'members': [{'user': 'ana@acme.example', 'profile': 'admin'},"
    "    {'user': 'sue@x.example', 'profile': 'manager'},"
    "    {'user': 'ron@x.example', 'profile': 'member'},"
    "    {'user': 'max@x.example', 'profile': 'participant'}]}],"
    " 'profiles': [{'name': 'Reader', 'clone_of': 'Standard', 'fields': {'Leads': {"
    "   'Papers': 'read_only', 'More': 'hidden'}}}],"
    " 'users': [{'email': 'sue@x.example', 'role': 'Sales'},"
    "  {'email': 'ron@x.example', 'role': 'Sales', 'profile': 'Reader'},"
    "  {'email': 'max@x.example', 'role': 'Sales'}]}";

static int put_named(crm4e_session *session, const char *module, crm4e_id record, const char *field,
                     const char *name, source *s, crm4e_id *id)
{
    crm4e_file_options options = CRM4E_FILE_OPTIONS_INIT;

    options.name = name;
    options.read = contents_read;
    options.read_user = s;
    return crm4e_field_file_put(id, session, module, record, field, &options);
}

static int put(crm4e_session *session, crm4e_id lead, int64_t size, crm4e_id *id)
{
    source s = contents_of(size);

    return put_named(session, "Leads", lead, "Papers", "plan.pdf", &s, id);
}

static int get(crm4e_session *session, const char *module, crm4e_id record, const char *field,
               crm4e_id id)
{
    target t = {.answer = CRM4E_CONTINUE};
    int rc = crm4e_field_file_get(session, module, record, field, id, contents_write, &t);

    assert_true(rc == CRM4E_OK || t.at == 0);
    return rc;
}

static void assert_content(crm4e_session *session, crm4e_id lead, crm4e_id id, int64_t size)
{
    target t = {.answer = CRM4E_CONTINUE};

    host_ok(session,
            crm4e_field_file_get(session, "Leads", lead, "Papers", id, contents_write, &t));
    assert_false(t.wrong);
    assert_int_equal(t.at, size);
}

static crm4e_id add_lead(crm4e_session *session)
{
    return add(session, "Leads", "{'Last_Name': 'Li', 'Company': 'Tower'}");
}

/* What a query gives of the field of a lead. */
static void assert_value(crm4e_session *session, crm4e_id lead, const char *wanted)
{
    char text[128];
    char *json = host_json(wanted);
    char *rows;

    (void)snprintf(text, sizeof text, "select Papers from Leads where id = %lld", (long long)lead);
    rows = host_query(session, text);
    rows[strlen(rows) - 1] = '\0';
    assert_string_equal(rows, json);
    free(rows);
    free(json);
}

static int set(crm4e_session *session, crm4e_id lead, const char *value)
{
    char text[512];
    char *json;
    crm4e_record *record = NULL;
    int rc;

    (void)snprintf(text, sizeof text, "{'Papers': %s}", value);
    json = host_json(text);
    host_ok(session, crm4e_record_open(&record, session, "Leads", lead));
    rc = crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);
    rc = rc < 0 ? rc : crm4e_record_save(record);
    crm4e_record_free(record);
    free(json);
    return rc;
}

static void files_come_and_go_one_by_one(void **state)
{
    static const int64_t sizes[] = {0, 1, PIECE, 2 * PIECE + 77};
    host *h = *state;
    crm4e_id lead = add_lead(h->admin), ids[4];
    char text[512];
    source s = contents_of(3);

    for (size_t i = 0; i < 4; i++) {
        s = contents_of(sizes[i]);
        host_ok(h->admin, put_named(h->admin, "Leads", lead, "Papers",
                                    i == 0 ? "a \"b\".pdf" : "计划.pdf", &s, &ids[i]));
    }
    for (size_t i = 0; i < 4; i++)
        assert_content(h->admin, lead, ids[i], sizes[i]);
    host_ok(h->admin, crm4e_field_file_remove(h->admin, "Leads", lead, "Papers", ids[1]));
    host_ok(h->admin, crm4e_field_file_remove(h->admin, "Leads", lead, "Papers", ids[3]));
    (void)snprintf(text, sizeof text,
                   "[{'id':%lld,'name':'a \\'b\\'.pdf','size':0},"
                   "{'id':%lld,'name':'计划.pdf','size':%d}]",
                   (long long)ids[0], (long long)ids[2], PIECE);
    assert_value(h->admin, lead, text);
    refused(h->admin, get(h->admin, "Leads", lead, "Papers", ids[1]), CRM4E_E_NOT_FOUND,
            "no such file");
    refused(h->admin, crm4e_field_file_remove(h->admin, "Leads", lead, "Papers", ids[1]),
            CRM4E_E_NOT_FOUND, "no such file");
    refused(h->admin, get(h->admin, "Leads", lead, "More", ids[0]), CRM4E_E_NOT_FOUND,
            "no such file");
    host_ok(h->admin, crm4e_field_file_remove(h->admin, "Leads", lead, "Papers", ids[0]));
    host_ok(h->admin, crm4e_field_file_remove(h->admin, "Leads", lead, "Papers", ids[2]));
    assert_int_equal(host_count(h->admin, "Leads", "Papers is null"), 1);
    assert_sound(h);
}

static void a_record_shows_them_as_json(void **state)
{
    host *h = *state;
    crm4e_id lead = add_lead(h->admin), id = 0;
    crm4e_record *record = NULL;
    crm4e_text *json = NULL;
    const char *text = NULL;
    char wanted[128];

    host_ok(h->admin, put(h->admin, lead, 9, &id));
    (void)snprintf(wanted, sizeof wanted,
                   "\"Papers\":[{\"id\":%lld,\"name\":\"plan.pdf\",\"size\":9}]", (long long)id);
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Leads", lead));
    host_ok(h->admin, crm4e_record_json(&json, record));
    assert_non_null(strstr(crm4e_text_data(json), wanted));
    assert_non_null(strstr(crm4e_text_data(json), "\"More\":null"));
    crm4e_text_free(json);
    host_ok(h->admin, crm4e_record_get_text(record, "Papers", &text, NULL));
    assert_string_equal(text, wanted + strlen("\"Papers\":"));
    crm4e_record_free(record);
    host_ok(h->admin, crm4e_record_history_json(&json, h->admin, "Leads", lead, NULL));
    assert_non_null(strstr(crm4e_text_data(json), "plan.pdf"));
    crm4e_text_free(json);
}

/* Refused, with nothing changed. */
static void assert_nothing(host *h, crm4e_id lead, int rc, int code, const char *message)
{
    refused(h->admin, rc, code, message);
    assert_value(h->admin, lead, "-");
    assert_sound(h);
}

static void a_file_has_a_name_and_an_end(void **state)
{
    static const struct {
        const char *name;
        const char *message;
    } names[] = {{"../x", "without a path"}, {"a\\b", "without a path"}, {"..", "without a path"},
                 {"a\nb", "control"},        {"a\xff", "well-formed"},   {"", "name of the file"},
                 {"  ", "name of the file"}};
    host *h = *state;
    crm4e_id lead = add_lead(h->admin);
    crm4e_file_options options = CRM4E_FILE_OPTIONS_INIT;
    char longest[252];
    source s = contents_of(3);

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_nothing(h, lead,
                       put_named(h->admin, "Leads", lead, "Papers", names[i].name, &s, NULL),
                       CRM4E_E_INVALID, names[i].message);
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_nothing(h, lead, put_named(h->admin, "Leads", lead, "Papers", longest, &s, NULL),
                   CRM4E_E_TOO_BIG, "250");
    options.name = "x";
    options.read = contents_read;
    options.read_user = &s;
    options.size = CRM4E_FILE_MAX + 1;
    assert_nothing(h, lead, crm4e_field_file_put(NULL, h->admin, "Leads", lead, "Papers", &options),
                   CRM4E_E_TOO_BIG, "100 MiB");
    assert_int_equal(s.calls, 0);
    options.size = 4;
    assert_nothing(h, lead, crm4e_field_file_put(NULL, h->admin, "Leads", lead, "Papers", &options),
                   CRM4E_E_INVALID, "as many bytes");
    s = contents_of(3);
    host_ok(h->admin, put_named(h->admin, "Leads", lead, "Papers", longest + 1, &s, NULL));
    assert_sound(h);
}

static void a_broken_read_leaves_nothing(void **state)
{
    host *h = *state;
    crm4e_id lead = add_lead(h->admin);
    source s = contents_of(3 * PIECE);

    s.stop = 2 * PIECE;
    s.answer = CRM4E_DENY;
    assert_nothing(h, lead, put_named(h->admin, "Leads", lead, "Papers", "x", &s, NULL),
                   CRM4E_E_ABORTED, "stopped");
    s = contents_of(3 * PIECE);
    s.stop = 0;
    s.answer = 77;
    assert_nothing(h, lead, put_named(h->admin, "Leads", lead, "Papers", "x", &s, NULL),
                   CRM4E_E_CALLBACK, "reader");
    s = contents_of(3 * PIECE);
    s.stop = 2 * PIECE;
    s.answer = CRM4E_DENY;
    host_ok(h->admin, crm4e_session_begin(h->admin));
    refused(h->admin, put_named(h->admin, "Leads", lead, "Papers", "x", &s, NULL), CRM4E_E_ABORTED,
            "stopped");
    host_ok(h->admin, crm4e_session_commit(h->admin));
    assert_value(h->admin, lead, "-");
    assert_sound(h);
    s = contents_of(3 * PIECE);
    s.interrupts = h->admin;
    assert_nothing(h, lead, put_named(h->admin, "Leads", lead, "Papers", "x", &s, NULL),
                   CRM4E_E_ABORTED, "");
}

static void five_fit(void **state)
{
    host *h = *state;
    crm4e_id lead = add_lead(h->admin), id = 0;
    source s = contents_of(1);

    for (int i = 0; i < CRM4E_FIELD_FILES_MAX; i++)
        host_ok(h->admin, put(h->admin, lead, 1, &id));
    s = contents_of(1);
    refused(h->admin, put_named(h->admin, "Leads", lead, "Papers", "x", &s, NULL), CRM4E_E_TOO_BIG,
            "as many files");
    assert_int_equal(crm4e_error_limit(crm4e_session_error(h->admin)), CRM4E_FIELD_FILES_MAX);
    assert_int_equal(s.calls, 0);
    host_ok(h->admin, put_named(h->admin, "Leads", lead, "More", "x", &s, NULL));
    host_ok(h->admin, crm4e_field_file_remove(h->admin, "Leads", lead, "Papers", id));
    host_ok(h->admin, put(h->admin, lead, 1, &id));
    assert_sound(h);
}

static void only_nothing_is_a_value(void **state)
{
    static const char *const empty[] = {"null", "''", "[]"};
    static const char *const others[] = {"'plan.pdf'", "'[]'", "[{'id':1,'name':'x','size':1}]",
                                         "[1]"};
    host *h = *state;
    crm4e_id lead = add_lead(h->admin), id = 0;
    crm4e_record *record = NULL;

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        refused(h->admin, set(h->admin, lead, others[i]), CRM4E_E_INVALID, "calls of their own");
        assert_string_equal(crm4e_error_rule(crm4e_session_error(h->admin)), "fileupload");
    }
    refused(h->admin, set(h->admin, lead, "{}"), CRM4E_E_INVALID, "another type");
    for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++) {
        host_ok(h->admin, put(h->admin, lead, PIECE + 1, &id));
        host_ok(h->admin, set(h->admin, lead, empty[i]));
        assert_value(h->admin, lead, "-");
        assert_sound(h); /* the content is gone */
    }
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Leads", lead));
    refused(h->admin, crm4e_record_set_integer(record, "Papers", id), CRM4E_E_INVALID, "");
    crm4e_record_free(record);
}

static void what_is_asked_and_said_of_them(void **state)
{
    static const char *const refusals[] = {
        "select id from Leads where Papers = 'x'", "select id from Leads where Papers like '%x%'",
        "select id from Leads where Papers in ('x')", "select id from Leads where Papers > 'x'",
        "select id from Leads order by Papers"};
    static const char *const fields[] = {
        "'type': 'fileupload', 'mandatory': true",
        "'type': 'fileupload', 'unique': true",
        "'type': 'fileupload', 'indexed': true",
        "'type': 'fileupload', 'default_value': 'x'",
        "'type': 'fileupload', 'length': 5",
        "'type': 'formula', 'settings': {'result': 'text', 'expression': 'Papers'}"};
    host *h = *state;
    crm4e_id lead = add_lead(h->admin);

    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        crm4e_cursor *rows = NULL;

        assert_int_equal(crm4e_query_text(&rows, h->admin, refusals[i]), CRM4E_E_INVALID);
        crm4e_cursor_free(rows);
    }
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        char text[256];
        char *json;

        (void)snprintf(text, sizeof text,
                       "{'modules': [{'api_name': 'Leads', 'fields': [{'api_name': 'New', %s}]}]}",
                       fields[i]);
        json = host_json(text);
        assert_int_equal(crm4e_org_apply(NULL, h->admin, json, CRM4E_NUL_TERMINATED),
                         CRM4E_E_INVALID);
        free(json);
    }
    host_ok(h->admin, put(h->admin, lead, 1, NULL));
    (void)add_lead(h->admin);
    assert_int_equal(host_count(h->admin, "Leads", "Papers is not null"), 1);
    assert_int_equal(host_count(h->admin, "Leads", "Papers is null"), 1);
}

static void it_is_a_change_like_any_other(void **state)
{
    static const char rule[] =
        "{'workflows': [{'name': 'See', 'module': 'Leads', 'on': 'edit', 'conditions': ["
        "  {'when': 'Papers is not null', 'then': [{'update_field': {'field': 'Seen', 'value': "
        "'yes'}}]}]}]}";
    host *h = *state;
    crm4e_session *sue = host_session(h, SUE);
    crm4e_id lead = add_lead(sue), id = 0;
    char *rows;

    host_apply(h, rule);
    host_ok(h->admin, put(h->admin, lead, 1, &id));
    rows = host_query(sue, "select Version__s, Modified_By, Seen from Leads");
    assert_non_null(strstr(rows, "|" HOST_ADMIN "|yes"));
    free(rows);
    host_ok(h->admin, crm4e_record_set_locked(h->admin, "Leads", lead, 1));
    refused(h->admin, put(h->admin, lead, 1, NULL), CRM4E_E_LOCKED, "locked");
    refused(h->admin, crm4e_field_file_remove(h->admin, "Leads", lead, "Papers", id),
            CRM4E_E_LOCKED, "locked");
    assert_content(sue, lead, id, 1);
    crm4e_session_close(sue);
    assert_sound(h);
}

static void rights_of_the_record_and_the_field(void **state)
{
    host *h = *state;
    crm4e_session *sue = host_session(h, SUE), *ron = host_session(h, RON);
    crm4e_id hidden = add_lead(h->admin), own = add_lead(ron), id = 0, more = 0;
    source s = contents_of(4);

    host_ok(h->admin, put(h->admin, hidden, 9, &id));
    refused(sue, get(sue, "Leads", hidden, "Papers", id), CRM4E_E_NOT_FOUND, "no such record");
    refused(sue, put(sue, hidden, 9, NULL), CRM4E_E_NOT_FOUND, "no such record");
    refused(sue, crm4e_field_file_remove(sue, "Leads", hidden, "Papers", id), CRM4E_E_NOT_FOUND,
            "no such record");
    host_ok(h->admin, crm4e_record_share(h->admin, "Leads", hidden, CRM4E_SUBJECT_USER,
                                         crm4e_session_user(sue), CRM4E_LEVEL_READ_ONLY, 0));
    assert_content(sue, hidden, id, 9);
    refused(sue, put(sue, hidden, 9, NULL), CRM4E_E_DENIED, "may not edit");
    host_ok(h->admin, put(h->admin, own, 5, &id));
    host_ok(h->admin, put_named(h->admin, "Leads", own, "More", "x", &s, &more));
    assert_content(ron, own, id, 5);
    refused(ron, put(ron, own, 9, NULL), CRM4E_E_DENIED, "may not write Leads.Papers");
    refused(ron, crm4e_field_file_remove(ron, "Leads", own, "Papers", id), CRM4E_E_DENIED,
            "may not write Leads.Papers");
    refused(ron, get(ron, "Leads", own, "More", more), CRM4E_E_DENIED, "may not read Leads.More");
    refused(ron, put_named(ron, "Leads", own, "More", "x", &s, NULL), CRM4E_E_DENIED,
            "may not read Leads.More");
    refused(ron, get(ron, "Leads", own, "Company", more), CRM4E_E_INVALID, "no field of files");
    refused(ron, get(ron, "Leads", own, "Nope", more), CRM4E_E_INVALID, "no such field");
    refused(ron, get(ron, "Nope", own, "Papers", more), CRM4E_E_NOT_FOUND, "no such module");
    crm4e_session_close(sue);
    crm4e_session_close(ron);
    assert_sound(h);
}

static void team_profiles_say_who_may(void **state)
{
    host *h = *state;
    crm4e_session *sue = host_session(h, SUE), *ron = host_session(h, RON),
                  *max = host_session(h, MAX);
    crm4e_id of_ron = add(ron, "Desk", "{'Name': 'One'}"),
             of_max = add(max, "Desk", "{'Name': 'Two'}"), id = 0;
    source s = contents_of(4);

    host_ok(sue, put_named(sue, "Desk", of_ron, "Proofs", "x", &s, &id));
    host_ok(ron, get(ron, "Desk", of_ron, "Proofs", id));
    refused(ron, put_named(ron, "Desk", of_ron, "Proofs", "x", &s, NULL), CRM4E_E_DENIED,
            "may not write Desk.Proofs");
    host_ok(sue, put_named(sue, "Desk", of_max, "Proofs", "x", &s, &id));
    refused(max, get(max, "Desk", of_max, "Proofs", id), CRM4E_E_DENIED,
            "may not read Desk.Proofs");
    refused(max, get(max, "Desk", of_ron, "Proofs", id), CRM4E_E_DENIED,
            "may not read Desk.Proofs");
    crm4e_session_close(sue);
    crm4e_session_close(ron);
    crm4e_session_close(max);
}

static int add_field(host *h, const char *name)
{
    crm4e_field_options options = CRM4E_FIELD_OPTIONS_INIT;
    crm4e_module *desk = NULL;
    int rc;

    options.api_name = name;
    options.type = CRM4E_TYPE_FILEUPLOAD;
    host_ok(h->admin, crm4e_module_open(&desk, h->admin, "Desk"));
    rc = crm4e_module_add_field(desk, &options);
    crm4e_module_free(desk);
    return rc;
}

/* Standard has one in a team module; those that are there beyond it work on. */
static void an_edition_says_how_many_fields(void **state)
{
    host *h = *state;
    crm4e_org_update_options update = CRM4E_ORG_UPDATE_OPTIONS_INIT;
    crm4e_module *desk = NULL;
    crm4e_id paper = add(h->admin, "Desk", "{'Name': 'One'}"), id = 0;
    source s = contents_of(4);

    host_ok(h->admin, add_field(h, "Second"));
    host_ok(h->admin, put_named(h->admin, "Desk", paper, "Second", "x", &s, &id));
    update.edition = CRM4E_EDITION_STANDARD;
    host_ok(h->admin, crm4e_org_update(h->admin, &update));
    refused(h->admin, add_field(h, "Third"), CRM4E_E_LIMIT, "file fields");
    host_ok(h->admin, get(h->admin, "Desk", paper, "Second", id));
    s = contents_of(4);
    host_ok(h->admin, put_named(h->admin, "Desk", paper, "Second", "y", &s, NULL));
    host_ok(h->admin, crm4e_field_file_remove(h->admin, "Desk", paper, "Second", id));
    host_ok(h->admin, crm4e_module_open(&desk, h->admin, "Desk"));
    host_ok(h->admin, crm4e_module_remove_field(desk, "Second"));
    refused(h->admin, add_field(h, "Third"), CRM4E_E_LIMIT, "file fields");
    host_ok(h->admin, crm4e_module_remove_field(desk, "Proofs"));
    crm4e_module_free(desk);
    host_ok(h->admin, add_field(h, "Third"));
    assert_sound(h);
}

static void contents_end_with_what_has_them(void **state)
{
    char before[33], after[33];
    host *h = *state;
    crm4e_id lead, plot, id = 0;
    crm4e_module *module = NULL;
    source s = contents_of(PIECE + 1);

    digest_of(h, before);
    lead = add_lead(h->admin);
    host_ok(h->admin, put(h->admin, lead, PIECE + 1, &id));
    host_ok(h->admin, crm4e_record_delete(h->admin, "Leads", lead, 0));
    assert_sound(h);
    refused(h->admin, get(h->admin, "Leads", lead, "Papers", id), CRM4E_E_NOT_FOUND,
            "no such record");
    host_ok(h->admin, crm4e_record_restore(h->admin, "Leads", lead));
    assert_content(h->admin, lead, id, PIECE + 1);
    host_ok(h->admin, crm4e_record_delete(h->admin, "Leads", lead, 0));
    host_ok(h->admin, crm4e_record_purge(h->admin, "Leads", lead));
    digest_of(h, after);
    assert_string_equal(before, after);
    assert_sound(h);
    plot = add(h->admin, "Plots", "{'Name': 'One'}");
    host_ok(h->admin, put_named(h->admin, "Plots", plot, "Maps", "x", &s, &id));
    host_ok(h->admin, crm4e_module_open(&module, h->admin, "Plots"));
    host_ok(h->admin, crm4e_module_remove(module));
    crm4e_module_free(module);
    digest_of(h, after);
    assert_string_equal(before, after);
    assert_sound(h);
}

/* What lies in the bin meanwhile comes back without. */
static void a_field_takes_its_files_along(void **state)
{
    host *h = *state;
    crm4e_id lead = add_lead(h->admin), binned = add_lead(h->admin), id = 0;
    crm4e_module *leads = NULL;

    host_ok(h->admin, put(h->admin, lead, 3 * PIECE, &id));
    host_ok(h->admin, put(h->admin, binned, 5, NULL));
    host_ok(h->admin, crm4e_record_delete(h->admin, "Leads", binned, 0));
    host_ok(h->admin, crm4e_module_open(&leads, h->admin, "Leads"));
    host_ok(h->admin, crm4e_module_remove_field(leads, "Papers"));
    crm4e_module_free(leads);
    assert_sound(h);
    refused(h->admin, get(h->admin, "Leads", lead, "Papers", id), CRM4E_E_INVALID, "no such field");
    host_apply(h, "{'modules': [{'api_name': 'Leads', 'fields': ["
                  " {'api_name': 'Papers', 'type': 'fileupload'}]}]}");
    host_ok(h->admin, crm4e_record_restore(h->admin, "Leads", binned));
    assert_value(h->admin, lead, "-");
    assert_value(h->admin, binned, "-");
    assert_sound(h);
}

static void a_clone_has_none(void **state)
{
    host *h = *state;
    crm4e_id lead = add_lead(h->admin), id = 0;
    crm4e_record *record = NULL;

    host_ok(h->admin, put(h->admin, lead, 5, &id));
    host_ok(h->admin, crm4e_record_clone(&record, h->admin, "Leads", lead));
    host_ok(h->admin, crm4e_record_save(record));
    assert_value(h->admin, crm4e_record_id(record), "-");
    crm4e_record_free(record);
    assert_content(h->admin, lead, id, 5);
    assert_sound(h);
}

/* A conversion keeps the lead, and its files with it. */
static void a_conversion_copies_none(void **state)
{
    host *h = *state;
    crm4e_id lead = add_lead(h->admin), id = 0;

    host_apply(h, "{'modules': [{'api_name': 'Contacts', 'fields': ["
                  " {'api_name': 'Papers', 'type': 'fileupload'}]}]}");
    host_ok(h->admin, put(h->admin, lead, 5, &id));
    host_ok(h->admin, crm4e_convert_lead(NULL, NULL, NULL, h->admin, lead, NULL));
    assert_int_equal(host_count(h->admin, "Contacts", "Papers is null"), 1);
    assert_content(h->admin, lead, id, 5);
    assert_sound(h);
}

static crm4e_id starved_lead;

static int put_once(host *h)
{
    return put(h->admin, starved_lead, PIECE + 5, NULL);
}

static void check_none(host *h)
{
    assert_int_equal(host_count(h->admin, "Leads", "Papers is not null"), 0);
}

static void memory_may_run_out(void **state)
{
    host *h = *state;

    starved_lead = add_lead(h->admin);
    host_starve(h, put_once, check_none);
    assert_sound(h);
}

static int set_up(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    host_apply(*state, start);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, host_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(files_come_and_go_one_by_one),
        TEST(a_record_shows_them_as_json),
        TEST(a_file_has_a_name_and_an_end),
        TEST(a_broken_read_leaves_nothing),
        TEST(five_fit),
        TEST(only_nothing_is_a_value),
        TEST(what_is_asked_and_said_of_them),
        TEST(it_is_a_change_like_any_other),
        TEST(rights_of_the_record_and_the_field),
        TEST(team_profiles_say_who_may),
        TEST(an_edition_says_how_many_fields),
        TEST(contents_end_with_what_has_them),
        TEST(a_field_takes_its_files_along),
        TEST(a_clone_has_none),
        TEST(a_conversion_copies_none),
        TEST(memory_may_run_out),
    };

    return host_run("fields of files", tests, sizeof tests / sizeof tests[0]);
}
