/* SPDX-License-Identifier: MIT */
#include "chart_steps.h"

#include "columns/cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    JSON_BYTES = 1 << 20,
    JOINED = 1 << 16,
    QUERY_BYTES = 1 << 17
};

c4_chart_result *chart_result;

int chart_setup(void **state)
{
    int rc = steps_setup(state);
    if (rc == 0) {
        steps *s = *state;
        make_query_world(s);
        rc = c4_cache_new(&s->org.env.mem, -1, &s->org.env.columns);
    }
    return rc;
}

static void free_chart(steps *s)
{
    c4_chart_result_free(chart_result, &s->org.env.mem);
    chart_result = NULL;
}

int chart_teardown(void **state)
{
    free_page(*state);
    free_chart(*state);
    c4_cache_free(((steps *)*state)->org.env.columns);
    return steps_teardown(state);
}

static void parse(steps *s, const char *text, c4_json_document *document)
{
    size_t length = strlen(text);
    char *copy = malloc(length + 1);
    assert_non_null(copy);
    for (size_t i = 0; i <= length; i++)
        copy[i] = text[i] == '\'' ? '"' : text[i] == '`' ? '\'' : text[i];
    int rc = c4_json_parse(document, &s->org.env.mem, copy, length, JSON_BYTES);
    if (rc != CRM4E_OK)
        fail_msg("%s: %s", copy, document->problem);
    free(copy);
}

static void same_text(const char *a, const char *b)
{
    assert_true((a == NULL) == (b == NULL));
    if (a != NULL)
        assert_string_equal(a, b);
}

static void same_bucket(const c4_chart_bucket *a, const c4_chart_bucket *b)
{
    for (size_t i = 0; i < chart_result->key_count; i++) {
        assert_string_equal(a->labels[i], b->labels[i]);
        assert_int_equal(a->empty[i], b->empty[i]);
        assert_int_equal(a->restricted[i], b->restricted[i]);
        assert_true(a->sort[i] == b->sort[i]);
    }
    for (size_t i = 0; i < chart_result->measure_count; i++) {
        assert_int_equal(a->values[i].null, b->values[i].null);
        assert_int_equal(a->values[i].whole, b->values[i].whole);
        assert_true(a->values[i].number == b->values[i].number);
        assert_int_equal(a->values[i].scale, b->values[i].scale);
        same_text(a->values[i].text, b->values[i].text);
        same_text(a->values[i].change, b->values[i].change);
        same_text(a->values[i].rate, b->values[i].rate);
    }
    assert_true(a->count == b->count);
    same_text(a->criteria, b->criteria);
}

static void same_result(const c4_chart_result *other)
{
    assert_int_equal(chart_result->bucket_count, other->bucket_count);
    assert_int_equal(chart_result->key_count, other->key_count);
    assert_int_equal(chart_result->measure_count, other->measure_count);
    assert_true(chart_result->total == other->total);
    for (size_t i = 0; i < other->bucket_count; i++)
        same_bucket(&chart_result->buckets[i], &other->buckets[i]);
}

static void query_of(size_t bucket, char text[QUERY_BYTES])
{
    (void)snprintf(text, QUERY_BYTES, "select id from Things where %s order by id limit 100000",
                   chart_result->buckets[bucket].criteria);
}

static void check_criteria(steps *s, bool unlisted)
{
    static char text[QUERY_BYTES];
    for (size_t i = 0; i < chart_result->bucket_count; i++) {
        const c4_chart_bucket *bucket = &chart_result->buckets[i];
        bool restricted = false;
        int64_t count = 0;
        for (size_t key = 0; key < chart_result->key_count; key++)
            restricted = restricted || bucket->restricted[key];
        if (!unlisted)
            assert_int_equal(restricted, bucket->criteria == NULL);
        if (bucket->criteria == NULL)
            continue;
        query_of(i, text);
        if (count_of(s, text, &count) != CRM4E_OK)
            fail_msg("%s: %s", text, s->org.error.message);
        if (count != bucket->count)
            fail_msg("%s: %d, not %d", text, (int)count, (int)bucket->count);
    }
}

int64_t ids_of(steps *s, size_t bucket, int64_t *ids, size_t room)
{
    static char text[QUERY_BYTES];
    if (chart_result->buckets[bucket].criteria == NULL)
        return -1;
    query_of(bucket, text);
    assert_ok(query(s, text));
    assert_true(page->row_count <= room);
    memcpy(ids, page->ids, page->row_count * sizeof *ids);
    return (int64_t)page->row_count;
}

