/* SPDX-License-Identifier: MIT */
/* Charts and sequences at their edges: clocks that move, nothing to count, too much of it, entries
 * that come while others read, and what entries speak of being gone. On both storages alike. */
#define _XOPEN_SOURCE 700

#include "interaction_steps.h"

#include <sys/wait.h>
#include <unistd.h>

enum {
    TEXTS = 200,
    OPTIONS = 320,   /* two lists of them are more pairs than a chart has buckets */
    AT_ONCE = 80,    /* in one record */
    APPENDED = 3000, /* by another process, while we read; CRM4E_TEST_LONG: 100,000 */
    LONG = 100000,
    BATCH = 250
};

static const char model[] =
    "{'users': [{'email': 'bob@acme.example', 'name': 'Bob', 'profile': 'Administrator',"
    "  'role': 'CEO'}],"
    " 'modules': [{'api_name': 'Things', 'fields': ["
    "   {'api_name': 'Size', 'type': 'integer'}, {'api_name': 'Day', 'type': 'date'},"
    "   {'api_name': 'At', 'type': 'datetime'}, {'api_name': 'Word', 'type': 'text'}]}]}";

static char *told[TEXTS]; /* by the storage in memory */
static size_t told_count;

/* What one storage tells, the other one tells in its turn. */
static void told_alike(const char *text)
{
    static size_t again;

    if (!host_on_sqlite) {
        assert_true(told_count < TEXTS);
        told[told_count++] = strdup(text);
        return;
    }
    assert_true(again < told_count);
    assert_string_equal(text, told[again]);
    free(told[again++]);
}

static int make_chart(crm4e_chart **chart, crm4e_session *session, const char *key,
                      crm4e_granularity by)
{
    host_ok(session, crm4e_chart_new(chart, session, "Things"));
    if (key != NULL)
        host_ok(session, crm4e_chart_group_by(*chart, key, by));
    host_ok(session, crm4e_chart_measure(*chart, CRM4E_COUNT, NULL));
    host_ok(session, crm4e_chart_measure(*chart, CRM4E_AVG, "Size"));
    return crm4e_chart_run(*chart);
}

static char *chart_text(crm4e_chart *chart, crm4e_session *session)
{
    crm4e_text *text = NULL;
    char *copy;

    host_ok(session, crm4e_chart_json(&text, chart));
    copy = strdup(crm4e_text_data(text));
    crm4e_text_free(text);
    crm4e_chart_free(chart);
    return copy;
}

/* ------------------------------------------------------------ days and zones */

/* Every bucket lists what it counts, and together they are all there is. */
static void buckets_add_up(host *h, const char *key, crm4e_granularity by)
{
    const int64_t all = host_count(h->admin, "Things", NULL);
    int64_t sum = 0;
    crm4e_chart *chart = NULL;
    char *text;

    host_ok(h->admin, make_chart(&chart, h->admin, key, by));
    for (size_t i = 0; i < crm4e_chart_buckets(chart); i++) {
        const int64_t count = strtoll(crm4e_chart_value(chart, i, 0), NULL, 10);
        assert_int_equal(host_count(h->admin, "Things", crm4e_chart_criteria(chart, i)), count);
        sum += count;
    }
    assert_int_equal(sum, all);
    text = chart_text(chart, h->admin);
    told_alike(text);
    free(text);
}

