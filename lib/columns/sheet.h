/* SPDX-License-Identifier: MIT */
/*
 * Columns of a module's records in memory: arrays of one type, cut into blocks of
 * records in order of their ids. A sheet is what the table was at one change of its
 * org, and never changes: what comes later is a new one that shares the blocks that
 * stayed. So readers need no lock, only a reference.
 *
 * It knows no rights: it holds what the table holds, whoever may see it.
 */
#ifndef C4_SHEET_H
#define C4_SHEET_H

#include "storage/storage.h"

#include <stdatomic.h>

/* How a column is held, in blocks that are not in fewer bytes. */
typedef enum c4_strip_form {
    C4_FORM_CODES = 1, /* int32: place in the dictionary + 1; 0: NULL */
    C4_FORM_DAYS,      /* int32, and a byte for NULL */
    C4_FORM_NUMBERS    /* int64, and a byte for NULL */
} c4_strip_form;

enum {
    C4_BLOCK_ROWS = 4096,    /* most records of a block */
    C4_CODES_MOST = 1 << 20, /* different values of a dictionary */
    C4_SLOT_BITS = 32        /* of a slot of time, in microseconds: some 72 minutes */
};

/* The memory of many columns: what is in use, and the most that may be. Above it
 * everything here answers LIMIT. Zeroed and `mem` and `most` set to begin with. */
typedef struct c4_room {
    const c4_mem *mem;
    size_t most; /* SIZE_MAX: no end */
    atomic_size_t used;
} c4_room;

/* The values of a piece in 1, 2 or 4 bytes each: n stands for (origin + n) << shift, and what
 * the shift leaves out is lost. */
typedef struct c4_narrow {
    size_t bytes;
    int64_t origin;
    unsigned width;
    unsigned shift;
    bool has_null; /* then 0 is NULL, and nothing else */
    uint64_t data[];
} c4_narrow;
typedef _Atomic(c4_narrow *) c4_narrow_place;

/* What one block has of one column, or its ids. */
typedef struct c4_piece {
    c4_room *room;
    atomic_size_t references;
    size_t bytes;
    size_t rows;
    /* No value is below or above; a NULL counts as 0, and they may be further apart than needed. */
    int64_t least;
    int64_t most;
    bool has_null;          /* may have; not said of codes */
    bool bare;              /* has its values in `narrow` alone */
    c4_narrow_place narrow; /* NULL: not made yet */
    c4_narrow_place slots;
    int64_t data[]; /* int64 or int32, then a byte for each row where the form has it */
} c4_piece;

typedef struct c4_pieces {
    c4_piece **items;
    size_t count;
    size_t capacity;
} c4_pieces;

typedef struct c4_dictionary c4_dictionary;

typedef struct c4_strip {
    uint32_t column; /* of the table */
    c4_strip_form form;
    c4_dictionary *dictionary; /* of codes */
    c4_pieces pieces;          /* one for each block */
    _Atomic uint64_t used;     /* when it was last asked for, for who drops some */
} c4_strip;

typedef struct c4_sheet {
    c4_room *room;
    atomic_size_t references;
    int64_t sequence; /* of the first change that is not in it */
    size_t rows;
    c4_pieces ids; /* one for each block, none of them empty */
    /* while it is made: */
    bool whole;       /* it brings its own ids */
    size_t made_from; /* columns from here on are filled */
    size_t block;     /* the next place */
    size_t row;
    size_t column_count;
    c4_strip columns[];
} c4_sheet;

typedef struct c4_strip_shape {
    uint32_t column;
    c4_strip_form form;
} c4_strip_shape;

/* Makes a sheet of a table that nothing is known of, or of the same records with more
 * columns. All records then go through c4_sheet_take() in order of their ids, with the
 * columns of `shapes` in each chunk, and c4_sheet_close() ends it. CORRUPT when they are
 * not the records of `old`; TOO_BIG when a dictionary is full. Until it is closed only
 * who makes it may know it; one that failed is only good for releasing. */
int c4_sheet_new(c4_room *room, int64_t sequence, const c4_strip_shape *shapes, size_t count,
                 c4_sheet **out);
int c4_sheet_add(const c4_sheet *old, const c4_strip_shape *shapes, size_t count, c4_sheet **out);
int c4_sheet_take(c4_sheet *sheet, const c4_chunk *chunk);
int c4_sheet_close(c4_sheet *sheet);

/* What a record is now: `values` and `nulls` in the order of the columns. */
typedef struct c4_row_change {
    int64_t id;
    bool gone;
    const int64_t *values;
    const uint8_t *nulls;
} c4_row_change;

/* The same with changes, in order of different ids; `old` stays as it was. */
int c4_sheet_patch(const c4_sheet *old, int64_t sequence, const c4_row_change *changes,
                   size_t count, c4_sheet **out);
/* The same without the column at that place. */
int c4_sheet_drop(const c4_sheet *old, size_t place, c4_sheet **out);

c4_sheet *c4_sheet_hold(c4_sheet *sheet);
void c4_sheet_release(c4_sheet *sheet); /* NULL is fine */

/* The place of a column; column_count when it is not here. */
size_t c4_sheet_place(const c4_sheet *sheet, uint32_t column);
/* Bytes that the pieces and the dictionary of a column take. */
size_t c4_strip_bytes(const c4_strip *column);

/* Reading. Arrays of a block's rows, NULL as 0; where the block has them in fewer bytes alone,
 * they are written into `room`, of C4_BLOCK_ROWS. It may be NULL where c4_strip_narrow() is. */
const int64_t *c4_sheet_ids(const c4_sheet *sheet, size_t block);
const int32_t *c4_strip_codes(const c4_strip *column, size_t block, int32_t *room); /* or days */
const int64_t *c4_strip_numbers(const c4_strip *column, size_t block, int64_t *room);
const uint8_t *c4_strip_nulls(const c4_strip *column, size_t block, uint8_t *room); /* no codes */
/* The code, day or number of one row; 0 where it is NULL. */
int64_t c4_strip_at(const c4_strip *column, size_t block, size_t row, bool *null);
/* What the codes from 1 on stand for. */
const int64_t *c4_strip_meanings(const c4_strip *column, size_t *count);
/* The block in fewer bytes: codes, days or numbers as they are, and times by their slots. NULL
 * where there is no room, or the values lie too far apart. Lives as long as the sheet. */
const c4_narrow *c4_strip_narrow(const c4_strip *column, size_t block);
const c4_narrow *c4_strip_slots(const c4_strip *column, size_t block);
/* A block as the storage would give it: NULL is 0 with a 1 in `nulls`. */
void c4_strip_read(const c4_strip *column, size_t block, int64_t *values, uint8_t *nulls);

#endif
