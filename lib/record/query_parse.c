/* SPDX-License-Identifier: MIT */
/* Query text -> tree, by recursive descent; the grammar is docs/query.md. */
#include "record/query_inside.h"
#include "record/query_lex.h"

#include "base/text.h"

#include <string.h>

enum {
    FIRST_ROOM = 8
};

typedef struct parser {
    c4_lexer lexer;
    c4_token token; /* the one in hand */
    size_t depth;   /* of brackets and `not` */
    size_t leaves;
    bool calls; /* there was a term with brackets */
} parser;

/* A list that grows in the arena: at most as much again is left behind. */
typedef struct list {
    void *items;
    size_t count;
    size_t capacity;
} list;

static int no_memory(const parser *p)
{
    return c4_fail_plain(p->lexer.error, CRM4E_E_NO_MEMORY);
}

static int too_many(const parser *p, const char *what, size_t limit)
{
    (void)c4_fail(p->lexer.error, CRM4E_E_TOO_BIG, "more than %zu %s in a query", limit, what);
    (void)c4_fail_limit(p->lexer.error, what, (int64_t)limit, (int64_t)limit + 1);
    return CRM4E_E_TOO_BIG;
}

static int advance(parser *p)
{
    return c4_lex_next(&p->lexer, &p->token);
}

static int expected(const parser *p, const char *what)
{
    return c4_lex_expected(&p->lexer, p->token.start, what);
}

static bool at_keyword(const parser *p, const char *keyword)
{
    return c4_token_is(&p->token, keyword);
}

/* Takes the keyword when it is there; `*taken` may be NULL: then it must be. */
static int keyword(parser *p, const char *word, bool *taken, const char *what)
{
    bool there = at_keyword(p, word);
    int rc = CRM4E_OK;
    if (there)
        rc = advance(p);
    else if (taken == NULL)
        rc = expected(p, what);
    if (taken != NULL)
        *taken = there;
    return rc;
}

static int sign(parser *p, c4_token_kind kind, bool *taken, const char *what)
{
    bool there = p->token.kind == kind;
    int rc = CRM4E_OK;
    if (there)
        rc = advance(p);
    else if (taken == NULL)
        rc = expected(p, what);
    if (taken != NULL)
        *taken = there;
    return rc;
}

static void *append(const parser *p, list *to, const void *item, size_t size)
{
    char *items = to->items;
    if (to->count == to->capacity) {
        size_t capacity = to->capacity == 0 ? FIRST_ROOM : to->capacity * 2;
        items = c4_arena_array(p->lexer.arena, capacity, size);
        if (items == NULL)
            return NULL;
        if (to->count > 0)
            memcpy(items, to->items, to->count * size);
        to->items = items;
        to->capacity = capacity;
    }
    memcpy(items + to->count * size, item, size);
    to->count++;
    return items;
}

static size_t points_in(const c4_token *token)
{
    size_t points = 0;
    for (size_t i = 0; i < token->length; i++)
        points += token->text[i] == '.' ? 1 : 0;
    return points;
}

static int path(parser *p, const char **out, const char *what)
{
    if (p->token.kind != C4_TOKEN_NAME)
        return expected(p, what);
    if (points_in(&p->token) > C4_QUERY_HOPS)
        return expected(p, "a path over at most two lookups");
    *out = c4_arena_text(p->lexer.arena, p->token.text, p->token.length);
    return *out == NULL ? no_memory(p) : advance(p);
}

static int literal(parser *p, list *to)
{
    c4_literal value = {.text = p->token.text, .length = p->token.length};
    switch (p->token.kind) {
    case C4_TOKEN_TEXT: value.kind = C4_LITERAL_TEXT; break;
    case C4_TOKEN_NUMBER: value.kind = C4_LITERAL_NUMBER; break;
    case C4_TOKEN_USER: value.kind = C4_LITERAL_CURRENT_USER; break;
    case C4_TOKEN_ROLE: value.kind = C4_LITERAL_ROLE; break;
    case C4_TOKEN_PERIOD: value.kind = C4_LITERAL_PERIOD; break;
    default:
        if (!at_keyword(p, "true") && !at_keyword(p, "false"))
            return expected(p, at_keyword(p, "null") ? "a value (for null: is null)" : "a value");
        value.kind = C4_LITERAL_BOOLEAN;
        break;
    }
    value.text = c4_arena_text(p->lexer.arena, value.text, value.length);
    if (value.text == NULL || append(p, to, &value, sizeof value) == NULL)
        return no_memory(p);
    return advance(p);
}

