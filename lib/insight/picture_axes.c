/* SPDX-License-Identifier: MIT */
/* Columns, lines and areas upright; bars lying. Without a second key each measure has a
 * part of the picture and a scale of its own. */
#include "insight/picture_draw.h"

enum {
    STEP = 44 * C4_PIXEL,      /* between two lines of the grid, at least */
    WIDE_STEP = 80 * C4_PIXEL, /* the same across */
    TICK_LINE = 13 * C4_PIXEL, /* height of a number beside the axis */
    TICK_GAP = 8 * C4_PIXEL,
    LABEL_GAP = 10 * C4_PIXEL,
    LABEL_LINE = 24 * C4_PIXEL,
    SLOPED_MOST = 110 * C4_PIXEL, /* length of a sloped name */
    SLOPED_SLOT = 17 * C4_PIXEL,  /* narrowest place of one */
    ROW_LEAST = 14 * C4_PIXEL,    /* lowest place of a name */
    BAR_MOST = 44 * C4_PIXEL,     /* broadest column */
    DOTS_MOST = 60,
    ABOVE = 20 * C4_PIXEL, /* of columns: their values */
    BELOW = 14 * C4_PIXEL,
    PANEL_HEAD = 22 * C4_PIXEL,
    PANEL_GAP = 14 * C4_PIXEL
};

typedef struct plot {
    c4_drawing *drawing;
    c4_picture_data *data;
    size_t measure;
    size_t colour; /* of the only series */
    c4_box box;    /* within the axes */
    c4_scale scale;
    bool labels; /* the values are written */
} plot;

static c4_heading heading_of(const plot *p, size_t category, size_t series)
{
    c4_heading heading = p->data->series[series];

    if (p->data->series_count == 1)
        heading.apart = p->data->categories[category].apart;
    return heading;
}

static size_t colour_of(const plot *p, size_t series)
{
    return p->data->series_count > 1 ? series : p->colour;
}

static const char *told(const plot *p, size_t category, size_t series)
{
    const c4_chart_bucket *bucket = c4_picture_bucket(p->data, category, series, p->measure);

    return bucket != NULL ? c4_picture_told(p->data, bucket) : NULL;
}

static void find_range(const plot *p, bool stacked, int64_t *least, int64_t *most)
{
    *least = 0;
    *most = 0;
    for (size_t i = 0; i < p->data->category_count; i++) {
        int64_t below = 0;
        int64_t above = 0;
        for (size_t s = 0; s < p->data->series_count; s++) {
            int64_t size = c4_picture_size(p->data, i, s, p->measure);
            below = stacked && size < 0 ? below + size : size < below ? size : below;
            above = stacked && size > 0 ? above + size : size > above ? size : above;
        }
        *least = below < *least ? below : *least;
        *most = above > *most ? above : *most;
    }
}

static const char *tick_text(const plot *p, int64_t size)
{
    return c4_picture_short_size(p->data, size, p->data->measures[p->measure].exponent);
}

