/* SPDX-License-Identifier: MIT */
#include "api/handle.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <crm4e/errors.h>

/* A token's bits, from the low end: kind, generation, slot, engine place. The
 * widths add up to the width of a pointer; kind is never 0, so no token is
 * NULL. */
#if UINTPTR_MAX > UINT32_MAX
enum {
    KIND_BITS = 4,
    GENERATION_BITS = 26,
    SLOT_BITS = 24,
    ENGINE_BITS = 10
};
#else
enum {
    KIND_BITS = 4,
    GENERATION_BITS = 8,
    SLOT_BITS = 16,
    ENGINE_BITS = 4
};
#endif

enum {
    PLACES = C4_ENGINES < (1 << ENGINE_BITS) ? C4_ENGINES : (1 << ENGINE_BITS),
    FIRST_CHUNK_BITS = 6, /* chunk k holds 64 << k slots */
    CHUNKS = SLOT_BITS - FIRST_CHUNK_BITS
};
#define GENERATION_MASK ((UINT32_C(1) << GENERATION_BITS) - 1u)

typedef struct slot {
    _Atomic uint32_t state; /* generation << 4 | kind; kind 0: free */
    uint32_t next_free;     /* slot number + 1; guarded by the place's lock */
    _Atomic(void *) object;
    _Atomic(void *) parent;
} slot;

/* One engine. `calls` counts those inside plus one for being open; at 0 the
 * memory goes. The lock guards the free list and the growth, never a
 * callback. */
typedef struct place {
    pthread_mutex_t lock;
    _Atomic uint32_t calls;
    _Atomic(slot *) chunks[CHUNKS];
    uint32_t slot_count;
    uint32_t first_free;
    const c4_mem *mem;
    void (*drop)(void *object);
    void *object;
    bool taken; /* guarded by places_lock, as is the next */
    pthread_mutex_t *engine_lock;
} place;

static place places[PLACES];
static pthread_mutex_t places_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t places_once = PTHREAD_ONCE_INIT;

typedef struct token_parts {
    uint32_t kind;
    uint32_t generation;
    uint32_t slot;
    uint32_t engine;
} token_parts;

static token_parts split(const void *token)
{
    uintptr_t bits = (uintptr_t)token;
    token_parts parts;

    parts.kind = (uint32_t)(bits & ((1u << KIND_BITS) - 1u));
    bits >>= KIND_BITS;
    parts.generation = (uint32_t)(bits & GENERATION_MASK);
    bits >>= GENERATION_BITS;
    parts.slot = (uint32_t)(bits & ((UINT32_C(1) << SLOT_BITS) - 1u));
    parts.engine = (uint32_t)(bits >> SLOT_BITS);
    return parts;
}

static void *join(token_parts parts)
{
    uintptr_t bits = parts.engine;

    bits = bits << SLOT_BITS | parts.slot;
    bits = bits << GENERATION_BITS | parts.generation;
    bits = bits << KIND_BITS | parts.kind;
    return (void *)bits;
}

static uint32_t state_of(uint32_t generation, uint32_t kind)
{
    return generation << KIND_BITS | kind;
}

/* Slot n lies in chunk k at the place that remains, where chunk k starts at
 * 64 * (2^k - 1). */
static slot *slot_at(place *where, uint32_t number)
{
    uint32_t shifted = (number >> FIRST_CHUNK_BITS) + 1u;
    uint32_t chunk = 0;
    slot *slots;

    while (shifted >> (chunk + 1u))
        chunk++;
    if (chunk >= CHUNKS)
        return NULL;
    slots = atomic_load_explicit(&where->chunks[chunk], memory_order_acquire);
    if (!slots)
        return NULL;
    return slots + (number - ((((uint32_t)1 << chunk) - 1u) << FIRST_CHUNK_BITS));
}

static _Atomic uint32_t fork_epoch;

/* All locks are held over a fork, in one order: the child has them free and
 * what they guard whole. */
static void before_fork(void)
{
    pthread_mutex_lock(&places_lock);
    for (size_t i = 0; i < PLACES; i++) {
        if (!places[i].engine_lock)
            continue;
        pthread_mutex_lock(places[i].engine_lock);
        pthread_mutex_lock(&places[i].lock);
    }
}

static void after_fork_in_parent(void)
{
    for (size_t i = 0; i < PLACES; i++) {
        if (!places[i].engine_lock)
            continue;
        pthread_mutex_unlock(&places[i].lock);
        pthread_mutex_unlock(places[i].engine_lock);
    }
    pthread_mutex_unlock(&places_lock);
}

