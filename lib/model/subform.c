/* SPDX-License-Identifier: MIT */
#include "model/subform.h"

#include <string.h>

#include "model/manage_rules.h"
#include "model/meta_build.h"
#include "model/standard.h"
#include <crm4e/module.h>

/* Values that mean something without the record they are in: no files, no numbers of the
 * library, no rows within rows. */
static const c4_field_type column_types[] = {
    CRM4E_TYPE_TEXT,    CRM4E_TYPE_TEXTAREA,   CRM4E_TYPE_EMAIL,
    CRM4E_TYPE_PHONE,   CRM4E_TYPE_WEBSITE,    CRM4E_TYPE_INTEGER,
    CRM4E_TYPE_BIGINT,  CRM4E_TYPE_DOUBLE,     CRM4E_TYPE_CURRENCY,
    CRM4E_TYPE_PERCENT, CRM4E_TYPE_DATE,       CRM4E_TYPE_DATETIME,
    CRM4E_TYPE_BOOLEAN, CRM4E_TYPE_PICKLIST,   CRM4E_TYPE_MULTISELECTPICKLIST,
    CRM4E_TYPE_LOOKUP,  CRM4E_TYPE_USERLOOKUP,
};

bool c4_column_type(c4_field_type type)
{
    bool found = false;

    for (size_t i = 0; i < sizeof column_types / sizeof column_types[0] && !found; i++) {
        found = column_types[i] == type;
    }
    return found;
}

/* A list of columns while it is changed. */
typedef struct columns {
    c4_unit *unit;
    const c4_field *subform;
    c4_field *list;
    size_t count;
    bool *named; /* by position in the list, those of before */
} columns;

static int start(columns *c, const c4_json *listed)
{
    const size_t had = c->subform->column_count;
    const size_t room = had + c4_json_count(listed);

    c->list = c4_arena_array(c->unit->arena, room, sizeof *c->list);
    c->named = c4_arena_array(c->unit->arena, room, sizeof *c->named);
    if (c->list == NULL || c->named == NULL) {
        return c4_fail_plain(c->unit->error, CRM4E_E_NO_MEMORY);
    }
    for (size_t i = 0; i < had; i++) {
        c->list[i] = c->subform->columns[i];
    }
    c->count = had;
    return CRM4E_OK;
}

static size_t place_of(const columns *c, const char *name)
{
    size_t at = 0;

    while (at < c->count && c4_api_name_order(c4_part_name(&c->list[at]), name) != 0) {
        at++;
    }
    return at;
}

/* "Items.Quantity" */
static int name_column(columns *c, c4_field *column, const char *name)
{
    const size_t length = strlen(c->subform->api_name);
    char *path = c4_arena_array(c->unit->arena, length + strlen(name) + 2, 1);

    if (path == NULL) {
        return c4_fail_plain(c->unit->error, CRM4E_E_NO_MEMORY);
    }
    memcpy(path, c->subform->api_name, length);
    path[length] = '.';
    memcpy(path + length + 1, name, strlen(name) + 1);
    column->api_name = path;
    return CRM4E_OK;
}

/* The one guard of how many there may be. */
static int check_room(columns *c)
{
    if (c->count < CRM4E_SUBFORM_COLUMNS_MAX) {
        return CRM4E_OK;
    }
    c4_refuse(c->unit, CRM4E_E_TOO_BIG, "columns", "columns", "are as many as there may be");
    (void)c4_fail_limit(c->unit->error, "subform_columns", CRM4E_SUBFORM_COLUMNS_MAX,
                        (int64_t)c->count + 1);
    return CRM4E_E_TOO_BIG;
}

