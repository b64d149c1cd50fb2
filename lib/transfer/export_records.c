/* SPDX-License-Identifier: MIT */
/* Records as a file: what a query gives, page by page, in one snapshot. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "model/manage_rules.h"
#include "transfer/transfer.h"

enum {
    PAGE_ROWS = 500,
    COLUMNS_CEILING = 1024 * 1024, /* bytes of the list of columns */
    CELL_CEILING = 64 * 1024 * 1024,
    OUT_CEILING = 256 * 1024 * 1024,
    PIECE = 64 * 1024 /* bytes handed out at once */
};

typedef struct export_run {
    const crm4e_export_options *options;
    c4_unit *unit;
    c4_arena kept; /* names and criteria; the unit's arena is scratch of a page */
    c4_query_tree tree;
    const char **names; /* tree.columns */
    bool csv;
    bool guarded;
    bool named;       /* names beside the ids of lookups */
    crm4e_value *row; /* one value in the place of its field, as c4_field_to_text() has it */
    size_t row_room;
    c4_buffer out;
    c4_buffer cell;
    c4_buffer scratch;
    int64_t rows;
} export_run;

static bool is_lookup(const c4_field *field)
{
    return field->type == CRM4E_TYPE_LOOKUP || field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP;
}

/* A number, however its first sign looks, is none that a spreadsheet computes. */
static bool is_number(const c4_field *field)
{
    c4_storage_class stored = c4_type_info_of(field->type)->stored;

    return stored == C4_STORED_INTEGER || stored == C4_STORED_DECIMAL;
}

