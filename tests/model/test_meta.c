/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/definition.h"
#include "model/standard.h"
#include "model/table.h"
#include "support/meta_rows.h"

static void insert(org_fixture *f, c4_table_id table, const cell *cells)
{
    assert_int_equal(put_row(f, table, cells), CRM4E_OK);
}

static void begin(org_fixture *f)
{
    assert_int_equal(org_begin(f, CRM4E_TRANSACTION_WRITE), CRM4E_OK);
}

static void refresh(org_fixture *f)
{
    int rc = c4_unit_refresh(&f->unit);

    if (rc != CRM4E_OK) {
        fail_msg("%d: %s", rc, f->error.message);
    }
}

static void test_standard_modules(void **state)
{
    org_fixture *f = *state;
    const c4_meta *meta;

    begin(f);
    meta = f->unit.meta;
    assert_int_equal(meta->module_count, c4_standard_module_count);
    for (size_t i = 0; i < meta->module_count; i++) {
        const c4_module *module = meta->modules[i];
        const c4_standard_module *standard = &c4_standard_modules[i];
        assert_int_equal(module->number, standard->number);
        assert_int_equal(module->field_count, standard->field_count + C4_SYSTEM_COLUMNS);
        assert_int_equal(module->kind, C4_MODULE_STANDARD);
        assert_int_equal(module->org_default, CRM4E_SHARE_PRIVATE);
        assert_ptr_equal(c4_meta_module(meta, module->number), module);
        assert_ptr_equal(c4_meta_module_named(meta, module->api_name), module);
        assert_non_null(module->singular.zh);
    }
    assert_ptr_equal(c4_meta_module_named(meta, "dEALS"), c4_meta_module_named(meta, "Deals"));
    assert_null(c4_meta_module_named(meta, "Deal"));
    assert_null(c4_meta_module_named(meta, "Dealss"));
    assert_null(c4_meta_module_named(meta, ""));
    assert_null(c4_meta_module(meta, 0));
    assert_null(c4_meta_module(meta, 1000));
    org_rollback(f);
}

static void check_field(const c4_module *module, const c4_field *field)
{
    const crm4e_column *column = &module->table.columns[field->column];

    assert_ptr_equal(field->module, module);
    assert_ptr_equal(c4_module_field(module, field->number), field);
    assert_ptr_equal(c4_module_field_named(module, field->api_name), field);
    assert_true(field->column < module->table.column_count);
    if ((field->flags & C4_FIELD_SYSTEM) == 0) {
        char name[32];
        (void)snprintf(name, sizeof name, "c%d", (int)field->number);
        assert_string_equal(column->name, name);
    } else {
        assert_true(field->column < C4_SYSTEM_COLUMNS);
    }
    if (field->key_column != 0) {
        assert_int_equal(field->key_column, field->column + 1);
        assert_int_equal(module->table.columns[field->key_column].name[0], 'k');
    }
    if (field->type == CRM4E_TYPE_LOOKUP) {
        assert_int_equal(field->target_count, 1);
    }
}

static void check_names_distinct(const crm4e_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(table->columns[i].name, table->columns[j].name);
        }
    }
    for (size_t i = 0; i < table->index_count; i++) {
        assert_true(table->indexes[i].columns[0] < table->column_count);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(table->indexes[i].name, table->indexes[j].name);
        }
    }
}

static void test_fields_and_tables(void **state)
{
    org_fixture *f = *state;

    begin(f);
    for (size_t i = 0; i < f->unit.meta->module_count; i++) {
        const c4_module *module = f->unit.meta->modules[i];
        for (size_t j = 0; j < module->field_count; j++) {
            check_field(module, &module->fields[j]);
        }
        check_names_distinct(&module->table);
        assert_string_equal(module->table.columns[C4_COLUMN_OWNER].name, "owner");
        assert_string_equal(module->table.columns[C4_COLUMN_TAG].name, "tag");
        assert_true(module->table.serial > C4_TABLE_COUNT);
        for (size_t j = 0; j < i; j++) {
            assert_true(module->table.serial != f->unit.meta->modules[j]->table.serial);
        }
        assert_null(c4_module_field_named(module, "No_Such_Field"));
        assert_null(c4_module_field(module, 5));
    }
    org_rollback(f);
}

