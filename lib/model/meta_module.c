/* SPDX-License-Identifier: MIT */
/* Modules of a snapshot: the standard's data, overlaid by what was changed, and
 * what users made. */
#include "model/meta_build.h"

#include <stdlib.h>
#include <string.h>

#include "model/standard.h"

enum {
    MOST_DEFAULT_OWNERS = 5,
    STORED_FLAGS = C4_MODULE_HIDDEN | C4_MODULE_ARCHIVED | C4_MODULE_CONVERTED
};

typedef struct module_row {
    int64_t id;
    const char *api_name;
    c4_module_kind kind;
    uint32_t flags;
    c4_org_default org_default;
    crm4e_id creator;
    crm4e_value definition;
} module_row;

/* The rows, and the modules that come of them. */
typedef struct module_builder {
    c4_builder *builder;
    module_row *module_rows;
    size_t module_row_count;
    c4_module *modules;
    size_t count;
} module_builder;

static void read_module(c4_row *row, void *item)
{
    module_row *module = item;

    module->id = row->source.id;
    module->api_name = c4_row_api_name(row, C4_MODULE_API_NAME);
    module->kind =
        (c4_module_kind)c4_row_i64(row, C4_MODULE_KIND, C4_MODULE_STANDARD, C4_MODULE_TEAM);
    module->flags = (uint32_t)c4_row_i64(row, C4_MODULE_FLAGS, 0, UINT32_MAX) & STORED_FLAGS;
    if (c4_row_i64(row, C4_MODULE_ORG_DEFAULT, 0, UINT32_MAX) != 0) {
        module->org_default = c4_row_word(row, C4_MODULE_ORG_DEFAULT, C4_NAMES_SHARE);
    }
    module->creator = c4_row_i64(row, C4_MODULE_CREATOR, 0, INT64_MAX);
    module->definition = c4_row_value(row, C4_MODULE_DEFINITION);
    if ((module->id < C4_FIRST_CUSTOM_MODULE) != (module->kind == C4_MODULE_STANDARD) ||
        module->id > C4_LAST_MODULE) {
        c4_row_refuse(row, "the number does not fit the kind of module");
    }
}

const c4_standard_module *c4_standard_numbered(int64_t number)
{
    for (size_t i = 0; i < c4_standard_module_count; i++) {
        if (c4_standard_modules[i].number == number) {
            return &c4_standard_modules[i];
        }
    }
    return NULL;
}

void c4_label_fill(c4_label *label)
{
    if (label->zh == NULL) {
        label->zh = label->en;
    }
}

/* What the row says on top of what is there. */
static int overlay_module(c4_builder *builder, c4_module *module, const module_row *row)
{
    c4_definition_source source = c4_build_source(builder, C4_TABLE_MODULE, row->id);
    int rc;

    module->flags |= row->flags;
    if (row->org_default != 0) {
        module->org_default = row->org_default;
    }
    module->creator = row->creator;
    rc = c4_definition_read_module(&source, &row->definition, module);
    if (rc == CRM4E_OK && (module->singular.en == NULL || module->plural.en == NULL)) {
        rc = c4_definition_corrupt(&source, "the module has no label");
    }
    for (size_t i = 0; rc == CRM4E_OK && i < module->default_owner_count; i++) {
        if (i >= MOST_DEFAULT_OWNERS ||
            c4_meta_user(builder->meta, module->default_owners[i]) == NULL) {
            rc = c4_definition_corrupt(&source, "the default owners are not valid");
        }
    }
    return rc;
}

static int make_module(c4_builder *builder, c4_module *module, const c4_standard_module *standard,
                       const module_row *row)
{
    int rc = CRM4E_OK;

    module->org_default = CRM4E_SHARE_PRIVATE;
    if (standard != NULL) {
        module->number = standard->number;
        module->api_name = standard->api_name;
        module->singular = standard->singular;
        module->plural = standard->plural;
        module->kind = C4_MODULE_STANDARD;
        module->flags = standard->flags;
    } else {
        module->number = (int32_t)row->id;
        module->api_name = row->api_name;
        module->kind = row->kind;
    }
    for (c4_team_profile i = 1; module->kind == C4_MODULE_TEAM && i <= C4_TEAM_PROFILE_COUNT; i++) {
        module->team[i].actions = c4_team_actions(i);
    }
    if (row != NULL) {
        rc = overlay_module(builder, module, row);
    }
    c4_label_fill(&module->singular);
    c4_label_fill(&module->plural);
    return rc;
}

