/* SPDX-License-Identifier: MIT */
/* Rows of a file become records. */
#include "transfer/import_inside.h"

#include <string.h>

#include "model/manage_rules.h"

enum {
    SCRATCH_CEILING = 16 * 1024 * 1024,
    MAP_CEILING = 1024 * 1024,
    REFUSED_CEILING = 64 * 1024 * 1024
};

static int check_rights(c4_unit *unit, c4_import *import)
{
    c4_scope *scope = &import->scope;
    int rc = c4_access_module(unit, import->options->module, CRM4E_ACTION_IMPORT, scope);

    if (rc == CRM4E_OK)
        rc = c4_access_module(unit, import->options->module, CRM4E_ACTION_CREATE, scope);
    if (rc < 0)
        return rc;
    import->module = scope->module;
    if (scope->module->kind != C4_MODULE_TEAM && !c4_actor_has(unit, C4_ADMIN_IMPORT))
        return c4_fail(unit->error, CRM4E_E_DENIED, "the profile does not permit to import");
    return CRM4E_OK;
}

static int find_assignment(c4_unit *unit, c4_import *import)
{
    const char *name = import->options->assignment_rule;
    const c4_definition *rule = NULL;
    int rc = name ? c4_assignment_named(unit, import->module, name, &rule) : CRM4E_OK;

    if (rc == CRM4E_OK && name && !rule)
        rc = c4_refuse(unit, CRM4E_E_NOT_FOUND, "assignment_rule", "assignment_rule",
                       "names no assignment rule of the module");
    import->assignment = rule ? rule->id : 0;
    return rc;
}

/* The unique fields by which rows are matched. */
static int find_match_fields(c4_unit *unit, c4_import *import)
{
    c4_scope view;
    int rc;

    if (import->options->match == CRM4E_MATCH_REFUSE)
        return CRM4E_OK;
    rc = c4_access_module_number(unit, import->module->number, CRM4E_ACTION_VIEW, &view);
    return rc == CRM4E_OK
               ? c4_unique_fields_open(&view, import->match_fields.root, &import->matched)
               : rc;
}

static int open_zone(c4_unit *unit, c4_import *import)
{
    c4_zone_close(import->zone);
    import->zone = NULL;
    return c4_zone_open(&import->zone, import->mem, unit->actor->zone);
}

int c4_import_bind(c4_import *import, c4_unit *unit)
{
    static int (*const steps[])(c4_unit *, c4_import *) = {check_rights, find_assignment,
                                                           find_match_fields, open_zone};
    int rc = CRM4E_OK;

    c4_map_free(&import->names);
    c4_map_init(&import->names, import->mem);
    c4_arena_reset(&import->setup);
    for (size_t i = 0; i < sizeof steps / sizeof *steps && rc == CRM4E_OK; i++)
        rc = steps[i](unit, import);
    if (rc == CRM4E_OK)
        rc = c4_import_map_columns(import, unit);
    return rc == CRM4E_OK ? c4_import_bulk_begin(import, unit) : rc;
}

/* An option that is JSON; NULL is none. */
static int read_json(c4_import *import, c4_unit *unit, const char *name, const char *text,
                     c4_json_document *document)
{
    int rc = text ? c4_json_parse(document, import->mem, text, CRM4E_NUL_TERMINATED, MAP_CEILING)
                  : CRM4E_OK;

    return rc < 0 ? c4_fail(unit->error, rc, "the %s is refused: %s", name, document->problem) : rc;
}

/* Every member sends something to a text, or to nothing where that is possible. */
static int check_object(c4_unit *unit, const char *name, const c4_json *map, bool nothing)
{
    if (map && c4_json_kind(map) != C4_JSON_OBJECT)
        return c4_fail(unit->error, CRM4E_E_INVALID, "the %s is no JSON object", name);
    for (size_t i = 0; i < c4_json_count(map); i++) {
        const char *key = NULL;
        const c4_json_type kind = c4_json_kind(c4_json_member_at(map, i, &key));

        if (kind != C4_JSON_TEXT && !(nothing && kind == C4_JSON_NULL))
            return c4_fail(unit->error, CRM4E_E_INVALID, "the %s sends %s to no %s", name, key,
                           nothing ? "field" : "user");
    }
    return CRM4E_OK;
}

static int read_options(c4_import *import, c4_unit *unit)
{
    const crm4e_import_options *options = import->options;
    int rc = read_json(import, unit, "map", options->map, &import->map);

    if (rc == CRM4E_OK)
        rc = check_object(unit, "map", import->map.root, true);
    if (rc == CRM4E_OK)
        rc = read_json(import, unit, "list of users", options->users, &import->users);
    if (rc == CRM4E_OK)
        rc = check_object(unit, "list of users", import->users.root, false);
    if (rc == CRM4E_OK)
        rc =
            read_json(import, unit, "list of fields", options->match_fields, &import->match_fields);
    return rc == CRM4E_OK ? c4_import_find_formats(import, unit) : rc;
}