static int literal_list(parser *p, list *to)
{
    bool more = true;
    int rc = sign(p, C4_TOKEN_OPEN, NULL, "( and values");
    while (rc == CRM4E_OK && more) {
        rc = literal(p, to);
        if (rc == CRM4E_OK)
            rc = sign(p, C4_TOKEN_COMMA, &more, NULL);
    }
    return rc == CRM4E_OK ? sign(p, C4_TOKEN_CLOSE, NULL, ", or )") : rc;
}

static int like_pattern(parser *p, list *to)
{
    c4_like_part part;
    if (p->token.kind != C4_TOKEN_TEXT)
        return expected(p, "a text with % at its start, its end or both");
    if (!c4_like_split(p->token.text, p->token.length, &part))
        return expected(p, "% only at the start or the end of the text");
    return literal(p, to);
}

static int between(parser *p, list *to)
{
    int rc = literal(p, to);
    if (rc == CRM4E_OK)
        rc = keyword(p, "and", NULL, "and");
    return rc == CRM4E_OK ? literal(p, to) : rc;
}

static int is_null(parser *p, c4_criteria *leaf)
{
    bool not_null = false;
    int rc = keyword(p, "not", &not_null, NULL);
    leaf->comparator = not_null ? C4_IS_NOT_NULL : C4_IS_NULL;
    return rc == CRM4E_OK ? keyword(p, "null", NULL, "null") : rc;
}

typedef struct word_comparator {
    const char *word;
    c4_comparator plain;
    c4_comparator negated;
    int (*values)(parser *p, list *to);
} word_comparator;

static const word_comparator word_comparators[] = {
    {"in", C4_IN, C4_NOT_IN, literal_list},
    {"like", C4_LIKE, C4_NOT_LIKE, like_pattern},
    {"between", C4_BETWEEN, C4_NOT_BETWEEN, between},
};

static int word_comparison(parser *p, c4_criteria *leaf, list *literals)
{
    const word_comparator *found = NULL;
    bool negated = false;
    int rc = keyword(p, "not", &negated, NULL);
    if (rc != CRM4E_OK)
        return rc;
    for (size_t i = 0; i < sizeof word_comparators / sizeof word_comparators[0]; i++) {
        if (at_keyword(p, word_comparators[i].word))
            found = &word_comparators[i];
    }
    if (found == NULL)
        return expected(p, negated ? "in, like or between"
                                   : "a comparator (=, !=, <, <=, >, >=, in, like, between, is)");
    leaf->comparator = negated ? found->negated : found->plain;
    rc = advance(p);
    return rc == CRM4E_OK ? found->values(p, literals) : rc;
}

static int comparison(parser *p, c4_criteria *leaf, list *literals)
{
    bool null_test = false;
    int rc = CRM4E_OK;
    if (p->token.kind == C4_TOKEN_COMPARE) {
        leaf->comparator = p->token.comparator;
        rc = advance(p);
        return rc == CRM4E_OK ? literal(p, literals) : rc;
    }
    rc = keyword(p, "is", &null_test, NULL);
    if (rc == CRM4E_OK)
        rc = null_test ? is_null(p, leaf) : word_comparison(p, leaf, literals);
    return rc;
}

static int leaf(parser *p, const c4_criteria **out)
{
    list literals = {0};
    c4_criteria *node;
    int rc = CRM4E_OK;
    if (p->leaves++ == C4_CRITERIA_WIDTH)
        return too_many(p, "criteria", C4_CRITERIA_WIDTH);
    node = c4_arena_array(p->lexer.arena, 1, sizeof *node);
    if (node == NULL)
        return no_memory(p);
    node->kind = C4_CRITERIA_LEAF;
    rc = path(p, &node->path, "a field, ( or not");
    if (rc == CRM4E_OK)
        rc = comparison(p, node, &literals);
    node->literals = literals.items;
    node->literal_count = literals.count;
    *out = node;
    return rc;
}

static int group(parser *p, const c4_criteria **out, const list *children, int kind)
{
    const c4_criteria *const *items = children->items;
    c4_criteria *node;
    *out = items[0];
    if (children->count == 1 && kind != C4_CRITERIA_NOT)
        return CRM4E_OK;
    node = c4_arena_array(p->lexer.arena, 1, sizeof *node);
    if (node == NULL)
        return no_memory(p);
    node->kind = (kind == C4_CRITERIA_AND)  ? C4_CRITERIA_AND
                 : (kind == C4_CRITERIA_OR) ? C4_CRITERIA_OR
                                            : C4_CRITERIA_NOT;
    node->children = items;
    node->child_count = children->count;
    *out = node;
    return CRM4E_OK;
}

