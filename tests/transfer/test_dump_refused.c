/* SPDX-License-Identifier: MIT */
/* Nothing that was tampered with comes in. */
#define _XOPEN_SOURCE 700 /* strndup */

#include "dump_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sha256.h"
#include "transfer/dump.h"

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
        {"\"multi_currency\"],\"types\":[\"integer\",", "\"multi_currency\"],\"types\":[5,",
         CRM4E_E_INVALID, "line 2: "},
        {",\"en\",", ",null,", CRM4E_E_INVALID, "line 3: 'locale'"},
        {",\"en\",", ",5,", CRM4E_E_INVALID, "line 3: 'locale'"},
        {",\"UTC\",", ",", CRM4E_E_INVALID, "line 3: "},
        {",\"UTC\",", ",\"UTC\",1,", CRM4E_E_INVALID, "line 3: "},
        {",\"UTC\",", ",\"Moon\",", CRM4E_E_INVALID, "line "},
        {",true,1,null,null,null,null]", ",1,1,null,null,null,null]", CRM4E_E_INVALID,
         "line 3: 'crm4e'"},
        {",true,1,null,null,null,null]", ",true,1.5,null,null,null,null]", CRM4E_E_INVALID,
         "line 3: 'hierarchy'"},
        {",true,1,null,null,null,null]", ",true,\"x\",null,null,null,null]", CRM4E_E_INVALID,
         "line 3: 'hierarchy'"},
        {",true,1,null,null,null,null]", ",true,9,null,null,null,null]", CRM4E_E_INVALID, "line "},
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

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_checksum), TEST(test_every_line), TEST(test_every_byte),
        TEST(test_forged),   TEST(test_whole),      TEST(test_too_long),
    };

    return host_run("dump refused", tests, sizeof tests / sizeof tests[0]);
}
