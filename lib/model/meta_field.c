/* SPDX-License-Identifier: MIT */
/* Fields of a snapshot's modules. */
#include "model/meta_build.h"

#include <stdlib.h>
#include <string.h>

#include "model/formula.h"
#include "model/money.h"
#include "model/table.h"

typedef struct field_row {
    int64_t id;
    int32_t module;
    const char *api_name;
    c4_field_type type;
    bool removed;
    crm4e_value definition;
} field_row;

/* The fields of one module while they are collected. */
typedef struct field_list {
    c4_field *fields;
    bool *removed;
    size_t count;
} field_list;

static void read_field(c4_row *row, void *item)
{
    field_row *field = item;

    field->id = row->source.id;
    field->module = (int32_t)c4_row_i64(row, C4_FIELD_MODULE, 1, C4_LAST_MODULE);
    field->api_name = c4_row_api_name(row, C4_FIELD_API_NAME);
    field->type = (c4_field_type)c4_row_i64(row, C4_FIELD_TYPE, 1, INT32_MAX);
    field->removed = c4_row_boolean(row, C4_FIELD_REMOVED);
    field->definition = c4_row_value(row, C4_FIELD_DEFINITION);
    if (field->id > INT32_MAX || c4_type_info_of(field->type) == NULL) {
        c4_row_refuse(row, "the number or type of the field is not valid");
    }
}

static int compare_field_rows(const void *a, const void *b)
{
    const field_row *x = a;
    const field_row *y = b;

    if (x->module != y->module) {
        return x->module < y->module ? -1 : 1;
    }
    return x->id < y->id ? -1 : x->id > y->id;
}

/* Adds the module that stands at the start of `names`. */
static void add_target(const char *names, size_t length, int32_t *list, size_t *count)
{
    for (size_t i = 0; i < c4_standard_module_count; i++) {
        const char *name = c4_standard_modules[i].api_name;
        if (strlen(name) == length && memcmp(name, names, length) == 0) {
            list[*count] = c4_standard_modules[i].number;
            *count += 1;
        }
    }
}

/* Adds every module that users made. */
static void add_own_modules(const c4_meta *meta, int32_t *list, size_t *count)
{
    for (size_t i = 0; i < meta->module_count; i++) {
        if (meta->modules[i]->kind != C4_MODULE_STANDARD) {
            list[*count] = meta->modules[i]->number;
            *count += 1;
        }
    }
}

/* Numbers of "Leads Contacts *"; the star stands for what users made. */
static int resolve_targets(c4_builder *builder, const char *names, c4_field *field)
{
    const c4_meta *meta = builder->meta;
    size_t most = c4_standard_module_count + meta->module_count;
    int32_t *list = c4_arena_array(&builder->meta->arena, most, sizeof *list);

    if (list == NULL) {
        return c4_build_no_memory(builder);
    }
    while (*names != '\0' && field->target_count < c4_standard_module_count) {
        size_t length = strcspn(names, " ");
        if (length == 1 && *names == '*') {
            add_own_modules(meta, list, &field->target_count);
            break;
        }
        add_target(names, length, list, &field->target_count);
        names += length + (names[length] == ' ' ? 1 : 0);
    }
    field->targets = list;
    return CRM4E_OK;
}

static bool is_text(const c4_field *field)
{
    return c4_type_info_of(field->type)->stored == C4_STORED_TEXT;
}

/* Text that is looked for without regard to case has its key beside it. */
static bool wants_key(const c4_field *field)
{
    uint32_t folded = C4_FIELD_UNIQUE | C4_FIELD_FOLDED;

    return is_text(field) && ((field->flags & (C4_FIELD_INDEXED | C4_FIELD_NAME)) != 0 ||
                              (field->flags & folded) == folded);
}

static int standard_columns(c4_builder *builder, const c4_module *module,
                            const c4_standard_field *standard, c4_field *field);

