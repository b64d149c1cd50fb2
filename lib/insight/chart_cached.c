/* SPDX-License-Identifier: MIT */
/* Counting records from columns in memory. Which records count is asked of whole blocks: the
 * condition that the gate made of the scope, and the criteria, as for the storage. */
#include "columns/cache.h"
#include "insight/chart_counting.h"

/* A block in the form of the storage. */
typedef struct block_room {
    uint8_t open[C4_BLOCK_ROWS];
    uint16_t rows[C4_BLOCK_ROWS];
    int64_t ids[C4_BLOCK_ROWS];
    int64_t values[C4_READING_COLUMNS][C4_BLOCK_ROWS];
    uint8_t nulls[C4_READING_COLUMNS][C4_BLOCK_ROWS];
    const int64_t *value_of[C4_READING_COLUMNS];
    const uint8_t *null_of[C4_READING_COLUMNS];
} block_room;

/* The records of a block that are open and meant, moved together. */
static size_t sift(const c4_reading *r, const c4_sheet *sheet, const c4_mask *mask, size_t block,
                   block_room *room)
{
    const int64_t *ids = c4_sheet_ids(sheet, block);
    size_t count;

    c4_mask_block(mask, block, room->open);
    count = c4_mask_rows(room->open, sheet->ids.items[block]->rows, room->rows);
    for (size_t k = 0; k < count; k++)
        room->ids[k] = ids[room->rows[k]];
    for (size_t i = 0; i < r->count; i++) {
        c4_strip_read(&sheet->columns[c4_sheet_place(sheet, r->columns[i])], block, room->values[i],
                      room->nulls[i]);
        for (size_t k = 0; k < count; k++) {
            room->values[i][k] = room->values[i][room->rows[k]];
            room->nulls[i][k] = room->nulls[i][room->rows[k]];
        }
    }
    return count;
}

static int visit_block(c4_reading *r, const c4_sheet *sheet, const c4_mask *mask, size_t block,
                       block_room *room)
{
    const c4_db *db = r->chart->unit->db;
    const c4_chunk chunk = {sift(r, sheet, mask, block, room), room->ids, room->value_of,
                            room->null_of};

    if (db->interrupted != NULL && db->interrupted(db->interrupted_user) != 0)
        return CRM4E_E_ABORTED;
    return c4_reading_count(r, &chunk);
}

static int visit_sheet(c4_reading *r, const c4_sheet *sheet, const c4_mask *mask)
{
    const c4_mem *mem = r->chart->mem;
    block_room *room = c4_alloc(mem, sizeof *room);
    int rc = room != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;

    for (size_t i = 0; i < r->count && room != NULL; i++) {
        room->value_of[i] = room->values[i];
        room->null_of[i] = room->nulls[i];
    }
    for (size_t block = 0; block < sheet->ids.count && rc == CRM4E_OK; block++)
        rc = visit_block(r, sheet, mask, block, room);
    c4_free(mem, room);
    return rc;
}

static int count_sheet(c4_reading *r, const c4_sheet *sheet, const crm4e_predicate *where)
{
    c4_mask *mask = NULL;
    int rc = c4_mask_open(&r->chart->arena, sheet, where, &mask);

    if (rc != CRM4E_OK)
        return rc;
    return c4_counting_fits(r, sheet) ? c4_count_sheet(r, sheet, mask)
                                      : visit_sheet(r, sheet, mask);
}

int c4_chart_read_cached(c4_reading *r, bool *done)
{
    const c4_chart *chart = r->chart;
    const c4_module *module = chart->scope.module;
    const size_t count = r->count;
    const crm4e_predicate *where = NULL;
    c4_sheet *sheet = NULL;
    int rc = CRM4E_OK;

    *done = false;
    if (chart->unit->env->columns == NULL)
        return CRM4E_OK;
    rc = c4_reading_where(r, &where);
    if (rc == CRM4E_OK &&
        c4_mask_columns(&module->table, where, r->columns, &r->count, C4_READING_COLUMNS))
        rc = c4_cache_sheet(chart->unit, module, r->columns, r->count, &sheet);
    *done = sheet != NULL;
    if (rc == CRM4E_OK && *done)
        rc = count_sheet(r, sheet, where);
    c4_sheet_release(sheet);
    if (!*done)
        r->count = count;
    return rc;
}
