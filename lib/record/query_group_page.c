/* SPDX-License-Identifier: MIT */
/* Groups put in order, and the page of them that was asked for. */
#include "record/query_page.h"

#include <stdlib.h>
#include <string.h>

static int no_memory(const c4_prepared *p)
{
    return c4_compiler_fail(&p->compiler, CRM4E_E_NO_MEMORY);
}

static int order_in_term(const c4_sort *sort, const crm4e_value *a, const crm4e_value *b)
{
    int order = c4_value_order(a, b);

    return sort->descending ? -order : order;
}

static int compare_groups(const void *a, const void *b)
{
    const c4_group_row *x = *(const c4_group_row *const *)a;
    const c4_group_row *y = *(const c4_group_row *const *)b;
    const c4_prepared *p = x->list->prepared;
    int order = 0;

    for (size_t i = 0; i < p->sort_count && order == 0; i++) {
        size_t term = p->sorts[i].column;
        order = order_in_term(&p->sorts[i], &x->values[term], &y->values[term]);
    }
    return order;
}

static bool is_behind(const c4_prepared *p, const c4_group_row *group, const c4_position *position)
{
    int order = 0;

    for (size_t i = 0; i < p->sort_count && order == 0; i++)
        order =
            order_in_term(&p->sorts[i], &group->values[p->sorts[i].column], &position->values[i]);
    return order > 0;
}

static void take_position(const c4_prepared *p, const c4_group_row *group, c4_position *position)
{
    *position = (c4_position){0};
    for (size_t i = 0; i < p->sort_count; i++)
        position->values[i] = group->values[p->sorts[i].column];
}

/* The first group of the page. */
static int find_start(c4_group_list *list, size_t *start)
{
    const c4_prepared *p = list->prepared;
    c4_position position = {0};
    size_t offset = (size_t)p->tree->offset;
    int rc;

    *start = (uint64_t)p->tree->offset < list->count ? offset : list->count;
    if (p->tree->after == NULL)
        return CRM4E_OK;
    *start = 0;
    rc = c4_token_read(p, &position);
    while (rc == CRM4E_OK && *start < list->count && !is_behind(p, list->rows[*start], &position))
        ++*start;
    return rc;
}

/* The field of a measure is made up, so that its value has a type and decimals. */
static const c4_field *column_field(const c4_term *term, c4_arena *arena)
{
    const c4_field *of = term->path.field;
    bool itself = (term->function == 0 && term->by == 0) || term->function == CRM4E_MIN ||
                  term->function == CRM4E_MAX || term->function == CRM4E_SUM;
    c4_field *field = itself ? NULL : c4_arena_array(arena, 1, sizeof *field);

    if (field == NULL)
        return itself ? of : NULL;
    *field = (c4_field){.number = of->number, .module = of->module, .api_name = of->api_name};
    field->type = term->function == CRM4E_COUNT ? CRM4E_TYPE_BIGINT
                  : term->function == CRM4E_AVG ? CRM4E_TYPE_DOUBLE
                                                : CRM4E_TYPE_DATE;
    field->scale = term->function == CRM4E_AVG ? term->scale : 0;
    return field;
}

static int result_columns(const c4_prepared *p, c4_result *result)
{
    c4_arena *arena = &result->arena;
    c4_result_column *columns = c4_arena_array(arena, p->column_count, sizeof *columns);

    if (columns == NULL)
        return no_memory(p);
    for (size_t i = 0; i < p->column_count; i++) {
        const c4_term *term = &p->grouping->terms[p->grouping->columns[i]];
        columns[i].path = c4_arena_text(arena, p->names[i], strlen(p->names[i]));
        columns[i].hop_count = term->path.hop_count;
        columns[i].field = column_field(term, arena);
        memcpy(columns[i].hops, term->path.hops, sizeof term->path.hops);
        if (columns[i].path == NULL || columns[i].field == NULL)
            return no_memory(p);
    }
    result->module = p->scope.module;
    result->columns = columns;
    result->column_count = p->column_count;
    return CRM4E_OK;
}

