/* SPDX-License-Identifier: MIT */
/*
 * Pages and counts from columns in memory, where the storage would read every record: no
 * index was named, no comparison finds the rows, and the page is sorted. The condition is the
 * plan's, with what the gate made of the scope; the storage then gives the page's rows
 * by their ids.
 */
#include "record/query_page.h"

#include "columns/cache.h"
#include "columns/pick.h"
#include "model/standard.h"

enum {
    COLUMNS_MOST = 32,
    PAGE_MOST = 4096
};

static int goes_on(void *user)
{
    const c4_db *db = user;
    const bool stop = db->interrupted != NULL && db->interrupted(db->interrupted_user) != 0;

    return stop ? CRM4E_E_ABORTED : CRM4E_OK;
}

static bool reads_all(const c4_prepared *p, const crm4e_plan *plan)
{
    return p->unit->env->columns != NULL && !p->narrow && !p->walks && !p->shared_apart &&
           plan->index == CRM4E_NO_INDEX && plan->ranges == NULL && plan->keep == NULL;
}

static bool take_order(const crm4e_plan *plan, uint32_t *columns, size_t *count)
{
    bool fits = true;

    for (size_t i = 0; i < plan->order_count && fits; i++) {
        const uint32_t column = plan->order[i].column;
        const crm4e_column_type type = plan->table->columns[column].type;
        size_t at = 0;
        fits = plan->order[i].flags == 0 && type != CRM4E_COLUMN_TEXT &&
               type != CRM4E_COLUMN_BLOB && *count < COLUMNS_MOST;
        while (at < *count && columns[at] != column)
            at++;
        if (fits && at == *count && column != C4_COLUMN_ID)
            columns[(*count)++] = column;
    }
    return fits;
}

/* The columns that a plan takes; false where it is not for columns. */
static bool choose_columns(const c4_prepared *p, const crm4e_plan *plan,
                           uint32_t columns[COLUMNS_MOST], size_t *count)
{
    *count = 0;
    return reads_all(p, plan) &&
           c4_mask_columns(plan->table, plan->where, columns, count, COLUMNS_MOST) &&
           take_order(plan, columns, count) && *count > 0;
}

static bool is_page(const c4_prepared *p, int64_t need)
{
    return p->sort_count > 0 && need <= PAGE_MOST;
}

bool c4_cached_answers(const c4_prepared *p, const crm4e_plan *plan, bool counts, int64_t need)
{
    uint32_t columns[COLUMNS_MOST];
    size_t count = 0;

    return (counts || is_page(p, need)) && choose_columns(p, plan, columns, &count) &&
           c4_cache_serves(p->unit, p->scope.module, columns, count);
}

/* The sheet and the condition over it; `picking->sheet` stays NULL where the storage is
 * to be read. */
static int open_sheet(const c4_prepared *p, const crm4e_plan *plan, c4_picking *picking,
                      c4_sheet **sheet)
{
    uint32_t columns[COLUMNS_MOST];
    size_t count = 0;
    c4_mask *mask = NULL;
    int rc = CRM4E_OK;

    *picking = (c4_picking){.order = plan->order,
                            .order_count = plan->order_count,
                            .arena = p->unit->arena,
                            .goes_on = goes_on,
                            .user = p->unit->db};
    if (choose_columns(p, plan, columns, &count))
        rc = c4_cache_sheet(p->unit, p->scope.module, columns, count, sheet);
    if (rc == CRM4E_OK && *sheet != NULL)
        rc = c4_mask_open(picking->arena, *sheet, plan->where, &mask);
    picking->sheet = *sheet;
    picking->mask = mask;
    return rc;
}

/* They are there: it is the transaction that the sheet is of. */
static int read_rows(const c4_prepared *p, c4_hop *hop, const int64_t *ids, size_t count,
                     c4_arena *keep)
{
    crm4e_value *values = c4_arena_array(p->unit->arena, hop->column_count, sizeof *values);
    int rc = values != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = c4_db_get(p->unit->db, &p->scope.module->table, ids[i], hop->columns, values,
                       hop->column_count);
        if (rc == CRM4E_OK)
            rc = c4_hop_add(p->unit, hop, values, keep);
    }
    return rc;
}

static int finish(const c4_prepared *p, int rc, c4_sheet *sheet)
{
    c4_sheet_release(sheet);
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(p->unit->error, rc);
}

int c4_cached_read(const c4_prepared *p, c4_hop *hop, const crm4e_plan *plan, int64_t need,
                   c4_arena *keep, bool *done)
{
    c4_sheet *sheet = NULL;
    c4_picking picking;
    int64_t *ids = NULL;
    size_t count = 0;
    int rc = CRM4E_OK;

    *done = false;
    if (!is_page(p, need))
        return CRM4E_OK;
    rc = open_sheet(p, plan, &picking, &sheet);
    *done = sheet != NULL;
    picking.most = (size_t)need;
    if (rc == CRM4E_OK && *done)
        rc = c4_pick(&picking, &ids, &count);
    if (rc == CRM4E_OK && *done)
        rc = read_rows(p, hop, ids, count, keep);
    return finish(p, rc, sheet);
}

int c4_cached_count(const c4_prepared *p, const crm4e_plan *plan, int64_t *count, bool *done)
{
    c4_sheet *sheet = NULL;
    c4_picking picking;
    int rc = CRM4E_OK;

    *done = false;
    rc = open_sheet(p, plan, &picking, &sheet);
    *done = sheet != NULL;
    if (rc == CRM4E_OK && *done)
        rc = c4_pick_count(&picking, count);
    return finish(p, rc, sheet);
}
