/* SPDX-License-Identifier: MIT */
/* The encoding of history: a round trip, and nothing but what is written. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
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
    static const char *const texts[] = {
        "",
        "a",
        "n",
        "0",
        "\\\"",
        "\x01\x1F\x7F",
        "\xE4\xBA\x94",
        "line\nend",
        "00<",
        "oooooooooooo",
        "\xF4\x8F\xBF\xBF and more than fifty-two bytes, so that a length takes two"};
    static const int64_t numbers[] = {
        0,    1,    -1,    26,    27,        -26,       -27,           -32,    32,
        2047, 2048, -2048, -2049, INT64_MAX, INT64_MIN, INT64_MAX - 1, 131072, -131072};
    const char *text = texts[next() % (sizeof texts / sizeof texts[0])];
    switch (next() % 4) {
    case 0: return c4_null();
    case 1: return c4_integer(numbers[next() % (sizeof numbers / sizeof numbers[0])]);
    case 2: return c4_integer((int64_t)(next() >> next() % 64));
    default: return c4_text_value(text, strlen(text));
    }
}

/* Steps of every size, and from the standard's fields to an org's own; 0: there is none left. */
static int32_t any_field(int32_t last)
{
    static const int32_t steps[] = {1, 1, 2, 6, 7, 8, 58, 59, 60, 66, 67, 5000};
    static const int32_t places[] = {1 << 30, (1 << 30) - 1, (1 << 30) + 60, INT32_MAX, 1000002};
    const int64_t field = next() % 4 > 0
                              ? last + (int64_t)steps[next() % (sizeof steps / sizeof steps[0])]
                              : places[next() % (sizeof places / sizeof places[0])];
    return field > last && field <= INT32_MAX ? (int32_t)field : 0;
}

static size_t any_line(c4_field_change *changes, size_t most)
{
    int32_t last = 0;
    size_t count = 0;
    while (count < most && (last = any_field(last)) != 0) {
        c4_field_change change = {last, any_value(), any_value()};
        if (change.before.type == CRM4E_VALUE_NULL && change.after.type == CRM4E_VALUE_NULL) {
            change.after = c4_integer(0);
        }
        changes[count++] = change;
    }
    return count;
}

typedef struct bench {
    c4_mem mem;
    c4_buffer line, again;
    c4_arena arena;
} bench;

static void start(bench *b)
{
    c4_mem_default(&b->mem);
    c4_buffer_init(&b->line, &b->mem, 1 << 24);
    c4_buffer_init(&b->again, &b->mem, 1 << 24);
    c4_arena_init(&b->arena, &b->mem);
}

static void end(bench *b)
{
    c4_arena_free(&b->arena);
    c4_buffer_free(&b->again);
    c4_buffer_free(&b->line);
}

static void encode(c4_buffer *out, const c4_field_change *changes, size_t count)
{
    c4_buffer_reset(out);
    assert_int_equal(c4_changes_encode(out, changes, count), CRM4E_OK);
}

static void check_round_trip(bench *b, const c4_field_change *changes, size_t given)
{
    c4_field_change *read = NULL;
    size_t count = 99;
    encode(&b->line, changes, given);
    assert_int_equal(c4_text_check(b->line.data, b->line.length), CRM4E_OK);
    assert_int_equal(c4_changes_decode(&b->arena, b->line.data, b->line.length, &read, &count),
                     CRM4E_OK);
    assert_int_equal(count, given);
    for (size_t i = 0; i < given; i++) {
        assert_int_equal(read[i].field, changes[i].field);
        assert_true(c4_value_equal(&read[i].before, &changes[i].before));
        assert_true(c4_value_equal(&read[i].after, &changes[i].after));
    }
    c4_arena_reset(&b->arena);
}

static void round_trip(void **state)
{
    bench b;
    (void)state;
    start(&b);
    for (size_t turn = 0; turn < 20000; turn++) {
        c4_field_change changes[6];
        check_round_trip(&b, changes, any_line(changes, (size_t)(next() % 7)));
    }
    end(&b);
}

