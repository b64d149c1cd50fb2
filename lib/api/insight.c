/* SPDX-License-Identifier: MIT */
/* Timeline and navigation: one question, one text. */
#include "api/inside.h"
#include "insight/navigation.h"
#include "insight/timeline.h"

typedef struct timeline_arguments {
    const char *module;
    crm4e_id record;
    int64_t after;
    int32_t descending;
    int32_t limit;
} timeline_arguments;

enum {
    TIMELINE_LIMIT = 1000
};

static int write_timeline(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const timeline_arguments *a = arguments;
    c4_timeline_entry *entries = NULL;
    size_t count = 0;
    c4_scope scope;
    int rc = c4_need(unit->error, a->module, "module");

    (void)object;
    if (rc == CRM4E_OK && (a->after < 0 || a->limit < 1 || a->limit > TIMELINE_LIMIT ||
                           (a->descending != 0 && a->descending != 1)))
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'limit' is 1 to %d, 'descending' 0 or 1",
                     TIMELINE_LIMIT);
    if (rc == CRM4E_OK)
        rc = c4_timeline_read(unit, unit->arena, a->module, a->record, a->after, a->descending == 1,
                              (size_t)a->limit, &entries, &count);
    if (rc == CRM4E_OK)
        rc = c4_access_module(unit, a->module, CRM4E_ACTION_VIEW, &scope);
    return rc < 0 ? rc : c4_timeline_to_json(unit, scope.module, entries, count, out);
}

int crm4e_timeline_json(crm4e_text **out, crm4e_session *session, const char *module,
                        crm4e_id record, int64_t after, int32_t descending, int32_t limit)
{
    timeline_arguments arguments = {module, record, after, descending, limit};

    return c4_call_text(out, session, C4_KIND_SESSION, write_timeline, &arguments);
}

static int write_navigation(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    (void)object;
    (void)arguments;
    return c4_navigation_to_json(unit, out);
}

int crm4e_navigation_json(crm4e_text **out, crm4e_session *session)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_navigation, NULL);
}
