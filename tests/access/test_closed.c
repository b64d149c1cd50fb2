/* SPDX-License-Identifier: MIT */
/* What stays closed also when the rows in storage say what no call writes. */
#include "sharing_steps.h"

#include <stdio.h>
#include <string.h>

#include "model/schema.h"
#include "model/standard.h"

#define CLERK "clerk@x.example"

#define VIEW CRM4E_ACTION_VIEW
#define EDIT CRM4E_ACTION_EDIT

static void make_clerk(steps *s)
{
    assert_ok(put_user(s, "{'email': 'clerk@x.example', 'role': 'Manager'}"));
}

/* Writes one column and reads the org again. */
static void set(steps *s, c4_table_id table, crm4e_id id, uint32_t column, int64_t value)
{
    const crm4e_value written = c4_integer(value);

    assert_ok(c4_db_update(&s->org.db, &c4_tables[table], id, &column, &written, 1));
    c4_unit_meta_changed(&s->org.unit);
    assert_ok(c4_unit_refresh(&s->org.unit));
}

static void archived_modules(void **state)
{
    steps *s = *state;
    make_clerk(s);
    assert_ok(put_module(s, "{'api_name': 'Leads', 'org_default': 'public_read_write'}"));
    const c4_module *leads = module_of(s, "Leads");
    set(s, C4_TABLE_MODULE, leads->number, C4_MODULE_FLAGS, leads->flags | C4_MODULE_ARCHIVED);
    assert_int_equal(count_rows(s, "Leads", VIEW), 0);
    assert_int_equal(count_rows(s, "Leads", CRM4E_ACTION_EXPORT), 0);
    assert_int_equal(count_rows(s, "Leads", EDIT), -1);
    assert_int_equal(count_rows(s, "Leads", CRM4E_ACTION_CREATE), -1);
    assert_false(c4_access_module_visible(&s->org.unit, module_of(s, "Leads")));
    act_as(s, CLERK);
    assert_int_equal(count_rows(s, "Leads", VIEW), -1);
    assert_false(c4_access_module_visible(&s->org.unit, module_of(s, "Leads")));
}

static void a_team_licence_views(void **state)
{
    steps *s = *state;
    make_clerk(s);
    set(s, C4_TABLE_USER, user_of(s, CLERK)->id, C4_USER_LICENCE, CRM4E_LICENCE_TEAM);
    act_as(s, CLERK);
    assert_int_equal(count_rows(s, "Leads", VIEW), 0);
    assert_int_equal(count_rows(s, "Leads", EDIT), -1);
    assert_int_equal(count_rows(s, "Leads", CRM4E_ACTION_EXPORT), -1);
}

static void nothing_without_view(void **state)
{
    steps *s = *state;
    make_clerk(s);
    assert_ok(put_profile(s, "{'name': 'Odd', 'clone_of': 'Standard', 'modules':"
                             " {'Leads': ['edit', 'create', 'delete']}}"));
    assert_ok(put_user(s, "{'email': 'clerk@x.example', 'profile': 'Odd'}"));
    act_as(s, CLERK);
    assert_int_equal(count_rows(s, "Leads", EDIT), -1);
    assert_int_equal(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", NULL),
                     CRM4E_E_NOT_FOUND);
    assert_false(c4_access_module_visible(&s->org.unit, module_of(s, "Leads")));
}

static void what_is_shown(void **state)
{
    steps *s = *state;
    make_clerk(s);
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    assert_ok(put_member(s, "Documents", CLERK, CRM4E_TEAM_MEMBER));
    act_as(s, CLERK);
    assert_true(c4_access_module_visible(&s->org.unit, module_of(s, "Documents")));
    act_as_admin(s);
    assert_ok(put_module(s, "{'api_name': 'Documents', 'permissions':"
                            " {'member': {'actions': ['create']}}}"));
    act_as(s, CLERK);
    assert_false(c4_access_module_visible(&s->org.unit, module_of(s, "Documents")));
    assert_true(c4_access_module_visible(&s->org.unit, module_of(s, "Leads")));
    act_as_admin(s);
    assert_ok(put_user(s, "{'email': 'clerk@x.example', 'status': 'inactive'}"));
    act_as(s, CLERK);
    assert_false(c4_access_module_visible(&s->org.unit, module_of(s, "Leads")));
}

