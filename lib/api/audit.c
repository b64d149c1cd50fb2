/* SPDX-License-Identifier: MIT */
#include "api/inside.h"
#include "insight/audit.h"

enum {
    USUAL_LINES = 100,
    MOST_LINES = 1000
};

typedef struct audit_arguments {
    const crm4e_audit_options *options;
} audit_arguments;

int crm4e_audit_options_init(crm4e_audit_options *options)
{
    static const crm4e_audit_options initial = CRM4E_AUDIT_OPTIONS_INIT;

    if (!options)
        return CRM4E_E_MISUSE;
    *options = initial;
    return CRM4E_OK;
}

static int read_request(c4_unit *unit, const crm4e_audit_options *options,
                        c4_audit_request *request)
{
    crm4e_audit_options copy = CRM4E_AUDIT_OPTIONS_INIT;
    int rc = CRM4E_OK;

    if (options)
        rc = c4_options_read(unit->error, &copy, sizeof copy, sizeof copy, options);
    if (rc == CRM4E_OK && (copy.limit < 0 || copy.limit > MOST_LINES || copy.before < 0 ||
                           copy.from < 0 || copy.until < 0 || copy.reserved != 0))
        rc = c4_fail(unit->error, CRM4E_E_INVALID, "'limit' is 0 to %d, nothing is negative",
                     MOST_LINES);
    *request = (c4_audit_request){
        .kind = copy.kind,
        .user = copy.user,
        .from = copy.from,
        .until = copy.until,
        .before = copy.before,
        .limit = copy.limit > 0 ? copy.limit : USUAL_LINES,
    };
    return rc;
}

static int write_lines(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    const audit_arguments *a = arguments;
    c4_audit_request request;
    int rc = read_request(unit, a->options, &request);

    (void)object;
    return rc < 0 ? rc : c4_audit_to_json(unit, &request, out);
}

int crm4e_audit_json(crm4e_text **out, crm4e_session *session, const crm4e_audit_options *options)
{
    audit_arguments arguments = {options};

    return c4_call_text(out, session, C4_KIND_SESSION, write_lines, &arguments);
}
