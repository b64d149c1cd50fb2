/* SPDX-License-Identifier: MIT */
/* Rules that create records, tasks, meetings and calls. */
#include "host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char people[] =
    "{'crm4e': 1,"
    " 'profiles': [{'name': 'Builder', 'clone_of': 'Standard', 'admin': ['manage_automation'],"
    "   'fields': {'Deals': {'Next_Step': 'hidden', 'Other_Lead': 'hidden'}, 'Leads': {'City': "
    "'hidden'}}},"
    "  {'name': 'Seller', 'clone_of': 'Standard', 'admin': ['manage_automation'],"
    "   'modules': {'Deals': ['view', 'edit'], 'Contacts': ['view', 'create']}},"
    "  {'name': 'Plain', 'clone_of': 'Standard', 'fields': {'Deals': {'Amount': 'hidden'}}}],"
    " 'users': [{'email': 'bo@acme.example', 'profile': 'Builder'},"
    "  {'email': 'cy@acme.example', 'profile': 'Seller'},"
    "  {'email': 'di@acme.example', 'profile': 'Plain'}],"
    " 'modules': [{'api_name': 'Deals', 'fields': ["
    "   {'api_name': 'Lead', 'type': 'lookup', 'target': 'Leads'},"
    "   {'api_name': 'Other_Lead', 'type': 'lookup', 'target': 'Leads'},"
    "   {'api_name': 'Helper', 'type': 'userlookup'}]}]}";

static host *h;

static int setup(void **state)
{
    if (host_setup(state) != 0)
        return -1;
    h = *state;
    host_apply(h, people);
    return 0;
}

/* A rule that always does so when a lead is created. */
static int put_as(crm4e_session *session, const char *more, const char *action)
{
    char document[2000];
    crm4e_text *text = NULL;
    char *json;
    int rc;

    (void)snprintf(document, sizeof document,
                   "{'workflows': [{'name': 'Make', 'module': 'Leads', 'on': 'create'%s,"
                   " 'conditions': [{'then': [%s]}]}]}",
                   more, action);
    json = host_json(document);
    rc = crm4e_org_apply(&text, session, json, CRM4E_NUL_TERMINATED);
    crm4e_text_free(text);
    free(json);
    return rc;
}

static void put(const char *action)
{
    host_ok(h->admin, put_as(h->admin, "", action));
}

static int try_lead(crm4e_session *session, const char *company)
{
    crm4e_record *record = NULL;
    int rc;

    host_ok(session, crm4e_record_new(&record, session, "Leads"));
    host_ok(session, crm4e_record_set_text(record, "Last_Name", "Li", CRM4E_NUL_TERMINATED));
    host_ok(session, crm4e_record_set_text(record, "Company", company, CRM4E_NUL_TERMINATED));
    host_ok(session,
            crm4e_record_set_text(record, "Annual_Revenue", "1250.50", CRM4E_NUL_TERMINATED));
    rc = crm4e_record_save(record);
    crm4e_record_free(record);
    return rc;
}

static void add_lead(void)
{
    host_ok(h->admin, try_lead(h->admin, "Tower"));
}

#define DEAL                                                                                       \
    "{'create_record': {'module': 'Deals', 'fields': {'Deal_Name': 'For ${Leads.Company}',"        \
    " 'Stage': 'Qualification', 'Amount': '${Leads.Annual_Revenue}', 'Probability': 20},"          \
    " 'links': ['Lead']}}"

static void test_record(void **state)
{
    (void)state;
    put(DEAL);
    add_lead();
    host_runs(h, "Leads", 1, "'result':'done'");
    host_rows(h->admin,
              "select Deal_Name, Stage, Amount, Probability, Lead.Company, Owner, Created_By"
              " from Deals",
              "For Tower|Qualification|1250.50|20|Tower|ana@acme.example|ana@acme.example\n");
    assert_int_equal(host_count(h->admin, "Leads", NULL), 1);
}

