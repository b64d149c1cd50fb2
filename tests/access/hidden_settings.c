/* SPDX-License-Identifier: MIT */
/* Positions in questions, rules and settings. */
#include "hidden.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------- asking */

static int may_view(cell *c)
{
    return crm4e_may(c->session, CRM4E_ACTION_VIEW, c->module, 0, c->field);
}

static int may_view_record(cell *c)
{
    return crm4e_may(c->session, CRM4E_ACTION_VIEW, c->module, c->record, c->field);
}

static int may_edit(cell *c)
{
    return crm4e_may(c->session, CRM4E_ACTION_EDIT, c->module, c->record, c->field);
}

static int explained(cell *c, crm4e_action action)
{
    crm4e_verdict *verdict = NULL;
    crm4e_text *text = NULL;
    int rc = crm4e_explain(&verdict, c->session, 0, action, c->module, c->record, c->field);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < crm4e_verdict_reason_count(verdict); i++) {
        const char *name = crm4e_verdict_reason_name(verdict, i);

        (void)fprintf(c->heard, "%s\n", name ? name : "-");
    }
    (void)fprintf(c->heard, "%s\n", crm4e_verdict_sentence(verdict, "zh"));
    rc = crm4e_verdict_json(&text, verdict);
    rc = rc < 0 ? rc : crm4e_verdict_code(verdict);
    crm4e_verdict_free(verdict);
    (void)cell_hear(c, CRM4E_OK, text);
    return rc;
}

static int explain_view(cell *c)
{
    return explained(c, CRM4E_ACTION_VIEW);
}

static int explain_edit(cell *c)
{
    return explained(c, CRM4E_ACTION_EDIT);
}

static int who_can(cell *c)
{
    crm4e_text *text = NULL;
    int rc = crm4e_who_can(&text, c->session, CRM4E_ACTION_VIEW, c->module, c->record);

    return cell_hear(c, rc, text);
}

static int shares(cell *c)
{
    crm4e_text *text = NULL;
    int rc = crm4e_record_shares(&text, c->session, c->module, c->record);

    return cell_hear(c, rc, text);
}

static int what_if(cell *c)
{
    crm4e_text *text = NULL;
    char *json =
        cell_text(c, "{'sharing_rules': [{'module': '#', 'name': 'If', 'when': '@ is null',"
                     " 'to': [{'role': 'Low'}]}]}");
    int rc = crm4e_what_if(&text, c->session, json, CRM4E_NUL_TERMINATED);

    free(json);
    return cell_hear(c, rc, text);
}

/* ------------------------------------------------------------- rules */

static crm4e_module *open_module(cell *c, int *rc)
{
    crm4e_module *module = NULL;

    *rc = crm4e_module_open(&module, c->session, c->module);
    return module;
}

static crm4e_workflow *start_workflow(cell *c, int *rc)
{
    crm4e_workflow *rule = NULL;
    crm4e_module *module = open_module(c, rc);

    *rc = *rc < 0 ? *rc : crm4e_workflow_new(&rule, module, "Probe");
    *rc = *rc < 0 ? *rc : crm4e_workflow_on(rule, CRM4E_ON_EDIT);
    crm4e_module_free(module);
    return rule;
}

static int workflow_when(cell *c)
{
    int rc;
    crm4e_workflow *rule = start_workflow(c, &rc);

    rc = rc < 0 ? rc : crm4e_workflow_when(rule, c->criteria);
    rc = rc < 0 ? rc : crm4e_workflow_then_notify(rule, "owner", "Look", NULL);
    rc = rc < 0 ? rc : crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    return rc;
}

static int save_condition(cell *c, const char *criteria, const char *was)
{
    int rc;
    crm4e_workflow *rule = start_workflow(c, &rc);

    rc = rc < 0 ? rc : crm4e_workflow_when_was(rule, criteria, was);
    rc = rc < 0 ? rc : crm4e_workflow_then_notify(rule, "owner", "Look", NULL);
    rc = rc < 0 ? rc : crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    return rc;
}

static int workflow_beside_was(cell *c)
{
    return save_condition(c, c->criteria, "Modified_Time is not null");
}

static int workflow_was(cell *c)
{
    return save_condition(c, NULL, c->criteria);
}

