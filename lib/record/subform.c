/* SPDX-License-Identifier: MIT */
#include "record/line_item.h"
#include "record/price_book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/price_book.h"
#include <crm4e/module.h>

enum {
    VALUE_MAX = 256 * 1024, /* bytes of the text */
    KEY_SIZE = 16           /* the number of a column */
};

/* ------------------------------------------------------------------ the text */

static bool is_text(const c4_field *column)
{
    const c4_storage_class stored = c4_type_info_of(column->type)->stored;

    return stored == C4_STORED_TEXT || stored == C4_STORED_OPTIONS;
}

static const c4_field *numbered(const c4_field *field, int32_t number)
{
    for (size_t i = 0; i < field->column_count; i++) {
        if (field->columns[i].number == number) {
            return &field->columns[i];
        }
    }
    return NULL;
}

static bool take_value(c4_arena *arena, const c4_field *column, const c4_json *json,
                       crm4e_value *value, int *rc)
{
    size_t length = 0;
    const char *text = c4_json_text(json, &length);

    *value = c4_null();
    if (c4_json_kind(json) == C4_JSON_NULL) {
        return true;
    }
    if (!is_text(column)) {
        *value = c4_integer(0);
        return c4_json_i64(json, &value->integer);
    }
    if (c4_json_kind(json) != C4_JSON_TEXT) {
        return false;
    }
    text = c4_arena_text(arena, text, length);
    *rc = text != NULL ? *rc : CRM4E_E_NO_MEMORY;
    *value = c4_text_value(text, length);
    return true;
}

static bool take_member(c4_arena *arena, const c4_field *field, const char *key,
                        const c4_json *json, c4_subrow *row, int *rc)
{
    const c4_field *column;
    char *end = NULL;
    long number;

    if (strcmp(key, "id") == 0) {
        return c4_json_i64(json, &row->id) && row->id > 0;
    }
    number = strtol(key, &end, 10);
    if (*end != '\0' || number <= 0 || number > INT32_MAX) {
        return false;
    }
    column = numbered(field, (int32_t)number);
    if (column == NULL) {
        return true;
    }
    row->given[column->column] = true;
    return take_value(arena, column, json, &row->values[column->column], rc);
}

static bool new_row(c4_arena *arena, const c4_field *field, c4_subrow *row)
{
    row->id = 0;
    row->values = c4_arena_array(arena, field->column_count + 1, sizeof *row->values);
    row->given = c4_arena_array(arena, field->column_count + 1, sizeof *row->given);
    return row->values != NULL && row->given != NULL;
}

static bool take_row(c4_arena *arena, const c4_field *field, const c4_json *json, c4_subrow *row,
                     int *rc)
{
    bool well = c4_json_kind(json) == C4_JSON_OBJECT;

    if (!new_row(arena, field, row)) {
        *rc = CRM4E_E_NO_MEMORY;
    }
    for (size_t i = 0; well && *rc == CRM4E_OK && i < c4_json_count(json); i++) {
        const char *key = NULL;
        const c4_json *value = c4_json_member_at(json, i, &key);
        well = take_member(arena, field, key, value, row, rc);
    }
    return well;
}

int c4_subrows_read(c4_arena *arena, const c4_field *field, const crm4e_value *value,
                    c4_subrows *rows)
{
    c4_json_document document = {0};
    bool well = true;
    int rc;

    *rows = (c4_subrows){NULL, 0};
    if (value->type == CRM4E_VALUE_NULL) {
        return CRM4E_OK;
    }
    rc = value->type == CRM4E_VALUE_TEXT
             ? c4_json_parse(&document, arena->mem, value->data, value->length, VALUE_MAX)
             : CRM4E_E_CORRUPT;
    if (rc == CRM4E_OK) {
        const size_t count = c4_json_count(document.root);
        well = c4_json_kind(document.root) == C4_JSON_ARRAY && count > 0;
        rows->items = c4_arena_array(arena, count, sizeof *rows->items);
        rc = rows->items != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
        for (size_t i = 0; well && rc == CRM4E_OK && i < count; i++) {
            well = take_row(arena, field, c4_json_item(document.root, i), &rows->items[i], &rc);
            rows->count++;
        }
    }
    c4_json_free(&document);
    if (rc == CRM4E_E_NO_MEMORY) {
        return rc;
    }
    return rc == CRM4E_OK && well ? CRM4E_OK : CRM4E_E_CORRUPT;
}

