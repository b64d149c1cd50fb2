/* SPDX-License-Identifier: MIT */
/* What webhooks, functions and notices say: merge fields by whose eyes, escaped by their
 * place, and what no rule may write. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rule_steps.h"

#define RULE(on, then)                                                                             \
    "{'name': 'R', 'module': 'Documents', 'on': '" on "', 'conditions': [{'then': [" then "]}]}"
#define HOOK(members)        "{'webhook': {'url': 'https://example.com/h'" members "}}"
#define NOTE(to, text)       "{'notify': {'to': '" to "', 'subject': '" text "', 'body': '" text "'}}"
#define FUNCTION(name, rest) "{'function': {'name': '" name "'" rest "}}"
#define NAME                 "${Documents.Name}"

/* The payload of the next message, which is delivered then. */
static void take(steps *s, c4_json_document *payload)
{
    const c4_outbox_answer answer = {.state = C4_OUTBOX_DELIVERED};
    const c4_user *actor = s->org.unit.actor;
    c4_outbox_entry entry;
    c4_mem mem;

    c4_mem_default(&mem);
    assert_int_equal(next_message(s, s->org.unit.now, &entry), CRM4E_ROW);
    assert_ok(c4_json_parse(payload, &mem, entry.payload, entry.payload_length, 1 << 20));
    act_as_admin(s);
    assert_ok(c4_outbox_settle(&s->org.unit, entry.id, &answer));
    act_as(s, actor->email);
    c4_arena_reset(&s->org.arena);
}

static void assert_member(const c4_json_document *payload, const char *member, const char *text)
{
    const c4_json *value = c4_json_member(payload->root, member);

    if (text == NULL) {
        assert_null(value);
    } else {
        assert_int_equal(c4_json_kind(value), C4_JSON_TEXT);
        assert_string_equal(c4_json_text(value, NULL), text);
    }
}

/* What the one message of one rule says in a member, for a record of a name. */
static void assert_said(steps *s, const char *then, const char *record, const char *member,
                        const char *text)
{
    c4_json_document payload;
    char rule[2000];

    (void)snprintf(rule, sizeof rule, RULE("create", "%s"), then);
    assert_ok(put_rule(s, rule));
    (void)add(s, "Documents", record);
    take(s, &payload);
    assert_member(&payload, member, text);
    c4_json_free(&payload);
}

static void test_places_escape(void **state)
{
    steps *s = *state;

    assert_said(s, "{'webhook': {'url': 'https://example.com/h?n=" NAME "&x=1'}}",
                "{'Name': 'a&b=c/../\\u00e9 #%'}", "url",
                "https://example.com/h?n=a%26b%3Dc%2F..%2F%C3%A9%20%23%25&x=1");
    assert_said(s,
                HOOK(", 'body': {'n': '" NAME "', 'k': [1, true, null, '$${"
                     "x}']}"),
                "{'Name': 'q\\\", \\\"admin\\\": \\\"1'}", "body",
                "{\"n\":\"q\\\", \\\"admin\\\": \\\"1\",\"k\":[1,true,null,\"${x}\"]}");
    assert_said(s, HOOK(", 'form': {'a b': '<" NAME ">', 'c': ''}"), "{'Name': 'x=1&c=2'}", "body",
                "a%20b=%3Cx%3D1%26c%3D2%3E&c=");
    assert_said(s, HOOK(", 'text': 'Hello " NAME "!'"), "{'Name': 'you'}", "body", "Hello you!");
    assert_said(s, NOTE("owner", "<" NAME ">"), "{'Name': 'New'}", "subject", "<New>");
}

/* Lines of a value end no header and no subject. */
static void test_lines(void **state)
{
    steps *s = *state;
    c4_json_document payload;

    assert_ok(put_field(s, "Documents", "{'api_name': 'Long', 'type': 'textarea'}"));
    assert_ok(
        put_rule(s, RULE("create", HOOK(", 'headers': {'X-Note': 'v ${Documents.Long}'}") "," NOTE(
                                       "owner", "${Documents.Long}"))));
    (void)add(s, "Documents", "{'Name': 'A', 'Long': 'a\\nSet-Cookie: 1%'}");
    take(s, &payload);
    assert_string_equal(
        c4_json_text(c4_json_member(c4_json_member(payload.root, "headers"), "X-Note"), NULL),
        "v a%0ASet-Cookie: 1%25");
    c4_json_free(&payload);
    take(s, &payload);
    assert_member(&payload, "subject", "a Set-Cookie: 1%");
    assert_member(&payload, "body", "a\nSet-Cookie: 1%");
    c4_json_free(&payload);
}

