/* SPDX-License-Identifier: MIT */
/*
 * Pages and rights. Somebody pages through a list with its token; between two
 * pages something that opened it to him is taken away, or given. What a page
 * holds is what he may see when he asks for it, and a token tells nothing.
 */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    RECORDS = 40,
    PAGE = 7
};

#define BOSS   "boss@x.example"
#define READER "reader@x.example"

/* The reader sees the owner's leads in five ways; each by itself is enough. */
static const char start[] =
    "{'profiles': [{'name': 'Plain', 'clone_of': 'Standard'}],"
    " 'roles': [{'name': 'West', 'parent': 'Manager'}, {'name': 'East', 'parent': 'West'}],"
    " 'users': [{'email': 'boss@x.example', 'role': 'East'},"
    "  {'email': 'reader@x.example', 'role': 'Manager', 'profile': 'Plain'}],"
    " 'sharing_rules': [{'module': 'Leads', 'name': 'R', 'from': [{'user': 'boss@x.example'}],"
    "  'to': [{'user': 'reader@x.example'}], 'level': 'read_only', 'active': false}]}";

/* What opens the list, what closes it, and what the next page then answers. */
static const struct {
    const char *open;
    const char *closed;
    int code;
} ways[] = {
    {"{'users': [{'email': 'reader@x.example', 'role': 'Manager'}]}",
     "{'users': [{'email': 'reader@x.example', 'role': 'East'}]}", CRM4E_OK},
    {"{'sharing_rules': [{'module': 'Leads', 'name': 'R', 'active': true}]}",
     "{'sharing_rules': [{'module': 'Leads', 'name': 'R', 'active': false}]}", CRM4E_OK},
    {"{'modules': [{'api_name': 'Leads', 'org_default': 'public_read_only'}]}",
     "{'modules': [{'api_name': 'Leads', 'org_default': 'private'}]}", CRM4E_OK},
    {"{'modules': [{'api_name': 'Leads', 'org_default': 'public_read_only', 'hidden': false}]}",
     "{'modules': [{'api_name': 'Leads', 'org_default': 'private', 'hidden': true}]}",
     CRM4E_E_NOT_FOUND},
    {"{'modules': [{'api_name': 'Leads', 'org_default': 'public_read_only', 'hidden': false}],"
     " 'profiles': [{'name': 'Plain', 'fields': {'Leads': {'City': 'read_write'}}}]}",
     "{'modules': [{'api_name': 'Leads', 'org_default': 'private'}],"
     " 'profiles': [{'name': 'Plain', 'fields': {'Leads': {'City': 'hidden'}}}]}",
     CRM4E_E_DENIED},
};
enum {
    WAYS = sizeof ways / sizeof ways[0]
};

/* A page, from the token on; the number of rows or a code. Replaces the token. */
static int page(crm4e_session *session, char **token, int64_t *last)
{
    crm4e_query *query = NULL;
    crm4e_cursor *rows = NULL;
    const char *next;
    int count = 0;
    int rc;

    rc = crm4e_query_new(&query, session, "Leads");
    if (rc == CRM4E_OK) {
        host_ok(session, crm4e_query_select(query, "id"));
        host_ok(session, crm4e_query_select(query, "City"));
        host_ok(session, crm4e_query_order(query, "City", 0));
        host_ok(session, crm4e_query_limit(query, PAGE));
        host_ok(session, *token != NULL ? crm4e_query_after(query, *token) : CRM4E_OK);
        rc = crm4e_query_run(&rows, query);
    }
    while (rc >= 0 && (rc = crm4e_cursor_next(rows)) == CRM4E_ROW) {
        *last = crm4e_cursor_id(rows);
        count++;
    }
    if (rc == CRM4E_OK) {
        next = crm4e_cursor_token(rows);
        free(*token);
        *token = next != NULL ? strdup(next) : NULL;
    }
    crm4e_cursor_free(rows);
    crm4e_query_free(query);
    return rc < 0 ? rc : count;
}

static void make_leads(crm4e_session *session)
{
    for (int i = 0; i < RECORDS; i++) {
        char json[96];
        crm4e_record *lead = NULL;

        (void)snprintf(json, sizeof json, "{\"Last_Name\":\"L\",\"Company\":\"C\",\"City\":\"%c\"}",
                       'a' + i % 3);
        host_ok(session, crm4e_record_new(&lead, session, "Leads"));
        host_ok(session, crm4e_record_set_json(lead, json, CRM4E_NUL_TERMINATED));
        host_ok(session, crm4e_record_save(lead));
        crm4e_record_free(lead);
    }
}

static void rights_between_pages(void **state)
{
    host *h = *state;
    crm4e_session *reader;

    host_apply(h, start);
    make_leads(host_session(h, BOSS));
    reader = host_session(h, READER);
    host_apply(h, ways[0].closed);
    for (size_t i = 0; i < WAYS; i++) {
        char *token = NULL;
        int64_t before = 0;
        int64_t after = 0;

        host_apply(h, ways[i].open);
        assert_int_equal(page(reader, &token, &before), PAGE);
        assert_non_null(token);
        host_apply(h, ways[i].closed);
        assert_int_equal(page(reader, &token, &after), ways[i].code);
        if (ways[i].code == CRM4E_OK) {
            assert_null(token);
        }
        /* and back: from the same place on, nothing twice */
        host_apply(h, ways[i].open);
        if (token == NULL) {
            assert_int_equal(page(reader, &token, &before), PAGE);
        }
        assert_int_equal(page(reader, &token, &after), PAGE);
        assert_int_not_equal(before, after);
        host_apply(h, ways[i].closed);
        host_apply(h, "{'modules': [{'api_name': 'Leads', 'hidden': false}], 'profiles':"
                      " [{'name': 'Plain', 'fields': {'Leads': {'City': 'read_write'}}}]}");
        free(token);
    }
}

/* Rows that were handed out are the reader's; reading on gives what the page held,
 * as of the moment it was asked for. */
static void a_page_in_hand(void **state)
{
    host *h = *state;
    crm4e_cursor *rows = NULL;
    crm4e_session *reader;
    int count = 0;

    host_apply(h, start);
    make_leads(host_session(h, BOSS));
    reader = host_session(h, READER);
    host_ok(reader, crm4e_query_text(&rows, reader, "select City from Leads limit 200"));
    assert_int_equal(crm4e_cursor_next(rows), CRM4E_ROW);
    host_apply(h, ways[0].closed);
    do {
        count++;
    } while (crm4e_cursor_next(rows) == CRM4E_ROW);
    assert_int_equal(count, RECORDS);
    crm4e_cursor_free(rows);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rights_between_pages, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(a_page_in_hand, host_setup, host_teardown),
    };
    return host_run("paging", tests, sizeof tests / sizeof tests[0]);
}
