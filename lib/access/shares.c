/* SPDX-License-Identifier: MIT */
/* The manual shares with a user: one walk of the index by subject, kept until
 * some share of the org changes. */
#include "access/reach.h"

#include "model/gates.h"
#include "model/schema.h"
#include "storage/storage.h"

#include <stdlib.h>

static int compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* Ids of all subjects that may stand for him: himself, his role and those above
 * it, his groups. Whether a share includes him is seen by its kind. */
static int64_t *list_subjects(c4_unit *unit, const c4_reach *reach, size_t *count)
{
    const c4_meta *meta = reach->meta;
    int64_t *ids =
        c4_arena_array(unit->arena, meta->role_count + meta->group_count + 1, sizeof *ids);
    const c4_role *own = reach->actor->role;
    size_t used = 0;

    if (ids == NULL) {
        return NULL;
    }
    ids[used++] = reach->actor->id;
    for (size_t i = 0; i < meta->role_count; i++) {
        if (&meta->roles[i] == own || c4_role_below(own, &meta->roles[i])) {
            ids[used++] = meta->roles[i].id;
        }
    }
    for (size_t i = 0; i < meta->group_count; i++) {
        if (reach->in_group[i] != 0) {
            ids[used++] = meta->groups[i].id;
        }
    }
    qsort(ids, used, sizeof *ids, compare_ids);
    *count = used;
    return ids;
}

typedef struct share_list {
    c4_held_share *items;
    size_t count;
    size_t capacity;
} share_list;

/* Columns of the walk. */
enum {
    MODULE,
    RECORD,
    KIND,
    SUBJECT,
    LEVEL,
    RELATED,
    RESTING,
    COLUMNS
};

/* A level there is none of opens nothing. */
static bool opens(const crm4e_value *row)
{
    return row[LEVEL].integer >= CRM4E_LEVEL_READ_ONLY &&
           row[LEVEL].integer <= CRM4E_LEVEL_FULL_ACCESS &&
           !C4_REFUSES(SHARE_RESTING, row[RESTING].integer != 0);
}

static int take_row(const c4_reach *reach, const c4_mem *mem, const crm4e_value *row,
                    share_list *list)
{
    const c4_subject subject = {(c4_subject_kind)row[KIND].integer, row[SUBJECT].integer};
    void *items = list->items;
    int rc;

    if (!opens(row) || C4_REFUSES(SHARE_SUBJECT, !c4_reach_is(reach, &subject))) {
        return CRM4E_OK;
    }
    rc = c4_grow(mem, &items, &list->capacity, list->count + 1, sizeof *list->items);
    if (rc == CRM4E_OK) {
        list->items = items;
        list->items[list->count++] = (c4_held_share){
            .record = row[RECORD].integer,
            .module = (int32_t)row[MODULE].integer,
            .level = (c4_level)row[LEVEL].integer,
            .related = row[RELATED].integer != 0,
        };
    }
    return rc;
}

static int read_rows(c4_unit *unit, const c4_reach *reach, share_list *list)
{
    static const uint32_t columns[COLUMNS] = {
        [MODULE] = C4_SHARE_MODULE,   [RECORD] = C4_SHARE_RECORD, [KIND] = C4_SHARE_KIND,
        [SUBJECT] = C4_SHARE_SUBJECT, [LEVEL] = C4_SHARE_LEVEL,   [RELATED] = C4_SHARE_RELATED,
        [RESTING] = C4_SHARE_RESTING,
    };
    const crm4e_value *row = NULL;
    c4_rows *rows = NULL;
    crm4e_plan plan;
    int rc;

    c4_plan_init(&plan, &c4_tables[C4_TABLE_SHARE]);
    plan.columns = columns;
    plan.column_count = COLUMNS;
    plan.index = C4_SHARE_BY_SUBJECT;
    plan.ranges = list_subjects(unit, reach, &plan.range_count);
    if (plan.ranges == NULL) {
        return CRM4E_E_NO_MEMORY;
    }
    rc = c4_rows_open(&rows, unit->db, &plan);
    while (rc == CRM4E_OK && (rc = c4_rows_next(rows, &row)) == CRM4E_ROW) {
        rc = take_row(reach, &unit->env->mem, row, list);
    }
    c4_rows_close(rows);
    return rc;
}

static int compare_shares(const void *a, const void *b)
{
    const c4_held_share *x = a;
    const c4_held_share *y = b;

    if (x->module != y->module) {
        return x->module < y->module ? -1 : 1;
    }
    return x->record < y->record ? -1 : x->record > y->record;
}

static void forget(c4_reach *reach)
{
    if (reach->data != reach->arena) {
        c4_arena_reset(reach->data);
    }
    for (size_t i = 0; i < C4_REACH_BUCKETS; i++) {
        reach->extents[i] = NULL;
    }
    reach->held = NULL;
    reach->held_count = 0;
    reach->shares_stamp = -1;
}

int c4_reach_shares(c4_unit *unit, c4_reach *reach)
{
    share_list list = {0};
    int rc;

    if (reach->shares_stamp == unit->state.shares) {
        return CRM4E_OK;
    }
    forget(reach);
    rc = read_rows(unit, reach, &list);
    if (rc == CRM4E_OK && list.count > 0) {
        qsort(list.items, list.count, sizeof *list.items, compare_shares);
        reach->held = c4_arena_copy(reach->data, list.items, list.count * sizeof *list.items);
        rc = reach->held != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
    }
    if (rc == CRM4E_OK) {
        reach->held_count = list.count;
        reach->shares_stamp = unit->state.shares;
    }
    c4_free(&unit->env->mem, list.items);
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static size_t first_of(const c4_reach *reach, int64_t module)
{
    size_t low = 0;
    size_t high = reach->held_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (reach->held[middle].module < module) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const c4_held_share *c4_reach_held(const c4_reach *reach, int32_t module, size_t *count)
{
    size_t first = first_of(reach, module);

    *count = first_of(reach, (int64_t)module + 1) - first;
    return *count > 0 ? &reach->held[first] : NULL;
}
