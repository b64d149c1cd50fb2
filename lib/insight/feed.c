/* SPDX-License-Identifier: MIT */
/* The lines of history are the feed: one write transaction of an org runs at a time, so their
 * numbers are in the order of the commits, and whoever sees one sees all before it. */
#include "insight/feed.h"

#include <string.h>

#include "base/civil.h"
#include "insight/timeline.h"
#include "model/gates.h"
#include "model/schema.h"
#include "model/standard.h"
#include "record/inside.h"
#include "record/listing.h"

static const uint32_t columns[] = {
    0,
    C4_HISTORY_MODULE,
    C4_HISTORY_RECORD,
    C4_HISTORY_USER,
    C4_HISTORY_TIME,
    C4_HISTORY_ACTION,
    C4_HISTORY_SOURCE,
    C4_HISTORY_VERSION,
};
enum {
    AT_ID,
    AT_MODULE,
    AT_RECORD,
    AT_USER,
    AT_TIME,
    AT_ACTION,
    AT_SOURCE,
    AT_VERSION,
    COLUMN_COUNT,
    AT_ONCE = 100 /* lines read before they are looked at */
};

/* A line without its changes. */
typedef struct line {
    int64_t at[COLUMN_COUNT];
} line;

typedef struct feed {
    c4_unit *unit;
    const c4_feed_request *request;
    c4_asked *modules; /* by place in the snapshot */
    bool *named;       /* the same; NULL: all */
    c4_arena scratch;  /* of one line */
    c4_buffer *out;
    int64_t position; /* the last line that was looked at */
    size_t looks;
    size_t told;
} feed;

/* ------------------------------------------------------------- positions */

static int check_committed(const c4_unit *unit)
{
    return unit->db->mode == CRM4E_TRANSACTION_READ
               ? CRM4E_OK
               : c4_fail(unit->error, CRM4E_E_MISUSE,
                         "the feed tells what is committed: a transaction that writes is open");
}

int c4_feed_position(c4_unit *unit, int64_t *position)
{
    int rc = c4_access_actor(unit);

    if (rc == CRM4E_OK)
        rc = check_committed(unit);
    if (rc == CRM4E_OK)
        *position = unit->state.next_change - 1;
    return rc;
}

static int check_position(c4_unit *unit, int64_t position)
{
    const char *why = NULL;

    if (position < 0)
        return c4_fail(unit->error, CRM4E_E_INVALID, "a position is not negative");
    if (position < unit->state.history_cut)
        why = "changes behind this position were purged with the history: start anew";
    else if (position >= unit->state.next_change)
        why = "the position is of a later state of the org than there is: start anew";
    if (why == NULL)
        return CRM4E_OK;
    (void)c4_fail(unit->error, CRM4E_E_INVALID, "%s", why);
    return c4_fail_field(unit->error, NULL, "position", "start_anew");
}

/* ------------------------------------------------------------- modules */

static int name_module(feed *f, const c4_json *name)
{
    const c4_module *module = NULL;
    c4_scope scope;
    int rc = c4_json_kind(name) == C4_JSON_TEXT
                 ? c4_access_module(f->unit, c4_json_text(name, NULL), CRM4E_ACTION_VIEW, &scope)
                 : c4_fail(f->unit->error, CRM4E_E_INVALID, "a name in 'modules' is no text");

    if (rc == CRM4E_OK) {
        c4_asked *asked = c4_asked_at(f->unit, f->modules, scope.module->number, &module);
        *asked = (c4_asked){.known = true, .open = true, .scope = scope};
        f->named[asked - f->modules] = true;
    }
    return rc;
}

static int name_modules(feed *f)
{
    c4_unit *unit = f->unit;
    const char *text = f->request->modules;
    c4_json_document names;
    int rc = c4_json_parse(&names, &unit->env->mem, text, CRM4E_NUL_TERMINATED, C4_TEXT_MAX);

    if (rc == CRM4E_E_NO_MEMORY)
        return c4_fail_plain(unit->error, rc);
    if (rc != CRM4E_OK || c4_json_kind(names.root) != C4_JSON_ARRAY)
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'modules' is a JSON array of names");
    f->named = c4_arena_array(unit->arena, unit->meta->module_count, sizeof *f->named);
    if (rc == CRM4E_OK && f->named == NULL)
        rc = c4_record_no_memory(unit);
    for (size_t i = 0; i < c4_json_count(names.root) && rc == CRM4E_OK; i++)
        rc = name_module(f, c4_json_item(names.root, i));
    c4_json_free(&names);
    return rc;
}

