/* SPDX-License-Identifier: MIT */
/* Roles, profiles, groups and sharing rules by calls: what they say, what they
 * refuse, and that a list sees them at once. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"

#define assert_ok(rc) assert_int_equal(rc, CRM4E_OK)

static const char all[] = "select Last_Name from Leads";

/* Compares and frees. */
static void assert_text(int rc, crm4e_text **text, const char *expected)
{
    assert_ok(rc);
    assert_string_equal(crm4e_text_data(*text), expected);
    crm4e_text_free(*text);
}

static void roles(void **state)
{
    fixture *f = *state;
    crm4e_session *ana = f->own.session;
    crm4e_role_options role = CRM4E_ROLE_OPTIONS_INIT;
    crm4e_text *text = NULL;
    crm4e_id id = 0, found = 0;

    role.name = "North";
    role.parent = "Manager";
    assert_ok(crm4e_role_create(&id, ana, &role));
    assert_int_equal(crm4e_role_create(&id, ana, &role), CRM4E_E_CONFLICT);
    assert_ok(crm4e_role_find(ana, "north", &found));
    assert_true(found == id);
    role = (crm4e_role_options)CRM4E_ROLE_OPTIONS_INIT;
    role.name = "North";
    role.new_name = "Northwest";
    role.share_with_peers = 1;
    assert_ok(crm4e_role_update(ana, &role));
    assert_int_equal(crm4e_role_update(ana, &role), CRM4E_E_NOT_FOUND);
    assert_text(crm4e_role_json(&text, ana, "Northwest"), &text,
                "{\"name\":\"Northwest\",\"parent\":\"Manager\",\"share_with_peers\":true}");
    role.name = "Northwest";
    role.new_name = NULL;
    role.share_with_peers = 3;
    assert_int_equal(crm4e_role_update(ana, &role), CRM4E_E_INVALID);
    role.share_with_peers = 2;
    role.parent = "CEO";
    assert_ok(crm4e_role_update(ana, &role));
    role.name = "CEO";
    role.parent = "Northwest";
    assert_int_equal(crm4e_role_update(ana, &role), CRM4E_E_CYCLE);
    role.new_name = "Boss";
    assert_int_equal(crm4e_role_create(NULL, ana, &role), CRM4E_E_INVALID);
    assert_ok(crm4e_roles_json(&text, ana));
    assert_ptr_equal(strstr(crm4e_text_data(text), "[{\"name\":\"CEO\","), crm4e_text_data(text));
    crm4e_text_free(text);
    assert_int_equal(crm4e_role_remove(ana, "CEO"), CRM4E_E_CONFLICT);
    assert_ok(crm4e_role_remove(ana, "Northwest"));
    assert_int_equal(crm4e_role_remove(ana, "Northwest"), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_role_json(&text, ana, "Northwest"), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_role_find(ana, "Northwest", &found), CRM4E_E_NOT_FOUND);
}

