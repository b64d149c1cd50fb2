/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/base64.h"

/* The examples of RFC 4648, section 10, and the two letters of its own. */
static const struct {
    const char *bytes;
    const char *text;
} vectors[] = {
    {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
    {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xef\xff", "--__"},
};

static void test_published(void **state)
{
    c4_mem mem;

    (void)state;
    c4_mem_default(&mem);
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        size_t length = strlen(vectors[i].bytes), count = 0;
        unsigned char bytes[16];
        c4_base64 pieces = {0, 0};
        c4_buffer out;

        c4_buffer_init(&out, &mem, 100);
        for (size_t at = 0; at < length; at++)
            c4_base64_put(&pieces, &out, vectors[i].bytes + at, 1);
        c4_base64_end(&pieces, &out);
        assert_string_equal(c4_buffer_c_str(&out), vectors[i].text);
        assert_true(c4_base64_room(out.length) >= length);
        assert_true(c4_base64_decode(vectors[i].text, out.length, bytes, &count));
        assert_int_equal(count, length);
        assert_memory_equal(bytes, vectors[i].bytes, length);
        c4_buffer_free(&out);
    }
}

/* A letter too few, one of another alphabet, padding, bits that are left. */
static void test_refused(void **state)
{
    static const char *const texts[] = {"Z", "Zm9vY", "Zm+v", "Zm/v", "Zg==", "Zh", "Zm9", "Z g"};
    unsigned char bytes[16];
    size_t count;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_false(c4_base64_decode(texts[i], strlen(texts[i]), bytes, &count));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
