/* SPDX-License-Identifier: MIT */
#include "base/text.h"
#include "model/definition.h"
#include "model/manage_rules.h"

#include <string.h>

/* A space while it is changed. */
typedef struct draft {
    c4_space space; /* id 0: new */
    const char **folders;
    c4_space_item *items;
    c4_space_member *members;
} draft;

static int need_managing(c4_unit *unit, const c4_space *space)
{
    return C4_OPENS(CONFIGURE_SPACE, c4_actor_manages_space(unit, space))
               ? CRM4E_OK
               : c4_refuse_denied(unit, "space_admin", "only an admin of the space may change it");
}

bool c4_actor_in_space(const c4_unit *unit, const c4_space *space)
{
    return c4_actor_has(unit, C4_ADMIN_MANAGE_TEAM_SPACES) ||
           c4_space_member_of(space, unit->actor->id) != NULL;
}

bool c4_space_known(const c4_unit *unit, const c4_space *space)
{
    return unit->meta->org.crm4e_enabled && C4_OPENS(SPACE_KNOWN, c4_actor_in_space(unit, space));
}

int c4_space_seen(c4_unit *unit, const c4_space *space, c4_space *seen)
{
    c4_places places;
    int rc = c4_places_seen(unit, space->items, space->item_count, &places);
    *seen = *space;
    seen->items = places.items;
    seen->item_count = places.count;
    return rc;
}

static int no_memory(c4_unit *unit)
{
    return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
}

/* The text of an item that is one, else of its member `key`; other members than
 * `key` and `second` are refused. NULL with a failure. */
static const char *item_text(c4_unit *unit, const c4_json *item, const char *list, const char *key,
                             const char *second)
{
    const c4_json *value = c4_json_kind(item) == C4_JSON_OBJECT ? c4_json_member(item, key) : item;
    if (c4_json_kind(value) != C4_JSON_TEXT) {
        c4_refuse(unit, CRM4E_E_INVALID, list, "type", "has an item of the wrong type");
        return NULL;
    }
    for (size_t i = 0; c4_json_kind(item) == C4_JSON_OBJECT && i < c4_json_count(item); i++) {
        const char *name = NULL;
        (void)c4_json_member_at(item, i, &name);
        if (!c4_text_equal(name, key) && !c4_text_equal(name, second)) {
            c4_refuse(unit, CRM4E_E_INVALID, name, "unknown_member", "is not known here");
            return NULL;
        }
    }
    return c4_spec_text(value);
}

/* Index + 1 of a folder, 0: none. */
static int find_folder(c4_unit *unit, const c4_space *space, const char *name, uint32_t *folder)
{
    int rc = CRM4E_OK;
    *folder = 0;
    for (size_t i = 0; i < space->folder_count && rc == CRM4E_OK && *folder == 0; i++) {
        bool same = false;
        rc = c4_same_name(unit, space->folders[i], name, &same);
        *folder = same ? (uint32_t)i + 1 : 0;
    }
    return rc;
}

/* Modules follow their folders: `places` says where each of the old ones is now,
 * from 1; 0: gone, and they move up into the space. */
static int follow_folders(c4_unit *unit, const c4_space *old, const uint32_t *places, draft *d)
{
    d->items = c4_arena_array(unit->arena, old->item_count, sizeof *d->items);
    if (d->items == NULL) {
        return no_memory(unit);
    }
    for (size_t i = 0; i < old->item_count; i++) {
        uint32_t folder = old->items[i].folder;
        d->items[i] = (c4_space_item){old->items[i].module, folder != 0 ? places[folder - 1] : 0};
    }
    d->space.items = d->items;
    return CRM4E_OK;
}

/* Folders of a list go by their names. */
static int follow_names(c4_unit *unit, const c4_space *old, draft *d)
{
    uint32_t *places = c4_arena_array(unit->arena, old->folder_count, sizeof *places);
    int rc = places != NULL ? CRM4E_OK : no_memory(unit);
    for (size_t i = 0; i < old->folder_count && rc == CRM4E_OK; i++) {
        rc = find_folder(unit, &d->space, old->folders[i], &places[i]);
    }
    return rc < 0 ? rc : follow_folders(unit, old, places, d);
}

