/* SPDX-License-Identifier: MIT */
/* Tab groups and the two interfaces, as a host has them. */
#include "host.h"

#include <stdlib.h>
#include <string.h>

#define SELLER "sue@acme.example"
#define CLERK  "cal@acme.example"

static const char people[] =
    "{'crm4e': 1, 'org': {'crm4e': true}, 'roles': [{'name': 'North', 'parent': 'CEO'}],"
    " 'modules': [{'api_name': 'Papers', 'team': true, 'plural': 'Papers', 'plural_zh': '文件',"
    "              'members': [{'user': 'ana@acme.example', 'profile': 'admin'},"
    "                          {'user': 'sue@acme.example', 'profile': 'member'}]},"
    "             {'api_name': 'Secrets', 'team': true,"
    "              'members': [{'user': 'ana@acme.example', 'profile': 'admin'}]}],"
    " 'profiles': [{'name': 'Designer', 'clone_of': 'Standard', 'admin': ['customise']},"
    "              {'name': 'Spare', 'clone_of': 'Standard'}],"
    " 'users': [{'email': 'sue@acme.example', 'profile': 'Designer', 'role': 'North'},"
    "           {'email': 'cal@acme.example', 'profile': 'Standard'}],"
    " 'spaces': [{'name': 'Legal', 'folders': ['F'], 'modules': ['Deals',"
    "              {'module': 'Papers', 'folder': 'F'}, 'Leads'],"
    "              'members': [{'user': 'ana@acme.example', 'admin': true}, 'sue@acme.example']}]}";

static void refused(crm4e_session *session, int rc, int code, const char *part)
{
    const char *message = crm4e_error_message(crm4e_session_error(session));

    host_refused(session, rc, code, NULL);
    if (!strstr(message, part))
        fail_msg("\"%s\" does not say \"%s\"", message, part);
}

static char *copied(crm4e_text *text)
{
    char *copy = strdup(crm4e_text_data(text));

    assert_non_null(copy);
    crm4e_text_free(text);
    return copy;
}

static char *menu(crm4e_session *session)
{
    crm4e_text *text = NULL;

    host_ok(session, crm4e_navigation_json(&text, session));
    return copied(text);
}

static char *exported(host *h)
{
    crm4e_text *text = NULL;

    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    return copied(text);
}

/* The text, with ' for ", is or is not in the menu. */
static void assert_menu(crm4e_session *session, const char *part, bool there)
{
    char *json = host_json(part);
    char *text = menu(session);

    if ((strstr(text, json) != NULL) != there)
        fail_msg("%s is %sin %s", json, there ? "not " : "", text);
    free(text);
    free(json);
}

static void assert_group(crm4e_session *session, const char *name, const char *expected)
{
    char *json = host_json(expected);
    crm4e_text *text = NULL;

    host_ok(session, crm4e_tab_group_json(&text, session, name));
    assert_string_equal(crm4e_text_data(text), json);
    crm4e_text_free(text);
    free(json);
}

static void make(crm4e_session *session, const char *name)
{
    crm4e_tab_group_options options = CRM4E_TAB_GROUP_OPTIONS_INIT;

    options.name = name;
    host_ok(session, crm4e_tab_group_create(NULL, session, &options));
}

