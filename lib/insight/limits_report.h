/* SPDX-License-Identifier: MIT */
/* Limits, what is used and what is left. */
#ifndef C4_LIMITS_REPORT_H
#define C4_LIMITS_REPORT_H

#include "access/access.h"

/* {"edition", "limits": [{"name", "module" or "space", "limit", "used", "left"}],
 * "features": [{"name", "granted"}]}; no limit is null. The org's to everybody,
 * a module's to who configures and may open it, a space's to who manages it. */
int c4_limits_to_json(c4_unit *unit, c4_buffer *out);

#endif
