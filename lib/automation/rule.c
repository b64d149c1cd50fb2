/* SPDX-License-Identifier: MIT */
#include "automation/rule.h"

#include <string.h>

#include "automation/run.h"
#include "base/text.h"

static const c4_name triggers[] = {
    {C4_ON_CREATE, "create"},
    {C4_ON_EDIT, "edit"},
    {C4_ON_CREATE_OR_EDIT, "create_or_edit"},
    {C4_ON_DELETE, "delete"},
    {C4_ON_FIELD_UPDATE, "field_update"},
    {C4_ON_TAG_ADDED, "tag_added"},
    {C4_ON_TAG_REMOVED, "tag_removed"},
    {C4_ON_NOTE_ADDED, "note_added"},
    {C4_ON_INTERACTION_ADDED, "interaction_added"},
    {C4_ON_DATE, "date_or_datetime"},
    {0, NULL},
};

enum {
    FAILURE_LOGS = 1,
    FAILURE_STOPS = 2
};
static const c4_name policies[] = {
    {FAILURE_LOGS, "log"},
    {FAILURE_STOPS, "fail"},
    {0, NULL},
};

static const char *const rule_members[] = {
    "name",  "module",   "active", "on",     "fields",     "match",      "tags",
    "kinds", "channels", "date",   "repeat", "on_failure", "conditions", NULL,
};
static const char *const condition_members[] = {"when", "was", "then", "scheduled", NULL};
static const char *const group_members[] = {"after", "then", NULL};

static const c4_action_type *type_named(const char *name)
{
    for (size_t i = 0; i < c4_action_type_count; i++) {
        if (strcmp(c4_action_types[i].name, name) == 0) {
            return &c4_action_types[i];
        }
    }
    return NULL;
}

/* {"assign_owner": {...}} */
static void read_action(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action)
{
    const char *name = "";
    const c4_json *inside = c4_json_member_at(json, 0, &name);

    if (c4_json_kind(json) != C4_JSON_OBJECT || c4_json_count(json) != 1) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "then", "type",
                       "must hold objects that name one action each");
        return;
    }
    action->type = type_named(name);
    if (action->type == NULL) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, name, "action", "is no action that is known");
        return;
    }
    if (reader->on == C4_ON_DELETE && !action->type->after_delete) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, name, "trigger",
                       "does not go with a rule on delete");
        return;
    }
    if (c4_json_kind(inside) != C4_JSON_OBJECT) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, name, "type", "must be an object");
        return;
    }
    action->type->read(reader, inside, action);
}

static void read_actions(c4_rule_reader *reader, const c4_json *then, c4_rule_condition *condition,
                         size_t *total)
{
    size_t count = c4_json_count(then);
    c4_rule_action *actions;

    if (c4_json_kind(then) != C4_JSON_ARRAY && c4_json_kind(then) != C4_JSON_NULL) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "then", "type", "must be an array of actions");
        return;
    }
    if (count > C4_RULE_ACTIONS - *total) {
        c4_rule_refuse(reader, CRM4E_E_TOO_BIG, "then", "actions_per_rule",
                       "makes more than 50 actions in one rule");
        return;
    }
    actions = c4_arena_array(reader->arena, count, sizeof *actions);
    if (actions == NULL) {
        c4_rule_no_memory(reader);
        return;
    }
    for (size_t i = 0; i < count && reader->rc == CRM4E_OK; i++) {
        actions[i].number = (int32_t)(*total + i + 1);
        read_action(reader, c4_json_item(then, i), &actions[i]);
    }
    condition->actions = actions;
    condition->action_count = count;
    *total += count;
}

static void read_groups(c4_rule_reader *reader, const c4_json *list, c4_rule_condition *condition,
                        size_t *total)
{
    size_t count = c4_json_count(list);
    c4_rule_group *groups;

    if (c4_json_kind(list) != C4_JSON_ARRAY && c4_json_kind(list) != C4_JSON_NULL) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "scheduled", "type", "must be an array of groups");
        return;
    }
    if (count > C4_RULE_GROUPS) {
        c4_rule_refuse(reader, CRM4E_E_TOO_BIG, "scheduled", "groups_per_condition",
                       "holds more than 5 groups");
        return;
    }
    if (count > 0 && reader->on == C4_ON_DELETE) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "scheduled", "trigger",
                       "does not go with a rule on delete");
        return;
    }
    groups = c4_arena_array(reader->arena, count, sizeof *groups);
    if (groups == NULL) {
        c4_rule_no_memory(reader);
        return;
    }
    for (size_t i = 0; i < count && reader->rc == CRM4E_OK; i++) {
        const c4_json *item = c4_json_item(list, i);
        c4_rule_members(reader, item, "scheduled", group_members);
        groups[i] = (c4_rule_group){0};
        c4_rule_read_span(reader, c4_json_member(item, "after"), "after", &groups[i].after);
        read_actions(reader, c4_json_member(item, "then"), &groups[i].part, total);
        if (reader->rc == CRM4E_OK && groups[i].part.action_count == 0) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, "then", "mandatory", "names no action");
        }
    }
    condition->groups = groups;
    condition->group_count = count;
}

