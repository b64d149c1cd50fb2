/* SPDX-License-Identifier: MIT */
/* Pie and donut: shares of a whole. What is below zero has no share. */
#include "insight/picture_draw.h"

enum {
    TURN = 65536,
    GAPS_MOST = 36, /* more slices would be nothing but gaps */
    GAP = 28 * C4_PIXEL,
    LINE = 22 * C4_PIXEL,
    PATCH = 10 * C4_PIXEL,
    PATCH_GAP = 8 * C4_PIXEL,
    COLUMN_GAP = 14 * C4_PIXEL,
    NARROW = 420 * C4_PIXEL,
    DONUT_HOLE = 62 /* percent of the radius */
};

typedef struct disc {
    c4_drawing *drawing;
    c4_picture_data *data;
    c4_point centre;
    int32_t radius;
    int32_t inner;
    int64_t whole;
} disc;

static int64_t share_of(const disc *d, size_t category)
{
    int64_t size = c4_picture_size(d->data, category, 0, 0);

    return size > 0 ? size : 0;
}

static const char *told(const disc *d, size_t category)
{
    const c4_chart_bucket *bucket = c4_picture_bucket(d->data, category, 0, 0);
    const char *share = c4_picture_percent(d->data, share_of(d, category), d->whole);

    return bucket == NULL
               ? NULL
               : c4_picture_join(d->data, (const char *const[]){c4_picture_told(d->data, bucket),
                                                                "\n", share, NULL});
}

static void draw_ring(const disc *d, c4_paint paint, size_t category)
{
    c4_shape ring = {.kind = C4_SHAPE_RING,
                     .paint = paint,
                     .x = d->centre.x,
                     .y = d->centre.y,
                     .radius = d->radius,
                     .inner = d->inner};

    if (paint == C4_PAINT_SERIES) {
        c4_draw_colour(&ring, &d->data->categories[category], category);
        ring.told = told(d, category);
    }
    c4_draw(d->drawing, &ring);
}

static void draw_sector(const disc *d, size_t category, int64_t start, int64_t end)
{
    c4_shape sector = {.kind = C4_SHAPE_SECTOR,
                       .radius = d->radius,
                       .inner = d->inner,
                       .large = end - start > TURN / 2,
                       .told = told(d, category)};
    const c4_point points[] = {
        c4_draw_turn(d->centre, d->radius, start),
        c4_draw_turn(d->centre, d->radius, end),
        c4_draw_turn(d->centre, d->inner, end),
        c4_draw_turn(d->centre, d->inner, start),
    };

    c4_draw_colour(&sector, &d->data->categories[category], category);
    c4_draw_points(d->drawing, &sector, points, 4);
}

/* Thin lines between neighbours, in the colour of the background. */
static void draw_gap(const disc *d, int64_t part)
{
    c4_draw_rule(d->drawing, C4_PAINT_BACKGROUND, c4_draw_turn(d->centre, d->inner, part),
                 c4_draw_turn(d->centre, d->radius + 5, part));
}

static void draw_sectors(const disc *d)
{
    int64_t before = 0;

    for (size_t i = 0; i < d->data->category_count; i++) {
        int64_t size = share_of(d, i);
        int64_t start = c4_picture_ratio(before, TURN, d->whole);
        int64_t end = c4_picture_ratio(before + size, TURN, d->whole);
        before += size;
        if (size == d->whole)
            draw_ring(d, C4_PAINT_SERIES, i);
        else if (end > start)
            draw_sector(d, i, start, end);
    }
    before = 0;
    for (size_t i = 0; i < d->data->category_count && d->data->category_count <= GAPS_MOST; i++) {
        int64_t size = share_of(d, i);
        if (size > 0 && size < d->whole)
            draw_gap(d, c4_picture_ratio(before, TURN, d->whole));
        before += size;
    }
}

static void draw_centre(const disc *d)
{
    const char *total = d->inner > 0 ? c4_picture_total(d->data, 0) : NULL;
    const char *text;
    int32_t font = 22;

    if (total == NULL)
        return;
    text = c4_picture_short(d->data, total);
    while (font > C4_FONT && c4_picture_width(text, font) > d->inner * 2 - 160)
        font--;
    c4_draw(d->drawing, &(c4_shape){.kind = C4_SHAPE_TEXT,
                                    .paint = C4_PAINT_INK,
                                    .x = d->centre.x,
                                    .y = d->centre.y + font * 4,
                                    .font = font,
                                    .strong = true,
                                    .anchor = C4_ANCHOR_MIDDLE,
                                    .text = text,
                                    .told = total});
}

