/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>

#include "record/bin.h"
#include "record/inside.h"
#include "record/listing.h"
#include <crm4e/bin.h>

#define DAY (INT64_C(24) * 60 * 60 * 1000000)

/* ------------------------------------------------------------- the way through it */

void c4_bin_walk_start(c4_bin_walk *walk, c4_unit *unit, const c4_module *only, bool newest_first)
{
    *walk = (c4_bin_walk){
        .unit = unit,
        .only = only,
        .newest_first = newest_first,
        .time = newest_first ? INT64_MAX : -1,
        .id = newest_first ? INT64_MAX : 0,
    };
}

/* Lines that meet the conditions, behind those that are there already. */
static int add_lines(const c4_bin_walk *walk, const crm4e_predicate *where, size_t most,
                     c4_bin_line *lines, size_t *count)
{
    static const uint32_t columns[] = {0, C4_BIN_MODULE, C4_BIN_OWNER, C4_BIN_DELETED_BY,
                                       C4_BIN_DELETED_TIME};
    const uint32_t down = walk->newest_first ? 1 : 0;
    const crm4e_order order[] = {{C4_BIN_DELETED_TIME, 0, down}, {0, 0, down}};
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, &c4_tables[C4_TABLE_BIN]);
    plan.where = where;
    plan.columns = columns;
    plan.column_count = sizeof columns / sizeof columns[0];
    plan.order = order;
    plan.order_count = 2;
    plan.limit = (int64_t)(most - *count);
    plan.index = walk->only != NULL ? C4_BIN_BY_MODULE : C4_BIN_BY_TIME;
    rc = c4_rows_open(&rows, walk->unit->db, &plan);
    while (rc == CRM4E_OK && *count < most && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        lines[(*count)++] = (c4_bin_line){row[0].integer, (int32_t)row[1].integer, row[2].integer,
                                          row[3].integer, row[4].integer};
        rc = CRM4E_OK;
    }
    c4_rows_close(rows);
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(walk->unit->error, rc);
}

/* First what was deleted at the same moment as the last line, then the rest: so each is one
 * piece of an index, however many were deleted together. */
int c4_bin_read(c4_bin_walk *walk, size_t most, c4_bin_line *lines, size_t *count)
{
    const crm4e_operator beyond = walk->newest_first ? CRM4E_OP_LT : CRM4E_OP_GT;
    const crm4e_value module = c4_integer(walk->only != NULL ? walk->only->number : 0);
    const crm4e_value time = c4_integer(walk->time);
    const crm4e_value id = c4_integer(walk->id);
    const crm4e_predicate parts[] = {
        c4_where(CRM4E_OP_EQ, C4_BIN_MODULE, &module, 1),
        c4_where(CRM4E_OP_EQ, C4_BIN_DELETED_TIME, &time, 1),
        c4_where(beyond, 0, &id, 1),
        c4_where(CRM4E_OP_EQ, C4_BIN_MODULE, &module, 1),
        c4_where(beyond, C4_BIN_DELETED_TIME, &time, 1),
    };
    const size_t skipped = walk->only != NULL ? 0 : 1;
    const crm4e_predicate same = c4_where_all(parts + skipped, 3 - skipped);
    const crm4e_predicate later = c4_where_all(parts + 3 + skipped, 2 - skipped);
    int rc;

    *count = 0;
    rc = add_lines(walk, &same, most, lines, count);
    if (rc == CRM4E_OK && *count < most) {
        rc = add_lines(walk, &later, most, lines, count);
    }
    if (rc == CRM4E_OK && *count > 0) {
        walk->time = lines[*count - 1].time;
        walk->id = lines[*count - 1].id;
    }
    return rc;
}

/* ------------------------------------------------------------- the list */

typedef struct bin_list {
    c4_unit *unit;
    const c4_bin_page *page;
    c4_buffer *out;
    c4_asked *modules; /* to delete, by place in the snapshot */
    c4_asked *views;   /* to view: for the names */
    c4_bin_walk walk;
    c4_bin_line last; /* the last one written */
    c4_arena row;     /* scratch of one line */
    size_t written;
    bool more;
} bin_list;

