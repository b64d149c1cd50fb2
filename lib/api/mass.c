/* SPDX-License-Identifier: MIT */
#include "transfer/mass.h"

#include <string.h>

#include "api/inside.h"

enum {
    JSON_CEILING = 64 * 1024 * 1024,
    TEXT_CEILING = 256 * 1024 * 1024
};

int crm4e_mass_options_init(crm4e_mass_options *options)
{
    static const crm4e_mass_options initial = CRM4E_MASS_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static int check_transfer(crm4e_error *error, const crm4e_mass_options *options, c4_mass_kind kind)
{
    const uint32_t known =
        kind == C4_MASS_CHANGE_OWNER ? (uint32_t)CRM4E_TRANSFER_OPEN_ACTIVITIES : 0;

    return (options->transfer & ~known) == 0
               ? CRM4E_OK
               : c4_fail(error, CRM4E_E_INVALID, "'transfer' has bits that mean nothing here");
}

/* Ids or criteria, and what the kind of call has use for. */
static int check_options(crm4e_error *error, const crm4e_mass_options *options, c4_mass_kind kind)
{
    int rc = c4_need(error, options->module, "module");

    if (rc == CRM4E_OK && options->count > 0)
        rc = c4_need(error, options->ids, "ids");
    if (rc == CRM4E_OK)
        rc = c4_need_truth(error, options->partial, "partial");
    if (rc == CRM4E_OK && options->criteria && options->count > 0)
        rc = c4_fail(error, CRM4E_E_INVALID, "the records are told by ids or by criteria");
    if (rc == CRM4E_OK && options->criteria && kind == C4_MASS_RESTORE)
        rc = c4_fail(error, CRM4E_E_INVALID, "criteria do not look into the bin");
    return rc == CRM4E_OK ? check_transfer(error, options, kind) : rc;
}

/* The text is made before the commit, after which nothing may fail. */
static int work(crm4e_text **out, c4_session *session, const c4_mass *mass)
{
    crm4e_text *text = NULL;
    c4_buffer answer;
    int rc = c4_work_begin(session, CRM4E_TRANSACTION_WRITE);

    if (rc < 0)
        return rc;
    c4_buffer_init(&answer, &session->engine->env.mem, TEXT_CEILING);
    rc = c4_mass_run(&session->unit, mass, &answer);
    if (rc == CRM4E_OK && out)
        rc = c4_text_new(&text, session->engine, &answer);
    rc = c4_work_end(session, rc);
    c4_buffer_free(&answer);
    if (rc < 0)
        crm4e_text_free(text);
    else if (out)
        *out = text;
    return rc;
}

/* What the values of a call are given as; NULL: there are none. */
typedef struct given_json {
    const char *text;
    size_t length;
} given_json;

/* Parses before the write transaction begins, so that nobody waits for it. */
static int run(crm4e_text **out, c4_session *session, c4_mass *mass, const given_json *json)
{
    c4_json_document document = {.root = NULL};
    crm4e_error *error = &session->error;
    int rc = json ? c4_need(error, json->text, "json") : CRM4E_OK;

    if (rc == CRM4E_OK && json) {
        rc = c4_json_parse(&document, &session->engine->env.mem, json->text, json->length,
                           JSON_CEILING);
        if (rc < 0)
            rc = c4_fail(error, rc, "the JSON is refused: %s", document.problem);
    }
    mass->values = document.root;
    if (rc == CRM4E_OK)
        rc = work(out, session, mass);
    c4_json_free(&document);
    return rc;
}

static int run_options(crm4e_text **out, crm4e_session *token, c4_mass *mass,
                       const crm4e_mass_options *options, const given_json *json)
{
    crm4e_mass_options copy;
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);

    if (rc < 0)
        return rc;
    rc = c4_options_read(&entry.session->error, &copy, sizeof copy, sizeof copy, options);
    if (rc == CRM4E_OK)
        rc = check_options(&entry.session->error, &copy, mass->kind);
    if (rc == CRM4E_OK) {
        mass->module = copy.module;
        mass->ids = copy.ids;
        mass->count = copy.count;
        mass->criteria = copy.criteria;
        mass->partial = copy.partial == 1;
        mass->transfer = copy.transfer;
        rc = run(out, entry.session, mass, json);
    }
    return c4_leave(&entry, rc);
}

int crm4e_mass_create(crm4e_text **out, crm4e_session *token, const char *module, const char *json,
                      size_t length, int32_t partial)
{
    const given_json given = {json, length};
    c4_mass mass = {.kind = C4_MASS_CREATE, .module = module, .partial = partial == 1};
    c4_entry entry;
    int rc = c4_enter(&entry, token, C4_KIND_SESSION);

    if (rc < 0)
        return rc;
    rc = c4_need(&entry.session->error, module, "module");
    if (rc == CRM4E_OK)
        rc = c4_need_truth(&entry.session->error, partial, "partial");
    if (rc == CRM4E_OK)
        rc = run(out, entry.session, &mass, &given);
    return c4_leave(&entry, rc);
}

int crm4e_mass_update(crm4e_text **out, crm4e_session *session, const crm4e_mass_options *options,
                      const char *json, size_t length)
{
    const given_json given = {json, length};
    c4_mass mass = {.kind = C4_MASS_UPDATE};

    return run_options(out, session, &mass, options, &given);
}

int crm4e_mass_delete(crm4e_text **out, crm4e_session *session, const crm4e_mass_options *options)
{
    c4_mass mass = {.kind = C4_MASS_DELETE};

    return run_options(out, session, &mass, options, NULL);
}

int crm4e_mass_restore(crm4e_text **out, crm4e_session *session, const crm4e_mass_options *options)
{
    c4_mass mass = {.kind = C4_MASS_RESTORE};

    return run_options(out, session, &mass, options, NULL);
}

int crm4e_mass_change_owner(crm4e_text **out, crm4e_session *session,
                            const crm4e_mass_options *options, crm4e_id owner)
{
    c4_mass mass = {.kind = C4_MASS_CHANGE_OWNER, .owner = owner};

    return run_options(out, session, &mass, options, NULL);
}
