/* SPDX-License-Identifier: MIT */
#include "automation/dry_run.h"
#include "automation/schedule.h"

#include <string.h>

#include "base/text.h"
#include "model/manage_rules.h"
#include "model/standard.h"

enum {
    ACTIONS_CEILING = 32 * 1024 * 1024
};

static void put_text(c4_buffer *out, bool *first, const char *key, const char *text)
{
    c4_json_put_key(out, first, key);
    if (text != NULL) {
        c4_json_put_text(out, text, strlen(text));
    } else {
        c4_buffer_text(out, "null");
    }
}

static void put_user(const c4_unit *unit, c4_buffer *out, bool *first, const char *key, crm4e_id id)
{
    const c4_user *user = c4_meta_user(unit->meta, id);

    put_text(out, first, key, user != NULL ? user->email : NULL);
}

static void put_time(c4_buffer *out, bool *first, int64_t due)
{
    char text[C4_TIME_TEXT];

    c4_time_format(due, text);
    put_text(out, first, "due", text);
}

/* ------------------------------------------------------------- a rule */

static c4_dry_line *line_of(const c4_run *run)
{
    const c4_meta *meta = run->unit->meta;

    return &run->dry->lines[(size_t)(run->definition - meta->workflows) -
                            c4_rules_start(meta, run->definition->module)];
}

/* `held`: the number of its condition; 0: none. */
static void put_line(c4_run *run, const char *result, const char *message, size_t held)
{
    c4_dry_run *dry = run->dry;
    c4_buffer *out = &dry->out;
    const bool failed = strcmp(result, "failed") == 0;
    const size_t from = out->length;
    bool first = true;

    c4_buffer_char(out, '{');
    put_text(out, &first, "rule", run->definition->name);
    put_text(out, &first, "result", result);
    c4_json_put_key(out, &first, "condition");
    if (held > 0) {
        c4_buffer_i64(out, (int64_t)held);
    } else {
        c4_buffer_text(out, "null");
    }
    put_text(out, &first, "when", held > 0 ? run->rule->conditions[held - 1].when : NULL);
    c4_json_put_key(out, &first, "actions");
    c4_buffer_char(out, '[');
    if (!failed && dry->actions.length > 0) {
        c4_buffer_put(out, dry->actions.data, dry->actions.length);
    }
    c4_buffer_char(out, ']');
    put_text(out, &first, "message", message);
    if (dry->due != C4_NEVER) {
        put_time(out, &first, dry->due);
    }
    if (failed) {
        put_text(out, &first, "failed_action", dry->doing);
    }
    if (failed && run->rule->stops_change) {
        c4_json_put_key(out, &first, "stops_change");
        c4_buffer_text(out, "true");
    }
    c4_buffer_char(out, '}');
    *line_of(run) = (c4_dry_line){from, out->length - from};
}

static void put_lines(const c4_dry_run *dry, size_t count, c4_buffer *out)
{
    bool first = true;

    for (size_t i = 0; i < count; i++) {
        if (dry->lines[i].length > 0) {
            c4_buffer_text(out, first ? "" : ",");
            c4_buffer_put(out, dry->out.data + dry->lines[i].from, dry->lines[i].length);
            first = false;
        }
    }
}

/* A rule is its author's: what it does tells what he may see. */
static bool is_open(const c4_run *run)
{
    return run->dry->all || run->definition->author == run->unit->actor->id;
}

/* Of a rule by the clock, whether the record as the change would leave it gives it a moment.
 * When it acts tells the date: nobody hears it who may not read that any more. */
static bool would_wait(c4_run *run)
{
    c4_dry_run *dry = run->dry;
    int rc;

    if (run->rule->on != C4_ON_DATE || run->rule->problem != NULL || run->change->after == NULL) {
        return false;
    }
    rc = c4_rule_check_author(run->unit, run->definition, run->rule);
    if (rc == CRM4E_OK) {
        rc = c4_schedule_moment(run->unit, run->rule, run->row, run->unit->now, &dry->due);
    }
    if (c4_is_refusal(rc)) {
        c4_failure_clear(run->unit->error);
    } else if (dry->out.code == CRM4E_OK) {
        dry->out.code = rc;
    }
    return dry->due != C4_NEVER;
}

