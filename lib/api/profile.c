/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "api/inside.h"
#include "base/json.h"
#include "model/manage.h"

/* The numbers of hosts are the bits of profiles, counted from 1. */
#define SAME_NUMBER(name, bit, text)                                                               \
    _Static_assert(CRM4E_ADMIN_##name == (bit) + 1, "numbers of admin permissions");
C4_ADMIN_PERMISSIONS(SAME_NUMBER)
#undef SAME_NUMBER

typedef struct profile_arguments {
    const char *name;
    const char *other;
    crm4e_admin admin;
    const char *module;
    crm4e_action action;
    const char *field;
    crm4e_permission permission;
    int32_t allowed;
} profile_arguments;

static int change(crm4e_session *session, c4_work work, profile_arguments *arguments)
{
    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, work, arguments);
}

static int create_profile(c4_unit *unit, void *object, void *arguments)
{
    const profile_arguments *a = arguments;
    const c4_profile_spec spec = {.name = a->name, .clone_of = a->other, .create_only = true};
    crm4e_id id = 0;
    int rc = c4_need(unit->error, a->name, "name");

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->other, "clone_of");
    return rc < 0 ? rc : c4_profile_put(unit, &spec, &id);
}

int crm4e_profile_create(crm4e_session *session, const char *name, const char *clone_of)
{
    profile_arguments arguments = {.name = name, .other = clone_of};

    return change(session, create_profile, &arguments);
}

static int named_profile(c4_unit *unit, const char *name, const c4_profile **profile)
{
    int rc = c4_need(unit->error, name, "name");

    if (rc < 0)
        return rc;
    *profile = c4_meta_profile_named(unit->meta, name);
    return *profile ? CRM4E_OK : c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such profile");
}

static int rename_profile(c4_unit *unit, void *object, void *arguments)
{
    const profile_arguments *a = arguments;
    const c4_profile_spec spec = {.name = a->name, .new_name = a->other};
    const c4_profile *profile = NULL;
    crm4e_id id = 0;
    int rc = c4_need(unit->error, a->other, "new_name");

    (void)object;
    if (rc == CRM4E_OK)
        rc = named_profile(unit, a->name, &profile);
    return rc < 0 ? rc : c4_profile_put(unit, &spec, &id);
}

int crm4e_profile_rename(crm4e_session *session, const char *name, const char *new_name)
{
    profile_arguments arguments = {.name = name, .other = new_name};

    return change(session, rename_profile, &arguments);
}

static int allow(c4_unit *unit, void *object, void *arguments)
{
    const profile_arguments *a = arguments;
    c4_profile_grant grant = {.profile = a->name, .allow = a->allowed == 1};
    int rc = c4_need(unit->error, a->name, "profile");

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_need_truth(unit->error, a->allowed, "allowed");
    if (rc == CRM4E_OK &&
        (a->admin < CRM4E_ADMIN_MANAGE_USERS || a->admin > CRM4E_ADMIN_SYSTEM_ADMINISTRATOR))
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "no such admin permission");
    if (rc < 0)
        return rc;
    grant.admin = 1u << (a->admin - 1);
    return c4_profile_allow(unit, &grant);
}

int crm4e_profile_allow(crm4e_session *session, const char *profile, crm4e_admin permission,
                        int32_t allowed)
{
    profile_arguments arguments = {.name = profile, .admin = permission, .allowed = allowed};

    return change(session, allow, &arguments);
}

static int allow_action(c4_unit *unit, void *object, void *arguments)
{
    const profile_arguments *a = arguments;
    const c4_profile_grant grant = {
        .profile = a->name, .module = a->module, .action = a->action, .allow = a->allowed == 1};
    int rc = c4_need(unit->error, a->name, "profile");

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->module, "module");
    if (rc == CRM4E_OK)
        rc = c4_need_truth(unit->error, a->allowed, "allowed");
    if (rc == CRM4E_OK)
        rc = c4_need_action(unit->error, a->action);
    return rc < 0 ? rc : c4_profile_allow(unit, &grant);
}

int crm4e_profile_allow_action(crm4e_session *session, const char *profile, const char *module,
                               crm4e_action action, int32_t allowed)
{
    profile_arguments arguments = {
        .name = profile, .module = module, .action = action, .allowed = allowed};

    return change(session, allow_action, &arguments);
}

static int set_field(c4_unit *unit, void *object, void *arguments)
{
    const profile_arguments *a = arguments;
    const c4_profile_grant grant = {
        .profile = a->name, .module = a->module, .field = a->field, .permission = a->permission};
    int rc = c4_need(unit->error, a->name, "profile");

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->module, "module");
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->field, "field");
    if (rc == CRM4E_OK)
        rc = c4_need_field_permission(unit->error, a->permission);
    return rc < 0 ? rc : c4_profile_allow(unit, &grant);
}

int crm4e_profile_set_field(crm4e_session *session, const char *profile, const char *module,
                            const char *field, crm4e_permission permission)
{
    profile_arguments arguments = {
        .name = profile, .module = module, .field = field, .permission = permission};

    return change(session, set_field, &arguments);
}

int crm4e_profile_remove(crm4e_session *session, const char *name)
{
    return c4_call_remove(session, c4_profile_remove, name);
}

/* One's own profile shows what one may do; others' are for who grants them. */
static int may_read(c4_unit *unit, const c4_profile *profile)
{
    if ((profile && profile == unit->actor->profile) ||
        c4_actor_has(unit, C4_ADMIN_MANAGE_PROFILES))
        return CRM4E_OK;
    return c4_fail(unit->error, CRM4E_E_DENIED, "only who manages profiles may read them");
}

static int write_profile(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_profile *profile = NULL;
    int rc = named_profile(unit, arguments, &profile);

    (void)object;
    if (rc == CRM4E_OK)
        rc = may_read(unit, profile);
    if (rc < 0)
        return rc;
    c4_profile_write(out, unit->meta, profile);
    return out->code;
}

int crm4e_profile_json(crm4e_text **out, crm4e_session *session, const char *name)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_profile, (void *)name);
}

static int write_profiles(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    int rc = may_read(unit, NULL);

    (void)object;
    (void)arguments;
    if (rc < 0)
        return rc;
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < unit->meta->profile_count; i++) {
        if (i > 0)
            c4_buffer_char(out, ',');
        c4_profile_write(out, unit->meta, &unit->meta->profiles[i]);
    }
    c4_buffer_char(out, ']');
    return out->code;
}

int crm4e_profiles_json(crm4e_text **out, crm4e_session *session)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_profiles, NULL);
}
