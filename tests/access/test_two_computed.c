/* SPDX-License-Identifier: MIT */
/*
 * Two orgs that differ in nothing but values that one user may not read, and in what is computed
 * of them: formulas over a hidden field, roll-ups over it and over such formulas, a hidden column
 * of a subform, exchange rates, and names of records that he does not see, where lookups to one
 * of several modules and to several records lead. Whatever he asks, he gets the same bytes.
 *
 *   test_two_computed [CALLS]
 */
#include "support/effort.h"
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STREETS = 5,
    HOUSES = 30,
    PERSONS = 8,
    DEALS = 6,
    CALLS = 2500
};

#define READER "rea@acme.example"

static const char document[] =
    "{'currencies': [{'iso_code': 'EUR', 'rates': [{'valid_from': '2000-01-01',"
    "   'exchange_rate': '2'}]}],"
    " 'modules': [{'api_name': 'Persons', 'org_default': 'private'},"
    "  {'api_name': 'Deals', 'org_default': 'private'},"
    "  {'api_name': 'Streets', 'org_default': 'public_read_write'},"
    "  {'api_name': 'Houses', 'org_default': 'private', 'fields': ["
    "   {'api_name': 'Street', 'type': 'lookup', 'target': 'Streets'},"
    "   {'api_name': 'Rent', 'type': 'integer'}, {'api_name': 'Open', 'type': 'integer'},"
    "   {'api_name': 'Fee', 'type': 'currency', 'scale': 2},"
    "   {'api_name': 'Keepers', 'type': 'multiselectlookup', 'target': 'Persons'},"
    "   {'api_name': 'Rooms', 'type': 'subform', 'settings': {'columns': ["
    "     {'api_name': 'Size', 'type': 'integer'}, {'api_name': 'Cost', 'type': 'integer'}]}},"
    "   {'api_name': 'Twice', 'type': 'formula', 'settings': {'expression': 'Rent * 2',"
    "     'result': 'double'}},"
    "   {'api_name': 'More', 'type': 'formula', 'settings': {'expression': 'Twice + Open',"
    "     'result': 'double'}},"
    "   {'api_name': 'Plain', 'type': 'formula', 'settings': {'expression': 'Open + 1',"
    "     'result': 'double'}}]},"
    "  {'api_name': 'Streets', 'fields': ["
    "   {'api_name': 'Rents', 'type': 'rollup_summary', 'settings': {'function': 'sum',"
    "     'module': 'Houses', 'lookup': 'Street', 'field': 'Rent'}},"
    "   {'api_name': 'Mores', 'type': 'rollup_summary', 'settings': {'function': 'max',"
    "     'module': 'Houses', 'lookup': 'Street', 'field': 'More'}},"
    "   {'api_name': 'Dear', 'type': 'rollup_summary', 'settings': {'function': 'count',"
    "     'module': 'Houses', 'lookup': 'Street', 'when': 'Rent > 500'}},"
    "   {'api_name': 'Plains', 'type': 'rollup_summary', 'settings': {'function': 'sum',"
    "     'module': 'Houses', 'lookup': 'Street', 'field': 'Plain'}}]}],"
    " 'profiles': [{'name': 'Reader', 'clone_of': 'Standard', 'admin': ['export'], 'modules': {"
    "   '*': ['view', 'create', 'edit', 'delete', 'export']}, 'fields': {'Houses': {"
    "   'Rent': 'hidden', 'Rooms.Cost': 'hidden'}}}],"
    " 'users': [{'email': '" READER "', 'profile': 'Reader'}]}";

/* ------------------------------------------------------------- two orgs */

typedef struct org {
    host *h;
    crm4e_session *reader;
    int number; /* 0 or 1 */
    crm4e_id streets[STREETS], houses[HOUSES], persons[PERSONS], deals[DEALS], tasks[DEALS];
} org;