int c4_import_open(c4_import **out, c4_unit *unit, const crm4e_import_options *options)
{
    const c4_mem *mem = &unit->env->mem;
    c4_import *import = c4_alloc_array(mem, 1, sizeof *import);
    int rc;

    if (!import)
        return CRM4E_E_NO_MEMORY;
    *out = import;
    import->mem = mem;
    import->options = options;
    import->source =
        options->format == CRM4E_IMPORT_JSON_LINES ? &c4_rows_of_json_lines : &c4_rows_of_csv;
    c4_arena_init(&import->kept, mem);
    c4_arena_init(&import->setup, mem);
    c4_arena_init(&import->row, mem);
    c4_map_init(&import->names, mem);
    c4_buffer_init(&import->scratch, mem, SCRATCH_CEILING);
    rc = check_rights(unit, import);
    if (rc == CRM4E_OK)
        rc = read_options(import, unit);
    if (rc == CRM4E_OK)
        rc = import->source->open(import, unit);
    return rc == CRM4E_OK ? c4_import_bind(import, unit) : rc;
}

void c4_import_close(c4_import *import)
{
    if (!import)
        return;
    c4_import_bulk_close(import);
    import->source->close(import);
    c4_zone_close(import->zone);
    c4_map_free(&import->names);
    c4_buffer_free(&import->scratch);
    c4_json_free(&import->map);
    c4_json_free(&import->users);
    c4_json_free(&import->match_fields);
    c4_free(import->mem, import->columns);
    c4_free(import->mem, import->cells);
    c4_arena_free(&import->row);
    c4_arena_free(&import->setup);
    c4_arena_free(&import->kept);
    c4_free(import->mem, import);
}

c4_import_cell *c4_import_add_cell(c4_import *import)
{
    if (c4_grow(import->mem, (void **)&import->cells, &import->cell_room, import->cell_count + 1,
                sizeof *import->cells) < 0)
        return NULL;
    import->cells[import->cell_count] = (c4_import_cell){0};
    return &import->cells[import->cell_count++];
}

static int read_draft(c4_import *import, c4_unit *unit, c4_draft *draft)
{
    int rc = c4_draft_init(draft, &import->row, import->module);

    for (size_t i = 0; rc == CRM4E_OK && i < import->cell_count; i++) {
        const c4_import_column *column = &import->columns[import->cells[i].column];

        if (!column->field)
            continue;
        rc = c4_import_set_cell(import, unit, draft, &import->cells[i]);
        if (rc < 0)
            rc = c4_fail_at_row(unit->error, rc, import->rows, column->header);
    }
    draft->assignment = import->assignment;
    return rc;
}

/* The record with a unique value of the row. The scope is a new one for each row: rules may
 * change what is shared. */
static int find_match(c4_import *import, c4_unit *unit, c4_draft *draft)
{
    c4_scope view;
    int rc;

    if (import->options->match == CRM4E_MATCH_REFUSE)
        return CRM4E_OK;
    rc = c4_access_module_number(unit, import->module->number, CRM4E_ACTION_VIEW, &view);
    return rc == CRM4E_OK ? c4_unique_find(&view, &import->matched, draft, false, &draft->id) : rc;
}

static int write_row(c4_import *import, c4_unit *unit, c4_import_outcome *outcome)
{
    c4_draft draft;
    crm4e_id id = 0;
    int rc = read_draft(import, unit, &draft);

    if (rc < 0)
        return rc;
    rc = find_match(import, unit, &draft);
    *outcome = draft.id == 0                                  ? C4_IMPORT_CREATED
               : import->options->match == CRM4E_MATCH_UPDATE ? C4_IMPORT_UPDATED
                                                              : C4_IMPORT_SKIPPED;
    if (rc == CRM4E_OK && *outcome == C4_IMPORT_CREATED)
        rc = c4_record_create(unit, &draft, &id);
    else if (rc == CRM4E_OK && *outcome == C4_IMPORT_UPDATED)
        rc = c4_record_update(unit, &draft);
    return rc < 0 ? c4_fail_at_row(unit->error, rc, import->rows, NULL) : CRM4E_ROW;
}

int c4_import_row(c4_import *import, c4_unit *unit, c4_import_outcome *outcome)
{
    c4_arena *scratch = unit->arena;
    int rc;

    import->row_failed = false;
    import->cell_count = 0;
    /* The row's scratch is its own, so that a file of any length needs no more
     * memory than its longest row. */
    unit->arena = &import->row;
    rc = import->source->next(import, unit);
    if (import->rows <= import->options->skip && (rc == CRM4E_ROW || import->row_failed)) {
        c4_failure_clear(unit->error);
        *outcome = C4_IMPORT_PASSED;
        rc = CRM4E_ROW;
    } else if (rc == CRM4E_ROW) {
        rc = write_row(import, unit, outcome);
        import->row_failed = rc < 0 && c4_of_the_row(rc);
    }
    unit->arena = scratch;
    unit->asked = NULL;
    c4_arena_reset(&import->row);
    return rc;
}

bool c4_import_row_failed(const c4_import *import)
{
    return import->row_failed;
}

int64_t c4_import_rows(const c4_import *import)
{
    return import->rows;
}

int c4_import_reject(c4_import *import, const crm4e_error *why)
{
    const crm4e_import_options *options = import->options;
    c4_buffer out;
    int rc;

    if (!options->reject)
        return CRM4E_OK;
    c4_buffer_init(&out, import->mem, REFUSED_CEILING);
    import->source->put_refused(import, why, &out);
    rc = out.code;
    if (rc == CRM4E_OK &&
        options->reject(options->reject_user, out.data, out.length) != CRM4E_CONTINUE)
        rc = CRM4E_E_CALLBACK;
    import->refused_any = true;
    c4_buffer_free(&out);
    return rc;
}
