/* SPDX-License-Identifier: MIT */
#include "manage_steps.h"

#include <stdio.h>
#include <string.h>

#include "model/definition.h"

static const c4_option *option_of(steps *s, const char *module, const char *field,
                                  const char *value)
{
    return c4_field_option_named(field_of(s, module, field), value, strlen(value));
}

static void make_module(steps *s)
{
    assert_ok(put_module(s, "{'api_name': 'Docs', 'team': true}"));
}

static void every_type_has_its_shape(void **state)
{
    steps *s = *state;
    make_module(s);
    assert_ok(put_field(s, "Docs", "{'api_name': 'F1', 'type': 'text'}"));
    assert_ok(put_field(s, "Docs",
                        "{'api_name': 'F2', 'type': 'text', 'length': 40,"
                        " 'label': 'Title', 'label_zh': '标题', 'mandatory': true,"
                        " 'unique': 'folded', 'indexed': true, 'tooltip': 'Short'}"));
    assert_ok(put_field(s, "Docs", "{'api_name': 'F3', 'type': 'textarea'}"));
    assert_ok(put_field(s, "Docs", "{'api_name': 'F4', 'type': 'textarea', 'length': 50000}"));
    assert_ok(put_field(s, "Docs", "{'api_name': 'F5', 'type': 'double', 'scale': 9}"));
    assert_ok(put_field(s, "Docs", "{'api_name': 'F6', 'type': 'currency'}"));
    assert_ok(put_field(s, "Docs", "{'api_name': 'F7', 'type': 'lookup', 'target': 'accounts'}"));
    assert_ok(put_field(s, "Docs", "{'api_name': 'F8', 'type': 'integer', 'unique': true}"));
    assert_ok(put_field(s, "Docs",
                        "{'api_name': 'F9', 'type': 'boolean', 'indexed': true,"
                        " 'default_value': false}"));
    const c4_field *f2 = field_of(s, "Docs", "f2");
    assert_int_equal(field_of(s, "Docs", "F1")->length, 255);
    assert_string_equal(field_of(s, "Docs", "F1")->label.zh, "F1");
    assert_int_equal(f2->length, 40);
    assert_string_equal(f2->label.zh, "标题");
    assert_string_equal(f2->tooltip, "Short");
    assert_int_equal(f2->flags, C4_FIELD_CUSTOM | C4_FIELD_MANDATORY | C4_FIELD_UNIQUE |
                                    C4_FIELD_FOLDED | C4_FIELD_INDEXED | C4_FIELD_KEYED);
    assert_true(f2->key_column != 0);
    assert_int_equal(field_of(s, "Docs", "F3")->length, 2000);
    assert_int_equal(field_of(s, "Docs", "F4")->length, 50000);
    assert_int_equal(field_of(s, "Docs", "F5")->scale, 9);
    assert_int_equal(field_of(s, "Docs", "F6")->scale, 2);
    assert_int_equal(field_of(s, "Docs", "F7")->targets[0], module_of(s, "Accounts")->number);
    assert_int_equal(field_of(s, "Docs", "F8")->key_column, 0);
    assert_string_equal(field_of(s, "Docs", "F9")->default_value, "false");
    assert_true(f2->number >= 1 << 30);
}

static void every_custom_type_can_be_made(void **state)
{
    steps *s = *state;
    char json[192];
    make_module(s);
    for (c4_field_type type = 1; c4_type_info_of(type) != NULL; type++) {
        const c4_type_info *info = c4_type_info_of(type);
        const char *more =
            type == CRM4E_TYPE_LOOKUP || type == CRM4E_TYPE_MULTISELECTLOOKUP ? ", 'target': 'Docs'"
            : type == CRM4E_TYPE_SUBFORM
                ? ", 'settings': {'columns': [{'api_name': 'A', 'type': 'text'}]}"
            : type == CRM4E_TYPE_FORMULA ? ", 'settings': {'result': 'text', 'expression': 'Name'}"
            : type == CRM4E_TYPE_ROLLUP_SUMMARY
                ? ", 'settings': {'function': 'count', 'module': 'Docs', 'lookup': 'T16'}"
                : "";
        (void)snprintf(json, sizeof json, "{'api_name': 'T%u', 'type': '%s'%s}", (unsigned)type,
                       info->name, more);
        if (info->custom) {
            assert_ok(put_field(s, "Docs", json));
        } else {
            assert_refused(s, put_field(s, "Docs", json), CRM4E_E_UNSUPPORTED, "type");
        }
    }
}

