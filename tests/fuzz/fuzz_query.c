/* SPDX-License-Identifier: MIT */
/* A query printed again is the same query, and so is its copy. */
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static void same(const c4_buffer *a, const c4_buffer *b)
{
    FUZZ_CHECK(a->code == CRM4E_OK && b->code == CRM4E_OK && a->length == b->length);
    FUZZ_CHECK(memcmp(a->data, b->data, a->length) == 0);
}

static void round_trip(c4_arena *arena, const c4_query_tree *tree)
{
    crm4e_error error = {0};
    c4_query_tree second = {0}, copy = {0};
    c4_buffer printed, again;

    c4_buffer_init(&printed, fuzz_mem(), SIZE_MAX / 4);
    c4_buffer_init(&again, fuzz_mem(), SIZE_MAX / 4);
    fuzz_print_query(&printed, tree);
    if (printed.length <= C4_QUERY_CEILING) {
        FUZZ_CHECK(c4_query_parse(arena, &error, printed.data, printed.length, &second) ==
                   CRM4E_OK);
        fuzz_print_query(&again, &second);
        same(&printed, &again);
        c4_buffer_reset(&again);
    }
    FUZZ_CHECK(c4_query_copy(arena, tree, &copy) == CRM4E_OK);
    fuzz_print_query(&again, &copy);
    same(&printed, &again);
    c4_buffer_free(&printed);
    c4_buffer_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_copy(data, size);
    crm4e_error error = {0};
    c4_query_tree tree = {0};
    c4_arena arena;
    int rc;

    c4_arena_init(&arena, fuzz_mem());
    rc = c4_query_parse(&arena, &error, text, size, &tree);
    FUZZ_CHECK(rc <= CRM4E_OK && (rc == CRM4E_OK) == (error.message[0] == '\0'));
    FUZZ_CHECK(rc == CRM4E_OK || rc == CRM4E_E_INVALID || rc == CRM4E_E_TOO_BIG ||
               rc == CRM4E_E_DEPTH);
    if (rc == CRM4E_OK)
        round_trip(&arena, &tree);
    c4_arena_free(&arena);
    free(text);
    return 0;
}
