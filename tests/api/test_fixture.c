/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "fixture.h"

static void stands(fixture_storage kind)
{
    fixture f;
    int rc = fixture_open(&f, kind);

    if (rc < 0)
        print_error("%s; engine: %s; session: %s; other: %s\n", crm4e_code_name(rc),
                    crm4e_error_message(crm4e_engine_error(f.engine)),
                    crm4e_error_message(crm4e_session_error(f.own.session)),
                    crm4e_error_message(crm4e_session_error(f.other.session)));
    assert_int_equal(rc, CRM4E_OK);
    unchanged_mark(&f.watch);
    assert_true(f.watch.hash != 0);
    (void)unchanged_problem(&f.watch); /* what grows once */
    unchanged_mark(&f.watch);
    assert_null(unchanged_problem(&f.watch));
    assert_int_equal(fixture_count(f.own.session, "select Last_Name from Leads"), 2);
    assert_int_equal(fixture_lead(f.own.session, "Four", NULL), CRM4E_OK);
    assert_string_equal(unchanged_rows_problem(&f.watch), "rows changed");
    assert_true(fixture_close(&f));
}

static void in_memory(void **state)
{
    (void)state;
    stands(FIXTURE_MEMORY);
}

static void in_sqlite(void **state)
{
    (void)state;
    stands(FIXTURE_SQLITE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_memory),
        cmocka_unit_test(in_sqlite),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
