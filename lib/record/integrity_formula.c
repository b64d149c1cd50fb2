/* SPDX-License-Identifier: MIT */
/* Whether the formulas of a record are what its other values make of them. */
#include "record/integrity_inside.h"

/* The row is worked out again in scratch. */
void c4_check_formulas(c4_checking *c, const c4_module *module, const crm4e_value *row)
{
    c4_unit unit = *c->unit;
    c4_write write;
    int rc = CRM4E_OK;

    if (module->formula_count == 0) {
        return;
    }
    unit.arena = &c->row;
    c4_write_start(&write, &unit, module);
    write.after = c4_arena_copy(&c->row, row, module->table.column_count * sizeof *row);
    rc = write.after != NULL ? c4_write_compute(&write) : CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < module->formula_count && rc == CRM4E_OK; i++) {
        const c4_field *field = module->formulas[i];
        if (!c4_value_equal(&write.after[field->column], &row[field->column])) {
            c4_check_report(c, module->api_name, row[C4_COLUMN_ID].integer, field->api_name,
                            "is not what the other values of the record make");
        }
    }
    c4_write_end(&write);
    c->rc = c->rc == CRM4E_OK ? rc : c->rc;
}
