/* SPDX-License-Identifier: MIT */
/* Dumps and loads, and places to load into. */
#ifndef TEST_DUMP_STEPS_H
#define TEST_DUMP_STEPS_H

#include "host.h"

/* Bytes that a dump wrote, or a load reads; how the callbacks answer. */
typedef struct stream {
    char *text; /* malloc'd */
    size_t length;
    size_t at;
    size_t piece; /* bytes of a read; 0: what is asked for */
    int64_t told; /* by the last word of progress */
    int32_t answer;
    int32_t progress_answer;
    crm4e_session *meanwhile; /* makes a record at the first piece */
    int64_t rows;
} stream;

/* A lead of the company Tower; `id` may be NULL. */
int add_lead(crm4e_session *session, const char *json, crm4e_id *id);

stream new_stream(void);
int dump(crm4e_session *session, stream *s);
/* A dump that must succeed. */
stream dumped(crm4e_session *session);
int load(crm4e_org **org, crm4e_engine *engine, stream *s, const char *name, uint32_t flags);

/* Another place to load into. */
typedef struct place {
    crm4e_storage_methods methods;
    crm4e_engine *engine;
    char directory[64];
} place;

/* In memory, without some methods of a storage (support/simple_storage.h); on
 * SQLite, in a new directory. */
void open_memory(place *p, unsigned without);
void open_files(place *p, const char *name);
void close_place(place *p);

void assert_no_org(crm4e_engine *engine);
void assert_clean(crm4e_org *org);

#endif
