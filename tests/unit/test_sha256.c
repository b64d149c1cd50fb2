/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/sha256.h"

/* Messages and hashes of the standard's examples. */
static void test_published(void **state)
{
    static const struct {
        const char *message;
        const char *hash;
    } vectors[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    char text[C4_SHA256_TEXT];
    c4_sha256 hash;

    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        c4_sha256_start(&hash);
        c4_sha256_add(&hash, vectors[i].message, strlen(vectors[i].message));
        c4_sha256_end(&hash, text);
        assert_string_equal(text, vectors[i].hash);
    }
}

/* A million letters, in pieces of every size. */
static void test_pieces(void **state)
{
    char letters[1000];
    char text[C4_SHA256_TEXT];
    c4_sha256 hash;
    size_t left = 1000000;

    (void)state;
    memset(letters, 'a', sizeof letters);
    c4_sha256_start(&hash);
    for (size_t size = 0; left > 0; size = (size + 1) % sizeof letters) {
        size_t piece = size < left ? size : left;

        c4_sha256_add(&hash, letters, piece);
        left -= piece;
    }
    c4_sha256_end(&hash, text);
    assert_string_equal(text, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_published),
        cmocka_unit_test(test_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
