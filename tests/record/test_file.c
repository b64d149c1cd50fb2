/* SPDX-License-Identifier: MIT */
/* Files that hang on records: their bytes, who gets them, what a refusal leaves, and
 * when they end. */
#include "file_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUE "sue@x.example"
#define TEA "tea@x.example"

static const char start[] =
    "{'roles': [{'name': 'Sales', 'parent': 'Manager'}],"
    " 'modules': [{'api_name': 'Leads', 'org_default': 'private'},"
    "  {'api_name': 'Plots', 'plural': 'Plots'},"
    "  {'api_name': 'Desk', 'team': true, 'members': ["
    "   {'user': 'ana@acme.example', 'profile': 'admin'}]}],"
    " 'users': [{'email': 'sue@x.example', 'role': 'Sales'},"
    "  {'email': 'tea@x.example', 'licence': 'team', 'profile': 'Team User', 'role': 'Sales'}]}";

static int put_named(crm4e_session *session, const char *module, crm4e_id record, const char *name,
                     source *s, int64_t announced, crm4e_id *id)
{
    crm4e_file_options options = CRM4E_FILE_OPTIONS_INIT;

    options.name = name;
    options.read = contents_read;
    options.read_user = s;
    options.size = announced;
    return crm4e_file_put(id, session, module, record, &options);
}

static int put(crm4e_session *session, crm4e_id lead, int64_t size, crm4e_id *id)
{
    source s = contents_of(size);

    return put_named(session, "Leads", lead, "plan.pdf", &s, 0, id);
}

static void assert_content(crm4e_session *session, crm4e_id id, int64_t size)
{
    target t = {.answer = CRM4E_CONTINUE};

    host_ok(session, crm4e_file_get(session, id, contents_write, &t));
    assert_false(t.wrong);
    assert_int_equal(t.at, size);
}

static crm4e_id add_lead(crm4e_session *session)
{
    return add(session, "Leads", "{'Last_Name': 'Li', 'Company': 'Tower'}");
}

static void bytes_come_back(void **state)
{
    static const int64_t sizes[] = {0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 77};
    host *h = *state;
    crm4e_id lead = add_lead(h->admin);

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        crm4e_id id = 0;
        char text[160];
        char *rows;

        host_ok(h->admin, put(h->admin, lead, sizes[i], &id));
        assert_content(h->admin, id, sizes[i]);
        (void)snprintf(text, sizeof text, "select File_Name, Size from Attachments where id = %lld",
                       (long long)id);
        rows = host_query(h->admin, text);
        (void)snprintf(text, sizeof text, "plan.pdf|%lld\n", (long long)sizes[i]);
        assert_string_equal(rows, text);
        free(rows);
    }
    assert_sound(h);
}

static void a_file_is_put_in_constant_memory(void **state)
{
    const int64_t size = INT64_C(20) * 1024 * 1024;
    host *h = *state;
    crm4e_id lead = add_lead(h->admin), id = 0;
    size_t before;

    h->bytes.peak = h->bytes.live;
    before = h->bytes.live;
    host_ok(h->admin, put(h->admin, lead, size, &id));
    assert_content(h->admin, id, size);
    if (host_on_sqlite)
        assert_true(h->bytes.peak - before < 4 * PIECE);
}

static void the_digest_covers_contents(void **state)
{
    char before[33], after[33];
    host *h = *state;
    crm4e_id lead = add_lead(h->admin);

    digest_of(h, before);
    host_ok(h->admin, put(h->admin, lead, 5, NULL));
    digest_of(h, after);
    assert_string_not_equal(before, after);
}

/* Refused, with nothing left and nothing changed. */
static void assert_nothing(host *h, int rc, int code, const char *message)
{
    refused(h->admin, rc, code, message);
    assert_int_equal(host_count(h->admin, "Attachments", NULL), 0);
    assert_sound(h);
}