static void read_criteria(c4_rule_reader *reader, const char *text, const c4_criteria **criteria)
{
    if (reader->rc == CRM4E_OK && text != NULL) {
        reader->rc = c4_criteria_parse(reader->arena, reader->error, text, strlen(text), criteria);
    }
}

void c4_rule_read_criteria(c4_rule_reader *reader, c4_rule_condition *condition)
{
    read_criteria(reader, condition->when, &condition->criteria);
    read_criteria(reader, condition->was, &condition->was_criteria);
}

/* What a record was can be asked where it was changed. */
static void read_was(c4_rule_reader *reader, const c4_json *item, c4_rule_condition *condition)
{
    static const uint32_t changes = 1u << C4_ON_EDIT | 1u << C4_ON_CREATE_OR_EDIT |
                                    1u << C4_ON_FIELD_UPDATE | 1u << C4_ON_TAG_ADDED |
                                    1u << C4_ON_TAG_REMOVED;

    condition->was = c4_rule_text(reader, item, "was", false, C4_QUERY_CEILING);
    if (condition->was != NULL && (changes & 1u << reader->on) == 0) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "was", "trigger",
                       "goes with a rule that waits for a change of the record");
    }
}

static void read_conditions(c4_rule_reader *reader, const c4_json *list, c4_rule *rule)
{
    size_t count = c4_json_count(list);
    size_t total = 0;
    c4_rule_condition *conditions;

    if (count == 0 || c4_json_kind(list) != C4_JSON_ARRAY) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "conditions", "mandatory",
                       "must be an array with at least one condition");
        return;
    }
    if (count > C4_RULE_CONDITIONS) {
        c4_rule_refuse(reader, CRM4E_E_TOO_BIG, "conditions", "conditions_per_rule",
                       "holds more than 10 conditions");
        return;
    }
    conditions = c4_arena_array(reader->arena, count, sizeof *conditions);
    if (conditions == NULL) {
        c4_rule_no_memory(reader);
        return;
    }
    for (size_t i = 0; i < count && reader->rc == CRM4E_OK; i++) {
        const c4_json *item = c4_json_item(list, i);
        c4_rule_members(reader, item, "conditions", condition_members);
        conditions[i].when = c4_rule_text(reader, item, "when", false, C4_QUERY_CEILING);
        read_was(reader, item, &conditions[i]);
        if (conditions[i].when == NULL && conditions[i].was == NULL && i + 1 < count) {
            c4_rule_refuse(reader, CRM4E_E_INVALID, "conditions", "unreachable",
                           "holds a condition for all records before the last");
        }
        c4_rule_read_criteria(reader, &conditions[i]);
        read_actions(reader, c4_json_member(item, "then"), &conditions[i], &total);
        if (reader->rc == CRM4E_OK) {
            read_groups(reader, c4_json_member(item, "scheduled"), &conditions[i], &total);
        }
    }
    if (total == 0) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "then", "mandatory", "names no action");
    }
    rule->conditions = conditions;
    rule->condition_count = count;
}

int c4_rule_read(c4_rule_reader *reader, const c4_json *json, c4_rule *rule)
{
    const c4_json *active = c4_json_member(json, "active");

    *rule = (c4_rule){.module = reader->module};
    reader->rc = CRM4E_OK;
    c4_rule_members(reader, json, "workflow", rule_members);
    rule->name = c4_rule_text(reader, json, "name", true, C4_RULE_NAME_MAX);
    if (rule->name != NULL && c4_text_has_control(rule->name, strlen(rule->name))) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "name", "control", "holds control characters");
    }
    rule->active = c4_rule_flag(reader, json, "active");
    rule->inactive = c4_json_kind(active) == C4_JSON_BOOLEAN && !rule->active;
    rule->on = (c4_trigger)c4_rule_word(reader, json, "on", triggers, true);
    reader->on = rule->on;
    c4_trigger_read(reader, json, rule);
    rule->stops_change = c4_rule_word(reader, json, "on_failure", policies, false) == FAILURE_STOPS;
    c4_rule_read_date(reader, c4_json_member(json, "date"), rule);
    if (reader->rc == CRM4E_OK) {
        read_conditions(reader, c4_json_member(json, "conditions"), rule);
    }
    return reader->rc;
}

