/* SPDX-License-Identifier: MIT */
/*
 * Records with the same values stand beside each other in a query that orders by
 * them: nothing is told that such a query would not tell, and an index serves it.
 */
#include "record/merge.h"

#include <string.h>

#include "base/text.h"
#include "record/inside.h"
#include "record/query.h"

enum {
    CHUNK = 1000, /* rows of a query */
    KEY_CEILING = 4 * 1024 * 1024
};

/* A search in progress. */
typedef struct finding {
    c4_unit *unit;
    const c4_duplicates_page *page;
    const char *names[C4_DUPLICATES_FIELDS];
    c4_query_order order[C4_DUPLICATES_FIELDS];
    size_t count;
    c4_query_tree tree; /* of the chunk in hand */
    c4_result *result;  /* its rows */
    crm4e_value *row;   /* scratch */
    c4_buffer key;      /* the values of the group, as they are compared */
    c4_buffer next;     /* those of the row in hand */
    c4_buffer records;  /* of the group */
    size_t members;     /* of the group */
    size_t groups;      /* told */
    size_t read;        /* rows */
    bool full;          /* the page */
    c4_buffer *out;
} finding;

static int refuse_fields(const finding *f, const c4_module *module)
{
    (void)c4_fail(f->unit->error, CRM4E_E_INVALID,
                  "'fields' is a JSON array of one to %d names of fields", C4_DUPLICATES_FIELDS);
    return c4_fail_field(f->unit->error, module->api_name, NULL, "fields");
}

static int take_names(finding *f, const c4_module *module)
{
    const c4_json *names = f->page->fields;
    const bool given = names != NULL;

    f->count = given ? c4_json_count(names) : 1;
    if (given ? c4_json_kind(names) != C4_JSON_ARRAY : module->name_field == NULL) {
        return refuse_fields(f, module);
    }
    if (f->count < 1 || f->count > C4_DUPLICATES_FIELDS) {
        return refuse_fields(f, module);
    }
    for (size_t i = 0; i < f->count; i++) {
        f->names[i] =
            given ? c4_json_text(c4_json_item(names, i), NULL) : module->name_field->api_name;
        if (f->names[i] == NULL) {
            return refuse_fields(f, module);
        }
        f->order[i] = (c4_query_order){f->names[i], false};
    }
    return CRM4E_OK;
}

/* ------------------------------------------------------------- one row */

static void put_key(c4_buffer *out, const crm4e_value *value)
{
    if (value->type == CRM4E_VALUE_TEXT) {
        c4_text_fold(out, value->data, value->length);
    } else {
        c4_buffer_i64(out, value->integer);
    }
    c4_buffer_char(out, '\0');
}

static const crm4e_value *values_at(const finding *f, size_t at)
{
    return f->result->values + at * f->count;
}

static int put_record(finding *f, size_t at, bool first, c4_buffer *out)
{
    bool inner = true;
    int rc = CRM4E_OK;

    c4_buffer_text(out, first ? "{" : ",{");
    c4_json_put_key(out, &inner, "id");
    c4_buffer_i64(out, f->result->ids[at]);
    for (size_t i = 0; i < f->count && rc == CRM4E_OK; i++) {
        const c4_field *field = f->result->columns[i].field;
        const crm4e_value *value = &values_at(f, at)[i];

        f->row[field->column] = *value;
        if (field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP) {
            f->row[field->key_column] = c4_integer(value->reserved);
        }
        c4_json_put_key(out, &inner, field->api_name);
        rc = c4_field_to_json(f->unit, field, f->row, true, out);
    }
    c4_buffer_char(out, '}');
    return rc == CRM4E_OK && out->code != CRM4E_OK ? c4_fail_plain(f->unit->error, out->code) : rc;
}

/* ------------------------------------------------------------- groups */

/* A record that stands alone is no group. */
static void close_group(finding *f)
{
    if (f->members > 1) {
        c4_buffer_text(f->out, f->groups > 0 ? ",{\"count\":" : "{\"count\":");
        c4_buffer_i64(f->out, (int64_t)f->members);
        c4_buffer_text(f->out, ",\"records\":[");
        c4_buffer_put(f->out, f->records.data, f->records.length);
        c4_buffer_text(f->out, "]}");
        f->groups++;
    }
    f->members = 0;
    c4_buffer_reset(&f->records);
}

/* Whether the row belongs to the group in hand. */
static bool belongs(const finding *f)
{
    return f->members > 0 && f->key.length == f->next.length &&
           memcmp(f->key.data, f->next.data, f->key.length) == 0;
}

