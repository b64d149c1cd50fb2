/* SPDX-License-Identifier: MIT */
/* The inside of a cursor: query.c makes it, cursor.c reads from it. */
#ifndef C4_CURSOR_H
#define C4_CURSOR_H

#include "api/inside.h"
#include "record/query.h"

/* Rows of a query. It has its own copy of the tree and reads page by page. */
typedef struct c4_cursor {
    c4_object object;
    c4_arena arena;
    c4_query_tree tree;
    int64_t left; /* rows still wanted; -1: all */
    c4_result *page;
    size_t row; /* of the page, from 1; 0: before the first */
    c4_buffer token;
    bool view; /* of a view: what is closed has no name in messages */
} c4_cursor;

int c4_cursor_new(c4_session *session, c4_cursor **out);
/* Reads the first page in a unit of its own and hands the handle out; drops
 * the cursor when that fails. */
int c4_cursor_start(c4_session *session, c4_cursor *self, crm4e_cursor **out);
/* The same where the tree comes from what is stored: `fill` finds it in that unit. */
int c4_cursor_start_with(c4_session *session, c4_cursor *self,
                         int (*fill)(c4_unit *unit, c4_cursor *self, void *arguments),
                         void *arguments, crm4e_cursor **out);

#endif
