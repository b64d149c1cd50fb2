/* SPDX-License-Identifier: MIT */
/* Hidden and read-only fields of org modules, and what is made of them. */
#include "sharing_steps.h"

#include <string.h>

static crm4e_id make_reader(steps *s)
{
    crm4e_id id = 0;
    assert_ok(put_profile(s, "{'name': 'Reader', 'clone_of': 'Standard', 'fields': {"
                             "'Leads': {'Email': 'hidden', 'Phone': 'read_only',"
                             " 'First_Name': 'hidden'},"
                             "'Deals': {'Amount': 'hidden'}}}"));
    assert_ok(put_user(s, "{'email': 'r@x.example', 'profile': 'Reader'}"));
    act_as(s, "r@x.example");
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}", &id));
    act_as_admin(s);
    assert_ok(
        update(s, "Leads", id, 0, "{'Email': 'secret@x', 'Phone': '1', 'First_Name': 'Wei'}"));
    return id;
}

static void reading(void **state)
{
    steps *s = *state;
    crm4e_id id = make_reader(s);
    const char *text = NULL;
    assert_ok(read_json(s, "Leads", id, &text));
    assert_non_null(strstr(text, "secret@x"));
    act_as(s, "r@x.example");
    assert_ok(read_json(s, "Leads", id, &text));
    assert_null(strstr(text, "secret"));
    assert_null(strstr(text, "\"Email\""));
    assert_null(strstr(text, "Wei"));
    assert_non_null(strstr(text, "\"Phone\":\"1\""));
    assert_int_equal(read_text(s, "Leads", id, "Email", &text), CRM4E_E_DENIED);
    assert_string_equal(s->org.error.rule, "field_permission");
    assert_string_equal(s->org.error.field, "Email");
    assert_int_equal(read_text(s, "Leads", id, "Full_Name", &text), CRM4E_E_DENIED);
    assert_int_equal(read_text(s, "Leads", id, "Nothing", &text), CRM4E_E_INVALID);
    assert_ok(read_text(s, "Leads", id, "Phone", &text));
}

static void writing(void **state)
{
    steps *s = *state;
    crm4e_id id = make_reader(s);
    crm4e_id deal = 0;
    const char *text = NULL;
    act_as(s, "r@x.example");
    assert_refused(s, update(s, "Leads", id, 0, "{'City': 'A', 'Email': 'b@x'}"), CRM4E_E_DENIED,
                   "field_permission");
    assert_refused(s, update(s, "Leads", id, 0, "{'City': 'A', 'Phone': '2'}"), CRM4E_E_DENIED,
                   "field_permission");
    /* also when it would change nothing: the answer does not tell the value */
    assert_refused(s, update(s, "Leads", id, 0, "{'Email': 'secret@x'}"), CRM4E_E_DENIED,
                   "field_permission");
    assert_refused(s, update(s, "Leads", id, 0, "{'Email': null}"), CRM4E_E_DENIED,
                   "field_permission");
    assert_ok(update(s, "Leads", id, 0, "{'City': 'A', 'Last_Name': 'Wang'}"));
    assert_ok(create(s, "Deals", "{'Deal_Name': 'D', 'Stage': 'Closed Won'}", &deal));
    act_as_admin(s);
    assert_field(s, "Leads", id, "Full_Name", "Wei Wang");
    assert_ok(update(s, "Deals", deal, 0, "{'Amount': 7}"));
    act_as(s, "r@x.example");
    assert_int_equal(read_text(s, "Deals", deal, "Expected_Revenue", &text), CRM4E_E_DENIED);
    assert_ok(read_text(s, "Deals", deal, "Probability", &text));
}

static void permissions(void **state)
{
    steps *s = *state;
    c4_scope scope;
    make_reader(s);
    act_as(s, "r@x.example");
    assert_ok(c4_access_module(&s->org.unit, "Leads", CRM4E_ACTION_VIEW, &scope));
    assert_int_equal(c4_access_field_permission(&scope, field_of(s, "Leads", "City")),
                     CRM4E_PERMISSION_READ_WRITE);
    assert_int_equal(c4_access_field_permission(&scope, field_of(s, "Leads", "Phone")),
                     CRM4E_PERMISSION_READ_ONLY);
    assert_int_equal(c4_access_field_permission(&scope, field_of(s, "Leads", "Full_Name")),
                     CRM4E_PERMISSION_HIDDEN);
    assert_true(can_read(&scope, field_of(s, "Leads", "Phone")));
    assert_false(can_read(&scope, field_of(s, "Leads", "Email")));
    assert_int_equal(c4_access_write_field(&scope, field_of(s, "Leads", "Owner")), CRM4E_E_INVALID);
    act_as_admin(s);
    assert_ok(c4_access_module(&s->org.unit, "Leads", CRM4E_ACTION_VIEW, &scope));
    assert_int_equal(c4_access_field_permission(&scope, field_of(s, "Leads", "Full_Name")),
                     CRM4E_PERMISSION_READ_WRITE);
    assert_int_equal(c4_access_write_field(&scope, field_of(s, "Leads", "Full_Name")),
                     CRM4E_E_INVALID);
    /* the inputs of derived fields are what their names say */
    for (size_t i = 0; i < C4_DERIVED_COUNT; i++) {
        const c4_derived *derived = &c4_derived_fields[i];
        const c4_module *module = c4_meta_module(meta_of(s), derived->field / 1000);
        assert_true((c4_module_field(module, derived->field)->flags & C4_FIELD_READ_ONLY) != 0);
        assert_non_null(c4_module_field(module, derived->inputs[0]));
        assert_non_null(c4_module_field(module, derived->inputs[1]));
    }
    assert_string_equal(c4_module_field(module_of(s, "Deals"), 4022)->api_name, "Stage");
    assert_string_equal(c4_module_field(module_of(s, "Deals"), 4028)->api_name, "Expected_Revenue");
    assert_string_equal(c4_module_field(module_of(s, "Deals"), 4029)->api_name, "Probability");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reading, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(writing, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(permissions, steps_setup, steps_teardown),
    };
    return steps_run("field", tests, sizeof tests / sizeof tests[0]);
}
