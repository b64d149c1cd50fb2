/* SPDX-License-Identifier: MIT */
/* What the host gives misbehaves: the call fails with the documented code and
 * nothing changed. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"

/* What the callback under test answers, and how. */
static int32_t answer;
static int64_t told;
static int asked;

static int32_t any_time(void *user, int64_t *microseconds)
{
    (void)user;
    *microseconds = told;
    return answer;
}

static int32_t no_bytes(void *user, void *bytes, size_t size)
{
    (void)user;
    memset(bytes, 0, size);
    return answer;
}

static int32_t any_authority(void *user, crm4e_id org, const char *email, const void *credentials,
                             size_t length)
{
    (void)user, (void)org, (void)email, (void)credentials, (void)length;
    return answer;
}

static int32_t any_objection(void *user, const crm4e_question *question)
{
    (void)user, (void)question;
    asked++;
    return answer;
}

static int32_t any_limit(void *user, crm4e_id org, const char *name, int64_t *limit)
{
    (void)user, (void)org, (void)name;
    *limit = told;
    return answer;
}

static int32_t any_feature(void *user, crm4e_id org, const char *name, int32_t *granted)
{
    (void)user, (void)org, (void)name;
    *granted = (int32_t)told;
    return answer;
}

static int32_t any_delivery(void *user, const crm4e_message *message)
{
    (void)user, (void)message;
    return answer;
}

static int32_t any_reader(void *user, char *bytes, size_t size, size_t *read)
{
    (void)user;
    memset(bytes, 'a', size);
    *read = told == 1 ? size + 1 : 0;
    return answer;
}

static int32_t any_writer(void *user, const char *bytes, size_t length)
{
    (void)user, (void)bytes, (void)length;
    return answer;
}

/* The fixture with an engine of its own opened anew with changed callbacks. */
static int open_with(fixture *f, const crm4e_engine_options *options)
{
    int rc;

    crm4e_engine_close(f->engine);
    rc = crm4e_engine_open(&f->engine, options);
    if (rc == CRM4E_OK)
        rc = crm4e_org_open(&f->own.org, f->engine, "Acme");
    if (rc == CRM4E_OK)
        rc = crm4e_session_open(&f->own.session, f->own.org, ANA);
    f->watch.engine = f->engine;
    f->watch.session = f->own.session;
    return rc;
}

static const int32_t no_answers[] = {0, 5, -999, 0x7fffffff, CRM4E_E_FATAL};

enum {
    NO_ANSWERS = sizeof no_answers / sizeof *no_answers
};

static int setup(void **state)
{
    static fixture f;

    *state = &f;
    return fixture_open(&f, FIXTURE_MEMORY) < 0 ? -1 : 0;
}

static int teardown(void **state)
{
    return fixture_close(*state) ? 0 : -1;
}

static void an_allocator_has_nothing(void **state)
{
    fixture *f = *state;
    crm4e_engine *engine = f->engine;
    crm4e_allocator broken = f->allocator;
    crm4e_engine_options options = f->engine_options;

    options.allocator = &broken;
    broken.release = NULL;
    assert_int_equal(crm4e_engine_open(&engine, &options), CRM4E_E_MISUSE);
    assert_null(engine);
    broken = f->allocator;
    broken.struct_size--;
    assert_int_equal(crm4e_engine_open(&engine, &options), CRM4E_E_MISUSE);
    fail_alloc_arm(&f->alloc, 1, true);
    assert_int_equal(crm4e_engine_open(&engine, &f->engine_options), CRM4E_E_NO_MEMORY);
    assert_null(engine);
    fail_alloc_arm(&f->alloc, 0, false);
}

