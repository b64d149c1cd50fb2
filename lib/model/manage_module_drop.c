/* SPDX-License-Identifier: MIT */
/* A module goes, with everything that belongs to it but its records. */
#include "model/manage_rules.h"

/* Rows that belong to one module, by the column that says to which. */
static const struct {
    c4_table_id table;
    uint32_t column;
} own_rows[] = {
    {C4_TABLE_WORKFLOW, C4_WORKFLOW_MODULE},
    {C4_TABLE_SHARING_RULE, C4_SHARING_RULE_MODULE},
    {C4_TABLE_CHART, C4_CHART_MODULE},
    {C4_TABLE_MEMBER, C4_MEMBER_MODULE},
    {C4_TABLE_APPOINTMENT, C4_APPOINTMENT_MODULE},
    {C4_TABLE_FIELD, C4_FIELD_MODULE},
    {C4_TABLE_ROTATION, C4_ROTATION_OWNER},
    {C4_TABLE_REQUEST, C4_REQUEST_MODULE},
    {C4_TABLE_ASSIGNMENT, C4_ASSIGNMENT_MODULE},
    {C4_TABLE_SEQUENCE, C4_SEQUENCE_MODULE},
    {C4_TABLE_VIEW, C4_VIEW_MODULE},
};

static int drop_own_rows(c4_unit *unit, const c4_module *module)
{
    int rc = CRM4E_OK;
    for (size_t i = 0; i < sizeof own_rows / sizeof own_rows[0] && rc == CRM4E_OK; i++) {
        rc = c4_rows_drop(unit, &c4_tables[own_rows[i].table], own_rows[i].column, module->number);
    }
    return rc;
}

/* Where the turns of its rules stand. */
static int drop_rotations(c4_unit *unit, const c4_module *module, int64_t *rules)
{
    int rc = CRM4E_OK;
    *rules = 0;
    for (size_t i = 0; i < unit->meta->workflow_count && rc == CRM4E_OK; i++) {
        const c4_definition *rule = &unit->meta->workflows[i];
        if (rule->module == module->number) {
            rc = c4_rows_drop(unit, &c4_tables[C4_TABLE_ROTATION], C4_ROTATION_OWNER, rule->id);
            *rules += 1;
        }
    }
    for (size_t i = 0; i < unit->meta->assignment_count && rc == CRM4E_OK; i++) {
        const c4_definition *rule = &unit->meta->assignments[i];
        if (rule->module == module->number) {
            rc = c4_rows_drop(unit, &c4_tables[C4_TABLE_ROTATION], C4_ROTATION_OWNER, rule->id);
        }
    }
    return rc;
}

/* Team spaces and tab groups. */
static int leave_menus(c4_unit *unit, const c4_module *module)
{
    int rc = CRM4E_OK;
    for (size_t i = 0; i < unit->meta->space_count && rc == CRM4E_OK; i++) {
        rc = c4_space_drop_item(unit, &unit->meta->spaces[i], module->number);
    }
    for (size_t i = 0; i < unit->meta->tab_group_count && rc == CRM4E_OK; i++) {
        rc = c4_tab_group_drop_item(unit, &unit->meta->tab_groups[i], module->number);
    }
    return rc;
}

/* What the profile says of it and of its fields is left out. */
static int forget_in_profile(c4_unit *unit, const c4_profile *profile, const c4_module *module)
{
    c4_module_permission *modules =
        c4_arena_array(unit->arena, profile->module_count, sizeof *modules);
    c4_field_permission *fields = c4_arena_array(unit->arena, profile->field_count, sizeof *fields);
    c4_profile changed = *profile;
    if (modules == NULL || fields == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    changed.modules = modules;
    changed.fields = fields;
    changed.module_count = 0;
    changed.field_count = 0;
    for (size_t i = 0; i < profile->module_count; i++) {
        if (profile->modules[i].module != module->number) {
            modules[changed.module_count++] = profile->modules[i];
        }
    }
    for (size_t i = 0; i < profile->field_count; i++) {
        if (c4_module_part(module, profile->fields[i].field) == NULL) {
            fields[changed.field_count++] = profile->fields[i];
        }
    }
    return c4_profile_store(unit, &changed, profile);
}

static int leave_profiles(c4_unit *unit, const c4_module *module)
{
    int rc = CRM4E_OK;
    for (size_t i = 0; i < unit->meta->profile_count && rc == CRM4E_OK; i++) {
        rc = forget_in_profile(unit, &unit->meta->profiles[i], module);
    }
    return rc;
}

static int give_back(c4_unit *unit, const c4_module *module, int64_t rules)
{
    int rc = c4_limit_take_module(unit, module->kind == C4_MODULE_TEAM, -1);
    if (rc == CRM4E_OK && rules > 0) {
        rc = c4_limit_take(unit, C4_LIMIT_WORKFLOWS, 0, -rules);
    }
    return rc < 0 ? rc : c4_limit_forget_module(unit, module->number);
}

int c4_module_drop(c4_unit *unit, const c4_module *module)
{
    int64_t rules = 0;
    int rc = drop_rotations(unit, module, &rules);
    if (rc == CRM4E_OK) {
        rc = drop_own_rows(unit, module);
    }
    if (rc == CRM4E_OK) {
        rc = leave_menus(unit, module);
    }
    if (rc == CRM4E_OK) {
        rc = leave_profiles(unit, module);
    }
    if (rc == CRM4E_OK) {
        rc = give_back(unit, module, rules);
    }
    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, c4_db_table_drop(unit->db, &module->table));
    }
    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, c4_db_remove(unit->db, &c4_tables[C4_TABLE_MODULE], module->number));
    }
    return rc < 0 ? rc : c4_change_done(unit, "module_removed", module->number, module->api_name);
}
