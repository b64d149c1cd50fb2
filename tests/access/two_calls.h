/* SPDX-License-Identifier: MIT */
/* Calls of the interface by one user, chosen at random, each written down as what he learns. */
#ifndef TEST_TWO_CALLS_H
#define TEST_TWO_CALLS_H

#include "world_build.h"

enum {
    SIDE_MADE = 64,
    SIDE_TOKEN = 1024
};

/* One of two worlds, with what the user has learnt there. */
typedef struct side {
    stage stage;
    world *w;
    crm4e_session *session;   /* of the user */
    crm4e_id made[SIDE_MADE]; /* ids of his own new records, the latest ones */
    int made_modules[SIDE_MADE];
    int made_count;
    char token[SIDE_TOKEN]; /* of the last page; "" none */
} side;

extern const size_t two_call_count;
/* The name of a call. */
const char *two_call_name(size_t index);
/* Makes a call; `random` decides its arguments. */
void two_call(side *s, size_t index, uint64_t *random, FILE *out);

#endif
