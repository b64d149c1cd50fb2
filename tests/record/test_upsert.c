/* SPDX-License-Identifier: MIT */
/* Creating or changing by unique values: which record is found, and what is told of one that
 * somebody else sees. */
#include "life_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* CEO (ana) > Manager (tom) > Sales (sue). */
static const char start[] =
    "{'roles': [{'name': 'Sales', 'parent': 'Manager'}],"
    " 'profiles': [{'name': 'Seller', 'clone_of': 'Standard', 'fields':"
    "   {'Things': {'Secret': 'hidden', 'Fixed': 'read_only'}}}],"
    " 'users': [{'email': 'tom@x.example', 'role': 'Manager'},"
    "  {'email': 'sue@x.example', 'role': 'Sales', 'profile': 'Seller'}],"
    " 'modules': [{'api_name': 'Things', 'fields': ["
    "  {'api_name': 'Key', 'type': 'text', 'unique': 'folded'},"
    "  {'api_name': 'Number', 'type': 'integer', 'unique': 'case_sensitive'},"
    "  {'api_name': 'Secret', 'type': 'text', 'unique': 'case_sensitive'},"
    "  {'api_name': 'Fixed', 'type': 'text'}, {'api_name': 'Text', 'type': 'text'}]}]}";

static int upsert(crm4e_session *session, const char *fields, const char *json, crm4e_id *id,
                  int32_t *created)
{
    char *names = fields ? host_json(fields) : NULL;
    char *real = host_json(json);
    int rc = crm4e_record_upsert(id, created, session, "Things", names, real, CRM4E_NUL_TERMINATED);

    free(names);
    free(real);
    return rc;
}

static crm4e_id upserted(crm4e_session *session, const char *fields, const char *json, bool is_new)
{
    crm4e_id id = 0;
    int32_t created = 7;

    host_ok(session, upsert(session, fields, json, &id, &created));
    assert_int_equal(created, is_new);
    return id;
}

static void refused(crm4e_session *session, const char *fields, const char *json, int code,
                    const char *field, const char *rule)
{
    crm4e_id id = 7;
    int32_t created = 7;

    life_refused(session, upsert(session, fields, json, &id, &created), code, field, rule);
    assert_int_equal(id, 7);
    assert_int_equal(created, 7);
}

static void the_second_time_it_is_there(void **state)
{
    host *h = *state;
    crm4e_id id;

    host_apply(h, start);
    id = upserted(h->admin, NULL, "{'Name': 'One', 'Key': 'Ab', 'Number': 5, 'Text': 'x'}", true);
    assert_int_equal(upserted(h->admin, NULL, "{'Key': 'aB', 'Text': 'y'}", false), id);
    life_row(h->admin, "Name, Key, Number, Text, Version__s", "Things", id, "One|aB|5|y|2\n");
    /* by each unique field, and by the ones that are named */
    assert_int_equal(upserted(h->admin, NULL, "{'Key': null, 'Number': 5}", false), id);
    life_row(h->admin, "Key, Number", "Things", id, "-|5\n");
    assert_int_equal(upserted(h->admin, "['Key', 'Number']", "{'Number': 5, 'Key': 'c'}", false),
                     id);
    assert_int_equal(upserted(h->admin, "['Number']", "{'Number': 5}", false), id);
    assert_true(upserted(h->admin, "['Number']", "{'Name': 'Two', 'Number': 6}", true) != id);
    assert_int_equal(host_count(h->admin, "Things", NULL), 2);
    assert_int_equal(crm4e_record_upsert(NULL, NULL, h->admin, "Things", NULL, "{\"Number\": 6}",
                                         CRM4E_NUL_TERMINATED),
                     CRM4E_OK);
}

