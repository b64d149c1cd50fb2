/* SPDX-License-Identifier: MIT */
/* What rules would do with a record: told, and taken back. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* bo sets up automation and does not see titles; em sees everything that is his. */
static const char document[] =
    "{'crm4e': 1,"
    " 'modules': [{'api_name': 'Leads', 'org_default': 'private'}],"
    " 'profiles': ["
    "  {'name': 'Builder', 'clone_of': 'Standard', 'admin': ['manage_automation'],"
    "   'fields': {'Leads': {'Designation': 'hidden'}}}],"
    " 'roles': [{'name': 'Left', 'parent': 'CEO'}, {'name': 'Right', 'parent': 'CEO'}],"
    " 'users': ["
    "  {'email': 'bo@acme.example', 'profile': 'Builder', 'role': 'Left'},"
    "  {'email': 'cy@acme.example', 'profile': 'Standard', 'role': 'Right'},"
    "  {'email': 'di@acme.example', 'profile': 'Standard', 'role': 'Right'},"
    "  {'email': 'em@acme.example', 'profile': 'Standard', 'role': 'CEO'},"
    "  {'email': 'no@acme.example', 'profile': 'Standard', 'status': 'inactive'}],"
    " 'workflows': ["
    "  {'name': 'Set', 'module': 'Leads', 'on': 'create_or_edit', 'conditions': ["
    "   {'when': 'City = `Oslo`', 'then': [{'update_field': {'field': 'State', 'value': 'O'}}]},"
    "   {'when': 'Company = `Tower`', 'then': ["
    "    {'update_field': {'field': 'City', 'value': 'Rome'}},"
    "    {'notify': {'to': 'no@acme.example', 'subject': 'S'}},"
    "    {'assign_owner': {'target': 'role', 'role': 'Right', 'notify': true,"
    "     'transfer': ['tasks']}},"
    "    {'notify': {'to': 'owner', 'subject': 'In ${Leads.City}', 'body': '${Leads.Company}'}},"
    "    {'webhook': {'url': 'https://example.com/?c=${Leads.City}'}},"
    "    {'function': {'name': 'f', 'arguments': {'c': '${Leads.City}'}}}]}]},"
    "  {'name': 'Off', 'module': 'Leads', 'on': 'create', 'active': false, 'conditions': ["
    "   {'then': [{'update_field': {'field': 'State', 'value': 'X'}}]}]},"
    "  {'name': 'Gone', 'module': 'Leads', 'on': 'delete', 'conditions': ["
    "   {'then': [{'notify': {'to': 'creator', 'subject': '${Leads.Company} is gone'}}]}]},"
    "  {'name': 'Last', 'module': 'Leads', 'on': 'create', 'conditions': ["
    "   {'then': [{'assign_owner': {'target': 'role', 'role': 'Right'}}]}]}]}";

static host *h;
static crm4e_session *bo, *em;

static void apply_as(crm4e_session *session, const char *change)
{
    char *json = host_json(change);
    crm4e_text *text = NULL;

    host_ok(session, crm4e_org_apply(&text, session, json, CRM4E_NUL_TERMINATED));
    crm4e_text_free(text);
    free(json);
}

