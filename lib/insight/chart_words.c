/* SPDX-License-Identifier: MIT */
/* Charts as text. */
#include "insight/chart_inside.h"

#include <string.h>

#include "base/json.h"

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
