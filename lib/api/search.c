/* SPDX-License-Identifier: MIT */
#include "api/inside.h"
#include "base/text.h"
#include "record/search.h"

typedef struct search_arguments {
    const char *text;
    size_t length;
    const crm4e_search_options *options;
} search_arguments;

int crm4e_search_options_init(crm4e_search_options *options)
{
    static const crm4e_search_options initial = CRM4E_SEARCH_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static int read_request(c4_unit *unit, const search_arguments *a, c4_search_request *request)
{
    crm4e_search_options copy = CRM4E_SEARCH_OPTIONS_INIT;
    int rc = c4_need(unit->error, a->text, "text");

    if (rc == CRM4E_OK && a->options)
        rc = c4_options_read(unit->error, &copy, sizeof copy, sizeof copy, a->options);
    if (rc == CRM4E_OK) {
        rc = c4_text_length(a->text, a->length, C4_SEARCH_TEXT, &request->length);
        if (rc < 0)
            rc = c4_fail(unit->error, rc, "the text of a search has at most %d bytes",
                         C4_SEARCH_TEXT);
    }
    request->text = a->text;
    request->modules = copy.modules;
    request->limit = copy.limit == 0 ? C4_SEARCH_DEFAULT : copy.limit;
    request->offset = copy.offset;
    return rc;
}

static int write_hits(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    c4_search_request request;
    c4_search_hit *hits = NULL;
    size_t count = 0;
    int rc = read_request(unit, arguments, &request);

    (void)object;
    if (rc == CRM4E_OK)
        rc = c4_search(unit, &request, &hits, &count);
    return rc < 0 ? rc : c4_search_to_json(unit, hits, count, out);
}

int crm4e_search_json(crm4e_text **out, crm4e_session *session, const char *text, size_t length,
                      const crm4e_search_options *options)
{
    search_arguments arguments = {text, length, options};

    return c4_call_text(out, session, C4_KIND_SESSION, write_hits, &arguments);
}
