/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "model/definition.h"
#include "model/manage_rules.h"

#include <string.h>

static int read_admin(c4_unit *unit, const c4_json *json, uint32_t *bits)
{
    *bits = 0;
    if (c4_json_kind(json) != C4_JSON_ARRAY) {
        return c4_refuse(unit, CRM4E_E_INVALID, "admin", "type", "must be an array");
    }
    for (size_t i = 0; i < c4_json_count(json); i++) {
        const c4_json *item = c4_json_item(json, i);
        uint32_t bit = c4_number_of(C4_NAMES_ADMIN, c4_spec_text(item));
        if (bit == 0) {
            return c4_refuse(unit, CRM4E_E_INVALID, "admin", "word", "names an unknown permission");
        }
        *bits |= bit;
    }
    return CRM4E_OK;
}

/* Profiles say nothing about team modules: team profiles do. */
static int find_org_module(c4_unit *unit, const char *member, const char *name,
                           const c4_module **out)
{
    *out = c4_meta_module_named(unit->meta, name);
    if (*out != NULL && (*out)->kind != C4_MODULE_TEAM) {
        return CRM4E_OK;
    }
    c4_refuse(unit, CRM4E_E_NOT_FOUND, member, "module", "names no org module");
    return c4_fail_field(unit->error, name, member, "module");
}

static void sort_modules(c4_module_permission *modules, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        c4_module_permission moving = modules[i];
        size_t j = i;
        for (; j > 0 && modules[j - 1].module > moving.module; j--) {
            modules[j] = modules[j - 1];
        }
        modules[j] = moving;
    }
}

static int add_module(c4_unit *unit, const char *name, const c4_json *value,
                      c4_module_permission *list, size_t *count)
{
    const c4_module *module = NULL;
    int rc = find_org_module(unit, "modules", name, &module);
    for (size_t i = 0; rc == CRM4E_OK && i < *count; i++) {
        if (list[i].module == module->number) {
            rc = c4_refuse(unit, CRM4E_E_INVALID, "modules", "duplicate", "names a module twice");
        }
    }
    if (rc == CRM4E_OK) {
        list[*count].module = module->number;
        rc = c4_actions_read(unit, "modules", value, &list[*count].actions);
        *count += 1;
    }
    return rc;
}

/* "*" stands for all modules without an entry. */
static int read_modules(c4_unit *unit, const c4_json *json, c4_profile *profile)
{
    if (c4_json_kind(json) != C4_JSON_OBJECT) {
        return c4_refuse(unit, CRM4E_E_INVALID, "modules", "type", "must be an object");
    }
    c4_module_permission *list = c4_arena_array(unit->arena, c4_json_count(json) + 1, sizeof *list);
    size_t count = 0;
    int rc = list != NULL ? CRM4E_OK : c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    for (size_t i = 0; i < c4_json_count(json) && rc == CRM4E_OK; i++) {
        const char *name = NULL;
        const c4_json *value = c4_json_member_at(json, i, &name);
        if (c4_text_equal(name, "*")) {
            rc = c4_actions_read(unit, "modules", value, &profile->actions);
        } else {
            rc = add_module(unit, name, value, list, &count);
        }
    }
    if (rc == CRM4E_OK) {
        sort_modules(list, count);
        profile->modules = list;
        profile->module_count = count;
    }
    return rc;
}

