/* SPDX-License-Identifier: MIT */
#include "automation/dry_run.h"
#include "api/inside.h"
#include "base/json.h"
#include "base/text.h"
#include <crm4e/dry_run.h>

enum {
    TEXT_CEILING = 64 * 1024 * 1024,
    VALUES_CEILING = 1024 * 1024
};

int crm4e_dry_run_options_init(crm4e_dry_run_options *options)
{
    static const crm4e_dry_run_options initial = CRM4E_DRY_RUN_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static int read_values(crm4e_error *error, const c4_mem *mem, const char *text,
                       c4_json_document *document)
{
    size_t length = 0;
    int rc = c4_text_length(text, CRM4E_NUL_TERMINATED, VALUES_CEILING, &length);

    if (rc == CRM4E_OK)
        rc = c4_json_parse(document, mem, text, length, VALUES_CEILING);
    return rc < 0 ? c4_fail(error, rc, "'values' is no JSON, or longer than 1 MiB") : CRM4E_OK;
}

/* What is asked; with the values in the document, which the caller frees. */
static int read_options(c4_session *session, const crm4e_dry_run_options *options, c4_dry_run *dry,
                        c4_json_document *document)
{
    crm4e_dry_run_options copy = CRM4E_DRY_RUN_OPTIONS_INIT;
    crm4e_error *error = &session->error;
    int rc = CRM4E_OK;

    if (options)
        rc = c4_options_read(error, &copy, sizeof copy, sizeof copy, options);
    if (rc < 0)
        return rc;
    dry->rule = copy.rule;
    dry->on = copy.on != 0 ? copy.on : CRM4E_ON_CREATE;
    if (dry->on > CRM4E_ON_INTERACTION_ADDED || dry->on == CRM4E_ON_CREATE_OR_EDIT ||
        copy.reserved != 0)
        return c4_fail(error, CRM4E_E_INVALID, "no such trigger can be tried");
    if (copy.values && dry->on != CRM4E_ON_EDIT)
        return c4_fail(error, CRM4E_E_INVALID, "only an edit has values");
    if (copy.values)
        rc = read_values(error, &session->engine->env.mem, copy.values, document);
    dry->values = document->root;
    return rc;
}

static int try_and_undo(crm4e_text **out, const c4_entry *entry, c4_dry_run *dry)
{
    c4_session *session = entry->session;
    const c4_module *module = NULL;
    c4_buffer answer;
    int rc = c4_work_begin(session, CRM4E_TRANSACTION_WRITE);

    if (rc < 0)
        return rc;
    c4_buffer_init(&answer, &session->engine->env.mem, TEXT_CEILING);
    rc = c4_held_module(&session->unit, entry->object, &module);
    if (rc == CRM4E_OK)
        rc = c4_dry_run_json(&session->unit, module, dry, &answer);
    (void)c4_work_end(session, CRM4E_E_ABORTED);
    if (rc == CRM4E_OK)
        rc = c4_text_new(out, session->engine, &answer);
    c4_buffer_free(&answer);
    return rc;
}

int crm4e_dry_run_json(crm4e_text **out, crm4e_module *module, crm4e_id record,
                       const crm4e_dry_run_options *options)
{
    c4_json_document document = {0};
    c4_dry_run dry = {.record = record};
    c4_entry entry;
    int rc = c4_enter(&entry, module, C4_KIND_MODULE);

    if (rc < 0)
        return rc;
    rc = c4_need(&entry.session->error, out, "out");
    if (rc == CRM4E_OK)
        rc = read_options(entry.session, options, &dry, &document);
    if (rc == CRM4E_OK)
        rc = try_and_undo(out, &entry, &dry);
    c4_json_free(&document);
    return c4_leave(&entry, rc);
}