static void test_equal_shapes_have_equal_serials(void **state)
{
    org_fixture *f = *state;
    c4_meta *other = NULL;

    begin(f);
    assert_int_equal(c4_meta_load(&other, &f->env.mem, &f->db, &f->error), CRM4E_OK);
    for (size_t i = 0; i < other->module_count; i++) {
        assert_true(other->modules[i]->table.serial == f->unit.meta->modules[i]->table.serial);
    }
    c4_meta_release(other);
    org_rollback(f);
}

static void test_references(void **state)
{
    org_fixture *f = *state;
    c4_meta *meta = NULL;

    begin(f);
    assert_int_equal(c4_meta_load(&meta, &f->env.mem, &f->db, &f->error), CRM4E_OK);
    assert_ptr_equal(c4_meta_hold(meta), meta);
    c4_meta_release(meta);
    assert_string_equal(meta->org.name, "Acme");
    c4_meta_release(meta);
    c4_meta_release(NULL);
    org_rollback(f);
}

static void test_team_module(void **state)
{
    static const cell member[] = {I(7000), I(1000), U, I(CRM4E_TEAM_ADMIN)};
    org_fixture *f = *state;
    const c4_module *module;
    const c4_team_permissions *team;

    begin(f);
    insert(f, C4_TABLE_MODULE, documents_row);
    insert(f, C4_TABLE_MEMBER, member);
    refresh(f);
    module = c4_meta_module_named(f->unit.meta, "documents");
    assert_non_null(module);
    assert_int_equal(module->number, 1000);
    assert_int_equal(module->creator, f->actor);
    assert_string_equal(module->singular.zh, "Document");
    assert_string_equal(module->plural.zh, "文件");
    assert_int_equal(module->field_count, C4_SYSTEM_COLUMNS + c4_custom_module_field_count);
    assert_string_equal(module->name_field->api_name, "Name");
    assert_int_equal(module->name_field->number, 1000021);
    assert_string_equal(module->table.name, "m1000");
    team = &module->team[CRM4E_TEAM_MEMBER];
    assert_int_equal(team->actions, 1u << CRM4E_ACTION_VIEW | 1u << CRM4E_ACTION_EDIT);
    assert_int_equal(team->field_count, 2);
    assert_int_equal(team->fields[0].field, 1000021);
    assert_int_equal(team->fields[0].permission, CRM4E_PERMISSION_READ_ONLY);
    assert_int_equal(team->fields[1].permission, CRM4E_PERMISSION_HIDDEN);
    assert_int_equal(module->team[CRM4E_TEAM_ADMIN].actions, c4_team_actions(CRM4E_TEAM_ADMIN));
    /* More than a requester can have is not given. */
    assert_int_equal(module->team[CRM4E_TEAM_REQUESTER].actions, 1u << CRM4E_ACTION_VIEW);
    assert_int_equal(c4_module_member(module, f->actor)->profile, CRM4E_TEAM_ADMIN);
    assert_null(c4_module_member(module, f->actor + 1));
    org_rollback(f);
}

/* Activities and notes may be about records of what users made. */
static void test_own_modules_are_targets(void **state)
{
    org_fixture *f = *state;
    const c4_field *what;
    const c4_field *who;
    size_t before;

    begin(f);
    what = c4_module_field_named(c4_meta_module_named(f->unit.meta, "Tasks"), "What_Id");
    before = what->target_count;
    insert(f, C4_TABLE_MODULE, documents_row);
    refresh(f);
    what = c4_module_field_named(c4_meta_module_named(f->unit.meta, "Tasks"), "What_Id");
    who = c4_module_field_named(c4_meta_module_named(f->unit.meta, "Tasks"), "Who_Id");
    assert_int_equal(what->target_count, before + 1);
    assert_int_equal(what->targets[before], 1000);
    assert_int_equal(who->target_count, 2);
    org_rollback(f);
}