static void interfaces_of_another_size_are_refused(void **state)
{
    fixture *f = *state;
    size_t *const sizes[] = {&f->clock.struct_size, &f->random_source.struct_size,
                             &f->auth.struct_size, &f->delivery.struct_size,
                             &f->storage.struct_size};

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const size_t wrong[] = {0, *sizes[i] - 1, *sizes[i] + 8};
        size_t right = *sizes[i];

        for (size_t j = 0; j < 3; j++) {
            crm4e_engine *engine = NULL;

            *sizes[i] = wrong[j];
            assert_int_equal(crm4e_engine_open(&engine, &f->engine_options), CRM4E_E_MISUSE);
            assert_int_equal(crm4e_error_code(crm4e_engine_error(engine)), CRM4E_E_MISUSE);
            crm4e_engine_close(engine);
        }
        *sizes[i] = right;
    }
    f->clock.now = NULL;
    {
        crm4e_engine *engine = NULL;

        assert_int_equal(crm4e_engine_open(&engine, &f->engine_options), CRM4E_E_MISUSE);
        crm4e_engine_close(engine);
    }
}

static void flags_and_timeouts_unknown_are_refused(void **state)
{
    fixture *f = *state;
    crm4e_engine_options options = f->engine_options;
    crm4e_engine *engine = NULL;

    options.flags = UINT32_C(1) << 31;
    assert_int_equal(crm4e_engine_open(&engine, &options), CRM4E_E_INVALID);
    assert_true(crm4e_error_message(crm4e_engine_error(engine))[0] != '\0');
    assert_int_equal(crm4e_org_open(&f->own.org, engine, NULL), CRM4E_E_MISUSE);
    crm4e_engine_close(engine);
    options = f->engine_options;
    options.busy_timeout = -2;
    assert_int_equal(crm4e_engine_open(&engine, &options), CRM4E_E_INVALID);
    crm4e_engine_close(engine);
    options = f->engine_options;
    options.path = "/nowhere";
    assert_int_equal(crm4e_engine_open(&engine, &options), CRM4E_E_MISUSE);
    crm4e_engine_close(engine);
}

static void a_clock_fails(void **state)
{
    static const int64_t absurd[] = {-1, INT64_MIN, INT64_MAX, INT64_C(253402300800000000)};
    fixture *f = *state;
    crm4e_engine_options options = f->engine_options;
    crm4e_clock clock = {sizeof clock, NULL, any_time};

    options.clock = &clock;
    answer = CRM4E_CONTINUE;
    told = f->time;
    assert_int_equal(open_with(f, &options), CRM4E_OK);
    f->watch.memory = NULL;
    unchanged_mark(&f->watch);
    for (size_t i = 0; i < NO_ANSWERS; i++) {
        answer = no_answers[i];
        assert_int_equal(fixture_lead(f->own.session, "Late", NULL), CRM4E_E_CALLBACK);
        answer = CRM4E_CONTINUE;
        assert_null(unchanged_problem(&f->watch));
    }
    for (size_t i = 0; i < sizeof absurd / sizeof *absurd; i++) {
        told = absurd[i];
        assert_int_equal(fixture_lead(f->own.session, "Late", NULL), CRM4E_E_CALLBACK);
        told = f->time;
        assert_null(unchanged_problem(&f->watch));
    }
}

/* Times never fall: what is changed later was changed later. */
static void a_clock_runs_backwards(void **state)
{
    fixture *f = *state;
    crm4e_engine_options options = f->engine_options;
    crm4e_clock clock = {sizeof clock, NULL, any_time};
    crm4e_record *lead = NULL;
    int64_t created = 0, modified = 0;

    options.clock = &clock;
    answer = CRM4E_CONTINUE;
    told = f->time + INT64_C(1000000000);
    assert_int_equal(open_with(f, &options), CRM4E_OK);
    assert_int_equal(fixture_lead(f->own.session, "Now", &f->own.lead), CRM4E_OK);
    told = 0;
    assert_int_equal(crm4e_record_open(&lead, f->own.session, "Leads", f->own.lead), CRM4E_OK);
    assert_int_equal(crm4e_record_set_text(lead, "City", "Bern", CRM4E_NUL_TERMINATED), CRM4E_OK);
    assert_int_equal(crm4e_record_save(lead), CRM4E_OK);
    assert_int_equal(crm4e_record_get_integer(lead, "Created_Time", &created, NULL), CRM4E_ROW);
    assert_int_equal(crm4e_record_get_integer(lead, "Modified_Time", &modified, NULL), CRM4E_ROW);
    assert_true(modified >= created);
    crm4e_record_free(lead);
}