static int read_folders(c4_unit *unit, const c4_json *json, const c4_space *old, draft *d)
{
    size_t count = c4_json_count(json);
    int rc = CRM4E_OK;
    if (c4_json_kind(json) != C4_JSON_ARRAY) {
        return c4_refuse(unit, CRM4E_E_INVALID, "folders", "type", "must be an array");
    }
    if (count > C4_FOLDERS_MAX) {
        return c4_refuse(unit, CRM4E_E_TOO_BIG, "folders", "count", "has more than 1000 items");
    }
    d->folders = c4_arena_array(unit->arena, count, sizeof *d->folders);
    if (d->folders == NULL) {
        return no_memory(unit);
    }
    d->space.folders = d->folders;
    d->space.folder_count = 0;
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        const c4_json *item = c4_json_item(json, i);
        const char *name = c4_spec_text(item);
        uint32_t same = 0;
        rc = c4_check_name(unit, "folders", name, C4_NAME_MAX);
        if (rc == CRM4E_OK) {
            rc = find_folder(unit, &d->space, name, &same);
        }
        if (rc == CRM4E_OK && same != 0) {
            rc = c4_refuse(unit, CRM4E_E_CONFLICT, "folders", "unique", "names a folder twice");
        }
        d->folders[d->space.folder_count++] = name;
    }
    return rc == CRM4E_OK && old != NULL ? follow_names(unit, old, d) : rc;
}

static int read_item(c4_unit *unit, const c4_json *json, draft *d, c4_space_item *out)
{
    const char *name = item_text(unit, json, "modules", "module", "folder");
    const c4_json *folder = c4_json_member(json, "folder");
    if (name == NULL) {
        return CRM4E_E_INVALID;
    }
    const c4_module *module = NULL;
    int rc = c4_place_module(unit, name, &module);
    if (rc < 0) {
        return rc;
    }
    *out = (c4_space_item){module->number, 0};
    if (folder != NULL && c4_json_kind(folder) != C4_JSON_TEXT) {
        return c4_refuse(unit, CRM4E_E_INVALID, "folder", "type", "must be a text");
    }
    if (folder != NULL) {
        rc = find_folder(unit, &d->space, c4_spec_text(folder), &out->folder);
        if (rc == CRM4E_OK && out->folder == 0) {
            rc = c4_refuse(unit, CRM4E_E_NOT_FOUND, "folder", "folder", "names no folder");
        }
    }
    return rc;
}

/* In the place of the modules that the actor sees there. */
static int read_items(c4_unit *unit, const c4_json *json, draft *d)
{
    size_t count = c4_json_count(json);
    c4_places list = {c4_arena_array(unit->arena, count, sizeof *list.items), count};
    c4_places merged = {NULL, 0};
    int rc = list.items != NULL ? CRM4E_OK : no_memory(unit);
    if (c4_json_kind(json) != C4_JSON_ARRAY) {
        return c4_refuse(unit, CRM4E_E_INVALID, "modules", "type", "must be an array");
    }
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = read_item(unit, c4_json_item(json, i), d, &list.items[i]);
        for (size_t j = 0; j < i && rc == CRM4E_OK; j++) {
            if (list.items[j].module == list.items[i].module) {
                rc = c4_refuse(unit, CRM4E_E_CONFLICT, "modules", "unique", "names a module twice");
            }
        }
    }
    if (rc == CRM4E_OK) {
        rc = c4_places_merge(unit, d->space.items, d->space.item_count, &list, &merged);
    }
    d->space.items = merged.items;
    d->space.item_count = merged.count;
    return rc;
}

static bool is_member(const draft *d, crm4e_id user)
{
    for (size_t i = 0; i < d->space.member_count; i++) {
        if (d->members[i].user == user) {
            return true;
        }
    }
    return false;
}

