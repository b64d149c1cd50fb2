/* SPDX-License-Identifier: MIT */
/* One page of a query, read whole. */
#include "record/record.h"
#include "record/query_page.h"

#include "base/text.h"

#include <string.h>

enum {
    TEXT_CEILING = 64 * 1024 * 1024 /* of one value */
};

/* A page on its way from plan to result. */
typedef struct page {
    c4_unit *unit;
    c4_prepared prepared;
    c4_hop *hop;
    c4_result *result;
    crm4e_value *values;
    const char **texts;
    int64_t *ids;
    size_t *at; /* of the page's own columns, in a row of the hop */
    int64_t limit;
} page;

static int no_memory(const page *p)
{
    return c4_fail_plain(p->unit->error, CRM4E_E_NO_MEMORY);
}

static int plan_hops(page *p)
{
    c4_prepared *prepared = &p->prepared;
    int rc = c4_hop_new(p->unit, NULL, &prepared->compiler.root, &p->hop);
    for (size_t i = 0; i < prepared->column_count && rc == CRM4E_OK; i++) {
        const c4_path *path = &prepared->columns[i];
        c4_hop *hop = NULL;
        rc = c4_hop_of_path(p->unit, p->hop, path, &hop);
        if (rc == CRM4E_OK) {
            c4_hop_need(hop, path->field);
            rc = c4_hop_names(&prepared->compiler, hop, path->field);
        }
    }
    for (size_t i = 0; i < prepared->sort_count && rc == CRM4E_OK; i++)
        (void)c4_hop_need_column(p->hop, prepared->sorts[i].column);
    return rc;
}

static void skip_rows(c4_hop *hop, int64_t offset)
{
    size_t skipped = (uint64_t)offset < hop->row_count ? (size_t)offset : hop->row_count;
    if (skipped > 0) {
        hop->values += skipped * hop->column_count;
        hop->row_count -= skipped;
        hop->capacity -= skipped;
    }
}

/* In the order of a language, see c4_collated_read(). */
static int read_collated(page *p, const c4_position *after)
{
    const c4_prepared *prepared = &p->prepared;
    const int64_t offset = after == NULL ? prepared->tree->offset : 0;
    size_t need = (size_t)(p->limit + offset) + 1;
    crm4e_plan plan;
    int rc = c4_prepared_plan(&p->prepared, false, &plan);
    if (p->limit > INT64_MAX - 1 - offset)
        need = SIZE_MAX;
    if (rc == CRM4E_OK)
        rc = c4_collated_read(prepared, p->hop, &plan, after, need, &p->result->arena);
    if (rc == CRM4E_OK)
        skip_rows(p->hop, offset);
    return rc;
}

static int read_plan(page *p, crm4e_plan *plan)
{
    const c4_prepared *prepared = &p->prepared;
    const int64_t offset = prepared->tree->after == NULL ? prepared->tree->offset : 0;
    const bool here = prepared->walks || prepared->shared_apart; /* offset and limit */
    c4_arena *keep = &p->result->arena;
    size_t need = here ? (size_t)(p->limit + offset) + 1 : 0;
    bool done = false;
    int rc = CRM4E_OK;
    if (p->limit < INT64_MAX - 1 - offset)
        rc = c4_cached_read(prepared, p->hop, plan, p->limit + offset + 1, keep, &done);
    if (rc == CRM4E_OK && done)
        skip_rows(p->hop, offset);
    if (rc != CRM4E_OK || done)
        return rc;
    if (prepared->walks) {
        rc = c4_walk_read(prepared, p->hop, plan, need, keep);
    } else {
        plan->limit = p->limit < INT64_MAX ? p->limit + 1 : -1;
        plan->offset = here ? 0 : offset;
        plan->limit += here ? offset : 0;
        rc = c4_hop_read(p->unit, p->hop, plan, keep);
    }
    if (rc == CRM4E_OK && prepared->shared_apart)
        rc = c4_shared_read(prepared, p->hop, plan, need, keep);
    if (rc == CRM4E_OK && here)
        skip_rows(p->hop, offset);
    return rc;
}

static int read_ordered(page *p, const c4_position *after)
{
    crm4e_plan plan;
    int rc = CRM4E_OK;
    if (after != NULL)
        rc = c4_position_compile(&p->prepared, after, &p->prepared.parts[p->prepared.part_count++]);
    if (rc == CRM4E_OK)
        rc = c4_prepared_plan(&p->prepared, true, &plan);
    return rc == CRM4E_OK ? read_plan(p, &plan) : rc;
}

