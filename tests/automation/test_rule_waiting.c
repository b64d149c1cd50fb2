/* SPDX-License-Identifier: MIT */
/* A new record is stored once, as its rules leave it, and whoever looks meanwhile finds it. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/fixture.h"

#define RULE(name, when, then)                                                                     \
    "{'name': '" name "', 'module': 'Works', 'on': 'create', 'conditions': [{'when': '" when       \
    "', 'then': [" then "]}]}"
#define SET(field, value) "{'update_field': {'field': '" field "', 'value': " value "}}"
#define SETS_TWO          SET("A", "'a'") "," SET("N", "3")

/* Of the roll-up, the criterion and the task each rule finds what the one before it set. */
static const char document[] =
    "{'crm4e': 1,"
    " 'modules': [{'api_name': 'Folders', 'fields': ["
    "  {'api_name': 'Code', 'type': 'text', 'unique': true}]}, {'api_name': 'Works', 'fields': ["
    "  {'api_name': 'A', 'type': 'text'}, {'api_name': 'B', 'type': 'text'},"
    "  {'api_name': 'C', 'type': 'text'}, {'api_name': 'N', 'type': 'integer'},"
    "  {'api_name': 'Double', 'type': 'formula', 'settings': {'result': 'double',"
    "   'expression': 'N * 2'}},"
    "  {'api_name': 'Folder', 'type': 'lookup', 'target': 'Folders'},"
    "  {'api_name': 'Twin', 'type': 'lookup', 'target': 'Works'}]}],"
    " 'workflows': ["                                                            //
    RULE("Fields", "Name = `plain`", SETS_TWO "," SET("B", "'b'")) ","           //
    RULE("First", "Name = `looks`", SETS_TWO) ","                                //
    RULE("Over", "Name = `looks` and Folder.Name = `f`", SET("B", "'over'")) "," //
    RULE("Made", "Name = `looks`", "{'create_task': {'subject': 'Call'}}") ","   //
    RULE("Last", "Name = `looks`", SET("C", "'last'")) ","                       //
    RULE("Undone", "Name = `back`",
         SETS_TWO
         ",{'create_record': {'module': 'Works', 'fields': {'Name': 'made'}}},"                //
         "{'create_record': {'module': 'Folders', 'fields': {'Name': 'g', 'Code': 'x'}}}") "," //
    RULE("After", "Name = `back`", SET("C", "'after'")) "]}";
static const char totals[] =
    "{'modules': [{'api_name': 'Folders', 'fields': [{'api_name': 'Total', 'type':"
    " 'rollup_summary', 'settings': {'function': 'sum', 'module': 'Works', 'lookup': 'Folder',"
    " 'field': 'N'}}]}]}";

static host *h;
static crm4e_id folder;

static int setup(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, document);
    host_apply(h, totals);
    folder = host_create(h->admin, "Folders", "{'Name': 'f', 'Code': 'x'}");
    return 0;
}

static void add(const char *name, int64_t version)
{
    crm4e_record *record = NULL;

    host_ok(h->admin, crm4e_record_new(&record, h->admin, "Works"));
    host_ok(h->admin, crm4e_record_set_text(record, "Name", name, CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_set_integer(record, "Folder", folder));
    host_ok(h->admin, crm4e_record_save(record));
    assert_int_equal(crm4e_record_version(record), version);
    crm4e_record_free(record);
}

static void assert_chart(const char *piece)
{
    crm4e_chart *chart = NULL;
    crm4e_text *text = NULL;

    host_ok(h->admin, crm4e_chart_new(&chart, h->admin, "Works"));
    host_ok(h->admin, crm4e_chart_measure(chart, CRM4E_SUM, "N"));
    host_ok(h->admin, crm4e_chart_run(chart));
    host_ok(h->admin, crm4e_chart_json(&text, chart));
    if (strstr(crm4e_text_data(text), piece) == NULL)
        fail_msg("%s", crm4e_text_data(text));
    crm4e_text_free(text);
    crm4e_chart_free(chart);
}

static void assert_sound(void)
{
    crm4e_text *text = NULL;

    host_ok(h->admin, crm4e_check(&text, h->org));
    crm4e_text_free(text);
}

/* Inside of the transaction and behind it. */
static void test_all_who_look(void **state)
{
    (void)state;
    for (int keep = 0; keep < 2; keep++) {
        host_ok(h->admin, crm4e_session_begin(h->admin));
        add("plain", 2);
        add("looks", 4); /* each who looks finds what was set */
        host_rows(h->admin, "select A, B, C, N, Double from Works order by Name",
                  "a|over|last|3|6.00\na|b|-|3|6.00\n");
        host_rows(h->admin, "select Total from Folders", "6\n");
        host_rows(h->admin, "select Subject from Tasks", "Call\n");
        assert_int_equal(host_count(h->admin, "Works", "Folder.Total = 6"), 2);
        assert_chart("6");
        if (keep == 0)
            host_ok(h->admin, crm4e_session_rollback(h->admin));
        else
            host_ok(h->admin, crm4e_session_commit(h->admin));
        assert_int_equal(host_count(h->admin, "Works", NULL), keep * 2);
    }
    host_rows(h->admin, "select A, B, C, N, Double from Works order by Name",
              "a|over|last|3|6.00\na|b|-|3|6.00\n");
    assert_sound();
}

/* A rule that is refused after the row was stored on its behalf. */
static void test_undone(void **state)
{
    (void)state;
    add("back", 2);
    host_rows(h->admin, "select Name, A, B, C, N from Works", "back|-|-|after|-\n");
    assert_int_equal(host_count(h->admin, "Folders", NULL), 1);
    assert_sound();
}

/* ------------------------------------------------------------- storage */

static void open_world(fixture *f, fixture_storage kind)
{
    char *first = host_json(document);
    char *second = host_json(totals);

    assert_int_equal(fixture_open(f, kind), CRM4E_OK);
    assert_int_equal(crm4e_org_apply(NULL, f->own.session, first, CRM4E_NUL_TERMINATED), CRM4E_OK);
    assert_int_equal(crm4e_org_apply(NULL, f->own.session, second, CRM4E_NUL_TERMINATED), CRM4E_OK);
    free(first);
    free(second);
    folder = host_create(f->own.session, "Folders", "{'Name': 'f', 'Code': 'x'}");
    (void)host_create(f->own.session, "Works", "{'Name': 'looks'}"); /* the rules are read */
    f->watch.memory = NULL;
}

static int create(fixture *f, const char *name)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, f->own.session, "Works");

    rc = rc == CRM4E_OK ? crm4e_record_set_text(record, "Name", name, CRM4E_NUL_TERMINATED) : rc;
    rc = rc == CRM4E_OK ? crm4e_record_set_integer(record, "Folder", folder) : rc;
    rc = rc == CRM4E_OK ? crm4e_record_save(record) : rc;
    crm4e_record_free(record);
    return rc;
}

