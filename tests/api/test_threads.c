/* SPDX-License-Identifier: MIT */
/* Many threads share an engine, each with a session of its own; some share a
 * session, which only one gets at a time; everything may be closed meanwhile. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <cmocka.h>

#include "fixture.h"

enum {
    THREADS = 8,
    ROUNDS = 12,
    COLUMN_BYTES = 160 * 1024 /* so few that columns come and go */
};

typedef struct worker {
    pthread_t thread;
    fixture *f;
    int number;
    int failed; /* the first code that was not expected */
    int made;
    atomic_int *stop;
} worker;

static int chart_once(crm4e_session *session, const char *field)
{
    crm4e_chart *chart = NULL;
    int rc = crm4e_chart_new(&chart, session, "Leads");

    if (rc == CRM4E_OK)
        rc = crm4e_chart_group_by(chart, field, 0);
    if (rc == CRM4E_OK)
        rc = crm4e_chart_run(chart);
    if (rc == CRM4E_OK && crm4e_chart_buckets(chart) == 0)
        rc = CRM4E_E_INTERNAL;
    crm4e_chart_free(chart);
    return rc;
}

static int change_model(crm4e_session *session, int number, int round)
{
    crm4e_field_options field = CRM4E_FIELD_OPTIONS_INIT;
    crm4e_module *leads = NULL;
    char name[32];
    int rc = crm4e_module_open(&leads, session, "Leads");

    (void)snprintf(name, sizeof name, "Field%d_%d", number, round);
    field.api_name = name;
    field.type = CRM4E_TYPE_TEXT;
    if (rc == CRM4E_OK)
        rc = crm4e_module_add_field(leads, &field);
    crm4e_module_free(leads);
    return rc;
}

/* Creates, questions, charts, lists; now and then another field. BUSY is an answer. */
static void *work(void *argument)
{
    static const char *const fields[] = {"Company", "Owner", "Lead_Status"};
    static const char sorted[] = "select Company from Leads where Annual_Revenue is null "
                                 "order by No_of_Employees desc";
    worker *w = argument;
    crm4e_session *session = NULL;
    int rc = crm4e_session_open(&session, w->f->own.org, w->number % 2 ? ANA : BOB);

    for (int round = 0; round < ROUNDS && rc >= 0; round++) {
        rc = fixture_lead(session, "Thread", NULL);
        w->made += rc == CRM4E_OK;
        rc = rc == CRM4E_E_BUSY ? CRM4E_OK : rc;
        if (rc == CRM4E_OK && fixture_count(session, "select Company from Leads") < 1)
            rc = CRM4E_E_INTERNAL;
        if (rc == CRM4E_OK)
            rc = chart_once(session, fields[round % 3]);
        if (rc == CRM4E_OK && fixture_count(session, sorted) < 1)
            rc = CRM4E_E_INTERNAL;
        if (rc == CRM4E_OK && w->number == 1 && round % 4 == 0)
            rc = change_model(session, w->number, round);
        rc = rc == CRM4E_E_BUSY ? CRM4E_OK : rc;
    }
    crm4e_session_close(session);
    w->failed = rc < 0 ? rc : CRM4E_OK;
    return NULL;
}

static void run(fixture *f, worker *workers, void *(*body)(void *), atomic_int *stop)
{
    for (int i = 0; i < THREADS; i++) {
        workers[i] = (worker){.f = f, .number = i, .stop = stop};
        assert_int_equal(pthread_create(&workers[i].thread, NULL, body, &workers[i]), 0);
    }
}

static void join(worker *workers)
{
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
}

static int open_patient(fixture *f, fixture_storage kind)
{
    int rc = fixture_open(f, kind);

    if (rc < 0)
        return rc;
    crm4e_engine_close(f->engine);
    f->engine_options.busy_timeout = 5000;
    f->engine_options.column_bytes = kind == FIXTURE_SQLITE ? COLUMN_BYTES : -1;
    f->engine_options.clock = NULL; /* the fixture's own is for one thread */
    f->engine_options.random = NULL;
    f->engine_options.storage = kind == FIXTURE_MEMORY ? &f->storage : NULL;
    rc = crm4e_engine_open(&f->engine, &f->engine_options);
    if (rc == CRM4E_OK)
        rc = crm4e_org_open(&f->own.org, f->engine, "Acme");
    return rc < 0 ? rc : crm4e_session_open(&f->own.session, f->own.org, ANA);
}