/* The row, unless the page is full before it. */
static int take_row(finding *f, size_t at)
{
    const crm4e_value *values = values_at(f, at);

    c4_buffer_reset(&f->next);
    for (size_t i = 0; i < f->count; i++) {
        put_key(&f->next, &values[i]);
    }
    if (f->next.code != CRM4E_OK) {
        return c4_fail_plain(f->unit->error, f->next.code);
    }
    if (!belongs(f)) {
        close_group(f);
        f->full = f->groups >= f->page->limit || f->read >= C4_DUPLICATES_READ;
        c4_buffer_reset(&f->key);
        c4_buffer_put(&f->key, f->next.data, f->next.length);
    }
    if (f->full || f->key.code != CRM4E_OK) {
        return f->full ? CRM4E_OK : c4_fail_plain(f->unit->error, f->key.code);
    }
    f->read++;
    f->members++;
    return f->members <= C4_DUPLICATES_SHOWN ? put_record(f, at, f->members == 1, &f->records)
                                             : CRM4E_OK;
}

static int run(finding *f)
{
    const c4_mem *mem = f->unit->arena->mem;

    c4_result_free(f->result, mem);
    f->result = NULL;
    f->tree.after_length = f->tree.after != NULL ? c4_text_within(f->tree.after, C4_TEXT_MAX) : 0;
    return c4_query_run(f->unit, &f->tree, &f->result, mem);
}

/* Where a page goes on is where a shorter query would. */
static int stop_at(finding *f, size_t at)
{
    f->tree.limit = (int64_t)at;
    return at > 0 ? run(f) : CRM4E_OK;
}

/* The token of the chunk outlives its rows. */
static int next_chunk(finding *f)
{
    const char *token = f->result->token;

    f->tree.after = token != NULL ? c4_arena_text(f->unit->arena, token, strlen(token)) : NULL;
    return token != NULL && f->tree.after == NULL ? c4_record_no_memory(f->unit) : CRM4E_OK;
}

static void put_after(const finding *f, const char *token)
{
    c4_buffer_text(f->out, "],\"after\":");
    if (token != NULL) {
        c4_json_put_text(f->out, token, strlen(token));
    } else {
        c4_buffer_text(f->out, "null");
    }
    c4_buffer_char(f->out, '}');
}

static int find_groups(finding *f)
{
    const char *token = NULL;
    bool more = true;
    int rc = CRM4E_OK;

    c4_buffer_text(f->out, "{\"groups\":[");
    while (rc == CRM4E_OK && more && !f->full) {
        rc = run(f);
        for (size_t i = 0; rc == CRM4E_OK && !f->full && i < f->result->row_count; i++) {
            rc = take_row(f, i);
            if (rc == CRM4E_OK && f->full) {
                rc = stop_at(f, i);
                token = rc < 0 ? NULL : i > 0 ? f->result->token : f->tree.after;
            }
        }
        if (rc == CRM4E_OK && !f->full) {
            more = f->result->token != NULL;
            rc = next_chunk(f);
        }
    }
    if (rc == CRM4E_OK) {
        close_group(f);
        put_after(f, token);
    }
    return rc;
}

static int all_groups(finding *f)
{
    c4_criteria filled[C4_DUPLICATES_FIELDS] = {0};
    const c4_criteria *children[C4_DUPLICATES_FIELDS];
    const c4_criteria where = {
        .kind = C4_CRITERIA_AND, .children = children, .child_count = f->count};

    for (size_t i = 0; i < f->count; i++) {
        filled[i] = (c4_criteria){
            .kind = C4_CRITERIA_LEAF, .path = f->names[i], .comparator = C4_IS_NOT_NULL};
        children[i] = &filled[i];
    }
    f->tree.where = &where;
    f->tree.limit = CHUNK;
    f->tree.after = f->page->after;
    return find_groups(f);
}

/* ------------------------------------------------------------- those of one record */

/* How criteria write a value, by how it is stored; ids as their number, other numbers as
 * text that is none. */
static const struct {
    c4_literal literal; /* its kind */
    bool as_text;
} written[] = {
    [C4_STORED_TEXT] = {{.kind = C4_LITERAL_TEXT}, true},
    [C4_STORED_INTEGER] = {{.kind = C4_LITERAL_NUMBER}, true},
    [C4_STORED_DECIMAL] = {{.kind = C4_LITERAL_NUMBER}, true},
    [C4_STORED_DATE] = {{.kind = C4_LITERAL_TEXT}, true},
    [C4_STORED_TIME] = {{.kind = C4_LITERAL_TEXT}, true},
    [C4_STORED_BOOLEAN] = {{.kind = C4_LITERAL_BOOLEAN}, true},
    [C4_STORED_OPTION] = {{.kind = C4_LITERAL_TEXT}, true},
    [C4_STORED_OPTIONS] = {{.kind = C4_LITERAL_TEXT}, true},
    [C4_STORED_ID] = {{.kind = C4_LITERAL_NUMBER}, false},
    [C4_STORED_IDS] = {{.kind = C4_LITERAL_TEXT}, true},
};

