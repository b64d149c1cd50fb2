/* SPDX-License-Identifier: MIT */
/* Buckets as they are handed out: sorted, labelled, with their criteria. */
#include "insight/chart_inside.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum {
    AVERAGE_PLACES = 4,
    CRITERIA_OVERHEAD = 128 /* bytes around the text of the chart's own criteria, about */
};
/* Of all criteria together. */
static const size_t criteria_ceiling = (size_t)256 * 1024 * 1024;

typedef struct row {
    c4_face faces[C4_CHART_KEYS];
    const c4_group *group;
} row;

static int compare_key(const row *a, const row *b, size_t key)
{
    return c4_face_order(&a->group->codes[key], &a->faces[key], &b->group->codes[key],
                         &b->faces[key]);
}

static bool is_chinese(const c4_user *user)
{
    return user != NULL && user->locale != NULL && strncmp(user->locale, "zh", 2) == 0;
}

/* Keys that the chart does not have are equal everywhere. */
static int compare_rows(const void *a, const void *b)
{
    int order = 0;

    for (size_t i = 0; i < C4_CHART_KEYS && order == 0; i++)
        order = compare_key(a, b, i);
    return order;
}

static int sort_rows(c4_chart *chart, c4_arena *arena, row **out)
{
    size_t count = chart->groups.count;
    row *rows = c4_arena_array(&chart->arena, count, sizeof *rows);
    int rc = rows != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;

    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rows[i].group = &chart->groups.items[i];
        for (size_t key = 0; key < C4_CHART_KEYS; key++)
            rows[i].faces[key].text = "";
        for (size_t key = 0; key < chart->key_count && rc == CRM4E_OK; key++)
            rc = c4_axis_face(&chart->axes[key], &rows[i].group->codes[key], arena,
                              &rows[i].faces[key]);
    }
    if (rc == CRM4E_OK && count > 0)
        qsort(rows, count, sizeof *rows, compare_rows);
    *out = rows;
    return rc;
}

static void set_number(c4_chart_value *value, int64_t number, uint32_t scale,
                       char text[C4_DECIMAL_TEXT])
{
    value->number = number;
    value->scale = scale;
    value->exact = (c4_sum){0};
    c4_sum_add(&value->exact, number);
    (void)c4_decimal_format(number, scale, text);
}

/* As many places as there is room for, up to four more than the field's. */
static void set_average(c4_chart_value *value, const c4_tally *tally, uint32_t scale,
                        char text[C4_DECIMAL_TEXT])
{
    unsigned places = scale + AVERAGE_PLACES <= C4_DECIMAL_PLACES_MAX
                          ? AVERAGE_PLACES
                          : C4_DECIMAL_PLACES_MAX - scale;
    int64_t number = 0;

    value->null = tally->count == 0;
    while (!value->null && !c4_sum_average(&tally->sum, tally->count, places, &number) &&
           places > 0)
        places--;
    if (!value->null)
        set_number(value, number, scale + places, text);
}

static void set_sum(c4_chart_value *value, const c4_tally *tally, uint32_t scale,
                    char text[C4_DECIMAL_TEXT])
{
    if (!c4_sum_value(&tally->sum, &value->number))
        value->number = 0;
    value->scale = scale;
    value->exact = tally->sum;
    (void)c4_sum_format(&tally->sum, scale, text);
}

static int set_value(const c4_gauge *gauge, const c4_group *group, const c4_tally *tally,
                     c4_arena *arena, c4_chart_value *value)
{
    bool decimal =
        gauge->field != NULL && c4_type_info_of(gauge->field->type)->stored == C4_STORED_DECIMAL;
    uint32_t scale = decimal ? gauge->field->scale : 0;
    char text[C4_DECIMAL_TEXT] = "";

    switch (gauge->function) {
    case CRM4E_SUM: set_sum(value, tally, scale, text); break;
    case CRM4E_AVG: set_average(value, tally, scale, text); break;
    case CRM4E_MIN:
    case CRM4E_MAX:
        value->null = tally->count == 0;
        if (!value->null)
            set_number(value, gauge->function == CRM4E_MIN ? tally->least : tally->most, scale,
                       text);
        break;
    case CRM4E_COUNT_DISTINCT:
        value->whole = true;
        set_number(value, tally->count, 0, text);
        break;
    default:
        value->whole = true;
        set_number(value, group->count, 0, text);
        break;
    }
    if (value->null)
        return CRM4E_OK;
    value->text = c4_arena_text(arena, text, strlen(text));
    return value->text == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
}

