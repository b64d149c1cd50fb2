/* SPDX-License-Identifier: MIT */
/* Columns in memory that cannot be made, followed or used to the end: the call fails as it
 * would have without them, or answers what the storage answers. */
#include "chart_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns/cache.h"
#include "model/standard.h"
#include "support/fault_storage.h"

enum {
    THINGS = 120,
    MANY = 4300, /* more than a block */
    TEXT = 1 << 18
};

/* What there is in memory when a question is asked. */
typedef enum memory {
    COLD,
    BEHIND,
    WARM,
    MEMORIES
} memory;

typedef struct world {
    steps s;
    fault_storage fault;
    c4_cache *columns;
    crm4e_id first;
} world;

static const char *const questions[] = {
    "select id from Things where Dec > -50 order by Dec desc, Day limit 20",
    "select id from Things where Pick in ('Red', 'Blue') order by Time limit 9",
    "{\"module\": \"Things\", \"group_by\": [\"Pick\", \"Day:month\"], \"measures\": [\"sum:Dec\"],"
    " \"where\": \"Dec > -40\"}",
    "{\"module\": \"Things\", \"group_by\": [\"Time:week\"], \"measures\": [\"max:Dec\","
    " \"count_distinct:Dec\"]}",
};
enum {
    QUESTIONS = sizeof questions / sizeof questions[0]
};

/* ------------------------------------------------------------------ asking */

static int ask_list(c4_unit *unit, const char *text, c4_buffer *out)
{
    const c4_mem *mem = &unit->env->mem;
    c4_result *found = NULL;
    c4_query_tree tree;
    int64_t count = 0;
    int rc = c4_query_parse(unit->arena, unit->error, text, strlen(text), &tree);

    if (rc == CRM4E_OK)
        rc = c4_query_count(unit, &tree, &count);
    if (rc == CRM4E_OK)
        rc = c4_query_run(unit, &tree, &found, mem);
    c4_buffer_i64(out, count);
    for (size_t i = 0; rc == CRM4E_OK && i < found->row_count; i++) {
        c4_buffer_char(out, ' ');
        c4_buffer_i64(out, found->ids[i]);
    }
    c4_result_free(found, mem);
    return rc;
}

static int ask_chart(c4_unit *unit, const char *text, c4_buffer *out)
{
    const c4_mem *mem = &unit->env->mem;
    char *copy = strdup(text);
    c4_json_document document = {0};
    c4_chart_result *result = NULL;
    c4_chart_spec spec;
    int rc = c4_json_parse(&document, mem, copy, strlen(copy), TEXT);

    if (rc == CRM4E_OK)
        rc = c4_chart_spec_read(unit, unit->arena, document.root, &spec);
    if (rc == CRM4E_OK)
        rc = c4_chart_run(unit, &spec, mem, &result);
    if (rc == CRM4E_OK)
        c4_chart_to_json(&spec, result, out);
    c4_chart_result_free(result, mem);
    c4_json_free(&document);
    free(copy);
    return rc;
}

static int ask(world *w, const char *question, c4_buffer *out)
{
    int rc;

    c4_buffer_reset(out);
    c4_failure_clear(&w->s.org.error);
    w->s.org.unit.asked = NULL;
    rc = question[0] == '{' ? ask_chart(&w->s.org.unit, question, out)
                            : ask_list(&w->s.org.unit, question, out);
    return rc == CRM4E_OK ? out->code : rc;
}

/* In a transaction of its own; `*expected` what it has to be. */
static void must_answer(world *w, const char *question, const char *expected)
{
    c4_buffer out;

    c4_buffer_init(&out, &w->s.org.env.mem, TEXT);
    assert_ok(org_begin(&w->s.org, CRM4E_TRANSACTION_READ));
    assert_ok(ask(w, question, &out));
    org_rollback(&w->s.org);
    assert_string_equal(c4_buffer_c_str(&out), expected);
    c4_buffer_free(&out);
}

static char *answer_of_storage(world *w, const char *question)
{
    c4_buffer out;
    char *copy;

    c4_buffer_init(&out, &w->s.org.env.mem, TEXT);
    w->s.org.env.columns = NULL;
    assert_ok(org_begin(&w->s.org, CRM4E_TRANSACTION_READ));
    assert_ok(ask(w, question, &out));
    org_rollback(&w->s.org);
    w->s.org.env.columns = w->columns;
    copy = strdup(c4_buffer_c_str(&out));
    c4_buffer_free(&out);
    return copy;
}

/* ------------------------------------------------------------------- world */

/* Rows like those that are there, into the table itself: columns ask nothing else. */
static void copy_rows(world *w, int count)
{
    c4_unit *unit = &w->s.org.unit;
    const c4_module *module = c4_meta_module_named(unit->meta, "Things");
    crm4e_value *row = NULL;

    for (int i = 0; i < count; i++) {
        if (i % THINGS == 0)
            assert_ok(c4_record_load(unit, module, w->first, &row));
        row[C4_COLUMN_ID].integer = c4_unit_new_id(unit);
        assert_ok(c4_db_insert(unit->db, &module->table, row));
    }
}

static void fill_world(world *w)
{
    static const char *const picks[] = {"'Red'", "'Green'", "'Blue'", "null"};
    char json[256];

    for (int i = 0; i < THINGS; i++) {
        crm4e_id id;
        (void)snprintf(json, sizeof json,
                       "{'Name': 'a', 'Dec': %d.%02d, 'Day': '2024-%02d-%02d', 'Pick': %s,"
                       " 'Time': '2024-03-%02dT%02d:30:00Z'}",
                       i * 7 % 100 - 60, i % 100, 1 + i % 12, 1 + i * 5 % 28, picks[i % 4],
                       1 + i % 31, i % 24);
        id = add(&w->s, json);
        w->first = w->first == 0 ? id : w->first;
    }
}

