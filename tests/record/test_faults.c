/* SPDX-License-Identifier: MIT */
/* Every allocation and every call of the storage fails once, in each thing that
 * is done with records: the code comes through, nothing leaks, and undoing the
 * savepoint leaves no trace. */
#include "record_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/query.h"
#include "record/search.h"
#include "record/search_run.h"
#include "support/fault_storage.h"

typedef struct world {
    steps s; /* first: what the steps get */
    fault_storage fault;
    bool hit; /* a call failed in the last attempt */
    crm4e_id account;
    crm4e_id lead;
    crm4e_id note;
    crm4e_id binned;
} world;

static int setup(void **state)
{
    world *w = calloc(1, sizeof *w);
    *state = w;
    if (w == NULL) {
        return -1;
    }
    org_fixture_init(&w->s.org);
    fault_storage_init(&w->fault, crm4e_storage_memory(), NULL);
    w->s.org.storage = fault_storage_host(&w->fault);
    if (org_fixture_create(&w->s.org, NULL) != CRM4E_OK ||
        org_begin(&w->s.org, CRM4E_TRANSACTION_WRITE) != CRM4E_OK) {
        return -1;
    }
    return 0;
}

static void fill_world(world *w)
{
    steps *s = &w->s;
    char json[160];
    assert_ok(put_field(s, "Leads", "{'api_name': 'Code', 'type': 'text', 'unique': 'folded'}"));
    assert_ok(put_field(s, "Leads",
                        "{'api_name': 'Picks', 'type': 'multiselectpicklist',"
                        " 'options': ['A', 'B'], 'default_value': ['B', 'A']}"));
    assert_ok(put_field(s, "Leads",
                        "{'api_name': 'Firms', 'type': 'multiselectlookup',"
                        " 'target': 'Accounts'}"));
    assert_ok(put_user(s, "{'email': 'a@x.example', 'role': 'Manager'}"));
    assert_ok(put_user(s, "{'email': 'b@x.example', 'role': 'Manager'}"));
    act_as(s, "a@x.example");
    assert_ok(create(s, "Accounts", "{'Account_Name': 'Acme'}", &w->account));
    (void)snprintf(json, sizeof json,
                   "{'Last_Name': 'Li', 'Company': 'X', 'Code': 'one', 'Firms': [%lld]}",
                   (long long)w->account);
    assert_ok(create(s, "Leads", json, &w->lead));
    (void)snprintf(json, sizeof json, "{'Note_Content': 'n', 'Parent_Id': 'Leads:%lld'}",
                   (long long)w->lead);
    assert_ok(create(s, "Notes", json, &w->note));
    assert_ok(create(s, "Accounts", "{'Account_Name': 'Gone'}", &w->binned));
    assert_ok(remove_record(s, "Accounts", w->binned, 0));
}

/* Sets fields by text: pairs of name and value. */
static int fill_draft(c4_unit *unit, c4_draft *draft, const char *module, const char *const *pairs)
{
    const c4_module *found = c4_meta_module_named(unit->meta, module);
    int rc = c4_draft_init(draft, unit->arena, found);
    if (rc < 0) {
        return c4_fail_plain(unit->error, rc);
    }
    for (size_t i = 0; pairs[i] != NULL && rc == CRM4E_OK; i += 2) {
        rc = c4_draft_set_text(unit, draft, c4_module_field_named(found, pairs[i]), pairs[i + 1],
                               strlen(pairs[i + 1]));
    }
    return rc;
}

static int create_lead(c4_unit *unit, void *context)
{
    static const char *const pairs[] = {
        "Last_Name", "Wáng", "First_Name",  "Wei",       "Company",     "X",    "Code", "two",
        "Email",     "a@b",  "Lead_Source", "Cold Call", "Description", "text", NULL};
    crm4e_id id = 0;
    c4_draft draft;
    int rc = fill_draft(unit, &draft, "Leads", pairs);
    (void)context;
    return rc < 0 ? rc : c4_record_create(unit, &draft, &id);
}

static int create_conflict(c4_unit *unit, void *context)
{
    static const char *const pairs[] = {"Last_Name", "Wáng", "Company", "X", "Code", "ONE", NULL};
    crm4e_id id = 0;
    c4_draft draft;
    int rc = fill_draft(unit, &draft, "Leads", pairs);
    (void)context;
    rc = rc < 0 ? rc : c4_record_create(unit, &draft, &id);
    return rc == CRM4E_E_CONFLICT ? CRM4E_OK : rc;
}

static int create_contact(c4_unit *unit, void *context)
{
    const world *w = context;
    char id[32];
    const char *const pairs[] = {"Last_Name", "Li", "Account_Name", id, NULL};
    crm4e_id made = 0;
    c4_draft draft;
    (void)snprintf(id, sizeof id, "%lld", (long long)w->account);
    int rc = fill_draft(unit, &draft, "Contacts", pairs);
    return rc < 0 ? rc : c4_record_create(unit, &draft, &made);
}

