/* SPDX-License-Identifier: MIT */
/* What the rules of one change set on its record is written once, and nobody sees less of it. */
#include "host.h"

#include <stdlib.h>
#include <string.h>

#include "api/fixture.h"

#define RULE(name, on, when, then)                                                                 \
    "{'name': '" name "', 'module': 'Works', 'on': '" on "', 'conditions': [{'when': '" when       \
    "', 'then': [" then "]}]}"
#define SET(field, value) "{'update_field': {'field': '" field "', 'value': " value "}}"

static const char document[] =
    "{'crm4e': 1,"
    " 'modules': [{'api_name': 'Works', 'tags': [{'name': 'Hot'}], 'fields': ["
    "  {'api_name': 'A', 'type': 'text'}, {'api_name': 'B', 'type': 'text'},"
    "  {'api_name': 'C', 'type': 'text'}, {'api_name': 'N', 'type': 'integer'},"
    "  {'api_name': 'Code', 'type': 'text', 'unique': true},"
    "  {'api_name': 'Twin', 'type': 'lookup', 'target': 'Works'}]}],"
    " 'workflows': ["                                                                 //
    RULE("First", "create", "Name = `all`", SET("A", "'a'") "," SET("B", "'b1'")) "," //
    RULE("Second", "create", "Name = `all`",
         SET("B", "'b2'") ",{'add_tags': {'tags': ['Hot']}}") ","                       //
    RULE("Taken", "create", "Name = `all`", SET("C", "'c'") "," SET("Code", "'x'")) "," //
    RULE("Third", "create", "Name = `all`", SET("N", "3")) ","                          //
    RULE("There", "create", "Name = `back`", SET("A", "'z'")) ","                       //
    RULE("Halfway", "create", "Name = `back`",
         "{'create_record': {'module': 'Works', 'fields': {'Name': 'made'}}}," SET("Code",
                                                                                   "'x'")) "," //
    RULE("Back", "create", "Name = `back`", SET("A", "null")) ","                              //
    RULE("Own", "edit", "Name = `self`", SET("A", "'s'")) ","                                  //
    RULE("Seen", "edit", "Twin.A = `s`", SET("B", "'seen'")) ","                               //
    RULE("Behind", "edit", "Name = `self`",
         SET("Twin.C", "'behind'") "," SET("N",
                                           "9")) "," //
                                                 "{'name': 'Stop', 'module': 'Works', 'on': "
                                                 "'create', 'on_failure': 'fail', 'conditions': ["
                                                 " {'when': 'Name = `stop`', 'then': [" SET(
                                                     "A", "'a'") "," SET("Code", "'x'") "]}]}]}";

static host *h;

static int setup(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, document);
    (void)host_create(h->admin, "Works", "{'Name': 'holder', 'Code': 'x'}");
    return 0;
}

static int count(const char *text, const char *piece)
{
    int found = 0;

    for (const char *at = text; (at = strstr(at, piece)) != NULL; at += strlen(piece))
        found++;
    return found;
}

/* The newest line of the history comes first. */
static void assert_history(crm4e_id id, int lines, const char *newest)
{
    crm4e_text *text = NULL;
    const char *second;
    const char *at;

    host_ok(h->admin, crm4e_record_history_json(&text, h->admin, "Works", id, NULL));
    assert_int_equal(count(crm4e_text_data(text), "\"sequence\""), lines);
    at = strstr(crm4e_text_data(text), newest);
    second = strstr(strstr(crm4e_text_data(text), "\"sequence\"") + 1, "\"sequence\"");
    assert_true(at != NULL && (second == NULL || at < second));
    crm4e_text_free(text);
}

/* A rule that is refused takes back its own alone. */
static void test_written_once(void **state)
{
    crm4e_id id = host_create(h->admin, "Works", "{'Name': 'all'}");
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;

    (void)state;
    host_rows(h->admin, "select A, B, C, Code, N, Tag from Works where Name = 'all'",
              "a|b2|-|-|3|Hot\n");
    assert_history(id, 2, "\"source\":\"workflow\"");
    assert_history(id, 2, "{\"field\":\"B\",\"old\":null,\"new\":\"b2\"}");
    host_runs(h, "Works", 1, "'rule':'Third'");
    host_runs(h, "Works", 2, "'rule':'Taken','record':");
    host_runs(h, "Works", 2, "'result':'failed'");
    host_runs(h, "Works", 4, "'rule':'First','record':");
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Works", id));
    assert_int_equal(crm4e_record_version(record), 2);
    crm4e_record_free(record);
    host_ok(h->admin, crm4e_check(&text, h->org));
    crm4e_text_free(text);
}

