/* SPDX-License-Identifier: MIT */
/* A sheet out of the file. */
#include "columns/kept_inside.h"

#include "base/mix.h"
#include "columns/inside.h"

#include <string.h>

/* One sheet in the making. */
typedef struct reading {
    const c4_wanted *wanted;
    const c4_kept *kept;
    const c4_kept_entry *ids;
    const c4_kept_entry *columns[C4_FILL_COLUMNS];
    size_t count;
    c4_sheet *sheet;
    uint64_t offset;   /* of what is read next */
    uint64_t checksum; /* of what was read of the entry */
} reading;

static void start(reading *r, const c4_kept_entry *entry)
{
    r->offset = entry->offset;
    r->checksum = 0;
}

static int take(reading *r, void *to, size_t size)
{
    int rc = c4_kept_bytes_at(r->kept, r->offset, to, size);

    if (rc == CRM4E_OK)
        r->checksum = c4_mix_bytes(r->checksum, to, size);
    r->offset += size;
    return rc;
}

/* Whether the table could have such a value in the column. */
static bool fits(const reading *r, uint32_t column, int64_t number)
{
    crm4e_value value = c4_integer(number);

    return c4_value_accept(&r->wanted->module->table, column, &value);
}

/* -------------------------------------------------------------------- ids */

static int take_ids_of_block(reading *r, size_t rows, int64_t *last)
{
    c4_piece *piece = NULL;
    unsigned wrong = 0;
    int rc = c4_piece_new(r->sheet->room, 0, rows, &piece);

    if (rc != CRM4E_OK)
        return rc;
    rc = c4_pieces_push(r->sheet->room, &r->sheet->ids, piece);
    if (rc != CRM4E_OK) {
        c4_piece_release(piece);
        return rc;
    }
    rc = take(r, piece->data, rows * sizeof(int64_t));
    if (rc != CRM4E_OK)
        return rc;
    wrong = piece->data[0] <= *last;
    for (size_t i = 1; i < rows; i++)
        wrong |= piece->data[i] <= piece->data[i - 1];
    *last = piece->data[rows - 1];
    return wrong == 0 && fits(r, 0, *last) ? CRM4E_OK : CRM4E_E_CORRUPT;
}

static int take_blocks(reading *r, const uint32_t *counts)
{
    uint64_t rows = 0;
    int64_t last = 0;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < r->ids->blocks && rc == CRM4E_OK; i++) {
        rows += counts[i];
        rc = counts[i] > 0 && counts[i] <= C4_BLOCK_ROWS && rows <= r->ids->rows
                 ? take_ids_of_block(r, counts[i], &last)
                 : CRM4E_E_CORRUPT;
    }
    if (rc == CRM4E_OK && (rows != r->ids->rows || r->checksum != r->ids->checksum))
        rc = CRM4E_E_CORRUPT;
    r->sheet->rows = (size_t)rows;
    return rc;
}

static int take_ids(reading *r)
{
    const c4_mem *mem = r->wanted->room->mem;
    const size_t count = (size_t)r->ids->blocks + r->ids->blocks % 2;
    uint32_t *counts = c4_alloc_array(mem, count + 1, sizeof *counts);
    int rc = counts != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;

    start(r, r->ids);
    for (size_t at = 0; at < count && rc == CRM4E_OK; at += C4_KEPT_RUN) {
        const size_t run = count - at < C4_KEPT_RUN ? count - at : C4_KEPT_RUN;
        rc = take(r, counts + at, run * sizeof *counts);
    }
    if (rc == CRM4E_OK)
        rc = take_blocks(r, counts);
    c4_free(mem, counts);
    return rc;
}

/* ---------------------------------------------------------------- columns */

