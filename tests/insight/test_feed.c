/* SPDX-License-Identifier: MIT */
/* The change feed: all that was committed and nothing else, in order, page by page; to each
 * reader what he may know. */
#define _XOPEN_SOURCE 700

#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX "max@acme.example"

static const char document[] =
    "{'crm4e': 1, 'roles': [{'name': 'Low', 'parent': 'Manager'}],"
    " 'modules': [{'api_name': 'Leads', 'org_default': 'private'},"
    "  {'api_name': 'Vault', 'team': true}],"
    " 'profiles': [{'name': 'Blind', 'clone_of': 'Standard',"
    "  'fields': {'Leads': {'Phone': 'hidden'}}}],"
    " 'users': [{'email': '" MAX "', 'role': 'Low', 'profile': 'Blind'}]}";

static host *h;
static crm4e_session *max;
static int64_t from; /* where the last reading stood */

static int setup(void **state)
{
    int rc = host_setup(state);

    h = *state;
    if (rc == 0) {
        host_apply(h, document);
        max = host_session(h, MAX);
        host_ok(h->admin, crm4e_feed_position(h->admin, &from));
    }
    return rc;
}

static crm4e_id lead(crm4e_session *session, const char *name)
{
    char fields[200];

    (void)snprintf(fields, sizeof fields, "{'Last_Name': '%s', 'Company': 'Tower'}", name);
    return host_create(session, "Leads", fields);
}

