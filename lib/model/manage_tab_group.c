/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "model/definition.h"
#include "model/manage_rules.h"

static int start(c4_unit *unit)
{
    int rc = c4_change_start(unit);
    return rc < 0 ? rc : c4_need_permission(unit, C4_ADMIN_CUSTOMISE);
}

static int no_memory(c4_unit *unit)
{
    return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
}

static int write_row(c4_unit *unit, const c4_tab_group *group, bool fresh)
{
    c4_buffer text;
    const c4_named_row row = {group->id, group->name, &text};
    c4_buffer_init(&text, &unit->env->mem, C4_DEFINITION_MAX);
    c4_definition_write_tab_group(&text, group);
    return c4_named_store(unit, C4_TABLE_TAB_GROUP, &row, fresh);
}

static int store(c4_unit *unit, c4_tab_group *group, bool fresh)
{
    if (fresh) {
        group->id = c4_unit_new_id(unit);
    }
    int rc = write_row(unit, group, fresh);
    return rc < 0 ? rc : c4_change_done(unit, "tab_group", group->id, group->name);
}

static int check_free(c4_unit *unit, const char *member, const char *name, const c4_tab_group *old)
{
    const c4_tab_group *other = NULL;
    bool reserved = false;
    int rc = c4_check_name(unit, member, name, C4_NAME_MAX);
    if (rc == CRM4E_OK) {
        other = c4_meta_tab_group_named(unit->meta, name);
        rc = c4_same_name(unit, name, C4_ALL_TABS, &reserved);
    }
    return rc == CRM4E_OK && (reserved || (other != NULL && other != old))
               ? c4_refuse(unit, CRM4E_E_CONFLICT, member, "unique",
                           "is taken by another tab group")
               : rc;
}

static int read_modules(c4_unit *unit, const c4_json *json, c4_tab_group *group)
{
    size_t count = c4_json_count(json);
    c4_places list = {c4_arena_array(unit->arena, count, sizeof *list.items), count};
    c4_places merged = {NULL, 0};
    int rc = list.items != NULL ? CRM4E_OK : no_memory(unit);
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        const c4_module *module = NULL;
        const char *name = c4_spec_text(c4_json_item(json, i));
        rc = name != NULL ? c4_place_module(unit, name, &module)
                          : c4_refuse(unit, CRM4E_E_INVALID, "modules", "type",
                                      "has an item of the wrong type");
        for (size_t j = 0; j < i && rc == CRM4E_OK; j++) {
            if (list.items[j].module == module->number) {
                rc = c4_refuse(unit, CRM4E_E_CONFLICT, "modules", "unique", "names a module twice");
            }
        }
        list.items[i] = (c4_space_item){module != NULL ? module->number : 0, 0};
    }
    if (rc == CRM4E_OK) {
        rc = c4_places_merge(unit, group->items, group->item_count, &list, &merged);
        group->items = merged.items;
        group->item_count = merged.count;
    }
    return rc;
}

/* Whom a tab group is shown to: profiles, or roles. */
static int find_viewer(c4_unit *unit, bool profile, const char *name, crm4e_id *id)
{
    const char *member = profile ? "profiles" : "roles";
    const c4_profile *of_profile = profile ? c4_meta_profile_named(unit->meta, name) : NULL;
    const c4_role *role = profile ? NULL : c4_meta_role_named(unit->meta, name);
    *id = of_profile != NULL ? of_profile->id : role != NULL ? role->id : 0;
    return *id != 0 ? CRM4E_OK
                    : c4_refuse(unit, CRM4E_E_NOT_FOUND, member, profile ? "profile" : "role",
                                profile ? "names no profile" : "names no role");
}

static int read_viewers(c4_unit *unit, const c4_json *json, bool profile, const crm4e_id **out,
                        size_t *out_count)
{
    size_t count = c4_json_count(json);
    const char *member = profile ? "profiles" : "roles";
    crm4e_id *ids = c4_arena_array(unit->arena, count, sizeof *ids);
    int rc = ids != NULL ? CRM4E_OK : no_memory(unit);
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        const char *name = c4_spec_text(c4_json_item(json, i));
        rc = name != NULL ? find_viewer(unit, profile, name, &ids[i])
                          : c4_refuse(unit, CRM4E_E_INVALID, member, "type",
                                      "has an item of the wrong type");
        for (size_t j = 0; j < i && rc == CRM4E_OK; j++) {
            if (ids[j] == ids[i]) {
                rc = c4_refuse(unit, CRM4E_E_CONFLICT, member, "unique", "names one twice");
            }
        }
    }
    *out = ids;
    *out_count = count;
    return rc;
}

