/* SPDX-License-Identifier: MIT */
/* Records with the same values: which are told, page by page, and nothing of others. */
#include "life_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIM "dim@x.example"

static const char start[] =
    "{'roles': [{'name': 'Sales', 'parent': 'Manager'}],"
    " 'profiles': [{'name': 'Dim', 'clone_of': 'Standard', 'fields': {"
    "   'Things': {'Text': 'hidden'}}}],"
    " 'users': [{'email': 'sue@x.example', 'role': 'Sales'},"
    "  {'email': 'dim@x.example', 'role': 'Sales', 'profile': 'Dim'}],"
    " 'modules': [{'api_name': 'Things', 'org_default': 'private', 'fields': ["
    "  {'api_name': 'Text', 'type': 'text', 'indexed': true},"
    "  {'api_name': 'Number', 'type': 'integer'}, {'api_name': 'Sum', 'type': 'currency'},"
    "  {'api_name': 'Day', 'type': 'date'}, {'api_name': 'Long', 'type': 'textarea'},"
    "  {'api_name': 'Kind', 'type': 'picklist', 'options': ['Old', 'New']},"
    "  {'api_name': 'Above', 'type': 'lookup', 'target': 'Things'}]}]}";

static char *found(crm4e_session *session, const char *fields, crm4e_id record, int32_t limit,
                   const char *after)
{
    crm4e_duplicates_options options = CRM4E_DUPLICATES_OPTIONS_INIT;
    char *names = fields ? host_json(fields) : NULL;
    crm4e_text *text = NULL;
    char *copy;

    options.fields = names;
    options.record = record;
    options.limit = limit;
    options.after = after;
    host_ok(session, crm4e_duplicates_json(&text, session, "Things", &options));
    copy = strdup(crm4e_text_data(text));
    crm4e_text_free(text);
    free(names);
    return copy;
}

/* What is found, with # for ids and ' for ". */
static void finds(crm4e_session *session, const char *fields, crm4e_id record, const char *expected)
{
    char *text = found(session, fields, record, 0, NULL);
    char *to = text;

    for (const char *at = text; *at; at++) {
        if (strncmp(at, "\"id\":", 5) == 0 && at[5] >= '0' && at[5] <= '9') {
            at += 4 + strspn(at + 5, "0123456789");
            (void)memcpy(to, "'id':#", 6);
            to += 6;
        } else {
            *to++ = *at == '"' ? '\'' : *at;
        }
    }
    *to = '\0';
    assert_string_equal(text, expected);
    free(text);
}

static void refused(crm4e_session *session, const char *module, crm4e_duplicates_options options,
                    int code, const char *rule)
{
    crm4e_text *text = NULL;
    char *names = options.fields ? host_json(options.fields) : NULL;

    options.fields = names;
    life_refused(session, crm4e_duplicates_json(&text, session, module, &options), code, NULL,
                 rule);
    assert_null(text);
    free(names);
}

static crm4e_id thing(crm4e_session *session, const char *json)
{
    return life_add(session, "Things", json);
}

static void the_same_but_for_case_and_accents(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id first;

    host_apply(h, start);
    finds(s, NULL, 0, "{'groups':[],'after':null}");
    first = thing(s, "{'Name': 'Cafe', 'Number': 1, 'Kind': 'New', 'Day': '2031-01-02'}");
    (void)thing(s, "{'Name': 'CAFÉ', 'Number': 2, 'Kind': 'New', 'Day': '2031-01-02'}");
    (void)thing(s, "{'Name': 'Bar', 'Number': 1, 'Sum': 2.50}");
    (void)thing(s, "{'Name': 'cafe', 'Number': 1, 'Sum': 2.50}");
    finds(s, NULL, 0,
          "{'groups':[{'count':3,'records':[{'id':#,'Name':'Cafe'},{'id':#,'Name':'CAFÉ'},"
          "{'id':#,'Name':'cafe'}]}],'after':null}");
    /* all of the fields; what is empty is the same as nothing */
    finds(s, "['Name', 'Number']", 0,
          "{'groups':[{'count':2,'records':[{'id':#,'Name':'Cafe','Number':1},"
          "{'id':#,'Name':'cafe','Number':1}]}],'after':null}");
    finds(s, "['Text']", 0, "{'groups':[],'after':null}");
    finds(s, "['Sum']", 0,
          "{'groups':[{'count':2,'records':[{'id':#,'Sum':2.50},{'id':#,'Sum':2.50}]}],"
          "'after':null}");
    finds(s, "['Kind', 'Day']", 0,
          "{'groups':[{'count':2,'records':[{'id':#,'Kind':'New','Day':'2031-01-02'},"
          "{'id':#,'Kind':'New','Day':'2031-01-02'}]}],'after':null}");
    finds(s, NULL, first,
          "{'records':[{'id':#,'Name':'CAFÉ'},{'id':#,'Name':'cafe'}],'after':null}");
    finds(s, "['Number', 'Name']", first,
          "{'records':[{'id':#,'Number':1,'Name':'cafe'}],'after':null}");
    finds(s, "['Kind', 'Day']", first,
          "{'records':[{'id':#,'Kind':'New','Day':'2031-01-02'}],'after':null}");
    finds(s, "['Sum']", first, "{'records':[],'after':null}");
    finds(s, "['Sum']", first + 3, "{'records':[{'id':#,'Sum':2.50}],'after':null}");
}

