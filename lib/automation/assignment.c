/* SPDX-License-Identifier: MIT */
#include "automation/assignment.h"

#include <stdlib.h>
#include <string.h>

#include "automation/run.h"
#include "base/text.h"
#include "model/manage_rules.h"

/* The rotation of a module's default owners; entries and actions of rules count from 1. */
enum {
    REQUESTER_ROTATION = 0
};

static const char *const rule_members[] = {"name", "module", "entries", NULL};
static const char *const entry_members[] = {"when", "to", NULL};

/* ------------------------------------------------------------- reading and writing */

/* An entry is a condition of a rule with the one action that assigns. */
static const c4_action_type *assigning(void)
{
    return &c4_action_types[0];
}

static void read_entry(c4_rule_reader *reader, const c4_json *item, bool last, int32_t number,
                       c4_rule_condition *entry)
{
    c4_rule_action *action = c4_arena_array(reader->arena, 1, sizeof *action);

    if (action == NULL) {
        c4_rule_no_memory(reader);
        return;
    }
    c4_rule_members(reader, item, "entries", entry_members);
    entry->when = c4_rule_text(reader, item, "when", false, C4_QUERY_CEILING);
    if (entry->when == NULL && !last) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "entries", "unreachable",
                       "holds an entry for all records before the last");
    }
    c4_rule_read_criteria(reader, entry);
    action->type = assigning();
    action->number = number;
    if (reader->rc == CRM4E_OK) {
        c4_assign_read_target(reader, c4_json_member(item, "to"), action);
    }
    entry->actions = action;
    entry->action_count = 1;
}

static void read_entries(c4_rule_reader *reader, const c4_json *list, c4_rule *rule)
{
    size_t count = c4_json_count(list);
    c4_rule_condition *entries;

    if (count == 0 || c4_json_kind(list) != C4_JSON_ARRAY) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "entries", "mandatory",
                       "must be an array with at least one entry");
        return;
    }
    if (count > C4_ASSIGNMENT_ENTRIES) {
        c4_rule_refuse(reader, CRM4E_E_TOO_BIG, "entries", "entries_per_rule",
                       "holds more than 50 entries");
        return;
    }
    entries = c4_arena_array(reader->arena, count, sizeof *entries);
    if (entries == NULL) {
        c4_rule_no_memory(reader);
        return;
    }
    for (size_t i = 0; i < count && reader->rc == CRM4E_OK; i++) {
        read_entry(reader, c4_json_item(list, i), i + 1 == count, (int32_t)(i + 1), &entries[i]);
    }
    rule->conditions = entries;
    rule->condition_count = count;
}

static int read_rule(c4_rule_reader *reader, const c4_json *json, c4_rule *rule)
{
    *rule = (c4_rule){.module = reader->module};
    reader->rc = CRM4E_OK;
    c4_rule_members(reader, json, "assignment rule", rule_members);
    rule->name = c4_rule_text(reader, json, "name", true, C4_RULE_NAME_MAX);
    if (rule->name != NULL && c4_text_has_control(rule->name, strlen(rule->name))) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "name", "control", "holds control characters");
    }
    if (reader->rc == CRM4E_OK) {
        read_entries(reader, c4_json_member(json, "entries"), rule);
    }
    return reader->rc;
}

static void write_rule(c4_rule_writer *writer, const c4_rule *rule)
{
    c4_buffer *out = writer->out;
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "name", rule->name);
    if (!writer->stored) {
        c4_json_put_member(out, &first, "module", rule->module->api_name);
    }
    c4_json_put_key(out, &first, "entries");
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < rule->condition_count; i++) {
        const c4_rule_condition *entry = &rule->conditions[i];
        bool inner = true;
        c4_buffer_text(out, i > 0 ? ",{" : "{");
        c4_json_put_member(out, &inner, "when", entry->when);
        c4_json_put_key(out, &inner, "to");
        c4_assign_write(writer, &entry->actions[0]);
        c4_buffer_char(out, '}');
    }
    c4_buffer_text(out, "]}");
}