static org orgs[2];
static bool secrets_differ;
static uint64_t chance;
static uint64_t id_source;
static int64_t now;
static int call_count = TEST_FEWER(CALLS);

static int roll(int below)
{
    chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((chance >> 33) % (uint64_t)below);
}

static int32_t tell_time(void *user, int64_t *microseconds)
{
    (void)user;
    *microseconds = now;
    return CRM4E_CONTINUE;
}

static int32_t fill(void *user, void *bytes, size_t size)
{
    unsigned char *at = bytes;

    (void)user;
    for (size_t i = 0; i < size; i++)
        at[i] = (unsigned char)(++id_source * 31 >> 2);
    return CRM4E_CONTINUE;
}

/* A number, or the end of a name, that is another one in each org. */
static int secret(const org *o, int value)
{
    return secrets_differ ? value * 2 + o->number : value * 2;
}

__attribute__((format(printf, 3, 4))) static crm4e_id create(const org *o, const char *module,
                                                             const char *form, ...)
{
    char values[600];
    va_list more;

    va_start(more, form);
    (void)vsnprintf(values, sizeof values, form, more);
    va_end(more);
    return host_create(o->h->admin, module, values);
}

static void give(const org *o, const char *module, crm4e_id id)
{
    crm4e_record *record = NULL;

    host_ok(o->h->admin, crm4e_record_open(&record, o->h->admin, module, id));
    host_ok(o->h->admin, crm4e_record_set_owner(record, crm4e_session_user(o->reader)));
    host_ok(o->h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
}

static void set(const org *o, const char *module, crm4e_id id, const char *values)
{
    crm4e_record *record = NULL;
    char *json = host_json(values);

    host_ok(o->h->admin, crm4e_record_open(&record, o->h->admin, module, id));
    host_ok(o->h->admin, crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED));
    host_ok(o->h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
    free(json);
}

/* Every other house is the reader's; of the rest all is secret but what is counted openly. */
static void make_house(org *o, int i)
{
    const bool own = i % 2 == 1;
    const int rent = 10 * roll(100), cost = roll(100), street = roll(STREETS);
    const int first = roll(PERSONS), second = (first + 1 + roll(PERSONS - 1)) % PERSONS;
    char values[600];

    (void)snprintf(values, sizeof values,
                   "{'Name': 'House %d', 'Street': %lld, 'Rent': %d, 'Open': %d, 'Fee': %d, "
                   "'Currency': 'EUR', 'Exchange_Rate': %d,"
                   " 'Keepers': [%lld, %lld], 'Rooms': [{'Size': %d, 'Cost': %d}]}",
                   own ? i : secret(o, i), (long long)o->streets[street], secret(o, rent), i % 7,
                   own ? i : secret(o, i), secret(o, i) + 1, (long long)o->persons[first],
                   (long long)o->persons[second], own ? i : secret(o, i), secret(o, cost));
    o->houses[i] = host_create(o->h->admin, "Houses", values);
    if (own)
        give(o, "Houses", o->houses[i]);
    /* a history of the secrets */
    (void)snprintf(values, sizeof values, "{'Rent': %d}", secret(o, rent + 100));
    set(o, "Houses", o->houses[i], values);
}

static void fill_org(org *o)
{
    for (int i = 0; i < STREETS; i++)
        o->streets[i] = create(o, "Streets", "{'Name': 'Street %d'}", i);
    for (int i = 0; i < PERSONS; i++) {
        o->persons[i] = create(o, "Persons", "{'Name': 'Person %d'}", i % 2 ? i : secret(o, i));
        if (i % 2)
            give(o, "Persons", o->persons[i]);
    }
    for (int i = 0; i < HOUSES; i++)
        make_house(o, i);
    for (int i = 0; i < DEALS; i++) {
        o->deals[i] = create(o, "Deals", "{'Deal_Name': 'Deal %d', 'Stage': 'Qualification'}",
                             i % 2 ? i : secret(o, i));
        if (i % 2)
            give(o, "Deals", o->deals[i]);
        o->tasks[i] = create(o, "Tasks", "{'Subject': 'Task %d', 'What_Id': 'Deals:%lld'}", i,
                             (long long)o->deals[i]);
        give(o, "Tasks", o->tasks[i]);
    }
}

static void open_org(org *o, int number)
{
    static const crm4e_clock clock = {sizeof clock, NULL, tell_time};
    static const crm4e_random random = {sizeof random, NULL, fill};
    void *place = NULL;

    chance = 7;
    id_source = 0;
    now = INT64_C(1800000000) * 1000000;
    host_clock = &clock;
    host_random = &random;
    *o = (org){.number = number};
    assert_int_equal(host_setup(&place), 0);
    o->h = place;
    host_apply(o->h, document);
    host_ok(o->h->admin, crm4e_currency_enable(o->h->admin));
    host_ok(o->h->admin, crm4e_profile_set_field(o->h->admin, "Reader", "Houses", "Exchange_Rate",
                                                 CRM4E_PERMISSION_HIDDEN));
    o->reader = host_session(o->h, READER);
    fill_org(o);
}

static void close_org(org *o)
{
    void *place = o->h;
    crm4e_text *found = NULL;

    host_ok(o->h->admin, crm4e_check(&found, o->h->org));
    crm4e_text_free(found);
    crm4e_session_close(o->reader);
    assert_int_equal(host_teardown(&place), 0);
}

/* ------------------------------------------------------------- what is asked */

typedef struct asked {
    const char *module;
    const char *fields[18]; /* and paths */
    int count;
} asked;

static const asked modules[] = {
    {"Houses",
     {"Name", "Street", "Rent", "Open", "Fee", "Keepers", "Rooms", "Twice", "More", "Plain",
      "Street.Rents", "Street.Mores", "Street.Dear", "Street.Plains", "Owner", "Version__s",
      "Currency", "Exchange_Rate"},
     18},
    {"Streets", {"Name", "Rents", "Mores", "Dear", "Plains", "Version__s", "Modified_Time"}, 7},
    {"Persons", {"Name", "Owner", "id"}, 3},
    {"Deals", {"Deal_Name", "Stage", "Amount"}, 3},
    {"Tasks", {"Subject", "What_Id", "Owner"}, 3},
};
enum {
    ASKED = sizeof modules / sizeof modules[0]
};

static const asked *some_module(void)
{
    return &modules[roll(2) ? 0 : roll(ASKED)];
}

/* By which a refusal is all there is to compare. */
static bool is_closed(const char *field)
{
    static const char *const closed[] = {"Rent", "Twice", "More", "Dear", "Exchange"};
    bool is = false;

    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++)
        is = is || strstr(field, closed[i]) != NULL;
    return is;
}

