/* SPDX-License-Identifier: MIT */
/* Processes of the same program in other roles: `PROGRAM ROLE ARGUMENT...`. */
#ifndef TEST_FAULT_CHILD_H
#define TEST_FAULT_CHILD_H

#include <stddef.h>
#include <sys/types.h>

typedef struct child {
    pid_t pid;
    int pipe; /* what it says; not blocking */
} child;

/* In the child the pipe's other end is descriptor 3. `arguments` ends with NULL
 * and starts with the program. */
void child_start(child *c, const char *const *arguments);
/* Bytes that could be read up to now; -1: it said all and is gone. */
ptrdiff_t child_read(const child *c, void *bytes, size_t size);
void child_kill(const child *c);
/* Waits; whether it ended well, or was killed when `killed` is allowed. */
void child_end(child *c, int killed);

enum {
    CHILD_PIPE = 3
};
/* The child's side: whole or not at all. */
void child_say(const void *bytes, size_t size);

#endif