static const struct {
    const char *json;
    int code;
    const char *rule;
} refused_values[] = {
    {"{'type': 'text'}", CRM4E_E_INVALID, "mandatory"},
    {"{'api_name': 'New'}", CRM4E_E_INVALID, "mandatory"},
    {"{'api_name': 'New', 'type': 'string'}", CRM4E_E_INVALID, "word"},
    {"{'api_name': 'ID', 'type': 'text'}", CRM4E_E_CONFLICT, "fixed"},
    {"{'api_name': 'Created_By', 'type': 'text'}", CRM4E_E_CONFLICT, "fixed"},
    {"{'api_name': 'Notes', 'type': 'text'}", CRM4E_E_INVALID, "reserved"},
    {"{'api_name': 'where', 'type': 'text'}", CRM4E_E_INVALID, "reserved"},
    {"{'api_name': 'a-b', 'type': 'text'}", CRM4E_E_INVALID, "api_name"},
    {"{'api_name': 'A12345678901234567890123456789012345678901234567890',"
     " 'type': 'text'}",
     CRM4E_E_INVALID, "api_name"},
    {"{'api_name': 'New', 'type': 'text', 'label': ' '}", CRM4E_E_INVALID, "mandatory"},
    {"{'api_name': 'New', 'type': 'text', 'length': 0}", CRM4E_E_INVALID, "range"},
    {"{'api_name': 'New', 'type': 'text', 'length': 256}", CRM4E_E_INVALID, "max_length"},
    {"{'api_name': 'New', 'type': 'textarea', 'length': 3000}", CRM4E_E_INVALID, "range"},
    {"{'api_name': 'New', 'type': 'date', 'length': 10}", CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'double', 'scale': 10}", CRM4E_E_INVALID, "range"},
    {"{'api_name': 'New', 'type': 'double', 'scale': -1}", CRM4E_E_INVALID, "range"},
    {"{'api_name': 'New', 'type': 'integer', 'scale': 2}", CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'text', 'options': ['A']}", CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'text', 'target': 'Leads'}", CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'lookup'}", CRM4E_E_INVALID, "mandatory"},
    {"{'api_name': 'New', 'type': 'lookup', 'target': 'Nope'}", CRM4E_E_NOT_FOUND, "module"},
    {"{'api_name': 'New', 'type': 'lookup', 'target': 'Notes'}", CRM4E_E_NOT_FOUND, "module"},
    {"{'api_name': 'New', 'type': 'textarea', 'unique': true}", CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'integer', 'unique': 'folded'}", CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'text', 'unique': 'often'}", CRM4E_E_INVALID, "word"},
    {"{'api_name': 'New', 'type': 'textarea', 'indexed': true}", CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'text', 'mandatory': 1}", CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'text', 'tooltip': 'a\\nb'}", CRM4E_E_INVALID, "control"},
    {"{'api_name': 'New', 'type': 'text', 'default_value': [1]}", CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'boolean', 'default_value': 'yes'}", CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'text', 'default_value': 5}", CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'text', 'length': 2, 'default_value': 'abc'}", CRM4E_E_INVALID,
     "type"},
    {"{'api_name': 'New', 'type': 'date', 'default_value': '2023-02-29'}", CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'date', 'default_value': 5}", CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'datetime', 'default_value': '2024-01-01T00:00:00'}",
     CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'integer', 'default_value': 'zz'}", CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'integer', 'default_value': 2147483648}", CRM4E_E_INVALID,
     "type"},
    {"{'api_name': 'New', 'type': 'currency', 'default_value': 1.005}", CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'multiselectpicklist', 'options': ['A;B']}", CRM4E_E_INVALID,
     "separator"},
    {"{'api_name': 'New', 'type': 'picklist', 'options': ['A'], 'default_value': 'B'}",
     CRM4E_E_INVALID, "type"},
    {"{'api_name': 'New', 'type': 'picklist', 'options': ['A', 'a']}", CRM4E_E_CONFLICT, "unique"},
    {"{'api_name': 'New', 'type': 'picklist', 'options': ['']}", CRM4E_E_INVALID, "mandatory"},
    {"{'api_name': 'New', 'type': 'picklist', 'options': [{'label': 'A'}]}", CRM4E_E_INVALID,
     "mandatory"},
    {"{'api_name': 'New', 'type': 'picklist', 'options': [{'value': 'A', 'colour': 'red'}]}",
     CRM4E_E_INVALID, "colour"},
    {"{'api_name': 'New', 'type': 'picklist', 'options': [{'value': 'A',"
     " 'probability': 101}]}",
     CRM4E_E_INVALID, "range"},
    {"{'api_name': 'New', 'type': 'picklist', 'options': [{'value': 'A', 'code': 1}]}",
     CRM4E_E_INVALID, "unknown_member"},
    {"{'api_name': 'Fee', 'type': 'text'}", CRM4E_E_CONFLICT, "fixed"},
    {"{'api_name': 'Fee', 'scale': 3}", CRM4E_E_INVALID, "fixed"},
    {"{'api_name': 'Fee', 'indexed': true}", CRM4E_E_UNSUPPORTED, "fixed"},
    {"{'api_name': 'Code', 'length': 39}", CRM4E_E_INVALID, "shrink"},
    {"{'api_name': 'Code', 'unique': 'folded'}", CRM4E_E_UNSUPPORTED, "fixed"},
    {"{'api_name': 'Account', 'target': 'Leads'}", CRM4E_E_INVALID, "fixed"},
    {"{'api_name': 'Created_By', 'mandatory': true}", CRM4E_E_INVALID, "system"},
    {"{'api_name': 'Name', 'mandatory': false}", CRM4E_E_INVALID, "name"},
};

