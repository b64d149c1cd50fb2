/* SPDX-License-Identifier: MIT */
/* Creating a record, or changing the one that has its unique values already. */
#include "record/inside.h"

/* An upsert in progress. */
typedef struct upserting {
    c4_unit *unit;
    c4_scope view;
    const c4_field **keys; /* unique fields to look by, in order */
    size_t key_count;
    c4_draft draft;
    crm4e_value *row; /* what is given, with the folded keys of its texts */
} upserting;

static int refuse_fields(c4_unit *unit, const c4_module *module, const char *rule, const char *text)
{
    (void)c4_fail(unit->error, CRM4E_E_INVALID, "%s", text);
    return c4_fail_field(unit->error, module->api_name, "", rule);
}

static int take_name(upserting *u, const c4_json *name)
{
    const c4_module *module = u->view.module;
    const c4_field *field = NULL;
    int rc;

    if (c4_json_kind(name) != C4_JSON_TEXT) {
        return refuse_fields(u->unit, module, "type", "the fields are an array of names");
    }
    rc = c4_access_read_field(&u->view, c4_json_text(name, NULL), &field);
    if (rc == CRM4E_OK && (field->flags & C4_FIELD_UNIQUE) == 0) {
        rc = c4_field_refuse(u->unit, field, CRM4E_E_INVALID, "unique", "is not unique");
    }
    for (size_t i = 0; i < u->key_count && rc == CRM4E_OK; i++) {
        if (u->keys[i] == field) {
            rc = c4_field_refuse(u->unit, field, CRM4E_E_INVALID, "unique", "is named twice");
        }
    }
    if (rc == CRM4E_OK) {
        u->keys[u->key_count++] = field;
    }
    return rc;
}

static int take_names(upserting *u, const c4_json *names)
{
    const size_t count = c4_json_count(names);
    int rc = CRM4E_OK;

    if (c4_json_kind(names) != C4_JSON_ARRAY || count == 0) {
        return refuse_fields(u->unit, u->view.module, "type", "the fields are an array of names");
    }
    if (count > u->view.module->field_count) {
        return refuse_fields(u->unit, u->view.module, "unique", "a field is named twice");
    }
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = take_name(u, c4_json_item(names, i));
    }
    return rc;
}

/* All there are in the module that he may read. */
static int take_all(upserting *u)
{
    const c4_module *module = u->view.module;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        bool can = false;
        if ((module->fields[i].flags & C4_FIELD_UNIQUE) != 0) {
            rc = c4_access_can_read(&u->view, &module->fields[i], &can);
        }
        if (can) {
            u->keys[u->key_count++] = &module->fields[i];
        }
    }
    return rc;
}

static int choose_keys(upserting *u, const c4_json *names)
{
    u->keys = c4_arena_array(u->unit->arena, u->view.module->field_count, sizeof *u->keys);
    if (u->keys == NULL) {
        return c4_record_no_memory(u->unit);
    }
    return names != NULL ? take_names(u, names) : take_all(u);
}

static bool is_given(const upserting *u, const c4_field *field)
{
    return u->row[field->column].type != CRM4E_VALUE_NULL;
}

/* What is closed to him comes before what is missing, as in every write. */
static int check_given(const upserting *u)
{
    const c4_module *module = u->view.module;
    const c4_field *field = NULL;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        if (u->draft.set[i]) {
            rc = c4_access_read_field(&u->view, module->fields[i].api_name, &field);
        }
    }
    return rc;
}

/* The values as a row would have them, for the unique ones to be looked up. */
static int lay_out(upserting *u, const c4_json *object)
{
    const c4_module *module = u->view.module;
    c4_write write;
    bool any = false;
    int rc = c4_draft_init(&u->draft, u->unit->arena, module);

    u->row = c4_row_new(u->unit, module);
    if (rc != CRM4E_OK || u->row == NULL) {
        return c4_record_no_memory(u->unit);
    }
    rc = c4_draft_set_object(u->unit, &u->draft, object);
    rc = rc == CRM4E_OK ? check_given(u) : rc;
    for (size_t i = 0; i < u->key_count && rc == CRM4E_OK; i++) {
        u->row[u->keys[i]->column] = u->draft.values[u->keys[i] - module->fields];
        any = any || is_given(u, u->keys[i]);
    }
    if (rc == CRM4E_OK && !any) {
        rc = refuse_fields(u->unit, module, "unique",
                           "no value is given for a unique field to look by");
    }
    c4_write_start(&write, u->unit, module);
    write.after = u->row;
    rc = rc == CRM4E_OK ? c4_write_keys(&write) : rc;
    c4_write_end(&write);
    return rc;
}

/* The record with the value, if he sees it: others are not there for him. */
static int look(upserting *u, const c4_field *field, crm4e_id *id)
{
    const crm4e_value *row = NULL;
    const bool *readable = NULL;
    crm4e_id holder = 0;
    int rc = c4_unique_holder(u->unit, field, u->row, &holder);

    if (rc != CRM4E_OK || holder == 0) {
        return rc;
    }
    rc = c4_record_read(u->unit, &u->view, holder, &row, &readable);
    *id = rc == CRM4E_OK ? holder : 0;
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED) {
        c4_failure_clear(u->unit->error);
        rc = CRM4E_OK;
    }
    return rc;
}

int c4_record_upsert(c4_unit *unit, const char *module, const c4_json *names, const c4_json *object,
                     c4_upserted *out)
{
    upserting u = {.unit = unit};
    int rc = c4_access_module(unit, module, CRM4E_ACTION_VIEW, &u.view);

    *out = (c4_upserted){0};
    rc = rc == CRM4E_OK ? choose_keys(&u, names) : rc;
    rc = rc == CRM4E_OK ? lay_out(&u, object) : rc;
    for (size_t i = 0; i < u.key_count && rc == CRM4E_OK && u.draft.id == 0; i++) {
        if (is_given(&u, u.keys[i])) {
            rc = look(&u, u.keys[i], &u.draft.id);
        }
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    out->id = u.draft.id;
    out->created = u.draft.id == 0;
    return out->created ? c4_record_create(unit, &u.draft, &out->id)
                        : c4_record_update(unit, &u.draft);
}