static void close_cache(world *w)
{
    c4_cache_free(w->columns);
    w->columns = NULL;
    w->s.org.env.columns = NULL;
}

static void open_cache(world *w, int64_t bytes)
{
    close_cache(w);
    assert_ok(c4_cache_new(&w->s.org.env.mem, bytes, &w->columns));
    w->s.org.env.columns = w->columns;
}

static int setup_with(void **state, int more)
{
    world *w = calloc(1, sizeof *w);

    org_fixture_init(&w->s.org);
    fault_storage_init(&w->fault, crm4e_storage_memory(), NULL);
    w->s.org.storage = fault_storage_host(&w->fault);
    *state = w;
    if (org_fixture_create(&w->s.org, NULL) != CRM4E_OK ||
        org_begin(&w->s.org, CRM4E_TRANSACTION_WRITE) != CRM4E_OK)
        return -1;
    make_query_world(&w->s);
    fill_world(w);
    copy_rows(w, more);
    return org_commit(&w->s.org) == CRM4E_OK ? 0 : -1;
}

static int setup(void **state)
{
    return setup_with(state, 0);
}

static int setup_many(void **state)
{
    return setup_with(state, MANY);
}

static int teardown(void **state)
{
    world *w = *state;
    size_t live;

    close_cache(w);
    org_fixture_close(&w->s.org);
    live = atomic_load(&w->s.org.alloc.live);
    free(w);
    return live == 0 ? 0 : -1;
}

/* A change of one record and back, so that every answer stays what it is. */
static void change_something(world *w)
{
    for (int turn = 0; turn < 2; turn++) {
        assert_ok(org_begin(&w->s.org, CRM4E_TRANSACTION_WRITE));
        assert_ok(
            update(&w->s, "Things", w->first, 0, turn == 0 ? "{'Dec': 77}" : "{'Dec': -60.00}"));
        assert_ok(org_commit(&w->s.org));
    }
}

static void prepare(world *w, memory what, const char *question, const char *expected)
{
    if (what == COLD)
        open_cache(w, -1);
    else
        must_answer(w, question, expected);
    if (what == BEHIND)
        change_something(w);
}

/* ------------------------------------------------------------------- tests */

/* Calls fail farther and farther apart: reading what changed, the storage in memory counts all of
 * history, which each attempt makes longer. */

/* One attempt, with what is armed; whether the fault was met. */
static bool attempt(world *w, const char *question, const char *expected, int code)
{
    c4_buffer out;
    bool hit;
    int rc;

    c4_buffer_init(&out, &w->s.org.env.mem, TEXT);
    c4_buffer_reserve(&out, 1024);
    rc = ask(w, question, &out);
    hit = fail_alloc_hit(&w->s.org.alloc) || atomic_load(&w->fault.hit);
    fail_alloc_arm(&w->s.org.alloc, 0, false);
    fault_storage_disarm(&w->fault);
    assert_true(rc == CRM4E_OK || (hit && rc == code));
    if (rc == CRM4E_OK)
        assert_string_equal(c4_buffer_c_str(&out), expected);
    c4_buffer_free(&out);
    org_rollback(&w->s.org);
    return hit;
}

static void without_memory(void **state)
{
    world *w = *state;

    for (size_t q = 0; q < QUESTIONS; q++) {
        char *expected = answer_of_storage(w, questions[q]);
        for (memory what = COLD; what < MEMORIES; what++) {
            bool hit = true;
            open_cache(w, -1);
            for (size_t n = 1; hit; n += 1 + n / 8) {
                prepare(w, what, questions[q], expected);
                assert_ok(org_begin(&w->s.org, CRM4E_TRANSACTION_READ));
                fail_alloc_arm(&w->s.org.alloc, n, n % 2 == 0);
                hit = attempt(w, questions[q], expected, CRM4E_E_NO_MEMORY);
                must_answer(w, questions[q], expected);
            }
            assert_true(c4_cache_used(w->columns) > 0);
        }
        free(expected);
    }
}

static void with_a_failing_storage(void **state)
{
    static const fault_method methods[] = {FAULT_GET, FAULT_SELECT, FAULT_NEXT, FAULT_SCAN};
    world *w = *state;

    for (size_t q = 0; q < QUESTIONS; q++) {
        char *expected = answer_of_storage(w, questions[q]);
        for (memory what = COLD; what < MEMORIES; what++) {
            open_cache(w, -1);
            for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
                bool hit = true;
                for (size_t n = 1; hit; n += 1 + n / 8) {
                    prepare(w, what, questions[q], expected);
                    assert_ok(org_begin(&w->s.org, CRM4E_TRANSACTION_READ));
                    fault_storage_arm(&w->fault, methods[m], n, n % 2 == 0, CRM4E_E_IO);
                    hit = attempt(w, questions[q], expected, CRM4E_E_IO);
                    must_answer(w, questions[q], expected);
                }
            }
        }
        free(expected);
    }
}

/* Full before the first column, within the first, between two, within the last. */
static void with_too_little_room(void **state)
{
    world *w = *state;

    for (size_t q = 0; q < QUESTIONS; q++) {
        char *expected = answer_of_storage(w, questions[q]);
        for (int64_t bytes = 1; bytes < 600 * 1000; bytes += bytes < 60000 ? 59999 : 39989) {
            open_cache(w, bytes);
            for (int again = 0; again < 2; again++) {
                must_answer(w, questions[q], expected);
                assert_true(c4_cache_used(w->columns) <= (size_t)bytes);
            }
        }
        assert_true(c4_cache_used(w->columns) > 0);
        free(expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(with_a_failing_storage, setup, teardown),
        cmocka_unit_test_setup_teardown(with_too_little_room, setup_many, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
