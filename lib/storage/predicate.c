/* SPDX-License-Identifier: MIT */
#include "storage/inside.h"

#include <string.h>

/* Three-valued logic; negative results are codes. */
enum {
    NO = 0,
    YES = 1,
    UNKNOWN = 2
};

typedef struct evaluation {
    const crm4e_storage_host *host;
    const crm4e_value *row;
    size_t count;
} evaluation;

crm4e_predicate c4_where(crm4e_operator op, uint32_t column, const crm4e_value *values,
                         size_t count)
{
    crm4e_predicate node = {.op = op, .column = column, .values = values, .value_count = count};
    return node;
}

crm4e_predicate c4_where_set(uint32_t column, const int64_t *set, size_t count)
{
    crm4e_predicate node = {
        .op = CRM4E_OP_IN_SET, .column = column, .set = set, .set_count = count};
    return node;
}

crm4e_predicate c4_where_all(const crm4e_predicate *children, size_t count)
{
    crm4e_predicate node = {.op = CRM4E_OP_AND, .children = children, .child_count = count};
    return node;
}

crm4e_predicate c4_where_any(const crm4e_predicate *children, size_t count)
{
    crm4e_predicate node = {.op = CRM4E_OP_OR, .children = children, .child_count = count};
    return node;
}

/* Which order results (less 1, equal 2, greater 4) satisfy a comparison. */
static unsigned accepted_orders(crm4e_operator op)
{
    static const unsigned accepted[] = {
        [CRM4E_OP_EQ] = 2, [CRM4E_OP_NE] = 5, [CRM4E_OP_LT] = 1,
        [CRM4E_OP_LE] = 3, [CRM4E_OP_GT] = 4, [CRM4E_OP_GE] = 6,
    };
    return accepted[op];
}

static int compare(crm4e_operator op, const crm4e_value *a, const crm4e_value *b)
{
    int truth = UNKNOWN;
    if (a->type != CRM4E_VALUE_NULL && b->type != CRM4E_VALUE_NULL)
        truth = (accepted_orders(op) >> (c4_value_order(a, b) + 1) & 1U) != 0 ? YES : NO;
    return truth;
}

static int both(int a, int b)
{
    int truth = YES;
    if (a == NO || b == NO)
        truth = NO;
    else if (a == UNKNOWN || b == UNKNOWN)
        truth = UNKNOWN;
    return truth;
}

static int test_compare(const crm4e_predicate *node, const crm4e_value *value)
{
    return compare(node->op, value, &node->values[0]);
}

static int test_between(const crm4e_predicate *node, const crm4e_value *value)
{
    return both(compare(CRM4E_OP_GE, value, &node->values[0]),
                compare(CRM4E_OP_LE, value, &node->values[1]));
}

static bool among_sorted(const crm4e_predicate *node, const crm4e_value *value)
{
    size_t low = 0;
    size_t high = node->value_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c4_value_order(&node->values[middle], value) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < node->value_count && c4_value_equal(&node->values[low], value);
}

static int test_in(const crm4e_predicate *node, const crm4e_value *value)
{
    int truth = NO;
    if (value->type == CRM4E_VALUE_NULL)
        return UNKNOWN;
    if ((node->flags & C4_SORTED_VALUES) != 0) {
        /* a NULL among them sorts first */
        if (among_sorted(node, value))
            truth = YES;
        else if (node->value_count > 0 && node->values[0].type == CRM4E_VALUE_NULL)
            truth = UNKNOWN;
    } else {
        for (size_t i = 0; i < node->value_count && truth != YES; i++) {
            int one = compare(CRM4E_OP_EQ, value, &node->values[i]);
            truth = one == NO ? truth : one;
        }
    }
    return truth;
}

static int test_in_set(const crm4e_predicate *node, const crm4e_value *value)
{
    size_t low = 0;
    size_t high = node->set_count;
    if (node->set_count == 0)
        return NO;
    if (value->type == CRM4E_VALUE_NULL)
        return UNKNOWN;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (node->set[middle] < value->integer)
            low = middle + 1;
        else
            high = middle;
    }
    return value->type == CRM4E_VALUE_INTEGER && low < node->set_count &&
                   node->set[low] == value->integer
               ? YES
               : NO;
}

static bool contains(const char *text, size_t length, const char *part, size_t part_length)
{
    bool found = part_length == 0;
    const char *end = text + length;
    while (!found && (size_t)(end - text) >= part_length) {
        size_t starts = (size_t)(end - text) - part_length + 1;
        const char *at = memchr(text, part[0], starts);
        if (at == NULL)
            break;
        found = memcmp(at, part, part_length) == 0;
        text = at + 1;
    }
    return found;
}