/* Around every power of two, which is where lengths change, of either sign. */
static void every_size_of_number(void **state)
{
    bench b;
    (void)state;
    start(&b);
    for (unsigned bits = 0; bits < 64; bits++) {
        for (uint64_t near = 0; near < 5; near++) {
            const int64_t number = (int64_t)((UINT64_C(1) << bits) + near - 2);
            const c4_field_change change = {7, c4_integer(number), c4_integer(~number)};
            check_round_trip(&b, &change, 1);
        }
    }
    end(&b);
}

static void texts_of_every_length(void **state)
{
    enum {
        LONGEST = 4 << 20
    };
    static const size_t lengths[] = {0, 1, 52, 53, 63, 64, 4095, 4096, 262143, 262144, LONGEST};
    char *text = malloc(LONGEST);
    bench b;
    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < LONGEST; i++) {
        text[i] = (char)(i % 127 + 1); /* each that may stand alone */
    }
    start(&b);
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        const c4_field_change changes[] = {{1, c4_text_value(text, lengths[i]), c4_null()},
                                           {2, c4_null(), c4_text_value(text, lengths[i])}};
        check_round_trip(&b, changes, 2);
    }
    end(&b);
    free(text);
}

/* Whatever is decoded encodes to the same bytes; all else is refused. */
static bool check_canonical(bench *b, const char *bytes, size_t length)
{
    c4_field_change *changes = NULL;
    size_t count = 0;
    int rc = c4_changes_decode(&b->arena, bytes, length, &changes, &count);
    if (rc == CRM4E_OK) {
        encode(&b->again, changes, count);
        assert_int_equal(b->again.length, length);
        assert_true(length == 0 || memcmp(b->again.data, bytes, length) == 0);
    } else {
        assert_int_equal(rc, CRM4E_E_CORRUPT);
        assert_int_equal(count, 0);
        assert_null(changes);
    }
    c4_arena_reset(&b->arena);
    return rc == CRM4E_OK;
}

/* A copy of its very size, so that a byte read behind it shows. */
static void check_cut(bench *b, size_t length)
{
    char *copy = malloc(length);
    assert_non_null(copy);
    memcpy(copy, b->line.data, length);
    (void)check_canonical(b, copy, length);
    free(copy);
}

static void each_byte_changed_and_each_end_cut(void **state)
{
    bench b;
    (void)state;
    start(&b);
    for (size_t turn = 0; turn < 60; turn++) {
        c4_field_change changes[5];
        const size_t count = any_line(changes, 5);
        encode(&b.line, changes, count);
        assert_true(count == 0 || check_canonical(&b, b.line.data, b.line.length));
        for (size_t at = 0; at < b.line.length; at++) {
            const char kept = b.line.data[at];
            for (int byte = 0; byte < 256; byte++) {
                b.line.data[at] = (char)byte;
                (void)check_canonical(&b, b.line.data, b.line.length);
            }
            b.line.data[at] = kept;
            if (at > 0) {
                check_cut(&b, at);
            }
        }
    }
    end(&b);
}

static void damaged_bytes_are_refused(void **state)
{
    static const char alphabet[] = "0123456789:;<=>?@Vdefgmno\\-\xE4\xBA\x94x";
    bench b;
    (void)state;
    start(&b);
    for (size_t turn = 0; turn < 20000; turn++) {
        c4_field_change changes[3];
        size_t count = 0;
        while (count == 0) {
            count = any_line(changes, (size_t)(next() % 3) + 1);
        }
        encode(&b.line, changes, count);
        for (uint64_t i = next() % 3 + 1; i > 0; i--) {
            b.line.data[next() % b.line.length] = alphabet[next() % (sizeof alphabet - 1)];
        }
        (void)check_canonical(&b, b.line.data,
                              next() % 4 == 0 ? next() % b.line.length : b.line.length);
    }
    end(&b);
}

