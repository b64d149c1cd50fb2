/* SPDX-License-Identifier: MIT */
/* Charts from columns in memory: engines with every budget on one file tell what one
 * without tells, whoever wrote what. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/inside.h"
#include "columns/cache.h"
#include "model/standard.h"
#include "support/fail_alloc.h"

enum {
    ENGINES = 4, /* the host's, without columns, is the first */
    USERS = 2,
    RECORDS = 400,
    STEPS = 250,
    CHARTS = 14,
    LISTS = 10,
    PAGES_MOST = 40,
    MANY = 3 * C4_BLOCK_ROWS + 500,
    SMALL = 1024 * 1024,
    TINY = 120 * 1024
};

static const int64_t budgets[ENGINES] = {0, -1, SMALL, TINY};
static const char *const emails[USERS] = {HOST_ADMIN, "bob@acme.example"};

static const char model[] =
    "{'users': [{'email': 'bob@acme.example', 'profile': 'Standard', 'role': 'Manager',"
    "   'time_zone': 'America/New_York'}],"
    " 'modules': [{'api_name': 'Things', 'org_default': 'private', 'fields': ["
    "   {'api_name': 'Price', 'type': 'currency', 'scale': 2},"
    "   {'api_name': 'Size', 'type': 'integer'},"
    "   {'api_name': 'Hue', 'type': 'picklist', 'options': ['Red', 'Blue', 'Green']},"
    "   {'api_name': 'Day', 'type': 'date'}, {'api_name': 'At', 'type': 'datetime'},"
    "   {'api_name': 'Good', 'type': 'boolean'}, {'api_name': 'Who', 'type': 'userlookup'},"
    "   {'api_name': 'Twin', 'type': 'lookup', 'target': 'Things'}]}]}";

typedef struct world {
    host *h;
    crm4e_engine *engines[ENGINES];
    crm4e_org *orgs[ENGINES];
    crm4e_session *sessions[ENGINES][USERS];
    crm4e_id users[USERS];
    crm4e_id records[RECORDS];
    size_t count;
} world;

static uint64_t seed;

static unsigned roll(unsigned sides)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % sides;
}

static size_t used_by(crm4e_engine *engine)
{
    c4_engine *inside = c4_handle_enter(engine, C4_KIND_ENGINE, NULL);
    size_t used = inside->env.columns != NULL ? c4_cache_used(inside->env.columns) : 0;

    c4_handle_leave(engine);
    return used;
}

static void open_engine_with(world *w, size_t i, const crm4e_allocator *allocator)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    char path[96];

    (void)snprintf(path, sizeof path, "%s/acme.crm4e", w->h->directory);
    options.path = path;
    options.allocator = allocator;
    options.flags = CRM4E_ENGINE_ROLLBACK_JOURNAL | CRM4E_ENGINE_NORMAL_SYNC;
    options.column_bytes = budgets[i];
    options.busy_timeout = -1;
    assert_int_equal(crm4e_engine_open(&w->engines[i], &options), CRM4E_OK);
    assert_int_equal(crm4e_org_open(&w->orgs[i], w->engines[i], NULL), CRM4E_OK);
}

static void open_engine(world *w, size_t i)
{
    open_engine_with(w, i, NULL);
}

static void open_world(world *w, host *h)
{
    *w = (world){.h = h};
    host_apply(h, model);
    for (size_t i = 0; i < ENGINES; i++) {
        open_engine(w, i);
        for (size_t k = 0; k < USERS; k++) {
            assert_int_equal(crm4e_session_open(&w->sessions[i][k], w->orgs[i], emails[k]),
                             CRM4E_OK);
            w->users[k] = crm4e_session_user(w->sessions[i][k]);
        }
    }
}

static void close_world(world *w)
{
    for (size_t i = 0; i < ENGINES; i++)
        crm4e_engine_close(w->engines[i]);
}

