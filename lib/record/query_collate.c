/* SPDX-License-Identifier: MIT */
/*
 * Pages in the order of a language. No index and no back end knows it, so that it is the same on
 * all of them: every row that matches is looked at for what orders it, a heap keeps the first
 * ones, and only these are read whole.
 *
 * What orders a row is put into bytes that stand to each other as the rows do: of each
 * term 0 for no value or 1 and the value, all bits turned where the term descends, and the id.
 */
#include "record/query_page.h"

#include "model/standard.h"

#include <stdlib.h>
#include <string.h>

typedef struct place {
    c4_buffer key;
    int64_t id;
} place;

/* The first rows behind a position, the last of them on top. */
typedef struct heap {
    const c4_prepared *p;
    place **places;
    size_t count;
    size_t room;
    size_t need;
    place *next;    /* the row that is looked at */
    c4_buffer from; /* empty: from the first */
} heap;

static void put_big_endian(c4_buffer *out, int64_t number)
{
    uint64_t bits = (uint64_t)number ^ UINT64_C(1) << 63;

    for (int shift = 56; shift >= 0; shift -= 8)
        c4_buffer_char(out, (char)(bits >> shift & 0xff));
}

static void put_term(const c4_prepared *p, const c4_sort *sort, const crm4e_value *value,
                     c4_buffer *out)
{
    const size_t before = out->length;

    c4_buffer_char(out, value->type != CRM4E_VALUE_NULL);
    if (value->type == CRM4E_VALUE_TEXT)
        c4_collator_key(p->collator, value->data, value->length, out);
    else if (value->type != CRM4E_VALUE_NULL)
        put_big_endian(out, value->integer);
    for (size_t i = before; sort->descending && i < out->length; i++)
        out->data[i] = (char)~out->data[i];
}

static int put_key(const c4_prepared *p, const crm4e_value *const *values, int64_t id,
                   c4_buffer *out)
{
    c4_buffer_reset(out);
    for (size_t i = 0; i < p->sort_count; i++)
        put_term(p, &p->sorts[i], values[i], out);
    put_big_endian(out, p->order[p->order_count - 1].descending != 0 ? -1 - id : id);
    return out->code;
}

/* No key is the beginning of another. */
static int order_keys(const c4_buffer *a, const c4_buffer *b)
{
    return memcmp(a->data, b->data, a->length < b->length ? a->length : b->length);
}

static void swap(heap *h, size_t a, size_t b)
{
    place *kept = h->places[a];

    h->places[a] = h->places[b];
    h->places[b] = kept;
}

static bool is_later(const heap *h, size_t a, size_t b)
{
    return order_keys(&h->places[a]->key, &h->places[b]->key) > 0;
}

static void sift_up(heap *h, size_t at)
{
    for (; at > 0 && is_later(h, at, (at - 1) / 2); at = (at - 1) / 2)
        swap(h, at, (at - 1) / 2);
}

static void sift_down(heap *h, size_t at)
{
    for (size_t child = 2 * at + 1; child < h->count; child = 2 * at + 1) {
        if (child + 1 < h->count && is_later(h, child + 1, child))
            child++;
        if (!is_later(h, child, at))
            break;
        swap(h, child, at);
        at = child;
    }
}

static place *place_new(const c4_mem *mem)
{
    place *made = c4_alloc_array(mem, 1, sizeof *made);

    if (made != NULL) {
        *made = (place){0};
        c4_buffer_init(&made->key, mem, SIZE_MAX / 2);
    }
    return made;
}

static void place_free(const c4_mem *mem, place *old)
{
    if (old != NULL) {
        c4_buffer_free(&old->key);
        c4_free(mem, old);
    }
}

/* `next` becomes one of the first, and the last of them, if there are enough, is `next`. */
static int take_next(heap *h)
{
    const c4_mem *mem = h->p->unit->arena->mem;
    void *places = h->places;
    int rc;

    if (h->from.length > 0 && order_keys(&h->next->key, &h->from) <= 0)
        return CRM4E_OK;
    if (h->count == h->need) {
        if (order_keys(&h->next->key, &h->places[0]->key) < 0) {
            place *last = h->places[0];
            h->places[0] = h->next;
            h->next = last;
            sift_down(h, 0);
        }
        return CRM4E_OK;
    }
    rc = c4_grow(mem, &places, &h->room, h->count + 1, sizeof(*h->places));
    h->places = places;
    if (rc != CRM4E_OK)
        return rc;
    h->places[h->count++] = h->next;
    h->next = place_new(mem);
    sift_up(h, h->count - 1);
    return h->next != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
}

