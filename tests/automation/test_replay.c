/* SPDX-License-Identifier: MIT */
/* The same calls at the same times make the same org, whatever it is stored in: thousands of
 * steps with rules of all triggers and actions at work, also by the clock, over a leap
 * day and summer times - then every record, every change, every run, all that waits and
 * every message is compared. */
#include "support/effort.h"
#include "../api/fixture.h"
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STEPS = 10000, /* by default, without a sanitizer */
    AT_ONCE = 40,  /* steps of a transaction */
    LEADS = 200,   /* that are worked on at a time */
    FIRMS = 5,
    USERS = 3
};

static const char document[] =
    "{'crm4e': 1, 'org': {'time_zone': 'Europe/Berlin'},"
    " 'users': [{'email': 'u1@x.example', 'role': 'Manager'},"
    "  {'email': 'u2@x.example', 'role': 'Manager'}],"
    " 'modules': [{'api_name': 'Jobs', 'fields': [{'api_name': 'Lead', 'type': 'lookup',"
    "   'target': 'Leads'}, {'api_name': 'Pay', 'type': 'text'}]}, {'api_name': 'Papers',"
    "   'fields': [{'api_name': 'Job', 'type': 'lookup', 'target': 'Jobs'}]},"
    "  {'api_name': 'Leads', 'tags': [{'name': 'Hot'}, {'name': 'Cold'},"
    "   {'name': 'Seen'}], 'fields': [{'api_name': 'Fee', 'type': 'currency', 'scale': 2},"
    "   {'api_name': 'Firm', 'type': 'lookup', 'target': 'Accounts'},"
    "   {'api_name': 'Due', 'type': 'date'}, {'api_name': 'Meet', 'type': 'datetime'},"
    "   {'api_name': 'Twice', 'type': 'formula', 'settings': {'expression': 'Fee * 2', 'result': "
    "'currency'}}]}],"
    " 'assignment_rules': [{'name': 'Who', 'module': 'Leads', 'entries': [{'when': 'City = `Rome`',"
    "   'to': {'target': 'role', 'role': 'Manager'}}, {'to': {'target': 'users', 'users': ["
    "   'u1@x.example', 'u2@x.example']}}]}],"
    " 'workflows': ["
    "  {'name': 'Hand out', 'module': 'Leads', 'on': 'create', 'conditions': ["
    "   {'when': 'Fee > 500', 'then': [{'assign_owner': {'target': 'role', 'role': 'Manager',"
    "     'notify': true}}, {'add_tags': {'tags': ['Hot']}}]},"
    "   {'then': [{'assign_owner': {'target': 'users', 'users': ['u1@x.example',"
    "     'u2@x.example']}}, {'add_tags': {'tags': ['Cold']}}]}]},"
    "  {'name': 'Dear', 'module': 'Leads', 'on': 'field_update', 'fields': ['Fee', 'City'],"
    "   'conditions': [{'when': 'Fee > 800', 'was': 'Fee < 200', 'then': ["
    "    {'update_field': {'field': 'Description', 'value': 'much dearer'}},"
    "    {'notify': {'to': 'owner', 'subject': 'Dear: ${Leads.Fee}'}}]},"
    "   {'when': 'City is null', 'then': [{'update_field': {'field': 'Description',"
    "     'value': null}}]}]},"
    "  {'name': 'Once', 'module': 'Leads', 'on': 'create_or_edit', 'repeat': false,"
    "   'conditions': [{'when': 'Fee > 900', 'then': [{'webhook': {'url': 'https://x.example'}},"
    "    {'update_field': {'field': 'Fax', 'value': '900'}}]}]},"
    "  {'name': 'Mark', 'module': 'Leads', 'on': 'note_added', 'conditions': [{'then': ["
    "    {'add_tags': {'tags': ['Seen']}}, {'remove_tags': {'tags': ['Cold']}}]}]},"
    "  {'name': 'Cooled', 'module': 'Leads', 'on': 'tag_removed', 'tags': ['Hot'],"
    "   'conditions': [{'then': [{'notify': {'to': 'creator', 'subject': 'Cooled'}}]}]},"
    "  {'name': 'Gone', 'module': 'Leads', 'on': 'delete', 'conditions': [{'then': ["
    "    {'notify': {'to': 'u1@x.example', 'subject': '${Leads.Last_Name}'}}]}]}]}";

