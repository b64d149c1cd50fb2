/* SPDX-License-Identifier: MIT */
/* Every allocation of saving and of running rules fails once, and from there on. */
#include <stdlib.h>
#include <string.h>

#include "rule_steps.h"

#define RULE                                                                                       \
    "{'name': 'R', 'module': 'Documents', 'on': 'create', 'conditions': ["                         \
    "{'when': 'Amount > 1000', 'then': [{'notify': {'to': 'creator', 'subject': 'S'}}]},"          \
    "{'when': 'Created_By = `p@acme.example`', 'then': ["                                          \
    "{'assign_owner': {'target': 'team_module_users', 'online_only': true, 'notify': true}},"      \
    "{'update_field': {'field': 'Status', 'value': 'Open'}},"                                      \
    "{'create_record': {'module': 'Deals', 'owner': 's@acme.example', 'fields': {'Deal_Name':"     \
    " '${Documents.Name}', 'Stage': 'Qualification'}, 'triggers': true}},"                         \
    "{'create_task': {'subject': '${Documents.Name}', 'due_in_days': 1}},"                         \
    "{'notify': {'to': 'u7@acme.example', 'subject': '${Documents.Name}', 'body': 'B'}},"          \
    "{'webhook': {'url': 'https://example.com/h?a=${Documents.Name}',"                             \
    " 'headers': {'X-A': '${Documents.Name}'}, 'form': {'a': '${Documents.Owner}'}}},"             \
    "{'webhook': {'url': 'https://example.com/h', 'body': {'a': ['${Documents.Name}', 1]}}},"      \
    "{'function': {'name': 'f', 'arguments': {'a': '${Documents.Name}'}}}]}]}"

typedef struct operation {
    steps *s;
    c4_json_document rule;
    int (*run)(struct operation *operation);
} operation;

static int save(operation *o)
{
    crm4e_id id = 0;

    return c4_workflow_put(&o->s->org.unit, o->rule.root, false, &id);
}

static int add_document(operation *o)
{
    steps *s = o->s;
    const c4_module *module = c4_meta_module_named(meta_of(s), "Documents");
    c4_draft draft;
    crm4e_id id = 0;
    int rc = c4_draft_init(&draft, &s->org.arena, module);

    if (rc == CRM4E_OK) {
        rc = c4_draft_set_text(&s->org.unit, &draft, module->name_field, "A", 1);
    }
    return rc == CRM4E_OK ? c4_record_create(&s->org.unit, &draft, &id) : rc;
}

static int export_rule(operation *o)
{
    c4_buffer out;
    int rc;

    c4_buffer_init(&out, &o->s->org.env.mem, 100000);
    rc = c4_workflow_write(&o->s->org.unit, &meta_of(o->s)->workflows[0], &out);
    c4_buffer_free(&out);
    return rc;
}

static int read_outbox(operation *o)
{
    c4_outbox_entry entry;
    c4_outbox_answer answer = {.state = C4_OUTBOX_WAITING, .reason = "busy"};
    c4_unit *unit = &o->s->org.unit;
    c4_outbox_entry *list = NULL;
    size_t count = 0;
    int rc = c4_outbox_take(unit, unit->now, 1000, &entry);

    if (rc == CRM4E_ROW) {
        answer.lease = entry.lease;
        rc = c4_outbox_settle(unit, entry.id, &answer);
    }
    return rc == CRM4E_OK ? c4_outbox_list(unit, C4_OUTBOX_WAITING, 0, 10, &list, &count) : rc;
}

/* Each time from a fresh snapshot and an empty arena. */
static bool fails_well(operation *o, size_t n, bool from_there_on)
{
    steps *s = o->s;
    bool hit;
    int rc;

    c4_unit_meta_changed(&s->org.unit);
    assert_ok(c4_unit_refresh(&s->org.unit));
    c4_arena_free(&s->org.arena);
    c4_failure_clear(&s->org.error);
    assert_ok(c4_db_savepoint(&s->org.db));
    fail_alloc_arm(&s->org.alloc, n, from_there_on);
    rc = o->run(o);
    hit = fail_alloc_hit(&s->org.alloc);
    fail_alloc_arm(&s->org.alloc, 0, false);
    if (rc != (hit ? CRM4E_E_NO_MEMORY : CRM4E_OK)) {
        print_error("allocation %u: %s\n", (unsigned)n, s->org.error.message);
    }
    assert_int_equal(rc, hit ? CRM4E_E_NO_MEMORY : CRM4E_OK);
    assert_int_equal(s->org.unit.rule_depth, 0);
    assert_int_equal(s->org.unit.source, C4_SOURCE_API);
    c4_db_rollback_to(&s->org.db);
    return hit;
}

static void sweep(operation *o)
{
    for (int on = 0; on < 2; on++) {
        size_t n = 1;
        while (fails_well(o, n, on != 0)) {
            n++;
        }
        assert_true(n > 5);
    }
}

static void test_allocations(void **state)
{
    steps *s = *state;
    operation o = {.s = s, .rule = rule_json(RULE)};

    o.run = save;
    sweep(&o);
    assert_ok(put_rule(s, RULE));
    o.run = export_rule;
    sweep(&o);
    set_online(s, MAIL("u2"));
    act_as(s, MAIL("p"));
    o.run = add_document;
    sweep(&o);
    (void)add(s, "Documents", "{'Name': 'A'}");
    assert_int_equal(last_run(s).result, C4_RUN_DONE);
    act_as_admin(s);
    o.run = read_outbox;
    sweep(&o);
    c4_json_free(&o.rule);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_allocations, legal_setup, steps_teardown),
    };

    return cmocka_run_group_tests_name("rules without memory", tests, NULL, NULL);
}
