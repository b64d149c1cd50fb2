/* SPDX-License-Identifier: MIT */
/* What is packed comes out again, and damage is told, never followed. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "record/search_terms.h"
#include "support/fail_alloc.h"

#include <crm4e/errors.h>

enum {
    POSTINGS = 4000
};

static c4_mem memory;
static char texts[POSTINGS][C4_WORD_BYTES];
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
            texts[i][k] = (char)(next(&seed) % 8 == 0 ? 0xE4 : 'a' + (int)(next(&seed) % 2));
        }
        postings[i] = (c4_posting){c4_term_head(texts[i], length), texts[i], length,
                                   1 + (int32_t)(next(&seed) % 3) * 0x30000000,
                                   1 + (int64_t)(next(&seed) % ((UINT64_C(1) << 33) - 1))};
    }
    qsort(postings, POSTINGS, sizeof postings[0], compare);
    for (size_t i = 0; i < POSTINGS; i++) {
        if (kept == 0 || compare(&postings[kept - 1], &postings[i]) != 0) {
            postings[kept++] = postings[i];
        }
    }
    return kept;
}

typedef struct taken {
    const c4_posting *expected;
    size_t count;
} taken;

static int take_expected(void *user, const c4_posting *posting)
{
    taken *t = user;

    assert_int_equal(c4_posting_order(&t->expected[t->count], posting), 0);
    assert_int_equal(posting->head, c4_term_head(posting->term, posting->length));
    t->count++;
    return CRM4E_OK;
}

static void collect(c4_terms *terms, size_t from, size_t to)
{
    for (size_t k = from; k < to; k++) {
        const c4_posting *posting = &postings[k];
        assert_int_equal(c4_terms_value(terms, posting->field, posting->record), CRM4E_OK);
        assert_int_equal(c4_terms_add(terms, posting->term, posting->length), CRM4E_OK);
    }
}

static void shuffle(size_t count, uint64_t seed)
{
    for (size_t k = 0; k < count; k++) {
        const size_t other = (size_t)(next(&seed) % count);
        const c4_posting moved = postings[k];
        postings[k] = postings[other];
        postings[other] = moved;
    }
}

/* In order and once each, as many as that is. */
static size_t sort_expected(c4_posting *expected, size_t count)
{
    size_t kept = 0;

    memcpy(expected, postings, count * sizeof *postings);
    qsort(expected, count, sizeof *expected, compare);
    for (size_t k = 0; k < count; k++) {
        if (kept == 0 || compare(&expected[kept - 1], &expected[k]) != 0) {
            expected[kept++] = expected[k];
        }
    }
    return kept;
}

/* Of few and of many, of records that came in order of their ids or in none, with repeats; some
 * of the last values are taken back and come again. */
static void postings_are_put_in_order(void **state)
{
    static const size_t sizes[] = {1, 2, 128, 129, 1000, POSTINGS};
    static c4_posting expected[POSTINGS];
    c4_arena arena;
    c4_terms terms;

    (void)state;
    c4_arena_init(&arena, &memory);
    c4_terms_init(&terms, &memory, &arena);
    for (size_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++) {
        const size_t count = sizes[i / 2];
        taken t = {expected, 0};
        size_t kept;

        (void)make_postings(i + 1);
        shuffle(count, 11 + i);
        for (size_t k = 0; k < count && i % 2 == 0; k++) {
            postings[k].record = 1 + (int64_t)k / 5;
        }
        collect(&terms, 0, count);
        c4_terms_back(&terms, count / 3);
        assert_int_equal(c4_terms_values(&terms), count / 3);
        collect(&terms, count / 3, count);
        assert_int_equal(terms.count, count);
        kept = sort_expected(expected, count);
        assert_int_equal(c4_terms_in_order(&terms, take_expected, &t), CRM4E_OK);
        assert_int_equal(t.count, kept);
        c4_terms_reset(&terms);
        c4_arena_reset(&arena);
    }
    c4_terms_free(&terms);
    c4_arena_free(&arena);
}

static int refuse(void *user, const c4_posting *posting)
{
    (void)posting;
    ++*(int *)user;
    return CRM4E_E_FULL;
}

static int order_some(const crm4e_allocator *host, void *context)
{
    const c4_mem mem = {.host = *host};
    c4_arena arena;
    c4_terms terms;
    int given = 0;
    int rc = CRM4E_OK;

    (void)context;
    c4_arena_init(&arena, &mem);
    c4_terms_init(&terms, &mem, &arena);
    for (size_t k = 0; k < 200 && rc == CRM4E_OK; k++) {
        rc = c4_terms_value(&terms, postings[k].field, postings[k].record);
        rc = rc == CRM4E_OK ? c4_terms_add(&terms, postings[k].term, postings[k].length) : rc;
    }
    rc = rc == CRM4E_OK ? c4_terms_in_order(&terms, refuse, &given) : rc;
    if (rc == CRM4E_E_FULL) {
        assert_int_equal(given, 1);
        rc = CRM4E_OK;
    }
    c4_terms_free(&terms);
    c4_arena_free(&arena);
    return rc;
}

static void memory_may_run_out(void **state)
{
    (void)state;
    (void)make_postings(3);
    assert_true(fail_alloc_sweep(order_some, NULL) > 6);
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