/* Those who are members already may have lost their licence since. */
static int read_member(c4_unit *unit, const c4_json *json, const c4_space *old, draft *d)
{
    const char *email = item_text(unit, json, "members", "user", "admin");
    const c4_json *admin = c4_json_member(json, "admin");
    const c4_user *user = NULL;
    int rc = email != NULL ? c4_find_user(unit, "members", email, &user) : CRM4E_E_INVALID;
    if (rc < 0) {
        return rc;
    }
    if (admin != NULL && c4_json_kind(admin) != C4_JSON_BOOLEAN) {
        return c4_refuse(unit, CRM4E_E_INVALID, "admin", "type", "must be true or false");
    }
    if (is_member(d, user->id)) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "members", "unique", "names a user twice");
    }
    if (!c4_user_works(user) && (old == NULL || c4_space_member_of(old, user->id) == NULL)) {
        return c4_refuse(unit, CRM4E_E_INVALID, "members", "active",
                         "names a user who is not active or has no licence");
    }
    d->members[d->space.member_count++] =
        (c4_space_member){user->id, c4_json_boolean(admin, false)};
    return CRM4E_OK;
}

/* Room for one more: the creator. */
static int read_members(c4_unit *unit, const c4_json *json, const c4_space *old, draft *d)
{
    int rc = CRM4E_OK;
    if (json != NULL && c4_json_kind(json) != C4_JSON_ARRAY) {
        return c4_refuse(unit, CRM4E_E_INVALID, "members", "type", "must be an array");
    }
    d->members = c4_arena_array(unit->arena, c4_json_count(json) + 1, sizeof *d->members);
    if (d->members == NULL) {
        return no_memory(unit);
    }
    d->space.members = d->members;
    d->space.member_count = 0;
    for (size_t i = 0; i < c4_json_count(json) && rc == CRM4E_OK; i++) {
        rc = read_member(unit, c4_json_item(json, i), old, d);
    }
    return rc;
}

static void add_creator(const c4_unit *unit, draft *d)
{
    if (unit->actor == NULL) {
        return;
    }
    for (size_t i = 0; i < d->space.member_count; i++) {
        if (d->members[i].user == unit->actor->id) {
            d->members[i].admin = true;
            return;
        }
    }
    d->members[d->space.member_count++] = (c4_space_member){unit->actor->id, true};
}

static int read_spec(c4_unit *unit, const c4_space_spec *spec, const c4_space *old, draft *d)
{
    int rc = CRM4E_OK;
    if (spec->folders != NULL) {
        rc = read_folders(unit, spec->folders, old, d);
    }
    if (rc == CRM4E_OK && spec->modules != NULL) {
        rc = read_items(unit, spec->modules, d);
    }
    if (rc == CRM4E_OK && (spec->members != NULL || old == NULL)) {
        rc = read_members(unit, spec->members, old, d);
    }
    if (rc == CRM4E_OK && old == NULL) {
        add_creator(unit, d);
    }
    return rc;
}

static int check_free(c4_unit *unit, const char *name, const c4_space *old)
{
    const c4_space *other = c4_meta_space_named(unit->meta, name);
    bool reserved = false;
    int rc = c4_same_name(unit, name, C4_DEFAULT_SPACE, &reserved);
    if (rc == CRM4E_OK && (reserved || (other != NULL && other != old))) {
        rc = c4_refuse(unit, CRM4E_E_CONFLICT, "name", "unique", "is taken by another space");
    }
    return rc;
}

static int check_right(c4_unit *unit, const c4_space_spec *spec, const c4_space *old)
{
    if (old != NULL && spec->new_name == NULL && c4_actor_in_space(unit, old)) {
        return need_managing(unit, old);
    }
    int rc = c4_need_permission(unit, C4_ADMIN_MANAGE_TEAM_SPACES);
    if (rc == CRM4E_OK && old == NULL && !unit->meta->org.crm4e_enabled) {
        rc = c4_refuse_denied(unit, "crm4e", "CRM for Everyone is switched off");
    }
    return rc;
}

static int write_space(c4_unit *unit, const c4_space *space, bool fresh)
{
    c4_buffer text;
    const c4_named_row row = {space->id, space->name, &text};
    c4_buffer_init(&text, &unit->env->mem, C4_DEFINITION_MAX);
    c4_definition_write_space(&text, space);
    return c4_named_store(unit, C4_TABLE_SPACE, &row, fresh);
}

