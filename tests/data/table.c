/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "transfer/transfer.h"

typedef struct source {
    const char *text;
    size_t place;
} source;

static int32_t read_source(void *user, char *bytes, size_t size, size_t *read)
{
    source *s = user;

    for (*read = 0; *read < size && s->text[s->place]; (*read)++)
        bytes[*read] = s->text[s->place++];
    return CRM4E_CONTINUE;
}

static void add_row(table *t, const char *const *cells, size_t count)
{
    char **larger;

    if (t->rows == 0)
        t->columns = count;
    assert_int_equal(count, t->columns);
    larger = realloc(t->cells, (t->rows + 1) * t->columns * sizeof *larger);
    assert_non_null(larger);
    t->cells = larger;
    for (size_t i = 0; i < count; i++)
        t->cells[t->rows * t->columns + i] = strdup(cells[i]);
    t->rows++;
}

table table_read(const char *file)
{
    char *text = data_file(file);
    source s = {text, 0};
    const char *const *cells = NULL;
    const size_t *lengths = NULL;
    size_t count = 0;
    crm4e_error error = {0};
    c4_csv *csv = NULL;
    table t = {NULL, 0, 0};
    c4_mem mem;
    int rc;

    c4_mem_default(&mem);
    assert_int_equal(c4_csv_open(&csv, &mem, read_source, &s), CRM4E_OK);
    while ((rc = c4_csv_next(csv, &error, &cells, &lengths, &count)) == CRM4E_ROW)
        add_row(&t, cells, count);
    assert_int_equal(rc, CRM4E_OK);
    c4_csv_close(csv);
    free(text);
    return t;
}

void table_free(table *t)
{
    for (size_t i = 0; i < t->rows * t->columns; i++)
        free(t->cells[i]);
    free(t->cells);
}

static size_t column_of(const table *t, const char *column)
{
    size_t i = 0;

    while (i < t->columns && strcmp(t->cells[i], column) != 0)
        i++;
    assert_true(i < t->columns);
    return i;
}

const char *table_cell(const table *t, size_t row, const char *column)
{
    return t->cells[row * t->columns + column_of(t, column)];
}

size_t table_find(const table *t, const char *column, const char *value)
{
    size_t at = column_of(t, column);

    for (size_t row = 1; row < t->rows; row++) {
        if (strcmp(t->cells[row * t->columns + at], value) == 0)
            return row;
    }
    return 0;
}

void table_import(host *h, const char *module, const char *text, size_t rows)
{
    source s = {text, 0};
    crm4e_import_options options = CRM4E_IMPORT_OPTIONS_INIT;
    crm4e_text *report = NULL;
    char expected[96];

    options.module = module;
    options.date_format = "mm/dd/yyyy";
    options.read = read_source;
    options.read_user = &s;
    host_ok(h->admin, crm4e_import_records(&report, h->admin, &options));
    (void)snprintf(expected, sizeof expected,
                   "{\"rows\":%zu,\"created\":%zu,\"updated\":0,\"skipped\":0,\"rejected\":0}",
                   rows, rows);
    assert_string_equal(crm4e_text_data(report), expected);
    crm4e_text_free(report);
}
