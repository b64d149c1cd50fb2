/* SPDX-License-Identifier: MIT */
#include "record/related.h"
#include "api/inside.h"
#include <crm4e/related.h>

enum {
    MOST = 200
};

static int write_relations(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_related_page *page = arguments;
    int rc = c4_need(unit->error, page->module, "module");

    (void)object;
    return rc < 0 ? rc : c4_relations_to_json(unit, page->module, out);
}

int crm4e_relations_json(crm4e_text **out, crm4e_session *session, const char *module)
{
    c4_related_page page = {.module = module};

    return c4_call_text(out, session, C4_KIND_SESSION, write_relations, &page);
}

static int write_related(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const c4_related_page *page = arguments;
    int rc = c4_need(unit->error, page->module, "module");

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_need(unit->error, page->relation, "relation");
    if (rc == CRM4E_OK && (page->limit < 1 || page->limit > MOST))
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'limit' is 1 to %d", MOST);
    return rc < 0 ? rc : c4_related_to_json(unit, page, out);
}

int crm4e_related_json(crm4e_text **out, crm4e_session *session, const char *module,
                       crm4e_id record, const char *relation, int32_t limit, const char *after)
{
    c4_related_page page = {module, record, relation, limit, after};

    return c4_call_text(out, session, C4_KIND_SESSION, write_related, &page);
}
