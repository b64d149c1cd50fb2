/* SPDX-License-Identifier: MIT */
/* Runs the sub-selects of a predicate first and puts their values in its place. */
#include "storage/inside.h"

typedef struct resolution {
    c4_db *db;
    c4_arena *arena;
    bool pushable;
} resolution;

typedef struct value_list {
    crm4e_value *items; /* ascending, distinct; a NULL is the first */
    size_t count;
    size_t capacity;
} value_list;

static int keep_distinct(resolution *r, value_list *list, crm4e_value value)
{
    int rc = CRM4E_OK;
    void *items = list->items;
    if (list->count > 0 && c4_value_equal(&list->items[list->count - 1], &value))
        return CRM4E_OK;
    rc = c4_grow(r->arena->mem, &items, &list->capacity, list->count + 1, sizeof(value));
    list->items = items;
    if (rc == CRM4E_OK && !c4_value_copy(r->arena, &value))
        rc = CRM4E_E_NO_MEMORY;
    if (rc == CRM4E_OK)
        list->items[list->count++] = value;
    return rc;
}

static int collect(resolution *r, const crm4e_predicate *node, value_list *list)
{
    crm4e_order order = {.column = node->select_column};
    crm4e_plan plan;
    c4_rows *rows = NULL;
    const crm4e_value *values = NULL;
    int rc;
    c4_plan_init(&plan, node->select_table);
    plan.where = node->children;
    plan.columns = &node->select_column;
    plan.column_count = 1;
    plan.order = &order;
    plan.order_count = 1;
    rc = c4_rows_open(&rows, r->db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &values)) == CRM4E_ROW)
        rc = keep_distinct(r, list, values[0]);
    c4_rows_close(rows);
    return rc;
}

static int as_set(resolution *r, const value_list *list, crm4e_predicate *to)
{
    int64_t *set = c4_arena_array(r->arena, list->count, sizeof(*set));
    if (set == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < list->count; i++)
        set[i] = list->items[i].integer;
    *to = c4_where_set(to->column, set, list->count);
    return CRM4E_OK;
}

static int as_values(resolution *r, const value_list *list, crm4e_predicate *to)
{
    crm4e_value *values = c4_arena_array(r->arena, list->count, sizeof(*values));
    if (values == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < list->count; i++)
        values[i] = list->items[i];
    *to = c4_where(CRM4E_OP_IN, to->column, values, list->count);
    to->flags = C4_SORTED_VALUES;
    r->pushable = false;
    return CRM4E_OK;
}

static int resolve_select(resolution *r, const crm4e_predicate *from, crm4e_predicate *to)
{
    value_list list = {0};
    int rc = collect(r, from, &list);
    if (rc != CRM4E_OK)
        goto done;
    if (list.count == 0)
        *to = c4_where(CRM4E_OP_FALSE, 0, NULL, 0);
    else if (list.items[0].type == CRM4E_VALUE_INTEGER)
        rc = as_set(r, &list, to);
    else
        rc = as_values(r, &list, to);
done:
    c4_free(r->arena->mem, list.items);
    return rc;
}

static int resolve_node(resolution *r, const crm4e_predicate *from, crm4e_predicate *to)
{
    int rc = CRM4E_OK;
    *to = *from;
    if (from->op == CRM4E_OP_IN_SELECT) {
        rc = resolve_select(r, from, to);
    } else if (from->child_count > 0) {
        crm4e_predicate *children = c4_arena_array(r->arena, from->child_count, sizeof(*children));
        rc = children == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
        for (size_t i = 0; i < from->child_count && rc == CRM4E_OK; i++)
            rc = resolve_node(r, &from->children[i], &children[i]);
        to->children = children;
    }
    return rc;
}

int c4_predicate_resolve(c4_db *db, c4_arena *arena, const crm4e_predicate *where,
                         crm4e_predicate **out, bool *pushable)
{
    resolution r = {db, arena, true};
    int rc = CRM4E_E_NO_MEMORY;
    *out = c4_arena_array(arena, 1, sizeof(**out));
    if (*out != NULL)
        rc = resolve_node(&r, where, *out);
    *pushable = r.pushable;
    return rc;
}
