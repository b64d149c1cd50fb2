/* SPDX-License-Identifier: MIT */
#include "columns/fill.h"

#include "model/schema.h"
#include "model/standard.h"
#include "model/types.h"

#include <stdlib.h>

enum {
    /* Records that are looked up one by one: above it the table is read anew. */
    CHANGES_LEAST = 1000,
    CHANGES_SHARE = 20 /* a record by its id costs as much as so many in columns, about */
};

bool c4_can_fill(const c4_wanted *wanted)
{
    const c4_unit *unit = wanted->unit;
    const crm4e_table *table = &wanted->module->table;
    bool can = unit->db->mode == CRM4E_TRANSACTION_READ &&
               (wanted->module->flags & C4_MODULE_CHILD) == 0 && wanted->count <= C4_FILL_COLUMNS;

    for (size_t i = 0; i < wanted->count && can; i++)
        can = table->columns[wanted->columns[i]].type != CRM4E_COLUMN_TEXT &&
              table->columns[wanted->columns[i]].type != CRM4E_COLUMN_BLOB;
    return can;
}

static bool is_coded(const c4_module *module, uint32_t column)
{
    bool coded = column == C4_COLUMN_OWNER || column == C4_COLUMN_CREATED_BY ||
                 column == C4_COLUMN_MODIFIED_BY;

    for (size_t i = 0; i < module->field_count && !coded; i++) {
        const c4_field *field = &module->fields[i];
        const c4_storage_class stored = c4_type_info_of(field->type)->stored;
        if (field->key_column == column)
            coded = field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP;
        else if (field->column == column)
            coded = stored == C4_STORED_OPTION || stored == C4_STORED_ID;
    }
    return coded;
}

c4_strip_form c4_fill_form(const c4_module *module, uint32_t column)
{
    const crm4e_column_type type = module->table.columns[column].type;

    if (type == CRM4E_COLUMN_DATE)
        return C4_FORM_DAYS;
    return type == CRM4E_COLUMN_BOOLEAN ||
                   (type == CRM4E_COLUMN_INTEGER && is_coded(module, column))
               ? C4_FORM_CODES
               : C4_FORM_NUMBERS;
}

/* ------------------------------------------------------------ new columns */

typedef struct filling {
    const c4_wanted *wanted;
    c4_sheet *draft;
    size_t columns;
} filling;

static int take_chunk(void *user, const c4_chunk *chunk)
{
    filling *f = user;
    int rc = f->wanted->space(f->wanted->user, chunk->rows, f->columns);

    return rc == CRM4E_OK ? c4_sheet_take(f->draft, chunk) : rc;
}

/* Those that the sheet lacks. */
static size_t choose(const c4_wanted *wanted, const c4_sheet *base, c4_strip_shape *shapes)
{
    size_t count = 0;

    for (size_t i = 0; i < wanted->count; i++) {
        const uint32_t column = wanted->columns[i];
        if (base == NULL || c4_sheet_place(base, column) == base->column_count)
            shapes[count++] = (c4_strip_shape){column, c4_fill_form(wanted->module, column)};
    }
    return count;
}

static int add_columns(const c4_wanted *wanted, const c4_sheet *base, const c4_strip_shape *shapes,
                       size_t count, c4_sheet **out)
{
    filling f = {.wanted = wanted, .columns = count};
    uint32_t columns[C4_FILL_COLUMNS];
    int rc;

    for (size_t i = 0; i < count; i++)
        columns[i] = shapes[i].column;
    rc = base != NULL
             ? c4_sheet_add(base, shapes, count, &f.draft)
             : c4_sheet_new(wanted->room, wanted->unit->state.next_change, shapes, count, &f.draft);
    if (rc == CRM4E_OK)
        rc = c4_db_scan(wanted->unit->db, &wanted->module->table, columns, count, take_chunk, &f);
    if (rc == CRM4E_OK)
        rc = c4_sheet_close(f.draft);
    if (rc != CRM4E_OK) {
        c4_sheet_release(f.draft);
        f.draft = NULL;
    }
    *out = f.draft;
    return rc;
}

/* ---------------------------------------------------------------- changes */

typedef struct id_list {
    const c4_mem *mem;
    int64_t *items;
    size_t count;
    size_t capacity;
} id_list;

static int add_id(id_list *list, int64_t id)
{
    void *items = list->items;
    int rc = c4_grow(list->mem, &items, &list->capacity, list->count + 1, sizeof(int64_t));

    list->items = items;
    if (rc == CRM4E_OK)
        list->items[list->count++] = id;
    return rc;
}

