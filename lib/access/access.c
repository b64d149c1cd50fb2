/* SPDX-License-Identifier: MIT */
/* Which module and which of its rows an action opens to the actor. */
#include "access/inside.h"
#include "base/sure.h"
#include "model/definition.h"
#include "storage/storage.h"

/* What an action needs of what opens a row; see docs/access.md. */
static const c4_level levels[] = {
    [CRM4E_ACTION_VIEW] = CRM4E_LEVEL_READ_ONLY,
    [CRM4E_ACTION_CREATE] = CRM4E_LEVEL_READ_ONLY,
    [CRM4E_ACTION_EDIT] = CRM4E_LEVEL_READ_WRITE,
    [CRM4E_ACTION_DELETE] = CRM4E_LEVEL_READ_WRITE_DELETE,
    [CRM4E_ACTION_IMPORT] = CRM4E_LEVEL_READ_WRITE,
    [CRM4E_ACTION_EXPORT] = CRM4E_LEVEL_READ_ONLY,
    [CRM4E_ACTION_MASS_UPDATE] = CRM4E_LEVEL_READ_WRITE,
    [CRM4E_ACTION_MASS_DELETE] = CRM4E_LEVEL_READ_WRITE_DELETE,
    [CRM4E_ACTION_CHANGE_OWNER] = CRM4E_LEVEL_READ_WRITE_DELETE,
    [CRM4E_ACTION_SHARE] = CRM4E_LEVEL_FULL_ACCESS,
    [CRM4E_ACTION_CONVERT] = CRM4E_LEVEL_READ_WRITE_DELETE,
    [CRM4E_ACTION_MANAGE_VIEWS] = CRM4E_LEVEL_READ_ONLY,
    [CRM4E_ACTION_SEND_MAIL] = CRM4E_LEVEL_READ_ONLY,
};
enum {
    ACTION_COUNT = sizeof(levels) / sizeof(levels[0])
};

#define BIT(action) (UINT32_C(1) << CRM4E_ACTION_##action)

/* What a share lets in who is no member of the team module. */
static const uint32_t guest_actions[CRM4E_LEVEL_FULL_ACCESS + 1] = {
    [CRM4E_LEVEL_READ_ONLY] = BIT(VIEW) | BIT(EXPORT),
    [CRM4E_LEVEL_READ_WRITE] = BIT(VIEW) | BIT(EXPORT) | BIT(EDIT) | BIT(MASS_UPDATE),
    [CRM4E_LEVEL_READ_WRITE_DELETE] = 0,
    [CRM4E_LEVEL_FULL_ACCESS] = BIT(VIEW) | BIT(EXPORT) | BIT(EDIT) | BIT(MASS_UPDATE) |
                                BIT(DELETE) | BIT(MASS_DELETE) | BIT(CHANGE_OWNER) | BIT(SHARE),
};

c4_level c4_action_level(crm4e_action action)
{
    return action < ACTION_COUNT ? levels[action] : 0;
}

uint32_t c4_level_actions(c4_level level)
{
    uint32_t actions = 0;

    for (crm4e_action action = CRM4E_ACTION_VIEW; action < ACTION_COUNT; action++) {
        actions |= levels[action] == level ? UINT32_C(1) << action : 0;
    }
    return actions & ~BIT(CREATE);
}

int c4_access_actor(c4_unit *unit)
{
    int rc = CRM4E_OK;

    if (unit->actor == NULL || C4_REFUSES(ACTOR_WORKS, !c4_user_works(unit->actor))) {
        rc = c4_fail(unit->error, CRM4E_E_INACTIVE,
                     "the acting user is not active or holds no licence");
    }
    return rc;
}

static bool is_unused(const c4_module *module)
{
    return C4_REFUSES(MODULE_HIDDEN, (module->flags & C4_MODULE_HIDDEN) != 0) ||
           C4_REFUSES(MODULE_ARCHIVED, (module->flags & C4_MODULE_ARCHIVED) != 0);
}

/* Out of use: kept for administrators, the archived ones to look at. */
static uint32_t unused_module_actions(const c4_unit *unit, const c4_module *module)
{
    bool archived = (module->flags & C4_MODULE_ARCHIVED) != 0;
    uint32_t actions = 0;

    if (c4_actor_is_administrator(unit)) {
        actions = C4_REFUSES(MODULE_ARCHIVED_CHANGES, archived) ? BIT(VIEW) | BIT(EXPORT)
                                                                : (uint32_t)C4_ACTIONS_ALL;
    }
    return actions;
}

/* With a Team User licence: the modules of the profile, view only; notes and
 * attachments wherever the record may be seen. */
