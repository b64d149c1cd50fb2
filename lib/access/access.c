/* SPDX-License-Identifier: MIT */
/* Which module and which of its rows an action opens to the actor. */
#include "access/inside.h"
#include "model/definition.h"

/* The least org-wide default that opens all records of an org module to an
 * action. In team modules those that need no more than reading follow what a
 * team profile sees, the others what it may change. */
enum {
    NO_DEFAULT = CRM4E_SHARE_READ_WRITE_DELETE + 1
};
static const c4_org_default least_default[] = {
    [CRM4E_ACTION_VIEW] = CRM4E_SHARE_READ_ONLY,
    [CRM4E_ACTION_CREATE] = CRM4E_SHARE_READ_ONLY,
    [CRM4E_ACTION_EDIT] = CRM4E_SHARE_READ_WRITE,
    [CRM4E_ACTION_DELETE] = CRM4E_SHARE_READ_WRITE_DELETE,
    [CRM4E_ACTION_IMPORT] = CRM4E_SHARE_READ_WRITE,
    [CRM4E_ACTION_EXPORT] = CRM4E_SHARE_READ_ONLY,
    [CRM4E_ACTION_MASS_UPDATE] = CRM4E_SHARE_READ_WRITE,
    [CRM4E_ACTION_MASS_DELETE] = CRM4E_SHARE_READ_WRITE_DELETE,
    [CRM4E_ACTION_CHANGE_OWNER] = CRM4E_SHARE_READ_WRITE_DELETE,
    [CRM4E_ACTION_SHARE] = NO_DEFAULT,
    [CRM4E_ACTION_CONVERT] = CRM4E_SHARE_READ_WRITE_DELETE,
    [CRM4E_ACTION_MANAGE_VIEWS] = CRM4E_SHARE_READ_ONLY,
    [CRM4E_ACTION_SEND_MAIL] = CRM4E_SHARE_READ_ONLY,
};
enum {
    ACTION_COUNT = sizeof(least_default) / sizeof(least_default[0])
};

/* What a team profile sees and what it changes: all, or its own. */
static const struct {
    bool sees_all;
    bool changes_all;
} team_scopes[C4_TEAM_PROFILE_COUNT + 1] = {
    [CRM4E_TEAM_ADMIN] = {true, true},       [CRM4E_TEAM_MANAGER] = {true, true},
    [CRM4E_TEAM_MEMBER] = {true, false},     [CRM4E_TEAM_PARTICIPANT] = {false, false},
    [CRM4E_TEAM_REQUESTER] = {false, false},
};

#define BIT(action) (UINT32_C(1) << CRM4E_ACTION_##action)

bool c4_action_reads(crm4e_action action)
{
    return least_default[action] == CRM4E_SHARE_READ_ONLY && action != CRM4E_ACTION_CREATE;
}

int c4_access_actor(c4_unit *unit)
{
    int rc = CRM4E_OK;

    if (unit->actor == NULL || !c4_user_works(unit->actor)) {
        rc = c4_fail(unit->error, CRM4E_E_INACTIVE,
                     "the acting user is not active or holds no licence");
    }
    return rc;
}

/* Out of use: kept for administrators, the archived ones to look at. */
static uint32_t unused_module_actions(const c4_unit *unit, const c4_module *module)
{
    uint32_t actions = 0;

    if (c4_actor_is_administrator(unit)) {
        actions = (module->flags & C4_MODULE_ARCHIVED) != 0 ? BIT(VIEW) | BIT(EXPORT)
                                                            : (uint32_t)C4_ACTIONS_ALL;
    }
    return actions;
}

/* With a Team User licence: the modules of the profile, view only; notes and
 * attachments wherever the record may be seen. */
static uint32_t org_module_actions(const c4_user *actor, const c4_module *module)
{
    uint32_t actions = c4_profile_actions(actor->profile, module);

    if (actor->licence == CRM4E_LICENCE_TEAM) {
        actions = (module->flags & C4_MODULE_CHILD) != 0
                      ? BIT(VIEW) | BIT(CREATE) | BIT(EDIT) | BIT(DELETE)
                      : actions & BIT(VIEW);
    }
    return actions;
}

/* Bits of the actions the actor may perform on the module; without VIEW there
 * is no module. Sets the team members of the scope. */
static uint32_t module_actions(c4_scope *scope)
{
    const c4_unit *unit = scope->unit;
    const c4_module *module = scope->module;
    const c4_member *member = NULL;
    uint32_t actions = 0;

    if ((module->flags & (C4_MODULE_HIDDEN | C4_MODULE_ARCHIVED)) != 0) {
        actions = unused_module_actions(unit, module);
    } else if (c4_actor_is_administrator(unit)) {
        actions = C4_ACTIONS_ALL;
    } else if (module->kind != C4_MODULE_TEAM) {
        actions = org_module_actions(unit->actor, module);
    } else if (unit->meta->org.crm4e_enabled) {
        member = c4_module_member(module, unit->actor->id);
    }
    if (member != NULL) {
        scope->team_profile = member->profile;
        scope->team = &module->team[member->profile];
        actions = scope->team->actions & c4_team_actions(member->profile);
    }
    return (actions & BIT(VIEW)) != 0 ? actions : 0;
}