/* Who exports may export, and see: the host is asked for both. */
static int check_rights(export_run *run, const c4_module **module)
{
    c4_unit *unit = run->unit;
    c4_scope scope;
    int rc = c4_access_module(unit, run->options->module, CRM4E_ACTION_VIEW, &scope);

    if (rc == CRM4E_OK) {
        rc = c4_access_module(unit, run->options->module, CRM4E_ACTION_EXPORT, &scope);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    *module = scope.module;
    if (scope.module->kind != C4_MODULE_TEAM && !c4_actor_has(unit, C4_ADMIN_EXPORT)) {
        return c4_refuse_denied(unit, "export", "the profile does not permit to export");
    }
    return CRM4E_OK;
}

static int refuse_columns(const export_run *run, int code, const char *problem)
{
    return c4_fail(run->unit->error, code, "the list of columns is refused: %s", problem);
}

static int take_names(export_run *run, const c4_json *list)
{
    size_t count = c4_json_count(list);

    if (c4_json_kind(list) != C4_JSON_ARRAY || count == 0 || count > C4_EXPORT_COLUMNS) {
        return refuse_columns(run, CRM4E_E_INVALID, "it is no array of 1 to 1000 fields");
    }
    run->names = c4_arena_array(&run->kept, count, sizeof *run->names);
    for (size_t i = 0; run->names != NULL && i < count; i++) {
        const char *name = c4_json_text(c4_json_item(list, i), NULL);
        if (name == NULL) {
            return refuse_columns(run, CRM4E_E_INVALID, "an item is no text");
        }
        for (size_t j = 0; j < i; j++) {
            if (c4_text_equal(run->names[j], name)) {
                return refuse_columns(run, CRM4E_E_INVALID, "a column comes twice");
            }
        }
        run->names[i] = c4_arena_text(&run->kept, name, strlen(name));
        if (run->names[i] == NULL) {
            return CRM4E_E_NO_MEMORY;
        }
    }
    run->tree.column_count = count;
    return run->names != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
}

static int read_columns(export_run *run)
{
    c4_json_document document;
    const char *text = run->options->columns;
    int rc = c4_json_parse(&document, run->kept.mem, text, CRM4E_NUL_TERMINATED, COLUMNS_CEILING);

    if (rc != CRM4E_OK) {
        return refuse_columns(run, rc, document.problem);
    }
    rc = take_names(run, document.root);
    c4_json_free(&document);
    return rc;
}

/* A field that is closed is left out; a host that fails to answer fails the export. */
static int ask_field(const c4_scope *scope, const c4_field *field, bool *open)
{
    int rc = c4_access_field_permission(scope, field) != CRM4E_PERMISSION_HIDDEN
                 ? c4_access_ask_field(scope, field)
                 : CRM4E_E_DENIED;

    *open = *open && rc == CRM4E_OK;
    if (rc == CRM4E_E_DENIED) {
        c4_failure_clear(scope->unit->error);
        rc = CRM4E_OK;
    }
    return rc;
}

/* Every field that may be read under both actions. */
static int all_columns(export_run *run, const c4_module *module)
{
    c4_scope view;
    c4_scope export;
    int rc = c4_access_module_number(run->unit, module->number, CRM4E_ACTION_VIEW, &view);

    if (rc == CRM4E_OK) {
        rc = c4_access_module_number(run->unit, module->number, CRM4E_ACTION_EXPORT, &export);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    run->names = c4_arena_array(&run->kept, module->field_count, sizeof *run->names);
    if (run->names == NULL) {
        return CRM4E_E_NO_MEMORY;
    }
    for (size_t i = 0; rc == CRM4E_OK && i < module->field_count; i++) {
        const c4_field *field = &module->fields[i];
        bool open = true;
        rc = ask_field(&view, field, &open);
        if (rc == CRM4E_OK) {
            rc = ask_field(&export, field, &open);
        }
        if (rc == CRM4E_OK && open) {
            run->names[run->tree.column_count++] = field->api_name;
        }
    }
    return rc;
}

static int read_criteria(export_run *run)
{
    const char *text = run->options->criteria;
    const char *kept = NULL;
    size_t length = 0;
    int rc = CRM4E_OK;

    if (text == NULL) {
        return CRM4E_OK;
    }
    rc = c4_text_length(text, CRM4E_NUL_TERMINATED, C4_QUERY_CEILING, &length);
    if (rc == CRM4E_OK) {
        rc = c4_text_check(text, length);
    }
    if (rc != CRM4E_OK) {
        return c4_fail(run->unit->error, rc, "the criteria are too long or no UTF-8");
    }
    kept = c4_arena_text(&run->kept, text, length);
    return kept != NULL
               ? c4_criteria_parse(&run->kept, run->unit->error, kept, length, &run->tree.where)
               : CRM4E_E_NO_MEMORY;
}

/* A query without rows resolves and checks every field, also for a host that
 * refuses one to view and not to export. */
static int check_fields(export_run *run)
{
    c4_query_tree tree = run->tree;
    c4_result *result = NULL;
    int rc;

    tree.action = CRM4E_ACTION_VIEW;
    tree.limit = 0;
    rc = c4_query_run(run->unit, &tree, &result, run->kept.mem);
    c4_result_free(result, run->kept.mem);
    return rc;
}

static int open_run(export_run *run)
{
    const c4_module *module = NULL;
    int rc = check_rights(run, &module);

    if (rc == CRM4E_OK) {
        rc = run->options->columns != NULL ? read_columns(run) : all_columns(run, module);
    }
    if (rc == CRM4E_OK) {
        rc = read_criteria(run);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    run->tree.module = module->api_name;
    run->tree.columns = run->names;
    run->tree.action = CRM4E_ACTION_EXPORT;
    run->tree.limit = PAGE_ROWS;
    return check_fields(run);
}

/* Hands out what has gathered. */
static int flush(export_run *run, size_t least)
{
    const crm4e_export_options *options = run->options;
    int rc = run->out.code;

    if (rc == CRM4E_OK && run->out.length > 0 && run->out.length >= least) {
        if (options->write(options->write_user, run->out.data, run->out.length) != CRM4E_CONTINUE) {
            rc = c4_fail(run->unit->error, CRM4E_E_CALLBACK, "the writer of the file failed");
        }
        c4_buffer_reset(&run->out);
    }
    return rc;
}

static int tell_progress(const export_run *run)
{
    const crm4e_export_options *options = run->options;
    int32_t answer = CRM4E_CONTINUE;

    if (options->progress != NULL) {
        answer = options->progress(options->progress_user, run->rows);
    }
    if (answer == CRM4E_CONTINUE) {
        return CRM4E_OK;
    }
    return answer == CRM4E_DENY
               ? c4_fail(run->unit->error, CRM4E_E_ABORTED, "the export was stopped")
               : c4_fail(run->unit->error, CRM4E_E_CALLBACK, "the progress callback failed");
}

static void put_header(export_run *run, const c4_result *page)
{
    for (size_t i = 0; i < page->column_count; i++) {
        const char *path = page->columns[i].path;
        c4_buffer_text(&run->out, i > 0 ? "," : "");
        c4_buffer_text(&run->out, path);
        if (run->named && is_lookup(page->columns[i].field)) {
            c4_buffer_char(&run->out, ',');
            c4_buffer_text(&run->out, path);
            c4_buffer_text(&run->out, ".name");
        }
    }
    c4_buffer_text(&run->out, "\r\n");
}

/* A value as a row of its field's table has it. */
static int place_value(export_run *run, const c4_field *field, const crm4e_value *value)
{
    size_t needed = field->column > field->key_column ? field->column : field->key_column;
    void *row = run->row;
    int rc = c4_grow(run->kept.mem, &row, &run->row_room, needed + 1, sizeof *run->row);

    run->row = row;
    if (rc == CRM4E_OK) {
        run->row[field->key_column] = c4_null();
        run->row[field->column] = *value;
    }
    return rc;
}

static int put_cell(export_run *run, const char *text, size_t length, bool guarded)
{
    bool formula = false;
    int rc = guarded ? c4_csv_formula(&run->scratch, text, length, &formula) : CRM4E_OK;

    if (rc == CRM4E_OK && formula) {
        c4_buffer_reset(&run->scratch);
        c4_buffer_char(&run->scratch, '\'');
        c4_buffer_put(&run->scratch, text, length);
        rc = run->scratch.code;
        text = run->scratch.data;
        length++;
    }
    if (rc == CRM4E_OK) {
        c4_csv_put(&run->out, text, length);
    }
    return rc;
}

/* The name of what a lookup points to; NULL for one that may not be seen: there
 * the id stands in the place of the name. */
static const char *name_of(const crm4e_value *value, const char *text)
{
    char id[24];

    (void)snprintf(id, sizeof id, "%lld", (long long)value->integer);
    return text != NULL && strcmp(text, id) != 0 ? text : NULL;
}

static int put_csv_value(export_run *run, const c4_field *field, const crm4e_value *value)
{
    bool guarded = run->guarded && !is_number(field);
    int rc = place_value(run, field, value);

    c4_buffer_reset(&run->cell);
    if (rc == CRM4E_OK) {
        rc = c4_field_to_text(run->unit, field, run->row, &run->cell);
    }
    return rc == CRM4E_OK ? put_cell(run, c4_buffer_c_str(&run->cell), run->cell.length, guarded)
                          : rc;
}

static int put_csv_cell(export_run *run, const c4_result *page, size_t row, size_t column)
{
    const size_t at = row * page->column_count + column;
    const c4_field *field = page->columns[column].field;
    const crm4e_value *value = &page->values[at];
    const char *name = name_of(value, page->texts[at]);
    int rc = CRM4E_OK;

    if (value->type != CRM4E_VALUE_NULL) {
        rc = put_csv_value(run, field, value);
    }
    if (rc == CRM4E_OK && run->named && is_lookup(field)) {
        c4_buffer_char(&run->out, ',');
        rc = name != NULL ? put_cell(run, name, strlen(name), run->guarded) : CRM4E_OK;
    }
    return rc;
}

/* A lone empty cell is quoted: an empty line would be no row. */
static int put_csv_row(export_run *run, const c4_result *page, size_t row)
{
    const size_t start = run->out.length;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < page->column_count && rc == CRM4E_OK; i++) {
        c4_buffer_text(&run->out, i > 0 ? "," : "");
        rc = put_csv_cell(run, page, row, i);
    }
    c4_buffer_text(&run->out, run->out.length == start ? "\"\"\r\n" : "\r\n");
    return rc;
}

/* {"module":..,"id":..,"name":..}, the module where there may be several. */
static void put_lookup(export_run *run, const c4_field *field, const crm4e_value *value,
                       const char *name)
{
    const c4_module *module = field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP
                                  ? c4_meta_module(run->unit->meta, (int32_t)value->reserved)
                                  : NULL;
    bool first = true;

    c4_buffer_char(&run->out, '{');
    if (module != NULL) {
        c4_json_put_key(&run->out, &first, "module");
        c4_json_put_text(&run->out, module->api_name, strlen(module->api_name));
    }
    c4_json_put_key(&run->out, &first, "id");
    c4_buffer_i64(&run->out, value->integer);
    if (name != NULL) {
        c4_json_put_key(&run->out, &first, "name");
        c4_json_put_text(&run->out, name, strlen(name));
    }
    c4_buffer_char(&run->out, '}');
}

static int put_json_value(export_run *run, const c4_result *page, size_t row, size_t column)
{
    const size_t at = row * page->column_count + column;
    const c4_field *field = page->columns[column].field;
    const crm4e_value *value = &page->values[at];
    int rc = CRM4E_OK;

    if (run->named && is_lookup(field) && value->type != CRM4E_VALUE_NULL) {
        put_lookup(run, field, value, name_of(value, page->texts[at]));
        return CRM4E_OK;
    }
    rc = place_value(run, field, value);
    return rc == CRM4E_OK ? c4_field_to_json(run->unit, field, run->row, run->named, &run->out)
                          : rc;
}

static int put_json_row(export_run *run, const c4_result *page, size_t row)
{
    bool first = true;
    int rc = CRM4E_OK;

    c4_buffer_char(&run->out, '{');
    for (size_t i = 0; i < page->column_count && rc == CRM4E_OK; i++) {
        c4_json_put_key(&run->out, &first, page->columns[i].path);
        rc = put_json_value(run, page, row, i);
    }
    c4_buffer_text(&run->out, "}\n");
    return rc;
}

static int put_page(export_run *run, const c4_result *page)
{
    int rc = CRM4E_OK;

    if (run->csv && run->rows == 0 && run->tree.after == NULL) {
        put_header(run, page);
    }
    for (size_t row = 0; row < page->row_count && rc == CRM4E_OK; row++) {
        rc = run->csv ? put_csv_row(run, page, row) : put_json_row(run, page, row);
        run->rows++;
        if (rc == CRM4E_OK) {
            rc = flush(run, PIECE);
        }
    }
    if (rc == CRM4E_OK) {
        rc = flush(run, 0);
    }
    return rc == CRM4E_OK ? tell_progress(run) : rc;
}

/* What a page needs beside its result is scratch: it goes with the page, and
 * with it what the host was asked. */
static int run_pages(export_run *run)
{
    c4_unit *unit = run->unit;
    c4_arena *whole = unit->arena;
    c4_result *before = NULL; /* keeps the token of where to go on */
    c4_arena scratch;
    bool more = true;
    int rc = CRM4E_OK;

    c4_arena_init(&scratch, run->kept.mem);
    unit->arena = &scratch;
    while (rc == CRM4E_OK && more) {
        c4_result *page = NULL;
        unit->asked = NULL;
        rc = c4_query_run(unit, &run->tree, &page, run->kept.mem);
        c4_result_free(before, run->kept.mem);
        before = page;
        if (rc == CRM4E_OK) {
            rc = put_page(run, page);
            more = page->more;
            run->tree.after = page->token;
            run->tree.after_length = page->token != NULL ? strlen(page->token) : 0;
        }
        c4_arena_reset(&scratch);
    }
    c4_result_free(before, run->kept.mem);
    unit->asked = NULL;
    unit->arena = whole;
    c4_arena_free(&scratch);
    return rc;
}

int c4_export_records(c4_unit *unit, const crm4e_export_options *options, int64_t *rows)
{
    const c4_mem *mem = &unit->env->mem;
    export_run run = {
        .options = options,
        .unit = unit,
        .csv = options->format != CRM4E_EXPORT_JSON_LINES,
        .guarded = (options->flags & CRM4E_EXPORT_RAW) == 0,
        .named = (options->flags & CRM4E_EXPORT_IDS_ONLY) == 0,
    };
    int rc;

    c4_arena_init(&run.kept, mem);
    c4_buffer_init(&run.out, mem, OUT_CEILING);
    c4_buffer_init(&run.cell, mem, CELL_CEILING);
    c4_buffer_init(&run.scratch, mem, CELL_CEILING);
    rc = open_run(&run);
    if (rc == CRM4E_OK) {
        rc = run_pages(&run);
    }
    c4_buffer_free(&run.scratch);
    c4_buffer_free(&run.cell);
    c4_buffer_free(&run.out);
    c4_free(mem, run.row);
    c4_arena_free(&run.kept);
    *rows = run.rows;
    return rc;
}