static void days_of_every_zone(void **state)
{
    static const char *const zones[] = {"America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
                                        "UTC"};
    static const char *const moments[] = {
        "2024-03-10T04:59:59Z", "2024-03-10T05:00:00Z", "2024-03-10T06:59:59Z",
        "2024-03-10T07:00:00Z", "2024-03-11T03:59:59Z", "2024-03-11T04:00:00Z",
        "2024-11-03T03:59:59Z", "2024-11-03T05:30:00Z", "2024-11-03T06:30:00Z",
        "2024-11-04T04:59:59Z", "2024-11-04T05:00:00Z", "2024-04-06T14:59:59Z",
        "2024-04-06T15:00:00Z", "2024-10-05T15:30:00Z", "2024-02-28T18:15:00Z",
        "2024-02-29T00:00:00Z", "2024-02-29T23:59:59Z", "2023-12-31T23:59:59Z",
        "2024-12-31T18:14:59Z", "1969-12-31T23:59:59Z"};
    host *h = *state;
    char json[160];

    host_apply(h, model);
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        (void)snprintf(json, sizeof json, "{'Name': 'a', 'Size': %d, 'At': '%s', 'Day': '%.10s'}",
                       (int)i, moments[i], moments[i]);
        (void)host_create(h->admin, "Things", json);
    }
    (void)host_create(h->admin, "Things", "{'Name': 'a'}");
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++) {
        (void)snprintf(json, sizeof json,
                       "{'users': [{'email': '" HOST_ADMIN "', 'time_zone': '%s'}]}", zones[i]);
        host_apply(h, json);
        for (crm4e_granularity by = CRM4E_BY_DAY; by <= CRM4E_BY_FISCAL_YEAR; by++) {
            buckets_add_up(h, "At", by);
            buckets_add_up(h, "Day", by);
        }
    }
}

/* ------------------------------------------------------- nothing and too much */

static void nothing_to_count(void **state)
{
    host *h = *state;

    host_apply(h, model);
    for (int rows = 0; rows < 3; rows++) {
        static const char *const keys[] = {NULL, "Size", "Day", "Word"};
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
            crm4e_chart *chart = NULL;
            char *text;
            host_ok(h->admin, make_chart(&chart, h->admin, keys[k], 0));
            text = chart_text(chart, h->admin);
            assert_null(strstr(text, "nan"));
            if (rows == 0 && keys[k] != NULL)
                assert_holds(text, "'total':0,'buckets':[]");
            if (rows == 1) /* one, without a value: no average */
                assert_holds(text, "'values':[1,null]");
            told_alike(text);
            free(text);
        }
        (void)host_create(h->admin, "Things",
                          rows == 0 ? "{'Name': 'a'}" : "{'Name': 'a', 'Size': 3}");
    }
}

static void put_options(FILE *out, const char *field, int from, int count)
{
    (void)fprintf(out, "'%s': [", field);
    for (int i = 0; i < count; i++)
        (void)fprintf(out, "%s'o%d'", i > 0 ? "," : "", from + i);
    (void)fputs("]", out);
}

static void add_list(host *h, const char *name)
{
    char *document;
    size_t length;
    FILE *out = open_memstream(&document, &length);

    (void)fprintf(out,
                  "{'modules': [{'api_name': 'Things', 'fields': [{'api_name': '%s',"
                  " 'type': 'multiselectpicklist', ",
                  name);
    put_options(out, "options", 0, OPTIONS);
    (void)fputs("}]}]}", out);
    assert_int_equal(fclose(out), 0);
    host_apply(h, document);
    free(document);
}

/* Records that count under every pair of their options: of them all there are too many. */
static void too_many_groups(void **state)
{
    host *h = *state;
    crm4e_chart *chart = NULL;

    host_apply(h, model);
    add_list(h, "Many");
    add_list(h, "More");
    for (int i = 0; i < OPTIONS; i += AT_ONCE) {
        for (int k = 0; k < OPTIONS; k += AT_ONCE) {
            char *record;
            size_t length;
            FILE *out = open_memstream(&record, &length);
            (void)fputs("{'Name': 'a', ", out);
            put_options(out, "Many", i, AT_ONCE);
            (void)fputs(", ", out);
            put_options(out, "More", k, AT_ONCE);
            (void)fputs("}", out);
            assert_int_equal(fclose(out), 0);
            (void)make(h->admin, "Things", record);
            free(record);
        }
    }
    host_ok(h->admin, make_chart(&chart, h->admin, "Many", 0));
    assert_int_equal(crm4e_chart_buckets(chart), OPTIONS);
    host_ok(h->admin, crm4e_chart_group_by(chart, "More", 0));
    host_refused(h->admin, crm4e_chart_run(chart), CRM4E_E_TOO_BIG,
                 "a chart of more than 100000 buckets");
    crm4e_chart_free(chart);
}

/* ------------------------------------------------------ entries that come meanwhile */