static int criteria(parser *p, const c4_criteria **out);

static int deeper(parser *p)
{
    int rc = CRM4E_OK;
    if (p->depth++ == C4_CRITERIA_DEPTH) {
        (void)c4_fail(p->lexer.error, CRM4E_E_DEPTH, "criteria are nested deeper than %d",
                      C4_CRITERIA_DEPTH);
        (void)c4_fail_limit(p->lexer.error, "criteria_depth", C4_CRITERIA_DEPTH,
                            C4_CRITERIA_DEPTH + 1);
        rc = CRM4E_E_DEPTH;
    }
    return rc;
}

static int unary(parser *p, const c4_criteria **out);

static int negation(parser *p, const c4_criteria **out)
{
    const c4_criteria *inner = NULL;
    list children = {0};
    int rc = unary(p, &inner);
    if (rc == CRM4E_OK && append(p, &children, &inner, sizeof inner) == NULL)
        rc = no_memory(p);
    return rc == CRM4E_OK ? group(p, out, &children, C4_CRITERIA_NOT) : rc;
}

static int unary(parser *p, const c4_criteria **out)
{
    bool negated = false;
    bool bracket = false;
    int rc = keyword(p, "not", &negated, NULL);
    if (rc == CRM4E_OK && !negated)
        rc = sign(p, C4_TOKEN_OPEN, &bracket, NULL);
    if (rc != CRM4E_OK)
        return rc;
    if (!negated && !bracket)
        return leaf(p, out);
    rc = deeper(p);
    if (rc == CRM4E_OK)
        rc = negated ? negation(p, out) : criteria(p, out);
    if (rc == CRM4E_OK && bracket)
        rc = sign(p, C4_TOKEN_CLOSE, NULL, "and, or or )");
    p->depth--;
    return rc;
}

/* A run of what `one` reads, with `word` between. */
static int run(parser *p, const c4_criteria **out, const char *word, int kind,
               int (*one)(parser *p, const c4_criteria **out))
{
    list children = {0};
    bool more = true;
    int rc = CRM4E_OK;
    while (rc == CRM4E_OK && more) {
        const c4_criteria *child = NULL;
        rc = one(p, &child);
        if (rc == CRM4E_OK && append(p, &children, &child, sizeof child) == NULL)
            rc = no_memory(p);
        if (rc == CRM4E_OK)
            rc = keyword(p, word, &more, NULL);
    }
    return rc == CRM4E_OK ? group(p, out, &children, kind) : rc;
}

static int conjunction(parser *p, const c4_criteria **out)
{
    return run(p, out, "and", C4_CRITERIA_AND, unary);
}

static int criteria(parser *p, const c4_criteria **out)
{
    return run(p, out, "or", C4_CRITERIA_OR, conjunction);
}

