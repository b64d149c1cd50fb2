/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "model/definition.h"
#include "model/manage_rules.h"

#include <string.h>

enum {
    MOST_CRITERIA = 65536 /* bytes, as of a query */
};

static int start(c4_unit *unit)
{
    int rc = c4_change_start(unit);
    return rc < 0 ? rc : c4_need_permission(unit, C4_ADMIN_MANAGE_DATA_SHARING);
}

/* Team modules have their own scopes; notes and attachments follow the record
 * they hang on. Rules reach into neither. */
int c4_sharing_check_module(c4_unit *unit, const c4_module *module)
{
    if (module == NULL || (module->kind == C4_MODULE_TEAM &&
                           C4_REFUSES(SHARING_CLOSED, !c4_actor_sees(unit, module)))) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "module", "module", "names no module");
    }
    if (module->kind == C4_MODULE_TEAM || (module->flags & C4_MODULE_CHILD) != 0) {
        return c4_refuse(unit, CRM4E_E_UNSUPPORTED, "module", "kind",
                         "has no records that sharing rules open");
    }
    return CRM4E_OK;
}

static int find_module(c4_unit *unit, const char *name, const c4_module **out)
{
    *out = name != NULL ? c4_meta_module_named(unit->meta, name) : NULL;
    return c4_sharing_check_module(unit, *out);
}

static int read_subjects(c4_unit *unit, const char *member, const c4_subject_list *given,
                         const c4_subject **items, size_t *count)
{
    const c4_subject_list kept = {*items, *count};
    int rc = CRM4E_OK;
    if (given->items != NULL) {
        rc = c4_subjects_check(unit, member, given, &kept);
        *items = given->items;
        *count = given->count;
    }
    return rc;
}

/* By owner or by criteria: the last one said. */
static int read_kind(c4_unit *unit, const c4_sharing_rule_spec *spec, c4_sharing_rule *rule)
{
    if (spec->from.items != NULL && spec->when != NULL) {
        return c4_refuse(unit, CRM4E_E_INVALID, "when", "kind",
                         "does not go together with \"from\"");
    }
    if (spec->when != NULL) {
        rule->from = NULL;
        rule->from_count = 0;
        rule->when = spec->when;
    }
    if (spec->from.items != NULL) {
        rule->when = NULL;
        rule->fields = NULL;
        rule->field_count = 0;
    }
    return read_subjects(unit, "from", &spec->from, &rule->from, &rule->from_count);
}

static int read_spec(c4_unit *unit, const c4_sharing_rule_spec *spec, c4_sharing_rule *rule)
{
    int rc = read_kind(unit, spec, rule);
    if (rc == CRM4E_OK) {
        rc = read_subjects(unit, "to", &spec->to, &rule->to, &rule->to_count);
    }
    if (rc == CRM4E_OK) {
        rc = c4_check_word(unit, "level", C4_NAMES_LEVEL, spec->level);
    }
    rule->level = spec->level != 0 ? spec->level : rule->level;
    rule->superiors = spec->superiors != 0 ? spec->superiors == 1 : rule->superiors;
    rule->active = spec->active != 0 ? spec->active == 1 : rule->active;
    return rc;
}

static int check_criteria(c4_unit *unit, const c4_module *module, c4_sharing_rule *rule)
{
    size_t length = strlen(rule->when);
    if (unit->criteria == NULL) {
        return c4_refuse(unit, CRM4E_E_UNSUPPORTED, "when", "criteria", "is not read here");
    }
    if (length > MOST_CRITERIA) {
        return c4_refuse(unit, CRM4E_E_TOO_BIG, "when", "max_length", "is longer than 64 KiB");
    }
    if (c4_text_check(rule->when, length) < 0) {
        return c4_refuse(unit, CRM4E_E_INVALID, "when", "utf8", "is not valid UTF-8");
    }
    return unit->criteria->check(unit, module, rule->when, &rule->fields, &rule->field_count);
}

/* Criteria that stay are not read again: who changes something else of the rule
 * need not see all fields they name. */
static int check_whole(c4_unit *unit, const c4_module *module, const c4_sharing_rule_spec *spec,
                       c4_sharing_rule *rule)
{
    if (rule->when == NULL && rule->from_count == 0) {
        return c4_refuse(unit, CRM4E_E_INVALID, "from", "mandatory", "names nobody");
    }
    if (rule->to_count == 0) {
        return c4_refuse(unit, CRM4E_E_INVALID, "to", "mandatory", "names nobody");
    }
    if (rule->level > CRM4E_LEVEL_READ_WRITE_DELETE) {
        return c4_refuse(unit, CRM4E_E_INVALID, "level", "word", "is for shares only");
    }
    return spec->when != NULL ? check_criteria(unit, module, rule) : CRM4E_OK;
}

