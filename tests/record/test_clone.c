/* SPDX-License-Identifier: MIT */
/* A copy of a record: what goes into it, what does not, and who may make one. */
#include "life_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* CEO (ana) > Manager (tom) > Sales (sue). Sue does not see phones, does not write fax numbers. */
static const char start[] =
    "{'roles': [{'name': 'Sales', 'parent': 'Manager'}],"
    " 'profiles': [{'name': 'Seller', 'clone_of': 'Standard', 'fields':"
    "   {'Things': {'Phone': 'hidden', 'Fax': 'read_only'}}}],"
    " 'users': [{'email': 'tom@x.example', 'role': 'Manager'},"
    "  {'email': 'sue@x.example', 'role': 'Sales', 'profile': 'Seller'}],"
    " 'modules': [{'api_name': 'Accounts', 'org_default': 'private'},"
    "  {'api_name': 'Things', 'fields': ["
    "  {'api_name': 'Key', 'type': 'text', 'unique': 'folded'},"
    "  {'api_name': 'Phone', 'type': 'phone'}, {'api_name': 'Fax', 'type': 'phone'},"
    "  {'api_name': 'Price', 'type': 'currency', 'scale': 2},"
    "  {'api_name': 'Phase', 'type': 'picklist', 'options': ['Open', 'Shut']},"
    "  {'api_name': 'Kinds', 'type': 'multiselectpicklist', 'options': ['A', 'B']},"
    "  {'api_name': 'Day', 'type': 'date'}, {'api_name': 'Note', 'type': 'textarea', 'length': "
    "2000},"
    "  {'api_name': 'Helper', 'type': 'userlookup'},"
    "  {'api_name': 'Account', 'type': 'lookup', 'target': 'Accounts'}]}]}";

static const char thing[] =
    "{'Name': 'One', 'Key': 'k', 'Phone': '1', 'Fax': '2', 'Price': 12.50, 'Phase': 'Shut',"
    " 'Kinds': ['A', 'B'], 'Day': '2026-01-31', 'Note': 'a\\nb', 'Helper': 'tom@x.example'}";

static crm4e_record *cloned(crm4e_session *session, const char *module, crm4e_id id)
{
    crm4e_record *record = NULL;

    host_ok(session, crm4e_record_clone(&record, session, module, id));
    assert_int_equal(crm4e_record_id(record), 0);
    assert_int_equal(crm4e_record_version(record), 0);
    return record;
}

static void an_administrator_copies_all_but_what_is_unique(void **state)
{
    host *h = *state;
    crm4e_record *copy;
    crm4e_id id, made;

    host_apply(h, start);
    id = life_add(h->admin, "Things", thing);
    copy = cloned(h->admin, "Things", id);
    life_field(h->admin, copy, "Price", "12.50");
    life_field(h->admin, copy, "Key", NULL);
    assert_int_equal(host_count(h->admin, "Things", NULL), 1);
    host_ok(h->admin, life_save(copy, "{'Name': 'Two'}"));
    made = crm4e_record_id(copy);
    assert_true(made != 0 && made != id);
    assert_int_equal(crm4e_record_version(copy), 1);
    crm4e_record_free(copy);
    life_row(h->admin, "Name, Key, Phone, Fax, Price, Phase, Kinds, Day, Note, Helper", "Things",
             made, "Two|-|1|2|12.50|Shut|A;B|2026-01-31|a\nb|tom@x.example\n");
    /* the copy is its own */
    host_ok(h->admin, life_change(h->admin, "Things", made, "{'Price': 1}"));
    life_row(h->admin, "Name, Price, Key", "Things", id, "One|12.50|k\n");
}