/* What a chart tells, malloc'd; the code where it tells nothing. */
static char *run_chart(crm4e_session *session, int which, int *code)
{
    static const struct {
        const char *first;
        crm4e_granularity by;
        const char *second;
        crm4e_measure function;
        const char *field;
        const char *where;
    } charts[CHARTS] = {
        {"Hue", 0, NULL, CRM4E_SUM, "Price", NULL},
        {"Hue", 0, "Good", CRM4E_AVG, "Size", NULL},
        {"Day", CRM4E_BY_MONTH, "Hue", CRM4E_MAX, "Price", "Price > 5 and Good = true"},
        {"Owner", 0, "Who", CRM4E_MIN, "Size", "Hue in ('Red', 'Blue') or Day is null"},
        {NULL, 0, NULL, CRM4E_COUNT_DISTINCT, "Size", NULL},
        {"Twin", 0, NULL, CRM4E_COUNT, NULL, "not (Size between 3 and 7)"},
        {"At", CRM4E_BY_WEEK, "Owner", CRM4E_SUM, "Size", NULL},
        {"Day", 0, "Good", CRM4E_SUM, "Price", NULL},
        {"Day", CRM4E_BY_QUARTER, NULL, CRM4E_COUNT_DISTINCT, "Price", NULL},
        {"At", 0, NULL, CRM4E_AVG, "Price", NULL},
        {"Hue", 0, "Good", CRM4E_MIN, "Price", "Size not in (1, 2, 3) and Hue != 'Red'"},
        {"Good", 0, NULL, CRM4E_SUM, "Price", "not (Day > '2026-06-30' or Twin is not null)"},
        {"At", CRM4E_BY_QUARTER, "Hue", CRM4E_MAX, "Size",
         "Who = ${CURRENTUSER} and not (Day in ('2026-01-01', '1969-02-03') and Size < 4)"},
        {"Day", CRM4E_BY_YEAR, "At", CRM4E_SUM, "Size",
         "At between '2026-03-05T00:00:00Z' and '2026-03-20T12:00:00Z' or Day < '1970-01-01'"},
    };
    crm4e_chart *chart = NULL;
    crm4e_text *text = NULL;
    char *copy = NULL;

    *code = crm4e_chart_new(&chart, session, "Things");
    if (*code == CRM4E_OK && charts[which].first != NULL)
        *code = crm4e_chart_group_by(chart, charts[which].first, charts[which].by);
    if (*code == CRM4E_OK && charts[which].second != NULL)
        *code = crm4e_chart_group_by(chart, charts[which].second, 0);
    if (*code == CRM4E_OK)
        *code = crm4e_chart_measure(chart, charts[which].function, charts[which].field);
    if (*code == CRM4E_OK && charts[which].where != NULL)
        *code = crm4e_chart_where(chart, charts[which].where);
    if (*code == CRM4E_OK)
        *code = crm4e_chart_run(chart);
    if (*code == CRM4E_OK)
        *code = crm4e_chart_json(&text, chart);
    if (*code == CRM4E_OK)
        copy = strdup(crm4e_text_data(text));
    crm4e_text_free(text);
    crm4e_chart_free(chart);
    return copy;
}

/* All engines tell the same to a user. */
static void compare_chart(world *w, size_t user, int which)
{
    int code = 0;
    char *expected = run_chart(w->sessions[0][user], which, &code);

    host_ok(w->sessions[0][user], code);
    for (size_t i = 1; i < ENGINES; i++) {
        char *told = run_chart(w->sessions[i][user], which, &code);
        host_ok(w->sessions[i][user], code);
        assert_string_equal(told, expected);
        free(told);
        if (budgets[i] >= 0)
            assert_true(used_by(w->engines[i]) <= (size_t)budgets[i]);
    }
    free(expected);
}

static void compare(world *w)
{
    for (size_t user = 0; user < USERS; user++) {
        for (int which = 0; which < CHARTS; which++)
            compare_chart(w, user, which);
    }
}

