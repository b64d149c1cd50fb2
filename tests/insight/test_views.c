/* SPDX-License-Identifier: MIT */
/* Views: whose they are, who uses and changes them, and what they give to whom. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char document[] =
    "{'crm4e': 1, 'org': {'crm4e': true},"
    " 'roles': [{'name': 'Sales', 'parent': 'CEO'}, {'name': 'Desk', 'parent': 'Sales'}],"
    " 'profiles': [{'name': 'Blind', 'clone_of': 'Standard',"
    "               'fields': {'Deals': {'Amount': 'hidden'}}},"
    "              {'name': 'Narrow', 'clone_of': 'Standard', 'modules': {'Deals': ['view']}},"
    "              {'name': 'Out', 'clone_of': 'Standard', 'modules': {'Deals': []}},"
    "              {'name': 'Maker', 'clone_of': 'Standard', 'admin': ['customise']}],"
    " 'users': [{'email': 'eve@acme.example', 'name': 'Eve', 'profile': 'Standard', 'role': "
    "'Sales'},"
    "           {'email': 'max@acme.example', 'name': 'Max', 'profile': 'Standard', 'role': "
    "'Desk'},"
    "           {'email': 'bea@acme.example', 'name': 'Bea', 'profile': 'Blind', 'role': 'Desk'},"
    "           {'email': 'nan@acme.example', 'name': 'Nan', 'profile': 'Narrow', 'role': 'Desk'},"
    "           {'email': 'out@acme.example', 'name': 'Out', 'profile': 'Out', 'role': 'Desk'},"
    "           {'email': 'kit@acme.example', 'name': 'Kit', 'profile': 'Maker', 'role': 'Desk'},"
    "           {'email': 'tom@acme.example', 'name': 'Tom', 'profile': 'Team User',"
    "            'licence': 'team', 'role': 'Desk'}],"
    " 'groups': [{'name': 'Few', 'sources': [{'user': 'bea@acme.example'}]}],"
    " 'modules': [{'api_name': 'Deals', 'org_default': 'public_read_only'},"
    "  {'api_name': 'Papers', 'team': true, 'fields': [{'api_name': 'Fee', 'type': 'integer'}],"
    "   'permissions': {'participant': {'actions': ['view']}},"
    "   'members': [{'user': 'max@acme.example', 'profile': 'member'},"
    "               {'user': 'nan@acme.example', 'profile': 'participant'},"
    "               {'user': 'tom@acme.example', 'profile': 'admin'},"
    "               {'user': 'bea@acme.example', 'profile': 'requester'}]}]}";

enum {
    EVE,
    MAX,
    BEA,
    NAN,
    OUT,
    KIT,
    TOM,
    PEOPLE
};
static crm4e_session *who[PEOPLE];

static int setup(void **state)
{
    static const char *const emails[PEOPLE] = {
        "eve@acme.example", "max@acme.example", "bea@acme.example", "nan@acme.example",
        "out@acme.example", "kit@acme.example", "tom@acme.example"};
    host *h;

    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, document);
    for (size_t i = 0; i < PEOPLE; i++)
        who[i] = host_session(h, emails[i]);
    return 0;
}

/* With a part of the message; NULL: any. */
static void refused(crm4e_session *session, int rc, int code, const char *part)
{
    const char *message = crm4e_error_message(crm4e_session_error(session));

    host_refused(session, rc, code, NULL);
    if (part && strstr(message, part) == NULL)
        fail_msg("%s: not %s", message, part);
}

