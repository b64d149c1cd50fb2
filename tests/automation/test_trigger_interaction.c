/* SPDX-License-Identifier: MIT */
/* Rules that wait for interactions: which come, by which way, to whose knowledge, and that what
 * only moves is none. */
#include "../insight/interaction_steps.h"

#define BO "bo@acme.example"

enum {
    MOST_TEXT = 2000
};

static host *h;
static crm4e_id lead;
static crm4e_id contact;

static int setup(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, "{'profiles': [{'name': 'Builder', 'clone_of': 'Standard',"
                  "  'admin': ['manage_automation'], 'fields': {'Calls': {'Call_Type': 'hidden'},"
                  "  'Deals': {'Stage': 'hidden'}}}],"
                  " 'users': [{'email': '" BO "', 'profile': 'Builder'}]}");
    lead = make(h->admin, "Leads", "{'Last_Name': 'Li', 'Company': 'Tower'}");
    contact = make(h->admin, "Contacts", "{'Last_Name': 'Wu'}");
    return 0;
}

static int try_rule(crm4e_session *session, const char *rule)
{
    crm4e_text *text = NULL;
    char document[MOST_TEXT];
    char *json;
    int rc;

    (void)snprintf(document, sizeof document, "{'workflows': [%s]}", rule);
    json = host_json(document);
    rc = crm4e_org_apply(&text, session, json, CRM4E_NUL_TERMINATED);
    crm4e_text_free(text);
    free(json);
    return rc;
}

#define RULE(name, module, more, actions)                                                          \
    "{'name': '" name "', 'module': '" module "', 'on': 'interaction_added'" more                  \
    ", 'conditions': [{'then': [" actions "]}]}"
#define TELL           "{'notify': {'to': 'owner', 'subject': 'S'}}"
#define CALL(triggers) "{'create_call': {'subject': 'Back', 'triggers': " triggers "}}"

/* Two rules that tell of the same, at leads and at contacts. */
static void listen(crm4e_session *session, const char *more)
{
    char rules[MOST_TEXT];

    (void)snprintf(rules, sizeof rules,
                   RULE("L", "Leads", "%s", TELL) "," RULE("C", "Contacts", "%s", TELL), more,
                   more);
    host_ok(session, try_rule(session, rules));
}

/* Messages so far, each with a key of its own. */
static size_t told(void)
{
    crm4e_text *messages = NULL;
    size_t count = 0;

    host_ok(h->admin, crm4e_outbox_json(&messages, h->admin, CRM4E_OUTBOX_IS_WAITING, 0, 1000));
    for (const char *at = crm4e_text_data(messages);
         (at = strstr(at, "\"kind\":\"notify\"")) != NULL; at++)
        count++;
    crm4e_text_free(messages);
    return count;
}

static crm4e_id call(const char *more)
{
    char json[MOST_TEXT];

    (void)snprintf(json, sizeof json,
                   "{'Subject': 'Talk', 'Call_Start_Time': '2026-01-02T10:00:00Z', 'Who_Id': %lld,"
                   " %s}",
                   (long long)contact, more);
    return make(h->admin, "Calls", json);
}

/* ------------------------------------------------------------- what hosts add */

static int add(const char *kind, const char *channel, const char *external, const char *subject)
{
    return crm4e_interaction_add(NULL, h->admin,
                                 EVENT(.module = "Leads", .record = lead, .kind = kind,
                                       .channel = channel, .external_id = external,
                                       .occurred = START, .subject = subject));
}

static void each_once(void **state)
{
    (void)state;
    listen(h->admin, "");
    host_ok(h->admin, add("email_in", NULL, "m1", "Hello"));
    host_ok(h->admin, add("email_in", NULL, NULL, "Hello"));
    assert_int_equal(told(), 2);
    host_ok(h->admin, add("email_in", NULL, "m1", "Hello"));
    assert_int_equal(add("email_in", NULL, "m1", "Other"), CRM4E_E_CONFLICT);
    assert_int_equal(told(), 2);
    assert_sound(h);
}

