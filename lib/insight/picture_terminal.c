/* SPDX-License-Identifier: MIT */
/* Charts as lines of a terminal: its places are cells, so it has a layout of its own. */
#include "insight/picture_data.h"

#include <string.h>

enum {
    EIGHTHS = 8,
    BAR_LEAST = 10,
    BAR_MOST = 40,
    PLOT_HEIGHT = 12,
    NAME_MOST = 40, /* percent of the width that names take at most */
    FILLS = 5,
    TERMINAL_COLOURS = 6
};

typedef struct terminal {
    c4_picture_data *data;
    const c4_picture_options *options;
    c4_buffer *out;
    int32_t width;
} terminal;

/* --------------------------------------------------------------- words */

static void put(const terminal *t, const char *text)
{
    for (const char *c = text; *c != '\0';) {
        const char *start = c;
        uint32_t point = c4_picture_point(&c);
        /* what moves the cursor or switches the terminal stays out */
        if (point < 0x20 || (point >= 0x7f && point <= 0x9f) ||
            (point >= 0x200e && point <= 0x200f) || (point >= 0x202a && point <= 0x202e) ||
            (point >= 0x2066 && point <= 0x2069))
            c4_buffer_char(t->out, ' ');
        else
            c4_buffer_put(t->out, start, (size_t)(c - start));
    }
}

static void repeat(const terminal *t, const char *text, int32_t count)
{
    for (int32_t i = 0; i < count; i++)
        c4_buffer_text(t->out, text);
}

static void pad(const terminal *t, const char *text, int32_t width, bool right)
{
    int32_t spare = width - c4_picture_cells(text);

    if (right)
        repeat(t, " ", spare);
    put(t, text);
    if (!right)
        repeat(t, " ", spare);
}

static void end_line(const terminal *t)
{
    while (t->out->code == CRM4E_OK && t->out->length > 0 &&
           t->out->data[t->out->length - 1] == ' ')
        t->out->data[--t->out->length] = '\0';
    c4_buffer_char(t->out, '\n');
}

static void start_colour(const terminal *t, size_t series, bool apart)
{
    static const char *const codes[TERMINAL_COLOURS] = {"\x1b[34m", "\x1b[36m", "\x1b[33m",
                                                        "\x1b[35m", "\x1b[31m", "\x1b[32m"};

    if (t->options->colour)
        c4_buffer_text(t->out, apart ? "\x1b[90m" : codes[series % TERMINAL_COLOURS]);
}

static void end_colour(const terminal *t)
{
    if (t->options->colour)
        c4_buffer_text(t->out, "\x1b[0m");
}

static const char *cut(const terminal *t, const char *text, int32_t most)
{
    return c4_picture_cut_cells(t->data, text, most, t->options->ascii ? "..." : "…");
}

/* What a series is filled with where colours do not tell them apart. */
static const char *fill_of(const terminal *t, size_t series)
{
    static const char *const blocks[FILLS] = {"█", "▒", "▓", "░", "▚"};
    static const char *const ascii[FILLS] = {"#", "=", "+", "-", "o"};

    return t->options->ascii    ? ascii[series % FILLS]
           : t->options->colour ? blocks[0]
                                : blocks[series % FILLS];
}

static int32_t widest_name(const terminal *t, const c4_heading *headings, size_t count)
{
    int32_t most = t->width * NAME_MOST / 100;
    int32_t widest = 0;

    for (size_t i = 0; i < count; i++) {
        int32_t cells = c4_picture_cells(headings[i].text);
        widest = cells > widest ? cells : widest;
    }
    return widest < most ? widest : most;
}

/* -------------------------------------------------------------- tables */

static const char *value_of(const c4_chart_bucket *bucket, size_t measure)
{
    return bucket->values[measure].text != NULL ? bucket->values[measure].text : "-";
}