/* "count", "month": as the tables have it, in lower case. */
static const char *function_name(const c4_token *token)
{
    char word[16];
    const char *name = NULL;
    for (size_t i = 0; i < token->length && i < sizeof word; i++) {
        char c = token->text[i];
        word[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    if (token->length <= sizeof word)
        name = c4_measure_text(c4_measure_of(word, token->length));
    if (name == NULL && token->length <= sizeof word)
        name = c4_granularity_text(c4_granularity_of(word, token->length));
    return name;
}

/* `distinct` is a field where the bracket closes behind it. */
static int counted(parser *p, const char *name, bool *distinct, const char **field)
{
    bool word = c4_measure_of(name, strlen(name)) == CRM4E_COUNT && at_keyword(p, "distinct");
    int rc = path(p, field, "a field");
    *distinct = word && rc == CRM4E_OK && p->token.kind != C4_TOKEN_CLOSE;
    return *distinct ? path(p, field, "a field") : rc;
}

/* What stands in the brackets, and what it was called: "sum(Amount)". */
static int call(parser *p, const char *name, const char **out)
{
    const char *field = NULL;
    bool distinct = false;
    c4_buffer text;
    int rc = sign(p, C4_TOKEN_OPEN, NULL, "(");
    if (rc == CRM4E_OK)
        rc = counted(p, name, &distinct, &field);
    if (rc == CRM4E_OK)
        rc = sign(p, C4_TOKEN_CLOSE, NULL, ")");
    if (rc != CRM4E_OK)
        return rc;
    c4_buffer_init(&text, p->lexer.arena->mem, C4_QUERY_CEILING);
    c4_buffer_text(&text, name);
    c4_buffer_text(&text, distinct ? "(distinct " : "(");
    c4_buffer_text(&text, field);
    c4_buffer_char(&text, ')');
    *out = text.code == CRM4E_OK ? c4_arena_text(p->lexer.arena, text.data, text.length) : NULL;
    c4_buffer_free(&text);
    p->calls = true;
    return *out == NULL ? no_memory(p) : CRM4E_OK;
}

/* A path, or a function of one. */
static int term(parser *p, const char **out)
{
    const c4_token name = p->token;
    const char *function = function_name(&name);
    int rc = path(p, out, "a field");
    if (rc != CRM4E_OK || p->token.kind != C4_TOKEN_OPEN)
        return rc;
    return function != NULL ? call(p, function, out)
                            : c4_lex_expected(&p->lexer, name.start,
                                              "count, sum, avg, min, max, or days, such as month");
}

/* Terms with commas between. */
static int terms(parser *p, list *to, const char *what, size_t most)
{
    bool more = true;
    int rc = CRM4E_OK;
    while (rc == CRM4E_OK && more) {
        const char *one = NULL;
        if (to->count == most)
            return too_many(p, what, most);
        rc = term(p, &one);
        if (rc == CRM4E_OK && append(p, to, &one, sizeof one) == NULL)
            rc = no_memory(p);
        if (rc == CRM4E_OK)
            rc = sign(p, C4_TOKEN_COMMA, &more, NULL);
    }
    return rc;
}

static int columns(parser *p, c4_query_tree *tree)
{
    list paths = {0};
    int rc = terms(p, &paths, "columns", C4_QUERY_COLUMNS);
    tree->columns = paths.items;
    tree->column_count = paths.count;
    return rc;
}

static int groups(parser *p, c4_query_tree *tree)
{
    list paths = {0};
    int rc = keyword(p, "by", NULL, "by");
    if (rc == CRM4E_OK)
        rc = terms(p, &paths, "groups", C4_QUERY_KEYS);
    tree->groups = paths.items;
    tree->group_count = paths.count;
    return rc;
}

static int order_term(parser *p, c4_query_order *order)
{
    bool ascending = false;
    int rc = term(p, &order->path);
    if (rc == CRM4E_OK)
        rc = keyword(p, "asc", &ascending, NULL);
    if (rc == CRM4E_OK && !ascending)
        rc = keyword(p, "desc", &order->descending, NULL);
    return rc;
}

static int order_terms(parser *p, c4_query_tree *tree)
{
    list order = {0};
    bool more = true;
    int rc = keyword(p, "by", NULL, "by");
    while (rc == CRM4E_OK && more) {
        c4_query_order one = {0};
        if (order.count == C4_QUERY_ORDER)
            return too_many(p, "order terms", C4_QUERY_ORDER);
        rc = order_term(p, &one);
        if (rc == CRM4E_OK && append(p, &order, &one, sizeof one) == NULL)
            rc = no_memory(p);
        if (rc == CRM4E_OK)
            rc = sign(p, C4_TOKEN_COMMA, &more, NULL);
    }
    tree->order = order.items;
    tree->order_count = order.count;
    return rc;
}

/* The language in whose order texts come. */
static int collation(parser *p, c4_query_tree *tree)
{
    bool there = false;
    int rc = keyword(p, "collate", &there, NULL);
    if (rc != CRM4E_OK || !there)
        return rc;
    if (p->token.kind != C4_TOKEN_TEXT)
        return expected(p, "a locale in quotes");
    tree->locale = c4_arena_text(p->lexer.arena, p->token.text, p->token.length);
    return tree->locale != NULL ? advance(p) : no_memory(p);
}

static int whole_number(parser *p, int64_t *number)
{
    int64_t value = 0;
    bool well = p->token.kind == C4_TOKEN_NUMBER;
    for (size_t i = 0; i < p->token.length && well; i++) {
        char c = p->token.text[i];
        well = c >= '0' && c <= '9' && c4_mul_i64(value, 10, &value) &&
               c4_add_i64(value, c - '0', &value);
    }
    if (!well)
        return expected(p, "a whole number");
    *number = value;
    return advance(p);
}

static int module_name(parser *p, const char **out)
{
    if (p->token.kind != C4_TOKEN_NAME || points_in(&p->token) > 0)
        return expected(p, "a module");
    return path(p, out, "a module");
}

static int page(parser *p, c4_query_tree *tree)
{
    bool there = false;
    int rc = keyword(p, "limit", &there, NULL);
    if (rc == CRM4E_OK && there)
        rc = whole_number(p, &tree->limit);
    if (rc == CRM4E_OK)
        rc = keyword(p, "offset", &there, NULL);
    if (rc == CRM4E_OK && there)
        rc = whole_number(p, &tree->offset);
    return rc;
}

static int query(parser *p, c4_query_tree *tree)
{
    bool there = false;
    int rc = keyword(p, "select", NULL, "select");
    if (rc == CRM4E_OK)
        rc = columns(p, tree);
    if (rc == CRM4E_OK)
        rc = keyword(p, "from", NULL, ", or from");
    if (rc == CRM4E_OK)
        rc = module_name(p, &tree->module);
    if (rc == CRM4E_OK)
        rc = keyword(p, "where", &there, NULL);
    if (rc == CRM4E_OK && there)
        rc = criteria(p, &tree->where);
    if (rc == CRM4E_OK)
        rc = keyword(p, "group", &there, NULL);
    if (rc == CRM4E_OK && there)
        rc = groups(p, tree);
    if (rc == CRM4E_OK)
        rc = keyword(p, "order", &there, NULL);
    if (rc == CRM4E_OK && there)
        rc = order_terms(p, tree);
    if (rc == CRM4E_OK && there)
        rc = collation(p, tree);
    if (rc == CRM4E_OK)
        rc = page(p, tree);
    tree->grouped = p->calls || tree->group_count > 0;
    return rc;
}

/* The token in hand is the first one afterwards. */
static int start(parser *p, c4_arena *arena, crm4e_error *error, const char *text, size_t length)
{
    *p = (parser){.lexer = {.arena = arena, .error = error, .text = text, .length = length}};
    if (length > C4_QUERY_CEILING) {
        (void)c4_fail(error, CRM4E_E_TOO_BIG, "query text is longer than %d bytes",
                      C4_QUERY_CEILING);
        (void)c4_fail_limit(error, "query_length", C4_QUERY_CEILING, (int64_t)length);
        return CRM4E_E_TOO_BIG;
    }
    if (c4_text_check(text, length) != CRM4E_OK) {
        (void)c4_fail(error, CRM4E_E_INVALID, "query text is not well-formed UTF-8");
        (void)c4_fail_field(error, "", "", "utf8");
        return CRM4E_E_INVALID;
    }
    return advance(p);
}

static int end(const parser *p)
{
    return p->token.kind == C4_TOKEN_END ? CRM4E_OK : expected(p, "the end of the text");
}

int c4_query_parse(c4_arena *arena, crm4e_error *error, const char *text, size_t length,
                   c4_query_tree *tree)
{
    parser p;
    int rc = start(&p, arena, error, text, length);
    *tree = (c4_query_tree){.limit = -1};
    if (rc == CRM4E_OK)
        rc = query(&p, tree);
    return rc == CRM4E_OK ? end(&p) : rc;
}

int c4_criteria_parse(c4_arena *arena, crm4e_error *error, const char *text, size_t length,
                      const c4_criteria **out)
{
    const c4_criteria *tree = NULL;
    parser p;
    int rc = start(&p, arena, error, text, length);
    if (rc == CRM4E_OK)
        rc = criteria(&p, &tree);
    if (rc == CRM4E_OK)
        rc = end(&p);
    *out = rc == CRM4E_OK ? tree : NULL;
    return rc;
}

int c4_order_parse(c4_arena *arena, crm4e_error *error, const char *text, size_t length,
                   c4_query_order *term)
{
    parser p;
    int rc = start(&p, arena, error, text, length);
    *term = (c4_query_order){0};
    if (rc == CRM4E_OK)
        rc = order_term(&p, term);
    return rc == CRM4E_OK ? end(&p) : rc;
}

int c4_term_parse(c4_arena *arena, crm4e_error *error, const char *text, size_t length,
                  const char **out, bool *call)
{
    parser p;
    int rc;
    *call = memchr(text, '(', length) != NULL;
    *out = text;
    if (!*call)
        return CRM4E_OK;
    rc = start(&p, arena, error, text, length);
    if (rc == CRM4E_OK)
        rc = term(&p, out);
    return rc == CRM4E_OK ? end(&p) : rc;
}
