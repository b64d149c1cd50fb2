/* SPDX-License-Identifier: MIT */
/* Autonumbers: every new record gets the next one, whoever makes it and however; none is
 * given twice, and nobody writes one. */
#include "computed_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOM "tom@x.example"

static const char start[] =
    "{'users': [{'email': 'tom@x.example', 'name': 'Tom'}],"
    " 'modules': [{'api_name': 'Bills', 'org_default': 'public_read_write_delete', 'fields': ["
    "  {'api_name': 'No', 'type': 'autonumber', 'indexed': true,"
    "   'settings': {'prefix': 'B-', 'suffix': '/26', 'start': 7, 'digits': 3}},"
    "  {'api_name': 'Plain', 'type': 'autonumber'}]}]}";

static const char numbers[] = "select Name, No, Plain from Bills order by id";

static void every_new_record_gets_the_next(void **state)
{
    host *h = *state;
    crm4e_session *tom;
    crm4e_id second;

    host_apply(h, start);
    tom = host_session(h, TOM);
    computed_add(h->admin, "Bills", "{'Name': 'A'}");
    second = computed_add(tom, "Bills", "{'Name': 'B'}");
    assert_int_equal(computed_import(h->admin, "Bills", "Name\r\nC\r\nD\r\n", 0), CRM4E_OK);
    computed_rows(h, numbers, "A|B-007/26|1\nB|B-008/26|2\nC|B-009/26|3\nD|B-010/26|4\n");
    host_ok(tom, computed_set(tom, "Bills", second, "{'Name': 'B2'}"));
    computed_rows(h, "select Name from Bills where No = 'b-008/26'", "B2\n");
    computed_rows(h, "select No from Bills where No like 'B-00%' order by No desc limit 2",
                  "B-009/26\nB-008/26\n");
    computed_rows(h, "select No from Bills where Plain in ('1', '4') order by Plain",
                  "B-007/26\nB-010/26\n");
    computed_sound(h);
}

static void a_number_that_was_given_never_comes_again(void **state)
{
    host *h = *state;
    crm4e_id first;

    host_apply(h, start);
    first = computed_add(h->admin, "Bills", "{'Name': 'A'}");
    host_ok(h->admin, crm4e_record_delete(h->admin, "Bills", first, 0));
    computed_add(h->admin, "Bills", "{'Name': 'B'}");
    host_ok(h->admin, crm4e_record_restore(h->admin, "Bills", first));
    computed_rows(h, numbers, "A|B-007/26|1\nB|B-008/26|2\n");
    host_ok(h->admin, crm4e_record_delete(h->admin, "Bills", first, 0));
    assert_int_equal(computed_import(h->admin, "Bills", "Name\r\nC\r\n", 1), CRM4E_OK);
    computed_add(h->admin, "Bills", "{'Name': 'D'}");
    computed_rows(h, numbers, "B|B-008/26|2\nD|B-009/26|3\n");
    host_ok(h->admin, crm4e_session_begin(h->admin));
    computed_add(h->admin, "Bills", "{'Name': 'E'}");
    host_ok(h->admin, crm4e_session_rollback(h->admin));
    computed_add(h->admin, "Bills", "{'Name': 'F'}");
    computed_rows(h, "select Name, No from Bills where Name = 'F'", "F|B-010/26\n");
    computed_sound(h);
}

static void nobody_writes_one(void **state)
{
    host *h = *state;
    crm4e_session *tom;
    crm4e_id id;

    host_apply(h, start);
    tom = host_session(h, TOM);
    id = computed_add(tom, "Bills", "{'Name': 'A'}");
    host_refused(tom, computed_set(tom, "Bills", id, "{'No': 'B-001/26'}"), CRM4E_E_INVALID,
                 "Bills.No is written by the library alone");
    host_refused(h->admin, computed_set(h->admin, "Bills", id, "{'No': null}"), CRM4E_E_INVALID,
                 "Bills.No is written by the library alone");
    assert_int_equal(computed_import(h->admin, "Bills", "Name,No\r\nC,B-001/26\r\n", 0),
                     CRM4E_E_INVALID);
    computed_rows(h, numbers, "A|B-007/26|1\n");
}

