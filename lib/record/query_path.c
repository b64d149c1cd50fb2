/* SPDX-License-Identifier: MIT */
/* Paths: every field of one is asked for at the gate, hop by hop. */
#include "record/query_inside.h"

#include <string.h>

typedef struct c4_known_scope {
    c4_scope scope;
    struct c4_known_scope *next;
} c4_known_scope;

void c4_compiler_init(c4_compiler *compiler, c4_unit *unit, c4_place root)
{
    *compiler = (c4_compiler){.unit = unit, .root = root, .now = unit->now};
    compiler->reader = root.scope != NULL ? unit : NULL;
}

void c4_compiler_end(c4_compiler *compiler)
{
    c4_zone_close(compiler->zone);
    compiler->zone = NULL;
}

int c4_compiler_fail(const c4_compiler *compiler, int code)
{
    return c4_fail_plain(compiler->unit->error, code);
}

int c4_compiler_refuse(const c4_compiler *compiler, const c4_place *place, const c4_field *field,
                       const char *rule, const char *problem)
{
    crm4e_error *error = compiler->unit->error;
    (void)c4_fail(error, CRM4E_E_INVALID, "%s.%s: %s", place->module->api_name, field->api_name,
                  problem);
    (void)c4_fail_field(error, place->module->api_name, field->api_name, rule);
    return CRM4E_E_INVALID;
}

static int any_place(const c4_compiler *compiler, int32_t number, c4_place *place)
{
    *place = (c4_place){.module = c4_meta_module(compiler->unit->meta, number)};
    return place->module == NULL ? c4_compiler_fail(compiler, CRM4E_E_NOT_FOUND) : CRM4E_OK;
}

int c4_place_behind(c4_compiler *compiler, int32_t module, c4_place *place)
{
    c4_known_scope *known = compiler->scopes;
    int rc = CRM4E_OK;
    if (compiler->reader == NULL)
        return any_place(compiler, module, place);
    if (compiler->root.module->number == module && compiler->root.scope != NULL &&
        compiler->root.scope->action == CRM4E_ACTION_VIEW) {
        *place = compiler->root;
        return CRM4E_OK;
    }
    while (known != NULL && known->scope.module->number != module)
        known = known->next;
    if (known == NULL) {
        known = c4_arena_array(compiler->unit->arena, 1, sizeof *known);
        if (known == NULL)
            return c4_compiler_fail(compiler, CRM4E_E_NO_MEMORY);
        rc = c4_access_module_number(compiler->reader, module, CRM4E_ACTION_VIEW, &known->scope);
        if (rc == CRM4E_OK) {
            known->next = compiler->scopes;
            compiler->scopes = known;
        }
    }
    *place = (c4_place){.module = known->scope.module, .scope = &known->scope};
    return rc;
}

int c4_place_field(const c4_compiler *compiler, const c4_place *place, const char *api_name,
                   const c4_field **field)
{
    crm4e_error *error = compiler->unit->error;
    if (place->scope != NULL)
        return c4_access_read_field(place->scope, api_name, field);
    *field = c4_module_field_named(place->module, api_name);
    if (*field != NULL)
        return CRM4E_OK;
    (void)c4_fail(error, CRM4E_E_INVALID, "module %s has no such field", place->module->api_name);
    (void)c4_fail_field(error, place->module->api_name, api_name, "field");
    return CRM4E_E_INVALID;
}

static int resolve_hop(c4_compiler *compiler, c4_path *path, const char *name)
{
    const c4_place *place = &path->places[path->hop_count];
    const c4_field *field = NULL;
    int rc = c4_place_field(compiler, place, name, &field);
    if (rc != CRM4E_OK)
        return rc;
    if (field->type != CRM4E_TYPE_LOOKUP || field->target_count != 1)
        return c4_compiler_refuse(compiler, place, field, "path",
                                  "a path goes over lookups to one module only");
    path->hops[path->hop_count++] = field;
    return c4_place_behind(compiler, field->targets[0], &path->places[path->hop_count]);
}

