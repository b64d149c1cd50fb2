/* SPDX-License-Identifier: MIT */
/* Rows of CSV, whose first line names the columns. */
#include "transfer/import_inside.h"

#include <string.h>

/* Every member of the map names a column of the file. */
static int check_map(c4_import *import, c4_unit *unit)
{
    for (size_t i = 0; i < c4_json_count(import->map.root); i++) {
        const char *key = NULL;
        bool found = false;

        (void)c4_json_member_at(import->map.root, i, &key);
        for (size_t c = 0; c < import->column_count && !found; c++)
            found = strcmp(import->columns[c].header, key) == 0;
        if (!found)
            return c4_fail(unit->error, CRM4E_E_INVALID,
                           "the map names a column that the file does not have: %s", key);
    }
    return CRM4E_OK;
}

static int open_csv(c4_import *import, c4_unit *unit)
{
    const char *const *cells = NULL;
    const size_t *lengths = NULL;
    size_t count = 0, at;
    c4_csv *csv = NULL;
    int rc = c4_csv_open(&csv, import->mem, import->options->read, import->options->read_user);

    if (rc < 0)
        return c4_fail_plain(unit->error, rc);
    import->file = csv;
    rc = c4_csv_next(csv, unit->error, &cells, &lengths, &count);
    if (rc == CRM4E_OK)
        return c4_fail(unit->error, CRM4E_E_INVALID, "the file has no header line");
    rc = rc < 0 ? rc : CRM4E_OK;
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++)
        rc = c4_import_add_column(import, unit, cells[i], lengths[i], &at);
    return rc == CRM4E_OK ? check_map(import, unit) : rc;
}

static int next_of_csv(c4_import *import, c4_unit *unit)
{
    const char *const *cells = NULL;
    const size_t *lengths = NULL;
    size_t count = 0;
    int rc = c4_csv_next(import->file, unit->error, &cells, &lengths, &count);

    if (rc != CRM4E_ROW)
        return rc;
    import->rows++;
    for (size_t i = 0; i < count; i++) {
        c4_import_cell *cell = c4_import_add_cell(import);

        if (!cell)
            return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
        *cell = (c4_import_cell){i, cells[i], lengths[i], NULL};
    }
    if (count > import->column_count) {
        import->row_failed = true;
        return c4_fail(unit->error, CRM4E_E_INVALID, "row %lld: %zu cells, the header has %zu",
                       (long long)import->rows, count, import->column_count);
    }
    return CRM4E_ROW;
}

static void put_header(const c4_import *import, c4_buffer *out)
{
    c4_buffer_text(out, "row,code,message");
    for (size_t i = 0; i < import->column_count; i++) {
        const char *header = import->columns[i].header;

        c4_buffer_char(out, ',');
        c4_csv_put(out, header, strlen(header));
    }
    c4_buffer_text(out, "\r\n");
}

static void put_refused_csv(const c4_import *import, const crm4e_error *why, c4_buffer *out)
{
    if (!import->refused_any)
        put_header(import, out);
    c4_buffer_i64(out, import->rows);
    c4_buffer_char(out, ',');
    c4_buffer_text(out, crm4e_code_name(why->code));
    c4_buffer_char(out, ',');
    c4_csv_put(out, why->message, strlen(why->message));
    for (size_t i = 0; i < import->cell_count; i++) {
        c4_buffer_char(out, ',');
        c4_csv_put(out, import->cells[i].text, import->cells[i].length);
    }
    c4_buffer_text(out, "\r\n");
}

static void close_csv(c4_import *import)
{
    c4_csv_close(import->file);
}

const c4_row_source c4_rows_of_csv = {open_csv, next_of_csv, put_refused_csv, close_csv};