static int32_t widest_value(const terminal *t, size_t measure)
{
    const c4_chart_result *result = t->data->result;
    int32_t widest = 0;

    for (size_t i = 0; i < result->bucket_count; i++) {
        int32_t cells = c4_picture_cells(value_of(&result->buckets[i], measure));
        widest = cells > widest ? cells : widest;
    }
    return widest;
}

typedef struct columns {
    int32_t keys[C4_CHART_KEYS];
    int32_t values[C4_CHART_MEASURES];
    int32_t sum; /* with two blanks behind each */
} columns;

static columns find_columns(const terminal *t)
{
    const c4_chart_result *result = t->data->result;
    columns widths = {{0}, {0}, 0};

    for (size_t key = 0; key < result->key_count; key++) {
        int32_t most = t->width * NAME_MOST / 100 / (int32_t)result->key_count;
        for (size_t i = 0; i < result->bucket_count; i++) {
            int32_t cells = c4_picture_cells(c4_picture_heading(t->data, &result->buckets[i], key));
            widths.keys[key] = cells > widths.keys[key] ? cells : widths.keys[key];
        }
        widths.keys[key] = widths.keys[key] < most ? widths.keys[key] : most;
        widths.sum += widths.keys[key] + 2;
    }
    for (size_t m = 0; m < result->measure_count; m++) {
        widths.values[m] = widest_value(t, m);
        widths.sum += widths.values[m] + 2;
    }
    return widths;
}

static void put_bucket(const terminal *t, const c4_chart_bucket *bucket, const columns *widths)
{
    const c4_chart_result *result = t->data->result;

    for (size_t key = 0; key < result->key_count; key++) {
        const char *name = c4_picture_heading(t->data, bucket, key);
        pad(t, cut(t, name, widths->keys[key]), widths->keys[key], false);
        c4_buffer_text(t->out, "  ");
    }
    for (size_t m = 0; m < result->measure_count; m++) {
        c4_buffer_text(t->out, m > 0 ? "  " : "");
        pad(t, value_of(bucket, m), widths->values[m], true);
    }
}

static void put_head(const terminal *t, columns *widths)
{
    const c4_chart_result *result = t->data->result;

    for (size_t key = 0; key < result->key_count; key++) {
        const char *name = cut(t, c4_picture_word(t->data, &result->key_names[key]),
                               t->width * NAME_MOST / 100 / (int32_t)result->key_count);
        int32_t cells = c4_picture_cells(name);
        widths->keys[key] = cells > widths->keys[key] ? cells : widths->keys[key];
        pad(t, name, widths->keys[key], false);
        c4_buffer_text(t->out, "  ");
    }
    for (size_t m = 0; m < result->measure_count; m++) {
        int32_t cells = c4_picture_cells(t->data->measures[m].name);
        widths->values[m] = cells > widths->values[m] ? cells : widths->values[m];
        c4_buffer_text(t->out, m > 0 ? "  " : "");
        pad(t, t->data->measures[m].name, widths->values[m], true);
    }
    end_line(t);
}

static void put_rule(const terminal *t, const columns *widths)
{
    const c4_chart_result *result = t->data->result;

    for (size_t key = 0; key < result->key_count; key++) {
        repeat(t, t->options->ascii ? "-" : "─", widths->keys[key]);
        c4_buffer_text(t->out, "  ");
    }
    for (size_t m = 0; m < result->measure_count; m++) {
        c4_buffer_text(t->out, m > 0 ? "  " : "");
        repeat(t, t->options->ascii ? "-" : "─", widths->values[m]);
    }
    end_line(t);
}

static void put_table(const terminal *t)
{
    const c4_chart_result *result = t->data->result;
    columns widths = find_columns(t);

    put_head(t, &widths);
    put_rule(t, &widths);
    for (size_t i = 0; i < result->bucket_count; i++) {
        put_bucket(t, &result->buckets[i], &widths);
        end_line(t);
    }
}

/* ---------------------------------------------------------------- bars */

