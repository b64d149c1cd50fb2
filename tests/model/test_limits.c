/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/schema.h"
#include "support/org_fixture.h"

static void begin(org_fixture *f)
{
    assert_int_equal(org_begin(f, CRM4E_TRANSACTION_WRITE), CRM4E_OK);
}

/* Straight into the row, as if the org had been bought like this. */
static void set_edition(org_fixture *f, c4_edition edition, int64_t licences)
{
    static const uint32_t columns[] = {C4_ORG_EDITION, C4_ORG_CRM_LICENCES};
    const crm4e_value values[] = {c4_integer(edition), c4_integer(licences)};

    assert_int_equal(c4_db_update(&f->db, &c4_tables[C4_TABLE_ORG], f->org, columns, values, 2),
                     CRM4E_OK);
    c4_unit_meta_changed(&f->unit);
    assert_int_equal(c4_unit_refresh(&f->unit), CRM4E_OK);
}

static int64_t limit_of(org_fixture *f, c4_limit limit)
{
    int64_t value = -1;

    assert_int_equal(c4_limit_of(&f->unit, limit, &value), CRM4E_OK);
    return value;
}

enum {
    EDITIONS = 7
};
#define NONE INT64_MAX

/* Model, section 1; with 10 CRM and 50 Team User licences. */
static const struct {
    c4_limit limit;
    int64_t values[EDITIONS]; /* free .. ultimate, Zoho One, CRM Plus */
} expected[] = {
    {C4_LIMIT_TEAM_MODULES, {0, 10, 20, NONE, NONE, NONE, NONE}},
    {C4_LIMIT_CUSTOM_MODULES, {0, 10, 25, NONE, NONE, NONE, NONE}},
    {C4_LIMIT_MODULE_POOL, {NONE, NONE, NONE, 45, 100, 45, 100}},
    {C4_LIMIT_TEAM_MODULE_FIELDS, {0, 25, 50, 300, 500, 300, 500}},
    {C4_LIMIT_ORG_MODULE_FIELDS, {0, 10, 155, 300, 500, 300, 500}},
    {C4_LIMIT_TEAM_MODULE_LOOKUPS, {0, 1, NONE, NONE, NONE, NONE, NONE}},
    {C4_LIMIT_TEAM_MODULE_FILES, {0, 1, NONE, NONE, NONE, NONE, NONE}},
    {C4_LIMIT_TEAM_SPACES, {0, 5, 10, 25, 25, 25, 25}},
    {C4_LIMIT_SPACE_FOLDERS, {0, 50, 50, 50, 50, 50, 50}},
    {C4_LIMIT_MODULE_USERS, {0, 2000, 2000, 2000, 2000, 2000, 2000}},
    {C4_LIMIT_MODULE_ADMINS, {0, 5, 5, 5, 5, 5, 5}},
    {C4_LIMIT_WORKFLOWS, {0, 500, 1000, 2500, 2500, 2500, 2500}},
    {C4_LIMIT_MODULE_WORKFLOWS, {0, 25, 50, 125, 125, 125, 125}},
    {C4_LIMIT_ACTIVE_WORKFLOWS, {0, 15, 30, 75, 75, 75, 75}},
    {C4_LIMIT_CRM_USERS, {3, 10, 10, 10, 10, 10, 10}},
    {C4_LIMIT_TEAM_USERS, {0, 50, 50, 50, 50, 50, 50}},
    {C4_LIMIT_CURRENCIES, {0, 5, 10, 25, 50, 25, 50}},
    {C4_LIMIT_USER_GROUPS, {1000, 1000, 1000, 1000, 1000, 1000, 1000}},
    {C4_LIMIT_SHARING_RULES, {1000, 1000, 1000, 1000, 1000, 1000, 1000}},
};

static void test_every_limit_of_every_edition(void **state)
{
    org_fixture *f = *state;

    assert_int_equal(sizeof expected / sizeof expected[0], C4_LIMIT_END - 1);
    begin(f);
    for (c4_edition edition = 1; edition <= EDITIONS; edition++) {
        set_edition(f, edition, 10);
        for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
            assert_int_equal(limit_of(f, expected[i].limit), expected[i].values[edition - 1]);
        }
    }
    org_rollback(f);
}