static void made_and_changed(void **state)
{
    host *h = *state;
    crm4e_session *s = h->admin;
    crm4e_tab_group_options options = CRM4E_TAB_GROUP_OPTIONS_INIT;
    crm4e_text *text = NULL;
    crm4e_id id = 0;

    options.name = "Sales";
    options.label = "Selling";
    options.label_zh = "销售";
    host_ok(s, crm4e_tab_group_create(&id, s, &options));
    assert_true(id > 0);
    refused(s, crm4e_tab_group_create(NULL, s, &options), CRM4E_E_CONFLICT, "taken");
    options.name = "all tabs";
    refused(s, crm4e_tab_group_create(NULL, s, &options), CRM4E_E_CONFLICT, "taken");
    options.name = "Sales";
    options.new_name = "Trade";
    refused(s, crm4e_tab_group_create(NULL, s, &options), CRM4E_E_INVALID, "new_name");
    options.label = NULL;
    options.label_zh = NULL;
    host_ok(s, crm4e_tab_group_update(s, &options));
    refused(s, crm4e_tab_group_update(s, &options), CRM4E_E_NOT_FOUND, "tab group");
    options.name = "Trade";
    options.new_name = NULL;
    options.label = " ";
    refused(s, crm4e_tab_group_update(s, &options), CRM4E_E_INVALID, "blank");
    host_ok(s, crm4e_tab_group_place(s, "Trade", "Deals", -1));
    host_ok(s, crm4e_tab_group_place(s, "trade", "Leads", 0));
    host_ok(s, crm4e_tab_group_place(s, "Trade", "Accounts", 9));
    host_ok(s, crm4e_tab_group_place(s, "Trade", "Deals", 0));
    refused(s, crm4e_tab_group_place(s, "Trade", "Nope", 0), CRM4E_E_NOT_FOUND, "module");
    refused(s, crm4e_tab_group_place(s, "Trade", "Notes", 0), CRM4E_E_INVALID, "inside");
    refused(s, crm4e_tab_group_place(s, "Trade", "Deals", -3), CRM4E_E_INVALID, "position");
    refused(s, crm4e_tab_group_place(s, "Nope", "Deals", 0), CRM4E_E_NOT_FOUND, "tab group");
    host_ok(s, crm4e_tab_group_take(s, "Trade", "Accounts"));
    refused(s, crm4e_tab_group_take(s, "Trade", "Accounts"), CRM4E_E_NOT_FOUND, "stand");
    host_ok(s, crm4e_tab_group_show_profile(s, "Trade", "Standard", 1));
    host_ok(s, crm4e_tab_group_show_profile(s, "Trade", "Standard", 1));
    host_ok(s, crm4e_tab_group_show_role(s, "Trade", "Manager", 1));
    refused(s, crm4e_tab_group_show_role(s, "Trade", "Nope", 1), CRM4E_E_NOT_FOUND, "role");
    refused(s, crm4e_tab_group_show_profile(s, "Trade", "Nope", 1), CRM4E_E_NOT_FOUND, "profile");
    refused(s, crm4e_tab_group_show_profile(s, "Trade", "Standard", 2), CRM4E_E_INVALID, "shown");
    assert_group(s, "trade",
                 "{'name':'Trade','label':'Selling','label_zh':'销售','modules':['Deals','Leads'],"
                 "'profiles':['Standard'],'roles':['Manager']}");
    host_ok(s, crm4e_tab_group_show_profile(s, "Trade", "Standard", 0));
    host_ok(s, crm4e_tab_group_show_role(s, "Trade", "Manager", 0));
    host_ok(s, crm4e_tab_group_remove(s, "Trade"));
    refused(s, crm4e_tab_group_remove(s, "Trade"), CRM4E_E_NOT_FOUND, "tab group");
    host_ok(s, crm4e_tab_groups_json(&text, s));
    assert_string_equal(crm4e_text_data(text), "[]");
    crm4e_text_free(text);
}

