/* SPDX-License-Identifier: MIT */
#include "csv_steps.h"

#include <string.h>

enum {
    ROWS_CEILING = 256 * 1024 * 1024
};

int32_t csv_source_read(void *user, char *bytes, size_t size, size_t *read)
{
    csv_source *source = user;
    size_t left = source->length - source->place;

    source->calls++;
    if (source->calls == source->fails_at)
        return 0;
    if (source->piece > 0 && size > source->piece)
        size = source->piece;
    if (source->place < source->cut && size > source->cut - source->place)
        size = source->cut - source->place;
    *read = left < size ? left : size;
    memcpy(bytes, source->text + source->place, *read);
    source->place += *read;
    return CRM4E_CONTINUE;
}

static void put_row(c4_buffer *out, const char *const *cells, const size_t *lengths, size_t count)
{
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        c4_buffer_text(out, i > 0 ? "|" : "");
        for (size_t c = 0; c < lengths[i]; c++)
            c4_buffer_char(out, cells[i][c] == '\n' ? ';' : cells[i][c]);
        assert_int_equal(cells[i][lengths[i]], '\0');
    }
    c4_buffer_char(out, ']');
}

char *csv_rows(csv_source *source)
{
    const char *const *cells = NULL;
    const size_t *lengths = NULL;
    size_t count = 0;
    crm4e_error error = {0};
    c4_csv *csv = NULL;
    c4_buffer out;
    c4_mem mem;
    int rc;

    c4_mem_default(&mem);
    c4_buffer_init(&out, &mem, ROWS_CEILING);
    assert_int_equal(c4_csv_open(&csv, &mem, csv_source_read, source), CRM4E_OK);
    while ((rc = c4_csv_next(csv, &error, &cells, &lengths, &count)) == CRM4E_ROW)
        put_row(&out, cells, lengths, count);
    assert_int_equal(rc, error.code);
    if (rc < 0) {
        c4_buffer_reset(&out);
        c4_buffer_text(&out, rc == CRM4E_E_INVALID ? "" : crm4e_code_name(rc));
        c4_buffer_text(&out, "E: ");
        c4_buffer_text(&out, error.message);
    }
    c4_csv_close(csv);
    return c4_buffer_take(&out, NULL);
}
