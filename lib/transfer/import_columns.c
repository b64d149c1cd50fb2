/* SPDX-License-Identifier: MIT */
/* Where the columns of a file go. */
#include "transfer/import_inside.h"

#include <string.h>

#include "model/standard.h"

/* Refuses at once what every row would be refused for. The owner is a new
 * record's to have, though nobody writes the field. */
static int check_writable(c4_import *import, crm4e_error *error, const char *header,
                          const c4_field *field)
{
    bool owner = (field->flags & C4_FIELD_SYSTEM) && field->column == C4_COLUMN_OWNER;
    int rc = owner ? CRM4E_OK : c4_access_write_field(&import->scope, field);
    crm4e_error detail;

    if (rc >= 0)
        return CRM4E_OK;
    detail = c4_failure_told(error, rc);
    (void)c4_fail(error, rc, "column %s: %s", header, detail.message);
    return c4_fail_detail(error, &detail);
}

/* Of a lookup: the unique field of the other module by which its records are named, for who may
 * read it there. */
static int find_key(c4_unit *unit, c4_import_column *column, const char *name)
{
    const c4_field *lookup = column->field;
    const bool fits =
        lookup->type == CRM4E_TYPE_LOOKUP || lookup->type == CRM4E_TYPE_MULTISELECTLOOKUP;
    const c4_module *target = fits ? c4_meta_module(unit->meta, lookup->targets[0]) : NULL;
    c4_scope view;
    int rc;

    if (!target)
        return c4_fail(unit->error, CRM4E_E_INVALID, "column %s: %s is no lookup to one module",
                       column->header, lookup->api_name);
    rc = c4_access_module_number(unit, target->number, CRM4E_ACTION_VIEW, &view);
    if (rc == CRM4E_OK)
        rc = c4_access_read_field(&view, name, &column->key);
    if (rc == CRM4E_OK && !(column->key->flags & C4_FIELD_UNIQUE))
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "column %s: %s.%s is not unique", column->header,
                     target->api_name, column->key->api_name);
    return rc;
}

static int find_field(c4_import *import, c4_unit *unit, c4_import_column *column, const char *name)
{
    const char *dot = strchr(name, '.');
    const size_t length = dot ? (size_t)(dot - name) : strlen(name);
    const char *first = c4_arena_text(&import->setup, name, length);

    if (!first)
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    column->field = c4_module_field_named(import->module, first);
    if (!column->field)
        return c4_fail(unit->error, CRM4E_E_INVALID, "column %s: module %s has no field %s",
                       column->header, import->module->api_name, first);
    return dot ? find_key(unit, column, dot + 1) : CRM4E_OK;
}

/* The field a column goes into: through the map, or by its own name. A column
 * the map leaves out, or sends to null, is not imported. */
static int map_column(c4_import *import, c4_unit *unit, size_t at)
{
    c4_import_column *column = &import->columns[at];
    const char *name = column->header;
    int rc;

    column->field = column->key = NULL;
    if (import->map.root) {
        name = c4_json_text(c4_json_member(import->map.root, column->header), NULL);
        if (!name)
            return CRM4E_OK;
    }
    rc = find_field(import, unit, column, name);
    for (size_t i = 0; i < at && rc == CRM4E_OK; i++) {
        if (import->columns[i].field == column->field)
            rc = c4_fail(unit->error, CRM4E_E_INVALID, "column %s: the field %s comes twice",
                         column->header, column->field->api_name);
    }
    return rc == CRM4E_OK ? check_writable(import, unit->error, column->header, column->field) : rc;
}

int c4_import_add_column(c4_import *import, c4_unit *unit, const char *header, size_t length,
                         size_t *at)
{
    c4_import_column column = {.header = c4_arena_text(&import->kept, header, length)};
    int rc = c4_grow(import->mem, (void **)&import->columns, &import->column_room,
                     import->column_count + 1, sizeof column);

    if (!column.header || rc < 0)
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    *at = import->column_count++;
    import->columns[*at] = column;
    return import->bound ? map_column(import, unit, *at) : CRM4E_OK;
}

int c4_import_map_columns(c4_import *import, c4_unit *unit)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; rc == CRM4E_OK && i < import->column_count; i++)
        rc = map_column(import, unit, i);
    import->bound = true;
    return rc;
}