static void test_pool_grows_with_licences(void **state)
{
    static const struct {
        c4_edition edition;
        int64_t licences;
        int64_t pool;
    } cases[] = {
        {CRM4E_EDITION_ENTERPRISE, 0, 25},        {CRM4E_EDITION_ENTERPRISE, 1, 27},
        {CRM4E_EDITION_ENTERPRISE, 87, 199},      {CRM4E_EDITION_ENTERPRISE, 88, 200},
        {CRM4E_EDITION_ENTERPRISE, 1000, 200},    {CRM4E_EDITION_ENTERPRISE, INT64_MAX, 200},
        {CRM4E_EDITION_ULTIMATE, 0, 50},          {CRM4E_EDITION_ULTIMATE, 89, 495},
        {CRM4E_EDITION_ULTIMATE, 90, 500},        {CRM4E_EDITION_ULTIMATE, 91, 500},
        {CRM4E_EDITION_ULTIMATE, INT64_MAX, 500},
    };
    org_fixture *f = *state;

    begin(f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set_edition(f, cases[i].edition, cases[i].licences);
        assert_int_equal(limit_of(f, C4_LIMIT_MODULE_POOL), cases[i].pool);
    }
    org_rollback(f);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(c4_limit_name(C4_LIMIT_TEAM_MODULES), "team_modules");
    assert_string_equal(c4_limit_name(C4_LIMIT_MODULE_POOL), "modules_in_pool");
    for (int i = 1; i < C4_LIMIT_END; i++) {
        assert_non_null(c4_limit_name((c4_limit)i));
    }
    assert_null(c4_limit_name((c4_limit)0));
    assert_null(c4_limit_name(C4_LIMIT_END));
}

static void check_refusal(org_fixture *f, c4_limit limit, int64_t most, int64_t used,
                          const char *message)
{
    assert_string_equal(f->error.message, message);
    assert_string_equal(f->error.rule, c4_limit_name(limit));
    assert_int_equal(f->error.limit, most);
    assert_int_equal(f->error.current, used);
}

static void test_last_one_fits(void **state)
{
    org_fixture *f = *state;

    begin(f);
    set_edition(f, CRM4E_EDITION_STANDARD, 10);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, 1), CRM4E_OK);
    }
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, 1), CRM4E_E_LIMIT);
    check_refusal(f, C4_LIMIT_TEAM_SPACES, 5, 5, "team spaces: 5 of 5 used (edition standard)");
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, -1), CRM4E_OK);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, 2), CRM4E_E_LIMIT);
    check_refusal(f, C4_LIMIT_TEAM_SPACES, 5, 4, "team spaces: 4 of 5 used (edition standard)");
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, 1), CRM4E_OK);
    org_rollback(f);
}

static void test_use_is_kept(void **state)
{
    org_fixture *f = *state;

    begin(f);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, 25), CRM4E_OK);
    assert_int_equal(org_commit(f), CRM4E_OK);
    begin(f);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, 1), CRM4E_E_LIMIT);
    org_rollback(f);
    begin(f);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, -5), CRM4E_OK);
    org_rollback(f);
    begin(f);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, 1), CRM4E_E_LIMIT);
    org_rollback(f);
}

static void test_scopes_are_apart(void **state)
{
    org_fixture *f = *state;

    begin(f);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_MODULE_ADMINS, 1000, 5), CRM4E_OK);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_MODULE_ADMINS, 1001, 5), CRM4E_OK);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_MODULE_ADMINS, 1000, 1), CRM4E_E_LIMIT);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_MODULE_USERS, 1000, 5), CRM4E_OK);
    org_rollback(f);
}

static void test_amounts_at_the_edge(void **state)
{
    org_fixture *f = *state;

    begin(f);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_MODULES, 0, INT64_MAX), CRM4E_OK);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_MODULES, 0, 1), CRM4E_E_LIMIT);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_MODULES, 0, INT64_MIN), CRM4E_OK);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_MODULES, 0, 1), CRM4E_OK);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_MODULES, 0, 0), CRM4E_OK);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, -3), CRM4E_OK);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, 25), CRM4E_OK);
    org_rollback(f);
}

/* What is over the limit stays; only more is refused. */
static void test_downgrade(void **state)
{
    org_fixture *f = *state;

    begin(f);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, 20), CRM4E_OK);
    set_edition(f, CRM4E_EDITION_STANDARD, 10);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, 1), CRM4E_E_LIMIT);
    check_refusal(f, C4_LIMIT_TEAM_SPACES, 5, 20, "team spaces: 20 of 5 used (edition standard)");
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, -1), CRM4E_OK);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, 1), CRM4E_E_LIMIT);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, -15), CRM4E_OK);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, 1), CRM4E_OK);
    org_rollback(f);
}

