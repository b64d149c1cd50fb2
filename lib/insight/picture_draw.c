/* SPDX-License-Identifier: MIT */
/* The frame of a picture: size, title, what fills the rest by the type of the chart. */
#include "insight/picture_draw.h"

enum {
    MARGIN = 20 * C4_PIXEL,
    NARROW_MARGIN = 10 * C4_PIXEL,
    NARROW = 320 * C4_PIXEL,
    TITLE_HEIGHT = 34 * C4_PIXEL,
    LEGEND_LINE = 20 * C4_PIXEL,
    LEGEND_LINES = 3,
    PATCH = 10 * C4_PIXEL,
    PATCH_GAP = 6 * C4_PIXEL,
    ITEM_GAP = 16 * C4_PIXEL,
    ITEM_MOST = 160 * C4_PIXEL,
    ROW = 26 * C4_PIXEL, /* of what lists categories downwards */
    TALLEST = 4096 * C4_PIXEL,
    TURN = 65536
};

/* How each type is drawn, and how high it is where nobody says: so much, and so much more
 * for each row of categories. */
typedef struct type_layout {
    void (*draw)(c4_drawing *drawing, c4_box box);
    int32_t height;
    int32_t per_category;
} type_layout;
static const type_layout layouts[] = {
    [CRM4E_CHART_COLUMN] = {c4_draw_columns, 3400, 0},
    [CRM4E_CHART_BAR] = {c4_draw_bars, 900, ROW},
    [CRM4E_CHART_STACKED_BAR] = {c4_draw_bars, 900, ROW},
    [CRM4E_CHART_LINE] = {c4_draw_columns, 3400, 0},
    [CRM4E_CHART_AREA] = {c4_draw_columns, 3400, 0},
    [CRM4E_CHART_PIE] = {c4_draw_round, 3000, 0},
    [CRM4E_CHART_DONUT] = {c4_draw_round, 3000, 0},
    [CRM4E_CHART_FUNNEL] = {c4_draw_funnel, 300, 52 * C4_PIXEL},
    [CRM4E_CHART_HEAT_MAP] = {c4_draw_heat_map, 900, 34 * C4_PIXEL},
    [CRM4E_CHART_TABLE] = {c4_draw_table, 700, ROW},
    [CRM4E_CHART_KPI] = {c4_draw_kpi, 1560, 0},
};

/* ------------------------------------------------------------- shapes */

void c4_draw(c4_drawing *drawing, const c4_shape *shape)
{
    void *shapes = drawing->shapes;
    int rc = c4_grow(drawing->mem, &shapes, &drawing->capacity, drawing->count + 1, sizeof *shape);

    if (rc != CRM4E_OK) {
        drawing->data->code = rc;
        return;
    }
    drawing->shapes = shapes;
    drawing->shapes[drawing->count++] = *shape;
}

void c4_draw_text(c4_drawing *drawing, c4_paint paint, c4_point at, c4_anchor anchor,
                  const char *text)
{
    c4_draw(drawing, &(c4_shape){.kind = C4_SHAPE_TEXT,
                                 .paint = paint,
                                 .x = at.x,
                                 .y = at.y,
                                 .font = C4_FONT,
                                 .anchor = anchor,
                                 .text = text});
}

void c4_draw_points(c4_drawing *drawing, c4_shape *shape, const c4_point *points, size_t count)
{
    const c4_point *kept = c4_arena_copy(drawing->data->arena, points, count * sizeof *points);

    if (kept == NULL) {
        drawing->data->code = CRM4E_E_NO_MEMORY;
        return;
    }
    shape->points = kept;
    shape->point_count = count;
    c4_draw(drawing, shape);
}

void c4_draw_rule(c4_drawing *drawing, c4_paint paint, c4_point from, c4_point to)
{
    c4_shape rule = {.kind = C4_SHAPE_LINE, .paint = paint};

    c4_draw_points(drawing, &rule, (const c4_point[]){from, to}, 2);
}

void c4_draw_colour(c4_shape *shape, const c4_heading *heading, size_t series)
{
    shape->paint = heading->apart ? C4_PAINT_APART : C4_PAINT_SERIES;
    shape->series = series;
}

/* Sine of a part of a quarter, 0..16384, times 2^24, by its series. */
static int64_t quarter_sine(int64_t part)
{
    const int64_t one = INT64_C(1) << 24;
    /* half a circle is pi = 52707179 / 2^24 */
    int64_t angle = part * 52707179 / (TURN / 2);
    int64_t square = angle * angle / one;
    int64_t term = angle;
    int64_t sine = 0;

    for (int64_t n = 1; term != 0; n += 2) {
        sine += term;
        term = -(term * square / one) / ((n + 1) * (n + 2));
    }
    return sine;
}

static int64_t sine_of(int64_t part)
{
    int64_t turned = part % TURN;
    int64_t half = turned % (TURN / 2);
    int64_t sine = quarter_sine(half <= TURN / 4 ? half : TURN / 2 - half);

    return turned < TURN / 2 ? sine : -sine;
}