/* The handle that made the record shows what rules made of it, and saves on. */
static void test_handle_goes_on(void **state)
{
    crm4e_record *record = NULL;
    crm4e_text *value = NULL;

    (void)state;
    host_ok(h->admin, crm4e_record_new(&record, h->admin, "Works"));
    host_ok(h->admin, crm4e_record_set_text(record, "Name", "all", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    assert_int_equal(crm4e_record_version(record), 2);
    host_ok(h->admin, crm4e_record_json(&value, record));
    assert_non_null(strstr(crm4e_text_data(value), "\"B\":\"b2\""));
    crm4e_text_free(value);
    host_ok(h->admin, crm4e_record_set_text(record, "C", "mine", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    assert_int_equal(crm4e_record_version(record), 3);
    host_rows(h->admin, "select A, B, C from Works where Name = 'all'", "a|b2|mine\n");
    crm4e_record_free(record);
}

/* The rule in between wrote what it found waiting, and was undone. */
static void test_set_and_set_back(void **state)
{
    crm4e_record *record = NULL;

    (void)state;
    host_ok(h->admin, crm4e_record_new(&record, h->admin, "Works"));
    host_ok(h->admin, crm4e_record_set_text(record, "Name", "back", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    host_rows(h->admin, "select A from Works where Name = 'back'", "-\n");
    assert_history(crm4e_record_id(record), 1, "\"source\":\"api\"");
    host_runs(h, "Works", 1, "'rule':'Back'");
    host_runs(h, "Works", 2, "'rule':");
    assert_int_equal(crm4e_record_version(record), 1); /* also after "Halfway" was undone */
    assert_int_equal(host_count(h->admin, "Works", "Name = 'made'"), 0);
    host_ok(h->admin, crm4e_record_set_text(record, "A", "own", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
}

/* Whoever goes to the record by another way finds all that was set before. */
static void test_seen_by_others(void **state)
{
    crm4e_id id = host_create(h->admin, "Works", "{'Name': 'new'}");
    crm4e_record *record = NULL;

    (void)state;
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Works", id));
    host_ok(h->admin, crm4e_record_set_text(record, "Name", "self", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_set_integer(record, "Twin", id));
    host_ok(h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
    host_rows(h->admin, "select A, B, C, N from Works where Name = 'self'", "s|seen|behind|9\n");
    assert_history(id, 6, "{\"field\":\"N\",\"old\":null");
}

static void test_change_that_is_stopped(void **state)
{
    crm4e_record *record = NULL;

    (void)state;
    host_ok(h->admin, crm4e_record_new(&record, h->admin, "Works"));
    host_ok(h->admin, crm4e_record_set_text(record, "Name", "stop", CRM4E_NUL_TERMINATED));
    host_refused(h->admin, crm4e_record_save(record), CRM4E_E_CONFLICT, NULL);
    crm4e_record_free(record);
    assert_int_equal(host_count(h->admin, "Works", NULL), 1);
}

static crm4e_record *starved;

static int save_starved(host *of)
{
    (void)of;
    return crm4e_record_save(starved);
}

static void holder_alone(host *of)
{
    assert_int_equal(host_count(of->admin, "Works", NULL), 1);
}

static void test_without_memory(void **state)
{
    (void)state;
    host_ok(h->admin, crm4e_record_new(&starved, h->admin, "Works"));
    host_ok(h->admin, crm4e_record_set_text(starved, "Name", "all", CRM4E_NUL_TERMINATED));
    host_starve(h, save_starved, holder_alone);
    host_rows(h->admin, "select A, B, C, N from Works where Name = 'all'", "a|b2|-|3\n");
    crm4e_record_free(starved);
}

static void open_world(fixture *f)
{
    char *json = host_json(document);

    assert_int_equal(fixture_open(f, FIXTURE_MEMORY), CRM4E_OK);
    assert_int_equal(crm4e_org_apply(NULL, f->own.session, json, CRM4E_NUL_TERMINATED), CRM4E_OK);
    free(json);
    (void)host_create(f->own.session, "Works", "{'Name': 'holder', 'Code': 'x'}");
    (void)host_create(f->own.session, "Works", "{'Name': 'all'}"); /* the rules are read */
    f->watch.memory = NULL;
}

static int create(crm4e_session *session)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, session, "Works");

    rc = rc == CRM4E_OK ? crm4e_record_set_text(record, "Name", "all", 3) : rc;
    rc = rc == CRM4E_OK ? crm4e_record_save(record) : rc;
    crm4e_record_free(record);
    return rc;
}

/* Every call of a kind fails, each once: then the next one is made. */
static void sweep(fixture *f, fault_method method)
{
    int rc = CRM4E_E_IO;

    for (size_t n = 1; rc != CRM4E_OK; n++) {
        const char *problem = NULL;

        unchanged_mark(&f->watch);
        fault_storage_arm(&f->fault, method, n, false, CRM4E_E_IO);
        rc = create(f->own.session);
        fault_storage_disarm(&f->fault);
        if (rc != CRM4E_OK) {
            assert_int_equal(rc, CRM4E_E_IO);
            problem = unchanged_rows_problem(&f->watch);
        }
        if (problem != NULL)
            fail_msg("method %d, call %zu: %s", (int)method, n, problem);
        assert_true(n < 1000);
    }
}

static void test_without_storage(void **state)
{
    static const fault_method methods[] = {FAULT_INSERT, FAULT_UPDATE, FAULT_GET,   FAULT_SELECT,
                                           FAULT_NEXT,   FAULT_BEGIN,  FAULT_COMMIT};
    fixture f;

    (void)state;
    open_world(&f);
    for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++)
        sweep(&f, methods[m]);
    assert_true(fixture_close(&f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_written_once, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_handle_goes_on, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_set_and_set_back, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_seen_by_others, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_change_that_is_stopped, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_without_memory, setup, host_teardown),
        cmocka_unit_test(test_without_storage),
    };

    return host_run("what rules gather", tests, sizeof tests / sizeof tests[0]);
}
