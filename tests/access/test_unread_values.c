/* SPDX-License-Identifier: MIT */
/* What a value for a field that is hidden from him is answered does not depend on the value: its
 * type and its options would be told by what is wrong with it. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOB "bob@x.example"

static const char start[] =
    "{'modules': [{'api_name': 'Things', 'org_default': 'public_read_write', 'fields': ["
    "  {'api_name': 'Seen', 'type': 'integer'}, {'api_name': 'Key', 'type': 'text', 'unique': "
    "'folded'},"
    "  {'api_name': 'H0', 'type': 'text', 'length': 5}, {'api_name': 'H1', 'type': 'integer'},"
    "  {'api_name': 'H2', 'type': 'double'}, {'api_name': 'H3', 'type': 'date'},"
    "  {'api_name': 'H4', 'type': 'datetime'}, {'api_name': 'H5', 'type': 'boolean'},"
    "  {'api_name': 'H6', 'type': 'picklist', 'options': ['Gold', 'Lead']},"
    "  {'api_name': 'H7', 'type': 'multiselectpicklist', 'options': ['Gold', 'Lead']},"
    "  {'api_name': 'H8', 'type': 'lookup', 'target': 'Things'},"
    "  {'api_name': 'H9', 'type': 'email'}, {'api_name': 'H10', 'type': 'userlookup'},"
    "  {'api_name': 'H11', 'type': 'subform', 'settings': {'columns': ["
    "    {'api_name': 'A', 'type': 'integer'}]}},"
    "  {'api_name': 'Rows', 'type': 'subform', 'settings': {'columns': ["
    "    {'api_name': 'Open', 'type': 'integer'}, {'api_name': 'Shut', 'type': 'integer'}]}}]}],"
    " 'profiles': [{'name': 'Blind', 'clone_of': 'Standard', 'modules': {'*': ['view', 'create',"
    "  'edit', 'delete', 'mass_update']}, 'fields': {'Things': {'H0': 'hidden', 'H1': 'hidden',"
    "  'H2': 'hidden', 'H3': 'hidden', 'H4': 'hidden', 'H5': 'hidden', 'H6': 'hidden',"
    "  'H7': 'hidden', 'H8': 'hidden', 'H9': 'hidden', 'H10': 'hidden', 'H11': 'hidden',"
    "  'Rows.Shut': 'hidden'}}}],"
    " 'users': [{'email': '" BOB "', 'profile': 'Blind', 'role': 'Manager'}]}";

enum {
    HIDDEN = 12,
    BYTES = 256
};

/* As JSON. */
static const char *const values[] = {"'abc'",
                                     "'abcdefghij'",
                                     "5",
                                     "-1.5",
                                     "true",
                                     "'2024-02-30'",
                                     "'2024-02-03'",
                                     "'Gold'",
                                     "'Zinc'",
                                     "['Gold']",
                                     "[7]",
                                     "['Gold', 7]",
                                     "99999999",
                                     "'a@b.example'",
                                     "null",
                                     "[{'A': 1}]",
                                     "[{'A':'x'}]",
                                     "[{}]",
                                     "{'id': 12}",
                                     "'" BOB "'",
                                     "{'x': []}",
                                     "'2024-02-03T04:05:06Z'",
                                     "1e300"};
static crm4e_id there;

typedef int (*way)(crm4e_session *session, const char *json);

/* A record that is new or was opened: what saving it with these values says. */
static int save(crm4e_session *session, crm4e_record *record, int rc, const char *json)
{
    host_ok(session, rc);
    host_ok(session, crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED));
    rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

static int create(crm4e_session *session, const char *json)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_new(&record, session, "Things");

    return save(session, record, rc, json);
}

static int update(crm4e_session *session, const char *json)
{
    crm4e_record *record = NULL;
    int rc = crm4e_record_open(&record, session, "Things", there);

    return save(session, record, rc, json);
}

static int upsert(crm4e_session *session, const char *json)
{
    crm4e_id id = 0;
    int32_t created = 0;

    return crm4e_record_upsert(&id, &created, session, "Things", NULL, json, CRM4E_NUL_TERMINATED);
}

