/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <crm4e/errors.h>
#include "base/map.h"
#include "support/fail_alloc.h"

enum {
    MANY = 100000
};

static char values[MANY];

/* Every third key is long, so that both ways of keeping a key are used. */
static size_t key_of(size_t i, char text[64])
{
    return (size_t)snprintf(text, 64, i % 3 == 0 ? "a key beyond the slot %zu" : "k%zu", i);
}

static int put_many(c4_map *map, size_t count)
{
    char key[64];
    int rc = CRM4E_OK;

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        size_t length = key_of(i, key);
        rc = c4_map_put(map, key, length, &values[i]);
    }
    return rc;
}

static void assert_has(const c4_map *map, size_t i, bool has)
{
    char key[64];
    size_t length = key_of(i, key);

    assert_ptr_equal(c4_map_get(map, key, length), has ? &values[i] : NULL);
}

static void holds_many_keys(void **state)
{
    c4_mem mem;
    c4_map map;
    char key[64];

    (void)state;
    c4_mem_default(&mem);
    c4_map_init(&map, &mem);
    assert_int_equal(put_many(&map, MANY), CRM4E_OK);
    assert_int_equal(map.count, MANY);
    for (size_t i = 0; i < MANY; i++) {
        assert_has(&map, i, true);
    }
    for (size_t i = 0; i < MANY; i += 2) {
        size_t length = key_of(i, key);
        assert_ptr_equal(c4_map_remove(&map, key, length), &values[i]);
    }
    assert_int_equal(map.count, MANY / 2);
    for (size_t i = 0; i < MANY; i++) {
        assert_has(&map, i, i % 2 == 1);
    }
    c4_map_free(&map);
}

static void walks_each_entry_once(void **state)
{
    c4_mem mem;
    c4_map map;
    size_t position = 0;
    size_t length;
    const void *key;
    void *value;
    char seen[1000] = {0};

    (void)state;
    c4_mem_default(&mem);
    c4_map_init(&map, &mem);
    assert_false(c4_map_next(&map, &position, &key, &length, &value));
    assert_int_equal(put_many(&map, sizeof seen), CRM4E_OK);
    while (c4_map_next(&map, &position, &key, &length, &value)) {
        assert_ptr_equal(c4_map_get(&map, key, length), value);
        seen[(char *)value - values]++;
    }
    for (size_t i = 0; i < sizeof seen; i++) {
        assert_int_equal(seen[i], 1);
    }
    c4_map_free(&map);
}

static void knows_edge_keys(void **state)
{
    c4_mem mem;
    c4_map map;

    (void)state;
    c4_mem_default(&mem);
    c4_map_init(&map, &mem);
    assert_null(c4_map_get(&map, "a", 1));
    assert_null(c4_map_remove(&map, "a", 1));
    assert_int_equal(c4_map_put(&map, NULL, 0, &values[0]), CRM4E_OK);
    assert_int_equal(c4_map_put(&map, "\0", 1, &values[1]), CRM4E_OK);
    assert_int_equal(c4_map_put(&map, "0123456789abcdef", 16, &values[2]), CRM4E_OK);
    assert_int_equal(c4_map_put(&map, "0123456789abcdefg", 17, &values[3]), CRM4E_OK);
    assert_int_equal(c4_map_put(&map, "\0", 1, &values[4]), CRM4E_OK);
    assert_int_equal(map.count, 4);
    assert_ptr_equal(c4_map_get(&map, "", 0), &values[0]);
    assert_ptr_equal(c4_map_get(&map, "\0", 1), &values[4]);
    assert_ptr_equal(c4_map_get(&map, "0123456789abcdef", 16), &values[2]);
    assert_ptr_equal(c4_map_get(&map, "0123456789abcdefg", 17), &values[3]);
    assert_ptr_equal(c4_map_remove(&map, NULL, 0), &values[0]);
    assert_null(c4_map_get(&map, NULL, 0));
    assert_int_equal(c4_map_put_i64(&map, INT64_MIN, &values[5]), CRM4E_OK);
    assert_int_equal(c4_map_put_i64(&map, 0, &values[6]), CRM4E_OK);
    assert_ptr_equal(c4_map_get_i64(&map, INT64_MIN), &values[5]);
    assert_ptr_equal(c4_map_get_i64(&map, 0), &values[6]);
    assert_null(c4_map_get_i64(&map, 1));
    c4_map_free(&map);
    c4_map_free(&map);
}

/* Many removals and insertions in a small map against a plain array. */
static void agrees_with_a_model(void **state)
{
    c4_mem mem;
    c4_map map;
    bool model[64] = {false};
    uint64_t random = 88172645463325252U;

    (void)state;
    c4_mem_default(&mem);
    c4_map_init(&map, &mem);
    for (int step = 0; step < 20000; step++) {
        char key[64];
        size_t i;
        size_t length;
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        i = random % 64;
        length = key_of(i, key);
        if ((random >> 32) % 2 == 0) {
            assert_int_equal(c4_map_put(&map, key, length, &values[i]), CRM4E_OK);
            model[i] = true;
        } else {
            assert_ptr_equal(c4_map_remove(&map, key, length), model[i] ? &values[i] : NULL);
            model[i] = false;
        }
        i = (random >> 40) % 64;
        assert_has(&map, i, model[i]);
    }
    for (size_t i = 0; i < 64; i++) {
        assert_has(&map, i, model[i]);
    }
    c4_map_free(&map);
}

static int fill_map(const crm4e_allocator *host, void *context)
{
    c4_mem mem = {*host};
    c4_map map;
    size_t before;
    int rc;

    (void)context;
    c4_map_init(&map, &mem);
    rc = put_many(&map, 100);
    before = map.count;
    if (rc == CRM4E_OK ? before != 100 : before >= 100) {
        rc = CRM4E_E_INTERNAL;
    }
    for (size_t i = 0; i < before; i++) {
        char key[64];
        size_t length = key_of(i, key);
        if (c4_map_get(&map, key, length) != &values[i]) {
            rc = CRM4E_E_INTERNAL;
        }
    }
    c4_map_free(&map);
    return rc;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    /* 34 long keys, and slots for 16, 32, 64, 128 and 256. */
    assert_in_range(fail_alloc_sweep(fill_map, NULL), 37, 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_many_keys),
        cmocka_unit_test(walks_each_entry_once),
        cmocka_unit_test(knows_edge_keys),
        cmocka_unit_test(agrees_with_a_model),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