static void only_who_customises(void **state)
{
    host *h = *state;
    crm4e_tab_group_options options = CRM4E_TAB_GROUP_OPTIONS_INIT;
    crm4e_session *seller, *clerk;
    crm4e_text *text = NULL;

    options.name = "Mine";
    host_apply(h, people);
    make(h->admin, "Sales");
    host_ok(h->admin, crm4e_tab_group_place(h->admin, "Sales", "Secrets", -1));
    clerk = host_session(h, CLERK);
    refused(clerk, crm4e_tab_group_create(NULL, clerk, &options), CRM4E_E_DENIED, "customise");
    refused(clerk, crm4e_tab_group_remove(clerk, "Sales"), CRM4E_E_DENIED, "customise");
    refused(clerk, crm4e_tab_group_place(clerk, "Sales", "Deals", 0), CRM4E_E_DENIED, "customise");
    refused(clerk, crm4e_tab_group_json(&text, clerk, "Sales"), CRM4E_E_DENIED, "customise");
    refused(clerk, crm4e_tab_groups_json(&text, clerk), CRM4E_E_DENIED, "customise");
    crm4e_session_close(clerk);
    /* she customises, and does not hear of a team module that is closed to her */
    seller = host_session(h, SELLER);
    host_ok(seller, crm4e_tab_group_place(seller, "Sales", "Deals", 0));
    assert_group(seller, "Sales",
                 "{'name':'Sales','label':'Sales','label_zh':'Sales','modules':['Deals'],"
                 "'profiles':[],'roles':[]}");
    refused(seller, crm4e_tab_group_take(seller, "Sales", "Secrets"), CRM4E_E_NOT_FOUND, "module");
    {
        char *json = host_json("{'tab_groups': [{'name': 'Sales', 'modules': ['Papers']}]}");

        host_ok(seller, crm4e_org_apply(NULL, seller, json, CRM4E_NUL_TERMINATED));
        free(json);
    }
    assert_group(h->admin, "Sales",
                 "{'name':'Sales','label':'Sales','label_zh':'Sales','modules':['Secrets',"
                 "'Papers'],'profiles':[],'roles':[]}");
    crm4e_session_close(seller);
}

static void documents(void **state)
{
    static const struct {
        const char *json;
        int code;
    } wrong[] = {
        {"{'tab_groups': [{'name': 'A', 'modules': ['Nope']}]}", CRM4E_E_NOT_FOUND},
        {"{'tab_groups': [{'name': 'A', 'modules': ['Deals', 'deals']}]}", CRM4E_E_CONFLICT},
        {"{'tab_groups': [{'name': 'A', 'modules': [1]}]}", CRM4E_E_INVALID},
        {"{'tab_groups': [{'name': 'A', 'profiles': ['Nope']}]}", CRM4E_E_NOT_FOUND},
        {"{'tab_groups': [{'name': 'A', 'profiles': [{}]}]}", CRM4E_E_INVALID},
        {"{'tab_groups': [{'name': 'A', 'roles': ['Nope']}]}", CRM4E_E_NOT_FOUND},
        {"{'tab_groups': [{'name': 'A', 'roles': ['CEO', 'ceo']}]}", CRM4E_E_CONFLICT},
        {"{'tab_groups': [{'name': 'A', 'label_zh': ''}]}", CRM4E_E_INVALID},
        {"{'tab_groups': [{'name': 'All Tabs'}]}", CRM4E_E_CONFLICT},
        {"{'tab_groups': [{'label': 'A'}]}", CRM4E_E_INVALID},
    };
    static const char document[] =
        "{'tab_groups': [{'name': 'A', 'label': 'One', 'label_zh': '一', 'modules': ['Deals',"
        " 'Papers'], 'profiles': ['Standard', 'Designer'], 'roles': ['CEO']}, {'name': 'B'}]}";
    host *h = *state;
    char *before, *after;

    host_apply(h, people);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char *json = host_json(wrong[i].json);

        refused(h->admin, crm4e_org_apply(NULL, h->admin, json, CRM4E_NUL_TERMINATED),
                wrong[i].code, "tab_groups[0]");
        free(json);
    }
    host_apply(h, document);
    before = exported(h);
    assert_non_null(strstr(before, "\"tab_groups\":[{\"name\":\"A\",\"label\":\"One\""));
    host_apply(h, document);
    host_ok(h->admin, crm4e_org_apply(NULL, h->admin, before, CRM4E_NUL_TERMINATED));
    after = exported(h);
    assert_string_equal(after, before);
    free(before);
    free(after);
}

/* What a tab group names is in use. */
static void what_is_named_stays(void **state)
{
    host *h = *state;

    host_apply(h, people);
    host_apply(h, "{'roles': [{'name': 'Spare', 'parent': 'CEO'}],"
                  " 'tab_groups': [{'name': 'A', 'profiles': ['Spare'], 'roles': ['Spare']}]}");
    refused(h->admin, crm4e_role_remove(h->admin, "Spare"), CRM4E_E_CONFLICT, "tab groups");
    refused(h->admin, crm4e_profile_remove(h->admin, "Spare"), CRM4E_E_CONFLICT, "tab groups");
    host_ok(h->admin, crm4e_tab_group_remove(h->admin, "A"));
    host_ok(h->admin, crm4e_role_remove(h->admin, "Spare"));
    host_ok(h->admin, crm4e_profile_remove(h->admin, "Spare"));
}

