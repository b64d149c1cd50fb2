/* SPDX-License-Identifier: MIT */
/* Random accounts and things, and what each user may read of them: kept beside
 * the store by the simplest means. */
#ifndef TEST_QUERY_MODEL_H
#define TEST_QUERY_MODEL_H

#include "query_steps.h"

enum {
    ACCOUNTS = 16,
    THINGS = 90,
    USERS = 4
};

/* Fields of a thing; those from LINK_NAME on lie behind the lookup. */
enum {
    WORD,
    CODE,
    INT,
    DEC,
    DAY,
    TIME,
    FLAG,
    PICK,
    PICKS,
    LINK,
    USER,
    LINK_NAME,
    LINK_REVENUE,
    PARENT_NAME,
    LINK_CURRENCY, /* where there are several */
    FIELDS
};

typedef struct cell {
    bool null;
    bool missing; /* behind a lookup that is empty or not visible */
    const char *text;
    int64_t number; /* decimals in thousandths */
} cell;

typedef struct account {
    crm4e_id id;
    int owner;
    int parent; /* -1: none */
    cell name;
    cell revenue;
    int currency; /* place in `currencies` */
    int64_t rate; /* billionths */
} account;

typedef struct thing {
    crm4e_id id;
    int owner;
    int link; /* account, -1: none */
    cell cells[LINK];
    cell user;
} thing;

/* Ana, Cid, Ben, who is above them, and the administrator: by the clocks of Shanghai, of Berlin,
 * where the hour after 01:00 UTC on 2024-03-31 begins summer, of Beirut, where that day has no
 * first hour for the same reason, and of UTC. */
extern const char *const emails[USERS];
extern crm4e_id user_ids[USERS];
extern account accounts[ACCOUNTS];
extern thing things[THINGS];
extern int actor; /* which of the users asks */

extern const char *const words[7];
extern const char *const options[4];
extern const char *const instants[12];
extern const char *const days[4];
/* In order, by docs/currency.md: those of the standard picklist, then others by their letters. The
 * first is the home currency, which accounts have that were there before the others. */
extern const char *const currencies[4];
extern bool several_currencies; /* to be set before rows are made */

/* The same numbers in every run. */
void start_rolling(uint64_t seed);
unsigned roll(unsigned sides);
#define PICK_OF(list) list[roll(sizeof(list) / sizeof((list)[0]))]

void make_rows(steps *s);
/* One of the fields there are. */
int some_field(void);
bool sees(int user, int owner);
/* A field of a thing, as far as the actor may see it. */
cell cell_of(const thing *t, int field);
int64_t instant_of(const char *text);
int64_t day_of(const char *text);
/* The day on the user's clock; instants from the autumn before to the one after 2024-03-31. */
int64_t local_day(int user, int64_t instant);

#endif