/* What a rule made of the edit brings more is not told, and neither is what comes of an edit that
 * was refused. */
bool c4_dry_run_asks(c4_unit *unit, const c4_change *change)
{
    c4_dry_run *dry = unit->dry_run;

    dry->again = dry->met && change->happened == C4_ON_INTERACTION_ADDED &&
                 change->record == dry->record && unit->rule_depth == 0 && !dry->stopped;
    return !dry->met || dry->again;
}

bool c4_dry_run_takes(c4_run *run, bool woken)
{
    c4_dry_run *dry = run->dry;
    const char *why_not = NULL;

    dry->due = C4_NEVER;
    if ((dry->rule != NULL && run->definition->id != dry->only) || (dry->again && !woken)) {
        return false;
    }
    if (!C4_OPENS(DRY_RUN_OTHERS, is_open(run))) {
        why_not = "closed";
    } else if (!run->definition->active && dry->rule == NULL) {
        why_not = "inactive";
    } else if (!woken) {
        why_not = would_wait(run) ? "scheduled" : "not_triggered";
    }
    dry->actions.length = 0;
    dry->action_count = 0;
    dry->doing = NULL;
    dry->beyond = false;
    if (why_not != NULL) {
        put_line(run, why_not, NULL, 0);
    }
    return why_not == NULL;
}

int c4_dry_run_result(c4_run *run, const char *result, const char *message)
{
    const c4_dry_run *dry = run->dry;
    const size_t held =
        run->condition != NULL ? (size_t)(run->condition - run->rule->conditions) + 1 : 0;

    if (dry->actions.code != CRM4E_OK) {
        return c4_fail_plain(run->unit->error, dry->actions.code);
    }
    put_line(run, result, message != NULL && message[0] != '\0' ? message : NULL, held);
    return c4_stored(run->unit, dry->out.code);
}

/* ------------------------------------------------------------- an action */

static c4_buffer *open_action(c4_run *run, bool *first)
{
    c4_dry_run *dry = run->dry;
    c4_buffer *out = &dry->actions;

    *first = true;
    c4_buffer_text(out, dry->action_count++ > 0 ? ",{" : "{");
    put_text(out, first, "action", dry->doing);
    return out;
}

void c4_dry_run_skip(c4_run *run, const char *why)
{
    bool first;
    c4_buffer *out = open_action(run, &first);

    put_text(out, &first, "skipped", why);
    c4_buffer_char(out, '}');
}

void c4_dry_run_scheduled(c4_run *run, const c4_rule_group *group, int64_t due)
{
    bool first = true;
    c4_buffer *out = &run->dry->actions;

    c4_buffer_text(out, run->dry->action_count++ > 0 ? ",{" : "{");
    put_text(out, &first, "action", "schedule");
    put_time(out, &first, due);
    c4_json_put_key(out, &first, "actions");
    for (size_t i = 0; i < group->part.action_count; i++) {
        const char *name = group->part.actions[i].type->name;
        c4_buffer_char(out, i > 0 ? ',' : '[');
        c4_json_put_text(out, name, strlen(name));
    }
    c4_buffer_text(out, "]}");
}

void c4_dry_run_owner(c4_run *run, crm4e_id before, crm4e_id after, int64_t activities)
{
    bool first;
    c4_buffer *out = open_action(run, &first);

    c4_json_put_key(out, &first, "owner");
    c4_buffer_char(out, '{');
    first = true;
    put_user(run->unit, out, &first, "old", before);
    put_user(run->unit, out, &first, "new", after);
    c4_buffer_char(out, '}');
    c4_json_put_key(out, &first, "activities");
    if (run->dry->all) {
        c4_buffer_i64(out, activities);
    } else {
        c4_buffer_text(out, "null");
    }
    c4_buffer_char(out, '}');
}