/* The row itself, with scratch of its own: there may be many that he does not see. */
static int look_inside(bin_list *list, const c4_scope *scope, const c4_bin_line *line, bool *inside)
{
    c4_unit *unit = list->unit;
    c4_arena *scratch = unit->arena;
    void *asked = unit->asked;
    c4_write write;
    int rc;

    unit->arena = &list->row;
    unit->asked = NULL;
    c4_write_start(&write, unit, scope->module);
    rc = c4_bin_find(&write, line->id);
    if (rc == CRM4E_OK) {
        rc = c4_access_whole_row(scope, write.after, inside);
    }
    c4_write_end(&write);
    unit->arena = scratch;
    unit->asked = asked;
    c4_arena_reset(&list->row);
    return rc == CRM4E_E_CORRUPT ? CRM4E_E_NOT_FOUND : rc;
}

/* Whether restoring it would get past the gate. Where all rows are open nothing has to be
 * read, and what is damaged shows too: it can be purged. */
static int is_inside(bin_list *list, const c4_scope *scope, const c4_bin_line *line, bool *inside)
{
    *inside = scope->everything;
    if (scope->everything) {
        return CRM4E_OK;
    }
    if (scope->by_owner) {
        *inside = c4_access_owned(scope, line->id, line->owner);
        return CRM4E_OK;
    }
    return look_inside(list, scope, line, inside);
}

static int judge(bin_list *list, const c4_scope *scope, const c4_bin_line *line, bool *open)
{
    bool inside = false;
    int rc = is_inside(list, scope, line, &inside);

    if (rc == CRM4E_OK && C4_REFUSES(BIN_ROW, !inside)) {
        rc = c4_no_such_record(list->unit);
    }
    if (rc == CRM4E_OK) {
        rc = c4_access_authorise(scope, NULL, line->id);
    }
    return c4_asked_quietly(list->unit, rc, open);
}

static int put_name(bin_list *list, c4_asked *view, const c4_module *module,
                    const c4_bin_line *line)
{
    static const uint32_t column = C4_BIN_NAME;
    crm4e_value name = c4_null();
    bool shown = false;
    int rc = c4_asked_open(list->unit, module, CRM4E_ACTION_VIEW, view);

    if (rc == CRM4E_OK && view->open && module->name_field != NULL) {
        rc = c4_access_can_read(&view->scope, module->name_field, &shown);
    }
    if (rc == CRM4E_OK && shown) {
        rc = c4_db_get(list->unit->db, &c4_tables[C4_TABLE_BIN], line->id, &column, &name, 1);
        rc = rc == CRM4E_OK ? rc : c4_fail_plain(list->unit->error, rc);
    }
    if (rc == CRM4E_OK && name.type == CRM4E_VALUE_TEXT) {
        c4_json_put_text(list->out, name.data, name.length);
    } else {
        c4_buffer_text(list->out, "null");
    }
    return rc;
}

/* By whom and when, as a record says who changed it. */
static int put_deletion(bin_list *list, const c4_module *module, const c4_bin_line *line,
                        bool *first)
{
    static const struct {
        const char *key;
        uint32_t column;
    } shown[] = {{"deleted_by", C4_COLUMN_MODIFIED_BY}, {"deleted_time", C4_COLUMN_MODIFIED_TIME}};
    crm4e_value *row = c4_row_new(list->unit, module);
    int rc = row != NULL ? CRM4E_OK : c4_record_no_memory(list->unit);

    if (rc == CRM4E_OK) {
        row[C4_COLUMN_MODIFIED_BY] = c4_integer(line->by);
        row[C4_COLUMN_MODIFIED_TIME] = c4_integer(line->time);
    }
    for (size_t i = 0; i < sizeof shown / sizeof shown[0] && rc == CRM4E_OK; i++) {
        const char *name = c4_system_fields[shown[i].column].api_name;
        const c4_field *field = c4_module_field_named(module, name);
        c4_json_put_key(list->out, first, shown[i].key);
        rc = field != NULL
                 ? c4_field_to_json(list->unit, field, row, true, list->out)
                 : c4_fail(list->unit->error, CRM4E_E_INTERNAL, "a module without %s", name);
    }
    return rc;
}

/* Days that have begun count whole. */
static int64_t days_left(const c4_unit *unit, const c4_bin_line *line)
{
    int64_t left = line->time + CRM4E_BIN_DAYS * DAY - unit->now;

    return left > 0 ? (left + DAY - 1) / DAY : 0;
}