static int workflow_waits(cell *c)
{
    int rc;
    crm4e_workflow *rule = start_workflow(c, &rc);
    char *fields = cell_text(c, "['@']");

    rc = rc < 0 ? rc : crm4e_workflow_on_fields(rule, fields, 0);
    rc = rc < 0 ? rc : crm4e_workflow_then_notify(rule, "owner", "Look", NULL);
    rc = rc < 0 ? rc : crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    free(fields);
    return rc;
}

static int workflow_date(cell *c)
{
    crm4e_date_trigger_options date = CRM4E_DATE_TRIGGER_OPTIONS_INIT;
    int rc;
    crm4e_workflow *rule = start_workflow(c, &rc);

    date.field = c->field;
    rc = rc < 0 ? rc : crm4e_workflow_on_date(rule, &date);
    rc = rc < 0 ? rc : crm4e_workflow_then_notify(rule, "owner", "Look", NULL);
    rc = rc < 0 ? rc : crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    return rc;
}

static int workflow_update(cell *c)
{
    int rc;
    crm4e_workflow *rule = start_workflow(c, &rc);

    rc = rc < 0 ? rc : crm4e_workflow_then_update_field(rule, c->field, NULL);
    rc = rc < 0 ? rc : crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    return rc;
}

static int workflow_owner(cell *c)
{
    crm4e_assign_options assign = CRM4E_ASSIGN_OPTIONS_INIT;
    int rc;
    crm4e_workflow *rule = start_workflow(c, &rc);

    assign.target = CRM4E_ASSIGN_USER_FIELD;
    assign.field = c->field;
    rc = rc < 0 ? rc : crm4e_workflow_then_assign_owner(rule, &assign);
    rc = rc < 0 ? rc : crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    return rc;
}

/* A merge field between two pieces of text. */
static int save_call(cell *c, const char *before, const char *after, int form)
{
    crm4e_webhook_options hook = CRM4E_WEBHOOK_OPTIONS_INIT;
    char text[300];
    int rc;
    crm4e_workflow *rule = start_workflow(c, &rc);

    (void)snprintf(text, sizeof text, "%s${%s.%s}%s", before, c->module, c->field, after);
    hook.url = form == 'u' ? text : "https://example.com/";
    hook.headers = form == 'h' ? text : NULL;
    hook.body = form == 'b' ? text : NULL;
    hook.form = form == 'f' ? text : NULL;
    hook.text = form == 't' ? text : NULL;
    if (rc == CRM4E_OK)
        rc = form == 'a' ? crm4e_workflow_then_call_function(rule, "probe", text)
                         : crm4e_workflow_then_webhook(rule, &hook);
    rc = rc < 0 ? rc : crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    return rc;
}

static int webhook_url(cell *c)
{
    return save_call(c, "https://example.com/?a=", "", 'u');
}

static int webhook_headers(cell *c)
{
    return save_call(c, "{\"X-A\": \"", "\"}", 'h');
}

static int webhook_body(cell *c)
{
    return save_call(c, "[\"", "\"]", 'b');
}

static int webhook_form(cell *c)
{
    return save_call(c, "{\"a\": \"", "\"}", 'f');
}

static int webhook_text(cell *c)
{
    return save_call(c, "", "", 't');
}

static int function_arguments(cell *c)
{
    return save_call(c, "{\"a\": \"", "\"}", 'a');
}

/* A field of what a rule creates, and one that it is filled with. */
static int save_creation(cell *c, const char *module, const char *fields)
{
    crm4e_create_options create = CRM4E_CREATE_OPTIONS_INIT;
    int rc;
    crm4e_workflow *rule = start_workflow(c, &rc);

    create.module = module;
    create.fields = fields;
    rc = rc < 0 ? rc : crm4e_workflow_then_create_record(rule, &create);
    rc = rc < 0 ? rc : crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    return rc;
}

static int created_field(cell *c)
{
    char *json = cell_text(c, "{'@': null}");
    int rc = save_creation(c, c->module, json);

    free(json);
    return rc;
}

static int created_text(cell *c)
{
    char json[300];

    (void)snprintf(json, sizeof json, "{\"Subject\": \"${%s.%s}\"}", c->module, c->field);
    return save_creation(c, "Tasks", json);
}

static int save_activity(cell *c, const char *subject, const char *fields)
{
    crm4e_activity_options activity = CRM4E_ACTIVITY_OPTIONS_INIT;
    int rc;
    crm4e_workflow *rule = start_workflow(c, &rc);

    activity.kind = CRM4E_ACTIVITY_TASK;
    activity.subject = subject;
    activity.fields = fields;
    rc = rc < 0 ? rc : crm4e_workflow_then_create_activity(rule, &activity);
    rc = rc < 0 ? rc : crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    return rc;
}