static int start(feed *f)
{
    c4_unit *unit = f->unit;
    int rc = c4_access_actor(unit);

    if (rc == CRM4E_OK)
        rc = check_committed(unit);
    if (rc == CRM4E_OK)
        rc = check_position(unit, f->request->position);
    f->modules = c4_asked_new(unit);
    if (rc == CRM4E_OK && f->modules == NULL)
        rc = c4_record_no_memory(unit);
    return rc == CRM4E_OK && f->request->modules != NULL ? name_modules(f) : rc;
}

/* ------------------------------------------------------------- one line */

static int read_changes(c4_unit *unit, int64_t id, c4_field_change **changes, size_t *count)
{
    static const uint32_t column = C4_HISTORY_CHANGES;
    crm4e_value bytes = c4_null();
    int rc = c4_db_get(unit->db, &c4_tables[C4_TABLE_HISTORY], id, &column, &bytes, 1);

    if (rc == CRM4E_OK && bytes.type != CRM4E_VALUE_NULL)
        rc = c4_changes_decode(unit->arena, bytes.data, bytes.length, changes, count);
    if (rc == CRM4E_E_CORRUPT)
        return c4_fail(unit->error, rc, "an entry of the history is damaged");
    return c4_stored(unit, rc);
}

/* Of a record that is nowhere any more its owner may say that it was open when it was deleted. A
 * scope that takes more to decide is not asked: there are no values to ask about. */
static int take_gone(const c4_scope *scope, const line *l, const c4_field_change *changes,
                     size_t count, crm4e_value **row)
{
    c4_unit *unit = scope->unit;
    bool owned = false;

    *row = c4_row_new(unit, scope->module);
    if (*row == NULL)
        return c4_record_no_memory(unit);
    (*row)[C4_COLUMN_ID] = c4_integer(l->at[AT_RECORD]);
    for (size_t i = 0; i < count && l->at[AT_ACTION] == C4_RECORD_DELETED; i++) {
        const c4_field *field = c4_module_field(scope->module, changes[i].field);
        if (field != NULL && field->column == C4_COLUMN_OWNER) {
            (*row)[C4_COLUMN_OWNER] = changes[i].before;
            owned = changes[i].before.type == CRM4E_VALUE_INTEGER;
        }
    }
    if (C4_REFUSES(FEED_GONE, !scope->everything &&
                                  (!owned || !c4_access_owned(scope, l->at[AT_RECORD],
                                                              (*row)[C4_COLUMN_OWNER].integer))))
        return c4_no_such_record(unit);
    return CRM4E_OK;
}

/* What is told of the line: NOT_FOUND or DENIED for nothing. */
static int show(c4_scope *scope, const line *l, c4_field_change **changes, size_t *count)
{
    c4_unit *unit = scope->unit;
    crm4e_value *row = NULL;
    bool *readable = NULL;
    size_t all;
    int rc = read_changes(unit, l->at[AT_ID], changes, count);

    all = *count;
    if (rc == CRM4E_OK)
        rc = c4_record_load(unit, scope->module, l->at[AT_RECORD], &row);
    if (rc == CRM4E_E_NOT_FOUND)
        rc = c4_bin_load(unit, scope->module, l->at[AT_RECORD], &row);
    if (rc == CRM4E_E_NOT_FOUND)
        rc = take_gone(scope, l, *changes, all, &row);
    if (rc == CRM4E_OK)
        rc = c4_record_show(unit->arena, scope, row, &readable);
    if (rc == CRM4E_OK)
        rc = c4_timeline_keep(unit, scope->module, readable, *changes, count);
    return rc == CRM4E_OK && all > 0 && *count == 0 ? c4_no_such_record(unit) : rc;
}

static void put_number(c4_buffer *out, bool *first, const char *key, int64_t number)
{
    c4_json_put_key(out, first, key);
    c4_buffer_i64(out, number);
}

static void put(feed *f, const c4_module *module, const line *l, const c4_field_change *changes,
                size_t count)
{
    c4_buffer *out = f->out;
    char time[C4_TIME_TEXT];
    bool first = true;

    c4_time_format(l->at[AT_TIME], time);
    c4_buffer_text(out, f->told++ > 0 ? ",{" : "{");
    put_number(out, &first, "position", l->at[AT_ID]);
    c4_json_put_member(out, &first, "module", module->api_name);
    put_number(out, &first, "record", l->at[AT_RECORD]);
    c4_json_put_member(out, &first, "kind", c4_timeline_action((c4_record_action)l->at[AT_ACTION]));
    put_number(out, &first, "version", l->at[AT_VERSION]);
    c4_json_put_member(out, &first, "time", time);
    put_number(out, &first, "user", l->at[AT_USER]);
    c4_json_put_member(out, &first, "source", c4_timeline_source((uint32_t)l->at[AT_SOURCE]));
    c4_json_put_key(out, &first, "fields");
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        const char *name = c4_module_field(module, changes[i].field)->api_name;
        c4_buffer_text(out, i > 0 ? "," : "");
        c4_json_put_text(out, name, strlen(name));
    }
    c4_buffer_text(out, "]}");
}

