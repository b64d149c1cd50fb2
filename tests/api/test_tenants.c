/* SPDX-License-Identifier: MIT */
/*
 * Orgs know nothing of each other. Whatever text names something of another org - a name, a
 * query, criteria, a document, a page token -, in whatever place of whatever function, answers
 * word for word like a text that names nothing at all; also when the other org is written
 * through another engine on the same storage. Ids are in test_foreign.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "interface.h"

/* Names of the other org, and of nobody, as long as one another. */
#define ALIEN   "Alien"
#define NOBODY  "Nihil"
#define STRANGE EVE
#define NONE    "nil@other.example"

/* What any text may be, and what documents may hold; @ is the name of a thing, ~ of a user. */
static const char *const forms[] = {
    "@",
    "~",
    "@ = 1",
    "Owner = '~'",
    "Company = 'Tower' or @ is null",
    "select @ from Leads",
    "select id from @",
    "select id from Leads where Owner in ('~')",
    "select id from Leads order by @",
    "{\"@\": 1}",
    "{\"Owner\": \"~\"}",
    "[\"@\"]",
};
static const char *const documents[] = {
    "{\"roles\": [{\"name\": \"Scout\", \"parent\": \"@\"}]}",
    "{\"users\": [{\"email\": \"new\\u0040acme.example\", \"profile\": \"@\"}]}",
    "{\"users\": [{\"email\": \"new\\u0040acme.example\", \"role\": \"@\"}]}",
    "{\"users\": [{\"email\": \"new\\u0040acme.example\", \"reporting_to\": \"~\"}]}",
    "{\"groups\": [{\"name\": \"New\", \"sources\": [{\"group\": \"@\"}]}]}",
    "{\"groups\": [{\"name\": \"New\", \"sources\": [{\"user\": \"~\"}]}]}",
    "{\"spaces\": [{\"name\": \"New\", \"modules\": [\"@\"]}]}",
    "{\"spaces\": [{\"name\": \"New\", \"members\": [\"~\"]}]}",
    "{\"modules\": [{\"api_name\": \"New\", \"team\": true, \"space\": \"@\"}]}",
    "{\"modules\": [{\"api_name\": \"Documents\", \"members\": [{\"user\": \"~\"}]}]}",
    "{\"profiles\": [{\"name\": \"New\", \"clone_of\": \"@\"}]}",
    "{\"profiles\": [{\"name\": \"Spare\", \"modules\": {\"@\": []}}]}",
    "{\"profiles\": [{\"name\": \"Spare\", \"fields\": {\"Leads\": {\"@\": \"hidden\"}}}]}",
    "{\"sharing_rules\": [{\"module\": \"@\", \"name\": \"New\", \"from\": [{\"role\": \"CEO\"}],"
    " \"to\": [{\"role\": \"CEO\"}]}]}",
    "{\"sharing_rules\": [{\"module\": \"Leads\", \"name\": \"New\", \"from\": [{\"user\": \"~\"}],"
    " \"to\": [{\"group\": \"@\"}]}]}",
    "{\"charts\": [{\"name\": \"New\", \"module\": \"Leads\", \"group_by\": [\"@\"]}]}",
};
enum {
    FORMS = sizeof forms / sizeof forms[0],
    DOCUMENTS = sizeof documents / sizeof documents[0]
};

static void fill_in(char *out, size_t size, const char *form, const char *thing, const char *user)
{
    size_t length = 0;

    for (; *form; form++) {
        const char as_is[2] = {*form, '\0'};
        const char *piece = *form == '@' ? thing : *form == '~' ? user : as_is;

        length += (size_t)snprintf(out + length, size - length, "%s", piece);
        assert_true(length < size);
    }
}

/* ------------------------------------------------------------- the other org */

/* One of every kind that is known by name. */
static const char everything[] =
    "{\"roles\": [{\"name\": \"Alien\", \"parent\": \"CEO\"}],"
    " \"profiles\": [{\"name\": \"Alien\", \"clone_of\": \"Standard\"}],"
    " \"groups\": [{\"name\": \"Alien\", \"sources\": [{\"role\": \"CEO\"}]}],"
    " \"spaces\": [{\"name\": \"Alien\", \"folders\": [\"Alien\"]}],"
    " \"modules\": [{\"api_name\": \"Alien\", \"fields\": [{\"api_name\": \"Alien\","
    "   \"type\": \"text\"}]},"
    "  {\"api_name\": \"Leads\", \"fields\": [{\"api_name\": \"Alien\", \"type\": \"text\"}]}],"
    " \"sharing_rules\": [{\"module\": \"Leads\", \"name\": \"Alien\","
    "   \"from\": [{\"role\": \"CEO\"}], \"to\": [{\"group\": \"Alien\"}]}],"
    " \"workflows\": [{\"module\": \"Leads\", \"name\": \"Alien\", \"on\": \"edit\","
    "   \"conditions\": [{\"then\": [{\"update_field\": {\"field\": \"Spare\","
    "   \"value\": \"x\"}}]}]}],"
    " \"charts\": [{\"module\": \"Leads\", \"name\": \"Alien\", \"group_by\": [\"Company\"],"
    "   \"measures\": [\"count\"]}]}";