static int read_fields(c4_unit *unit, const c4_json *json, c4_profile *profile)
{
    size_t room = 1;
    size_t count = 0;
    int rc = CRM4E_OK;
    if (c4_json_kind(json) != C4_JSON_OBJECT) {
        return c4_refuse(unit, CRM4E_E_INVALID, "fields", "type", "must be an object");
    }
    for (size_t i = 0; i < c4_json_count(json); i++) {
        const char *name = NULL;
        room += c4_json_count(c4_json_member_at(json, i, &name));
    }
    c4_field_permission *list = c4_arena_array(unit->arena, room, sizeof *list);
    if (list == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    for (size_t i = 0; i < c4_json_count(json) && rc == CRM4E_OK; i++) {
        const char *name = NULL;
        const c4_json *value = c4_json_member_at(json, i, &name);
        const c4_module *module = NULL;
        rc = find_org_module(unit, "fields", name, &module);
        if (rc == CRM4E_OK) {
            rc = c4_field_permissions_read(unit, module, value, list, &count);
        }
    }
    c4_field_permissions_sort(list, count);
    profile->fields = list;
    profile->field_count = count;
    return rc;
}

static int apply_spec(c4_unit *unit, const c4_profile_spec *spec, c4_profile *profile)
{
    int rc = CRM4E_OK;
    if (spec->admin != NULL) {
        rc = read_admin(unit, spec->admin, &profile->admin);
    }
    if (rc == CRM4E_OK && spec->modules != NULL) {
        rc = read_modules(unit, spec->modules, profile);
    }
    if (rc == CRM4E_OK && spec->fields != NULL) {
        rc = read_fields(unit, spec->fields, profile);
    }
    return rc;
}

/* The ten modules of a Team User licence: no more, and to look at only. */
static int check_team_user(c4_unit *unit, const c4_profile *profile)
{
    size_t viewed = 0;
    for (size_t i = 0; i < profile->module_count; i++) {
        uint32_t actions = profile->modules[i].actions;
        viewed += actions != 0;
        if ((actions & ~(1u << CRM4E_ACTION_VIEW)) != 0) {
            return c4_refuse(unit, CRM4E_E_INVALID, "modules", "team_user",
                             "gives a Team User licence more than \"view\"");
        }
    }
    if (viewed > C4_TEAM_USER_MODULES) {
        c4_refuse(unit, CRM4E_E_LIMIT, "modules", "team_user_modules", "names more than 10");
        return c4_fail_limit(unit->error, "team_user_modules", C4_TEAM_USER_MODULES,
                             (int64_t)viewed);
    }
    if (profile->actions != 0) {
        return c4_refuse(unit, CRM4E_E_INVALID, "modules", "team_user",
                         "opens every module to a Team User licence");
    }
    return CRM4E_OK;
}

static int check_built_in(c4_unit *unit, const c4_profile_spec *spec, c4_profile_kind kind)
{
    bool asked = spec->admin != NULL || spec->fields != NULL || spec->new_name != NULL ||
                 (spec->modules != NULL && kind != C4_PROFILE_TEAM_USER);
    return kind != C4_PROFILE_CUSTOM && asked
               ? c4_refuse_denied(unit, "built_in", "built-in profiles are fixed")
               : CRM4E_OK;
}

/* What users hold through the profile must stay possible. */
static int check_holders(c4_unit *unit, const c4_profile *old, const c4_profile *changed)
{
    bool fits = c4_profile_fits_team(unit->meta, changed);
    bool keeps = (changed->admin & C4_ADMIN_SYSTEM_ADMINISTRATOR) != 0;
    size_t others = 0;
    size_t losing = 0;
    for (size_t i = 0; i < unit->meta->user_count; i++) {
        const c4_user *user = &unit->meta->users[i];
        if (!fits && user->profile == old && user->licence == CRM4E_LICENCE_TEAM &&
            user->status != CRM4E_USER_DELETED) {
            return c4_refuse(unit, CRM4E_E_CONFLICT, "modules", "team_user",
                             "gives more than the Team User licences of its users allow");
        }
        if (c4_user_works(user) && (user->profile->admin & C4_ADMIN_SYSTEM_ADMINISTRATOR) != 0) {
            losing += user->profile == old;
            others += user->profile != old;
        }
    }
    if (C4_REFUSES(LAST_ADMINISTRATOR_PROFILE, losing > 0 && others == 0 && !keeps)) {
        return c4_refuse_denied(unit, "last_administrator",
                                "the last active system administrator stays");
    }
    return CRM4E_OK;
}

/* `asked`: what the profile gives is to change. */
static int check_rights(c4_unit *unit, bool asked, const c4_profile *old, const c4_profile *changed)
{
    bool own = old != NULL && unit->actor != NULL && unit->actor->profile == old;

    if (asked && C4_REFUSES(OWN_PROFILE, own)) {
        return c4_refuse_denied(unit, "own_profile", "nobody changes his own profile");
    }
    if (!c4_actor_covers(unit, changed) || (old != NULL && !c4_actor_covers(unit, old))) {
        return c4_refuse_denied(unit, "grant", "nobody grants more than he holds");
    }
    return old != NULL ? check_holders(unit, old, changed) : CRM4E_OK;
}

static int find_base(c4_unit *unit, const c4_profile_spec *spec, const c4_profile *old,
                     const c4_profile **base)
{
    *base = old;
    if (old != NULL) {
        return check_built_in(unit, spec, old->kind);
    }
    if (spec->clone_of == NULL) {
        return c4_refuse(unit, CRM4E_E_INVALID, "clone_of", "mandatory", "is missing");
    }
    *base = c4_meta_profile_named(unit->meta, spec->clone_of);
    return *base != NULL
               ? CRM4E_OK
               : c4_refuse(unit, CRM4E_E_NOT_FOUND, "clone_of", "profile", "names no profile");
}

int c4_profile_store(c4_unit *unit, const c4_profile *profile, const c4_profile *old)
{
    const crm4e_table *table = &c4_tables[C4_TABLE_PROFILE];
    static const uint32_t columns[] = {C4_PROFILE_NAME, C4_PROFILE_KIND, C4_PROFILE_DEFINITION};
    c4_buffer before;
    c4_buffer after;
    int rc;
    c4_buffer_init(&before, &unit->env->mem, C4_DEFINITION_MAX);
    c4_buffer_init(&after, &unit->env->mem, C4_DEFINITION_MAX);
    c4_definition_write_profile(&after, profile);
    if (old != NULL) {
        c4_definition_write_profile(&before, old);
    }
    rc = after.code < 0 ? after.code : before.code;
    if (rc < 0 || (old != NULL && c4_text_equal(old->name, profile->name) &&
                   c4_text_order(before.data, before.length, after.data, after.length) == 0)) {
        rc = c4_stored(unit, rc);
        goto done;
    }
    crm4e_value values[C4_PROFILE_COLUMNS] = {
        [0] = c4_integer(profile->id),
        [C4_PROFILE_NAME] = c4_c_text(profile->name),
        [C4_PROFILE_KIND] = c4_integer(profile->kind),
        [C4_PROFILE_DEFINITION] = c4_text_value(after.data, after.length),
    };
    rc = old == NULL
             ? c4_db_insert(unit->db, table, values)
             : c4_db_update(unit->db, table, profile->id, columns, &values[C4_PROFILE_NAME], 3);
    rc = rc < 0 ? c4_stored(unit, rc) : c4_change_done(unit, "profile", profile->id, profile->name);
done:
    c4_buffer_free(&before);
    c4_buffer_free(&after);
    return rc;
}

static int check_new_name(c4_unit *unit, const char *name, const c4_profile *old)
{
    const c4_profile *other = c4_meta_profile_named(unit->meta, name);
    int rc = c4_check_name(unit, "new_name", name, C4_NAME_MAX);
    return rc == CRM4E_OK && other != NULL && other != old
               ? c4_refuse(unit, CRM4E_E_CONFLICT, "new_name", "unique",
                           "is taken by another profile")
               : rc;
}

int c4_profile_put(c4_unit *unit, const c4_profile_spec *spec, crm4e_id *id)
{
    const c4_profile *base = NULL;
    int rc = c4_change_start(unit);
    if (rc == CRM4E_OK) {
        rc = c4_need_permission(unit, C4_ADMIN_MANAGE_PROFILES);
    }
    if (rc == CRM4E_OK) {
        rc = c4_check_name(unit, "name", spec->name, C4_NAME_MAX);
    }
    if (rc < 0) {
        return rc;
    }
    const c4_profile *old = c4_meta_profile_named(unit->meta, spec->name);
    if (old != NULL && spec->create_only) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "name", "unique", "is taken by another profile");
    }
    rc = find_base(unit, spec, old, &base);
    if (rc < 0) {
        return rc;
    }
    c4_profile changed = *base;
    rc = apply_spec(unit, spec, &changed);
    if (rc == CRM4E_OK && changed.kind == C4_PROFILE_TEAM_USER) {
        rc = check_team_user(unit, &changed);
    }
    if (rc == CRM4E_OK) {
        bool asked = spec->admin != NULL || spec->modules != NULL || spec->fields != NULL;
        rc = check_rights(unit, asked, old, &changed);
    }
    if (rc == CRM4E_OK && old != NULL && spec->new_name != NULL) {
        rc = check_new_name(unit, spec->new_name, old);
        changed.name = spec->new_name;
    }
    if (rc < 0) {
        return rc;
    }
    if (old == NULL) {
        changed.id = c4_unit_new_id(unit);
        changed.name = spec->name;
        changed.kind = C4_PROFILE_CUSTOM;
    }
    *id = changed.id;
    return c4_profile_store(unit, &changed, old);
}

