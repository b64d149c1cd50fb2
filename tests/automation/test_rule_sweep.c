/* SPDX-License-Identifier: MIT */
/* Every trigger with every action, while memory runs out, the storage fails and the clock does: the
 * call that sets the rule off fails, and every row of every table is as it was. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../api/fixture.h"

#define HOUR (INT64_C(3600) * 1000000)

enum {
    MOST_TEXT = 2000
};

static fixture f;
static crm4e_session *ana;
static crm4e_id lead;

static int apply(const char *document)
{
    char json[MOST_TEXT];

    (void)snprintf(json, sizeof json, "%s", document);
    for (char *c = json; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    return crm4e_org_apply(NULL, ana, json, CRM4E_NUL_TERMINATED);
}

static int write_record(const char *module, crm4e_id id, const char *field, const char *value)
{
    crm4e_record *record = NULL;
    int rc = id != 0 ? crm4e_record_open(&record, ana, module, id)
                     : crm4e_record_new(&record, ana, module);

    if (rc == CRM4E_OK && id == 0)
        rc = crm4e_record_set_text(record, "Company", "Tower", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, field, value, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

/* ------------------------------------------------------------- what sets a rule off */

static int do_create(void)
{
    return write_record("Leads", 0, "Last_Name", "New");
}

static int do_edit(void)
{
    return write_record("Leads", lead, "City", "Rome");
}

static int do_delete(void)
{
    return crm4e_record_delete(ana, "Leads", lead, 0);
}

static int do_tag(void)
{
    return crm4e_record_tag(ana, "Leads", lead, "New");
}

static int do_untag(void)
{
    return crm4e_record_untag(ana, "Leads", lead, "Old");
}

static int do_note(void)
{
    crm4e_record *note = NULL;
    char parent[50];
    int rc = crm4e_record_new(&note, ana, "Notes");

    (void)snprintf(parent, sizeof parent, "Leads:%lld", (long long)lead);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(note, "Note_Content", "n", 1);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(note, "Parent_Id", parent, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(note);
    crm4e_record_free(note);
    return rc;
}

static int do_interaction(void)
{
    crm4e_interaction_options options = CRM4E_INTERACTION_OPTIONS_INIT;

    options.module = "Leads";
    options.record = lead;
    options.kind = "form";
    return crm4e_interaction_add(NULL, ana, &options);
}

static int do_schedule(void)
{
    return crm4e_schedule_run(ana, f.time + 2 * HOUR, 1, NULL);
}

static const struct {
    const char *on;
    int (*set_off)(void);
    bool deletes;
} triggers[] = {
    {"'on': 'create'", do_create, false},
    {"'on': 'edit'", do_edit, false},
    {"'on': 'create_or_edit'", do_edit, false},
    {"'on': 'delete'", do_delete, true},
    {"'on': 'field_update', 'fields': ['City']", do_edit, false},
    {"'on': 'tag_added', 'tags': ['New']", do_tag, false},
    {"'on': 'tag_removed'", do_untag, false},
    {"'on': 'note_added'", do_note, false},
    {"'on': 'interaction_added', 'kinds': ['form']", do_interaction, false},
    {"'on': 'date_or_datetime', 'date': {'field': 'Created_Time', 'after': {'hours': 1}}",
     do_schedule, false},
};

static const struct {
    const char *action;
    bool after_delete;
} actions[] = {
    {"{'assign_owner': {'target': 'users', 'users': ['bob@acme.example', 'ana@acme.example'],"
     " 'notify': true, 'transfer': ['tasks']}}",
     false},
    {"{'update_field': {'field': 'State', 'value': 'S'}}", false},
    {"{'create_record': {'module': 'Accounts', 'fields': {'Account_Name': '${Leads.Company}'}}}",
     false},
    {"{'create_task': {'subject': 'S', 'due_in_days': 1}}", false},
    {"{'create_meeting': {'subject': 'S', 'at': '09:00'}}", false},
    {"{'create_call': {'subject': 'S'}}", false},
    {"{'convert_lead': {'deal': {'Deal_Name': 'D', 'Stage': 'Qualification'}}}", false},
    {"{'add_tags': {'tags': ['Hot']}}", false},
    {"{'remove_tags': {'tags': ['Kept']}}", false},
    {"{'notify': {'to': 'creator', 'subject': '${Leads.Last_Name}'}}", true},
    {"{'webhook': {'url': 'https://x.example', 'text': '${Leads.Last_Name}'}}", true},
    {"{'function': {'name': 'f', 'arguments': {'a': '${Leads.Last_Name}'}}}", true},
};

/* ------------------------------------------------------------- what fails */

static void assert_unchanged(uint64_t before, const char *what, size_t n, int rc, int wanted)
{
    if (rc != wanted)
        fail_msg("%s %zu: %s, not %s", what, n, crm4e_code_name(rc), crm4e_code_name(wanted));
    if (database_hash(&f.raw) != before)
        fail_msg("%s %zu: rows have changed", what, n);
}

static void without_clock(int (*set_off)(void), uint64_t before)
{
    const int64_t time = f.time;
    int rc;

    f.time = -1;
    rc = set_off();
    f.time = time;
    assert_unchanged(before, "clock", 1, rc, CRM4E_E_CALLBACK);
}

/* How many calls of a method it takes: told by a transaction that is rolled back, in which it is a
 * savepoint instead of a transaction. */
static size_t count_calls(int (*set_off)(void), fault_method method)
{
    size_t calls;

    assert_int_equal(crm4e_session_begin(ana), CRM4E_OK);
    fault_storage_arm(&f.fault, method, SIZE_MAX, false, CRM4E_E_IO);
    assert_true(set_off() >= 0);
    calls = atomic_load(&f.fault.calls);
    fault_storage_disarm(&f.fault);
    assert_int_equal(crm4e_session_rollback(ana), CRM4E_OK);
    if (method == FAULT_COMMIT)
        return 1;
    return method == FAULT_SAVEPOINT ? calls - 1 : calls;
}

static void without_storage(int (*set_off)(void), uint64_t before)
{
    static const fault_method methods[] = {FAULT_INSERT, FAULT_UPDATE,   FAULT_GET,
                                           FAULT_SELECT, FAULT_NEXT,     FAULT_REMOVE,
                                           FAULT_COMMIT, FAULT_SAVEPOINT};

    for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
        const size_t calls = count_calls(set_off, methods[m]);

        for (size_t n = 1; n <= calls; n += 1 + n / 2) {
            int rc;

            fault_storage_arm(&f.fault, methods[m], n, false, CRM4E_E_IO);
            rc = set_off();
            fault_storage_disarm(&f.fault);
            assert_unchanged(before, "storage", m * 1000 + n, rc, CRM4E_E_IO);
        }
    }
}