/* Records that are there stay without, or are numbered as they came. */
static void records_that_are_there(void **state)
{
    host *h = *state;
    crm4e_id first;

    host_apply(h, "{'modules': [{'api_name': 'Bills'}]}");
    first = computed_add(h->admin, "Bills", "{'Name': 'A'}");
    computed_add(h->admin, "Bills", "{'Name': 'B'}");
    host_ok(h->admin, computed_field(h->admin, "Bills", "No", CRM4E_TYPE_AUTONUMBER, NULL));
    host_ok(h->admin, computed_field(h->admin, "Bills", "Plain", CRM4E_TYPE_AUTONUMBER,
                                     "{'prefix': '票', 'number_existing': true}"));
    computed_add(h->admin, "Bills", "{'Name': 'C'}");
    computed_rows(h, numbers, "A|-|票1\nB|-|票2\nC|1|票3\n");
    host_ok(h->admin, computed_set(h->admin, "Bills", first, "{'Name': 'A2'}"));
    computed_rows(h, "select No, Version__s from Bills where Name = 'A2'", "-|3\n");
    computed_sound(h);
}

static void rules_number_too(void **state)
{
    host *h = *state;

    host_apply(h, start);
    host_apply(
        h, "{'modules': [{'api_name': 'Leads', 'fields': [{'api_name': 'No', 'type':"
           " 'autonumber', 'settings': {'prefix': 'L'}}]},"
           " {'api_name': 'Contacts', 'fields': [{'api_name': 'No', 'type': 'autonumber'}]}],"
           " 'workflows': [{'module': 'Leads', 'name': 'R', 'on': 'create',"
           "  'conditions': [{'then': [{'update_field': {'field': 'City', 'value': 'X'}}]}]}]}");
    computed_add(h->admin, "Leads", "{'Last_Name': 'Li', 'Company': 'Tower'}");
    computed_rows(h, "select No, City from Leads", "L1|X\n");
    crm4e_id lead = computed_add(h->admin, "Leads", "{'Last_Name': 'Wu', 'Company': 'Tower'}");
    crm4e_convert_options options = CRM4E_CONVERT_OPTIONS_INIT;
    host_ok(h->admin, crm4e_convert_lead(NULL, NULL, NULL, h->admin, lead, &options));
    computed_rows(h, "select Last_Name, No from Contacts", "Wu|1\n");
    computed_sound(h);
}

/* Refused, with a message that has this in it. */
static void says(host *h, int rc, int code, const char *words)
{
    const char *message = crm4e_error_message(crm4e_session_error(h->admin));

    assert_string_equal(crm4e_code_name(rc), crm4e_code_name(code));
    if (strstr(message, words) == NULL)
        fail_msg("%s: no %s", message, words);
}

static void settings_are_checked(void **state)
{
    static const struct {
        const char *settings;
        int code;
        const char *message;
    } refused[] = {
        {"{'prefix': 'ABCDEFGHIJKLMNOPQ'}", CRM4E_E_TOO_BIG, "prefix"},
        {"{'prefix': 5}", CRM4E_E_INVALID, "prefix must be a text"},
        {"{'suffix': 'a\\nb'}", CRM4E_E_INVALID, "suffix"},
        {"{'start': -1}", CRM4E_E_INVALID, "start is out of range"},
        {"{'start': 10000000000000000}", CRM4E_E_INVALID, "start is out of range"},
        {"{'start': 1.5}", CRM4E_E_INVALID, "start is out of range"},
        {"{'digits': 17}", CRM4E_E_INVALID, "digits is out of range"},
        {"{'number_existing': 1}", CRM4E_E_INVALID, "number_existing must be true or false"},
        {"{'step': 2}", CRM4E_E_INVALID, "step is no member of the settings"},
        {"[]", CRM4E_E_INVALID, "'settings' is no JSON object"},
        {"{", CRM4E_E_INVALID, "'settings' is refused"},
    };
    host *h = *state;

    host_apply(h, start);
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        says(h,
             computed_field(h->admin, "Bills", "Other", CRM4E_TYPE_AUTONUMBER, refused[i].settings),
             refused[i].code, refused[i].message);
    host_refused(h->admin, computed_field(h->admin, "Bills", "Other", CRM4E_TYPE_TEXT, "{}"),
                 CRM4E_E_INVALID, "settings does not apply to this type of field");
}

/* The last number there is, and none after it. */
static void numbers_end(void **state)
{
    host *h = *state;
    crm4e_record *record = NULL;

    host_apply(h, "{'modules': [{'api_name': 'Bills'}]}");
    host_ok(h->admin, computed_field(h->admin, "Bills", "No", CRM4E_TYPE_AUTONUMBER,
                                     "{'start': 9999999999999999}"));
    computed_add(h->admin, "Bills", "{'Name': 'A'}");
    host_ok(h->admin, crm4e_record_new(&record, h->admin, "Bills"));
    host_ok(h->admin, crm4e_record_set_text(record, "Name", "B", 1));
    host_refused(h->admin, crm4e_record_save(record), CRM4E_E_FULL, "Bills.No has no numbers left");
    crm4e_record_free(record);
    computed_rows(h, "select Name, No from Bills", "A|9999999999999999\n");
}