/* A stored rule; `document` is to be freed in any case. */
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
        return c4_fail(unit->error, CRM4E_E_CORRUPT,
                       "assignment rule %s: the stored rule is no JSON", definition->name);
    }
    return read_rule(&reader, document->root, rule);
}

int c4_assignment_write(c4_unit *unit, const c4_definition *definition, c4_buffer *out)
{
    c4_rule_writer writer = {unit->meta, out, false};
    c4_json_document document = {0};
    c4_rule rule;
    int rc = read_stored(unit, definition, &document, &rule);

    if (rc == CRM4E_OK) {
        write_rule(&writer, &rule);
        rc = c4_stored(unit, out->code);
    }
    c4_json_free(&document);
    return rc;
}

int c4_assignments_write(c4_unit *unit, const c4_module *module, c4_buffer *out)
{
    const c4_meta *meta = unit->meta;
    bool between = false;
    int rc = c4_rule_check_module(unit, module);

    c4_buffer_char(out, '[');
    for (size_t i = 0; i < meta->assignment_count && rc == CRM4E_OK; i++) {
        if (meta->assignments[i].module == module->number) {
            c4_buffer_text(out, between ? "," : "");
            rc = c4_assignment_write(unit, &meta->assignments[i], out);
            between = true;
        }
    }
    c4_buffer_char(out, ']');
    return rc == CRM4E_OK ? c4_stored(unit, out->code) : rc;
}

/* ------------------------------------------------------------- changing */

static int insert_rule(c4_unit *unit, const c4_rule *rule, const c4_buffer *json, crm4e_id *id)
{
    const crm4e_value values[C4_ASSIGNMENT_COLUMNS] = {
        [0] = c4_integer(*id = c4_unit_new_id(unit)),
        [C4_ASSIGNMENT_MODULE] = c4_integer(rule->module->number),
        [C4_ASSIGNMENT_NAME] = c4_c_text(rule->name),
        [C4_ASSIGNMENT_AUTHOR] = c4_integer(unit->actor->id),
        [C4_ASSIGNMENT_DEFINITION] = c4_text_value(json->data, json->length),
    };

    return c4_db_insert(unit->db, &c4_tables[C4_TABLE_ASSIGNMENT], values);
}

/* Who changes a rule answers for it from then on. */
static int update_rule(c4_unit *unit, const c4_rule *rule, const c4_buffer *json, crm4e_id id)
{
    static const uint32_t columns[] = {C4_ASSIGNMENT_NAME, C4_ASSIGNMENT_AUTHOR,
                                       C4_ASSIGNMENT_DEFINITION};
    const crm4e_value values[] = {
        c4_c_text(rule->name),
        c4_integer(unit->actor->id),
        c4_text_value(json->data, json->length),
    };

    return c4_db_update(unit->db, &c4_tables[C4_TABLE_ASSIGNMENT], id, columns, values, 3);
}

static int store_rule(c4_unit *unit, const c4_rule *rule, const c4_definition *old, crm4e_id *id)
{
    c4_buffer json;
    c4_rule_writer writer = {unit->meta, &json, true};
    int rc;

    c4_buffer_init(&json, &unit->env->mem, C4_RULE_CEILING);
    write_rule(&writer, rule);
    rc = json.code;
    if (rc == CRM4E_OK && old == NULL) {
        rc = insert_rule(unit, rule, &json, id);
    } else if (rc == CRM4E_OK) {
        *id = old->id;
        rc = update_rule(unit, rule, &json, old->id);
    }
    c4_buffer_free(&json);
    return c4_stored(unit, rc);
}

