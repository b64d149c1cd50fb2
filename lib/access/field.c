/* SPDX-License-Identifier: MIT */
/* Which fields the actor reads and writes. */
#include "access/inside.h"

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

c4_permission c4_access_field_permission(const c4_scope *scope, const c4_field *field)
{
    c4_permission permission = CRM4E_PERMISSION_READ_WRITE;

    if (scope->team != NULL || !c4_actor_is_administrator(scope->unit)) {
        permission = own_permission(scope, field->number);
        for (size_t i = 0; i < C4_DERIVED_COUNT; i++) {
            if (C4_REFUSES(FIELD_DERIVED, c4_derived_fields[i].field == field->number)) {
                permission = least_of_inputs(scope, &c4_derived_fields[i], permission);
            }
        }
    }
    return permission;
}

bool c4_access_all_fields(const c4_scope *scope)
{
    const c4_unit *unit = scope->unit;
    bool open = scope->team != NULL
                    ? scope->team->field_count == 0
                    : unit->actor->profile->field_count == 0 || c4_actor_is_administrator(unit);

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
                                           : c4_access_authorise(scope, *field, 0);
}

int c4_access_can_read(const c4_scope *scope, const c4_field *field, bool *can)
{
    bool hidden = c4_access_field_permission(scope, field) == CRM4E_PERMISSION_HIDDEN;
    int rc = CRM4E_OK;

    *can = !C4_REFUSES(FIELD_READ, hidden);
    if (*can) {
        rc = c4_access_authorise(scope, field, 0);
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
