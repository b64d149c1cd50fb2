/* SPDX-License-Identifier: MIT */
/* What was committed behind a position, cut down to what the reader may know now. */
#ifndef C4_FEED_H
#define C4_FEED_H

#include "record/record.h"

enum {
    C4_FEED_LOOKS = 5000 /* lines of one call */
};

typedef struct c4_feed_request {
    int64_t position;
    const char *modules; /* JSON array of names; NULL: all */
    uint32_t kinds;      /* bits 1 << (c4_record_action - 1); 0: all */
    size_t limit;
} c4_feed_request;

/* The last change there is. MISUSE in a transaction that writes. */
int c4_feed_position(c4_unit *unit, int64_t *position);
/* {"changes", "position", "more"} */
int c4_feed_to_json(c4_unit *unit, const c4_feed_request *request, c4_buffer *out);

#endif
