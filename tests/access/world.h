/* SPDX-License-Identifier: MIT */
/*
 * An org as plain data, made from a seed: who is there, what he may do, what
 * is shared. The library is given the same org (world_build()), the oracle
 * judges from the data alone.
 */
#ifndef TEST_WORLD_H
#define TEST_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <crm4e.h>

enum {
    WORLD_FIELDS = 10, /* of a module, at most */
    WORLD_SUBJECTS = 4,
    WORLD_NODES = 12, /* of criteria */
    WORLD_OPTIONS = 3,
    WORLD_TEAM_PROFILES = 6, /* 0 is none */
    WORLD_ALL_ACTIONS = (1 << (CRM4E_ACTION_SEND_MAIL + 1)) - 2
};

/* The modules, in the order in which their records are made: what others point to first. */
typedef enum world_module_id {
    WORLD_ACCOUNTS,
    WORLD_LEADS,
    WORLD_CONTACTS,
    WORLD_DEALS,
    WORLD_DOCUMENTS, /* team module; hidden or archived at times */
    WORLD_PROJECTS,  /* custom org module */
    WORLD_VAULT,     /* custom org module; hidden or archived at times */
    WORLD_REQUESTS,  /* team module; the same */
    WORLD_TASKS,
    WORLD_EVENTS,
    WORLD_CALLS,
    WORLD_NOTES,
    WORLD_ATTACHMENTS,
    WORLD_MODULES
} world_module_id;

/* How records of a module are opened. */
typedef enum world_kind {
    WORLD_ORG,      /* by owner, hierarchy, defaults, rules, shares */
    WORLD_ACTIVITY, /* besides with the record they are about */
    WORLD_CHILD,    /* with the record they hang on, and to their owner */
    WORLD_TEAM      /* by team profile and shares */
} world_kind;

typedef enum world_type {
    WORLD_TEXT,   /* a word of world_words[] */
    WORLD_NUMBER, /* 0 to 9 */
    WORLD_PICK,   /* one of `options` */
    WORLD_LOOKUP, /* a record */
    WORLD_OWNER,  /* the record's owner */
    WORLD_TIME,   /* a moment, the same for all records; only set at creation */
    WORLD_MADE    /* computed from `inputs` */
} world_type;

typedef struct world_field {
    const char *api_name;
    world_type type;
    bool must;
    bool custom;      /* world_build() adds it */
    uint32_t targets; /* lookups: bits 1 << world_module_id */
    const char *options[WORLD_OPTIONS];
    int inputs[2]; /* positions of fields */
} world_field;

typedef struct world_module {
    const char *api_name;
    world_kind kind;
    bool custom;
    int field_count;
    world_field fields[WORLD_FIELDS];
} world_module;

extern const world_module world_modules[WORLD_MODULES];
extern const char *const world_words[];
enum {
    WORLD_WORDS = 6
};

typedef struct world_role {
    char name[24];
    int parent; /* -1: the root */
    bool peers;
} world_role;

typedef struct world_profile {
    char name[24];
    bool administrator;
    bool built_in;
    bool exports;        /* has the admin permission */
    bool for_team;       /* of Team User licences */
    uint32_t everything; /* actions on modules without an entry */
    bool listed[WORLD_MODULES];
    uint32_t actions[WORLD_MODULES];             /* where listed */
    uint8_t fields[WORLD_MODULES][WORLD_FIELDS]; /* CRM4E_PERMISSION_*; 0: no entry */
} world_profile;

typedef struct world_user {
    char email[32];
    crm4e_id id;
    int role;
    int profile;
    int reports_to; /* -1: nobody */
    crm4e_licence licence;
    crm4e_user_status status;
} world_user;

typedef struct world_subject {
    crm4e_subject kind;
    int index; /* of a user, role or group */
} world_subject;

typedef struct world_group {
    char name[24];
    int source_count;
    world_subject sources[WORLD_SUBJECTS];
} world_group;

typedef enum world_operator {
    WORLD_AND,
    WORLD_OR,
    WORLD_NOT,
    WORLD_EQ,
    WORLD_NE,
    WORLD_LT,
    WORLD_GE,
    WORLD_IN,
    WORLD_NOT_IN,
    WORLD_BETWEEN,
    WORLD_LIKE, /* begins with the first letter of a word */
    WORLD_IS_NULL,
    WORLD_IS_NOT_NULL
} world_operator;

/* Criteria: nodes, the first is the root. */
typedef struct world_node {
    world_operator op;
    int left, right; /* positions of nodes, right of AND and OR only */
    int field;       /* of comparisons */
    int values[2];
} world_node;

typedef struct world_rule {
    char name[24];
    world_module_id module;
    bool active;
    int from_count; /* 0: by criteria */
    world_subject from[WORLD_SUBJECTS];
    int node_count;
    world_node nodes[WORLD_NODES];
    int to_count;
    world_subject to[WORLD_SUBJECTS];
    crm4e_level level;
    bool superiors;
} world_rule;

typedef struct world_team {
    uint32_t actions[WORLD_TEAM_PROFILES];
    uint8_t fields[WORLD_TEAM_PROFILES][WORLD_FIELDS];
} world_team;

typedef struct world_record {
    crm4e_id id;
    world_module_id module;
    int owner;
    int creator;
    bool deleted;
    bool locked;
    int values[WORLD_FIELDS]; /* -1: empty; a word, number, option from 0, record */
} world_record;

typedef struct world_share {
    int record;
    world_subject subject;
    crm4e_level level;
    bool related;
} world_share;

typedef struct world {
    uint64_t seed;
    crm4e_hierarchy hierarchy;
    bool crm4e; /* team modules are on */
    bool hidden[WORLD_MODULES];
    bool archived[WORLD_MODULES];
    crm4e_share defaults[WORLD_MODULES];
    world_team teams[WORLD_MODULES];
    uint8_t *members; /* team profile by [module * user_count + user] */
    uint8_t *joined;  /* the same while records were made: some left since */
    world_role *roles;
    int role_count;
    world_profile *profiles;
    int profile_count;
    world_user *users; /* the first is the first administrator */
    int user_count;
    world_group *groups;
    int group_count;
    world_rule *rules;
    int rule_count;
    world_record *records; /* in the order of their ids */
    int record_count;
    world_share *shares;
    int share_count;
} world;

/* Makes the org of a seed; the greater `size`, from 1, the more of everything. */
world *world_make(uint64_t seed, int size);
void world_free(world *w);

/* Numbers that look random, always the same ones. */
uint64_t world_random(uint64_t *state);
int world_below(uint64_t *state, int bound); /* 0 to bound - 1 */

/* Position of a field by name; -1: none. */
int world_field_named(world_module_id module, const char *api_name);
/* Criteria and values as the library reads them. */
void world_write_criteria(const world *w, const world_rule *rule, FILE *out);
void world_write_value(const world *w, const world_field *field, int value, FILE *out);
/* Everything but ids, to tell a failure. */
void world_write_record(const world *w, int record, FILE *out);

#endif
