/* SPDX-License-Identifier: MIT */
/* Every allocation and every call of the storage fails once in each question to
 * the gate: what failed comes through, nothing leaks, and nobody gets in. */
#include "sharing_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access/compare.h"
#include "access/explain.h"
#include "access/grant.h"
#include "model/standard.h"
#include "support/fail_places.h"
#include "support/fault_storage.h"

enum {
    RECORDS = 8,
    MOST = 1000000
};

typedef struct world {
    steps s; /* first: what the steps get */
    fault_storage fault;
    c4_meta *before; /* the snapshot before the delegate's change */
    const char *as;
    struct {
        const char *module;
        crm4e_id id;
    } records[RECORDS];
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
    return org_fixture_create(&w->s.org, NULL) == CRM4E_OK &&
                   org_begin(&w->s.org, CRM4E_TRANSACTION_WRITE) == CRM4E_OK
               ? 0
               : -1;
}

static int teardown(void **state)
{
    world *w = *state;

    c4_meta_release(w->before);
    return steps_teardown(state);
}

static crm4e_id add(world *w, size_t at, const char *module, const char *json, const char *owner)
{
    crm4e_id *id = &w->records[at].id;

    w->records[at].module = module;
    assert_ok(create(&w->s, module, json, id));
    if (owner != NULL) {
        assert_ok(change_owner(&w->s, module, *id, owner));
    }
    return *id;
}

static void make_people(steps *s)
{
    assert_ok(put_profile(s, "{'name': 'Delegate', 'clone_of': 'Standard',"
                             " 'admin': ['manage_users', 'manage_roles'],"
                             " 'fields': {'Leads': {'City': 'hidden', 'Phone': 'read_only'},"
                             " 'Tasks': {'Description': 'hidden'}}}"));
    assert_ok(put_profile(s, "{'name': 'Guest', 'clone_of': 'Standard', 'modules': {'*': []}}"));
    assert_ok(put_role(s, "{'name': 'North', 'parent': 'Manager', 'share_with_peers': true}"));
    assert_ok(put_role(s, "{'name': 'Clerk', 'parent': 'North'}"));
    assert_ok(put_user(s, "{'email': 'boss@x.example', 'role': 'Manager'}"));
    assert_ok(put_user(s, "{'email': 'north@x.example', 'role': 'North', 'profile': 'Delegate'}"));
    assert_ok(put_user(s, "{'email': 'peer@x.example', 'role': 'North'}"));
    assert_ok(put_user(s, "{'email': 'clerk@x.example', 'role': 'Clerk'}"));
    assert_ok(put_user(s, "{'email': 'guest@x.example', 'role': 'Clerk', 'profile': 'Guest'}"));
    assert_ok(put_user(s, "{'email': 'team@x.example', 'licence': 'team',"
                          " 'profile': 'Team User'}"));
}

static int32_t say_nothing(void *user, const crm4e_question *question)
{
    (void)user;
    (void)question;
    return CRM4E_PASSTHROUGH;
}

