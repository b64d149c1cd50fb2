/* SPDX-License-Identifier: MIT */
/* Every allocation and every call of the storage fails once, in each thing that
 * is asked: the code comes through with a message, nothing leaks. */
#include "chart_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "insight/navigation.h"
#include "insight/picture.h"
#include "insight/timeline.h"
#include "support/fault_storage.h"

typedef struct world {
    steps s; /* first: what the steps get */
    fault_storage fault;
    crm4e_id thing;
    bool hit; /* a call of the storage failed in the last attempt */
} world;

static int setup(void **state)
{
    world *w = calloc(1, sizeof *w);
    *state = w;
    if (w == NULL)
        return -1;
    org_fixture_init(&w->s.org);
    fault_storage_init(&w->fault, crm4e_storage_memory(), NULL);
    w->s.org.storage = fault_storage_host(&w->fault);
    if (org_fixture_create(&w->s.org, NULL) != CRM4E_OK ||
        org_begin(&w->s.org, CRM4E_TRANSACTION_WRITE) != CRM4E_OK)
        return -1;
    make_query_world(&w->s);
    return 0;
}

static void fill_world(world *w)
{
    steps *s = &w->s;
    crm4e_id id = 0;
    char json[512];
    crm4e_id chart = 0;
    assert_ok(create(s, "Accounts", "{'Account_Name': 'Zoë', 'Owner': 'ana@x.example'}", &id));
    (void)snprintf(json, sizeof json,
                   "{'Name': 'a', 'Owner': 'ana@x.example', 'Word': 'Zoë', 'Link': %lld,"
                   " 'Pick': 'Red', 'Picks': ['A', 'B'], 'Day': '2026-02-03', 'Dec': 1.5,"
                   " 'Time': '2026-03-08T06:00:00Z', 'Agent': 'cid@x.example'}",
                   (long long)id);
    w->thing = add(s, json);
    assert_ok(update(s, "Things", w->thing, 0, "{'Word': 'other', 'Pick': 'Blue'}"));
    assert_ok(create(s, "Accounts", "{'Account_Name': 'Acme'}", &id));
    (void)snprintf(json, sizeof json, "{'Name': 'b', 'Owner': 'ana@x.example', 'Link': %lld}",
                   (long long)id);
    add(s, json);
    add(s, "{'Name': 'c', 'Owner': 'ana@x.example', 'Word': 'third', 'Pick': 'Red', 'Dec': 2}");
    assert_ok(save_chart(s, "{'name': 'Old', 'module': 'Things'}", true, &chart));
    assert_ok(put_space(s, "{'name': 'Legal', 'modules': ['Deals'], 'members':"
                           " ['ana@x.example']}"));
    act_as(s, "ana@x.example");
}

/* Both pictures of it. */
static int draw(c4_unit *unit, const c4_chart_spec *spec, const c4_chart_result *result)
{
    const c4_picture_options options = {.width = 80, .title = "Things"};
    c4_buffer out;
    int rc;
    c4_buffer_init(&out, &unit->env->mem, 1 << 20);
    rc = c4_picture_svg(unit->arena, unit->error, spec, result, &options, &out);
    c4_buffer_reset(&out);
    if (rc == CRM4E_OK)
        rc = c4_picture_terminal(unit->arena, unit->error, spec, result, &options, &out);
    c4_buffer_free(&out);
    return rc < 0 ? c4_fail_plain(unit->error, rc) : rc;
}

static int run_spec(c4_unit *unit, const c4_chart_spec *spec)
{
    c4_chart_result *result = NULL;
    c4_buffer out;
    int rc = c4_chart_run(unit, spec, &unit->env->mem, &result);
    assert_true((rc == CRM4E_OK) == (result != NULL));
    c4_buffer_init(&out, &unit->env->mem, 1 << 16);
    if (rc == CRM4E_OK) {
        c4_chart_to_json(spec, result, &out);
        rc = out.code < 0 ? c4_fail_plain(unit->error, out.code) : CRM4E_OK;
    }
    c4_buffer_free(&out);
    if (rc == CRM4E_OK && spec->measure_count > 0)
        rc = draw(unit, spec, result);
    c4_chart_result_free(result, &unit->env->mem);
    return rc;
}

static int by_columns(c4_unit *unit, void *context)
{
    static const c4_chart_spec spec = {
        .module = "Things",
        .keys = {{"Link", 0}, {"Time", CRM4E_BY_WEEK}},
        .key_count = 2,
        .measures = {{CRM4E_SUM, "Dec"}, {CRM4E_AVG, "Dec"}},
        .measure_count = 2,
    };
    (void)context;
    return run_spec(unit, &spec);
}

static int by_rows(c4_unit *unit, void *context)
{
    c4_chart_spec spec = {
        .module = "Things",
        .keys = {{"Word", 0}, {"Picks", 0}},
        .key_count = 2,
        .where_text = "Name != 'c' and Link.Account_Name is not null",
    };
    int rc = c4_criteria_parse(unit->arena, unit->error, spec.where_text, strlen(spec.where_text),
                               &spec.where);
    (void)context;
    return rc == CRM4E_OK ? run_spec(unit, &spec) : rc;
}

static int filled_and_topped(c4_unit *unit, void *context)
{
    static const c4_chart_spec spec = {
        .module = "Things",
        .keys = {{"Word", 0}, {"Pick", 0}},
        .key_count = 2,
        .measures = {{CRM4E_COUNT_DISTINCT, "Dec"}, {CRM4E_COUNT, NULL}},
        .measure_count = 2,
        .top = 1,
        .fill = true,
    };
    (void)context;
    return run_spec(unit, &spec);
}