static void describe(world *w, char json[512])
{
    static const char *const hues[] = {"'Red'", "'Blue'", "'Green'", "null"};
    static const char *const truths[] = {"true", "false"};
    static const char *const years[] = {"2026", "2026", "1969", "1925", "2105", "0900"};
    char twin[32] = "null";

    if (w->count > 0 && roll(2) == 0)
        (void)snprintf(twin, sizeof twin, "%lld", (long long)w->records[roll((unsigned)w->count)]);
    (void)snprintf(json, 512,
                   "{'Name': 'a', 'Price': %d.%02u, 'Size': %s%u, 'Hue': %s, 'Day': '%s-%02u-%02u',"
                   " 'At': '2026-03-%02uT%02u:00:00Z', 'Good': %s, 'Who': '%s'}",
                   (int)roll(20) - 5, roll(100), roll(4) == 0 ? "-" : "", roll(12), hues[roll(4)],
                   years[roll(6)], 1 + roll(12), 1 + roll(28), 1 + roll(31), roll(24),
                   truths[roll(2)], emails[roll(USERS)]);
    if (twin[0] != 'n')
        (void)snprintf(json + strlen(json) - 1, 64, ", 'Twin': %s}", twin);
}

static int save(world *w, crm4e_session *session, crm4e_id *id)
{
    char json[512];
    crm4e_record *record = NULL;
    char *text;
    int rc;

    describe(w, json);
    text = host_json(json);
    rc = *id == 0 ? crm4e_record_new(&record, session, "Things")
                  : crm4e_record_open(&record, session, "Things", *id);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_json(record, text, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK && roll(2) == 0)
        rc = crm4e_record_set_owner(record, w->users[roll(USERS)]);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    if (rc == CRM4E_OK)
        *id = crm4e_record_id(record);
    crm4e_record_free(record);
    free(text);
    return rc;
}

/* One change by one engine; what may be refused is. */
static void change(world *w, crm4e_session *session)
{
    crm4e_id any = w->count > 0 ? w->records[roll((unsigned)w->count)] : 0;
    crm4e_id fresh = 0;

    switch (roll(10)) {
    case 0:
    case 1:
    case 2:
        if (w->count < RECORDS && save(w, session, &fresh) == CRM4E_OK)
            w->records[w->count++] = fresh;
        break;
    case 3: (void)crm4e_record_delete(session, "Things", any, 0); break;
    case 4:
    case 5: (void)crm4e_record_restore(session, "Things", any); break;
    case 6: (void)crm4e_record_set_locked(session, "Things", any, (int32_t)roll(2)); break;
    case 7:
        if (roll(10) == 0)
            (void)crm4e_record_purge(session, "Things", any);
        break;
    default:
        if (any != 0)
            (void)save(w, session, &any);
    }
}

static void change_some(world *w)
{
    crm4e_session *session = w->sessions[roll(ENGINES)][0];
    unsigned count = 1 + roll(roll(8) == 0 ? 60 : 5);

    for (unsigned i = 0; i < count; i++)
        change(w, session);
}

static void tells_the_same(void **state)
{
    world w;

    seed = 99;
    open_world(&w, *state);
    compare(&w);
    for (int step = 0; step < STEPS; step++) {
        change_some(&w);
        if (step % 10 == 0)
            compare(&w);
        else
            compare_chart(&w, roll(USERS), (int)roll(CHARTS));
    }
    assert_true(used_by(w.engines[1]) > 0);
    assert_int_equal(used_by(w.engines[0]), 0);
    close_world(&w);
}

/* A list that no index finds or sorts. */
typedef struct list {
    const char *where;
    const char *order;
    int32_t down;
    const char *then;
    int32_t then_down;
    int64_t limit;
} list;

static const list lists[LISTS] = {
    {NULL, "Price", 0, NULL, 0, 50},
    {"Hue in ('Red', 'Green')", "Price", 1, NULL, 0, 7},
    {"Size > 2 or Day is null", "Hue", 0, "Size", 1, 13},
    {"not (Good = true)", "Day", 1, "id", 1, 5},
    {"Who = ${CURRENTUSER}", "At", 0, "id", 0, 9},
    {"Price between 2 and 9.5", "Good", 1, "Price", 0, 11},
    {"Hue != 'Blue' and Size not in (1, 5)", "Size", 0, "id", 1, 4},
    {"Twin is null", "Owner", 1, "Day", 1, 20},
    {"Name = 'a' and Size < 9", "Size", 1, NULL, 0, 17}, /* a text: by the storage */
    {"Day < '2026-06-01'", "Twin", 0, "Hue", 1, 300},
};

