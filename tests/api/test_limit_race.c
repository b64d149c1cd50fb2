/* SPDX-License-Identifier: MIT */
/*
 * One is left of a limit, and many reach for it at once: exactly one gets hold, all others hear
 * LIMIT, the counters are exact. Threads of one engine; with the argument `processes` as many
 * processes on one file.
 */
#define _XOPEN_SOURCE 700

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
    THREADS = 64,
    PROCESSES = 8,
    USERS = THREADS
};

/* What is reached for. */
typedef struct race_prize {
    const char *limit;
    const char *start; /* of its line in the report */
    crm4e_user_status status;
    int (*take)(crm4e_session *session, int number);
} race_prize;

static crm4e_id runner(crm4e_session *session, int number)
{
    char email[32];
    crm4e_id id = 0;

    (void)snprintf(email, sizeof email, "r%d@acme.example", number);
    return crm4e_user_find(session, email, &id) == CRM4E_OK ? id : 0;
}

static int create_user(crm4e_session *session, int number)
{
    char email[32];

    (void)snprintf(email, sizeof email, "new%d@acme.example", number);
    return fixture_user(session, email, NULL, NULL);
}

static int activate_user(crm4e_session *session, int number)
{
    crm4e_user_options options = CRM4E_USER_OPTIONS_INIT;
    char email[32];

    (void)snprintf(email, sizeof email, "r%d@acme.example", number);
    options.email = email;
    options.status = CRM4E_USER_ACTIVE;
    return crm4e_user_update(session, &options);
}

static int add_member(crm4e_session *session, int number, crm4e_team_profile profile)
{
    crm4e_module *module = NULL;
    crm4e_id id = runner(session, number);
    int rc = crm4e_module_open(&module, session, "Documents");

    if (rc == CRM4E_OK)
        rc = crm4e_module_add_member(module, id, profile);
    crm4e_module_free(module);
    return rc;
}

static int add_participant(crm4e_session *session, int number)
{
    return add_member(session, number, CRM4E_TEAM_PARTICIPANT);
}

static int add_admin(crm4e_session *session, int number)
{
    return add_member(session, number, CRM4E_TEAM_ADMIN);
}

static int make_space(crm4e_session *session, int number)
{
    crm4e_space_options options = CRM4E_SPACE_OPTIONS_INIT;
    crm4e_space *space = NULL;
    char name[32];
    int rc;

    (void)snprintf(name, sizeof name, "Room %d", number);
    options.name = name;
    rc = crm4e_space_create(&space, session, &options);
    crm4e_space_free(space);
    return rc;
}

static const race_prize prizes[] = {
    {"crm_licences", "{\"name\":\"crm_licences\"", CRM4E_USER_INACTIVE, create_user},
    {"crm_licences", "{\"name\":\"crm_licences\"", CRM4E_USER_INACTIVE, activate_user},
    {"users_per_team_module", "{\"name\":\"users_per_team_module\",\"module\":\"Documents\"",
     CRM4E_USER_ACTIVE, add_participant},
    {"admins_per_team_module", "{\"name\":\"admins_per_team_module\",\"module\":\"Documents\"",
     CRM4E_USER_ACTIVE, add_admin},
    {"team_spaces", "{\"name\":\"team_spaces\"", CRM4E_USER_INACTIVE, make_space},
};
enum {
    PRIZES = sizeof prizes / sizeof *prizes
};

/* What all runners of a race share, unchanged while it is on. */
typedef struct race {
    fixture f;
    const race_prize *prize;
    int64_t most;
    crm4e_license license;
} race;

static int32_t one_is_left(void *user, crm4e_id org, const char *name, int64_t *limit)
{
    const race *r = user;

    (void)org;
    if (strcmp(name, r->prize->limit) != 0)
        return CRM4E_PASSTHROUGH;
    *limit = r->most;
    return CRM4E_CONTINUE;
}

static int64_t used(crm4e_session *session, const race_prize *prize)
{
    crm4e_text *text = NULL;
    const char *at = NULL;
    int64_t number = -1;

    if (crm4e_limits_json(&text, session) == CRM4E_OK)
        at = strstr(crm4e_text_data(text), prize->start);
    at = at ? strstr(at, "\"used\":") : NULL;
    if (at)
        number = atoll(at + strlen("\"used\":"));
    crm4e_text_free(text);
    return number;
}

static void add_runners(fixture *f, crm4e_user_status status)
{
    for (int i = 0; i < USERS; i++) {
        crm4e_user_options options = CRM4E_USER_OPTIONS_INIT;
        char email[32];

        (void)snprintf(email, sizeof email, "r%d@acme.example", i);
        options.email = email;
        options.status = status;
        assert_int_equal(crm4e_user_create(NULL, f->own.session, &options), CRM4E_OK);
    }
}

static int open_engine(race *r, crm4e_engine **engine, crm4e_org **org, crm4e_session **session)
{
    int rc = crm4e_engine_open(engine, &r->f.engine_options);

    if (rc == CRM4E_OK)
        rc = crm4e_org_open(org, *engine, "Acme");
    return rc < 0 ? rc : crm4e_session_open(session, *org, ANA);
}