static void values_are_checked(void **state)
{
    steps *s = *state;

    make_module(s);
    assert_ok(put_field(s, "Docs", "{'api_name': 'Fee', 'type': 'currency'}"));
    assert_ok(put_field(s, "Docs", "{'api_name': 'Code', 'type': 'text', 'length': 40}"));
    assert_ok(
        put_field(s, "Docs", "{'api_name': 'Account', 'type': 'lookup', 'target': 'Accounts'}"));
    for (size_t i = 0; i < sizeof refused_values / sizeof refused_values[0]; i++) {
        int rc = put_field(s, "Docs", refused_values[i].json);
        if (rc != refused_values[i].code) {
            print_error("%s\n", refused_values[i].json);
        }
        assert_refused(s, rc, refused_values[i].code, refused_values[i].rule);
    }
    assert_refused(s, put_field(s, "Notes", "{'api_name': 'New', 'type': 'text'}"),
                   CRM4E_E_UNSUPPORTED, "child");
}

static void attributes_change(void **state)
{
    steps *s = *state;
    make_module(s);
    assert_ok(put_field(s, "Docs",
                        "{'api_name': 'Code', 'type': 'text', 'length': 40,"
                        " 'default_value': 'x', 'tooltip': 'T'}"));
    int32_t number = field_of(s, "Docs", "Code")->number;
    assert_ok(put_field(s, "Docs",
                        "{'api_name': 'code', 'label': 'Number', 'length': 50,"
                        " 'mandatory': true, 'unique': true, 'default_value': null,"
                        " 'tooltip': ''}"));
    const c4_field *code = field_of(s, "Docs", "Code");
    assert_int_equal(code->number, number);
    assert_string_equal(code->api_name, "Code");
    assert_string_equal(code->label.en, "Number");
    assert_int_equal(code->length, 50);
    assert_int_equal(code->flags, C4_FIELD_CUSTOM | C4_FIELD_MANDATORY | C4_FIELD_UNIQUE);
    assert_null(code->default_value);
    assert_null(code->tooltip);
    assert_ok(put_field(s, "Docs", "{'api_name': 'Code', 'unique': false, 'mandatory': false}"));
    assert_int_equal(field_of(s, "Docs", "Code")->flags, C4_FIELD_CUSTOM);
    int64_t generation = s->org.unit.state.generation;
    assert_ok(put_field(s, "Docs", "{'api_name': 'Code', 'length': 50, 'type': 'text'}"));
    assert_true(s->org.unit.state.generation == generation);
}

