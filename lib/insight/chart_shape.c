/* SPDX-License-Identifier: MIT */
/* What becomes of the buckets once all records are counted. */
#include "insight/chart_inside.h"

#include <stdlib.h>
#include <string.h>

enum {
    NO_GROUP = -1,
    KPI_PERIODS = 2
};

/* Which keys a type of chart goes with. */
typedef struct type_rule {
    size_t least;
    size_t most;
} type_rule;
static const type_rule rules[] = {
    [0] = {0, C4_CHART_KEYS},
    [CRM4E_CHART_COLUMN] = {0, 2},
    [CRM4E_CHART_BAR] = {0, 2},
    [CRM4E_CHART_STACKED_BAR] = {2, 2},
    [CRM4E_CHART_LINE] = {0, 2},
    [CRM4E_CHART_AREA] = {0, 2},
    [CRM4E_CHART_PIE] = {1, 1},
    [CRM4E_CHART_DONUT] = {1, 1},
    [CRM4E_CHART_FUNNEL] = {1, 1},
    [CRM4E_CHART_HEAT_MAP] = {2, 2},
    [CRM4E_CHART_TABLE] = {0, C4_CHART_KEYS},
    [CRM4E_CHART_KPI] = {0, 1},
};

static bool has_days(const c4_axis *axis)
{
    return axis->stored == C4_STORED_DATE || axis->stored == C4_STORED_TIME;
}

static bool has_options(const c4_axis *axis)
{
    return axis->stored == C4_STORED_OPTION || axis->stored == C4_STORED_OPTIONS;
}

int c4_chart_check_type(const c4_chart *chart)
{
    const c4_chart_spec *spec = chart->spec;
    crm4e_error *error = chart->unit->error;
    const type_rule *rule;

    if (spec->type >= sizeof rules / sizeof rules[0])
        return c4_fail(error, CRM4E_E_INVALID, "no such type of chart");
    rule = &rules[spec->type];
    if (chart->key_count < rule->least || chart->key_count > rule->most)
        return rule->least == rule->most
                   ? c4_fail(error, CRM4E_E_INVALID, "such a chart has %d keys, not %d",
                             (int)rule->most, (int)chart->key_count)
                   : c4_fail(error, CRM4E_E_INVALID, "such a chart has at most %d keys",
                             (int)rule->most);
    if (spec->type == CRM4E_CHART_KPI && chart->key_count > 0 && !has_days(&chart->axes[0]))
        return c4_fail(error, CRM4E_E_INVALID, "the key of a KPI is a date or a time");
    if (spec->top > C4_CHART_TOP)
        return c4_fail(error, CRM4E_E_TOO_BIG, "at most the top %d", C4_CHART_TOP);
    if (spec->top > 0 && (chart->key_count == 0 || spec->type == CRM4E_CHART_FUNNEL ||
                          spec->type == CRM4E_CHART_KPI))
        return c4_fail(error, CRM4E_E_INVALID, "such a chart has no others");
    return CRM4E_OK;
}

/* ------------------------------------------------------------ groups anew */

/* Where the records of a group go: false drops them. */
typedef bool (*mover)(c4_chart *chart, const void *arguments, c4_code *code);

static int move_group(c4_chart *chart, c4_groups *moved, const c4_group *group,
                      const c4_code *codes, int64_t *place)
{
    c4_group *target = NULL;
    int rc = c4_groups_find(moved, codes, &target);

    if (rc != CRM4E_OK)
        return rc;
    *place = target - moved->items;
    target->count += group->count;
    for (size_t i = 0; i < chart->measure_count; i++) {
        if (chart->gauges[i].function != CRM4E_COUNT_DISTINCT)
            c4_tally_merge(&target->tallies[i], &group->tallies[i]);
    }
    return CRM4E_OK;
}

/* Different numbers are counted again: one may be in several that became one. */
static int move_distinct(c4_chart *chart, const int64_t *places)
{
    c4_distinct old = chart->distinct;
    int rc = CRM4E_OK;

    c4_distinct_init(&chart->distinct, old.mem, old.seed);
    for (size_t i = 0; i < old.slot_count && rc == CRM4E_OK; i++) {
        const c4_seen *seen = &old.slots[i];
        if (seen->group != 0 && places[seen->group - 1] != NO_GROUP)
            rc = c4_chart_tally(chart, &chart->groups.items[places[seen->group - 1]], seen->gauge,
                                seen->number);
    }
    c4_distinct_free(&old);
    return rc;
}