static void put_own(const c4_chart *chart, c4_buffer *out)
{
    if (chart->spec->where_text == NULL)
        return;
    c4_buffer_char(out, '(');
    c4_buffer_text(out, chart->spec->where_text);
    c4_buffer_char(out, ')');
}

/* Whether they are within what criteria may be. */
static int check_parse(c4_chart *chart, const c4_buffer *text, bool *fits)
{
    const c4_criteria *parsed = NULL;
    int rc = text->code;

    if (rc == CRM4E_OK)
        rc =
            c4_criteria_parse(&chart->arena, chart->unit->error, text->data, text->length, &parsed);
    *fits = rc == CRM4E_OK;
    if (rc == CRM4E_E_DEPTH || rc == CRM4E_E_TOO_BIG) {
        c4_failure_clear(chart->unit->error);
        rc = CRM4E_OK;
    }
    return rc;
}

/* Whether the chart's own criteria leave room, in depth and number, for the
 * brackets and what is added for the keys: two comparisons each. */
static int find_room(c4_chart *chart, c4_buffer *out, bool *room)
{
    *room = chart->spec->where == NULL;
    if (chart->spec->where == NULL || chart->spec->where_text == NULL)
        return CRM4E_OK;
    put_own(chart, out);
    for (size_t i = 0; i < chart->key_count * 2; i++)
        c4_buffer_text(out, " and id is not null");
    return check_parse(chart, out, room);
}

/* The chart's own criteria in brackets, then those of each key; false: none. */
static bool put_criteria(c4_chart *chart, const c4_group *group, c4_buffer *out)
{
    bool whole = true;

    put_own(chart, out);
    for (size_t i = 0; i < chart->key_count && whole; i++) {
        if (out->length > 0)
            c4_buffer_text(out, " and ");
        if (group->codes[i].state == C4_CODE_OTHERS)
            whole = c4_chart_others(chart, out);
        else
            whole = group->codes[i].state != C4_CODE_RESTRICTED &&
                    c4_axis_criteria(&chart->axes[i], &group->codes[i], out);
    }
    if (out->length == 0)
        c4_buffer_text(out, "id is not null");
    return whole;
}

/* NULL where no query could hold them. */
static int set_criteria(c4_chart *chart, const c4_group *group, c4_buffer *out, c4_arena *arena,
                        c4_chart_bucket *bucket)
{
    bool whole;
    int rc = CRM4E_OK;

    c4_buffer_reset(out);
    whole = put_criteria(chart, group, out);
    if (out->code == CRM4E_E_TOO_BIG)
        return CRM4E_OK;
    if (out->code != CRM4E_OK || !whole)
        return out->code;
    /* others name a value each */
    if (chart->key_count > 0 && group->codes[0].state == C4_CODE_OTHERS)
        rc = check_parse(chart, out, &whole);
    if (rc != CRM4E_OK || !whole)
        return rc;
    bucket->criteria = c4_arena_text(arena, out->data, out->length);
    return bucket->criteria == NULL ? CRM4E_E_NO_MEMORY : CRM4E_OK;
}

/* `before`: the bucket before it, or NULL. */
static int set_bucket(const c4_chart *chart, const row *from, c4_arena *arena,
                      const c4_chart_bucket *before, c4_chart_bucket *bucket)
{
    const c4_group *group = from->group;
    c4_chart_value *values = c4_arena_array(arena, chart->measure_count, sizeof *values);
    bool chinese = is_chinese(chart->unit->actor);
    int rc = values != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;

    bucket->count = group->count;
    bucket->values = values;
    for (size_t i = 0; i < chart->key_count; i++) {
        bucket->names[i] = from->faces[i].names;
        bucket->labels[i] = chinese ? bucket->names[i].zh : bucket->names[i].en;
        bucket->others[i] = group->codes[i].state == C4_CODE_OTHERS;
        bucket->sort[i] = from->faces[i].number;
        bucket->empty[i] = group->codes[i].state == C4_CODE_EMPTY;
        bucket->restricted[i] = group->codes[i].state == C4_CODE_RESTRICTED;
    }
    for (size_t i = 0; i < chart->measure_count && rc == CRM4E_OK; i++)
        rc = set_value(&chart->gauges[i], group, &group->tallies[i], arena, &values[i]);
    if (rc == CRM4E_OK && before != NULL && chart->key_count == 1)
        rc = c4_chart_compare(arena, before, bucket, chart->measure_count, values);
    return rc;
}