static void of_a_kind_and_channel(void **state)
{
    (void)state;
    host_ok(h->admin, crm4e_interaction_kind_create(NULL, h->admin, KIND(.name = "fax")));
    listen(h->admin, ", 'kinds': ['email_in', 'fax']");
    host_ok(h->admin, add("email_out", NULL, NULL, NULL));
    assert_int_equal(told(), 0);
    host_ok(h->admin, add("fax", NULL, NULL, NULL));
    host_ok(h->admin, add("email_in", NULL, NULL, NULL));
    assert_int_equal(told(), 2);
    listen(h->admin, ", 'channels': ['phone', 'web']");
    host_ok(h->admin, add("email_in", NULL, NULL, NULL));
    assert_int_equal(told(), 2);
    host_ok(h->admin, add("fax", "phone", NULL, NULL));
    host_ok(h->admin, add("form", NULL, NULL, NULL));
    assert_int_equal(told(), 4);
    listen(h->admin, ", 'kinds': ['fax'], 'channels': ['phone']");
    host_ok(h->admin, add("fax", NULL, NULL, NULL));
    host_ok(h->admin, add("form", "phone", NULL, NULL));
    assert_int_equal(told(), 4);
    host_ok(h->admin, add("fax", "phone", NULL, NULL));
    assert_int_equal(told(), 5);
}

static int add_many(const char *external)
{
    crm4e_text *text = NULL;
    char json[MOST_TEXT];
    char *real;
    int rc;

    (void)snprintf(json, sizeof json,
                   "[{'module': 'Leads', 'record': %lld, 'kind': 'form'},"
                   " {'module': 'Leads', 'record': %lld, 'kind': 'visit', 'external_id': '%s'}]",
                   (long long)lead, (long long)lead, external);
    real = host_json(json);
    rc = crm4e_interactions_add_json(&text, h->admin, real);
    crm4e_text_free(text);
    free(real);
    return rc;
}

/* What the rule changes is there; where it may stop the change nothing is, of all of them. */
static void many_or_none(void **state)
{
    (void)state;
    host_ok(h->admin,
            try_rule(h->admin, RULE("Mark", "Leads", ", 'on_failure': 'fail'",
                                    "{'update_field': {'field': 'City', 'value': 'Rome'}}")));
    host_ok(h->admin, add_many("v1"));
    host_rows(h->admin, "select City from Leads", "Rome\n");
    host_ok(h->admin, crm4e_record_set_locked(h->admin, "Leads", lead, 1));
    assert_int_equal(add_many("v2"), CRM4E_E_LOCKED);
    assert_string_equal(listed(h->admin, "Leads", lead, NULL, "kind"), "form visit");
    assert_sound(h);
}

/* After that the lead's interactions are the contact's. */
static void a_rule_converts(void **state)
{
    (void)state;
    host_ok(h->admin, try_rule(h->admin, RULE("Turn", "Leads", "", "{'convert_lead': {}}")));
    assert_int_equal(add_many("v1"), CRM4E_E_CONFLICT);
    assert_string_equal(listed(h->admin, "Leads", lead, NULL, "kind"), "");
    host_ok(h->admin, add("form", NULL, NULL, NULL));
    assert_int_equal(add("form", NULL, NULL, NULL), CRM4E_E_CONFLICT);
}

/* ------------------------------------------------------------- what comes by itself */

static void calls_and_what_becomes_of_them(void **state)
{
    crm4e_id talk;
    char json[100];

    (void)state;
    listen(h->admin, "");
    talk = call("'Call_Type': 'Outbound', 'Outgoing_Call_Status': 'Scheduled'");
    assert_int_equal(told(), 1);
    host_ok(h->admin,
            change(h->admin, "Calls", talk, "{'Call_Start_Time': '2026-01-03T10:00:00Z'}"));
    host_ok(h->admin, change(h->admin, "Calls", talk, "{'Description': 'Much'}"));
    assert_int_equal(told(), 1);
    host_ok(h->admin, change(h->admin, "Calls", talk, "{'Outgoing_Call_Status': 'Completed'}"));
    assert_int_equal(told(), 2);
    host_ok(h->admin, crm4e_record_delete(h->admin, "Calls", talk, 0));
    host_ok(h->admin, crm4e_record_restore(h->admin, "Calls", talk));
    assert_int_equal(told(), 2);
    (void)snprintf(json, sizeof json, "{'Who_Id': %lld}",
                   (long long)make(h->admin, "Contacts", "{'Last_Name': 'Xu'}"));
    host_ok(h->admin, change(h->admin, "Calls", talk, json));
    assert_int_equal(told(), 3);
    host_ok(h->admin, change(h->admin, "Calls", talk, "{'Who_Id': null}"));
    (void)make(h->admin, "Tasks", "{'Subject': 'Do'}");
    assert_int_equal(told(), 3);
    assert_sound(h);
}

