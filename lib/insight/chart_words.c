/* SPDX-License-Identifier: MIT */
/* Charts as text. */
#include "insight/chart_inside.h"

#include <string.h>

#include "base/json.h"

static const char *const granularities[] = {
    [CRM4E_BY_DAY] = "day",
    [CRM4E_BY_WEEK] = "week",
    [CRM4E_BY_MONTH] = "month",
    [CRM4E_BY_QUARTER] = "quarter",
    [CRM4E_BY_YEAR] = "year",
    [CRM4E_BY_FISCAL_QUARTER] = "fiscal_quarter",
    [CRM4E_BY_FISCAL_YEAR] = "fiscal_year",
};
static const char *const functions[] = {
    [CRM4E_COUNT] = "count", [CRM4E_SUM] = "sum", [CRM4E_AVG] = "avg",
    [CRM4E_MIN] = "min",     [CRM4E_MAX] = "max",
};

static uint32_t find(const char *const *words, size_t count, const char *text, size_t length)
{
    uint32_t found = 0;

    for (uint32_t i = 1; i < count && found == 0; i++) {
        if (strlen(words[i]) == length && memcmp(words[i], text, length) == 0)
            found = i;
    }
    return found;
}

crm4e_granularity c4_granularity_of(const char *text, size_t length)
{
    return find(granularities, sizeof granularities / sizeof granularities[0], text, length);
}

const char *c4_granularity_text(crm4e_granularity by)
{
    return by >= CRM4E_BY_DAY && by <= CRM4E_BY_FISCAL_YEAR ? granularities[by] : NULL;
}

crm4e_measure c4_measure_of(const char *text, size_t length)
{
    return find(functions, sizeof functions / sizeof functions[0], text, length);
}

const char *c4_measure_text(crm4e_measure function)
{
    return function >= CRM4E_COUNT && function <= CRM4E_MAX ? functions[function] : NULL;
}

/* API names and these words need no escapes. */
static void put_pair(c4_buffer *out, const char *first, const char *second)
{
    c4_buffer_char(out, '"');
    c4_buffer_text(out, first);
    if (second != NULL) {
        c4_buffer_char(out, ':');
        c4_buffer_text(out, second);
    }
    c4_buffer_char(out, '"');
}

void c4_chart_put_key(c4_buffer *out, const char *field, crm4e_granularity by)
{
    put_pair(out, field, c4_granularity_text(by));
}

void c4_chart_put_measure(c4_buffer *out, crm4e_measure function, const char *field)
{
    put_pair(out, c4_measure_text(function), field);
}

static void put_comma(c4_buffer *out, size_t index)
{
    if (index > 0)
        c4_buffer_char(out, ',');
}

static void put_bucket(c4_buffer *out, const c4_chart_result *result, const c4_chart_bucket *bucket)
{
    c4_buffer_text(out, "{\"keys\":[");
    for (size_t i = 0; i < result->key_count; i++) {
        put_comma(out, i);
        if (bucket->empty[i])
            c4_buffer_text(out, "null");
        else
            c4_json_put_text(out, bucket->labels[i], strlen(bucket->labels[i]));
    }
    c4_buffer_text(out, "],\"values\":[");
    for (size_t i = 0; i < result->measure_count; i++) {
        put_comma(out, i);
        c4_buffer_text(out, bucket->values[i].null ? "null" : bucket->values[i].text);
    }
    c4_buffer_text(out, "]}");
}

void c4_chart_to_json(const c4_chart_spec *spec, const c4_chart_result *result, c4_buffer *out)
{
    c4_buffer_text(out, "{\"keys\":[");
    for (size_t i = 0; i < result->key_count; i++) {
        put_comma(out, i);
        c4_chart_put_key(out, spec->keys[i].field, spec->keys[i].by);
    }
    c4_buffer_text(out, "],\"measures\":[");
    for (size_t i = 0; i < result->measure_count; i++) {
        put_comma(out, i);
        c4_chart_put_measure(out, spec->measures[i].function, spec->measures[i].field);
    }
    c4_buffer_text(out, "],\"buckets\":[");
    for (size_t i = 0; i < result->bucket_count; i++) {
        put_comma(out, i);
        put_bucket(out, result, &result->buckets[i]);
    }
    c4_buffer_text(out, "]}");
}
