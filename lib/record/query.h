/* SPDX-License-Identifier: MIT */
/*
 * Queries: text or builder -> tree -> every field resolved and checked by the
 * gate -> plan -> rows. Criteria (the part after `where`) serve rules and
 * charts too.
 */
#ifndef C4_QUERY_H
#define C4_QUERY_H

#include "record/record.h"

enum {
    C4_QUERY_CEILING = 64 * 1024, /* bytes of text */
    C4_CRITERIA_DEPTH = 16,
    C4_CRITERIA_WIDTH = 1000, /* leaves of one tree, IN values not counted */
    C4_QUERY_COLUMNS = 250,
    C4_EXPORT_COLUMNS = 1000,
    C4_QUERY_ORDER = 10,
    C4_QUERY_KEYS = 4,      /* fields to group by */
    C4_QUERY_MEASURES = 20, /* different ones, those of the order as well */
    C4_QUERY_GROUPS = 100000,
    C4_QUERY_DISTINCT = 1000000, /* values that are told apart in one query */
    C4_QUERY_HOPS = 2,
    C4_IN_VALUES = 1000000,
    C4_LIMIT_DEFAULT = 200
};

typedef enum c4_comparator {
    C4_EQUAL = 1,
    C4_NOT_EQUAL,
    C4_LESS,
    C4_LESS_EQUAL,
    C4_GREATER,
    C4_GREATER_EQUAL,
    C4_BETWEEN,
    C4_NOT_BETWEEN,
    C4_IN,
    C4_NOT_IN,
    C4_LIKE, /* % at either or both ends, nowhere else */
    C4_NOT_LIKE,
    C4_IS_NULL,
    C4_IS_NOT_NULL
} c4_comparator;

typedef struct c4_literal {
    enum {
        C4_LITERAL_TEXT,
        C4_LITERAL_NUMBER,
        C4_LITERAL_BOOLEAN,
        C4_LITERAL_CURRENT_USER,
        C4_LITERAL_ROLE,  /* whoever holds the role of that name */
        C4_LITERAL_PERIOD /* days counted from today: "LASTDAYS:7" */
    } kind;
    const char *text; /* as written, unquoted */
    size_t length;
} c4_literal;

typedef struct c4_criteria {
    enum {
        C4_CRITERIA_AND,
        C4_CRITERIA_OR,
        C4_CRITERIA_NOT,
        C4_CRITERIA_LEAF
    } kind;
    const struct c4_criteria *const *children;
    size_t child_count;
    const char *path; /* "Stage", "Account_Name.Industry" */
    c4_comparator comparator;
    const c4_literal *literals;
    size_t literal_count;
} c4_criteria;

typedef struct c4_query_order {
    const char *path;
    bool descending;
} c4_query_order;

/* Columns, terms of the order and what is grouped by are paths. In a grouped query they
 * may be terms as c4_term_write() has them: "sum(Amount)", "count(distinct Owner)",
 * "month(Closing_Date)". */
typedef struct c4_query_tree {
    const char *module;
    crm4e_action action; /* to view (also 0), or to export */
    const char *const *columns;
    size_t column_count;
    bool grouped; /* rows are groups of records */
    const char *const *groups;
    size_t group_count;       /* without any, all records are one group */
    const c4_criteria *where; /* NULL: all */
    const int64_t *ids;       /* only these records, sorted, distinct; NULL: no restriction */
    size_t id_count;
    const c4_query_order *order;
    size_t order_count;
    const char *locale; /* in whose order texts come; NULL: as they are compared */
    int64_t limit;      /* of the page; -1: the default of 200; the builder may lift it */
    int64_t offset;     /* of the first page: a token makes it 0 */
    const char *after;  /* page token or NULL */
    size_t after_length;
} c4_query_tree;

/* Trees live in the arena. INVALID with position and what was expected. */
int c4_query_parse(c4_arena *arena, crm4e_error *error, const char *text, size_t length,
                   c4_query_tree *tree);
int c4_criteria_parse(c4_arena *arena, crm4e_error *error, const char *text, size_t length,
                      const c4_criteria **criteria);