static int32_t tick_width(const plot *p)
{
    int32_t widest = 0;

    for (int64_t size = p->scale.low; size <= p->scale.high; size += p->scale.step) {
        int32_t width = c4_picture_width(tick_text(p, size), C4_FONT_SMALL);
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void draw_small(const plot *p, c4_point at, c4_anchor anchor, const char *text)
{
    c4_draw(p->drawing, &(c4_shape){.kind = C4_SHAPE_TEXT,
                                    .paint = C4_PAINT_MUTED,
                                    .x = at.x,
                                    .y = at.y,
                                    .font = C4_FONT_SMALL,
                                    .anchor = anchor,
                                    .text = text});
}

static int32_t widest_category(const plot *p)
{
    int32_t widest = 0;

    for (size_t i = 0; i < p->data->category_count; i++) {
        int32_t width = c4_picture_width(p->data->categories[i].text, C4_FONT);
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* ------------------------------------------------------------- upright */

/* How the names of categories stand below: level where they fit, else sloped, every so
 * many where there are too many. */
typedef struct naming {
    bool sloped;
    size_t every;
    int32_t most; /* length of a name */
    int32_t height;
} naming;

static bool is_row_of_days(const plot *p)
{
    return p->data->spec->key_count > 0 && p->data->spec->keys[0].by != 0;
}

static naming choose_naming(const plot *p, int32_t slot)
{
    int32_t widest = widest_category(p);
    naming names = {.every = 1, .most = slot - LABEL_GAP, .height = LABEL_LINE};

    if (widest <= names.most)
        return names;
    if (is_row_of_days(p)) {
        names.every = (size_t)((widest + LABEL_GAP + slot - 1) / slot);
        names.most = widest;
        return names;
    }
    names.sloped = true;
    names.every = (size_t)((SLOPED_SLOT + slot - 1) / slot);
    names.most = widest < SLOPED_MOST ? widest : SLOPED_MOST;
    /* sine of 40 degrees, and the height of a line */
    names.height = names.most * 65 / 100 + 20 * C4_PIXEL;
    return names;
}

static int32_t slot_start(const plot *p, size_t category)
{
    return p->box.x + (int32_t)c4_picture_ratio((int64_t)category, p->box.width,
                                                (int64_t)p->data->category_count);
}

static int32_t slot_middle(const plot *p, size_t category)
{
    return (slot_start(p, category) + slot_start(p, category + 1)) / 2;
}

static void draw_names(const plot *p, const naming *names)
{
    int32_t y = p->box.y + p->box.height + (p->scale.low < 0 ? BELOW : 0);

    for (size_t i = 0; i < p->data->category_count; i += names->every) {
        const char *full = p->data->categories[i].text;
        int32_t middle = slot_middle(p, i);
        /* a sloped one goes to the left: cosine of 40 degrees */
        int32_t room = names->sloped ? middle * 100 / 77 : names->most;
        const char *text =
            c4_picture_cut(p->data, full, C4_FONT, room < names->most ? room : names->most);
        c4_draw(p->drawing, &(c4_shape){.kind = C4_SHAPE_TEXT,
                                        .paint = C4_PAINT_MUTED,
                                        .x = middle + (names->sloped ? 40 : 0),
                                        .y = y + (names->sloped ? 14 : 18) * C4_PIXEL,
                                        .font = C4_FONT,
                                        .sloped = names->sloped,
                                        .anchor = names->sloped ? C4_ANCHOR_END : C4_ANCHOR_MIDDLE,
                                        .text = text,
                                        .told = text != full ? full : NULL});
    }
}

static int32_t y_of(const plot *p, int64_t size)
{
    return p->box.y + p->box.height - c4_scale_at(&p->scale, size, p->box.height);
}

static void draw_grid_across(const plot *p)
{
    int32_t right = p->box.x + p->box.width;

    for (int64_t size = p->scale.low; size <= p->scale.high; size += p->scale.step) {
        int32_t y = y_of(p, size);
        if (size != 0)
            c4_draw_rule(p->drawing, C4_PAINT_GRID, (c4_point){p->box.x, y}, (c4_point){right, y});
    }
    for (int64_t size = p->scale.low; size <= p->scale.high; size += p->scale.step) {
        int32_t step = c4_scale_at(&p->scale, p->scale.low + p->scale.step, p->box.height);
        if (step >= TICK_LINE || size == p->scale.high)
            draw_small(p, (c4_point){p->box.x - TICK_GAP, y_of(p, size) + 40}, C4_ANCHOR_END,
                       tick_text(p, size));
    }
}

static void draw_base(const plot *p)
{
    int32_t y = y_of(p, 0);

    c4_draw_rule(p->drawing, C4_PAINT_AXIS, (c4_point){p->box.x, y},
                 (c4_point){p->box.x + p->box.width, y});
}

static void draw_column(const plot *p, size_t category, size_t series, int32_t x, int32_t width)
{
    int64_t size = c4_picture_size(p->data, category, series, p->measure);
    c4_heading heading = heading_of(p, category, series);
    int32_t zero = y_of(p, 0);
    int32_t end = y_of(p, size);
    c4_shape column = {
        .kind = C4_SHAPE_RECT, .x = x, .width = width, .radius = width > 80 ? 20 : 0};

    if (c4_picture_bucket(p->data, category, series, p->measure) == NULL)
        return;
    column.y = end < zero ? end : zero;
    column.height = end < zero ? zero - end : end - zero;
    if (column.height < 5)
        column.height = 5;
    column.told = told(p, category, series);
    c4_draw_colour(&column, &heading, colour_of(p, series));
    c4_draw(p->drawing, &column);
}

static int32_t group_width(const plot *p)
{
    int32_t slot = p->box.width / (int32_t)p->data->category_count;
    int32_t width = slot * 70 / 100;
    int32_t most = BAR_MOST * (int32_t)p->data->series_count;

    return width < most ? width : most;
}

static void draw_columns(const plot *p)
{
    size_t count = p->data->series_count;
    int32_t group = group_width(p);
    int32_t width = group / (int32_t)count;
    int32_t gap = width > 60 ? 10 : 0;

    for (size_t s = 0; s < count; s++) {
        for (size_t i = 0; i < p->data->category_count; i++)
            draw_column(p, i, s, slot_middle(p, i) - group / 2 + width * (int32_t)s + gap / 2,
                        width - gap > 5 ? width - gap : 5);
    }
}

/* Above what is positive, below what is not, where they are few. */
static void draw_column_values(const plot *p)
{
    int32_t slot = p->box.width / (int32_t)p->data->category_count;

    if (p->data->series_count > 1)
        return;
    for (size_t i = 0; i < p->data->category_count; i++) {
        int64_t size = c4_picture_size(p->data, i, 0, p->measure);
        const char *text = c4_picture_short(p->data, c4_picture_value(p->data, i, 0, p->measure));
        int32_t y = y_of(p, size) + (size < 0 ? 15 * C4_PIXEL : -6 * C4_PIXEL);
        if (c4_picture_bucket(p->data, i, 0, p->measure) != NULL &&
            c4_picture_width(text, C4_FONT) <= slot - 40)
            c4_draw_text(p->drawing, C4_PAINT_INK, (c4_point){slot_middle(p, i), y},
                         C4_ANCHOR_MIDDLE, text);
    }
}

/* The points of a line up to where a value is missing. */
static size_t next_stretch(const plot *p, size_t series, size_t *at, c4_point *points)
{
    size_t count = 0;

    while (*at < p->data->category_count &&
           c4_picture_bucket(p->data, *at, series, p->measure) == NULL)
        (*at)++;
    for (; *at < p->data->category_count; (*at)++) {
        if (c4_picture_bucket(p->data, *at, series, p->measure) == NULL)
            break;
        points[count++] = (c4_point){slot_middle(p, *at),
                                     y_of(p, c4_picture_size(p->data, *at, series, p->measure))};
    }
    return count;
}

static void draw_area(const plot *p, c4_shape *area, c4_point *points, size_t count)
{
    int32_t zero = y_of(p, 0);

    points[count] = (c4_point){points[count - 1].x, zero};
    points[count + 1] = (c4_point){points[0].x, zero};
    area->kind = C4_SHAPE_POLYGON;
    area->opacity = p->data->series_count > 1 ? 16 : 22;
    c4_draw_points(p->drawing, area, points, count + 2);
}

static void draw_stretches(const plot *p, size_t series, bool filled, c4_point *points)
{
    size_t at = 0;
    size_t count;

    while ((count = next_stretch(p, series, &at, points)) > 0) {
        c4_shape line = {.kind = C4_SHAPE_LINE};
        c4_heading heading = p->data->series[series];
        c4_draw_colour(&line, &heading, colour_of(p, series));
        if (filled)
            draw_area(p, &line, points, count);
        else if (count > 1)
            c4_draw_points(p->drawing, &line, points, count);
    }
}

static void draw_dots(const plot *p, size_t series, bool seen)
{
    for (size_t i = 0; i < p->data->category_count; i++) {
        c4_heading heading = p->data->series[series];
        c4_shape dot = {.kind = C4_SHAPE_DOT,
                        .x = slot_middle(p, i),
                        .y = y_of(p, c4_picture_size(p->data, i, series, p->measure)),
                        .radius = 32,
                        .opacity = seen ? 0 : 1, /* to be pointed at, in any case */
                        .told = told(p, i, series)};
        if (dot.told == NULL)
            continue;
        c4_draw_colour(&dot, &heading, colour_of(p, series));
        c4_draw(p->drawing, &dot);
    }
}

static void draw_lines(const plot *p, bool filled)
{
    size_t room = p->data->category_count + 2;
    c4_point *points = c4_arena_array(p->data->arena, room, sizeof *points);

    if (points == NULL) {
        p->data->code = CRM4E_E_NO_MEMORY;
        return;
    }
    for (size_t s = 0; filled && s < p->data->series_count; s++)
        draw_stretches(p, s, true, points);
    for (size_t s = 0; s < p->data->series_count; s++) {
        draw_stretches(p, s, false, points);
        draw_dots(p, s, p->data->category_count <= DOTS_MOST);
    }
}

static int32_t steps_of(int32_t length, int32_t step)
{
    int32_t steps = length / step;

    return steps < 1 ? 1 : steps > 6 ? 6 : steps;
}

static void draw_upright(plot *p)
{
    bool columns = p->data->type == CRM4E_CHART_COLUMN;
    int64_t least = 0;
    int64_t most = 0;
    naming names;
    int32_t left;

    find_range(p, false, &least, &most);
    /* room for what is written above and below */
    p->box.y += columns ? ABOVE : 10 * C4_PIXEL;
    p->box.height -= (columns ? ABOVE : 10 * C4_PIXEL) + (least < 0 ? BELOW : 0);
    c4_scale_make(&p->scale, least, most, steps_of(p->box.height, STEP));
    left = tick_width(p) + TICK_GAP;
    p->box.x += left;
    p->box.width -= left;
    names = choose_naming(p, p->box.width / (int32_t)p->data->category_count);
    p->box.height -= names.height;
    if (p->box.height < 10 || p->box.width < 10)
        return;
    draw_grid_across(p);
    if (columns)
        draw_columns(p);
    else
        draw_lines(p, p->data->type == CRM4E_CHART_AREA);
    draw_base(p);
    if (columns)
        draw_column_values(p);
    draw_names(p, &names);
}

/* --------------------------------------------------------------- lying */

static int32_t x_of(const plot *p, int64_t size)
{
    return p->box.x + c4_scale_at(&p->scale, size, p->box.width);
}

static int32_t row_start(const plot *p, size_t category)
{
    return p->box.y + (int32_t)c4_picture_ratio((int64_t)category, p->box.height,
                                                (int64_t)p->data->category_count);
}

static void draw_grid_down(const plot *p)
{
    int32_t bottom = p->box.y + p->box.height;

    for (int64_t size = p->scale.low; size <= p->scale.high; size += p->scale.step) {
        int32_t x = x_of(p, size);
        if (size != 0)
            c4_draw_rule(p->drawing, C4_PAINT_GRID, (c4_point){x, p->box.y}, (c4_point){x, bottom});
    }
    for (int64_t size = p->scale.low; size <= p->scale.high; size += p->scale.step)
        draw_small(p, (c4_point){x_of(p, size), bottom + 16 * C4_PIXEL}, C4_ANCHOR_MIDDLE,
                   tick_text(p, size));
}

static void draw_row_names(const plot *p, int32_t most)
{
    int32_t slot = p->box.height / (int32_t)p->data->category_count;
    size_t every = slot > 0 ? (size_t)((ROW_LEAST + slot - 1) / slot) : 1;

    for (size_t i = 0; i < p->data->category_count; i += every) {
        const char *full = p->data->categories[i].text;
        const char *text = c4_picture_cut(p->data, full, C4_FONT, most);
        int32_t middle = (row_start(p, i) + row_start(p, i + 1)) / 2;
        c4_draw(p->drawing, &(c4_shape){.kind = C4_SHAPE_TEXT,
                                        .paint = C4_PAINT_MUTED,
                                        .x = p->box.x - LABEL_GAP,
                                        .y = middle + 40,
                                        .font = C4_FONT,
                                        .anchor = C4_ANCHOR_END,
                                        .text = text,
                                        .told = text != full ? full : NULL});
    }
}

/* From one size to another. */
static void draw_bar(const plot *p, size_t category, size_t series, int64_t from, int64_t to,
                     const c4_box *row)
{
    c4_heading heading = heading_of(p, category, series);
    int32_t start = x_of(p, from < to ? from : to);
    int32_t end = x_of(p, from < to ? to : from);
    c4_shape bar = {.kind = C4_SHAPE_RECT, .x = start, .y = row->y, .height = row->height};

    if (c4_picture_bucket(p->data, category, series, p->measure) == NULL)
        return;
    bar.width = end - start > 5 ? end - start : 5;
    bar.radius = p->data->type == CRM4E_CHART_BAR && row->height > 80 ? 20 : 0;
    bar.told = told(p, category, series);
    c4_draw_colour(&bar, &heading, colour_of(p, series));
    c4_draw(p->drawing, &bar);
}

static c4_box row_box(const plot *p, size_t category, size_t series, size_t of)
{
    int32_t start = row_start(p, category);
    int32_t slot = row_start(p, category + 1) - start;
    int32_t group = slot * 72 / 100;
    int32_t most = 28 * C4_PIXEL * (int32_t)of;
    int32_t height;

    group = group < most ? group : most;
    height = group / (int32_t)of;
    return (c4_box){.y = start + (slot - group) / 2 + height * (int32_t)series,
                    .height = height > 5 ? height - (height > 60 ? 10 : 0) : 5};
}

static void draw_bar_value(const plot *p, size_t category, size_t series, const c4_box *row)
{
    int64_t size = c4_picture_size(p->data, category, series, p->measure);
    const char *value = c4_picture_value(p->data, category, series, p->measure);
    const char *text = c4_picture_short(p->data, value);
    int32_t x = x_of(p, size) + (size < 0 ? -50 : 50);

    if (c4_picture_bucket(p->data, category, series, p->measure) != NULL &&
        row->height >= 10 * C4_PIXEL)
        c4_draw_text(p->drawing, C4_PAINT_INK, (c4_point){x, row->y + row->height / 2 + 40},
                     size < 0 ? C4_ANCHOR_END : C4_ANCHOR_START, text);
}

static void draw_side_by_side(const plot *p)
{
    size_t of = p->data->series_count;

    for (size_t s = 0; s < of; s++) {
        for (size_t i = 0; i < p->data->category_count; i++) {
            c4_box row = row_box(p, i, s, of);
            draw_bar(p, i, s, 0, c4_picture_size(p->data, i, s, p->measure), &row);
        }
    }
    for (size_t s = 0; s < of; s++) {
        for (size_t i = 0; i < p->data->category_count; i++) {
            c4_box row = row_box(p, i, s, of);
            draw_bar_value(p, i, s, &row);
        }
    }
}

/* What is below zero goes to the left. By series, so that a colour is said once. */
static void draw_stacked(const plot *p)
{
    size_t room = p->data->category_count * 2;
    int64_t *ends = c4_arena_array(p->data->arena, room, sizeof *ends);

    if (ends == NULL) {
        p->data->code = CRM4E_E_NO_MEMORY;
        return;
    }
    for (size_t s = 0; s < p->data->series_count; s++) {
        for (size_t i = 0; i < p->data->category_count; i++) {
            int64_t size = c4_picture_size(p->data, i, s, p->measure);
            int64_t *end = &ends[i * 2 + (size < 0 ? 1 : 0)];
            c4_box row = row_box(p, i, 0, 1);
            if (size != 0)
                draw_bar(p, i, s, *end, *end + size, &row);
            *end += size;
        }
    }
}

/* Room for what is written behind the longest bars. */
static int32_t value_room(const plot *p)
{
    int32_t widest = 0;

    for (size_t i = 0; i < p->data->category_count; i++) {
        for (size_t s = 0; s < p->data->series_count; s++) {
            const char *value = c4_picture_value(p->data, i, s, p->measure);
            int32_t width = c4_picture_width(c4_picture_short(p->data, value), C4_FONT);
            widest = width > widest ? width : widest;
        }
    }
    return widest + 60;
}

static void draw_lying(plot *p)
{
    bool stacked = p->data->type == CRM4E_CHART_STACKED_BAR;
    int32_t widest = widest_category(p);
    int32_t names = widest < p->box.width * 35 / 100 ? widest : p->box.width * 35 / 100;
    int32_t room = stacked ? 20 * C4_PIXEL : value_room(p);
    int64_t least = 0;
    int64_t most = 0;

    find_range(p, stacked, &least, &most);
    p->box.x += names + LABEL_GAP + (least < 0 ? room : 0);
    p->box.width -= names + LABEL_GAP + room + (least < 0 ? room : 0);
    p->box.height -= LABEL_LINE;
    if (p->box.height < 10 || p->box.width < 10)
        return;
    c4_scale_make(&p->scale, least, most, steps_of(p->box.width, WIDE_STEP));
    draw_grid_down(p);
    if (stacked)
        draw_stacked(p);
    else
        draw_side_by_side(p);
    c4_draw_rule(p->drawing, C4_PAINT_AXIS, (c4_point){x_of(p, 0), p->box.y},
                 (c4_point){x_of(p, 0), p->box.y + p->box.height});
    if (least < 0)
        p->box.x -= room;
    draw_row_names(p, names);
}

/* --------------------------------------------------------------- parts */

static void draw_panels(c4_drawing *drawing, c4_box box, void (*draw)(plot *p))
{
    c4_picture_data *data = drawing->data;
    size_t panels = data->result->key_count < 2 ? data->result->measure_count : 1;
    int32_t height;

    if (data->series_count > 1) {
        int32_t legend = c4_draw_legend(drawing, data->series, data->series_count, &box);
        box.y += legend + 6 * C4_PIXEL;
        box.height -= legend + 6 * C4_PIXEL;
    }
    height = (box.height - PANEL_GAP * (int32_t)(panels - 1)) / (int32_t)panels;
    for (size_t i = 0; i < panels; i++) {
        plot p = {.drawing = drawing, .data = data, .measure = i, .colour = i};
        p.box = (c4_box){box.x, box.y + (height + PANEL_GAP) * (int32_t)i, box.width, height};
        c4_draw_text(drawing, C4_PAINT_MUTED, (c4_point){p.box.x, p.box.y + 10 * C4_PIXEL},
                     C4_ANCHOR_START,
                     c4_picture_cut(data, data->measures[i].name, C4_FONT, box.width));
        p.box.y += PANEL_HEAD;
        p.box.height -= PANEL_HEAD;
        draw(&p);
    }
}

void c4_draw_columns(c4_drawing *drawing, c4_box box)
{
    draw_panels(drawing, box, draw_upright);
}

void c4_draw_bars(c4_drawing *drawing, c4_box box)
{
    draw_panels(drawing, box, draw_lying);
}
