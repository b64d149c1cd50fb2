/* SPDX-License-Identifier: MIT */
/*
 * What changed is merged into the blocks it falls in, which are made anew; the
 * others are shared. A change falls into the last block that starts at its id or
 * before, or into the first.
 */
#include "columns/inside.h"

/* Where a record of a new block comes from. */
typedef struct source {
    bool changed;
    size_t at; /* in the changes, or in the old block */
} source;

typedef struct patching {
    const c4_sheet *old;
    c4_sheet *fresh;
    const c4_row_change *changes;
    size_t count;
    source *sources; /* of one old block and its changes */
    size_t source_count;
} patching;

/* The first change that belongs to a later block. */
static size_t end_of_block(const patching *p, size_t block, size_t from)
{
    size_t end = from;
    int64_t next;

    if (block + 1 >= p->old->ids.count)
        return p->count;
    next = c4_sheet_ids(p->old, block + 1)[0];
    while (end < p->count && p->changes[end].id < next)
        end++;
    return end;
}

static void add_source(patching *p, bool changed, size_t at)
{
    p->sources[p->source_count++] = (source){changed, at};
}

static void merge(patching *p, size_t block, size_t from, size_t end)
{
    const bool some = block < p->old->ids.count;
    const int64_t *ids = some ? c4_sheet_ids(p->old, block) : NULL;
    const size_t rows = some ? p->old->ids.items[block]->rows : 0;
    size_t row = 0;

    p->source_count = 0;
    for (size_t i = from; i < end; i++) {
        while (row < rows && ids[row] < p->changes[i].id)
            add_source(p, false, row++);
        if (row < rows && ids[row] == p->changes[i].id)
            row++;
        if (!p->changes[i].gone)
            add_source(p, true, i);
    }
    while (row < rows)
        add_source(p, false, row++);
}

static int copy_ids(patching *p, size_t block, const source *sources, size_t rows)
{
    c4_piece *piece = NULL;
    int rc = c4_piece_new(p->fresh->room, 0, rows, &piece);

    if (rc != CRM4E_OK)
        return rc;
    for (size_t i = 0; i < rows; i++)
        piece->data[i] = sources[i].changed ? p->changes[sources[i].at].id
                                            : c4_sheet_ids(p->old, block)[sources[i].at];
    rc = c4_pieces_push(p->fresh->room, &p->fresh->ids, piece);
    if (rc != CRM4E_OK)
        c4_piece_release(piece);
    else
        p->fresh->rows += rows;
    return rc;
}

/* How many records from the first on stood one after the other in the old block. */
static size_t run_of(const source *sources, size_t count)
{
    size_t length = 1;

    while (length < count && !sources[length].changed &&
           sources[length].at == sources[0].at + length)
        length++;
    return length;
}

static void copy_run(const c4_strip *old, size_t block, size_t from, size_t count, c4_piece *piece,
                     size_t at)
{
    const c4_piece *before = old->pieces.items[block];
    const bool numbers = old->form == C4_FORM_NUMBERS;

    c4_piece_read(before, old->form, from, count, numbers ? piece->data + at : NULL,
                  numbers ? NULL : c4_piece_codes(piece) + at,
                  old->form == C4_FORM_CODES ? NULL : c4_piece_nulls(piece, old->form) + at);
    c4_piece_widen(piece, before->least, before->most, before->has_null);
}

static int copy_rows(const patching *p, size_t place, size_t block, const source *sources,
                     c4_piece *piece)
{
    c4_strip *column = &p->fresh->columns[place];
    size_t row = 0;
    int rc = CRM4E_OK;

    while (row < piece->rows && rc == CRM4E_OK) {
        const source *first = &sources[row];
        size_t count = 1;
        if (first->changed) {
            const c4_row_change *change = &p->changes[first->at];
            rc = c4_strip_put(column, piece, row, &change->values[place], &change->nulls[place], 1);
        } else {
            count = run_of(first, piece->rows - row);
            copy_run(&p->old->columns[place], block, first->at, count, piece, row);
        }
        row += count;
    }
    return rc;
}