static void random_bytes_fail_or_repeat(void **state)
{
    fixture *f = *state;
    crm4e_engine_options options = f->engine_options;
    crm4e_random random = {sizeof random, NULL, no_bytes};
    crm4e_org *org = NULL;

    options.random = &random;
    answer = CRM4E_CONTINUE;
    assert_int_equal(open_with(f, &options), CRM4E_OK);
    f->watch.memory = NULL;
    unchanged_mark(&f->watch);
    for (size_t i = 0; i < NO_ANSWERS; i++) {
        answer = no_answers[i];
        assert_int_equal(crm4e_org_create(&org, f->engine, &f->org_options), CRM4E_E_CALLBACK);
        assert_null(org);
        assert_null(unchanged_problem(&f->watch));
    }
    answer = CRM4E_CONTINUE; /* zeros only: never an id, never without end */
    assert_int_equal(crm4e_org_create(&org, f->engine, &f->org_options), CRM4E_E_CALLBACK);
    assert_null(unchanged_problem(&f->watch));
}

static void authentication_answers_what_it_likes(void **state)
{
    fixture *f = *state;
    crm4e_engine_options options = f->engine_options;
    crm4e_auth auth = {sizeof auth, NULL, any_authority, NULL};
    crm4e_session *session = NULL;

    options.auth = &auth;
    assert_int_equal(open_with(f, &options), CRM4E_OK);
    for (size_t i = 0; i < NO_ANSWERS; i++) {
        answer = no_answers[i];
        assert_int_equal(crm4e_session_authenticate(&session, f->own.org, BOB, "x", 1),
                         CRM4E_E_CALLBACK);
        assert_null(session);
    }
    answer = CRM4E_DENY;
    assert_int_equal(crm4e_session_authenticate(&session, f->own.org, BOB, "x", 1), CRM4E_E_DENIED);
    answer = CRM4E_CONTINUE;
    assert_int_equal(crm4e_session_authenticate(&session, f->own.org, "nobody@x.example", "x", 1),
                     CRM4E_E_DENIED);
    assert_int_equal(crm4e_session_authenticate(&session, f->own.org, BOB, NULL, 0), CRM4E_OK);
    crm4e_session_close(session);
    auth.authenticate = NULL;
    assert_int_equal(open_with(f, &options), CRM4E_OK);
    assert_int_equal(crm4e_session_authenticate(&session, f->own.org, BOB, "x", 1),
                     CRM4E_E_UNSUPPORTED);
}

static void authorisation_answers_what_it_likes(void **state)
{
    fixture *f = *state;
    crm4e_engine_options options = f->engine_options;
    crm4e_auth auth = {sizeof auth, NULL, NULL, any_objection};

    options.auth = &auth;
    answer = CRM4E_PASSTHROUGH;
    assert_int_equal(open_with(f, &options), CRM4E_OK);
    f->watch.memory = NULL;
    (void)unchanged_problem(&f->watch);
    unchanged_mark(&f->watch);
    for (size_t i = 0; i < NO_ANSWERS; i++) {
        asked = 0;
        answer = no_answers[i];
        assert_int_equal(crm4e_record_delete(f->own.session, "Leads", f->own.lead, 0),
                         CRM4E_E_CALLBACK);
        assert_true(asked > 0);
        assert_int_equal(fixture_count(f->own.session, "select Company from Leads"),
                         CRM4E_E_CALLBACK);
        answer = CRM4E_PASSTHROUGH;
        assert_null(unchanged_problem(&f->watch));
    }
    answer = CRM4E_DENY;
    assert_int_equal(crm4e_record_delete(f->own.session, "Leads", f->own.lead, 0), CRM4E_E_DENIED);
    assert_int_equal(fixture_count(f->own.session, "select Company from Leads"), CRM4E_E_DENIED);
    answer = CRM4E_PASSTHROUGH;
    assert_null(unchanged_problem(&f->watch));
}

