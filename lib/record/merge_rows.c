/* SPDX-License-Identifier: MIT */
/* Lookups in rows of subforms follow a record that is merged into another. */
#include "record/merge.h"

#include <inttypes.h>
#include <stdio.h>

#include "record/price_book.h"

enum {
    ENDS = 2, /* what stands behind a value in the text of a row */
    PATTERN = 64
};

/* A lookup in a subform that changes where it leads. */
typedef struct turning {
    const c4_field *field;
    const c4_field *column;
    crm4e_id from;
    crm4e_id to;
} turning;

/* Ids of the records whose rows have the value, told by the text they are kept in. */
static int find_records(c4_unit *unit, const turning *turn, crm4e_id **ids, size_t *count)
{
    static const char ends[ENDS] = {',', '}'};
    char patterns[ENDS][PATTERN];
    crm4e_value values[ENDS];
    crm4e_predicate parts[ENDS];
    crm4e_predicate any;

    for (size_t i = 0; i < ENDS; i++) {
        (void)snprintf(patterns[i], PATTERN, "\"%" PRId32 "\":%" PRId64 "%c", turn->column->number,
                       (int64_t)turn->from, ends[i]);
        values[i] = c4_c_text(patterns[i]);
        parts[i] = c4_where(CRM4E_OP_CONTAINS, turn->field->column, &values[i], 1);
    }
    any = c4_where_any(parts, ENDS);
    return c4_rows_where(unit, &turn->field->module->table, &any, CRM4E_NO_INDEX, ids, count);
}

static bool leads_to(const c4_subrow *row, const c4_field *column, crm4e_id id)
{
    const crm4e_value *value = &row->values[column->column];

    return value->type == CRM4E_VALUE_INTEGER && value->integer == id;
}

/* A price book that lists both keeps the price of the one that stays; no record has itself in a
 * row. */
static void turn_items(const turning *turn, bool itself, c4_subrows *rows)
{
    bool listed = false;
    size_t kept = 0;

    for (size_t i = 0; i < rows->count && c4_price_book_is_list(turn->field); i++) {
        listed = listed || leads_to(&rows->items[i], turn->column, turn->to);
    }
    for (size_t i = 0; i < rows->count; i++) {
        c4_subrow *row = &rows->items[i];
        const bool turns = leads_to(row, turn->column, turn->from);
        if (turns) {
            row->values[turn->column->column] = itself ? c4_null() : c4_integer(turn->to);
        }
        if (!turns || !listed) {
            rows->items[kept++] = *row;
        }
    }
    rows->count = kept;
}

static int turn_rows(c4_write *write, const void *context)
{
    const turning *turn = context;
    const bool itself = write->before[C4_COLUMN_ID].integer == turn->to;
    crm4e_value *value = &write->after[turn->field->column];
    c4_subrows rows;
    int rc = c4_subrows_load(write->unit, turn->field, value, &rows);

    if (rc != CRM4E_OK) {
        return rc;
    }
    turn_items(turn, itself, &rows);
    rc = c4_subrows_write(write->unit, write->unit->arena, turn->field, &rows, false, value);
    return rc == CRM4E_OK ? c4_write_compute(write) : rc;
}

static int turn_column(c4_unit *unit, const turning *turn)
{
    crm4e_id *ids = NULL;
    size_t count = 0;
    int rc = find_records(unit, turn, &ids, &count);

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = c4_record_recompute(unit, turn->field->module, ids[i], turn_rows, turn);
    }
    return rc;
}

int c4_merge_turn_rows(c4_unit *unit, const c4_field *field, const c4_module *module, crm4e_id from,
                       crm4e_id to)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < field->column_count && rc == CRM4E_OK; i++) {
        const turning turn = {field, &field->columns[i], from, to};
        if (c4_merge_may_point(turn.column, module)) {
            rc = turn_column(unit, &turn);
        }
    }
    return rc;
}
