/* SPDX-License-Identifier: MIT */
/* Creating and changing: mandatory fields, defaults, unique values, versions,
 * owners, derived fields, history, hooks. */
#include "record_steps.h"
#include "model/standard.h"

#include <stdio.h>
#include <string.h>

static void new_records(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    char text[160];
    assert_refused(s, create(s, "Leads", "{'Last_Name': 'Li'}", NULL), CRM4E_E_INVALID,
                   "mandatory");
    assert_string_equal(s->org.error.field, "Company");
    assert_refused(s, create(s, "Leads", "{'Last_Name': ' \u200b', 'Company': 'X'}", NULL),
                   CRM4E_E_INVALID, "mandatory");
    assert_refused(
        s, create(s, "Leads", "{'Last_Name': 'Li', 'Company': 'X', 'Full_Name': 'Q'}", NULL),
        CRM4E_E_INVALID, "read_only");
    assert_ok(create(s, "Leads", "{'Last_Name': 'Li', 'First_Name': 'Wei', 'Company': 'X'}", &id));
    assert_field(s, "Leads", id, "Full_Name", "Wei Li");
    assert_field(s, "Leads", id, "Owner", ORG_ADMIN);
    assert_field(s, "Leads", id, "Created_By", ORG_ADMIN);
    assert_field(s, "Leads", id, "Created_Time", "2024-01-15T10:00:00Z");
    assert_field(s, "Leads", id, "Modified_Time", "2024-01-15T10:00:00Z");
    assert_field(s, "Leads", id, "Version__s", "1");
    assert_field(s, "Leads", id, "Locked__s", "false");
    assert_string_equal(history_of(s, id), "1 1 Owner=>admin@example.com Last_Name=>Li Company=>X"
                                           " First_Name=>Wei Full_Name=>Wei Li");
    (void)snprintf(text, sizeof text, "{'id': %lld, 'Company': 'Y'}", (long long)id);
    assert_ok(update(s, "Leads", id, 0, text));
    assert_refused(s, create(s, "Leads", text, NULL), CRM4E_E_INVALID, "id");
}

static void defaults(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    assert_ok(put_module(s, "{'api_name': 'Things'}"));
    assert_ok(put_field(s, "Things",
                        "{'api_name': 'Pick', 'type': 'picklist', 'options': ['A', 'B'],"
                        " 'default_value': 'B', 'mandatory': true}"));
    assert_ok(put_field(s, "Things",
                        "{'api_name': 'Flag', 'type': 'boolean',"
                        " 'default_value': false}"));
    assert_ok(put_field(s, "Things",
                        "{'api_name': 'Fee', 'type': 'currency',"
                        " 'default_value': '10.50'}"));
    assert_ok(create(s, "Things", "{'Name': 'One'}", &id));
    assert_field(s, "Things", id, "Pick", "B");
    assert_field(s, "Things", id, "Flag", "false");
    assert_field(s, "Things", id, "Fee", "10.50");
    assert_ok(create(s, "Things", "{'Name': 'Two', 'Fee': null, 'Pick': 'A'}", &id));
    assert_field(s, "Things", id, "Fee", NULL);
    assert_field(s, "Things", id, "Pick", "A");
    assert_refused(s, update(s, "Things", id, 0, "{'Pick': null}"), CRM4E_E_INVALID, "mandatory");
    assert_refused(s, update(s, "Things", id, 0, "{'Name': ''}"), CRM4E_E_INVALID, "mandatory");
}

static void retired_values_stay(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    assert_ok(put_module(s, "{'api_name': 'Things'}"));
    assert_ok(put_field(s, "Things",
                        "{'api_name': 'Pick', 'type': 'picklist',"
                        " 'options': ['A', 'B']}"));
    assert_ok(put_field(s, "Things",
                        "{'api_name': 'Picks', 'type': 'multiselectpicklist',"
                        " 'options': ['A', 'B', 'C']}"));
    assert_ok(create(s, "Things", "{'Name': 'One', 'Pick': 'A', 'Picks': ['A', 'B']}", &id));
    assert_ok(put_field(s, "Things",
                        "{'api_name': 'Pick', 'type': 'picklist', 'options':"
                        " [{'value': 'A', 'active': false}, 'B']}"));
    assert_ok(put_field(s, "Things",
                        "{'api_name': 'Picks', 'type': 'multiselectpicklist',"
                        " 'options': [{'value': 'A', 'active': false}, 'B', 'C']}"));
    assert_ok(update(s, "Things", id, 0, "{'Name': 'Two', 'Pick': 'A', 'Picks': ['C', 'A']}"));
    assert_field(s, "Things", id, "Pick", "A");
    assert_field(s, "Things", id, "Picks", "A;C");
    assert_refused(s, create(s, "Things", "{'Name': 'New', 'Pick': 'A'}", NULL), CRM4E_E_INVALID,
                   "picklist");
    assert_refused(s, create(s, "Things", "{'Name': 'New', 'Picks': ['A']}", NULL), CRM4E_E_INVALID,
                   "picklist");
    assert_ok(update(s, "Things", id, 0, "{'Pick': 'B'}"));
    assert_refused(s, update(s, "Things", id, 0, "{'Pick': 'A'}"), CRM4E_E_INVALID, "picklist");
}