static int create_note(c4_unit *unit, void *context)
{
    const world *w = context;
    char id[32];
    const char *const pairs[] = {"Note_Content", "c", "Parent_Id", id, NULL};
    crm4e_id made = 0;
    c4_draft draft;
    (void)snprintf(id, sizeof id, "%lld", (long long)w->lead);
    int rc = fill_draft(unit, &draft, "Notes", pairs);
    return rc < 0 ? rc : c4_record_create(unit, &draft, &made);
}

static int update_lead(c4_unit *unit, void *context)
{
    static const char *const pairs[] = {"First_Name", "Fang",  "Picks",       "B;A", "Code",
                                        "three",      "Owner", "b@x.example", NULL};
    const world *w = context;
    c4_draft draft;
    int rc = fill_draft(unit, &draft, "Leads", pairs);
    draft.id = w->lead;
    return rc < 0 ? rc : c4_record_update(unit, &draft);
}

/* Another firm in the place of the one it leads to, and it is asked for by its name. */
static int relink_lead(c4_unit *unit, void *context)
{
    static const char text[] = "select Firms from Leads where Firms = 'New' and Firms != 'Acme'";
    static const char *const named[] = {"Account_Name", "New", NULL};
    const world *w = context;
    char id[32];
    const char *const pairs[] = {"Firms", id, NULL};
    crm4e_id made = 0;
    c4_result *result = NULL;
    c4_query_tree tree;
    c4_draft draft;
    int rc = fill_draft(unit, &draft, "Accounts", named);
    rc = rc < 0 ? rc : c4_record_create(unit, &draft, &made);
    (void)snprintf(id, sizeof id, "%lld", (long long)made);
    rc = rc < 0 ? rc : fill_draft(unit, &draft, "Leads", pairs);
    draft.id = w->lead;
    rc = rc < 0 ? rc : c4_record_update(unit, &draft);
    rc = rc < 0 ? rc : c4_query_parse(unit->arena, unit->error, text, strlen(text), &tree);
    rc = rc < 0 ? rc : c4_query_run(unit, &tree, &result, &unit->env->mem);
    if (rc == CRM4E_OK) {
        assert_int_equal(result->row_count, 1);
        assert_string_equal(result->texts[0], "New");
    }
    c4_result_free(result, &unit->env->mem);
    return rc;
}

static int delete_lead(c4_unit *unit, void *context)
{
    const world *w = context;
    return c4_record_delete(unit, "Leads", w->lead, 1);
}

static int restore_account(c4_unit *unit, void *context)
{
    const world *w = context;
    return c4_record_restore(unit, "Accounts", w->binned);
}

static int give_away(c4_unit *unit, void *context)
{
    const world *w = context;
    return c4_record_change_owner(unit, "Accounts", w->account,
                                  c4_meta_user_by_email(unit->meta, "b@x.example")->id);
}

static int read_note(c4_unit *unit, void *context)
{
    const world *w = context;
    const crm4e_value *row = NULL;
    const bool *readable = NULL;
    c4_scope scope;
    c4_buffer out;
    c4_buffer_init(&out, &unit->env->mem, 1 << 16);
    int rc = c4_access_module(unit, "Notes", CRM4E_ACTION_VIEW, &scope);
    if (rc == CRM4E_OK) {
        rc = c4_record_read(unit, &scope, w->note, &row, &readable);
    }
    if (rc == CRM4E_OK) {
        rc = c4_record_to_json(unit, &scope, row, readable, &out);
    }
    c4_buffer_free(&out);
    return rc;
}

/* As somebody who sees nothing of it. */
static int look_from_outside(c4_unit *unit, void *context)
{
    const c4_user *actor = unit->actor;
    unit->actor = c4_meta_user_by_email(unit->meta, "b@x.example");
    int rc = read_note(unit, context);
    if (rc == CRM4E_E_NOT_FOUND) {
        rc = delete_lead(unit, context);
    }
    unit->actor = actor;
    return rc == CRM4E_E_NOT_FOUND ? CRM4E_OK : rc;
}

static int search_all(c4_unit *unit, void *context)
{
    const c4_search_request request = {"l", 1, NULL, 5, 0};
    c4_search_hit *hits = NULL;
    size_t count = 0;
    c4_buffer out;
    int rc = c4_search(unit, &request, &hits, &count);
    (void)context;
    c4_buffer_init(&out, &unit->env->mem, 1 << 16);
    if (rc == CRM4E_OK) {
        rc = c4_search_to_json(unit, hits, count, &out);
    }
    c4_buffer_free(&out);
    return rc;
}

/* The queue becomes a run, and is searched. */
static int merge_words(c4_unit *unit, void *context)
{
    unit->state.unmerged = C4_QUEUE_RECORDS;
    int rc = create_lead(unit, context);
    return rc == CRM4E_OK ? search_all(unit, context) : rc;
}