static void threads_share_an_engine(fixture_storage kind)
{
    static worker workers[THREADS];
    int64_t made = 2;
    fixture f;

    assert_int_equal(open_patient(&f, kind), CRM4E_OK);
    run(&f, workers, work, NULL);
    join(workers);
    for (int i = 0; i < THREADS; i++) {
        if (workers[i].failed < 0)
            fail_msg("thread %d: %s", i, crm4e_code_name(workers[i].failed));
        made += workers[i].made;
    }
    assert_int_equal(fixture_count(f.own.session, "select Company from Leads"), made);
    assert_true(fixture_close(&f));
}

static void in_memory(void **state)
{
    (void)state;
    threads_share_an_engine(FIXTURE_MEMORY);
}

static void in_sqlite(void **state)
{
    (void)state;
    threads_share_an_engine(FIXTURE_SQLITE);
}

/* All use one session and free what the others made. */
static void *struggle(void *argument)
{
    worker *w = argument;
    crm4e_session *session = w->f->own.session;

    while (!atomic_load(w->stop)) {
        crm4e_record *record = NULL;
        crm4e_text *text = NULL;
        int rc = crm4e_record_new(&record, session, "Leads");

        if (rc != CRM4E_OK && rc != CRM4E_E_MISUSE)
            w->failed = rc;
        rc = crm4e_record_set_text(record, "City", "Bern", CRM4E_NUL_TERMINATED);
        if (rc != CRM4E_OK && rc != CRM4E_E_MISUSE)
            w->failed = rc;
        rc = crm4e_navigation_json(&text, session);
        if (rc != CRM4E_OK && rc != CRM4E_E_MISUSE)
            w->failed = rc;
        (void)crm4e_text_length(text);
        (void)crm4e_record_id(record);
        crm4e_record_free(record);
        crm4e_text_free(text);
        w->made += rc == CRM4E_OK;
    }
    return NULL;
}

static void one_thread_at_a_time_has_the_session(void **state)
{
    static worker workers[THREADS];
    atomic_int stop;
    fixture f;
    int made = 0;

    (void)state;
    atomic_init(&stop, 0);
    assert_int_equal(open_patient(&f, FIXTURE_MEMORY), CRM4E_OK);
    run(&f, workers, struggle, &stop);
    for (int i = 0; i < 2000; i++)
        crm4e_interrupt(i % 2 ? f.own.session : NULL);
    for (int i = 0; i < 200; i++)
        (void)crm4e_org_id(f.own.org);
    while (made < 20) {
        crm4e_text *text = NULL;

        made += crm4e_navigation_json(&text, f.own.session) == CRM4E_OK;
        crm4e_text_free(text);
    }
    atomic_store(&stop, 1);
    join(workers);
    for (int i = 0; i < THREADS; i++) {
        bool fine = workers[i].failed == 0 || workers[i].failed == CRM4E_E_ABORTED;

        if (!fine)
            fail_msg("thread %d: %s", i, crm4e_code_name(workers[i].failed));
    }
    assert_int_equal(fixture_lead(f.own.session, "After", NULL), CRM4E_OK);
    assert_true(fixture_close(&f));
}

/* Opens and works until everything is gone. */
static void *until_closed(void *argument)
{
    worker *w = argument;
    int rc = CRM4E_OK;

    while (rc >= 0 || rc == CRM4E_E_BUSY || rc == CRM4E_E_ABORTED) {
        crm4e_session *session = NULL;

        rc = crm4e_session_open(&session, w->f->own.org, BOB);
        if (rc == CRM4E_OK) {
            rc = fixture_lead(session, "Thread", NULL);
            atomic_fetch_add(w->stop, 1);
        }
        if (w->number % 2)
            crm4e_session_close(session); /* the others leave it to the org */
    }
    w->failed = rc;
    return NULL;
}

static void closing_while_threads_work(bool whole_engine)
{
    static worker workers[THREADS];
    atomic_int count;
    fixture f;

    atomic_init(&count, 0);
    assert_int_equal(open_patient(&f, FIXTURE_MEMORY), CRM4E_OK);
    run(&f, workers, until_closed, &count);
    while (atomic_load(&count) < 2 * THREADS)
        ;
    if (whole_engine)
        crm4e_engine_close(f.engine);
    else
        crm4e_org_close(f.own.org);
    join(workers);
    for (int i = 0; i < THREADS; i++) {
        if (workers[i].failed != CRM4E_E_MISUSE)
            fail_msg("thread %d: %s", i, crm4e_code_name(workers[i].failed));
    }
    assert_true(fixture_close(&f));
}

static void an_org_is_closed_while_threads_work(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        closing_while_threads_work(false);
}

static void an_engine_is_closed_while_threads_work(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        closing_while_threads_work(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_memory),
        cmocka_unit_test(in_sqlite),
        cmocka_unit_test(one_thread_at_a_time_has_the_session),
        cmocka_unit_test(an_org_is_closed_while_threads_work),
        cmocka_unit_test(an_engine_is_closed_while_threads_work),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
