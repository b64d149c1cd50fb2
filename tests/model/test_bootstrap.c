/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/schema.h"
#include "support/org_fixture.h"

static int64_t rows_of(org_fixture *f, const crm4e_table *table)
{
    crm4e_plan plan;
    int64_t count = -1;

    c4_plan_init(&plan, table);
    assert_int_equal(c4_rows_count(&f->db, &plan, &count), CRM4E_OK);
    return count;
}

static void test_org_is_as_asked(void **state)
{
    const c4_org_spec spec = {.name = "Legal 律师",
                              .edition = CRM4E_EDITION_STANDARD,
                              .crm_licences = 7,
                              .team_licences = 3,
                              .locale = "zh-CN",
                              .zone = "Asia/Shanghai",
                              .currency = "CNY",
                              .fiscal_month = 4,
                              .ui_mode = CRM4E_UI_CLASSIC,
                              .admin_email = "Ada@Example.com",
                              .admin_name = "Ada"};
    org_fixture f;
    const c4_org_info *org;
    const c4_user *user;

    (void)state;
    assert_int_equal(org_fixture_open(&f, &spec), CRM4E_OK);
    assert_int_equal(org_begin(&f, CRM4E_TRANSACTION_READ), CRM4E_OK);
    org = &f.unit.meta->org;
    assert_int_equal(org->id, f.org);
    assert_string_equal(org->name, "Legal 律师");
    assert_int_equal(org->edition, CRM4E_EDITION_STANDARD);
    assert_int_equal(org->crm_licences, 7);
    assert_int_equal(org->team_licences, 3);
    assert_string_equal(org->zone, "Asia/Shanghai");
    assert_string_equal(org->currency, "CNY");
    assert_int_equal(org->fiscal_month, 4);
    assert_int_equal(org->ui_mode, CRM4E_UI_CLASSIC);
    assert_false(org->crm4e_enabled);
    user = f.unit.actor;
    assert_non_null(user);
    assert_string_equal(user->name, "Ada");
    assert_string_equal(user->email_key, "ada@example.com");
    assert_string_equal(user->zone, "Asia/Shanghai");
    assert_ptr_equal(c4_meta_user_by_email(f.unit.meta, "ADA@example.COM"), user);
    org_rollback(&f);
    org_fixture_close(&f);
    assert_int_equal(atomic_load(&f.alloc.live), 0);
}

static void test_defaults(void **state)
{
    const c4_org_spec spec = {.name = "A", .edition = CRM4E_EDITION_FREE, .admin_email = "a@b"};
    org_fixture f;
    const c4_org_info *org;

    (void)state;
    assert_int_equal(org_fixture_open(&f, &spec), CRM4E_OK);
    assert_int_equal(org_begin(&f, CRM4E_TRANSACTION_READ), CRM4E_OK);
    org = &f.unit.meta->org;
    assert_int_equal(org->crm_licences, 3);
    assert_int_equal(org->team_licences, 0);
    assert_string_equal(org->locale, "en");
    assert_string_equal(org->zone, "UTC");
    assert_string_equal(org->currency, "USD");
    assert_int_equal(org->fiscal_month, 1);
    assert_int_equal(org->ui_mode, CRM4E_UI_NEXTGEN);
    assert_int_equal(org->hierarchy, CRM4E_HIERARCHY_ROLE);
    assert_true(org->crm4e_enabled);
    assert_string_equal(f.unit.actor->name, "a@b");
    org_rollback(&f);
    org_fixture_close(&f);
}

