/* SPDX-License-Identifier: MIT */
#include "insight/view.h"

#include <string.h>

#include "base/text.h"
#include "model/definition.h"
#include "model/manage_rules.h"

/* ------------------------------------------------------------- who may use which */

/* A Team User licence opens of org modules what is for everybody. */
static bool licence_opens(const c4_unit *unit, const c4_view *view, const c4_module *module)
{
    bool org = module->kind != C4_MODULE_TEAM;
    bool closed =
        org && view->sharing != C4_VIEW_PUBLIC && unit->actor->licence == CRM4E_LICENCE_TEAM;

    return !C4_REFUSES(VIEW_LICENCE, closed);
}

/* The module itself is open to the actor. */
static int sees(c4_unit *unit, const c4_view *view, bool *seen)
{
    const c4_module *module = c4_meta_module(unit->meta, view->module);
    bool among = false;
    int rc = CRM4E_OK;

    *seen = view->sharing == C4_VIEW_PUBLIC || view->owner == unit->actor->id ||
            c4_actor_is_administrator(unit);
    if (!*seen && view->sharing == C4_VIEW_SHARED) {
        rc = c4_access_is_among(unit, view->shared_to, view->shared_count, &among);
        *seen = C4_OPENS(VIEW_SHARED, among);
    } else if (!*seen) {
        *seen = C4_NARROWS(VIEW_PRIVATE, false, true);
    }
    *seen = *seen && licence_opens(unit, view, module);
    return rc == CRM4E_OK ? rc : c4_fail_plain(unit->error, rc);
}

/* Requesters, guests of single records. */
static bool is_outside(const c4_unit *unit, const c4_module *module)
{
    const c4_member *member = c4_module_member(module, unit->actor->id);

    return module->kind == C4_MODULE_TEAM && !c4_actor_is_administrator(unit) &&
           (member == NULL || member->profile == CRM4E_TEAM_REQUESTER);
}

static int open_module(c4_unit *unit, const char *name, const c4_module **module)
{
    c4_scope scope;
    int rc = c4_access_module(unit, name, CRM4E_ACTION_VIEW, &scope);

    *module = c4_meta_module_named(unit->meta, name);
    if (rc == CRM4E_OK && C4_REFUSES(VIEW_GUESTS, is_outside(unit, *module)))
        rc = c4_fail(unit->error, CRM4E_E_DENIED, "views are for who works in the module");
    return rc;
}

static int refuse_unknown(c4_unit *unit)
{
    c4_failure_clear(unit->error);
    return c4_fail(unit->error, CRM4E_E_NOT_FOUND, "there is no such view");
}

int c4_view_find(c4_unit *unit, crm4e_id id, const c4_view **view)
{
    const c4_module *module = NULL;
    bool seen = false;
    int rc;

    *view = c4_meta_view(unit->meta, id);
    if (*view == NULL)
        return refuse_unknown(unit);
    module = c4_meta_module(unit->meta, (*view)->module);
    rc = open_module(unit, module->api_name, &module);
    if (rc == CRM4E_E_NOT_FOUND || rc == CRM4E_E_DENIED) {
        if (C4_REFUSES(VIEW_MODULE, true))
            return refuse_unknown(unit);
        rc = CRM4E_OK;
    }
    if (rc == CRM4E_OK)
        rc = sees(unit, *view, &seen);
    return rc == CRM4E_OK && !seen ? refuse_unknown(unit) : rc;
}

/* The owner's view of the name, whoever sees it; NULL: none. */
static int find_owned(c4_unit *unit, const c4_module *module, crm4e_id owner, const char *name,
                      const c4_view **found)
{
    int rc = CRM4E_OK;

    *found = NULL;
    for (size_t i = 0; i < unit->meta->view_count && rc == CRM4E_OK && *found == NULL; i++) {
        const c4_view *view = &unit->meta->views[i];
        bool same = false;
        if (view->module == module->number && view->owner == owner)
            rc = c4_same_name(unit, view->name, name, &same);
        if (same)
            *found = view;
    }
    return rc;
}

static int find_other(c4_unit *unit, const c4_module *module, const char *name,
                      const c4_view **found)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < unit->meta->view_count && rc == CRM4E_OK && *found == NULL; i++) {
        const c4_view *view = &unit->meta->views[i];
        bool seen = false;
        if (view->module == module->number)
            rc = c4_same_name(unit, view->name, name, &seen);
        if (rc == CRM4E_OK && seen)
            rc = sees(unit, view, &seen);
        if (rc == CRM4E_OK && seen)
            *found = view;
    }
    return rc;
}

