/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/civil.h"
#include "model/schema.h"
#include "support/org_fixture.h"

static void begin(org_fixture *f)
{
    assert_int_equal(org_begin(f, CRM4E_TRANSACTION_WRITE), CRM4E_OK);
}

static void test_ids_go_on(void **state)
{
    org_fixture *f = *state;
    int64_t first;
    int64_t change;

    begin(f);
    first = c4_unit_new_id(&f->unit);
    assert_int_equal(c4_unit_new_id(&f->unit), first + 1);
    change = c4_unit_new_change(&f->unit);
    assert_int_equal(org_commit(f), CRM4E_OK);
    begin(f);
    assert_int_equal(c4_unit_new_id(&f->unit), first + 2);
    assert_int_equal(c4_unit_new_change(&f->unit), change + 1);
    org_rollback(f);
    begin(f);
    assert_int_equal(c4_unit_new_id(&f->unit), first + 2);
    org_rollback(f);
}

/* The last id of the tag is given out; then nothing can be committed. */
static void test_ids_run_out(void **state)
{
    org_fixture *f = *state;
    int64_t last = ((f->org >> C4_ID_BITS) + 1) * (INT64_C(1) << C4_ID_BITS) - 1;

    begin(f);
    f->unit.state.next_id = last;
    assert_int_equal(c4_unit_new_id(&f->unit), last);
    assert_int_equal(c4_unit_new_id(&f->unit), 0);
    assert_int_equal(c4_unit_new_id(&f->unit), 0);
    assert_int_equal(org_commit(f), CRM4E_E_FULL);
}

/* Several at once are never on both sides of the end of a stretch, nor of the org's. */
static void test_ids_in_a_stretch(void **state)
{
    org_fixture *f = *state;
    const int64_t stretch = 16;
    const int64_t end = ((f->org >> C4_ID_BITS) + 1) * (INT64_C(1) << C4_ID_BITS);
    const int64_t start = end - 2 * stretch;

    begin(f);
    f->unit.state.next_id = start + 10;
    assert_int_equal(c4_unit_new_ids(&f->unit, 5, stretch), start + 10);
    assert_int_equal(c4_unit_new_ids(&f->unit, 1, stretch), start + 15);
    assert_int_equal(c4_unit_new_ids(&f->unit, 15, stretch), start + 16);
    assert_int_equal(c4_unit_new_ids(&f->unit, 2, stretch), 0);
    assert_int_equal(c4_unit_new_ids(&f->unit, 1, stretch), 0);
    assert_int_equal(c4_unit_new_id(&f->unit), 0);
    assert_int_equal(org_commit(f), CRM4E_E_FULL);
}

static void test_nothing_is_written_when_nothing_moved(void **state)
{
    org_fixture *f = *state;
    int64_t clock;

    begin(f);
    clock = f->unit.state.clock;
    assert_false(f->unit.state_dirty);
    f->clock += C4_MICROSECONDS;
    assert_int_equal(org_commit(f), CRM4E_OK);
    begin(f);
    assert_int_equal(f->unit.state.clock, clock);
    assert_int_equal(f->unit.now, f->clock);
    org_rollback(f);
}

static void test_time_never_falls(void **state)
{
    org_fixture *f = *state;
    int64_t latest = f->clock + 60 * C4_MICROSECONDS;

    f->clock = latest;
    begin(f);
    assert_int_equal(f->unit.now, latest);
    (void)c4_unit_new_id(&f->unit);
    assert_int_equal(org_commit(f), CRM4E_OK);
    f->clock -= 3600 * C4_MICROSECONDS;
    begin(f);
    assert_int_equal(f->unit.now, latest);
    org_rollback(f);
}

static void test_absurd_clocks_are_refused(void **state)
{
    static const int64_t times[] = {-1, -5, INT64_MIN, C4_TIME_MAX + 1, INT64_MAX};
    org_fixture *f = *state;
    int64_t fine = f->clock;

    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        f->clock = times[i];
        assert_int_equal(org_begin(f, CRM4E_TRANSACTION_WRITE), CRM4E_E_CALLBACK);
        assert_true(strlen(f->error.message) > 0);
    }
    f->clock = fine;
    begin(f);
    org_rollback(f);
}