static uint32_t org_module_actions(const c4_user *actor, const c4_module *module)
{
    const uint32_t of_notes = BIT(VIEW) | BIT(CREATE) | BIT(EDIT) | BIT(DELETE);
    uint32_t actions =
        C4_NARROWS(PROFILE_ACTIONS, c4_profile_actions(actor->profile, module), C4_ACTIONS_ALL);

    if (actor->licence == CRM4E_LICENCE_TEAM && (module->flags & C4_MODULE_CHILD) != 0) {
        actions = C4_NARROWS(TEAM_LICENCE_NOTES, of_notes, C4_ACTIONS_ALL);
    } else if (C4_REFUSES(TEAM_LICENCE, actor->licence == CRM4E_LICENCE_TEAM)) {
        actions &= BIT(VIEW);
    }
    return actions;
}

/* Records of a team module that are shared with him let him in to them. */
static int guest_module_actions(c4_scope *scope, uint32_t *actions)
{
    c4_reach *reach = NULL;
    const c4_held_share *shares;
    size_t count = 0;
    int rc = c4_reach_of(scope->unit, &reach);

    if (rc == CRM4E_OK) {
        rc = c4_reach_shares(scope->unit, reach);
    }
    if (rc != CRM4E_OK) {
        return rc;
    }
    shares = c4_reach_held(reach, scope->module->number, &count);
    *actions = C4_NARROWS(TEAM_MEMBER, 0, C4_ACTIONS_ALL);
    for (size_t i = 0; i < count; i++) {
        *actions |= C4_NARROWS(GUEST_ACTIONS, guest_actions[shares[i].level], C4_ACTIONS_ALL);
    }
    scope->team = C4_NARROWS(GUEST_FIELDS, &scope->module->team[CRM4E_TEAM_REQUESTER], NULL);
    return CRM4E_OK;
}

static int team_module_actions(c4_scope *scope, uint32_t *actions)
{
    const c4_module *module = scope->module;
    const c4_member *member = c4_module_member(module, scope->unit->actor->id);

    if (member == NULL) {
        return guest_module_actions(scope, actions);
    }
    scope->team_profile = member->profile;
    scope->team = &module->team[member->profile];
    *actions = C4_NARROWS(TEAM_ACTIONS, scope->team->actions & c4_team_actions(member->profile),
                          C4_ACTIONS_ALL);
    return CRM4E_OK;
}

/* Bits of the actions the actor may perform on the module; without VIEW there
 * is no module. Sets what he is in a team module. */
static int module_actions(c4_scope *scope, uint32_t *actions)
{
    const c4_unit *unit = scope->unit;
    const c4_module *module = scope->module;
    int rc = CRM4E_OK;

    *actions = 0;
    if (is_unused(module)) {
        *actions = unused_module_actions(unit, module);
    } else if (c4_actor_is_administrator(unit)) {
        *actions = C4_ACTIONS_ALL;
    } else if (module->kind != C4_MODULE_TEAM) {
        *actions = org_module_actions(unit->actor, module);
    } else if (C4_OPENS(TEAM_SWITCHED_ON, unit->meta->org.crm4e_enabled)) {
        rc = team_module_actions(scope, actions);
    }
    if (C4_REFUSES(VIEW_FIRST, (*actions & BIT(VIEW)) == 0)) {
        *actions = 0;
    }
    return rc;
}

int c4_access_actions(c4_unit *unit, const c4_module *module, uint32_t *actions)
{
    c4_scope scope = {.unit = unit, .module = module, .action = CRM4E_ACTION_VIEW};

    *actions = 0;
    return c4_user_works(unit->actor) ? module_actions(&scope, actions) : CRM4E_OK;
}

crm4e_predicate *c4_access_is(c4_arena *arena, uint32_t column, int64_t id)
{
    crm4e_value *value = c4_arena_alloc(arena, sizeof *value);
    crm4e_predicate *node = c4_arena_alloc(arena, sizeof *node);

    if (value == NULL || node == NULL) {
        return NULL;
    }
    *value = c4_integer(id);
    *node = c4_where(CRM4E_OP_EQ, column, value, 1);
    return node;
}