static void fill_other(crm4e_session *eve)
{
    assert_int_equal(crm4e_org_apply(NULL, eve, everything, CRM4E_NUL_TERMINATED), CRM4E_OK);
    assert_int_equal(fixture_lead(eve, ALIEN, NULL), CRM4E_OK);
}

static bool second_engine;

static void open_both(fixture *f)
{
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    crm4e_session *eve = NULL;

    assert_int_equal(fixture_open(f, FIXTURE_MEMORY), CRM4E_OK);
    if (!second_engine) {
        fill_other(f->other.session);
        return;
    }
    assert_int_equal(crm4e_engine_open(&engine, &f->engine_options), CRM4E_OK);
    assert_int_equal(crm4e_org_open(&org, engine, "Other"), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&eve, org, EVE), CRM4E_OK);
    fill_other(eve);
    crm4e_engine_close(engine);
}

/* ------------------------------------------------------------- one place */

typedef struct answer {
    int code;
    char text[512]; /* of the error */
} answer;

/* Rows that were changed take both orgs with them, else what the session holds is made anew. */
static void reopen(fixture *f)
{
    if (unchanged_rows_problem(&f->watch)) {
        assert_true(fixture_close(f));
        open_both(f);
        return;
    }
    crm4e_session_close(f->own.session);
    assert_int_equal(crm4e_session_open(&f->own.session, f->own.org, ANA), CRM4E_OK);
    assert_int_equal(fixture_handles_again(f), CRM4E_OK);
    f->watch.session = f->own.session;
}

/* What was allowed may have changed something: the next call finds it as it was. */
static answer answer_to(const function *called, fixture *f, int at, const member *named,
                        const char *text)
{
    answer a = {0, ""};
    const crm4e_error *error;
    probe p;

    probe_init(&p, f);
    p.replaced = at;
    p.named = named;
    p.pointer = text;
    probe_prepare(called, f);
    unchanged_mark(&f->watch);
    probe_run(called, &p);
    a.code = p.code;
    error = owner_error(called, f);
    if (error)
        (void)snprintf(a.text, sizeof a.text, "%s|%s|%s|%s", crm4e_error_message(error),
                       crm4e_error_module(error), crm4e_error_field(error),
                       crm4e_error_rule(error));
    if (a.code >= 0)
        reopen(f);
    else
        probe_settle(called, f);
    return a;
}

/* Both texts are as long: the name that the caller gave himself may stand in the message. */
static void without_names(char *text)
{
    static const char *const names[][2] = {{ALIEN, NOBODY}, {STRANGE, NONE}};

    for (size_t i = 0; i < 2; i++)
        for (char *at; (at = strstr(text, names[i][0])) != NULL;)
            memcpy(at, names[i][1], strlen(names[i][1]));
}

static void compare(const function *called, fixture *f, int at, const member *named,
                    const char *form)
{
    char foreign[512], nothing[512];
    answer a, b;

    fill_in(foreign, sizeof foreign, form, ALIEN, STRANGE);
    fill_in(nothing, sizeof nothing, form, NOBODY, NONE);
    a = answer_to(called, f, at, named, foreign);
    b = answer_to(called, f, at, named, nothing);
    without_names(a.text);
    if (a.code != b.code || strcmp(a.text, b.text) != 0) {
        print_error("%s %s / %s %s\n", crm4e_code_name(a.code), a.text, crm4e_code_name(b.code),
                    b.text);
        interface_fail(called, foreign, "another org shows");
    }
}

static void place(const function *called, fixture *f, int at, const member *named, const char *name)
{
    for (size_t i = 0; i < FORMS; i++)
        compare(called, f, at, named, forms[i]);
    for (size_t i = 0; i < DOCUMENTS && strcmp(name, "json") == 0; i++)
        compare(called, f, at, named, documents[i]);
}

/* Names of the host's own choice: it holds every org. */
static bool of_the_host(const function *called)
{
    static const char *const names[] = {"crm4e_org_open", "crm4e_org_create", "crm4e_org_backup",
                                        "crm4e_org_load", "crm4e_engine_open"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(called->name, names[i]) == 0)
            return true;
    return false;
}