static int compare_ids(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static void sort_ids(id_list *list)
{
    size_t kept = 0;

    if (list->count > 1)
        qsort(list->items, list->count, sizeof *list->items, compare_ids);
    for (size_t i = 0; i < list->count; i++) {
        if (i == 0 || list->items[i] != list->items[kept - 1])
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
}

bool c4_fill_follows(size_t rows, int64_t from, int64_t to)
{
    const size_t most = CHANGES_LEAST + rows / CHANGES_SHARE;

    return to - from <= (int64_t)most;
}

/* Records of the module with a line since the sheet; `*many`: more than are worth it,
 * counting those of other modules, which are read over. */
static int list_changed(const c4_wanted *wanted, const c4_sheet *base, id_list *list, bool *many)
{
    static const uint32_t columns[] = {C4_HISTORY_MODULE, C4_HISTORY_RECORD};
    const crm4e_value from = c4_integer(base->sequence);
    const crm4e_predicate where = c4_where(CRM4E_OP_GE, 0, &from, 1);
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc = CRM4E_OK;

    *many = !c4_fill_follows(base->rows, base->sequence, wanted->unit->state.next_change);
    if (*many)
        return CRM4E_OK;
    c4_plan_init(&plan, &c4_tables[C4_TABLE_HISTORY]);
    plan.where = &where;
    plan.columns = columns;
    plan.column_count = 2;
    plan.first = base->sequence;
    rc = c4_rows_open(&rows, wanted->unit->db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW)
        rc = row[0].integer == wanted->module->number ? add_id(list, row[1].integer) : CRM4E_OK;
    c4_rows_close(rows);
    sort_ids(list);
    return rc;
}

/* What is there now, in the reader's transaction. */
static int read_change(const c4_wanted *wanted, const c4_sheet *base, int64_t id, int64_t *values,
                       uint8_t *nulls, c4_row_change *change)
{
    crm4e_value row[C4_FILL_COLUMNS];
    uint32_t columns[C4_FILL_COLUMNS];
    int rc;

    for (size_t i = 0; i < base->column_count; i++)
        columns[i] = base->columns[i].column;
    rc = c4_db_get(wanted->unit->db, &wanted->module->table, id, columns, row, base->column_count);
    for (size_t i = 0; i < base->column_count && rc == CRM4E_OK; i++) {
        nulls[i] = row[i].type == CRM4E_VALUE_NULL;
        values[i] = nulls[i] != 0 ? 0 : row[i].integer;
    }
    *change = (c4_row_change){id, rc == CRM4E_E_NOT_FOUND, values, nulls};
    return rc == CRM4E_E_NOT_FOUND ? CRM4E_OK : rc;
}

static int patch(const c4_wanted *wanted, const c4_sheet *base, const id_list *ids, c4_sheet **out)
{
    const size_t width = base->column_count;
    c4_row_change *changes = NULL;
    int64_t *values = NULL;
    uint8_t *nulls = NULL;
    c4_arena arena;
    int rc = CRM4E_E_NO_MEMORY;

    c4_arena_init(&arena, ids->mem);
    changes = c4_arena_array(&arena, ids->count, sizeof *changes);
    values = c4_arena_array(&arena, ids->count * width, sizeof *values);
    nulls = c4_arena_array(&arena, ids->count * width, sizeof *nulls);
    if (changes != NULL && values != NULL && nulls != NULL)
        rc = wanted->space(wanted->user, ids->count + C4_BLOCK_ROWS, width);
    for (size_t i = 0; i < ids->count && rc == CRM4E_OK; i++)
        rc = read_change(wanted, base, ids->items[i], values + i * width, nulls + i * width,
                         &changes[i]);
    if (rc == CRM4E_OK)
        rc = c4_sheet_patch(base, wanted->unit->state.next_change, changes, ids->count, out);
    c4_arena_free(&arena);
    return rc;
}

/* `*out` stays NULL where reading everything is less work. */
static int follow(const c4_wanted *wanted, const c4_sheet *base, c4_sheet **out)
{
    id_list ids = {.mem = wanted->room->mem};
    bool many = false;
    int rc = list_changed(wanted, base, &ids, &many);

    if (rc == CRM4E_OK && !many)
        rc = patch(wanted, base, &ids, out);
    c4_free(ids.mem, ids.items);
    return rc;
}

int c4_fill(const c4_wanted *wanted, c4_sheet *base, c4_sheet **out)
{
    c4_strip_shape shapes[C4_FILL_COLUMNS];
    c4_sheet *followed = NULL;
    size_t count;
    int rc = CRM4E_OK;

    *out = NULL;
    if (base != NULL && (base->sequence < wanted->unit->state.next_change ||
                         base->column_count + wanted->count > C4_FILL_COLUMNS)) {
        if (base->column_count + wanted->count <= C4_FILL_COLUMNS)
            rc = follow(wanted, base, &followed);
        base = followed;
    }
    count = choose(wanted, base, shapes);
    if (rc == CRM4E_OK && (count > 0 || base == NULL))
        rc = add_columns(wanted, base, shapes, count, out);
    else if (rc == CRM4E_OK)
        *out = c4_sheet_hold(base);
    c4_sheet_release(followed);
    return rc;
}
