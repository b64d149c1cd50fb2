/* SPDX-License-Identifier: MIT */
#include "manage_steps.h"

static void settings_change(void **state)
{
    steps *s = *state;
    assert_ok(put_org(s, "{'edition': 'ultimate', 'crm_licences': 70, 'team_licences': 0,"
                         " 'locale': 'zh-CN', 'time_zone': 'Asia/Shanghai', 'currency': 'CNY',"
                         " 'fiscal_month': 4, 'ui_mode': 'classic', 'hierarchy': 'reporting_to',"
                         " 'crm4e': false}"));
    const c4_org_info *org = &meta_of(s)->org;
    assert_int_equal(org->edition, CRM4E_EDITION_ULTIMATE);
    assert_true(org->crm_licences == 70);
    assert_true(org->team_licences == 0);
    assert_string_equal(org->locale, "zh-CN");
    assert_string_equal(org->zone, "Asia/Shanghai");
    assert_string_equal(org->currency, "CNY");
    assert_int_equal(org->fiscal_month, 4);
    assert_int_equal(org->ui_mode, CRM4E_UI_CLASSIC);
    assert_int_equal(org->hierarchy, CRM4E_HIERARCHY_REPORTING_TO);
    assert_false(org->crm4e_enabled);
    assert_ok(put_org(s, "{}"));
    assert_ok(put_org(s, "{'crm4e': true}"));
    assert_true(meta_of(s)->org.crm4e_enabled);
    assert_int_equal(meta_of(s)->org.edition, CRM4E_EDITION_ULTIMATE);
}

static void values_are_checked(void **state)
{
    steps *s = *state;
    static const struct {
        const char *json;
        const char *rule;
    } cases[] = {
        {"{'edition': 'gold'}", "word"},
        {"{'edition': 4}", "type"},
        {"{'crm_licences': -1}", "range"},
        {"{'crm_licences': 1.5}", "type"},
        {"{'crm_licences': '5'}", "type"},
        {"{'team_licences': 99999999999999999999}", "type"},
        {"{'fiscal_month': 0}", "range"},
        {"{'fiscal_month': 13}", "range"},
        {"{'locale': 'english'}", "locale"},
        {"{'time_zone': '+08:00'}", "time_zone"},
        {"{'currency': 'yen'}", "currency"},
        {"{'ui_mode': 'old'}", "word"},
        {"{'hierarchy': 'flat'}", "word"},
        {"{'crm4e': 'on'}", "type"},
        {"{'name': 'Other'}", "unknown_member"},
        {"{'locale': null}", "type"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(s, put_org(s, cases[i].json), CRM4E_E_INVALID, cases[i].rule);
    }
}

/* What a program, not JSON, may give. */
static void numbers_are_checked(void **state)
{
    steps *s = *state;
    static const c4_org_change cases[] = {
        {.edition = 99, .crm_licences = -1, .team_licences = -1},
        {.ui_mode = 99, .crm_licences = -1, .team_licences = -1},
        {.hierarchy = 99, .crm_licences = -1, .team_licences = -1},
        {.fiscal_month = 13, .crm_licences = -1, .team_licences = -1},
        {.fiscal_month = -1, .crm_licences = -1, .team_licences = -1},
        {.crm4e = 3, .crm_licences = -1, .team_licences = -1},
        {.crm_licences = -2, .team_licences = -1},
        {.crm_licences = -1, .team_licences = INT64_MIN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(c4_org_change_put(&s->org.unit, &cases[i]), CRM4E_E_INVALID);
    }
}

static void only_system_administrators(void **state)
{
    steps *s = *state;
    assert_ok(put_profile(s, "{'name': 'Almost', 'clone_of': 'Standard', 'admin': ['customise',"
                             " 'manage_users', 'manage_profiles', 'manage_roles']}"));
    assert_ok(put_user(s, "{'email': 'a@x.example', 'profile': 'Almost'}"));
    act_as(s, "a@x.example");
    assert_refused(s, put_org(s, "{'crm_licences': 1000}"), CRM4E_E_DENIED, "system_administrator");
}

/* A smaller edition keeps what there is and refuses more. */
static void a_downgrade_loses_nothing(void **state)
{
    steps *s = *state;
    assert_ok(put_module(s, "{'api_name': 'Docs', 'team': true}"));
    assert_ok(put_field(s, "Docs", "{'api_name': 'Fee', 'type': 'currency'}"));
    assert_ok(put_space(s, "{'name': 'Legal', 'folders': ['A']}"));
    assert_ok(put_org(s, "{'edition': 'free', 'crm_licences': 3}"));
    assert_refused(s, put_module(s, "{'api_name': 'More', 'team': true}"), CRM4E_E_LIMIT,
                   "team_modules");
    assert_refused(s, put_field(s, "Docs", "{'api_name': 'More', 'type': 'text'}"), CRM4E_E_LIMIT,
                   "fields_per_team_module");
    assert_refused(s, put_space(s, "{'name': 'Legal', 'folders': ['A', 'B']}"), CRM4E_E_LIMIT,
                   "folders_per_team_space");
    assert_ok(put_module(s, "{'api_name': 'Docs', 'plural': 'Papers'}"));
    assert_ok(put_field(s, "Docs", "{'api_name': 'Fee', 'label': 'Cost'}"));
    assert_ok(put_space(s, "{'name': 'Legal', 'modules': ['Docs']}"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
    const struct CMUnitTest tests[] = {
        TEST(settings_change),           TEST(values_are_checked),
        TEST(numbers_are_checked),       TEST(only_system_administrators),
        TEST(a_downgrade_loses_nothing),
    };
    return steps_run("org", tests, sizeof tests / sizeof tests[0]);
}
