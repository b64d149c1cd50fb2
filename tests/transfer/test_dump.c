/* SPDX-License-Identifier: MIT */
/* A whole org out of one storage and into others: nothing is lost, and nothing
 * that was tampered with comes in. */
#define _XOPEN_SOURCE 700 /* mkdtemp */

#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sha256.h"
#include "support/simple_storage.h"
#include "transfer/dump.h"

/* Bytes that a dump wrote, or a load reads; how the callbacks answer. */
typedef struct stream {
    char *text; /* malloc'd */
    size_t length;
    size_t at;
    size_t piece; /* bytes of a read; 0: what is asked for */
    int64_t told; /* by the last word of progress */
    int32_t answer;
    int32_t progress_answer;
    crm4e_session *meanwhile; /* makes a record at the first piece */
    int64_t rows;
} stream;

static int add_lead(crm4e_session *session, const char *json, crm4e_id *id)
{
    crm4e_record *record = NULL;
    char *text = host_json(json);
    int rc = crm4e_record_new(&record, session, "Leads");

    if (rc == CRM4E_OK)
        rc = crm4e_record_set_text(record, "Company", "Tower", CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_set_json(record, text, CRM4E_NUL_TERMINATED);
    if (rc == CRM4E_OK)
        rc = crm4e_record_save(record);
    if (rc == CRM4E_OK && id)
        *id = crm4e_record_id(record);
    crm4e_record_free(record);
    free(text);
    return rc;
}

static int32_t keep_piece(void *user, const char *bytes, size_t length)
{
    stream *s = user;
    char *larger = realloc(s->text, s->length + length + 1);

    if (!larger)
        return 0;
    memcpy(larger + s->length, bytes, length);
    s->text = larger;
    s->length += length;
    larger[s->length] = '\0';
    if (s->meanwhile)
        host_ok(s->meanwhile, add_lead(s->meanwhile, "{'Last_Name': 'Late'}", NULL));
    s->meanwhile = NULL;
    return s->answer;
}

static int32_t give_piece(void *user, char *bytes, size_t size, size_t *read)
{
    stream *s = user;
    size_t left = s->length - s->at;
    size_t piece = s->piece > 0 && s->piece < size ? s->piece : size;

    *read = left < piece ? left : piece;
    memcpy(bytes, s->text + s->at, *read);
    s->at += *read;
    return s->answer;
}

static int32_t keep_progress(void *user, int64_t rows)
{
    stream *s = user;

    s->told = rows;
    return s->progress_answer;
}

static stream new_stream(void)
{
    return (stream){.answer = CRM4E_CONTINUE, .progress_answer = CRM4E_CONTINUE, .rows = -1};
}

static int dump(crm4e_session *session, stream *s)
{
    crm4e_dump_options options;

    assert_int_equal(crm4e_dump_options_init(&options), CRM4E_OK);
    options.write = keep_piece;
    options.write_user = s;
    options.progress = keep_progress;
    options.progress_user = s;
    return crm4e_org_dump(session, &options, &s->rows);
}

static stream dumped(crm4e_session *session)
{
    stream s = new_stream();

    host_ok(session, dump(session, &s));
    assert_true(s.rows > 0 && s.told == s.rows);
    return s;
}

static int load(crm4e_org **org, crm4e_engine *engine, stream *s, const char *name, uint32_t flags)
{
    crm4e_load_options options;

    assert_int_equal(crm4e_load_options_init(&options), CRM4E_OK);
    s->at = 0;
    options.name = name;
    options.read = give_piece;
    options.read_user = s;
    options.progress = keep_progress;
    options.progress_user = s;
    options.flags = flags;
    return crm4e_org_load(org, engine, &options);
}

/* Another place to load into. */
typedef struct place {
    crm4e_storage_methods methods;
    crm4e_engine *engine;
    char directory[64];
} place;

static void open_memory(place *p, unsigned without)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    crm4e_storage storage = {sizeof storage, &p->methods, NULL};

    p->directory[0] = '\0';
    p->methods = *crm4e_storage_memory();
    if (without)
        simple_storage_init(&p->methods, without);
    options.storage = &storage;
    assert_int_equal(crm4e_engine_open(&p->engine, &options), CRM4E_OK);
}

