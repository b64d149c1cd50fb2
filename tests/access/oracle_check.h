/* SPDX-License-Identifier: MIT */
/* One question after another about an org: the oracle's answer and the library's. */
#ifndef TEST_ORACLE_CHECK_H
#define TEST_ORACLE_CHECK_H

#include "oracle.h"
#include "world_build.h"

typedef struct check {
    stage stage;
    world *w;
    oracle *o;
    const char *storage;
    int64_t questions;
    int differences; /* of this org */
    int wrong_orgs;
    /* the question being asked */
    int user;
    int module;
    int record;
} check;

/* Counts a question, and tells of answers that are not the same. */
void same(check *c, const char *what, const char *detail, int expected, int found);
void differ(check *c, const char *what, const char *detail, int expected, int found);

const char *module_name(const check *c);
crm4e_session *session_of(const check *c);

/* Names that lists show for lookups, and what paths over them give. */
void check_lookups(check *c, const int *records, int count);
/* What the user finds by words, in all modules. */
void check_search(check *c);

#endif
