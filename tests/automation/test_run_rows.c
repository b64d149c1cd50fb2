/* SPDX-License-Identifier: MIT */
/* The run log where one change leaves many lines, which share rows: read, narrowed, paged and cut
 * as if each stood alone. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RULES = 50,
    FAILS = 7,   /* what bo may not be told */
    SKIPS = 20,  /* its recipient is not active */
    ONCE = 33,   /* runs once for a record */
    SELDOM = 41, /* and one that few records meet */
    LEADS = 5,
    MOST_LINES = 1000
};
static const crm4e_time ever = INT64_C(4102444800000000); /* 2100 */

static const char document[] =
    "{'crm4e': 1,"
    " 'profiles': ["
    "  {'name': 'Builder', 'clone_of': 'Standard', 'admin': ['manage_automation'],"
    "   'fields': {'Leads': {'Designation': 'hidden'}}},"
    "  {'name': 'Maker', 'clone_of': 'Standard', 'admin': ['manage_automation']}],"
    " 'users': ["
    "  {'email': 'bo@acme.example', 'profile': 'Builder', 'role': 'CEO'},"
    "  {'email': 'ed@acme.example', 'profile': 'Maker', 'role': 'CEO'},"
    "  {'email': 'em@acme.example', 'profile': 'Standard', 'status': 'inactive'}]}";
static const char narrowed[] = "{'crm4e': 1, 'profiles': [{'name': 'Maker',"
                               "  'fields': {'Leads': {'Designation': 'read_only'}}}]}";

typedef struct line {
    long long id;
    int rule;
    long long record;
    char text[300];
} line;

static host *h;
static crm4e_session *bo;
static line lines[MOST_LINES], others[MOST_LINES];

static void apply_as(crm4e_session *session, const char *change)
{
    char *json = host_json(change);
    crm4e_text *text = NULL;

    host_ok(session, crm4e_org_apply(&text, session, json, CRM4E_NUL_TERMINATED));
    crm4e_text_free(text);
    free(json);
}

static void put_rule(crm4e_session *session, int number)
{
    char text[500];
    const char *action = "{'notify': {'to': 'owner', 'subject': 'S'}}";

    if (number == FAILS)
        action = "{'update_field': {'field': 'Designation', 'value': 'Boss'}}";
    if (number == SKIPS)
        action = "{'notify': {'to': 'em@acme.example', 'subject': 'S'}}";
    (void)snprintf(text, sizeof text,
                   "{'workflows': [{'name': 'R%d', 'module': 'Leads', 'on': 'create_or_edit',%s"
                   " 'conditions': [{'when': 'Company %s `Seldom`', 'then': [%s]}]}]}",
                   number, number == ONCE ? " 'repeat': false," : "",
                   number == SELDOM ? "=" : "!=", action);
    apply_as(session, text);
}

/* Of an edition with enough rules. */
static int setup(void **state)
{
    host_edition = CRM4E_EDITION_ULTIMATE;
    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, document);
    bo = host_session(h, "bo@acme.example");
    for (int i = 0; i < RULES; i++)
        put_rule(i == FAILS ? host_session(h, "ed@acme.example") : h->admin, i);
    host_apply(h, narrowed);
    return 0;
}

static crm4e_id add(const char *company)
{
    char values[100];

    (void)snprintf(values, sizeof values, "{'Last_Name': 'L', 'Company': '%s'}", company);
    return host_create(h->admin, "Leads", values);
}

