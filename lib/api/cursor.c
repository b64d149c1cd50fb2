/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "api/cursor.h"
#include "base/json.h"
#include "insight/view.h"

enum {
    PAGE_ROWS = 1000,
    COLLATED_ROWS = 65536, /* where each page looks at every row */
    JSON_CEILING = 256 * 1024 * 1024,
    TOKEN_CEILING = 64 * 1024
};

static void destroy_cursor(c4_object *object)
{
    c4_cursor *self = (c4_cursor *)object;

    c4_result_free(self->page, &object->session->engine->env.mem);
    c4_buffer_free(&self->token);
    c4_arena_free(&self->arena);
}

/* Reads the next page: at most PAGE_ROWS or COLLATED_ROWS of what is left; groups all at once, each page of
 * them reads every record. */
static int read_page(c4_cursor *self, c4_unit *unit)
{
    c4_result *page = NULL;
    c4_query_tree tree = self->tree;
    int rc;

    tree.limit = tree.grouped ? INT64_MAX : tree.locale ? COLLATED_ROWS : PAGE_ROWS;
    if (self->left >= 0 && self->left < tree.limit)
        tree.limit = self->left;
    rc = c4_query_run(unit, &tree, &page, &unit->env->mem);
    if (rc < 0)
        return self->view ? c4_view_failed(unit, rc) : rc;
    c4_buffer_reset(&self->token);
    if (page->token)
        c4_buffer_text(&self->token, page->token);
    if (self->token.code < 0) {
        c4_result_free(page, &unit->env->mem);
        return self->token.code;
    }
    c4_result_free(self->page, &unit->env->mem);
    self->page = page;
    self->row = 0;
    self->tree.offset = 0;
    self->tree.after = page->token ? self->token.data : NULL;
    self->tree.after_length = self->token.length;
    if (self->left >= 0)
        self->left -= (int64_t)page->row_count;
    return CRM4E_OK;
}

int c4_cursor_new(c4_session *session, c4_cursor **out)
{
    c4_object *object = NULL;
    int rc = c4_object_new(session, C4_KIND_CURSOR, sizeof **out, destroy_cursor, &object);

    if (rc < 0)
        return rc;
    *out = (c4_cursor *)object;
    c4_arena_init(&(*out)->arena, &session->engine->env.mem);
    c4_buffer_init(&(*out)->token, &session->engine->env.mem, TOKEN_CEILING);
    return CRM4E_OK;
}

static int read_first(c4_cursor *self, c4_unit *unit)
{
    self->left = self->tree.limit == INT64_MAX ? -1
                 : self->tree.limit < 0        ? C4_LIMIT_DEFAULT
                                               : self->tree.limit;
    return read_page(self, unit);
}

int c4_cursor_start(c4_session *session, c4_cursor *self, crm4e_cursor **out)
{
    return c4_cursor_start_with(session, self, NULL, NULL, out);
}

/* Runs the tree of a cursor for the first time and hands the cursor out. */
int c4_cursor_start_with(c4_session *session, c4_cursor *self,
                         int (*fill)(c4_unit *unit, c4_cursor *self, void *arguments),
                         void *arguments, crm4e_cursor **out)
{
    c4_unit *unit = &session->unit;
    int rc = c4_work_begin(session, CRM4E_TRANSACTION_READ);

    if (rc == CRM4E_OK) {
        rc = fill ? fill(unit, self, arguments) : CRM4E_OK;
        rc = c4_work_end(session, rc == CRM4E_OK ? read_first(self, unit) : rc);
    }
    if (rc == CRM4E_OK)
        *out = self->object.token;
    else
        c4_object_drop(&self->object);
    return rc;
}

void crm4e_cursor_free(crm4e_cursor *cursor)
{
    c4_object_free(cursor, C4_KIND_CURSOR);
}

/* One row on, reading the next page where one ends. */
static int step(c4_cursor *self, c4_session *session)
{
    int rc = CRM4E_OK;

    if (self->row < self->page->row_count) {
        self->row++;
        return CRM4E_ROW;
    }
    self->row = self->page->row_count + 1;
    if (!self->page->more || self->left == 0)
        return CRM4E_OK;
    rc = c4_work_begin(session, CRM4E_TRANSACTION_READ);
    if (rc == CRM4E_OK)
        rc = c4_work_end(session, read_page(self, &session->unit));
    if (rc < 0 || self->page->row_count == 0)
        return rc;
    self->row = 1;
    return CRM4E_ROW;
}

int crm4e_cursor_next(crm4e_cursor *token)
{
    c4_entry entry;
    c4_cursor *self = c4_peek(&entry, token, C4_KIND_CURSOR);
    bool within = self && self->row < self->page->row_count;
    int rc;

    /* Within a page nothing can fail: the fast way. */
    if (within)
        self->row++;
    if (self)
        c4_unpeek(&entry);
    if (within)
        return CRM4E_ROW;
    rc = c4_enter(&entry, token, C4_KIND_CURSOR);
    if (rc < 0)
        return rc;
    return c4_leave(&entry, step(entry.object, entry.session));
}

size_t crm4e_cursor_columns(const crm4e_cursor *token)
{
    c4_entry entry;
    c4_cursor *self = c4_peek(&entry, token, C4_KIND_CURSOR);
    size_t count = self ? self->page->column_count : 0;

    if (self)
        c4_unpeek(&entry);
    return count;
}