/* A value and its text; those of keys were made when the group was. */
static int fill_cell(const c4_prepared *p, const c4_group_row *group, size_t column,
                     c4_result *result, crm4e_value *value, const char **text)
{
    size_t place = p->grouping->columns[column];
    c4_field field = *result->columns[column].field;
    c4_buffer buffer;
    int rc;

    *value = group->values[place];
    if (value->type == CRM4E_VALUE_NULL)
        return CRM4E_OK;
    if (place < p->grouping->key_count) {
        *text = c4_arena_text(&result->arena, group->texts[place], strlen(group->texts[place]));
        if (value->type == CRM4E_VALUE_TEXT && *text != NULL)
            *value = c4_c_text(*text);
        return *text != NULL ? CRM4E_OK : no_memory(p);
    }
    /* a row of this value alone */
    field.column = 0;
    c4_buffer_init(&buffer, &p->unit->env->mem, C4_QUERY_CEILING);
    rc = c4_field_to_text(p->unit, &field, value, &buffer);
    if (rc == CRM4E_OK)
        *text = c4_arena_text(&result->arena, c4_buffer_c_str(&buffer), buffer.length);
    if (rc == CRM4E_OK && *text == NULL)
        rc = CRM4E_E_NO_MEMORY;
    c4_buffer_free(&buffer);
    return rc == CRM4E_OK ? rc : c4_compiler_fail(&p->compiler, rc);
}

static int fill_rows(const c4_prepared *p, c4_group_row *const *groups, size_t count,
                     c4_result *result)
{
    size_t columns = p->column_count;
    size_t cells = 0;
    crm4e_value *values;
    const char **texts;
    int64_t *ids;
    int rc = CRM4E_OK;

    if (!c4_mul_size(count, columns, &cells))
        return no_memory(p);
    values = c4_arena_array(&result->arena, cells, sizeof *values);
    texts = c4_arena_array(&result->arena, cells, sizeof *texts);
    ids = c4_arena_array(&result->arena, count, sizeof *ids);
    if (values == NULL || texts == NULL || ids == NULL)
        return no_memory(p);
    for (size_t i = 0; i < cells && rc == CRM4E_OK; i++)
        rc = fill_cell(p, groups[i / columns], i % columns, result, &values[i], &texts[i]);
    result->values = values;
    result->texts = texts;
    result->ids = ids;
    result->row_count = count;
    return rc;
}

static int take_page(c4_group_list *list, c4_result *result)
{
    const c4_prepared *p = list->prepared;
    const int64_t limit = p->tree->limit < 0 ? C4_LIMIT_DEFAULT : p->tree->limit;
    c4_position position;
    size_t start = 0;
    size_t left;
    int rc = find_start(list, &start);

    if (rc == CRM4E_OK)
        rc = result_columns(p, result);
    if (rc != CRM4E_OK)
        return rc;
    left = list->count - start;
    result->more = limit > 0 && (uint64_t)left > (uint64_t)limit;
    left = (uint64_t)left > (uint64_t)limit ? (size_t)limit : left;
    rc = fill_rows(p, left > 0 ? list->rows + start : NULL, left, result);
    if (rc == CRM4E_OK && result->more) {
        take_position(p, list->rows[start + left - 1], &position);
        rc = c4_token_write(p, &position, &result->arena, &result->token);
    }
    return rc;
}

int c4_group_page(c4_prepared *p, c4_result *result)
{
    c4_group_list list;
    int rc = c4_group_list_read(&list, p);

    if (rc == CRM4E_OK && list.count > 0)
        qsort((void *)list.rows, list.count, sizeof(c4_group_row *), compare_groups);
    if (rc == CRM4E_OK)
        rc = take_page(&list, result);
    c4_group_list_free(&list);
    return rc;
}
