/* SPDX-License-Identifier: MIT */
/* Rows of the library's own tables, checked and copied into a snapshot. */
#include "model/meta_build.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum {
    MOST_COLUMNS = 20,
    API_NAME_MAX = 50,
    FIRST_ROOM = 16
};

_Static_assert((int)C4_ORG_COLUMNS <= (int)MOST_COLUMNS &&
                   (int)C4_USER_COLUMNS <= (int)MOST_COLUMNS,
               "a row fits its list of columns");

void c4_row_refuse(c4_row *row, const char *problem)
{
    if (row->rc == CRM4E_OK) {
        row->rc = c4_definition_corrupt(&row->source, problem);
    }
}

static void no_memory(c4_row *row)
{
    if (row->rc == CRM4E_OK) {
        row->rc = c4_fail_plain(row->source.error, CRM4E_E_NO_MEMORY);
    }
}

const char *c4_row_text(c4_row *row, uint32_t column)
{
    const crm4e_value *value = &row->values[column];
    const char *copy = NULL;

    if (value->type != CRM4E_VALUE_TEXT) {
        c4_row_refuse(row, "a text is missing");
    }
    if (row->rc == CRM4E_OK) {
        copy = c4_arena_text(row->source.arena, value->data, value->length);
    }
    if (copy == NULL) {
        no_memory(row);
    }
    return copy != NULL ? copy : "";
}

int64_t c4_row_i64(c4_row *row, uint32_t column, int64_t least, int64_t most)
{
    const crm4e_value *value = &row->values[column];
    int64_t number = value->type == CRM4E_VALUE_INTEGER ? value->integer : 0;

    if (value->type != CRM4E_VALUE_INTEGER && value->type != CRM4E_VALUE_NULL) {
        c4_row_refuse(row, "a number is missing");
    }
    if (number < least || number > most) {
        c4_row_refuse(row, "a number is out of range");
        number = least;
    }
    return number;
}

bool c4_row_boolean(c4_row *row, uint32_t column)
{
    return c4_row_i64(row, column, 0, 1) != 0;
}

uint32_t c4_row_word(c4_row *row, uint32_t column, c4_names names)
{
    uint32_t number = (uint32_t)c4_row_i64(row, column, 0, UINT32_MAX);

    if (c4_text_of(names, number) == NULL) {
        c4_row_refuse(row, "an enumeration has an unknown value");
    }
    return number;
}

const char *c4_row_api_name(c4_row *row, uint32_t column)
{
    const char *name = c4_row_text(row, column);

    if (!c4_text_is_api_name(name, strlen(name), API_NAME_MAX)) {
        c4_row_refuse(row, "the API name is not valid");
    }
    return name;
}

crm4e_value c4_row_value(c4_row *row, uint32_t column)
{
    crm4e_value value = row->values[column];

    if (row->rc == CRM4E_OK && !c4_value_copy(row->source.arena, &value)) {
        no_memory(row);
    }
    return value;
}

c4_definition_source c4_build_source(const c4_builder *builder, c4_table_id table, int64_t id)
{
    return (c4_definition_source){.mem = builder->meta->mem,
                                  .arena = &builder->meta->arena,
                                  .error = builder->error,
                                  .table = c4_tables[table].name,
                                  .id = id};
}

int c4_build_corrupt(const c4_builder *builder, c4_table_id table, int64_t id, const char *problem)
{
    c4_definition_source source = c4_build_source(builder, table, id);

    return c4_definition_corrupt(&source, problem);
}

int c4_build_no_memory(const c4_builder *builder)
{
    return c4_fail_plain(builder->error, CRM4E_E_NO_MEMORY);
}

/* The rows of a table on their way into a list. */
typedef struct list_maker {
    c4_builder *builder;
    c4_table_id table;
    size_t item_size;
    c4_row_reader read;
    char *items;
    size_t count;
    size_t capacity;
    int64_t last_id;
} list_maker;