static void compare(steps *s, const c4_chart_spec *spec, c4_chart_way way)
{
    c4_chart_result *other = NULL;
    assert_ok(c4_chart_compute(&s->org.unit, spec, &s->org.env.mem, way, &other));
    same_result(other);
    c4_chart_result_free(other, &s->org.env.mem);
}

/* Columns in memory are for transactions that write nothing. */
static void compare_cached(steps *s, const c4_chart_spec *spec)
{
    assert_ok(org_commit(&s->org));
    assert_ok(org_begin(&s->org, CRM4E_TRANSACTION_READ));
    s->org.unit.asked = NULL; /* answers end with their transaction */
    compare(s, spec, C4_CHART_BY_CACHE);
    org_rollback(&s->org);
    assert_ok(org_begin(&s->org, CRM4E_TRANSACTION_WRITE));
    s->org.unit.asked = NULL;
}

static int run(steps *s, const char *json, bool unlisted)
{
    c4_json_document document = {0};
    c4_chart_spec spec;
    c4_arena arena;
    free_chart(s);
    c4_arena_init(&arena, &s->org.env.mem);
    parse(s, json, &document);
    s->org.unit.asked = NULL;
    c4_arena_reset(s->org.unit.arena);
    c4_failure_clear(&s->org.error);
    int rc = c4_chart_spec_read(&s->org.unit, &arena, document.root, &spec);
    if (rc == CRM4E_OK)
        rc = c4_chart_run(&s->org.unit, &spec, &s->org.env.mem, &chart_result);
    assert_true((rc == CRM4E_OK) == (chart_result != NULL));
    assert_true((rc == CRM4E_OK) == (s->org.error.message[0] == '\0'));
    for (c4_chart_way way = C4_CHART_BY_COLUMNS; rc == CRM4E_OK && way <= C4_CHART_BY_ROWS; way++)
        compare(s, &spec, way);
    if (rc == CRM4E_OK && s->org.db.depth == 0)
        compare_cached(s, &spec);
    if (rc == CRM4E_OK)
        check_criteria(s, unlisted);
    c4_json_free(&document);
    c4_arena_free(&arena);
    return rc;
}

int run_chart(steps *s, const char *json)
{
    return run(s, json, false);
}

int run_chart_unlisted(steps *s, const char *json)
{
    return run(s, json, true);
}

static void put(char *joined, size_t *used, const char *text)
{
    size_t length = strlen(text);
    assert_true(*used + length < JOINED);
    memcpy(joined + *used, text, length + 1);
    *used += length;
}

const char *chart(steps *s, const char *json)
{
    static char joined[JOINED];
    size_t used = 0;
    joined[0] = '\0';
    if (run_chart(s, json) != CRM4E_OK)
        fail_msg("%s: %s", json, s->org.error.message);
    for (size_t i = 0; i < chart_result->bucket_count; i++) {
        const c4_chart_bucket *bucket = &chart_result->buckets[i];
        put(joined, &used, i > 0 ? "|" : "");
        for (size_t key = 0; key < chart_result->key_count; key++) {
            put(joined, &used, key > 0 ? ":" : "");
            put(joined, &used,
                bucket->empty[key]        ? "-"
                : bucket->restricted[key] ? "*"
                                          : bucket->labels[key]);
        }
        for (size_t m = 0; m < chart_result->measure_count; m++) {
            put(joined, &used, m > 0 ? "," : "=");
            put(joined, &used, bucket->values[m].null ? "-" : bucket->values[m].text);
        }
    }
    return joined;
}

const char *criteria_of(size_t bucket)
{
    assert_true(bucket < chart_result->bucket_count);
    return chart_result->buckets[bucket].criteria;
}

crm4e_id add(steps *s, const char *json)
{
    crm4e_id id = 0;
    if (create(s, "Things", json, &id) != CRM4E_OK)
        fail_msg("%s: %s", json, s->org.error.message);
    return id;
}

int save_chart(steps *s, const char *json, bool create_only, crm4e_id *id)
{
    c4_json_document document = {0};
    c4_state state = s->org.unit.state;
    parse(s, json, &document);
    c4_failure_clear(&s->org.error);
    assert_ok(c4_db_savepoint(&s->org.db));
    int rc = c4_chart_put(&s->org.unit, document.root, create_only, id);
    assert_int_equal(rc < 0, s->org.error.message[0] != '\0');
    if (rc == CRM4E_OK) {
        assert_ok(c4_db_release(&s->org.db));
    } else {
        c4_db_rollback_to(&s->org.db);
        assert_memory_equal(&state, &s->org.unit.state, sizeof state);
    }
    c4_json_free(&document);
    assert_ok(c4_unit_refresh(&s->org.unit));
    return rc;
}
