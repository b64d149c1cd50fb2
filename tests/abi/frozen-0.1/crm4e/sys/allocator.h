/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_SYS_ALLOCATOR_H
#define CRM4E_SYS_ALLOCATOR_H

#include <crm4e/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A host's memory. Must be usable from every thread that uses the engine.
 * Returned blocks are aligned as malloc() aligns them. SQLite and ICU keep
 * their own memory: what they use does not pass here.
 */
typedef struct crm4e_allocator {
    size_t struct_size; /**< sizeof(crm4e_allocator) */
    void *user;         /**< handed to every call; may be NULL */
    /** Must provide: a block of `size` (never 0) bytes, or NULL. */
    void *(*allocate)(void *user, size_t size);
    /** Must provide: like realloc() with `block` never NULL, `size` never 0. */
    void *(*reallocate)(void *user, void *block, size_t size);
    /** Must provide: `block` is never NULL. */
    void (*release)(void *user, void *block);
} crm4e_allocator;

#ifdef __cplusplus
}
#endif

#endif