static void test_modules_share_the_pool(void **state)
{
    org_fixture *f = *state;

    begin(f);
    set_edition(f, CRM4E_EDITION_ENTERPRISE, 1);
    assert_int_equal(c4_limit_take_module(&f->unit, true, 20), CRM4E_OK);
    assert_int_equal(c4_limit_take_module(&f->unit, false, 7), CRM4E_OK);
    assert_int_equal(c4_limit_take_module(&f->unit, true, 1), CRM4E_E_LIMIT);
    check_refusal(f, C4_LIMIT_MODULE_POOL, 27, 27,
                  "modules in pool: 27 of 27 used (edition enterprise)");
    assert_int_equal(c4_limit_take_module(&f->unit, false, 1), CRM4E_E_LIMIT);
    assert_int_equal(c4_limit_take_module(&f->unit, true, -1), CRM4E_OK);
    assert_int_equal(c4_limit_take_module(&f->unit, false, 1), CRM4E_OK);
    org_rollback(f);
}

/* The smaller editions count each kind for itself, and know what was used. */
static void test_modules_after_a_downgrade(void **state)
{
    org_fixture *f = *state;

    begin(f);
    assert_int_equal(c4_limit_take_module(&f->unit, true, 12), CRM4E_OK);
    assert_int_equal(c4_limit_take_module(&f->unit, false, 3), CRM4E_OK);
    set_edition(f, CRM4E_EDITION_STANDARD, 10);
    assert_int_equal(c4_limit_take_module(&f->unit, true, 1), CRM4E_E_LIMIT);
    check_refusal(f, C4_LIMIT_TEAM_MODULES, 10, 12,
                  "team modules: 12 of 10 used (edition standard)");
    assert_int_equal(c4_limit_take_module(&f->unit, false, 7), CRM4E_OK);
    assert_int_equal(c4_limit_take_module(&f->unit, false, 1), CRM4E_E_LIMIT);
    set_edition(f, CRM4E_EDITION_FREE, 3);
    assert_int_equal(c4_limit_take_module(&f->unit, true, 1), CRM4E_E_LIMIT);
    assert_int_equal(c4_limit_take_module(&f->unit, true, -12), CRM4E_OK);
    assert_int_equal(c4_limit_take_module(&f->unit, true, 1), CRM4E_E_LIMIT);
    org_rollback(f);
}

typedef struct host_licence {
    int32_t answer;
    int64_t limit;
    int asked;
    char name[64];
    int64_t offered;
    crm4e_id org;
} host_licence;

static int32_t answer_limit(void *user, crm4e_id org, const char *name, int64_t *limit)
{
    host_licence *host = user;

    host->asked++;
    host->org = org;
    host->offered = *limit;
    (void)strncpy(host->name, name, sizeof host->name - 1);
    *limit = host->limit;
    return host->answer;
}

static int32_t answer_feature(void *user, crm4e_id org, const char *name, int32_t *granted)
{
    host_licence *host = user;

    host->asked++;
    host->org = org;
    host->offered = *granted;
    (void)strncpy(host->name, name, sizeof host->name - 1);
    *granted = (int32_t)host->limit;
    return host->answer;
}

static bool has_interactions(org_fixture *f)
{
    bool granted = false;

    assert_int_equal(c4_feature_of(&f->unit, C4_FEATURE_INTERACTIONS, &granted), CRM4E_OK);
    return granted;
}

/* Model, section 1. */
static void test_every_feature_of_every_edition(void **state)
{
    static const bool interactions[EDITIONS] = {false, false, false, true, true, true, true};
    org_fixture *f = *state;

    begin(f);
    for (c4_edition edition = 1; edition <= EDITIONS; edition++) {
        set_edition(f, edition, 10);
        assert_int_equal(has_interactions(f), interactions[edition - 1]);
    }
    assert_string_equal(c4_feature_name(C4_FEATURE_INTERACTIONS), "interactions");
    assert_null(c4_feature_name((c4_feature)0));
    assert_null(c4_feature_name(C4_FEATURE_END));
    org_rollback(f);
}

