/* SPDX-License-Identifier: MIT */
#include "insight/timeline.h"

#include "base/civil.h"
#include "model/schema.h"
#include "model/types.h"
#include "record/subform.h"

#include <string.h>

enum {
    FIRST_ENTRIES = 16
};

static const uint32_t columns[] = {
    0, C4_HISTORY_USER, C4_HISTORY_TIME, C4_HISTORY_ACTION, C4_HISTORY_SOURCE, C4_HISTORY_CHANGES,
};
enum {
    AT_ID,
    AT_USER,
    AT_TIME,
    AT_ACTION,
    AT_SOURCE,
    AT_CHANGES,
    COLUMN_COUNT
};

/* Entries as they are collected. */
typedef struct entry_list {
    c4_unit *unit;
    c4_arena *arena;
    const c4_module *module;
    const bool *readable;
    c4_timeline_entry *items;
    size_t count;
    size_t capacity;
} entry_list;

/* As whoever acts reads it. */
static int subrows_text(c4_unit *unit, const c4_field *field, const crm4e_value *value,
                        c4_buffer *out)
{
    return value->type == CRM4E_VALUE_NULL ? CRM4E_OK
                                           : c4_subrows_put(unit, field, value, false, out);
}

/* Rows of a subform may differ in columns that are hidden, and in nothing else. */
static int shows(c4_unit *unit, const c4_field *field, const c4_field_change *change, bool *shown)
{
    c4_buffer before;
    c4_buffer after;
    int rc;

    *shown = true;
    if (c4_type_info_of(field->type)->stored != C4_STORED_ROWS)
        return CRM4E_OK;
    c4_buffer_init(&before, unit->arena->mem, C4_TIMELINE_CEILING);
    c4_buffer_init(&after, unit->arena->mem, C4_TIMELINE_CEILING);
    rc = subrows_text(unit, field, &change->before, &before);
    if (rc == CRM4E_OK)
        rc = subrows_text(unit, field, &change->after, &after);
    if (rc == CRM4E_OK)
        rc = before.code != CRM4E_OK ? before.code : after.code;
    *shown = before.length != after.length ||
             (before.length > 0 && memcmp(before.data, after.data, before.length) != 0);
    c4_buffer_free(&before);
    c4_buffer_free(&after);
    return rc;
}

int c4_timeline_keep(c4_unit *unit, const c4_module *module, const bool *readable,
                     c4_field_change *changes, size_t *count)
{
    size_t kept = 0;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < *count && rc == CRM4E_OK; i++) {
        const c4_field *field = c4_module_field(module, changes[i].field);
        bool shown = false;

        if (field != NULL && readable[field - module->fields])
            rc = shows(unit, field, &changes[i], &shown);
        if (shown)
            changes[kept++] = changes[i];
    }
    *count = kept;
    return rc;
}

static int append(entry_list *list, const c4_timeline_entry *entry)
{
    c4_timeline_entry *items = list->items;

    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? FIRST_ENTRIES : list->capacity * 2;
        items = c4_arena_array(list->arena, capacity, sizeof *items);
        if (items == NULL)
            return CRM4E_E_NO_MEMORY;
        if (list->count > 0)
            memcpy(items, list->items, list->count * sizeof *items);
        list->items = items;
        list->capacity = capacity;
    }
    items[list->count++] = *entry;
    return CRM4E_OK;
}

/* What had changes keeps none that he may see: left out. */
static int take(entry_list *list, const crm4e_value *row)
{
    const crm4e_value *bytes = &row[AT_CHANGES];
    c4_field_change *changes = NULL;
    size_t count = 0;
    size_t kept;
    int rc = CRM4E_OK;

    if (bytes->type != CRM4E_VALUE_NULL)
        rc = c4_changes_decode(list->arena, bytes->data, bytes->length, &changes, &count);
    kept = count;
    if (rc == CRM4E_OK)
        rc = c4_timeline_keep(list->unit, list->module, list->readable, changes, &kept);
    if (rc != CRM4E_OK || (count > 0 && kept == 0))
        return rc;
    return append(list, &(c4_timeline_entry){
                            .sequence = row[AT_ID].integer,
                            .user = row[AT_USER].integer,
                            .time = row[AT_TIME].integer,
                            .action = (c4_record_action)row[AT_ACTION].integer,
                            .source = (uint32_t)row[AT_SOURCE].integer,
                            .changes = changes,
                            .change_count = kept,
                        });
}

static int end_of_history(c4_unit *unit, int rc)
{
    if (rc == CRM4E_E_CORRUPT)
        return c4_fail(unit->error, rc, "an entry of the history is damaged");
    return rc == CRM4E_OK ? rc : c4_fail_plain(unit->error, rc);
}

