/* SPDX-License-Identifier: MIT */
/* Checks that every storage must pass, whatever it is made of. */
#ifndef TEST_CONTRACT_H
#define TEST_CONTRACT_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <crm4e/errors.h>

#include "storage/storage.h"
#include "support/fail_alloc.h"

/* A storage under test. */
typedef struct contract_target {
    const char *name;
    const crm4e_storage_methods *methods;
    void *user;                /* of open() */
    void (*reset)(void *user); /* forgets everything stored; NULL: nothing outlives close() */
    bool persistent;           /* what is committed outlives close() */
    bool many_orgs;            /* holds more than one org */
} contract_target;

/* Runs all checks; the number of failures. */
int contract_run(const contract_target *target);
/* The same seeded steps on both; fails the running test where answers differ. */
void contract_walk(const contract_target *a, const contract_target *b, uint64_t seed,
                   unsigned steps);

/* What each check starts with: a new org and a connection to it. */
typedef struct contract_fixture {
    const contract_target *target;
    fail_alloc allocations;
    crm4e_allocator host;
    c4_mem mem;
    c4_store store;
    c4_db db;
} contract_fixture;

enum {
    CONTRACT_ORG = 1,
    CONTRACT_BUSY_TIMEOUT = 30
};

/* Each gives its checks. */
typedef struct contract_checks {
    const struct CMUnitTest *tests;
    size_t count;
} contract_checks;
contract_checks contract_row_checks(void);
contract_checks contract_transaction_checks(void);
contract_checks contract_sharing_checks(void);
contract_checks contract_predicate_checks(void);
contract_checks contract_query_checks(void);

int contract_open(contract_fixture *f, const contract_target *target);
void contract_close(contract_fixture *f);
int contract_connect(contract_fixture *f, c4_db *db);

#define assert_ok(call)         assert_int_equal((call), CRM4E_OK)
#define assert_code(call, code) assert_int_equal((call), (code))

/* The table most checks use, one column of each type, all of them nullable:
 * id, n, d, day, at, b, s, x; an index on n, a unique one on (day, s). */
enum {
    COL_ID,
    COL_N,
    COL_D,
    COL_DAY,
    COL_AT,
    COL_B,
    COL_S,
    COL_X,
    COL_COUNT
};
enum {
    INDEX_N,
    INDEX_DAY_S,
    INDEX_COUNT
};
extern const crm4e_table contract_table;

/* A row of the table, all NULL but the id. */
void contract_blank(crm4e_value values[COL_COUNT], crm4e_id id);
/* Begins a write transaction and creates the table in it. */
void contract_begin_with_table(contract_fixture *f);
/* Ids the plan gives, as "1 2 3". */
const char *contract_ids(c4_db *db, crm4e_plan *plan, char *text, size_t size);
#define CONTRACT_IDS 512

#endif
