/* SPDX-License-Identifier: MIT */
/* The action that sets a field of the record. */
#include <string.h>

#include "automation/dry_run.h"

static const char *const members[] = {"field", "value", "user", NULL};

static const c4_field *read_field(c4_rule_reader *reader, const c4_json *value)
{
    const c4_field *field = NULL;
    int64_t number = 0;

    if (reader->stored && c4_json_i64(value, &number) && number > 0 && number <= INT32_MAX) {
        field = c4_module_field(reader->module, (int32_t)number);
    } else if (!reader->stored && c4_json_kind(value) == C4_JSON_TEXT) {
        field = c4_module_field_named(reader->module, c4_json_text(value, NULL));
    }
    if (field == NULL) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "field", "field", "names no field of the module");
    } else if ((field->flags & (C4_FIELD_SYSTEM | C4_FIELD_READ_ONLY)) != 0) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "field", "read_only",
                       "names a field that no rule sets");
    }
    return field;
}

/* Text is the canonical form whatever the type, as the programs' builder has it. */
static int set_value(c4_unit *unit, c4_draft *draft, const c4_field_update *update)
{
    size_t length = 0;
    const char *text;

    if (update->user != 0) {
        return c4_draft_set_integer(unit, draft, update->field, update->user);
    }
    if (c4_json_kind(update->value) != C4_JSON_TEXT) {
        return c4_draft_set_json(unit, draft, update->field, update->value);
    }
    text = c4_json_text(update->value, &length);
    return c4_draft_set_text(unit, draft, update->field, text, length);
}

int c4_update_value(c4_unit *unit, const c4_module *module, const c4_field_update *update,
                    crm4e_value *value)
{
    c4_draft draft;
    int rc = c4_draft_init(&draft, unit->arena, module);

    if (rc < 0) {
        return c4_fail_plain(unit->error, rc);
    }
    rc = set_value(unit, &draft, update);
    *value = draft.values[update->field - module->fields];
    return rc;
}

/* What a record could not take is refused when the rule is saved. */
static void check_value(c4_rule_reader *reader, const c4_field_update *update)
{
    c4_draft draft;
    int rc = c4_draft_init(&draft, reader->arena, reader->module);

    if (rc < 0) {
        c4_rule_no_memory(reader);
        return;
    }
    reader->rc = set_value(reader->unit, &draft, update);
}

/* A user is kept by id: his email may change. */
void c4_update_read(c4_rule_reader *reader, const c4_json *json, c4_rule_action *action)
{
    c4_field_update *update = &action->as.update;
    const c4_json *user;

    *update = (c4_field_update){0};
    c4_rule_members(reader, json, "update_field", members);
    update->field = read_field(reader, c4_json_member(json, "field"));
    update->value = c4_json_member(json, "value");
    user = c4_json_member(json, reader->stored ? "user" : "value");
    if (reader->rc != CRM4E_OK) {
        return;
    }
    if (!reader->stored && c4_json_member(json, "user") != NULL) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "user", "unknown", "is no member that is known");
    } else if (!reader->stored && update->value == NULL) {
        c4_rule_refuse(reader, CRM4E_E_INVALID, "value", "mandatory", "is missing");
    } else if (update->field->type == CRM4E_TYPE_USERLOOKUP && c4_json_kind(user) != C4_JSON_NULL) {
        update->user = c4_rule_user(reader, user, "value");
    }
    if (reader->rc == CRM4E_OK && reader->unit != NULL) {
        check_value(reader, update);
    }
}

void c4_update_write(c4_rule_writer *writer, const c4_rule_action *action)
{
    const c4_field_update *update = &action->as.update;
    c4_buffer *out = writer->out;
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_key(out, &first, "field");
    if (writer->stored) {
        c4_buffer_i64(out, update->field->number);
    } else {
        c4_json_put_text(out, update->field->api_name, strlen(update->field->api_name));
    }
    if (update->user != 0) {
        c4_json_put_key(out, &first, writer->stored ? "user" : "value");
        c4_rule_put_user(writer, update->user);
    } else {
        c4_json_put_key(out, &first, "value");
        c4_json_put_value(out, update->value);
    }
    c4_buffer_char(out, '}');
}

int c4_update_check(const c4_scope *author, const c4_rule_action *action)
{
    return c4_access_write_field(author, action->as.update.field);
}

static int write(c4_run *run, const c4_field_update *update)
{
    c4_unit *unit = run->unit;
    c4_draft draft;
    int rc = c4_draft_init(&draft, unit->arena, run->change->module);

    if (rc < 0) {
        return c4_fail_plain(unit->error, rc);
    }
    draft.id = run->change->record;
    rc = set_value(unit, &draft, update);
    return rc == CRM4E_OK ? c4_record_write_as_rule(unit, &draft) : rc;
}

/* The value before and after, as they are stored. */
static int write_and_tell(c4_run *run, const c4_field_update *update)
{
    crm4e_value *before = NULL;
    crm4e_value *after = NULL;
    int rc = c4_record_load(run->unit, run->change->module, run->change->record, &before);

    if (rc == CRM4E_OK) {
        rc = write(run, update);
    }
    if (rc == CRM4E_OK) {
        rc = c4_record_load(run->unit, run->change->module, run->change->record, &after);
    }
    return rc == CRM4E_OK ? c4_dry_run_field(run, update->field, before, after) : rc;
}

int c4_update_run(c4_run *run, const c4_rule_action *action)
{
    const c4_field_update *update = &action->as.update;

    return run->dry != NULL ? write_and_tell(run, update) : write(run, update);
}