static void notes_and_stages(void **state)
{
    char json[200];

    (void)state;
    listen(h->admin, ", 'kinds': ['note', 'stage_changed']");
    (void)snprintf(json, sizeof json, "{'Note_Content': 'c', 'Parent_Id': 'Leads:%lld'}",
                   (long long)lead);
    host_ok(h->admin, change(h->admin, "Notes", make(h->admin, "Notes", json),
                             "{'Note_Title': 'still none'}"));
    assert_int_equal(told(), 0);
    (void)snprintf(json, sizeof json,
                   "{'Note_Content': 'c', 'Customer_Contact': true, 'Parent_Id': 'Leads:%lld'}",
                   (long long)lead);
    (void)make(h->admin, "Notes", json);
    assert_int_equal(told(), 1);
    host_ok(h->admin, change(h->admin, "Leads", lead, "{'Lead_Status': 'Contacted'}"));
    host_ok(h->admin, change(h->admin, "Leads", lead, "{'Lead_Status': null, 'City': 'Ulm'}"));
    host_ok(h->admin, change(h->admin, "Leads", lead, "{'City': 'Rome'}"));
    assert_int_equal(told(), 3);
    assert_sound(h);
}

/* The result of each rule of Leads, in their order, when the lead is edited like that. */
static void assert_tried(const char *values, const char *results)
{
    crm4e_dry_run_options options = CRM4E_DRY_RUN_OPTIONS_INIT;
    crm4e_module *leads = NULL;
    crm4e_text *text = NULL;
    char *json = host_json(values);
    char found[MOST_TEXT] = "";

    options.on = CRM4E_ON_EDIT;
    options.values = json;
    host_ok(h->admin, crm4e_module_open(&leads, h->admin, "Leads"));
    host_ok(h->admin, crm4e_dry_run_json(&text, leads, lead, &options));
    for (const char *at = crm4e_text_data(text); (at = strstr(at, "{\"rule\":\"")) != NULL; at++) {
        char name[20], result[20];

        assert_int_equal(sscanf(at, "{\"rule\":\"%19[^\"]\",\"result\":\"%19[^\"]", name, result),
                         2);
        (void)snprintf(found + strlen(found), sizeof found - strlen(found), "%s %s\n", name,
                       result);
    }
    assert_string_equal(found, results);
    assert_int_equal(told(), 0);
    crm4e_text_free(text);
    crm4e_module_free(leads);
    free(json);
}

/* A rule has one line, though the edit asks it and so does what the edit has brought. */
static void an_edit_that_is_tried_brings_one(void **state)
{
    (void)state;
    host_ok(h->admin,
            try_rule(
                h->admin,
                RULE("I", "Leads", ", 'kinds': ['stage_changed']", TELL) "," RULE(
                    "F", "Leads", ", 'kinds': ['form']",
                    TELL) "," RULE("N", "Leads", ", 'active': false",
                                   TELL) ","
                                         "{'name': 'E', 'module': 'Leads', 'on': 'edit', "
                                         "'conditions': [{'then': ["
                                         "{'update_field': {'field': 'State', 'value': 'S'}}]}]}"));
    assert_tried("{'City': 'Rome'}", "I not_triggered\nF not_triggered\nN inactive\nE done\n");
    assert_tried("{'Lead_Status': 'Contacted'}", "I done\nF not_triggered\nN inactive\nE done\n");
    /* what is refused brings none */
    host_ok(h->admin,
            try_rule(h->admin,
                     "{'name': 'E', 'module': 'Leads', 'on': 'edit', 'on_failure': 'fail',"
                     " 'conditions': [{'then': [{'create_record': {'module': 'Deals',"
                     " 'fields': {'Deal_Name': 'D'}}}]}]}"));
    assert_tried("{'Lead_Status': 'Contacted'}",
                 "I not_triggered\nF not_triggered\nN inactive\nE failed\n");
}

/* ------------------------------------------------------------- what moves */