static const module_row *row_of(const module_builder *b, int64_t number)
{
    for (size_t i = 0; i < b->module_row_count && b->module_rows[i].id <= number; i++) {
        if (b->module_rows[i].id == number) {
            return &b->module_rows[i];
        }
    }
    return NULL;
}

/* The standard modules stand in order of their numbers, below all others. */
static int make_modules(module_builder *b)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; rc == CRM4E_OK && i < c4_standard_module_count; i++) {
        const c4_standard_module *standard = &c4_standard_modules[i];
        rc =
            make_module(b->builder, &b->modules[b->count++], standard, row_of(b, standard->number));
    }
    for (size_t i = 0; rc == CRM4E_OK && i < b->module_row_count; i++) {
        const module_row *row = &b->module_rows[i];
        if (row->kind != C4_MODULE_STANDARD) {
            rc = make_module(b->builder, &b->modules[b->count++], NULL, row);
        } else if (c4_standard_numbered(row->id) == NULL) {
            rc = c4_build_corrupt(b->builder, C4_TABLE_MODULE, row->id,
                                  "there is no such standard module");
        }
    }
    return rc;
}

static int compare_modules(const void *a, const void *b)
{
    const c4_module *const *x = a;
    const c4_module *const *y = b;

    return c4_api_name_order((*x)->api_name, (*y)->api_name);
}

static int index_modules(module_builder *b)
{
    c4_meta *meta = b->builder->meta;
    const c4_module **by_number = c4_arena_array(&meta->arena, b->count, sizeof(const c4_module *));
    const c4_module **by_name = c4_arena_array(&meta->arena, b->count, sizeof(const c4_module *));

    if (by_number == NULL || by_name == NULL) {
        return c4_build_no_memory(b->builder);
    }
    for (size_t i = 0; i < b->count; i++) {
        by_number[i] = &b->modules[i];
        by_name[i] = &b->modules[i];
    }
    qsort(by_name, b->count, sizeof *by_name, compare_modules);
    for (size_t i = 1; i < b->count; i++) {
        if (compare_modules(&by_name[i - 1], &by_name[i]) == 0) {
            return c4_build_corrupt(b->builder, C4_TABLE_MODULE, by_name[i]->number,
                                    "two modules have one name");
        }
    }
    meta->modules = by_number;
    meta->modules_by_name = by_name;
    meta->module_count = b->count;
    return CRM4E_OK;
}

/* Takes the members of one team module from the links, in the same order. */
static void take_members(c4_module *module, const c4_link *links, c4_member *members, size_t count,
                         size_t *at)
{
    size_t first = *at;

    for (; *at < count && links[*at].owner == module->number; *at += 1) {
        members[*at] = (c4_member){links[*at].user, (c4_team_profile)links[*at].value};
    }
    module->members = members + first;
    module->member_count = *at - first;
}

static int add_members(module_builder *b)
{
    c4_link *links = NULL;
    c4_member *members = NULL;
    size_t count = 0;
    size_t at = 0;
    int rc = c4_build_links(b->builder, C4_TABLE_MEMBER, &links, &count);

    if (rc != CRM4E_OK) {
        return rc;
    }
    members = c4_arena_array(&b->builder->meta->arena, count, sizeof *members);
    if (members == NULL) {
        return c4_build_no_memory(b->builder);
    }
    for (size_t i = 0; i < b->count; i++) {
        if (b->modules[i].kind == C4_MODULE_TEAM) {
            take_members(&b->modules[i], links, members, count, &at);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (i >= at || links[i].value < 1 || links[i].value > C4_TEAM_PROFILE_COUNT) {
            return c4_build_corrupt(b->builder, C4_TABLE_MEMBER, links[i].id,
                                    "the team module or team profile does not exist");
        }
    }
    return CRM4E_OK;
}

int c4_build_modules(c4_builder *builder)
{
    module_builder b = {.builder = builder};
    void *items = NULL;
    int rc = c4_build_list(builder, C4_TABLE_MODULE, sizeof(module_row), read_module, &items,
                           &b.module_row_count);

    b.module_rows = items;
    if (rc == CRM4E_OK) {
        b.modules =
            c4_arena_array(&builder->meta->arena, c4_standard_module_count + b.module_row_count,
                           sizeof *b.modules);
        rc = b.modules != NULL ? make_modules(&b) : c4_build_no_memory(builder);
    }
    if (rc == CRM4E_OK) {
        rc = index_modules(&b);
    }
    if (rc == CRM4E_OK) {
        rc = c4_build_fields(builder, b.modules, b.count);
    }
    if (rc == CRM4E_OK) {
        rc = add_members(&b);
    }
    return rc;
}
