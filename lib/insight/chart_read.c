/* SPDX-License-Identifier: MIT */
/*
 * Counting records. Where the owner alone decides and all is integers, columns
 * are read from memory or in chunks and the owners compared here, or the index of
 * owners is walked when they are few; else rows are read with the scope and the
 * criteria as one predicate.
 */
#include "insight/chart_reading.h"

#include "model/standard.h"

enum {
    MOST_OWNER_SPAN = 1 << 20, /* ids that a byte map is made for */
    /* A record by its owner costs as much as this many in columns, about. */
    OWNER_COST = 10
};

size_t c4_reading_place(c4_reading *r, uint32_t column)
{
    size_t at = 0;

    while (at < r->count && r->columns[at] != column)
        at++;
    if (at == r->count)
        r->columns[r->count++] = column;
    return at;
}

static void choose_columns(c4_reading *r)
{
    c4_chart *chart = r->chart;

    for (size_t i = 0; i < chart->key_count; i++) {
        uint32_t beside = c4_axis_second_column(&chart->axes[i]);
        r->axis_at[i] = c4_reading_place(r, chart->axes[i].field->column);
        r->beside_at[i] = beside != 0 ? c4_reading_place(r, beside) : C4_NOWHERE;
    }
    for (size_t i = 0; i < chart->measure_count; i++) {
        const c4_field *field = chart->gauges[i].field;
        r->gauge_at[i] = field != NULL ? c4_reading_place(r, field->column) : C4_NOWHERE;
        if (chart->gauges[i].converts) {
            r->currency_at = c4_reading_place(r, chart->gauges[i].money.currency->column);
            r->rate_at = c4_reading_place(r, chart->gauges[i].money.rate->column);
        }
    }
}

/* A number of a measure; what its record is in counts for amounts. */
static int add_number(const c4_reading *r, size_t measure, c4_group *group, int64_t number,
                      const crm4e_value *currency, const crm4e_value *rate)
{
    const c4_gauge *gauge = &r->chart->gauges[measure];
    int rc = CRM4E_OK;

    if (gauge->converts)
        rc = c4_money_home(&gauge->money, currency, rate, number, &number);
    if (rc == CRM4E_OK)
        rc = c4_chart_tally(r->chart, group, measure, number);
    return rc;
}

static crm4e_value chunk_value(const c4_chunk *chunk, size_t at, size_t row)
{
    return chunk->nulls[at][row] == 0 ? c4_integer(chunk->values[at][row]) : c4_null();
}

static int add_chunk_number(const c4_reading *r, size_t measure, c4_group *group,
                            const c4_chunk *chunk, size_t row)
{
    const int64_t number = chunk->values[r->gauge_at[measure]][row];
    crm4e_value currency;
    crm4e_value rate;

    if (!r->chart->gauges[measure].converts)
        return add_number(r, measure, group, number, NULL, NULL);
    currency = chunk_value(chunk, r->currency_at, row);
    rate = chunk_value(chunk, r->rate_at, row);
    return add_number(r, measure, group, number, &currency, &rate);
}

static int count_chunk_row(c4_reading *r, const c4_chunk *chunk, size_t row)
{
    c4_chart *chart = r->chart;
    c4_code codes[C4_CHART_KEYS] = {{0, C4_CODE_EMPTY}};
    c4_group *group = NULL;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < chart->key_count && rc == CRM4E_OK; i++) {
        size_t at = r->axis_at[i];
        size_t beside = r->beside_at[i];
        codes[i] = chart->axes[i].empty;
        if (chunk->nulls[at][row] == 0)
            rc = c4_axis_number(&chart->axes[i], chunk->values[at][row],
                                beside != C4_NOWHERE ? chunk->values[beside][row] : 0, &codes[i]);
    }
    if (rc == CRM4E_OK)
        rc = c4_groups_find(&chart->groups, codes, &group);
    if (rc != CRM4E_OK)
        return rc;
    chart->total++;
    group->count++;
    for (size_t i = 0; i < chart->measure_count && rc == CRM4E_OK; i++) {
        size_t at = r->gauge_at[i];
        if (at != C4_NOWHERE && chunk->nulls[at][row] == 0)
            rc = add_chunk_number(r, i, group, chunk, row);
    }
    return rc;
}

