/* SPDX-License-Identifier: MIT */
/* Rules come, change and go. */
#include <string.h>

#include "automation/chain.h"
#include "automation/rule.h"
#include "automation/schedule.h"
#include "base/text.h"
#include "model/interaction.h"
#include "model/manage_rules.h"

int c4_rule_check_module(c4_unit *unit, const c4_module *module)
{
    if (module == NULL ||
        (!c4_actor_automates(unit, module) && !c4_access_module_visible(unit, module))) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "module", "module", "names no module");
    }
    if (!c4_actor_automates(unit, module)) {
        return c4_refuse_denied(unit, "manage_automation",
                                "the user may not set up automation of the module");
    }
    return CRM4E_OK;
}

int c4_rule_find_module(c4_unit *unit, const c4_json *json, const c4_module **module)
{
    const c4_json *name = c4_json_member(json, "module");

    if (c4_json_kind(name) != C4_JSON_TEXT) {
        return c4_refuse(unit, CRM4E_E_INVALID, "module", "mandatory", "is missing or no text");
    }
    *module = c4_meta_module_named(unit->meta, c4_json_text(name, NULL));
    return c4_rule_check_module(unit, *module);
}

/* NULL when there is none. `*position` is where the next rule would stand. */
static int find_rule(c4_unit *unit, const c4_module *module, const char *name,
                     const c4_definition **found, int32_t *position)
{
    const c4_meta *meta = unit->meta;
    int rc = CRM4E_OK;

    *found = NULL;
    *position = 1;
    for (size_t i = 0; i < meta->workflow_count && rc == CRM4E_OK; i++) {
        const c4_definition *rule = &meta->workflows[i];
        bool same = false;
        if (rule->module != module->number) {
            continue;
        }
        if (rule->position < INT32_MAX) {
            *position = rule->position + 1;
        }
        rc = c4_same_name(unit, rule->name, name, &same);
        *found = same ? rule : *found;
    }
    return rc;
}

int c4_workflow_named(c4_unit *unit, const c4_module *module, const char *name,
                      const c4_definition **found)
{
    int32_t position = 0;

    return find_rule(unit, module, name, found, &position);
}

static int take_limits(c4_unit *unit, const c4_module *module, int64_t rules, int64_t active)
{
    int rc = CRM4E_OK;

    if (rules != 0) {
        rc = c4_limit_take(unit, C4_LIMIT_WORKFLOWS, 0, rules);
    }
    if (rc == CRM4E_OK && rules != 0) {
        rc = c4_limit_take(unit, C4_LIMIT_MODULE_WORKFLOWS, module->number, rules);
    }
    if (rc == CRM4E_OK && active != 0) {
        rc = c4_limit_take(unit, C4_LIMIT_ACTIVE_WORKFLOWS, module->number, active);
    }
    return rc;
}

static int insert_rule(c4_unit *unit, const c4_rule *rule, int32_t position, bool active,
                       const c4_buffer *json, crm4e_id *id)
{
    const crm4e_value values[C4_WORKFLOW_COLUMNS] = {
        [0] = c4_integer(*id = c4_unit_new_id(unit)),
        [C4_WORKFLOW_MODULE] = c4_integer(rule->module->number),
        [C4_WORKFLOW_NAME] = c4_c_text(rule->name),
        [C4_WORKFLOW_ACTIVE] = c4_integer(active),
        [C4_WORKFLOW_POSITION] = c4_integer(position),
        [C4_WORKFLOW_AUTHOR] = c4_integer(unit->actor->id),
        [C4_WORKFLOW_DEFINITION] = c4_text_value(json->data, json->length),
    };

    return c4_db_insert(unit->db, &c4_tables[C4_TABLE_WORKFLOW], values);
}

/* Who changes a rule answers for it from then on. */
static int update_rule(c4_unit *unit, const c4_rule *rule, crm4e_id id, bool active,
                       const c4_buffer *json)
{
    static const uint32_t columns[] = {
        C4_WORKFLOW_NAME,
        C4_WORKFLOW_ACTIVE,
        C4_WORKFLOW_AUTHOR,
        C4_WORKFLOW_DEFINITION,
    };
    const crm4e_value values[] = {
        c4_c_text(rule->name),
        c4_integer(active),
        c4_integer(unit->actor->id),
        c4_text_value(json->data, json->length),
    };

    return c4_db_update(unit->db, &c4_tables[C4_TABLE_WORKFLOW], id, columns, values, 4);
}

