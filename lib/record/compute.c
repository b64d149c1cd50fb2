/* SPDX-License-Identifier: MIT */
/* Fields whose values the library makes: numbers of new records, and what
 * records that are there get when such a field is new. */
#include <stdlib.h>

#include "model/computed.h"
#include "record/file.h"
#include "record/link.h"
#include "record/rollup.h"
#include "record/search_run.h"

/* Takes the number the sequence stands at. One that is taken never comes again,
 * but in a transaction that was rolled back. */
static int take_number(c4_unit *unit, const c4_field *field, int64_t *number)
{
    static const uint32_t column = C4_SEQUENCE_NEXT;
    const crm4e_table *table = &c4_tables[C4_TABLE_SEQUENCE];
    crm4e_value next;
    int rc = c4_db_get(unit->db, table, field->number, &column, &next, 1);

    if (rc == CRM4E_E_NOT_FOUND || (rc == CRM4E_OK && next.integer < 0)) {
        return c4_fail(unit->error, CRM4E_E_CORRUPT, "%s.%s has lost its numbers",
                       field->module->api_name, field->api_name);
    }
    if (rc == CRM4E_OK && next.integer > C4_LAST_NUMBER) {
        return c4_field_refuse(unit, field, CRM4E_E_FULL, "numbers", "has no numbers left");
    }
    if (rc == CRM4E_OK) {
        *number = next.integer++;
        rc = c4_db_update(unit->db, table, field->number, &column, &next, 1);
    }
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static int number(c4_write *write, const c4_field *field)
{
    char text[C4_NUMBERING_TEXT];
    const char *copy;
    size_t length;
    int64_t next = 0;
    int rc = take_number(write->unit, field, &next);

    if (rc != CRM4E_OK) {
        return rc;
    }
    length = c4_numbering_format(field->numbering, next, text);
    copy = c4_arena_text(write->unit->arena, text, length);
    if (copy == NULL) {
        return c4_record_no_memory(write->unit);
    }
    write->after[field->column] = c4_text_value(copy, length);
    return CRM4E_OK;
}

int c4_write_number(c4_write *write)
{
    const c4_module *module = write->module;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        if (module->fields[i].numbering != NULL) {
            rc = number(write, &module->fields[i]);
        }
    }
    return rc;
}

/* A change like any other but that rules do not run: its line of history and its version
 * are the acting user's. */
static int change_record(c4_unit *unit, const c4_module *module, crm4e_id id,
                         c4_change_of_row change, const void *context)
{
    c4_record_action action = C4_RECORD_UPDATED;
    bool differs = false;
    c4_write write;
    int rc;

    c4_write_start(&write, unit, module);
    rc = c4_record_load(unit, module, id, &write.before);
    if (rc == CRM4E_OK) {
        rc = c4_write_copy(&write);
    }
    if (rc == CRM4E_OK) {
        rc = change(&write, context);
    }
    if (rc == CRM4E_OK) {
        rc = c4_write_keys(&write);
    }
    if (rc == CRM4E_OK) {
        rc = c4_write_store(&write, &action, &differs);
    }
    if (rc == CRM4E_OK && differs) {
        const c4_change told = {.module = module,
                                .record = id,
                                .action = action,
                                .before = write.before,
                                .after = write.after};
        rc = c4_search_note(unit, &told);
        rc = rc == CRM4E_OK ? c4_links_note(unit, &told) : rc;
    }
    c4_write_end(&write);
    return rc;
}

int c4_record_recompute(c4_unit *unit, const c4_module *module, crm4e_id id,
                        c4_change_of_row change, const void *context)
{
    c4_aside aside;
    int rc;

    c4_aside_start(&aside, unit);
    rc = change_record(unit, module, id, change, context);
    c4_aside_end(&aside);
    return rc;
}

static int compare_ids(const void *a, const void *b)
{
    crm4e_id x = *(const crm4e_id *)a;
    crm4e_id y = *(const crm4e_id *)b;

    return x < y ? -1 : x > y;
}

/* The ids first: rows are not walked while they change. */
int c4_records_recompute(c4_unit *unit, const c4_module *module, c4_change_of_row change,
                         const void *context)
{
    crm4e_id *ids = NULL;
    size_t count = 0;
    int rc = c4_rows_where(unit, &module->table, NULL, CRM4E_NO_INDEX, &ids, &count);

    if (rc == CRM4E_OK) {
        qsort(ids, count, sizeof *ids, compare_ids);
    }
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = c4_record_recompute(unit, module, ids[i], change, context);
    }
    return rc;
}

static int compute(c4_write *write, const void *context)
{
    (void)context;
    return c4_write_compute(write);
}

static int compute_all(c4_unit *unit, const c4_field *field)
{
    return c4_records_recompute(unit, field->module, compute, NULL);
}

static int give_number(c4_write *write, const void *context)
{
    return number(write, context);
}

static int number_all(c4_unit *unit, const c4_field *field)
{
    return c4_records_recompute(unit, field->module, give_number, field);
}

static int takes_text(c4_unit *unit, const c4_field *field, const char *text, size_t length)
{
    crm4e_value value = c4_null();
    c4_parsing to = {unit, unit->arena, field, &value, NULL};

    return c4_value_parse_text(&to, text, length);
}

const c4_computing_methods c4_computing = {number_all,      compute_all,          c4_rollup_fill,
                                           c4_rollup_check, c4_files_leave_field, takes_text};
