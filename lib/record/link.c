/* SPDX-License-Identifier: MIT */
#include "record/link.h"

#include "record/inside.h"

static const crm4e_table *links(void)
{
    return &c4_tables[C4_TABLE_LINK];
}

static crm4e_predicate is(uint32_t column, const crm4e_value *value)
{
    return c4_where(CRM4E_OP_EQ, column, value, 1);
}

/* ------------------------------------------------------------- reading */

int c4_links_of(c4_unit *unit, crm4e_id record, const c4_field *field, crm4e_id *lines,
                crm4e_id *targets, size_t *count)
{
    static const uint32_t columns[] = {C4_COLUMN_ID, C4_LINK_TARGET};
    const crm4e_value of[] = {c4_integer(record), c4_integer(field->number)};
    crm4e_predicate both[] = {is(C4_LINK_RECORD, &of[0]), is(C4_LINK_FIELD, &of[1])};
    const crm4e_predicate where = c4_where_all(both, 2);
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    *count = 0;
    c4_plan_init(&plan, links());
    plan.where = &where;
    plan.columns = columns;
    plan.column_count = 2;
    plan.index = C4_LINK_BY_RECORD;
    plan.limit = C4_LIST_MAX;
    rc = c4_rows_open(&rows, unit->db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        lines[*count] = row[0].integer;
        targets[(*count)++] = row[1].integer;
        rc = CRM4E_OK;
    }
    c4_rows_close(rows);
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

int c4_links_to(c4_unit *unit, const c4_field *field, crm4e_id target, crm4e_id **ids,
                size_t *count)
{
    static const uint32_t column = C4_LINK_RECORD;
    const crm4e_value of[] = {c4_integer(field->number), c4_integer(target)};
    crm4e_predicate both[] = {is(C4_LINK_FIELD, &of[0]), is(C4_LINK_TARGET, &of[1])};
    const crm4e_predicate where = c4_where_all(both, 2);
    crm4e_value record;
    int rc = c4_rows_where(unit, links(), &where, C4_LINK_BY_TARGET, ids, count);

    for (size_t i = 0; i < *count && rc == CRM4E_OK; i++) {
        rc = c4_stored(unit, c4_db_get(unit->db, links(), (*ids)[i], &column, &record, 1));
        (*ids)[i] = record.integer;
    }
    return rc;
}

/* ------------------------------------------------------------- keeping */

static bool has(const crm4e_value *list, int64_t wanted)
{
    size_t at = 0;
    int64_t item;
    bool found = false;

    while (!found && c4_list_next(list, &at, &item)) {
        found = item == wanted;
    }
    return found;
}

static int add(c4_unit *unit, const c4_field *field, crm4e_id record, crm4e_id target)
{
    const crm4e_id id = c4_unit_new_id(unit);
    crm4e_value row[C4_LINK_COLUMNS];

    if (id == 0) {
        return c4_fail(unit->error, CRM4E_E_FULL, "the org has no ids left");
    }
    row[0] = c4_integer(id);
    row[C4_LINK_FIELD] = c4_integer(field->number);
    row[C4_LINK_RECORD] = c4_integer(record);
    row[C4_LINK_TARGET] = c4_integer(target);
    return c4_stored(unit, c4_db_insert(unit->db, links(), row));
}

static int remove_lines(c4_unit *unit, const c4_field *field, crm4e_id record,
                        const crm4e_value *after)
{
    crm4e_id lines[C4_LIST_MAX];
    crm4e_id targets[C4_LIST_MAX];
    size_t count = 0;
    int rc = c4_links_of(unit, record, field, lines, targets, &count);

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        if (!has(after, targets[i])) {
            rc = c4_stored(unit, c4_db_remove(unit->db, links(), lines[i]));
        }
    }
    return rc;
}

static int settle(c4_unit *unit, const c4_field *field, crm4e_id record, const crm4e_value *before,
                  const crm4e_value *after)
{
    size_t at = 0;
    int64_t target;
    int rc = before->type != CRM4E_VALUE_NULL ? remove_lines(unit, field, record, after) : CRM4E_OK;

    while (rc == CRM4E_OK && c4_list_next(after, &at, &target)) {
        rc = has(before, target) ? CRM4E_OK : add(unit, field, record, target);
    }
    return rc;
}

int c4_links_note(c4_unit *unit, const c4_change *change)
{
    static const crm4e_value nothing = {.type = CRM4E_VALUE_NULL};
    const c4_module *module = change->module;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        const c4_field *field = &module->fields[i];
        const crm4e_value *before =
            change->before != NULL ? &change->before[field->column] : &nothing;
        const crm4e_value *after = change->after != NULL ? &change->after[field->column] : &nothing;
        if (field->type == CRM4E_TYPE_MULTISELECTLOOKUP && !c4_value_equal(before, after)) {
            rc = settle(unit, field, change->record, before, after);
        }
    }
    return rc;
}

int c4_links_drop(c4_unit *unit, const c4_field *field)
{
    return field->type == CRM4E_TYPE_MULTISELECTLOOKUP
               ? c4_rows_drop(unit, links(), C4_LINK_FIELD, field->number)
               : CRM4E_OK;
}

/* ------------------------------------------------------------- asking */

bool c4_links_where(c4_arena *arena, const c4_field *field, const crm4e_predicate *which,
                    crm4e_predicate *out)
{
    crm4e_value *number = c4_arena_array(arena, 1, sizeof *number);
    crm4e_predicate *both = c4_arena_array(arena, 2, sizeof *both);
    crm4e_predicate *where = c4_arena_array(arena, 1, sizeof *where);

    if (number == NULL || both == NULL || where == NULL) {
        return false;
    }
    *number = c4_integer(field->number);
    both[0] = is(C4_LINK_FIELD, number);
    both[1] = *which;
    *where = c4_where_all(both, 2);
    *out = (crm4e_predicate){.op = CRM4E_OP_IN_SELECT,
                             .column = C4_COLUMN_ID,
                             .select_table = links(),
                             .select_column = C4_LINK_RECORD,
                             .children = where,
                             .child_count = 1};
    return true;
}

int32_t c4_links_field(const crm4e_predicate *select)
{
    return (int32_t)select->children[0].children[0].values[0].integer;
}

const crm4e_predicate *c4_links_which(const crm4e_predicate *select)
{
    return &select->children[0].children[1];
}
