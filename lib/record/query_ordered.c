/* SPDX-License-Identifier: MIT */
/* Comparisons of what is stored as an integer: each literal is the interval of
 * stored values that are neither smaller nor greater than it. */
#include "record/query_leaf.h"

#include "base/civil.h"

#include <stdlib.h>
#include <string.h>

static int point(const c4_leaf *leaf, int code, int64_t value, const char *problem,
                 c4_interval *out)
{
    *out = (c4_interval){.low = value, .high = value};
    return code == CRM4E_OK ? CRM4E_OK : c4_leaf_refuse(leaf, "type", problem);
}

static bool is_text(const c4_literal *literal)
{
    return literal->kind == C4_LITERAL_TEXT;
}

/* Numbers in quotes are as good. */
static int number_interval(const c4_leaf *leaf, const c4_literal *literal, c4_interval *out)
{
    bool well = (is_text(literal) || literal->kind == C4_LITERAL_NUMBER) &&
                c4_interval_of_number(literal->text, literal->length, leaf->field->scale, out);
    return well ? CRM4E_OK : c4_leaf_refuse(leaf, "type", "the value must be a number");
}

static int open_zone(c4_compiler *compiler)
{
    const c4_unit *unit = compiler->unit;
    const char *name = unit->actor != NULL ? unit->actor->zone : unit->meta->org.zone;
    int rc = CRM4E_OK;
    if (compiler->zone == NULL)
        rc = c4_zone_open(&compiler->zone, unit->arena->mem, name);
    return rc;
}

/* A day begins at its first instant, as below. */
static int find_today(c4_compiler *compiler, int32_t *today)
{
    int64_t local;
    int rc = open_zone(compiler);
    compiler->relative = true;
    if (rc != CRM4E_OK)
        return c4_compiler_fail(compiler, rc);
    local = c4_zone_to_local(compiler->zone, compiler->now) - C4_TIME_MIN;
    *today = (int32_t)(local / C4_DAY_MICROSECONDS) + C4_DATE_MIN;
    while (*today > C4_DATE_MIN && c4_zone_day_start(compiler->zone, *today) > compiler->now)
        --*today;
    while (*today < C4_DATE_MAX && c4_zone_day_start(compiler->zone, *today + 1) <= compiler->now)
        ++*today;
    rc = c4_zone_code(compiler->zone);
    return rc == CRM4E_OK ? rc : c4_compiler_fail(compiler, rc);
}

/* First and last day of what is counted from today. */
static int period_interval(const c4_leaf *leaf, const c4_literal *literal, c4_interval *out)
{
    c4_compiler *compiler = leaf->compiler;
    int32_t today = 0;
    int rc = find_today(compiler, &today);
    *out = (c4_interval){0};
    if (rc == CRM4E_OK)
        c4_period_days(literal->text, literal->length, today,
                       compiler->unit->meta->org.fiscal_month, out);
    return rc;
}

static int date_interval(const c4_leaf *leaf, const c4_literal *literal, c4_interval *out)
{
    int32_t days = 0;
    int code;
    if (literal->kind == C4_LITERAL_PERIOD)
        return period_interval(leaf, literal, out);
    code =
        is_text(literal) ? c4_date_parse(literal->text, literal->length, &days) : CRM4E_E_INVALID;
    return point(leaf, code, days, "the value must be a date 'yyyy-mm-dd'", out);
}

/* From the first instant of the first day to the last before the day after the last. */
static int days_interval(const c4_leaf *leaf, int32_t first, int32_t last, c4_interval *out)
{
    c4_compiler *compiler = leaf->compiler;
    int rc = open_zone(compiler);
    if (rc == CRM4E_OK) {
        out->low = c4_zone_day_start(compiler->zone, first);
        out->high =
            last == C4_DATE_MAX ? C4_TIME_MAX : c4_zone_day_start(compiler->zone, last + 1) - 1;
        rc = c4_zone_code(compiler->zone);
    }
    return rc == CRM4E_OK ? rc : c4_compiler_fail(compiler, rc);
}

static int period_of_time(const c4_leaf *leaf, const c4_literal *literal, c4_interval *out)
{
    int rc = period_interval(leaf, literal, out);
    return rc == CRM4E_OK && out->beyond == 0
               ? days_interval(leaf, (int32_t)out->low, (int32_t)out->high, out)
               : rc;
}

