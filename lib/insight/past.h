/* SPDX-License-Identifier: MIT */
/* What a record was, through the rights of now. */
#ifndef C4_PAST_H
#define C4_PAST_H

#include "insight/timeline.h"

/* Lines before `before` (0: from the newest), newest first, also of a record in the
 * bin: as c4_timeline_to_json() has them. */
int c4_history_to_json(c4_unit *unit, const char *module, crm4e_id record, int64_t before,
                       size_t limit, c4_buffer *out);
/* {"id": .., ...} of the record as it was at the time. */
int c4_as_of_to_json(c4_unit *unit, const char *module, crm4e_id record, int64_t time,
                     c4_buffer *out);

#endif
