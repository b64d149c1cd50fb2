/* SPDX-License-Identifier: MIT */
/* Several processes write, others follow the feed meanwhile: each hears of every change that
 * was committed once, in one order, and of none that was rolled back. */
#define _XOPEN_SOURCE 700

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "fixture.h"

enum {
    WRITERS = 3,
    READERS = 2,
    EACH = 60, /* leads of a writer: added, then changed */
    MOST = 1000
};

static int open_own(const char *directory, crm4e_engine **engine, crm4e_session **session)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_org *org = NULL;
    int rc;

    options.path = directory;
    rc = crm4e_engine_open(engine, &options);
    rc = rc < 0 ? rc : crm4e_org_open(&org, *engine, "Acme");
    return rc < 0 ? rc : crm4e_session_open(session, org, ANA);
}

static int change(crm4e_session *session, crm4e_id id)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, session, "Leads", id);

    rc = rc < 0 ? rc : crm4e_record_set_text(record, "City", "Rome", CRM4E_NUL_TERMINATED);
    rc = rc < 0 ? rc : crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

/* Both, or neither: every other one in one transaction, and one before it that comes to nothing. */
static int write_one(crm4e_session *session, int number)
{
    bool together = number % 2 == 0;
    crm4e_id id = 0;
    int rc = together ? crm4e_session_begin(session) : CRM4E_OK;

    if (rc == CRM4E_OK && together) {
        rc = fixture_lead(session, "Never", NULL);
        if (crm4e_session_rollback(session) < 0)
            return CRM4E_E_INTERNAL;
        rc = rc < 0 ? rc : crm4e_session_begin(session);
    }
    rc = rc < 0 ? rc : fixture_lead(session, "Once", &id);
    while (rc == CRM4E_OK && (rc = change(session, id)) == CRM4E_E_BUSY && !together)
        rc = CRM4E_OK;
    if (!together)
        return rc;
    if (rc == CRM4E_OK)
        return crm4e_session_commit(session);
    (void)crm4e_session_rollback(session);
    return rc;
}

static int write_all(const char *directory)
{
    crm4e_engine *engine = NULL;
    crm4e_session *session = NULL;
    int rc = open_own(directory, &engine, &session);

    for (int i = 0; i < EACH && rc == CRM4E_OK; i++)
        while ((rc = write_one(session, i)) == CRM4E_E_BUSY)
            ;
    crm4e_engine_close(engine);
    return rc < 0 ? 1 : 0;
}

typedef struct heard {
    int64_t position, record, version;
} heard;

/* One page; the number of changes, or a code. */
static int hear(crm4e_session *session, int64_t *position, heard *changes)
{
    crm4e_feed_options options = CRM4E_FEED_OPTIONS_INIT;
    crm4e_text *text = NULL;
    const char *at, *end;
    int count = 0, rc;

    options.limit = 7;
    rc = crm4e_feed_json(&text, session, *position, &options);
    if (rc < 0)
        return rc;
    end = strstr(crm4e_text_data(text), "],\"position\":");
    for (at = crm4e_text_data(text); (at = strstr(at, "{\"position\":")) != NULL; at++) {
        long long place, record, version;
        char kind[20];

        if (sscanf(at,
                   "{\"position\":%lld,\"module\":\"Leads\",\"record\":%lld,\"kind\":\"%19[^\"]\","
                   "\"version\":%lld",
                   &place, &record, kind, &version) != 4)
            return CRM4E_E_INTERNAL;
        changes[count++] = (heard){place, record, version};
        end = strstr(at, "],\"position\":");
    }
    *position = strtoll(end + strlen("],\"position\":"), NULL, 10);
    crm4e_text_free(text);
    return count;
}

/* What a follower hears from a position on, until it has heard all that will be said. */
static int follow(crm4e_session *session, int64_t position, heard *all)
{
    int count = 0;

    while (count < WRITERS * EACH * 2) {
        int rc = hear(session, &position, &all[count]);

        if (rc < 0 && rc != CRM4E_E_BUSY)
            return rc;
        count += rc > 0 ? rc : 0;
    }
    return hear(session, &position, &all[count]) == 0 ? count : -1;
}

/* In order, each record's first change before its second. */
static bool is_whole(const heard *all, int count)
{
    bool whole = count == WRITERS * EACH * 2;

    for (int i = 0; i < count && whole; i++) {
        int before = 0;

        for (int k = 0; k < i; k++)
            before += all[k].record == all[i].record;
        whole = (i == 0 || all[i].position > all[i - 1].position) && all[i].version == before + 1 &&
                before < 2;
    }
    return whole;
}

static int follow_as_child(const char *directory, int64_t position)
{
    crm4e_engine *engine = NULL;
    crm4e_session *session = NULL;
    heard *all = calloc(MOST, sizeof *all);
    bool whole = open_own(directory, &engine, &session) == CRM4E_OK &&
                 is_whole(all, follow(session, position, all));

    crm4e_engine_close(engine);
    free(all);
    return whole ? 0 : 2;
}

static void all_hear_the_same(void **state)
{
    pid_t children[WRITERS + READERS];
    heard *all = calloc(MOST, sizeof *all);
    int64_t position = 0;
    fixture f;

    (void)state;
    assert_int_equal(fixture_open(&f, FIXTURE_SQLITE), CRM4E_OK);
    assert_int_equal(crm4e_feed_position(f.own.session, &position), CRM4E_OK);
    for (int i = 0; i < WRITERS + READERS; i++) {
        children[i] = fork();
        if (children[i] == 0)
            _exit(i < WRITERS ? write_all(f.directory) : follow_as_child(f.directory, position));
    }
    assert_true(is_whole(all, follow(f.own.session, position, all)));
    for (int i = 0; i < WRITERS + READERS; i++) {
        int status = -1;

        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    free(all);
    assert_true(fixture_close(&f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_hear_the_same)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
