/* SPDX-License-Identifier: MIT */
#include "base/mix.h"

#include <string.h>

enum {
    LANES = 4,
    STRIPE = LANES * 8
};

uint64_t c4_mix(uint64_t hash)
{
    hash = (hash ^ (hash >> 33)) * UINT64_C(0xff51afd7ed558ccd);
    hash = (hash ^ (hash >> 33)) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ (hash >> 33);
}

/* Every step can be taken back, so that two states never meet by one different word. */
static void take_stripe(uint64_t *lanes, const unsigned char *bytes)
{
    uint64_t words[LANES];

    memcpy(words, bytes, sizeof words);
    for (int i = 0; i < LANES; i++) {
        const uint64_t lane = (lanes[i] ^ words[i]) * UINT64_C(0xd6e8feb86659fd93);
        lanes[i] = lane << 29 | lane >> 35;
    }
}

uint64_t c4_mix_bytes(uint64_t seed, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    uint64_t hash = c4_mix(seed ^ length);
    uint64_t lanes[LANES] = {hash, hash + 1, hash + 2, hash + 3};
    unsigned char rest[STRIPE] = {0};
    size_t left = length;

    for (; left >= STRIPE; left -= STRIPE, at += STRIPE)
        take_stripe(lanes, at);
    if (left > 0) {
        memcpy(rest, at, left);
        take_stripe(lanes, rest);
    }
    for (int i = 0; i < LANES; i++)
        hash = c4_mix(hash ^ lanes[i]) + 1;
    return hash;
}
