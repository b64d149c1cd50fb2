/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <string.h>

#include "base/buffer.h"
#include "base/text.h"
#include "transfer/transfer.h"

enum {
    PIECE = 64 * 1024,
    ROW_CEILING = 16 * 1024 * 1024,
    CELL_CEILING = 10000,
    MARK = 3
};

static const char byte_order_mark[MARK + 1] = "\xef\xbb\xbf";

typedef enum state {
    CELL_START, /* before the first byte of a cell */
    PLAIN,      /* inside a cell without quotes */
    QUOTED,     /* inside quotes */
    QUOTE_SEEN, /* after a quote inside quotes: its end, or one that is doubled */
    RETURN_SEEN /* after CR outside quotes: LF comes next */
} state;

struct c4_csv {
    const c4_mem *mem;
    crm4e_reader read;
    void *user;
    char piece[PIECE];
    size_t piece_length;
    size_t piece_place;
    bool ended;
    size_t mark_seen; /* bytes of the BOM looked at; MARK: done with it */
    size_t given;     /* of the bytes that looked like the BOM's, */
    size_t to_give;   /* and belong to the first cell */
    int64_t line;     /* of the next byte */
    int64_t row_line;
    state state;
    bool row_quoted; /* a cell of the row had quotes */
    c4_buffer row;   /* cells one after the other, each with its NUL */
    size_t *starts;  /* of the cells in `row` */
    size_t start_room;
    size_t *lengths;
    size_t length_room;
    const char **cells;
    size_t cell_room;
    size_t count;
};

int c4_csv_open(c4_csv **out, const c4_mem *mem, crm4e_reader read, void *user)
{
    c4_csv *csv = c4_alloc_array(mem, 1, sizeof *csv);

    if (!csv)
        return CRM4E_E_NO_MEMORY;
    csv->mem = mem;
    csv->read = read;
    csv->user = user;
    csv->line = 1;
    c4_buffer_init(&csv->row, mem, ROW_CEILING);
    *out = csv;
    return CRM4E_OK;
}

void c4_csv_close(c4_csv *csv)
{
    if (!csv)
        return;
    c4_buffer_free(&csv->row);
    c4_free(csv->mem, csv->starts);
    c4_free(csv->mem, csv->lengths);
    c4_free(csv->mem, (void *)csv->cells);
    c4_free(csv->mem, csv);
}

int64_t c4_csv_line(const c4_csv *csv)
{
    return csv->row_line;
}

static int fill_piece(c4_csv *csv, crm4e_error *error)
{
    int32_t answer;

    csv->piece_place = 0;
    csv->piece_length = 0;
    answer = csv->read(csv->user, csv->piece, sizeof csv->piece, &csv->piece_length);
    if (answer != CRM4E_CONTINUE || csv->piece_length > sizeof csv->piece) {
        csv->piece_length = 0;
        return c4_fail(error, CRM4E_E_CALLBACK, "the reader of the file failed");
    }
    csv->ended = csv->piece_length == 0;
    return CRM4E_OK;
}

/* The next byte in *byte: CRM4E_ROW, CRM4E_OK at the end of the file. */
static int next_byte(c4_csv *csv, crm4e_error *error, char *byte)
{
    if (csv->given < csv->to_give) {
        *byte = byte_order_mark[csv->given++];
        return CRM4E_ROW;
    }
    while (csv->piece_place == csv->piece_length) {
        int rc = csv->ended ? CRM4E_OK : fill_piece(csv, error);

        if (rc < 0 || csv->ended)
            return rc;
    }
    *byte = csv->piece[csv->piece_place++];
    return CRM4E_ROW;
}

/* Skips the BOM, however it is cut into pieces. Other characters begin with the
 * same bytes: a file may start with one of them. */
static int skip_mark(c4_csv *csv, crm4e_error *error)
{
    while (csv->mark_seen < MARK) {
        char byte = 0;
        int rc = next_byte(csv, error, &byte);

        if (rc < 0)
            return rc;
        if (rc == CRM4E_ROW && byte == byte_order_mark[csv->mark_seen]) {
            csv->mark_seen++;
            continue;
        }
        if (rc == CRM4E_ROW)
            csv->piece_place--;
        csv->to_give = csv->mark_seen;
        csv->mark_seen = MARK;
    }
    return CRM4E_OK;
}