static int activity_subject(cell *c)
{
    char text[300];

    (void)snprintf(text, sizeof text, "${%s.%s}", c->module, c->field);
    return save_activity(c, text, NULL);
}

static int activity_fields(cell *c)
{
    char json[300];

    (void)snprintf(json, sizeof json, "{\"Description\": \"${%s.%s}\"}", c->module, c->field);
    return save_activity(c, "S", json);
}

static int sharing_when(cell *c)
{
    crm4e_sharing_rule *rule = NULL;
    crm4e_id role = 0;
    int rc;
    crm4e_module *module = open_module(c, &rc);

    rc = rc < 0 ? rc : crm4e_role_find(c->session, "CEO", &role);
    rc = rc < 0 ? rc : crm4e_sharing_rule_new(&rule, module, "Probe");
    rc = rc < 0 ? rc : crm4e_sharing_rule_when(rule, c->criteria);
    rc = rc < 0 ? rc : crm4e_sharing_rule_to(rule, CRM4E_SUBJECT_ROLE, role);
    rc = rc < 0 ? rc : crm4e_sharing_rule_save(rule);
    crm4e_sharing_rule_free(rule);
    crm4e_module_free(module);
    return rc;
}

static int apply(cell *c, const char *form)
{
    crm4e_text *text = NULL;
    char *json = cell_text(c, form);
    int rc = crm4e_org_apply(&text, c->session, json, CRM4E_NUL_TERMINATED);

    free(json);
    return cell_hear(c, rc, text);
}

static int apply_workflow_when(cell *c)
{
    return apply(c, "{'workflows': [{'name': 'Probe', 'module': '#', 'on': 'edit', 'conditions':"
                    " [{'when': '$', 'then': [{'notify': {'to': 'owner', 'subject': 'x'}}]}]}]}");
}

static int assignment_when(cell *c)
{
    int rc;
    crm4e_module *module = open_module(c, &rc);
    char *json = cell_text(c, "{'name': 'Probe', 'entries': [{'when': '$', 'to': {'target': 'role',"
                              " 'role': 'CEO'}}]}");

    rc = rc < 0 ? rc : crm4e_assignment_put(module, json, CRM4E_NUL_TERMINATED);
    crm4e_module_free(module);
    free(json);
    return rc;
}

static int apply_workflow_update(cell *c)
{
    return apply(c, "{'workflows': [{'name': 'Probe', 'module': '#', 'on': 'edit', 'conditions':"
                    " [{'then': [{'update_field': {'field': '@', 'value': null}}]}]}]}");
}

static int apply_sharing_when(cell *c)
{
    return apply(c, "{'sharing_rules': [{'module': '#', 'name': 'Probe', 'when': '$',"
                    " 'to': [{'role': 'CEO'}]}]}");
}

static int apply_chart_group(cell *c)
{
    return apply(c, "{'charts': [{'name': 'Other', 'module': '#', 'group_by': ['@'],"
                    " 'measures': ['count']}]}");
}

static int apply_chart_measure(cell *c)
{
    return apply(c, "{'charts': [{'name': 'Other', 'module': '#', 'group_by': ['Owner'],"
                    " 'measures': ['max:@']}]}");
}

static int apply_chart_where(cell *c)
{
    return apply(c, "{'charts': [{'name': 'Other', 'module': '#', 'group_by': ['Owner'],"
                    " 'measures': ['count'], 'where': '$'}]}");
}

/* ------------------------------------------------------------- views */

static int put_view(cell *c, const char *form)
{
    char *json = cell_text(c, form);
    int rc = crm4e_view_put(NULL, c->session, json, CRM4E_NUL_TERMINATED);

    free(json);
    return rc;
}

static int view_column(cell *c)
{
    return put_view(c, "{'module': '#', 'name': 'Own', 'columns': ['Owner', '@']}");
}

static int view_order(cell *c)
{
    return put_view(c, "{'module': '#', 'name': 'Own', 'order': ['@ desc']}");
}

static int view_where(cell *c)
{
    return put_view(c, "{'module': '#', 'name': 'Own', 'where': '$'}");
}

static int apply_view_where(cell *c)
{
    return apply(c, "{'views': [{'module': '#', 'name': 'Own', 'where': '$'}]}");
}