/* The first key of every group goes through `move`. */
static int regroup(c4_chart *chart, mover move, const void *arguments)
{
    c4_groups old = chart->groups;
    int64_t *places = c4_arena_array(&chart->arena, old.count, sizeof *places);
    int rc = places != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;

    if (rc != CRM4E_OK)
        return rc;
    c4_groups_init(&chart->groups, old.mem, old.key_count, old.seed);
    for (size_t i = 0; i < old.count && rc == CRM4E_OK; i++) {
        c4_code codes[C4_CHART_KEYS];
        memcpy(codes, old.items[i].codes, sizeof codes);
        places[i] = NO_GROUP;
        if (move(chart, arguments, &codes[0]))
            rc = move_group(chart, &chart->groups, &old.items[i], codes, &places[i]);
    }
    if (rc == CRM4E_OK)
        rc = move_distinct(chart, places);
    c4_groups_free(&old);
    return rc;
}

/* -------------------------------------------------------------------- KPI */

static int find_today(c4_chart *chart, int32_t *today)
{
    c4_calendar calendar;
    int rc = c4_calendar_open(&calendar, chart->mem, chart->unit->actor->zone);

    if (rc == CRM4E_OK)
        rc = c4_calendar_day_of(&calendar, chart->unit->now, today);
    c4_calendar_close(&calendar);
    return rc;
}

static bool is_period(c4_chart *chart, const void *arguments, c4_code *code)
{
    const int64_t *periods = arguments;

    (void)chart;
    return code->state == C4_CODE_VALUE && (code->value == periods[0] || code->value == periods[1]);
}

/* The period that is now and the one before, also without a record. */
static int keep_periods(c4_chart *chart)
{
    const c4_cut *cut = &chart->axes[0].cut;
    int64_t periods[KPI_PERIODS];
    int32_t today = 0;
    int rc = find_today(chart, &today);

    if (rc != CRM4E_OK)
        return rc;
    periods[1] = c4_cut_start(cut, today);
    periods[0] = c4_cut_start(cut, (int32_t)periods[1] - 1);
    rc = regroup(chart, is_period, periods);
    chart->total = 0;
    for (size_t i = 0; i < KPI_PERIODS && rc == CRM4E_OK; i++) {
        const c4_code codes[C4_CHART_KEYS] = {{periods[i], C4_CODE_VALUE}};
        c4_group *group = NULL;
        rc = c4_groups_find(&chart->groups, codes, &group);
        chart->total += rc == CRM4E_OK ? group->count : 0;
    }
    return rc;
}

/* ---------------------------------------------------- those without a record */

/* The values of a key, those that have records and those that are added. */
typedef struct values {
    c4_code *items;
    size_t count;
    size_t capacity;
} values;

static int add_value(const c4_chart *chart, values *list, c4_code code)
{
    void *items = list->items;
    int rc;

    if (list->count == C4_CHART_BUCKETS)
        return c4_chart_too_big(chart->unit);
    rc = c4_grow(chart->mem, &items, &list->capacity, list->count + 1, sizeof *list->items);
    if (rc == CRM4E_OK) {
        list->items = items;
        list->items[list->count++] = code;
    }
    return rc;
}

static int compare_codes(const void *a, const void *b)
{
    const c4_code *x = a;
    const c4_code *y = b;
    int order = x->state < y->state ? -1 : x->state > y->state;

    return order != 0 ? order : x->value < y->value ? -1 : x->value > y->value;
}

static int add_present(const c4_chart *chart, size_t key, values *list)
{
    size_t kept = 0;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < chart->groups.count && rc == CRM4E_OK; i++)
        rc = add_value(chart, list, chart->groups.items[i].codes[key]);
    if (rc != CRM4E_OK || list->count == 0)
        return rc;
    qsort(list->items, list->count, sizeof *list->items, compare_codes);
    for (size_t i = 0; i < list->count; i++) {
        if (i == 0 || compare_codes(&list->items[i], &list->items[kept - 1]) != 0)
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
    return rc;
}

