/* SPDX-License-Identifier: MIT */
/* A formula is open no further than every field it comes from, by however many steps; and
 * whoever writes one reads what it names. */
#include "sharing_steps.h"

#include <string.h>

static void enable(steps *s)
{
    s->org.unit.may_read = c4_access_may_read;
    s->org.unit.computing = &c4_computing;
}

/* Twice comes from Sum, which comes from A: hidden from the reader. */
static crm4e_id make_things(steps *s)
{
    crm4e_id id = 0;

    enable(s);
    assert_ok(put_module(s, "{'api_name': 'Things', 'org_default': 'public_read_write'}"));
    assert_ok(put_field(s, "Things", "{'api_name': 'A', 'type': 'currency'}"));
    assert_ok(put_field(s, "Things", "{'api_name': 'B', 'type': 'currency'}"));
    assert_ok(put_field(s, "Things",
                        "{'api_name': 'Sum', 'type': 'formula',"
                        " 'settings': {'result': 'currency', 'expression': 'A + B'}}"));
    assert_ok(put_field(s, "Things",
                        "{'api_name': 'Twice', 'type': 'formula',"
                        " 'settings': {'result': 'currency', 'expression': 'Sum * 2'}}"));
    assert_ok(put_field(s, "Things",
                        "{'api_name': 'Plain', 'type': 'formula',"
                        " 'settings': {'result': 'currency', 'expression': 'B * 2'}}"));
    assert_ok(put_profile(s, "{'name': 'Reader', 'clone_of': 'Standard', 'admin': ['customise'],"
                             " 'fields': {'Things': {'A': 'hidden', 'B': 'read_only'},"
                             " 'Leads': {'First_Name': 'hidden'}}}"));
    assert_ok(put_user(s, "{'email': 'r@x.example', 'profile': 'Reader'}"));
    assert_ok(create(s, "Things", "{'Name': 'One', 'A': 4711, 'B': 1}", &id));
    assert_field(s, "Things", id, "Twice", "9424.00");
    return id;
}

static void org_modules(void **state)
{
    steps *s = *state;
    crm4e_id id = make_things(s);
    const char *text = NULL;

    act_as(s, "r@x.example");
    assert_int_equal(read_text(s, "Things", id, "Twice", &text), CRM4E_E_DENIED);
    assert_string_equal(s->org.error.rule, "field_permission");
    assert_int_equal(read_text(s, "Things", id, "Sum", &text), CRM4E_E_DENIED);
    assert_field(s, "Things", id, "Plain", "2.00");
    assert_ok(read_json(s, "Things", id, &text));
    assert_null(strstr(text, "Twice"));
    assert_null(strstr(text, "4711"));
    assert_null(strstr(text, "9424"));
    assert_refused(s, update(s, "Things", id, 0, "{'Plain': 1}"), CRM4E_E_INVALID, "read_only");
}

static void who_writes_one_reads_its_fields(void **state)
{
    static const char *const closed[] = {
        "{'api_name': 'Own', 'type': 'formula',"
        " 'settings': {'result': 'currency', 'expression': 'A'}}",
        "{'api_name': 'Own', 'type': 'formula',"
        " 'settings': {'result': 'currency', 'expression': 'B + Twice'}}",
        /* before its type is told */
        "{'api_name': 'Own', 'type': 'formula',"
        " 'settings': {'result': 'text', 'expression': 'A'}}",
        "{'api_name': 'Plain', 'settings': {'expression': 'B + A'}}",
    };
    steps *s = *state;
    crm4e_id id = make_things(s);

    act_as(s, "r@x.example");
    enable(s);
    for (size_t i = 0; i < sizeof closed / sizeof closed[0]; i++) {
        assert_refused(s, put_field(s, "Things", closed[i]), CRM4E_E_DENIED, "field_permission");
    }
    assert_ok(put_field(s, "Things",
                        "{'api_name': 'Own', 'type': 'formula',"
                        " 'settings': {'result': 'currency', 'expression': 'B + 1'}}"));
    assert_field(s, "Things", id, "Own", "2.00");
    /* full names are made of what is hidden */
    assert_refused(s,
                   put_field(s, "Leads",
                             "{'api_name': 'Own', 'type': 'formula',"
                             " 'settings': {'result': 'text', 'expression': 'Full_Name'}}"),
                   CRM4E_E_DENIED, "field_permission");
}