static void test_people(void **state)
{
    org_fixture *f = *state;
    const c4_meta *meta;
    const c4_role *ceo;
    const c4_role *manager;
    const c4_profile *profile;

    assert_int_equal(org_begin(f, CRM4E_TRANSACTION_READ), CRM4E_OK);
    meta = f->unit.meta;
    ceo = c4_meta_role_named(meta, "ceo");
    manager = c4_meta_role_named(meta, "Manager");
    assert_non_null(ceo);
    assert_non_null(manager);
    assert_true(c4_role_below(manager, ceo));
    assert_false(c4_role_below(ceo, manager));
    assert_false(c4_role_below(ceo, ceo));
    assert_ptr_equal(f->unit.actor->role, ceo);
    assert_true(c4_actor_is_administrator(&f->unit));
    assert_int_equal(meta->profile_count, 3);
    profile = c4_meta_profile_named(meta, "STANDARD");
    assert_int_equal(profile->admin, 0);
    assert_int_equal(profile->actions, C4_ACTIONS_ALL & ~(1u << CRM4E_ACTION_MASS_DELETE));
    profile = c4_meta_profile_named(meta, "Team User");
    assert_int_equal(profile->actions, 0);
    assert_int_equal(profile->module_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_non_null(c4_meta_module(meta, profile->modules[i].module));
        assert_int_equal(profile->modules[i].actions, 1u << CRM4E_ACTION_VIEW);
    }
    assert_string_equal(c4_meta_module(meta, profile->modules[3].module)->api_name, "Deals");
    org_rollback(f);
}

static void test_ids_bear_the_tag(void **state)
{
    org_fixture *f = *state;

    assert_int_equal(org_begin(f, CRM4E_TRANSACTION_READ), CRM4E_OK);
    assert_true(c4_id_plausible(f->unit.meta, f->actor));
    assert_true(f->actor != f->org);
    assert_false(c4_id_plausible(f->unit.meta, f->actor + (INT64_C(1) << C4_ID_BITS)));
    assert_false(c4_id_plausible(f->unit.meta, 1));
    assert_false(c4_id_plausible(f->unit.meta, -f->actor));
    assert_true(f->unit.state.next_id > f->actor);
    assert_int_equal(f->unit.state.next_module, 1000);
    assert_int_equal(f->unit.state.next_field, INT64_C(1) << 30);
    org_rollback(f);
}

static void test_tables_exist(void **state)
{
    org_fixture *f = *state;
    int64_t version = 0;

    assert_int_equal(org_begin(f, CRM4E_TRANSACTION_READ), CRM4E_OK);
    for (size_t i = 0; i < C4_TABLE_COUNT; i++) {
        assert_true(rows_of(f, &c4_tables[i]) >= 0);
    }
    for (size_t i = 0; i < f->unit.meta->module_count; i++) {
        assert_int_equal(rows_of(f, &f->unit.meta->modules[i]->table), 0);
    }
    assert_int_equal(rows_of(f, &c4_tables[C4_TABLE_ORG]), 1);
    assert_int_equal(rows_of(f, &c4_tables[C4_TABLE_STATE]), 1);
    assert_int_equal(rows_of(f, &c4_tables[C4_TABLE_USER]), 1);
    assert_int_equal(rows_of(f, &c4_tables[C4_TABLE_COUNTER]), 1);
    assert_int_equal(rows_of(f, &c4_tables[C4_TABLE_AUDIT]), 1);
    assert_int_equal(rows_of(f, &c4_tables[C4_TABLE_MODULE]), 0);
    assert_int_equal(c4_db_get_version(&f->db, &version), CRM4E_OK);
    assert_int_equal(version, C4_SCHEMA_VERSION);
    org_rollback(f);
}

static void test_key_is_random(void **state)
{
    static const uint32_t column[] = {C4_ORG_KEY};
    org_fixture *f = *state;
    crm4e_value value = {0};
    const unsigned char zero[32] = {0};

    assert_int_equal(org_begin(f, CRM4E_TRANSACTION_READ), CRM4E_OK);
    assert_int_equal(c4_db_get(&f->db, &c4_tables[C4_TABLE_ORG], f->org, column, &value, 1),
                     CRM4E_OK);
    assert_int_equal(value.length, sizeof zero);
    assert_memory_not_equal(value.data, zero, sizeof zero);
    org_rollback(f);
}

typedef struct bad_spec {
    c4_org_spec spec;
    const char *field;
} bad_spec;

