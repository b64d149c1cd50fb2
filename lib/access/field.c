/* SPDX-License-Identifier: MIT */
/* Which fields the actor reads and writes. */
#include "access/inside.h"
#include "model/formula.h"
#include "model/rollup.h"

const c4_derived c4_derived_fields[C4_DERIVED_COUNT] = {
    [C4_LEAD_FULL_NAME] = {1025, {1023, 1021}},        /* First_Name, Last_Name */
    [C4_CONTACT_FULL_NAME] = {2024, {2022, 2021}},     /* First_Name, Last_Name */
    [C4_DEAL_EXPECTED_REVENUE] = {4028, {4027, 4029}}, /* Amount, Probability */
};

static c4_permission own_permission(const c4_scope *scope, int32_t field)
{
    const c4_profile *profile = scope->unit->actor->profile;
    const c4_team_permissions *team = scope->team;

    return team != NULL
               ? C4_NARROWS(FIELD_TEAM,
                            c4_field_permission_of(team->fields, team->field_count, field),
                            CRM4E_PERMISSION_READ_WRITE)
               : C4_NARROWS(FIELD_PROFILE,
                            c4_field_permission_of(profile->fields, profile->field_count, field),
                            CRM4E_PERMISSION_READ_WRITE);
}

/* The larger the number, the less it gives. */
static c4_permission least_of_inputs(const c4_scope *scope, const c4_derived *derived,
                                     c4_permission permission)
{
    for (size_t i = 0; i < 2; i++) {
        c4_permission input = own_permission(scope, derived->inputs[i]);
        permission = input > permission ? input : permission;
    }
    return permission;
}

/* Of one field, and of those a full name or an expected revenue is made of. */
static c4_permission given_permission(const c4_scope *scope, int32_t field)
{
    c4_permission permission = own_permission(scope, field);

    for (size_t i = 0; i < C4_DERIVED_COUNT; i++) {
        if (C4_REFUSES(FIELD_DERIVED, c4_derived_fields[i].field == field)) {
            permission = least_of_inputs(scope, &c4_derived_fields[i], permission);
        }
    }
    return permission;
}

static size_t sources_of(const c4_field *field)
{
    return field->formula != NULL ? field->formula->source_count : 0;
}

/* A module as far as its fields are asked about. */
static c4_scope scope_of_fields(c4_unit *unit, const c4_module *module)
{
    c4_scope scope = {.unit = unit, .module = module, .action = CRM4E_ACTION_VIEW};
    const c4_member *member = c4_module_member(module, unit->actor->id);

    if (c4_actor_is_administrator(unit)) {
        return scope;
    }
    if (member != NULL) {
        scope.team_profile = member->profile;
        scope.team = &module->team[member->profile];
    } else if (module->kind == C4_MODULE_TEAM) {
        scope.team = &module->team[CRM4E_TEAM_REQUESTER];
    }
    return scope;
}

/* What the fields behind a roll-up leave of a permission; nothing to whom their module is not
 * shown. Roll-ups come in no circles. */
static c4_permission least_behind(const c4_scope *scope, const c4_field *field,
                                  c4_permission permission)
{
    const c4_rollup *rollup = field->rollup;
    const c4_field *input;
    c4_scope behind;

    if (rollup == NULL) {
        return permission;
    }
    if (C4_REFUSES(ROLLUP_MODULE, !c4_access_module_visible(scope->unit, rollup->module))) {
        return CRM4E_PERMISSION_HIDDEN;
    }
    behind = scope_of_fields(scope->unit, rollup->module);
    for (size_t i = 0; (input = c4_rollup_input(rollup, i)) != NULL; i++) {
        c4_permission inner = c4_access_field_permission(&behind, input);
        permission = C4_REFUSES(FIELD_ROLLUP, inner > permission) ? inner : permission;
    }
    return permission;
}

c4_permission c4_access_field_permission(const c4_scope *scope, const c4_field *field)
{
    c4_permission permission = CRM4E_PERMISSION_READ_WRITE;

    if (scope->team != NULL || !c4_actor_is_administrator(scope->unit)) {
        permission = least_behind(scope, field, given_permission(scope, field->number));
        for (size_t i = 0; C4_REFUSES(FIELD_FORMULA, i < sources_of(field)); i++) {
            const c4_field *input = c4_module_field(field->module, field->formula->sources[i]);
            c4_permission source =
                least_behind(scope, input, given_permission(scope, input->number));
            permission = source > permission ? source : permission;
        }
    }
    return permission;
}