static int store_rule(c4_unit *unit, const c4_rule *rule, const c4_definition *old,
                      int32_t position, crm4e_id *id)
{
    bool was_active = old != NULL && old->active;
    bool active = rule->active || (!rule->inactive && (old == NULL || was_active));
    c4_buffer json;
    c4_rule_writer writer = {unit->meta, &json, true};
    int rc = take_limits(unit, rule->module, old == NULL ? 1 : 0, active - was_active);

    if (rc < 0) {
        return rc;
    }
    c4_buffer_init(&json, &unit->env->mem, C4_RULE_CEILING);
    c4_rule_write(&writer, rule, active);
    rc = json.code;
    if (rc == CRM4E_OK && old == NULL) {
        rc = insert_rule(unit, rule, position, active, &json, id);
    } else if (rc == CRM4E_OK) {
        *id = old->id;
        rc = update_rule(unit, rule, old->id, active, &json);
    }
    c4_buffer_free(&json);
    return c4_stored(unit, rc);
}

/* The rule of the snapshot, when it is active. */
static int active_rule(c4_unit *unit, const c4_definition *definition, const c4_rule **rule)
{
    *rule = NULL;
    return definition != NULL && definition->active
               ? c4_rule_of(unit, (size_t)(definition - unit->meta->workflows), rule)
               : CRM4E_OK;
}

/* What waits follows the rule. */
static int reschedule(c4_unit *unit, const c4_rule *rule, const c4_definition *old, crm4e_id id)
{
    const bool active = rule->active || (!rule->inactive && (old == NULL || old->active));
    const c4_rule *was = NULL;
    int rc;

    if (!active) {
        return old != NULL ? c4_schedule_leave(unit, id) : CRM4E_OK;
    }
    rc = active_rule(unit, old, &was);
    return rc == CRM4E_OK ? c4_schedule_rule(unit, id, rule, was) : rc;
}

int c4_workflow_put(c4_unit *unit, const c4_json *json, bool create_only, crm4e_id *id)
{
    c4_rule_reader reader = {.unit = unit, .arena = unit->arena, .error = unit->error};
    const c4_definition *old = NULL;
    int32_t position = 0;
    c4_rule rule;
    int rc = c4_change_start(unit);

    if (rc == CRM4E_OK) {
        rc = c4_rule_find_module(unit, json, &reader.module);
    }
    if (rc == CRM4E_OK) {
        reader.meta = unit->meta;
        rc = c4_rule_read(&reader, json, &rule);
    }
    /* rights come first: of a field that is hidden from him nobody learns the type or the options */
    if (rc == CRM4E_OK) {
        rc = c4_rule_check_rights(unit, &rule);
    }
    if (rc == CRM4E_OK && rule.on == C4_ON_INTERACTION_ADDED) {
        rc = c4_interactions_need(unit);
    }
    if (rc == CRM4E_OK) {
        rc = c4_rule_check_criteria(unit, &rule);
    }
    if (rc == CRM4E_OK) {
        rc = find_rule(unit, reader.module, rule.name, &old, &position);
    }
    if (rc == CRM4E_OK && old != NULL && create_only) {
        rc = c4_refuse(unit, CRM4E_E_CONFLICT, "name", "unique", "is taken by another rule");
    }
    if (rc == CRM4E_OK) {
        rc = c4_chain_check(unit, &rule, old);
    }
    if (rc == CRM4E_OK) {
        rc = store_rule(unit, &rule, old, position, id);
    }
    if (rc == CRM4E_OK) {
        rc = reschedule(unit, &rule, old, *id);
    }
    return rc == CRM4E_OK ? c4_change_done(unit, "workflow_put", *id, rule.name) : rc;
}

/* Starts a change of a rule that must exist. */
static int open_rule(c4_unit *unit, const c4_module *module, const char *name,
                     const c4_module **fresh, const c4_definition **rule)
{
    int32_t number = module->number;
    int32_t position = 0;
    int rc = c4_change_start(unit);

    if (rc == CRM4E_OK) {
        *fresh = c4_meta_module(unit->meta, number);
        rc = c4_rule_check_module(unit, *fresh);
    }
    if (rc == CRM4E_OK) {
        rc = c4_check_name(unit, "name", name, C4_RULE_NAME_MAX);
    }
    if (rc == CRM4E_OK) {
        rc = find_rule(unit, *fresh, name, rule, &position);
    }
    if (rc == CRM4E_OK && *rule == NULL) {
        rc = c4_refuse(unit, CRM4E_E_NOT_FOUND, "name", "workflow", "names no rule of the module");
    }
    return rc;
}

/* Its run log stays. */
int c4_workflow_remove(c4_unit *unit, const c4_module *module, const char *name)
{
    const c4_definition *rule = NULL;
    int rc = open_rule(unit, module, name, &module, &rule);

    if (rc == CRM4E_OK) {
        rc = take_limits(unit, module, -1, rule->active ? -1 : 0);
    }
    if (rc == CRM4E_OK) {
        rc = c4_rows_drop(unit, &c4_tables[C4_TABLE_ROTATION], C4_ROTATION_OWNER, rule->id);
    }
    if (rc == CRM4E_OK) {
        rc = c4_schedule_leave(unit, rule->id);
    }
    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, c4_db_remove(unit->db, &c4_tables[C4_TABLE_WORKFLOW], rule->id));
    }
    return rc == CRM4E_OK ? c4_change_done(unit, "workflow_remove", rule->id, rule->name) : rc;
}

