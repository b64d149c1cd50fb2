/* SPDX-License-Identifier: MIT */
/* What rules set on the record that set them off. */
#include "automation/run.h"

#include "model/manage_rules.h"
#include "record/inside.h"

enum {
    MOST_BYTES = 1024 * 1024 /* of texts that wait: a line of history holds them all */
};

int c4_run_take(c4_run *run)
{
    c4_unit *unit = run->unit;
    const c4_module *module = run->change->module;
    c4_hand *hand = &run->hand;
    int rc = CRM4E_OK;

    if (hand->stored != NULL) {
        return CRM4E_OK;
    }
    if (hand->known) {
        hand->stored = c4_arena_copy(unit->arena, run->change->after,
                                     module->table.column_count * sizeof *hand->stored);
        rc = hand->stored != NULL ? CRM4E_OK : c4_record_no_memory(unit);
    } else {
        rc = c4_record_load(unit, module, run->change->record, &hand->stored);
    }
    hand->row = hand->stored;
    return rc;
}

/* What the rule writes can be undone, beginning with what it finds waiting. */
static int mark(c4_run *run)
{
    int rc = run->marked ? CRM4E_OK : c4_stored(run->unit, c4_db_savepoint(run->unit->db));

    run->marked = rc == CRM4E_OK;
    return rc;
}

static size_t bytes_of(const crm4e_value *value)
{
    return value->type == CRM4E_VALUE_TEXT ? value->length : 0;
}

/* Such a value is compared with others when it is written, which belongs to the action. */
static bool is_unique(const c4_module *module, const c4_hand *hand)
{
    bool found = false;

    for (size_t i = 0; i < module->field_count && !found; i++) {
        const c4_field *field = &module->fields[i];
        found = (field->flags & C4_FIELD_UNIQUE) != 0 &&
                c4_field_differs(field, hand->stored, hand->row);
    }
    return found;
}

int c4_run_gather(c4_run *run, c4_draft *draft, const c4_field *field)
{
    c4_hand *hand = &run->hand;
    int rc = c4_run_take(run);

    if (rc == CRM4E_OK) {
        rc = c4_record_gather(run->unit, draft, &hand->row);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    hand->bytes += bytes_of(&hand->stored[field->column]) + bytes_of(&hand->row[field->column]);
    if (hand->bytes > MOST_BYTES || is_unique(run->change->module, hand)) {
        rc = mark(run);
        rc = rc == CRM4E_OK ? c4_run_flush(run) : rc;
    }
    return rc;
}

/* A row that waits stays as it is: where the write is undone, it waits again. */
int c4_run_flush(c4_run *run)
{
    c4_hand *hand = &run->hand;
    crm4e_value *stored = NULL;
    int rc = CRM4E_OK;

    if (hand->row != hand->stored) {
        rc = c4_record_write_gathered(run->unit, run->change->module, hand->stored, hand->row,
                                      &stored);
        *hand = (c4_hand){.stored = stored, .row = stored};
    }
    return rc;
}

int c4_run_leave(c4_run *run)
{
    int rc = mark(run);

    rc = rc == CRM4E_OK ? c4_run_flush(run) : rc;
    run->hand = (c4_hand){.known = false};
    return rc;
}