static int literal_of(finding *f, const c4_field *field, const crm4e_value *row,
                      c4_literal *literal)
{
    const c4_storage_class stored = c4_type_info_of(field->type)->stored;
    int rc = CRM4E_OK;

    c4_buffer_reset(&f->next);
    if (written[stored].as_text) {
        rc = c4_field_to_text(f->unit, field, row, &f->next);
    } else {
        c4_buffer_i64(&f->next, row[field->column].integer);
    }
    *literal = written[stored].literal;
    literal->length = f->next.length;
    literal->text = c4_arena_text(f->unit->arena, c4_buffer_c_str(&f->next), f->next.length);
    return rc == CRM4E_OK && (literal->text == NULL || f->next.code != CRM4E_OK)
               ? c4_record_no_memory(f->unit)
               : rc;
}

static int put_records(finding *f)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < f->result->row_count && rc == CRM4E_OK; i++) {
        rc = put_record(f, i, i == 0, f->out);
    }
    if (rc == CRM4E_OK) {
        put_after(f, f->result->token);
    }
    return rc;
}

static int run_for(finding *f, const c4_module *module, const crm4e_value *row)
{
    c4_criteria leaves[C4_DUPLICATES_FIELDS + 1];
    const c4_criteria *children[C4_DUPLICATES_FIELDS + 1];
    c4_literal literals[C4_DUPLICATES_FIELDS + 1] = {0};
    const c4_criteria where = {
        .kind = C4_CRITERIA_AND, .children = children, .child_count = f->count + 1};
    const c4_field *id = c4_module_field_named(module, "id");
    bool empty = false;
    int rc = id != NULL ? literal_of(f, id, row, &literals[f->count])
                        : c4_fail_plain(f->unit->error, CRM4E_E_INTERNAL);

    for (size_t i = 0; i <= f->count && rc == CRM4E_OK; i++) {
        const bool own = i == f->count;
        const c4_field *field = own ? id : c4_module_field_named(module, f->names[i]);
        leaves[i] = (c4_criteria){.kind = C4_CRITERIA_LEAF,
                                  .path = own ? "id" : f->names[i],
                                  .comparator = own ? C4_NOT_EQUAL : C4_EQUAL,
                                  .literals = &literals[i],
                                  .literal_count = 1};
        children[i] = &leaves[i];
        empty = empty || row[field->column].type == CRM4E_VALUE_NULL;
        rc = empty ? CRM4E_OK : literal_of(f, field, row, &literals[i]);
    }
    c4_buffer_text(f->out, "{\"records\":[");
    if (rc == CRM4E_OK && empty) {
        put_after(f, NULL);
        return CRM4E_OK;
    }
    f->tree.where = &where;
    f->tree.order_count = 0;
    f->tree.limit = (int64_t)f->page->limit;
    f->tree.after = f->page->after;
    rc = rc == CRM4E_OK ? run(f) : rc;
    return rc == CRM4E_OK ? put_records(f) : rc;
}

static int of_one_record(finding *f, c4_scope *scope)
{
    const crm4e_value *row = NULL;
    const bool *readable = NULL;
    int rc = c4_record_read(f->unit, scope, f->page->record, &row, &readable);

    return rc == CRM4E_OK ? run_for(f, scope->module, row) : rc;
}

/* ------------------------------------------------------------- both */

static int find(finding *f)
{
    c4_scope scope;
    int rc = c4_access_module(f->unit, f->page->module, CRM4E_ACTION_VIEW, &scope);

    rc = rc == CRM4E_OK ? take_names(f, scope.module) : rc;
    if (rc == CRM4E_OK) {
        f->tree = (c4_query_tree){.module = scope.module->api_name,
                                  .columns = f->names,
                                  .column_count = f->count,
                                  .order = f->order,
                                  .order_count = f->count};
        rc = c4_query_check(f->unit, &f->tree); /* the same fields are refused either way */
    }
    if (rc == CRM4E_OK) {
        f->row = c4_row_new(f->unit, scope.module);
        rc = f->row != NULL ? CRM4E_OK : c4_record_no_memory(f->unit);
    }
    if (rc == CRM4E_OK) {
        rc = f->page->record != 0 ? of_one_record(f, &scope) : all_groups(f);
    }
    return rc == CRM4E_OK && f->out->code != CRM4E_OK ? c4_fail_plain(f->unit->error, f->out->code)
                                                      : rc;
}

int c4_duplicates_to_json(c4_unit *unit, const c4_duplicates_page *page, c4_buffer *out)
{
    const c4_mem *mem = unit->arena->mem;
    finding f = {.unit = unit, .page = page, .out = out};
    int rc;

    c4_buffer_init(&f.key, mem, KEY_CEILING);
    c4_buffer_init(&f.next, mem, KEY_CEILING);
    c4_buffer_init(&f.records, mem, KEY_CEILING);
    rc = find(&f);
    c4_result_free(f.result, mem);
    c4_buffer_free(&f.key);
    c4_buffer_free(&f.next);
    c4_buffer_free(&f.records);
    return rc;
}
