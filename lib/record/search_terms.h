/* SPDX-License-Identifier: MIT */
/*
 * Terms of many values while they are collected. What is kept of one is small, as there may be
 * a great many: the first bytes as a number, and where its value stands. Those with the same
 * first byte are together from the beginning, so that a few are put in order at a time.
 */
#ifndef C4_SEARCH_TERMS_H
#define C4_SEARCH_TERMS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "record/search_block.h"

enum {
    C4_FIRST_BYTES = 256
};

typedef struct c4_term_chunk c4_term_chunk;

typedef struct c4_terms {
    c4_arena *arena;                     /* of the chunks */
    c4_term_chunk *last[C4_FIRST_BYTES]; /* of the terms with this first byte; NULL: none */
    size_t counts[C4_FIRST_BYTES];       /* of those terms */
    size_t count;                        /* of all */
    size_t largest;                      /* a count that none has been above */
    c4_buffer values;                    /* uint64_t, one after the other: field and record */
    c4_buffer long_terms;                /* each behind its length */
} c4_terms;

/* The arena must stay, and keep what it has until c4_terms_reset(). */
void c4_terms_init(c4_terms *terms, const c4_mem *mem, c4_arena *arena);
void c4_terms_free(c4_terms *terms);
void c4_terms_reset(c4_terms *terms); /* nothing is collected; the arena is as it is */
/* Whose terms come next: a record by its number within the org. NO_MEMORY, TOO_BIG. */
int c4_terms_value(c4_terms *terms, int32_t field, int64_t record);
/* At most C4_WORD_BYTES, without a NUL, not empty. NO_MEMORY, TOO_BIG. */
int c4_terms_add(c4_terms *terms, const char *term, size_t length);
/* How many values there are, and back to so many of them. */
size_t c4_terms_values(const c4_terms *terms);
void c4_terms_back(c4_terms *terms, size_t values);
/* Bytes it takes, with what putting it in order will. */
size_t c4_terms_bytes(const c4_terms *terms);

/* Gives each posting in order and once; what `take` answers stops it unless it is CRM4E_OK.
 * NO_MEMORY. */
typedef int (*c4_posting_taker)(void *user, const c4_posting *posting);
int c4_terms_in_order(const c4_terms *terms, c4_posting_taker take, void *user);

#endif
