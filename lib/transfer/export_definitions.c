/* SPDX-License-Identifier: MIT */
/*
 * Rules, charts and views of an org as data. Each was checked when it was stored, but what it names
 * may be gone since: what could not be applied any more is left out, and the document says so.
 */
#include <stdio.h>
#include <string.h>

#include "automation/assignment.h"
#include "automation/run.h"
#include "base/text.h"
#include "model/manage_rules.h"
#include "transfer/transfer.h"

enum {
    NUMBER_ROOM = 8 /* characters of what sets views of one name apart */
};

/* The lists on their way. */
typedef struct writing {
    c4_unit *unit;
    c4_buffer *out;
    c4_buffer left; /* what was left out */
    bool first;     /* of the list at hand */
} writing;

/* Whose owner is there no more: it comes to who applies the document. */
static bool is_left(const c4_meta *meta, const c4_view *view)
{
    const c4_user *owner = c4_meta_user(meta, view->owner);

    return owner == NULL || owner->status == CRM4E_USER_DELETED;
}

/* How many views before the one `at` are left of that name, and whether any view of the
 * module is called so that is not the one. */
static int count_named(c4_unit *unit, size_t at, const char *name, size_t *left, bool *taken)
{
    const c4_meta *meta = unit->meta;
    const c4_view *view = &meta->views[at];
    int rc = CRM4E_OK;

    *left = 0;
    *taken = false;
    for (size_t i = 0; i < meta->view_count && rc == CRM4E_OK; i++) {
        const c4_view *other = &meta->views[i];
        bool same = false;
        if (i != at && other->module == view->module)
            rc = c4_same_name(unit, other->name, name, &same);
        *taken = *taken || same;
        *left += same && (other->owner == unit->actor->id || (i < at && is_left(meta, other)));
    }
    return rc;
}

/* Views of several that are gone, and of who exports, may have one name, which can be one owner's
 * only once: "Name", "Name 2", "Name 3", past names that are there. */
static int write_left_view(c4_unit *unit, size_t at, c4_buffer *out)
{
    c4_view view = unit->meta->views[at];
    const char *name = view.name;
    size_t left = 0, unused, length = strlen(name);
    char text[4 * C4_NAME_MAX + 32];
    bool taken = false;
    int rc = count_named(unit, at, name, &left, &taken);

    while (c4_text_points(name, length) > C4_NAME_MAX - NUMBER_ROOM)
        length--;
    while (((unsigned char)name[length] & 0xC0) == 0x80) /* not within a character */
        length--;
    for (size_t number = 2; left > 0 && rc == CRM4E_OK; number++) {
        (void)snprintf(text, sizeof text, "%.*s %zu", (int)length, name, number);
        view.name = text;
        rc = count_named(unit, at, text, &unused, &taken);
        left -= taken ? 0 : 1;
    }
    if (rc == CRM4E_OK)
        c4_view_write(out, unit->meta, &view);
    return rc;
}

/* One of a list. */
typedef struct thing {
    const char *kind;
    int32_t module;
    const char *name;
    size_t at; /* in the snapshot */
} thing;

static int write_assignment(const writing *w, size_t at)
{
    const c4_definition *rule = &w->unit->meta->assignments[at];
    int rc = c4_assignment_check(w->unit, rule);

    return rc == CRM4E_OK ? c4_assignment_write(w->unit, rule, w->out) : rc;
}

static int write_workflow(const writing *w, size_t at)
{
    const c4_definition *rule = &w->unit->meta->workflows[at];
    int rc = c4_workflow_check(w->unit, rule);

    return rc == CRM4E_OK ? c4_workflow_write(w->unit, rule, w->out) : rc;
}

static int write_chart(const writing *w, size_t at)
{
    const c4_definition *chart = &w->unit->meta->charts[at];
    int rc = c4_chart_check(w->unit, chart);

    return rc == CRM4E_OK ? c4_chart_write(w->unit, chart, w->out) : rc;
}

static int write_view(const writing *w, size_t at)
{
    const c4_meta *meta = w->unit->meta;
    int rc = c4_view_check(w->unit, &meta->views[at]);

    if (rc == CRM4E_OK && is_left(meta, &meta->views[at]))
        rc = write_left_view(w->unit, at, w->out);
    else if (rc == CRM4E_OK)
        c4_view_write(w->out, meta, &meta->views[at]);
    return rc;
}

static void leave_out(writing *w, const thing *left)
{
    const c4_module *module = c4_meta_module(w->unit->meta, left->module);
    bool first = true;

    c4_buffer_text(&w->left, w->left.length > 0 ? ",{" : "{");
    c4_json_put_member(&w->left, &first, "kind", left->kind);
    c4_json_put_member(&w->left, &first, "module", module != NULL ? module->api_name : NULL);
    c4_json_put_member(&w->left, &first, "name", left->name);
    c4_json_put_member(&w->left, &first, "why", w->unit->error->message);
    c4_buffer_char(&w->left, '}');
    c4_failure_clear(w->unit->error);
}

static int put(writing *w, const thing *what, int (*write)(const writing *w, size_t at))
{
    const size_t before = w->out->length;
    const bool first = w->first;
    int rc;

    c4_export_separate(w->out, &w->first);
    rc = write(w, what->at);
    if (c4_is_refusal(rc)) {
        c4_buffer_cut(w->out, before);
        w->first = first;
        leave_out(w, what);
        rc = CRM4E_OK;
    }
    return rc;
}

/* Assignment rules, workflow rules or charts. */
static int put_definitions(writing *w, const char *member, const char *kind,
                           const c4_definition *items, size_t count,
                           int (*write)(const writing *w, size_t at))
{
    int rc = CRM4E_OK;

    w->first = true;
    c4_export_list(w->out, member);
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++)
        rc = put(w, &(thing){kind, items[i].module, items[i].name, i}, write);
    c4_buffer_char(w->out, ']');
    return rc;
}

static int put_views(writing *w)
{
    const c4_meta *meta = w->unit->meta;
    int rc = CRM4E_OK;

    w->first = true;
    c4_export_list(w->out, "views");
    for (size_t i = 0; i < meta->view_count && rc == CRM4E_OK; i++)
        rc = put(w, &(thing){"view", meta->views[i].module, meta->views[i].name, i}, write_view);
    c4_buffer_char(w->out, ']');
    return rc;
}

int c4_export_definitions(c4_unit *unit, c4_buffer *out)
{
    const c4_meta *meta = unit->meta;
    writing w = {.unit = unit, .out = out};
    int rc;

    c4_buffer_init(&w.left, &unit->env->mem, C4_APPLY_CEILING);
    rc = put_definitions(&w, "assignment_rules", "assignment_rule", meta->assignments,
                         meta->assignment_count, write_assignment);
    if (rc == CRM4E_OK)
        rc = put_definitions(&w, "workflows", "workflow", meta->workflows, meta->workflow_count,
                             write_workflow);
    if (rc == CRM4E_OK)
        rc = put_definitions(&w, "charts", "chart", meta->charts, meta->chart_count, write_chart);
    if (rc == CRM4E_OK)
        rc = put_views(&w);
    if (rc == CRM4E_OK && w.left.length > 0) {
        c4_export_list(out, C4_LEFT_OUT);
        c4_buffer_put(out, w.left.data, w.left.length);
        c4_buffer_char(out, ']');
    }
    rc = rc == CRM4E_OK ? c4_stored(unit, w.left.code) : rc;
    c4_buffer_free(&w.left);
    return rc;
}
