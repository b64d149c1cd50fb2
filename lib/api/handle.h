/* SPDX-License-Identifier: MIT */
/*
 * Handles are tokens, not pointers: (engine, slot, generation, kind) looked up
 * in a registry. A dead, foreign or invented handle is told from a live one
 * without touching memory that may be gone; that is what MISUSE rests on, also
 * when a garbage collector frees things in any order and on any thread.
 *
 * The registry is the library's only process-wide state. Engines take one of
 * C4_ENGINES places in it; every call holds its engine's place while it runs,
 * and the engine's memory goes when it is closed and the last call has left.
 */
#ifndef C4_HANDLE_H
#define C4_HANDLE_H

#include <pthread.h>

#include "base/mem.h"
#include <crm4e/types.h>

typedef enum c4_kind {
    C4_KIND_ENGINE = 1,
    C4_KIND_ORG,
    C4_KIND_SESSION,
    C4_KIND_TEXT,
    C4_KIND_RECORD,
    C4_KIND_QUERY,
    C4_KIND_CURSOR,
    C4_KIND_CHART,
    C4_KIND_MODULE,
    C4_KIND_SPACE,
    C4_KIND_WORKFLOW,
    C4_KIND_VERDICT,
    C4_KIND_SHARING_RULE
} c4_kind;

enum {
    C4_ENGINES = 1024
};

/* Takes a place for an engine: *token is its handle, `object` what it stands
 * for, `drop` is called with it once closed and unused. LIMIT when all places are taken,
 * NO_MEMORY. `mem` and `lock` must live inside `object`; the lock is held over
 * a fork, so that a child finds it free. */
int c4_handle_new_engine(const c4_mem *mem, pthread_mutex_t *lock, void *object,
                         void (*drop)(void *object), void **token);
/* The object behind a handle of that kind, with its engine's place held; NULL
 * when there is none. Every success is paired with one c4_handle_leave(). The
 * object itself may be freed by who kills its handle: what guards it is the
 * parent, whose memory lasts as long as the engine. */
void *c4_handle_enter(const void *token, c4_kind kind, void **parent);
void c4_handle_leave(const void *token);
/* The object of a handle whose place is held, NULL when it is dead by now. */
void *c4_handle_look(const void *token, c4_kind kind);
/* A handle for an object of an entered engine. NO_MEMORY. */
int c4_handle_new(const void *engine_token, c4_kind kind, void *object, void *parent, void **token);
/* Kills a handle: the object when this call killed it, NULL when it was dead
 * already. Only one of several racing calls gets the object. */
void *c4_handle_kill(const void *token, c4_kind kind);
/* Moves on in a forked child, where engines of the parent must not be used. */
uint32_t c4_fork_epoch(void);
/* Kills an engine's handle; its `drop` runs when the last call has left. */
void c4_handle_close_engine(const void *token);

#endif
