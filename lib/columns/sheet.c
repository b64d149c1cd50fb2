/* SPDX-License-Identifier: MIT */
/* Making, sharing and reading columns. */
#include "columns/inside.h"

#include <string.h>

static size_t size_of(size_t column_count)
{
    return sizeof(c4_sheet) + column_count * sizeof(c4_strip);
}

int c4_sheet_blank(c4_room *room, size_t column_count, c4_sheet **out)
{
    void *block = NULL;
    int rc = c4_room_take(room, size_of(column_count), &block);

    *out = block;
    if (rc != CRM4E_OK)
        return rc;
    memset(block, 0, size_of(column_count));
    (*out)->room = room;
    (*out)->column_count = column_count;
    atomic_init(&(*out)->references, 1);
    return CRM4E_OK;
}

c4_sheet *c4_sheet_hold(c4_sheet *sheet)
{
    atomic_fetch_add(&sheet->references, 1);
    return sheet;
}

void c4_sheet_release(c4_sheet *sheet)
{
    if (sheet == NULL || atomic_fetch_sub(&sheet->references, 1) != 1)
        return;
    for (size_t i = 0; i < sheet->column_count; i++) {
        c4_pieces_free(sheet->room, &sheet->columns[i].pieces);
        c4_dictionary_release(sheet->columns[i].dictionary);
    }
    c4_pieces_free(sheet->room, &sheet->ids);
    c4_room_give(sheet->room, sheet, size_of(sheet->column_count));
}

static int start_columns(c4_sheet *sheet, const c4_strip_shape *shapes)
{
    int rc = CRM4E_OK;

    for (size_t i = sheet->made_from; i < sheet->column_count && rc == CRM4E_OK; i++) {
        c4_strip *column = &sheet->columns[i];
        const c4_strip_shape *shape = &shapes[i - sheet->made_from];
        column->column = shape->column;
        column->form = shape->form;
        if (column->form == C4_FORM_CODES)
            rc = c4_dictionary_new(sheet->room, &column->dictionary);
    }
    return rc;
}

static int finish(c4_sheet *sheet, int rc, c4_sheet **out)
{
    if (rc != CRM4E_OK) {
        c4_sheet_release(sheet);
        sheet = NULL;
    }
    *out = sheet;
    return rc;
}

int c4_sheet_new(c4_room *room, int64_t sequence, const c4_strip_shape *shapes, size_t count,
                 c4_sheet **out)
{
    c4_sheet *sheet = NULL;
    int rc = c4_sheet_blank(room, count, &sheet);

    if (rc == CRM4E_OK) {
        sheet->sequence = sequence;
        sheet->whole = true;
        rc = start_columns(sheet, shapes);
    }
    return finish(sheet, rc, out);
}

void c4_strip_start(c4_strip *column, const c4_strip *like)
{
    column->column = like->column;
    column->form = like->form;
    column->dictionary = c4_dictionary_hold(like->dictionary);
    atomic_init(&column->used, atomic_load(&like->used));
}

static int share_column(c4_room *room, c4_strip *column, const c4_strip *from)
{
    c4_strip_start(column, from);
    return c4_pieces_share(room, &column->pieces, &from->pieces);
}

/* The records of `old`, its columns but one, and `more` that are still zero. */
static int share(const c4_sheet *old, size_t without, size_t more, c4_sheet **out)
{
    const size_t kept = old->column_count - (without < old->column_count ? 1 : 0);
    size_t at = 0;
    int rc = c4_sheet_blank(old->room, kept + more, out);

    if (rc != CRM4E_OK)
        return rc;
    (*out)->sequence = old->sequence;
    (*out)->rows = old->rows;
    (*out)->made_from = kept;
    rc = c4_pieces_share(old->room, &(*out)->ids, &old->ids);
    for (size_t i = 0; i < old->column_count && rc == CRM4E_OK; i++) {
        if (i != without)
            rc = share_column(old->room, &(*out)->columns[at++], &old->columns[i]);
    }
    return rc;
}