static void edit(crm4e_id lead)
{
    crm4e_record *record = NULL;

    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Leads", lead));
    host_ok(h->admin, crm4e_record_set_text(record, "City", "Oslo", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
}

static void take_line(const char *at, line *l)
{
    const char *end = strchr(at, '}');

    assert_non_null(end);
    (void)snprintf(l->text, sizeof l->text, "%.*s", (int)(end - at), at);
    l->id = strtoll(at + strlen("{\"id\":"), NULL, 10);
    l->rule = atoi(strstr(l->text, "\"rule\":\"R") + strlen("\"rule\":\"R"));
    l->record = strtoll(strstr(l->text, "\"record\":") + strlen("\"record\":"), NULL, 10);
}

/* All lines, page by page; how many, and how many pages. */
static int read_all(crm4e_session *session, crm4e_runs_options *options, line *out, int *pages)
{
    static const char mark[] = "\"before\":";
    crm4e_module *leads = NULL;
    int count = 0;

    host_ok(session, crm4e_module_open(&leads, session, "Leads"));
    options->before = 0;
    *pages = 0;
    do {
        crm4e_text *text = NULL;
        host_ok(session, crm4e_runs_json(&text, leads, options));
        for (const char *at = crm4e_text_data(text); (at = strstr(at, "{\"id\":")); at++)
            take_line(at, &out[count++]);
        options->before = strtoll(strstr(crm4e_text_data(text), mark) + strlen(mark), NULL, 10);
        crm4e_text_free(text);
        (*pages)++;
    } while (options->before != 0);
    crm4e_module_free(leads);
    return count;
}

static int read_whole(line *out)
{
    crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
    int pages;

    options.limit = MOST_LINES;
    return read_all(h->admin, &options, out, &pages);
}

static void assert_sound(void)
{
    crm4e_text *text = NULL;

    host_ok(h->admin, crm4e_check(&text, h->org));
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
}

/* Each rule that met the record, the last one first, with an id of its own. */
static void test_one_change(void **state)
{
    crm4e_id lead = add("T");

    (void)state;
    assert_int_equal(read_whole(lines), RULES - 1);
    for (int i = 0, rule = RULES - 1; i < RULES - 1; i++, rule--) {
        rule -= rule == SELDOM;
        assert_int_equal(lines[i].rule, rule);
        assert_true(i == 0 || lines[i].id < lines[i - 1].id);
        assert_int_equal(lines[i].record, lead);
        assert_non_null(strstr(lines[i].text, "\"version\":1"));
        assert_non_null(strstr(lines[i].text, rule == FAILS   ? "\"failed\",\"message\":\""
                                              : rule == SKIPS ? "\"skipped\",\"message\":\"notify: "
                                                              : "\"done\",\"message\":null"));
    }
    assert_sound();
}

/* The same lines at every limit, in no more pages than they need. */
static void compare_pages(crm4e_session *session, crm4e_runs_options *options)
{
    int pages = 0;
    int whole, count;

    options->limit = MOST_LINES;
    whole = read_all(session, options, lines, &pages);
    for (options->limit = 1; options->limit <= whole + 1; options->limit++) {
        count = read_all(session, options, others, &pages);
        assert_int_equal(count, whole);
        assert_int_equal(pages, whole > 0 ? (whole + options->limit - 1) / options->limit : 1);
        for (int i = 0; i < whole; i++)
            assert_string_equal(lines[i].text, others[i].text);
    }
}

static void test_pages(void **state)
{
    static const char *const names[] = {"R0", "R7", "R15", "R16", "R41", "R49"};
    crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
    crm4e_id last = 0;
    int pages;

    (void)state;
    for (int i = 0; i < LEADS; i++)
        last = add(i == 2 ? "Seldom" : "T");
    options.record = last;
    compare_pages(h->admin, &options);
    options.record = 0;
    for (uint32_t result = CRM4E_RUN_DONE; result <= CRM4E_RUN_FAILED; result++) {
        options.result = result;
        if (result != CRM4E_RUN_DONE)
            compare_pages(h->admin, &options);
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            options.rule = names[i];
            compare_pages(h->admin, &options);
        }
        options.rule = NULL;
    }
    options.result = 0;
    options.rule = "R41";
    assert_int_equal(read_all(h->admin, &options, lines, &pages), 1);
    assert_int_equal(lines[0].rule, SELDOM);
    options.record = last;
    assert_int_equal(read_all(h->admin, &options, lines, &pages), 0);
    options.rule = "R0";
    assert_int_equal(read_all(h->admin, &options, lines, &pages), 1);
    assert_int_equal(lines[0].record, last);
}

/* Of two hundred lines, those around the ends of rows. */
static void test_long_pages(void **state)
{
    static const int32_t limits[] = {1, 15, 16, 17, 48, 49, 50, 196, 197};
    crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
    int pages, count;

    (void)state;
    for (int i = 0; i < 4; i++)
        (void)add("T");
    count = read_whole(lines);
    assert_int_equal(count, 4 * (RULES - 1));
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        options.limit = limits[i];
        assert_int_equal(read_all(h->admin, &options, others, &pages), count);
        assert_int_equal(pages, (count + limits[i] - 1) / limits[i]);
        for (int k = 0; k < count; k++)
            assert_string_equal(lines[k].text, others[k].text);
    }
}

/* The row holds the error; bo reads all of its lines and not that. */
static void test_whose_errors(void **state)
{
    crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
    int pages, failed = 0;

    (void)state;
    (void)add("T");
    assert_int_equal(read_all(bo, &options, lines, &pages), RULES - 1);
    for (int i = 0; i < RULES - 1; i++) {
        assert_null(strstr(lines[i].text, "Designation"));
        failed += strstr(lines[i].text, "\"failed\",\"message\":null") != NULL;
    }
    assert_int_equal(failed, 1);
    options.result = CRM4E_RUN_FAILED;
    assert_int_equal(read_all(h->admin, &options, lines, &pages), 1);
    assert_non_null(strstr(lines[0].text, "Designation"));
}

/* Lines that are left when so many, the oldest ones, are gone: those of the rule that runs once
 * stay. `lines` has them all. */
static void assert_left(int count, int gone)
{
    int left = read_whole(others);

    assert_int_equal(left, count - gone);
    for (int i = count - 1; i >= 0; i--) {
        if (lines[i].rule != ONCE && gone > 0)
            gone--;
        else
            assert_string_equal(lines[i].text, others[--left].text);
    }
    assert_int_equal(left, 0);
}

