/* SPDX-License-Identifier: MIT */
#include "base/base64.h"

#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void c4_base64_put(c4_base64 *state, c4_buffer *out, const void *bytes, size_t length)
{
    const unsigned char *byte = bytes;
    char *at = c4_buffer_extend(out, (length * 8 + state->bits) / 6);

    for (size_t i = 0; at != NULL && i < length; i++) {
        state->held = state->held << 8 | byte[i];
        for (state->bits += 8; state->bits >= 6; state->bits -= 6)
            *at++ = letters[state->held >> (state->bits - 6) & 63U];
        state->held &= 63U;
    }
}

void c4_base64_end(c4_base64 *state, c4_buffer *out)
{
    if (state->bits > 0)
        c4_buffer_char(out, letters[state->held << (6 - state->bits) & 63U]);
    *state = (c4_base64){0, 0};
}

size_t c4_base64_room(size_t length)
{
    return length / 4 * 3 + 3;
}

bool c4_base64_decode(const char *text, size_t length, unsigned char *bytes, size_t *count)
{
    unsigned bits = 0;
    unsigned held = 0;
    bool well = length % 4 != 1;

    *count = 0;
    for (size_t i = 0; i < length && well; i++) {
        const char *letter = memchr(letters, text[i], sizeof letters - 1);

        well = letter != NULL;
        held = held << 6 | (well ? (unsigned)(letter - letters) : 0);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes[(*count)++] = (unsigned char)(held >> bits & 255U);
        }
        held &= (1U << bits) - 1U;
    }
    return well && held == 0;
}