static void test_damaged_state_is_refused(void **state)
{
    static const uint32_t columns[] = {C4_STATE_GENERATION, C4_STATE_NEXT_ID, C4_STATE_NEXT_CHANGE,
                                       C4_STATE_NEXT_MODULE, C4_STATE_NEXT_FIELD};
    org_fixture *f = *state;

    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        crm4e_value value = c4_integer(-7);
        begin(f);
        assert_int_equal(
            c4_db_update(&f->db, &c4_tables[C4_TABLE_STATE], 1, &columns[i], &value, 1), CRM4E_OK);
        assert_int_equal(c4_unit_start(&f->unit), CRM4E_E_CORRUPT);
        org_rollback(f);
    }
    begin(f);
    assert_int_equal(c4_db_remove(&f->db, &c4_tables[C4_TABLE_STATE], 1), CRM4E_OK);
    assert_int_equal(c4_unit_start(&f->unit), CRM4E_E_CORRUPT);
    org_rollback(f);
}

static void test_generation_moves_once(void **state)
{
    org_fixture *f = *state;
    int64_t before;

    begin(f);
    before = f->unit.state.generation;
    c4_unit_meta_changed(&f->unit);
    c4_unit_meta_changed(&f->unit);
    assert_int_equal(f->unit.state.generation, before + 1);
    assert_true(f->unit.state_dirty);
    assert_int_equal(f->unit.meta->generation, before);
    assert_int_equal(org_commit(f), CRM4E_OK);
    begin(f);
    assert_int_equal(f->unit.state.generation, before + 1);
    assert_int_equal(f->unit.meta->generation, before + 1);
    org_rollback(f);
}

static void test_refresh_shows_the_change(void **state)
{
    static const uint32_t name[] = {C4_USER_NAME};
    org_fixture *f = *state;
    crm4e_value value = c4_c_text("Renamed");
    const c4_meta *before;

    begin(f);
    before = f->unit.meta;
    assert_int_equal(c4_unit_refresh(&f->unit), CRM4E_OK);
    assert_ptr_equal(f->unit.meta, before);
    assert_int_equal(c4_db_update(&f->db, &c4_tables[C4_TABLE_USER], f->actor, name, &value, 1),
                     CRM4E_OK);
    c4_unit_meta_changed(&f->unit);
    assert_int_equal(c4_unit_refresh(&f->unit), CRM4E_OK);
    assert_false(f->unit.meta_dirty);
    assert_string_equal(f->unit.actor->name, "Renamed");
    assert_ptr_equal(f->unit.actor, c4_meta_user(f->unit.meta, f->actor));
    assert_int_equal(f->unit.meta->generation, f->unit.state.generation);
    org_rollback(f);
}

/* Without memory the unit goes on with what it had. */
static void test_refresh_without_memory(void **state)
{
    org_fixture *f = *state;
    const c4_meta *before;

    begin(f);
    before = f->unit.meta;
    c4_unit_meta_changed(&f->unit);
    fail_alloc_arm(&f->alloc, 3, true);
    assert_int_equal(c4_unit_refresh(&f->unit), CRM4E_E_NO_MEMORY);
    fail_alloc_arm(&f->alloc, 0, false);
    assert_ptr_equal(f->unit.meta, before);
    assert_true(f->unit.meta_dirty);
    assert_non_null(f->unit.actor);
    org_rollback(f);
}

static void test_rights_of_an_actor(void **state)
{
    org_fixture *f = *state;
    const c4_module *documents = NULL;
    const c4_module *deals;

    begin(f);
    assert_int_equal(org_add_user(f, "sam@example.com", NULL, "Standard", NULL), CRM4E_OK);
    assert_int_equal(org_add_team_module(f, "Documents", &documents), CRM4E_OK);
    deals = c4_meta_module_named(f->unit.meta, "Deals");
    assert_true(c4_actor_has(&f->unit, C4_ADMIN_MANAGE_USERS | C4_ADMIN_EXPORT));
    assert_true(c4_actor_configures(&f->unit, deals));
    assert_true(c4_actor_automates(&f->unit, documents));
    assert_true(org_act_as(f, "SAM@example.com"));
    assert_false(c4_actor_is_administrator(&f->unit));
    assert_false(c4_actor_has(&f->unit, C4_ADMIN_EXPORT));
    assert_true(c4_actor_has(&f->unit, 0));
    assert_false(c4_actor_configures(&f->unit, deals));
    assert_false(c4_actor_configures(&f->unit, documents));
    assert_false(c4_actor_automates(&f->unit, deals));
    assert_false(c4_actor_automates(&f->unit, documents));
    assert_false(org_act_as(f, "nobody@example.com"));
    org_rollback(f);
}

