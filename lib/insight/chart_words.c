/* SPDX-License-Identifier: MIT */
/* Charts as text. */
#include "insight/chart_inside.h"

#include <string.h>

#include "base/json.h"

static const char *const types[] = {
    [CRM4E_CHART_COLUMN] = "column",
    [CRM4E_CHART_BAR] = "bar",
    [CRM4E_CHART_STACKED_BAR] = "stacked_bar",
    [CRM4E_CHART_LINE] = "line",
    [CRM4E_CHART_AREA] = "area",
    [CRM4E_CHART_PIE] = "pie",
    [CRM4E_CHART_DONUT] = "donut",
    [CRM4E_CHART_FUNNEL] = "funnel",
    [CRM4E_CHART_HEAT_MAP] = "heat_map",
    [CRM4E_CHART_TABLE] = "table",
    [CRM4E_CHART_KPI] = "kpi",
};
static const char count_distinct[] = "count_distinct";

static bool is_word(const char *word, const char *text, size_t length)
{
    return strlen(word) == length && memcmp(word, text, length) == 0;
}

crm4e_measure c4_chart_measure_of(const char *text, size_t length)
{
    return is_word(count_distinct, text, length) ? CRM4E_COUNT_DISTINCT
                                                 : c4_measure_of(text, length);
}

const char *c4_chart_measure_text(crm4e_measure function)
{
    return function == CRM4E_COUNT_DISTINCT ? count_distinct : c4_measure_text(function);
}

bool c4_measure_fits(crm4e_measure function, bool field)
{
    return c4_chart_measure_text(function) != NULL && field == (function != CRM4E_COUNT);
}

crm4e_chart_type c4_chart_type_of(const char *text, size_t length)
{
    crm4e_chart_type found = 0;

    for (uint32_t i = 1; i < sizeof types / sizeof types[0] && found == 0; i++) {
        if (is_word(types[i], text, length))
            found = i;
    }
    return found;
}

const char *c4_chart_type_text(crm4e_chart_type type)
{
    return type >= CRM4E_CHART_COLUMN && type <= CRM4E_CHART_KPI ? types[type] : NULL;
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
    put_pair(out, c4_chart_measure_text(function), field);
}

static void put_comma(c4_buffer *out, size_t index)
{
    if (index > 0)
        c4_buffer_char(out, ',');
}

static void put_keys(c4_buffer *out, const c4_chart_result *result, const c4_chart_bucket *bucket)
{
    for (size_t i = 0; i < result->key_count; i++) {
        put_comma(out, i);
        if (bucket->empty[i])
            c4_buffer_text(out, "null");
        else
            c4_json_put_text(out, bucket->labels[i], strlen(bucket->labels[i]));
    }
}

static void put_names(c4_buffer *out, const c4_chart_result *result, const c4_chart_bucket *bucket,
                      bool chinese)
{
    for (size_t i = 0; i < result->key_count; i++) {
        const char *name = chinese ? bucket->names[i].zh : bucket->names[i].en;
        put_comma(out, i);
        c4_json_put_text(out, name, strlen(name));
    }
}

static void put_or_null(c4_buffer *out, size_t index, const char *number)
{
    put_comma(out, index);
    c4_buffer_text(out, number != NULL ? number : "null");
}

static void put_bucket(c4_buffer *out, const c4_chart_result *result, const c4_chart_bucket *bucket)
{
    c4_buffer_text(out, "{\"keys\":[");
    put_keys(out, result, bucket);
    c4_buffer_text(out, "],\"labels\":{\"en\":[");
    put_names(out, result, bucket, false);
    c4_buffer_text(out, "],\"zh\":[");
    put_names(out, result, bucket, true);
    c4_buffer_text(out, "]},\"values\":[");
    for (size_t i = 0; i < result->measure_count; i++)
        put_or_null(out, i, bucket->values[i].null ? NULL : bucket->values[i].text);
    if (result->key_count == 1) {
        c4_buffer_text(out, "],\"change\":[");
        for (size_t i = 0; i < result->measure_count; i++)
            put_or_null(out, i, bucket->values[i].change);
        c4_buffer_text(out, "],\"rate\":[");
        for (size_t i = 0; i < result->measure_count; i++)
            put_or_null(out, i, bucket->values[i].rate);
    }
    c4_buffer_text(out, "],\"criteria\":");
    if (bucket->criteria != NULL)
        c4_json_put_text(out, bucket->criteria, strlen(bucket->criteria));
    else
        c4_buffer_text(out, "null");
    c4_buffer_char(out, '}');
}

void c4_chart_to_json(const c4_chart_spec *spec, const c4_chart_result *result, c4_buffer *out)
{
    bool first = true;

    c4_buffer_char(out, '{');
    c4_json_put_member(out, &first, "type", c4_chart_type_text(spec->type));
    c4_json_put_key(out, &first, "keys");
    c4_buffer_char(out, '[');
    for (size_t i = 0; i < result->key_count; i++) {
        put_comma(out, i);
        c4_chart_put_key(out, spec->keys[i].field, spec->keys[i].by);
    }
    c4_buffer_text(out, "],\"measures\":[");
    for (size_t i = 0; i < result->measure_count; i++) {
        put_comma(out, i);
        c4_chart_put_measure(out, spec->measures[i].function, spec->measures[i].field);
    }
    c4_buffer_text(out, "],\"total\":");
    c4_buffer_i64(out, result->total);
    c4_buffer_text(out, ",\"buckets\":[");
    for (size_t i = 0; i < result->bucket_count; i++) {
        put_comma(out, i);
        put_bucket(out, result, &result->buckets[i]);
    }
    c4_buffer_text(out, "]}");
}