static int add_some(crm4e_session *session, crm4e_id who, int from, int count)
{
    crm4e_text *ids = NULL;
    char *json;
    size_t length;
    FILE *out = open_memstream(&json, &length);
    int rc;

    for (int i = from; i < from + count; i++)
        (void)fprintf(out,
                      "%c{\"module\":\"Contacts\",\"record\":%lld,\"kind\":\"visit\","
                      "\"occurred_at\":\"2024-01-%02dT%02d:%02d:00Z\",\"subject\":\"n%d.\"}",
                      i == from ? '[' : ',', (long long)who, 1 + i / 5 / 1440, i / 5 / 60 % 24,
                      i / 5 % 60, i);
    (void)fputs("]", out);
    (void)fclose(out);
    rc = crm4e_interactions_add_json(&ids, session, json);
    crm4e_text_free(ids);
    free(json);
    return rc;
}

typedef struct task {
    char path[96];
    crm4e_id who;
    int count;
} task;

/* Another process: told what to do when the org is there. */
static void append_all(int in)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    crm4e_session *session = NULL;
    task t;
    int rc = read(in, &t, sizeof t) == (ssize_t)sizeof t ? CRM4E_OK : CRM4E_E_IO;

    options.path = t.path;
    options.flags = CRM4E_ENGINE_ROLLBACK_JOURNAL | CRM4E_ENGINE_NORMAL_SYNC;
    rc = rc < 0 ? rc : crm4e_engine_open(&engine, &options);
    rc = rc < 0 ? rc : crm4e_org_open(&org, engine, NULL);
    rc = rc < 0 ? rc : crm4e_session_open(&session, org, HOST_ADMIN);
    for (int i = BATCH; i < t.count && rc == CRM4E_OK; i += BATCH) {
        while ((rc = add_some(session, t.who, i, BATCH)) == CRM4E_E_BUSY)
            ;
    }
    crm4e_engine_close(engine);
    _exit(rc == CRM4E_OK ? 0 : 1);
}

static bool has_ended(pid_t child)
{
    int status = 1;
    const pid_t ended = waitpid(child, &status, WNOHANG);

    assert_true(ended == 0 || (ended == child && status == 0));
    return ended == child;
}

static void note(const char *page, char *seen, int most)
{
    for (const char *at = page; (at = strstr(at, "\"subject\":\"n")) != NULL; at += 12) {
        const long number = strtol(at + 12, NULL, 10);
        assert_true(number >= 0 && number < most);
        assert_int_equal(seen[number]++, 0);
    }
}

/* Page by page while the child writes, each page that has a next one; the last one when no more
 * can come. */
static void read_along(host *h, const task *t, pid_t child, char *seen)
{
    char *after = NULL;
    bool ended = false;
    bool done = false;

    while (!done) {
        const bool last = ended;
        char *page = paged(h->admin, "Contacts", t->who, WHICH(.limit = 97, .after = after));
        char *next = strstr(page, "\"after\":\"");
        done = next == NULL && last;
        if (next != NULL || last)
            note(page, seen, t->count);
        if (next != NULL) {
            free(after);
            after = strdup(next + 9);
            *strchr(after, '"') = '\0';
        }
        ended = ended || has_ended(child);
        free(page);
    }
    free(after);
}

static void none_lost_or_doubled(void **state)
{
    task t = {.count = getenv("CRM4E_TEST_LONG") != NULL ? LONG : APPENDED};
    char *seen = calloc((size_t)t.count, 1);
    int there[2];
    pid_t child;
    host *h;

    assert_int_equal(pipe(there), 0);
    child = host_on_sqlite ? fork() : -1;
    if (child == 0) {
        (void)close(there[1]);
        append_all(there[0]);
    }
    assert_int_equal(host_setup(state), 0);
    h = *state;
    t.who = make(h->admin, "Contacts", "{'Last_Name': 'Li'}");
    (void)snprintf(t.path, sizeof t.path, "%s/acme.crm4e", h->directory);
    host_ok(h->admin, add_some(h->admin, t.who, 0, BATCH));
    if (child > 0) {
        assert_int_equal(write(there[1], &t, sizeof t), sizeof t);
        read_along(h, &t, child, seen);
        for (int i = 0; i < t.count; i++)
            assert_int_equal(seen[i], 1);
    }
    (void)close(there[0]);
    (void)close(there[1]);
    free(seen);
}

