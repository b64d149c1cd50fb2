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

typedef struct put_arguments {
    const char *module;
    crm4e_id record;
    const crm4e_file_options *options;
    crm4e_id id;
} put_arguments;

static int put_file(c4_unit *unit, void *object, void *arguments)
{
    put_arguments *a = arguments;
    crm4e_file_options options;
    int rc = c4_options_read(unit->error, &options, sizeof options, sizeof options, a->options);

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->module, "module");
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, options.name, "name");
    if (rc == CRM4E_OK && !options.read)
        rc = c4_fail(unit->error, CRM4E_E_MISUSE, "argument 'read' is NULL");
    if (rc == CRM4E_OK) {
        const c4_content content = {options.read, options.read_user, options.size};

        rc = c4_file_put(unit, a->module, a->record, options.name, &content, &a->id);
    }
    return rc;
}

int crm4e_file_put(crm4e_id *out, crm4e_session *session, const char *module, crm4e_id record,
                   const crm4e_file_options *options)
{
    put_arguments arguments = {module, record, options, 0};
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