static const char *some_field(const asked *m)
{
    const char *field = m->fields[roll(m->count)];

    return is_closed(field) && roll(6) ? m->fields[0] : field;
}

static crm4e_id some_record(const org *o, const asked *m)
{
    const int i = roll(1000);

    switch (m - modules) {
    case 0: return o->houses[i % HOUSES];
    case 1: return o->streets[i % STREETS];
    case 2: return o->persons[i % PERSONS];
    case 3: return o->deals[i % DEALS];
    default: return o->tasks[i % DEALS];
    }
}

static void put_comparison(const org *o, const asked *m, FILE *out)
{
    static const char *const signs[] = {"=", "!=", "<", ">="};
    static const char *const numbers[] = {"Open", "Plain", "Street.Plains", "Fee", "Rooms.Size"};
    const char *field = some_field(m);
    const int kind = roll(8), number = roll(2000), sign = roll(4);
    const crm4e_id person = o->persons[roll(PERSONS)];

    switch (kind) {
    case 0: (void)fprintf(out, "%s is %snull", field, sign % 2 ? "not " : ""); break;
    case 1: (void)fprintf(out, "%s = 'Person %d'", field, number % 16); break;
    case 2: (void)fprintf(out, "%s = %lld", field, (long long)person); break;
    case 3: (void)fprintf(out, "%s like '%%%d%%'", field, number % 60); break;
    case 4:
        (void)fprintf(out, "Rooms.%s %s %d", number % 2 ? "Size" : "Cost", signs[sign],
                      number % 200);
        break;
    case 5: (void)fprintf(out, "%s %s %d", field, signs[sign], number); break;
    default:
        if (m == modules)
            (void)fprintf(out, "%s %s %d", numbers[number % 5], signs[sign], number % 40);
        else
            (void)fprintf(out, "%s like '%%%d%%'", m->fields[0], number % 10);
        break;
    }
}