static void profiles(void **state)
{
    fixture *f = *state;
    crm4e_session *ana = f->own.session;
    crm4e_session *bob = NULL;
    crm4e_user_options user = CRM4E_USER_OPTIONS_INIT;
    crm4e_text *text = NULL;

    user.email = BOB;
    user.profile = "Clerk";
    assert_ok(crm4e_profile_create(ana, "Clerk", "Standard"));
    assert_int_equal(crm4e_profile_create(ana, "clerk", "Standard"), CRM4E_E_CONFLICT);
    assert_int_equal(crm4e_profile_create(ana, "Cook", "Nobody"), CRM4E_E_NOT_FOUND);
    assert_ok(crm4e_user_update(ana, &user));
    assert_ok(crm4e_session_open(&bob, f->own.org, BOB));
    assert_int_equal(fixture_lead(bob, "Bob's", NULL), CRM4E_OK);
    assert_ok(crm4e_profile_allow_action(ana, "Clerk", "Leads", CRM4E_ACTION_CREATE, 0));
    assert_int_equal(fixture_lead(bob, "Bob's", NULL), CRM4E_E_DENIED);
    assert_ok(crm4e_profile_set_field(ana, "Clerk", "Leads", "Company", CRM4E_PERMISSION_HIDDEN));
    assert_int_equal(fixture_count(bob, "select Company from Leads"), CRM4E_E_DENIED);
    assert_ok(
        crm4e_profile_set_field(ana, "Clerk", "Leads", "Company", CRM4E_PERMISSION_READ_WRITE));
    assert_true(fixture_count(bob, "select Company from Leads") >= 1);
    assert_ok(crm4e_profile_json(&text, bob, "Clerk"));
    assert_non_null(strstr(crm4e_text_data(text), "\"admin\":[]"));
    crm4e_text_free(text);
    assert_int_equal(crm4e_profile_json(&text, bob, "Standard"), CRM4E_E_DENIED);
    assert_int_equal(crm4e_profiles_json(&text, bob), CRM4E_E_DENIED);
    assert_int_equal(crm4e_profile_allow(bob, "Clerk", CRM4E_ADMIN_IMPORT, 1), CRM4E_E_DENIED);
    assert_ok(crm4e_profile_allow(ana, "Clerk", CRM4E_ADMIN_MANAGE_PROFILES, 1));
    assert_int_equal(crm4e_profile_allow(bob, "Clerk", CRM4E_ADMIN_IMPORT, 1), CRM4E_E_DENIED);
    assert_ok(crm4e_profiles_json(&text, bob));
    crm4e_text_free(text);
    assert_int_equal(crm4e_profile_allow(ana, "Clerk", 12, 1), CRM4E_E_INVALID);
    assert_int_equal(crm4e_profile_allow(ana, "Clerk", 0, 1), CRM4E_E_INVALID);
    assert_int_equal(crm4e_profile_allow(ana, "Clerk", CRM4E_ADMIN_IMPORT, 2), CRM4E_E_INVALID);
    assert_int_equal(crm4e_profile_allow_action(ana, "Clerk", "Leads", 14, 1), CRM4E_E_INVALID);
    assert_int_equal(crm4e_profile_set_field(ana, "Clerk", "Leads", "Company", 4), CRM4E_E_INVALID);
    assert_int_equal(crm4e_profile_remove(ana, "Clerk"), CRM4E_E_CONFLICT);
    assert_ok(crm4e_profile_rename(ana, "Clerk", "Helper"));
    user.profile = "Standard";
    assert_ok(crm4e_user_update(ana, &user));
    assert_ok(crm4e_profile_remove(ana, "Helper"));
    assert_int_equal(crm4e_profile_remove(ana, "Helper"), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_profile_rename(ana, "Helper", "Cook"), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_profile_json(&text, ana, "Helper"), CRM4E_E_NOT_FOUND);
    crm4e_session_close(bob);
}