static int standard_field(c4_builder *builder, const c4_module *module,
                          const c4_standard_field *standard, c4_field *field)
{
    const c4_type_info *info = c4_type_info_of(standard->type);

    *field = (c4_field){.number = module->number * 1000 + standard->offset,
                        .module = module,
                        .api_name = standard->api_name,
                        .label = standard->label,
                        .type = standard->type,
                        .flags = standard->flags,
                        .length = standard->length != 0 ? standard->length : info->length,
                        .scale = standard->scale,
                        .options = standard->options,
                        .option_count = standard->option_count};
    if (wants_key(field) && (field->flags & C4_FIELD_SYSTEM) == 0) {
        field->flags |= C4_FIELD_KEYED;
    }
    c4_label_fill(&field->label);
    if (standard->column_count > 0) {
        return standard_columns(builder, module, standard, field);
    }
    return standard->targets != NULL ? resolve_targets(builder, standard->targets, field)
                                     : CRM4E_OK;
}

static int standard_columns(c4_builder *builder, const c4_module *module,
                            const c4_standard_field *standard, c4_field *field)
{
    c4_field *columns =
        c4_arena_array(&builder->meta->arena, standard->column_count, sizeof *columns);
    int rc = columns != NULL ? CRM4E_OK : c4_build_no_memory(builder);

    for (size_t i = 0; i < standard->column_count && rc == CRM4E_OK; i++) {
        rc = standard_field(builder, module, &standard->columns[i], &columns[i]);
        columns[i].column = (uint32_t)i + 1;
    }
    field->columns = columns;
    field->column_count = standard->column_count;
    return rc;
}

static bool is_lookup(const c4_field *field)
{
    return field->type == CRM4E_TYPE_LOOKUP || field->type == CRM4E_TYPE_MULTISELECTLOOKUP;
}

/* A lookup that was removed may point to a module that was removed after it. */
static const char *field_problem(const c4_builder *builder, const c4_field *field, bool removed)
{
    int32_t greatest = c4_type_info_of(field->type)->length;

    if (field->label.en == NULL) {
        return "the field has no label";
    }
    if (greatest > 0 && (field->length < 1 || field->length > greatest)) {
        return "the length of the field is out of range";
    }
    if (wants_key(field) && (field->flags & C4_FIELD_KEYED) == 0) {
        return "the field has no key column";
    }
    if (is_lookup(field) && field->target_count != 1) {
        return "the lookup has no target";
    }
    for (size_t i = 0; i < field->target_count && !removed; i++) {
        if (c4_meta_module(builder->meta, field->targets[i]) == NULL) {
            return "the target of the lookup does not exist";
        }
    }
    return NULL;
}

static int overlay_field(c4_builder *builder, c4_field *field, const field_row *row)
{
    c4_definition_source source = c4_build_source(builder, C4_TABLE_FIELD, row->id);
    int rc = c4_definition_read_field(&source, &row->definition, field);
    const char *problem;

    if (rc != CRM4E_OK) {
        return rc;
    }
    if ((field->flags & C4_FIELD_CUSTOM) != 0 && wants_key(field)) {
        field->flags |= C4_FIELD_KEYED;
    }
    if (!is_text(field)) {
        field->flags &= ~(uint32_t)C4_FIELD_KEYED;
    }
    c4_label_fill(&field->label);
    problem = field_problem(builder, field, row->removed);
    for (size_t i = 0; i < field->column_count && problem == NULL; i++) {
        problem = field_problem(builder, &field->columns[i], row->removed);
    }
    return problem == NULL ? CRM4E_OK : c4_definition_corrupt(&source, problem);
}

/* A row for a field of the standard changes it; it must be the same field. */
static int change_field(c4_builder *builder, field_list *list, const field_row *row)
{
    for (size_t i = 0; i < list->count; i++) {
        c4_field *field = &list->fields[i];
        uint32_t fixed = field->flags & (C4_FIELD_SYSTEM | C4_FIELD_NAME);
        if (field->number != row->id) {
            continue;
        }
        if (field->type != row->type || c4_api_name_order(field->api_name, row->api_name) != 0 ||
            (row->removed && fixed != 0)) {
            break;
        }
        list->removed[i] = row->removed;
        return overlay_field(builder, field, row);
    }
    return c4_build_corrupt(builder, C4_TABLE_FIELD, row->id, "it is no field of its module");
}

