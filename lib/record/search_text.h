/* SPDX-License-Identifier: MIT */
/* What is searched for, and whether values have it. */
#ifndef C4_SEARCH_TEXT_H
#define C4_SEARCH_TEXT_H

#include "record/search.h"
#include "record/search_words.h"

/* One word that must be there, or a run of characters. */
typedef struct c4_atom {
    const char *text;
    size_t length;
    bool run;
    bool begun; /* it may go on: the last one */
} c4_atom;

/* All atoms must be found. */
typedef struct c4_sought {
    c4_atom atoms[C4_SEARCH_WORDS];
    size_t count;
} c4_sought;

/* A text that may be a telephone number is one besides: either will do. */
typedef struct c4_search_text {
    c4_sought ways[2];
    size_t way_count;
    c4_phone phone;
} c4_search_text;

/* The folded text must stay. INVALID, TOO_BIG. */
int c4_search_text_read(c4_unit *unit, const char *folded, size_t length, c4_search_text *text);

/* What was found of each atom in a record. */
enum {
    C4_FOUND_NAME = 1,        /* whole, or part of a run, in what names the record */
    C4_FOUND_NAME_PREFIX = 2, /* begun */
    C4_FOUND_OTHER = 4,
    C4_FOUND_OTHER_PREFIX = 8
};
typedef struct c4_findings {
    uint8_t found[2][C4_SEARCH_WORDS];
    const c4_field *fields[2]; /* with the first atom, where it is found best */
} c4_findings;
/* Looks into one value. */
void c4_search_text_match(const c4_search_text *text, const c4_field *field, const char *folded,
                          size_t length, c4_findings *findings);
/* False when something is missing; else rank and field of the better way. */
bool c4_search_text_found(const c4_search_text *text, const c4_findings *findings,
                          c4_search_hit *hit);

#endif
