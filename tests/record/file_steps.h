/* SPDX-License-Identifier: MIT */
/* Contents of files in tests: where they come from, where they go, and what is asked of
 * the org that has them. */
#ifndef TEST_FILE_STEPS_H
#define TEST_FILE_STEPS_H

#include "host.h"

enum {
    PIECE = 256 * 1024 /* what the library reads and writes at once */
};

/* What a reader gives: `size` bytes in pieces of `step`, then what it answers at `stop`. */
typedef struct source {
    int64_t size;
    int64_t at;
    size_t step;
    int64_t stop; /* where it answers `answer`; -1: nowhere */
    int32_t answer;
    crm4e_session *interrupts;
    int calls;
} source;
source contents_of(int64_t size);
int32_t contents_read(void *user, char *bytes, size_t size, size_t *read);

typedef struct target {
    int64_t at;
    bool wrong;
    int64_t stop;
    int32_t answer;
} target;
int32_t contents_write(void *user, const char *bytes, size_t length);

/* A new record; JSON with ' for ". */
crm4e_id add(crm4e_session *session, const char *module, const char *json);
/* The code, and a part of the message. */
void refused(crm4e_session *session, int rc, int code, const char *part);
/* The integrity check finds nothing. */
void assert_sound(host *h);
void digest_of(host *h, char digest[33]);

#endif