/* One row more than asked for shows whether there is another page. */
static int read_rows(page *p)
{
    const c4_query_tree *tree = p->prepared.tree;
    c4_position position = {0};
    const c4_position *after = tree->after != NULL ? &position : NULL;
    int rc = CRM4E_OK;
    p->limit = tree->limit < 0 ? C4_LIMIT_DEFAULT : tree->limit;
    if (after != NULL)
        rc = c4_token_read(&p->prepared, &position);
    if (rc != CRM4E_OK || p->limit == 0)
        return rc;
    rc = p->prepared.collated ? read_collated(p, after) : read_ordered(p, after);
    if (rc == CRM4E_OK && (uint64_t)p->hop->row_count > (uint64_t)p->limit) {
        p->hop->row_count--;
        p->result->more = true;
    }
    return rc;
}

static int result_columns(page *p)
{
    const c4_prepared *prepared = &p->prepared;
    c4_arena *arena = &p->result->arena;
    c4_result_column *columns = c4_arena_array(arena, prepared->column_count, sizeof *columns);
    if (columns == NULL)
        return no_memory(p);
    for (size_t i = 0; i < prepared->column_count; i++) {
        const c4_path *path = &prepared->columns[i];
        columns[i].path = c4_arena_text(arena, prepared->names[i], strlen(prepared->names[i]));
        columns[i].hop_count = path->hop_count;
        columns[i].field = path->field;
        memcpy(columns[i].hops, path->hops, sizeof path->hops);
        if (columns[i].path == NULL)
            return no_memory(p);
    }
    p->result->module = prepared->scope.module;
    p->result->columns = columns;
    p->result->column_count = prepared->column_count;
    return CRM4E_OK;
}

/* Texts as they are stored and names of options are there already: in the result,
 * and in the snapshot that it holds. */
static const char *ready_text(const c4_field *field, const crm4e_value *value)
{
    c4_storage_class stored = c4_type_info_of(field->type)->stored;
    const c4_option *option = NULL;
    const char *text = NULL;
    if (stored == C4_STORED_TEXT)
        text = value->data;
    else if (stored == C4_STORED_OPTION && value->integer > 0 && value->integer <= INT32_MAX)
        option = c4_field_option(field, (int32_t)value->integer);
    return option != NULL ? option->actual : text;
}

static int fill_cell(page *p, size_t row, size_t column, c4_buffer *buffer)
{
    const c4_path *path = &p->prepared.columns[column];
    size_t cell = row * p->prepared.column_count + column;
    const c4_hop *hop = p->hop;
    bool visible = true;
    int rc;
    for (size_t i = 0; i < path->hop_count && visible; i++)
        visible = c4_hop_follow(&hop, &row, path->hops[i]);
    if (path->hop_count == 0)
        p->values[cell] = hop->values[row * hop->column_count + p->at[column]];
    else if (visible)
        p->values[cell] = *c4_hop_value(hop, row, path->field->column);
    if (visible && path->field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP)
        p->values[cell].reserved =
            (uint32_t)c4_hop_value(hop, row, path->field->key_column)->integer;
    if (p->values[cell].type == CRM4E_VALUE_NULL) {
        if (visible)
            p->texts[cell] = c4_money_default(p->unit, path->field, &p->values[cell]);
        return CRM4E_OK;
    }
    p->texts[cell] = ready_text(path->field, &p->values[cell]);
    if (p->texts[cell] != NULL)
        return CRM4E_OK;
    c4_buffer_reset(buffer);
    rc = c4_hop_text(p->unit, hop, row, path->field, buffer);
    if (rc != CRM4E_OK)
        return c4_fail_plain(p->unit->error, rc);
    p->texts[cell] = c4_arena_text(&p->result->arena, c4_buffer_c_str(buffer), buffer->length);
    return p->texts[cell] == NULL ? no_memory(p) : CRM4E_OK;
}

