/* SPDX-License-Identifier: MIT */
/* Spreads a number over all its bits, for tables that take some of them. */
#ifndef C4_MIX_H
#define C4_MIX_H

#include <stdint.h>

/* The finisher of MurmurHash3. */
uint64_t c4_mix(uint64_t hash);

#endif
