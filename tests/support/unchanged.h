/* SPDX-License-Identifier: MIT */
/* "Nothing changed": what holds after every call that failed. */
#ifndef TEST_UNCHANGED_H
#define TEST_UNCHANGED_H

#include "storage/storage.h"
#include "support/fail_alloc.h"
#include <crm4e.h>

/* What is watched. The session must be able to create a lead. */
typedef struct unchanged {
    c4_store *raw;      /* the storage below the engine */
    fail_alloc *memory; /* the engine's; NULL: not counted */
    crm4e_engine *engine;
    crm4e_session *session; /* NULL: no canary */
    uint64_t hash;
    size_t live;
    bool leases; /* a message may stay with who asked for it, for a while; set before marking */
} unchanged;

/* A hash of every row of every org, as a storage connection sees it; 0 when it
 * cannot be read. */
uint64_t database_hash(c4_store *raw);

/* Remembers how things are. */
void unchanged_mark(unchanged *watch);

/*
 * The first thing that is not as it was when marked, or NULL: rows, memory in
 * use, an error without a message or the other way round, an open transaction
 * (a record is created and rolled back).
 */
const char *unchanged_problem(unchanged *watch);
/* The rows only. */
const char *unchanged_rows_problem(unchanged *watch);
/* Whether the error holds the code of the call that failed, with a message. */
const char *unchanged_error_problem(const crm4e_error *error, int code);

/* Room for out parameters that shows whether it was written to. */
enum {
    OUT_ROOM = 6
};
typedef struct out_room {
    uint64_t words[OUT_ROOM];
} out_room;
void out_poison(out_room *outs);
const char *out_problem(const out_room *outs);

#endif
