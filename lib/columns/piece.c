/* SPDX-License-Identifier: MIT */
/* The memory that columns are made of. */
#include "columns/inside.h"

#include <string.h>

int c4_room_take(c4_room *room, size_t size, void **out)
{
    const size_t before = atomic_fetch_add(&room->used, size);

    *out = NULL;
    if (size > room->most || before > room->most - size) {
        atomic_fetch_sub(&room->used, size);
        return CRM4E_E_LIMIT;
    }
    *out = c4_alloc(room->mem, size);
    if (*out == NULL)
        atomic_fetch_sub(&room->used, size);
    return *out != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
}

void c4_room_give(c4_room *room, void *block, size_t size)
{
    if (block == NULL)
        return;
    c4_free(room->mem, block);
    atomic_fetch_sub(&room->used, size);
}

int c4_room_grow(c4_room *room, void **items, size_t *capacity, size_t need, size_t item_size)
{
    size_t wanted = *capacity * 2 > need ? *capacity * 2 : need;
    void *fresh = NULL;
    int rc = CRM4E_OK;

    if (need <= *capacity)
        return CRM4E_OK;
    rc = c4_room_take(room, wanted * item_size, &fresh);
    if (rc != CRM4E_OK)
        return rc;
    if (*capacity > 0)
        memcpy(fresh, *items, *capacity * item_size);
    c4_room_give(room, *items, *capacity * item_size);
    *items = fresh;
    *capacity = wanted;
    return CRM4E_OK;
}

static size_t width_of(c4_strip_form form)
{
    return form == C4_FORM_CODES || form == C4_FORM_DAYS ? sizeof(int32_t) : sizeof(int64_t);
}

static bool has_nulls(c4_strip_form form)
{
    return form == C4_FORM_DAYS || form == C4_FORM_NUMBERS;
}

static int new_piece(c4_room *room, size_t bytes, size_t rows, c4_piece **out)
{
    void *block = NULL;
    int rc = c4_room_take(room, bytes, &block);

    *out = block;
    if (rc != CRM4E_OK)
        return rc;
    (*out)->room = room;
    (*out)->bytes = bytes;
    (*out)->rows = rows;
    (*out)->least = INT64_MAX;
    (*out)->most = INT64_MIN;
    (*out)->has_null = false;
    (*out)->bare = false;
    atomic_init(&(*out)->narrow, NULL);
    atomic_init(&(*out)->slots, NULL);
    atomic_init(&(*out)->references, 1);
    return CRM4E_OK;
}

int c4_piece_new(c4_room *room, c4_strip_form form, size_t rows, c4_piece **out)
{
    const size_t bytes = sizeof(c4_piece) + rows * (width_of(form) + (has_nulls(form) ? 1 : 0));

    return new_piece(room, bytes, rows, out);
}

int c4_piece_new_bare(const c4_piece *like, c4_narrow *narrow, c4_piece **out)
{
    int rc = new_piece(like->room, sizeof(c4_piece), like->rows, out);

    if (rc != CRM4E_OK)
        return rc;
    c4_piece_widen(*out, like->least, like->most, like->has_null);
    (*out)->bare = true;
    atomic_store(&(*out)->narrow, narrow);
    return CRM4E_OK;
}

c4_piece *c4_piece_hold(c4_piece *piece)
{
    atomic_fetch_add(&piece->references, 1);
    return piece;
}

void c4_piece_release(c4_piece *piece)
{
    if (atomic_fetch_sub(&piece->references, 1) != 1)
        return;
    c4_piece_drop_narrow(piece);
    c4_room_give(piece->room, piece, piece->bytes);
}

int32_t *c4_piece_codes(const c4_piece *piece)
{
    return (int32_t *)(void *)piece->data;
}

uint8_t *c4_piece_nulls(const c4_piece *piece, c4_strip_form form)
{
    return (uint8_t *)(void *)piece->data + piece->rows * width_of(form);
}

void c4_piece_widen(c4_piece *piece, int64_t least, int64_t most, bool has_null)
{
    piece->least = least < piece->least ? least : piece->least;
    piece->most = most > piece->most ? most : piece->most;
    piece->has_null = piece->has_null || has_null;
}

int c4_pieces_push(c4_room *room, c4_pieces *pieces, c4_piece *piece)
{
    void *items = pieces->items;
    int rc = c4_room_grow(room, &items, &pieces->capacity, pieces->count + 1, sizeof(c4_piece *));

    pieces->items = items;
    if (rc == CRM4E_OK)
        pieces->items[pieces->count++] = piece;
    return rc;
}

int c4_pieces_share(c4_room *room, c4_pieces *pieces, const c4_pieces *from)
{
    void *items = pieces->items;
    int rc = c4_room_grow(room, &items, &pieces->capacity, from->count, sizeof(c4_piece *));

    pieces->items = items;
    for (size_t i = 0; i < from->count && rc == CRM4E_OK; i++)
        pieces->items[pieces->count++] = c4_piece_hold(from->items[i]);
    return rc;
}

void c4_pieces_free(c4_room *room, c4_pieces *pieces)
{
    for (size_t i = 0; i < pieces->count; i++)
        c4_piece_release(pieces->items[i]);
    c4_room_give(room, pieces->items, pieces->capacity * sizeof(c4_piece *));
    *pieces = (c4_pieces){0};
}
