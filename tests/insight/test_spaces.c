/* SPDX-License-Identifier: MIT */
/* Team spaces as a host has them. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ORGANISER "olga@acme.example"
#define KEEPER    "kim@acme.example"
#define MEMBER    "mia@acme.example"
#define STRANGER  "sam@acme.example"

static const char people[] =
    "{'crm4e': 1, 'org': {'crm4e': true},"
    " 'profiles': [{'name': 'Organiser', 'clone_of': 'Standard',"
    "               'admin': ['manage_team_spaces']}],"
    " 'modules': [{'api_name': 'Papers', 'team': true,"
    "              'members': [{'user': 'ana@acme.example', 'profile': 'admin'},"
    "                          {'user': 'kim@acme.example', 'profile': 'member'}]},"
    "             {'api_name': 'Secrets', 'team': true,"
    "              'members': [{'user': 'ana@acme.example', 'profile': 'admin'}]}],"
    " 'users': [{'email': 'olga@acme.example', 'profile': 'Organiser'},"
    "           {'email': 'kim@acme.example', 'profile': 'Standard'},"
    "           {'email': 'mia@acme.example', 'profile': 'Standard'},"
    "           {'email': 'sam@acme.example', 'profile': 'Standard'}]}";

/* The message holds `part`. */
static void refused(crm4e_session *session, int rc, int code, const char *part)
{
    const char *message = crm4e_error_message(crm4e_session_error(session));

    host_refused(session, rc, code, NULL);
    if (!strstr(message, part))
        fail_msg("\"%s\" does not say \"%s\"", message, part);
}

static crm4e_id id_of(host *h, const char *email)
{
    crm4e_id id = 0;

    host_ok(h->admin, crm4e_user_find(h->admin, email, &id));
    return id;
}

static crm4e_space *made(host *h, const char *name)
{
    crm4e_space_options options = CRM4E_SPACE_OPTIONS_INIT;
    crm4e_space *space = NULL;

    options.name = name;
    host_ok(h->admin, crm4e_space_create(&space, h->admin, &options));
    return space;
}

static crm4e_space *opened(crm4e_session *session, const char *name)
{
    crm4e_space *space = NULL;

    host_ok(session, crm4e_space_open(&space, session, name));
    return space;
}

/* "folders" and "modules" of the space as its reader finds them. */
static void assert_space(crm4e_session *session, crm4e_space *space, const char *expected)
{
    char *json = host_json(expected);
    crm4e_text *text = NULL;
    char *from, *to;

    host_ok(session, crm4e_space_json(&text, space));
    from = strstr(crm4e_text_data(text), "\"folders\"");
    assert_non_null(from);
    to = strstr(from, ",\"members\"");
    assert_non_null(to);
    assert_int_equal((size_t)(to - from), strlen(json));
    assert_memory_equal(from, json, strlen(json));
    crm4e_text_free(text);
    free(json);
}

static void folders(void **state)
{
    host *h = *state;
    crm4e_space *space = made(h, "Legal");

    host_ok(h->admin, crm4e_space_add_folder(space, "B", -1));
    host_ok(h->admin, crm4e_space_add_folder(space, "C", 7));
    host_ok(h->admin, crm4e_space_add_folder(space, "A", 0));
    host_ok(h->admin, crm4e_space_place(space, "Deals", "B", -1));
    host_ok(h->admin, crm4e_space_place(space, "Leads", "C", -1));
    assert_space(h->admin, space,
                 "'folders':['A','B','C'],'modules':[{'module':'Deals','folder':'B'},"
                 "{'module':'Leads','folder':'C'}]");
    refused(h->admin, crm4e_space_add_folder(space, "b", -1), CRM4E_E_CONFLICT, "taken");
    refused(h->admin, crm4e_space_add_folder(space, " ", -1), CRM4E_E_INVALID, "blank");
    refused(h->admin, crm4e_space_add_folder(space, "D", -2), CRM4E_E_INVALID, "position");
    host_ok(h->admin, crm4e_space_move_folder(space, "C", 0));
    host_ok(h->admin, crm4e_space_move_folder(space, "c", 0));
    host_ok(h->admin, crm4e_space_move_folder(space, "A", -1));
    refused(h->admin, crm4e_space_move_folder(space, "A", -5), CRM4E_E_INVALID, "position");
    refused(h->admin, crm4e_space_move_folder(space, "X", 0), CRM4E_E_NOT_FOUND, "folder");
    assert_space(h->admin, space,
                 "'folders':['C','B','A'],'modules':[{'module':'Deals','folder':'B'},"
                 "{'module':'Leads','folder':'C'}]");
    host_ok(h->admin, crm4e_space_rename_folder(space, "B", "Big"));
    host_ok(h->admin, crm4e_space_rename_folder(space, "big", "BIG"));
    refused(h->admin, crm4e_space_rename_folder(space, "BIG", "c"), CRM4E_E_CONFLICT, "taken");
    refused(h->admin, crm4e_space_rename_folder(space, "X", "Y"), CRM4E_E_NOT_FOUND, "folder");
    refused(h->admin, crm4e_space_rename_folder(space, "A", ""), CRM4E_E_INVALID, "blank");
    host_ok(h->admin, crm4e_space_remove_folder(space, "C"));
    refused(h->admin, crm4e_space_remove_folder(space, "C"), CRM4E_E_NOT_FOUND, "folder");
    assert_space(h->admin, space,
                 "'folders':['BIG','A'],'modules':[{'module':'Deals','folder':'BIG'},'Leads']");
    crm4e_space_free(space);
}

