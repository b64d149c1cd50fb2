/* SPDX-License-Identifier: MIT */
/* Memory of one engine: the host's allocator behind overflow-checked calls. */
#ifndef C4_MEM_H
#define C4_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <crm4e/sys/allocator.h>

typedef struct c4_mem {
    crm4e_allocator host;
} c4_mem;

/* The C library's malloc, used when the host gives no allocator. */
void c4_mem_default(c4_mem *mem);

/* NULL when the host has none left. A size of 0 is served as 1. */
void *c4_alloc(const c4_mem *mem, size_t size);
/* Zeroed room for `count` items; NULL also when the product overflows. */
void *c4_alloc_array(const c4_mem *mem, size_t count, size_t size);
/* `block` may be NULL; on failure the old block stays valid. */
void *c4_resize(const c4_mem *mem, void *block, size_t size);
/* NULL is fine. */
void c4_free(const c4_mem *mem, void *block);
/* Overwrites before freeing: for keys and credentials. */
void c4_free_secret(const c4_mem *mem, void *block, size_t size);
void c4_wipe(void *block, size_t size);
/* A NUL-terminated copy; NULL when there is no memory. */
char *c4_copy_text(const c4_mem *mem, const char *text, size_t length);

/* Grows `*items` so that `need` items fit, doubling; CRM4E_OK, NO_MEMORY. */
int c4_grow(const c4_mem *mem, void **items, size_t *capacity, size_t need, size_t item_size);

/* False on overflow, `*result` untouched. */
bool c4_add_size(size_t a, size_t b, size_t *result);
bool c4_mul_size(size_t a, size_t b, size_t *result);
bool c4_add_i64(int64_t a, int64_t b, int64_t *result);
bool c4_sub_i64(int64_t a, int64_t b, int64_t *result);
bool c4_mul_i64(int64_t a, int64_t b, int64_t *result);

#endif