static bool is_open(const c4_reading *r, int64_t id, int64_t owner)
{
    const c4_scope *scope = &r->chart->scope;
    size_t count = scope->owner_count;
    bool by_map = r->owner_map != NULL && scope->shared_count == 0;

    if (!by_map)
        return c4_access_owned(scope, id, owner);
    return owner >= scope->owners[0] && owner <= scope->owners[count - 1] &&
           r->owner_map[owner - scope->owners[0]] != 0;
}

int c4_reading_count(c4_reading *r, const c4_chunk *chunk)
{
    int rc = CRM4E_OK;

    for (size_t row = 0; row < chunk->rows && rc == CRM4E_OK; row++)
        rc = count_chunk_row(r, chunk, row);
    return rc;
}

static int visit(void *reading, const c4_chunk *chunk)
{
    c4_reading *r = reading;
    bool everything = r->chart->scope.everything;
    const int64_t *owners = everything ? NULL : chunk->values[r->owner_at];
    int rc = CRM4E_OK;

    for (size_t row = 0; row < chunk->rows && rc == CRM4E_OK; row++) {
        if (everything || is_open(r, chunk->ids[row], owners[row]))
            rc = count_chunk_row(r, chunk, row);
    }
    return rc;
}

/* Ids of an org's users lie close together as a rule. */
static int map_owners(c4_reading *r)
{
    const c4_scope *scope = &r->chart->scope;
    int64_t span =
        scope->owner_count > 0 ? scope->owners[scope->owner_count - 1] - scope->owners[0] + 1 : 0;
    uint8_t *map;

    if (span <= 0 || span > MOST_OWNER_SPAN)
        return CRM4E_OK;
    map = c4_arena_array(&r->chart->arena, (size_t)span, sizeof *map);
    for (size_t i = 0; map != NULL && i < scope->owner_count; i++)
        map[scope->owners[i] - scope->owners[0]] = 1;
    r->owner_map = map;
    return map == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
}

static int take_owner(c4_reading *r)
{
    int rc = CRM4E_OK;

    if (!r->chart->scope.everything) {
        r->owner_at = c4_reading_place(r, C4_COLUMN_OWNER);
        rc = map_owners(r);
    }
    return rc;
}

static int read_columns(c4_reading *r)
{
    const crm4e_table *table = &r->chart->scope.module->table;
    int rc = take_owner(r);

    return rc == CRM4E_OK ? c4_db_scan(r->chart->unit->db, table, r->columns, r->count, visit, r)
                          : rc;
}

static int add_code(const c4_reading *r, c4_code_list *list, c4_code code)
{
    void *items = list->items;
    int rc = c4_grow(r->chart->mem, &items, &list->capacity, list->count + 1, sizeof *list->items);

    if (rc == CRM4E_OK) {
        list->items = items;
        list->items[list->count++] = code;
    }
    return rc;
}

static bool holds(const c4_code_list *list, const c4_code *code)
{
    bool found = false;

    for (size_t i = 0; i < list->count && !found; i++)
        found = list->items[i].value == code->value && list->items[i].state == code->state;
    return found;
}

/* Several records that he may not see count once. */
static int add_list(const c4_reading *r, c4_axis *axis, const crm4e_value *value,
                    c4_code_list *list)
{
    size_t at = 0;
    int64_t item = 0;
    int rc = CRM4E_OK;

    while (rc == CRM4E_OK && c4_axis_next(value, &at, &item)) {
        c4_code code = {0, C4_CODE_EMPTY};
        rc = c4_axis_number(axis, item, 0, &code);
        if (rc == CRM4E_OK && !holds(list, &code))
            rc = add_code(r, list, code);
    }
    return rc;
}