static const bad_spec bad_specs[] = {
    {{.name = "", .admin_email = "a@b"}, "name"},
    {{.name = " \t", .admin_email = "a@b"}, "name"},
    {{.name = "A", .admin_email = "nobody"}, "admin_email"},
    {{.name = "A", .admin_email = "a@b", .admin_name = ""}, "admin_name"},
    {{.name = "A", .admin_email = "a@b", .edition = 8}, "edition"},
    {{.name = "A", .admin_email = "a@b", .edition = 2, .crm_licences = -1}, "licences"},
    {{.name = "A", .admin_email = "a@b", .edition = 2, .team_licences = -1}, "licences"},
    {{.name = "A", .admin_email = "a@b", .zone = "Mars/Base"}, "time_zone"},
    {{.name = "A", .admin_email = "a@b", .currency = "dollar"}, "currency"},
    {{.name = "A", .admin_email = "a@b", .fiscal_month = 13}, "fiscal_month"},
    {{.name = "A", .admin_email = "a@b", .ui_mode = 3}, "ui_mode"},
};

static void test_bad_specs_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_specs / sizeof bad_specs[0]; i++) {
        org_fixture f;
        assert_int_equal(org_fixture_open(&f, &bad_specs[i].spec), CRM4E_E_INVALID);
        assert_string_equal(f.error.field, bad_specs[i].field);
        assert_true(strlen(f.error.message) > 0);
        org_fixture_close(&f);
        assert_int_equal(atomic_load(&f.alloc.live), 0);
    }
}

static void test_bad_org_ids_are_refused(void **state)
{
    static const crm4e_id ids[] = {0, -1, INT64_MAX, INT64_C(1) << 53};

    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        const c4_org_spec spec = {.name = "A", .admin_email = "a@b"};
        org_fixture f;
        assert_int_equal(org_fixture_open(&f, NULL), CRM4E_OK);
        assert_int_equal(c4_db_begin(&f.db, CRM4E_TRANSACTION_WRITE), CRM4E_OK);
        assert_int_equal(c4_org_bootstrap(&f.unit, ids[i], &spec), CRM4E_E_INVALID);
        c4_db_rollback(&f.db);
        org_fixture_close(&f);
    }
}

static int32_t no_bytes(void *user, void *bytes, size_t size)
{
    (void)user;
    (void)bytes;
    (void)size;
    return 0;
}

static void test_callbacks_that_fail(void **state)
{
    org_fixture f;

    (void)state;
    org_fixture_init(&f);
    f.clock = -1;
    assert_int_equal(org_fixture_create(&f, NULL), CRM4E_E_CALLBACK);
    org_fixture_close(&f);
    org_fixture_init(&f);
    f.env.random.fill = no_bytes;
    assert_int_equal(org_fixture_create(&f, NULL), CRM4E_E_CALLBACK);
    org_fixture_close(&f);
    assert_int_equal(atomic_load(&f.alloc.live), 0);
}

/* Each allocation failing in turn, as many as a new org makes. */
static void test_memory_fails(void **state)
{
    size_t n = 0;
    bool hit = true;

    (void)state;
    while (hit) {
        org_fixture f;
        int rc;
        n++;
        org_fixture_init(&f);
        fail_alloc_arm(&f.alloc, n, n % 2 == 0);
        rc = org_fixture_create(&f, NULL);
        hit = fail_alloc_hit(&f.alloc);
        assert_int_equal(rc, hit ? CRM4E_E_NO_MEMORY : CRM4E_OK);
        org_fixture_close(&f);
        assert_int_equal(atomic_load(&f.alloc.live), 0);
    }
    assert_true(n > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_org_is_as_asked),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test_setup_teardown(test_people, org_setup, org_teardown),
        cmocka_unit_test_setup_teardown(test_ids_bear_the_tag, org_setup, org_teardown),
        cmocka_unit_test_setup_teardown(test_tables_exist, org_setup, org_teardown),
        cmocka_unit_test_setup_teardown(test_key_is_random, org_setup, org_teardown),
        cmocka_unit_test(test_bad_specs_are_refused),
        cmocka_unit_test(test_bad_org_ids_are_refused),
        cmocka_unit_test(test_callbacks_that_fail),
        cmocka_unit_test(test_memory_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
