/* SPDX-License-Identifier: MIT */
/* What a team module tells of its permissions: of fields that are closed to a member nothing, all to
 * who configures it. */
#include "host.h"

#include <string.h>

static const char start[] =
    "{'users': [{'email': 'tom@x.example'}, {'email': 'lea@x.example'}],"
    " 'modules': [{'api_name': 'Papers', 'team': true, 'fields': ["
    "   {'api_name': 'Fee', 'type': 'integer'}, {'api_name': 'Open', 'type': 'text'}],"
    "  'permissions': {'participant': {'fields': {'Fee': 'hidden', 'Open': 'read_only'}},"
    "   'member': {'fields': {'Fee': 'read_only'}}},"
    "  'members': [{'user': 'lea@x.example', 'profile': 'admin'},"
    "   {'user': 'tom@x.example', 'profile': 'participant'}]}]}";

static void assert_told(crm4e_session *session, bool fee)
{
    crm4e_module *module = NULL;
    crm4e_text *text = NULL;

    host_ok(session, crm4e_module_open(&module, session, "Papers"));
    host_ok(session, crm4e_module_json(&text, module));
    assert_int_equal(strstr(crm4e_text_data(text), "Fee") != NULL, fee);
    assert_non_null(strstr(crm4e_text_data(text), "\"Open\":\"read_only\""));
    if (fee)
        assert_non_null(strstr(crm4e_text_data(text), "\"Fee\":\"hidden\""));
    crm4e_text_free(text);
    crm4e_module_free(module);
}

static void hidden_fields_are_not_named(void **state)
{
    host *h = *state;
    crm4e_session *tom, *lea;

    host_apply(h, start);
    tom = host_session(h, "tom@x.example");
    lea = host_session(h, "lea@x.example");
    assert_told(tom, false);
    assert_told(lea, true);
    assert_told(h->admin, true);
    host_apply(h, "{'modules': [{'api_name': 'Papers', 'members': [{'user': 'tom@x.example',"
                  " 'profile': 'member'}, {'user': 'lea@x.example', 'profile': 'admin'}]}]}");
    assert_told(tom, true);
}

static const char with_rows[] =
    "{'users': [{'email': 'tom@x.example', 'profile': 'Seller'}],"
    " 'modules': [{'api_name': 'Papers', 'fields': ["
    "   {'api_name': 'Items', 'type': 'subform', 'settings': {'columns': ["
    "     {'api_name': 'Price', 'type': 'integer'}, {'api_name': 'Pieces', 'type': 'integer'}]}},"
    "   {'api_name': 'Last', 'type': 'text'}]}]}";

static bool tells(crm4e_session *session, const char *name)
{
    crm4e_module *module = NULL;
    crm4e_text *text = NULL;
    bool found;

    host_ok(session, crm4e_module_open(&module, session, "Papers"));
    host_ok(session, crm4e_module_json(&text, module));
    found = strstr(crm4e_text_data(text), name) != NULL;
    crm4e_text_free(text);
    crm4e_module_free(module);
    return found;
}

static int describe(host *h)
{
    crm4e_session *tom = NULL;
    crm4e_module *module = NULL;
    crm4e_text *text = NULL;
    int rc = crm4e_session_open(&tom, h->org, "tom@x.example");

    if (rc == CRM4E_OK)
        rc = crm4e_module_open(&module, tom, "Papers");
    if (rc == CRM4E_OK)
        rc = crm4e_module_json(&text, module);
    crm4e_text_free(text);
    crm4e_module_free(module);
    crm4e_session_close(tom);
    return rc;
}

static void nothing_happens(host *h)
{
    (void)h;
}

/* Nor columns of subforms, of which the others are named. */
static void hidden_columns_are_not_named(void **state)
{
    host *h = *state;
    crm4e_session *tom;

    host_apply(h, "{'profiles': [{'name': 'Seller', 'clone_of': 'Standard'}]}");
    host_apply(h, with_rows);
    tom = host_session(h, "tom@x.example");
    assert_true(tells(tom, "Price") && tells(tom, "Pieces") && tells(tom, "Last"));
    host_apply(h, "{'profiles': [{'name': 'Seller', 'fields': {'Papers': {"
                  " 'Items.Price': 'hidden'}}}]}");
    assert_false(tells(tom, "Price"));
    assert_true(tells(tom, "Items") && tells(tom, "Pieces") && tells(tom, "Last"));
    assert_true(tells(h->admin, "Price"));
    host_starve(h, describe, nothing_happens);
    host_apply(h, "{'profiles': [{'name': 'Seller', 'fields': {'Papers': {'Items': 'hidden'}}}]}");
    assert_false(tells(tom, "Items") || tells(tom, "Pieces"));
    assert_true(tells(tom, "Last"));
    crm4e_session_close(tom);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hidden_fields_are_not_named, host_setup, host_teardown),
        cmocka_unit_test_setup_teardown(hidden_columns_are_not_named, host_setup, host_teardown),
    };

    return host_run("modules as data", tests, sizeof tests / sizeof tests[0]);
}