/* A note that claims to hang on a note is not opened by it. */
static void notes_on_notes(void **state)
{
    steps *s = *state;
    crm4e_id account = 0;
    crm4e_id notes[2] = {0, 0};
    char json[96];
    make_clerk(s);
    const c4_module *module = module_of(s, "Notes");
    const c4_field *parent = field_of(s, "Notes", "Parent_Id");
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A'}", &account));
    (void)snprintf(json, sizeof json, "{'Note_Content': 'c', 'Parent_Id': 'Accounts:%lld'}",
                   (long long)account);
    for (size_t i = 0; i < 2; i++) {
        assert_ok(create(s, "Notes", json, &notes[i]));
    }
    const crm4e_value owner = c4_integer(user_of(s, CLERK)->id);
    const uint32_t owner_column = C4_COLUMN_OWNER;
    const uint32_t columns[] = {parent->column, parent->key_column};
    const crm4e_value values[] = {c4_integer(notes[0]), c4_integer(module->number)};
    assert_ok(c4_db_update(&s->org.db, &module->table, notes[0], &owner_column, &owner, 1));
    assert_ok(c4_db_update(&s->org.db, &module->table, notes[1], columns, values, 2));
    assert_reach(s, CLERK, "Notes", notes, "f-");
}

static const char *refused_module;
static const char *refused_field;

static int32_t authorise(void *user, const crm4e_question *question)
{
    bool refuses = strcmp(question->module, refused_module) == 0 &&
                   (refused_field != NULL
                        ? question->field != NULL && strcmp(question->field, refused_field) == 0
                        : question->field == NULL && question->record == 0);

    (void)user;
    return refuses ? CRM4E_DENY : CRM4E_PASSTHROUGH;
}

static void what_the_host_closes(void **state)
{
    steps *s = *state;
    crm4e_id account = 0;
    crm4e_id note = 0;
    char json[96];
    c4_scope scope;
    make_clerk(s);
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A', 'Owner': 'clerk@x.example'}", &account));
    (void)snprintf(json, sizeof json, "{'Note_Content': 'c', 'Parent_Id': 'Accounts:%lld'}",
                   (long long)account);
    assert_ok(create(s, "Notes", json, &note));
    assert_reach(s, CLERK, "Notes", &note, "f");
    s->org.env.auth = (crm4e_auth){.struct_size = sizeof(crm4e_auth), .authorise = authorise};
    refused_module = "Accounts";
    refused_field = NULL;
    assert_reach(s, CLERK, "Notes", &note, "-");
    refused_field = "Industry";
    act_as(s, CLERK);
    assert_ok(c4_access_module(&s->org.unit, "Accounts", VIEW, &scope));
    assert_false(can_read(&scope, field_of(s, "Accounts", "Industry")));
    assert_true(can_read(&scope, field_of(s, "Accounts", "Website")));
    s->org.unit.asked = NULL;
    s->org.env.auth = (crm4e_auth){0};
}

/* With nobody acting, as while an org is made, nobody's own profile is in the way. */
static void the_last_administrators_profile(void **state)
{
    steps *s = *state;
    assert_ok(put_profile(s, "{'name': 'Admins', 'clone_of': 'Administrator'}"));
    assert_ok(put_user(s, "{'email': 'second@x.example', 'profile': 'Administrator'}"));
    act_as(s, "second@x.example");
    assert_ok(put_user(s, "{'email': '" ORG_ADMIN "', 'profile': 'Admins'}"));
    act_as_admin(s);
    assert_ok(put_user(s, "{'email': 'second@x.example', 'profile': 'Standard'}"));
    s->org.unit.actor = NULL;
    assert_refused(s, put_profile(s, "{'name': 'Admins', 'admin': ['import']}"), CRM4E_E_DENIED,
                   "last_administrator");
    act_as_admin(s);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define CLOSED_TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
        CLOSED_TEST(archived_modules),
        CLOSED_TEST(a_team_licence_views),
        CLOSED_TEST(nothing_without_view),
        CLOSED_TEST(what_is_shown),
        CLOSED_TEST(notes_on_notes),
        CLOSED_TEST(what_the_host_closes),
        CLOSED_TEST(the_last_administrators_profile),
    };
    return steps_run("closed", tests, sizeof tests / sizeof tests[0]);
}