static void groups(void **state)
{
    fixture *f = *state;
    crm4e_session *ana = f->own.session;
    crm4e_group_options group = CRM4E_GROUP_OPTIONS_INIT;
    crm4e_text *text = NULL;
    crm4e_id choir = 0, found = 0;

    group.name = "Choir";
    group.description = "Who sings";
    assert_ok(crm4e_group_create(&choir, ana, &group));
    assert_int_equal(crm4e_group_create(NULL, ana, &group), CRM4E_E_CONFLICT);
    assert_ok(crm4e_group_add(ana, "Choir", CRM4E_SUBJECT_USER, f->own.user));
    assert_ok(crm4e_group_add(ana, "Choir", CRM4E_SUBJECT_USER, f->own.user));
    assert_int_equal(crm4e_group_add(ana, "Choir", 5, f->own.user), CRM4E_E_INVALID);
    assert_int_equal(crm4e_group_add(ana, "Band", CRM4E_SUBJECT_USER, f->own.user),
                     CRM4E_E_NOT_FOUND);
    assert_ok(crm4e_group_add(ana, "Bobs", CRM4E_SUBJECT_GROUP, choir));
    assert_text(crm4e_group_json(&text, ana, "choir"), &text,
                "{\"name\":\"Choir\",\"description\":\"Who sings\",\"sources\":[{\"user\":\"" BOB
                "\"}]}");
    assert_int_equal(crm4e_group_remove(ana, "Choir"), CRM4E_E_CONFLICT);
    assert_ok(crm4e_group_take(ana, "Bobs", CRM4E_SUBJECT_GROUP, choir));
    assert_int_equal(crm4e_group_take(ana, "Bobs", CRM4E_SUBJECT_GROUP, choir), CRM4E_E_NOT_FOUND);
    group.new_name = "Band";
    group.description = "";
    assert_ok(crm4e_group_update(ana, &group));
    assert_int_equal(crm4e_group_update(ana, &group), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_group_create(NULL, ana, &group), CRM4E_E_INVALID);
    assert_ok(crm4e_group_find(ana, "Band", &found));
    assert_true(found == choir);
    assert_ok(crm4e_group_remove(ana, "Band"));
    assert_int_equal(crm4e_group_remove(ana, "Band"), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_group_find(ana, "Band", &found), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_group_json(&text, ana, "Band"), CRM4E_E_NOT_FOUND);
    assert_text(crm4e_groups_json(&text, ana), &text,
                "[{\"name\":\"Spare\",\"description\":\"\",\"sources\":[]},"
                "{\"name\":\"Bobs\",\"description\":\"\",\"sources\":[{\"user\":\"" BOB "\"}]}]");
}

/* Somebody in no group, with a role of his own. */
static crm4e_session *add_carl(fixture *f, crm4e_id *id)
{
    crm4e_session *carl = NULL;

    assert_ok(fixture_user(f->own.session, "carl@acme.example", NULL, id));
    assert_ok(crm4e_session_open(&carl, f->own.org, "carl@acme.example"));
    return carl;
}

static void sharing_rules(void **state)
{
    fixture *f = *state;
    crm4e_id carl_id = 0, ana_id = crm4e_session_user(f->own.session);
    crm4e_session *carl = add_carl(f, &carl_id);
    crm4e_sharing_rule *rule = NULL;
    crm4e_text *text = NULL;

    assert_int_equal(fixture_count(carl, all), 0);
    assert_ok(crm4e_sharing_rule_new(&rule, f->own.leads, "To Carl"));
    assert_int_equal(crm4e_sharing_rule_save(rule), CRM4E_E_INVALID);
    assert_ok(crm4e_sharing_rule_from(rule, CRM4E_SUBJECT_USER, ana_id));
    assert_int_equal(crm4e_sharing_rule_from(rule, CRM4E_SUBJECT_USER, ana_id), CRM4E_E_CONFLICT);
    assert_int_equal(crm4e_sharing_rule_from(rule, 9, ana_id), CRM4E_E_INVALID);
    assert_int_equal(crm4e_sharing_rule_when(rule, "Company is null"), CRM4E_E_INVALID);
    assert_int_equal(crm4e_sharing_rule_save(rule), CRM4E_E_INVALID);
    assert_ok(crm4e_sharing_rule_to(rule, CRM4E_SUBJECT_USER, carl_id));
    assert_int_equal(crm4e_sharing_rule_permission(rule, CRM4E_LEVEL_FULL_ACCESS), CRM4E_E_INVALID);
    assert_int_equal(crm4e_sharing_rule_permission(rule, 0), CRM4E_E_INVALID);
    assert_int_equal(crm4e_sharing_rule_superiors(rule, 2), CRM4E_E_INVALID);
    assert_int_equal(crm4e_sharing_rule_replace(rule), CRM4E_E_NOT_FOUND);
    assert_ok(crm4e_sharing_rule_save(rule));
    assert_int_equal(fixture_count(carl, all), 2);
    assert_int_equal(crm4e_sharing_rule_save(rule), CRM4E_E_CONFLICT);
    assert_ok(crm4e_sharing_rule_permission(rule, CRM4E_LEVEL_READ_WRITE));
    assert_ok(crm4e_sharing_rule_superiors(rule, 1));
    assert_ok(crm4e_sharing_rule_replace(rule));
    crm4e_sharing_rule_free(rule);
    assert_ok(crm4e_sharing_rule_activate(f->own.leads, "to carl", 0));
    assert_int_equal(fixture_count(carl, all), 0);
    assert_int_equal(crm4e_sharing_rule_activate(f->own.leads, "To Carl", 2), CRM4E_E_INVALID);
    assert_int_equal(crm4e_sharing_rule_activate(f->own.leads, "To Dora", 1), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_sharing_rule_activate(f->own.module, "To Carl", 1), CRM4E_E_UNSUPPORTED);
    assert_text(crm4e_sharing_rules_json(&text, f->own.leads), &text,
                "[{\"module\":\"Leads\",\"name\":\"Spare\",\"active\":true,"
                "\"when\":\"Company = 'Nowhere'\",\"to\":[{\"user\":\"" BOB "\"}],"
                "\"level\":\"read_only\",\"superiors\":false},"
                "{\"module\":\"Leads\",\"name\":\"To Carl\",\"active\":false,"
                "\"from\":[{\"user\":\"" ANA "\"}],\"to\":[{\"user\":\"carl@acme.example\"}],"
                "\"level\":\"read_write\",\"superiors\":true}]");
    assert_ok(crm4e_sharing_rule_activate(f->own.leads, "To Carl", 1));
    assert_int_equal(fixture_count(carl, all), 2);
    assert_ok(crm4e_sharing_rule_remove(f->own.leads, "To Carl"));
    assert_int_equal(fixture_count(carl, all), 0);
    assert_int_equal(crm4e_sharing_rule_remove(f->own.leads, "To Carl"), CRM4E_E_NOT_FOUND);
    crm4e_session_close(carl);
}

