/* SPDX-License-Identifier: MIT */
/* A storage that passes every call on to another one, until a test asks it to
 * fail or to lie. */
#ifndef TEST_FAULT_STORAGE_H
#define TEST_FAULT_STORAGE_H

#include <stdatomic.h>
#include <stdbool.h>

#include <crm4e/sys/storage.h>

/* Methods, to pick the one that fails. */
typedef enum fault_method {
    FAULT_ANY,
    FAULT_ORG_CREATE,
    FAULT_ORG_PUBLISH,
    FAULT_ORG_FIND,
    FAULT_ORG_LIST,
    FAULT_CONNECT,
    FAULT_DISCONNECT,
    FAULT_BEGIN,
    FAULT_COMMIT,
    FAULT_ROLLBACK,
    FAULT_SAVEPOINT,
    FAULT_RELEASE,
    FAULT_ROLLBACK_TO,
    FAULT_GET_VERSION,
    FAULT_SET_VERSION,
    FAULT_TABLE_CREATE,
    FAULT_COLUMN_ADD,
    FAULT_TABLE_DROP,
    FAULT_INDEX_CREATE,
    FAULT_INDEX_DROP,
    FAULT_INSERT,
    FAULT_UPDATE,
    FAULT_REMOVE,
    FAULT_GET,
    FAULT_HANDLES,
    FAULT_SELECT,
    FAULT_NEXT,
    FAULT_FINISH,
    FAULT_SCAN,
    FAULT_METHODS
} fault_method;

/* What is wrong with a row that get() or next() gives. */
typedef enum fault_garbage {
    FAULT_NO_GARBAGE,
    FAULT_WRONG_TYPE,   /* integers become text and text integers */
    FAULT_UNKNOWN_TYPE, /* no type there is */
    FAULT_NULL_ID,      /* every value is NULL */
    FAULT_NEGATIVE_ID,  /* every integer is -1 */
    FAULT_HUGE_ID,      /* every integer is 2^53 */
    FAULT_NULL_DATA,    /* text without a pointer, but with a length */
    FAULT_BAD_UTF8,
    FAULT_NUL_IN_TEXT,
    FAULT_TOO_LONG, /* text beyond the longest */
    FAULT_SMALL_ID, /* every integer is 1: out of order after the first row */
    FAULT_ONE_MORE  /* another row where the end was: the last one again */
} fault_garbage;

typedef struct fault_storage {
    const crm4e_storage_methods *inner;
    void *inner_user;
    crm4e_storage_methods methods;     /* ours; made by fault_storage_init() */
    atomic_size_t calls;               /* to `method`, since armed */
    atomic_size_t each[FAULT_METHODS]; /* to each method, since armed */
    fault_method method;
    size_t fail_at;  /* the call that fails, from 1; 0: none */
    bool fail_on;    /* and every call after it */
    bool done_first; /* the call is carried out, then reported as failed */
    int32_t answer;
    fault_garbage garbage; /* instead of `answer` */
    atomic_bool hit;
    fault_method hit_method; /* that failed last */
} fault_storage;

/* Borrows both. Optional methods are there when the inner storage has them
 * (it ends its own handles). */
void fault_storage_init(fault_storage *fault, const crm4e_storage_methods *inner, void *inner_user);
/* `fault` must outlive the engine opened on it. */
crm4e_storage fault_storage_host(fault_storage *fault);
/* The n-th call of `method` from now on answers `answer` without doing its
 * work (what closes or undoes is done all the same); 0: never. */
void fault_storage_arm(fault_storage *fault, fault_method method, size_t n, bool from_there_on,
                       int32_t answer);
/* The n-th row that get() or next() gives from now on is garbage. */
void fault_storage_arm_garbage(fault_storage *fault, fault_method method, size_t n,
                               fault_garbage garbage);
void fault_storage_disarm(fault_storage *fault);

#endif
