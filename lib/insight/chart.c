/* SPDX-License-Identifier: MIT */
/* A run of a chart: everything is checked before anything is read. */
#include "insight/chart_inside.h"
#include "record/convert.h"

static int refuse(c4_chart *chart, const c4_field *field, const char *rule, const char *problem)
{
    crm4e_error *error = chart->unit->error;
    const char *module = chart->scope.module->api_name;

    (void)c4_fail(error, CRM4E_E_INVALID, "%s.%s %s", module, field->api_name, problem);
    (void)c4_fail_field(error, module, field->api_name, rule);
    return CRM4E_E_INVALID;
}

/* Long text is for reading; several kinds are not kept in this release. */
static bool groups(const c4_field *field)
{
    return field->type != CRM4E_TYPE_TEXTAREA && field->type <= CRM4E_TYPE_AUTONUMBER;
}

static bool measures(const c4_field *field)
{
    c4_storage_class stored = c4_type_info_of(field->type)->stored;

    return stored == C4_STORED_INTEGER || stored == C4_STORED_DECIMAL;
}

static int open_key(c4_chart *chart, const c4_chart_key *key)
{
    const c4_field *field = NULL;
    crm4e_granularity by = key->by;
    bool days;
    int rc = c4_access_read_field(&chart->scope, key->field, &field);

    if (rc != CRM4E_OK)
        return rc;
    days = field->type == CRM4E_TYPE_DATE || field->type == CRM4E_TYPE_DATETIME;
    if (!groups(field))
        return refuse(chart, field, "group_by", "cannot be grouped by");
    if (by > CRM4E_BY_FISCAL_YEAR || (by != 0 && !days))
        return refuse(chart, field, "granularity", "cannot be cut like that");
    if (by == 0)
        by = CRM4E_BY_DAY;
    /* counted at once, so that closing closes what was opened of it */
    return c4_axis_open(&chart->axes[chart->key_count++], chart->unit, &chart->arena, field, by);
}

/* Amounts of several currencies are told in the home currency, each by the rate of its record:
 * who may not read what they are in is told nothing of them. */
static int open_money(c4_chart *chart, c4_gauge *gauge)
{
    const c4_field *field = NULL;
    int rc = CRM4E_OK;

    if (gauge->field == NULL || !c4_money_of(chart->unit->meta, gauge->field, &gauge->money))
        return CRM4E_OK;
    gauge->converts = true;
    rc = c4_access_read_field(&chart->scope, C4_FIELD_CURRENCY, &field);
    return rc == CRM4E_OK ? c4_access_read_field(&chart->scope, C4_FIELD_EXCHANGE_RATE, &field)
                          : rc;
}

static int open_gauge(c4_chart *chart, const c4_chart_measure *measure)
{
    c4_gauge *gauge = &chart->gauges[chart->measure_count];
    int rc = CRM4E_OK;

    gauge->function = measure->function;
    if (!c4_measure_fits(measure->function, measure->field != NULL))
        return c4_fail(chart->unit->error, CRM4E_E_INVALID,
                       "no such measure, or a field too many or missing");
    if (measure->field != NULL)
        rc = c4_access_read_field(&chart->scope, measure->field, &gauge->field);
    if (rc == CRM4E_OK && gauge->field != NULL && !measures(gauge->field))
        rc = refuse(chart, gauge->field, "measure", "is no number");
    chart->measure_count++;
    return rc == CRM4E_OK ? open_money(chart, gauge) : rc;
}

/* As lists do. */
static int leave_converted_out(c4_chart *chart)
{
    crm4e_predicate *both;
    crm4e_predicate rows;

    if (!c4_unconverted_only(chart->scope.module, chart->spec->where, &rows))
        return CRM4E_OK;
    both = c4_arena_array(chart->unit->arena, 3, sizeof *both);
    if (both == NULL)
        return c4_fail_plain(chart->unit->error, CRM4E_E_NO_MEMORY);
    both[1] = rows;
    if (chart->criteria != NULL)
        both[2] = *chart->criteria;
    both[0] = c4_where_all(&both[1], chart->criteria != NULL ? 2 : 1);
    chart->criteria = both;
    return CRM4E_OK;
}