/* What a page tells, and where the next one begins, malloc'd; NULL: nowhere. */
static void run_page(crm4e_session *session, const list *l, const char *after, char *told,
                     size_t size, char **next)
{
    crm4e_query *query = NULL;
    crm4e_cursor *cursor = NULL;
    size_t used = 0;
    int64_t count = 0;
    int rc;

    host_ok(session, crm4e_query_new(&query, session, "Things"));
    host_ok(session, crm4e_query_select(query, "Price"));
    if (l->where != NULL)
        host_ok(session, crm4e_query_where(query, l->where));
    host_ok(session, crm4e_query_order(query, l->order, l->down));
    if (l->then != NULL)
        host_ok(session, crm4e_query_order(query, l->then, l->then_down));
    host_ok(session, crm4e_query_limit(query, l->limit));
    host_ok(session, crm4e_query_count(query, &count));
    if (after != NULL)
        host_ok(session, crm4e_query_after(query, after));
    host_ok(session, crm4e_query_run(&cursor, query));
    used += (size_t)snprintf(told, size, "of %d:", (int)count);
    while ((rc = crm4e_cursor_next(cursor)) == CRM4E_ROW) {
        const char *price = crm4e_cursor_text(cursor, 0);
        assert_true(used + 64 < size);
        used += (size_t)snprintf(told + used, size - used, " %lld %s",
                                 (long long)crm4e_cursor_id(cursor), price != NULL ? price : "-");
    }
    host_ok(session, rc);
    *next = crm4e_cursor_token(cursor) != NULL ? strdup(crm4e_cursor_token(cursor)) : NULL;
    crm4e_cursor_free(cursor);
    crm4e_query_free(query);
}

/* Pages of all engines are the same, whichever engine made the token. */
static void compare_list(world *w, size_t user, const list *l)
{
    static char expected[32768];
    static char told[32768];
    char *after = NULL;
    bool more = true;

    for (int page = 0; page < PAGES_MOST && more; page++) {
        char *next = NULL;
        run_page(w->sessions[0][user], l, after, expected, sizeof expected, &next);
        for (size_t i = 1; i < ENGINES; i++) {
            char *other = NULL;
            run_page(w->sessions[i][user], l, after, told, sizeof told, &other);
            assert_string_equal(told, expected);
            assert_true((other == NULL) == (next == NULL));
            if (i == 1 + (size_t)page % (ENGINES - 1)) {
                free(next);
                next = other;
            } else {
                free(other);
            }
        }
        free(after);
        after = next;
        more = after != NULL;
    }
    free(after);
}

static void lists_the_same(void **state)
{
    world w;

    seed = 4711;
    open_world(&w, *state);
    for (int step = 0; step < 60; step++) {
        change_some(&w);
        compare_list(&w, roll(USERS), &lists[step % LISTS]);
    }
    for (int which = 0; which < LISTS; which++) {
        compare_list(&w, 0, &lists[which]);
        compare_list(&w, 1, &lists[which]);
    }
    assert_true(used_by(w.engines[1]) > 0);
    close_world(&w);
}

/* Days before, at and behind the first and the last that a chart remembers. */
static void counts_far_days(void **state)
{
    static const char *const days[] = {"1925-02-20", "1925-02-21", "1925-02-22", "1969-12-31",
                                       "1970-01-01", "2104-07-29", "2104-07-30", "2104-07-31",
                                       "2104-08-01", "0001-01-01", "9999-12-31"};
    world w;

    open_world(&w, *state);
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        char json[160];
        crm4e_record *record = NULL;
        char *text;
        (void)snprintf(json, sizeof json,
                       "{'Name': 'a', 'Hue': 'Red', 'Price': 9, 'Good': true, 'Day': '%s', "
                       "'At': '%sT23:30:00Z'}",
                       days[i], days[i]);
        text = host_json(json);
        host_ok(w.sessions[0][0], crm4e_record_new(&record, w.sessions[0][0], "Things"));
        host_ok(w.sessions[0][0], crm4e_record_set_json(record, text, CRM4E_NUL_TERMINATED));
        host_ok(w.sessions[0][0], crm4e_record_save(record));
        crm4e_record_free(record);
        free(text);
        compare(&w);
    }
    close_world(&w);
}