/* Nothing but the change the rule waits for makes it create again. */
static void test_once(void **state)
{
    crm4e_record *record = NULL;
    crm4e_id id;

    (void)state;
    put(DEAL);
    host_ok(h->admin, crm4e_record_new(&record, h->admin, "Leads"));
    host_ok(h->admin, crm4e_record_set_text(record, "Last_Name", "Li", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_set_text(record, "Company", "T", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    host_ok(h->admin, crm4e_record_set_text(record, "Company", "U", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    id = crm4e_record_id(record);
    crm4e_record_free(record);
    host_ok(h->admin, crm4e_record_delete(h->admin, "Leads", id, 0));
    host_ok(h->admin, crm4e_record_restore(h->admin, "Leads", id));
    assert_int_equal(host_count(h->admin, "Deals", NULL), 1);
}

static void test_owners(void **state)
{
    (void)state;
    put("{'assign_owner': {'target': 'users', 'users': ['di@acme.example']}},"
        "{'create_record': {'module': 'Deals', 'owner': 'record', 'fields': {'Deal_Name': 'A',"
        " 'Stage': 'Qualification', 'Helper': 'cy@acme.example'}}},"
        "{'create_record': {'module': 'Deals', 'owner': 'bo@acme.example', 'fields':"
        " {'Deal_Name': 'B', 'Stage': 'Qualification', 'Helper': '${Leads.Created_By}'}}},"
        "{'create_record': {'module': 'Deals', 'fields':"
        " {'Deal_Name': 'C', 'Stage': 'Qualification', 'Lead': '${Leads.id}'}}}");
    add_lead();
    host_rows(h->admin, "select Deal_Name, Owner, Helper from Deals order by Deal_Name",
              "A|di@acme.example|cy@acme.example\nB|bo@acme.example|ana@acme.example\n"
              "C|ana@acme.example|-\n");
}

static void test_activities(void **state)
{
    (void)state;
    put("{'create_task': {'subject': 'Call ${Leads.Last_Name}', 'due_in_days': 3, 'fields':"
        " {'Priority': 'High'}}},"
        "{'create_task': {'subject': 'Some day'}},"
        "{'create_meeting': {'subject': 'Meet', 'due_in_days': 1, 'at': '09:30', 'minutes': 45}},"
        "{'create_call': {'subject': 'Ring', 'owner': 'di@acme.example'}}");
    add_lead();
    host_runs(h, "Leads", 1, "'result':'done'");
    assert_int_equal(
        host_count(h->admin, "Tasks",
                   "Subject = 'Call Li' and Due_Date = ${DAYSAHEAD:3} and Priority = 'High'"),
        1);
    assert_int_equal(host_count(h->admin, "Tasks", "Subject = 'Some day' and Due_Date is null"), 1);
    assert_int_equal(host_count(h->admin, "Events", "Start_DateTime = ${TOMORROW}"), 1);
    host_rows(h->admin, "select Subject, Call_Type, Outgoing_Call_Status, Owner from Calls",
              "Ring|Outbound|Scheduled|di@acme.example\n");
    assert_int_equal(host_count(h->admin, "Calls", "Who_Id is not null and What_Id is null"), 1);
}

/* What a record cannot take undoes the rule; by its policy the change as well. */
static void test_refused_at_run(void **state)
{
    static const char action[] =
        "{'update_field': {'field': 'City', 'value': 'Oslo'}},{'create_record': {'module':"
        " 'Deals', 'fields': {'Deal_Name': 'A', 'Stage': '${Leads.Company}'}}}";

    (void)state;
    put(action);
    add_lead();
    host_runs(h, "Leads", 1, "'result':'failed'");
    host_rows(h->admin, "select Company, City from Leads", "Tower|-\n");
    assert_int_equal(host_count(h->admin, "Deals", NULL), 0);
    host_ok(h->admin, put_as(h->admin, ", 'on_failure': 'fail'", action));
    host_refused(h->admin, try_lead(h->admin, "Tower"), CRM4E_E_INVALID, NULL);
    assert_int_equal(host_count(h->admin, "Leads", NULL), 1);
}

static void test_refused_at_save(void **state)
{
    static const struct {
        const char *action;
        int code;
        const char *message;
    } cases[] = {
        {"{'create_record': {}}", CRM4E_E_INVALID, "workflows[0]: module is missing"},
        {"{'create_record': {'module': 'Nowhere'}}", CRM4E_E_NOT_FOUND, NULL},
        {"{'create_record': {'module': 'Attachments'}}", CRM4E_E_INVALID, NULL},
        {"{'create_record': {'module': 'Deals', 'other': 1}}", CRM4E_E_INVALID, NULL},
        {"{'create_record': {'module': 'Deals', 'fields': []}}", CRM4E_E_INVALID, NULL},
        {"{'create_record': {'module': 'Deals', 'fields': {'No': 1}}}", CRM4E_E_INVALID,
         "workflows[0]: No is no field of the module"},
        {"{'create_record': {'module': 'Deals', 'fields': {'Version__s': 1}}}", CRM4E_E_INVALID,
         NULL},
        {"{'create_record': {'module': 'Deals', 'fields': {'Owner': 'bo@acme.example'}}}",
         CRM4E_E_INVALID, NULL},
        {"{'create_record': {'module': 'Deals', 'fields': {'Stage': 'No'}}}", CRM4E_E_INVALID,
         NULL},
        {"{'create_record': {'module': 'Deals', 'fields': {'Helper': 'no@acme.example'}}}",
         CRM4E_E_NOT_FOUND, NULL},
        {"{'create_record': {'module': 'Deals', 'fields': {'Deal_Name': '${Deals.Stage}'}}}",
         CRM4E_E_INVALID, NULL},
        {"{'create_record': {'module': 'Deals', 'fields': {'Deal_Name': '${Leads.No}'}}}",
         CRM4E_E_INVALID, NULL},
        {"{'create_record': {'module': 'Deals', 'links': ['Account_Name']}}", CRM4E_E_INVALID,
         "workflows[0]: Account_Name is no lookup to the module of the rule"},
        {"{'create_record': {'module': 'Deals', 'links': [1]}}", CRM4E_E_INVALID, NULL},
        {"{'create_record': {'module': 'Deals', 'links': {}}}", CRM4E_E_INVALID, NULL},
        {"{'create_record': {'module': 'Deals', 'owner': 'no@acme.example'}}", CRM4E_E_NOT_FOUND,
         NULL},
        {"{'create_record': {'module': 'Deals', 'triggers': 1}}", CRM4E_E_INVALID, NULL},
        {"{'create_task': {}}", CRM4E_E_INVALID, "workflows[0]: subject is missing"},
        {"{'create_task': {'subject': 'S', 'at': '09:00'}}", CRM4E_E_INVALID, NULL},
        {"{'create_task': {'subject': 'S', 'due_in_days': 3651}}", CRM4E_E_INVALID, NULL},
        {"{'create_task': {'subject': 'S', 'due_in_days': 'x'}}", CRM4E_E_INVALID, NULL},
        {"{'create_call': {'subject': 'S', 'at': '24:00'}}", CRM4E_E_INVALID, NULL},
        {"{'create_call': {'subject': 'S', 'at': '9:00'}}", CRM4E_E_INVALID, NULL},
        {"{'create_call': {'subject': '${', 'at': '09:00'}}", CRM4E_E_INVALID, NULL},
        {"{'create_meeting': {'subject': 'S', 'minutes': 10081}}", CRM4E_E_INVALID, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        host_refused(h->admin, put_as(h->admin, "", cases[i].action), cases[i].code,
                     cases[i].message);
    assert_int_equal(host_count(h->admin, "Deals", NULL), 0);
}

/* A rule creates nothing that its author could not. */
static void test_rights_at_save(void **state)
{
    static const char next[] = "{'create_record': {'module': 'Deals', 'fields': {'Deal_Name': 'A',"
                               " 'Stage': 'Qualification', 'Next_Step': 'x'}}}";
    static const char city[] = "{'create_record': {'module': 'Deals', 'fields': {'Deal_Name':"
                               " '${Leads.City}', 'Stage': 'Qualification'}}}";
    static const char given[] = "{'create_record': {'module': 'Contacts', 'owner': 'record',"
                                " 'fields': {'Last_Name': 'A'}}}";
    static const char link[] = "{'create_record': {'module': 'Deals', 'links': ['Other_Lead']}}";
    crm4e_session *bo = host_session(h, "bo@acme.example");
    crm4e_session *cy = host_session(h, "cy@acme.example");
    crm4e_session *di = host_session(h, "di@acme.example");

    (void)state;
    host_ok(bo, put_as(bo, "", DEAL));
    host_refused(bo, put_as(bo, "", next), CRM4E_E_DENIED, NULL);
    host_refused(bo, put_as(bo, "", city), CRM4E_E_DENIED, NULL);
    host_refused(bo, put_as(bo, "", link), CRM4E_E_DENIED, NULL);
    host_refused(cy, put_as(cy, "", DEAL), CRM4E_E_DENIED, NULL);
    host_refused(cy, put_as(cy, "", given), CRM4E_E_DENIED, NULL);
    host_refused(di, put_as(di, "", DEAL), CRM4E_E_DENIED, NULL);
    host_ok(h->admin, put_as(h->admin, "", next));
}

static void test_rights_at_run(void **state)
{
    crm4e_session *bo = host_session(h, "bo@acme.example");

    (void)state;
    host_ok(bo, put_as(bo, "", DEAL));
    host_ok(h->admin, crm4e_profile_set_field(h->admin, "Builder", "Deals", "Amount",
                                              CRM4E_PERMISSION_READ_ONLY));
    add_lead();
    host_runs(h, "Leads", 1, "'result':'failed'");
    assert_int_equal(host_count(h->admin, "Deals", NULL), 0);
    host_ok(h->admin, crm4e_profile_set_field(h->admin, "Builder", "Deals", "Amount",
                                              CRM4E_PERMISSION_READ_WRITE));
    add_lead();
    assert_int_equal(host_count(h->admin, "Deals", NULL), 1);
}

/* Who sets the rule off needs no right of his own, and is the creator. */
static void test_principal(void **state)
{
    crm4e_session *di = host_session(h, "di@acme.example");

    (void)state;
    put(DEAL);
    host_ok(di, try_lead(di, "Tower"));
    host_rows(h->admin, "select Amount, Owner, Created_By from Deals",
              "1250.50|di@acme.example|di@acme.example\n");
}

/* A requester owns nothing outside of his team: what he sets off is the author's. */
static void test_requester(void **state)
{
    crm4e_session *ed;
    crm4e_record *record = NULL;

    (void)state;
    host_apply(h, "{'users': [{'email': 'ed@acme.example', 'profile': 'Team User', 'licence':"
                  " 'team'}], 'modules': [{'api_name': 'Papers', 'team': true, 'members':"
                  " [{'user': 'ed@acme.example', 'profile': 'requester'}]}], 'workflows': [{'name':"
                  " 'Sell', 'module': 'Papers', 'on': 'create', 'conditions': [{'then': ["
                  " {'create_record': {'module': 'Deals', 'fields': {'Deal_Name':"
                  " '${Papers.Name}', 'Stage': 'Qualification'}}}]}]}]}");
    ed = host_session(h, "ed@acme.example");
    host_ok(ed, crm4e_record_new(&record, ed, "Papers"));
    host_ok(ed, crm4e_record_set_text(record, "Name", "Paper", CRM4E_NUL_TERMINATED));
    host_ok(ed, crm4e_record_save(record));
    crm4e_record_free(record);
    host_rows(h->admin, "select Deal_Name, Owner, Created_By from Deals",
              "Paper|ana@acme.example|ed@acme.example\n");
}

#define CONVERT                                                                                    \
    "{'convert_lead': {'deal': {'Deal_Name': 'For ${Leads.Company}', 'Stage': 'Qualification',"    \
    " 'Amount': 5}}}"

static void test_convert(void **state)
{
    (void)state;
    put(CONVERT ",{'update_field': {'field': 'City', 'value': 'Oslo'}}");
    add_lead();
    host_runs(h, "Leads", 1, "'result':'done'");
    host_rows(h->admin, "select Deal_Name, Amount, Account_Name, Contact_Name, Owner from Deals",
              "For Tower|5.00|Tower|Li|ana@acme.example\n");
    host_rows(h->admin, "select Company, City from Leads where Converted__s = true",
              "Tower|Oslo\n");
    put("{'assign_owner': {'target': 'users', 'users': ['di@acme.example']}},"
        "{'convert_lead': {}}");
    add_lead();
    assert_int_equal(host_count(h->admin, "Contacts", "Owner = 'di@acme.example'"), 1);
    put("{'convert_lead': {'owner': 'cy@acme.example'}}");
    add_lead();
    assert_int_equal(host_count(h->admin, "Accounts", "Owner = 'cy@acme.example'"), 1);
    assert_int_equal(host_count(h->admin, "Deals", NULL), 1);
}

/* What fails afterwards takes the conversion back, and the mark on the module does no harm. */
static void test_convert_undone(void **state)
{
    (void)state;
    put(CONVERT ",{'create_record': {'module': 'Deals', 'fields': {'Deal_Name': 'A'}}}");
    host_apply(h, "{'modules': [{'api_name': 'Deals', 'fields': [{'api_name': 'Stage',"
                  " 'mandatory': true}]}]}");
    add_lead();
    host_runs(h, "Leads", 1, "'result':'failed'");
    assert_int_equal(host_count(h->admin, "Contacts", NULL), 0);
    assert_int_equal(host_count(h->admin, "Leads", NULL), 1);
    put(CONVERT "," CONVERT);
    add_lead();
    host_runs(h, "Leads", 1, "'result':'failed'");
    assert_int_equal(host_count(h->admin, "Deals", NULL), 0);
}

static void test_convert_refused(void **state)
{
    static const char hidden[] = "{'convert_lead': {'deal': {'Next_Step': 'x'}}}";
    static const char city[] = "{'convert_lead': {'deal': {'Deal_Name': '${Leads.City}'}}}";
    crm4e_session *bo = host_session(h, "bo@acme.example");
    crm4e_session *cy = host_session(h, "cy@acme.example");
    crm4e_text *text = NULL;
    char *json = host_json("{'workflows': [{'name': 'Make', 'module': 'Deals', 'on': 'create',"
                           " 'conditions': [{'then': [{'convert_lead': {}}]}]}]}");

    (void)state;
    host_refused(h->admin, put_as(h->admin, "", "{'convert_lead': {'deal': 1}}"), CRM4E_E_INVALID,
                 NULL);
    host_refused(h->admin, put_as(h->admin, "", "{'convert_lead': {'deal': {'No': 1}}}"),
                 CRM4E_E_INVALID, NULL);
    host_refused(h->admin, put_as(h->admin, "", "{'convert_lead': {'owner': 'no@acme.example'}}"),
                 CRM4E_E_NOT_FOUND, NULL);
    host_refused(h->admin, crm4e_org_apply(&text, h->admin, json, CRM4E_NUL_TERMINATED),
                 CRM4E_E_INVALID, "workflows[0]: convert_lead goes with rules of Leads alone");
    host_refused(bo, put_as(bo, "", hidden), CRM4E_E_DENIED, NULL);
    host_refused(bo, put_as(bo, "", city), CRM4E_E_DENIED, NULL);
    host_refused(cy, put_as(cy, "", CONVERT), CRM4E_E_DENIED, NULL);
    host_ok(bo, put_as(bo, "", "{'convert_lead': {}}"));
    add_lead(); /* the lead has a field that is hidden from the author */
    host_runs(h, "Leads", 1, "'result':'failed'");
    assert_int_equal(host_count(h->admin, "Contacts", NULL), 0);
    free(json);
}

/* Who sets it off converts by the author's right, not by one of his own. */
static void test_convert_principal(void **state)
{
    crm4e_session *di = host_session(h, "di@acme.example");

    (void)state;
    put(CONVERT);
    host_ok(di, try_lead(di, "Tower"));
    host_rows(h->admin, "select Amount, Owner, Created_By from Deals",
              "5.00|di@acme.example|di@acme.example\n");
}

static void test_dry_run(void **state)
{
    crm4e_dry_run_options options = CRM4E_DRY_RUN_OPTIONS_INIT;
    crm4e_record *record = NULL;
    crm4e_module *leads = NULL;
    crm4e_text *text = NULL;

    (void)state;
    host_ok(h->admin, crm4e_record_new(&record, h->admin, "Leads"));
    host_ok(h->admin, crm4e_record_set_text(record, "Last_Name", "Li", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_set_text(record, "Company", "Tower", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_save(record));
    put(DEAL);
    host_ok(h->admin, crm4e_module_open(&leads, h->admin, "Leads"));
    host_ok(h->admin, crm4e_dry_run_json(&text, leads, crm4e_record_id(record), &options));
    assert_non_null(strstr(crm4e_text_data(text),
                           "{\"action\":\"create_record\",\"module\":\"Deals\",\"record\":{"));
    assert_non_null(strstr(crm4e_text_data(text), "\"Deal_Name\":\"For Tower\""));
    assert_int_equal(host_count(h->admin, "Deals", NULL), 0);
    crm4e_text_free(text);
    crm4e_module_free(leads);
    crm4e_record_free(record);
}

static void test_round_trip(void **state)
{
    static const char all[] =
        "{'create_record':{'module':'Deals','fields':{'Deal_Name':'${Leads.Company}','Helper':"
        "'cy@acme.example','Amount':5},'links':['Lead'],'owner':'record','triggers':true}},"
        "{'create_task':{'subject':'S','due_in_days':0,'owner':'bo@acme.example'}},"
        "{'create_meeting':{'subject':'S','due_in_days':2,'at':'09:05','minutes':30}},"
        "{'create_call':{'subject':'S','at':'23:59','fields':{'Call_Type':'Missed'}}},"
        "{'convert_lead':{'deal':{'Stage':'${Leads.City}'},'owner':'bo@acme.example'}}";
    char *json = host_json(all);
    crm4e_text *text = NULL;
    crm4e_text *again = NULL;

    (void)state;
    put(all);
    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    assert_non_null(strstr(crm4e_text_data(text), json));
    host_ok(h->admin,
            crm4e_org_apply(&again, h->admin, crm4e_text_data(text), CRM4E_NUL_TERMINATED));
    crm4e_text_free(again);
    host_ok(h->admin, crm4e_org_export(&again, h->admin));
    assert_string_equal(crm4e_text_data(text), crm4e_text_data(again));
    crm4e_text_free(again);
    crm4e_text_free(text);
    free(json);
}

static int build(crm4e_session *session, const crm4e_create_options *create,
                 const crm4e_activity_options *activity)
{
    crm4e_module *leads = NULL;
    crm4e_workflow *rule = NULL;
    int rc = crm4e_module_open(&leads, session, "Leads");

    if (rc == CRM4E_OK)
        rc = crm4e_workflow_new(&rule, leads, "Built");
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_on(rule, CRM4E_ON_CREATE);
    if (rc == CRM4E_OK && create != NULL)
        rc = crm4e_workflow_then_create_record(rule, create);
    if (rc == CRM4E_OK && activity != NULL)
        rc = crm4e_workflow_then_create_activity(rule, activity);
    if (rc == CRM4E_OK)
        rc = crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    crm4e_module_free(leads);
    return rc;
}

static void test_builder(void **state)
{
    crm4e_create_options create = CRM4E_CREATE_OPTIONS_INIT;
    crm4e_activity_options activity = CRM4E_ACTIVITY_OPTIONS_INIT;
    char *json = host_json("{'create_record':{'module':'Deals','fields':{'Deal_Name':'D','Stage':"
                           "'Qualification'},'links':['Lead'],'owner':'record','triggers':true}},"
                           "{'create_call':{'subject':'Ring','due_in_days':1,'at':'08:00',"
                           "'fields':{'Call_Type':'Outbound'},'owner':'di@acme.example'}}");
    crm4e_text *text = NULL;

    (void)state;
    create.module = "Deals";
    create.fields = "{\"Deal_Name\": \"D\", \"Stage\": \"Qualification\"}";
    create.links = "[\"Lead\"]";
    create.owner = "record";
    create.triggers = 1;
    activity.kind = CRM4E_ACTIVITY_CALL;
    activity.subject = "Ring";
    activity.due_in_days = 1;
    activity.at = "08:00";
    activity.fields = "{\"Call_Type\": \"Outbound\"}";
    activity.owner = "di@acme.example";
    host_ok(h->admin, build(h->admin, &create, &activity));
    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    assert_non_null(strstr(crm4e_text_data(text), json));
    add_lead();
    assert_int_equal(host_count(h->admin, "Deals", NULL), 1);
    assert_int_equal(host_count(h->admin, "Calls", "Call_Start_Time = ${TOMORROW}"), 1);
    activity.kind = 4;
    host_refused(h->admin, build(h->admin, NULL, &activity), CRM4E_E_INVALID,
                 "no such kind of activity");
    activity.kind = CRM4E_ACTIVITY_CALL;
    activity.minutes = 5;
    host_refused(h->admin, build(h->admin, NULL, &activity), CRM4E_E_INVALID, NULL);
    activity.subject = NULL;
    host_refused(h->admin, build(h->admin, NULL, &activity), CRM4E_E_MISUSE, NULL);
    create.reserved = 1;
    host_refused(h->admin, build(h->admin, &create, NULL), CRM4E_E_INVALID, NULL);
    create.reserved = 0;
    create.fields = "[";
    host_refused(h->admin, build(h->admin, &create, NULL), CRM4E_E_INVALID, NULL);
    create.module = NULL;
    host_refused(h->admin, build(h->admin, &create, NULL), CRM4E_E_MISUSE, NULL);
    assert_int_equal(crm4e_create_options_init(NULL), CRM4E_E_MISUSE);
    assert_int_equal(crm4e_activity_options_init(NULL), CRM4E_E_MISUSE);
    crm4e_text_free(text);
    free(json);
}

static crm4e_record *starved;

static int save_starved(host *of)
{
    (void)of;
    return crm4e_record_save(starved);
}

static void none_there(host *of)
{
    (void)of;
    assert_int_equal(host_count(h->admin, "Leads", NULL), 0);
    assert_int_equal(host_count(h->admin, "Deals", NULL), 0);
    assert_int_equal(host_count(h->admin, "Events", NULL), 0);
}

static void test_without_memory(void **state)
{
    (void)state;
    put(DEAL ",{'create_meeting': {'subject': '${Leads.Company}'}}," CONVERT);
    host_ok(h->admin, crm4e_record_new(&starved, h->admin, "Leads"));
    host_ok(h->admin, crm4e_record_set_text(starved, "Last_Name", "L", CRM4E_NUL_TERMINATED));
    host_ok(h->admin, crm4e_record_set_text(starved, "Company", "Tower", CRM4E_NUL_TERMINATED));
    host_starve(h, save_starved, none_there);
    assert_int_equal(host_count(h->admin, "Deals", NULL), 2);
    assert_int_equal(host_count(h->admin, "Events", NULL), 1);
    crm4e_record_free(starved);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_record, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_once, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_owners, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_activities, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_refused_at_run, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_refused_at_save, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_rights_at_save, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_rights_at_run, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_principal, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_requester, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_convert, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_convert_undone, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_convert_refused, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_convert_principal, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_dry_run, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_round_trip, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_builder, setup, host_teardown),
        cmocka_unit_test_setup_teardown(test_without_memory, setup, host_teardown),
    };

    return host_run("records by rules", tests, sizeof tests / sizeof tests[0]);
}