static int against_the_period_before(c4_unit *unit, void *context)
{
    static const c4_chart_spec spec = {
        .module = "Things",
        .keys = {{"Time", CRM4E_BY_YEAR}},
        .key_count = 1,
        .measures = {{CRM4E_SUM, "Dec"}},
        .measure_count = 1,
        .type = CRM4E_CHART_KPI,
    };
    (void)context;
    return run_spec(unit, &spec);
}

static int save(c4_unit *unit, void *context)
{
    static const char text[] = "{\"name\": \"New\", \"module\": \"Things\","
                               " \"group_by\": [\"Agent\"], \"where\": \"Int > 0\"}";
    c4_json_document document = {0};
    crm4e_id id = 0;
    int rc = c4_json_parse(&document, &unit->env->mem, text, sizeof text - 1, 1 << 16);
    (void)context;
    rc = rc < 0 ? c4_fail_plain(unit->error, rc) : c4_chart_put(unit, document.root, true, &id);
    c4_json_free(&document);
    return rc;
}

static int timeline(c4_unit *unit, void *context)
{
    const world *w = context;
    c4_timeline_entry *entries = NULL;
    size_t count = 0;
    c4_buffer out;
    int rc = c4_timeline_read(unit, unit->arena, "Things", w->thing, 0, true, 10, &entries, &count);
    c4_buffer_init(&out, &unit->env->mem, 1 << 16);
    if (rc == CRM4E_OK)
        rc = c4_timeline_to_json(unit, c4_meta_module_named(unit->meta, "Things"), entries, count,
                                 &out);
    c4_buffer_free(&out);
    return rc;
}

static int navigation(c4_unit *unit, void *context)
{
    c4_buffer out;
    (void)context;
    c4_buffer_init(&out, &unit->env->mem, 1 << 16);
    int rc = c4_navigation_to_json(unit, &out);
    c4_buffer_free(&out);
    return rc;
}

static const record_step things[] = {
    by_columns, by_rows, filled_and_topped, against_the_period_before, save, timeline, navigation};
enum {
    THINGS = sizeof things / sizeof things[0]
};

static int attempt(world *w, record_step thing)
{
    steps *s = &w->s;
    c4_state state = s->org.unit.state;
    int rc = thing(&s->org.unit, w);
    w->hit = atomic_load(&w->fault.hit);
    fail_alloc_arm(&s->org.alloc, 0, false);
    fault_storage_disarm(&w->fault);
    c4_db_rollback_to(&s->org.db);
    s->org.unit.state = state;
    s->org.unit.meta_dirty = false;
    s->org.unit.asked = NULL;
    c4_arena_free(&s->org.arena);
    return rc;
}

static void prepare(world *w)
{
    c4_failure_clear(&w->s.org.error);
    assert_ok(c4_db_savepoint(&w->s.org.db));
    /* scratch starts empty, so that it is among what fails */
    c4_arena_free(&w->s.org.arena);
}

static void every_allocation_fails(void **state)
{
    world *w = *state;
    fill_world(w);
    for (size_t i = 0; i < THINGS; i++) {
        int rc = CRM4E_E_NO_MEMORY;
        size_t n = 1;
        for (; rc != CRM4E_OK; n++) {
            assert_true(n < 3000);
            prepare(w);
            fail_alloc_arm(&w->s.org.alloc, n, n % 2 == 0);
            rc = attempt(w, things[i]);
            if (rc != CRM4E_OK && (rc != CRM4E_E_NO_MEMORY || w->s.org.error.code != rc))
                fail_msg("thing %zu, allocation %zu: %d %s", i, n, rc, w->s.org.error.message);
        }
        assert_true(n > 2);
    }
}

static void every_storage_call_fails(void **state)
{
    static const fault_method methods[] = {FAULT_GET,  FAULT_SELECT,  FAULT_NEXT,
                                           FAULT_SCAN, FAULT_HANDLES, FAULT_INSERT};
    world *w = *state;
    fill_world(w);
    for (size_t i = 0; i < THINGS; i++) {
        size_t calls = 0;
        for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
            bool hit = true;
            for (size_t n = 1; hit; n++) {
                assert_true(n < 1000);
                prepare(w);
                fault_storage_arm(&w->fault, methods[m], n, false, CRM4E_E_IO);
                int rc = attempt(w, things[i]);
                hit = w->hit;
                calls += hit ? 1 : 0;
                if (rc != (hit ? CRM4E_E_IO : CRM4E_OK) || w->s.org.error.code != rc)
                    fail_msg("thing %zu, method %zu, call %zu: %d %s", i, m, n, rc,
                             w->s.org.error.message);
            }
        }
        assert_true(calls > 0 || things[i] == navigation);
    }
}

static void garbage_from_the_storage(void **state)
{
    static const fault_method methods[] = {FAULT_GET, FAULT_NEXT};
    world *w = *state;
    fill_world(w);
    for (fault_garbage garbage = FAULT_WRONG_TYPE; garbage <= FAULT_ONE_MORE; garbage++) {
        for (size_t i = 0; i < THINGS * 2; i++) {
            for (size_t n = 1; n < 6; n++) {
                prepare(w);
                fault_storage_arm_garbage(&w->fault, methods[i % 2], n, garbage);
                int rc = attempt(w, things[i / 2]);
                assert_true(rc <= 0 && w->s.org.error.code == rc);
            }
        }
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_allocation_fails, setup, chart_teardown),
        cmocka_unit_test_setup_teardown(every_storage_call_fails, setup, chart_teardown),
        cmocka_unit_test_setup_teardown(garbage_from_the_storage, setup, chart_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
