/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "api/cursor.h"
#include "base/text.h"

enum {
    TOKEN_CEILING = 64 * 1024,
    LOCALE_CEILING = 128
};

/* A query being built. Its parts live in the arena; the arrays grow by
 * c4_grow(). */
typedef struct built_query {
    c4_object object;
    c4_arena arena;
    c4_query_tree tree;
    const char **columns;
    size_t column_room;
    c4_query_order *order;
    size_t order_room;
    const char **groups;
    size_t group_room;
    const c4_criteria **criteria;
    size_t criteria_count;
    size_t criteria_room;
    int64_t *ids;
} built_query;

static void destroy_query(c4_object *object)
{
    built_query *self = (built_query *)object;
    const c4_mem *mem = &object->session->engine->env.mem;

    c4_free(mem, (void *)self->columns);
    c4_free(mem, (void *)self->groups);
    c4_free(mem, self->order);
    c4_free(mem, (void *)self->criteria);
    c4_free(mem, self->ids);
    c4_arena_free(&self->arena);
}

static int start_query(c4_unit *unit, void *object, void *arguments)
{
    built_query *self = object;
    const char *module = arguments;
    c4_scope scope;
    int rc = c4_need(unit->error, module, "module");

    c4_arena_init(&self->arena, &unit->env->mem);
    self->tree.limit = -1;
    if (rc == CRM4E_OK)
        rc = c4_access_module(unit, module, CRM4E_ACTION_VIEW, &scope);
    if (rc == CRM4E_OK) {
        self->tree.module = c4_arena_text(&self->arena, module, strlen(module));
        rc = self->tree.module ? CRM4E_OK : CRM4E_E_NO_MEMORY;
    }
    return rc;
}

int crm4e_query_new(crm4e_query **out, crm4e_session *session, const char *module)
{
    return c4_call_object(out, session, C4_KIND_QUERY, sizeof(built_query), destroy_query,
                          CRM4E_TRANSACTION_READ, start_query, (void *)module);
}

void crm4e_query_free(crm4e_query *query)
{
    c4_object_free(query, C4_KIND_QUERY);
}

/* A checked copy of a NUL-terminated text in the query's arena. */
static int keep_text(built_query *self, crm4e_error *error, const char *text, const char *name,
                     size_t ceiling, const char **kept)
{
    size_t length = 0;
    int rc = c4_need(error, text, name);

    if (rc < 0)
        return rc;
    rc = c4_text_length(text, CRM4E_NUL_TERMINATED, ceiling, &length);
    if (rc == CRM4E_OK)
        rc = c4_text_check(text, length);
    if (rc < 0)
        return c4_fail(error, rc, "argument '%s' is too long or no UTF-8", name);
    *kept = c4_arena_text(&self->arena, text, length);
    return *kept ? CRM4E_OK : CRM4E_E_NO_MEMORY;
}

/* The same for what may be a path or a function of one; `*call` says which. */
static int keep_term(built_query *self, crm4e_error *error, const char *text, const char **kept,
                     bool *call)
{
    int rc = keep_text(self, error, text, "field", 256, kept);

    return rc == CRM4E_OK ? c4_term_parse(&self->arena, error, *kept, strlen(*kept), kept, call)
                          : rc;
}

/* One more in a list of terms that grows. */
static int add_name(built_query *self, const char ***names, size_t *room, size_t *count,
                    const char *name)
{
    int rc = c4_grow(self->arena.mem, (void **)names, room, *count + 1, sizeof **names);

    if (rc == CRM4E_OK)
        (*names)[(*count)++] = name;
    return rc;
}

int crm4e_query_select(crm4e_query *token, const char *field)
{
    const char *kept = NULL;
    bool call = false;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_QUERY);
    built_query *self = entry.object;

    if (rc < 0)
        return rc;
    if (self->tree.column_count >= C4_QUERY_COLUMNS)
        rc = c4_fail(&entry.session->error, CRM4E_E_TOO_BIG, "more than %d columns",
                     C4_QUERY_COLUMNS);
    if (rc == CRM4E_OK)
        rc = keep_term(self, &entry.session->error, field, &kept, &call);
    if (rc == CRM4E_OK)
        rc = add_name(self, &self->columns, &self->column_room, &self->tree.column_count, kept);
    if (rc == CRM4E_OK && call)
        self->tree.grouped = true;
    return c4_leave(&entry, rc);
}