/* The snapshot of the transaction counts: nobody else is writing. */
static int check_count(c4_unit *unit, const c4_module *module)
{
    int64_t count = 0;

    for (size_t i = 0; i < unit->meta->assignment_count; i++) {
        count += unit->meta->assignments[i].module == module->number;
    }
    if (count < C4_ASSIGNMENTS_MAX) {
        return CRM4E_OK;
    }
    (void)c4_fail(unit->error, CRM4E_E_LIMIT, "the module has 100 assignment rules");
    return c4_fail_limit(unit->error, "assignment_rules", C4_ASSIGNMENTS_MAX, count);
}

/* Rights come before criteria, as for workflow rules. */
static int check_rule(c4_unit *unit, const c4_rule *rule)
{
    int rc = c4_rule_check_rights(unit, rule);

    return rc == CRM4E_OK ? c4_rule_check_criteria(unit, rule) : rc;
}

int c4_assignment_check(c4_unit *unit, const c4_definition *definition)
{
    c4_json_document document = {0};
    c4_rule rule;
    int rc = read_stored(unit, definition, &document, &rule);

    if (rc == CRM4E_OK) {
        rc = check_rule(unit, &rule);
    }
    c4_json_free(&document);
    return rc;
}

int c4_assignment_put(c4_unit *unit, const c4_module *module, const c4_json *json, crm4e_id *id)
{
    const int32_t number = module != NULL ? module->number : 0;
    c4_rule_reader reader = {.unit = unit, .arena = unit->arena, .error = unit->error};
    const c4_definition *old = NULL;
    c4_rule rule;
    int rc = c4_change_start(unit);

    if (rc == CRM4E_OK && number != 0) {
        reader.module = c4_meta_module(unit->meta, number);
        rc = c4_rule_check_module(unit, reader.module);
    } else if (rc == CRM4E_OK) {
        rc = c4_rule_find_module(unit, json, &reader.module);
    }
    if (rc == CRM4E_OK) {
        reader.meta = unit->meta;
        rc = read_rule(&reader, json, &rule);
    }
    if (rc == CRM4E_OK) {
        rc = check_rule(unit, &rule);
    }
    if (rc == CRM4E_OK) {
        rc = c4_assignment_named(unit, reader.module, rule.name, &old);
    }
    if (rc == CRM4E_OK && old == NULL) {
        rc = check_count(unit, reader.module);
    }
    if (rc == CRM4E_OK) {
        rc = store_rule(unit, &rule, old, id);
    }
    return rc == CRM4E_OK ? c4_change_done(unit, "assignment_rule", *id, rule.name) : rc;
}

int c4_assignment_remove(c4_unit *unit, const c4_module *module, const char *name)
{
    const int32_t number = module->number;
    const c4_definition *rule = NULL;
    int rc = c4_change_start(unit);

    if (rc == CRM4E_OK) {
        module = c4_meta_module(unit->meta, number);
        rc = c4_rule_check_module(unit, module);
    }
    if (rc == CRM4E_OK) {
        rc = c4_assignment_named(unit, module, name, &rule);
    }
    if (rc == CRM4E_OK && rule == NULL) {
        rc = c4_refuse(unit, CRM4E_E_NOT_FOUND, "name", "assignment_rule",
                       "names no assignment rule of the module");
    }
    if (rc == CRM4E_OK && module->assignment == rule->id) {
        rc = c4_refuse(unit, CRM4E_E_CONFLICT, "name", "in_use",
                       "names the rule of the requester settings");
    }
    if (rc == CRM4E_OK) {
        rc = c4_rows_drop(unit, &c4_tables[C4_TABLE_ROTATION], C4_ROTATION_OWNER, rule->id);
    }
    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, c4_db_remove(unit->db, &c4_tables[C4_TABLE_ASSIGNMENT], rule->id));
    }
    return rc == CRM4E_OK ? c4_change_done(unit, "assignment_rule_removed", rule->id, rule->name)
                          : rc;
}

/* ------------------------------------------------------------- at work */

