/* SPDX-License-Identifier: MIT */
/* The five team profiles: what each sees and does, of its own and of others. */
#include "../record/record_steps.h"

#include <stdio.h>
#include <string.h>

static const char *const emails[C4_TEAM_PROFILE_COUNT + 1] = {NULL,
                                                              "lead@x.example",
                                                              "manager@x.example",
                                                              "member@x.example",
                                                              "participant@x.example",
                                                              "requester@x.example"};

/* Documents with one member of each profile, each the owner of one record. */
static void make_team(steps *s, crm4e_id ids[C4_TEAM_PROFILE_COUNT + 1])
{
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    for (c4_team_profile i = 1; i <= C4_TEAM_PROFILE_COUNT; i++) {
        char json[128];
        (void)snprintf(json, sizeof json,
                       "{'email': '%s', 'licence': 'team', 'profile': 'Team User'}", emails[i]);
        assert_ok(put_user(s, json));
        assert_ok(put_member(s, "Documents", emails[i], i));
    }
    assert_ok(put_user(s, "{'email': 'outside@x.example', 'role': 'CEO'}"));
    for (c4_team_profile i = 1; i <= C4_TEAM_PROFILE_COUNT; i++) {
        act_as(s, emails[i]);
        assert_ok(create(s, "Documents", "{'Name': 'Doc'}", &ids[i]));
    }
    act_as_admin(s);
}

/* 'a' all, 'o' own, '-' not at all. */
typedef struct matrix_row {
    crm4e_action action;
    const char *rights; /* admin, manager, member, participant, requester */
} matrix_row;

static const matrix_row matrix[] = {
    {CRM4E_ACTION_VIEW, "aaaoo"},        {CRM4E_ACTION_EDIT, "aaooo"},
    {CRM4E_ACTION_DELETE, "aaooo"},      {CRM4E_ACTION_CHANGE_OWNER, "aaoo-"},
    {CRM4E_ACTION_MASS_UPDATE, "aaoo-"}, {CRM4E_ACTION_MASS_DELETE, "aaoo-"},
    {CRM4E_ACTION_EXPORT, "aaao-"},      {CRM4E_ACTION_SHARE, "aaoo-"},
    {CRM4E_ACTION_CONVERT, "-----"},
};

static void the_matrix(void **state)
{
    steps *s = *state;
    crm4e_id ids[C4_TEAM_PROFILE_COUNT + 1] = {0};
    make_team(s, ids);
    for (size_t i = 0; i < sizeof matrix / sizeof matrix[0]; i++) {
        for (c4_team_profile p = 1; p <= C4_TEAM_PROFILE_COUNT; p++) {
            char right = matrix[i].rights[p - 1];
            act_as(s, emails[p]);
            int64_t expected = right == 'a' ? C4_TEAM_PROFILE_COUNT : right == 'o' ? 1 : -1;
            if (count_rows(s, "Documents", matrix[i].action) != expected) {
                print_error("action %u, profile %u\n", matrix[i].action, p);
            }
            assert_int_equal(count_rows(s, "Documents", matrix[i].action), expected);
            for (c4_team_profile q = 1; q <= C4_TEAM_PROFILE_COUNT; q++) {
                bool allowed = right == 'a' || (right == 'o' && p == q);
                assert_int_equal(may(s, "Documents", matrix[i].action, ids[q]) == CRM4E_OK,
                                 allowed);
            }
        }
    }
}

static void writes_follow_the_matrix(void **state)
{
    steps *s = *state;
    crm4e_id ids[C4_TEAM_PROFILE_COUNT + 1] = {0};
    /* of another's record */
    static const int codes[] = {CRM4E_OK, CRM4E_OK, CRM4E_E_DENIED, CRM4E_E_NOT_FOUND,
                                CRM4E_E_NOT_FOUND};
    make_team(s, ids);
    for (c4_team_profile p = 1; p <= C4_TEAM_PROFILE_COUNT; p++) {
        c4_team_profile other = p == 1 ? 2 : 1;
        char json[64];
        act_as(s, emails[p]);
        (void)snprintf(json, sizeof json, "{'Name': 'Doc %u'}", p);
        assert_ok(update(s, "Documents", ids[p], 0, json));
        assert_int_equal(update(s, "Documents", ids[other], 0, json), codes[p - 1]);
        assert_int_equal(remove_record(s, "Documents", ids[other], 0), codes[p - 1]);
        if (codes[p - 1] == CRM4E_OK) {
            assert_ok(restore(s, "Documents", ids[other]));
        }
        assert_ok(remove_record(s, "Documents", ids[p], 0));
        assert_ok(restore(s, "Documents", ids[p]));
    }
}

