/* SPDX-License-Identifier: MIT */
/* The line a change leaves in the history of its record. */
#include "record/interaction.h"
#include "record/rollup.h"

enum {
    USUAL_BYTES = 1000 /* of a line: most need no more */
};

/* A value as history keeps it. False: no memory. */
static bool history_value(c4_unit *unit, const c4_field *field, const crm4e_value *row,
                          crm4e_value *value)
{
    c4_buffer text;
    const char *copy = NULL;

    *value = row != NULL ? row[field->column] : c4_null();
    value->reserved = 0;
    if (field->type != CRM4E_TYPE_MULTI_MODULE_LOOKUP || value->type == CRM4E_VALUE_NULL) {
        return true;
    }
    c4_buffer_init(&text, unit->arena->mem, 64);
    c4_buffer_i64(&text, row[field->key_column].integer);
    c4_buffer_char(&text, ':');
    c4_buffer_i64(&text, value->integer);
    if (text.code == CRM4E_OK) {
        copy = c4_arena_text(unit->arena, text.data, text.length);
        *value = c4_text_value(copy, text.length);
    }
    c4_buffer_free(&text);
    return copy != NULL;
}

/* Of the columns every record has the owner counts, tags, and the lock of a record that
 * was there and stays: the line itself says who, when and which version. */
bool c4_field_differs(const c4_field *field, const crm4e_value *a, const crm4e_value *b)
{
    static const crm4e_value nothing = {.type = CRM4E_VALUE_NULL};
    const crm4e_value *before = a != NULL ? &a[field->column] : &nothing;
    const crm4e_value *after = b != NULL ? &b[field->column] : &nothing;

    bool counts = (field->flags & C4_FIELD_SYSTEM) == 0 || field->column == C4_COLUMN_OWNER ||
                  field->column == C4_COLUMN_TAG ||
                  (field->column == C4_COLUMN_LOCKED && a != NULL && b != NULL);

    return counts && !c4_value_equal(before, after);
}

/* Every field that differs, into the buffer. */
static int encode_changes(c4_write *write)
{
    const c4_module *module = write->module;
    int32_t last = 0;

    c4_buffer_reset(&write->buffer);
    c4_buffer_reserve(&write->buffer, USUAL_BYTES);
    for (size_t i = 0; i < module->field_count; i++) {
        const c4_field *field = &module->fields[i];
        c4_field_change change = {.field = field->number};
        if (!c4_field_differs(field, write->before, write->after)) {
            continue;
        }
        if (!history_value(write->unit, field, write->before, &change.before) ||
            !history_value(write->unit, field, write->after, &change.after)) {
            return CRM4E_E_NO_MEMORY;
        }
        (void)c4_changes_add(&write->buffer, &last, &change);
    }
    return write->buffer.code;
}

int c4_row_encode(c4_buffer *out, c4_unit *unit, const c4_module *module, const crm4e_value *row)
{
    int32_t last = 0;

    for (size_t i = 0; i < module->field_count; i++) {
        c4_field_change change = {.field = module->fields[i].number};
        if (row[module->fields[i].column].type == CRM4E_VALUE_NULL) {
            continue;
        }
        if (!history_value(unit, &module->fields[i], row, &change.before)) {
            return CRM4E_E_NO_MEMORY;
        }
        (void)c4_changes_add(out, &last, &change);
    }
    return out->code;
}

static void fill_line(c4_write *write, c4_record_action action, crm4e_value *line)
{
    const crm4e_value *row = write->after != NULL ? write->after : write->before;

    line[0] = c4_integer(c4_unit_new_change(write->unit));
    line[C4_HISTORY_MODULE] = c4_integer(write->module->number);
    line[C4_HISTORY_RECORD] = row[C4_COLUMN_ID];
    line[C4_HISTORY_USER] = c4_integer(write->unit->actor->id);
    line[C4_HISTORY_TIME] =
        write->after != NULL ? row[C4_COLUMN_MODIFIED_TIME] : c4_integer(write->unit->now);
    line[C4_HISTORY_ACTION] = c4_integer(action);
    line[C4_HISTORY_SOURCE] = c4_integer(write->unit->source);
    line[C4_HISTORY_VERSION] = row[C4_COLUMN_VERSION];
    line[C4_HISTORY_CHANGES] = write->buffer.length > 0
                                   ? c4_text_value(write->buffer.data, write->buffer.length)
                                   : c4_null();
}

int c4_write_history(c4_write *write, c4_record_action action)
{
    c4_unit *unit = write->unit;
    crm4e_value line[C4_HISTORY_COLUMNS];
    int rc = encode_changes(write);

    if (rc == CRM4E_OK) {
        fill_line(write, action, line);
        rc = c4_db_insert(unit->db, &c4_tables[C4_TABLE_HISTORY], line);
    }
    if (rc != CRM4E_OK) {
        return c4_fail_plain(unit->error, rc);
    }
    rc = c4_rollups_note(write);
    return rc == CRM4E_OK ? c4_interactions_follow(write, line[0].integer) : rc;
}