static void test_standard_overlay(void **state)
{
    static const cell deals[] = {I(4),
                                 T("Deals"),
                                 I(C4_MODULE_STANDARD),
                                 I(C4_MODULE_HIDDEN),
                                 I(CRM4E_SHARE_READ_ONLY),
                                 N,
                                 T("{\"singular\":\"Opportunity\"}")};
    org_fixture *f = *state;
    const c4_module *module;

    begin(f);
    insert(f, C4_TABLE_MODULE, deals);
    refresh(f);
    module = c4_meta_module_named(f->unit.meta, "Deals");
    assert_string_equal(module->singular.en, "Opportunity");
    assert_string_equal(module->singular.zh, "商机");
    assert_string_equal(module->plural.en, "Deals");
    assert_int_equal(module->flags, C4_MODULE_HIDDEN);
    assert_int_equal(module->org_default, CRM4E_SHARE_READ_ONLY);
    assert_int_equal(f->unit.meta->module_count, c4_standard_module_count);
    org_rollback(f);
}

/* Options: the stored order, new values, and those of the standard that the row
 * does not know. */
static void test_option_overlay(void **state)
{
    org_fixture *f = *state;
    char text[256];
    const c4_field *stage;
    cell row[C4_FIELD_COLUMNS] = {N, I(4), T("Stage"), I(CRM4E_TYPE_PICKLIST), I(0), T(text)};
    size_t count;
    int32_t last;

    begin(f);
    stage = c4_module_field_named(c4_meta_module_named(f->unit.meta, "Deals"), "Stage");
    count = stage->option_count;
    last = stage->options[count - 1].code;
    (void)snprintf(text, sizeof text,
                   "{\"options\":[{\"code\":10000,\"value\":\"Legal\",\"label_zh\":\"法务\","
                   "\"probability\":55},{\"code\":%d,\"active\":false}]}",
                   (int)last);
    row[0] = (cell)I(stage->number);
    insert(f, C4_TABLE_FIELD, row);
    refresh(f);
    stage = c4_module_field_named(c4_meta_module_named(f->unit.meta, "Deals"), "Stage");
    assert_int_equal(stage->option_count, count + 1);
    assert_string_equal(stage->options[0].actual, "Legal");
    assert_int_equal(stage->options[0].probability, 55);
    assert_true(stage->options[0].active);
    assert_int_equal(stage->options[1].code, last);
    assert_false(stage->options[1].active);
    assert_non_null(stage->options[1].actual);
    assert_ptr_equal(c4_field_option(stage, 10000), &stage->options[0]);
    assert_null(c4_field_option(stage, 9999));
    assert_ptr_equal(c4_field_option_named(stage, "LEGAL", 5), &stage->options[0]);
    assert_ptr_equal(c4_field_option_named(stage, "法务", strlen("法务")), &stage->options[0]);
    assert_null(c4_field_option_named(stage, "Lega", 4));
    assert_null(c4_field_option_named(stage, "\xff", 1));
    assert_null(c4_field_option_named(stage, NULL, 0));
    org_rollback(f);
}

static const cell code_field[] = {
    I(BASE + 2), I(1000),
    T("Code"),   I(CRM4E_TYPE_TEXT),
    I(0),        T("{\"label\":\"Code\",\"unique\":\"case_sensitive\",\"indexed\":false}")};
static const cell amount_field[] = {
    I(BASE + 3), I(1000),
    T("Amount"), I(CRM4E_TYPE_CURRENCY),
    I(0),        T("{\"label\":\"Amount\",\"label_zh\":\"金额\",\"scale\":4,\"indexed\":true}")};
static const cell removed_field[] = {I(BASE + 1),        I(1000), T("Status"),
                                     I(CRM4E_TYPE_DATE), I(1),    T("{\"label\":\"Old status\"}")};
static const cell account_field[] = {
    I(BASE + 4),          I(1000), T("Account"),
    I(CRM4E_TYPE_LOOKUP), I(0),    T("{\"label\":\"Account\",\"targets\":[3],\"indexed\":true}")};

