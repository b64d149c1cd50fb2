/* SPDX-License-Identifier: MIT */
#include "record/history_purge.h"

#include "base/civil.h"
#include "record/inside.h"

/* A line that is old enough. */
typedef struct old_line {
    int64_t id;
    int64_t record;
    bool empty; /* without values */
} old_line;

/* Up to `most` lines behind the last one that was looked at, in the arena. */
static int find_old(c4_unit *unit, size_t most, old_line **lines, size_t *count)
{
    static const uint32_t columns[] = {0, C4_HISTORY_TIME, C4_HISTORY_RECORD, C4_HISTORY_CHANGES};
    const crm4e_value seen = c4_integer(unit->state.history_seen);
    const crm4e_predicate where = c4_where(CRM4E_OP_GT, 0, &seen, 1);
    const crm4e_order by_id = {.column = 0};
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    *lines = c4_arena_array(unit->arena, most, sizeof **lines);
    if (*lines == NULL)
        return CRM4E_E_NO_MEMORY;
    c4_plan_init(&plan, &c4_tables[C4_TABLE_HISTORY]);
    plan.where = &where;
    plan.columns = columns;
    plan.column_count = 4;
    plan.order = &by_id;
    plan.order_count = 1;
    plan.limit = (int64_t)most;
    plan.first = unit->state.history_seen + 1;
    rc = c4_rows_open(&rows, unit->db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW &&
           row[1].integer < unit->state.history_from) {
        (*lines)[(*count)++] =
            (old_line){row[0].integer, row[2].integer, row[3].type == CRM4E_VALUE_NULL};
        rc = CRM4E_OK;
    }
    c4_rows_close(rows);
    return rc < 0 ? rc : CRM4E_OK;
}

/* Whether the record has a later line. */
static int is_followed(c4_unit *unit, const old_line *line, bool *followed)
{
    static const uint32_t column = 0;
    const crm4e_value record = c4_integer(line->record);
    const crm4e_value id = c4_integer(line->id);
    const crm4e_predicate parts[] = {
        c4_where(CRM4E_OP_EQ, C4_HISTORY_RECORD, &record, 1),
        c4_where(CRM4E_OP_GT, 0, &id, 1),
    };
    const crm4e_predicate where = c4_where_all(parts, 2);
    int64_t later = 0;
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, &c4_tables[C4_TABLE_HISTORY]);
    plan.where = &where;
    plan.columns = &column;
    plan.column_count = 1;
    plan.index = C4_HISTORY_BY_RECORD;
    rc = c4_rows_first(unit->db, &plan, &later);
    *followed = rc == CRM4E_ROW;
    return rc < 0 ? rc : CRM4E_OK;
}

/* Who follows the feed from before this line would miss it. */
static void cut(c4_unit *unit, const old_line *line)
{
    if (line->id > unit->state.history_cut)
        unit->state.history_cut = line->id;
}

static int take(c4_unit *unit, const old_line *line)
{
    static const uint32_t column = C4_HISTORY_CHANGES;
    const crm4e_table *table = &c4_tables[C4_TABLE_HISTORY];
    const crm4e_value nothing = c4_null();
    bool followed = false;
    int rc = is_followed(unit, line, &followed);

    if (rc == CRM4E_OK && (followed || !line->empty))
        cut(unit, line);
    if (rc == CRM4E_OK && followed)
        rc = c4_db_remove(unit->db, table, line->id);
    else if (rc == CRM4E_OK && !line->empty)
        rc = c4_db_update(unit->db, table, line->id, &column, &nothing, 1);
    return rc;
}

/* Each round goes through all lines before one time. */
static bool start_round(c4_unit *unit)
{
    int64_t horizon = unit->now - unit->meta->org.history_days * C4_DAY_MICROSECONDS;

    if (unit->meta->org.history_days == 0)
        return false;
    if (unit->state.history_seen == 0 && horizon > unit->state.history_from)
        unit->state.history_from = horizon;
    return unit->state.history_from > 0;
}

int c4_history_purge(c4_unit *unit, int32_t budget, int32_t *done)
{
    old_line *lines = NULL;
    size_t count = 0;
    int rc = c4_need_administrator(unit, "history is purged by system administrators");

    *done = 0;
    if (rc != CRM4E_OK || !start_round(unit))
        return rc;
    rc = find_old(unit, (size_t)budget, &lines, &count);
    if (rc == CRM4E_OK && count > 0)
        rc = c4_db_drop_beside(unit->db); /* columns with values of those times */
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++)
        rc = take(unit, &lines[i]);
    unit->state.history_seen = count < (size_t)budget ? 0 : lines[count - 1].id;
    unit->state_dirty = true;
    *done = (int32_t)count;
    return c4_stored(unit, rc);
}
