/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <crm4e/errors.h>

#include "base/text.h"
#include "model/standard.h"

enum {
    OWN_OFFSET_MAX = 999,
    TARGET_MAX = 40,
    INDEXED_MAX = 4,
    NOTE_LENGTH = 65535
};

static c4_mem mem;

static bool same_folded(const char *a, const char *b)
{
    char *folded_a = c4_text_folded(&mem, a, strlen(a), NULL);
    char *folded_b = c4_text_folded(&mem, b, strlen(b), NULL);
    bool same;

    assert_non_null(folded_a);
    assert_non_null(folded_b);
    same = strcmp(folded_a, folded_b) == 0;
    c4_free(&mem, folded_a);
    c4_free(&mem, folded_b);
    return same;
}

/* Zoho marks some of its own fields with the suffix "__s". */
static bool is_standard_name(const char *name)
{
    size_t length = strlen(name);

    if (length > 3 && strcmp(name + length - 3, "__s") == 0)
        length -= 3;
    return strlen(name) <= 50 && c4_text_is_api_name(name, length, 50);
}

/* Some character of U+4E00..U+9FFF: three bytes, E4 B8 80 .. E9 BF BF. */
static bool has_chinese(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if ((*at == 0xe4 && at[1] >= 0xb8) || (*at >= 0xe5 && *at <= 0xe9))
            return true;
    }
    return false;
}

static void check_text(const char *text)
{
    assert_non_null(text);
    assert_int_equal(c4_text_check(text, strlen(text)), CRM4E_OK);
    assert_false(c4_text_blank(text, strlen(text)));
    assert_false(c4_text_has_control(text, strlen(text)));
}

static void check_label(const c4_label *label)
{
    check_text(label->en);
    check_text(label->zh);
    assert_false(has_chinese(label->en));
    assert_true(has_chinese(label->zh));
}

static const c4_standard_module *module_named(const char *name)
{
    for (size_t i = 0; i < c4_standard_module_count; i++) {
        if (strcmp(c4_standard_modules[i].api_name, name) == 0)
            return &c4_standard_modules[i];
    }
    return NULL;
}

static const c4_standard_field *field_named(const char *module, const char *name)
{
    const c4_standard_module *found = module_named(module);

    assert_non_null(found);
    for (size_t i = 0; i < found->field_count; i++) {
        if (strcmp(found->fields[i].api_name, name) == 0)
            return &found->fields[i];
    }
    fail_msg("%s has no %s", module, name);
    return NULL;
}

/* The fields of a module as records have them: the system's, then its own. */
static const c4_standard_field *field_at(const c4_standard_module *module, size_t index)
{
    return index < C4_SYSTEM_COLUMNS ? &c4_system_fields[index]
                                     : &module->fields[index - C4_SYSTEM_COLUMNS];
}

typedef void (*field_check)(const c4_standard_field *field);

static void for_each_field(field_check check)
{
    for (size_t i = 0; i < c4_standard_module_count; i++) {
        for (size_t j = 0; j < c4_standard_modules[i].field_count; j++)
            check(&c4_standard_modules[i].fields[j]);
    }
    for (size_t i = 0; i < C4_SYSTEM_COLUMNS; i++)
        check(&c4_system_fields[i]);
    for (size_t i = 0; i < c4_custom_module_field_count; i++)
        check(&c4_custom_module_fields[i]);
}

/* Own fields of each module in the model, less those that this release cannot
 * keep: line items, layouts, territories, images, price tables, comments. */
static void test_modules_are_complete(void **state)
{
    static const struct {
        const char *name;
        size_t fields;
    } expected[] = {
        {"Leads", 52},        {"Contacts", 43},        {"Accounts", 29},
        {"Deals", 21},        {"Tasks", 11},           {"Events", 24},
        {"Calls", 18},        {"Products", 21},        {"Quotes", 28},
        {"Sales_Orders", 33}, {"Invoices", 30},        {"Campaigns", 12},
        {"Vendors", 13},      {"Purchase_Orders", 31}, {"Cases", 19},
        {"Price_Books", 8},   {"Solutions", 9},        {"Notes", 3},
        {"Attachments", 3},
    };

    (void)state;
    assert_int_equal(c4_standard_module_count, sizeof(expected) / sizeof(expected[0]));
    for (size_t i = 0; i < c4_standard_module_count; i++) {
        const c4_standard_module *module = module_named(expected[i].name);

        assert_non_null(module);
        assert_true(module->field_count >= expected[i].fields);
    }
}