static const record_step things[] = {create_lead, create_conflict,   create_contact,  create_note,
                                     update_lead, delete_lead,       restore_account, give_away,
                                     read_note,   look_from_outside, search_all,      merge_words,
                                     relink_lead};
enum {
    THINGS = sizeof things / sizeof things[0]
};

/* Once, in a savepoint that is undone in any case. */
static int attempt(world *w, record_step thing, void (*arm)(world *w, size_t n), size_t n)
{
    steps *s = &w->s;
    c4_state state = s->org.unit.state;
    c4_failure_clear(&s->org.error);
    /* scratch starts empty, so that it is among what fails */
    c4_arena_free(&s->org.arena);
    assert_ok(c4_db_savepoint(&s->org.db));
    arm(w, n);
    int rc = thing(&s->org.unit, w);
    w->hit = atomic_load(&w->fault.hit);
    fail_alloc_arm(&s->org.alloc, 0, false);
    fault_storage_disarm(&w->fault);
    c4_db_rollback_to(&s->org.db);
    s->org.unit.state = state;
    s->org.unit.asked = NULL;
    c4_arena_free(&s->org.arena);
    return rc;
}

static void arm_allocation(world *w, size_t n)
{
    fail_alloc_arm(&w->s.org.alloc, n, n % 2 == 0);
}

static void arm_storage(world *w, size_t n)
{
    fault_storage_arm(&w->fault, FAULT_ANY, n, false, CRM4E_E_IO);
}

static int nothing(c4_unit *unit, void *context)
{
    (void)unit;
    (void)context;
    return CRM4E_OK;
}

static void every_allocation_fails(void **state)
{
    world *w = *state;
    fill_world(w);
    assert_ok(run_step(&w->s, nothing, NULL));
    c4_arena_free(&w->s.org.arena);
    size_t live = atomic_load(&w->s.org.alloc.live);
    for (size_t i = 0; i < THINGS; i++) {
        size_t n = 1;
        int rc = CRM4E_E_NO_MEMORY;
        for (; rc != CRM4E_OK; n++) {
            assert_true(n < 2000);
            rc = attempt(w, things[i], arm_allocation, n);
            if (rc != CRM4E_OK && rc != CRM4E_E_NO_MEMORY) {
                print_error("thing %zu, allocation %zu: %d %s\n", i, n, rc, w->s.org.error.message);
            }
            assert_true(rc == CRM4E_OK || rc == CRM4E_E_NO_MEMORY);
            if (rc != CRM4E_OK && w->s.org.error.message[0] == '\0') {
                print_error("thing %zu, allocation %zu: no message\n", i, n);
            }
            assert_true(rc == CRM4E_OK || w->s.org.error.message[0] != '\0');
        }
        assert_true(n > 3);
        assert_true(atomic_load(&w->s.org.alloc.live) <= live + 8);
        live = atomic_load(&w->s.org.alloc.live);
    }
    assert_ok(run_step(&w->s, create_lead, w));
}

static void every_storage_call_fails(void **state)
{
    world *w = *state;
    fill_world(w);
    for (size_t i = 0; i < THINGS; i++) {
        size_t n = 1;
        for (bool hit = true; hit; n++) {
            assert_true(n < 2000);
            int rc = attempt(w, things[i], arm_storage, n);
            hit = w->hit;
            /* a cursor that fails to finish has given its rows */
            if (rc == CRM4E_OK && hit && w->fault.hit_method == FAULT_FINISH) {
                continue;
            }
            if (hit && rc != CRM4E_E_IO) {
                print_error("thing %zu, call %zu: %d %s\n", i, n, rc, w->s.org.error.message);
            }
            assert_int_equal(rc, hit ? CRM4E_E_IO : CRM4E_OK);
        }
        assert_true(n > 2);
    }
    assert_ok(run_step(&w->s, create_lead, w));
}

static void garbage_from_the_storage(void **state)
{
    world *w = *state;
    fill_world(w);
    for (fault_garbage garbage = FAULT_WRONG_TYPE; garbage <= FAULT_ONE_MORE; garbage++) {
        for (size_t i = 0; i < THINGS; i++) {
            for (size_t n = 1; n < 4; n++) {
                steps *s = &w->s;
                c4_state kept = s->org.unit.state;
                assert_ok(c4_db_savepoint(&s->org.db));
                fault_storage_arm_garbage(&w->fault, FAULT_GET, n, garbage);
                int rc = things[i](&s->org.unit, w);
                fault_storage_disarm(&w->fault);
                c4_db_rollback_to(&s->org.db);
                s->org.unit.state = kept;
                c4_arena_reset(&s->org.arena);
                assert_true(rc <= 0);
            }
        }
    }
    assert_ok(run_step(&w->s, create_lead, w));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_allocation_fails, setup, steps_teardown),
        cmocka_unit_test_setup_teardown(every_storage_call_fails, setup, steps_teardown),
        cmocka_unit_test_setup_teardown(garbage_from_the_storage, setup, steps_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