int crm4e_query_group_by(crm4e_query *token, const char *field)
{
    const char *kept = NULL;
    bool call = false;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_QUERY);
    built_query *self = entry.object;

    if (rc < 0)
        return rc;
    if (self->tree.group_count >= C4_QUERY_KEYS)
        rc = c4_fail(&entry.session->error, CRM4E_E_TOO_BIG, "more than %d groups", C4_QUERY_KEYS);
    if (rc == CRM4E_OK)
        rc = keep_term(self, &entry.session->error, field, &kept, &call);
    if (rc == CRM4E_OK)
        rc = add_name(self, &self->groups, &self->group_room, &self->tree.group_count, kept);
    if (rc == CRM4E_OK)
        self->tree.grouped = true;
    return c4_leave(&entry, rc);
}

int crm4e_query_where(crm4e_query *token, const char *criteria)
{
    const c4_criteria *parsed = NULL;
    const char *kept = NULL;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_QUERY);
    built_query *self = entry.object;
    crm4e_error *error;

    if (rc < 0)
        return rc;
    error = &entry.session->error;
    rc = keep_text(self, error, criteria, "criteria", C4_QUERY_CEILING, &kept);
    if (rc == CRM4E_OK)
        rc = c4_criteria_parse(&self->arena, error, kept, strlen(kept), &parsed);
    if (rc == CRM4E_OK)
        rc = c4_grow(self->arena.mem, (void **)&self->criteria, &self->criteria_room,
                     self->criteria_count + 1, sizeof *self->criteria);
    if (rc == CRM4E_OK)
        self->criteria[self->criteria_count++] = parsed;
    return c4_leave(&entry, rc);
}

static int order_ids(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

    return (left > right) - (left < right);
}

int crm4e_query_where_ids(crm4e_query *token, const crm4e_id *ids, size_t count)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_QUERY);
    built_query *self = entry.object;
    int64_t *sorted;
    size_t distinct = 0;

    if (rc < 0)
        return rc;
    if (count > 0)
        rc = c4_need(&entry.session->error, ids, "ids");
    if (rc == CRM4E_OK && count > C4_IN_VALUES)
        rc = c4_fail(&entry.session->error, CRM4E_E_TOO_BIG, "more than %d ids", C4_IN_VALUES);
    if (rc < 0)
        return c4_leave(&entry, rc);
    sorted = c4_alloc_array(self->arena.mem, count + 1, sizeof *sorted);
    if (!sorted)
        return c4_leave(&entry, CRM4E_E_NO_MEMORY);
    if (count > 0) {
        memcpy(sorted, ids, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, order_ids);
    }
    for (size_t i = 0; i < count; i++) {
        if (distinct == 0 || sorted[distinct - 1] != sorted[i])
            sorted[distinct++] = sorted[i];
    }
    c4_free(self->arena.mem, self->ids);
    self->ids = sorted;
    self->tree.ids = sorted;
    self->tree.id_count = distinct;
    return c4_leave(&entry, CRM4E_OK);
}

int crm4e_query_order(crm4e_query *token, const char *field, int32_t descending)
{
    const char *kept = NULL;
    bool call = false;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_QUERY);
    built_query *self = entry.object;

    if (rc < 0)
        return rc;
    if (descending != 0 && descending != 1)
        rc = c4_fail(&entry.session->error, CRM4E_E_INVALID, "'descending' is 0 or 1");
    if (rc == CRM4E_OK && self->tree.order_count >= C4_QUERY_ORDER)
        rc = c4_fail(&entry.session->error, CRM4E_E_TOO_BIG, "more than %d terms of the order",
                     C4_QUERY_ORDER);
    if (rc == CRM4E_OK)
        rc = keep_term(self, &entry.session->error, field, &kept, &call);
    if (rc == CRM4E_OK)
        rc = c4_grow(self->arena.mem, (void **)&self->order, &self->order_room,
                     self->tree.order_count + 1, sizeof *self->order);
    if (rc == CRM4E_OK)
        self->order[self->tree.order_count++] = (c4_query_order){kept, descending == 1};
    if (rc == CRM4E_OK && call)
        self->tree.grouped = true;
    return c4_leave(&entry, rc);
}

int crm4e_query_collate(crm4e_query *token, const char *locale)
{
    const char *kept = NULL;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_QUERY);
    built_query *self = entry.object;

    if (rc < 0)
        return rc;
    rc = keep_text(self, &entry.session->error, locale, "locale", LOCALE_CEILING, &kept);
    if (rc == CRM4E_OK)
        self->tree.locale = kept;
    return c4_leave(&entry, rc);
}

int crm4e_query_limit(crm4e_query *token, int64_t limit)
{
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_QUERY);
    built_query *self = entry.object;

    if (rc < 0)
        return rc;
    if (limit < -1)
        rc = c4_fail(&entry.session->error, CRM4E_E_INVALID, "the limit is negative");
    else
        self->tree.limit = limit == -1 ? INT64_MAX : limit;
    return c4_leave(&entry, rc);
}

