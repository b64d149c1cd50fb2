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

/* Rounded down, of negative ones too. */
static int64_t units_of(int64_t value, unsigned shift)
{
    const uint64_t sign = (uint64_t)1 << 63;

    return (int64_t)((((uint64_t)value ^ sign) >> shift) - (sign >> shift));
}

static unsigned width_of(uint64_t most)
{
    return most <= UINT8_MAX ? 1 : most <= UINT16_MAX ? 2 : most <= UINT32_MAX ? 4 : 8;
}

/* The least and the most value that is not NULL, or what is known to lie outside of them. */
static void bounds_of(const c4_piece *piece, c4_strip_form form, int64_t *least, int64_t *most)
{
    *least = piece->least;
    *most = piece->most;
    if (form != C4_FORM_CODES && !piece->has_null)
        return;
    *least = INT64_MAX;
    *most = INT64_MIN;
    for (size_t i = 0; i < piece->rows; i++) {
        int64_t value;
        const bool is = value_at(piece, form, i, &value);
        *least = is && value < *least ? value : *least;
        *most = is && value > *most ? value : *most;
    }
}

/* False where no four bytes hold what lies between the least and the most. 0 is the origin of
 * numbers where that takes no more, so that their pieces have the same as a rule. */
static bool choose(const c4_piece *piece, c4_strip_form form, c4_narrow *shape)
{
    int64_t least;
    int64_t most;
    int64_t low;
    uint64_t span;
    uint64_t first;

    shape->has_null = form == C4_FORM_CODES || piece->has_null;
    bounds_of(piece, form, &least, &most);
    if (least > most)
        least = most = 1;
    first = shape->has_null ? 1 : 0;
    low = units_of(least, shape->shift);
    span = (uint64_t)units_of(most, shape->shift) - (uint64_t)low;
    shape->width = span < UINT32_MAX ? width_of(span + first) : 2 * NARROW_MOST_WIDTH;
    shape->origin = (int64_t)((uint64_t)low - first);
    if (form == C4_FORM_CODES ||
        (form == C4_FORM_NUMBERS && shape->shift == 0 && low >= (int64_t)first &&
         width_of((uint64_t)low + span) == shape->width)) {
        shape->origin = 0;
        shape->width = width_of((uint64_t)low + span);
    }
    return shape->width <= NARROW_MOST_WIDTH && low > INT64_MIN;
}

#define WRITE(name, type)                                                                          \
    static void name(const c4_piece *piece, c4_strip_form form, c4_narrow *narrow)                 \
    {                                                                                              \
        type *to = (type *)(void *)narrow->data;                                                   \
        const uint64_t origin = (uint64_t)narrow->origin;                                          \
        const unsigned shift = narrow->shift;                                                      \
        for (size_t i = 0; i < piece->rows; i++) {                                                 \
            int64_t value;                                                                         \
            const bool is = value_at(piece, form, i, &value);                                      \
            to[i] = is ? (type)((uint64_t)units_of(value, shift) - origin) : 0;                    \
        }                                                                                          \
    }
WRITE(write_bytes, uint8_t)
WRITE(write_shorts, uint16_t)
WRITE(write_words, uint32_t)

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
    if (narrow->width == sizeof(uint8_t))
        write_bytes(piece, form, narrow);
    else if (narrow->width == sizeof(uint16_t))
        write_shorts(piece, form, narrow);
    else
        write_words(piece, form, narrow);
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
