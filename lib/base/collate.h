/* SPDX-License-Identifier: MIT */
/* The order of texts in a language, through ICU. Use one collator from one thread at a time. */
#ifndef C4_COLLATE_H
#define C4_COLLATE_H

#include "base/buffer.h"

typedef struct c4_collator c4_collator;

/* `locale` is a tag of BCP 47: "de", "zh-Hans-CN", "de-u-co-phonebk"; "und" is the order of no
 * language in particular. INVALID for what is none or of a language that ICU does not know;
 * NO_MEMORY; INTERNAL when ICU fails. */
int c4_collator_open(c4_collator **out, const c4_mem *mem, const char *locale);
void c4_collator_close(c4_collator *collator); /* may be NULL */
/* Appends bytes that stand to each other as the texts do; the last one, and no other, is 0.
 * `text` is well-formed. Failure shows in `out->code`. */
void c4_collator_key(c4_collator *collator, const char *text, size_t length, c4_buffer *out);

#endif