static void criteria(void **state)
{
    /* another for each user, day or holder of a role */
    static const char *const moving[] = {"Owner = ${CURRENTUSER}", "Owner = ${ROLE:'CEO'}",
                                         "not Owner in (${ROLE:'CEO'})", "Created_Time < ${TODAY}"};
    fixture *f = *state;
    crm4e_session *ana = f->own.session;
    crm4e_id carl_id = 0;
    crm4e_session *carl = add_carl(f, &carl_id);
    crm4e_sharing_rule *rule = NULL;

    assert_int_equal(crm4e_sharing_rule_new(&rule, f->own.module, "R"), CRM4E_E_UNSUPPORTED);
    assert_ok(crm4e_sharing_rule_new(&rule, f->own.leads, "R"));
    assert_ok(crm4e_sharing_rule_to(rule, CRM4E_SUBJECT_USER, carl_id));
    assert_int_equal(crm4e_sharing_rule_when(rule, "Company ="), CRM4E_E_INVALID);
    assert_ok(crm4e_sharing_rule_when(rule, "Colour = 'red'"));
    assert_int_equal(crm4e_sharing_rule_from(rule, CRM4E_SUBJECT_USER, carl_id), CRM4E_E_INVALID);
    assert_int_equal(crm4e_sharing_rule_save(rule), CRM4E_E_INVALID);
    for (size_t i = 0; i < sizeof moving / sizeof moving[0]; i++) {
        assert_ok(crm4e_sharing_rule_when(rule, moving[i]));
        unchanged_mark(&f->watch);
        assert_int_equal(crm4e_sharing_rule_save(rule), CRM4E_E_INVALID);
        assert_string_equal(crm4e_error_field(crm4e_session_error(ana)), "when");
        assert_null(unchanged_rows_problem(&f->watch));
    }
    assert_int_equal(fixture_count(carl, all), 0);
    assert_ok(crm4e_sharing_rule_when(rule, "Last_Name = 'One'"));
    assert_ok(crm4e_sharing_rule_save(rule));
    assert_int_equal(fixture_count(carl, all), 1);
    crm4e_sharing_rule_free(rule);
    assert_int_equal(crm4e_module_remove_field(f->own.leads, "Last_Name"), CRM4E_E_DENIED);
    crm4e_session_close(carl);
}