static int find_codes(c4_reading *r, size_t key, const crm4e_value *values)
{
    c4_axis *axis = &r->chart->axes[key];
    const crm4e_value *value = &values[r->axis_at[key]];
    const crm4e_value *beside = r->beside_at[key] != C4_NOWHERE ? &values[r->beside_at[key]] : NULL;
    c4_code_list *list = &r->codes[key];
    c4_code code = {0, C4_CODE_EMPTY};
    int rc = CRM4E_OK;

    list->count = 0;
    if (value->type == CRM4E_VALUE_NULL)
        return add_code(r, list, axis->empty);
    if (axis->list)
        return add_list(r, axis, value, list);
    if (axis->stored == C4_STORED_TEXT)
        rc = c4_axis_text(axis, value, beside, &code);
    else
        rc = c4_axis_number(axis, value->integer, beside != NULL ? beside->integer : 0, &code);
    return rc == CRM4E_OK ? add_code(r, list, code) : rc;
}

static int count_under(c4_reading *r, const c4_code *codes, const crm4e_value *values)
{
    c4_chart *chart = r->chart;
    c4_group *group = NULL;
    int rc = c4_groups_find(&chart->groups, codes, &group);

    if (rc != CRM4E_OK)
        return rc;
    group->count++;
    for (size_t i = 0; i < chart->measure_count && rc == CRM4E_OK; i++) {
        size_t at = r->gauge_at[i];
        if (at != C4_NOWHERE && values[at].type != CRM4E_VALUE_NULL)
            rc = add_number(r, i, group, values[at].integer, &values[r->currency_at],
                            &values[r->rate_at]);
    }
    return rc;
}

static int count_row(c4_reading *r, const crm4e_value *values)
{
    size_t key_count = r->chart->key_count;
    size_t first_count;
    size_t second_count;
    int rc = CRM4E_OK;

    for (size_t i = 0; i < key_count && rc == CRM4E_OK; i++)
        rc = find_codes(r, i, values);
    r->chart->total++;
    first_count = key_count > 0 ? r->codes[0].count : 1;
    second_count = key_count > 1 ? r->codes[1].count : 1;
    for (size_t i = 0; i < first_count && rc == CRM4E_OK; i++) {
        for (size_t j = 0; j < second_count && rc == CRM4E_OK; j++) {
            c4_code codes[C4_CHART_KEYS] = {{0, C4_CODE_EMPTY}};
            if (key_count > 0)
                codes[0] = r->codes[0].items[i];
            if (key_count > 1)
                codes[1] = r->codes[1].items[j];
            rc = count_under(r, codes, values);
        }
    }
    return rc;
}

int c4_reading_where(const c4_reading *r, const crm4e_predicate **where)
{
    static const crm4e_predicate none = {.op = CRM4E_OP_FALSE};
    c4_chart *chart = r->chart;
    const crm4e_predicate *rows = NULL;
    crm4e_predicate *both;

    if (!chart->scope.everything)
        rows = chart->scope.where != NULL ? chart->scope.where : &none;
    *where = rows != NULL ? rows : chart->criteria;
    if (rows == NULL || chart->criteria == NULL)
        return CRM4E_OK;
    both = c4_arena_array(&chart->arena, 3, sizeof *both);
    if (both == NULL)
        return CRM4E_E_NO_MEMORY;
    both[1] = *rows;
    both[2] = *chart->criteria;
    both[0] = c4_where_all(&both[1], 2);
    *where = both;
    return CRM4E_OK;
}

static int walk(c4_reading *r, const crm4e_plan *plan)
{
    const crm4e_value *values = NULL;
    c4_rows *rows = NULL;
    int rc = c4_rows_open(&rows, r->chart->unit->db, plan);

    while (rc == CRM4E_OK) {
        rc = c4_rows_next(rows, &values);
        if (rc != CRM4E_ROW)
            break;
        rc = count_row(r, values);
    }
    c4_rows_close(rows);
    return rc;
}