static int fill_result(page *p)
{
    c4_arena *arena = &p->result->arena;
    size_t rows = p->hop->row_count;
    size_t columns = p->prepared.column_count;
    size_t cells = 0;
    c4_buffer buffer;
    int rc = CRM4E_OK;
    if (!c4_mul_size(rows, columns, &cells))
        return no_memory(p);
    p->values = c4_arena_array(arena, cells, sizeof *p->values);
    p->texts = c4_arena_array(arena, cells, sizeof *p->texts);
    p->ids = c4_arena_array(arena, rows, sizeof *p->ids);
    p->at = c4_arena_array(p->unit->arena, columns, sizeof *p->at);
    if (p->values == NULL || p->texts == NULL || p->ids == NULL || p->at == NULL)
        return no_memory(p);
    for (size_t i = 0; i < columns; i++) {
        if (p->prepared.columns[i].hop_count == 0)
            p->at[i] = c4_hop_need_column(p->hop, p->prepared.columns[i].field->column);
    }
    c4_buffer_init(&buffer, p->unit->arena->mem, TEXT_CEILING);
    for (size_t row = 0; row < rows && rc == CRM4E_OK; row++) {
        p->ids[row] = c4_hop_value(p->hop, row, 0)->integer;
        for (size_t column = 0; column < columns && rc == CRM4E_OK; column++)
            rc = fill_cell(p, row, column, &buffer);
    }
    c4_buffer_free(&buffer);
    p->result->values = p->values;
    p->result->texts = p->texts;
    p->result->ids = p->ids;
    p->result->row_count = rows;
    return rc;
}

static int fold_value(page *p, crm4e_value *value)
{
    const c4_mem *mem = p->unit->arena->mem;
    size_t length = 0;
    char *folded = c4_text_folded(mem, value->data, value->length, &length);
    *value = c4_text_value(folded, length);
    if (folded == NULL || !c4_value_copy(p->unit->arena, value)) {
        c4_free(mem, folded);
        return no_memory(p);
    }
    c4_free(mem, folded);
    return CRM4E_OK;
}

static int write_token(page *p)
{
    const c4_prepared *prepared = &p->prepared;
    c4_position position = {0};
    size_t last = p->hop->row_count - 1;
    int rc = CRM4E_OK;
    if (!p->result->more)
        return CRM4E_OK;
    position.id = c4_hop_value(p->hop, last, 0)->integer;
    for (size_t i = 0; i < prepared->sort_count && rc == CRM4E_OK; i++) {
        position.values[i] = *c4_hop_value(p->hop, last, prepared->sorts[i].column);
        if (prepared->sorts[i].flags != 0 && position.values[i].type == CRM4E_VALUE_TEXT)
            rc = fold_value(p, &position.values[i]);
    }
    return rc == CRM4E_OK
               ? c4_token_write(prepared, &position, &p->result->arena, &p->result->token)
               : rc;
}

static int read_records(page *p)
{
    int rc = plan_hops(p);
    if (rc == CRM4E_OK)
        rc = read_rows(p);
    if (rc == CRM4E_OK)
        rc = c4_hop_read_children(p->unit, p->hop, &p->result->arena);
    if (rc == CRM4E_OK)
        rc = result_columns(p);
    if (rc == CRM4E_OK)
        rc = fill_result(p);
    if (rc == CRM4E_OK)
        rc = write_token(p);
    return rc;
}

static int run(page *p, const c4_query_tree *tree)
{
    int rc = c4_prepare(&p->prepared, p->unit, tree);
    if (rc == CRM4E_OK)
        rc = tree->grouped ? c4_group_page(&p->prepared, p->result) : read_records(p);
    c4_prepared_end(&p->prepared);
    return rc;
}

int c4_query_run(c4_unit *unit, const c4_query_tree *tree, c4_result **out, const c4_mem *mem)
{
    page p = {.unit = unit, .result = c4_alloc_array(mem, 1, sizeof *p.result)};
    int rc;
    *out = NULL;
    if (p.result == NULL)
        return no_memory(&p);
    c4_arena_init(&p.result->arena, mem);
    p.result->meta = c4_meta_hold(unit->meta);
    rc = run(&p, tree);
    if (rc == CRM4E_OK)
        *out = p.result;
    else
        c4_result_free(p.result, mem);
    return rc;
}

int c4_query_check(c4_unit *unit, const c4_query_tree *tree)
{
    c4_prepared prepared;
    int rc = c4_prepare(&prepared, unit, tree);
    c4_prepared_end(&prepared);
    return rc;
}

void c4_result_free(c4_result *result, const c4_mem *mem)
{
    if (result != NULL) {
        c4_arena_free(&result->arena);
        c4_meta_release(result->meta);
        c4_free(mem, result);
    }
}