static int begin_cell(c4_csv *csv, crm4e_error *error)
{
    int rc;

    if (csv->count >= CELL_CEILING)
        return c4_fail(error, CRM4E_E_TOO_BIG, "line %lld: more than %d cells",
                       (long long)csv->row_line, CELL_CEILING);
    rc = c4_grow(csv->mem, (void **)&csv->starts, &csv->start_room, csv->count + 1,
                 sizeof *csv->starts);
    if (rc == CRM4E_OK)
        rc = c4_grow(csv->mem, (void **)&csv->lengths, &csv->length_room, csv->count + 1,
                     sizeof *csv->lengths);
    if (rc == CRM4E_OK)
        rc = c4_grow(csv->mem, (void **)&csv->cells, &csv->cell_room, csv->count + 1,
                     sizeof *csv->cells);
    if (rc < 0)
        return rc;
    csv->starts[csv->count++] = csv->row.length;
    csv->state = CELL_START;
    return CRM4E_OK;
}

static void end_cell(c4_csv *csv)
{
    csv->lengths[csv->count - 1] = csv->row.length - csv->starts[csv->count - 1];
    c4_buffer_char(&csv->row, '\0');
}

/* What bytes end a run of others: outside of quotes, and inside, where lines are counted. */
enum {
    ENDS_PLAIN = 1,
    ENDS_QUOTED = 2
};
static const unsigned char run_ends[UCHAR_MAX + 1] = {
    ['"'] = ENDS_PLAIN | ENDS_QUOTED,
    [','] = ENDS_PLAIN,
    ['\r'] = ENDS_PLAIN,
    ['\n'] = ENDS_PLAIN | ENDS_QUOTED,
};

/* Most bytes are a cell's own and there already: these are taken at once. */
static void take_run(c4_csv *csv)
{
    const char *from = csv->piece + csv->piece_place;
    const size_t most = csv->piece_length - csv->piece_place;
    const unsigned char ends = csv->state == QUOTED ? ENDS_QUOTED : ENDS_PLAIN;
    size_t count = 0;

    if (csv->given < csv->to_give || csv->state == QUOTE_SEEN || csv->state == RETURN_SEEN)
        return;
    while (count < most && (run_ends[(unsigned char)from[count]] & ends) == 0)
        count++;
    if (count == 0)
        return;
    c4_buffer_put(&csv->row, from, count);
    csv->piece_place += count;
    if (csv->state == CELL_START)
        csv->state = PLAIN;
}

static int stray(const c4_csv *csv, crm4e_error *error, const char *what)
{
    return c4_fail(error, CRM4E_E_INVALID, "line %lld: a %s in the wrong place",
                   (long long)csv->line, what);
}

static void take_quoted(c4_csv *csv, char byte)
{
    if (byte == '"')
        csv->state = QUOTE_SEEN;
    else
        c4_buffer_char(&csv->row, byte);
    if (byte == '\n')
        csv->line++;
}

static int take_quote(c4_csv *csv, crm4e_error *error)
{
    if (csv->state == PLAIN)
        return stray(csv, error, "quote");
    if (csv->state == QUOTE_SEEN)
        c4_buffer_char(&csv->row, '"');
    csv->state = QUOTED;
    csv->row_quoted = true;
    return CRM4E_OK;
}

/* One byte of a row: CRM4E_ROW when it ended the row, CRM4E_OK when not. */
static int take_byte(c4_csv *csv, crm4e_error *error, char byte)
{
    if (csv->state == QUOTED) {
        take_quoted(csv, byte);
        return CRM4E_OK;
    }
    if (csv->state == RETURN_SEEN && byte != '\n')
        return stray(csv, error, "carriage return");
    switch (byte) {
    case '"': return take_quote(csv, error);
    case ',': end_cell(csv); return begin_cell(csv, error);
    case '\r': csv->state = RETURN_SEEN; return CRM4E_OK;
    case '\n':
        csv->line++;
        end_cell(csv);
        return CRM4E_ROW;
    default:
        if (csv->state == QUOTE_SEEN)
            return stray(csv, error, "quote");
        csv->state = PLAIN;
        c4_buffer_char(&csv->row, byte);
        return CRM4E_OK;
    }
}