/* A column, term of the order or group of a builder, as the text form has it: what has
 * brackets becomes a term in the arena, `*call` says so; a path stays. INVALID, rule "syntax". */
int c4_term_parse(c4_arena *arena, crm4e_error *error, const char *text, size_t length,
                  const char **term, bool *call);
/* "month", "sum"; 0 / NULL when there is none. */
crm4e_granularity c4_granularity_of(const char *text, size_t length);
const char *c4_granularity_text(crm4e_granularity by);
crm4e_measure c4_measure_of(const char *text, size_t length);
const char *c4_measure_text(crm4e_measure function);

/* Whether the text is a word for days counted from today. */
bool c4_period_known(const char *text, size_t length);

/* "Amount desc" */
int c4_order_parse(c4_arena *arena, crm4e_error *error, const char *text, size_t length,
                   c4_query_order *term);

/* A deep copy, so that a cursor outlives its query. */
int c4_query_copy(c4_arena *arena, const c4_query_tree *from, c4_query_tree *to);

/* Resolves, checks read permission of every field, types the literals; the
 * predicate lives in the unit's arena. Does not include the scope's rows. */
int c4_criteria_compile(const c4_scope *scope, const c4_criteria *criteria,
                        const crm4e_predicate **predicate);
/* The same for a rule: any record and field of the module; behind lookups what
 * `author` (NULL: nobody, all) may see. Its current user is the unit's actor. */
int c4_criteria_compile_rule(c4_unit *unit, c4_unit *author, const c4_module *module,
                             const c4_criteria *criteria, const crm4e_predicate **predicate);
/* Whether criteria over the module mean the same whoever asks and whenever: they compare fields
 * of the record itself with values that are written out. */
bool c4_criteria_constant(const c4_module *module, const c4_criteria *criteria);
/* Reads the criteria of sharing rules for the layers below. */
extern const c4_criteria_methods c4_sharing_criteria;
/* Whether a whole row matches: CRM4E_ROW yes, CRM4E_OK no, or a code. */
int c4_predicate_matches(c4_unit *unit, const crm4e_predicate *predicate, const c4_module *module,
                         const crm4e_value *row);
/* Whether it asks for other rows than the one in hand. */
bool c4_predicate_selects(const crm4e_predicate *predicate);

/* A column of a result: a field of the module, or behind up to two lookups. */
typedef struct c4_result_column {
    const char *path;
    const c4_field *hops[C4_QUERY_HOPS];
    size_t hop_count;
    const c4_field *field;
} c4_result_column;

/* Rows of a query, read whole into one arena: at most `limit` of them. */
typedef struct c4_result {
    c4_arena arena;
    c4_meta *meta; /* held: modules and fields point into it */
    const c4_module *module;
    const c4_result_column *columns;
    size_t column_count;
    /* row_count * column_count values, storage form (a multi-module lookup has the
     * number of the module in `reserved`), and their texts: canonical,
     * names of users and of visible records; NULL for NULL. What lies behind a
     * lookup that is empty or points to an invisible record is NULL. Of groups the ids
     * are 0, and the fields of measures are made up: of the type and scale of the values. */
    const crm4e_value *values;
    const char *const *texts;
    const int64_t *ids;
    size_t row_count;
    bool more;         /* another page follows */
    const char *token; /* of the next page; NULL when there is none */
} c4_result;

int c4_query_run(c4_unit *unit, const c4_query_tree *tree, c4_result **out, const c4_mem *mem);
/* Whether the actor could run it: all but reading. */
int c4_query_check(c4_unit *unit, const c4_query_tree *tree);
int c4_query_count(c4_unit *unit, const c4_query_tree *tree, int64_t *count);
/* {"module", "rows", "scope", "way", "index", "count", "walked", "storage": [..], "library": [..],
 * "estimated_rows"}: how its rows would be found, without a value of them. */
int c4_query_plan_to_json(c4_unit *unit, const c4_query_tree *tree, c4_buffer *out);
void c4_result_free(c4_result *result, const c4_mem *mem);

#endif