int c4_dry_run_field(c4_run *run, const c4_field *through, const c4_field *field,
                     const crm4e_value *before, const crm4e_value *after)
{
    bool first;
    c4_buffer *out = open_action(run, &first);
    int rc;

    if (through != NULL) {
        put_text(out, &first, "through", through->api_name);
    }
    put_text(out, &first, "field", field->api_name);
    c4_json_put_key(out, &first, "old");
    rc = c4_field_to_json(run->unit, field, before, false, out);
    c4_json_put_key(out, &first, "new");
    if (rc == CRM4E_OK) {
        rc = c4_field_to_json(run->unit, field, after, false, out);
    }
    c4_buffer_char(out, '}');
    return rc;
}

static int put_record(c4_unit *unit, const c4_module *module, crm4e_id record, c4_buffer *out)
{
    const crm4e_value *row = NULL;
    const bool *readable = NULL;
    c4_scope view;
    int rc = c4_access_module_number(unit, module->number, CRM4E_ACTION_VIEW, &view);

    if (rc == CRM4E_OK) {
        rc = c4_record_read(unit, &view, record, &row, &readable);
    }
    if (rc == CRM4E_OK) {
        return c4_record_to_json(unit, &view, row, readable, out);
    }
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED) {
        c4_failure_clear(unit->error);
        c4_buffer_text(out, "null");
        rc = CRM4E_OK;
    }
    return rc;
}

int c4_dry_run_created(c4_run *run, const c4_module *module, crm4e_id record)
{
    bool first;
    c4_buffer *out = open_action(run, &first);
    int rc;

    put_text(out, &first, "module", module->api_name);
    c4_json_put_key(out, &first, "record");
    rc = put_record(run->unit, module, record, out);
    c4_buffer_char(out, '}');
    return rc;
}

void c4_dry_run_message(c4_run *run, const c4_outbox_message *message)
{
    bool first;
    c4_buffer *out = open_action(run, &first);

    put_text(out, &first, "kind", message->kind);
    put_user(run->unit, out, &first, "recipient", message->recipient);
    c4_json_put_key(out, &first, "payload");
    if (C4_REFUSES(DRY_RUN_BEYOND, run->dry->beyond)) {
        c4_buffer_text(out, "null");
    } else {
        c4_buffer_put(out, message->payload, message->length);
    }
    c4_buffer_char(out, '}');
    run->dry->beyond = false;
}

/* ------------------------------------------------------------- the record */

static int find_rule(c4_unit *unit, const c4_module *module, c4_dry_run *dry)
{
    const c4_definition *found = NULL;
    int rc = CRM4E_OK;

    if (dry->rule == NULL) {
        return CRM4E_OK;
    }
    rc = c4_check_name(unit, "rule", dry->rule, C4_RULE_NAME_MAX);
    if (rc == CRM4E_OK) {
        rc = c4_workflow_named(unit, module, dry->rule, &found);
    }
    if (rc == CRM4E_OK && found == NULL) {
        rc = c4_refuse(unit, CRM4E_E_NOT_FOUND, "rule", "workflow", "names no rule of the module");
    }
    dry->only = found != NULL ? found->id : 0;
    return rc;
}

static int edit(c4_unit *unit, const c4_module *module, const c4_dry_run *dry)
{
    c4_draft draft;

    if (c4_json_kind(dry->values) != C4_JSON_OBJECT) {
        return c4_refuse(unit, CRM4E_E_INVALID, "values", "type", "must be an object");
    }
    if (c4_draft_init(&draft, unit->arena, module) != CRM4E_OK) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    draft.id = dry->record;
    int rc = c4_draft_set_object(unit, &draft, dry->values);

    return rc == CRM4E_OK ? c4_record_update(unit, &draft) : rc;
}

