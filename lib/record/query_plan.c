/* SPDX-License-Identifier: MIT */
/* What a query reads: everything is checked first, then compiled. */
#include "record/query_page.h"

#include "model/standard.h"
#include "record/convert.h"

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
    else if (tree->group_count > C4_QUERY_KEYS)
        rc = too_many(unit, "groups", C4_QUERY_KEYS, tree->group_count);
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
    bool named = false;
    int rc = CRM4E_OK;
    p->columns = c4_arena_array(p->unit->arena, room, sizeof *p->columns);
    p->names = c4_arena_array(p->unit->arena, room, sizeof *p->names);
    if (p->columns == NULL || p->names == NULL)
        return c4_compiler_fail(&p->compiler, CRM4E_E_NO_MEMORY);
    for (size_t i = 0; i < tree->column_count && rc == CRM4E_OK; i++)
        rc = add_column(p, tree->columns[i]);
    if (tree->column_count == 0)
        rc = add_column(p, c4_system_fields[C4_COLUMN_ID].api_name);
    if (tree->column_count == 0 && rc == CRM4E_OK && name != NULL)
        rc = c4_access_can_read(&p->scope, name, &named);
    if (rc == CRM4E_OK && named)
        rc = add_column(p, name->api_name);
    return rc;
}

bool c4_field_sortable(const c4_field *field)
{
    c4_storage_class stored = c4_type_info_of(field->type)->stored;
    return stored != C4_STORED_OPTIONS && stored != C4_STORED_IDS && stored != C4_STORED_FILES &&
           stored != C4_STORED_ROWS && field->type != CRM4E_TYPE_TEXTAREA;
}

static c4_sort sort_of(const c4_prepared *p, const c4_field *field, bool descending)
{
    c4_sort sort = {.field = field, .column = field->column, .descending = descending};
    sort.text = c4_type_info_of(field->type)->stored == C4_STORED_TEXT;
    if (sort.text && p->collator != NULL)
        return sort;
    if ((field->flags & C4_FIELD_KEYED) != 0)
        sort.column = field->key_column;
    else if (sort.text)
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
    if (path.hop_count > 0 || !c4_field_sortable(path.field))
        return c4_compiler_refuse(&p->compiler, &path.places[path.hop_count], path.field, "order",
                                  "rows are not ordered by it");
    sort = sort_of(p, path.field, term->descending);
    if (is_sorted_by(p, sort.column))
        return CRM4E_OK;
    p->by_id = sort.column == C4_COLUMN_ID;
    p->collated = p->collated || (sort.text && p->collator != NULL);
    if (!p->by_id)
        p->sorts[p->sort_count++] = sort;
    p->order[p->order_count++] = (crm4e_order){sort.column, sort.flags, sort.descending ? 1 : 0};
    return CRM4E_OK;
}

static int open_collator(c4_prepared *p)
{
    crm4e_error *error = p->unit->error;
    const char *locale = p->tree->locale;
    int rc = CRM4E_OK;
    if (locale == NULL)
        return CRM4E_OK;
    if (p->tree->grouped)
        return c4_fail(error, CRM4E_E_UNSUPPORTED, "groups do not come in the order of a language");
    rc = c4_collator_open(&p->collator, p->unit->arena->mem, locale);
    if (rc != CRM4E_E_INVALID)
        return rc == CRM4E_OK ? rc : c4_fail_plain(error, rc);
    (void)c4_fail(error, rc, "no language is known by the locale '%s'", locale);
    (void)c4_fail_field(error, p->scope.module->api_name, "", "locale");
    return rc;
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

/* Links find rows where the storage begins with them; elsewhere all of them would be read first,
 * which takes longer than to look at the rows. */
static int add_links(c4_prepared *p)
{
    crm4e_predicate *part = &p->parts[p->part_count];
    uint32_t there = 0;
    uint32_t here = 0;
    bool linked = false;
    crm4e_plan plan;
    int rc = c4_criteria_links(&p->compiler, p->tree->where, &linked, part);
    if (rc != CRM4E_OK || !linked)
        return rc;
    c4_plan_init(&plan, &p->scope.module->table);
    plan.where = part;
    rc = c4_plan_parts(p->unit->db, &plan, &there, &here);
    if (rc == CRM4E_OK && (there & CRM4E_HANDLES_WHERE) != 0)
        p->part_count++;
    return rc == CRM4E_OK ? CRM4E_OK : c4_compiler_fail(&p->compiler, rc);
}

static int compile_parts(c4_prepared *p)
{
    const c4_query_tree *tree = p->tree;
    int rc = CRM4E_OK;
    if (tree->where != NULL)
        rc = c4_criteria_build(&p->compiler, tree->where, &p->parts[p->part_count++]);
    if (rc == CRM4E_OK && tree->where != NULL)
        rc = add_links(p);
    if (tree->ids != NULL)
        p->parts[p->part_count++] = c4_where_set(C4_COLUMN_ID, tree->ids, tree->id_count);
    if (rc == CRM4E_OK &&
        c4_unconverted_only(p->scope.module, tree->where, &p->parts[p->part_count]))
        p->part_count++;
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
        rc = c4_token_now(unit, tree, &prepared->compiler.now);
    if (rc == CRM4E_OK)
        rc = tree->grouped ? c4_prepare_groups(prepared) : resolve_columns(prepared);
    if (rc == CRM4E_OK)
        rc = c4_criteria_check(&prepared->compiler, tree->where);
    if (rc == CRM4E_OK)
        rc = open_collator(prepared);
    if (rc == CRM4E_OK && !tree->grouped)
        rc = resolve_order(prepared);
    return rc == CRM4E_OK ? compile_parts(prepared) : rc;
}

void c4_prepared_end(c4_prepared *prepared)
{
    c4_collator_close(prepared->collator);
    c4_compiler_end(&prepared->compiler);
}
