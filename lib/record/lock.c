/* SPDX-License-Identifier: MIT */
/* System columns that a call of its own changes: the lock, and tags (tag.c). While
 * the lock is on, nobody changes the record, deletes it or gives it to another
 * owner; see docs/access.md. */
#include "record/inside.h"

int c4_record_check_system(const c4_scope *scope, uint32_t column)
{
    crm4e_error *error = scope->unit->error;
    const c4_field *field = c4_module_field_named(scope->module, c4_system_fields[column].api_name);

    if (field == NULL) {
        return c4_fail(error, CRM4E_E_INTERNAL, "a module without a system field");
    }
    if (c4_access_field_permission(scope, field) != CRM4E_PERMISSION_READ_WRITE) {
        (void)c4_fail(error, CRM4E_E_DENIED, "this user may not write %s.%s",
                      scope->module->api_name, field->api_name);
        return c4_fail_field(error, scope->module->api_name, field->api_name, "field_permission");
    }
    return c4_access_authorise(scope, field, 0);
}

int c4_write_check_system(const c4_write *write, uint32_t column)
{
    return c4_record_check_system(&write->scope, column);
}

static int store(c4_write *write, crm4e_id id, uint32_t column)
{
    const uint32_t columns[] = {column, C4_COLUMN_MODIFIED_BY, C4_COLUMN_MODIFIED_TIME,
                                C4_COLUMN_VERSION};
    enum {
        COUNT = sizeof columns / sizeof columns[0]
    };
    crm4e_value values[COUNT];
    int rc;

    for (size_t i = 0; i < COUNT; i++) {
        values[i] = write->after[columns[i]];
    }
    rc = c4_db_update(write->unit->db, &write->module->table, id, columns, values, COUNT);
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(write->unit->error, rc);
}

/* The version moves: who follows records by it learns of the change. */
int c4_write_set_system(c4_write *write, uint32_t column, crm4e_value value,
                        c4_record_action action)
{
    const crm4e_id id = write->before[C4_COLUMN_ID].integer;
    int rc = c4_write_copy(write);

    if (rc == CRM4E_OK) {
        write->after[column] = value;
        c4_write_stamp(write);
        rc = store(write, id, column);
    }
    return rc == CRM4E_OK ? c4_write_history(write, action) : rc;
}

int c4_record_set_locked(c4_unit *unit, const char *module, crm4e_id id, bool locked)
{
    const c4_record_action action = locked ? C4_RECORD_LOCKED : C4_RECORD_UNLOCKED;
    c4_write write;
    int rc = c4_write_open(&write, unit, module, CRM4E_ACTION_EDIT);
    bool turns;

    write.past_lock = true;
    if (rc == CRM4E_OK) {
        rc = c4_write_take(&write, id, 0);
    }
    if (rc == CRM4E_OK) {
        rc = c4_write_check_system(&write, C4_COLUMN_LOCKED);
    }
    turns = rc == CRM4E_OK && (write.before[C4_COLUMN_LOCKED].integer != 0) != locked;
    if (turns) {
        rc = c4_write_set_system(&write, C4_COLUMN_LOCKED, c4_integer(locked), action);
    }
    if (turns && rc == CRM4E_OK) {
        rc = c4_write_told(&write, id, action);
    }
    c4_write_end(&write);
    return rc;
}
