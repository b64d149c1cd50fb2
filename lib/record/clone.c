/* SPDX-License-Identifier: MIT */
/* What of a record a new one begins with. */
#include "record/subform.h"

/* What is one record's own, or the library's to write. */
static bool is_copied(const c4_field *field)
{
    const uint32_t own = C4_FIELD_SYSTEM | C4_FIELD_READ_ONLY | C4_FIELD_UNIQUE;

    return (field->flags & own) == 0 && field->type != CRM4E_TYPE_AUTONUMBER &&
           field != field->module->exchange_rate;
}

/* What a field refuses is left out, whoever refuses it; other failures come through. */
static int quietly(c4_unit *unit, int rc, bool *may)
{
    *may = rc == CRM4E_OK;
    if (rc == CRM4E_E_INVALID || rc == CRM4E_E_DENIED) {
        c4_failure_clear(unit->error);
        rc = CRM4E_OK;
    }
    return rc;
}

/* As the setters would take it: what a multi-module lookup leads to beside the id. */
static crm4e_value value_of(const c4_field *field, const crm4e_value *row)
{
    crm4e_value value = row[field->column];

    value.reserved = field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP
                         ? (uint32_t)row[field->key_column].integer
                         : 0;
    return value;
}

/* Whether the record would take the value today: it may have been retired, or point to
 * somebody who left or to a record that is closed to the actor. */
static int is_taken(c4_write *write, const c4_field *field, const crm4e_value *value, bool *taken)
{
    write->after[field->column] = *value;
    return quietly(write->unit, c4_write_check_value(write, field), taken);
}

int c4_write_take_over(c4_write *write, const c4_field *field, const crm4e_value *row,
                       c4_draft *draft)
{
    const size_t at = (size_t)(field - draft->module->fields);
    crm4e_value value = value_of(field, row);
    bool may = false;
    int rc = quietly(write->unit, c4_access_write_field(&write->scope, field), &may);

    if (rc == CRM4E_OK && may && field->type == CRM4E_TYPE_SUBFORM) {
        rc = c4_subrows_copy(write, draft->arena, field, &value);
    }
    if (rc == CRM4E_OK && may) {
        rc = is_taken(write, field, &value, &may);
    }
    if (rc == CRM4E_OK && may) {
        draft->values[at] = value;
        draft->set[at] = true;
    }
    return rc;
}

/* A record on its way into a draft. */
typedef struct copying {
    c4_write write;
    const crm4e_value *row;
    const bool *readable;
    c4_draft *draft;
} copying;

static int copy_field(copying *c, const c4_field *field)
{
    const bool amount = field->type == CRM4E_TYPE_CURRENCY && c->write.leaves_amounts;

    return c->readable[field - c->write.module->fields] && is_copied(field) && !amount &&
                   c->row[field->column].type != CRM4E_VALUE_NULL
               ? c4_write_take_over(&c->write, field, c->row, c->draft)
               : CRM4E_OK;
}

/* First of all: without their currency amounts would be others. A hidden one is NULL in the row,
 * and whether it is the home currency is not to be told by what is copied. */
static int copy_currency(copying *c)
{
    const c4_module *module = c->write.module;
    size_t at;
    int rc;

    if (module->currency == NULL) {
        return CRM4E_OK;
    }
    at = (size_t)(module->currency - module->fields);
    rc = copy_field(c, module->currency);
    c->write.leaves_amounts =
        !c->readable[at] ||
        (!c->draft->set[at] && c->row[module->currency->column].type != CRM4E_VALUE_NULL);
    return rc;
}

int c4_record_clone(const c4_scope *create, const crm4e_value *row, const bool *readable,
                    c4_draft *draft)
{
    const c4_module *module = create->module;
    copying c = {.row = row, .readable = readable, .draft = draft};
    int rc;

    c4_write_start(&c.write, create->unit, module);
    c.write.scope = *create;
    c.write.after = c4_row_new(create->unit, module);
    rc = c.write.after == NULL ? c4_record_no_memory(create->unit) : copy_currency(&c);
    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        if (&module->fields[i] != module->currency) {
            rc = copy_field(&c, &module->fields[i]);
        }
    }
    c4_write_end(&c.write);
    return rc;
}
