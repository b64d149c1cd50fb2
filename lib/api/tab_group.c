/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "api/inside.h"
#include "base/json.h"
#include "model/manage.h"
#include "model/manage_rules.h"

int crm4e_tab_group_options_init(crm4e_tab_group_options *options)
{
    static const crm4e_tab_group_options initial = CRM4E_TAB_GROUP_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

typedef struct tab_group_arguments {
    const char *name;
    const char *module;
    int32_t position;
    bool profile;
    const char *viewer;
    int32_t shown;
} tab_group_arguments;

static int tab_group_spec(c4_unit *unit, const void *options, bool create, c4_tab_group_spec *spec)
{
    crm4e_tab_group_options copy;
    int rc = c4_options_read(unit->error, &copy, sizeof copy, sizeof copy, options);

    if (rc < 0)
        return rc;
    memset(spec, 0, sizeof *spec);
    spec->name = copy.name;
    spec->new_name = copy.new_name;
    spec->label = copy.label;
    spec->label_zh = copy.label_zh;
    spec->create_only = create;
    rc = c4_need(unit->error, spec->name, "name");
    if (rc == CRM4E_OK && create && spec->new_name)
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'new_name' is for tab groups that exist");
    return rc;
}

static int create_tab_group(c4_unit *unit, void *object, void *arguments)
{
    c4_put_arguments *a = arguments;
    c4_tab_group_spec spec;
    int rc = tab_group_spec(unit, a->options, true, &spec);

    (void)object;
    return rc < 0 ? rc : c4_tab_group_put(unit, &spec, &a->id);
}

int crm4e_tab_group_create(crm4e_id *id, crm4e_session *session,
                           const crm4e_tab_group_options *options)
{
    return c4_call_put(id, session, create_tab_group, options);
}

/* For who customises: the others are not told which there are. */
static int named_tab_group(c4_unit *unit, const char *name, const c4_tab_group **group)
{
    int rc = c4_need(unit->error, name, "name");

    if (rc == CRM4E_OK)
        rc = c4_need_permission(unit, C4_ADMIN_CUSTOMISE);
    if (rc < 0)
        return rc;
    *group = c4_meta_tab_group_named(unit->meta, name);
    return *group ? CRM4E_OK : c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such tab group");
}

static int update_tab_group(c4_unit *unit, void *object, void *arguments)
{
    c4_put_arguments *a = arguments;
    const c4_tab_group *group = NULL;
    c4_tab_group_spec spec;
    int rc = tab_group_spec(unit, a->options, false, &spec);

    (void)object;
    if (rc == CRM4E_OK)
        rc = named_tab_group(unit, spec.name, &group);
    return rc < 0 ? rc : c4_tab_group_put(unit, &spec, &a->id);
}

int crm4e_tab_group_update(crm4e_session *session, const crm4e_tab_group_options *options)
{
    return c4_call_put(NULL, session, update_tab_group, options);
}

int crm4e_tab_group_remove(crm4e_session *session, const char *name)
{
    return c4_call_remove(session, c4_tab_group_remove, name);
}

static int place(c4_unit *unit, void *object, void *arguments)
{
    const tab_group_arguments *a = arguments;
    int rc = c4_need(unit->error, a->name, "group");

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->module, "module");
    return rc < 0 ? rc : c4_tab_group_place(unit, a->name, a->module, a->position);
}

int crm4e_tab_group_place(crm4e_session *session, const char *group, const char *module,
                          int32_t position)
{
    tab_group_arguments arguments = {.name = group, .module = module, .position = position};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, place, &arguments);
}

static int take(c4_unit *unit, void *object, void *arguments)
{
    const tab_group_arguments *a = arguments;
    int rc = c4_need(unit->error, a->name, "group");

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->module, "module");
    return rc < 0 ? rc : c4_tab_group_take(unit, a->name, a->module);
}

int crm4e_tab_group_take(crm4e_session *session, const char *group, const char *module)
{
    tab_group_arguments arguments = {.name = group, .module = module};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, take, &arguments);
}

static int show(c4_unit *unit, void *object, void *arguments)
{
    const tab_group_arguments *a = arguments;
    int rc = c4_need(unit->error, a->name, "group");

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->viewer, a->profile ? "profile" : "role");
    if (rc == CRM4E_OK && a->shown != 0 && a->shown != 1)
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'shown' is 0 or 1");
    return rc < 0 ? rc : c4_tab_group_show(unit, a->name, a->profile, a->viewer, a->shown == 1);
}

int crm4e_tab_group_show_profile(crm4e_session *session, const char *group, const char *profile,
                                 int32_t shown)
{
    tab_group_arguments arguments = {
        .name = group, .profile = true, .viewer = profile, .shown = shown};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, show, &arguments);
}

int crm4e_tab_group_show_role(crm4e_session *session, const char *group, const char *role,
                              int32_t shown)
{
    tab_group_arguments arguments = {.name = group, .viewer = role, .shown = shown};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, show, &arguments);
}

static int write_one(c4_unit *unit, const c4_tab_group *group, c4_buffer *out)
{
    c4_tab_group seen;
    int rc = c4_tab_group_seen(unit, group, &seen);

    if (rc == CRM4E_OK)
        c4_tab_group_write(out, unit->meta, &seen);
    return rc < 0 ? rc : out->code;
}

static int write_tab_group(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_tab_group *group = NULL;
    int rc = named_tab_group(unit, arguments, &group);

    (void)object;
    return rc < 0 ? rc : write_one(unit, group, out);
}

int crm4e_tab_group_json(crm4e_text **out, crm4e_session *session, const char *name)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_tab_group, (void *)name);
}

static int write_tab_groups(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    int rc = c4_need_permission(unit, C4_ADMIN_CUSTOMISE);

    (void)object;
    (void)arguments;
    c4_buffer_char(out, '[');
    for (size_t i = 0; rc == CRM4E_OK && i < unit->meta->tab_group_count; i++) {
        if (i > 0)
            c4_buffer_char(out, ',');
        rc = write_one(unit, &unit->meta->tab_groups[i], out);
    }
    c4_buffer_char(out, ']');
    return rc < 0 ? rc : out->code;
}

int crm4e_tab_groups_json(crm4e_text **out, crm4e_session *session)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_tab_groups, NULL);
}
