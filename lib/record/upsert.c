/* SPDX-License-Identifier: MIT */
/* Creating a record, or changing the one that has its unique values already. */
#include "record/inside.h"

static int refuse_fields(c4_unit *unit, const c4_module *module, const char *rule, const char *text)
{
    (void)c4_fail(unit->error, CRM4E_E_INVALID, "%s", text);
    return c4_fail_field(unit->error, module->api_name, "", rule);
}

static int take_name(const c4_scope *view, const c4_json *name, c4_unique_fields *out)
{
    const c4_field *field = NULL;
    int rc;

    if (c4_json_kind(name) != C4_JSON_TEXT) {
        return refuse_fields(view->unit, view->module, "type", "the fields are an array of names");
    }
    rc = c4_access_read_field(view, c4_json_text(name, NULL), &field);
    if (rc == CRM4E_OK && (field->flags & C4_FIELD_UNIQUE) == 0) {
        rc = c4_field_refuse(view->unit, field, CRM4E_E_INVALID, "unique", "is not unique");
    }
    for (size_t i = 0; i < out->count && rc == CRM4E_OK; i++) {
        if (out->items[i] == field) {
            rc = c4_field_refuse(view->unit, field, CRM4E_E_INVALID, "unique", "is named twice");
        }
    }
    if (rc == CRM4E_OK) {
        out->items[out->count++] = field;
    }
    return rc;
}

static int take_names(const c4_scope *view, const c4_json *names, c4_unique_fields *out)
{
    const size_t count = c4_json_count(names);
    int rc = CRM4E_OK;

    if (c4_json_kind(names) != C4_JSON_ARRAY || count == 0) {
        return refuse_fields(view->unit, view->module, "type", "the fields are an array of names");
    }
    if (count > view->module->field_count) {
        return refuse_fields(view->unit, view->module, "unique", "a field is named twice");
    }
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = take_name(view, c4_json_item(names, i), out);
    }
    return rc;
}

/* All there are in the module that he may read. */
static int take_all(const c4_scope *view, c4_unique_fields *out)
{
    const c4_module *module = view->module;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        bool can = false;
        if ((module->fields[i].flags & C4_FIELD_UNIQUE) != 0) {
            rc = c4_access_can_read(view, &module->fields[i], &can);
        }
        if (can) {
            out->items[out->count++] = &module->fields[i];
        }
    }
    return rc;
}

int c4_unique_fields_open(const c4_scope *view, const c4_json *names, c4_unique_fields *out)
{
    out->count = 0;
    out->items = c4_arena_array(view->unit->arena, view->module->field_count, sizeof *out->items);
    if (out->items == NULL) {
        return c4_record_no_memory(view->unit);
    }
    return names != NULL ? take_names(view, names, out) : take_all(view, out);
}

/* What is closed to him comes before what is missing, as in every write. */
static int check_given(const c4_scope *view, const c4_draft *draft)
{
    const c4_module *module = view->module;
    const c4_field *field = NULL;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        if (draft->set[i]) {
            rc = c4_access_read_field(view, module->fields[i].api_name, &field);
        }
    }
    return rc;
}

/* The values as a row would have them, with the folded keys of its texts. */
static int lay_out(const c4_scope *view, const c4_unique_fields *fields, const c4_draft *draft,
                   crm4e_value **row)
{
    c4_write write;
    int rc;

    *row = c4_row_new(view->unit, view->module);
    if (*row == NULL) {
        return c4_record_no_memory(view->unit);
    }
    for (size_t i = 0; i < fields->count; i++) {
        const c4_field *field = fields->items[i];
        (*row)[field->column] = draft->values[field - view->module->fields];
    }
    c4_write_start(&write, view->unit, view->module);
    write.after = *row;
    rc = c4_write_keys(&write);
    c4_write_end(&write);
    return rc;
}

/* The record with the value, if he sees it: others are not there for him. */
static int look(c4_scope *view, const c4_field *field, const crm4e_value *row, crm4e_id *id)
{
    const crm4e_value *found = NULL;
    const bool *readable = NULL;
    crm4e_id holder = 0;
    int rc = c4_unique_holder(view->unit, field, row, &holder);

    if (rc != CRM4E_OK || holder == 0) {
        return rc;
    }
    rc = c4_record_read(view->unit, view, holder, &found, &readable);
    *id = rc == CRM4E_OK ? holder : 0;
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED) {
        c4_failure_clear(view->unit->error);
        rc = CRM4E_OK;
    }
    return rc;
}

int c4_unique_find(c4_scope *view, const c4_unique_fields *fields, const c4_draft *draft,
                   bool needed, crm4e_id *id)
{
    crm4e_value *row = NULL;
    bool any = false;
    int rc = check_given(view, draft);

    *id = 0;
    rc = rc == CRM4E_OK ? lay_out(view, fields, draft, &row) : rc;
    for (size_t i = 0; i < fields->count && rc == CRM4E_OK && *id == 0; i++) {
        if (row[fields->items[i]->column].type != CRM4E_VALUE_NULL) {
            any = true;
            rc = look(view, fields->items[i], row, id);
        }
    }
    return rc == CRM4E_OK && needed && !any
               ? refuse_fields(view->unit, view->module, "unique",
                               "no value is given for a unique field to look by")
               : rc;
}

int c4_record_upsert(c4_unit *unit, const char *module, const c4_json *names, const c4_json *object,
                     c4_upserted *out)
{
    c4_scope view;
    c4_unique_fields fields;
    c4_draft draft;
    int rc = c4_access_module(unit, module, CRM4E_ACTION_VIEW, &view);

    *out = (c4_upserted){0};
    rc = rc == CRM4E_OK ? c4_unique_fields_open(&view, names, &fields) : rc;
    if (rc == CRM4E_OK && c4_draft_init(&draft, unit->arena, view.module) != CRM4E_OK) {
        rc = c4_record_no_memory(unit);
    }
    rc = rc == CRM4E_OK ? c4_draft_set_object(unit, &draft, object) : rc;
    rc = rc == CRM4E_OK ? c4_unique_find(&view, &fields, &draft, true, &draft.id) : rc;
    if (rc != CRM4E_OK) {
        return rc;
    }
    out->id = draft.id;
    out->created = draft.id == 0;
    return out->created ? c4_record_create(unit, &draft, &out->id) : c4_record_update(unit, &draft);
}
