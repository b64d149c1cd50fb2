/* SPDX-License-Identifier: MIT */
/* Counting records from columns in memory: the way through the storage, with blocks
 * of a sheet in the place of chunks. */
#include "columns/cache.h"
#include "insight/chart_reading.h"

/* Takes the columns of criteria; false when they ask for more than numbers. */
static bool take_columns(c4_reading *r, const crm4e_predicate *node)
{
    const crm4e_table *table = &r->chart->scope.module->table;
    bool fits = node->op != CRM4E_OP_IN_SELECT && (node->flags & CRM4E_FOLD) == 0;

    if (fits && node->op >= CRM4E_OP_EQ) {
        const crm4e_column_type type = table->columns[node->column].type;
        fits = type != CRM4E_COLUMN_TEXT && type != CRM4E_COLUMN_BLOB &&
               r->count < C4_READING_COLUMNS - 1;
        if (fits)
            (void)c4_reading_place(r, node->column);
    }
    for (size_t i = 0; i < node->child_count && fits; i++)
        fits = take_columns(r, &node->children[i]);
    return fits;
}

static int take_criteria(c4_reading *r, bool *fits)
{
    const c4_chart *chart = r->chart;

    *fits = chart->criteria == NULL || take_columns(r, chart->criteria);
    if (chart->criteria == NULL || !*fits)
        return CRM4E_OK;
    r->row =
        c4_arena_array(&r->chart->arena, chart->scope.module->table.column_count, sizeof *r->row);
    return r->row != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
}

/* A block in the form of the storage. */
typedef struct block_room {
    int64_t values[C4_READING_COLUMNS][C4_BLOCK_ROWS];
    uint8_t nulls[C4_READING_COLUMNS][C4_BLOCK_ROWS];
    const int64_t *value_of[C4_READING_COLUMNS];
    const uint8_t *null_of[C4_READING_COLUMNS];
} block_room;

static int visit_block(c4_reading *r, const c4_sheet *sheet, size_t block, block_room *room)
{
    const c4_db *db = r->chart->unit->db;
    const c4_chunk chunk = {sheet->ids.items[block]->rows, c4_sheet_ids(sheet, block),
                            room->value_of, room->null_of};

    for (size_t i = 0; i < r->count; i++) {
        const c4_strip *column = &sheet->columns[c4_sheet_place(sheet, r->columns[i])];
        c4_strip_read(column, block, room->values[i], room->nulls[i]);
    }
    if (db->interrupted != NULL && db->interrupted(db->interrupted_user) != 0)
        return CRM4E_E_ABORTED;
    return c4_reading_visit(r, &chunk);
}

static int visit_sheet(c4_reading *r, const c4_sheet *sheet)
{
    const c4_mem *mem = r->chart->mem;
    block_room *room = c4_alloc(mem, sizeof *room);
    int rc = room != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;

    for (size_t i = 0; i < r->count && room != NULL; i++) {
        room->value_of[i] = room->values[i];
        room->null_of[i] = room->nulls[i];
    }
    for (size_t block = 0; block < sheet->ids.count && rc == CRM4E_OK; block++)
        rc = visit_block(r, sheet, block, room);
    c4_free(mem, room);
    return rc;
}

int c4_chart_read_cached(c4_reading *r, bool *done)
{
    const c4_chart *chart = r->chart;
    const size_t count = r->count;
    c4_sheet *sheet = NULL;
    bool fits = chart->unit->env->columns != NULL;
    int rc = fits ? take_criteria(r, &fits) : CRM4E_OK;

    if (rc == CRM4E_OK && fits)
        rc = c4_reading_owner(r);
    if (rc == CRM4E_OK && fits)
        rc = c4_cache_sheet(chart->unit, chart->scope.module, r->columns, r->count, &sheet);
    *done = sheet != NULL;
    if (rc == CRM4E_OK && *done)
        rc = c4_counting_fits(r, sheet) ? c4_count_sheet(r, sheet) : visit_sheet(r, sheet);
    c4_sheet_release(sheet);
    if (!*done) {
        r->count = count;
        r->row = NULL;
    }
    return rc;
}
