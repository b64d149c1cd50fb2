/* SPDX-License-Identifier: MIT */
/* What goes from row to row: funnel, heat map, table; and the one number of a KPI. */
#include "insight/picture_draw.h"

#include <string.h>

enum {
    GAP = 12 * C4_PIXEL,
    LABEL_LINE = 24 * C4_PIXEL,
    STAGE = 58, /* percent of a slot that a stage is high */
    SHADES = 9,
    DARK_SHADE = 80, /* percent from which text is light */
    CELL_GAP = 20,
    KEY_WIDTH = 120 * C4_PIXEL,
    TABLE_LINE = 26 * C4_PIXEL,
    TABLE_COLUMNS = C4_CHART_KEYS + C4_CHART_MEASURES
};

static const char *told(c4_picture_data *data, size_t category, size_t series)
{
    const c4_chart_bucket *bucket = c4_picture_bucket(data, category, series, 0);

    return bucket != NULL ? c4_picture_told(data, bucket) : NULL;
}

static int32_t widest_of(const c4_heading *headings, size_t count)
{
    int32_t widest = 0;

    for (size_t i = 0; i < count; i++) {
        int32_t width = c4_picture_width(headings[i].text, C4_FONT);
        widest = width > widest ? width : widest;
    }
    return widest;
}

static int64_t greatest_of(const c4_picture_data *data)
{
    int64_t most = 0;

    for (size_t i = 0; i < data->result->bucket_count; i++)
        most = data->measures[0].items[i] > most ? data->measures[0].items[i] : most;
    return most;
}

static void draw_name(c4_drawing *drawing, const char *full, c4_point at, c4_anchor anchor,
                      int32_t most)
{
    const char *text = c4_picture_cut(drawing->data, full, C4_FONT, most);

    c4_draw(drawing, &(c4_shape){.kind = C4_SHAPE_TEXT,
                                 .paint = C4_PAINT_MUTED,
                                 .x = at.x,
                                 .y = at.y,
                                 .font = C4_FONT,
                                 .anchor = anchor,
                                 .text = text,
                                 .told = text != full ? full : NULL});
}

/* -------------------------------------------------------------- funnel */

typedef struct funnel {
    c4_drawing *drawing;
    c4_picture_data *data;
    c4_box box; /* where the stages are, the names left of it */
    int64_t most;
    int32_t slot;
} funnel;

/* Nothing is drawn of what is not above zero, but for a thin line. */
static int32_t stage_width(const funnel *f, size_t stage)
{
    int64_t size = c4_picture_size(f->data, stage, 0, 0);
    int32_t width =
        f->most > 0 && size > 0 ? (int32_t)c4_picture_ratio(size, f->box.width, f->most) : 0;

    return width > 20 ? width : 20;
}

static c4_box stage_box(const funnel *f, size_t stage)
{
    int32_t width = stage_width(f, stage);
    int32_t height = f->slot * STAGE / 100;

    return (c4_box){f->box.x + (f->box.width - width) / 2, f->box.y + f->slot * (int32_t)stage,
                    width, height > 5 ? height : 5};
}

/* From one stage to the next, and what part went on. */
static void draw_passage(const funnel *f, size_t stage)
{
    c4_box from = stage_box(f, stage);
    c4_box to = stage_box(f, stage + 1);
    c4_shape passage = {.kind = C4_SHAPE_POLYGON, .paint = C4_PAINT_SERIES, .opacity = 14};
    const c4_point points[] = {{from.x, from.y + from.height},
                               {from.x + from.width, from.y + from.height},
                               {to.x + to.width, to.y},
                               {to.x, to.y}};

    c4_draw_points(f->drawing, &passage, points, 4);
}

static void draw_rate(const funnel *f, size_t stage)
{
    const c4_chart_bucket *bucket = c4_picture_bucket(f->data, stage, 0, 0);
    const char *rate = bucket != NULL ? bucket->values[0].rate : NULL;
    c4_box to = stage_box(f, stage);

    if (rate == NULL || f->slot < 40 * C4_PIXEL)
        return;
    c4_draw(f->drawing, &(c4_shape){.kind = C4_SHAPE_TEXT,
                                    .paint = C4_PAINT_INK,
                                    .x = f->box.x + f->box.width / 2,
                                    .y = to.y - (f->slot - to.height) / 2 + 40,
                                    .font = C4_FONT_SMALL,
                                    .anchor = C4_ANCHOR_MIDDLE,
                                    .text = c4_picture_join(
                                        f->data, (const char *const[]){"↓ ", rate, "%", NULL})});
}