/* Of every row the id and what it is ordered by. */
static int look_at_rows(heap *h, const crm4e_plan *plan)
{
    const c4_prepared *p = h->p;
    uint32_t columns[C4_QUERY_SORTS + 1] = {C4_COLUMN_ID};
    const crm4e_value *keys[C4_QUERY_SORTS];
    const crm4e_value *values = NULL;
    crm4e_plan read = *plan;
    c4_rows *rows = NULL;
    int rc;

    for (size_t i = 0; i < p->sort_count; i++)
        columns[i + 1] = p->sorts[i].column;
    read.columns = columns;
    read.column_count = p->sort_count + 1;
    rc = c4_rows_open(&rows, p->unit->db, &read);
    while (rc >= 0 && (rc = c4_rows_next(rows, &values)) == CRM4E_ROW) {
        for (size_t i = 0; i < p->sort_count; i++)
            keys[i] = &values[i + 1];
        h->next->id = values[0].integer;
        rc = put_key(p, keys, h->next->id, &h->next->key);
        if (rc == CRM4E_OK)
            rc = take_next(h);
    }
    c4_rows_close(rows);
    return rc;
}

static int order_places(const void *a, const void *b)
{
    return order_keys(&(*(place *const *)a)->key, &(*(place *const *)b)->key);
}

static int order_ids(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;

    return *x < *y ? -1 : *x > *y;
}

static const crm4e_value *row_with(const c4_hop *hop, int64_t id)
{
    size_t low = 0;
    size_t high = hop->row_count;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (hop->values[middle * hop->column_count].integer <= id)
            low = middle;
        else
            high = middle;
    }
    return hop->values + low * hop->column_count;
}

/* The rows of the heap, whole and in its order; they came in order of id. */
static int read_places(heap *h, c4_hop *hop, const crm4e_plan *plan, c4_arena *keep)
{
    c4_unit *unit = h->p->unit;
    int64_t *ids = c4_arena_array(unit->arena, h->count, sizeof *ids);
    crm4e_value *ordered = NULL;
    crm4e_predicate parts[2];
    crm4e_predicate where;
    crm4e_plan read;
    size_t size;
    int rc;

    if (ids == NULL)
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    for (size_t i = 0; i < h->count; i++)
        ids[i] = h->places[i]->id;
    qsort(ids, h->count, sizeof *ids, order_ids);
    c4_plan_init(&read, plan->table);
    parts[0] = c4_where_set(C4_COLUMN_ID, ids, h->count);
    if (plan->where != NULL)
        parts[1] = *plan->where;
    where = c4_where_all(parts, plan->where != NULL ? 2 : 1);
    read.where = &where;
    rc = c4_hop_read(unit, hop, &read, keep);
    if (rc != CRM4E_OK)
        return rc;
    if (hop->row_count != h->count)
        return c4_fail(unit->error, CRM4E_E_CORRUPT, "the storage lost rows between two reads");
    size = hop->column_count * sizeof *ordered;
    ordered = c4_arena_array(unit->arena, h->count, size);
    if (ordered == NULL)
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    for (size_t i = 0; i < h->count; i++)
        memcpy(ordered + i * hop->column_count, row_with(hop, h->places[i]->id), size);
    hop->values = ordered;
    hop->capacity = h->count;
    return CRM4E_OK;
}

static int start(heap *h, const c4_prepared *p, const c4_position *after, size_t need)
{
    const c4_mem *mem = p->unit->arena->mem;
    const crm4e_value *values[C4_QUERY_SORTS];

    *h = (heap){.p = p, .need = need, .next = place_new(mem)};
    c4_buffer_init(&h->from, mem, SIZE_MAX / 2);
    for (size_t i = 0; after != NULL && i < p->sort_count; i++)
        values[i] = &after->values[i];
    if (h->next == NULL)
        return CRM4E_E_NO_MEMORY;
    return after != NULL ? put_key(p, values, after->id, &h->from) : CRM4E_OK;
}

static void end(heap *h)
{
    const c4_mem *mem = h->p->unit->arena->mem;

    for (size_t i = 0; i < h->count; i++)
        place_free(mem, h->places[i]);
    c4_free(mem, h->places);
    place_free(mem, h->next);
    c4_buffer_free(&h->from);
}

int c4_collated_read(const c4_prepared *prepared, c4_hop *hop, const crm4e_plan *plan,
                     const c4_position *after, size_t need, c4_arena *keep)
{
    heap h;
    int rc = start(&h, prepared, after, need);

    if (rc == CRM4E_OK)
        rc = look_at_rows(&h, plan);
    if (rc != CRM4E_OK)
        (void)c4_fail_plain(prepared->unit->error, rc);
    if (rc == CRM4E_OK && h.count > 0) {
        qsort(h.places, h.count, sizeof(*h.places), order_places);
        rc = read_places(&h, hop, plan, keep);
    }
    end(&h);
    return rc;
}
