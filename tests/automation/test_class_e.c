/* SPDX-License-Identifier: MIT */
/* Where rules of other systems went wrong, case by case: loops, rights that were lost, records that
 * are closed, runs without a user, messages to who may not read. More of each is in the tests of
 * its part; what is here can be read in one go. Every case ends with a sound org. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BO     "bo@acme.example"  /* sets up automation, with less than all rights */
#define CY     "cy@acme.example"  /* who changes records */
#define PIP    "pip@acme.example" /* a requester of the team module Papers */
#define MO     "mo@acme.example"  /* a member of it */
#define SECRET "4711"

enum {
    MOST_TEXT = 4000
};

static const char document[] =
    "{'profiles': [{'name': 'Builder', 'clone_of': 'Standard', 'admin': ['manage_automation'],"
    "   'modules': {'Vault': []}, 'fields': {'Leads': {'Fax': 'read_only'}}},"
    "  {'name': 'Blind', 'clone_of': 'Standard', 'fields': {'Leads': {'Phone': 'hidden'}}}],"
    " 'modules': [{'api_name': 'Leads', 'org_default': 'private'},"
    "  {'api_name': 'Vault', 'fields': [{'api_name': 'Mark', 'type': 'text'}]},"
    "  {'api_name': 'A'}, {'api_name': 'B'}, {'api_name': 'C'}],"
    " 'users': [{'email': '" BO "', 'profile': 'Builder', 'role': 'Manager'},"
    "  {'email': '" CY "', 'profile': 'Blind', 'role': 'Manager'},"
    "  {'email': '" PIP "', 'profile': 'Standard', 'role': 'Manager'},"
    "  {'email': '" MO "', 'profile': 'Standard', 'role': 'Manager'}]}";
static const char papers[] = "{'modules': [{'api_name': 'Papers', 'team': true, 'members': ["
                             "  {'user': '" PIP "', 'profile': 'requester'},"
                             "  {'user': '" MO "', 'profile': 'member'}]}]}";

static host *h;
static crm4e_session *bo;
static crm4e_session *cy;

static int setup(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, document);
    host_apply(h, papers);
    bo = host_session(h, BO);
    cy = host_session(h, CY);
    return 0;
}

static int teardown(void **state)
{
    crm4e_text *problems = NULL;

    assert_int_equal(crm4e_check(&problems, h->org), CRM4E_OK);
    assert_string_equal(crm4e_text_data(problems), "[]");
    crm4e_text_free(problems);
    return host_teardown(state);
}

static int put(crm4e_session *session, const char *rule)
{
    char text[MOST_TEXT];
    crm4e_text *told = NULL;
    char *json;
    int rc;

    (void)snprintf(text, sizeof text, "{'workflows': [%s]}", rule);
    json = host_json(text);
    rc = crm4e_org_apply(&told, session, json, CRM4E_NUL_TERMINATED);
    crm4e_text_free(told);
    free(json);
    return rc;
}

#define RULE(name, module, more, actions)                                                          \
    "{'name': '" name "', 'module': '" module "', " more ", 'conditions': [{'then': [" actions     \
    "]}]}"
#define ON(trigger)    "'on': '" trigger "'"
#define OR_FAIL        ", 'on_failure': 'fail'"
#define SET(field, to) "{'update_field': {'field': '" field "', 'value': '" to "'}}"
#define MAKE(module)                                                                               \
    "{'create_record': {'module': '" module "', 'fields': {'Name': 'N'}, 'triggers': true}}"
#define FIVE(what) what "," what "," what "," what "," what
#define TEN(what)  FIVE(what) "," FIVE(what)

static int try_add(crm4e_session *session, const char *module, const char *values)
{
    crm4e_record *record = NULL;
    char *json = host_json(values);
    int rc = crm4e_record_new(&record, session, module);

    rc = rc < 0 ? rc : crm4e_record_set_json(record, json, CRM4E_NUL_TERMINATED);
    rc = rc < 0 ? rc : crm4e_record_save(record);
    crm4e_record_free(record);
    free(json);
    return rc;
}

#define LEAD  "{'Last_Name': 'Li', 'Company': 'T', 'Phone': '" SECRET "'}"
#define PLAIN "{'Last_Name': 'Li', 'Company': 'T'}"

static char *digest(void)
{
    crm4e_text *text = NULL;
    char *copy;

    host_ok(h->admin, crm4e_org_digest(&text, h->admin));
    copy = strdup(crm4e_text_data(text));
    crm4e_text_free(text);
    return copy;
}

