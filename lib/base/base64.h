/* SPDX-License-Identifier: MIT */
/* Bytes as text: base64url without padding (RFC 4648, section 5). */
#ifndef C4_BASE64_H
#define C4_BASE64_H

#include "base/buffer.h"

/* Text while it is written: begin with zeros, put pieces, end. */
typedef struct c4_base64 {
    unsigned bits; /* that make no letter yet */
    unsigned held;
} c4_base64;
void c4_base64_put(c4_base64 *state, c4_buffer *out, const void *bytes, size_t length);
void c4_base64_end(c4_base64 *state, c4_buffer *out);

/* Room for the bytes of so much text. */
size_t c4_base64_room(size_t length);
/* False for anything the above does not write. */
bool c4_base64_decode(const char *text, size_t length, unsigned char *bytes, size_t *count);

#endif