static void write_actions(c4_rule_writer *writer, const c4_rule_condition *condition, bool *first)
{
    c4_buffer *out = writer->out;

    c4_json_put_key(out, first, "then");
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < condition->action_count; i++) {
        const c4_rule_action *action = &condition->actions[i];
        bool alone = true;
        c4_buffer_text(out, i > 0 ? ",{" : "{");
        c4_json_put_key(out, &alone, action->type->name);
        action->type->write(writer, action);
        c4_buffer_char(out, '}');
    }
    c4_buffer_char(out, ']');
}

static void write_group(c4_rule_writer *writer, const c4_rule_group *group)
{
    bool first = true;

    c4_buffer_char(writer->out, '{');
    c4_json_put_key(writer->out, &first, "after");
    c4_rule_put_span(writer->out, &group->after);
    write_actions(writer, &group->part, &first);
    c4_buffer_char(writer->out, '}');
}

static void write_condition(c4_rule_writer *writer, const c4_rule_condition *condition)
{
    c4_buffer *out = writer->out;
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "when", condition->when);
    c4_json_put_member(out, &first, "was", condition->was);
    write_actions(writer, condition, &first);
    for (size_t i = 0; i < condition->group_count; i++) {
        if (i == 0) {
            c4_json_put_key(out, &first, "scheduled");
        }
        c4_buffer_text(out, i > 0 ? "," : "[");
        write_group(writer, &condition->groups[i]);
    }
    c4_buffer_text(out, condition->group_count > 0 ? "]}" : "}");
}

const char *c4_rule_trigger_word(c4_trigger on)
{
    return c4_rule_word_text(triggers, on);
}

/* Name, module and whether it is active are columns of their own in storage;
 * the name stands in the stored form too, so that both read alike. */
void c4_rule_write(c4_rule_writer *writer, const c4_rule *rule, bool active)
{
    c4_buffer *out = writer->out;
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "name", rule->name);
    if (!writer->stored) {
        c4_json_put_member(out, &first, "module", rule->module->api_name);
        c4_json_put_key(out, &first, "active");
        c4_buffer_text(out, active ? "true" : "false");
    }
    c4_json_put_member(out, &first, "on", c4_rule_word_text(triggers, rule->on));
    c4_trigger_write(writer, rule, &first);
    c4_rule_write_date(writer, rule);
    if (rule->stops_change) {
        c4_json_put_member(out, &first, "on_failure", c4_rule_word_text(policies, FAILURE_STOPS));
    }
    c4_json_put_key(out, &first, "conditions");
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < rule->condition_count; i++) {
        c4_buffer_text(out, i > 0 ? "," : "");
        write_condition(writer, &rule->conditions[i]);
    }
    c4_buffer_text(out, "]}");
}

static int resolve_actions(c4_unit *unit, const c4_module *module,
                           const c4_rule_condition *condition)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < condition->action_count && rc == CRM4E_OK; i++) {
        const c4_rule_action *action = &condition->actions[i];
        if (action->type->resolve != NULL) {
            rc = action->type->resolve(unit, module, action);
        }
    }
    for (size_t i = 0; i < condition->group_count && rc == CRM4E_OK; i++) {
        rc = resolve_actions(unit, module, &condition->groups[i].part);
    }
    return rc;
}

int c4_rule_check_criteria(c4_unit *unit, const c4_rule *rule)
{
    const crm4e_predicate *predicate = NULL;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < rule->condition_count && rc == CRM4E_OK; i++) {
        const c4_rule_condition *condition = &rule->conditions[i];
        if (condition->criteria != NULL) {
            rc =
                c4_criteria_compile_rule(unit, unit, rule->module, condition->criteria, &predicate);
        }
        if (rc == CRM4E_OK && condition->was_criteria != NULL) {
            rc = c4_criteria_compile_rule(unit, unit, rule->module, condition->was_criteria,
                                          &predicate);
        }
        if (rc == CRM4E_OK) {
            rc = resolve_actions(unit, rule->module, condition);
        }
    }
    return rc;
}

/* Administrators, and the admins of a team module in theirs, are bound by nothing that they
 * could lift themselves. The host's word they cannot; nor can the latter what holds in other
 * modules, behind a lookup. */
