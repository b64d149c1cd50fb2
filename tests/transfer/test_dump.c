/* SPDX-License-Identifier: MIT */
/* A whole org out of one storage and into others: nothing is lost. */
#include "dump_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/simple_storage.h"
#include "transfer/dump.h"

static void assert_same_digest(crm4e_session *a, crm4e_session *b)
{
    crm4e_text *x = NULL, *y = NULL;

    host_ok(a, crm4e_org_digest(&x, a));
    host_ok(b, crm4e_org_digest(&y, b));
    assert_string_equal(crm4e_text_data(x), crm4e_text_data(y));
    crm4e_text_free(x);
    crm4e_text_free(y);
}

/* An org with something in every table. */
static const char document[] =
    "{'roles': [{'name': 'Agent', 'parent': 'CEO', 'share_with_peers': true}],"
    " 'profiles': [{'name': 'Clerk', 'clone_of': 'Standard',"
    "   'fields': {'Leads': {'Phone': 'hidden'}}}],"
    " 'users': [{'email': 'bob@acme.example', 'name': '王 \\\"Bob\\\"', 'profile': 'Clerk',"
    "   'role': 'Agent', 'reporting_to': 'ana@acme.example'},"
    "  {'email': 'cy@acme.example', 'licence': 'team', 'profile': 'Team User'}],"
    " 'groups': [{'name': 'G', 'sources': [{'user': 'bob@acme.example'}]}],"
    " 'modules': [{'api_name': 'Papers', 'team': true,"
    "   'fields': [{'api_name': 'Price', 'type': 'currency', 'scale': 2},"
    "    {'api_name': 'Large', 'type': 'bigint'}, {'api_name': 'Gone', 'type': 'text'},"
    "    {'api_name': 'Number', 'type': 'autonumber', 'settings': {'prefix': 'P-'}},"
    "    {'api_name': 'Twice', 'type': 'formula', 'settings': {'result': 'currency',"
    "     'expression': 'Price * 2'}},"
    "    {'api_name': 'Lead', 'type': 'lookup', 'target': 'Leads'},"
    "    {'api_name': 'All', 'type': 'multiselectlookup', 'target': 'Leads'}],"
    "   'members': [{'user': 'ana@acme.example', 'profile': 'admin'},"
    "    {'user': 'bob@acme.example', 'profile': 'admin'},"
    "    {'user': 'cy@acme.example', 'profile': 'requester'}],"
    "   'default_owners': ['bob@acme.example']},"
    "  {'api_name': 'Leads', 'fields': [{'api_name': 'Prices', 'type': 'rollup_summary',"
    "   'settings': {'function': 'max', 'module': 'Papers', 'lookup': 'Lead', 'field': 'Twice',"
    "   'when': 'Large < 0'}}]}],"
    " 'spaces': [{'name': 'Desk', 'folders': ['In'], 'modules': ['Papers'],"
    "   'members': ['bob@acme.example']}],"
    " 'tab_groups': [{'name': 'Tabs', 'modules': ['Leads']}],"
    " 'sharing_rules': [{'module': 'Leads', 'name': 'S', 'level': 'read_only',"
    "   'from': [{'role': 'CEO'}], 'to': [{'group': 'G'}]}],"
    " 'assignment_rules': [{'module': 'Leads', 'name': 'A', 'entries': ["
    "   {'to': {'target': 'users', 'users': ['bob@acme.example']}}]}],"
    " 'workflows': [{'name': 'W', 'module': 'Leads', 'active': true, 'on': 'create',"
    "   'conditions': [{'then': [{'notify': {'to': 'owner', 'subject': 'New', 'body': "
    "'Look'}}], 'scheduled': [{'after': {'years': 1}, 'then': [{'notify': {'to': 'owner',"
    "'subject': 'Old'}}]}]}]}],"
    " 'charts': [{'name': 'C', 'module': 'Leads', 'group_by': ['Company'],"
    "   'measures': ['count']}],"
    " 'views': [{'name': 'V', 'module': 'Leads', 'columns': ['Company'], 'sharing': 'public'}]}";

/* More than one piece, of bytes that are no text. */
static int32_t read_bytes(void *user, char *bytes, size_t size, size_t *read)
{
    size_t *left = user;

    *read = size < *left ? size : *left;
    for (size_t i = 0; i < *read; i++)
        bytes[i] = (char)(*left + i * 7);
    *left -= *read;
    return CRM4E_CONTINUE;
}

