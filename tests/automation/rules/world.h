/* SPDX-License-Identifier: MIT */
/* An engine beside the model: steps that are done in both, and what is then compared. */
#ifndef TEST_RULES_WORLD_H
#define TEST_RULES_WORLD_H

#include "host.h"
#include "model.h"

typedef enum step_kind {
    STEP_SAVE, /* a new record, or a change of the one there is */
    STEP_DELETE,
    STEP_RESTORE,
    STEP_TAG,
    STEP_NOTE,
    STEP_OWNER,
    STEP_SWITCH, /* a rule off or on */
    STEP_CLOSE,  /* Bo may not write Mark of L1, or may again */
    STEP_BASE,
    STEP_WAIT /* and what is due is run */
} step_kind;

typedef struct step {
    step_kind kind;
    int at, value;
    bool sets[FIELDS + 3]; /* F0 .. F3, Up, D, T */
    int fields[FIELDS], up;
    int64_t day, moment;
    int64_t wait; /* before it */
} step;

typedef struct world {
    host *h;
    crm4e_session *sessions[USERS + 2]; /* of users, the administrator and Bo */
    crm4e_module *modules[MODULES];
    bool in_transaction;
    int64_t bases[BASES];
    int64_t last_line[MODULES], last_made[MODULES];
    int made[MODULES];     /* in all */
    char difference[1000]; /* the first; "" */
} world;

extern world w;

/* What there was to compare, in all worlds. */
typedef struct sights {
    int64_t results[FAILED + 1], by_clock, made[MODULES], converted, of_trigger[TRIGGERS];
} sights;

extern sights seen;

void make_step(step *s);
void put_step(FILE *out, const step *s);
/* In both: false when there is a difference. */
bool do_step(const step *s);
void world_open(void);
void world_close(void);

/* Remembers the first that does not hold. */
bool expect(bool holds, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool expect_fine(int rc, const char *what);
bool compare_lead(int at);
/* What the step made, wrote into the log, and what waits. */
bool compare_all(void);
bool compare_next(void);
bool compare_totals(void);

#endif
