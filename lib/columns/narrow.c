/* SPDX-License-Identifier: MIT */
/*
 * The values of a piece once more in fewer bytes, made when they are first asked for: what
 * a chart or a page goes over is then a fraction of it. Nothing depends on there being any.
 */
#include "columns/inside.h"

#include <string.h>

enum {
    NARROW_MOST_WIDTH = 4
};

/* What is said where values lie too far apart. */
static c4_narrow none;

static bool value_at(const c4_piece *piece, c4_strip_form form, size_t row, int64_t *value)
{
    if (form == C4_FORM_NUMBERS)
        *value = piece->data[row];
    else
        *value = c4_piece_codes(piece)[row];
    return form == C4_FORM_CODES ? *value != 0 : c4_piece_nulls(piece, form)[row] == 0;
}

static int64_t units_of(int64_t value, unsigned shift)
{
    const int64_t unit = (int64_t)1 << shift;

    return value / unit - (value % unit < 0 ? 1 : 0);
}

static unsigned width_of(uint64_t most)
{
    return most <= UINT8_MAX ? 1 : most <= UINT16_MAX ? 2 : most <= UINT32_MAX ? 4 : 8;
}

/* False where no four bytes hold what lies between the least and the most. 0 is the origin
 * where that takes no more, so that pieces have the same as a rule. */
static bool choose(const c4_piece *piece, c4_strip_form form, c4_narrow *shape)
{
    int64_t least = INT64_MAX;
    int64_t most = INT64_MIN;
    int64_t low;
    uint64_t span;
    uint64_t first;

    shape->has_null = form == C4_FORM_CODES;
    for (size_t i = 0; i < piece->rows; i++) {
        int64_t value;
        const bool is = value_at(piece, form, i, &value);
        shape->has_null = shape->has_null || !is;
        least = is && value < least ? value : least;
        most = is && value > most ? value : most;
    }
    if (least > most)
        least = most = 1;
    first = shape->has_null ? 1 : 0;
    low = units_of(least, shape->shift);
    span = (uint64_t)units_of(most, shape->shift) - (uint64_t)low;
    shape->width = span < UINT32_MAX ? width_of(span + first) : 2 * NARROW_MOST_WIDTH;
    shape->origin = (int64_t)((uint64_t)low - first);
    if (form == C4_FORM_CODES ||
        (low >= (int64_t)first && width_of((uint64_t)low + span) == shape->width)) {
        shape->origin = 0;
        shape->width = width_of((uint64_t)low + span);
    }
    return shape->width <= NARROW_MOST_WIDTH && low > INT64_MIN;
}

static void write_values(const c4_piece *piece, c4_strip_form form, c4_narrow *narrow)
{
    uint8_t *bytes = (uint8_t *)narrow->data;
    uint16_t *shorts = (uint16_t *)(void *)narrow->data;
    uint32_t *words = (uint32_t *)(void *)narrow->data;

    for (size_t i = 0; i < piece->rows; i++) {
        int64_t value;
        uint32_t n = 0;
        if (value_at(piece, form, i, &value))
            n = (uint32_t)((uint64_t)units_of(value, narrow->shift) - (uint64_t)narrow->origin);
        if (narrow->width == sizeof *bytes)
            bytes[i] = (uint8_t)n;
        else if (narrow->width == sizeof *shorts)
            shorts[i] = (uint16_t)n;
        else
            words[i] = n;
    }
}

/* NULL: no room now. */
static c4_narrow *make(const c4_piece *piece, c4_strip_form form, unsigned shift)
{
    c4_narrow shape = {.shift = shift};
    void *block = NULL;
    c4_narrow *narrow;

    if (!choose(piece, form, &shape))
        return &none;
    shape.bytes = sizeof shape + piece->rows * shape.width;
    if (c4_room_take(piece->room, shape.bytes, &block) != CRM4E_OK)
        return NULL;
    narrow = block;
    *narrow = shape;
    write_values(piece, form, narrow);
    return narrow;
}

/* Whoever makes it first hangs it up. */
static const c4_narrow *ask(c4_piece *piece, c4_strip_form form, c4_narrow_place *place,
                            unsigned shift)
{
    c4_narrow *narrow = atomic_load_explicit(place, memory_order_acquire);
    c4_narrow *before = NULL;

    if (narrow == NULL) {
        narrow = make(piece, form, shift);
        if (narrow != NULL && !atomic_compare_exchange_strong(place, &before, narrow)) {
            if (narrow != &none)
                c4_room_give(piece->room, narrow, narrow->bytes);
            narrow = before;
        }
    }
    return narrow != &none ? narrow : NULL;
}

const c4_narrow *c4_strip_narrow(const c4_strip *column, size_t block)
{
    c4_piece *piece = column->pieces.items[block];

    return ask(piece, column->form, &piece->narrow, 0);
}

const c4_narrow *c4_strip_slots(const c4_strip *column, size_t block)
{
    c4_piece *piece = column->pieces.items[block];

    return ask(piece, column->form, &piece->slots, C4_SLOT_BITS);
}

static size_t bytes_of(c4_narrow_place *place)
{
    const c4_narrow *narrow = atomic_load(place);

    return narrow != NULL ? narrow->bytes : 0;
}

size_t c4_piece_narrow_bytes(c4_piece *piece)
{
    return bytes_of(&piece->narrow) + bytes_of(&piece->slots);
}

static void drop(c4_room *room, c4_narrow *narrow)
{
    if (narrow != NULL && narrow != &none)
        c4_room_give(room, narrow, narrow->bytes);
}

void c4_piece_drop_narrow(c4_piece *piece)
{
    drop(piece->room, atomic_load(&piece->narrow));
    drop(piece->room, atomic_load(&piece->slots));
}