static void attach(host *h, crm4e_id lead)
{
    crm4e_file_options options = CRM4E_FILE_OPTIONS_INIT;
    size_t left = 300000;

    options.name = "plan.bin";
    options.read = read_bytes;
    options.read_user = &left;
    host_ok(h->admin, crm4e_file_put(NULL, h->admin, "Leads", lead, &options));
    host_ok(h->admin, crm4e_record_tag(h->admin, "Leads", lead, "VIP"));
}

static void talk(host *h, crm4e_id lead)
{
    crm4e_interaction_options fax = CRM4E_INTERACTION_OPTIONS_INIT;

    host_apply(h, "{'interaction_kinds': [{'name': 'fax'}]}");
    fax.module = "Leads";
    fax.record = lead;
    fax.kind = "fax";
    fax.subject = "\"Order\"";
    fax.external_id = "17";
    host_ok(h->admin, crm4e_interaction_add(NULL, h->admin, &fax));
}

static void fill(host *h)
{
    crm4e_session *bob, *cy;
    crm4e_module *papers = NULL;
    crm4e_record *record = NULL;
    char lead[80];
    crm4e_id id = 0, before = 0, user = 0;

    host_apply(h, document);
    host_apply(h, "{'currencies': [{'iso_code': 'EUR', 'rates': [{'valid_from': '2020-01-01',"
                  " 'exchange_rate': '0.5'}]}]}");
    host_ok(h->admin, crm4e_session_begin(h->admin));
    for (int i = 0; i < 40; i++) {
        (void)snprintf(lead, sizeof lead, "{'Last_Name': 'Li %d', 'Company': 'Tower \\\\n %d'}", i,
                       i % 3);
        before = id;
        host_ok(h->admin, add_lead(h->admin, lead, &id));
    }
    host_ok(h->admin, crm4e_session_commit(h->admin));
    host_ok(h->admin, crm4e_record_delete(h->admin, "Leads", id, 0));
    host_ok(h->admin, crm4e_user_find(h->admin, "bob@acme.example", &user));
    host_ok(h->admin, crm4e_record_share(h->admin, "Leads", before, CRM4E_SUBJECT_USER, user,
                                         CRM4E_LEVEL_READ_ONLY, 0));
    attach(h, before);
    talk(h, before);
    bob = host_session(h, "bob@acme.example");
    cy = host_session(h, "cy@acme.example");
    host_ok(bob, crm4e_session_set_online(bob, INT64_C(2000000000000000)));
    host_ok(bob, crm4e_feedback_send(bob, "good", "menu"));
    host_ok(cy, crm4e_record_new(&record, cy, "Papers"));
    host_ok(cy, crm4e_record_set_text(record, "Name", "Lease \xf0\x9f\x8f\xa0 \"q\" \\ x",
                                      CRM4E_NUL_TERMINATED));
    host_ok(cy, crm4e_record_set_decimal(record, "Price", "-12.50"));
    host_ok(cy, crm4e_record_set_integer(record, "Large", INT64_MIN + 1));
    host_ok(cy, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Papers", id));
    host_ok(h->admin, crm4e_record_set_integer(record, "Lead", before));
    (void)snprintf(lead, sizeof lead, "%lld", (long long)before);
    host_ok(h->admin, crm4e_record_set_text(record, "All", lead, CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
    assert_int_equal(host_count(h->admin, "Leads", "Prices = -25"), 1);
    host_ok(h->admin, crm4e_module_open(&papers, h->admin, "Papers"));
    host_ok(h->admin, crm4e_module_remove_field(papers, "Gone"));
    host_ok(h->admin, crm4e_module_remove_member(papers, user));
    crm4e_module_free(papers);
    crm4e_session_close(bob);
    crm4e_session_close(cy);
}

/* ------------------------------------------------------------------ there and back */

/* The lines that tell of the load itself. */
static bool differs(const char *table, const char *line)
{
    return strncmp(line, "{\"crm4e_dump\"", 13) == 0 || strncmp(line, "{\"rows\"", 7) == 0 ||
           (strcmp(table, "state") == 0 && line[0] == '[');
}

/* Every line of every table, in order; the second dump has more of the audit log. */
static void assert_same_rows(const stream *a, const stream *b)
{
    size_t x = 0, y = 0;
    char table[32] = "";

    while (x < a->length) {
        size_t length = strcspn(a->text + x, "\n") + 1;
        size_t other = strcspn(b->text + y, "\n") + 1;

        while (strcmp(table, "audit") == 0 && a->text[x] != '[' && b->text[y] == '[') {
            y += other;
            other = strcspn(b->text + y, "\n") + 1;
        }
        (void)sscanf(a->text + x, "{\"table\":\"%31[^\"]", table);
        if (!differs(table, a->text + x)) {
            assert_int_equal(length, other);
            assert_memory_equal(a->text + x, b->text + y, length);
        }
        x += length;
        y += other;
    }
    assert_int_equal(y, b->length);
}

static void assert_arrived(host *h, crm4e_org *org, const stream *s)
{
    crm4e_session *ana = NULL;
    crm4e_text *text = NULL;
    stream again;

    assert_int_equal(crm4e_session_open(&ana, org, HOST_ADMIN), CRM4E_OK);
    assert_clean(org);
    assert_same_digest(h->admin, ana);
    assert_int_equal(crm4e_org_id(org), crm4e_org_id(h->org));
    host_ok(ana, crm4e_search_json(&text, ana, "tower", CRM4E_NUL_TERMINATED, NULL));
    assert_non_null(strstr(crm4e_text_data(text), "\"name\":\"Li 38\""));
    crm4e_text_free(text);
    again = dumped(ana);
    assert_same_rows(s, &again);
    free(again.text);
    host_ok(ana, add_lead(ana, "{'Last_Name': 'New'}", NULL));
    assert_clean(org);
    crm4e_session_close(ana);
}

static void arrives(host *h, place *p, stream *s)
{
    crm4e_org *org = NULL, *found = NULL;

    assert_int_equal(load(&org, p->engine, s, NULL, 0), CRM4E_OK);
    assert_int_equal(s->told, s->rows);
    assert_arrived(h, org, s);
    crm4e_org_close(org);
    assert_int_equal(crm4e_org_open(&found, p->engine, "Acme"), CRM4E_OK);
    close_place(p);
}

static void test_everywhere(void **state)
{
    host *h = *state;
    stream s;
    place p;

    fill(h);
    s = dumped(h->admin);
    open_memory(&p, 0);
    arrives(h, &p, &s);
    open_memory(&p, SIMPLE_ALL);
    s.piece = 7;
    arrives(h, &p, &s);
    open_files(&p, "org.crm4e");
    s.piece = 0;
    arrives(h, &p, &s);
    open_files(&p, "orgs/");
    arrives(h, &p, &s);
    free(s.text);
}

/* Also the next one: whoever adds a table fills it above. */
/* ------------------------------------------------------------------ files in fields */

static int32_t read_ones(void *user, char *bytes, size_t size, size_t *read)
{
    size_t *left = user;

    *read = size < *left ? size : *left;
    memset(bytes, 1, *read);
    *left -= *read;
    return CRM4E_CONTINUE;
}

static int32_t count_ones(void *user, const char *bytes, size_t length)
{
    size_t *count = user;

    for (size_t i = 0; i < length; i++)
        *count += bytes[i] == 1 ? 1 : 0;
    return CRM4E_CONTINUE;
}

static void test_files_in_fields(void **state)
{
    const size_t size = 300000; /* more than a piece */
    host *h = *state;
    crm4e_file_options options = CRM4E_FILE_OPTIONS_INIT;
    crm4e_org *org = NULL;
    crm4e_session *ana = NULL;
    crm4e_id lead = 0, file = 0;
    size_t left = size, count = 0;
    stream s;
    place p;

    host_apply(h, "{'modules': [{'api_name': 'Leads', 'fields': ["
                  " {'api_name': 'Proofs', 'type': 'fileupload'}]}]}");
    host_ok(h->admin, add_lead(h->admin, "{'Last_Name': 'Li', 'Company': 'Tower'}", &lead));
    options.name = "\"1\".pdf";
    options.read = read_ones;
    options.read_user = &left;
    host_ok(h->admin, crm4e_field_file_put(&file, h->admin, "Leads", lead, "Proofs", &options));
    s = dumped(h->admin);
    open_memory(&p, 0);
    assert_int_equal(load(&org, p.engine, &s, NULL, 0), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&ana, org, HOST_ADMIN), CRM4E_OK);
    assert_clean(org);
    assert_same_digest(h->admin, ana);
    host_ok(ana, crm4e_field_file_get(ana, "Leads", lead, "Proofs", file, count_ones, &count));
    assert_int_equal(count, size);
    crm4e_session_close(ana);
    crm4e_org_close(org);
    close_place(&p);
    free(s.text);
}

static void test_every_table(void **state)
{
    host *h = *state;
    stream s;

    fill(h);
    s = dumped(h->admin);
    for (size_t i = 0; i < C4_TABLE_COUNT; i++) {
        const crm4e_table *table = &c4_tables[i];
        char line[64];
        const char *found;

        (void)snprintf(line, sizeof line, "\n{\"table\":\"%s\",", table->name);
        found = strstr(s.text, line);
        assert_true((found != NULL) == !c4_dump_derives(i));
        if (found && strchr(found + 1, '\n')[1] != '[')
            fail_msg("there is no row of table %s to try", table->name);
    }
    assert_null(strstr(s.text, "token_key"));
    assert_non_null(strstr(s.text, "\"-9223372036854775807\""));
    free(s.text);
}

/* A page token of the one org is none of the other: the secret stays behind. */
static void test_secret(void **state)
{
    host *h = *state;
    crm4e_session *ana = NULL;
    crm4e_org *org = NULL;
    crm4e_cursor *rows = NULL;
    crm4e_query *query = NULL;
    stream s;
    place p;

    host_ok(h->admin, add_lead(h->admin, "{'Last_Name': 'A'}", NULL));
    host_ok(h->admin, add_lead(h->admin, "{'Last_Name': 'B'}", NULL));
    s = dumped(h->admin);
    host_ok(h->admin, crm4e_query_text(&rows, h->admin, "select Last_Name from Leads limit 1"));
    assert_int_equal(crm4e_cursor_next(rows), CRM4E_ROW);
    open_memory(&p, 0);
    assert_int_equal(load(&org, p.engine, &s, "Copy", 0), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&ana, org, HOST_ADMIN), CRM4E_OK);
    host_ok(ana, crm4e_query_new(&query, ana, "Leads"));
    host_ok(ana, crm4e_query_select(query, "Last_Name"));
    (void)crm4e_query_after(query, crm4e_cursor_token(rows));
    crm4e_cursor_free(rows);
    rows = NULL;
    assert_int_equal(crm4e_query_run(&rows, query), CRM4E_E_INVALID);
    close_place(&p);
    free(s.text);
}

static void test_names(void **state)
{
    host *h = *state;
    stream s = dumped(h->admin);
    crm4e_org *org = NULL;
    crm4e_text *text = NULL;
    crm4e_session *ana = NULL;
    place p;

    assert_int_equal(load(&org, h->engine, &s, NULL, 0), CRM4E_E_CONFLICT);
    assert_int_equal(load(&org, h->engine, &s, "Other", 0), CRM4E_E_CONFLICT);
    open_memory(&p, 0);
    assert_int_equal(load(&org, p.engine, &s, "", 0), CRM4E_E_INVALID);
    assert_int_equal(load(&org, p.engine, &s, NULL, 4), CRM4E_E_INVALID);
    assert_no_org(p.engine);
    assert_int_equal(load(&org, p.engine, &s, "Other", 0), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&ana, org, HOST_ADMIN), CRM4E_OK);
    host_ok(ana, crm4e_org_json(&text, ana));
    assert_non_null(strstr(crm4e_text_data(text), "\"Other\""));
    crm4e_text_free(text);
    close_place(&p);
    free(s.text);
}

