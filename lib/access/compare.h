/* SPDX-License-Identifier: MIT */
/* What a change of rights gives and takes: every user in two snapshots. */
#ifndef C4_ACCESS_COMPARE_H
#define C4_ACCESS_COMPARE_H

#include "access/access.h"
#include "base/buffer.h"

/* Writes a JSON array of the differences between `before` and the unit's
 * snapshot, both seen in the open transaction. UNSUPPORTED when modules or
 * fields came or went. */
int c4_access_compare(c4_unit *unit, c4_meta *before, c4_buffer *out);

#endif
