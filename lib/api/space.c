/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "api/inside.h"
#include "model/manage.h"

int crm4e_space_options_init(crm4e_space_options *options)
{
    static const crm4e_space_options initial = CRM4E_SPACE_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

/* A space in hand is its id. */
typedef struct held_space {
    c4_object object;
    crm4e_id id;
} held_space;

static void destroy_space(c4_object *object)
{
    (void)object;
}

typedef struct space_arguments {
    const void *options;
    const char *name;
    crm4e_id user;
    int32_t admin;
    const char *module;
    const char *folder;
} space_arguments;

static int create_space(c4_unit *unit, void *object, void *arguments)
{
    const space_arguments *a = arguments;
    crm4e_space_options copy;
    c4_space_spec spec;
    int rc = c4_options_read(unit->error, &copy, sizeof copy, sizeof copy, a->options);

    memset(&spec, 0, sizeof spec);
    spec.create_only = true;
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, spec.name = copy.name, "name");
    return rc < 0 ? rc : c4_space_put(unit, &spec, &((held_space *)object)->id);
}

static int find_space(c4_unit *unit, void *object, void *arguments)
{
    const space_arguments *a = arguments;
    const c4_space *space;
    int rc = c4_need(unit->error, a->name, "name");

    if (rc < 0)
        return rc;
    space = c4_meta_space_named(unit->meta, a->name);
    if (!space || (!c4_space_member_of(space, unit->actor->id) &&
                   !c4_actor_has(unit, C4_ADMIN_MANAGE_TEAM_SPACES)))
        return c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such team space");
    ((held_space *)object)->id = space->id;
    return CRM4E_OK;
}

int crm4e_space_create(crm4e_space **out, crm4e_session *session,
                       const crm4e_space_options *options)
{
    space_arguments arguments = {.options = options};

    return c4_call_object(out, session, C4_KIND_SPACE, sizeof(held_space), destroy_space,
                          CRM4E_TRANSACTION_WRITE, create_space, &arguments);
}

int crm4e_space_open(crm4e_space **out, crm4e_session *session, const char *name)
{
    space_arguments arguments = {.name = name};

    return c4_call_object(out, session, C4_KIND_SPACE, sizeof(held_space), destroy_space,
                          CRM4E_TRANSACTION_READ, find_space, &arguments);
}

void crm4e_space_free(crm4e_space *space)
{
    c4_object_free(space, C4_KIND_SPACE);
}

crm4e_id crm4e_space_id(const crm4e_space *token)
{
    c4_entry entry;
    held_space *self = c4_peek(&entry, token, C4_KIND_SPACE);
    crm4e_id id = self ? self->id : 0;

    if (self)
        c4_unpeek(&entry);
    return id;
}

/* The space of a handle; one that was removed meanwhile is not found. */
static int space_of(c4_unit *unit, const void *object, const c4_space **space)
{
    *space = c4_meta_space(unit->meta, ((const held_space *)object)->id);
    return *space ? CRM4E_OK : c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such team space");
}

static int add_member(c4_unit *unit, void *object, void *arguments)
{
    const space_arguments *a = arguments;
    const c4_space *space = NULL;
    int rc = space_of(unit, object, &space);

    if (rc == CRM4E_OK && a->admin != 0 && a->admin != 1)
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'admin' is 0 or 1");
    return rc < 0 ? rc : c4_space_member_put(unit, space, a->user, a->admin == 1);
}

int crm4e_space_add_member(crm4e_space *space, crm4e_id user, int32_t admin)
{
    space_arguments arguments = {.user = user, .admin = admin};

    return c4_call(space, C4_KIND_SPACE, CRM4E_TRANSACTION_WRITE, add_member, &arguments);
}

static int remove_member(c4_unit *unit, void *object, void *arguments)
{
    const space_arguments *a = arguments;
    const c4_space *space = NULL;
    int rc = space_of(unit, object, &space);

    return rc < 0 ? rc : c4_space_member_remove(unit, space, a->user);
}

int crm4e_space_remove_member(crm4e_space *space, crm4e_id user)
{
    space_arguments arguments = {.user = user};

    return c4_call(space, C4_KIND_SPACE, CRM4E_TRANSACTION_WRITE, remove_member, &arguments);
}

static int place(c4_unit *unit, void *object, void *arguments)
{
    const space_arguments *a = arguments;
    const c4_space *space = NULL;
    const c4_module *module = NULL;
    int rc = space_of(unit, object, &space);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->module, "module");
    if (rc == CRM4E_OK) {
        module = c4_meta_module_named(unit->meta, a->module);
        if (!module || !c4_access_module_visible(unit, module))
            rc = c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such module");
    }
    return rc < 0 ? rc : c4_space_place(unit, space, module, a->folder);
}

int crm4e_space_place(crm4e_space *space, const char *module, const char *folder)
{
    space_arguments arguments = {.module = module, .folder = folder};

    return c4_call(space, C4_KIND_SPACE, CRM4E_TRANSACTION_WRITE, place, &arguments);
}