static const crm4e_index *index_on(const crm4e_table *table, const char *name)
{
    for (size_t i = 0; i < table->index_count; i++) {
        if (strcmp(table->indexes[i].name, name) == 0) {
            return &table->indexes[i];
        }
    }
    return NULL;
}

static void check_indexes(const c4_module *module)
{
    const crm4e_index *index = index_on(&module->table, "m1000_u1073741824");

    assert_non_null(index);
    assert_int_equal(index->flags, CRM4E_INDEX_UNIQUE);
    assert_int_equal(index->column_count, 1);
    assert_int_equal(index->columns[0], c4_module_field_named(module, "Status")->key_column);
    index = index_on(&module->table, "m1000_u1073741826");
    assert_int_equal(index->columns[0], c4_module_field_named(module, "Code")->column);
    index = index_on(&module->table, "m1000_x1073741827");
    assert_int_equal(index->flags, 0);
    assert_int_equal(index->column_count, 2);
    assert_int_equal(index->columns[0], c4_module_field_named(module, "Amount")->column);
    assert_int_equal(index->columns[1], C4_COLUMN_OWNER);
    assert_non_null(index_on(&module->table, "owner_m1000"));
    assert_null(index_on(&module->table, "m1000_u1073741825"));
}

static void test_custom_fields(void **state)
{
    org_fixture *f = *state;
    const c4_module *module;
    const c4_field *field;
    size_t columns = 0;

    begin(f);
    insert(f, C4_TABLE_MODULE, documents_row);
    refresh(f);
    columns = c4_meta_module(f->unit.meta, 1000)->table.column_count;
    insert(f, C4_TABLE_FIELD, status_row);
    insert(f, C4_TABLE_FIELD, code_field);
    insert(f, C4_TABLE_FIELD, amount_field);
    insert(f, C4_TABLE_FIELD, removed_field);
    insert(f, C4_TABLE_FIELD, account_field);
    refresh(f);
    module = c4_meta_module(f->unit.meta, 1000);
    assert_int_equal(module->field_count, C4_SYSTEM_COLUMNS + c4_custom_module_field_count + 4);
    assert_int_equal(module->table.column_count, columns + 6);
    field = c4_module_field_named(module, "status");
    assert_int_equal(field->number, BASE);
    assert_int_equal(field->column, columns);
    assert_int_equal(field->key_column, columns + 1);
    assert_int_equal(field->flags, C4_FIELD_CUSTOM | C4_FIELD_MANDATORY | C4_FIELD_UNIQUE |
                                       C4_FIELD_FOLDED | C4_FIELD_KEYED);
    assert_int_equal(field->length, 40);
    assert_string_equal(field->default_value, "\"open\"");
    assert_string_equal(field->tooltip, "Where it stands");
    assert_string_equal(field->label.zh, "Status");
    field = c4_module_field_named(module, "Code");
    assert_int_equal(field->column, columns + 3);
    assert_int_equal(field->key_column, 0);
    assert_int_equal(field->length, 255);
    field = c4_module_field_named(module, "Amount");
    assert_int_equal(field->scale, 4);
    assert_string_equal(field->label.zh, "金额");
    assert_int_equal(module->table.columns[field->column].type, CRM4E_COLUMN_DECIMAL);
    assert_int_equal(c4_module_field_named(module, "Account")->targets[0], 3);
    assert_null(c4_module_field(module, BASE + 1));
    check_indexes(module);
    check_names_distinct(&module->table);
    org_rollback(f);
}

