/* SPDX-License-Identifier: MIT */
/* Fields a reader may not read, in three worlds that differ in nothing else, and every
 * position of the interface where a field can be named or a value can come out. */
#ifndef TEST_ACCESS_HIDDEN_H
#define TEST_ACCESS_HIDDEN_H

#include <stdio.h>

#include "host.h"

/* The reader may set up whatever there is to set up; the plain one reads the same. */
#define READER "max@acme.example"
#define PLAIN  "pia@acme.example"
/* Hidden texts of the two worlds that have records begin with it; a reader who guesses
 * names one of them. Numbers, dates and times hold digits of their own. */
#define SECRET "Zq7zecret"

/* The first has no records, and no module or field that the reader must take for one
 * that never was. The third has other secrets than the second, and more records. */
typedef enum world_name {
    EMPTY_WORLD,
    FIRST_WORLD,
    SECOND_WORLD,
    WORLDS
} world_name;

typedef enum place_kind {
    PLACE_THINGS, /* org module */
    PLACE_LEADS,
    PLACE_DEALS,
    PLACE_DESK,   /* team module: the reader is a participant */
    PLACE_BENCH,  /* team module: he is its admin */
    PLACE_GUESTS, /* team module: he is no member, a record is shared with him */
    PLACE_CLOSED, /* hidden */
    PLACE_BARRED, /* his profile does not view it */
    PLACES
} place_kind;

extern const char *const place_modules[PLACES];

typedef struct hidden_world {
    host host;
    crm4e_session *reader;
    crm4e_session *plain;
    crm4e_id record[PLACES]; /* shared with both, where there are records; else 0 */
    crm4e_id file;           /* in the field Files of the one in Things */
} hidden_world;

/* In memory: what refuses stands above the storages. */
void hidden_open(hidden_world *w, world_name name);
void hidden_close(hidden_world *w);
/* All that an administrator sees, malloc'd: what no refused call may have changed. */
char *hidden_dump(hidden_world *w);

/* One call: who names which field, and what he hears. */
typedef struct cell {
    hidden_world *world;
    crm4e_session *session; /* who calls */
    const char *module;
    const char *field;
    crm4e_id record;
    const char *literal;  /* a value, as criteria have it */
    const char *criteria; /* in positions that take some */
    char *token;          /* of somebody who may read the field; malloc'd or NULL */
    FILE *heard;
} cell;

typedef enum position_trait {
    NEEDS_RECORD = 1,
    WRITES = 2,             /* a value of the field; reading does not matter */
    TAKES_CRITERIA = 4,     /* runs for every form of criteria */
    NO_PATHS = 8,           /* a path is no field here */
    ORG_MODULES = 16,       /* not for team modules */
    SHOWS = 32,             /* allowed: what comes out leaves the field out */
    SETTINGS = 64,          /* of the field itself, without values: any answer, the same one */
    ADMINISTRATORS = 128,   /* refused to all others, whatever they name */
    COUNTS_ON_TYPE = 256,   /* not for fields of every type */
    SETS_UP = 512,          /* not for the plain reader, whatever he names */
    ADMIN_PERMISSION = 1024 /* so asked for before the module is looked for */
} position_trait;

typedef struct position {
    const char *name;
    const char *place; /* TEXT_IN of list-texts.py; NULL for what takes no field */
    unsigned traits;
    int (*run)(cell *c);
    bool (*prepare)(cell *c); /* by an administrator, before; false: not even he may. Or NULL */
} position;

/* A row of the positions that take criteria. */
#define CRITERIA(name, place, more, prepare)                                                       \
    {                                                                                              \
#name, place, TAKES_CRITERIA | (more), name, prepare                                       \
    }

/* Those in records, queries, charts and files, and those in questions, rules and settings. */
extern const position positions[];
extern const size_t position_count;
extern const position setting_positions[];
extern const size_t setting_position_count;

/* What a call hands out is heard, and freed. */
int cell_hear(cell *c, int rc, crm4e_text *text);
/* A text with @ for the field, # for the module, % for the field of its name, $ for the criteria
 * and ' for "; malloc'd. */
char *cell_text(const cell *c, const char *form);
/* hidden_many.c */
int hidden_mass_create(cell *c);
int hidden_merge_values(cell *c);
int hidden_duplicates_by(cell *c);
int hidden_duplicates_by_beside(cell *c);
int hidden_duplicates_of(cell *c);
int hidden_mass_values(cell *c);
int hidden_mass_where(cell *c);
int hidden_upsert_by(cell *c);
int hidden_upsert_values(cell *c);
int hidden_put_file(cell *c);
int hidden_get_file(cell *c);
int hidden_remove_file(cell *c);

/* hidden_queries.c */
int hidden_plan_column(cell *c);
int hidden_plan_order(cell *c);
int hidden_query_group(cell *c);
int hidden_query_second_group(cell *c);
int hidden_query_count_of(cell *c);
int hidden_query_distinct(cell *c);
int hidden_query_greatest(cell *c);
int hidden_query_order_by_sum(cell *c);
int hidden_text_group(cell *c);
int hidden_text_group_of_days(cell *c);
int hidden_text_measure(cell *c);

/* Counts and runs it, hears its rows and frees it; unless `rc` is a failure. */
int hidden_run_query(cell *c, crm4e_query *query, int rc);
/* The query of such a text. */
int hidden_query_text(cell *c, const char *form);

/* Leaves no chart and no view of an earlier position behind. */
void hidden_reset(hidden_world *w);

#endif