static int put_line(bin_list *list, const c4_module *module, const c4_bin_line *line)
{
    const c4_module *found = NULL;
    c4_asked *view = c4_asked_at(list->unit, list->views, module->number, &found);
    c4_buffer *out = list->out;
    bool first = true;
    int rc;

    c4_buffer_text(out, list->written > 0 ? ",{" : "{");
    c4_json_put_key(out, &first, "module");
    c4_json_put_text(out, module->api_name, strlen(module->api_name));
    c4_json_put_key(out, &first, "id");
    c4_buffer_i64(out, line->id);
    c4_json_put_key(out, &first, "name");
    rc = put_name(list, view, module, line);
    if (rc == CRM4E_OK) {
        rc = put_deletion(list, module, line, &first);
    }
    c4_json_put_key(out, &first, "days_left");
    c4_buffer_i64(out, days_left(list->unit, line));
    c4_buffer_char(out, '}');
    list->written++;
    list->last = *line;
    return rc;
}

static int take(bin_list *list, const c4_bin_line *line)
{
    const c4_module *module = NULL;
    c4_asked *asked = c4_asked_at(list->unit, list->modules, line->module, &module);
    bool open = false;
    int rc =
        asked != NULL ? c4_asked_open(list->unit, module, CRM4E_ACTION_DELETE, asked) : CRM4E_OK;

    if (rc == CRM4E_OK && asked != NULL && asked->open) {
        rc = judge(list, &asked->scope, line, &open);
    }
    if (rc != CRM4E_OK || !open) {
        return rc;
    }
    list->more = list->written == list->page->limit;
    return list->more ? CRM4E_OK : put_line(list, module, line);
}

static int take_all(bin_list *list)
{
    c4_bin_line lines[C4_BIN_LINES];
    size_t count = C4_BIN_LINES;
    int rc = CRM4E_OK;

    while (rc == CRM4E_OK && count == C4_BIN_LINES && !list->more) {
        rc = c4_bin_read(&list->walk, C4_BIN_LINES, lines, &count);
        for (size_t i = 0; i < count && rc == CRM4E_OK && !list->more; i++) {
            rc = take(list, &lines[i]);
        }
    }
    return rc;
}

/* ------------------------------------------------------------- a page */

static int64_t module_word(const bin_list *list)
{
    return list->walk.only != NULL ? list->walk.only->number : 0;
}

static int start_page(bin_list *list)
{
    c4_list_place place = {{0}};
    c4_scope scope = {0};
    int rc = c4_access_actor(list->unit);

    if (rc == CRM4E_OK && list->page->module != NULL) {
        rc = c4_access_module(list->unit, list->page->module, CRM4E_ACTION_DELETE, &scope);
    }
    c4_bin_walk_start(&list->walk, list->unit, scope.module, true);
    if (rc == CRM4E_OK && list->page->after != NULL) {
        rc = c4_list_place_of(list->unit, C4_TOKEN_BIN, list->page->after, &place);
        if (rc == CRM4E_OK && place.words[0] != module_word(list)) {
            rc = c4_list_refuse(list->unit);
        }
        list->walk.time = place.words[1];
        list->walk.id = place.words[2];
    }
    list->modules = c4_asked_new(list->unit);
    list->views = c4_asked_new(list->unit);
    return rc == CRM4E_OK && (list->modules == NULL || list->views == NULL)
               ? c4_record_no_memory(list->unit)
               : rc;
}

int c4_bin_to_json(c4_unit *unit, const c4_bin_page *page, c4_buffer *out)
{
    bin_list list = {.unit = unit, .page = page, .out = out};
    int rc = start_page(&list);

    c4_arena_init(&list.row, unit->arena->mem);
    c4_buffer_text(out, "{\"records\":[");
    if (rc == CRM4E_OK) {
        rc = take_all(&list);
    }
    c4_buffer_text(out, "],\"after\":");
    if (rc == CRM4E_OK && list.more) {
        const c4_list_place place = {{module_word(&list), list.last.time, list.last.id}};
        rc = c4_list_token(unit, C4_TOKEN_BIN, &place, out);
    } else {
        c4_buffer_text(out, "null");
    }
    c4_buffer_char(out, '}');
    c4_arena_free(&list.row);
    return rc == CRM4E_OK && out->code != CRM4E_OK ? c4_fail_plain(unit->error, out->code) : rc;
}