/* Something of everything that opens records. */
static void fill(world *w)
{
    steps *s = &w->s;
    char json[96];

    make_people(s);
    assert_ok(put_module(s, "{'api_name': 'Documents', 'team': true}"));
    assert_ok(put_member(s, "Documents", "team@x.example", CRM4E_TEAM_REQUESTER));
    crm4e_id account = add(w, 0, "Accounts", "{'Account_Name': 'A'}", "boss@x.example");
    (void)snprintf(json, sizeof json, "{'Last_Name': 'Li', 'Account_Name': %lld}",
                   (long long)account);
    add(w, 1, "Contacts", json, NULL);
    crm4e_id lead = add(w, 2, "Leads", "{'Last_Name': 'Li', 'Company': 'X', 'City': 'Ōslo'}", NULL);
    add(w, 3, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", "clerk@x.example");
    (void)snprintf(json, sizeof json, "{'Note_Content': 'n', 'Parent_Id': 'Leads:%lld'}",
                   (long long)lead);
    add(w, 4, "Notes", json, NULL);
    (void)snprintf(json, sizeof json, "{'Subject': 't', 'What_Id': 'Accounts:%lld'}",
                   (long long)account);
    add(w, 5, "Tasks", json, NULL);
    add(w, 6, "Documents", "{'Name': 'D'}", NULL);
    add(w, 7, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", "peer@x.example");
    store_group(s, "Inner", "user:clerk@x.example,below:Clerk");
    store_group(s, "Outer", "group:Inner,role:North");
    store_rule(s, &(rule_text){.module = "Leads",
                               .name = "By owner",
                               .from = "group:Outer",
                               .to = "role:North",
                               .level = CRM4E_LEVEL_READ_WRITE,
                               .superiors = true});
    store_rule(s, &(rule_text){.module = "Leads",
                               .name = "Rome",
                               .when = "City = 'Rome'",
                               .to = "group:Outer",
                               .level = CRM4E_LEVEL_READ_ONLY});
    store_rule(s, &(rule_text){.module = "Leads",
                               .name = "Oslo",
                               .when = "City = 'Ōslo'",
                               .to = "group:Outer",
                               .level = CRM4E_LEVEL_READ_ONLY});
    (void)store_share(s, "Accounts", account, "group:Outer", CRM4E_LEVEL_READ_ONLY, true);
    (void)store_share(s, "Documents", w->records[6].id, "user:north@x.example",
                      CRM4E_LEVEL_FULL_ACCESS, false);
    (void)store_share(s, "Documents", w->records[6].id, "user:guest@x.example",
                      CRM4E_LEVEL_READ_ONLY, false);
    (void)store_share(s, "Leads", w->records[7].id, "role:Clerk", CRM4E_LEVEL_READ_WRITE, false);
    w->s.org.env.auth = (crm4e_auth){.struct_size = sizeof(crm4e_auth), .authorise = say_nothing};
    w->before = c4_meta_hold(s->org.unit.meta);
    assert_ok(put_user(s, "{'email': 'new@x.example', 'role': 'North'}"));
    assert_ok(put_role(s, "{'name': 'Aide', 'parent': 'North'}"));
    assert_ok(put_user(s, "{'email': 'clerk@x.example', 'role': 'Aide'}"));
    assert_ok(put_user(s, "{'email': 'peer@x.example', 'profile': 'Delegate'}"));
}

static int check_all(world *w, crm4e_action action)
{
    c4_unit *unit = &w->s.org.unit;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < RECORDS && rc != CRM4E_E_IO && rc != CRM4E_E_NO_MEMORY; i++) {
        c4_question question = {action, w->records[i].module, w->records[i].id, NULL};
        rc = c4_access_check(unit, &question, NULL);
    }
    return rc;
}

static int may_view(world *w)
{
    return check_all(w, CRM4E_ACTION_VIEW);
}

static int may_delete(world *w)
{
    return check_all(w, CRM4E_ACTION_DELETE);
}

/* The whole predicate, and rows by it. */
static int list_all(world *w)
{
    static const uint32_t column = C4_COLUMN_ID;
    const crm4e_value *row = NULL;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < RECORDS && rc == CRM4E_OK; i++) {
        c4_scope scope;
        c4_rows *rows = NULL;
        crm4e_plan plan;
        rc = c4_access_module(&w->s.org.unit, w->records[i].module, CRM4E_ACTION_VIEW, &scope);
        if (rc == CRM4E_E_NOT_FOUND) {
            rc = CRM4E_OK;
            continue;
        }
        if (rc == CRM4E_OK) {
            c4_plan_init(&plan, &scope.module->table);
            plan.columns = &column;
            plan.column_count = 1;
            plan.where = scope.where;
            rc = c4_rows_open(&rows, &w->s.org.db, &plan);
        }
        while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
            rc = CRM4E_OK;
        }
        c4_rows_close(rows);
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(&w->s.org.error, rc);
}

