/* SPDX-License-Identifier: MIT */
/* SipHash-2-4 with 64 bits: a keyed hash that cannot be guessed without the
 * key (Aumasson, Bernstein: "SipHash: a fast short-input PRF"). */
#ifndef C4_SIPHASH_H
#define C4_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

enum {
    C4_SIPHASH_KEY = 16
};

uint64_t c4_siphash(const unsigned char key[C4_SIPHASH_KEY], const void *bytes, size_t length);

#endif
