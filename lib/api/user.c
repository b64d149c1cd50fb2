/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "api/inside.h"
#include "model/manage.h"

int crm4e_user_options_init(crm4e_user_options *options)
{
    static const crm4e_user_options initial = CRM4E_USER_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static int user_spec(c4_unit *unit, const void *options, bool create, c4_user_spec *spec)
{
    crm4e_user_options copy;
    int rc = c4_options_read(unit->error, &copy, sizeof copy, sizeof copy, options);

    if (rc < 0)
        return rc;
    memset(spec, 0, sizeof *spec);
    spec->email = copy.email;
    spec->name = copy.name;
    spec->role = copy.role;
    spec->profile = copy.profile;
    spec->locale = copy.locale;
    spec->zone = copy.time_zone;
    spec->reporting_to = copy.reporting_to;
    spec->licence = copy.licence;
    spec->status = copy.status;
    spec->ui_mode = copy.ui_mode;
    spec->create_only = create;
    return c4_need(unit->error, spec->email, "email");
}

static int create_user(c4_unit *unit, void *object, void *arguments)
{
    c4_put_arguments *a = arguments;
    c4_user_spec spec;
    int rc = user_spec(unit, a->options, true, &spec);

    (void)object;
    return rc < 0 ? rc : c4_user_put(unit, &spec, &a->id);
}

int crm4e_user_create(crm4e_id *id, crm4e_session *session, const crm4e_user_options *options)
{
    return c4_call_put(id, session, create_user, options);
}

static int update_user(c4_unit *unit, void *object, void *arguments)
{
    c4_put_arguments *a = arguments;
    c4_user_spec spec;
    int rc = user_spec(unit, a->options, false, &spec);

    (void)object;
    if (rc == CRM4E_OK && !c4_meta_user_by_email(unit->meta, spec.email))
        rc = c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such user");
    return rc < 0 ? rc : c4_user_put(unit, &spec, &a->id);
}

int crm4e_user_update(crm4e_session *session, const crm4e_user_options *options)
{
    return c4_call_put(NULL, session, update_user, options);
}

int crm4e_user_find(crm4e_session *session, const char *email, crm4e_id *id)
{
    return c4_call_find(session, CRM4E_SUBJECT_USER, "email", email, id);
}

static int write_user(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const crm4e_id *id = arguments;
    const c4_user *user = c4_meta_user(unit->meta, *id);

    (void)object;
    if (!user)
        return c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such user");
    return c4_user_write(out, unit, user);
}

int crm4e_user_json(crm4e_text **out, crm4e_session *session, crm4e_id id)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_user, &id);
}