int c4_path_resolve(c4_compiler *compiler, const char *text, c4_path *path)
{
    const char *point;
    int rc = CRM4E_OK;
    *path = (c4_path){.places = {compiler->root}};
    while (rc == CRM4E_OK && (point = strchr(text, '.')) != NULL) {
        char *name = c4_arena_text(compiler->unit->arena, text, (size_t)(point - text));
        if (name == NULL)
            return c4_compiler_fail(compiler, CRM4E_E_NO_MEMORY);
        if (path->hop_count == C4_QUERY_HOPS) {
            (void)c4_fail(compiler->unit->error, CRM4E_E_INVALID,
                          "a path goes over at most %d lookups", C4_QUERY_HOPS);
            (void)c4_fail_field(compiler->unit->error, compiler->root.module->api_name, "", "path");
            return CRM4E_E_INVALID;
        }
        rc = resolve_hop(compiler, path, name);
        text = point + 1;
    }
    return rc == CRM4E_OK
               ? c4_place_field(compiler, &path->places[path->hop_count], text, &path->field)
               : rc;
}

const crm4e_predicate *c4_place_rows(const c4_place *place)
{
    static const crm4e_predicate none = {.op = CRM4E_OP_FALSE};
    const crm4e_predicate *rows = NULL;
    if (place->scope != NULL && !place->scope->everything)
        rows = place->scope->where != NULL ? place->scope->where : &none;
    return rows;
}

bool c4_field_holds_users(const c4_field *field)
{
    return field->type == CRM4E_TYPE_USERLOOKUP || field->type == CRM4E_TYPE_OWNERLOOKUP ||
           field->type == CRM4E_TYPE_MULTIUSERLOOKUP;
}

bool c4_literal_is_name(const c4_field *field, const c4_literal *literal)
{
    return literal->kind == C4_LITERAL_TEXT &&
           (field->type == CRM4E_TYPE_LOOKUP || field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP ||
            field->type == CRM4E_TYPE_MULTISELECTLOOKUP);
}

static int name_target(c4_compiler *compiler, int32_t module, c4_name_target *target)
{
    const c4_field *name;
    int rc = c4_place_behind(compiler, module, &target->place);
    if (rc != CRM4E_OK)
        return rc;
    name = target->place.module->name_field;
    if (name == NULL || c4_type_info_of(name->type)->stored != C4_STORED_TEXT) {
        (void)c4_fail(compiler->unit->error, CRM4E_E_INVALID, "records of module %s have no name",
                      target->place.module->api_name);
        (void)c4_fail_field(compiler->unit->error, target->place.module->api_name, "", "name");
        return CRM4E_E_INVALID;
    }
    return c4_place_field(compiler, &target->place, name->api_name, &target->name);
}

/* A lookup to one module fails as a path to its name would. Of several modules
 * those that the actor may not see stay out. */
int c4_name_targets(c4_compiler *compiler, const c4_place *place, const c4_field *lookup,
                    c4_name_target **targets, size_t *count)
{
    int rc = CRM4E_OK;
    *count = 0;
    *targets = c4_arena_array(compiler->unit->arena, lookup->target_count, sizeof **targets);
    if (*targets == NULL)
        return c4_compiler_fail(compiler, CRM4E_E_NO_MEMORY);
    if (lookup->target_count == 0)
        return c4_compiler_refuse(compiler, place, lookup, "name", "it points to no module");
    for (size_t i = 0; i < lookup->target_count && rc == CRM4E_OK; i++) {
        rc = name_target(compiler, lookup->targets[i], &(*targets)[*count]);
        if (rc == CRM4E_OK)
            (*count)++;
        else if (lookup->target_count > 1 && (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED))
            rc = CRM4E_OK;
    }
    if (rc == CRM4E_OK)
        c4_failure_clear(compiler->unit->error);
    return rc;
}