static void add_deal(crm4e_session *session, const char *name, const char *amount)
{
    crm4e_record *record = NULL;

    host_ok(session, crm4e_record_new(&record, session, "Deals"));
    host_ok(session, crm4e_record_set_text(record, "Deal_Name", name, CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_set_text(record, "Stage", "Qualification", CRM4E_NUL_TERMINATED));
    host_ok(session,
            crm4e_record_set_text(record, "Closing_Date", "2030-01-01", CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_set_decimal(record, "Amount", amount));
    host_ok(session, crm4e_record_save(record));
    crm4e_record_free(record);
}

static int put(crm4e_session *session, const char *view, crm4e_id *id)
{
    char *json = host_json(view);
    int rc = crm4e_view_put(id, session, json, CRM4E_NUL_TERMINATED);

    free(json);
    return rc;
}

static crm4e_id made(crm4e_session *session, const char *view)
{
    crm4e_id id = 0;

    host_ok(session, put(session, view, &id));
    assert_int_not_equal(id, 0);
    return id;
}

/* "a|b c|d": rows of a run; malloc'd. */
static char *rows(crm4e_session *session, crm4e_id view, int64_t limit, const char *after,
                  char token[512])
{
    crm4e_cursor *cursor = NULL;
    char *list = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&list, &size);
    int rc;

    assert_non_null(out);
    host_ok(session, crm4e_view_run(&cursor, session, view, limit, after));
    for (bool first = true; (rc = crm4e_cursor_next(cursor)) == CRM4E_ROW; first = false) {
        (void)fputs(first ? "" : " ", out);
        for (size_t i = 0; i < crm4e_cursor_columns(cursor); i++) {
            const char *text = crm4e_cursor_text(cursor, i);
            (void)fprintf(out, "%s%s", i > 0 ? "|" : "", text ? text : "-");
        }
    }
    host_ok(session, rc);
    if (token)
        (void)snprintf(token, 512, "%s",
                       crm4e_cursor_token(cursor) ? crm4e_cursor_token(cursor) : "");
    crm4e_cursor_free(cursor);
    assert_int_equal(fclose(out), 0);
    return list;
}

static void assert_rows(crm4e_session *session, crm4e_id view, const char *wanted)
{
    char *list = rows(session, view, -1, NULL, NULL);

    assert_string_equal(list, wanted);
    free(list);
}

/* The names of the views of a module, in their order. */
static void assert_listed(crm4e_session *session, const char *module, const char *wanted)
{
    crm4e_text *text = NULL;
    char list[1024] = "";

    host_ok(session, crm4e_views_json(&text, session, module));
    for (const char *at = crm4e_text_data(text); (at = strstr(at, "\"name\":\"")) != NULL;) {
        at += strlen("\"name\":\"");
        (void)snprintf(list + strlen(list), sizeof list - strlen(list), "%s%.*s",
                       list[0] ? " " : "", (int)strcspn(at, "\""), at);
    }
    crm4e_text_free(text);
    assert_string_equal(list, wanted);
}

static void assert_sound(host *h)
{
    crm4e_text *text = NULL;

    assert_int_equal(crm4e_check(&text, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
}

static void a_view_gives_columns_criteria_and_order(void **state)
{
    host *h = *state;
    char token[512];
    char *list;
    crm4e_id view;
    crm4e_cursor *cursor = NULL;

    add_deal(h->admin, "One", "10");
    add_deal(h->admin, "Two", "30");
    add_deal(h->admin, "Three", "20");
    add_deal(h->admin, "Small", "1");
    view = made(who[EVE], "{'module': 'deals', 'name': 'Big', 'columns': ['Deal_Name', 'Amount'],"
                          " 'where': 'Amount >= 10', 'order': ['Amount desc', 'Deal_Name asc']}");
    assert_rows(who[EVE], view, "Two|30.00 Three|20.00 One|10.00");
    list = rows(who[EVE], view, 2, NULL, token);
    assert_string_equal(list, "Two|30.00 Three|20.00");
    free(list);
    list = rows(who[EVE], view, 2, token, NULL);
    assert_string_equal(list, "One|10.00");
    free(list);
    /* what is left out stays; the token was of the view before */
    host_ok(who[EVE],
            put(who[EVE], "{'module': 'Deals', 'name': 'BIG', 'where': 'Amount < 10'}", NULL));
    assert_rows(who[EVE], view, "Small|1.00");
    refused(who[EVE], crm4e_view_run(&cursor, who[EVE], view, 2, token), CRM4E_E_INVALID, NULL);
    refused(who[EVE], crm4e_view_run(&cursor, who[EVE], view, -2, NULL), CRM4E_E_INVALID, NULL);
    host_ok(who[EVE], put(who[EVE],
                          "{'module': 'Deals', 'name': 'Big', 'where': '', 'order': ['id desc'],"
                          " 'columns': []}",
                          NULL));
    list = rows(who[EVE], view, 1, NULL, NULL);
    assert_non_null(strstr(list, "|Small"));
    free(list);
    assert_sound(h);
}

static void the_current_user_runs_it(void **state)
{
    host *h = *state;
    crm4e_id view = made(h->admin, "{'module': 'Deals', 'name': 'Mine', 'sharing': 'public',"
                                   " 'columns': ['Deal_Name'], 'where': 'Owner = ${CURRENTUSER}'}");

    add_deal(who[EVE], "Eves", "1");
    add_deal(who[MAX], "Maxs", "2");
    assert_rows(who[EVE], view, "Eves");
    assert_rows(who[MAX], view, "Maxs");
    assert_rows(h->admin, view, "");
}

static void a_hidden_field_refuses_the_whole(void **state)
{
    static const char *const views[] = {
        "{'module': 'Deals', 'name': 'V', 'sharing': 'public', 'columns': ['Amount'], 'where': '', "
        "'order': []}",
        "{'module': 'Deals', 'name': 'V', 'sharing': 'public', 'columns': ['Deal_Name'],"
        " 'where': 'Deal_Name is null and Amount > 5', 'order': []}",
        "{'module': 'Deals', 'name': 'V', 'sharing': 'public', 'columns': ['Deal_Name'],"
        " 'where': '', 'order': ['Amount']}",
        /* what is computed from it as well */
        "{'module': 'Deals', 'name': 'V', 'sharing': 'public', 'columns': ['Expected_Revenue'],"
        " 'where': '', 'order': []}",
    };
    host *h = *state;
    crm4e_cursor *cursor = NULL;
    crm4e_text *text = NULL;
    crm4e_id view;

    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        view = made(h->admin, views[i]);
        refused(who[BEA], crm4e_view_run(&cursor, who[BEA], view, -1, NULL), CRM4E_E_DENIED, NULL);
        assert_null(cursor);
        assert_null(strstr(crm4e_error_message(crm4e_session_error(who[BEA])), "Amount"));
        assert_string_equal(crm4e_error_field(crm4e_session_error(who[BEA])), "");
        refused(who[BEA], crm4e_view_json(&text, who[BEA], view), CRM4E_E_DENIED, NULL);
        assert_string_equal(crm4e_error_field(crm4e_session_error(who[BEA])), "");
        refused(who[BEA], put(who[BEA], views[i], NULL), CRM4E_E_DENIED, NULL);
        host_ok(who[MAX], crm4e_view_run(&cursor, who[MAX], view, -1, NULL));
        crm4e_cursor_free(cursor);
        cursor = NULL;
    }
    assert_listed(who[BEA], "Deals", "V");
}

/* Rights are asked at every run, and at every page. */
static void rights_that_go(void **state)
{
    host *h = *state;
    crm4e_id view = made(h->admin, "{'module': 'Deals', 'name': 'V', 'sharing': 'public',"
                                   " 'columns': ['Deal_Name', 'Amount']}");
    crm4e_cursor *cursor = NULL;
    int rc;

    host_ok(who[EVE], crm4e_session_begin(who[EVE]));
    for (int i = 0; i < 1100; i++)
        add_deal(who[EVE], "Deal", "1");
    host_ok(who[EVE], crm4e_session_commit(who[EVE]));
    host_ok(who[NAN], crm4e_view_run(&cursor, who[NAN], view, -1, NULL));
    host_apply(h, "{'crm4e': 1, 'profiles': [{'name': 'Narrow', 'fields': {'Deals': {'Amount': "
                  "'hidden'}}}]}");
    while ((rc = crm4e_cursor_next(cursor)) == CRM4E_ROW) {
    }
    refused(who[NAN], rc, CRM4E_E_DENIED, NULL);
    assert_null(strstr(crm4e_error_message(crm4e_session_error(who[NAN])), "Amount"));
    crm4e_cursor_free(cursor);
    refused(who[NAN], crm4e_view_run(&cursor, who[NAN], view, -1, NULL), CRM4E_E_DENIED, NULL);
}

static void a_field_that_went(void **state)
{
    host *h = *state;
    crm4e_cursor *cursor = NULL;
    crm4e_module *module = NULL;
    crm4e_text *text = NULL;
    crm4e_id view;

    host_apply(h, "{'crm4e': 1, 'modules': [{'api_name': 'Deals', 'fields': [{'api_name': 'Spare', "
                  "'type': 'text'}]}]}");
    view = made(who[EVE],
                "{'module': 'Deals', 'name': 'V', 'sharing': 'public', 'columns': ['Spare']}");
    host_ok(h->admin, crm4e_module_open(&module, h->admin, "Deals"));
    host_ok(h->admin, crm4e_module_remove_field(module, "Spare"));
    crm4e_module_free(module);
    refused(who[MAX], crm4e_view_run(&cursor, who[MAX], view, -1, NULL), CRM4E_E_INVALID,
            "no such field");
    refused(who[EVE], crm4e_view_json(&text, who[EVE], view), CRM4E_E_INVALID, "no such field");
    host_ok(h->admin, crm4e_view_json(&text, h->admin, view));
    assert_non_null(strstr(crm4e_text_data(text), "Spare"));
    crm4e_text_free(text);
    host_ok(who[EVE],
            put(who[EVE], "{'module': 'Deals', 'name': 'V', 'columns': ['Deal_Name']}", NULL));
    host_ok(who[MAX], crm4e_view_run(&cursor, who[MAX], view, -1, NULL));
    crm4e_cursor_free(cursor);
}

static void whom_a_view_is_for(void **state)
{
    host *h = *state;
    crm4e_id own = made(who[EVE], "{'module': 'Deals', 'name': 'Own'}");
    crm4e_id all = made(who[EVE], "{'module': 'Deals', 'name': 'All', 'sharing': 'public'}");
    crm4e_id desk = made(who[EVE], "{'module': 'Deals', 'name': 'Desk', 'sharing': 'shared', "
                                   "'shared_to': [{'role': 'Desk'}]}");
    crm4e_id found = 0;
    crm4e_cursor *cursor = NULL;

    (void)made(who[EVE], "{'module': 'Deals', 'name': 'Few', 'sharing': 'shared', 'shared_to': "
                         "[{'group': 'Few'}, {'user': 'kit@acme.example'}]}");
    (void)made(who[MAX], "{'module': 'Deals', 'name': 'Below', 'sharing': 'shared', 'shared_to': "
                         "[{'role_and_subordinates': 'Sales'}]}");
    assert_listed(who[EVE], "Deals", "Own All Desk Few Below");
    assert_listed(who[MAX], "Deals", "All Desk Below");
    assert_listed(who[BEA], "Deals", "All Desk Few Below");
    assert_listed(who[KIT], "Deals", "All Desk Few Below");
    assert_listed(h->admin, "Deals", "Own All Desk Few Below");
    /* a Team User licence: the public ones */
    assert_listed(who[TOM], "Deals", "All");
    refused(who[TOM], crm4e_view_run(&cursor, who[TOM], desk, -1, NULL), CRM4E_E_NOT_FOUND, NULL);
    host_ok(who[TOM], crm4e_view_run(&cursor, who[TOM], all, -1, NULL));
    crm4e_cursor_free(cursor);
    refused(who[TOM], put(who[TOM], "{'module': 'Deals', 'name': 'T'}", NULL), CRM4E_E_DENIED,
            NULL);
    /* who does not view the module: what he is told is what he is told of none */
    for (crm4e_id id = own; id <= desk; id++) {
        refused(who[OUT], crm4e_view_run(&cursor, who[OUT], id, -1, NULL), CRM4E_E_NOT_FOUND,
                "no such view");
        refused(who[OUT], crm4e_view_remove(who[OUT], id), CRM4E_E_NOT_FOUND, "no such view");
    }
    refused(who[MAX], crm4e_view_run(&cursor, who[MAX], own, -1, NULL), CRM4E_E_NOT_FOUND,
            "no such view");
    refused(who[MAX], crm4e_view_run(&cursor, who[MAX], 1, -1, NULL), CRM4E_E_NOT_FOUND,
            "no such view");
    /* a name of somebody else's is free */
    found = made(who[MAX], "{'module': 'Deals', 'name': 'own'}");
    assert_int_not_equal(found, own);
    host_ok(who[MAX], crm4e_view_find(who[MAX], "Deals", "Own", &found));
    assert_int_not_equal(found, own);
    host_ok(who[EVE], crm4e_view_find(who[EVE], "Deals", "OWN", &found));
    assert_int_equal(found, own);
    host_ok(who[NAN], crm4e_view_find(who[NAN], "Deals", "all", &found));
    assert_int_equal(found, all);
    refused(who[NAN], crm4e_view_find(who[NAN], "Deals", "Own", &found), CRM4E_E_NOT_FOUND, NULL);
    refused(who[OUT], crm4e_view_find(who[OUT], "Deals", "All", &found), CRM4E_E_NOT_FOUND, NULL);
    assert_sound(h);
}

static void who_changes_views(void **state)
{
    host *h = *state;
    crm4e_id all = made(who[EVE], "{'module': 'Deals', 'name': 'All', 'sharing': 'public'}");
    crm4e_id own = made(who[EVE], "{'module': 'Deals', 'name': 'Own'}");
    crm4e_text *text = NULL;
    crm4e_id id = 0;

    refused(who[NAN], put(who[NAN], "{'module': 'Deals', 'name': 'X'}", NULL), CRM4E_E_DENIED,
            NULL);
    refused(who[OUT], put(who[OUT], "{'module': 'Deals', 'name': 'X'}", NULL), CRM4E_E_NOT_FOUND,
            NULL);
    refused(who[MAX], crm4e_view_remove(who[MAX], all), CRM4E_E_DENIED, NULL);
    refused(who[MAX],
            put(who[MAX], "{'module': 'Deals', 'name': 'All', 'owner': 'eve@acme.example'}", NULL),
            CRM4E_E_DENIED, NULL);
    refused(who[MAX],
            put(who[MAX], "{'module': 'Deals', 'name': 'New', 'owner': 'eve@acme.example'}", NULL),
            CRM4E_E_DENIED, NULL);
    /* who configures the module changes what he may use, and hears of nothing else */
    host_ok(
        who[KIT],
        put(who[KIT],
            "{'module': 'Deals', 'name': 'All', 'owner': 'eve@acme.example', 'columns': ['Stage']}",
            &id));
    assert_int_equal(id, all);
    refused(who[KIT],
            put(who[KIT], "{'module': 'Deals', 'name': 'Own', 'owner': 'eve@acme.example'}", NULL),
            CRM4E_E_DENIED, "only administrators");
    refused(who[KIT],
            put(who[KIT], "{'module': 'Deals', 'name': 'None', 'owner': 'eve@acme.example'}", NULL),
            CRM4E_E_DENIED, "only administrators");
    refused(who[KIT], crm4e_view_remove(who[KIT], own), CRM4E_E_NOT_FOUND, NULL);
    /* administrators all of them; a view stays its owner's */
    host_ok(
        h->admin,
        put(h->admin,
            "{'module': 'Deals', 'name': 'Own', 'owner': 'eve@acme.example', 'sharing': 'public'}",
            &id));
    assert_int_equal(id, own);
    host_ok(h->admin,
            put(h->admin, "{'module': 'Deals', 'name': 'New', 'owner': 'eve@acme.example'}", &id));
    assert_listed(who[EVE], "Deals", "All Own New");
    host_ok(who[EVE], crm4e_view_json(&text, who[EVE], id));
    assert_string_equal(crm4e_text_data(text),
                        "{\"module\":\"Deals\",\"name\":\"New\",\"owner\":\"eve@acme.example\","
                        "\"sharing\":\"only_to_me\","
                        "\"shared_to\":[],\"columns\":[],\"where\":\"\",\"order\":[]}");
    crm4e_text_free(text);
    host_ok(who[EVE], crm4e_view_remove(who[EVE], id));
    refused(who[EVE], crm4e_view_remove(who[EVE], id), CRM4E_E_NOT_FOUND, NULL);
    host_ok(who[KIT], crm4e_view_remove(who[KIT], all));
    assert_listed(h->admin, "Deals", "Own");
    /* each with a line in the audit log */
    crm4e_audit_options options = CRM4E_AUDIT_OPTIONS_INIT;
    options.kind = "view_removed";
    host_ok(h->admin, crm4e_audit_json(&text, h->admin, &options));
    assert_non_null(strstr(crm4e_text_data(text), "kit@acme.example"));
    crm4e_text_free(text);
    assert_sound(h);
}

static void in_team_modules(void **state)
{
    host *h = *state;
    crm4e_id all = made(who[MAX], "{'module': 'Papers', 'name': 'All', 'sharing': 'public'}");
    crm4e_id found = 0;
    crm4e_cursor *cursor = NULL;
    crm4e_text *text = NULL;

    (void)made(who[MAX], "{'module': 'Papers', 'name': 'Tom', 'sharing': 'shared', 'shared_to': "
                         "[{'user': 'tom@acme.example'}]}");
    refused(who[NAN], put(who[NAN], "{'module': 'Papers', 'name': 'X'}", NULL), CRM4E_E_DENIED,
            NULL);
    assert_listed(who[NAN], "Papers", "All");
    assert_listed(who[TOM], "Papers", "All Tom");
    (void)made(who[TOM], "{'module': 'Papers', 'name': 'Toms'}");
    assert_listed(h->admin, "Papers", "All Tom Toms");
    host_ok(
        who[TOM],
        put(who[TOM],
            "{'module': 'Papers', 'name': 'All', 'owner': 'max@acme.example', 'columns': ['Fee']}",
            NULL));
    /* requesters have none, and others do not know the module */
    refused(who[BEA], crm4e_views_json(&text, who[BEA], "Papers"), CRM4E_E_DENIED, NULL);
    refused(who[BEA], crm4e_view_find(who[BEA], "Papers", "All", &found), CRM4E_E_DENIED, NULL);
    refused(who[BEA], crm4e_view_run(&cursor, who[BEA], all, -1, NULL), CRM4E_E_NOT_FOUND, NULL);
    refused(who[EVE], crm4e_views_json(&text, who[EVE], "Papers"), CRM4E_E_NOT_FOUND, NULL);
    refused(who[EVE], crm4e_view_run(&cursor, who[EVE], all, -1, NULL), CRM4E_E_NOT_FOUND, NULL);
    host_ok(who[TOM], crm4e_view_remove(who[TOM], all));
}

/* The views of those who are gone go to who applies the document, each under a name of its
 * own. */
static void views_left_behind_keep_apart(void **state)
{
    static const char *const names[] = {"\"name\":\"Same\"", "\"name\":\"Same 2\"",
                                        "\"name\":\"Same 3\"", "\"name\":\"Same 4\"",
                                        "\"name\":\"Lone\""};
    host *h = *state;
    crm4e_text *text = NULL;

    (void)made(h->admin, "{'module': 'Deals', 'name': 'Same', 'columns': ['Stage']}");
    (void)made(h->admin, "{'module': 'Deals', 'name': 'Same 3'}");
    (void)made(who[EVE], "{'module': 'Deals', 'name': 'same', 'columns': ['Amount']}");
    (void)made(who[KIT], "{'module': 'Deals', 'name': 'Same'}");
    (void)made(who[KIT], "{'module': 'Deals', 'name': 'Lone'}");
    host_apply(h, "{'crm4e': 1, 'users': [{'email': 'eve@acme.example', 'status': 'deleted'},"
                  " {'email': 'kit@acme.example', 'status': 'deleted'}]}");
    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *at = strstr(crm4e_text_data(text), names[i]);
        if (i == 1)
            at = strstr(crm4e_text_data(text), "\"name\":\"same 2\"");
        if (at == NULL || strstr(at + 1, names[i]) != NULL)
            fail_msg("%s", names[i]);
    }
    host_ok(h->admin, crm4e_org_apply(NULL, h->admin, crm4e_text_data(text), CRM4E_NUL_TERMINATED));
    crm4e_text_free(text);
    assert_sound(h);
}

static void owners_and_subjects_leave(void **state)
{
    host *h = *state;
    crm4e_id desk =
        made(who[EVE], "{'module': 'Deals', 'name': 'Desk', 'sharing': 'shared', 'shared_to': "
                       "[{'role': 'Desk'}, {'group': 'Few'}, {'user': 'kit@acme.example'}]}");
    crm4e_id own = made(who[EVE], "{'module': 'Deals', 'name': 'Own'}");
    crm4e_text *text = NULL;

    host_ok(h->admin, crm4e_group_remove(h->admin, "Few"));
    host_apply(h, "{'crm4e': 1, 'users': [{'email': 'eve@acme.example', 'status': 'inactive'}, "
                  "{'email': 'kit@acme.example', 'status': 'deleted'}]}");
    assert_listed(who[MAX], "Deals", "Desk");
    assert_rows(who[MAX], desk, "");
    host_ok(h->admin, crm4e_view_json(&text, h->admin, desk));
    assert_non_null(strstr(crm4e_text_data(text), "\"shared_to\":[{\"role\":\"Desk\"}]"));
    crm4e_text_free(text);
    host_ok(
        h->admin,
        put(h->admin,
            "{'module': 'Deals', 'name': 'Desk', 'owner': 'eve@acme.example', 'sharing': 'public'}",
            NULL));
    host_apply(h, "{'crm4e': 1, 'users': [{'email': 'eve@acme.example', 'status': 'deleted'}]}");
    assert_listed(who[BEA], "Deals", "Desk");
    assert_listed(h->admin, "Deals", "Desk Own");
    host_ok(h->admin, crm4e_view_remove(h->admin, own));
    host_ok(h->admin, crm4e_view_remove(h->admin, desk));
    assert_sound(h);
}

static void what_is_no_view(void **state)
{
    static const struct {
        const char *json;
        int code;
        const char *message;
    } wrong[] = {
        {"[]", CRM4E_E_INVALID, NULL},
        {"{'name': 'V'}", CRM4E_E_INVALID, "module"},
        {"{'module': 'Deals'}", CRM4E_E_INVALID, "name"},
        {"{'module': 'Deals', 'name': ''}", CRM4E_E_INVALID, "name"},
        {"{'module': 'Nowhere', 'name': 'V'}", CRM4E_E_NOT_FOUND, NULL},
        {"{'module': 'Deals', 'name': 'V', 'colums': []}", CRM4E_E_INVALID, "colums"},
        {"{'module': 'Deals', 'name': 'V', 'columns': [1]}", CRM4E_E_INVALID, "columns"},
        {"{'module': 'Deals', 'name': 'V', 'columns': ['Nothing']}", CRM4E_E_INVALID, "field"},
        {"{'module': 'Deals', 'name': 'V', 'order': ['Amount up']}", CRM4E_E_INVALID, "character"},
        {"{'module': 'Deals', 'name': 'V', 'order': [true]}", CRM4E_E_INVALID, "order"},
        {"{'module': 'Deals', 'name': 'V', 'where': 'Amount >'}", CRM4E_E_INVALID, "character"},
        {"{'module': 'Deals', 'name': 'V', 'where': 'Stage = `No stage`'}", CRM4E_E_INVALID,
         "no such value"},
        {"{'module': 'Deals', 'name': 'V', 'sharing': 'some'}", CRM4E_E_INVALID, "sharing"},
        {"{'module': 'Deals', 'name': 'V', 'sharing': 'shared'}", CRM4E_E_INVALID, "names nobody"},
        {"{'module': 'Deals', 'name': 'V', 'sharing': 'shared', 'shared_to': [{'role': 'None'}]}",
         CRM4E_E_NOT_FOUND, NULL},
        {"{'module': 'Deals', 'name': 'V', 'sharing': 'shared', 'shared_to': [{'role': 'Desk'}, "
         "{'role': 'Desk'}]}",
         CRM4E_E_CONFLICT, NULL},
        {"{'module': 'Deals', 'name': 'V', 'owner': 'nobody@acme.example'}", CRM4E_E_NOT_FOUND,
         NULL},
    };
    host *h = *state;
    char view[128];
    crm4e_text *text = NULL;
    char *before;

    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    before = strdup(crm4e_text_data(text));
    crm4e_text_free(text);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        refused(h->admin, put(h->admin, wrong[i].json, NULL), wrong[i].code, wrong[i].message);
    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    assert_string_equal(crm4e_text_data(text), before);
    crm4e_text_free(text);
    free(before);
    for (int i = 0; i < 200; i++) {
        (void)snprintf(view, sizeof view, "{'module': 'Deals', 'name': 'V%d'}", i);
        (void)made(who[EVE], view);
    }
    refused(who[EVE], put(who[EVE], "{'module': 'Deals', 'name': 'More'}", NULL), CRM4E_E_TOO_BIG,
            "200");
    assert_int_equal(crm4e_error_limit(crm4e_session_error(who[EVE])), 200);
    host_ok(who[EVE],
            put(who[EVE], "{'module': 'Deals', 'name': 'V0', 'columns': ['Stage']}", NULL));
    (void)made(who[EVE], "{'module': 'Leads', 'name': 'More'}");
    (void)made(who[MAX], "{'module': 'Deals', 'name': 'More'}");
}

/* Out as a document, into another org, and out again. */
static void as_documents(void **state)
{
    host *h = *state;
    static const char views[] = "{'crm4e': 1, 'views': ["
                                "{'module': 'Deals', 'name': 'A', 'owner': 'eve@acme.example', "
                                "'sharing': 'shared', 'shared_to': [{'role': 'Desk'}],"
                                " 'columns': ['Deal_Name', 'Account_Name.Industry'], 'where': "
                                "'Amount > 1', 'order': ['Amount desc']},"
                                "{'module': 'Deals', 'name': 'A', 'sharing': 'public'}]}";
    char *json = host_json(views);
    crm4e_text *text = NULL;
    crm4e_text *again = NULL;

    host_ok(h->admin, crm4e_org_apply(&text, h->admin, json, CRM4E_NUL_TERMINATED));
    assert_string_equal(crm4e_text_data(text),
                        "{\"views\":{\"created\":2,\"changed\":0,\"unchanged\":0}}");
    crm4e_text_free(text);
    host_ok(h->admin, crm4e_org_apply(&text, h->admin, json, CRM4E_NUL_TERMINATED));
    assert_string_equal(crm4e_text_data(text),
                        "{\"views\":{\"created\":0,\"changed\":0,\"unchanged\":2}}");
    crm4e_text_free(text);
    free(json);
    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    host_ok(h->admin, crm4e_org_apply(NULL, h->admin, crm4e_text_data(text), CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_org_export(&again, h->admin));
    assert_string_equal(crm4e_text_data(text), crm4e_text_data(again));
    assert_non_null(
        strstr(crm4e_text_data(text),
               "\"views\":[{\"module\":\"Deals\",\"name\":\"A\",\"owner\":\"eve@acme.example\","
               "\"sharing\":\"shared\",\"shared_to\":[{\"role\":\"Desk\"}],"));
    crm4e_text_free(text);
    crm4e_text_free(again);
}

static int put_and_run(host *h)
{
    crm4e_cursor *cursor = NULL;
    crm4e_text *text = NULL;
    crm4e_id id = 0;
    int rc = put(h->admin,
                 "{'module': 'Deals', 'name': 'V', 'sharing': 'shared', 'shared_to': [{'role': "
                 "'Desk'}], 'columns': ['Deal_Name', 'Amount'],"
                 " 'where': 'Amount > 5', 'order': ['Amount desc']}",
                 &id);

    rc = rc < 0 ? rc : crm4e_view_find(h->admin, "Deals", "v", &id);
    rc = rc < 0 ? rc : crm4e_view_run(&cursor, who[MAX], id, -1, NULL);
    rc = rc < 0 ? rc : crm4e_view_json(&text, h->admin, id);
    crm4e_text_free(text);
    text = NULL;
    rc = rc < 0 ? rc : crm4e_views_json(&text, who[MAX], "Deals");
    crm4e_text_free(text);
    crm4e_cursor_free(cursor);
    rc = rc < 0 ? rc : crm4e_view_remove(h->admin, id);
    return rc;
}

static void check_nothing(host *h)
{
    (void)h;
}

static void memory_runs_out(void **state)
{
    host_starve(*state, put_and_run, check_nothing);
    assert_sound(*state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_view_gives_columns_criteria_and_order, setup,
                                        host_teardown),
        cmocka_unit_test_setup_teardown(the_current_user_runs_it, setup, host_teardown),
        cmocka_unit_test_setup_teardown(a_hidden_field_refuses_the_whole, setup, host_teardown),
        cmocka_unit_test_setup_teardown(rights_that_go, setup, host_teardown),
        cmocka_unit_test_setup_teardown(a_field_that_went, setup, host_teardown),
        cmocka_unit_test_setup_teardown(whom_a_view_is_for, setup, host_teardown),
        cmocka_unit_test_setup_teardown(who_changes_views, setup, host_teardown),
        cmocka_unit_test_setup_teardown(in_team_modules, setup, host_teardown),
        cmocka_unit_test_setup_teardown(views_left_behind_keep_apart, setup, host_teardown),
        cmocka_unit_test_setup_teardown(owners_and_subjects_leave, setup, host_teardown),
        cmocka_unit_test_setup_teardown(what_is_no_view, setup, host_teardown),
        cmocka_unit_test_setup_teardown(as_documents, setup, host_teardown),
        cmocka_unit_test_setup_teardown(memory_runs_out, setup, host_teardown),
    };

    return host_run("views", tests, sizeof tests / sizeof tests[0]);
}
