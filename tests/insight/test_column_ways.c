/* SPDX-License-Identifier: MIT */
/* What columns in memory answer is what the storage answers in the same transaction,
 * whoever changed what, in this process or another, before or meanwhile. `test N` goes on with
 * other seeds, N of them; `test 0xSEED` runs that one. */
#define _XOPEN_SOURCE 700

#include "column_writes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/inside.h"
#include "columns/cache.h"
#include "insight/chart.h"
#include "record/query.h"

enum {
    ENGINES = 3,
    USERS = 3,
    STEPS = 60, /* of a seed */
    ANSWERS = 1 << 20
};

static const int64_t budgets[ENGINES] = {-1, 1000 * 1000, 90 * 1000};
static const char *const emails[USERS] = {HOST_ADMIN, "bob@acme.example", "eve@acme.example"};
/* Each a course of its own; what ever failed is added. */
static const uint64_t seeds[] = {0x9e3779b97f4a7c15, 0x1234567, 0xfeed5eed};
static int more_seeds;
static uint64_t one_seed;

typedef struct order {
    uint64_t seed;
    int steps; /* 0: the end */
} order;

typedef struct other_process {
    pid_t child;
    int there;
    int back;
} other_process;

typedef struct world {
    char directory[64];
    char path[96];
    crm4e_engine *engines[ENGINES];
    crm4e_session *sessions[ENGINES][USERS];
    other_process other;
    writer here;
} world;

/* ------------------------------------------------------------------- asking */

static const char *const queries[] = {
    "select id, Hue from Things order by Price",
    "select id, Price from Things where Hue in ('Red', 'Green') order by Price desc limit 7",
    "select id from Things where Size > 2 or Day is null order by Hue, Size desc limit 13",
    "select id, Twice from Things where Twice > 4 order by Twice desc, id desc",
    "select id from Things where Who = ${CURRENTUSER} order by At limit 9",
    "select id, Good from Things where Twin is null order by Good, Day desc",
    "select id from Things where Owner != ${CURRENTUSER} order by Twin, Hue",
    "select id from Leads where Annual_Revenue > 5 order by Annual_Revenue desc",
    "select id from Things where Size between 2 and 9",
};

static const char *const charts[] = {
    "{\"module\": \"Things\", \"group_by\": [\"Hue\"], \"measures\": [\"count\", \"sum:Price\"]}",
    "{\"module\": \"Things\", \"group_by\": [\"Day:month\", \"Hue\"], \"measures\": [\"max:Size\"],"
    " \"where\": \"Size > 3\"}",
    "{\"module\": \"Things\", \"group_by\": [\"Owner\", \"Who\"], \"measures\": [\"avg:Twice\"]}",
    "{\"module\": \"Things\", \"group_by\": [\"At:day\", \"Good\"],"
    " \"measures\": [\"count_distinct:Size\"]}",
    "{\"module\": \"Leads\", \"group_by\": [\"Owner\"], \"measures\": [\"sum:Annual_Revenue\"]}",
};

static void put_code(c4_buffer *out, int rc)
{
    c4_buffer_text(out, rc == CRM4E_OK ? "" : crm4e_code_name(rc));
    c4_buffer_char(out, '\n');
}

static int put_page(c4_unit *unit, const c4_query_tree *tree, c4_buffer *out)
{
    const c4_mem *mem = &unit->env->mem;
    c4_result *page = NULL;
    int64_t count = 0;
    int rc = c4_query_count(unit, tree, &count);

    c4_buffer_i64(out, count);
    if (rc == CRM4E_OK)
        rc = c4_query_run(unit, tree, &page, mem);
    for (size_t i = 0; rc == CRM4E_OK && i < page->row_count * page->column_count; i++) {
        c4_buffer_char(out, ' ');
        c4_buffer_text(out, page->texts[i] != NULL ? page->texts[i] : "-");
    }
    if (rc == CRM4E_OK && page->more)
        c4_buffer_text(out, page->token);
    c4_result_free(page, mem);
    return rc;
}

static void ask_query(c4_unit *unit, const char *text, c4_buffer *out)
{
    c4_query_tree tree;
    int rc = c4_query_parse(unit->arena, unit->error, text, strlen(text), &tree);

    put_code(out, rc == CRM4E_OK ? put_page(unit, &tree, out) : rc);
}