/* Sums that leave int64, in one block and from one block to the next. */
static void adds_large_numbers(void **state)
{
    static const char *const prices[] = {"90000000000000.01", "-80000000000000.02", "1.5", "null",
                                         "99999999999999.99"};
    world w;

    open_world(&w, *state);
    for (size_t i = 0; i < 20; i++) {
        char json[96];
        crm4e_record *record = NULL;
        char *text;
        (void)snprintf(json, sizeof json, "{'Name': 'a', 'Hue': '%s', 'Price': %s}",
                       i % 3 == 0 ? "Red" : "Blue", prices[i % 5]);
        text = host_json(json);
        host_ok(w.sessions[0][0], crm4e_record_new(&record, w.sessions[0][0], "Things"));
        host_ok(w.sessions[0][0], crm4e_record_set_json(record, text, CRM4E_NUL_TERMINATED));
        host_ok(w.sessions[0][0], crm4e_record_save(record));
        crm4e_record_free(record);
        free(text);
        compare(&w);
    }
    close_world(&w);
}

/* What the record `i` of many is like: numbers of different sizes from block to block, in the
 * third so large that a thousand leave int64. */
static void describe_one(int i, char json[200])
{
    static const char *const starts[] = {"2.", "1000000.", "99999999999999.", "-"};
    char price[40] = "null";

    if (i % 7 != 0 || i / C4_BLOCK_ROWS == 1)
        (void)snprintf(price, sizeof price, "%s%d", starts[i / C4_BLOCK_ROWS % 4], i % 90 + 10);
    (void)snprintf(json, 200,
                   "{'Name': 'a', 'Hue': '%s', 'Price': %s, 'Size': %d, 'Good': %s, "
                   "'Day': '20%02d-%02d-11', 'At': '20%02d-%02d-%02dT23:30:00Z'}",
                   i % 3 == 0 ? "Red" : "Blue", price, i % 5 == 0 ? -i : i * 70000,
                   i % 2 == 0 ? "true" : "false", i % 9 + 20, i % 12 + 1, i % 20 + 10, i % 12 + 1,
                   i % 28 + 1);
}

/* More than one block has, at once. */
static void adds_blocks(void **state)
{
    world w;

    open_world(&w, *state);
    host_ok(w.sessions[0][0], crm4e_session_begin(w.sessions[0][0]));
    for (int i = 0; i < MANY; i++) {
        char json[200];
        crm4e_record *record = NULL;
        char *text;
        describe_one(i, json);
        text = host_json(json);
        host_ok(w.sessions[0][0], crm4e_record_new(&record, w.sessions[0][0], "Things"));
        host_ok(w.sessions[0][0], crm4e_record_set_json(record, text, CRM4E_NUL_TERMINATED));
        host_ok(w.sessions[0][0], crm4e_record_save(record));
        crm4e_record_free(record);
        free(text);
    }
    host_ok(w.sessions[0][0], crm4e_session_commit(w.sessions[0][0]));
    compare(&w);
    close_world(&w);
}

/* Records of one's own transaction count in it, and nowhere else when it is undone. */
static void knows_transactions(void **state)
{
    world w;
    int code;

    seed = 7;
    open_world(&w, *state);
    for (int round = 0; round < 12; round++) {
        crm4e_session *session = w.sessions[1 + round % 3][0];
        const size_t before = w.count;
        char *inside;
        char *after;
        compare(&w);
        host_ok(session, crm4e_session_begin(session));
        change_some(&w); /* others are refused, or it is our own */
        for (int i = 0; i < 5; i++)
            change(&w, session);
        inside = run_chart(session, 0, &code);
        host_ok(session, code);
        if (round % 2 == 0) {
            host_ok(session, crm4e_session_commit(session));
            after = run_chart(w.sessions[0][0], 0, &code);
            host_ok(w.sessions[0][0], code);
            assert_string_equal(inside, after);
            free(after);
        } else {
            host_ok(session, crm4e_session_rollback(session));
            w.count = before;
        }
        free(inside);
        compare(&w);
    }
    close_world(&w);
}

static void apply(crm4e_session *session, const char *document)
{
    char *json = host_json(document);
    crm4e_text *text = NULL;

    host_ok(session, crm4e_org_apply(&text, session, json, CRM4E_NUL_TERMINATED));
    crm4e_text_free(text);
    free(json);
}

