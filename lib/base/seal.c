/* SPDX-License-Identifier: MIT */
#include "base/seal.h"

#include <string.h>

enum {
    MARK_SIZE = 8 /* of the keyed hash, at the end */
};

void c4_word_put(c4_buffer *out, uint64_t word)
{
    unsigned char bytes[8];
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(word >> (8 * i));
    c4_buffer_put(out, bytes, sizeof bytes);
}

uint64_t c4_word_at(const unsigned char *bytes)
{
    uint64_t word = 0;
    for (unsigned i = 0; i < 8; i++)
        word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Text while it is written; bits that make no letter yet. */
typedef struct encoder {
    char *at;
    unsigned bits;
    unsigned held;
} encoder;

static void encode(encoder *e, const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        e->held = e->held << 8 | bytes[i];
        for (e->bits += 8; e->bits >= 6; e->bits -= 6)
            *e->at++ = letters[e->held >> (e->bits - 6) & 63U];
        e->held &= 63U;
    }
}

const char *c4_seal(c4_arena *arena, const unsigned char key[C4_SIPHASH_KEY], const void *bytes,
                    size_t length)
{
    const uint64_t hash = c4_siphash(key, bytes, length);
    unsigned char mark[MARK_SIZE];
    size_t room = (length + MARK_SIZE) / 3 * 4 + 5; /* what bounds `length` bounds this */
    char *text = c4_arena_alloc(arena, room);
    encoder e = {.at = text};
    if (text == NULL)
        return NULL;
    for (unsigned i = 0; i < MARK_SIZE; i++)
        mark[i] = (unsigned char)(hash >> (8 * i));
    encode(&e, bytes, length);
    encode(&e, mark, sizeof mark);
    if (e.bits > 0)
        *e.at++ = letters[e.held << (6 - e.bits) & 63U];
    *e.at = '\0';
    return text;
}

/* False for anything encode() does not write. */
static bool decode(const char *text, size_t length, unsigned char *bytes, size_t *count)
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

int c4_unseal(c4_arena *arena, const unsigned char key[C4_SIPHASH_KEY], const char *text,
              size_t length, const unsigned char **bytes, size_t *count)
{
    unsigned char *decoded = c4_arena_alloc(arena, length);
    size_t held = 0;
    if (decoded == NULL)
        return CRM4E_E_NO_MEMORY;
    if (!decode(text, length, decoded, &held) || held <= MARK_SIZE)
        return CRM4E_E_INVALID;
    *bytes = decoded;
    *count = held - MARK_SIZE;
    return c4_word_at(decoded + *count) == c4_siphash(key, decoded, *count) ? CRM4E_OK
                                                                            : CRM4E_E_INVALID;
}
