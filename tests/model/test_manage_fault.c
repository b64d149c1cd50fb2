/* SPDX-License-Identifier: MIT */
/* Every change with every allocation failing, and every call of the storage:
 * the code comes through and the savepoint undoes the rest. */
#include "manage_steps.h"

#include <string.h>

#include "support/fault_storage.h"

typedef struct fault_case {
    int (*put)(c4_unit *unit, const c4_json *json);
    const char *json;
} fault_case;

static int run_role(c4_unit *unit, const c4_json *json)
{
    c4_role_spec spec;
    crm4e_id id = 0;
    int rc = c4_role_spec_read(unit, json, &spec);
    return rc < 0 ? rc : c4_role_put(unit, &spec, &id);
}

static int run_profile(c4_unit *unit, const c4_json *json)
{
    c4_profile_spec spec;
    crm4e_id id = 0;
    int rc = c4_profile_spec_read(unit, json, &spec);
    return rc < 0 ? rc : c4_profile_put(unit, &spec, &id);
}

static int run_user(c4_unit *unit, const c4_json *json)
{
    c4_user_spec spec;
    crm4e_id id = 0;
    int rc = c4_user_spec_read(unit, json, &spec);
    return rc < 0 ? rc : c4_user_put(unit, &spec, &id);
}

static int run_space(c4_unit *unit, const c4_json *json)
{
    c4_space_spec spec;
    crm4e_id id = 0;
    int rc = c4_space_spec_read(unit, json, &spec);
    return rc < 0 ? rc : c4_space_put(unit, &spec, &id);
}

static int run_group(c4_unit *unit, const c4_json *json)
{
    c4_group_spec spec;
    crm4e_id id = 0;
    int rc = c4_group_spec_read(unit, json, &spec);
    return rc < 0 ? rc : c4_group_put(unit, &spec, &id);
}

static int run_tab_group(c4_unit *unit, const c4_json *json)
{
    c4_tab_group_spec spec;
    crm4e_id id = 0;
    int rc = c4_tab_group_spec_read(unit, json, &spec);
    return rc < 0 ? rc : c4_tab_group_put(unit, &spec, &id);
}

static int run_tab_group_changes(c4_unit *unit, const c4_json *json)
{
    (void)json;
    int rc = c4_tab_group_place(unit, "Tabs", "Leads", 0);
    if (rc == CRM4E_OK) {
        rc = c4_tab_group_show(unit, "Tabs", true, "Standard", true);
    }
    if (rc == CRM4E_OK) {
        rc = c4_tab_group_take(unit, "Tabs", "Leads");
    }
    return rc < 0 ? rc : c4_tab_group_remove(unit, "Tabs");
}

static int run_group_removal(c4_unit *unit, const c4_json *json)
{
    (void)json;
    return c4_group_remove(unit, "Spare");
}

static int run_group_source(c4_unit *unit, const c4_json *json)
{
    const c4_subject source = {CRM4E_SUBJECT_USER,
                               c4_meta_user_by_email(unit->meta, "a@x.example")->id};
    (void)json;
    return c4_group_add(unit, "Spare", source);
}

static int run_sharing_rule(c4_unit *unit, const c4_json *json)
{
    c4_sharing_rule_spec spec;
    crm4e_id id = 0;
    int rc = c4_sharing_rule_spec_read(unit, json, &spec);
    return rc < 0 ? rc : c4_sharing_rule_put(unit, &spec, &id);
}

static int run_sharing_rule_removal(c4_unit *unit, const c4_json *json)
{
    (void)json;
    return c4_sharing_rule_remove(unit, "Leads", "Old");
}

static int run_profile_removal(c4_unit *unit, const c4_json *json)
{
    (void)json;
    return c4_profile_remove(unit, "Spare");
}

static int run_grant(c4_unit *unit, const c4_json *json)
{
    const c4_profile_grant grant = {.profile = "Spare",
                                    .module = "Leads",
                                    .field = "Email",
                                    .permission = CRM4E_PERMISSION_HIDDEN};
    (void)json;
    return c4_profile_allow(unit, &grant);
}

