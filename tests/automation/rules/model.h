/* SPDX-License-Identifier: MIT */
/*
 * A second implementation of workflow rules, made of what docs and headers say of them and for
 * nothing but a comparison: everything in plain arrays, undone by putting a copy back, times found
 * by going through the calendar day by day.
 *
 *   criteria.c   three-valued criteria
 *   calendar.c   days, time zones, spans, moments of date triggers
 *   make.c       random rules, and how a document says them
 *   act.c        what actions do
 *   interpret.c  which rules act after a change, and by the clock
 *   compare.c    what the engine has, against what there should be
 *   steps.c      random changes, done in both
 *
 * The rules work on Leads, which have a lookup Up to Bases; they create records of the modules
 * that are "made" (L1 .. L5 and activities), whose rules may create further ones.
 */
#ifndef TEST_RULES_MODEL_H
#define TEST_RULES_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
    FIELDS = 4,      /* of a lead: F0 .. F3 */
    BEHIND = FIELDS, /* in criteria: Up.G */
    INPUTS = FIELDS + 1,
    VALUES = 4,
    TAGS = 3,
    USERS = 3, /* u0 .. u2 */
    ADMIN = USERS,
    BO,             /* an author who may less */
    NOBODY = -1,    /* a field without a value, a lookup that is empty */
    NOT_THERE = -2, /* in criteria: behind a lookup that is empty */
    LEADS = 10,
    BASES = 3,
    LEAD_RULES = 8,
    MADE_RULES = 2, /* of each made module */
    CONDITIONS = 3,
    ACTIONS = 3,
    MOST_ACTIONS = 14, /* of a wide world */
    GROUPS = 2,
    ENTRIES = 2, /* of the assignment rule, the last for all or none */
    NODES = 7,
    PENDING = 600,
    MOST_MADE = 9000, /* by one step */
    MOST_LINES = 9000,
    COPY = 32
};

/* Modules by number; the first are levels of a chain. */
enum {
    L1,
    L2,
    L3,
    L4,
    L5,
    TASKS,
    MEETINGS,
    CALLS,
    MADE_MODULES,
    OF_LEADS = MADE_MODULES,
    MODULES
};
enum {
    RULES = LEAD_RULES + MADE_MODULES * MADE_RULES
};
extern const char *const module_names[MODULES];

/* ------------------------------------------------------------- chance */

extern uint64_t chance;
int roll(int below);

/* ------------------------------------------------------------- criteria */

typedef enum node_kind {
    NODE_COMPARE,
    NODE_NULL,
    NODE_AND,
    NODE_OR,
    NODE_NOT
} node_kind;

/* In prefix order: a node's parts stand behind it. */
typedef struct node {
    node_kind kind;
    int field;
    const char *op;
    int value;
    bool negative; /* is not null */
} node;

typedef struct criteria {
    node nodes[NODES];
    int count; /* 0: all records */
} criteria;

/* Over so many of the inputs of a lead, or the one of a made record. */
void make_criteria(criteria *c, int inputs);
void put_criteria(FILE *out, const criteria *c, bool by_lead);
bool criteria_hold(const criteria *c, const int *inputs);

/* ------------------------------------------------------------- time */

#define SECOND   INT64_C(1000000)
#define MINUTE   (60 * SECOND)
#define DAY      (86400 * SECOND)
#define NEVER    INT64_MAX
#define NO_VALUE INT64_MIN /* of a date or time */

typedef enum unit {
    NO_UNIT,
    UNIT_MINUTES,
    UNIT_HOURS,
    UNIT_DAYS,
    UNIT_BUSINESS_DAYS,
    UNIT_WEEKS,
    UNIT_MONTHS,
    UNIT_YEARS,
    UNITS
} unit;
extern const char *const unit_names[UNITS];

typedef struct span {
    unit unit;
    int count; /* negative: before */
} span;

typedef struct date_trigger {
    bool by_day; /* the field D, else T */
    span offset;
    int at;     /* minutes of the day; NOBODY */
    int repeat; /* every so many months; 0: once */
} date_trigger;

enum {
    ZONES = 5
};
void calendar_open(void);
const char *zone_name(int zone);
/* The local day, since 1970, and the time in it. */
void to_local(int zone, int64_t time, int64_t *day, int64_t *time_of_day);
int64_t from_local(int zone, int64_t day, int64_t time_of_day);
int64_t day_of(int year, int month, int day);
int64_t last_of_month(int64_t day);
/* "2024-02-29" */
void day_text(int64_t day, char text[16]);
int64_t after_span(int zone, int64_t from, const span *s);
/* The first moment of a value that is not before a time. */
int64_t next_moment(int zone, const date_trigger *t, int64_t value, int64_t not_before);

/* ------------------------------------------------------------- rules */

typedef enum trigger {
    ON_CREATE,
    ON_EDIT,
    ON_CREATE_OR_EDIT,
    ON_DELETE,
    ON_FIELD_UPDATE,
    ON_TAG_ADDED,
    ON_TAG_REMOVED,
    ON_NOTE_ADDED,
    ON_DATE,
    TRIGGERS
} trigger;