/* ------------------------------------------------------------------ rights and callbacks */

static void test_rights(void **state)
{
    host *h = *state;
    stream s = new_stream();
    crm4e_session *bob;

    fill(h);
    bob = host_session(h, "bob@acme.example");
    host_refused(bob, dump(bob, &s), CRM4E_E_DENIED,
                 "a dump of the org is for system administrators");
    assert_null(s.text);
    assert_int_equal(s.rows, -1);
    host_ok(h->admin, crm4e_session_begin(h->admin));
    host_refused(h->admin, dump(h->admin, &s), CRM4E_E_MISUSE,
                 "a transaction is open: what it did is not kept yet");
    host_ok(h->admin, crm4e_session_rollback(h->admin));
    assert_null(s.text);
}

static void add_leads(crm4e_session *session, int count)
{
    char lead[64];

    host_ok(session, crm4e_session_begin(session));
    for (int i = 0; i < count; i++) {
        (void)snprintf(lead, sizeof lead, "{'Last_Name': 'Lead %d'}", i);
        host_ok(session, add_lead(session, lead, NULL));
    }
    host_ok(session, crm4e_session_commit(session));
}

static int64_t dumps_noted(host *h)
{
    crm4e_audit_options options = CRM4E_AUDIT_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int64_t count = 0;

    options.kind = "org_dump";
    host_ok(h->admin, crm4e_audit_json(&text, h->admin, &options));
    for (const char *at = crm4e_text_data(text); (at = strstr(at, "org_dump")) != NULL; at++)
        count++;
    crm4e_text_free(text);
    return count;
}