static bool save_view(cell *c, const char *form)
{
    char *json = cell_text(c, form);
    int rc = crm4e_view_put(NULL, c->world->host.admin, json, CRM4E_NUL_TERMINATED);

    free(json);
    return rc == CRM4E_OK;
}

static bool saved_column(cell *c)
{
    return save_view(c, "{'module': '#', 'name': 'Probe', 'sharing': 'public',"
                        " 'columns': ['Owner', '@'], 'where': '', 'order': []}");
}

static bool saved_order(cell *c)
{
    return save_view(c, "{'module': '#', 'name': 'Probe', 'sharing': 'public',"
                        " 'columns': [], 'where': '', 'order': ['@ desc']}");
}

static bool saved_criteria(cell *c)
{
    return save_view(c, "{'module': '#', 'name': 'Probe', 'sharing': 'public',"
                        " 'columns': [], 'where': '$', 'order': []}");
}

static int find_view(cell *c, crm4e_id *id)
{
    return crm4e_view_find(c->session, c->module, "Probe", id);
}

static int view_run(cell *c)
{
    crm4e_cursor *cursor = NULL;
    crm4e_text *text = NULL;
    crm4e_id id = 0;
    int rc = find_view(c, &id);

    rc = rc < 0 ? rc : crm4e_view_run(&cursor, c->session, id, 10, c->token);
    rc = rc < 0 ? rc : crm4e_cursor_json(&text, cursor);
    crm4e_cursor_free(cursor);
    return cell_hear(c, rc, text);
}

/* A page that ends behind a row of his, ordered by the field. */
static bool saved_page(cell *c)
{
    crm4e_cursor *cursor = NULL;
    crm4e_id id = 0;
    int rc = saved_order(c) ? CRM4E_OK : CRM4E_E_INVALID;

    rc = rc < 0 ? rc : crm4e_view_find(c->world->host.admin, c->module, "Probe", &id);
    rc = rc < 0 ? rc : crm4e_view_run(&cursor, c->world->host.admin, id, 1, NULL);
    if (rc == CRM4E_OK && crm4e_cursor_token(cursor))
        c->token = strdup(crm4e_cursor_token(cursor));
    crm4e_cursor_free(cursor);
    return rc == CRM4E_OK;
}

static int view_json(cell *c)
{
    crm4e_text *text = NULL;
    crm4e_id id = 0;
    int rc = find_view(c, &id);

    rc = rc < 0 ? rc : crm4e_view_json(&text, c->session, id);
    return cell_hear(c, rc, text);
}

/* But for ids, which are counted. */
static int views_json(cell *c)
{
    crm4e_text *text = NULL;
    int rc = crm4e_views_json(&text, c->session, c->module);
    const char *at = crm4e_text_data(text);

    for (size_t digits = 0; at && *at; at += digits > 0 ? digits : 1) {
        digits = strspn(at, "0123456789");
        (void)fputc(digits > 0 ? '#' : *at, c->heard);
    }
    crm4e_text_free(text);
    return rc;
}

/* ------------------------------------------------------------- settings */

static int module_json(cell *c)
{
    crm4e_text *text = NULL;
    int rc;
    crm4e_module *module = open_module(c, &rc);

    rc = rc < 0 ? rc : crm4e_module_json(&text, module);
    crm4e_module_free(module);
    return cell_hear(c, rc, text);
}

static int navigation(cell *c)
{
    crm4e_text *text = NULL;
    int rc = crm4e_navigation_json(&text, c->session);

    return cell_hear(c, rc, text);
}

static int sharing_rules(cell *c)
{
    crm4e_text *text = NULL;
    int rc;
    crm4e_module *module = open_module(c, &rc);

    rc = rc < 0 ? rc : crm4e_sharing_rules_json(&text, module);
    crm4e_module_free(module);
    return cell_hear(c, rc, text);
}

static int runs(cell *c)
{
    crm4e_text *text = NULL;
    int rc;
    crm4e_module *module = open_module(c, &rc);

    rc = rc < 0 ? rc : crm4e_runs_json(&text, module, NULL);
    crm4e_module_free(module);
    return cell_hear(c, rc, text);
}