static int add_own_field(c4_builder *builder, const c4_module *module, field_list *list,
                         const field_row *row)
{
    c4_field *field = &list->fields[list->count];
    bool computes = row->type == CRM4E_TYPE_AUTONUMBER || row->type == CRM4E_TYPE_FORMULA ||
                    row->type == CRM4E_TYPE_ROLLUP_SUMMARY;

    *field = (c4_field){.number = (int32_t)row->id,
                        .module = module,
                        .api_name = row->api_name,
                        .type = computes ? CRM4E_TYPE_TEXT : row->type,
                        .computed = computes ? row->type : 0,
                        .flags = C4_FIELD_CUSTOM,
                        .length = c4_type_info_of(row->type)->length};
    list->removed[list->count++] = row->removed;
    return overlay_field(builder, field, row);
}

/* The module's fields in the order in which they came into being. */
static int collect_fields(c4_builder *builder, c4_module *module, const field_row *rows,
                          size_t row_count, field_list *list)
{
    const c4_standard_module *standard = c4_standard_numbered(module->number);
    const c4_standard_field *own = standard != NULL ? standard->fields : c4_custom_module_fields;
    size_t own_count = standard != NULL ? standard->field_count : c4_custom_module_field_count;
    size_t total = C4_SYSTEM_COLUMNS + own_count;
    int rc = CRM4E_OK;

    list->fields = c4_arena_array(&builder->meta->arena, total + row_count, sizeof *list->fields);
    list->removed = c4_arena_array(&builder->meta->arena, total + row_count, sizeof *list->removed);
    if (list->fields == NULL || list->removed == NULL) {
        return c4_build_no_memory(builder);
    }
    for (size_t i = 0; rc == CRM4E_OK && i < total; i++) {
        rc = standard_field(builder, module,
                            i < C4_SYSTEM_COLUMNS ? &c4_system_fields[i]
                                                  : &own[i - C4_SYSTEM_COLUMNS],
                            &list->fields[list->count++]);
    }
    for (size_t i = 0; rc == CRM4E_OK && i < row_count; i++) {
        rc = rows[i].id < C4_FIRST_CUSTOM_FIELD ? change_field(builder, list, &rows[i])
                                                : add_own_field(builder, module, list, &rows[i]);
    }
    return rc;
}

/* Each field where c4_module_field_named() looks for it. */
static int place_names(c4_builder *builder, c4_module *module)
{
    const c4_field **places;
    size_t count = 1;

    while (count < module->field_count * 2 + 1) {
        count *= 2;
    }
    places = c4_arena_array(&builder->meta->arena, count, sizeof *places);
    if (places == NULL) {
        return c4_build_no_memory(builder);
    }
    module->by_name = places;
    module->name_places = count;
    for (size_t i = 0; i < module->field_count; i++) {
        const c4_field *field = &module->fields[i];
        size_t at = c4_api_name_hash(field->api_name) & (count - 1);
        for (; places[at] != NULL; at = (at + 1) & (count - 1)) {
            if (c4_api_name_order(places[at]->api_name, field->api_name) == 0) {
                return c4_build_corrupt(builder, C4_TABLE_FIELD, field->number,
                                        "two fields of a module have one name");
            }
        }
        places[at] = field;
    }
    return CRM4E_OK;
}

/* In an org of several currencies two fields say what the amounts of a record are in; the
 * values of the first are the org's currencies. */
static void find_money(const c4_meta *meta, c4_module *module, c4_field *fields)
{
    c4_field *pair[2] = {NULL, NULL};

    for (size_t i = 0; i < module->field_count; i++) {
        if (c4_money_name(fields[i].api_name) && c4_money_shape(&fields[i])) {
            pair[fields[i].type == CRM4E_TYPE_PICKLIST ? 0 : 1] = &fields[i];
        }
    }
    if (pair[0] == NULL || pair[1] == NULL) {
        return;
    }
    pair[0]->options = meta->currency_options;
    pair[0]->option_count = meta->currency_option_count;
    module->currency = pair[0];
    module->exchange_rate = pair[1];
}

