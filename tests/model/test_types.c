/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "model/types.h"

static void test_types_round_trip(void **state)
{
    (void)state;
    for (c4_field_type type = CRM4E_TYPE_TEXT; type <= CRM4E_TYPE_SUBFORM; type++) {
        const c4_type_info *info = c4_type_info_of(type);

        assert_non_null(info);
        assert_int_equal(info->type, type);
        assert_ptr_equal(c4_type_info_named(info->name), info);
    }
}

static void test_unknown_types(void **state)
{
    (void)state;
    assert_null(c4_type_info_of(0));
    assert_null(c4_type_info_of(CRM4E_TYPE_SUBFORM + 1));
    assert_null(c4_type_info_of(UINT32_MAX));
    assert_null(c4_type_info_named(NULL));
    assert_null(c4_type_info_named(""));
    assert_null(c4_type_info_named("Currency"));
    assert_null(c4_type_info_named("time"));
}

static void test_how_types_are_stored(void **state)
{
    (void)state;
    assert_int_equal(c4_type_info_named("currency")->stored, C4_STORED_DECIMAL);
    assert_int_equal(c4_type_info_named("date")->stored, C4_STORED_DATE);
    assert_int_equal(c4_type_info_named("multiuserlookup")->stored, C4_STORED_IDS);
    assert_int_equal(c4_type_info_named("text")->length, 255);
    assert_int_equal(c4_type_info_named("currency")->length, 0);
}

static void test_only_text_has_a_length(void **state)
{
    (void)state;
    for (c4_field_type type = CRM4E_TYPE_TEXT; type <= CRM4E_TYPE_MULTISELECTLOOKUP; type++) {
        const c4_type_info *info = c4_type_info_of(type);

        assert_int_equal(info->length > 0, info->stored == C4_STORED_TEXT);
    }
}

static void test_types_users_may_make(void **state)
{
    static const char *const refused[] = {
        "multi_module_lookup",
        "ownerlookup",
    };
    size_t custom = 0;

    (void)state;
    for (c4_field_type type = CRM4E_TYPE_TEXT; type <= CRM4E_TYPE_SUBFORM; type++)
        custom += c4_type_info_of(type)->custom ? 1 : 0;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        assert_false(c4_type_info_named(refused[i])->custom);
    assert_int_equal(custom + sizeof(refused) / sizeof(refused[0]), CRM4E_TYPE_SUBFORM);
}

static void test_enumerations_round_trip(void **state)
{
    static const uint32_t counts[C4_NAMES_COUNT] = {
        [C4_NAMES_EDITION] = 7,    [C4_NAMES_LICENCE] = 4,      [C4_NAMES_USER_STATUS] = 3,
        [C4_NAMES_UI_MODE] = 2,    [C4_NAMES_SHARE] = 4,        [C4_NAMES_HIERARCHY] = 2,
        [C4_NAMES_PERMISSION] = 3, [C4_NAMES_TEAM_PROFILE] = 5, [C4_NAMES_ACTION] = 13,
    };

    (void)state;
    for (c4_names names = 0; names < C4_NAMES_ADMIN; names++) {
        for (uint32_t number = 1; number <= counts[names]; number++) {
            const char *text = c4_text_of(names, number);

            assert_non_null(text);
            assert_int_equal(c4_number_of(names, text), number);
        }
        assert_null(c4_text_of(names, counts[names] + 1));
        assert_null(c4_text_of(names, 0));
        assert_int_equal(c4_number_of(names, NULL), 0);
        assert_int_equal(c4_number_of(names, ""), 0);
    }
}

static void test_admin_permissions_are_bits(void **state)
{
    uint32_t all = 0;

    (void)state;
    for (uint32_t bit = 1; bit <= C4_ADMIN_ALL; bit <<= 1) {
        const char *text = c4_text_of(C4_NAMES_ADMIN, bit);

        assert_non_null(text);
        assert_int_equal(c4_number_of(C4_NAMES_ADMIN, text), bit);
        all |= bit;
    }
    assert_int_equal(all, C4_ADMIN_ALL);
    assert_null(c4_text_of(C4_NAMES_ADMIN, C4_ADMIN_ALL + 1));
    assert_null(c4_text_of(C4_NAMES_ADMIN, C4_ADMIN_IMPORT | C4_ADMIN_EXPORT));
}

static void test_words_are_those_of_the_api(void **state)
{
    static const struct {
        c4_names names;
        uint32_t number;
        const char *text;
    } expected[] = {
        {C4_NAMES_EDITION, CRM4E_EDITION_ZOHO_ONE, "zoho_one"},
        {C4_NAMES_EDITION, CRM4E_EDITION_CRM_PLUS, "crm_plus"},
        {C4_NAMES_LICENCE, CRM4E_LICENCE_TEAM, "team"},
        {C4_NAMES_USER_STATUS, CRM4E_USER_DELETED, "deleted"},
        {C4_NAMES_UI_MODE, CRM4E_UI_CLASSIC, "classic"},
        {C4_NAMES_SHARE, CRM4E_SHARE_READ_WRITE_DELETE, "public_read_write_delete"},
        {C4_NAMES_HIERARCHY, CRM4E_HIERARCHY_REPORTING_TO, "reporting_to"},
        {C4_NAMES_PERMISSION, CRM4E_PERMISSION_HIDDEN, "hidden"},
        {C4_NAMES_TEAM_PROFILE, CRM4E_TEAM_REQUESTER, "requester"},
        {C4_NAMES_ACTION, CRM4E_ACTION_CHANGE_OWNER, "change_owner"},
        {C4_NAMES_ACTION, CRM4E_ACTION_SEND_MAIL, "send_mail"},
        {C4_NAMES_ADMIN, C4_ADMIN_CREATE_TEAM_MODULE, "create_team_module"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        assert_string_equal(c4_text_of(expected[i].names, expected[i].number), expected[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types_round_trip),
        cmocka_unit_test(test_unknown_types),
        cmocka_unit_test(test_how_types_are_stored),
        cmocka_unit_test(test_only_text_has_a_length),
        cmocka_unit_test(test_types_users_may_make),
        cmocka_unit_test(test_enumerations_round_trip),
        cmocka_unit_test(test_admin_permissions_are_bits),
        cmocka_unit_test(test_words_are_those_of_the_api),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