static void test_callbacks(void **state)
{
    host *h = *state;
    stream s = new_stream(), whole;
    crm4e_org *org = NULL;
    place p;

    s.answer = 0;
    host_refused(h->admin, dump(h->admin, &s), CRM4E_E_CALLBACK, "the writer of the dump failed");
    s.answer = CRM4E_CONTINUE;
    s.progress_answer = CRM4E_DENY;
    host_refused(h->admin, dump(h->admin, &s), CRM4E_E_ABORTED, "the host stopped it");
    s.progress_answer = 0;
    host_refused(h->admin, dump(h->admin, &s), CRM4E_E_CALLBACK, "the progress callback failed");
    assert_int_equal(s.rows, -1);
    assert_int_equal(dumps_noted(h), 0);
    free(s.text);
    whole = dumped(h->admin);
    assert_int_equal(dumps_noted(h), 1);
    open_memory(&p, 0);
    whole.answer = 0;
    assert_int_equal(load(&org, p.engine, &whole, NULL, 0), CRM4E_E_CALLBACK);
    whole.answer = CRM4E_CONTINUE;
    whole.progress_answer = CRM4E_DENY;
    assert_int_equal(load(&org, p.engine, &whole, NULL, 0), CRM4E_E_ABORTED);
    whole.progress_answer = 0;
    assert_int_equal(load(&org, p.engine, &whole, NULL, 0), CRM4E_E_CALLBACK);
    assert_no_org(p.engine);
    close_place(&p);
    free(whole.text);
}