/* Other records, those further down, and the clock. */
static const char further[] =
    "{'workflows': ["
    "  {'name': 'Moved', 'module': 'Leads', 'on': 'field_update', 'fields': ['City'],"
    "   'conditions': [{'when': 'Firm.Fax is null', 'then': [{'update_field': {'field':"
    "     'Firm.Fax', 'value': '5'}}, {'assign_owner': {'target': 'assignment_rule',"
    "     'assignment_rule': 'Who'}}]}, {'then': [{'update_field': {'field': 'Firm.Fax',"
    "     'value': null}}, {'function': {'name': 'moved', 'arguments': {'to':"
    "     '${Leads.Firm.Account_Name}'}}}]}]},"
    "  {'name': 'Work', 'module': 'Leads', 'on': 'edit', 'conditions': [{'when': 'Fee > 700',"
    "   'then': [{'create_record': {'module': 'Jobs', 'links': ['Lead'], 'owner': 'record',"
    "     'triggers': true, 'fields': {'Name': 'J', 'Pay': '${Leads.Fee} of "
    "${Leads.Firm.Phone}'}}},"
    "    {'create_call': {'subject': 'Ring', 'at': '02:30', 'due_in_days': 1}}]},"
    "   {'when': 'Fee < 50', 'then': [{'create_task': {'subject': '${Leads.Fee}', 'due_in_days': 3,"
    "     'owner': 'u2@x.example'}}, {'create_meeting': {'subject': 'Meet', 'due_in_days': 30,"
    "     'at': '09:30', 'minutes': 45}}]}]},"
    "  {'name': 'Paper', 'module': 'Jobs', 'on': 'create', 'conditions': [{'then': ["
    "    {'create_record': {'module': 'Papers', 'links': ['Job'], 'triggers': true, 'fields': {"
    "     'Name': '${Jobs.Pay}'}}}]}]},"
    "  {'name': 'Title', 'module': 'Papers', 'on': 'create_or_edit', 'conditions': [{'then': ["
    "    {'update_field': {'field': 'Name', 'value': 'Paper'}}]}]},"
    "  {'name': 'Sold', 'module': 'Leads', 'on': 'tag_added', 'tags': ['Hot'], 'conditions': ["
    "   {'when': 'Fee > 200', 'then': [{'convert_lead': {'deal': {'Deal_Name':"
    "     '${Leads.Last_Name}', 'Stage': 'Qualification'}}}]}]},"
    "  {'name': 'Strict', 'module': 'Leads', 'on': 'field_update', 'fields': ['Firm'],"
    "   'on_failure': 'fail', 'conditions': [{'when': 'Fee > 950', 'then': [{'convert_lead': {}},"
    "    {'convert_lead': {}}]}]},"
    "  {'name': 'Twice', 'module': 'Leads', 'on': 'note_added', 'conditions': [{'when':"
    "    'Fee > 500', 'then': [{'convert_lead': {}}, {'convert_lead': {}}]}]},"
    "  {'name': 'Later', 'module': 'Leads', 'on': 'create_or_edit', 'conditions': [{'when':"
    "    'Fee > 300', 'then': [], 'scheduled': [{'after': {'business_days': 2}, 'then': ["
    "     {'update_field': {'field': 'City', 'value': 'Bonn'}}]}, {'after': {'months': 1}, 'then':"
    "     [{'assign_owner': {'target': 'role', 'role': 'Manager'}}, {'create_task': {'subject':"
    "     'Late'}}]}]}]},"
    "  {'name': 'Monthly', 'module': 'Leads', 'on': 'date_or_datetime', 'date': {'field': 'Due',"
    "    'before': {'business_days': 3}, 'at': '02:30', 'repeat': 'monthly'}, 'conditions': [{"
    "    'when': 'Fee > 100', 'then': [{'notify': {'to': 'owner', 'subject': 'Due'}}]}]},"
    "  {'name': 'Yearly', 'module': 'Leads', 'on': 'date_or_datetime', 'date': {'field': 'Due',"
    "    'repeat': 'yearly'}, 'conditions': [{'then': [{'add_tags': {'tags': ['Seen']}}]}]},"
    "  {'name': 'Before', 'module': 'Leads', 'on': 'date_or_datetime', 'date': {'field': 'Meet',"
    "    'before': {'hours': 2}}, 'conditions': [{'then': [{'update_field': {'field': 'Meet',"
    "     'value': '2024-12-24T18:00:00Z'}}]}]}]}";

