/* SPDX-License-Identifier: MIT */
/* What is packed comes out again, and damage is told, never followed. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "record/search_block.h"
#include "support/fail_alloc.h"

#include <crm4e/errors.h>

enum {
    POSTINGS = 4000
};

static c4_mem memory;
static char terms[POSTINGS][C4_WORD_BYTES];
static c4_posting postings[POSTINGS];

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static int compare(const void *a, const void *b)
{
    return c4_posting_order(a, b);
}

/* Terms of few letters share beginnings and repeat; some are as long as can be. */
static size_t make_postings(uint64_t seed)
{
    size_t kept = 0;

    for (size_t i = 0; i < POSTINGS; i++) {
        size_t length = next(&seed) % 50 == 0 ? C4_WORD_BYTES : 1 + next(&seed) % 12;
        for (size_t k = 0; k < length; k++) {
            terms[i][k] = (char)(next(&seed) % 8 == 0 ? 0xE4 : 'a' + (int)(next(&seed) % 2));
        }
        postings[i] = (c4_posting){c4_term_head(terms[i], length), terms[i], length,
                                   1 + (int32_t)(next(&seed) % 3) * 0x30000000,
                                   1 + (int64_t)(next(&seed) % (UINT64_C(1) << 33))};
    }
    qsort(postings, POSTINGS, sizeof postings[0], compare);
    for (size_t i = 0; i < POSTINGS; i++) {
        if (kept == 0 || compare(&postings[kept - 1], &postings[i]) != 0) {
            postings[kept++] = postings[i];
        }
    }
    return kept;
}

/* Of few and of many, of records that came in order of their ids or in none, with repeats. */
static void postings_are_put_in_order(void **state)
{
    static const size_t sizes[] = {1, 2, 128, 129, 1000, POSTINGS};
    static c4_posting by_comparison[POSTINGS];

    (void)state;
    for (size_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++) {
        const size_t count = sizes[i / 2];
        const c4_posting **ordered = NULL;
        uint64_t seed = 11 + i;

        (void)make_postings(i + 1);
        for (size_t k = 0; k < count; k++) {
            const size_t other = (size_t)(next(&seed) % count);
            const c4_posting moved = postings[k];
            postings[k] = postings[other];
            postings[other] = moved;
        }
        for (size_t k = 0; k < count && i % 2 == 0; k++) {
            postings[k].record = 1 + (int64_t)k / 5;
        }
        memcpy(by_comparison, postings, count * sizeof *postings);
        qsort(by_comparison, count, sizeof *by_comparison, compare);
        assert_int_equal(c4_postings_order(postings, count, &memory, &ordered), CRM4E_OK);
        for (size_t k = 0; k < count; k++) {
            assert_int_equal(c4_posting_order(&by_comparison[k], ordered[k]), 0);
        }
        c4_free(&memory, ordered);
    }
}

static int order_some(const crm4e_allocator *host, void *context)
{
    const c4_mem mem = {.host = *host};
    const c4_posting **ordered = NULL;
    const int rc = c4_postings_order(postings, 200, &mem, &ordered);

    (void)context;
    c4_free(&mem, ordered);
    return rc;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    (void)make_postings(3);
    assert_int_equal(fail_alloc_sweep(order_some, NULL), 4);
}

/* Unpacks a finished block; how many postings were in it, as they should be. */
static size_t unpack(const c4_packing *packing, size_t from)
{
    c4_unpacking unpacking;
    size_t at = from;
    int rc;

    assert_int_equal(packing->bytes.code, CRM4E_OK);
    assert_true(packing->bytes.length <= C4_BLOCK_BYTES);
    c4_unpacking_start(&unpacking, packing->bytes.data, packing->bytes.length);
    while ((rc = c4_unpacking_next(&unpacking)) == CRM4E_ROW) {
        assert_int_equal(c4_posting_order(&unpacking.posting, &postings[at]), 0);
        at++;
    }
    assert_int_equal(rc, CRM4E_OK);
    return at - from;
}

static void what_is_packed_comes_out(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        size_t count = make_postings(seed * 7919);
        size_t out = 0;
        size_t blocks = 0;
        c4_packing packing;

        c4_packing_init(&packing, &memory);
        for (size_t i = 0; i < count; i++) {
            if (!c4_packing_add(&packing, &postings[i])) {
                c4_packing_end(&packing);
                out += unpack(&packing, out);
                blocks++;
                c4_packing_start(&packing);
                assert_true(c4_packing_add(&packing, &postings[i]));
            }
        }
        c4_packing_end(&packing);
        out += unpack(&packing, out);
        c4_packing_free(&packing);
        assert_int_equal(out, count);
        assert_true(blocks > 3);
    }
}

static void damage_ends(void **state)
{
    size_t count = make_postings(5);
    uint64_t seed = 3;
    c4_packing packing;

    (void)state;
    c4_packing_init(&packing, &memory);
    for (size_t i = 0; i < count && c4_packing_add(&packing, &postings[i]); i++) {
        continue;
    }
    c4_packing_end(&packing);
    for (int round = 0; round < 20000; round++) {
        size_t length =
            next(&seed) % 4 == 0 ? next(&seed) % packing.bytes.length : packing.bytes.length;
        char *copy = malloc(length + 1);
        c4_unpacking unpacking;
        int rc;

        assert_non_null(copy);
        memcpy(copy, packing.bytes.data, length);
        for (int i = 0; i < 3 && length > 0; i++) {
            copy[next(&seed) % length] = (char)next(&seed);
        }
        c4_unpacking_start(&unpacking, copy, length);
        while ((rc = c4_unpacking_next(&unpacking)) == CRM4E_ROW) {
            assert_in_range(unpacking.posting.length, 1, C4_WORD_BYTES);
            assert_true(unpacking.posting.field > 0 && unpacking.posting.record > 0);
        }
        assert_true(rc == CRM4E_OK || rc == CRM4E_E_CORRUPT);
        free(copy);
    }
    c4_packing_free(&packing);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(postings_are_put_in_order),
        cmocka_unit_test(memory_may_run_out),
        cmocka_unit_test(what_is_packed_comes_out),
        cmocka_unit_test(damage_ends),
    };

    c4_mem_default(&memory);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
