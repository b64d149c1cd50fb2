/* SPDX-License-Identifier: MIT */
/* Memory that is freed all at once: the scratch of a call, the rows of a page. */
#ifndef C4_ARENA_H
#define C4_ARENA_H

#include "base/mem.h"

typedef struct c4_arena_block c4_arena_block;

typedef struct c4_arena {
    const c4_mem *mem;
    c4_arena_block *blocks; /* newest first */
    size_t used;            /* bytes handed out, for ceilings and reports */
} c4_arena;

void c4_arena_init(c4_arena *arena, const c4_mem *mem);
/* Makes one block for the next `size` bytes, where many small items are to come.
 * Without memory the items get blocks of their own, or fail. */
void c4_arena_reserve(c4_arena *arena, size_t size);
/* Aligned for any type; NULL when there is no memory. Size 0 is served as 1. */
void *c4_arena_alloc(c4_arena *arena, size_t size);
/* Zeroed; NULL also when the product overflows. */
void *c4_arena_array(c4_arena *arena, size_t count, size_t size);
/* NUL-terminated copy of `length` bytes. */
char *c4_arena_text(c4_arena *arena, const char *text, size_t length);
void *c4_arena_copy(c4_arena *arena, const void *bytes, size_t size);
/* Forgets everything but keeps one block of ordinary size for the next use. */
void c4_arena_reset(c4_arena *arena);
void c4_arena_free(c4_arena *arena);

#endif