/* The row itself, by its number: "15111": 42. */
static int find_row(c4_arena *arena, const c4_field *field, const c4_json *array,
                    const c4_field *lookup, crm4e_id id, c4_subrow *row)
{
    char key[KEY_SIZE];
    int rc = CRM4E_OK;
    bool found = false;
    bool well = true;

    (void)snprintf(key, sizeof key, "%ld", (long)lookup->number);
    for (size_t i = 0; i < c4_json_count(array) && !found; i++) {
        const c4_json *item = c4_json_item(array, i);
        const c4_json *named =
            c4_json_kind(item) == C4_JSON_OBJECT ? c4_json_member(item, key) : NULL;
        int64_t value = 0;
        found = named != NULL && c4_json_i64(named, &value) && value == id;
        well = !found || take_row(arena, field, item, row, &rc);
    }
    if (rc != CRM4E_OK || !well) {
        return rc == CRM4E_OK ? CRM4E_E_CORRUPT : rc;
    }
    return found ? CRM4E_ROW : CRM4E_OK;
}

int c4_subrows_find(c4_arena *arena, const c4_field *field, const crm4e_value *value,
                    const c4_field *lookup, crm4e_id id, c4_subrow *row)
{
    c4_json_document document = {0};
    int rc;

    if (value->type != CRM4E_VALUE_TEXT) {
        return value->type == CRM4E_VALUE_NULL ? CRM4E_OK : CRM4E_E_CORRUPT;
    }
    rc = c4_json_parse(&document, arena->mem, value->data, value->length, VALUE_MAX);
    if (rc == CRM4E_OK) {
        rc = c4_json_kind(document.root) == C4_JSON_ARRAY
                 ? find_row(arena, field, document.root, lookup, id, row)
                 : CRM4E_E_CORRUPT;
    }
    c4_json_free(&document);
    return rc >= 0 || rc == CRM4E_E_NO_MEMORY ? rc : CRM4E_E_CORRUPT;
}

int c4_subrows_load(c4_unit *unit, const c4_field *field, const crm4e_value *value,
                    c4_subrows *rows)
{
    int rc = c4_subrows_read(unit->arena, field, value, rows);

    return rc == CRM4E_E_CORRUPT ? c4_fail(unit->error, rc, "the rows of a subform are damaged")
           : rc != CRM4E_OK      ? c4_fail_plain(unit->error, rc)
                                 : CRM4E_OK;
}

static void put_number_key(c4_buffer *out, bool *first, int32_t number)
{
    c4_buffer_text(out, *first ? "\"" : ",\"");
    c4_buffer_i64(out, number);
    c4_buffer_text(out, "\":");
    *first = false;
}

static void put_stored(c4_buffer *out, const crm4e_value *value)
{
    if (value->type == CRM4E_VALUE_INTEGER) {
        c4_buffer_i64(out, value->integer);
    } else if (value->type == CRM4E_VALUE_TEXT) {
        c4_json_put_text(out, value->data, value->length);
    } else {
        c4_buffer_text(out, "null");
    }
}

static void put_row(c4_buffer *out, const c4_field *field, const c4_subrow *row, bool given)
{
    bool first = true;

    c4_buffer_char(out, '{');
    if (row->id != 0) {
        c4_json_put_key(out, &first, "id");
        c4_buffer_i64(out, row->id);
    }
    for (size_t i = 0; i < field->column_count; i++) {
        const uint32_t at = field->columns[i].column;
        if (given ? row->given[at] : row->values[at].type != CRM4E_VALUE_NULL) {
            put_number_key(out, &first, field->columns[i].number);
            put_stored(out, &row->values[at]);
        }
    }
    c4_buffer_char(out, '}');
}