static int run_team_action(c4_unit *unit, const c4_json *json)
{
    (void)json;
    return c4_module_allow_action(unit, c4_meta_module_named(unit->meta, "Docs"), CRM4E_TEAM_MEMBER,
                                  CRM4E_ACTION_EXPORT, false);
}

static int run_module(c4_unit *unit, const c4_json *json)
{
    c4_module_spec spec;
    int32_t number = 0;
    int rc = c4_module_spec_read(unit, json, &spec);
    return rc < 0 ? rc : c4_module_put(unit, &spec, &number);
}

static int run_field(c4_unit *unit, const c4_json *json)
{
    c4_field_spec spec;
    int32_t number = 0;
    int rc = c4_field_spec_read(unit, json, &spec);
    return rc < 0 ? rc
                  : c4_field_put(unit, c4_meta_module_named(unit->meta, "Docs"), &spec, &number);
}

static int run_field_removal(c4_unit *unit, const c4_json *json)
{
    (void)json;
    return c4_field_remove(unit, c4_meta_module_named(unit->meta, "Docs"), "Fee");
}

static int run_member(c4_unit *unit, const c4_json *json)
{
    (void)json;
    return c4_member_put(unit, c4_meta_module_named(unit->meta, "Docs"),
                         c4_meta_user_by_email(unit->meta, "a@x.example")->id, CRM4E_TEAM_ADMIN);
}

static int run_org(c4_unit *unit, const c4_json *json)
{
    c4_org_change spec;
    int rc = c4_org_change_read(unit, json, &spec);
    return rc < 0 ? rc : c4_org_change_put(unit, &spec);
}

static const fault_case cases[] = {
    {run_role, "{\"name\":\"Sales\"}"},
    {run_profile, "{\"name\":\"P\",\"clone_of\":\"Standard\",\"modules\":{\"Leads\":[\"view\"]},"
                  "\"fields\":{\"Leads\":{\"Email\":\"hidden\"}}}"},
    {run_user, "{\"email\":\"n@x.example\"}"},
    {run_user, "{\"email\":\"b@x.example\",\"status\":\"deleted\"}"},
    {run_space, "{\"name\":\"S\",\"folders\":[\"A\"],\"members\":[\"a@x.example\"],"
                "\"modules\":[{\"module\":\"Docs\",\"folder\":\"A\"}]}"},
    {run_module, "{\"api_name\":\"New\",\"team\":true,\"space\":\"Legal\","
                 "\"default_owners\":[\"admin@example.com\"],"
                 "\"permissions\":{\"member\":{\"fields\":{\"Email\":\"hidden\"}}}}"},
    {run_field, "{\"api_name\":\"Kind\",\"type\":\"picklist\",\"options\":[\"A\",\"B\"],"
                "\"default_value\":\"A\"}"},
    {run_field, "{\"api_name\":\"Code\",\"type\":\"text\",\"unique\":\"folded\",\"indexed\":true}"},
    {run_field_removal, "{}"},
    {run_group, "{\"name\":\"G\",\"sources\":[{\"user\":\"a@x.example\"}]}"},
    {run_tab_group, "{\"name\":\"T\",\"modules\":[\"Leads\"],\"roles\":[\"CEO\"]}"},
    {run_tab_group_changes, "{}"},
    {run_group_removal, "{}"},
    {run_group_source, "{}"},
    {run_sharing_rule, "{\"module\":\"Leads\",\"name\":\"R\",\"to\":[{\"role\":\"CEO\"}],"
                       "\"from\":[{\"user\":\"a@x.example\"}]}"},
    {run_sharing_rule, "{\"module\":\"Leads\",\"name\":\"C\",\"to\":[{\"role\":\"CEO\"}],"
                       "\"when\":\"City is not null\"}"},
    {run_sharing_rule_removal, "{}"},
    {run_profile_removal, "{}"},
    {run_grant, "{}"},
    {run_team_action, "{}"},
    {run_member, "{}"},
    {run_org, "{\"locale\":\"fr\"}"},
};

