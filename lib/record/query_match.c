/* SPDX-License-Identifier: MIT */
/* One row against a predicate: each sub-select is asked about the row's own
 * value alone. */
#include "record/query_inside.h"

/* Whether `node`'s sub-select gives the value. */
static int is_among(const c4_unit *unit, const crm4e_predicate *node, const crm4e_value *value)
{
    crm4e_predicate parts[2] = {c4_where(CRM4E_OP_EQ, node->select_column, value, 1),
                                node->children[0]};
    crm4e_predicate both = c4_where_all(parts, 2);
    uint32_t column = 0;
    crm4e_plan plan;
    c4_rows *rows = NULL;
    const crm4e_value *values = NULL;
    int rc;
    c4_plan_init(&plan, node->select_table);
    plan.where = &both;
    plan.columns = &column;
    plan.column_count = 1;
    plan.limit = 1;
    rc = c4_rows_open(&rows, unit->db, &plan);
    if (rc == CRM4E_OK)
        rc = c4_rows_next(rows, &values);
    c4_rows_close(rows);
    return rc;
}

/* A NULL is among nothing: the comparison that stays is unknown. */
static int settle_select(const c4_unit *unit, const crm4e_predicate *node, const crm4e_value *row,
                         crm4e_predicate *out)
{
    static const crm4e_value zero = {.type = CRM4E_VALUE_INTEGER};
    int rc = CRM4E_OK;
    if (row[node->column].type == CRM4E_VALUE_NULL) {
        *out = c4_where(CRM4E_OP_EQ, node->column, &zero, 1);
        return CRM4E_OK;
    }
    rc = is_among(unit, node, &row[node->column]);
    if (rc == CRM4E_OK || rc == CRM4E_ROW)
        *out = c4_where(rc == CRM4E_ROW ? CRM4E_OP_TRUE : CRM4E_OP_FALSE, 0, NULL, 0);
    return rc == CRM4E_ROW ? CRM4E_OK : rc;
}

static int settle(const c4_unit *unit, c4_arena *arena, const crm4e_predicate *node,
                  const crm4e_value *row, crm4e_predicate *out)
{
    crm4e_predicate *children;
    int rc = CRM4E_OK;
    *out = *node;
    if (node->op == CRM4E_OP_IN_SELECT)
        return settle_select(unit, node, row, out);
    if (node->child_count == 0)
        return CRM4E_OK;
    children = c4_arena_array(arena, node->child_count, sizeof *children);
    if (children == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < node->child_count && rc == CRM4E_OK; i++)
        rc = settle(unit, arena, &node->children[i], row, &children[i]);
    out->children = children;
    return rc;
}

static bool has_select(const crm4e_predicate *node)
{
    bool found = node->op == CRM4E_OP_IN_SELECT;
    for (size_t i = 0; i < node->child_count && !found; i++)
        found = has_select(&node->children[i]);
    return found;
}

int c4_predicate_matches(c4_unit *unit, const crm4e_predicate *predicate, const c4_module *module,
                         const crm4e_value *row)
{
    const crm4e_predicate *where = predicate;
    crm4e_predicate settled;
    c4_arena arena;
    int rc = CRM4E_OK;
    c4_arena_init(&arena, unit->arena->mem);
    if (predicate != NULL && has_select(predicate)) {
        rc = settle(unit, &arena, predicate, row, &settled);
        where = &settled;
    }
    if (rc == CRM4E_OK)
        rc = crm4e_plan_matches(&unit->db->store->host, where, row, module->table.column_count);
    c4_arena_free(&arena);
    if (rc < 0)
        rc = c4_fail_plain(unit->error, rc);
    return rc == 1 ? CRM4E_ROW : rc;
}
