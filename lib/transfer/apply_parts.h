/* SPDX-License-Identifier: MIT */
/* The parts of a document that describes an org: what apply.c walks through. */
#ifndef C4_APPLY_PARTS_H
#define C4_APPLY_PARTS_H

#include "model/manage.h"
#include "transfer/transfer.h"

/* What became of a thing; a later pass over it only ever raises it. */
typedef enum c4_applied {
    C4_UNCHANGED,
    C4_CHANGED,
    C4_CREATED
} c4_applied;

/* An application in progress. `module` is the one whose fields and members are
 * being applied, `outcome` what earlier passes did to the thing at hand. */
typedef struct c4_application {
    c4_unit *unit;
    const char *module;
    c4_applied outcome;
    c4_buffer before;
    c4_buffer after;
} c4_application;

/* A part of the document: a list of things of one kind. `write` appends what
 * is stored of a thing, nothing when it does not exist: before and after tell
 * what `put` did. */
typedef struct c4_part {
    const char *member;
    bool single;   /* one object, no list */
    bool inside;   /* a list in each module */
    bool complete; /* completes what an earlier part began, and reports with it */
    int (*put)(c4_application *a, const c4_json *item);
    int (*write)(c4_application *a, const c4_json *item, c4_buffer *out);
} c4_part;

enum {
    C4_PARTS = 27
};
/* In this order, so that everything is there before it is named. */
extern const c4_part c4_parts[C4_PARTS];

#endif
