/* SPDX-License-Identifier: MIT */
/* A chart in the terminal, or as a file of SVG. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shell.h"

enum {
    PART = 128
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
    {"count", CRM4E_COUNT},
    {"sum", CRM4E_SUM},
    {"avg", CRM4E_AVG},
    {"min", CRM4E_MIN},
    {"max", CRM4E_MAX},
    {"count_distinct", CRM4E_COUNT_DISTINCT},
    {NULL, 0},
};

static const word types[] = {
    {"column", CRM4E_CHART_COLUMN},
    {"bar", CRM4E_CHART_BAR},
    {"stacked_bar", CRM4E_CHART_STACKED_BAR},
    {"line", CRM4E_CHART_LINE},
    {"area", CRM4E_CHART_AREA},
    {"pie", CRM4E_CHART_PIE},
    {"donut", CRM4E_CHART_DONUT},
    {"funnel", CRM4E_CHART_FUNNEL},
    {"heat_map", CRM4E_CHART_HEAT_MAP},
    {"table", CRM4E_CHART_TABLE},
    {"kpi", CRM4E_CHART_KPI},
    {NULL, 0},
};

/* One more than the themes, for 0 is a theme. */
static const word themes[] = {
    {"light", CRM4E_PICTURE_LIGHT + 1},
    {"dark", CRM4E_PICTURE_DARK + 1},
    {"auto", CRM4E_PICTURE_AUTO + 1},
    {NULL, 0},
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

/* 0 where there is none. */
static int read_number(const char *text, int32_t *number)
{
    char *end = NULL;
    long read = text ? strtol(text, &end, 10) : 0;

    *number = (int32_t)read;
    return text && (*end || end == text || read < 0 || read > 100000)
               ? usage_error("no number that fits", text)
               : EXIT_DONE;
}

static int shape(shell *self, crm4e_chart *chart)
{
    uint32_t type = self->type ? find_word(types, self->type) : 0;
    int32_t top = 0;
    int result = read_number(self->top, &top);
    int rc = CRM4E_OK;

    if (result == EXIT_DONE && self->type && type == 0)
        result = usage_error("no such type of chart", self->type);
    if (result != EXIT_DONE)
        return result;
    if (self->type)
        rc = crm4e_chart_set_type(chart, type);
    if (rc == CRM4E_OK && self->top)
        rc = crm4e_chart_set_top(chart, (size_t)top);
    if (rc == CRM4E_OK && self->fill)
        rc = crm4e_chart_set_fill(chart, 1);
    return rc < 0 ? refused_by_session(self, rc) : EXIT_DONE;
}

/* A title where the chart has a name or is given one. */
static int read_options(const shell *self, crm4e_picture_options *options)
{
    *options = (crm4e_picture_options)CRM4E_PICTURE_OPTIONS_INIT;
    options->title = self->title;
    options->palette = self->palette;
    options->ascii = self->ascii;
    options->colour = self->colour;
    options->theme = self->theme ? find_word(themes, self->theme) - 1 : CRM4E_PICTURE_AUTO;
    if (self->theme && find_word(themes, self->theme) == 0)
        return usage_error("--theme is auto, light or dark", self->theme);
    return read_number(self->width, &options->width) || read_number(self->height, &options->height)
               ? EXIT_USAGE
               : EXIT_DONE;
}

static int write_svg(shell *self, crm4e_chart *chart, const crm4e_picture_options *options)
{
    crm4e_text *text = NULL;
    int rc = crm4e_picture_svg(&text, chart, options);
    FILE *file;
    bool written;

    if (rc < 0)
        return refused_by_session(self, rc);
    file = fopen(self->svg, "wb");
    written = file && fputs(crm4e_text_data(text), file) >= 0;
    written = file && fclose(file) == 0 && written;
    crm4e_text_free(text);
    return written ? EXIT_DONE : refused(self, CRM4E_E_IO, "the picture cannot be written");
}

static int show(shell *self, crm4e_chart *chart)
{
    crm4e_picture_options options;
    crm4e_text *text = NULL;
    int result = read_options(self, &options);
    int rc;

    if (result != EXIT_DONE)
        return result;
    rc = crm4e_chart_run(chart);
    if (rc == CRM4E_OK && self->svg)
        return write_svg(self, chart, &options);
    if (rc == CRM4E_OK)
        rc = self->json ? crm4e_chart_json(&text, chart)
                        : crm4e_picture_terminal(&text, chart, &options);
    if (rc < 0)
        return refused_by_session(self, rc);
    if (self->json)
        return print_text(self, text);
    fputs(crm4e_text_data(text), stdout);
    crm4e_text_free(text);
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
        result = shape(self, chart);
    if (result == EXIT_DONE)
        result = show(self, chart);
    crm4e_chart_free(chart);
    return result;
}
