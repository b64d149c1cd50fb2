/* SPDX-License-Identifier: MIT */
/* Handles are tokens: dead, foreign and invented ones are told from live ones,
 * in any order of closing, from any thread, and from inside of callbacks. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <pthread.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"

static int setup(void **state)
{
    static fixture f;
    int rc = fixture_open(&f, FIXTURE_MEMORY);

    *state = &f;
    return rc < 0 ? -1 : 0;
}

static int teardown(void **state)
{
    return fixture_close(*state) ? 0 : -1;
}

static bool accepted(const void *token)
{
    return crm4e_org_id(token) != 0 || crm4e_session_user(token) != 0 ||
           crm4e_text_data(token) != NULL || crm4e_record_id(token) != 0 ||
           crm4e_cursor_columns(token) != 0 || crm4e_chart_buckets(token) != 0 ||
           crm4e_space_id(token) != 0 || crm4e_engine_error(token) != NULL;
}

static void random_tokens_are_never_accepted(void **state)
{
    fixture *f = *state;
    const void *live[] = {f->engine,     f->own.org,    f->own.session, f->own.text,
                          f->own.record, f->own.cursor, f->own.chart,   f->own.space};
    uint64_t random = 1;

    for (int i = 0; i < 1000000; i++) {
        bool known = false;
        const void *token;

        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        /* half of them near a live one: the same engine, a low slot */
        token = (const void *)(uintptr_t)(i % 2 ? random
                                                : (uintptr_t)f->engine ^ (random & 0xffffffffffu));
        for (size_t j = 0; j < sizeof live / sizeof *live; j++)
            known = known || token == live[j];
        assert_true(known || !accepted(token));
    }
}

static void a_slot_is_used_again_under_another_token(void **state)
{
    enum {
        ROUNDS = 20000
    };
    static const void *seen[ROUNDS];
    fixture *f = *state;

    for (int i = 0; i < ROUNDS; i++) {
        crm4e_record *record = NULL;

        assert_int_equal(crm4e_record_new(&record, f->own.session, "Leads"), CRM4E_OK);
        seen[i] = record;
        crm4e_record_free(record);
        crm4e_record_free(record);
        for (int j = i > 100 ? i - 100 : 0; j < i; j++)
            assert_ptr_not_equal(seen[j], seen[i]);
    }
    for (int i = 0; i < ROUNDS; i++)
        assert_int_equal(crm4e_record_set_null((crm4e_record *)seen[i], "Phone"), CRM4E_E_MISUSE);
}

/* What an engine left behind is not the next one's, though it takes its place. */
static void tokens_die_with_their_engine(void **state)
{
    crm4e_storage storage = {sizeof storage, crm4e_storage_memory(), NULL};
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_engine *before = NULL;

    (void)state;
    options.storage = &storage;
    for (int i = 0; i < 200; i++) {
        crm4e_engine *engine = NULL;

        assert_int_equal(crm4e_engine_open(&engine, &options), CRM4E_OK);
        assert_ptr_not_equal(engine, before);
        assert_null(crm4e_engine_error(before));
        crm4e_engine_close(before);
        crm4e_engine_close(engine);
        before = engine;
    }
}

static void more_engines_than_places_are_refused(void **state)
{
    static crm4e_engine *engines[1100];
    crm4e_storage storage = {sizeof storage, crm4e_storage_memory(), NULL};
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    size_t count = 0;
    int rc = CRM4E_OK;

    (void)state;
    options.storage = &storage;
    while (rc == CRM4E_OK && count < 1100) {
        rc = crm4e_engine_open(&engines[count], &options);
        count += rc == CRM4E_OK;
    }
    assert_int_equal(rc, CRM4E_E_LIMIT);
    assert_null(engines[count]);
    for (size_t i = 0; i < count; i++)
        crm4e_engine_close(engines[i]);
    assert_int_equal(crm4e_engine_open(&engines[0], &options), CRM4E_OK);
    crm4e_engine_close(engines[0]);
}

enum {
    CLOSED = 6
};

