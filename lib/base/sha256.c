/* SPDX-License-Identifier: MIT */
#include "base/sha256.h"

#include <string.h>

/* The fractions of the cube roots of the first 64 primes. */
static const uint32_t constants[C4_SHA256_BLOCK] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turned(uint32_t word, unsigned bits)
{
    return word >> bits | word << (32 - bits);
}

static void spread(const unsigned char *block, uint32_t words[C4_SHA256_BLOCK])
{
    for (size_t i = 0; i < 16; i++, block += 4)
        words[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 |
                   block[3];
    for (size_t i = 16; i < C4_SHA256_BLOCK; i++) {
        uint32_t a = words[i - 15];
        uint32_t b = words[i - 2];

        words[i] = words[i - 16] + (turned(a, 7) ^ turned(a, 18) ^ a >> 3) + words[i - 7] +
                   (turned(b, 17) ^ turned(b, 19) ^ b >> 10);
    }
}

static void take_block(c4_sha256 *hash, const unsigned char *block)
{
    uint32_t words[C4_SHA256_BLOCK];
    uint32_t s[8];

    spread(block, words);
    memcpy(s, hash->state, sizeof s);
    for (size_t i = 0; i < C4_SHA256_BLOCK; i++) {
        uint32_t first = s[7] + (turned(s[4], 6) ^ turned(s[4], 11) ^ turned(s[4], 25)) +
                         ((s[4] & s[5]) ^ (~s[4] & s[6])) + constants[i] + words[i];
        uint32_t second = (turned(s[0], 2) ^ turned(s[0], 13) ^ turned(s[0], 22)) +
                          ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));

        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += first;
        s[0] = first + second;
    }
    for (size_t i = 0; i < 8; i++)
        hash->state[i] += s[i];
}

void c4_sha256_start(c4_sha256 *hash)
{
    static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

    memcpy(hash->state, initial, sizeof initial);
    hash->length = 0;
}

void c4_sha256_add(c4_sha256 *hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;

    while (length > 0) {
        size_t held = (size_t)(hash->length % C4_SHA256_BLOCK);
        size_t piece = C4_SHA256_BLOCK - held < length ? C4_SHA256_BLOCK - held : length;

        memcpy(hash->block + held, at, piece);
        hash->length += piece;
        at += piece;
        length -= piece;
        if (held + piece == C4_SHA256_BLOCK)
            take_block(hash, hash->block);
    }
}

void c4_sha256_end(c4_sha256 *hash, char text[C4_SHA256_TEXT])
{
    static const char digits[] = "0123456789abcdef";
    static const unsigned char padding[C4_SHA256_BLOCK] = {0x80};
    const uint64_t bits = hash->length * 8;
    unsigned char last[8];

    for (size_t i = 0; i < sizeof last; i++)
        last[i] = (unsigned char)(bits >> (56 - 8 * i));
    c4_sha256_add(hash, padding, 1 + (119 - (size_t)(hash->length % C4_SHA256_BLOCK)) % 64);
    c4_sha256_add(hash, last, sizeof last);
    for (size_t i = 0; i < C4_SHA256_TEXT - 1; i++)
        text[i] = digits[hash->state[i / 8] >> (28 - 4 * (i % 8)) & 15U];
    text[C4_SHA256_TEXT - 1] = '\0';
}
