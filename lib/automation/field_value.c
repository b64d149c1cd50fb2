/* SPDX-License-Identifier: MIT */
#include "automation/field_value.h"

void c4_field_value_read(c4_rule_reader *reader, const c4_json *json, c4_field_update *update)
{
    const c4_json *user = reader->stored ? c4_json_member(json, "user") : json;

    update->value = reader->stored ? c4_json_member(json, "value") : json;
    if (update->field->type == CRM4E_TYPE_USERLOOKUP && c4_json_kind(user) != C4_JSON_NULL) {
        update->user = c4_rule_user(reader, user, "value");
    }
}

void c4_field_value_put(c4_rule_writer *writer, const c4_field_update *update)
{
    if (update->user != 0) {
        c4_rule_put_user(writer, update->user);
    } else {
        c4_json_put_value(writer->out, update->value);
    }
}

void c4_field_value_write(c4_rule_writer *writer, bool *first, const c4_field_update *update)
{
    const bool is_user = update->user != 0 && writer->stored;

    c4_json_put_key(writer->out, first, is_user ? "user" : "value");
    c4_field_value_put(writer, update);
}

int c4_field_value_set(c4_unit *unit, c4_draft *draft, const c4_field_update *update)
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

int c4_field_value_row(c4_unit *unit, const c4_module *module, const c4_field_update *update,
                       crm4e_value *value)
{
    c4_draft draft;
    int rc = c4_draft_init(&draft, unit->arena, module);

    if (rc < 0) {
        return c4_fail_plain(unit->error, rc);
    }
    rc = c4_field_value_set(unit, &draft, update);
    *value = draft.values[update->field - module->fields];
    return rc;
}

void c4_field_value_check(c4_rule_reader *reader, const c4_module *module,
                          const c4_field_update *update)
{
    c4_draft draft;

    if (c4_draft_init(&draft, reader->arena, module) < 0) {
        c4_rule_no_memory(reader);
        return;
    }
    reader->rc = c4_field_value_set(reader->unit, &draft, update);
}