static int time_interval(const c4_leaf *leaf, const c4_literal *literal, c4_interval *out)
{
    int32_t days = 0;
    int64_t time = 0;
    int code = CRM4E_E_INVALID;
    *out = (c4_interval){0};
    if (literal->kind == C4_LITERAL_PERIOD)
        return period_of_time(leaf, literal, out);
    if (is_text(literal) && c4_date_parse(literal->text, literal->length, &days) == CRM4E_OK)
        return days_interval(leaf, days, days, out);
    if (is_text(literal))
        code = c4_time_parse(literal->text, literal->length, &time);
    return point(leaf, code, time,
                 "the value must be a date 'yyyy-mm-dd' or a time with its offset", out);
}

static bool says(const c4_literal *literal, const char *word)
{
    bool same = strlen(word) == literal->length;
    for (size_t i = 0; i < literal->length && same; i++) {
        char c = literal->text[i];
        same = (c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c) == word[i];
    }
    return same;
}

static int boolean_interval(const c4_leaf *leaf, const c4_literal *literal, c4_interval *out)
{
    bool fits = is_text(literal) || literal->kind == C4_LITERAL_BOOLEAN;
    bool yes = fits && says(literal, "true");
    bool no = fits && says(literal, "false");
    return point(leaf, yes || no ? CRM4E_OK : CRM4E_E_INVALID, yes,
                 "the value must be true or false", out);
}

static int id_interval(const c4_leaf *leaf, const c4_literal *literal, c4_interval *out)
{
    int64_t id = 0;
    int rc = c4_literal_id(leaf, literal, &id);
    *out = (c4_interval){.low = id, .high = id};
    return rc;
}

typedef int (*interval_reader)(const c4_leaf *leaf, const c4_literal *literal, c4_interval *out);

static const interval_reader interval_readers[] = {
    [C4_STORED_INTEGER] = number_interval,  [C4_STORED_DECIMAL] = number_interval,
    [C4_STORED_DATE] = date_interval,       [C4_STORED_TIME] = time_interval,
    [C4_STORED_BOOLEAN] = boolean_interval, [C4_STORED_ID] = id_interval,
};

static int order_i64(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return *x < *y ? -1 : *x > *y;
}

int c4_leaf_set(const c4_leaf *leaf, int64_t *set, size_t count, bool negative,
                crm4e_predicate *out)
{
    size_t kept = 0;
    crm4e_predicate node;
    if (count > 0)
        qsort(set, count, sizeof *set, order_i64);
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || set[kept - 1] != set[i])
            set[kept++] = set[i];
    }
    node = c4_where_set(leaf->field->column, set, kept);
    *out = node;
    if (kept == 0)
        *out = c4_leaf_constant(leaf, negative);
    else if (negative && !c4_node_not(leaf->compiler->unit->arena, &node, out))
        return c4_leaf_no_memory(leaf);
    return CRM4E_OK;
}

static int compare_to(const c4_leaf *leaf, crm4e_operator op, int64_t number, crm4e_predicate *out)
{
    crm4e_value *value = c4_arena_array(leaf->compiler->unit->arena, 1, sizeof *value);
    if (value == NULL)
        return c4_leaf_no_memory(leaf);
    *value = c4_integer(number);
    *out = c4_where(op, leaf->field->column, value, 1);
    return CRM4E_OK;
}

/* One of LT, LE, GT, GE. */
static int one_side(const c4_leaf *leaf, crm4e_operator op, const c4_interval *interval,
                    crm4e_predicate *out)
{
    bool less = op == CRM4E_OP_LT || op == CRM4E_OP_LE;
    bool low = op == CRM4E_OP_LT || op == CRM4E_OP_GE;
    if (interval->beyond != 0) {
        *out = c4_leaf_constant(leaf, less == (interval->beyond > 0));
        return CRM4E_OK;
    }
    return compare_to(leaf, op, low ? interval->low : interval->high, out);
}

