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
    int32_t position;
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

/* The space, for who is in it or manages all. */
static int known(c4_unit *unit, const c4_space *found, const c4_space **space)
{
    if (!found || !c4_space_known(unit, found))
        return c4_fail(unit->error, CRM4E_E_NOT_FOUND, "no such team space");
    *space = found;
    return CRM4E_OK;
}

static int find_space(c4_unit *unit, void *object, void *arguments)
{
    const space_arguments *a = arguments;
    const c4_space *space = NULL;
    int rc = c4_need(unit->error, a->name, "name");

    if (rc == CRM4E_OK)
        rc = known(unit, c4_meta_space_named(unit->meta, a->name), &space);
    if (rc == CRM4E_OK)
        ((held_space *)object)->id = space->id;
    return rc;
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

/* The space of a handle; one that was removed meanwhile, or left, is not found. */
static int space_of(c4_unit *unit, const void *object, const c4_space **space)
{
    return known(unit, c4_meta_space(unit->meta, ((const held_space *)object)->id), space);
}

static int rename_space(c4_unit *unit, void *object, void *arguments)
{
    const space_arguments *a = arguments;
    const c4_space *space = NULL;
    c4_space_spec spec = {.new_name = a->name};
    crm4e_id id;
    int rc = space_of(unit, object, &space);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->name, "name");
    if (rc < 0)
        return rc;
    spec.name = space->name;
    return c4_space_put(unit, &spec, &id);
}

int crm4e_space_rename(crm4e_space *space, const char *name)
{
    space_arguments arguments = {.name = name};

    return c4_call(space, C4_KIND_SPACE, CRM4E_TRANSACTION_WRITE, rename_space, &arguments);
}

static int remove_space(c4_unit *unit, void *object, void *arguments)
{
    const c4_space *space = NULL;
    int rc = space_of(unit, object, &space);

    (void)arguments;
    return rc < 0 ? rc : c4_space_remove(unit, space->name);
}

int crm4e_space_remove(crm4e_space *space)
{
    return c4_call(space, C4_KIND_SPACE, CRM4E_TRANSACTION_WRITE, remove_space, NULL);
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

static int add_folder(c4_unit *unit, void *object, void *arguments)
{
    const space_arguments *a = arguments;
    const c4_space *space = NULL;
    int rc = space_of(unit, object, &space);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->folder, "name");
    return rc < 0 ? rc : c4_space_add_folder(unit, space, a->folder, a->position);
}

int crm4e_space_add_folder(crm4e_space *space, const char *name, int32_t position)
{
    space_arguments arguments = {.folder = name, .position = position};

    return c4_call(space, C4_KIND_SPACE, CRM4E_TRANSACTION_WRITE, add_folder, &arguments);
}

static int rename_folder(c4_unit *unit, void *object, void *arguments)
{
    const space_arguments *a = arguments;
    const c4_space *space = NULL;
    int rc = space_of(unit, object, &space);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->folder, "name");
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->name, "new_name");
    return rc < 0 ? rc : c4_space_rename_folder(unit, space, a->folder, a->name);
}

int crm4e_space_rename_folder(crm4e_space *space, const char *name, const char *new_name)
{
    space_arguments arguments = {.folder = name, .name = new_name};

    return c4_call(space, C4_KIND_SPACE, CRM4E_TRANSACTION_WRITE, rename_folder, &arguments);
}

static int move_folder(c4_unit *unit, void *object, void *arguments)
{
    const space_arguments *a = arguments;
    const c4_space *space = NULL;
    int rc = space_of(unit, object, &space);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->folder, "name");
    return rc < 0 ? rc : c4_space_move_folder(unit, space, a->folder, a->position);
}

int crm4e_space_move_folder(crm4e_space *space, const char *name, int32_t position)
{
    space_arguments arguments = {.folder = name, .position = position};

    return c4_call(space, C4_KIND_SPACE, CRM4E_TRANSACTION_WRITE, move_folder, &arguments);
}

static int remove_folder(c4_unit *unit, void *object, void *arguments)
{
    const space_arguments *a = arguments;
    const c4_space *space = NULL;
    int rc = space_of(unit, object, &space);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->folder, "name");
    return rc < 0 ? rc : c4_space_remove_folder(unit, space, a->folder);
}

int crm4e_space_remove_folder(crm4e_space *space, const char *name)
{
    space_arguments arguments = {.folder = name};

    return c4_call(space, C4_KIND_SPACE, CRM4E_TRANSACTION_WRITE, remove_folder, &arguments);
}

static int place(c4_unit *unit, void *object, void *arguments)
{
    const space_arguments *a = arguments;
    const c4_space *space = NULL;
    int rc = space_of(unit, object, &space);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->module, "module");
    return rc < 0 ? rc : c4_space_place(unit, space, a->module, a->folder, a->position);
}

int crm4e_space_place(crm4e_space *space, const char *module, const char *folder, int32_t position)
{
    space_arguments arguments = {.module = module, .folder = folder, .position = position};

    return c4_call(space, C4_KIND_SPACE, CRM4E_TRANSACTION_WRITE, place, &arguments);
}

static int take(c4_unit *unit, void *object, void *arguments)
{
    const space_arguments *a = arguments;
    const c4_space *space = NULL;
    int rc = space_of(unit, object, &space);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->module, "module");
    return rc < 0 ? rc : c4_space_take(unit, space, a->module);
}

int crm4e_space_take(crm4e_space *space, const char *module)
{
    space_arguments arguments = {.module = module};

    return c4_call(space, C4_KIND_SPACE, CRM4E_TRANSACTION_WRITE, take, &arguments);
}

/* With the modules that the actor finds there. */
static int write_one(c4_unit *unit, const c4_space *space, c4_buffer *out)
{
    c4_space seen;
    int rc = c4_space_seen(unit, space, &seen);

    if (rc == CRM4E_OK)
        c4_space_write(out, unit->meta, &seen);
    return rc < 0 ? rc : out->code;
}

static int write_space(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_space *space = NULL;
    int rc = space_of(unit, object, &space);

    (void)arguments;
    return rc < 0 ? rc : write_one(unit, space, out);
}

int crm4e_space_json(crm4e_text **out, crm4e_space *space)
{
    return c4_call_text(out, space, C4_KIND_SPACE, write_space, NULL);
}

static int write_spaces(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_meta *meta = unit->meta;
    bool first = true;
    int rc = CRM4E_OK;

    (void)object;
    (void)arguments;
    c4_buffer_char(out, '[');
    for (size_t i = 0; rc == CRM4E_OK && i < meta->space_count; i++) {
        if (!c4_space_known(unit, &meta->spaces[i]))
            continue;
        if (!first)
            c4_buffer_char(out, ',');
        first = false;
        rc = write_one(unit, &meta->spaces[i], out);
    }
    c4_buffer_char(out, ']');
    return rc < 0 ? rc : out->code;
}

int crm4e_spaces_json(crm4e_text **out, crm4e_session *session)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_spaces, NULL);
}
