/* SPDX-License-Identifier: MIT */
/* What search finds, in the queue and in runs, of what who may see. */
#include "record_steps.h"

#include <stdio.h>
#include <string.h>

#include "model/schema.h"
#include "record/search.h"
#include "record/search_run.h"

typedef struct search_call {
    c4_search_request request;
    char out[4096];
} search_call;

static void put(char *out, size_t size, const char *text)
{
    size_t used = strlen(out);
    (void)snprintf(out + used, size - used, "%s", text);
}

/* "Leads Li Last_Name 1;..." */
static int do_search(c4_unit *unit, void *context)
{
    search_call *c = context;
    c4_search_hit *hits = NULL;
    size_t count = 0;
    c4_buffer name;
    int rc = c4_search(unit, &c->request, &hits, &count);

    c->out[0] = '\0';
    c4_buffer_init(&name, unit->arena->mem, SIZE_MAX);
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        char hit[256];
        c4_buffer_reset(&name);
        rc = c4_record_name(unit, hits[i].field->module->number, hits[i].record, &name);
        (void)snprintf(hit, sizeof hit, "%s%s %s %s %d", i > 0 ? ";" : "",
                       hits[i].field->module->api_name, c4_buffer_c_str(&name),
                       hits[i].field->api_name, (int)hits[i].rank);
        put(c->out, sizeof c->out, hit);
    }
    c4_buffer_free(&name);
    return rc;
}

static const char *found_in(steps *s, const char *modules, const char *text, int limit, int offset)
{
    static search_call call;
    call.request = (c4_search_request){text, strlen(text), modules, limit, offset};
    assert_ok(run_step(s, do_search, &call));
    return call.out;
}

static const char *found(steps *s, const char *text)
{
    return found_in(s, NULL, text, 20, 0);
}

static int refused(steps *s, const char *modules, const char *text, int limit, int offset)
{
    search_call call = {.request = {text, strlen(text), modules, limit, offset}};
    return run_step(s, do_search, &call);
}

static crm4e_id lead(steps *s, const char *last, const char *company)
{
    char json[512];
    crm4e_id id = 0;
    (void)snprintf(json, sizeof json, "{'Last_Name': '%s', 'Company': '%s'}", last, company);
    assert_ok(create(s, "Leads", json, &id));
    return id;
}

/* So many records that the queue became a run. */
static void fill(steps *s, int count)
{
    char name[32];
    for (int i = 0; i < count; i++) {
        (void)snprintf(name, sizeof name, "Filler%d", i);
        (void)lead(s, name, "Heap");
    }
}

static int64_t rows_of(steps *s, c4_table_id table)
{
    crm4e_plan plan;
    int64_t count = 0;
    c4_plan_init(&plan, &c4_tables[table]);
    assert_ok(c4_rows_count(&s->org.db, &plan, &count));
    return count;
}

static void words_of_people(steps *s)
{
    assert_string_equal(found(s, "müller"), "Leads Muller Last_Name 1;Leads Müller Last_Name 1;"
                                            "Leads Ng Company 3");
    assert_string_equal(found(s, "MUL"), "Leads Muller Last_Name 2;Leads Müller Last_Name 2;"
                                         "Leads Ng Company 4");
    assert_string_equal(found(s, "zürich mull"), "Leads Müller Company 4");
    assert_string_equal(found(s, "mull zurich"), "");
    assert_string_equal(found(s, "muller sons"), "Leads Ng Company 3");
    assert_string_equal(found(s, "mullers"), "");
    assert_string_equal(found(s, "nobody"), "");
}

static void words_and_beginnings(void **state)
{
    steps *s = *state;
    (void)lead(s, "Müller", "Zürich AG");
    (void)lead(s, "Muller", "Basel");
    (void)lead(s, "Ng", "Muller & Sons");
    words_of_people(s);
    fill(s, C4_QUEUE_RECORDS);
    assert_true(rows_of(s, C4_TABLE_SEARCH_RUN) == 1);
    assert_true(rows_of(s, C4_TABLE_SEARCH_QUEUE) == 3);
    words_of_people(s);
    assert_string_equal(found_in(s, NULL, "mul", 1, 1), "Leads Müller Last_Name 2");
    assert_string_equal(found_in(s, NULL, "mul", 5, 3), "");
}

static void names_of_two_fields(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    assert_ok(create(s, "Contacts", "{'Last_Name': 'Weber', 'First_Name': 'Ana'}", &id));
    assert_ok(create(s, "Contacts", "{'Last_Name': 'Weber', 'Department': 'Ana'}", &id));
    assert_string_equal(found(s, "ana weber"),
                        "Contacts Weber First_Name 1;Contacts Weber Department 3");
    assert_string_equal(found(s, "weber an"),
                        "Contacts Weber Last_Name 2;Contacts Weber Last_Name 4");
}

