/* SPDX-License-Identifier: MIT */
/* Rows out of storage, through the gate. */
#include "record/inside.h"

#include <string.h>

int c4_no_such_record(c4_unit *unit)
{
    return c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such record");
}

crm4e_value *c4_row_new(c4_unit *unit, const c4_module *module)
{
    return c4_arena_array(unit->arena, module->table.column_count, sizeof(crm4e_value));
}

uint32_t *c4_row_columns(c4_unit *unit, const c4_module *module)
{
    uint32_t *columns = c4_arena_array(unit->arena, module->table.column_count, sizeof *columns);

    for (uint32_t i = 0; columns != NULL && i < module->table.column_count; i++) {
        columns[i] = i;
    }
    return columns;
}

static int load(c4_unit *unit, c4_arena *arena, const c4_module *module, crm4e_id id,
                crm4e_value **row)
{
    size_t count = module->table.column_count;
    uint32_t *columns = c4_row_columns(unit, module);
    crm4e_value *values = c4_arena_array(arena, count, sizeof *values);
    int rc;

    if (columns == NULL || values == NULL) {
        return c4_record_no_memory(unit);
    }
    rc = id > 0 ? c4_db_get(unit->db, &module->table, id, columns, values, count)
                : CRM4E_E_NOT_FOUND;
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        if (!c4_value_copy(arena, &values[i])) {
            rc = CRM4E_E_NO_MEMORY;
        }
    }
    *row = values;
    if (rc == CRM4E_E_NOT_FOUND) {
        return c4_no_such_record(unit);
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

int c4_record_load(c4_unit *unit, const c4_module *module, crm4e_id id, crm4e_value **row)
{
    return load(unit, unit->arena, module, id, row);
}

/* Id and version stay with the copy in hand whatever is shown. */
static bool stays(const c4_field *field)
{
    return (field->flags & C4_FIELD_SYSTEM) != 0 &&
           (field->column == C4_COLUMN_ID || field->column == C4_COLUMN_VERSION);
}

/* Asks for every field; what may not be read is NULL. */
static int mask(const c4_scope *scope, crm4e_value *row, bool *readable)
{
    const c4_module *module = scope->module;

    if (c4_access_all_fields(scope)) {
        memset(readable, true, module->field_count * sizeof *readable);
        return CRM4E_OK;
    }
    for (size_t i = 0; i < module->field_count; i++) {
        const c4_field *field = &module->fields[i];
        int rc = c4_access_field_permission(scope, field) == CRM4E_PERMISSION_HIDDEN
                     ? CRM4E_E_DENIED
                     : c4_access_ask_field(scope, field);
        if (rc != CRM4E_OK && rc != CRM4E_E_DENIED) {
            return rc;
        }
        readable[i] = rc == CRM4E_OK;
        if (!readable[i] && !stays(field)) {
            row[field->column] = c4_null();
            if (field->key_column != 0) {
                row[field->key_column] = c4_null();
            }
        }
    }
    c4_failure_clear(scope->unit->error);
    return CRM4E_OK;
}

/* A record from before there were several currencies is in the home currency. */
static void show_currency(const c4_scope *scope, crm4e_value *row, const bool *readable)
{
    const c4_module *module = scope->module;
    const c4_field *const fields[2] = {module->currency, module->exchange_rate};

    for (size_t i = 0; i < 2 && fields[i] != NULL; i++) {
        if (readable[fields[i] - module->fields] &&
            row[fields[i]->column].type == CRM4E_VALUE_NULL) {
            (void)c4_money_default(scope->unit, fields[i], &row[fields[i]->column]);
        }
    }
}

int c4_record_show(c4_arena *arena, c4_scope *scope, crm4e_value *row, bool **readable)
{
    c4_unit *unit = scope->unit;
    bool *flags = c4_arena_array(arena, scope->module->field_count, sizeof *flags);
    bool inside = false;
    int rc = flags != NULL ? c4_access_whole_row(scope, row, &inside) : c4_record_no_memory(unit);

    if (rc == CRM4E_OK && C4_REFUSES(READ_ROW, !inside)) {
        rc = c4_no_such_record(unit);
    }
    if (rc == CRM4E_OK) {
        rc = c4_access_authorise(scope, NULL, row[C4_COLUMN_ID].integer);
    }
    if (rc == CRM4E_OK) {
        rc = mask(scope, row, flags);
    }
    if (rc == CRM4E_OK) {
        show_currency(scope, row, flags);
    }
    *readable = flags;
    return rc;
}

int c4_record_fetch(c4_arena *arena, c4_scope *scope, crm4e_id id, crm4e_value **row,
                    bool **readable)
{
    int rc = load(scope->unit, arena, scope->module, id, row);

    return rc == CRM4E_OK ? c4_record_show(arena, scope, *row, readable) : rc;
}

int c4_record_read(c4_unit *unit, c4_scope *scope, crm4e_id id, const crm4e_value **row,
                   const bool **readable)
{
    crm4e_value *values = NULL;
    bool *flags = NULL;
    int rc = c4_record_fetch(unit->arena, scope, id, &values, &flags);

    *row = values;
    *readable = flags;
    return rc;
}

/* One column of a record that lies in the scope: CRM4E_ROW. NOT_FOUND, perhaps
 * without a message, when there is none for the actor. */
static int look(c4_unit *unit, const c4_scope *scope, crm4e_id id, uint32_t column,
                crm4e_value *value)
{
    bool inside = false;
    int rc = c4_access_stored_row(scope, id, &inside);

    if (rc == CRM4E_OK && inside) {
        rc = c4_db_get(unit->db, &scope->module->table, id, &column, value, 1);
        rc = rc == CRM4E_OK || rc == CRM4E_E_NOT_FOUND ? rc : c4_fail_plain(unit->error, rc);
    }
    if (rc == CRM4E_OK) {
        rc = inside ? CRM4E_ROW : CRM4E_E_NOT_FOUND;
    }
    return rc;
}

/* What cannot be seen is no failure here. */
static int quietly(c4_unit *unit, int rc)
{
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED) {
        rc = CRM4E_OK;
    }
    if (rc >= 0) {
        c4_failure_clear(unit->error);
    }
    return rc;
}