static int read_history(entry_list *list, const crm4e_plan *plan, size_t limit)
{
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    int rc = c4_rows_open(&rows, list->unit->db, plan);

    while (rc == CRM4E_OK && list->count < limit) {
        rc = c4_rows_next(rows, &row);
        if (rc != CRM4E_ROW)
            break;
        rc = take(list, row);
    }
    c4_rows_close(rows);
    return end_of_history(list->unit, rc);
}

/* The lines of a record from one on, with all that the plan points to. */
typedef struct line_plan {
    crm4e_value of_record;
    crm4e_value of_module;
    crm4e_value bound;
    crm4e_predicate parts[3];
    crm4e_predicate where;
    crm4e_order order;
    crm4e_plan plan;
} line_plan;

static void plan_lines(line_plan *p, const c4_module *module, crm4e_id record, int64_t after,
                       bool descending)
{
    p->of_record = c4_integer(record);
    p->of_module = c4_integer(module->number);
    p->bound = c4_integer(after);
    p->parts[0] = c4_where(CRM4E_OP_EQ, C4_HISTORY_RECORD, &p->of_record, 1);
    p->parts[1] = c4_where(CRM4E_OP_EQ, C4_HISTORY_MODULE, &p->of_module, 1);
    p->parts[2] = c4_where(descending ? CRM4E_OP_LT : CRM4E_OP_GT, 0, &p->bound, 1);
    p->where = c4_where_all(p->parts, descending && after == 0 ? 2 : 3);
    p->order = (crm4e_order){.column = 0, .descending = descending ? 1 : 0};
    c4_plan_init(&p->plan, &c4_tables[C4_TABLE_HISTORY]);
    p->plan.where = &p->where;
    p->plan.order = &p->order;
    p->plan.order_count = 1;
    p->plan.index = C4_HISTORY_BY_RECORD;
}

static int read_entries(entry_list *list, crm4e_id record, int64_t after, bool descending,
                        size_t limit)
{
    line_plan plan;

    plan_lines(&plan, list->module, record, after, descending);
    plan.plan.columns = columns;
    plan.plan.column_count = COLUMN_COUNT;
    return read_history(list, &plan.plan, limit);
}

int c4_timeline_lines(c4_unit *unit, c4_arena *arena, const c4_timeline_request *request,
                      c4_timeline_entry **entries, size_t *count)
{
    entry_list list = {
        .unit = unit,
        .arena = arena,
        .module = request->module,
        .readable = request->readable,
    };
    int rc =
        read_entries(&list, request->record, request->after, request->descending, request->limit);

    if (rc == CRM4E_OK) {
        *entries = list.items;
        *count = list.count;
    }
    return rc;
}

int c4_timeline_walk(c4_unit *unit, const c4_module *module, crm4e_id record,
                     int (*visit)(void *user, const crm4e_value *line), void *user)
{
    static const uint32_t all[C4_HISTORY_COLUMNS] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    const crm4e_value *line = NULL;
    c4_rows *rows = NULL;
    int rc;
    line_plan plan;

    plan_lines(&plan, module, record, 0, true);
    plan.plan.columns = all;
    plan.plan.column_count = C4_HISTORY_COLUMNS;
    rc = c4_rows_open(&rows, unit->db, &plan.plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &line)) == CRM4E_ROW)
        rc = visit(user, line);
    c4_rows_close(rows);
    return end_of_history(unit, rc == CRM4E_ROW ? CRM4E_OK : rc);
}

int c4_timeline_read(c4_unit *unit, c4_arena *arena, const char *module, crm4e_id record,
                     int64_t after, bool descending, size_t limit, c4_timeline_entry **entries,
                     size_t *count)
{
    const crm4e_value *row = NULL;
    const bool *readable = NULL;
    c4_scope scope;
    int rc = c4_access_module(unit, module, CRM4E_ACTION_VIEW, &scope);

    *entries = NULL;
    *count = 0;
    if (rc == CRM4E_OK)
        rc = c4_record_read(unit, &scope, record, &row, &readable);
    if (rc == CRM4E_OK) {
        const c4_timeline_request request = {scope.module, readable,   record,
                                             after,        descending, limit};

        rc = c4_timeline_lines(unit, arena, &request, entries, count);
    }
    return rc;
}