static void draw_stage(const funnel *f, size_t stage, int32_t names)
{
    c4_box box = stage_box(f, stage);
    c4_shape shape = {.kind = C4_SHAPE_RECT,
                      .x = box.x,
                      .y = box.y,
                      .width = box.width,
                      .height = box.height,
                      .radius = box.width > 100 ? 30 : 0,
                      .told = told(f->data, stage, 0)};

    c4_draw_colour(&shape, &f->data->categories[stage], 0);
    c4_draw(f->drawing, &shape);
    (void)names;
}

static void draw_stage_texts(const funnel *f, size_t stage, int32_t names)
{
    c4_box box = stage_box(f, stage);
    int32_t y = box.y + box.height / 2 + 40;
    const char *value = c4_picture_value(f->data, stage, 0, 0);

    draw_name(f->drawing, f->data->categories[stage].text, (c4_point){f->box.x - GAP - names, y},
              C4_ANCHOR_START, names);
    c4_draw(f->drawing, &(c4_shape){.kind = C4_SHAPE_TEXT,
                                    .paint = C4_PAINT_INK,
                                    .x = f->box.x + f->box.width + GAP,
                                    .y = y,
                                    .font = C4_FONT,
                                    .strong = true,
                                    .text = c4_picture_short(f->data, value)});
}

void c4_draw_funnel(c4_drawing *drawing, c4_box box)
{
    c4_picture_data *data = drawing->data;
    int32_t most = box.width * 30 / 100;
    int32_t names = widest_of(data->categories, data->category_count);
    int32_t values = 0;
    funnel f = {.drawing = drawing, .data = data, .most = greatest_of(data)};

    names = names < most ? names : most;
    for (size_t i = 0; i < data->category_count; i++) {
        const char *value = c4_picture_short(data, c4_picture_value(data, i, 0, 0));
        int32_t width = c4_picture_width(value, C4_FONT) * 11 / 10;
        values = width > values ? width : values;
    }
    f.box = (c4_box){box.x + names + GAP, box.y, box.width - names - values - 2 * GAP, box.height};
    f.slot = box.height / (int32_t)data->category_count;
    /* the last has nothing behind it */
    f.slot += f.slot * (100 - STAGE) / 100 / (int32_t)data->category_count;
    for (size_t i = 0; i + 1 < data->category_count; i++) {
        if (!data->categories[i].apart && !data->categories[i + 1].apart)
            draw_passage(&f, i);
    }
    for (size_t i = 0; i < data->category_count; i++)
        draw_stage(&f, i, names);
    for (size_t i = 1; i < data->category_count; i++)
        draw_rate(&f, i);
    for (size_t i = 0; i < data->category_count; i++)
        draw_stage_texts(&f, i, names);
}

/* ------------------------------------------------------------ heat map */

typedef struct heat_map {
    c4_drawing *drawing;
    c4_picture_data *data;
    c4_box box;
    int64_t least;
    int64_t most;
} heat_map;

/* Percent, in a few steps, so that neighbours differ visibly. */
static int32_t shade_of(const heat_map *h, int64_t size)
{
    int64_t range = h->most - h->least;
    int64_t step = range > 0 ? c4_picture_ratio(size - h->least, SHADES, range) : SHADES;

    return 8 + (int32_t)step * 10;
}

static c4_box cell_box(const heat_map *h, size_t category, size_t series)
{
    int64_t columns = (int64_t)h->data->series_count;
    int64_t rows = (int64_t)h->data->category_count;
    int32_t left = (int32_t)c4_picture_ratio((int64_t)series, h->box.width, columns);
    int32_t right = (int32_t)c4_picture_ratio((int64_t)series + 1, h->box.width, columns);
    int32_t top = (int32_t)c4_picture_ratio((int64_t)category, h->box.height, rows);
    int32_t bottom = (int32_t)c4_picture_ratio((int64_t)category + 1, h->box.height, rows);

    return (c4_box){h->box.x + left, h->box.y + top, right - left, bottom - top};
}