int c4_view_named(c4_unit *unit, const char *module_name, const char *name, const c4_view **view)
{
    const c4_module *module = NULL;
    bool seen = false;
    int rc = open_module(unit, module_name, &module);

    *view = NULL;
    if (rc == CRM4E_OK)
        rc = find_owned(unit, module, unit->actor->id, name, view);
    if (rc == CRM4E_OK && *view != NULL)
        rc = sees(unit, *view, &seen);
    if (!seen)
        *view = NULL;
    if (rc == CRM4E_OK && *view == NULL)
        rc = find_other(unit, module, name, view);
    return rc == CRM4E_OK && *view == NULL ? refuse_unknown(unit) : rc;
}

/* ------------------------------------------------------------- running */

int c4_view_tree(c4_unit *unit, const c4_view *view, c4_query_tree *tree)
{
    c4_query_order *order = c4_arena_array(unit->arena, view->order_count, sizeof *order);
    int rc = CRM4E_OK;

    if (order == NULL)
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    *tree = (c4_query_tree){.module = c4_meta_module(unit->meta, view->module)->api_name,
                            .columns = view->columns,
                            .column_count = view->column_count,
                            .order = order,
                            .order_count = view->order_count,
                            .limit = -1};
    if (view->where != NULL)
        rc = c4_criteria_parse(unit->arena, unit->error, view->where, strlen(view->where),
                               &tree->where);
    for (size_t i = 0; i < view->order_count && rc == CRM4E_OK; i++)
        rc = c4_order_parse(unit->arena, unit->error, view->order[i], strlen(view->order[i]),
                            &order[i]);
    return rc;
}

int c4_view_stored_tree(c4_unit *unit, const c4_view *view, c4_query_tree *tree)
{
    int rc = c4_view_tree(unit, view, tree);

    return rc == CRM4E_E_INVALID || rc == CRM4E_E_DEPTH || rc == CRM4E_E_TOO_BIG
               ? c4_fail(unit->error, CRM4E_E_CORRUPT, "the query of a view cannot be read")
               : rc;
}

int c4_view_failed(c4_unit *unit, int code)
{
    if (code == CRM4E_E_DENIED)
        (void)c4_fail(unit->error, code, "the view uses a field that is closed to you");
    else if (code == CRM4E_E_NOT_FOUND)
        (void)c4_fail(unit->error, code, "the view goes over a module that is closed to you");
    return code;
}

/* ------------------------------------------------------------- reading */

int c4_view_check(c4_unit *unit, const c4_view *view)
{
    c4_query_tree tree;
    int rc = c4_view_tree(unit, view, &tree);

    return rc == CRM4E_OK ? c4_query_check(unit, &tree) : rc;
}

/* A view that names what is gone, or cannot be read, is told to administrators alone: behind
 * the first name that is wrong there may be one that is closed. */
int c4_view_describe(c4_unit *unit, const c4_view *view, c4_buffer *out)
{
    c4_query_tree tree;
    int rc = c4_view_stored_tree(unit, view, &tree);
    bool repairs;

    if (rc == CRM4E_OK)
        rc = c4_query_check(unit, &tree);
    repairs = (rc == CRM4E_E_INVALID || rc == CRM4E_E_CORRUPT) && c4_actor_is_administrator(unit);
    if (C4_REFUSES(VIEW_DEFINITION, rc < 0 && !repairs))
        return c4_view_failed(unit, rc);
    c4_failure_clear(unit->error);
    c4_view_write(out, unit->meta, view);
    return out->code;
}

static bool may_change(c4_unit *unit, const c4_view *view)
{
    const c4_module *module = c4_meta_module(unit->meta, view->module);

    return view->owner == unit->actor->id || c4_actor_configures(unit, module);
}

static void put_line(c4_unit *unit, const c4_view *view, c4_buffer *out)
{
    const c4_user *owner = c4_meta_user(unit->meta, view->owner);
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_key(out, &first, "id");
    c4_buffer_i64(out, view->id);
    c4_json_put_key(out, &first, "name");
    c4_json_put_text(out, view->name, strlen(view->name));
    c4_json_put_key(out, &first, "owner");
    c4_json_put_text(out, owner->email, strlen(owner->email));
    c4_json_put_key(out, &first, "sharing");
    c4_buffer_char(out, '"');
    c4_buffer_text(out, c4_text_of(C4_NAMES_VIEW_SHARING, view->sharing));
    c4_buffer_text(out, "\"}");
}

