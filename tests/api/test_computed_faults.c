/* SPDX-License-Identifier: MIT */
/* Autonumbers and formulas where things go wrong: a storage that fails at any call while
 * records are computed anew leaves everything as it was; threads and processes never
 * get the same number. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture.h"

enum {
    RUNNERS = 6,
    EACH = 20
};

static const char start[] =
    "{\"modules\":[{\"api_name\":\"Bills\",\"fields\":["
    "{\"api_name\":\"Net\",\"type\":\"currency\"},"
    "{\"api_name\":\"No\",\"type\":\"autonumber\",\"unique\":false},"
    "{\"api_name\":\"Twice\",\"type\":\"formula\",\"settings\":{\"result\":\"currency\","
    "\"expression\":\"Net * 2\"}}]}]}";

static const char other_expression[] =
    "{\"modules\":[{\"api_name\":\"Bills\",\"fields\":[{\"api_name\":\"Twice\",\"type\":"
    "\"formula\",\"settings\":{\"expression\":\"Net * 2 + 1\"}}]}]}";

static const char new_number[] =
    "{\"modules\":[{\"api_name\":\"Bills\",\"fields\":[{\"api_name\":\"Late\",\"type\":"
    "\"autonumber\",\"settings\":{\"number_existing\":true}}]}]}";

/* A firm with bills in another currency than its own. */
static const char firms_start[] =
    "{\"org\":{\"multi_currency\":true},\"currencies\":[{\"iso_code\":"
    "\"EUR\",\"rates\":[{\"valid_from\":\"2000-01-01\",\"exchange_rate\":\"0.5\"}]}],"
    "\"modules\":[{\"api_name\":\"Firms\",\"fields\":[{\"api_name\":\"Fee\",\"type\":\"currency\"}]"
    "},"
    "{\"api_name\":\"Bills\",\"fields\":["
    "{\"api_name\":\"Net\",\"type\":\"currency\"},{\"api_name\":\"Firm\",\"type\":\"lookup\","
    "\"target\":\"Firms\"}]}]}";

static const char new_total[] =
    "{\"modules\":[{\"api_name\":\"Firms\",\"fields\":[{\"api_name\":\"Total\",\"type\":"
    "\"rollup_summary\",\"settings\":{\"function\":\"sum\",\"module\":\"Bills\",\"lookup\":"
    "\"Firm\",\"field\":\"Net\"}}]}]}";

static const char new_mapping[] =
    "{\"convert_mapping\":[{\"lead\":\"Rating\",\"Accounts\":\"Rating\"}]}";

static int apply(crm4e_session *session, const char *document)
{
    return crm4e_org_apply(NULL, session, document, CRM4E_NUL_TERMINATED);
}

static int add(crm4e_session *session, const char *module, const char *json, crm4e_id *id)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, session, module);

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    *id = rc == CRM4E_OK ? crm4e_record_id(record) : 0;
    crm4e_record_free(record);
    return rc;
}

static int add_bill(crm4e_session *session)
{
    crm4e_id id;

    return add(session, "Bills", "{\"Name\":\"A\",\"Net\":5}", &id);
}

static void make_bills(fixture *f)
{
    assert_int_equal(apply(f->own.session, start), CRM4E_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(add_bill(f->own.session), CRM4E_OK);
    f->watch.memory = NULL; /* the snapshot may have been read anew */
}

static void make_firms(fixture *f)
{
    crm4e_id firm = 0, id;
    char json[128];

    if (apply(f->own.session, firms_start) != CRM4E_OK)
        fail_msg("%s", crm4e_error_message(crm4e_session_error(f->own.session)));
    assert_int_equal(add(f->own.session, "Firms", "{\"Name\":\"F\",\"Currency\":\"EUR\"}", &firm),
                     CRM4E_OK);
    (void)snprintf(json, sizeof json, "{\"Name\":\"B\",\"Net\":7,\"Firm\":%lld}", (long long)firm);
    assert_int_equal(add(f->own.session, "Bills", json, &id), CRM4E_OK);
    f->watch.memory = NULL;
}

/* Calls of each kind fail, each once, ever fewer of the later ones. */
static void nothing_changes_without_storage(void (*make)(fixture *f), const char *document,
                                            size_t least)
{
    static const fault_method methods[] = {FAULT_INSERT, FAULT_UPDATE,    FAULT_GET,
                                           FAULT_SELECT, FAULT_NEXT,      FAULT_SCAN,
                                           FAULT_COMMIT, FAULT_COLUMN_ADD};
    fixture f;
    size_t failures = 0;

    for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
        int rc = CRM4E_E_IO;
        for (size_t n = 1; rc != CRM4E_OK; n += 1 + n / 6) {
            assert_int_equal(fixture_open(&f, FIXTURE_MEMORY), CRM4E_OK);
            make(&f);
            unchanged_mark(&f.watch);
            fault_storage_arm(&f.fault, methods[m], n, false, CRM4E_E_IO);
            rc = apply(f.own.session, document);
            fault_storage_disarm(&f.fault);
            if (rc != CRM4E_OK) {
                const char *problem = unchanged_rows_problem(&f.watch);
                failures++;
                assert_int_equal(rc, CRM4E_E_IO);
                if (problem != NULL)
                    fail_msg("method %zu, call %zu: %s", m, n, problem);
            }
            assert_true(fixture_close(&f));
        }
    }
    assert_true(failures > least);
}

