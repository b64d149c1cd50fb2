/* SPDX-License-Identifier: MIT */
/* Rules, charts and views that name a field that is gone: an export says that it leaves them out,
 * and a document that names them again mends them. */
#include "dump_steps.h"

#include <stdlib.h>
#include <string.h>

#define ANA "ana@acme.example"

static const char start[] =
    "{'modules': [{'api_name': 'Things', 'fields': [{'api_name': 'Zed', 'type': 'text'},"
    "   {'api_name': 'Kind', 'type': 'text'}]}],"
    " 'assignment_rules': [{'name': 'Zed to Ana', 'module': 'Things', 'entries': [{'when':"
    "   'Zed = `a`', 'to': {'target': 'users', 'users': ['" ANA "']}}]},"
    "  {'name': 'All to Ana', 'module': 'Things', 'entries': [{'to': {'target': 'users',"
    "   'users': ['" ANA "']}}]}],"
    " 'charts': [{'name': 'By Zed', 'module': 'Things', 'group_by': ['Zed']},"
    "  {'name': 'By kind', 'module': 'Things', 'group_by': ['Kind']}],"
    " 'views': [{'name': 'Of Zed', 'module': 'Things', 'columns': ['Name', 'Zed']},"
    "  {'name': 'Plain', 'module': 'Things', 'columns': ['Name']}],"
    " 'workflows': [{'name': 'Zed first', 'module': 'Things', 'on': 'create', 'conditions': "
    "[{'then':"
    "   [{'update_field': {'field': 'Zed', 'value': 'b'}}]}]},"
    "  {'name': 'Kind then', 'module': 'Things', 'on': 'create', 'conditions': [{'then':"
    "   [{'update_field': {'field': 'Kind', 'value': 'k'}}]}]}]}";

static const char mended[] =
    "{'assignment_rules': [{'name': 'Zed to Ana', 'module': 'Things', 'entries': [{'when':"
    "   'Kind = `a`', 'to': {'target': 'users', 'users': ['" ANA "']}}]}],"
    " 'charts': [{'name': 'By Zed', 'module': 'Things', 'group_by': ['Owner']}],"
    " 'views': [{'name': 'Of Zed', 'module': 'Things', 'columns': ['Name', 'Kind'], 'where': '',"
    "   'order': []}],"
    " 'workflows': [{'name': 'Zed first', 'module': 'Things', 'on': 'create', 'conditions': "
    "[{'then':"
    "   [{'update_field': {'field': 'Name', 'value': 'n'}}]}]}]}";

static void lose_the_field(host *h)
{
    crm4e_module *module = NULL;

    host_apply(h, start);
    host_ok(h->admin, crm4e_module_open(&module, h->admin, "Things"));
    host_ok(h->admin, crm4e_module_remove_field(module, "Zed"));
    crm4e_module_free(module);
}

static char *exported(host *h)
{
    crm4e_text *text = NULL;
    char *copy;

    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    copy = strdup(crm4e_text_data(text));
    crm4e_text_free(text);
    assert_non_null(copy);
    return copy;
}

static void says(const char *document, const char *part, bool does)
{
    char *json = host_json(part);

    if ((strstr(document, json) != NULL) != does)
        fail_msg("%s %s", json, document);
    free(json);
}

static void what_cannot_be_applied_is_left_out(void **state)
{
    static const char *const left[] = {
        "{'kind':'assignment_rule','module':'Things','name':'Zed to Ana','why':'",
        "{'kind':'workflow','module':'Things','name':'Zed first','why':'",
        "{'kind':'chart','module':'Things','name':'By Zed','why':'",
        "{'kind':'view','module':'Things','name':'Of Zed','why':'",
    };
    host *h = *state;
    char *document;

    lose_the_field(h);
    document = exported(h);
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++)
        says(document, left[i], true);
    says(document, "'name':'All to Ana'", true);
    says(document, "'name':'Kind then'", true);
    says(document, "'name':'By kind'", true);
    says(document, "'name':'Plain'", true);
    free(document);
}

/* By another org as well. */
static void the_document_applies(void **state)
{
    host *h = *state;
    char *document;
    char *again;
    void *other = NULL;

    lose_the_field(h);
    document = exported(h);
    assert_int_equal(host_setup(&other), 0);
    host_ok(((host *)other)->admin,
            crm4e_org_apply(NULL, ((host *)other)->admin, document, CRM4E_NUL_TERMINATED));
    again = exported(other);
    says(again, "'left_out'", false);
    says(again, "'name':'Kind then'", true);
    says(again, "'name':'Zed first'", false);
    free(again);
    assert_int_equal(host_teardown(&other), 0);
    host_ok(h->admin, crm4e_org_apply(NULL, h->admin, document, CRM4E_NUL_TERMINATED));
    again = exported(h);
    assert_string_equal(again, document);
    free(again);
    free(document);
}

static void a_document_mends_them(void **state)
{
    host *h = *state;
    crm4e_text *report = NULL;
    char *json = host_json(mended);
    char *document;

    lose_the_field(h);
    host_ok(h->admin, crm4e_org_apply(&report, h->admin, json, CRM4E_NUL_TERMINATED));
    says(crm4e_text_data(report), "'workflows':{'created':0,'changed':1,'unchanged':0}", true);
    says(crm4e_text_data(report), "'charts':{'created':0,'changed':1,'unchanged':0}", true);
    says(crm4e_text_data(report), "'views':{'created':0,'changed':1,'unchanged':0}", true);
    says(crm4e_text_data(report), "'assignment_rules':{'created':0,'changed':1,'unchanged':0}",
         true);
    crm4e_text_free(report);
    document = exported(h);
    says(document, "'left_out'", false);
    says(document, "'name':'Zed first'", true);
    free(document);
    free(json);
}

/* A dump has all of it, and is loaded. */
static void a_dump_has_them(void **state)
{
    host *h = *state;
    crm4e_session *there = NULL;
    crm4e_text *text = NULL;
    crm4e_org *org = NULL;
    char *document;
    stream s;
    place p;

    lose_the_field(h);
    document = exported(h);
    s = dumped(h->admin);
    open_memory(&p, 0);
    assert_int_equal(load(&org, p.engine, &s, "Copy", 0), CRM4E_OK);
    assert_clean(org);
    assert_int_equal(crm4e_session_open(&there, org, ANA), CRM4E_OK);
    host_ok(there, crm4e_org_export(&text, there));
    assert_string_equal(crm4e_text_data(text), document);
    crm4e_text_free(text);
    crm4e_session_close(there);
    crm4e_org_close(org);
    close_place(&p);
    free(s.text);
    free(document);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        TEST(what_cannot_be_applied_is_left_out),
        TEST(the_document_applies),
        TEST(a_document_mends_them),
        TEST(a_dump_has_them),
    };

    return host_run("left out", tests, sizeof tests / sizeof tests[0]);
}