int c4_chart_open(c4_chart *chart, c4_unit *unit, const c4_chart_spec *spec, const c4_mem *mem)
{
    int rc;

    *chart = (c4_chart){.unit = unit, .mem = mem, .spec = spec};
    c4_arena_init(&chart->arena, mem);
    c4_groups_init(&chart->groups, mem, spec->key_count, (uint64_t)unit->now);
    c4_distinct_init(&chart->distinct, mem, (uint64_t)unit->now);
    if (spec->key_count > C4_CHART_KEYS || spec->measure_count > C4_CHART_MEASURES)
        return c4_fail(unit->error, CRM4E_E_TOO_BIG, "at most %d keys and %d measures",
                       C4_CHART_KEYS, C4_CHART_MEASURES);
    rc = c4_access_module(unit, spec->module, CRM4E_ACTION_VIEW, &chart->scope);
    for (size_t i = 0; i < spec->key_count && rc == CRM4E_OK; i++)
        rc = open_key(chart, &spec->keys[i]);
    for (size_t i = 0; i < spec->measure_count && rc == CRM4E_OK; i++)
        rc = open_gauge(chart, &spec->measures[i]);
    if (rc == CRM4E_OK)
        rc = c4_chart_check_type(chart);
    if (rc == CRM4E_OK && spec->where != NULL)
        rc = c4_criteria_compile(&chart->scope, spec->where, &chart->criteria);
    return rc == CRM4E_OK ? leave_converted_out(chart) : rc;
}

void c4_chart_close(c4_chart *chart)
{
    for (size_t i = 0; i < chart->key_count; i++)
        c4_axis_close(&chart->axes[i]);
    c4_groups_free(&chart->groups);
    c4_distinct_free(&chart->distinct);
    c4_arena_free(&chart->arena);
}

int c4_chart_too_big(c4_unit *unit)
{
    (void)c4_fail(unit->error, CRM4E_E_TOO_BIG, "a chart of more than %d buckets",
                  C4_CHART_BUCKETS);
    (void)c4_fail_limit(unit->error, "chart_buckets", C4_CHART_BUCKETS, C4_CHART_BUCKETS + 1);
    return CRM4E_E_TOO_BIG;
}

static int measure_all(c4_chart *chart, c4_chart_way way, c4_chart_result *result)
{
    crm4e_error *error = chart->unit->error;
    int rc = c4_chart_read(chart, way);

    if (rc == CRM4E_OK)
        rc = c4_chart_shape(chart);
    if (rc == CRM4E_E_TOO_BIG && chart->groups.count == C4_CHART_BUCKETS)
        rc = c4_chart_too_big(chart->unit);
    if (rc == CRM4E_OK)
        rc = c4_chart_finish(chart, result);
    if (rc < 0 && error != NULL && error->code != rc)
        rc = c4_fail_plain(error, rc);
    return rc;
}

int c4_chart_compute(c4_unit *unit, const c4_chart_spec *spec, const c4_mem *mem, c4_chart_way way,
                     c4_chart_result **out)
{
    c4_chart_result *result = c4_alloc_array(mem, 1, sizeof *result);
    c4_chart chart;
    int rc;

    *out = NULL;
    if (result == NULL)
        return c4_fail_plain(unit->error, CRM4E_E_NO_MEMORY);
    c4_arena_init(&result->arena, mem);
    rc = c4_chart_open(&chart, unit, spec, mem);
    if (rc == CRM4E_OK)
        rc = measure_all(&chart, way, result);
    else if (unit->error != NULL && unit->error->code != rc)
        rc = c4_fail_plain(unit->error, rc);
    c4_chart_close(&chart);
    if (rc == CRM4E_OK)
        *out = result;
    else
        c4_chart_result_free(result, mem);
    return rc;
}

int c4_chart_run(c4_unit *unit, const c4_chart_spec *spec, const c4_mem *mem, c4_chart_result **out)
{
    return c4_chart_compute(unit, spec, mem, C4_CHART_ANY_WAY, out);
}

void c4_chart_result_free(c4_chart_result *result, const c4_mem *mem)
{
    if (result == NULL)
        return;
    c4_arena_free(&result->arena);
    c4_free(mem, result);
}