static int find_member_row(c4_unit *unit, crm4e_id space, crm4e_id user, crm4e_id *row)
{
    static const uint32_t keys[2] = {C4_SPACE_MEMBER_SPACE, C4_SPACE_MEMBER_USER};
    const int64_t wanted[2] = {space, user};
    return c4_pair_find(unit, &c4_tables[C4_TABLE_SPACE_MEMBER], keys, wanted, row, NULL, NULL, 0);
}

static int write_member(c4_unit *unit, crm4e_id space, const c4_space_member *member)
{
    const crm4e_table *table = &c4_tables[C4_TABLE_SPACE_MEMBER];
    const uint32_t column = C4_SPACE_MEMBER_ADMIN;
    crm4e_id row = 0;
    int rc = find_member_row(unit, space, member->user, &row);
    if (rc < 0) {
        return rc;
    }
    crm4e_value values[C4_SPACE_MEMBER_COLUMNS] = {
        [0] = c4_integer(row != 0 ? row : c4_unit_new_id(unit)),
        [C4_SPACE_MEMBER_SPACE] = c4_integer(space),
        [C4_SPACE_MEMBER_USER] = c4_integer(member->user),
        [C4_SPACE_MEMBER_ADMIN] = c4_integer(member->admin),
    };
    rc = row == 0 ? c4_db_insert(unit->db, table, values)
                  : c4_db_update(unit->db, table, row, &column, &values[C4_SPACE_MEMBER_ADMIN], 1);
    return c4_stored(unit, rc);
}

static int drop_member(c4_unit *unit, crm4e_id space, crm4e_id user)
{
    crm4e_id row = 0;
    int rc = find_member_row(unit, space, user, &row);
    if (rc == CRM4E_OK && row != 0) {
        rc = c4_stored(unit, c4_db_remove(unit->db, &c4_tables[C4_TABLE_SPACE_MEMBER], row));
    }
    return rc;
}

static int write_members(c4_unit *unit, const c4_space *old, const draft *d)
{
    int rc = CRM4E_OK;
    for (size_t i = 0; old != NULL && i < old->member_count && rc == CRM4E_OK; i++) {
        if (!is_member(d, old->members[i].user)) {
            rc = drop_member(unit, old->id, old->members[i].user);
        }
    }
    for (size_t i = 0; i < d->space.member_count && rc == CRM4E_OK; i++) {
        const c4_space_member *was =
            old != NULL ? c4_space_member_of(old, d->members[i].user) : NULL;
        if (was == NULL || was->admin != d->members[i].admin) {
            rc = write_member(unit, d->space.id, &d->members[i]);
        }
    }
    return rc;
}

static int store_space(c4_unit *unit, const c4_space *old, draft *d)
{
    int64_t folders = (int64_t)d->space.folder_count;
    int rc = CRM4E_OK;
    if (old == NULL) {
        rc = c4_limit_take(unit, C4_LIMIT_TEAM_SPACES, 0, 1);
        d->space.id = c4_unit_new_id(unit);
    } else {
        folders -= (int64_t)old->folder_count;
    }
    if (rc == CRM4E_OK && folders != 0) {
        rc = c4_limit_take(unit, C4_LIMIT_SPACE_FOLDERS, d->space.id, folders);
    }
    if (rc == CRM4E_OK) {
        rc = write_space(unit, &d->space, old == NULL);
    }
    if (rc == CRM4E_OK && d->members != NULL) {
        rc = write_members(unit, old, d);
    }
    return rc < 0 ? rc : c4_change_done(unit, "space", d->space.id, d->space.name);
}

static int check_names(c4_unit *unit, const c4_space_spec *spec, const c4_space *old)
{
    int rc = CRM4E_OK;
    if (old != NULL && spec->create_only) {
        return c4_refuse(unit, CRM4E_E_CONFLICT, "name", "unique", "is taken by another space");
    }
    if (spec->new_name != NULL) {
        rc = c4_check_name(unit, "new_name", spec->new_name, C4_NAME_MAX);
    }
    if (rc == CRM4E_OK && spec->new_name != NULL) {
        rc = check_free(unit, spec->new_name, old);
    }
    return rc < 0 || old != NULL ? rc : check_free(unit, spec->name, NULL);
}