static int add_column(columns *c, const c4_field_spec *spec)
{
    c4_field *column = &c->list[c->count];
    int rc = check_room(c);

    if (rc == CRM4E_OK) {
        rc = c4_column_read(c->unit, c->subform->module, spec, NULL, column);
    }
    if (rc == CRM4E_OK) {
        rc = name_column(c, column, spec->api_name);
    }
    if (rc == CRM4E_OK && c->unit->state.next_field >= INT32_MAX) {
        rc = c4_fail(c->unit->error, CRM4E_E_LIMIT, "no field number is left");
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    column->number = (int32_t)c->unit->state.next_field++;
    c->unit->state_dirty = true;
    c->named[c->count++] = true;
    return CRM4E_OK;
}

static int put_column(columns *c, const c4_json *json)
{
    c4_field_spec spec;
    c4_field changed;
    size_t at;
    int rc = c4_field_spec_read(c->unit, json, &spec);

    if (rc == CRM4E_OK) {
        rc = c4_check_api_name(c->unit, spec.api_name);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    at = place_of(c, spec.api_name);
    if (at == c->count) {
        return add_column(c, &spec);
    }
    if (c->named[at]) {
        return c4_refuse(c->unit, CRM4E_E_CONFLICT, "columns", "unique", "names a column twice");
    }
    c->named[at] = true;
    rc = c4_column_read(c->unit, c->subform->module, &spec, &c->list[at], &changed);
    if (rc == CRM4E_OK) {
        c->list[at] = changed;
    }
    return rc;
}

static int remove_column(columns *c, const char *name)
{
    const size_t at = name != NULL ? place_of(c, name) : c->count;

    if (at == c->count) {
        return c4_refuse(c->unit, CRM4E_E_NOT_FOUND, "remove", "field", "names no column");
    }
    if ((c->list[at].flags & C4_FIELD_CUSTOM) == 0) {
        return c4_refuse_denied(c->unit, "standard", "columns of the standard cannot be removed");
    }
    c->count--;
    for (size_t i = at; i < c->count; i++) {
        c->list[i] = c->list[i + 1];
        c->named[i] = c->named[i + 1];
    }
    return CRM4E_OK;
}

static int check_members(c4_unit *unit, const c4_json *settings)
{
    static const char *const known[] = {"columns", "remove"};

    for (size_t i = 0; i < c4_json_count(settings); i++) {
        const char *key = NULL;
        const c4_json *value = c4_json_member_at(settings, i, &key);
        if (strcmp(key, known[0]) != 0 && strcmp(key, known[1]) != 0) {
            return c4_refuse(unit, CRM4E_E_INVALID, key, "unknown", "is no member of the settings");
        }
        if (c4_json_kind(value) != C4_JSON_ARRAY) {
            return c4_refuse(unit, CRM4E_E_INVALID, key, "type", "must be an array");
        }
    }
    return CRM4E_OK;
}

static int change_columns(columns *c, const c4_json *settings)
{
    const c4_json *listed = c4_json_member(settings, "columns");
    const c4_json *removed = c4_json_member(settings, "remove");
    int rc = start(c, listed);

    for (size_t i = 0; i < c4_json_count(removed) && rc == CRM4E_OK; i++) {
        rc = remove_column(c, c4_spec_text(c4_json_item(removed, i)));
    }
    for (size_t i = 0; i < c4_json_count(listed) && rc == CRM4E_OK; i++) {
        rc = put_column(c, c4_json_item(listed, i));
    }
    if (rc == CRM4E_OK && c->count == 0) {
        rc = c4_refuse(c->unit, CRM4E_E_INVALID, "columns", "mandatory", "are missing");
    }
    return rc;
}

int c4_columns_put(c4_unit *unit, const c4_field_spec *spec, const c4_field *old, c4_field *field)
{
    columns c = {.unit = unit, .subform = field};
    int rc = check_members(unit, spec->settings);

    if (rc == CRM4E_OK && (spec->settings != NULL || old == NULL)) {
        rc = change_columns(&c, spec->settings);
    }
    if (rc != CRM4E_OK || c.list == NULL) {
        return rc;
    }
    for (size_t i = 0; i < c.count; i++) {
        c.list[i].column = (uint32_t)i + 1;
    }
    field->columns = c.list;
    field->column_count = c.count;
    return CRM4E_OK;
}

/* ------------------------------------------------------------------ the definition */

static void take_name(c4_definition_reader *r, const c4_json *object, const c4_field *subform,
                      c4_field *column)
{
    const char *name = NULL;
    const size_t length = strlen(subform->api_name);
    char *path;

    c4_take_text(r, object, "api_name", &name);
    if (r->rc == CRM4E_OK && (name == NULL || name[0] == '\0' || strlen(name) > C4_API_NAME_MAX)) {
        c4_take_refuse(r, "a column has no name");
    }
    path = c4_take_room(r, length + C4_API_NAME_MAX + 2, 1);
    if (path != NULL) {
        memcpy(path, subform->api_name, length);
        path[length] = '.';
        memcpy(path + length + 1, name, strlen(name) + 1);
        column->api_name = path;
    }
}

/* A column of the standard is known; another is what it says. */
static void take_column(c4_definition_reader *r, const c4_json *object, const c4_field *subform,
                        c4_field *column)
{
    const c4_json *definition = c4_take_member(r, object, "definition", C4_JSON_OBJECT);
    const c4_type_info *info;
    const char *type = NULL;
    int32_t number = 0;

    c4_take_i32(r, object, "number", 1, INT32_MAX, &number);
    c4_take_text(r, object, "type", &type);
    info = c4_type_info_named(type);
    if (r->rc == CRM4E_OK && (number == 0 || info == NULL || !c4_column_type(info->type))) {
        c4_take_refuse(r, "a column of the subform is not valid");
    }
    if (r->rc != CRM4E_OK) {
        return;
    }
    *column = (c4_field){.number = number,
                         .module = subform->module,
                         .type = info->type,
                         .flags = C4_FIELD_CUSTOM,
                         .length = info->length};
    for (size_t i = 0; i < subform->column_count; i++) {
        if (subform->columns[i].number == number && subform->columns[i].type == info->type) {
            *column = subform->columns[i];
        }
    }
    if (column->api_name == NULL) {
        take_name(r, object, subform, column);
    }
    c4_take_field(r, definition, column);
    column->flags &= ~(uint32_t)(C4_FIELD_INDEXED | C4_FIELD_UNIQUE | C4_FIELD_KEYED);
    c4_label_fill(&column->label);
}

static bool is_listed(const c4_field *list, size_t count, const c4_field *column)
{
    bool found = false;

    for (size_t i = 0; i < count && !found; i++) {
        found = list[i].number == column->number ||
                c4_api_name_order(list[i].api_name, column->api_name) == 0;
    }
    return found;
}

/* Those of the standard that the definition does not know yet come last. */
static size_t add_standard(c4_field *list, size_t count, const c4_field *subform)
{
    for (size_t i = 0; i < subform->column_count; i++) {
        if (!is_listed(list, count, &subform->columns[i])) {
            list[count++] = subform->columns[i];
        }
    }
    return count;
}

void c4_columns_take(c4_definition_reader *r, const c4_json *settings, c4_field *field)
{
    const c4_json *listed = c4_take_member(r, settings, "columns", C4_JSON_ARRAY);
    size_t count = c4_json_count(listed);
    c4_field *list = c4_take_room(r, count + field->column_count, sizeof *list);

    for (size_t i = 0; i < count && r->rc == CRM4E_OK; i++) {
        take_column(r, c4_json_item(listed, i), field, &list[i]);
        if (r->rc == CRM4E_OK && is_listed(list, i, &list[i])) {
            c4_take_refuse(r, "two columns of a subform are one");
        }
    }
    if (r->rc != CRM4E_OK) {
        return;
    }
    count = add_standard(list, count, field);
    if (count == 0 || count > CRM4E_SUBFORM_COLUMNS_MAX) {
        c4_take_refuse(r, "the subform has no columns, or too many");
    }
    for (size_t i = 0; i < count; i++) {
        list[i].column = (uint32_t)i + 1;
    }
    field->columns = list;
    field->column_count = count;
}

void c4_columns_write(c4_buffer *out, const c4_field *field)
{
    c4_buffer_text(out, "{\"columns\":[");
    for (size_t i = 0; i < field->column_count; i++) {
        const c4_field *column = &field->columns[i];
        bool first = true;
        c4_buffer_text(out, i == 0 ? "{" : ",{");
        c4_json_put_key(out, &first, "number");
        c4_buffer_i64(out, column->number);
        c4_json_put_member(out, &first, "api_name", c4_part_name(column));
        c4_json_put_member(out, &first, "type", c4_type_info_of(column->type)->name);
        c4_json_put_key(out, &first, "definition");
        c4_definition_write_field(out, column);
        c4_buffer_char(out, '}');
    }
    c4_buffer_text(out, "]}");
}
