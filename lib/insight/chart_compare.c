/* SPDX-License-Identifier: MIT */
/* A bucket against the one before: of a KPI the period before, of a funnel the stage. */
#include "insight/chart_inside.h"

#include <string.h>

enum {
    RATE_PLACES = 2 /* of percent */
};

static int keep(c4_arena *arena, const char *text, const char **kept)
{
    *kept = c4_arena_text(arena, text, strlen(text));
    return *kept == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
}

/* Averages may differ in their places; then they are int64. */
static bool align(const c4_chart_value *value, unsigned scale, c4_sum *sum)
{
    int64_t number = 0;

    *sum = value->exact;
    if (value->scale == scale)
        return true;
    *sum = (c4_sum){0};
    if (!c4_decimal_rescale(value->number, value->scale, scale, &number))
        return false;
    c4_sum_add(sum, number);
    return true;
}

/* Of what is not above zero there is no share. */
static int set_rate(c4_arena *arena, const c4_sum *from, const c4_sum *to, c4_chart_value *value)
{
    char text[C4_DECIMAL_TEXT];
    int64_t whole = 0;
    int64_t rate = 0;

    if (!c4_sum_value(from, &whole) || whole <= 0 ||
        !c4_sum_average(to, whole, RATE_PLACES + 2, &rate))
        return CRM4E_OK;
    (void)c4_decimal_format(rate, RATE_PLACES, text);
    return keep(arena, text, &value->rate);
}

static int compare(c4_arena *arena, const c4_chart_value *before, c4_chart_value *value)
{
    unsigned scale = before->scale > value->scale ? before->scale : value->scale;
    char text[C4_DECIMAL_TEXT];
    c4_sum from;
    c4_sum to;
    int rc;

    if (before->null || value->null || !align(before, scale, &from) || !align(value, scale, &to))
        return CRM4E_OK;
    rc = set_rate(arena, &from, &to, value);
    c4_sum_negate(&from);
    c4_sum_merge(&to, &from);
    (void)c4_sum_format(&to, scale, text);
    return rc == CRM4E_OK ? keep(arena, text, &value->change) : rc;
}

static bool is_value(const c4_chart_bucket *bucket)
{
    return !bucket->empty[0] && !bucket->restricted[0] && !bucket->others[0];
}

int c4_chart_compare(c4_arena *arena, const c4_chart_bucket *before, const c4_chart_bucket *bucket,
                     size_t measure_count, c4_chart_value *values)
{
    int rc = CRM4E_OK;

    if (!is_value(before) || !is_value(bucket))
        return rc;
    for (size_t i = 0; i < measure_count && rc == CRM4E_OK; i++)
        rc = compare(arena, &before->values[i], &values[i]);
    return rc;
}