/* The order decides; a value of a third one that is taken refuses the change. */
static void the_first_field_that_finds_decides(void **state)
{
    host *h = *state;
    crm4e_id one, two;

    host_apply(h, start);
    one = life_add(h->admin, "Things", "{'Name': 'One', 'Key': 'a', 'Number': 1}");
    two = life_add(h->admin, "Things", "{'Name': 'Two', 'Number': 2}");
    refused(h->admin, NULL, "{'Key': 'A', 'Number': 2}", CRM4E_E_CONFLICT, "Number", "unique");
    refused(h->admin, "['Number', 'Key']", "{'Key': 'A', 'Number': 2}", CRM4E_E_CONFLICT, "Key",
            "unique");
    refused(h->admin, "['Number']", "{'Name': 'New', 'Key': 'A', 'Number': 3}", CRM4E_E_CONFLICT,
            "Key", "unique");
    assert_int_equal(upserted(h->admin, "['Number', 'Key']", "{'Key': 'b', 'Number': 2}", false),
                     two);
    assert_int_equal(upserted(h->admin, NULL, "{'Key': 'A', 'Number': 9}", false), one);
}

static void who_does_not_see_it_hears_conflict(void **state)
{
    static const char own[] = "{'Name': 'Mine', 'Key': 'HERS', 'Number': 9}";
    host *h = *state;
    crm4e_session *sue;
    crm4e_id hers, mine;
    char first[512];

    host_apply(h, start);
    hers = life_add(h->admin, "Things", "{'Name': 'Hers', 'Key': 'hers', 'Text': 'x'}");
    sue = host_session(h, SUE);
    refused(sue, NULL, own, CRM4E_E_CONFLICT, "Key", "unique");
    (void)snprintf(first, sizeof first, "%s", crm4e_error_message(crm4e_session_error(sue)));
    refused(sue, "['Key']", own, CRM4E_E_CONFLICT, "Key", "unique");
    assert_string_equal(crm4e_error_message(crm4e_session_error(sue)), first);
    /* what any new record would be refused for comes first: nothing shows that there is one */
    refused(sue, NULL, "{'Key': 'hers'}", CRM4E_E_INVALID, "Name", "mandatory");
    refused(sue, NULL, "{'Key': 'nobody'}", CRM4E_E_INVALID, "Name", "mandatory");
    mine = life_add(sue, "Things", "{'Name': 'Mine', 'Number': 9}");
    /* her own is found by the next field, and may not have the value either */
    refused(sue, NULL, own, CRM4E_E_CONFLICT, "Key", "unique");
    life_row(h->admin, "Name, Key, Text, Version__s", "Things", hers, "Hers|hers|x|1\n");
    life_row(sue, "Name, Key, Version__s", "Things", mine, "Mine|-|1\n");
    assert_int_equal(host_count(h->admin, "Things", NULL), 2);
    /* what is in the bin has no values */
    host_ok(h->admin, crm4e_record_delete(h->admin, "Things", hers, 0));
    assert_int_equal(upserted(sue, NULL, own, false), mine);
    crm4e_session_close(sue);
}

static void rights_of_both_ways(void **state)
{
    host *h = *state;
    crm4e_session *sue, *tom;
    crm4e_id id;

    host_apply(h, start);
    host_apply(h, "{'profiles': [{'name': 'Keeper', 'clone_of': 'Standard',"
                  " 'modules': {'Things': ['view', 'edit']}}],"
                  " 'users': [{'email': 'tom@x.example', 'profile': 'Keeper'}],"
                  " 'modules': [{'api_name': 'Things', 'org_default': 'public_read_only'}]}");
    sue = host_session(h, SUE);
    tom = host_session(h, TOM);
    id = life_add(h->admin, "Things", "{'Name': 'One', 'Key': 'a', 'Number': 1, 'Secret': 's'}");
    refused(sue, NULL, "{'Key': 'a', 'Text': 'x'}", CRM4E_E_DENIED, NULL, "record_scope");
    refused(tom, NULL, "{'Key': 'new', 'Name': 'x'}", CRM4E_E_DENIED, NULL, NULL);
    host_ok(h->admin, life_change(h->admin, "Things", id, "{'Owner': 'sue@x.example'}"));
    assert_int_equal(upserted(tom, NULL, "{'Key': 'a', 'Text': 'x'}", false), id);
    refused(sue, NULL, "{'Key': 'a', 'Fixed': 'x'}", CRM4E_E_DENIED, "Fixed", "field_permission");
    refused(sue, NULL, "{'Key': 'new', 'Name': 'x', 'Fixed': 'x'}", CRM4E_E_DENIED, "Fixed",
            "field_permission");
    /* a field that is hidden is neither a key nor a value */
    refused(sue, "['Secret']", "{'Key': 'a'}", CRM4E_E_DENIED, "Secret", "field_permission");
    refused(sue, NULL, "{'Secret': 's', 'Name': 'x'}", CRM4E_E_DENIED, "Secret",
            "field_permission");
    refused(sue, NULL, "{'Secret': 's', 'Key': 'z', 'Name': 'x'}", CRM4E_E_DENIED, "Secret",
            "field_permission");
    host_ok(h->admin, crm4e_record_set_locked(h->admin, "Things", id, 1));
    refused(sue, NULL, "{'Key': 'a', 'Text': 'z'}", CRM4E_E_LOCKED, NULL, "locked");
    crm4e_session_close(sue);
    crm4e_session_close(tom);
}

