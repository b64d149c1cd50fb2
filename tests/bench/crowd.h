/* SPDX-License-Identifier: MIT */
/*
 * The org that access is measured in: 10,000 salespeople under a tree of roles
 * six levels deep, 500 groups, 1,000 sharing rules, and leads in equal parts
 * with all of the salespeople. Readers differ in how much of them they see.
 */
#ifndef BENCH_CROWD_H
#define BENCH_CROWD_H

#include "native.h"

enum {
    CROWD_FRACTIONS = 4,
    CROWD_SHARES = 10000 /* with each reader of the second kind */
};

/* Who reads, and what is known of him beforehand: the yardstick is told. */
typedef struct crowd_reader {
    char email[32];
    const char *percent; /* of the leads he sees by owner: "0.01" */
    int64_t owners[2];   /* he sees those of the salespeople from here to below there */
    int64_t shares;      /* leads shared with him besides */
} crowd_reader;

crowd_reader crowd_reader_of(int fraction, bool shares);
/* The file, made when it is not there: at once, and kept when the bench keeps. */
void crowd_place(bench *b, char *path, size_t size);
/* Ids in it. */
int64_t crowd_owner(int64_t base, int64_t number);
int64_t crowd_lead(int64_t base, int64_t number);
int64_t crowd_shared(const bench *b, int64_t base, const crowd_reader *reader, int64_t number);
int64_t crowd_base(sqlite3 *db);

#endif