static void test_methods_and_types(void **state)
{
    static const struct {
        const char *then, *method, *type;
    } calls[] = {
        {HOOK(""), "POST", "application/json"},
        {HOOK(", 'method': 'GET'"), "GET", NULL},
        {HOOK(", 'method': 'DELETE'"), "DELETE", NULL},
        {HOOK(", 'method': 'PUT', 'body': []"), "PUT", "application/json"},
        {HOOK(", 'method': 'PATCH', 'text': 'x'"), "PATCH", "text/plain; charset=utf-8"},
        {HOOK(", 'form': {'a': 'b'}"), "POST", "application/x-www-form-urlencoded"},
    };
    steps *s = *state;

    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        assert_said(s, calls[i].then, "{'Name': 'A'}", "method", calls[i].method);
        assert_said(s, calls[i].then, "{'Name': 'A'}", "content_type", calls[i].type);
    }
}

static void test_function(void **state)
{
    steps *s = *state;
    c4_json_document payload;
    const c4_json *arguments;

    assert_ok(put_rule(s, RULE("create", FUNCTION("sync.it", ", 'arguments': {'n': ['" NAME
                                                             "', 2]}") "," FUNCTION("bare", ""))));
    (void)add(s, "Documents", "{'Name': 'A'}");
    take(s, &payload);
    assert_member(&payload, "function", "sync.it");
    arguments = c4_json_member(payload.root, "arguments");
    assert_string_equal(c4_json_text(c4_json_item(c4_json_member(arguments, "n"), 0), NULL), "A");
    c4_json_free(&payload);
    take(s, &payload);
    assert_member(&payload, "function", "bare");
    assert_int_equal(c4_json_count(c4_json_member(payload.root, "arguments")), 0);
    c4_json_free(&payload);
}

/* Each recipient gets what he may read: all of it, nothing of a record that he does not
 * see, nothing of a field that is closed to him. */
static void test_by_the_recipient(void **state)
{
    steps *s = *state;
    c4_json_document payload;
    static const char *const said[] = {"Secret 7.00", " ", " "};

    assert_ok(
        put_rule(s, RULE("create", NOTE("u1@acme.example", NAME " ${Documents.Amount}") "," NOTE(
                                       "q@acme.example", NAME
                                       " ${Documents.Amount}") "," NOTE("s@acme.example", NAME
                                                                        " ${Documents.Amount}"))));
    (void)add(s, "Documents", "{'Name': 'Secret', 'Amount': 7}");
    for (size_t i = 0; i < 3; i++) {
        take(s, &payload);
        assert_member(&payload, "subject", said[i]);
        c4_json_free(&payload);
    }
}

/* Of a record that is gone as well. */
static void test_after_delete(void **state)
{
    steps *s = *state;
    c4_json_document payload;
    crm4e_id id;

    assert_ok(put_rule(
        s, RULE("delete", NOTE("u1@acme.example", NAME) "," NOTE(
                              "s@acme.example", "<" NAME ">") "," HOOK(", 'text': '" NAME "'"))));
    id = add(s, "Documents", "{'Name': 'Gone'}");
    assert_ok(drop(s, "Documents", id));
    take(s, &payload);
    assert_member(&payload, "subject", "Gone");
    c4_json_free(&payload);
    take(s, &payload);
    assert_member(&payload, "subject", "<>");
    c4_json_free(&payload);
    take(s, &payload);
    assert_member(&payload, "body", "Gone");
    c4_json_free(&payload);
}

/* Links say the name of what they lead to, and what is behind one is read hop by hop. */
static void test_behind_lookups(void **state)
{
    steps *s = *state;
    char record[100];
    crm4e_id vendor;

    assert_ok(
        put_field(s, "Documents", "{'api_name': 'Client', 'type': 'lookup', 'target': 'Vendors'}"));
    vendor = add(s, "Vendors", "{'Vendor_Name': 'Tower', 'Phone': '123'}");
    (void)snprintf(record, sizeof record, "{'Name': 'A', 'Client': %lld}", (long long)vendor);
    assert_said(s, HOOK(", 'text': '${Documents.Client} ${Documents.Client.Phone}'"), record,
                "body", "Tower 123");
    assert_said(s, NOTE("owner", "${Documents.Client} ${Documents.Client.Phone}"), record,
                "subject", "Tower 123");
    assert_said(s, NOTE("u1@acme.example", "<${Documents.Client.Phone}>"), record, "subject", "<>");
    assert_said(s, HOOK(", 'text': '<${Documents.Client.Phone}>'"), "{'Name': 'A'}", "body", "<>");
}