int c4_sheet_add(const c4_sheet *old, const c4_strip_shape *shapes, size_t count, c4_sheet **out)
{
    c4_sheet *sheet = NULL;
    int rc = share(old, old->column_count, count, &sheet);

    if (rc == CRM4E_OK)
        rc = start_columns(sheet, shapes);
    return finish(sheet, rc, out);
}

int c4_sheet_drop(const c4_sheet *old, size_t place, c4_sheet **out)
{
    c4_sheet *sheet = NULL;
    int rc = share(old, place, 0, &sheet);

    return finish(sheet, rc, out);
}

static int put_codes(c4_strip *column, int32_t *codes, const int64_t *values, const uint8_t *nulls,
                     size_t count)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        codes[i] = 0;
        if (nulls[i] == 0)
            rc = c4_dictionary_code(&column->dictionary, values[i], &codes[i]);
    }
    return rc;
}

static void widen(c4_piece *piece, const int64_t *values, const uint8_t *nulls, size_t count)
{
    int64_t least = INT64_MAX;
    int64_t most = INT64_MIN;
    unsigned any = 0;

    for (size_t i = 0; i < count; i++) {
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
        any |= nulls[i];
    }
    c4_piece_widen(piece, least, most, any != 0);
}

int c4_strip_put(c4_strip *column, c4_piece *piece, size_t at, const int64_t *values,
                 const uint8_t *nulls, size_t count)
{
    int32_t *codes = c4_piece_codes(piece) + at;

    if (column->form == C4_FORM_CODES)
        return put_codes(column, codes, values, nulls, count);
    widen(piece, values, nulls, count);
    if (column->form == C4_FORM_NUMBERS)
        memcpy(piece->data + at, values, count * sizeof *values);
    for (size_t i = 0; i < count && column->form == C4_FORM_DAYS; i++)
        codes[i] = (int32_t)values[i];
    memcpy(c4_piece_nulls(piece, column->form) + at, nulls, count);
    return CRM4E_OK;
}

/* A piece of the column's for the block at hand, which its first record opens. */
static int open_block(c4_sheet *sheet)
{
    const size_t rows = sheet->ids.items[sheet->block]->rows;
    int rc = CRM4E_OK;

    for (size_t i = sheet->made_from; i < sheet->column_count && rc == CRM4E_OK; i++) {
        c4_strip *column = &sheet->columns[i];
        c4_piece *piece = NULL;
        rc = c4_piece_new(sheet->room, column->form, rows, &piece);
        if (rc == CRM4E_OK)
            rc = c4_pieces_push(sheet->room, &column->pieces, piece);
        if (rc != CRM4E_OK && piece != NULL)
            c4_piece_release(piece);
    }
    return rc;
}

/* The ids of a chunk are a block. */
static int take_ids(c4_sheet *sheet, const c4_chunk *chunk)
{
    c4_piece *piece = NULL;
    int rc = c4_piece_new(sheet->room, 0, chunk->rows, &piece);

    if (rc != CRM4E_OK)
        return rc;
    memcpy(piece->data, chunk->ids, chunk->rows * sizeof(int64_t));
    rc = c4_pieces_push(sheet->room, &sheet->ids, piece);
    if (rc == CRM4E_OK)
        sheet->rows += chunk->rows;
    else
        c4_piece_release(piece);
    return rc;
}

/* As many of the chunk as the block at hand still takes; CORRUPT when they are not
 * its records. */
