/* SPDX-License-Identifier: MIT */
/* What a walk over records does: steps that are rolled once and made on two storages, each an
 * operation of the public interface on records of one org. */
#ifndef TEST_RECORD_WALK_H
#define TEST_RECORD_WALK_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>

#include <crm4e.h>

enum {
    WALK_ACTORS = 3, /* the administrator, a manager, and who reports to him */
    WALK_POOL = 24,  /* records of a module that steps choose from */
    WALK_FEW = 4,
    WALK_JSON = 1024
};

typedef enum walk_module {
    FIRMS,
    TRIPS,
    LEADS,
    ACCOUNTS,
    CONTACTS,
    DEALS,
    PRODUCTS,
    QUOTES,
    NOTES,
    ATTACHMENTS,
    WALK_MODULES
} walk_module;
extern const char *const walk_names[WALK_MODULES];
/* The org both sides have. */
extern const char walk_start[];
extern const char *const walk_emails[WALK_ACTORS];

/* The org on one storage. */
typedef struct walk_side {
    const char *name;
    crm4e_engine *engine;
    crm4e_org *org;
    crm4e_session *sessions[WALK_ACTORS];
    crm4e_id users[WALK_ACTORS];
    int64_t time;
    uint64_t random;
    crm4e_clock clock;
    crm4e_random source;
    char path[96]; /* of the file; "" in memory */
} walk_side;

/* What there is to choose from, the same on both sides. */
typedef struct walk_pool {
    uint64_t random;
    crm4e_id ids[WALK_MODULES][WALK_POOL];
    size_t counts[WALK_MODULES];
} walk_pool;

uint32_t walk_below(walk_pool *pool, uint32_t end);
crm4e_id walk_some(walk_pool *pool, walk_module module);

typedef struct walk_operation walk_operation;
typedef struct walk_step {
    const walk_operation *what;
    int actor;
    walk_module module;
    crm4e_id id, other, third;
    uint32_t roll;
    char json[WALK_JSON];
} walk_step;

typedef struct walk_outcome {
    int code;
    crm4e_id made; /* 0: nothing */
    crm4e_text *text;
} walk_outcome;

struct walk_operation {
    const char *name;
    int (*run)(walk_side *side, const walk_step *step, walk_outcome *out);
    unsigned modules; /* bits; 0: of all that are made like any record */
    uint32_t weight;
};
extern const walk_operation walk_operations[];
extern const size_t walk_operation_count;

void walk_roll(walk_pool *pool, walk_step *step);

#endif