int c4_space_put(c4_unit *unit, const c4_space_spec *spec, crm4e_id *id)
{
    draft d = {.folders = NULL};
    int rc = c4_change_start(unit);
    if (rc == CRM4E_OK) {
        rc = c4_check_name(unit, "name", spec->name, C4_NAME_MAX);
    }
    if (rc < 0) {
        return rc;
    }
    const c4_space *old = c4_meta_space_named(unit->meta, spec->name);
    rc = check_right(unit, spec, old);
    if (rc == CRM4E_OK) {
        rc = check_names(unit, spec, old);
    }
    if (rc < 0) {
        return rc;
    }
    d.space = old != NULL ? *old : (c4_space){.name = spec->name};
    if (spec->new_name != NULL) {
        d.space.name = spec->new_name;
    }
    rc = read_spec(unit, spec, old, &d);
    if (rc == CRM4E_OK) {
        rc = store_space(unit, old, &d);
    }
    if (rc == CRM4E_OK) {
        *id = d.space.id;
    }
    return rc;
}

int c4_space_remove(c4_unit *unit, const char *name)
{
    int rc = c4_change_start(unit);
    if (rc == CRM4E_OK) {
        rc = c4_need_permission(unit, C4_ADMIN_MANAGE_TEAM_SPACES);
    }
    if (rc < 0) {
        return rc;
    }
    const c4_space *space = name != NULL ? c4_meta_space_named(unit->meta, name) : NULL;
    if (space == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "name", "space", "names no space");
    }
    rc = c4_limit_take(unit, C4_LIMIT_TEAM_SPACES, 0, -1);
    if (rc == CRM4E_OK && space->folder_count > 0) {
        rc = c4_limit_take(unit, C4_LIMIT_SPACE_FOLDERS, space->id, -(int64_t)space->folder_count);
    }
    if (rc == CRM4E_OK) {
        rc =
            c4_rows_drop(unit, &c4_tables[C4_TABLE_SPACE_MEMBER], C4_SPACE_MEMBER_SPACE, space->id);
    }
    if (rc == CRM4E_OK) {
        rc = c4_stored(unit, c4_db_remove(unit->db, &c4_tables[C4_TABLE_SPACE], space->id));
    }
    return rc < 0 ? rc : c4_change_done(unit, "space_removed", space->id, space->name);
}

/* The space in the fresh snapshot, for one who may change it. */
static int open_space(c4_unit *unit, crm4e_id id, const c4_space **space)
{
    int rc = c4_change_start(unit);
    if (rc < 0) {
        return rc;
    }
    *space = c4_meta_space(unit->meta, id);
    return *space != NULL ? need_managing(unit, *space)
                          : c4_refuse(unit, CRM4E_E_NOT_FOUND, "space", "space", "does not exist");
}

int c4_space_member_put(c4_unit *unit, const c4_space *space, crm4e_id user, bool admin)
{
    const c4_space_member member = {user, admin};
    int rc = open_space(unit, space->id, &space);
    if (rc < 0) {
        return rc;
    }
    const c4_user *found = c4_meta_user(unit->meta, user);
    if (found == NULL || found->status == CRM4E_USER_DELETED) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "user", "user", "does not exist");
    }
    if (!c4_user_works(found)) {
        return c4_refuse(unit, CRM4E_E_INVALID, "user", "active",
                         "is not active or has no licence");
    }
    const c4_space_member *was = c4_space_member_of(space, user);
    if (was != NULL && was->admin == admin) {
        return CRM4E_OK;
    }
    rc = write_member(unit, space->id, &member);
    return rc < 0 ? rc
                  : c4_member_done(unit, "space_member", space->id, space->name, user,
                                   admin ? "admin" : NULL);
}

