/* SPDX-License-Identifier: MIT */
/* Buckets in rows and columns, values as sizes. */
#include "insight/picture_data.h"

#include <string.h>

enum {
    SIZE_DIGITS = 10, /* so that 5000 of them times a length fit 64 bits */
    TOLD_VALUES = 12  /* in a description */
};

const char *c4_picture_word(const c4_picture_data *data, const c4_label *label)
{
    return data->options->chinese ? label->zh : label->en;
}

/* ------------------------------------------------------------ headings */

const char *c4_picture_heading(const c4_picture_data *data, const c4_chart_bucket *bucket,
                               size_t key)
{
    static const c4_label empty = {"(empty)", "（空）"};
    const char *text = c4_picture_word(data, &bucket->names[key]);

    return bucket->empty[key] || text[0] == '\0' ? c4_picture_word(data, &empty) : text;
}

static void set_heading(const c4_picture_data *data, const c4_chart_bucket *bucket, size_t key,
                        c4_heading *heading)
{
    heading->text = c4_picture_heading(data, bucket, key);
    heading->apart = bucket->empty[key] || bucket->restricted[key] || bucket->others[key];
}

/* Labels alone would take two users of one name for one; where something else is between
 * them, the sort tells them apart as far as buckets do. */
static bool same_key(const c4_chart_bucket *a, const c4_chart_bucket *b, size_t key)
{
    return a->empty[key] == b->empty[key] && a->restricted[key] == b->restricted[key] &&
           a->others[key] == b->others[key] && a->sort[key] == b->sort[key] &&
           strcmp(a->names[key].en, b->names[key].en) == 0 &&
           strcmp(a->names[key].zh, b->names[key].zh) == 0;
}

/* Buckets are sorted by the first key: its values follow one another. */
static void find_categories(c4_picture_data *data, size_t *of_bucket)
{
    const c4_chart_result *result = data->result;

    for (size_t i = 0; i < result->bucket_count; i++) {
        const c4_chart_bucket *bucket = &result->buckets[i];
        bool next = i == 0 || result->key_count < 2 || !same_key(bucket, bucket - 1, 0);
        if (next && result->key_count > 0)
            set_heading(data, bucket, 0, &data->categories[data->category_count]);
        else if (next)
            data->categories[data->category_count].text =
                c4_picture_word(data, &result->measure_names[0]);
        data->category_count += next ? 1 : 0;
        of_bucket[i] = data->category_count - 1;
    }
}

static bool series_order(const c4_chart_bucket *a, const c4_chart_bucket *b)
{
    int x = a->empty[1] ? 0 : a->others[1] ? 3 : a->restricted[1] ? 2 : 1;
    int y = b->empty[1] ? 0 : b->others[1] ? 3 : b->restricted[1] ? 2 : 1;

    return x != y ? x < y : a->sort[1] < b->sort[1];
}

/* Of the second key, in its order; names keep the one in which they were met. */
static int find_series(c4_picture_data *data, size_t *of_bucket)
{
    const c4_chart_result *result = data->result;
    size_t count = result->bucket_count;
    const c4_chart_bucket **firsts = c4_arena_array(data->arena, count + 1, sizeof *firsts);

    if (firsts == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        const c4_chart_bucket *bucket = &result->buckets[i];
        size_t at = 0;
        while (at < data->series_count && !same_key(firsts[at], bucket, 1))
            at++;
        if (at < data->series_count)
            continue;
        for (at = data->series_count++; at > 0 && series_order(bucket, firsts[at - 1]); at--)
            firsts[at] = firsts[at - 1];
        firsts[at] = bucket;
    }
    for (size_t i = 0; i < data->series_count; i++)
        set_heading(data, firsts[i], 1, &data->series[i]);
    for (size_t i = 0; i < count; i++) {
        while (!same_key(firsts[of_bucket[i]], &result->buckets[i], 1))
            of_bucket[i]++;
    }
    return CRM4E_OK;
}

