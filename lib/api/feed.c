/* SPDX-License-Identifier: MIT */
#include "insight/feed.h"
#include "api/inside.h"
#include <crm4e/feed.h>

enum {
    USUAL_CHANGES = 100,
    MOST_CHANGES = 1000,
    ALL_KINDS = (1 << (C4_RECORD_ACTION_END - 1)) - 1
};

int crm4e_feed_options_init(crm4e_feed_options *options)
{
    static const crm4e_feed_options initial = CRM4E_FEED_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

int crm4e_feed_position(crm4e_session *session, int64_t *position)
{
    int64_t found = 0;
    c4_entry entry;
    int rc = c4_enter(&entry, session, C4_KIND_SESSION);

    if (rc < 0)
        return rc;
    rc = c4_need(&entry.session->error, position, "position");
    if (rc == CRM4E_OK)
        rc = c4_work_begin(entry.session, CRM4E_TRANSACTION_READ);
    if (rc == CRM4E_OK)
        rc = c4_work_end(entry.session, c4_feed_position(&entry.session->unit, &found));
    if (rc == CRM4E_OK && position)
        *position = found;
    return c4_leave(&entry, rc);
}

typedef struct feed_arguments {
    int64_t position;
    const crm4e_feed_options *options;
} feed_arguments;

static int read_request(c4_unit *unit, const feed_arguments *a, c4_feed_request *request)
{
    crm4e_feed_options copy = CRM4E_FEED_OPTIONS_INIT;
    int rc = CRM4E_OK;

    if (a->options)
        rc = c4_options_read(unit->error, &copy, sizeof copy, sizeof copy, a->options);
    if (rc == CRM4E_OK &&
        (copy.limit < 0 || copy.limit > MOST_CHANGES || (copy.kinds & ~(uint32_t)ALL_KINDS) != 0))
        rc = c4_fail(unit->error, CRM4E_E_INVALID,
                     "'limit' is 0 to %d, 'kinds' has bits that are known", MOST_CHANGES);
    *request = (c4_feed_request){
        .position = a->position,
        .modules = copy.modules,
        .kinds = copy.kinds,
        .limit = copy.limit > 0 ? (size_t)copy.limit : USUAL_CHANGES,
    };
    return rc;
}

static int write_feed(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    c4_feed_request request;
    int rc = read_request(unit, arguments, &request);

    (void)object;
    return rc < 0 ? rc : c4_feed_to_json(unit, &request, out);
}

int crm4e_feed_json(crm4e_text **out, crm4e_session *session, int64_t position,
                    const crm4e_feed_options *options)
{
    feed_arguments arguments = {position, options};

    return c4_call_text(out, session, C4_KIND_SESSION, write_feed, &arguments);
}
