/* SPDX-License-Identifier: MIT */
/* Random criteria, and a slow evaluator of them that knows nothing of predicates. */
#ifndef TEST_QUERY_CRITERIA_H
#define TEST_QUERY_CRITERIA_H

#include "query_model.h"

enum {
    TEXT_ROOM = 4096
};

typedef struct literal {
    char text[48]; /* as it stands in the query */
    const char *plain;
    int64_t low; /* thousandths, days, microseconds, ids, codes from 1, bits */
    int64_t high;
    bool whole_days; /* of a time: low and high are days on the reader's clock */
} literal;

typedef struct node {
    int kind; /* c4_criteria's */
    struct node *children[3];
    int count;
    int field;
    c4_comparator comparator;
    literal literals[3];
    int literal_count;
} node;

/* How the fields are named in a query. */
extern const char *const paths[FIELDS];

/* New criteria, appended to the text; they replace those of the call before. */
node *make_node(int depth, char *text);
/* 0, 1, or something else where it is not known. */
int truth(const node *n, const thing *t);

void append(char *text, const char *part);
bool is_text(int field);
int text_order(const char *a, const char *b);

/* Checks so many queries, of one seed, each as one of the users of the world. */
void walk_queries(steps *s, uint64_t seed, int count, void (*check)(steps *s));
/* The same goes on in that world. */
void more_queries(steps *s, int count, void (*check)(steps *s));
/* The end of a test that ran queries. */
int page_teardown(void **state);

#endif