static int read_label(c4_unit *unit, const char *member, const char *text, const char **label)
{
    int rc = text != NULL ? c4_check_name(unit, member, text, C4_NAME_MAX) : CRM4E_OK;
    if (text != NULL) {
        *label = text;
    }
    return rc;
}

static int read_spec(c4_unit *unit, const c4_tab_group_spec *spec, const c4_tab_group *old,
                     c4_tab_group *group)
{
    int rc = CRM4E_OK;
    if (old != NULL && spec->new_name != NULL) {
        rc = check_free(unit, "new_name", spec->new_name, old);
        group->name = spec->new_name;
    }
    if (rc == CRM4E_OK) {
        rc = read_label(unit, "label", spec->label, &group->label.en);
    }
    if (rc == CRM4E_OK) {
        rc = read_label(unit, "label_zh", spec->label_zh, &group->label.zh);
    }
    if (rc == CRM4E_OK && spec->modules != NULL) {
        rc = read_modules(unit, spec->modules, group);
    }
    if (rc == CRM4E_OK && spec->profiles != NULL) {
        rc = read_viewers(unit, spec->profiles, true, &group->profiles, &group->profile_count);
    }
    if (rc == CRM4E_OK && spec->roles != NULL) {
        rc = read_viewers(unit, spec->roles, false, &group->roles, &group->role_count);
    }
    return rc;
}

/* The labels of a new one are its label, or its name. */
static int check_new(c4_unit *unit, const c4_tab_group_spec *spec, c4_tab_group *group)
{
    group->name = spec->name;
    group->label.en = spec->name;
    group->label.zh = spec->label != NULL ? spec->label : spec->name;
    if (unit->meta->tab_group_count >= C4_TAB_GROUPS_MAX) {
        return c4_fail(unit->error, CRM4E_E_TOO_BIG, "an org has at most %d tab groups",
                       C4_TAB_GROUPS_MAX);
    }
    return check_free(unit, "name", spec->name, NULL);
}

int c4_tab_group_put(c4_unit *unit, const c4_tab_group_spec *spec, crm4e_id *id)
{
    c4_tab_group group = {.id = 0};
    int rc = start(unit);
    if (rc == CRM4E_OK) {
        rc = c4_check_name(unit, "name", spec->name, C4_NAME_MAX);
    }
    if (rc < 0) {
        return rc;
    }
    const c4_tab_group *old = c4_meta_tab_group_named(unit->meta, spec->name);
    if (old != NULL && spec->create_only) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "name", "unique", "is taken by another tab group");
    }
    if (old != NULL) {
        group = *old;
    } else {
        rc = check_new(unit, spec, &group);
    }
    if (rc == CRM4E_OK) {
        rc = read_spec(unit, spec, old, &group);
    }
    if (rc == CRM4E_OK) {
        rc = store(unit, &group, old == NULL);
    }
    if (rc == CRM4E_OK) {
        *id = group.id;
    }
    return rc;
}

/* The tab group in the fresh snapshot, for one who may change it. */
static int open_group(c4_unit *unit, const char *name, const c4_tab_group **group)
{
    int rc = start(unit);
    if (rc < 0) {
        return rc;
    }
    *group = c4_meta_tab_group_named(unit->meta, name);
    return *group != NULL
               ? CRM4E_OK
               : c4_refuse(unit, CRM4E_E_NOT_FOUND, "name", "tab_group", "names no tab group");
}

int c4_tab_group_remove(c4_unit *unit, const char *name)
{
    const c4_tab_group *group = NULL;
    int rc = open_group(unit, name, &group);
    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, c4_db_remove(unit->db, &c4_tables[C4_TABLE_TAB_GROUP], group->id));
    }
    return rc < 0 ? rc : c4_change_done(unit, "tab_group_removed", group->id, group->name);
}

static int store_places(c4_unit *unit, const c4_tab_group *old, const c4_places *places)
{
    c4_tab_group group = *old;
    group.items = places->items;
    group.item_count = places->count;
    return c4_places_same(old->items, old->item_count, places) ? CRM4E_OK
                                                               : store(unit, &group, false);
}