typedef enum action_kind {
    SET_FIELD,
    SET_BEHIND,
    SET_DAY,
    ADD_TAG,
    REMOVE_TAG,
    ASSIGN_USERS,
    ASSIGN_RULE,
    CREATE,
    CONVERT,
    NOTIFY,
    ACTION_KINDS
} action_kind;

typedef struct action {
    action_kind kind;
    int what; /* the field, tag or made module */
    int value;
    int64_t day;    /* of SET_DAY; of an activity in how many days */
    int at;         /* of an activity: minutes of the day; NOBODY */
    bool wakes;     /* of CREATE: rules look at it */
    bool of_record; /* of CREATE: it belongs to whom the record does */
    int turn;       /* its place in state.turns */
} action;

typedef struct group {
    span after;
    action actions[ACTIONS];
    int action_count;
} group;

typedef struct condition {
    criteria when, was;
    bool asks_was;
    action actions[MOST_ACTIONS];
    int action_count;
    group groups[GROUPS];
    int group_count;
} condition;

typedef struct rule {
    int module, number; /* its name is "R<number>" */
    trigger on;
    bool once, stops; /* a failure refuses the change */
    bool by_bo;
    bool fields[FIELDS]; /* of ON_FIELD_UPDATE */
    int becomes[FIELDS]; /* NOBODY: any value */
    bool all;
    int tag; /* of ON_TAG_*; TAGS: any */
    date_trigger date;
    condition conditions[CONDITIONS];
    int condition_count;
} rule;

/* Entries of the assignment rule of leads. */
typedef struct assignment {
    criteria when[ENTRIES];
    bool users[ENTRIES][USERS];
} assignment;

typedef struct plan {
    int zone;
    bool wide; /* few steps of which rules do very much */
    bool deep; /* rules of one level set off those of the next */
    rule rules[RULES];
    assignment assignment;
    int turns; /* how many rotations there are */
} plan;

extern plan the_plan;
void make_plan(bool wide);
/* All of an org but its rules; one rule. */
void put_org(FILE *out);
void put_rule(FILE *out, const rule *r, bool active);
/* Whether one of its actions sets the field Mark of L1. */
bool names_mark_of_l1(const rule *r);

/* ------------------------------------------------------------- what there is */

typedef struct lead {
    int64_t id; /* 0: there is none */
    bool binned, converted;
    int fields[FIELDS];
    int up;              /* NOBODY */
    int64_t day, moment; /* D and T */
    bool tags[TAGS];
    int owner;
} lead;

typedef struct made {
    int module;
    int mark;
    char copy[COPY];
    int owner;
    int lead;
    int64_t start; /* of activities: the local day or the time */
} made;

typedef struct pending {
    int rule, lead;
    int part; /* 0: the date trigger; else of a condition and its group */
    int64_t due, since;
    int64_t order; /* in which they were made */
} pending;

typedef enum result {
    DONE,
    SKIPPED,
    FAILED
} result;

typedef struct line {
    int rule, lead; /* NOBODY: of a made record */
    result result;
    bool by_clock;
} line;

/* All that an undone rule puts back. */
typedef struct model_state {
    lead leads[LEADS];
    int base[BASES]; /* their G */
    bool had[LEAD_RULES][LEADS];
    int turns[RULES * CONDITIONS * (1 + GROUPS) * ACTIONS + ENTRIES];
    pending pending[PENDING];
    int pending_count;
    int64_t order;
    int made_count, line_count; /* of this step */
    int contacts;
    int64_t message_since; /* the oldest that waits; 0: none */
} model_state;

extern model_state now_is;
extern made made_here[MOST_MADE];
extern line lines_here[MOST_LINES];
extern bool active[RULES];
extern bool mark_is_closed; /* to Bo: the field Mark of L1 */
extern int64_t clock_time;
extern int actor;
extern int refused_depth, refused_actions; /* how often chains were too long */

/* ------------------------------------------------------------- interpreting */

/* One rule at work on one record. */
typedef struct run {
    const rule *rule;
    int lead;        /* NOBODY: on a made record */
    int made, mark;  /* its place, and what its Mark was when it was made */
    const lead *row; /* as the change left it */
    int depth;       /* 1: rules of the change itself */
    bool assigned, skipped;
} run;

typedef enum outcome {
    WENT_WELL,
    WAS_REFUSED,
    CHAIN_BROKE
} outcome;

/* In act.c. */
void inputs_of_lead(const lead *l, int *inputs);
outcome act(run *r, const action *a, int *spent);
/* In interpret.c: a change of a lead, `before` is NULL for a new one, `after` for one that is
 * deleted. False: it is refused. */
bool change_lead(int at, const lead *before, const lead *after);
bool note_lead(int at);
outcome wake_rules_of_made(int place, int depth, int *spent);
/* Dates of a record that was made, restored or changed. */
void follow_dates(int at, const lead *before);
void drop_pending(int at);
void switch_rule(int number, bool on);
/* What is due by the clock, so many entries at most; the number that were run. */
int run_due(int budget);
int64_t next_due(void);

#endif