int c4_subrows_write(c4_unit *unit, c4_arena *arena, const c4_field *field, const c4_subrows *rows,
                     bool given, crm4e_value *value)
{
    const char *copy = NULL;
    c4_buffer out;
    int rc;

    *value = c4_null();
    if (rows->count == 0) {
        return CRM4E_OK;
    }
    c4_buffer_init(&out, arena->mem, VALUE_MAX);
    for (size_t i = 0; i < rows->count; i++) {
        c4_buffer_char(&out, i == 0 ? '[' : ',');
        put_row(&out, field, &rows->items[i], given);
    }
    c4_buffer_char(&out, ']');
    rc = out.code;
    if (rc == CRM4E_OK) {
        copy = c4_arena_text(arena, out.data, out.length);
        *value = copy != NULL ? c4_text_value(copy, out.length) : c4_null();
        rc = copy != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
    }
    c4_buffer_free(&out);
    if (rc == CRM4E_E_TOO_BIG) {
        return c4_field_refuse(unit, field, rc, "length", "is too long");
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_record_no_memory(unit);
}

/* ------------------------------------------------------------------ what is given */

static int parse_member(const c4_parsing *to, const char *key, const c4_json *json, c4_subrow *row)
{
    const c4_field *column;
    c4_parsing inner = *to;

    if (strcmp(key, "id") == 0) {
        return c4_json_i64(json, &row->id) && row->id > 0
                   ? CRM4E_OK
                   : c4_field_refuse(to->unit, to->field, CRM4E_E_INVALID, "row",
                                     "has an id that is none");
    }
    column = c4_subform_column(to->field, key);
    if (column == NULL) {
        return c4_field_refuse(to->unit, to->field, CRM4E_E_INVALID, "member",
                               "has an unknown member");
    }
    inner.field = column;
    inner.value = &row->values[column->column];
    row->given[column->column] = true;
    return c4_value_refused(&inner, c4_value_parse_json(&inner, json));
}

static int parse_row(const c4_parsing *to, const c4_json *json, c4_subrow *row)
{
    int rc = new_row(to->arena, to->field, row) ? CRM4E_OK : c4_record_no_memory(to->unit);

    if (rc == CRM4E_OK && c4_json_kind(json) != C4_JSON_OBJECT) {
        rc = c4_field_refuse(to->unit, to->field, CRM4E_E_INVALID, "type", "is of another type");
    }
    for (size_t i = 0; i < c4_json_count(json) && rc == CRM4E_OK; i++) {
        const char *key = NULL;
        const c4_json *value = c4_json_member_at(json, i, &key);
        rc = parse_member(to, key, value, row);
    }
    return rc;
}

size_t c4_subrows_max(const c4_field *field)
{
    return field->number == C4_PRICE_BOOKS * 1000 + C4_BOOK_PRODUCTS ? CRM4E_PRICE_BOOK_PRODUCTS_MAX
                                                                     : CRM4E_SUBFORM_ROWS_MAX;
}

/* The one guard of how many there may be. */
static int check_count(const c4_parsing *to, size_t count)
{
    const size_t most = c4_subrows_max(to->field);

    if (count <= most) {
        return CRM4E_OK;
    }
    (void)c4_field_refuse(to->unit, to->field, CRM4E_E_TOO_BIG, "rows", "has too many rows");
    (void)c4_fail_limit(to->unit->error, "subform_rows", (int64_t)most, (int64_t)count);
    return CRM4E_E_TOO_BIG;
}

int c4_subrows_parse(c4_parsing *to, const c4_json *array)
{
    c4_subrows rows = {NULL, c4_json_count(array)};
    int rc = check_count(to, rows.count);

    if (rc == CRM4E_OK) {
        rows.items = c4_arena_array(to->arena, rows.count, sizeof *rows.items);
        rc = rows.items != NULL ? CRM4E_OK : c4_record_no_memory(to->unit);
    }
    for (size_t i = 0; i < rows.count && rc == CRM4E_OK; i++) {
        rc = parse_row(to, c4_json_item(array, i), &rows.items[i]);
    }
    return rc == CRM4E_OK ? c4_subrows_write(to->unit, to->arena, to->field, &rows, true, to->value)
                          : rc;
}

int c4_subrows_parse_text(c4_parsing *to, const char *text, size_t length)
{
    c4_json_document document = {0};
    int rc = c4_json_parse(&document, to->unit->arena->mem, text, length, C4_TEXT_MAX);

    if (rc == CRM4E_E_NO_MEMORY) {
        rc = c4_record_no_memory(to->unit);
    } else if (rc != CRM4E_OK || c4_json_kind(document.root) != C4_JSON_ARRAY) {
        rc = c4_field_refuse(to->unit, to->field, CRM4E_E_INVALID, "type", "is no array in JSON");
    } else {
        rc = c4_subrows_parse(to, document.root);
    }
    c4_json_free(&document);
    return rc;
}

/* ------------------------------------------------------------------ writing */

static const c4_subrow *row_of(const c4_subrows *rows, crm4e_id id, size_t end)
{
    for (size_t i = 0; i < rows->count && i < end; i++) {
        if (rows->items[i].id == id) {
            return &rows->items[i];
        }
    }
    return NULL;
}

/* The row of before that a given one names; each once. */
static int find_old(c4_write *write, const c4_field *field, const c4_subrows *before,
                    const c4_subrows *given, size_t at, const c4_subrow **old)
{
    const crm4e_id id = given->items[at].id;

    *old = id != 0 ? row_of(before, id, SIZE_MAX) : NULL;
    if (id != 0 && (*old == NULL || row_of(given, id, at) != NULL)) {
        return c4_field_refuse(write->unit, field, CRM4E_E_INVALID, "row",
                               "names a row that the record does not have, or names it twice");
    }
    return CRM4E_OK;
}

static int check_permissions(c4_write *write, const c4_field *field, const c4_subrow *row)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < field->column_count && rc == CRM4E_OK; i++) {
        if (row->given[field->columns[i].column]) {
            rc = c4_access_write_field(&write->scope, &field->columns[i]);
        }
    }
    return rc;
}

