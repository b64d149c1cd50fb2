/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "api/inside.h"
#include "base/json.h"
#include "model/manage.h"

int crm4e_group_options_init(crm4e_group_options *options)
{
    static const crm4e_group_options initial = CRM4E_GROUP_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

typedef struct group_arguments {
    const char *name;
    c4_subject subject;
} group_arguments;

static int group_spec(c4_unit *unit, const void *options, bool create, c4_group_spec *spec)
{
    crm4e_group_options copy;
    int rc = c4_options_read(unit->error, &copy, sizeof copy, sizeof copy, options);

    if (rc < 0)
        return rc;
    memset(spec, 0, sizeof *spec);
    spec->name = copy.name;
    spec->new_name = copy.new_name;
    spec->description = copy.description;
    spec->create_only = create;
    rc = c4_need(unit->error, spec->name, "name");
    if (rc == CRM4E_OK && create && spec->new_name)
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'new_name' is for groups that exist");
    return rc;
}

static int create_group(c4_unit *unit, void *object, void *arguments)
{
    c4_put_arguments *a = arguments;
    c4_group_spec spec;
    int rc = group_spec(unit, a->options, true, &spec);

    (void)object;
    return rc < 0 ? rc : c4_group_put(unit, &spec, &a->id);
}

int crm4e_group_create(crm4e_id *id, crm4e_session *session, const crm4e_group_options *options)
{
    return c4_call_put(id, session, create_group, options);
}

static int named_group(c4_unit *unit, const char *name, const c4_user_group **group)
{
    int rc = c4_need(unit->error, name, "name");

    if (rc < 0)
        return rc;
    *group = c4_meta_group_named(unit->meta, name);
    return *group ? CRM4E_OK : c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such group");
}

static int update_group(c4_unit *unit, void *object, void *arguments)
{
    c4_put_arguments *a = arguments;
    const c4_user_group *group = NULL;
    c4_group_spec spec;
    int rc = group_spec(unit, a->options, false, &spec);

    (void)object;
    if (rc == CRM4E_OK)
        rc = named_group(unit, spec.name, &group);
    return rc < 0 ? rc : c4_group_put(unit, &spec, &a->id);
}

int crm4e_group_update(crm4e_session *session, const crm4e_group_options *options)
{
    return c4_call_put(NULL, session, update_group, options);
}

static int add_source(c4_unit *unit, void *object, void *arguments)
{
    const group_arguments *a = arguments;
    int rc = c4_need(unit->error, a->name, "group");

    (void)object;
    return rc < 0 ? rc : c4_group_add(unit, a->name, a->subject);
}

int crm4e_group_add(crm4e_session *session, const char *group, crm4e_subject kind, crm4e_id subject)
{
    group_arguments arguments = {.name = group, .subject = {kind, subject}};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, add_source, &arguments);
}

static int take_source(c4_unit *unit, void *object, void *arguments)
{
    const group_arguments *a = arguments;
    int rc = c4_need(unit->error, a->name, "group");

    (void)object;
    return rc < 0 ? rc : c4_group_take(unit, a->name, a->subject);
}

int crm4e_group_take(crm4e_session *session, const char *group, crm4e_subject kind,
                     crm4e_id subject)
{
    group_arguments arguments = {.name = group, .subject = {kind, subject}};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, take_source, &arguments);
}

int crm4e_group_remove(crm4e_session *session, const char *name)
{
    return c4_call_remove(session, c4_group_remove, name);
}

int crm4e_group_find(crm4e_session *session, const char *name, crm4e_id *id)
{
    return c4_call_find(session, CRM4E_SUBJECT_GROUP, "name", name, id);
}

static int write_group(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_user_group *group = NULL;
    int rc = named_group(unit, arguments, &group);

    (void)object;
    if (rc < 0)
        return rc;
    c4_group_write(out, unit->meta, group);
    return out->code;
}

int crm4e_group_json(crm4e_text **out, crm4e_session *session, const char *name)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_group, (void *)name);
}

static int write_groups(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    (void)object;
    (void)arguments;
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < unit->meta->group_count; i++) {
        if (i > 0)
            c4_buffer_char(out, ',');
        c4_group_write(out, unit->meta, &unit->meta->groups[i]);
    }
    c4_buffer_char(out, ']');
    return out->code;
}

int crm4e_groups_json(crm4e_text **out, crm4e_session *session)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_groups, NULL);
}