static const char *const actions[] = {
    [C4_RECORD_ADDED] = "added",
    [C4_RECORD_UPDATED] = "updated",
    [C4_RECORD_DELETED] = "deleted",
    [C4_RECORD_RESTORED] = "restored",
    [C4_RECORD_OWNER_CHANGED] = "owner_changed",
    [C4_RECORD_SHARED] = "shared",
    [C4_RECORD_UNSHARED] = "unshared",
    [C4_RECORD_LOCKED] = "locked",
    [C4_RECORD_UNLOCKED] = "unlocked",
};
static const char *const sources[] = {
    [C4_SOURCE_API] = "api",           [C4_SOURCE_IMPORT] = "import",
    [C4_SOURCE_WORKFLOW] = "workflow", [C4_SOURCE_CONVERT] = "convert",
    [C4_SOURCE_SYSTEM] = "system",     [C4_SOURCE_ASSIGNMENT] = "assignment",
    [C4_SOURCE_MERGE] = "merge",
};

/* "" for a number of a later release. */
static const char *word(const char *const *words, size_t count, uint32_t number)
{
    return number > 0 && number < count ? words[number] : "";
}

const char *c4_timeline_action(c4_record_action action)
{
    return word(actions, sizeof actions / sizeof *actions, action);
}

const char *c4_timeline_source(uint32_t source)
{
    return word(sources, sizeof sources / sizeof *sources, source);
}

/* What a change is written with. */
typedef struct change_writer {
    c4_unit *unit;
    const c4_module *module;
    crm4e_value *row;
    c4_buffer text;
    c4_buffer *out;
} change_writer;

static int put_value(change_writer *writer, const c4_field *field, const crm4e_value *value,
                     bool *first, const char *key)
{
    int rc = c4_change_to_row(field, value, writer->row);

    if (rc != CRM4E_OK)
        return c4_fail(writer->unit->error, rc, "an entry of the history is damaged");
    c4_json_put_key(writer->out, first, key);
    if (value->type == CRM4E_VALUE_NULL) {
        c4_buffer_text(writer->out, "null");
        return CRM4E_OK;
    }
    c4_buffer_reset(&writer->text);
    rc = c4_field_to_text(writer->unit, field, writer->row, &writer->text);
    if (rc == CRM4E_OK)
        rc = writer->text.code;
    if (rc == CRM4E_OK)
        c4_json_put_text(writer->out, c4_buffer_c_str(&writer->text), writer->text.length);
    return rc == CRM4E_OK ? rc : c4_fail_plain(writer->unit->error, rc);
}

static int put_changes(change_writer *writer, const c4_timeline_entry *entry)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < entry->change_count && rc == CRM4E_OK; i++) {
        const c4_field_change *change = &entry->changes[i];
        const c4_field *field = c4_module_field(writer->module, change->field);
        bool first = true;
        if (field == NULL)
            return c4_fail(writer->unit->error, CRM4E_E_INTERNAL, "a change of no field");
        c4_buffer_text(writer->out, i > 0 ? ",{" : "{");
        c4_json_put_member(writer->out, &first, "field", field->api_name);
        rc = put_value(writer, field, &change->before, &first, "old");
        if (rc == CRM4E_OK)
            rc = put_value(writer, field, &change->after, &first, "new");
        c4_buffer_char(writer->out, '}');
    }
    return rc;
}

static int put_entry(change_writer *writer, const c4_timeline_entry *entry)
{
    const c4_user *user = c4_meta_user(writer->unit->meta, entry->user);
    c4_buffer *out = writer->out;
    char time[C4_TIME_TEXT];
    bool first = true;
    int rc;

    c4_time_format(entry->time, time);
    c4_buffer_char(out, '{');
    c4_json_put_key(out, &first, "sequence");
    c4_buffer_i64(out, entry->sequence);
    c4_json_put_member(out, &first, "time", time);
    c4_json_put_member(out, &first, "user", user != NULL ? user->name : "");
    c4_json_put_member(out, &first, "action", c4_timeline_action(entry->action));
    c4_json_put_member(out, &first, "source", c4_timeline_source(entry->source));
    c4_json_put_key(out, &first, "changes");
    c4_buffer_char(out, '[');
    rc = put_changes(writer, entry);
    c4_buffer_text(out, "]}");
    return rc;
}

int c4_timeline_to_json(c4_unit *unit, const c4_module *module, const c4_timeline_entry *entries,
                        size_t count, c4_buffer *out)
{
    change_writer writer = {.unit = unit, .module = module, .out = out};
    int rc = CRM4E_OK;

    writer.row = c4_arena_array(unit->arena, module->table.column_count, sizeof *writer.row);
    if (writer.row == NULL)
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    c4_buffer_init(&writer.text, &unit->env->mem, out->ceiling);
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        if (i > 0)
            c4_buffer_char(out, ',');
        rc = put_entry(&writer, &entries[i]);
    }
    c4_buffer_char(out, ']');
    c4_buffer_free(&writer.text);
    if (rc == CRM4E_OK && out->code != CRM4E_OK)
        rc = c4_fail_plain(unit->error, out->code);
    return rc;
}
