/* SPDX-License-Identifier: MIT */
/* A team module with somebody of every kind, and everything that can be tried on
 * it as data: an act is a call of the public interface that somebody makes about
 * some record. */
#ifndef TEST_MATRIX_H
#define TEST_MATRIX_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "../api/fixture.h"

/* Who tries. */
typedef enum actor {
    LEAD, /* admin of the module, who made it */
    MANAGER,
    MEMBER,
    PARTICIPANT,
    REQUESTER,
    OUTSIDER, /* a CRM user of another team */
    READER,   /* no member: a record is shared with him, read_only */
    WRITER,   /* the same, read_write */
    HOLDER,   /* the same, full_access */
    SYSTEM,   /* system administrator, no member */
    SPACER,   /* admin of the space the module stands in, no member */
    TEAMER,   /* a member with a Team User licence */
    ACTORS
} actor;

/* About which record. */
typedef enum target {
    NONE,   /* about the module */
    OWN,    /* his own; only members have one */
    OTHER,  /* a colleague's, who is no actor */
    SHARED, /* another of the colleague's: shared with reader, writer and holder */
    BINNED, /* one of the colleague's in the bin */
    TARGETS
} target;

typedef struct matrix {
    fixture f;
    crm4e_session *sessions[ACTORS];
    crm4e_module *modules[ACTORS]; /* handles from when everybody could open it */
    crm4e_id users[ACTORS];
    crm4e_id colleague;
    crm4e_id own[ACTORS]; /* 0: none */
    crm4e_id records[TARGETS];
    crm4e_id attached; /* to the shared record */
    crm4e_id file;     /* in its field */
    crm4e_id view;     /* a public one of the colleague's */
} matrix;

extern const char *const actor_emails[ACTORS];
/* CRM4E_TEAM_*; 0: no member */
extern const crm4e_team_profile actor_profiles[ACTORS];

int matrix_open(matrix *m, fixture_storage kind);
bool matrix_close(matrix *m);
/* The same as cmocka's setup and teardown: one at a time, in *state. */
int matrix_in_memory(void **state);
int matrix_in_sqlite(void **state);
int matrix_teardown(void **state);
crm4e_id matrix_record(const matrix *m, actor who, target about);

/* Makes the call; a code, or how many records it gave. */
typedef int64_t (*act_call)(matrix *m, actor who, target about);

typedef struct act {
    const char *name;
    act_call call;
    target about;
    /* By actor: y done, 0-9 so many records, d DENIED, n NOT_FOUND, l LOCKED,
     * u UNSUPPORTED, i INVALID; '.': not tried. */
    const char *expected;
} act;

typedef struct act_table {
    const act *acts;
    size_t count;
} act_table;

/* On one record and on the module; on many, and what hangs on records. */
extern const act_table matrix_single;
extern const act_table matrix_further;

#endif