static void open_files(place *p, const char *name)
{
    crm4e_engine_options options = CRM4E_ENGINE_OPTIONS_INIT;
    char path[96];

    (void)snprintf(p->directory, sizeof p->directory, "/tmp/crm4e-test-XXXXXX");
    assert_non_null(mkdtemp(p->directory));
    (void)snprintf(path, sizeof path, "%s/%s", p->directory, name);
    options.path = path;
    options.flags = CRM4E_ENGINE_NORMAL_SYNC;
    assert_int_equal(crm4e_engine_open(&p->engine, &options), CRM4E_OK);
}

static void close_place(place *p)
{
    char command[128];

    crm4e_engine_close(p->engine);
    if (p->directory[0]) {
        (void)snprintf(command, sizeof command, "rm -r '%s'", p->directory);
        assert_int_equal(system(command), 0);
    }
}

static void assert_no_org(crm4e_engine *engine)
{
    crm4e_text *names = NULL;

    assert_int_equal(crm4e_org_list(&names, engine), CRM4E_OK);
    assert_string_equal(crm4e_text_data(names), "[]");
    crm4e_text_free(names);
}

static void assert_clean(crm4e_org *org)
{
    crm4e_text *problems = NULL;

    assert_int_equal(crm4e_check(&problems, org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(problems), "[]");
    crm4e_text_free(problems);
}

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
    "    {'api_name': 'Large', 'type': 'bigint'}, {'api_name': 'Gone', 'type': 'text'}],"
    "   'members': [{'user': 'ana@acme.example', 'profile': 'admin'},"
    "    {'user': 'bob@acme.example', 'profile': 'admin'},"
    "    {'user': 'cy@acme.example', 'profile': 'requester'}],"
    "   'default_owners': ['bob@acme.example']}],"
    " 'spaces': [{'name': 'Desk', 'folders': ['In'], 'modules': ['Papers'],"
    "   'members': ['bob@acme.example']}],"
    " 'tab_groups': [{'name': 'Tabs', 'modules': ['Leads']}],"
    " 'sharing_rules': [{'module': 'Leads', 'name': 'S', 'level': 'read_only',"
    "   'from': [{'role': 'CEO'}], 'to': [{'group': 'G'}]}],"
    " 'assignment_rules': [{'module': 'Leads', 'name': 'A', 'entries': ["
    "   {'to': {'target': 'users', 'users': ['bob@acme.example']}}]}],"
    " 'workflows': [{'name': 'W', 'module': 'Leads', 'active': true, 'on': 'create',"
    "   'conditions': [{'then': [{'notify': {'to': 'owner', 'subject': 'New', 'body': 'Look'}}]}]}],"
    " 'charts': [{'name': 'C', 'module': 'Leads', 'group_by': ['Company'],"
    "   'measures': ['count']}]}";

static void fill(host *h)
{
    crm4e_session *bob, *cy;
    crm4e_module *papers = NULL;
    crm4e_record *record = NULL;
    char lead[80];
    crm4e_id id = 0, before = 0, user = 0;

    host_apply(h, document);
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
    crm4e_record_free(record);
    host_ok(h->admin, crm4e_module_open(&papers, h->admin, "Papers"));
    host_ok(h->admin, crm4e_module_remove_field(papers, "Gone"));
    host_ok(h->admin, crm4e_module_remove_member(papers, user));
    crm4e_module_free(papers);
    crm4e_session_close(bob);
    crm4e_session_close(cy);
}

/* ------------------------------------------------------------------ lines of a dump */

static size_t lines_of(const stream *s)
{
    size_t count = 0;

    for (size_t i = 0; i < s->length; i++)
        count += s->text[i] == '\n';
    return count;
}

/* From 0; the one behind the last is where the text ends. */
static size_t line_at(const stream *s, size_t line)
{
    size_t at = 0;

    for (; line > 0; line--)
        at = (size_t)((char *)memchr(s->text + at, '\n', s->length - at) - s->text) + 1;
    return at;
}

/* `text` in the place of `length` bytes. */
static stream edited(const stream *s, size_t at, size_t length, const char *text)
{
    stream copy = new_stream();
    size_t more = strlen(text);

    copy.length = s->length - length + more;
    copy.text = malloc(copy.length + 1);
    assert_non_null(copy.text);
    memcpy(copy.text, s->text, at);
    memcpy(copy.text + at, text, more);
    memcpy(copy.text + at + more, s->text + at + length, s->length - at - length);
    copy.text[copy.length] = '\0';
    return copy;
}

static stream replaced(const stream *s, const char *old, const char *text)
{
    const char *found = strstr(s->text, old);

    if (!found)
        fail_msg("there is no %s", old);
    return edited(s, (size_t)(found - s->text), strlen(old), text);
}

/* The end that belongs to the lines before it, with a number of rows. */
static stream sealed(const stream *s, int64_t rows)
{
    size_t at = line_at(s, lines_of(s) - 1);
    char checksum[C4_SHA256_TEXT], line[160];
    c4_sha256 hash;

    c4_sha256_start(&hash);
    c4_sha256_add(&hash, s->text, at);
    c4_sha256_end(&hash, checksum);
    (void)snprintf(line, sizeof line, "{\"rows\":%lld,\"sha256\":\"%s\"}\n", (long long)rows,
                   checksum);
    return edited(s, at, s->length - at, line);
}

/* Refused, with a message that begins so, and nothing there afterwards. */
static void refused_as(crm4e_engine *engine, stream *s, int code, const char *message)
{
    crm4e_org *org = NULL;
    const char *said;

    assert_int_equal(load(&org, engine, s, NULL, 0), code);
    said = crm4e_error_message(crm4e_engine_error(engine));
    if (strncmp(said, message, strlen(message)) != 0)
        fail_msg("'%s', not '%s'", said, message);
    assert_null(org);
    assert_no_org(engine);
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

/* The checksum is what a program of any language makes of the lines. */
static void test_checksum(void **state)
{
    host *h = *state;
    stream s = dumped(h->admin);
    stream same = sealed(&s, s.rows);

    assert_string_equal(s.text, same.text);
    free(same.text);
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
    assert_int_equal(load(&org, p.engine, &s, NULL, 2), CRM4E_E_INVALID);
    assert_no_org(p.engine);
    assert_int_equal(load(&org, p.engine, &s, "Other", 0), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&ana, org, HOST_ADMIN), CRM4E_OK);
    host_ok(ana, crm4e_org_json(&text, ana));
    assert_non_null(strstr(crm4e_text_data(text), "\"Other\""));
    crm4e_text_free(text);
    close_place(&p);
    free(s.text);
}

/* ------------------------------------------------------------------ what is refused */

/* Without a line, with one twice, with two the other way round, cut anywhere. */
static void test_every_line(void **state)
{
    host *h = *state;
    stream s, bad;
    size_t count;
    place p;

    host_ok(h->admin, add_lead(h->admin, "{'Last_Name': 'A'}", NULL));
    s = dumped(h->admin);
    count = lines_of(&s);
    open_memory(&p, 0);
    for (size_t i = 0; i < count; i++) {
        size_t at = line_at(&s, i), length = line_at(&s, i + 1) - at;
        char *line = strndup(s.text + at, length);

        bad = edited(&s, at, length, "");
        refused_as(p.engine, &bad, CRM4E_E_INVALID, "line ");
        free(bad.text);
        bad = edited(&s, at, 0, line);
        refused_as(p.engine, &bad, CRM4E_E_INVALID, "line ");
        free(bad.text);
        bad = edited(&s, at, length / 2, "");
        refused_as(p.engine, &bad, CRM4E_E_INVALID, "line ");
        free(bad.text);
        bad = edited(&s, at + length / 2, s.length - at - length / 2, "");
        refused_as(p.engine, &bad, CRM4E_E_INVALID, "line ");
        free(bad.text);
        if (i + 1 < count) {
            bad = edited(&s, at, length, "");
            free(s.text);
            s = bad;
            bad = edited(&s, line_at(&s, i + 1), 0, line);
            refused_as(p.engine, &bad, CRM4E_E_INVALID, "line ");
            free(bad.text);
            bad = edited(&s, at, 0, line);
            free(s.text);
            s = bad;
        }
        free(line);
    }
    close_place(&p);
    free(s.text);
}

static void test_every_byte(void **state)
{
    host *h = *state;
    stream s = dumped(h->admin);
    uint32_t random = 12345;
    place p;

    open_memory(&p, 0);
    for (int i = 0; i < 400; i++) {
        crm4e_org *org = NULL;
        size_t at;
        char kept;
        int rc;

        random = random * 1664525u + 1013904223u;
        at = (random >> 8) % s.length;
        kept = s.text[at];
        s.text[at] = (char)(kept ^ (1 << (random & 7)));
        rc = load(&org, p.engine, &s, NULL, 0);
        if (rc != CRM4E_E_INVALID && rc != CRM4E_E_SCHEMA_NEW && rc != CRM4E_E_SCHEMA_OLD)
            fail_msg("byte %zu: %s", at, crm4e_code_name(rc));
        s.text[at] = kept;
    }
    assert_no_org(p.engine);
    close_place(&p);
    free(s.text);
}

/* What is wrong although somebody made the checksum right. */
static void test_forged(void **state)
{
    static const struct {
        const char *old;
        const char *text;
        int code;
        const char *message;
    } cases[] = {
        {"{\"crm4e_dump\":1", "{\"crm4e_dump\":2", CRM4E_E_SCHEMA_NEW, "line 1: "},
        {"\"schema\":1", "\"schema\":99", CRM4E_E_SCHEMA_NEW, "line 1: "},
        {"\"schema\":1", "\"schema\":0", CRM4E_E_INVALID, "line 1: "},
        {"\"crm4e_dump\"", "\"dump\"", CRM4E_E_INVALID, "line 1: "},
        {"\"org\":\"Acme\"", "\"org\":7", CRM4E_E_INVALID, "line 1: "},
        {"\"org\":\"Acme\"", "\"org\":\"\"", CRM4E_E_INVALID, "name "},
        {"\"digest\":\"", "\"digest\":\"0", CRM4E_E_INVALID, "line 1: "},
        {"\"id\":", "\"id\":-", CRM4E_E_INVALID, "line 1: "},
        {"\"id\":", "\"id\":1", CRM4E_E_INVALID, "line "},
        {"{\"table\":\"org\"", "{\"table\":\"orgs\"", CRM4E_E_INVALID, "line 2: "},
        {"\"edition\",", "\"editions\",", CRM4E_E_INVALID, "line 2: "},
        {"\"edition\",", "\"name\",", CRM4E_E_INVALID, "line 2: "},
        {"\"edition\",", "\"token_key\",", CRM4E_E_INVALID, "line 2: "},
        {"\"types\":[\"integer\",", "\"types\":[\"text\",", CRM4E_E_INVALID, "line 2: "},
        {"\"types\":[\"integer\",", "\"types\":[", CRM4E_E_INVALID, "line 2: "},
        {"\"trial_edition\"],\"types\":[\"integer\",", "\"trial_edition\"],\"types\":[5,",
         CRM4E_E_INVALID, "line 2: "},
        {",\"en\",", ",null,", CRM4E_E_INVALID, "line 3: 'locale'"},
        {",\"en\",", ",5,", CRM4E_E_INVALID, "line 3: 'locale'"},
        {",\"UTC\",", ",", CRM4E_E_INVALID, "line 3: "},
        {",\"UTC\",", ",\"UTC\",1,", CRM4E_E_INVALID, "line 3: "},
        {",\"UTC\",", ",\"Moon\",", CRM4E_E_INVALID, "line "},
        {",true,1,null,null]", ",1,1,null,null]", CRM4E_E_INVALID, "line 3: 'crm4e'"},
        {",true,1,null,null]", ",true,1.5,null,null]", CRM4E_E_INVALID, "line 3: 'hierarchy'"},
        {",true,1,null,null]", ",true,\"x\",null,null]", CRM4E_E_INVALID, "line 3: 'hierarchy'"},
        {",true,1,null,null]", ",true,9,null,null]", CRM4E_E_INVALID, "line "},
        {"\"CEO\",null", "\"CEO\",5", CRM4E_E_INVALID, "line "},
        {"\"CEO\",null", "\"C\\u0000O\",null", CRM4E_E_INVALID, "line "},
        {"\"role\",\"columns\":[\"id\"", "\"role\",\"columns\":[\"ID\"", CRM4E_E_INVALID, "line "},
    };
    host *h = *state;
    stream s = dumped(h->admin);
    place p;

    open_memory(&p, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        stream changed = replaced(&s, cases[i].old, cases[i].text);
        stream bad = sealed(&changed, s.rows);

        refused_as(p.engine, &bad, cases[i].code, cases[i].message);
        free(bad.text);
        free(changed.text);
    }
    close_place(&p);
    free(s.text);
}

/* A row less, a record changed, more behind the end: each with its checksum. */
static void test_whole(void **state)
{
    host *h = *state;
    stream s, bad, changed;
    place p;

    host_ok(h->admin, add_lead(h->admin, "{'Last_Name': 'Anders'}", NULL));
    s = dumped(h->admin);
    open_memory(&p, 0);
    bad = sealed(&s, s.rows - 1);
    refused_as(p.engine, &bad, CRM4E_E_INVALID, "line ");
    free(bad.text);
    bad = edited(&s, s.length, 0, "\n");
    refused_as(p.engine, &bad, CRM4E_E_INVALID, "line ");
    free(bad.text);
    bad = edited(&s, s.length - 1, 1, "");
    refused_as(p.engine, &bad, CRM4E_E_INVALID, "line ");
    free(bad.text);
    changed = replaced(&s, ",\"Anders\",", ",\"Andere\",");
    bad = sealed(&changed, s.rows);
    refused_as(p.engine, &bad, CRM4E_E_INVALID, "the digest");
    free(bad.text);
    free(changed.text);
    bad = new_stream();
    refused_as(p.engine, &bad, CRM4E_E_INVALID, "line 1: ");
    close_place(&p);
    free(s.text);
}

static void test_too_long(void **state)
{
    host *h = *state;
    stream bad = new_stream();
    place p;

    (void)h;
    open_memory(&p, 0);
    bad.length = (size_t)C4_DUMP_LINE + 1;
    bad.text = malloc(bad.length);
    assert_non_null(bad.text);
    memset(bad.text, ' ', bad.length);
    refused_as(p.engine, &bad, CRM4E_E_TOO_BIG, "line 1: ");
    close_place(&p);
    free(bad.text);
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
        TEST(test_everywhere), TEST(test_every_table), TEST(test_checksum), TEST(test_secret),
        TEST(test_names),      TEST(test_every_line),  TEST(test_every_byte), TEST(test_forged),
        TEST(test_whole),      TEST(test_too_long),    TEST(test_rights),   TEST(test_callbacks),
        TEST(test_snapshot),   TEST(test_outbox),      TEST(test_read_only), TEST(test_memory),
    };

    return host_run("dump", tests, sizeof tests / sizeof tests[0]);
}