static void defaults_and_team_permissions(void **state)
{
    fixture *f = *state;
    crm4e_id carl_id = 0;
    crm4e_session *carl = add_carl(f, &carl_id);
    crm4e_module *leads = NULL, *documents = NULL;
    crm4e_text *text = NULL;

    assert_int_equal(crm4e_module_set_org_default(f->own.leads, 5), CRM4E_E_INVALID);
    assert_int_equal(crm4e_module_set_org_default(f->own.module, CRM4E_SHARE_READ_ONLY),
                     CRM4E_E_INVALID);
    assert_ok(crm4e_module_open(&leads, carl, "Leads"));
    assert_int_equal(crm4e_module_set_org_default(leads, CRM4E_SHARE_READ_ONLY), CRM4E_E_DENIED);
    assert_int_equal(crm4e_sharing_rules_json(&text, leads), CRM4E_E_DENIED);
    assert_int_equal(crm4e_sharing_rule_activate(leads, "Spare", 0), CRM4E_E_DENIED);
    assert_ok(crm4e_module_set_org_default(f->own.leads, CRM4E_SHARE_READ_ONLY));
    assert_int_equal(fixture_count(carl, all), 2);
    assert_ok(crm4e_module_set_org_default(f->own.leads, CRM4E_SHARE_PRIVATE));
    assert_int_equal(fixture_count(carl, all), 0);
    assert_ok(crm4e_module_add_member(f->own.module, carl_id, CRM4E_TEAM_MEMBER));
    assert_int_equal(fixture_count(carl, "select Title from Documents"), 0);
    assert_ok(
        crm4e_module_set_field(f->own.module, CRM4E_TEAM_MEMBER, "Title", CRM4E_PERMISSION_HIDDEN));
    assert_int_equal(fixture_count(carl, "select Title from Documents"), CRM4E_E_DENIED);
    assert_ok(crm4e_module_allow_action(f->own.module, CRM4E_TEAM_MEMBER, CRM4E_ACTION_VIEW, 0));
    assert_int_equal(fixture_count(carl, "select id from Documents"), CRM4E_E_NOT_FOUND);
    assert_ok(crm4e_module_allow_action(f->own.module, CRM4E_TEAM_MEMBER, CRM4E_ACTION_VIEW, 1));
    assert_int_equal(fixture_count(carl, "select id from Documents"), 0);
    assert_ok(crm4e_module_open(&documents, carl, "Documents"));
    assert_int_equal(
        crm4e_module_allow_action(documents, CRM4E_TEAM_MEMBER, CRM4E_ACTION_EXPORT, 0),
        CRM4E_E_DENIED);
    assert_int_equal(crm4e_module_allow_action(f->own.leads, CRM4E_TEAM_MEMBER, 1, 0),
                     CRM4E_E_UNSUPPORTED);
    assert_int_equal(crm4e_module_allow_action(f->own.module, 6, 1, 0), CRM4E_E_INVALID);
    assert_int_equal(crm4e_module_allow_action(f->own.module, 3, 0, 0), CRM4E_E_INVALID);
    assert_int_equal(crm4e_module_allow_action(f->own.module, 3, 1, 2), CRM4E_E_INVALID);
    assert_int_equal(
        crm4e_module_allow_action(f->own.module, CRM4E_TEAM_REQUESTER, CRM4E_ACTION_EXPORT, 1),
        CRM4E_E_INVALID);
    assert_int_equal(crm4e_module_set_field(f->own.module, 3, "Nix", 1), CRM4E_E_NOT_FOUND);
    assert_int_equal(crm4e_module_set_field(f->own.module, 3, "Title", 0), CRM4E_E_INVALID);
    crm4e_session_close(carl);
}

/* A rule made, stopped and started within one transaction, by one who is no
 * administrator; and a role that one call makes and the next finds. */
