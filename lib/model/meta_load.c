/* SPDX-License-Identifier: MIT */
#include "model/meta_build.h"

#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/zone.h"

static void read_key(c4_row *row, c4_org_info *org)
{
    const crm4e_value *value = &row->values[C4_ORG_KEY];

    if (value->type != CRM4E_VALUE_BLOB || value->length < sizeof org->key) {
        c4_row_refuse(row, "the key of page tokens is missing");
    } else {
        memcpy(org->key, value->data, sizeof org->key);
    }
}

static void read_trial(c4_row *row, c4_org_info *org)
{
    bool until = row->values[C4_ORG_TRIAL_UNTIL].type != CRM4E_VALUE_NULL;

    if (until != (row->values[C4_ORG_TRIAL_EDITION].type != CRM4E_VALUE_NULL)) {
        c4_row_refuse(row, "half of the trial is missing");
    } else if (until) {
        org->trial_until = c4_row_i64(row, C4_ORG_TRIAL_UNTIL, 1, C4_TIME_MAX);
        org->trial_edition = c4_row_word(row, C4_ORG_TRIAL_EDITION, C4_NAMES_EDITION);
    }
}

static void read_org(c4_row *row, void *item)
{
    c4_org_info *org = item;

    org->id = row->source.id;
    org->name = c4_row_text(row, C4_ORG_NAME);
    org->edition = c4_row_word(row, C4_ORG_EDITION, C4_NAMES_EDITION);
    org->crm_licences = c4_row_i64(row, C4_ORG_CRM_LICENCES, 0, INT64_MAX);
    org->team_licences = c4_row_i64(row, C4_ORG_TEAM_LICENCES, 0, INT64_MAX);
    org->locale = c4_row_text(row, C4_ORG_LOCALE);
    org->zone = c4_row_text(row, C4_ORG_ZONE);
    org->currency = c4_row_text(row, C4_ORG_CURRENCY);
    org->fiscal_month = (int32_t)c4_row_i64(row, C4_ORG_FISCAL_MONTH, 1, 12);
    org->ui_mode = c4_row_word(row, C4_ORG_UI_MODE, C4_NAMES_UI_MODE);
    org->crm4e_enabled = c4_row_boolean(row, C4_ORG_CRM4E);
    org->hierarchy = c4_row_word(row, C4_ORG_HIERARCHY, C4_NAMES_HIERARCHY);
    if (row->values[C4_ORG_HISTORY_DAYS].type != CRM4E_VALUE_NULL) {
        org->history_days = (int32_t)c4_row_i64(row, C4_ORG_HISTORY_DAYS, 0, C4_MOST_HISTORY_DAYS);
    }
    org->multi_currency = row->values[C4_ORG_MULTI_CURRENCY].type != CRM4E_VALUE_NULL &&
                          c4_row_boolean(row, C4_ORG_MULTI_CURRENCY);
    read_trial(row, org);
    read_key(row, org);
    if (row->rc == CRM4E_OK && !c4_zone_known(org->zone)) {
        c4_row_refuse(row, "the time zone is not known");
    }
}

static int build_org(c4_builder *builder)
{
    void *items = NULL;
    size_t count = 0;
    int rc = c4_build_list(builder, C4_TABLE_ORG, sizeof(c4_org_info), read_org, &items, &count);

    if (rc == CRM4E_OK && count != 1) {
        rc = c4_build_corrupt(builder, C4_TABLE_ORG, (int64_t)count, "there must be one row");
    }
    if (rc == CRM4E_OK) {
        builder->meta->org = *(const c4_org_info *)items;
    }
    return rc;
}

static int read_generation(c4_builder *builder)
{
    static const uint32_t column[] = {C4_STATE_GENERATION};
    crm4e_value value = {0};
    int rc = c4_db_get(builder->db, &c4_tables[C4_TABLE_STATE], 1, column, &value, 1);

    if (rc == CRM4E_E_NOT_FOUND || (rc == CRM4E_OK && value.type != CRM4E_VALUE_INTEGER)) {
        return c4_build_corrupt(builder, C4_TABLE_STATE, 1, "there is no such row");
    }
    if (rc != CRM4E_OK) {
        return c4_fail_plain(builder->error, rc);
    }
    builder->meta->generation = value.integer;
    return CRM4E_OK;
}

/* What a profile says about modules, once those are there. */
static int check_profiles(c4_builder *builder)
{
    const c4_meta *meta = builder->meta;

    for (size_t i = 0; i < meta->profile_count; i++) {
        const c4_profile *profile = &meta->profiles[i];
        for (size_t j = 0; j < profile->module_count; j++) {
            if (c4_meta_module(meta, profile->modules[j].module) == NULL) {
                return c4_build_corrupt(builder, C4_TABLE_PROFILE, profile->id,
                                        "it names a module that does not exist");
            }
        }
    }
    return CRM4E_OK;
}

static void take_definition(c4_row *row, c4_definition *definition, crm4e_id author,
                            const char *json)
{
    const c4_module *module = c4_meta_module(row->meta, definition->module);

    definition->id = row->source.id;
    definition->author = author;
    definition->json = json;
    definition->json_length = strlen(json);
    if (module == NULL) {
        c4_row_refuse(row, "there is no such module");
    }
    if (c4_meta_user(row->meta, author) == NULL) {
        c4_row_refuse(row, "there is no such author");
    }
}

