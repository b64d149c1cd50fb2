/* SPDX-License-Identifier: MIT */
/* Every trigger with every action, while memory runs out, the storage fails and the clock does: the
 * call that sets the rule off fails, and every row of every table is as it was. What the host refuses
 * fails the rule as a whole, and what it makes of the messages loses none. */
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
static crm4e_module *leads;
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
    return method == FAULT_SAVEPOINT || method == FAULT_RELEASE ? calls - 1 : calls;
}

static void fail_storage(int (*set_off)(void), fault_method method, size_t n, uint64_t before)
{
    int rc;

    fault_storage_arm(&f.fault, method, n, false, CRM4E_E_IO);
    rc = set_off();
    fault_storage_disarm(&f.fault);
    assert_unchanged(before, "storage", (size_t)method * 1000 + n, rc, CRM4E_E_IO);
}

static void without_storage(int (*set_off)(void), uint64_t before)
{
    static const fault_method methods[] = {FAULT_INSERT, FAULT_UPDATE,    FAULT_GET,
                                           FAULT_SELECT, FAULT_NEXT,      FAULT_REMOVE,
                                           FAULT_COMMIT, FAULT_SAVEPOINT, FAULT_RELEASE};

    for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
        const size_t calls = count_calls(set_off, methods[m]);

        for (size_t n = 1; n <= calls; n += 1 + n / 2)
            fail_storage(set_off, methods[m], n, before);
    }
}