static void inputs_of_inputs(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    const char *text = NULL;

    (void)make_things(s);
    assert_ok(put_field(s, "Leads",
                        "{'api_name': 'Card', 'type': 'formula',"
                        " 'settings': {'result': 'text', 'expression': 'upper(Full_Name)'}}"));
    act_as(s, "r@x.example");
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &id));
    assert_int_equal(read_text(s, "Leads", id, "Card", &text), CRM4E_E_DENIED);
    assert_ok(read_json(s, "Leads", id, &text));
    assert_null(strstr(text, "Card"));
}

/* What is named is told to who may read it. */
static void a_field_in_use(void **state)
{
    steps *s = *state;

    (void)make_things(s);
    assert_refused(s, remove_field(s, "Things", "A"), CRM4E_E_CONFLICT, "in_use");
    assert_non_null(strstr(s->org.error.message, "by the formula Sum"));
    act_as(s, "r@x.example");
    enable(s);
    assert_refused(s, remove_field(s, "Things", "A"), CRM4E_E_CONFLICT, "in_use");
    assert_null(strstr(s->org.error.message, "Sum"));
}

static int32_t deny_a(void *user, const crm4e_question *question)
{
    (void)user;
    return question->field != NULL && strcmp(question->field, "A") == 0 ? CRM4E_DENY
                                                                        : CRM4E_PASSTHROUGH;
}

static void the_host_hides_an_input(void **state)
{
    steps *s = *state;
    crm4e_id id = make_things(s);
    const char *text = NULL;

    s->org.env.auth = (crm4e_auth){.struct_size = sizeof(crm4e_auth), .authorise = deny_a};
    assert_int_equal(read_text(s, "Things", id, "Twice", &text), CRM4E_E_DENIED);
    assert_ok(read_json(s, "Things", id, &text));
    assert_null(strstr(text, "Twice"));
    assert_non_null(strstr(text, "\"Plain\":2.00"));
}

static void team_modules(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    const char *text = NULL;

    enable(s);
    assert_ok(put_user(s, "{'email': 'm@x.example'}"));
    assert_ok(put_module(s, "{'api_name': 'Docs', 'team': true}"));
    assert_ok(put_field(s, "Docs", "{'api_name': 'A', 'type': 'currency'}"));
    assert_ok(put_field(s, "Docs",
                        "{'api_name': 'Sum', 'type': 'formula',"
                        " 'settings': {'result': 'currency', 'expression': 'A + 1'}}"));
    assert_ok(put_module(s, "{'api_name': 'Docs', 'permissions':"
                            " {'member': {'fields': {'A': 'hidden'}}}}"));
    assert_ok(put_member(s, "Docs", "m@x.example", CRM4E_TEAM_MEMBER));
    assert_ok(create(s, "Docs", "{'Name': 'One', 'A': 4711}", &id));
    act_as(s, "m@x.example");
    assert_int_equal(read_text(s, "Docs", id, "Sum", &text), CRM4E_E_DENIED);
    assert_ok(read_json(s, "Docs", id, &text));
    assert_null(strstr(text, "Sum"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(org_modules, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(who_writes_one_reads_its_fields, steps_setup,
                                        steps_teardown),
        cmocka_unit_test_setup_teardown(inputs_of_inputs, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(a_field_in_use, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(the_host_hides_an_input, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(team_modules, steps_setup, steps_teardown),
    };
    return steps_run("formula fields", tests, sizeof tests / sizeof tests[0]);
}
