/* SPDX-License-Identifier: MIT */
/*
 * What became of rules, as the run log keeps it: one after the other, in the bytes of a row.
 * Each is a head, the result and whether there is a message, and the distance of the rule's id
 * from the one before; then the message with its length. A head of 0 alone is a place that was
 * cleared: the ids of the places behind it stay as they are.
 */
#ifndef C4_OUTCOME_H
#define C4_OUTCOME_H

#include "storage/storage.h"

typedef enum c4_run_result {
    C4_RUN_DONE = 1,
    C4_RUN_PARTLY = 2, /* an action had nobody or nothing to work on */
    C4_RUN_FAILED = 3  /* all of it was undone */
} c4_run_result;

enum {
    /* Rows of the run log whose ids differ in these last bits share a row of its index; all ids of
     * a row are among them. */
    C4_RUN_INDEX_BITS = 10,
    C4_RUN_STRETCH = 1 << C4_RUN_INDEX_BITS
};

typedef struct c4_outcome {
    crm4e_id workflow; /* or assignment rule; 0: the place was cleared */
    c4_run_result result;
    const char *text; /* NULL: no message */
    size_t length;
} c4_outcome;

/* Into the arena; false: no memory. Cleared places at the end are left out. */
bool c4_outcomes_write(c4_arena *arena, const c4_outcome *list, size_t count, crm4e_value *bytes);

typedef struct c4_outcomes {
    const unsigned char *at;
    const unsigned char *end;
    uint64_t last; /* id of the rule before */
    size_t place;  /* of the next one */
} c4_outcomes;

void c4_outcomes_start(c4_outcomes *reader, const crm4e_value *bytes);
/* CRM4E_ROW, CRM4E_OK at the end, CORRUPT. The message points into the bytes. */
int c4_outcomes_next(c4_outcomes *reader, c4_outcome *outcome);
/* All of them: CORRUPT, NO_MEMORY. The list, empty at first, grows in the arena and serves again. */
typedef struct c4_outcome_list {
    c4_outcome *items;
    size_t count;
    size_t room;
} c4_outcome_list;
int c4_outcomes_read(c4_arena *arena, const crm4e_value *bytes, c4_outcome_list *list);

#endif