/* From the lower end of `a` to the upper end of `b`, or outside of that. */
static int two_sides(const c4_leaf *leaf, bool outside, const c4_interval *a, const c4_interval *b,
                     crm4e_predicate *out)
{
    crm4e_predicate first;
    crm4e_predicate second;
    int rc = one_side(leaf, outside ? CRM4E_OP_LT : CRM4E_OP_GE, a, &first);
    if (rc == CRM4E_OK)
        rc = one_side(leaf, outside ? CRM4E_OP_GT : CRM4E_OP_LE, b, &second);
    if (rc == CRM4E_OK && !c4_node_both(leaf->compiler->unit->arena,
                                        outside ? CRM4E_OP_OR : CRM4E_OP_AND, &first, &second, out))
        rc = c4_leaf_no_memory(leaf);
    return rc;
}

static bool is_empty(const c4_interval *interval)
{
    return interval->beyond != 0 || interval->low > interval->high;
}

static int equal(const c4_leaf *leaf, bool negative, const c4_interval *interval,
                 crm4e_predicate *out)
{
    int rc = CRM4E_OK;
    if (is_empty(interval))
        *out = c4_leaf_constant(leaf, negative);
    else if (interval->low == interval->high)
        rc = compare_to(leaf, negative ? CRM4E_OP_NE : CRM4E_OP_EQ, interval->low, out);
    else
        rc = two_sides(leaf, negative, interval, interval, out);
    return rc;
}

/* The points as one set, the days each by itself. */
static int list_of(const c4_leaf *leaf, const c4_interval *intervals, crm4e_predicate *out)
{
    c4_arena *arena = leaf->compiler->unit->arena;
    bool negative = c4_comparator_negative(leaf->comparator);
    crm4e_predicate *nodes = c4_arena_array(arena, leaf->count + 1, sizeof *nodes);
    int64_t *set = c4_arena_array(arena, leaf->count, sizeof *set);
    size_t points = 0;
    size_t count = 1;
    int rc = CRM4E_OK;
    if (nodes == NULL || set == NULL)
        return c4_leaf_no_memory(leaf);
    for (size_t i = 0; i < leaf->count && rc == CRM4E_OK; i++) {
        if (is_empty(&intervals[i]))
            continue;
        if (intervals[i].low == intervals[i].high)
            set[points++] = intervals[i].low;
        else
            rc = equal(leaf, negative, &intervals[i], &nodes[count++]);
    }
    if (rc == CRM4E_OK)
        rc = c4_leaf_set(leaf, set, points, negative, &nodes[0]);
    *out = nodes[0];
    if (count > 1)
        *out = negative ? c4_where_all(nodes, count) : c4_where_any(nodes, count);
    return rc;
}

int c4_leaf_ordered(const c4_leaf *leaf, crm4e_predicate *out)
{
    c4_storage_class stored = c4_type_info_of(leaf->field->type)->stored;
    c4_interval *intervals =
        c4_arena_array(leaf->compiler->unit->arena, leaf->count, sizeof *intervals);
    int rc = CRM4E_OK;
    if (intervals == NULL)
        return c4_leaf_no_memory(leaf);
    for (size_t i = 0; i < leaf->count && rc == CRM4E_OK; i++)
        rc = interval_readers[stored](leaf, &leaf->literals[i], &intervals[i]);
    if (rc != CRM4E_OK)
        return rc;
    switch (leaf->comparator) {
    case C4_EQUAL: rc = equal(leaf, false, &intervals[0], out); break;
    case C4_NOT_EQUAL: rc = equal(leaf, true, &intervals[0], out); break;
    case C4_LESS: rc = one_side(leaf, CRM4E_OP_LT, &intervals[0], out); break;
    case C4_LESS_EQUAL: rc = one_side(leaf, CRM4E_OP_LE, &intervals[0], out); break;
    case C4_GREATER: rc = one_side(leaf, CRM4E_OP_GT, &intervals[0], out); break;
    case C4_GREATER_EQUAL: rc = one_side(leaf, CRM4E_OP_GE, &intervals[0], out); break;
    case C4_BETWEEN: rc = two_sides(leaf, false, &intervals[0], &intervals[1], out); break;
    case C4_NOT_BETWEEN: rc = two_sides(leaf, true, &intervals[0], &intervals[1], out); break;
    default: rc = list_of(leaf, intervals, out); break;
    }
    return rc;
}
