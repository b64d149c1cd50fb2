/* SPDX-License-Identifier: MIT */
/* A request is closed to everybody who is not of the team and did not send it. */
#include "request_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------- closed to others */

#define SECRET "zqsecret"
typedef struct asked {
    crm4e_session *session;
    crm4e_id id; /* of the request, or of nothing */
    crm4e_text *text;
} asked;

static int by_query(asked *a)
{
    crm4e_cursor *cursor = NULL;
    int rc = crm4e_query_text(&cursor, a->session, "select Name, Owner, Status from Papers");

    rc = rc == CRM4E_OK ? crm4e_cursor_json(&a->text, cursor) : rc;
    crm4e_cursor_free(cursor);
    return rc;
}

static int by_criteria(asked *a)
{
    crm4e_query *query = NULL;
    int64_t count = 0;
    int rc = crm4e_query_new(&query, a->session, "Papers");

    if (rc == CRM4E_OK)
        rc = crm4e_query_where(query, "Name like '" SECRET "%'");
    if (rc == CRM4E_OK)
        rc = crm4e_query_count(query, &count);
    crm4e_query_free(query);
    return rc == CRM4E_OK && count > 0 ? 1000 : rc;
}

static int by_search(asked *a)
{
    return crm4e_search_json(&a->text, a->session, SECRET, CRM4E_NUL_TERMINATED, NULL);
}

static int by_chart(asked *a)
{
    crm4e_chart *chart = NULL;
    int rc = crm4e_chart_new(&chart, a->session, "Papers");

    if (rc == CRM4E_OK)
        rc = crm4e_chart_group_by(chart, "Owner", 0);
    if (rc == CRM4E_OK)
        rc = crm4e_chart_measure(chart, CRM4E_COUNT, NULL);
    if (rc == CRM4E_OK)
        rc = crm4e_chart_run(chart);
    if (rc == CRM4E_OK)
        rc = crm4e_chart_json(&a->text, chart);
    crm4e_chart_free(chart);
    return rc;
}

static int by_requests(asked *a)
{
    return crm4e_requests_json(&a->text, a->session, NULL);
}

static int by_module_requests(asked *a)
{
    crm4e_requests_options options = CRM4E_REQUESTS_OPTIONS_INIT;

    options.module = "Papers";
    return crm4e_requests_json(&a->text, a->session, &options);
}

static int by_module(asked *a)
{
    crm4e_module *module = NULL;
    int rc = crm4e_module_open(&module, a->session, "Papers");

    rc = rc == CRM4E_OK ? crm4e_module_json(&a->text, module) : rc;
    crm4e_module_free(module);
    return rc;
}

static int by_modules(asked *a)
{
    return crm4e_modules_json(&a->text, a->session);
}

static int by_navigation(asked *a)
{
    return crm4e_navigation_json(&a->text, a->session);
}

static int by_limits(asked *a)
{
    return crm4e_limits_json(&a->text, a->session);
}

static int by_opening(asked *a)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, a->session, "Papers", a->id);

    crm4e_record_free(record);
    return rc;
}

static int by_deleting(asked *a)
{
    return crm4e_record_delete(a->session, "Papers", a->id, 0);
}

static int by_restoring(asked *a)
{
    return crm4e_record_restore(a->session, "Papers", a->id);
}

static int by_locking(asked *a)
{
    return crm4e_record_set_locked(a->session, "Papers", a->id, 1);
}

static int by_shares(asked *a)
{
    return crm4e_record_shares(&a->text, a->session, "Papers", a->id);
}

static int by_timeline(asked *a)
{
    return crm4e_timeline_json(&a->text, a->session, "Papers", a->id, 0, 0, 10);
}

static int by_asking(asked *a)
{
    return crm4e_may(a->session, CRM4E_ACTION_VIEW, "Papers", a->id, NULL);
}

static int by_explaining(asked *a)
{
    crm4e_verdict *verdict = NULL;
    int rc = crm4e_explain(&verdict, a->session, crm4e_session_user(a->session), CRM4E_ACTION_VIEW,
                           "Papers", a->id, NULL);

    rc = rc >= 0 ? crm4e_verdict_json(&a->text, verdict) : rc;
    crm4e_verdict_free(verdict);
    return rc;
}

static int by_who_can(asked *a)
{
    return crm4e_who_can(&a->text, a->session, CRM4E_ACTION_VIEW, "Papers", a->id);
}

/* A task that everybody sees points to it. */
static int by_lookup(asked *a)
{
    crm4e_cursor *cursor = NULL;
    int rc = crm4e_query_text(&cursor, a->session, "select Subject, What_Id from Tasks");

    rc = rc == CRM4E_OK ? crm4e_cursor_json(&a->text, cursor) : rc;
    crm4e_cursor_free(cursor);
    return rc;
}

static int32_t write_nothing(void *user, const char *bytes, size_t length)
{
    size_t *written = user;

    (void)bytes;
    *written += length;
    return 0;
}

