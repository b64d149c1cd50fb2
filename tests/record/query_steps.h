/* SPDX-License-Identifier: MIT */
/* Queries in tests, on an org with a custom module of every kind of field. */
#ifndef TEST_QUERY_STEPS_H
#define TEST_QUERY_STEPS_H

#include "record_steps.h"
#include "record/query.h"

/* Adds the role Rep below Manager; ben (Manager), ana and cid (Rep, her zone is
 * +08:00), dan (Rep, profile Blind: Things.Secret and Accounts.Industry hidden, no Contacts); the
 * module Things. Accounts and Things are private. */
void make_query_world(steps *s);

/* Runs query text; the result, freed by the next run or free_page. */
int query(steps *s, const char *text);
int run_tree(steps *s, const c4_query_tree *tree);
/* The same page by page, `limit` rows each; what it gathers is in page_ids. */
int query_paged(steps *s, const char *text, int64_t limit);
int count_of(steps *s, const char *text, int64_t *count);
void parse_query(steps *s, const char *text, c4_query_tree *tree);
void free_page(steps *s);

extern c4_result *page;    /* of the last run */
extern int64_t page_ids[]; /* of query_paged */
extern size_t page_id_count;

/* Texts of a column of the page, joined by '|', NULL as '-'. */
const char *column_text(size_t column);
/* The names of the rows of "select Name from Things where <criteria>". */
const char *names_where(steps *s, const char *criteria);

/* The page of a query behind a token. */
int run_after(steps *s, const char *text, const char *token);

#endif
