/* SPDX-License-Identifier: MIT */
/* What a query reads: everything is checked first, then compiled. */
#include "record/query_page.h"

#include "model/standard.h"

static int too_many(const c4_unit *unit, const char *what, size_t limit, size_t count)
{
    (void)c4_fail(unit->error, CRM4E_E_TOO_BIG, "more than %zu %s in a query", limit, what);
    (void)c4_fail_limit(unit->error, what, (int64_t)limit, (int64_t)count);
    return CRM4E_E_TOO_BIG;
}

static int check_tree(const c4_unit *unit, const c4_query_tree *tree)
{
    const size_t columns =
        tree->action == CRM4E_ACTION_EXPORT ? C4_EXPORT_COLUMNS : C4_QUERY_COLUMNS;
    int rc = CRM4E_OK;
    if (tree->column_count > columns)
        rc = too_many(unit, "columns", columns, tree->column_count);
    else if (tree->order_count > C4_QUERY_ORDER)
        rc = too_many(unit, "order terms", C4_QUERY_ORDER, tree->order_count);
    else if (tree->ids != NULL && tree->id_count > C4_IN_VALUES)
        rc = too_many(unit, "ids", C4_IN_VALUES, tree->id_count);
    else if (tree->limit < -1 || tree->offset < 0)
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "limit and offset are not negative");
    return rc;
}

static int add_column(c4_prepared *p, const char *name)
{
    p->names[p->column_count] = name;
    return c4_path_resolve(&p->compiler, name, &p->columns[p->column_count++]);
}

/* Without columns: id and, where it is readable, the name. */
static int resolve_columns(c4_prepared *p)
{
    const c4_query_tree *tree = p->tree;
    const c4_field *name = p->scope.module->name_field;
    size_t room = tree->column_count + 2;
    int rc = CRM4E_OK;
    p->columns = c4_arena_array(p->unit->arena, room, sizeof *p->columns);
    p->names = c4_arena_array(p->unit->arena, room, sizeof *p->names);
    if (p->columns == NULL || p->names == NULL)
        return c4_compiler_fail(&p->compiler, CRM4E_E_NO_MEMORY);
    for (size_t i = 0; i < tree->column_count && rc == CRM4E_OK; i++)
        rc = add_column(p, tree->columns[i]);
    if (tree->column_count == 0)
        rc = add_column(p, c4_system_fields[C4_COLUMN_ID].api_name);
    if (tree->column_count == 0 && rc == CRM4E_OK && name != NULL &&
        c4_access_can_read(&p->scope, name))
        rc = add_column(p, name->api_name);
    return rc;
}

static bool is_sortable(const c4_field *field)
{
    c4_storage_class stored = c4_type_info_of(field->type)->stored;
    return stored != C4_STORED_OPTIONS && stored != C4_STORED_IDS &&
           field->type != CRM4E_TYPE_TEXTAREA;
}

static c4_sort sort_of(const c4_field *field, bool descending)
{
    c4_sort sort = {.field = field, .column = field->column, .descending = descending};
    if ((field->flags & C4_FIELD_KEYED) != 0)
        sort.column = field->key_column;
    else if (c4_type_info_of(field->type)->stored == C4_STORED_TEXT)
        sort.flags = CRM4E_FOLD;
    return sort;
}

static bool is_sorted_by(const c4_prepared *p, uint32_t column)
{
    bool found = p->by_id;
    for (size_t i = 0; i < p->sort_count && !found; i++)
        found = p->sorts[i].column == column;
    return found;
}

/* A field that comes again, or after the id, changes nothing. */
static int add_sort(c4_prepared *p, const c4_query_order *term)
{
    c4_path path;
    c4_sort sort;
    int rc = c4_path_resolve(&p->compiler, term->path, &path);
    if (rc != CRM4E_OK)
        return rc;
    if (path.hop_count > 0 || !is_sortable(path.field))
        return c4_compiler_refuse(&p->compiler, &path.places[path.hop_count], path.field, "order",
                                  "rows are not ordered by it");
    sort = sort_of(path.field, term->descending);
    if (is_sorted_by(p, sort.column))
        return CRM4E_OK;
    p->by_id = sort.column == C4_COLUMN_ID;
    if (!p->by_id)
        p->sorts[p->sort_count++] = sort;
    p->order[p->order_count++] = (crm4e_order){sort.column, sort.flags, sort.descending ? 1 : 0};
    return CRM4E_OK;
}