static void dump_meanwhile(crm4e_session *session, crm4e_session *other)
{
    stream s = new_stream();

    add_leads(session, 400);
    s.meanwhile = other;
    host_ok(session, dump(session, &s));
    assert_null(s.meanwhile);
    assert_null(strstr(s.text, "Late"));
    assert_int_equal(host_count(other, "Leads", "Last_Name = 'Late'"), 1);
    free(s.text);
}

/* The rows are those of one moment, whatever is written while they go out, in
 * memory and beside a write-ahead log. */
static void test_snapshot(void **state)
{
    host *h = *state;
    crm4e_session *one = NULL, *two = NULL;
    crm4e_org *org = NULL;
    stream s;
    place p;

    if (!h->directory[0]) {
        dump_meanwhile(h->admin, host_session(h, HOST_ADMIN));
        return;
    }
    s = dumped(h->admin);
    open_files(&p, "org.crm4e");
    assert_int_equal(load(&org, p.engine, &s, NULL, 0), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&one, org, HOST_ADMIN), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&two, org, HOST_ADMIN), CRM4E_OK);
    dump_meanwhile(one, two);
    close_place(&p);
    free(s.text);
}

/* Messages that wait are sent by one of the two orgs, when the host says so. */
static void test_outbox(void **state)
{
    host *h = *state;
    crm4e_session *ana = NULL;
    crm4e_text *message = NULL;
    crm4e_org *org = NULL;
    stream s;
    place p;

    fill(h);
    s = dumped(h->admin);
    for (uint32_t flags = 0; flags <= CRM4E_LOAD_HOLD_OUTBOX; flags++) {
        open_memory(&p, 0);
        assert_int_equal(load(&org, p.engine, &s, NULL, flags), CRM4E_OK);
        assert_clean(org);
        assert_int_equal(crm4e_session_open(&ana, org, HOST_ADMIN), CRM4E_OK);
        assert_int_equal(crm4e_outbox_next(&message, ana), flags == 0 ? CRM4E_ROW : CRM4E_OK);
        crm4e_text_free(message);
        message = NULL;
        close_place(&p);
    }
    free(s.text);
}