static void nobody_else_finds_anything(void **state)
{
    steps *s = *state;
    crm4e_id ids[C4_TEAM_PROFILE_COUNT + 1] = {0};
    const char *json = NULL;
    make_team(s, ids);
    assert_int_equal(count_rows(s, "Documents", CRM4E_ACTION_VIEW), C4_TEAM_PROFILE_COUNT);
    act_as(s, "outside@x.example");
    for (crm4e_action action = CRM4E_ACTION_VIEW; action <= CRM4E_ACTION_SEND_MAIL; action++) {
        assert_int_equal(count_rows(s, "Documents", action), -1);
    }
    assert_int_equal(read_json(s, "Documents", ids[1], &json), CRM4E_E_NOT_FOUND);
    assert_string_equal(s->org.error.message, "no such module");
    assert_false(c4_access_module_visible(&s->org.unit, module_of(s, "Documents")));
    act_as(s, emails[CRM4E_TEAM_REQUESTER]);
    assert_false(c4_access_module_visible(&s->org.unit, module_of(s, "Documents")));
    act_as(s, emails[CRM4E_TEAM_PARTICIPANT]);
    assert_true(c4_access_module_visible(&s->org.unit, module_of(s, "Documents")));
    act_as_admin(s);
    assert_ok(put_org(s, "{'crm4e': false}"));
    assert_int_equal(count_rows(s, "Documents", CRM4E_ACTION_VIEW), C4_TEAM_PROFILE_COUNT);
    act_as(s, emails[CRM4E_TEAM_ADMIN]);
    assert_int_equal(count_rows(s, "Documents", CRM4E_ACTION_VIEW), -1);
    assert_false(c4_access_module_visible(&s->org.unit, module_of(s, "Documents")));
}

/* A requester follows his request when somebody else owns it; a participant
 * does not. */
static void requests_are_followed(void **state)
{
    steps *s = *state;
    crm4e_id ids[C4_TEAM_PROFILE_COUNT + 1] = {0};
    make_team(s, ids);
    assert_ok(change_owner(s, "Documents", ids[CRM4E_TEAM_REQUESTER], emails[1]));
    assert_ok(change_owner(s, "Documents", ids[CRM4E_TEAM_PARTICIPANT], emails[1]));
    act_as(s, emails[CRM4E_TEAM_REQUESTER]);
    assert_int_equal(count_rows(s, "Documents", CRM4E_ACTION_VIEW), 1);
    assert_ok(update(s, "Documents", ids[CRM4E_TEAM_REQUESTER], 0, "{'Name': 'Mine'}"));
    act_as(s, emails[CRM4E_TEAM_PARTICIPANT]);
    assert_int_equal(count_rows(s, "Documents", CRM4E_ACTION_VIEW), 0);
    assert_int_equal(update(s, "Documents", ids[CRM4E_TEAM_PARTICIPANT], 0, "{'Name': 'Mine'}"),
                     CRM4E_E_NOT_FOUND);
    act_as_admin(s);
    assert_refused(s, change_owner(s, "Documents", ids[1], "outside@x.example"), CRM4E_E_INVALID,
                   "owner");
    assert_ok(change_owner(s, "Documents", ids[1], ORG_ADMIN));
}