static void changes_build_on_each_other_in_a_transaction(void **state)
{
    fixture *f = *state;
    crm4e_session *bob = NULL;
    crm4e_id bob_id = f->own.user, carl_id = 0;
    crm4e_session *carl = add_carl(f, &carl_id);
    crm4e_user_options user = CRM4E_USER_OPTIONS_INIT;
    crm4e_sharing_rule *rule = NULL;
    crm4e_module *leads = NULL;
    crm4e_role_options role = CRM4E_ROLE_OPTIONS_INIT;

    assert_ok(crm4e_sharing_rule_remove(f->own.leads, "Spare"));
    assert_ok(crm4e_profile_create(f->own.session, "Sharer", "Standard"));
    assert_ok(crm4e_profile_allow(f->own.session, "Sharer", CRM4E_ADMIN_MANAGE_DATA_SHARING, 1));
    user.email = BOB;
    user.profile = "Sharer";
    assert_ok(crm4e_user_update(f->own.session, &user));
    assert_ok(crm4e_session_open(&bob, f->own.org, BOB));
    assert_ok(fixture_lead(bob, "Bob's", NULL));
    assert_int_equal(fixture_count(carl, all), 0);
    assert_ok(crm4e_module_open(&leads, bob, "Leads"));
    assert_ok(crm4e_session_begin(bob));
    assert_ok(crm4e_sharing_rule_new(&rule, leads, "R"));
    assert_ok(crm4e_sharing_rule_from(rule, CRM4E_SUBJECT_USER, bob_id));
    assert_ok(crm4e_sharing_rule_to(rule, CRM4E_SUBJECT_USER, carl_id));
    assert_ok(crm4e_sharing_rule_save(rule));
    assert_int_equal(crm4e_sharing_rule_save(rule), CRM4E_E_CONFLICT);
    assert_ok(crm4e_sharing_rule_activate(leads, "R", 0));
    assert_ok(crm4e_sharing_rule_activate(leads, "R", 1));
    assert_int_equal(fixture_count(bob, all), 1);
    assert_ok(crm4e_session_commit(bob));
    assert_int_equal(fixture_count(carl, all), 1);
    crm4e_session_close(bob);
    assert_ok(crm4e_session_begin(f->own.session));
    role.name = "Early";
    assert_ok(crm4e_role_create(NULL, f->own.session, &role));
    role.new_name = "Late";
    assert_ok(crm4e_role_update(f->own.session, &role));
    assert_ok(crm4e_role_remove(f->own.session, "Late"));
    assert_ok(crm4e_sharing_rule_remove(f->own.leads, "R"));
    assert_ok(crm4e_session_rollback(f->own.session));
    assert_int_equal(fixture_count(carl, all), 1);
    crm4e_session_close(carl);
}

static void a_list_goes_by_what_the_transaction_changed(void **state)
{
    fixture *f = *state;
    crm4e_session *ana = f->own.session;
    crm4e_field_options field = CRM4E_FIELD_OPTIONS_INIT;

    assert_ok(crm4e_session_begin(ana));
    field.api_name = "Colour";
    field.type = CRM4E_TYPE_TEXT;
    assert_ok(crm4e_module_add_field(f->own.leads, &field));
    assert_int_equal(fixture_count(ana, "select Colour from Leads"), 2);
    assert_ok(crm4e_session_rollback(ana));
    assert_int_equal(fixture_count(ana, "select Colour from Leads"), CRM4E_E_INVALID);
}

int main(void)
{
#define MEMORY(name)                                                                               \
    {                                                                                              \
#name " in memory", name, fixture_in_memory, fixture_teardown, NULL                        \
    }
#define SQLITE(name)                                                                               \
    {                                                                                              \
#name " in SQLite", name, fixture_in_sqlite, fixture_teardown, NULL                        \
    }
#define BOTH(name) MEMORY(name), SQLITE(name)
    const struct CMUnitTest tests[] = {
        BOTH(roles),
        BOTH(profiles),
        BOTH(groups),
        BOTH(sharing_rules),
        BOTH(criteria),
        BOTH(defaults_and_team_permissions),
        BOTH(changes_build_on_each_other_in_a_transaction),
        BOTH(a_list_goes_by_what_the_transaction_changed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