/* With scratch of its own: most lines may be of what he does not see. */
static int take_open(feed *f, c4_scope *scope, const line *l)
{
    c4_unit *unit = f->unit;
    c4_arena *arena = unit->arena;
    void *asked = unit->asked;
    c4_field_change *changes = NULL;
    size_t count = 0;
    bool open = false;
    int rc;

    unit->arena = &f->scratch;
    unit->asked = NULL;
    rc = c4_asked_quietly(unit, show(scope, l, &changes, &count), &open);
    if (open) {
        c4_failure_clear(unit->error); /* it was not where it was looked for first */
        put(f, scope->module, l, changes, count);
    }
    unit->arena = arena;
    unit->asked = asked;
    c4_arena_reset(&f->scratch);
    return rc;
}

static bool is_wanted(const feed *f, const c4_asked *asked, const line *l)
{
    const uint32_t kinds = f->request->kinds;

    return asked != NULL && (f->named == NULL || f->named[asked - f->modules]) &&
           (kinds == 0 || (kinds & 1u << (l->at[AT_ACTION] - 1)) != 0);
}

static int take(feed *f, const line *l)
{
    const c4_module *module = NULL;
    c4_asked *asked = c4_asked_at(f->unit, f->modules, (int32_t)l->at[AT_MODULE], &module);
    int rc = CRM4E_OK;

    f->position = l->at[AT_ID];
    f->looks++;
    if (l->at[AT_ACTION] < C4_RECORD_ADDED || l->at[AT_ACTION] >= C4_RECORD_ACTION_END ||
        !is_wanted(f, asked, l))
        return CRM4E_OK;
    rc = c4_asked_open(f->unit, module, CRM4E_ACTION_VIEW, asked);
    return rc == CRM4E_OK && asked->open ? take_open(f, &asked->scope, l) : rc;
}

/* ------------------------------------------------------------- a page */

/* The next lines, copied: what is asked about them reads from the storage too. */
static int read_lines(const feed *f, line *lines, size_t *count)
{
    const crm4e_value behind = c4_integer(f->position);
    const crm4e_predicate where = c4_where(CRM4E_OP_GT, 0, &behind, 1);
    const crm4e_order by_id = {.column = 0};
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    *count = 0;
    c4_plan_init(&plan, &c4_tables[C4_TABLE_HISTORY]);
    plan.where = &where;
    plan.columns = columns;
    plan.column_count = COLUMN_COUNT;
    plan.order = &by_id;
    plan.order_count = 1;
    plan.limit = AT_ONCE;
    plan.first = f->position + 1;
    rc = c4_rows_open(&rows, f->unit->db, &plan);
    while (rc == CRM4E_OK && *count < AT_ONCE && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        for (size_t i = 0; i < COLUMN_COUNT; i++)
            lines[*count].at[i] = row[i].integer;
        ++*count;
        rc = CRM4E_OK;
    }
    c4_rows_close(rows);
    return c4_stored(f->unit, rc);
}

/* Until the page is full, or enough was looked at: `*end` when there was nothing more. */
static int take_all(feed *f, bool *end)
{
    line lines[AT_ONCE];
    size_t count = AT_ONCE;
    int rc = CRM4E_OK;

    *end = false;
    while (rc == CRM4E_OK && !*end && f->told < f->request->limit && f->looks < C4_FEED_LOOKS) {
        size_t done = 0;

        rc = read_lines(f, lines, &count);
        for (; done < count && rc == CRM4E_OK && f->told < f->request->limit; done++)
            rc = take(f, &lines[done]);
        *end = done == count && count < AT_ONCE;
    }
    return rc;
}

int c4_feed_to_json(c4_unit *unit, const c4_feed_request *request, c4_buffer *out)
{
    feed f = {.unit = unit, .request = request, .out = out, .position = request->position};
    bool end = false;
    int rc = start(&f);

    c4_arena_init(&f.scratch, unit->arena->mem);
    c4_buffer_text(out, "{\"changes\":[");
    if (rc == CRM4E_OK)
        rc = take_all(&f, &end);
    if (end)
        f.position = unit->state.next_change - 1;
    c4_buffer_text(out, "],\"position\":");
    c4_buffer_i64(out, f.position);
    c4_buffer_text(out, f.position < unit->state.next_change - 1 ? ",\"more\":true}"
                                                                 : ",\"more\":false}");
    c4_arena_free(&f.scratch);
    return rc == CRM4E_OK && out->code != CRM4E_OK ? c4_fail_plain(unit->error, out->code) : rc;
}