static int test_part(const crm4e_predicate *node, const crm4e_value *value)
{
    const crm4e_value *part = &node->values[0];
    bool found = false;
    if (value->type == CRM4E_VALUE_NULL || part->type == CRM4E_VALUE_NULL)
        return UNKNOWN;
    if (value->type != CRM4E_VALUE_TEXT || part->type != CRM4E_VALUE_TEXT)
        return NO;
    if (part->length == 0) {
        found = true;
    } else if (part->length <= value->length) {
        const char *text = value->data;
        if (node->op == CRM4E_OP_PREFIX)
            found = memcmp(text, part->data, part->length) == 0;
        else if (node->op == CRM4E_OP_SUFFIX)
            found = memcmp(text + value->length - part->length, part->data, part->length) == 0;
        else
            found = contains(text, value->length, part->data, part->length);
    }
    return found ? YES : NO;
}

static int test_null(const crm4e_predicate *node, const crm4e_value *value)
{
    return (value->type == CRM4E_VALUE_NULL) == (node->op == CRM4E_OP_IS_NULL) ? YES : NO;
}

typedef struct operator_shape {
    int (*test)(const crm4e_predicate *node, const crm4e_value *value); /* of one column */
    size_t values_least;
} operator_shape;

static const operator_shape operators[] = {
    [CRM4E_OP_EQ] = {test_compare, 1},      [CRM4E_OP_NE] = {test_compare, 1},
    [CRM4E_OP_LT] = {test_compare, 1},      [CRM4E_OP_LE] = {test_compare, 1},
    [CRM4E_OP_GT] = {test_compare, 1},      [CRM4E_OP_GE] = {test_compare, 1},
    [CRM4E_OP_BETWEEN] = {test_between, 2}, [CRM4E_OP_IN] = {test_in, 1},
    [CRM4E_OP_IN_SET] = {test_in_set, 0},   [CRM4E_OP_PREFIX] = {test_part, 1},
    [CRM4E_OP_SUFFIX] = {test_part, 1},     [CRM4E_OP_CONTAINS] = {test_part, 1},
    [CRM4E_OP_IS_NULL] = {test_null, 0},    [CRM4E_OP_IS_NOT_NULL] = {test_null, 0},
};

static const operator_shape *column_operator(crm4e_operator op)
{
    const operator_shape *shape = NULL;
    if (op < sizeof(operators) / sizeof(operators[0]) && operators[op].test != NULL)
        shape = &operators[op];
    return shape;
}

static int test_folded(const evaluation *e, const crm4e_predicate *node,
                       const operator_shape *shape)
{
    const crm4e_value *value = &e->row[node->column];
    const crm4e_allocator *allocator = e->host->allocator;
    char room[256];
    char *out = room;
    size_t capacity = sizeof(room);
    size_t needed = 0;
    int rc = c4_storage_answer(
        e->host->fold(e->host->fold_user, value->data, value->length, out, capacity, &needed));
    if (rc == CRM4E_OK && needed > capacity) {
        capacity = needed;
        out = allocator->allocate(allocator->user, capacity);
        rc = out == NULL ? CRM4E_E_NO_MEMORY
                         : c4_storage_answer(e->host->fold(e->host->fold_user, value->data,
                                                           value->length, out, capacity, &needed));
        if (rc == CRM4E_OK && needed > capacity)
            rc = CRM4E_E_CALLBACK;
    }
    if (rc == CRM4E_OK) {
        crm4e_value folded = c4_text_value(out, needed);
        rc = shape->test(node, &folded);
    }
    if (out != room && out != NULL)
        allocator->release(allocator->user, out);
    return rc;
}

static int test_column(const evaluation *e, const crm4e_predicate *node)
{
    const operator_shape *shape = column_operator(node->op);
    int truth = CRM4E_E_MISUSE;
    if (shape == NULL || node->column >= e->count || node->value_count < shape->values_least)
        return CRM4E_E_MISUSE;
    if ((node->flags & CRM4E_FOLD) != 0 && e->row[node->column].type == CRM4E_VALUE_TEXT)
        truth = test_folded(e, node, shape);
    else
        truth = shape->test(node, &e->row[node->column]);
    return truth;
}

static int truth_of(const evaluation *e, const crm4e_predicate *node, unsigned depth);

/* AND stops at the first NO, OR at the first YES; an unknown is outvoted by those. */
static int truth_of_list(const evaluation *e, const crm4e_predicate *node, unsigned depth)
{
    int decisive = node->op == CRM4E_OP_AND ? NO : YES;
    int truth = node->op == CRM4E_OP_AND ? YES : NO;
    for (size_t i = 0; i < node->child_count && truth >= 0 && truth != decisive; i++) {
        int one = truth_of(e, &node->children[i], depth + 1);
        if (one < 0 || one == decisive || one == UNKNOWN)
            truth = one;
    }
    return truth;
}

static int truth_of_not(const evaluation *e, const crm4e_predicate *node, unsigned depth)
{
    int truth = CRM4E_E_MISUSE;
    if (node->child_count == 1)
        truth = truth_of(e, node->children, depth + 1);
    if (truth == YES || truth == NO)
        truth = truth == YES ? NO : YES;
    return truth;
}