static int check_cells(c4_csv *csv, crm4e_error *error)
{
    if (csv->row.code == CRM4E_E_TOO_BIG)
        return c4_fail(error, CRM4E_E_TOO_BIG, "line %lld: the row is longer than %d bytes",
                       (long long)csv->row_line, ROW_CEILING);
    if (csv->row.code < 0)
        return c4_fail_plain(error, csv->row.code);
    for (size_t i = 0; i < csv->count; i++) {
        csv->cells[i] = csv->row.data + csv->starts[i];
        if (c4_text_check(csv->cells[i], csv->lengths[i]) < 0)
            return c4_fail(error, CRM4E_E_INVALID, "line %lld: cell %zu is no UTF-8 text",
                           (long long)csv->row_line, i + 1);
    }
    return CRM4E_ROW;
}

/* Reads bytes up to the end of a row or the file. */
static int read_row(c4_csv *csv, crm4e_error *error)
{
    bool anything = false;
    int rc;

    for (;;) {
        char byte = 0;

        rc = next_byte(csv, error, &byte);
        if (rc <= 0)
            break;
        anything = true;
        rc = take_byte(csv, error, byte);
        if (rc == CRM4E_OK)
            take_run(csv);
        if (rc != CRM4E_OK || csv->row.code < 0)
            break;
    }
    if (rc < 0)
        return rc;
    if (rc == CRM4E_ROW || csv->row.code < 0)
        return check_cells(csv, error);
    if (!anything)
        return CRM4E_OK;
    if (csv->state == QUOTED)
        return c4_fail(error, CRM4E_E_INVALID, "line %lld: a quoted cell does not end",
                       (long long)csv->row_line);
    end_cell(csv);
    return check_cells(csv, error);
}

int c4_csv_next(c4_csv *csv, crm4e_error *error, const char *const **cells, const size_t **lengths,
                size_t *count)
{
    int rc;

    do {
        c4_buffer_reset(&csv->row);
        csv->count = 0;
        csv->row_quoted = false;
        csv->row_line = csv->line;
        rc = skip_mark(csv, error);
        if (rc == CRM4E_OK)
            rc = begin_cell(csv, error);
        if (rc == CRM4E_OK)
            rc = read_row(csv, error);
    } while (rc == CRM4E_ROW && csv->count == 1 && csv->lengths[0] == 0 && !csv->row_quoted);
    *cells = csv->cells;
    *lengths = csv->lengths;
    *count = csv->count;
    return rc;
}

void c4_csv_put(c4_buffer *out, const char *text, size_t length)
{
    bool quoted = false;

    for (size_t i = 0; i < length && !quoted; i++)
        quoted = text[i] == '"' || text[i] == ',' || text[i] == '\n' || text[i] == '\r';
    if (!quoted) {
        c4_buffer_put(out, text, length);
        return;
    }
    c4_buffer_char(out, '"');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"')
            c4_buffer_char(out, '"');
        c4_buffer_char(out, text[i]);
    }
    c4_buffer_char(out, '"');
}

/* Bytes of the character a well-formed text starts with. */
static size_t first_character(const char *text, size_t length)
{
    const unsigned char lead = (unsigned char)text[0];
    size_t bytes = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

    return bytes < length ? bytes : length;
}

/* C1 controls are kept by folding. */
static bool is_unseen(const char *text, size_t bytes)
{
    const unsigned char *byte = (const unsigned char *)text;

    return bytes == 0 || (bytes == 1 && (byte[0] <= ' ' || byte[0] == 0x7f)) ||
           (bytes == 2 && byte[0] == 0xc2 && byte[1] <= 0x9f);
}

/* Folding makes full-width characters plain and drops invisible ones. */
int c4_csv_formula(c4_buffer *scratch, const char *text, size_t length, bool *formula)
{
    const char *end = text + length;

    *formula = false;
    while (text < end && *text == '\'')
        text++;
    while (text < end) {
        size_t bytes = first_character(text, (size_t)(end - text));

        c4_buffer_reset(scratch);
        if ((unsigned char)*text < 0x80)
            c4_buffer_char(scratch, *text);
        else
            c4_text_fold(scratch, text, bytes);
        if (scratch->code < 0)
            return scratch->code;
        if (!is_unseen(scratch->data, scratch->length)) {
            *formula = strchr("=+-@", scratch->data[0]) != NULL;
            return CRM4E_OK;
        }
        text += bytes;
    }
    return CRM4E_OK;
}
