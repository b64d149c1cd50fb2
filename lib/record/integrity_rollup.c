/* SPDX-License-Identifier: MIT */
/* Whether every roll-up is what its records add up to. */
#include "record/integrity_inside.h"
#include "record/rollup.h"

static void check_total(c4_checking *c, const void *about, const crm4e_value *row)
{
    const c4_rollup_totals *totals = about;
    const c4_field *field = totals->field;
    crm4e_value value = c4_null();

    if (c4_rollup_totals_worth(totals, c->unit, row[C4_COLUMN_ID].integer, &value) != CRM4E_OK) {
        c4_failure_clear(c->unit->error);
    }
    if (!c4_value_equal(&value, &row[field->column])) {
        c4_check_report(c, field->module->api_name, row[C4_COLUMN_ID].integer, field->api_name,
                        "is not what its records add up to");
    }
}

static int check_rollup(c4_checking *c, const c4_field *field)
{
    c4_rollup_totals totals;
    int rc = c4_rollup_totals_read(&totals, c->unit, field);

    if (rc == CRM4E_OK) {
        rc = c4_check_table(c, &field->module->table, check_total, &totals);
    }
    c4_rollup_totals_free(&totals);
    /* a value whose criteria no longer fit the module stays as it was */
    return rc == CRM4E_E_INVALID ? CRM4E_OK : rc;
}

int c4_check_rollups(c4_checking *c)
{
    const c4_meta *meta = c->unit->meta;
    int rc = CRM4E_OK;

    for (size_t m = 0; m < meta->module_count && rc == CRM4E_OK; m++) {
        for (size_t i = 0; i < meta->modules[m]->rollup_count && rc == CRM4E_OK; i++) {
            rc = check_rollup(c, meta->modules[m]->rollups[i]);
        }
    }
    return rc;
}