/* "0": field 1 from null to an integer; '8' is of null and text, '@' of an integer and null. */
static void known_lines(void **state)
{
    static const char *const good[] = {
        "00",   "10",   "50",     "600",           "6eo0",     "6d0",         "700", "7d0", "80",
        "81x",  "@0",   "H00",    "P00",           "X0",       "`00",         "h00", "0eo", "0ee",
        "0foo", "0000", "600700", "0o?oooooooooo", "7iooooo0", "6iooooh0700",
    };
    static const char *const bad[] = {
        "0",   /* no value */
        "000", /* a second field without one */
        "6",
        "60", /* no step, and no value behind it */
        "6iooooi0",
        "6iooooh000", /* to the org's own fields by other steps */
        "700700",     /* ... and there twice */
        "7j1000000",
        "7006iooooi0",
        "6o?oooooooooo0", /* beyond all fields */
        "0e0",
        "0ed",
        "0f0o",
        "0o0oooooooooo", /* more digits than are needed */
        "0f",
        "0fo",
        "0ooooo",        /* fewer than were told */
        "0o@0000000000", /* beyond 64 bits */
        "0p",
        "0~",
        "0 ",
        "0/",
        "p0",
        "/0",
        "\x7F",
        "\xFF", /* no digits */
        "8",
        "81",
        "82x",
        "8e0",
        "8o?oooooooooo", /* no length, or no text */
        "81\xC3",
        "81\xE4\xBA\x94", /* parts of characters */
    };
    bench b;
    (void)state;
    start(&b);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (check_canonical(&b, bad[i], strlen(bad[i]))) {
            fail_msg("%s is taken", bad[i]);
        }
    }
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (!check_canonical(&b, good[i], strlen(good[i]))) {
            fail_msg("%s is refused", good[i]);
        }
    }
    assert_false(check_canonical(&b, NULL, 1));
    assert_true(check_canonical(&b, NULL, 0));
    end(&b);
}

static void put_step(bench *b, int32_t first, int32_t second, const char *line)
{
    const c4_field_change changes[] = {{first, c4_null(), c4_integer(0)},
                                       {second, c4_null(), c4_integer(0)}};
    encode(&b->line, changes, 2);
    assert_string_equal(c4_buffer_c_str(&b->line), line);
}

static void steps(void **state)
{
    bench b;
    (void)state;
    start(&b);
    put_step(&b, 1, 2, "0000");
    put_step(&b, 6, 12, "5050");
    put_step(&b, 7, 14, "600600");
    put_step(&b, 1, 1 << 30, "00700");
    put_step(&b, (1 << 30) - 1, 1 << 30, "6iooooh0700");
    put_step(&b, 1 << 30, INT32_MAX, "7006iooooh0");
    end(&b);
}

static void misuse(void **state)
{
    const c4_field_change none = {1, c4_null(), c4_null()};
    const c4_field_change blob = {1, c4_null(), c4_blob("x", 1)};
    const c4_field_change old_blob = {1, c4_blob("x", 1), c4_null()};
    const c4_field_change zero = {0, c4_null(), c4_integer(1)};
    const c4_field_change same[] = {{5, c4_null(), c4_integer(1)}, {5, c4_null(), c4_integer(2)}};
    const c4_field_change back[] = {{5, c4_null(), c4_integer(1)}, {4, c4_null(), c4_integer(1)}};
    const struct {
        const c4_field_change *changes;
        size_t count;
    } wrong[] = {{&none, 1}, {&blob, 1}, {&old_blob, 1}, {&zero, 1}, {same, 2}, {back, 2}};
    bench b;
    (void)state;
    start(&b);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        c4_buffer_reset(&b.line);
        assert_int_equal(c4_changes_encode(&b.line, wrong[i].changes, wrong[i].count),
                         CRM4E_E_INTERNAL);
        c4_buffer_free(&b.line);
        c4_buffer_init(&b.line, &b.mem, 1 << 24);
    }
    end(&b);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(every_size_of_number),
        cmocka_unit_test(texts_of_every_length),
        cmocka_unit_test(each_byte_changed_and_each_end_cut),
        cmocka_unit_test(damaged_bytes_are_refused),
        cmocka_unit_test(known_lines),
        cmocka_unit_test(steps),
        cmocka_unit_test(misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
