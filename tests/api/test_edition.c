/* SPDX-License-Identifier: MIT */
/* Which edition fits: firms of many kinds, each limit at its edge, and what is said. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"

static int setup(void **state)
{
    static fixture f;

    *state = &f;
    return fixture_start(&f, FIXTURE_MEMORY) < 0 ? -1 : 0;
}

static int teardown(void **state)
{
    return fixture_close(*state) ? 0 : -1;
}

/* What is said of the needs, until the next. */
static const char *advice(fixture *f, const crm4e_edition_needs *given)
{
    static char answer[16 * 1024];
    crm4e_edition_needs needs = *given;
    crm4e_text *text = NULL;

    needs.struct_size = sizeof needs;
    assert_int_equal(crm4e_edition_advise(&text, f->engine, &needs), CRM4E_OK);
    assert_true(crm4e_text_length(text) < sizeof answer);
    memcpy(answer, crm4e_text_data(text), crm4e_text_length(text) + 1);
    crm4e_text_free(text);
    return answer;
}

static void starts(const char *text, const char *start)
{
    if (strncmp(text, start, strlen(start)) != 0)
        fail_msg("%s: %s", start, text);
}

static void has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("%s: %s", part, text);
}

#define IS(edition) "{\"edition\":\"" edition "\""

/* The firms of the model, section 9, and their neighbours. */
static void firms(void **state)
{
    static const struct {
        crm4e_edition_needs needs;
        const char *edition;
    } cases[] = {
        {{.users = 0}, IS("free")},
        {{.users = 3}, IS("free")},     /* start-up */
        {{.users = 8}, IS("standard")}, /* estate agency */
        {{.users = 8, .custom_modules = 2, .workflow_rules = 20}, IS("standard")},
        {{.users = 8, .departments = 1}, IS("standard")},
        {{.users = 20, .departments = 8, .team_modules = 15}, IS("professional")},
        {{.users = 20, .interactions = 1}, IS("enterprise")},
        {{.users = 20, .departments = 4, .desk = 1}, IS("crm_plus")},
        {{.users = 2, .projects = 1}, IS("crm_plus")},
        {{.users = 2, .campaigns = 1}, IS("crm_plus")},
        {{.users = 200, .whole_company = 1}, IS("zoho_one")},
        {{.users = 200, .departments = 20, .desk = 1, .whole_company = 1}, IS("zoho_one")},
        {{.users = 1, .departments = 26}, "{\"edition\":null"},
        {{.users = 1, .admins_per_team_module = 6}, "{\"edition\":null"},
        {{.users = 100, .team_modules = 300, .whole_company = 1}, "{\"edition\":null"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        starts(advice(*state, &cases[i].needs), cases[i].edition);
}

#define FIELD(member) offsetof(crm4e_edition_needs, member)

/* n fits, n + 1 does not: the largest number for which the edition is advised. */
static void edges(void **state)
{
    static const struct {
        size_t member;
        int64_t most;
        const char *fits;
        const char *next;
    } cases[] = {
        {FIELD(users), 3, IS("free"), IS("standard")},
        {FIELD(team_users), 0, IS("free"), IS("standard")},
        {FIELD(team_modules), 0, IS("free"), IS("standard")},
        {FIELD(team_modules), 10, IS("standard"), IS("professional")},
        {FIELD(team_modules), 20, IS("professional"), IS("enterprise")},
        {FIELD(team_modules), 27, IS("enterprise"), IS("ultimate")}, /* 25 + 2 x 1 */
        {FIELD(team_modules), 55, IS("ultimate"), "{\"edition\":null"},
        {FIELD(custom_modules), 10, IS("standard"), IS("professional")},
        {FIELD(custom_modules), 25, IS("professional"), IS("enterprise")},
        {FIELD(fields_per_team_module), 25, IS("standard"), IS("professional")},
        {FIELD(fields_per_team_module), 50, IS("professional"), IS("enterprise")},
        {FIELD(fields_per_team_module), 300, IS("enterprise"), IS("ultimate")},
        {FIELD(fields_per_team_module), 500, IS("ultimate"), "{\"edition\":null"},
        {FIELD(fields_per_org_module), 10, IS("standard"), IS("professional")},
        {FIELD(fields_per_org_module), 155, IS("professional"), IS("enterprise")},
        {FIELD(lookup_fields_per_team_module), 1, IS("standard"), IS("professional")},
        {FIELD(users_per_team_module), 2000, IS("standard"), "{\"edition\":null"},
        {FIELD(admins_per_team_module), 5, IS("standard"), "{\"edition\":null"},
        {FIELD(team_spaces), 5, IS("standard"), IS("professional")},
        {FIELD(team_spaces), 10, IS("professional"), IS("enterprise")},
        {FIELD(team_spaces), 25, IS("enterprise"), "{\"edition\":null"},
        {FIELD(departments), 1, IS("free"), IS("standard")},
        {FIELD(departments), 10, IS("professional"), IS("enterprise")},
        {FIELD(folders_per_team_space), 50, IS("standard"), "{\"edition\":null"},
        {FIELD(workflow_rules), 500, IS("standard"), IS("professional")},
        {FIELD(workflow_rules), 2500, IS("enterprise"), "{\"edition\":null"},
        {FIELD(workflow_rules_per_module), 25, IS("standard"), IS("professional")},
        {FIELD(active_workflow_rules_per_module), 30, IS("professional"), IS("enterprise")},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm4e_edition_needs needs = {0};
        int64_t number = cases[i].most;

        memcpy((char *)&needs + cases[i].member, &number, sizeof number);
        starts(advice(*state, &needs), cases[i].fits);
        number++;
        memcpy((char *)&needs + cases[i].member, &number, sizeof number);
        starts(advice(*state, &needs), cases[i].next);
    }
}

/* Team and custom modules share the pool of the larger editions. */
static void the_pool(void **state)
{
    crm4e_edition_needs needs = {.users = 10, .team_modules = 30, .custom_modules = 15};

    starts(advice(*state, &needs), IS("enterprise")); /* 25 + 2 x 10 */
    needs.custom_modules = 16;
    starts(advice(*state, &needs), IS("ultimate"));
    has(advice(*state, &needs),
        "{\"need\":\"modules\",\"limit\":\"modules_in_pool\",\"allowed\":45,"
        "\"needed\":46}");
}

static void what_is_said(void **state)
{
    crm4e_edition_needs needs = {.users = 12, .team_spaces = 6, .interactions = 1};

    assert_string_equal(
        advice(*state, &needs),
        "{\"edition\":\"enterprise\",\"ruled_out\":["
        "{\"edition\":\"free\",\"reasons\":[{\"need\":\"interactions\"},"
        "{\"need\":\"users\",\"limit\":\"crm_licences\",\"allowed\":3,\"needed\":12},"
        "{\"need\":\"team_spaces\",\"limit\":\"team_spaces\",\"allowed\":0,\"needed\":6}]},"
        "{\"edition\":\"standard\",\"reasons\":[{\"need\":\"interactions\"},"
        "{\"need\":\"team_spaces\",\"limit\":\"team_spaces\",\"allowed\":5,\"needed\":6}]},"
        "{\"edition\":\"professional\",\"reasons\":[{\"need\":\"interactions\"}]}],"
        "\"sentence\":{\"en\":\"Enterprise is the smallest that fits: Free, Standard, Professional "
        "lack the interactions view.\","
        "\"zh\":\"企业版是满足需要的最小版本：免费版、标准版、高级版不含交互视图。\"}}");
    needs = (crm4e_edition_needs){.users = 12};
    has(advice(*state, &needs),
        "\"en\":\"Standard is the smallest that fits: Free allows 3 of 12 "
        "users.\",\"zh\":\"标准版是满足需要的最小版本：免费版只允许 3 个CRM "
        "用户，需要 12 个。\"");
    needs = (crm4e_edition_needs){.users = 1};
    has(advice(*state, &needs), "\"ruled_out\":[],\"sentence\":{\"en\":\"Free is the smallest that "
                                "fits.\"");
    needs.team_spaces = 26;
    has(advice(*state, &needs), "\"en\":\"Nothing fits: Free allows 0 of 26 team spaces;");
    has(advice(*state, &needs), "\"zh\":\"没有满足需要的版本：");
    needs = (crm4e_edition_needs){.users = 5, .desk = 1};
    has(advice(*state, &needs), "Free, Standard, Professional, Enterprise, Ultimate lack Desk.\"");
}

static void nonsense(void **state)
{
    static const crm4e_edition_needs cases[] = {
        {.users = -1},
        {.users = 1000000001},
        {.departments = INT64_MIN},
        {.team_modules = INT64_MAX},
        {.desk = 2},
        {.whole_company = -1},
        {.interactions = 3},
        {.reserved = 1},
    };
    fixture *f = *state;
    crm4e_edition_needs largest = {
        .users = 1000000000, .team_modules = 1000000000, .custom_modules = 1000000000};
    crm4e_text *text = NULL;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        crm4e_edition_needs needs = cases[i];

        needs.struct_size = sizeof needs;
        assert_int_equal(crm4e_edition_advise(&text, f->engine, &needs), CRM4E_E_INVALID);
        assert_null(text);
        assert_true(strlen(crm4e_error_message(crm4e_engine_error(f->engine))) > 0);
    }
    starts(advice(f, &largest), "{\"edition\":null");
}

/* Memory that fails at any place: nothing is handed out, nothing is lost. */
static void without_memory(void **state)
{
    fixture *f = *state;
    crm4e_edition_needs needs = {.struct_size = sizeof needs, .users = 9, .desk = 1};
    bool hit = true;

    for (size_t n = 1; hit; n++) {
        crm4e_text *text = NULL;
        int rc;

        fail_alloc_arm(&f->alloc, n, false);
        rc = crm4e_edition_advise(&text, f->engine, &needs);
        hit = fail_alloc_hit(&f->alloc);
        fail_alloc_arm(&f->alloc, 0, false);
        assert_int_equal(rc, hit ? CRM4E_E_NO_MEMORY : CRM4E_OK);
        assert_int_equal(text != NULL, !hit);
        crm4e_text_free(text);
    }
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(firms),        TEST(edges),    TEST(the_pool),
        TEST(what_is_said), TEST(nonsense), TEST(without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