static int write_row(c4_unit *unit, const c4_sharing_rule *rule, const c4_sharing_rule *old,
                     const c4_buffer *text)
{
    static const uint32_t columns[] = {C4_SHARING_RULE_ACTIVE, C4_SHARING_RULE_DEFINITION};
    const crm4e_table *table = &c4_tables[C4_TABLE_SHARING_RULE];
    const crm4e_value values[C4_SHARING_RULE_COLUMNS] = {
        [0] = c4_integer(rule->id),
        [C4_SHARING_RULE_MODULE] = c4_integer(rule->module),
        [C4_SHARING_RULE_NAME] = c4_c_text(rule->name),
        [C4_SHARING_RULE_ACTIVE] = c4_integer(rule->active),
        [C4_SHARING_RULE_DEFINITION] = c4_text_value(text->data, text->length),
    };
    int rc = old == NULL ? c4_db_insert(unit->db, table, values)
                         : c4_db_update(unit->db, table, rule->id, columns,
                                        &values[C4_SHARING_RULE_ACTIVE], 2);
    return rc < 0 ? c4_stored(unit, rc)
                  : c4_change_done(unit, "sharing_rule", rule->id, rule->name);
}

/* What stays the same is not written. */
static int store_rule(c4_unit *unit, const c4_sharing_rule *rule, const c4_sharing_rule *old)
{
    c4_buffer before;
    c4_buffer after;
    c4_buffer_init(&before, &unit->env->mem, C4_DEFINITION_MAX);
    c4_buffer_init(&after, &unit->env->mem, C4_DEFINITION_MAX);
    c4_definition_write_sharing_rule(&after, rule);
    if (old != NULL) {
        c4_definition_write_sharing_rule(&before, old);
    }
    int rc = c4_stored(unit, after.code < 0 ? after.code : before.code);
    bool same = old != NULL && old->active == rule->active &&
                c4_text_order(before.data, before.length, after.data, after.length) == 0;
    if (rc == CRM4E_OK && !same) {
        rc = write_row(unit, rule, old, &after);
    }
    c4_buffer_free(&before);
    c4_buffer_free(&after);
    return rc;
}

static int check_name(c4_unit *unit, const c4_sharing_rule_spec *spec, const c4_sharing_rule *old)
{
    if (old != NULL && spec->create_only) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "name", "unique",
                         "is taken by another rule of the module");
    }
    return old == NULL && spec->change_only
               ? c4_refuse(unit, CRM4E_E_NOT_FOUND, "name", "sharing_rule",
                           "names no sharing rule of the module")
               : CRM4E_OK;
}

int c4_sharing_rule_put(c4_unit *unit, const c4_sharing_rule_spec *spec, crm4e_id *id)
{
    const c4_module *module = NULL;
    int rc = start(unit);
    if (rc == CRM4E_OK) {
        rc = find_module(unit, spec->module, &module);
    }
    if (rc == CRM4E_OK) {
        rc = c4_check_name(unit, "name", spec->name, C4_NAME_MAX);
    }
    if (rc < 0) {
        return rc;
    }
    const c4_sharing_rule *old = c4_meta_sharing_rule_named(unit->meta, module->number, spec->name);
    rc = check_name(unit, spec, old);
    if (rc < 0) {
        return rc;
    }
    c4_sharing_rule rule = {.module = module->number,
                            .name = spec->name,
                            .active = true,
                            .level = CRM4E_LEVEL_READ_ONLY};
    rule = old != NULL ? *old : rule;
    rc = read_spec(unit, spec, &rule);
    if (rc == CRM4E_OK) {
        rc = check_whole(unit, module, spec, &rule);
    }
    if (rc == CRM4E_OK && old == NULL) {
        rc = c4_limit_take(unit, C4_LIMIT_SHARING_RULES, module->number, 1);
        rule.id = rc == CRM4E_OK ? c4_unit_new_id(unit) : 0;
    }
    if (rc == CRM4E_OK) {
        rc = store_rule(unit, &rule, old);
    }
    if (rc == CRM4E_OK) {
        *id = rule.id;
    }
    return rc;
}

int c4_sharing_rule_remove(c4_unit *unit, const char *module_name, const char *name)
{
    const c4_module *module = NULL;
    int rc = start(unit);
    if (rc == CRM4E_OK) {
        rc = find_module(unit, module_name, &module);
    }
    if (rc < 0) {
        return rc;
    }
    const c4_sharing_rule *rule =
        name != NULL ? c4_meta_sharing_rule_named(unit->meta, module->number, name) : NULL;
    if (rule == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "name", "sharing_rule",
                         "names no sharing rule of the module");
    }
    rc = c4_limit_take(unit, C4_LIMIT_SHARING_RULES, module->number, -1);
    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, c4_db_remove(unit->db, &c4_tables[C4_TABLE_SHARING_RULE], rule->id));
    }
    return rc < 0 ? rc : c4_change_done(unit, "sharing_rule_removed", rule->id, rule->name);
}