static void draw_cell(const heat_map *h, size_t category, size_t series, bool text)
{
    c4_box box = cell_box(h, category, series);
    const char *value = c4_picture_short(h->data, c4_picture_value(h->data, category, series, 0));
    int32_t shade = shade_of(h, c4_picture_size(h->data, category, series, 0));
    bool there = c4_picture_bucket(h->data, category, series, 0) != NULL;
    c4_shape cell = {.kind = C4_SHAPE_RECT,
                     .paint = there ? C4_PAINT_SERIES : C4_PAINT_GRID,
                     .opacity = there && shade < 98 ? shade
                                : there             ? 0
                                                    : 40,
                     .x = box.x + CELL_GAP / 2,
                     .y = box.y + CELL_GAP / 2,
                     .width = box.width > CELL_GAP + 5 ? box.width - CELL_GAP : 5,
                     .height = box.height > CELL_GAP + 5 ? box.height - CELL_GAP : 5,
                     .radius = box.height > 100 && box.width > 100 ? 30 : 0,
                     .told = told(h->data, category, series)};

    if (!text)
        c4_draw(h->drawing, &cell);
    else if (there && box.height >= 16 * C4_PIXEL &&
             c4_picture_width(value, C4_FONT) <= box.width - 60)
        c4_draw_text(h->drawing, shade >= DARK_SHADE ? C4_PAINT_ON : C4_PAINT_INK,
                     (c4_point){box.x + box.width / 2, box.y + box.height / 2 + 40},
                     C4_ANCHOR_MIDDLE, value);
}

/* Every so many where there are too many. */
static void draw_edges(const heat_map *h, int32_t names)
{
    c4_box first = cell_box(h, 0, 0);
    int32_t wide = widest_of(h->data->series, h->data->series_count) + GAP;
    int32_t most = wide < 80 * C4_PIXEL ? wide : 80 * C4_PIXEL;
    size_t across = first.width > 0 ? (size_t)((most + first.width - 1) / first.width) : 1;
    size_t down =
        first.height > 0 ? (size_t)((14 * C4_PIXEL + first.height - 1) / first.height) : 1;

    for (size_t i = 0; i < h->data->category_count; i += down) {
        c4_box box = cell_box(h, i, 0);
        draw_name(h->drawing, h->data->categories[i].text,
                  (c4_point){h->box.x - GAP / 2, box.y + box.height / 2 + 40}, C4_ANCHOR_END,
                  names);
    }
    for (size_t i = 0; i < h->data->series_count; i += across) {
        c4_box box = cell_box(h, 0, i);
        draw_name(h->drawing, h->data->series[i].text,
                  (c4_point){box.x + box.width / 2, h->box.y - 7 * C4_PIXEL}, C4_ANCHOR_MIDDLE,
                  box.width * (int32_t)across - 60);
    }
}

/* From the least to the greatest. */
static void draw_key(const heat_map *h, c4_point at)
{
    const c4_sizes *sizes = &h->data->measures[0];
    int32_t width = KEY_WIDTH / (SHADES + 1);

    for (int32_t i = 0; i <= SHADES; i++)
        c4_draw(h->drawing, &(c4_shape){.kind = C4_SHAPE_RECT,
                                        .paint = C4_PAINT_SERIES,
                                        .opacity = i < SHADES ? 8 + i * 10 : 0,
                                        .x = at.x - KEY_WIDTH + width * i,
                                        .y = at.y,
                                        .width = width,
                                        .height = 8 * C4_PIXEL});
    draw_name(h->drawing, c4_picture_short_size(h->data, h->least, sizes->exponent),
              (c4_point){at.x - KEY_WIDTH, at.y + 20 * C4_PIXEL}, C4_ANCHOR_START, KEY_WIDTH / 2);
    draw_name(h->drawing, c4_picture_short_size(h->data, h->most, sizes->exponent),
              (c4_point){at.x, at.y + 20 * C4_PIXEL}, C4_ANCHOR_END, KEY_WIDTH / 2);
    draw_name(h->drawing, sizes->name, (c4_point){at.x - KEY_WIDTH - GAP, at.y + 8 * C4_PIXEL},
              C4_ANCHOR_END, h->box.width - KEY_WIDTH - GAP);
}