static void a_name_is_only_a_name(void **state)
{
    static const char *const paths[] = {"../passwd", "a/b", "c:\\x", "\\", "/", ".", ".."};
    host *h = *state;
    crm4e_id lead = add_lead(h->admin), id = 0;
    crm4e_record *record = NULL;
    char longest[252];
    source s = contents_of(3);

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        assert_nothing(h, put_named(h->admin, "Leads", lead, paths[i], &s, 0, NULL),
                       CRM4E_E_INVALID, "without a path");
    assert_nothing(h, put_named(h->admin, "Leads", lead, "a\nb", &s, 0, NULL), CRM4E_E_INVALID,
                   "control");
    assert_nothing(h, put_named(h->admin, "Leads", lead, "a\xff", &s, 0, NULL), CRM4E_E_INVALID,
                   "well-formed");
    assert_nothing(h, put_named(h->admin, "Leads", lead, "", &s, 0, NULL), CRM4E_E_INVALID,
                   "mandatory");
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_nothing(h, put_named(h->admin, "Leads", lead, longest, &s, 0, NULL), CRM4E_E_TOO_BIG,
                   "250");
    assert_int_equal(s.calls, 0);
    host_ok(h->admin, put_named(h->admin, "Leads", lead, longest + 1, &s, 0, NULL));
    s = contents_of(3);
    host_ok(h->admin, put_named(h->admin, "Leads", lead, "..计划 : draft?.pdf", &s, 0, &id));
    /* the name is data of the record, and it is checked there */
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Attachments", id));
    host_ok(h->admin, crm4e_record_set_text(record, "File_Name", "x/y", CRM4E_NUL_TERMINATED));
    refused(h->admin, crm4e_record_save(record), CRM4E_E_INVALID, "without a path");
    host_ok(h->admin, crm4e_record_set_text(record, "File_Name", "z.pdf", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
    assert_content(h->admin, id, 3);
    assert_sound(h);
}

static void a_size_is_kept_to(void **state)
{
    host *h = *state;
    crm4e_id lead = add_lead(h->admin), id = 0;
    source s = contents_of(5);

    assert_nothing(h, put_named(h->admin, "Leads", lead, "x", &s, CRM4E_FILE_MAX + 1, NULL),
                   CRM4E_E_TOO_BIG, "100 MiB");
    assert_nothing(h, put_named(h->admin, "Leads", lead, "x", &s, -1, NULL), CRM4E_E_INVALID,
                   "below 0");
    assert_int_equal(s.calls, 0);
    assert_nothing(h, put_named(h->admin, "Leads", lead, "x", &s, 4, NULL), CRM4E_E_INVALID,
                   "as many bytes");
    s = contents_of(5);
    assert_nothing(h, put_named(h->admin, "Leads", lead, "x", &s, 6, NULL), CRM4E_E_INVALID,
                   "as many bytes");
    s = contents_of(5);
    host_ok(h->admin, put_named(h->admin, "Leads", lead, "x", &s, 5, &id));
    assert_content(h->admin, id, 5);
}

static void a_file_has_an_end(void **state)
{
    host *h = *state;
    crm4e_id lead, id = 0;
    source s = contents_of(CRM4E_FILE_MAX + 1);

    if (host_on_sqlite)
        return;
    lead = add_lead(h->admin);
    s.step = PIECE;
    assert_nothing(h, put_named(h->admin, "Leads", lead, "x", &s, 0, NULL), CRM4E_E_TOO_BIG,
                   "100 MiB");
    s = contents_of(CRM4E_FILE_MAX);
    s.step = PIECE;
    host_ok(h->admin, put_named(h->admin, "Leads", lead, "x", &s, CRM4E_FILE_MAX, &id));
    assert_content(h->admin, id, CRM4E_FILE_MAX);
}

static void a_broken_read_leaves_nothing(void **state)
{
    static const struct {
        int32_t answer;
        int code;
    } ends[] = {
        {CRM4E_DENY, CRM4E_E_ABORTED}, {CRM4E_E_IO, CRM4E_E_CALLBACK}, {77, CRM4E_E_CALLBACK}};
    host *h = *state;
    crm4e_id lead = add_lead(h->admin);
    source s;

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        s = contents_of(3 * PIECE);
        s.stop = i == 0 ? 0 : 2 * PIECE;
        s.answer = ends[i].answer;
        assert_nothing(h, put_named(h->admin, "Leads", lead, "x", &s, 0, NULL), ends[i].code, "");
    }
    s = contents_of(3 * PIECE);
    s.interrupts = h->admin;
    assert_nothing(h, put_named(h->admin, "Leads", lead, "x", &s, 0, NULL), CRM4E_E_ABORTED, "");
    host_ok(h->admin, crm4e_session_begin(h->admin));
    host_ok(h->admin, put(h->admin, lead, PIECE + 1, NULL));
    host_ok(h->admin, crm4e_session_rollback(h->admin));
    assert_int_equal(host_count(h->admin, "Attachments", NULL), 0);
    assert_sound(h);
}

static void a_writer_may_stop(void **state)
{
    host *h = *state;
    crm4e_id lead = add_lead(h->admin), id = 0;
    target t = {.stop = PIECE, .answer = CRM4E_DENY};

    host_ok(h->admin, put(h->admin, lead, 3 * PIECE, &id));
    refused(h->admin, crm4e_file_get(h->admin, id, contents_write, &t), CRM4E_E_ABORTED, "stopped");
    assert_int_equal(t.at, PIECE);
    t = (target){.stop = 0, .answer = CRM4E_E_IO};
    refused(h->admin, crm4e_file_get(h->admin, id, contents_write, &t), CRM4E_E_CALLBACK, "writer");
    assert_content(h->admin, id, 3 * PIECE);
}

static int get(crm4e_session *session, crm4e_id id)
{
    target t = {.answer = CRM4E_CONTINUE};
    int rc = crm4e_file_get(session, id, contents_write, &t);

    assert_true(rc == CRM4E_OK || t.at == 0);
    return rc;
}

static void who_sees_the_record_reads_its_files(void **state)
{
    host *h = *state;
    crm4e_session *sue = host_session(h, SUE), *tea = host_session(h, TEA);
    crm4e_id hidden = add_lead(h->admin), own = add_lead(sue), id = 0, of_own = 0, of_tea = 0;
    source s = contents_of(1);

    host_ok(h->admin, put(h->admin, hidden, 9, &id));
    host_ok(sue, put(sue, own, 9, &of_own));
    refused(sue, get(sue, id), CRM4E_E_NOT_FOUND, "no such record");
    refused(sue, put(sue, hidden, 9, NULL), CRM4E_E_NOT_FOUND, "no such record");
    refused(sue, put_named(sue, "Desk", own, "x", &s, 0, NULL), CRM4E_E_NOT_FOUND,
            "no such module");
    assert_content(h->admin, of_own, 9);
    /* with a Team User licence: where the record may be viewed */
    refused(tea, get(tea, of_own), CRM4E_E_NOT_FOUND, "no such record");
    host_ok(h->admin, crm4e_record_share(h->admin, "Leads", own, CRM4E_SUBJECT_USER,
                                         crm4e_session_user(tea), CRM4E_LEVEL_READ_ONLY, 0));
    assert_content(tea, of_own, 9);
    host_ok(tea, put(tea, own, 10, &of_tea));
    assert_content(sue, of_tea, 10);
    refused(tea, crm4e_record_delete(tea, "Attachments", of_own, 0), CRM4E_E_DENIED, "");
    host_ok(tea, crm4e_record_delete(tea, "Attachments", of_tea, 0));
    refused(h->admin, put_named(h->admin, "Attachments", of_own, "x", &s, 0, NULL), CRM4E_E_INVALID,
            "");
    refused(h->admin, put_named(h->admin, "Leads", own + 1000, "x", &s, 0, NULL), CRM4E_E_NOT_FOUND,
            "no such record");
    crm4e_session_close(sue);
    crm4e_session_close(tea);
    assert_sound(h);
}

static void the_bin_keeps_contents(void **state)
{
    host *h = *state;
    crm4e_id lead = add_lead(h->admin), id = 0;

    host_ok(h->admin, put(h->admin, lead, PIECE + 1, &id));
    host_ok(h->admin, crm4e_record_delete(h->admin, "Attachments", id, 0));
    assert_sound(h);
    refused(h->admin, get(h->admin, id), CRM4E_E_NOT_FOUND, "no such record");
    host_ok(h->admin, crm4e_record_restore(h->admin, "Attachments", id));
    assert_content(h->admin, id, PIECE + 1);
    assert_sound(h);
}

static void a_module_takes_its_files_along(void **state)
{
    char before[33], after[33];
    host *h = *state;
    crm4e_module *plots = NULL;
    crm4e_id plot, id = 0;
    source s = contents_of(2 * PIECE);

    digest_of(h, before);
    plot = add(h->admin, "Plots", "{'Name': 'One'}");
    host_ok(h->admin, put_named(h->admin, "Plots", plot, "map.png", &s, 0, &id));
    assert_content(h->admin, id, 2 * PIECE);
    host_ok(h->admin, crm4e_module_open(&plots, h->admin, "Plots"));
    host_ok(h->admin, crm4e_module_remove(plots));
    crm4e_module_free(plots);
    refused(h->admin, get(h->admin, id), CRM4E_E_NOT_FOUND, "no such record");
    digest_of(h, after);
    assert_string_equal(before, after);
    assert_sound(h);
}

/* An attachment may be made as any record, without content. */
static void a_record_alone_has_no_content(void **state)
{
    host *h = *state;
    crm4e_id lead = add_lead(h->admin), id;
    char json[128];

    (void)snprintf(json, sizeof json, "{'File_Name': 'x', 'Parent_Id': 'Leads:%lld'}",
                   (long long)lead);
    id = add(h->admin, "Attachments", json);
    refused(h->admin, get(h->admin, id), CRM4E_E_NOT_FOUND, "no content");
    assert_sound(h);
}

static crm4e_id starved_lead;

static int put_once(host *h)
{
    return put(h->admin, starved_lead, PIECE + 5, NULL);
}

static void check_none(host *h)
{
    assert_int_equal(host_count(h->admin, "Attachments", NULL), 0);
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
        TEST(bytes_come_back),
        TEST(a_file_is_put_in_constant_memory),
        TEST(the_digest_covers_contents),
        TEST(a_name_is_only_a_name),
        TEST(a_size_is_kept_to),
        TEST(a_file_has_an_end),
        TEST(a_broken_read_leaves_nothing),
        TEST(a_writer_may_stop),
        TEST(who_sees_the_record_reads_its_files),
        TEST(the_bin_keeps_contents),
        TEST(a_module_takes_its_files_along),
        TEST(a_record_alone_has_no_content),
        TEST(memory_may_run_out),
    };

    return host_run("files", tests, sizeof tests / sizeof tests[0]);
}
