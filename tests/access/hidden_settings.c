/* SPDX-License-Identifier: MIT */
/* Positions in questions, rules and settings. */
#include "hidden.h"

#include <stdlib.h>

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

static int workflow_update(cell *c)
{
    int rc;
    crm4e_workflow *rule = start_workflow(c, &rc);

    rc = rc < 0 ? rc : crm4e_workflow_then_update_field(rule, c->field, NULL);
    rc = rc < 0 ? rc : crm4e_workflow_save(rule);
    crm4e_workflow_free(rule);
    return rc;
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
    {"workflow updates", "crm4e_workflow_then_update_field.field",
     WRITES | NO_PATHS | COUNTS_ON_TYPE | SETS_UP, workflow_update, NULL},
    CRITERIA(sharing_when, "crm4e_sharing_rule_when.criteria", ORG_MODULES | NO_PATHS | SETS_UP,
             NULL),
    CRITERIA(assignment_when, "crm4e_assignment_put.json", SETS_UP, NULL),
    CRITERIA(apply_workflow_when, "crm4e_org_apply.json", SETS_UP, NULL),
    {"applied workflow updates", "crm4e_org_apply.json",
     WRITES | NO_PATHS | COUNTS_ON_TYPE | SETS_UP, apply_workflow_update, NULL},
    CRITERIA(apply_sharing_when, "crm4e_org_apply.json",
             ORG_MODULES | NO_PATHS | SETS_UP | ADMIN_PERMISSION, NULL),
    {"applied chart group", "crm4e_org_apply.json", NO_PATHS | COUNTS_ON_TYPE, apply_chart_group,
     NULL},
    {"applied chart measure", "crm4e_org_apply.json", NO_PATHS, apply_chart_measure, NULL},
    CRITERIA(apply_chart_where, "crm4e_org_apply.json", 0, NULL),
    {"module", NULL, SETTINGS, module_json, NULL},
    {"navigation", NULL, SETTINGS, navigation, NULL},
    {"sharing rules", NULL, SETTINGS, sharing_rules, NULL},
    {"add field", "crm4e_field_options.api_name", SETTINGS, add_field, NULL},
    {"formula", "crm4e_field_options.settings", NO_PATHS | COUNTS_ON_TYPE | SETS_UP,
     name_in_formula, NULL},
    {"applied formula", "crm4e_org_apply.json", SETTINGS | NO_PATHS, apply_formula, NULL},
    {"remove field", "crm4e_module_remove_field.api_name", SETTINGS, remove_field, NULL},
    {"field of a team profile", "crm4e_module_set_field.field", SETTINGS, team_field, NULL},
    {"field of a profile", "crm4e_profile_set_field.field", SETTINGS, profile_field, NULL},
};
const size_t setting_position_count = sizeof setting_positions / sizeof setting_positions[0];