/* Each value once, in the order of its codes. */
static int take_meanings(reading *r, c4_strip *column, size_t count)
{
    int64_t values[C4_KEPT_RUN];
    size_t done = 0;
    int rc = c4_dictionary_new(r->sheet->room, &column->dictionary);

    while (rc == CRM4E_OK && done < count) {
        const size_t run = count - done < C4_KEPT_RUN ? count - done : C4_KEPT_RUN;
        rc = take(r, values, run * sizeof values[0]);
        for (size_t i = 0; i < run && rc == CRM4E_OK; i++) {
            int32_t code = 0;
            rc = fits(r, column->column, values[i])
                     ? c4_dictionary_code(&column->dictionary, values[i], &code)
                     : CRM4E_E_CORRUPT;
            if (rc == CRM4E_OK && (size_t)code != done + i + 1)
                rc = CRM4E_E_CORRUPT;
        }
        done += run;
    }
    return rc;
}

static bool codes_are_right(const c4_piece *piece, size_t meanings)
{
    const int32_t *codes = c4_piece_codes(piece);
    uint32_t most = 0;

    for (size_t i = 0; i < piece->rows; i++) {
        const uint32_t code = (uint32_t)codes[i];
        most = code > most ? code : most;
    }
    return most <= meanings;
}

/* NULL is 0 with a 1 beside it. Says what the piece says of its values. */
static bool values_are_right(reading *r, const c4_strip *column, c4_piece *piece)
{
    const bool days = column->form == C4_FORM_DAYS;
    const uint8_t *nulls = c4_piece_nulls(piece, column->form);
    const int32_t *codes = c4_piece_codes(piece);
    int64_t least = INT64_MAX;
    int64_t most = INT64_MIN;
    unsigned any = 0;
    unsigned wrong = 0;

    for (size_t i = 0; i < piece->rows; i++) {
        const int64_t value = days ? codes[i] : piece->data[i];
        least = value < least ? value : least;
        most = value > most ? value : most;
        any |= nulls[i];
        wrong |= (unsigned)(nulls[i] != 0) & (unsigned)(value != 0);
    }
    c4_piece_widen(piece, least, most, any != 0);
    return any <= 1 && wrong == 0 && fits(r, column->column, least) &&
           fits(r, column->column, most);
}

static int take_piece(reading *r, c4_strip *column, size_t block, size_t meanings)
{
    const size_t rows = r->sheet->ids.items[block]->rows;
    c4_piece *piece = NULL;
    bool right;
    int rc = c4_piece_new(r->sheet->room, column->form, rows, &piece);

    if (rc != CRM4E_OK)
        return rc;
    rc = c4_pieces_push(r->sheet->room, &column->pieces, piece);
    if (rc != CRM4E_OK) {
        c4_piece_release(piece);
        return rc;
    }
    rc = take(r, piece->data, (size_t)c4_kept_bytes(column->form, rows));
    if (rc != CRM4E_OK)
        return rc;
    right = column->form == C4_FORM_CODES ? codes_are_right(piece, meanings)
                                          : values_are_right(r, column, piece);
    return right ? c4_piece_settle(&column->pieces.items[block], column->form) : CRM4E_E_CORRUPT;
}

static int take_column(reading *r, c4_strip *column, const c4_kept_entry *entry)
{
    int rc = CRM4E_OK;

    column->column = entry->column;
    column->form = (c4_strip_form)entry->form;
    start(r, entry);
    if (column->form == C4_FORM_CODES)
        rc = take_meanings(r, column, (size_t)entry->meanings);
    for (size_t i = 0; i < r->ids->blocks && rc == CRM4E_OK; i++)
        rc = take_piece(r, column, i, (size_t)entry->meanings);
    return rc == CRM4E_OK && r->checksum != entry->checksum ? CRM4E_E_CORRUPT : rc;
}

static int read_sheet(reading *r)
{
    int rc = r->wanted->space(r->wanted->user, (size_t)r->ids->rows, r->count);

    if (rc == CRM4E_OK)
        rc = c4_sheet_blank(r->wanted->room, r->count, &r->sheet);
    if (rc != CRM4E_OK)
        return rc;
    r->sheet->sequence = r->kept->head.stand.sequence;
    rc = take_ids(r);
    for (size_t i = 0; i < r->count && rc == CRM4E_OK; i++)
        rc = take_column(r, &r->sheet->columns[i], r->columns[i]);
    return rc;
}

