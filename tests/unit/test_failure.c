/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/failure.h"
#include "base/text.h"

static const int codes[] = {
#define CODE(name, number, text) number,
    CRM4E_ERRORS(CODE)
#undef CODE
};

static void names_codes(void **state)
{
    (void)state;
    assert_string_equal(crm4e_code_name(CRM4E_OK), "CRM4E_OK");
    assert_string_equal(crm4e_code_name(CRM4E_ROW), "CRM4E_ROW");
    assert_string_equal(crm4e_code_name(CRM4E_E_INVALID), "CRM4E_E_INVALID");
    assert_string_equal(crm4e_code_name(CRM4E_E_INTERNAL), "CRM4E_E_INTERNAL");
    assert_string_equal(crm4e_code_text(CRM4E_E_FULL), "the storage is full");
    assert_string_equal(crm4e_code_name(-22), "CRM4E_E_UNKNOWN");
    assert_string_equal(crm4e_code_name(CRM4E_E_FATAL), "CRM4E_E_UNKNOWN");
    assert_string_equal(crm4e_code_name(INT32_MIN), "CRM4E_E_UNKNOWN");
    assert_true(crm4e_code_text(4711)[0] != '\0');
}

static void codes_are_unique_and_negative(void **state)
{
    size_t count = sizeof codes / sizeof codes[0];

    (void)state;
    for (size_t i = 0; i < count; i++) {
        assert_true(codes[i] < 0 && codes[i] != CRM4E_E_FATAL);
        for (size_t other = 0; other < i; other++) {
            assert_true(codes[i] != codes[other]);
        }
    }
}

static void keeps_the_detail(void **state)
{
    crm4e_error error = {0};

    (void)state;
    assert_int_equal(c4_fail(&error, CRM4E_E_LIMIT, "at most %d %s", 5, "modules"), CRM4E_E_LIMIT);
    assert_int_equal(c4_fail_field(&error, "Deals", "Stage", "mandatory"), CRM4E_E_LIMIT);
    assert_int_equal(c4_fail_limit(&error, "team_modules", 5, 6), CRM4E_E_LIMIT);
    assert_int_equal(crm4e_error_code(&error), CRM4E_E_LIMIT);
    assert_string_equal(crm4e_error_message(&error), "at most 5 modules");
    assert_string_equal(crm4e_error_module(&error), "Deals");
    assert_string_equal(crm4e_error_field(&error), "Stage");
    assert_string_equal(crm4e_error_rule(&error), "team_modules");
    assert_int_equal(crm4e_error_limit(&error), 5);
    assert_int_equal(crm4e_error_current(&error), 6);
    /* A later failure leaves nothing of the earlier one. */
    assert_int_equal(c4_fail(&error, CRM4E_E_BUSY, "again: %s", error.message), CRM4E_E_BUSY);
    assert_string_equal(crm4e_error_message(&error), "again: at most 5 modules");
    assert_string_equal(crm4e_error_module(&error), "");
    assert_string_equal(crm4e_error_rule(&error), "");
    assert_int_equal(crm4e_error_limit(&error), 0);
    c4_fail_field(&error, NULL, NULL, NULL);
    assert_string_equal(crm4e_error_field(&error), "");
}

static void is_negative_exactly_with_a_message(void **state)
{
    crm4e_error error = {0};

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        assert_int_equal(c4_fail_plain(&error, codes[i]), codes[i]);
        assert_string_equal(crm4e_error_message(&error), crm4e_code_text(codes[i]));
    }
    c4_fail(&error, CRM4E_E_IO, "%s", "");
    assert_string_equal(crm4e_error_message(&error), crm4e_code_text(CRM4E_E_IO));
    assert_int_equal(c4_fail(&error, CRM4E_ROW, "no failure"), CRM4E_ROW);
    assert_int_equal(crm4e_error_code(&error), CRM4E_OK);
    assert_string_equal(crm4e_error_message(&error), "");
    c4_fail_plain(&error, CRM4E_E_IO);
    c4_failure_clear(&error);
    assert_int_equal(crm4e_error_code(&error), CRM4E_OK);
    assert_string_equal(crm4e_error_message(&error), "");
}

/* Code points of one to four bytes across the end of the message. */
static void cuts_at_a_code_point(void **state)
{
    static const char *const points[] = {"x", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80"};
    crm4e_error error = {0};

    (void)state;
    for (size_t width = 1; width <= 4; width++) {
        for (size_t shift = 0; shift < 4; shift++) {
            char text[512] = "abc";
            size_t length;
            for (length = shift; length < 500; length += width) {
                memcpy(text + length, points[width - 1], width + 1);
            }
            c4_fail(&error, CRM4E_E_INVALID, "%s", text);
            length = strlen(error.message);
            assert_int_equal(c4_text_check(error.message, length), CRM4E_OK);
            assert_in_range(length, sizeof error.message - width, sizeof error.message - 1);
            assert_memory_equal(error.message, text, length);
        }
    }
}

static void keeps_a_message_that_just_fits(void **state)
{
    crm4e_error error = {0};
    char text[sizeof error.message + 1];

    (void)state;
    memset(text, 'm', sizeof text);
    memcpy(text + sizeof error.message - 3, "\xC3\xA4", 3);
    c4_fail(&error, CRM4E_E_INVALID, "%s", text);
    assert_string_equal(error.message, text);
    c4_fail_field(&error, text, text, text);
    assert_int_equal(strlen(error.module), sizeof error.module - 1);
    assert_int_equal(strlen(error.rule), sizeof error.rule - 1);
}

static void needs_no_handle(void **state)
{
    (void)state;
    c4_failure_clear(NULL);
    assert_int_equal(c4_fail(NULL, CRM4E_E_DENIED, "%d", 1), CRM4E_E_DENIED);
    assert_int_equal(c4_fail_plain(NULL, CRM4E_E_DENIED), CRM4E_E_DENIED);
    assert_int_equal(c4_fail_field(NULL, "a", "b", "c"), CRM4E_E_INTERNAL);
    assert_int_equal(c4_fail_limit(NULL, "a", 1, 2), CRM4E_E_INTERNAL);
    assert_int_equal(crm4e_error_code(NULL), CRM4E_E_MISUSE);
    assert_string_equal(crm4e_error_message(NULL), "");
    assert_string_equal(crm4e_error_module(NULL), "");
    assert_string_equal(crm4e_error_field(NULL), "");
    assert_string_equal(crm4e_error_rule(NULL), "");
    assert_int_equal(crm4e_error_limit(NULL), 0);
    assert_int_equal(crm4e_error_current(NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_codes),
        cmocka_unit_test(codes_are_unique_and_negative),
        cmocka_unit_test(keeps_the_detail),
        cmocka_unit_test(is_negative_exactly_with_a_message),
        cmocka_unit_test(cuts_at_a_code_point),
        cmocka_unit_test(keeps_a_message_that_just_fits),
        cmocka_unit_test(needs_no_handle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
