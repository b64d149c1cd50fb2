/* SPDX-License-Identifier: MIT */
/* My requests: what a requester finds of his own over all modules, and nothing else. */
#include "request_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The answer; malloc'd. */
static char *answer(crm4e_session *session, const char *module, const char *after, int32_t limit)
{
    crm4e_requests_options options = CRM4E_REQUESTS_OPTIONS_INIT;
    crm4e_text *text = NULL;
    char *copy;

    options.module = module;
    options.after = after;
    options.limit = limit;
    host_ok(session, crm4e_requests_json(&text, session, &options));
    copy = strdup(crm4e_text_data(text));
    assert_non_null(copy);
    crm4e_text_free(text);
    return copy;
}

/* "name name name" of a page, and the token behind it, "" on the last. */
static const char *names(crm4e_session *session, const char *module, char *token, int32_t limit)
{
    static char list[4096];
    char *json = answer(session, module, token && token[0] ? token : NULL, limit);
    const char *at = json;
    const char *after = strstr(json, "],\"after\":");

    list[0] = '\0';
    assert_non_null(after);
    while ((at = strstr(at, "\"name\":")) != NULL) {
        at += strlen("\"name\":");
        if (at[0] == '"' && strstr(at, "\"},") != NULL) {
            const char *end = strchr(at + 1, '"');
            (void)snprintf(list + strlen(list), sizeof list - strlen(list), "%s%.*s",
                           list[0] ? " " : "", (int)(end - at - 1), at + 1);
            at = strstr(at, "\"name\":"); /* the owner's */
            at += at ? 7 : 0;
        }
    }
    after += strlen("],\"after\":");
    if (token)
        (void)snprintf(token, 128, "%.*s", after[0] == '"' ? (int)(strlen(after) - 3) : 0,
                       after + 1);
    free(json);
    return list;
}

static void assert_names(crm4e_session *session, const char *wanted)
{
    assert_string_equal(names(session, NULL, NULL, 0), wanted);
}

