/* SPDX-License-Identifier: MIT */
/* One run of a query. Shared by query_plan.c, query_run.c, query_hop.c, query_token.c,
 * query_walk.c, query_collate.c, query_way.c, query_cached.c, query_count.c, query_term.c and the
 * query_group*.c only. */
#ifndef C4_QUERY_PAGE_H
#define C4_QUERY_PAGE_H

#include "base/collate.h"
#include "model/money.h"
#include "record/query_inside.h"

enum {
    C4_TOKEN_CEILING = 64 * 1024, /* characters of a page token */
    C4_QUERY_SORTS = C4_QUERY_ORDER + C4_QUERY_KEYS,
    C4_QUERY_TERMS = C4_QUERY_KEYS + C4_QUERY_MEASURES
};

/* One term of the order; what rows are compared by is a column of the table,
 * its text folded when `flags` say so. */
typedef struct c4_sort {
    const c4_field *field;
    uint32_t column; /* of groups: the term */
    uint32_t flags;  /* CRM4E_FOLD or 0 */
    bool text;       /* what is compared is a text, else an integer */
    bool descending;
} c4_sort;

/* What records are grouped by, or what is measured of a group. */
typedef struct c4_term {
    crm4e_measure function; /* 0: grouped by */
    bool distinct;
    crm4e_granularity by; /* of days that are grouped by; 0: the value itself */
    c4_path path;
    uint32_t scale; /* decimals of the result, of an average once all is read */
    bool converts;  /* amounts of several currencies, told in the home currency by: */
    c4_money money;
} c4_term;

/* The terms of a grouped query, each once: first what it is grouped by. */
typedef struct c4_grouping {
    c4_term terms[C4_QUERY_TERMS];
    size_t count;
    size_t key_count;
    size_t *columns; /* the term of each */
} c4_grouping;

/* Everything resolved and allowed; nothing read yet. All in the unit's arena. */
typedef struct c4_prepared {
    c4_unit *unit;
    const c4_query_tree *tree;
    c4_compiler compiler;
    c4_scope scope;
    c4_path *columns;
    const char **names; /* of the columns, as selected */
    size_t column_count;
    c4_grouping *grouping; /* NULL: rows are records; else `columns` is NULL */
    c4_sort sorts[C4_QUERY_SORTS];
    size_t sort_count;
    bool by_id;            /* the last term is the id itself, descending or not */
    c4_collator *collator; /* of the language that texts are ordered by, or NULL */
    bool collated;         /* some term is ordered so: see c4_collated_read() */
    crm4e_order order[C4_QUERY_SORTS];
    size_t order_count;
    crm4e_predicate parts[6]; /* scope, criteria, links, ids, not converted, place of the token */
    size_t part_count;
    crm4e_predicate where;
    crm4e_order walk[2]; /* the order of the index */
    bool walks;          /* the plan gives rows in that order: ids are not sorted yet */
    bool narrow;         /* a comparison finds the rows: the storage begins with it */
    bool shared_apart;   /* the plan leaves the shared rows out */
} c4_prepared;

/* Checks every field before it compiles anything. End it in any case. */
int c4_prepare(c4_prepared *prepared, c4_unit *unit, const c4_query_tree *tree);
void c4_prepared_end(c4_prepared *prepared);
/* The rows of scope and parts, with the index that fits; without limit. `plan`
 * keeps pointers into `prepared`. */
int c4_prepared_plan(c4_prepared *prepared, bool ordered, crm4e_plan *plan);

/* Where a page ended: values of the sorts and the id. */
typedef struct c4_position {
    crm4e_value values[C4_QUERY_SORTS];
    crm4e_id id;
} c4_position;
/* INVALID (rule "token") for one that was not made for this query, actor and org. */
int c4_token_read(const c4_prepared *prepared, c4_position *position);
/* The time of the first page, where the token has one: else `now` stays. */
int c4_token_now(c4_unit *unit, const c4_query_tree *tree, int64_t *now);
int c4_token_write(const c4_prepared *prepared, const c4_position *position, c4_arena *arena,
                   const char **token);
/* The rows behind a position. */
int c4_position_compile(const c4_prepared *prepared, const c4_position *position,
                        crm4e_predicate *out);

/* Rows of one module that a page needs: the page itself, or what a lookup of
 * the rows above points to. Children hang on lookups. */
typedef struct c4_hop {
    const c4_field *via; /* of the module above; NULL: the page */
    c4_place place;
    uint32_t *columns; /* the first is the id */
    size_t column_count;
    crm4e_value *values; /* row_count * column_count; below the page in order of id */
    size_t row_count;
    size_t capacity;  /* rows */
    crm4e_value *row; /* one whole row of the table, for c4_field_to_text */
    int64_t *ids;     /* that the rows above hold, and room for how many */
    size_t id_room;
    struct c4_hop *children;
    struct c4_hop *next;
} c4_hop;