/* A list that grows leaves its old room to the arena: at most as much again. */
static bool make_room(list_maker *maker)
{
    size_t capacity = maker->capacity == 0 ? FIRST_ROOM : maker->capacity * 2;
    char *items;

    if (maker->count < maker->capacity) {
        return true;
    }
    items = c4_arena_array(&maker->builder->meta->arena, capacity, maker->item_size);
    if (items == NULL) {
        return false;
    }
    if (maker->count > 0) {
        memcpy(items, maker->items, maker->count * maker->item_size);
    }
    maker->items = items;
    maker->capacity = capacity;
    return true;
}

static int add_row(list_maker *maker, const crm4e_value *values)
{
    c4_row row = {.meta = maker->builder->meta, .values = values, .rc = CRM4E_OK};
    char *item;

    row.source = c4_build_source(maker->builder, maker->table, values[0].integer);
    if (!make_room(maker)) {
        return c4_build_no_memory(maker->builder);
    }
    if (values[0].type != CRM4E_VALUE_INTEGER || values[0].integer <= maker->last_id) {
        c4_row_refuse(&row, "the id is not valid or out of order");
    }
    maker->last_id = values[0].integer;
    item = maker->items + maker->count * maker->item_size;
    maker->read(&row, item);
    maker->count++;
    return row.rc;
}

int c4_build_list(c4_builder *builder, c4_table_id table, size_t item_size, c4_row_reader read,
                  void **items, size_t *count)
{
    list_maker maker = {.builder = builder, .table = table, .item_size = item_size, .read = read};
    uint32_t columns[MOST_COLUMNS];
    crm4e_plan plan;
    c4_rows *rows = NULL;
    const crm4e_value *values = NULL;
    int rc;

    for (uint32_t i = 0; i < MOST_COLUMNS; i++) {
        columns[i] = i;
    }
    c4_plan_init(&plan, &c4_tables[table]);
    plan.columns = columns;
    plan.column_count = c4_tables[table].column_count;
    rc = c4_rows_open(&rows, builder->db, &plan);
    if (rc == CRM4E_OK) {
        rc = c4_rows_next(rows, &values);
    }
    if (rc < 0) {
        c4_fail_plain(builder->error, rc);
    }
    while (rc == CRM4E_ROW) {
        rc = add_row(&maker, values);
        if (rc == CRM4E_OK) {
            rc = c4_rows_next(rows, &values);
            if (rc < 0) {
                c4_fail_plain(builder->error, rc);
            }
        }
    }
    c4_rows_close(rows);
    *items = maker.items;
    *count = maker.count;
    return rc;
}

static void read_link(c4_row *row, void *item)
{
    c4_link *link = item;

    link->id = row->source.id;
    link->owner = c4_row_i64(row, 1, 1, INT64_MAX);
    link->user = c4_row_i64(row, 2, 1, INT64_MAX);
    link->value = c4_row_i64(row, 3, 0, INT64_MAX);
}

static int compare_links(const void *a, const void *b)
{
    const c4_link *x = a;
    const c4_link *y = b;

    if (x->owner != y->owner) {
        return x->owner < y->owner ? -1 : 1;
    }
    return x->user < y->user ? -1 : x->user > y->user;
}

int c4_build_links(c4_builder *builder, c4_table_id table, c4_link **links, size_t *count)
{
    void *items = NULL;
    int rc = c4_build_list(builder, table, sizeof(c4_link), read_link, &items, count);

    *links = items;
    if (rc == CRM4E_OK && *count > 0) {
        qsort(*links, *count, sizeof **links, compare_links);
    }
    for (size_t i = 0; rc == CRM4E_OK && i < *count; i++) {
        const c4_link *link = &(*links)[i];
        if (c4_meta_user(builder->meta, link->user) == NULL) {
            rc = c4_build_corrupt(builder, table, link->id, "there is no such user");
        } else if (i > 0 && compare_links(link - 1, link) == 0) {
            rc = c4_build_corrupt(builder, table, link->id, "the user is there twice");
        }
    }
    return rc;
}

int c4_api_name_order(const char *a, const char *b)
{
    for (;; a++, b++) {
        int x = *a >= 'A' && *a <= 'Z' ? *a - 'A' + 'a' : (unsigned char)*a;
        int y = *b >= 'A' && *b <= 'Z' ? *b - 'A' + 'a' : (unsigned char)*b;
        if (x != y) {
            return x < y ? -1 : 1;
        }
        if (x == 0) {
            return 0;
        }
    }
}