static crm4e_id add(crm4e_session *session, const char *company)
{
    crm4e_record *record = NULL;
    crm4e_id id;

    host_ok(session, crm4e_record_new(&record, session, "Leads"));
    host_ok(session, crm4e_record_set_text(record, "Last_Name", "L", CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_set_text(record, "Company", company, CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    return id;
}

static crm4e_id tower, bank;

/* The records are there before the rules are. */
static int setup(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    h = *state;
    tower = add(h->admin, "Tower");
    bank = add(h->admin, "Bank");
    host_apply(h, document);
    bo = host_session(h, "bo@acme.example");
    em = host_session(h, "em@acme.example");
    return 0;
}

static int try_as(crm4e_session *session, crm4e_id record, const crm4e_dry_run_options *options,
                  crm4e_text **text)
{
    crm4e_module *leads = NULL;
    int rc = crm4e_module_open(&leads, session, "Leads");

    if (rc == CRM4E_OK)
        rc = crm4e_dry_run_json(text, leads, record, options);
    crm4e_module_free(leads);
    return rc;
}

/* What a dry run must not touch. */
typedef struct kept {
    crm4e_text *digest;
    crm4e_text *outbox;
    crm4e_text *runs;
} kept;

static kept keep(void)
{
    crm4e_module *leads = NULL;
    kept k = {NULL, NULL, NULL};

    host_ok(h->admin, crm4e_module_open(&leads, h->admin, "Leads"));
    host_ok(h->admin, crm4e_org_digest(&k.digest, h->admin));
    host_ok(h->admin, crm4e_outbox_json(&k.outbox, h->admin, CRM4E_OUTBOX_IS_WAITING, 0, 100));
    host_ok(h->admin, crm4e_runs_json(&k.runs, leads, NULL));
    crm4e_module_free(leads);
    return k;
}

static void assert_kept(kept *before)
{
    kept after = keep();

    assert_string_equal(crm4e_text_data(before->digest), crm4e_text_data(after.digest));
    assert_string_equal(crm4e_text_data(before->outbox), crm4e_text_data(after.outbox));
    assert_string_equal(crm4e_text_data(before->runs), crm4e_text_data(after.runs));
    crm4e_text_free(before->digest);
    crm4e_text_free(before->outbox);
    crm4e_text_free(before->runs);
    crm4e_text_free(after.digest);
    crm4e_text_free(after.outbox);
    crm4e_text_free(after.runs);
}

/* How often a piece of text is in the answer. */
static int told(crm4e_session *session, crm4e_id record, const crm4e_dry_run_options *options,
                const char *piece)
{
    kept before = keep();
    crm4e_text *text = NULL;
    char *json = host_json(piece);
    int count = 0;

    host_ok(session, try_as(session, record, options, &text));
    assert_kept(&before);
    for (const char *at = crm4e_text_data(text); (at = strstr(at, json)); at++)
        count++;
    if (count == 0)
        print_message("%s\nis not in %s\n", json, crm4e_text_data(text));
    crm4e_text_free(text);
    free(json);
    return count;
}

/* A record of bo, which no rule gives away. */
static crm4e_id add_his(void)
{
    host_apply(h, "{'workflows': [{'name': 'Last', 'module': 'Leads', 'active': false,"
                  " 'on': 'create', 'conditions': [{'then': [{'assign_owner': {'target': 'role',"
                  " 'role': 'Right'}}]}]}]}");
    return add(bo, "Mine");
}

#define TOLD(record, options, piece) assert_int_equal(told(h->admin, record, options, piece), 1)

static void test_created(void **state)
{
    char piece[96];

    (void)state;
    (void)snprintf(piece, sizeof piece, "{'module':'Leads','record':%lld,'on':'create','rules':[",
                   (long long)tower);
    TOLD(tower, NULL, piece);
    TOLD(tower, NULL,
         "{'rule':'Set','result':'skipped','condition':2,'when':'Company = `Tower`','actions':["
         "{'action':'update_field','field':'City','old':null,'new':'Rome'},"
         "{'action':'notify','skipped':'the recipient is not active'},"
         "{'action':'assign_owner','owner':{'old':'ana@acme.example','new':'cy@acme.example'},"
         "'activities':0},"
         "{'action':'assign_owner','kind':'notify','recipient':'cy@acme.example','payload':{");
    TOLD(tower, NULL,
         "{'action':'notify','kind':'notify','recipient':'cy@acme.example','payload':{"
         "'module':'Leads',");
    TOLD(tower, NULL, "'subject':'In Rome','body':'Tower','name':'L'}}");
    TOLD(tower, NULL, "{'action':'webhook','kind':'webhook','recipient':null,'payload':{");
    TOLD(tower, NULL, "'url':'https://example.com/?c=Rome'");
    TOLD(tower, NULL, "{'action':'function','kind':'function','recipient':null,'payload':{");
    TOLD(tower, NULL,
         "'arguments':{'c':'Rome'}}}],'message':'notify: the recipient is not active'");
    TOLD(tower, NULL,
         "{'rule':'Off','result':'inactive','condition':null,'when':null,'actions':[],"
         "'message':null}");
    TOLD(tower, NULL, "{'rule':'Gone','result':'not_triggered','condition':null,");
    TOLD(tower, NULL,
         "{'rule':'Last','result':'skipped','condition':1,'when':null,'actions':["
         "{'action':'assign_owner','skipped':'the owner was assigned already'}],");
    TOLD(bank, NULL,
         "{'rule':'Set','result':'no_match','condition':null,'when':null,'actions':[],");
    /* the rotation did not move on for all that */
    TOLD(bank, NULL, "'owner':{'old':'ana@acme.example','new':'cy@acme.example'}");
}

static void test_edited(void **state)
{
    crm4e_dry_run_options options = CRM4E_DRY_RUN_OPTIONS_INIT;
    crm4e_text *text = NULL;

    (void)state;
    options.on = CRM4E_ON_EDIT;
    TOLD(tower, &options, "{'rule':'Set','result':'skipped','condition':2,");
    TOLD(tower, &options, "'on':'edit','rules':[");
    TOLD(tower, &options, "{'rule':'Last','result':'not_triggered'");
    options.values = "{\"City\": \"Oslo\"}";
    TOLD(bank, &options,
         "{'rule':'Set','result':'done','condition':1,'when':'City = `Oslo`','actions':["
         "{'action':'update_field','field':'State','old':null,'new':'O'}],'message':null}");
    options.values = "{\"Company\": \"Bank\"}"; /* as it is */
    TOLD(bank, &options, "{'rule':'Set','result':'no_match'");
    options.values = "{\"No\": 1}";
    host_refused(h->admin, try_as(h->admin, bank, &options, &text), CRM4E_E_INVALID, NULL);
    options.values = "{\"Company\": null}";
    host_refused(h->admin, try_as(h->admin, bank, &options, &text), CRM4E_E_INVALID, NULL);
    options.values = "{\"Designation\": \"x\"}";
    host_refused(bo, try_as(bo, add_his(), &options, &text), CRM4E_E_DENIED, NULL);
    options.values = "[]";
    host_refused(h->admin, try_as(h->admin, bank, &options, &text), CRM4E_E_INVALID,
                 "values must be an object");
    options.values = "{";
    host_refused(h->admin, try_as(h->admin, bank, &options, &text), CRM4E_E_INVALID, NULL);
    assert_null(text);
}

static void test_deleted(void **state)
{
    crm4e_dry_run_options options = CRM4E_DRY_RUN_OPTIONS_INIT;

    (void)state;
    options.on = CRM4E_ON_DELETE;
    TOLD(bank, &options,
         "{'rule':'Gone','result':'done','condition':1,'when':null,'actions':[{'action':'notify',"
         "'kind':'notify','recipient':'ana@acme.example','payload':{'module':'Leads',");
    TOLD(bank, &options, "'subject':'Bank is gone'");
    assert_int_equal(told(h->admin, bank, &options, "'not_triggered'"), 2);
}

/* One rule, on or off; one that fails says where, and leaves nothing. */
static void test_one_rule(void **state)
{
    static const char failing[] =
        "{'roles': [{'name': 'Short', 'parent': 'CEO'}],"
        " 'modules': [{'api_name': 'Leads', 'fields': [{'api_name': 'Code', 'type': 'text',"
        "  'unique': true}]}],"
        " 'workflows': [{'name': 'Fails', 'module': 'Leads', 'on': 'create',"
        "  'on_failure': 'fail', 'active': false, 'conditions': [{'then': ["
        "   {'update_field': {'field': 'City', 'value': 'Rome'}},"
        "   {'update_field': {'field': 'Code', 'value': 'A'}}]}]}]}";
    crm4e_dry_run_options options = CRM4E_DRY_RUN_OPTIONS_INIT;
    crm4e_record *record = NULL;

    (void)state;
    options.rule = "off";
    TOLD(bank, &options,
         "'rules':[{'rule':'Off','result':'done','condition':1,'when':null,'actions':["
         "{'action':'update_field','field':'State','old':null,'new':'X'}],'message':null}]}");
    host_apply(h, failing);
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Leads", tower));
    host_ok(h->admin, crm4e_record_set_text(record, "Code", "A", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
    options.rule = "Fails";
    TOLD(bank, &options,
         "'rules':[{'rule':'Fails','result':'failed','condition':1,'when':null,'actions':[],"
         "'message':'");
    TOLD(bank, &options, "'failed_action':'update_field','stops_change':true}]}");
}

/* A rule is its author's; messages go no further than who asks may read. */
static void test_whose_rules(void **state)
{
    static const char twin[] =
        "{'crm4e': 1, 'modules': [{'api_name': 'Leads', 'fields': [{'api_name': 'Twin',"
        "  'type': 'lookup', 'target': 'Leads'}]}]}";
    static const char his[] =
        "{'crm4e': 1, 'workflows': [{'name': 'His', 'module': 'Leads', 'on': 'create',"
        " 'conditions': [{'then': ["
        "  {'notify': {'to': 'em@acme.example', 'subject': '${Leads.Last_Name}'}},"
        "  {'notify': {'to': 'em@acme.example', 'subject': '${Leads.Twin.Company}'}},"
        "  {'notify': {'to': 'bo@acme.example', 'subject': '${Leads.Twin.Company}'}},"
        "  {'webhook': {'url': 'https://example.com/?c=${Leads.Twin.Company}'}},"
        "  {'assign_owner': {'target': 'users', 'users': ['em@acme.example']}}]}]}]}";
    crm4e_id mine = add_his();
    crm4e_record *record = NULL;
    crm4e_text *text = NULL;

    (void)state;
    apply_as(h->admin, twin);
    apply_as(bo, his);
    host_ok(h->admin, crm4e_record_open(&record, h->admin, "Leads", mine));
    host_ok(h->admin, crm4e_record_set_integer(record, "Twin", bank));
    host_ok(h->admin, crm4e_record_save(record));
    crm4e_record_free(record);
    assert_int_equal(told(bo, mine, NULL, "'result':'closed','condition':null,'when':null,"), 4);
    assert_int_equal(told(bo, mine, NULL, "'rule':'His','result':'done','condition':1,"), 1);
    assert_int_equal(told(bo, mine, NULL, "'subject':'L'"), 1);
    assert_int_equal(told(bo, mine, NULL, "'recipient':'em@acme.example','payload':null}"), 1);
    assert_int_equal(told(bo, mine, NULL, "'recipient':'bo@acme.example','payload':{"), 1);
    assert_int_equal(told(bo, mine, NULL, "'url':'https://example.com/?c='"), 1);
    assert_int_equal(told(bo, mine, NULL, "'new':'em@acme.example'},'activities':null}"), 1);
    assert_int_equal(told(h->admin, mine, NULL, "'subject':'Bank'"), 1);
    host_refused(bo, try_as(bo, bank, NULL, &text), CRM4E_E_NOT_FOUND, NULL);
    host_refused(em, try_as(em, mine, NULL, &text), CRM4E_E_DENIED, NULL);
    assert_null(text);
}

static void test_refused(void **state)
{
    crm4e_dry_run_options options = CRM4E_DRY_RUN_OPTIONS_INIT;
    crm4e_text *text = NULL;

    (void)state;
    assert_int_equal(crm4e_dry_run_options_init(NULL), CRM4E_E_MISUSE);
    assert_int_equal(crm4e_dry_run_options_init(&options), CRM4E_OK);
    host_refused(h->admin, try_as(h->admin, bank, NULL, NULL), CRM4E_E_MISUSE, NULL);
    host_refused(h->admin, try_as(h->admin, bank + 1000, NULL, &text), CRM4E_E_NOT_FOUND, NULL);
    options.rule = "No";
    host_refused(h->admin, try_as(h->admin, bank, &options, &text), CRM4E_E_NOT_FOUND,
                 "rule names no rule of the module");
    options.rule = "";
    host_refused(h->admin, try_as(h->admin, bank, &options, &text), CRM4E_E_INVALID, NULL);
    options.rule = NULL;
    options.on = CRM4E_ON_CREATE_OR_EDIT;
    host_refused(h->admin, try_as(h->admin, bank, &options, &text), CRM4E_E_INVALID, NULL);
    options.on = CRM4E_ON_INTERACTION_ADDED + 1;
    host_refused(h->admin, try_as(h->admin, bank, &options, &text), CRM4E_E_INVALID, NULL);
    options.on = CRM4E_ON_DELETE;
    options.values = "{}";
    host_refused(h->admin, try_as(h->admin, bank, &options, &text), CRM4E_E_INVALID,
                 "only an edit has values");
    assert_null(text);
}

/* In a transaction of the session what came before it stays. */
static void test_in_a_transaction(void **state)
{
    crm4e_id id;

    (void)state;
    host_ok(h->admin, crm4e_session_begin(h->admin));
    id = add(h->admin, "Bank");
    TOLD(id, NULL, "{'rule':'Last','result':'done'");
    host_ok(h->admin, crm4e_session_commit(h->admin));
    assert_int_equal(host_count(h->admin, "Leads", NULL), 3);
}

static crm4e_module *starved;

static int try_starved(host *of)
{
    static const char values[] = "{\"Company\": \"Tower\", \"Phone\": \"1\"}";
    crm4e_dry_run_options options = CRM4E_DRY_RUN_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int rc;

    (void)of;
    options.on = CRM4E_ON_EDIT;
    options.values = values;
    rc = crm4e_dry_run_json(&text, starved, bank, &options);
    crm4e_text_free(text);
    return rc;
}

static kept whole;

static void all_kept(host *of)
{
    (void)of;
    assert_kept(&whole);
    whole = keep();
}

static void test_without_memory(void **state)
{
    (void)state;
    whole = keep();
    host_ok(h->admin, crm4e_module_open(&starved, h->admin, "Leads"));
    host_starve(h, try_starved, all_kept);
    assert_kept(&whole);
    crm4e_module_free(starved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_created, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_edited, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_deleted, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_one_rule, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_whose_rules, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_in_a_transaction, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_without_memory, setup, host_teardown),
    };

    return host_run("dry run", tests, sizeof tests / sizeof tests[0]);
}
