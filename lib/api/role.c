/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "api/inside.h"
#include "base/json.h"
#include "model/manage.h"

int crm4e_role_options_init(crm4e_role_options *options)
{
    static const crm4e_role_options initial = CRM4E_ROLE_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static int role_spec(c4_unit *unit, const void *options, bool create, c4_role_spec *spec)
{
    crm4e_role_options copy;
    int rc = c4_options_read(unit->error, &copy, sizeof copy, sizeof copy, options);

    if (rc < 0)
        return rc;
    memset(spec, 0, sizeof *spec);
    spec->name = copy.name;
    spec->new_name = copy.new_name;
    spec->parent = copy.parent;
    spec->share_with_peers = copy.share_with_peers;
    spec->create_only = create;
    rc = c4_need(unit->error, spec->name, "name");
    if (rc == CRM4E_OK && (copy.share_with_peers < 0 || copy.share_with_peers > 2))
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'share_with_peers' is 0, 1 or 2");
    if (rc == CRM4E_OK && create && spec->new_name)
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'new_name' is for roles that exist");
    return rc;
}

static int create_role(c4_unit *unit, void *object, void *arguments)
{
    c4_put_arguments *a = arguments;
    c4_role_spec spec;
    int rc = role_spec(unit, a->options, true, &spec);

    (void)object;
    return rc < 0 ? rc : c4_role_put(unit, &spec, &a->id);
}

int crm4e_role_create(crm4e_id *id, crm4e_session *session, const crm4e_role_options *options)
{
    return c4_call_put(id, session, create_role, options);
}

static int named_role(c4_unit *unit, const char *name, const c4_role **role)
{
    int rc = c4_need(unit->error, name, "name");

    if (rc < 0)
        return rc;
    *role = c4_meta_role_named(unit->meta, name);
    return *role ? CRM4E_OK : c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such role");
}

static int update_role(c4_unit *unit, void *object, void *arguments)
{
    c4_put_arguments *a = arguments;
    const c4_role *role = NULL;
    c4_role_spec spec;
    int rc = role_spec(unit, a->options, false, &spec);

    (void)object;
    if (rc == CRM4E_OK)
        rc = named_role(unit, spec.name, &role);
    return rc < 0 ? rc : c4_role_put(unit, &spec, &a->id);
}

int crm4e_role_update(crm4e_session *session, const crm4e_role_options *options)
{
    return c4_call_put(NULL, session, update_role, options);
}

int crm4e_role_remove(crm4e_session *session, const char *name)
{
    return c4_call_remove(session, c4_role_remove, name);
}

int crm4e_role_find(crm4e_session *session, const char *name, crm4e_id *id)
{
    return c4_call_find(session, CRM4E_SUBJECT_ROLE, "name", name, id);
}

static int write_role(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_role *role = NULL;
    int rc = named_role(unit, arguments, &role);

    (void)object;
    if (rc < 0)
        return rc;
    c4_role_write(out, unit->meta, role);
    return out->code;
}

int crm4e_role_json(crm4e_text **out, crm4e_session *session, const char *name)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_role, (void *)name);
}

static int write_roles(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    (void)object;
    (void)arguments;
    c4_roles_write(out, unit->meta);
    return out->code;
}

int crm4e_roles_json(crm4e_text **out, crm4e_session *session)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_roles, NULL);
}
