/* SPDX-License-Identifier: MIT */
#include "api/inside.h"
#include "model/manage.h"
#include "record/tag.h"
#include <crm4e/tag.h>

typedef struct tag_arguments {
    const char *module;
    crm4e_id record;
    const char *name;
    const char *other; /* the colour, or the new name */
} tag_arguments;

static int check(c4_unit *unit, const tag_arguments *a)
{
    int rc = c4_need(unit->error, a->module, "module");

    return rc < 0 ? rc : c4_need(unit->error, a->name, "name");
}

/* A module that is not there and one he neither opens nor configures are the same. */
static int find(c4_unit *unit, const tag_arguments *a, int32_t *number)
{
    const c4_module *module = NULL;
    int rc = check(unit, a);

    if (rc < 0)
        return rc;
    module = c4_meta_module_named(unit->meta, a->module);
    rc = c4_check_open(unit, module);
    if (rc == CRM4E_OK)
        *number = module->number;
    return rc;
}

static int put(c4_unit *unit, void *object, void *arguments)
{
    const tag_arguments *a = arguments;
    int32_t number = 0;
    int rc = find(unit, a, &number);

    (void)object;
    return rc < 0 ? rc : c4_tag_set(unit, number, a->name, a->other);
}

int crm4e_tag_put(crm4e_session *session, const char *module, const char *name, const char *colour)
{
    tag_arguments arguments = {module, 0, name, colour};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, put, &arguments);
}

static int rename_tag(c4_unit *unit, void *object, void *arguments)
{
    const tag_arguments *a = arguments;
    int32_t number = 0;
    int rc = find(unit, a, &number);

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->other, "new_name");
    return rc < 0 ? rc : c4_tag_rename(unit, number, a->name, a->other);
}

int crm4e_tag_rename(crm4e_session *session, const char *module, const char *name,
                     const char *new_name)
{
    tag_arguments arguments = {module, 0, name, new_name};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, rename_tag, &arguments);
}

static int remove_tag(c4_unit *unit, void *object, void *arguments)
{
    const tag_arguments *a = arguments;
    int32_t number = 0;
    int rc = find(unit, a, &number);

    (void)object;
    return rc < 0 ? rc : c4_tag_remove(unit, number, a->name);
}

int crm4e_tag_remove(crm4e_session *session, const char *module, const char *name)
{
    tag_arguments arguments = {module, 0, name, NULL};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, remove_tag, &arguments);
}

static int write_tags(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const tag_arguments *a = arguments;
    int rc = c4_need(unit->error, a->module, "module");

    (void)object;
    return rc < 0 ? rc : c4_tags_to_json(unit, a->module, out);
}

int crm4e_tags_json(crm4e_text **out, crm4e_session *session, const char *module)
{
    tag_arguments arguments = {.module = module};

    return c4_call_text(out, session, C4_KIND_SESSION, write_tags, &arguments);
}

static int tag_record(c4_unit *unit, void *object, void *arguments)
{
    const tag_arguments *a = arguments;
    int rc = check(unit, a);

    (void)object;
    return rc < 0 ? rc : c4_record_tag(unit, a->module, a->record, a->name);
}

int crm4e_record_tag(crm4e_session *session, const char *module, crm4e_id record, const char *name)
{
    tag_arguments arguments = {module, record, name, NULL};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, tag_record, &arguments);
}

static int untag_record(c4_unit *unit, void *object, void *arguments)
{
    const tag_arguments *a = arguments;
    int rc = check(unit, a);

    (void)object;
    return rc < 0 ? rc : c4_record_untag(unit, a->module, a->record, a->name);
}

int crm4e_record_untag(crm4e_session *session, const char *module, crm4e_id record,
                       const char *name)
{
    tag_arguments arguments = {module, record, name, NULL};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, untag_record, &arguments);
}