void c4_draw_heat_map(c4_drawing *drawing, c4_box box)
{
    c4_picture_data *data = drawing->data;
    heat_map h = {.drawing = drawing, .data = data};
    int32_t most = box.width * 30 / 100;
    int32_t names = widest_of(data->categories, data->category_count);

    names = names < most ? names : most;
    h.box = (c4_box){box.x + names + GAP / 2, box.y + LABEL_LINE, box.width - names - GAP / 2,
                     box.height - LABEL_LINE - 40 * C4_PIXEL};
    if (h.box.height < 10 || h.box.width < 10)
        return;
    h.most = data->measures[0].items[0];
    h.least = h.most;
    for (size_t i = 0; i < data->result->bucket_count; i++) {
        int64_t size = data->measures[0].items[i];
        h.most = size > h.most ? size : h.most;
        h.least = size < h.least ? size : h.least;
    }
    for (int text = 0; text < 2; text++) {
        for (size_t i = 0; i < data->category_count; i++) {
            for (size_t s = 0; s < data->series_count; s++)
                draw_cell(&h, i, s, text != 0);
        }
    }
    draw_edges(&h, names);
    draw_key(&h, (c4_point){h.box.x + h.box.width - CELL_GAP / 2,
                            h.box.y + h.box.height + 14 * C4_PIXEL});
}

/* --------------------------------------------------------------- table */

typedef struct table {
    c4_drawing *drawing;
    c4_picture_data *data;
    size_t columns;
    int32_t starts[TABLE_COLUMNS + 1];
} table;

static bool is_number(const table *t, size_t column)
{
    return column >= t->data->result->key_count;
}

static const char *cell_text(const table *t, const c4_chart_bucket *bucket, size_t column)
{
    size_t keys = t->data->result->key_count;
    const char *text = column < keys ? c4_picture_heading(t->data, bucket, column)
                                     : bucket->values[column - keys].text;

    return text != NULL ? text : "-";
}

static const char *head_text(const table *t, size_t column)
{
    size_t keys = t->data->result->key_count;

    return column < keys ? c4_picture_word(t->data, &t->data->result->key_names[column])
                         : t->data->measures[column - keys].name;
}

/* As wide as their texts, the spare room shared; what is too wide shrinks alike. */
static void find_columns(table *t, const c4_box *box)
{
    int32_t widths[TABLE_COLUMNS];
    int64_t sum = 0;

    for (size_t c = 0; c < t->columns; c++) {
        widths[c] = c4_picture_width(head_text(t, c), C4_FONT) * 11 / 10;
        for (size_t i = 0; i < t->data->result->bucket_count; i++) {
            const char *text = cell_text(t, &t->data->result->buckets[i], c);
            int32_t width = c4_picture_width(text, C4_FONT);
            widths[c] = width > widths[c] ? width : widths[c];
        }
        widths[c] += 2 * GAP;
        sum += widths[c];
    }
    t->starts[0] = box->x;
    for (size_t c = 0; c < t->columns; c++)
        t->starts[c + 1] = t->starts[c] + (int32_t)c4_picture_ratio(widths[c], box->width, sum);
}

static void draw_cell_text(const table *t, size_t column, int32_t y, const char *full, bool head)
{
    int32_t start = t->starts[column];
    int32_t end = t->starts[column + 1];
    const char *text = c4_picture_cut(
        t->data, full, C4_FONT, (end - start - 2 * GAP) * (head ? 10 : 11) / (head ? 11 : 11));

    c4_draw(t->drawing,
            &(c4_shape){.kind = C4_SHAPE_TEXT,
                        .paint = head ? C4_PAINT_MUTED : C4_PAINT_INK,
                        .x = is_number(t, column) ? end - GAP : start + GAP,
                        .y = y + TABLE_LINE / 2 + 40,
                        .font = C4_FONT,
                        .strong = head,
                        .anchor = is_number(t, column) ? C4_ANCHOR_END : C4_ANCHOR_START,
                        .text = text,
                        .told = text != full ? full : NULL});
}