/* The count that chooses how a list is read, of two levels. */
static int estimate(world *w)
{
    int64_t rows = 0;
    c4_scope scope;
    int rc = c4_access_module(&w->s.org.unit, "Leads", CRM4E_ACTION_VIEW, &scope);

    if (rc == CRM4E_OK) {
        rc = c4_access_owned_rows(&scope, 0, 1, &rows);
    }
    if (rc == CRM4E_OK) {
        rc = c4_access_module(&w->s.org.unit, "Leads", CRM4E_ACTION_EDIT, &scope);
    }
    if (rc == CRM4E_OK) {
        rc = c4_access_owned_rows(&scope, 0, 1000, &rows);
    }
    return rc;
}

/* Tasks go by what they hang on, also when only the field is closed. */
static int explain_hidden(world *w)
{
    static const c4_question questions[] = {{CRM4E_ACTION_EDIT, "Leads", 0, "City"},
                                            {CRM4E_ACTION_EDIT, "Tasks", 0, "Description"}};
    c4_unit *unit = &w->s.org.unit;
    c4_verdict verdict;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < 2 && rc == CRM4E_OK; i++) {
        rc = c4_access_explain(unit, unit->arena, 0, &questions[i], &verdict);
    }
    return rc;
}

static int explain_all(world *w)
{
    c4_unit *unit = &w->s.org.unit;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < RECORDS && rc == CRM4E_OK; i++) {
        c4_question question = {CRM4E_ACTION_VIEW, w->records[i].module, w->records[i].id, "id"};
        c4_verdict verdict;
        rc = c4_access_explain(unit, unit->arena, 0, &question, &verdict);
    }
    return rc;
}

static int who_can_all(world *w)
{
    c4_unit *unit = &w->s.org.unit;
    const c4_user *actor = unit->actor;
    c4_buffer out;
    int rc = CRM4E_OK;

    unit->actor = c4_meta_user_by_email(unit->meta, ORG_ADMIN);
    c4_buffer_init(&out, unit->arena->mem, 1 << 20);
    for (size_t i = 0; i < RECORDS && rc == CRM4E_OK; i++) {
        c4_question question = {CRM4E_ACTION_EDIT, w->records[i].module, w->records[i].id, NULL};
        rc = c4_access_who_can(unit, &question, &out);
        rc = rc == CRM4E_OK && out.code < 0 ? c4_fail_plain(unit->error, out.code) : rc;
    }
    c4_buffer_free(&out);
    unit->actor = actor;
    return rc;
}

static int grants(world *w)
{
    int rc = c4_access_check_grants(&w->s.org.unit, w->before);

    return rc == CRM4E_E_DENIED ? CRM4E_OK : rc;
}

static int compare(world *w)
{
    c4_buffer out;
    int rc;

    c4_buffer_init(&out, w->s.org.unit.arena->mem, 1 << 20);
    rc = c4_access_compare(&w->s.org.unit, w->before, &out);
    c4_buffer_free(&out);
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(&w->s.org.error, rc);
}

/* Whether he is among those that something is shared with, then a list. */
static int among(world *w)
{
    c4_unit *unit = &w->s.org.unit;
    const c4_subject some[] = {
        {CRM4E_SUBJECT_ROLE, c4_meta_role_named(unit->meta, "Clerk")->id},
        {CRM4E_SUBJECT_GROUP, c4_meta_group_named(unit->meta, "Outer")->id},
    };
    bool is = false;
    int rc = c4_access_is_among(unit, some, 2, &is);

    assert_true(is || rc != CRM4E_OK);
    return rc == CRM4E_OK ? may_view(w) : rc;
}

typedef int (*question_step)(world *w);
static const struct {
    const char *name;
    const char *as;
    question_step run;
} things[] = {
    {"view", "north@x.example", may_view},       {"view", "clerk@x.example", may_view},
    {"view", "team@x.example", may_view},        {"delete", "north@x.example", may_delete},
    {"list", "north@x.example", list_all},       {"list", "team@x.example", list_all},
    {"explain", "north@x.example", explain_all}, {"explain", "clerk@x.example", explain_all},
    {"explain", "team@x.example", explain_all},  {"explain", "north@x.example", explain_hidden},
    {"among", "north@x.example", among},         {"estimate", "north@x.example", estimate},
    {"estimate", "clerk@x.example", estimate},   {"who can", ORG_ADMIN, who_can_all},
    {"grants", "north@x.example", grants},       {"compare", ORG_ADMIN, compare},
};
enum {
    THINGS = sizeof things / sizeof things[0]
};

