/* SPDX-License-Identifier: MIT */
/* The encoding of history: a round trip, and nothing but what is written. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "record/record.h"

static uint64_t seed = 20240115;

static uint64_t next(void)
{
    seed += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = (seed ^ seed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static crm4e_value any_value(void)
{
    static const char *const texts[] = {"", "a", "n", "i5;", "t1:x", "五", "line\nend", "0"};
    static const int64_t numbers[] = {0, 1, -1, INT64_MAX, INT64_MIN, 10, 100};
    const char *text = texts[next() % 8];
    switch (next() % 3) {
    case 0: return c4_null();
    case 1: return c4_integer(numbers[next() % 7]);
    default: return c4_text_value(text, strlen(text));
    }
}

static void encode(c4_buffer *out, const c4_field_change *changes, size_t count)
{
    c4_buffer_reset(out);
    assert_int_equal(c4_changes_encode(out, changes, count), CRM4E_OK);
}

static void round_trip(void **state)
{
    c4_mem mem;
    c4_buffer out;
    c4_arena arena;
    (void)state;
    c4_mem_default(&mem);
    c4_buffer_init(&out, &mem, 1 << 20);
    c4_arena_init(&arena, &mem);
    for (size_t turn = 0; turn < 2000; turn++) {
        c4_field_change changes[6];
        c4_field_change *read = NULL;
        size_t given = (size_t)(next() % 7);
        size_t count = 99;
        for (size_t i = 0; i < given; i++) {
            changes[i] =
                (c4_field_change){(int32_t)(next() % INT32_MAX) + 1, any_value(), any_value()};
        }
        encode(&out, changes, given);
        assert_int_equal(c4_changes_decode(&arena, out.data, out.length, &read, &count), CRM4E_OK);
        assert_int_equal(count, given);
        for (size_t i = 0; i < given; i++) {
            assert_int_equal(read[i].field, changes[i].field);
            assert_true(c4_value_equal(&read[i].before, &changes[i].before));
            assert_true(c4_value_equal(&read[i].after, &changes[i].after));
        }
        c4_arena_reset(&arena);
    }
    c4_arena_free(&arena);
    c4_buffer_free(&out);
}

/* Whatever is decoded encodes to the same bytes; all else is refused. */
static void check_canonical(c4_arena *arena, c4_buffer *again, const char *bytes, size_t length)
{
    c4_field_change *changes = NULL;
    size_t count = 0;
    int rc = c4_changes_decode(arena, bytes, length, &changes, &count);
    if (rc == CRM4E_OK) {
        encode(again, changes, count);
        assert_int_equal(again->length, length);
        assert_true(length == 0 || memcmp(again->data, bytes, length) == 0);
    } else {
        assert_int_equal(rc, CRM4E_E_CORRUPT);
        assert_int_equal(count, 0);
    }
    c4_arena_reset(arena);
}

static void damaged_bytes_are_refused(void **state)
{
    static const char alphabet[] = "0123456789;:nit-\xE4\xBA\x94x";
    c4_mem mem;
    c4_buffer out;
    c4_buffer again;
    c4_arena arena;
    (void)state;
    c4_mem_default(&mem);
    c4_buffer_init(&out, &mem, 1 << 20);
    c4_buffer_init(&again, &mem, 1 << 20);
    c4_arena_init(&arena, &mem);
    for (size_t turn = 0; turn < 20000; turn++) {
        c4_field_change changes[3];
        for (size_t i = 0; i < 3; i++) {
            changes[i] = (c4_field_change){(int32_t)(next() % 5000) + 1, any_value(), any_value()};
        }
        encode(&out, changes, (size_t)(next() % 3) + 1);
        for (uint64_t i = next() % 3 + 1; i > 0; i--) {
            out.data[next() % out.length] = alphabet[next() % (sizeof alphabet - 1)];
        }
        check_canonical(&arena, &again, out.data,
                        next() % 4 == 0 ? next() % out.length : out.length);
    }
    c4_arena_free(&arena);
    c4_buffer_free(&again);
    c4_buffer_free(&out);
}

static void known_damage(void **state)
{
    static const char *const texts[] = {
        "1",          "1;",
        "1;n",        "0;nn",
        "-1;nn",      "01;nn",
        "1;nnx",      "1;i;n",
        "1;i-0;n",    "1;i01;n",
        "1;i+1;n",    "1;i9223372036854775808;n",
        "1;t1:n",     "1;t-1:nn",
        "1;t2:nn",    "1;t:nn",
        "1;t1:\xC3n", "2147483648;nn",
        "1;i1n",      "1;nn1",
        " 1;nn",      "1;t99999999999999999999:nn",
    };
    c4_mem mem;
    c4_arena arena;
    (void)state;
    c4_mem_default(&mem);
    c4_arena_init(&arena, &mem);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        c4_field_change *changes = NULL;
        size_t count = 0;
        assert_int_equal(c4_changes_decode(&arena, texts[i], strlen(texts[i]), &changes, &count),
                         CRM4E_E_CORRUPT);
    }
    c4_arena_free(&arena);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(damaged_bytes_are_refused),
        cmocka_unit_test(known_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