/* A row is checked as a record of its own is. */
static int settle_row(c4_write *write, const c4_field *field, c4_subrow *row, const c4_subrow *old)
{
    c4_write inner = *write;
    int rc = write->as_rule ? CRM4E_OK : check_permissions(write, field, row);

    inner.after = row->values;
    inner.before = old != NULL ? old->values : NULL;
    for (size_t i = 0; i < field->column_count && rc == CRM4E_OK; i++) {
        const c4_field *column = &field->columns[i];
        if (!row->given[column->column] && old != NULL) {
            row->values[column->column] = old->values[column->column];
        }
        rc = c4_write_settle_value(&inner, column, row->given[column->column]);
    }
    if (rc == CRM4E_OK) {
        rc = c4_line_settle(write, field, old, row);
    }
    /* where a row is only tried, as a clone does, it gets no id */
    if (rc == CRM4E_OK && row->id == 0 && write->draft != NULL) {
        row->id = c4_unit_new_id(write->unit);
        rc = row->id != 0 ? CRM4E_OK
                          : c4_fail(write->unit->error, CRM4E_E_FULL, "the org has no ids left");
    }
    return rc;
}

int c4_subrows_settle(c4_write *write, const c4_field *field)
{
    crm4e_value *value = &write->after[field->column];
    c4_subrows before = {NULL, 0};
    c4_subrows given;
    int rc = c4_subrows_load(write->unit, field, value, &given);

    if (rc == CRM4E_OK && write->before != NULL) {
        rc = c4_subrows_load(write->unit, field, &write->before[field->column], &before);
    }
    for (size_t i = 0; i < given.count && rc == CRM4E_OK; i++) {
        const c4_subrow *old = NULL;
        rc = find_old(write, field, &before, &given, i, &old);
        if (rc == CRM4E_OK) {
            rc = settle_row(write, field, &given.items[i], old);
        }
    }
    if (rc == CRM4E_OK) {
        rc = c4_price_book_check(write, field, &given);
    }
    return rc == CRM4E_OK
               ? c4_subrows_write(write->unit, write->unit->arena, field, &given, false, value)
               : rc;
}

/* ------------------------------------------------------------------ copying */

