/* SPDX-License-Identifier: MIT */
#include "model.h"

static const char *const operators[] = {"=", "!=", "<", "<=", ">", ">="};
static const char *const inputs_of_leads[INPUTS] = {"F0", "F1", "F2", "F3", "Up.G"};

static void make_leaf(node *n, int inputs)
{
    *n = (node){.kind = roll(5) == 0 ? NODE_NULL : NODE_COMPARE,
                .field = roll(inputs),
                .op = operators[roll(6)],
                .value = roll(VALUES),
                .negative = roll(2) == 0};
}

void make_criteria(criteria *c, int inputs)
{
    const int form = roll(6);

    *c = (criteria){.count = 0};
    if (form == 0)
        return;
    if (form >= 3)
        c->nodes[c->count++] = (node){.kind = form == 5 ? NODE_NOT : roll(2) ? NODE_AND : NODE_OR};
    make_leaf(&c->nodes[c->count++], inputs);
    if (form == 3 || form == 4)
        make_leaf(&c->nodes[c->count++], inputs);
}

static int put_node(FILE *out, const criteria *c, int at, bool by_lead)
{
    const node *n = &c->nodes[at];
    const char *field = by_lead ? inputs_of_leads[n->field] : "Mark";

    switch (n->kind) {
    case NODE_COMPARE: (void)fprintf(out, "%s %s %d", field, n->op, n->value); return at + 1;
    case NODE_NULL:
        (void)fprintf(out, "%s is %snull", field, n->negative ? "not " : "");
        return at + 1;
    case NODE_NOT:
        (void)fputs("not (", out);
        at = put_node(out, c, at + 1, by_lead);
        break;
    default:
        (void)fputc('(', out);
        at = put_node(out, c, at + 1, by_lead);
        (void)fputs(n->kind == NODE_AND ? " and " : " or ", out);
        at = put_node(out, c, at, by_lead);
        break;
    }
    (void)fputc(')', out);
    return at;
}

void put_criteria(FILE *out, const criteria *c, bool by_lead)
{
    (void)put_node(out, c, 0, by_lead);
}

typedef enum truth {
    NO,
    UNKNOWN,
    YES
} truth;

static truth compare(int left, const char *op, int right)
{
    bool holds;

    if (left == NOBODY || left == NOT_THERE)
        return UNKNOWN;
    switch (op[0]) {
    case '=': holds = left == right; break;
    case '!': holds = left != right; break;
    case '<': holds = op[1] ? left <= right : left < right; break;
    default: holds = op[1] ? left >= right : left > right; break;
    }
    return holds ? YES : NO;
}

static truth judge(const criteria *c, int *at, const int *inputs)
{
    const node *n = &c->nodes[(*at)++];
    truth first, second;

    if (n->kind == NODE_COMPARE)
        return compare(inputs[n->field], n->op, n->value);
    if (n->kind == NODE_NULL && inputs[n->field] == NOT_THERE)
        return UNKNOWN;
    if (n->kind == NODE_NULL)
        return (inputs[n->field] == NOBODY) != n->negative ? YES : NO;
    first = judge(c, at, inputs);
    if (n->kind == NODE_NOT)
        return (truth)(YES - first);
    second = judge(c, at, inputs);
    if (n->kind == NODE_AND)
        return first < second ? first : second;
    return first > second ? first : second;
}

bool criteria_hold(const criteria *c, const int *inputs)
{
    int at = 0;

    return c->count == 0 || judge(c, &at, inputs) == YES;
}