/* A bar of so many eighths of a cell. */
static void put_eighths(const terminal *t, int64_t eighths, size_t series, bool apart)
{
    static const char *const parts[EIGHTHS] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};

    start_colour(t, series, apart);
    if (t->options->ascii) {
        repeat(t, "#", (int32_t)((eighths + EIGHTHS / 2) / EIGHTHS));
    } else {
        repeat(t, "█", (int32_t)(eighths / EIGHTHS));
        c4_buffer_text(t->out, parts[eighths % EIGHTHS]);
    }
    end_colour(t);
}

static int32_t bar_room(const terminal *t, int32_t taken)
{
    int32_t room = t->width - taken;

    return room < BAR_LEAST ? BAR_LEAST : room > BAR_MOST ? BAR_MOST : room;
}

static void find_ends(const terminal *t, int64_t *least, int64_t *most)
{
    *least = 0;
    *most = 0;
    for (size_t i = 0; i < t->data->result->bucket_count; i++) {
        int64_t size = t->data->measures[0].items[i];
        *least = size < *least ? size : *least;
        *most = size > *most ? size : *most;
    }
}

/* What is below zero ends where what is above begins. */
static void put_bar(const terminal *t, int64_t size, int64_t least, int64_t most, int32_t room,
                    bool apart)
{
    int64_t range = most - least;
    int32_t left = range > 0 ? (int32_t)c4_picture_ratio(-least, room, range) : 0;
    int64_t eighths =
        range > 0 ? c4_picture_ratio(size < 0 ? -size : size, (int64_t)room * EIGHTHS, range) : 0;

    if (eighths == 0 && size != 0)
        eighths = 1;
    if (size < 0) {
        int32_t cells = (int32_t)((eighths + EIGHTHS / 2) / EIGHTHS);
        cells = cells > 0 ? cells : 1;
        repeat(t, " ", left - cells);
        put_eighths(t, (int64_t)cells * EIGHTHS, 0, apart);
    } else {
        repeat(t, " ", left);
        put_eighths(t, eighths, 0, apart);
    }
}

static bool is_apart(const terminal *t, const c4_chart_bucket *bucket)
{
    return t->data->result->key_count > 0 &&
           (bucket->empty[0] || bucket->restricted[0] || bucket->others[0]);
}

/* Every bucket with all its values, and a bar for the first. */
static void put_bars(const terminal *t)
{
    const c4_chart_result *result = t->data->result;
    columns widths = find_columns(t);
    int32_t room = bar_room(t, widths.sum);
    int64_t least = 0;
    int64_t most = 0;

    find_ends(t, &least, &most);
    for (size_t i = 0; i < result->bucket_count; i++) {
        put_bucket(t, &result->buckets[i], &widths);
        c4_buffer_text(t->out, "  ");
        put_bar(t, t->data->measures[0].items[i], least, most, room,
                is_apart(t, &result->buckets[i]));
        end_line(t);
    }
}

/* Shares in place of what is left of the bars. */
static void put_shares(const terminal *t)
{
    const c4_chart_result *result = t->data->result;
    columns widths = find_columns(t);
    int32_t room = bar_room(t, widths.sum + 8);
    int64_t whole = 0;

    for (size_t i = 0; i < result->bucket_count; i++)
        whole += t->data->measures[0].items[i] > 0 ? t->data->measures[0].items[i] : 0;
    for (size_t i = 0; i < result->bucket_count; i++) {
        int64_t size = t->data->measures[0].items[i];
        put_bucket(t, &result->buckets[i], &widths);
        c4_buffer_text(t->out, "  ");
        pad(t, c4_picture_percent(t->data, size > 0 ? size : 0, whole), 6, true);
        c4_buffer_text(t->out, "  ");
        put_bar(t, size > 0 ? size : 0, 0, whole, room, is_apart(t, &result->buckets[i]));
        end_line(t);
    }
}

/* ------------------------------------------------------------- stacked */