static void test_modules_have_their_own_names_and_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < c4_standard_module_count; i++) {
        const c4_standard_module *module = &c4_standard_modules[i];

        assert_true(module->number > 0 && module->number < C4_FIRST_CUSTOM_MODULE);
        assert_true(is_standard_name(module->api_name));
        check_label(&module->singular);
        check_label(&module->plural);
        for (size_t j = 0; j < i; j++) {
            assert_true(module->number > c4_standard_modules[j].number);
            assert_false(same_folded(module->api_name, c4_standard_modules[j].api_name));
            assert_string_not_equal(module->plural.en, c4_standard_modules[j].plural.en);
            assert_string_not_equal(module->plural.zh, c4_standard_modules[j].plural.zh);
        }
    }
}

static void test_what_follows_other_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < c4_standard_module_count; i++) {
        const c4_standard_module *module = &c4_standard_modules[i];
        bool child =
            strcmp(module->api_name, "Notes") == 0 || strcmp(module->api_name, "Attachments") == 0;

        bool activity = strcmp(module->api_name, "Tasks") == 0 ||
                        strcmp(module->api_name, "Events") == 0 ||
                        strcmp(module->api_name, "Calls") == 0;

        assert_int_equal(module->flags, child      ? C4_MODULE_CHILD
                                        : activity ? C4_MODULE_ACTIVITY
                                                   : 0);
        if (child)
            assert_int_equal(field_named(module->api_name, "Parent_Id")->type,
                             CRM4E_TYPE_MULTI_MODULE_LOOKUP);
    }
}

static void check_distinct(const c4_standard_field *a, const c4_standard_field *b)
{
    assert_int_not_equal(a->offset, b->offset);
    assert_false(same_folded(a->api_name, b->api_name));
    assert_string_not_equal(a->label.en, b->label.en);
    assert_string_not_equal(a->label.zh, b->label.zh);
}

static void test_fields_of_a_module_are_distinct(void **state)
{
    (void)state;
    for (size_t i = 0; i < c4_standard_module_count; i++) {
        const c4_standard_module *module = &c4_standard_modules[i];

        for (size_t j = 0; j < C4_SYSTEM_COLUMNS + module->field_count; j++) {
            for (size_t k = 0; k < j; k++)
                check_distinct(field_at(module, j), field_at(module, k));
        }
    }
}

/* Offsets are stored, so a hole is a field that was taken away. */
static void test_own_offsets_follow_one_another(void **state)
{
    (void)state;
    for (size_t i = 0; i < c4_standard_module_count; i++) {
        const c4_standard_module *module = &c4_standard_modules[i];

        assert_true(C4_FIRST_OWN_OFFSET + module->field_count - 1 <= OWN_OFFSET_MAX);
        for (size_t j = 0; j < module->field_count; j++)
            assert_int_equal(module->fields[j].offset, C4_FIRST_OWN_OFFSET + (int32_t)j);
    }
    for (size_t i = 0; i < C4_SYSTEM_COLUMNS; i++)
        assert_int_equal(c4_system_fields[i].offset, (int32_t)i + 1);
    for (size_t i = 0; i < c4_custom_module_field_count; i++)
        assert_int_equal(c4_custom_module_fields[i].offset, C4_FIRST_OWN_OFFSET + (int32_t)i);
}

static void check_name_and_label(const c4_standard_field *field)
{
    assert_non_null(field->api_name);
    assert_true(is_standard_name(field->api_name));
    check_label(&field->label);
}

static void test_fields_are_named_and_labelled(void **state)
{
    (void)state;
    for_each_field(check_name_and_label);
}

static void check_type(const c4_standard_field *field)
{
    const c4_type_info *info = c4_type_info_of(field->type);
    bool picklist, lookup;

    assert_non_null(info);
    assert_true(field->type <= CRM4E_TYPE_MULTISELECTLOOKUP || field->type == CRM4E_TYPE_SUBFORM);
    assert_int_equal(field->column_count > 0, field->type == CRM4E_TYPE_SUBFORM);
    picklist = info->stored == C4_STORED_OPTION || info->stored == C4_STORED_OPTIONS;
    lookup = field->type == CRM4E_TYPE_LOOKUP || field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP;
    /* tags come with use */
    assert_int_equal(field->option_count > 0, picklist && strcmp(field->api_name, "Tag") != 0);
    assert_int_equal(field->targets != NULL, lookup);
    assert_int_equal(field->scale > 0, info->stored == C4_STORED_DECIMAL);
    assert_true(field->scale <= 9);
    if (strcmp(field->api_name, "Note_Content") == 0)
        assert_int_equal(field->length, NOTE_LENGTH);
    else
        assert_true(field->length >= 0 && field->length <= info->length);
}