/* With a reach that is kept, as a session has, or without. Scratch starts empty,
 * so that it is among what fails. */
static int attempt(world *w, size_t thing, bool kept, void (*arm)(world *w, size_t n), size_t n,
                   bool *hit)
{
    org_fixture *org = &w->s.org;
    c4_meta_part *reach = NULL;
    int rc;

    act_as(&w->s, things[thing].as);
    c4_failure_clear(&org->error);
    c4_arena_free(&org->arena);
    org->unit.asked = NULL;
    org->unit.reach = kept ? &reach : NULL;
    arm(w, n);
    rc = things[thing].run(w);
    *hit = atomic_load(&w->fault.hit) || fail_alloc_hit(&org->alloc);
    fail_alloc_arm(&org->alloc, 0, false);
    fault_storage_disarm(&w->fault);
    c4_unit_forget_reach(&org->unit);
    org->unit.reach = NULL;
    org->unit.asked = NULL;
    c4_arena_free(&org->arena);
    act_as_admin(&w->s);
    return rc;
}

static void arm_nothing(world *w, size_t n)
{
    (void)w;
    (void)n;
}

static void arm_allocation(world *w, size_t n)
{
    fail_alloc_arm(&w->s.org.alloc, n, n % 2 == 0);
}

static void arm_storage(world *w, size_t n)
{
    fault_storage_arm(&w->fault, FAULT_ANY, n, false, CRM4E_E_IO);
}

/* Every one of the first, then fewer and fewer: later ones come again and again
 * from the same places. None of those that come from a new place is left out. */
static size_t after(size_t n, const fail_places *places)
{
    size_t next = n + 1 + n / 64;
    size_t first = fail_places_next(places, n);

    return first != 0 && first < next ? first : next;
}

/* A cursor that fails to finish has given its rows. */
static bool is_excused(const world *w, int code)
{
    return code == CRM4E_E_IO && w->fault.hit_method == FAULT_FINISH;
}

static void sweep(world *w, size_t thing, bool kept, void (*arm)(world *w, size_t n), int code)
{
    fail_places places = {.first = NULL};
    bool hit = false;
    int whole = attempt(w, thing, kept, arm_nothing, 0, &hit);
    size_t live = atomic_load(&w->s.org.alloc.live);
    size_t n = 1;

    w->s.org.alloc.places = &places;
    (void)attempt(w, thing, kept, arm_nothing, 0, &hit);
    w->s.org.alloc.places = NULL;
    for (hit = true; hit; n = after(n, &places)) {
        assert_true(n < MOST);
        int rc = attempt(w, thing, kept, arm, n, &hit);
        bool right = rc == (hit ? code : whole) || (hit && rc == whole && is_excused(w, code));
        if (!right || (rc < 0 && w->s.org.error.message[0] == '\0')) {
            print_error("%s as %s, %zu: %s: %s\n", things[thing].name, things[thing].as, n,
                        crm4e_code_name(rc), w->s.org.error.message);
            fail();
        }
        assert_int_equal(atomic_load(&w->s.org.alloc.live), live);
    }
    assert_true(n > 2);
    fail_places_free(&places);
}

static void every_allocation_fails(void **state)
{
    world *w = *state;

    fill(w);
    for (size_t i = 0; i < THINGS; i++) {
        sweep(w, i, false, arm_allocation, CRM4E_E_NO_MEMORY);
        sweep(w, i, true, arm_allocation, CRM4E_E_NO_MEMORY);
    }
}

static void every_storage_call_fails(void **state)
{
    world *w = *state;

    fill(w);
    for (size_t i = 0; i < THINGS; i++) {
        sweep(w, i, true, arm_storage, CRM4E_E_IO);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_allocation_fails, setup, teardown),
        cmocka_unit_test_setup_teardown(every_storage_call_fails, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
