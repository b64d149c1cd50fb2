/* SPDX-License-Identifier: MIT */
/* How the rows of a query are found. Storages do not know how many rows a scope
 * opens, nor that a page ends soon, so the index is named here. */
#include "record/query_page.h"

#include "model/standard.h"

enum {
    WALKED_MOST = 4096, /* rows of a page that is put in order here */
    OWNERS_MOST = 1024  /* whose rows are counted and read one by one */
};

static int32_t keep_open(void *user, const crm4e_value *values, size_t count)
{
    return count == 2 && c4_access_owned(user, values[0].integer, values[1].integer)
               ? CRM4E_CONTINUE
               : CRM4E_PASSTHROUGH;
}

/* The index that leads with a column; CRM4E_NO_INDEX. */
static uint32_t index_on(const crm4e_table *table, uint32_t column)
{
    uint32_t found = CRM4E_NO_INDEX;
    for (size_t i = 0; i < table->index_count && found == CRM4E_NO_INDEX; i++) {
        if (table->indexes[i].columns[0] == column)
            found = (uint32_t)i;
    }
    return found;
}

/* Whether a column is indexed and tells rows apart: a text or a lookup, but no
 * owner, no stage and no number. */
static bool tells_apart(const c4_module *module, uint32_t column)
{
    bool tells = column == C4_COLUMN_ID;
    for (size_t i = 0; i < module->field_count && !tells; i++) {
        const c4_field *field = &module->fields[i];
        bool text = field->key_column == column || field->column == column;
        c4_storage_class stored = c4_type_info_of(field->type)->stored;
        tells = text && (field->flags & C4_FIELD_SYSTEM) == 0 &&
                (stored == C4_STORED_TEXT || stored == C4_STORED_ID) &&
                index_on(&module->table, column) != CRM4E_NO_INDEX;
    }
    return tells;
}

/* Whether the rows of a condition are few, as far as that can be said without
 * looking: the storage then begins with it. */
static bool finds(const c4_module *module, const crm4e_predicate *node)
{
    bool found = false;
    switch (node->op) {
    case CRM4E_OP_AND:
        for (size_t i = 0; i < node->child_count && !found; i++)
            found = finds(module, &node->children[i]);
        break;
    case CRM4E_OP_EQ:
    case CRM4E_OP_IN:
    case CRM4E_OP_IN_SET:
    case CRM4E_OP_IN_SELECT:
    case CRM4E_OP_PREFIX:
        found = (node->flags & CRM4E_FOLD) == 0 && tells_apart(module, node->column);
        break;
    default: break;
    }
    return found;
}

static bool is_narrow(const c4_prepared *p)
{
    bool narrow = false;
    for (size_t i = 0; i < p->part_count && !narrow; i++)
        narrow = finds(p->scope.module, &p->parts[i]);
    return narrow;
}

/* Texts that are folded for the purpose cannot be compared here. */
static bool is_plain(const c4_prepared *p)
{
    bool plain = true;
    for (size_t i = 0; i < p->sort_count && plain; i++)
        plain = p->sorts[i].flags == 0;
    return plain;
}

/* Reading all v visible rows costs about 3 us each; walking all n in order until
 * 50 visible ones are found, 50 n / v looks at about 0.1 us: even at v * v = 1.6
 * n, measured. How many rows there are is guessed by the ids given out, which is
 * too many where other modules are large as well. */
static int is_few(const c4_prepared *p, uint32_t by_owner, bool *few)
{
    const int64_t ids = p->unit->state.next_id & ((INT64_C(1) << C4_ID_BITS) - 1);
    const size_t shared = p->scope.shared_count;
    int64_t most = 1;
    int64_t rows = 0;
    int rc = CRM4E_OK;
    while (most < INT32_MAX && most * most < ids)
        most += most / 8 + 1;
    *few = p->scope.owner_count <= OWNERS_MOST && shared < (size_t)most;
    if (*few) {
        rc = c4_access_owned_rows(&p->scope, by_owner, most, &rows);
        *few = rows + (int64_t)shared < most;
    }
    return rc;
}

