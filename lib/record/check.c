/* SPDX-License-Identifier: MIT */
/* What is asked of the values of a write before anything is stored. */
#include "record/file.h"
#include "record/subform.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

int c4_write_check_permissions(c4_write *write)
{
    const c4_module *module = write->module;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        if (write->draft->set[i]) {
            rc = c4_access_write_field(&write->scope, &module->fields[i]);
        }
    }
    return rc;
}

bool c4_owner_fits(const c4_unit *unit, const c4_module *module, crm4e_id owner)
{
    const c4_user *user = c4_meta_user(unit->meta, owner);
    bool fit = user != NULL && c4_user_works(user);

    if (fit && module->kind == C4_MODULE_TEAM) {
        fit = c4_module_member(module, owner) != NULL ||
              (user->profile->admin & C4_ADMIN_SYSTEM_ADMINISTRATOR) != 0;
    } else if (fit && (module->flags & C4_MODULE_CHILD) == 0) {
        fit = user->licence == CRM4E_LICENCE_CRM;
    }
    return fit;
}

int c4_owner_check(c4_unit *unit, const c4_module *module, crm4e_id owner)
{
    const c4_field *field = c4_module_field(module, module->number * 1000 + 1 + C4_COLUMN_OWNER);

    if (c4_owner_fits(unit, module, owner)) {
        return CRM4E_OK;
    }
    if (field == NULL) {
        return c4_fail(unit->error, CRM4E_E_INTERNAL, "a module without owner");
    }
    return c4_field_refuse(unit, field, CRM4E_E_INVALID, "owner",
                           "names a user who cannot own records of the module");
}

static bool list_holds(const crm4e_value *stored, int64_t wanted)
{
    size_t at = 0;
    int64_t item;
    bool found = false;

    while (!found && c4_list_next(stored, &at, &item)) {
        found = item == wanted;
    }
    return found;
}

/* Checks one item of a field; `number` is its module, 0 when not known. */
typedef int (*item_check)(c4_write *write, const c4_field *field, int64_t item);

static int check_option(c4_write *write, const c4_field *field, int64_t item)
{
    const c4_option *option = c4_field_option(field, (int32_t)item);

    return option != NULL && option->active
               ? CRM4E_OK
               : c4_field_refuse(write->unit, field, CRM4E_E_INVALID, "picklist",
                                 "takes no value that is retired");
}

static int check_user(c4_write *write, const c4_field *field, int64_t item)
{
    const c4_user *user = c4_meta_user(write->unit->meta, item);

    return user != NULL && c4_user_works(user)
               ? CRM4E_OK
               : c4_field_refuse(write->unit, field, CRM4E_E_INVALID, "user",
                                 "names a user who is not active");
}

/* Rules point to what exists, users to what they see. */
static int find_target(c4_write *write, int32_t number, crm4e_id id, bool *found)
{
    static const uint32_t column = C4_COLUMN_ID;
    const c4_module *module = c4_meta_module(write->unit->meta, number);
    crm4e_value value;
    int rc = CRM4E_OK;

    *found = false;
    if (module == NULL || !c4_id_plausible(write->unit->meta, id)) {
        return CRM4E_OK;
    }
    if (!write->as_rule) {
        return c4_record_visible(write->unit, number, id, found);
    }
    rc = c4_db_get(write->unit->db, &module->table, id, &column, &value, 1);
    *found = rc == CRM4E_OK;
    return rc == CRM4E_OK || rc == CRM4E_E_NOT_FOUND ? CRM4E_OK
                                                     : c4_fail_plain(write->unit->error, rc);
}

static int refuse_lookup(c4_write *write, const c4_field *field)
{
    return c4_field_refuse(write->unit, field, CRM4E_E_INVALID, "lookup", "names no record");
}

static int check_record(c4_write *write, const c4_field *field, int64_t item)
{
    bool found = false;
    int rc =
        field->target_count > 0 ? find_target(write, field->targets[0], item, &found) : CRM4E_OK;

    return rc == CRM4E_OK && !found ? refuse_lookup(write, field) : rc;
}

/* Finds the module when only the id was given, and keeps it beside the id. */
static int check_parent(c4_write *write, const c4_field *field, int64_t item)
{
    crm4e_value *value = &write->after[field->column];
    uint32_t given = value->reserved;
    bool found = false;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < field->target_count && rc == CRM4E_OK && !found; i++) {
        if (given == 0 || given == (uint32_t)field->targets[i]) {
            rc = find_target(write, field->targets[i], item, &found);
            write->after[field->key_column] = c4_integer(field->targets[i]);
        }
    }
    return rc == CRM4E_OK && !found ? refuse_lookup(write, field) : rc;
}

static const item_check item_checks[CRM4E_TYPE_SUBFORM + 1] = {
    [CRM4E_TYPE_PICKLIST] = check_option,
    [CRM4E_TYPE_MULTISELECTPICKLIST] = check_option,
    [CRM4E_TYPE_LOOKUP] = check_record,
    [CRM4E_TYPE_MULTISELECTLOOKUP] = check_record,
    [CRM4E_TYPE_MULTI_MODULE_LOOKUP] = check_parent,
    [CRM4E_TYPE_USERLOOKUP] = check_user,
    [CRM4E_TYPE_MULTIUSERLOOKUP] = check_user,
};

/* What a record holds already may stay: retired values, users who left,
 * records that are gone. */