/* Every call of a kind fails, each once, then the next one is made. What a rule may be refused
 * for a storage may answer as well: then the record is there all the same, or not at all. */
static void sweep(fixture *f, const char *name, fault_method method, int32_t answer)
{
    crm4e_session *session = f->own.session;
    int64_t there = host_count(session, "Works", NULL);
    bool hit = true;

    for (size_t n = 1; hit; n++) {
        int64_t now;
        int rc;

        unchanged_mark(&f->watch);
        fault_storage_arm(&f->fault, method, n, false, answer);
        rc = create(f, name);
        hit = atomic_load(&f->fault.each[method]) >= n;
        fault_storage_disarm(&f->fault);
        if (rc != CRM4E_OK) {
            const char *problem = unchanged_rows_problem(&f->watch);
            assert_int_equal(rc, answer);
            if (problem != NULL)
                fail_msg("method %d, call %zu: %s", (int)method, n, problem);
        }
        now = host_count(session, "Works", NULL);
        assert_int_equal(now, there + (rc == CRM4E_OK ? 1 : 0));
        there = now;
        assert_true(n < 1000);
    }
}

static void test_without_storage(void **state)
{
    static const fault_method methods[] = {FAULT_INSERT,  FAULT_UPDATE, FAULT_GET,
                                           FAULT_SELECT,  FAULT_NEXT,   FAULT_SAVEPOINT,
                                           FAULT_RELEASE, FAULT_COMMIT};
    static const char *const names[] = {"plain", "looks"};
    fixture f;
    crm4e_text *text = NULL;

    (void)state;
    for (fixture_storage kind = FIXTURE_MEMORY; kind <= FIXTURE_SQLITE; kind++) {
        open_world(&f, kind);
        for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
            for (size_t i = 0; i < 2; i++)
                sweep(&f, names[i], methods[m], CRM4E_E_IO);
        }
        sweep(&f, "plain", FAULT_INSERT, CRM4E_E_CONFLICT);
        assert_int_equal(crm4e_check(&text, f.own.org), CRM4E_OK);
        crm4e_text_free(text);
        assert_true(fixture_close(&f));
    }
}

/* The row is not written twice: neither the record's nor anything else's. */
static void test_one_row(void **state)
{
    fixture f;

    (void)state;
    open_world(&f, FIXTURE_MEMORY);
    host_ok(f.own.session, create(&f, "plain")); /* the index of the run log has its rules */
    assert_int_equal(crm4e_session_begin(f.own.session), CRM4E_OK);
    fault_storage_arm(&f.fault, FAULT_ANY, 1000, false, CRM4E_E_IO); /* it counts */
    host_ok(f.own.session, create(&f, "plain"));
    assert_int_equal(atomic_load(&f.fault.each[FAULT_UPDATE]), 1); /* the total of the folder */
    fault_storage_disarm(&f.fault);
    assert_int_equal(crm4e_session_rollback(f.own.session), CRM4E_OK);
    assert_true(fixture_close(&f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_who_look, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_undone, setup, host_teardown),
    };
    const struct CMUnitTest both[] = {
        cmocka_unit_test(test_without_storage),
        cmocka_unit_test(test_one_row),
    };

    return host_run("a new record that rules change", tests, sizeof tests / sizeof tests[0]) +
           cmocka_run_group_tests_name("its storage", both, NULL, NULL);
}
