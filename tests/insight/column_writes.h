/* SPDX-License-Identifier: MIT */
/* Random changes of an org by anybody: of records, of the model, of rights, of its edition. */
#ifndef TEST_COLUMN_WRITES_H
#define TEST_COLUMN_WRITES_H

#include "host.h"

enum {
    WRITER_GONE = 8 /* records in the bin that are remembered */
};

/* One who writes: in an engine of its own, its numbers out of one seed. */
typedef struct writer {
    crm4e_session *admin;
    uint64_t seed;
    crm4e_id gone[WRITER_GONE];
    int fields; /* that were added so far, for names */
} writer;

/* Users, the module Things, and how rights are to begin with. */
extern const char writer_model[];
unsigned writer_roll(writer *w, unsigned sides);
/* One change, a few in a transaction that is committed or rolled back, or one that is
 * refused. */
void writer_step(writer *w);
/* Changes of records alone, which other engines hear of by history. */
void writer_change_records(writer *w);

#endif