int c4_record_visible(c4_unit *unit, int32_t module, crm4e_id id, bool *visible)
{
    crm4e_value value;
    c4_scope scope;
    int rc = c4_access_module_number(unit, module, CRM4E_ACTION_VIEW, &scope);

    if (rc == CRM4E_OK) {
        rc = look(unit, &scope, id, C4_COLUMN_ID, &value);
    }
    *visible = rc == CRM4E_ROW;
    rc = quietly(unit, rc);
    return rc < 0 ? rc : CRM4E_OK;
}

/* The text of a name, which is not borrowed any more when the host is asked. */
static int put_name(c4_unit *unit, const c4_scope *scope, crm4e_id id, crm4e_value *value,
                    c4_buffer *out)
{
    const c4_field *field = scope->module->name_field;
    crm4e_value *row = c4_row_new(unit, scope->module);
    int rc;

    if (row == NULL || !c4_value_copy(unit->arena, value)) {
        return c4_record_no_memory(unit);
    }
    row[field->column] = *value;
    rc = c4_access_authorise(scope, NULL, id);
    return rc == CRM4E_OK ? c4_field_to_text(unit, field, row, out) : rc;
}

int c4_record_name(c4_unit *unit, int32_t module, crm4e_id id, c4_buffer *out)
{
    const c4_field *field = NULL;
    bool shown = false;
    crm4e_value value;
    c4_scope scope;
    int rc = id > 0 ? c4_access_module_number(unit, module, CRM4E_ACTION_VIEW, &scope)
                    : CRM4E_E_NOT_FOUND;

    if (rc == CRM4E_OK) {
        field = scope.module->name_field;
    }
    if (field != NULL) {
        rc = c4_access_can_read(&scope, field, &shown);
    }
    if (shown) {
        rc = look(unit, &scope, id, field->column, &value);
    }
    if (rc == CRM4E_ROW) {
        rc = put_name(unit, &scope, id, &value, out);
    }
    rc = quietly(unit, rc);
    return rc < 0 ? rc : CRM4E_OK;
}