static int dry_run(cell *c)
{
    crm4e_dry_run_options options = CRM4E_DRY_RUN_OPTIONS_INIT;
    char *values = cell_text(c, "{'@': '9182736401'}");
    crm4e_text *text = NULL;
    int rc;
    crm4e_module *module = open_module(c, &rc);

    options.on = CRM4E_ON_EDIT;
    options.values = values;
    rc = rc < 0 ? rc : crm4e_dry_run_json(&text, module, c->record, &options);
    crm4e_module_free(module);
    free(values);
    return cell_hear(c, rc, text);
}

static int add_field(cell *c)
{
    crm4e_field_options options = CRM4E_FIELD_OPTIONS_INIT;
    int rc;
    crm4e_module *module = open_module(c, &rc);

    options.api_name = c->field;
    options.type = CRM4E_TYPE_TEXT;
    rc = rc < 0 ? rc : crm4e_module_add_field(module, &options);
    crm4e_module_free(module);
    return rc;
}

/* It goes again at once: the next position makes it anew. */
static int name_in_formula(cell *c)
{
    crm4e_field_options options = CRM4E_FIELD_OPTIONS_INIT;
    char *settings = cell_text(c, "{'result': 'boolean', 'expression': 'isblank(@)'}");
    int rc;
    crm4e_module *module = open_module(c, &rc);

    options.api_name = "Made";
    options.type = CRM4E_TYPE_FORMULA;
    options.settings = settings;
    rc = rc < 0 ? rc : crm4e_module_add_field(module, &options);
    if (rc == CRM4E_OK)
        rc = crm4e_module_remove_field(module, "Made");
    crm4e_module_free(module);
    free(settings);
    return rc;
}

static int apply_formula(cell *c)
{
    return apply(c, "{'modules': [{'api_name': '#', 'fields': [{'api_name': 'Applied', 'type':"
                    " 'formula', 'settings': {'result': 'boolean', 'expression':"
                    " 'isblank(@)'}}]}]}");
}

static int remove_field(cell *c)
{
    int rc;
    crm4e_module *module = open_module(c, &rc);

    rc = rc < 0 ? rc : crm4e_module_remove_field(module, c->field);
    crm4e_module_free(module);
    return rc;
}

static int team_field(cell *c)
{
    int rc;
    crm4e_module *module = open_module(c, &rc);

    rc = rc < 0
             ? rc
             : crm4e_module_set_field(module, CRM4E_TEAM_MEMBER, c->field, CRM4E_PERMISSION_HIDDEN);
    crm4e_module_free(module);
    return rc;
}

static int profile_field(cell *c)
{
    return crm4e_profile_set_field(c->session, "Plain", c->module, c->field,
                                   CRM4E_PERMISSION_READ_ONLY);
}

/* ------------------------------------------------------------- the table */