static char *make_criteria(const org *o, const asked *m)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    put_comparison(o, m, out);
    if (roll(3) == 0) {
        (void)fputs(roll(2) ? " and not (" : " or (", out);
        put_comparison(o, m, out);
        (void)fputc(')', out);
    }
    assert_int_equal(fclose(out), 0);
    return text;
}

static int tell(const org *o, int rc, FILE *out)
{
    const crm4e_error *error = crm4e_session_error(o->reader);

    (void)fprintf(out, "%s\n", crm4e_code_name(rc));
    if (rc < 0)
        (void)fprintf(out, "%s|%s|%s|%s\n", crm4e_error_message(error), crm4e_error_module(error),
                      crm4e_error_field(error), crm4e_error_rule(error));
    return rc;
}

static void tell_text(const org *o, int rc, crm4e_text **text, FILE *out)
{
    if (tell(o, rc, out) >= 0 && *text != NULL)
        (void)fprintf(out, "%s\n", crm4e_text_data(*text));
    crm4e_text_free(*text);
    *text = NULL;
}

static void call_get(org *o, const asked *m, FILE *out)
{
    const crm4e_id id = some_record(o, m);
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;

    if (tell(o, crm4e_record_open(&record, o->reader, m->module, id), out) >= 0)
        tell_text(o, crm4e_record_json(&text, record), &text, out);
    crm4e_record_free(record);
}

static void call_query(org *o, const asked *m, FILE *out)
{
    char *criteria = make_criteria(o, m);
    char query[600];
    crm4e_cursor *rows = NULL;
    crm4e_text *text = NULL;

    (void)snprintf(query, sizeof query, "select id, %s, %s from %s where %s order by %s%s limit %d",
                   some_field(m), some_field(m), m->module, criteria, some_field(m),
                   roll(2) ? " desc" : "", 1 + roll(40));
    (void)fprintf(out, "%s\n", query);
    if (tell(o, crm4e_query_text(&rows, o->reader, query), out) >= 0)
        tell_text(o, crm4e_cursor_json(&text, rows), &text, out);
    crm4e_cursor_free(rows);
    free(criteria);
}

static void call_list(org *o, const asked *m, FILE *out)
{
    crm4e_query *query = NULL;
    crm4e_cursor *rows = NULL;
    crm4e_text *text = NULL;
    int64_t count = 0;
    int rc = crm4e_query_new(&query, o->reader, m->module);

    rc = rc < 0 ? rc : crm4e_query_select(query, "id");
    for (int i = 0; i < m->count && rc >= 0 && roll(2); i++)
        rc = crm4e_query_select(query, m->fields[i]);
    if (tell(o, rc, out) >= 0 && tell(o, crm4e_query_count(query, &count), out) >= 0)
        (void)fprintf(out, "%lld\n", (long long)count);
    if (rc >= 0 && tell(o, crm4e_query_run(&rows, query), out) >= 0)
        tell_text(o, crm4e_cursor_json(&text, rows), &text, out);
    crm4e_cursor_free(rows);
    crm4e_query_free(query);
}