static void what_is_no_key_is_refused(void **state)
{
    host *h = *state;
    crm4e_id id = 0;

    host_apply(h, start);
    refused(h->admin, "['Name']", "{'Name': 'x'}", CRM4E_E_INVALID, "Name", "unique");
    refused(h->admin, "['None']", "{'Name': 'x'}", CRM4E_E_INVALID, "None", "field");
    refused(h->admin, "[7]", "{'Key': 'x'}", CRM4E_E_INVALID, NULL, "type");
    refused(h->admin, "[]", "{'Key': 'x'}", CRM4E_E_INVALID, NULL, "type");
    refused(h->admin, "{}", "{'Key': 'x'}", CRM4E_E_INVALID, NULL, "type");
    refused(h->admin, "[", "{'Key': 'x'}", CRM4E_E_INVALID, NULL, NULL);
    refused(h->admin, "['Key', 'Key']", "{'Key': 'x'}", CRM4E_E_INVALID, "Key", "unique");
    refused(h->admin, NULL, "{'Name': 'x'}", CRM4E_E_INVALID, NULL, "unique");
    refused(h->admin, NULL, "{'Name': 'x', 'Key': null}", CRM4E_E_INVALID, NULL, "unique");
    refused(h->admin, "['Number']", "{'Name': 'x', 'Key': 'x'}", CRM4E_E_INVALID, NULL, "unique");
    refused(h->admin, NULL, "[]", CRM4E_E_INVALID, NULL, "type");
    refused(h->admin, NULL, "{", CRM4E_E_INVALID, NULL, NULL);
    refused(h->admin, NULL, "{'id': 5, 'Key': 'x'}", CRM4E_E_INVALID, "id", "id");
    refused(h->admin, NULL, "{'Created_Time': '2026-01-01T00:00:00Z', 'Key': 'x'}", CRM4E_E_INVALID,
            "Created_Time", "read_only");
    life_refused(
        h->admin,
        crm4e_record_upsert(&id, NULL, h->admin, "Nothing", NULL, "{}", CRM4E_NUL_TERMINATED),
        CRM4E_E_NOT_FOUND, NULL, NULL);
    assert_int_equal(host_count(h->admin, "Things", NULL), 0);
}

static int upsert_both(host *h)
{
    int rc = upsert(h->admin, NULL, "{'Name': 'New', 'Key': 'k', 'Text': 'y'}", NULL, NULL);

    return rc;
}

static void nothing_changed(host *h)
{
    assert_int_equal(host_count(h->admin, "Things", "Text = 'y'"), 0);
}

static void memory_runs_out(void **state)
{
    host *h = *state;

    host_apply(h, start);
    host_starve(h, upsert_both, nothing_changed);
    host_ok(h->admin, upsert(h->admin, NULL, "{'Key': 'K', 'Text': 'x'}", NULL, NULL));
    host_starve(h, upsert_both, nothing_changed);
    assert_int_equal(host_count(h->admin, "Things", "Text = 'y'"), 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
#define UPSERT_TEST(name) cmocka_unit_test_setup_teardown(name, host_setup, host_teardown)
        UPSERT_TEST(the_second_time_it_is_there),
        UPSERT_TEST(the_first_field_that_finds_decides),
        UPSERT_TEST(who_does_not_see_it_hears_conflict),
        UPSERT_TEST(rights_of_both_ways),
        UPSERT_TEST(what_is_no_key_is_refused),
        UPSERT_TEST(memory_runs_out),
    };

    return host_run("upsert", tests, sizeof tests / sizeof tests[0]);
}
