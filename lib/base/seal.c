/* SPDX-License-Identifier: MIT */
#include "base/seal.h"

#include "base/base64.h"

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

/* The lowest byte first. */
static void put_mark(c4_base64 *state, c4_buffer *out, uint64_t hash)
{
    unsigned char mark[MARK_SIZE];

    for (unsigned i = 0; i < MARK_SIZE; i++)
        mark[i] = (unsigned char)(hash >> (8 * i));
    c4_base64_put(state, out, mark, sizeof mark);
}

const char *c4_seal(c4_arena *arena, const unsigned char key[C4_SIPHASH_KEY], const void *bytes,
                    size_t length)
{
    const char *text = NULL;
    c4_base64 state = {0, 0};
    c4_buffer out;

    c4_buffer_init(&out, arena->mem, SIZE_MAX / 4);
    c4_base64_put(&state, &out, bytes, length);
    put_mark(&state, &out, c4_siphash(key, bytes, length));
    c4_base64_end(&state, &out);
    if (out.code == CRM4E_OK)
        text = c4_arena_text(arena, out.data, out.length);
    c4_buffer_free(&out);
    return text;
}

int c4_unseal(c4_arena *arena, const unsigned char key[C4_SIPHASH_KEY], const char *text,
              size_t length, const unsigned char **bytes, size_t *count)
{
    unsigned char *decoded = c4_arena_alloc(arena, c4_base64_room(length));
    size_t held = 0;
    if (decoded == NULL)
        return CRM4E_E_NO_MEMORY;
    if (!c4_base64_decode(text, length, decoded, &held) || held <= MARK_SIZE)
        return CRM4E_E_INVALID;
    *bytes = decoded;
    *count = held - MARK_SIZE;
    return c4_word_at(decoded + *count) == c4_siphash(key, decoded, *count) ? CRM4E_OK
                                                                            : CRM4E_E_INVALID;
}