/* --------------------------------------------------------------- choosing */

static const c4_kept_entry *entry_of(const reading *r, uint32_t column)
{
    const c4_module *module = r->wanted->module;
    const c4_kept_entry *entry = c4_kept_find(r->kept, module->number, column);
    const bool right = entry != NULL && entry->serial == module->table.serial &&
                       entry->rows == r->ids->rows && entry->blocks == r->ids->blocks &&
                       column < module->table.column_count &&
                       entry->form == (uint32_t)c4_fill_form(module, column);

    return right ? entry : NULL;
}

/* All that `base` has, and of what it lacks what is there: some of it. */
static bool choose(reading *r, const c4_sheet *base)
{
    const c4_wanted *wanted = r->wanted;
    const size_t had = base != NULL ? base->column_count : 0;
    bool whole = had + wanted->count <= C4_FILL_COLUMNS;

    r->ids = c4_kept_find(r->kept, wanted->module->number, C4_KEPT_IDS);
    whole = whole && r->ids != NULL && r->ids->serial == wanted->module->table.serial;
    for (size_t i = 0; i < had && whole; i++) {
        r->columns[i] = entry_of(r, base->columns[i].column);
        whole = r->columns[i] != NULL;
    }
    r->count = had;
    for (size_t i = 0; i < wanted->count && whole; i++) {
        const bool is_new = base == NULL || c4_sheet_place(base, wanted->columns[i]) == had;
        const c4_kept_entry *entry = is_new ? entry_of(r, wanted->columns[i]) : NULL;
        if (entry != NULL)
            r->columns[r->count++] = entry;
    }
    return whole && r->count > had;
}

static bool is_of_now(const c4_kept_stand *stand, const c4_unit *unit)
{
    return stand->org == unit->meta->org.id && stand->mark == unit->state.columns_mark &&
           stand->generation == unit->state.generation &&
           stand->sequence <= unit->state.next_change;
}

static bool has_all(const c4_sheet *base, const c4_wanted *wanted)
{
    bool has = base != NULL;

    for (size_t i = 0; i < wanted->count && has; i++)
        has = c4_sheet_place(base, wanted->columns[i]) < base->column_count;
    return has;
}

static int read_from(const c4_wanted *wanted, const c4_kept *kept, const c4_sheet *base,
                     c4_sheet **out)
{
    reading r = {.wanted = wanted, .kept = kept};
    const c4_kept_stand *stand = &kept->head.stand;
    int rc = CRM4E_E_NOT_FOUND;

    if (is_of_now(stand, wanted->unit) && choose(&r, base) &&
        c4_fill_follows((size_t)r.ids->rows, stand->sequence, wanted->unit->state.next_change))
        rc = read_sheet(&r);
    if (rc != CRM4E_OK) {
        c4_sheet_release(r.sheet);
        r.sheet = NULL;
    }
    *out = r.sheet;
    return rc;
}

int c4_kept_sheet(const c4_wanted *wanted, const c4_sheet *base, c4_sheet **out)
{
    const c4_unit *unit = wanted->unit;
    c4_beside beside;
    c4_kept kept;
    int rc;

    *out = NULL;
    if (!unit->env->keeps_columns || unit->state.columns_mark == 0 || has_all(base, wanted) ||
        c4_db_beside(unit->db, &beside) != CRM4E_OK)
        return CRM4E_OK;
    rc = c4_kept_open(&kept, wanted->room->mem, beside.path);
    if (rc == CRM4E_OK) {
        rc = read_from(wanted, &kept, base, out);
        c4_kept_end(&kept);
    }
    return rc == CRM4E_E_NO_MEMORY ? rc : CRM4E_OK;
}