static void start_plan(c4_reading *r, crm4e_plan *plan)
{
    if (r->count == 0)
        (void)c4_reading_place(r, C4_COLUMN_ID);
    c4_plan_init(plan, &r->chart->scope.module->table);
    plan->columns = r->columns;
    plan->column_count = r->count;
}

static int read_rows(c4_reading *r)
{
    crm4e_plan plan;
    int rc;

    start_plan(r, &plan);
    rc = c4_reading_where(r, &plan.where);
    return rc == CRM4E_OK ? walk(r, &plan) : rc;
}

/* CRM4E_NO_INDEX when there is none. */
static uint32_t owner_index(const c4_chart *chart)
{
    const crm4e_table *table = &chart->scope.module->table;
    uint32_t found = CRM4E_NO_INDEX;

    for (size_t i = 0; i < table->index_count && found == CRM4E_NO_INDEX; i++) {
        if (table->indexes[i].columns[0] == C4_COLUMN_OWNER)
            found = (uint32_t)i;
    }
    return found;
}

static int read_owners(c4_reading *r)
{
    crm4e_plan plan;

    start_plan(r, &plan);
    plan.index = owner_index(r->chart);
    plan.ranges = r->chart->scope.owners;
    plan.range_count = r->chart->scope.owner_count;
    return walk(r, &plan);
}

static bool keys_are_numbers(const c4_chart *chart)
{
    bool suffice = true;

    for (size_t i = 0; i < chart->key_count && suffice; i++)
        suffice = c4_axis_is_number(&chart->axes[i]);
    return suffice;
}

/* What is asked for, where it is possible. */
static c4_chart_way choose_way(const c4_chart *chart, c4_chart_way way)
{
    const c4_scope *scope = &chart->scope;
    bool by_owners =
        scope->by_owner && scope->shared_count == 0 && owner_index(chart) != CRM4E_NO_INDEX;

    if (way == C4_CHART_BY_CACHE)
        way = C4_CHART_ANY_WAY;
    if (chart->criteria != NULL || !keys_are_numbers(chart) ||
        !(scope->everything || scope->by_owner))
        way = C4_CHART_BY_ROWS;
    else if (way == C4_CHART_ANY_WAY)
        way = by_owners && scope->owner_count < chart->unit->meta->user_count / OWNER_COST
                  ? C4_CHART_BY_OWNERS
                  : C4_CHART_BY_COLUMNS;
    return way == C4_CHART_BY_OWNERS && !by_owners ? C4_CHART_BY_COLUMNS : way;
}

static int read_storage(c4_reading *r, c4_chart_way way)
{
    way = choose_way(r->chart, way);
    return way == C4_CHART_BY_COLUMNS  ? read_columns(r)
           : way == C4_CHART_BY_OWNERS ? read_owners(r)
                                       : read_rows(r);
}

int c4_chart_read(c4_chart *chart, c4_chart_way way)
{
    const bool cached = way == C4_CHART_ANY_WAY || way == C4_CHART_BY_CACHE;
    bool done = false;
    c4_reading r = {.chart = chart};
    c4_code none[C4_CHART_KEYS] = {{0, C4_CODE_EMPTY}};
    c4_group *group = NULL;
    int rc = CRM4E_OK;

    choose_columns(&r);
    /* without a key there is one bucket, also of nothing */
    if (chart->key_count == 0)
        rc = c4_groups_find(&chart->groups, none, &group);
    if (rc == CRM4E_OK && cached && keys_are_numbers(chart))
        rc = c4_chart_read_cached(&r, &done);
    if (rc == CRM4E_OK && !done)
        rc = read_storage(&r, way);
    for (size_t i = 0; i < C4_CHART_KEYS; i++)
        c4_free(chart->mem, r.codes[i].items);
    return rc;
}