/* One that cannot be read waits for nothing. */
static int start_waiting(c4_unit *unit, const c4_definition *definition)
{
    const c4_rule *rule = NULL;
    int rc = c4_rule_of(unit, (size_t)(definition - unit->meta->workflows), &rule);

    return rc == CRM4E_OK && rule->problem == NULL
               ? c4_schedule_rule(unit, definition->id, rule, NULL)
               : rc;
}

int c4_workflow_activate(c4_unit *unit, const c4_module *module, const char *name, bool active)
{
    static const uint32_t column[] = {C4_WORKFLOW_ACTIVE};
    const crm4e_value value = c4_integer(active);
    const c4_definition *rule = NULL;
    int rc = open_rule(unit, module, name, &module, &rule);

    if (rc != CRM4E_OK || rule->active == active) {
        return rc;
    }
    rc = take_limits(unit, module, 0, active ? 1 : -1);
    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, c4_db_update(unit->db, &c4_tables[C4_TABLE_WORKFLOW], rule->id, column,
                                          &value, 1));
    }
    if (rc == CRM4E_OK) {
        rc = active ? start_waiting(unit, rule) : c4_schedule_leave(unit, rule->id);
    }
    return rc == CRM4E_OK
               ? c4_change_done(unit, active ? "workflow_on" : "workflow_off", rule->id, rule->name)
               : rc;
}

static int list_rule(c4_unit *unit, size_t place, c4_buffer *out)
{
    const c4_definition *definition = &unit->meta->workflows[place];
    const c4_rule *rule = NULL;
    bool first = true;
    int rc = c4_rule_of(unit, place, &rule);

    if (rc == CRM4E_OK) {
        c4_buffer_char(out, '{');
        c4_json_put_member(out, &first, "name", definition->name);
        c4_json_put_member(out, &first, "on", c4_rule_trigger_word(rule->on));
        c4_json_put_key(out, &first, "active");
        c4_buffer_text(out, definition->active ? "true}" : "false}");
    }
    return rc;
}

/* What a rule looks at and does is its author's: of that nothing is told. */
int c4_workflows_write(c4_unit *unit, const c4_module *module, c4_buffer *out)
{
    const c4_meta *meta = unit->meta;
    bool between = false;
    int rc = c4_rule_check_module(unit, module);

    c4_buffer_char(out, '[');
    for (size_t i = 0; i < meta->workflow_count && rc == CRM4E_OK; i++) {
        if (meta->workflows[i].module == module->number) {
            c4_buffer_text(out, between ? "," : "");
            rc = list_rule(unit, i, out);
            between = true;
        }
    }
    c4_buffer_char(out, ']');
    return rc == CRM4E_OK ? c4_stored(unit, out->code) : rc;
}

/* Read for the occasion: an export is rare, and says what is wrong. `document` is to be freed in any
 * case. */
static int read_stored(c4_unit *unit, const c4_definition *definition, c4_json_document *document,
                       c4_rule *rule)
{
    c4_rule_reader reader = {
        .meta = unit->meta,
        .module = c4_meta_module(unit->meta, definition->module),
        .arena = unit->arena,
        .error = unit->error,
        .stored = true,
    };
    int rc = c4_json_parse(document, &unit->env->mem, definition->json, definition->json_length,
                           C4_RULE_CEILING);

    if (rc == CRM4E_E_NO_MEMORY) {
        return c4_fail_plain(unit->error, rc);
    }
    if (rc != CRM4E_OK) {
        return c4_fail(unit->error, CRM4E_E_CORRUPT, "workflow %s: the stored rule is no JSON",
                       definition->name);
    }
    return c4_rule_read(&reader, document->root, rule);
}

int c4_workflow_check(c4_unit *unit, const c4_definition *definition)
{
    c4_json_document document = {0};
    c4_rule rule;
    int rc = read_stored(unit, definition, &document, &rule);

    if (rc == CRM4E_OK) {
        rc = c4_rule_check_rights(unit, &rule);
    }
    if (rc == CRM4E_OK) {
        rc = c4_rule_check_criteria(unit, &rule);
    }
    c4_json_free(&document);
    return rc;
}

int c4_workflow_write(c4_unit *unit, const c4_definition *definition, c4_buffer *out)
{
    c4_rule_writer writer = {unit->meta, out, false};
    c4_json_document document = {0};
    c4_rule rule;
    int rc = read_stored(unit, definition, &document, &rule);

    if (rc == CRM4E_OK) {
        c4_rule_write(&writer, &rule, definition->active);
        rc = c4_stored(unit, out->code);
    }
    c4_json_free(&document);
    return rc;
}