/* Each bucket repeats the chart's own criteria. */
static int check_size(const c4_chart *chart)
{
    size_t one = chart->spec->where_text != NULL ? strlen(chart->spec->where_text) : 0;

    if (chart->groups.count * (one + CRITERIA_OVERHEAD) <= criteria_ceiling)
        return CRM4E_OK;
    return c4_fail(chart->unit->error, CRM4E_E_TOO_BIG,
                   "too many buckets for criteria of this length");
}

/* "Sum of Amount", in the languages of the field's label. */
static int name_measure(const c4_gauge *gauge, c4_arena *arena, c4_buffer *out, c4_label *name)
{
    static const struct {
        const char *before, *after;
    } words[][2] = {
        [CRM4E_COUNT] = {{"Count", ""}, {"数量", ""}},
        [CRM4E_SUM] = {{"Sum of ", ""}, {"", "合计"}},
        [CRM4E_AVG] = {{"Average of ", ""}, {"", "平均值"}},
        [CRM4E_MIN] = {{"Least ", ""}, {"", "最小值"}},
        [CRM4E_MAX] = {{"Greatest ", ""}, {"", "最大值"}},
        [CRM4E_COUNT_DISTINCT] = {{"Different ", ""}, {"不同的", ""}},
    };
    const char *texts[2] = {NULL, NULL};

    for (size_t zh = 0; zh < 2; zh++) {
        c4_buffer_reset(out);
        c4_buffer_text(out, words[gauge->function][zh].before);
        if (gauge->field != NULL)
            c4_buffer_text(out, zh != 0 ? gauge->field->label.zh : gauge->field->label.en);
        c4_buffer_text(out, words[gauge->function][zh].after);
        if (out->code != CRM4E_OK)
            return out->code;
        texts[zh] = c4_arena_text(arena, out->data, out->length);
        if (texts[zh] == NULL)
            return CRM4E_E_NO_MEMORY;
    }
    *name = (c4_label){texts[0], texts[1]};
    return CRM4E_OK;
}

/* The result outlives the metadata. */
static int name_all(const c4_chart *chart, c4_buffer *out, c4_chart_result *result)
{
    int rc = CRM4E_OK;

    for (size_t i = 0; i < chart->key_count && rc == CRM4E_OK; i++) {
        const c4_label *label = &chart->axes[i].field->label;
        c4_label *name = &result->key_names[i];
        name->en = c4_arena_text(&result->arena, label->en, strlen(label->en));
        name->zh = c4_arena_text(&result->arena, label->zh, strlen(label->zh));
        rc = name->en != NULL && name->zh != NULL ? CRM4E_OK : CRM4E_E_NO_MEMORY;
    }
    for (size_t i = 0; i < chart->measure_count && rc == CRM4E_OK; i++)
        rc = name_measure(&chart->gauges[i], &result->arena, out, &result->measure_names[i]);
    return rc;
}

int c4_chart_finish(c4_chart *chart, c4_chart_result *result)
{
    size_t count = chart->groups.count;
    c4_chart_bucket *buckets = c4_arena_array(&result->arena, count, sizeof *buckets);
    row *rows = NULL;
    bool room = false;
    c4_buffer out;
    int rc = check_size(chart);

    c4_buffer_init(&out, chart->mem, C4_QUERY_CEILING);
    if (rc == CRM4E_OK && buckets == NULL)
        rc = CRM4E_E_NO_MEMORY;
    if (rc == CRM4E_OK)
        rc = sort_rows(chart, &result->arena, &rows);
    if (rc == CRM4E_OK)
        rc = name_all(chart, &out, result);
    if (rc == CRM4E_OK) {
        c4_buffer_reset(&out);
        rc = find_room(chart, &out, &room);
    }
    for (size_t i = 0; i < count && rc == CRM4E_OK; i++) {
        rc = set_bucket(chart, &rows[i], &result->arena, i > 0 ? &buckets[i - 1] : NULL,
                        &buckets[i]);
        if (rc == CRM4E_OK && room)
            rc = set_criteria(chart, rows[i].group, &out, &result->arena, &buckets[i]);
    }
    c4_buffer_free(&out);
    result->key_count = chart->key_count;
    result->measure_count = chart->measure_count;
    result->buckets = buckets;
    result->bucket_count = count;
    result->total = chart->total;
    return rc;
}
