/* SPDX-License-Identifier: MIT */
/* SHA-256 (FIPS 180-4), for checksums that any language can make. */
#ifndef C4_SHA256_H
#define C4_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum {
    C4_SHA256_BLOCK = 64,
    C4_SHA256_TEXT = 65 /* hexadecimal digits and NUL */
};

typedef struct c4_sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes taken */
    unsigned char block[C4_SHA256_BLOCK];
} c4_sha256;

void c4_sha256_start(c4_sha256 *hash);
void c4_sha256_add(c4_sha256 *hash, const void *bytes, size_t length);
void c4_sha256_end(c4_sha256 *hash, char text[C4_SHA256_TEXT]);

#endif