static void a_new_expression_without_storage(void **state)
{
    (void)state;
    nothing_changes_without_storage(make_bills, other_expression, 20);
}

static void a_new_autonumber_without_storage(void **state)
{
    (void)state;
    nothing_changes_without_storage(make_bills, new_number, 20);
}

static void a_total_of_several_currencies_without_storage(void **state)
{
    (void)state;
    nothing_changes_without_storage(make_firms, new_total, 20);
}

static void a_mapping_of_leads_without_storage(void **state)
{
    (void)state;
    nothing_changes_without_storage(make_bills, new_mapping, 5);
}

static void prepare(fixture *f, fixture_storage kind)
{
    assert_int_equal(fixture_open(f, kind), CRM4E_OK);
    assert_int_equal(apply(f->own.session, start), CRM4E_OK);
    crm4e_engine_close(f->engine);
    f->engine_options.busy_timeout = 60000;
    f->engine_options.clock = NULL;
    f->engine_options.random = NULL;
    f->engine_options.storage = kind == FIXTURE_MEMORY ? &f->storage : NULL;
}

static int open_engine(fixture *f, crm4e_engine **engine, crm4e_org **org, crm4e_session **session)
{
    int rc = crm4e_engine_open(engine, &f->engine_options);

    if (rc == CRM4E_OK)
        rc = crm4e_org_open(org, *engine, "Acme");
    return rc < 0 ? rc : crm4e_session_open(session, *org, ANA);
}

/* Storages that do not wait say BUSY. */
static int add_each(crm4e_session *session)
{
    int rc = CRM4E_OK;

    for (int i = 0; i < EACH && rc == CRM4E_OK; i++) {
        do
            rc = add_bill(session);
        while (rc == CRM4E_E_BUSY);
    }
    return rc;
}

static void *run_thread(void *user)
{
    crm4e_session *session = NULL;
    crm4e_org *org = user;
    int rc = crm4e_session_open(&session, org, ANA);

    if (rc == CRM4E_OK)
        rc = add_each(session);
    crm4e_session_close(session);
    return rc == CRM4E_OK ? user : NULL;
}

/* Every number from 1 on, once. */
static void all_numbers_are_there(fixture *f)
{
    bool seen[RUNNERS * EACH] = {false};
    crm4e_cursor *cursor = NULL;
    size_t count = 0;

    assert_int_equal(crm4e_query_text(&cursor, f->own.session,
                                      "select No from Bills where Twice = 10 limit 200"),
                     CRM4E_OK);
    while (crm4e_cursor_next(cursor) == CRM4E_ROW) {
        long number = strtol(crm4e_cursor_text(cursor, 0), NULL, 10);
        assert_in_range(number, 1, RUNNERS * EACH);
        assert_false(seen[number - 1]);
        seen[number - 1] = true;
        count++;
    }
    assert_int_equal(count, RUNNERS * EACH);
    crm4e_cursor_free(cursor);
    assert_true(fixture_close(f));
}

static void threads_number(fixture_storage kind)
{
    fixture f;
    pthread_t threads[RUNNERS];

    prepare(&f, kind);
    assert_int_equal(open_engine(&f, &f.engine, &f.own.org, &f.own.session), CRM4E_OK);
    for (int i = 0; i < RUNNERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, run_thread, f.own.org), 0);
    for (int i = 0; i < RUNNERS; i++) {
        void *result = NULL;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_non_null(result);
    }
    all_numbers_are_there(&f);
}

static void threads_in_memory(void **state)
{
    (void)state;
    threads_number(FIXTURE_MEMORY);
}

static void threads_on_sqlite(void **state)
{
    (void)state;
    threads_number(FIXTURE_SQLITE);
}

static int run_process(fixture *f)
{
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    crm4e_session *session = NULL;
    int rc = open_engine(f, &engine, &org, &session);

    if (rc == CRM4E_OK)
        rc = add_each(session);
    crm4e_engine_close(engine);
    return rc == CRM4E_OK ? 0 : 1;
}

static void processes_on_one_file(void **state)
{
    fixture f;
    pid_t children[RUNNERS];

    (void)state;
    prepare(&f, FIXTURE_SQLITE);
    for (int i = 0; i < RUNNERS; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(run_process(&f));
        assert_true(children[i] > 0);
    }
    for (int i = 0; i < RUNNERS; i++) {
        int status = 0;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    assert_int_equal(open_engine(&f, &f.engine, &f.own.org, &f.own.session), CRM4E_OK);
    all_numbers_are_there(&f);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest threads[] = {cmocka_unit_test(threads_in_memory),
                                         cmocka_unit_test(threads_on_sqlite)};
    const struct CMUnitTest others[] = {
        cmocka_unit_test(a_new_expression_without_storage),
        cmocka_unit_test(a_new_autonumber_without_storage),
        cmocka_unit_test(a_total_of_several_currencies_without_storage),
        cmocka_unit_test(a_mapping_of_leads_without_storage),
        cmocka_unit_test(processes_on_one_file)};

    if (argc > 1 && strcmp(argv[1], "threads") == 0)
        return cmocka_run_group_tests_name("numbers of threads", threads, NULL, NULL);
    return cmocka_run_group_tests_name("computed fields and faults", others, NULL, NULL);
}