/* By the record as over all: the same ones, whatever the type. */
static void fields_of_every_type(void **state)
{
    static const char *const fields[] = {"['Flag']",  "['Share']", "['Above']",
                                         "['Owner']", "['When']",  "['Mail']",
                                         "['Twice']", "['Who']",   "['Number']"};
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id above;
    char json[256];

    host_apply(h, start);
    host_apply(h,
               "{'modules': [{'api_name': 'Things', 'fields': ["
               " {'api_name': 'Flag', 'type': 'boolean'}, {'api_name': 'Share', 'type': 'percent'},"
               " {'api_name': 'When', 'type': 'datetime'}, {'api_name': 'Mail', 'type': 'email'},"
               " {'api_name': 'Who', 'type': 'userlookup'},"
               " {'api_name': 'Twice', 'type': 'formula',"
               "  'settings': {'result': 'double', 'expression': 'Number * 2'}}]}]}");
    above = thing(s, "{'Name': 'Above', 'Number': 3, 'Flag': true}");
    (void)snprintf(
        json, sizeof json,
        "{'Name': 'N', 'Number': 7, 'Flag': false, 'Share': 2.5, 'Above': %lld,"
        " 'When': '2031-01-02T03:04:05Z', 'Mail': 'a@b.example', 'Who': 'sue@x.example'}",
        (long long)above);
    (void)thing(s, json);
    (void)thing(s, json);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        char *all = found(s, fields[i], 0, 0, NULL);
        char *one = found(s, fields[i], above + 1, 0, NULL);
        char other[64];

        (void)snprintf(other, sizeof other, "\"id\":%lld,", (long long)above + 2);
        if (strstr(all, other) == NULL || strstr(one, other) == NULL)
            fail_msg("%s: %s, %s", fields[i], all, one);
        free(all);
        free(one);
    }
}

static void nothing_of_what_he_does_not_see(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_session *sue, *dim;
    crm4e_id own, hidden;

    host_apply(h, start);
    sue = host_session(h, SUE);
    dim = host_session(h, DIM);
    own = thing(sue, "{'Name': 'A', 'Text': 'x'}");
    hidden = thing(s, "{'Name': 'A', 'Text': 'x'}");
    finds(sue, NULL, 0, "{'groups':[],'after':null}");
    finds(sue, NULL, own, "{'records':[],'after':null}");
    refused(sue, "Things",
            (crm4e_duplicates_options){sizeof(crm4e_duplicates_options), NULL, hidden, NULL, 0, 0},
            CRM4E_E_NOT_FOUND, NULL);
    own = thing(dim, "{'Name': 'A'}");
    refused(dim, "Things",
            (crm4e_duplicates_options){sizeof(crm4e_duplicates_options), "['Text']", 0, NULL, 0, 0},
            CRM4E_E_DENIED, NULL);
    refused(dim, "Things",
            (crm4e_duplicates_options){sizeof(crm4e_duplicates_options), "['Name', 'Text']", own,
                                       NULL, 0, 0},
            CRM4E_E_DENIED, NULL);
    /* an administrator sees all three */
    finds(s, "['Text']", 0,
          "{'groups':[{'count':2,'records':[{'id':#,'Text':'x'},{'id':#,'Text':'x'}]}],"
          "'after':null}");
}

static char *token_of(const char *text)
{
    const char *at = strstr(text, "\"after\":\"");

    return at ? strndup(at + 9, strcspn(at + 9, "\"")) : NULL;
}

