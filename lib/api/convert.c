/* SPDX-License-Identifier: MIT */
#include "api/inside.h"
#include "model/convert_mapping.h"
#include "model/manage_rules.h"
#include "record/convert.h"

#include <string.h>

enum {
    TEXT_CEILING = 16 * 1024 * 1024
};

typedef struct convert_arguments {
    crm4e_id lead;
    const crm4e_convert_options *options;
    c4_converted converted;
} convert_arguments;

int crm4e_convert_options_init(crm4e_convert_options *options)
{
    static const crm4e_convert_options initial = CRM4E_CONVERT_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static int read_options(c4_unit *unit, const convert_arguments *a, crm4e_convert_options *copy)
{
    int rc = CRM4E_OK;

    if (a->options)
        rc = c4_options_read(unit->error, copy, sizeof *copy, sizeof *copy, a->options);
    if (rc == CRM4E_OK)
        rc = c4_need_truth(unit->error, copy->overwrite, "overwrite");
    if (rc == CRM4E_OK && (copy->reserved != 0 || copy->expected_version < 0))
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'expected_version' is 0 or more");
    return rc;
}

static int convert(c4_unit *unit, void *object, void *arguments)
{
    convert_arguments *a = arguments;
    crm4e_convert_options copy = CRM4E_CONVERT_OPTIONS_INIT;
    c4_json_document document = {.root = NULL};
    int rc = read_options(unit, a, &copy);

    (void)object;
    if (rc == CRM4E_OK && copy.deal) {
        rc = c4_json_parse(&document, &unit->env->mem, copy.deal, CRM4E_NUL_TERMINATED,
                           TEXT_CEILING);
        if (rc < 0)
            rc = c4_fail(unit->error, rc, "'deal' is no JSON");
    }
    if (rc == CRM4E_OK) {
        const c4_conversion conversion = {
            .lead = a->lead,
            .expected_version = copy.expected_version,
            .account = copy.account,
            .contact = copy.contact,
            .owner = copy.owner,
            .deal = document.root,
            .overwrite = copy.overwrite == 1,
        };
        rc = c4_convert_lead(unit, &conversion, &a->converted);
    }
    c4_json_free(&document);
    return rc;
}

static void hand_out(crm4e_id *to, crm4e_id id)
{
    if (to)
        *to = id;
}

int crm4e_convert_lead(crm4e_id *account, crm4e_id *contact, crm4e_id *deal, crm4e_session *session,
                       crm4e_id lead, const crm4e_convert_options *options)
{
    convert_arguments arguments = {lead, options, {0, 0, 0}};
    int rc = c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, convert, &arguments);

    if (rc == CRM4E_OK) {
        hand_out(account, arguments.converted.account);
        hand_out(contact, arguments.converted.contact);
        hand_out(deal, arguments.converted.deal);
    }
    return rc;
}

typedef struct mapping_arguments {
    const char *lead;
    const char *module;
    const char *field;
} mapping_arguments;

static int put_mapping(c4_unit *unit, void *object, void *arguments)
{
    const mapping_arguments *a = arguments;
    c4_convert_mapping_spec spec = {.lead = a->lead};
    int part;
    int rc = c4_need(unit->error, a->lead, "lead_field");

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, a->module, "module");
    if (rc < 0)
        return rc;
    part = c4_convert_part_named(a->module);
    if (part < 0)
        return c4_fail(unit->error, CRM4E_E_INVALID,
                       "'module' is none of Accounts, Contacts and Deals");
    spec.to[part] = a->field ? a->field : "";
    return c4_convert_mapping_put(unit, &spec);
}

int crm4e_convert_mapping_put(crm4e_session *session, const char *lead_field, const char *module,
                              const char *field)
{
    mapping_arguments arguments = {lead_field, module, field};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, put_mapping, &arguments);
}

/* For who customises: the others are not told where values go. */
static int write_mapping(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    int rc = c4_need_permission(unit, C4_ADMIN_CUSTOMISE);

    (void)object;
    (void)arguments;
    if (rc == CRM4E_OK)
        c4_convert_mapping_list(out, unit->meta);
    return rc;
}

int crm4e_convert_mapping_json(crm4e_text **mapping, crm4e_session *session)
{
    return c4_call_text(mapping, session, C4_KIND_SESSION, write_mapping, NULL);
}