c4_point c4_draw_turn(c4_point centre, int32_t radius, int64_t part)
{
    const int64_t one = INT64_C(1) << 24;

    return (c4_point){
        centre.x + (int32_t)c4_picture_ratio(sine_of(part), radius, one),
        centre.y - (int32_t)c4_picture_ratio(sine_of(part + TURN / 4), radius, one),
    };
}

void c4_draw_nothing(c4_drawing *drawing, const c4_box *box)
{
    static const c4_label words = {"No values", "无数据"};

    c4_draw_text(drawing, C4_PAINT_MUTED,
                 (c4_point){box->x + box->width / 2, box->y + box->height / 2}, C4_ANCHOR_MIDDLE,
                 c4_picture_word(drawing->data, &words));
}

/* ------------------------------------------------------------- legend */

int32_t c4_draw_legend(c4_drawing *drawing, const c4_heading *headings, size_t count,
                       const c4_box *box)
{
    int32_t x = box->x;
    int32_t y = box->y + LEGEND_LINE / 2;
    int32_t lines = 1;

    for (size_t i = 0; i < count; i++) {
        const char *name = c4_picture_cut(drawing->data, headings[i].text, C4_FONT, ITEM_MOST);
        int32_t width = PATCH + PATCH_GAP + c4_picture_width(name, C4_FONT);
        c4_shape patch = {.kind = C4_SHAPE_RECT, .width = PATCH, .height = PATCH, .radius = 20};
        if (x > box->x && x + width > box->x + box->width) {
            if (lines++ == LEGEND_LINES)
                return LEGEND_LINE * LEGEND_LINES;
            x = box->x;
            y += LEGEND_LINE;
        }
        c4_draw_colour(&patch, &headings[i], i);
        patch.x = x;
        patch.y = y - PATCH / 2;
        c4_draw(drawing, &patch);
        c4_draw_text(drawing, C4_PAINT_INK, (c4_point){x + PATCH + PATCH_GAP, y + 40},
                     C4_ANCHOR_START, name);
        x += width + ITEM_GAP;
    }
    return LEGEND_LINE * lines;
}

/* -------------------------------------------------------------- frame */

static int32_t fitting_height(const c4_picture_data *data, const type_layout *layout)
{
    int64_t rows = (int64_t)data->category_count;
    int64_t panels = data->result->key_count < 2 ? (int64_t)data->result->measure_count : 1;
    int64_t height;

    if (layout->draw == c4_draw_bars && data->type == CRM4E_CHART_BAR)
        rows *= (int64_t)data->series_count;
    if (layout->draw == c4_draw_table)
        rows = (int64_t)data->result->bucket_count;
    height = layout->height + rows * layout->per_category;
    if (layout->draw == c4_draw_bars)
        height *= panels;
    if (layout->draw == c4_draw_columns && panels > 1)
        height = 600 + 2200 * panels;
    if (data->series_count > 1 && (layout->draw == c4_draw_bars || layout->draw == c4_draw_columns))
        height += LEGEND_LINE + PATCH_GAP;
    return height < TALLEST ? (int32_t)height : TALLEST;
}

static void draw_title(c4_drawing *drawing, c4_box *box)
{
    const char *title = drawing->data->options->title;

    if (title == NULL || title[0] == '\0')
        return;
    c4_draw(drawing, &(c4_shape){.kind = C4_SHAPE_TEXT,
                                 .paint = C4_PAINT_INK,
                                 .x = box->x,
                                 .y = box->y + 14 * C4_PIXEL,
                                 .font = C4_FONT_TITLE,
                                 .strong = true,
                                 .text = c4_picture_cut(drawing->data, title, C4_FONT_TITLE,
                                                        box->width * 20 / 21)});
    box->y += TITLE_HEIGHT;
    box->height -= TITLE_HEIGHT;
}

int c4_picture_draw(c4_drawing *drawing, c4_picture_data *data)
{
    const type_layout *layout = &layouts[data->type];
    const c4_picture_options *options = data->options;
    int32_t margin;
    c4_box box;

    drawing->data = data;
    drawing->mem = data->arena->mem;
    drawing->width = options->width * C4_PIXEL;
    drawing->height = options->height * C4_PIXEL;
    if (drawing->height == 0)
        drawing->height =
            fitting_height(data, layout) + (options->title != NULL ? TITLE_HEIGHT : 0);
    margin = drawing->width < NARROW ? NARROW_MARGIN : MARGIN;
    box = (c4_box){margin, margin, drawing->width - 2 * margin, drawing->height - 2 * margin};
    c4_draw(drawing, &(c4_shape){.kind = C4_SHAPE_RECT,
                                 .paint = C4_PAINT_BACKGROUND,
                                 .width = drawing->width,
                                 .height = drawing->height});
    draw_title(drawing, &box);
    if (data->category_count == 0)
        c4_draw_nothing(drawing, &box);
    else
        layout->draw(drawing, box);
    return data->code;
}

void c4_drawing_free(c4_drawing *drawing)
{
    c4_free(drawing->mem, drawing->shapes);
    *drawing = (c4_drawing){0};
}