static void conversion_is_one(void **state)
{
    crm4e_convert_options options = CRM4E_CONVERT_OPTIONS_INIT;

    (void)state;
    host_ok(h->admin, add("form", NULL, NULL, NULL));
    host_ok(h->admin, add("visit", NULL, "v", NULL));
    listen(h->admin, "");
    host_ok(h->admin, crm4e_convert_lead(NULL, NULL, NULL, h->admin, lead, &options));
    assert_int_equal(told(), 1);
    host_runs(h, "Contacts", 0, "'result':'done'");
    listen(h->admin, ", 'kinds': ['converted']");
    lead = make(h->admin, "Leads", "{'Last_Name': 'Su', 'Company': 'Bank'}");
    host_ok(h->admin, crm4e_convert_lead(NULL, NULL, NULL, h->admin, lead, &options));
    assert_int_equal(told(), 2);
    assert_sound(h);
}

static void merging_is_none(void **state)
{
    crm4e_id other = make(h->admin, "Contacts", "{'Last_Name': 'Wu'}");

    (void)state;
    (void)call("'Call_Type': 'Inbound'");
    host_ok(h->admin, say(h->admin, "Contacts", contact, "email_in", 1, "S"));
    listen(h->admin, "");
    host_ok(h->admin, crm4e_records_merge(h->admin, "Contacts", other, &contact, 1, NULL));
    assert_string_equal(listed(h->admin, "Contacts", other, NULL, "kind"), "email_in call_in");
    assert_int_equal(told(), 0);
    assert_sound(h);
}

/* ------------------------------------------------------------- rights */

/* The author knows of what a host added, and of meetings; not of what he may not read. */
static void knowledge_of_the_author(void **state)
{
    char json[200];

    (void)state;
    listen(host_session(h, BO), "");
    (void)call("'Call_Type': 'Inbound'");
    (void)snprintf(json, sizeof json,
                   "{'Deal_Name': 'D', 'Stage': 'Qualification', 'Closing_Date': '2026-01-01',"
                   " 'Contact_Name': %lld}",
                   (long long)contact);
    host_ok(h->admin, change(h->admin, "Deals", make(h->admin, "Deals", json),
                             "{'Stage': 'Needs Analysis'}"));
    assert_int_equal(told(), 0);
    (void)snprintf(json, sizeof json,
                   "{'Event_Title': 'Lunch', 'Start_DateTime': '2026-01-02T12:00:00Z',"
                   " 'End_DateTime': '2026-01-02T13:00:00Z', 'Who_Id': %lld}",
                   (long long)contact);
    (void)make(h->admin, "Events", json);
    host_ok(h->admin, say(h->admin, "Contacts", contact, "email_in", 1, "S"));
    assert_int_equal(told(), 2);
    listen(h->admin, ", 'channels': ['phone']"); /* the rule is his from then on */
    (void)call("'Call_Type': 'Inbound'");
    assert_int_equal(told(), 3);
}

/* ------------------------------------------------------------- chains */

static void loops(void **state)
{
    static const struct {
        const char *rule;
        int code;
    } cases[] = {
        {RULE("R", "Contacts", "", CALL("true")), CRM4E_E_LOOP},
        {RULE("R", "Contacts", ", 'kinds': ['call_out']", CALL("true")), CRM4E_E_LOOP},
        {RULE("R", "Contacts", ", 'channels': ['phone']", CALL("true")), CRM4E_E_LOOP},
        {RULE("R", "Contacts", "", "{'create_meeting': {'subject': 'M', 'triggers': true}}"),
         CRM4E_E_LOOP},
        {RULE("R", "Contacts", "", CALL("false")), CRM4E_OK},
        {RULE("R", "Contacts", ", 'channels': ['email']", CALL("true")), CRM4E_OK},
        {RULE("R", "Contacts", ", 'kinds': ['meeting']", CALL("true")), CRM4E_OK},
        {RULE("R", "Contacts", "", "{'create_task': {'subject': 'T', 'triggers': true}}"),
         CRM4E_OK},
        {"{'name': 'N', 'module': 'Leads', 'on': 'note_added', 'conditions': [{'then': ["
         "{'create_record': {'module': 'Notes', 'fields': {'Note_Content': 'n'}, 'links':"
         " ['Parent_Id'], 'triggers': true}}]}]}",
         CRM4E_E_LOOP},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int rc = try_rule(h->admin, cases[i].rule);

        if (rc != cases[i].code)
            fail_msg("%s: %s", cases[i].rule, crm4e_code_name(rc));
    }
}

