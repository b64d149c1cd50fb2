/* SPDX-License-Identifier: MIT */
/* Bytes that go through a reader's hands and come back: text of base64url that
 * carries a keyed hash (SipHash-2-4) of what is in it. He may read it; what he
 * changes is noticed. */
#ifndef C4_SEAL_H
#define C4_SEAL_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/siphash.h"
#include <crm4e/errors.h>

/* Eight bytes, the lowest first. */
void c4_word_put(c4_buffer *out, uint64_t word);
uint64_t c4_word_at(const unsigned char *bytes);

/* The sealed text in the arena; NULL: no memory. */
const char *c4_seal(c4_arena *arena, const unsigned char key[C4_SIPHASH_KEY], const void *bytes,
                    size_t length);
/* What was sealed with that key, in the arena: at least one byte. INVALID for
 * anything else, NO_MEMORY. */
int c4_unseal(c4_arena *arena, const unsigned char key[C4_SIPHASH_KEY], const char *text,
              size_t length, const unsigned char **bytes, size_t *count);

#endif