/* The n-th permutation of closing what hangs on each other. */
static void close_in_order(unsigned n)
{
    fixture f;
    unsigned left[CLOSED] = {0, 1, 2, 3, 4, 5};

    assert_int_equal(fixture_start(&f, FIXTURE_MEMORY), CRM4E_OK);
    assert_int_equal(fixture_org(&f, "Acme", ANA, &f.own), CRM4E_OK);
    assert_int_equal(crm4e_record_new(&f.own.record, f.own.session, "Leads"), CRM4E_OK);
    assert_int_equal(crm4e_query_text(&f.own.cursor, f.own.session, "select Company from Leads"),
                     CRM4E_OK);
    assert_int_equal(crm4e_navigation_json(&f.own.text, f.own.session), CRM4E_OK);
    for (unsigned count = CLOSED; count > 0; count--) {
        unsigned at = n % count;

        n /= count;
        switch (left[at]) {
        case 0: crm4e_engine_close(f.engine); break;
        case 1: crm4e_org_close(f.own.org); break;
        case 2: crm4e_session_close(f.own.session); break;
        case 3: crm4e_record_free(f.own.record); break;
        case 4: crm4e_cursor_free(f.own.cursor); break;
        default: crm4e_text_free(f.own.text); break;
        }
        memmove(&left[at], &left[at + 1], (count - at - 1) * sizeof left[0]);
    }
    assert_false(accepted(f.own.record) || accepted(f.own.session) || accepted(f.own.text));
    assert_true(fixture_close(&f));
}

static void handles_may_be_closed_in_every_order(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 720; n++)
        close_in_order(n);
}

/* A callback in which another thread does something to the session at work. */
typedef struct intruder {
    fixture *f;
    int what;
    int code;
    int64_t number;
} intruder;

enum {
    FREE_RECORD,
    CALL_SESSION,
    CALL_CHILD,
    CLOSE_SESSION,
    CLOSE_ORG,
    CLOSE_ENGINE
};

static void *intrude(void *argument)
{
    intruder *in = argument;
    handle_set *set = &in->f->own;
    crm4e_record *record = NULL;

    switch (in->what) {
    case FREE_RECORD: crm4e_record_free(set->record); break;
    case CALL_SESSION: in->code = crm4e_record_new(&record, set->session, "Leads"); break;
    case CALL_CHILD:
        in->code = crm4e_cursor_next(set->cursor);
        in->number = crm4e_record_id(set->record);
        break;
    case CLOSE_SESSION: crm4e_session_close(set->session); break;
    case CLOSE_ORG: crm4e_org_close(set->org); break;
    default: crm4e_engine_close(in->f->engine); break;
    }
    return NULL;
}

static int32_t deliver_with_intruder(void *user, const crm4e_message *message)
{
    pthread_t thread;

    (void)message;
    if (pthread_create(&thread, NULL, intrude, user) != 0)
        return CRM4E_DENY;
    (void)pthread_join(thread, NULL);
    return CRM4E_CONTINUE;
}

static int32_t deliver_again(void *user, const crm4e_message *message)
{
    (void)message;
    (void)intrude(user);
    return CRM4E_CONTINUE;
}

/* A fixture whose delivery lets the intruder in; the code of the call. */
static int run_with(intruder *in, int what, bool same_thread)
{
    static fixture f;
    int32_t done = 0;

    memset(&f, 0, sizeof f);
    assert_int_equal(fixture_start(&f, FIXTURE_MEMORY), CRM4E_OK);
    crm4e_engine_close(f.engine);
    f.delivery.user = in;
    f.delivery.deliver = same_thread ? deliver_again : deliver_with_intruder;
    assert_int_equal(crm4e_engine_open(&f.engine, &f.engine_options), CRM4E_OK);
    *in = (intruder){&f, what, 0, 0};
    assert_int_equal(fixture_org(&f, "Acme", ANA, &f.own), CRM4E_OK);
    assert_int_equal(crm4e_org_apply(NULL, f.own.session,
                                     "{\"workflows\": [{\"name\": \"Tell\", \"module\": \"Leads\", "
                                     "\"on\": \"create\", \"active\": true, \"conditions\": "
                                     "[{\"then\": [{\"notify\": {\"to\": \"owner\", \"subject\": "
                                     "\"A lead\"}}]}]}]}",
                                     CRM4E_NUL_TERMINATED),
                     CRM4E_OK);
    assert_int_equal(fixture_lead(f.own.session, "One", &f.own.lead), CRM4E_OK);
    assert_int_equal(crm4e_record_open(&f.own.record, f.own.session, "Leads", f.own.lead),
                     CRM4E_OK);
    assert_int_equal(crm4e_query_text(&f.own.cursor, f.own.session, "select Company from Leads"),
                     CRM4E_OK);
    return crm4e_run_due(f.own.session, 0, 1, &done);
}

static void a_record_is_freed_during_a_call(void **state)
{
    intruder in;

    (void)state;
    assert_int_equal(run_with(&in, FREE_RECORD, false), CRM4E_OK);
    assert_int_equal(crm4e_record_id(in.f->own.record), 0);
    assert_true(fixture_close(in.f));
}