/* What is scheduled is done in each copy, or in one alone; a rule by a date can wait again. */
static void test_schedule(void **state)
{
    host *h = *state;
    crm4e_session *ana = NULL;
    crm4e_module *leads = NULL;
    crm4e_org *org = NULL;
    crm4e_text *text = NULL;
    stream s;
    place p;

    host_apply(h, "{'workflows': [{'name': 'Dated', 'module': 'Leads', 'on': 'date_or_datetime',"
                  " 'date': {'field': 'Created_Time', 'after': {'days': 3}}, 'conditions': [{"
                  "  'then': [{'notify': {'to': 'owner', 'subject': 'S'}}]}]}]}");
    (void)host_create(h->admin, "Leads", "{'Last_Name': 'Li', 'Company': 'T'}");
    s = dumped(h->admin);
    for (uint32_t flags = 0; flags <= CRM4E_LOAD_HOLD_SCHEDULE; flags += CRM4E_LOAD_HOLD_SCHEDULE) {
        open_memory(&p, 0);
        assert_int_equal(load(&org, p.engine, &s, NULL, flags), CRM4E_OK);
        assert_clean(org);
        assert_int_equal(crm4e_session_open(&ana, org, HOST_ADMIN), CRM4E_OK);
        host_ok(ana, crm4e_schedule_json(&text, ana, NULL, 0, 0, 10));
        assert_int_equal(strcmp(crm4e_text_data(text), "[]") != 0, flags == 0);
        crm4e_text_free(text);
        host_ok(ana, crm4e_module_open(&leads, ana, "Leads"));
        host_ok(ana, crm4e_workflow_activate(leads, "Dated", 0));
        host_ok(ana, crm4e_workflow_activate(leads, "Dated", 1));
        crm4e_module_free(leads);
        host_ok(ana, crm4e_schedule_json(&text, ana, NULL, 0, 0, 10));
        assert_non_null(strstr(crm4e_text_data(text), "\"rule\":\"Dated\""));
        crm4e_text_free(text);
        close_place(&p);
    }
    free(s.text);
}

static void test_read_only(void **state)
{
    host *h = *state;
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_engine *reader = NULL;
    crm4e_session *session = NULL;
    crm4e_org *org = NULL;
    char path[96];
    stream s = new_stream();

    if (!h->directory[0])
        skip();
    (void)snprintf(path, sizeof path, "%s/acme.crm4e", h->directory);
    options.path = path;
    options.flags = CRM4E_ENGINE_READ_ONLY;
    assert_int_equal(crm4e_engine_open(&reader, &options), CRM4E_OK);
    assert_int_equal(crm4e_org_open(&org, reader, NULL), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&session, org, HOST_ADMIN), CRM4E_OK);
    host_ok(session, dump(session, &s));
    assert_int_equal(load(&org, reader, &s, NULL, 0), CRM4E_E_READ_ONLY);
    crm4e_engine_close(reader);
    free(s.text);
}

/* Memory of a dump does not grow with the rows. */
static void test_memory(void **state)
{
    host *h = *state;
    stream s;
    size_t before, few;

    if (!h->directory[0])
        skip(); /* there the rows are memory themselves */
    s = dumped(h->admin);
    free(s.text);
    before = h->bytes.live;
    h->bytes.peak = before;
    s = dumped(h->admin);
    free(s.text);
    few = h->bytes.peak - before;
    add_leads(h->admin, 2000);
    before = h->bytes.live;
    h->bytes.peak = before;
    s = dumped(h->admin);
    free(s.text);
    assert_true(h->bytes.peak - before < few + (size_t)1024 * 1024);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_files_in_fields), TEST(test_everywhere), TEST(test_every_table),
        TEST(test_secret),          TEST(test_names),      TEST(test_rights),
        TEST(test_callbacks),       TEST(test_snapshot),   TEST(test_outbox),
        TEST(test_schedule),        TEST(test_read_only),  TEST(test_memory),
    };

    return host_run("dump", tests, sizeof tests / sizeof tests[0]);
}
