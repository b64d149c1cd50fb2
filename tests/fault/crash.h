/* SPDX-License-Identifier: MIT */
/* What the writer of crash.c tells before and after each commit. */
#ifndef TEST_FAULT_CRASH_H
#define TEST_FAULT_CRASH_H

#include <crm4e/types.h>

typedef enum crash_work {
    CRASH_CREATE = 1,
    CRASH_UPDATE,
    CRASH_DELETE,
    CRASH_GROUP, /* a transaction: new records, and both records of the pair */
    CRASH_ROLE,
    CRASH_FIELD,
    CRASH_MEMBER /* a new record of a group, after its message */
} crash_work;

typedef struct crash_message {
    int32_t work;
    int32_t done;  /* 0: about to; 1: the commit was acknowledged */
    int64_t count; /* records of a group; number of a role or field */
    crm4e_id id;
    int64_t version;
} crash_message;

enum {
    CRASH_GROUP_MOST = 6,
    CRASH_FIELDS_MOST = 40
};

/* Roles of the program besides the test itself; false: not one of them. */
int crash_role(int argc, char **argv);

#endif