static void standard_fields_change_too(void **state)
{
    steps *s = *state;
    assert_ok(put_field(s, "Leads",
                        "{'api_name': 'Company', 'label': 'Firm',"
                        " 'label_zh': '企业', 'mandatory': false}"));
    assert_string_equal(field_of(s, "Leads", "Company")->label.en, "Firm");
    assert_ok(put_field(s, "Leads", "{'api_name': 'Owner', 'label': 'Agent'}"));
    assert_string_equal(field_of(s, "Leads", "Owner")->label.en, "Agent");
    assert_refused(s, remove_field(s, "Leads", "Company"), CRM4E_E_DENIED, "standard");
    assert_refused(s, remove_field(s, "Leads", "Owner"), CRM4E_E_DENIED, "standard");
}

static void options_keep_their_codes(void **state)
{
    steps *s = *state;
    make_module(s);
    assert_ok(put_field(s, "Docs",
                        "{'api_name': 'State', 'type': 'picklist', 'options':"
                        " ['Open', {'value': 'Done', 'label': 'Finished',"
                        " 'label_zh': '完成', 'colour': '#00ff00'}, 'Lost']}"));
    int32_t done = option_of(s, "Docs", "State", "Done")->code;
    int32_t lost = option_of(s, "Docs", "State", "Lost")->code;
    assert_ok(put_field(s, "Docs", "{'api_name': 'State', 'options': ['done', 'New', 'Open']}"));
    const c4_field *field = field_of(s, "Docs", "State");
    assert_int_equal(field->option_count, 4);
    assert_string_equal(field->options[0].actual, "done");
    assert_string_equal(field->options[0].display.en, "Finished");
    assert_string_equal(field->options[0].colour, "#00ff00");
    assert_int_equal(field->options[0].code, done);
    assert_int_equal(field->options[1].code, lost + 1);
    assert_int_equal(field->options[3].code, lost);
    assert_false(field->options[3].active);
    assert_ok(put_field(s, "Docs",
                        "{'api_name': 'State', 'options': ['Lost', {'value': 'Open',"
                        " 'active': false}]}"));
    assert_true(option_of(s, "Docs", "State", "Lost")->active);
    assert_int_equal(option_of(s, "Docs", "State", "Lost")->code, lost);
    assert_false(option_of(s, "Docs", "State", "Open")->active);
    assert_int_equal(field_of(s, "Docs", "State")->option_count, 4);
}

static void standard_options_take_more(void **state)
{
    steps *s = *state;
    size_t before = field_of(s, "Deals", "Stage")->option_count;
    assert_ok(put_field(s, "Deals",
                        "{'api_name': 'Stage', 'options': ['Closed Won',"
                        " {'value': 'Trial', 'probability': 30,"
                        " 'forecast': 'Pipeline'}]}"));
    const c4_option *trial = option_of(s, "Deals", "Stage", "Trial");
    assert_int_equal(trial->code, C4_FIRST_OWN_OPTION);
    assert_int_equal(trial->probability, 30);
    assert_int_equal(option_of(s, "Deals", "Stage", "Closed Won")->probability, 100);
    assert_int_equal(field_of(s, "Deals", "Stage")->option_count, before + 1);
    assert_false(option_of(s, "Deals", "Stage", "Closed Lost")->active);
}

static void the_default_stays_active(void **state)
{
    steps *s = *state;
    make_module(s);
    assert_ok(put_field(s, "Docs",
                        "{'api_name': 'State', 'type': 'picklist',"
                        " 'options': ['A', 'B'], 'default_value': 'A'}"));
    assert_refused(s, put_field(s, "Docs", "{'api_name': 'State', 'options': ['B']}"),
                   CRM4E_E_INVALID, "default_value");
    assert_ok(put_field(s, "Docs",
                        "{'api_name': 'State', 'options': ['B'],"
                        " 'default_value': 'B'}"));
    assert_ok(put_field(s, "Docs",
                        "{'api_name': 'Tags', 'type': 'multiselectpicklist',"
                        " 'options': ['A', 'B'], 'default_value': ['A', 'B']}"));
    assert_string_equal(field_of(s, "Docs", "Tags")->default_value, "[\"A\",\"B\"]");
    assert_ok(
        put_field(s, "Docs", "{'api_name': 'Due', 'type': 'date', 'default_value': '2024-02-29'}"));
    assert_ok(
        put_field(s, "Docs", "{'api_name': 'Size', 'type': 'integer', 'default_value': '-7'}"));
    assert_ok(
        put_field(s, "Docs", "{'api_name': 'Cost', 'type': 'currency', 'default_value': 1.50}"));
}