static void assert_same(char *before)
{
    char *now = digest();

    assert_string_equal(now, before);
    free(now);
    free(before);
}

/* ------------------------------------------------------------- the cases */

/* Rules that change their own record, on every change: what they set is one write, which wakes
 * neither of them. */
static void e01(void **state)
{
    (void)state;
    host_ok(bo, put(bo, RULE("R", "Leads", ON("create_or_edit"), SET("City", "Rome"))));
    host_ok(bo, put(bo, RULE("S", "Leads", ON("create_or_edit"), SET("City", "Oslo"))));
    (void)host_create(cy, "Leads", PLAIN);
    host_rows(h->admin, "select City, Version__s from Leads", "Oslo|2\n");
}

/* Rings of two and three, and a rule that multiplies. */
static void e02(void **state)
{
    char *before;

    (void)state;
    host_ok(bo, put(bo, RULE("1", "A", ON("create"), MAKE("B"))));
    assert_int_equal(put(bo, RULE("2", "B", ON("create"), MAKE("A"))), CRM4E_E_LOOP);
    host_ok(bo, put(bo, RULE("2", "B", ON("create"), MAKE("C"))));
    assert_int_equal(put(bo, RULE("3", "C", ON("create"), MAKE("A"))), CRM4E_E_LOOP);
    host_ok(h->admin, put(h->admin, RULE("1", "A", ON("create") OR_FAIL, TEN(MAKE("B")))));
    host_ok(h->admin, put(h->admin, RULE("2", "B", ON("create"), TEN(MAKE("C")))));
    host_ok(h->admin, put(h->admin, RULE("3", "C", ON("create"), TEN(MAKE("Vault")))));
    before = digest();
    assert_int_equal(try_add(h->admin, "A", "{'Name': 'N'}"), CRM4E_E_TOO_BIG);
    assert_same(before);
}

/* A field that the rule may not write: all of the rule is undone, never a part. */
static void e03(void **state)
{
    char *before;

    (void)state;
    assert_int_equal(put(bo, RULE("R", "Leads", ON("create"), SET("Fax", "1"))), CRM4E_E_DENIED);
    host_ok(bo,
            put(bo, RULE("R", "Leads", ON("create"), SET("City", "Rome") "," SET("State", "S"))));
    host_apply(h,
               "{'profiles': [{'name': 'Builder', 'fields': {'Leads': {'State': 'read_only'}}}]}");
    (void)host_create(cy, "Leads", PLAIN);
    host_rows(h->admin, "select City, State from Leads", "-|-\n");
    host_runs(h, "Leads", 1, "'result':'failed'");
    host_apply(h,
               "{'profiles': [{'name': 'Builder', 'fields': {'Leads': {'State': 'read_write'}}}]}");
    host_ok(bo, put(bo, RULE("R", "Leads", ON("create") OR_FAIL,
                             SET("City", "Rome") "," SET("State", "S"))));
    host_apply(h,
               "{'profiles': [{'name': 'Builder', 'fields': {'Leads': {'State': 'read_only'}}}]}");
    before = digest();
    assert_int_equal(try_add(cy, "Leads", PLAIN), CRM4E_E_DENIED);
    assert_same(before);
}

/* Its author does not work any more, or may no longer set it up. */
static void e04(void **state)
{
    static const char *const falls[][2] = {
        {"{'users': [{'email': '" BO "', 'status': 'inactive'}]}",
         "{'users': [{'email': '" BO "', 'status': 'active'}]}"},
        {"{'users': [{'email': '" BO "', 'profile': 'Standard'}]}",
         "{'users': [{'email': '" BO "', 'profile': 'Builder'}]}"},
    };
    char *before;

    (void)state;
    host_ok(bo, put(bo, RULE("Log", "Leads", ON("create"), SET("City", "Rome"))));
    host_ok(bo, put(bo, RULE("Stop", "A", ON("create") OR_FAIL, SET("Name", "Rome"))));
    for (size_t i = 0; i < 2; i++) {
        host_apply(h, falls[i][0]);
        (void)host_create(cy, "Leads", PLAIN);
        host_runs(h, "Leads", 1, "'rule':'Log'");
        host_runs(h, "Leads", 1, "'result':'failed'");
        before = digest();
        assert_int_equal(try_add(h->admin, "A", "{'Name': 'N'}"), CRM4E_E_DENIED);
        assert_same(before);
        host_apply(h, falls[i][1]);
    }
    assert_int_equal(host_count(h->admin, "Leads", "City is null"), 2);
    (void)host_create(cy, "Leads", PLAIN);
    assert_int_equal(host_count(h->admin, "Leads", "City = 'Rome'"), 1);
}

