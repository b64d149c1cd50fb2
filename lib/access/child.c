/* SPDX-License-Identifier: MIT */
/*
 * Notes and attachments: a row is open to whoever the parent record is open
 * to (to change it: who may edit the parent), and to its owner.
 */
#include "access/inside.h"

#include <stdint.h>

static const c4_field *parent_field(const c4_module *module)
{
    for (size_t i = 0; i < module->field_count; i++) {
        if (module->fields[i].type == CRM4E_TYPE_MULTI_MODULE_LOOKUP) {
            return &module->fields[i];
        }
    }
    return NULL;
}

/* The parent module's scope for the action on the child: CRM4E_ROW when open,
 * CRM4E_OK when the parent's records are closed to the actor. */
static int open_parent(const c4_scope *child, const c4_module *module, c4_scope *scope)
{
    crm4e_action action = c4_action_reads(child->action) ? CRM4E_ACTION_VIEW : CRM4E_ACTION_EDIT;
    int rc = CRM4E_OK;

    if (module == NULL || (module->flags & C4_MODULE_CHILD) != 0) {
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
    crm4e_value *open; /* module numbers all of whose records are */
    size_t open_count;
    crm4e_predicate *nodes;
    size_t node_count;
} parents;

/* "the parent is of this module, and among those of its rows in the scope" */
static int add_select(parents *list, const c4_field *field, const c4_scope *parent)
{
    c4_unit *unit = parent->unit;
    crm4e_predicate *pair = c4_arena_array(unit->arena, 2, sizeof *pair);
    crm4e_predicate *of_module = c4_access_is(unit, field->key_column, parent->module->number);

    if (pair == NULL || of_module == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    pair[0] = *of_module;
    pair[1] = (crm4e_predicate){.op = CRM4E_OP_IN_SELECT,
                                .column = field->column,
                                .select_table = &parent->module->table,
                                .select_column = C4_COLUMN_ID,
                                .children = parent->where,
                                .child_count = 1};
    list->nodes[list->node_count++] = c4_where_all(pair, 2);
    return CRM4E_OK;
}

static int add_parent(parents *list, const c4_scope *scope, const c4_field *field, int32_t number)
{
    c4_scope parent;
    int rc = open_parent(scope, c4_meta_module(scope->unit->meta, number), &parent);

    if (rc == CRM4E_ROW && parent.everything) {
        list->open[list->open_count++] = c4_integer(number);
        rc = CRM4E_OK;
    } else if (rc == CRM4E_ROW) {
        rc = add_select(list, field, &parent);
    }
    return rc;
}

int c4_scope_open_child(c4_scope *scope)
{
    c4_unit *unit = scope->unit;
    const c4_field *field = parent_field(scope->module);
    size_t targets = field != NULL ? field->target_count : 0;
    crm4e_predicate *where = c4_arena_array(unit->arena, targets + 3, sizeof *where);
    crm4e_predicate *own = c4_access_is(unit, C4_COLUMN_OWNER, unit->actor->id);
    parents list = {.open = c4_arena_array(unit->arena, targets + 1, sizeof(crm4e_value))};
    int rc = CRM4E_OK;

    if (where == NULL || own == NULL || list.open == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    list.nodes = where + 1;
    list.nodes[list.node_count++] = *own;
    for (size_t i = 0; i < targets && rc == CRM4E_OK; i++) {
        rc = add_parent(&list, scope, field, field->targets[i]);
    }
    if (list.open_count > 0) {
        list.nodes[list.node_count++] =
            c4_where(CRM4E_OP_IN, field->key_column, list.open, list.open_count);
    }
    where[0] = c4_where_any(list.nodes, list.node_count);
    scope->where = where;
    return rc;
}

int c4_access_child_row(const c4_scope *scope, const crm4e_value *row, bool *inside)
{
    static const uint32_t columns[] = {C4_COLUMN_OWNER, C4_COLUMN_CREATED_BY};
    const c4_field *field = parent_field(scope->module);
    crm4e_value stored[2];
    c4_scope parent;
    int64_t number = field != NULL ? row[field->key_column].integer : 0;
    int rc = CRM4E_OK;

    if (number > 0 && number <= INT32_MAX) {
        rc = open_parent(scope, c4_meta_module(scope->unit->meta, (int32_t)number), &parent);
    }
    if (rc != CRM4E_ROW) {
        return rc;
    }
    *inside = parent.everything;
    if (*inside) {
        return CRM4E_OK;
    }
    rc = c4_db_get(scope->unit->db, &parent.module->table, row[field->column].integer, columns,
                   stored, 2);
    if (rc == CRM4E_OK) {
        *inside = c4_access_row(&parent, stored[0].integer, stored[1].integer);
    } else if (rc != CRM4E_E_NOT_FOUND) {
        return c4_fail_plain(scope->unit->error, rc);
    }
    return CRM4E_OK;
}