static void ask_chart(c4_unit *unit, const char *text, c4_buffer *out)
{
    const c4_mem *mem = &unit->env->mem;
    char *copy = strdup(text);
    c4_json_document document = {0};
    c4_chart_result *result = NULL;
    c4_chart_spec spec;
    int rc = c4_json_parse(&document, mem, copy, strlen(copy), ANSWERS);

    if (rc == CRM4E_OK)
        rc = c4_chart_spec_read(unit, unit->arena, document.root, &spec);
    if (rc == CRM4E_OK)
        rc = c4_chart_run(unit, &spec, mem, &result);
    if (rc == CRM4E_OK)
        c4_chart_to_json(&spec, result, out);
    put_code(out, rc);
    c4_chart_result_free(result, mem);
    c4_json_free(&document);
    free(copy);
}

static void ask_all(c4_unit *unit, c4_buffer *out)
{
    c4_buffer_reset(out);
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
        ask_query(unit, queries[i], out);
    for (size_t i = 0; i < sizeof charts / sizeof charts[0]; i++)
        ask_chart(unit, charts[i], out);
}

/* The same transaction, the same questions, with columns and without. */
static void compare(const world *w, size_t engine, size_t user)
{
    c4_session *session = c4_handle_enter(w->sessions[engine][user], C4_KIND_SESSION, NULL);
    c4_engine *inside = session->engine;
    c4_cache *columns = inside->env.columns;
    c4_buffer cached;
    c4_buffer stored;

    c4_buffer_init(&cached, &inside->env.mem, ANSWERS);
    c4_buffer_init(&stored, &inside->env.mem, ANSWERS);
    assert_int_equal(c4_work_begin(session, CRM4E_TRANSACTION_READ), CRM4E_OK);
    ask_all(&session->unit, &cached);
    inside->env.columns = NULL;
    ask_all(&session->unit, &stored);
    inside->env.columns = columns;
    assert_int_equal(c4_work_end(session, CRM4E_OK), CRM4E_OK);
    c4_handle_leave(w->sessions[engine][user]);
    assert_string_equal(c4_buffer_c_str(&cached), c4_buffer_c_str(&stored));
    assert_true(budgets[engine] < 0 || c4_cache_used(columns) <= (size_t)budgets[engine]);
    c4_buffer_free(&cached);
    c4_buffer_free(&stored);
}

static void compare_some(world *w)
{
    for (size_t i = 0; i < ENGINES; i++)
        compare(w, i, writer_roll(&w->here, USERS));
}

/* ------------------------------------------------------------------ places */

static crm4e_session *open_path(const char *path, int64_t bytes, crm4e_engine **engine)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_session *session = NULL;
    crm4e_org *org = NULL;
    int rc;

    options.path = path;
    options.flags = CRM4E_ENGINE_NORMAL_SYNC;
    options.column_bytes = bytes;
    rc = crm4e_engine_open(engine, &options);
    rc = rc < 0 ? rc : crm4e_org_open(&org, *engine, NULL);
    rc = rc < 0 ? rc : crm4e_session_open(&session, org, HOST_ADMIN);
    return rc < 0 ? NULL : session;
}

/* First told a path, then how many steps of which seed; answers each when it is done. */
static void serve(int in, int out)
{
    char path[96];
    order o;
    crm4e_engine *engine = NULL;
    writer w = {0};
    bool well = read(in, path, sizeof path) == (ssize_t)sizeof path;

    w.admin = well ? open_path(path, 0, &engine) : NULL;
    well = w.admin != NULL;
    while (well && read(in, &o, sizeof o) == (ssize_t)sizeof o && o.steps > 0) {
        w.seed = o.seed;
        for (int i = 0; i < o.steps; i++)
            writer_step(&w);
        well = write(out, &o, 1) == 1;
    }
    crm4e_engine_close(engine);
    _exit(well ? 0 : 1);
}

/* Before anything is open, as fork() asks of SQLite. */
static void start_other(other_process *other)
{
    int there[2];
    int back[2];

    assert_true(pipe(there) == 0 && pipe(back) == 0);
    other->child = fork();
    assert_true(other->child >= 0);
    if (other->child == 0) {
        (void)close(there[1]);
        (void)close(back[0]);
        serve(there[0], back[1]);
    }
    (void)close(there[0]);
    (void)close(back[1]);
    other->there = there[1];
    other->back = back[0];
}

static void tell(const other_process *other, uint64_t seed, int steps)
{
    const order o = {seed | 1, steps};

    assert_int_equal(write(other->there, &o, sizeof o), sizeof o);
}