/* A later field of the same name is another field, with rights of its own. */
static void a_removed_field_leaves_its_column(void **state)
{
    steps *s = *state;
    make_module(s);
    assert_ok(put_field(s, "Docs", "{'api_name': 'Fee', 'type': 'text', 'unique': 'folded'}"));
    assert_ok(put_field(s, "Docs", "{'api_name': 'Other', 'type': 'date'}"));
    assert_ok(put_module(s, "{'api_name': 'Docs', 'permissions':"
                            " {'member': {'fields': {'Fee': 'read_only'}}}}"));
    int32_t number = field_of(s, "Docs", "Fee")->number;
    uint32_t other = field_of(s, "Docs", "Other")->column;
    int32_t docs = module_of(s, "Docs")->number;
    assert_true(used(s, C4_LIMIT_TEAM_MODULE_FIELDS, docs) == 2);
    assert_ok(remove_field(s, "Docs", "fee"));
    assert_null(c4_module_field_named(module_of(s, "Docs"), "Fee"));
    assert_true(used(s, C4_LIMIT_TEAM_MODULE_FIELDS, docs) == 1);
    assert_ok(put_field(s, "Docs", "{'api_name': 'Fee', 'type': 'currency', 'unique': false}"));
    assert_true(field_of(s, "Docs", "Fee")->number > number);
    assert_int_equal(field_of(s, "Docs", "Other")->column, other);
    const c4_team_permissions *team = &module_of(s, "Docs")->team[CRM4E_TEAM_MEMBER];
    for (size_t i = 0; i < team->field_count; i++) {
        assert_int_not_equal(team->fields[i].field, field_of(s, "Docs", "Fee")->number);
    }
    assert_ok(remove_field(s, "Docs", "Secondary_Email"));
    assert_refused(s, remove_field(s, "Docs", "Name"), CRM4E_E_DENIED, "standard");
    assert_refused(s, remove_field(s, "Docs", "Nope"), CRM4E_E_NOT_FOUND, "field");
}

static void add_record(steps *s, const char *module, const char *code)
{
    const crm4e_table *table = &module_of(s, module)->table;
    crm4e_value values[64];
    assert_true(table->column_count <= 64);
    for (size_t i = 0; i < table->column_count; i++) {
        bool needed = (table->columns[i].flags & CRM4E_COLUMN_REQUIRED) != 0;
        values[i] = needed ? c4_integer(1) : c4_null();
    }
    values[0] = c4_integer(c4_unit_new_id(&s->org.unit));
    values[field_of(s, module, "Code")->column] = c4_c_text(code);
    assert_ok(c4_db_insert(&s->org.db, table, values));
}

static void records_keep_their_values(void **state)
{
    steps *s = *state;
    make_module(s);
    assert_ok(put_field(s, "Docs", "{'api_name': 'Code', 'type': 'text'}"));
    add_record(s, "Docs", "A");
    add_record(s, "Docs", "B");
    assert_ok(put_field(s, "Docs", "{'api_name': 'Code', 'unique': true}"));
    assert_ok(put_field(s, "Docs", "{'api_name': 'Code', 'unique': false}"));
    add_record(s, "Docs", "A");
    s->late = true; /* the storage finds the two */
    assert_refused(s, put_field(s, "Docs", "{'api_name': 'Code', 'unique': true}"),
                   CRM4E_E_CONFLICT, "unique");
    assert_int_equal(field_of(s, "Docs", "Code")->flags & C4_FIELD_UNIQUE, 0);
    assert_ok(put_field(s, "Docs", "{'api_name': 'More', 'type': 'text', 'indexed': true}"));
    add_record(s, "Docs", "C");
}