static int mass_update(crm4e_session *session, const char *json)
{
    crm4e_mass_options options = CRM4E_MASS_OPTIONS_INIT;

    options.module = "Things";
    options.ids = &there;
    options.count = 1;
    return crm4e_mass_update(NULL, session, &options, json, CRM4E_NUL_TERMINATED);
}

static const way ways[] = {create, update, upsert, mass_update};

static void denied(crm4e_session *session, int rc, const char *field)
{
    const crm4e_error *error = crm4e_session_error(session);

    if (rc != CRM4E_E_DENIED)
        fail_msg("%s: %d %s", field, rc, crm4e_error_message(error));
    assert_string_equal(crm4e_error_field(error), field);
    assert_string_equal(crm4e_error_rule(error), "field_permission");
}

static void make_one(host *h)
{
    crm4e_record *record = NULL;

    host_ok(h->admin, crm4e_record_new(&record, h->admin, "Things"));
    host_ok(h->admin, crm4e_record_set_text(record, "Name", "A", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    there = crm4e_record_id(record);
    crm4e_record_free(record);
}

static crm4e_session *begin(host *h)
{
    host_apply(h, start);
    make_one(h);
    return host_session(h, BOB);
}

/* The first message of a way and a field is the one of all values. */
static void same(crm4e_session *session, char *first)
{
    const char *message = crm4e_error_message(crm4e_session_error(session));

    if (first[0] == '\0')
        (void)snprintf(first, BYTES, "%s", message);
    assert_string_equal(message, first);
}

static void json_says_nothing(void **state)
{
    host *h = *state;
    crm4e_session *bob = begin(h);
    char pattern[BYTES], field[8];

    for (int hidden = 0; hidden < HIDDEN; hidden++) {
        char first[sizeof ways / sizeof ways[0]][BYTES] = {{0}};
        (void)snprintf(field, sizeof field, "H%d", hidden);
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            (void)snprintf(pattern, sizeof pattern, "{'Name': 'N', 'Key': 'k', '%s': %s}", field,
                           values[i]);
            char *json = host_json(pattern);
            for (size_t k = 0; k < sizeof ways / sizeof ways[0]; k++) {
                denied(bob, ways[k](bob, json), field);
                same(bob, first[k]);
            }
            free(json);
        }
    }
    assert_int_equal(host_count(h->admin, "Things", NULL), 1);
}

static void columns_say_nothing(void **state)
{
    static const char *const cells[] = {"1", "'x'", "1.5", "null", "true", "[1]", "{'a': 1}"};
    host *h = *state;
    crm4e_session *bob = begin(h);
    char pattern[BYTES];
    char first[sizeof ways / sizeof ways[0]][BYTES] = {{0}};

    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        (void)snprintf(pattern, sizeof pattern,
                       "{'Name': 'N', 'Key': 'k', 'Rows': [{'Open': 1}, {'Open': 2, 'Shut': %s}]}",
                       cells[i]);
        char *json = host_json(pattern);
        for (size_t k = 0; k < sizeof ways / sizeof ways[0]; k++) {
            denied(bob, ways[k](bob, json), "Rows.Shut");
            same(bob, first[k]);
        }
        free(json);
    }
    assert_int_equal(host_count(h->admin, "Things", NULL), 1);
}

static int set_text(crm4e_record *record, const char *field)
{
    return crm4e_record_set_text(record, field, "x!", CRM4E_NUL_TERMINATED);
}

static int set_decimal(crm4e_record *record, const char *field)
{
    return crm4e_record_set_decimal(record, field, "1.5");
}

static int set_integer(crm4e_record *record, const char *field)
{
    return crm4e_record_set_integer(record, field, INT64_MAX);
}

static int set_date(crm4e_record *record, const char *field)
{
    return crm4e_record_set_date(record, field, 7);
}

static int set_time(crm4e_record *record, const char *field)
{
    return crm4e_record_set_time(record, field, 7);
}