static void chinese(steps *s)
{
    assert_string_equal(found(s, "张伟"), "Leads 张伟 Last_Name 1");
    assert_string_equal(found(s, "张"), "Leads 张三丰 Last_Name 1;Leads 张伟 Last_Name 1");
    assert_string_equal(found(s, "三丰"), "Leads 张三丰 Last_Name 1");
    assert_string_equal(found(s, "丰"), "Leads 张三丰 Last_Name 1");
    assert_string_equal(found(s, "北京"), "Leads 张三丰 Company 3;Leads 张伟 Company 3");
    assert_string_equal(found(s, "北京 海淀"), "Leads 张伟 Company 3");
    assert_string_equal(found(s, "北京市海淀区"), "Leads 张伟 Company 3");
    assert_string_equal(found(s, "京北"), "");
    assert_string_equal(found(s, "ＡＣＭＥ公司"), "Leads 张三丰 Company 3");
    assert_string_equal(found(s, "公司 acm"), "Leads 张三丰 Company 4");
}

static void characters_without_spaces(void **state)
{
    steps *s = *state;
    (void)lead(s, "张伟", "北京市海淀区3楼");
    (void)lead(s, "张三丰", "acme公司北京");
    chinese(s);
    fill(s, C4_QUEUE_RECORDS);
    chinese(s);
}

static void numbers_and_addresses(steps *s)
{
    static const char *const phones[] = {
        "+1 (555) 010-9999", "15550109999", "5550109999",    "555-010-9999", "010 99 99",
        "555 0109",          "9999",        "(555) 0109999", "555 010"};
    for (size_t i = 0; i < sizeof phones / sizeof phones[0]; i++) {
        assert_string_equal(
            found(s, phones[i]) + strlen("Leads Lopez Phone "),
            i < 6 && i != 4 && i != 5 ? "3" : found(s, phones[i]) + strlen("Leads Lopez Phone "));
        assert_memory_equal(found(s, phones[i]), "Leads Lopez Phone ",
                            strlen("Leads Lopez Phone "));
    }
    assert_string_equal(found(s, "555 123"), "");
    assert_string_equal(found(s, "ana.lopez@acme.example"), "Leads Lopez Email 3");
    assert_string_equal(found(s, "acme.ex"), "Leads Lopez Email 4");
    assert_string_equal(found(s, "2024 10000"), "Leads Lopez Description 3");
}

static void numbers(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    assert_ok(create(s, "Leads",
                     "{'Last_Name': 'Lopez', 'Company': 'X', 'Phone': '+1 (555) 010-9999',"
                     " 'Email': 'ana.lopez@acme.example', 'Description': 'in 2024: 10000'}",
                     &id));
    numbers_and_addresses(s);
    fill(s, C4_QUEUE_RECORDS);
    numbers_and_addresses(s);
}

static void changes(void **state)
{
    steps *s = *state;
    crm4e_id id = lead(s, "Before", "X");
    for (int round = 0; round < 2; round++) {
        assert_ok(update(s, "Leads", id, 0, "{'Last_Name': 'After'}"));
        assert_string_equal(found(s, "before"), "");
        assert_string_equal(found(s, "after"), "Leads After Last_Name 1");
        assert_ok(remove_record(s, "Leads", id, 0));
        assert_string_equal(found(s, "after"), "");
        fill(s, round == 0 ? C4_QUEUE_RECORDS : 1);
        assert_ok(restore(s, "Leads", id));
        assert_string_equal(found(s, "after"), "Leads After Last_Name 1");
        fill(s, C4_QUEUE_RECORDS);
        assert_string_equal(found(s, "after"), "Leads After Last_Name 1");
        assert_ok(update(s, "Leads", id, 0, "{'Last_Name': 'Before'}"));
        fill(s, C4_QUEUE_RECORDS);
        assert_string_equal(found(s, "before"), "Leads Before Last_Name 1");
        assert_string_equal(found(s, "after"), "");
    }
    assert_ok(remove_record(s, "Leads", id, 0));
    assert_ok(purge(s, "Leads", id));
    assert_string_equal(found(s, "before"), "");
}

/* What adds no word costs no write. */
static void only_words_are_queued(void **state)
{
    steps *s = *state;
    crm4e_id id = lead(s, "Li", "X");
    fill(s, C4_QUEUE_RECORDS - 1);
    assert_int_equal(rows_of(s, C4_TABLE_SEARCH_QUEUE), 0);
    assert_ok(update(s, "Leads", id, 0, "{'No_of_Employees': 7}"));
    assert_ok(update(s, "Leads", id, 0, "{'Company': 'X'}"));
    assert_ok(remove_record(s, "Leads", id, 0));
    assert_int_equal(rows_of(s, C4_TABLE_SEARCH_QUEUE), 0);
    assert_ok(restore(s, "Leads", id));
    assert_int_equal(rows_of(s, C4_TABLE_SEARCH_QUEUE), 1);
    assert_ok(update(s, "Leads", id, 0, "{'Company': 'Y'}"));
    assert_int_equal(rows_of(s, C4_TABLE_SEARCH_QUEUE), 1);
}

