/* SPDX-License-Identifier: MIT */
/*
 * The values of a piece in fewer bytes: what a chart or a page goes over is then a fraction of
 * it. A piece that is less so has them in no other way; of others, as of the slots of times,
 * they are made once more when they are first asked for, and nothing depends on that.
 */
#include "columns/inside.h"

#include <string.h>

enum {
    NARROW_MOST_WIDTH = 4
};

/* What is said where values lie too far apart. */
static const c4_narrow none_at_all;
#define NONE ((c4_narrow *)&none_at_all) /* never written through */

/* Of a bare piece. */
static const c4_narrow *values_of(const c4_piece *piece)
{
    return atomic_load_explicit(&piece->narrow, memory_order_relaxed);
}

static bool narrow_at(const c4_narrow *narrow, size_t row, int64_t *value)
{
    uint32_t n;
    bool is;

    if (narrow->width == sizeof(uint8_t))
        n = ((const uint8_t *)narrow->data)[row];
    else if (narrow->width == sizeof(uint16_t))
        n = ((const uint16_t *)(const void *)narrow->data)[row];
    else
        n = ((const uint32_t *)(const void *)narrow->data)[row];
    is = n != 0 || !narrow->has_null;
    *value = is ? (int64_t)((uint64_t)narrow->origin + n) : 0;
    return is;
}

static bool wide_at(const c4_piece *piece, c4_strip_form form, size_t row, int64_t *value)
{
    if (form == C4_FORM_NUMBERS)
        *value = piece->data[row];
    else
        *value = c4_piece_codes(piece)[row];
    return form == C4_FORM_CODES ? *value != 0 : c4_piece_nulls(piece, form)[row] == 0;
}

static bool value_at(const c4_piece *piece, c4_strip_form form, size_t row, int64_t *value)
{
    return piece->bare ? narrow_at(values_of(piece), row, value) : wide_at(piece, form, row, value);
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
        int64_t value;                                                                             \
        for (size_t i = 0; i < piece->rows && !piece->bare; i++) {                                 \
            const bool is = wide_at(piece, form, i, &value);                                       \
            to[i] = is ? (type)((uint64_t)units_of(value, shift) - origin) : 0;                    \
        }                                                                                          \
        for (size_t i = 0; i < piece->rows && piece->bare; i++) {                                  \
            const bool is = narrow_at(values_of(piece), i, &value);                                \
            to[i] = is ? (type)((uint64_t)units_of(value, shift) - origin) : 0;                    \
        }                                                                                          \
    }
WRITE(write_bytes, uint8_t)
WRITE(write_shorts, uint16_t)
WRITE(write_words, uint32_t)

/* LIMIT, NO_MEMORY; NONE where it is not in less than `most` bytes. */
static int make(const c4_piece *piece, c4_strip_form form, unsigned shift, size_t most,
                c4_narrow **out)
{
    c4_narrow shape = {.shift = shift};
    void *block = NULL;
    c4_narrow *narrow;
    int rc;

    *out = NONE;
    if (!choose(piece, form, &shape))
        return CRM4E_OK;
    shape.bytes = sizeof shape + piece->rows * shape.width;
    if (shape.bytes >= most)
        return CRM4E_OK;
    rc = c4_room_take(piece->room, shape.bytes, &block);
    if (rc != CRM4E_OK)
        return rc;
    narrow = block;
    *narrow = shape;
    if (narrow->width == sizeof(uint8_t))
        write_bytes(piece, form, narrow);
    else if (narrow->width == sizeof(uint16_t))
        write_shorts(piece, form, narrow);
    else
        write_words(piece, form, narrow);
    *out = narrow;
    return CRM4E_OK;
}

static void drop(c4_room *room, c4_narrow *narrow)
{
    if (narrow != NULL && narrow != NONE)
        c4_room_give(room, narrow, narrow->bytes);
}

