/* SPDX-License-Identifier: MIT */
#include "api/inside.h"
#include "model/advise.h"

enum {
    ADVICE_CEILING = 1024 * 1024
};

int crm4e_edition_needs_init(crm4e_edition_needs *needs)
{
    static const crm4e_edition_needs initial = CRM4E_EDITION_NEEDS_INIT;

    if (!needs)
        return CRM4E_E_MISUSE;
    *needs = initial;
    return CRM4E_OK;
}

int crm4e_edition_advise(crm4e_text **out, crm4e_engine *engine, const crm4e_edition_needs *needs)
{
    crm4e_edition_needs copy;
    c4_engine_call call;
    c4_buffer text;
    int rc = c4_engine_enter(&call, engine);

    if (rc < 0)
        return rc;
    c4_buffer_init(&text, &call.engine->env.mem, ADVICE_CEILING);
    rc = c4_need(&call.error, out, "out");
    if (rc == CRM4E_OK)
        rc = c4_options_read(&call.error, &copy, sizeof copy, sizeof copy, needs);
    if (rc == CRM4E_OK)
        rc = c4_needs_check(&call.error, &copy);
    if (rc == CRM4E_OK)
        rc = c4_advise(&copy, &call.engine->env.mem, &text);
    if (rc == CRM4E_OK)
        rc = c4_text_new(out, call.engine, &text);
    c4_buffer_free(&text);
    return c4_engine_leave(&call, rc);
}
