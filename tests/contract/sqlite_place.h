/* SPDX-License-Identifier: MIT */
/* A directory of its own for each test of the SQLite storage. */
#ifndef TEST_SQLITE_PLACE_H
#define TEST_SQLITE_PLACE_H

#include "contract/contract.h"

#include <crm4e/sys/sqlite.h>
#include <sqlite3.h>

typedef struct place {
    char directory[64];
    char path[96]; /* of the org's file in it */
    crm4e_sqlite_options options;
    fail_alloc allocations;
    crm4e_allocator host;
    c4_mem mem;
    c4_store store;
    c4_db db;
} place;

int place_setup(void **state);    /* an empty directory */
int place_teardown(void **state); /* fails when memory is left */
void place_remove_files(const char *directory);

int place_open(place *p, uint32_t flags);
void place_close(place *p);
/* Opens, makes org CONTRACT_ORG named "one" and connects. */
void place_create(place *p, uint32_t flags);
/* Opens and connects; the first failure, with nothing left open. */
int place_connect(place *p, uint32_t flags);
/* A blob of `size` bytes in a row of its own; its transaction's code. */
int place_write(c4_db *db, crm4e_id id, size_t size);
void place_create_table(c4_db *db);
int64_t place_count(c4_db *db);
/* Runs SQL of a stranger. */
void place_sql(const char *path, const char *sql);
void place_run(sqlite3 *db, const char *sql);
int64_t place_integer(sqlite3 *db, const char *sql);

/* A storage some of whose methods a test replaces, on SQLite in a place of its own or in memory;
 * an org, a connection and a transaction in which the table of the contract was made. */
typedef struct watched_storage {
    place *place; /* NULL: in memory */
    crm4e_storage_methods methods;
    contract_target target;
    contract_fixture contract;
} watched_storage;
/* `methods` are those of `inner` until `watch` has replaced some. */
void watched_open(watched_storage *w, const crm4e_storage_methods *inner,
                  void (*watch)(crm4e_storage_methods *methods));
int watched_close(watched_storage *w);

#endif
