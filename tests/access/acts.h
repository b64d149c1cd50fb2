/* SPDX-License-Identifier: MIT */
/* An org in which rights change while others work, and what may be done in it
 * as data: an act is a public call with two texts, its result is a text too, without
 * ids or times, so that two runs can be compared. */
#ifndef TEST_ACTS_H
#define TEST_ACTS_H

#include "host.h"

#include <stdio.h>

#define ANA HOST_ADMIN         /* system administrator */
#define ZOE "zoe@acme.example" /* the other one */
#define BOB "bob@acme.example" /* a representative */
#define CID "cid@acme.example" /* his peer */
#define DAN "dan@acme.example" /* their superior */
#define EVA "eva@acme.example" /* manages users and profiles, no administrator */

/* The records that acts name: "bob", "cid" (leads of theirs), "page" (of Documents, Bob's). */
enum {
    WORLD_RECORDS = 3
};

typedef struct world {
    char directory[64];   /* ends with '/' */
    char path[96];        /* of the org's file; "" in memory */
    uint32_t flags;       /* of engines on the file */
    crm4e_engine *engine; /* in memory there is only this one */
    crm4e_org *org;
    crm4e_id records[WORLD_RECORDS];
} world;

/* A session, with the engine it came through when that is its own. */
typedef struct visitor {
    crm4e_engine *engine; /* NULL: the world's */
    crm4e_session *session;
    crm4e_record *kept; /* a copy in hand */
    int64_t version;    /* it was read at */
    int opened;         /* what opening it answered */
} visitor;

typedef struct act act;
/* Makes the call; writes what it gave besides the code. */
typedef int (*act_call)(const world *w, visitor *by, const act *what, FILE *out);
struct act {
    act_call call;
    const char *a, *b;
};

void world_open_memory(world *w);
/* On a file of its own, in memory where the machine offers that; `flags` of engines. */
void world_open_file(world *w, uint32_t flags);
/* The same state again, on a file: a copy of what `from` was when it was closed. */
void world_copy(world *w, const world *from, uint32_t flags);
/* Another engine on the file of `from`, which must outlive it; ends with world_leave(). */
void world_enter(world *w, const world *from);
/* Closes the engine, the file stays. */
void world_leave(world *w);
void world_close(world *w);

/* A session through the world's engine, or through one of its own. */
void visitor_open(visitor *v, const world *w, const char *email, bool own_engine);
void visitor_close(visitor *v);
/* Does it and returns the text of its result; malloc'd. */
char *visitor_act(visitor *v, const world *w, const act *what, int *code);

int act_begin(const world *w, visitor *by, const act *what, FILE *out);
int act_commit(const world *w, visitor *by, const act *what, FILE *out);
int act_rollback(const world *w, visitor *by, const act *what, FILE *out);
/* a: a document with ' for " */
int act_apply(const world *w, visitor *by, const act *what, FILE *out);
/* a: a query */
int act_list(const world *w, visitor *by, const act *what, FILE *out);
/* a: a module, b: criteria or NULL */
int act_count(const world *w, visitor *by, const act *what, FILE *out);
/* a: a module, b: the field its chart is grouped by */
int act_chart(const world *w, visitor *by, const act *what, FILE *out);
/* a: a record, b: a field */
int act_get(const world *w, visitor *by, const act *what, FILE *out);
/* a: a record, b: its fields */
int act_set(const world *w, visitor *by, const act *what, FILE *out);
/* a: a module, b: the fields */
int act_create(const world *w, visitor *by, const act *what, FILE *out);
/* a: a record */
int act_delete(const world *w, visitor *by, const act *what, FILE *out);
/* a: a record, b: an email */
int act_give(const world *w, visitor *by, const act *what, FILE *out);
/* a: a record; keeps a copy in hand, or only its version in a visit of its own */
int act_keep(const world *w, visitor *by, const act *what, FILE *out);
/* a: the record kept, b: fields that are set in the copy, which is saved */
int act_put(const world *w, visitor *by, const act *what, FILE *out);
/* a: a record or a module, b: "view", "edit" or "create", for a field "edit Phone" */
int act_may(const world *w, visitor *by, const act *what, FILE *out);
/* a: a team module, b: who becomes its member, or is none any more */
int act_join(const world *w, visitor *by, const act *what, FILE *out);
int act_dismiss(const world *w, visitor *by, const act *what, FILE *out);

/* All of it, as an administrator sees it in a session of its own; malloc'd. */
char *world_state(const world *w);

#endif
