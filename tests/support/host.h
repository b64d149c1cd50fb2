/* SPDX-License-Identifier: MIT */
/* A host of the public interface in tests: an engine on memory or SQLite with an
 * allocator that counts, one org, its administrator's session. JSON with ' for " and ` for '. */
#ifndef TEST_HOST_H
#define TEST_HOST_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>
#include <stdbool.h>

#include <crm4e.h>

#define HOST_ADMIN "ana@acme.example"

typedef struct host_bytes {
    atomic_size_t live; /* tests have threads */
    atomic_size_t peak;
    atomic_size_t calls;
    size_t fails_at; /* the call that gets nothing, and all after it; 0: none */
} host_bytes;

typedef struct host {
    host_bytes bytes;
    crm4e_engine *engine;
    crm4e_org *org;
    crm4e_session *admin;
    char directory[64]; /* "" on memory */
    crm4e_storage_methods methods;
} host;

/* cmocka's setup and teardown of a host in *state; on memory unless
 * host_on_sqlite is set. Teardown fails when memory was leaked. */
extern bool host_on_sqlite;
/* Of the org that setup makes: Enterprise, unless a test sets it first. */
extern crm4e_edition host_edition;
/* crm4e_storage_methods::bulk_rows of either; 0: as they have it. */
extern size_t host_bulk_rows;
/* Of the engines that are opened next; NULL: those of the system, an outbox that is pulled. */
extern const crm4e_clock *host_clock;
extern const crm4e_random *host_random;
extern const crm4e_delivery *host_delivery;
int host_setup(void **state);
int host_teardown(void **state);
/* Runs the tests on both; the number of failures. */
int host_run(const char *name, const struct CMUnitTest *tests, size_t count);
/* The same with one host for all tests of a storage. */
int host_run_group(const char *name, const struct CMUnitTest *tests, size_t count,
                   CMFixtureFunction setup);

/* Runs `action` with memory running out after ever more allocations, until it
 * is enough: it must answer CRM4E_E_NO_MEMORY, then CRM4E_OK. After each failure
 * `check` looks at what is left. */
void host_starve(host *h, int (*action)(host *h), void (*check)(host *h));

crm4e_session *host_session(host *h, const char *email);
/* The text as real JSON; malloc'd. */
char *host_json(const char *text);
/* Applies a document with ' for ", which must be accepted. */
void host_apply(host *h, const char *document);
/* The rows of a query as "a|b" lines; malloc'd. */
char *host_query(crm4e_session *session, const char *text);
/* The number of records that match; `where` may be NULL. */
int64_t host_count(crm4e_session *session, const char *module, const char *where);
/* Asserts that these are the rows. */
void host_rows(crm4e_session *session, const char *text, const char *rows);
/* A record with values out of JSON with ' for ". */
crm4e_id host_create(crm4e_session *session, const char *module, const char *values);
/* The newest lines of the module's run log hold the piece: so many of them, 0: a hundred. */
void host_runs(host *h, const char *module, int32_t limit, const char *piece);
/* Asserts, and prints the session's error when not. */
void host_ok(crm4e_session *session, int rc);
void host_refused(crm4e_session *session, int rc, int code, const char *message);

#endif
