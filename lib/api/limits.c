/* SPDX-License-Identifier: MIT */
#include "api/inside.h"
#include "insight/limits_report.h"

static int write_limits(c4_unit *unit, void *object, void *arguments, c4_buffer *out)
{
    (void)object;
    (void)arguments;
    return c4_limits_to_json(unit, out);
}

int crm4e_limits_json(crm4e_text **out, crm4e_session *session)
{
    return c4_call_text(out, session, C4_KIND_SESSION, write_limits, NULL);
}
