/* SPDX-License-Identifier: MIT */
/* Lists over the records of all modules: the gate is asked about each module once,
 * and pages go on by a token. */
#ifndef C4_LISTING_H
#define C4_LISTING_H

#include "access/access.h"
#include "base/buffer.h"

/* A module as far as it was asked about. */
typedef struct c4_asked {
    bool known;
    bool open;
    c4_scope scope; /* of an open one */
} c4_asked;

/* One for each module of the snapshot, in the arena; NULL: no memory. */
c4_asked *c4_asked_new(c4_unit *unit);
/* That of a module; NULL for one that is not there. */
c4_asked *c4_asked_at(const c4_unit *unit, c4_asked *modules, int32_t number,
                      const c4_module **module);
/* Asks for the action, unless it is known: what is closed is no failure. */
int c4_asked_open(c4_unit *unit, const c4_module *module, crm4e_action action, c4_asked *asked);
/* NOT_FOUND and DENIED are no failure of a list. */
int c4_asked_quietly(c4_unit *unit, int rc, bool *open);

/* Kinds of tokens; those of queries have 1. */
enum {
    C4_TOKEN_REQUESTS = 2,
    C4_TOKEN_BIN = 3,
    C4_TOKEN_INTERACTIONS = 4
};

/* What a page token holds besides whose it is. */
enum {
    C4_LIST_PLACES = 3
};
typedef struct c4_list_place {
    int64_t words[C4_LIST_PLACES];
} c4_list_place;

/* The token of a place, sealed for the actor, as JSON text. */
int c4_list_token(c4_unit *unit, uint32_t kind, const c4_list_place *place, c4_buffer *out);
/* Its place; INVALID (rule "token") for one of another kind, user or org, or that was altered. */
int c4_list_place_of(c4_unit *unit, uint32_t kind, const char *token, c4_list_place *place);
/* The refusal of a token that belongs to another list. */
int c4_list_refuse(c4_unit *unit);

#endif
