/* SPDX-License-Identifier: MIT */
/* Rows of JSON Lines: one object a line, whose members are named as they like. */
#include "transfer/import_inside.h"

#include <string.h>

enum {
    PIECE = 64 * 1024,
    LINE_CEILING = 16 * 1024 * 1024,
    COLUMN_CEILING = 10000,
    MARK = 3
};

typedef struct json_lines {
    char piece[PIECE];
    size_t length;
    size_t place;
    bool ended;
    c4_buffer line;
    int64_t number; /* of the line, from 1 */
    c4_json_document document;
} json_lines;

static int open_lines(c4_import *import, c4_unit *unit)
{
    json_lines *lines = c4_alloc_array(import->mem, 1, sizeof *lines);

    if (!lines)
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    c4_buffer_init(&lines->line, import->mem, LINE_CEILING);
    import->file = lines;
    return CRM4E_OK;
}

static int fill(c4_import *import, c4_unit *unit, json_lines *lines)
{
    const crm4e_import_options *options = import->options;
    size_t length = 0;

    if (options->read(options->read_user, lines->piece, PIECE, &length) != CRM4E_CONTINUE ||
        length > PIECE)
        return c4_fail(unit->error, CRM4E_E_CALLBACK, "the reader of the file failed");
    lines->length = length;
    lines->place = 0;
    lines->ended = length == 0;
    return CRM4E_OK;
}

/* CRM4E_ROW with a line in the buffer, without what ends it; CRM4E_OK at the end. */
static int read_line(c4_import *import, c4_unit *unit, json_lines *lines)
{
    bool whole = false;
    bool any = false;

    c4_buffer_reset(&lines->line);
    lines->number++;
    while (!whole && !lines->ended) {
        const char *from = lines->piece + lines->place;
        const size_t left = lines->length - lines->place;
        const char *end = memchr(from, '\n', left);
        const size_t length = end ? (size_t)(end - from) : left;
        int rc = CRM4E_OK;

        c4_buffer_put(&lines->line, from, length);
        lines->place += length + (end != NULL);
        whole = end != NULL;
        any = any || left > 0;
        if (!whole)
            rc = fill(import, unit, lines);
        if (rc < 0 || lines->line.code < 0)
            return rc < 0 ? rc
                          : c4_fail(unit->error, lines->line.code,
                                    "line %lld: the row is longer than %d bytes",
                                    (long long)lines->number, LINE_CEILING);
    }
    return any ? CRM4E_ROW : CRM4E_OK;
}

/* The text of a line without a byte order mark or a carriage return. */
static const char *line_text(const json_lines *lines, size_t *length)
{
    const char *text = lines->line.data;

    *length = lines->line.length;
    if (lines->number == 1 && *length >= MARK && memcmp(text, "\xef\xbb\xbf", MARK) == 0) {
        text += MARK;
        *length -= MARK;
    }
    if (*length > 0 && text[*length - 1] == '\r')
        *length -= 1;
    return text;
}

/* Rows name their members in the same order, most of the time. */
static int find_column(c4_import *import, c4_unit *unit, const char *name, size_t guess, size_t *at)
{
    size_t i = 0;

    if (guess < import->column_count && strcmp(import->columns[guess].header, name) == 0)
        i = guess;
    while (i < import->column_count && strcmp(import->columns[i].header, name) != 0)
        i++;
    *at = i;
    if (i < import->column_count)
        return CRM4E_OK;
    if (i >= COLUMN_CEILING)
        return c4_fail(unit->error, CRM4E_E_TOO_BIG, "the rows name more than %d members",
                       COLUMN_CEILING);
    return c4_import_add_column(import, unit, name, strlen(name), at);
}

static int take_members(c4_import *import, c4_unit *unit, const c4_json *object)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < c4_json_count(object) && rc == CRM4E_OK; i++) {
        const char *name = NULL;
        const c4_json *value = c4_json_member_at(object, i, &name);
        size_t at = 0;
        c4_import_cell *cell;

        rc = find_column(import, unit, name, i, &at);
        if (rc < 0)
            return rc;
        cell = c4_import_add_cell(import);
        if (!cell)
            return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
        *cell = (c4_import_cell){at, NULL, 0, value};
    }
    return rc;
}

/* A line that is no object is a bad row; the lines behind it are rows all the same. */
static int parse_line(c4_import *import, c4_unit *unit, json_lines *lines)
{
    size_t length = 0;
    const char *text = line_text(lines, &length);
    int rc;

    c4_json_free(&lines->document);
    lines->document = (c4_json_document){.root = NULL};
    rc = c4_json_parse(&lines->document, import->mem, text, length, LINE_CEILING);
    if (rc == CRM4E_OK && c4_json_kind(lines->document.root) == C4_JSON_OBJECT)
        return CRM4E_ROW;
    if (rc == CRM4E_E_NO_MEMORY)
        return c4_fail_plain(unit->error, rc);
    import->row_failed = true;
    return c4_fail(unit->error, CRM4E_E_INVALID, "row %lld: %s", (long long)import->rows,
                   rc < 0 ? lines->document.problem : "a record is a JSON object");
}

static int next_of_lines(c4_import *import, c4_unit *unit)
{
    json_lines *lines = import->file;
    size_t length = 0;
    int rc;

    do {
        rc = lines->ended ? CRM4E_OK : read_line(import, unit, lines);
        if (rc == CRM4E_ROW)
            (void)line_text(lines, &length);
    } while (rc == CRM4E_ROW && length == 0);
    if (rc != CRM4E_ROW)
        return rc;
    import->rows++;
    rc = parse_line(import, unit, lines);
    if (rc == CRM4E_ROW) {
        rc = take_members(import, unit, lines->document.root);
        rc = rc == CRM4E_OK ? CRM4E_ROW : rc;
    }
    return rc;
}

static void put_refused_line(const c4_import *import, const crm4e_error *why, c4_buffer *out)
{
    json_lines *lines = import->file;
    size_t length = 0;
    const char *text = line_text(lines, &length);
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_key(out, &first, "row");
    c4_buffer_i64(out, import->rows);
    c4_json_put_member(out, &first, "code", crm4e_code_name(why->code));
    c4_json_put_member(out, &first, "message", why->message);
    if (lines->document.root) {
        c4_json_put_key(out, &first, "record");
        c4_buffer_put(out, text, length);
    }
    c4_buffer_text(out, "}\n");
}

static void close_lines(c4_import *import)
{
    json_lines *lines = import->file;

    if (lines) {
        c4_json_free(&lines->document);
        c4_buffer_free(&lines->line);
    }
    c4_free(import->mem, lines);
}

const c4_row_source c4_rows_of_json_lines = {open_lines, next_of_lines, put_refused_line,
                                             close_lines};