static void versions(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A'}", &id));
    s->org.unit.now += 5000000;
    assert_ok(update(s, "Accounts", id, 1, "{'Account_Name': 'B'}"));
    assert_field(s, "Accounts", id, "Version__s", "2");
    assert_field(s, "Accounts", id, "Modified_Time", "2024-01-15T10:00:05Z");
    assert_refused(s, update(s, "Accounts", id, 1, "{'Account_Name': 'C'}"), CRM4E_E_CONFLICT,
                   "version");
    assert_string_equal(s->org.error.field, "");
    assert_refused(s, update(s, "Accounts", id, 1, "{'Account_Name': 'B'}"), CRM4E_E_CONFLICT,
                   "version");
    /* nothing changed: nothing is written */
    assert_ok(update(s, "Accounts", id, 2, "{'Account_Name': 'B', 'Phone': null}"));
    assert_ok(update(s, "Accounts", id, 0, "{}"));
    assert_field(s, "Accounts", id, "Version__s", "2");
    /* a clock that runs backwards */
    s->org.unit.now -= 60000000;
    assert_ok(update(s, "Accounts", id, 2, "{'Phone': '1'}"));
    assert_field(s, "Accounts", id, "Modified_Time", "2024-01-15T10:00:05Z");
    assert_field(s, "Accounts", id, "Version__s", "3");
    assert_string_equal(history_of(s, id), "1 1 Owner=>admin@example.com Account_Name=>A\n"
                                           "2 2 Account_Name=A>B\n"
                                           "2 3 Phone=>1");
    assert_refused(s, remove_record(s, "Accounts", id, 2), CRM4E_E_CONFLICT, "version");
}

static void unique_values(void **state)
{
    steps *s = *state;
    crm4e_id one = 0;
    crm4e_id two = 0;
    assert_ok(put_module(s, "{'api_name': 'Things'}"));
    assert_ok(put_field(s, "Things", "{'api_name': 'Code', 'type': 'text', 'unique': true}"));
    assert_ok(put_field(s, "Things", "{'api_name': 'Key', 'type': 'text', 'unique': 'folded'}"));
    assert_ok(put_field(s, "Things", "{'api_name': 'Number', 'type': 'integer', 'unique': true}"));
    assert_ok(create(s, "Things", "{'Name': '1', 'Code': 'ab', 'Key': 'Ab', 'Number': 1}", &one));
    assert_refused(s, create(s, "Things", "{'Name': '2', 'Code': 'ab'}", NULL), CRM4E_E_CONFLICT,
                   "unique");
    assert_string_equal(s->org.error.field, "Code");
    assert_ok(create(s, "Things", "{'Name': '2', 'Code': 'AB'}", &two));
    assert_refused(s, create(s, "Things", "{'Name': '3', 'Key': 'ÄB'}", NULL), CRM4E_E_CONFLICT,
                   "unique");
    assert_string_equal(s->org.error.field, "Key");
    assert_refused(s, update(s, "Things", two, 0, "{'Number': 1, 'Name': 'x'}"), CRM4E_E_CONFLICT,
                   "unique");
    assert_string_equal(s->org.error.field, "Number");
    assert_string_equal(s->org.error.module, "Things");
    assert_ok(update(s, "Things", one, 0, "{'Number': 1, 'Key': 'AB'}"));
    assert_ok(update(s, "Things", one, 0, "{'Number': null}"));
    assert_ok(update(s, "Things", two, 0, "{'Number': 1}"));
}

