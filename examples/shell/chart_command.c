/* SPDX-License-Identifier: MIT */
/* A chart as bars in the terminal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell.h"

enum {
    BAR = 40,
    PART = 128,
    KEYS = 2,
    MEASURES = 5
};

typedef struct word {
    const char *name;
    uint32_t number;
} word;

static const word granularities[] = {
    {"day", CRM4E_BY_DAY},
    {"week", CRM4E_BY_WEEK},
    {"month", CRM4E_BY_MONTH},
    {"quarter", CRM4E_BY_QUARTER},
    {"year", CRM4E_BY_YEAR},
    {"fiscal_quarter", CRM4E_BY_FISCAL_QUARTER},
    {"fiscal_year", CRM4E_BY_FISCAL_YEAR},
    {NULL, 0},
};

static const word measures[] = {
    {"count", CRM4E_COUNT}, {"sum", CRM4E_SUM}, {"avg", CRM4E_AVG},
    {"min", CRM4E_MIN},     {"max", CRM4E_MAX}, {NULL, 0},
};

static uint32_t find_word(const word *words, const char *name)
{
    for (; words->name; words++) {
        if (strcmp(words->name, name) == 0)
            return words->number;
    }
    return 0;
}

/* The next part of "a:b,c", cut at the colon. False at the end or when a part
 * is too long. */
static bool next_part(const char **list, char left[PART], char right[PART])
{
    const char *end = strchr(*list, ',');
    size_t length = end ? (size_t)(end - *list) : strlen(*list);
    const char *colon = memchr(*list, ':', length);
    size_t head = colon ? (size_t)(colon - *list) : length;
    size_t tail = colon ? length - head - 1 : 0;

    if (length == 0 || head >= PART || tail >= PART)
        return false;
    memcpy(left, *list, head);
    left[head] = '\0';
    memcpy(right, *list + head + 1, tail);
    right[tail] = '\0';
    *list = end ? end + 1 : *list + length;
    return true;
}

static int add_keys(shell *self, crm4e_chart *chart)
{
    const char *list = self->group_by;
    char field[PART], by[PART];

    while (list && *list) {
        uint32_t granularity;
        int rc;

        if (!next_part(&list, field, by))
            return usage_error("--group-by is F[:month][,G]", self->group_by);
        granularity = find_word(granularities, by);
        if (by[0] && granularity == 0)
            return usage_error("no such granularity", by);
        rc = crm4e_chart_group_by(chart, field, granularity);
        if (rc < 0)
            return refused_by_session(self, rc);
    }
    return EXIT_DONE;
}

static int add_measures(shell *self, crm4e_chart *chart)
{
    const char *list = self->measure ? self->measure : "count";
    char name[PART], field[PART];

    while (*list) {
        uint32_t function;
        int rc;

        if (!next_part(&list, name, field))
            return usage_error("--measure is sum:Amount,count", self->measure);
        function = find_word(measures, name);
        if (function == 0)
            return usage_error("no such measure", name);
        rc = crm4e_chart_measure(chart, function, field[0] ? field : NULL);
        if (rc < 0)
            return refused_by_session(self, rc);
    }
    return EXIT_DONE;
}

static const char *label_at(const crm4e_chart *chart, size_t bucket, size_t key)
{
    const char *label = crm4e_chart_label(chart, bucket, key);

    return label && label[0] ? label : "(empty)";
}

/* How wide the labels and the values are, and the greatest first value. */
typedef struct layout {
    int labels[KEYS];
    int values[MEASURES];
    double most;
} layout;

static void widen(int *width, const char *text)
{
    int wanted = display_width(text);

    *width = wanted > *width ? wanted : *width;
}

/* Bars show the first measure; only their length is approximate. */
static double size_of(const crm4e_chart *chart, size_t bucket)
{
    const char *value = crm4e_chart_value(chart, bucket, 0);

    return value ? strtod(value, NULL) : 0;
}

static const char *value_at(const crm4e_chart *chart, size_t bucket, size_t measure)
{
    const char *value = crm4e_chart_value(chart, bucket, measure);

    return value ? value : "-";
}

/* Up to the last one that has a value anywhere. */
static size_t count_measures(const crm4e_chart *chart)
{
    size_t count = 1;

    for (size_t i = 0; i < crm4e_chart_buckets(chart); i++) {
        for (size_t m = count; m < MEASURES; m++)
            count = crm4e_chart_value(chart, i, m) ? m + 1 : count;
    }
    return count;
}

static layout lay_out(const crm4e_chart *chart, size_t measure_count)
{
    layout all = {{0}, {0}, 0};

    for (size_t i = 0; i < crm4e_chart_buckets(chart); i++) {
        for (size_t key = 0; key < KEYS && crm4e_chart_label(chart, i, key); key++)
            widen(&all.labels[key], label_at(chart, i, key));
        for (size_t m = 0; m < measure_count; m++)
            widen(&all.values[m], value_at(chart, i, m));
        all.most = size_of(chart, i) > all.most ? size_of(chart, i) : all.most;
    }
    return all;
}

static void print_bars(const crm4e_chart *chart)
{
    size_t measure_count = count_measures(chart);
    layout all = lay_out(chart, measure_count);

    for (size_t i = 0; i < crm4e_chart_buckets(chart); i++) {
        double size = size_of(chart, i);
        int bar = size > 0 ? (int)(size / all.most * BAR + 0.5) : 0;

        for (size_t key = 0; key < KEYS && crm4e_chart_label(chart, i, key); key++) {
            print_padded(label_at(chart, i, key), all.labels[key], false);
            fputs("  ", stdout);
        }
        for (size_t m = 0; m < measure_count; m++) {
            fputs(m > 0 ? "  " : "", stdout);
            print_padded(value_at(chart, i, m), all.values[m], true);
        }
        fputs(bar > 0 ? "  " : "", stdout);
        for (int b = 0; b < bar; b++)
            fputs("\xe2\x96\x88", stdout);
        putchar('\n');
    }
}

static int show(shell *self, crm4e_chart *chart)
{
    crm4e_text *text = NULL;
    int rc = crm4e_chart_run(chart);

    if (rc == CRM4E_OK && self->json)
        rc = crm4e_chart_json(&text, chart);
    if (rc < 0)
        return refused_by_session(self, rc);
    if (self->json)
        return print_text(self, text);
    print_bars(chart);
    return EXIT_DONE;
}

int run_chart(shell *self)
{
    crm4e_chart *chart = NULL;
    bool saved = self->word_count > 2;
    int result = EXIT_DONE;
    int rc = saved ? crm4e_chart_open(&chart, self->session, self->words[1], self->words[2])
                   : crm4e_chart_new(&chart, self->session, self->words[1]);

    if (rc < 0)
        return refused_by_session(self, rc);
    if (!saved)
        result = add_keys(self, chart);
    if (!saved && result == EXIT_DONE)
        result = add_measures(self, chart);
    if (result == EXIT_DONE && self->where) {
        rc = crm4e_chart_where(chart, self->where);
        result = rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
    }
    if (result == EXIT_DONE)
        result = show(self, chart);
    crm4e_chart_free(chart);
    return result;
}
