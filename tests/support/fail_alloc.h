/* SPDX-License-Identifier: MIT */
/* An allocator that counts, and that fails when a test asks it to. */
#ifndef TEST_FAIL_ALLOC_H
#define TEST_FAIL_ALLOC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include <crm4e/sys/allocator.h>

typedef struct fail_alloc {
    atomic_size_t calls;        /* blocks asked for, resizing included, since armed */
    atomic_size_t live;         /* blocks not released */
    size_t fail_at;             /* the call that fails, from 1; 0: none */
    bool fail_on;               /* and every call after it */
    struct fail_places *places; /* notes where calls come from; NULL: not */
} fail_alloc;

void fail_alloc_init(fail_alloc *state);
/* Counts anew; the n-th call from now on fails. Not while another thread allocates. */
void fail_alloc_arm(fail_alloc *state, size_t n, bool from_there_on);
/* True when a call was refused since armed. */
bool fail_alloc_hit(const fail_alloc *state);
/* Borrows `state`. New blocks come filled with junk. */
crm4e_allocator fail_alloc_host(fail_alloc *state);

/*
 * Runs `action` once for every allocation it makes, with that one failing, then
 * with all from there on failing. It must answer CRM4E_E_NO_MEMORY each time,
 * CRM4E_OK when nothing failed, and always leave no block behind. Returns the
 * number of allocations, 0 when the action broke the rule.
 */
size_t fail_alloc_sweep(int (*action)(const crm4e_allocator *host, void *context), void *context);

#endif
