/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "model/manage_rules.h"

/* Links from the root, which counts as 1. */
static int32_t depth_of(const c4_meta *meta, const c4_role *role)
{
    int32_t depth = 0;
    while (role != NULL && depth <= C4_ROLE_DEPTH) {
        depth++;
        role = role->parent != 0 ? c4_meta_role(meta, role->parent) : NULL;
    }
    return depth;
}

/* Levels of the tree that starts at `role`. */
static int32_t height_of(const c4_meta *meta, const c4_role *role)
{
    int32_t base = depth_of(meta, role);
    int32_t height = 1;
    for (size_t i = 0; i < meta->role_count; i++) {
        if (c4_role_below(&meta->roles[i], role)) {
            int32_t below = depth_of(meta, &meta->roles[i]) - base + 1;
            height = below > height ? below : height;
        }
    }
    return height;
}

static const c4_role *root_of(const c4_meta *meta)
{
    for (size_t i = 0; i < meta->role_count; i++) {
        if (meta->roles[i].parent == 0) {
            return &meta->roles[i];
        }
    }
    return NULL;
}

static size_t children_of(const c4_meta *meta, crm4e_id parent)
{
    size_t count = 0;
    for (size_t i = 0; i < meta->role_count; i++) {
        count += meta->roles[i].parent == parent;
    }
    return count;
}

/* Where the role is to hang; `role` is NULL for a new one. */
static int find_parent(c4_unit *unit, const c4_role_spec *spec, const c4_role *role,
                       const c4_role **parent)
{
    const c4_meta *meta = unit->meta;
    if (spec->parent != NULL) {
        *parent = c4_meta_role_named(meta, spec->parent);
        return *parent != NULL
                   ? CRM4E_OK
                   : c4_refuse(unit, CRM4E_E_NOT_FOUND, "parent", "role", "names no role");
    }
    if (role != NULL) {
        *parent = role->parent != 0 ? c4_meta_role(meta, role->parent) : NULL;
    } else {
        *parent = root_of(meta);
    }
    return CRM4E_OK;
}

static int check_place(c4_unit *unit, const c4_role *role, const c4_role *parent)
{
    const c4_meta *meta = unit->meta;
    if (parent == NULL || (role != NULL && role->parent == parent->id)) {
        return CRM4E_OK;
    }
    if (role != NULL && (parent == role || c4_role_below(parent, role))) {
        return c4_refuse(unit, CRM4E_E_CYCLE, "parent", "cycle", "lies below the role itself");
    }
    int32_t height = role != NULL ? height_of(meta, role) : 1;
    if (depth_of(meta, parent) + height > C4_ROLE_DEPTH) {
        c4_refuse(unit, CRM4E_E_DEPTH, "parent", "role_depth", "makes the tree deeper than 32");
        return c4_fail_limit(unit->error, "role_depth", C4_ROLE_DEPTH, depth_of(meta, parent));
    }
    if (children_of(meta, parent->id) >= C4_ROLE_WIDTH) {
        c4_refuse(unit, CRM4E_E_TOO_BIG, "parent", "role_width", "has 500 roles below it");
        return c4_fail_limit(unit->error, "role_width", C4_ROLE_WIDTH, C4_ROLE_WIDTH);
    }
    return CRM4E_OK;
}

/* Who lies below a role sees less than who holds it: nobody but a system
 * administrator touches his own role or brings others under it. */
static int check_right(c4_unit *unit, const c4_role *role, const c4_role *parent)
{
    int rc = c4_need_permission(unit, C4_ADMIN_MANAGE_ROLES);
    if (rc < 0 || role == NULL || c4_actor_is_administrator(unit)) {
        return rc;
    }
    const c4_role *own = unit->actor->role;
    if (C4_REFUSES(OWN_ROLE, role == own)) {
        return c4_refuse_denied(unit, "own_role", "nobody changes his own role");
    }
    bool gains = parent != NULL && !c4_role_below(role, own) &&
                 (parent == own || c4_role_below(parent, own));
    if (C4_REFUSES(ROLE_UNDER_OWN, gains)) {
        return c4_refuse_denied(unit, "own_role", "nobody brings other roles under his own");
    }
    return CRM4E_OK;
}

static int write_role(c4_unit *unit, crm4e_id id, bool fresh, const c4_role *row)
{
    const crm4e_table *table = &c4_tables[C4_TABLE_ROLE];
    static const uint32_t columns[] = {C4_ROLE_NAME, C4_ROLE_PARENT, C4_ROLE_SHARE_WITH_PEERS};
    crm4e_value values[C4_ROLE_COLUMNS] = {
        [0] = c4_integer(id),
        [C4_ROLE_NAME] = c4_c_text(row->name),
        [C4_ROLE_PARENT] = row->parent != 0 ? c4_integer(row->parent) : c4_null(),
        [C4_ROLE_SHARE_WITH_PEERS] = c4_integer(row->share_with_peers),
    };
    int rc = fresh ? c4_db_insert(unit->db, table, values)
                   : c4_db_update(unit->db, table, id, columns, &values[C4_ROLE_NAME], 3);
    return c4_stored(unit, rc);
}

