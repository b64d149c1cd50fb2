/* SPDX-License-Identifier: MIT */
#ifndef CRM4E_SYS_CLOCK_H
#define CRM4E_SYS_CLOCK_H

#include <crm4e/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A host's clock. It may run backwards: order never depends on it, times that
 * must not fall (modified after created, trial periods) are clamped.
 */
typedef struct crm4e_clock {
    size_t struct_size; /**< sizeof(crm4e_clock) */
    void *user;         /**< handed to every call; may be NULL */
    /**
     * Must provide: writes microseconds since 1970-01-01T00:00:00Z.
     * Answers #CRM4E_CONTINUE; a time outside years 1970 to 9999 is
     * #CRM4E_E_CALLBACK.
     */
    int32_t (*now)(void *user, int64_t *microseconds);
} crm4e_clock;

/** A host's source of random bytes (ids of orgs, keys of page tokens). */
typedef struct crm4e_random {
    size_t struct_size; /**< sizeof(crm4e_random) */
    void *user;         /**< handed to every call; may be NULL */
    /** Must provide: fills `size` bytes; answers #CRM4E_CONTINUE. */
    int32_t (*fill)(void *user, void *bytes, size_t size);
} crm4e_random;

#ifdef __cplusplus
}
#endif

#endif