static void others_copy_what_they_read_and_write(void **state)
{
    host *h = *state;
    crm4e_session *sue;
    crm4e_record *copy;
    crm4e_id id, made;

    host_apply(h, start);
    id = life_add(h->admin, "Things", thing);
    sue = host_session(h, SUE);
    life_refused(sue, crm4e_record_clone(&copy, sue, "Things", id), CRM4E_E_NOT_FOUND, "", "");
    host_refused(sue, crm4e_record_clone(&copy, sue, "Things", id + (1 << 20)), CRM4E_E_NOT_FOUND,
                 "no such record");
    host_ok(h->admin, life_change(h->admin, "Things", id, "{'Owner': 'sue@x.example'}"));
    copy = cloned(sue, "Things", id);
    life_field(sue, copy, "Fax", NULL);
    host_ok(sue, crm4e_record_save(copy));
    made = crm4e_record_id(copy);
    crm4e_record_free(copy);
    life_row(h->admin, "Name, Key, Phone, Fax, Price, Owner, Created_By", "Things", made,
             "One|-|-|-|12.50|sue@x.example|sue@x.example\n");
    crm4e_session_close(sue);
}

/* Owned by who clones, whoever owns the first one. */
static void the_owner_is_who_clones(void **state)
{
    host *h = *state;
    crm4e_session *tom;
    crm4e_record *copy;
    crm4e_id id;

    host_apply(h, start);
    id = life_add(h->admin, "Things", "{'Name': 'One', 'Owner': 'sue@x.example'}");
    tom = host_session(h, TOM);
    copy = cloned(tom, "Things", id);
    host_ok(tom, crm4e_record_save(copy));
    life_field(tom, copy, "Owner", TOM);
    crm4e_record_free(copy);
    copy = cloned(tom, "Things", id);
    host_ok(tom, life_save(copy, "{'Owner': 'sue@x.example'}"));
    life_field(tom, copy, "Owner", SUE);
    crm4e_record_free(copy);
    crm4e_session_close(tom);
}

/* Values that a new record could not be given are left out, so that it can be saved. */
static void what_is_gone_is_not_copied(void **state)
{
    host *h = *state;
    char text[160];
    crm4e_session *sue;
    crm4e_record *copy;
    crm4e_id account = 0, id;

    host_apply(h, start);
    account = life_add(h->admin, "Accounts", "{'Account_Name': 'Tower'}");
    (void)snprintf(text, sizeof text,
                   "{'Name': 'One', 'Phase': 'Shut', 'Helper': 'tom@x.example', 'Account': %lld}",
                   (long long)account);
    id = life_add(h->admin, "Things", text);
    copy = cloned(h->admin, "Things", id);
    (void)snprintf(text, sizeof text, "%lld", (long long)account);
    life_field(h->admin, copy, "Account", text);
    crm4e_record_free(copy);
    host_ok(h->admin, life_change(h->admin, "Things", id, "{'Owner': 'sue@x.example'}"));
    host_apply(h,
               "{'modules': [{'api_name': 'Things', 'fields': [{'api_name': 'Phase',"
               " 'type': 'picklist', 'options': ['Open', {'value': 'Shut', 'active': false}]}]}],"
               " 'users': [{'email': 'tom@x.example', 'status': 'inactive'}]}");
    sue = host_session(h, SUE);
    copy = cloned(sue, "Things", id);
    life_field(sue, copy, "Phase", NULL);
    life_field(sue, copy, "Helper", NULL);
    life_field(sue, copy, "Account", NULL);
    host_ok(sue, crm4e_record_save(copy));
    crm4e_record_free(copy);
    crm4e_session_close(sue);
}

static void what_hangs_on_a_record_points_to_the_same(void **state)
{
    host *h = *state;
    char text[160];
    crm4e_record *copy;
    crm4e_id lead, task;

    lead = life_add(h->admin, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}");
    (void)snprintf(text, sizeof text, "{'Subject': 'Call', 'Who_Id': 'Leads:%lld'}",
                   (long long)lead);
    task = life_add(h->admin, "Tasks", text);
    copy = cloned(h->admin, "Tasks", task);
    (void)snprintf(text, sizeof text, "Leads:%lld", (long long)lead);
    life_field(h->admin, copy, "Who_Id", text);
    host_ok(h->admin, crm4e_record_save(copy));
    life_field(h->admin, copy, "Who_Id", text);
    crm4e_record_free(copy);
}

