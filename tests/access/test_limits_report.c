/* SPDX-License-Identifier: MIT */
/* Who hears of whose limits. */
#include "../record/record_steps.h"

#include "insight/limits_report.h"

#include <stdio.h>
#include <string.h>

/* Documents is led by lead@x, Papers by nobody of the users below; Office has the
 * space admin host@x. keeper@x configures org modules and may not open Deals. */
static void make_org(steps *s)
{
    static const char *const users[] = {"lead@x.example", "host@x.example", "plain@x.example",
                                        "keeper@x.example"};
    char json[128];

    assert_ok(put_profile(s, "{'name': 'Keeper', 'clone_of': 'Standard', 'admin': ['customise'],"
                             " 'modules': {'Deals': []}}"));
    for (size_t i = 0; i < sizeof users / sizeof users[0]; i++) {
        (void)snprintf(json, sizeof json, "{'email': '%s'}", users[i]);
        assert_ok(put_user(s, json));
    }
    assert_ok(put_user(s, "{'email': 'keeper@x.example', 'profile': 'Keeper'}"));
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    assert_ok(put_module(s, "{'api_name': 'Papers', 'team': true}"));
    assert_ok(put_member(s, "Documents", "lead@x.example", CRM4E_TEAM_ADMIN));
    assert_ok(put_member(s, "Documents", "plain@x.example", CRM4E_TEAM_MANAGER));
    assert_ok(put_space(s, "{'name': 'Office', 'folders': ['A', 'B']}"));
    assert_ok(put_space(s, "{'name': 'Cellar'}"));
    assert_ok(put_space_member(s, "Office", "host@x.example", true));
    assert_ok(put_space_member(s, "Office", "plain@x.example", false));
}

/* The report of who acts, until the next. */
static char *report(steps *s)
{
    static char text[64 * 1024];
    c4_buffer out;

    c4_buffer_init(&out, &s->org.env.mem, sizeof text - 1);
    assert_ok(c4_limits_to_json(&s->org.unit, &out));
    memcpy(text, out.data, out.length);
    text[out.length] = '\0';
    c4_buffer_free(&out);
    return text;
}

static void check(steps *s, const char *part, bool wanted)
{
    const char *text = report(s);

    if ((strstr(text, part) != NULL) != wanted) {
        fail_msg("%s: %s", part, text);
    }
}

#define NAMED(kind, name) "\"" kind "\":\"" name "\""

static void whose_limits(void **state)
{
    static const char *const who[] = {"lead@x.example", "host@x.example", "plain@x.example",
                                      "keeper@x.example", ORG_ADMIN};
    static const struct {
        const char *part;
        const char *seen; /* by those above */
    } cases[] = {
        {"{\"name\":\"team_modules\",\"limit\":null,\"used\":2,\"left\":null}", "yyyyy"},
        {"{\"name\":\"team_spaces\",\"limit\":25,\"used\":2,\"left\":23}", "yyyyy"},
        {"\"features\":[{\"name\":\"interactions\",\"granted\":true}]}", "yyyyy"},
        {NAMED("module", "Documents"), "y---y"},
        {NAMED("module", "Papers"), "----y"},
        {NAMED("module", "Leads"), "---yy"},
        {NAMED("module", "Deals"), "----y"},
        {NAMED("space", "Office"), "-y--y"},
        {NAMED("space", "Cellar"), "----y"},
    };
    steps *s = *state;

    make_org(s);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t w = 0; w < sizeof who / sizeof who[0]; w++) {
            act_as(s, who[w]);
            check(s, cases[i].part, cases[i].seen[w] == 'y');
        }
    }
}

