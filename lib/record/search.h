/* SPDX-License-Identifier: MIT */
/* Search over all modules: visible records and readable fields only. */
#ifndef C4_SEARCH_H
#define C4_SEARCH_H

#include "record/record.h"

enum {
    C4_SEARCH_WORDS = 16,  /* of one search */
    C4_SEARCH_TEXT = 4000, /* bytes of it */
    C4_SEARCH_HITS = 1000, /* how far down the list one can look */
    C4_SEARCH_DEFAULT = 20 /* hits of one answer, when nothing is said */
};

/* How good a hit is, the best first. */
typedef enum c4_search_rank {
    C4_RANK_NAME = 1,        /* all words whole in what names the record */
    C4_RANK_NAME_PREFIX = 2, /* all in what names it, the last one begun */
    C4_RANK_WHOLE = 3,       /* all words whole, somewhere */
    C4_RANK_PREFIX = 4
} c4_search_rank;

typedef struct c4_search_hit {
    crm4e_id record;
    const c4_field *field; /* that has the first word */
    c4_search_rank rank;
} c4_search_hit;

typedef struct c4_search_request {
    const char *text;
    size_t length;
    const char *modules; /* JSON array of API names; NULL: all */
    int32_t limit;
    int32_t offset;
} c4_search_request;

/* Hits by rank, the newest record first, in the arena. INVALID for a text
 * without words, or that is no text; TOO_BIG beyond the limits; NOT_FOUND and
 * DENIED for a module that is named. */
int c4_search(c4_unit *unit, const c4_search_request *request, c4_search_hit **hits, size_t *count);
/* [{"module", "id", "name", "field", "rank"}] */
int c4_search_to_json(c4_unit *unit, const c4_search_hit *hits, size_t count, c4_buffer *out);

/* Until the end, the words of all records that change are gathered in memory and come to the
 * index many at once; no record is queued. `settle` after each change that stays, `back` after
 * changes that were undone, `keep` before the transaction ends: what was not kept, search does
 * not find. The unit does not gather yet when it begins. */
int c4_gather_begin(c4_unit *unit);
int c4_gather_settle(c4_unit *unit);
void c4_gather_back(c4_unit *unit);
int c4_gather_keep(c4_unit *unit);
void c4_gather_end(c4_unit *unit);

#endif