static void put_legend(const terminal *t)
{
    int32_t used = 0;

    for (size_t s = 0; s < t->data->series_count; s++) {
        const char *name = cut(t, t->data->series[s].text, t->width - 2);
        int32_t cells = c4_picture_cells(name) + 2;
        if (used > 0 && used + 2 + cells > t->width) {
            end_line(t);
            used = 0;
        }
        c4_buffer_text(t->out, used > 0 ? "  " : "");
        used += (used > 0 ? 2 : 0) + cells;
        start_colour(t, s, t->data->series[s].apart);
        c4_buffer_text(t->out, fill_of(t, s));
        end_colour(t);
        c4_buffer_char(t->out, ' ');
        put(t, name);
    }
    end_line(t);
}

static int64_t stack_of(const terminal *t, size_t category)
{
    int64_t sum = 0;

    for (size_t s = 0; s < t->data->series_count; s++) {
        int64_t size = c4_picture_size(t->data, category, s, 0);
        sum += size > 0 ? size : 0;
    }
    return sum;
}

/* What is below zero is not shown here. */
static void put_stacked(const terminal *t)
{
    int32_t names = widest_name(t, t->data->categories, t->data->category_count);
    int32_t room = bar_room(t, names + 2);
    int64_t most = 0;

    put_legend(t);
    for (size_t i = 0; i < t->data->category_count; i++)
        most = stack_of(t, i) > most ? stack_of(t, i) : most;
    for (size_t i = 0; i < t->data->category_count; i++) {
        int64_t before = 0;
        pad(t, cut(t, t->data->categories[i].text, names), names, false);
        c4_buffer_text(t->out, "  ");
        for (size_t s = 0; s < t->data->series_count && most > 0; s++) {
            int64_t size = c4_picture_size(t->data, i, s, 0);
            int64_t start = c4_picture_ratio(before, room, most);
            before += size > 0 ? size : 0;
            start_colour(t, s, t->data->series[s].apart);
            repeat(t, fill_of(t, s), (int32_t)(c4_picture_ratio(before, room, most) - start));
            end_colour(t);
        }
        end_line(t);
    }
}

/* ------------------------------------------------------------- upright */

/* Columns from the lowest line of the scale up, in eighths of a line. */
static void put_column_line(const terminal *t, const c4_scale *scale, int32_t line, int32_t width,
                            bool filled)
{
    static const char *const parts[EIGHTHS] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇"};

    for (size_t i = 0; i < t->data->category_count; i++) {
        bool there = c4_picture_bucket(t->data, i, 0, 0) != NULL;
        int64_t top = c4_scale_at(scale, c4_picture_size(t->data, i, 0, 0), PLOT_HEIGHT * EIGHTHS);
        int64_t rest = there ? top - (int64_t)line * EIGHTHS : 0;
        const char *text = rest >= EIGHTHS ? "█" : rest > 0 ? parts[rest] : " ";
        if (t->options->ascii)
            text = rest >= EIGHTHS / 2 ? "#" : " ";
        if (!filled && (rest > EIGHTHS || rest <= 0))
            text = " ";
        else if (!filled)
            text = t->options->ascii ? "*" : "●";
        if (!filled && there && top == 0 && line == 0)
            text = t->options->ascii ? "*" : "●";
        start_colour(t, 0, t->data->categories[i].apart);
        repeat(t, text, filled ? width - (width > 2 ? 1 : 0) : 1);
        end_colour(t);
        repeat(t, " ", filled ? (width > 2 ? 1 : 0) : width - 1);
    }
}

static void put_upright_names(const terminal *t, int32_t left, int32_t width)
{
    int32_t used = 0;

    repeat(t, " ", left);
    for (size_t i = 0; i < t->data->category_count; i++) {
        int32_t at = (int32_t)i * width;
        int32_t room = (int32_t)t->data->category_count * width - at;
        const char *name = t->data->categories[i].text;
        if (at < used || (c4_picture_cells(name) > room && i > 0))
            continue;
        repeat(t, " ", at - used);
        name = cut(t, name, room > 3 ? room : 3);
        put(t, name);
        used = at + c4_picture_cells(name) + 1;
        c4_buffer_char(t->out, ' ');
    }
    end_line(t);
}

