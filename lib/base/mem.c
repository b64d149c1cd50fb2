/* SPDX-License-Identifier: MIT */
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#include <crm4e/errors.h>

enum {
    FIRST_ITEMS = 8
};

static void *default_allocate(void *user, size_t size)
{
    (void)user;
    return malloc(size);
}

static void *default_reallocate(void *user, void *block, size_t size)
{
    (void)user;
    return realloc(block, size);
}

static void default_release(void *user, void *block)
{
    (void)user;
    free(block);
}

void c4_mem_default(c4_mem *mem)
{
    mem->host = (crm4e_allocator){
        .struct_size = sizeof(crm4e_allocator),
        .user = NULL,
        .allocate = default_allocate,
        .reallocate = default_reallocate,
        .release = default_release,
    };
}

/* No object may be larger; a host's allocator never sees such a size. */
static bool is_possible(size_t size)
{
    return size <= PTRDIFF_MAX;
}

void *c4_alloc(const c4_mem *mem, size_t size)
{
    if (!is_possible(size)) {
        return NULL;
    }
    return mem->host.allocate(mem->host.user, size == 0 ? 1 : size);
}

void *c4_alloc_array(const c4_mem *mem, size_t count, size_t size)
{
    size_t total = 0;
    void *block = NULL;

    if (c4_mul_size(count, size, &total)) {
        block = c4_alloc(mem, total);
    }
    if (block != NULL) {
        memset(block, 0, total);
    }
    return block;
}

void *c4_resize(const c4_mem *mem, void *block, size_t size)
{
    if (block == NULL) {
        return c4_alloc(mem, size);
    }
    if (!is_possible(size)) {
        return NULL;
    }
    return mem->host.reallocate(mem->host.user, block, size == 0 ? 1 : size);
}

void c4_free(const c4_mem *mem, void *block)
{
    if (block != NULL) {
        mem->host.release(mem->host.user, block);
    }
}

void c4_free_secret(const c4_mem *mem, void *block, size_t size)
{
    if (block != NULL) {
        c4_wipe(block, size);
        c4_free(mem, block);
    }
}

void c4_wipe(void *block, size_t size)
{
    /* volatile: a compiler may drop stores to memory that is freed next. */
    volatile unsigned char *bytes = block;

    for (size_t i = 0; i < size; i++) {
        bytes[i] = 0;
    }
}

char *c4_copy_text(const c4_mem *mem, const char *text, size_t length)
{
    size_t size = 0;
    char *copy = NULL;

    if (c4_add_size(length, 1, &size)) {
        copy = c4_alloc(mem, size);
    }
    if (copy != NULL) {
        if (length > 0) {
            memcpy(copy, text, length);
        }
        copy[length] = '\0';
    }
    return copy;
}

int c4_grow(const c4_mem *mem, void **items, size_t *capacity, size_t need, size_t item_size)
{
    size_t wanted = FIRST_ITEMS;
    size_t size = 0;
    void *block;

    if (need <= *capacity) {
        return CRM4E_OK;
    }
    if (*capacity > 0 && !c4_mul_size(*capacity, 2, &wanted)) {
        wanted = need;
    }
    if (wanted < need) {
        wanted = need;
    }
    if (!c4_mul_size(wanted, item_size, &size)) {
        return CRM4E_E_NO_MEMORY;
    }
    /* memcpy: `items` is the address of a pointer to any type. */
    memcpy(&block, items, sizeof block);
    block = c4_resize(mem, block, size);
    if (block == NULL) {
        return CRM4E_E_NO_MEMORY;
    }
    memcpy(items, &block, sizeof block);
    *capacity = wanted;
    return CRM4E_OK;
}

bool c4_add_size(size_t a, size_t b, size_t *result)
{
    if (a > SIZE_MAX - b) {
        return false;
    }
    *result = a + b;
    return true;
}

bool c4_mul_size(size_t a, size_t b, size_t *result)
{
    if (b != 0 && a > SIZE_MAX / b) {
        return false;
    }
    *result = a * b;
    return true;
}

bool c4_add_i64(int64_t a, int64_t b, int64_t *result)
{
    if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b) {
        return false;
    }
    *result = a + b;
    return true;
}

bool c4_sub_i64(int64_t a, int64_t b, int64_t *result)
{
    if (b > 0 ? a < INT64_MIN + b : a > INT64_MAX + b) {
        return false;
    }
    *result = a - b;
    return true;
}

static bool product_fits(int64_t a, int64_t b)
{
    bool fits = true;

    if (b == -1) {
        fits = a != INT64_MIN;
    } else if (a != 0 && b != 0) {
        int64_t bound = ((a < 0) == (b < 0) ? INT64_MAX : INT64_MIN) / b;
        fits = a > 0 ? a <= bound : a >= bound;
    }
    return fits;
}

bool c4_mul_i64(int64_t a, int64_t b, int64_t *result)
{
    if (!product_fits(a, b)) {
        return false;
    }
    *result = a * b;
    return true;
}