static void call_chart(org *o, const asked *m, FILE *out)
{
    static const crm4e_measure measures[] = {CRM4E_COUNT, CRM4E_SUM, CRM4E_AVG, CRM4E_MIN,
                                             CRM4E_MAX};
    const crm4e_measure measure = measures[roll(5)];
    char *criteria = make_criteria(o, m);
    crm4e_chart *chart = NULL;
    crm4e_text *text = NULL;
    int rc = crm4e_chart_new(&chart, o->reader, m->module);

    rc = rc < 0 || roll(2) ? rc : crm4e_chart_group_by(chart, some_field(m), 0);
    rc = rc < 0
             ? rc
             : crm4e_chart_measure(chart, measure, measure == CRM4E_COUNT ? NULL : some_field(m));
    rc = rc < 0 || roll(2) ? rc : crm4e_chart_where(chart, criteria);
    if (tell(o, rc < 0 ? rc : crm4e_chart_run(chart), out) >= 0)
        tell_text(o, crm4e_chart_json(&text, chart), &text, out);
    crm4e_chart_free(chart);
    free(criteria);
}

static void call_search(org *o, const asked *m, FILE *out)
{
    static const char *const words[] = {"House", "Person", "Deal", "Task", "Street"};
    crm4e_search_options options = CRM4E_SEARCH_OPTIONS_INIT;
    crm4e_text *text = NULL;
    char wanted[40];

    (void)m;
    (void)snprintf(wanted, sizeof wanted, "%s %d", roll(3) ? words[roll(5)] : "", roll(60));
    options.limit = 1 + roll(30);
    tell_text(o, crm4e_search_json(&text, o->reader, wanted, CRM4E_NUL_TERMINATED, &options), &text,
              out);
}

static int32_t write_out(void *user, const char *bytes, size_t length)
{
    return fwrite(bytes, 1, length, user) == length ? CRM4E_CONTINUE : 0;
}

static void call_export(org *o, const asked *m, FILE *out)
{
    crm4e_export_options options = CRM4E_EXPORT_OPTIONS_INIT;
    char *criteria = make_criteria(o, m);
    int64_t rows = 0;

    options.module = m->module;
    options.criteria = roll(2) ? criteria : NULL;
    options.format = roll(2) ? CRM4E_EXPORT_CSV : CRM4E_EXPORT_JSON_LINES;
    options.write = write_out;
    options.write_user = out;
    if (tell(o, crm4e_export_records(o->reader, &options, &rows), out) >= 0)
        (void)fprintf(out, "%lld rows\n", (long long)rows);
    free(criteria);
}

static void call_history(org *o, const asked *m, FILE *out)
{
    const crm4e_id id = some_record(o, m);
    crm4e_text *text = NULL;

    tell_text(o, crm4e_record_history_json(&text, o->reader, m->module, id, NULL), &text, out);
    tell_text(o, crm4e_timeline_json(&text, o->reader, m->module, id, 0, roll(2), 20), &text, out);
    tell_text(o, crm4e_record_as_of(&text, o->reader, m->module, id, INT64_MAX), &text, out);
}

static void call_feed(org *o, const asked *m, FILE *out)
{
    crm4e_feed_options options = CRM4E_FEED_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int64_t end = 0;

    (void)m;
    options.limit = 1 + roll(60);
    if (tell(o, crm4e_feed_position(o->reader, &end), out) >= 0)
        tell_text(o, crm4e_feed_json(&text, o->reader, roll((int)end + 2), &options), &text, out);
}

/* What is written works out anew what is computed. */
static void call_change(org *o, const asked *m, FILE *out)
{
    const crm4e_id id = some_record(o, m);
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;
    char json[200];
    int rc = crm4e_record_open(&record, o->reader, m->module, id);

    (void)snprintf(json, sizeof json, "{\"Street\": %lld, \"Open\": %d}",
                   (long long)o->streets[roll(STREETS)], roll(9));
    if (m->module[0] != 'H')
        (void)snprintf(json, sizeof json, "{\"Name\": \"Street %d\"}", roll(9));
    rc = rc < 0 ? rc : crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);
    rc = rc < 0 ? rc : crm4e_record_save(record);
    if (tell(o, rc, out) >= 0)
        tell_text(o, crm4e_record_json(&text, record), &text, out);
    crm4e_record_free(record);
}

