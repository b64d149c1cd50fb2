/* SPDX-License-Identifier: MIT */
/*
 * The index of search: runs of postings. A write only queues its record; every
 * so many records their terms become a run of the lowest level, and a number of
 * runs of one level become one of the next. Nothing in a run is ever changed:
 * the terms a record no longer has stay, so whoever finds a record by a run
 * looks at the record itself. That every term of a record leads to it, by a run
 * or the queue, is what holds.
 */
#ifndef C4_SEARCH_RUN_H
#define C4_SEARCH_RUN_H

#include "record/inside.h"
#include "record/search_terms.h"

enum {
    C4_QUEUE_RECORDS = 32, /* in the queue at most */
    C4_RUNS_OF_LEVEL = 8,  /* that become one of the next */
    C4_TOP_LEVEL = 4,      /* whose runs stay as they are */
    C4_RUN_BLOCK_BITS = 24 /* of the id of a block: its place in the run, from 1 */
};

/* A unit's scratch is another arena for a while, emptied between records: for
 * work on many of them. */
typedef struct c4_aside {
    c4_unit *unit;
    c4_arena arena;
    c4_arena *before;
} c4_aside;
void c4_aside_start(c4_aside *aside, c4_unit *unit);
void c4_aside_end(c4_aside *aside);

/* The number of a record within its org, and back. */
int64_t c4_search_number(crm4e_id record);
crm4e_id c4_search_record(const c4_unit *unit, int64_t number);

/* After a change of a record: queues it when a term may have been added, and
 * merges a queue that is full. */
int c4_search_note(c4_unit *unit, const c4_change *change);

typedef struct c4_gathering c4_gathering;
/* search_gather.c: the terms of records while they are collected. */
typedef struct c4_collection {
    c4_unit *unit;
    c4_terms terms;
    c4_buffer fold;
} c4_collection;
void c4_collection_init(c4_collection *c, c4_unit *unit, c4_arena *arena);
void c4_collection_free(c4_collection *c);
/* The terms of each value that changed: of a new record, all. */
int c4_collect(c4_collection *c, const c4_change *change);
/* The same into what the unit gathers. */
int c4_gather(c4_unit *unit, const c4_change *change);
/* search_merge.c: writes a run of the level and joins what it completes. */
int c4_search_keep(c4_collection *c, int64_t level);

/* A queued record. */
typedef struct c4_queued {
    crm4e_id record;
    int32_t module;
} c4_queued;
/* The queue, in the arena. */
int c4_search_queue(c4_unit *unit, c4_arena *arena, c4_queued **queued, size_t *count);

typedef struct c4_run {
    int64_t id;
    int64_t level;
    int64_t blocks;
} c4_run;
/* All runs, oldest first, in the arena. */
int c4_search_runs(c4_unit *unit, c4_arena *arena, c4_run **runs, size_t *count);

/* Reads a run, block after block. */
typedef struct c4_run_reader {
    c4_unit *unit;
    const c4_run *run;
    int64_t block;   /* the one being read, from 1 */
    c4_buffer bytes; /* of it */
    c4_unpacking block_reader;
} c4_run_reader;
void c4_run_start(c4_run_reader *reader, c4_unit *unit, const c4_run *run);
/* Goes to the first block that may have the term, or what begins with it. */
int c4_run_seek(c4_run_reader *reader, const char *term, size_t length);
/* CRM4E_ROW with a posting, CRM4E_OK at the end. ABORTED when somebody interrupts. */
int c4_run_next(c4_run_reader *reader, const c4_posting **posting);
void c4_run_end(c4_run_reader *reader);

#endif
