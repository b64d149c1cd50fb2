/* SPDX-License-Identifier: MIT */
/* History is read only as it is written: what decodes encodes to the same bytes. */
#include "fuzz/fuzz.h"

#include "record/record.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *bytes = fuzz_copy(data, size);
    c4_field_change *changes = NULL;
    size_t count = 0;
    c4_arena arena;
    c4_buffer out;
    int rc;

    c4_arena_init(&arena, fuzz_mem());
    c4_buffer_init(&out, fuzz_mem(), SIZE_MAX / 4);
    rc = c4_changes_decode(&arena, bytes, size, &changes, &count);
    FUZZ_CHECK(rc == CRM4E_OK || rc == CRM4E_E_CORRUPT);
    if (rc == CRM4E_OK) {
        FUZZ_CHECK(c4_changes_encode(&out, changes, count) == CRM4E_OK);
        FUZZ_CHECK(out.length == size && (size == 0 || memcmp(out.data, bytes, size) == 0));
    }
    c4_buffer_free(&out);
    c4_arena_free(&arena);
    free(bytes);
    return 0;
}