/* Cut line by line: what is left is as it was, with its ids. */
static void test_purge(void **state)
{
    crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
    crm4e_id lead = add("T");
    int32_t done = 3;
    int count, gone;

    (void)state;
    (void)add("T");
    count = read_whole(lines);
    for (gone = 0; done == 3; gone += done, assert_left(count, gone))
        host_ok(h->admin, crm4e_runs_purge(h->admin, ever, 3, &done));
    assert_int_equal(gone, count - 2);
    assert_int_equal(others[1].record, lead);
    compare_pages(h->admin, &options);
    edit(lead);
    assert_int_equal(read_whole(lines), 2 + RULES - 2); /* the one that runs once did not */
    assert_sound();
}

/* The only line of a rule, as the log of a module has it; 0: none. */
static long long id_of_line(const char *module, const char *rule)
{
    crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
    crm4e_module *opened = NULL;
    crm4e_text *text = NULL;
    const char *at;
    long long id = 0;

    options.rule = rule;
    host_ok(h->admin, crm4e_module_open(&opened, h->admin, module));
    host_ok(h->admin, crm4e_runs_json(&text, opened, &options));
    at = strstr(crm4e_text_data(text), "{\"id\":");
    if (at != NULL) {
        id = strtoll(at + strlen("{\"id\":"), NULL, 10);
        assert_null(strstr(at + 1, "{\"id\":"));
    }
    crm4e_text_free(text);
    crm4e_module_free(opened);
    return id;
}

#define MAKE                                                                                       \
    "{'create_record': {'module': 'Contacts', 'fields': {'Last_Name': 'N'}, 'triggers': true}}"

/* Lines stand in the order in which the rules were done, over changes that set others off; what
 * a rule did that is undone leaves none, and takes none of the rules before it along. */
static void test_chain(void **state)
{
    long long before, inside, outside, behind;

    (void)state;
    host_apply(h, "{'workflows': ["
                  " {'name': 'Before', 'module': 'Accounts', 'on': 'create', 'conditions': ["
                  "  {'then': [{'notify': {'to': 'owner', 'subject': 'S'}}]}]},"
                  " {'name': 'Outside', 'module': 'Accounts', 'on': 'create', 'conditions': ["
                  "  {'then': [" MAKE "]}]},"
                  " {'name': 'Behind', 'module': 'Accounts', 'on': 'create', 'conditions': ["
                  "  {'then': [{'notify': {'to': 'owner', 'subject': 'S'}}]}]},"
                  " {'name': 'Inside', 'module': 'Contacts', 'on': 'create', 'conditions': ["
                  "  {'then': [{'notify': {'to': 'owner', 'subject': 'S'}}]}]}]}");
    (void)host_create(h->admin, "Accounts", "{'Account_Name': 'A'}");
    before = id_of_line("Accounts", "Before");
    inside = id_of_line("Contacts", "Inside");
    outside = id_of_line("Accounts", "Outside");
    behind = id_of_line("Accounts", "Behind");
    assert_true(0 < before && before < inside && inside < outside && outside < behind);
    assert_sound();
    host_ok(h->admin, crm4e_runs_purge(h->admin, ever, 100, NULL));
    host_apply(h, "{'roles': [{'name': 'Short', 'parent': 'CEO'}], 'workflows': ["
                  " {'name': 'Outside', 'module': 'Accounts', 'on': 'create', 'conditions': ["
                  "  {'then': [" MAKE ", {'assign_owner': {'target': 'role',"
                  "   'role': 'Short'}}]}]}]}");
    host_ok(h->admin, crm4e_role_remove(h->admin, "Short"));
    (void)host_create(h->admin, "Accounts", "{'Account_Name': 'B'}");
    assert_int_equal(id_of_line("Contacts", "Inside"), 0);
    before = id_of_line("Accounts", "Before");
    outside = id_of_line("Accounts", "Outside");
    behind = id_of_line("Accounts", "Behind");
    assert_true(0 < before && before < outside && outside < behind);
    assert_sound();
}

static int save_starved(host *of)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, of->admin, "Leads");

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, "Last_Name", "L", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, "Company", "T", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

static int purge_starved(host *of)
{
    return crm4e_runs_purge(of->admin, ever, 30, NULL);
}

static int expected;

static void all_there(host *of)
{
    (void)of;
    assert_int_equal(read_whole(lines), expected);
}

static void test_without_memory(void **state)
{
    (void)state;
    for (int i = 8; i < RULES; i++) {
        crm4e_module *leads = NULL;
        char name[8];
        if (i == SKIPS)
            continue;
        (void)snprintf(name, sizeof name, "R%d", i);
        host_ok(h->admin, crm4e_module_open(&leads, h->admin, "Leads"));
        host_ok(h->admin, crm4e_workflow_remove(leads, name));
        crm4e_module_free(leads);
    }
    expected = 0;
    host_starve(h, save_starved, all_there);
    expected = 9;
    all_there(h);
    host_starve(h, purge_starved, all_there);
    expected = 0;
    all_there(h);
    assert_sound();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_change, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_pages, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_long_pages, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_whose_errors, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_chain, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_purge, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_without_memory, setup, host_teardown),
    };

    return host_run("run rows", tests, sizeof tests / sizeof tests[0]);
}