/* The stored table follows its module from shape to shape. */
static void test_table_alter(void **state)
{
    org_fixture *f = *state;
    c4_meta *before;
    const c4_module *module;
    crm4e_value row[32] = {0};

    begin(f);
    insert(f, C4_TABLE_MODULE, documents_row);
    refresh(f);
    before = c4_meta_hold(f->unit.meta);
    assert_int_equal(c4_db_table_create(&f->db, &c4_meta_module(before, 1000)->table), CRM4E_OK);
    insert(f, C4_TABLE_FIELD, status_row);
    insert(f, C4_TABLE_FIELD, amount_field);
    refresh(f);
    module = c4_meta_module(f->unit.meta, 1000);
    assert_int_equal(c4_table_alter(&f->db, &c4_meta_module(before, 1000)->table, &module->table),
                     CRM4E_OK);
    for (size_t i = 0; i < C4_COLUMN_TAG; i++) {
        row[i] = c4_integer(1);
    }
    row[c4_module_field_named(module, "Status")->key_column] = c4_c_text("open");
    assert_int_equal(c4_db_insert(&f->db, &module->table, row), CRM4E_OK);
    row[0] = c4_integer(2);
    assert_int_equal(c4_db_insert(&f->db, &module->table, row), CRM4E_E_CONFLICT);
    /* Back again is no way to go: columns stay. */
    assert_int_equal(c4_table_alter(&f->db, &module->table, &c4_meta_module(before, 1000)->table),
                     CRM4E_E_INTERNAL);
    c4_meta_release(before);
    org_rollback(f);
}

static void test_space(void **state)
{
    static const cell space[] = {
        I(8000), T("Legal & Co"),
        T("{\"folders\":[\"In\",\"出\"],\"items\":[{\"module\":4,\"folder\":2},{\"module\":1}]}")};
    static const cell member[] = {I(8001), I(8000), U, I(1)};
    org_fixture *f = *state;
    const c4_space *found;

    begin(f);
    insert(f, C4_TABLE_SPACE, space);
    insert(f, C4_TABLE_SPACE_MEMBER, member);
    refresh(f);
    found = c4_meta_space_named(f->unit.meta, "LEGAL & co");
    assert_non_null(found);
    assert_ptr_equal(c4_meta_space(f->unit.meta, 8000), found);
    assert_int_equal(found->folder_count, 2);
    assert_string_equal(found->folders[1], "出");
    assert_int_equal(found->item_count, 2);
    assert_int_equal(found->items[0].module, 4);
    assert_int_equal(found->items[0].folder, 2);
    assert_int_equal(found->items[1].folder, 0);
    assert_true(c4_space_member_of(found, f->actor)->admin);
    assert_null(c4_space_member_of(found, 1));
    assert_null(c4_meta_space(f->unit.meta, 8001));
    org_rollback(f);
}

static void test_rules_in_order(void **state)
{
    static const cell rules[][C4_WORKFLOW_COLUMNS] = {
        {I(9001), I(4), T("b"), I(1), I(2), U, T("{}")},
        {I(9002), I(4), T("a"), I(0), I(1), U, T("{\"x\":1}")},
        {I(9003), I(1), T("c"), I(1), I(7), U, T("{}")},
        {I(9004), I(4), T("d"), I(1), I(1), U, T("{}")},
    };
    static const int64_t order[] = {9003, 9002, 9004, 9001};
    org_fixture *f = *state;

    begin(f);
    for (size_t i = 0; i < 4; i++) {
        insert(f, C4_TABLE_WORKFLOW, rules[i]);
    }
    refresh(f);
    assert_int_equal(f->unit.meta->workflow_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(f->unit.meta->workflows[i].id, order[i]);
    }
    assert_false(f->unit.meta->workflows[1].active);
    assert_string_equal(f->unit.meta->workflows[1].json, "{\"x\":1}");
    assert_int_equal(f->unit.meta->workflows[1].json_length, 7);
    org_rollback(f);
}

/* Brute force against the numbers of the walk. */
static bool below_by_parents(const c4_meta *meta, const c4_role *role, const c4_role *above)
{
    while (role->parent != 0) {
        role = c4_meta_role(meta, role->parent);
        if (role == above) {
            return true;
        }
    }
    return false;
}

