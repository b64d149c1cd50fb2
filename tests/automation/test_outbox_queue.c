/* SPDX-License-Identifier: MIT */
/* However many messages wait behind one that fails: who takes the next one reads the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "api/fixture.h"

static void ok(fixture *f, int rc)
{
    if (rc < 0)
        fail_msg("%s", crm4e_error_message(crm4e_session_error(f->own.session)));
}

static void tell_of_edits(fixture *f)
{
    crm4e_workflow *rule = NULL;

    ok(f, crm4e_workflow_new(&rule, f->own.leads, "Queue"));
    ok(f, crm4e_workflow_on(rule, CRM4E_ON_EDIT));
    ok(f, crm4e_workflow_then_notify(rule, "owner", "S", NULL));
    ok(f, crm4e_workflow_save(rule));
    crm4e_workflow_free(rule);
}

static void change(fixture *f, crm4e_id id, int number)
{
    crm4e_record *record = NULL;
    char city[20];

    (void)snprintf(city, sizeof city, "%d", number);
    ok(f, crm4e_record_open(&record, f->own.session, "Leads", id));
    ok(f, crm4e_record_set_text(record, "City", city, CRM4E_NUL_TERMINATED));
    ok(f, crm4e_record_save(record));
    crm4e_record_free(record);
}

static int64_t number_of(const char *text, const char *member)
{
    const char *at = strstr(text, member);

    assert_non_null(at);
    return strtoll(at + strlen(member), NULL, 10);
}

/* Takes one and answers it; the record it is about, 0 for none. */
static crm4e_id take(fixture *f, uint32_t result)
{
    crm4e_text *text = NULL;
    crm4e_id record = 0;

    ok(f, crm4e_outbox_take(&text, f->own.session, 60));
    if (text) {
        const char *said = crm4e_text_data(text);

        record = number_of(said, "\"record\":");
        ok(f, crm4e_outbox_answer(f->own.session, number_of(said, "{\"id\":"),
                                  number_of(said, "\"lease\":"), result, NULL));
    }
    crm4e_text_free(text);
    return record;
}

static void empty(fixture *f)
{
    while (take(f, CRM4E_OUTBOX_DELIVERED) != 0)
        ;
}

/* Rows that taking and settling one gives to read, with so many behind one that failed. */
static size_t rows_read(fixture *f, int behind)
{
    size_t read;

    for (int i = 0; i < behind; i++)
        change(f, f->own.lead, i);
    assert_int_equal(take(f, CRM4E_OUTBOX_FAILED), f->own.lead);
    change(f, f->own.second_lead, behind);
    fault_storage_arm(&f->fault, FAULT_NEXT, 0, false, 0);
    assert_int_equal(take(f, CRM4E_OUTBOX_DELIVERED), f->own.second_lead);
    read = f->fault.calls;
    assert_int_equal(take(f, CRM4E_OUTBOX_DELIVERED), 0);
    fault_storage_disarm(&f->fault);
    f->time += INT64_C(3600) * 1000000;
    for (int i = 0; i < behind; i++)
        assert_int_equal(take(f, CRM4E_OUTBOX_DELIVERED), f->own.lead);
    assert_int_equal(take(f, CRM4E_OUTBOX_DELIVERED), 0);
    return read;
}

static void a_long_queue_costs_what_a_short_one_does(void **state)
{
    fixture *f = *state;
    size_t few, many;

    tell_of_edits(f);
    f->time += INT64_C(86400) * 1000000;
    empty(f);
    few = rows_read(f, 3);
    many = rows_read(f, 300);
    assert_int_equal(few, many);
    assert_true(many < 20);
}

/* A dead letter that is tried again stands where it stood. */
static void a_dead_one_comes_back_in_its_place(void **state)
{
    fixture *f = *state;
    crm4e_text *text = NULL;
    int64_t first;

    tell_of_edits(f);
    f->time += INT64_C(86400) * 1000000;
    empty(f);
    for (int i = 0; i < 3; i++)
        change(f, f->own.lead, i);
    ok(f, crm4e_outbox_take(&text, f->own.session, 60));
    first = number_of(crm4e_text_data(text), "{\"id\":");
    ok(f, crm4e_outbox_answer(f->own.session, first, number_of(crm4e_text_data(text), "\"lease\":"),
                              CRM4E_OUTBOX_DEAD, NULL));
    crm4e_text_free(text);
    ok(f, crm4e_outbox_retry(f->own.session, first));
    ok(f, crm4e_outbox_json(&text, f->own.session, CRM4E_OUTBOX_IS_WAITING, 0, 10));
    assert_int_equal(number_of(crm4e_text_data(text), "[{\"id\":"), first);
    crm4e_text_free(text);
    ok(f, crm4e_outbox_next(&text, f->own.session));
    assert_int_equal(number_of(crm4e_text_data(text), "{\"id\":"), first);
    crm4e_text_free(text);
    for (int i = 0; i < 3; i++)
        assert_int_equal(take(f, CRM4E_OUTBOX_DELIVERED), f->own.lead);
    assert_int_equal(take(f, CRM4E_OUTBOX_DELIVERED), 0);
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, fixture_in_memory, fixture_teardown),                    \
        cmocka_unit_test_setup_teardown(name, fixture_in_sqlite, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_long_queue_costs_what_a_short_one_does),
        TEST(a_dead_one_comes_back_in_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