static void put(crm4e_session *session, crm4e_id id, const char *field, const char *value)
{
    crm4e_record *record = NULL;

    host_ok(session, crm4e_record_open(&record, session, "Leads", id));
    host_ok(session, crm4e_record_set_text(record, field, value, CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_save(record));
    crm4e_record_free(record);
}

/* The number behind a member of the whole answer, which comes last. */
static int64_t last_number(const char *text, const char *member)
{
    const char *at = text, *found = NULL;

    while ((at = strstr(at, member)) != NULL)
        found = at++;
    assert_non_null(found);
    return strtoll(found + strlen(member), NULL, 10);
}

/* The lines behind a position as "kind module id version fields;"; pages of `limit`. */
static char *told(crm4e_session *session, int64_t position, int32_t limit,
                  crm4e_feed_options options)
{
    char *lines = calloc(1, 100000);
    bool more = true;

    options.limit = limit;
    while (more) {
        crm4e_text *text = NULL;
        const char *at;
        int count = 0;

        host_ok(session, crm4e_feed_json(&text, session, position, &options));
        for (at = crm4e_text_data(text); (at = strstr(at, "{\"position\":")) != NULL; at++) {
            long long place, record, version;
            char module[50], kind[50];

            assert_int_equal(sscanf(at,
                                    "{\"position\":%lld,\"module\":\"%49[^\"]\",\"record\":%lld,"
                                    "\"kind\":\"%49[^\"]\",\"version\":%lld",
                                    &place, module, &record, kind, &version),
                             5);
            assert_true(place > position);
            position = place;
            at = strstr(at, "\"fields\":[");
            (void)sprintf(lines + strlen(lines), "%s %s %lld %lld %.*s;", kind, module, record,
                          version, (int)(strchr(at, ']') - at - 10), at + 10);
            count++;
        }
        assert_true(count <= (limit > 0 ? limit : 100));
        assert_true(last_number(crm4e_text_data(text), "\"position\":") >= position);
        position = last_number(crm4e_text_data(text), "\"position\":");
        more = strstr(crm4e_text_data(text), "\"more\":true") != NULL;
        crm4e_text_free(text);
    }
    from = position;
    return lines;
}

static const crm4e_feed_options all = CRM4E_FEED_OPTIONS_INIT;

/* What is told behind `from`, which moves on; # is the id. */
static void assert_told(crm4e_session *session, crm4e_id id, const char *expected)
{
    char wanted[2000] = "";
    int64_t behind = from;
    char *lines = told(session, behind, 0, all), *single;
    size_t used = 0;

    for (const char *at = expected; *at; at++) {
        if (*at == '#')
            used += (size_t)snprintf(wanted + used, sizeof wanted - used, "%lld", (long long)id);
        else
            wanted[used++] = *at;
    }
    assert_string_equal(lines, wanted);
    single = told(session, behind, 1, all);
    assert_string_equal(single, lines);
    free(single);
    free(lines);
}

/* ------------------------------------------------------------- what is told */

static void life_of_a_record(void **state)
{
    crm4e_id id = lead(h->admin, "Li");

    (void)state;
    put(h->admin, id, "City", "Rome");
    assert_told(h->admin, id,
                "added Leads # 1 \"Owner\",\"Last_Name\",\"Company\",\"Full_Name\";"
                "updated Leads # 2 \"City\";");
    host_ok(h->admin, crm4e_record_delete(h->admin, "Leads", id, 0));
    host_ok(h->admin, crm4e_record_restore(h->admin, "Leads", id));
    {
        char *lines = told(h->admin, from, 0, all);

        assert_non_null(strstr(lines, "deleted Leads "));
        assert_non_null(strstr(lines, "restored Leads "));
        free(lines);
    }
    assert_told(h->admin, id, "");
}

static void hidden_fields_are_not_named(void **state)
{
    crm4e_id id;

    (void)state;
    id = host_create(max, "Leads", "{'Last_Name': 'Li', 'Company': 'Tower'}");
    put(h->admin, id, "Phone", "1");
    put(h->admin, id, "City", "Rome");
    assert_told(max, id,
                "added Leads # 1 \"Owner\",\"Last_Name\",\"Company\",\"Full_Name\";"
                "updated Leads # 3 \"City\";");
}

/* The rights of now hold for all that was. */
static void hidden_records_are_passed_over(void **state)
{
    int64_t start = from;
    crm4e_record *record = NULL;
    crm4e_id id = lead(h->admin, "Li");

    (void)state;
    assert_told(max, id, "");
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Leads", id));
    host_ok(h->admin, crm4e_record_set_owner(record, crm4e_session_user(max)));
    host_ok(h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
    assert_told(max, id, "owner_changed Leads # 2 \"Owner\";");
    from = start;
    assert_told(max, id,
                "added Leads # 1 \"Owner\",\"Last_Name\",\"Company\",\"Full_Name\";"
                "owner_changed Leads # 2 \"Owner\";");
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Leads", id));
    host_ok(h->admin, crm4e_record_set_owner(record, crm4e_session_user(h->admin)));
    host_ok(h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
    from = start;
    assert_told(max, id, "");
}

static bool tells(crm4e_session *session, int64_t position, const char *kind, crm4e_id id)
{
    char line[100];
    char *lines = told(session, position, 0, all);
    bool does;

    (void)snprintf(line, sizeof line, "%s Leads %lld ", kind, (long long)id);
    does = strstr(lines, line) != NULL;
    free(lines);
    return does;
}

/* A deletion is told to who could see the record, as long as that can be known. */
static void deletions(void **state)
{
    int64_t start = from;
    crm4e_id his = lead(max, "His"), hers = lead(h->admin, "Hers");

    (void)state;
    host_apply(h, "{'crm4e': 1, 'sharing_rules': [{'module': 'Leads', 'name': 'If',"
                  " 'when': 'Description is null', 'to': [{'user': '" MAX "'}]}]}");
    put(h->admin, hers, "Description", "for her alone");
    host_ok(h->admin, crm4e_record_delete(h->admin, "Leads", his, 0));
    host_ok(h->admin, crm4e_record_delete(h->admin, "Leads", hers, 0));
    assert_true(tells(max, start, "deleted", his));
    assert_true(tells(max, start, "added", his));
    assert_false(tells(max, start, "deleted", hers));
    assert_false(tells(max, start, "added", hers));
    assert_true(tells(h->admin, start, "deleted", hers));
    host_ok(h->admin, crm4e_record_purge(h->admin, "Leads", his));
    host_ok(h->admin, crm4e_record_purge(h->admin, "Leads", hers));
    assert_true(tells(max, start, "deleted", his));
    assert_false(tells(max, start, "added", his));
    assert_false(tells(max, start, "deleted", hers));
    assert_false(tells(max, start, "added", hers));
    assert_true(tells(h->admin, start, "deleted", hers));
    assert_true(tells(h->admin, start, "added", hers));
}

/* What hung on a record goes with it when that is purged: told, without what it was. */
static void notes_of_a_purged_record(void **state)
{
    crm4e_id id = lead(max, "Li"), note;
    crm4e_text *problems = NULL;
    char fields[100];

    (void)state;
    (void)snprintf(fields, sizeof fields, "{'Note_Content': 'c', 'Parent_Id': 'Leads:%lld'}",
                   (long long)id);
    note = host_create(max, "Notes", fields);
    host_ok(h->admin, crm4e_record_delete(h->admin, "Leads", id, 0));
    host_ok(h->admin, crm4e_feed_position(h->admin, &from));
    host_ok(h->admin, crm4e_record_purge(h->admin, "Leads", id));
    {
        int64_t behind = from;

        assert_told(max, note, "");
        from = behind;
    }
    assert_told(h->admin, note, "deleted Notes # 1 ;");
    assert_int_equal(crm4e_check(&problems, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(problems), "[]");
    crm4e_text_free(problems);
}

/* Nothing about records outlives their module. */
static void a_removed_module(void **state)
{
    int64_t start = from;
    crm4e_module *vault = NULL;
    char *lines;

    (void)state;
    host_apply(h, "{'crm4e': 1, 'org': {'crm4e': true}}");
    (void)host_create(h->admin, "Vault", "{'Name': 'Gold'}");
    lines = told(h->admin, start, 0, all);
    assert_non_null(strstr(lines, "added Vault"));
    free(lines);
    lines = told(max, start, 0, all);
    assert_null(strstr(lines, "Vault"));
    free(lines);
    host_ok(h->admin, crm4e_module_open(&vault, h->admin, "Vault"));
    host_ok(h->admin, crm4e_module_remove(vault));
    crm4e_module_free(vault);
    lines = told(h->admin, start, 0, all);
    assert_string_equal(lines, "");
    free(lines);
}

/* ------------------------------------------------------------- filters */

static void narrowed(void **state)
{
    int64_t start = from;
    crm4e_feed_options options = CRM4E_FEED_OPTIONS_INIT;
    crm4e_id id = lead(h->admin, "Li");
    char *lines;

    (void)state;
    (void)host_create(h->admin, "Accounts", "{'Account_Name': 'Tower'}");
    put(h->admin, id, "City", "Rome");
    options.kinds = CRM4E_FEED_UPDATED | CRM4E_FEED_DELETED;
    lines = told(h->admin, start, 0, options);
    assert_null(strstr(lines, "added"));
    assert_non_null(strstr(lines, "updated Leads"));
    free(lines);
    options.kinds = 0;
    options.modules = "[\"Accounts\"]";
    lines = told(h->admin, start, 0, options);
    assert_null(strstr(lines, "Leads"));
    assert_non_null(strstr(lines, "added Accounts"));
    free(lines);
    options.modules = "[]";
    lines = told(h->admin, start, 0, options);
    assert_string_equal(lines, "");
    free(lines);
}

static void refused(void **state)
{
    static const struct {
        const char *modules;
        uint32_t kinds;
        int32_t limit;
        int code;
    } cases[] = {
        {"{}", 0, 0, CRM4E_E_INVALID},
        {"[1]", 0, 0, CRM4E_E_INVALID},
        {"[", 0, 0, CRM4E_E_INVALID},
        {"[\"None\"]", 0, 0, CRM4E_E_NOT_FOUND},
        {"[\"Vault\"]", 0, 0, CRM4E_E_NOT_FOUND},
        {NULL, 1u << 9, 0, CRM4E_E_INVALID},
        {NULL, 0, -1, CRM4E_E_INVALID},
        {NULL, 0, 1001, CRM4E_E_INVALID},
    };
    crm4e_feed_options options = CRM4E_FEED_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int64_t position = 7;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        options.modules = cases[i].modules;
        options.kinds = cases[i].kinds;
        options.limit = cases[i].limit;
        assert_int_equal(crm4e_feed_json(&text, max, 0, &options), cases[i].code);
    }
    assert_int_equal(crm4e_feed_json(&text, max, -1, NULL), CRM4E_E_INVALID);
    assert_int_equal(crm4e_feed_options_init(NULL), CRM4E_E_MISUSE);
    assert_int_equal(crm4e_feed_options_init(&options), CRM4E_OK);
    assert_int_equal(options.limit, 0);
    /* what is not committed is told to nobody */
    host_ok(h->admin, crm4e_session_begin(h->admin));
    (void)lead(h->admin, "Li");
    host_refused(h->admin, crm4e_feed_json(&text, h->admin, 0, NULL), CRM4E_E_MISUSE,
                 "the feed tells what is committed: a transaction that writes is open");
    assert_int_equal(crm4e_feed_position(h->admin, &position), CRM4E_E_MISUSE);
    host_ok(h->admin, crm4e_session_rollback(h->admin));
    assert_int_equal(position, 7);
    assert_null(text);
    assert_told(h->admin, 0, "");
}

/* ------------------------------------------------------------- starting anew */

static void start_anew(crm4e_session *session, int64_t position, const char *message)
{
    crm4e_text *text = NULL;

    host_refused(session, crm4e_feed_json(&text, session, position, NULL), CRM4E_E_INVALID,
                 message);
    assert_string_equal(crm4e_error_rule(crm4e_session_error(session)), "start_anew");
}

static void a_later_state(void **state)
{
    (void)state;
    start_anew(h->admin, from + 1,
               "the position is of a later state of the org than there is: start anew");
    (void)lead(h->admin, "Li");
    from++;
    assert_told(h->admin, 0, "");
}

/* ------------------------------------------------------------- many lines */

/* No page looks at more lines than it says, and none is lost at its edges. */
static void long_pages(void **state)
{
    enum {
        MANY = 5230
    };
    crm4e_feed_options options = CRM4E_FEED_OPTIONS_INIT;
    int64_t start = from;
    crm4e_text *text = NULL;
    crm4e_id id;
    char *lines;

    (void)state;
    host_ok(h->admin, crm4e_session_begin(h->admin));
    id = lead(h->admin, "Li");
    for (int i = 1; i < MANY; i++)
        put(h->admin, id, "City", i % 2 ? "Rome" : "Oslo");
    host_ok(h->admin, crm4e_session_commit(h->admin));
    host_ok(max, crm4e_feed_json(&text, max, start, NULL));
    assert_int_equal(last_number(crm4e_text_data(text), "\"position\":"), start + 5000);
    assert_non_null(strstr(crm4e_text_data(text), "{\"changes\":[],"));
    assert_non_null(strstr(crm4e_text_data(text), "\"more\":true"));
    crm4e_text_free(text);
    options.kinds = CRM4E_FEED_UPDATED;
    host_ok(h->admin, crm4e_feed_json(&text, h->admin, start + 5000, &options));
    assert_int_equal(last_number(crm4e_text_data(text), "\"position\":"), start + 5100);
    crm4e_text_free(text);
    lines = told(h->admin, start + MANY - 300, 299, options);
    assert_int_equal(from, start + MANY);
    free(lines);
}

/* ------------------------------------------------------------- memory */

static int read_all(host *on)
{
    crm4e_text *text = NULL;
    int rc = crm4e_feed_json(&text, on->admin, 0, NULL);

    crm4e_text_free(text);
    return rc;
}

static void nothing_happened(host *on)
{
    int64_t position = 0;

    host_ok(on->admin, crm4e_feed_position(on->admin, &position));
    assert_int_equal(position, from);
}

static void memory_runs_out(void **state)
{
    (void)state;
    (void)lead(h->admin, "Li");
    host_ok(h->admin, crm4e_feed_position(h->admin, &from));
    host_starve(h, read_all, nothing_happened);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(life_of_a_record, setup, host_teardown),
        cmocka_unit_test_setup_teardown(hidden_fields_are_not_named, setup, host_teardown),
        cmocka_unit_test_setup_teardown(hidden_records_are_passed_over, setup, host_teardown),
        cmocka_unit_test_setup_teardown(deletions, setup, host_teardown),
        cmocka_unit_test_setup_teardown(notes_of_a_purged_record, setup, host_teardown),
        cmocka_unit_test_setup_teardown(a_removed_module, setup, host_teardown),
        cmocka_unit_test_setup_teardown(narrowed, setup, host_teardown),
        cmocka_unit_test_setup_teardown(refused, setup, host_teardown),
        cmocka_unit_test_setup_teardown(a_later_state, setup, host_teardown),
        cmocka_unit_test_setup_teardown(long_pages, setup, host_teardown),
        cmocka_unit_test_setup_teardown(memory_runs_out, setup, host_teardown),
    };

    return host_run("feed", tests, sizeof tests / sizeof tests[0]);
}