static void test_role_tree(void **state)
{
    org_fixture *f = *state;
    const c4_meta *meta;
    uint32_t random = 12345;

    begin(f);
    for (int64_t i = 0; i < 60; i++) {
        /* Parents may have greater ids than their children. */
        int64_t id = 5000 + (i * 37) % 60;
        random = random * 1103515245u + 12345u;
        int64_t parent = i == 0 ? 0 : 5000 + ((int64_t)(random >> 8) % i * 37) % 60;
        const cell row[] = {I(id), T("R"), I(parent), I(0)};
        insert(f, C4_TABLE_ROLE, row);
    }
    refresh(f);
    meta = f->unit.meta;
    assert_int_equal(meta->role_count, 62);
    for (size_t i = 0; i < meta->role_count; i++) {
        for (size_t j = 0; j < meta->role_count; j++) {
            assert_int_equal(c4_role_below(&meta->roles[i], &meta->roles[j]),
                             below_by_parents(meta, &meta->roles[i], &meta->roles[j]));
        }
    }
    org_rollback(f);
}

/* Deleted users stay, their address is free again. */
static void test_deleted_users(void **state)
{
    static const cell gone[] = {I(6000), T("X"), T("x@y"), N,        R,    P,
                                I(3),    I(3),   T("en"),  T("UTC"), I(0), I(1)};
    static const cell next[] = {PERSON(6001, "x@y", R, P, I(1), I(1), I(6000), I(1))};
    org_fixture *f = *state;

    begin(f);
    insert(f, C4_TABLE_USER, gone);
    insert(f, C4_TABLE_USER, next);
    refresh(f);
    assert_int_equal(f->unit.meta->user_count, 3);
    assert_int_equal(f->unit.meta->users_by_email_count, 2);
    assert_int_equal(c4_meta_user_by_email(f->unit.meta, "X@Y")->id, 6001);
    assert_int_equal(c4_meta_user(f->unit.meta, 6000)->status, CRM4E_USER_DELETED);
    org_rollback(f);
}

static void check_round_trip(org_fixture *f, const c4_field *field)
{
    c4_field copy = {.type = field->type, .api_name = field->api_name};
    c4_buffer text;
    c4_buffer again;
    crm4e_value value;
    const c4_definition_source source = {&f->env.mem, &f->arena, &f->error, "field", 1};

    c4_buffer_init(&text, &f->env.mem, C4_DEFINITION_MAX);
    c4_buffer_init(&again, &f->env.mem, C4_DEFINITION_MAX);
    c4_definition_write_field(&text, field);
    assert_int_equal(text.code, CRM4E_OK);
    value = c4_text_value(text.data, text.length);
    assert_int_equal(c4_definition_read_field(&source, &value, &copy), CRM4E_OK);
    c4_definition_write_field(&again, &copy);
    assert_string_equal(text.data, again.data);
    c4_buffer_free(&text);
    c4_buffer_free(&again);
}

static void test_fields_are_written_as_they_read(void **state)
{
    org_fixture *f = *state;

    begin(f);
    insert(f, C4_TABLE_MODULE, documents_row);
    insert(f, C4_TABLE_FIELD, status_row);
    refresh(f);
    for (size_t i = 0; i < f->unit.meta->module_count; i++) {
        const c4_module *module = f->unit.meta->modules[i];
        for (size_t j = 0; j < module->field_count; j++) {
            check_round_trip(f, &module->fields[j]);
        }
    }
    org_rollback(f);
}

static void test_modules_are_written_as_they_read(void **state)
{
    org_fixture *f = *state;
    c4_buffer text;
    c4_module copy = {.kind = C4_MODULE_TEAM};
    c4_buffer again;
    crm4e_value value;
    const c4_definition_source source = {&f->env.mem, &f->arena, &f->error, "module", 1};

    begin(f);
    insert(f, C4_TABLE_MODULE, documents_row);
    refresh(f);
    c4_buffer_init(&text, &f->env.mem, C4_DEFINITION_MAX);
    c4_buffer_init(&again, &f->env.mem, C4_DEFINITION_MAX);
    c4_definition_write_module(&text, c4_meta_module(f->unit.meta, 1000));
    value = c4_text_value(text.data, text.length);
    assert_int_equal(c4_definition_read_module(&source, &value, &copy), CRM4E_OK);
    c4_definition_write_module(&again, &copy);
    assert_string_equal(text.data, again.data);
    c4_buffer_free(&text);
    c4_buffer_free(&again);
    org_rollback(f);
}

