/* SPDX-License-Identifier: MIT */
/* Plans as SELECT statements. */
#include "storage/sql/sql.h"

enum {
    KEEP_COLUMNS_MOST = 100, /* functions take 127 arguments at most */
    NESTING_MOST = 20        /* SQLite's parser overflows near 32 */
};

size_t c4_sql_order_count(const crm4e_plan *plan)
{
    size_t count = 1;
    if (plan->order_count > 0)
        count = plan->order_count;
    else if (plan->index != CRM4E_NO_INDEX)
        count = plan->table->indexes[plan->index].column_count;
    return count;
}

/* What it names, else that of the index it walks, else the id. */
crm4e_order c4_sql_order(const crm4e_plan *plan, size_t term)
{
    crm4e_order order = {0};
    if (plan->order_count > 0)
        order = plan->order[term];
    else if (plan->index != CRM4E_NO_INDEX)
        order.column = plan->table->indexes[plan->index].columns[term];
    return order;
}

uint32_t c4_sql_handles(const crm4e_plan *plan)
{
    uint32_t parts =
        CRM4E_HANDLES_ORDER | CRM4E_HANDLES_LIMIT | CRM4E_HANDLES_INDEX | CRM4E_HANDLES_RANGES;
    if (c4_sql_depth(plan->where) <= NESTING_MOST)
        parts |= CRM4E_HANDLES_WHERE;
    if (plan->keep_column_count <= KEEP_COLUMNS_MOST)
        parts |= CRM4E_HANDLES_KEEP;
    return parts;
}

static void order_operand(c4_sql *sql, const crm4e_plan *plan, crm4e_order order)
{
    bool fold = (order.flags & CRM4E_FOLD) != 0;
    if (fold) {
        c4_sql_text(sql, sql->dialect->fold);
        c4_sql_text(sql, "(");
    }
    c4_sql_column(sql, plan->table, order.column);
    if (fold)
        c4_sql_text(sql, ")");
}

static void result(c4_sql *sql, const crm4e_plan *plan, unsigned flags)
{
    const char *before = "SELECT ";
    size_t keys = (flags & C4_SQL_PER_RANGE) != 0 ? c4_sql_order_count(plan) : 0;
    for (size_t i = 0; i < plan->column_count; i++, before = ", ") {
        c4_sql_text(sql, before);
        c4_sql_column(sql, plan->table, plan->columns[i]);
    }
    for (size_t i = 0; i < keys; i++, before = ", ") {
        c4_sql_text(sql, before);
        order_operand(sql, plan, c4_sql_order(plan, i));
    }
    if (plan->column_count + keys == 0)
        c4_sql_text(sql, "SELECT 1");
}

static void source(c4_sql *sql, const crm4e_plan *plan)
{
    c4_sql_text(sql, " FROM ");
    c4_sql_table(sql, plan->table);
    if (plan->index != CRM4E_NO_INDEX && sql->dialect->index_hint) {
        c4_sql_text(sql, " INDEXED BY ");
        c4_sql_index(sql, &plan->table->indexes[plan->index]);
    }
}

static void ranges(c4_sql *sql, const crm4e_plan *plan, unsigned flags)
{
    uint32_t column = plan->table->indexes[plan->index].columns[0];
    c4_sql_binding range = {.kind = C4_SQL_RANGE};
    crm4e_predicate set = {.op = CRM4E_OP_IN_SET,
                           .column = column,
                           .set = plan->ranges,
                           .set_count = plan->range_count};
    if ((flags & C4_SQL_PER_RANGE) != 0) {
        c4_sql_column(sql, plan->table, column);
        c4_sql_text(sql, " = ");
        c4_sql_bind(sql, &range);
    } else {
        c4_sql_ranges(sql, plan->table, &set);
    }
}

/* Last, so that it sees only rows that match everything else. */
static void keep(c4_sql *sql, const crm4e_plan *plan)
{
    c4_sql_binding binding = {.kind = C4_SQL_KEEP};
    c4_sql_text(sql, sql->dialect->keep);
    c4_sql_text(sql, "(");
    c4_sql_bind(sql, &binding);
    for (size_t i = 0; i < plan->keep_column_count; i++) {
        c4_sql_text(sql, ", ");
        c4_sql_column(sql, plan->table, plan->keep_columns[i]);
    }
    c4_sql_text(sql, ")");
}

static void conditions(c4_sql *sql, const crm4e_plan *plan, unsigned flags)
{
    const char *before = " WHERE ";
    if (plan->ranges != NULL && plan->index != CRM4E_NO_INDEX) {
        c4_sql_text(sql, before);
        ranges(sql, plan, flags);
        before = " AND ";
    }
    if (plan->where != NULL) {
        c4_sql_text(sql, before);
        c4_sql_where(sql, plan->table, plan->where);
        before = " AND ";
    }
    if (plan->keep != NULL) {
        c4_sql_text(sql, before);
        keep(sql, plan);
    }
}

static void order(c4_sql *sql, const crm4e_plan *plan)
{
    size_t count = c4_sql_order_count(plan);
    for (size_t i = 0; i < count; i++) {
        crm4e_order term = c4_sql_order(plan, i);
        c4_sql_text(sql, i == 0 ? " ORDER BY " : ", ");
        order_operand(sql, plan, term);
        if (term.descending != 0)
            c4_sql_text(sql, " DESC");
    }
}

static void limit(c4_sql *sql, const crm4e_plan *plan, unsigned flags)
{
    if ((flags & C4_SQL_PER_RANGE) != 0) {
        c4_sql_text(sql, " LIMIT ");
        c4_sql_bind_integer(sql, plan->limit + plan->offset);
    } else if (plan->limit >= 0 || plan->offset > 0) {
        c4_sql_text(sql, " LIMIT ");
        c4_sql_bind_integer(sql, plan->limit);
        c4_sql_text(sql, " OFFSET ");
        c4_sql_bind_integer(sql, plan->offset);
    }
}

void c4_sql_select(c4_sql *sql, const crm4e_plan *plan, unsigned flags)
{
    result(sql, plan, flags);
    source(sql, plan);
    conditions(sql, plan, flags);
    order(sql, plan);
    limit(sql, plan, flags);
}