static int apply(host *h, const char *document)
{
    char *real = host_json(document);
    int rc = crm4e_org_apply(NULL, h->admin, real, CRM4E_NUL_TERMINATED);

    free(real);
    return rc;
}

static void the_field_stays_what_it_is(void **state)
{
    static const struct {
        const char *field;
        const char *message;
    } refused[] = {
        {"'settings': {'prefix': 'C-'}", "settings of an autonumber cannot change"},
        {"'settings': {'start': 8}", "settings of an autonumber cannot change"},
        {"'mandatory': true", "mandatory does not apply"},
        {"'unique': true", "unique does not apply"},
        {"'default_value': 'x'", "default_value does not apply"},
        {"'length': 20", "length does not apply"},
    };
    host *h = *state;
    char document[256];
    crm4e_text *text = NULL;

    host_apply(h, start);
    computed_add(h->admin, "Bills", "{'Name': 'A'}");
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        (void)snprintf(document, sizeof document,
                       "{'modules': [{'api_name': 'Bills', 'fields': [{'api_name': 'No', %s}]}]}",
                       refused[i].field);
        says(h, apply(h, document), CRM4E_E_INVALID, refused[i].message);
    }
    host_apply(h, "{'modules': [{'api_name': 'Bills', 'fields': [{'api_name': 'No', 'type':"
                  " 'autonumber', 'label': 'Number', 'settings': {'start': 7}}]}]}");
    host_ok(h->admin, crm4e_org_export(&text, h->admin));
    assert_non_null(strstr(crm4e_text_data(text),
                           "\"type\":\"autonumber\",\"mandatory\":false,\"unique\":false,"
                           "\"indexed\":true,\"settings\":{\"prefix\":\"B-\",\"suffix\":\"/26\","
                           "\"start\":7,\"digits\":3}"));
    host_ok(h->admin, crm4e_org_apply(NULL, h->admin, crm4e_text_data(text), CRM4E_NUL_TERMINATED));
    crm4e_text_free(text);
    computed_add(h->admin, "Bills", "{'Name': 'B'}");
    computed_rows(h, numbers, "A|B-007/26|1\nB|B-008/26|2\n");
}

/* A later field of the same name starts anew. */
static void a_field_that_goes(void **state)
{
    host *h = *state;
    crm4e_module *module = NULL;

    host_apply(h, start);
    computed_add(h->admin, "Bills", "{'Name': 'A'}");
    host_ok(h->admin, crm4e_module_open(&module, h->admin, "Bills"));
    host_ok(h->admin, crm4e_module_remove_field(module, "No"));
    host_ok(h->admin, computed_field(h->admin, "Bills", "No", CRM4E_TYPE_AUTONUMBER, NULL));
    computed_add(h->admin, "Bills", "{'Name': 'B'}");
    computed_rows(h, numbers, "A|-|1\nB|1|2\n");
    computed_sound(h);
    host_ok(h->admin, crm4e_module_remove(module));
    crm4e_module_free(module);
    computed_sound(h);
}

static int add_and_number(host *h)
{
    return computed_field(h->admin, "Bills", "Late", CRM4E_TYPE_AUTONUMBER,
                          "{'number_existing': true}");
}

static void nothing_changed(host *h)
{
    computed_rows(h, numbers, "A|B-007/26|1\nB|B-008/26|2\n");
}

static void without_memory(void **state)
{
    host *h = *state;

    host_apply(h, start);
    computed_add(h->admin, "Bills", "{'Name': 'A'}");
    computed_add(h->admin, "Bills", "{'Name': 'B'}");
    host_starve(h, add_and_number, nothing_changed);
    computed_rows(h, "select Late from Bills order by id", "1\n2\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        TEST(every_new_record_gets_the_next),
        TEST(a_number_that_was_given_never_comes_again),
        TEST(nobody_writes_one),
        TEST(records_that_are_there),
        TEST(rules_number_too),
        TEST(settings_are_checked),
        TEST(numbers_end),
        TEST(the_field_stays_what_it_is),
        TEST(a_field_that_goes),
        TEST(without_memory),
#undef TEST
    };

    return host_run("autonumbers", tests, sizeof tests / sizeof tests[0]);
}