/* Documents of orgs know the root by its name. */
static int check_new_name(c4_unit *unit, const c4_role_spec *spec, const c4_role *role)
{
    if (spec->new_name == NULL || role == NULL) {
        return CRM4E_OK;
    }
    const c4_role *other = c4_meta_role_named(unit->meta, spec->new_name);
    int rc = c4_check_name(unit, "new_name", spec->new_name, C4_NAME_MAX);
    if (rc == CRM4E_OK && other != NULL && other != role) {
        rc = c4_refuse(unit, CRM4E_E_CONFLICT, "new_name", "unique", "is taken by another role");
    }
    if (rc == CRM4E_OK && role->parent == 0) {
        rc = c4_refuse(unit, CRM4E_E_CONFLICT, "new_name", "root", "is not for the root role");
    }
    return rc;
}

/* The row of what the spec makes of the role. */
static c4_role changed_role(const c4_role_spec *spec, const c4_role *role, const c4_role *parent)
{
    c4_role row = {.name = role != NULL ? role->name : spec->name};
    if (role != NULL && spec->new_name != NULL) {
        row.name = spec->new_name;
    }
    row.parent = parent != NULL ? parent->id : 0;
    row.share_with_peers = spec->share_with_peers != 0 ? spec->share_with_peers == 1
                                                       : role != NULL && role->share_with_peers;
    return row;
}

int c4_role_put(c4_unit *unit, const c4_role_spec *spec, crm4e_id *id)
{
    const c4_role *parent = NULL;
    int rc = c4_change_start(unit);
    if (rc == CRM4E_OK) {
        rc = c4_check_name(unit, "name", spec->name, C4_NAME_MAX);
    }
    if (rc < 0) {
        return rc;
    }
    const c4_role *role = c4_meta_role_named(unit->meta, spec->name);
    if (role != NULL && spec->create_only) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "name", "unique", "is taken by another role");
    }
    rc = find_parent(unit, spec, role, &parent);
    if (rc == CRM4E_OK) {
        rc = check_right(unit, role, parent);
    }
    if (rc == CRM4E_OK) {
        rc = check_place(unit, role, parent);
    }
    if (rc == CRM4E_OK) {
        rc = check_new_name(unit, spec, role);
    }
    if (rc < 0) {
        return rc;
    }
    c4_role row = changed_role(spec, role, parent);
    *id = role != NULL ? role->id : c4_unit_new_id(unit);
    if (role != NULL && row.parent == role->parent &&
        row.share_with_peers == role->share_with_peers && c4_text_equal(row.name, role->name)) {
        return CRM4E_OK;
    }
    rc = write_role(unit, *id, role == NULL, &row);
    return rc < 0 ? rc : c4_change_done(unit, "role", *id, row.name);
}

static int check_unused(c4_unit *unit, const c4_role *role)
{
    const c4_meta *meta = unit->meta;
    if (role->parent == 0) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "name", "root", "is the root of the role tree");
    }
    if (children_of(meta, role->id) > 0) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "name", "in_use", "has roles below it");
    }
    for (size_t i = 0; i < meta->user_count; i++) {
        const c4_user *user = &meta->users[i];
        if (user->role == role && user->status != CRM4E_USER_DELETED) {
            return c4_refuse(unit, CRM4E_E_CONFLICT, "name", "in_use", "is held by users");
        }
    }
    return c4_subject_check_unused(unit, false, role->id);
}

/* Deleted users keep a role that exists. */
static int move_deleted_users(c4_unit *unit, const c4_role *role)
{
    const uint32_t column = C4_USER_ROLE;
    const crm4e_value parent = c4_integer(role->parent);
    int rc = CRM4E_OK;
    for (size_t i = 0; i < unit->meta->user_count && rc == CRM4E_OK; i++) {
        const c4_user *user = &unit->meta->users[i];
        if (user->role == role) {
            rc = c4_db_update(unit->db, &c4_tables[C4_TABLE_USER], user->id, &column, &parent, 1);
        }
    }
    return c4_stored(unit, rc);
}

int c4_role_remove(c4_unit *unit, const char *name)
{
    int rc = c4_change_start(unit);
    if (rc == CRM4E_OK) {
        rc = c4_need_permission(unit, C4_ADMIN_MANAGE_ROLES);
    }
    if (rc < 0) {
        return rc;
    }
    const c4_role *role = name != NULL ? c4_meta_role_named(unit->meta, name) : NULL;
    if (role == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "name", "role", "names no role");
    }
    rc = check_unused(unit, role);
    if (rc == CRM4E_OK) {
        rc = c4_tab_group_check_unused(unit, role->id);
    }
    if (rc == CRM4E_OK) {
        rc = move_deleted_users(unit, role);
    }
    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, c4_db_remove(unit->db, &c4_tables[C4_TABLE_ROLE], role->id));
    }
    return rc < 0 ? rc : c4_change_done(unit, "role_removed", role->id, role->name);
}