static void assert_sound(host *h)
{
    crm4e_text *text = NULL;

    assert_int_equal(crm4e_check(&text, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
}

static void over_all_modules(void **state)
{
    host *h = *state;
    crm4e_id first = add(pat, "Papers", "A");
    char wanted[1024];
    char *json;

    (void)add(quin, "Papers", "hers");
    (void)add(pat, "Bills", "B");
    (void)add(lee, "Papers", "work");
    (void)add(pat, "Ads", "mine as a member");
    (void)add(pat, "Papers", "C");
    assert_names(pat, "C B A");
    assert_names(quin, "hers");
    assert_names(lee, "");
    assert_names(h->admin, "");
    /* who gives a request to somebody else leaves it with who asked */
    set_owner(lee, "Papers", first, "lee@acme.example");
    assert_names(pat, "C B A");
    assert_names(lee, "");
    json = answer(pat, "Papers", NULL, 0);
    (void)snprintf(wanted, sizeof wanted,
                   "{\"module\":\"Papers\",\"label\":\"Paper\",\"label_zh\":\"文件\",\"id\":%lld,"
                   "\"name\":\"A\",\"owner\":{\"id\":%lld,\"name\":\"Lee\",\"email\":"
                   "\"lee@acme.example\"},\"created_time\":\"",
                   (long long)first, (long long)user_id(lee, "lee@acme.example"));
    assert_non_null(strstr(json, wanted));
    assert_non_null(strstr(json, "\",\"status\":null}],\"after\":null}"));
    free(json);
    assert_sound(h);
}

/* Without having made it: it was given to him. */
static void owned_by_him(void **state)
{
    host *h = *state;
    crm4e_id id = add(lee, "Papers", "given");

    host_apply(h, "{'modules': [{'api_name': 'Papers', 'members': ["
                  "{'user': 'pat@acme.example', 'profile': 'member'}]}]}");
    set_owner(lee, "Papers", id, "pat@acme.example");
    (void)add(pat, "Bills", "later");
    assert_names(pat, "later");
    host_apply(h, "{'modules': [{'api_name': 'Papers', 'members': ["
                  "{'user': 'pat@acme.example', 'profile': 'requester'}]}]}");
    assert_names(pat, "later given");
    set_owner(lee, "Papers", id, "lee@acme.example");
    assert_names(pat, "later");
    assert_sound(h);
}

static void members_come_and_go(void **state)
{
    host *h = *state;
    crm4e_module *papers = NULL;
    crm4e_id he = user_id(h->admin, "pat@acme.example");

    (void)add(pat, "Papers", "A");
    (void)add(pat, "Bills", "B");
    host_ok(h->admin, crm4e_module_open(&papers, h->admin, "Papers"));
    host_ok(h->admin, crm4e_module_add_member(papers, he, CRM4E_TEAM_MEMBER));
    assert_names(pat, "B");
    (void)add(pat, "Papers", "C");
    assert_names(pat, "B");
    host_ok(h->admin, crm4e_module_add_member(papers, he, CRM4E_TEAM_REQUESTER));
    assert_names(pat, "C B A");
    host_ok(h->admin, crm4e_module_remove_member(papers, he));
    assert_names(pat, "B");
    assert_sound(h);
    host_ok(h->admin, crm4e_module_add_member(papers, he, CRM4E_TEAM_REQUESTER));
    assert_names(pat, "C B A");
    crm4e_module_free(papers);
    host_apply(h, "{'users': [{'email': 'pat@acme.example', 'status': 'deleted'}]}");
    assert_sound(h);
}

static void deleted_restored_removed(void **state)
{
    host *h = *state;
    crm4e_module *papers = NULL;
    crm4e_id id = add(pat, "Papers", "A");

    (void)add(pat, "Bills", "B");
    host_ok(pat, crm4e_record_delete(pat, "Papers", id, 0));
    assert_names(pat, "B");
    assert_sound(h);
    host_ok(pat, crm4e_record_restore(pat, "Papers", id));
    assert_names(pat, "B A");
    assert_sound(h);
    host_ok(h->admin, crm4e_module_open(&papers, h->admin, "Papers"));
    host_ok(h->admin, crm4e_module_remove(papers));
    crm4e_module_free(papers);
    assert_names(pat, "B");
    assert_sound(h);
}

static void pages(void **state)
{
    char token[128] = "", other[128] = "";
    char name[8];
    crm4e_id ids[9];

    (void)state;
    for (int i = 0; i < 9; i++) {
        (void)snprintf(name, sizeof name, "n%d", i);
        ids[i] = add(i % 2 ? quin : pat, i % 3 ? "Papers" : "Papers", name);
    }
    (void)add(pat, "Bills", "b");
    assert_string_equal(names(pat, NULL, token, 2), "b n8");
    /* a deleted and a new one change nothing of what follows */
    host_ok(pat, crm4e_record_delete(pat, "Papers", ids[8], 0));
    (void)add(pat, "Papers", "new");
    assert_string_equal(names(pat, NULL, token, 3), "n6 n4 n2");
    assert_string_equal(names(pat, NULL, token, 3), "n0");
    assert_string_equal(token, "");
    assert_string_equal(names(pat, NULL, token, 1000), "new b n6 n4 n2 n0");
    assert_string_equal(token, "");
    assert_string_equal(names(pat, "Papers", other, 2), "new n6");
    assert_string_equal(names(pat, "Papers", other, 2), "n4 n2");
    /* those of others stand between his: each page is full all the same */
    for (int i = 0; i < 9; i++)
        set_owner(lee, "Papers", ids[i == 8 ? 7 : i], "lee@acme.example");
    token[0] = '\0';
    assert_string_equal(names(pat, NULL, token, 3), "new b n6");
    assert_string_equal(names(pat, NULL, token, 3), "n4 n2 n0");
}

/* Created by him and owned by him in turn: both ways lead to one list. */
static void pages_of_both(void **state)
{
    host *h = *state;
    char token[128] = "", all[256] = "";
    char name[8];

    host_apply(h, "{'modules': [{'api_name': 'Papers', 'members': ["
                  "{'user': 'pat@acme.example', 'profile': 'member'}]}]}");
    for (int i = 0; i < 12; i++) {
        (void)snprintf(name, sizeof name, "m%d", i);
        if (i % 4 == 0)
            (void)add(pat, "Papers", name);
        else
            set_owner(lee, "Papers", add(lee, "Papers", name), "pat@acme.example");
    }
    host_apply(h, "{'modules': [{'api_name': 'Papers', 'members': ["
                  "{'user': 'pat@acme.example', 'profile': 'requester'}]}]}");
    do {
        const char *page = names(pat, NULL, token, 2);
        (void)snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", all[0] ? " " : "",
                       page);
    } while (token[0]);
    assert_string_equal(all, "m11 m10 m9 m8 m7 m6 m5 m4 m3 m2 m1 m0");
}

static void refuse(crm4e_session *session, const char *module, const char *after, int32_t limit,
                   int code, const char *message)
{
    crm4e_requests_options options = CRM4E_REQUESTS_OPTIONS_INIT;
    crm4e_text *text = NULL;

    options.module = module;
    options.after = after;
    options.limit = limit;
    host_refused(session, crm4e_requests_json(&text, session, &options), code, message);
    assert_null(text);
}

static void refusals(void **state)
{
    static const char no_module[] = "no such module to send requests to";
    static const char no_token[] = "the page token was altered or belongs to another list";
    char token[128] = "", altered[128];
    crm4e_requests_options options = CRM4E_REQUESTS_OPTIONS_INIT;
    crm4e_text *text = NULL;

    (void)state;
    for (int i = 0; i < 3; i++) {
        (void)add(pat, "Papers", "A");
        (void)add(quin, "Papers", "B");
    }
    refuse(pat, "Nowhere", NULL, 0, CRM4E_E_NOT_FOUND, no_module);
    refuse(pat, "Ads", NULL, 0, CRM4E_E_NOT_FOUND, no_module);
    refuse(quin, "Bills", NULL, 0, CRM4E_E_NOT_FOUND, no_module);
    refuse(pat, "Leads", NULL, 0, CRM4E_E_NOT_FOUND, no_module);
    refuse(pat, NULL, NULL, -1, CRM4E_E_INVALID, "'limit' is 0 to 1000");
    refuse(pat, NULL, NULL, 1001, CRM4E_E_INVALID, "'limit' is 0 to 1000");
    options.reserved = 1;
    host_refused(pat, crm4e_requests_json(&text, pat, &options), CRM4E_E_INVALID, NULL);
    (void)names(pat, NULL, token, 1);
    refuse(quin, NULL, token, 1, CRM4E_E_INVALID, no_token);
    refuse(pat, "Papers", token, 1, CRM4E_E_INVALID, no_token);
    refuse(pat, NULL, "", 1, CRM4E_E_INVALID, no_token);
    refuse(pat, NULL, "*", 1, CRM4E_E_INVALID, no_token);
    refuse(pat, NULL, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 1, CRM4E_E_INVALID, no_token);
    for (size_t i = 0; token[i]; i++) {
        (void)snprintf(altered, sizeof altered, "%s", token);
        altered[i] = altered[i] == 'A' ? 'B' : 'A';
        refuse(pat, NULL, altered, 1, CRM4E_E_INVALID, no_token);
    }
    assert_string_equal(names(pat, NULL, token, 1), "A");
}

/* A token of a query is none of a list, nor the other way round. */
static void tokens_of_queries(void **state)
{
    crm4e_query *query = NULL;
    crm4e_cursor *cursor = NULL;
    const char *of_query = NULL;
    char token[128] = "";

    (void)state;
    (void)add(pat, "Papers", "A");
    (void)add(pat, "Papers", "B");
    (void)names(pat, NULL, token, 1);
    host_ok(pat, crm4e_query_new(&query, pat, "Papers"));
    host_ok(pat, crm4e_query_select(query, "Name"));
    host_ok(pat, crm4e_query_limit(query, 1));
    host_ok(pat, crm4e_query_run(&cursor, query));
    assert_int_equal(crm4e_cursor_next(cursor), CRM4E_ROW);
    of_query = crm4e_cursor_token(cursor);
    assert_non_null(of_query);
    refuse(pat, NULL, of_query, 1, CRM4E_E_INVALID, NULL);
    crm4e_cursor_free(cursor);
    cursor = NULL;
    host_ok(pat, crm4e_query_after(query, token));
    host_refused(pat, crm4e_query_run(&cursor, query), CRM4E_E_INVALID, NULL);
    crm4e_query_free(query);
}

static void status_and_hidden_fields(void **state)
{
    host *h = *state;
    crm4e_record *record = NULL;
    crm4e_id id = add(pat, "Papers", "A");
    char *json;

    (void)add(pat, "Bills", "B"); /* its Status is no picklist */
    host_ok(lee, crm4e_record_open(&record, lee, "Papers", id));
    host_ok(lee, crm4e_record_set_text(record, "Status", "Done", CRM4E_NUL_TERMINATED));
    host_ok(lee, crm4e_record_save(record));
    crm4e_record_free(record);
    json = answer(pat, NULL, NULL, 0);
    assert_non_null(strstr(json, "\"status\":\"Done\"}],"));
    assert_non_null(strstr(json, "\"status\":null},"));
    free(json);
    host_apply(h, "{'modules': [{'api_name': 'Papers', 'permissions': {'requester': {'fields': {"
                  "'Status': 'hidden', 'Name': 'hidden', 'Owner': 'hidden',"
                  "'Modified_Time': 'hidden'}}}}]}");
    json = answer(pat, "Papers", NULL, 0);
    assert_null(strstr(json, "Done"));
    assert_non_null(strstr(json, "\"name\":null,\"owner\":null,\"created_time\":\""));
    assert_non_null(strstr(json, "\"modified_time\":null,\"status\":null}]"));
    free(json);
    host_apply(h, "{'modules': [{'api_name': 'Papers', 'permissions': {'requester': {'actions': "
                  "['create']}}}]}");
    assert_names(pat, "B");
    refuse(pat, "Papers", NULL, 0, CRM4E_E_NOT_FOUND, NULL);
    json = answer(pat, NULL, NULL, 0);
    assert_null(strstr(json, "Papers"));
    free(json);
}

/* An administrator could open what is out of use: his requests there are not shown either. */
static void out_of_use(void **state)
{
    host *h = *state;
    crm4e_module *papers = NULL;

    host_apply(h, "{'modules': [{'api_name': 'Papers', 'members': ["
                  "{'user': 'lee@acme.example', 'profile': 'admin'}]},"
                  "{'api_name': 'Papers', 'members': ["
                  "{'user': 'ana@acme.example', 'profile': 'requester'}]}]}");
    (void)add(h->admin, "Papers", "ana");
    (void)add(pat, "Papers", "pat");
    assert_names(h->admin, "ana");
    host_ok(h->admin, crm4e_module_open(&papers, h->admin, "Papers"));
    host_ok(h->admin, crm4e_module_set_hidden(papers, 1));
    assert_names(h->admin, "");
    assert_names(pat, "");
    host_ok(h->admin, crm4e_module_set_hidden(papers, 0));
    host_ok(h->admin, crm4e_module_set_archived(papers, 1));
    assert_names(h->admin, "");
    assert_names(pat, "");
    host_ok(h->admin, crm4e_module_set_archived(papers, 0));
    crm4e_module_free(papers);
    host_apply(h, "{'org': {'crm4e': false}}");
    assert_names(h->admin, "");
    assert_names(pat, "");
    refuse(pat, "Papers", NULL, 0, CRM4E_E_NOT_FOUND, NULL);
    host_apply(h, "{'org': {'crm4e': true}}");
    assert_names(h->admin, "ana");
    assert_names(pat, "pat");
    host_apply(h, "{'users': [{'email': 'pat@acme.example', 'status': 'inactive'}]}");
    refuse(pat, NULL, NULL, 0, CRM4E_E_INACTIVE, NULL);
}

static int list_all(host *h)
{
    crm4e_text *text = NULL;
    crm4e_requests_options options = CRM4E_REQUESTS_OPTIONS_INIT;
    int rc;

    (void)h;
    options.limit = 2;
    rc = crm4e_requests_json(&text, pat, &options);
    crm4e_text_free(text);
    return rc;
}

static void nothing_left(host *h)
{
    (void)h;
}

static void without_memory(void **state)
{
    for (int i = 0; i < 4; i++)
        (void)add(pat, i % 2 ? "Papers" : "Bills", "A");
    host_starve(*state, list_all, nothing_left);
}

static crm4e_module *module_of(crm4e_session *session, const char *name)
{
    crm4e_module *module = NULL;

    host_ok(session, crm4e_module_open(&module, session, name));
    return module;
}

static const char *owner_of(crm4e_session *session, crm4e_id id)
{
    static char owner[64];
    crm4e_record *record = NULL;
    const char *text = NULL;

    host_ok(session, crm4e_record_open(&record, session, "Papers", id));
    host_ok(session, crm4e_record_get_text(record, "Owner", &text, NULL));
    (void)snprintf(owner, sizeof owner, "%.*s", (int)strcspn(text, "@"), text);
    crm4e_record_free(record);
    return owner;
}

/* Who the next request goes to. */
static void assert_goes_to(const char *owner)
{
    assert_string_equal(owner_of(pat, add(pat, "Papers", "A")), owner);
}

static void add_team(host *h)
{
    host_apply(h, "{'users': [{'email': 'u1@acme.example', 'profile': 'Standard'},"
                  "  {'email': 'u2@acme.example', 'profile': 'Standard'}],"
                  " 'modules': [{'api_name': 'Papers', 'members': ["
                  "  {'user': 'u1@acme.example', 'profile': 'member'},"
                  "  {'user': 'u2@acme.example', 'profile': 'participant'}]}]}");
}

static void default_owners_in_turn(void **state)
{
    host *h = *state;
    crm4e_module *papers = module_of(h->admin, "Papers");
    crm4e_id users[6];

    add_team(h);
    users[0] = user_id(h->admin, "u2@acme.example");
    users[1] = user_id(h->admin, "lee@acme.example");
    users[2] = user_id(h->admin, "u1@acme.example");
    assert_goes_to("pat");
    host_ok(h->admin, crm4e_module_set_default_owners(papers, users, 3));
    for (int i = 0; i < 2; i++) {
        assert_goes_to("lee");
        assert_goes_to("u1");
        assert_goes_to("u2");
    }
    /* of members' records they say nothing */
    assert_string_equal(owner_of(lee, add(lee, "Papers", "B")), "lee");
    assert_names(pat, "A A A A A A A");
    /* who is not there is passed over until he is back, and the request is never without */
    host_apply(h, "{'users': [{'email': 'u1@acme.example', 'status': 'inactive'}]}");
    assert_goes_to("lee");
    assert_goes_to("u2");
    host_apply(h, "{'users': [{'email': 'u1@acme.example', 'status': 'active'}]}");
    assert_goes_to("lee");
    assert_goes_to("u1");
    host_ok(h->admin, crm4e_module_remove_member(papers, users[0]));
    host_ok(h->admin, crm4e_module_add_member(papers, users[2], CRM4E_TEAM_REQUESTER));
    assert_goes_to("lee");
    assert_goes_to("lee");
    host_apply(h, "{'users': [{'email': 'lee@acme.example', 'status': 'deleted'}]}");
    assert_goes_to("pat");
    host_ok(h->admin, crm4e_module_set_default_owners(papers, NULL, 0));
    assert_goes_to("pat");
    crm4e_module_free(papers);
    assert_sound(h);
}

static void default_owners_are_checked(void **state)
{
    host *h = *state;
    crm4e_module *papers = module_of(h->admin, "Papers"), *leads = module_of(h->admin, "Leads");
    crm4e_module *his = module_of(lee, "Papers");
    crm4e_session *admin = h->admin;
    crm4e_id users[6] = {0}, good, requester;

    add_team(h);
    good = user_id(admin, "lee@acme.example");
    requester = user_id(admin, "quin@acme.example");
    for (int i = 0; i < 6; i++)
        users[i] = good;
    host_refused(admin, crm4e_module_set_default_owners(papers, users, 6), CRM4E_E_LIMIT,
                 "default_owners has more than 5 users");
    host_refused(admin, crm4e_module_set_default_owners(papers, users, SIZE_MAX), CRM4E_E_LIMIT,
                 NULL);
    host_refused(admin, crm4e_module_set_default_owners(papers, users, 2), CRM4E_E_CONFLICT, NULL);
    host_refused(admin, crm4e_module_set_default_owners(papers, NULL, 1), CRM4E_E_MISUSE, NULL);
    host_refused(admin, crm4e_module_set_default_owners(papers, &requester, 1), CRM4E_E_INVALID,
                 "default_owners names somebody outside of the team");
    users[0] = 1;
    host_refused(admin, crm4e_module_set_default_owners(papers, users, 1), CRM4E_E_NOT_FOUND, NULL);
    host_refused(lee, crm4e_module_set_default_owners(his, &good, 1), CRM4E_E_DENIED, NULL);
    host_refused(admin, crm4e_module_set_default_owners(leads, &good, 1), CRM4E_E_UNSUPPORTED,
                 NULL);
    users[0] = user_id(admin, "u1@acme.example");
    host_apply(h, "{'users': [{'email': 'u1@acme.example', 'status': 'inactive'}]}");
    host_refused(admin, crm4e_module_set_default_owners(papers, users, 1), CRM4E_E_INVALID, NULL);
    assert_goes_to("pat");
    host_ok(admin, crm4e_module_remove(papers));
    host_refused(admin, crm4e_module_set_default_owners(papers, &good, 1), CRM4E_E_NOT_FOUND, NULL);
    crm4e_module_free(papers);
    crm4e_module_free(leads);
    crm4e_module_free(his);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, requests_setup, host_teardown)
    const struct CMUnitTest tests[] = {
        TEST(over_all_modules),
        TEST(owned_by_him),
        TEST(members_come_and_go),
        TEST(deleted_restored_removed),
        TEST(pages),
        TEST(pages_of_both),
        TEST(refusals),
        TEST(tokens_of_queries),
        TEST(status_and_hidden_fields),
        TEST(out_of_use),
        TEST(without_memory),
        TEST(default_owners_in_turn),
        TEST(default_owners_are_checked),
    };
    return host_run("requests", tests, sizeof tests / sizeof tests[0]);
}