int c4_views_write(c4_unit *unit, const char *module_name, c4_buffer *out)
{
    const c4_module *module = NULL;
    bool between = false;
    int rc = open_module(unit, module_name, &module);

    c4_buffer_char(out, '[');
    for (size_t i = 0; rc == CRM4E_OK && i < unit->meta->view_count; i++) {
        const c4_view *view = &unit->meta->views[i];
        bool seen = false;
        if (view->module == module->number)
            rc = sees(unit, view, &seen);
        if (rc == CRM4E_OK && seen) {
            c4_buffer_text(out, between ? "," : "");
            put_line(unit, view, out);
            between = true;
        }
    }
    c4_buffer_char(out, ']');
    return rc < 0 ? rc : out->code;
}

/* ------------------------------------------------------------- changing */

static int read_texts(c4_unit *unit, const char *member, const c4_json *list,
                      const char *const **out, size_t *count)
{
    const char **texts;

    if (list == NULL)
        return CRM4E_OK;
    texts = c4_arena_array(unit->arena, c4_json_count(list), sizeof *texts);
    if (texts == NULL)
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    for (size_t i = 0; i < c4_json_count(list); i++) {
        texts[i] = c4_spec_text(c4_json_item(list, i));
        if (texts[i] == NULL)
            return c4_refuse(unit, CRM4E_E_INVALID, member, "type", "holds what is no text");
    }
    *out = texts;
    *count = c4_json_count(list);
    return CRM4E_OK;
}

/* Those that went since it was shared are left out. */
static int read_subjects(c4_unit *unit, const c4_json *json, c4_view *view)
{
    c4_subject_list list = {view->shared_to, view->shared_count};
    c4_subject_list none = {NULL, 0};
    int rc = CRM4E_OK;

    if (json != NULL) {
        rc = c4_subjects_read(unit, "shared_to", json, &list);
        if (rc == CRM4E_OK)
            rc = c4_subjects_check(unit, "shared_to", &list, &none);
        view->shared_to = list.items;
        view->shared_count = list.count;
    }
    if (rc < 0)
        return rc;
    if (view->sharing != C4_VIEW_SHARED) {
        view->shared_count = 0;
    } else if (view->shared_count == 0) {
        rc = c4_refuse(unit, CRM4E_E_INVALID, "shared_to", "mandatory", "names nobody");
    }
    return rc;
}

static int read_spec(c4_unit *unit, const c4_view_spec *spec, c4_view *view)
{
    int rc = read_texts(unit, "columns", spec->columns, &view->columns, &view->column_count);

    if (rc == CRM4E_OK)
        rc = read_texts(unit, "order", spec->order, &view->order, &view->order_count);
    if (spec->where != NULL)
        view->where = spec->where[0] != '\0' ? spec->where : NULL;
    if (spec->sharing != 0)
        view->sharing = (c4_view_sharing)spec->sharing;
    return rc == CRM4E_OK ? read_subjects(unit, spec->shared_to, view) : rc;
}

/* What he did not write himself is not told to him. */
static int check_view(c4_unit *unit, const c4_view_spec *spec, const c4_view *old,
                      const c4_view *view)
{
    bool written = spec->columns != NULL && spec->order != NULL && spec->where != NULL;
    int rc = c4_view_check(unit, view);

    return rc < 0 && old != NULL && !written ? c4_view_failed(unit, rc) : rc;
}

static int check_count(c4_unit *unit, const c4_view *view)
{
    int64_t count = 0;

    for (size_t i = 0; i < unit->meta->view_count; i++) {
        const c4_view *other = &unit->meta->views[i];
        count += other->module == view->module && other->owner == view->owner;
    }
    if (count < C4_VIEWS_MAX)
        return CRM4E_OK;
    (void)c4_fail(unit->error, CRM4E_E_TOO_BIG, "more than %d views of one user in a module",
                  C4_VIEWS_MAX);
    (void)c4_fail_limit(unit->error, "views", C4_VIEWS_MAX, count + 1);
    return CRM4E_E_TOO_BIG;
}

static int write_row(c4_unit *unit, const c4_view *view, const c4_view *old, const c4_buffer *text)
{
    static const uint32_t columns[] = {C4_VIEW_NAME, C4_VIEW_OWNER, C4_VIEW_SHARING,
                                       C4_VIEW_DEFINITION};
    const crm4e_table *table = &c4_tables[C4_TABLE_VIEW];
    const crm4e_value values[C4_VIEW_COLUMNS] = {
        [0] = c4_integer(view->id),
        [C4_VIEW_MODULE] = c4_integer(view->module),
        [C4_VIEW_NAME] = c4_c_text(view->name),
        [C4_VIEW_OWNER] = c4_integer(view->owner),
        [C4_VIEW_SHARING] = c4_integer(view->sharing),
        [C4_VIEW_DEFINITION] = c4_text_value(text->data, text->length),
    };
    int rc = old == NULL
                 ? c4_db_insert(unit->db, table, values)
                 : c4_db_update(unit->db, table, view->id, columns, &values[C4_VIEW_NAME], 4);

    return rc < 0 ? c4_stored(unit, rc) : c4_change_done(unit, "view", view->id, view->name);
}