static int by_export(asked *a)
{
    crm4e_export_options options = CRM4E_EXPORT_OPTIONS_INIT;
    size_t written = 0;
    int rc;

    options.module = "Papers";
    options.write = write_nothing;
    options.write_user = &written;
    rc = crm4e_export_records(a->session, &options, NULL);
    return rc < 0 ? rc : 1000 + (int)written;
}

static const struct {
    const char *name;
    int (*ask)(asked *a);
} questions[] = {
    {"query", by_query},           {"criteria", by_criteria},
    {"search", by_search},         {"chart", by_chart},
    {"requests", by_requests},     {"requests of the module", by_module_requests},
    {"module", by_module},         {"modules", by_modules},
    {"navigation", by_navigation}, {"limits", by_limits},
    {"opening", by_opening},       {"deleting", by_deleting},
    {"restoring", by_restoring},   {"locking", by_locking},
    {"shares", by_shares},         {"timeline", by_timeline},
    {"asking", by_asking},         {"explaining", by_explaining},
    {"who can", by_who_can},       {"lookup", by_lookup},
    {"export", by_export},
};
enum {
    QUESTIONS = sizeof questions / sizeof questions[0]
};

/* Code, message and text of an answer; malloc'd. */
static char *asked_of(crm4e_session *session, size_t question, crm4e_id id)
{
    asked a = {session, id, NULL};
    int rc = questions[question].ask(&a);
    const char *text = a.text ? crm4e_text_data(a.text) : "";
    const char *message = rc < 0 ? crm4e_error_message(crm4e_session_error(session)) : "";
    size_t size = strlen(text) + strlen(message) + 64;
    char *all = malloc(size);

    assert_non_null(all);
    (void)snprintf(all, size, "%d|%s|%s", rc, message, text);
    crm4e_text_free(a.text);
    return all;
}

/* Every question, asked by another requester and by somebody outside, is answered as it
 * was before the request was there, and as of a record that never was. */
static void closed_to_others(void **state)
{
    host *h = *state;
    crm4e_session *out;
    crm4e_session *others[2];
    char *before[2][QUESTIONS];
    crm4e_record *task = NULL;
    char link[64];
    crm4e_id id;

    host_apply(h, "{'users': [{'email': 'out@acme.example', 'profile': 'Standard'}],"
                  " 'modules': [{'api_name': 'Tasks', 'org_default': 'public_read_only'}]}");
    out = host_session(h, "out@acme.example");
    others[0] = quin;
    others[1] = out;
    id = add(lee, "Papers", SECRET);
    host_ok(h->admin, crm4e_record_new(&task, h->admin, "Tasks"));
    host_ok(h->admin, crm4e_record_set_text(task, "Subject", "Look", CRM4E_NUL_TERMINATED));
    (void)snprintf(link, sizeof link, "Papers:%lld", (long long)id);
    host_ok(h->admin, crm4e_record_set_text(task, "What_Id", link, CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(task));
    crm4e_record_free(task);
    for (size_t i = 0; i < 2; i++)
        for (size_t q = 0; q < QUESTIONS; q++)
            before[i][q] = asked_of(others[i], q, id + (1 << 20));
    id = add(pat, "Papers", SECRET);
    set_owner(lee, "Papers", id, "lee@acme.example");
    for (size_t i = 0; i < 2; i++)
        for (size_t q = 0; q < QUESTIONS; q++) {
            char *after = asked_of(others[i], q, id);

            if (strcmp(before[i][q], after) != 0)
                print_error("%s of %zu\n", questions[q].name, i);
            assert_string_equal(before[i][q], after);
            assert_null(strstr(after, SECRET));
            free(before[i][q]);
            free(after);
        }
    crm4e_session_close(out);
}

/* He who asked finds it by what is open to him, and the module nowhere. */
static void open_to_him(void **state)
{
    static const char *const found_by[] = {"query", "criteria", "search", "requests",
                                           "requests of the module"};
    static const char *const closed[] = {"module", "who can"};
    crm4e_id id = add(pat, "Papers", SECRET);

    (void)state;
    set_owner(lee, "Papers", id, "lee@acme.example");
    for (size_t q = 0; q < QUESTIONS; q++) {
        char *said = asked_of(pat, q, id);

        for (size_t i = 0; i < sizeof found_by / sizeof found_by[0]; i++)
            if (strcmp(questions[q].name, found_by[i]) == 0)
                assert_true(strstr(said, SECRET) != NULL || strncmp(said, "1000|", 5) == 0);
        for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++)
            if (strcmp(questions[q].name, closed[i]) == 0)
                assert_int_equal(said[0], '-');
        if (strcmp(questions[q].name, "modules") == 0)
            assert_null(strstr(said, "Papers"));
        free(said);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, requests_setup, host_teardown)
    const struct CMUnitTest tests[] = {TEST(closed_to_others), TEST(open_to_him)};
    return host_run("requests closed", tests, sizeof tests / sizeof tests[0]);
}