static void put_upright(const terminal *t, bool filled)
{
    const c4_sizes *sizes = &t->data->measures[0];
    int64_t least = 0;
    int64_t most = 0;
    c4_scale scale;
    int32_t left;
    int32_t width;

    find_ends(t, &least, &most);
    c4_scale_make(&scale, 0, most, PLOT_HEIGHT / 2);
    left = c4_picture_cells(c4_picture_short_size(t->data, scale.high, sizes->exponent));
    width = (t->width - left - 2) / (int32_t)t->data->category_count;
    width = width > 10 ? 10 : width;
    put(t, sizes->name);
    end_line(t);
    for (int32_t line = PLOT_HEIGHT - 1; line >= 0; line--) {
        const char *tick = "";
        if (line == PLOT_HEIGHT - 1)
            tick = c4_picture_short_size(t->data, scale.high, sizes->exponent);
        else if (line == 0)
            tick = "0";
        pad(t, tick, left, true);
        c4_buffer_text(t->out, t->options->ascii ? " |" : " │");
        put_column_line(t, &scale, line, width, filled);
        end_line(t);
    }
    put_upright_names(t, left + 2, width);
}

/* Where there is no room for columns, or what they cannot show, bars do. */
static bool fits_upright(const terminal *t)
{
    int64_t least = 0;
    int64_t most = 0;

    find_ends(t, &least, &most);
    return t->data->series_count == 1 && t->data->result->measure_count == 1 && least == 0 &&
           most > 0 && (int32_t)t->data->category_count <= (t->width - 12) / 2;
}

static void put_columns(const terminal *t)
{
    if (fits_upright(t))
        put_upright(t, true);
    else
        put_bars(t);
}

static void put_line(const terminal *t)
{
    if (fits_upright(t))
        put_upright(t, false);
    else
        put_bars(t);
}

/* -------------------------------------------------------------- funnel */

static void put_funnel(const terminal *t)
{
    const c4_chart_result *result = t->data->result;
    columns widths = find_columns(t);
    int32_t room = bar_room(t, widths.sum + 10);
    int64_t least = 0;
    int64_t most = 0;

    find_ends(t, &least, &most);
    for (size_t i = 0; i < result->bucket_count; i++) {
        const c4_chart_bucket *bucket = &result->buckets[i];
        int64_t size = t->data->measures[0].items[i];
        int32_t cells = most > 0 && size > 0 ? (int32_t)c4_picture_ratio(size, room, most) : 0;
        cells = cells == 0 && size > 0 ? 1 : cells;
        put_bucket(t, bucket, &widths);
        c4_buffer_text(t->out, "  ");
        pad(t, bucket->values[0].rate != NULL ? bucket->values[0].rate : "", 7, true);
        c4_buffer_text(t->out, bucket->values[0].rate != NULL ? "%  " : "   ");
        repeat(t, " ", (room - cells) / 2);
        start_colour(t, 0, is_apart(t, bucket));
        repeat(t, t->options->ascii ? "#" : "█", cells);
        end_colour(t);
        end_line(t);
    }
}

/* ------------------------------------------------------------ heat map */

static void put_heat_cell(const terminal *t, size_t category, size_t series, int32_t width,
                          int64_t most)
{
    static const char *const shades[] = {" ", "░", "▒", "▓", "█"};
    static const char *const ascii[] = {" ", ".", ":", "*", "#"};
    int64_t size = c4_picture_size(t->data, category, series, 0);
    int64_t shade = most > 0 && size > 0 ? 1 + c4_picture_ratio(size, 3, most) : 0;

    c4_buffer_text(t->out, "  ");
    pad(t, c4_picture_value(t->data, category, series, 0), width, true);
    c4_buffer_char(t->out, ' ');
    start_colour(t, 0, false);
    repeat(t, t->options->ascii ? ascii[shade] : shades[shade], 2);
    end_colour(t);
}

