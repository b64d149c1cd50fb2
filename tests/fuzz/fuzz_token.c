/* SPDX-License-Identifier: MIT */
/* No token but the one that was given out is accepted. The input is a token, or
 * with '^' in front what to change in the real one: places and bytes in pairs. */
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static int run(c4_unit *unit, const char *after, size_t length, c4_result **out)
{
    static const char *const columns[] = {"Last_Name"};
    static const c4_query_order order[] = {{"Company", false}, {"Annual_Revenue", true}};
    c4_query_tree tree = {.module = "Leads", .columns = columns, .column_count = 1};

    tree.order = order;
    tree.order_count = 2;
    tree.limit = 5;
    tree.after = after;
    tree.after_length = length;
    return c4_query_run(unit, &tree, out, fuzz_mem());
}

/* The real token, changed. */
static void change(char *token, size_t length, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i + 1 < size; i += 2)
        token[data[i] % length] = (char)data[i + 1];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    org_fixture *f = fuzz_org();
    c4_result *first = NULL, *next = NULL;
    bool changes = size > 0 && data[0] == '^';
    char *token;
    size_t length;
    bool real;
    int rc;

    FUZZ_CHECK(run(&f->unit, NULL, 0, &first) == CRM4E_OK && first->token != NULL);
    length = changes ? strlen(first->token) : size;
    token = fuzz_copy(changes ? (const uint8_t *)first->token : data, length);
    if (changes)
        change(token, length, data + 1, size - 1);
    real = length == strlen(first->token) && memcmp(token, first->token, length) == 0;
    rc = run(&f->unit, token, length, &next);
    FUZZ_CHECK(rc == (real ? CRM4E_OK : CRM4E_E_INVALID));
    FUZZ_CHECK((next != NULL) == real && (!real || next->ids[0] != first->ids[0]));
    c4_result_free(first, fuzz_mem());
    c4_result_free(next, fuzz_mem());
    free(token);
    return 0;
}
