/* SPDX-License-Identifier: MIT */
/* Deleting records to the bin, bringing them back, and for good. */
#include "record/bin.h"
#include "record/file.h"
#include "record/inside.h"
#include "record/interaction.h"
#include "record/listing.h"
#include "record/rollup.h"

static crm4e_value name_of(const c4_module *module, const crm4e_value *row)
{
    return module->name_field != NULL && row[module->name_field->column].type == CRM4E_VALUE_TEXT
               ? row[module->name_field->column]
               : c4_null();
}

static int put_in_bin(c4_write *write)
{
    c4_unit *unit = write->unit;
    const crm4e_value *row = write->before;
    crm4e_value line[C4_BIN_COLUMNS];
    int rc;

    c4_buffer_reset(&write->buffer);
    rc = c4_row_encode(&write->buffer, unit, write->module, row);
    if (rc == CRM4E_OK) {
        line[0] = row[C4_COLUMN_ID];
        line[C4_BIN_MODULE] = c4_integer(write->module->number);
        line[C4_BIN_OWNER] = row[C4_COLUMN_OWNER];
        line[C4_BIN_NAME] = name_of(write->module, row);
        line[C4_BIN_DELETED_BY] = c4_integer(unit->actor->id);
        line[C4_BIN_DELETED_TIME] = c4_integer(unit->now);
        line[C4_BIN_ROW] = c4_blob(write->buffer.data, write->buffer.length);
        rc = c4_db_insert(unit->db, &c4_tables[C4_TABLE_BIN], line);
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static int remove_row(c4_write *write, crm4e_id id)
{
    int rc = c4_db_remove(write->unit->db, &write->module->table, id);

    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(write->unit->error, rc);
}

int c4_record_delete(c4_unit *unit, const char *module, crm4e_id id, int64_t expected_version)
{
    c4_write write;
    int rc = c4_write_open(&write, unit, module, CRM4E_ACTION_DELETE);

    if (rc == CRM4E_OK) {
        rc = c4_write_take(&write, id, expected_version);
    }
    if (rc == CRM4E_OK) {
        rc = put_in_bin(&write);
    }
    if (rc == CRM4E_OK) {
        rc = c4_record_rest_shares(unit, id, true);
    }
    if (rc == CRM4E_OK) {
        rc = c4_write_history(&write, C4_RECORD_DELETED);
    }
    if (rc == CRM4E_OK) {
        rc = remove_row(&write, id);
    }
    if (rc == CRM4E_OK) {
        rc = c4_write_told(&write, id, C4_RECORD_DELETED);
    }
    c4_write_end(&write);
    return rc;
}

/* Columns that a record cannot be without. */
static bool is_whole(const crm4e_value *row, crm4e_id id)
{
    bool whole = row[C4_COLUMN_ID].integer == id;

    for (size_t i = 0; i < C4_COLUMN_TAG && whole; i++) {
        whole = row[i].type == CRM4E_VALUE_INTEGER;
    }
    return whole && row[C4_COLUMN_VERSION].integer >= 1 &&
           row[C4_COLUMN_VERSION].integer < INT64_MAX;
}

/* Whether it points to a record of a module that was removed since. */
static bool leads_nowhere(const c4_unit *unit, const c4_field *field, const crm4e_value *row)
{
    return field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP &&
           row[field->column].type != CRM4E_VALUE_NULL &&
           c4_meta_module(unit->meta, (int32_t)row[field->key_column].integer) == NULL;
}

/* What hung on such a record is gone with it. */
static int empty_link(c4_write *write, const c4_field *field)
{
    write->after[field->column] = c4_null();
    write->after[field->key_column] = c4_null();
    return (write->module->flags & C4_MODULE_CHILD) != 0 ? CRM4E_E_NOT_FOUND : CRM4E_OK;
}

/* Fields that were removed since are left out. */
static int decode_row(c4_write *write, crm4e_id id, const crm4e_value *bytes)
{
    c4_unit *unit = write->unit;
    c4_field_change *changes = NULL;
    size_t count = 0;
    int rc = c4_changes_decode(unit->arena, bytes->data, bytes->length, &changes, &count);

    write->after = c4_row_new(unit, write->module);
    if (write->after == NULL) {
        rc = CRM4E_E_NO_MEMORY;
    }
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        const c4_field *field = c4_module_field(write->module, changes[i].field);
        if (field != NULL) {
            rc = c4_change_to_row(field, &changes[i].before, write->after);
        }
        if (field != NULL && rc == CRM4E_OK && leads_nowhere(unit, field, write->after)) {
            rc = empty_link(write, field);
        }
    }
    if (rc == CRM4E_OK && !is_whole(write->after, id)) {
        rc = CRM4E_E_CORRUPT;
    }
    return rc == CRM4E_E_CORRUPT     ? c4_fail(unit->error, rc, "a record in the bin is damaged")
           : rc == CRM4E_E_NOT_FOUND ? c4_no_such_record(unit)
           : rc == CRM4E_OK          ? CRM4E_OK
                                     : c4_fail_plain(unit->error, rc);
}

int c4_bin_find(c4_write *write, crm4e_id id)
{
    static const uint32_t columns[] = {C4_BIN_MODULE, C4_BIN_ROW};
    c4_unit *unit = write->unit;
    crm4e_value values[2];
    int rc = id > 0 ? c4_db_get(unit->db, &c4_tables[C4_TABLE_BIN], id, columns, values, 2)
                    : CRM4E_E_NOT_FOUND;

    if (rc == CRM4E_OK && values[0].integer != write->module->number) {
        rc = CRM4E_E_NOT_FOUND;
    }
    if (rc == CRM4E_E_NOT_FOUND) {
        return c4_no_such_record(unit);
    }
    return rc == CRM4E_OK ? decode_row(write, id, &values[1]) : c4_fail_plain(unit->error, rc);
}

int c4_bin_load(c4_unit *unit, const c4_module *module, crm4e_id id, crm4e_value **row)
{
    c4_write write;
    int rc;

    c4_write_start(&write, unit, module);
    rc = c4_bin_find(&write, id);
    *row = write.after;
    c4_write_end(&write);
    return rc;
}

/* Who could delete it may bring it back; who could only see it is denied. */
static int check_scope(c4_write *write, crm4e_id id)
{
    c4_unit *unit = write->unit;
    c4_scope view;
    bool inside = false;
    bool visible = false;
    int rc = c4_access_whole_row(&write->scope, write->after, &inside);

    if (rc == CRM4E_OK && C4_OPENS(RESTORE_ROW, inside)) {
        return c4_access_authorise(&write->scope, NULL, id);
    }
    if (rc == CRM4E_OK) {
        rc = c4_access_module_number(unit, write->module->number, CRM4E_ACTION_VIEW, &view);
    }
    if (rc == CRM4E_OK) {
        rc = c4_access_whole_row(&view, write->after, &visible);
    }
    if (rc == CRM4E_OK && !visible) {
        rc = c4_no_such_record(unit);
    }
    if (rc == CRM4E_OK) {
        (void)c4_fail(unit->error, CRM4E_E_DENIED, "this user may not restore this record of %s",
                      write->module->api_name);
        rc = c4_fail_field(unit->error, write->module->api_name, NULL, "record_scope");
    }
    return rc;
}

/* Whether there is such a record, in its module or in the bin. */
static int exists(c4_unit *unit, const c4_module *module, crm4e_id id, bool *found)
{
    static const uint32_t column = C4_COLUMN_ID;
    crm4e_value value;
    int rc = c4_db_get(unit->db, &module->table, id, &column, &value, 1);

    if (rc == CRM4E_E_NOT_FOUND) {
        rc = c4_db_get(unit->db, &c4_tables[C4_TABLE_BIN], id, &column, &value, 1);
    }
    *found = rc == CRM4E_OK;
    return rc == CRM4E_E_NOT_FOUND ? CRM4E_OK : rc;
}

/* A note whose record was purged meanwhile hangs on nothing: there is no place for it. */
static int check_parent(c4_write *write)
{
    const c4_module *module = write->module;
    bool found = true;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < module->field_count && (module->flags & C4_MODULE_CHILD) != 0; i++) {
        const c4_field *field = &module->fields[i];
        if (field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP && rc == CRM4E_OK && found) {
            const int64_t number = write->after[field->key_column].integer;
            rc = exists(write->unit, c4_meta_module(write->unit->meta, (int32_t)number),
                        write->after[field->column].integer, &found);
        }
    }
    if (rc != CRM4E_OK) {
        return c4_fail_plain(write->unit->error, rc);
    }
    return found ? CRM4E_OK : c4_no_such_record(write->unit);
}

