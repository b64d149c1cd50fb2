/* SPDX-License-Identifier: MIT */
/* Roll-ups that wait for the end of a call, and the records they wait for. */
#ifndef C4_RECORD_TOUCHED_H
#define C4_RECORD_TOUCHED_H

#include "base/arena.h"
#include "base/map.h"

typedef struct c4_touched {
    c4_map waiting; /* from c4_rollup_key to c4_rollup_steps */
    c4_arena arena;
    size_t kept; /* records, so that memory has a bound */
} c4_touched;

void c4_touched_init(c4_touched *touched, const c4_mem *mem);
void c4_touched_free(c4_touched *touched);

#endif
