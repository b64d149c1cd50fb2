/* SPDX-License-Identifier: MIT */
/* What users say about the interface: rows of their own and messages of the outbox. */
#ifndef C4_FEEDBACK_H
#define C4_FEEDBACK_H

#include "automation/automation.h"

enum {
    C4_FEEDBACK_TEXT_MAX = 4000,
    C4_FEEDBACK_PLACE_MAX = 250
};

/* INVALID, TOO_BIG. `place` may be NULL. */
int c4_feedback_send(c4_unit *unit, const char *text, const char *place);
/* [{"id", "time", "user", "email", "place", "text"}], those after an id; for
 * system administrators. */
int c4_feedback_to_json(c4_unit *unit, int64_t after, int64_t limit, c4_buffer *out);

#endif
