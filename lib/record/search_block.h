/* SPDX-License-Identifier: MIT */
/* Postings in order, packed into blocks: bytes, no storage. */
#ifndef C4_SEARCH_BLOCK_H
#define C4_SEARCH_BLOCK_H

#include "base/buffer.h"
#include "record/search_words.h"

enum {
    C4_BLOCK_BYTES = 3800 /* a row of them fits into a page of a database */
};

/* "A value of this field of this record has this term." */
typedef struct c4_posting {
    uint64_t head; /* of the term, see c4_term_head() */
    const char *term;
    size_t length;
    int32_t field;
    int64_t record; /* its number within the org */
} c4_posting;

/* The first bytes of a term as a number that is in order as they are; most terms
 * differ in it. A term has no NUL. */
uint64_t c4_term_head(const char *term, size_t length);
/* Of those that have the same head. */
int c4_posting_order_within(const c4_posting *a, const c4_posting *b);
/* By term, field, and newest record first: -1, 0, 1. */
static inline int c4_posting_order(const c4_posting *a, const c4_posting *b)
{
    return a->head != b->head ? (a->head > b->head ? 1 : -1) : c4_posting_order_within(a, b);
}

/* Packs one posting after another, in order and distinct. */
typedef struct c4_packing {
    c4_buffer bytes;
    char term[C4_WORD_BYTES];
    uint64_t head;
    size_t length;
    int32_t field;  /* 0: none yet */
    int64_t record; /* the last */
} c4_packing;

void c4_packing_init(c4_packing *packing, const c4_mem *mem);
/* False when the block is full: the posting belongs to the next. */
bool c4_packing_add(c4_packing *packing, const c4_posting *posting);
/* Ends the block; its bytes are there until the next start. */
void c4_packing_end(c4_packing *packing);
void c4_packing_start(c4_packing *packing);
void c4_packing_free(c4_packing *packing);

/* Unpacks a block, which must stay. */
typedef struct c4_unpacking {
    const unsigned char *bytes;
    size_t length;
    size_t at;
    char term[C4_WORD_BYTES];
    c4_posting posting; /* its term is the one above */
    bool inside;        /* of a group */
} c4_unpacking;

void c4_unpacking_start(c4_unpacking *unpacking, const void *bytes, size_t length);
/* CRM4E_ROW, CRM4E_OK at the end, CORRUPT for what packing does not write. */
int c4_unpacking_next(c4_unpacking *unpacking);

#endif