static void after_fork_in_child(void)
{
    atomic_fetch_add(&fork_epoch, 1u);
    after_fork_in_parent();
}

static void set_engine_lock(place *where, pthread_mutex_t *lock)
{
    pthread_mutex_lock(&places_lock);
    where->engine_lock = lock;
    pthread_mutex_unlock(&places_lock);
}

uint32_t c4_fork_epoch(void)
{
    return atomic_load_explicit(&fork_epoch, memory_order_relaxed);
}

static void init_places(void)
{
    for (size_t i = 0; i < PLACES; i++)
        (void)pthread_mutex_init(&places[i].lock, NULL);
    (void)pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

/* Enters a place that is open; false when nobody is in it any more. */
static bool hold(place *where)
{
    uint32_t calls = atomic_load_explicit(&where->calls, memory_order_relaxed);

    while (calls != 0) {
        if (atomic_compare_exchange_weak_explicit(&where->calls, &calls, calls + 1u,
                                                  memory_order_acquire, memory_order_relaxed))
            return true;
    }
    return false;
}

/* What the next tenant of the place must not take over: slots keep their
 * generation only as long as their memory, so the place's first generation
 * moves on with each tenant. */
static uint32_t first_generation[PLACES];

static void vacate(place *where)
{
    void (*drop)(void *object) = where->drop;
    void *object = where->object;
    size_t index = (size_t)(where - places);
    uint32_t highest = first_generation[index];

    set_engine_lock(where, NULL);
    for (size_t i = 0; i < CHUNKS; i++) {
        slot *slots = atomic_load(&where->chunks[i]);
        size_t count = slots ? (size_t)1 << (FIRST_CHUNK_BITS + i) : 0;

        for (size_t j = 0; j < count; j++) {
            uint32_t generation = atomic_load(&slots[j].state) >> KIND_BITS;

            highest = generation > highest ? generation : highest;
        }
        c4_free(where->mem, slots);
        atomic_store(&where->chunks[i], NULL);
    }
    drop(object);
    pthread_mutex_lock(&places_lock);
    first_generation[index] = (highest + 1u) & GENERATION_MASK;
    where->taken = false;
    pthread_mutex_unlock(&places_lock);
}

static void let_go(place *where)
{
    if (atomic_fetch_sub_explicit(&where->calls, 1u, memory_order_acq_rel) == 1u)
        vacate(where);
}

static place *take_place(void)
{
    place *found = NULL;

    pthread_mutex_lock(&places_lock);
    for (size_t i = 0; i < PLACES && !found; i++) {
        if (!places[i].taken) {
            found = &places[i];
            found->taken = true;
            found->slot_count = 0;
            found->first_free = 0;
        }
    }
    pthread_mutex_unlock(&places_lock);
    return found;
}

static void give_back(place *where)
{
    pthread_mutex_lock(&places_lock);
    where->taken = false;
    pthread_mutex_unlock(&places_lock);
}

/* Adds a chunk twice as large as the last one. The allocator is the host's, so
 * it runs without the lock; who comes second frees his chunk. */
static int grow(place *where, uint32_t seen)
{
    uint32_t chunk = 0;
    uint32_t size;
    slot *slots;

    while ((((uint32_t)1 << chunk) - 1u) << FIRST_CHUNK_BITS < seen)
        chunk++;
    if (chunk >= CHUNKS)
        return CRM4E_E_LIMIT;
    size = (uint32_t)1 << (FIRST_CHUNK_BITS + chunk);
    slots = c4_alloc_array(where->mem, size, sizeof *slots);
    if (!slots)
        return CRM4E_E_NO_MEMORY;
    pthread_mutex_lock(&where->lock);
    if (where->slot_count == seen) {
        uint32_t generation = first_generation[where - places];

        for (uint32_t i = 0; i < size; i++) {
            atomic_init(&slots[i].state, state_of(generation, 0));
            slots[i].next_free = i + 1u < size ? seen + i + 2u : where->first_free;
        }
        where->first_free = seen + 1u;
        where->slot_count = seen + size;
        atomic_store_explicit(&where->chunks[chunk], slots, memory_order_release);
        slots = NULL;
    }
    pthread_mutex_unlock(&where->lock);
    c4_free(where->mem, slots);
    return CRM4E_OK;
}

static int new_slot(place *where, uint32_t kind, void *object, void *parent, void **token)
{
    for (;;) {
        token_parts parts = {kind, 0, 0, (uint32_t)(where - places)};
        uint32_t seen;
        slot *free_slot = NULL;
        int rc;

        pthread_mutex_lock(&where->lock);
        seen = where->slot_count;
        if (where->first_free) {
            parts.slot = where->first_free - 1u;
            free_slot = slot_at(where, parts.slot);
            where->first_free = free_slot->next_free;
        }
        pthread_mutex_unlock(&where->lock);
        if (free_slot) {
            parts.generation = atomic_load(&free_slot->state) >> KIND_BITS;
            atomic_store(&free_slot->object, object);
            atomic_store(&free_slot->parent, parent);
            atomic_store_explicit(&free_slot->state, state_of(parts.generation, kind),
                                  memory_order_release);
            *token = join(parts);
            return CRM4E_OK;
        }
        rc = grow(where, seen);
        if (rc < 0)
            return rc;
    }
}

int c4_handle_new_engine(const c4_mem *mem, pthread_mutex_t *lock, void *object,
                         void (*drop)(void *object), void **token)
{
    place *where;
    int rc;

    (void)pthread_once(&places_once, init_places);
    where = take_place();
    if (!where)
        return CRM4E_E_LIMIT;
    where->mem = mem;
    where->drop = drop;
    where->object = object;
    rc = new_slot(where, C4_KIND_ENGINE, object, object, token);
    if (rc < 0) {
        give_back(where);
        return rc;
    }
    set_engine_lock(where, lock);
    atomic_store_explicit(&where->calls, 1u, memory_order_release);
    return CRM4E_OK;
}

/* The live slot of a token whose place is held. */
static slot *find(place *where, token_parts parts)
{
    slot *found = slot_at(where, parts.slot);

    if (found && atomic_load_explicit(&found->state, memory_order_acquire) ==
                     state_of(parts.generation, parts.kind))
        return found;
    return NULL;
}

void *c4_handle_enter(const void *token, c4_kind kind, void **parent)
{
    token_parts parts = split(token);
    place *where;
    slot *found;

    if (parts.kind != (uint32_t)kind || parts.engine >= PLACES)
        return NULL;
    where = &places[parts.engine];
    if (!hold(where))
        return NULL;
    found = find(where, parts);
    if (!found) {
        let_go(where);
        return NULL;
    }
    if (parent)
        *parent = atomic_load(&found->parent);
    return atomic_load(&found->object);
}

void *c4_handle_look(const void *token, c4_kind kind)
{
    token_parts parts = split(token);
    slot *found = parts.kind == (uint32_t)kind && parts.engine < PLACES
                      ? find(&places[parts.engine], parts)
                      : NULL;

    return found ? atomic_load(&found->object) : NULL;
}

void c4_handle_leave(const void *token)
{
    let_go(&places[split(token).engine]);
}

int c4_handle_new(const void *engine_token, c4_kind kind, void *object, void *parent, void **token)
{
    return new_slot(&places[split(engine_token).engine], kind, object, parent, token);
}

/* Ends the slot's generation if it is still this token's; the next generation
 * starts free. A generation that ran out retires the slot, so that no token
 * ever comes back to life. */
static void *kill_slot(place *where, token_parts parts, bool reuse)
{
    slot *found = find(where, parts);
    uint32_t live = state_of(parts.generation, parts.kind);
    uint32_t next = (parts.generation + 1u) & GENERATION_MASK;
    void *object;

    if (!found)
        return NULL;
    object = atomic_load(&found->object);
    if (!atomic_compare_exchange_strong(&found->state, &live, state_of(next, 0)))
        return NULL;
    if (reuse && next != 0) {
        pthread_mutex_lock(&where->lock);
        found->next_free = where->first_free;
        where->first_free = parts.slot + 1u;
        pthread_mutex_unlock(&where->lock);
    }
    return object;
}

void *c4_handle_kill(const void *token, c4_kind kind)
{
    token_parts parts = split(token);
    place *where;
    void *object;

    if (parts.kind != (uint32_t)kind || parts.engine >= PLACES)
        return NULL;
    where = &places[parts.engine];
    if (!hold(where))
        return NULL;
    object = kill_slot(where, parts, true);
    let_go(where);
    return object;
}

void c4_handle_close_engine(const void *token)
{
    token_parts parts = split(token);
    place *where = &places[parts.engine];

    if (parts.kind != C4_KIND_ENGINE || parts.engine >= PLACES || !hold(where))
        return;
    if (kill_slot(where, parts, false))
        let_go(where); /* the hold of being open */
    let_go(where);
}
