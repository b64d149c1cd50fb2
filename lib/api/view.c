/* SPDX-License-Identifier: MIT */
#include "insight/view.h"

#include <string.h>

#include "api/cursor.h"
#include "base/text.h"

enum {
    VIEW_CEILING = 1024 * 1024,
    TOKEN_CEILING = 64 * 1024
};

typedef struct view_arguments {
    crm4e_id id;
    const char *module;
    const char *name;
    const char *json;
    size_t length;
    int64_t limit;
    const char *after;
} view_arguments;

static int put_view(c4_unit *unit, void *object, void *arguments)
{
    view_arguments *a = arguments;
    c4_json_document document = {0};
    size_t length = 0;
    int rc = c4_need(unit->error, a->json, "json");

    (void)object;
    if (rc < 0)
        return rc;
    rc = c4_text_length(a->json, a->length, VIEW_CEILING, &length);
    if (rc == CRM4E_OK)
        rc = c4_json_parse(&document, &unit->env->mem, a->json, length, VIEW_CEILING);
    if (rc < 0)
        return c4_fail(unit->error, rc, "the view is no JSON, or longer than 1 MiB");
    rc = c4_view_put(unit, document.root, &a->id);
    c4_json_free(&document);
    return rc;
}

int crm4e_view_put(crm4e_id *id, crm4e_session *session, const char *json, size_t length)
{
    view_arguments arguments = {.json = json, .length = length};
    int rc = c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, put_view, &arguments);

    if (rc == CRM4E_OK && id)
        *id = arguments.id;
    return rc;
}

static int find_view(c4_unit *unit, void *object, void *arguments)
{
    view_arguments *a = arguments;
    const c4_view *view = NULL;
    int rc = c4_need(unit->error, a->module, "module");

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->name, "name");
    if (rc == CRM4E_OK)
        rc = c4_view_named(unit, a->module, a->name, &view);
    if (rc == CRM4E_OK)
        a->id = view->id;
    return rc;
}

int crm4e_view_find(crm4e_session *session, const char *module, const char *name, crm4e_id *id)
{
    view_arguments arguments = {.module = module, .name = name};
    c4_entry entry;
    int rc = c4_enter(&entry, session, C4_KIND_SESSION);

    if (rc < 0)
        return rc;
    rc = c4_need(&entry.session->error, id, "id");
    if (rc == CRM4E_OK)
        rc = c4_work_begin(entry.session, CRM4E_TRANSACTION_READ);
    if (rc == CRM4E_OK)
        rc = c4_work_end(entry.session, find_view(&entry.session->unit, NULL, &arguments));
    if (rc == CRM4E_OK)
        *id = arguments.id;
    return c4_leave(&entry, rc);
}

static int remove_view(c4_unit *unit, void *object, void *arguments)
{
    (void)object;
    return c4_view_remove(unit, ((const view_arguments *)arguments)->id);
}

int crm4e_view_remove(crm4e_session *session, crm4e_id view)
{
    view_arguments arguments = {.id = view};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, remove_view, &arguments);
}

/* The cursor's own copy: the snapshot may change before its next page. */
static int fill_cursor(c4_unit *unit, c4_cursor *self, void *arguments)
{
    const view_arguments *a = arguments;
    const c4_view *view = NULL;
    c4_query_tree tree;
    int rc = c4_view_find(unit, a->id, &view);

    if (rc == CRM4E_OK)
        rc = c4_view_stored_tree(unit, view, &tree);
    if (rc < 0)
        return rc;
    tree.limit = a->limit == -1 ? INT64_MAX : a->limit;
    tree.after = a->after;
    tree.after_length = a->length;
    self->view = true;
    rc = c4_query_copy(&self->arena, &tree, &self->tree);
    return rc < 0 ? c4_fail_plain(unit->error, rc) : rc;
}

int crm4e_view_run(crm4e_cursor **out, crm4e_session *session, crm4e_id view, int64_t limit,
                   const char *after)
{
    view_arguments arguments = {.id = view, .limit = limit, .after = after};
    c4_cursor *self = NULL;
    c4_entry entry;
    int rc = c4_enter(&entry, session, C4_KIND_SESSION);
    crm4e_error *error;

    if (rc < 0)
        return rc;
    error = &entry.session->error;
    rc = c4_need(error, out, "out");
    if (rc == CRM4E_OK && limit < -1)
        rc = c4_fail(error, CRM4E_E_INVALID, "the limit is negative");
    if (rc == CRM4E_OK && after)
        rc = c4_text_length(after, CRM4E_NUL_TERMINATED, TOKEN_CEILING, &arguments.length);
    if (rc == CRM4E_E_TOO_BIG)
        rc = c4_fail(error, rc, "the token is longer than %d bytes", TOKEN_CEILING);
    if (rc == CRM4E_OK)
        rc = c4_cursor_new(entry.session, &self);
    if (rc == CRM4E_OK)
        rc = c4_cursor_start_with(entry.session, self, fill_cursor, &arguments, out);
    return c4_leave(&entry, rc);
}

static int write_view(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_view *view = NULL;
    int rc = c4_view_find(unit, ((const view_arguments *)arguments)->id, &view);

    (void)object;
    return rc < 0 ? rc : c4_view_describe(unit, view, out);
}

int crm4e_view_json(crm4e_text **out, crm4e_session *session, crm4e_id view)
{
    view_arguments arguments = {.id = view};

    return c4_call_text(out, session, C4_KIND_SESSION, write_view, &arguments);
}

static int write_views(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    int rc = c4_need(unit->error, arguments, "module");

    (void)object;
    return rc < 0 ? rc : c4_views_write(unit, arguments, out);
}

int crm4e_views_json(crm4e_text **out, crm4e_session *session, const char *module)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_views, (void *)module);
}
