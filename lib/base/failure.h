/* SPDX-License-Identifier: MIT */
/* The detail of a failure, kept on the handle that made the call. */
#ifndef C4_FAILURE_H
#define C4_FAILURE_H

#include "base/mem.h"
#include <crm4e/errors.h>

/* Inside of the public crm4e_error. */
struct crm4e_error {
    int code;
    char message[320];
    char module[64];
    char field[64];
    char rule[48];
    int64_t limit;
    int64_t current;
};

#if defined(__GNUC__)
#define C4_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define C4_PRINTF(f, a)
#endif

void c4_failure_clear(crm4e_error *error);
/* Writes code and message (cut at a code point when too long) and returns the
 * code, so that `return c4_fail(...)` reads well. `error` may be NULL. An
 * earlier detail is replaced. A code that is no failure clears it. */
int c4_fail(crm4e_error *error, int code, const char *format, ...) C4_PRINTF(3, 4);
/* Adds to a failure just written; each returns error's code, INTERNAL for NULL. */
int c4_fail_field(crm4e_error *error, const char *module, const char *field, const char *rule);
int c4_fail_limit(crm4e_error *error, const char *rule, int64_t limit, int64_t current);
/* Module, field, rule and limit of another failure, for one whose message was
 * written anew. Returns error's code, INTERNAL for NULL. */
int c4_fail_detail(crm4e_error *error, const crm4e_error *from);
/* The code's own text when a lower layer gave no message. Returns `code`. */
int c4_fail_plain(crm4e_error *error, int code);

#endif