/* The same again changes nothing. */
static int store(c4_unit *unit, const c4_view *view, const c4_view *old)
{
    c4_buffer before;
    c4_buffer after;
    bool same;
    int rc;

    c4_buffer_init(&before, &unit->env->mem, C4_DEFINITION_MAX);
    c4_buffer_init(&after, &unit->env->mem, C4_DEFINITION_MAX);
    c4_definition_write_view(&after, view);
    if (old != NULL)
        c4_definition_write_view(&before, old);
    rc = c4_stored(unit, after.code < 0 ? after.code : before.code);
    same = old != NULL && old->sharing == view->sharing && strcmp(old->name, view->name) == 0 &&
           c4_text_order(before.data, before.length, after.data, after.length) == 0;
    if (rc == CRM4E_OK && !same)
        rc = write_row(unit, view, old, &after);
    c4_buffer_free(&before);
    c4_buffer_free(&after);
    return rc;
}

/* Who it belongs to, and the one it was. */
static int find_old(c4_unit *unit, const c4_view_spec *spec, const c4_module *module,
                    const c4_user **owner, const c4_view **old)
{
    bool seen = false;
    int rc = CRM4E_OK;

    *owner = unit->actor;
    if (spec->owner != NULL)
        rc = c4_find_user(unit, "owner", spec->owner, owner);
    if (rc == CRM4E_OK)
        rc = find_owned(unit, module, (*owner)->id, spec->name, old);
    if (rc == CRM4E_OK && *old != NULL)
        rc = sees(unit, *old, &seen);
    if (rc < 0 || *owner == unit->actor)
        return rc;
    if (!seen)
        *old = NULL;
    if (*old != NULL)
        return C4_REFUSES(VIEW_OTHERS, !may_change(unit, *old))
                   ? c4_refuse_denied(unit, "owner", "the view belongs to another user")
                   : rc;
    return C4_REFUSES(VIEW_FOR_OTHERS, !c4_actor_is_administrator(unit))
               ? c4_refuse_denied(unit, "owner", "only administrators make views for others")
               : rc;
}

int c4_view_put(c4_unit *unit, const c4_json *json, crm4e_id *id)
{
    const c4_user *owner = NULL;
    const c4_view *old = NULL;
    c4_view_spec spec;
    c4_scope scope;
    c4_view view;
    int rc = c4_change_start(unit);

    if (rc == CRM4E_OK)
        rc = c4_view_spec_read(unit, json, &spec);
    if (rc == CRM4E_OK)
        rc = c4_access_module(unit, spec.module, CRM4E_ACTION_MANAGE_VIEWS, &scope);
    if (rc == CRM4E_OK)
        rc = c4_check_name(unit, "name", spec.name, C4_NAME_MAX);
    if (rc == CRM4E_OK)
        rc = find_old(unit, &spec, scope.module, &owner, &old);
    if (rc < 0)
        return rc;
    view = old != NULL ? *old
                       : (c4_view){.module = scope.module->number,
                                   .owner = owner->id,
                                   .sharing = C4_VIEW_ONLY_TO_ME};
    view.name = spec.name;
    rc = read_spec(unit, &spec, &view);
    if (rc == CRM4E_OK)
        rc = check_view(unit, &spec, old, &view);
    if (rc == CRM4E_OK && old == NULL)
        rc = check_count(unit, &view);
    if (rc == CRM4E_OK && old == NULL)
        view.id = c4_unit_new_id(unit);
    if (rc == CRM4E_OK)
        rc = store(unit, &view, old);
    if (rc == CRM4E_OK)
        *id = view.id;
    return rc;
}

int c4_view_remove(c4_unit *unit, crm4e_id id)
{
    const c4_view *view = NULL;
    c4_scope scope;
    int rc = c4_change_start(unit);

    if (rc == CRM4E_OK)
        rc = c4_view_find(unit, id, &view);
    if (rc == CRM4E_OK)
        rc = c4_access_module_number(unit, view->module, CRM4E_ACTION_MANAGE_VIEWS, &scope);
    if (rc == CRM4E_OK && C4_REFUSES(VIEW_OTHERS, !may_change(unit, view)))
        rc = c4_refuse_denied(unit, "owner", "the view belongs to another user");
    if (rc == CRM4E_OK)
        rc = c4_stored(unit, c4_db_remove(unit->db, &c4_tables[C4_TABLE_VIEW], view->id));
    return rc < 0 ? rc : c4_change_done(unit, "view_removed", view->id, view->name);
}