/* The profile in the fresh snapshot, for one who may change it. */
static int open_profile(c4_unit *unit, const char *member, const char *name,
                        const c4_profile **profile)
{
    int rc = c4_change_start(unit);
    if (rc == CRM4E_OK) {
        rc = c4_need_permission(unit, C4_ADMIN_MANAGE_PROFILES);
    }
    if (rc < 0) {
        return rc;
    }
    *profile = name != NULL ? c4_meta_profile_named(unit->meta, name) : NULL;
    return *profile != NULL
               ? CRM4E_OK
               : c4_refuse(unit, CRM4E_E_NOT_FOUND, member, "profile", "names no profile");
}

/* A copy of the list with one entry more or changed. */
static int grant_action(c4_unit *unit, const c4_profile_grant *grant, const c4_module *module,
                        c4_profile *profile)
{
    c4_module_permission *list =
        c4_arena_array(unit->arena, profile->module_count + 1, sizeof *list);
    uint32_t actions = c4_profile_actions(profile, module);
    uint32_t bit = 1u << grant->action;
    size_t count = 0;
    if (list == NULL) {
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    }
    for (size_t i = 0; i < profile->module_count; i++) {
        if (profile->modules[i].module != module->number) {
            list[count++] = profile->modules[i];
        }
    }
    list[count++] =
        (c4_module_permission){module->number, grant->allow ? actions | bit : actions & ~bit};
    sort_modules(list, count);
    profile->modules = list;
    profile->module_count = count;
    return CRM4E_OK;
}

