/* SPDX-License-Identifier: MIT */
#include "api/inside.h"
#include "record/file.h"
#include <crm4e/file.h>

int crm4e_file_options_init(crm4e_file_options *options)
{
    static const crm4e_file_options initial = CRM4E_FILE_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

/* What is put, wherever that goes. */
static int read_options(c4_unit *unit, const crm4e_file_options *given, crm4e_file_options *options,
                        c4_content *content)
{
    int rc = c4_options_read(unit->error, options, sizeof *options, sizeof *options, given);

    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, options->name, "name");
    if (rc == CRM4E_OK && !options->read)
        rc = c4_fail(unit->error, CRM4E_E_MISUSE, "argument 'read' is NULL");
    *content = (c4_content){options->read, options->read_user, options->size};
    return rc;
}

typedef struct put_arguments {
    c4_field_at at; /* no field: an attachment */
    const crm4e_file_options *options;
    crm4e_id id;
} put_arguments;

static int put_file(c4_unit *unit, void *object, void *arguments)
{
    put_arguments *a = arguments;
    crm4e_file_options options;
    c4_content content;
    int rc = read_options(unit, a->options, &options, &content);

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->at.module, "module");
    return rc == CRM4E_OK
               ? c4_file_put(unit, a->at.module, a->at.record, options.name, &content, &a->id)
               : rc;
}

int crm4e_file_put(crm4e_id *out, crm4e_session *session, const char *module, crm4e_id record,
                   const crm4e_file_options *options)
{
    put_arguments arguments = {{module, record, NULL}, options, 0};
    int rc = c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, put_file, &arguments);

    if (rc == CRM4E_OK && out)
        *out = arguments.id;
    return rc;
}

typedef struct get_arguments {
    crm4e_id attachment;
    crm4e_writer write;
    void *user;
} get_arguments;

static int get_file(c4_unit *unit, void *object, void *arguments)
{
    const get_arguments *a = arguments;

    (void)object;
    if (!a->write)
        return c4_fail(unit->error, CRM4E_E_MISUSE, "argument 'write' is NULL");
    return c4_file_get(unit, a->attachment, a->write, a->user);
}

int crm4e_file_get(crm4e_session *session, crm4e_id attachment, crm4e_writer write,
                   void *write_user)
{
    get_arguments arguments = {attachment, write, write_user};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_READ, get_file, &arguments);
}

/* ------------------------------------------------------------------ in fields */

static int need_field(c4_unit *unit, const c4_field_at *at)
{
    int rc = c4_need(unit->error, at->module, "module");

    return rc == CRM4E_OK ? c4_need(unit->error, at->field, "field") : rc;
}

static int put_in_field(c4_unit *unit, void *object, void *arguments)
{
    put_arguments *a = arguments;
    crm4e_file_options options;
    c4_content content;
    int rc = read_options(unit, a->options, &options, &content);

    (void)object;
    if (rc == CRM4E_OK)
        rc = need_field(unit, &a->at);
    return rc == CRM4E_OK ? c4_field_file_put(unit, &a->at, options.name, &content, &a->id) : rc;
}

int crm4e_field_file_put(crm4e_id *out, crm4e_session *session, const char *module, crm4e_id record,
                         const char *field, const crm4e_file_options *options)
{
    put_arguments arguments = {{module, record, field}, options, 0};
    int rc = c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, put_in_field, &arguments);

    if (rc == CRM4E_OK && out)
        *out = arguments.id;
    return rc;
}

typedef struct field_file {
    c4_field_at at;
    crm4e_id file;
    crm4e_writer write;
    void *user;
} field_file;

static int get_from_field(c4_unit *unit, void *object, void *arguments)
{
    const field_file *a = arguments;
    int rc = need_field(unit, &a->at);

    (void)object;
    if (rc == CRM4E_OK && !a->write)
        rc = c4_fail(unit->error, CRM4E_E_MISUSE, "argument 'write' is NULL");
    return rc == CRM4E_OK ? c4_field_file_get(unit, &a->at, a->file, a->write, a->user) : rc;
}

int crm4e_field_file_get(crm4e_session *session, const char *module, crm4e_id record,
                         const char *field, crm4e_id file, crm4e_writer write, void *write_user)
{
    field_file arguments = {{module, record, field}, file, write, write_user};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_READ, get_from_field, &arguments);
}

static int remove_from_field(c4_unit *unit, void *object, void *arguments)
{
    const field_file *a = arguments;
    int rc = need_field(unit, &a->at);

    (void)object;
    return rc == CRM4E_OK ? c4_field_file_remove(unit, &a->at, a->file) : rc;
}

int crm4e_field_file_remove(crm4e_session *session, const char *module, crm4e_id record,
                            const char *field, crm4e_id file)
{
    field_file arguments = {{module, record, field}, file, NULL, NULL};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, remove_from_field,
                   &arguments);
}