static void many_runs(void **state)
{
    steps *s = *state;
    (void)lead(s, "Needle", "X");
    fill(s, C4_QUEUE_RECORDS * C4_RUNS_OF_LEVEL - 2);
    assert_int_equal(rows_of(s, C4_TABLE_SEARCH_RUN), C4_RUNS_OF_LEVEL - 1);
    (void)lead(s, "Last", "X");
    assert_int_equal(rows_of(s, C4_TABLE_SEARCH_RUN), 1);
    assert_string_equal(found(s, "needle"), "Leads Needle Last_Name 1");
    assert_string_equal(found(s, "last"), "Leads Last Last_Name 1");
    assert_string_equal(found_in(s, NULL, "heap", 2, 0),
                        "Leads Filler253 Company 3;Leads Filler252 Company 3");
    assert_string_equal(found_in(s, NULL, "fill", 1, 253), "Leads Filler0 Last_Name 2");
    assert_string_equal(found_in(s, NULL, "fill", 1, 254), "");
}

static void who_sees_what(steps *s)
{
    act_as(s, "a@x.example");
    assert_string_equal(found(s, "own"), "Leads Own Last_Name 1");
    assert_string_equal(found(s, "secret"), "");
    assert_string_equal(found(s, "hidden"), "");
    assert_string_equal(found(s, "own secret"), "");
    assert_string_equal(found(s, "paper"), "");
    assert_int_equal(refused(s, "[\"Papers\"]", "paper", 1, 0), CRM4E_E_NOT_FOUND);
    assert_int_equal(refused(s, "[\"Nothing\"]", "paper", 1, 0), CRM4E_E_NOT_FOUND);
    act_as(s, "m@x.example");
    assert_string_equal(found(s, "paper"), "Papers Paper Name 1");
    assert_string_equal(found(s, "ink"), "Papers Own Ink 3;Papers Paper Ink 3");
    act_as(s, "p@x.example");
    assert_string_equal(found(s, "own"), "Papers Own Name 1");
    assert_string_equal(found(s, "paper"), "");
    assert_string_equal(found(s, "ink"), "");
    act_as_admin(s);
    assert_string_equal(found(s, "own"), "Papers Own Name 1;Leads Own Last_Name 1");
    assert_string_equal(found(s, "secret"), "Leads Hidden Description 3;Leads Own Description 3");
    assert_string_equal(found_in(s, "[\"papers\"]", "own", 20, 0), "Papers Own Name 1");
    assert_string_equal(found_in(s, "[]", "own", 20, 0), "");
}

static void visible_and_readable_only(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    assert_ok(put_profile(s, "{'name': 'Narrow', 'clone_of': 'Standard', 'fields': "
                             "{'Leads': {'Description': 'hidden'}}}"));
    assert_ok(put_user(s, "{'email': 'a@x.example', 'role': 'Manager', 'profile': 'Narrow'}"));
    assert_ok(put_user(s, "{'email': 'm@x.example', 'role': 'Manager'}"));
    assert_ok(put_user(s, "{'email': 'p@x.example', 'role': 'Manager'}"));
    assert_ok(put_module(s, "{'api_name': 'Papers', 'team': true}"));
    assert_ok(put_field(s, "Papers", "{'api_name': 'Ink', 'type': 'text'}"));
    assert_ok(put_module(
        s, "{'api_name': 'Papers', 'permissions': "
           "{'participant': {'actions': ['view', 'create'], 'fields': {'Ink': 'hidden'}}}}"));
    assert_ok(put_member(s, "Papers", "m@x.example", CRM4E_TEAM_MANAGER));
    assert_ok(put_member(s, "Papers", "p@x.example", CRM4E_TEAM_PARTICIPANT));
    act_as(s, "a@x.example");
    assert_ok(create(s, "Leads", "{'Last_Name': 'Own', 'Company': 'X'}", &id));
    act_as_admin(s);
    assert_ok(update(s, "Leads", id, 0, "{'Description': 'secret'}"));
    assert_ok(create(s, "Leads", "{'Last_Name': 'Hidden', 'Company': 'X', 'Description': 'secret'}",
                     &id));
    assert_ok(create(s, "Papers", "{'Name': 'Paper', 'Ink': 'ink'}", &id));
    act_as(s, "p@x.example");
    assert_ok(create(s, "Papers", "{'Name': 'Own'}", &id));
    act_as_admin(s);
    assert_ok(update(s, "Papers", id, 0, "{'Ink': 'ink'}"));
    who_sees_what(s);
    fill(s, C4_QUEUE_RECORDS);
    who_sees_what(s);
}