/* Entries of the schedule are run in transactions of their own; of other leads there are more. */
static void without_storage_by_clock(uint64_t before)
{
    static const fault_method methods[] = {FAULT_INSERT, FAULT_UPDATE,    FAULT_GET,
                                           FAULT_SELECT, FAULT_NEXT,      FAULT_REMOVE,
                                           FAULT_COMMIT, FAULT_SAVEPOINT, FAULT_RELEASE};

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

/* Of a new lead. */
static void put_rule(size_t trigger, size_t action, const char *policy)
{
    char rule[MOST_TEXT];

    new_lead();
    (void)snprintf(rule, sizeof rule,
                   "{'workflows': [{'name': 'R', 'module': 'Leads', %s, 'on_failure': '%s',"
                   " 'conditions': [{'then': [%s]}]}]}",
                   triggers[trigger].on, policy, actions[action].action);
    if (apply(rule) != CRM4E_OK)
        fail_msg("%s: %s", rule, crm4e_error_message(crm4e_session_error(ana)));
}

static void sweep(size_t trigger, size_t action)
{
    int (*set_off)(void) = triggers[trigger].set_off;
    uint64_t before;

    put_rule(trigger, action, "log");
    before = database_hash(&f.raw);
    without_clock(set_off, before);
    if (set_off != do_schedule)
        without_storage(set_off, before);
    without_memory(set_off, before);
    if (set_off == do_schedule)
        without_storage_by_clock(database_hash(&f.raw));
    assert_int_equal(crm4e_workflow_remove(leads, "R"), CRM4E_OK);
}

static void start_org(void)
{
    crm4e_id bob = 0;

    assert_int_equal(fixture_org(&f, "Acme", "ana@acme.example", &f.own), CRM4E_OK);
    ana = f.own.session;
    assert_int_equal(fixture_user(ana, "bob@acme.example", "Standard", &bob), CRM4E_OK);
    assert_int_equal(apply("{'modules': [{'api_name': 'Leads', 'tags': [{'name': 'Hot'}, {'name':"
                           " 'New'}, {'name': 'Old'}, {'name': 'Kept'}]}]}"),
                     CRM4E_OK);
    assert_int_equal(crm4e_module_open(&leads, ana, "Leads"), CRM4E_OK);
}

static void end_org(void)
{
    crm4e_text *problems = NULL;

    assert_int_equal(crm4e_check(&problems, f.own.org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(problems), "[]");
    crm4e_text_free(problems);
    crm4e_module_free(leads);
    assert_true(fixture_close(&f));
}

/* One in so many of them; 1: all. */
static void each_pair(void (*sweep_pair)(size_t trigger, size_t action), size_t one_in)
{
    size_t pairs = 0;

    for (size_t i = 0; i < sizeof triggers / sizeof triggers[0]; i++) {
        for (size_t k = 0; k < sizeof actions / sizeof actions[0]; k++) {
            if ((!triggers[i].deletes || actions[k].after_delete) && pairs++ % one_in == 0)
                sweep_pair(i, k);
        }
    }
}

static void every_trigger_and_action(void **state)
{
    (void)state;
    assert_int_equal(fixture_start(&f, FIXTURE_MEMORY), CRM4E_OK);
    start_org();
    each_pair(sweep, 1);
    end_org();
}

/* ------------------------------------------------------------- on disk */

/* An engine of the test's own in place of the fixture's. */
static void open_again(void)
{
    crm4e_engine_close(f.engine);
    f.engine = NULL;
    assert_int_equal(crm4e_engine_open(&f.engine, &f.engine_options), CRM4E_OK);
}

static void sweep_on_disk(size_t trigger, size_t action)
{
    static const fault_method methods[] = {FAULT_INSERT, FAULT_UPDATE,    FAULT_NEXT,
                                           FAULT_COMMIT, FAULT_SAVEPOINT, FAULT_RELEASE};
    int (*set_off)(void) = triggers[trigger].set_off;
    uint64_t before;

    if (set_off == do_schedule)
        return;
    put_rule(trigger, action, "log");
    before = database_hash(&f.raw);
    for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
        const size_t calls = count_calls(set_off, methods[m]);

        for (size_t n = 1; n <= calls; n += 1 + calls / 2)
            fail_storage(set_off, methods[m], n, before);
    }
    assert_true(set_off() >= 0);
    assert_true(database_hash(&f.raw) != before);
    assert_int_equal(crm4e_workflow_remove(leads, "R"), CRM4E_OK);
}

static void some_on_disk(void **state)
{
    crm4e_sqlite_options sqlite = {sizeof sqlite, f.directory, NULL, CRM4E_SQLITE_NORMAL_SYNC, 0};

    (void)state;
    assert_int_equal(fixture_start(&f, FIXTURE_SQLITE), CRM4E_OK);
    fault_storage_init(&f.fault, crm4e_storage_sqlite(), &sqlite);
    f.storage = fault_storage_host(&f.fault);
    f.engine_options.path = NULL;
    f.engine_options.storage = &f.storage;
    open_again();
    start_org();
    each_pair(sweep_on_disk, 13);
    end_org();
}

/* ------------------------------------------------------------- what the host says */

/* The question that is answered like that; the rest are not objected to. */
static struct {
    size_t asked;
    size_t at; /* from 1; 0: none */
    bool from_there_on;
    int32_t answer;
} word;

static int32_t say(void *user, const crm4e_question *question)
{
    (void)user, (void)question;
    word.asked++;
    return word.at != 0 && (word.asked == word.at || (word.from_there_on && word.asked > word.at))
               ? word.answer
               : CRM4E_PASSTHROUGH;
}

static const struct {
    int32_t answer;
    int code;
    bool fails_the_rule; /* or the call, whatever the rule's policy */
    bool hides;          /* a record that may not be looked at is as if there were none */
} words[] = {
    {CRM4E_DENY, CRM4E_E_DENIED, true, true},
    {CRM4E_E_USER, CRM4E_E_USER, true, false},
    {4711, CRM4E_E_CALLBACK, false, false},
};

static bool hides(int rc)
{
    return rc == CRM4E_E_INVALID || rc == CRM4E_E_NOT_FOUND;
}

/* What all the actions may have made. */
static int64_t count_made(void)
{
    static const char *const texts[] = {
        "select id from Accounts",
        "select id from Contacts",
        "select id from Deals",
        "select id from Tasks",
        "select id from Events",
        "select id from Calls",
        "select id from Leads where Owner = 'bob@acme.example'",
        "select id from Leads where State = 'S'",
    };
    int64_t made = 0;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const int64_t count = fixture_count(ana, texts[i]);
        if (count < 0)
            fail_msg("%s: %s", texts[i], crm4e_error_message(crm4e_session_error(ana)));
        made += count;
    }
    return made;
}

static bool rule_failed(void)
{
    crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
    crm4e_text *runs = NULL;
    bool failed;

    options.limit = 1;
    assert_int_equal(crm4e_runs_json(&runs, leads, &options), CRM4E_OK);
    failed = strstr(crm4e_text_data(runs), "\"result\":\"failed\"") != NULL;
    crm4e_text_free(runs);
    return failed;
}

static int ask_from(int (*set_off)(void), size_t at, size_t w)
{
    int rc;

    assert_int_equal(crm4e_session_begin(ana), CRM4E_OK);
    word.asked = 0;
    word.from_there_on = at % 2 == 0;
    word.answer = words[w].answer;
    word.at = at;
    rc = set_off();
    word.at = 0;
    return rc;
}

/* A rule that fails alone, which is told, did nothing. All is undone in any case. */
static bool refuse_once(int (*set_off)(void), size_t at, size_t w, int64_t made)
{
    const int rc = ask_from(set_off, at, w);
    const bool alone = rc == CRM4E_OK && rule_failed();

    if (rc != CRM4E_OK && rc != words[w].code && !(words[w].hides && hides(rc)))
        fail_msg("question %zu: %s, not %s: %s", at, crm4e_code_name(rc),
                 crm4e_code_name(words[w].code), crm4e_error_message(crm4e_session_error(ana)));
    if (rc != CRM4E_OK || alone)
        assert_int_equal(count_made(), made);
    assert_int_equal(crm4e_session_rollback(ana), CRM4E_OK);
    return alone;
}