static void check(void **state)
{
    const function *called = *state;
    fixture f;

    if (of_the_host(called))
        return;
    open_both(&f);
    for (size_t i = 0; i < called->parameter_count; i++)
        if (called->parameters[i].text)
            place(called, &f, (int)i, NULL, called->parameters[i].name);
    for (size_t i = 0; i < called->member_count; i++)
        if (called->members[i].text)
            place(called, &f, -1, &called->members[i], called->members[i].name);
    assert_true(fixture_close(&f));
}

/* ------------------------------------------------------------- tokens and ids in texts */

static char *token_of(crm4e_session *session)
{
    crm4e_cursor *rows = NULL;
    char *token;

    assert_int_equal(
        crm4e_query_text(&rows, session, "select Last_Name from Leads order by Company limit 1"),
        CRM4E_OK);
    assert_int_equal(crm4e_cursor_next(rows), CRM4E_ROW);
    assert_non_null(crm4e_cursor_token(rows));
    token = strdup(crm4e_cursor_token(rows));
    assert_non_null(token);
    crm4e_cursor_free(rows);
    return token;
}

static int go_on(crm4e_session *session, const char *token)
{
    crm4e_query *query = NULL;
    crm4e_cursor *rows = NULL;
    int rc = crm4e_query_new(&query, session, "Leads");

    rc = rc < 0 ? rc : crm4e_query_select(query, "Last_Name");
    rc = rc < 0 ? rc : crm4e_query_order(query, "Company", 0);
    rc = rc < 0 ? rc : crm4e_query_limit(query, 1);
    rc = rc < 0 ? rc : crm4e_query_after(query, token);
    rc = rc < 0 ? rc : crm4e_query_run(&rows, query);
    crm4e_cursor_free(rows);
    crm4e_query_free(query);
    return rc;
}

/* A page token goes on for the same user, in whatever engine, and for nobody else. */
static void tokens(void **state)
{
    crm4e_engine *engine = NULL;
    crm4e_org *org = NULL;
    crm4e_session *again = NULL, *bob = NULL;
    fixture f;
    char *own, *foreign;

    (void)state;
    open_both(&f);
    assert_int_equal(crm4e_engine_open(&engine, &f.engine_options), CRM4E_OK);
    assert_int_equal(crm4e_org_open(&org, engine, "Acme"), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&again, org, ANA), CRM4E_OK);
    assert_int_equal(crm4e_session_open(&bob, f.own.org, BOB), CRM4E_OK);
    own = token_of(f.own.session);
    foreign = token_of(f.other.session);
    assert_int_equal(go_on(f.own.session, own), CRM4E_OK);
    assert_int_equal(go_on(again, own), CRM4E_OK);
    assert_int_equal(go_on(bob, own), CRM4E_E_INVALID);
    assert_int_equal(go_on(f.other.session, own), CRM4E_E_INVALID);
    assert_int_equal(go_on(f.own.session, foreign), CRM4E_E_INVALID);
    assert_int_equal(go_on(again, foreign), CRM4E_E_INVALID);
    free(own);
    free(foreign);
    crm4e_engine_close(engine);
    assert_true(fixture_close(&f));
}

/* An id in a list, in criteria or as the value of a lookup or an owner. */
static void ids_as_values(void **state)
{
    fixture f;
    char text[128];
    crm4e_query *query = NULL;
    crm4e_record *task = NULL;
    int64_t count = -1;

    (void)state;
    open_both(&f);
    assert_int_equal(crm4e_query_new(&query, f.own.session, "Leads"), CRM4E_OK);
    assert_int_equal(crm4e_query_where_ids(query, &f.other.lead, 1), CRM4E_OK);
    assert_int_equal(crm4e_query_count(query, &count), CRM4E_OK);
    assert_int_equal(count, 0);
    crm4e_query_free(query);
    (void)snprintf(text, sizeof text, "select id from Leads where id = %lld",
                   (long long)f.other.lead);
    assert_int_equal(fixture_count(f.own.session, text), 0);
    (void)snprintf(text, sizeof text, "Leads:%lld", (long long)f.other.lead);
    assert_int_equal(crm4e_record_new(&task, f.own.session, "Tasks"), CRM4E_OK);
    assert_int_equal(crm4e_record_set_text(task, "Subject", "Call", CRM4E_NUL_TERMINATED),
                     CRM4E_OK);
    assert_int_equal(crm4e_record_set_text(task, "What_Id", text, CRM4E_NUL_TERMINATED), CRM4E_OK);
    assert_int_equal(crm4e_record_save(task), CRM4E_E_INVALID);
    crm4e_record_free(task);
    assert_true(fixture_close(&f));
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens),
        cmocka_unit_test(ids_as_values),
    };

    second_engine = argc > 1 && strcmp(argv[1], "engines") == 0;
    return interface_run("tenants", check) + cmocka_run_group_tests(tests, NULL, NULL);
}
