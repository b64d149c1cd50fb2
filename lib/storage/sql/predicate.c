/* SPDX-License-Identifier: MIT */
/* Predicates as SQL conditions. */
#include "storage/sql/sql.h"

enum {
    GROUP = 16,           /* terms of AND and OR in one chain; more become a tree of chains */
    INLINE_LEAST = 4,     /* lists are padded to 4, 8, 16 ... so that statements repeat */
    INLINE_INTEGERS = 16, /* longer sets are searched by a function */
    INLINE_MOST = 1024,   /* where an index helps the list, that is for ids and texts */
    PARAMETERS_MOST = 16000,
    SELECT_NESTING = 5,
    DEPTH_MOST = 64
};

/* Parentheses one node opens around its children: one for each level of chains,
 * and what a sub-select puts on the parser's stack. */
static unsigned nesting(const crm4e_predicate *p)
{
    unsigned levels = p->op == CRM4E_OP_IN_SELECT ? SELECT_NESTING : 1;
    for (size_t reach = GROUP; reach < p->child_count; reach *= GROUP)
        levels++;
    return levels;
}

unsigned c4_sql_depth(const crm4e_predicate *where)
{
    unsigned deepest = 0;
    if (where == NULL)
        return 0;
    for (size_t i = 0; i < where->child_count && deepest < DEPTH_MOST; i++) {
        unsigned depth = c4_sql_depth(&where->children[i]);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest + nesting(where);
}

typedef struct context {
    c4_sql *sql;
    const crm4e_table *table;
    unsigned depth;
} context;

static void node(context c, const crm4e_predicate *p);

static void operand(context c, const crm4e_predicate *p)
{
    bool fold = (p->flags & CRM4E_FOLD) != 0;
    if (fold) {
        c4_sql_text(c.sql, c.sql->dialect->fold);
        c4_sql_text(c.sql, "(");
    }
    c4_sql_column(c.sql, c.table, p->column);
    if (fold)
        c4_sql_text(c.sql, ")");
}

static void value(context c, const crm4e_predicate *p, size_t i)
{
    c4_sql_binding binding = {.kind = C4_SQL_VALUE, .value = &p->values[i], .count = 1};
    c4_sql_bind(c.sql, &binding);
}

static void constant(context c, const crm4e_predicate *p)
{
    c4_sql_text(c.sql, p->op == CRM4E_OP_TRUE ? "1" : "0");
}

static void comparison(context c, const crm4e_predicate *p)
{
    static const char *const signs[] = {
        [CRM4E_OP_EQ] = " = ",  [CRM4E_OP_NE] = " <> ", [CRM4E_OP_LT] = " < ",
        [CRM4E_OP_LE] = " <= ", [CRM4E_OP_GT] = " > ",  [CRM4E_OP_GE] = " >= ",
    };
    operand(c, p);
    c4_sql_text(c.sql, signs[p->op]);
    value(c, p, 0);
}

static void between(context c, const crm4e_predicate *p)
{
    operand(c, p);
    c4_sql_text(c.sql, " BETWEEN ");
    value(c, p, 0);
    c4_sql_text(c.sql, " AND ");
    value(c, p, 1);
}

static void nullness(context c, const crm4e_predicate *p)
{
    c4_sql_column(c.sql, c.table, p->column);
    c4_sql_text(c.sql, p->op == CRM4E_OP_IS_NULL ? " IS NULL" : " IS NOT NULL");
}

/* function(operand, parameter) */
static void call(context c, const crm4e_predicate *p, const char *function,
                 const c4_sql_binding *binding)
{
    c4_sql_text(c.sql, function);
    c4_sql_text(c.sql, "(");
    operand(c, p);
    c4_sql_text(c.sql, ", ");
    c4_sql_bind(c.sql, binding);
    c4_sql_text(c.sql, ")");
}

static size_t padded(size_t count)
{
    size_t size = INLINE_LEAST;
    while (size < count)
        size *= 2;
    return size;
}

static bool room_for(context c, size_t count)
{
    return c.sql->count + padded(count) <= PARAMETERS_MOST;
}

/* The last value repeated adds nothing to a list. */
static void inline_list(context c, const crm4e_predicate *p, size_t count)
{
    size_t all = padded(count);
    operand(c, p);
    c4_sql_text(c.sql, " IN (");
    for (size_t i = 0; i < all; i++) {
        size_t at = i < count ? i : count - 1;
        c4_sql_text(c.sql, i == 0 ? "" : ",");
        if (p->op == CRM4E_OP_IN_SET)
            c4_sql_bind_integer(c.sql, p->set[at]);
        else
            value(c, p, at);
    }
    c4_sql_text(c.sql, ")");
}

static void in_list(context c, const crm4e_predicate *p)
{
    c4_sql_binding list = {.kind = C4_SQL_LIST, .value = p->values, .count = p->value_count};
    if (p->value_count <= INLINE_MOST && room_for(c, p->value_count))
        inline_list(c, p, p->value_count);
    else
        call(c, p, c.sql->dialect->in_list, &list);
}

static void in_set(context c, const crm4e_predicate *p)
{
    c4_sql_binding set = {.kind = C4_SQL_SET, .set = p->set, .count = p->set_count};
    size_t most = p->column == 0 ? INLINE_MOST : INLINE_INTEGERS;
    if (p->set_count == 0)
        c4_sql_text(c.sql, "0");
    else if (p->set_count <= most && room_for(c, p->set_count))
        inline_list(c, p, p->set_count);
    else
        call(c, p, c.sql->dialect->in_set, &set);
}

static void in_select(context c, const crm4e_predicate *p)
{
    context inner = {c.sql, p->select_table, c.depth};
    operand(c, p);
    c4_sql_text(c.sql, " IN (SELECT ");
    c4_sql_column(c.sql, p->select_table, p->select_column);
    c4_sql_text(c.sql, " FROM ");
    c4_sql_table(c.sql, p->select_table);
    if (p->children[0].op != CRM4E_OP_TRUE) { /* of all rows: a look-up by key */
        c4_sql_text(c.sql, " WHERE ");
        node(inner, &p->children[0]);
    }
    c4_sql_text(c.sql, ")");
}

/* A range, which an index on the column serves; folded text has none. */
static void starts(context c, const crm4e_predicate *p)
{
    c4_sql_binding part = {.kind = C4_SQL_VALUE, .value = p->values, .count = 1};
    if ((p->flags & CRM4E_FOLD) != 0 || p->values[0].type != CRM4E_VALUE_TEXT) {
        call(c, p, c.sql->dialect->starts, &part);
        return;
    }
    c4_sql_text(c.sql, "(");
    operand(c, p);
    c4_sql_text(c.sql, " >= ");
    c4_sql_bind(c.sql, &part);
    if (p->values[0].length > 0) {
        part.kind = C4_SQL_SUCCESSOR;
        c4_sql_text(c.sql, " AND ");
        operand(c, p);
        c4_sql_text(c.sql, " < ");
        c4_sql_bind(c.sql, &part);
    }
    c4_sql_text(c.sql, ")");
}

static void part(context c, const crm4e_predicate *p)
{
    const c4_sql_dialect *dialect = c.sql->dialect;
    c4_sql_binding binding = {.kind = C4_SQL_VALUE, .value = p->values, .count = 1};
    call(c, p, p->op == CRM4E_OP_SUFFIX ? dialect->ends : dialect->contains, &binding);
}

static void negation(context c, const crm4e_predicate *p)
{
    c4_sql_text(c.sql, "NOT (");
    node(c, &p->children[0]);
    c4_sql_text(c.sql, ")");
}

/* A chain costs the parser no stack but the expression depth; parentheses cost
 * stack. Chains of GROUP in a tree keep both small however many terms. */
static void chain(context c, const crm4e_predicate *p, size_t first, size_t count)
{
    size_t share = 1;
    while (share * GROUP < count)
        share *= GROUP;
    for (size_t i = 0; i < count; i += share) {
        size_t part_count = count - i < share ? count - i : share;
        bool parentheses = part_count > 1;
        if (i > 0)
            c4_sql_text(c.sql, p->op == CRM4E_OP_AND ? " AND " : " OR ");
        if (parentheses)
            c4_sql_text(c.sql, "(");
        if (share == 1)
            node(c, &p->children[first + i]);
        else
            chain(c, p, first + i, part_count);
        if (parentheses)
            c4_sql_text(c.sql, ")");
    }
}

static void logic(context c, const crm4e_predicate *p)
{
    if (p->child_count == 0) {
        c4_sql_text(c.sql, p->op == CRM4E_OP_AND ? "1" : "0");
    } else if (p->child_count == 1) {
        node(c, &p->children[0]);
    } else {
        c4_sql_text(c.sql, "(");
        chain(c, p, 0, p->child_count);
        c4_sql_text(c.sql, ")");
    }
}

typedef struct form {
    void (*write)(context c, const crm4e_predicate *p);
    size_t values;   /* it needs */
    size_t children; /* it needs */
} form;

static const form forms[] = {
    [CRM4E_OP_TRUE] = {constant, 0, 0},       [CRM4E_OP_FALSE] = {constant, 0, 0},
    [CRM4E_OP_AND] = {logic, 0, 0},           [CRM4E_OP_OR] = {logic, 0, 0},
    [CRM4E_OP_NOT] = {negation, 0, 1},        [CRM4E_OP_EQ] = {comparison, 1, 0},
    [CRM4E_OP_NE] = {comparison, 1, 0},       [CRM4E_OP_LT] = {comparison, 1, 0},
    [CRM4E_OP_LE] = {comparison, 1, 0},       [CRM4E_OP_GT] = {comparison, 1, 0},
    [CRM4E_OP_GE] = {comparison, 1, 0},       [CRM4E_OP_BETWEEN] = {between, 2, 0},
    [CRM4E_OP_IN] = {in_list, 1, 0},          [CRM4E_OP_IN_SET] = {in_set, 0, 0},
    [CRM4E_OP_IN_SELECT] = {in_select, 0, 1}, [CRM4E_OP_PREFIX] = {starts, 1, 0},
    [CRM4E_OP_SUFFIX] = {part, 1, 0},         [CRM4E_OP_CONTAINS] = {part, 1, 0},
    [CRM4E_OP_IS_NULL] = {nullness, 0, 0},    [CRM4E_OP_IS_NOT_NULL] = {nullness, 0, 0},
};

static void node(context c, const crm4e_predicate *p)
{
    const form *f = p->op < sizeof(forms) / sizeof(forms[0]) ? &forms[p->op] : NULL;
    context below = {c.sql, c.table, c.depth + 1};
    if (f == NULL || f->write == NULL || p->value_count < f->values ||
        p->child_count < f->children || c.depth > DEPTH_MOST ||
        (p->op == CRM4E_OP_IN_SELECT && p->select_table == NULL))
        c.sql->code = CRM4E_E_UNSUPPORTED;
    else
        f->write(below, p);
}

void c4_sql_where(c4_sql *sql, const crm4e_table *table, const crm4e_predicate *where)
{
    context c = {sql, table, 0};
    node(c, where);
}
