/* SPDX-License-Identifier: MIT */
#include "api/inside.h"
#include "model/manage.h"
#include "record/request.h"

int crm4e_requests_options_init(crm4e_requests_options *options)
{
    static const crm4e_requests_options initial = CRM4E_REQUESTS_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static int read_page(c4_unit *unit, const crm4e_requests_options *options, c4_request_page *page)
{
    crm4e_requests_options copy = CRM4E_REQUESTS_OPTIONS_INIT;
    int rc = CRM4E_OK;

    if (options)
        rc = c4_options_read(unit->error, &copy, sizeof copy, sizeof copy, options);
    if (rc == CRM4E_OK && (copy.limit < 0 || copy.limit > C4_REQUEST_MOST || copy.reserved != 0))
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'limit' is 0 to %d", C4_REQUEST_MOST);
    *page = (c4_request_page){
        .module = copy.module,
        .after = copy.after,
        .limit = copy.limit > 0 ? (size_t)copy.limit : C4_REQUEST_LIMIT,
    };
    return rc;
}

static int write_requests(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    c4_request_page page;
    int rc = read_page(unit, arguments, &page);

    (void)object;
    return rc < 0 ? rc : c4_requests_to_json(unit, &page, out);
}

int crm4e_requests_json(crm4e_text **out, crm4e_session *session,
                        const crm4e_requests_options *options)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_requests, (void *)options);
}

typedef struct owners_arguments {
    const crm4e_id *users;
    size_t count;
} owners_arguments;

static int set_owners(c4_unit *unit, void *object, void *arguments)
{
    const owners_arguments *a = arguments;
    const c4_module *module = NULL;
    int rc = c4_held_module(unit, object, &module);

    if (rc == CRM4E_OK && a->count > 0)
        rc = c4_need(unit->error, a->users, "users");
    return rc < 0 ? rc : c4_module_set_default_owners(unit, module, a->users, a->count);
}

int crm4e_module_set_default_owners(crm4e_module *module, const crm4e_id *users, size_t count)
{
    owners_arguments arguments = {users, count};

    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, set_owners, &arguments);
}

static int set_rule(c4_unit *unit, void *object, void *arguments)
{
    const char *name = arguments;
    const c4_module *module = NULL;
    int rc = c4_held_module(unit, object, &module);

    return rc < 0 ? rc : c4_module_set_assignment_rule(unit, module, name ? name : "");
}

int crm4e_module_set_assignment_rule(crm4e_module *module, const char *name)
{
    return c4_call(module, C4_KIND_MODULE, CRM4E_TRANSACTION_WRITE, set_rule, (void *)name);
}