/* One by one, and what is read is still told at once. */
static void setters_say_nothing(void **state)
{
    static int (*const setters[])(crm4e_record * record, const char *field) = {
        set_text, set_decimal, set_integer, set_date, set_time, crm4e_record_set_null};
    host *h = *state;
    crm4e_session *bob = begin(h);
    char field[8];

    for (size_t i = 0; i < sizeof setters / sizeof setters[0]; i++) {
        for (int hidden = 0; hidden < HIDDEN; hidden++) {
            crm4e_record *record = NULL;
            (void)snprintf(field, sizeof field, "H%d", hidden);
            host_ok(bob, crm4e_record_new(&record, bob, "Things"));
            host_ok(bob, set_text(record, "Name"));
            host_ok(bob, setters[i](record, field));
            denied(bob, crm4e_record_save(record), field);
            assert_int_equal(set_text(record, "Seen"), CRM4E_E_INVALID);
            crm4e_record_free(record);
        }
    }
}

/* A value that was none stays one when the field opens before it is written. */
static void it_is_told_to_who_reads_the_field(void **state)
{
    host *h = *state;
    crm4e_session *bob = begin(h);
    crm4e_record *record = NULL;

    host_ok(bob, crm4e_record_new(&record, bob, "Things"));
    host_ok(bob, set_text(record, "Name"));
    host_ok(bob, set_text(record, "H1"));
    host_apply(h, "{'profiles': [{'name': 'Blind', 'fields': {'Things': {'H1': 'read_write'}}}]}");
    assert_int_equal(crm4e_record_save(record), CRM4E_E_INVALID);
    host_ok(bob, set_text(record, "Name"));
    assert_int_equal(crm4e_record_save(record), CRM4E_E_INVALID);
    assert_int_equal(set_text(record, "H1"), CRM4E_E_INVALID);
    assert_int_equal(host_count(h->admin, "Things", NULL), 1);
    /* one that is set again is forgotten */
    host_ok(bob, crm4e_record_set_integer(record, "H1", 5));
    host_ok(bob, crm4e_record_save(record));
    crm4e_record_free(record);
    assert_int_equal(host_count(h->admin, "Things", "H1 = 5"), 1);
}

static void guest_is_told_nothing(host *h, const char *const *texts)
{
    crm4e_session *gus = host_session(h, "gus@x.example");

    make_one(h);
    host_ok(h->admin, crm4e_record_share(h->admin, "Things", there, CRM4E_SUBJECT_USER,
                                         crm4e_session_user(gus), CRM4E_LEVEL_READ_WRITE, 0));
    for (size_t i = 0; i < 2; i++) {
        char pattern[BYTES];
        (void)snprintf(pattern, sizeof pattern, "{'H0': %s}", texts[i]);
        char *json = host_json(pattern);
        denied(gus, update(gus, json), "H0");
        free(json);
    }
}

/* A member by his team profile, a guest as a requester. */
static void team_modules_say_nothing(void **state)
{
    static const char *const texts[] = {"'x'", "5"};
    host *h = *state;
    crm4e_session *bob;

    host_apply(h, "{'users': [{'email': '" BOB "', 'profile': 'Standard', 'role': 'Manager'},"
                  "  {'email': 'gus@x.example', 'profile': 'Standard', 'role': 'Manager'}],"
                  " 'modules': [{'api_name': 'Things', 'team': true, 'members': ["
                  "   {'user': 'ana@acme.example', 'profile': 'admin'},"
                  "   {'user': '" BOB "', 'profile': 'member'}],"
                  "  'fields': [{'api_name': 'H0', 'type': 'integer'}],"
                  "  'permissions': {'member': {'fields': {'H0': 'hidden'}},"
                  "   'requester': {'fields': {'H0': 'hidden'}}}}]}");
    bob = host_session(h, BOB);
    for (size_t i = 0; i < 2; i++) {
        char pattern[BYTES];
        (void)snprintf(pattern, sizeof pattern, "{'Name': 'N', 'H0': %s}", texts[i]);
        char *json = host_json(pattern);
        denied(bob, create(bob, json), "H0");
        free(json);
    }
    guest_is_told_nothing(h, texts);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        TEST(json_says_nothing),        TEST(columns_say_nothing),
        TEST(setters_say_nothing),      TEST(it_is_told_to_who_reads_the_field),
        TEST(team_modules_say_nothing),
    };

    return host_run("unread values", tests, sizeof tests / sizeof tests[0]);
}
