/* SPDX-License-Identifier: MIT */
/*
 * What one user is and whose records he sees, worked out once for a snapshot
 * and kept with the session until the snapshot, the user or the manual shares
 * change.
 */
#ifndef C4_ACCESS_REACH_H
#define C4_ACCESS_REACH_H

#include "access/idtable.h"
#include "model/unit.h"

enum {
    C4_REACH_BUCKETS = 64
};

/* A manual share with the user, as it is stored. */
typedef struct c4_held_share {
    crm4e_id record;
    int32_t module;
    c4_level level;
    bool related;
} c4_held_share;

/* Which rows of a module a level opens; without its users and modules. */
typedef struct c4_extent {
    struct c4_extent *next;
    int32_t module;
    c4_level level;
    bool everything;
    bool follows;          /* besides: where the record is open that the row hangs on */
    const int64_t *owners; /* sorted */
    size_t owner_count;
    const int64_t *shared; /* ids of records, sorted */
    size_t shared_count;
    c4_id_table owner_table; /* the same two once more, to ask for one id */
    c4_id_table shared_table;
    const crm4e_predicate *rows;  /* what else opens a row, by itself; or NULL */
    const crm4e_predicate *where; /* all of it; NULL: everything */
} c4_extent;

/* How many rows a level opens by owner, as far as they were counted. */
typedef struct c4_owned_rows {
    struct c4_owned_rows *next;
    int32_t module;
    c4_level level;
    int64_t rows;
    int64_t at; /* ids given out when they were counted */
} c4_owned_rows;

typedef struct c4_reach {
    c4_meta_part part; /* first: whoever keeps it frees it so */
    const c4_mem *mem;
    c4_meta *meta; /* held, when it is kept */
    const c4_user *actor;
    c4_arena *arena;    /* what stays as long as the snapshot */
    c4_arena *data;     /* what stays until shares change */
    c4_arena own_arena; /* those two, when it is kept */
    c4_arena own_data;
    uint8_t *below;  /* by position of users: strictly below him in the tree that counts */
    int64_t *owners; /* himself, those below, peers that share: sorted */
    size_t owner_count;
    uint32_t *roles_below; /* by place in the walk of roles: how many up to it are below him */
    uint8_t *in_group;     /* by position of groups: he belongs to it */
    uint8_t *above_group;  /* somebody below him belongs to it */
    uint8_t *in_rule;      /* by position of sharing rules: a RULE_ mark of reach.c */
    int64_t shares_stamp;  /* of the state that `held` was read at; -1: never */
    c4_held_share *held;   /* sorted by module and record */
    size_t held_count;
    c4_extent *extents[C4_REACH_BUCKETS];
    c4_owned_rows *counts; /* they outlive shares */
} c4_reach;

/* The actor's, kept in the unit's slot or made for the occasion in its arena. */
int c4_reach_of(c4_unit *unit, c4_reach **out);
/* Reads the manual shares with him when they are not known or have changed. */
int c4_reach_shares(c4_unit *unit, c4_reach *reach);
/* The shares of records of one module. */
const c4_held_share *c4_reach_held(const c4_reach *reach, int32_t module, size_t *count);

/* Whether the subject is him or includes him. */
bool c4_reach_is(const c4_reach *reach, const c4_subject *subject);
/* Whether somebody it is or includes is below him. */
bool c4_reach_above(const c4_reach *reach, const c4_subject *subject);
/* Whether an active rule of the snapshot opens records to him up to the level. */
bool c4_reach_rule(const c4_reach *reach, const c4_sharing_rule *rule, c4_level level);

/* Marks who the subjects are and include: bytes by position of users. */
int c4_crowd_mark(c4_arena *arena, const c4_meta *meta, const c4_subject *subjects, size_t count,
                  uint8_t *users);

#endif