static void owners(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    assert_ok(put_profile(s, "{'name': 'Clerk', 'clone_of': 'Standard',"
                             " 'modules': {'Leads': ['view', 'create', 'edit']}}"));
    assert_ok(put_user(s, "{'email': 'clerk@x.example', 'profile': 'Clerk'}"));
    assert_ok(put_user(s, "{'email': 'left@x.example', 'status': 'inactive'}"));
    assert_ok(put_user(s, "{'email': 'team@x.example', 'licence': 'team',"
                          " 'profile': 'Team User'}"));
    assert_ok(
        create(s, "Leads", "{'Last_Name': 'a', 'Company': 'b', 'Owner': 'clerk@x.example'}", &id));
    assert_field(s, "Leads", id, "Owner", "clerk@x.example");
    assert_refused(s, change_owner(s, "Leads", id, "left@x.example"), CRM4E_E_INVALID, "owner");
    assert_refused(s, change_owner(s, "Leads", id, "team@x.example"), CRM4E_E_INVALID, "owner");
    act_as(s, "clerk@x.example");
    assert_refused(s,
                   create(s, "Leads",
                          "{'Last_Name': 'a', 'Company': 'b', 'Owner':"
                          " 'admin@example.com'}",
                          NULL),
                   CRM4E_E_DENIED, "module_permission");
    assert_ok(
        create(s, "Leads", "{'Last_Name': 'a', 'Company': 'b', 'Owner': 'clerk@x.example'}", NULL));
    assert_refused(s, update(s, "Leads", id, 0, "{'Owner': 'admin@example.com'}"), CRM4E_E_DENIED,
                   "module_permission");
    assert_refused(s, update(s, "Leads", id, 0, "{'City': 'X', 'Owner': 'admin@example.com'}"),
                   CRM4E_E_DENIED, "module_permission");
    assert_ok(update(s, "Leads", id, 0, "{'City': 'X', 'Owner': 'clerk@x.example'}"));
    act_as_admin(s);
    assert_ok(change_owner(s, "Leads", id, ORG_ADMIN));
    assert_ok(change_owner(s, "Leads", id, ORG_ADMIN));
    assert_field(s, "Leads", id, "Version__s", "3");
    assert_ok(update(s, "Leads", id, 0, "{'City': 'Y', 'Owner': 'clerk@x.example'}"));
    const char *lines = history_of(s, id);
    assert_non_null(strstr(lines, "\n5 3 Owner=clerk@x.example>admin@example.com"));
    assert_non_null(strstr(lines, "\n2 4 Owner=admin@example.com>clerk@x.example City=X>Y"));
    /* an owner who left may stay */
    assert_ok(put_user(s, "{'email': 'clerk@x.example', 'status': 'inactive'}"));
    assert_ok(update(s, "Leads", id, 0, "{'City': 'Z'}"));
}

static void derived_fields(void **state)
{
    static const struct {
        const char *json;
        const char *probability;
        const char *revenue;
    } cases[] = {
        {"{'Stage': 'Needs Analysis'}", "20", NULL},
        {"{'Amount': 0.25}", "20", "0.05"},
        {"{'Amount': 0.15, 'Probability': 50}", "50", "0.08"},
        {"{'Amount': 0.05}", "50", "0.02"},
        {"{'Amount': -0.15}", "50", "-0.08"},
        {"{'Amount': 1000}", "50", "500.00"},
        {"{'Stage': 'Closed Won', 'Probability': 33}", "33", "330.00"},
        {"{'Stage': 'Closed Lost'}", "0", "0.00"},
        {"{'Probability': null}", NULL, NULL},
        {"{'Stage': 'Closed Lost'}", NULL, NULL},
    };
    steps *s = *state;
    crm4e_id id = 0;
    assert_ok(create(s, "Deals", "{'Deal_Name': 'D', 'Stage': 'Qualification'}", &id));
    assert_field(s, "Deals", id, "Probability", "10");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_ok(update(s, "Deals", id, 0, cases[i].json));
        assert_field(s, "Deals", id, "Probability", cases[i].probability);
        assert_field(s, "Deals", id, "Expected_Revenue", cases[i].revenue);
    }
    assert_refused(s, update(s, "Deals", id, 0, "{'Probability': 101}"), CRM4E_E_INVALID, "range");
    assert_refused(
        s, update(s, "Deals", id, 0, "{'Amount': '92233720368547758.07', 'Probability': 100}"),
        CRM4E_E_INVALID, "range");
    assert_refused(s, update(s, "Deals", id, 0, "{'Expected_Revenue': 1}"), CRM4E_E_INVALID,
                   "read_only");
    assert_ok(create(s, "Contacts", "{'Last_Name': 'Li'}", &id));
    assert_field(s, "Contacts", id, "Full_Name", "Li");
    assert_ok(update(s, "Contacts", id, 0, "{'First_Name': 'Wei'}"));
    assert_field(s, "Contacts", id, "Full_Name", "Wei Li");
    assert_string_equal(strchr(history_of(s, id), '\n'),
                        "\n2 2 First_Name=>Wei Full_Name=Li>Wei Li");
}

static void locked_records(void **state)
{
    static const uint32_t column = C4_COLUMN_LOCKED;
    const crm4e_value yes = c4_integer(1);
    steps *s = *state;
    crm4e_id id = 0;
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A'}", &id));
    assert_ok(c4_db_update(&s->org.db, &module_of(s, "Accounts")->table, id, &column, &yes, 1));
    assert_refused(s, update(s, "Accounts", id, 0, "{'Phone': '1'}"), CRM4E_E_LOCKED, "locked");
    assert_refused(s, remove_record(s, "Accounts", id, 0), CRM4E_E_LOCKED, "locked");
}