int c4_space_member_remove(c4_unit *unit, const c4_space *space, crm4e_id user)
{
    int rc = open_space(unit, space->id, &space);
    if (rc < 0) {
        return rc;
    }
    if (c4_space_member_of(space, user) == NULL) {
        return c4_refuse(unit, CRM4E_E_NOT_FOUND, "user", "member", "is no member of the space");
    }
    rc = drop_member(unit, space->id, user);
    return rc < 0
               ? rc
               : c4_member_done(unit, "space_member_removed", space->id, space->name, user, NULL);
}

static int store_items(c4_unit *unit, const c4_space *space, const c4_places *places)
{
    c4_space changed = *space;
    changed.items = places->items;
    changed.item_count = places->count;
    int rc = write_space(unit, &changed, false);
    return rc < 0 ? rc : c4_change_done(unit, "space", space->id, space->name);
}

int c4_space_drop_item(c4_unit *unit, const c4_space *space, int32_t module)
{
    c4_places places;
    int rc = c4_places_drop(unit, space->items, space->item_count, module, &places);
    return rc < 0 || places.count == space->item_count ? rc : store_items(unit, space, &places);
}

/* Where it stands already it stays, unless a place is named. */
int c4_space_add_item(c4_unit *unit, const c4_space *space, int32_t module)
{
    c4_places places;
    for (size_t i = 0; i < space->item_count; i++) {
        if (space->items[i].module == module) {
            return CRM4E_OK;
        }
    }
    int rc = c4_places_put(unit, space->items, space->item_count, (c4_space_item){module, 0}, -1,
                           &places);
    return rc < 0 ? rc : store_items(unit, space, &places);
}

static int need_folder(c4_unit *unit, const c4_space *space, const char *name, uint32_t *folder)
{
    int rc = find_folder(unit, space, name, folder);
    return rc == CRM4E_OK && *folder == 0
               ? c4_refuse(unit, CRM4E_E_NOT_FOUND, "folder", "folder", "names no folder")
               : rc;
}

int c4_space_place(c4_unit *unit, const c4_space *space, const char *module, const char *folder,
                   int32_t position)
{
    const c4_module *found = NULL;
    c4_space_item item = {0, 0};
    c4_places places;
    int rc = open_space(unit, space->id, &space);
    if (rc == CRM4E_OK) {
        rc = c4_check_position(unit, position);
    }
    if (rc == CRM4E_OK) {
        rc = c4_place_module(unit, module, &found);
    }
    if (rc == CRM4E_OK && folder != NULL) {
        rc = need_folder(unit, space, folder, &item.folder);
    }
    if (rc < 0) {
        return rc;
    }
    item.module = found->number;
    rc = c4_places_put(unit, space->items, space->item_count, item, position, &places);
    return rc < 0 || c4_places_same(space->items, space->item_count, &places)
               ? rc
               : store_items(unit, space, &places);
}

int c4_space_take(c4_unit *unit, const c4_space *space, const char *module)
{
    const c4_module *found = NULL;
    c4_places places;
    int rc = open_space(unit, space->id, &space);
    if (rc == CRM4E_OK) {
        rc = c4_place_module(unit, module, &found);
    }
    if (rc == CRM4E_OK) {
        rc = c4_places_drop(unit, space->items, space->item_count, found->number, &places);
    }
    if (rc == CRM4E_OK && places.count == space->item_count) {
        rc = c4_refuse(unit, CRM4E_E_NOT_FOUND, "modules", "placed", "does not stand in the space");
    }
    return rc < 0 ? rc : store_items(unit, space, &places);
}

/* The folders in the order of `order`, which holds places of the old ones, and
 * their number for `name`. */
static int store_folders(c4_unit *unit, const c4_space *old, const size_t *order, size_t count,
                         const char *name)
{
    draft d = {.space = *old};
    uint32_t *places = c4_arena_array(unit->arena, old->folder_count + 1, sizeof *places);
    d.folders = c4_arena_array(unit->arena, count, sizeof *d.folders);
    if (places == NULL || d.folders == NULL) {
        return no_memory(unit);
    }
    for (size_t i = 0; i < count; i++) {
        d.folders[i] = order[i] < old->folder_count ? old->folders[order[i]] : name;
        places[order[i]] = (uint32_t)i + 1;
    }
    d.space.folders = d.folders;
    d.space.folder_count = count;
    int rc = follow_folders(unit, old, places, &d);
    return rc < 0 ? rc : store_space(unit, old, &d);
}