/* Whether a new row would take the value today, from this actor. */
static int is_taken(c4_write *write, const c4_scope *view, const c4_field *column, bool *taken)
{
    int rc = c4_access_can_read(view, column, taken);

    if (column->type == CRM4E_TYPE_CURRENCY && write->leaves_amounts) {
        *taken = false;
    }
    if (rc == CRM4E_OK && *taken) {
        rc = c4_access_write_field(&write->scope, column);
        if (rc == CRM4E_OK) {
            rc = c4_write_check_value(write, column);
        }
        *taken = rc == CRM4E_OK;
        if (rc == CRM4E_E_INVALID || rc == CRM4E_E_DENIED) {
            c4_failure_clear(write->unit->error);
            rc = CRM4E_OK;
        }
    }
    return rc;
}

static int copy_row(c4_write *write, const c4_scope *view, const c4_field *field, c4_subrow *row)
{
    c4_write inner = *write;
    int rc = CRM4E_OK;

    inner.before = NULL;
    inner.after = row->values;
    row->id = 0;
    for (size_t i = 0; i < field->column_count && rc == CRM4E_OK; i++) {
        const uint32_t at = field->columns[i].column;
        if (row->given[at]) {
            rc = is_taken(&inner, view, &field->columns[i], &row->given[at]);
        }
    }
    return rc;
}

int c4_subrows_copy(c4_write *write, c4_arena *arena, const c4_field *field, crm4e_value *value)
{
    c4_scope view;
    c4_subrows rows;
    int rc = c4_access_module_number(write->unit, write->module->number, CRM4E_ACTION_VIEW, &view);

    if (rc == CRM4E_OK) {
        rc = c4_subrows_load(write->unit, field, value, &rows);
    }
    for (size_t i = 0; rc == CRM4E_OK && i < rows.count; i++) {
        rc = copy_row(write, &view, field, &rows.items[i]);
    }
    return rc == CRM4E_OK ? c4_subrows_write(write->unit, arena, field, &rows, true, value) : rc;
}

/* ------------------------------------------------------------------ showing */

/* Which columns the actor reads; none where the module is closed to him. */
static int shown_columns(c4_unit *unit, const c4_field *field, bool *shown)
{
    c4_scope scope;
    int rc = c4_access_module_number(unit, field->module->number, CRM4E_ACTION_VIEW, &scope);

    for (size_t i = 0; i < field->column_count && rc == CRM4E_OK; i++) {
        rc = c4_access_can_read(&scope, &field->columns[i], &shown[i]);
    }
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED) {
        c4_failure_clear(unit->error);
        rc = CRM4E_OK;
    }
    return rc;
}

static int show_row(c4_unit *unit, const c4_field *field, const c4_subrow *row, const bool *shown,
                    bool names, c4_buffer *out)
{
    bool first = true;
    int rc = CRM4E_OK;

    c4_buffer_char(out, '{');
    if (row->id != 0) {
        c4_json_put_key(out, &first, "id");
        c4_buffer_i64(out, row->id);
    }
    for (size_t i = 0; i < field->column_count && rc == CRM4E_OK; i++) {
        if (shown[i]) {
            c4_json_put_key(out, &first, c4_part_name(&field->columns[i]));
            rc = c4_field_to_json(unit, &field->columns[i], row->values, names, out);
        }
    }
    c4_buffer_char(out, '}');
    return rc;
}

int c4_subrows_put(c4_unit *unit, const c4_field *field, const crm4e_value *value, bool names,
                   c4_buffer *out)
{
    bool shown[CRM4E_SUBFORM_COLUMNS_MAX] = {false};
    c4_subrows rows;
    int rc = c4_subrows_load(unit, field, value, &rows);

    if (rc == CRM4E_OK) {
        rc = shown_columns(unit, field, shown);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    for (size_t i = 0; i < rows.count && rc == CRM4E_OK; i++) {
        c4_buffer_char(out, i == 0 ? '[' : ',');
        rc = show_row(unit, field, &rows.items[i], shown, names, out);
    }
    c4_buffer_char(out, ']');
    return rc;
}