static void places(void **state)
{
    host *h = *state;
    crm4e_space *space = made(h, "Legal");

    host_apply(h, people);
    host_ok(h->admin, crm4e_space_add_folder(space, "F", -1));
    host_ok(h->admin, crm4e_space_place(space, "Deals", NULL, -1));
    host_ok(h->admin, crm4e_space_place(space, "Leads", NULL, 0));
    host_ok(h->admin, crm4e_space_place(space, "Accounts", NULL, 1));
    host_ok(h->admin, crm4e_space_place(space, "Contacts", "F", 0));
    host_ok(h->admin, crm4e_space_place(space, "Papers", "f", 0));
    assert_space(h->admin, space,
                 "'folders':['F'],'modules':['Leads','Accounts','Deals',"
                 "{'module':'Papers','folder':'F'},{'module':'Contacts','folder':'F'}]");
    /* moved, where it stands already, and past the end */
    host_ok(h->admin, crm4e_space_place(space, "Leads", NULL, 99));
    host_ok(h->admin, crm4e_space_place(space, "Deals", NULL, 1));
    host_ok(h->admin, crm4e_space_place(space, "Papers", NULL, 2));
    host_ok(h->admin, crm4e_space_place(space, "Deals", "F", 1));
    assert_space(h->admin, space,
                 "'folders':['F'],'modules':['Accounts',{'module':'Contacts','folder':'F'},"
                 "'Papers','Leads',{'module':'Deals','folder':'F'}]");
    refused(h->admin, crm4e_space_place(space, "Deals", "G", -1), CRM4E_E_NOT_FOUND, "folder");
    refused(h->admin, crm4e_space_place(space, "Nope", NULL, -1), CRM4E_E_NOT_FOUND, "module");
    refused(h->admin, crm4e_space_place(space, "Notes", NULL, -1), CRM4E_E_INVALID, "inside");
    refused(h->admin, crm4e_space_place(space, "Deals", NULL, -2), CRM4E_E_INVALID, "position");
    host_ok(h->admin, crm4e_space_take(space, "leads"));
    refused(h->admin, crm4e_space_take(space, "Leads"), CRM4E_E_NOT_FOUND, "stand");
    refused(h->admin, crm4e_space_take(space, "Nope"), CRM4E_E_NOT_FOUND, "module");
    assert_space(h->admin, space,
                 "'folders':['F'],'modules':['Accounts',{'module':'Contacts','folder':'F'},"
                 "'Papers',{'module':'Deals','folder':'F'}]");
    crm4e_space_free(space);
}

static void names(void **state)
{
    host *h = *state;
    crm4e_space *space = made(h, "Legal"), *other = made(h, "Other");
    crm4e_text *text = NULL;

    host_ok(h->admin, crm4e_space_rename(space, "Law"));
    host_ok(h->admin, crm4e_space_rename(space, "LAW"));
    refused(h->admin, crm4e_space_rename(space, "other"), CRM4E_E_CONFLICT, "taken");
    refused(h->admin, crm4e_space_rename(space, "CRM Teamspace"), CRM4E_E_CONFLICT, "taken");
    refused(h->admin, crm4e_space_rename(space, ""), CRM4E_E_INVALID, "blank");
    host_ok(h->admin, crm4e_spaces_json(&text, h->admin));
    assert_non_null(strstr(crm4e_text_data(text), "\"LAW\""));
    assert_true(strstr(crm4e_text_data(text), "\"LAW\"") <
                strstr(crm4e_text_data(text), "\"Other\""));
    crm4e_text_free(text);
    host_ok(h->admin, crm4e_space_remove(other));
    refused(h->admin, crm4e_space_remove(other), CRM4E_E_NOT_FOUND, "team space");
    refused(h->admin, crm4e_space_json(&text, other), CRM4E_E_NOT_FOUND, "team space");
    refused(h->admin, crm4e_space_rename(other, "New"), CRM4E_E_NOT_FOUND, "team space");
    crm4e_space_free(other);
    refused(h->admin, crm4e_space_open(&other, h->admin, "Other"), CRM4E_E_NOT_FOUND, "space");
    crm4e_space_free(space);
}

