/* SPDX-License-Identifier: MIT */
/*
 * Notes, attachments and activities are open where the record they hang on is:
 * to read them, where it may be viewed; to change them, where it may be edited.
 */
#include "access/inside.h"

bool c4_field_ties(const c4_field *field)
{
    return field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP;
}

/* The parent module's scope for the action on what hangs on it: CRM4E_ROW when
 * open, CRM4E_OK when the parent's records are closed to the actor. Notes follow
 * activities, which follow records: no further. */
static int open_parent(const c4_scope *child, int32_t number, c4_scope *scope)
{
    const uint32_t ends = (child->module->flags & C4_MODULE_CHILD) != 0
                              ? (uint32_t)C4_MODULE_CHILD
                              : (uint32_t)(C4_MODULE_CHILD | C4_MODULE_ACTIVITY);
    const c4_module *module = c4_meta_module(child->unit->meta, number);
    crm4e_action action =
        child->level == CRM4E_LEVEL_READ_ONLY ? CRM4E_ACTION_VIEW : CRM4E_ACTION_EDIT;
    int rc = CRM4E_OK;

    if (module == NULL || (module->flags & ends) != 0) {
        return CRM4E_OK;
    }
    rc = c4_scope_open(child->unit, module, action, scope);
    if (rc == CRM4E_OK) {
        rc = c4_access_authorise(scope, NULL, 0);
    }
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED) {
        c4_failure_clear(child->unit->error);
        return CRM4E_OK;
    }
    return rc == CRM4E_OK ? CRM4E_ROW : rc;
}

/* What is collected while the parents are looked at. */
typedef struct parents {
    const c4_scope *scope;
    const c4_field *field;
    crm4e_predicate *nodes;
    size_t node_count;
} parents;

/* "the parent is of this module, and among those of its rows in the scope";
 * where all of them are, it still is one: not in the bin. */
static int add_select(parents *list, const c4_scope *parent)
{
    static const crm4e_predicate all = {.op = CRM4E_OP_TRUE};
    c4_unit *unit = parent->unit;
    const c4_field *field = list->field;
    crm4e_predicate *pair = c4_arena_array(unit->arena, 2, sizeof *pair);
    crm4e_predicate *of_module =
        c4_access_is(unit->arena, field->key_column, parent->module->number);

    if (pair == NULL || of_module == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    pair[0] = *of_module;
    pair[1] = (crm4e_predicate){.op = CRM4E_OP_IN_SELECT,
                                .column = field->column,
                                .select_table = &parent->module->table,
                                .select_column = C4_COLUMN_ID,
                                .children = parent->everything ? &all : parent->where,
                                .child_count = 1};
    list->nodes[list->node_count++] = c4_where_all(pair, 2);
    return CRM4E_OK;
}

static int add_parents(parents *list)
{
    const c4_field *field = list->field;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < field->target_count && rc == CRM4E_OK; i++) {
        c4_scope parent;
        rc = open_parent(list->scope, field->targets[i], &parent);
        if (rc == CRM4E_ROW) {
            rc = add_select(list, &parent);
        }
    }
    return rc;
}

static size_t count_ties(const c4_module *module)
{
    size_t count = 0;

    for (size_t i = 0; i < module->field_count; i++) {
        count += c4_field_ties(&module->fields[i]) ? module->fields[i].target_count : 0;
    }
    return count;
}

int c4_scope_follow(c4_scope *scope)
{
    const c4_module *module = scope->module;
    parents list = {.scope = scope};
    crm4e_predicate *where;
    int rc = CRM4E_OK;

    where = c4_arena_array(scope->unit->arena, count_ties(module) + 2, sizeof *where);
    if (where == NULL) {
        return c4_fail_plain(scope->unit->error, CRM4E_E_NO_MEMORY);
    }
    list.nodes = where + 1;
    list.nodes[list.node_count++] = *scope->where;
    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        list.field = &module->fields[i];
        rc = c4_field_ties(list.field) ? add_parents(&list) : CRM4E_OK;
    }
    where[0] = c4_where_any(list.nodes, list.node_count);
    scope->where = where;
    return rc;
}

int c4_access_followed_by(const c4_scope *scope, const c4_field *field, const crm4e_value *row,
                          bool *inside)
{
    int64_t number = row[field->key_column].integer;
    c4_scope parent;
    int rc = CRM4E_OK;

    if (row[field->column].type != CRM4E_VALUE_NULL && number > 0 && number <= INT32_MAX) {
        rc = open_parent(scope, (int32_t)number, &parent);
    }
    if (rc == CRM4E_ROW) {
        rc = c4_access_stored_row(&parent, row[field->column].integer, inside);
    }
    return rc;
}

int c4_access_followed(const c4_scope *scope, const crm4e_value *row, bool *inside)
{
    const c4_module *module = scope->module;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK && !*inside; i++) {
        if (c4_field_ties(&module->fields[i])) {
            rc = c4_access_followed_by(scope, &module->fields[i], row, inside);
        }
    }
    return rc;
}