static void hear(const other_process *other)
{
    char byte;

    assert_int_equal(read(other->back, &byte, 1), 1);
}

static void end_other(const other_process *other)
{
    int status = 1;

    (void)close(other->there);
    (void)close(other->back);
    assert_true(waitpid(other->child, &status, 0) == other->child);
    assert_int_equal(status, 0);
}

static void make_org(const char *path)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_org_options org = CRM4E_ORG_OPTIONS_INIT;
    crm4e_engine *engine = NULL;
    crm4e_org *made = NULL;
    crm4e_session *session = NULL;
    char *json = host_json(writer_model);

    options.path = path;
    options.flags = CRM4E_ENGINE_NORMAL_SYNC;
    org.name = "Acme";
    org.edition = CRM4E_EDITION_ENTERPRISE;
    org.admin_email = HOST_ADMIN;
    org.crm_licences = 50;
    assert_int_equal(crm4e_engine_open(&engine, &options), CRM4E_OK);
    assert_int_equal(crm4e_org_create(&made, engine, &org), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&session, made, HOST_ADMIN), CRM4E_OK);
    host_ok(session, crm4e_org_apply(NULL, session, json, CRM4E_NUL_TERMINATED));
    crm4e_engine_close(engine);
    free(json);
}

static void open_world(world *w, uint64_t seed)
{
    *w = (world){.here = {.seed = seed}};
    start_other(&w->other);
    (void)snprintf(w->directory, sizeof w->directory, "/tmp/crm4e-columns-XXXXXX");
    assert_non_null(mkdtemp(w->directory));
    (void)snprintf(w->path, sizeof w->path, "%s/acme.crm4e", w->directory);
    make_org(w->path);
    for (size_t i = 0; i < ENGINES; i++) {
        crm4e_org *org;
        w->sessions[i][0] = open_path(w->path, budgets[i], &w->engines[i]);
        assert_non_null(w->sessions[i][0]);
        assert_int_equal(crm4e_org_open(&org, w->engines[i], NULL), CRM4E_OK);
        for (size_t k = 1; k < USERS; k++)
            assert_int_equal(crm4e_session_open(&w->sessions[i][k], org, emails[k]), CRM4E_OK);
    }
    assert_int_equal(write(w->other.there, w->path, sizeof w->path), sizeof w->path);
}

static void close_world(world *w)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    char name[128];

    for (size_t i = 0; i < ENGINES; i++)
        crm4e_engine_close(w->engines[i]);
    end_other(&w->other);
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        (void)snprintf(name, sizeof name, "%s%s", w->path, endings[i]);
        (void)unlink(name);
    }
    (void)rmdir(w->directory);
}

/* -------------------------------------------------------------------- walks */

/* By one of our own engines, by another process, or by it while we ask. */
static void walk_on(world *w)
{
    const int steps = 1 + (int)writer_roll(&w->here, 6);
    const unsigned how = writer_roll(&w->here, 6);

    w->here.admin = w->sessions[writer_roll(&w->here, ENGINES)][0];
    if (how < 3) {
        for (int i = 0; i < steps; i++)
            writer_step(&w->here);
    } else {
        tell(&w->other, w->here.seed, how == 3 ? steps : steps * 3);
        for (int i = 0; how > 3 && i < 3; i++)
            compare_some(w);
        hear(&w->other);
    }
    compare_some(w);
}

static void walk(uint64_t seed)
{
    world w;

    print_message("seed 0x%llx\n", (unsigned long long)seed);
    open_world(&w, seed);
    for (int i = 0; i < 25; i++)
        writer_change_records(
            &(writer){.admin = w.sessions[0][0], .seed = seed + (uint64_t)i * 77});
    for (int i = 0; i < STEPS; i++)
        walk_on(&w);
    for (size_t user = 0; user < USERS; user++)
        compare(&w, 0, user);
    close_world(&w);
}

static void answers_are_equal(void **state)
{
    uint64_t seed = 88172645463325252u;

    (void)state;
    for (size_t i = 0; i < sizeof seeds / sizeof seeds[0] && one_seed == 0; i++)
        walk(seeds[i]);
    for (int i = 0; i < more_seeds; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        walk(seed | 1);
    }
    if (one_seed != 0)
        walk(one_seed);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(answers_are_equal)};

    if (argc > 1 && strncmp(argv[1], "0x", 2) == 0)
        one_seed = strtoull(argv[1], NULL, 16);
    else if (argc > 1)
        more_seeds = atoi(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