static int too_many(crm4e_error *error)
{
    (void)c4_fail(error, CRM4E_E_TOO_BIG, "a picture of more than %d values", C4_PICTURE_VALUES);
    (void)c4_fail_limit(error, "picture_values", C4_PICTURE_VALUES, C4_PICTURE_VALUES + 1);
    return CRM4E_E_TOO_BIG;
}

static int place_buckets(c4_picture_data *data, crm4e_error *error)
{
    size_t count = data->result->bucket_count;
    size_t *categories = c4_arena_array(data->arena, count + 1, sizeof *categories);
    size_t *series = c4_arena_array(data->arena, count + 1, sizeof *series);
    int rc = CRM4E_OK;

    data->categories = c4_arena_array(data->arena, count + 1, sizeof *data->categories);
    data->series = c4_arena_array(data->arena, count + 1, sizeof *data->series);
    if (categories == NULL || series == NULL || data->categories == NULL || data->series == NULL)
        return CRM4E_E_NO_MEMORY;
    find_categories(data, categories);
    if (data->result->key_count > 1)
        rc = find_series(data, series);
    else
        data->series[data->series_count++].text =
            c4_picture_word(data, &data->result->measure_names[0]);
    if (rc == CRM4E_OK && data->series_count > 0 &&
        data->category_count > C4_PICTURE_VALUES / data->series_count)
        rc = too_many(error);
    if (rc != CRM4E_OK)
        return rc;
    data->places = c4_arena_array(data->arena, data->category_count * data->series_count + 1,
                                  sizeof *data->places);
    if (data->places == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        data->places[categories[i] * data->series_count + series[i]] = i + 1;
    return CRM4E_OK;
}

/* --------------------------------------------------------------- sizes */

/* Digits before and behind the point. */
static void count_digits(const char *text, int32_t *before, int32_t *behind)
{
    const char *digits = text + (*text == '-' ? 1 : 0);
    const char *point = strchr(digits, '.');

    *before = (int32_t)(point != NULL ? (size_t)(point - digits) : strlen(digits));
    *behind = point != NULL ? (int32_t)strlen(point + 1) : 0;
}

/* The digits down to a power of ten; what is below is cut. */
static int64_t read_size(const char *text, int32_t exponent)
{
    const char *c = text + (*text == '-' ? 1 : 0);
    int32_t before = 0;
    int32_t behind = 0;
    int32_t power;
    int64_t size = 0;

    count_digits(text, &before, &behind);
    for (power = before - 1; *c != '\0' && power >= exponent; c++) {
        if (*c == '.')
            continue;
        size = size * 10 + (*c - '0');
        power--;
    }
    for (; power >= exponent; power--)
        size *= 10;
    return *text == '-' ? -size : size;
}

static int scale_measure(c4_picture_data *data, size_t measure)
{
    const c4_chart_result *result = data->result;
    c4_sizes *sizes = &data->measures[measure];
    int32_t most_before = 1;
    int32_t most_behind = 0;

    sizes->name = c4_picture_word(data, &result->measure_names[measure]);
    sizes->items = c4_arena_array(data->arena, result->bucket_count + 1, sizeof *sizes->items);
    if (sizes->items == NULL)
        return CRM4E_E_NO_MEMORY;
    for (size_t i = 0; i < result->bucket_count; i++) {
        const char *text = result->buckets[i].values[measure].text;
        int32_t before = 0;
        int32_t behind = 0;
        if (text != NULL)
            count_digits(text, &before, &behind);
        most_before = before > most_before ? before : most_before;
        most_behind = behind > most_behind ? behind : most_behind;
    }
    sizes->exponent =
        most_before - SIZE_DIGITS > -most_behind ? most_before - SIZE_DIGITS : -most_behind;
    for (size_t i = 0; i < result->bucket_count; i++) {
        const char *text = result->buckets[i].values[measure].text;
        sizes->items[i] = text != NULL ? read_size(text, sizes->exponent) : 0;
    }
    return CRM4E_OK;
}

int c4_picture_data_make(c4_picture_data *data, c4_arena *arena, crm4e_error *error,
                         const c4_chart_spec *spec, const c4_chart_result *result,
                         const c4_picture_options *options)
{
    int rc;

    *data = (c4_picture_data){.arena = arena, .spec = spec, .result = result, .options = options};
    data->type = spec->type != 0 ? spec->type : CRM4E_CHART_BAR;
    rc = result->bucket_count > C4_PICTURE_VALUES ? too_many(error) : place_buckets(data, error);
    for (size_t i = 0; i < result->measure_count && rc == CRM4E_OK; i++)
        rc = scale_measure(data, i);
    return rc;
}

/* -------------------------------------------------------------- asking */

const c4_chart_bucket *c4_picture_bucket(const c4_picture_data *data, size_t category,
                                         size_t series, size_t measure)
{
    size_t place = data->places[category * data->series_count + series];
    const c4_chart_bucket *bucket = place > 0 ? &data->result->buckets[place - 1] : NULL;

    return bucket != NULL && !bucket->values[measure].null ? bucket : NULL;
}

int64_t c4_picture_size(const c4_picture_data *data, size_t category, size_t series, size_t measure)
{
    size_t place = data->places[category * data->series_count + series];

    return place > 0 ? data->measures[measure].items[place - 1] : 0;
}

const char *c4_picture_value(const c4_picture_data *data, size_t category, size_t series,
                             size_t measure)
{
    const c4_chart_bucket *bucket = c4_picture_bucket(data, category, series, measure);

    return bucket != NULL ? bucket->values[measure].text : "-";
}

const char *c4_picture_total(c4_picture_data *data, size_t measure)
{
    const c4_chart_result *result = data->result;
    crm4e_measure function = data->spec->measures[measure].function;
    char text[C4_DECIMAL_TEXT];
    uint32_t scale = 0;
    c4_sum sum = {0};

    if (function != CRM4E_COUNT && function != CRM4E_SUM)
        return NULL;
    for (size_t i = 0; i < result->bucket_count; i++) {
        c4_sum_merge(&sum, &result->buckets[i].values[measure].exact);
        scale = result->buckets[i].values[measure].scale;
    }
    (void)c4_sum_format(&sum, scale, text);
    return c4_picture_join(data, (const char *const[]){text, NULL});
}

const char *c4_picture_told(c4_picture_data *data, const c4_chart_bucket *bucket)
{
    const c4_chart_result *result = data->result;
    const char *told = "";

    for (size_t i = 0; i < result->key_count; i++)
        told =
            c4_picture_join(data, (const char *const[]){told, i > 0 ? " · " : "",
                                                        c4_picture_heading(data, bucket, i), NULL});
    for (size_t i = 0; i < result->measure_count; i++) {
        const char *value = bucket->values[i].text != NULL ? bucket->values[i].text : "-";
        told =
            c4_picture_join(data, (const char *const[]){told, told[0] != '\0' ? "\n" : "",
                                                        data->measures[i].name, ": ", value, NULL});
    }
    return told;
}

const char *c4_picture_title(const c4_picture_data *data)
{
    return data->options->title != NULL ? data->options->title
                                        : c4_picture_word(data, &data->result->measure_names[0]);
}

const char *c4_picture_description(c4_picture_data *data)
{
    const c4_chart_result *result = data->result;
    const char *told = data->measures[0].name;

    if (result->bucket_count == 0)
        return c4_picture_join(
            data,
            (const char *const[]){told, data->options->chinese ? "：无数据" : ": no values", NULL});
    for (size_t i = 0; i < result->bucket_count && i < TOLD_VALUES; i++) {
        const c4_chart_bucket *bucket = &result->buckets[i];
        const char *value = bucket->values[0].text != NULL ? bucket->values[0].text : "-";
        told = c4_picture_join(data, (const char *const[]){told, i > 0 ? "; " : ": ", NULL});
        for (size_t key = 0; key < result->key_count; key++)
            told = c4_picture_join(
                data,
                (const char *const[]){told, c4_picture_heading(data, bucket, key), " ", NULL});
        told = c4_picture_join(data, (const char *const[]){told, value, NULL});
    }
    return result->bucket_count <= TOLD_VALUES
               ? told
               : c4_picture_join(data, (const char *const[]){told, "; …", NULL});
}
