/* SPDX-License-Identifier: MIT */
/* Deleting, bringing back, and for good. */
#include "record_steps.h"

#include <stdio.h>
#include <string.h>

#include "model/schema.h"
#include "record/bin.h"

static void a_deleted_record_comes_back_whole(void **state)
{
    steps *s = *state;
    crm4e_id lead = 0;
    crm4e_id note = 0;
    char before[4096];
    const char *json = NULL;
    char text[128];
    assert_ok(create(s, "Leads",
                     "{'Last_Name': 'Li', 'First_Name': '伟', 'Company': 'X', 'Annual_Revenue':"
                     " 12.5, 'Lead_Source': 'Cold Call', 'Description': 'a\\nb'}",
                     &lead));
    (void)snprintf(text, sizeof text, "{'Note_Content': 'c', 'Parent_Id': 'Leads:%lld'}",
                   (long long)lead);
    assert_ok(create(s, "Notes", text, &note));
    assert_ok(read_json(s, "Leads", lead, &json));
    assert_true(strlen(json) < sizeof before);
    strcpy(before, json);
    assert_ok(remove_record(s, "Leads", lead, 1));
    assert_int_equal(read_json(s, "Leads", lead, &json), CRM4E_E_NOT_FOUND);
    assert_refused(s, remove_record(s, "Leads", lead, 0), CRM4E_E_NOT_FOUND, "");
    assert_string_equal(s->org.error.message, "no such record");
    assert_refused(s, restore(s, "Accounts", lead), CRM4E_E_NOT_FOUND, "");
    assert_ok(restore(s, "Leads", lead));
    assert_ok(read_json(s, "Leads", lead, &json));
    /* all but the version */
    char *version = strstr(before, "\"Version__s\":1");
    assert_non_null(version);
    version[strlen("\"Version__s\":")] = '2';
    assert_string_equal(json, before);
    assert_refused(s, restore(s, "Leads", lead), CRM4E_E_NOT_FOUND, "");
    const char *lines = history_of(s, lead);
    assert_non_null(strstr(lines, "\n3 1 Owner=admin@example.com> Last_Name=Li>"));
    assert_non_null(strstr(lines, "\n4 2 Owner=>admin@example.com Last_Name=>Li"));
    assert_ok(remove_record(s, "Notes", note, 0));
    assert_ok(restore(s, "Notes", note));
    (void)snprintf(text, sizeof text, "Leads:%lld", (long long)lead);
    assert_field(s, "Notes", note, "Parent_Id", text);
}

static void unique_values_are_checked_again(void **state)
{
    steps *s = *state;
    crm4e_id one = 0;
    crm4e_id two = 0;
    assert_ok(put_module(s, "{'api_name': 'Things'}"));
    assert_ok(put_field(s, "Things", "{'api_name': 'Key', 'type': 'text', 'unique': 'folded'}"));
    assert_ok(put_field(s, "Things", "{'api_name': 'Gone', 'type': 'text'}"));
    assert_ok(create(s, "Things", "{'Name': '1', 'Key': 'Ab', 'Gone': 'x'}", &one));
    assert_ok(remove_record(s, "Things", one, 0));
    assert_ok(create(s, "Things", "{'Name': '2', 'Key': 'aB'}", &two));
    assert_refused(s, restore(s, "Things", one), CRM4E_E_CONFLICT, "unique");
    assert_string_equal(s->org.error.field, "Key");
    assert_ok(remove_record(s, "Things", two, 0));
    assert_ok(remove_field(s, "Things", "Gone"));
    assert_ok(restore(s, "Things", one));
    assert_field(s, "Things", one, "Key", "Ab");
    assert_refused(s, restore(s, "Things", two), CRM4E_E_CONFLICT, "unique");
}

static void rights(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    crm4e_id own = 0;
    assert_ok(put_module(s, "{'api_name': 'Leads', 'org_default': 'public_read_write'}"));
    assert_ok(put_user(s, "{'email': 'a@x.example', 'role': 'Manager'}"));
    assert_ok(put_user(s, "{'email': 'b@x.example', 'role': 'Manager'}"));
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &id));
    act_as(s, "a@x.example");
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &own));
    assert_refused(s, remove_record(s, "Leads", id, 0), CRM4E_E_DENIED, "record_scope");
    assert_ok(remove_record(s, "Leads", own, 0));
    assert_refused(s, purge(s, "Leads", own), CRM4E_E_DENIED, "");
    act_as(s, "b@x.example");
    assert_refused(s, restore(s, "Leads", own), CRM4E_E_DENIED, "record_scope");
    act_as_admin(s);
    assert_ok(put_module(s, "{'api_name': 'Leads', 'org_default': 'private'}"));
    act_as(s, "b@x.example");
    assert_refused(s, restore(s, "Leads", own), CRM4E_E_NOT_FOUND, "");
    assert_refused(s, remove_record(s, "Leads", id, 0), CRM4E_E_NOT_FOUND, "");
    act_as(s, "a@x.example");
    assert_ok(restore(s, "Leads", own));
    assert_ok(remove_record(s, "Leads", own, 0));
    act_as_admin(s);
    assert_refused(s, purge(s, "Accounts", own), CRM4E_E_NOT_FOUND, "");
    assert_ok(purge(s, "Leads", own));
    assert_refused(s, restore(s, "Leads", own), CRM4E_E_NOT_FOUND, "");
    assert_refused(s, purge(s, "Leads", own), CRM4E_E_NOT_FOUND, "");
    assert_refused(s, purge(s, "Leads", id), CRM4E_E_NOT_FOUND, "");
}