/* The rule acts as far as its author may: of the client, which a member of the legal team
 * does not see, his rule tells nothing. */
static void test_bounded_by_the_author(void **state)
{
    steps *s = *state;

    assert_ok(
        put_field(s, "Documents", "{'api_name': 'Client', 'type': 'lookup', 'target': 'Vendors'}"));
    assert_ok(put_member(s, "Documents", MAIL("u7"), CRM4E_TEAM_ADMIN));
    act_as(s, MAIL("u7"));
    assert_ok(put_rule(s, RULE("create", HOOK(", 'text': '" NAME "'"))));
    assert_int_equal(put_rule(s, RULE("create", HOOK(", 'text': '${Documents.Client.Phone}'"))),
                     CRM4E_E_NOT_FOUND);
}

static void test_refused(void **state)
{
    static const struct {
        const char *then;
        int code;
        const char *rule;
    } wrong[] = {
        {HOOK(", 'method': 'TRACE'"), CRM4E_E_INVALID, "word"},
        {HOOK(", 'extra': 1"), CRM4E_E_INVALID, "unknown"},
        {HOOK(", 'headers': []"), CRM4E_E_INVALID, "type"},
        {HOOK(", 'headers': {'X': 1}"), CRM4E_E_INVALID, "type"},
        {HOOK(", 'headers': {'X Y': 'a'}"), CRM4E_E_INVALID, "header"},
        {HOOK(", 'headers': {'': 'a'}"), CRM4E_E_INVALID, "header"},
        {HOOK(", 'headers': {'Content-LENGTH': '1'}"), CRM4E_E_INVALID, "header"},
        {HOOK(", 'headers': {'X': 'a\\nb'}"), CRM4E_E_INVALID, "control"},
        {HOOK(", 'form': {'a': 1}"), CRM4E_E_INVALID, "type"},
        {HOOK(", 'form': [1]"), CRM4E_E_INVALID, "type"},
        {HOOK(", 'form': {}, 'text': 'x'"), CRM4E_E_INVALID, "one_body"},
        {HOOK(", 'method': 'GET', 'text': 'x'"), CRM4E_E_INVALID, "one_body"},
        {HOOK(", 'text': '${'"), CRM4E_E_INVALID, "merge_field"},
        {HOOK(", 'text': '${Documents}'"), CRM4E_E_INVALID, "merge_field"},
        {HOOK(", 'text': '${Documents.}'"), CRM4E_E_INVALID, "merge_field"},
        {HOOK(", 'text': '${.Name}'"), CRM4E_E_INVALID, "merge_field"},
        {HOOK(", 'text': '${Documents.Na me}'"), CRM4E_E_INVALID, "merge_field"},
        {HOOK(", 'text': '${Leads.Last_Name}'"), CRM4E_E_INVALID, "merge_field"},
        {HOOK(", 'body': {'a': ['${Documents.Nope}']}"), CRM4E_E_INVALID, "merge_field"},
        {HOOK(", 'text': '${Documents.Name.Name}'"), CRM4E_E_INVALID, "merge_field"},
        {NOTE("owner", "${Documents.Nope}"), CRM4E_E_INVALID, "merge_field"},
        {"{'webhook': {'url': 'ftp://example.com'}}", CRM4E_E_INVALID, "url"},
        {"{'webhook': {'url': 'https:///x'}}", CRM4E_E_INVALID, "url"},
        {"{'webhook': {'url': 'https://" NAME "/x'}}", CRM4E_E_INVALID, "url"},
        {"{'webhook': {'url': 'https://a" NAME ".example?x'}}", CRM4E_E_INVALID, "url"},
        {"{'webhook': {'url': 'https://example.com\\\\@x'}}", CRM4E_E_INVALID, "url"},
        {FUNCTION("a b", ""), CRM4E_E_INVALID, "function"},
        {FUNCTION("1a", ""), CRM4E_E_INVALID, "function"},
        {FUNCTION("", ""), CRM4E_E_INVALID, "mandatory"},
        {FUNCTION("a", ", 'arguments': []"), CRM4E_E_INVALID, "type"},
        {FUNCTION("a", ", 'arguments': {'x': '${Documents.Nope}'}"), CRM4E_E_INVALID,
         "merge_field"},
    };
    steps *s = *state;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char rule[1000];
        (void)snprintf(rule, sizeof rule, RULE("create", "%s"), wrong[i].then);
        assert_refused(s, put_rule(s, rule), wrong[i].code, wrong[i].rule);
    }
}