/* From the first period with a record to the last. */
static int add_periods(const c4_chart *chart, size_t key, values *list)
{
    const c4_cut *cut = &chart->axes[key].cut;
    size_t present = list->count;
    int rc = CRM4E_OK;

    for (size_t i = 0; i + 1 < present && rc == CRM4E_OK; i++) {
        int32_t day = (int32_t)list->items[i].value;
        int32_t next = 0;
        bool more = list->items[i].state == C4_CODE_VALUE;
        int64_t end = list->items[i + 1].state == C4_CODE_VALUE ? list->items[i + 1].value : 0;
        more = more && list->items[i + 1].state == C4_CODE_VALUE;
        while (more && rc == CRM4E_OK && c4_cut_next(cut, day, &next) && next < end) {
            rc = add_value(chart, list, (c4_code){next, C4_CODE_VALUE});
            day = next;
        }
    }
    return rc;
}

/* What a picklist offers now. */
static int add_options(const c4_chart *chart, size_t key, values *list)
{
    const c4_field *field = chart->axes[key].field;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < field->option_count && rc == CRM4E_OK; i++) {
        if (field->options[i].active)
            rc = add_value(chart, list, (c4_code){field->options[i].code, C4_CODE_VALUE});
    }
    return rc;
}

static int find_values(const c4_chart *chart, size_t key, values *list)
{
    const c4_axis *axis = &chart->axes[key];
    int rc = add_present(chart, key, list);

    if (rc == CRM4E_OK && has_days(axis))
        rc = add_periods(chart, key, list);
    if (rc == CRM4E_OK && has_options(axis))
        rc = add_options(chart, key, list);
    for (int64_t truth = 0; truth < 2 && rc == CRM4E_OK && axis->stored == C4_STORED_BOOLEAN;
         truth++)
        rc = add_value(chart, list, (c4_code){truth, C4_CODE_VALUE});
    return rc;
}

/* The next combination; false behind the last. */
static bool advance(const values *lists, size_t key_count, size_t at[C4_CHART_KEYS])
{
    size_t key = key_count;

    while (key > 0 && ++at[key - 1] == lists[key - 1].count)
        at[--key] = 0;
    return key > 0;
}

/* Every value of each key with every value of the others. */
static int add_product(c4_chart *chart, const values *lists)
{
    size_t at[C4_CHART_KEYS] = {0};
    bool more = true;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < chart->key_count; i++)
        more = more && lists[i].count > 0;
    while (more && rc == CRM4E_OK) {
        c4_code codes[C4_CHART_KEYS] = {{0, C4_CODE_EMPTY}};
        c4_group *group = NULL;
        for (size_t i = 0; i < chart->key_count; i++)
            codes[i] = lists[i].items[at[i]];
        rc = c4_groups_find(&chart->groups, codes, &group);
        more = advance(lists, chart->key_count, at);
    }
    return rc;
}

static int fill(c4_chart *chart)
{
    values lists[C4_CHART_KEYS] = {{0}};
    int rc = CRM4E_OK;

    for (size_t i = 0; i < chart->key_count && rc == CRM4E_OK; i++)
        rc = find_values(chart, i, &lists[i]);
    if (rc == CRM4E_OK && chart->key_count > 0)
        rc = add_product(chart, lists);
    for (size_t i = 0; i < C4_CHART_KEYS; i++)
        c4_free(chart->mem, lists[i].items);
    return rc;
}

/* --------------------------------------------------------- top and others */

/* A value of the first key, by what it is ranked. */
typedef struct rank {
    c4_code code;
    c4_face face;
    bool none; /* nothing was measured */
    c4_sum size;
} rank;

/* Greatest first, then as buckets are sorted. */
static int compare_ranks(const void *a, const void *b)
{
    const rank *x = a;
    const rank *y = b;

    if (x->none != y->none)
        return x->none ? 1 : -1;
    if (x->size.high != y->size.high)
        return x->size.high > y->size.high ? -1 : 1;
    if (x->size.low != y->size.low)
        return x->size.low > y->size.low ? -1 : 1;
    return c4_face_order(&x->code, &x->face, &y->code, &y->face);
}