/* Takes the folder at `from` out, and with `stays` puts it in at a position. */
static int arrange_folders(c4_unit *unit, const c4_space *old, size_t from, bool stays,
                           int32_t position, const char *name)
{
    size_t *order = c4_arena_array(unit->arena, old->folder_count + 1, sizeof *order);
    size_t count = 0;
    size_t at;
    if (order == NULL) {
        return no_memory(unit);
    }
    for (size_t i = 0; i < old->folder_count; i++) {
        if (i != from) {
            order[count++] = i;
        }
    }
    if (stays) {
        at = position < 0 || (size_t)position > count ? count : (size_t)position;
        memmove(order + at + 1, order + at, (count - at) * sizeof *order);
        order[at] = from;
        count++;
    }
    return stays && count == old->folder_count && order[from] == from
               ? CRM4E_OK
               : store_folders(unit, old, order, count, name);
}

/* INVALID or CONFLICT for a name that folder `own` may not have (0: a new one). */
static int check_folder(c4_unit *unit, const c4_space *space, const char *name, uint32_t own)
{
    uint32_t same = 0;
    int rc = c4_check_name(unit, "folder", name, C4_NAME_MAX);
    if (rc == CRM4E_OK) {
        rc = find_folder(unit, space, name, &same);
    }
    return rc == CRM4E_OK && same != 0 && same != own
               ? c4_refuse(unit, CRM4E_E_CONFLICT, "folder", "unique", "is taken by another folder")
               : rc;
}

int c4_space_add_folder(c4_unit *unit, const c4_space *space, const char *name, int32_t position)
{
    int rc = open_space(unit, space->id, &space);
    if (rc == CRM4E_OK) {
        rc = c4_check_position(unit, position);
    }
    if (rc == CRM4E_OK) {
        rc = check_folder(unit, space, name, 0);
    }
    return rc < 0 ? rc : arrange_folders(unit, space, space->folder_count, true, position, name);
}

/* The folder of a space that the actor may change. */
static int open_folder(c4_unit *unit, const c4_space **space, const char *name, uint32_t *folder)
{
    int rc = open_space(unit, (*space)->id, space);
    return rc < 0 ? rc : need_folder(unit, *space, name, folder);
}

int c4_space_rename_folder(c4_unit *unit, const c4_space *space, const char *name,
                           const char *new_name)
{
    uint32_t folder = 0;
    int rc = open_folder(unit, &space, name, &folder);
    if (rc == CRM4E_OK) {
        rc = check_folder(unit, space, new_name, folder);
    }
    if (rc < 0) {
        return rc;
    }
    draft d = {.space = *space};
    d.folders = c4_arena_array(unit->arena, space->folder_count, sizeof *d.folders);
    if (d.folders == NULL) {
        return no_memory(unit);
    }
    memcpy(d.folders, space->folders, space->folder_count * sizeof *d.folders);
    d.folders[folder - 1] = new_name;
    d.space.folders = d.folders;
    return store_space(unit, space, &d);
}

int c4_space_move_folder(c4_unit *unit, const c4_space *space, const char *name, int32_t position)
{
    uint32_t folder = 0;
    int rc = open_folder(unit, &space, name, &folder);
    if (rc == CRM4E_OK) {
        rc = c4_check_position(unit, position);
    }
    return rc < 0 ? rc : arrange_folders(unit, space, folder - 1, true, position, NULL);
}

int c4_space_remove_folder(c4_unit *unit, const c4_space *space, const char *name)
{
    uint32_t folder = 0;
    int rc = open_folder(unit, &space, name, &folder);
    return rc < 0 ? rc : arrange_folders(unit, space, folder - 1, false, -1, NULL);
}

int c4_space_forget(c4_unit *unit, crm4e_id user)
{
    return c4_rows_drop(unit, &c4_tables[C4_TABLE_SPACE_MEMBER], C4_SPACE_MEMBER_USER, user);
}