static void the_classic_menu(void **state)
{
    host *h = *state;
    crm4e_session *seller, *clerk;

    host_apply(h, people);
    host_apply(h, "{'tab_groups': [{'name': 'All', 'modules': ['Deals', 'Secrets']},"
                  " {'name': 'North', 'roles': ['North'], 'modules': ['Papers']},"
                  " {'name': 'Plain', 'profiles': ['Standard'], 'label_zh': '普通'}]}");
    seller = host_session(h, SELLER);
    clerk = host_session(h, CLERK);
    refused(clerk, crm4e_session_set_ui_mode(clerk, 0), CRM4E_E_INVALID, "interface");
    refused(clerk, crm4e_session_set_ui_mode(clerk, 3), CRM4E_E_INVALID, "interface");
    host_ok(seller, crm4e_session_set_ui_mode(seller, CRM4E_UI_CLASSIC));
    host_ok(clerk, crm4e_session_set_ui_mode(clerk, CRM4E_UI_CLASSIC));
    assert_menu(seller,
                "'ui':'classic','home':{'label':'Home','label_zh':'主页'},'tab_groups':["
                "{'name':'All','label':'All','label_zh':'All','modules':["
                "{'api_name':'Deals','label':'Deals','label_zh':'",
                true);
    assert_menu(seller,
                "{'name':'North','label':'North','label_zh':'North','modules':["
                "{'api_name':'Papers','label':'Papers','label_zh':'文件'}]}",
                true);
    assert_menu(seller, "'Plain'", false);
    assert_menu(seller, "'Secrets'", false);
    assert_menu(seller, "'Legal'", false);
    assert_menu(seller, "{'name':'All Tabs','label':'All Tabs','label_zh':'所有标签','modules':[",
                true);
    assert_menu(clerk, "'North'", false);
    assert_menu(clerk, "'Papers'", false);
    assert_menu(clerk, "{'name':'Plain','label':'Plain','label_zh':'普通','modules':[]}", true);
    crm4e_session_close(seller);
    crm4e_session_close(clerk);
}

/* Switching there and back changes nothing else. */
static void there_and_back(void **state)
{
    host *h = *state;
    crm4e_session *seller;
    char *menu_before, *menu_after, *org_before, *org_after;

    host_apply(h, people);
    seller = host_session(h, SELLER);
    menu_before = menu(seller);
    org_before = exported(h);
    assert_menu(seller,
                "'ui':'nextgen','home':{'label':'Home','label_zh':'主页'},"
                "'requests_title':{'label':'Requests','label_zh':'请求'},'requests':[],"
                "'spaces':[{'name':'CRM Teamspace','label':'CRM Teamspace',"
                "'label_zh':'CRM 团队空间','items':[",
                true);
    assert_menu(seller,
                "{'folder':'F','label':'F','label_zh':'F','items':[{'api_name':'Papers',"
                "'label':'Papers','label_zh':'文件'}]}]}",
                true);
    host_ok(seller, crm4e_session_set_ui_mode(seller, CRM4E_UI_CLASSIC));
    assert_menu(seller, "'ui':'classic'", true);
    host_ok(seller, crm4e_session_set_ui_mode(seller, CRM4E_UI_NEXTGEN));
    menu_after = menu(seller);
    org_after = exported(h);
    assert_string_equal(menu_after, menu_before);
    assert_string_equal(org_after, org_before);
    free(menu_before);
    free(menu_after);
    free(org_before);
    free(org_after);
    crm4e_session_close(seller);
}

static void run_chart(crm4e_session *session)
{
    crm4e_chart *chart = NULL;

    host_ok(session, crm4e_chart_open(&chart, session, "Leads", "By company"));
    host_ok(session, crm4e_chart_run(chart));
    assert_int_equal(crm4e_chart_buckets(chart), 1);
    crm4e_chart_free(chart);
}