crm4e_predicate *c4_access_is(c4_unit *unit, uint32_t column, int64_t id)
{
    crm4e_value *value = c4_arena_alloc(unit->arena, sizeof *value);
    crm4e_predicate *node = c4_arena_alloc(unit->arena, sizeof *node);

    if (value == NULL || node == NULL) {
        return NULL;
    }
    *value = c4_integer(id);
    *node = c4_where(CRM4E_OP_EQ, column, value, 1);
    return node;
}

static int no_memory(const c4_scope *scope)
{
    return c4_fail_plain(scope->unit->error, CRM4E_E_NO_MEMORY);
}

/* A requester follows what he asked for, whoever owns it by now. */
static int open_requests(c4_scope *scope)
{
    c4_unit *unit = scope->unit;
    crm4e_predicate *where = c4_arena_array(unit->arena, 3, sizeof *where);
    crm4e_predicate *owner = c4_access_is(unit, C4_COLUMN_OWNER, unit->actor->id);
    crm4e_predicate *creator = c4_access_is(unit, C4_COLUMN_CREATED_BY, unit->actor->id);

    if (where == NULL || owner == NULL || creator == NULL) {
        return no_memory(scope);
    }
    where[1] = *owner;
    where[2] = *creator;
    where[0] = c4_where_any(&where[1], 2);
    scope->where = where;
    return CRM4E_OK;
}

static int open_owners(c4_scope *scope)
{
    crm4e_predicate *where;

    if (scope->owner_count == 1) {
        where = c4_access_is(scope->unit, C4_COLUMN_OWNER, scope->owners[0]);
    } else {
        where = c4_arena_alloc(scope->unit->arena, sizeof *where);
        if (where != NULL) {
            *where = c4_where_set(C4_COLUMN_OWNER, scope->owners, scope->owner_count);
        }
    }
    scope->where = where;
    return where != NULL ? CRM4E_OK : no_memory(scope);
}

static int open_team(c4_scope *scope)
{
    scope->everything = c4_action_reads(scope->action)
                            ? team_scopes[scope->team_profile].sees_all
                            : team_scopes[scope->team_profile].changes_all;
    if (scope->everything) {
        return CRM4E_OK;
    }
    if (scope->team_profile == CRM4E_TEAM_REQUESTER) {
        return open_requests(scope);
    }
    scope->owners = &scope->unit->actor->id;
    scope->owner_count = 1;
    return open_owners(scope);
}

static int open_org(c4_scope *scope)
{
    int rc = CRM4E_OK;

    scope->everything = scope->module->org_default >= least_default[scope->action];
    if (!scope->everything) {
        rc = c4_access_owner_set(scope->unit, &scope->owners, &scope->owner_count);
    }
    return rc == CRM4E_OK && !scope->everything ? open_owners(scope) : rc;
}

/* Nobody creates within rows: everything, for whoever has the action. */
static int open_rows(c4_scope *scope)
{
    int rc = CRM4E_OK;

    if (scope->action == CRM4E_ACTION_CREATE || c4_actor_is_administrator(scope->unit)) {
        scope->everything = true;
    } else if (scope->team != NULL) {
        rc = open_team(scope);
    } else if ((scope->module->flags & C4_MODULE_CHILD) != 0) {
        rc = c4_scope_open_child(scope);
    } else {
        rc = open_org(scope);
    }
    return rc;
}

int c4_scope_open(c4_unit *unit, const c4_module *module, crm4e_action action, c4_scope *scope)
{
    uint32_t actions;

    *scope = (c4_scope){.unit = unit, .module = module, .action = action};
    if (module == NULL) {
        return CRM4E_E_NOT_FOUND;
    }
    if (action < CRM4E_ACTION_VIEW || action >= ACTION_COUNT) {
        return c4_fail(unit->error, CRM4E_E_INTERNAL, "an action that does not exist");
    }
    actions = module_actions(scope);
    if (actions == 0) {
        return CRM4E_E_NOT_FOUND;
    }
    return (actions >> action & 1u) != 0 ? open_rows(scope) : CRM4E_E_DENIED;
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

bool c4_access_module_visible(c4_unit *unit, const c4_module *module)
{
    c4_scope scope = {.unit = unit, .module = module, .action = CRM4E_ACTION_VIEW};

    return unit->actor != NULL && c4_user_works(unit->actor) &&
           (module->flags & (C4_MODULE_HIDDEN | C4_MODULE_ARCHIVED)) == 0 &&
           module_actions(&scope) != 0 && scope.team_profile != CRM4E_TEAM_REQUESTER;
}

static bool among_owners(const c4_scope *scope, crm4e_id owner)
{
    size_t low = 0;
    size_t high = scope->owner_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (scope->owners[middle] < owner) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < scope->owner_count && scope->owners[low] == owner;
}

bool c4_access_row(const c4_scope *scope, crm4e_id owner, crm4e_id created_by)
{
    crm4e_id actor = scope->unit->actor->id;

    return scope->everything || among_owners(scope, owner) ||
           (scope->owners == NULL && owner == actor) ||
           (scope->team_profile == CRM4E_TEAM_REQUESTER && created_by == actor);
}

int c4_access_whole_row(const c4_scope *scope, const crm4e_value *row, bool *inside)
{
    int rc = CRM4E_OK;

    *inside = c4_access_row(scope, row[C4_COLUMN_OWNER].integer, row[C4_COLUMN_CREATED_BY].integer);
    if (!*inside && (scope->module->flags & C4_MODULE_CHILD) != 0) {
        rc = c4_access_child_row(scope, row, inside);
    }
    return rc;
}