/* Changes of metadata: new columns, new users and options, fields that go. */
static void knows_the_model(void **state)
{
    static const char *const documents[] = {
        "{'users': [{'email': 'cy@acme.example', 'profile': 'Standard', 'role': 'Manager'}]}",
        "{'modules': [{'api_name': 'Things', 'fields': [{'api_name': 'More', 'type': "
        "'integer'}]}]}",
        "{'modules': [{'api_name': 'Things', 'fields': [{'api_name': 'Hue', 'type': 'picklist',"
        "   'options': ['Red', 'Blue', 'Green', 'Black']}]}]}",
        "{'modules': [{'api_name': 'Things', 'org_default': 'public_read_only'}]}",
        "{'modules': [{'api_name': 'Things', 'org_default': 'private'}]}",
    };
    world w;

    seed = 3;
    open_world(&w, *state);
    for (int i = 0; i < 30; i++)
        change_some(&w);
    compare(&w);
    for (size_t i = 0; i < sizeof documents / sizeof documents[0]; i++) {
        apply(w.sessions[i % ENGINES][0], documents[i]);
        compare(&w);
        change_some(&w);
        compare(&w);
    }
    close_world(&w);
}

/* A reader whose transaction began before a change does not see it. */
static void serves_nobody_the_future(void **state)
{
    static const uint32_t columns[] = {C4_COLUMN_OWNER};
    world w;
    c4_session *reader;
    c4_session *later;
    c4_sheet *sheet = NULL;
    const c4_module *module;

    seed = 5;
    open_world(&w, *state);
    for (int i = 0; i < 10; i++)
        change_some(&w);
    reader = c4_handle_enter(w.sessions[1][0], C4_KIND_SESSION, NULL);
    later = c4_handle_enter(w.sessions[1][1], C4_KIND_SESSION, NULL);
    assert_int_equal(c4_work_begin(reader, CRM4E_TRANSACTION_READ), CRM4E_OK);
    module = c4_meta_module_named(reader->unit.meta, "Things");
    assert_int_equal(c4_work_begin(later, CRM4E_TRANSACTION_READ), CRM4E_OK);
    later->unit.state.next_change += 3; /* as if three had come */
    assert_int_equal(c4_cache_sheet(&later->unit, module, columns, 1, &sheet), CRM4E_OK);
    assert_non_null(sheet);
    c4_sheet_release(sheet);
    assert_int_equal(c4_cache_sheet(&reader->unit, module, columns, 1, &sheet), CRM4E_OK);
    assert_null(sheet);
    assert_int_equal(c4_work_end(later, CRM4E_OK), CRM4E_OK);
    assert_int_equal(c4_work_end(reader, CRM4E_OK), CRM4E_OK);
    c4_handle_leave(w.sessions[1][1]);
    c4_handle_leave(w.sessions[1][0]);
    close_world(&w);
}

/* Nothing is kept of an org that is closed. */
static void forgets_closed_orgs(void **state)
{
    world w;
    int code;

    seed = 8;
    open_world(&w, *state);
    for (int i = 0; i < 10; i++)
        change_some(&w);
    free(run_chart(w.sessions[1][0], 0, &code));
    assert_true(used_by(w.engines[1]) > 0);
    crm4e_org_close(w.orgs[1]);
    assert_int_equal(used_by(w.engines[1]), 0);
    close_world(&w);
}

static void refuses_odd_budgets(void **state)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_engine *engine = NULL;

    (void)state;
    options.path = "/tmp/never-made.crm4e";
    options.column_bytes = -2;
    assert_int_equal(crm4e_engine_open(&engine, &options), CRM4E_E_INVALID);
    crm4e_engine_close(engine);
    /* what was built before there were budgets */
    options.struct_size = offsetof(crm4e_engine_options, column_bytes);
    assert_int_equal(crm4e_engine_open(&engine, &options), CRM4E_OK);
    crm4e_engine_close(engine);
}

/* A warm chart and a warm page in turn, with each allocation failing: the failure is told, and
 * nothing else changes. */
