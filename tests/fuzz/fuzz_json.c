/* SPDX-License-Identifier: MIT */
/* What was parsed and written is parsed to the same and written the same. */
#include "fuzz/fuzz.h"

#include "base/json.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
    CEILING = 1 << 20
};

static void same(const c4_json *a, const c4_json *b)
{
    size_t left = 0, right = 0;
    const char *one = c4_json_text(a, &left);
    const char *other = c4_json_text(b, &right);

    FUZZ_CHECK(c4_json_kind(a) == c4_json_kind(b) && c4_json_count(a) == c4_json_count(b));
    FUZZ_CHECK((one == NULL) == (other == NULL) && left == right);
    FUZZ_CHECK(one == NULL || memcmp(one, other, left) == 0);
    FUZZ_CHECK(c4_json_boolean(a, false) == c4_json_boolean(b, false));
    for (size_t i = 0; i < c4_json_count(a); i++) {
        const char *key = NULL, *second = NULL;

        if (c4_json_kind(a) == C4_JSON_ARRAY) {
            same(c4_json_item(a, i), c4_json_item(b, i));
            continue;
        }
        same(c4_json_member_at(a, i, &key), c4_json_member_at(b, i, &second));
        FUZZ_CHECK(strcmp(key, second) == 0);
        FUZZ_CHECK(c4_json_member(a, key) == c4_json_member_at(a, i, &key));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_copy(data, size);
    c4_json_document first = {0}, second = {0};
    c4_buffer written, again;
    int rc = c4_json_parse(&first, fuzz_mem(), text, size, CEILING);

    c4_buffer_init(&written, fuzz_mem(), SIZE_MAX / 4);
    c4_buffer_init(&again, fuzz_mem(), SIZE_MAX / 4);
    FUZZ_CHECK(rc == CRM4E_OK || rc == CRM4E_E_INVALID || rc == CRM4E_E_DEPTH ||
               rc == CRM4E_E_TOO_BIG);
    if (rc == CRM4E_OK) {
        c4_json_put_value(&written, first.root);
        FUZZ_CHECK(written.code == CRM4E_OK);
        FUZZ_CHECK(c4_json_parse(&second, fuzz_mem(), written.data, written.length, SIZE_MAX / 4) ==
                   CRM4E_OK);
        same(first.root, second.root);
        c4_json_put_value(&again, second.root);
        FUZZ_CHECK(again.length == written.length &&
                   memcmp(again.data, written.data, again.length) == 0);
    }
    c4_buffer_free(&written);
    c4_buffer_free(&again);
    c4_json_free(&first);
    c4_json_free(&second);
    free(text);
    return 0;
}