/* Rules of a team module: anew, the condition, the target; switched and removed. To a requester
 * there is nothing to set up; another member hears that he may not. */
static void edit_rules(const char *who, int code)
{
    crm4e_session *session = host_session(h, who);
    crm4e_module *module = NULL;

    assert_int_equal(put(session, RULE("New", "Papers", ON("create"), SET("Name", "Y"))), code);
    assert_int_equal(put(session, RULE("R", "Papers", ON("edit"), SET("Name", "X"))), code);
    assert_int_equal(put(session, RULE("R", "Papers", ON("create"), SET("Name", "Y"))), code);
    if (crm4e_module_open(&module, session, "Papers") == CRM4E_OK) {
        assert_int_equal(crm4e_workflow_activate(module, "R", 0), code);
        assert_int_equal(crm4e_workflow_remove(module, "R"), code);
    }
    crm4e_module_free(module);
}

static void e05(void **state)
{
    crm4e_text *was = NULL, *is = NULL;

    (void)state;
    host_ok(h->admin, put(h->admin, RULE("R", "Papers", ON("create"), SET("Name", "X"))));
    host_ok(h->admin, crm4e_org_export(&was, h->admin));
    edit_rules(PIP, CRM4E_E_NOT_FOUND);
    edit_rules(MO, CRM4E_E_DENIED);
    host_ok(h->admin, crm4e_org_export(&is, h->admin));
    assert_string_equal(crm4e_text_data(is), crm4e_text_data(was));
    crm4e_text_free(was);
    crm4e_text_free(is);
}

/* An author without rights in the module that the rule would write to. */
static void e06(void **state)
{
    (void)state;
    assert_true(put(bo, RULE("R", "Leads", ON("create"), MAKE("Vault"))) < 0);
    host_ok(bo, put(bo, RULE("R", "Leads", ON("create"), MAKE("A"))));
    host_ok(h->admin, put(h->admin, RULE("S", "Leads", ON("create"), MAKE("Vault"))));
    host_apply(h, "{'profiles': [{'name': 'Builder', 'modules': {'A': ['view']}}]}");
    (void)host_create(cy, "Leads", PLAIN);
    assert_int_equal(host_count(h->admin, "A", NULL), 0);
    assert_int_equal(host_count(h->admin, "Vault", NULL), 1);
}

/* Rules tried on a record, and what they did to it, by who cannot read it. */
static void e07(void **state)
{
    crm4e_id hidden = host_create(h->admin, "Leads", LEAD);
    crm4e_runs_options options = CRM4E_RUNS_OPTIONS_INIT;
    crm4e_module *leads = NULL;
    crm4e_text *text = NULL;
    char *before;

    (void)state;
    host_ok(bo, put(bo, RULE("R", "Leads", ON("edit"), SET("City", "Rome"))));
    before = digest();
    host_ok(bo, crm4e_module_open(&leads, bo, "Leads"));
    assert_int_equal(crm4e_dry_run_json(&text, leads, hidden, NULL), CRM4E_E_NOT_FOUND);
    options.record = hidden;
    host_ok(bo, crm4e_runs_json(&text, leads, &options));
    assert_string_equal(crm4e_text_data(text), "{\"runs\":[],\"before\":null}");
    crm4e_text_free(text);
    crm4e_module_free(leads);
    text = NULL;
    host_ok(cy, crm4e_module_open(&leads, cy, "Leads"));
    assert_int_equal(crm4e_dry_run_json(&text, leads, hidden, NULL), CRM4E_E_DENIED);
    assert_null(text);
    crm4e_module_free(leads);
    assert_same(before);
}

