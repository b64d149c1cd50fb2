/* SPDX-License-Identifier: MIT */
/* How long a record stays in the bin, by a clock that may be set back. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "fixture.h"

#define DAY (INT64_C(24) * 60 * 60 * 1000000)

static int32_t purged(fixture *f, int32_t days, int32_t budget)
{
    int32_t done = -1;

    assert_int_equal(crm4e_bin_empty(f->own.session, "Leads", days, budget, &done), CRM4E_OK);
    return done;
}

/* Whether the list of the bin has it. */
static bool list_says(fixture *f, const char *what)
{
    crm4e_text *text = NULL;
    bool found;

    assert_int_equal(crm4e_bin_json(&text, f->own.session, NULL), CRM4E_OK);
    found = strstr(crm4e_text_data(text), what) != NULL;
    crm4e_text_free(text);
    return found;
}

/* The fixture's lead was deleted when it was made. */
static void sixty_days(void **state)
{
    fixture *f = *state;
    int64_t start = f->time;

    assert_true(list_says(f, "\"days_left\":60"));
    f->time = start + DAY;
    assert_true(list_says(f, "\"days_left\":59"));
    f->time = start + 59 * DAY;
    assert_true(list_says(f, "\"days_left\":1"));
    assert_int_equal(purged(f, CRM4E_BIN_DAYS, 10), 0);
    f->time = start + 61 * DAY;
    assert_true(list_says(f, "\"days_left\":0"));
    /* until it is purged it may come back */
    assert_int_equal(crm4e_record_restore(f->own.session, "Leads", f->own.deleted_lead), CRM4E_OK);
    assert_int_equal(crm4e_record_delete(f->own.session, "Leads", f->own.deleted_lead, 0),
                     CRM4E_OK);
    assert_true(list_says(f, "\"days_left\":60"));
    f->time += 61 * DAY;
    assert_int_equal(purged(f, CRM4E_BIN_DAYS, 0), 0);
    assert_int_equal(purged(f, CRM4E_BIN_DAYS, 10), 1);
    assert_true(list_says(f, "\"records\":[]"));
    assert_int_equal(crm4e_record_restore(f->own.session, "Leads", f->own.deleted_lead),
                     CRM4E_E_NOT_FOUND);
}

/* A clock that is set back keeps nothing longer: time goes on from where it was. */
static void a_clock_set_back(void **state)
{
    fixture *f = *state;
    int64_t start = f->time;

    f->time = start + 61 * DAY;
    assert_int_equal(fixture_lead(f->own.session, "Later", NULL), CRM4E_OK);
    f->time = start;
    assert_true(list_says(f, "\"days_left\":0"));
    assert_int_equal(purged(f, CRM4E_BIN_DAYS, 10), 1);
}

static void numbers_out_of_range(void **state)
{
    fixture *f = *state;
    crm4e_bin_options options = CRM4E_BIN_OPTIONS_INIT;
    crm4e_text *text = NULL;
    int32_t done = 7;

    assert_int_equal(crm4e_bin_empty(f->own.session, NULL, -1, 1, &done), CRM4E_E_INVALID);
    assert_int_equal(crm4e_bin_empty(f->own.session, NULL, 36501, 1, &done), CRM4E_E_INVALID);
    assert_int_equal(crm4e_bin_empty(f->own.session, NULL, 0, -1, &done), CRM4E_E_INVALID);
    assert_int_equal(crm4e_bin_empty(f->own.session, "Nothing", 0, 1, &done), CRM4E_E_NOT_FOUND);
    assert_int_equal(done, 7);
    assert_int_equal(purged(f, 36500, 10), 0);
    options.limit = 1001;
    assert_int_equal(crm4e_bin_json(&text, f->own.session, &options), CRM4E_E_INVALID);
    options.limit = -1;
    assert_int_equal(crm4e_bin_json(&text, f->own.session, &options), CRM4E_E_INVALID);
    options.limit = 0;
    options.reserved = 1;
    assert_int_equal(crm4e_bin_json(&text, f->own.session, &options), CRM4E_E_INVALID);
    options.reserved = 0;
    options.after = "abc";
    assert_int_equal(crm4e_bin_json(&text, f->own.session, &options), CRM4E_E_INVALID);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define BIN_TEST(name) cmocka_unit_test_setup_teardown(name, fixture_in_memory, fixture_teardown)
        BIN_TEST(sixty_days),
        BIN_TEST(a_clock_set_back),
        BIN_TEST(numbers_out_of_range),
    };

    return cmocka_run_group_tests_name("bin", tests, NULL, NULL);
}