static void survives_no_memory(void **state)
{
    fail_alloc faults;
    crm4e_allocator allocator;
    world w;

    fail_alloc_init(&faults);
    allocator = fail_alloc_host(&faults);
    seed = 3;
    open_world(&w, *state);
    for (int i = 0; i < 8; i++)
        change_some(&w);
    crm4e_engine_close(w.engines[1]);
    open_engine_with(&w, 1, &allocator);
    for (size_t k = 0; k < USERS; k++)
        assert_int_equal(crm4e_session_open(&w.sessions[1][k], w.orgs[1], emails[k]), CRM4E_OK);
    compare(&w);
    for (int which = 0; which < CHARTS; which += 3) {
        int code = CRM4E_E_NO_MEMORY;
        for (size_t n = 1; code != CRM4E_OK; n++) {
            char *told;
            assert_true(n < 3000);
            fail_alloc_arm(&faults, n, n % 2 == 0);
            told = run_chart(w.sessions[1][0], which, &code);
            fail_alloc_arm(&faults, 0, false);
            free(told);
            assert_true(code == CRM4E_OK || code == CRM4E_E_NO_MEMORY);
        }
        compare_chart(&w, 0, which);
        compare_list(&w, 0, &lists[which % LISTS]);
    }
    close_world(&w);
    assert_int_equal(atomic_load(&faults.live), 0);
}

/* ------------------------------------------------------- another process */

/* Adds a record to the org in the file: of a process that has nothing open. */
static bool add_one(const char *path)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    crm4e_session *session = NULL;
    crm4e_record *record = NULL;
    char *text = host_json("{'Name': 'a', 'Hue': 'Red', 'Price': 4, 'Size': 3}");
    int rc;

    options.path = path;
    options.flags = CRM4E_ENGINE_ROLLBACK_JOURNAL | CRM4E_ENGINE_NORMAL_SYNC;
    rc = crm4e_engine_open(&engine, &options);
    if (rc == CRM4E_OK)
        rc = crm4e_org_open(&org, engine, NULL);
    if (rc == CRM4E_OK)
        rc = crm4e_session_open(&session, org, HOST_ADMIN);
    if (rc == CRM4E_OK)
        rc = crm4e_record_new(&record, session, "Things");
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_json(record, text, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    crm4e_engine_close(engine);
    free(text);
    return rc == CRM4E_OK;
}

/* First told a path, then adds a record for each byte, and answers it. */
static void serve(int in, int out)
{
    char path[96];
    char byte = 0;
    bool well = read(in, path, sizeof path) == (ssize_t)sizeof path;

    while (well && read(in, &byte, 1) == 1)
        well = add_one(path) && write(out, &byte, 1) == 1;
    _exit(well ? 0 : 1);
}

/* The other one is there before anything is open, as fork() asks of SQLite. */
static void sees_other_processes(void **state)
{
    char path[96] = "";
    char byte = 'a';
    int there[2];
    int back[2];
    int status = 1;
    world w;
    pid_t child;

    assert_true(pipe(there) == 0 && pipe(back) == 0);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(there[1]);
        (void)close(back[0]);
        serve(there[0], back[1]);
    }
    (void)close(there[0]);
    (void)close(back[1]);
    assert_int_equal(host_setup(state), 0);
    open_world(&w, *state);
    (void)snprintf(path, sizeof path, "%s/acme.crm4e", w.h->directory);
    assert_int_equal(write(there[1], path, sizeof path), sizeof path);
    for (int round = 0; round < 4; round++) {
        compare(&w);
        assert_int_equal(write(there[1], &byte, 1), 1);
        assert_int_equal(read(back[0], &byte, 1), 1);
        compare(&w);
        compare_list(&w, 0, &lists[1]);
    }
    (void)close(there[1]);
    (void)close(back[0]);
    assert_true(waitpid(child, &status, 0) == child);
    assert_int_equal(status, 0);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tells_the_same, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(lists_the_same, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(counts_far_days, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(adds_large_numbers, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(adds_blocks, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(knows_transactions, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(knows_the_model, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(serves_nobody_the_future, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(forgets_closed_orgs, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(survives_no_memory, host_setup, host_teardown),
        cmocka_unit_test(refuses_odd_budgets),
        cmocka_unit_test_teardown(sees_other_processes, host_teardown),
    };

    host_on_sqlite = true; /* several engines share a file */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