static void test_types_fit_their_fields(void **state)
{
    (void)state;
    for_each_field(check_type);
}

static void check_options(const c4_standard_field *field)
{
    for (size_t i = 0; i < field->option_count; i++) {
        const c4_option *option = &field->options[i];

        assert_int_equal(option->code, (int32_t)i + 1);
        assert_true(option->active);
        check_text(option->actual);
        assert_true(c4_text_points(option->actual, strlen(option->actual)) <= 120);
        check_label(&option->display);
        for (size_t j = 0; j < i; j++) {
            const c4_option *other = &field->options[j];

            assert_false(same_folded(option->actual, other->actual));
            assert_false(same_folded(option->actual, other->display.zh));
            assert_false(same_folded(option->display.zh, other->actual));
            assert_false(same_folded(option->display.en, other->display.en));
            assert_false(same_folded(option->display.zh, other->display.zh));
        }
    }
}

/* A value is found by any of its texts, so none may belong to two. */
static void test_options_are_distinct(void **state)
{
    (void)state;
    for_each_field(check_options);
}

static void check_targets(const c4_standard_field *field)
{
    const char *seen[TARGET_MAX];
    size_t count = 0;
    char name[51];

    for (const char *at = field->targets; at && *at; count++) {
        size_t length = strcspn(at, " ");

        if (strcmp(at, "*") == 0)
            break;
        assert_true(length > 0 && length < sizeof(name) && count < TARGET_MAX);
        memcpy(name, at, length);
        name[length] = '\0';
        assert_non_null(module_named(name));
        seen[count] = module_named(name)->api_name;
        for (size_t i = 0; i < count; i++)
            assert_string_not_equal(seen[i], name);
        at += length + (at[length] == ' ' ? 1u : 0u);
    }
    if (field->type == CRM4E_TYPE_LOOKUP)
        assert_int_equal(count, 1);
    if (field->type == CRM4E_TYPE_MULTI_MODULE_LOOKUP)
        assert_true(count > 1);
}

static void test_targets_exist(void **state)
{
    (void)state;
    for_each_field(check_targets);
}

static void check_flags_of(const c4_standard_field *fields, size_t count)
{
    const uint32_t allowed =
        C4_FIELD_MANDATORY | C4_FIELD_READ_ONLY | C4_FIELD_INDEXED | C4_FIELD_NAME;
    size_t names = 0, indexed = 0;

    for (size_t i = 0; i < count; i++) {
        uint32_t flags = fields[i].flags;

        assert_int_equal(flags & ~allowed, 0);
        assert_false((flags & C4_FIELD_MANDATORY) && (flags & C4_FIELD_READ_ONLY));
        names += (flags & C4_FIELD_NAME) ? 1 : 0;
        indexed += (flags & C4_FIELD_INDEXED) ? 1 : 0;
        if (flags & C4_FIELD_NAME) {
            assert_int_equal(fields[i].type, CRM4E_TYPE_TEXT);
            assert_true(flags & C4_FIELD_INDEXED);
        }
    }
    assert_int_equal(names, 1);
    assert_in_range(indexed, 1, INDEXED_MAX);
}

static void test_each_module_has_one_name_field(void **state)
{
    (void)state;
    for (size_t i = 0; i < c4_standard_module_count; i++)
        check_flags_of(c4_standard_modules[i].fields, c4_standard_modules[i].field_count);
    check_flags_of(c4_custom_module_fields, c4_custom_module_field_count);
}

static void test_system_fields_stand_at_their_columns(void **state)
{
    static const char *const names[C4_SYSTEM_COLUMNS] = {
        [C4_COLUMN_ID] = "id",
        [C4_COLUMN_OWNER] = "Owner",
        [C4_COLUMN_CREATED_BY] = "Created_By",
        [C4_COLUMN_CREATED_TIME] = "Created_Time",
        [C4_COLUMN_MODIFIED_BY] = "Modified_By",
        [C4_COLUMN_MODIFIED_TIME] = "Modified_Time",
        [C4_COLUMN_VERSION] = "Version__s",
        [C4_COLUMN_LOCKED] = "Locked__s",
        [C4_COLUMN_TAG] = "Tag",
    };

    (void)state;
    for (size_t i = 0; i < C4_SYSTEM_COLUMNS; i++) {
        uint32_t written = i == C4_COLUMN_OWNER ? 0 : C4_FIELD_READ_ONLY;

        assert_string_equal(c4_system_fields[i].api_name, names[i]);
        assert_int_equal(c4_system_fields[i].flags, C4_FIELD_SYSTEM | written);
    }
}