int c4_hop_new(c4_unit *unit, const c4_field *via, const c4_place *place, c4_hop **out);
/* The hop that the field at the end of a path stands in, made on the way. */
int c4_hop_of_path(c4_unit *unit, c4_hop *hop, const c4_path *path, c4_hop **out);
/* Asks for a field's columns. */
void c4_hop_need(c4_hop *hop, const c4_field *field);
size_t c4_hop_need_column(c4_hop *hop, uint32_t column);
/* The child of a lookup in a module, made when there is none. */
int c4_hop_child(c4_unit *unit, c4_hop *hop, const c4_field *via, const c4_place *place,
                 c4_hop **out);
/* The children that show the names of what a lookup points to, as far as the
 * actor may see them. */
int c4_hop_names(c4_compiler *compiler, c4_hop *hop, const c4_field *lookup);
/* Takes in one more row, or another in the place of one; texts are kept in `keep`. */
int c4_hop_add(c4_unit *unit, c4_hop *hop, const crm4e_value *values, c4_arena *keep);
int c4_hop_replace(c4_unit *unit, c4_hop *hop, size_t at, const crm4e_value *values,
                   c4_arena *keep);
/* Reads the rows of a plan; texts are kept in `keep`. */
int c4_hop_read(c4_unit *unit, c4_hop *hop, const crm4e_plan *plan, c4_arena *keep);
/* Along the index of the order, see `walks`: the first `need` rows. */
int c4_walk_read(const c4_prepared *prepared, c4_hop *hop, const crm4e_plan *plan, size_t need,
                 c4_arena *keep);
/* The shared rows besides, see `shared_apart`: the first `need` of both. `hop` has
 * the rows of the plan. */
int c4_shared_read(const c4_prepared *prepared, c4_hop *hop, const crm4e_plan *plan, size_t need,
                   c4_arena *keep);
/* The first `need` rows of an unordered plan in the order of a language, behind `after` unless
 * that is NULL. */
int c4_collated_read(const c4_prepared *prepared, c4_hop *hop, const crm4e_plan *plan,
                     const c4_position *after, size_t need, c4_arena *keep);
/* The first `need` rows of an ordered plan, or how many a plan has, from columns in memory;
 * `*done` stays false where the storage is to be read. */
int c4_cached_read(const c4_prepared *prepared, c4_hop *hop, const crm4e_plan *plan, int64_t need,
                   c4_arena *keep, bool *done);
int c4_cached_count(const c4_prepared *prepared, const crm4e_plan *plan, int64_t *count,
                    bool *done);
/* Whether they ask columns: for a page with `need` rows, or to count. */
bool c4_cached_answers(const c4_prepared *prepared, const crm4e_plan *plan, bool counts,
                       int64_t need);
/* Reads all children, top down. */
int c4_hop_read_children(c4_unit *unit, c4_hop *hop, c4_arena *keep);
/* A value of a row; NULL: the hop has no such column. */
const crm4e_value *c4_hop_value(const c4_hop *hop, size_t row, uint32_t column);
/* Goes over a lookup: false when it is empty or what it points to is not visible. */
bool c4_hop_follow(const c4_hop **hop, size_t *row, const c4_field *via);
/* The text of a value that is not NULL. */
int c4_hop_text(c4_unit *unit, const c4_hop *hop, size_t row, const c4_field *field,
                c4_buffer *out);

/* Whether rows are ordered and grouped by a field: it holds one short value. */
bool c4_field_sortable(const c4_field *field);
/* What a grouped query names, resolved and allowed; the order goes on with what it is
 * grouped by, so that no two groups are level. */
int c4_prepare_groups(c4_prepared *prepared);

/* A group: one value for each term, texts folded. `measured` is query_group.c's. */
typedef struct c4_group_row {
    const struct c4_group_list *list;
    crm4e_value *values;
    const char **texts; /* of what it is grouped by, as shown; NULL: no value */
    struct c4_measured *measured;
} c4_group_row;

/* All groups of a query. */
typedef struct c4_group_list {
    c4_prepared *prepared;
    c4_arena arena;
    c4_group_row **rows;
    size_t count;
    size_t capacity;
} c4_group_list;

/* Reads and measures; in no order. Free it in any case. */
int c4_group_list_read(c4_group_list *list, c4_prepared *prepared);
void c4_group_list_free(c4_group_list *list);
/* The page that the tree asks for, in the result's arena. */
int c4_group_page(c4_prepared *prepared, c4_result *result);

#endif