void c4_draw_table(c4_drawing *drawing, c4_box box)
{
    const c4_chart_result *result = drawing->data->result;
    table t = {.drawing = drawing,
               .data = drawing->data,
               .columns = result->key_count + result->measure_count};
    size_t room = (size_t)(box.height / TABLE_LINE);
    size_t rows = room > 1 ? room - 1 : 0;
    size_t shown = result->bucket_count <= rows ? result->bucket_count : rows > 0 ? rows - 1 : 0;

    find_columns(&t, &box);
    for (size_t i = 1; i < shown; i += 2)
        c4_draw(drawing, &(c4_shape){.kind = C4_SHAPE_RECT,
                                     .paint = C4_PAINT_GRID,
                                     .opacity = 40,
                                     .x = box.x,
                                     .y = box.y + TABLE_LINE * (int32_t)(i + 1),
                                     .width = box.width,
                                     .height = TABLE_LINE});
    c4_draw_rule(drawing, C4_PAINT_AXIS, (c4_point){box.x, box.y + TABLE_LINE},
                 (c4_point){box.x + box.width, box.y + TABLE_LINE});
    for (size_t c = 0; c < t.columns; c++)
        draw_cell_text(&t, c, box.y, head_text(&t, c), true);
    for (size_t i = 0; i < shown; i++) {
        for (size_t c = 0; c < t.columns; c++)
            draw_cell_text(&t, c, box.y + TABLE_LINE * (int32_t)(i + 1),
                           cell_text(&t, &result->buckets[i], c), false);
    }
    if (shown < result->bucket_count)
        draw_cell_text(&t, 0, box.y + TABLE_LINE * (int32_t)(shown + 1), "…", false);
}

/* ----------------------------------------------------------------- KPI */

static void draw_strong(c4_drawing *drawing, c4_point at, int32_t font, const char *text,
                        const char *exact)
{
    c4_draw(drawing, &(c4_shape){.kind = C4_SHAPE_TEXT,
                                 .paint = C4_PAINT_INK,
                                 .x = at.x,
                                 .y = at.y,
                                 .font = font,
                                 .strong = true,
                                 .text = text,
                                 .told = exact});
}

/* "▲ +1.00 (150.00%)", against the period before: what it is called, and its value. */
static const char *change_text(c4_picture_data *data, const c4_chart_bucket *bucket, size_t measure)
{
    const c4_chart_value *value = &bucket->values[measure];
    const char *change = value->change;
    bool down = change != NULL && change[0] == '-';
    bool none = change != NULL && strspn(change, "-0.") == strlen(change);

    if (change == NULL)
        return NULL;
    return c4_picture_join(data, (const char *const[]){none   ? "= "
                                                       : down ? "▼ "
                                                              : "▲ +",
                                                       c4_picture_short(data, change),
                                                       value->rate != NULL ? " (" : "",
                                                       value->rate != NULL ? value->rate : "",
                                                       value->rate != NULL ? "%)" : "", NULL});
}

static void draw_number(c4_drawing *drawing, const c4_box *box, size_t measure)
{
    c4_picture_data *data = drawing->data;
    size_t last = data->category_count - 1;
    const c4_chart_bucket *bucket = &data->result->buckets[last];
    const char *exact = c4_picture_value(data, last, 0, measure);
    const char *text = c4_picture_short(data, exact);
    const char *change = last > 0 ? change_text(data, bucket, measure) : NULL;
    const char *before = last > 0 ? c4_picture_value(data, last - 1, 0, measure) : NULL;
    int32_t font = 40;
    int32_t y = box->y + 60 * C4_PIXEL;

    draw_name(drawing, data->measures[measure].name, (c4_point){box->x, box->y + 10 * C4_PIXEL},
              C4_ANCHOR_START, box->width);
    while (font > C4_FONT && c4_picture_width(text, font) > box->width * 9 / 10)
        font--;
    draw_strong(drawing, (c4_point){box->x, y}, font, text, exact);
    if (change != NULL)
        draw_strong(drawing, (c4_point){box->x, y + 26 * C4_PIXEL}, 14, change, NULL);
    if (before != NULL)
        draw_name(
            drawing,
            c4_picture_join(data, (const char *const[]){data->categories[last].text, " / ",
                                                        data->categories[last - 1].text, ": ",
                                                        c4_picture_short(data, before), NULL}),
            (c4_point){box->x, y + 46 * C4_PIXEL}, C4_ANCHOR_START, box->width);
}

void c4_draw_kpi(c4_drawing *drawing, c4_box box)
{
    size_t count = drawing->data->result->measure_count;

    for (size_t i = 0; i < count; i++) {
        c4_box part = {box.x + box.width / (int32_t)count * (int32_t)i, box.y,
                       box.width / (int32_t)count - GAP, box.height};
        draw_number(drawing, &part, i);
    }
}
