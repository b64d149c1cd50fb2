/* SPDX-License-Identifier: MIT */
#include "storage/inside.h"

int c4_sorter_add(c4_sorter *sorter, c4_arena *arena, const crm4e_value *values,
                  const crm4e_value *const *keys)
{
    crm4e_value *row = NULL;
    void *rows = sorter->rows;
    int rc =
        c4_grow(sorter->mem, &rows, &sorter->capacity, sorter->count + 1, sizeof(*sorter->rows));
    sorter->rows = rows;
    if (rc == CRM4E_OK) {
        row = c4_arena_array(arena, sorter->value_count + sorter->order_count, sizeof(*row));
        rc = row == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
    }
    for (size_t i = 0; i < sorter->value_count && rc == CRM4E_OK; i++) {
        row[i] = values[i];
        rc = c4_value_copy(arena, &row[i]) ? CRM4E_OK : CRM4E_E_NO_MEMORY;
    }
    for (size_t i = 0; i < sorter->order_count && rc == CRM4E_OK; i++) {
        crm4e_value *key = &row[sorter->value_count + i];
        *key = *keys[i];
        if ((sorter->order[i].flags & CRM4E_FOLD) != 0 && key->type == CRM4E_VALUE_TEXT)
            rc = c4_value_fold(sorter->host, arena, key);
        else
            rc = c4_value_copy(arena, key) ? CRM4E_OK : CRM4E_E_NO_MEMORY;
    }
    if (rc == CRM4E_OK)
        sorter->rows[sorter->count++] = row;
    return rc;
}

static int order_of(const c4_sorter *sorter, const crm4e_value *a, const crm4e_value *b)
{
    int order = 0;
    for (size_t i = 0; i < sorter->order_count && order == 0; i++) {
        size_t at = sorter->value_count + i;
        order = c4_value_order(&a[at], &b[at]);
        if (sorter->order[i].descending != 0)
            order = -order;
    }
    return order;
}

/* Merges [low, middle) and [middle, high) of `from`; on equality the left one
 * comes first, which is what makes the sort stable. */
static void merge(const c4_sorter *sorter, crm4e_value **from, crm4e_value **to, size_t low,
                  size_t middle, size_t high)
{
    size_t left = low;
    size_t right = middle;
    for (size_t at = low; at < high; at++) {
        if (right >= high || (left < middle && order_of(sorter, from[left], from[right]) <= 0))
            to[at] = from[left++];
        else
            to[at] = from[right++];
    }
}

int c4_sorter_sort(c4_sorter *sorter)
{
    size_t count = sorter->count;
    crm4e_value **from = sorter->rows;
    crm4e_value **to = c4_alloc_array(sorter->mem, count, sizeof(*to));
    if (to == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t width = 1; width < count; width *= 2) {
        for (size_t low = 0; low < count; low += 2 * width) {
            size_t middle = count - low > width ? low + width : count;
            size_t high = count - low > 2 * width ? low + 2 * width : count;
            merge(sorter, from, to, low, middle, high);
        }
        crm4e_value **swap = from;
        from = to;
        to = swap;
    }
    sorter->rows = from;
    sorter->capacity = count;
    c4_free(sorter->mem, to);
    return CRM4E_OK;
}

void c4_sorter_free(c4_sorter *sorter)
{
    c4_free(sorter->mem, sorter->rows);
    sorter->rows = NULL;
    sorter->count = 0;
    sorter->capacity = 0;
}
