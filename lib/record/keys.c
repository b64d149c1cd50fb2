/* SPDX-License-Identifier: MIT */
/* Folded keys beside texts, and unique values. */
#include "record/inside.h"

#include "base/text.h"

enum {
    USUAL_BYTES = 1000 /* of the line that is written next in the same buffer */
};

static int fold_key(c4_write *write, const c4_field *field)
{
    const crm4e_value *value = &write->after[field->column];
    crm4e_value *key = &write->after[field->key_column];
    const char *copy;

    *key = c4_null();
    if (value->type != CRM4E_VALUE_TEXT) {
        return CRM4E_OK;
    }
    c4_buffer_reset(&write->buffer);
    c4_buffer_reserve(&write->buffer, USUAL_BYTES);
    c4_text_fold(&write->buffer, value->data, value->length);
    if (write->buffer.code != CRM4E_OK) {
        return c4_fail_plain(write->unit->error, write->buffer.code);
    }
    copy = c4_arena_text(write->unit->arena, c4_buffer_c_str(&write->buffer), write->buffer.length);
    if (copy == NULL) {
        return c4_record_no_memory(write->unit);
    }
    *key = c4_text_value(copy, write->buffer.length);
    return CRM4E_OK;
}

int c4_write_keys(c4_write *write)
{
    const c4_module *module = write->module;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        const c4_field *field = &module->fields[i];
        if (field->key_column != 0 && field->type != CRM4E_TYPE_MULTI_MODULE_LOOKUP &&
            c4_field_differs(field, write->before, write->after)) {
            rc = fold_key(write, field);
        }
    }
    return rc;
}

int c4_unique_holder(c4_unit *unit, const c4_field *field, const crm4e_value *row, crm4e_id *holder)
{
    static const uint32_t id_column = C4_COLUMN_ID;
    const uint32_t column = (field->flags & C4_FIELD_FOLDED) != 0 && field->key_column != 0
                                ? field->key_column
                                : field->column;
    const bool stored = row[C4_COLUMN_ID].type != CRM4E_VALUE_NULL;
    const crm4e_predicate both[] = {
        c4_where(CRM4E_OP_EQ, column, &row[column], 1),
        c4_where(CRM4E_OP_NE, C4_COLUMN_ID, &row[C4_COLUMN_ID], 1),
    };
    const crm4e_predicate where = c4_where_all(both, stored ? 2 : 1);
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, &field->module->table);
    plan.where = &where;
    plan.columns = &id_column;
    plan.column_count = 1;
    rc = c4_rows_first(unit->db, &plan, holder);
    return rc < 0 ? c4_fail_plain(unit->error, rc) : CRM4E_OK;
}

int c4_write_name_conflict(c4_write *write)
{
    const c4_module *module = write->module;
    crm4e_id holder = 0;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        const c4_field *field = &module->fields[i];
        if ((field->flags & C4_FIELD_UNIQUE) == 0 ||
            write->after[field->column].type == CRM4E_VALUE_NULL) {
            continue;
        }
        rc = c4_unique_holder(write->unit, field, write->after, &holder);
        if (rc == CRM4E_OK && holder != 0) {
            rc = c4_field_refuse(write->unit, field, CRM4E_E_CONFLICT, "unique",
                                 "holds a value that is taken");
        }
    }
    return rc == CRM4E_OK ? c4_fail_plain(write->unit->error, CRM4E_E_CONFLICT) : rc;
}