/* What the four kinds of people may do. */
static void who_may(void **state)
{
    host *h = *state;
    crm4e_space *space = made(h, "Legal"), *mine = NULL;
    crm4e_session *organiser, *keeper, *member, *stranger;
    crm4e_text *text = NULL;

    host_apply(h, people);
    organiser = host_session(h, ORGANISER);
    keeper = host_session(h, KEEPER);
    member = host_session(h, MEMBER);
    stranger = host_session(h, STRANGER);
    host_ok(h->admin, crm4e_space_add_member(space, id_of(h, KEEPER), 1));
    host_ok(h->admin, crm4e_space_add_member(space, id_of(h, MEMBER), 0));
    crm4e_space_free(space);
    /* an admin of the space: members, folders, modules */
    space = opened(keeper, "Legal");
    host_ok(keeper, crm4e_space_add_folder(space, "F", -1));
    host_ok(keeper, crm4e_space_place(space, "Deals", "F", -1));
    host_ok(keeper, crm4e_space_take(space, "Deals"));
    host_ok(keeper, crm4e_space_add_member(space, id_of(h, STRANGER), 0));
    host_ok(keeper, crm4e_space_remove_member(space, id_of(h, STRANGER)));
    refused(keeper, crm4e_space_rename(space, "Law"), CRM4E_E_DENIED, "manage_team_spaces");
    refused(keeper, crm4e_space_remove(space), CRM4E_E_DENIED, "manage_team_spaces");
    /* a member reads */
    mine = opened(member, "Legal");
    assert_space(member, mine, "'folders':['F'],'modules':[]");
    refused(member, crm4e_space_add_folder(mine, "G", -1), CRM4E_E_DENIED, "admin");
    refused(member, crm4e_space_place(mine, "Deals", NULL, -1), CRM4E_E_DENIED, "admin");
    refused(member, crm4e_space_take(mine, "Deals"), CRM4E_E_DENIED, "admin");
    refused(member, crm4e_space_remove_folder(mine, "F"), CRM4E_E_DENIED, "admin");
    refused(member, crm4e_space_rename(mine, "Law"), CRM4E_E_DENIED, "manage_team_spaces");
    /* who leaves with the space in hand knows no more of it */
    host_ok(keeper, crm4e_space_remove_member(space, id_of(h, MEMBER)));
    refused(member, crm4e_space_json(&text, mine), CRM4E_E_NOT_FOUND, "team space");
    refused(member, crm4e_space_place(mine, "Deals", NULL, 0), CRM4E_E_NOT_FOUND, "space");
    crm4e_space_free(mine);
    refused(stranger, crm4e_space_open(&mine, stranger, "Legal"), CRM4E_E_NOT_FOUND, "space");
    host_ok(stranger, crm4e_spaces_json(&text, stranger));
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
    /* the last admin goes; who manages team spaces remains */
    host_ok(h->admin, crm4e_space_remove_member(space, id_of(h, HOST_ADMIN)));
    host_ok(keeper, crm4e_space_remove_member(space, id_of(h, KEEPER)));
    crm4e_space_free(space);
    space = opened(organiser, "Legal");
    host_ok(organiser, crm4e_space_rename(space, "Law"));
    host_ok(organiser, crm4e_space_add_member(space, id_of(h, STRANGER), 1));
    host_ok(organiser, crm4e_space_remove(space));
    crm4e_space_free(space);
    crm4e_session_close(organiser);
    crm4e_session_close(keeper);
    crm4e_session_close(member);
    crm4e_session_close(stranger);
}