static int check_items(c4_write *write, const c4_field *field, item_check check)
{
    static const crm4e_value nothing = {.type = CRM4E_VALUE_NULL};
    const crm4e_value *value = &write->after[field->column];
    const crm4e_value *old = write->before != NULL ? &write->before[field->column] : &nothing;
    size_t at = 0;
    int64_t item;
    int rc = CRM4E_OK;

    if (value->type == CRM4E_VALUE_INTEGER) {
        return check(write, field, value->integer);
    }
    while (rc == CRM4E_OK && c4_list_next(value, &at, &item)) {
        if (!list_holds(old, item)) {
            rc = check(write, field, item);
        }
    }
    return rc;
}

/* The same id in another module is another record. */
static bool is_kept(const c4_write *write, const c4_field *field)
{
    uint32_t given = write->after[field->column].reserved;

    return !c4_field_differs(field, write->before, write->after) &&
           (given == 0 || given == write->before[field->key_column].integer);
}

/* Contents are of one record, so that no other way than the calls for files leads into a
 * field of theirs: neither a clone nor a value that somebody kept. */
static int check_files(c4_write *write, const c4_field *field)
{
    const c4_parsing to = {.unit = write->unit, .field = field};
    const bool given = write->draft != NULL && write->draft->files != NULL;

    return field->type != CRM4E_TYPE_FILEUPLOAD || given ||
                   write->after[field->column].type == CRM4E_VALUE_NULL
               ? CRM4E_OK
               : c4_files_refuse(&to);
}

int c4_write_check_value(c4_write *write, const c4_field *field)
{
    item_check check = item_checks[field->type];
    int rc = CRM4E_OK;

    if (is_kept(write, field)) {
        return CRM4E_OK;
    }
    if (field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP) {
        write->after[field->key_column] = c4_null();
    }
    if (check != NULL && write->after[field->column].type != CRM4E_VALUE_NULL) {
        rc = check_items(write, field, check);
    }
    if (rc == CRM4E_OK) {
        rc = check_files(write, field);
    }
    if (rc == CRM4E_OK && field->type == CRM4E_TYPE_SUBFORM) {
        return c4_subrows_settle(write, field);
    }
    return rc == CRM4E_OK ? c4_file_check_name(write->unit, field, &write->after[field->column])
                          : rc;
}

/* A default that stopped making sense (its value was retired) counts as none. */
static int take_default(c4_write *write, const c4_field *field)
{
    crm4e_value *value = &write->after[field->column];
    c4_parsing to = {write->unit, write->unit->arena, field, value, NULL};
    c4_json_document document = {0};
    int rc = c4_json_parse(&document, write->unit->arena->mem, field->default_value,
                           strlen(field->default_value), C4_TEXT_MAX);

    if (rc == CRM4E_OK) {
        rc = c4_value_parse_json(&to, document.root);
    }
    if (rc == CRM4E_OK && value->type != CRM4E_VALUE_NULL) {
        rc = c4_write_check_value(write, field);
    }
    c4_json_free(&document);
    if (rc == CRM4E_E_INVALID || rc == CRM4E_E_TOO_BIG) {
        c4_failure_clear(write->unit->error);
        *value = c4_null();
        rc = CRM4E_OK;
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(write->unit->error, rc);
}

static bool is_blank(const crm4e_value *value)
{
    return value->type == CRM4E_VALUE_NULL ||
           (value->type == CRM4E_VALUE_TEXT && c4_text_blank(value->data, value->length));
}

/* Asked of a new record as a whole, later only of what is set. */
static int check_mandatory(c4_write *write, const c4_field *field, bool set)
{
    bool asked = (field->flags & C4_FIELD_MANDATORY) != 0 &&
                 (field->flags & (C4_FIELD_SYSTEM | C4_FIELD_READ_ONLY)) == 0 &&
                 (set || write->before == NULL);

    return asked && is_blank(&write->after[field->column])
               ? c4_field_refuse(write->unit, field, CRM4E_E_INVALID, "mandatory", "is mandatory")
               : CRM4E_OK;
}

int c4_write_settle_value(c4_write *write, const c4_field *field, bool set)
{
    int rc = CRM4E_OK;

    if (set) {
        rc = c4_write_check_value(write, field);
        write->after[field->column].reserved = 0;
    } else if (write->before == NULL && field->default_value != NULL) {
        rc = take_default(write, field);
        write->after[field->column].reserved = 0;
    }
    return rc == CRM4E_OK ? check_mandatory(write, field, set) : rc;
}

/* The next field that is asked about, from one on: of a record that is there only what is set. */
static size_t next_asked(const c4_write *write, size_t from)
{
    const bool *set = write->draft->set;
    const size_t count = write->module->field_count;
    const bool *found = set + from;

    if (write->before != NULL && from < count) {
        found = memchr(set + from, true, (count - from) * sizeof *set);
    }
    return found != NULL ? (size_t)(found - set) : count;
}

int c4_write_check_values(c4_write *write)
{
    const c4_module *module = write->module;
    const c4_draft *draft = write->draft;
    int rc = CRM4E_OK;

    for (size_t i = next_asked(write, 0); i < module->field_count && rc == CRM4E_OK;
         i = next_asked(write, i + 1)) {
        const c4_field *field = &module->fields[i];
        if (draft->set[i]) {
            write->after[field->column] = draft->values[i];
        }
        rc = c4_write_settle_value(write, field, draft->set[i]);
        if (rc == CRM4E_OK && draft->refused[i]) {
            rc = c4_field_refuse(write->unit, field, CRM4E_E_INVALID, "type",
                                 "is no value of its type");
        }
    }
    return rc;
}
