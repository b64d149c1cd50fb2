/* SPDX-License-Identifier: MIT */
/* Timeline, navigation, feedback: small questions, one text each. */
#include "api/inside.h"
#include "insight/feedback.h"
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
    LIST_LIMIT = 1000
};

static int write_timeline(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const timeline_arguments *a = arguments;
    c4_timeline_entry *entries = NULL;
    size_t count = 0;
    c4_scope scope;
    int rc = c4_need(unit->error, a->module, "module");

    (void)object;
    if (rc == CRM4E_OK && (a->after < 0 || a->limit < 1 || a->limit > LIST_LIMIT ||
                           (a->descending != 0 && a->descending != 1)))
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'limit' is 1 to %d, 'descending' 0 or 1",
                     LIST_LIMIT);
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

typedef struct feedback_arguments {
    const char *text;
    const char *place;
    int64_t after;
    int32_t limit;
} feedback_arguments;

static int send_feedback(c4_unit *unit, void *object, void *arguments)
{
    const feedback_arguments *a = arguments;
    int rc = c4_need(unit->error, a->text, "text");

    (void)object;
    return rc < 0 ? rc : c4_feedback_send(unit, a->text, a->place);
}

int crm4e_feedback_send(crm4e_session *session, const char *text, const char *place)
{
    feedback_arguments arguments = {.text = text, .place = place};

    return c4_call(session, C4_KIND_SESSION, CRM4E_TRANSACTION_WRITE, send_feedback, &arguments);
}

static int write_feedback(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const feedback_arguments *a = arguments;

    (void)object;
    if (a->after < 0 || a->limit < 1 || a->limit > LIST_LIMIT)
        return c4_fail(unit->error, CRM4E_E_INVALID, "'limit' is 1 to %d, 'after' not negative",
                       LIST_LIMIT);
    return c4_feedback_to_json(unit, a->after, a->limit, out);
}

int crm4e_feedback_json(crm4e_text **out, crm4e_session *session, int64_t after, int32_t limit)
{
    feedback_arguments arguments = {.after = after, .limit = limit};

    return c4_call_text(out, session, C4_KIND_SESSION, write_feedback, &arguments);
}