/* A space does not tell of modules that are closed to its reader. */
static void closed_modules(void **state)
{
    static const char own[] = "{'spaces': [{'name': 'Legal', 'modules': ['Papers', 'Leads']}]}";
    host *h = *state;
    crm4e_space *space = made(h, "Legal");
    crm4e_session *keeper;
    char *json = host_json(own);

    host_apply(h, people);
    keeper = host_session(h, KEEPER);
    host_ok(h->admin, crm4e_space_add_member(space, id_of(h, KEEPER), 1));
    host_ok(h->admin, crm4e_space_place(space, "Leads", NULL, -1));
    host_ok(h->admin, crm4e_space_place(space, "Secrets", NULL, -1));
    host_ok(h->admin, crm4e_space_place(space, "Papers", NULL, -1));
    crm4e_space_free(space);
    space = opened(keeper, "Legal");
    assert_space(keeper, space, "'folders':[],'modules':['Leads','Papers']");
    /* by document and by call: what he does not see keeps its place */
    host_ok(keeper, crm4e_org_apply(NULL, keeper, json, CRM4E_NUL_TERMINATED));
    assert_space(keeper, space, "'folders':[],'modules':['Papers','Leads']");
    host_ok(keeper, crm4e_space_place(space, "Deals", NULL, 1));
    refused(keeper, crm4e_space_take(space, "Secrets"), CRM4E_E_NOT_FOUND, "names no module");
    refused(keeper, crm4e_space_place(space, "Secrets", NULL, 0), CRM4E_E_NOT_FOUND,
            "names no module");
    crm4e_space_free(space);
    free(json);
    /* a document by which he leaves */
    json = host_json("{'spaces': [{'name': 'Legal', 'folders': ['F'], 'members': []}]}");
    host_ok(keeper, crm4e_org_apply(NULL, keeper, json, CRM4E_NUL_TERMINATED));
    refused(keeper, crm4e_space_open(&space, keeper, "Legal"), CRM4E_E_NOT_FOUND, "space");
    space = opened(h->admin, "Legal");
    assert_space(h->admin, space, "'folders':['F'],'modules':['Papers','Secrets','Deals','Leads']");
    crm4e_space_free(space);
    crm4e_session_close(keeper);
    free(json);
}

static void who_goes_leaves(void **state)
{
    host *h = *state;
    crm4e_space *space = made(h, "Legal");
    crm4e_text *text = NULL;

    host_apply(h, people);
    host_ok(h->admin, crm4e_space_add_member(space, id_of(h, KEEPER), 1));
    host_ok(h->admin, crm4e_space_add_member(space, id_of(h, MEMBER), 0));
    host_apply(h, "{'users': [{'email': 'kim@acme.example', 'status': 'inactive'},"
                  " {'email': 'mia@acme.example', 'status': 'deleted'}]}");
    host_ok(h->admin, crm4e_space_json(&text, space));
    assert_null(strstr(crm4e_text_data(text), "kim@"));
    assert_null(strstr(crm4e_text_data(text), "mia@"));
    crm4e_text_free(text);
    host_apply(h, "{'users': [{'email': 'kim@acme.example', 'status': 'active'}]}");
    refused(h->admin, crm4e_space_remove_member(space, id_of(h, KEEPER)), CRM4E_E_NOT_FOUND,
            "member");
    crm4e_space_free(space);
}

/* While CRM4E is off there are no spaces; they come back as they were. */
static void switched_off(void **state)
{
    host *h = *state;
    crm4e_space *space = made(h, "Legal"), *again = NULL;
    crm4e_space_options options = CRM4E_SPACE_OPTIONS_INIT;
    crm4e_text *text = NULL;

    options.name = "New";
    host_ok(h->admin, crm4e_space_place(space, "Deals", NULL, -1));
    host_apply(h, "{'org': {'crm4e': false}}");
    refused(h->admin, crm4e_space_open(&again, h->admin, "Legal"), CRM4E_E_NOT_FOUND, "space");
    refused(h->admin, crm4e_space_json(&text, space), CRM4E_E_NOT_FOUND, "space");
    refused(h->admin, crm4e_space_take(space, "Deals"), CRM4E_E_NOT_FOUND, "space");
    refused(h->admin, crm4e_space_create(&again, h->admin, &options), CRM4E_E_DENIED, "off");
    host_ok(h->admin, crm4e_spaces_json(&text, h->admin));
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
    host_apply(h, "{'org': {'crm4e': true}}");
    assert_space(h->admin, space, "'folders':[],'modules':['Deals']");
    crm4e_space_free(space);
}

/* Enterprise has 25 spaces of 50 folders, standard 5. */
static void fill_folders(host *h, crm4e_space *space, int from, int to)
{
    char name[16];

    for (int i = from; i <= to; i++) {
        (void)snprintf(name, sizeof name, "F%d", i);
        host_ok(h->admin, crm4e_space_add_folder(space, name, -1));
    }
}