const position setting_positions[] = {
    {"may view", "crm4e_may.field", NO_PATHS, may_view, NULL},
    {"may view of record", "crm4e_may.field", NEEDS_RECORD | NO_PATHS, may_view_record, NULL},
    {"may edit", "crm4e_may.field", WRITES | NEEDS_RECORD | NO_PATHS, may_edit, NULL},
    {"explain view", "crm4e_explain.field", NEEDS_RECORD | NO_PATHS, explain_view, NULL},
    {"explain edit", "crm4e_explain.field", WRITES | NEEDS_RECORD | NO_PATHS, explain_edit, NULL},
    {"who can", NULL, NEEDS_RECORD | SETTINGS, who_can, NULL},
    {"shares", NULL, NEEDS_RECORD | SETTINGS, shares, NULL},
    {"what if", "crm4e_what_if.json", ADMINISTRATORS | NO_PATHS | ORG_MODULES, what_if, NULL},
    CRITERIA(workflow_when, "crm4e_workflow_when.criteria", SETS_UP, NULL),
    CRITERIA(workflow_beside_was, "crm4e_workflow_when_was.criteria", SETS_UP, NULL),
    CRITERIA(workflow_was, "crm4e_workflow_when_was.was", SETS_UP, NULL),
    {"workflow waits", "crm4e_workflow_on_fields.fields", NO_PATHS | COUNTS_ON_TYPE | SETS_UP,
     workflow_waits, NULL},
    {"workflow date", "crm4e_date_trigger_options.field", NO_PATHS | COUNTS_ON_TYPE | SETS_UP,
     workflow_date, NULL},
    {"workflow updates", "crm4e_workflow_then_update_field.field",
     WRITES | COUNTS_ON_TYPE | SETS_UP, workflow_update, NULL},
    {"workflow owner", "crm4e_assign_options.field", NO_PATHS | COUNTS_ON_TYPE | SETS_UP,
     workflow_owner, NULL},
    {"webhook url", "crm4e_webhook_options.url", SETS_UP, webhook_url, NULL},
    {"webhook headers", "crm4e_webhook_options.headers", SETS_UP, webhook_headers, NULL},
    {"webhook body", "crm4e_webhook_options.body", SETS_UP, webhook_body, NULL},
    {"webhook form", "crm4e_webhook_options.form", SETS_UP, webhook_form, NULL},
    {"webhook text", "crm4e_webhook_options.text", SETS_UP, webhook_text, NULL},
    {"arguments", "crm4e_workflow_then_call_function.arguments", SETS_UP, function_arguments, NULL},
    {"created field", "crm4e_create_options.fields", WRITES | NO_PATHS | COUNTS_ON_TYPE | SETS_UP,
     created_field, NULL},
    {"created text", "crm4e_create_options.fields", SETS_UP, created_text, NULL},
    {"activity subject", "crm4e_activity_options.subject", SETS_UP, activity_subject, NULL},
    {"activity fields", "crm4e_activity_options.fields", SETS_UP, activity_fields, NULL},
    CRITERIA(sharing_when, "crm4e_sharing_rule_when.criteria", ORG_MODULES | NO_PATHS | SETS_UP,
             NULL),
    CRITERIA(assignment_when, "crm4e_assignment_put.json", SETS_UP, NULL),
    CRITERIA(apply_workflow_when, "crm4e_org_apply.json", SETS_UP, NULL),
    {"applied workflow updates", "crm4e_org_apply.json", WRITES | COUNTS_ON_TYPE | SETS_UP,
     apply_workflow_update, NULL},
    CRITERIA(apply_sharing_when, "crm4e_org_apply.json",
             ORG_MODULES | NO_PATHS | SETS_UP | ADMIN_PERMISSION, NULL),
    {"applied chart group", "crm4e_org_apply.json", NO_PATHS | COUNTS_ON_TYPE, apply_chart_group,
     NULL},
    {"applied chart measure", "crm4e_org_apply.json", NO_PATHS, apply_chart_measure, NULL},
    CRITERIA(apply_chart_where, "crm4e_org_apply.json", 0, NULL),
    {"column of a view", "crm4e_view_put.json", COUNTS_ON_TYPE, view_column, NULL},
    {"order of a view", "crm4e_view_put.json", COUNTS_ON_TYPE, view_order, NULL},
    CRITERIA(view_where, "crm4e_view_put.json", 0, NULL),
    CRITERIA(apply_view_where, "crm4e_org_apply.json", 0, NULL),
    {"column of a saved view", "crm4e_view_find.name", 0, view_run, saved_column},
    {"order of a saved view", "crm4e_view_find.name", COUNTS_ON_TYPE, view_run, saved_order},
    {"page of a view", "crm4e_view_run.after", COUNTS_ON_TYPE, view_run, saved_page},
    CRITERIA(view_run, "crm4e_view_find.name", 0, saved_criteria),
    {"definition of a view", NULL, 0, view_json, saved_column},
    {"views", NULL, SETTINGS, views_json, saved_column},
    {"module", NULL, SETTINGS, module_json, NULL},
    {"navigation", NULL, SETTINGS, navigation, NULL},
    {"sharing rules", NULL, SETTINGS, sharing_rules, NULL},
    {"runs of rules", NULL, SETTINGS, runs, NULL},
    {"dry run of rules", "crm4e_dry_run_options.values",
     WRITES | NEEDS_RECORD | NO_PATHS | COUNTS_ON_TYPE | SETS_UP, dry_run, NULL},
    {"add field", "crm4e_field_options.api_name", SETTINGS, add_field, NULL},
    {"formula", "crm4e_field_options.settings", NO_PATHS | COUNTS_ON_TYPE | SETS_UP,
     name_in_formula, NULL},
    {"applied formula", "crm4e_org_apply.json", SETTINGS | NO_PATHS, apply_formula, NULL},
    {"remove field", "crm4e_module_remove_field.api_name", SETTINGS, remove_field, NULL},
    {"field of a team profile", "crm4e_module_set_field.field", SETTINGS, team_field, NULL},
    {"field of a profile", "crm4e_profile_set_field.field", SETTINGS, profile_field, NULL},
};
const size_t setting_position_count = sizeof setting_positions / sizeof setting_positions[0];