static void make_org(steps *s)
{
    assert_ok(put_user(s, "{'email': 'a@x.example'}"));
    assert_ok(put_user(s, "{'email': 'b@x.example'}"));
    assert_ok(put_module(s, "{'api_name': 'Docs', 'team': true}"));
    assert_ok(put_field(s, "Docs", "{'api_name': 'Fee', 'type': 'text', 'unique': true}"));
    assert_ok(put_member(s, "Docs", "b@x.example", CRM4E_TEAM_MEMBER));
    assert_ok(put_space(s, "{'name': 'Legal', 'members': ['b@x.example']}"));
    assert_ok(put_profile(s, "{'name': 'Spare', 'clone_of': 'Standard'}"));
    assert_ok(put_group(s, "{'name': 'Team', 'sources': [{'user': 'b@x.example'}]}"));
    assert_ok(put_group(s, "{'name': 'Spare'}"));
    assert_ok(put_tab_group(s, "{'name': 'Tabs', 'modules': ['Deals']}"));
    assert_ok(put_sharing_rule(s, "{'module': 'Leads', 'name': 'Old', 'to': [{'group': 'Team'}],"
                                  " 'from': [{'role': 'CEO'}]}"));
}

/* What is armed before a change, and the code it must give. */
typedef struct trap {
    void (*arm)(void *user, size_t n); /* 0 disarms */
    bool (*hit)(void *user);
    void *user;
    int code;
    bool tolerant; /* a cursor that was read may fail to close */
} trap;

static void arm_memory(void *user, size_t n)
{
    fail_alloc_arm(user, n, false);
}

static bool memory_hit(void *user)
{
    return fail_alloc_hit(user);
}

static void arm_storage(void *user, size_t n)
{
    if (n == 0) {
        fault_storage_disarm(user);
    } else {
        fault_storage_arm(user, FAULT_ANY, n, false, CRM4E_E_IO);
    }
}

static bool storage_hit(void *user)
{
    fault_storage *fault = user;
    return atomic_load(&fault->hit);
}

static void undo(steps *s)
{
    c4_db_rollback_to(&s->org.db);
    c4_unit_meta_changed(&s->org.unit);
    assert_ok(c4_unit_refresh(&s->org.unit));
    c4_arena_free(&s->org.arena);
    c4_arena_init(&s->org.arena, &s->org.env.mem);
}

/* True when the n-th point was reached. */
static bool spring(steps *s, const fault_case *what, const c4_json *json, const trap *set, size_t n)
{
    c4_failure_clear(&s->org.error);
    assert_ok(c4_db_savepoint(&s->org.db));
    set->arm(set->user, n);
    int rc = what->put(&s->org.unit, json);
    bool hit = set->hit(set->user);
    set->arm(set->user, 0);
    if (rc != CRM4E_OK && rc != set->code) {
        print_error("%s at %zu: %d %s\n", what->json, n, rc, s->org.error.message);
    }
    assert_true(rc == (hit ? set->code : CRM4E_OK) || (set->tolerant && rc == CRM4E_OK));
    assert_int_equal(rc < 0, s->org.error.message[0] != '\0');
    undo(s);
    return hit;
}

static void sweep(steps *s, const fault_case *what, const trap *set)
{
    c4_mem mem;
    c4_json_document document;
    size_t n = 1;
    c4_mem_default(&mem);
    assert_ok(c4_json_parse(&document, &mem, what->json, strlen(what->json), 4096));
    char *before = dump_org(s);
    while (spring(s, what, document.root, set, n)) {
        n++;
    }
    assert_true(n > 1);
    char *after = dump_org(s);
    assert_string_equal(after, before);
    free_text(before);
    free_text(after);
    c4_json_free(&document);
}

static void memory_runs_out(void **state)
{
    steps *s = *state;
    const trap memory = {arm_memory, memory_hit, &s->org.alloc, CRM4E_E_NO_MEMORY, false};
    make_org(s);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sweep(s, &cases[i], &memory);
    }
}

static void storage_fails(void **state)
{
    steps *s = *state;
    fault_storage *fault = s->org.storage.user;
    const trap storage = {arm_storage, storage_hit, fault, CRM4E_E_IO, true};
    make_org(s);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sweep(s, &cases[i], &storage);
    }
}

static fault_storage faulty;

static int setup_faulty(void **state)
{
    fault_storage_init(&faulty, crm4e_storage_memory(), NULL);
    return steps_on(state, fault_storage_host(&faulty));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(memory_runs_out, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(storage_fails, setup_faulty, steps_teardown),
    };
    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