static void a_converted_lead_gives_one_that_is_not(void **state)
{
    host *h = *state;
    crm4e_record *copy;
    crm4e_id lead = life_add(h->admin, "Leads", "{'Last_Name': 'Li', 'Company': 'X'}");

    host_ok(h->admin, crm4e_convert_lead(NULL, NULL, NULL, h->admin, lead, NULL));
    copy = cloned(h->admin, "Leads", lead);
    host_ok(h->admin, crm4e_record_save(copy));
    life_field(h->admin, copy, "Converted__s", NULL);
    life_field(h->admin, copy, "Converted_Account", NULL);
    life_field(h->admin, copy, "Last_Name", "Li");
    crm4e_record_free(copy);
    assert_int_equal(host_count(h->admin, "Leads", NULL), 1);
}

static void creating_takes_its_right(void **state)
{
    host *h = *state;
    crm4e_session *tom;
    crm4e_record *copy = NULL;
    crm4e_id id;

    host_apply(h, start);
    host_apply(h, "{'profiles': [{'name': 'Reader', 'clone_of': 'Standard',"
                  " 'modules': {'Things': ['view', 'edit'], 'Leads': []}}],"
                  " 'users': [{'email': 'tom@x.example', 'profile': 'Reader'}]}");
    tom = host_session(h, TOM);
    id = life_add(h->admin, "Things", "{'Name': 'One', 'Owner': 'tom@x.example'}");
    life_refused(tom, crm4e_record_clone(&copy, tom, "Things", id), CRM4E_E_DENIED, NULL, NULL);
    life_refused(tom, crm4e_record_clone(&copy, tom, "Leads", id), CRM4E_E_NOT_FOUND, NULL, NULL);
    life_refused(tom, crm4e_record_clone(&copy, tom, "Nothing", id), CRM4E_E_NOT_FOUND, NULL, NULL);
    assert_null(copy);
    life_refused(h->admin, crm4e_record_clone(&copy, h->admin, "Leads", id), CRM4E_E_NOT_FOUND,
                 NULL, NULL);
    life_refused(h->admin, crm4e_record_clone(&copy, h->admin, "Things", 0), CRM4E_E_NOT_FOUND,
                 NULL, NULL);
    crm4e_session_close(tom);
}

/* A rule of the module sees the copy as any new record. */
static void rules_run_on_the_copy(void **state)
{
    host *h = *state;
    crm4e_record *copy;
    crm4e_id id;

    host_apply(h, start);
    id = life_add(h->admin, "Things", "{'Name': 'One', 'Phase': 'Open'}");
    host_apply(h, "{'workflows': [{'name': 'Shut', 'module': 'Things', 'on': 'create',"
                  " 'conditions': [{'then': [{'update_field':"
                  " {'field': 'Phase', 'value': 'Shut'}}]}]}]}");
    copy = cloned(h->admin, "Things", id);
    host_ok(h->admin, crm4e_record_save(copy));
    life_field(h->admin, copy, "Phase", "Shut");
    crm4e_record_free(copy);
}

static crm4e_id starved;

static int clone_once(host *h)
{
    crm4e_record *copy = NULL;
    int rc = crm4e_record_clone(&copy, h->admin, "Things", starved);

    crm4e_record_free(copy);
    return rc;
}

static void one_there_is(host *h)
{
    assert_int_equal(host_count(h->admin, "Things", NULL), 1);
}

static void memory_runs_out(void **state)
{
    host *h = *state;

    host_apply(h, start);
    starved = life_add(h->admin, "Things", thing);
    host_starve(h, clone_once, one_there_is);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define CLONE_TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        CLONE_TEST(an_administrator_copies_all_but_what_is_unique),
        CLONE_TEST(others_copy_what_they_read_and_write),
        CLONE_TEST(the_owner_is_who_clones),
        CLONE_TEST(what_is_gone_is_not_copied),
        CLONE_TEST(what_hangs_on_a_record_points_to_the_same),
        CLONE_TEST(a_converted_lead_gives_one_that_is_not),
        CLONE_TEST(creating_takes_its_right),
        CLONE_TEST(rules_run_on_the_copy),
        CLONE_TEST(memory_runs_out),
    };

    return host_run("clone", tests, sizeof tests / sizeof tests[0]);
}
