/* SPDX-License-Identifier: MIT */
/* What a picture is made of. Lengths are tenths of a pixel. */
#ifndef C4_PICTURE_DRAW_H
#define C4_PICTURE_DRAW_H

#include "insight/picture_data.h"

typedef enum c4_shape_kind {
    C4_SHAPE_RECT,
    C4_SHAPE_LINE,    /* open, through points */
    C4_SHAPE_POLYGON, /* closed */
    C4_SHAPE_DOT,
    C4_SHAPE_SECTOR, /* of a ring: points are outer start, outer end, inner end, inner start */
    C4_SHAPE_RING,   /* a whole one */
    C4_SHAPE_TEXT
} c4_shape_kind;

/* What a shape is to the reader: the colours of the theme go by it. */
typedef enum c4_paint {
    C4_PAINT_BACKGROUND,
    C4_PAINT_GRID,
    C4_PAINT_AXIS,
    C4_PAINT_INK,
    C4_PAINT_MUTED,
    C4_PAINT_ON,    /* text on a colour of a series */
    C4_PAINT_APART, /* a series of what has no value, is restricted, or others */
    C4_PAINT_SERIES
} c4_paint;

typedef enum c4_anchor {
    C4_ANCHOR_START,
    C4_ANCHOR_MIDDLE,
    C4_ANCHOR_END
} c4_anchor;

typedef struct c4_point {
    int32_t x;
    int32_t y;
} c4_point;

typedef struct c4_shape {
    c4_shape_kind kind;
    c4_paint paint;
    size_t series;   /* which colour */
    int32_t opacity; /* percent; 0: all of it */
    int32_t x, y;    /* corner, centre, or where the base line of a text is */
    int32_t width, height;
    int32_t radius; /* of corners, a dot, the outer one of a ring */
    int32_t inner;  /* radius */
    bool large;     /* a sector of more than half */
    bool sloped;    /* a text that rises to the right */
    bool strong;
    int32_t font; /* pixels */
    c4_anchor anchor;
    const char *text;
    const char *told; /* shown when pointed at; NULL: nothing */
    const c4_point *points;
    size_t point_count;
} c4_shape;

typedef struct c4_box {
    int32_t x, y, width, height;
} c4_box;

typedef struct c4_drawing {
    c4_picture_data *data;
    const c4_mem *mem;
    int32_t width;
    int32_t height;
    c4_shape *shapes;
    size_t count;
    size_t capacity;
} c4_drawing;

enum {
    C4_FONT = 12,
    C4_FONT_SMALL = 11,
    C4_FONT_TITLE = 16,
    C4_PIXEL = 10
};

/* Adds a shape; failure shows in `data->code`. */
void c4_draw(c4_drawing *drawing, const c4_shape *shape);
void c4_draw_text(c4_drawing *drawing, c4_paint paint, c4_point at, c4_anchor anchor,
                  const char *text);
void c4_draw_rule(c4_drawing *drawing, c4_paint paint, c4_point from, c4_point to);
/* The points, kept in the arena; they are drawn by a shape of that kind. */
void c4_draw_points(c4_drawing *drawing, c4_shape *shape, const c4_point *points, size_t count);
/* The paint and colour of a heading. */
void c4_draw_colour(c4_shape *shape, const c4_heading *heading, size_t series);
/* Where a part of a circle, 0..65536 from above to the right, is. */
c4_point c4_draw_turn(c4_point centre, int32_t radius, int64_t part);
/* A patch of colour and a name for each, in lines from the left; how high they are. */
int32_t c4_draw_legend(c4_drawing *drawing, const c4_heading *headings, size_t count,
                       const c4_box *box);
/* "No values" in the middle. */
void c4_draw_nothing(c4_drawing *drawing, const c4_box *box);

/* One for each family of types; the box is what title and margins leave. */
void c4_draw_columns(c4_drawing *drawing, c4_box box); /* column, line, area */
void c4_draw_bars(c4_drawing *drawing, c4_box box);    /* bar, stacked bar */
void c4_draw_round(c4_drawing *drawing, c4_box box);   /* pie, donut */
void c4_draw_funnel(c4_drawing *drawing, c4_box box);
void c4_draw_heat_map(c4_drawing *drawing, c4_box box);
void c4_draw_table(c4_drawing *drawing, c4_box box);
void c4_draw_kpi(c4_drawing *drawing, c4_box box);

/* Everything. */
int c4_picture_draw(c4_drawing *drawing, c4_picture_data *data);
void c4_drawing_free(c4_drawing *drawing);

#endif