/* ----------------------------------------------------------- what is gone since */

static char *history_of(host *h, crm4e_id id)
{
    crm4e_text *text = NULL;
    char *copy;

    host_ok(h->admin, crm4e_record_history_json(&text, h->admin, "Things", id, NULL));
    copy = strdup(crm4e_text_data(text));
    crm4e_text_free(text);
    return copy;
}

/* Who did it, a field it speaks of, a record that it points to. */
static void entries_outlive_what_they_name(void **state)
{
    host *h = *state;
    crm4e_session *bob;
    crm4e_module *module = NULL;
    crm4e_id twin, thing;
    char json[96];
    char *text;

    host_apply(h, model);
    host_apply(h, "{'modules': [{'api_name': 'Things', 'fields': [{'api_name': 'Twin', 'type':"
                  " 'lookup', 'target': 'Things'}]}]}");
    bob = host_session(h, "bob@acme.example");
    twin = make(bob, "Things", "{'Name': 'b'}");
    (void)snprintf(json, sizeof json, "{'Name': 'a', 'Size': 3, 'Twin': %lld}", (long long)twin);
    thing = make(bob, "Things", json);
    host_ok(bob, change(bob, "Things", thing, "{'Size': 4, 'Word': 'x'}"));
    host_ok(h->admin, crm4e_record_delete(h->admin, "Things", twin, 0));
    host_ok(h->admin, crm4e_record_purge(h->admin, "Things", twin));
    host_ok(h->admin, crm4e_module_open(&module, h->admin, "Things"));
    host_ok(h->admin, crm4e_module_remove_field(module, "Size"));
    crm4e_module_free(module);
    host_apply(h, "{'users': [{'email': 'bob@acme.example', 'status': 'inactive'}]}");
    text = history_of(h, thing);
    assert_non_null(strstr(text, "Word"));
    assert_non_null(strstr(text, "Bob"));
    assert_null(strstr(text, "Size"));
    free(text);
    assert_sound(h);
}

static char *audit_of(host *h)
{
    crm4e_text *text = NULL;
    char *copy;

    host_ok(h->admin, crm4e_audit_json(&text, h->admin, NULL));
    copy = strdup(crm4e_text_data(text));
    crm4e_text_free(text);
    return copy;
}

/* What is written stays as it is, also for administrators: no module leads there, and later lines
 * only come before it. */
static void no_call_reaches_audit_lines(void **state)
{
    static const char *const names[] = {"audit", "Audit", "Audit_Log", "crm4e_audit", "history"};
    host *h = *state;
    char *before;
    char *after;

    host_apply(h, model);
    before = audit_of(h);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const crm4e_id line = strtoll(strstr(before, "\"id\":") + 5, NULL, 10);
        crm4e_record *record = NULL;
        assert_int_equal(crm4e_record_open(&record, h->admin, names[i], line), CRM4E_E_NOT_FOUND);
        assert_int_equal(crm4e_record_delete(h->admin, names[i], line, 0), CRM4E_E_NOT_FOUND);
        assert_int_equal(crm4e_record_purge(h->admin, names[i], line), CRM4E_E_NOT_FOUND);
        crm4e_record_free(record);
    }
    host_apply(h, "{'users': [{'email': 'bob@acme.example', 'role': 'Manager'}]}");
    host_ok(h->admin, crm4e_history_purge(h->admin, 1000, NULL));
    after = audit_of(h);
    assert_true(strlen(after) > strlen(before));
    assert_string_equal(after + strlen(after) - strlen(before) + 1, before + 1);
    free(before);
    free(after);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
    const struct CMUnitTest tests[] = {
        TEST(days_of_every_zone),
        TEST(nothing_to_count),
        TEST(too_many_groups),
        cmocka_unit_test_teardown(none_lost_or_doubled, host_teardown),
        TEST(entries_outlive_what_they_name),
        TEST(no_call_reaches_audit_lines),
    };

    return host_run("places in time", tests, sizeof tests / sizeof tests[0]);
}