static void profiles_are_narrowed(void **state)
{
    steps *s = *state;
    crm4e_id ids[C4_TEAM_PROFILE_COUNT + 1] = {0};
    const char *text = NULL;
    make_team(s, ids);
    assert_ok(put_module(s, "{'api_name': 'Documents', 'permissions': {"
                            "'manager': {'actions': ['view', 'create'], 'fields':"
                            " {'Email': 'hidden', 'Secondary_Email': 'read_only'}}}}"));
    act_as(s, emails[CRM4E_TEAM_MANAGER]);
    assert_refused(s, update(s, "Documents", ids[2], 0, "{'Name': 'x'}"), CRM4E_E_DENIED,
                   "module_permission");
    assert_refused(s, create(s, "Documents", "{'Name': 'x', 'Email': 'a@b'}", NULL), CRM4E_E_DENIED,
                   "field_permission");
    assert_refused(s, create(s, "Documents", "{'Name': 'x', 'Secondary_Email': 'a@b'}", NULL),
                   CRM4E_E_DENIED, "field_permission");
    assert_int_equal(read_text(s, "Documents", ids[2], "Email", &text), CRM4E_E_DENIED);
    assert_ok(read_text(s, "Documents", ids[2], "Secondary_Email", &text));
    act_as(s, emails[CRM4E_TEAM_MEMBER]);
    assert_ok(create(s, "Documents", "{'Name': 'x', 'Email': 'a@b'}", NULL));
}

static bool asks(steps *s, c4_team_profile profile)
{
    act_as(s, emails[profile]);
    bool asked = c4_access_requests(&s->org.unit, module_of(s, "Documents"));
    act_as_admin(s);
    return asked;
}

/* To whom the module is a place to send requests. */
static void only_requesters_send_requests(void **state)
{
    steps *s = *state;
    crm4e_id ids[C4_TEAM_PROFILE_COUNT + 1] = {0};
    make_team(s, ids);
    for (c4_team_profile i = 1; i <= C4_TEAM_PROFILE_COUNT; i++) {
        assert_int_equal(asks(s, i), i == CRM4E_TEAM_REQUESTER);
    }
    act_as(s, "outside@x.example");
    assert_false(c4_access_requests(&s->org.unit, module_of(s, "Documents")));
    assert_false(c4_access_requests(&s->org.unit, module_of(s, "Leads")));
    act_as_admin(s);
    assert_ok(put_module(s, "{'api_name': 'Documents', 'hidden': true}"));
    assert_false(asks(s, CRM4E_TEAM_REQUESTER));
    assert_ok(put_module(s, "{'api_name': 'Documents', 'hidden': false}"));
    assert_true(asks(s, CRM4E_TEAM_REQUESTER));
    assert_ok(put_org(s, "{'crm4e': false}"));
    assert_false(asks(s, CRM4E_TEAM_REQUESTER));
    assert_ok(put_org(s, "{'crm4e': true}"));
    assert_ok(put_module(s, "{'api_name': 'Documents', 'permissions': {'requester': {'actions':"
                            " ['create']}}}"));
    assert_false(asks(s, CRM4E_TEAM_REQUESTER));
}

static void who_is_among_some(void **state)
{
    steps *s = *state;
    crm4e_id ids[C4_TEAM_PROFILE_COUNT + 1] = {0};
    bool among = true;
    make_team(s, ids);
    const c4_subject some[] = {
        {CRM4E_SUBJECT_USER, user_of(s, emails[1])->id},
        {CRM4E_SUBJECT_USER, user_of(s, emails[2])->id},
    };
    act_as(s, emails[2]);
    assert_ok(c4_access_is_among(&s->org.unit, some, 0, &among));
    assert_false(among);
    assert_ok(c4_access_is_among(&s->org.unit, some, 1, &among));
    assert_false(among);
    assert_ok(c4_access_is_among(&s->org.unit, some, 2, &among));
    assert_true(among);
    act_as(s, emails[1]);
    assert_ok(c4_access_is_among(&s->org.unit, some, 2, &among));
    assert_true(among);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_matrix, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(writes_follow_the_matrix, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(nobody_else_finds_anything, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(requests_are_followed, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(only_requesters_send_requests, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(who_is_among_some, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(profiles_are_narrowed, steps_setup, steps_teardown),
    };
    return steps_run("team", tests, sizeof tests / sizeof tests[0]);
}