/* By way of another rule; and a rule's own call wakes rules where it was made to. */
static void chains(void **state)
{
    (void)state;
    host_ok(h->admin, try_rule(h->admin, "{'name': 'A', 'module': 'Contacts', 'on': 'create',"
                                         " 'conditions': [{'then': [" CALL("false") "]}]}"));
    listen(h->admin, ", 'kinds': ['call_scheduled']");
    (void)make(h->admin, "Contacts", "{'Last_Name': 'One'}");
    assert_int_equal(told(), 0);
    host_ok(h->admin, try_rule(h->admin, "{'name': 'A', 'module': 'Contacts', 'on': 'create',"
                                         " 'conditions': [{'then': [" CALL("true") "]}]}"));
    (void)make(h->admin, "Contacts", "{'Last_Name': 'Two'}");
    assert_int_equal(told(), 1);
    assert_int_equal(
        try_rule(h->admin,
                 RULE("C", "Contacts", "",
                      "{'create_record': {'module': 'Contacts', 'fields': {'Last_Name': 'N'},"
                      " 'triggers': true}}")),
        CRM4E_E_LOOP);
    assert_sound(h);
}

/* ------------------------------------------------------------- documents, calls, editions */

static void refused(void **state)
{
    static const struct {
        const char *rule;
        int code;
    } cases[] = {
        {RULE("R", "Accounts", "", TELL), CRM4E_E_INVALID},
        {RULE("R", "Leads", ", 'kinds': []", TELL), CRM4E_E_INVALID},
        {RULE("R", "Leads", ", 'kinds': 'form'", TELL), CRM4E_E_INVALID},
        {RULE("R", "Leads", ", 'kinds': ['none']", TELL), CRM4E_E_NOT_FOUND},
        {RULE("R", "Leads", ", 'kinds': [16]", TELL), CRM4E_E_NOT_FOUND},
        {RULE("R", "Leads", ", 'channels': []", TELL), CRM4E_E_INVALID},
        {RULE("R", "Leads", ", 'channels': ['sky']", TELL), CRM4E_E_INVALID},
        {RULE("R", "Leads", ", 'channels': [1]", TELL), CRM4E_E_INVALID},
        {RULE("R", "Leads", ", 'tags': ['Hot']", TELL), CRM4E_E_INVALID},
        {"{'name': 'R', 'module': 'Leads', 'on': 'edit', 'kinds': ['form'], 'conditions':"
         " [{'then': [" TELL "]}]}",
         CRM4E_E_INVALID},
        {"{'name': 'R', 'module': 'Leads', 'on': 'edit', 'channels': ['web'], 'conditions':"
         " [{'then': [" TELL "]}]}",
         CRM4E_E_INVALID},
        {"{'name': 'R', 'module': 'Leads', 'on': 'interaction_added', 'conditions':"
         " [{'was': 'City = `Rome`', 'then': [" TELL "]}]}",
         CRM4E_E_INVALID},
    };
    char kinds[1000] = ", 'kinds': ['form'";
    char rule[MOST_TEXT];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int rc = try_rule(h->admin, cases[i].rule);

        if (rc != cases[i].code)
            fail_msg("%s: %s", cases[i].rule, crm4e_code_name(rc));
    }
    for (int i = 0; i < 50; i++)
        (void)strcat(kinds, ", 'form'");
    (void)snprintf(rule, sizeof rule, RULE("R", "Leads", "%s]", TELL), kinds);
    assert_int_equal(try_rule(h->admin, rule), CRM4E_E_INVALID);
}