const char *crm4e_cursor_name(const crm4e_cursor *token, size_t column)
{
    c4_entry entry;
    c4_cursor *self = c4_peek(&entry, token, C4_KIND_CURSOR);
    const char *name = NULL;

    if (!self)
        return NULL;
    if (column < self->tree.column_count)
        name = self->tree.columns[column];
    else if (column < self->page->column_count)
        name = self->page->columns[column].path;
    c4_unpeek(&entry);
    return name;
}

/* Position of a value of the current row in the page; false without one. */
static bool at(const c4_cursor *self, size_t column, size_t *position)
{
    if (self->row == 0 || self->row > self->page->row_count || column >= self->page->column_count)
        return false;
    *position = (self->row - 1) * self->page->column_count + column;
    return true;
}

crm4e_id crm4e_cursor_id(const crm4e_cursor *token)
{
    c4_entry entry;
    c4_cursor *self = c4_peek(&entry, token, C4_KIND_CURSOR);
    crm4e_id id = 0;

    if (!self)
        return 0;
    if (self->row > 0 && self->row <= self->page->row_count)
        id = self->page->ids[self->row - 1];
    c4_unpeek(&entry);
    return id;
}

const char *crm4e_cursor_text(const crm4e_cursor *token, size_t column)
{
    c4_entry entry;
    c4_cursor *self = c4_peek(&entry, token, C4_KIND_CURSOR);
    const char *text = NULL;
    size_t position = 0;

    if (!self)
        return NULL;
    if (at(self, column, &position))
        text = self->page->texts[position];
    c4_unpeek(&entry);
    return text;
}

int crm4e_cursor_integer(const crm4e_cursor *token, size_t column, int64_t *number, uint32_t *scale)
{
    size_t position = 0;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_CURSOR);
    c4_cursor *self = entry.object;

    if (rc < 0)
        return rc;
    rc = c4_need(&entry.session->error, number, "number");
    if (rc == CRM4E_OK && !at(self, column, &position))
        rc = c4_fail(&entry.session->error, CRM4E_E_MISUSE, "no current row, or no such column");
    if (rc == CRM4E_OK)
        rc = c4_value_number(&entry.session->error, self->page->columns[column].field,
                             &self->page->values[position], number, scale);
    return c4_leave(&entry, rc);
}

const char *crm4e_cursor_token(const crm4e_cursor *token)
{
    c4_entry entry;
    c4_cursor *self = c4_peek(&entry, token, C4_KIND_CURSOR);
    const char *text = NULL;

    if (!self)
        return NULL;
    if (self->page->token)
        text = self->page->token;
    c4_unpeek(&entry);
    return text;
}

/* Numbers and booleans as such, the rest as text. */
static void write_value(const c4_cursor *self, size_t position, c4_buffer *out)
{
    const c4_field *field = self->page->columns[position % self->page->column_count].field;
    c4_storage_class stored = c4_type_info_of(field->type)->stored;
    const char *text = self->page->texts[position];

    if (!text)
        c4_buffer_text(out, "null");
    else if (stored == C4_STORED_INTEGER || stored == C4_STORED_DECIMAL ||
             stored == C4_STORED_BOOLEAN)
        c4_buffer_text(out, text);
    else
        c4_json_put_text(out, text, strlen(text));
}

static void write_columns(const c4_cursor *self, c4_buffer *out)
{
    c4_buffer_text(out, "{\"columns\":[");
    for (size_t i = 0; i < self->page->column_count; i++) {
        const char *name = self->page->columns[i].path;

        if (i > 0)
            c4_buffer_char(out, ',');
        c4_json_put_text(out, name, strlen(name));
    }
    c4_buffer_text(out, "],\"rows\":[");
}

static int write_rows(c4_cursor *self, c4_session *session, c4_buffer *out)
{
    bool first = true;
    int rc;

    write_columns(self, out);
    while ((rc = step(self, session)) == CRM4E_ROW && out->code == CRM4E_OK) {
        if (!first)
            c4_buffer_char(out, ',');
        first = false;
        for (size_t i = 0; i < self->page->column_count; i++) {
            c4_buffer_char(out, i == 0 ? '[' : ',');
            write_value(self, (self->row - 1) * self->page->column_count + i, out);
        }
        c4_buffer_char(out, ']');
    }
    if (rc < 0)
        return rc;
    c4_buffer_text(out, "],\"next\":");
    if (self->page->token)
        c4_json_put_text(out, self->page->token, strlen(self->page->token));
    else
        c4_buffer_text(out, "null");
    c4_buffer_char(out, '}');
    return out->code;
}

int crm4e_cursor_json(crm4e_text **out, crm4e_cursor *token)
{
    c4_buffer buffer;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_CURSOR);

    if (rc < 0)
        return rc;
    c4_buffer_init(&buffer, &entry.session->engine->env.mem, JSON_CEILING);
    rc = c4_need(&entry.session->error, out, "out");
    if (rc == CRM4E_OK)
        rc = write_rows(entry.object, entry.session, &buffer);
    if (rc == CRM4E_OK)
        rc = c4_text_new(out, entry.session->engine, &buffer);
    c4_buffer_free(&buffer);
    return c4_leave(&entry, rc);
}
