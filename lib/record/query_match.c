/* SPDX-License-Identifier: MIT */
/* One row against a predicate: each sub-select is asked about the row's own
 * value alone, and links are those that the row has, which the store need not have. */
#include "model/schema.h"
#include "record/inside.h"
#include "record/link.h"
#include "record/query_inside.h"

/* Whether `node`'s sub-select gives the value. */
static int is_among(const c4_unit *unit, const crm4e_predicate *node, const crm4e_value *value)
{
    crm4e_predicate parts[2] = {c4_where(CRM4E_OP_EQ, node->select_column, value, 1),
                                node->children[0]};
    crm4e_predicate both = c4_where_all(parts, 2);
    uint32_t column = 0;
    crm4e_plan plan;
    int64_t found = 0;
    c4_plan_init(&plan, node->select_table);
    plan.where = &both;
    plan.columns = &column;
    plan.column_count = 1;
    return c4_rows_first(unit->db, &plan, &found);
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

/* A row, and the module it is of; NULL: it is a link. */
typedef struct matching {
    const c4_unit *unit;
    c4_arena *arena;
    const c4_module *module;
    const crm4e_value *row;
} matching;

static int settle(const matching *m, const crm4e_predicate *node, crm4e_predicate *out);

/* Whether `which` holds for one link of the row. */
static int link_holds(const matching *m, const crm4e_predicate *which, crm4e_id target)
{
    const crm4e_value row[C4_LINK_COLUMNS] = {[C4_LINK_TARGET] = c4_integer(target)};
    const matching link = {m->unit, m->arena, NULL, row};
    crm4e_predicate settled;
    int rc = settle(&link, which, &settled);
    return rc == CRM4E_OK
               ? crm4e_plan_matches(&m->unit->db->store->host, &settled, row, C4_LINK_COLUMNS)
               : rc;
}

static int settle_links(const matching *m, const crm4e_predicate *node, crm4e_predicate *out)
{
    const c4_field *field = c4_module_field(m->module, c4_links_field(node));
    size_t at = 0;
    int64_t target;
    int truth = 0;
    while (field != NULL && truth == 0 && c4_list_next(&m->row[field->column], &at, &target))
        truth = link_holds(m, c4_links_which(node), target);
    *out = c4_where(truth == 1 ? CRM4E_OP_TRUE : CRM4E_OP_FALSE, 0, NULL, 0);
    return truth < 0 ? truth : CRM4E_OK;
}

static int settle(const matching *m, const crm4e_predicate *node, crm4e_predicate *out)
{
    crm4e_predicate *children;
    int rc = CRM4E_OK;
    *out = *node;
    if (node->op == CRM4E_OP_IN_SELECT)
        return m->module != NULL && node->select_table == &c4_tables[C4_TABLE_LINK]
                   ? settle_links(m, node, out)
                   : settle_select(m->unit, node, m->row, out);
    if (node->child_count == 0)
        return CRM4E_OK;
    children = c4_arena_array(m->arena, node->child_count, sizeof *children);
    if (children == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < node->child_count && rc == CRM4E_OK; i++)
        rc = settle(m, &node->children[i], &children[i]);
    out->children = children;
    return rc;
}

bool c4_predicate_selects(const crm4e_predicate *node)
{
    bool found = node->op == CRM4E_OP_IN_SELECT;
    for (size_t i = 0; i < node->child_count && !found; i++)
        found = c4_predicate_selects(&node->children[i]);
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
    if (predicate != NULL && c4_predicate_selects(predicate)) {
        const matching m = {unit, &arena, module, row};
        rc = settle(&m, predicate, &settled);
        where = &settled;
    }
    if (rc == CRM4E_OK)
        rc = crm4e_plan_matches(&unit->db->store->host, where, row, module->table.column_count);
    c4_arena_free(&arena);
    if (rc < 0)
        rc = c4_fail_plain(unit->error, rc);
    return rc == 1 ? CRM4E_ROW : rc;
}