static int step_count = TEST_FEWER(STEPS);

typedef struct player {
    fixture *f;
    crm4e_session *session;
    crm4e_id users[USERS];
    crm4e_id firms[FIRMS];
    crm4e_id leads[LEADS];
    bool binned[LEADS];
    uint64_t random;
    int done; /* calls that did what they were to do */
} player;

static uint32_t below(player *p, uint32_t count)
{
    p->random = p->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(p->random >> 33) % count;
}

static int create(player *p, size_t place)
{
    crm4e_record *record = NULL;
    char json[200];
    int rc = crm4e_record_new(&record, p->session, "Leads");

    (void)snprintf(json, sizeof json,
                   "{\"Last_Name\": \"L%u\", \"Company\": \"Tower\", \"Fee\": %u.5}",
                   below(p, 1000), below(p, 1000));
    rc = rc < 0 ? rc : crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);
    rc = rc < 0 ? rc : crm4e_record_save(record);
    if (rc == CRM4E_OK) {
        p->leads[place] = crm4e_record_id(record);
        p->binned[place] = false;
    }
    crm4e_record_free(record);
    return rc;
}

/* Often the last of its month. */
static void put_day(player *p, char *text, size_t size)
{
    const uint32_t month = 1 + below(p, 12);

    (void)snprintf(text, size, "2024-%02u-%02u", month,
                   below(p, 2)  ? 1 + below(p, 28)
                   : month == 2 ? 29
                                : 30);
}

static int change(player *p, crm4e_id id, bool owner)
{
    static const char *const cities[] = {"null", "\"Rome\"", "\"Oslo\""};
    crm4e_record *record = NULL;
    char day[16], firm[24], json[300];
    int rc = crm4e_record_open(&record, p->session, "Leads", id);

    put_day(p, day, sizeof day);
    (void)snprintf(firm, sizeof firm, "%lld", (long long)p->firms[below(p, FIRMS)]);
    (void)snprintf(json, sizeof json, "{\"Fee\": %u, \"City\": %s, \"Firm\": %s, \"Due\": \"%s\"}",
                   below(p, 1000), cities[below(p, 3)], below(p, 5) ? firm : "null", day);
    if (below(p, 3) == 0)
        (void)snprintf(json, sizeof json, "{\"Meet\": \"%sT01:30:00Z\"}", day);
    if (owner)
        rc = rc < 0 ? rc : crm4e_record_set_owner(record, p->users[below(p, USERS)]);
    else
        rc = rc < 0 ? rc : crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);
    rc = rc < 0 ? rc : crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

static int note(player *p, crm4e_id id)
{
    crm4e_record *record = NULL;
    char json[100];
    int rc = crm4e_record_new(&record, p->session, "Notes");

    (void)snprintf(json, sizeof json, "{\"Note_Content\": \"n\", \"Parent_Id\": \"Leads:%lld\"}",
                   (long long)id);
    rc = rc < 0 ? rc : crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);
    rc = rc < 0 ? rc : crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