static void the_builder(void **state)
{
    crm4e_workflow *rule = NULL;
    crm4e_module *leads = NULL;
    crm4e_dry_run_options options = CRM4E_DRY_RUN_OPTIONS_INIT;
    crm4e_text *text = NULL, *told_of = NULL;

    (void)state;
    host_ok(h->admin, crm4e_module_open(&leads, h->admin, "Leads"));
    host_ok(h->admin, crm4e_workflow_new(&rule, leads, "Mail"));
    assert_int_equal(crm4e_workflow_on_interactions(rule, "[", NULL), CRM4E_E_INVALID);
    assert_int_equal(crm4e_workflow_on_interactions(rule, NULL, "[1"), CRM4E_E_INVALID);
    assert_int_equal(crm4e_workflow_on_interactions(rule, "[]", "\xff"), CRM4E_E_INVALID);
    host_ok(h->admin, crm4e_workflow_then_notify(rule, "owner", "S", NULL));
    assert_int_equal(crm4e_workflow_save(rule), CRM4E_E_INVALID);
    host_ok(h->admin, crm4e_workflow_on_interactions(rule, NULL, NULL));
    host_ok(h->admin, crm4e_workflow_on_interactions(rule, "[\"form\",\"visit\"]", "[\"web\"]"));
    host_ok(h->admin, crm4e_workflow_save(rule));
    crm4e_workflow_free(rule);
    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    assert_holds(crm4e_text_data(text), "'on':'interaction_added','kinds':['form','visit'],"
                                        "'channels':['web']");
    host_ok(h->admin,
            crm4e_org_apply(&told_of, h->admin, crm4e_text_data(text), CRM4E_NUL_TERMINATED));
    crm4e_text_free(text);
    crm4e_text_free(told_of);
    options.on = CRM4E_ON_INTERACTION_ADDED;
    host_ok(h->admin, crm4e_dry_run_json(&text, leads, lead, &options));
    assert_holds(crm4e_text_data(text), "'on':'interaction_added'");
    assert_holds(crm4e_text_data(text), "'result':'done'");
    crm4e_text_free(text);
    assert_int_equal(told(), 0);
    host_ok(h->admin, add("form", NULL, NULL, NULL));
    assert_int_equal(told(), 1);
    crm4e_module_free(leads);
}

/* Without interactions there are no such rules, and those that are there rest. */
static void in_a_smaller_edition(void **state)
{
    (void)state;
    listen(h->admin, "");
    host_apply(h, "{'org': {'edition': 'standard'}}");
    assert_int_equal(try_rule(h->admin, RULE("R", "Leads", "", TELL)), CRM4E_E_LIMIT);
    (void)call("'Call_Type': 'Inbound'");
    assert_int_equal(told(), 0);
    host_apply(h, "{'org': {'edition': 'ultimate'}}");
    (void)call("'Call_Type': 'Inbound'");
    assert_int_equal(told(), 1);
}

/* ------------------------------------------------------------- failures */

static int add_call(host *self)
{
    crm4e_record *record = NULL;
    char text[50];
    int rc = crm4e_record_new(&record, self->admin, "Calls");

    (void)snprintf(text, sizeof text, "%lld", (long long)contact);
    rc = rc < 0 ? rc : crm4e_record_set_text(record, "Subject", "Talk", 4);
    rc = rc < 0 ? rc : crm4e_record_set_text(record, "Call_Type", "Inbound", 7);
    rc = rc < 0 ? rc
                : crm4e_record_set_text(record, "Call_Start_Time", "2026-01-02T10:00:00Z",
                                        CRM4E_NUL_TERMINATED);
    rc = rc < 0 ? rc : crm4e_record_set_text(record, "Who_Id", text, CRM4E_NUL_TERMINATED);
    rc = rc < 0 ? rc : crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

static int add_form(host *self)
{
    (void)self;
    return add("form", NULL, NULL, NULL);
}

static int save_rule(host *self)
{
    return try_rule(self->admin,
                    RULE("R", "Leads", ", 'kinds': ['form'], 'channels': ['web']", TELL));
}

static void nothing_is_there(host *self)
{
    (void)self;
    assert_int_equal(told(), 0);
    assert_int_equal(host_count(h->admin, "Calls", NULL), 0);
    assert_string_equal(listed(h->admin, "Leads", lead, NULL, "kind"), "");
}

static void no_memory(void **state)
{
    (void)state;
    host_starve(h, save_rule, nothing_is_there);
    listen(h->admin, "");
    host_starve(h, add_call, nothing_is_there);
    assert_int_equal(told(), 1);
    assert_sound(h);
}

static void no_memory_for_what_is_added(void **state)
{
    (void)state;
    listen(h->admin, "");
    host_starve(h, add_form, nothing_is_there);
    assert_int_equal(told(), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, host_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_once),
        TEST(of_a_kind_and_channel),
        TEST(many_or_none),
        TEST(a_rule_converts),
        TEST(calls_and_what_becomes_of_them),
        TEST(notes_and_stages),
        TEST(an_edit_that_is_tried_brings_one),
        TEST(conversion_is_one),
        TEST(merging_is_none),
        TEST(knowledge_of_the_author),
        TEST(loops),
        TEST(chains),
        TEST(refused),
        TEST(the_builder),
        TEST(in_a_smaller_edition),
        TEST(no_memory),
        TEST(no_memory_for_what_is_added),
    };

    return host_run("trigger interaction", tests, sizeof tests / sizeof tests[0]);
}
