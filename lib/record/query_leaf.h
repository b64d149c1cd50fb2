/* SPDX-License-Identifier: MIT */
/* Shared by query_leaf.c, query_ordered.c and query_codes.c only. */
#ifndef C4_QUERY_LEAF_H
#define C4_QUERY_LEAF_H

#include "record/query_inside.h"

typedef struct c4_leaf {
    c4_compiler *compiler;
    const c4_place *place;
    const c4_field *field;
    c4_comparator comparator; /* no test for NULL */
    const c4_literal *literals;
    size_t count; /* at least one */
} c4_leaf;

int c4_leaf_text(const c4_leaf *leaf, crm4e_predicate *out);
int c4_leaf_ordered(const c4_leaf *leaf, crm4e_predicate *out); /* all that is a number inside */
/* The field that says what the amounts of a record are in. */
bool c4_leaf_is_currency(const c4_leaf *leaf);
int c4_leaf_option(const c4_leaf *leaf, crm4e_predicate *out); /* one or several */
int c4_leaf_id(const c4_leaf *leaf, crm4e_predicate *out);
int c4_leaf_ids(const c4_leaf *leaf, crm4e_predicate *out);
/* What such a comparison with ids of records asks, of the table of links. */
int c4_leaf_links(const c4_leaf *leaf, crm4e_predicate *out);
/* A field of records: names are looked for among what they point to, the rest is asked by id. */
typedef int (*c4_leaf_maker)(const c4_leaf *leaf, crm4e_predicate *out);
int c4_leaf_named(const c4_leaf *leaf, c4_leaf_maker by_ids, crm4e_predicate *out);

/* The leaf with users in the place of roles: its list may be empty. */
int c4_leaf_expand_roles(const c4_leaf *leaf, c4_leaf *out, bool *expanded);

/* The id a literal stands for in a field of users or records. */
int c4_literal_id(const c4_leaf *leaf, const c4_literal *literal, int64_t *id);

bool c4_comparator_negative(c4_comparator comparator);
/* FALSE, or "there is a value": what stays of a comparison that always holds. */
crm4e_predicate c4_leaf_constant(const c4_leaf *leaf, bool truth);
/* In the set, or neither in it nor NULL. Sorts it and drops doubles. */
int c4_leaf_set(const c4_leaf *leaf, int64_t *set, size_t count, bool negative,
                crm4e_predicate *out);
int c4_leaf_no_memory(const c4_leaf *leaf);
int c4_leaf_refuse(const c4_leaf *leaf, const char *rule, const char *problem);

#endif