/* Name, value, share; the lines that fit, then an ellipsis. */
static void draw_line(const disc *d, size_t category, const c4_box *line, int32_t name_most,
                      int32_t value_room)
{
    const char *full = d->data->categories[category].text;
    const char *name = c4_picture_cut(d->data, full, C4_FONT, name_most);
    const char *value = c4_picture_value(d->data, category, 0, 0);
    c4_shape patch = {.kind = C4_SHAPE_RECT,
                      .x = line->x,
                      .y = line->y + (LINE - PATCH) / 2,
                      .width = PATCH,
                      .height = PATCH,
                      .radius = 20};
    int32_t y = line->y + LINE / 2 + 40;
    int32_t x = line->x + PATCH + PATCH_GAP;

    c4_draw_colour(&patch, &d->data->categories[category], category);
    c4_draw(d->drawing, &patch);
    c4_draw(d->drawing, &(c4_shape){.kind = C4_SHAPE_TEXT,
                                    .paint = C4_PAINT_INK,
                                    .x = x,
                                    .y = y,
                                    .font = C4_FONT,
                                    .text = name,
                                    .told = name != full ? full : NULL});
    x += name_most + COLUMN_GAP + value_room;
    c4_draw_text(d->drawing, C4_PAINT_INK, (c4_point){x, y}, C4_ANCHOR_END,
                 c4_picture_short(d->data, value));
    if (d->whole > 0)
        c4_draw_text(d->drawing, C4_PAINT_MUTED, (c4_point){x + COLUMN_GAP + 42 * C4_PIXEL, y},
                     C4_ANCHOR_END, c4_picture_percent(d->data, share_of(d, category), d->whole));
}

static void find_columns(const disc *d, int32_t *names, int32_t *values)
{
    *names = 0;
    *values = 0;
    for (size_t i = 0; i < d->data->category_count; i++) {
        const char *value = c4_picture_short(d->data, c4_picture_value(d->data, i, 0, 0));
        int32_t name = c4_picture_width(d->data->categories[i].text, C4_FONT);
        int32_t width = c4_picture_width(value, C4_FONT);
        *names = name > *names ? name : *names;
        *values = width > *values ? width : *values;
    }
}

static void draw_lines(const disc *d, c4_box box)
{
    size_t room = box.height > LINE ? (size_t)(box.height / LINE) : 1;
    size_t count = d->data->category_count;
    size_t shown = count <= room ? count : room - 1;
    int32_t top = box.y + (box.height - LINE * (int32_t)(count <= room ? count : room)) / 2;
    int32_t names = 0;
    int32_t values = 0;
    int32_t most;

    find_columns(d, &names, &values);
    most = box.width - PATCH - PATCH_GAP - 2 * COLUMN_GAP - values - 42 * C4_PIXEL;
    names = names < most ? names : most;
    for (size_t i = 0; i < shown; i++) {
        c4_box line = {box.x, top + LINE * (int32_t)i, box.width, LINE};
        draw_line(d, i, &line, names > 0 ? names : 0, values);
    }
    if (shown < count)
        c4_draw_text(d->drawing, C4_PAINT_MUTED,
                     (c4_point){box.x + PATCH + PATCH_GAP, top + LINE * (int32_t)shown + LINE / 2},
                     C4_ANCHOR_START, "…");
}

/* The disc to the left of its legend, or above where it is narrow. */
void c4_draw_round(c4_drawing *drawing, c4_box box)
{
    disc d = {.drawing = drawing, .data = drawing->data};
    bool narrow = box.width < NARROW;
    int32_t side = narrow ? box.height / 2 : box.height;

    side = side < box.width / (narrow ? 1 : 2) ? side : box.width / (narrow ? 1 : 2);
    d.radius = side / 2;
    d.inner = d.data->type == CRM4E_CHART_DONUT ? d.radius * DONUT_HOLE / 100 : 0;
    d.centre = (c4_point){box.x + (narrow ? box.width / 2 : d.radius),
                          box.y + (narrow ? d.radius : box.height / 2)};
    if (side < 10)
        return;
    for (size_t i = 0; i < d.data->category_count; i++)
        d.whole += share_of(&d, i);
    if (d.whole > 0)
        draw_sectors(&d);
    else
        draw_ring(&d, C4_PAINT_GRID, 0);
    draw_centre(&d);
    if (narrow) {
        box.y += side + GAP / 2;
        box.height -= side + GAP / 2;
    } else {
        box.x += side + GAP;
        box.width -= side + GAP;
    }
    draw_lines(&d, box);
}
