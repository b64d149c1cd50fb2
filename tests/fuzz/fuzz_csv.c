/* SPDX-License-Identifier: MIT */
/* Rows do not depend on how the file comes in pieces, rows written again are
 * read the same, and only what is no UTF-8, holds a NUL or a quote is refused.
 * The first byte is the size of a piece. */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "transfer/transfer.h"

#include <stdlib.h>
#include <string.h>

typedef struct source {
    const char *bytes;
    size_t left;
    size_t piece;
} source;

static int32_t give(void *user, char *bytes, size_t size, size_t *read)
{
    source *s = user;
    size_t count = s->left < s->piece ? s->left : s->piece;

    count = count < size ? count : size;
    if (count > 0)
        memcpy(bytes, s->bytes, count);
    s->bytes += count;
    s->left -= count;
    *read = count;
    return CRM4E_CONTINUE;
}

static void put_row(c4_buffer *out, const char *const *cells, const size_t *lengths, size_t count)
{
    FUZZ_CHECK(count > 0);
    for (size_t i = 0; i < count; i++) {
        FUZZ_CHECK(cells[i][lengths[i]] == '\0' && strlen(cells[i]) == lengths[i]);
        if (i > 0)
            c4_buffer_char(out, ',');
        c4_csv_put(out, cells[i], lengths[i]);
    }
    if (count == 1 && lengths[0] == 0)
        c4_buffer_text(out, "\"\""); /* else it would be an empty line, which is no row */
    c4_buffer_char(out, '\n');
}

/* Reads all and writes it again; the code of the end. */
static int copy(const char *bytes, size_t size, size_t piece, c4_buffer *out)
{
    source s = {bytes, size, piece};
    crm4e_error error = {0};
    c4_csv *csv = NULL;
    const char *const *cells = NULL;
    const size_t *lengths = NULL;
    size_t count = 0;
    int rc;

    c4_buffer_text(out, "\xef\xbb\xbf"); /* the first cell may begin with another one */
    FUZZ_CHECK(c4_csv_open(&csv, fuzz_mem(), give, &s) == CRM4E_OK);
    while ((rc = c4_csv_next(csv, &error, &cells, &lengths, &count)) == CRM4E_ROW)
        put_row(out, cells, lengths, count);
    FUZZ_CHECK(rc == CRM4E_OK || rc == CRM4E_E_INVALID || rc == CRM4E_E_TOO_BIG);
    FUZZ_CHECK((rc == CRM4E_OK) == (error.message[0] == '\0'));
    c4_csv_close(csv);
    return rc;
}

static void same(const c4_buffer *a, const c4_buffer *b)
{
    FUZZ_CHECK(a->code == CRM4E_OK && b->code == CRM4E_OK && a->length == b->length);
    FUZZ_CHECK(a->length == 0 || memcmp(a->data, b->data, a->length) == 0);
}

static bool is_plain(const char *bytes, size_t size)
{
    return c4_text_check(bytes, size) == CRM4E_OK && memchr(bytes, '"', size) == NULL &&
           memchr(bytes, '\r', size) == NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = fuzz_copy(data, size);
    size_t piece = size > 0 ? (size_t)data[0] + 1 : 1;
    c4_buffer whole, pieces, again;
    int rc;

    c4_buffer_init(&whole, fuzz_mem(), SIZE_MAX / 4);
    c4_buffer_init(&pieces, fuzz_mem(), SIZE_MAX / 4);
    c4_buffer_init(&again, fuzz_mem(), SIZE_MAX / 4);
    if (size > 0) {
        rc = copy(bytes + 1, size - 1, SIZE_MAX, &whole);
        FUZZ_CHECK(copy(bytes + 1, size - 1, piece, &pieces) == rc);
        same(&whole, &pieces);
        FUZZ_CHECK(copy(whole.data, whole.length, piece, &again) == CRM4E_OK);
        same(&whole, &again);
        FUZZ_CHECK(rc != CRM4E_E_INVALID || !is_plain(bytes + 1, size - 1));
    }
    c4_buffer_free(&whole);
    c4_buffer_free(&pieces);
    c4_buffer_free(&again);
    free(bytes);
    return 0;
}