/* How many records the list of the bin shows to the actor. */
static int count_listed(c4_unit *unit, void *context)
{
    static const c4_bin_page page = {.limit = 100};
    int *count = context;
    c4_buffer out;
    int rc;
    c4_buffer_init(&out, &unit->env->mem, 1 << 16);
    rc = c4_bin_to_json(unit, &page, &out);
    *count = 0;
    for (const char *at = c4_buffer_c_str(&out); (at = strstr(at, "days_left")) != NULL; at++) {
        (*count)++;
    }
    c4_buffer_free(&out);
    return rc;
}

static void assert_listed(steps *s, int count)
{
    int found = -1;
    assert_ok(run_step(s, count_listed, &found));
    assert_int_equal(found, count);
}

static void the_list_has_what_could_be_restored(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    crm4e_id own = 0;
    assert_ok(put_module(s, "{'api_name': 'Leads', 'org_default': 'public_read_only'}"));
    assert_ok(put_user(s, "{'email': 'a@x.example', 'role': 'Manager'}"));
    assert_ok(put_user(s, "{'email': 'b@x.example', 'role': 'Manager'}"));
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &id));
    assert_ok(remove_record(s, "Leads", id, 0));
    act_as(s, "a@x.example");
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &own));
    assert_ok(remove_record(s, "Leads", own, 0));
    assert_listed(s, 1);
    act_as(s, "b@x.example");
    assert_listed(s, 0);
    act_as_admin(s);
    assert_listed(s, 2);
}

static void damage_is_refused(void **state)
{
    static const char *const rows[] = {"", "x", "1001;i5;n", "1021;i5;n", "1002;t1:xn"};
    static const uint32_t column = C4_BIN_ROW;
    steps *s = *state;
    crm4e_id id = 0;
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &id));
    assert_ok(remove_record(s, "Leads", id, 0));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const crm4e_value value = c4_blob(rows[i], strlen(rows[i]));
        assert_ok(c4_db_update(&s->org.db, &c4_tables[C4_TABLE_BIN], id, &column, &value, 1));
        assert_int_equal(restore(s, "Leads", id), CRM4E_E_CORRUPT);
    }
    assert_listed(s, 1);
    assert_ok(purge(s, "Leads", id));
    assert_listed(s, 0);
}

static int64_t rows_of(steps *s, const crm4e_table *table)
{
    crm4e_plan plan;
    int64_t count = 0;
    c4_plan_init(&plan, table);
    assert_ok(c4_rows_count(&s->org.db, &plan, &count));
    return count;
}

static void assert_files(steps *s, int64_t files, int64_t pieces)
{
    assert_int_equal(rows_of(s, &c4_tables[C4_TABLE_FILE]), files);
    assert_int_equal(rows_of(s, &c4_tables[C4_TABLE_FILE_PIECE]), pieces);
}

/* What hangs on a record goes for good when that does; what lay in the bin by itself finds
 * no place any more. */
static void purged_with_what_hangs_on_it(void **state)
{
    steps *s = *state;
    crm4e_id lead = 0;
    crm4e_id note = 0;
    crm4e_id lost = 0;
    crm4e_id first = 0;
    crm4e_id second = 0;
    crm4e_id third = 0;
    char text[128];
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &lead));
    (void)snprintf(text, sizeof text, "{'Note_Content': 'c', 'Parent_Id': 'Leads:%lld'}",
                   (long long)lead);
    assert_ok(create(s, "Notes", text, &note));
    assert_ok(create(s, "Notes", text, &lost));
    assert_ok(put_file(s, "Leads", lead, 5, &first));
    assert_ok(put_file(s, "Leads", lead, 300000, &second));
    assert_ok(put_file(s, "Leads", lead, 7, &third));
    assert_files(s, 3, 4);
    assert_ok(remove_record(s, "Attachments", first, 0));
    assert_files(s, 3, 4);
    assert_ok(purge(s, "Attachments", first));
    assert_files(s, 2, 3);
    assert_ok(remove_record(s, "Attachments", third, 0));
    assert_ok(remove_record(s, "Notes", lost, 0));
    assert_ok(remove_record(s, "Leads", lead, 0));
    assert_files(s, 2, 3);
    assert_ok(restore(s, "Notes", lost)); /* its lead is in the bin, too */
    assert_ok(remove_record(s, "Notes", lost, 0));
    assert_ok(purge(s, "Leads", lead));
    assert_files(s, 1, 1);
    assert_int_equal(rows_of(s, &module_of(s, "Notes")->table), 0);
    assert_int_equal(rows_of(s, &module_of(s, "Attachments")->table), 0);
    assert_refused(s, restore(s, "Notes", lost), CRM4E_E_NOT_FOUND, "");
    assert_refused(s, restore(s, "Attachments", third), CRM4E_E_NOT_FOUND, "");
    assert_ok(purge(s, "Attachments", third));
    assert_files(s, 0, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_deleted_record_comes_back_whole, steps_setup,
                                        steps_teardown),
        cmocka_unit_test_setup_teardown(unique_values_are_checked_again, steps_setup,
                                        steps_teardown),
        cmocka_unit_test_setup_teardown(rights, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(purged_with_what_hangs_on_it, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(the_list_has_what_could_be_restored, steps_setup,
                                        steps_teardown),
        cmocka_unit_test_setup_teardown(damage_is_refused, steps_setup, steps_teardown),
    };
    return steps_run("bin", tests, sizeof tests / sizeof tests[0]);
}