/* What a rule that failed has done cannot be undone: then the change fails as well, and the session
 * is good for nothing but to be closed. */
static void refuse_without_undo(int (*set_off)(void), size_t at, size_t w)
{
    bool hit;
    int rc;
    int undone;

    fault_storage_arm(&f.fault, FAULT_ROLLBACK_TO, 1, true, CRM4E_E_IO);
    rc = ask_from(set_off, at, w);
    hit = atomic_load(&f.fault.hit);
    fault_storage_disarm(&f.fault);
    undone = crm4e_session_rollback(ana);
    assert_int_equal(rc, hit ? CRM4E_E_IO : CRM4E_OK);
    assert_int_equal(undone, hit ? CRM4E_E_IO : CRM4E_OK);
    if (hit) {
        crm4e_module_free(leads);
        crm4e_session_close(ana);
        assert_int_equal(crm4e_session_open(&ana, f.own.org, "ana@acme.example"), CRM4E_OK);
        assert_int_equal(crm4e_module_open(&leads, ana, "Leads"), CRM4E_OK);
    }
}

static size_t count_questions(int (*set_off)(void))
{
    assert_int_equal(crm4e_session_begin(ana), CRM4E_OK);
    word.asked = 0;
    assert_true(set_off() >= 0);
    assert_int_equal(crm4e_session_rollback(ana), CRM4E_OK);
    return word.asked;
}

static void sweep_host(size_t trigger, size_t action)
{
    int (*set_off)(void) = triggers[trigger].set_off;
    const bool stops = (trigger + action) % 2 == 0;
    int64_t made;
    uint64_t before;
    size_t questions;

    if (set_off == do_schedule) /* none of its own while a transaction is open */
        return;
    put_rule(trigger, action, stops ? "fail" : "log");
    before = database_hash(&f.raw);
    made = count_made();
    questions = count_questions(set_off);
    assert_true(questions > 0);
    for (size_t n = 1; n <= questions; n += 1 + n / 4) {
        const size_t w = n % (sizeof words / sizeof words[0]);

        if (refuse_once(set_off, n, w, made)) {
            assert_true(words[w].fails_the_rule && !stops);
            refuse_without_undo(set_off, n, w);
        }
    }
    assert_true(database_hash(&f.raw) == before);
    assert_int_equal(crm4e_workflow_remove(leads, "R"), CRM4E_OK);
}

static void every_word_of_the_host(void **state)
{
    (void)state;
    assert_int_equal(fixture_start(&f, FIXTURE_MEMORY), CRM4E_OK);
    f.auth.authorise = say;
    open_again();
    start_org();
    each_pair(sweep_host, 1);
    end_org();
}

/* ------------------------------------------------------------- what the host makes of messages */

static struct {
    int32_t answer;
    bool enters; /* the session that delivers */
    size_t calls;
} post;

static int32_t deliver(void *user, const crm4e_message *message)
{
    (void)user;
    assert_true(message->payload[0] == '{' && strlen(message->payload) == message->payload_length);
    post.calls++;
    if (post.enters) {
        assert_int_equal(do_tag(), CRM4E_E_MISUSE);
        assert_int_equal(crm4e_run_due(ana, 0, 1, NULL), CRM4E_E_MISUSE);
    }
    return post.answer;
}

static const struct {
    int32_t answer;
    bool enters;
    int code;
    uint32_t state; /* of the message then */
} deliveries[] = {
    {0, false, CRM4E_OK, CRM4E_OUTBOX_IS_WAITING},
    {CRM4E_E_BUSY, true, CRM4E_OK, CRM4E_OUTBOX_IS_WAITING},
    {4711, false, CRM4E_E_CALLBACK, CRM4E_OUTBOX_IS_WAITING},
    {-4711, true, CRM4E_E_CALLBACK, CRM4E_OUTBOX_IS_WAITING},
    {CRM4E_DENY, false, CRM4E_OK, CRM4E_OUTBOX_IS_DEAD},
    {CRM4E_CONTINUE, true, CRM4E_OK, CRM4E_OUTBOX_IS_DELIVERED},
};

/* How many there are in that state, and the last of them. */
static size_t count_messages(uint32_t state, crm4e_id *last)
{
    static const char id[] = "{\"id\":";
    crm4e_text *text = NULL;
    size_t count = 0;

    assert_int_equal(crm4e_outbox_json(&text, ana, state, 0, 1000), CRM4E_OK);
    for (const char *at = crm4e_text_data(text); (at = strstr(at, id)) != NULL; count++) {
        at += strlen(id);
        *last = strtoll(at + (*at == '"'), NULL, 10);
    }
    crm4e_text_free(text);
    return count;
}