static void test_limits(void **state)
{
    steps *s = *state;
    char rule[3000];
    char headers[1000] = "'X0': ''";
    char name[102];

    for (int i = 1; i <= 20; i++) {
        (void)snprintf(headers + strlen(headers), 20, ", 'X%d': ''", i);
    }
    (void)snprintf(rule, sizeof rule, RULE("create", HOOK(", 'headers': {%s}")), headers);
    assert_refused(s, put_rule(s, rule), CRM4E_E_TOO_BIG, "headers_per_webhook");
    (void)snprintf(rule, sizeof rule, RULE("create", HOOK(", 'headers': {'X': '%01001d'}")), 1);
    assert_refused(s, put_rule(s, rule), CRM4E_E_TOO_BIG, "max_length");
    memset(name, 'a', 101);
    name[101] = '\0';
    (void)snprintf(rule, sizeof rule, RULE("create", FUNCTION("%s", "")), name);
    assert_refused(s, put_rule(s, rule), CRM4E_E_TOO_BIG, "max_length");
}

/* A value that makes an address too long fails the rule, visibly, and not the write. */
static void test_values_too_big(void **state)
{
    steps *s = *state;
    char record[5000] = "{'Name': 'A', 'Long': '";

    assert_ok(put_field(s, "Documents", "{'api_name': 'Long', 'type': 'textarea'}"));
    assert_ok(put_rule(
        s, RULE("create", "{'webhook': {'url': 'https://example.com/?a=${Documents.Long}'}}")));
    for (int i = 0; i < 2000; i++) {
        strcat(record, "\xc3\xa9"); /* six bytes each in an address */
    }
    strcat(record, "'}");
    (void)add(s, "Documents", record);
    assert_int_equal(last_run(s).result, C4_RUN_FAILED);
    assert_int_equal(rows_of(s, C4_TABLE_OUTBOX), 0);
}

/* A field that went away since. */
static void test_field_gone(void **state)
{
    steps *s = *state;

    assert_ok(put_field(s, "Documents", "{'api_name': 'Old', 'type': 'text'}"));
    assert_ok(put_rule(s, RULE("create", HOOK(", 'text': '${Documents.Old}'"))));
    assert_ok(remove_field(s, "Documents", "Old"));
    (void)add(s, "Documents", "{'Name': 'A'}");
    assert_int_equal(last_run(s).result, C4_RUN_FAILED);
}

/* The exported form is the one that was put. */
static void test_written(void **state)
{
    steps *s = *state;
    char *before;
    char *after;

    assert_ok(put_rule(
        s, RULE("create",
                HOOK(", 'method': 'PUT', 'headers': {'X': '" NAME "'}, 'body': {'a': 1}") "," HOOK(
                    ", 'form': {'a': 'b'}") "," HOOK(", 'text': 't'") "," FUNCTION("f",
                                                                                   ", 'arguments': "
                                                                                   "{'a': 1}"))));
    before = rule_text(s, "R");
    assert_non_null(strstr(before, "\"method\":\"PUT\""));
    assert_non_null(strstr(before, "\"arguments\":{\"a\":1}"));
    assert_ok(put_rule(s, before));
    after = rule_text(s, "R");
    assert_string_equal(before, after);
    free_text(before);
    free_text(after);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, legal_setup, steps_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_places_escape),     TEST(test_lines),
        TEST(test_methods_and_types), TEST(test_function),
        TEST(test_by_the_recipient),  TEST(test_after_delete),
        TEST(test_behind_lookups),    TEST(test_bounded_by_the_author),
        TEST(test_refused),           TEST(test_limits),
        TEST(test_values_too_big),    TEST(test_field_gone),
        TEST(test_written),
    };

    return steps_run("messages", tests, sizeof tests / sizeof tests[0]);
}
