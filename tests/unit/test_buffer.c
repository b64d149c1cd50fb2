/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <crm4e/errors.h>
#include "base/buffer.h"
#include "support/fail_alloc.h"

static void writes(void **state)
{
    c4_mem mem;
    c4_buffer buffer;
    size_t length = 99;
    char *taken;

    (void)state;
    c4_mem_default(&mem);
    c4_buffer_init(&buffer, &mem, 1000);
    assert_string_equal(c4_buffer_c_str(&buffer), "");
    c4_buffer_put(&buffer, NULL, 0);
    c4_buffer_text(&buffer, "ab");
    c4_buffer_char(&buffer, ' ');
    c4_buffer_i64(&buffer, INT64_MIN);
    c4_buffer_put(&buffer, "\0x", 2);
    assert_int_equal(buffer.length, 25);
    assert_memory_equal(c4_buffer_c_str(&buffer), "ab -9223372036854775808\0x", 26);
    c4_buffer_char(&buffer, 'y');
    c4_buffer_cut(&buffer, 25);
    c4_buffer_cut(&buffer, 26); /* there is no more */
    taken = c4_buffer_take(&buffer, &length);
    assert_int_equal(length, 25);
    assert_int_equal(taken[25], '\0');
    assert_null(buffer.data);
    c4_buffer_cut(&buffer, 0);
    c4_free(&mem, taken);
    taken = c4_buffer_take(&buffer, NULL);
    assert_string_equal(taken, "");
    c4_free(&mem, taken);
    c4_buffer_free(&buffer);
}

static void stops_at_its_ceiling(void **state)
{
    c4_mem mem;
    c4_buffer buffer;

    (void)state;
    c4_mem_default(&mem);
    c4_buffer_init(&buffer, &mem, 4);
    c4_buffer_text(&buffer, "abcd");
    assert_int_equal(buffer.code, CRM4E_OK);
    c4_buffer_char(&buffer, 'e');
    assert_int_equal(buffer.code, CRM4E_E_TOO_BIG);
    assert_null(c4_buffer_c_str(&buffer));
    c4_buffer_put(&buffer, "", 0);
    assert_int_equal(buffer.length, 4);
    assert_null(c4_buffer_extend(&buffer, 0));
    assert_null(c4_buffer_take(&buffer, NULL));
    c4_buffer_reset(&buffer);
    assert_string_equal(c4_buffer_c_str(&buffer), "");
    /* Refused before the bytes are touched. */
    c4_buffer_put(&buffer, "x", SIZE_MAX);
    assert_int_equal(buffer.code, CRM4E_E_TOO_BIG);
    c4_buffer_free(&buffer);
    assert_int_equal(buffer.code, CRM4E_OK);

    c4_buffer_init(&buffer, &mem, 0);
    c4_buffer_text(&buffer, "");
    assert_string_equal(c4_buffer_c_str(&buffer), "");
    c4_buffer_char(&buffer, 'a');
    assert_int_equal(buffer.code, CRM4E_E_TOO_BIG);
    c4_buffer_free(&buffer);

    c4_buffer_init(&buffer, &mem, SIZE_MAX);
    c4_buffer_char(&buffer, 'a');
    c4_buffer_put(&buffer, "x", SIZE_MAX - 1);
    assert_int_equal(buffer.code, CRM4E_E_TOO_BIG);
    c4_buffer_free(&buffer);
}

static int write_much(const crm4e_allocator *host, void *context)
{
    c4_mem mem = {*host};
    c4_buffer buffer;
    int rc;

    (void)context;
    c4_buffer_init(&buffer, &mem, 100000);
    for (int64_t i = 0; i < 1000; i++) {
        c4_buffer_i64(&buffer, i);
    }
    rc = buffer.code;
    if (rc == CRM4E_OK && buffer.length != 2890) {
        rc = CRM4E_E_INTERNAL;
    }
    c4_buffer_free(&buffer);
    return rc;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    assert_in_range(fail_alloc_sweep(write_much, NULL), 6, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes),
        cmocka_unit_test(stops_at_its_ceiling),
        cmocka_unit_test(survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