static void a_licence_answers_what_it_likes(void **state)
{
    fixture *f = *state;
    crm4e_engine_options options = f->engine_options;
    crm4e_license license = {sizeof license, NULL, any_limit, NULL};

    options.license = &license;
    answer = CRM4E_PASSTHROUGH;
    assert_int_equal(open_with(f, &options), CRM4E_OK);
    f->watch.memory = NULL;
    (void)unchanged_problem(&f->watch);
    unchanged_mark(&f->watch);
    for (size_t i = 0; i < NO_ANSWERS; i++) {
        answer = no_answers[i];
        assert_int_equal(fixture_user(f->own.session, "new@acme.example", NULL, NULL),
                         CRM4E_E_CALLBACK);
        answer = CRM4E_PASSTHROUGH;
        assert_null(unchanged_problem(&f->watch));
    }
    answer = CRM4E_CONTINUE;
    told = -1;
    assert_int_equal(fixture_user(f->own.session, "new@acme.example", NULL, NULL),
                     CRM4E_E_CALLBACK);
    told = 0;
    assert_int_equal(fixture_user(f->own.session, "new@acme.example", NULL, NULL), CRM4E_E_LIMIT);
    told = INT64_MAX;
    assert_null(unchanged_problem(&f->watch));
    assert_int_equal(fixture_user(f->own.session, "new@acme.example", NULL, NULL), CRM4E_OK);
}

/* What only reads, edits, deactivates or removes never asks. */
static void a_broken_licence_locks_nobody_out(void **state)
{
    fixture *f = *state;
    crm4e_engine_options options = f->engine_options;
    crm4e_license license = {sizeof license, NULL, any_limit, any_feature};
    crm4e_user_options user = CRM4E_USER_OPTIONS_INIT;
    crm4e_text *text = NULL;

    options.license = &license;
    assert_int_equal(open_with(f, &options), CRM4E_OK);
    answer = 0;
    user.email = BOB;
    user.name = "Robert";
    assert_int_equal(crm4e_user_update(f->own.session, &user), CRM4E_OK);
    user.status = CRM4E_USER_INACTIVE;
    assert_int_equal(crm4e_user_update(f->own.session, &user), CRM4E_OK);
    assert_int_equal(fixture_lead(f->own.session, "Li", NULL), CRM4E_OK);
    assert_int_equal(crm4e_record_delete(f->own.session, "Leads", f->own.lead, 0), CRM4E_OK);
    assert_true(fixture_count(f->own.session, "select Company from Leads") > 0);
    assert_int_equal(crm4e_group_remove(f->own.session, "Spare"), CRM4E_OK);
    assert_int_equal(crm4e_org_json(&text, f->own.session), CRM4E_OK);
    crm4e_text_free(text);
    user.status = CRM4E_USER_ACTIVE;
    assert_int_equal(crm4e_user_update(f->own.session, &user), CRM4E_E_CALLBACK);
    text = NULL;
    assert_int_equal(crm4e_limits_json(&text, f->own.session), CRM4E_E_CALLBACK);
    assert_null(text);
}

/* From inside of the callback: the session that asks is in use, others read,
 * and nobody writes. */
static int32_t reenter(void *user, crm4e_id org, const char *name, int64_t *limit)
{
    fixture *f = user;
    crm4e_text *text = NULL;
    crm4e_session *other = NULL;

    (void)org, (void)name, (void)limit;
    if (crm4e_org_json(&text, f->own.session) != CRM4E_E_MISUSE ||
        crm4e_session_open(&other, f->own.org, ANA) != CRM4E_OK ||
        crm4e_org_json(&text, other) != CRM4E_OK || fixture_lead(other, "Li", NULL) != CRM4E_E_BUSY)
        asked = -1;
    crm4e_text_free(text);
    crm4e_session_close(other);
    asked++;
    return CRM4E_PASSTHROUGH;
}

