/* SPDX-License-Identifier: MIT */
/* Shared by the query_*.c files and sharing_criteria.c only. */
#ifndef C4_QUERY_INSIDE_H
#define C4_QUERY_INSIDE_H

#include "base/zone.h"
#include "record/query.h"

enum {
    /* Nodes on a way down a tree: a bracket may hold an OR of ANDs. */
    C4_TREE_DEPTH = 2 * C4_CRITERIA_DEPTH + 8
};

/* Where a field stands: a module, and what the actor may see of it. */
typedef struct c4_place {
    const c4_module *module;
    const c4_scope *scope; /* NULL: no permissions, every row */
} c4_place;

/* A path and every field on it. */
typedef struct c4_path {
    c4_place places[C4_QUERY_HOPS + 1]; /* places[hop_count] is the field's */
    const c4_field *hops[C4_QUERY_HOPS];
    size_t hop_count;
    const c4_field *field;
} c4_path;

/* What the compilation of one query or criteria shares. */
typedef struct c4_compiler {
    c4_unit *unit;
    c4_unit *reader; /* whose view it is behind lookups; NULL: nobody's, every row */
    c4_place root;
    struct c4_known_scope *scopes; /* of the modules behind lookups */
    c4_zone *zone;                 /* the actor's, once a civil day was met */
    int64_t now;                   /* whose day is today: of the query's first page */
    bool relative;                 /* it speaks of today */
    size_t leaves;
} c4_compiler;

/* The actor reads, or with a root without scope nobody. */
void c4_compiler_init(c4_compiler *compiler, c4_unit *unit, c4_place root);
void c4_compiler_end(c4_compiler *compiler);
/* Both write the message. */
int c4_compiler_fail(const c4_compiler *compiler, int code);
int c4_compiler_refuse(const c4_compiler *compiler, const c4_place *place, const c4_field *field,
                       const char *rule, const char *problem);

/* The reader's view of a module behind a lookup: what the gate answers. */
int c4_place_behind(c4_compiler *compiler, int32_t module, c4_place *place);
/* INVALID for an unknown name, DENIED for a hidden field. */
int c4_place_field(const c4_compiler *compiler, const c4_place *place, const char *api_name,
                   const c4_field **field);
/* Resolves and checks each field on the way. */
int c4_path_resolve(c4_compiler *compiler, const char *text, c4_path *path);
/* The rows of a place as a predicate; NULL: all. */
const crm4e_predicate *c4_place_rows(const c4_place *place);

/* What a lookup compared with texts reads: the name field of each target. */
typedef struct c4_name_target {
    c4_place place;
    const c4_field *name;
} c4_name_target;
int c4_name_targets(c4_compiler *compiler, const c4_place *place, const c4_field *lookup,
                    c4_name_target **targets, size_t *count);
/* True when a literal is to be looked for among names. */
bool c4_literal_is_name(const c4_field *field, const c4_literal *literal);
bool c4_field_holds_users(const c4_field *field);

/* "ab%", "%ab", "%ab%", "ab", "%": false when a % stands elsewhere. */
typedef struct c4_like_part {
    crm4e_operator op; /* EQ, PREFIX, SUFFIX, CONTAINS, or IS_NOT_NULL for all */
    size_t start;
    size_t length;
} c4_like_part;
bool c4_like_split(const char *text, size_t length, c4_like_part *part);

/* The values that are neither smaller nor greater than a literal: [low, high],
 * empty when low > high: a decimal between two values of the column. */
typedef struct c4_interval {
    int64_t low;
    int64_t high;
    int beyond; /* -1, 1: below or above every value; then the rest is 0 */
} c4_interval;
/* The days of such a word, first and last. */
void c4_period_days(const char *text, size_t length, int32_t today, int32_t fiscal_month,
                    c4_interval *days);
/* False for text that is no number. */
bool c4_interval_of_number(const char *text, size_t length, unsigned scale, c4_interval *interval);

/* A comparison of one field of the place's table. The comparator comes apart
 * from the leaf: negation was drawn into it. */
int c4_leaf_compile(c4_compiler *compiler, const c4_place *place, const c4_field *field,
                    c4_comparator comparator, const c4_literal *literals, size_t count,
                    crm4e_predicate *out);
/* `out` becomes: what `lookup` points to, in `target` and visible, matches `inner`. */
int c4_hop_compile(c4_compiler *compiler, const c4_field *lookup, const c4_place *target,
                   const crm4e_predicate *inner, crm4e_predicate *out);

/* Checks every path of a tree without compiling anything. */
int c4_criteria_check(c4_compiler *compiler, const c4_criteria *criteria);
int c4_criteria_build(c4_compiler *compiler, const c4_criteria *criteria, crm4e_predicate *out);
/* Of a comparison that all rows must meet with few of the records that a field of several leads
 * to: the same asked of the table of links, which finds the rows. `*found`: whether there is one. */
int c4_criteria_links(c4_compiler *compiler, const c4_criteria *criteria, bool *found,
                      crm4e_predicate *out);

/* Nodes in the unit's arena; false: no memory. */
bool c4_node_both(c4_arena *arena, crm4e_operator op, const crm4e_predicate *a,
                  const crm4e_predicate *b, crm4e_predicate *out);
bool c4_node_not(c4_arena *arena, const crm4e_predicate *a, crm4e_predicate *out);

#endif