/* Into the bin, or out of it: activities go along with what they are about. */
static void call_delete(org *o, const asked *m, FILE *out)
{
    const crm4e_id id = some_record(o, m);

    (void)tell(o,
               roll(3) ? crm4e_record_restore(o->reader, m->module, id)
                       : crm4e_record_delete(o->reader, m->module, id, 0),
               out);
}

static const struct {
    const char *name;
    void (*call)(org *o, const asked *m, FILE *out);
} calls[] = {
    {"get", call_get},       {"query", call_query},     {"query", call_query},
    {"list", call_list},     {"chart", call_chart},     {"search", call_search},
    {"export", call_export}, {"history", call_history}, {"feed", call_feed},
    {"change", call_change}, {"delete", call_delete},
};
enum {
    KINDS = sizeof calls / sizeof calls[0]
};

static char *transcript(org *o, int kind, uint64_t from)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    chance = from;
    calls[kind].call(o, some_module(), out);
    assert_int_equal(fclose(out), 0);
    return text;
}

/* The first call whose transcripts differ; -1: none. */
static int compare(int count, bool show, int *answered)
{
    uint64_t from = 99;

    for (int i = 0; i < count; i++) {
        char *texts[2];
        int kind;
        bool same;

        now += 1000000;
        chance = from;
        kind = roll(KINDS);
        from = chance;
        for (int n = 0; n < 2; n++) {
            id_source = (uint64_t)now;
            texts[n] = transcript(&orgs[n], kind, from);
        }
        same = strcmp(texts[0], texts[1]) == 0;
        if (!same && show)
            print_error("call %d, %s:\n%.3000s\n--- and\n%.3000s\n", i, calls[kind].name, texts[0],
                        texts[1]);
        answered[kind] +=
            strncmp(texts[0], "CRM4E_OK", 8) == 0 || strstr(texts[0], "\nCRM4E_OK") != NULL;
        free(texts[0]);
        free(texts[1]);
        if (!same)
            return i;
    }
    return -1;
}

static void open_both(bool differ)
{
    secrets_differ = differ;
    open_org(&orgs[0], 0);
    open_org(&orgs[1], 1);
}

static void close_both(void)
{
    close_org(&orgs[0]);
    close_org(&orgs[1]);
}

static void nothing_is_learnt(void **state)
{
    int answered[KINDS] = {0};

    (void)state;
    open_both(true);
    assert_int_equal(compare(call_count, true, answered), -1);
    for (int i = 0; i < KINDS; i++) {
        print_message("%s: %d answered\n", calls[i].name, answered[i]);
        assert_true(answered[i] > 10 || call_count < CALLS);
    }
    close_both();
}

/* Who may read it all tells them apart; and without secrets nobody does. */
static void the_comparison_works(void **state)
{
    int answered[KINDS] = {0};

    (void)state;
    for (int differ = 0; differ < 2; differ++) {
        open_both(differ);
        for (int i = 0; i < 2; i++) {
            crm4e_session_close(orgs[i].reader);
            orgs[i].reader = host_session(orgs[i].h, HOST_ADMIN);
        }
        if (differ)
            assert_in_range(compare(call_count / 4, false, answered), 0, 100);
        else
            assert_int_equal(compare(call_count / 4, true, answered), -1);
        close_both();
    }
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_learnt),
        cmocka_unit_test(the_comparison_works),
    };

    if (argc > 1)
        call_count = (int)strtol(argv[1], NULL, 10);
    return host_run("two worlds, computed", tests, sizeof tests / sizeof tests[0]);
}