static void test_mandatory_fields(void **state)
{
    static const char *const expected[][2] = {
        {"Leads", "Last_Name"},
        {"Leads", "Company"},
        {"Contacts", "Last_Name"},
        {"Accounts", "Account_Name"},
        {"Deals", "Deal_Name"},
        {"Deals", "Stage"},
        {"Tasks", "Subject"},
        {"Events", "Event_Title"},
        {"Events", "Start_DateTime"},
        {"Events", "End_DateTime"},
        {"Calls", "Subject"},
        {"Calls", "Call_Type"},
        {"Calls", "Call_Start_Time"},
        {"Products", "Product_Name"},
        {"Quotes", "Subject"},
        {"Sales_Orders", "Subject"},
        {"Sales_Orders", "Account_Name"},
        {"Purchase_Orders", "Subject"},
        {"Purchase_Orders", "Vendor_Name"},
        {"Invoices", "Subject"},
        {"Invoices", "Account_Name"},
        {"Campaigns", "Campaign_Name"},
        {"Vendors", "Vendor_Name"},
        {"Price_Books", "Price_Book_Name"},
        {"Price_Books", "Pricing_Model"},
        {"Cases", "Subject"},
        {"Cases", "Status"},
        {"Cases", "Case_Origin"},
        {"Solutions", "Solution_Title"},
        {"Notes", "Note_Content"},
        {"Notes", "Parent_Id"},
        {"Attachments", "File_Name"},
        {"Attachments", "Parent_Id"},
    };
    const size_t expected_count = sizeof(expected) / sizeof(expected[0]);
    size_t count = 0;

    (void)state;
    for (size_t i = 0; i < expected_count; i++)
        assert_true(field_named(expected[i][0], expected[i][1])->flags & C4_FIELD_MANDATORY);
    for (size_t i = 0; i < c4_standard_module_count; i++) {
        for (size_t j = 0; j < c4_standard_modules[i].field_count; j++)
            count += (c4_standard_modules[i].fields[j].flags & C4_FIELD_MANDATORY) ? 1 : 0;
    }
    assert_int_equal(count, expected_count);
}

static void test_stages_carry_probability_and_forecast(void **state)
{
    static const struct {
        const char *stage;
        int32_t probability;
        const char *forecast;
    } expected[] = {
        {"Qualification", 10, "Open"},
        {"Needs Analysis", 20, "Open"},
        {"Value Proposition", 40, "Open"},
        {"Identify Decision Makers", 60, "Open"},
        {"Proposal/Price Quote", 75, "Open"},
        {"Negotiation/Review", 90, "Open"},
        {"Closed Won", 100, "Closed Won"},
        {"Closed Lost", 0, "Closed Lost"},
        {"Closed Lost to Competition", 0, "Closed Lost"},
    };
    const c4_standard_field *stage = field_named("Deals", "Stage");

    (void)state;
    assert_int_equal(stage->option_count, sizeof(expected) / sizeof(expected[0]));
    for (size_t i = 0; i < stage->option_count; i++) {
        assert_string_equal(stage->options[i].actual, expected[i].stage);
        assert_int_equal(stage->options[i].probability, expected[i].probability);
        assert_string_equal(stage->options[i].forecast, expected[i].forecast);
    }
}

static void check_not_a_stage(const c4_standard_field *field)
{
    for (size_t i = 0; i < field->option_count && strcmp(field->api_name, "Stage") != 0; i++) {
        assert_int_equal(field->options[i].probability, -1);
        assert_null(field->options[i].forecast);
    }
}

static void test_only_stages_have_a_probability(void **state)
{
    (void)state;
    for_each_field(check_not_a_stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_modules_are_complete),
        cmocka_unit_test(test_modules_have_their_own_names_and_numbers),
        cmocka_unit_test(test_what_follows_other_records),
        cmocka_unit_test(test_fields_of_a_module_are_distinct),
        cmocka_unit_test(test_own_offsets_follow_one_another),
        cmocka_unit_test(test_fields_are_named_and_labelled),
        cmocka_unit_test(test_types_fit_their_fields),
        cmocka_unit_test(test_options_are_distinct),
        cmocka_unit_test(test_targets_exist),
        cmocka_unit_test(test_each_module_has_one_name_field),
        cmocka_unit_test(test_system_fields_stand_at_their_columns),
        cmocka_unit_test(test_mandatory_fields),
        cmocka_unit_test(test_stages_carry_probability_and_forecast),
        cmocka_unit_test(test_only_stages_have_a_probability),
    };

    c4_mem_default(&mem);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
