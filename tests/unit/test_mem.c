/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <crm4e/errors.h>
#include "base/arena.h"
#include "support/fail_alloc.h"

static void adds_and_multiplies_sizes(void **state)
{
    size_t result = 7;

    (void)state;
    assert_true(c4_add_size(SIZE_MAX - 1, 1, &result));
    assert_true(result == SIZE_MAX);
    assert_true(c4_mul_size(SIZE_MAX / 2, 2, &result));
    assert_true(result == SIZE_MAX - 1);
    assert_true(c4_mul_size(SIZE_MAX, 0, &result));
    assert_int_equal(result, 0);
    result = 7;
    assert_false(c4_add_size(SIZE_MAX, 1, &result));
    assert_false(c4_mul_size(SIZE_MAX / 2 + 1, 2, &result));
    assert_false(c4_mul_size(2, SIZE_MAX / 2 + 1, &result));
    assert_int_equal(result, 7);
}

typedef bool (*i64_operation)(int64_t a, int64_t b, int64_t *result);

typedef struct i64_case {
    i64_operation operation;
    int64_t a, b;
    bool fits;
    int64_t result;
} i64_case;

static const i64_case i64_cases[] = {
    {c4_add_i64, INT64_MAX, 0, true, INT64_MAX},
    {c4_add_i64, INT64_MAX - 1, 1, true, INT64_MAX},
    {c4_add_i64, INT64_MAX, 1, false, 0},
    {c4_add_i64, INT64_MAX, INT64_MAX, false, 0},
    {c4_add_i64, INT64_MIN, -1, false, 0},
    {c4_add_i64, INT64_MIN, INT64_MIN, false, 0},
    {c4_add_i64, INT64_MIN, INT64_MAX, true, -1},
    {c4_sub_i64, INT64_MIN, 1, false, 0},
    {c4_sub_i64, 0, INT64_MIN, false, 0},
    {c4_sub_i64, -1, INT64_MIN, true, INT64_MAX},
    {c4_sub_i64, INT64_MAX, -1, false, 0},
    {c4_sub_i64, INT64_MIN, INT64_MIN, true, 0},
    {c4_sub_i64, INT64_MIN + 1, 1, true, INT64_MIN},
    {c4_mul_i64, INT64_MIN, 1, true, INT64_MIN},
    {c4_mul_i64, 1, INT64_MIN, true, INT64_MIN},
    {c4_mul_i64, INT64_MIN, -1, false, 0},
    {c4_mul_i64, -1, INT64_MIN, false, 0},
    {c4_mul_i64, INT64_MAX, -1, true, -INT64_MAX},
    {c4_mul_i64, -1, INT64_MAX, true, -INT64_MAX},
    {c4_mul_i64, INT64_MIN / 2, 2, true, INT64_MIN},
    {c4_mul_i64, 2, INT64_MIN / 2, true, INT64_MIN},
    {c4_mul_i64, INT64_MIN / 2, -2, false, 0},
    {c4_mul_i64, INT64_MIN / 2 - 1, 2, false, 0},
    {c4_mul_i64, INT64_MAX / 3, 3, true, INT64_MAX / 3 * 3},
    {c4_mul_i64, INT64_MAX / 3 + 1, 3, false, 0},
    {c4_mul_i64, -(INT64_MAX / 3) - 1, -3, false, 0},
    {c4_mul_i64, 0, INT64_MIN, true, 0},
    {c4_mul_i64, INT64_MIN, 0, true, 0},
    {c4_mul_i64, -7, 6, true, -42},
};

static void checks_64_bit_arithmetic(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof i64_cases / sizeof i64_cases[0]; i++) {
        const i64_case *one = &i64_cases[i];
        int64_t result = 4711;
        bool fits = one->operation(one->a, one->b, &result);
        if (fits != one->fits || result != (one->fits ? one->result : 4711)) {
            fail_msg("case %zu", i);
        }
    }
}

static void serves_edge_sizes(void **state)
{
    c4_mem mem;
    char *block;

    (void)state;
    c4_mem_default(&mem);
    block = c4_alloc(&mem, 0);
    assert_non_null(block);
    block[0] = 'x';
    block = c4_resize(&mem, block, 0);
    assert_non_null(block);
    assert_null(c4_resize(&mem, block, SIZE_MAX));
    c4_free_secret(&mem, block, 1);
    assert_null(c4_alloc_array(&mem, SIZE_MAX / 2, 3));
    assert_null(c4_copy_text(&mem, "", SIZE_MAX));
    block = c4_copy_text(&mem, NULL, 0);
    assert_string_equal(block, "");
    c4_free(&mem, block);
    c4_free(&mem, NULL);
    c4_free_secret(&mem, NULL, 4);
}