static int truth_of(const evaluation *e, const crm4e_predicate *node, unsigned depth)
{
    int truth;
    if (depth >= C4_EVALUATION_DEPTH)
        return CRM4E_E_DEPTH;
    switch (node->op) {
    case CRM4E_OP_TRUE: truth = YES; break;
    case CRM4E_OP_FALSE: truth = NO; break;
    case CRM4E_OP_AND:
    case CRM4E_OP_OR: truth = truth_of_list(e, node, depth); break;
    case CRM4E_OP_NOT: truth = truth_of_not(e, node, depth); break;
    default: truth = test_column(e, node); break;
    }
    return truth;
}

int crm4e_plan_matches(const crm4e_storage_host *host, const crm4e_predicate *where,
                       const crm4e_value *row, size_t count)
{
    evaluation e = {host, row, count};
    int truth = YES;
    if (host == NULL || row == NULL)
        return CRM4E_E_MISUSE;
    if (where != NULL)
        truth = truth_of(&e, where, 0);
    return truth < 0 ? truth : truth == YES;
}

static int check_node(const crm4e_predicate *node, const crm4e_table *table, unsigned depth);

static int check_children(const crm4e_predicate *node, const crm4e_table *table, unsigned depth)
{
    int rc = node->children == NULL && node->child_count > 0 ? CRM4E_E_MISUSE : CRM4E_OK;
    for (size_t i = 0; i < node->child_count && rc == CRM4E_OK; i++)
        rc = check_node(&node->children[i], table, depth + 1);
    return rc;
}

static int check_select(const crm4e_predicate *node, const crm4e_table *table, unsigned depth)
{
    int rc = CRM4E_E_MISUSE;
    if (node->column < table->column_count && node->child_count == 1 &&
        node->select_table != NULL && node->select_column < node->select_table->column_count)
        rc = check_children(node, node->select_table, depth);
    return rc;
}

static int check_column(const crm4e_predicate *node, const crm4e_table *table)
{
    const operator_shape *shape = column_operator(node->op);
    bool well = shape != NULL && node->column < table->column_count &&
                node->value_count >= shape->values_least &&
                (node->values != NULL || node->value_count == 0) &&
                (node->set != NULL || node->set_count == 0);
    return well ? CRM4E_OK : CRM4E_E_MISUSE;
}

static int check_node(const crm4e_predicate *node, const crm4e_table *table, unsigned depth)
{
    int rc = CRM4E_OK;
    if (depth >= C4_PREDICATE_DEPTH)
        return CRM4E_E_DEPTH;
    switch (node->op) {
    case CRM4E_OP_TRUE:
    case CRM4E_OP_FALSE: break;
    case CRM4E_OP_NOT:
        rc = node->child_count == 1 ? check_children(node, table, depth) : CRM4E_E_MISUSE;
        break;
    case CRM4E_OP_AND:
    case CRM4E_OP_OR: rc = check_children(node, table, depth); break;
    case CRM4E_OP_IN_SELECT: rc = check_select(node, table, depth); break;
    default: rc = check_column(node, table); break;
    }
    return rc;
}

int c4_predicate_check(const crm4e_predicate *where, const crm4e_table *table)
{
    return where == NULL ? CRM4E_OK : check_node(where, table, 0);
}

bool c4_predicate_has_select(const crm4e_predicate *where)
{
    bool found = where != NULL && where->op == CRM4E_OP_IN_SELECT;
    if (where != NULL && !found) {
        for (size_t i = 0; i < where->child_count && !found; i++)
            found = c4_predicate_has_select(&where->children[i]);
    }
    return found;
}

static bool same_values(const crm4e_predicate *a, const crm4e_predicate *b)
{
    bool same = a->value_count == b->value_count && a->set_count == b->set_count;

    for (size_t i = 0; i < a->value_count && same; i++)
        same = c4_value_equal(&a->values[i], &b->values[i]);
    return same &&
           (a->set_count == 0 || memcmp(a->set, b->set, a->set_count * sizeof(*a->set)) == 0);
}

static bool same_select(const crm4e_predicate *a, const crm4e_predicate *b)
{
    return a->select_column == b->select_column &&
           (a->select_table == b->select_table ||
            (a->select_table != NULL && b->select_table != NULL &&
             strcmp(a->select_table->name, b->select_table->name) == 0));
}

bool c4_predicate_equal(const crm4e_predicate *a, const crm4e_predicate *b)
{
    bool same = a == b;

    if (!same && a != NULL && b != NULL) {
        same = a->op == b->op && a->column == b->column && a->flags == b->flags &&
               a->child_count == b->child_count && same_select(a, b) && same_values(a, b);
        for (size_t i = 0; same && i < a->child_count; i++)
            same = c4_predicate_equal(&a->children[i], &b->children[i]);
    }
    return same;
}