static void read_workflow(c4_row *row, void *item)
{
    c4_definition *rule = item;

    rule->module = (int32_t)c4_row_i64(row, C4_WORKFLOW_MODULE, 1, INT32_MAX);
    rule->name = c4_row_text(row, C4_WORKFLOW_NAME);
    rule->active = c4_row_boolean(row, C4_WORKFLOW_ACTIVE);
    rule->position = (int32_t)c4_row_i64(row, C4_WORKFLOW_POSITION, INT32_MIN, INT32_MAX);
    take_definition(row, rule, c4_row_i64(row, C4_WORKFLOW_AUTHOR, 1, INT64_MAX),
                    c4_row_text(row, C4_WORKFLOW_DEFINITION));
}

static void read_chart(c4_row *row, void *item)
{
    c4_definition *chart = item;

    chart->module = (int32_t)c4_row_i64(row, C4_CHART_MODULE, 1, INT32_MAX);
    chart->name = c4_row_text(row, C4_CHART_NAME);
    chart->active = true;
    take_definition(row, chart, c4_row_i64(row, C4_CHART_AUTHOR, 1, INT64_MAX),
                    c4_row_text(row, C4_CHART_DEFINITION));
}

static void read_assignment(c4_row *row, void *item)
{
    c4_definition *rule = item;

    rule->module = (int32_t)c4_row_i64(row, C4_ASSIGNMENT_MODULE, 1, INT32_MAX);
    rule->name = c4_row_text(row, C4_ASSIGNMENT_NAME);
    rule->active = true;
    take_definition(row, rule, c4_row_i64(row, C4_ASSIGNMENT_AUTHOR, 1, INT64_MAX),
                    c4_row_text(row, C4_ASSIGNMENT_DEFINITION));
}

static int compare_workflows(const void *a, const void *b)
{
    const c4_definition *x = a;
    const c4_definition *y = b;

    if (x->module != y->module) {
        return x->module < y->module ? -1 : 1;
    }
    if (x->position != y->position) {
        return x->position < y->position ? -1 : 1;
    }
    return x->id < y->id ? -1 : x->id > y->id;
}

static int compare_named(const void *a, const void *b)
{
    const c4_definition *x = a;
    const c4_definition *y = b;
    int order = strcmp(x->name, y->name);

    if (x->module != y->module) {
        return x->module < y->module ? -1 : 1;
    }
    if (order != 0) {
        return order;
    }
    return x->id < y->id ? -1 : x->id > y->id;
}

static int build_definitions(c4_builder *builder)
{
    c4_meta *meta = builder->meta;
    void *rules = NULL;
    void *charts = NULL;
    void *assignments = NULL;
    int rc = c4_build_list(builder, C4_TABLE_WORKFLOW, sizeof(c4_definition), read_workflow, &rules,
                           &meta->workflow_count);

    if (rc == CRM4E_OK) {
        rc = c4_build_list(builder, C4_TABLE_CHART, sizeof(c4_definition), read_chart, &charts,
                           &meta->chart_count);
    }
    if (rc == CRM4E_OK) {
        rc = c4_build_list(builder, C4_TABLE_ASSIGNMENT, sizeof(c4_definition), read_assignment,
                           &assignments, &meta->assignment_count);
    }
    if (rc == CRM4E_OK && meta->workflow_count > 0) {
        qsort(rules, meta->workflow_count, sizeof(c4_definition), compare_workflows);
    }
    if (rc == CRM4E_OK && meta->chart_count > 0) {
        qsort(charts, meta->chart_count, sizeof(c4_definition), compare_named);
    }
    if (rc == CRM4E_OK && meta->assignment_count > 0) {
        qsort(assignments, meta->assignment_count, sizeof(c4_definition), compare_named);
    }
    meta->assignments = assignments;
    meta->workflows = rules;
    meta->charts = charts;
    return rc;
}

/* Each part rests on those before it. */
static int (*const parts[])(c4_builder *builder) = {
    read_generation,     build_org,
    c4_build_currencies, c4_build_roles,
    c4_build_profiles,   c4_build_users,
    c4_build_modules,    check_profiles,
    c4_build_spaces,     c4_build_tab_groups,
    c4_build_sharing,    build_definitions,
    c4_build_views,      c4_build_interaction_kinds,
};

int c4_meta_load(c4_meta **out, const c4_mem *mem, c4_db *db, crm4e_error *error)
{
    c4_builder builder = {.db = db, .error = error};
    int rc = CRM4E_OK;

    builder.meta = c4_alloc_array(mem, 1, sizeof *builder.meta);
    if (builder.meta == NULL) {
        return c4_fail_plain(error, CRM4E_E_NO_MEMORY);
    }
    c4_arena_init(&builder.meta->arena, mem);
    builder.meta->mem = mem;
    atomic_init(&builder.meta->references, 1);
    atomic_init(&builder.meta->rules, NULL);
    for (size_t i = 0; rc == CRM4E_OK && i < sizeof parts / sizeof parts[0]; i++) {
        rc = parts[i](&builder);
    }
    if (rc != CRM4E_OK) {
        c4_meta_release(builder.meta);
        return rc;
    }
    *out = builder.meta;
    return CRM4E_OK;
}

c4_meta *c4_meta_hold(c4_meta *meta)
{
    atomic_fetch_add_explicit(&meta->references, 1, memory_order_relaxed);
    return meta;
}

void c4_meta_release(c4_meta *meta)
{
    c4_meta_part *rules;

    if (meta != NULL &&
        atomic_fetch_sub_explicit(&meta->references, 1, memory_order_acq_rel) == 1) {
        rules = atomic_load_explicit(&meta->rules, memory_order_relaxed);
        if (rules != NULL) {
            rules->free(rules);
        }
        c4_arena_free(&meta->arena);
        c4_free(meta->mem, meta);
    }
}