/* Leaves out the removed ones, and finds the rest a place by name. */
static int index_fields(c4_builder *builder, c4_module *module, const field_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!list->removed[i]) {
            list->fields[module->field_count++] = list->fields[i];
        }
    }
    module->fields = list->fields;
    if (builder->meta->org.multi_currency) {
        find_money(builder->meta, module, list->fields);
    }
    for (size_t i = 0; i < module->field_count; i++) {
        if (module->name_field == NULL && (module->fields[i].flags & C4_FIELD_NAME) != 0) {
            module->name_field = &module->fields[i];
        }
    }
    return place_names(builder, module);
}

static int compile_formula(c4_builder *builder, const c4_module *module, c4_field *field)
{
    c4_formula_source source = {.arena = &builder->meta->arena,
                                .module = module,
                                .text = field->expression,
                                .result = field->type};
    int rc = c4_formula_compile(&source, &field->formula);

    return rc == CRM4E_OK ? rc
           : rc == CRM4E_E_NO_MEMORY
               ? c4_build_no_memory(builder)
               : c4_build_corrupt(builder, C4_TABLE_FIELD, field->number, source.problem);
}

/* Once every field of the module has its place. */
static int compile_formulas(c4_builder *builder, c4_module *module, c4_field *fields)
{
    c4_arena *arena = &builder->meta->arena;
    const c4_field *stuck = NULL;
    size_t count = 0;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < module->field_count && rc == CRM4E_OK; i++) {
        if (fields[i].expression != NULL) {
            rc = compile_formula(builder, module, &fields[i]);
            count++;
        }
    }
    if (rc != CRM4E_OK || count == 0) {
        return rc;
    }
    module->formulas = c4_arena_array(arena, count, sizeof(const c4_field *));
    rc = module->formulas == NULL
             ? CRM4E_E_NO_MEMORY
             : c4_formula_order(arena, fields, module->field_count, module->formulas,
                                &module->formula_count, &stuck);
    if (rc != CRM4E_OK) {
        return c4_build_no_memory(builder);
    }
    return stuck == NULL ? CRM4E_OK
                         : c4_build_corrupt(builder, C4_TABLE_FIELD, stuck->number,
                                            "the formula is computed from itself");
}

static int build_module(c4_builder *builder, c4_module *module, const field_row *rows,
                        size_t row_count)
{
    field_list list = {0};
    int rc = collect_fields(builder, module, rows, row_count, &list);

    if (rc == CRM4E_OK) {
        rc = c4_table_build(&builder->meta->arena, module, list.fields, list.removed, list.count);
        if (rc != CRM4E_OK) {
            c4_fail_plain(builder->error, rc);
        }
    }
    if (rc == CRM4E_OK) {
        rc = index_fields(builder, module, &list);
    }
    return rc == CRM4E_OK ? compile_formulas(builder, module, list.fields) : rc;
}

int c4_build_fields(c4_builder *builder, c4_module *modules, size_t count)
{
    void *items = NULL;
    const field_row *rows;
    size_t row_count = 0;
    size_t at = 0;
    int rc =
        c4_build_list(builder, C4_TABLE_FIELD, sizeof(field_row), read_field, &items, &row_count);

    if (rc == CRM4E_OK && row_count > 0) {
        qsort(items, row_count, sizeof(field_row), compare_field_rows);
    }
    rows = items;
    for (size_t i = 0; rc == CRM4E_OK && i < count; i++) {
        size_t first = at;
        while (at < row_count && rows[at].module == modules[i].number) {
            at++;
        }
        rc = build_module(builder, &modules[i], rows != NULL ? rows + first : NULL, at - first);
    }
    if (rc == CRM4E_OK && at < row_count) {
        rc = c4_build_corrupt(builder, C4_TABLE_FIELD, rows[at].id, "there is no such module");
    }
    return rc == CRM4E_OK ? c4_build_rollups(builder, modules, count) : rc;
}