/* By the clock nobody is there: what comes is its author's, or does not come. */
static void e08(void **state)
{
    const char *rule =
        "{'name': 'R', 'module': 'Leads', 'on': 'create', 'conditions': [{'then': [],"
        " 'scheduled': [{'after': {'minutes': 1}, 'then': [{'create_task':"
        "  {'subject': 'Call'}}, {'create_record': {'module': 'A', 'fields': {"
        "  'Name': 'N'}}}]}]}]}";
    const int64_t later = INT64_C(4000000000) * 1000000;
    int32_t done = 0;

    (void)state;
    host_ok(bo, put(bo, rule));
    (void)host_create(cy, "Leads", PLAIN);
    host_ok(h->admin, crm4e_schedule_run(h->admin, later, 10, &done));
    assert_int_equal(done, 1);
    host_rows(h->admin, "select Created_By, Owner from Tasks", BO "|" BO "\n");
    host_rows(h->admin, "select Created_By, Owner, Modified_By from A", BO "|" BO "|" BO "\n");
    (void)host_create(cy, "Leads", PLAIN);
    host_apply(h, "{'users': [{'email': '" BO "', 'status': 'inactive'}]}");
    host_ok(h->admin, crm4e_schedule_run(h->admin, later, 10, &done));
    assert_int_equal(done, 1);
    assert_int_equal(host_count(h->admin, "Tasks", NULL), 1);
    host_runs(h, "Leads", 1, "'result':'failed'");
}

static size_t messages_with(const char *part)
{
    crm4e_text *text = NULL;
    size_t count = 0;

    host_ok(h->admin, crm4e_outbox_json(&text, h->admin, CRM4E_OUTBOX_IS_WAITING, 0, 100));
    for (const char *at = crm4e_text_data(text); (at = strstr(at, "\"payload\":")) != NULL; at++) {
        const char *end = strstr(at + 1, "\"payload\":");
        const char *found = strstr(at, part);

        count += found != NULL && (end == NULL || found < end);
    }
    crm4e_text_free(text);
    return count;
}

/* A condition on a field and its value in the text, to who may not read it and to who may. */
static void e09(void **state)
{
    (void)state;
    host_ok(bo, put(bo, "{'name': 'R', 'module': 'Leads', 'on': 'create', 'conditions': [{"
                        " 'when': 'Phone = `" SECRET "`', 'then': ["
                        "  {'notify': {'to': '" CY "', 'subject': 'To <${Leads.Phone}>',"
                        "   'body': '${Leads.Last_Name} ${Leads.Phone}'}}]}]}"));
    (void)host_create(h->admin, "Leads", LEAD);
    (void)host_create(cy, "Leads", "{'Last_Name': 'Li', 'Company': 'T'}");
    assert_int_equal(messages_with("To <"), 1);
    assert_int_equal(messages_with("To <>"), 1);
    assert_int_equal(messages_with(SECRET), 0);
    host_ok(bo, put(bo, "{'name': 'R', 'module': 'Leads', 'on': 'create', 'conditions': [{"
                        " 'when': 'Phone = `" SECRET "`', 'then': ["
                        "  {'notify': {'to': '" HOST_ADMIN "', 'subject': 'To <${Leads.Phone}>'"
                        "   }}]}]}"));
    (void)host_create(h->admin, "Leads", LEAD);
    assert_int_equal(messages_with("To <" SECRET ">"), 1);
    /* the author may not name what is hidden from himself */
    host_apply(h, "{'profiles': [{'name': 'Builder', 'fields': {'Leads': {'Phone': 'hidden'}}}]}");
    assert_int_equal(put(bo, "{'name': 'S', 'module': 'Leads', 'on': 'create', 'conditions': [{"
                             " 'when': 'Phone = `1`', 'then': [{'notify': {'to': 'owner',"
                             " 'subject': 'S'}}]}]}"),
                     CRM4E_E_DENIED);
    assert_int_equal(put(bo, RULE("S", "Leads", ON("create"),
                                  "{'notify': {'to': 'owner', 'subject': '${Leads.Phone}'}}")),
                     CRM4E_E_DENIED);
}

#define CASE(id, what)                                                                             \
    {                                                                                              \
        what, id, setup, teardown, NULL                                                            \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(e01, "E-01 a rule that changes its own record"),
        CASE(e02, "E-02 rings, and a rule that multiplies"),
        CASE(e03, "E-03 a field that the rule may not write"),
        CASE(e04, "E-04 an author who is gone or demoted"),
        CASE(e05, "E-05 a requester edits rules"),
        CASE(e06, "E-06 an author without rights in another module"),
        CASE(e07, "E-07 a record that is closed"),
        CASE(e08, "E-08 nobody is there"),
        CASE(e09, "E-09 hidden fields in messages"),
    };

    return host_run("class e", tests, sizeof tests / sizeof tests[0]);
}