static int bin(player *p, size_t place)
{
    const bool binned = p->binned[place];
    int rc = binned ? crm4e_record_restore(p->session, "Leads", p->leads[place])
                    : crm4e_record_delete(p->session, "Leads", p->leads[place], 0);

    p->binned[place] = rc == CRM4E_OK ? !binned : binned;
    return rc;
}

/* What may be refused - a tag that is there, a record in the bin, what a rule stops - is so on
 * each storage. */
static void step(player *p)
{
    static const char *const tags[] = {"Hot", "Cold", "Seen"};
    size_t place = below(p, LEADS);
    crm4e_id id = p->leads[place];
    uint32_t kind = id != 0 ? below(p, 12) : 0;
    int rc;

    switch (kind) {
    case 0:
    case 1: rc = create(p, place); break;
    case 2: rc = bin(p, place); break;
    case 3: rc = crm4e_record_tag(p->session, "Leads", id, tags[below(p, 3)]); break;
    case 4: rc = crm4e_record_untag(p->session, "Leads", id, tags[below(p, 3)]); break;
    case 5: rc = p->binned[place] ? CRM4E_E_NOT_FOUND : note(p, id); break;
    case 6: rc = change(p, id, true); break;
    default: rc = change(p, id, false); break;
    }
    p->done += rc == CRM4E_OK;
    if (rc < 0 && rc != CRM4E_E_NOT_FOUND && rc != CRM4E_E_CONFLICT)
        fail_msg("%u: %s", kind, crm4e_error_message(crm4e_session_error(p->session)));
}

/* Every ninth transaction comes to nothing; messages are delivered now and then. */
static void play(player *p)
{
    for (int i = 0; i < step_count / AT_ONCE; i++) {
        const player before = *p;

        p->f->time += (int64_t)below(p, 6 * 86400) * 1000000;
        host_ok(p->session, crm4e_session_begin(p->session));
        for (int k = 0; k < AT_ONCE; k++)
            step(p);
        if (i % 9 == 8) {
            host_ok(p->session, crm4e_session_rollback(p->session));
            memcpy(p->leads, before.leads, sizeof p->leads);
            memcpy(p->binned, before.binned, sizeof p->binned);
        } else {
            host_ok(p->session, crm4e_session_commit(p->session));
        }
        if (i % 5 == 4)
            host_ok(p->session, crm4e_run_due(p->session, 0, 100, NULL));
    }
}

static void add(FILE *out, crm4e_text *text)
{
    (void)fprintf(out, "%s\n", crm4e_text_data(text));
    crm4e_text_free(text);
}

static void tell_runs(player *p, const char *name, FILE *out)
{
    crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
    crm4e_module *module = NULL;

    host_ok(p->session, crm4e_module_open(&module, p->session, name));
    options.limit = 1000;
    do {
        crm4e_text *text = NULL;
        const char *before;

        host_ok(p->session, crm4e_runs_json(&text, module, &options));
        before = strstr(crm4e_text_data(text), "\"before\":");
        assert_non_null(before);
        options.before = strtoll(before + strlen("\"before\":"), NULL, 10);
        add(out, text);
    } while (options.before != 0);
    crm4e_module_free(module);
}

static void tell_what_waits(player *p, FILE *out)
{
    crm4e_text *text = NULL;
    crm4e_time next = 0;

    host_ok(p->session, crm4e_schedule_json(&text, p->session, NULL, 0, 0, 1000));
    add(out, text);
    host_ok(p->session, crm4e_next_due(p->session, &next));
    (void)fprintf(out, "%lld\n", (long long)next);
    for (uint32_t state = CRM4E_OUTBOX_IS_WAITING; state <= CRM4E_OUTBOX_IS_DEAD; state++) {
        host_ok(p->session, crm4e_outbox_json(&text, p->session, state, 0, 100));
        add(out, text);
    }
}