/* What the hooks were told. */
static struct {
    int calls;
    c4_record_action action;
    bool before;
    bool after;
    crm4e_id owner;
    int answer;
} told;

static int take_owner(c4_unit *unit, const c4_draft *draft, const crm4e_value *row, crm4e_id *owner)
{
    (void)unit;
    (void)draft;
    assert_int_equal(row[C4_COLUMN_OWNER].integer, unit->actor->id);
    if (told.owner != 0) {
        *owner = told.owner;
    }
    return CRM4E_OK;
}

static int take_change(c4_unit *unit, const c4_change *change)
{
    told.calls++;
    told.action = change->action;
    told.before = change->before != NULL;
    told.after = change->after != NULL;
    return told.answer < 0 ? c4_fail(unit->error, told.answer, "a hook failed") : told.answer;
}

static void assert_told(c4_record_action action, bool before, bool after)
{
    assert_int_equal(told.calls, 1);
    assert_int_equal(told.action, action);
    assert_int_equal(told.before, before);
    assert_int_equal(told.after, after);
    told.calls = 0;
}

static void hooks(void **state)
{
    static const c4_hooks both = {.choose_owner = take_owner, .changed = take_change};
    steps *s = *state;
    crm4e_id id = 0;
    memset(&told, 0, sizeof told);
    assert_ok(put_user(s, "{'email': 'a@x.example'}"));
    s->org.unit.hooks = &both;
    assert_ok(create(s, "Accounts", "{'Account_Name': 'A'}", &id));
    assert_told(C4_RECORD_ADDED, false, true);
    assert_ok(update(s, "Accounts", id, 0, "{'Account_Name': 'A'}"));
    assert_int_equal(told.calls, 0);
    assert_ok(update(s, "Accounts", id, 0, "{'Account_Name': 'B'}"));
    assert_told(C4_RECORD_UPDATED, true, true);
    assert_ok(change_owner(s, "Accounts", id, "a@x.example"));
    assert_told(C4_RECORD_OWNER_CHANGED, true, true);
    assert_ok(remove_record(s, "Accounts", id, 0));
    assert_told(C4_RECORD_DELETED, true, false);
    assert_ok(restore(s, "Accounts", id));
    assert_told(C4_RECORD_RESTORED, false, true);
    told.owner = user_of(s, "a@x.example")->id;
    assert_ok(create(s, "Accounts", "{'Account_Name': 'C'}", &id));
    assert_field(s, "Accounts", id, "Owner", "a@x.example");
    told.owner = 17; /* a choice that is none */
    assert_ok(create(s, "Accounts", "{'Account_Name': 'C'}", &id));
    assert_field(s, "Accounts", id, "Owner", ORG_ADMIN);
    told.answer = CRM4E_E_LOOP;
    s->late = true;
    assert_int_equal(create(s, "Accounts", "{'Account_Name': 'C'}", NULL), CRM4E_E_LOOP);
    s->org.unit.hooks = NULL;
}

static int write_by_rule(c4_unit *unit, void *context)
{
    c4_draft *draft = context;
    return c4_record_write_as_rule(unit, draft);
}

static void rules_write_with_rights_of_their_own(void **state)
{
    steps *s = *state;
    crm4e_id id = 0;
    c4_draft draft;
    const c4_module *leads;
    assert_ok(create(s, "Leads", "{'Last_Name': 'a', 'Company': 'b'}", &id));
    assert_ok(put_user(s, "{'email': 'a@x.example'}"));
    act_as(s, "a@x.example");
    leads = module_of(s, "Leads");
    assert_ok(c4_draft_init(&draft, &s->org.arena, leads));
    draft.id = id;
    draft.owner = user_of(s, "a@x.example")->id;
    const c4_field *field = field_of(s, "Leads", "Converted__s");
    assert_ok(c4_draft_set_text(&s->org.unit, &draft, field, "true", 4));
    assert_ok(run_step(s, write_by_rule, &draft));
    assert_field(s, "Leads", id, "Converted__s", "true");
    assert_field(s, "Leads", id, "Owner", "a@x.example");
    assert_field(s, "Leads", id, "Modified_By", "a@x.example");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(new_records, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(defaults, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(retired_values_stay, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(versions, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(unique_values, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(owners, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(derived_fields, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(locked_records, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(hooks, steps_setup, steps_teardown),
        cmocka_unit_test_setup_teardown(rules_write_with_rights_of_their_own, steps_setup,
                                        steps_teardown),
    };
    return steps_run("write", tests, sizeof tests / sizeof tests[0]);
}