static void test_host_grants_features(void **state)
{
    static const struct {
        int32_t answer;
        int64_t granted;
    } nonsense[] = {{CRM4E_CONTINUE, 2}, {CRM4E_CONTINUE, -1}, {0, 1}, {CRM4E_DENY, 0}, {-4, 1}};
    org_fixture *f = *state;
    host_licence host = {.answer = CRM4E_CONTINUE, .limit = 0};
    bool granted = false;

    f->env.license = (crm4e_license){sizeof f->env.license, &host, answer_limit, answer_feature};
    begin(f);
    assert_false(has_interactions(f));
    assert_string_equal(host.name, "interactions");
    assert_int_equal(host.offered, 1);
    assert_int_equal(host.org, f->org);
    host.answer = CRM4E_PASSTHROUGH;
    assert_true(has_interactions(f));
    set_edition(f, CRM4E_EDITION_FREE, 3);
    assert_false(has_interactions(f));
    host.answer = CRM4E_CONTINUE;
    host.limit = 1;
    assert_true(has_interactions(f));
    for (size_t i = 0; i < sizeof nonsense / sizeof nonsense[0]; i++) {
        host.answer = nonsense[i].answer;
        host.limit = nonsense[i].granted;
        assert_int_equal(c4_feature_of(&f->unit, C4_FEATURE_INTERACTIONS, &granted),
                         CRM4E_E_CALLBACK);
    }
    org_rollback(f);
}

static void test_host_moves_limits(void **state)
{
    org_fixture *f = *state;
    host_licence host = {.answer = CRM4E_CONTINUE, .limit = 3};

    f->env.license = (crm4e_license){sizeof f->env.license, &host, answer_limit, answer_feature};
    begin(f);
    assert_int_equal(limit_of(f, C4_LIMIT_TEAM_SPACES), 3);
    assert_string_equal(host.name, "team_spaces");
    assert_int_equal(host.offered, 25);
    assert_int_equal(host.org, f->org);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, 3), CRM4E_OK);
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, 1), CRM4E_E_LIMIT);
    host.answer = CRM4E_PASSTHROUGH;
    assert_int_equal(limit_of(f, C4_LIMIT_TEAM_SPACES), 25);
    host.answer = CRM4E_CONTINUE;
    host.limit = INT64_MAX;
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, 1000), CRM4E_OK);
    host.asked = 0;
    assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, -1), CRM4E_OK);
    assert_int_equal(host.asked, 0);
    org_rollback(f);
}

static void test_host_breaks_the_contract(void **state)
{
    static const struct {
        int32_t answer;
        int64_t limit;
    } cases[] = {{CRM4E_CONTINUE, -1}, {0, 5}, {CRM4E_DENY, 5}, {77, 5}, {-4, 5}};
    org_fixture *f = *state;
    host_licence host = {0};

    f->env.license = (crm4e_license){sizeof f->env.license, &host, answer_limit, answer_feature};
    begin(f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t value = 0;
        host.answer = cases[i].answer;
        host.limit = cases[i].limit;
        assert_int_equal(c4_limit_of(&f->unit, C4_LIMIT_TEAM_SPACES, &value), CRM4E_E_CALLBACK);
        assert_int_equal(c4_limit_take(&f->unit, C4_LIMIT_TEAM_SPACES, 0, 1), CRM4E_E_CALLBACK);
    }
    org_rollback(f);
}

static void test_memory_fails(void **state)
{
    org_fixture *f = *state;
    bool hit = true;

    for (size_t n = 1; hit; n++) {
        int rc;
        begin(f);
        fail_alloc_arm(&f->alloc, n, false);
        rc = c4_limit_take_module(&f->unit, true, 1);
        hit = fail_alloc_hit(&f->alloc);
        fail_alloc_arm(&f->alloc, 0, false);
        assert_int_equal(rc, hit ? CRM4E_E_NO_MEMORY : CRM4E_OK);
        org_rollback(f);
    }
}

#define ON_ORG(test) cmocka_unit_test_setup_teardown(test, org_setup, org_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        ON_ORG(test_every_limit_of_every_edition),
        ON_ORG(test_pool_grows_with_licences),
        ON_ORG(test_last_one_fits),
        ON_ORG(test_use_is_kept),
        ON_ORG(test_scopes_are_apart),
        ON_ORG(test_amounts_at_the_edge),
        ON_ORG(test_downgrade),
        ON_ORG(test_modules_share_the_pool),
        ON_ORG(test_modules_after_a_downgrade),
        ON_ORG(test_every_feature_of_every_edition),
        ON_ORG(test_host_grants_features),
        ON_ORG(test_host_moves_limits),
        ON_ORG(test_host_breaks_the_contract),
        ON_ORG(test_memory_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