static void limits_of_folders(void **state)
{
    host *h = *state;
    crm4e_space *space = made(h, "Legal");
    char document[1024] = "{'spaces': [{'name': 'Legal', 'folders': ['F1'";
    char *json;

    fill_folders(h, space, 1, 49);
    fill_folders(h, space, 50, 50);
    refused(h->admin, crm4e_space_add_folder(space, "F51", -1), CRM4E_E_LIMIT, "folders");
    for (int i = 2; i <= 51; i++)
        (void)snprintf(document + strlen(document), sizeof document - strlen(document), ",'F%d'",
                       i);
    strcat(document, "]}]}");
    json = host_json(document);
    refused(h->admin, crm4e_org_apply(NULL, h->admin, json, CRM4E_NUL_TERMINATED), CRM4E_E_LIMIT,
            "folders");
    free(json);
    host_ok(h->admin, crm4e_space_remove_folder(space, "F7"));
    host_ok(h->admin, crm4e_space_add_folder(space, "F51", 0));
    crm4e_space_free(space);
}

static void limits_of_spaces(void **state)
{
    host *h = *state;
    crm4e_space_options options = CRM4E_SPACE_OPTIONS_INIT;
    crm4e_space *space = NULL;
    char name[16];

    for (int i = 1; i <= 24; i++) {
        (void)snprintf(name, sizeof name, "S%d", i);
        crm4e_space_free(made(h, name));
    }
    host_apply(h, "{'spaces': [{'name': 'S25', 'folders': ['A']}]}");
    options.name = "S26";
    refused(h->admin, crm4e_space_create(&space, h->admin, &options), CRM4E_E_LIMIT, "spaces");
    {
        char *json = host_json("{'spaces': [{'name': 'S26'}]}");

        refused(h->admin, crm4e_org_apply(NULL, h->admin, json, CRM4E_NUL_TERMINATED),
                CRM4E_E_LIMIT, "spaces");
        free(json);
    }
    /* over the limit after a downgrade: all there is stays in use, nothing is added */
    host_apply(h, "{'org': {'edition': 'free', 'crm_licences': 3}}");
    space = opened(h->admin, "S25");
    host_ok(h->admin, crm4e_space_rename(space, "Last"));
    host_ok(h->admin, crm4e_space_place(space, "Deals", "A", 0));
    host_ok(h->admin, crm4e_space_rename_folder(space, "A", "B"));
    refused(h->admin, crm4e_space_add_folder(space, "C", -1), CRM4E_E_LIMIT, "folders");
    host_ok(h->admin, crm4e_space_remove_folder(space, "B"));
    host_ok(h->admin, crm4e_space_remove(space));
    crm4e_space_free(space);
    refused(h->admin, crm4e_space_create(&space, h->admin, &options), CRM4E_E_LIMIT, "spaces");
}

static int change_much(host *h)
{
    crm4e_space *space = NULL;
    int rc = crm4e_space_open(&space, h->admin, "Legal");

    if (rc == CRM4E_OK)
        rc = crm4e_session_begin(h->admin);
    if (rc == CRM4E_OK) {
        rc = crm4e_space_add_folder(space, "G", 0);
        if (rc == CRM4E_OK)
            rc = crm4e_space_place(space, "Leads", "G", 0);
        if (rc == CRM4E_OK)
            rc = crm4e_space_move_folder(space, "F", 0);
        if (rc == CRM4E_OK)
            rc = crm4e_space_rename_folder(space, "F", "H");
        if (rc == CRM4E_OK)
            rc = crm4e_space_remove_folder(space, "H");
        if (rc == CRM4E_OK)
            rc = crm4e_space_take(space, "Leads");
        if (rc == CRM4E_OK)
            rc = crm4e_session_commit(h->admin);
        else
            (void)crm4e_session_rollback(h->admin);
    }
    crm4e_space_free(space);
    return rc;
}

static void nothing_changed(host *h)
{
    crm4e_space *space = opened(h->admin, "Legal");

    assert_space(h->admin, space, "'folders':['F'],'modules':[{'module':'Deals','folder':'F'}]");
    crm4e_space_free(space);
}

static void without_memory(void **state)
{
    host *h = *state;
    crm4e_space *space = made(h, "Legal");

    host_ok(h->admin, crm4e_space_add_folder(space, "F", -1));
    host_ok(h->admin, crm4e_space_place(space, "Deals", "F", -1));
    host_starve(h, change_much, nothing_changed);
    assert_space(h->admin, space, "'folders':['G'],'modules':['Deals']");
    crm4e_space_free(space);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
    const struct CMUnitTest tests[] = {
        TEST(folders),          TEST(places),          TEST(names),        TEST(who_may),
        TEST(closed_modules),   TEST(who_goes_leaves), TEST(switched_off), TEST(limits_of_folders),
        TEST(limits_of_spaces), TEST(without_memory),
    };
    return host_run("spaces", tests, sizeof tests / sizeof tests[0]);
}