/* Nobody creates within rows: everything, for whoever has the action. */
static int open_rows(c4_scope *scope)
{
    c4_reach *reach = NULL;
    const c4_extent *extent = NULL;
    int rc;

    if (scope->action == CRM4E_ACTION_CREATE || c4_actor_is_administrator(scope->unit)) {
        scope->everything = true;
        return CRM4E_OK;
    }
    rc = c4_access_extent(scope->unit, scope->module, scope->level, &reach, &extent);
    if (rc != CRM4E_OK) {
        return rc;
    }
    scope->everything = C4_OPENS(ROWS, extent->everything);
    /* an extent that opens everything follows nothing */
    scope->follows = extent->follows && C4_ALWAYS(!scope->everything);
    scope->where = scope->everything ? NULL : extent->where;
    scope->owners = extent->owners;
    scope->owner_count = extent->owner_count;
    scope->shared = extent->shared;
    scope->shared_count = extent->shared_count;
    scope->owner_table = extent->owner_table;
    scope->shared_table = extent->shared_table;
    scope->rows = extent->rows;
    scope->by_owner = !scope->everything && !scope->follows && scope->rows == NULL;
    return scope->follows ? c4_scope_follow(scope) : CRM4E_OK;
}

int c4_scope_open(c4_unit *unit, const c4_module *module, crm4e_action action, c4_scope *scope)
{
    uint32_t actions = 0;
    int rc;

    *scope = (c4_scope){.unit = unit, .module = module, .action = action};
    if (module == NULL) {
        return CRM4E_E_NOT_FOUND;
    }
    scope->level = c4_action_level(action);
    if (scope->level == 0) {
        return c4_fail(unit->error, CRM4E_E_INTERNAL, "an action that does not exist");
    }
    rc = module_actions(scope, &actions);
    if (rc != CRM4E_OK) {
        return rc;
    }
    if (C4_REFUSES(MODULE_KNOWN, actions == 0)) {
        return CRM4E_E_NOT_FOUND;
    }
    return C4_REFUSES(ACTION, (actions >> action & 1u) == 0) ? CRM4E_E_DENIED : open_rows(scope);
}

/* One text for a module that is not there and one that is not for him. */
static int enter(c4_unit *unit, const c4_module *module, crm4e_action action, c4_scope *scope)
{
    int rc = c4_scope_open(unit, module, action, scope);

    if (rc == CRM4E_E_NOT_FOUND) {
        return c4_fail(unit->error, rc, "no such module");
    }
    if (rc == CRM4E_E_DENIED) {
        (void)c4_fail(unit->error, rc, "this user may not %s records of %s",
                      c4_text_of(C4_NAMES_ACTION, action), module->api_name);
        return c4_fail_field(unit->error, module->api_name, NULL, "module_permission");
    }
    return rc == CRM4E_OK ? c4_access_authorise(scope, NULL, 0) : rc;
}

int c4_access_module(c4_unit *unit, const char *api_name, crm4e_action action, c4_scope *scope)
{
    int rc = c4_access_actor(unit);

    return rc == CRM4E_OK ? enter(unit, c4_meta_module_named(unit->meta, api_name), action, scope)
                          : rc;
}

int c4_access_module_number(c4_unit *unit, int32_t number, crm4e_action action, c4_scope *scope)
{
    int rc = c4_access_actor(unit);

    return rc == CRM4E_OK ? enter(unit, c4_meta_module(unit->meta, number), action, scope) : rc;
}

/* Members of a team module but requesters; guests of single records neither. */
static bool shows_team_module(const c4_unit *unit, const c4_module *module)
{
    const c4_member *member = c4_module_member(module, unit->actor->id);

    if (member == NULL) {
        return C4_NARROWS(SHOWN_MEMBER, false, true);
    }
    return C4_OPENS(SHOWN_SWITCHED_ON, unit->meta->org.crm4e_enabled) &&
           C4_OPENS(SHOWN_REQUESTER, member->profile != CRM4E_TEAM_REQUESTER) &&
           C4_OPENS(SHOWN_TEAM_VIEW, (module->team[member->profile].actions & BIT(VIEW)) != 0);
}

bool c4_access_module_visible(c4_unit *unit, const c4_module *module)
{
    bool visible = false;

    if (unit->actor == NULL || C4_REFUSES(SHOWN_WORKS, !c4_user_works(unit->actor)) ||
        C4_REFUSES(SHOWN_UNUSED, (module->flags & (C4_MODULE_HIDDEN | C4_MODULE_ARCHIVED)) != 0)) {
        visible = false;
    } else if (c4_actor_is_administrator(unit)) {
        visible = true;
    } else if (module->kind == C4_MODULE_TEAM) {
        visible = shows_team_module(unit, module);
    } else {
        visible = C4_OPENS(SHOWN_VIEW, (org_module_actions(unit->actor, module) & BIT(VIEW)) != 0);
    }
    return visible;
}

bool c4_access_host_shows(c4_unit *unit, const c4_module *module)
{
    const c4_scope scope = {.unit = unit, .module = module, .action = CRM4E_ACTION_VIEW};
    bool shown = c4_access_authorise(&scope, NULL, 0) == CRM4E_OK;

    if (!shown) {
        c4_failure_clear(unit->error);
    }
    return shown;
}