static void find_by_owner(c4_prepared *p, crm4e_plan *plan, uint32_t index)
{
    plan->index = index;
    plan->ranges = p->scope.owners;
    plan->range_count = p->scope.owner_count;
    p->shared_apart = p->scope.shared_count > 0;
}

/* Rows outside are left out one by one, not by a condition. */
static void keep_visible(c4_prepared *p, crm4e_plan *plan)
{
    static const uint32_t columns[] = {C4_COLUMN_ID, C4_COLUMN_OWNER};
    plan->keep = keep_open;
    plan->keep_user = &p->scope;
    plan->keep_columns = columns;
    plan->keep_column_count = 2;
}

static bool fits_a_page(const c4_query_tree *tree)
{
    int64_t limit = tree->limit < 0 ? C4_LIMIT_DEFAULT : tree->limit;
    return limit < WALKED_MOST && tree->offset < WALKED_MOST - limit;
}

/* The order of the index itself, when the storage walks it and what remains is
 * to sort ids. */
static int walk(c4_prepared *p, crm4e_plan *plan)
{
    const crm4e_index *index = &plan->table->indexes[plan->index];
    crm4e_plan walked = *plan;
    int rc;
    if (p->sort_count != 1 || index->column_count > 2 || !fits_a_page(p->tree))
        return CRM4E_OK;
    for (size_t i = 0; i < index->column_count; i++)
        p->walk[i] = (crm4e_order){.column = index->columns[i],
                                   .descending = p->sorts[0].descending ? 1 : 0};
    walked.order = p->walk;
    walked.order_count = index->column_count;
    rc = c4_plan_walks(p->unit->db, &walked, &p->walks);
    if (rc == CRM4E_OK && p->walks)
        *plan = walked;
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(p->unit->error, rc);
}

/* By the owners, along the order, or as the storage likes. Where nothing but
 * shares opens rows there are no owners to go by: no range would be all rows. */
static int choose(c4_prepared *p, bool ordered, const crm4e_predicate *rows, crm4e_plan *plan)
{
    uint32_t by_owner = index_on(plan->table, C4_COLUMN_OWNER);
    uint32_t by_sort = CRM4E_NO_INDEX;
    bool owned = rows != NULL && p->scope.by_owner && p->scope.owner_count > 0;
    bool few = false;
    int rc = CRM4E_OK;
    p->narrow = is_narrow(p);
    if (p->narrow)
        by_owner = CRM4E_NO_INDEX;
    else if (ordered && p->sort_count > 0 && p->sorts[0].flags == 0)
        by_sort = index_on(plan->table, p->sorts[0].column);
    if (p->scope.shared_count > 0 && !(ordered && is_plain(p) && fits_a_page(p->tree)))
        by_owner = CRM4E_NO_INDEX;
    if (owned && by_owner != CRM4E_NO_INDEX)
        rc = is_few(p, by_owner, &few);
    if (rc != CRM4E_OK)
        return rc;
    if (few)
        find_by_owner(p, plan, by_owner);
    else if (owned && ordered && (p->narrow || by_sort != CRM4E_NO_INDEX))
        keep_visible(p, plan);
    else if (rows != NULL)
        p->parts[p->part_count++] = *rows;
    if (!few)
        plan->index = by_sort;
    return CRM4E_OK;
}

int c4_prepared_plan(c4_prepared *p, bool ordered, crm4e_plan *plan)
{
    const crm4e_predicate *rows = c4_place_rows(&p->compiler.root);
    int rc;
    c4_plan_init(plan, &p->scope.module->table);
    if (ordered) {
        plan->order = p->order;
        plan->order_count = p->order_count;
    }
    rc = choose(p, ordered, rows, plan);
    p->where = c4_where_all(p->parts, p->part_count);
    if (p->part_count > 0)
        plan->where = &p->where;
    if (rc == CRM4E_OK && plan->index != CRM4E_NO_INDEX && plan->ranges == NULL)
        rc = walk(p, plan);
    return rc;
}