static void charts_in_both(void **state)
{
    host *h = *state;
    crm4e_session *seller;
    crm4e_record *lead = NULL;

    host_apply(h, people);
    host_apply(h, "{'charts': [{'name': 'By company', 'module': 'Leads', 'group_by': ['Company'],"
                  " 'measures': ['count']}]}");
    seller = host_session(h, SELLER);
    host_ok(seller, crm4e_record_new(&lead, seller, "Leads"));
    host_ok(seller, crm4e_record_set_text(lead, "Last_Name", "Li", CRM4E_NUL_TERMINATED));
    host_ok(seller, crm4e_record_set_text(lead, "Company", "Tower", CRM4E_NUL_TERMINATED));
    host_ok(seller, crm4e_record_save(lead));
    crm4e_record_free(lead);
    run_chart(seller);
    host_ok(seller, crm4e_session_set_ui_mode(seller, CRM4E_UI_CLASSIC));
    run_chart(seller);
    host_ok(seller, crm4e_session_set_ui_mode(seller, CRM4E_UI_NEXTGEN));
    run_chart(seller);
    crm4e_session_close(seller);
}

/* Switched off, everybody has the classic menu without anything of a team. */
static void switched_off(void **state)
{
    host *h = *state;
    char *before, *after;

    host_apply(h, people);
    make(h->admin, "Sales");
    host_ok(h->admin, crm4e_tab_group_place(h->admin, "Sales", "Papers", -1));
    before = menu(h->admin);
    host_apply(h, "{'org': {'crm4e': false}}");
    assert_menu(h->admin, "{'name':'Sales','label':'Sales','label_zh':'Sales','modules':[]}", true);
    assert_menu(h->admin, "'Papers'", false);
    assert_menu(h->admin, "'Legal'", false);
    assert_menu(h->admin, "'requests'", false);
    host_apply(h, "{'org': {'crm4e': true}}");
    after = menu(h->admin);
    assert_string_equal(after, before);
    free(before);
    free(after);
}

static int change_much(host *h)
{
    crm4e_session *s = h->admin;
    crm4e_tab_group_options options = CRM4E_TAB_GROUP_OPTIONS_INIT;
    int rc = crm4e_session_begin(s);

    options.name = "New";
    if (rc == CRM4E_OK)
        rc = crm4e_tab_group_create(NULL, s, &options);
    if (rc == CRM4E_OK)
        rc = crm4e_tab_group_place(s, "New", "Leads", 0);
    if (rc == CRM4E_OK)
        rc = crm4e_tab_group_show_role(s, "New", "CEO", 1);
    if (rc == CRM4E_OK)
        rc = crm4e_tab_group_take(s, "New", "Leads");
    if (rc == CRM4E_OK)
        rc = crm4e_tab_group_remove(s, "Old");
    if (rc == CRM4E_OK)
        rc = crm4e_session_set_ui_mode(s, CRM4E_UI_CLASSIC);
    if (rc == CRM4E_OK)
        return crm4e_session_commit(s);
    (void)crm4e_session_rollback(s);
    return rc;
}

static void nothing_changed(host *h)
{
    crm4e_text *text = NULL;

    host_ok(h->admin, crm4e_tab_groups_json(&text, h->admin));
    assert_non_null(strstr(crm4e_text_data(text), "\"Old\""));
    assert_null(strstr(crm4e_text_data(text), "\"New\""));
    crm4e_text_free(text);
    assert_menu(h->admin, "'ui':'nextgen'", true);
}

static void without_memory(void **state)
{
    host *h = *state;

    make(h->admin, "Old");
    host_starve(h, change_much, nothing_changed);
    assert_menu(h->admin, "'name':'New'", true);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
    const struct CMUnitTest tests[] = {
        TEST(made_and_changed),    TEST(only_who_customises), TEST(documents),
        TEST(what_is_named_stays), TEST(the_classic_menu),    TEST(there_and_back),
        TEST(charts_in_both),      TEST(switched_off),        TEST(without_memory),
    };
    return host_run("tab groups", tests, sizeof tests / sizeof tests[0]);
}
