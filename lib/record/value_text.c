/* SPDX-License-Identifier: MIT */
/* Stored values as text in canonical form. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/civil.h"
#include "record/subform.h"

static void put_option(const c4_field *field, int64_t code, c4_buffer *out)
{
    const c4_option *option =
        code > 0 && code <= INT32_MAX ? c4_field_option(field, (int32_t)code) : NULL;

    if (option != NULL) {
        c4_buffer_text(out, option->actual);
    }
}

/* Emails name users who are there; those who left are known by their id. */
static void put_user(const c4_unit *unit, crm4e_id id, c4_buffer *out)
{
    const c4_user *user = c4_meta_user(unit->meta, id);

    if (user != NULL && user->status != CRM4E_USER_DELETED) {
        c4_buffer_text(out, user->email);
    } else {
        c4_buffer_i64(out, id);
    }
}

static bool is_user(const c4_field *field)
{
    return field->type == CRM4E_TYPE_USERLOOKUP || field->type == CRM4E_TYPE_OWNERLOOKUP ||
           field->type == CRM4E_TYPE_MULTIUSERLOOKUP;
}

static void put_item(const c4_unit *unit, const c4_field *field, int64_t item, c4_buffer *out)
{
    if (c4_type_info_of(field->type)->stored == C4_STORED_OPTIONS) {
        put_option(field, item, out);
    } else if (is_user(field)) {
        put_user(unit, item, out);
    } else {
        c4_buffer_i64(out, item);
    }
}

static void put_list(const c4_unit *unit, const c4_field *field, const crm4e_value *value,
                     c4_buffer *out)
{
    size_t at = 0;
    int64_t item;

    for (bool first = true; c4_list_next(value, &at, &item); first = false) {
        if (!first) {
            c4_buffer_char(out, ';');
        }
        put_item(unit, field, item, out);
    }
}

static int64_t target_module(const c4_field *field, const crm4e_value *row)
{
    return row[field->column].reserved != 0 ? (int64_t)row[field->column].reserved
                                            : row[field->key_column].integer;
}

static void put_id(const c4_unit *unit, const c4_field *field, const crm4e_value *row,
                   c4_buffer *out)
{
    int64_t id = row[field->column].integer;

    if (field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP) {
        int64_t number = target_module(field, row);
        const c4_module *module =
            number > 0 && number <= INT32_MAX ? c4_meta_module(unit->meta, (int32_t)number) : NULL;
        if (module != NULL) {
            c4_buffer_text(out, module->api_name);
            c4_buffer_char(out, ':');
        }
        c4_buffer_i64(out, id);
    } else {
        put_item(unit, field, id, out);
    }
}

static void put_decimal(const c4_field *field, int64_t number, c4_buffer *out)
{
    char text[C4_DECIMAL_TEXT];

    c4_buffer_put(out, text, c4_decimal_format(number, field->scale, text));
}

static void put_date(int64_t number, c4_buffer *out)
{
    char text[C4_DATE_TEXT];

    if (number >= C4_DATE_MIN && number <= C4_DATE_MAX) {
        c4_date_format((int32_t)number, text);
        c4_buffer_text(out, text);
    }
}

static void put_time(int64_t number, c4_buffer *out)
{
    char text[C4_TIME_TEXT];

    if (number >= C4_TIME_MIN && number <= C4_TIME_MAX) {
        c4_time_format(number, text);
        c4_buffer_text(out, text);
    }
}

int c4_field_to_text(c4_unit *unit, const c4_field *field, const crm4e_value *row, c4_buffer *out)
{
    const crm4e_value *value = &row[field->column];
    c4_storage_class stored = c4_type_info_of(field->type)->stored;

    if (value->type == CRM4E_VALUE_NULL) {
        return CRM4E_OK;
    }
    switch (stored) {
    case C4_STORED_ROWS: return c4_subrows_put(unit, field, value, false, out);
    case C4_STORED_FILES:
    case C4_STORED_TEXT: c4_buffer_put(out, value->data, value->length); break;
    case C4_STORED_INTEGER: c4_buffer_i64(out, value->integer); break;
    case C4_STORED_DECIMAL: put_decimal(field, value->integer, out); break;
    case C4_STORED_DATE: put_date(value->integer, out); break;
    case C4_STORED_TIME: put_time(value->integer, out); break;
    case C4_STORED_BOOLEAN: c4_buffer_text(out, value->integer != 0 ? "true" : "false"); break;
    case C4_STORED_OPTION: put_option(field, value->integer, out); break;
    case C4_STORED_ID: put_id(unit, field, row, out); break;
    case C4_STORED_OPTIONS:
    case C4_STORED_IDS: put_list(unit, field, value, out); break;
    }
    return out->code == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, out->code);
}