static void a_session_is_used_by_two_threads(void **state)
{
    intruder in;

    (void)state;
    assert_int_equal(run_with(&in, CALL_SESSION, false), CRM4E_OK);
    assert_int_equal(in.code, CRM4E_E_MISUSE);
    assert_true(fixture_close(in.f));
    assert_int_equal(run_with(&in, CALL_CHILD, false), CRM4E_OK);
    assert_int_equal(in.code, CRM4E_E_MISUSE);
    assert_int_equal(in.number, 0);
    assert_int_equal(crm4e_cursor_next(in.f->own.cursor), CRM4E_ROW);
    assert_true(fixture_close(in.f));
}

static void a_callback_calls_its_own_session(void **state)
{
    intruder in;

    (void)state;
    assert_int_equal(run_with(&in, CALL_SESSION, true), CRM4E_OK);
    assert_int_equal(in.code, CRM4E_E_MISUSE);
    assert_int_equal(fixture_lead(in.f->own.session, "Two", NULL), CRM4E_OK);
    assert_true(fixture_close(in.f));
}

/* The call finishes or is stopped; then everything is gone. */
static void parents_are_closed_during_a_call(void **state)
{
    (void)state;
    for (int what = CLOSE_SESSION; what <= CLOSE_ENGINE; what++) {
        for (int same_thread = 0; same_thread < 2; same_thread++) {
            intruder in;
            int rc = run_with(&in, what, same_thread);

            assert_true(rc == CRM4E_OK || rc == CRM4E_E_ABORTED);
            assert_false(accepted(in.f->own.session) || accepted(in.f->own.record) ||
                         accepted(in.f->own.cursor));
            assert_true(fixture_close(in.f));
        }
    }
}

static int32_t interrupt_in_question(void *user, const crm4e_question *question)
{
    fixture *f = user;

    if (f->own.session && question->action == CRM4E_ACTION_VIEW && f->csv_at == 1)
        crm4e_interrupt(f->own.session);
    return CRM4E_PASSTHROUGH;
}

/* Many leads in one transaction. */
static int many_leads(crm4e_session *session, int count)
{
    int rc = crm4e_session_begin(session);

    for (int i = 0; i < count && rc == CRM4E_OK; i++)
        rc = fixture_lead(session, "Many", NULL);
    return rc < 0 ? rc : crm4e_session_commit(session);
}

static void interrupting_stops_a_long_query(fixture_storage kind)
{
    static const char slow[] = "select Last_Name from Leads where City like '%x%'";
    fixture f;

    assert_int_equal(fixture_start(&f, kind), CRM4E_OK);
    crm4e_engine_close(f.engine);
    f.auth.authorise = interrupt_in_question;
    assert_int_equal(crm4e_engine_open(&f.engine, &f.engine_options), CRM4E_OK);
    assert_int_equal(fixture_org(&f, "Acme", ANA, &f.own), CRM4E_OK);
    assert_int_equal(many_leads(f.own.session, 3000), CRM4E_OK);
    crm4e_interrupt(f.own.session); /* nothing runs: no effect */
    assert_int_equal(fixture_count(f.own.session, slow), 0);
    f.csv_at = 1;
    assert_int_equal(fixture_count(f.own.session, slow), CRM4E_E_ABORTED);
    f.csv_at = 0;
    assert_int_equal(fixture_count(f.own.session, slow), 0);
    assert_true(fixture_close(&f));
}

static void interrupting_stops_a_query_in_memory(void **state)
{
    (void)state;
    interrupting_stops_a_long_query(FIXTURE_MEMORY);
}

static void interrupting_stops_a_query_in_sqlite(void **state)
{
    (void)state;
    interrupting_stops_a_long_query(FIXTURE_SQLITE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(random_tokens_are_never_accepted, setup, teardown),
        cmocka_unit_test_setup_teardown(a_slot_is_used_again_under_another_token, setup, teardown),
        cmocka_unit_test(tokens_die_with_their_engine),
        cmocka_unit_test(more_engines_than_places_are_refused),
        cmocka_unit_test(handles_may_be_closed_in_every_order),
        cmocka_unit_test(a_record_is_freed_during_a_call),
        cmocka_unit_test(a_session_is_used_by_two_threads),
        cmocka_unit_test(a_callback_calls_its_own_session),
        cmocka_unit_test(parents_are_closed_during_a_call),
        cmocka_unit_test(interrupting_stops_a_query_in_memory),
        cmocka_unit_test(interrupting_stops_a_query_in_sqlite),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