int c4_rule_author_scope(c4_unit *unit, const c4_module *module, crm4e_action action,
                         c4_scope *scope)
{
    if (module->kind == C4_MODULE_TEAM || c4_actor_is_administrator(unit)) {
        *scope = (c4_scope){.unit = unit, .module = module, .action = action};
        return c4_access_authorise(scope, NULL, 0);
    }
    return c4_access_module_number(unit, module->number, action, scope);
}

static int check_action(c4_unit *unit, const c4_rule *rule, const c4_rule_action *action)
{
    const c4_action_type *type = action->type;
    c4_scope scope;
    int rc = CRM4E_OK;

    if (type->needs != 0) {
        rc = c4_rule_author_scope(unit, rule->module, type->needs, &scope);
        if (rc == CRM4E_OK && type->check != NULL) {
            rc = type->check(&scope, action);
        }
    }
    return rc;
}

static int check_condition(const c4_scope *view, const c4_rule *rule,
                           const c4_rule_condition *condition)
{
    const crm4e_predicate *predicate = NULL;
    int rc = CRM4E_OK;

    if (condition->criteria != NULL) {
        rc = c4_criteria_compile(view, condition->criteria, &predicate);
    }
    if (rc == CRM4E_OK && condition->was_criteria != NULL) {
        rc = c4_criteria_compile(view, condition->was_criteria, &predicate);
    }
    for (size_t i = 0; i < condition->action_count && rc == CRM4E_OK; i++) {
        rc = check_action(view->unit, rule, &condition->actions[i]);
    }
    for (size_t i = 0; i < condition->group_count && rc == CRM4E_OK; i++) {
        rc = check_condition(view, rule, &condition->groups[i].part);
    }
    return rc;
}

int c4_rule_check_rights(c4_unit *unit, const c4_rule *rule)
{
    c4_scope view;
    int rc;

    if (c4_actor_is_administrator(unit) && unit->env->auth.authorise == NULL) {
        return CRM4E_OK;
    }
    rc = c4_rule_author_scope(unit, rule->module, CRM4E_ACTION_VIEW, &view);
    if (rc == CRM4E_OK) {
        rc = c4_rule_check_date(&view, rule);
    }
    if (rc == CRM4E_OK) {
        rc = c4_trigger_check(&view, rule);
    }
    for (size_t i = 0; i < rule->condition_count && rc == CRM4E_OK; i++) {
        rc = check_condition(&view, rule, &rule->conditions[i]);
    }
    return rc;
}

const c4_action_type c4_action_types[] = {
    {"assign_owner", CRM4E_ACTION_CHANGE_OWNER, false, false, c4_assign_read, c4_assign_check, NULL,
     c4_assign_write, c4_assign_run},
    {"update_field", CRM4E_ACTION_EDIT, false, true, c4_update_read, c4_update_check, NULL,
     c4_update_write, c4_update_run},
    {"create_record", CRM4E_ACTION_VIEW, false, false, c4_create_read, c4_create_check,
     c4_create_resolve, c4_create_write, c4_create_run},
    {"create_task", CRM4E_ACTION_VIEW, false, false, c4_create_read, c4_create_check,
     c4_create_resolve, c4_create_write, c4_create_run},
    {"create_meeting", CRM4E_ACTION_VIEW, false, false, c4_create_read, c4_create_check,
     c4_create_resolve, c4_create_write, c4_create_run},
    {"create_call", CRM4E_ACTION_VIEW, false, false, c4_create_read, c4_create_check,
     c4_create_resolve, c4_create_write, c4_create_run},
    {"convert_lead", CRM4E_ACTION_CONVERT, false, false, c4_convert_read, c4_convert_check,
     c4_convert_resolve, c4_convert_write, c4_convert_run},
    {"add_tags", CRM4E_ACTION_EDIT, false, true, c4_tags_read, c4_tags_check, NULL,
     c4_tags_rule_write, c4_tags_run_add},
    {"remove_tags", CRM4E_ACTION_EDIT, false, true, c4_tags_read, c4_tags_check, NULL,
     c4_tags_rule_write, c4_tags_run_remove},
    {"notify", CRM4E_ACTION_VIEW, true, false, c4_notify_read, c4_notify_check, c4_notify_resolve,
     c4_notify_write, c4_notify_run},
    {"webhook", CRM4E_ACTION_VIEW, true, false, c4_webhook_read, c4_webhook_check,
     c4_webhook_resolve, c4_webhook_write, c4_webhook_run},
    {"function", CRM4E_ACTION_VIEW, true, false, c4_function_read, c4_function_check,
     c4_function_resolve, c4_function_write, c4_function_run},
};
const size_t c4_action_type_count = sizeof c4_action_types / sizeof c4_action_types[0];