/* As it is: rules that met an edit are not asked again. */
static int pretend(c4_unit *unit, const c4_module *module, const c4_dry_run *dry)
{
    static const c4_record_action actions[] = {
        [CRM4E_ON_CREATE] = C4_RECORD_ADDED,
        [CRM4E_ON_EDIT] = C4_RECORD_UPDATED,
        [CRM4E_ON_DELETE] = C4_RECORD_DELETED,
    };
    crm4e_value *row = NULL;
    c4_change change = {.module = module, .record = dry->record, .action = C4_RECORD_UPDATED};
    int rc = dry->met ? CRM4E_OK : c4_record_load(unit, module, dry->record, &row);

    if (rc != CRM4E_OK || dry->met) {
        return rc;
    }
    if (dry->on < sizeof actions / sizeof actions[0]) {
        change.action = actions[dry->on];
    } else {
        change.happened = dry->on;
    }
    change.before = dry->on != CRM4E_ON_CREATE ? row : NULL;
    change.after = dry->on != CRM4E_ON_DELETE ? row : NULL;
    return unit->hooks->changed(unit, &change);
}

static int try_rules(c4_unit *unit, const c4_module *module, c4_dry_run *dry)
{
    int rc = CRM4E_OK;

    unit->dry_run = dry;
    if (dry->on == CRM4E_ON_EDIT && dry->values != NULL) {
        rc = edit(unit, module, dry);
    }
    if (rc == CRM4E_OK) {
        rc = pretend(unit, module, dry);
    }
    unit->dry_run = NULL;
    return rc;
}

/* Who sets up automation, of a record that he sees. */
static int check_asker(c4_unit *unit, const c4_module *module, c4_dry_run *dry)
{
    const crm4e_value *row = NULL;
    const bool *readable = NULL;
    c4_scope view;
    int rc = c4_rule_check_module(unit, module);

    if (rc == CRM4E_OK) {
        rc = c4_access_module_number(unit, module->number, CRM4E_ACTION_VIEW, &view);
    }
    if (rc == CRM4E_OK) {
        rc = c4_record_read(unit, &view, dry->record, &row, &readable);
    }
    dry->all = c4_actor_is_administrator(unit) && unit->env->auth.authorise == NULL;
    return rc == CRM4E_OK ? find_rule(unit, module, dry) : rc;
}

static size_t count_rules(const c4_meta *meta, const c4_module *module)
{
    const size_t first = c4_rules_start(meta, module->number);
    size_t end = first;

    while (end < meta->workflow_count && meta->workflows[end].module == module->number) {
        end++;
    }
    return end - first;
}

int c4_dry_run_json(c4_unit *unit, const c4_module *module, c4_dry_run *dry, c4_buffer *out)
{
    static const char *const words[] = {
        [CRM4E_ON_CREATE] = "create",         [CRM4E_ON_EDIT] = "edit",
        [CRM4E_ON_DELETE] = "delete",         [CRM4E_ON_FIELD_UPDATE] = "field_update",
        [CRM4E_ON_TAG_ADDED] = "tag_added",   [CRM4E_ON_TAG_REMOVED] = "tag_removed",
        [CRM4E_ON_NOTE_ADDED] = "note_added", [CRM4E_ON_INTERACTION_ADDED] = "interaction_added",
    };
    const size_t count = count_rules(unit->meta, module);
    bool first = true;
    int rc = check_asker(unit, module, dry);

    if (rc != CRM4E_OK) {
        return rc;
    }
    dry->lines = c4_arena_array(unit->arena, count, sizeof *dry->lines);
    if (dry->lines == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    c4_buffer_init(&dry->out, &unit->env->mem, ACTIONS_CEILING);
    c4_buffer_init(&dry->actions, &unit->env->mem, ACTIONS_CEILING);
    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "module", module->api_name);
    c4_json_put_key(out, &first, "record");
    c4_buffer_i64(out, dry->record);
    c4_json_put_member(out, &first, "on", words[dry->on]);
    c4_json_put_key(out, &first, "rules");
    c4_buffer_char(out, '[');
    rc = try_rules(unit, module, dry);
    rc = rc == CRM4E_OK ? c4_stored(unit, dry->out.code) : rc;
    if (rc == CRM4E_OK) {
        put_lines(dry, count, out);
    }
    c4_buffer_text(out, "]}");
    c4_buffer_free(&dry->actions);
    c4_buffer_free(&dry->out);
    return rc == CRM4E_OK ? c4_stored(unit, out->code) : rc;
}
