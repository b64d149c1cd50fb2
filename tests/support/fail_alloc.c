/* SPDX-License-Identifier: MIT */
#include "support/fail_alloc.h"

#include <stdlib.h>
#include <string.h>

#include <crm4e/errors.h>

#include "support/fail_places.h"

static bool refuses(fail_alloc *state)
{
    size_t call = atomic_fetch_add(&state->calls, 1) + 1;

    if (state->places != NULL) {
        fail_places_note(state->places, call);
    }
    return state->fail_at != 0 &&
           (call == state->fail_at || (state->fail_on && call > state->fail_at));
}

static void *fail_allocate(void *user, size_t size)
{
    fail_alloc *state = user;
    void *block = refuses(state) ? NULL : malloc(size);

    if (block != NULL) {
        memset(block, 0xA5, size);
        atomic_fetch_add(&state->live, 1);
    }
    return block;
}

static void *fail_reallocate(void *user, void *block, size_t size)
{
    return refuses(user) ? NULL : realloc(block, size);
}

static void fail_release(void *user, void *block)
{
    fail_alloc *state = user;

    atomic_fetch_sub(&state->live, 1);
    free(block);
}

void fail_alloc_init(fail_alloc *state)
{
    atomic_init(&state->live, 0);
    atomic_init(&state->calls, 0);
    state->fail_at = 0;
    state->fail_on = false;
    state->places = NULL;
}

void fail_alloc_arm(fail_alloc *state, size_t n, bool from_there_on)
{
    atomic_store(&state->calls, 0);
    state->fail_at = n;
    state->fail_on = from_there_on;
}

bool fail_alloc_hit(const fail_alloc *state)
{
    return state->fail_at != 0 && atomic_load(&state->calls) >= state->fail_at;
}

crm4e_allocator fail_alloc_host(fail_alloc *state)
{
    return (crm4e_allocator){
        .struct_size = sizeof(crm4e_allocator),
        .user = state,
        .allocate = fail_allocate,
        .reallocate = fail_reallocate,
        .release = fail_release,
    };
}

/* True when the action kept the rule; `*hit` tells whether a call was refused. */
static bool keeps_rule(int (*action)(const crm4e_allocator *host, void *context), void *context,
                       size_t n, bool from_there_on, bool *hit)
{
    fail_alloc state;
    crm4e_allocator host = fail_alloc_host(&state);
    int rc;

    fail_alloc_init(&state);
    fail_alloc_arm(&state, n, from_there_on);
    rc = action(&host, context);
    *hit = fail_alloc_hit(&state);
    return rc == (*hit ? CRM4E_E_NO_MEMORY : CRM4E_OK) && atomic_load(&state.live) == 0;
}

size_t fail_alloc_sweep(int (*action)(const crm4e_allocator *host, void *context), void *context)
{
    bool hit = true;
    size_t n = 0;

    while (hit) {
        n++;
        if (!keeps_rule(action, context, n, false, &hit) ||
            !keeps_rule(action, context, n, true, &hit)) {
            return 0;
        }
    }
    return n - 1;
}