static int take_run(c4_sheet *sheet, const c4_chunk *chunk, size_t from, size_t count)
{
    const int64_t *ids = c4_sheet_ids(sheet, sheet->block) + sheet->row;
    int rc = sheet->row == 0 ? open_block(sheet) : CRM4E_OK;

    if (rc == CRM4E_OK && memcmp(ids, chunk->ids + from, count * sizeof *ids) != 0)
        rc = CRM4E_E_CORRUPT;
    for (size_t i = sheet->made_from; i < sheet->column_count && rc == CRM4E_OK; i++) {
        c4_strip *column = &sheet->columns[i];
        const size_t at = i - sheet->made_from;
        rc = c4_strip_put(column, column->pieces.items[sheet->block], sheet->row,
                          chunk->values[at] + from, chunk->nulls[at] + from, count);
    }
    return rc;
}

/* The block at hand has all its records. */
static int close_block(c4_sheet *sheet)
{
    int rc = CRM4E_OK;

    for (size_t i = sheet->made_from; i < sheet->column_count && rc == CRM4E_OK; i++) {
        c4_strip *column = &sheet->columns[i];
        rc = c4_piece_settle(&column->pieces.items[sheet->block], column->form);
    }
    sheet->block++;
    sheet->row = 0;
    return rc;
}

int c4_sheet_take(c4_sheet *sheet, const c4_chunk *chunk)
{
    size_t done = 0;
    int rc = sheet->whole ? take_ids(sheet, chunk) : CRM4E_OK;

    while (rc == CRM4E_OK && done < chunk->rows) {
        size_t left;
        if (sheet->block >= sheet->ids.count)
            return CRM4E_E_CORRUPT;
        left = sheet->ids.items[sheet->block]->rows - sheet->row;
        left = left < chunk->rows - done ? left : chunk->rows - done;
        rc = take_run(sheet, chunk, done, left);
        done += left;
        sheet->row += left;
        if (rc == CRM4E_OK && sheet->row == sheet->ids.items[sheet->block]->rows)
            rc = close_block(sheet);
    }
    return rc;
}

int c4_sheet_close(c4_sheet *sheet)
{
    bool all = sheet->block == sheet->ids.count && sheet->row == 0;

    sheet->whole = false;
    return all ? CRM4E_OK : CRM4E_E_CORRUPT;
}

size_t c4_sheet_place(const c4_sheet *sheet, uint32_t column)
{
    size_t at = 0;

    while (at < sheet->column_count && sheet->columns[at].column != column)
        at++;
    return at;
}

size_t c4_strip_bytes(const c4_strip *column)
{
    size_t bytes = c4_dictionary_bytes(column->dictionary);

    for (size_t i = 0; i < column->pieces.count; i++)
        bytes += column->pieces.items[i]->bytes + c4_piece_narrow_bytes(column->pieces.items[i]);
    return bytes;
}

const int64_t *c4_sheet_ids(const c4_sheet *sheet, size_t block)
{
    return sheet->ids.items[block]->data;
}

const int64_t *c4_strip_meanings(const c4_strip *column, size_t *count)
{
    return c4_dictionary_values(column->dictionary, count);
}

static void read_codes(const c4_strip *column, size_t block, int64_t *values, uint8_t *nulls)
{
    size_t count = 0;
    const int64_t *meanings = c4_strip_meanings(column, &count);

    for (size_t i = 0; i < column->pieces.items[block]->rows; i++) {
        bool null;
        const int64_t code = c4_strip_at(column, block, i, &null);
        nulls[i] = null;
        values[i] = null ? 0 : meanings[code - 1];
    }
}

void c4_strip_read(const c4_strip *column, size_t block, int64_t *values, uint8_t *nulls)
{
    const c4_piece *piece = column->pieces.items[block];

    if (column->form == C4_FORM_CODES) {
        read_codes(column, block, values, nulls);
        return;
    }
    if (column->form == C4_FORM_NUMBERS)
        c4_piece_read(piece, column->form, 0, piece->rows, values, NULL, NULL);
    c4_piece_read(piece, column->form, 0, piece->rows, NULL, NULL, nulls);
    for (size_t i = 0; i < piece->rows && column->form == C4_FORM_DAYS; i++) {
        bool null;
        values[i] = c4_strip_at(column, block, i, &null);
    }
}