static void rights(void **state)
{
    steps *s = *state;
    make_module(s);
    assert_ok(put_profile(s, "{'name': 'Builder', 'clone_of': 'Standard',"
                             " 'admin': ['customise']}"));
    assert_ok(put_user(s, "{'email': 'b@x.example', 'profile': 'Builder'}"));
    assert_ok(put_user(s, "{'email': 't@x.example', 'licence': 'team'}"));
    assert_ok(put_member(s, "Docs", "t@x.example", CRM4E_TEAM_ADMIN));
    act_as(s, "b@x.example");
    assert_refused(s, put_field(s, "Docs", "{'api_name': 'New', 'type': 'text'}"), CRM4E_E_DENIED,
                   "team_admin");
    assert_refused(s, remove_field(s, "Docs", "Email"), CRM4E_E_DENIED, "team_admin");
    assert_ok(put_field(s, "Leads", "{'api_name': 'New', 'type': 'text'}"));
    act_as(s, "t@x.example");
    assert_ok(put_field(s, "Docs", "{'api_name': 'New', 'type': 'text'}"));
    assert_refused(s, put_field(s, "Leads", "{'api_name': 'More', 'type': 'text'}"), CRM4E_E_DENIED,
                   "customise");
}

/* Standard edition: 25 fields, one lookup and one field of files in a team module, 10 fields in an
 * org module. */
static void limits(void **state)
{
    steps *s = *state;
    char json[96];
    make_module(s);
    assert_ok(put_field(s, "Docs", "{'api_name': 'L1', 'type': 'lookup', 'target': 'Docs'}"));
    s->late = true;
    assert_refused(s,
                   put_field(s, "Docs", "{'api_name': 'L2', 'type': 'lookup', 'target': 'Docs'}"),
                   CRM4E_E_LIMIT, "lookup_fields_per_team_module");
    assert_ok(put_field(s, "Docs", "{'api_name': 'P1', 'type': 'fileupload'}"));
    assert_refused(s, put_field(s, "Docs", "{'api_name': 'P2', 'type': 'fileupload'}"),
                   CRM4E_E_LIMIT, "file_fields_per_team_module");
    assert_int_equal(s->org.error.limit, 1);
    assert_ok(put_field(s, "Docs", "{'api_name': 'P1', 'label': 'Proofs'}"));
    assert_ok(put_field(s, "Leads", "{'api_name': 'P1', 'type': 'fileupload'}"));
    assert_ok(put_field(s, "Leads", "{'api_name': 'P2', 'type': 'fileupload'}"));
    assert_ok(remove_field(s, "Leads", "P1"));
    assert_ok(remove_field(s, "Leads", "P2"));
    assert_ok(remove_field(s, "Docs", "P1"));
    for (int i = 2; i <= 25; i++) {
        (void)snprintf(json, sizeof json, "{'api_name': 'F%d', 'type': 'integer'}", i);
        if (i == 25) {
            assert_ok(put_field(s, "Docs", "{'api_name': 'P2', 'type': 'fileupload'}"));
        } else {
            assert_ok(put_field(s, "Docs", json));
        }
        if (i <= 11) {
            assert_ok(put_field(s, "Leads", json));
        }
    }
    assert_refused(s, put_field(s, "Docs", "{'api_name': 'F26', 'type': 'date'}"), CRM4E_E_LIMIT,
                   "fields_per_team_module");
    assert_int_equal(s->org.error.limit, 25);
    assert_refused(s, put_field(s, "Leads", "{'api_name': 'F26', 'type': 'date'}"), CRM4E_E_LIMIT,
                   "fields_per_org_module");
    assert_ok(remove_field(s, "Docs", "L1"));
    assert_ok(put_field(s, "Docs", "{'api_name': 'L2', 'type': 'lookup', 'target': 'Docs'}"));
}

static void create_only_refuses_what_is_there(void **state)
{
    steps *s = *state;
    const c4_field_spec spec = {
        .api_name = "COMPANY", .type = CRM4E_TYPE_TEXT, .scale = -1, .create_only = true};
    int32_t number = 0;
    assert_refused(s, c4_field_put(&s->org.unit, module_of(s, "Leads"), &spec, &number),
                   CRM4E_E_CONFLICT, "unique");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, steps_setup, steps_teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_type_has_its_shape),
        TEST(every_custom_type_can_be_made),
        TEST(values_are_checked),
        TEST(attributes_change),
        TEST(standard_fields_change_too),
        TEST(options_keep_their_codes),
        TEST(standard_options_take_more),
        TEST(the_default_stays_active),
        TEST(a_removed_field_leaves_its_column),
        TEST(records_keep_their_values),
        TEST(rights),
        cmocka_unit_test_setup_teardown(limits, steps_standard, steps_teardown),
        TEST(create_only_refuses_what_is_there),
    };
    return steps_run("fields", tests, sizeof tests / sizeof tests[0]);
}
