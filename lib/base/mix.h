/* SPDX-License-Identifier: MIT */
/* Spreads a number over all its bits, for tables that take some of them. */
#ifndef C4_MIX_H
#define C4_MIX_H

#include <stddef.h>
#include <stdint.h>

/* The finisher of MurmurHash3. */
uint64_t c4_mix(uint64_t hash);
/* A checksum of bytes, as fast as memory: no change within one aligned word stays
 * unseen, any other with a chance of one in 2^64. Not against who wants to deceive, and
 * not the same on machines of another byte order. `seed` chains pieces. */
uint64_t c4_mix_bytes(uint64_t seed, const void *bytes, size_t length);

#endif