const c4_definition *c4_assignment_of(const c4_meta *meta, crm4e_id id)
{
    const c4_definition *found = NULL;

    for (size_t i = 0; i < meta->assignment_count && found == NULL; i++) {
        found = meta->assignments[i].id == id ? &meta->assignments[i] : NULL;
    }
    return found;
}

/* The rule is read each time: who may choose is asked each time as well. */
static int choose(c4_unit *unit, const c4_definition *definition, const c4_rule *rule,
                  const crm4e_value *row, crm4e_id *chosen)
{
    const c4_rule_condition *entry = NULL;
    int rc = c4_rule_check_author(unit, definition, rule);

    if (rc == CRM4E_OK) {
        rc = c4_rule_find_condition(unit, definition, rule, row, &entry);
    }
    return rc == CRM4E_ROW ? c4_assign_choose(unit, rule->module, row, &entry->actions[0].as.assign,
                                              definition->id, entry->actions[0].number, chosen)
                           : rc;
}

int c4_assignment_choose(c4_unit *unit, const c4_module *module, crm4e_id id,
                         const crm4e_value *row, crm4e_id *chosen)
{
    const c4_definition *definition = c4_assignment_of(unit->meta, id);
    c4_json_document document = {0};
    c4_rule rule;
    int rc;

    *chosen = 0;
    if (definition == NULL || definition->module != module->number) {
        return c4_fail(unit->error, CRM4E_E_NOT_FOUND, "the assignment rule is gone");
    }
    rc = read_stored(unit, definition, &document, &rule);
    if (rc == CRM4E_OK) {
        rc = choose(unit, definition, &rule, row, chosen);
    }
    c4_json_free(&document);
    return rc;
}

/* A rule that may not choose leaves the request with who sent it, and says so. */
static int note_failure(c4_unit *unit, const c4_module *module)
{
    int rc = c4_run_log_assignment(unit, module, unit->error->message);

    if (rc == CRM4E_OK) {
        c4_failure_clear(unit->error);
    }
    return rc;
}

static int compare_ids(const void *a, const void *b)
{
    crm4e_id x = *(const crm4e_id *)a;
    crm4e_id y = *(const crm4e_id *)b;

    return x < y ? -1 : x > y;
}

static int choose_default(c4_unit *unit, const c4_module *module, crm4e_id *chosen)
{
    crm4e_id *ids = c4_arena_array(unit->arena, module->default_owner_count, sizeof *ids);
    size_t count = 0;

    if (ids == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    for (size_t i = 0; i < module->default_owner_count; i++) {
        if (c4_owner_eligible(unit, module, module->default_owners[i])) {
            ids[count++] = module->default_owners[i];
        }
    }
    qsort(ids, count, sizeof *ids, compare_ids);
    return c4_rotation_next(unit, module->number, REQUESTER_ROTATION, ids, count, false, chosen);
}

static bool is_request(const c4_unit *unit, const c4_module *module)
{
    const c4_member *member =
        module->kind == C4_MODULE_TEAM ? c4_module_member(module, unit->actor->id) : NULL;

    return member != NULL && member->profile == CRM4E_TEAM_REQUESTER;
}

int c4_choose_owner(c4_unit *unit, const c4_draft *draft, const crm4e_value *row, crm4e_id *owner)
{
    const c4_module *module = draft->module;
    crm4e_id chosen = 0;
    int rc = CRM4E_OK;

    if (draft->assignment != 0) {
        rc = c4_assignment_choose(unit, module, draft->assignment, row, &chosen);
    } else if (is_request(unit, module) && module->assignment != 0) {
        rc = c4_assignment_choose(unit, module, module->assignment, row, &chosen);
        rc = c4_is_refusal(rc) ? note_failure(unit, module) : rc;
    } else if (is_request(unit, module) && module->default_owner_count > 0) {
        rc = choose_default(unit, module, &chosen);
    }
    *owner = chosen != 0 ? chosen : *owner;
    return rc;
}
