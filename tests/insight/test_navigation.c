/* SPDX-License-Identifier: MIT */
/* What users find in their menus. */
#include "../model/manage_steps.h"

#include "base/json.h"
#include "insight/navigation.h"

#include <stdio.h>
#include <string.h>

static char *menu;
static c4_json_document document;

static const c4_json *open_menu(steps *s, const char *email)
{
    c4_buffer out;
    size_t length = 0;
    act_as(s, email);
    c4_json_free(&document);
    c4_free(&s->org.env.mem, menu);
    c4_buffer_init(&out, &s->org.env.mem, 1 << 20);
    assert_ok(c4_navigation_to_json(&s->org.unit, &out));
    menu = c4_buffer_take(&out, &length);
    assert_non_null(menu);
    assert_ok(c4_json_parse(&document, &s->org.env.mem, menu, length, 1 << 20));
    act_as_admin(s);
    return document.root;
}

static void close_menu(steps *s)
{
    c4_json_free(&document);
    c4_free(&s->org.env.mem, menu);
    menu = NULL;
    document = (c4_json_document){0};
}

static void put_items(c4_buffer *out, const c4_json *items)
{
    for (size_t i = 0; i < c4_json_count(items); i++) {
        const c4_json *item = c4_json_item(items, i);
        const c4_json *folder = c4_json_member(item, "folder");
        if (i > 0)
            c4_buffer_char(out, ' ');
        if (folder == NULL) {
            c4_buffer_text(out, c4_json_text(c4_json_member(item, "api_name"), NULL));
            continue;
        }
        c4_buffer_text(out, c4_json_text(folder, NULL));
        c4_buffer_char(out, '(');
        put_items(out, c4_json_member(item, "items"));
        c4_buffer_char(out, ')');
    }
}

/* "Legal[Deals Contracts(Cases)]" of all spaces but the first. */
static const char *own_spaces(steps *s, const c4_json *root)
{
    static char text[4096];
    const c4_json *spaces = c4_json_member(root, "spaces");
    c4_buffer out;
    c4_buffer_init(&out, &s->org.env.mem, sizeof text - 1);
    for (size_t i = 1; i < c4_json_count(spaces); i++) {
        const c4_json *space = c4_json_item(spaces, i);
        c4_buffer_text(&out, c4_json_text(c4_json_member(space, "name"), NULL));
        c4_buffer_char(&out, '[');
        put_items(&out, c4_json_member(space, "items"));
        c4_buffer_char(&out, ']');
    }
    (void)snprintf(text, sizeof text, "%s", c4_buffer_c_str(&out));
    c4_buffer_free(&out);
    return text;
}

static bool lists(const c4_json *modules, const char *name)
{
    bool found = false;
    for (size_t i = 0; i < c4_json_count(modules); i++)
        found = found ||
                strcmp(c4_json_text(c4_json_member(c4_json_item(modules, i), "api_name"), NULL),
                       name) == 0;
    return found;
}

static const c4_json *default_items(const c4_json *root)
{
    const c4_json *space = c4_json_item(c4_json_member(root, "spaces"), 0);
    assert_string_equal(c4_json_text(c4_json_member(space, "name"), NULL), "CRM Teamspace");
    return c4_json_member(space, "items");
}

static const char *word(const c4_json *object, const char *key)
{
    return c4_json_text(c4_json_member(object, key), NULL);
}

static void make_world(steps *s)
{
    assert_ok(put_profile(s, "{'name': 'NoDeals', 'clone_of': 'Standard',"
                             " 'modules': {'Deals': []}}"));
    assert_ok(put_user(s, "{'email': 'a@x.example', 'profile': 'Standard'}"));
    assert_ok(put_user(s, "{'email': 'n@x.example', 'profile': 'NoDeals'}"));
    assert_ok(put_module(s, "{'api_name': 'Papers', 'team': true}"));
    assert_ok(put_module(s, "{'api_name': 'Helpdesk', 'team': true}"));
    assert_ok(put_member(s, "Papers", "a@x.example", CRM4E_TEAM_MEMBER));
    assert_ok(put_member(s, "Helpdesk", "a@x.example", CRM4E_TEAM_REQUESTER));
    assert_ok(put_space(s, "{'name': 'Legal', 'folders': ['Contracts', 'Empty', 'Closed'],"
                           " 'modules': ['Deals', {'module': 'Papers', 'folder': 'Contracts'},"
                           " {'module': 'Leads', 'folder': 'Contracts'},"
                           " {'module': 'Helpdesk', 'folder': 'Closed'}],"
                           " 'members': ['a@x.example', 'n@x.example']}"));
}

