/* SPDX-License-Identifier: MIT */
/* What programs that break things share: an org through the public interface,
 * a place on disk, a seeded generator, and a look at the file behind. */
#ifndef TEST_FAULT_WORLD_H
#define TEST_FAULT_WORLD_H

#include <crm4e.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define WORLD_ADMIN "ana@acme.example"

typedef struct world {
    crm4e_engine *engine;
    crm4e_org *org;
    crm4e_session *session;
} world;

/* Ends the program with a line that says what was not as it should be. */
#define world_need(condition, ...)                                                                 \
    ((condition) ? (void)0 : world_fail(__FILE__, __LINE__, __VA_ARGS__))
_Noreturn void world_fail(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Each gives the first failure; world_close() is right after any of them. */
int world_create(world *w, const crm4e_engine_options *options, int64_t licences);
int world_open(world *w, const crm4e_engine_options *options);
int world_as(world *w, const crm4e_engine_options *options, const char *email);
void world_close(world *w);
/* Opens an engine alone. */
int world_engine(world *w, const crm4e_engine_options *options);
crm4e_engine_options world_options(const char *path, uint32_t flags);
/* The first code of a session, an org or an engine that failed, with its message. */
const char *world_why(const world *w);
/* Fails unless crm4e_check() finds nothing. */
void world_check(const world *w, const char *when);
int world_apply(world *w, const char *document);

/* A lead whose fields agree with its version, see world_lead_is_whole(). */
int world_lead_create(world *w, const char *company, crm4e_id *id);
int world_lead_change(world *w, crm4e_id id, int64_t *version);
/* The version of a lead; 0: not there. Fails when its fields do not agree. */
int64_t world_lead_version(world *w, crm4e_id id);

/* A directory of its own under /tmp, emptied and removed at the end. */
void world_place(char *directory, size_t size);
void world_remove(const char *directory);
void world_copy_file(const char *from, const char *to);
/* malloc()ed; NULL when there is no such file. */
unsigned char *world_read_file(const char *path, size_t *size);
void world_write_file(const char *path, const void *bytes, size_t size);
/* The first integer of a statement over a file nobody has open. */
int64_t world_integer(const char *path, const char *sql);

/* xorshift64*: equal seeds, equal programs. */
typedef struct world_random {
    uint64_t state;
} world_random;
uint64_t world_next(world_random *r);
uint64_t world_below(world_random *r, uint64_t bound);

int64_t world_microseconds(void); /* monotonic */
void world_pause(int64_t microseconds);

#endif