/* Whoever makes it first hangs it up; without room now it is not. */
static const c4_narrow *ask(c4_piece *piece, c4_strip_form form, c4_narrow_place *place,
                            unsigned shift)
{
    c4_narrow *narrow = atomic_load_explicit(place, memory_order_acquire);
    c4_narrow *before = NULL;

    if (narrow == NULL) {
        if (make(piece, form, shift, SIZE_MAX, &narrow) != CRM4E_OK)
            return NULL;
        if (!atomic_compare_exchange_strong(place, &before, narrow)) {
            drop(piece->room, narrow);
            narrow = before;
        }
    }
    return narrow != NONE ? narrow : NULL;
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

void c4_piece_drop_narrow(c4_piece *piece)
{
    drop(piece->room, atomic_load(&piece->narrow));
    drop(piece->room, atomic_load(&piece->slots));
}

/* ------------------------------------------------------------- bare pieces */

int c4_piece_settle(c4_piece **piece, c4_strip_form form)
{
    c4_piece *wide = *piece;
    c4_piece *bare = NULL;
    c4_narrow *narrow = NULL;
    int rc = make(wide, form, 0, wide->bytes - sizeof *wide, &narrow);

    if (rc != CRM4E_OK || narrow == NONE)
        return rc;
    rc = c4_piece_new_bare(wide, narrow, &bare);
    if (rc != CRM4E_OK) {
        drop(wide->room, narrow);
        return rc;
    }
    c4_piece_release(wide);
    *piece = bare;
    return CRM4E_OK;
}

/* Where 0 is NULL it stands for 0, whatever the origin. */
#define READ(name, type)                                                                           \
    static void name(const c4_narrow *narrow, size_t from, size_t count,                           \
                     int64_t *restrict numbers, int32_t *restrict codes, uint8_t *restrict nulls)  \
    {                                                                                              \
        const type *values = (const type *)(const void *)narrow->data + from;                      \
        const uint64_t origin = (uint64_t)narrow->origin;                                          \
        const type first = narrow->has_null ? 1 : 0;                                               \
        for (size_t i = 0; i < count && numbers != NULL; i++)                                      \
            numbers[i] = values[i] < first ? 0 : (int64_t)(origin + values[i]);                    \
        for (size_t i = 0; i < count && codes != NULL; i++)                                        \
            codes[i] = values[i] < first ? 0 : (int32_t)(uint32_t)(origin + values[i]);            \
        for (size_t i = 0; i < count && nulls != NULL; i++)                                        \
            nulls[i] = values[i] < first;                                                          \
    }
READ(read_bytes, uint8_t)
READ(read_shorts, uint16_t)
READ(read_words, uint32_t)

static void read_narrow(const c4_narrow *narrow, size_t from, size_t count, int64_t *numbers,
                        int32_t *codes, uint8_t *nulls)
{
    if (narrow->width == sizeof(uint8_t))
        read_bytes(narrow, from, count, numbers, codes, nulls);
    else if (narrow->width == sizeof(uint16_t))
        read_shorts(narrow, from, count, numbers, codes, nulls);
    else
        read_words(narrow, from, count, numbers, codes, nulls);
}

void c4_piece_read(const c4_piece *piece, c4_strip_form form, size_t from, size_t count,
                   int64_t *numbers, int32_t *codes, uint8_t *nulls)
{
    if (piece->bare) {
        read_narrow(values_of(piece), from, count, numbers, codes, nulls);
        return;
    }
    if (numbers != NULL)
        memcpy(numbers, piece->data + from, count * sizeof *numbers);
    if (codes != NULL)
        memcpy(codes, c4_piece_codes(piece) + from, count * sizeof *codes);
    if (nulls != NULL)
        memcpy(nulls, c4_piece_nulls(piece, form) + from, count);
}

const void *c4_piece_wide(const c4_piece *piece, c4_strip_form form, int64_t *room)
{
    const bool numbers = form == C4_FORM_NUMBERS;
    int32_t *codes = (int32_t *)(void *)room;
    void *behind = numbers ? (void *)(room + piece->rows) : (void *)(codes + piece->rows);

    if (!piece->bare)
        return piece->data;
    c4_piece_read(piece, form, 0, piece->rows, numbers ? room : NULL, numbers ? NULL : codes,
                  form == C4_FORM_CODES ? NULL : behind);
    return room;
}

const int32_t *c4_strip_codes(const c4_strip *column, size_t block, int32_t *room)
{
    const c4_piece *piece = column->pieces.items[block];

    if (!piece->bare)
        return c4_piece_codes(piece);
    c4_piece_read(piece, column->form, 0, piece->rows, NULL, room, NULL);
    return room;
}

const int64_t *c4_strip_numbers(const c4_strip *column, size_t block, int64_t *room)
{
    const c4_piece *piece = column->pieces.items[block];

    if (!piece->bare)
        return piece->data;
    c4_piece_read(piece, column->form, 0, piece->rows, room, NULL, NULL);
    return room;
}

const uint8_t *c4_strip_nulls(const c4_strip *column, size_t block, uint8_t *room)
{
    const c4_piece *piece = column->pieces.items[block];

    if (!piece->bare)
        return c4_piece_nulls(piece, column->form);
    c4_piece_read(piece, column->form, 0, piece->rows, NULL, NULL, room);
    return room;
}

int64_t c4_strip_at(const c4_strip *column, size_t block, size_t row, bool *null)
{
    int64_t value;

    *null = !value_at(column->pieces.items[block], column->form, row, &value);
    return value;
}