static int copy_column(patching *p, size_t place, size_t block, const source *sources, size_t rows)
{
    c4_strip *column = &p->fresh->columns[place];
    c4_piece *piece = NULL;
    int rc = c4_piece_new(p->fresh->room, column->form, rows, &piece);

    if (rc == CRM4E_OK)
        rc = copy_rows(p, place, block, sources, piece);
    if (rc == CRM4E_OK)
        rc = c4_piece_settle(&piece, column->form);
    if (rc == CRM4E_OK)
        rc = c4_pieces_push(p->fresh->room, &column->pieces, piece);
    if (rc != CRM4E_OK && piece != NULL)
        c4_piece_release(piece);
    return rc;
}

/* Whole blocks and a rest at the end of the table, where more is to come; else
 * halves, so that the next record finds room. */
static size_t rows_of_next(size_t left, bool last)
{
    size_t half = left / 2 < C4_BLOCK_ROWS ? left / 2 : C4_BLOCK_ROWS;

    if (left <= C4_BLOCK_ROWS)
        return left;
    return last ? C4_BLOCK_ROWS : half;
}

static int make_blocks(patching *p, size_t block)
{
    const bool last = block + 1 >= p->old->ids.count;
    size_t done = 0;
    int rc = CRM4E_OK;

    while (rc == CRM4E_OK && done < p->source_count) {
        const size_t rows = rows_of_next(p->source_count - done, last);
        rc = copy_ids(p, block, p->sources + done, rows);
        for (size_t i = 0; i < p->fresh->column_count && rc == CRM4E_OK; i++)
            rc = copy_column(p, i, block, p->sources + done, rows);
        done += rows;
    }
    return rc;
}

static int share_piece(c4_room *room, c4_pieces *pieces, c4_piece *piece)
{
    int rc = c4_pieces_push(room, pieces, piece);

    if (rc == CRM4E_OK)
        (void)c4_piece_hold(piece);
    return rc;
}

static int share_block(patching *p, size_t block)
{
    c4_sheet *fresh = p->fresh;
    int rc = share_piece(fresh->room, &fresh->ids, p->old->ids.items[block]);

    if (rc == CRM4E_OK)
        fresh->rows += p->old->ids.items[block]->rows;
    for (size_t i = 0; i < fresh->column_count && rc == CRM4E_OK; i++)
        rc = share_piece(fresh->room, &fresh->columns[i].pieces,
                         p->old->columns[i].pieces.items[block]);
    return rc;
}

static int patch_blocks(patching *p)
{
    size_t from = 0;
    size_t block = 0;
    int rc = CRM4E_OK;

    do {
        const size_t end = end_of_block(p, block, from);
        if (end == from && block < p->old->ids.count) {
            rc = share_block(p, block);
        } else {
            merge(p, block, from, end);
            rc = make_blocks(p, block);
        }
        from = end;
        block++;
    } while (rc == CRM4E_OK && block < p->old->ids.count);
    return rc;
}

static void start(patching *p, int64_t sequence)
{
    p->fresh->sequence = sequence;
    p->fresh->made_from = p->old->column_count;
    for (size_t i = 0; i < p->old->column_count; i++)
        c4_strip_start(&p->fresh->columns[i], &p->old->columns[i]);
}

int c4_sheet_patch(const c4_sheet *old, int64_t sequence, const c4_row_change *changes,
                   size_t count, c4_sheet **out)
{
    const c4_mem *mem = old->room->mem;
    patching p = {.old = old, .changes = changes, .count = count};
    int rc = c4_sheet_blank(old->room, old->column_count, &p.fresh);

    *out = NULL;
    if (rc != CRM4E_OK)
        return rc;
    start(&p, sequence);
    p.sources = c4_alloc_array(mem, C4_BLOCK_ROWS + count, sizeof *p.sources);
    rc = p.sources != NULL ? patch_blocks(&p) : CRM4E_E_NO_MEMORY;
    c4_free(mem, p.sources);
    if (rc != CRM4E_OK) {
        c4_sheet_release(p.fresh);
        return rc;
    }
    *out = p.fresh;
    return CRM4E_OK;
}
