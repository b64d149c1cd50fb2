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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(hidden_fields_are_not_named, host_setup, host_teardown),
    };

    return host_run("modules as data", tests, sizeof tests / sizeof tests[0]);
}
