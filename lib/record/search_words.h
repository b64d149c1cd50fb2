/* SPDX-License-Identifier: MIT */
/* What search finds a value of a field by. */
#ifndef C4_SEARCH_WORDS_H
#define C4_SEARCH_WORDS_H

#include "base/words.h"
#include "model/meta.h"

/* Whether search looks into a field, and whether it names the record: its name
 * field, and what a full name is made of. */
bool c4_field_is_searched(const c4_field *field);
bool c4_field_names(const c4_field *field);

/* Calls for every term that leads to a value of the field; a term may come twice.
 * What `take` answers stops it unless it is CRM4E_OK. */
typedef int (*c4_term_taker)(void *user, const char *term, size_t length);
int c4_terms_of(const c4_field *field, const char *folded, size_t length, c4_term_taker take,
                void *user);

#endif