static int ask_behind(const c4_scope *scope, const c4_field *field)
{
    const c4_field *input;
    c4_scope behind;
    int rc;

    if (field->rollup == NULL) {
        return CRM4E_OK;
    }
    behind = scope_of_fields(scope->unit, field->rollup->module);
    rc = c4_access_authorise(&behind, NULL, 0);
    for (size_t i = 0; rc == CRM4E_OK && (input = c4_rollup_input(field->rollup, i)) != NULL; i++) {
        rc = c4_access_ask_field(&behind, input);
    }
    return C4_REFUSES(ROLLUP_HOST, rc != CRM4E_OK) ? rc : CRM4E_OK;
}

int c4_access_ask_field(const c4_scope *scope, const c4_field *field)
{
    int rc = c4_access_authorise(scope, field, 0);

    if (rc == CRM4E_OK) {
        rc = ask_behind(scope, field);
    }
    for (size_t i = 0; rc == CRM4E_OK && C4_REFUSES(FORMULA_HOST, i < sources_of(field)); i++) {
        const c4_field *input = c4_module_field(field->module, field->formula->sources[i]);
        rc = c4_access_authorise(scope, input, 0);
        rc = rc == CRM4E_OK ? ask_behind(scope, input) : rc;
    }
    return rc;
}

int c4_access_may_read(c4_unit *unit, const c4_field *field)
{
    c4_scope scope;
    const c4_field *found = NULL;
    int rc = c4_access_module_number(unit, field->module->number, CRM4E_ACTION_VIEW, &scope);

    return rc == CRM4E_OK ? c4_access_read_field(&scope, field->api_name, &found) : rc;
}

bool c4_access_all_fields(const c4_scope *scope)
{
    const c4_unit *unit = scope->unit;
    bool administrator = scope->team == NULL && c4_actor_is_administrator(unit);
    bool open = scope->team != NULL ? scope->team->field_count == 0
                                    : unit->actor->profile->field_count == 0 || administrator;

    /* roll-ups may be closed by another module */
    open = open && (administrator || scope->module->rollup_count == 0);
    return C4_OPENS(FIELD_SHORTCUT, open && unit->env->auth.authorise == NULL);
}

static int deny(const c4_scope *scope, const c4_field *field, const char *verb)
{
    (void)c4_fail(scope->unit->error, CRM4E_E_DENIED, "this user may not %s %s.%s", verb,
                  scope->module->api_name, field->api_name);
    return c4_fail_field(scope->unit->error, scope->module->api_name, field->api_name,
                         "field_permission");
}

int c4_access_read_field(const c4_scope *scope, const char *api_name, const c4_field **field)
{
    *field = c4_module_field_named(scope->module, api_name);
    if (*field == NULL) {
        (void)c4_fail(scope->unit->error, CRM4E_E_INVALID, "module %s has no such field",
                      scope->module->api_name);
        return c4_fail_field(scope->unit->error, scope->module->api_name, api_name, "field");
    }
    bool hidden = c4_access_field_permission(scope, *field) == CRM4E_PERMISSION_HIDDEN;

    return C4_REFUSES(FIELD_NAMED, hidden) ? deny(scope, *field, "read")
                                           : c4_access_ask_field(scope, *field);
}

int c4_access_can_read(const c4_scope *scope, const c4_field *field, bool *can)
{
    bool hidden = c4_access_field_permission(scope, field) == CRM4E_PERMISSION_HIDDEN;
    int rc = CRM4E_OK;

    *can = !C4_REFUSES(FIELD_READ, hidden);
    if (*can) {
        rc = c4_access_ask_field(scope, field);
        *can = C4_OPENS(FIELD_HOST, rc == CRM4E_OK);
    }
    if (rc == CRM4E_E_NO_MEMORY) {
        return rc;
    }
    if (rc != CRM4E_OK) {
        c4_failure_clear(scope->unit->error);
    }
    return CRM4E_OK;
}

int c4_access_hides(c4_unit *unit, const c4_field *field, bool *hides)
{
    const c4_scope scope = scope_of_fields(unit, field->module);
    bool reads = true;
    int rc = c4_access_can_read(&scope, field, &reads);

    *hides = !reads;
    return rc;
}

int c4_access_write_field(const c4_scope *scope, const c4_field *field)
{
    bool writable = c4_access_field_permission(scope, field) == CRM4E_PERMISSION_READ_WRITE;

    if (C4_REFUSES(FIELD_SYSTEM, (field->flags & (C4_FIELD_SYSTEM | C4_FIELD_READ_ONLY)) != 0)) {
        (void)c4_fail(scope->unit->error, CRM4E_E_INVALID, "%s.%s is written by the library alone",
                      scope->module->api_name, field->api_name);
        return c4_fail_field(scope->unit->error, scope->module->api_name, field->api_name,
                             "read_only");
    }
    return C4_REFUSES(FIELD_WRITE, !writable) ? deny(scope, field, "write")
                                              : c4_access_authorise(scope, field, 0);
}
