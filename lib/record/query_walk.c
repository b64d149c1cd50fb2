/* SPDX-License-Identifier: MIT */
/*
 * Pages put in order here. Along an index, rows that are equal in the sort come
 * in no order of ids: only they are sorted, and the walk ends with the page. Over
 * the owners, there are few rows: those of the owners and the shared ones are
 * read one after the other and sorted together.
 */
#include "record/query_page.h"

#include "model/standard.h"

#include <stdlib.h>
#include <string.h>

enum {
    IDS_AT_ONCE = 1024 /* shared rows of one read */
};

/* A page on its way: rows of the hop from `group` on are equal in the sort. */
typedef struct walk {
    c4_unit *unit;
    c4_hop *hop;
    c4_arena *keep;
    size_t need;
    size_t key; /* of the sort, in a row of the hop */
    size_t group;
    bool down; /* ids */
} walk;

static const crm4e_value *row_of(const c4_hop *hop, size_t row)
{
    return hop->values + row * hop->column_count;
}

static int order_ids(const void *a, const void *b)
{
    int64_t x = ((const crm4e_value *)a)->integer;
    int64_t y = ((const crm4e_value *)b)->integer;

    return x < y ? -1 : x > y;
}

static int order_ids_down(const void *a, const void *b)
{
    return order_ids(b, a);
}

static void close_group(walk *w)
{
    size_t count = w->hop->row_count - w->group;

    if (count > 1) {
        qsort(w->hop->values + w->group * w->hop->column_count, count,
              w->hop->column_count * sizeof(crm4e_value), w->down ? order_ids_down : order_ids);
    }
    w->group = w->hop->row_count;
}

/* Position of the row of the group that comes last by id. */
static size_t last_of_group(const walk *w)
{
    int (*order)(const void *, const void *) = w->down ? order_ids_down : order_ids;
    size_t last = w->group;

    for (size_t i = w->group + 1; i < w->hop->row_count; i++) {
        if (order(row_of(w->hop, i), row_of(w->hop, last)) > 0) {
            last = i;
        }
    }
    return last;
}

/* The page is full but for who comes before its last in the same group. */
static int displace(walk *w, const crm4e_value *values)
{
    size_t last = last_of_group(w);
    int64_t worst = row_of(w->hop, last)->integer;

    if (w->down ? values[0].integer < worst : values[0].integer > worst) {
        return CRM4E_OK;
    }
    return c4_hop_replace(w->unit, w->hop, last, values, w->keep);
}

/* CRM4E_ROW: go on. */
static int take(walk *w, const crm4e_value *values)
{
    bool opens = w->hop->row_count == w->group ||
                 !c4_value_equal(&row_of(w->hop, w->group)[w->key], &values[w->key]);
    int rc;

    if (opens) {
        close_group(w);
    }
    if (w->hop->row_count < w->need) {
        rc = c4_hop_add(w->unit, w->hop, values, w->keep);
    } else if (opens) {
        return CRM4E_OK;
    } else {
        rc = displace(w, values);
    }
    return rc == CRM4E_OK ? CRM4E_ROW : rc;
}

int c4_walk_read(const c4_prepared *p, c4_hop *hop, const crm4e_plan *plan, size_t need,
                 c4_arena *keep)
{
    walk w = {.unit = p->unit,
              .hop = hop,
              .keep = keep,
              .need = need,
              .key = c4_hop_need_column(hop, p->sorts[0].column),
              .down = p->order[p->order_count - 1].descending != 0};
    const crm4e_value *values = NULL;
    crm4e_plan read = *plan;
    c4_rows *rows = NULL;
    int rc;

    read.columns = hop->columns;
    read.column_count = hop->column_count;
    rc = c4_rows_open(&rows, p->unit->db, &read);
    while (rc >= 0 && (rc = c4_rows_next(rows, &values)) == CRM4E_ROW) {
        rc = take(&w, values);
        if (rc != CRM4E_ROW) {
            break;
        }
    }
    c4_rows_close(rows);
    if (rc < 0) {
        return c4_fail_plain(p->unit->error, rc);
    }
    close_group(&w);
    return CRM4E_OK;
}

