/* SPDX-License-Identifier: MIT */
/*
 * A growing byte buffer with a ceiling. Appends after a failure do nothing;
 * the first failure is kept in `code` (NO_MEMORY or TOO_BIG), so that a writer
 * checks once at its end. `data` is always NUL-terminated once non-NULL.
 */
#ifndef C4_BUFFER_H
#define C4_BUFFER_H

#include "base/mem.h"

typedef struct c4_buffer {
    const c4_mem *mem;
    char *data;
    size_t length;
    size_t capacity;
    size_t ceiling; /* TOO_BIG beyond it */
    int code;
} c4_buffer;

void c4_buffer_init(c4_buffer *buffer, const c4_mem *mem, size_t ceiling);
/* Makes room for `length` more bytes at once, where they come piece by piece. */
void c4_buffer_reserve(c4_buffer *buffer, size_t length);
/* Appends `length` bytes for the caller to write at once; NULL after a failure. */
char *c4_buffer_extend(c4_buffer *buffer, size_t length);
void c4_buffer_put(c4_buffer *buffer, const void *bytes, size_t length);
void c4_buffer_text(c4_buffer *buffer, const char *text); /* NUL-terminated */
void c4_buffer_char(c4_buffer *buffer, char c);
void c4_buffer_i64(c4_buffer *buffer, int64_t number);
/* Takes away what is behind the first `length` bytes. */
void c4_buffer_cut(c4_buffer *buffer, size_t length);
/* Empties it, keeps the memory, clears `code`. */
void c4_buffer_reset(c4_buffer *buffer);
/* The text, "" when nothing was written; NULL after a failure. */
const char *c4_buffer_c_str(const c4_buffer *buffer);
/* Hands the memory to the caller (c4_free); the buffer is empty afterwards. An
 * empty buffer gives allocated "". NULL after a failure; `length` may be NULL. */
char *c4_buffer_take(c4_buffer *buffer, size_t *length);
void c4_buffer_free(c4_buffer *buffer);

#endif