/* An org with something of everything. */
static void fill(org_fixture *f)
{
    static const cell space[] = {I(8000), T("Legal"),
                                 T("{\"folders\":[\"In\"],\"items\":[{\"module\":1000}]}")};
    static const cell member[] = {I(8001), I(8000), U, I(1)};
    static const cell profile[] = {
        I(8002), T("Sales"), I(4),
        T("{\"admin\":[\"import\"],\"actions\":[\"view\"],\"modules\":{\"4\":[\"edit\"]},"
          "\"fields\":{\"4021\":\"hidden\"}}")};
    static const cell rule[] = {I(9001), I(4), T("b"), I(1), I(2), U, T("{}")};
    static const cell chart[] = {I(9002), I(4), T("b"), U, T("{}")};

    insert(f, C4_TABLE_MODULE, documents_row);
    insert(f, C4_TABLE_FIELD, status_row);
    insert(f, C4_TABLE_FIELD, account_field);
    insert(f, C4_TABLE_SPACE, space);
    insert(f, C4_TABLE_SPACE_MEMBER, member);
    insert(f, C4_TABLE_PROFILE, profile);
    insert(f, C4_TABLE_WORKFLOW, rule);
    insert(f, C4_TABLE_CHART, chart);
}

static void test_memory_fails(void **state)
{
    org_fixture *f = *state;
    size_t n = 0;
    bool hit = true;

    begin(f);
    fill(f);
    while (hit) {
        size_t live = atomic_load(&f->alloc.live);
        c4_meta *meta = NULL;
        int rc;
        n++;
        fail_alloc_arm(&f->alloc, n, n % 2 == 0);
        rc = c4_meta_load(&meta, &f->env.mem, &f->db, &f->error);
        hit = fail_alloc_hit(&f->alloc);
        fail_alloc_arm(&f->alloc, 0, false);
        assert_int_equal(rc, hit ? CRM4E_E_NO_MEMORY : CRM4E_OK);
        assert_int_equal(meta != NULL, rc == CRM4E_OK);
        c4_meta_release(meta);
        assert_int_equal(atomic_load(&f->alloc.live), live);
    }
    assert_true(n > 20);
    org_rollback(f);
}

/* Names are found without memory, in any case and with accents. */
static void test_names_without_memory(void **state)
{
    static const cell role[] = {I(6000), T("Équipe Générale"), N, I(0)};
    org_fixture *f = *state;

    begin(f);
    insert(f, C4_TABLE_ROLE, role);
    refresh(f);
    fail_alloc_arm(&f->alloc, 1, true);
    assert_int_equal(c4_meta_role_named(f->unit.meta, "EQUIPE générale")->id, 6000);
    assert_null(c4_meta_role_named(f->unit.meta, "Équipe"));
    assert_null(c4_meta_role_named(f->unit.meta, "\xc3"));
    assert_null(c4_meta_profile_named(f->unit.meta, NULL));
    assert_non_null(c4_meta_user_by_email(f->unit.meta, "ADMIN@example.com"));
    assert_false(fail_alloc_hit(&f->alloc));
    fail_alloc_arm(&f->alloc, 0, false);
    org_rollback(f);
}

#define ON_ORG(test) cmocka_unit_test_setup_teardown(test, org_setup, org_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_ORG(test_standard_modules),
        ON_ORG(test_fields_and_tables),
        ON_ORG(test_equal_shapes_have_equal_serials),
        ON_ORG(test_references),
        ON_ORG(test_team_module),
        ON_ORG(test_own_modules_are_targets),
        ON_ORG(test_standard_overlay),
        ON_ORG(test_option_overlay),
        ON_ORG(test_custom_fields),
        ON_ORG(test_table_alter),
        ON_ORG(test_space),
        ON_ORG(test_rules_in_order),
        ON_ORG(test_role_tree),
        ON_ORG(test_deleted_users),
        ON_ORG(test_fields_are_written_as_they_read),
        ON_ORG(test_modules_are_written_as_they_read),
        ON_ORG(test_memory_fails),
        ON_ORG(test_names_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