static int take_out_of_bin(c4_write *write, crm4e_id id)
{
    c4_unit *unit = write->unit;
    crm4e_value *row = write->after;
    int64_t before = row[C4_COLUMN_MODIFIED_TIME].integer;
    int rc = c4_write_money_back(write);

    rc = rc == CRM4E_OK ? c4_rollups_restore(write) : rc; /* in the currency it is in now */
    if (rc == CRM4E_OK) {
        rc = c4_write_compute(write); /* what it is computed by may have changed */
    }
    if (rc == CRM4E_OK) {
        rc = c4_write_keys(write);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    row[C4_COLUMN_MODIFIED_BY] = c4_integer(unit->actor->id);
    row[C4_COLUMN_MODIFIED_TIME] = c4_integer(unit->now > before ? unit->now : before);
    row[C4_COLUMN_VERSION].integer++;
    rc = c4_db_insert(unit->db, &write->module->table, row);
    if (rc == CRM4E_E_CONFLICT) {
        return c4_write_name_conflict(write);
    }
    if (rc == CRM4E_OK) {
        rc = c4_db_remove(unit->db, &c4_tables[C4_TABLE_BIN], id);
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

int c4_record_restore(c4_unit *unit, const char *module, crm4e_id id)
{
    c4_write write;
    int rc = c4_write_open(&write, unit, module, CRM4E_ACTION_DELETE);

    if (rc == CRM4E_OK) {
        rc = c4_bin_find(&write, id);
    }
    if (rc == CRM4E_OK) {
        rc = check_scope(&write, id);
    }
    if (rc == CRM4E_OK) {
        rc = check_parent(&write);
    }
    if (rc == CRM4E_OK) {
        rc = c4_write_settle_tags(&write);
    }
    if (rc == CRM4E_OK) {
        rc = take_out_of_bin(&write, id);
    }
    if (rc == CRM4E_OK) {
        rc = c4_record_rest_shares(unit, id, false);
    }
    if (rc == CRM4E_OK) {
        rc = c4_write_history(&write, C4_RECORD_RESTORED);
    }
    if (rc == CRM4E_OK) {
        rc = c4_write_told(&write, id, C4_RECORD_RESTORED);
    }
    c4_write_end(&write);
    return rc;
}

/* NOT_FOUND unless the record lies in the bin and is of the module. */
static int check_in_bin(c4_unit *unit, const c4_module *module, crm4e_id id)
{
    static const uint32_t column = C4_BIN_MODULE;
    crm4e_value value;
    int rc = id > 0 ? c4_db_get(unit->db, &c4_tables[C4_TABLE_BIN], id, &column, &value, 1)
                    : CRM4E_E_NOT_FOUND;

    if (rc == CRM4E_OK && value.integer != module->number) {
        rc = CRM4E_E_NOT_FOUND;
    }
    if (rc == CRM4E_E_NOT_FOUND) {
        return c4_no_such_record(unit);
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

/* What is damaged in the bin can be purged too. */
static int purge(c4_unit *unit, const c4_scope *scope, crm4e_id id)
{
    int rc = c4_access_authorise(scope, NULL, id);

    if (rc != CRM4E_OK) {
        return rc;
    }
    rc = c4_db_remove(unit->db, &c4_tables[C4_TABLE_BIN], id);
    if (rc == CRM4E_OK) {
        rc = c4_db_drop_beside(unit->db); /* columns of before the record was deleted */
    }
    if (rc != CRM4E_OK) {
        return c4_fail_plain(unit->error, rc);
    }
    rc = c4_record_drop_shares(unit, id);
    if (rc == CRM4E_OK && scope->module->number == C4_ATTACHMENTS) {
        rc = c4_file_drop(unit, id);
    }
    if (rc == CRM4E_OK) {
        rc = c4_files_leave_record(unit, scope->module, id);
    }
    if (rc == CRM4E_OK) {
        rc = c4_record_drop_children(unit, id);
    }
    if (rc == CRM4E_OK) {
        rc = c4_interactions_drop(unit, id);
    }
    return rc == CRM4E_OK ? c4_audit(unit, "record_purged", id, scope->module->api_name) : rc;
}

static int check_purger(c4_unit *unit)
{
    return C4_REFUSES(PURGE, !c4_actor_is_administrator(unit))
               ? c4_fail(unit->error, CRM4E_E_DENIED, "only administrators purge records")
               : CRM4E_OK;
}

int c4_record_purge(c4_unit *unit, const char *module, crm4e_id id)
{
    c4_scope scope;
    int rc = c4_access_module(unit, module, CRM4E_ACTION_DELETE, &scope);

    if (rc == CRM4E_OK) {
        rc = check_purger(unit);
    }
    if (rc == CRM4E_OK) {
        rc = check_in_bin(unit, scope.module, id);
    }
    return rc == CRM4E_OK ? purge(unit, &scope, id) : rc;
}

/* An emptying in progress. */
typedef struct emptying {
    c4_unit *unit;
    c4_asked *modules;
    c4_bin_walk walk;
    int64_t until; /* what was deleted then or before */
    size_t budget;
    size_t done;
} emptying;

/* What a host refuses, and what lies in modules that are out of use, stays. */
static int purge_line(emptying *e, const c4_bin_line *line)
{
    const c4_module *module = NULL;
    c4_asked *asked = c4_asked_at(e->unit, e->modules, line->module, &module);
    bool gone = false;
    int rc = asked != NULL ? c4_asked_open(e->unit, module, CRM4E_ACTION_DELETE, asked) : CRM4E_OK;

    if (rc == CRM4E_OK && asked != NULL && asked->open) {
        rc = c4_asked_quietly(e->unit, purge(e->unit, &asked->scope, line->id), &gone);
    }
    e->done += gone ? 1 : 0;
    return rc;
}

static int purge_lines(emptying *e)
{
    c4_bin_line lines[C4_BIN_LINES];
    size_t count = C4_BIN_LINES;
    int rc = CRM4E_OK;

    while (rc == CRM4E_OK && count == C4_BIN_LINES && e->done < e->budget) {
        rc = c4_bin_read(&e->walk, C4_BIN_LINES, lines, &count);
        for (size_t i = 0; i < count && rc == CRM4E_OK && e->done < e->budget; i++) {
            if (lines[i].time > e->until) {
                return CRM4E_OK;
            }
            rc = purge_line(e, &lines[i]);
        }
    }
    return rc;
}

int c4_bin_empty(c4_unit *unit, const char *module, int64_t age, size_t budget, size_t *done)
{
    emptying e = {.unit = unit, .until = unit->now - age, .budget = budget};
    c4_scope scope = {0};
    int rc = c4_access_actor(unit);

    *done = 0;
    if (rc == CRM4E_OK && module != NULL) {
        rc = c4_access_module(unit, module, CRM4E_ACTION_DELETE, &scope);
    }
    if (rc == CRM4E_OK) {
        rc = check_purger(unit);
    }
    e.modules = c4_asked_new(unit);
    if (rc == CRM4E_OK && e.modules == NULL) {
        rc = c4_record_no_memory(unit);
    }
    c4_bin_walk_start(&e.walk, unit, scope.module, false);
    if (rc == CRM4E_OK) {
        rc = purge_lines(&e);
    }
    *done = e.done;
    return rc;
}