/* All that can be asked about what happened. */
static void tell(player *p, FILE *out)
{
    crm4e_feed_options options = CRM4E_FEED_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int64_t position = 0, end = 0;

    host_ok(p->session, crm4e_org_digest(&text, p->session));
    add(out, text);
    options.limit = 1000;
    host_ok(p->session, crm4e_feed_position(p->session, &end));
    for (; position < end; position += 5000) {
        host_ok(p->session, crm4e_feed_json(&text, p->session, position, &options));
        add(out, text);
    }
    tell_runs(p, "Leads", out);
    tell_runs(p, "Jobs", out);
    tell_runs(p, "Papers", out);
    tell_what_waits(p, out);
    (void)fprintf(out, "%d %lld\n", p->done, (long long)end);
}

/* The host takes two of three messages. */
static int32_t deliver(void *user, const crm4e_message *message)
{
    int *count = user;

    (void)message;
    return ++*count % 3 == 0 ? 0 : CRM4E_CONTINUE;
}

static void apply(crm4e_session *session, const char *text)
{
    char *json = host_json(text);

    host_ok(session, crm4e_org_apply(NULL, session, json, CRM4E_NUL_TERMINATED));
    free(json);
}

static char *replay(fixture_storage kind)
{
    fixture *f = calloc(1, sizeof *f);
    handle_set set = {.session = NULL};
    player p = {.f = f, .random = 42};
    char *told = NULL;
    size_t size = 0;
    int delivered = 0;
    FILE *out;

    assert_int_equal(fixture_start(f, kind), CRM4E_OK);
    crm4e_engine_close(f->engine);
    f->delivery.deliver = deliver;
    f->delivery.user = &delivered;
    assert_int_equal(crm4e_engine_open(&f->engine, &f->engine_options), CRM4E_OK);
    f->time = INT64_C(1703062800) * 1000000; /* before the leap day of 2024 */
    assert_int_equal(fixture_org(f, "Replay", ANA, &set), CRM4E_OK);
    p.session = set.session;
    apply(p.session, document);
    apply(p.session, further);
    p.users[0] = crm4e_session_user(p.session);
    for (int i = 1; i < USERS; i++) {
        crm4e_session *user = NULL;
        char email[30];

        (void)snprintf(email, sizeof email, "u%d@x.example", i);
        host_ok(p.session, crm4e_session_open(&user, set.org, email));
        p.users[i] = crm4e_session_user(user);
        crm4e_session_close(user);
    }
    for (int i = 0; i < FIRMS; i++)
        p.firms[i] = host_create(p.session, "Accounts", "{'Account_Name': 'F', 'Phone': '7'}");
    play(&p);
    assert_true(p.done > step_count / 2);
    out = open_memstream(&told, &size);
    assert_non_null(out);
    tell(&p, out);
    assert_int_equal(fclose(out), 0);
    crm4e_session_close(p.session);
    assert_true(fixture_close(f));
    free(f);
    return told;
}

static void the_same_on_each_storage(void **state)
{
    static const char *const pieces[] = {
        "\"result\":\"done\"", "\"result\":\"skipped\"",  "\"result\":\"failed\"",
        "\"version\":null",    "\"rule\":\"Title\"",      "\"rule\":\"Sold\"",
        "\"rule\":\"Later\"",  "\"rule\":\"Monthly\"",    "\"rule\":\"Yearly\"",
        "\"rule\":\"Before\"", "T00:30:00Z\",\"module\"", "T01:30:00Z\",\"module\""};
    char *memory = replay(FIXTURE_MEMORY), *sqlite = replay(FIXTURE_SQLITE);

    (void)state;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        if (strstr(memory, pieces[i]) == NULL)
            fail_msg("nothing has %s", pieces[i]);
    if (strcmp(memory, sqlite) != 0) {
        size_t at = 0;

        while (memory[at] == sqlite[at])
            at++;
        at = at > 100 ? at - 100 : 0;
        fail_msg("%.300s\n%.300s", memory + at, sqlite + at);
    }
    free(memory);
    free(sqlite);
}

/* test_replay [STEPS] */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_same_on_each_storage)};

    if (argc > 1)
        step_count = (int)strtol(argv[1], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
