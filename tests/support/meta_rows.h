/* SPDX-License-Identifier: MIT */
/* Rows of the library's own tables, written past all checks. */
#ifndef TEST_META_ROWS_H
#define TEST_META_ROWS_H

#include "model/schema.h"
#include "support/org_fixture.h"

/* A value of a row, with ids that are known only when the test runs. */
typedef struct cell {
    enum {
        NOTHING,
        NUMBER,
        WORDS,
        BYTES,
        ROLE_ID,
        PROFILE_ID,
        USER_ID
    } kind;
    int64_t number;
    const char *text;
} cell;

enum {
    MOST_CELLS = 17
};

#define I(n)                                                                                       \
    {                                                                                              \
        NUMBER, n, NULL                                                                            \
    }
#define T(t)                                                                                       \
    {                                                                                              \
        WORDS, 0, t                                                                                \
    }
#define B                                                                                          \
    {                                                                                              \
        BYTES, 0, "sixteen bytes. !"                                                               \
    }
#define N                                                                                          \
    {                                                                                              \
        NOTHING, 0, NULL                                                                           \
    }
#define R                                                                                          \
    {                                                                                              \
        ROLE_ID, 0, NULL                                                                           \
    }
#define P                                                                                          \
    {                                                                                              \
        PROFILE_ID, 0, NULL                                                                        \
    }
#define U                                                                                          \
    {                                                                                              \
        USER_ID, 0, NULL                                                                           \
    }

/* First number of a custom field. */
#define BASE 1073741824

#define PERSON(id, mail, role, profile, licence, status, superior, mode)                           \
    I(id), T("X"), T(mail), T(mail), role, profile, licence, status, T("en"), T("UTC"), superior,  \
        mode

/* The team module 1000, Documents, and a text field of it. */
extern const cell documents_row[];
extern const cell status_row[];

/* Inside of a transaction; marks the metadata as changed. */
int put_row(org_fixture *f, c4_table_id table, const cell *cells);

#endif