static void a_licence_calls_back_in(void **state)
{
    fixture *f = *state;
    crm4e_engine_options options = f->engine_options;
    crm4e_license license = {sizeof license, f, reenter, NULL};

    options.license = &license;
    assert_int_equal(open_with(f, &options), CRM4E_OK);
    asked = 0;
    assert_int_equal(fixture_user(f->own.session, "new@acme.example", NULL, NULL), CRM4E_OK);
    assert_int_equal(asked, 1);
}

static void a_delivery_answers_what_it_likes(void **state)
{
    static const int32_t wrong[] = {5, -999, 0x7fffffff};
    fixture *f = *state;
    crm4e_engine_options options = f->engine_options;
    crm4e_delivery delivery = {sizeof delivery, NULL, any_delivery};
    int32_t done = 77;

    options.delivery = &delivery;
    assert_int_equal(open_with(f, &options), CRM4E_OK);
    f->watch.memory = NULL;
    unchanged_mark(&f->watch);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        answer = wrong[i];
        assert_int_equal(crm4e_run_due(f->own.session, 0, 5, &done), CRM4E_E_CALLBACK);
        assert_int_equal(done, 77);
        assert_null(unchanged_problem(&f->watch));
    }
    answer = 0; /* try again later: each is tried once */
    assert_int_equal(crm4e_run_due(f->own.session, 0, 5, &done), CRM4E_OK);
    assert_int_equal(done, 1);
    delivery.deliver = NULL;
    assert_int_equal(open_with(f, &options), CRM4E_OK);
    assert_int_equal(crm4e_run_due(f->own.session, 0, 5, &done), CRM4E_E_UNSUPPORTED);
}

static void readers_and_writers_fail(void **state)
{
    fixture *f = *state;
    crm4e_import_options options = f->import_options;

    f->watch.memory = NULL;
    unchanged_mark(&f->watch);
    options.read = any_reader;
    for (size_t i = 0; i < NO_ANSWERS; i++) {
        answer = no_answers[i];
        assert_int_equal(crm4e_import_records(NULL, f->own.session, &options), CRM4E_E_CALLBACK);
        assert_null(unchanged_problem(&f->watch));
    }
    answer = CRM4E_CONTINUE;
    told = 1; /* more than there is room for */
    assert_int_equal(crm4e_import_records(NULL, f->own.session, &options), CRM4E_E_CALLBACK);
    assert_null(unchanged_problem(&f->watch));
    told = 0; /* an empty file */
    assert_int_equal(crm4e_import_records(NULL, f->own.session, &options), CRM4E_E_INVALID);
    assert_null(unchanged_problem(&f->watch));
    options = f->import_options;
    options.partial = 1;
    options.map = "{\"Last_Name\": \"Email\", \"Company\": \"Company\"}"; /* no such email */
    options.reject = any_writer;
    answer = 0;
    f->csv_at = 0;
    assert_int_equal(crm4e_import_records(NULL, f->own.session, &options), CRM4E_E_CALLBACK);
    assert_null(unchanged_problem(&f->watch));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(an_allocator_has_nothing),
        TEST(interfaces_of_another_size_are_refused),
        TEST(flags_and_timeouts_unknown_are_refused),
        TEST(a_clock_fails),
        TEST(a_clock_runs_backwards),
        TEST(random_bytes_fail_or_repeat),
        TEST(authentication_answers_what_it_likes),
        TEST(authorisation_answers_what_it_likes),
        TEST(a_licence_answers_what_it_likes),
        TEST(a_broken_licence_locks_nobody_out),
        TEST(a_licence_calls_back_in),
        TEST(a_delivery_answers_what_it_likes),
        TEST(readers_and_writers_fail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