static void nextgen(void **state)
{
    steps *s = *state;
    make_world(s);
    const c4_json *root = open_menu(s, "a@x.example");
    assert_string_equal(word(root, "ui"), "nextgen");
    assert_true(lists(default_items(root), "Deals"));
    assert_true(lists(default_items(root), "Papers"));
    assert_false(lists(default_items(root), "Helpdesk"));
    assert_false(lists(default_items(root), "Notes"));
    assert_int_equal(c4_json_count(c4_json_member(root, "requests")), 1);
    const c4_json *request = c4_json_item(c4_json_member(root, "requests"), 0);
    assert_string_equal(word(request, "api_name"), "Helpdesk");
    assert_string_equal(own_spaces(s, root),
                        "Legal[Deals Contracts(Papers Leads) Empty() Closed()]");
    assert_null(c4_json_member(root, "modules"));
    root = open_menu(s, "n@x.example");
    assert_false(lists(default_items(root), "Deals"));
    assert_false(lists(default_items(root), "Papers"));
    assert_string_equal(own_spaces(s, root), "Legal[Contracts(Leads) Empty() Closed()]");
    assert_int_equal(c4_json_count(c4_json_member(root, "requests")), 0);
    /* who made the space is in it, others are not */
    assert_ok(put_user(s, "{'email': 'b@x.example', 'profile': 'Standard'}"));
    root = open_menu(s, "b@x.example");
    assert_string_equal(own_spaces(s, root), "");
    close_menu(s);
}

static void classic_and_back(void **state)
{
    steps *s = *state;
    make_world(s);
    assert_ok(put_user(s, "{'email': 'a@x.example', 'ui_mode': 'classic'}"));
    const c4_json *root = open_menu(s, "a@x.example");
    assert_string_equal(word(root, "ui"), "classic");
    assert_null(c4_json_member(root, "spaces"));
    assert_null(c4_json_member(root, "requests"));
    const c4_json *groups = c4_json_member(root, "tab_groups");
    assert_int_equal(c4_json_count(groups), 1);
    assert_string_equal(word(c4_json_item(groups, 0), "name"), "All Tabs");
    assert_non_null(word(c4_json_item(groups, 0), "label_zh"));
    const c4_json *modules = c4_json_member(c4_json_item(groups, 0), "modules");
    assert_true(lists(modules, "Leads"));
    assert_true(lists(modules, "Papers"));
    assert_false(lists(modules, "Helpdesk"));
    assert_string_equal(word(c4_json_item(modules, 0), "label"), "Leads");
    assert_non_null(word(c4_json_item(modules, 0), "label_zh"));
    assert_ok(put_user(s, "{'email': 'a@x.example', 'ui_mode': 'nextgen'}"));
    root = open_menu(s, "a@x.example");
    assert_string_equal(own_spaces(s, root),
                        "Legal[Deals Contracts(Papers Leads) Empty() Closed()]");
    close_menu(s);
}

static void without_crm4e(void **state)
{
    steps *s = *state;
    make_world(s);
    assert_ok(put_org(s, "{'crm4e': false}"));
    static const char *const users[] = {"a@x.example", ORG_ADMIN};
    for (size_t i = 0; i < 2; i++) {
        const c4_json *root = open_menu(s, users[i]);
        assert_string_equal(word(root, "ui"), "classic");
        assert_null(c4_json_member(root, "spaces"));
        assert_null(c4_json_member(root, "requests"));
        const c4_json *all = c4_json_item(c4_json_member(root, "tab_groups"), 0);
        assert_true(lists(c4_json_member(all, "modules"), "Deals"));
        assert_false(lists(c4_json_member(all, "modules"), "Papers"));
    }
    close_menu(s);
}

static void without_a_licence(void **state)
{
    steps *s = *state;
    c4_buffer out;
    make_world(s);
    assert_ok(put_user(s, "{'email': 'a@x.example', 'status': 'inactive'}"));
    c4_buffer_init(&out, &s->org.env.mem, 4096);
    act_as(s, "a@x.example");
    assert_int_equal(c4_navigation_to_json(&s->org.unit, &out), CRM4E_E_INACTIVE);
    assert_int_equal(out.length, 0);
    c4_buffer_free(&out);
}

static int32_t refuse_deals(void *user, const crm4e_question *question)
{
    bool meant =
        strcmp(question->module, "Deals") == 0 || strcmp(question->module, "Helpdesk") == 0;

    (void)user;
    assert_int_equal(question->action, CRM4E_ACTION_VIEW);
    return meant ? CRM4E_DENY : CRM4E_PASSTHROUGH;
}

static void narrowed_by_the_host(void **state)
{
    steps *s = *state;
    make_world(s);
    s->org.env.auth.authorise = refuse_deals;
    const c4_json *root = open_menu(s, "a@x.example");
    assert_false(lists(default_items(root), "Deals"));
    assert_int_equal(c4_json_count(c4_json_member(root, "requests")), 0);
    assert_string_equal(own_spaces(s, root), "Legal[Contracts(Papers Leads) Empty() Closed()]");
    s->org.env.auth.authorise = NULL;
    close_menu(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nextgen, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(classic_and_back, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(without_crm4e, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(without_a_licence, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(narrowed_by_the_host, steps_setup, steps_teardown),
    };
    return steps_run("navigation", tests, sizeof tests / sizeof tests[0]);
}