static void put_heat_map(const terminal *t)
{
    int32_t names = widest_name(t, t->data->categories, t->data->category_count);
    int32_t width = widest_value(t, 0);
    int64_t least = 0;
    int64_t most = 0;

    find_ends(t, &least, &most);
    for (size_t s = 0; s < t->data->series_count; s++) {
        int32_t cells = c4_picture_cells(t->data->series[s].text) - 3;
        width = cells > width ? (cells < 9 ? cells : 9) : width;
    }
    repeat(t, " ", names);
    for (size_t s = 0; s < t->data->series_count; s++) {
        c4_buffer_text(t->out, "  ");
        pad(t, cut(t, t->data->series[s].text, width + 3), width + 3, true);
    }
    end_line(t);
    for (size_t i = 0; i < t->data->category_count; i++) {
        pad(t, cut(t, t->data->categories[i].text, names), names, false);
        for (size_t s = 0; s < t->data->series_count; s++)
            put_heat_cell(t, i, s, width, most);
        end_line(t);
    }
}

/* ----------------------------------------------------------------- KPI */

static void put_kpi(const terminal *t)
{
    const c4_chart_result *result = t->data->result;
    size_t last = result->bucket_count - 1;

    for (size_t m = 0; m < result->measure_count; m++) {
        const c4_chart_value *value = &result->buckets[last].values[m];
        put(t, t->data->measures[m].name);
        c4_buffer_text(t->out, "  ");
        put(t, value_of(&result->buckets[last], m));
        if (value->change != NULL) {
            c4_buffer_text(t->out, value->change[0] == '-' ? "  " : "  +");
            put(t, value->change);
        }
        if (value->rate != NULL) {
            c4_buffer_text(t->out, "  ");
            put(t, value->rate);
            c4_buffer_char(t->out, '%');
        }
        if (last > 0) {
            c4_buffer_text(t->out, "  (");
            put(t, t->data->categories[last].text);
            c4_buffer_text(t->out, " / ");
            put(t, t->data->categories[last - 1].text);
            c4_buffer_text(t->out, ": ");
            put(t, value_of(&result->buckets[last - 1], m));
            c4_buffer_char(t->out, ')');
        }
        end_line(t);
    }
}

static void (*const putters[])(const terminal *t) = {
    [CRM4E_CHART_COLUMN] = put_columns,
    [CRM4E_CHART_BAR] = put_bars,
    [CRM4E_CHART_STACKED_BAR] = put_stacked,
    [CRM4E_CHART_LINE] = put_line,
    [CRM4E_CHART_AREA] = put_columns,
    [CRM4E_CHART_PIE] = put_shares,
    [CRM4E_CHART_DONUT] = put_shares,
    [CRM4E_CHART_FUNNEL] = put_funnel,
    [CRM4E_CHART_HEAT_MAP] = put_heat_map,
    [CRM4E_CHART_TABLE] = put_table,
    [CRM4E_CHART_KPI] = put_kpi,
};

int c4_picture_terminal(c4_arena *arena, crm4e_error *error, const c4_chart_spec *spec,
                        const c4_chart_result *result, const c4_picture_options *options,
                        c4_buffer *out)
{
    c4_picture_data data;
    terminal t = {&data, options, out, options->width};
    int rc = c4_picture_data_make(&data, arena, error, spec, result, options);

    if (rc != CRM4E_OK)
        return rc;
    if (options->title != NULL && options->title[0] != '\0') {
        put(&t, cut(&t, options->title, t.width));
        end_line(&t);
    }
    if (data.category_count > 0)
        putters[data.type](&t);
    return data.code != CRM4E_OK ? data.code : out->code;
}