static int resolve_order(c4_prepared *p)
{
    int rc = CRM4E_OK;
    for (size_t i = 0; i < p->tree->order_count && rc == CRM4E_OK; i++)
        rc = add_sort(p, &p->tree->order[i]);
    if (!p->by_id)
        p->order[p->order_count++] = (crm4e_order){.column = C4_COLUMN_ID};
    return rc;
}

static int compile_parts(c4_prepared *p)
{
    const c4_query_tree *tree = p->tree;
    int rc = CRM4E_OK;
    if (tree->where != NULL)
        rc = c4_criteria_build(&p->compiler, tree->where, &p->parts[p->part_count++]);
    if (tree->ids != NULL)
        p->parts[p->part_count++] = c4_where_set(C4_COLUMN_ID, tree->ids, tree->id_count);
    return rc;
}

int c4_prepare(c4_prepared *prepared, c4_unit *unit, const c4_query_tree *tree)
{
    c4_place root = {.scope = &prepared->scope};
    int rc;
    *prepared = (c4_prepared){.unit = unit, .tree = tree};
    rc = c4_access_actor(unit);
    if (rc == CRM4E_OK)
        rc = check_tree(unit, tree);
    if (rc == CRM4E_OK)
        rc = c4_access_module(unit, tree->module,
                              tree->action != 0 ? tree->action : CRM4E_ACTION_VIEW,
                              &prepared->scope);
    root.module = prepared->scope.module;
    c4_compiler_init(&prepared->compiler, unit, root);
    if (rc == CRM4E_OK)
        rc = resolve_columns(prepared);
    if (rc == CRM4E_OK)
        rc = c4_criteria_check(&prepared->compiler, tree->where);
    if (rc == CRM4E_OK)
        rc = resolve_order(prepared);
    return rc == CRM4E_OK ? compile_parts(prepared) : rc;
}

void c4_prepared_end(c4_prepared *prepared)
{
    c4_compiler_end(&prepared->compiler);
}

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

/* Reading the visible rows by owner and sorting them is cheaper than walking
 * all n rows in order and keeping the visible ones below about sqrt(50 n)
 * visible rows, measured. Rows are guessed by the ids given out, the visible
 * ones by the share of users in the owner set. */
static bool is_few(const c4_prepared *p)
{
    const int64_t ids = p->unit->state.next_id & ((INT64_C(1) << C4_ID_BITS) - 1);
    const double rows = ids > 0 ? (double)ids : 1.0;
    const double users = (double)p->unit->meta->user_count;
    const double visible = users > 0 ? rows * (double)p->scope.owner_count / users : 0;
    return visible * visible < 50.0 * rows;
}

static void find_by_owner(c4_prepared *p, crm4e_plan *plan, uint32_t index)
{
    plan->index = index;
    plan->ranges = p->scope.owners;
    plan->range_count = p->scope.owner_count;
}

static void walk_and_keep(c4_prepared *p, crm4e_plan *plan, uint32_t index)
{
    static const uint32_t columns[] = {C4_COLUMN_ID, C4_COLUMN_OWNER};
    plan->index = index;
    plan->keep = keep_open;
    plan->keep_user = &p->scope;
    plan->keep_columns = columns;
    plan->keep_column_count = 2;
}

void c4_prepared_plan(c4_prepared *p, bool ordered, crm4e_plan *plan)
{
    const crm4e_table *table = &p->scope.module->table;
    const crm4e_predicate *rows = c4_place_rows(&p->compiler.root);
    uint32_t by_owner = index_on(table, C4_COLUMN_OWNER);
    uint32_t by_sort = CRM4E_NO_INDEX;
    bool owned = rows != NULL && p->scope.by_owner;
    c4_plan_init(plan, table);
    if (ordered) {
        plan->order = p->order;
        plan->order_count = p->order_count;
        if (p->sort_count > 0 && p->sorts[0].flags == 0)
            by_sort = index_on(table, p->sorts[0].column);
    }
    if (owned && by_owner != CRM4E_NO_INDEX && p->tree->ids == NULL && p->scope.shared_count == 0 &&
        is_few(p))
        find_by_owner(p, plan, by_owner);
    else if (owned && by_sort != CRM4E_NO_INDEX)
        walk_and_keep(p, plan, by_sort);
    else if (rows != NULL)
        p->parts[p->part_count++] = *rows;
    p->where = c4_where_all(p->parts, p->part_count);
    if (p->part_count > 0)
        plan->where = &p->where;
}