static void numbers_of_a_module_and_a_space(void **state)
{
    steps *s = *state;

    make_org(s);
    assert_ok(put_field(s, "Documents", "{'api_name': 'Fee', 'type': 'currency'}"));
    assert_ok(put_field(s, "Documents",
                        "{'api_name': 'Deal', 'type': 'lookup',"
                        " 'target': 'Deals'}"));
    check(s,
          "{\"name\":\"fields_per_team_module\",\"module\":\"Documents\",\"limit\":300,\"used\":2,"
          "\"left\":298}",
          true);
    check(s,
          "{\"name\":\"lookup_fields_per_team_module\",\"module\":\"Documents\",\"limit\":null,"
          "\"used\":1,\"left\":null}",
          true);
    check(s,
          "{\"name\":\"admins_per_team_module\",\"module\":\"Documents\",\"limit\":5,\"used\":2,"
          "\"left\":3}",
          true);
    check(s,
          "{\"name\":\"folders_per_team_space\",\"space\":\"Office\",\"limit\":50,\"used\":2,"
          "\"left\":48}",
          true);
    check(s, "\"fields_per_org_module\",\"module\":\"Documents\"", false);
    check(s, "\"fields_per_team_module\",\"module\":\"Leads\"", false);
    assert_ok(put_org(s, "{'edition': 'free'}"));
    check(s,
          "{\"edition\":\"free\",\"limits\":[{\"name\":\"team_modules\",\"limit\":0,\"used\":2,"
          "\"left\":0}",
          true);
    check(s, "\"granted\":false", true);
}

/* Out of use, switched off, narrowed by the host: not told to its admin. */
static int32_t no_documents(void *user, const crm4e_question *question)
{
    const int32_t *answer = user;

    return strcmp(question->module, "Documents") == 0 ? *answer : CRM4E_PASSTHROUGH;
}

static void what_is_closed_to_its_admin(void **state)
{
    int32_t answer = CRM4E_DENY;
    static const int32_t answers[] = {CRM4E_DENY, 0, -4};
    steps *s = *state;

    make_org(s);
    assert_ok(put_org(s, "{'crm4e': false}"));
    act_as(s, "lead@x.example");
    check(s, NAMED("module", "Documents"), false);
    act_as_admin(s);
    check(s, NAMED("module", "Documents"), true);
    assert_ok(put_org(s, "{'crm4e': true}"));
    assert_ok(put_module(s, "{'api_name': 'Documents', 'hidden': true}"));
    act_as(s, "lead@x.example");
    check(s, NAMED("module", "Documents"), false);
    act_as_admin(s);
    assert_ok(put_module(s, "{'api_name': 'Documents', 'hidden': false}"));
    act_as(s, "lead@x.example");
    check(s, NAMED("module", "Documents"), true);
    s->org.env.auth = (crm4e_auth){sizeof(crm4e_auth), &answer, NULL, no_documents};
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        answer = answers[i];
        s->org.unit.asked = NULL;
        check(s, NAMED("module", "Documents"), false);
        assert_int_equal(s->org.error.code, CRM4E_OK);
    }
    s->org.env.auth = (crm4e_auth){0};
}

static int32_t any_answer(void *user, crm4e_id org, const char *name, int64_t *limit)
{
    (void)org;
    (void)name;
    *limit = 7;
    return *(const int32_t *)user;
}

static int32_t any_grant(void *user, crm4e_id org, const char *name, int32_t *granted)
{
    (void)org;
    (void)name;
    *granted = 0;
    return *(const int32_t *)user;
}

static void the_host_is_asked(void **state)
{
    int32_t limit = CRM4E_CONTINUE;
    int32_t feature = CRM4E_CONTINUE;
    steps *s = *state;
    c4_buffer out;

    make_org(s);
    s->org.env.license = (crm4e_license){sizeof(crm4e_license), &limit, any_answer, any_grant};
    check(s, "\"name\":\"team_spaces\",\"limit\":7,\"used\":2,\"left\":5", true);
    check(s, "\"granted\":false", true);
    for (int i = 0; i < 2; i++) {
        s->org.env.license.limit = i == 0 ? any_answer : NULL;
        s->org.env.license.user = i == 0 ? &limit : &feature;
        limit = feature = CRM4E_DENY;
        c4_buffer_init(&out, &s->org.env.mem, 1 << 16);
        assert_int_equal(c4_limits_to_json(&s->org.unit, &out), CRM4E_E_CALLBACK);
        c4_buffer_free(&out);
    }
    s->org.env.license = (crm4e_license){0}; /* its answers are ours */
}

#define STEPS(test) cmocka_unit_test_setup_teardown(test, steps_setup, steps_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STEPS(whose_limits),
        STEPS(numbers_of_a_module_and_a_space),
        STEPS(what_is_closed_to_its_admin),
        STEPS(the_host_is_asked),
    };

    return steps_run("limits_report", tests, sizeof tests / sizeof tests[0]);
}
