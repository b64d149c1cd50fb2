/* SPDX-License-Identifier: MIT */
/* Stored values as JSON. */
#include <string.h>

#include "record/subform.h"

/* What other records and users are written with. */
typedef struct writer {
    c4_unit *unit;
    c4_buffer *out;
    bool names;
    int rc;
} writer;

static void put_text_of(writer *w, const c4_field *field, const crm4e_value *row)
{
    c4_buffer text;

    c4_buffer_init(&text, w->unit->arena->mem, w->out->ceiling);
    w->rc = c4_field_to_text(w->unit, field, row, &text);
    if (w->rc == CRM4E_OK) {
        c4_json_put_text(w->out, c4_buffer_c_str(&text), text.length);
    }
    c4_buffer_free(&text);
}

/* ,"name":"Acme" when the actor may see it. */
static void put_name(writer *w, int32_t module, crm4e_id id)
{
    c4_buffer name;
    bool first = false;

    c4_buffer_init(&name, w->unit->arena->mem, w->out->ceiling);
    w->rc = c4_record_name(w->unit, module, id, &name);
    if (w->rc == CRM4E_OK && name.length > 0) {
        c4_json_put_key(w->out, &first, "name");
        c4_json_put_text(w->out, c4_buffer_c_str(&name), name.length);
    }
    c4_buffer_free(&name);
}

static void put_record(writer *w, int32_t module, crm4e_id id)
{
    if (!w->names) {
        c4_buffer_i64(w->out, id);
        return;
    }
    c4_buffer_text(w->out, "{\"id\":");
    c4_buffer_i64(w->out, id);
    put_name(w, module, id);
    c4_buffer_char(w->out, '}');
}

static void put_parent(writer *w, const c4_field *field, const crm4e_value *row)
{
    int64_t number = row[field->column].reserved != 0 ? (int64_t)row[field->column].reserved
                                                      : row[field->key_column].integer;
    const c4_module *module =
        number > 0 && number <= INT32_MAX ? c4_meta_module(w->unit->meta, (int32_t)number) : NULL;
    bool first = true;

    c4_buffer_char(w->out, '{');
    if (module != NULL) {
        c4_json_put_key(w->out, &first, "module");
        c4_json_put_text(w->out, module->api_name, strlen(module->api_name));
    }
    c4_json_put_key(w->out, &first, "id");
    c4_buffer_i64(w->out, row[field->column].integer);
    if (w->names && module != NULL) {
        put_name(w, module->number, row[field->column].integer);
    }
    c4_buffer_char(w->out, '}');
}

static void put_user(writer *w, crm4e_id id)
{
    const c4_user *user = c4_meta_user(w->unit->meta, id);
    bool first = false;

    if (!w->names) {
        c4_buffer_i64(w->out, id);
        return;
    }
    c4_buffer_text(w->out, "{\"id\":");
    c4_buffer_i64(w->out, id);
    if (user != NULL) {
        c4_json_put_key(w->out, &first, "name");
        c4_json_put_text(w->out, user->name, strlen(user->name));
        c4_json_put_key(w->out, &first, "email");
        c4_json_put_text(w->out, user->email, strlen(user->email));
    }
    c4_buffer_char(w->out, '}');
}

static void put_item(writer *w, const c4_field *field, int64_t item)
{
    const c4_option *option = NULL;

    switch (field->type) {
    case CRM4E_TYPE_MULTISELECTPICKLIST:
        option = c4_field_option(field, (int32_t)item);
        c4_json_put_text(w->out, option != NULL ? option->actual : "",
                         option != NULL ? strlen(option->actual) : 0);
        break;
    case CRM4E_TYPE_USERLOOKUP:
    case CRM4E_TYPE_OWNERLOOKUP:
    case CRM4E_TYPE_MULTIUSERLOOKUP: put_user(w, item); break;
    default: put_record(w, field->target_count > 0 ? field->targets[0] : 0, item); break;
    }
}

static void put_list(writer *w, const c4_field *field, const crm4e_value *value)
{
    size_t at = 0;
    int64_t item;

    c4_buffer_char(w->out, '[');
    for (bool first = true; w->rc == CRM4E_OK && c4_list_next(value, &at, &item); first = false) {
        if (!first) {
            c4_buffer_char(w->out, ',');
        }
        put_item(w, field, item);
    }
    c4_buffer_char(w->out, ']');
}

static void put_value(writer *w, const c4_field *field, const crm4e_value *row)
{
    switch (c4_type_info_of(field->type)->stored) {
    case C4_STORED_INTEGER:
    case C4_STORED_DECIMAL:
    case C4_STORED_FILES: /* its text is JSON */
    case C4_STORED_BOOLEAN: w->rc = c4_field_to_text(w->unit, field, row, w->out); break;
    case C4_STORED_ROWS:
        w->rc = c4_subrows_put(w->unit, field, &row[field->column], w->names, w->out);
        break;
    case C4_STORED_TEXT:
        c4_json_put_text(w->out, row[field->column].data, row[field->column].length);
        break;
    case C4_STORED_OPTIONS:
    case C4_STORED_IDS: put_list(w, field, &row[field->column]); break;
    case C4_STORED_ID:
        if (field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP) {
            put_parent(w, field, row);
        } else {
            put_item(w, field, row[field->column].integer);
        }
        break;
    default: put_text_of(w, field, row); break;
    }
}

int c4_field_to_json(c4_unit *unit, const c4_field *field, const crm4e_value *row, bool names,
                     c4_buffer *out)
{
    writer w = {unit, out, names, CRM4E_OK};

    if (row[field->column].type == CRM4E_VALUE_NULL) {
        c4_buffer_text(out, "null");
    } else {
        put_value(&w, field, row);
    }
    return w.rc == CRM4E_OK && out->code != CRM4E_OK ? c4_fail_plain(unit->error, out->code) : w.rc;
}

int c4_record_to_json(c4_unit *unit, const c4_scope *scope, const crm4e_value *row,
                      const bool *readable, c4_buffer *out)
{
    const c4_module *module = scope->module;
    bool first = true;
    int rc = CRM4E_OK;

    c4_buffer_char(out, '{');
    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        if (readable[i]) {
            c4_json_put_key(out, &first, module->fields[i].api_name);
            rc = c4_field_to_json(unit, &module->fields[i], row, true, out);
        }
    }
    c4_buffer_char(out, '}');
    return rc == CRM4E_OK && out->code != CRM4E_OK ? c4_fail_plain(unit->error, out->code) : rc;
}