static void limits(void **state)
{
    steps *s = *state;
    assert_refused(s, refused(s, NULL, "", 1, 0), CRM4E_E_INVALID, "words");
    assert_refused(s, refused(s, NULL, " -- ?! ", 1, 0), CRM4E_E_INVALID, "words");
    assert_refused(s, refused(s, NULL, "\xE2\x80\x8B", 1, 0), CRM4E_E_INVALID, "words");
    assert_refused(s, refused(s, NULL, "\xC0\xAF", 1, 0), CRM4E_E_INVALID, "");
    assert_ok(refused(s, NULL, "a b c d e f g h i j k l m n o p", 1, 0));
    assert_refused(s, refused(s, NULL, "a b c d e f g h i j k l m n o p q", 1, 0), CRM4E_E_TOO_BIG,
                   "words");
    assert_refused(s, refused(s, NULL, "a", 0, 0), CRM4E_E_INVALID, "");
    assert_refused(s, refused(s, NULL, "a", 1, -1), CRM4E_E_INVALID, "");
    assert_ok(refused(s, NULL, "a", 1000, 0));
    assert_refused(s, refused(s, NULL, "a", 1001, 0), CRM4E_E_INVALID, "");
    assert_refused(s, refused(s, NULL, "a", 1, 1000), CRM4E_E_INVALID, "");
    assert_refused(s, refused(s, "{}", "a", 1, 0), CRM4E_E_INVALID, "");
    assert_refused(s, refused(s, "[1]", "a", 1, 0), CRM4E_E_INVALID, "");
    assert_refused(s, refused(s, "[", "a", 1, 0), CRM4E_E_INVALID, "");
}

static void long_texts(void **state)
{
    steps *s = *state;
    static char text[20000];
    crm4e_id id = lead(s, "Long", "X");
    size_t used = 0;
    for (int i = 0; i < 1100; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "w%d ", i);
    }
    memset(text + used, 'y', 100);
    assert_ok(set_text(s, "Leads", id, "Description", text, used + 100));
    for (int round = 0; round < 2; round++) {
        assert_string_equal(found(s, "w999"), "Leads Long Description 3");
        assert_string_equal(found(s, "w1000"), "");
        fill(s, C4_QUEUE_RECORDS);
    }
    memset(text, 'y', 100);
    assert_ok(set_text(s, "Leads", id, "Description", text, 100));
    text[100] = '\0';
    for (int round = 0; round < 2; round++) {
        assert_string_equal(found(s, text), "Leads Long Description 3");
        assert_string_equal(found(s, "yyyy"), "Leads Long Description 4");
        fill(s, C4_QUEUE_RECORDS);
    }
}

static void damage_is_told(void **state)
{
    static const uint32_t column = C4_SEARCH_BLOCK_BYTES;
    static const struct {
        const char *bytes;
        size_t length;
    } blocks[] = {
        {"\x01", 1},                 /* shares with nothing */
        {"\x00\x00\x01\x01\x00", 5}, /* an empty term */
        {"\x00\x7f"
         "abc",
         5}, /* a term beyond the end */
        {"\x00\x01"
         "f\x01",
         4}, /* no record */
        {"\x00\x01"
         "f\x00\x01\x00",
         6}, /* no field */
        {"\x00\x01"
         "f\x01\x01\x01\x00",
         7}, /* a record below the first */
        {"\x00\x01"
         "f\x01\x01",
         5}, /* no end */
    };
    steps *s = *state;
    fill(s, C4_QUEUE_RECORDS);
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        const crm4e_value value = c4_blob(blocks[i].bytes, blocks[i].length);
        assert_ok(c4_db_update(&s->org.db, &c4_tables[C4_TABLE_SEARCH_BLOCK],
                               INT64_C(1) << C4_RUN_BLOCK_BITS | 1, &column, &value, 1));
        assert_refused(s, refused(s, NULL, "f", 1, 0), CRM4E_E_CORRUPT, "");
    }
    assert_ok(c4_db_remove(&s->org.db, &c4_tables[C4_TABLE_SEARCH_BLOCK],
                           INT64_C(1) << C4_RUN_BLOCK_BITS | 1));
    assert_refused(s, refused(s, NULL, "f", 1, 0), CRM4E_E_CORRUPT, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(words_and_beginnings),
        TEST(names_of_two_fields),
        TEST(characters_without_spaces),
        TEST(numbers),
        TEST(changes),
        TEST(only_words_are_queued),
        TEST(many_runs),
        TEST(visible_and_readable_only),
        TEST(limits),
        TEST(long_texts),
        TEST(damage_is_told),
    };
    return steps_run("search", tests, sizeof tests / sizeof tests[0]);
}