/* Two runs of rows, both in order, become the first rows of both. */
typedef struct merging {
    const c4_prepared *p;
    size_t at[C4_QUERY_ORDER + 1]; /* of the terms, in a row of the hop */
} merging;

static int order_rows(const merging *m, const crm4e_value *a, const crm4e_value *b)
{
    int order = 0;

    for (size_t i = 0; i < m->p->order_count && order == 0; i++) {
        order = c4_value_order(&a[m->at[i]], &b[m->at[i]]);
        order = m->p->order[i].descending != 0 ? -order : order;
    }
    return order;
}

/* The second run begins at `second`. */
static int merge(const merging *m, c4_hop *hop, size_t second, size_t need)
{
    size_t count = hop->row_count < need ? hop->row_count : need;
    size_t size = hop->column_count;
    crm4e_value *merged = c4_arena_array(m->p->unit->arena, count, size * sizeof *merged);
    size_t a = 0;
    size_t b = second;

    if (merged == NULL) {
        return c4_fail_plain(m->p->unit->error, CRM4E_E_NO_MEMORY);
    }
    for (size_t i = 0; i < count; i++) {
        bool first = b == hop->row_count ||
                     (a < second && order_rows(m, row_of(hop, a), row_of(hop, b)) < 0);
        memcpy(merged + i * size, row_of(hop, first ? a++ : b++), size * sizeof *merged);
    }
    hop->values = merged;
    hop->row_count = count;
    hop->capacity = count;
    return CRM4E_OK;
}

/* Those that are open by owner come with the owners. */
static int32_t keep_shared(void *user, const crm4e_value *values, size_t count)
{
    const c4_scope *scope = user;

    return count == 1 && c4_id_table_has(&scope->owner_table, values[0].integer) ? CRM4E_PASSTHROUGH
                                                                                 : CRM4E_CONTINUE;
}

static int read_shared(const c4_prepared *p, c4_hop *hop, const crm4e_plan *plan, size_t first,
                       c4_arena *keep)
{
    static const uint32_t owner = C4_COLUMN_OWNER;
    size_t left = p->scope.shared_count - first;
    crm4e_predicate parts[2];
    crm4e_predicate where;
    crm4e_plan read = *plan;

    parts[0] = c4_where_set(C4_COLUMN_ID, p->scope.shared + first,
                            left < IDS_AT_ONCE ? left : IDS_AT_ONCE);
    if (plan->where != NULL) {
        parts[1] = *plan->where;
    }
    where = c4_where_all(parts, plan->where != NULL ? 2 : 1);
    read.where = &where;
    read.index = CRM4E_NO_INDEX;
    read.ranges = NULL;
    read.range_count = 0;
    read.offset = 0;
    read.keep = keep_shared;
    read.keep_user = (void *)(uintptr_t)&p->scope;
    read.keep_columns = &owner;
    read.keep_column_count = 1;
    return c4_hop_read(p->unit, hop, &read, keep);
}

int c4_shared_read(const c4_prepared *p, c4_hop *hop, const crm4e_plan *plan, size_t need,
                   c4_arena *keep)
{
    merging m = {.p = p};
    int rc = CRM4E_OK;

    for (size_t i = 0; i < p->order_count; i++) {
        m.at[i] = c4_hop_need_column(hop, p->order[i].column);
    }
    for (size_t i = 0; i < p->scope.shared_count && rc == CRM4E_OK; i += IDS_AT_ONCE) {
        size_t second = hop->row_count;
        rc = read_shared(p, hop, plan, i, keep);
        if (rc == CRM4E_OK) {
            rc = merge(&m, hop, second, need);
        }
    }
    return rc;
}