int crm4e_query_after(crm4e_query *token, const char *page)
{
    const char *kept = NULL;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_QUERY);
    built_query *self = entry.object;

    if (rc < 0)
        return rc;
    rc = keep_text(self, &entry.session->error, page, "token", TOKEN_CEILING, &kept);
    if (rc == CRM4E_OK) {
        self->tree.after = kept;
        self->tree.after_length = strlen(kept);
    }
    return c4_leave(&entry, rc);
}

/* The tree of a built query, its criteria joined, in an arena. */
static int finish_tree(const built_query *self, c4_arena *arena, c4_query_tree *tree)
{
    *tree = self->tree;
    tree->columns = self->columns;
    tree->groups = self->groups;
    tree->order = self->order;
    if (self->criteria_count == 1) {
        tree->where = self->criteria[0];
    } else if (self->criteria_count > 1) {
        c4_criteria *all = c4_arena_array(arena, 1, sizeof *all);

        if (!all)
            return CRM4E_E_NO_MEMORY;
        all->kind = C4_CRITERIA_AND;
        all->children = self->criteria;
        all->child_count = self->criteria_count;
        tree->where = all;
    }
    return CRM4E_OK;
}

int crm4e_query_run(crm4e_cursor **out, crm4e_query *token)
{
    c4_query_tree tree;
    c4_cursor *self = NULL;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_QUERY);

    if (rc < 0)
        return rc;
    rc = c4_need(&entry.session->error, out, "out");
    if (rc == CRM4E_OK)
        rc = c4_cursor_new(entry.session, &self);
    if (rc == CRM4E_OK) {
        rc = finish_tree(entry.object, &entry.session->arena, &tree);
        if (rc == CRM4E_OK)
            rc = c4_query_copy(&self->arena, &tree, &self->tree);
        if (rc < 0)
            c4_object_drop(&self->object);
        else
            rc = c4_cursor_start(entry.session, self, out);
    }
    return c4_leave(&entry, rc);
}

int crm4e_query_count(crm4e_query *token, int64_t *count)
{
    c4_query_tree tree;
    int64_t found = 0;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_QUERY);

    if (rc < 0)
        return rc;
    rc = c4_need(&entry.session->error, count, "count");
    if (rc == CRM4E_OK)
        rc = finish_tree(entry.object, &entry.session->arena, &tree);
    if (rc == CRM4E_OK)
        rc = c4_work_begin(entry.session, CRM4E_TRANSACTION_READ);
    if (rc == CRM4E_OK)
        rc = c4_work_end(entry.session, c4_query_count(&entry.session->unit, &tree, &found));
    if (rc == CRM4E_OK)
        *count = found;
    return c4_leave(&entry, rc);
}

int crm4e_query_text(crm4e_cursor **out, crm4e_session *session, const char *text)
{
    c4_cursor *self = NULL;
    size_t length = 0;
    c4_entry entry;
    int rc = c4_enter(&entry, session, C4_KIND_SESSION);
    crm4e_error *error;

    if (rc < 0)
        return rc;
    error = &entry.session->error;
    rc = c4_need(error, out, "out");
    if (rc == CRM4E_OK)
        rc = c4_need(error, text, "text");
    if (rc == CRM4E_OK)
        rc = c4_text_length(text, CRM4E_NUL_TERMINATED, C4_QUERY_CEILING, &length);
    if (rc == CRM4E_E_TOO_BIG)
        rc = c4_fail(error, rc, "the query is longer than %d bytes", C4_QUERY_CEILING);
    if (rc == CRM4E_OK)
        rc = c4_cursor_new(entry.session, &self);
    if (rc == CRM4E_OK) {
        char *kept = c4_arena_text(&self->arena, text, length);

        rc = kept ? c4_query_parse(&self->arena, error, kept, length, &self->tree)
                  : CRM4E_E_NO_MEMORY;
        if (rc < 0)
            c4_object_drop(&self->object);
        else
            rc = c4_cursor_start(entry.session, self, out);
    }
    return c4_leave(&entry, rc);
}

static int write_plan(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const char *text = arguments;
    c4_query_tree tree;
    size_t length = 0;
    int rc = c4_need(unit->error, text, "text");

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_text_length(text, CRM4E_NUL_TERMINATED, C4_QUERY_CEILING, &length);
    if (rc == CRM4E_E_TOO_BIG)
        rc = c4_fail(unit->error, rc, "the query is longer than %d bytes", C4_QUERY_CEILING);
    if (rc == CRM4E_OK)
        rc = c4_query_parse(unit->arena, unit->error, text, length, &tree);
    return rc == CRM4E_OK ? c4_query_plan_to_json(unit, &tree, out) : rc;
}

int crm4e_query_plan(crm4e_text **out, crm4e_session *session, const char *text)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_plan, (void *)text);
}