/* Every group stands whole on one page, whatever the size of pages. */
static void pages(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    char json[64];

    host_apply(h, start);
    for (int i = 0; i < 24; i++) {
        (void)snprintf(json, sizeof json, "{'Name': 'N', 'Number': %d}", i % 9);
        (void)thing(s, json);
    }
    for (int32_t limit = 1; limit < 12; limit++) {
        char *token = NULL;
        int groups = 0;
        int turns = 0;
        do {
            char *text = found(s, "['Number']", 0, limit, token);
            for (const char *at = text; (at = strstr(at, "\"count\":")) != NULL; at++) {
                assert_int_equal(at[8], groups < 6 ? '3' : '2');
                groups++;
            }
            free(token);
            token = token_of(text);
            free(text);
            turns++;
        } while (token);
        assert_int_equal(groups, 9);
        assert_true(turns <= 9 / limit + 1);
    }
}

static void of_a_large_group_twenty_are_shown(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_id first = 0;
    char *text, *token, *rest;
    int shown = 0;

    host_apply(h, start);
    for (int i = 0; i < 23; i++)
        first = thing(s, "{'Name': 'N'}");
    text = found(s, NULL, 0, 0, NULL);
    assert_non_null(strstr(text, "\"count\":23"));
    for (const char *at = text; (at = strstr(at, "\"id\":")) != NULL; at++)
        shown++;
    assert_int_equal(shown, 20);
    free(text);
    text = found(s, NULL, first, 20, NULL);
    token = token_of(text);
    assert_non_null(token);
    rest = found(s, NULL, first, 20, token);
    assert_null(token_of(rest));
    free(rest);
    /* a token of another list */
    refused(
        s, "Things",
        (crm4e_duplicates_options){sizeof(crm4e_duplicates_options), "['Number']", 0, token, 0, 0},
        CRM4E_E_INVALID, NULL);
    free(token);
    free(text);
}

static void what_is_asked_wrongly(void **state)
{
    static const char *const fields[] = {"[]",
                                         "{}",
                                         "[1]",
                                         "['Nothing']",
                                         "['Long']",
                                         "['Above.Name']",
                                         "['Name','Name','Name','Name','Name','Name']"};
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_duplicates_options options = CRM4E_DUPLICATES_OPTIONS_INIT;
    crm4e_id id;

    host_apply(h, start);
    id = thing(s, "{'Name': 'A'}");
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        options.fields = fields[i];
        options.record = 0;
        refused(s, "Things", options, CRM4E_E_INVALID, NULL);
        options.record = id;
        refused(s, "Things", options, CRM4E_E_INVALID, NULL);
    }
    options = (crm4e_duplicates_options)CRM4E_DUPLICATES_OPTIONS_INIT;
    refused(s, "Nothing", options, CRM4E_E_NOT_FOUND, NULL);
    options.limit = 201;
    refused(s, "Things", options, CRM4E_E_INVALID, NULL);
    options.limit = 0;
    options.after = "abc";
    refused(s, "Things", options, CRM4E_E_INVALID, NULL);
}

static int find_starved(host *h)
{
    crm4e_duplicates_options options = CRM4E_DUPLICATES_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int rc;

    options.limit = 1;
    rc = crm4e_duplicates_json(&text, h->admin, "Things", &options);
    crm4e_text_free(text);
    return rc;
}

static void nothing_changed(host *h)
{
    assert_int_equal(host_count(h->admin, "Things", NULL), 4);
}

static void memory_runs_out(void **state)
{
    host *h = *state;

    host_apply(h, start);
    for (int i = 0; i < 4; i++)
        (void)thing(h->admin, i < 2 ? "{'Name': 'A'}" : "{'Name': 'B'}");
    host_starve(h, find_starved, nothing_changed);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define DUPLICATES_TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        DUPLICATES_TEST(the_same_but_for_case_and_accents),
        DUPLICATES_TEST(fields_of_every_type),
        DUPLICATES_TEST(nothing_of_what_he_does_not_see),
        DUPLICATES_TEST(pages),
        DUPLICATES_TEST(of_a_large_group_twenty_are_shown),
        DUPLICATES_TEST(what_is_asked_wrongly),
        DUPLICATES_TEST(memory_runs_out),
    };

    return host_run("duplicates", tests, sizeof tests / sizeof tests[0]);
}
