/* SPDX-License-Identifier: MIT */
/* History that is old enough goes. */
#ifndef C4_HISTORY_PURGE_H
#define C4_HISTORY_PURGE_H

#include "model/unit.h"

/* Looks at up to `budget` lines, on from where the last call stopped, and takes those that
 * are older than the org keeps them; *done is how many it looked at. The newest
 * line of a record loses its values only. System administrators only. */
int c4_history_purge(c4_unit *unit, int32_t budget, int32_t *done);

#endif