/* One message by the rule, the only one that waits. */
static void put_message(size_t trigger, size_t action)
{
    crm4e_id last = 0;

    put_rule(trigger, action, "log");
    assert_true(triggers[trigger].set_off() >= 0);
    assert_int_equal(crm4e_workflow_remove(leads, "R"), CRM4E_OK);
    assert_int_equal(count_messages(CRM4E_OUTBOX_IS_WAITING, &last), 1);
}

static int run_post(int32_t *done)
{
    f.time += HOUR; /* whatever lease or pause there was */
    return crm4e_run_due(ana, 0, 10, done);
}

static void answer_each_way(void)
{
    crm4e_id last = 0;

    for (size_t i = 0; i < sizeof deliveries / sizeof deliveries[0]; i++) {
        const size_t before = count_messages(deliveries[i].state, &last);
        const bool stays = deliveries[i].state == CRM4E_OUTBOX_IS_WAITING;
        int32_t done = 0;

        post.answer = deliveries[i].answer;
        post.enters = deliveries[i].enters;
        post.calls = 0;
        assert_int_equal(run_post(&done), deliveries[i].code);
        assert_int_equal(post.calls, 1);
        assert_int_equal(done, deliveries[i].code == CRM4E_OK ? 1 : 0);
        assert_int_equal(count_messages(deliveries[i].state, &last), before + (stays ? 0 : 1));
        if (deliveries[i].state == CRM4E_OUTBOX_IS_DEAD)
            assert_int_equal(crm4e_outbox_retry(ana, last), CRM4E_OK);
    }
}

static size_t start_to_deliver(void)
{
    crm4e_id last = 0;

    post.answer = CRM4E_CONTINUE;
    post.enters = false;
    return count_messages(CRM4E_OUTBOX_IS_DELIVERED, &last);
}

/* It waits until it is settled, which is told also when what follows fails; a host that was told
 * of it may be told again. */
static void assert_settled(int rc, int wanted, int32_t done, size_t before)
{
    crm4e_id last = 0;

    assert_int_equal(rc, rc == CRM4E_OK ? CRM4E_OK : wanted);
    assert_true(done == 1 || (done == 0 && rc != CRM4E_OK));
    assert_int_equal(count_messages(CRM4E_OUTBOX_IS_DELIVERED, &last), before + (size_t)done);
    assert_int_equal(count_messages(CRM4E_OUTBOX_IS_WAITING, &last), 1 - (size_t)done);
}

static void deliver_without_memory(void)
{
    const size_t before = start_to_deliver();
    int32_t done = 0;

    for (size_t n = 1; done == 0; n += 1 + n / 5) {
        int rc;

        fail_alloc_arm(&f.alloc, n, false);
        rc = run_post(&done);
        fail_alloc_arm(&f.alloc, 0, false);
        assert_settled(rc, CRM4E_E_NO_MEMORY, done, before);
    }
}

static void deliver_without_storage(fault_method method)
{
    const size_t before = start_to_deliver();
    int32_t done = 0;

    for (size_t n = 1; done == 0; n++) {
        int rc;

        fault_storage_arm(&f.fault, method, n, false, CRM4E_E_IO);
        rc = run_post(&done);
        fault_storage_disarm(&f.fault);
        assert_settled(rc, CRM4E_E_IO, done, before);
    }
}

static void sweep_delivery(size_t trigger, size_t action)
{
    static const fault_method methods[] = {FAULT_BEGIN, FAULT_GET,    FAULT_SELECT,
                                           FAULT_NEXT,  FAULT_UPDATE, FAULT_COMMIT};

    if (!actions[action].after_delete) /* it sends none */
        return;
    put_message(trigger, action);
    answer_each_way();
    put_message(trigger, action);
    deliver_without_memory();
    put_message(trigger, action);
    deliver_without_storage(methods[(trigger + action) % (sizeof methods / sizeof methods[0])]);
}

static void every_way_of_delivery(void **state)
{
    (void)state;
    assert_int_equal(fixture_start(&f, FIXTURE_MEMORY), CRM4E_OK);
    f.delivery.deliver = deliver;
    open_again();
    start_org();
    each_pair(sweep_delivery, 1);
    end_org();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_trigger_and_action),
        cmocka_unit_test(some_on_disk),
        cmocka_unit_test(every_word_of_the_host),
        cmocka_unit_test(every_way_of_delivery),
    };

    return cmocka_run_group_tests_name("rule sweep", tests, NULL, NULL);
}