static int check_grant(c4_unit *unit, const c4_profile_grant *grant)
{
    int rc = c4_check_word(unit, "permission", C4_NAMES_ADMIN, grant->admin);
    if (rc == CRM4E_OK) {
        rc = c4_check_word(unit, "action", C4_NAMES_ACTION, grant->action);
    }
    if (rc == CRM4E_OK) {
        rc = c4_check_word(unit, "permission", C4_NAMES_PERMISSION, grant->permission);
    }
    return rc;
}

static int read_grant(c4_unit *unit, const c4_profile_grant *grant, c4_profile *profile)
{
    const c4_module *module = NULL;
    if (grant->admin != 0) {
        profile->admin =
            grant->allow ? profile->admin | grant->admin : profile->admin & ~grant->admin;
        return CRM4E_OK;
    }
    int rc = find_org_module(unit, "module", grant->module, &module);
    if (rc < 0) {
        return rc;
    }
    return grant->field == NULL
               ? grant_action(unit, grant, module, profile)
               : c4_field_permissions_set(unit, module, grant->field, grant->permission,
                                          &profile->fields, &profile->field_count);
}

int c4_profile_allow(c4_unit *unit, const c4_profile_grant *grant)
{
    const c4_profile *old = NULL;
    int rc = open_profile(unit, "profile", grant->profile, &old);
    if (rc == CRM4E_OK) {
        rc = check_grant(unit, grant);
    }
    if (rc < 0) {
        return rc;
    }
    bool modules = grant->admin == 0 && grant->field == NULL;
    if (old->kind != C4_PROFILE_CUSTOM && !(modules && old->kind == C4_PROFILE_TEAM_USER)) {
        return c4_refuse_denied(unit, "built_in", "built-in profiles are fixed");
    }
    c4_profile changed = *old;
    rc = read_grant(unit, grant, &changed);
    if (rc == CRM4E_OK && changed.kind == C4_PROFILE_TEAM_USER) {
        rc = check_team_user(unit, &changed);
    }
    if (rc == CRM4E_OK) {
        rc = check_rights(unit, true, old, &changed);
    }
    return rc < 0 ? rc : c4_profile_store(unit, &changed, old);
}

/* Deleted users keep a profile that exists. */
static int move_deleted_users(c4_unit *unit, const c4_profile *profile)
{
    const uint32_t column = C4_USER_PROFILE;
    const c4_profile *standard = NULL;
    int rc = CRM4E_OK;
    for (size_t i = 0; i < unit->meta->profile_count; i++) {
        if (unit->meta->profiles[i].kind == C4_PROFILE_STANDARD) {
            standard = &unit->meta->profiles[i];
        }
    }
    for (size_t i = 0; i < unit->meta->user_count && rc == CRM4E_OK; i++) {
        const c4_user *user = &unit->meta->users[i];
        if (user->profile == profile && standard != NULL) {
            const crm4e_value value = c4_integer(standard->id);
            rc = c4_db_update(unit->db, &c4_tables[C4_TABLE_USER], user->id, &column, &value, 1);
        }
    }
    return c4_stored(unit, rc);
}

static int check_unused(c4_unit *unit, const c4_profile *profile)
{
    if (profile->kind != C4_PROFILE_CUSTOM) {
        return c4_refuse_denied(unit, "built_in", "built-in profiles are fixed");
    }
    for (size_t i = 0; i < unit->meta->user_count; i++) {
        const c4_user *user = &unit->meta->users[i];
        if (user->profile == profile && user->status != CRM4E_USER_DELETED) {
            return c4_refuse(unit, CRM4E_E_CONFLICT, "name", "in_use", "is held by users");
        }
    }
    return c4_tab_group_check_unused(unit, profile->id);
}

int c4_profile_remove(c4_unit *unit, const char *name)
{
    const c4_profile *profile = NULL;
    int rc = open_profile(unit, "name", name, &profile);
    if (rc == CRM4E_OK) {
        rc = check_unused(unit, profile);
    }
    if (rc == CRM4E_OK) {
        rc = check_rights(unit, true, profile, profile);
    }
    if (rc == CRM4E_OK) {
        rc = move_deleted_users(unit, profile);
    }
    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, c4_db_remove(unit->db, &c4_tables[C4_TABLE_PROFILE], profile->id));
    }
    return rc < 0 ? rc : c4_change_done(unit, "profile_removed", profile->id, profile->name);
}