/* The engine waits for its turn, with a clock that may be read by all. */
static void prepare(race *r, fixture_storage kind, const race_prize *prize)
{
    fixture *f = &r->f;
    crm4e_org_update_options change = CRM4E_ORG_UPDATE_OPTIONS_INIT;

    r->prize = prize;
    assert_int_equal(fixture_open(f, kind), CRM4E_OK);
    change.crm_licences = 2 * USERS;
    assert_int_equal(crm4e_org_update(f->own.session, &change), CRM4E_OK);
    add_runners(f, prize->status);
    r->most = used(f->own.session, prize) + 1;
    assert_true(r->most > 0);
    crm4e_engine_close(f->engine);
    r->license = (crm4e_license){sizeof r->license, r, one_is_left, NULL};
    f->engine_options.license = &r->license;
    f->engine_options.busy_timeout = 60000;
    f->engine_options.clock = NULL;
    f->engine_options.random = NULL;
    f->engine_options.storage = kind == FIXTURE_MEMORY ? &f->storage : NULL;
    assert_int_equal(open_engine(r, &f->engine, &f->own.org, &f->own.session), CRM4E_OK);
}

static void finish(race *r, int winners)
{
    crm4e_text *text = NULL;

    assert_int_equal(winners, 1);
    assert_true(used(r->f.own.session, r->prize) == r->most);
    assert_int_equal(crm4e_check(&text, r->f.own.org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
    assert_true(fixture_close(&r->f));
}

/* Storages that do not wait say BUSY. */
static int reach(const race *r, crm4e_session *session, int number)
{
    int rc;

    do
        rc = r->prize->take(session, number);
    while (rc == CRM4E_E_BUSY);
    return rc;
}

typedef struct contender {
    pthread_t thread;
    race *race;
    pthread_barrier_t *line;
    int number;
    int rc;
} contender;

static void *contend(void *argument)
{
    contender *c = argument;
    crm4e_session *session = NULL;

    c->rc = crm4e_session_open(&session, c->race->f.own.org, ANA);
    (void)pthread_barrier_wait(c->line);
    if (c->rc == CRM4E_OK)
        c->rc = reach(c->race, session, c->number);
    crm4e_session_close(session);
    return NULL;
}

static void threads_reach(const race_prize *prize, fixture_storage kind)
{
    static race r;
    static contender contenders[THREADS];
    pthread_barrier_t line;
    int winners = 0;

    prepare(&r, kind, prize);
    assert_int_equal(pthread_barrier_init(&line, NULL, THREADS), 0);
    for (int i = 0; i < THREADS; i++) {
        contenders[i] = (contender){.race = &r, .line = &line, .number = i};
        assert_int_equal(pthread_create(&contenders[i].thread, NULL, contend, &contenders[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(contenders[i].thread, NULL), 0);
        winners += contenders[i].rc == CRM4E_OK;
        if (contenders[i].rc != CRM4E_OK && contenders[i].rc != CRM4E_E_LIMIT)
            fail_msg("thread %d: %s", i, crm4e_code_name(contenders[i].rc));
    }
    assert_int_equal(pthread_barrier_destroy(&line), 0);
    finish(&r, winners);
}

static void threads_in_memory(void **state)
{
    threads_reach(*state, FIXTURE_MEMORY);
}

static void threads_in_sqlite(void **state)
{
    threads_reach(*state, FIXTURE_SQLITE);
}

enum {
    WON = 0,
    LOST = 1,
    BROKEN = 2
};

/* Begins when the other end of the pipe is closed. */
static int run_process(race *r, int number, int gate)
{
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    crm4e_session *session = NULL;
    char byte;
    int rc = open_engine(r, &engine, &org, &session);

    if (read(gate, &byte, 1) != 0 || rc < 0)
        return BROKEN;
    rc = reach(r, session, number);
    crm4e_engine_close(engine);
    return rc == CRM4E_OK ? WON : rc == CRM4E_E_LIMIT ? LOST : BROKEN;
}

static void processes_reach(void **state)
{
    static race r;
    pid_t children[PROCESSES];
    int gate[2];
    int winners = 0;

    prepare(&r, FIXTURE_SQLITE, *state);
    assert_int_equal(pipe(gate), 0);
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            (void)close(gate[1]);
            _exit(run_process(&r, i, gate[0]));
        }
        assert_true(children[i] > 0);
    }
    (void)close(gate[0]);
    (void)close(gate[1]);
    for (int i = 0; i < PROCESSES; i++) {
        int status = 0;

        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_int_not_equal(WEXITSTATUS(status), BROKEN);
        winners += WEXITSTATUS(status) == WON;
    }
    finish(&r, winners);
}

#define RACE(way, place, words)                                                                    \
    {                                                                                              \
        words, way, NULL, NULL, (void *)&prizes[place]                                             \
    }
#define RACES(way, words)                                                                          \
    RACE(way, 0, words ": a new user"), RACE(way, 1, words ": an activated user"),                 \
        RACE(way, 2, words ": a member"), RACE(way, 3, words ": an admin"),                        \
        RACE(way, 4, words ": a space")

int main(int argc, char **argv)
{
    const struct CMUnitTest threads[] = {RACES(threads_in_memory, "threads, memory"),
                                         RACES(threads_in_sqlite, "threads, SQLite")};
    const struct CMUnitTest processes[] = {RACES(processes_reach, "processes")};

    _Static_assert(PRIZES == 5, "each is raced for");
    if (argc > 1 && strcmp(argv[1], "processes") == 0)
        return cmocka_run_group_tests(processes, NULL, NULL);
    return cmocka_run_group_tests(threads, NULL, NULL);
}
