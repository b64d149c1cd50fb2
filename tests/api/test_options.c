/* SPDX-License-Identifier: MIT */
/* The size of each options struct: none, too small, larger with nothing in the
 * tail, larger with something this release does not know. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "interface.h"

static bool misuse(int code)
{
    return code == CRM4E_E_MISUSE;
}

static bool invalid(int code)
{
    return code == CRM4E_E_INVALID;
}

static void refused(const function *called, size_case size, const char *where,
                    bool (*expected)(int code))
{
    fixture f;
    probe p;

    assert_int_equal(fixture_open(&f, FIXTURE_MEMORY), CRM4E_OK);
    probe_init(&p, &f);
    p.size = size;
    interface_refused(called, &p, where, expected);
    assert_true(fixture_close(&f));
}

static void accepted(const function *called)
{
    fixture f;
    probe p;

    assert_int_equal(fixture_open(&f, FIXTURE_MEMORY), CRM4E_OK);
    probe_init(&p, &f);
    p.size = SIZE_ZERO_TAIL;
    probe_run(called, &p);
    if (p.code < 0)
        interface_fail(called, "zero tail", crm4e_code_name(p.code));
    probe_release(called, &p);
    assert_true(fixture_close(&f));
}

static void check(void **state)
{
    const function *called = *state;

    if (find_parameter(called, PARAMETER_OPTIONS) < 0)
        return;
    refused(called, SIZE_ZERO, "size 0", misuse);
    refused(called, SIZE_SMALL, "too small", misuse);
    refused(called, SIZE_OTHER_TAIL, "unknown member", invalid);
    accepted(called);
}

int main(void)
{
    return interface_run("options", check);
}