static void wipes(void **state)
{
    char secret[8] = "secret";

    (void)state;
    c4_wipe(secret, sizeof secret);
    assert_memory_equal(secret, "\0\0\0\0\0\0\0", sizeof secret);
}

static void grows_by_doubling(void **state)
{
    fail_alloc counter;
    c4_mem mem = {fail_alloc_host(&counter)};
    void *items = NULL;
    size_t capacity = 0;

    (void)state;
    fail_alloc_init(&counter);
    for (size_t need = 0; need <= 10000; need++) {
        assert_int_equal(c4_grow(&mem, &items, &capacity, need, sizeof(int64_t)), CRM4E_OK);
        assert_true(capacity >= need);
    }
    assert_true(atomic_load(&counter.calls) < 16);
    assert_int_equal(c4_grow(&mem, &items, &capacity, SIZE_MAX / 4, 8), CRM4E_E_NO_MEMORY);
    fail_alloc_arm(&counter, 1, false);
    assert_int_equal(c4_grow(&mem, &items, &capacity, capacity + 1, 8), CRM4E_E_NO_MEMORY);
    assert_true(capacity >= 10000);
    c4_free(&mem, items);
    assert_int_equal(atomic_load(&counter.live), 0);
}

static void arena_aligns_and_separates(void **state)
{
    c4_mem mem;
    c4_arena arena;
    unsigned char *items[300];

    (void)state;
    c4_mem_default(&mem);
    c4_arena_init(&arena, &mem);
    for (size_t i = 0; i < 300; i++) {
        items[i] = c4_arena_alloc(&arena, i);
        assert_int_equal((uintptr_t)items[i] % _Alignof(max_align_t), 0);
        memset(items[i], (int)(i & 0xFF), i);
    }
    for (size_t i = 0; i < 300; i++) {
        for (size_t at = 0; at < i; at++) {
            assert_int_equal(items[i][at], i & 0xFF);
        }
    }
    assert_true(arena.used >= 299 * 300 / 2);
    assert_null(c4_arena_alloc(&arena, SIZE_MAX));
    assert_null(c4_arena_alloc(&arena, SIZE_MAX - 64));
    assert_null(c4_arena_array(&arena, SIZE_MAX / 2, 3));
    assert_null(c4_arena_text(&arena, "", SIZE_MAX));
    c4_arena_free(&arena);
    assert_int_equal(arena.used, 0);
    c4_arena_free(&arena);
}

static void arena_keeps_one_ordinary_block(void **state)
{
    fail_alloc counter;
    c4_mem mem = {fail_alloc_host(&counter)};
    c4_arena arena;
    int *zeroed;

    (void)state;
    fail_alloc_init(&counter);
    c4_arena_init(&arena, &mem);
    memset(c4_arena_alloc(&arena, 500), 'x', 500);
    assert_non_null(c4_arena_alloc(&arena, 2000));
    assert_non_null(c4_arena_alloc(&arena, 1000000));
    assert_int_equal(atomic_load(&counter.live), 3);
    c4_arena_reset(&arena);
    assert_int_equal(atomic_load(&counter.live), 1);
    fail_alloc_arm(&counter, 1, true);
    zeroed = c4_arena_array(&arena, 100, sizeof *zeroed);
    assert_non_null(zeroed);
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(zeroed[i], 0);
    }
    assert_string_equal(c4_arena_text(&arena, "plenty", 4), "plen");
    assert_memory_equal(c4_arena_copy(&arena, "abc", 4), "abc", 4);
    assert_null(c4_arena_alloc(&arena, 1000000));
    c4_arena_free(&arena);
    assert_int_equal(atomic_load(&counter.live), 0);
}

static int fill_arena(const crm4e_allocator *host, void *context)
{
    c4_mem mem = {*host};
    c4_arena arena;
    int rc = CRM4E_OK;

    (void)context;
    c4_arena_init(&arena, &mem);
    for (size_t i = 0; i < 40 && rc == CRM4E_OK; i++) {
        if (c4_arena_text(&arena, "twelve bytes", 12) == NULL ||
            c4_arena_array(&arena, 25, 8) == NULL) {
            rc = CRM4E_E_NO_MEMORY;
        }
    }
    c4_arena_free(&arena);
    return rc;
}

static void arena_survives_every_failing_allocation(void **state)
{
    (void)state;
    assert_in_range(fail_alloc_sweep(fill_arena, NULL), 3, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_and_multiplies_sizes),
        cmocka_unit_test(checks_64_bit_arithmetic),
        cmocka_unit_test(serves_edge_sizes),
        cmocka_unit_test(wipes),
        cmocka_unit_test(grows_by_doubling),
        cmocka_unit_test(arena_aligns_and_separates),
        cmocka_unit_test(arena_keeps_one_ordinary_block),
        cmocka_unit_test(arena_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