/* Entries of the schedule are run in transactions of their own; of other leads there are more. */
static void without_storage_by_clock(uint64_t before)
{
    static const fault_method methods[] = {FAULT_INSERT, FAULT_UPDATE, FAULT_GET,   FAULT_SELECT,
                                           FAULT_NEXT,   FAULT_REMOVE, FAULT_COMMIT};

    for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
        int rc = CRM4E_E_IO;

        for (size_t n = 1; rc != CRM4E_OK; n += 1 + n / 2) {
            bool hit;

            fault_storage_arm(&f.fault, methods[m], n, false, CRM4E_E_IO);
            rc = do_schedule();
            hit = atomic_load(&f.fault.hit);
            fault_storage_disarm(&f.fault);
            if (hit)
                assert_unchanged(before, "schedule", m * 1000 + n, rc, CRM4E_E_IO);
            else
                assert_int_equal(rc, CRM4E_OK);
        }
        before = database_hash(&f.raw);
    }
}

/* Ends with the call that has what it needs. */
static void without_memory(int (*set_off)(void), uint64_t before)
{
    int rc = CRM4E_E_NO_MEMORY;

    for (size_t n = 1; rc != CRM4E_OK; n += 1 + n / 3) {
        fail_alloc_arm(&f.alloc, n, false);
        rc = set_off();
        if (!fail_alloc_hit(&f.alloc))
            assert_int_equal(rc, CRM4E_OK);
        fail_alloc_arm(&f.alloc, 0, false);
        if (rc != CRM4E_OK)
            assert_unchanged(before, "memory", n, rc, CRM4E_E_NO_MEMORY);
    }
    assert_true(database_hash(&f.raw) != before);
}

/* ------------------------------------------------------------- all of them */

static void new_lead(void)
{
    assert_int_equal(fixture_lead(ana, "Li", &lead), CRM4E_OK);
    assert_int_equal(crm4e_record_tag(ana, "Leads", lead, "Old"), CRM4E_OK);
    assert_int_equal(crm4e_record_tag(ana, "Leads", lead, "Kept"), CRM4E_OK);
}

static void sweep(crm4e_module *leads, size_t trigger, size_t action)
{
    int (*set_off)(void) = triggers[trigger].set_off;
    char rule[MOST_TEXT];
    uint64_t before;

    new_lead();
    (void)snprintf(rule, sizeof rule,
                   "{'workflows': [{'name': 'R', 'module': 'Leads', %s, 'conditions': ["
                   "{'then': [%s]}]}]}",
                   triggers[trigger].on, actions[action].action);
    if (apply(rule) != CRM4E_OK)
        fail_msg("%s: %s", rule, crm4e_error_message(crm4e_session_error(ana)));
    before = database_hash(&f.raw);
    without_clock(set_off, before);
    if (set_off != do_schedule)
        without_storage(set_off, before);
    without_memory(set_off, before);
    if (set_off == do_schedule)
        without_storage_by_clock(database_hash(&f.raw));
    assert_int_equal(crm4e_workflow_remove(leads, "R"), CRM4E_OK);
}

static void every_trigger_and_action(void **state)
{
    crm4e_module *leads = NULL;
    crm4e_text *problems = NULL;
    crm4e_id bob = 0;

    (void)state;
    assert_int_equal(fixture_start(&f, FIXTURE_MEMORY), CRM4E_OK);
    assert_int_equal(fixture_org(&f, "Acme", "ana@acme.example", &f.own), CRM4E_OK);
    ana = f.own.session;
    assert_int_equal(fixture_user(ana, "bob@acme.example", "Standard", &bob), CRM4E_OK);
    assert_int_equal(apply("{'modules': [{'api_name': 'Leads', 'tags': [{'name': 'Hot'}, {'name':"
                           " 'New'}, {'name': 'Old'}, {'name': 'Kept'}]}]}"),
                     CRM4E_OK);
    assert_int_equal(crm4e_module_open(&leads, ana, "Leads"), CRM4E_OK);
    for (size_t i = 0; i < sizeof triggers / sizeof triggers[0]; i++) {
        for (size_t k = 0; k < sizeof actions / sizeof actions[0]; k++) {
            if (!triggers[i].deletes || actions[k].after_delete)
                sweep(leads, i, k);
        }
    }
    assert_int_equal(crm4e_check(&problems, f.own.org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(problems), "[]");
    crm4e_text_free(problems);
    crm4e_module_free(leads);
    assert_true(fixture_close(&f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_trigger_and_action),
    };

    return cmocka_run_group_tests_name("rule sweep", tests, NULL, NULL);
}