int c4_tab_group_drop_item(c4_unit *unit, const c4_tab_group *group, int32_t module)
{
    c4_places places;
    int rc = c4_places_drop(unit, group->items, group->item_count, module, &places);
    return rc < 0 ? rc : store_places(unit, group, &places);
}

int c4_tab_group_place(c4_unit *unit, const char *name, const char *module, int32_t position)
{
    const c4_tab_group *group = NULL;
    const c4_module *found = NULL;
    c4_places places;
    int rc = open_group(unit, name, &group);
    if (rc == CRM4E_OK) {
        rc = c4_check_position(unit, position);
    }
    if (rc == CRM4E_OK) {
        rc = c4_place_module(unit, module, &found);
    }
    if (rc == CRM4E_OK) {
        rc = c4_places_put(unit, group->items, group->item_count, (c4_space_item){found->number, 0},
                           position, &places);
    }
    return rc < 0 ? rc : store_places(unit, group, &places);
}

int c4_tab_group_take(c4_unit *unit, const char *name, const char *module)
{
    const c4_tab_group *group = NULL;
    const c4_module *found = NULL;
    c4_places places;
    int rc = open_group(unit, name, &group);
    if (rc == CRM4E_OK) {
        rc = c4_place_module(unit, module, &found);
    }
    if (rc == CRM4E_OK) {
        rc = c4_places_drop(unit, group->items, group->item_count, found->number, &places);
    }
    if (rc == CRM4E_OK && places.count == group->item_count) {
        rc = c4_refuse(unit, CRM4E_E_NOT_FOUND, "modules", "placed",
                       "does not stand in the tab group");
    }
    return rc < 0 ? rc : store_places(unit, group, &places);
}

static bool holds(const crm4e_id *ids, size_t count, crm4e_id id)
{
    bool found = false;
    for (size_t i = 0; i < count && !found; i++) {
        found = ids[i] == id;
    }
    return found;
}

int c4_tab_group_show(c4_unit *unit, const char *name, bool profile, const char *viewer, bool shown)
{
    const c4_tab_group *old = NULL;
    crm4e_id id = 0;
    size_t kept = 0;
    int rc = open_group(unit, name, &old);
    if (rc == CRM4E_OK) {
        rc = find_viewer(unit, profile, viewer, &id);
    }
    if (rc < 0) {
        return rc;
    }
    const crm4e_id *ids = profile ? old->profiles : old->roles;
    size_t count = profile ? old->profile_count : old->role_count;
    crm4e_id *list = c4_arena_array(unit->arena, count + 1, sizeof *list);
    if (list == NULL) {
        return no_memory(unit);
    }
    if (holds(ids, count, id) == shown) {
        return CRM4E_OK;
    }
    for (size_t i = 0; i < count; i++) {
        if (ids[i] != id) {
            list[kept++] = ids[i];
        }
    }
    if (shown) {
        list[kept++] = id;
    }
    c4_tab_group group = *old;
    *(profile ? &group.profiles : &group.roles) = list;
    *(profile ? &group.profile_count : &group.role_count) = kept;
    return store(unit, &group, false);
}

bool c4_tab_group_shown(const c4_unit *unit, const c4_tab_group *group)
{
    return (group->profile_count == 0 && group->role_count == 0) ||
           holds(group->profiles, group->profile_count, unit->actor->profile->id) ||
           holds(group->roles, group->role_count, unit->actor->role->id);
}

int c4_tab_group_seen(c4_unit *unit, const c4_tab_group *group, c4_tab_group *seen)
{
    c4_places places;
    int rc = c4_places_seen(unit, group->items, group->item_count, &places);
    *seen = *group;
    seen->items = places.items;
    seen->item_count = places.count;
    return rc;
}

int c4_tab_group_check_unused(c4_unit *unit, crm4e_id viewer)
{
    bool used = false;
    for (size_t i = 0; i < unit->meta->tab_group_count && !used; i++) {
        const c4_tab_group *group = &unit->meta->tab_groups[i];
        used = holds(group->profiles, group->profile_count, viewer) ||
               holds(group->roles, group->role_count, viewer);
    }
    return used ? c4_refuse(unit, CRM4E_E_CONFLICT, "name", "in_use", "is used by tab groups")
                : CRM4E_OK;
}