static void check_member_rights(org_fixture *f, c4_team_profile profile, bool expected)
{
    const c4_module *module = c4_meta_module_named(f->unit.meta, "Documents");
    const c4_user *sam = c4_meta_user_by_email(f->unit.meta, "sam@example.com");

    assert_int_equal(c4_member_put(&f->unit, module, sam->id, profile), CRM4E_OK);
    assert_int_equal(c4_unit_refresh(&f->unit), CRM4E_OK);
    module = c4_meta_module_named(f->unit.meta, "Documents");
    f->unit.actor = c4_meta_user_by_email(f->unit.meta, "sam@example.com");
    assert_int_equal(c4_actor_configures(&f->unit, module), expected);
    assert_int_equal(c4_actor_automates(&f->unit, module), expected);
    f->unit.actor = c4_meta_user(f->unit.meta, f->actor);
}

static void test_admins_configure_their_module(void **state)
{
    org_fixture *f = *state;
    const c4_module *module = NULL;

    begin(f);
    assert_int_equal(org_add_user(f, "sam@example.com", NULL, "Team User", NULL), CRM4E_OK);
    assert_int_equal(org_add_team_module(f, "Documents", &module), CRM4E_OK);
    check_member_rights(f, CRM4E_TEAM_MANAGER, false);
    check_member_rights(f, CRM4E_TEAM_ADMIN, true);
    check_member_rights(f, CRM4E_TEAM_REQUESTER, false);
    org_rollback(f);
}

static void test_no_actor_while_an_org_is_made(void **state)
{
    org_fixture *f = *state;

    begin(f);
    f->unit.actor = NULL;
    assert_true(c4_actor_is_administrator(&f->unit));
    assert_true(c4_actor_has(&f->unit, C4_ADMIN_ALL));
    org_rollback(f);
}

static void test_audit_line(void **state)
{
    org_fixture *f = *state;
    uint32_t columns[C4_AUDIT_COLUMNS];
    crm4e_value row[C4_AUDIT_COLUMNS] = {0};
    int64_t id;

    begin(f);
    id = f->unit.state.next_id;
    assert_int_equal(c4_audit(&f->unit, "profile", 42, "Sales"), CRM4E_OK);
    for (uint32_t i = 0; i < C4_AUDIT_COLUMNS; i++) {
        columns[i] = i;
    }
    assert_int_equal(
        c4_db_get(&f->db, &c4_tables[C4_TABLE_AUDIT], id, columns, row, C4_AUDIT_COLUMNS),
        CRM4E_OK);
    assert_int_equal(row[C4_AUDIT_USER].integer, f->actor);
    assert_int_equal(row[C4_AUDIT_TIME].integer, f->unit.now);
    assert_int_equal(row[C4_AUDIT_OBJECT].integer, 42);
    assert_memory_equal(row[C4_AUDIT_KIND].data, "profile", 7);
    assert_memory_equal(row[C4_AUDIT_DETAIL].data, "Sales", 5);
    org_rollback(f);
}

#define ON_ORG(test) cmocka_unit_test_setup_teardown(test, org_setup, org_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_ORG(test_ids_go_on),
        ON_ORG(test_ids_run_out),
        ON_ORG(test_ids_in_a_stretch),
        ON_ORG(test_nothing_is_written_when_nothing_moved),
        ON_ORG(test_time_never_falls),
        ON_ORG(test_absurd_clocks_are_refused),
        ON_ORG(test_damaged_state_is_refused),
        ON_ORG(test_generation_moves_once),
        ON_ORG(test_refresh_shows_the_change),
        ON_ORG(test_refresh_without_memory),
        ON_ORG(test_rights_of_an_actor),
        ON_ORG(test_admins_configure_their_module),
        ON_ORG(test_no_actor_while_an_org_is_made),
        ON_ORG(test_audit_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
