/* SPDX-License-Identifier: MIT */
/* Shared by the files of columns. */
#ifndef C4_COLUMNS_INSIDE_H
#define C4_COLUMNS_INSIDE_H

#include "columns/sheet.h"

/* LIMIT beyond what the room may hold, NO_MEMORY. */
int c4_room_take(c4_room *room, size_t size, void **out);
void c4_room_give(c4_room *room, void *block, size_t size);
int c4_room_grow(c4_room *room, void **items, size_t *capacity, size_t need, size_t item_size);

/* `form` 0: ids. */
int c4_piece_new(c4_room *room, c4_strip_form form, size_t rows, c4_piece **out);
c4_piece *c4_piece_hold(c4_piece *piece);
void c4_piece_release(c4_piece *piece);
int32_t *c4_piece_codes(const c4_piece *piece);
/* The bytes behind `rows` values of the form. */
uint8_t *c4_piece_nulls(const c4_piece *piece, c4_strip_form form);

/* What it says of its values holds for these as well. */
void c4_piece_widen(c4_piece *piece, int64_t least, int64_t most, bool has_null);

/* Once a piece has all its values: in its place one that has them in fewer bytes alone, where
 * that is less. LIMIT, NO_MEMORY: it stays. */
int c4_piece_settle(c4_piece **piece, c4_strip_form form);
/* The same values, with no other memory than itself; `narrow` is its own then. */
int c4_piece_new_bare(const c4_piece *like, c4_narrow *narrow, c4_piece **out);
/* Rows of a piece; what is NULL is not asked for. `numbers` of numbers, `codes` of other forms,
 * `nulls` not of codes. */
void c4_piece_read(const c4_piece *piece, c4_strip_form form, size_t from, size_t count,
                   int64_t *numbers, int32_t *codes, uint8_t *nulls);
/* All rows as a piece that is not bare has them in `data`; `room` is as long as that. */
const void *c4_piece_wide(const c4_piece *piece, c4_strip_form form, int64_t *room);

size_t c4_piece_narrow_bytes(c4_piece *piece);
void c4_piece_drop_narrow(c4_piece *piece);

/* Takes the reference when it succeeds. */
int c4_pieces_push(c4_room *room, c4_pieces *pieces, c4_piece *piece);
int c4_pieces_share(c4_room *room, c4_pieces *pieces, const c4_pieces *from);
void c4_pieces_free(c4_room *room, c4_pieces *pieces);

int c4_dictionary_new(c4_room *room, c4_dictionary **out);
c4_dictionary *c4_dictionary_hold(c4_dictionary *dictionary); /* NULL is fine, below too */
void c4_dictionary_release(c4_dictionary *dictionary);
size_t c4_dictionary_bytes(const c4_dictionary *dictionary);
/* 0: it is not there. */
int32_t c4_dictionary_find(const c4_dictionary *dictionary, int64_t value);
/* The code of a value, a new one when there is none: then what others hold as well is
 * copied first, and the copy put in its place. TOO_BIG. */
int c4_dictionary_code(c4_dictionary **dictionary, int64_t value, int32_t *code);
const int64_t *c4_dictionary_values(const c4_dictionary *dictionary, size_t *count);

/* A version without records, room for the columns, all of them zero. */
int c4_sheet_blank(c4_room *room, size_t column_count, c4_sheet **out);
/* A column like another, sharing its dictionary, without pieces. */
void c4_strip_start(c4_strip *column, const c4_strip *like);
/* Values into a piece from the row `at` on. */
int c4_strip_put(c4_strip *column, c4_piece *piece, size_t at, const int64_t *values,
                 const uint8_t *nulls, size_t count);

#endif