bool c4_access_module_shown(c4_unit *unit, const c4_module *module)
{
    return (module->kind != C4_MODULE_TEAM || unit->meta->org.crm4e_enabled) &&
           c4_access_module_visible(unit, module) && c4_access_host_shows(unit, module);
}

bool c4_access_requests(c4_unit *unit, const c4_module *module)
{
    const c4_member *member =
        module->kind == C4_MODULE_TEAM ? c4_module_member(module, unit->actor->id) : NULL;

    if (member == NULL || C4_REFUSES(REQUESTS_PROFILE, member->profile != CRM4E_TEAM_REQUESTER) ||
        C4_REFUSES(REQUESTS_SWITCHED_ON, !unit->meta->org.crm4e_enabled) ||
        C4_REFUSES(REQUESTS_UNUSED,
                   (module->flags & (C4_MODULE_HIDDEN | C4_MODULE_ARCHIVED)) != 0) ||
        C4_REFUSES(REQUESTS_VIEW, (module->team[member->profile].actions & BIT(VIEW)) == 0)) {
        return false;
    }
    return c4_access_host_shows(unit, module);
}

bool c4_access_owned(const c4_scope *scope, crm4e_id id, crm4e_id owner)
{
    return scope->everything || C4_OPENS(ROW, c4_id_table_has(&scope->owner_table, owner) ||
                                                  c4_id_table_has(&scope->shared_table, id));
}

int c4_access_whole_row(const c4_scope *scope, const crm4e_value *row, bool *inside)
{
    const crm4e_storage_host *host = &scope->unit->db->store->host;
    int rc = CRM4E_OK;

    *inside = c4_access_owned(scope, row[C4_COLUMN_ID].integer, row[C4_COLUMN_OWNER].integer);
    if (!*inside && scope->rows != NULL) {
        rc = crm4e_plan_matches(host, scope->rows, row, scope->module->table.column_count);
        *inside = rc >= 0 && C4_OPENS(ROW_CRITERIA, rc == 1);
        rc = rc < 0 ? c4_fail_plain(scope->unit->error, rc) : CRM4E_OK;
    }
    if (rc == CRM4E_OK && !*inside && scope->follows) {
        rc = c4_access_followed(scope, row, inside);
    }
    return rc;
}

/* Kept apart from what is borrowed. */
int c4_access_read_row(const c4_scope *scope, crm4e_id id, crm4e_value **row)
{
    c4_unit *unit = scope->unit;
    const size_t count = scope->module->table.column_count;
    crm4e_value *values = c4_arena_array(unit->arena, count, sizeof *values);
    uint32_t *columns = c4_arena_array(unit->arena, count, sizeof *columns);
    int rc = CRM4E_E_NO_MEMORY;

    if (values == NULL || columns == NULL) {
        return c4_fail_plain(unit->error, rc);
    }
    for (uint32_t i = 0; i < count; i++) {
        columns[i] = i;
    }
    rc = c4_db_get(unit->db, &scope->module->table, id, columns, values, count);
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = c4_value_copy(unit->arena, &values[i]) ? CRM4E_OK : CRM4E_E_NO_MEMORY;
    }
    *row = values;
    return rc == CRM4E_OK ? CRM4E_OK : c4_fail_plain(unit->error, rc);
}

static int judge_stored(const c4_scope *scope, crm4e_id id, bool *inside)
{
    crm4e_value *row = NULL;
    int rc = c4_access_read_row(scope, id, &row);

    return rc == CRM4E_OK ? c4_access_whole_row(scope, row, inside) : rc;
}

int c4_access_stored_row(const c4_scope *scope, crm4e_id id, bool *inside)
{
    static const uint32_t column = C4_COLUMN_OWNER;
    crm4e_value owner;
    int rc = id > 0 ? c4_db_get(scope->unit->db, &scope->module->table, id, &column, &owner, 1)
                    : CRM4E_E_NOT_FOUND;

    *inside = rc == CRM4E_OK && c4_access_owned(scope, id, owner.integer);
    if (rc == CRM4E_E_NOT_FOUND) {
        return CRM4E_OK;
    }
    if (rc != CRM4E_OK) {
        return c4_fail_plain(scope->unit->error, rc);
    }
    return *inside || scope->by_owner ? CRM4E_OK : judge_stored(scope, id, inside);
}

int c4_access_is_among(c4_unit *unit, const c4_subject *subjects, size_t count, bool *among)
{
    c4_reach *reach = NULL;
    int rc = c4_reach_of(unit, &reach);

    *among = false;
    for (size_t i = 0; rc == CRM4E_OK && i < count && !*among; i++) {
        *among = c4_reach_is(reach, &subjects[i]);
    }
    return rc;
}