static void set_rank(const c4_chart *chart, const c4_group *group, rank *r)
{
    const c4_tally *tally = &group->tallies[0];
    crm4e_measure function = chart->measure_count > 0 ? chart->gauges[0].function : CRM4E_COUNT;
    int64_t number = 0;

    r->code = group->codes[0];
    switch (function) {
    case CRM4E_COUNT: number = group->count; break;
    case CRM4E_COUNT_DISTINCT: number = tally->count; break;
    case CRM4E_MIN: number = tally->least; break;
    case CRM4E_MAX: number = tally->most; break;
    case CRM4E_AVG: (void)c4_sum_average(&tally->sum, tally->count, 0, &number); break;
    default: break;
    }
    r->none = tally->count == 0 && function != CRM4E_COUNT;
    r->size = tally->sum;
    if (function != CRM4E_SUM) {
        r->size = (c4_sum){0};
        c4_sum_add(&r->size, number);
    }
}

/* One group for each value of the first key. A number that is in two buckets of one
 * value counts in both where different ones are counted. */
static int merge_first(c4_chart *chart, c4_groups *merged)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < chart->groups.count && rc == CRM4E_OK; i++) {
        const c4_group *from = &chart->groups.items[i];
        c4_group *to = NULL;
        rc = c4_groups_find(merged, from->codes, &to);
        if (rc != CRM4E_OK)
            break;
        to->count += from->count;
        for (size_t m = 0; m < chart->measure_count; m++)
            c4_tally_merge(&to->tallies[m], &from->tallies[m]);
    }
    return rc;
}

static int rank_values(c4_chart *chart, const c4_groups *merged, rank **out, size_t *count)
{
    rank *ranks = c4_arena_array(&chart->arena, merged->count, sizeof *ranks);
    int rc = ranks != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;

    *count = 0;
    *out = ranks;
    for (size_t i = 0; i < merged->count && rc == CRM4E_OK; i++) {
        rank *r = &ranks[*count];
        chart->hidden = chart->hidden || merged->items[i].codes[0].state == C4_CODE_RESTRICTED;
        if (merged->items[i].codes[0].state != C4_CODE_VALUE)
            continue;
        set_rank(chart, &merged->items[i], r);
        rc = c4_axis_face(&chart->axes[0], &r->code, &chart->arena, &r->face);
        (*count)++;
    }
    if (rc == CRM4E_OK && *count > 0)
        qsort(ranks, *count, sizeof *ranks, compare_ranks);
    return rc;
}

static bool to_others(c4_chart *chart, const void *arguments, c4_code *code)
{
    bool top = code->state != C4_CODE_VALUE;

    (void)arguments;
    for (size_t i = 0; i < chart->top_count && !top; i++)
        top = chart->top[i].value == code->value;
    if (!top)
        *code = (c4_code){0, C4_CODE_OTHERS};
    return true;
}

/* Empty and restricted stay what they are. */
static int keep_top(c4_chart *chart)
{
    size_t top = chart->spec->top;
    c4_groups merged;
    rank *ranks = NULL;
    size_t count = 0;
    c4_code *codes;
    int rc;

    c4_groups_init(&merged, chart->mem, 1, chart->groups.seed);
    rc = merge_first(chart, &merged);
    if (rc == CRM4E_OK)
        rc = rank_values(chart, &merged, &ranks, &count);
    c4_groups_free(&merged);
    if (rc != CRM4E_OK || count <= top)
        return rc;
    codes = c4_arena_array(&chart->arena, top, sizeof *codes);
    if (codes == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < top; i++)
        codes[i] = ranks[i].code;
    chart->top = codes;
    chart->top_count = top;
    return regroup(chart, to_others, NULL);
}

/* A value, and none of the top. Who has several values may be among the top as well;
 * and what he may not see would be listed as others. */
bool c4_chart_others(c4_chart *chart, c4_buffer *out)
{
    c4_axis *axis = &chart->axes[0];
    bool whole = !axis->list && !chart->hidden;

    c4_buffer_text(out, axis->field->api_name);
    c4_buffer_text(out, " is not null and not (");
    for (size_t i = 0; i < chart->top_count && whole; i++) {
        if (i > 0)
            c4_buffer_text(out, " or ");
        whole = c4_axis_criteria(axis, &chart->top[i], out);
    }
    c4_buffer_char(out, ')');
    return whole;
}

int c4_chart_shape(c4_chart *chart)
{
    crm4e_chart_type type = chart->spec->type;
    int rc = CRM4E_OK;

    if (type == CRM4E_CHART_KPI && chart->key_count > 0)
        return keep_periods(chart);
    if (chart->spec->fill || type == CRM4E_CHART_FUNNEL)
        rc = fill(chart);
    return rc == CRM4E_OK && chart->spec->top > 0 ? keep_top(chart) : rc;
}
