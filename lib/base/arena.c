/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <string.h>

enum {
    FIRST_BLOCK = 1024,
    LARGEST_BLOCK = 64 * 1024 /* unless one item needs more; the most a reset keeps */
};

struct c4_arena_block {
    c4_arena_block *next;
    size_t size;
    size_t used;
    max_align_t data[];
};

void c4_arena_init(c4_arena *arena, const c4_mem *mem)
{
    *arena = (c4_arena){.mem = mem};
}

/* Each block twice as large as the one before, up to the largest. With
 * C4_ARENA_APART each item has its own: every one of them can fail in a test. */
static size_t next_size(const c4_arena *arena, size_t need)
{
#ifdef C4_ARENA_APART
    (void)arena;
    return need;
#else
    size_t size = FIRST_BLOCK;

    if (arena->blocks != NULL) {
        size = arena->blocks->size < LARGEST_BLOCK / 2 ? arena->blocks->size * 2 : LARGEST_BLOCK;
    }
    return size < need ? need : size;
#endif
}

static bool push_block(c4_arena *arena, size_t need)
{
    size_t size = next_size(arena, need);
    size_t total;
    c4_arena_block *block = NULL;

    if (c4_add_size(size, sizeof *block, &total)) {
        block = c4_alloc(arena->mem, total);
    }
    if (block == NULL) {
        return false;
    }
    block->next = arena->blocks;
    block->size = size;
    block->used = 0;
    arena->blocks = block;
    return true;
}

/* Up to the next multiple of the strictest alignment, at least one. */
static bool round_up(size_t size, size_t *result)
{
    const size_t unit = _Alignof(max_align_t);
    size_t padded;

    if (!c4_add_size(size == 0 ? 1 : size, unit - 1, &padded)) {
        return false;
    }
    *result = padded / unit * unit;
    return true;
}

void c4_arena_reserve(c4_arena *arena, size_t size)
{
    const c4_arena_block *block = arena->blocks;

    if (block == NULL || block->size - block->used < size) {
        (void)push_block(arena, size);
    }
}

void *c4_arena_alloc(c4_arena *arena, size_t size)
{
    c4_arena_block *block = arena->blocks;
    size_t need;
    void *item;

    if (!round_up(size, &need)) {
        return NULL;
    }
    if (block == NULL || block->size - block->used < need) {
        if (!push_block(arena, need)) {
            return NULL;
        }
        block = arena->blocks;
    }
    item = (char *)block->data + block->used;
    block->used += need;
    arena->used += need;
    return item;
}

void *c4_arena_array(c4_arena *arena, size_t count, size_t size)
{
    size_t total = 0;
    void *items = NULL;

    if (c4_mul_size(count, size, &total)) {
        items = c4_arena_alloc(arena, total);
    }
    if (items != NULL) {
        memset(items, 0, total);
    }
    return items;
}

char *c4_arena_text(c4_arena *arena, const char *text, size_t length)
{
    size_t size;
    char *copy = NULL;

    if (c4_add_size(length, 1, &size)) {
        copy = c4_arena_alloc(arena, size);
    }
    if (copy != NULL) {
        if (length > 0) {
            memcpy(copy, text, length);
        }
        copy[length] = '\0';
    }
    return copy;
}

void *c4_arena_copy(c4_arena *arena, const void *bytes, size_t size)
{
    void *copy = c4_arena_alloc(arena, size);

    if (copy != NULL && size > 0) {
        memcpy(copy, bytes, size);
    }
    return copy;
}

static void drop_blocks(c4_arena *arena, size_t keep_up_to)
{
    c4_arena_block *block = arena->blocks;
    c4_arena_block *kept = NULL;

    while (block != NULL) {
        c4_arena_block *next = block->next;
        if (kept == NULL && block->size <= keep_up_to) {
            kept = block;
            kept->next = NULL;
            kept->used = 0;
        } else {
            c4_free(arena->mem, block);
        }
        block = next;
    }
    arena->blocks = kept;
    arena->used = 0;
}

void c4_arena_reset(c4_arena *arena)
{
    drop_blocks(arena, LARGEST_BLOCK);
}

void c4_arena_free(c4_arena *arena)
{
    drop_blocks(arena, 0);
}
